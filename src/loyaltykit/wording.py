"""Wording: conditions, earnings and the values of facts in plain English, each on one line.

    basket spend at least 15.00 EUR
    1 point per 1.00 EUR on lines where item category is coffee

The text is for people: it is not parsed, and its wording may change. A list that is long is cut and
says so. Nothing here reads a fact; what was compared and what is missing stands in explain.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from loyaltykit.conditions import (
    AllOf,
    Anniversary,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Custom,
    Elapsed,
    Known,
    Not,
    OneOf,
    Op,
    SomeItem,
)
from loyaltykit.earning import (
    Best,
    Capped,
    Earning,
    Fixed,
    PerSpend,
    PerUnit,
    PerWhole,
    Scaled,
    Sum,
    When,
)
from loyaltykit.money import Currency
from loyaltykit.periods import civil_day
from loyaltykit.readings import Reading
from loyaltykit.vocabulary import Fact, Item, Kind

MOST_LISTED = 8
"""How many values or words a text lists before it says how many others there are."""

# Not from the `calendar` module, whose names follow the locale.
WEEKDAY_NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER_WORDS = {Op.LT: "below", Op.LE: "at most", Op.GT: "above", Op.GE: "at least"}
_DAY_WORDS = {Op.LT: "before", Op.LE: "on or before", Op.GT: "after", Op.GE: "on or after"}


def condition_text(condition: Condition[Any], money: Currency | None = None) -> str:
    """A condition in words; without `money`, amounts stand without their currency.

    >>> from loyaltykit.subjects import basket, item
    >>> condition_text((basket.spend >= 15) & ~item.category.is_("tea"))
    'basket spend at least 15 and item category is not tea'
    """
    match condition:
        case Compare() | OneOf() | Known() | Elapsed() | Anniversary() | SomeItem() | Custom():
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
        case Compare() | OneOf() | Known() | Elapsed() | Anniversary() | SomeItem() | Custom():
            return _leaf_text(condition, money, "not ")
        case Not(condition=one):
            return condition_text(one, money)
        case AllOf() | AnyOf() | AtLeast():
            return f"not ({condition_text(condition, money)})"
        case _:
            assert_never(condition)


def _leaf_text(
    condition: Compare[Any]
    | OneOf[Any]
    | Known[Any]
    | Elapsed[Any]
    | Anniversary[Any]
    | SomeItem[Any]
    | Custom[Any],
    money: Currency | None,
    no: str,
) -> str:
    match condition:
        case Compare(fact=fact, op=op, value=value):
            words = _DAY_WORDS if fact.kind is Kind.DAY else _NUMBER_WORDS
            return f"{fact_text(fact)} {no}{words[op]} {constant_text(value, fact, money)}"
        case OneOf(fact=fact, values=values):
            listed = either_text(values, fact, money)
            if fact.kind is Kind.TAGS:
                return f"{fact_text(fact)} {'do not ' if no else ''}include {listed}"
            return f"{fact_text(fact)} is {no}{listed}"
        case Known(fact=fact):
            return f"{fact_text(fact)} is {'un' if no else ''}known"
        case Elapsed(fact=fact, period=period):
            return f"{fact_text(fact)} {no}at least {period} ago"
        case Anniversary(fact=fact, before=before, after=after):
            return f"today is {no}{_around(before, after)}an anniversary of {fact_text(fact)}"
        case SomeItem(condition=one, count=count):
            least = "fewer than" if no else "at least"
            return f"{least} {counted(count, 'unit')} where {condition_text(one, money)}"
        case Custom(name=name):
            return f"the shop {'does not answer' if no else 'answers'} yes to {name!r}"
        case _:
            assert_never(condition)


def earning_text(earning: Earning, money: Currency | None = None) -> str:
    """An earning in words; without `money`, amounts stand without their currency.

    >>> from loyaltykit.earning import best_of, points
    >>> earning_text(best_of(points(1).per(1) * "0.25", points(20)))
    'the best of (0.25 times 1 point per 1 spent; 20 points)'
    """
    match earning:
        case Fixed(points=points):
            return points_text(points)
        case PerSpend(points=points, amount=amount, of=of):
            return f"{points_text(points)} per {_spent(amount, money)}{_on(of, money)}"
        case PerWhole(points=points, amount=amount, of=of):
            return f"{points_text(points)} per full {_spent(amount, money)}{_on(of, money)}"
        case PerUnit(points=points, of=of):
            return f"{points_text(points)} per unit{_on(of, money)}"
        case Sum(earnings=inner):
            return " plus ".join([_part(each, money) for each in inner])
        case Best(earnings=inner):
            return f"the best of ({'; '.join([earning_text(each, money) for each in inner])})"
        case Scaled(earning=one, factor=factor):
            return f"{factor:f} times {_part(one, money)}"
        case Capped(earning=one, most=most):
            return f"at most {points_text(most)} of {_part(one, money)}"
        case When(earning=one, condition=condition):
            return f"{_part(one, money)} when {condition_text(condition, money)}"
        case _:
            assert_never(earning)


@lru_cache(maxsize=1024)
def fact_text(fact: Fact[Any]) -> str:
    """What a fact is called: the shop's own words stay as they are."""
    if fact.own:
        return f"{fact.scope.value} {fact.name}"
    name, _, purse = fact.name.replace("_", " ").partition(":")
    return f"{fact.scope.value} {name}{f' of {purse}' if purse else ''}"


def reading_text(reading: Reading, fact: Fact[Any], money: Currency, zone: ZoneInfo) -> str:
    """What a fact was: an amount from minor units, an instant as its local date."""
    match reading:
        case None:
            return _NOTHING.get(fact.kind, "unknown")
        case bool():
            return "yes" if reading else "no"
        case int() if fact.kind is Kind.MONEY:
            return cash_text(reading, money)
        case int():
            return str(reading)
        case Decimal():
            return f"{reading:f}"
        case str():
            return WEEKDAY_NAMES.get(reading, reading) if is_weekday(fact) else reading
        case datetime():
            return day_text(civil_day(reading, zone))
        case date():
            return day_text(reading)
        case tuple():
            return _cut(reading, " and ") or "none"
        case _:
            assert_never(reading)


_NOTHING = {Kind.TIER: "no tier", Kind.INSTANT: "never"}


def constant_text(value: object, fact: Fact[Any], money: Currency | None) -> str:
    """A value that a condition names: an amount in major units."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return amount_text(value, money) if fact.kind is Kind.MONEY else f"{value:f}"
        case date():
            return day_text(value)
        case str() if is_weekday(fact):
            return WEEKDAY_NAMES.get(value, value)
        case _:
            return str(value)


def either_text(values: Sequence[object], fact: Fact[Any], money: Currency | None) -> str:
    """Several values that a condition names, any of which will do; weekdays from Monday on."""
    if is_weekday(fact):
        values = [day for day in WEEKDAY_NAMES if day in values] or values
    return _cut(
        [constant_text(value, fact, money) for value in values[: MOST_LISTED + 1]],
        " or ",
        len(values),
    )


def amount_text(value: Decimal, money: Currency | None) -> str:
    """Major units with all the decimals of the currency, and more if the value has more."""
    text = f"{value:f}"
    if money is None:
        return text
    whole, _, rest = text.partition(".")
    decimals = rest.ljust(money.exponent, "0")
    return f"{whole}.{decimals} {money.code}" if decimals else f"{whole} {money.code}"


def cash_text(minor: int, money: Currency) -> str:
    """Minor units as people read them, however many."""
    major, rest = divmod(abs(minor), money.scale)
    sign = "-" if minor < 0 else ""
    if not money.exponent:
        return f"{sign}{major} {money.code}"
    return f"{sign}{major}.{rest:0{money.exponent}d} {money.code}"


def day_text(day: date) -> str:
    """A date as people read it.

    >>> day_text(date(2026, 1, 14))
    '14 Jan 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def points_text(points: Decimal) -> str:
    """So many points."""
    text = f"{points:f}"
    return "1 point" if text == "1" else f"{text} points"


def counted(count: int, unit: str) -> str:
    """So many of a unit, whose plural takes an s."""
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def is_weekday(fact: Fact[Any]) -> bool:
    """Whether the fact is the local day of the week."""
    return fact.name == "weekday" and not fact.own


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
        case Compare() | Known() | Elapsed() | Anniversary() | Custom() | AtLeast():
            return False
        case _:
            assert_never(condition)


def _part(earning: Earning, money: Currency | None) -> str:
    text = earning_text(earning, money)
    match earning:
        case Fixed() | PerSpend(of=None) | PerWhole(of=None) | PerUnit(of=None) | Best():
            return text
        case _:
            return f"({text})"


def _spent(amount: Decimal, money: Currency | None) -> str:
    return f"{amount:f} spent" if money is None else amount_text(amount, money)


def _on(of: Condition[Item] | None, money: Currency | None) -> str:
    return f" on lines where {condition_text(of, money)}" if of is not None else ""


def _around(before: int, after: int) -> str:
    near = [f"{counted(before, 'day')} before"] if before else []
    near += [f"{counted(after, 'day')} after"] if after else []
    return f"up to {' or '.join(near)} " if near else ""


def _cut(words: Sequence[str], last: str, total: int | None = None) -> str:
    total = len(words) if total is None else total
    if total > MOST_LISTED:
        return f"{', '.join(words[: MOST_LISTED - 1])}{last}{total - MOST_LISTED + 1} others"
    return last.join(filter(None, (", ".join(words[:-1]), *words[-1:])))
