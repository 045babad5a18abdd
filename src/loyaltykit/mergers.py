"""Effects of a merger: one account is left empty and closed, and another takes in all of it.

Each balances by itself. All that ever came in on the one counts as sent there and as received on
the other, and what became of it counts there too: redeemed, expired, reversed, sent, owed. So what
comes back later is taken off where it was counted, and over both nothing is made or lost.
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
