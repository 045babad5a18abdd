"""Effects of what is done by hand: points that no rule granted and no purchase spent.

Each balances by itself. What is added counts as issued, what is taken as reversed.
"""

from datetime import datetime
from typing import TypeAlias, final

from attrs import frozen

from loyaltykit.lots import Draw, Lot


@final
@frozen(order=False)
class Adjusted:
    """Points were added by hand, as a lot, or taken, out of these lots."""

    at: datetime
    event: str
    purse: str
    lot: Lot | None
    draws: tuple[Draw, ...]
    reason: str


@final
@frozen(order=False)
class GoodwillGranted:
    """Points were granted for something that went wrong."""

    at: datetime
    lot: Lot
    reason: str


@final
@frozen(order=False)
class Rescheduled:
    """A lot expires at another instant."""

    at: datetime
    event: str
    lot: str
    expires: datetime


HandMade: TypeAlias = Adjusted | GoodwillGranted | Rescheduled
