"""Spelling: the names and values of facts, amounts and dates in plain English.

    basket spend, 12.30 EUR, 14 Jan 2026, Saturday or Sunday

The text is for people: it is not parsed, and its wording may change. A long list is cut, and says
how much is left out.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from loyaltykit.calendar import civil_day, local
from loyaltykit.money import Currency, shifted
from loyaltykit.purses import POINTS, Purse
from loyaltykit.readings import Reading
from loyaltykit.vocabulary import Fact, Kind

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
_NOTHING = {Kind.TIER: "no tier", Kind.INSTANT: "never"}


@lru_cache(maxsize=1024)
def fact_text(fact: Fact[Any]) -> str:
    """What a fact is called: the shop's own words stay as they are."""
    if fact.own:
        return f"{fact.scope.value} {fact.name}"
    name, _, purse = fact.name.replace("_", " ").partition(":")
    # A ladder that is called after nothing else is simply the tier.
    return f"{fact.scope.value} {name}{f' of {purse}' if purse not in ('', name) else ''}"


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
            return _cut(reading, " and ", len(reading))
        case _:
            assert_never(reading)


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
    return f"{major_text(minor, money)} {money.code}"


def major_text(minor: int, money: Currency) -> str:
    """Minor units as a number of major units, with all the decimals of the currency."""
    places = money.exponent
    major, rest = divmod(abs(minor), 10**places)
    sign = "-" if minor < 0 else ""
    return f"{sign}{major}.{rest:0{places}d}" if places else f"{sign}{major}"


def day_text(day: date) -> str:
    """A date as people read it.

    >>> day_text(date(2026, 1, 14))
    '14 Jan 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def year_day_text(day: tuple[int, int]) -> str:
    """A (month, day) of every year."""
    return f"{day[1]} {_MONTHS[day[0] - 1]}"


def moment_text(at: datetime, zone: ZoneInfo) -> str:
    """A moment as the clock on the wall shows it, with its weekday."""
    wall = local(at, zone)
    weekday = tuple(WEEKDAY_NAMES.values())[wall.weekday()]
    return f"{weekday}, {day_text(wall.date())}, {wall:%H:%M}"


def points_text(points: Decimal) -> str:
    """So many points."""
    text = f"{points:f}"
    return "1 point" if text == "1" else f"{text} points"


def purse_text(units: int, purse: Purse) -> str:
    """An amount of a purse of points, from its smallest units."""
    into = "" if purse.name == POINTS else f" into {purse.name}"
    return f"{points_text(shifted(units, purse.decimals))}{into}"


def counted(count: int, unit: str) -> str:
    """So many of a unit, whose plural takes an s."""
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def is_weekday(fact: Fact[Any]) -> bool:
    """Whether the fact is the local day of the week."""
    return fact.name == "weekday" and not fact.own


def _cut(words: Sequence[str], last: str, total: int) -> str:
    """At most so many words as a text lists, of a total."""
    if total == 1:
        return words[0]
    if total > MOST_LISTED:
        return f"{', '.join(words[: MOST_LISTED - 1])}{last}{total - MOST_LISTED + 1} others"
    return f"{', '.join(words[:-1])}{last}{words[-1]}" if words else "none"
