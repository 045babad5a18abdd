"""Merging: two accounts of one person become one, decided on both at once or on neither.

On both, time is brought up to the event. Then all of the one goes to the other; what arrives repays
what is owed; the rules that listen are asked; the tier is judged, and what waits is armed, by what
is known of both.
"""

from datetime import datetime

from loyaltykit.account import Account, forget
from loyaltykit.admitting import belongs, bring, decided, in_time, not_ahead, room_for
from loyaltykit.calendar import shift
from loyaltykit.climbs import Grant, ladder_of
from loyaltykit.codec import digest
from loyaltykit.decision import Merger, Status
from loyaltykit.editions import Editions
from loyaltykit.effects import Recorded, TierGranted
from loyaltykit.errors import ConflictError
from loyaltykit.events import Merge
from loyaltykit.following import follow
from loyaltykit.granting import repay_from
from loyaltykit.journal import Journal
from loyaltykit.judging import judge_standings, judge_tiers
from loyaltykit.lapsing import lapse_with_tier
from loyaltykit.mergers import Absorbed, MergedInto
from loyaltykit.received import ask_rules
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.renaming import common_ids, new_coupons, new_lots, new_subjects
from loyaltykit.rulebook import Rulebook
from loyaltykit.standing import ended


def merge_accounts(
    account: Account,
    other: Account,
    event: Merge,
    editions: Editions,
    *,
    clock: datetime | None,
    denied: frozenset[str],
) -> Merger:
    """Decide a merger of another account into this one.

    Raises:
        as `Engine.merge`.
    """
    belongs(event, event.member, account)
    belongs(event, event.absorbed, other)
    content = digest(event)
    known = [decided(event, each, content) for each in (account, other)]
    mine, theirs = Journal(account, denied), Journal(other, denied)
    if all(known):
        return _merger(mine, theirs, Status.DUPLICATE, event)
    not_ahead(event, clock)
    for journal in (mine, theirs):
        in_time(event, journal.account)
    if any(known):
        raise ConflictError(
            f"event {event.id!r} was decided on one of the two accounts only: store both decisions "
            "of a merger in one transaction"
        )
    bring(event, theirs, editions)
    book = bring(event, mine, editions)
    refusals = _refusals(mine.account, theirs.account, event)
    for journal in (mine, theirs):
        journal.refuse(*refusals)
        journal.notes.extend(f"refused: {each}" for each in refusals)
    if refusals:
        return _merger(mine, theirs, Status.REFUSED, event)
    for journal in (mine, theirs):
        room_for(event, journal.account, book)
    absorbed = _unite(mine, theirs, event)
    _settle(mine, absorbed, event, book)
    judge_standings(mine, event.at, book)
    until = shift(event.at, book.remember, book.zone)
    for before, journal in ((account, mine), (other, theirs)):
        editions.begin(before, journal, event.at)
        journal.post(Recorded(event.at, event.id, content, until))
    _judge(mine, absorbed, event, book)
    follow(event, mine, book, len(mine.effects))
    return _merger(mine, theirs, Status.ACCEPTED, event)


def _merger(mine: Journal, theirs: Journal, status: Status, event: Merge) -> Merger:
    survivor, absorbed = (
        each.decision(
            status, each.account.clock or event.at if status is Status.DUPLICATE else event.at
        )
        for each in (mine, theirs)
    )
    return Merger(survivor, absorbed)


def _refusals(account: Account, other: Account, event: Merge) -> tuple[Refusal, ...]:
    found = [ended(each) for each in (account, other)]
    found += [
        Refusal(RefusalCode.ACCOUNT_SUSPENDED, each.member)
        for each in (account, other)
        if each.suspended is not None
    ]
    if not any(found):
        both = common_ids(forget(account, event.at), forget(other, event.at))
        found += [Refusal(RefusalCode.MERGE_COLLISION, each) for each in both]
    return tuple(each for each in found if each is not None)


def _unite(mine: Journal, theirs: Journal, event: Merge) -> Account:
    """Move everything; the absorbed account as it was just before."""
    at, absorbed = event.at, theirs.account
    account, other = forget(mine.account, at), forget(absorbed, at)
    arrived = Absorbed(
        at,
        event.id,
        absorbed,
        lots=new_lots(account, other, event.id),
        coupons=new_coupons(account, other, event.id),
        subjects=new_subjects(account, other, event.id),
    )
    theirs.post(MergedInto(at, event.id, event.member, event.reason))
    theirs.notes.append(f"merged into {event.member}")
    mine.post(arrived)
    mine.notes.append(f"merged: {event.absorbed}")
    for what, names in (("lot", arrived.lots), ("coupon", arrived.coupons)):
        mine.notes.extend(f"{what} {old} is {new} now" for old, new in names.items())
    return absorbed


def _settle(mine: Journal, absorbed: Account, event: Merge, book: Rulebook) -> None:
    for counter, trail in absorbed.trails.items():
        first = trail.steps[0].at if trail.steps else event.at
        mine.counted_since(ladder_of(counter), first)
    for purse in absorbed.purses:
        repay_from(purse, event.at, mine)
    ask_rules(event, mine, book)


def _judge(mine: Journal, absorbed: Account, event: Merge, book: Rulebook) -> None:
    """Judge the tier, and let go what lasts with a higher one: it may have come with the other."""
    judge_tiers(mine, event.at, book)
    for ladder in book.ladders:
        # What the other reached so long ago that it cannot be judged anew is not lost.
        standing = absorbed.standing_on(ladder.name)
        tier = mine.account.tier_on(ladder.name)
        if standing.until is not None and ladder.rank(standing.tier) > ladder.rank(tier):
            given = Grant(str(standing.tier), since=event.at, until=standing.until)
            mine.post(TierGranted(event.at, ladder.name, event.id, given))
            judge_tiers(mine, event.at, book)
    lapse_with_tier(mine, event.at, book)
