"""Law 3 for earnings: exact, never negative, a commutative monoid, distributive where it says so.

The oracle for whole earnings is a plain sum over units in cents; numbers are written out.
"""

import decimal
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.amounts import spend_on
from loyaltykit.bands import banded
from loyaltykit.conditions import AllOf, AnyOf, Condition, some_item
from loyaltykit.earning import Best, Earning, Sum, best_of, first_of
from loyaltykit.errors import UnknownFactError
from loyaltykit.evaluate import units_with
from loyaltykit.factors import Combine, Factor
from loyaltykit.money import Rounding, rounded
from loyaltykit.rates import points
from loyaltykit.readings import LineReading, Readings
from loyaltykit.sources import reads
from loyaltykit.subjects import basket, item, member
from loyaltykit.testing import conditions, earnings, readings
from loyaltykit.vocabulary import Moment
from loyaltykit.worth import worth

LISBON = ZoneInfo("Europe/Lisbon")

Law = Callable[[Earning, Earning, Earning, Condition[Moment]], tuple[Earning, Earning]]


def bought(*lines: tuple[str | None, int, int], scale: int = 100) -> Readings:
    """A basket of lines, each with its category, units and spend in minor units; tier silver."""
    return Readings(
        datetime(2026, 3, 14, 12, tzinfo=UTC),
        LISBON,
        scale=scale,
        member_zone=LISBON,
        values={member.tier.fact: "silver", basket.spend.fact: sum(each[2] for each in lines)},
        lines=tuple(
            LineReading(str(place), units=units, spend=spend, values={item.category.fact: category})
            for place, (category, units, spend) in enumerate(lines)
        ),
        ladder=("bronze", "silver", "gold"),
    )


COFFEE = item.category.is_("coffee")
ORDER = bought(("coffee", 2, 1999), ("tea", 1, 500), (None, 3, 1))

# -- the laws

NOTHING = points(0)
LAWS: dict[str, Law] = {
    "+ commutes": lambda a, b, _, __: (a + b, b + a),
    "+ associates": lambda a, b, c, _: ((a + b) + c, a + (b + c)),
    "+ associates unflattened": lambda a, b, c, _: (Sum([Sum([a, b]), c]), Sum([a, Sum([b, c])])),
    "nothing is neutral for +": lambda a, _, __, ___: (a + NOTHING, a),
    "a sum of one is that one": lambda a, _, __, ___: (Sum([a]), a),
    "best_of commutes": lambda a, b, _, __: (best_of(a, b), best_of(b, a)),
    "best_of associates": lambda a, b, c, _: (best_of(best_of(a, b), c), best_of(a, best_of(b, c))),
    "best_of associates unflattened": lambda a, b, c, _: (
        Best([Best([a, b]), c]),
        Best([a, b, c]),
    ),
    "best_of is idempotent": lambda a, _, __, ___: (best_of(a, a), a),
    "nothing is neutral for best_of": lambda a, _, __, ___: (best_of(a, NOTHING), a),
    "+ distributes over best_of": lambda a, b, c, _: (a + best_of(b, c), best_of(a + b, a + c)),
    "when distributes over +": lambda a, b, _, q: ((a + b).when(q), a.when(q) + b.when(q)),
    "when distributes over best_of": lambda a, b, _, q: (
        best_of(a, b).when(q),
        best_of(a.when(q), b.when(q)),
    ),
    "when twice is once": lambda a, _, __, q: (a.when(q).when(q), a.when(q)),
    "when q or not q": lambda a, _, __, q: (a.when(q) + a.when(~q), a),
    "when q and then r is both": lambda a, _, __, q: (
        a.when(q).when(member.orders >= 3),
        a.when(q & (member.orders >= 3)),
    ),
    "when true": lambda a, _, __, ___: (a.when(AllOf(())), a),
    "when false": lambda a, _, __, ___: (a.when(AnyOf(())), NOTHING),
    "* distributes over +": lambda a, b, _, __: ((a + b) * "1.25", a * "1.25" + b * "1.25"),
    "* distributes over best_of": lambda a, b, _, __: (best_of(a, b) * 3, best_of(a * 3, b * 3)),
    "factors multiply": lambda a, _, __, ___: (a * "0.5" * 3, a * "1.5"),
    "factors add": lambda a, _, __, ___: (a * "0.5" + a * "1.5", a * 2),
    "times one": lambda a, _, __, ___: (a * 1, a),
    "times zero": lambda a, _, __, ___: (a * 0, NOTHING),
    "a factor may stand first": lambda a, _, __, ___: (3 * a, a * 3),
    "the smaller cap wins": lambda a, _, __, ___: (a.cap(70).cap(30), a.cap(30)),
    "a cap of zero is nothing": lambda a, _, __, ___: (a.cap(0), NOTHING),
    "a cap distributes over best_of": lambda a, b, _, __: (
        best_of(a, b).cap(30),
        best_of(a.cap(30), b.cap(30)),
    ),
    "a cap scales": lambda a, _, __, ___: ((a * 2).cap(60), a.cap(30) * 2),
    "one factor is a factor": lambda a, _, __, ___: (a.times(Factor("1.5")), a * "1.5"),
    "factors that compound stand in any order": lambda a, _, __, q: (
        a.times(Factor(2, when=q), Factor(3)),
        a.times(Factor(3)).times(Factor(2, when=q)),
    ),
    "a factor on a condition is a choice": lambda a, _, __, q: (
        a.times(Factor(3, when=q)),
        a + (a * 2).when(q),
    ),
    "factors that add up are one sum": lambda a, _, __, q: (
        a.times(Factor(3, when=q), Factor(2), combine=Combine.ADD),
        a * 2 + (a * 2).when(q),
    ),
    "times distributes over +": lambda a, b, _, q: (
        (a + b).times(Factor(3, when=q)),
        a.times(Factor(3, when=q)) + b.times(Factor(3, when=q)),
    ),
    "times distributes over best_of": lambda a, b, _, q: (
        best_of(a, b).times(Factor(3, when=q), Factor(2)),
        best_of(a.times(Factor(3, when=q), Factor(2)), b.times(Factor(3, when=q), Factor(2))),
    ),
    "when distributes over times": lambda a, _, __, q: (
        a.times(Factor(3), combine=Combine.BEST).when(q),
        a.when(q).times(Factor(3), combine=Combine.BEST),
    ),
    "one band is its rate": lambda _, __, ___, ____: (
        banded({0: points(3).per("0.70")}),
        points(3).per("0.70"),
    ),
    "a band that is cut in two is the same": lambda _, __, ___, ____: (
        banded({5: points(3).per(2)}),
        banded({"5": points(3).per(2), "17.40": points(3).per(2)}),
    ),
    "the first of one is that one": lambda a, _, __, ___: (Sum([first_of(a + NOTHING)]), a),
    "the first that applies": lambda a, b, _, q: (
        first_of((a + NOTHING).when(q), b + NOTHING),
        a.when(q) + b.when(~q),
    ),
}


@given(earnings(), earnings(), earnings(), conditions(), readings())
def test_the_laws_of_earnings_hold_whatever_is_earned(
    a: Earning, b: Earning, c: Earning, asked: Condition[Moment], world: Readings
) -> None:
    broken = [
        law for law in LAWS if len({worth(side, world) for side in LAWS[law](a, b, c, asked)}) > 1
    ]
    assert broken == []


@pytest.mark.parametrize("law", LAWS)
def test_a_law_of_earnings_holds_for_earnings_that_are_worth_something(law: str) -> None:
    world = evolve(ORDER, values={**ORDER.values, member.orders.fact: 5})
    spent = points(1).per(1)
    sides = LAWS[law](spent, points("7.5"), points(1).per_unit(of=COFFEE), member.orders >= 2)
    assert worth(sides[0], world) == worth(sides[1], world)


@given(earnings(), earnings(), readings())
def test_nothing_is_ever_worth_less_than_nothing(a: Earning, b: Earning, world: Readings) -> None:
    assert worth(a, world) >= 0
    assert worth(a + b, world) >= worth(best_of(a, b), world) >= worth(a, world)
    assert worth(a.cap(30), world) <= 30
    assert worth(a.cap(30), world) <= worth(a, world)


@given(earnings(), earnings(), readings(), st.randoms(use_true_random=False))
def test_neither_the_order_of_lines_nor_that_of_earnings_matters(
    a: Earning, b: Earning, world: Readings, random: Any
) -> None:
    lines = list(world.lines)
    random.shuffle(lines)
    assert worth(a + b, evolve(world, lines=tuple(lines))) == worth(b + a, world)


@given(earnings(), readings())
def test_the_worth_is_the_same_fraction_under_any_decimal_context(
    earning: Earning, world: Readings
) -> None:
    plain = worth(earning, world)
    assert type(plain) is Fraction
    for rounding in (decimal.ROUND_UP, decimal.ROUND_FLOOR):
        with decimal.localcontext(prec=1, rounding=rounding):
            assert worth(earning, world) == plain
            assert worth(earning * "0.333333", world) == plain * Fraction(333_333, 1_000_000)


@given(earnings(), earnings(), readings(), st.data())
def test_a_fact_that_was_not_read_raises_whatever_else_is_earned(
    a: Earning, b: Earning, world: Readings, data: st.DataObject
) -> None:
    a += points(1).when(member.tier.known())  # so that something is asked
    asked = [each for each in reads(a) if each in world.values]
    missing = data.draw(st.sampled_from(asked))
    values = {fact: value for fact, value in world.values.items() if fact != missing}
    poorer = evolve(world, values=values)
    never: Condition[Moment] = AnyOf(())
    for earning in (a, a + b, b + a, best_of(b, a), a * 0, a.cap(0), a.when(never)):
        with pytest.raises(UnknownFactError):
            worth(earning, poorer)


@given(readings(), st.integers(0, 50), st.integers(1, 3000))
def test_what_is_earned_per_spend_and_per_unit_is_a_plain_sum_over_units(
    world: Readings, each: int, cents: int
) -> None:
    amount = f"{cents // 100}.{cents % 100:02d}"
    spent, units = 0, 0
    for line in world.lines:
        if line.values[item.category.fact] == "coffee":
            spent += line.spend
            for _ in range(line.units):
                units += 1
    per = points(each).per(amount, of=COFFEE)
    assert worth(per, world) * cents == each * spent
    whole = 0
    while (whole + 1) * cents <= spent:
        whole += 1
    assert worth(points(each).per_whole(amount, of=COFFEE), world) == each * whole
    assert worth(points(each).per_unit(of=COFFEE), world) == each * units


# -- numbers written out


@pytest.mark.parametrize(
    ("earning", "expected"),
    [
        # 25.00 in all: coffee 19.99 for 2 units, tea 5.00 for 1, unsorted 0.01 for 3
        (points(50), "50"),
        (points("0.5"), "0.5"),
        (points(3).per(1, of=COFFEE), "59.97"),
        (points(3).per_whole(1, of=COFFEE), "57"),
        (points(1).per(10, of=COFFEE), "1.999"),
        (points(1).per_whole(10, of=COFFEE), "1"),
        (points(10).per_whole("19.99", of=COFFEE), "10"),
        (points(10).per_whole("20", of=COFFEE), "0"),
        (points(1).per(1), "25"),
        (points(1).per_whole(25), "1"),
        (points(1).per_whole("25.01"), "0"),
        (points(1).per_whole("12.50"), "2"),
        (points(1).per_whole("0.01"), "2500"),
        (points(20).per_unit(), "120"),
        (points(20).per_unit(of=COFFEE), "40"),
        (points("2.5").per_unit(of=COFFEE), "5"),
        (points(1).per(1, of=item.category.is_("gear")), "0"),
        (points(1).per(1, of=~COFFEE), "5.01"),
        (points(1).per(1) + points(1).per(1, of=COFFEE), "44.99"),
        (best_of(points(1).per(1), points(20).per_unit(of=COFFEE)), "40"),
        ((points(1).per(1) * "0.25").when(member.tier >= "silver"), "6.25"),
        ((points(1).per(1) * "0.25").when(member.tier >= "gold"), "0"),
        ((points(1).per(1) + points(3)).cap(28), "28"),
        ((points(1).per(1) + points(3)).cap("27.5"), "27.5"),
        ((points(1).per(1) + points(3)).cap(29), "28"),
        (points(5).when(basket.spend >= 25), "5"),
        (points(5).when(basket.spend >= "25.01"), "0"),
        (points(5).when(some_item(COFFEE, 2)), "5"),
        (points(5).when(some_item(COFFEE, 3)), "0"),
        (points(0), "0"),
    ],
    ids=str,
)
def test_an_earning_is_worth_what_is_written_here(earning: Earning, expected: str) -> None:
    assert worth(earning, ORDER) == Fraction(expected)


def test_a_third_of_a_point_is_exact() -> None:
    third = points(1).per(3)
    assert worth(third, bought((None, 1, 100))) == Fraction(1, 3)
    assert worth(third + third + third, bought((None, 1, 100))) == 1


def test_spend_is_counted_in_the_minor_units_of_the_currency() -> None:
    assert worth(points(1).per(100), bought((None, 1, 1500), scale=1)) == 15
    assert worth(points(2).per("0.5"), bought((None, 1, 1500), scale=1000)) == 6
    assert worth(points(1).per_whole("0.4"), bought((None, 1, 1500), scale=1000)) == 3


def test_full_amounts_are_counted_over_all_lines_together() -> None:
    world = bought(("coffee", 1, 600), ("coffee", 1, 700), ("tea", 1, 900))
    assert worth(points(1).per_whole(10), world) == 2
    assert worth(points(1).per_whole(10, of=COFFEE), world) == 1


def test_an_empty_basket_is_worth_only_what_is_fixed() -> None:
    earned = points(7) + points(1).per(1) + points(1).per_whole(1) + points(1).per_unit()
    assert worth(earned, bought()) == 7


def test_spend_and_units_are_summed_over_the_lines_that_are_meant() -> None:
    assert spend_on(None, ORDER) == 2500
    assert spend_on(COFFEE, ORDER) == 1999
    assert units_with(None, ORDER) == 6
    assert units_with(COFFEE, ORDER) == 2


def test_rounding_happens_once_and_after_everything() -> None:
    # 59.97 + 0.5 is 60.47; rounding each part down first would lose a point
    earned = points(3).per(1, of=COFFEE) + points("0.5") + points("0.53")
    assert worth(earned, ORDER) == 61
    assert rounded(worth(points(3).per(1, of=COFFEE), ORDER), Rounding.FLOOR) == 59
    assert rounded(worth(points(3).per(1, of=COFFEE), ORDER), Rounding.CEIL) == 60


def test_huge_but_lawful_numbers_stay_exact() -> None:
    most = points("999999999999999.999999999999")
    assert worth(most * most.points, ORDER) == Fraction(
        999_999_999_999_999_999_999_999_999**2, 10**24
    )
    assert worth(most.per("0.000000000001"), bought((None, 1, 1))) == Fraction(
        999_999_999_999_999_999_999_999_999, 100
    )
