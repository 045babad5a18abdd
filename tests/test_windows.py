"""How long things last and over which time they count (P15): published dates, then properties.

Ends are first instants without: what lasts through 28 February ends on 1 March at 0:00 local time.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from loyaltykit.calendar import day_start, shift
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.periods import Period, ThenNext, ThroughEndOf, Unit, days, hours, months, years
from loyaltykit.windows import (
    Calendar,
    Forever,
    Lifetime,
    MembershipYear,
    OnDate,
    Rolling,
    SinceEntry,
    Term,
    Window,
    as_term,
    as_window,
    counts_until,
    end_of,
    forever,
    term_end,
    through,
    until,
    window_start,
)

LISBON = ZoneInfo("Europe/Lisbon")
NEW_YORK = ZoneInfo("America/New_York")
ST_JOHNS = ZoneInfo("America/St_Johns")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [LISBON, NEW_YORK, ST_JOHNS, APIA, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Beirut")]
ZONES += [ZoneInfo("UTC"), ZoneInfo("Pacific/Kwajalein"), ZoneInfo("Asia/Tehran")]


def at(text: str) -> datetime:
    """An instant written with its offset."""
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None
    return found.astimezone(UTC)


# Terms


PUBLISHED = [
    pytest.param(
        months(6).through_end_of("month"),
        "2020-12-15T10:00-08:00",
        "America/Los_Angeles",
        "2021-07-01T00:00-07:00",
        id="exp-01-six-months-after-the-month-earned",
    ),
    pytest.param(
        months(36).through_end_of("quarter"),
        "2020-10-01T00:00+02:00",
        "Europe/Berlin",
        "2024-01-01T00:00+01:00",
        id="exp-04-earned-in-october-2020-lasts-through-december-2023",
    ),
    pytest.param(
        months(36).through_end_of("quarter"),
        "2020-10-31T23:59+01:00",
        "Europe/Berlin",
        "2024-01-01T00:00+01:00",
        id="exp-04-last-minute-of-october",
    ),
    *[
        pytest.param(
            months(1).through_end_of("day"),
            f"2023-01-{day}T15:00+01:00",
            "Europe/Warsaw",
            "2023-03-01T00:00+01:00",
            id=f"exp-07-earned-on-{day}-january-lasts-through-28-february",
        )
        for day in (28, 29, 30, 31)
    ],
    pytest.param(
        months(1).through_end_of("day"),
        "2024-01-31T15:00+01:00",
        "Europe/Warsaw",
        "2024-03-01T00:00+01:00",
        id="exp-07-through-29-february-in-a-leap-year",
    ),
    pytest.param(
        months(1).through_end_of("quarter"),
        "2023-01-31T15:00+01:00",
        "Europe/Warsaw",
        "2023-04-01T00:00+02:00",
        id="exp-07-rounded-up-to-the-quarter",
    ),
    pytest.param(
        months(1).through_end_of("half-year"),
        "2023-01-31T15:00+01:00",
        "Europe/Warsaw",
        "2023-07-01T00:00+02:00",
        id="exp-07-rounded-up-to-the-half-year",
    ),
    pytest.param(
        months(1).through_end_of("year"),
        "2023-01-31T15:00+01:00",
        "Europe/Warsaw",
        "2024-01-01T00:00+01:00",
        id="exp-07-rounded-up-to-the-year",
    ),
    pytest.param(
        months(12).through_end_of("month"),
        "2023-03-15T12:00+00:00",
        "UTC",
        "2024-04-01T00:00+00:00",
        id="exp-13-12M_U-through-the-end-of-the-month-a-year-later",
    ),
    pytest.param(
        days(5).through_end_of("day"),
        "2023-03-15T12:00+00:00",
        "UTC",
        "2023-03-21T00:00+00:00",
        id="exp-13-5D_U-through-the-end-of-the-day",
    ),
    pytest.param(
        days(49).through_end_of("week"),
        "2023-03-15T12:00+00:00",
        "UTC",
        "2023-05-08T00:00+00:00",
        id="exp-13-7W_U-through-the-end-of-the-week",
    ),
    pytest.param(
        Period(seconds=30),
        "2023-03-15T12:00+00:00",
        "UTC",
        "2023-03-15T12:00:30+00:00",
        id="exp-13-30s",
    ),
    pytest.param(
        hours(1),
        "2023-03-15T12:00+00:00",
        "UTC",
        "2023-03-15T13:00+00:00",
        id="exp-13-1h",
    ),
    pytest.param(
        months(10),
        "2023-04-30T12:00+00:00",
        "UTC",
        "2024-02-29T12:00+00:00",
        id="exp-13-10M",
    ),
    pytest.param(
        days(0).then_next((1, 31)),
        "2019-11-20T12:00-08:00",
        "America/Los_Angeles",
        "2020-02-01T00:00-08:00",
        id="tier-04-through-the-next-31-january",
    ),
]


@pytest.mark.parametrize(("term", "start", "zone", "end"), PUBLISHED)
def test_published_programmes_end_when_they_say(
    term: Term, start: str, zone: str, end: str
) -> None:
    assert term_end(term, at(start), ZoneInfo(zone)) == at(end)


@pytest.mark.parametrize(
    ("term", "start", "zone", "end"),
    [
        (months(24), "2024-02-29T12:00+00:00", LISBON, "2026-02-28T12:00+00:00"),
        (end_of("day"), "2024-03-31T00:30+00:00", LISBON, "2024-04-01T00:00+01:00"),
        (end_of("day"), "2024-03-31T00:00+00:00", LISBON, "2024-04-01T00:00+01:00"),
        (end_of("week"), "2024-07-07T23:59+01:00", LISBON, "2024-07-08T00:00+01:00"),
        (end_of("week"), "2024-07-08T00:00+01:00", LISBON, "2024-07-15T00:00+01:00"),
        (end_of("month"), "2024-02-01T00:00+00:00", LISBON, "2024-03-01T00:00+00:00"),
        (end_of("month"), "2024-12-31T23:59+00:00", LISBON, "2025-01-01T00:00+00:00"),
        (end_of("quarter"), "2024-03-31T12:00+01:00", LISBON, "2024-04-01T00:00+01:00"),
        (end_of("quarter"), "2024-04-01T00:00+01:00", LISBON, "2024-07-01T00:00+01:00"),
        (end_of("half-year"), "2024-06-30T23:59+01:00", LISBON, "2024-07-01T00:00+01:00"),
        (end_of("half-year"), "2024-07-01T00:00+01:00", LISBON, "2025-01-01T00:00+00:00"),
        (end_of("year"), "2024-12-31T23:59+00:00", LISBON, "2025-01-01T00:00+00:00"),
        # The unit is the zone's: in New York it is still June.
        (end_of("month"), "2024-07-01T03:00+00:00", NEW_YORK, "2024-07-01T00:00-04:00"),
        # The last day of 2011 follows the 29th there.
        (end_of("day"), "2011-12-29T12:00-10:00", APIA, "2011-12-31T00:00+14:00"),
        # 6 November comes back for 59 minutes after midnight: it ends at the second midnight.
        (end_of("day"), "2010-11-06T23:30-02:30", ST_JOHNS, "2010-11-07T00:00-02:30"),
        (end_of("day"), "2010-11-06T23:30-03:30", ST_JOHNS, "2010-11-07T00:00-03:30"),
        (days(0).then_next((11, 6)), "2010-11-06T23:30-03:30", ST_JOHNS, "2010-11-07T00:00-03:30"),
        (months(18).then_next((6, 30)), "2024-01-15T12:00+00:00", LISBON, "2026-07-01T00:00+01:00"),
        (months(18).then_next((6, 30)), "2023-12-30T12:00+00:00", LISBON, "2025-07-01T00:00+01:00"),
        (months(18).then_next((6, 30)), "2024-01-01T12:00+00:00", LISBON, "2026-07-01T00:00+01:00"),
        (
            months(1).then_next((12, 31), (6, 30)),
            "2024-05-30T12:00+01:00",
            LISBON,
            "2024-07-01T00:00+01:00",
        ),
        (
            months(1).then_next((12, 31), (6, 30)),
            "2024-05-31T12:00+01:00",
            LISBON,
            "2024-07-01T00:00+01:00",
        ),
        (
            months(1).then_next((12, 31), (6, 30)),
            "2024-06-01T00:00+01:00",
            LISBON,
            "2025-01-01T00:00+00:00",
        ),
        (days(0).then_next((2, 29)), "2023-02-28T12:00+00:00", LISBON, "2023-03-01T00:00+00:00"),
        (days(0).then_next((2, 29)), "2023-03-01T12:00+00:00", LISBON, "2024-03-01T00:00+00:00"),
        (until(date(2025, 7, 1)), "2024-01-01T00:00+00:00", LISBON, "2025-07-01T00:00+01:00"),
        (through(date(2025, 6, 30)), "2024-01-01T00:00+00:00", LISBON, "2025-07-01T00:00+01:00"),
        # A date that has passed ends before it starts; what starts then is over at once.
        (until(date(2023, 7, 1)), "2024-01-01T00:00+00:00", LISBON, "2023-07-01T00:00+01:00"),
    ],
)
def test_a_term_ends_at_the_first_instant_without_it(
    term: Term, start: str, zone: ZoneInfo, end: str
) -> None:
    ended = term_end(term, at(start), zone)
    assert ended == at(end)
    assert ended is not None
    assert ended.tzinfo is UTC


def test_forever_never_ends() -> None:
    assert term_end(forever(), at("2024-01-01T00:00+00:00"), LISBON) is None
    assert forever() == Forever()


def test_terms_read_as_prose() -> None:
    written: list[Term] = [
        months(6),
        end_of("year"),
        until(date(2025, 7, 1)),
        through(date(2025, 6, 30)),
    ]
    assert [str(term) for term in [*written, forever()]] == [
        "6 months",
        "through the end of the year",
        "until 2025-07-01",
        "until 2025-07-01",
        "forever",
    ]
    assert [as_term(term) for term in written] == written


@pytest.mark.parametrize("value", ["6 months", 6, None, timedelta(days=3), Lifetime()])
def test_what_is_no_term_is_refused_with_what_to_write(value: object) -> None:
    with pytest.raises(MisuseError, match=r"^term: write how long, such as months\(6\)"):
        as_term(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("build", [until, through, OnDate])
def test_a_term_until_a_date_takes_a_date_in_range(build: Callable[[object], OnDate]) -> None:
    with pytest.raises(MisuseError, match="write a date without a time, not datetime"):
        build(datetime(2025, 7, 1, tzinfo=UTC))
    with pytest.raises(DefinitionError, match="write a year from 1900 to 2199"):
        build(date(9999, 12, 31))


# Windows


JOINED = at("2024-02-29T18:00+00:00")


@pytest.mark.parametrize(
    ("window", "moment", "zone", "ends"),
    [
        (Rolling(months(12)), "2024-02-29T12:00+00:00", LISBON, "2025-02-28T12:00+00:00"),
        (Rolling(days(1)), "2024-03-30T12:00+00:00", LISBON, "2024-03-31T12:00+01:00"),
        (Rolling(hours(24)), "2024-03-30T12:00+00:00", LISBON, "2024-03-31T13:00+01:00"),
        (Calendar("day"), "2024-03-31T00:30+00:00", LISBON, "2024-04-01T00:00+01:00"),
        (Calendar("day"), "2010-11-06T23:30-03:30", ST_JOHNS, "2010-11-07T00:00-03:30"),
        (Calendar("week"), "2024-07-10T12:00+01:00", LISBON, "2024-07-15T00:00+01:00"),
        (Calendar("month"), "2024-02-29T23:59+00:00", LISBON, "2024-03-01T00:00+00:00"),
        (Calendar("quarter"), "2024-08-15T12:00+01:00", LISBON, "2024-10-01T00:00+01:00"),
        (Calendar("half-year"), "2024-08-15T12:00+01:00", LISBON, "2025-01-01T00:00+00:00"),
        (Calendar("year"), "2024-08-15T12:00+01:00", LISBON, "2025-01-01T00:00+00:00"),
        # A programme's year from 1 February, a tax year from 6 April, months from the 15th.
        (
            Calendar("year", starts=(2, 1)),
            "2024-01-31T23:59+00:00",
            LISBON,
            "2024-02-01T00:00+00:00",
        ),
        (
            Calendar("year", starts=(2, 1)),
            "2024-02-01T00:00+00:00",
            LISBON,
            "2025-02-01T00:00+00:00",
        ),
        (
            Calendar("quarter", starts=(2, 1)),
            "2024-01-31T12:00+00:00",
            LISBON,
            "2024-02-01T00:00+00:00",
        ),
        (
            Calendar("quarter", starts=(4, 6)),
            "2024-07-05T12:00+01:00",
            LISBON,
            "2024-07-06T00:00+01:00",
        ),
        (
            Calendar("quarter", starts=(4, 6)),
            "2024-12-31T12:00+00:00",
            LISBON,
            "2025-01-06T00:00+00:00",
        ),
        (
            Calendar("month", starts=(1, 15)),
            "2024-02-14T12:00+00:00",
            LISBON,
            "2024-02-15T00:00+00:00",
        ),
        (
            Calendar("month", starts=(1, 15)),
            "2024-12-15T12:00+00:00",
            LISBON,
            "2025-01-15T00:00+00:00",
        ),
        # Joined on 29 February: the year turns on the 28th, in leap years on the 29th.
        (MembershipYear(), "2024-02-29T18:00+00:00", LISBON, "2025-02-28T00:00+00:00"),
        (MembershipYear(), "2025-02-27T23:59+00:00", LISBON, "2025-02-28T00:00+00:00"),
        (MembershipYear(), "2025-02-28T00:00+00:00", LISBON, "2026-02-28T00:00+00:00"),
        (MembershipYear(), "2027-06-01T00:00+01:00", LISBON, "2028-02-29T00:00+00:00"),
        (Lifetime(), "2024-02-29T18:00+00:00", LISBON, None),
        (SinceEntry(), "2024-02-29T18:00+00:00", LISBON, None),
    ],
)
def test_a_contribution_counts_until(
    window: Window, moment: str, zone: ZoneInfo, ends: str | None
) -> None:
    ended = counts_until(window, at(moment), zone, JOINED)
    assert ended == (at(ends) if ends else None)


def test_twelve_months_from_entry_end_on_the_same_date() -> None:  # tier-01
    entered = at("2024-01-01T00:00+11:00")
    sydney = ZoneInfo("Australia/Sydney")
    for moment in ("2024-01-01T00:00+11:00", "2024-12-31T23:59+11:00"):
        assert counts_until(MembershipYear(), at(moment), sydney, entered) == at(
            "2025-01-01T00:00+11:00"
        )


@pytest.mark.parametrize(
    ("window", "moment", "begins"),
    [
        (Calendar("day"), "2024-07-10T12:00+01:00", "2024-07-10T00:00+01:00"),
        (Calendar("week"), "2024-07-10T12:00+01:00", "2024-07-08T00:00+01:00"),
        (Calendar("month"), "2024-07-10T12:00+01:00", "2024-07-01T00:00+01:00"),
        (Calendar("quarter"), "2024-06-30T12:00+01:00", "2024-04-01T00:00+01:00"),
        (Calendar("half-year"), "2024-06-30T12:00+01:00", "2024-01-01T00:00+00:00"),
        (Calendar("year"), "2024-07-10T12:00+01:00", "2024-01-01T00:00+00:00"),
        (Calendar("year", starts=(7, 11)), "2024-07-10T12:00+01:00", "2023-07-11T00:00+01:00"),
        (MembershipYear(), "2024-02-29T18:00+00:00", "2024-02-29T00:00+00:00"),
        (MembershipYear(), "2025-02-27T18:00+00:00", "2024-02-29T00:00+00:00"),
        (MembershipYear(), "2025-02-28T00:00+00:00", "2025-02-28T00:00+00:00"),
        (MembershipYear(), "2028-02-28T12:00+00:00", "2027-02-28T00:00+00:00"),
        (SinceEntry(), "2028-02-28T12:00+00:00", "2024-02-29T18:00+00:00"),
        (Lifetime(), "2028-02-28T12:00+00:00", None),
    ],
)
def test_a_window_begins(
    window: Lifetime | Calendar | MembershipYear | SinceEntry, moment: str, begins: str | None
) -> None:
    begun = window_start(window, at(moment), LISBON, JOINED)
    assert begun == (at(begins) if begins else None)


def test_before_the_anchor_a_membership_year_has_not_begun() -> None:
    early = at("2023-06-01T12:00+01:00")
    assert window_start(MembershipYear(), early, LISBON, JOINED) == at("2024-02-29T00:00+00:00")
    assert counts_until(MembershipYear(), early, LISBON, JOINED) == at("2025-02-28T00:00+00:00")


def test_a_window_that_hangs_on_an_anchor_asks_for_it() -> None:
    moment = at("2024-07-10T12:00+01:00")
    with pytest.raises(DefinitionError, match="^window: in one membership year needs an anchor"):
        counts_until(MembershipYear(), moment, LISBON)
    with pytest.raises(DefinitionError, match="^window: in one membership year needs an anchor"):
        window_start(MembershipYear(), moment, LISBON)
    with pytest.raises(DefinitionError, match="^window: since entry needs an anchor"):
        window_start(SinceEntry(), moment, LISBON)


def test_a_period_as_a_window_rolls() -> None:
    assert as_window(months(12)) == Rolling(months(12))
    assert as_window(hours(1)) == Rolling(hours(1))
    for window in (Lifetime(), Rolling(days(1)), Calendar("year"), MembershipYear(), SinceEntry()):
        assert as_window(window) == window


def test_windows_read_as_prose() -> None:
    windows = [Lifetime(), Rolling(years(1)), Calendar("quarter"), MembershipYear(), SinceEntry()]
    assert [str(window) for window in windows] == [
        "ever",
        "within 1 year",
        "in one quarter",
        "in one membership year",
        "since entry",
    ]


@pytest.mark.parametrize("value", ["year", 12, None, end_of("year"), Unit.YEAR])
def test_what_is_no_window_is_refused_with_what_to_write(value: object) -> None:
    with pytest.raises(MisuseError, match="^window: write over which time it counts, such as"):
        as_window(value)  # type: ignore[arg-type]


def test_a_malformed_window_is_refused_when_it_is_built() -> None:
    with pytest.raises(DefinitionError, match="^rolling: write a period longer than zero"):
        Rolling(days(0))
    with pytest.raises(MisuseError, match="^rolling: write a period, not int"):
        Rolling(12)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="^unit: write one of day, week"):
        Calendar("decade")
    for day in (29, 30, 31):
        with pytest.raises(DefinitionError, match=f"^starts: write a day from 1 to 28, not {day}$"):
            Calendar("year", starts=(1, day))
    with pytest.raises(DefinitionError, match="^date: write a month and a day of it"):
        Calendar("year", starts=(13, 1))
    for unit in ("day", "week"):
        with pytest.raises(DefinitionError, match=f"^starts: a {unit} has no starting date"):
            Calendar(unit, starts=(2, 1))


# Properties


changes = [
    at("2024-03-31T01:00Z"),
    at("2018-11-04T03:00Z"),
    at("2018-02-18T02:00Z"),
    at("2010-11-07T02:31Z"),
    at("2011-12-30T10:00Z"),
    at("1969-09-30T13:00Z"),
    at("2022-09-21T20:30Z"),
    at("2024-02-29T23:59Z"),
]
near_changes = st.tuples(st.sampled_from(changes), st.integers(-200_000, 200_000)).map(
    lambda near: near[0] + timedelta(seconds=near[1])
)
anywhere = st.integers(0, 290 * 365 * 86_400).map(
    lambda second: datetime(1901, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
instants = near_changes | anywhere
zones = st.sampled_from(ZONES)
year_days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: (day.month, day.day))
periods = st.builds(
    Period,
    months=st.integers(0, 60),
    days=st.integers(0, 40),
    seconds=st.integers(0, 200_000) | st.just(0),
)
calendars = st.builds(Calendar, st.sampled_from(Unit)) | st.builds(
    Calendar,
    st.sampled_from([Unit.MONTH, Unit.QUARTER, Unit.HALF_YEAR, Unit.YEAR]),
    starts=st.tuples(st.integers(1, 12), st.integers(1, 28)),
)
windows: st.SearchStrategy[Window] = (
    calendars
    | st.just(MembershipYear())
    | st.builds(Rolling, periods.filter(lambda period: not period.empty))
)
# 29 February in `ThenNext` is left to the table above.
terms: st.SearchStrategy[ThroughEndOf | ThenNext] = st.builds(
    ThroughEndOf, st.sampled_from(Unit), after=periods
) | st.builds(
    ThenNext,
    st.lists(year_days.filter(lambda day: day != (2, 29)), min_size=1, max_size=3),
    after=periods,
)


@given(windows, instants, zones, instants)
@example(Calendar("day"), at("2010-11-07T03:00Z"), ST_JOHNS, at("2010-01-01T00:00Z"))
def test_every_contribution_counts_for_a_while(
    window: Window, moment: datetime, zone: ZoneInfo, anchor: datetime
) -> None:
    ends = counts_until(window, moment, zone, anchor)
    assert ends is not None
    assert ends.tzinfo is UTC
    assert ends > moment


@given(calendars, instants, zones)
def test_calendar_windows_tile_time(window: Calendar, moment: datetime, zone: ZoneInfo) -> None:
    start, end = window_start(window, moment, zone), counts_until(window, moment, zone)
    assert start is not None
    assert end is not None
    assert start <= moment < end
    assert counts_until(window, start, zone) in {end, day_start(end.astimezone(zone).date(), zone)}
    assert window_start(window, end, zone) in {end, day_start(end.astimezone(zone).date(), zone)}


SPANS: dict[Unit, Callable[[date], tuple[int, ...]]] = {
    Unit.DAY: lambda day: (day.toordinal(),),
    Unit.WEEK: lambda day: day.isocalendar()[:2],
    Unit.MONTH: lambda day: (day.year, day.month),
    Unit.QUARTER: lambda day: (day.year, (day.month + 2) // 3),
    Unit.HALF_YEAR: lambda day: (day.year, day.month > 6),
    Unit.YEAR: lambda day: (day.year,),
}


@given(st.dates(date(1901, 1, 1), date(2190, 12, 31)), st.sampled_from(Unit))
def test_a_unit_ends_on_the_first_day_that_has_another_name(day: date, unit: Unit) -> None:
    walked = day
    while SPANS[unit](walked) == SPANS[unit](day):
        walked += timedelta(days=1)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert counts_until(Calendar(unit), noon, ZoneInfo("UTC")) == datetime(
        walked.year, walked.month, walked.day, tzinfo=UTC
    )


@given(terms, instants, zones)
def test_a_rounded_term_ends_on_the_first_fitting_day_after_its_period(
    term: ThroughEndOf | ThenNext, start: datetime, zone: ZoneInfo
) -> None:
    assert isinstance(term.after, Period)
    reached = shift(start, term.after, zone)
    end = term_end(term, start, zone)
    assert end is not None
    assert end > reached

    day = reached.astimezone(zone).date()
    match term:
        case ThroughEndOf(unit):
            name = SPANS[unit]
            while name(day) == name(reached.astimezone(zone).date()):
                day += timedelta(days=1)
        case ThenNext(dates):
            while (day.month, day.day) not in dates:
                day += timedelta(days=1)
            day += timedelta(days=1)
    first = day_start(day, zone)
    event("midnight comes twice" if end != first else "midnight comes once")
    assert end == first or (first <= reached and end - first < timedelta(hours=3))


@given(instants, zones, st.integers(1, 40))
def test_membership_years_turn_on_the_anniversary_of_the_day_of_joining(
    joined: datetime, zone: ZoneInfo, year: int
) -> None:
    day = joined.astimezone(zone).date()
    leap = (day.month, day.day) == (2, 29)
    common = leap and (day.year + year) % 4 != 0
    if leap and day.year + year in (1900, 2100, 2200):
        return
    turn = date(day.year + year, day.month, 28 if common else day.day)
    start = day_start(turn, zone)
    before = start - timedelta(seconds=1)
    assert window_start(MembershipYear(), start, zone, joined) == start
    assert counts_until(MembershipYear(), before, zone, joined) == start
    after = counts_until(MembershipYear(), start, zone, joined)
    assert after is not None
    assert timedelta(days=364) < after - start < timedelta(days=368)
