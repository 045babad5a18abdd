"""Lapsing: points that go without being spent, other than by their own date.

With the tier that they were earned in; for want of activity; for want of a confirmation. Each posts
at its own instant, whoever asks when.
"""

from collections.abc import Iterable
from datetime import datetime

from loyaltykit.account import Account
from loyaltykit.calendar import shift
from loyaltykit.copying import altered
from loyaltykit.effects import DormancySet, RecordKept
from loyaltykit.errors import LoyaltyError
from loyaltykit.events import KINDS, Event, EventKind, ReferralReversed, Return
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.granting import repay
from loyaltykit.journal import Journal
from loyaltykit.lasting import has_outlived, outlived
from loyaltykit.ledger import find
from loyaltykit.lots import NEVER, Lot
from loyaltykit.money import Rounding, ratio, rounded
from loyaltykit.movements import Cancelled, Expired
from loyaltykit.purses import Dormancy, Dormant
from loyaltykit.records import Posting, Record
from loyaltykit.rulebook import Rulebook
from loyaltykit.using import units_before, use_now, used


def next_lapse(account: Account) -> datetime | None:
    """When the points of a purse lapse next for want of activity."""
    return min((each.due for each in account.dormant.values()), default=None)


def lapse_with_tier(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Let go the points that were earned in a tier above the present one."""
    for lot in tuple(outlived(journal.account, book.ladders)):
        journal.post(Expired(at, lot))


def come_back(
    lots: Iterable[str], at: datetime, journal: Journal, book: Rulebook, but: int = 0
) -> None:
    """Follow up on points that came back to these lots after a while away, in this order.

    They pay off what the purse owes, but for so much; then those lapse whose time or tier ended.
    """
    for name in lots:
        place = find(journal.account.lots, name)
        if place is None:
            continue
        repay(journal.account.lots[place], at, journal, but)
        place = find(journal.account.lots, name)
        if place is None:
            continue
        lot = journal.account.lots[place]
        if has_lapsed(lot, journal.account, at, book):
            journal.post(Expired(at, lot))


def has_lapsed(lot: Lot, account: Account, at: datetime, book: Rulebook) -> bool:
    """Whether the time of a lot, or its tier, has ended."""
    late = lot.expires is not None and lot.expires <= at
    return late or has_outlived(lot, account, book.ladders)


def lapse_dormant(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Let go what is due to lapse for want of activity, and say when the next part is."""
    for name, dormant in sorted(journal.account.dormant.items()):
        if dormant.due > at:
            continue
        purse = book.purses.get(name)
        if purse is None or purse.dormancy is None:
            # The programme that set it is another: nothing lapses any more.
            journal.post(DormancySet(at, name, None))
            continue
        lots = [lot for lot in journal.account.lots if lot.purse == name]
        held = sum(lot.remaining for lot in lots)
        going = _going(purse.dormancy, dormant, held, book.scales[name], at, book)
        for lot in lots:
            part = min(going, lot.remaining)
            if not part:
                break
            going -= part
            journal.post(Expired(at, altered(lot, remaining=part)))
        journal.post(DormancySet(at, name, _again(purse.dormancy, dormant, at, book)))


def keep_alive(journal: Journal, at: datetime, book: Rulebook, event: Event | None = None) -> None:
    """Put off what lapses for want of activity; wait from the first points of a purse to its last.

    `event` is what has happened; None is that time has passed.
    """
    for name, purse in book.purses.items():
        if purse.dormancy is None:
            continue
        before = journal.account.dormant.get(name)
        after = before
        alive = event is not None and KINDS[type(event)] in purse.dormancy.unless
        if not journal.account.purse(name).held:
            after = None
        elif before is None or alive:
            by = event.id if event is not None and alive else None
            after = _awake(purse.dormancy, at, by, book)
        if after != before:
            journal.post(DormancySet(at, name, after))


def stir(journal: Journal, at: datetime, book: Rulebook, event: Return | ReferralReversed) -> None:
    """Keep alive after a return, so that parts at one instant leave what the whole leaves.

    A purse that a part of an order empties is put to rest when the instant is over: another part
    may fill it again.
    """
    returned = event.order if isinstance(event, Return) else event.qualified
    record = journal.account.records.get(returned)
    last = record is None or record.closed
    for name, purse in book.purses.items():
        if purse.dormancy is None:
            continue
        held, before = journal.account.purse(name).held, journal.account.dormant.get(name)
        fresh = _awake(purse.dormancy, at, None, book)
        after = before
        if KINDS[type(event)] in purse.dormancy.unless or (held and before is None):
            after = fresh
        elif not held and (last or before == fresh):
            after = None
        if after != before:
            journal.post(DormancySet(at, name, after))


def has_emptied(account: Account, book: Rulebook) -> bool:
    """Whether time still runs for a purse that holds nothing any more."""
    return any(
        not account.purse(name).held and name in account.dormant
        for name, purse in book.purses.items()
        if purse.dormancy is not None
    )


def _awake(dormancy: Dormancy, at: datetime, by: str | None, book: Rulebook) -> Dormant:
    due = shift(at, dormancy.after, book.zone)
    return _bounded(dormancy, Dormant(at, due, event=by), book)


def kept_alive(account: Account, book: Rulebook, kind: EventKind) -> FrozenMap[str, Dormant | None]:
    """How each purse stands that such an event keeps alive, before it does."""
    return FrozenMap(
        (name, account.dormant.get(name))
        for name, purse in book.purses.items()
        if purse.dormancy is not None and kind in purse.dormancy.unless
    )


def fall_asleep(record: Record, journal: Journal, at: datetime, book: Rulebook) -> None:
    """Let the time of a purse go on as if an order had never been that came back whole."""
    for name in record.dormant:
        now = journal.account.dormant.get(name)
        if now is None or now.event != record.id:
            continue
        before: Dormant | None = now
        while before is not None and before.event is not None:
            by = journal.account.records.get(before.event)
            if by is None or not by.closed:
                break
            before = by.dormant.get(name)
        journal.post(DormancySet(at, name, before))
    for tender in record.tenders:
        # The order had emptied the purse, so that nothing was kept alive until this return.
        now = journal.account.dormant.get(tender.purse)
        woken = now is None or now.since == at
        if tender.dormant is not None and woken and journal.account.purse(tender.purse).held:
            journal.post(DormancySet(at, tender.purse, tender.dormant))
    lapse_dormant(journal, at, book)


def cancel(lot: Lot, at: datetime, journal: Journal) -> None:
    """Take a pending lot back that nobody confirmed, and what its limits counted."""
    journal.post(Cancelled(at, lot))
    record = journal.account.records.get(lot.event)
    if record is None:
        return
    postings = tuple(
        _without(posting, lot.id, at, journal) if _grants(posting, lot.id) else posting
        for posting in record.postings
    )
    if postings != record.postings:
        journal.post(RecordKept(at, altered(journal.account.records[record.id], postings=postings)))


def _going(
    dormancy: Dormancy, dormant: Dormant, held: int, scale: int, at: datetime, book: Rulebook
) -> int:
    if dormancy.all_after is not None and shift(dormant.since, dormancy.all_after, book.zone) <= at:
        return held
    share = rounded(ratio(dormancy.share) * held / 100, Rounding.CEIL)
    return min(held, max(share, rounded(ratio(dormancy.least) * scale, Rounding.FLOOR)))


def _again(dormancy: Dormancy, dormant: Dormant, at: datetime, book: Rulebook) -> Dormant | None:
    """When the next part lapses, counted from the first, never chained."""
    if dormancy.every is None:
        last = dormancy.all_after
        due = NEVER if last is None else shift(dormant.since, last, book.zone)
        return altered(dormant, due=due, times=dormant.times + 1) if at < due < NEVER else None
    times = dormant.times + 1
    first = shift(dormant.since, dormancy.after, book.zone)
    try:
        due = shift(first, dormancy.every.times(times), book.zone)
    except LoyaltyError:  # Past the last computed year.
        return None
    again = _bounded(dormancy, altered(dormant, due=due, times=times), book)
    return again if again.due > at else None


def _bounded(dormancy: Dormancy, dormant: Dormant, book: Rulebook) -> Dormant:
    if dormancy.all_after is None:
        return dormant
    last = shift(dormant.since, dormancy.all_after, book.zone)
    return altered(dormant, due=min(dormant.due, last))


def _grants(posting: Posting, lot: str) -> bool:
    return any(award.lot.id == lot for award in posting.awards)


def _without(posting: Posting, lot: str, at: datetime, journal: Journal) -> Posting:
    after = altered(
        posting,
        awards=tuple(
            altered(award, kept=0, cancelled=True) if award.lot.id == lot else award
            for award in posting.awards
        ),
    )
    units = units_before(posting) if after.stands else 0
    return altered(
        after,
        uses=tuple(
            use_now(use, used(use.measure, after, units), at, journal) for use in posting.uses
        ),
    )
