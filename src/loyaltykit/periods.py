"""Lengths of time, civil days, anniversaries: the calendar that every rule counts in.

Instants are aware datetimes in UTC, so comparing and sorting them is exact; days, months and years
are civil and belong to a time zone, so every function that needs a day asks for the zone.

Laws: intervals are half-open, `[from, until)`. Months and years clip to the month's end and count
from the base, never chained: 31 January plus two months is 31 March. A local time that the clocks
skip moves forward to the first instant that exists; one that they repeat is taken once, the first.

Never here: the clock, the machine's own time zone, subtraction of local datetimes.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Final, assert_never, final
from zoneinfo import ZoneInfo

from attrs import field as attribute
from attrs import frozen
from dateutil.relativedelta import relativedelta

from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.vocabulary import shown

FIRST_YEAR: Final = 1900
"""First year of an instant or a date that a person writes."""

LAST_YEAR: Final = 2199
"""Last year of an instant or a date that a person writes."""

TICK: Final = timedelta(microseconds=1)
"""The least time there is: so long after an instant comes the next."""

MAX_MONTHS: Final = 1_200
"""Most months in one period."""

MAX_DAYS: Final = 36_525
"""Most days in one period."""

MAX_SECONDS: Final = MAX_DAYS * 86_400
"""Most seconds in one period."""

# Computed times may pass LAST_YEAR by many periods; these bounds only keep datetime in its range.
_FIRST_COMPUTED: Final = FIRST_YEAR - 10
_LAST_COMPUTED: Final = 9_000
_ZONE_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}")
# `localtime`, `posixrules`, `posix/` and `right/` mean what the machine says or count leap seconds;
# the capital that they lack keeps them out, and this list the rest.
_MACHINE_ZONES: Final = ("Factory", "SystemV/")
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


def timezone(name: str) -> ZoneInfo:
    """The IANA time zone of that name, spelled exactly; `DefinitionError` if there is none."""
    if not isinstance(name, str):
        raise MisuseError('timezone: write a name such as "Europe/Lisbon"')
    wanted = f'timezone: {name[:64]!r} is unknown; write an IANA name such as "Europe/Lisbon"'
    if not _ZONE_NAME.fullmatch(name) or name.startswith(_MACHINE_ZONES):
        raise DefinitionError(wanted)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise DefinitionError(wanted) from None


def instant(value: datetime, field: str) -> datetime:
    """An aware datetime from the outside, as a plain one in UTC; years `FIRST_YEAR`-`LAST_YEAR`."""
    if not isinstance(value, datetime):
        raise MisuseError(
            f"{field}: write a datetime with its time zone, not {type(value).__name__}"
        )
    if value.tzinfo is None or value.utcoffset() is None:
        raise DefinitionError(
            f"{field}: {value.isoformat()} has no time zone; write "
            "datetime(..., tzinfo=UTC) or tzinfo=ZoneInfo(...)"
        )
    if FIRST_YEAR - 1 <= value.year <= LAST_YEAR + 1:
        utc = value.astimezone(UTC)
        if FIRST_YEAR <= utc.year <= LAST_YEAR:
            # Rebuilt, so that a subclass with state of its own never enters an account.
            return datetime.combine(utc.date(), utc.time().replace(fold=0), UTC)
    raise DefinitionError(
        f"{field}: write a year from {FIRST_YEAR} to {LAST_YEAR}, not {value.isoformat()}"
    )


def civil_date(value: date, field: str) -> date:
    """A date from the outside (a birthday): no datetime, years `FIRST_YEAR`-`LAST_YEAR`."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise MisuseError(f"{field}: write a date without a time, not {type(value).__name__}")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise DefinitionError(
            f"{field}: write a year from {FIRST_YEAR} to {LAST_YEAR}, not {value.isoformat()}"
        )
    return date(value.year, value.month, value.day)


def _bounded(year: int) -> None:
    if not _FIRST_COMPUTED <= year <= _LAST_COMPUTED:
        raise LimitError(
            f"time: the year {year} lies outside {_FIRST_COMPUTED} to {_LAST_COMPUTED}"
        )


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows; raises `DefinitionError` for a naive datetime."""
    if at.utcoffset() is None:
        raise DefinitionError(f"time: {at.isoformat()} has no time zone; write tzinfo=UTC")
    _bounded(at.year)
    return at.astimezone(zone)


def civil_day(at: datetime, zone: ZoneInfo) -> date:
    """The date on the calendar in that zone."""
    return local(at, zone).date()


def at_local(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the clocks of the zone first show this naive local time.

    A time that they skip gives the first instant after the gap.
    """
    if wall.tzinfo is not None:
        raise DefinitionError(f"time: {wall.isoformat()} has a time zone; write a local time")
    _bounded(wall.year)
    wall = wall.replace(fold=0)
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC).replace(microsecond=0)
    before, after = 0, (late - early) // timedelta(seconds=1) + 1
    # Before the gap the clock shows less than `wall`, after it more: the change is in between.
    while after - before > 1:
        middle = (before + after) // 2
        shown = (early + timedelta(seconds=middle)).astimezone(zone)
        if shown.replace(tzinfo=None) > wall:
            after = middle
        else:
            before = middle
    return early + timedelta(seconds=after)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a civil day, in UTC; of a day that the zone skipped, the next one's."""
    return at_local(datetime.combine(day, time()), zone)


def shift(at: datetime, period: Period, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, a period after another: months, then days, then exact seconds.

    Count every due time from the base (`shift(base, months(2), zone)`), never from another result.
    """
    wall = local(at, zone)
    moved = at.astimezone(UTC)
    if period.months or period.days:
        day = wall.date()
        if period.months:
            day += relativedelta(months=period.months)
        moved = at_local(datetime.combine(day + timedelta(days=period.days), wall.time()), zone)
    return moved + timedelta(seconds=period.seconds)


def days_before(at: datetime, count: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, so many civil days earlier, at the same time on the clock."""
    wall = local(at, zone)
    return at_local(datetime.combine(wall.date() - timedelta(count), wall.time()), zone)


def elapsed(since: datetime, at: datetime, period: Period, zone: ZoneInfo) -> bool:
    """Whether the period is over at `at`; at the very instant it is."""
    return at >= shift(since, period, zone)


def whole_months(since: datetime, at: datetime, zone: ZoneInfo) -> int:
    """How many civil months are over at `at`, counted from the base; at the very instant it is.

    0 if `since` lies ahead.
    """
    start, end = local(since, zone), local(at, zone)
    count = 12 * (end.year - start.year) + end.month - start.month
    reached = at_local(
        datetime.combine(start.date() + relativedelta(months=count), start.time()), zone
    )
    return max(0, count if reached <= at else count - 1)


@final
class LeapDay(Enum):
    """When the anniversary of a 29 February falls in a common year."""

    FEB_28 = "feb-28"
    """On the last day of February, the default."""

    MAR_1 = "mar-1"
    """On the day after the last day of February."""

    LEAP_YEARS_ONLY = "leap-years-only"
    """Not at all: only leap years have one."""


def anniversary(base: date, year: int, leap: LeapDay = LeapDay.FEB_28) -> date | None:
    """The anniversary of a date in a year; None where there is none, as up to the base's own year.

    >>> anniversary(date(2000, 2, 29), 2023)
    datetime.date(2023, 2, 28)
    """
    _bounded(year)
    if year <= base.year:
        return None
    try:
        return date(year, base.month, base.day)
    except ValueError:
        match leap:
            case LeapDay.FEB_28:
                return date(year, 2, 28)
            case LeapDay.MAR_1:
                return date(year, 3, 1)
            case LeapDay.LEAP_YEARS_ONLY:
                return None
            case _:
                assert_never(leap)


def next_anniversary(base: date, on_or_after: date, leap: LeapDay = LeapDay.FEB_28) -> date:
    """The first anniversary on or after a day; the base date itself is none."""
    year = max(base.year + 1, on_or_after.year)
    while (found := anniversary(base, year, leap)) is None or found < on_or_after:
        year += 1
    return found
