"""The meaning of rules: whether a condition holds, and what an earning is worth.

This is the plain evaluator: every other meaning (explained, compiled, encoded) has to agree with
it. It reads `Readings` and nothing else. Earnings are exact fractions; `rounded` is applied by
whoever posts them.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any, assert_never

from loyaltykit.bands import Banded, Banding
from loyaltykit.basis import GOODS, Basis, Discounts, PaidIn, Taxes
from loyaltykit.calendar import LeapDay, anniversary, civil_day, elapsed
from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Condition, Not, SomeItem
from loyaltykit.earning import Best, Capped, Earning, First, Multiplied, Scaled, Sum, When
from loyaltykit.errors import UnknownFactError
from loyaltykit.factors import Combine, Factor
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
from loyaltykit.rates import BandRate, Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.readings import LineReading, Reading, Readings, Taxed
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


def worth(earning: Earning, readings: Readings) -> Fraction:
    """What an earning is worth, exactly, in points.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the earning mentions.
    """
    match earning:
        case Fixed(points=points):
            return ratio(points)
        case PerSpend(of=of, basis=basis) | PerWhole(of=of, basis=basis):
            return _at_rate(earning, amount_on(of, readings, basis), readings.scale)
        case PerUnit(points=points, of=of):
            return ratio(points) * units_with(of, readings)
        case PerLine(points=points, of=of):
            return ratio(points) * len(list(_lines(of, readings)))
        case PerFact(of=of):
            if earning.fact.scope is not Scope.ITEM:
                return _for_number(earning, readings, None)
            of_lines = (_for_number(earning, readings, each) for each in _lines(of, readings))
            return sum(of_lines, Fraction(0))
        case Banded(of=of, basis=basis):
            return _in_bands(earning, amount_on(of, readings, basis), readings.scale)
        case Sum(earnings=inner):
            return sum((worth(each, readings) for each in inner), Fraction(0))
        case Best(earnings=inner):
            return max([worth(each, readings) for each in inner])
        case First(earnings=inner):
            # All are read, so that a fact that is missing always shows.
            found = [(applies(each, readings), worth(each, readings)) for each in inner]
            return next((value for applied, value in found if applied), Fraction(0))
        case Multiplied(earning=one, factors=factors, combine=combine):
            if earning.by_line:
                lines, rest = spread(earning, readings)
                return sum(lines, rest)
            factor = combined(applying(factors, readings, None), combine)
            return worth(one, readings) * factor
        case Scaled(earning=one, factor=factor):
            return worth(one, readings) * ratio(factor)
        case Capped(earning=one, most=most):
            return min(worth(one, readings), ratio(most))
        case When(earning=one, condition=condition):
            value = worth(one, readings)
            return value if holds(condition, readings) else Fraction(0)
        case _:
            assert_never(earning)


def spread(earning: Earning, readings: Readings) -> tuple[tuple[Fraction, ...], Fraction]:
    """What each line earns, in order, and what is of no single line; together it is the worth.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the earning mentions.
    """
    match earning:
        case PerSpend(basis=basis):
            shipped = _at_rate(earning, shipping_of(readings, basis), readings.scale)
            return _each_alone(earning, readings), shipped
        case PerUnit() | PerLine():
            return _each_alone(earning, readings), Fraction(0)
        case PerFact(fact=fact) if fact.scope is Scope.ITEM:
            return _each_alone(earning, readings), Fraction(0)
        case Fixed() | PerFact() | PerWhole() | Banded() | Best() | Capped():
            return _none(readings), worth(earning, readings)
        case Sum(earnings=inner):
            parts = [spread(each, readings) for each in inner]
            columns = zip(*(lines for lines, _ in parts), strict=True)
            total = sum((rest for _, rest in parts), Fraction(0))
            return tuple(sum(column, Fraction(0)) for column in columns), total
        case First(earnings=inner):
            found = [(applies(each, readings), spread(each, readings)) for each in inner]
            return next((parts for ok, parts in found if ok), (_none(readings), Fraction(0)))
        case Scaled(earning=one, factor=factor):
            lines, rest = spread(one, readings)
            return tuple(each * ratio(factor) for each in lines), rest * ratio(factor)
        case Multiplied(earning=one, factors=factors, combine=combine):
            lines, rest = spread(one, readings)
            by_line = [
                combined(applying(factors, readings, line), combine) for line in readings.lines
            ]
            of_rest = combined(applying(factors, readings, None), combine)
            multiplied = (each * by for each, by in zip(lines, by_line, strict=True))
            return tuple(multiplied), rest * of_rest
        case When(earning=one, condition=condition):
            parted = spread(one, readings)
            return parted if holds(condition, readings) else (_none(readings), Fraction(0))
        case _:
            assert_never(earning)


def applies(earning: Earning, readings: Readings) -> bool:
    """Whether conditions leave anything of an earning, be it worth something or not."""
    match earning:
        case Fixed() | PerSpend() | PerWhole() | PerUnit() | PerLine() | PerFact() | Banded():
            return True
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            return sum([applies(each, readings) for each in inner]) > 0
        case Scaled(earning=one) | Multiplied(earning=one) | Capped(earning=one):
            return applies(one, readings)
        case When(earning=one, condition=condition):
            inside = applies(one, readings)
            return holds(condition, readings) and inside
        case _:
            assert_never(earning)


def applying(
    factors: tuple[Factor, ...], readings: Readings, line: LineReading | None
) -> tuple[Fraction, ...]:
    """The factors that apply to a line, or to what is of no line."""
    found = []
    for each in factors:
        held = each.when is None or holds(each.when, readings)
        on = each.of is None or (line is not None and holds(each.of, readings, line))
        if held and on:
            found.append(ratio(each.factor))
    return tuple(found)


def combined(factors: tuple[Fraction, ...], combine: Combine) -> Fraction:
    """What several factors make together; of none, 1."""
    one = Fraction(1)
    if not factors:
        return one
    match combine:
        case Combine.COMPOUND:
            return prod(factors, start=one)
        case Combine.ADD:
            return max(Fraction(0), one + sum(each - 1 for each in factors))
        case Combine.BEST:
            return max(factors)
        case Combine.FIRST:
            return factors[0]
        case _:
            assert_never(combine)


def _each_alone(
    earning: PerSpend | PerUnit | PerLine | PerFact, readings: Readings
) -> tuple[Fraction, ...]:
    taken = frozenset(line.id for line in _lines(earning.of, readings))
    return tuple(
        _of_line(earning, readings, line) if line.id in taken else Fraction(0)
        for line in readings.lines
    )


def _of_line(
    earning: PerSpend | PerUnit | PerLine | PerFact, readings: Readings, line: LineReading
) -> Fraction:
    match earning:
        case PerSpend():
            return _at_rate(earning, amount_of(line, earning.basis), readings.scale)
        case PerUnit(points=points):
            return ratio(points) * line.units
        case PerLine(points=points):
            return ratio(points)
        case PerFact():
            return _for_number(earning, readings, line)
        case _:
            assert_never(earning)


def _none(readings: Readings) -> tuple[Fraction, ...]:
    return (Fraction(0),) * len(readings.lines)


def _at_rate(rate: BandRate, spend: Fraction | int, scale: int) -> Fraction:
    """What a rate is worth on an amount in minor units."""
    match rate:
        case Fixed(points=points):
            return ratio(points)
        case PerSpend(points=points, amount=amount):
            return ratio(points) * spend / (ratio(amount) * scale)
        case PerWhole(points=points, amount=amount):
            return ratio(points) * (spend // (ratio(amount) * scale))
        case _:
            assert_never(rate)


def _in_bands(banded: Banded, spend: Fraction | int, scale: int) -> Fraction:
    starts = [ratio(each.start) * scale for each in banded.bands]
    reached = [each for each, start in zip(banded.bands, starts, strict=True) if start <= spend]
    match banded.banding:
        case Banding.WHOLE:
            return _at_rate(reached[-1].rate, spend, scale) if reached else Fraction(0)
        case Banding.MARGINAL:
            ends = [*starts[1 : len(reached)], Fraction(spend)]
            inside = (
                _at_rate(each.rate, end - start, scale)
                for each, start, end in zip(reached, starts, ends, strict=False)
            )
            return sum(inside, Fraction(0))
        case _:
            assert_never(banded.banding)


def _for_number(earning: PerFact, readings: Readings, line: LineReading | None) -> Fraction:
    found = read(earning.fact, readings, line)
    number = ratio(earning.fallback)
    if isinstance(found, int | Decimal):
        scale = readings.scale if earning.fact.kind is Kind.MONEY else 1
        number = max(Fraction(0), Fraction(*found.as_integer_ratio()) / scale)
    pieces = line.units if line is not None and earning.by_piece else 1
    return ratio(earning.points) * number * pieces / ratio(earning.per)


def _lines(of: Condition[Item] | None, readings: Readings) -> Iterator[LineReading]:
    """The lines for which `of` holds; None is every line."""
    return (each for each in readings.lines if of is None or holds(of, readings, each))


def spend_on(of: Condition[Item] | None, readings: Readings) -> int:
    """Net spend, in minor units, on the lines for which `of` holds; None is every line."""
    return sum(line.spend for line in _lines(of, readings))


def amount_on(of: Condition[Item] | None, readings: Readings, basis: Basis) -> Fraction | int:
    """The amount, in minor units, that a rate on such a basis reads; None is every line.

    Raises:
        UnknownFactError: the basis is with or without tax, and the tax of a line is unknown.
    """
    if basis == GOODS:
        return spend_on(of, readings)
    lines = sum((amount_of(line, basis) for line in _lines(of, readings)), Fraction(0))
    return lines + shipping_of(readings, basis)


def amount_of(line: LineReading, basis: Basis) -> Fraction | int:
    """The amount of one line, in minor units, that a rate on such a basis reads."""
    match basis.paid:
        case PaidIn.MONEY:
            otherwise = line.tender
        case PaidIn.CREDIT:
            otherwise = line.tender - line.credit
        case PaidIn.ANYTHING:
            otherwise = 0
        case _:
            assert_never(basis.paid)
    match basis.discounts:
        case Discounts.AFTER:
            price = line.spend + line.tender
        case Discounts.BEFORE:
            price = line.subtotal
        case _:
            assert_never(basis.discounts)
    return _with_tax(price - otherwise, line.taxed, basis, f"line {line.id!r}")


def shipping_of(readings: Readings, basis: Basis) -> Fraction | int:
    """The amount of shipping, in minor units, that a rate on such a basis reads."""
    if not basis.shipping or not readings.shipping:
        return 0
    return _with_tax(readings.shipping, readings.shipping_taxed, basis, "shipping")


def _with_tax(amount: int, taxed: Taxed | None, basis: Basis, what: str) -> Fraction | int:
    if basis.tax is Taxes.AS_GIVEN:
        return amount
    if taxed is None:
        raise UnknownFactError(f"the tax of {what} is unknown: add tax=..., 0 if there is none")
    match basis.tax:
        case Taxes.WITH:
            return amount * taxed.gross
        case Taxes.WITHOUT:
            return amount * taxed.net
        case _:
            assert_never(basis.tax)


def units_with(of: Condition[Item] | None, readings: Readings) -> int:
    """Units on the lines for which `of` holds; None is every line."""
    return sum(line.units for line in _lines(of, readings))


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
