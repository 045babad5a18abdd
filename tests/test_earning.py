"""Earnings as values: how they are built and what they refuse."""

import pickle
from collections.abc import Callable
from decimal import Decimal
from itertools import repeat
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from stopwatch import within

from loyaltykit.conditions import SomeItem
from loyaltykit.earning import Best, Capped, Earning, Scaled, Sum, When, best_of
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.questions import Custom
from loyaltykit.rates import Fixed, PerSpend, PerUnit, PerWhole, points
from loyaltykit.sources import reads
from loyaltykit.subjects import basket, item, member
from loyaltykit.testing import earnings
from loyaltykit.vocabulary import Moment

COFFEE = item.category.is_("coffee")
RICH = basket.spend >= 15
BASE = points(1).per(1)

Build = Callable[[], object]


def test_operators_and_constructors_build_the_same_values() -> None:
    assert points(50) == Fixed(50) == Fixed("50.0") == Fixed(Decimal(50))
    assert points(3).per(10, of=COFFEE) == PerSpend(3, 10, of=COFFEE)
    assert points(3).per_whole("2.50") == PerWhole(3, Decimal("2.5"))
    assert points("0.5").per_unit(of=COFFEE) == PerUnit("0.5", of=COFFEE)
    assert BASE + points(50) == Sum([BASE, points(50)])
    assert best_of(BASE, points(50)) == Best([BASE, points(50)])
    quarter = BASE * "0.25"
    assert quarter == Scaled(BASE, Decimal("0.25"))
    assert quarter == "0.25" * BASE
    assert BASE.cap(300) == Capped(BASE, 300)
    assert BASE.when(RICH) == When(BASE, RICH)


def test_long_sums_and_alternatives_stay_flat_and_keep_their_order() -> None:
    assert BASE + points(1) + points(2) == Sum([BASE, points(1), points(2)])
    assert BASE + (points(1) + points(2)) == Sum([BASE, points(1), points(2)])
    assert best_of(best_of(BASE, points(1)), points(2)) == Best([BASE, points(1), points(2)])
    assert Scaled(Scaled(BASE, 2), 3) == BASE * 2 * 3
    assert best_of(BASE) == Best([BASE])


@given(earnings())
def test_any_earning_can_be_printed_hashed_and_pickled(earning: Earning) -> None:
    copy = pickle.loads(pickle.dumps(earning))  # noqa: S301
    assert copy == earning
    assert hash(copy) == hash(earning)
    assert repr(earning).startswith(type(earning).__name__)
    assert 1 <= earning.extent.depth <= earning.extent.nodes


def test_an_earning_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        BASE.points = Decimal(2)  # type: ignore[misc]


def test_reads_lists_what_an_earning_asks_in_reading_order_with_repeats() -> None:
    asked = Custom[Moment]("in the shop")
    earning = (
        best_of(
            points(1).per(1, of=COFFEE).when(RICH | asked),
            points(2).per_whole(1, of=item.price >= 3) * 2,
        )
        + points(1).per_unit(of=COFFEE).cap(3)
        + points(5)
    )
    assert list(reads(earning)) == [
        item.category.fact,
        basket.spend.fact,
        asked,
        item.price.fact,
        item.category.fact,
    ]
    assert list(reads(BASE + points(1).per_unit())) == []


MISUSES: list[tuple[Build, str]] = [
    (lambda: points(1.5), "points: write a whole number, text such as"),  # type: ignore[arg-type]
    (lambda: points(True), "points: write a whole number, text such as"),
    (lambda: points(None), "points: write a whole number, text such as"),  # type: ignore[arg-type]
    (lambda: BASE * 0.25, "the factor of an earning: write a whole number"),  # type: ignore[operator]
    (lambda: BASE * BASE, "the factor of an earning: write a whole number"),  # type: ignore[operator]
    (lambda: points(1).per(0.1), "the amount of a rate: write a whole number"),  # type: ignore[arg-type]
    (lambda: BASE + 5, "expected an earning, got 5: write points(50)"),  # type: ignore[operator]
    (lambda: BASE + RICH, "expected an earning, got Compare("),  # type: ignore[operator]
    (lambda: best_of(BASE, 5), "expected an earning, got 5"),  # type: ignore[arg-type]
    (lambda: best_of([BASE]), "expected an earning, got ["),  # type: ignore[arg-type]
    (lambda: Sum(BASE), "a combination of earnings: write a list, not PerSpend("),  # type: ignore[arg-type]
    (lambda: Best(3), "a combination of earnings: write a list, not 3"),  # type: ignore[arg-type]
    (lambda: Scaled(3, 2), "expected an earning, got 3"),  # type: ignore[arg-type]
    (lambda: Capped("50", 2), "expected an earning, got '50'"),  # type: ignore[arg-type]
    (lambda: When(3, RICH), "expected an earning, got 3"),  # type: ignore[arg-type]
    (lambda: BASE.when(True), "expected a condition, got True"),  # type: ignore[arg-type]
    (lambda: BASE.when(member.tier == "gold"), "expected a condition, got False"),  # type: ignore[arg-type,comparison-overlap]
    (lambda: BASE.when(None), "expected a condition, got None"),  # type: ignore[arg-type]
    (lambda: points(1).per(1, of="coffee"), "expected a condition, got 'coffee'"),  # type: ignore[arg-type]
    (lambda: points(1).per_whole(1, of=3), "expected a condition, got 3"),  # type: ignore[arg-type]
    (lambda: points(1).per_unit(of=item.tags), "expected a condition, got TagsFact"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("wrong", "message"), MISUSES)
def test_what_is_no_earning_is_refused_with_what_to_write(wrong: Build, message: str) -> None:
    with pytest.raises(MisuseError) as caught:
        wrong()
    assert message in str(caught.value)


MALFORMED: list[tuple[Build, str]] = [
    (lambda: points(-5), "points: write a number that is at least 0, not -5"),
    (lambda: points("-0.01"), "points: write a number that is at least 0, not -0.01"),
    (lambda: points(Decimal("NaN")), 'points: write a number such as "12.50"'),
    (lambda: points(Decimal("sNaN")), 'points: write a number such as "12.50"'),
    (lambda: points(Decimal("Infinity")), 'points: write a number such as "12.50"'),
    (lambda: points("nan"), 'points: write a number such as "12.50"'),
    (lambda: points("1e1000000"), 'points: write a number such as "12.50"'),
    (lambda: points(Decimal("1e1000000")), "points: write at most 15 digits before the point"),
    (lambda: points(Decimal("1e-1000000")), "points: write at most 12 decimals"),
    (lambda: points(10**15), "points: write at most 15 digits before the point"),
    (lambda: points(10**100_000), "points: write at most 15 digits before the point"),
    (lambda: points("9" * 10**6), 'points: write a number such as "12.50"'),
    (lambda: points(""), 'points: write a number such as "12.50"'),
    (lambda: points("1_000"), 'points: write a number such as "12.50"'),
    (lambda: BASE * -1, "the factor of an earning: write a number that is at least 0, not -1"),
    (lambda: BASE * Decimal("1e1000000"), "the factor of an earning: write at most 15 digits"),
    (lambda: BASE.cap(-1), "points: write a number that is at least 0, not -1"),
    (lambda: points(1).per(0), "the amount of a rate must be above 0: points(1).per(10)"),
    (lambda: points(1).per_whole("0.00"), "the amount of a rate must be above 0"),
    (lambda: points(1).per(-10), "the amount of a rate: write a number that is at least 0"),
    (best_of, "a combination of earnings needs at least one: points(0) is nothing"),
    (lambda: Sum([]), "a combination of earnings needs at least one"),
    (lambda: Best(()), "a combination of earnings needs at least one"),
]


@pytest.mark.parametrize(("wrong", "message"), MALFORMED)
def test_a_malformed_earning_is_refused_at_once(wrong: Build, message: str) -> None:
    with within(1), pytest.raises(DefinitionError) as caught:
        wrong()
    assert message in str(caught.value)


def nested(levels: int) -> Earning:
    earning: Earning = points(1)
    for _ in range(levels):
        earning = earning.cap(9)
    return earning


def test_earnings_nest_fifty_deep_and_no_deeper() -> None:
    assert nested(49).extent.depth == 50
    assert hash(nested(49)) == hash(nested(49))
    with pytest.raises(LimitError, match="rules may nest at most 50 deep"):
        nested(50)


def test_a_million_levels_are_refused_at_once() -> None:
    with within(1), pytest.raises(LimitError, match="at most 50 deep"):
        nested(10**6)


def not_not(levels: int) -> Any:
    condition: Any = COFFEE
    for _ in range(levels):
        condition = ~condition
    return condition


@pytest.mark.parametrize(
    ("wrap", "room"),
    [
        (lambda levels: nested(levels) * 2, 48),
        (lambda levels: Sum([nested(levels)]), 48),
        (lambda levels: Best([nested(levels)]), 48),
        (lambda levels: nested(levels).when(RICH), 48),
        (lambda levels: points(1).when(SomeItem(not_not(levels))), 47),
        (lambda levels: points(1).per(1, of=not_not(levels)), 48),
        (lambda levels: points(1).per_whole(1, of=not_not(levels)), 48),
        (lambda levels: points(1).per_unit(of=not_not(levels)), 48),
    ],
)
def test_every_node_counts_towards_the_depth_conditions_included(
    wrap: Callable[[int], Any], room: int
) -> None:
    assert wrap(room).extent.depth == 50
    with pytest.raises(LimitError, match="at most 50 deep"):
        wrap(room + 1)


def test_a_combination_has_at_most_a_thousand_parts() -> None:
    assert len(Sum([BASE] * 1000).earnings) == 1000
    with pytest.raises(LimitError, match="a combination of earnings: write at most 1000 of them"):
        Sum([BASE] * 999) + points(1) + points(2)
    with pytest.raises(LimitError, match="a combination of earnings: write at most 1000 of them"):
        best_of(*[BASE] * 1001)
    with pytest.raises(LimitError, match="a combination of earnings: write at most 1000 of them"):
        Sum(repeat(BASE))


def test_parts_that_are_shared_count_each_time_they_stand_there() -> None:
    pairs: Earning = points(1)
    for _ in range(12):
        pairs = Sum([pairs, pairs])
    assert pairs.extent.nodes == 8191
    with pytest.raises(LimitError, match="one condition or earning may have at most 10000 nodes"):
        Best([pairs, pairs])
