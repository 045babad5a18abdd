"""P15, the calendar: clip, never chain; leap days, clock changes and month ends as stated.

Tables of dates written out, and every year from 1900 to 2100 for birthdays on a leap day. Local
times are written with the offset that the zone had, so no test repeats the library's own steps.
"""

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as fixed
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from loyaltykit.calendar import (
    LeapDay,
    anniversary,
    at_local,
    civil_date,
    civil_day,
    day_start,
    elapsed,
    instant,
    local,
    next_anniversary,
    shift,
    timezone,
)
from loyaltykit.errors import DefinitionError, LimitError, LoyaltyError, MisuseError
from loyaltykit.periods import (
    Period,
    ThenNext,
    ThroughEndOf,
    Unit,
    as_unit,
    days,
    hours,
    minutes,
    months,
    weeks,
    year_day,
    years,
)

LISBON = ZoneInfo("Europe/Lisbon")
NEW_YORK = ZoneInfo("America/New_York")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ST_JOHNS = ZoneInfo("America/St_Johns")
BEIRUT = ZoneInfo("Asia/Beirut")
APIA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
KWAJALEIN = ZoneInfo("Pacific/Kwajalein")
ZONES = [LISBON, NEW_YORK, SAO_PAULO, ST_JOHNS, BEIRUT, APIA, LORD_HOWE, KIRITIMATI, KWAJALEIN]
ZONES += [ZoneInfo("UTC"), ZoneInfo("Asia/Tehran"), ZoneInfo("Asia/Kathmandu")]


def at(text: str) -> datetime:
    """An instant written with its offset."""
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None
    return found.astimezone(UTC)


# Periods


def test_constructors_build_the_period_that_they_name() -> None:
    assert years(2) == Period(months=24)
    assert months(6) == Period(months=6)
    assert weeks(2) == Period(days=14)
    assert days(14) == Period(days=14)
    assert hours(36) == Period(seconds=129_600)
    assert minutes(40) == Period(seconds=2_400)
    assert days(0) == Period()


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (days(14), "14 days"),
        (days(1), "1 day"),
        (years(2), "2 years"),
        (months(12), "1 year"),
        (months(18), "18 months"),
        (Period(months=1, days=3), "1 month 3 days"),
        (hours(36), "36 hours"),
        (minutes(90), "1 hour 30 minutes"),
        (Period(seconds=30), "30 seconds"),
        (Period(months=13, days=1, seconds=3_661), "13 months 1 day 1 hour 1 minute 1 second"),
        (Period(), "0 days"),
    ],
)
def test_a_period_reads_as_people_say_it(period: Period, text: str) -> None:
    assert str(period) == text


def test_only_a_period_of_nothing_is_empty() -> None:
    assert Period().empty
    assert not any(period.empty for period in (months(1), days(1), Period(seconds=1)))


CONSTRUCTORS = [
    pytest.param(years, 100, "years", id="years"),
    pytest.param(months, 1_200, "months", id="months"),
    pytest.param(weeks, 5_217, "weeks", id="weeks"),
    pytest.param(days, 36_525, "days", id="days"),
    pytest.param(hours, 876_600, "hours", id="hours"),
    pytest.param(minutes, 52_596_000, "minutes", id="minutes"),
]


@pytest.mark.parametrize(("constructor", "most", "unit"), CONSTRUCTORS)
def test_a_period_is_bounded_at_about_a_century(
    constructor: Callable[[int], Period], most: int, unit: str
) -> None:
    constructor(most)
    for count in (most + 1, -1, 10**5_000):
        with pytest.raises(DefinitionError, match=f"^period: write 0 to {most} {unit}$"):
            constructor(count)


@pytest.mark.parametrize("count", [1.5, 1.0, True, "3", None, float("nan")])
@pytest.mark.parametrize("constructor", [years, months, weeks, days, hours, minutes])
def test_a_period_counts_whole_units(
    constructor: Callable[[object], Period], count: object
) -> None:
    unit = constructor.__name__
    with pytest.raises(MisuseError, match=f"^period: write a whole number of {unit}, not "):
        constructor(count)


@pytest.mark.parametrize("field", ["months", "days", "seconds"])
def test_a_period_is_never_built_negative(field: str) -> None:
    with pytest.raises(DefinitionError, match=rf"^period: write 0 to \d+ {field}$"):
        Period(**{field: -1})
    with pytest.raises(MisuseError, match=f"^period: write a whole number of {field}"):
        Period(**{field: True})


# Units and days of the year


def test_a_unit_is_written_as_a_member_or_a_word() -> None:
    words = ["day", "week", "month", "quarter", "half-year", "year"]
    assert [as_unit(word) for word in words] == list(Unit)
    assert [as_unit(unit) for unit in Unit] == list(Unit)


@pytest.mark.parametrize("word", ["Month", "months", "", None, 3, ["year"], "x" * 100_000])
def test_an_unknown_unit_is_answered_with_all_of_them(word: object) -> None:
    with pytest.raises(DefinitionError, match=r"^unit: write one of day, week, .*year, not ") as no:
        as_unit(word)  # type: ignore[arg-type]
    assert len(str(no.value)) < 160


@pytest.mark.parametrize(("month", "day"), [(2, 30), (4, 31), (13, 1), (0, 1), (1, 0), ("1", 1)])
def test_a_day_that_no_year_has_is_refused(month: int, day: int) -> None:
    with pytest.raises(DefinitionError, match=r"^date: write a month and a day of it"):
        year_day((month, day))


@pytest.mark.parametrize("dates", [[5], [(1, 2, 3)], ["12"], "1", 7, [None]])
def test_what_is_no_list_of_days_is_refused(dates: object) -> None:
    with pytest.raises(LoyaltyError, match=r"^dates?: write"):
        ThenNext(dates)  # type: ignore[arg-type]


def test_dates_of_the_year_are_kept_in_order_once() -> None:
    assert ThenNext([(12, 31), (6, 30), (12, 31)]).dates == ((6, 30), (12, 31))
    with pytest.raises(DefinitionError, match="^dates: write at least one"):
        months(18).then_next()


def test_terms_are_written_as_prose_and_read_back_as_prose() -> None:
    assert months(6).through_end_of("month") == ThroughEndOf(Unit.MONTH, after=months(6))
    assert months(18).then_next((6, 30)) == ThenNext([(6, 30)], after=months(18))
    assert str(ThroughEndOf("year")) == "through the end of the year"
    assert str(months(6).through_end_of("month")) == (
        "through the end of the month reached after 6 months"
    )
    assert str(months(18).then_next((12, 31), (6, 30))) == (
        "18 months, then through the next 30 June or 31 December"
    )


@pytest.mark.parametrize("after", [6, "6 months", None, timedelta(days=6)])
def test_what_comes_before_the_rounding_is_a_period(after: Period) -> None:
    with pytest.raises(MisuseError, match=r"^after: write a period such as months\(6\), not "):
        ThroughEndOf("month", after=after)
    with pytest.raises(MisuseError, match=r"^after: write a period such as months\(6\), not "):
        ThenNext([(6, 30)], after=after)


# Zones, instants, dates


@pytest.mark.parametrize(
    "name",
    [
        *("UTC", "Europe/Lisbon", "America/Argentina/Buenos_Aires", "Etc/GMT-14", "EST5EDT"),
        *("America/Port-au-Prince", "America/North_Dakota/New_Salem", "GMT+0"),
    ],
)
def test_a_zone_is_found_by_its_name(name: str) -> None:
    assert timezone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        *("../x", "/etc/passwd", "Europe/../UTC", "Europe", "Europe/", "europe/lisbon", ""),
        *(" UTC", "UTC ", "UTC\n", "UTC\0", "A" * 300, "Ä/B", "localtime", "posixrules", "CON"),
        *("posix/UTC", "right/UTC", "Factory", "A/" * 1_000_000, "Europe\\Lisbon", "+01:00"),
        "Europe/Lisboa",
    ],
    ids=lambda name: repr(name[:12]) + str(len(name)),
)
def test_an_unknown_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(DefinitionError, match='write an IANA name such as "Europe/Lisbon"') as no:
        timezone(name)
    assert len(str(no.value)) < 200


@pytest.mark.parametrize("name", [None, 1, b"UTC", UTC])
def test_a_zone_is_named_by_text(name: object) -> None:
    with pytest.raises(MisuseError, match="^timezone: write a name"):
        timezone(name)  # type: ignore[arg-type]


class Stamp(datetime):
    """A datetime that carries more than a datetime, as data frames have."""


def test_an_instant_is_a_plain_datetime_in_utc() -> None:
    written = Stamp(2024, 7, 1, 12, 30, 0, 5, tzinfo=LISBON)
    stored = instant(written, "at")
    assert stored == datetime(2024, 7, 1, 11, 30, 0, 5, tzinfo=UTC)
    assert (type(stored), stored.tzinfo, stored.fold) == (datetime, UTC, 0)
    assert instant(stored, "at") == stored


def test_the_two_passes_of_a_repeated_hour_are_two_instants() -> None:
    first = datetime(2024, 10, 27, 1, 30, tzinfo=LISBON)
    assert instant(first, "at") == at("2024-10-27T01:30+01:00")
    assert instant(first.replace(fold=1), "at") == at("2024-10-27T01:30+00:00")
    assert instant(datetime(2024, 10, 27, 1, 30, tzinfo=UTC, fold=1), "at").fold == 0


class Nowhere(ZoneInfo):
    """A zone that does not know its offset: as good as none."""

    def utcoffset(self, dt: datetime | None, /) -> None:  # noqa: ARG002
        return None


@pytest.mark.parametrize("zone", [None, Nowhere("UTC")])
def test_a_naive_datetime_is_refused_with_what_to_write(zone: ZoneInfo | None) -> None:
    with pytest.raises(
        DefinitionError, match=r"^placed: 2024-07-01T12:00:00 has no time zone; wri"
    ):
        instant(datetime(2024, 7, 1, 12, tzinfo=zone), "placed")


@pytest.mark.parametrize("value", [date(2024, 7, 1), "2024-07-01T00:00Z", 0, 1.5, None])
def test_an_instant_is_a_datetime(value: object) -> None:
    with pytest.raises(MisuseError, match="^at: write a datetime with its time zone, not "):
        instant(value, "at")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        (datetime(1900, 1, 1, tzinfo=UTC), True),
        (datetime(1899, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), False),
        (datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), True),
        (datetime(2200, 1, 1, tzinfo=UTC), False),
        (datetime(2200, 1, 1, tzinfo=fixed(timedelta(hours=1))), True),
        (datetime(1899, 12, 31, 23, tzinfo=fixed(timedelta(hours=-1))), True),
        (datetime(1, 1, 1, tzinfo=fixed(timedelta(hours=1))), False),
        (datetime(9999, 12, 31, 23, tzinfo=fixed(timedelta(hours=-1))), False),
    ],
)
def test_an_instant_lies_between_1900_and_2199_in_utc(value: datetime, allowed: bool) -> None:
    if allowed:
        assert instant(value, "at") == value
    else:
        with pytest.raises(DefinitionError, match="^at: write a year from 1900 to 2199, not "):
            instant(value, "at")


def test_a_date_from_outside_is_a_plain_date() -> None:
    assert civil_date(date(2000, 2, 29), "birthday") == date(2000, 2, 29)
    for value in (datetime(2000, 2, 29, tzinfo=UTC), "2000-02-29", None):
        with pytest.raises(MisuseError, match="^birthday: write a date without a time, not "):
            civil_date(value, "birthday")  # type: ignore[arg-type]
    for year in (1899, 2200):
        with pytest.raises(DefinitionError, match="^birthday: write a year from 1900 to 2199"):
            civil_date(date(year, 1, 1), "birthday")


# Civil days


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2024-06-30T23:30Z", "Europe/Lisbon", date(2024, 7, 1)),
        ("2024-12-31T23:30Z", "Europe/Lisbon", date(2024, 12, 31)),
        ("2024-07-01T03:59Z", "America/New_York", date(2024, 6, 30)),
        ("2024-07-01T04:00Z", "America/New_York", date(2024, 7, 1)),
        ("2011-12-30T09:59:59Z", "Pacific/Apia", date(2011, 12, 29)),
        ("2011-12-30T10:00Z", "Pacific/Apia", date(2011, 12, 31)),
    ],
)
def test_a_civil_day_belongs_to_its_zone(moment: str, zone: str, day: date) -> None:
    assert civil_day(at(moment), ZoneInfo(zone)) == day


def test_a_naive_datetime_is_never_read_in_the_zone_of_the_machine() -> None:
    naive = datetime(2024, 7, 1, 12)  # noqa: DTZ001
    for moment in (naive, naive.replace(tzinfo=Nowhere("UTC"))):
        with pytest.raises(DefinitionError, match="has no time zone; write tzinfo=UTC"):
            local(moment, LISBON)
        with pytest.raises(DefinitionError, match="has no time zone; write tzinfo=UTC"):
            shift(moment, hours(1), LISBON)
    with pytest.raises(DefinitionError, match="has a time zone; write a local time"):
        at_local(naive.replace(tzinfo=UTC), LISBON)


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2024, 7, 1), LISBON, "2024-07-01T00:00+01:00"),
        (date(2024, 3, 31), LISBON, "2024-03-31T00:00+00:00"),
        (date(2024, 7, 1), NEW_YORK, "2024-07-01T00:00-04:00"),
        # Clocks jump from 0:00 to 1:00, so these days begin at one o'clock.
        (date(2018, 11, 4), SAO_PAULO, "2018-11-04T01:00-02:00"),
        (date(2024, 3, 31), BEIRUT, "2024-03-31T01:00+03:00"),
        # Clocks fall from 0:00 back to 23:00: the day begins when midnight comes for good.
        (date(2018, 2, 18), SAO_PAULO, "2018-02-18T00:00-03:00"),
        # Clocks fall from 0:01 back to 23:01: midnight comes twice, and the first is taken.
        (date(2010, 11, 7), ST_JOHNS, "2010-11-07T00:00-02:30"),
        # The day itself was left out: the next one begins.
        (date(2011, 12, 30), APIA, "2011-12-31T00:00+14:00"),
        (date(2011, 12, 31), APIA, "2011-12-31T00:00+14:00"),
        (date(2011, 12, 29), APIA, "2011-12-29T00:00-10:00"),
        (date(1994, 12, 31), KIRITIMATI, "1995-01-01T00:00+14:00"),
        (date(1993, 8, 21), KWAJALEIN, "1993-08-22T00:00+12:00"),
    ],
)
def test_a_day_starts_at_the_first_instant_that_exists(
    day: date, zone: ZoneInfo, start: str
) -> None:
    assert day_start(day, zone) == at(start)
    assert day_start(day, zone).tzinfo is UTC


@pytest.mark.parametrize(
    ("wall", "zone", "moment"),
    [
        ("2024-07-01T12:00", LISBON, "2024-07-01T12:00+01:00"),
        # Skipped: 1:00 to 2:00 in Lisbon, 2:00 to 3:00 in New York, half an hour on Lord Howe.
        ("2024-03-31T00:59:59.999999", LISBON, "2024-03-31T00:59:59.999999+00:00"),
        ("2024-03-31T01:00", LISBON, "2024-03-31T02:00+01:00"),
        ("2024-03-31T01:30:00.000001", LISBON, "2024-03-31T02:00+01:00"),
        ("2024-03-31T01:59:59.999999", LISBON, "2024-03-31T02:00+01:00"),
        ("2024-03-31T02:00", LISBON, "2024-03-31T02:00+01:00"),
        ("2024-03-10T02:30", NEW_YORK, "2024-03-10T03:00-04:00"),
        ("2024-10-06T02:15", LORD_HOWE, "2024-10-06T02:30+11:00"),
        ("2011-12-30T18:45", APIA, "2011-12-31T00:00+14:00"),
        # Repeated: the first pass is taken.
        ("2024-10-27T01:30", LISBON, "2024-10-27T01:30+01:00"),
        ("2024-11-03T01:30", NEW_YORK, "2024-11-03T01:30-04:00"),
        ("2024-11-03T02:00", NEW_YORK, "2024-11-03T02:00-05:00"),
        ("2024-04-07T01:45", LORD_HOWE, "2024-04-07T01:45+11:00"),
        ("1969-09-30T12:00", KWAJALEIN, "1969-09-30T12:00+11:00"),
    ],
)
def test_skipped_times_move_forward_and_repeated_ones_are_taken_once(
    wall: str, zone: ZoneInfo, moment: str
) -> None:
    naive = datetime.fromisoformat(wall)
    assert at_local(naive, zone) == at(moment)
    assert at_local(naive.replace(fold=1), zone) == at(moment)


# Shifting


@pytest.mark.parametrize(
    ("base", "period", "zone", "due"),
    [
        # Months clip to the end of the month.
        ("2023-01-31T12:00+00:00", months(1), LISBON, "2023-02-28T12:00+00:00"),
        ("2024-01-31T12:00+00:00", months(1), LISBON, "2024-02-29T12:00+00:00"),
        ("2023-01-31T12:00+00:00", months(2), LISBON, "2023-03-31T12:00+01:00"),
        ("2023-01-31T12:00+00:00", months(3), LISBON, "2023-04-30T12:00+01:00"),
        ("2024-02-29T12:00+00:00", years(1), LISBON, "2025-02-28T12:00+00:00"),
        ("2024-02-29T12:00+00:00", years(4), LISBON, "2028-02-29T12:00+00:00"),
        ("2096-02-29T12:00+00:00", years(4), LISBON, "2100-02-28T12:00+00:00"),
        ("2024-08-31T12:00+01:00", months(18), LISBON, "2026-02-28T12:00+00:00"),
        # Months first, then days: from 31 January over 28 February into March.
        (
            "2023-01-31T12:00+00:00",
            Period(months=1, days=1),
            LISBON,
            "2023-03-01T12:00+00:00",
        ),
        # Days keep the clock, hours do not.
        ("2024-03-30T12:00+00:00", days(1), LISBON, "2024-03-31T12:00+01:00"),
        ("2024-03-30T12:00+00:00", hours(24), LISBON, "2024-03-31T13:00+01:00"),
        ("2024-10-26T12:00+01:00", days(1), LISBON, "2024-10-27T12:00+00:00"),
        ("2024-10-26T12:00+01:00", hours(24), LISBON, "2024-10-27T11:00+00:00"),
        # Into a gap, into a repeated hour.
        ("2024-03-30T01:30+00:00", days(1), LISBON, "2024-03-31T02:00+01:00"),
        ("2024-02-29T01:30+00:00", Period(months=1, days=2), LISBON, "2024-03-31T02:00+01:00"),
        ("2024-03-09T02:30-05:00", Period(days=1, seconds=60), NEW_YORK, "2024-03-10T03:01-04:00"),
        ("2024-10-26T01:30+01:00", days(1), LISBON, "2024-10-27T01:30+01:00"),
        ("2018-11-03T00:30-03:00", days(1), SAO_PAULO, "2018-11-04T01:00-02:00"),
        ("2011-12-29T12:00-10:00", days(1), APIA, "2011-12-31T00:00+14:00"),
        ("2011-11-30T12:00-10:00", months(1), APIA, "2011-12-31T00:00+14:00"),
        # From the second pass of a repeated hour: exact time stays exact.
        ("2024-10-27T01:30+00:00", Period(), LISBON, "2024-10-27T01:30+00:00"),
        ("2024-10-27T01:30+00:00", minutes(15), LISBON, "2024-10-27T01:45+00:00"),
        ("2024-10-27T01:30+00:00", days(1), LISBON, "2024-10-28T01:30+00:00"),
        # The day is the zone's: in New York it is still 30 January.
        ("2023-01-31T03:00+00:00", months(1), NEW_YORK, "2023-02-28T22:00-05:00"),
    ],
)
def test_a_period_is_counted_on_the_calendar_of_the_zone(
    base: str, period: Period, zone: ZoneInfo, due: str
) -> None:
    assert shift(at(base), period, zone) == at(due)
    assert shift(datetime.fromisoformat(base), period, zone) == at(due)


def test_months_are_counted_from_the_base_and_never_chained() -> None:
    base = at("2023-01-31T09:00+00:00")
    ends = [civil_day(shift(base, months(n), LISBON), LISBON).day for n in range(1, 13)]
    assert ends == [28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31]
    chained = shift(shift(base, months(1), LISBON), months(1), LISBON)
    assert civil_day(chained, LISBON) == date(2023, 3, 28)  # what chaining would have given


def test_a_period_has_elapsed_at_the_very_instant_it_ends() -> None:
    since, end = at("2024-01-31T12:00+00:00"), at("2024-02-29T12:00+00:00")
    tick = timedelta(microseconds=1)
    assert [elapsed(since, end + n * tick, months(1), LISBON) for n in (-1, 0, 1)] == [
        False,
        True,
        True,
    ]


def test_time_beyond_the_calendar_is_a_limit() -> None:
    late = datetime(8799, 12, 31, tzinfo=UTC)
    longest = Period(months=1_200, days=36_525, seconds=3_155_760_000)
    assert shift(late, longest, LISBON).year == 9100
    calls: list[Callable[[], object]] = [
        lambda: shift(datetime(9001, 1, 1, tzinfo=UTC), hours(1), LISBON),
        lambda: shift(datetime(9000, 12, 31, tzinfo=UTC), days(1), LISBON),
        lambda: local(datetime(1, 1, 1, tzinfo=UTC), NEW_YORK),
        lambda: day_start(date(9999, 12, 31), NEW_YORK),
        lambda: anniversary(date(2000, 1, 1), 10**100),
        lambda: next_anniversary(date(2000, 1, 1), date(9999, 12, 31)),
    ]
    for call in calls:
        with pytest.raises(LimitError, match="^time: the year .* lies outside 1890 to 9000$"):
            call()


moments = st.datetimes(
    datetime(1901, 1, 1),  # noqa: DTZ001
    datetime(2199, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
near_changes = st.sampled_from(
    [
        at("2024-03-31T01:00Z"),
        at("2024-10-27T01:00Z"),
        at("2018-11-04T03:00Z"),
        at("2018-02-18T02:00Z"),
        at("2010-11-07T02:31Z"),
        at("2011-12-30T10:00Z"),
        at("1969-09-30T13:00Z"),
        at("1993-08-21T12:00Z"),
        at("2022-09-21T20:30Z"),
    ]
).flatmap(
    lambda change: st.integers(-200_000, 200_000).map(lambda s: change + timedelta(seconds=s))
)
instants = st.one_of(moments, near_changes)
zones = st.sampled_from(ZONES)
periods = st.builds(
    Period,
    months=st.integers(0, 1_200) | st.just(0),
    days=st.integers(0, 36_525) | st.integers(0, 3),
    seconds=st.integers(0, 3_155_760_000) | st.integers(0, 90_000) | st.just(0),
)


@given(instants, periods, zones)
def test_a_shift_is_an_instant_in_utc_after_its_base(
    base: datetime, period: Period, zone: ZoneInfo
) -> None:
    due = shift(base, period, zone)
    assert due.tzinfo is UTC
    assert due == base if period.empty else due > base
    assert elapsed(base, due, period, zone)


@given(instants, st.integers(0, 1_200), st.integers(0, 400), zones)
def test_a_civil_shift_shows_the_clipped_day_and_the_same_clock(
    base: datetime, months_: int, days_: int, zone: ZoneInfo
) -> None:
    if months_ == days_ == 0:
        return
    wall = base.astimezone(zone).replace(tzinfo=None, fold=0)
    # The model: count months one by one, look up how long the last one is, then count days.
    year, month = wall.year, wall.month
    for _ in range(months_):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    last = calendar.monthrange(year, month)[1]
    expected = wall.replace(year=year, month=month, day=min(wall.day, last))
    expected += timedelta(days=days_)

    due = shift(base, Period(months=months_, days=days_), zone)
    shown = due.astimezone(zone).replace(tzinfo=None, fold=0)
    event("same clock" if shown == expected else "moved out of a gap")
    if shown != expected:
        # It was skipped: just before `due` the clock showed less, from `due` on it shows more.
        before = (due - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None, fold=0)
        assert before < expected < shown
    assert due.astimezone(zone).fold == 0


@given(instants, instants, st.integers(1, 400), zones)
def test_days_and_seconds_keep_the_order_of_civil_days(
    one: datetime, other: datetime, count: int, zone: ZoneInfo
) -> None:
    one, other = sorted((one, other))
    assert shift(one, hours(count), zone) <= shift(other, hours(count), zone)
    if one.astimezone(zone).replace(tzinfo=None) <= other.astimezone(zone).replace(tzinfo=None):
        assert shift(one, days(count), zone) <= shift(other, days(count), zone)


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)), zones)
@example(date(2011, 12, 30), APIA)
@example(date(2010, 11, 7), ST_JOHNS)
def test_no_instant_of_a_day_comes_before_its_start(day: date, zone: ZoneInfo) -> None:
    start = day_start(day, zone)
    assert civil_day(start, zone) >= day
    assert civil_day(start - timedelta(microseconds=1), zone) < day


# Anniversaries


@pytest.mark.parametrize("year", range(1900, 2101))
def test_a_leap_day_birthday_falls_as_each_policy_says(year: int) -> None:
    born = date(1896, 2, 29)
    leap = year in {1904, 1908, 1912, 1916, 1920, 1924, 1928, 1932, 1936, 1940, 1944, 1948} | {
        *(1952, 1956, 1960, 1964, 1968, 1972, 1976, 1980, 1984, 1988, 1992, 1996, 2000, 2004),
        *(2008, 2012, 2016, 2020, 2024, 2028, 2032, 2036, 2040, 2044, 2048, 2052, 2056, 2060),
        *(2064, 2068, 2072, 2076, 2080, 2084, 2088, 2092, 2096),
    }
    day = date(year, 2, 29) if leap else None
    assert anniversary(born, year) == (day or date(year, 2, 28))
    assert anniversary(born, year, LeapDay.FEB_28) == (day or date(year, 2, 28))
    assert anniversary(born, year, LeapDay.MAR_1) == (day or date(year, 3, 1))
    assert anniversary(born, year, LeapDay.LEAP_YEARS_ONLY) == day


@pytest.mark.parametrize("leap", LeapDay)
@pytest.mark.parametrize("born", [date(1899, 3, 1), date(1899, 2, 28), date(1899, 12, 31)])
def test_other_birthdays_fall_on_their_day_every_year(born: date, leap: LeapDay) -> None:
    for year in range(1900, 2101):
        assert anniversary(born, year, leap) == date(year, born.month, born.day)


def test_the_base_date_and_the_years_before_it_are_no_anniversary() -> None:
    joined = date(2024, 5, 17)
    assert [anniversary(joined, year) for year in (2023, 2024, 2025)] == [
        None,
        None,
        date(2025, 5, 17),
    ]
    assert next_anniversary(joined, joined) == date(2025, 5, 17)
    assert next_anniversary(joined, date(2010, 1, 1)) == date(2025, 5, 17)
    assert next_anniversary(joined, date(2025, 5, 17)) == date(2025, 5, 17)
    assert next_anniversary(joined, date(2025, 5, 18)) == date(2026, 5, 17)


@pytest.mark.parametrize(
    ("on_or_after", "leap", "found"),
    [
        (date(2023, 2, 28), LeapDay.FEB_28, date(2023, 2, 28)),
        (date(2023, 3, 1), LeapDay.FEB_28, date(2024, 2, 29)),
        (date(2023, 3, 1), LeapDay.MAR_1, date(2023, 3, 1)),
        (date(2024, 2, 28), LeapDay.FEB_28, date(2024, 2, 29)),
        (date(2024, 3, 1), LeapDay.MAR_1, date(2025, 3, 1)),
        (date(2021, 1, 1), LeapDay.LEAP_YEARS_ONLY, date(2024, 2, 29)),
        (date(2096, 3, 1), LeapDay.LEAP_YEARS_ONLY, date(2104, 2, 29)),
    ],
)
def test_the_next_leap_day_birthday(on_or_after: date, leap: LeapDay, found: date) -> None:
    assert next_anniversary(date(2000, 2, 29), on_or_after, leap) == found


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)) | st.just(date(2000, 2, 29)),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(LeapDay),
)
def test_the_next_anniversary_is_the_first_day_found_by_walking(
    base: date, from_: date, leap: LeapDay
) -> None:
    day = max(from_, base + timedelta(days=1))
    while True:
        tomorrow, yesterday = day + timedelta(days=1), day - timedelta(days=1)
        same = (day.month, day.day) == (base.month, base.day)
        common = (base.month, base.day) == (2, 29) and not calendar.isleap(day.year)
        instead = {
            LeapDay.FEB_28: (tomorrow.month, tomorrow.day) == (3, 1),
            LeapDay.MAR_1: (yesterday.month, yesterday.day) == (2, 28),
            LeapDay.LEAP_YEARS_ONLY: False,
        }
        if same or (common and instead[leap]):
            break
        day = tomorrow
    assert next_anniversary(base, from_, leap) == day
