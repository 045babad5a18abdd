"""What a condition lacks: the least change of its fact that would make it hold, in words.

A number lacks an amount, a day or a weekday the date from which it fits, a word its alternatives.
Amounts are found in whole numbers. Nothing here judges whether a condition holds.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never

from loyaltykit.calendar import civil_day, next_anniversary, shift
from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Condition, Not, SomeItem
from loyaltykit.evaluate import read, units_with
from loyaltykit.money import MAX_DECIMALS, Currency
from loyaltykit.questions import (
    Anniversary,
    Compare,
    Constant,
    Custom,
    During,
    Elapsed,
    Every,
    Known,
    OneOf,
    Op,
)
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.refusals import Missing
from loyaltykit.spelling import (
    WEEKDAY_NAMES,
    day_text,
    either_text,
    fact_text,
    is_weekday,
    major_text,
)
from loyaltykit.vocabulary import Fact, Item, Kind
from loyaltykit.wording import anniversary_text, condition_text, times_text

CONDITIONS = "conditions"
"""What `Missing` names as its fact where it is about several conditions together."""

TIME = "time"
"""What `Missing` names as its fact where it is about when something happens."""

_OPPOSITE = {Op.LT: Op.GE, Op.LE: Op.GT, Op.GT: Op.LE, Op.GE: Op.LT}
_DAYS = {Op.LT: "before {}", Op.LE: "up to {}", Op.GT: "after {}", Op.GE: "from {} on"}
_TIERS = {
    Op.LT: "below tier {}",
    Op.LE: "up to tier {}",
    Op.GT: "above tier {}",
    Op.GE: "from tier {} on",
}
_UNITS = {
    "units": "unit",
    "orders": "order",
    "nth": "order",
    "tenure": "month",
    "tenure_days": "day",
    "days_since_order": "day",
    "usual_gap": "day",
    "lines": "line",
    "balance:points": "point",
}


def lack(
    condition: Condition[Any],
    readings: Readings,
    money: Currency,
    line: LineReading | None = None,
    *,
    but: bool = False,
) -> Missing:
    """What is missing for a condition that does not hold; with `but`, for one that should not.

    The amount is what has to be added to the fact, in major units for money: negative where the
    fact is too large, None where no number says it.
    """
    match condition:
        case Compare(fact=fact, op=op, value=value):
            reading = read(fact, readings, line)
            return _to_reach(fact, _OPPOSITE[op] if but else op, value, reading, money)
        case OneOf(fact=fact, values=values):
            if is_weekday(fact):
                day = _next_weekday(read(fact, readings, line), values, but)
                if day is not None:
                    return Missing(str(fact), f"from {day} on")
            verb = "include" if fact.kind is Kind.TAGS else "be"
            return _must(fact, f"{verb} {either_text(values, fact, money)}", but)
        case Every(fact=fact, step=step):
            return _to_multiple(fact, step, read(fact, readings, line), but)
        case Known(fact=fact):
            return _must(fact, "be known", but)
        case Elapsed(fact=fact, period=period):
            since = read(fact, readings, line)
            if but or not isinstance(since, datetime):
                return _must(fact, f"be at least {period} ago", but)
            due = shift(since, period, readings.zone)
            return Missing(str(fact), f"from {day_text(civil_day(due, readings.zone))} on")
        case Anniversary(fact=fact, before=before, after=after, leap=leap):
            base = read(fact, readings, line)
            if but:
                return Missing(str(fact), f"today must not be {anniversary_text(condition)}")
            if not isinstance(base, date):
                return _must(fact, "be known", but)
            today = civil_day(readings.at, readings.member_zone)
            nearest = next_anniversary(base, today + timedelta(before), leap)
            first = day_text(nearest - timedelta(before))
            return Missing(str(fact), f"from {first} on" if before or after else f"on {first}")
        case SomeItem(condition=one, count=count):
            wanted = count - 1 if but else count
            return units_lacking(one, wanted - units_with(one, readings), money)
        case During(times=times):
            return Missing(TIME, f"must {'not ' if but else ''}be {times_text(times)}")
        case Custom(name=name):
            return Missing(name, f"the shop must {'not ' if but else ''}answer yes to {name!r}")
        case Not(condition=one):
            return lack(one, readings, money, line, but=not but)
        case AllOf() | AnyOf() | AtLeast():
            no = "not " if but else ""
            return Missing(CONDITIONS, f"must {no}hold: {condition_text(condition, money)}")
        case _:
            assert_never(condition)


def units_lacking(of: Condition[Item], units: int, money: Currency) -> Missing:
    """So many more units, or fewer if negative, on lines for which `of` holds."""
    text = f"{_by(units, 'unit')} where {condition_text(of, money)}"
    return Missing("item.units", text, Decimal(units))


def _to_reach(
    fact: Fact[Any], op: Op, value: Decimal | str | date, reading: Reading, money: Currency
) -> Missing:
    if isinstance(value, str):
        return Missing(str(fact), _TIERS[op].format(value))
    if reading is None:
        return Missing(str(fact), f"{fact_text(fact)} is unknown")
    if not isinstance(value, Decimal):
        return Missing(str(fact), _DAYS[op].format(day_text(value)))
    if not isinstance(reading, int | Decimal):
        return Missing(str(fact), f"{fact_text(fact)} is {reading!r}, which is no number")
    if isinstance(reading, Decimal) or fact.own:
        return _exactly(fact, op, value, reading)
    if fact.kind is Kind.MONEY:
        short = _whole(op, value, money.scale) - reading
        text, more = (
            (major_text(short, money), "more") if short > 0 else (major_text(-short, money), "less")
        )
        plain = text.rstrip("0").rstrip(".") if money.exponent else text
        amount = Decimal(plain if short > 0 else f"-{plain}")
        return Missing(str(fact), f"{text} {money.code} {more} would do", amount)
    whole = _whole(op, value, 1)
    if fact.name == "hour":
        return Missing(
            str(fact), f"from {whole}:00 on" if whole > reading else f"before {whole + 1}:00"
        )
    unit = _UNITS.get(fact.name, fact.name.rpartition(":")[2])
    return Missing(str(fact), _by(whole - reading, unit), Decimal(whole - reading))


def _to_multiple(fact: Fact[Any], step: int, reading: Reading, but: bool) -> Missing:
    if but or not isinstance(reading, int) or reading < 0:
        return _must(fact, f"be a multiple of {step}", but)
    short = step - reading % step
    unit = _UNITS.get(fact.name, fact.name.rpartition(":")[2])
    return Missing(str(fact), _by(short, unit), Decimal(short))


def _whole(op: Op, value: Decimal, scale: int) -> int:
    """The whole number nearest to `value * scale` that satisfies the comparison."""
    top, bottom = value.as_integer_ratio()
    match op:
        case Op.GE:
            return -(-top * scale // bottom)
        case Op.GT:
            return top * scale // bottom + 1
        case Op.LE:
            return top * scale // bottom
        case Op.LT:
            return -(-top * scale // bottom) - 1
        case _:
            assert_never(op)


def _exactly(fact: Fact[Any], op: Op, value: Decimal, reading: int | Decimal) -> Missing:
    top, bottom = value.as_integer_ratio()
    own, per = reading.as_integer_ratio()
    # Both have at most so many decimals, and so has their difference: nothing is cut off.
    short = (top * per - own * bottom) * 10**MAX_DECIMALS // (bottom * per)
    whole, rest = divmod(abs(short), 10**MAX_DECIMALS)
    text = f"{whole}.{rest:0{MAX_DECIMALS}d}".rstrip("0").rstrip(".")
    more = "less" if op is Op.LT or op is Op.LE else "more"
    beyond = "more than " if op is Op.LT or op is Op.GT else ""
    amount = Decimal(f"-{text}" if short < 0 else text)
    return Missing(str(fact), f"{beyond}{text} {more} {fact.name}", amount)


def _next_weekday(reading: Reading, values: tuple[Constant, ...], but: bool) -> str | None:
    days = list(WEEKDAY_NAMES)
    if not isinstance(reading, str) or reading not in days:
        return None
    today = days.index(reading)
    for day in days[today:] + days[:today]:
        if (day in values) is not but:
            return WEEKDAY_NAMES[day]
    return None


def _by(number: int, unit: str) -> str:
    more = "more" if number > 0 else "fewer"
    if unit in _UNITS.values():
        return f"{abs(number)} {more} {unit}{'' if abs(number) == 1 else 's'}"
    return f"{abs(number)} {more} {unit}"


def _must(fact: Fact[Any], be: str, but: bool) -> Missing:
    return Missing(str(fact), f"{fact_text(fact)} must {'not ' if but else ''}{be}")
