"""Streaks by example: weeks, months and days in a row, with gaps and without, and returns."""

from typing import Any

import pytest
from desk import MEMBER, Desk, club, day, line

from loyaltykit import (
    Accrue,
    ActivitiesDone,
    Activity,
    DefinitionError,
    Limit,
    MisuseError,
    OnReturn,
    PointsEarned,
    ProgramError,
    Purchase,
    Return,
    Rule,
    Streak,
    UnitsBought,
    days,
    item,
    money_spent,
    once,
    orders_placed,
    points,
    points_earned,
)

# Day 4 is Monday, 5 January 2026: week w begins on day 7 w - 3.


def week(number: float) -> float:
    """A Wednesday noon, or so many weeks on."""
    return 7 * number - 1


def row(
    total: Any = orders_placed, target: Any = 1, *, limit: Limit | None = None, **rest: Any
) -> Rule:
    how: dict[str, Any] = {"every": "week", "times": 3, **rest}
    return Rule("row", Streak(total, target, **how), then=Accrue(points(100)), limit=limit)


def rewarded(desk: Desk, *weeks: float) -> list[float]:
    """The weeks in which one order each earned the streak."""
    found = []
    for number in weeks:
        before = sum(lot.remaining for lot in desk.account.lots)
        desk.buy(f"o{number}", week(number), "10")
        if sum(lot.remaining for lot in desk.account.lots) > before:
            found.append(number)
    return found


def test_three_weeks_in_a_row_and_the_next_three() -> None:
    assert rewarded(Desk(row()), *range(1, 11)) == [3, 6, 9]


def test_a_missed_week_begins_anew() -> None:
    assert rewarded(Desk(row()), 1, 2, 4, 5, 7, 8, 9) == [9]


def test_gaps_may_be_missed_in_between_so_many_in_all() -> None:
    assert rewarded(Desk(row(gaps=1)), 1, 2, 4, 5, 7, 8) == [4, 8]
    assert rewarded(Desk(row(gaps=1)), 1, 3, 5, 6) == [6]
    assert rewarded(Desk(row(gaps=2)), 1, 3, 5, 6) == [5]


def test_a_period_counts_for_one_streak() -> None:
    assert rewarded(Desk(row(times=2, gaps=5)), 1, 2, 3, 5, 6) == [2, 5]


def test_once_is_a_limit_of_the_rule() -> None:
    assert rewarded(Desk(row(limit=once())), *range(1, 11)) == [3]


@pytest.mark.parametrize(("last", "given"), [("49.99", []), ("50", [3]), ("50.01", [3])])
def test_a_target_is_reached_at_exactly_that(last: str, given: list[int]) -> None:
    desk = Desk(row(money_spent, 50))
    for number in (1, 2):
        desk.buy(f"a{number}", week(number), "20")
        desk.buy(f"b{number}", week(number) + 1, "30")
    before = len(desk.account.lots)
    desk.buy("last", week(3), last)
    assert ([3] if len(desk.account.lots) > before else []) == given


def test_several_orders_of_a_week_meet_it_once() -> None:
    desk = Desk(row(orders_placed, 2, times=2))
    for number, at in enumerate((4, 5, 6, 7, 11, 12, 13)):
        desk.buy(f"o{number}", at, "10")
    assert desk.has(14) == (100, 0, 0)


def test_a_week_begins_on_monday_at_midnight_of_the_programme() -> None:
    # Sunday 23:30 UTC is Monday in Berlin.
    for zone, given in (("UTC", 100), ("Europe/Berlin", 0)):
        desk = Desk(row(times=2), timezone=zone)
        desk.buy("o1", 10 + 11.5 / 24, "10")
        desk.buy("o2", 12, "10")
        assert desk.has(12)[0] == given


@pytest.mark.parametrize(
    ("every", "at"),
    [
        ("day", (1, 2, 3)),
        ("month", (30, 31, 60)),  # 31 January, 1 February, 2 March
        ("quarter", (80, 100, 190)),
        ("week", (1, 5, 12)),
    ],
)
def test_every_calendar_unit_may_be_a_period(every: str, at: tuple[int, ...]) -> None:
    desk = Desk(row(every=every))
    for number, each in enumerate(at):
        assert desk.has(each)[0] == 0
        desk.buy(f"o{number}", each, "10")
    assert desk.has(at[-1]) == (100, 0, 0)


def test_visits_points_and_units_make_streaks_too() -> None:
    coffee = item.category.is_("coffee")
    desk = Desk(
        row(ActivitiesDone("visit"), 2, times=2),
        Rule("base", Purchase, then=Accrue(points(1).per(1), purse="points")),
        Rule("p", Streak(points_earned, 10, every="week", times=2), then=Accrue(points(3))),
        Rule("u", Streak(UnitsBought(of=coffee), 2, every="week", times=2), then=Accrue(points(5))),
    )
    for number in (1, 2):
        for visit in range(2):
            desk.tell(Activity(f"v{number}{visit}", day(week(number)), member=MEMBER, kind="visit"))
        desk.buy(f"o{number}", week(number), line("1", "5", 2, category="coffee"))
    assert desk.has(week(2)) == (100 + 20 + 3 + 5, 0, 0)


# -- returns


def test_a_return_that_leaves_a_week_unmet_takes_the_streak_back() -> None:
    desk = Desk(row())
    assert rewarded(desk, 1, 2) == []
    before = desk.account
    assert rewarded(desk, 3) == [3]
    desk.back("back", week(3) + 1, "o3")
    desk.to(week(3) + 2)
    for name in ("lots", "counters", "armed"):
        assert getattr(desk.account, name) == getattr(before, name)
    desk.buy("again", week(3) + 3, "10")  # Saturday of the same week
    assert desk.has(week(3) + 3) == (100, 0, 0)


def test_a_week_in_the_middle_that_comes_back_takes_it_too_and_the_rest_counts_again() -> None:
    desk = Desk(row())
    rewarded(desk, 1, 2, 3)
    desk.back("back", week(3) + 1, "o1")
    desk.to(week(3) + 2)
    assert desk.has(week(3) + 2) == (0, 0, 0)
    assert rewarded(desk, 4) == [4]  # weeks 2, 3 and 4


def test_a_week_that_is_met_all_the_same_keeps_it() -> None:
    desk = Desk(row())
    rewarded(desk, 1, 2)
    desk.buy("spare", week(2) + 1, "10")
    assert rewarded(desk, 3) == [3]
    desk.back("back", week(3) + 1, "o2")
    desk.to(week(3) + 2)
    assert desk.has(week(3) + 2) == (100, 0, 0)


def test_a_spare_week_within_the_gaps_does_not_save_a_streak_that_had_its_weeks() -> None:
    desk = Desk(row(gaps=1))
    assert rewarded(desk, 1, 2, 4) == [4]
    desk.back("back", week(4) + 1, "o2")
    desk.to(week(4) + 2)
    assert desk.has(week(4) + 2) == (0, 0, 0)
    assert rewarded(desk, 5) == []  # weeks 1, 4 and 5 span five
    assert rewarded(desk, 6) == [6]


def test_an_older_streak_that_is_taken_back_leaves_the_newer_one() -> None:
    desk = Desk(row())
    assert rewarded(desk, 1, 2, 3, 4, 5, 6) == [3, 6]
    desk.back("back", week(6) + 1, "o2")
    desk.to(week(6) + 2)
    assert desk.has(week(6) + 2) == (100, 0, 0)
    assert rewarded(desk, 7, 8, 9) == [9]


def test_an_exchange_keeps_the_streak() -> None:
    desk = Desk(row())
    rewarded(desk, 1, 2, 3)
    at = day(week(3) + 1)
    desk.tell(
        Return("back", at, member=MEMBER, order="o3"),
        Purchase("o3b", at, member=MEMBER, lines=[line(price="12")]),
    )
    desk.to(week(3) + 2)
    assert desk.has(week(3) + 2) == (100, 0, 0)


def test_what_the_rule_keeps_uses_its_weeks_up() -> None:
    streak = Streak(orders_placed, 1, every="week", times=2)
    desk = Desk(Rule("row", streak, then=Accrue(points(100), on_return=OnReturn.KEEP)))
    rewarded(desk, 1, 2)
    desk.back("back", week(2) + 1, "o2")
    desk.to(week(2) + 2)
    desk.buy("again", week(2) + 3, "10")
    assert desk.has(week(2) + 3) == (100, 0, 0)
    assert rewarded(desk, 3) == []
    assert rewarded(desk, 4) == [4]


def test_a_streak_does_not_depend_on_how_often_time_is_advanced() -> None:
    lazy, busy = Desk(row(gaps=1)), Desk(row(gaps=1))
    for number in (1, 2, 4, 5, 6, 7):
        for desk in (lazy, busy):
            desk.buy(f"o{number}", week(number), "10")
        for hour in range(1, 100, 7):
            busy.to(week(number) + hour / 20)
    busy.account = busy.engine.advance(busy.account, day(60)).account
    lazy.account = lazy.engine.advance(lazy.account, day(60)).account
    assert lazy.account == busy.account


def test_a_daily_streak_leaves_an_account_of_bounded_size() -> None:
    desk = Desk(
        Rule("row", Streak(orders_placed, 1, every="day", times=5), then=Accrue(points(1))),
        remember=days(30),
    )
    sizes = []
    for number in range(200):
        desk.buy(f"o{number}", number, "1")
        desk.spend(f"s{number}", number, 1) if desk.has(number)[0] else None
        sizes.append((len(desk.account.counters), len(desk.account.records)))
    assert max(sizes[100:])[1] <= 40
    assert max(sizes[100:])[0] <= 36


# -- what cannot be meant


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ({"times": 1}, r"a streak is 2 to 400 periods in a row, not 1: .*Milestone"),
        ({"times": 401}, "a streak is 2 to 400 periods"),
        ({"times": True}, "a streak is 2 to 400 periods"),
        ({"gaps": -1}, "the gaps of a streak are 0 to 400, not -1"),
        ({"times": 300, "gaps": 101}, "spans at most 400 periods"),
        ({"every": "fortnight"}, "write one of day, week, month"),
        ({"target": 0}, "lies above 0"),
    ],
)
def test_a_streak_that_means_nothing_is_refused_in_words(rest: dict[str, Any], said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        row(**rest)


def test_several_targets_are_misuse() -> None:
    with pytest.raises(MisuseError, match="the target of a streak is one number"):
        row(target=[1, 2])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (row(every="month", times=13), "13 months in a row, but only 400 days are remembered"),
        (row(times=50, gaps=10), "50 weeks in a row with 10 gaps, but only 400 days are"),
        (row(every="day", times=400, gaps=0), ""),
        (row(every="year", times=2), "2 years in a row, but only 400 days"),
        (row(every="half-year", times=2), ""),
        (row(target="1.5"), "waits for 1.5, but counts in whole numbers"),
        (row(PointsEarned("stars"), 5), "but the programme has the purses"),
    ],
)
def test_a_programme_remembers_as_long_as_its_streaks_take(rule: Rule, said: str) -> None:
    if not said:
        assert club(rule).rules == (rule,)
        return
    with pytest.raises(ProgramError, match=said):
        club(rule)
