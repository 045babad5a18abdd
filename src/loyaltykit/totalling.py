"""Totalling: adding what an event brings to the totals that milestones and streaks wait for.

What an order adds is noted in its record, and what points add with their award, so that a return
takes out exactly that.
"""

from datetime import datetime

from loyaltykit.account import Account
from loyaltykit.effects import Counted
from loyaltykit.evaluate import units_with
from loyaltykit.events import Activity
from loyaltykit.journal import Journal
from loyaltykit.lots import Lot
from loyaltykit.metrics import MoneySpent, OrdersPlaced, PointsEarned
from loyaltykit.readings import Readings
from loyaltykit.records import Tally, UnitTally
from loyaltykit.rulebook import Rulebook
from loyaltykit.totals import ActivitiesDone, Total, UnitsBought
from loyaltykit.watches import Watch, tally


def spend_totals(amount: int, at: datetime, account: Account, book: Rulebook) -> tuple[Tally, ...]:
    """What was spent, as each total counts it that is not the lifetime one."""
    return _totals(MoneySpent(), amount, at, account, book)


def order_totals(at: datetime, account: Account, book: Rulebook) -> tuple[Tally, ...]:
    """One order, as each total counts it that is not the lifetime one."""
    return _totals(OrdersPlaced(), 1, at, account, book)


def unit_totals(
    readings: Readings, at: datetime, account: Account, book: Rulebook
) -> tuple[UnitTally, ...]:
    """The pieces of an order, as each total counts them."""
    if account.suspended is not None:
        return ()
    bought = [(watch, watch.total) for watch in book.totals]
    return tuple(
        UnitTally(total.of, _tally(watch, units_with(total.of, readings), at, account, book))
        for watch, total in bought
        if isinstance(total, UnitsBought)
    )


def count_points(lot: Lot, at: datetime, journal: Journal, book: Rulebook) -> tuple[Tally, ...]:
    """Add the points of a lot to the totals of points of its purse."""
    if not book.totals:
        return ()
    found = _totals(PointsEarned(lot.purse), lot.points, at, journal.account, book)
    _post(found, at, journal)
    return found


def count_activity(event: Activity, journal: Journal, book: Rulebook) -> None:
    """Add an activity to the totals of its kind, and of any kind."""
    for kind in (event.kind, None):
        _post(_totals(ActivitiesDone(kind), 1, event.at, journal.account, book), event.at, journal)


def _totals(
    total: Total, amount: int, at: datetime, account: Account, book: Rulebook
) -> tuple[Tally, ...]:
    if account.suspended is not None:
        return ()
    return tuple(
        _tally(watch, amount, at, account, book)
        for watch in book.totals
        if watch.own and watch.total == total
    )


def _tally(watch: Watch, amount: int, at: datetime, account: Account, book: Rulebook) -> Tally:
    return tally(watch, amount, at, account.enrolled, book.zone, book.remember)


def _post(tallies: tuple[Tally, ...], at: datetime, journal: Journal) -> None:
    for each in tallies:
        if each.amount:
            journal.post(Counted(at, each.counter, each.amount, each.until))
