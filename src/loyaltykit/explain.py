"""The explanation of rules: what was compared with what, and what is missing, as trees of values.

    trace(condition, ...).held == holds(condition, ...)
    trace_earning(earning, ...).worth == worth(earning, ...)

What is said of a fact comes from the same `Readings` that decided, and whether something holds is
never judged anew here. The words are in wording and spelling, what is missing in lacking.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

from loyaltykit.bands import Banded
from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Condition, Not, SomeItem
from loyaltykit.earning import Best, Capped, Earning, First, Multiplied, Scaled, Sum, When
from loyaltykit.evaluate import answer, holds, read, units_with
from loyaltykit.factors import Factor
from loyaltykit.lacking import CONDITIONS, lack, units_lacking
from loyaltykit.money import Currency
from loyaltykit.questions import Anniversary, Compare, Custom, During, Elapsed, Every, Known, OneOf
from loyaltykit.rates import Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.readings import LineReading, Readings
from loyaltykit.refusals import Missing
from loyaltykit.spelling import counted, moment_text, points_text, reading_text
from loyaltykit.traces import ConditionTrace, EarningTrace
from loyaltykit.wording import COMBINED, condition_text, earning_text, negated_text
from loyaltykit.worth import applies, applying, combined, worth

__all__ = ["condition_text", "earning_text", "trace", "trace_earning"]

_ANSWERS = {True: "yes", False: "no", None: "unknown"}


def trace(
    condition: Condition[Any], readings: Readings, money: Currency, line: LineReading | None = None
) -> ConditionTrace:
    """Whether a condition holds, and why; `line` is what an item condition is asked about.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the condition mentions.
    """
    match condition:
        case Compare(fact=fact) | OneOf(fact=fact) | Every(fact=fact) | Known(fact=fact):
            held = holds(condition, readings, line)
            actual = reading_text(read(fact, readings, line), fact, money, readings.zone)
        case Elapsed(fact=fact) | Anniversary(fact=fact):
            held = holds(condition, readings, line)
            actual = reading_text(read(fact, readings, line), fact, money, readings.zone)
        case During():
            held = holds(condition, readings, line)
            actual = moment_text(readings.at, readings.zone)
        case Custom(name=name):
            held = holds(condition, readings, line)
            actual = _ANSWERS[answer(name, readings)]
        case SomeItem(condition=one, count=count):
            units = units_with(one, readings)
            return ConditionTrace(
                condition_text(condition, money),
                units >= count,
                actual=counted(units, "unit"),
                missing=None if units >= count else units_lacking(one, count - units, money),
            )
        case Not(condition=one):
            inside = trace(one, readings, money, line)
            composite = bool(inside.parts)
            return ConditionTrace(
                "not" if composite else negated_text(one, money),
                not inside.held,
                actual=None if composite else inside.actual,
                missing=lack(one, readings, money, line, but=True) if inside.held else None,
                parts=(inside,) if composite else (),
            )
        case AllOf(conditions=inner):
            parts = tuple([trace(each, readings, money, line) for each in inner])
            return ConditionTrace("all of these", all(each.held for each in parts), parts=parts)
        case AnyOf(conditions=inner):
            parts = tuple([trace(each, readings, money, line) for each in inner])
            held = any(each.held for each in parts)
            missing = None if held or len(parts) == 1 else _none_held(len(parts))
            return ConditionTrace("any of these", held, missing=missing, parts=parts)
        case AtLeast(count=count, conditions=inner):
            parts = tuple([trace(each, readings, money, line) for each in inner])
            met = sum([each.held for each in parts])
            return ConditionTrace(
                f"at least {count} of these",
                met >= count,
                actual=f"{met} of {len(parts)}",
                missing=None if met >= count else _too_few(met, count, len(parts)),
                parts=parts,
            )
        case _:
            assert_never(condition)
    return ConditionTrace(
        condition_text(condition, money),
        held,
        actual=actual,
        missing=None if held else lack(condition, readings, money, line),
    )


def trace_earning(earning: Earning, readings: Readings, money: Currency) -> EarningTrace:
    """What an earning is worth, exactly, in points, and the parts that this comes from.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the earning mentions.
    """
    match earning:
        case Fixed() | PerSpend() | PerWhole() | PerUnit() | PerLine() | PerFact() | Banded():
            return EarningTrace(earning_text(earning, money), worth(earning, readings))
        case Sum(earnings=inner):
            parts = tuple([trace_earning(each, readings, money) for each in inner])
            total = sum([each.worth for each in parts], Fraction(0))
            return EarningTrace("the sum of these", total, parts=parts)
        case Best(earnings=inner):
            parts = tuple([trace_earning(each, readings, money) for each in inner])
            best = max([each.worth for each in parts])
            return EarningTrace("the best of these", best, parts=parts)
        case First(earnings=inner):
            parts = tuple([trace_earning(each, readings, money) for each in inner])
            found = [applies(each, readings) for each in inner]
            first = next((part.worth for part, ok in zip(parts, found, strict=True) if ok), None)
            return EarningTrace("the first of these that applies", first or _NOTHING, parts=parts)
        case Multiplied(earning=one, factors=factors, combine=combine):
            inside = trace_earning(one, readings, money)
            if earning.by_line:
                total, text = worth(earning, readings), "this, times factors line by line"
            else:
                factor = combined(applying(factors, readings, None), combine)
                total, text = inside.worth * factor, f"this, times {COMBINED[combine]} these"
            shown = [_trace_factor(each, readings, money) for each in factors]
            return EarningTrace(text, total, parts=(inside, *shown))
        case Scaled(earning=one, factor=factor):
            inside = trace_earning(one, readings, money)
            total = inside.worth * Fraction(*factor.as_integer_ratio())
            return EarningTrace(f"{factor:f} times this", total, parts=(inside,))
        case Capped(earning=one, most=most):
            inside = trace_earning(one, readings, money)
            total = min(inside.worth, Fraction(*most.as_integer_ratio()))
            return EarningTrace(f"this, at most {points_text(most)}", total, parts=(inside,))
        case When(earning=one, condition=condition):
            inside = trace_earning(one, readings, money)
            asked = trace(condition, readings, money)
            total = inside.worth if asked.held else Fraction(0)
            return EarningTrace("this, on a condition", total, condition=asked, parts=(inside,))
        case _:
            assert_never(earning)


_NOTHING = Fraction(0)


def _trace_factor(factor: Factor, readings: Readings, money: Currency) -> EarningTrace:
    """A factor, with what it asks of the moment; its worth is the factor itself."""
    asked = None if factor.when is None else trace(factor.when, readings, money)
    text = "as a factor"
    if factor.of is not None:
        text += f" on lines where {condition_text(factor.of, money)}"
    return EarningTrace(text, Fraction(*factor.factor.as_integer_ratio()), condition=asked)


def _none_held(parts: int) -> Missing:
    text = "any one of these would do" if parts else "nothing can meet this"
    return Missing(CONDITIONS, text)


def _too_few(met: int, count: int, parts: int) -> Missing:
    text = f"{met} of {parts} conditions hold, {count} are needed"
    return Missing(CONDITIONS, text, Decimal(count - met))
