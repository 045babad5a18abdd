"""Wording: conditions and earnings in plain English, each on one line.

    basket spend at least 15.00 EUR
    1 point per 1.00 EUR on lines where item category is coffee

The text is for people: it is not parsed, and its wording may change. Nothing here reads a fact.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from loyaltykit.bands import Band, Banded, Banding
from loyaltykit.basis import Basis, Discounts, PaidIn, Taxes
from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Condition, Not, SomeItem
from loyaltykit.earning import Best, Capped, Earning, First, Multiplied, Scaled, Sum, When
from loyaltykit.factors import Combine, Factor
from loyaltykit.money import Currency
from loyaltykit.questions import (
    Anniversary,
    Compare,
    Custom,
    During,
    Elapsed,
    Every,
    Known,
    OneOf,
    Op,
)
from loyaltykit.rates import Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.spelling import (
    MOST_LISTED,
    WEEKDAY_NAMES,
    amount_text,
    constant_text,
    counted,
    day_text,
    either_text,
    fact_text,
    points_text,
    year_day_text,
)
from loyaltykit.times import Dates, Hours, Recurrence, Season, Times, Weekdays
from loyaltykit.vocabulary import Item, Kind

_Leaf: TypeAlias = (
    Compare[Any]
    | OneOf[Any]
    | Every[Any]
    | Known[Any]
    | Elapsed[Any]
    | Anniversary[Any]
    | During[Any]
    | SomeItem[Any]
    | Custom[Any]
)
_Rate: TypeAlias = Fixed | PerSpend | PerWhole | PerUnit | PerLine | PerFact

_NUMBER_WORDS = {Op.LT: "below", Op.LE: "at most", Op.GT: "above", Op.GE: "at least"}
_DAY_WORDS = {Op.LT: "before", Op.LE: "on or before", Op.GT: "after", Op.GE: "on or after"}


def condition_text(condition: Condition[Any], money: Currency | None = None) -> str:
    """A condition in words; without `money`, amounts stand without their currency.

    >>> from loyaltykit.subjects import basket, item
    >>> condition_text((basket.spend >= 15) & ~item.category.is_("tea"))
    'basket spend at least 15 and item category is not tea'
    """
    match condition:
        case (
            Compare()
            | OneOf()
            | Every()
            | Known()
            | Elapsed()
            | Anniversary()
            | During()
            | SomeItem()
            | Custom()
        ):
            return _leaf_text(condition, money, "")
        case Not(condition=one):
            return negated_text(one, money)
        case AllOf(conditions=inner):
            return " and ".join(_inside(inner, money)) or "always"
        case AnyOf(conditions=inner):
            return " or ".join(_inside(inner, money)) or "never"
        case AtLeast(count=count, conditions=inner):
            return f"at least {count} of ({'; '.join(_inside(inner, money))})"
        case _:
            assert_never(condition)


def negated_text(condition: Condition[Any], money: Currency | None = None) -> str:
    """What holds where the condition does not, in words."""
    match condition:
        case (
            Compare()
            | OneOf()
            | Every()
            | Known()
            | Elapsed()
            | Anniversary()
            | During()
            | SomeItem()
            | Custom()
        ):
            return _leaf_text(condition, money, "not ")
        case Not(condition=one):
            return condition_text(one, money)
        case AllOf() | AnyOf() | AtLeast():
            return f"not ({condition_text(condition, money)})"
        case _:
            assert_never(condition)


def _leaf_text(leaf: _Leaf, money: Currency | None, no: str) -> str:
    # Rules are explained at every purchase in the same words; a long list is not worth its hash.
    make = _leaf_words if leaf.extent.nodes > MOST_LISTED else _kept_leaf
    return make(leaf, money, no)


def _leaf_words(leaf: _Leaf, money: Currency | None, no: str) -> str:
    match leaf:
        case Compare(fact=fact, op=op, value=value):
            words = _DAY_WORDS if fact.kind is Kind.DAY else _NUMBER_WORDS
            return f"{fact_text(fact)} {no}{words[op]} {constant_text(value, fact, money)}"
        case OneOf(fact=fact, values=values):
            listed = either_text(values, fact, money)
            if fact.kind is Kind.TAGS:
                return f"{fact_text(fact)} {'do not ' if no else ''}include {listed}"
            return f"{fact_text(fact)} is {no}{listed}"
        case Every(fact=fact, step=step):
            return f"{fact_text(fact)} is {no}a multiple of {step}"
        case Known(fact=fact):
            return f"{fact_text(fact)} is {'un' if no else ''}known"
        case Elapsed(fact=fact, period=period):
            return f"{fact_text(fact)} {no}at least {period} ago"
        case Anniversary():
            return f"today is {no}{anniversary_text(leaf)}"
        case During(times=times):
            return f"it is {no}{times_text(times)}"
        case SomeItem(condition=one, count=count):
            least = "fewer than" if no else "at least"
            return f"{least} {counted(count, 'unit')} where {condition_text(one, money)}"
        case Custom(name=name):
            return f"the shop {'does not answer' if no else 'answers'} yes to {name!r}"
        case _:
            assert_never(leaf)


def earning_text(earning: Earning, money: Currency | None = None) -> str:
    """An earning in words; without `money`, amounts stand without their currency.

    >>> from loyaltykit.earning import best_of
    >>> from loyaltykit.rates import points
    >>> earning_text(best_of(points(1).per(1) * "0.25", points(20)))
    'the best of (0.25 times 1 point per 1 spent; 20 points)'
    """
    match earning:
        case Fixed() | PerSpend() | PerWhole() | PerUnit() | PerLine() | PerFact():
            make = _rate_words if earning.extent.nodes > MOST_LISTED else _kept_rate
            return make(earning, money)
        case Sum(earnings=inner):
            return " plus ".join([_part(each, money) for each in inner])
        case Best(earnings=inner):
            return f"the best of ({'; '.join([earning_text(each, money) for each in inner])})"
        case Banded():
            return _banded_text(earning, money)
        case First(earnings=inner):
            listed = "; ".join([earning_text(each, money) for each in inner])
            return f"the first that applies of ({listed})"
        case Multiplied(earning=one, factors=factors, combine=combine):
            listed = "; ".join([factor_text(each, money) for each in factors])
            return f"{_part(one, money)} times {COMBINED[combine]} ({listed})"
        case Scaled(earning=one, factor=factor):
            return f"{factor:f} times {_part(one, money)}"
        case Capped(earning=one, most=most):
            return f"at most {points_text(most)} of {_part(one, money)}"
        case When(earning=one, condition=condition):
            return f"{_part(one, money)} when {condition_text(condition, money)}"
        case _:
            assert_never(earning)


def _rate_words(rate: _Rate, money: Currency | None) -> str:
    match rate:
        case Fixed(points=points):
            return points_text(points)
        case PerSpend(points=points, amount=amount, of=of, basis=basis):
            each = f"{_spent(amount, money)}{basis_text(basis)}"
            return f"{points_text(points)} per {each}{_on(of, money)}"
        case PerWhole(points=points, amount=amount, of=of, basis=basis):
            each = f"{_spent(amount, money)}{basis_text(basis)}"
            return f"{points_text(points)} per full {each}{_on(of, money)}"
        case PerUnit(points=points, of=of):
            return f"{points_text(points)} per unit{_on(of, money)}"
        case PerLine(points=points, of=of):
            return f"{points_text(points)} per line{_on(of, money)}"
        case PerFact(points=points, fact=fact, per=per, fallback=fallback, of=of):
            each = f"{constant_text(per, fact, money)} of {fact_text(fact)}"
            unknown = constant_text(fallback, fact, money)
            return f"{points_text(points)} per {each} ({unknown} if unknown){_on(of, money)}"
        case _:
            assert_never(rate)


_BASIS_WORDS: Mapping[object, str] = {
    Discounts.BEFORE: "before discounts",
    Taxes.WITH: "with tax",
    Taxes.WITHOUT: "without tax",
    PaidIn.CREDIT: "paid in money or credit",
    PaidIn.ANYTHING: "paid in whatever way",
}


def basis_text(basis: Basis) -> str:
    """What of an order a rate reads, in brackets; nothing where it is the default."""
    words = [
        _BASIS_WORDS[each]
        for each in (basis.discounts, basis.tax, basis.paid)
        if each in _BASIS_WORDS
    ]
    words += ["with shipping"] if basis.shipping else []
    return f" ({', '.join(words)})" if words else ""


COMBINED = {
    Combine.COMPOUND: "the product of",
    Combine.ADD: "the sum above one of",
    Combine.BEST: "the largest of",
    Combine.FIRST: "the first of",
}
"""What is made of several factors, in words."""


def factor_text(factor: Factor, money: Currency | None = None) -> str:
    """A factor and what it applies to, in words."""
    when = "" if factor.when is None else f" when {condition_text(factor.when, money)}"
    return f"{factor.factor:f}{_on(factor.of, money)}{when}"


def _banded_text(banded: Banded, money: Currency | None) -> str:
    listed = "; ".join([_band_text(each, money) for each in banded.bands[:MOST_LISTED]])
    more = len(banded.bands) - MOST_LISTED
    listed += f"; and {more} more" if more > 0 else ""
    match banded.banding:
        case Banding.MARGINAL:
            way = "on each part of the spend"
        case Banding.WHOLE:
            way = "on all of the spend"
        case _:
            assert_never(banded.banding)
    return f"{way}{basis_text(banded.basis)}{_on(banded.of, money)} ({listed})"


def _band_text(band: Band, money: Currency | None) -> str:
    start = f"{band.start:f}" if money is None else amount_text(band.start, money)
    return f"from {start} on {earning_text(band.rate, money)}"


def anniversary_text(condition: Anniversary[Any]) -> str:
    """Which days the yearly return of a day covers."""
    before, after = condition.before, condition.after
    near = [f"{counted(before, 'day')} before"] if before else []
    near += [f"{counted(after, 'day')} after"] if after else []
    around = f"up to {' or '.join(near)} " if near else ""
    return f"{around}an anniversary of {fact_text(condition.fact)}"


def times_text(times: Times) -> str:
    """When something is, in words."""
    match times:
        case Dates(first=first, last=last):
            return f"from {day_text(first)} through {day_text(last)}"
        case Weekdays(days=days):
            return _listed([WEEKDAY_NAMES[day] for day in days])
        case Hours(start=start, until=until, on=on):
            begun = f", begun on {_listed([WEEKDAY_NAMES[day] for day in on])}" if on else ""
            return f"from {start} until {until}{begun}"
        case Season(first=first_day, last=last_day):
            return f"from {year_day_text(first_day)} through {year_day_text(last_day)}"
        case Recurrence(rule=rule, lasts=lasts):
            return f"within {lasts} of {rule}"
        case _:
            assert_never(times)


def _listed(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _inside(conditions: Iterable[Condition[Any]], money: Currency | None) -> list[str]:
    return [
        f"({condition_text(each, money)})" if _is_compound(each) else condition_text(each, money)
        for each in conditions
    ]


def _is_compound(condition: Condition[Any]) -> bool:
    """Whether the text of a condition needs brackets beside another."""
    match condition:
        case AllOf() | AnyOf() | SomeItem():
            return True
        case OneOf(values=values):
            return len(values) > 1
        case Not(condition=one):
            return _is_compound(one) and not isinstance(one, AllOf | AnyOf)
        case (
            Compare()
            | Every()
            | Known()
            | Elapsed()
            | Anniversary()
            | During()
            | Custom()
            | AtLeast()
        ):
            return False
        case _:
            assert_never(condition)


def _part(earning: Earning, money: Currency | None) -> str:
    text = earning_text(earning, money)
    match earning:
        case Fixed() | PerSpend(of=None) | PerWhole(of=None) | PerUnit(of=None) | Best() | First():
            return text
        case _:
            return f"({text})"


def _spent(amount: Decimal, money: Currency | None) -> str:
    return f"{amount:f} spent" if money is None else amount_text(amount, money)


def _on(of: Condition[Item] | None, money: Currency | None) -> str:
    return f" on lines where {condition_text(of, money)}" if of is not None else ""


_kept_leaf = lru_cache(maxsize=4096)(_leaf_words)
_kept_rate = lru_cache(maxsize=4096)(_rate_words)
