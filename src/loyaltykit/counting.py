"""Counting: what counts towards which ladder, from when and until when.

A ladder that remembers how it was climbed counts each thing with its instant, so that what comes
back can be taken out of what was.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from loyaltykit.account import Account
from loyaltykit.calendar import shift
from loyaltykit.copying import altered
from loyaltykit.effects import Counted, RecordKept
from loyaltykit.journal import Journal
from loyaltykit.ladders import Ladder
from loyaltykit.limiting import until
from loyaltykit.lots import Lot
from loyaltykit.metrics import Counting, Metric, PointsEarned
from loyaltykit.records import Award, Tally
from loyaltykit.rulebook import Rulebook

Ends = Mapping[str, datetime | None]
"""Until when something that happens now counts, by ladder."""


def ends(account: Account, at: datetime, book: Rulebook) -> Ends:
    """Until when what is earned now counts towards each ladder that reckons in points."""
    return {
        ladder.name: until(ladder.tiers.window, account, at, book)
        for ladder in book.ladders
        if any(isinstance(metric, PointsEarned) for metric in ladder.counters)
    }


def tally(
    ladder: Ladder,
    metric: Metric,
    amount: int,
    at: datetime,
    end: datetime | None,
    book: Rulebook,
) -> Tally:
    """So much for a metric of a ladder."""
    counter = ladder.counters[metric]
    if ladder.plain:
        return Tally(counter, amount, until=end)
    return Tally(counter, amount, until=end, since=at, kept=shift(at, book.remember, book.zone))


def tallies(
    metric: Metric, amount: int, account: Account, at: datetime, book: Rulebook
) -> list[Tally]:
    """So much for every ladder that has the metric."""
    return [
        tally(ladder, metric, amount, at, until(ladder.tiers.window, account, at, book), book)
        for ladder in book.ladders
        if metric in ladder.counters
    ]


def count(tally: Tally, change: int, at: datetime, journal: Journal) -> None:
    """Post that so much more counts, or less, as long as that matters to anybody."""
    matters = tally.since is not None or tally.until is None or tally.until > at
    if change and matters:
        journal.post(
            Counted(at, tally.counter, change, tally.until, since=tally.since, kept=tally.kept)
        )


def count_for_ladders(
    lot: Lot, at: datetime, found: Ends, journal: Journal, book: Rulebook, *, released: bool
) -> tuple[Tally, ...]:
    """Count the points of a lot towards the ladders that reckon in its purse.

    Those that wait for the release count it when it is `released`; the others have by then.
    """
    counted: list[Tally] = []
    for ladder in book.ladders:
        for metric in ladder.counters:
            if not isinstance(metric, PointsEarned) or metric.purse != lot.purse:
                continue
            if metric.counted is Counting.RELEASED and lot.available > at:
                continue
            if metric.counted is Counting.ACCRUED and released:
                continue
            each = tally(ladder, metric, lot.points, at, found[ladder.name], book)
            count(each, each.amount, at, journal)
            counted.append(each)
    return tuple(counted)


def count_released(lots: Iterable[Lot], at: datetime, journal: Journal, book: Rulebook) -> None:
    """Count points that became spendable, where ladders wait for that; note it with their order."""
    waiting = {
        metric.purse
        for ladder in book.ladders
        for metric in ladder.counters
        if isinstance(metric, PointsEarned) and metric.counted is Counting.RELEASED
    }
    found = ends(journal.account, at, book) if waiting else {}
    for lot in lots:
        if lot.purse not in waiting:
            continue
        now = altered(lot, points=lot.remaining, available=at)
        counted = count_for_ladders(now, at, found, journal, book, released=True)
        record = journal.account.records.get(lot.event)
        if record is None:
            continue
        postings = tuple(
            altered(posting, awards=tuple(_noted(award, lot, counted) for award in posting.awards))
            for posting in record.postings
        )
        if postings != record.postings:
            journal.post(RecordKept(at, altered(record, postings=postings)))


def _noted(award: Award, lot: Lot, counted: tuple[Tally, ...]) -> Award:
    if award.lot.id != lot.id:
        return award
    return altered(award, tallies=(*award.tallies, *counted))
