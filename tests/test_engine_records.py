"""What the record of an order remembers, by example: its coupons, its follow-ups, how long."""

from datetime import timedelta

import pytest
from desk import Desk, day, line

from loyaltykit import (
    Accrue,
    After,
    Coupon,
    Engine,
    Issue,
    Purchase,
    Return,
    Rule,
    amount_off,
    basket,
    days,
    item,
    points,
    some_item,
)
from loyaltykit.effects import CouponRestored
from loyaltykit.movements import Reversed

base = points(1).per(1)
wine = item.category.is_("wine")
purchase = Rule("purchase", Purchase, then=Accrue(base))
WINE = line("w", "20", category="wine")


def test_a_coupon_that_was_used_does_not_come_back_with_the_condition_that_brought_it() -> None:
    fiver = Coupon("FIVER", amount_off(5))
    thanks = Rule(
        "thanks", Purchase, when=~some_item(wine) | (basket.spend >= 50), then=Issue(fiver)
    )
    desk = Desk(thanks)
    desk.buy("o1", 0, line("b", "20", 2), WINE)
    desk.buy("o2", 1, line("w", "30", category="wine"), coupons=["FIVER"])
    assert not desk.account.coupons
    desk.back("r1", 2, "o1", {"b": 1})
    desk.back("r2", 3, "o1", {"w": 1})
    assert not desk.account.coupons


@pytest.mark.parametrize("order", [("o1", "o2"), ("o2", "o1")])
def test_a_coupon_goes_with_the_order_that_brought_it_in_whichever_order_things_come_back(
    order: tuple[str, str],
) -> None:
    fiver = Coupon("FIVER", amount_off(5))
    desk = Desk(Rule("thanks", Purchase, when=basket.spend >= 40, then=Issue(fiver)))
    desk.buy("o1", 0, "40")
    desk.buy("o2", 1, "30", coupons=["FIVER"])
    for number, each in enumerate(order):
        desk.back(f"r{number}", 2, each)
    assert not desk.account.coupons


def test_a_coupon_that_a_part_withdraws_is_restored_by_the_part_that_regains_it() -> None:
    fiver = Coupon("FIVER", amount_off(5))
    thanks = Rule(
        "thanks", Purchase, when=~some_item(wine) | (basket.spend >= 50), then=Issue(fiver)
    )
    desk = Desk(thanks)
    desk.buy("o1", 0, line("b", "20", 2), WINE)
    desk.back("r1", 1, "o1", {"b": 1})
    assert not desk.account.coupons
    decision = desk.back("r2", 2, "o1", {"w": 1})
    assert [type(effect) for effect in decision.effects].count(CouponRestored) == 1
    assert [coupon.coupon for coupon in desk.account.coupons.values()] == ["FIVER"]


def test_an_order_is_forgotten_at_the_end_of_what_is_remembered_and_not_before() -> None:
    desk = Desk(purchase, remember=days(30))
    desk.buy("o1", 0, "10")
    desk.buy("o2", 0, "10")
    moment = day(30) - timedelta(microseconds=1)
    assert desk.tell(Return("r1", moment, member="ana", order="o1")).accepted
    decision = desk.back("r2", 30, "o2")
    assert [each.code.value for each in decision.refusals] == ["order-unknown"]


def test_a_follow_up_that_was_edited_after_the_order_can_still_be_taken_back() -> None:
    roast = item.label("roast", optional=True)
    before = Rule("later", After(Purchase, days(5)), then=Accrue(points(10)))
    after = Rule(
        "later",
        After(Purchase, days(5)),
        when=~some_item(roast.is_("dark")) & (basket.hour < 23),
        then=Accrue(points(2).per_unit(of=~roast.is_("dark")) + base),
    )
    desk = Desk(before)
    desk.buy("o1", 0, line("1", "10", 2))
    desk.engine = Engine(Desk(after).engine.program)
    desk.to(6)
    # The hour was never read when the order was placed: it is unknown, and so is not below 23.
    assert desk.has(6) == (0, 0, 0)
    assert desk.back("r1", 7, "o1", {"1": 1}).accepted


def test_a_follow_up_that_asks_what_the_order_never_recorded_can_be_taken_back() -> None:
    roast = item.label("roast", optional=True)
    before = Rule("later", After(Purchase, days(5)), then=Accrue(points(10)))
    after = Rule(
        "later",
        After(Purchase, days(5)),
        when=~(basket.hour >= 23),
        then=Accrue(points(2).per_unit(of=~roast.is_("dark"))),
    )
    desk = Desk(before)
    desk.buy("o1", 0, line("1", "10", 2))
    desk.engine = Engine(Desk(after).engine.program)
    desk.to(6)
    assert desk.has(6) == (4, 0, 0)
    desk.back("r1", 7, "o1", {"1": 1})
    assert desk.has(7) == (2, 0, 0)


def test_debt_that_was_repaid_comes_back_beside_a_lot_that_others_give_back_to() -> None:
    dry = Rule(
        "dry",
        Purchase,
        when=~some_item(wine) | (basket.spend >= 50),
        then=Accrue(points(40), expires=days(60)),
    )
    desk = Desk(dry)
    both = (line("b", "20", 2), WINE)
    desk.buy("o1", 0, *both)
    desk.buy("o2", 1, *both)
    desk.spend("s1", 2, 40)  # those of o1
    desk.back("r1", 3, "o1", {"b": 1})  # taken from those of o2
    desk.back("r2", 4, "o2", {"b": 1})  # nothing is left: debt
    assert desk.has(4) == (0, 0, 40)
    desk.buy("o3", 5, line("b", "60"))  # repays it
    assert desk.has(5) == (0, 0, 0)
    desk.back("r3", 6, "o1", {"w": 1})
    assert desk.has(6) == (40, 0, 0)
    desk.back("r4", 7, "o2", {"w": 1})
    assert desk.has(7) == (80, 0, 0)
    assert [(lot.event, lot.remaining, lot.points) for lot in desk.account.lots] == [
        ("o2", 40, 40),
        ("o2", 40, 40),
    ]


def test_each_award_is_taken_from_its_own_lot_before_any_other_draws_on_it() -> None:
    each = Accrue(points(1).per_unit(), expires=days(2))
    later = Rule("later", After(Purchase, days(1)), then=each)
    desk = Desk(purchase, later)
    desk.buy("o1", 0, line("1", "10", 3))
    desk.spend("s1", 0, 30)
    desk.to(1)
    decision = desk.back("r1", 1, "o1", {"1": 2})
    taken = {effect.rule: effect for effect in decision.effects if isinstance(effect, Reversed)}
    assert [(draw.lot.rule, draw.points) for draw in taken["purchase"].draws] == [("later", 1)]
    assert [(draw.lot.rule, draw.points) for draw in taken["later"].draws] == [("later", 2)]
    assert (taken["purchase"].debt, taken["later"].debt) == (19, 0)
