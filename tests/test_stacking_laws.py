"""Laws of stacking (P13, P14): nothing below zero, no order matters, quotes hold, deals are best.

The best deal is compared with every set of offers, each priced by a programme that has no others.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations, count
from typing import Any

import pytest
from attrs import evolve
from desk import Desk, day
from hypothesis import given, settings
from hypothesis import strategies as st
from stopwatch import within

from loyaltykit import (
    Against,
    Amounts,
    Basket,
    Budget,
    Choose,
    Coupon,
    DefinitionError,
    Engine,
    Exclusive,
    Lane,
    Limit,
    LimitError,
    Line,
    MisuseError,
    Over,
    Program,
    Promotion,
    Quote,
    Rivalry,
    Stacking,
    amount_off,
    basket,
    bundle,
    by_units,
    cheapest,
    dearest,
    free_item,
    free_shipping,
    item,
    new_price,
    part,
    percent_off,
    some_item,
)
from loyaltykit.conditions import Not
from loyaltykit.discounts import Discount
from loyaltykit.effects import Returned
from loyaltykit.reductions import AmountOff, PercentOff

SKUS = ("bean", "cup", "cake")
conditions = st.sampled_from([item.sku.is_(sku) for sku in SKUS])
discounts: st.SearchStrategy[Discount] = st.one_of(
    st.builds(amount_off, st.sampled_from(["0.50", 1, 3, 10]), of=st.none() | conditions),
    st.builds(percent_off, st.sampled_from([5, 10, 33, 60, 100]), of=st.none() | conditions),
    st.builds(lambda of: percent_off(50, of=of, units=cheapest(1)), st.none() | conditions),
    st.sampled_from(
        [
            free_shipping(),
            free_item("cup"),
            bundle(part(1), part(1, off=new_price(2))),
            bundle(part(1, of=item.sku.is_("cup")), part(1, off=percent_off(100))),
            percent_off(60, not_below=2),
            percent_off(40, up_to=1),
            amount_off(2, units=dearest(1)),
            by_units({1: percent_off(5), 3: percent_off(15)}),
        ]
    ),
)
whens = st.one_of(
    st.none(),
    st.sampled_from([basket.spend >= 5, basket.spend >= 20, basket.spend < 8]),
    conditions.map(some_item),
)
lanes = st.builds(
    lambda choose, against, most: Lane(
        "all", choose, against=against, most=None if choose is Choose.EACH_LINE else most
    ),
    st.sampled_from(Choose),
    st.sampled_from(Against),
    st.sampled_from([None, None, 1, 2]),
)


_LIMITS: tuple[tuple[Limit, ...], ...] = (
    *((), (), (), ()),
    (Limit(units=1),),
    (Limit(units=1, over=Over.REFUSE),),
)


@st.composite
def offers(draw: st.DrawFn, most: int = 4) -> list[Promotion]:
    """Promotions "0", "1" ..., some of a group, some exclusive."""
    return [
        Promotion(
            str(number),
            draw(discounts),
            when=draw(whens),
            reads=draw(st.sampled_from(Amounts)),
            group=draw(st.sampled_from([None, None, "g"])),
            limit=draw(st.sampled_from(_LIMITS)),
            exclusive=draw(st.sampled_from([Exclusive.NOTHING] * 4 + list(Exclusive))),
        )
        for number in range(draw(st.integers(1, most)))
    ]


@st.composite
def baskets(draw: st.DrawFn) -> list[Line]:
    return [
        Line(
            str(number),
            draw(st.sampled_from(SKUS)),
            price=Decimal(draw(st.sampled_from([0, 1, 99, 250, 1000, 1999]))) / 100,
            quantity=draw(st.sampled_from([1, 1, 2, 3, 1_000_000])),
        )
        for number in range(draw(st.integers(1, 4)))
    ]


budgets = st.sampled_from(
    [None, None, *(Budget("b", amount=most, offers=["0", "1", "2"]) for most in (1, 4, 11))]
)


def club(
    promotions: Sequence[Promotion],
    lane: Lane,
    rivalry: Rivalry = Rivalry.BEST,
    budget: Budget | None = None,
) -> Program:
    """A club of these offers; a budget is for those of its offers that there are."""
    if lane.choose is Choose.EACH_LINE:
        promotions = [
            evolve(each, reads=Amounts.BEFORE) if each.reads is Amounts.AFTER else each
            for each in promotions
        ]
    names = [] if budget is None else [each.name for each in promotions if each.name in "012"]
    return Program(
        "Club",
        "EUR",
        timezone="UTC",
        promotions=promotions,
        stacking=Stacking([lane], groups={"g": 1}, exclusive=rivalry),
        budgets=[evolve(budget, offers=names)] if budget is not None and names else [],
    )


def quoted(program: Program, lines: Sequence[Line], codes: Iterable[str] = ()) -> Quote:
    return Engine(program).quote(None, Basket(lines, shipping=5), day(0), codes)


@given(offers(), lanes, st.sampled_from(Rivalry), budgets, baskets())
def test_p13_every_share_lies_within_its_line_and_all_of_them_are_the_discount(
    promotions: list[Promotion],
    lane: Lane,
    rivalry: Rivalry,
    budget: Budget | None,
    lines: list[Line],
) -> None:
    quote = quoted(club(promotions, lane, rivalry, budget), lines)
    for each in quote.lines:
        assert each.payable >= 0
        assert each.discount == sum(share.amount for share in each.shares)
        assert each.subtotal - each.discount == each.payable
        for share in each.shares:
            assert sum(run.units for run in share.runs) == each.units
            assert sum(run.units * run.off for run in share.runs) == share.amount
            assert all(run.off >= 0 for run in share.runs)
    assert 0 <= quote.shipping == 500 - quote.shipping_discount
    taken = sum(each.discount for each in quote.promotions)
    assert taken == sum(each.discount for each in quote.lines) + quote.shipping_discount
    claimed = sum(each.amount for each in quote.claims)
    assert all(claimed <= each.limit for each in quote.claims)


@given(offers(), lanes, st.sampled_from(Rivalry), baskets())
def test_no_other_offer_touches_the_units_of_one_that_is_exclusive_on_them(
    promotions: list[Promotion], lane: Lane, rivalry: Rivalry, lines: list[Line]
) -> None:
    alone = {each.name for each in promotions if each.exclusive is Exclusive.UNITS}
    few = [evolve(each, quantity=min(each.quantity, 3)) for each in lines]
    for each in quoted(club(promotions, lane, rivalry), few).lines:
        units: dict[int, list[str]] = {}
        for share in each.shares:
            offs = [run.off for run in share.runs for _ in range(run.units)]
            for at, off in enumerate(offs):
                if off:
                    units.setdefault(at, []).append(share.offer)
        for names in units.values():
            assert len(names) == 1 or alone.isdisjoint(names)


@given(offers(), lanes, baskets(), st.randoms(use_true_random=False))
def test_p13_the_order_of_codes_and_of_lines_never_matters(
    promotions: list[Promotion], lane: Lane, lines: list[Line], random: Any
) -> None:
    coupons = [
        Coupon(
            each.name,
            each.discount,
            when=each.when,
            reads=each.reads,
            group=each.group,
            exclusive=each.exclusive,
            public=True,
        )
        for each in promotions
    ]
    if lane.choose is Choose.EACH_LINE:
        coupons = [
            evolve(each, reads=Amounts.BEFORE) if each.reads is Amounts.AFTER else each
            for each in coupons
        ]
    program = evolve(club((), lane), coupons=coupons)
    codes = [each.name for each in promotions]
    before = quoted(program, lines, codes)
    random.shuffle(codes)
    random.shuffle(lines)
    after = quoted(program, lines, codes)
    assert after.lines == before.lines
    assert {each.code: each for each in after.codes} == {each.code: each for each in before.codes}


def paid(
    promotions: Sequence[Promotion],
    lines: Sequence[Line],
    against: Against,
    budget: Budget | None = None,
) -> int:
    lane = Lane("all", Choose.IN_ORDER, against=against)
    quote = quoted(club(promotions, lane, budget=budget), lines)
    return quote.payable + quote.shipping


def least(
    promotions: Sequence[Promotion],
    lines: Sequence[Line],
    lane: Lane,
    budget: Budget | None = None,
) -> tuple[int, int, tuple[int, ...]]:
    """What the best set of offers costs, how many it has, and which: by trying all of them."""
    found = []
    for size in range(len(promotions) + 1 if lane.most is None else lane.most + 1):
        for chosen in combinations(promotions, size):
            if sum(each.group == "g" for each in chosen) <= 1:
                cost = paid(chosen, lines, lane.against, budget)
                found.append((cost, size, tuple(int(each.name) for each in chosen)))
    return min(found)


def unlike(promotions: list[Promotion]) -> list[Promotion]:
    """The same without offers that are alone on an order: these are looked at by themselves."""
    return [
        evolve(each, exclusive=Exclusive.NOTHING) if each.exclusive is Exclusive.ORDER else each
        for each in promotions
    ]


@given(
    offers(most=5).map(unlike),
    st.sampled_from(Against),
    st.sampled_from([None, 1, 2]),
    budgets,
    baskets(),
)
def test_the_best_deal_is_that_of_every_set_of_offers(
    promotions: list[Promotion],
    against: Against,
    most: int | None,
    budget: Budget | None,
    lines: list[Line],
) -> None:
    assert_best(promotions, Lane("all", against=against, most=most), budget, lines)


@pytest.mark.heavy
@settings(max_examples=max(1, settings().max_examples // 20))
@given(offers(most=8).map(unlike), st.sampled_from(Against), budgets, baskets())
def test_the_best_deal_of_up_to_eight_offers_is_that_of_every_set(
    promotions: list[Promotion], against: Against, budget: Budget | None, lines: list[Line]
) -> None:
    assert_best(promotions, Lane("all", against=against), budget, lines)


def assert_best(
    promotions: Sequence[Promotion], lane: Lane, budget: Budget | None, lines: Sequence[Line]
) -> None:
    quote = quoted(club(promotions, lane, budget=budget), lines)
    assert all(each.exact for each in quote.lanes)
    used = tuple(int(name) for each in quote.lanes for name in each.used)
    assert (quote.payable + quote.shipping, len(used), used) == least(
        promotions, lines, lane, budget
    )


@given(offers(most=6).map(unlike), baskets())
def test_where_each_line_chooses_nothing_that_is_not_used_would_win_a_line(
    promotions: list[Promotion], lines: list[Line]
) -> None:
    promotions = [
        evolve(each, limit=(), reads=Amounts.INITIAL, exclusive=Exclusive.NOTHING)
        for each in promotions
    ]
    lane = Lane("all", Choose.EACH_LINE)
    quote = quoted(club(promotions, lane), lines)
    used = {each.promotion for each in quote.promotions if each.applied}
    group = [each.name for each in promotions if each.group and each.name in used]
    assert len(group) <= 1
    assert all(len(each.shares) <= 1 for each in quote.lines)
    for each in promotions:
        alone = quoted(club([each], lane), lines)
        beaten = all(
            mine.discount <= line.discount
            for mine, line in zip(alone.lines, quote.lines, strict=True)
        )
        assert (beaten and alone.shipping_discount <= quote.shipping_discount) or (
            each.group and group and each.name not in group
        )


def test_the_best_deal_of_eight_offers_is_that_of_all_256_sets() -> None:
    promotions = [
        Promotion("0", percent_off(10)),
        Promotion("1", amount_off(3), when=basket.spend >= 38),
        Promotion("2", percent_off(50, of=item.sku.is_("cup"), units=cheapest(1))),
        Promotion("3", amount_off(5), when=basket.spend < 33),
        Promotion("4", percent_off(20, of=item.sku.is_("cake")), group="g"),
        Promotion("5", amount_off(2, of=item.sku.is_("bean")), group="g"),
        Promotion("6", percent_off(5), reads=Amounts.AFTER, when=basket.spend >= 30),
        Promotion("7", free_shipping(), when=basket.spend >= 25),
    ]
    lines = [
        Line("1", "bean", price="9.90", quantity=2),
        Line("2", "cup", price="7.49", quantity=2),
        Line("3", "cake", price="5.20"),
    ]
    quote = quoted(club(promotions, Lane("all")), lines)
    used = tuple(int(name) for name in quote.lanes[0].used)
    assert (quote.payable + quote.shipping, len(used), used) == least(
        promotions, lines, Lane("all")
    )


def test_more_offers_than_can_be_tried_are_used_by_what_each_takes_off_and_the_quote_says_so() -> (
    None
):
    many = [Promotion(str(number), percent_off(number)) for number in range(1, 17)]
    lines = [Line(str(number), "bean", price=10) for number in range(30)]
    program = club(many, Lane("all", most=8))
    quote = quoted(program, lines)
    [lane] = quote.lanes
    assert (lane.used, lane.exact) == (tuple(map(str, range(9, 17))), False)
    decision = Desk(program=program).buy("o1", 0, *lines, paid=Decimal(quote.payable) / 100)
    assert "lane all: more offers combine than can be tried" in str(decision.explanation)
    [lane] = quoted(club(many, Lane("all", most=1)), lines).lanes
    assert (lane.used, lane.exact) == (("16",), True)


def test_thousands_of_offers_may_apply_to_one_line() -> None:
    many = [Promotion(str(number), amount_off("0.01")) for number in range(2_000)]
    with within(seconds=10):
        quote = quoted(club(many, Lane("all")), [Line("1", "bean", price=100)])
    assert (quote.lanes[0].exact, quote.payable) == (True, 8_000)


def test_offers_that_do_not_touch_each_other_are_exact_however_many_there_are() -> None:
    many = [
        Promotion(str(number), percent_off(10, of=item.sku.is_(f"s{number}")))
        for number in range(100)
    ]
    lines = [Line(str(number), f"s{number}", price=10) for number in range(100)]
    quote = quoted(club(many, Lane("all")), lines)
    [lane] = quote.lanes
    assert (len(lane.used), lane.exact, quote.payable) == (100, True, 90_000)


@given(offers(), lanes, baskets())
def test_a_purchase_costs_what_its_quote_said_and_its_parts_refund_exactly_that(
    promotions: list[Promotion], lane: Lane, lines: list[Line]
) -> None:
    ana = Desk(program=club(promotions, lane))
    quote = ana.engine.quote(ana.account, Basket(lines, shipping=5), day(0))
    decision = ana.buy("o1", 0, *lines, shipping=5, paid=Decimal(quote.payable) / 100)
    assert decision.claims == quote.claims
    record = ana.account.records["o1"]
    assert [(each.id, each.net) for each in record.lines] == [
        (each.id, each.payable) for each in quote.lines
    ]
    assert record.shipping == quote.shipping
    refunds = []
    for each in lines:
        back = ana.back(f"r{each.id}", 1, "o1", {each.id: 1})
        refunds += [effect.refund for effect in back.effects if isinstance(effect, Returned)]
    if not ana.account.records["o1"].closed:
        back = ana.back("rest", 1, "o1")
        refunds += [effect.refund for effect in back.effects if isinstance(effect, Returned)]
    assert sum(refunds) == quote.payable
    assert not any(each.total for each in ana.account.counters.values())


@given(baskets(), st.integers(0, 3), st.integers(1, 500))
def test_a_dearer_basket_never_pays_less_under_an_amount_off(
    lines: list[Line], place: int, more: int
) -> None:
    program = club([Promotion("0", amount_off(10))], Lane("all"))
    line = lines[place % len(lines)]
    dearer = [
        evolve(each, price=each.price + Decimal(more) / 100) if each is line else each
        for each in lines
    ]
    assert quoted(program, dearer).payable >= quoted(program, lines).payable


def hidden(promotion: Promotion) -> Promotion:
    """The same, so that no word of it says what can trigger it."""
    when, discount = promotion.when, promotion.discount
    if isinstance(discount, AmountOff | PercentOff) and discount.of is not None:
        discount = evolve(discount, of=Not(Not(discount.of)))
    hidden_when = None if when is None else Not(Not(when))
    return evolve(promotion, when=hidden_when, discount=discount)


@given(offers(), lanes, baskets())
def test_the_index_leaves_out_only_what_could_not_have_applied(
    promotions: list[Promotion], lane: Lane, lines: list[Line]
) -> None:
    shown = quoted(club(promotions, lane), lines)
    plain = quoted(club([hidden(each) for each in promotions], lane), lines)
    assert shown.lines == plain.lines
    assert [each.discount for each in shown.promotions] == [
        each.discount for each in plain.promotions
    ]


@pytest.mark.once
def test_large_baskets_with_many_codes_are_priced_or_refused_in_bounded_time() -> None:
    coupons = [
        Coupon(f"C{number}", percent_off(number % 9 + 1), public=True) for number in range(200)
    ]
    program = Program("Club", "EUR", timezone="UTC", coupons=coupons)
    codes = [each.name for each in coupons]
    few = [Line("1", "bean", price="0.01", quantity=1_000_000_000)]
    with within(seconds=2):
        assert quoted(program, few, codes).payable == 910_000_000
    long = [Line(str(number), "bean", price=1) for number in range(10_000)]
    with within(seconds=10):
        assert quoted(program, long, codes[:2]).payable == 980_000
    with within(seconds=2), pytest.raises(LimitError, match="at most 10000000 are answered"):
        quoted(program, long, codes)
    stacked = evolve(program, stacking=Stacking([Lane("all")]))
    with within(seconds=10):
        quote = quoted(stacked, long[:200], codes[:12])
    # Percentages off everything: what they leave at least is known, all of them are the best.
    assert [(lane.exact, len(lane.used)) for lane in quote.lanes] == [(True, 12)]
    half = [
        evolve(each, discount=percent_off(number % 9 + 1, of=item.sku.is_("bean")))
        for number, each in enumerate(coupons)
    ]
    mixed = [evolve(each, sku="cup") if number % 2 else each for number, each in enumerate(long)]
    with within(seconds=10):
        quote = quoted(evolve(stacked, coupons=half), mixed[:200], codes[:12])
    assert [lane.exact for lane in quote.lanes] == [False]


@pytest.mark.parametrize(
    ("lines", "codes", "error", "message"),
    [
        ([], (), DefinitionError, "a basket needs at least one line"),
        (
            [Line("1", "bean", price="0.001")],
            (),
            DefinitionError,
            "EUR has 2 decimals, so 0.001 cannot",
        ),
        ([Line("1", "bean", price=1)], [5], MisuseError, "a coupon code is text, not 5"),
        ([Line("1", "bean", price=1)], "X", MisuseError, "write a list, not 'X'"),
        ([Line("1", "bean", price=1)], [f"c{n}" for n in range(201)], LimitError, "at most 200"),
    ],
)
def test_a_basket_or_a_code_that_is_none_is_an_error_at_once(
    lines: list[Line], codes: Any, error: type[Exception], message: str
) -> None:
    with within(seconds=1), pytest.raises(error, match=message):
        quoted(club([Promotion("0", percent_off(10))], Lane("all")), lines, codes)


def test_what_people_type_never_breaks_a_quote() -> None:
    program = Program(
        "Club",
        "EUR",
        timezone="UTC",
        coupons=[Coupon("TEN", percent_off(10), public=True)],
    )
    typed = ["", " TEN", "TEN\n", "T\u200bEN", "x" * 2**20, "\ud800", "TEN"]
    lines = [Line("1", "bean", price=1)]
    with within(seconds=1):
        quote = quoted(program, lines, typed)
    assert [each.code for each in quote.codes] == typed
    assert [each.refusal and each.refusal.code.value for each in quote.codes] == [
        *["coupon-unknown"] * 6,
        None,
    ]
    assert max(len(str(each.refusal)) for each in quote.codes) < 300
    with pytest.raises(DefinitionError, match="a coupon code ' TEN' must be printable text"):
        Desk(program=program).buy("o1", 0, *lines, coupons=[" TEN"])
    with within(seconds=1), pytest.raises(LimitError, match="at most 200 coupon codes"):
        quoted(program, lines, map(str, count()))


def test_an_amount_that_does_not_fit_the_currency_is_an_error_never_a_silent_zero() -> None:
    with pytest.raises(DefinitionError, match="promotion 'P': the discount"):
        Program("C", "JPY", timezone="UTC", promotions=[Promotion("P", amount_off("0.50"))])
