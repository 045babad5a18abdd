"""Purses: the kinds of points that a programme keeps, and the policies of each.

    Purse("status", expires=end_of("year"))        Purse("stars", decimals=1, cap=500)

Every programme has "points" and "credit" (money, in the programme's currency); any other purse is
declared. Amounts in rules are in points; amounts in events, effects and balances are whole numbers
of the purse's smallest unit, as with money: tenths, if the purse has one decimal.

Never here: an amount that somebody has.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.events import Event, EventKind
from loyaltykit.money import Currency, exact
from loyaltykit.periods import Period
from loyaltykit.triggers import event_kind
from loyaltykit.vocabulary import CREDIT, named, of_type, parts, shown
from loyaltykit.windows import Expiry, as_expiry

POINTS = "points"
"""The purse that rules mean where they name none."""
MAX_PURSE_DECIMALS = 6
"""How many decimals points of a purse may have."""
MAX_PURSES = 50
"""How many purses a programme may declare."""


class Shortfall(Enum):
    """Where the points of a returned order come from when its own are spent."""

    PENDING = "pending"
    """Only what the order's own points still have pending is taken; what became available stays."""
    BALANCE = "balance"
    """What the balance holds is taken, and the rest is forgiven."""
    DEBT = "debt"
    """What the balance does not hold is owed, and paid off by the next points of the purse."""


def _name(value: str) -> str:
    return named(value, "the name of a purse")


def _decimals(value: int) -> int:
    if type(value) is not int or not 0 <= value <= MAX_PURSE_DECIMALS:
        raise DefinitionError(
            f"the decimals of a purse must be 0 to {MAX_PURSE_DECIMALS}, not {shown(value)}"
        )
    return value


def _cap(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else exact(value, "the cap of a purse", minimum=0)


def _most_debt(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else exact(value, "the most debt of a purse", minimum=0)


def _expires(value: Expiry | None) -> Expiry | None:
    return None if value is None else as_expiry(value)


def _shortfall(value: Shortfall) -> Shortfall:
    return of_type(value, Shortfall, "shortfall must be a Shortfall such as Shortfall.BALANCE")


def _after(value: Period) -> Period:
    if not isinstance(value, Period):
        raise MisuseError(f"dormancy is a period such as months(12), not {shown(value)}")
    if value.empty:
        raise DefinitionError("dormancy must be longer than zero: months(12)")
    return value


def _perhaps_after(value: Period | None) -> Period | None:
    return None if value is None else _after(value)


def _share(value: Decimal | int | str) -> Decimal:
    share = exact(value, "the share that lapses", minimum=0)
    if not 0 < share <= 100:
        raise DefinitionError(f"the share that lapses must be above 0 and up to 100, not {share}")
    return share


def _least(value: Decimal | int | str) -> Decimal:
    return exact(value, "the least that lapses", minimum=0)


def _kinds(values: Iterable[EventKind | type[Event]]) -> tuple[EventKind, ...]:
    found = dict.fromkeys(event_kind(each) for each in parts(values, "what keeps a purse alive"))
    if not found:
        raise DefinitionError("name at least one kind of event that keeps a purse alive")
    return tuple(kind for kind in EventKind if kind in found)


@final
@frozen(order=False)
class Dormancy:
    """Available points lapse when nothing that keeps them alive has happened for a period.

    `share` percent of them lapse, rounded up, at least `least`; `every` so long after, again, and
    `all_after` so long without anything, all of them. Pending points wait. The time begins anew
    with every event of the kinds in `unless`.
    """

    after: Period = field(converter=_after)
    share: Decimal = field(default=Decimal(100), converter=_share, kw_only=True)
    least: Decimal = field(default=Decimal(0), converter=_least, kw_only=True)
    every: Period | None = field(default=None, converter=_perhaps_after, kw_only=True)
    all_after: Period | None = field(default=None, converter=_perhaps_after, kw_only=True)
    unless: tuple[EventKind, ...] = field(
        default=(EventKind.PURCHASE, EventKind.REDEMPTION, EventKind.CAPTURE, EventKind.ACTIVITY),
        converter=_kinds,
        kw_only=True,
    )


def _dormancy(value: Dormancy | None) -> Dormancy | None:
    if value is not None and not isinstance(value, Dormancy):
        raise MisuseError(f"dormancy must be Dormancy(months(12)), not {shown(value)}")
    return value


@final
@frozen(order=False)
class Dormant:
    """Since when nothing has kept a purse alive, when its points lapse next, how often they did.

    `event` is what kept it alive last; None if that was the coming of its first points.
    """

    since: datetime
    due: datetime
    times: int = 0
    event: str | None = None


@final
@frozen(order=False)
class Purse:
    """A kind of points: its decimals, and the policies that hold where a rule says nothing else.

    `expires` is when points lapse, unless the rule or the member's tier says otherwise. `cap` is
    the most that a member may hold, pending and reserved points included: a grant is cut to fit.
    `most_debt` bounds what a member may owe; beyond it a return forgives. Amounts are in points; in
    the purse "credit", in major units.
    """

    name: str = field(converter=_name)
    decimals: int = field(default=0, converter=_decimals, kw_only=True)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)
    cap: Decimal | None = field(default=None, converter=_cap, kw_only=True)
    shortfall: Shortfall = field(default=Shortfall.DEBT, converter=_shortfall, kw_only=True)
    most_debt: Decimal | None = field(default=None, converter=_most_debt, kw_only=True)
    dormancy: Dormancy | None = field(default=None, converter=_dormancy, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.name == CREDIT and self.decimals:
            raise DefinitionError(f"the purse {CREDIT!r} has the decimals of the currency: none")
        if self.most_debt is not None and self.shortfall is not Shortfall.DEBT:
            raise DefinitionError(
                f"purse {self.name!r}: only Shortfall.DEBT has a most_debt; leave it out"
            )

    def scale(self, money: Currency) -> int:
        """How many of its smallest units are one point; for "credit", minor units of a major."""
        return money.scale if self.name == CREDIT else 10**self.decimals
