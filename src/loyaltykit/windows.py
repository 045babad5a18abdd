"""How long something lasts (`Term`) and over which time something counts (`Window`).

    Term   = Period | ThroughEndOf | ThenNext | OnDate | Forever        Expiry = Term | TierEnd
    Window = Lifetime | Rolling | Calendar | MembershipYear | SinceEntry

Laws: an end is the first instant at which it is over, so what ends at T is gone at T. A calendar
unit ends where the next one begins. A contribution counts until an instant after its own.

Never here: a sum of what counts; contributions are the ledger's.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeAlias, assert_never, final
from zoneinfo import ZoneInfo

from attrs import field as attribute
from attrs import frozen

from loyaltykit.calendar import (
    anniversary,
    civil_date,
    civil_day,
    day_start,
    next_anniversary,
    shift,
)
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.periods import Period, ThenNext, ThroughEndOf, Unit, as_unit, year_day


def _last_excluded(day: date) -> date:
    return civil_date(day, "until")


@final
@frozen
class OnDate:
    """Lasts until a date begins: that day is the first without it."""

    day: date = attribute(converter=_last_excluded)

    def __str__(self) -> str:
        return f"until {self.day}"


@final
@frozen
class Forever:
    """Never ends."""

    def __str__(self) -> str:
        return "forever"


Term: TypeAlias = Period | ThroughEndOf | ThenNext | OnDate | Forever


@final
@frozen
class TierEnd:
    """For as long as the member's tier is no lower than it is now; without a tier, for ever."""

    def __str__(self) -> str:
        return "with the tier"


Expiry: TypeAlias = Term | TierEnd


def end_of(unit: Unit | str) -> ThroughEndOf:
    """Through the end of the calendar unit in which it starts."""
    return ThroughEndOf(unit)


def until(day: date) -> OnDate:
    """Until that date begins."""
    return OnDate(day)


def through(day: date) -> OnDate:
    """Through the whole of that date: its last day."""
    return OnDate(civil_date(day, "through") + timedelta(days=1))


def forever() -> Forever:
    """Without end."""
    return Forever()


def with_tier() -> TierEnd:
    """For as long as the tier lasts that the member has now."""
    return TierEnd()


def as_expiry(value: Expiry) -> Expiry:
    """The term itself, or the end of a tier; `MisuseError` for anything else."""
    return value if isinstance(value, TierEnd) else as_term(value)


def as_term(value: Term) -> Term:
    """The term itself; `MisuseError` for anything else."""
    if not isinstance(value, Period | ThroughEndOf | ThenNext | OnDate | Forever):
        raise MisuseError(
            "term: write how long, such as months(6), end_of('year'), until(date(...)) or "
            f"forever(), not {type(value).__name__}"
        )
    return value


def term_end(term: Term, start: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant, in UTC, at which the term is over; None if it never is.

    A date that has already passed gives an instant at or before the start.
    """
    match term:
        case Period():
            return shift(start, term, zone)
        case ThroughEndOf(unit, after):
            reached = shift(start, after, zone)
            _, until = _span(civil_day(reached, zone), unit, _JANUARY)
            return _begins(until, reached, zone)
        case ThenNext(dates, Period() as after):
            reached = shift(start, after, zone)
            last = _next_of(dates, civil_day(reached, zone))
            return _begins(last + timedelta(days=1), reached, zone)
        case ThenNext(dates, after):
            # The unit ends where the next begins: its first day may be the date itself.
            reached = term_end(after, start, zone) or start
            last = _next_of(dates, civil_day(reached, zone))
            return _begins(last + timedelta(days=1), reached, zone)
        case OnDate(day):
            return day_start(day, zone)
        case Forever():
            return None
        case _:
            assert_never(term)


_JANUARY: Final = (1, 1)
_MONTHS: Final = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}


def _begins(day: date, after: datetime, zone: ZoneInfo) -> datetime:
    """The start of a day that lies after an instant of an earlier day."""
    start = day_start(day, zone)
    if start <= after:
        # The clocks went back across midnight: the day before came once more, and so does this.
        return datetime.combine(day, time(fold=1), zone).astimezone(UTC)
    return start


def _next_of(dates: tuple[tuple[int, int], ...], day: date) -> date:
    # As anniversaries of a day in a leap year before all others: they clip 29 February.
    return min(next_anniversary(date(4, *given), day) for given in dates)


def _span(day: date, unit: Unit, starts: tuple[int, int]) -> tuple[date, date]:
    """First day of the calendar unit that contains a day, and of the next unit."""
    match unit:
        case Unit.DAY:
            return day, day + timedelta(days=1)
        case Unit.WEEK:
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=7)
        case Unit.MONTH | Unit.QUARTER | Unit.HALF_YEAR | Unit.YEAR:
            length = _MONTHS[unit]
            month, first = starts
            since = 12 * day.year + day.month - month - (day.day < first)
            begun = since - since % length + month - 1
            return _month_day(begun, first), _month_day(begun + length, first)
        case _:
            assert_never(unit)


def _month_day(months: int, day: int) -> date:
    return date(months // 12, months % 12 + 1, day)


@final
@frozen
class Lifetime:
    """Everything counts, always."""

    def __str__(self) -> str:
        return "ever"


@final
@frozen
class Rolling:
    """Each contribution counts for a period from its own instant."""

    period: Period

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.period, Period):
            raise MisuseError(f"rolling: write a period, not {type(self.period).__name__}")
        if self.period.empty:
            raise DefinitionError("rolling: write a period longer than zero, such as months(12)")

    def __str__(self) -> str:
        return f"within {self.period}"


def _starts(given: tuple[int, int]) -> tuple[int, int]:
    month, day = year_day(given)
    if day > 28:
        raise DefinitionError(f"starts: write a day from 1 to 28, not {day}")
    return month, day


@final
@frozen
class Calendar:
    """What falls into the same calendar unit counts together.

    `starts` is the (month, day) on which the programme's year begins; quarters, half-years and
    months follow it.
    """

    unit: Unit = attribute(converter=as_unit)
    starts: tuple[int, int] = attribute(converter=_starts, default=_JANUARY, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.unit in (Unit.DAY, Unit.WEEK) and self.starts != _JANUARY:
            raise DefinitionError(f"starts: a {self.unit.value} has no starting date; leave it out")

    def __str__(self) -> str:
        return f"in one {self.unit.value}"


@final
@frozen
class MembershipYear:
    """From one anniversary of the anchor's civil day to the next; 29 February counts as 28."""

    def __str__(self) -> str:
        return "in one membership year"


@final
@frozen
class SinceEntry:
    """Everything since the anchor, such as the entry into the present tier.

    With `carry_over`, what went beyond the threshold at the entry counts as well. `begins` is how
    long after an entry counting begins, such as `end_of("month")`; None is at once.
    """

    carry_over: bool = False
    begins: Term | None = None

    def __attrs_post_init__(self) -> None:
        if self.begins is not None and isinstance(as_term(self.begins), OnDate | Forever):
            raise DefinitionError("since entry: counting begins after a term like end_of('month')")
        if type(self.carry_over) is not bool:
            raise MisuseError("since entry: carry_over is True or False")

    def __str__(self) -> str:
        return "since entry"


Window: TypeAlias = Lifetime | Rolling | Calendar | MembershipYear | SinceEntry


def as_window(value: Window | Period) -> Window:
    """A window, or a period that is meant to roll."""
    if isinstance(value, Period):
        return Rolling(value)
    if not isinstance(value, Lifetime | Rolling | Calendar | MembershipYear | SinceEntry):
        raise MisuseError(
            "window: write over which time it counts, such as months(12), Calendar('year') or "
            f"Lifetime(), not {type(value).__name__}"
        )
    return value


def counts_until(
    window: Window, at: datetime, zone: ZoneInfo, anchor: datetime | None = None
) -> datetime | None:
    """The first instant, in UTC, at which a contribution made at `at` no longer counts.

    None if it always counts; `SinceEntry` ends with the next entry, which only the caller knows.
    A membership year needs its anchor.
    """
    match window:
        case Lifetime() | SinceEntry():
            return None
        case Rolling(period):
            return shift(at, period, zone)
        case Calendar(unit):
            _, until = _span(civil_day(at, zone), unit, window.starts)
            return _begins(until, at, zone)
        case MembershipYear():
            base = civil_day(_anchored(window, anchor), zone)
            tomorrow = civil_day(at, zone) + timedelta(days=1)
            return _begins(next_anniversary(base, tomorrow), at, zone)
        case _:
            assert_never(window)


def window_start(
    window: Lifetime | Calendar | MembershipYear | SinceEntry,
    at: datetime,
    zone: ZoneInfo,
    anchor: datetime | None = None,
) -> datetime | None:
    """The first instant, in UTC, of the window that contains `at`; None if it has no beginning.

    A rolling window has no start that all contributions share, so it is not accepted here: ask
    `counts_until` of each contribution.
    """
    match window:
        case Lifetime():
            return None
        case Calendar(unit):
            since, _ = _span(civil_day(at, zone), unit, window.starts)
            return day_start(since, zone)
        case MembershipYear():
            return day_start(first_day(window, at, zone, anchor), zone)
        case SinceEntry():
            return _anchored(window, anchor)
        case _:
            assert_never(window)


def first_day(
    window: Calendar | MembershipYear, at: datetime, zone: ZoneInfo, anchor: datetime | None = None
) -> date:
    """The first civil day of the window that contains `at`."""
    day = civil_day(at, zone)
    match window:
        case Calendar(unit):
            return _span(day, unit, window.starts)[0]
        case MembershipYear():
            base = civil_day(_anchored(window, anchor), zone)
            held = (anniversary(base, year) for year in (day.year, day.year - 1))
            return next((each for each in held if each and each <= day), base)
        case _:
            assert_never(window)


def _anchored(window: MembershipYear | SinceEntry, anchor: datetime | None) -> datetime:
    if anchor is None:
        raise DefinitionError(f"window: {window} needs an anchor; give the instant it began")
    return anchor
