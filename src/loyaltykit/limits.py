"""Limits: how often, or how much, something may happen to one member in a window.

Over a limit on points a grant is cut to what is left; over a limit on times it is cut to nothing. A
grant that is cut to nothing uses none of the limit.
"""

from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError
from loyaltykit.periods import Period, Unit
from loyaltykit.vocabulary import shown
from loyaltykit.windows import Calendar, Lifetime, Window, as_window


def _most(value: int | None) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 10**15):
        raise DefinitionError(f"a limit must be a whole number of 1 or more, not {shown(value)}")
    return value


@final
@frozen(order=False)
class Limit:
    """At most so many times, so many points, or both, for one member in one window.

    A `Period` as window means rolling: each use counts until a period after it.
    """

    times: int | None = field(default=None, converter=_most)
    points: int | None = field(default=None, converter=_most, kw_only=True)
    window: Window = field(factory=Lifetime, converter=as_window, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.times is None and self.points is None:
            raise DefinitionError("a limit needs times, points or both: per_month(2)")


def once() -> Limit:
    """Once in a member's life."""
    return Limit(1)


def per_life(times: int | None = None, *, points: int | None = None) -> Limit:
    """At most so often, or so many points, ever."""
    return Limit(times, points=points)


def per_day(times: int | None = None, *, points: int | None = None) -> Limit:
    """At most so often, or so many points, in one local day."""
    return Limit(times, points=points, window=Calendar(Unit.DAY))


def per_week(times: int | None = None, *, points: int | None = None) -> Limit:
    """At most so often, or so many points, in one local week, Monday to Sunday."""
    return Limit(times, points=points, window=Calendar(Unit.WEEK))


def per_month(times: int | None = None, *, points: int | None = None) -> Limit:
    """At most so often, or so many points, in one calendar month."""
    return Limit(times, points=points, window=Calendar(Unit.MONTH))


def per_year(times: int | None = None, *, points: int | None = None) -> Limit:
    """At most so often, or so many points, in one calendar year."""
    return Limit(times, points=points, window=Calendar(Unit.YEAR))


def within(period: Period, times: int | None = None, *, points: int | None = None) -> Limit:
    """At most so often, or so many points, in any span of this length."""
    return Limit(times, points=points, window=period)
