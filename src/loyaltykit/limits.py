"""Limits: how often, how much or for how many units something may happen in a window.

    Limit = so many times, points or units, in a window, per member, code or programme

A rule is held by all of its limits. Over a limit on points or units a grant is cut to what is left;
over a limit on times there is nothing to cut, and it is not made. A grant that is cut to nothing
uses none of the limit. What several members share is claimed: the host commits it.
"""

from collections.abc import Iterable
from enum import Enum
from itertools import islice
from typing import TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.periods import Period, Unit
from loyaltykit.vocabulary import of_type, shown
from loyaltykit.windows import (
    Calendar,
    Lifetime,
    MembershipYear,
    Rolling,
    SinceEntry,
    Window,
    as_window,
)


class Per(Enum):
    """Who shares a limit."""

    MEMBER = "member"
    """Each member has all of it."""
    CODE = "code"
    """All who use the same coupon share it; an order without a coupon is not counted."""
    PROGRAM = "program"
    """All members share it."""


class Over(Enum):
    """What becomes of a grant that does not fit into a limit."""

    CUT = "cut"
    """It is cut to what is left."""
    REFUSE = "refuse"
    """It is not made at all, and uses none of the limit."""


@final
@frozen
class OneOrder:
    """Each order counts for itself."""

    def __str__(self) -> str:
        return "in one order"


LimitWindow: TypeAlias = Window | OneOrder

MAX_LIMITS = 10
"""How many limits one rule or offer may have."""


def _most(value: int | None) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 10**15):
        raise DefinitionError(f"a limit must be a whole number of 1 or more, not {shown(value)}")
    return value


def _window(value: LimitWindow | Period) -> LimitWindow:
    return value if isinstance(value, OneOrder) else as_window(value)


def _per(value: Per) -> Per:
    return of_type(value, Per, "per must be a Per such as Per.PROGRAM")


def _over(value: Over) -> Over:
    return of_type(value, Over, "over must be an Over such as Over.REFUSE")


@final
@frozen(order=False)
class Limit:
    """At most so many times, points or units in one window; where several are given, all hold.

    A `Period` as window means rolling: each use counts until a period after it. Units are pieces of
    a basket: those that the rule's earnings match, each once, or all if they narrow nothing down. A
    grant that may earn on 2 of 3 units is cut to 2/3, before it is rounded.
    """

    times: int | None = field(default=None, converter=_most)
    points: int | None = field(default=None, converter=_most, kw_only=True)
    units: int | None = field(default=None, converter=_most, kw_only=True)
    window: LimitWindow = field(factory=Lifetime, converter=_window, kw_only=True)
    per: Per = field(default=Per.MEMBER, converter=_per, kw_only=True)
    over: Over = field(default=Over.CUT, converter=_over, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.times is None and self.points is None and self.units is None:
            raise DefinitionError("a limit needs times, points or units: per_month(2)")


def as_limits(value: Limit | Iterable[Limit] | None) -> tuple[Limit, ...]:
    """One limit or several, as a tuple; none is none.

    Raises:
        MisuseError: it is anything else.
        DefinitionError: there are more than 10.
    """
    if value is None:
        return ()
    if isinstance(value, Limit):
        return (value,)
    if not isinstance(value, Iterable):
        raise MisuseError(f"{shown(value)} is no limit: write limit=once() or limit=per_year(10)")
    limits = tuple(islice(value, MAX_LIMITS + 1))
    for each in limits:
        if not isinstance(each, Limit):
            raise MisuseError(f"{shown(each)} is no limit: write limit=[once(), per_year(10)]")
    if len(limits) > MAX_LIMITS:
        raise DefinitionError(f"a rule has at most {MAX_LIMITS} limits, and so has an offer")
    return limits


def window_name(window: LimitWindow) -> str:
    """A short name of a window, another for every other one."""
    match window:
        case Calendar(unit=unit, starts=(month, day)):
            return unit.value if (month, day) == (1, 1) else f"{unit.value} from {month}-{day}"
        case Lifetime() | Rolling() | MembershipYear() | SinceEntry() | OneOrder():
            return str(window)
        case _:
            assert_never(window)


def once() -> Limit:
    """Once in a member's life."""
    return Limit(1)


def per_order(
    times: int | None = None,
    *,
    points: int | None = None,
    units: int | None = None,
    over: Over = Over.CUT,
) -> Limit:
    """At most so many points or units in one order."""
    return Limit(times, points=points, units=units, window=OneOrder(), over=over)


def per_life(
    times: int | None = None,
    *,
    points: int | None = None,
    units: int | None = None,
    per: Per = Per.MEMBER,
    over: Over = Over.CUT,
) -> Limit:
    """At most so often, or so many points or units, ever."""
    return Limit(times, points=points, units=units, per=per, over=over)


def per_day(
    times: int | None = None,
    *,
    points: int | None = None,
    units: int | None = None,
    per: Per = Per.MEMBER,
    over: Over = Over.CUT,
) -> Limit:
    """At most so often, or so many points or units, in one local day."""
    window = Calendar(Unit.DAY)
    return Limit(times, points=points, units=units, window=window, per=per, over=over)


def per_week(
    times: int | None = None,
    *,
    points: int | None = None,
    units: int | None = None,
    per: Per = Per.MEMBER,
    over: Over = Over.CUT,
) -> Limit:
    """At most so often, or so many points or units, in one local week, Monday to Sunday."""
    window = Calendar(Unit.WEEK)
    return Limit(times, points=points, units=units, window=window, per=per, over=over)


def per_month(
    times: int | None = None,
    *,
    points: int | None = None,
    units: int | None = None,
    per: Per = Per.MEMBER,
    over: Over = Over.CUT,
) -> Limit:
    """At most so often, or so many points or units, in one calendar month."""
    window = Calendar(Unit.MONTH)
    return Limit(times, points=points, units=units, window=window, per=per, over=over)


def per_year(
    times: int | None = None,
    *,
    points: int | None = None,
    units: int | None = None,
    per: Per = Per.MEMBER,
    over: Over = Over.CUT,
) -> Limit:
    """At most so often, or so many points or units, in one calendar year."""
    window = Calendar(Unit.YEAR)
    return Limit(times, points=points, units=units, window=window, per=per, over=over)


def cooldown(period: Period) -> Limit:
    """Once, and then not again until this long after: at the very end of it, again.

    >>> from loyaltykit.periods import days
    >>> cooldown(days(14)) == within(days(14), 1)
    True
    """
    return Limit(1, window=period)


def within(
    period: Period,
    times: int | None = None,
    *,
    points: int | None = None,
    units: int | None = None,
    over: Over = Over.CUT,
) -> Limit:
    """At most so often, or so many points or units, in any span of this length."""
    return Limit(times, points=points, units=units, window=period, over=over)
