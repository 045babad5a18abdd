"""The daybook: on which days a member has orders of which something is kept.

Every order notes for each ladder that counts days what it would count; of those of one day, one
counts. When it comes back whole, another of that day counts instead, by its own instant.
"""

from collections.abc import Iterator
from datetime import datetime

from loyaltykit.account import Account
from loyaltykit.calendar import civil_day
from loyaltykit.copying import altered
from loyaltykit.counting import count, tallies
from loyaltykit.effects import RecordKept
from loyaltykit.journal import Journal
from loyaltykit.metrics import order_days
from loyaltykit.records import Record, Tally
from loyaltykit.rulebook import Rulebook


def day_tallies(at: datetime, account: Account, book: Rulebook) -> list[Tally]:
    """What an order counts as a day: nothing where another of that day does."""
    found = tallies(order_days, 1, account, at, book)
    counted = [tally for each in _of_day(at, account, book) for tally in each.orders]
    taken = {each.counter for each in counted if each.amount}
    return [altered(each, amount=0) if each.counter in taken else each for each in found]


def pass_day_on(record: Record, at: datetime, journal: Journal, book: Rulebook) -> None:
    """Let another order of the day count for one that has come back whole."""
    counters = {
        ladder.counters[order_days] for ladder in book.ladders if order_days in ladder.counters
    }
    for tally in record.orders:
        if tally.amount and tally.counter in counters:
            _pass_on(tally.counter, record, at, journal, book)


def _pass_on(counter: str, record: Record, at: datetime, journal: Journal, book: Rulebook) -> None:
    others = [each for each in _of_day(record.at, journal.account, book) if each.id != record.id]
    if any(each.counter == counter and each.amount for other in others for each in other.orders):
        # Of two accounts that became one, each had counted the day.
        return
    for other in others:
        for tally in other.orders:
            if tally.counter == counter:
                now = altered(tally, amount=1)
                count(now, 1, at, journal)
                orders = tuple(now if each is tally else each for each in other.orders)
                journal.post(RecordKept(at, altered(other, orders=orders)))
                return


def _of_day(at: datetime, account: Account, book: Rulebook) -> Iterator[Record]:
    """The orders of a day that have not come back whole, in order of time."""
    day = civil_day(at, book.zone)
    found: list[Record] = []
    for name in reversed(account.records):
        record = account.records[name]
        theirs = civil_day(record.at, book.zone)
        if theirs < day:
            break
        if theirs == day and record.is_order and not record.closed:
            found.append(record)
    yield from reversed(found)
