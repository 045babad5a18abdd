"""The meaning of conditions: whether one holds, and of how much of a basket.

This is the plain evaluator: every other meaning (explained, compiled, encoded) has to agree with
it. It reads `Readings` and nothing else.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never

from loyaltykit.calendar import LeapDay, anniversary, civil_day, elapsed
from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Condition, Not, SomeItem
from loyaltykit.errors import UnknownFactError
from loyaltykit.money import ratio
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
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.times import inside
from loyaltykit.vocabulary import Fact, Item, Kind, Scope


def holds(condition: Condition[Any], readings: Readings, line: LineReading | None = None) -> bool:
    """Whether the condition holds; `line` is what an item condition is asked about.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the condition mentions.
    """
    match condition:
        case Compare(fact=fact, op=op, value=value):
            return _compares(read(fact, readings, line), op, value, fact.kind, readings)
        case AllOf(conditions=inner):
            # Not all(...): every part is read, so that a fact that is missing always shows.
            return sum([holds(each, readings, line) for each in inner]) == len(inner)
        case AnyOf(conditions=inner):
            return sum([holds(each, readings, line) for each in inner]) > 0
        case Not(condition=one):
            return not holds(one, readings, line)
        case AtLeast(count=count, conditions=inner):
            return sum([holds(each, readings, line) for each in inner]) >= count
        case OneOf(fact=fact, values=values):
            return _chosen(read(fact, readings, line), values, fact.kind, readings.scale)
        case Every(fact=fact, step=step):
            return _is_multiple(read(fact, readings, line), step)
        case Known(fact=fact):
            return read(fact, readings, line) is not None
        case Elapsed(fact=fact, period=period):
            since = read(fact, readings, line)
            return isinstance(since, datetime) and elapsed(
                since, readings.at, period, readings.zone
            )
        case Anniversary(fact=fact, before=before, after=after, leap=leap):
            day = read(fact, readings, line)
            return isinstance(day, date) and _returns(day, before, after, leap, readings)
        case During(times=times):
            return inside(times, readings.at, readings.zone)
        case SomeItem(condition=one, count=count):
            return units_with(one, readings) >= count
        case Custom(name=name):
            return answer(name, readings) is True
        case _:
            assert_never(condition)


def lines_with(of: Condition[Item] | None, readings: Readings) -> Iterator[LineReading]:
    """The lines for which `of` holds; None is every line."""
    return (each for each in readings.lines if of is None or holds(of, readings, each))


def units_with(of: Condition[Item] | None, readings: Readings) -> int:
    """Units on the lines for which `of` holds; None is every line."""
    return sum(line.units for line in lines_with(of, readings))


def units_matching(of: tuple[Condition[Item], ...], readings: Readings) -> int:
    """Units on the lines for which any of these holds, each once; of none, all units."""
    return sum(
        line.units
        for line in readings.lines
        if not of or any(holds(each, readings, line) for each in of)
    )


def read(fact: Fact[Any], readings: Readings, line: LineReading | None) -> Reading:
    """The value of a fact, of the line where it is about one.

    Raises:
        UnknownFactError: it was not read.
    """
    values = line.values if fact.scope is Scope.ITEM and line is not None else readings.values
    try:
        return values[fact]
    except KeyError:
        raise UnknownFactError(f"{fact} was not read: supply it, or declare it optional") from None


def answer(name: str, readings: Readings) -> bool | None:
    """The host's answer to a custom condition.

    Raises:
        UnknownFactError: the host gave none.
    """
    try:
        return readings.answers[name]
    except KeyError:
        raise UnknownFactError(
            f"the event does not answer the custom condition {name!r}: "
            f"give answers={{{name!r}: True}}, or None for unknown"
        ) from None


def comparable(
    reading: Reading, value: Decimal | str | date, kind: Kind, readings: Readings
) -> tuple[Any, Any] | None:
    """Both sides of a comparison as values that order exactly; None if either is unknown."""
    match reading, value:
        case None, _:
            return None
        case ((int() | Decimal()), Decimal()):
            top, bottom = reading.as_integer_ratio()
            wanted, per = value.as_integer_ratio()
            scale = readings.scale if kind is Kind.MONEY else 1
            return top * per, wanted * bottom * scale
        case str(), str():
            if reading not in readings.ladder or value not in readings.ladder:
                return None
            return readings.ladder.index(reading), readings.ladder.index(value)
        case date(), date():
            return reading, value
        case _:
            return None


def _compares(
    reading: Reading, op: Op, value: Decimal | str | date, kind: Kind, readings: Readings
) -> bool:
    sides = comparable(reading, value, kind, readings)
    if sides is None:
        return False
    left, right = sides
    match op:
        case Op.LT:
            return bool(left < right)
        case Op.LE:
            return bool(left <= right)
        case Op.GT:
            return bool(left > right)
        case Op.GE:
            return bool(left >= right)
        case _:
            assert_never(op)


def _chosen(
    reading: Reading, values: tuple[Decimal | str | bool | date, ...], kind: Kind, scale: int
) -> bool:
    if isinstance(reading, tuple):
        return any(word in values for word in reading)
    if kind is Kind.MONEY and isinstance(reading, int):
        return any(
            isinstance(value, Decimal) and ratio(value) * scale == reading for value in values
        )
    return reading is not None and reading in values


def _is_multiple(reading: Reading, step: int) -> bool:
    if not isinstance(reading, int | Decimal):
        return False
    top, bottom = reading.as_integer_ratio()
    return top > 0 and not top % (bottom * step)


def _returns(day: date, before: int, after: int, leap: LeapDay, readings: Readings) -> bool:
    today = civil_day(readings.at, readings.member_zone)
    for year in (today.year - 1, today.year, today.year + 1):
        returned = anniversary(day, year, leap)
        if returned is None or year < day.year:
            continue
        if returned - timedelta(before) <= today <= returned + timedelta(after):
            return True
    return False
