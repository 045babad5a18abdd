"""Adjusting: points that are added or taken by hand, goodwill, expired points that come back."""

from decimal import Decimal

from loyaltykit.account import Account
from loyaltykit.corrections import Adjustment, Goodwill, Reinstatement
from loyaltykit.effects import Counted
from loyaltykit.granting import repay
from loyaltykit.handmade import Adjusted, GoodwillGranted, Revived
from loyaltykit.journal import Journal
from loyaltykit.lasting import usable
from loyaltykit.ledger import consume
from loyaltykit.limiting import until
from loyaltykit.lots import Lot, derived
from loyaltykit.received import Received, ask_rules
from loyaltykit.refusals import Missing, Refusal, RefusalCode, insufficient
from loyaltykit.rulebook import Rulebook
from loyaltykit.windows import TierEnd, term_end

GOODWILL_TIMES = "goodwill:times"
"""The counter of how often a member was given goodwill."""


def goodwill_counter(purse: str) -> str:
    """The counter of how much goodwill a member was given, in points of a purse."""
    return f"goodwill:points:{purse}"


def adjustment(event: Adjustment, journal: Journal, book: Rulebook) -> Received:
    """Decide an adjustment: add a lot, or take what is available; refuse to take more."""
    at, purse, reason = event.at, book.purse(event.purse, event.id).name, event.reason
    if event.points < 0:
        lots = usable(journal.account, purse, book.ladders)
        draws, short = consume(lots, purse, -event.points)
        if short:
            return Received((insufficient(purse, -event.points, short),))
        journal.post(Adjusted(at, event.id, purse, None, draws, reason))
        return ask_rules(event, journal, book)
    lot = granted_lot(event, event.points, journal.account, book)
    if isinstance(lot, Refusal):
        return Received((lot,))
    journal.post(Adjusted(at, event.id, purse, lot, (), reason))
    repay(lot, at, journal)
    return ask_rules(event, journal, book)


def goodwill(event: Goodwill, journal: Journal, book: Rulebook) -> Received:
    """Decide goodwill: grant all of it, or refuse it where the programme's limit is reached."""
    at = event.at
    book.purse(event.purse, event.id)
    refusal = _over_limit(event, journal.account, book)
    lot = granted_lot(event, event.points, journal.account, book)
    if refusal is not None or isinstance(lot, Refusal):
        return Received(tuple(each for each in (refusal, lot) if isinstance(each, Refusal)))
    journal.post(GoodwillGranted(at, lot, event.reason))
    repay(lot, at, journal)
    limit = book.program.goodwill
    if limit is not None:
        end = until(limit.window, journal.account, at, book)
        journal.post(Counted(at, GOODWILL_TIMES, 1, end))
        journal.post(Counted(at, goodwill_counter(event.purse), event.points, end))
    return ask_rules(event, journal, book)


def reinstatement(event: Reinstatement, journal: Journal, book: Rulebook) -> Received:
    """Decide that expired points come back: not more than have expired."""
    purse = book.purse(event.purse, event.id).name
    gone = journal.account.purse(purse).expired
    if event.points > gone:
        over = event.points - gone
        missing = Missing("expired", f"{gone} have expired, {over} too many", Decimal(over))
        code = RefusalCode.EXPIRED_INSUFFICIENT
        refusal = Refusal(code, purse, desired=event.points, granted=0, missing=(missing,))
        return Received((refusal,))
    lot = granted_lot(event, event.points, journal.account, book)
    if isinstance(lot, Refusal):
        return Received((lot,))
    journal.post(Revived(event.at, lot, event.reason))
    repay(lot, event.at, journal)
    return ask_rules(event, journal, book)


def granted_lot(
    event: Adjustment | Goodwill | Reinstatement, points: int, account: Account, book: Rulebook
) -> Lot | Refusal:
    """The lot that a grant by hand makes, or why it would be gone before it could be used."""
    at, purse = event.at, event.purse
    tier = book.ladders.main_tier(account)
    expires = book.expiry(event.expires, purse, tier)
    bound = isinstance(expires, TierEnd)
    end = None if isinstance(expires, TierEnd) else term_end(expires, at, book.zone)
    if end is not None and end <= at:
        return Refusal(RefusalCode.EXPIRED_AT_ONCE, purse, desired=points, granted=0)
    return Lot(
        # A fourth part, as no rule's lot has: a rule may listen to the same event.
        derived(event.id, "by hand", 0, "by hand"),
        purse,
        points=points,
        remaining=points,
        earned=at,
        available=at,
        expires=end,
        event=event.id,
        rule=None,
        tier=tier if bound else None,
    )


def _over_limit(event: Goodwill, account: Account, book: Rulebook) -> Refusal | None:
    limit = book.program.goodwill
    if limit is None:
        return None
    missing = []
    if limit.times is not None and account.count(GOODWILL_TIMES, event.at) >= limit.times:
        missing.append(Missing("goodwill", f"given {limit.times} times already"))
    if limit.points is not None:
        left = limit.points * book.scales[event.purse] - account.count(
            goodwill_counter(event.purse), event.at
        )
        over = event.points - max(0, left)
        if over > 0:
            text = f"{max(0, left)} points left, {over} too many"
            missing.append(Missing("goodwill", text, Decimal(over)))
    if not missing:
        return None
    return Refusal(
        RefusalCode.LIMIT_REACHED,
        "goodwill",
        desired=event.points,
        granted=0,
        missing=tuple(missing),
    )
