"""Cases of percentages, chosen units, bundles and gifts from the field, with what names them.

Each docstring or parameter names the ids of what it restates; amounts are cents.
"""

from collections.abc import Sequence
from itertools import permutations

import pytest
from till import Till, basket_of, off

from loyaltykit import (
    Begin,
    Covers,
    Discount,
    Each,
    Line,
    Rounding,
    RoundingScope,
    Rounds,
    TaxRate,
    amount_off,
    bundle,
    by_spend,
    by_units,
    cheapest,
    dearest,
    each_line,
    every_nth,
    for_each,
    groups_of,
    item,
    part,
    percent_off,
    together,
)

everything = percent_off(100)
drawer, table = item.sku.is_("drawer"), item.sku.is_("table")
on_sale = item.tags.has("sale")


def of(sku: str, price: str | int, quantity: int = 1, *, line: str = "") -> Line:
    return Line(line or sku, sku, price=price, quantity=quantity)


def rows(price: str | int, *quantities: int) -> list[Line]:
    """Lines of one price with these quantities."""
    return [
        Line(str(at), "thing", price=price, quantity=quantity)
        for at, quantity in enumerate(quantities, 1)
    ]


seventeen_fifty = [of("a", "2.37", 6), of("b", "3.28")]


@pytest.mark.parametrize(
    ("percent", "rounding", "expected"),
    [
        (3, Rounding.FLOOR, 52),
        (5, Rounding.FLOOR, 87),
        (3, Rounding.HALF_UP, 53),
        (5, Rounding.HALF_UP, 88),
        (3, Rounding.HALF_EVEN, 52),
        (5, Rounding.HALF_EVEN, 88),
        (3, Rounding.CEIL, 53),
    ],
)
def test_a_percentage_of_17_50_by_the_named_rounding(
    percent: int, rounding: Rounding, expected: int
) -> None:
    """B02: 0.525 and 0.875."""
    assert sum(off(percent_off(percent, rounding=rounding), *seventeen_fifty)) == expected


def test_a_percentage_of_a_line_and_of_shipping() -> None:
    """B04: 14.985 goes up."""
    assert off(percent_off(15), of("a", "9.99", 10)) == [1499]
    of_shipping = percent_off(15, covers=Covers.SHIPPING)
    assert [
        Till(of("a", 1), shipping=cents).take(of_shipping).shipping for cents in (2900, 3800)
    ] == [435, 570]


def flat(covers: Covers) -> Discount:
    return by_spend(
        {
            0: amount_off(10, covers=covers),
            100: amount_off(15, covers=covers),
            200: amount_off(20, covers=covers),
        }
    )


@pytest.mark.parametrize(
    ("spend", "covers", "expected"),
    [
        (50, Covers.GOODS, 1000),
        (150, Covers.GOODS, 1500),
        (150, Covers.SHIPPING, 1500),
        (200, Covers.SHIPPING, 2000),
    ],
)
def test_an_amount_by_what_is_spent(spend: int, covers: Covers, expected: int) -> None:
    """B06."""
    assert Till(of("a", spend), shipping=3000).take(flat(covers)).off == expected


ten = [("1.06", "2.06", "3.06", "4.06"), ("1.04", "2.04", "3.04", "4.04")]


@pytest.mark.parametrize(
    ("prices", "discount", "expected"),
    [
        (ten[0], percent_off(10, scope=RoundingScope.LINE), [11, 21, 31, 41]),
        (ten[1], percent_off(10, scope=RoundingScope.LINE), [10, 20, 30, 40]),
        (ten[0], each_line(percent_off(10)), [11, 21, 31, 41]),
        (ten[0], percent_off(10), [11, 21, 30, 40]),
        (ten[1], percent_off(10), [10, 20, 31, 41]),
    ],
)
def test_a_percentage_is_rounded_for_each_line_or_once(
    prices: Sequence[str], discount: Discount, expected: list[int]
) -> None:
    """B08, dsc-04: once, 1.02 is split by largest remainder; elsewhere as 11, 20, 31 and 40."""
    assert off(discount, *basket_of(*prices)) == expected


@pytest.mark.parametrize(
    ("price", "left"), [("20", 1700), ("20.25", 1721), ("10.50", 893), ("9.94", 845)]
)
def test_the_price_that_remains_may_be_what_is_rounded(price: str, left: int) -> None:
    """B10: 17.2125, 8.925 and 8.449."""
    till = Till(of("a", price))
    till.take(percent_off(15, rounds=Rounds.PRICE, scope=RoundingScope.UNIT))
    assert till.goods == left


def test_a_percentage_on_products_and_on_what_is_on_sale() -> None:
    """B14: prices without a tax of 20 %."""
    rate = TaxRate(20, on_top=True)
    till = Till(Line("1", "a", price=50, tax=rate), Line("2", "b", price=9, tax=rate))
    till.take(percent_off(50, of=item.sku.is_("a")))
    assert (till.nets[0], till.nets[0] + till.taxes[0]) == (2500, 3000)
    till = Till(
        Line("1", "a", price=10, tax=rate, tags=["sale"]),
        Line("2", "b", price=10, tax=rate),
        Line("3", "c", price=1, quantity=2, tax=rate, tags=["sale"]),
    )
    till.take(percent_off(50, of=on_sale))
    assert (till.goods, till.gross) == (1600, 1920)


def test_the_second_discount_sees_each_unit_as_the_first_left_it() -> None:
    """B16: of three at 50.00 the third is untouched, so one of them is worth 50.00.

    Elsewhere it is 20.00, since what came off the line is subtracted from one unit.
    """
    till = Till(of("a", 50, 3), of("b", 150))
    assert till.off(each_line(percent_off(30, units=dearest(2)))) == [3000, 4500]
    assert till.priced[0].prices == ((2, 3500), (1, 5000))
    assert till.off(each_line(percent_off(10, units=dearest(1)))) == [500, 1050]


@pytest.mark.parametrize(
    ("discount", "lines", "expected"),
    [
        (percent_off(20), rows(10, 1), 200),
        (percent_off(10, units=dearest(1)), rows(10, 2), 100),
        (percent_off(10, units=dearest(1)), rows(10, 1, 1), 100),
    ],
)
def test_a_percentage_of_so_many_units(
    discount: Discount, lines: list[Line], expected: int
) -> None:
    """B18."""
    assert sum(off(discount, *lines)) == expected


def floored(percent: int, units: int | None = None) -> Discount:
    return percent_off(
        percent,
        units=None if units is None else dearest(units),
        rounding=Rounding.FLOOR,
        scope=RoundingScope.LINE,
    )


@pytest.mark.parametrize(
    ("lines", "discounts", "expected"),
    [
        ([of("a", "1.80", 10), of("b", "13.95", 3)], [floored(10), floored(20)], 1675),
        ([of("a", 10, 3), of("b", 5, 3)], [together(floored(30, 5), floored(20))], 2100),
        ([of("a", 10, 3), of("b", 5, 3)], [floored(20), floored(30, 5)], 1860),
        (
            [of("a", "1.80", 3), of("b", "13.95", 3), of("c", 0, 5)],
            [floored(30, 5), floored(20)],
            2035,
        ),
    ],
)
def test_percentages_at_once_or_one_after_the_other(
    lines: list[Line], discounts: list[Discount], expected: int
) -> None:
    """B20."""
    assert sum(Till(*lines).off(*discounts)) == expected


def test_which_units_are_chosen_does_not_depend_on_the_order_of_lines() -> None:
    """B22."""
    ten_each = amount_off(10, each=Each.UNIT, units=dearest(2))
    for lines in permutations([of("a", 10), of("b", 10), of("c", 5)]):
        assert sum(off(ten_each, *lines)) == 2000
    assert off(ten_each, of("a", "8.95")) == [895]
    once = amount_off(10, each=Each.UNIT, units=dearest(1))
    free_once = percent_off(100, units=dearest(1))
    assert sum(Till(of("a", 10, 4)).off(once, once, free_once)) == 3000


def test_a_percentage_stops_at_its_cap() -> None:
    """B26."""
    till = Till(of("a", 320, 2))
    till.take(percent_off(50, units=cheapest(1), up_to=30))
    assert till.goods == 61000


def test_first_the_kind_and_then_the_cheapest() -> None:
    """B28: the cheaper thing without the tag does not count."""
    tenth = percent_off(10, of=on_sale, units=cheapest(1))
    a = Line("1", "a", price=115, tags=["sale"])
    b, c = Line("2", "b", price="5.75"), Line("3", "c", price=50, tags=["sale"])
    assert off(tenth, a, b) == [1150, 0]
    assert off(tenth, a, b, c) == [0, 0, 500]


def test_an_offer_of_one_unit_ends_when_all_are_free() -> None:
    """D02: five at 100.00, the cheapest for nothing from one unit on, again and again."""
    till = Till(of("a", 100, 5))
    offer = by_units({1: percent_off(100, units=cheapest(1))})
    assert [sum(till.off(offer)) for _ in range(7)] == [10000] * 5 + [0, 0]


@pytest.mark.parametrize(
    ("bought", "buy", "get", "most", "expected"),
    [
        (1, 1, 1, None, 1),
        (2, 1, 1, None, 2),
        (2, 2, 1, None, 1),
        (10, 10, 1, None, 1),
        (10, 1, 1, None, 10),
        (10, 1, 1, 5, 5),
        (3, 2, 1, 10, 1),
        (4, 5, 3, None, 0),
        (5, 5, 3, None, 3),
        (10, 5, 3, None, 6),
        (10, 5, 3, 1, 3),
    ],
)
def test_how_many_are_free(
    bought: int, buy: int, get: int, most: int | None, expected: int
) -> None:
    """D04: whole sets of what is bought; a limit is of sets, so five of six is not said."""
    offer = bundle(part(buy, drawer), part(get, table, off=everything), most=most)
    assert off(offer, of("drawer", 3, bought), of("table", 1, 100)) == [0, 100 * expected]


def test_nothing_is_free_where_nothing_is_bought() -> None:
    """D04, D06: none of the first kind, or fewer than have to be bought."""
    offer = bundle(part(4, drawer), part(1, table, off=everything))
    assert off(offer, of("table", 10, 3)) == [0]
    assert off(offer, of("drawer", 10, 3), of("table", 10, 3)) == [0, 0]


def test_up_to_four_units_are_free_over_several_lines() -> None:
    """D06: one for one, and a last set that is not full."""
    one = bundle(part(1, drawer), part(1, table, off=everything))
    assert off(one, of("drawer", 5), of("table", 10)) == [0, 1000]
    four = bundle(part(4, drawer), part(4, table, off=everything, partial=True))
    lines = [of("drawer", 5, 4), of("table", 10, 2, line="t1"), of("table", 10, line="t2")]
    assert off(four, *lines) == [0, 2000, 1000]


@pytest.mark.parametrize("quantities", [(1080,), (540, 540)])
def test_two_offers_share_the_pieces(quantities: tuple[int, ...]) -> None:
    """D08: 50 and 1000 of 1080 at 2.50, then 10 and 20 of the thirty that are left."""
    found = Till(*rows("2.50", *quantities)).take(bundle(part(50), part(1000, off=everything)))
    assert (sum(found.lines), sum(found.taken)) == (250000, 1050)
    rest = rows("2.50", 1080 - sum(found.taken))
    assert off(bundle(part(10), part(20, off=everything)), *rest) == [5000]


def test_what_is_free_is_limited_by_what_is_in_the_basket() -> None:
    """D10, D12: as many as are bought, and as many as are there."""
    offer = bundle(part(1, drawer), part(1, table, off=everything))
    assert off(offer, of("drawer", 25, 3), of("table", 40)) == [0, 4000]
    for tables in (1, 2):
        till = Till(of("drawer", 25, 2), of("table", 40, tables))
        till.take(offer)
        assert till.goods == 5000


fives = amount_off(5, each=Each.UNIT, units=groups_of(2))


@pytest.mark.parametrize(("quantity", "expected"), [(1, 0), (2, 1000), (3, 1000), (4, 2000)])
def test_only_whole_groups_are_cheaper(quantity: int, expected: int) -> None:
    """D14."""
    assert off(fives, of("a", 10, quantity)) == [expected]


@pytest.mark.parametrize(
    ("discount", "lines", "expected"),
    [
        (amount_off(5, each=Each.UNIT, units=groups_of(3)), rows(10, 2, 1, 1), [1000, 500, 0]),
        (percent_off(10, units=groups_of(3)), rows(10, 2, 1), [200, 100]),
        (
            percent_off(10, units=groups_of(3, begin=Begin.CHEAPEST)),
            [of("a", 10, 3), of("b", 20)],
            [300, 0],
        ),
        (percent_off(10, units=groups_of(3)), [of("a", 10, 3), of("b", 20)], [200, 200]),
    ],
)
def test_groups_go_over_several_lines(
    discount: Discount, lines: list[Line], expected: list[int]
) -> None:
    """D14: from the cheapest, or from the dearest on."""
    assert off(discount, *lines) == expected


seven = [
    of(name, price) for name, price in zip("abcdefg", [100, 90, 80, 70, 60, 50, 10], strict=True)
]


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        (percent_off(100, units=every_nth(3)), 8000 + 5000),
        (percent_off(100, units=every_nth(3, begin=Begin.CHEAPEST)), 6000 + 9000),
        (bundle(part(2), part(1, off=everything)), 1000 + 5000),
        (bundle(part(2), part(1, off=everything, begin=Begin.DEAREST)), 10000 + 9000),
        (bundle(part(2), part(1, off=everything), most=1), 1000),
    ],
)
def test_three_for_two_has_a_name_for_each_way_to_choose(discount: Discount, expected: int) -> None:
    """The cheapest of each three from the dearest on, or the cheapest of all, and their mirrors."""
    assert sum(off(discount, *seven)) == expected


@pytest.mark.parametrize("lines", list(permutations([of("a", 125), of("b", 125), of("c", 125)])))
def test_a_target_that_is_also_what_has_to_be_bought_is_found(lines: tuple[Line, ...]) -> None:
    """Buy two of a, b and c, get one a: there is one way, whichever line comes first."""
    offer = bundle(
        part(2, item.sku.one_of("a", "b", "c")), part(1, item.sku.is_("a"), off=percent_off(61))
    )
    assert off(offer, *lines) == [7625, 0, 0]


def test_quantities_count_for_each_product_or_for_all() -> None:
    tiers = by_units({2: percent_off(10), 3: percent_off(20)})
    lines = [of("mug", 10, line="1"), of("mug", 10, line="2"), of("cup", 10, line="3")]
    assert off(for_each(item.sku, tiers), *lines) == [100, 100, 0]
    assert off(each_line(tiers), *lines) == [0, 0, 0]
    assert off(tiers, *lines) == [200, 200, 200]


def test_discounts_of_one_offer_do_not_compound() -> None:
    """E04: 10.00 off what costs 50.00 and 5.00 off shirts; 20 % and 10 %."""
    shirt = item.sku.is_("shirt")
    lines = [of("shirt", 100), of("mug", 20)]
    amounts = together(
        amount_off(10, each=Each.UNIT, of=item.price >= 50), amount_off(5, each=Each.UNIT, of=shirt)
    )
    assert sorted(off(amounts, *lines)) == [0, 1500]
    percents = together(percent_off(20, of=item.price.between(30, 150)), percent_off(10, of=shirt))
    assert sorted(off(percents, *lines)) == [0, 3000]
