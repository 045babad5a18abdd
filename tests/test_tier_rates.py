"""Rates of tiers: a factor of the tier before the order, on what a rule multiplies, no more."""

from typing import Any, cast

import pytest
from desk import Desk, club, day, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Combine,
    DefinitionError,
    Engine,
    Factor,
    MisuseError,
    ProgramError,
    Purchase,
    Purse,
    Return,
    Rule,
    Tier,
    Tiers,
    days,
    member,
    money_spent,
    on_weekdays,
    points,
)

LADDER = Tiers(
    [Tier("bronze", 0), Tier("silver", 100, rate="1.25"), Tier("gold", 300, rate="1.5")],
    metric=money_spent,
)
BASE = points(1).per(1)
RATED = BASE.times(*LADDER.rates)


def desk(*rules: Rule, spent: int = 0, **rest: Any) -> Desk:
    """A member who has spent so much before rules were there to reward it."""
    plain = [Tier(each.name, each.threshold) for each in LADDER.tiers]
    ana = Desk(tiers=Tiers(plain, metric=money_spent))
    if spent:
        ana.buy("o0", 0, str(spent))
    ana.engine = Engine(club(*rules, tiers=LADDER, **rest))
    return ana


@pytest.mark.parametrize(("spent", "earned"), [(0, 10), (99, 10), (100, 12), (299, 12), (300, 15)])
def test_what_is_multiplied_is_what_stands_inside(spent: int, earned: int) -> None:
    rule = Rule("earned", Purchase, then=[Accrue(RATED + points(3)), Accrue(BASE, purse="status")])
    ana = desk(rule, spent=spent, purses=[Purse("status")])
    ana.buy("o1", 1, "10")
    assert (ana.has(1)[0], ana.has(1, "status")[0]) == (earned + 3, 10)


def test_the_rate_is_that_of_the_tier_before_the_order_and_the_trace_says_which() -> None:
    ana = desk(Rule("earned", Purchase, then=Accrue(RATED)))
    assert "10 = 1 point per 1.00 EUR" in str(ana.buy("o1", 1, "10").explanation)
    ana.buy("o2", 2, "290")
    assert ana.has(2)[0] == 300
    assert str(ana.buy("o3", 3, "10").explanation) == (
        "earned: fired\n"
        "  -> 15 points\n"
        "    15 = this, times the product of these\n"
        "      10 = 1 point per 1.00 EUR\n"
        "      1.25 = as a factor\n"
        "        no  member tier is silver (is gold): member tier must be silver\n"
        "      1.5 = as a factor\n"
        "        yes member tier is gold (is gold)"
    )


def test_a_return_is_judged_by_the_rate_of_the_day_of_the_order() -> None:
    ana = desk(Rule("earned", Purchase, then=Accrue(RATED)), spent=300)
    ana.buy("o1", 1, line("1", "10", 3))
    assert ana.has(1)[0] == 45
    ana.back("r0", 2, "o0")  # gold is gone, and the programme pays double now
    doubled = Tiers([Tier("bronze", 0, rate=2), *LADDER.tiers[1:]], metric=money_spent)
    times = BASE.times(*doubled.rates)
    ana.engine = Engine(club(Rule("earned", Purchase, then=Accrue(times)), tiers=doubled))
    ana.tell(Return("r1", day(3), member="ana", order="o1", lines={"1": 2}))
    assert (ana.account.tier, ana.has(3)[0]) == ("bronze", 15)


def test_rates_combine_with_other_factors_as_factors_do() -> None:
    double = Factor(2, when=on_weekdays("sat"))  # day 2
    for combine, earned in ((Combine.COMPOUND, 30), (Combine.ADD, 25), (Combine.BEST, 20)):
        earning = BASE.times(*LADDER.rates, double, combine=combine)
        ana = desk(Rule("earned", Purchase, then=Accrue(earning)), spent=300)
        ana.buy("o1", 2, "10")
        assert ana.has(2)[0] == earned


def test_each_ladder_has_its_own_rates_whichever_stands_first() -> None:
    card = Tiers([Tier("card", 0, rate=2)], name="card", metric=money_spent)
    earning = BASE.times(*card.rates).times(*LADDER.rates)
    rule = Rule("earned", Purchase, then=Accrue(earning))
    ana = Desk(rule, tiers=[card, LADDER])
    ana.buy("o1", 0, "300")
    ana.buy("o2", 1, "10")
    assert ana.has(1)[0] == 600 + 30


def test_a_tier_that_is_given_has_its_rate() -> None:
    ladder = Tiers([Tier("bronze", 0), Tier("staff", None, rate=0)], metric=money_spent)
    ana = Desk(Rule("earned", Purchase, then=Accrue(BASE.times(*ladder.rates))), tiers=ladder)
    ana.buy("o1", 0, "10")
    assert ana.has(0)[0] == 10
    staff = Factor(0, when=member.tier_on("tier").is_("staff"))
    assert ladder.rates == (staff,)


def test_a_rate_by_which_nothing_is_multiplied_is_refused() -> None:
    with pytest.raises(ProgramError) as error:
        club(Rule("earned", Purchase, then=Accrue(BASE)), tiers=LADDER)
    silver, gold = error.value.problems
    assert silver.startswith("tier 'silver' has the rate 1.25, by which no rule multiplies: write")
    assert "'gold' has the rate 1.5" in gold
    other = Tiers([*LADDER.tiers[:2], Tier("gold", 300, rate=2)], metric=money_spent)
    with pytest.raises(ProgramError) as error:
        club(Rule("earned", Purchase, then=Accrue(RATED.cap(9))), tiers=other)
    assert [each[:26] for each in error.value.problems] == ["tier 'gold' has the rate 2"]


def test_a_rate_is_an_exact_number_from_0_on() -> None:
    with pytest.raises(DefinitionError, match="the factor of an earning"):
        Tier("gold", 1, rate="-0.5")
    with pytest.raises(MisuseError, match="the factor of an earning"):
        Tier("gold", 1, rate=cast("Any", 1.5))


@given(
    st.lists(st.integers(1, 20_000), min_size=1, max_size=6),
    st.integers(0, 5),
    st.integers(1, 20_000),
    st.sampled_from([None, 40]),
)
def test_who_buys_more_never_earns_less_where_rates_rise(
    cents: list[int], place: int, more: int, window: int | None
) -> None:
    ladder = LADDER
    if window is not None:
        ladder = Tiers(LADDER.tiers, metric=money_spent, window=days(window))
    rule = Rule("earned", Purchase, then=Accrue(RATED))

    def earned(amounts: list[int]) -> int:
        ana = Desk(rule, tiers=ladder)
        for number, each in enumerate(amounts):
            ana.buy(f"o{number}", 11 * number, f"{each // 100}.{each % 100:02}")
        return ana.has(11 * len(amounts))[0]

    place %= len(cents)
    dearer = [*cents[:place], cents[place] + more, *cents[place + 1 :]]
    assert earned(dearer) >= earned(cents)
