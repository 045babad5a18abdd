"""Periods: lengths of time, from a number of days to the end of a calendar year.

    length = Period | ThroughEndOf | ThenNext

A period is civil months, then civil days, then exact seconds; the other two go on from where one
ends to the next date of a kind. Here is only what they say; the calendar counts them in a zone.
"""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Final, final

from attrs import field as attribute
from attrs import frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.vocabulary import shown

MAX_MONTHS: Final = 1_200
"""Most months in one period."""

MAX_DAYS: Final = 36_525
"""Most days in one period."""

MAX_SECONDS: Final = MAX_DAYS * 86_400
"""Most seconds in one period."""
# Not from the `calendar` module, whose names follow the locale.
_MONTH_NAMES: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _count(value: int, unit: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise MisuseError(f"period: write a whole number of {unit}, not {type(value).__name__}")
    if not 0 <= value <= most:
        raise DefinitionError(f"period: write 0 to {most} {unit}")
    return value


@final
class Unit(Enum):
    """A calendar unit in the programme's zone; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


def as_unit(value: Unit | str) -> Unit:
    """The unit itself or its name: "day", "week", "month", "quarter", "half-year", "year"."""
    for unit in Unit:
        if value is unit or value == unit.value:
            return unit
    raise DefinitionError(
        f"unit: write one of {', '.join(u.value for u in Unit)}, not {shown(value)}"
    )


@final
@frozen(kw_only=True)
class Period:
    """A length of time: civil months, then civil days, then exact seconds; zero is allowed."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def __attrs_post_init__(self) -> None:
        _count(self.months, "months", MAX_MONTHS)
        _count(self.days, "days", MAX_DAYS)
        _count(self.seconds, "seconds", MAX_SECONDS)

    @property
    def empty(self) -> bool:
        """Whether no time passes at all."""
        return self.months == self.days == self.seconds == 0

    def times(self, count: int) -> "Period":
        """So many of them, one after the other.

        Raises:
            DefinitionError: they are longer than a period may be.
        """
        return Period(
            months=self.months * count, days=self.days * count, seconds=self.seconds * count
        )

    def through_end_of(self, unit: Unit | str) -> "ThroughEndOf":
        """This long, then on through the end of the calendar unit that is reached."""
        return ThroughEndOf(unit, after=self)

    def then_next(self, *dates: tuple[int, int]) -> "ThenNext":
        """This long, then on through the next of the given (month, day): its last day."""
        return ThenNext(dates, after=self)

    def __str__(self) -> str:
        years, months = (self.months // 12, 0) if self.months % 12 == 0 else (0, self.months)
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        counted = (
            (years, "year"),
            (months, "month"),
            (self.days, "day"),
            (hours, "hour"),
            (minutes, "minute"),
            (seconds, "second"),
        )
        words = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in counted if n]
        return " ".join(words) or "0 days"


def years(n: int) -> Period:
    """Civil years: 29 February plus one year is 28 February."""
    return Period(months=12 * _count(n, "years", MAX_MONTHS // 12))


def months(n: int) -> Period:
    """Civil months: 31 January plus one month is the last day of February."""
    return Period(months=n)


def weeks(n: int) -> Period:
    """Civil weeks, of seven days each."""
    return Period(days=7 * _count(n, "weeks", MAX_DAYS // 7))


def days(n: int) -> Period:
    """Civil days: the same time on the clock, even when a day has 23 or 25 hours."""
    return Period(days=n)


def hours(n: int) -> Period:
    """Exact hours, whatever the clocks do."""
    return Period(seconds=3_600 * _count(n, "hours", MAX_SECONDS // 3_600))


def minutes(n: int) -> Period:
    """Exact minutes, whatever the clocks do."""
    return Period(seconds=60 * _count(n, "minutes", MAX_SECONDS // 60))


def _as_period(value: Period) -> Period:
    if not isinstance(value, Period):
        raise MisuseError(f"after: write a period such as months(6), not {type(value).__name__}")
    return value


@final
@frozen
class ThroughEndOf:
    """Lasts through the end of the calendar unit that contains start + `after`."""

    unit: Unit = attribute(converter=as_unit)
    after: Period = attribute(converter=_as_period, default=Period())

    def then_next(self, *dates: tuple[int, int]) -> "ThenNext":
        """Through the end of the unit, then on through the next of the given (month, day)."""
        return ThenNext(dates, after=self)

    def __str__(self) -> str:
        reached = "" if self.after.empty else f" reached after {self.after}"
        return f"through the end of the {self.unit.value}{reached}"


def year_day(given: tuple[int, int]) -> tuple[int, int]:
    """A (month, day) of every year; 29 February is allowed, and is the 28th in common years."""
    try:
        month, day = given
        found = date(2000, month, day)
    except (TypeError, ValueError, OverflowError):
        raise DefinitionError("date: write a month and a day of it, such as (6, 30)") from None
    return found.month, found.day


def _year_days(dates: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    if not isinstance(dates, Sequence):
        raise MisuseError("dates: write a list of (month, day), such as [(6, 30)]")
    return tuple(sorted({year_day(given) for given in dates}))


def _first_part(value: Period | ThroughEndOf) -> Period | ThroughEndOf:
    return value if isinstance(value, ThroughEndOf) else _as_period(value)


@final
@frozen
class ThenNext:
    """Lasts for `after`, then on through the next of `dates`: the date reached is the last day."""

    dates: tuple[tuple[int, int], ...] = attribute(converter=_year_days)
    after: Period | ThroughEndOf = attribute(converter=_first_part, default=Period())

    def __attrs_post_init__(self) -> None:
        if not self.dates:
            raise DefinitionError("dates: write at least one (month, day), such as (6, 30)")

    def __str__(self) -> str:
        listed = " or ".join(f"{day} {_MONTH_NAMES[month - 1]}" for month, day in self.dates)
        return f"{self.after}, then through the next {listed}"
