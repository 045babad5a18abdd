"""Confirming: points that waited for something to happen, once it has.

All that an event granted and that waits is confirmed together: what a return has taken of it
meanwhile too, should it come back.
"""

from collections.abc import Iterable
from datetime import datetime

from loyaltykit.copying import altered
from loyaltykit.counting import count_for_ladders, ends
from loyaltykit.effects import RecordKept
from loyaltykit.events import Confirmation, EventKind
from loyaltykit.granting import repay
from loyaltykit.journal import Journal
from loyaltykit.lots import Lot
from loyaltykit.movements import Released
from loyaltykit.observe import observe
from loyaltykit.received import ACCEPTED, Received, ask_all
from loyaltykit.records import Award, Posting, Tally
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.totalling import count_points


def confirmation(event: Confirmation, journal: Journal, book: Rulebook) -> Received:
    """Decide a confirmation: the points become available, and count from now on."""
    at = event.at
    awaiting = [lot for lot in journal.account.pending if lot.awaits and lot.event == event.of]
    if not awaiting:
        return Received((Refusal(RefusalCode.NOTHING_AWAITED, event.of),))
    readings = observe(journal.account, at, book, book.asked_on(EventKind.CONFIRMATION))
    for lot in awaiting:
        journal.post(Released(at, lot.id))
        repay(lot, at, journal)
    _count(event.of, awaiting, at, journal, book)
    ask_all(event, readings, journal, book)
    return ACCEPTED


def _count(event: str, lots: Iterable[Lot], at: datetime, journal: Journal, book: Rulebook) -> None:
    """Count what was confirmed towards the tiers, and note it with its event if that is known."""
    found = ends(journal.account, at, book)
    record = journal.account.records.get(event)
    if record is None:
        for lot in lots:
            now = altered(lot, points=lot.remaining, available=at)
            count_for_ladders(now, at, found, journal, book, released=False)
            count_points(now, at, journal, book)
        return

    def confirmed(award: Award) -> Award:
        if award.cancelled or not award.lot.awaits:
            return award
        now = altered(award.lot, points=award.kept, available=at)
        tallies = count_for_ladders(now, at, found, journal, book, released=False)
        if record.reached is None:
            tallies += count_points(now, at, journal, book)
        return _confirmed(award, at, tallies)

    postings: list[Posting] = []
    for posting in record.postings:
        awards = tuple(confirmed(award) for award in posting.awards)
        postings.append(altered(posting, awards=awards))
    journal.post(RecordKept(at, altered(record, postings=tuple(postings))))


def _confirmed(award: Award, at: datetime, tallies: tuple[Tally, ...]) -> Award:
    lot = altered(award.lot, available=min(award.lot.available, at), awaits=False)
    taken = tuple(
        altered(draw, lot=altered(draw.lot, available=lot.available, awaits=False))
        if draw.lot.id == lot.id
        else draw
        for draw in award.taken
    )
    return altered(award, lot=lot, taken=taken, tallies=tallies)
