"""Conditions on when something happens: days, hours, seasons and recurrences, by the local clock.

The oracle for recurrences is dateutil itself, asked from the very start of the rule.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from desk import Desk, club, day, line
from hypothesis import given
from hypothesis import strategies as st
from stopwatch import within

from loyaltykit import (
    Accrue,
    Activity,
    Birthday,
    Condition,
    DefinitionError,
    Enrolment,
    LoyaltyError,
    MisuseError,
    Purchase,
    Rule,
    any_of,
    at_hours,
    days,
    hours,
    in_season,
    minutes,
    months,
    on_dates,
    on_weekdays,
    points,
    recurring,
)
from loyaltykit.calendar import at_local, shift
from loyaltykit.conditions import mentioned
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace
from loyaltykit.money import currency
from loyaltykit.questions import During
from loyaltykit.readings import Readings
from loyaltykit.testing import instants, words
from loyaltykit.times import Recurrence, inside
from loyaltykit.vocabulary import Moment
from loyaltykit.wording import condition_text, negated_text

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
NEW_YORK = ZoneInfo("America/New_York")
THANKSGIVING = "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"


def at(text: str, zone: ZoneInfo = BERLIN, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def held(asked: Condition[Moment], moment: datetime, zone: ZoneInfo = BERLIN) -> bool:
    there = Readings(moment, zone, scale=100, member_zone=zone, values={})
    found = holds(asked, there)
    assert trace(asked, there, currency("EUR")).held is found
    assert holds(~asked, there) is not found
    return found


SPRING = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("asked", "moment", "expected"),
    [
        (on_dates(*SPRING), "2026-02-28T23:59", False),
        (on_dates(*SPRING), "2026-03-01T00:00", True),
        (on_dates(*SPRING), "2026-03-31T23:59", True),
        (on_dates(*SPRING), "2026-04-01T00:00", False),
        (on_weekdays("sat", "sun"), "2026-03-07T00:00", True),
        (on_weekdays("sat", "sun"), "2026-03-09T00:00", False),
        (at_hours("17:30", "19:00"), "2026-03-02T17:29", False),
        (at_hours("17:30", "19:00"), "2026-03-02T17:30", True),
        (at_hours("17:30", "19:00"), "2026-03-02T18:59", True),
        (at_hours("17:30", "19:00"), "2026-03-02T19:00", False),
        (at_hours("22:30", "02:00"), "2026-03-02T23:00", True),
        (at_hours("22:30", "02:00"), "2026-03-02T01:59", True),
        (at_hours("22:30", "02:00"), "2026-03-02T02:00", False),
        (at_hours("22:30", "02:00"), "2026-03-02T22:29", False),
        (at_hours("00:00", "00:00"), "2026-03-02T12:00", True),  # all day
        # Friday night ends on Saturday morning; Friday morning is Thursday's night
        (at_hours("22:30", "02:00", on=["fri"]), "2026-03-06T23:00", True),
        (at_hours("22:30", "02:00", on=["fri"]), "2026-03-07T01:00", True),
        (at_hours("22:30", "02:00", on=["fri"]), "2026-03-06T01:00", False),
        (at_hours("22:30", "02:00", on=["fri"]), "2026-03-07T23:00", False),
        (in_season((6, 1), (8, 31)), "2026-05-31T23:59", False),
        (in_season((6, 1), (8, 31)), "2026-06-01T00:00", True),
        (in_season((6, 1), (8, 31)), "2026-08-31T23:59", True),
        (in_season((6, 1), (8, 31)), "2026-09-01T00:00", False),
        (in_season((12, 1), (2, 28)), "2026-12-31T12:00", True),
        (in_season((12, 1), (2, 28)), "2027-01-01T12:00", True),
        (in_season((12, 1), (2, 28)), "2027-03-01T00:00", False),
        (in_season((12, 1), (2, 28)), "2026-11-30T23:59", False),
        (in_season((12, 1), (2, 29)), "2028-02-29T12:00", True),
        (in_season((12, 1), (2, 28)), "2028-02-29T12:00", False),
        (in_season((2, 29), (3, 5)), "2027-02-28T12:00", True),
        (in_season((2, 29), (3, 5)), "2028-02-28T12:00", False),
        (in_season((5, 1), (5, 1)), "2026-05-01T12:00", True),
        (recurring(THANKSGIVING), "2026-11-26T00:00", True),
        (recurring(THANKSGIVING), "2026-11-26T23:59", True),
        (recurring(THANKSGIVING), "2026-11-27T00:00", False),
        (recurring(THANKSGIVING, lasts=days(4)), "2026-11-29T23:59", True),
        (recurring(THANKSGIVING, start=date(2026, 11, 27)), "2026-11-26T12:00", False),
        (recurring(THANKSGIVING, start=date(2026, 11, 27)), "2027-11-25T12:00", True),
        (recurring("FREQ=YEARLY;BYEASTER=1"), "2026-04-06T12:00", True),
        (recurring("FREQ=YEARLY;BYEASTER=1"), "2027-04-06T12:00", False),
        (recurring("FREQ=MONTHLY;BYMONTHDAY=-1"), "2026-02-28T12:00", True),
        (recurring("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"), "2026-05-29T12:00", True),
        (recurring("FREQ=WEEKLY", start=date(2026, 3, 4)), "2026-03-11T12:00", True),
        (recurring("FREQ=WEEKLY;INTERVAL=2", start=date(2026, 3, 4)), "2026-03-11T12:00", False),
        (recurring("FREQ=WEEKLY;INTERVAL=2", start=date(2026, 3, 4)), "2026-03-18T12:00", True),
        (recurring("FREQ=YEARLY;UNTIL=20261224", start=date(2020, 12, 24)), "2026-12-24T9", True),
        (recurring("FREQ=YEARLY;UNTIL=20261223", start=date(2020, 12, 24)), "2026-12-24T9", False),
        (recurring("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", lasts=days(2)), "2027-01-01T9", True),
        (
            recurring("FREQ=DAILY;BYHOUR=16;BYMINUTE=30", lasts=minutes(90)),
            *("2026-05-05T17:59", True),
        ),
        (
            recurring("FREQ=DAILY;BYHOUR=16;BYMINUTE=30", lasts=minutes(90)),
            *("2026-05-05T18:00", False),
        ),
    ],
    ids=str,
)
def test_a_moment_is_inside_or_not(asked: Condition[Moment], moment: str, expected: bool) -> None:
    text = moment if len(moment) > 12 else f"{moment[:11]}0{moment[11:]}:00"
    assert held(asked, at(text)) is expected


@pytest.mark.parametrize(
    "asked",
    [at_hours("02:15", "03:30"), recurring("FREQ=DAILY;BYHOUR=2;BYMINUTE=15", lasts=minutes(30))],
    ids=str,
)
def test_an_hour_that_the_clocks_skip_moves_forward(asked: Condition[Moment]) -> None:
    # On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.
    assert not held(asked, at("2026-03-29T01:59"))
    assert held(asked, at("2026-03-29T03:00"))
    assert held(asked, at("2026-03-29T03:29"))
    assert not held(asked, at("2026-03-29T03:30"))


def test_hours_that_are_skipped_whole_are_none() -> None:
    skipped = at_hours("02:15", "02:45")
    assert not any(held(skipped, at("2026-03-29T01:00") + timedelta(minutes=n)) for n in range(180))


def test_hours_that_the_clocks_repeat_are_taken_once() -> None:
    # On 25 October 2026 the clocks of Berlin go from 03:00 back to 02:00.
    asked = at_hours("02:00", "02:30")
    assert held(asked, at("2026-10-25T02:15"))
    assert not held(asked, at("2026-10-25T02:15", fold=1))
    daily = recurring("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", lasts=hours(1))
    assert not held(daily, at("2026-10-25T02:29"))
    assert held(daily, at("2026-10-25T02:30"))
    assert held(daily, at("2026-10-25T02:15", fold=1))  # three quarters of an hour later
    assert not held(daily, at("2026-10-25T02:30", fold=1))


RULES = st.sampled_from(
    (
        *words.RECURRENCES,
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2",
        "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=1,31",
        "FREQ=YEARLY;BYDAY=-1FR",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=5",
        "FREQ=MONTHLY;INTERVAL=7;BYDAY=2MO,-1SU",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=3;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "FREQ=WEEKLY;BYMONTH=7;BYHOUR=9,17",
        "FREQ=DAILY",
        "FREQ=DAILY;BYMONTH=2;BYDAY=WE",
        "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-1;UNTIL=20270101T120000",
    )
)
LASTING = st.sampled_from((days(1), days(9), days(45), hours(5), minutes(20)))


@given(RULES, LASTING, st.dates(date(2015, 1, 1), date(2030, 1, 1)), instants(), st.data())
def test_a_recurrence_is_what_dateutil_makes_of_it_from_its_start(
    rule: str, lasts: object, start: date, moment: datetime, data: st.DataObject
) -> None:
    assert isinstance(lasts, type(days(1)))
    zone = data.draw(st.sampled_from((BERLIN, NEW_YORK, UTC_ZONE)))
    begun: list[datetime] = [
        at_local(wall, zone)
        for wall in rrulestr(rule, dtstart=datetime.combine(start, time())).between(
            datetime.fromisoformat("2015-01-01"), datetime.fromisoformat("2030-12-31"), inc=True
        )
    ]
    near_an_edge = bool(data.draw(st.sampled_from((True, False))))
    if begun and near_an_edge:
        near = data.draw(st.sampled_from(begun[:300]))
        edge = data.draw(st.sampled_from((near, shift(near, lasts, zone))))
        moment = edge + timedelta(seconds=data.draw(st.integers(-1, 1)))
    expected = any(each <= moment < shift(each, lasts, zone) for each in begun)
    assert inside(Recurrence(rule, lasts=lasts, start=start), moment, zone) is expected


@given(instants(), st.sampled_from(words.ZONES).map(ZoneInfo))
def test_hours_and_the_hours_besides_are_the_whole_day(moment: datetime, zone: ZoneInfo) -> None:
    night, daytime = at_hours("22:30", "02:00"), at_hours("02:00", "22:30")
    assert held(night, moment, zone) is not held(daytime, moment, zone)
    winter, summer = in_season((11, 1), (2, 29)), in_season((3, 1), (10, 31))
    assert held(winter, moment, zone) is not held(summer, moment, zone)
    assert held(on_weekdays("mon", "tue", "wed", "thu", "fri", "sat", "sun"), moment, zone)


# --- in rules


def test_a_happy_hour_works_for_any_trigger() -> None:
    now = at_hours("11:00", "13:00") & in_season((1, 1), (1, 31))
    desk = Desk(
        Rule("bought", Purchase, when=now, then=Accrue(points(1))),
        Rule("visit", Activity, when=now, then=Accrue(points(20))),
        Rule("joined", Enrolment, when=now, then=Accrue(points(300))),
        Rule("birthday", Birthday(), when=in_season((2, 1), (2, 1)), then=Accrue(points(4000))),
    )
    desk.join(0, birthday=date(1990, 2, 1))
    desk.buy("o1", 0, "5")
    desk.tell(Activity("a1", day(0), member="ana", kind="visit"))
    assert desk.has(0) == (321, 0, 0)
    desk.buy("late", 0.5, "5")
    assert desk.has(1) == (321, 0, 0)
    desk.to(40)
    assert desk.has(40) == (4321, 0, 0)


def test_a_return_is_judged_by_the_moment_of_its_order() -> None:
    desk = Desk(Rule("r", Purchase, when=on_weekdays("thu"), then=Accrue(points(1).per(1))))
    desk.buy("o1", 0, line("1", "10"), line("2", "5"))
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (5, 0, 0)


def test_an_explanation_says_when_it_was_and_when_it_must_be() -> None:
    happy = at_hours("17:30", "19:00", on=["fri", "sat"])
    desk = Desk(Rule("r", Purchase, when=happy & ~on_weekdays("thu"), then=Accrue(points(1))))
    assert str(desk.buy("o1", 0, "5").explanation).splitlines() == [
        "r: not met",
        "  no  all of these",
        (
            "    no  it is from 17:30 until 19:00, begun on Friday or Saturday"
            " (is Thursday, 1 Jan 2026, 12:00):"
            " must be from 17:30 until 19:00, begun on Friday or Saturday"
        ),
        "    no  it is not Thursday (is Thursday, 1 Jan 2026, 12:00): must not be Thursday",
    ]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (on_dates(*SPRING), "from 1 Mar 2026 through 31 Mar 2026"),
        (on_weekdays("sun", "mon", "sat"), "Monday, Saturday or Sunday"),
        (at_hours("22:30", "02:00"), "from 22:30 until 02:00"),
        (in_season((12, 1), (2, 29)), "from 1 Dec through 29 Feb"),
        (recurring(THANKSGIVING, lasts=days(2)), f"within 2 days of {THANKSGIVING}"),
    ],
)
def test_times_read_as_a_sentence(asked: During[Moment], text: str) -> None:
    assert condition_text(asked) == f"it is {text}"
    assert negated_text(asked) == f"it is not {text}"
    assert list(mentioned(asked)) == []


# --- what is refused

WRONG: list[tuple[Callable[[], object], type[LoyaltyError], str]] = [
    (lambda: During("now"), MisuseError, "'now' is no time: write on_weekdays('sat', 'sun')"),  # type: ignore[arg-type]
    (lambda: on_dates(*reversed(SPRING)), DefinitionError, "no day is from 2026-03-31 through 2"),
    (lambda: on_dates(day(0), day(1)), MisuseError, "the first day: write a date without a time"),
    (on_weekdays, DefinitionError, "name at least one weekday"),
    (lambda: on_weekdays("caturday"), DefinitionError, "'caturday' is no weekday: write mon, tue"),
    (lambda: at_hours("7:30", "9:00"), DefinitionError, 'write a time of day such as "17:30"'),
    (lambda: at_hours("17:30", "24:00"), DefinitionError, 'write a time of day such as "17:30"'),
    (lambda: at_hours(17, 19), DefinitionError, "not 17"),  # type: ignore[arg-type]
    (lambda: at_hours("17:30", "19:00", on="fri"), MisuseError, "not the single text 'fri'"),
    (lambda: in_season((2, 30), (3, 1)), DefinitionError, "write a month and a day of it"),
    (lambda: recurring(""), DefinitionError, "a recurrence must have 1 to 200 characters"),
    (lambda: recurring("weekly"), DefinitionError, "'weekly' cannot be read in a recurrence"),
    (lambda: recurring("BYDAY=MO"), DefinitionError, "a recurrence needs FREQ=YEARLY, MONTHLY"),
    (lambda: recurring("FREQ=SECONDLY"), DefinitionError, "'FREQ=SECONDLY' cannot be read"),
    (lambda: recurring("FREQ=DAILY;COUNT=3"), DefinitionError, "'COUNT=3' cannot be read"),
    (lambda: recurring("FREQ=DAILY;FREQ=DAILY"), DefinitionError, "at most once"),
    (lambda: recurring("FREQ=DAILY;UNTIL=20261224T000000Z"), DefinitionError, "cannot be read"),
    (lambda: recurring("FREQ=DAILY;UNTIL=20261399"), DefinitionError, "is no recurrence"),
    (lambda: recurring("FREQ=DAILY;BYHOUR=24"), DefinitionError, "'BYHOUR=24' cannot be read"),
    (
        lambda: recurring("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=0"),
        DefinitionError,
        "cannot be read",
    ),
    (
        lambda: recurring("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        DefinitionError,
        "less than once in 40 years",
    ),
    (lambda: recurring("FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1"), DefinitionError, "cannot be read"),
    (lambda: recurring("FREQ=MONTHLY;BYDAY=6MO"), DefinitionError, "BYDAY has up to 5 of a day"),
    (lambda: recurring("FREQ=YEARLY;BYDAY=54MO"), DefinitionError, "BYDAY has up to 53 of a day"),
    (
        lambda: recurring("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9"),
        DefinitionError,
        "less than once in 40 years",
    ),
    (
        lambda: recurring("FREQ=WEEKLY;BYMONTHDAY=3"),
        DefinitionError,
        "BYMONTHDAY goes with FREQ=YEARLY or MONTHLY only",
    ),
    (lambda: recurring("FREQ=DAILY;BYDAY=1MO"), DefinitionError, "a numbered BYDAY goes with FREQ"),
    (lambda: recurring("FREQ=DAILY;INTERVAL=2"), DefinitionError, "INTERVAL goes with FREQ=WEEKLY"),
    (
        lambda: recurring("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5"),
        DefinitionError,
        "a recurrence begins at most 4 times a day",
    ),
    (lambda: recurring("FREQ=DAILY", lasts=days(0)), DefinitionError, "what recurs lasts up to"),
    (lambda: recurring("FREQ=DAILY", lasts=days(367)), DefinitionError, "up to 366 days"),
    (lambda: recurring("FREQ=DAILY", lasts=months(1)), DefinitionError, "not 1 month"),
    (lambda: recurring("FREQ=DAILY", lasts=3), MisuseError, "lasts must be a period such as"),  # type: ignore[arg-type]
    (lambda: recurring("FREQ=DAILY", start=day(0)), MisuseError, "start: write a date without"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG)
def test_what_is_no_time_is_refused_with_what_to_write(
    wrong: Callable[[], object], error: type[LoyaltyError], message: str
) -> None:
    with within(seconds=5), pytest.raises(error) as caught:
        wrong()
    assert message in str(caught.value)


def test_a_line_of_a_basket_has_no_time_of_its_own() -> None:
    asked = on_weekdays("sat")
    rule = Rule("r", Purchase, then=Accrue(points(1).per(1, of=asked)))  # type: ignore[arg-type]
    with pytest.raises(LoyaltyError, match="asks for weekdays of a line: ask it of the order"):
        club(rule)


def test_a_recurrence_counts_as_many_nodes() -> None:
    assert recurring(THANKSGIVING).extent.nodes == 100
    every = [recurring(THANKSGIVING, start=date(1900 + n, 1, 1)) for n in range(100)]
    with pytest.raises(LoyaltyError, match="at most 10000 nodes"):
        any_of(*every)


def test_any_year_takes_as_long() -> None:
    first = Recurrence("FREQ=DAILY;BYHOUR=3", start=date(1900, 1, 1))
    with within(seconds=3):
        for year in (1900, 2026, 2199):
            assert inside(first, datetime(year, 6, 1, 4, tzinfo=UTC), UTC_ZONE)
    assert not inside(first, datetime(1899, 6, 1, 4, tzinfo=UTC), UTC_ZONE)
