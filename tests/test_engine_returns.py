"""Returns by example (law 7, P10): what is taken back, from where, and what is given back again."""

from desk import Desk, day, line

from loyaltykit import (
    Accrue,
    Activity,
    Notify,
    Purchase,
    Return,
    Rule,
    Tier,
    Tiers,
    activity,
    basket,
    days,
    item,
    member,
    once,
    per_month,
    points,
    points_earned,
    some_item,
)
from loyaltykit.effects import Counted, Returned
from loyaltykit.movements import Reinstated, Reversed
from loyaltykit.traces import Outcome

base = points(1).per(1)
wine = item.category.is_("wine")
purchase = Rule("purchase", Purchase, then=Accrue(base))
review = Rule("review", Activity, when=activity.kind.is_("review"), then=Accrue(points(5)))
WINE = line("w", "20", category="wine")


def test_a_return_takes_the_points_of_what_came_back_and_refunds_what_was_paid_for_it() -> None:
    desk = Desk(purchase)
    desk.buy("o1", 0, line("1", "12.50", 2), line("2", "9.90"))
    assert desk.has(0) == (34, 0, 0)
    decision = desk.back("r1", 1, "o1", {"1": 1})
    [returned] = [each for each in decision.effects if isinstance(each, Returned)]
    assert (returned.refund, dict(returned.units)) == (1250, {"1": 1})
    assert desk.has(1) == (22, 0, 0)
    decision = desk.back("r2", 2, "o1")
    [returned] = [each for each in decision.effects if isinstance(each, Returned)]
    assert (returned.refund, dict(returned.units)) == (2240, {"1": 1, "2": 1})
    assert desk.has(2) == (0, 0, 0)


def test_the_record_of_an_order_says_what_it_still_counts_for() -> None:
    desk = Desk(purchase, tiers=Tiers([Tier("none", 0)], metric=points_earned))
    desk.buy("o1", 0, line("1", "12.50", 2), line("2", "9.90"))
    counted = []
    for number, part in enumerate(({"1": 1}, None), 1):
        desk.back(f"r{number}", number, "o1", part)
        record = desk.account.records["o1"]
        [posting] = record.postings
        [award] = posting.awards
        counted.append(
            [
                [tally.amount for tally in tallies]
                for tallies in (record.spend, record.orders, award.tallies)
            ]
        )
    assert counted == [[[2240], [1], [22]], [[0], [0], [0]]]


def test_a_debt_of_one_point_is_repaid() -> None:
    desk = Desk(purchase)
    desk.buy("o1", 0, "1")
    desk.spend("s", 0, 1)
    desk.back("r1", 1, "o1")
    assert desk.has(1) == (0, 0, 1)
    desk.buy("o2", 2, "5")
    assert desk.has(2) == (4, 0, 0)


def test_three_pieces_at_a_price_that_does_not_divide_are_refunded_in_whole_cents() -> None:
    desk = Desk(purchase)
    desk.buy("o1", 0, line("1", "3.34", 3, discount="0.02"))
    refunds = [
        effect.refund
        for number in (1, 2, 3)
        for effect in desk.back(f"r{number}", number, "o1", {"1": 1}).effects
        if isinstance(effect, Returned)
    ]
    assert refunds == [333, 333, 334]


def test_missing_points_come_from_the_own_lot_then_the_soonest_to_expire_then_debt() -> None:
    soon = Rule("soon", Activity, then=Accrue(points(8), expires=days(9)))
    late = Rule("late", Activity, then=Accrue(points(6), expires=days(90)))
    desk = Desk(purchase, soon, late)
    desk.buy("o1", 0, "20")
    desk.spend("s1", 0, 15)
    desk.tell(Activity("a1", day(1), member="ana", kind="visit"))
    decision = desk.back("r1", 2, "o1")
    [taken] = [effect for effect in decision.effects if isinstance(effect, Reversed)]
    assert [(draw.lot.rule, draw.points) for draw in taken.draws] == [
        ("purchase", 5),
        ("soon", 8),
        ("late", 6),
    ]
    assert taken.debt == 1
    assert desk.has(2) == (0, 0, 1)


def test_pending_points_of_the_order_itself_are_taken_before_anything_else() -> None:
    slow = Rule("slow", Purchase, then=Accrue(base, pending=days(10)))
    desk = Desk(slow, review)
    desk.tell(Activity("a1", day(0), member="ana", kind="review"))
    desk.buy("o1", 1, "20")
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (5, 0, 0)


def test_debt_is_repaid_first_when_points_become_spendable() -> None:
    slow = Rule("slow", Activity, then=Accrue(points(9), pending=days(3)))
    desk = Desk(purchase, slow)
    desk.buy("o1", 0, "20")
    desk.spend("s1", 0, 20)
    desk.back("r1", 1, "o1")
    assert desk.has(1) == (0, 0, 20)
    desk.tell(Activity("a1", day(2), member="ana", kind="visit"))
    assert desk.has(2) == (0, 9, 20)
    assert desk.has(5) == (0, 0, 11)
    desk.buy("o2", 6, "30")
    assert desk.has(6) == (19, 0, 0)


def test_double_points_unless_wine_come_back_when_the_wine_does_but_never_beyond_the_grant() -> (
    None
):
    double = Rule("double", Purchase, when=~some_item(wine), then=Accrue(base))
    desk = Desk(purchase, double)
    desk.buy("o1", 0, line("b", "30"), WINE)
    assert desk.has(0) == (50, 0, 0)
    desk.back("r1", 1, "o1", {"w": 1})
    # The bonus was not granted that day, so the return grants nothing new.
    assert desk.has(1) == (30, 0, 0)


def test_a_bonus_that_one_part_takes_stays_taken_when_the_rest_comes_back() -> None:
    bonus = Rule(
        "bonus", Purchase, when=~some_item(wine) | (basket.spend >= 50), then=Accrue(points(40))
    )
    desk = Desk(bonus)
    desk.buy("o1", 0, line("b", "40"), WINE)
    desk.spend("s1", 0, 30)
    desk.back("r1", 1, "o1", {"b": 1})
    assert desk.has(1) == (0, 0, 30)
    decision = desk.tell(Return("r2", day(1), member="ana", order="o1"))
    assert desk.has(1) == (0, 0, 30)
    assert not [effect for effect in decision.effects if isinstance(effect, Reinstated)]


def test_a_bonus_that_one_part_takes_and_the_next_restores_goes_back_to_the_same_lot() -> None:
    bonus = Rule(
        "bonus", Purchase, when=~some_item(wine) | (basket.spend >= 50), then=Accrue(points(40))
    )
    desk = Desk(bonus)
    desk.buy("o1", 0, line("b", "20", 2), WINE)
    desk.spend("s1", 0, 30)
    desk.back("r1", 1, "o1", {"b": 1})
    assert desk.has(1) == (0, 0, 30)
    decision = desk.back("r2", 1, "o1", {"w": 1})
    [back] = [effect for effect in decision.effects if isinstance(effect, Reinstated)]
    assert (back.debt, [(draw.lot.event, draw.points) for draw in back.draws]) == (30, [("o1", 10)])
    assert desk.has(1) == (10, 0, 0)


def test_points_that_are_regained_while_another_order_is_owed_for_repay_that_debt_first() -> None:
    bonus = Rule(
        "bonus", Purchase, when=~some_item(wine) | (basket.spend >= 50), then=Accrue(points(40))
    )
    desk = Desk(bonus)
    desk.buy("o1", 0, line("b", "20", 2), WINE)
    desk.back("r1", 1, "o1", {"b": 1})
    desk.buy("o2", 2, line("b", "60"))
    desk.spend("s1", 2, 40)
    desk.back("r2", 3, "o2")
    assert desk.has(3) == (0, 0, 40)
    desk.back("r3", 4, "o1", {"w": 1})
    assert desk.has(4) == (0, 0, 0)


def test_parts_equal_the_whole_when_one_rule_gives_back_what_another_still_owes() -> None:
    dry = Rule(
        "dry",
        Purchase,
        when=~some_item(wine) | (basket.spend >= 50),
        then=Accrue(points(40), expires=days(60)),
    )
    per = Rule("per", Purchase, then=Accrue(base, expires=days(30)))
    gift = Rule("gift", Activity, then=Accrue(points(50)))

    def after(*parts: dict[str, int]) -> tuple[object, ...]:
        desk = Desk(dry, per, gift)
        desk.tell(Activity("a1", day(0), member="ana", kind="visit"))
        desk.buy("o1", 0, line("b", "20", 2), WINE)
        desk.spend("s1", 0, 95)
        for number, part in enumerate(parts):
            desk.back(f"r{number}", 1, "o1", part)
        return desk.account.lots, desk.has(1)

    whole = after({"b": 1, "w": 1})
    assert after({"b": 1}, {"w": 1}) == whole
    assert after({"w": 1}, {"b": 1}) == whole
    assert whole[1] == (15, 0, 0)


def test_a_monthly_cap_of_100_points_cut_the_second_order_and_a_return_of_the_first_leaves_it() -> (
    None
):
    capped = Rule("capped", Purchase, then=Accrue(base), limit=per_month(points=100))
    desk = Desk(capped)
    desk.buy("o1", 0, "80")
    desk.buy("o2", 1, "50")
    assert desk.has(1) == (100, 0, 0)
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (20, 0, 0)
    # The month has room for 80 again.
    desk.buy("o3", 3, "95")
    assert desk.has(3) == (100, 0, 0)


def test_a_return_judges_the_room_that_the_limit_had_that_day() -> None:
    capped = Rule("capped", Purchase, then=Accrue(base), limit=per_month(points=100))
    desk = Desk(capped)
    desk.buy("o1", 0, "80")
    desk.buy("o2", 1, line("1", "30", 2))
    desk.back("r1", 2, "o1")
    # One of two pieces is worth 30, but there was room for 20: it keeps its 20.
    desk.back("r2", 3, "o2", {"1": 1})
    assert desk.has(3) == (20, 0, 0)


def test_what_lapsed_stays_lapsed_and_is_not_asked_for_again() -> None:
    short = Rule("short", Purchase, then=Accrue(base, expires=days(10)))
    desk = Desk(short, review)
    desk.buy("o1", 0, "30")
    desk.spend("s1", 1, 12)
    desk.tell(Activity("a1", day(11), member="ana", kind="review"))
    desk.back("r1", 12, "o1")
    # 18 had lapsed: only the 12 that were spent are owed, 5 of them from the review.
    assert desk.has(12) == (0, 0, 7)


def test_what_came_back_for_repaid_debt_and_lapsed_is_not_asked_for_again() -> None:
    visit = Rule("visit", Activity, then=Accrue(points(10)))
    dry = ~some_item(wine) | (basket.spend >= 50)
    desk = Desk(Rule("bonus", Purchase, when=dry, then=Accrue(points(10), expires=days(12))), visit)
    desk.buy("o1", 0, line("1", "20", 2), WINE)
    desk.spend("s", 0, 10)
    desk.back("r1", 1, "o1", {"1": 1})  # 40 euros with wine: the bonus is owed
    desk.tell(Activity("v1", day(2), member="ana", kind="visit"))
    assert desk.has(2) == (0, 0, 0)  # and paid
    desk.back("r2", 3, "o1", {"w": 1})  # 20 euros without: it comes back
    assert desk.has(3) == (10, 0, 0)
    desk.to(12)
    assert desk.has(12) == (0, 0, 0)  # and lapses, unspent
    desk.tell(Activity("v2", day(13), member="ana", kind="visit"))
    desk.back("r3", 14, "o1")
    assert desk.has(14) == (10, 0, 0)


def test_the_limit_of_a_rule_is_free_again_after_a_return_unless_it_sent_a_message() -> None:
    first = Rule("first", Purchase, then=Accrue(points(10)), limit=once())
    hello = Rule("hello", Purchase, then=Notify("hello"), limit=once())
    desk = Desk(first, hello)
    desk.buy("o1", 0, "5")
    desk.back("r1", 1, "o1")
    decision = desk.buy("o2", 2, "5")
    assert desk.has(2) == (10, 0, 0)
    said = decision.explanation.rule("hello")
    assert said is not None
    assert said.outcome is Outcome.LIMITED


def test_orders_and_spend_of_the_member_lose_what_came_back() -> None:
    third = Rule("third", Purchase, when=member.orders >= 2, then=Accrue(points(1)))
    rich = Rule("rich", Purchase, when=member.spend >= 50, then=Accrue(points(100)))
    desk = Desk(third, rich)
    desk.buy("o1", 0, line("1", "20", 2))
    desk.buy("o2", 1, "20")
    desk.back("r1", 2, "o1", {"1": 1})
    desk.buy("o3", 3, "1")
    assert desk.has(3) == (1, 0, 0)  # two orders before, but only 40.00 spent
    desk.back("r2", 4, "o1")
    desk.buy("o4", 5, "1")
    assert desk.has(5) == (2, 0, 0)  # o2 and o3 are two orders, 21.00 spent


def test_a_return_takes_its_points_out_of_the_window_in_which_they_counted() -> None:
    desk = Desk(purchase, review)
    decision = desk.buy("o1", 0, "10")
    assert [effect.counter for effect in decision.effects if isinstance(effect, Counted)] == [
        "orders",
        "spend",
    ]
    assert desk.account.count("spend", day(0)) == 1000
    desk.back("r1", 1, "o1")
    assert not desk.account.counters


def test_a_return_and_a_refusal_say_what_became_of_the_points() -> None:
    desk = Desk(Rule("earn", Purchase, then=Accrue(points(1).per(1))))
    desk.buy("o1", 0, line("1", 5))
    back = desk.back("r1", 1, "o1")
    assert str(back.explanation) == "earn: 5 points taken back"
    refused = desk.back("r2", 1, "o1")
    assert str(refused.explanation) == "refused: o1: order-returned"
