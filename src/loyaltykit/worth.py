"""The worth of earnings: how many points one is, exactly, in all or line by line.

This is the plain evaluator: every other meaning (explained, encoded) has to agree with it. It reads
`Readings` and nothing else. Worth is an exact fraction; `rounded` is applied by whoever posts it.
"""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import assert_never

from loyaltykit.amounts import amount_of, amount_on, shipping_of
from loyaltykit.bands import Banded, Banding
from loyaltykit.earning import Best, Capped, Earning, First, Multiplied, Scaled, Sum, When
from loyaltykit.evaluate import holds, lines_with, read, units_with
from loyaltykit.factors import Combine, Factor
from loyaltykit.money import ratio
from loyaltykit.rates import BandRate, Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.readings import LineReading, Readings
from loyaltykit.vocabulary import Kind, Scope


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
            return ratio(points) * len(list(lines_with(of, readings)))
        case PerFact(of=of):
            if earning.fact.scope is not Scope.ITEM:
                return _for_number(earning, readings, None)
            of_lines = (_for_number(earning, readings, each) for each in lines_with(of, readings))
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
    taken = frozenset(line.id for line in lines_with(earning.of, readings))
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
            return _for_each(points, amount, scale) * spend
        case PerWhole(points=points, amount=amount):
            return ratio(points) * (spend // (ratio(amount) * scale))
        case _:
            assert_never(rate)


@lru_cache(maxsize=1024)
def _for_each(points: Decimal, amount: Decimal, scale: int) -> Fraction:
    """What a rate makes of each minor unit."""
    return ratio(points) / (ratio(amount) * scale)


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
