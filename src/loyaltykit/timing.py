"""Timing: what time brings, and when. Every due thing posts at its own instant, however late asked.

At one instant: a suspension ends, pending points become available, reservations end, tiers are
judged, lots and coupons expire, triggers fire in programme order, milestones are judged, then tiers
again, automatic rewards are taken. What a return leaves to do is due when its instant is over, a
tick later.
"""

from datetime import datetime
from typing import assert_never

from loyaltykit.account import Account
from loyaltykit.arming import arm_birthdays, birthday_year
from loyaltykit.calendar import TICK, shift
from loyaltykit.closures import Resumed
from loyaltykit.consequences import cause_of
from loyaltykit.copying import altered
from loyaltykit.counting import count_released
from loyaltykit.effects import (
    CouponExpired,
    Disarmed,
    RecordKept,
    Triggered,
)
from loyaltykit.errors import LimitError
from loyaltykit.events import EventKind
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.granting import repay
from loyaltykit.inquiries import Questions
from loyaltykit.journal import Journal
from loyaltykit.judging import judge_tiers, next_tier_change
from loyaltykit.lapsing import (
    cancel,
    has_emptied,
    keep_alive,
    lapse_dormant,
    lapse_with_tier,
    next_lapse,
)
from loyaltykit.lasting import outlived
from loyaltykit.lots import NEVER, Lot
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.movements import Expired, Released
from loyaltykit.observe import kept, observe
from loyaltykit.occasion import Occasion
from loyaltykit.posting import ask
from loyaltykit.promoting import ENDING, follow_tiers, undo
from loyaltykit.reaching import judge_lost, judge_reached
from loyaltykit.readings import Readings
from loyaltykit.records import Record
from loyaltykit.reserving import end_reservations
from loyaltykit.rewarding import take_automatic
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Rule
from loyaltykit.triggers import (
    BIRTHDAY,
    LAPSE,
    After,
    Birthday,
    Inactivity,
    On,
    TierEnding,
    TierKept,
    TierLost,
    TierReached,
)
from loyaltykit.vocabulary import Scope


def next_due(account: Account, book: Rulebook) -> datetime | None:
    """The first instant at which time changes the account; nothing is due on a closed one."""
    if account.clock is not None and _is_unsettled(account, book):
        return account.clock + TICK
    return _due_by(NEVER, account, book)


def _is_unsettled(account: Account, book: Rulebook) -> bool:
    """Whether what came back at the clock leaves something to do when that instant is over.

    Parts of a return at one instant equal the whole. So what follows from a tier or a balance
    waits, since the next part may change them again.
    """
    lost = next(outlived(account, book.ladders), None)
    return account.closed is None and (lost is not None or has_emptied(account, book))


def _due_by(horizon: datetime, account: Account, book: Rulebook) -> datetime | None:
    """The first instant, at or before `horizon`, at which something was due beforehand."""
    if account.closed is not None:
        return None
    due = [coupon.until for coupon in account.coupons.values() if coupon.until is not None]
    due.extend(account.armed.values())
    if account.pending:
        due.append(account.pending[0].available)
    if account.lots and account.lots[0].expires is not None:
        due.append(account.lots[0].expires)
    due.extend(each.until for each in account.reservations.values())
    if account.suspended is not None and account.suspended.until is not None:
        due.append(account.suspended.until)
    lapse = next_lapse(account)
    if lapse is not None:
        due.append(lapse)
    first = min(due, default=NEVER)
    changed = next_tier_change(account, book, min(first, horizon))
    if changed is not None:
        first = min(first, changed)
    return first if first < NEVER and first <= horizon else None


def pass_time(journal: Journal, until: datetime, book: Rulebook) -> datetime:
    """Post everything that is due up to and including `until`; how far it came.

    It stops before the first instant that would pass the bound on effects.
    """
    clock = journal.account.clock
    reached, due = clock or until, None
    if clock is not None and clock < until and _is_unsettled(journal.account, book):
        due = clock + TICK
    while due is not None or (due := _due_by(until, journal.account, book)) is not None:
        at = due if journal.account.clock is None else max(due, journal.account.clock)
        before = len(journal.effects)
        try:
            with journal.undone_on_limit():
                settle(journal, at, book)
        except LimitError:
            if not before:
                raise
            return reached
        reached, due = at, None
    return until


def settle(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Post everything that is due at an instant."""
    mark = len(journal.effects)
    pause = journal.account.suspended
    if pause is not None and pause.until is not None and pause.until <= at:
        journal.post(Resumed(at))
    released: list[Lot] = []
    while journal.account.pending and journal.account.pending[0].available <= at:
        lot = journal.account.pending[0]
        if lot.awaits:
            cancel(lot, at, journal)
            continue
        journal.post(Released(at, lot.id))
        repay(lot, at, journal)
        released.append(lot)
    count_released(released, at, journal, book)
    end_reservations(journal, at, book)
    judge_tiers(journal, at, book)
    lapse_with_tier(journal, at, book)
    while journal.account.lots and (journal.account.lots[0].expires or NEVER) <= at:
        journal.post(Expired(at, journal.account.lots[0]))
    lapse_dormant(journal, at, book)
    for _, coupon in sorted(journal.account.coupons.items()):
        if coupon.until is not None and coupon.until <= at:
            end = shift(at, book.remember, book.zone)
            journal.post(CouponExpired(at, coupon.id, end))
    for rule, subject in _firing(journal.account, at, book):
        _fire(rule, subject, journal, at, book)
    cause = cause_of(at, journal.account)
    judge_reached(mark, cause, journal, at, book)
    follow_tiers(mark, cause, journal, at, book, None)
    lapse_with_tier(journal, at, book)
    take_automatic(journal, at, f"reward:{at:%Y-%m-%dT%H:%M:%S.%fZ}", book)
    keep_alive(journal, at, book)


def _firing(account: Account, at: datetime, book: Rulebook) -> list[tuple[str, str]]:
    due = [key for key, instant in account.armed.items() if instant <= at]
    return sorted(due, key=lambda key: (book.place.get(key[0], len(book.place)), key))


def _fire(name: str, subject: str, journal: Journal, at: datetime, book: Rulebook) -> None:
    rule = book.rule(name)
    if rule is None:
        # The programme that armed it is another: nothing is asked any more.
        journal.post(Disarmed(at, name, subject))
        return
    match rule.on:
        case Birthday() as trigger:
            due = journal.account.armed[name, subject]
            year = birthday_year(trigger, journal.account, due, book)
            journal.post(Triggered(at, name, subject, year))
            _ask_member(rule, at, f"{BIRTHDAY}:{year}", journal, book)
            arm_birthdays(journal, at, book)
        case Inactivity():
            journal.post(Triggered(at, name, subject))
            _ask_member(rule, at, f"{LAPSE}:{at:%Y-%m-%dT%H:%M:%S.%fZ}", journal, book)
        case After(event=EventKind.PURCHASE):
            journal.post(Triggered(at, name, subject))
            _follow_up(rule, subject, journal, at, book)
        case After():
            journal.post(Triggered(at, name, subject))
            _ask_member(rule, at, subject, journal, book)
        case Milestone() | Streak():
            journal.post(Triggered(at, name, subject))
            judge_lost(rule, subject, journal, at, book)
        case TierEnding():
            journal.post(Triggered(at, name, subject))
            _ask_member(rule, at, f"{ENDING}:{at:%Y-%m-%dT%H:%M:%S.%fZ}", journal, book)
        case TierReached() | TierKept() | TierLost():
            journal.post(Triggered(at, name, subject))
            undo(rule, subject, journal, at, book)
        case On():
            journal.post(Disarmed(at, name, subject))
        case _:
            assert_never(rule.on)


def _ask_member(rule: Rule, at: datetime, event: str, journal: Journal, book: Rulebook) -> None:
    readings = observe(journal.account, at, book, book.asked_by(rule))
    ask(rule, readings, Occasion.of(at, event, journal.account, book), journal, book)


def _follow_up(rule: Rule, order: str, journal: Journal, at: datetime, book: Rulebook) -> None:
    record = journal.account.records.get(order)
    if record is None or record.closed:
        return
    readings = _kept_at(record, book.asked_by(rule), journal.account, at, book)
    occasion = Occasion.of(at, order, journal.account, book, record.code)
    posting = ask(rule, readings, occasion, journal, book)
    if posting is None:
        return
    own = FrozenMap(
        (fact, value) for fact, value in readings.values.items() if fact.scope is Scope.MEMBER
    )
    back = FrozenMap((line.id, line.returned) for line in record.lines if line.returned)
    posting = altered(posting, at=at, facts=own, ladder=book.ladders.names, returned=back)
    record = journal.account.records[order]
    journal.post(RecordKept(at, altered(record, postings=(*record.postings, posting))))


def _kept_at(
    record: Record, asked: Questions, account: Account, at: datetime, book: Rulebook
) -> Readings:
    """The member as now, the basket as it is kept of the order.

    What a rule asks since the programme was edited, and the order never recorded, is unknown.
    """
    basket = kept(record, None, book.scale, (*asked.moment, *asked.lines, *asked.custom))
    about_member = altered(
        asked, moment=tuple(fact for fact in asked.moment if fact.scope is Scope.MEMBER), custom=()
    )
    now = observe(account, at, book, about_member)
    return altered(
        now,
        values={**basket.values, **now.values},
        lines=basket.lines,
        answers=basket.answers,
    )
