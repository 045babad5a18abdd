"""Stacking by example: lanes, best deal, exclusive offers, groups, amounts that conditions read."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from attrs import evolve
from desk import Desk, day, line

from loyaltykit import (
    Account,
    Against,
    Amounts,
    Basket,
    Budget,
    Calendar,
    Choose,
    Coupon,
    DefinitionError,
    Engine,
    Enrolment,
    Exclusive,
    Issue,
    Lane,
    Limit,
    Line,
    LoyaltyError,
    MisuseError,
    Over,
    Per,
    Program,
    Promotion,
    Purchase,
    Quote,
    RefusalCode,
    Reuse,
    Rivalry,
    Rule,
    Stacking,
    amount_off,
    at_hours,
    basket,
    cheapest,
    days,
    first_order,
    free_item,
    item,
    member,
    on_dates,
    once,
    per_life,
    per_order,
    percent_off,
    some_item,
)
from loyaltykit.effects import CouponUsed, PromotionUsed
from loyaltykit.stacking import USUAL

ALL = Stacking([Lane("all")])
SAME = Stacking([Lane("all", against=Against.START)])
JACKET, TROUSERS = Line("1", "jacket", price=100), Line("2", "trousers", price=80)


def club(*promotions: Promotion, **rest: Any) -> Program:
    return Program("Club", "EUR", timezone="UTC", promotions=promotions, **rest)


def quoted(program: Program, *lines: Line | str, codes: Iterable[str] = ()) -> Quote:
    """A guest's quote of lines, or of one line at a price."""
    found = [each if isinstance(each, Line) else line(price=each) for each in lines]
    return Engine(program).quote(None, Basket(found), day(0), codes)


def paid(program: Program, *lines: Line | str, codes: Iterable[str] = ()) -> str:
    """What a guest pays, in major units."""
    return f"{Decimal(quoted(program, *lines, codes=codes).payable) / 100:.2f}"


def said(quote: Quote) -> dict[str, str]:
    """What is said of every promotion and code: the amount, or the refusal."""
    found: dict[str, str] = {}
    for promotion in quote.promotions:
        found[promotion.promotion] = str(promotion.refusal or promotion.discount)
    for code in quote.codes:
        found[code.code] = str(code.refusal or code.discount)
    return found


def test_a_promotion_comes_off_without_a_code_for_guests_and_members() -> None:
    sale = club(Promotion("sale", percent_off(20)))
    assert paid(sale, "50") == "40.00"
    ana = Desk(program=sale)
    decision = ana.buy("o1", 0, "50", paid="40")
    [effect] = [each for each in decision.effects if isinstance(each, PromotionUsed)]
    assert (effect.promotion, dict(effect.discount)) == ("sale", {"1": 1000})
    assert "promotion sale: 10.00 EUR off" in str(decision.explanation)
    assert ana.account.records["o1"].kept_net == 4000


def test_a_programme_that_says_nothing_uses_the_promotions_and_the_best_single_coupon() -> None:
    usual = club(
        Promotion("sale", percent_off(10)),
        Promotion("euro", amount_off(1)),
        coupons=[
            Coupon("SMALL", amount_off(2), public=True),
            Coupon("LARGE", percent_off(10), public=True),
        ],
    )
    assert usual.stacking == USUAL
    quote = quoted(usual, "100", codes=["SMALL", "LARGE"])
    # 100 - 10 - 1 = 89; 10 % of that is 8.90, more than 2.00
    assert quote.payable == 8010
    assert said(quote) == {
        "sale": "1000",
        "euro": "100",
        "SMALL": "SMALL: coupon-outranked (desired 200, granted 0)",
        "LARGE": "890",
    }
    assert [(lane.name, lane.used, lane.discount, lane.exact) for lane in quote.lanes] == [
        ("promotions", ("sale", "euro"), 1100, True),
        ("coupons", ("LARGE",), 890, True),
    ]


def test_each_line_tells_what_every_offer_takes_off_it_and_off_each_of_its_units() -> None:
    program = club(
        Promotion("sale", amount_off("0.50")),
        coupons=[Coupon("TENTH", percent_off(10), public=True)],
    )
    quote = quoted(program, line("1", "1", 3), line("2", "2"), codes=["TENTH"])
    first = quote.lines[0]
    assert (first.subtotal, first.discount, first.payable) == (300, 57, 243)
    [sale, tenth] = first.shares
    assert (sale.offer, sale.amount, sale.coupon) == ("sale", 30, None)
    assert [(run.units, run.off) for run in sale.runs] == [(3, 10)]
    assert (tenth.offer, tenth.amount, tenth.coupon) == ("TENTH", 27, quote.coupons[0].id)
    assert [(run.units, run.off) for run in tenth.runs] == [(3, 9)]


@pytest.mark.parametrize(
    ("rivalry", "payable"),
    [(Rivalry.EXCLUSIVE_FIRST, "95.00"), (Rivalry.BEST, "70.00")],
)
def test_an_exclusive_offer_is_alone_and_first_or_only_if_the_member_pays_less(
    rivalry: Rivalry, payable: str
) -> None:
    program = club(
        Promotion("small", amount_off(5), exclusive=Exclusive.ORDER),
        Promotion("tenth", amount_off(10)),
        Promotion("fifth", amount_off(20)),
        stacking=Stacking([Lane("all")], exclusive=rivalry),
    )
    assert paid(program, "100") == payable


def test_an_exclusive_offer_that_ties_is_used_since_it_is_fewer() -> None:
    alone = Promotion("alone", amount_off(10), exclusive=Exclusive.ORDER)
    two = [Promotion(name, amount_off(5)) for name in ("a", "b")]
    assert said(quoted(club(*two, alone), "100"))["alone"] == "1000"
    one = Promotion("one", amount_off(10))
    assert said(quoted(club(one, alone), "100"))["one"] == "1000"
    assert said(quoted(club(alone, one), "100"))["alone"] == "1000"


def test_no_other_offer_touches_the_units_of_an_exclusive_one_but_those_beside_it() -> None:
    beans = item.sku.is_("thing")
    program = club(
        Promotion("first", amount_off(4, of=item.label("deal", optional=True).is_("a"))),
        Promotion("mine", percent_off(50, of=item.category.is_("cake")), exclusive=Exclusive.UNITS),
        Promotion("rest", percent_off(10, of=beans)),
        stacking=Stacking([Lane("all", Choose.IN_ORDER)]),
    )
    lines = (
        line("1", "10", category="cake"),
        line("2", "20", category="ware"),
        line("3", "20", category="cake", labels={"deal": "a"}),
    )
    quote = quoted(program, *lines)
    # first: 4 off line 3, so that "mine" leaves it alone; "rest": 10 % of lines 2 and 3
    assert [each.payable for each in quote.lines] == [500, 1800, 1440]
    assert [[share.offer for share in each.shares] for each in quote.lines] == [
        ["mine"],
        ["rest"],
        ["first", "rest"],
    ]


def test_against_the_start_too_an_exclusive_offer_keeps_its_units() -> None:
    program = club(
        Promotion("mine", percent_off(50, units=cheapest(1)), exclusive=Exclusive.UNITS),
        Promotion("rest", percent_off(10)),
        stacking=Stacking([Lane("all", Choose.IN_ORDER, against=Against.START)]),
    )
    quote = quoted(program, line("1", "10", 3))
    assert [[(run.units, run.off) for run in each.runs] for each in quote.lines[0].shares] == [
        [(1, 500), (2, 0)],
        [(1, 0), (2, 100)],
    ]


def test_a_group_lets_so_many_of_its_offers_on_an_order_in_all_lanes_together() -> None:
    tenth = Promotion("tenth", percent_off(10), group="percent")
    program = club(
        tenth,
        coupons=[
            Coupon("TENTH", percent_off(10), public=True, group="percent"),
            Coupon("FIVER", amount_off(5), public=True),
        ],
        stacking=Stacking([Lane("a"), Lane("b")], groups={"percent": 1}),
    )
    quote = quoted(program, "320", codes=["TENTH", "FIVER"])
    assert quote.payable == 28_300
    assert said(quote)["TENTH"] == "TENTH: coupon-outranked (desired 2880, granted 0)"


def test_the_first_in_order_is_used_where_a_lane_says_so_however_little_it_takes_off() -> None:
    offers = [
        Promotion("none", percent_off(50, of=item.category.is_("cake"))),
        Promotion("small", amount_off(1)),
        Promotion("large", amount_off(9)),
    ]
    first = Stacking([Lane("all", Choose.IN_ORDER, most=1)])
    assert paid(club(*offers, stacking=first), "100") == "99.00"


def test_for_each_line_the_offer_counts_that_takes_most_off_it() -> None:
    each = Stacking([Lane("all", Choose.EACH_LINE)])
    program = club(
        Promotion("tenth", percent_off(10)),
        Promotion("ware", percent_off(30, of=item.category.is_("ware"))),
        Promotion("cake", percent_off(5, of=item.category.is_("cake"))),
        stacking=each,
    )
    quote = quoted(program, line("1", "10", category="cake"), line("2", "20", category="ware"))
    assert [row.payable for row in quote.lines] == [900, 1400]
    assert said(quote) == {
        "tenth": "100",
        "ware": "600",
        "cake": "cake: promotion-outranked (desired 50, granted 0)",
    }


@pytest.mark.parametrize(("stacking", "payable"), [(ALL, "40.50"), (SAME, "40.00")])
def test_percentages_compound_or_add_up_as_the_lane_says(stacking: Stacking, payable: str) -> None:
    offers = [Promotion(name, percent_off(10)) for name in ("a", "b")]
    assert paid(club(*offers, stacking=stacking), "50") == payable


@pytest.mark.parametrize("stacking", [ALL, SAME])
def test_percentages_never_pass_100_in_sum(stacking: Stacking) -> None:
    offers = [Promotion(name, percent_off(60)) for name in ("a", "b", "c")]
    quote = quoted(club(*offers, stacking=stacking), "50")
    shares = [share.amount for share in quote.lines[0].shares]
    if stacking is SAME:
        assert shares == [3000, 2000]
        assert said(quote)["c"] == "c: promotion-without-effect"
    else:
        assert shares == [3000, 1200, 480]
    assert quote.payable == 5000 - sum(shares)


def test_a_coupon_that_an_earlier_one_leaves_nothing_to_is_not_used_up() -> None:
    program = club(
        coupons=[
            Coupon("ALL", percent_off(100), public=True),
            Coupon("MORE", percent_off(20), public=True),
        ],
        stacking=ALL,
    )
    for codes in permutations(["ALL", "MORE"]):
        ana = Desk(program=program)
        decision = ana.buy("o1", 0, "10", coupons=codes, paid="0")
        used = [each for each in decision.effects if isinstance(each, CouponUsed)]
        assert [each.coupon.coupon for each in used] == ["ALL"]
        assert [str(each) for each in decision.refusals] == ["MORE: coupon-without-effect"]


@pytest.mark.parametrize(
    ("reads", "refused"),
    [
        (Amounts.INITIAL, None),
        (Amounts.BEFORE, "1.00 EUR more would do"),
        (Amounts.AFTER, "11.00 EUR more would do"),
    ],
)
def test_a_condition_reads_the_amount_that_it_names(reads: Amounts, refused: str | None) -> None:
    program = club(
        Promotion("one", amount_off(1)),
        Promotion("ten", amount_off(10), when=basket.spend >= 100, reads=reads),
        stacking=Stacking([Lane("all", Choose.IN_ORDER)]),
    )
    answer = quoted(program, "100").promotions[1]
    assert (answer.refusal is None) == (refused is None)
    if answer.refusal is not None:
        assert [each.text for each in answer.refusal.missing] == [refused]
    # Once its own discount is taken, 100.00 must be left.
    assert paid(program, "111") == "100.00"
    assert paid(program, "110.99") == ("109.99" if reads is Amounts.AFTER else "99.99")


def test_a_promotion_that_time_keeps_from_applying_says_from_when_it_would() -> None:
    program = club(
        Promotion("week", percent_off(10), when=on_dates(date(2026, 1, 5), date(2026, 1, 9))),
        Promotion(
            "happy",
            percent_off(10),
            when=at_hours("09:00", "10:00") & on_dates(date(2026, 1, 5), date(2026, 1, 9)),
        ),
        Promotion(
            "large",
            percent_off(10),
            when=on_dates(date(2026, 1, 5), date(2026, 1, 9)) & (basket.spend >= 100),
        ),
        Promotion("past", percent_off(10), when=on_dates(date(2025, 1, 5), date(2025, 1, 9))),
    )
    opens = [each.valid_from for each in quoted(program, "50").promotions]
    assert opens == [day(3.5), day(3.5 + 9 / 24), None, None]


def test_a_code_whose_limit_is_used_up_says_from_when_it_is_free_again() -> None:
    monthly = Coupon(
        "MONTHLY", amount_off(1), limit=Limit(1, window=Calendar("month")), public=True
    )
    ana = Desk(coupons=[monthly])
    ana.buy("o1", 1, "10", coupons=["MONTHLY"])
    quote = ana.engine.quote(ana.account, Basket([line()]), day(2), ["MONTHLY"])
    assert quote.codes[0].valid_from == day(30.5)


def test_offers_for_members_or_for_newcomers_are_said_with_facts_that_a_guest_lacks() -> None:
    program = club(
        Promotion("members", amount_off(1), when=member.enrolled.known()),
        Promotion("first", amount_off(2), when=first_order()),
        Promotion("again", amount_off(3), when=member.orders >= 1),
    )
    assert paid(program, "10") == "8.00"
    ana = Desk(program=program)
    ana.join(0)
    ana.buy("o1", 0, "10", paid="7")
    ana.buy("o2", 1, "10", paid="6")


def test_a_coupon_of_another_member_is_unknown() -> None:
    program = club(coupons=[Coupon("FIVER", amount_off(5))])
    assert said(quoted(program, "10", codes=["FIVER"])) == {"FIVER": "FIVER: coupon-unknown"}


def test_several_coupons_of_one_kind_are_used_one_at_a_time() -> None:
    program = club(coupons=[Coupon("TENTH", percent_off(10), public=True)], stacking=ALL)
    ana = Desk(program=program)
    quote = ana.engine.quote(ana.account, Basket([line()]), day(0), ["TENTH"])
    [held] = quote.coupons
    ana.account = evolve(
        ana.account, coupons=ana.account.coupons.plus("x", evolve(held, id="x", event="e"))
    )
    twice = ana.engine.quote(ana.account, Basket([line()]), day(0), ["TENTH", "x"])
    assert said(twice) == {"TENTH": "100", "x": "100"}  # the same coupon by both of its names
    ana.account = evolve(
        ana.account, coupons=ana.account.coupons.plus("y", evolve(held, id="y", event="e"))
    )
    for codes in (["x", "y"], ["y", "x"]):
        other = ana.engine.quote(ana.account, Basket([line()]), day(0), codes)
        assert said(other) == {
            "x": "100",
            "y": "TENTH: coupon-outranked (desired 100, granted 0)",
        }


def test_a_member_has_so_many_discounted_units_and_the_dearest_discount_counts_first() -> None:
    program = club(
        Promotion("half", percent_off(50), limit=per_life(units=3)),
    )
    ana = Desk(program=program)
    ana.buy("o1", 0, line("1", "4", 2), paid="4")
    decision = ana.buy("o2", 1, line("1", "4", 2), line("2", "6"), paid="11")
    assert ana.account.records["o2"].lines[1].net == 300
    [effect] = [each for each in decision.effects if isinstance(each, PromotionUsed)]
    assert dict(effect.discount) == {"2": 300}
    quote = ana.engine.quote(ana.account, Basket([line()]), day(2))
    assert said(quote) == {"half": "half: promotion-limit; at most 3 units ever, 0 units left"}
    ana.back("r1", 2, "o1")
    quote = ana.engine.quote(ana.account, Basket([line("1", "4", 5)]), day(2))
    assert quote.payable == 1600


def test_an_order_has_so_many_discounted_units() -> None:
    program = club(Promotion("half", percent_off(50), limit=per_order(units=2)))
    assert paid(program, line("1", "10", 5)) == "40.00"


def test_a_promotion_is_claimed_in_all_or_per_month_and_a_return_gives_it_back() -> None:
    program = club(
        Promotion("few", amount_off(1), total=2),
        Promotion(
            "month", amount_off(1), limit=Limit(9, window=Calendar("month"), per=Per.PROGRAM)
        ),
        stacking=ALL,
    )
    ana = Desk(program=program)
    decision = ana.buy("o1", 1, "10")
    claims = [(each.key, each.amount, each.limit) for each in decision.claims]
    assert claims == [
        ("promotion:few", 1, 2),
        ("limit:promotion:month/month/2026-02-01T00:00:00Z/times", 1, 9),
    ]
    back = ana.back("r1", 2, "o1")
    assert [(each.key, each.amount) for each in back.claims] == [(key, -1) for key, _, _ in claims]
    ana.buy("o2", 3, "10", denied=["promotion:few"], paid="9")


@pytest.mark.parametrize(("reuse", "given"), [(Reuse.WHOLE, True), (Reuse.NEVER, False)])
def test_a_return_gives_the_use_back_as_the_offer_says(reuse: Reuse, given: bool) -> None:
    program = club(
        Promotion("once", amount_off(1), limit=once(), total=5, on_return=reuse),
    )
    ana = Desk(program=program)
    ana.buy("o1", 0, "10", paid="9")
    back = ana.back("r1", 1, "o1")
    assert bool(back.claims) is given
    ana.buy("o2", 2, "10", paid="9" if given else "10")


def test_an_order_with_several_offers_that_comes_back_whole_leaves_nothing() -> None:
    program = club(
        Promotion("sale", percent_off(10), limit=once()),
        coupons=[
            Coupon("A", amount_off(1), public=True, limit=once()),
            Coupon("B", amount_off(2), public=True),
        ],
        stacking=ALL,
    )
    ana = Desk(program=program)
    ana.buy("o1", 0, line("1", "30"), line("2", "7", 3), coupons=["B", "A"], paid="42.90")
    ana.back("r1", 0, "o1", {"2": 2})
    ana.back("r2", 0, "o1")
    record = ana.account.records["o1"]
    assert record.closed
    assert not ana.account.coupons
    assert not any(each.total for each in ana.account.counters.values())
    assert [use.amount for offer in record.offers for use in offer.uses] == [0, 0]


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: Stacking([]), DefinitionError, "a programme has 1 to 20 lanes, not 0"),
        (
            lambda: Stacking([Lane("a"), Lane("a")]),
            DefinitionError,
            "two lanes are called 'a': names must differ",
        ),
        (lambda: Stacking(3), MisuseError, "write a list of lanes"),  # type: ignore[arg-type]
        (lambda: Stacking([3]), MisuseError, "lanes are made of Lane, not of 3"),  # type: ignore[list-item]
        (
            lambda: Stacking([Lane("a")], groups={"g": 0}),
            DefinitionError,
            "an order takes 1 to 1000 offers of the group 'g', not 0",
        ),
        (
            lambda: Stacking([Lane("a")], groups=[]),  # type: ignore[arg-type]
            MisuseError,
            "groups are a mapping from name to number",
        ),
        (lambda: Lane("a", most=0), DefinitionError, "a lane uses at most 1 to 1000 offers, not 0"),
        (
            lambda: Lane("a", Choose.EACH_LINE, most=2),
            DefinitionError,
            "lane 'a' chooses for each line, so that `most` limits nothing",
        ),
        (lambda: Lane("a", "best"), MisuseError, "choose must be a Choose such as"),  # type: ignore[arg-type]
        (
            lambda: club(3),  # type: ignore[arg-type]
            MisuseError,
            "promotions are made of Promotion, not of 3: write Promotion",
        ),
        (
            lambda: Program("C", "EUR", timezone="UTC", promotions=3),  # type: ignore[arg-type]
            MisuseError,
            "the promotions of a programme are a list, not 3",
        ),
        (
            lambda: Promotion("a", amount_off(1), total=0),
            DefinitionError,
            "an offer's total must be a whole number from 1, not 0",
        ),
    ],
)
def test_what_cannot_be_stacked_is_refused_with_what_to_write(
    build: Any, error: type[LoyaltyError], message: str
) -> None:
    with pytest.raises(error, match=message):
        build()


def test_what_nothing_in_the_basket_can_trigger_says_which_word_is_missing() -> None:
    program = club(
        Promotion("cake", percent_off(10, of=item.category.one_of("cake", "pie"))),
        Promotion("tagged", percent_off(10), when=some_item(item.tags.has("new"))),
        Promotion("app", percent_off(10), when=basket.label("channel", optional=True).is_("app")),
    )
    answers = quoted(program, "10").promotions
    assert [each.refusal and each.refusal.code for each in answers] == [
        RefusalCode.PROMOTION_WITHOUT_EFFECT,
        RefusalCode.PROMOTION_NOT_APPLICABLE,
        RefusalCode.PROMOTION_NOT_APPLICABLE,
    ]
    assert [each.refusal and each.refusal.missing[0].text for each in answers] == [
        "item category must be cake or pie",
        "1 more unit where item tags include new",
        "basket channel must be app",
    ]


def test_what_nothing_triggers_says_what_else_is_missing_in_a_programme_of_up_to_100() -> None:
    new = some_item(item.tags.has("new"))
    soon = on_dates(date(2026, 1, 3), date(2026, 1, 4))
    promotions = [
        Promotion("both", percent_off(10), when=new & (basket.spend >= 30)),
        Promotion("cake", percent_off(10, of=item.category.is_("cake")), when=basket.spend >= 30),
        Promotion("soon", percent_off(10, of=item.category.is_("cake")), when=soon),
        Promotion("word", percent_off(10, of=item.category.is_("cake")), when=basket.spend >= 5),
    ]
    assert said(quoted(club(*promotions), "10")) == {
        "both": "both: promotion-not-applicable; "
        "1 more unit where item tags include new; 20.00 EUR more would do",
        "cake": "cake: promotion-not-applicable; "
        "20.00 EUR more would do; item category must be cake",
        "soon": "soon: promotion-not-applicable; "
        "must be from 3 Jan 2026 through 4 Jan 2026; item category must be cake",
        "word": "word: promotion-without-effect; item category must be cake",
    }
    others = [Promotion(f"p{number}", amount_off(1)) for number in range(97)]
    short = said(quoted(club(*promotions, *others), "10"))
    assert [short[each.name].partition("; ")[2] for each in promotions] == [
        "item tags must include new",
        *["item category must be cake"] * 3,
    ]


def test_a_purchase_pays_what_the_quote_said_or_is_refused_whole() -> None:
    program = club(Promotion("sale", percent_off(10)))
    ana = Desk(program=program)
    basket_of = Basket([line("1", "19.99", 3)])
    quote = ana.engine.quote(ana.account, basket_of, day(0))
    order = Purchase(
        "o1", day(0), member="ana", lines=basket_of.lines, paid=Decimal(quote.payable) / 100
    )
    assert ana.engine.decide(Account.new("ana"), order).accepted
    changed = evolve(order, paid=Decimal(quote.payable + 1) / 100)
    [refusal] = ana.engine.decide(Account.new("ana"), changed).refusals
    assert refusal.code is RefusalCode.PRICE_CHANGED


def test_a_gift_is_due_with_its_offer_and_free_once_it_is_in_the_basket() -> None:
    program = club(Promotion("mug", free_item("MUG"), when=basket.spend >= 20))
    without = quoted(program, "20")
    [gift] = without.gifts
    assert (gift.offer, gift.sku, gift.units, gift.present) == ("mug", "MUG", 1, 0)
    assert said(without) == {"mug": "mug: promotion-gift-absent; 1 more unit of MUG"}
    added = quoted(program, line("1", "20"), Line("2", "MUG", price=8))
    assert [each.payable for each in added.lines] == [2000, 0]
    assert [(each.units, each.present) for each in added.gifts] == [(1, 1)]
    assert quoted(program, "19.99").gifts == ()


def test_a_budget_of_money_is_a_claim_of_what_its_offers_take_off() -> None:
    program = club(
        Promotion("sale", percent_off(10)),
        coupons=[Coupon("FIVER", amount_off(5), public=True)],
        budgets=[
            Budget("march", amount=100, offers=["sale", "FIVER"], window=Calendar("month")),
        ],
    )
    ana = Desk(program=program)
    decision = ana.buy("o1", 0, "50", coupons=["FIVER"], paid="40")
    key = "budget:march/month/2026-02-01T00:00:00Z/money"
    assert [(each.key, each.amount, each.limit) for each in decision.claims] == [
        (key, 500, 10_000),
        (key, 500, 10_000),
    ]
    over = ana.buy("o2", 1, "50", coupons=["FIVER"], denied=[key], paid="50")
    assert [str(each) for each in over.refusals] == [
        "FIVER: coupon-claim-denied",
        "sale: promotion-claim-denied",
    ]
    assert [(each.key, each.amount) for each in ana.back("r1", 2, "o1").claims] == [
        (key, -500),
        (key, -500),
    ]


def test_more_discounted_units_than_are_left_are_refused_whole_where_a_limit_says_so() -> None:
    limit = per_order(units=2, over=Over.REFUSE)
    program = club(Promotion("half", percent_off(50), limit=limit))
    assert paid(program, line("1", "10", 2)) == "10.00"
    refused = said(quoted(program, line("1", "10", 3)))["half"]
    assert refused == (
        "half: promotion-limit (desired 3, granted 0); at most 2 units in one order, 2 units left"
    )


def test_the_best_of_each_line_keeps_to_the_number_of_a_group() -> None:
    program = club(
        Promotion("a", percent_off(10, of=item.category.is_("ware")), group="g"),
        Promotion("b", percent_off(20, of=item.category.is_("cake")), group="g"),
        stacking=Stacking([Lane("all", Choose.EACH_LINE)], groups={"g": 1}),
    )
    quote = quoted(program, line("1", "10", category="cake"), line("2", "10", category="ware"))
    assert [each.payable for each in quote.lines] == [800, 1000]


def test_against_the_start_what_a_unit_cannot_bear_others_of_its_line_do() -> None:
    start = Stacking([Lane("all", Choose.IN_ORDER, against=Against.START)])
    program = club(
        Promotion("free", percent_off(100, units=cheapest(1))),
        Promotion("six", amount_off(6)),
        stacking=start,
    )
    quote = quoted(program, line("1", "5", 2))
    assert [share.amount for share in quote.lines[0].shares] == [500, 500]
    assert quote.payable == 0
    quote = quoted(program, line("1", "9", 2))
    assert [[(run.units, run.off) for run in each.runs] for each in quote.lines[0].shares] == [
        [(1, 900), (1, 0)],
        [(1, 0), (1, 600)],
    ]


def test_a_coupon_that_runs_out_before_it_would_apply_has_no_instant_from_which_it_does() -> None:
    later = on_dates(date(2026, 1, 20), date(2026, 1, 31))
    soon = Coupon("SOON", amount_off(1), valid=days(14), when=later, public=True)
    long = Coupon("LONG", amount_off(1), valid=days(30), when=later, public=True)
    quote = quoted(club(coupons=[soon, long]), "10", codes=["SOON", "LONG"])
    assert [each.valid_from for each in quote.codes] == [None, day(18.5)]


def test_a_gift_that_would_not_be_given_is_not_promised() -> None:
    coupons = [
        Coupon("TEN", percent_off(10), public=True),
        Coupon("GIFT", free_item("mug"), public=True),
    ]
    engine = Engine(club(coupons=coupons))
    pot = Basket([Line("1", "pot", price=100)])
    both = engine.quote(None, pot, day(0), ["TEN", "GIFT"])
    assert both.gifts == ()
    # What it is worth is not known before it is there: then it is weighed like any other.
    assert said(both) == {"TEN": "1000", "GIFT": "GIFT: coupon-gift-absent; 1 more unit of mug"}
    mug = Basket([*pot.lines, Line("2", "mug", price=12)])
    assert said(engine.quote(None, mug, day(0), ["TEN", "GIFT"])) == {
        "TEN": "TEN: coupon-outranked (desired 1120, granted 0)",
        "GIFT": "1200",
    }
    assert [each.sku for each in engine.quote(None, pot, day(0), ["GIFT"]).gifts] == ["mug"]


def test_the_best_deal_knows_that_a_limit_in_units_may_leave_room_later() -> None:
    two = Promotion("two free", percent_off(100, units=cheapest(2)))
    one = Promotion("one", amount_off(9), limit=Limit(units=1, over=Over.REFUSE))
    lane = Stacking([Lane("all", Choose.BEST)])
    quote = Engine(club(two, one, stacking=lane)).quote(
        None, Basket([Line("1", "bean", price=10, quantity=3)]), day(0)
    )
    assert (quote.payable, quote.lanes[0].exact) == (100, True)


def test_a_price_without_a_claim_that_others_took_can_be_quoted() -> None:
    few = Coupon("FEW", amount_off(5), total=1, public=True)
    other = Coupon("ALT", amount_off(2), public=True)
    engine = Engine(club(coupons=[few, other]))
    basket = Basket([Line("1", "bean", price=30)])
    prices = [
        engine.quote(None, basket, day(0), ["FEW", "ALT"], denied=denied).payable
        for denied in ((), ["coupon:FEW"])
    ]
    assert prices == [2500, 2800]


def test_units_that_an_exclusive_offer_did_not_win_are_free_for_the_next_lane() -> None:
    one = item.sku.is_("one")
    first = Promotion("ex", percent_off(10), exclusive=Exclusive.UNITS, lane="a")
    big = Promotion("big", percent_off(20, of=one), lane="a")
    more = Promotion("more", amount_off(1, of=one), lane="b")
    lanes = Stacking([Lane("a", Choose.EACH_LINE), Lane("b")])
    basket = Basket([Line("1", "one", price=100), Line("2", "two", price=100)])
    quote = Engine(club(first, big, more, stacking=lanes)).quote(None, basket, day(0))
    assert [line.payable for line in quote.lines] == [7900, 9000]


def test_a_coupon_whose_use_stays_used_is_told_so_after_the_return() -> None:
    coupon = Coupon("ONE", amount_off(5), on_return=Reuse.NEVER)
    given = Rule("give", Enrolment, then=Issue(coupon))
    desk = Desk(given)
    desk.join()
    [code] = desk.account.coupons
    desk.buy("a", 1, "20", coupons=[code])
    desk.back("back", 2, "a")
    basket = Basket([Line("1", "bean", price=30)])
    [answer] = desk.engine.quote(desk.account, basket, day(3), [code]).codes
    assert answer.refusal is not None
    assert answer.refusal.code is RefusalCode.COUPON_USED
