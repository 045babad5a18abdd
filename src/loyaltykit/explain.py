"""The explanation of rules: what was compared with what, and what is missing, as trees of values.

    trace(condition, ...).held == holds(condition, ...)
    trace_earning(earning, ...).worth == worth(earning, ...)

What each part says of a fact comes from the same `Readings` that decided. Nothing is computed here
that evaluate does not compute, except by how much a condition fails. Texts are made in wording.
"""

from decimal import Decimal
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, assert_never

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
from loyaltykit.evaluate import answer, comparable, holds, read, units_with, worth
from loyaltykit.money import Currency, ratio
from loyaltykit.periods import civil_day, next_anniversary, shift
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.refusals import Missing
from loyaltykit.traces import ConditionTrace, EarningTrace
from loyaltykit.vocabulary import Fact, Kind
from loyaltykit.wording import (
    WEEKDAY_NAMES,
    cash_text,
    condition_text,
    counted,
    day_text,
    earning_text,
    either_text,
    fact_text,
    is_weekday,
    negated_text,
    points_text,
    reading_text,
)

__all__ = ["condition_text", "earning_text", "trace", "trace_earning"]

CONDITIONS = "conditions"
"""What `Missing` names as its fact where several conditions are lacking together."""

_OPPOSITE = {Op.LT: Op.GE, Op.LE: Op.GT, Op.GT: Op.LE, Op.GE: Op.LT}
_COUNTED = {"units": "unit", "orders": "order", "lines": "line", "balance:points": "point"}


def trace(
    condition: Condition[Any], readings: Readings, money: Currency, line: LineReading | None = None
) -> ConditionTrace:
    """Whether a condition holds, and why: `line` is what an item condition is asked about.

    The amount of what is missing is what has to be added to the fact, in its units and major units
    for money; it is negative where the fact is too large, None where no number says it.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the condition mentions.
    """
    match condition:
        case AllOf(conditions=inner):
            parts = tuple([trace(each, readings, money, line) for each in inner])
            return ConditionTrace("all of these", all([part.held for part in parts]), parts=parts)
        case AnyOf(conditions=inner):
            parts = tuple([trace(each, readings, money, line) for each in inner])
            held = any([part.held for part in parts])
            missing = None if held else _none_held(len(parts))
            return ConditionTrace("any of these", held, missing=missing, parts=parts)
        case AtLeast(count=count, conditions=inner):
            parts = tuple([trace(each, readings, money, line) for each in inner])
            met = sum([part.held for part in parts])
            actual = f"{met} of {len(parts)}"
            missing = None
            if met < count:
                text = f"{actual} conditions hold, {count} are needed"
                missing = Missing(CONDITIONS, text, Decimal(count - met))
            return ConditionTrace(
                f"at least {count} of these",
                missing is None,
                actual=actual,
                missing=missing,
                parts=parts,
            )
        case Not(condition=one):
            inside = trace(one, readings, money, line)
            missing = _lack(one, False, readings, money, line) if inside.held else None
            if inside.parts:
                held = missing is None
                return ConditionTrace("not", held, missing=missing, parts=(inside,))
            text = negated_text(one, money)
            return ConditionTrace(text, not inside.held, actual=inside.actual, missing=missing)
        case SomeItem(condition=one, count=count):
            units = units_with(one, readings)
            held = units >= count
            missing = None if held else _more_units(one, count - units, money)
            text = condition_text(condition, money)
            return ConditionTrace(text, held, actual=counted(units, "unit"), missing=missing)
        case Custom(name=name):
            said = answer(name, readings)
            actual = "unknown" if said is None else "yes" if said else "no"
            held = said is True
            missing = None if held else _lack(condition, True, readings, money, line)
            return ConditionTrace(
                condition_text(condition, money), held, actual=actual, missing=missing
            )
        case Compare(fact=fact) | OneOf(fact=fact) | Known(fact=fact):
            held = holds(condition, readings, line)
        case Elapsed(fact=fact) | Anniversary(fact=fact):
            held = holds(condition, readings, line)
        case _:
            assert_never(condition)
    return ConditionTrace(
        condition_text(condition, money),
        held,
        actual=reading_text(read(fact, readings, line), fact, money, readings.zone),
        missing=None if held else _lack(condition, True, readings, money, line),
    )


def trace_earning(earning: Earning, readings: Readings, money: Currency) -> EarningTrace:
    """What an earning is worth, exactly, in points, and the parts that this comes from.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the earning mentions.
    """
    match earning:
        case Fixed() | PerSpend() | PerWhole() | PerUnit():
            return EarningTrace(earning_text(earning, money), worth(earning, readings))
        case Sum(earnings=inner):
            parts = tuple([trace_earning(each, readings, money) for each in inner])
            total = sum([part.worth for part in parts], Fraction(0))
            return EarningTrace("all of these together", total, parts=parts)
        case Best(earnings=inner):
            parts = tuple([trace_earning(each, readings, money) for each in inner])
            return EarningTrace("the best of these", max([e.worth for e in parts]), parts=parts)
        case Scaled(earning=one, factor=factor):
            inside = trace_earning(one, readings, money)
            total = inside.worth * ratio(factor)
            return EarningTrace(f"{factor:f} times this", total, parts=(inside,))
        case Capped(earning=one, most=most):
            inside = trace_earning(one, readings, money)
            total = min(inside.worth, ratio(most))
            return EarningTrace(f"at most {points_text(most)} of this", total, parts=(inside,))
        case When(earning=one, condition=condition):
            inside = trace_earning(one, readings, money)
            asked = trace(condition, readings, money)
            total = inside.worth if asked.held else Fraction(0)
            return EarningTrace("this, on a condition", total, condition=asked, parts=(inside,))
        case _:
            assert_never(earning)


def _lack(
    condition: Condition[Any],
    wanted: bool,
    readings: Readings,
    money: Currency,
    line: LineReading | None,
) -> Missing:
    """What would make the condition hold, or not hold if that is wanted; now it is otherwise."""
    match condition:
        case Compare(fact=fact, op=op, value=value):
            reading = read(fact, readings, line)
            return _distance(fact, op if wanted else _OPPOSITE[op], value, reading, readings, money)
        case OneOf(fact=fact, values=values):
            if is_weekday(fact):
                day = _next_weekday(read(fact, readings, line), values, wanted)
                if day is not None:
                    return Missing(str(fact), f"from {day} on")
            verb = "include" if fact.kind is Kind.TAGS else "be"
            return _must(fact, wanted, f"{verb} {either_text(values, fact, money)}")
        case Known(fact=fact):
            return _must(fact, wanted, "be known")
        case Elapsed(fact=fact, period=period):
            since = read(fact, readings, line)
            if wanted and isinstance(since, datetime):
                due = civil_day(shift(since, period, readings.zone), readings.zone)
                return Missing(str(fact), f"from {day_text(due)} on")
            return _must(fact, wanted, f"be at least {period} ago")
        case Anniversary(fact=fact, before=before, after=after, leap=leap):
            base = read(fact, readings, line)
            if wanted and isinstance(base, date):
                today = civil_day(readings.at, readings.member_zone)
                found = next_anniversary(base, today + timedelta(days=before + 1), leap)
                first = day_text(found - timedelta(days=before))
                return Missing(str(fact), f"from {first} on" if before + after else f"on {first}")
            if wanted:
                return _unknown(fact)
            return Missing(str(fact), f"today must not be {text_of(condition)}")
        case SomeItem(condition=one, count=count):
            return _units(one, count - 1 - units_with(one, readings), money)
        case Custom(name=name):
            return Missing(name, f"the shop must {'' if wanted else 'not '}answer yes to {name!r}")
        case Not(condition=one):
            return _lack(one, not wanted, readings, money, line)
        case AllOf() | AnyOf() | AtLeast():
            return Missing(CONDITIONS, f"must not hold: {condition_text(condition, money)}")
        case _:
            assert_never(condition)
