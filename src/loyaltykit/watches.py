"""Watches: the totals that the milestones and streaks of a programme need, and their counters.

A window that begins and ends has a counter for each of its instances, called after its first local
day. It is kept for as long after the window as the programme remembers orders, so that what comes
back late is taken out of the window in which it was bought.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import final
from zoneinfo import ZoneInfo

from attrs import frozen

from loyaltykit.calendar import shift
from loyaltykit.errors import DefinitionError
from loyaltykit.limits import window_name
from loyaltykit.metrics import MoneySpent, OrdersPlaced
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.periods import Period, Unit
from loyaltykit.records import Tally
from loyaltykit.rules import Rule
from loyaltykit.totals import Total, total_name
from loyaltykit.windows import (
    Calendar,
    Lifetime,
    MembershipYear,
    Rolling,
    Window,
    counts_until,
    first_day,
)

ORDERS_COUNTER = "orders"
"""The counter of orders of which something is kept."""
SPEND_COUNTER = "spend"
"""The counter of net spend in minor units."""


@final
@frozen(order=False)
class Watch:
    """A rule that waits for a total, and what its counters are called, up to the day."""

    rule: Rule
    on: Milestone | Streak
    counter: str

    @property
    def total(self) -> Total:
        """What is added up."""
        return self.on.total

    @property
    def window(self) -> Window:
        """Over which time."""
        return self.on.window

    @property
    def own(self) -> bool:
        """Whether its counter is kept for milestones and streaks alone."""
        return self.counter not in (ORDERS_COUNTER, SPEND_COUNTER)


def watches(rules: Iterable[Rule]) -> tuple[Watch, ...]:
    """Every rule on a milestone or a streak, in programme order."""
    return tuple(
        Watch(rule, rule.on, _counter(rule.on.total, rule.on.window, rule.name))
        for rule in rules
        if isinstance(rule.on, Milestone | Streak)
    )


def _counter(total: Total, window: Window, rule: str) -> str:
    match total, window:
        case MoneySpent(), Lifetime():
            return SPEND_COUNTER
        case OrdersPlaced(), Lifetime():
            return ORDERS_COUNTER
        case _:
            return f"total:{total_name(total, rule)}:{window_name(window)}"


def on_day(counter: str, day: date) -> str:
    """The counter of the instance of a window that begins on a day."""
    return f"{counter}@{day}"


def tally(
    watch: Watch, amount: int, at: datetime, enrolled: datetime | None, zone: ZoneInfo, keep: Period
) -> Tally:
    """What happens now, as the watch counts it."""
    window, anchor = watch.window, enrolled or at
    match window:
        case Lifetime() | Rolling():
            return Tally(watch.counter, amount, until=counts_until(window, at, zone))
        case Calendar() | MembershipYear():
            end = counts_until(window, at, zone, anchor)
            day = first_day(window, at, zone, anchor)
            until = None if end is None else shift(end, keep, zone)
            return Tally(on_day(watch.counter, day), amount, until=until)
        case _:
            raise DefinitionError(f"rule {watch.rule.name!r} waits for a total {window}")


_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}


def period_before(day: date, unit: Unit) -> date:
    """The first day of the calendar unit before the one that begins on a day."""
    return _moved(day, unit, -1)


def period_after(day: date, unit: Unit) -> date:
    """The first day of the calendar unit after the one that begins on a day."""
    return _moved(day, unit, 1)


def _moved(day: date, unit: Unit, by: int) -> date:
    if unit is Unit.DAY:
        return day + timedelta(days=by)
    if unit is Unit.WEEK:
        return day + timedelta(days=7 * by)
    months = 12 * day.year + day.month - 1 + _MONTHS[unit] * by
    return date(months // 12, months % 12 + 1, 1)
