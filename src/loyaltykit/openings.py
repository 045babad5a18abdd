"""What a member brings from a former system: lots, what counted towards tiers, used limits."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar, final

from attrs import field, frozen

from loyaltykit.baskets import text_id
from loyaltykit.calendar import instant
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.money import exact
from loyaltykit.particulars import as_id, as_member, as_time
from loyaltykit.vocabulary import named, shown

MAX_POINTS = 10**15
"""How many points, or minor units, one posting may move."""
MAX_OPENING = 10_000
"""How many lots, metrics or uses an opening balance may bring."""

T = TypeVar("T")


def _at(value: datetime) -> datetime:
    return instant(value, "an instant of an opening balance")


def as_opening_instant(value: datetime | None) -> datetime | None:
    """An aware instant in UTC, or None."""
    return None if value is None else _at(value)


def whole_points(value: int) -> int:
    """A whole number of points, 1 or more.

    Raises:
        DefinitionError: it is anything else.
    """
    if type(value) is not int or not 1 <= value <= MAX_POINTS:
        raise DefinitionError(f"points must be a whole number of 1 or more, not {shown(value)}")
    return value


def as_tally(value: int) -> int:
    """A whole number, 0 or more.

    Raises:
        DefinitionError: it is anything else.
    """
    if type(value) is not int or not 0 <= value <= MAX_POINTS:
        raise DefinitionError(f"a count must be a whole number of 0 or more, not {shown(value)}")
    return value


@final
@frozen(order=False)
class OpeningLot:
    """Points that a former system still owed: when they were earned, and until when they last."""

    points: int = field(converter=whole_points)
    earned: datetime = field(converter=_at)
    expires: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)
    purse: str = field(default="points", converter=text_id, kw_only=True)


def _ladder(value: str | None) -> str | None:
    return None if value is None else named(value, "the name of a ladder")


@final
@frozen(order=False)
class OpeningMetric:
    """What counted towards tiers in a former system (points, minor units or orders), and when.

    It is of the metric of a `ladder`; None is the programme's first.
    """

    amount: int = field(converter=whole_points)
    at: datetime = field(converter=_at)
    ladder: str | None = field(default=None, converter=_ladder, kw_only=True)


@final
@frozen(order=False)
class OpeningUse:
    """How much of a rule's limits was used in a former system, and when; each limit takes its own.

    Points are in the smallest unit of their purse. What members share is the host's to bring along.
    """

    rule: str = field(converter=text_id)
    at: datetime = field(converter=_at)
    times: int = field(default=1, converter=as_tally, kw_only=True)
    points: int = field(default=0, converter=as_tally, kw_only=True)
    units: int = field(default=0, converter=as_tally, kw_only=True)


def as_opening_lots(values: Iterable[OpeningLot]) -> tuple[OpeningLot, ...]:
    """The lots of an opening balance, as a tuple."""
    return _opened(values, OpeningLot)


def as_opening_metrics(values: Iterable[OpeningMetric]) -> tuple[OpeningMetric, ...]:
    """The metrics of an opening balance, as a tuple."""
    return _opened(values, OpeningMetric)


def as_opening_uses(values: Iterable[OpeningUse]) -> tuple[OpeningUse, ...]:
    """The uses of an opening balance, as a tuple."""
    return _opened(values, OpeningUse)


def _opened(values: Iterable[T], kind: type[T]) -> tuple[T, ...]:
    if not isinstance(values, Iterable):
        raise MisuseError(f"an opening balance: write a list, not {shown(values)}")
    found = tuple(islice(values, MAX_OPENING + 1))
    if len(found) > MAX_OPENING:
        raise LimitError(f"an opening balance has at most {MAX_OPENING} of {kind.__name__}")
    for value in found:
        if not isinstance(value, kind):
            raise MisuseError(f"an opening balance: {shown(value)} is no {kind.__name__}")
    return found


def _tier(value: str | None) -> str | None:
    return None if value is None else named(value, "the tier of an opening balance")


def _spent(value: Decimal | int | str) -> Decimal:
    return exact(value, "the spend of an opening balance", minimum=0)


@final
@frozen(order=False)
class OpeningBalance:
    """What a member brings from a former system: the first event of an account.

    `tier` is held at least until `tier_until`, whatever the metric says. `orders` and `spent`
    (major units) are lifetime counts; `last_order` starts the clock of inactivity;
    with `first_order`, the usual gap between orders is known.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    enrolled: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)
    lots: tuple[OpeningLot, ...] = field(default=(), converter=as_opening_lots, kw_only=True)
    metric: tuple[OpeningMetric, ...] = field(
        default=(), converter=as_opening_metrics, kw_only=True
    )
    uses: tuple[OpeningUse, ...] = field(default=(), converter=as_opening_uses, kw_only=True)
    tier: str | None = field(default=None, converter=_tier, kw_only=True)
    tier_until: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)
    orders: int = field(default=0, converter=as_tally, kw_only=True)
    spent: Decimal = field(default=Decimal(0), converter=_spent, kw_only=True)
    last_order: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)
    first_order: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if (self.tier is None) != (self.tier_until is None):
            raise DefinitionError("an opening tier needs tier_until, and the other way round")
        if self.first_order is not None and not self.orders:
            raise DefinitionError("an opening balance with first_order needs orders: orders=9")
        last = self.last_order or self.at
        if self.first_order is not None and self.first_order > last:
            raise DefinitionError("an opening balance brings a first order after the last")
        brought = [
            self.enrolled,
            self.last_order,
            self.first_order,
            *(lot.earned for lot in self.lots),
        ]
        brought += [*(each.at for each in self.metric), *(each.at for each in self.uses)]
        for moment in brought:
            if moment is not None and moment > self.at:
                raise DefinitionError(f"an opening balance of {self.at} brings {moment}: later")
