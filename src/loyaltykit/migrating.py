"""Migrating: what a new version does to an account, at the instant from which it counts.

How the member goes on on each ladder, the tier that follows, the dates of points, what waits for a
moment. It is the programme that changes: nothing here asks a rule.
"""

from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import assert_never

from loyaltykit.account import Account
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.arming import arm_birthdays, arm_lapses_anew
from loyaltykit.calendar import TICK, shift
from loyaltykit.climbing import later_end
from loyaltykit.climbs import Climb, Grant, Standing, TierTerm
from loyaltykit.copying import altered
from loyaltykit.effects import Disarmed, DormancySet, TierChanged, TierGranted
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.handmade import Rescheduled
from loyaltykit.journal import Journal
from loyaltykit.judging import judge_tier
from loyaltykit.ladders import Ladder
from loyaltykit.lots import NEVER, Lot, derived
from loyaltykit.migrations import ExpiryChange, Judged, LadderChange, LadderDropped, Redated
from loyaltykit.observe import earned_at
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Accrue, Credit, Rule
from loyaltykit.tenures import ForTerm, UntilReview, WhileQualified
from loyaltykit.triggers import After
from loyaltykit.versions import Version
from loyaltykit.vocabulary import CREDIT
from loyaltykit.windows import SinceEntry, Term, TierEnd, term_end


def migrate(version: Version, at: datetime, journal: Journal, old: Rulebook, new: Rulebook) -> None:
    """Post what becomes of an account that goes by another version from an instant on."""
    event = f"version:{version.name}"
    before = journal.account
    changes = {each.ladder: each for each in version.migrations if isinstance(each, LadderChange)}
    moved = [pair for each in changes.values() for pair in each.moved.items()]
    journal.post(VersionAdopted(at, version.name, moved=FrozenMap(sorted(moved))))
    for each in version.migrations:
        if isinstance(each, LadderDropped):
            _drop(each.ladder, journal, at)
    for ladder in new.ladders:
        change = changes.get(ladder.name, LadderChange(ladder.name))
        former = old.ladders.named(change.former)
        if former is not None and former.tiers == ladder.tiers and ladder.name not in changes:
            # The same as before: whatever is due now is judged with all else that is due.
            if before.climb(ladder.name).turns:
                journal.counted_since(ladder.name, at)
            continue
        if former is not None:
            if former.name != ladder.name:
                _drop(former.name, journal, at)
            _Passage(before, former, ladder, change, at, old).post(journal, event)
        judge_tier(ladder, journal, at, new)
    for each in version.migrations:
        if isinstance(each, ExpiryChange):
            _redate(each, journal, at, new, event)
    _arm(journal, at, old, new)


def _drop(ladder: str, journal: Journal, at: datetime) -> None:
    """Nobody has a tier of a ladder any more, and nothing counts for it."""
    tier = journal.account.tier_on(ladder)
    if tier is not None:
        journal.post(TierChanged(at, tier, None, ladder))
    journal.post(LadderAdopted(at, ladder, None, counters=()))


class _Passage:
    """How a member comes from one ladder to another."""

    def __init__(
        self,
        account: Account,
        former: Ladder,
        ladder: Ladder,
        change: LadderChange,
        at: datetime,
        old: Rulebook,
    ) -> None:
        self.account = account
        self.former = former
        self.ladder = ladder
        self.change = change
        self.at = at
        self.old = old
        self.climb: Climb = account.climb(former.name)

    def post(self, journal: Journal, event: str) -> None:
        same = self.former.name == self.ladder.name
        before = frozenset(self.former.counters.values()) if same else frozenset[str]()
        counters = tuple(each for each in self.ladder.counters.values() if each in before)
        journal.post(
            LadderAdopted(
                self.at,
                self.ladder.name,
                None if self.ladder.plain else self._standing(),
                counters=counters,
                grants=self._grants(),
            )
        )
        journal.counted_since(self.ladder.name, self.at)
        held = self.change.held
        rank = self.ladder.rank(self._tier(self._was().tier))
        if held is not None and rank > self.ladder.base:
            until = term_end(held, self.at, self.ladder.zone)
            given = Grant(self.ladder.names[rank], since=self.at, until=until)
            journal.post(TierGranted(self.at, self.ladder.name, event, given, "held"))

    def _tier(self, tier: str | None) -> str | None:
        """The present tier of the members of a former one, if there is any."""
        moved = tier if tier is None else self.change.moved.get(tier, tier)
        return moved if self.ladder.rank(moved) >= 0 else None

    def _grants(self) -> FrozenMap[str, Grant]:
        """What is given still, of tiers that there are still."""
        found: list[tuple[str, Grant]] = []
        for name, given in self.climb.grants.items():
            tier = self._tier(given.tier)
            if tier is not None and (given.until or NEVER) > self.at:
                found.append((name, altered(given, tier=tier)))
        return FrozenMap(found)

    def _standing(self) -> Standing:
        """From where the member goes on."""
        was = self._was()
        counted_from, carried = was.counted_from, was.carried
        if self.former.name != self.ladder.name:
            counted_from, carried = None, 0
        if self.change.judged is Judged.ANEW:
            return Standing(counted_from=counted_from, carried=carried)
        standing = Standing(
            self._tier(was.tier),
            since=was.since or self.at,
            falls=was.falls,
            to=self._tier(was.to),
            counted_from=counted_from,
            carried=carried,
        )
        match self.ladder.tiers.validity:
            case WhileQualified():
                return standing
            case UntilReview(term):
                return self._until_review(standing, was, term)
            case ForTerm(term):
                return self._for_term(standing, was, term)
            case _:
                assert_never(self.ladder.tiers.validity)

    def _was(self) -> Standing:
        """Where the member stood just before."""
        if self.former.plain:
            before = self.at - TICK
            return Standing(earned_at(self.account, before, self.former, self.old), since=self.at)
        if not self.climb.turns:
            return Standing(self.former.tier(self.former.base))
        return self.climb.standing

    def _until_review(self, standing: Standing, was: Standing, term: Term) -> Standing:
        """The present term goes on to its end; who had none has one from now on."""
        if standing.falls is not None:
            return standing
        if self.former.tiers.validity == self.ladder.tiers.validity and was.until is not None:
            return altered(standing, until=was.until, anchor=was.anchor, renewed=was.renewed)
        until = was.until
        counted = isinstance(self.ladder.tiers.window, SinceEntry)
        rank = self.ladder.rank(standing.tier)
        if until is None and (rank > self.ladder.base or (counted and rank >= 0)):
            until = term_end(term, self.at, self.ladder.zone)
        if until is None:
            return standing
        # The first term of the new kind follows on this one.
        return altered(standing, until=until, anchor=until, renewed=-1)

    def _for_term(self, standing: Standing, was: Standing, term: Term) -> Standing:
        """The terms that there are go on; who had none has one from now on."""
        rank = self.ladder.rank(standing.tier)
        terms: dict[str | None, datetime | None] = {}
        until = was.until
        if isinstance(self.former.tiers.validity, ForTerm):
            for each in was.terms:
                name = self._tier(each.tier)
                terms[name] = later_end(terms.get(name, each.until), each.until)
        elif standing.falls is None:
            until = was.until or term_end(term, self.at, self.ladder.zone)
            terms.update(dict.fromkeys(self.ladder.names[self.ladder.base + 1 : rank + 1], until))
        return altered(
            standing,
            until=None if standing.falls is not None or rank <= self.ladder.base else until,
            anchor=self.at,
            terms=tuple(TierTerm(name, terms[name]) for name in self.ladder.names if name in terms),
        )


def _redate(
    change: ExpiryChange, journal: Journal, at: datetime, book: Rulebook, event: str
) -> None:
    """Give points that the member has other dates."""
    notice = shift(at, change.notice, book.zone)
    tier = book.ladders.main_tier(journal.account)
    for lot in chain(journal.account.lots, journal.account.pending):
        if lot.purse != change.purse or lot.tier is not None:
            continue
        expires = book.expiry(_given(lot, book), lot.purse, tier)
        if isinstance(expires, TierEnd):
            continue
        was = lot.expires or NEVER
        now = _redated(change.redated, was, term_end(expires, lot.earned, book.zone), notice)
        # What is pending still must not lapse before anybody can spend it.
        if now != was and now > lot.available:
            journal.post(Rescheduled(at, event, lot.id, None if now == NEVER else now))
    dormant = journal.account.dormant.get(change.purse)
    dormancy = book.purses[change.purse].dormancy
    if dormant is None or dormant.times:
        return
    end = None if dormancy is None else shift(dormant.since, dormancy.after, book.zone)
    due = _redated(change.redated, dormant.due, end, notice)
    if due != dormant.due:
        after = None if due == NEVER else altered(dormant, due=due)
        journal.post(DormancySet(at, change.purse, after))


def _redated(how: Redated, was: datetime, end: datetime | None, notice: datetime) -> datetime:
    match how:
        case Redated.LATER:
            return max(end or NEVER, was)
        case Redated.ANEW:
            return max(end or NEVER, min(was, notice))
        case _:
            assert_never(how)


def _given(lot: Lot, book: Rulebook) -> Term | TierEnd | None:
    """When the action that granted these points says now that they lapse, if it does."""
    rule = None if lot.rule is None else book.rule(lot.rule)
    if rule is None:
        return None
    found = [
        (lot.id != derived(lot.event, rule.name, place), place, action.expires)
        for place, action in enumerate(rule.then)
        if isinstance(action, Accrue | Credit)
        and lot.purse == (action.purse if isinstance(action, Accrue) else CREDIT)
    ]
    # The very action, or the first into that purse where the rule has others now.
    return min(found, key=itemgetter(0, 1))[2] if found else None


def _arm(journal: Journal, at: datetime, old: Rulebook, new: Rulebook) -> None:
    """Arm what waits for a moment by the new rules; nothing waits for a rule that is gone.

    What is due now stays: it is asked with all else that is due.
    """
    for name, subject in sorted(journal.account.armed):
        before, after = old.rule(name), new.rule(name)
        if after is None or (before is not None and not _waits_alike(before, after)):
            journal.post(Disarmed(at, name, subject))
    arm_birthdays(journal, at, new, again=True)
    arm_lapses_anew(journal, at, old, new)


def _waits_alike(before: Rule, after: Rule) -> bool:
    """Whether two rules wait for the same kind of moment."""
    if isinstance(before.on, After) and isinstance(after.on, After):
        return before.on.event is after.on.event
    return type(before.on) is type(after.on)
