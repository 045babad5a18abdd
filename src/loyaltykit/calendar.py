"""The calendar that every rule counts in: instants, civil days, anniversaries, and their zones.

Instants are aware datetimes in UTC, so comparing and sorting them is exact; days, months and years
are civil and belong to a time zone, so every function that needs a day asks for the zone.

Laws: intervals are half-open, `[from, until)`. Months and years clip to the month's end and count
from the base, never chained: 31 January plus two months is 31 March. A local time that the clocks
skip moves forward to the first instant that exists; one that they repeat is taken once, the first.

Never here: the clock, the machine's own time zone, subtraction of local datetimes.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from typing import Final, assert_never, final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.periods import Period

FIRST_YEAR: Final = 1900
"""First year of an instant or a date that a person writes."""

LAST_YEAR: Final = 2199
"""Last year of an instant or a date that a person writes."""

TICK: Final = timedelta(microseconds=1)
"""The least time there is: so long after an instant comes the next."""

# Computed times may pass LAST_YEAR by many periods; these bounds only keep datetime in its range.
_FIRST_COMPUTED: Final = FIRST_YEAR - 10
_LAST_COMPUTED: Final = 9_000
_ZONE_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}")
# `localtime`, `posixrules`, `posix/` and `right/` mean what the machine says or count leap seconds;
# the capital that they lack keeps them out, and this list the rest.
_MACHINE_ZONES: Final = ("Factory", "SystemV/")


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
    if wall.fold:
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
            day += _months(period.months)
        moved = at_local(datetime.combine(day + timedelta(days=period.days), wall.time()), zone)
    return moved + timedelta(seconds=period.seconds)


@lru_cache(maxsize=256)
def _months(count: int) -> relativedelta:
    # Making one takes longer than adding it, and rules have few.
    return relativedelta(months=count)


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
