"""Stacking within limits: lanes that choose for each line, floors, budgets, by example."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from desk import Desk, day, line
from quotes import quoted, said, used

from loyaltykit import (
    Against,
    Amounts,
    Basket,
    Budget,
    Calendar,
    Choose,
    Coupon,
    Engine,
    Exclusive,
    Lane,
    Limit,
    Line,
    OpeningBalance,
    OpeningLot,
    Over,
    Program,
    ProgramError,
    Promotion,
    Quote,
    RefusalCode,
    Shipping,
    Stacking,
    Tax,
    TaxRate,
    amount_off,
    basket,
    dearest,
    free_shipping,
    item,
    new_price,
    percent_off,
)

CUP, CAKE = Line("1", "cup", price=20), Line("2", "cake", price=10)
cup, cake = item.sku.is_("cup"), item.sku.is_("cake")
BY_LINE = Stacking([Lane("all", Choose.EACH_LINE)], groups={"g": 1})


def club(
    *promotions: Promotion, stacking: Stacking = BY_LINE, budgets: Iterable[Budget] = ()
) -> Program:
    return Program(
        "Club",
        "EUR",
        timezone="UTC",
        promotions=promotions,
        stacking=stacking,
        budgets=list(budgets),
    )


def test_an_offer_that_wins_no_line_leaves_its_group_to_the_next() -> None:
    quote = quoted(
        club(
            Promotion("half", percent_off(50)),
            Promotion("fifth", percent_off(20), group="g"),
            Promotion("free shipping", free_shipping(), group="g"),
        ),
        CUP,
        CAKE,
        shipping=5,
    )
    # A fifth of 30.00 is more than 5.00, but half of each line is more than a fifth of it.
    assert used(quote) == {"half": 1500, "free shipping": 500}
    assert said(quote) == ["fifth: promotion-outranked (desired 600, granted 0)"]
    assert [(lane.discount, lane.exact) for lane in quote.lanes] == [(2000, True)]


def test_a_limit_on_units_is_used_on_lines_that_are_won() -> None:
    quote = quoted(
        club(
            Promotion("one", percent_off(90), limit=Limit(units=1)),
            Promotion("c", amount_off(19, of=cup)),
        ),
        CUP,
        CAKE,
    )
    # Alone it would take 18.00 off the cup: there 19.00 is more, so that it goes to the cake.
    assert used(quote) == {"one": 900, "c": 1900}
    ana = Desk(program=club(Promotion("one", percent_off(90), limit=Limit(units=3))))
    assert ana.buy("o1", 0, line("1", "10", 2), paid=2).accepted
    assert ana.buy("o2", 1, line("1", "10", 2), paid=11).accepted  # one unit was left


def test_two_limits_on_units_give_way_to_each_other_until_nothing_changes() -> None:
    lines = [Line(str(number), f"s{number}", price=10 - number) for number in range(4)]
    quote = quoted(
        club(
            *(Promotion(f"p{pct}", percent_off(pct), limit=Limit(units=1)) for pct in (90, 80, 70)),
        ),
        *lines,
    )
    assert used(quote) == {"p90": 900, "p80": 720, "p70": 560}
    assert [each.payable for each in quote.lines] == [100, 180, 240, 700]
    assert quote.lanes[0].exact


def test_rounds_beyond_what_is_looked_at_say_that_they_are_not_exact() -> None:
    lines = [Line(str(number), f"s{number}", price=5_000 - number) for number in range(150)]
    offers = [
        Promotion(f"p{number}", percent_off(90 - number), limit=Limit(units=1))
        for number in range(30)
    ]
    quote = quoted(club(*offers), *lines)
    [lane] = quote.lanes
    assert not lane.exact
    assert sum(used(quote).values()) == lane.discount > 0
    assert all(len(each.shares) <= 1 for each in quote.lines)


def test_an_exclusive_unit_is_that_of_the_line_that_is_won() -> None:
    later = Stacking([Lane("all", Choose.EACH_LINE), Lane("more")])
    quote = quoted(
        club(
            Promotion("own", percent_off(50), exclusive=Exclusive.UNITS, limit=Limit(units=1)),
            Promotion("c", amount_off(19, of=cup)),
            Promotion("euro", amount_off(1), lane="more"),
            stacking=later,
        ),
        CUP,
        CAKE,
    )
    # The cake is the offer's own: the euro comes off what the cup still costs.
    assert [[(each.offer, each.amount) for each in one.shares] for one in quote.lines] == [
        [("c", 1900), ("euro", 100)],
        [("own", 500)],
    ]


def test_a_condition_that_must_hold_afterwards_is_in_another_lane() -> None:
    after = Promotion("a", amount_off(5), when=basket.spend >= 20, reads=Amounts.AFTER)
    with pytest.raises(ProgramError, match=r"promotion 'a': must still hold .*Amounts.BEFORE"):
        club(after)
    alone = Promotion(
        "a",
        amount_off(5),
        when=basket.spend >= 20,
        reads=Amounts.AFTER,
        exclusive=Exclusive.ORDER,
    )
    assert used(quoted(club(alone), CUP, CAKE)) == {"a": 500}
    assert used(quoted(club(alone), CUP)) == {}


@pytest.mark.parametrize("against", Against)
@pytest.mark.parametrize("turned", [False, True])
def test_no_offer_that_has_a_floor_goes_below_it_whatever_was_taken_before(
    against: Against, turned: bool
) -> None:
    offers = [
        Promotion("third", percent_off(30)),
        Promotion("floor", percent_off(30, not_below=6)),
    ]
    lane = Stacking([Lane("all", Choose.IN_ORDER, against=against)])
    program = club(*(offers[::-1] if turned else offers), stacking=lane)
    price = Line("1", "pot", price=10)
    # After 30 % a unit costs 7.00: only 1.00 is left above the floor of one, none of the other.
    first, second = (each.amount for each in quoted(program, price).lines[0].shares)
    if not turned:
        assert (first, second) == (300, 100)
    else:
        assert (first, second) == (300, 300 if against is Against.START else 210)


def test_what_a_unit_above_its_floor_cannot_bear_only_units_of_the_offer_do() -> None:
    lane = Stacking([Lane("all", Choose.IN_ORDER, against=Against.START)])
    program = club(
        Promotion("first", amount_off(3, units=dearest(1))),
        Promotion("second", amount_off(4, units=dearest(1), not_below=5)),
        stacking=lane,
    )
    quote = quoted(program, Line("1", "pot", price=10, quantity=2))
    assert [[(run.units, run.off) for run in each.runs] for each in quote.lines[0].shares] == [
        [(1, 300), (1, 0)],
        [(1, 200), (1, 0)],
    ]
    both = club(
        Promotion("first", amount_off(3, units=dearest(1))),
        Promotion("second", amount_off(8, not_below=5)),
        stacking=lane,
    )
    quote = quoted(both, Line("1", "pot", price=10, quantity=2))
    # 4.00 each: the first unit bears 2.00, the other 5.00; 1.00 finds no place.
    assert [[(run.units, run.off) for run in each.runs] for each in quote.lines[0].shares] == [
        [(1, 300), (1, 0)],
        [(1, 200), (1, 500)],
    ]


def test_what_does_not_fit_into_a_whole_budget_is_not_used() -> None:
    march = Budget("march", amount=4, offers=["tenth", "five"], window=Calendar("month"))
    program = club(
        Promotion("tenth", percent_off(10)),
        Promotion("five", amount_off(5)),
        stacking=Stacking([Lane("all")]),
        budgets=[march],
    )
    quote = quoted(program, CUP, CAKE)
    assert used(quote) == {"tenth": 300}
    [refused] = said(quote)
    assert refused == (
        "five: promotion-limit (desired 500, granted 0); "
        "budget march: at most 4.00 EUR off in one month"
    )
    [answer] = [each for each in quote.promotions if each.refusal is not None]
    assert answer.valid_from is None
    assert [(each.amount, each.limit) for each in quote.claims] == [(300, 400)]


def test_offers_that_draw_on_one_budget_are_used_as_far_as_it_holds_both() -> None:
    def offers(stacking: Stacking) -> Quote:
        program = club(
            Promotion("tenth", percent_off(10)),
            Promotion("two", amount_off(2, of=cup)),
            Promotion("cakes", amount_off(1, of=cake)),
            stacking=stacking,
            budgets=[Budget("b", amount=4, offers=["tenth", "two", "cakes"])],
        )
        return quoted(program, CUP, CAKE)

    # 3.00 and 2.00 are more than 4.00; 3.00 and 1.00 are not.
    together = offers(Stacking([Lane("all", Choose.IN_ORDER)]))
    assert used(together) == {"tenth": 300, "cakes": 100}
    assert said(together) == [
        "two: promotion-limit (desired 200, granted 0); budget b: at most 4.00 EUR off ever"
    ]
    best = offers(Stacking([Lane("all")]))
    assert (used(best), best.lanes[0].exact) == ({"tenth": 300, "cakes": 100}, True)
    assert used(offers(BY_LINE)) == {"tenth": 300}


def test_each_line_has_the_next_best_where_a_budget_does_not_hold_the_best() -> None:
    program = club(
        Promotion("cups", amount_off(3, of=cup)),
        Promotion("cakes", amount_off(3, of=cake)),
        Promotion("euro", amount_off(1, of=cake)),
        budgets=[Budget("b", amount=5, offers=["cups", "cakes"])],
    )
    quote = quoted(program, CUP, CAKE)
    assert used(quote) == {"cups": 300, "euro": 100}
    assert [(each.amount, each.limit) for each in quote.claims] == [(300, 500)]


def test_a_budget_that_one_order_fills_lets_a_smaller_discount_fit_after_another() -> None:
    program = club(
        Promotion("half", percent_off(50)),
        Promotion("tenth", percent_off(10)),
        stacking=Stacking([Lane("all")]),
        budgets=[Budget("b", amount=2, offers=["tenth"])],
    )
    quote = quoted(program, CUP, CAKE)  # 10 % of 30.00 does not fit, of 15.00 it does
    assert (used(quote), quote.lanes[0].exact) == ({"half": 1500, "tenth": 150}, True)


def test_what_was_paid_for_shipping_is_what_is_left_of_it_or_the_order_is_refused() -> None:
    program = club(Promotion("ship", free_shipping(), when=basket.spend >= 25))
    ana = Desk(program=program)
    small = ana.buy("o1", 0, CUP, shipping=Shipping("4.90"), paid=20, paid_shipping="4.90")
    assert small.accepted
    wrong = ana.buy("o2", 1, CUP, CAKE, shipping="4.90", paid=29, paid_shipping="4.90")
    assert [str(each) for each in wrong.refusals] == [
        "o2: price-changed (desired 2900, granted 3000)",
        "o2, shipping: price-changed (desired 490, granted 0)",
    ]
    assert [each.code for each in wrong.refusals] == [RefusalCode.PRICE_CHANGED] * 2
    assert "o2" not in ana.account.records
    assert ana.buy("o3", 2, CUP, CAKE, shipping="4.90", paid=30, paid_shipping=Decimal(0)).accepted


def test_a_coupon_that_its_budget_cannot_pay_is_kept() -> None:
    program = Program(
        "Club",
        "EUR",
        timezone="UTC",
        coupons=[Coupon("TEN", amount_off(10), public=True)],
        budgets=[Budget("b", amount=5, offers=["TEN"])],
    )
    [answer] = Engine(program).quote(None, Basket([CUP]), day(0), ["TEN"]).codes
    assert str(answer.refusal) == (
        "TEN: coupon-limit (desired 1000, granted 0); budget b: at most 5.00 EUR off ever"
    )


def test_a_quote_tells_the_tax_on_what_is_left_of_lines_and_shipping() -> None:
    program = club(
        Promotion("tenth", percent_off(10)),
        Promotion("ship", free_shipping(up_to=2)),
        stacking=Stacking([Lane("all")]),
    )
    lines = [
        Line("1", "book", price=20, tax=TaxRate(10)),
        Line("2", "lamp", price=100, tax=TaxRate(20, on_top=True)),
        Line("3", "mug", price=10, tax=Tax("1.67")),
        Line("4", "bag", price=10),
        Line("5", "map", price=10, tax=TaxRate(0)),
    ]
    shipping = Shipping("6.00", tax=TaxRate(20))
    ana = Desk(program=program)
    lots = [OpeningLot(1000, day(0), purse="credit")]
    ana.tell(OpeningBalance("old", day(0), member="ana", lots=lots))
    quote = ana.engine.quote(ana.account, Basket(lines, shipping=shipping), day(0))
    # 18.00 contain 1.64, 90.00 bear 18.00 on top, 9.00 contain nine tenths of 1.67.
    assert [each.tax for each in quote.lines] == [164, 1800, 150, None, 0]
    assert (quote.shipping, quote.shipping_tax) == (400, 67)
    # Points are a payment: they change no tax.
    paid = ana.engine.quote(
        ana.account, Basket(lines, shipping=shipping), day(0), spend={"credit": 1000}
    )
    assert sum(each.tender for each in paid.lines) == 1000
    assert [each.tax for each in paid.lines] == [164, 1800, 150, None, 0]
    assert quoted(program, CUP, shipping=5).shipping_tax is None


def test_who_lost_a_line_to_an_offer_that_its_budget_refuses_may_win_it_after_all() -> None:
    big, other = item.sku.is_("big"), item.sku.is_("c")
    lines = [
        Line("1", "big", price=100),
        Line("2", "small", price=20),
        Line("3", "c", price=30),
    ]
    offers = [
        Promotion("C", amount_off(30, of=other)),
        Promotion("A", percent_off(50), limit=Limit(units=1)),
        Promotion("B", new_price(30, of=big)),
    ]
    quote = quoted(club(*offers, budgets=[Budget("m", amount=90, offers=["B", "C"])]), *lines)
    # C and B are 100.00 together: B is out, and its line is A's, which had given it up.
    assert used(quote) == {"C": 3000, "A": 5000}
    assert [each.exact for each in quote.lanes] == [False]


@pytest.mark.parametrize("strict", [False, True])
def test_limits_and_budgets_bound_what_is_won_not_what_is_lost(strict: bool) -> None:
    limit = Limit(units=1, over=Over.REFUSE) if strict else ()
    budgets = [] if strict else [Budget("m", amount=20, offers=["P"])]
    quote = quoted(
        club(
            Promotion("P", percent_off(50), limit=limit),
            Promotion("H", percent_off(60, of=item.sku.is_("big"))),
            budgets=budgets,
        ),
        Line("1", "big", price=100),
        Line("2", "small", price=20),
    )
    assert used(quote) == {"P": 1000, "H": 6000}
    assert quote.lanes[0].exact


def test_of_a_group_that_competes_which_wins_most() -> None:
    big, cent = item.sku.is_("big"), item.sku.is_("cent")
    offers = [
        Promotion("Z", percent_off(60, of=big)),
        Promotion("X", percent_off(50, of=big | cent), group="g"),
        Promotion("Y", amount_off(19, of=item.sku.is_("small")), group="g"),
    ]
    lines = [
        Line("1", "big", price=100),
        Line("2", "small", price=20),
        Line("3", "cent", price="0.02"),
    ]
    quote = quoted(club(*offers), *lines)
    # X takes 50.01 off alone and wins a cent; Y takes 19.00 off and wins all of it.
    assert (used(quote), quote.lanes[0].exact) == ({"Z": 6000, "Y": 1900}, True)


def test_what_waits_in_one_of_several_groups_may_be_better_and_the_quote_says_so() -> None:
    stacking = Stacking([Lane("all", Choose.EACH_LINE)], groups={"g": 1, "h": 1})
    offers = [
        Promotion("a", percent_off(30, of=cup), group="g"),
        Promotion("b", percent_off(50, of=cake), group="g"),
        Promotion("c", percent_off(40, of=cup), group="h"),
    ]
    quote = quoted(club(*offers, stacking=stacking), CUP, CAKE)
    # a takes most of its group, and loses the cup: then it leaves its place to b.
    assert used(quote) == {"b": 500, "c": 800}
    assert quote.lanes[0].exact
    many = [*offers, Promotion("d", percent_off(10, of=cake), group="g")]
    assert not quoted(club(*many, stacking=stacking), CUP, CAKE).lanes[0].exact


def test_shipping_that_is_won_counts_like_a_line() -> None:
    offers = [
        Promotion("three", amount_off(3, of=cake), group="g"),
        Promotion("ship", free_shipping(), group="g"),
    ]
    assert used(quoted(club(*offers), CUP, CAKE, shipping=5)) == {"ship": 500}
    assert used(quoted(club(*offers), CUP, CAKE, shipping=2)) == {"three": 300}
