"""Effects of what is done by hand: points that no rule granted and no purchase spent.

Each balances by itself. What is added counts as issued, what is taken as reversed; what comes back
after it had expired counts as expired no longer. What goes to another account counts as sent, and
as received there.
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
    """A lot expires at another instant; None is never."""

    at: datetime
    event: str
    lot: str
    expires: datetime | None


@final
@frozen(order=False)
class Revived:
    """Points that had expired came back, as a lot."""

    at: datetime
    lot: Lot
    reason: str


@final
@frozen(order=False)
class Transferred:
    """Points left for another member's account; until `until`, they can be given back."""

    at: datetime
    event: str
    to: str
    purse: str
    draws: tuple[Draw, ...]
    until: datetime


@final
@frozen(order=False)
class TransferArrived:
    """Points came from another member's account, as these lots."""

    at: datetime
    sender: str
    purse: str
    lots: tuple[Lot, ...]


@final
@frozen(order=False)
class TransferUndone:
    """A transfer was refused: the points are back in their lots."""

    at: datetime
    transfer: str
    to: str
    purse: str
    draws: tuple[Draw, ...]


HandMade: TypeAlias = (
    Adjusted
    | GoodwillGranted
    | Rescheduled
    | Revived
    | Transferred
    | TransferArrived
    | TransferUndone
)
