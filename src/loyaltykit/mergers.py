"""Effects of a merger: one account is left empty and closed, and another takes in all of it.

Each balances by itself. Points that are held count as sent on the one and as received on the
other; what is owed goes along, and counts as reversed where it is owed. Over both, nothing is made
or lost.
"""

from datetime import datetime
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.frozenmap import FrozenMap


@final
@frozen(order=False)
class MergedInto:
    """Everything on this account went to that of the member `into`; it is closed for good."""

    at: datetime
    event: str
    into: str
    reason: str


@final
@frozen(order=False)
class Absorbed:
    """Everything came that was on another account: here it is, as it was just before.

    `lots`, `coupons` and `subjects` (about which rules wait) are the new names of those that this
    account had already, by the old ones.
    """

    at: datetime
    event: str
    account: Account
    lots: FrozenMap[str, str] = field(factory=FrozenMap)
    coupons: FrozenMap[str, str] = field(factory=FrozenMap)
    subjects: FrozenMap[str, str] = field(factory=FrozenMap)


Merging: TypeAlias = MergedInto | Absorbed
