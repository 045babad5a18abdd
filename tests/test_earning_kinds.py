"""Earnings by line, by number and by band, the first that applies, and factors: what each is worth.

Numbers are written out; the laws are in test_earning_laws.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from desk import Desk, club, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Activity,
    Banding,
    Combine,
    DefinitionError,
    Earning,
    Factor,
    LoyaltyError,
    MisuseError,
    OnReturn,
    Program,
    ProgramError,
    Purchase,
    Rule,
    activity,
    banded,
    basket,
    best_of,
    first_of,
    item,
    member,
    per_order,
    points,
)
from loyaltykit.bands import Band, Banded
from loyaltykit.earning import First, Multiplied
from loyaltykit.explain import trace_earning
from loyaltykit.money import currency
from loyaltykit.rates import PerFact, PerLine
from loyaltykit.readings import LineReading, Readings
from loyaltykit.sources import narrowed, reads
from loyaltykit.testing import earnings, readings
from loyaltykit.wording import earning_text
from loyaltykit.worth import spread, worth

EUR = currency("EUR")
UTC_ZONE = ZoneInfo("UTC")
COFFEE = item.category.is_("coffee")
TEA = item.category.is_("tea")
WEIGHT = item.number("weight", optional=True)
KM = basket.number("km", optional=True)
GOLD = member.tier.is_("gold")
APP = basket.label("channel").is_("app")

# 32.00 in all: coffee 20.00 in two pieces of 5 (weight), tea 12.00 in three of unknown weight.
ORDER = Readings(
    datetime(2026, 3, 14, 12, tzinfo=UTC),
    UTC_ZONE,
    scale=100,
    member_zone=UTC_ZONE,
    values={
        member.tier.fact: "gold",
        member.balance("points").fact: -5,
        basket.label("channel").fact: "app",
        basket.spend.fact: 3200,
        KM.fact: Decimal("12.5"),
        activity.number("rating").fact: None,
    },
    lines=(
        LineReading(
            "1",
            units=2,
            spend=2000,
            values={
                item.category.fact: "coffee",
                WEIGHT.fact: Decimal(5),
                item.spend.fact: 2000,
                item.units.fact: 2,
                item.price.fact: 1000,
            },
        ),
        LineReading(
            "2",
            units=3,
            spend=1200,
            values={
                item.category.fact: "tea",
                WEIGHT.fact: None,
                item.spend.fact: 1200,
                item.units.fact: 3,
                item.price.fact: 400,
            },
        ),
    ),
    ladder=("silver", "gold"),
)

per_euro = points(1).per(1)
whole = Banding.WHOLE
bands = {10: points(1).per(1), 20: points(2).per(1)}


@pytest.mark.parametrize(
    ("earning", "expected"),
    [
        (points(5).per_line(), "10"),
        (points(5).per_line(of=COFFEE), "5"),
        (points(5).per_line(of=item.category.is_("gear")), "0"),
        (points(2).each(KM, fallback=0), "25"),
        (points(1).each(KM, per=5, fallback=0), "2.5"),
        (points(2).each(activity.number("rating"), fallback="1.5"), "3"),
        (points(1).each(basket.spend, fallback=0), "32"),
        (points(1).each(basket.spend, per=10, fallback=0), "3.2"),
        (points(9).each(member.balance("points"), fallback=0), "0"),  # below 0 is nothing
        (points(1).each(WEIGHT, fallback=0), "10"),  # 2 pieces of 5, and 3 of unknown weight
        (points(1).each(WEIGHT, fallback=2), "16"),
        (points(1).each(WEIGHT, fallback=2, of=TEA), "6"),
        (points(1).each(item.price, fallback=0), "32"),
        (points(1).each(item.spend, fallback=0), "32"),
        (points(1).each(item.units, fallback=0), "5"),
        (banded(bands), "34"),  # 10 of the second ten, 24 of the twelve above
        (banded(bands, banding=whole), "64"),
        (banded(bands, of=COFFEE), "10"),
        (banded(bands, of=COFFEE, banding=whole), "40"),
        (banded(bands, of=TEA), "2"),
        (banded(bands, of=TEA, banding=whole), "12"),
        (banded({"32.01": points(9).per(1)}), "0"),
        (banded({32: points(9).per(1)}), "0"),
        (banded({32: points(9).per(1)}, banding=whole), "288"),
        (banded({0: points(5), 30: points(7), 40: points(9)}), "12"),
        (banded({0: points(5), 30: points(7), 40: points(9)}, banding=whole), "7"),
        (banded({0: points(1).per_whole(3), 20: points(1).per_whole(5)}), "8"),  # 6 + 2
        (banded({0: points(1).per_whole(3), 20: points(1).per_whole(5)}, banding=whole), "6"),
        (first_of(points(3), points(5)), "3"),
        (first_of(points(3).when(~APP), points(5)), "5"),
        (first_of(points(0).when(APP), points(5)), "0"),
        (first_of(points(3).when(~APP)), "0"),
        (first_of((points(3).when(~APP) * 2).cap(50), points(5).when(GOLD & APP)), "5"),
        (first_of(points(3).when(~APP) + points(1).when(APP), points(5)), "1"),
        (first_of(best_of(points(3).when(~APP), points(4).when(~APP)), points(5)), "5"),
        (first_of(first_of(points(3).when(~APP)), points(5)), "5"),
        (first_of(points(3).when(~APP).times(Factor(2)), points(5)), "5"),
        (per_euro.times(Factor(2, when=GOLD), Factor(3, when=APP)), "192"),
        (per_euro.times(Factor(2, when=GOLD), Factor(3, when=APP), combine=Combine.ADD), "128"),
        (per_euro.times(Factor(2, when=GOLD), Factor(3, when=APP), combine=Combine.BEST), "96"),
        (per_euro.times(Factor(2, when=GOLD), Factor(3, when=APP), combine=Combine.FIRST), "64"),
        (per_euro.times(Factor(2, when=~GOLD), Factor(3, when=APP), combine=Combine.FIRST), "96"),
        (per_euro.times(Factor(2, when=~GOLD), combine=Combine.BEST), "32"),
        (per_euro.times(Factor("0.5"), combine=Combine.BEST), "16"),
        (per_euro.times(Factor(0), Factor(0), combine=Combine.ADD), "0"),  # never below nothing
        (per_euro.times(Factor(2, of=COFFEE)), "52"),
        (per_euro.times(Factor(2, of=COFFEE), Factor(3)), "156"),
        (per_euro.times(Factor(2, of=COFFEE), Factor(3), combine=Combine.ADD), "116"),
        (per_euro.times(Factor(2, of=COFFEE), Factor(3, of=TEA), combine=Combine.FIRST), "76"),
        ((per_euro + points(10)).times(Factor(2, of=COFFEE)), "62"),
        ((per_euro + points(10)).times(Factor(2, of=COFFEE), Factor(3)), "186"),
        (per_euro.times(Factor(2, when=~GOLD, of=COFFEE)), "32"),
        ((per_euro * "0.5").when(APP).times(Factor(2, of=COFFEE)), "26"),
        (per_euro.when(~APP).times(Factor(2, of=COFFEE)), "0"),
        (first_of(per_euro.when(~APP), points(1).per_unit()).times(Factor(2, of=TEA)), "8"),
        (per_euro.times(Factor(2, of=COFFEE)).times(Factor(2, of=TEA)), "64"),
        (points(5).per_line().times(Factor(2, of=TEA)), "15"),
        (points(1).each(item.price, fallback=0).times(Factor(2, of=TEA)), "44"),
        (points(1).each(KM, fallback=0).times(Factor(2, of=TEA)), "12.5"),
    ],
    ids=str,
)
def test_an_earning_is_worth_what_is_written_here(earning: Earning, expected: str) -> None:
    assert worth(earning, ORDER) == Fraction(expected)
    assert trace_earning(earning, ORDER, EUR).worth == Fraction(expected)
    lines, rest = spread(earning, ORDER)
    assert sum(lines, rest) == Fraction(expected)


@given(earnings(), readings())
def test_what_the_lines_earn_and_what_is_of_no_line_is_all_of_it(
    earning: Earning, world: Readings
) -> None:
    lines, rest = spread(earning, world)
    assert len(lines) == len(world.lines)
    assert min((*lines, rest)) >= 0
    assert sum(lines, rest) == worth(earning, world)


SUMS = st.sampled_from(
    (
        points(3).per(1),
        points(1).per_line(of=COFFEE),
        points(2).per_unit(),
        points(3).per("0.7").when(basket.spend >= 10),
    )
)


@given(st.lists(SUMS, min_size=1, max_size=3), readings())
def test_what_one_line_earns_does_not_depend_on_the_others(
    parts: list[Earning], world: Readings
) -> None:
    earned = parts[0]
    for each in parts[1:]:
        earned += each
    lines, rest = spread(earned, world)
    assert rest == 0
    for each_line, value in zip(world.lines, lines, strict=True):
        assert worth(earned, evolve(world, lines=(each_line,))) == value


def test_the_constructors_build_what_the_methods_do() -> None:
    assert points(5).per_line(of=COFFEE) == PerLine(5, of=COFFEE)
    assert points(2).each(KM, per=3, fallback=1) == PerFact(2, KM.fact, per=3, fallback=1)
    assert banded({20: points(2), 0: points(1)}) == Banded(
        [Band(0, points(1)), Band(20, points(2))]
    )
    assert first_of(points(1), per_euro) == First([points(1), per_euro])
    assert per_euro.times(Factor(2)) == Multiplied(per_euro, [Factor(2)], combine=Combine.COMPOUND)


def test_what_is_asked_is_read_and_what_lines_are_taken_is_known() -> None:
    earning = first_of(
        points(1).each(KM, fallback=0),
        points(1).each(WEIGHT, fallback=0, of=COFFEE),
        banded(bands, of=TEA),
        points(5).per_line(),
    ).times(Factor(2, when=GOLD))
    assert list(reads(earning)) == [
        *(KM.fact, WEIGHT.fact, item.category.fact, item.category.fact),
        member.tier.fact,
    ]
    assert list(narrowed(earning)) == [COFFEE, TEA, None]
    by_line = per_euro.times(Factor(2, when=GOLD, of=TEA))
    assert list(reads(by_line)) == [member.tier.fact, item.category.fact]
    assert by_line.extent.per_line == 2 * per_euro.extent.per_line + 1


WRONG: list[tuple[Callable[[], object], type[LoyaltyError], str]] = [
    (lambda: points(1).each(KM), DefinitionError, "say what basket.km counts as where it is unk"),
    (lambda: points(1).each("km", fallback=0), MisuseError, "write basket.number(...)"),  # type: ignore[arg-type]
    (lambda: points(1).each(KM, fallback=-1), DefinitionError, "the fallback of an earning"),
    (lambda: points(1).each(KM, per=0, fallback=0), DefinitionError, "must be above 0"),
    (lambda: points(1).each(KM, fallback=0, of=COFFEE), DefinitionError, "is no number of an item"),
    (lambda: PerFact(1, "km", fallback=0), MisuseError, "expected a fact such as"),  # type: ignore[arg-type]
    (lambda: PerFact(1, item.sku.fact, fallback=0), DefinitionError, "item.sku is text: points"),
    (lambda: points(5).per_line(of=3), MisuseError, "expected a condition, got 3"),  # type: ignore[arg-type]
    (lambda: banded([points(1)]), MisuseError, "bands are a mapping from where each begins"),  # type: ignore[arg-type]
    (lambda: banded({}), DefinitionError, "bands need at least one"),
    (lambda: Banded([Band(0, per_euro), Band(0, per_euro)]), DefinitionError, "two bands begin at"),
    (lambda: banded({-1: per_euro}), DefinitionError, "where a band begins"),
    (lambda: banded({0: per_euro * 2}), MisuseError, "a band has points, points per an amount"),  # type: ignore[arg-type]
    (
        lambda: banded({0: points(1).per(1, of=TEA)}),
        DefinitionError,
        "write banded({...}, of=..., basis=...)",
    ),
    (lambda: banded({0: per_euro}, banding="whole"), MisuseError, "must be a Banding such as"),  # type: ignore[arg-type]
    (lambda: Banded([per_euro]), MisuseError, "bands are made of Band"),  # type: ignore[list-item]
    (lambda: banded(dict.fromkeys(range(1001), per_euro)), LoyaltyError, "at most 1000"),
    (first_of, DefinitionError, "a combination of earnings needs at least one"),
    (lambda: first_of(per_euro, 3), MisuseError, "expected an earning, got 3"),  # type: ignore[arg-type]
    (per_euro.times, DefinitionError, "name at least one factor"),
    (lambda: per_euro.times(2), MisuseError, "expected a factor: write Factor(2, when=...)"),  # type: ignore[arg-type]
    (lambda: per_euro.times(Factor(2), combine="add"), MisuseError, "must be a Combine such as"),  # type: ignore[arg-type]
    (lambda: Factor(-1), DefinitionError, "the factor of an earning"),
    (lambda: Factor(2, when=3), MisuseError, "expected a condition, got 3"),  # type: ignore[arg-type]
    (
        lambda: points(1).per_whole(10).times(Factor(2, of=TEA)),
        DefinitionError,
        "and per_whole takes all lines together: multiply its parts, or leave of= out",
    ),
    (lambda: banded(bands).times(Factor(2, of=TEA)), DefinitionError, "banded takes all lines"),
    (lambda: best_of(per_euro).times(Factor(2, of=TEA)), DefinitionError, "best_of takes all li"),
    (lambda: per_euro.cap(5).times(Factor(2, of=TEA)), DefinitionError, "cap takes all lines"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG)
def test_what_is_no_such_earning_is_refused_with_what_to_write(
    wrong: Callable[[], object], error: type[LoyaltyError], message: str
) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert message in str(caught.value)


def visit(earning: Earning) -> Callable[[], Program]:
    return lambda: club(Rule("visit", Activity, then=Accrue(earning)))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (visit(points(5).per_line()), "earns per spend or unit where only an activity is known"),
        (visit(banded(bands)), "earns per spend or unit where only an activity is known"),
        (visit(points(1).each(KM, fallback=0)), "asks for basket.km where only an activity is"),
        (visit(points(1).each(item.units, fallback=0)), "earns for each item.units where only"),
        (visit(points(1).times(Factor(2, when=APP))), "asks for basket.channel where only an"),
        (visit(points(1).times(Factor(2, of=TEA))), "multiplies what lines earn where only an"),
        (
            lambda: club(Rule("r", Purchase, then=Accrue(banded({"0.001": per_euro})))),
            "where a band begins: EUR has 2 decimals, so 0.001 cannot be paid",
        ),
        (
            lambda: club(Rule("r", Purchase, then=Accrue(banded({0: points(1).per("0.001")})))),
            "the amount of a rate: EUR has 2 decimals, so 0.001 cannot be paid",
        ),
    ],
)
def test_a_programme_refuses_what_its_trigger_cannot_know(
    build: Callable[[], Program], message: str
) -> None:
    with pytest.raises(ProgramError, match=message):
        build()


@pytest.mark.parametrize(
    ("earning", "text"),
    [
        (points(5).per_line(of=TEA), "5 points per line on lines where item category is tea"),
        (points(2).each(KM, fallback=0), "2 points per 1 of basket km (0 if unknown)"),
        (
            points(1).each(basket.spend, per=10, fallback=0),
            "1 point per 10.00 EUR of basket spend (0.00 EUR if unknown)",
        ),
        (
            banded(bands),
            (
                "on each part of the spend (from 10.00 EUR on 1 point per 1.00 EUR; "
                "from 20.00 EUR on 2 points per 1.00 EUR)"
            ),
        ),
        (
            banded({5: points(3)}, banding=whole, of=TEA),
            "on all of the spend on lines where item category is tea (from 5.00 EUR on 3 points)",
        ),
        (
            banded({n: points(n) for n in range(10)}),
            (
                "on each part of the spend (from 0.00 EUR on 0 points; from 1.00 EUR on 1 point; "
                "from 2.00 EUR on 2 points; from 3.00 EUR on 3 points; from 4.00 EUR on 4 points; "
                "from 5.00 EUR on 5 points; from 6.00 EUR on 6 points; from 7.00 EUR on 7 points; "
                "and 2 more)"
            ),
        ),
        (first_of(points(1), points(2)), "the first that applies of (1 point; 2 points)"),
        (
            per_euro.times(Factor(2, when=GOLD), Factor(3, of=TEA), combine=Combine.ADD),
            (
                "1 point per 1.00 EUR times the sum above one of "
                "(2 when member tier is gold; 3 on lines where item category is tea)"
            ),
        ),
        (points(5).per_line() + points(1), "(5 points per line) plus 1 point"),
    ],
)
def test_an_earning_reads_as_a_sentence(earning: Earning, text: str) -> None:
    assert earning_text(earning, EUR) == text


def test_an_explanation_shows_every_factor_and_every_choice() -> None:
    desk = Desk(
        Rule(
            "r",
            Purchase,
            then=Accrue(
                first_of(points(9).when(~APP), per_euro).times(
                    Factor(2, when=basket.spend >= 50), Factor(3)
                )
            ),
        )
    )
    decision = desk.buy("o1", 0, "10", labels={"channel": "app"})
    assert str(decision.explanation).splitlines() == [
        "r: fired",
        "  -> 30 points",
        "    30 = this, times the product of these",
        "      10 = the first of these that applies",
        "        0 = this, on a condition",
        "          no  basket channel is not app (is app): basket channel must not be app",
        "          9 = 9 points",
        "        10 = 1 point per 1.00 EUR",
        "      2 = as a factor",
        "        no  basket spend at least 50.00 EUR (is 10.00 EUR): 40.00 EUR more would do",
        "      3 = as a factor",
    ]


def test_factors_line_by_line_are_explained_with_their_lines() -> None:
    desk = Desk(Rule("r", Purchase, then=Accrue(per_euro.times(Factor(3, of=TEA)))))
    decision = desk.buy("o1", 0, line("1", "10", category="tea"), line("2", "5"))
    assert str(decision.explanation).splitlines() == [
        "r: fired",
        "  -> 35 points",
        "    35 = this, times factors line by line",
        "      15 = 1 point per 1.00 EUR",
        "      3 = as a factor on lines where item category is tea",
    ]


# --- with limits and returns


def test_a_limit_on_units_counts_the_lines_that_new_rates_take() -> None:
    desk = Desk(
        Rule("r", Purchase, then=Accrue(points(6).per_line(of=TEA)), limit=per_order(units=1))
    )
    desk.buy("o1", 0, line("1", "5", 2, category="tea"), line("2", "9", 4))
    assert desk.has(0) == (3, 0, 0)  # one of two units may earn: half of 6


KINDS: dict[str, tuple[Earning, int, int, int]] = {
    # granted, then after one of three teas came back, then after the coffee came back too
    "per line": (points(7).per_line(), 14, 14, 7),
    "each": (points(1).each(WEIGHT, fallback=0), 27, 22, 10),
    "bands": (banded({0: points(1).per(1), 20: points(2).per(1)}), 38, 30, 8),
    "whole bands": (
        banded({0: points(1).per(1), 20: points(2).per(1)}, banding=whole),
        58,
        50,
        8,
    ),
    "first of": (
        first_of(points(40).when(basket.spend >= 29), points(1).per(1)),
        *(40, 25, 8),
    ),
    "times": (per_euro.times(Factor(3, of=TEA)), 53, 41, 24),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_return_judges_what_is_kept(kind: str) -> None:
    earning, granted, less_a_tea, less_coffee = KINDS[kind]
    for parts in ([{"2": 1}, {"1": 1}], [{"1": 1, "2": 1}]):
        desk = Desk(Rule("r", Purchase, then=Accrue(earning)))
        desk.buy(
            "o1",
            0,
            line("1", "17", category="coffee", labels={"weight": 12}),
            line("2", "4", 3, category="tea", labels={"weight": 5}),
        )
        assert desk.has(0) == (granted, 0, 0)
        for number, part in enumerate(parts):
            desk.back(f"r{number}", 1, "o1", part)
            if part == {"2": 1}:
                assert desk.has(1) == (less_a_tea, 0, 0)
        assert desk.has(1) == (less_coffee, 0, 0)
        desk.back("rest", 1, "o1")
        assert desk.has(1) == (0, 0, 0)


@pytest.mark.parametrize(
    ("earning", "granted", "coffee", "tea"),
    [
        (per_euro.times(Factor(3, of=TEA)), 53, 17, 36),
        (points(7).per_line(), 14, 7, 7),
        (points(1).each(WEIGHT, fallback=0), 27, 12, 15),
        (first_of(per_euro.when(basket.spend >= 99), points(2).per_unit()), 8, 2, 6),
    ],
)
def test_per_item_a_line_takes_back_what_it_had_earned(
    earning: Earning, granted: int, coffee: int, tea: int
) -> None:
    for lines, left in (({"1": 1}, tea), ({"2": 3}, coffee)):
        desk = Desk(Rule("r", Purchase, then=Accrue(earning, on_return=OnReturn.PER_ITEM)))
        desk.buy(
            "o1",
            0,
            line("1", "17", category="coffee", labels={"weight": 12}),
            line("2", "4", 3, category="tea", labels={"weight": 5}),
        )
        assert desk.has(0) == (granted, 0, 0)
        desk.back("r1", 1, "o1", lines)
        assert desk.has(1) == (left, 0, 0)


def test_an_unknown_number_counts_as_its_fallback_and_one_that_is_missing_is_named() -> None:
    desk = Desk(Rule("r", Purchase, then=Accrue(points(2).each(basket.number("km"), fallback=3))))
    desk.buy("known", 0, "10", labels={"km": 4})
    assert desk.has(0) == (8, 0, 0)
    desk.buy("unknown", 0, "10", labels={"km": None})
    assert desk.has(0) == (14, 0, 0)
    with pytest.raises(LoyaltyError, match="'r' asks for the basket label 'km'"):
        desk.buy("missing", 0, "10")


def test_a_label_that_is_no_number_is_an_error_and_not_the_fallback() -> None:
    rule = Rule("r", Purchase, then=Accrue(points(2).each(KM, fallback=3)))
    labels: dict[str, Any] = {"km": "far"}
    with pytest.raises(LoyaltyError, match="'r' reads the basket label 'km' as number"):
        Desk(rule).buy("o1", 0, "10", labels=labels)
