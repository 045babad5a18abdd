"""Several limits, limits on units, limits within one order, and grants that are refused whole."""

from datetime import UTC, datetime, timedelta

import pytest
from desk import Desk, day, line, said

from loyaltykit import (
    Accrue,
    Activity,
    After,
    Basket,
    Calendar,
    Coupon,
    Credit,
    Issue,
    Limit,
    Line,
    Notify,
    OpeningBalance,
    OpeningUse,
    Over,
    Purchase,
    Purse,
    RefusalCode,
    Rolling,
    Rounding,
    Rule,
    amount_off,
    best_of,
    days,
    item,
    months,
    once,
    per_day,
    per_life,
    per_month,
    per_order,
    per_week,
    per_year,
    points,
    within,
)
from loyaltykit.limits import window_name
from loyaltykit.movements import Accrued
from loyaltykit.refusals import Room
from loyaltykit.traces import Outcome

LIMITED = RefusalCode.LIMIT_REACHED
base = points(1).per(1)
coffee = item.category.is_("coffee")
tea = item.category.is_("tea")
PER_CUP = Accrue(points(5).per_unit(of=coffee))


def cups(id: str, units: int, price: str = "3") -> Line:
    return Line(id, "cup", price=price, quantity=units, category="coffee")


def pots(id: str, units: int, price: str = "10") -> Line:
    return Line(id, "pot", price=price, quantity=units, category="tea")


def drinker(*limits: Limit) -> Desk:
    return Desk(Rule("cups", Purchase, then=PER_CUP, limit=limits))


def earned(desk: Desk, id: str, number: float, *lines: Line | str) -> int:
    """The points that one more order brings."""
    before = desk.has(number)[0]
    desk.buy(id, number, *lines)
    return desk.has(number)[0] - before


# -- several limits


def test_all_limits_of_a_rule_hold_and_the_one_that_leaves_least_cuts() -> None:
    rule = Rule(
        "base", Purchase, then=Accrue(base), limit=[per_day(points=30), per_month(points=50)]
    )
    desk = Desk(rule)
    assert earned(desk, "o1", 0, "40") == 30
    assert earned(desk, "o2", 0, "40") == 0
    assert earned(desk, "o3", 1, "40") == 20  # of the month's 50
    assert earned(desk, "o4", 2, "40") == 0
    assert earned(desk, "o5", 31, "40") == 30  # 1 February


def test_limits_over_the_same_window_share_a_counter_and_count_once() -> None:
    rule = Rule(
        "base", Purchase, then=Accrue(base), limit=[per_day(3), per_day(2, points=90), per_week(3)]
    )
    desk = Desk(rule)
    desk.buy("o1", 0, "10")
    counts = {name: counter.total for name, counter in desk.account.counters.items()}
    assert counts == {
        "times:base:day": 1,
        "points:base:day": 10,
        "times:base:week": 1,
        "orders": 1,
        "spend": 1000,
    }
    assert [earned(desk, f"o{n}", 0, "10") for n in (2, 3)] == [10, 0]


def test_every_window_has_a_name_of_its_own() -> None:
    limits = [
        *(once(), per_day(1), per_week(1), per_month(1), per_year(1), per_order(points=1)),
        *(within(days(7), 1), within(months(1), 1), within(days(1), 1)),
        Limit(1, window=Calendar("quarter")),
        *(Limit(1, window=Calendar("year", starts=each)) for each in ((4, 1), (1, 4), (4, 6))),
    ]
    names = [window_name(limit.window) for limit in limits]
    assert len(set(names)) == len(names)


def test_a_year_that_begins_in_april_is_counted_beside_the_calendar_year() -> None:
    april = Limit(1, window=Calendar("year", starts=(4, 1)))
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=[april, per_year(2)]))
    assert [earned(desk, f"o{n}", n, "10") for n in (0, 80, 91, 120)] == [10, 0, 10, 0]


# -- units


def test_a_grant_is_cut_to_the_share_of_the_units_that_fit() -> None:
    desk = drinker(per_month(units=5))
    decision = desk.buy("o1", 0, cups("1", 3), pots("2", 4))
    assert said(decision) == []
    decision = desk.buy("o2", 1, cups("1", 1), cups("2", 3, "8"), pots("3", 4))
    assert said(decision) == [(LIMITED, "cups", 4, 2)]
    [accrued] = [effect for effect in decision.effects if isinstance(effect, Accrued)]
    assert (accrued.desired, accrued.lot.points) == (20, 10)
    assert desk.account.count("units:cups:month", day(1)) == 5
    assert said(desk.buy("o3", 2, cups("1", 2))) == [(LIMITED, "cups", 2, 0)]
    assert desk.has(2) == (25, 0, 0)


def test_the_share_is_exact_and_rounded_once() -> None:
    # 2.5 for each of three cups and 13.00 spent are 20.5, of which two thirds are 13.666...
    for rounding, granted in ((Rounding.FLOOR, 13), (Rounding.HALF_UP, 14), (Rounding.CEIL, 14)):
        earning = points("2.5").per_unit(of=coffee) + points(1).per(1, of=coffee)
        rule = Rule(
            "cups", Purchase, then=Accrue(earning, rounding=rounding), limit=per_order(units=2)
        )
        bought = (cups("1", 1, "3"), cups("2", 2, "5"), pots("3", 9))
        assert earned(Desk(rule), "o1", 0, *bought) == granted


def test_units_are_those_that_any_rate_of_the_rule_takes_each_once() -> None:
    rule = Rule(
        "drinks",
        Purchase,
        then=[
            Accrue(points(5).per_unit(of=coffee) + points(9)),
            Accrue(best_of(points(1).per_unit(of=coffee | tea), points(2).per(4, of=tea))),
        ],
        limit=per_life(units=10),
    )
    desk = Desk(rule)
    desk.buy("o1", 0, cups("1", 2), pots("2", 3), line("3", "10", 7))
    assert desk.account.count("units:drinks:ever", day(0)) == 5


def test_all_units_count_where_a_rate_takes_every_line_or_there_is_none() -> None:
    rates = (base + points(5).per_unit(of=coffee), points(5))
    for each in rates:
        desk = Desk(Rule("all", Purchase, then=Accrue(each), limit=per_life(units=9)))
        desk.buy("o1", 0, cups("1", 2), line("2", "10", 3))
        assert desk.account.count("units:all:ever", day(0)) == 5


def test_a_basket_without_such_units_uses_none_and_is_not_cut() -> None:
    rule = Rule(
        *("cups", Purchase),
        then=Accrue(points(5).per_unit(of=coffee) + points(3)),
        limit=per_life(units=2),
    )
    desk = Desk(rule)
    assert earned(desk, "o1", 0, cups("1", 2)) == 13
    assert earned(desk, "o2", 1, pots("1", 2)) == 3
    assert desk.account.count("units:cups:ever", day(1)) == 2


def test_credit_is_cut_to_the_share_of_the_units_and_coupons_are_not() -> None:
    cake = Coupon("CAKE", amount_off(1))
    rule = Rule(
        "cups",
        Purchase,
        then=[Credit("1.01"), Issue(cake), Notify("hello")],
        limit=per_life(units=4),
    )
    desk = Desk(rule)
    assert said(desk.buy("o1", 0, cups("1", 3))) == []
    assert said(desk.buy("o2", 1, cups("1", 3))) == [(LIMITED, "cups", 3, 1)]
    assert desk.has(1, "credit") == (101 + 33, 0, 0)
    assert len(desk.account.coupons) == 2
    assert said(desk.buy("o3", 2, cups("1", 3))) == [(LIMITED, "cups", 3, 0)]
    assert len(desk.account.coupons) == 2


def test_units_of_a_follow_up_are_those_that_are_kept() -> None:
    rule = Rule("later", After(Purchase, days(3)), then=PER_CUP, limit=per_month(units=3))
    desk = Desk(rule)
    desk.buy("o1", 0, cups("1", 4))
    desk.back("r1", 1, "o1", {"1": 2})
    desk.buy("o2", 2, cups("1", 2))
    desk.to(6)
    assert desk.has(6) == (15, 0, 0)
    assert desk.account.count("units:later:month", day(6)) == 3


def test_points_of_a_purse_with_decimals_are_limited_in_points() -> None:
    rule = Rule(
        "half", Purchase, then=Accrue(base * "0.5", purse="status"), limit=per_life(points=7)
    )
    desk = Desk(rule, purses=[Purse("status", decimals=1)])
    desk.buy("o1", 0, "11")
    decision = desk.buy("o2", 1, "11")
    assert desk.has(1, "status") == (70, 0, 0)
    assert said(decision) == [(LIMITED, "half", 55, 15)]
    [refusal] = decision.refusals
    assert str(refusal).endswith("at most 7 points ever, 1.5 points left")


# -- in one order


def test_points_in_one_order_are_cut_and_the_next_order_begins_anew() -> None:
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=per_order(points=25)))
    assert [earned(desk, f"o{n}", 0, "40") for n in (1, 2)] == [25, 25]
    assert "points:base:in one order" not in desk.account.counters


# -- refused whole


def test_a_grant_that_does_not_fit_whole_is_not_made_and_uses_nothing() -> None:
    rule = Rule(
        "base",
        Purchase,
        then=[Accrue(base), Accrue(base), Credit(2), Notify("hello")],
        limit=[per_month(points=100, over=Over.REFUSE), per_month(5)],
    )
    desk = Desk(rule)
    assert earned(desk, "o1", 0, "40") == 80
    decision = desk.buy("o2", 1, "11")
    assert said(decision) == [(LIMITED, "base", 22, 0)]
    assert {type(effect).__name__ for effect in decision.effects} == {
        *("Counted", "RecordKept", "Recorded")
    }
    trace = decision.explanation.rule("base")
    assert trace is not None
    assert trace.outcome is Outcome.LIMITED
    assert [(each.text, each.desired, each.granted) for each in trace.grants] == [
        ("not granted: 11 points", 11, 0),
        ("not granted: 11 points", 11, 0),
        ("not granted: 2.00 EUR credit", 200, 0),
        ("not granted: message hello", None, None),
    ]
    assert desk.account.count("times:base:month", day(1)) == 1
    assert earned(desk, "o3", 2, "10") == 20


def test_units_that_do_not_fit_whole_refuse_the_grant() -> None:
    desk = drinker(per_month(units=5, over=Over.REFUSE))
    assert earned(desk, "o1", 0, cups("1", 3)) == 15
    assert said(desk.buy("o2", 1, cups("1", 3))) == [(LIMITED, "cups", 3, 0)]
    assert earned(desk, "o3", 2, cups("1", 2)) == 10


def test_a_limit_that_cuts_is_asked_before_one_that_refuses() -> None:
    limits = [per_month(points=25, over=Over.REFUSE), per_order(points=20)]
    for order in (limits, limits[::-1]):
        desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=order))
        assert earned(desk, "o1", 0, "90") == 20
        assert earned(desk, "o2", 0, "90") == 0
        assert earned(desk, "o3", 0, "5") == 5
    units = [per_month(units=5, over=Over.REFUSE), per_order(units=3)]
    for order in (units, units[::-1]):
        desk = drinker(*order)
        assert earned(desk, "o1", 0, cups("1", 8)) == 15
        assert earned(desk, "o2", 0, cups("1", 8)) == 0
        assert earned(desk, "o3", 0, cups("1", 2)) == 10


# -- what is told


@pytest.mark.parametrize(
    ("limit", "text", "left", "until"),
    [
        (per_month(points=30), "at most 30 points in one month, 20 points left", 20, (2, 1)),
        (per_week(points=30), "at most 30 points in one week, 20 points left", 20, (1, 5)),
        (per_life(points=30), "at most 30 points ever, 20 points left", 20, None),
        (per_order(points=30), "at most 30 points in one order, 30 points left", 30, None),
        (
            within(days(9), points=30),
            "at most 30 points within 9 days, 20 points left",
            20,
            (1, 10),
        ),
        (within(days(9), 1), "at most 1 time within 9 days, 0 times left", 0, (1, 10)),
        (per_day(2, units=1), "at most 1 unit in one day, 1 unit left", 1, (1, 3)),
    ],
    ids=str,
)
def test_a_cut_says_which_limit_what_was_left_and_until_when(
    limit: Limit, text: str, left: int, until: tuple[int, int] | None
) -> None:
    desk = Desk(
        Rule("base", Purchase, then=Accrue(base), limit=limit),
        timezone="Europe/Vienna",
    )
    desk.buy("o1", 0, "10")
    [refusal] = desk.buy("o2", 1, line(price="20", quantity=2)).refusals
    moment = None
    if until is not None:
        # Noon in UTC is one in the afternoon in Vienna, whose days begin at 23:00 in UTC.
        rolls = isinstance(limit.window, Rolling)
        text += f" until 2026-{until[0]:02}-{until[1]:02} {'13' if rolls else '00'}:00"
        moment = datetime(2026, *until, 12 if rolls else 0, tzinfo=UTC)
        moment -= timedelta(hours=0 if rolls else 1)
    assert refusal.room == Room(text, left, moment)
    assert str(refusal).endswith(f"; {text}")


def test_nothing_is_left_to_come_of_a_rolling_limit_that_is_unused() -> None:
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=within(days(9), points=30)))
    [refusal] = desk.buy("o1", 0, "40").refusals
    assert refusal.room == Room("at most 30 points within 9 days, 30 points left", 30, None)


def test_a_quote_tells_what_the_limits_leave() -> None:
    desk = drinker(per_month(units=3))
    desk.buy("o1", 0, cups("1", 2))
    quote = desk.engine.quote(desk.account, Basket([cups("1", 4)]), day(1))
    assert [each.points for each in quote.points] == [5]


# -- from a former system


def test_uses_from_a_former_system_fill_every_limit_of_the_rule() -> None:
    limits = [per_month(4, points=40), per_month(units=6), per_life(9), per_order(units=1)]
    desk = Desk(Rule("cups", Purchase, then=PER_CUP, limit=limits))
    use = OpeningUse("cups", day(-0.25), times=2, points=15, units=3)
    late = OpeningUse("cups", datetime(2025, 12, 31, tzinfo=UTC), times=3, points=4, units=5)
    desk.tell(OpeningBalance("open", day(0), member="ana", uses=[use, late]))
    counted = {name: counter.total for name, counter in desk.account.counters.items()}
    assert counted == {
        "times:cups:month": 2,
        "points:cups:month": 15,
        "units:cups:month": 3,
        "times:cups:ever": 5,
    }


def test_uses_above_the_limit_leave_nothing_and_no_less() -> None:
    rules = [
        Rule("base", Purchase, then=Accrue(base), limit=per_life(points=20)),
        Rule("twice", Purchase, then=Accrue(points(1)), limit=per_life(2)),
        Rule("cups", Purchase, then=PER_CUP, limit=per_life(units=2)),
    ]
    desk = Desk(*rules)
    names = ("base", "twice", "cups")
    uses = [OpeningUse(name, day(-1), times=3, points=30, units=4) for name in names]
    desk.tell(OpeningBalance("open", day(0), member="ana", uses=uses))
    decision = desk.buy("o1", 1, cups("1", 3))
    assert said(decision) == [
        *((LIMITED, "base", 9, 0), (LIMITED, "twice", 1, 0), (LIMITED, "cups", 3, 0))
    ]
    assert desk.has(1) == (0, 0, 0)
    assert [each.room.left for each in decision.refusals if each.room] == [0, 0, 0]


def test_a_rule_on_an_activity_may_have_several_limits_too() -> None:
    rule = Rule("visit", Activity, then=Accrue(points(1)), limit=(per_day(1), per_week(2)))
    desk = Desk(rule)
    for number in range(4):
        desk.tell(Activity(f"a{number}", day(number), member="ana", kind="visit"))
    assert desk.has(3) == (2, 0, 0)
