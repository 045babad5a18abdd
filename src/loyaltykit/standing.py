"""Standing: the end of a membership, its pauses, and what an account refuses meanwhile.

    erased      everything
    merged      everything: it goes to the account that goes on
    closed      everything but what comes back, a return or a transfer, and an erasure
    open        an erasure
    suspended   what would spend: redemptions, reservations, captures, rewards, transfers, codes

A suspended member earns nothing either: no rule is asked, whatever is bought or due. Time goes on
all the same. On a closed account it does not: nothing is due.
"""

from itertools import chain

from loyaltykit.account import Account
from loyaltykit.closures import Closed, Erased, Resumed, Suspended
from loyaltykit.effects import CouponWithdrawn, Disarmed, DormancySet
from loyaltykit.events import (
    Capture,
    Closure,
    CouponPresentation,
    Erasure,
    Event,
    Purchase,
    Redemption,
    Reservation,
    Resumption,
    Return,
    RewardClaim,
    Suspension,
    Transfer,
    TransferReturned,
)
from loyaltykit.journal import Journal
from loyaltykit.movements import Expired
from loyaltykit.received import ACCEPTED, Received, ask_rules
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.reserving import release_all
from loyaltykit.rulebook import Rulebook

# A purchase is priced before it is refused, since a quote is a purchase that is not kept.
_AFTERWARDS = Purchase | Return | TransferReturned | Erasure
_SPENDING = Redemption | Reservation | Capture | Transfer | CouponPresentation | RewardClaim


def ended(account: Account) -> Refusal | None:
    """What an account says that has ended: where it was merged into another, which."""
    if account.closed is None:
        return None
    if account.closed.into is not None:
        return Refusal(RefusalCode.ACCOUNT_MERGED, account.closed.into)
    return Refusal(RefusalCode.ACCOUNT_CLOSED, account.member)


def barred(event: Event, account: Account) -> Refusal | None:
    """Why the account takes no such event as it stands, if it does not."""
    if account.erased is not None:
        return Refusal(RefusalCode.ACCOUNT_ERASED, account.member)
    if account.closed is not None:
        # A purchase is priced before it is refused, since a quote is a purchase that is not kept.
        allowed = Purchase | Erasure if account.closed.into is not None else _AFTERWARDS
        return None if isinstance(event, allowed) else ended(account)
    if account.suspended is not None and isinstance(event, _SPENDING | Suspension):
        return Refusal(RefusalCode.ACCOUNT_SUSPENDED, account.member)
    return None


def closure(event: Closure, journal: Journal, book: Rulebook) -> Received:
    """Decide the end of a membership, after the rules that listen to it were asked."""
    ask_rules(event, journal, book)
    at, account = event.at, journal.account
    release_all(journal, at, book)
    for name in sorted(account.coupons):
        journal.post(CouponWithdrawn(at, None, name))
    for rule, subject in sorted(account.armed):
        journal.post(Disarmed(at, rule, subject))
    let_go(journal, event)
    for name in sorted(journal.account.dormant):
        journal.post(DormancySet(at, name, None))
    journal.post(Closed(at, event.reason))
    return ACCEPTED


def let_go(journal: Journal, event: Event) -> None:
    """Let all points lapse: pending ones first, then the others in order of consumption."""
    for lot in chain(journal.account.pending, journal.account.lots):
        journal.post(Expired(event.at, lot))


def erasure(event: Erasure, journal: Journal) -> Received:
    """Decide that what is known of a member is forgotten."""
    if journal.account.closed is None:
        return Received((Refusal(RefusalCode.ACCOUNT_OPEN, event.member),))
    journal.post(Erased(event.at, event.id))
    return ACCEPTED


def suspension(event: Suspension, journal: Journal, book: Rulebook) -> Received:
    """Decide a pause, after the rules that listen to it were asked."""
    ask_rules(event, journal, book)
    journal.post(Suspended(event.at, event.reason, event.until))
    return ACCEPTED


def resumption(event: Resumption, journal: Journal, book: Rulebook) -> Received:
    """Decide the end of a pause."""
    if journal.account.suspended is None:
        return Received((Refusal(RefusalCode.ACCOUNT_NOT_SUSPENDED, event.member),))
    journal.post(Resumed(event.at))
    return ask_rules(event, journal, book)
