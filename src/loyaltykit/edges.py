"""Edges: when a condition may next turn by the mere passing of time, from yes to no or back.

Laws: between an instant and the next edge a condition about a member keeps its answer, as long as
nothing is posted to the account. An edge need not turn anything.

What is posted when something is due (tiers, balances) is not here; `timing.next_due` knows it.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from loyaltykit.calendar import anniversary, at_local, civil_day, day_start, local, shift
from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Condition, Not, SomeItem
from loyaltykit.evaluate import read
from loyaltykit.periods import MAX_MONTHS, Period
from loyaltykit.questions import (
    Anniversary,
    Compare,
    Custom,
    During,
    Elapsed,
    Every,
    Known,
    OneOf,
)
from loyaltykit.readings import Readings
from loyaltykit.segments import scored
from loyaltykit.subjects import member
from loyaltykit.times import Dates, Hours, Recurrence, Season, Times, Weekdays, beginnings, opening
from loyaltykit.vocabulary import Fact

_ENROLLED = member.enrolled.fact
_LAST_ORDER = member.last_order.fact
_SINCE = {
    member.tenure.fact: _ENROLLED,
    member.tenure_days.fact: _ENROLLED,
    member.days_since_order.fact: _LAST_ORDER,
}


def counted_since(fact: Fact[Any]) -> Fact[Any] | None:
    """The instant since which a fact counts time, if it does: it has to be read as well."""
    if fact.name.startswith("rfm:recency:") and not fact.own:
        return _LAST_ORDER
    return _SINCE.get(fact)


def next_edge(condition: Condition[Any], readings: Readings) -> datetime | None:
    """The first instant after that of the readings at which the condition may turn by itself.

    None if time alone never turns it.
    """
    return min((each for each in _edges(condition, readings) if each > readings.at), default=None)


def _edges(condition: Condition[Any], readings: Readings) -> Iterator[datetime]:
    match condition:
        case AllOf(conditions=inner) | AnyOf(conditions=inner) | AtLeast(conditions=inner):
            for each in inner:
                yield from _edges(each, readings)
        case Not(condition=one):
            yield from _edges(one, readings)
        case During(times=times):
            yield from _of_times(times, readings.at, readings.zone)
        case Elapsed(fact=fact, period=period):
            since = read(fact, readings, None)
            if isinstance(since, datetime):
                yield shift(since, period, readings.zone)
        case Anniversary():
            yield from _of_anniversary(condition, readings)
        case Compare(fact=fact, value=Decimal() as value):
            yield from _of_count(fact, (value,), readings)
        case OneOf(fact=fact, values=values):
            numbers = tuple(each for each in values if isinstance(each, Decimal))
            yield from _of_count(fact, numbers, readings)
        case Every(fact=fact, step=step):
            now = read(fact, readings, None)
            if isinstance(now, int):
                yield from _of_count(fact, (Decimal(now - now % step + step), now), readings)
        case Compare() | Known() | SomeItem() | Custom():
            return
        case _:
            assert_never(condition)


def _of_times(times: Times, at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    today = civil_day(at, zone)
    match times:
        case Dates(first=first, last=last):
            yield day_start(first, zone)
            yield day_start(last + timedelta(1), zone)
        case Weekdays():
            yield day_start(today + timedelta(1), zone)
        case Hours():
            for ahead in range(-1, 9):
                yield from opening(times, today + timedelta(ahead), zone) or ()
        case Season(first=first_day, last=last_day):
            for year in (today.year, today.year + 1):
                yield day_start(_in_year(first_day, year), zone)
                yield day_start(_in_year(last_day, year) + timedelta(1), zone)
        case Recurrence(lasts=lasts):
            wall = local(at, zone).year
            for year in range(wall - 1, wall + 41):
                begun = [at_local(each, zone) for each in beginnings(times, year)]
                yield from begun
                yield from (shift(each, lasts, zone) for each in begun)
                if any(each > at for each in begun):
                    return
        case _:
            assert_never(times)


def _in_year(day: tuple[int, int], year: int) -> date:
    try:
        return date(year, *day)
    except ValueError:
        return date(year, 2, 28)


def _of_anniversary(condition: Anniversary[Any], readings: Readings) -> Iterator[datetime]:
    base = read(condition.fact, readings, None)
    if not isinstance(base, date):
        return
    zone = readings.member_zone
    this = civil_day(readings.at, zone).year
    # A leap day may be eight years away; days before it may lie in the year before.
    for year in range(this - 1, this + 10):
        found = anniversary(base, year, condition.leap)
        if found is not None:
            yield day_start(found - timedelta(condition.before), zone)
            yield day_start(found + timedelta(condition.after + 1), zone)


def _of_count(
    fact: Fact[Any], values: tuple[Decimal | int, ...], readings: Readings
) -> Iterator[datetime]:
    """When a count of time reaches a value, and when it passes it."""
    since_fact = counted_since(fact)
    since = None if since_fact is None else readings.values.get(since_fact)
    if not isinstance(since, datetime):
        return
    cuts = scored(fact)
    for value in values if cuts is None else cuts[1]:
        least = int(value)
        for count in (least, least + 1):
            if not 0 <= count <= MAX_MONTHS * 31:
                continue
            if fact == member.tenure.fact:
                if count <= MAX_MONTHS:
                    yield shift(since, Period(months=count), readings.zone)
            else:
                day = civil_day(since, readings.zone) + timedelta(count)
                yield day_start(day, readings.zone)
