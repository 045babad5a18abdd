"""Sources: what an earning reads, which is amounts, lines of a basket, and facts.

Each function walks an earning in reading order. Nothing is judged and nothing is computed here.
"""

from collections.abc import Iterator
from typing import Any, assert_never

from loyaltykit.bands import Banded
from loyaltykit.basis import Basis
from loyaltykit.conditions import Condition, mentioned
from loyaltykit.earning import Best, Capped, Earning, First, Multiplied, Scaled, Sum, When
from loyaltykit.questions import Custom
from loyaltykit.rates import Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.vocabulary import Fact, Item, Scope


def bases(earning: Earning) -> Iterator[Basis]:
    """The basis of each rate in an earning, in reading order."""
    match earning:
        case Fixed() | PerFact() | PerUnit() | PerLine():
            return
        case PerSpend(basis=basis) | PerWhole(basis=basis) | Banded(basis=basis):
            yield basis
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from bases(each)
        case Scaled(earning=one) | Multiplied(earning=one) | Capped(earning=one):
            yield from bases(one)
        case When(earning=one):
            yield from bases(one)
        case _:
            assert_never(earning)


def narrowed(earning: Earning) -> Iterator[Condition[Item] | None]:
    """Which lines each rate in an earning takes, in reading order; None is every line."""
    match earning:
        case Fixed():
            return
        case PerFact(fact=fact, of=of):
            if fact.scope is Scope.ITEM:
                yield of
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of) | PerLine(of=of) | Banded(of=of):
            yield of
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from narrowed(each)
        case Scaled(earning=one) | Multiplied(earning=one) | Capped(earning=one):
            yield from narrowed(one)
        case When(earning=one):
            yield from narrowed(one)
        case _:
            assert_never(earning)


def reads(earning: Earning) -> Iterator[Fact[Any] | Custom[Any]]:
    """Every fact and custom question that an earning reads, in reading order, with repeats."""
    match earning:
        case Fixed():
            return
        case PerFact(fact=fact, of=of):
            yield fact
            if of is not None:
                yield from mentioned(of)
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of) | PerLine(of=of) | Banded(of=of):
            if of is not None:
                yield from mentioned(of)
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from reads(each)
        case Scaled(earning=one) | Capped(earning=one):
            yield from reads(one)
        case Multiplied(earning=one, factors=factors):
            yield from reads(one)
            for factor in factors:
                for asked in (factor.when, factor.of):
                    if asked is not None:
                        yield from mentioned(asked)
        case When(earning=one, condition=condition):
            yield from reads(one)
            yield from mentioned(condition)
        case _:
            assert_never(earning)
