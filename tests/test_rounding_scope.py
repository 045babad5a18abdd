"""Rounding as mode and scope: of all, of each line, of each piece; and what a return keeps."""

from itertools import permutations
from typing import Any

import pytest
from desk import Desk, club, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Activity,
    Earning,
    Factor,
    MisuseError,
    OnReturn,
    ProgramError,
    Purchase,
    Purse,
    Rounding,
    RoundingScope,
    Rule,
    banded,
    basket,
    best_of,
    first_of,
    item,
    per_order,
    points,
)
from loyaltykit.portions import portions
from loyaltykit.readings import Readings
from loyaltykit.testing import readings

FLOOR, HALF_UP, HALF_EVEN, CEIL = Rounding
ORDER, LINE, UNIT = RoundingScope

per_euro = points(1).per(1)


def accrue(earning: Earning = per_euro, **how: Any) -> Rule:
    return Rule("r", Purchase, then=Accrue(earning, **how))


# 4.60 for one and three for 4.70, so 4.60 + 3 x 1.5666...
TWO = (line("1", "4.60"), line("2", "1.60", 3, discount="0.10"))


@pytest.mark.parametrize(
    ("rounding", "scope", "expected"),
    [
        (FLOOR, ORDER, 9),
        (FLOOR, LINE, 8),
        (FLOOR, UNIT, 7),
        (HALF_UP, ORDER, 9),
        (HALF_UP, LINE, 10),
        (HALF_UP, UNIT, 11),
        (HALF_EVEN, ORDER, 9),
        (HALF_EVEN, LINE, 10),
        (HALF_EVEN, UNIT, 11),
        (CEIL, ORDER, 10),
        (CEIL, LINE, 10),
        (CEIL, UNIT, 11),
    ],
)
def test_the_same_basket_rounded_in_every_way(
    rounding: Rounding, scope: RoundingScope, expected: int
) -> None:
    desk = Desk(accrue(rounding=rounding, scope=scope))
    desk.buy("o1", 0, *TWO)
    assert desk.has(0) == (expected, 0, 0)


def test_whole_euros_or_whole_points_of_three_a_euro() -> None:
    """G02: 57 or 59; and 59 again where each of the two pieces is rounded for itself."""
    for earning, scope, expected in (
        (points(3).per_whole(1), ORDER, 57),
        (points(3).per(1), ORDER, 59),
        (points(3).per(1), LINE, 59),
    ):
        desk = Desk(accrue(earning, scope=scope))
        desk.buy("o1", 0, "19.99")
        assert desk.has(0) == (expected, 0, 0)


def test_a_purse_with_decimals_rounds_each_line_to_its_own_smallest_unit() -> None:
    halves = Purse("points", decimals=1)
    desk = Desk(accrue(scope=LINE), purses=[halves])
    desk.buy("o1", 0, line("1", "1.29"), line("2", "1.29"))
    assert desk.has(0) == (24, 0, 0)  # 1.2 and 1.2; together 2.58 would be 2.5


def test_a_unit_limit_cuts_each_line_before_it_is_rounded() -> None:
    limited = Rule("r", Purchase, then=Accrue(per_euro, scope=LINE), limit=per_order(units=2))
    desk = Desk(limited)
    desk.buy("o1", 0, line("1", "3.50"), line("2", "3.50"), line("3", "3.50"))
    assert desk.has(0) == (6, 0, 0)  # two thirds of 3.5 on each line, 2 points and a third


@given(readings(), st.sampled_from(Rounding))
def test_portions_are_all_of_the_worth_and_rounding_goes_astray_by_less_than_one_each(
    world: Readings, rounding: Rounding
) -> None:
    earning = points("1.7").per(1) + points("0.3").per_unit(of=item.category.is_("tea"))
    exact = portions(earning, world, ORDER).worth
    for scope in RoundingScope:
        parts = portions(earning, world, scope)
        assert parts.worth == exact
        assert abs(parts.whole(1, rounding) - exact) < 1 + sum(times for _, times in parts.parts)


@pytest.mark.parametrize(
    ("earning", "what"),
    [
        (per_euro + points(5), "a fixed number of points"),
        (points(1).per_whole(10), "per_whole"),
        (banded({0: per_euro}), "banded"),
        (best_of(per_euro, points(1).per_unit()), "best_of"),
        (first_of(per_euro.cap(5)), "cap"),
        (points(1).each(basket.spend, fallback=0) * 2, "a number that is of no item"),
        (points(1).when(basket.spend >= 5).times(Factor(2)), "a fixed number of points"),
    ],
)
def test_only_a_sum_of_what_single_lines_earn_is_rounded_by_line(
    earning: Earning, what: str
) -> None:
    for scope in (LINE, UNIT):
        with pytest.raises(ProgramError) as caught:
            club(accrue(earning, scope=scope))
        assert (
            f"rule 'r': rounds by {scope.value}, but {what} is not of single lines: round it by "
            "order, in an Accrue of its own"
        ) in str(caught.value)
    club(accrue(earning))


def test_a_rule_without_a_basket_has_no_lines_to_round() -> None:
    with pytest.raises(ProgramError, match="rounds by line, but a fixed number of points"):
        club(Rule("r", Activity, then=Accrue(points(5), scope=LINE)))
    with pytest.raises(MisuseError, match="scope must be a RoundingScope such as"):
        Accrue(points(5), scope="line")  # type: ignore[arg-type]


# --- returns

EVERY_WAY = [(rounding, scope) for rounding in Rounding for scope in RoundingScope]


@pytest.mark.parametrize(("rounding", "scope"), EVERY_WAY)
@pytest.mark.parametrize("on_return", OnReturn)
def test_parts_in_any_order_keep_what_the_whole_keeps(
    rounding: Rounding, scope: RoundingScope, on_return: OnReturn
) -> None:
    kept = set()
    pieces = [{"1": 1}, {"2": 1}, {"2": 1}]
    for order in ([{"1": 1, "2": 2}], *permutations(pieces)):
        desk = Desk(accrue(rounding=rounding, scope=scope, on_return=on_return))
        desk.buy("o1", 0, *TWO)
        granted = desk.has(0)[0]
        for number, part in enumerate(order):
            desk.back(f"r{number}", 1, "o1", part)
        kept.add(desk.has(1))
        desk.back("rest", 1, "o1")
        assert desk.has(1) == (granted if on_return is OnReturn.KEEP else 0, 0, 0)
    assert len(kept) == 1


@pytest.mark.parametrize(
    ("scope", "on_return", "left"),
    [
        # granted 9, 8 and 7; one of three pieces of the second line comes back: 7.73 are kept
        (ORDER, OnReturn.REEVALUATE, 7),
        (LINE, OnReturn.REEVALUATE, 7),
        (UNIT, OnReturn.REEVALUATE, 6),
        (ORDER, OnReturn.PER_ITEM, 8),  # 4 and 5: a third of 5 goes, rounded down
        (LINE, OnReturn.PER_ITEM, 7),  # 4 and 4
        (UNIT, OnReturn.PER_ITEM, 6),  # 4 and 3
        (ORDER, OnReturn.PRO_RATA, 7),
        (LINE, OnReturn.PRO_RATA, 6),
        (UNIT, OnReturn.PRO_RATA, 5),
    ],
)
def test_what_stays_when_one_piece_comes_back(
    scope: RoundingScope, on_return: OnReturn, left: int
) -> None:
    desk = Desk(accrue(scope=scope, on_return=on_return))
    desk.buy("o1", 0, *TWO)
    desk.back("r1", 1, "o1", {"2": 1})
    assert desk.has(1) == (left, 0, 0)


def test_per_item_gives_each_line_the_points_that_it_was_rounded_to() -> None:
    for back, left in (({"1": 1}, 5), ({"2": 1}, 3)):
        desk = Desk(accrue(rounding=HALF_UP, scope=LINE, on_return=OnReturn.PER_ITEM))
        desk.buy("o1", 0, line("1", "2.50"), line("2", "4.60"))
        assert desk.has(0) == (8, 0, 0)  # 3 and 5, though 7.1 were 7 together
        desk.back("r1", 1, "o1", back)
        assert desk.has(1) == (left, 0, 0)


PRICES = st.integers(0, 999).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")


@given(
    st.lists(st.tuples(PRICES, st.integers(1, 4)), min_size=1, max_size=3),
    st.sampled_from(EVERY_WAY),
    st.sampled_from(OnReturn),
    st.data(),
)
def test_any_partition_of_a_return_keeps_what_the_whole_return_keeps(
    bought: list[tuple[str, int]],
    way: tuple[Rounding, RoundingScope],
    on_return: OnReturn,
    data: st.DataObject,
) -> None:
    rounding, scope = way
    rate = points("1.3").per(1) + points("0.5").per_line()
    rule = accrue(rate, rounding=rounding, scope=scope, on_return=on_return)
    lines = [line(str(n), price, units) for n, (price, units) in enumerate(bought)]
    back = {each.id: data.draw(st.integers(0, each.quantity)) for each in lines}
    pieces = [name for name, units in back.items() for _ in range(units)]
    whole, parted = Desk(rule), Desk(rule)
    for desk in (whole, parted):
        desk.buy("o1", 0, *lines)
    if pieces:
        whole.back("r", 1, "o1", {name: units for name, units in back.items() if units})
    for number, piece in enumerate(data.draw(st.permutations(pieces))):
        parted.back(f"r{number}", 1, "o1", {piece: 1})
    assert whole.has(1) == parted.has(1)
