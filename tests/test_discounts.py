"""Discounts as values: what is refused when they are written, how they read, and their bounds."""

from collections.abc import Callable
from typing import Any

import pytest
from stopwatch import within
from till import Till

from loyaltykit import (
    Begin,
    By,
    Coupon,
    Covers,
    DefinitionError,
    Discount,
    Each,
    LimitError,
    Line,
    MisuseError,
    Pick,
    Program,
    ProgramError,
    RoundingScope,
    amount_off,
    basket,
    beyond,
    bundle,
    by_spend,
    by_units,
    cheapest,
    dearest,
    each_line,
    every_nth,
    for_each,
    free_item,
    free_shipping,
    groups_of,
    item,
    new_price,
    part,
    percent_off,
    together,
)
from loyaltykit.bundles import Bundle
from loyaltykit.discount_wording import discount_text
from loyaltykit.discounts import Stepped
from loyaltykit.money import currency

tea, cake = item.category.is_("tea"), item.category.is_("cake")
members = item.number("for_members", optional=True)
for_nothing = percent_off(100)
OF_TEA = "lines where item category is tea"

Wrong = Callable[[], Any]


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: cheapest(0), DefinitionError, "the most units that are chosen must be a whole"),
        (lambda: dearest(True), DefinitionError, "must be a whole number from 1, not True"),
        (lambda: beyond(-1), DefinitionError, "how many units are skipped must be"),
        (lambda: groups_of(0), DefinitionError, "the units of a group must be"),
        (lambda: Pick(Begin.CHEAPEST, group=2, take=3), DefinitionError, "a group of 2 does not"),
        (lambda: Pick("cheapest"), MisuseError, "begin must be a Begin such as Begin.CHEAPEST"),  # type: ignore[arg-type]
        (lambda: amount_off(5, units=1), MisuseError, "1 chooses no units: write cheapest(1)"),  # type: ignore[arg-type]
        (lambda: amount_off(5, each="unit"), MisuseError, "each must be an Each such as"),  # type: ignore[arg-type]
        (lambda: amount_off(5, covers="shipping"), MisuseError, "covers must be a Covers such as"),  # type: ignore[arg-type]
        (lambda: amount_off(5, not_below=0), DefinitionError, "nothing goes below 0 anyway"),
        (
            lambda: amount_off(5, each=Each.UNIT, covers=Covers.ORDER),
            DefinitionError,
            "shipping has no units: leave each out",
        ),
        (
            lambda: percent_off(5, covers=Covers.SHIPPING, of=tea),
            DefinitionError,
            "shipping has no lines: leave of, units and not_below out",
        ),
        (lambda: percent_off(5, rounds="price"), MisuseError, "rounds must be a Rounds such as"),  # type: ignore[arg-type]
        (lambda: percent_off(5, scope="line"), MisuseError, "scope must be a RoundingScope such"),  # type: ignore[arg-type]
        (lambda: new_price(item.units), DefinitionError, "item.units is no price of an item"),
        (lambda: new_price(basket.spend), DefinitionError, "is no price of an item: write"),  # type: ignore[arg-type]
        (lambda: new_price(-1), DefinitionError, "the new price of a discount: write a number"),
        (
            lambda: new_price(5, fallback=6),
            DefinitionError,
            "a fallback is for a price that may be",
        ),
        (
            lambda: new_price(members, each=Each.ALL),
            DefinitionError,
            "item.for_members is a price of each unit of a line",
        ),
        (lambda: new_price(5, covers=Covers.ORDER), DefinitionError, "is each=Each.ALL"),
        (lambda: part(0), DefinitionError, "the units of a part must be a whole number from 1"),
        (lambda: part(1, off=5), MisuseError, "5 takes nothing off: write amount_off(5)"),  # type: ignore[arg-type]
        (
            lambda: part(1, off=percent_off(5, of=tea)),
            DefinitionError,
            "a part says itself which units it takes",
        ),
        (lambda: part(1, partial=True), DefinitionError, "only a part from which something comes"),
        (lambda: part(1, off=for_nothing, partial=1), MisuseError, "partial must be True or"),  # type: ignore[arg-type]
        (lambda: bundle(price=5), DefinitionError, "a bundle needs at least one part"),
        (lambda: bundle(part(1)), DefinitionError, "what comes off a bundle is said once"),
        (
            lambda: bundle(part(1, off=for_nothing), price=5),
            DefinitionError,
            "what comes off a bundle is said once",
        ),
        (
            lambda: bundle(part(1), price=5, off=for_nothing),
            DefinitionError,
            "a bundle has a price or a discount, not both",
        ),
        (
            lambda: bundle(*[part(1)] * 7, price=5),
            LimitError,
            "a bundle has at most 6 parts, not 7",
        ),
        (lambda: bundle(part(1), price=5, most=0), DefinitionError, "the most sets of a bundle"),
        (lambda: Bundle([5], off=for_nothing), MisuseError, "a bundle is made of parts, not of 5"),  # type: ignore[list-item]
        (lambda: free_item(""), DefinitionError, "the sku of a free item must have 1 to 200"),
        (lambda: free_item("MUG", 0), DefinitionError, "the units of a free item must be"),
        (
            lambda: Stepped("units", {1: for_nothing}),  # type: ignore[arg-type]
            MisuseError,
            "by must be By.UNITS or By.SPEND",
        ),
        (lambda: by_units({}), LimitError, "write 1 to 100 steps, not 0"),
        (
            lambda: by_units({0: for_nothing}),
            DefinitionError,
            "a step begins at a whole number of",
        ),
        (lambda: by_units({1.5: for_nothing}), MisuseError, "where a step begins: write a whole"),  # type: ignore[dict-item]
        (lambda: by_units({1: 5}), MisuseError, "5 is no discount: write amount_off(5)"),  # type: ignore[dict-item]
        (lambda: Stepped(By.SPEND, [5]), MisuseError, "a step is where it begins and a discount"),  # type: ignore[list-item]
        (
            lambda: Stepped(By.SPEND, [(5, for_nothing), ("5.0", for_nothing)]),
            DefinitionError,
            "two steps begin at 5",
        ),
        (lambda: for_each(item.tags, for_nothing), DefinitionError, "tells no items apart: write"),  # type: ignore[arg-type]
        (lambda: for_each(basket.spend, for_nothing), DefinitionError, "tells no items apart"),  # type: ignore[arg-type]
        (
            lambda: each_line(free_shipping()),
            DefinitionError,
            "shipping and gifts are of the order, not of each product",
        ),
        (
            lambda: for_each(item.sku, by_units({2: free_item("MUG")})),
            DefinitionError,
            "shipping and gifts are of the order, not of each product",
        ),
        (lambda: together(for_nothing), LimitError, "write 2 to 100 discounts together, not 1"),
        (lambda: Coupon("C", 5), MisuseError, "5 is no discount: write amount_off(5)"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_meant_is_refused_and_says_what_to_write(
    wrong: Wrong, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        wrong()
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("discount", "problem"),
    [
        (amount_off("0.005"), "the discount: EUR has 2 decimals"),
        (percent_off(5, up_to="0.005"), "the cap of the discount: EUR has 2 decimals"),
        (percent_off(5, not_below="0.005"), "the price floor: EUR has 2 decimals"),
        (new_price("0.005"), "the new price: EUR has 2 decimals"),
        (bundle(part(1), price="0.005"), "the new price: EUR has 2 decimals"),
        (new_price(members, fallback="0.005"), "the new price: EUR has 2 decimals"),
        (by_spend({"0.005": for_nothing}), "where a step begins: EUR has 2 decimals"),
        (
            together(bundle(part(1, item.spend >= "0.005"), price=1), for_nothing),
            "item.spend: EUR has 2 decimals",
        ),
        (
            each_line(new_price(item.number("for_members"), of=item.label("for_members").is_("x"))),
            "reads item.for_members as number, and elsewhere as text",
        ),
    ],
)
def test_a_programme_refuses_what_its_currency_or_its_words_do_not_allow(
    discount: Discount, problem: str
) -> None:
    with pytest.raises(ProgramError) as raised:
        Program("Club", "EUR", timezone="UTC", rules=[], coupons=[Coupon("C", discount)])
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("discount", "words"),
    [
        (amount_off(5), "5.00 EUR off"),
        (amount_off(5, of=tea), "5.00 EUR off lines where item category is tea"),
        (amount_off(3, each=Each.UNIT), "3.00 EUR off each unit"),
        (
            amount_off(3, each=Each.UNIT, units=dearest(2), not_below=4),
            "3.00 EUR off each of the 2 dearest units, no unit below 4.00 EUR",
        ),
        (amount_off(20, covers=Covers.ORDER), "20.00 EUR off the order with shipping"),
        (
            percent_off(50, of=tea, units=cheapest(1), up_to=8),
            "50 % off the cheapest unit of lines where item category is tea, at most 8.00 EUR",
        ),
        (
            percent_off(100, units=every_nth(3)),
            "100 % off the last 1 of every 3 units, the dearest first",
        ),
        (
            percent_off(10, units=Pick(Begin.CHEAPEST, skip=1, group=4, take=2, most=6)),
            (
                "10 % off the last 2 of every 4 units, the cheapest first, without the first 1, "
                "at most 6 units"
            ),
        ),
        (
            percent_off(10, units=beyond(2, most=3)),
            "10 % off all but the 2 dearest units, at most 3 units",
        ),
        (
            percent_off(10, units=groups_of(2)),
            "10 % off whole groups of 2 units, the dearest first",
        ),
        (free_shipping(up_to=5), "100 % off shipping, at most 5.00 EUR"),
        (new_price("9.90"), "9.90 EUR for each unit"),
        (new_price("9.90", covers=Covers.SHIPPING), "9.90 EUR for shipping"),
        (
            new_price(members, of=tea, fallback=3),
            f"item for_members (3.00 EUR if unknown) for each unit of {OF_TEA}",
        ),
        (new_price(20, each=Each.ALL), "20.00 EUR for everything together"),
        (
            new_price(20, each=Each.ALL, of=tea),
            "20.00 EUR for all of lines where item category is tea",
        ),
        (
            bundle(part(2, tea), part(1), price=12, most=1),
            (f"sets of 2 units of {OF_TEA} and 1 unit: 12.00 EUR for a set, at most 1 set"),
        ),
        (
            bundle(part(2, tea), part(3, off=amount_off(1, each=Each.UNIT), partial=True)),
            (
                "sets of 2 units of lines where item category is tea and up to 3 units "
                "with 1.00 EUR off each"
            ),
        ),
        (free_item("MUG", 2), "2 units of MUG for nothing"),
        (
            by_units({1: percent_off(5), 3: percent_off(10)}, of=tea),
            "from 1 unit on 5 % off; from 3 units on 10 % off of lines where item category is tea",
        ),
        (by_spend({50: amount_off(5)}), "from 50.00 EUR on 5.00 EUR off"),
        (for_each(item.sku, percent_off(5)), "for each item sku: 5 % off"),
        (each_line(percent_off(5)), "for each line: 5 % off"),
        (together(percent_off(5), free_shipping()), "5 % off plus 100 % off shipping"),
    ],
)
def test_a_discount_reads_in_words(discount: Discount, words: str) -> None:
    assert discount_text(discount, currency("EUR")) == words


def test_a_price_for_members_is_that_of_the_line_where_it_is_known() -> None:
    lines = [
        Line("1", "a", price=10, quantity=2, labels={"for_members": 8}),
        Line("2", "b", price=10),
        Line("3", "c", price=10, labels={"for_members": 12}),
    ]
    assert Till(*lines).off(new_price(members)) == [400, 0, 0]
    assert Till(*lines).off(new_price(members, fallback=9)) == [400, 100, 0]
    assert Till(*lines).off(new_price(members, units=cheapest(1))) == [200, 0, 0]


def test_a_gift_is_due_whether_or_not_it_is_in_the_basket() -> None:
    mug = Line("2", "MUG", price=8, quantity=3)
    offer = by_spend({20: free_item("MUG", 2)}, of=tea)
    bought = Line("1", "tea", price=20, category="tea")
    with_it, without = Till(bought, mug).take(offer), Till(bought).take(offer)
    assert with_it.lines == (0, 1600)
    assert [(each.sku, each.units, each.present) for each in with_it.gifts] == [("MUG", 2, 2)]
    assert (without.off, without.nothing) == (0, False)
    assert [(each.sku, each.units, each.present) for each in without.gifts] == [("MUG", 2, 0)]
    too_little = Till(Line("1", "tea", price=19, category="tea"), mug).take(offer)
    assert (too_little.gifts, too_little.nothing) == ((), True)


def test_a_free_unit_is_neither_bought_nor_the_cheapest() -> None:
    lines = [Line("1", "a", price=10, quantity=2), Line("2", "b", price=0, quantity=5)]
    assert Till(*lines).off(percent_off(100, units=cheapest(1))) == [1000, 0]
    assert Till(*lines).off(bundle(part(2), part(1, off=for_nothing))) == [0, 0]
    assert Till(*lines).off(by_units({3: amount_off(5)})) == [0, 0]


def test_what_has_to_be_bought_and_what_is_cheaper_are_told_as_used() -> None:
    found = Till(Line("1", "a", price=10, quantity=7)).take(
        bundle(part(2), part(1, off=for_nothing))
    )
    assert (found.lines, found.taken) == ((2000,), (6,))
    [runs] = found.units
    assert [(run.units, run.off) for run in runs] == [(2, 1000), (5, 0)]


MANY = [
    Line(
        f"{at:05}",
        f"sku {at % 500}",
        price=str(at * 7919 % 5000 / 100),
        quantity=1 + at * 31 % 1_000_000_000,
        category=["tea", "cake", None][at % 3],
    )
    for at in range(10_000)
]


@pytest.mark.once
@pytest.mark.parametrize(
    "discount",
    [
        amount_off(1_000_000, covers=Covers.ORDER),
        percent_off("33.33", scope=RoundingScope.UNIT, up_to=1_000_000),
        percent_off(100, units=every_nth(3)),
        bundle(part(3, tea), part(2, cake), part(5), price=10),
        for_each(item.sku, bundle(part(2), part(1, off=for_nothing))),
        together(*[by_units({at: percent_off(at)}, of=tea) for at in (1, 10, 100)]),
    ],
    ids=lambda each: type(each).__name__,
)
def test_ten_thousand_lines_with_a_billion_units_take_bounded_time(discount: Discount) -> None:
    till = Till(*MANY, shipping=490)
    with within(5):
        found = till.take(discount)
    assert found.off > 0
    assert max(len(runs) for runs in found.units) < 100
