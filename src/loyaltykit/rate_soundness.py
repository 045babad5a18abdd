"""Soundness of rates: what a tier says of how much is earned, some rule multiplies by."""

from collections.abc import Iterator
from typing import assert_never

from loyaltykit.bands import Banded
from loyaltykit.earning import (
    Best,
    Capped,
    Earning,
    First,
    Multiplied,
    Scaled,
    Sum,
    When,
)
from loyaltykit.factors import Factor
from loyaltykit.rates import Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.rules import Accrue, Rule
from loyaltykit.tiers import Tiers


def rate_problems(rules: tuple[Rule, ...], tiers: tuple[Tiers, ...]) -> Iterator[str]:
    """Every rate of a tier by which no rule multiplies what it grants."""
    if not any(ladder.rates for ladder in tiers):
        return
    known = {
        (factor.factor, factor.when)
        for rule in rules
        for action in rule.then
        if isinstance(action, Accrue)
        for factor in _factors(action.earning)
    }
    for ladder in tiers:
        names = [tier.name for tier in ladder.tiers if tier.rate is not None]
        for name, rate in zip(names, ladder.rates, strict=True):
            if (rate.factor, rate.when) not in known:
                yield (
                    f"tier {name!r} has the rate {rate.factor:f}, by which no rule multiplies: "
                    "write then=Accrue(points(1).per(1).times(*ladder.rates))"
                )


def _factors(earning: Earning) -> Iterator[Factor]:
    match earning:
        case Fixed() | PerSpend() | PerWhole() | PerUnit() | PerLine() | PerFact() | Banded():
            return
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from _factors(each)
        case Scaled(earning=one) | Capped(earning=one) | When(earning=one):
            yield from _factors(one)
        case Multiplied(earning=one, factors=factors):
            yield from factors
            yield from _factors(one)
        case _:
            assert_never(earning)
