"""Allocation: the parts add up, keep their sign and stay within their caps, to the last cent.

Amounts are minor units unless a test says otherwise. The model hands the amount out one minor unit
at a time; a second one fills rational shares like water.
"""

from fractions import Fraction

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from stopwatch import within

from loyaltykit.allocation import Allocation, allocate, allocate_discount
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.money import (
    currency,
    exact,
    minor_units,
)

PLAIN = [
    pytest.param(1500, [10000], [1500], id="A02a-one-line-takes-all"),
    pytest.param(1500, [5000, 5000, 5000], [500, 500, 500], id="A02b-equal-lines-share-equally"),
    pytest.param(
        1500, [15000, 5000, 10000], [750, 250, 500], id="A02c-line-totals-not-unit-prices"
    ),
    pytest.param(40, [10, 0], [40, 0], id="A04-a-zero-line-gets-nothing"),
    pytest.param(0, [0, 0], [0, 0], id="A04-nothing-over-zero-lines"),
    pytest.param(300, [4000, 2000, 2000], [150, 75, 75], id="A06-clean-split"),
    pytest.param(-300, [4000, 2000, 2000], [-150, -75, -75], id="A06-negative-mirrors"),
    pytest.param(
        95,
        [10, 20, 10, 30, 50, 20, 10, 40],
        [5, 10, 5, 15, 25, 10, 5, 20],
        id="A08-half-of-uneven-lines",
    ),
    pytest.param(
        93,
        [10, 20, 10, 30, 50, 20, 10, 40],
        [5, 10, 5, 15, 24, 10, 5, 19],
        id="A08-largest-remainder",
    ),
    pytest.param(300, [123], [300], id="A10-a-weight-is-no-cap"),
    pytest.param(-20, [100, 100], [-10, -10], id="A10-negative-over-two"),
    pytest.param(0, [1, 1, 1, 1], [0, 0, 0, 0], id="A12-zero"),
    pytest.param(1000, [1, 1, 1, 1], [250, 250, 250, 250], id="A12-exact-division"),
    pytest.param(-1000, [1, 1, 1, 1], [-250, -250, -250, -250], id="A12-negative-exact-division"),
    pytest.param(1500, [2000, 3000, 10000], [200, 300, 1000], id="A14a-all-lines-eligible"),
    pytest.param(1500, [2000, 0, 0], [1500, 0, 0], id="A14b-only-the-first-line-eligible"),
    pytest.param(500, [500, 500], [250, 250], id="A20-weights-are-the-prices-that-people-see"),
    pytest.param(1000, [1000, 1000, 1000], [334, 333, 333], id="A32-residue-first"),
]


@pytest.mark.parametrize(("amount", "weights", "parts"), PLAIN)
def test_an_amount_is_split_in_proportion(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert allocate(amount, weights) == Allocation(parts, 0)


DISCOUNTS = [
    pytest.param(2500, [5000, 6000], [4500, 0], [500, 2000], 0, id="A16-floor-passes-on-overflow"),
    pytest.param(2500, [5000, 6000], [4500, 4500], [500, 1500], 500, id="A16-the-rest-is-reported"),
    pytest.param(
        3600,
        [5000, 5000, 2000, 2000, 3000, 1000],
        [4500, 4500, 1500, 1500, 0, 0],
        [500, 500, 500, 500, 1200, 400],
        0,
        id="A18a-floors-on-four-of-six",
    ),
    pytest.param(
        1200, [1000, 2000, 5000, 3000], [0, 1900, 5000, 2900], [1000, 100, 0, 100], 0,
        id="A18b-floors-use-all-room",
    ),
    pytest.param(
        1200, [1000, 2000, 5000, 3000], [0, 1900, 5000, 2600], [700, 100, 0, 400], 0,
        id="A18c-one-floor-lower",
    ),
    pytest.param(
        1500, [2200, 1400, 4300, 750, 0], None, [381, 243, 746, 130, 0], 0,
        id="A22-whole-cart-with-a-free-line",
    ),
    pytest.param(
        1500, [4700, 3300, 950, 4200, 0], None, [536, 377, 108, 479, 0], 0,
        id="A22-second-cart-with-a-free-line",
    ),
    pytest.param(3000, [5000, 15000], None, [750, 2250], 0, id="A24a-first-promotion"),
    pytest.param(5000, [4250, 12750], None, [1250, 3750], 0, id="A24a-second-works-on-the-rest"),
    pytest.param(100000, [5000, 15000], None, [5000, 15000], 80000, id="A24b-never-past-the-lines"),
    pytest.param(1000, [0, 0], None, [0, 0], 1000, id="A24b-nothing-left-for-the-second"),
    pytest.param(40000, [20000, 60000], None, [10000, 30000], 0, id="A24-400-over-200-and-600"),
    pytest.param(20000, [10000, 30000], None, [5000, 15000], 0, id="A24-200-over-100-and-300"),
    pytest.param(2000, [3000, 1000], None, [1500, 500], 0, id="A26-goods-and-shipping"),
    pytest.param(10000, [3000, 1000], None, [3000, 1000], 6000, id="A26-more-than-the-order"),
    pytest.param(1377, [3000, 1000], None, [1033, 344], 0, id="A26-awkward-amount"),
    pytest.param(0, [3000, 1000], None, [0, 0], 0, id="A26-nothing"),
    pytest.param(1333, [3000, 1000], None, [1000, 333], 0, id="A26-a-third-in-percent"),
    pytest.param(4, [1, 1, 1, 1, 1], None, [1, 1, 1, 1, 0], 0, id="A28-no-line-below-zero"),
    pytest.param(
        1000, [333, 333, 333, 333, 333, 333, 1], None, [167, 167, 167, 167, 166, 166, 0], 0,
        id="A30-no-price-goes-up",
    ),
    # The published result puts the residue last, [1, 1, 2]; here ties go to the earlier line.
    pytest.param(4, [1000, 1000, 1000], None, [2, 1, 1], 0, id="dsc-01-residue-first"),
    pytest.param(100, [500, 500], [600, 0], [0, 100], 0, id="floor-above-the-value"),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "values", "floors", "parts", "unplaced"), DISCOUNTS)
def test_a_discount_stays_within_each_line(
    amount: int, values: list[int], floors: list[int] | None, parts: list[int], unplaced: int
) -> None:
    assert allocate_discount(amount, values, floors=floors) == Allocation(parts, unplaced)


def test_major_units_reach_the_lines_through_the_currency() -> None:  # A32
    euro = currency("EUR")
    prices = [minor_units(exact(price, "price"), euro, "price") for price in ("10", "10.00", 10)]
    assert allocate_discount(1000, prices).parts == (334, 333, 333)


def test_the_equal_shares_of_a_capped_part_go_to_the_others_in_proportion() -> None:
    # 100 over 1:1:2 is 25, 25, 50; the third stops at 20, so 80 is shared 1:1.
    assert allocate(100, [1, 1, 2], caps=[100, 100, 20]) == Allocation([40, 40, 20], 0)
    # Then 40 passes the second's cap of 30, and the first takes what is left.
    assert allocate(100, [1, 1, 2], caps=[100, 30, 20]) == Allocation([50, 30, 20], 0)


def test_a_remainder_never_lifts_a_part_above_its_cap() -> None:
    # Shares are 3.33 each; the extra unit may not go to the first, which is full at 3.
    assert allocate(10, [1, 1, 1], caps=[3, 9, 9]) == Allocation([3, 4, 3], 0)


def test_a_negative_amount_mirrors_caps_and_rest() -> None:
    assert allocate(-100, [50, 50], caps=[10, 60]) == Allocation([-10, -60], -30)
    assert allocate_discount(-2500, [5000, 6000], floors=[4500, 4500]) == Allocation(
        [-500, -1500], -500
    )


def test_without_any_weight_nothing_is_placed() -> None:
    assert allocate(7, []) == Allocation([], 7)
    assert allocate(-7, [0, 0]) == Allocation([0, 0], -7)
    assert allocate(7, [0], caps=[10]) == Allocation([0], 7)


sizes = st.integers(0, 12)
lines = st.lists(st.tuples(sizes, sizes), max_size=7)


def unit_by_unit(amount: int, weights: list[int]) -> list[int]:
    """Whole shares first, then one minor unit at a time to whoever lacks most."""
    total = sum(weights)
    ideal = [Fraction(amount * weight, total) for weight in weights]
    parts = [amount * weight // total for weight in weights]
    while sum(parts) < amount:
        lacking = [share - part for share, part in zip(ideal, parts, strict=True)]
        parts[lacking.index(max(lacking))] += 1
    return parts


def water_filled(amount: int, weights: list[int], caps: list[int]) -> list[Fraction]:
    """Pour in proportion; whoever is full stops; pour the rest again. At most n rounds."""
    shares = [Fraction(0)] * len(weights)
    rest = Fraction(amount)
    open_ = [i for i, weight in enumerate(weights) if weight]
    while open_ and rest:
        # Raise the level until the first part is full, or all is poured.
        total = sum(weights[i] for i in open_)
        step = min([rest / total, *((caps[i] - shares[i]) / weights[i] for i in open_)])
        for i in open_:
            shares[i] += step * weights[i]
        rest -= step * total
        open_ = [i for i in open_ if shares[i] < caps[i]]
    return shares


@given(st.integers(0, 200), st.lists(st.integers(0, 30), max_size=8))
def test_the_split_equals_handing_out_one_unit_at_a_time(amount: int, weights: list[int]) -> None:
    if not any(weights):
        assert allocate(amount, weights) == Allocation([0] * len(weights), amount)
        return
    parts = unit_by_unit(amount, weights)
    assert allocate(amount, weights) == Allocation(parts, 0)
    assert allocate(-amount, weights) == Allocation([-part for part in parts], 0)


@given(st.integers(0, 60), lines)
def test_capped_parts_equal_the_water_level_rounded_once(
    amount: int, lines: list[tuple[int, int]]
) -> None:
    weights, caps = [w for w, _ in lines], [c for _, c in lines]
    ideal = water_filled(amount, weights, caps)
    placed = allocate(amount, weights, caps=caps)
    room = sum(cap for weight, cap in lines if weight)
    event("all caps reached" if amount >= room else "some caps reached, or none")
    event("a share is split" if any(share.denominator > 1 for share in ideal) else "whole shares")

    assert placed.unplaced == max(0, amount - room)
    parts = [int(share) for share in ideal]
    while sum(parts) < min(amount, room):
        lacking = [share - part for share, part in zip(ideal, parts, strict=True)]
        parts[lacking.index(max(lacking))] += 1
    assert list(placed.parts) == parts


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), max_size=30),
)
def test_parts_add_up_keep_their_sign_and_stay_within_their_caps(
    amount: int, lines: list[tuple[int, int]]
) -> None:
    weights, caps = [w for w, _ in lines], [c for _, c in lines]
    placed = allocate(amount, weights, caps=caps)
    assert sum(placed.parts) + placed.unplaced == amount
    sign = 1 if amount >= 0 else -1
    for part, (weight, cap) in zip(placed.parts, lines, strict=True):
        assert 0 <= sign * part <= (cap if weight else 0)
    assert 0 <= sign * placed.unplaced <= abs(amount)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), max_size=12))
def test_a_discount_of_any_size_leaves_no_line_below_zero(amount: int, values: list[int]) -> None:
    placed = allocate_discount(amount, values)
    assert all(0 <= part <= value for part, value in zip(placed.parts, values, strict=True))
    assert placed.unplaced == max(0, amount - sum(values))


def test_caps_fill_in_the_order_of_cap_to_weight_however_close() -> None:
    # The third stops at 1 of 4, then the second at 1 of 3; 2 are left for 4:1:1, and the tie of
    # the remainders goes to the first.
    assert allocate(4, [4, 3, 4, 1, 1], caps=[5, 1, 1, 1, 1]) == Allocation([2, 1, 1, 0, 0], 0)
    # cap / weight differs in the 20th digit.
    big = 10**10
    placed = allocate(2 * big - 2, [big, big - 1], caps=[big - 1, big - 2])
    assert placed == Allocation([big - 1, big - 2], 1)


def test_a_tie_goes_to_the_earlier_part_even_where_its_cap_is_the_larger() -> None:
    # The third stops at 1, and 7 over two is 3.5 each.
    assert allocate(8, [1, 1, 1], caps=[10, 9, 1]) == Allocation([4, 3, 1], 0)


def test_ten_thousand_lines_take_a_blink() -> None:
    weights = [1 + 7919 * index % 10_007 for index in range(10_000)]
    caps = [3571 * index % 5_003 for index in range(10_000)]
    with within(1):
        plain, capped = allocate(10**9, weights), allocate(10**7, weights, caps=caps)
    assert sum(plain.parts) == 10**9
    assert sum(capped.parts) == 10**7


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: allocate(1, [1, -1]), r"^weights\[1\]: write a number >= 0, not -1$"),
        (lambda: allocate(1, [1], caps=[-5]), r"^caps\[0\]: write a number >= 0, not -5$"),
        (lambda: allocate(1, [1, 2], caps=[1]), r"^caps: write one for each weight \(2\), not 1$"),
        (lambda: allocate_discount(1, [-1]), r"^values\[0\]: write a number >= 0, not -1$"),
        (lambda: allocate_discount(1, [1], floors=[-1]), r"^floors\[0\]: write a number >= 0"),
        (
            lambda: allocate_discount(1, [1], floors=[]),
            r"^floors: write one for each value \(1\), not 0$",
        ),
    ],
)
def test_a_malformed_allocation_says_which_number(call: object, problem: str) -> None:
    assert callable(call)
    with pytest.raises(DefinitionError, match=problem):
        call()


@pytest.mark.parametrize(
    ("amount", "weights"),
    [(1.0, [1]), (True, [1]), (1, [1.0]), (1, [True]), (1, "12"), (1, {1}), (1, 1), (1, None)],
)
def test_only_whole_numbers_are_allocated(amount: object, weights: object) -> None:
    with pytest.raises(MisuseError, match="whole number"):
        allocate(amount, weights)  # type: ignore[arg-type]


def test_ten_thousand_lines_and_shipping_are_the_most_parts() -> None:
    assert allocate(10_001, [1] * 10_001) == Allocation([1] * 10_001, 0)
    with pytest.raises(LimitError, match=r"^weights: at most 10001 parts, not 10002$"):
        allocate(1, [1] * 10_002)
    with pytest.raises(LimitError, match=r"^values: at most 10001 parts, not 10002$"):
        allocate_discount(1, [1] * 10_002)


def test_numbers_past_the_stated_bound_are_refused() -> None:
    assert allocate(10**24, [10**24, 0]) == Allocation([10**24, 0], 0)
    with pytest.raises(LimitError, match=r"^amount: at most"):
        allocate(10**24 + 1, [1])
    with pytest.raises(LimitError, match=r"^weights\[0\]: at most"):
        allocate(1, [10**100_000])
