"""Best deals by example: offers that help after others, units that are somebody's own, work."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from attrs import evolve
from desk import Desk, day, line
from quotes import quoted, said, used
from stopwatch import within

from loyaltykit import (
    Against,
    Basket,
    Begin,
    Budget,
    Choose,
    Coupon,
    Covers,
    Discount,
    Each,
    Engine,
    Exclusive,
    Lane,
    Limit,
    LimitError,
    Line,
    Over,
    Pick,
    Program,
    Promotion,
    Quote,
    RoundingScope,
    Stacking,
    amount_off,
    basket,
    bundle,
    by_spend,
    cheapest,
    days,
    dearest,
    free_item,
    free_shipping,
    item,
    new_price,
    part,
    percent_off,
    together,
)

BEST, IN_ORDER = Stacking([Lane("all")]), Stacking([Lane("all", Choose.IN_ORDER)])
START = Stacking([Lane("all", Choose.IN_ORDER, against=Against.START)])
OUTLET = item.category.is_("outlet")
COATS = [
    Line("1", "coat", price=40),
    Line("2", "coat", price=40),
    Line("3", "cap", price=10, category="outlet"),
]


def club(*promotions: Promotion, stacking: Stacking = BEST) -> Program:
    return Program("Club", "EUR", timezone="UTC", promotions=promotions, stacking=stacking)


def runs(quote: Quote) -> dict[str, list[int]]:
    """What each offer takes off each unit of the first line."""
    return {
        share.offer: [run.off for run in share.runs for _ in range(run.units)]
        for share in quote.lines[0].shares
    }


@pytest.mark.parametrize("stacking", [BEST, IN_ORDER])
def test_an_offer_that_takes_something_off_only_after_others_is_part_of_the_best_deal(
    stacking: Stacking,
) -> None:
    outlet = Promotion("outlet", percent_off(20, of=OUTLET), exclusive=Exclusive.UNITS)
    second = Promotion("second for 15", bundle(part(1), part(1, off=new_price(15))))
    # With the cap in it, the pair is made of a coat and the cap, which is cheaper than 15.00.
    assert used(quoted(club(second, stacking=stacking), *COATS)) == {}
    quote = quoted(club(outlet, second, stacking=stacking), *COATS)
    assert used(quote) == {"outlet": 200, "second for 15": 2500}
    assert (quote.payable, quote.lanes[0].exact) == (6300, True)


def test_free_units_make_room_for_a_choice_of_others() -> None:
    sample = Promotion("sample", percent_off(100, of=item.sku.is_("sample")))
    second = Promotion("second for 5", bundle(part(1), part(1, off=new_price(5))))
    lines = [Line("1", "sample", price=4), Line("2", "mug", price=8), Line("3", "cup", price=9)]
    quote = quoted(club(sample, second), *lines)
    assert used(quote) == {"sample": 400, "second for 5": 300}
    cheap = Promotion("cheapest", percent_off(10, units=cheapest(1)))
    cents = [Line("1", "sample", price="0.04"), Line("2", "mug", price=8)]
    assert used(quoted(club(sample, cheap), *cents)) == {"sample": 4, "cheapest": 80}


def test_an_offer_that_would_help_only_at_its_place_is_outranked_there() -> None:
    one = Stacking([Lane("all", most=2)])
    offers = [
        Promotion("sample", percent_off(100, of=item.sku.is_("sample"))),
        Promotion("second for 5", bundle(part(1), part(1, off=new_price(5)))),
        Promotion("half", percent_off(50, of=item.sku.is_("mug"))),
    ]
    lines = [Line("1", "sample", price=4), Line("2", "mug", price=8), Line("3", "cup", price=9)]
    quote = quoted(club(*offers, stacking=one), *lines)
    assert used(quote) == {"sample": 400, "half": 400}
    assert said(quote) == ["second for 5: promotion-without-effect"]


def test_what_a_unit_cannot_bear_goes_to_no_unit_that_is_somebody_elses() -> None:
    offers = [
        Promotion("own", percent_off(50, units=dearest(1)), exclusive=Exclusive.UNITS),
        Promotion("free", percent_off(100, units=cheapest(1))),
        Promotion("sixty", percent_off(60)),
    ]
    pot = Line("1", "pot", price=10, quantity=3)
    quote = quoted(club(*offers, stacking=START), pot)
    assert runs(quote) == {
        "own": [500, 0, 0],
        "free": [0, 1000, 0],
        # 6.00 off two units: the one that is free bears nothing, so that the other bears all.
        "sixty": [0, 0, 1000],
    }
    assert [each.unplaced for each in quote.promotions] == [0, 0, 200]


def test_what_spills_goes_only_to_units_that_the_offer_chose() -> None:
    offers = [Promotion(name, percent_off(100, units=cheapest(1))) for name in ("a", "b")]
    quote = quoted(club(*offers, stacking=START), Line("1", "pot", price=10, quantity=3))
    assert runs(quote) == {"a": [1000, 0, 0]}
    assert said(quote) == ["b: promotion-without-effect"]
    new = [
        Promotion("free", percent_off(100, units=cheapest(1))),
        Promotion("nine", new_price(9)),
    ]
    quote = quoted(club(*new, stacking=START), Line("1", "pot", price=10, quantity=2))
    # In a lane against the start both are reckoned on 10.00; what is left of the pair is theirs.
    assert runs(quote) == {"free": [1000, 0], "nine": [0, 200]}


def test_a_unit_that_a_limit_left_out_is_not_taken() -> None:
    own = Promotion("own", percent_off(50), exclusive=Exclusive.UNITS, limit=Limit(units=1))
    rest = Promotion("rest", amount_off(3))
    quote = quoted(club(own, rest, stacking=IN_ORDER), Line("1", "pot", price=10, quantity=3))
    assert runs(quote) == {"own": [500, 0, 0], "rest": [0, 150, 150]}


def test_units_that_had_to_be_bought_for_an_exclusive_offer_are_taken_too() -> None:
    own = Promotion(
        "own", bundle(part(1), part(1, off=percent_off(100))), exclusive=Exclusive.UNITS
    )
    rest = Promotion("rest", amount_off(3))
    quote = quoted(club(own, rest, stacking=IN_ORDER), Line("1", "pot", price=10, quantity=3))
    assert runs(quote) == {"own": [1000, 0, 0], "rest": [0, 0, 300]}


def test_units_of_one_price_that_stand_apart_share_a_discount_to_the_cent() -> None:
    second = Promotion("second", amount_off(2, units=Pick(Begin.CHEAPEST, skip=1, most=1)))
    rest = Promotion("rest", amount_off("0.05"))
    quote = quoted(club(second, rest, stacking=IN_ORDER), Line("1", "pot", price=10, quantity=3))
    # 10.00, 8.00, 10.00: of five cents, four of the two dearer ones (3.57), one of the other.
    assert runs(quote) == {"second": [0, 200, 0], "rest": [2, 1, 2]}
    three = Promotion("rest", amount_off("0.04"))
    quote = quoted(club(second, three, stacking=IN_ORDER), Line("1", "pot", price=10, quantity=3))
    assert runs(quote) == {"second": [0, 200, 0], "rest": [2, 1, 1]}


def test_what_finds_no_place_is_reported() -> None:
    fifty = Promotion("fifty", amount_off(50, of=item.sku.is_("mug")))
    floor = Promotion("floor", percent_off(50, not_below=4, of=item.sku.is_("cup")))
    coupon = Coupon("TEN", amount_off(10, of=item.sku.is_("tea")), public=True)
    program = Program("Club", "EUR", timezone="UTC", promotions=[fifty, floor], coupons=[coupon])
    lines = [Line("1", "mug", price=20), Line("2", "cup", price=6), Line("3", "tea", price=3)]
    quote = Engine(program).quote(None, Basket(lines), day(0), ["TEN"])
    assert [(each.discount, each.unplaced) for each in quote.promotions] == [
        (2000, 3000),
        (200, 100),
    ]
    assert [(each.discount, each.unplaced) for each in quote.codes] == [(300, 700)]
    told = str(Desk(program=program).buy("o1", 0, *lines, coupons=["TEN"]).explanation)
    assert "promotion fifty: 20.00 EUR off, 30.00 EUR more finds no place" in told
    assert "code TEN: 3.00 EUR off, 7.00 EUR more finds no place" in told
    free = Promotion("mug", free_item("mug", units=2))
    [answer] = quoted(club(free), Line("1", "mug", price=20)).promotions
    assert (answer.discount, answer.unplaced) == (2000, 0)


def test_a_return_gives_shared_uses_back_though_the_coupon_has_run_out() -> None:
    few = Coupon("FEW", amount_off(5), public=True, total=500, valid=days(10))
    budget = Budget("b", amount=1_000, offers=["FEW"])
    ana = Desk(program=Program("C", "EUR", timezone="UTC", coupons=[few], budgets=[budget]))
    bought = ana.buy("o1", 0, "100", coupons=["FEW"])
    back = ana.back("r1", 11, "o1")
    assert [(each.key, each.amount) for each in bought.claims] == [
        ("coupon:FEW", 1),
        ("budget:b/ever/money", 500),
    ]
    assert [(each.key, each.amount) for each in back.claims] == [
        ("coupon:FEW", -1),
        ("budget:b/ever/money", -500),
    ]


def offered(count: int, scope: RoundingScope) -> list[Promotion]:
    return [Promotion(f"C{number}", percent_off(1, scope=scope)) for number in range(count)]


@pytest.mark.once
@pytest.mark.parametrize(
    ("lines", "offers", "stacking"),
    [
        (1_000, 200, IN_ORDER),
        pytest.param(400, 500, BEST, marks=pytest.mark.heavy),
        pytest.param(10_000, 21, BEST, marks=pytest.mark.heavy),
    ],
)
def test_work_that_grows_with_runs_of_units_ends_in_bounded_time(
    lines: int, offers: int, stacking: Stacking
) -> None:
    long: Iterable[Line] = (
        Line(str(number), "x", price=10 + number % 97, quantity=1_000_003 + number)
        for number in range(lines)
    )
    program = club(*offered(offers, RoundingScope.LINE), stacking=stacking)
    with within(seconds=60), pytest.raises(LimitError, match="let fewer offers combine"):
        quoted(program, *long)


def test_many_offers_on_a_large_basket_are_worked_out_once_each_where_none_is_chosen() -> None:
    long = [Line(str(number), "x", price=10) for number in range(2_000)]
    program = club(*offered(20, RoundingScope.ORDER), stacking=IN_ORDER)
    with within(seconds=15):
        assert quoted(program, *long).payable == 1_635_814
    strict = Promotion("s", percent_off(10), limit=Limit(units=5, over=Over.REFUSE))
    with within(seconds=5):
        assert said(quoted(club(strict, stacking=IN_ORDER), *long)) == [
            "s: promotion-limit (desired 2000, granted 0); at most 5 units ever, 5 units left"
        ]


def test_a_line_at_a_decimal_price_is_paid_as_quoted() -> None:
    ana = Desk(program=club(*offered(3, RoundingScope.UNIT), stacking=IN_ORDER))
    quote = ana.engine.quote(ana.account, Basket([line("1", "19.99", 7)]), day(0))
    bought = ana.buy("o1", 0, line("1", "19.99", 7), paid=Decimal(quote.payable) / 100)
    assert bought.accepted


RED, BLUE = item.tags.has("red"), item.tags.has("blue")


def tagged(id: str, price: str, tags: str, quantity: int = 1) -> Line:
    return Line(id, id, price=price, quantity=quantity, tags=tags.split())


def discounts(offer: Discount, *lines: Line) -> dict[str, int]:
    """What comes off which line."""
    quote = quoted(club(Promotion("set", offer)), *lines)
    return {each.id: each.discount for each in quote.lines if each.discount}


def test_a_part_leaves_the_units_that_others_need() -> None:
    lines = [tagged("both", "10", "red blue"), tagged("blue", "5", "blue")]
    dear = bundle(part(1, RED), part(1, BLUE, off=percent_off(100), begin=Begin.DEAREST))
    # The dearer one is the only red thing: the blue one is free.
    assert discounts(dear, *lines) == {"blue": 500}
    assert discounts(dear, *lines, tagged("red", "1", "red")) == {"both": 1000}
    three = bundle(
        part(1, RED),
        part(1, BLUE, off=percent_off(50), begin=Begin.DEAREST),
        part(1, off=percent_off(100), begin=Begin.DEAREST),
    )
    more = [*lines, tagged("other", "8", "green"), tagged("cheap", "1", "green")]
    # Half of the blue one, since the other is red; of the rest the dearest is free.
    assert discounts(three, *more) == {"blue": 250, "other": 800}


def test_a_last_set_that_is_partial_needs_what_is_bought_and_one_unit_more() -> None:
    offer = bundle(part(2, RED), part(2, BLUE, off=percent_off(100), partial=True))
    red, blue = tagged("red", "10", "red", 4), tagged("blue", "3", "blue", 3)
    assert discounts(offer, red, blue) == {"blue": 900}  # one whole set, one of one
    assert discounts(offer, evolve(red, quantity=3), blue) == {"blue": 600}
    assert discounts(offer, red, evolve(blue, quantity=2)) == {"blue": 600}
    assert discounts(offer, red, evolve(blue, quantity=1)) == {"blue": 300}
    several = [tagged(f"b{n}", f"{n}", "blue") for n in (1, 2, 3)]
    assert discounts(offer, red, *several) == {"b1": 100, "b2": 200, "b3": 300}


def test_sets_that_are_alike_are_counted_together_and_others_by_themselves() -> None:
    offer = bundle(part(2), price=10)
    lines = [tagged("a", "8", "", 3), tagged("b", "7", "", 4), tagged("c", "1", "")]
    # 16, 15, 14 are three sets of the dearest first; 7 and 1 are cheaper than 10.
    assert discounts(offer, *lines) == {"a": 867, "b": 633}


def test_of_two_gifts_only_what_is_not_there_is_missing() -> None:
    offer = Promotion("both", together(free_item("mug"), free_item("bag", units=2)))
    quote = quoted(club(offer), Line("1", "mug", price=0), Line("2", "pot", price=9))
    assert said(quote) == ["both: promotion-gift-absent; 2 more units of bag"]


def test_what_was_found_before_the_search_ended_is_used_where_it_is_better() -> None:
    lines = [Line(str(number), "bean", price=10) for number in range(90)]
    other = item.sku.is_("bean")
    big = Promotion("big", percent_off(30, of=other), group="g")
    small = [Promotion(f"s{n}", percent_off(20 - n, of=other), group="g") for n in range(12)]
    alone = Promotion("alone", percent_off(29, of=other))
    stacking = Stacking([Lane("all", most=3)], groups={"g": 2})
    quote = quoted(club(alone, *small, big, stacking=stacking), *lines)
    [lane] = quote.lanes
    assert lane.used == ("alone", "s0", "big")
    assert quote.payable == 35_784  # 900.00 less 29 %, 20 % and 30 %


def test_the_rest_of_an_exclusive_line_is_reckoned_on_its_own_units() -> None:
    own = Promotion("own", percent_off(50, units=dearest(1)), exclusive=Exclusive.UNITS)
    tenth = Promotion("tenth", percent_off(10))
    lines = [Line("1", "pot", price=10, quantity=3), Line("2", "mug", price=7, quantity=2)]
    quote = quoted(club(own, tenth, stacking=IN_ORDER), *lines)
    assert runs(quote) == {"own": [500, 0, 0], "tenth": [0, 100, 100]}
    assert [each.payable for each in quote.lines] == [2300, 1260]


def test_a_part_leaves_what_the_last_and_partial_set_of_another_needs_and_no_more() -> None:
    offer = bundle(
        part(1, RED, off=percent_off(100), begin=Begin.DEAREST),
        part(2, off=percent_off(10), partial=True),
    )
    lines = [tagged("x", "10", "red"), tagged("y", "5", "red")]
    assert discounts(offer, *lines) == {"x": 1000, "y": 50}


def test_a_floor_is_that_of_the_units_that_it_was_written_for() -> None:
    first = Promotion("first", amount_off(5, each=Each.UNIT))
    second = Promotion(
        "second",
        together(percent_off(10, units=dearest(1), not_below=8), percent_off(20)),
    )
    quote = quoted(club(first, second, stacking=START), Line("1", "pot", price=10, quantity=2))
    # 3.00 of the first unit, which costs 5.00 by now and stops at 8.00: the other bears all 5.00.
    assert runs(quote) == {"first": [500, 500], "second": [0, 500]}


def test_what_is_left_of_shipping_bounds_what_comes_off_it() -> None:
    offers = [Promotion(name, amount_off(4, covers=Covers.SHIPPING)) for name in ("a", "b")]
    quote = quoted(club(*offers, stacking=START), Line("1", "pot", price=10), shipping=5)
    assert (used(quote), quote.shipping) == ({"a": 400, "b": 100}, 0)
    assert [each.unplaced for each in quote.promotions] == [0, 300]


def test_a_search_that_did_not_end_still_finds_offers_that_apply_only_after_others() -> None:
    bean = item.sku.is_("bean")
    many = [Promotion(f"p{n}", percent_off(n + 1, of=bean)) for n in range(12)]
    late = Promotion("late", amount_off(500), when=basket.spend < 1_900)
    lines = [Line(str(n), "cup" if n % 2 else "bean", price=10) for n in range(200)]
    quote = quoted(club(*many, late), *lines)
    assert "late" in used(quote)
    assert not quote.lanes[0].exact


def test_steps_that_begin_at_nothing_need_nothing_in_the_basket() -> None:
    ship = Promotion("ship", by_spend({0: free_shipping()}, of=item.sku.is_("cake")))
    spent = Promotion("spent", by_spend({1: amount_off(1)}, of=item.sku.is_("cake")))
    quote = quoted(club(ship, spent), Line("1", "pot", price=10), shipping=5)
    assert (used(quote), quote.shipping) == ({"ship": 500}, 0)
