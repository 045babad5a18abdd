"""Returns give limits back exactly: by what was recorded with the order, as it was used."""

import pytest
from desk import Desk, day, line, said

from loyaltykit import (
    Accrue,
    After,
    Credit,
    Issue,
    Limit,
    Line,
    Notify,
    OnReturn,
    Over,
    Purchase,
    Purse,
    RefusalCode,
    Rule,
    amount_off,
    basket,
    confirmed,
    days,
    item,
    per_day,
    per_life,
    per_month,
    per_order,
    points,
    some_item,
)
from loyaltykit.coupons import Coupon

base = points(1).per(1)
coffee = item.category.is_("coffee")
wine = item.category.is_("wine")


def cups(id: str, units: int, price: str = "3") -> Line:
    return Line(id, "cup", price=price, quantity=units, category="coffee")


def used(desk: Desk, counter: str, number: float) -> int:
    return desk.account.count(counter, day(number))


def test_a_grant_that_a_balance_cap_cut_leaves_the_next_its_room_after_a_return_too() -> None:
    both = Rule(
        "both",
        Purchase,
        then=[Accrue(base), Accrue(base, purse="status")],
        limit=per_month(points=10),
    )
    desk = Desk(both, purses=[Purse("points", cap=3), Purse("status")])
    desk.buy("o1", 0, line("1", "6"), line("2", "2"))
    assert (desk.has(0), desk.has(0, "status")) == ((3, 0, 0), (7, 0, 0))
    desk.back("r1", 1, "o1", {"2": 1})
    # As if the six had been bought alone: 3 of them fit under the cap, and 7 are left for the rest.
    assert (desk.has(1), desk.has(1, "status")) == ((3, 0, 0), (6, 0, 0))
    assert used(desk, "points:both:month", 1) == 9


def test_a_monthly_cap_of_100_with_orders_of_80_and_20_and_the_first_returned() -> None:
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=per_month(points=100)))
    desk.buy("o1", 0, "80")
    desk.buy("o2", 1, "20")
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (20, 0, 0)
    assert used(desk, "points:base:month", 2) == 20
    desk.buy("o3", 3, "90")
    assert desk.has(3) == (100, 0, 0)
    desk.back("r2", 4, "o3")
    desk.back("r3", 5, "o2")
    assert desk.has(5) == (0, 0, 0)
    assert used(desk, "points:base:month", 5) == 0


def test_a_cut_order_keeps_what_it_was_given_when_the_one_that_filled_the_cap_comes_back() -> None:
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=per_month(points=100)))
    desk.buy("o1", 0, "80")
    desk.buy("o2", 1, "50")  # cut to 20
    desk.back("r1", 2, "o1")
    assert (desk.has(2), used(desk, "points:base:month", 2)) == ((20, 0, 0), 20)


def test_a_cut_order_loses_nothing_as_long_as_what_is_kept_is_worth_its_grant() -> None:
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=per_order(points=25)))
    desk.buy("o1", 0, line("1", "10", 4))
    for number, left in ((1, 25), (2, 20), (3, 10), (4, 0)):
        desk.back(f"r{number}", number, "o1", {"1": 1})
        assert desk.has(number) == (left, 0, 0)


def test_units_are_given_back_as_far_as_fewer_are_kept_than_counted() -> None:
    per_cup = Accrue(points(5).per_unit(of=coffee))
    desk = Desk(Rule("cups", Purchase, then=per_cup, limit=per_month(units=3)))
    desk.buy("o1", 0, cups("1", 5), line("2", "9", 2))
    assert (desk.has(0), used(desk, "units:cups:month", 0)) == ((15, 0, 0), 3)
    for number, (line_id, kept, units) in enumerate(
        (("1", 15, 3), ("2", 15, 3), ("1", 15, 3), ("1", 10, 2), ("1", 5, 1), ("1", 0, 0)), 1
    ):
        desk.back(f"r{number}", number, "o1", {line_id: 1})
        assert desk.has(number) == (kept, 0, 0)
        assert used(desk, "units:cups:month", number) == units
    desk.buy("o2", 7, cups("1", 9))
    assert desk.has(7) == (15, 0, 0)


def test_the_share_is_that_of_what_is_kept() -> None:
    rule = Rule("cups", Purchase, then=Accrue(base), limit=per_order(units=2))
    desk = Desk(rule)
    desk.buy("o1", 0, line("1", "30"), line("2", "9", 2))
    assert desk.has(0) == (32, 0, 0)  # 2/3 of 48
    desk.back("r1", 1, "o1", {"2": 1})
    assert desk.has(1) == (32, 0, 0)  # all of 39 fits, but no more than was granted
    desk.back("r2", 2, "o1", {"1": 1})
    assert desk.has(2) == (9, 0, 0)


def test_lines_that_count_only_when_fewer_are_kept_use_no_more_than_the_grant_did() -> None:
    few = points(4).per_unit(of=item.units <= 2)
    rule = Rule("few", Purchase, then=Accrue(few), limit=per_life(units=9))
    desk = Desk(rule)
    desk.buy("o1", 0, cups("1", 2), cups("2", 3))
    assert (desk.has(0), used(desk, "units:few:ever", 0)) == ((8, 0, 0), 2)
    for number, line_id, left, units in ((1, "1", 4, 1), (2, "2", 8, 2), (3, "2", 8, 2)):
        desk.back(f"r{number}", number, "o1", {line_id: 1})
        assert (desk.has(number), used(desk, "units:few:ever", number)) == ((left, 0, 0), units)
    desk.back("r4", 4, "o1")
    assert (desk.has(4), used(desk, "units:few:ever", 4)) == ((0, 0, 0), 0)


@pytest.mark.parametrize(
    ("on_return", "left", "units"),
    [
        (OnReturn.REEVALUATE, [10, 5, 0], [2, 1, 0]),
        (OnReturn.PRO_RATA, [6, 3, 0], [2, 1, 0]),
        (OnReturn.PER_ITEM, [7, 4, 0], [2, 1, 0]),
        (OnReturn.KEEP, [10, 10, 10], [2, 2, 2]),
    ],
)
def test_every_strategy_gives_units_and_points_back_as_it_keeps_the_grant(
    on_return: OnReturn, left: list[int], units: list[int]
) -> None:
    action = Accrue(points(5).per_unit(), on_return=on_return)
    limits = [per_month(2, units=2), per_month(points=50)]
    desk = Desk(Rule("cups", Purchase, then=action, limit=limits))
    desk.buy("o1", 0, cups("1", 3))
    assert desk.has(0) == (10, 0, 0)
    for number in (1, 2, 3):
        desk.back(f"r{number}", number, "o1", {"1": 1})
        assert desk.has(number) == (left[number - 1], 0, 0)
        assert used(desk, "units:cups:month", number) == units[number - 1]
        assert used(desk, "points:cups:month", number) == left[number - 1]
        assert used(desk, "times:cups:month", number) == (1 if left[number - 1] else 0)


def test_a_message_that_went_out_keeps_its_units_and_its_time() -> None:
    rule = Rule(
        "cups", Purchase, then=[Accrue(points(5)), Notify("hello")], limit=per_month(3, units=9)
    )
    desk = Desk(rule)
    desk.buy("o1", 0, cups("1", 3))
    desk.back("r1", 1, "o1")
    assert used(desk, "units:cups:month", 1) == 3
    assert used(desk, "times:cups:month", 1) == 1


def test_credit_that_was_cut_by_units_comes_back_by_the_same_share() -> None:
    rule = Rule("cups", Purchase, then=Credit("1.01"), limit=per_life(units=2))
    desk = Desk(rule)
    desk.buy("o1", 0, cups("1", 3))
    assert desk.has(0, "credit") == (67, 0, 0)  # 2/3 of 101, rounded down
    desk.back("r1", 1, "o1", {"1": 2})
    assert desk.has(1, "credit") == (67, 0, 0)
    desk.back("r2", 2, "o1")
    assert desk.has(2, "credit") == (0, 0, 0)
    assert used(desk, "units:cups:ever", 2) == 0


def test_what_was_refused_whole_is_not_granted_by_a_return_that_would_make_it_fit() -> None:
    limit = per_month(points=50, over=Over.REFUSE)
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=limit))
    decision = desk.buy("o1", 0, line("1", "30", 2))
    assert said(decision) == [(RefusalCode.LIMIT_REACHED, "base", 60, 0)]
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (0, 0, 0)


def test_a_bonus_that_is_lost_and_regained_uses_its_limits_again() -> None:
    cake = Coupon("CAKE", amount_off(1))
    rule = Rule(
        "dry",
        Purchase,
        when=~some_item(wine) | (basket.spend >= 50),
        then=[Accrue(points(7)), Issue(cake)],
        limit=[per_month(1), per_day(points=9), per_life(units=4)],
    )
    desk = Desk(rule)
    desk.buy("o1", 0, line("1", "20", category="wine"), line("2", "20", 2), line("3", "5"))
    counters = ("times:dry:month", "points:dry:day", "units:dry:ever")
    assert [used(desk, each, 0) for each in counters] == [1, 7, 4]
    desk.back("r1", 0, "o1", {"2": 1})
    assert [used(desk, each, 0) for each in counters] == [0, 0, 0]
    desk.back("r2", 0, "o1", {"1": 1})
    assert [used(desk, each, 0) for each in counters] == [1, 7, 2]


def test_a_window_that_is_over_gets_nothing_back_and_the_next_loses_nothing() -> None:
    limits = [per_month(points=30), per_day(2)]
    desk = Desk(Rule("base", Purchase, then=Accrue(base), limit=limits))
    desk.buy("o1", 0, "20")
    desk.buy("o2", 31, "20")  # 1 February
    desk.back("r1", 31, "o1")
    assert used(desk, "points:base:month", 31) == 20
    assert used(desk, "times:base:day", 31) == 1


def test_a_follow_up_gives_back_what_it_used() -> None:
    rule = Rule(
        "later",
        After(Purchase, days(2)),
        then=Accrue(points(5).per_unit(of=coffee)),
        limit=per_month(units=3, points=40),
    )
    desk = Desk(rule)
    desk.buy("o1", 0, cups("1", 4))
    desk.to(2)
    assert desk.has(2) == (15, 0, 0)
    desk.back("r1", 3, "o1", {"1": 2})
    assert desk.has(3) == (10, 0, 0)
    assert used(desk, "units:later:month", 3) == 2
    assert used(desk, "points:later:month", 3) == 10


def test_points_that_nobody_confirms_give_their_limits_back() -> None:
    awaited = Accrue(points(5).per_unit(), pending=confirmed(within=days(5)))
    limit = Limit(9, points=90, units=9)
    desk = Desk(Rule("cups", Purchase, then=awaited, limit=limit))
    desk.buy("o1", 0, cups("1", 3))
    assert [used(desk, f"{what}:cups:ever", 0) for what in ("times", "points", "units")] == [
        1,
        15,
        3,
    ]
    desk.to(5)
    assert [used(desk, f"{what}:cups:ever", 5) for what in ("times", "points", "units")] == [
        0,
        0,
        0,
    ]


def test_an_edited_limit_changes_nothing_about_a_return() -> None:
    action = Accrue(points(5).per_unit())
    old = Rule("cups", Purchase, then=action, limit=per_month(units=2))
    desk = Desk(old)
    desk.buy("o1", 0, cups("1", 4))
    edited = Desk(Rule("cups", Purchase, then=action, limit=per_day(units=99)))
    edited.account = desk.account
    edited.back("r1", 1, "o1", {"1": 3})
    assert edited.has(1) == (5, 0, 0)
    assert used(edited, "units:cups:month", 1) == 1


def test_what_is_kept_is_cut_to_its_own_share() -> None:
    desk = Desk(Rule("cups", Purchase, then=Accrue(base), limit=per_order(units=2)))
    desk.buy("o1", 0, line("1", "30"), line("2", "6", 3))
    assert desk.has(0) == (24, 0, 0)  # 2/4 of 48
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (12, 0, 0)  # 2/3 of 18
    desk.back("r2", 2, "o1", {"2": 1})
    assert desk.has(2) == (12, 0, 0)  # all of 12


def test_a_rule_of_which_something_stands_keeps_its_units_when_the_rest_is_cancelled() -> None:
    awaited = Accrue(points(5).per_unit(), pending=confirmed(within=days(5)))
    rule = Rule("cups", Purchase, then=[awaited, Accrue(points(1))], limit=Limit(9, units=9))
    desk = Desk(rule)
    desk.buy("o1", 0, cups("1", 3))
    desk.to(5)
    assert desk.has(5) == (1, 0, 0)
    assert [used(desk, f"{what}:cups:ever", 5) for what in ("times", "units")] == [1, 3]
