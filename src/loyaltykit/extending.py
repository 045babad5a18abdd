"""Extending: other expiry, by hand, for points that are there.

An extension never lets points lapse sooner. A new expiry never lets them lapse at once.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from loyaltykit.account import Account
from loyaltykit.corrections import ExpiryStart, Extension, Since
from loyaltykit.handmade import Rescheduled
from loyaltykit.journal import Journal
from loyaltykit.lots import Lot
from loyaltykit.received import Received, ask_rules
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.windows import term_end


def extension(event: Extension, journal: Journal, book: Rulebook) -> Received:
    """Decide an extension: refuse it whole where a lot is unknown, or where nothing changes."""
    book.purse(event.purse, event.id)
    held = {lot.id: lot for lot in _lots(journal.account, event.purse)}
    wanted = tuple(held) if event.lots is None else event.lots
    unknown = tuple(Refusal(RefusalCode.LOT_UNKNOWN, lot) for lot in wanted if lot not in held)
    if unknown:
        return Received(unknown)
    ends = [(lot, held[lot].expires) for lot in wanted]
    sooner = [lot for lot, end in ends if end is not None and end < event.until]
    if not sooner:
        return Received((Refusal(RefusalCode.EXPIRY_UNCHANGED, event.purse),))
    for lot in sooner:
        journal.post(Rescheduled(event.at, event.id, lot, event.until))
    return ask_rules(event, journal, book)


def expiry_start(event: ExpiryStart, journal: Journal, book: Rulebook) -> Received:
    """Decide that points which would last for ever get an end; refuse it if any is over."""
    book.purse(event.purse, event.id)
    held = _lots(journal.account, event.purse)
    lasting = [lot for lot in held if lot.expires is None and lot.tier is None]
    if not lasting:
        return Received((Refusal(RefusalCode.EXPIRY_UNCHANGED, event.purse),))
    ends = [(lot, _end(lot, event, book)) for lot in lasting]
    over = sum(lot.remaining for lot, end in ends if end <= max(event.at, lot.available))
    if over:
        code = RefusalCode.EXPIRED_AT_ONCE
        return Received((Refusal(code, event.purse, desired=over, granted=0),))
    for lot, end in ends:
        journal.post(Rescheduled(event.at, event.id, lot.id, end))
    return ask_rules(event, journal, book)


def _lots(account: Account, purse: str) -> Iterable[Lot]:
    return (lot for lot in chain(account.lots, account.pending) if lot.purse == purse)


def _end(lot: Lot, event: ExpiryStart, book: Rulebook) -> datetime:
    start = lot.earned if event.counted is Since.EARNED else event.at
    # An expiry that starts has an end: its term is never Forever.
    end = term_end(event.term, start, book.zone) or event.at
    return max(end, event.not_before or event.at)
