"""Soundness of earnings: each can be worked out where it stands, and be rounded as it says.

Only a purchase has spend, units and lines. What takes all lines together has no part of one line.
"""

from collections.abc import Iterator
from typing import assert_never

from loyaltykit.bands import Banded
from loyaltykit.basis import Taxes
from loyaltykit.condition_soundness import About, condition_problems, fact_problems, unfit
from loyaltykit.earning import (
    TOGETHER,
    Best,
    Capped,
    Earning,
    First,
    Multiplied,
    Scaled,
    Sum,
    When,
    undivided,
)
from loyaltykit.ladder_soundness import Ranks
from loyaltykit.money import Currency, RoundingScope
from loyaltykit.rates import Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.rules import Accrue, Rule
from loyaltykit.sources import bases
from loyaltykit.vocabulary import Kind, Scope


def earning_problems(
    earning: Earning,
    about: About,
    money: Currency,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    """Why an earning cannot be worked out there; `kinds` is as for conditions."""
    match earning:
        case Fixed():
            pass
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of) | PerLine(of=of) | Banded(of=of):
            if about is not About.BASKET:
                yield f"earns per spend or unit where only {about.value} is known"
            if isinstance(earning, PerSpend | PerWhole):
                yield from unfit(earning.amount, money, "the amount of a rate")
            for band in earning.bands if isinstance(earning, Banded) else ():
                yield from unfit(band.start, money, "where a band begins")
                yield from earning_problems(band.rate, about, money, ladder, kinds)
            if of is not None:
                yield from condition_problems(of, About.LINE, money, ladder, kinds)
        case PerFact(fact=fact, of=of):
            of_line = fact.scope is Scope.ITEM
            if of_line and about is not About.BASKET:
                yield f"earns for each {fact} where only {about.value} is known"
            yield from fact_problems(fact, About.LINE if of_line else about, kinds)
            if of is not None:
                yield from condition_problems(of, About.LINE, money, ladder, kinds)
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from earning_problems(each, about, money, ladder, kinds)
        case Multiplied(earning=one, factors=factors):
            yield from earning_problems(one, about, money, ladder, kinds)
            for factor in factors:
                if factor.when is not None:
                    yield from condition_problems(factor.when, about, money, ladder, kinds)
                if factor.of is not None:
                    if about is not About.BASKET:
                        yield f"multiplies what lines earn where only {about.value} is known"
                    yield from condition_problems(factor.of, About.LINE, money, ladder, kinds)
        case Scaled(earning=one) | Capped(earning=one):
            yield from earning_problems(one, about, money, ladder, kinds)
        case When(earning=one, condition=condition):
            yield from earning_problems(one, about, money, ladder, kinds)
            yield from condition_problems(condition, about, money, ladder, kinds)
        case _:
            assert_never(earning)


def carry_problems(accrue: Accrue, rule: Rule) -> Iterator[str]:
    """Why what rounding leaves cannot be carried over from one posting to the next."""
    # Fractions of many denominators would add up to ever longer ones.
    if any(limit.units is not None for limit in rule.limit):
        yield "carries fractions over, of which a limit on units makes ever smaller ones"
    if any(each.tax is not Taxes.AS_GIVEN for each in bases(accrue.earning)):
        yield "carries fractions over, of which a rate with or without tax makes ever smaller ones"


def scope_problems(accrue: Accrue) -> Iterator[str]:
    """Why an earning cannot be rounded by line or by piece, if that is what is wanted."""
    together = next(undivided(accrue.earning), None)
    if accrue.scope is not RoundingScope.ORDER and together is not None:
        yield (
            f"rounds by {accrue.scope.value}, but {TOGETHER[type(together)]} is not of single "
            "lines: round it by order, in an Accrue of its own"
        )
