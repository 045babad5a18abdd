"""Promoting: what it brings to reach a tier, to keep one, to lose one, and to be about to.

Rules are asked when the tiers have been judged. What they give may raise a tier in turn: all of it
is gone through until nothing changes any more. What a return undoes is taken back when the instant
is over, since another part may come at it.
"""

from collections.abc import Iterator
from datetime import datetime

from loyaltykit.account import Account
from loyaltykit.calendar import TICK, days_before
from loyaltykit.consequences import fire, kept_for, withdraw
from loyaltykit.effects import Armed, Disarmed, StandingSet, TierChanged
from loyaltykit.errors import LimitError
from loyaltykit.events import Event, ReferralReversed, Return
from loyaltykit.journal import Journal
from loyaltykit.judging import forecast, judge_tiers
from loyaltykit.ladders import Ladder
from loyaltykit.records import Record
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Rule
from loyaltykit.tenures import Skipped
from loyaltykit.triggers import TierEnding, TierKept, TierLost, TierReached, TierTrigger

MAX_CLIMBS = 50
"""How often what tiers bring is gone through at one instant."""
ENDING = "ending"
"""What a rule about a tier that ends waits for, as the subject under which it is armed."""
_LOST = "lost:"


def follow_tiers(
    mark: int, cause: str, journal: Journal, at: datetime, book: Rulebook, event: Event | None
) -> None:
    """Judge the tiers, and fire what follows from the effects since a mark.

    `event` is what led to it; None is that time has passed.

    Raises:
        LimitError: what is given raises tiers again and again.
    """
    judge_tiers(journal, at, book)
    for _ in range(MAX_CLIMBS):
        turned = [
            each for each in journal.effects[mark:] if isinstance(each, TierChanged | StandingSet)
        ]
        mark = len(journal.effects)
        for effect in turned:
            ladder = book.ladders.named(effect.ladder)
            if ladder is not None:
                _Climb(ladder, cause, journal, at, book, event).follow(effect)
        if mark == len(journal.effects):
            break
        judge_tiers(journal, at, book)
    else:
        raise LimitError(
            f"what tiers bring raised tiers {MAX_CLIMBS} times at one instant: limit those rules"
        )
    arm_endings(journal, at, book)


def arm_endings(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Arm every rule about a tier that ends by when that is, or disarm it where none does."""
    for ladder in book.ladders:
        waiting = [
            (rule, on) for rule, on in book.about_tiers(ladder) if isinstance(on, TierEnding)
        ]
        end = _end(ladder, journal.account, book) if waiting else None
        for rule, on in waiting:
            due = None if end is None else days_before(end, on.before.days, book.zone)
            other = on.tier is not None and on.tier != journal.account.tier_on(ladder.name)
            if other or (due is not None and due <= at):
                due = None
            armed = journal.account.armed.get((rule.name, ENDING))
            if due is None and armed is not None:
                journal.post(Disarmed(at, rule.name, ENDING))
            elif due is not None and due != armed:
                journal.post(Armed(at, rule.name, ENDING, due))


def undo(rule: Rule, subject: str, journal: Journal, at: datetime, book: Rulebook) -> None:
    """Take back what a rule gave for a tier that a return undid, or say that the tier is lost."""
    if subject.startswith(_LOST):
        tier = subject.removeprefix(_LOST)
        ladder = book.ladders.of_tier(tier)
        if ladder is not None and _rank(ladder, journal.account) < ladder.rank(tier):
            fire(rule, tier, f"{subject}@{at:%Y-%m-%dT%H:%M:%S.%fZ}", at, journal, book)
        return
    record = journal.account.records.get(subject)
    if record is None or record.closed or record.reached is None:
        return
    ladder = book.ladders.of_tier(record.reached.subject)
    if ladder is not None and not _stands(record, rule.on, ladder, journal.account):
        withdraw(record, at, journal, book)


def _end(ladder: Ladder, account: Account, book: Rulebook) -> datetime | None:
    rank = _rank(ladder, account)
    for place, (at, tier) in enumerate(forecast(ladder, account, book)):
        if ladder.rank(tier) < rank:
            return at
        if place > MAX_CLIMBS:
            break
    return None


def _rank(ladder: Ladder, account: Account) -> int:
    return ladder.rank(account.tier_on(ladder.name))


def _stands(record: Record, on: object, ladder: Ladder, account: Account) -> bool:
    """Whether what a rule was fired for is still so, after a return."""
    tier = None if record.reached is None else record.reached.subject
    if isinstance(on, TierKept):
        turns = account.climb(ladder.name).turns
        return any((each.at, each.standing.tier) == (record.at, tier) for each in turns)
    return _rank(ladder, account) >= ladder.rank(tier)


class _Climb:
    """One ladder at one instant, and the rules that wait for what becomes of it."""

    def __init__(
        self,
        ladder: Ladder,
        cause: str,
        journal: Journal,
        at: datetime,
        book: Rulebook,
        event: Event | None,
    ) -> None:
        self.ladder = ladder
        self.cause = cause
        self.journal = journal
        self.at = at
        self.book = book
        self.event = event
        self.returned = isinstance(event, Return | ReferralReversed)

    def follow(self, effect: TierChanged | StandingSet) -> None:
        for rule, on in self.book.about_tiers(self.ladder):
            if self.returned:
                self._doubt(rule, on)
            if isinstance(effect, TierChanged):
                self._changed(rule, on, effect)
            elif isinstance(on, TierKept) and not self.returned:
                self._kept(rule, on)

    def _changed(self, rule: Rule, on: TierTrigger, effect: TierChanged) -> None:
        before, after = (self.ladder.rank(each) for each in (effect.before, effect.after))
        if isinstance(on, TierReached):
            for name in self._entered(before, after):
                if on.tier in (None, name):
                    self._fire(rule, name)
        elif isinstance(on, TierLost) and after < before:
            lost = self.ladder.names[max(0, after + 1) : before + 1]
            tier = effect.before if on.tier is None else on.tier
            if tier is None or tier not in lost:
                return
            if self.returned:
                self.journal.post(Armed(self.at, rule.name, f"{_LOST}{tier}", self.at + TICK))
            else:
                fire(rule, tier, self.cause, self.at, self.journal, self.book)

    def _entered(self, before: int, after: int) -> Iterator[str]:
        if self.ladder.tiers.skipped is Skipped.EACH:
            passed = range(before + 1, after)
            yield from (self.ladder.names[rank] for rank in passed if self.ladder.is_earned(rank))
        if after > before:
            yield self.ladder.names[after]

    def _fire(self, rule: Rule, tier: str) -> None:
        account = self.journal.account
        for record in kept_for(rule.name, account):
            same = record.reached is not None and record.reached.subject == tier
            if same and (rule.name, record.id) in account.armed:
                # A part of a return had lost it at this instant: it stands from before.
                return
        fire(rule, tier, self.cause, self.at, self.journal, self.book)

    def _kept(self, rule: Rule, on: TierKept) -> None:
        climb = self.journal.account.climb(self.ladder.name)
        before, now = climb.before(self.at), climb.standing
        if not climb.turns or climb.turns[-1].at != self.at or now.tier is None:
            return
        renewed = (before.tier, before.since) == (now.tier, now.since) and before.until != now.until
        wanted = on.tier in (None, now.tier) and now.falls is None and now.until is not None
        given = any(record.at == self.at for record in kept_for(rule.name, self.journal.account))
        if renewed and wanted and not given:
            fire(rule, now.tier, self.cause, self.at, self.journal, self.book)

    def _doubt(self, rule: Rule, on: TierTrigger) -> None:
        """Look again, when the instant is over, at what was reached since the order came."""
        if not isinstance(on, TierReached | TierKept):
            return
        account = self.journal.account
        order = self._order()
        since = None if order is None else account.records[order].at
        for record in [*kept_for(rule.name, account)]:
            if since is not None and record.at < since:
                continue
            key = (rule.name, record.id)
            if key not in account.armed and not _stands(record, on, self.ladder, account):
                self.journal.post(Armed(self.at, *key, self.at + TICK))

    def _order(self) -> str | None:
        match self.event:
            case Return(order=order) if order in self.journal.account.records:
                return order
            case ReferralReversed(qualified=order) if order in self.journal.account.records:
                return order
            case _:
                return None
