"""Transferring: points that leave for another account, arrive there, or come back.

Nothing is made or lost on the way: what counts as sent here is received there. What comes back is
sent no longer. The dates of the points never change. What comes back to a closed account pays off
what it owes, and lapses.
"""

from loyaltykit.calendar import shift
from loyaltykit.effects import Sent
from loyaltykit.granting import repay_from
from loyaltykit.handmade import TransferArrived, Transferred, TransferUndone
from loyaltykit.journal import Journal
from loyaltykit.lapsing import come_back
from loyaltykit.ledger import consume
from loyaltykit.lots import Draw, Lot, crossing, derived
from loyaltykit.movements import Expired
from loyaltykit.received import Received, ask_rules
from loyaltykit.refusals import Refusal, RefusalCode, insufficient
from loyaltykit.rulebook import Rulebook
from loyaltykit.standing import let_go
from loyaltykit.transfers import Transfer, TransferLot, TransferReceived, TransferReturned


def transfer(event: Transfer, journal: Journal, book: Rulebook) -> Received:
    """Decide a transfer: send what is available, or refuse it whole."""
    at, account = event.at, journal.account
    purse = book.purse(event.purse, event.id).name
    if event.to == event.member:
        return Received((Refusal(RefusalCode.TRANSFER_SELF, event.to),))
    # What lapses with this member's tier would have no end in another's account.
    free = [lot for lot in account.lots if lot.tier is None]
    draws, short = consume(free, purse, event.points)
    if short:
        return Received((insufficient(purse, event.points, short),))
    until = shift(at, book.remember, book.zone)
    journal.post(Transferred(at, event.id, event.to, purse, draws, until))
    news = TransferReceived(
        crossing(event.id, "transfer", 0, account.member),
        at,
        member=event.to,
        sender=account.member,
        transfer=event.id,
        purse=purse,
        lots=[_leaving(draw) for draw in draws],
    )
    journal.post(Sent(at, news))
    return ask_rules(event, journal, book)


def transfer_received(event: TransferReceived, journal: Journal, book: Rulebook) -> Received:
    """Decide what comes from another account: take it in, and let go what is over already."""
    at, purse = event.at, book.purse(event.purse, event.id).name
    lots = tuple(_arriving(event, place) for place in range(len(event.lots)))
    journal.post(TransferArrived(at, event.sender, purse, lots))
    for lot in lots:
        if lot.expires is not None and lot.expires <= at:
            journal.post(Expired(at, lot))
    repay_from(purse, at, journal)
    return ask_rules(event, journal, book)


def transfer_returned(event: TransferReturned, journal: Journal, book: Rulebook) -> Received:
    """Decide what an account refused: give back all of that transfer, once."""
    at = event.at
    sent = journal.account.transfers.get(event.transfer)
    if sent is None or sent.until <= at:
        return Received((Refusal(RefusalCode.TRANSFER_UNKNOWN, event.transfer),))
    journal.post(TransferUndone(at, event.transfer, sent.to, sent.purse, sent.draws))
    come_back((draw.lot.id for draw in sent.draws), at, journal, book)
    if journal.account.closed is not None:
        let_go(journal, event)
    return ask_rules(event, journal, book)


def _leaving(draw: Draw) -> TransferLot:
    return TransferLot(draw.points, draw.lot.earned, expires=draw.lot.expires)


def _arriving(event: TransferReceived, place: int) -> Lot:
    lot = event.lots[place]
    return Lot(
        derived(event.id, "transfer", place, "received"),
        event.purse,
        points=lot.points,
        remaining=lot.points,
        earned=lot.earned,
        available=event.at,
        expires=lot.expires,
        event=event.id,
        rule=None,
    )
