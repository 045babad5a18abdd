"""Climbing: the standing on a ladder as a function of what was counted, and when.

    replayed(ladder, climb, trails, since, at) -> turns        ahead(...) -> turns to come

At one instant, time comes first: a period or a term that ends is judged by what counted until then.
Then all that is counted at the instant counts, together, so that the order of events at one instant
never matters. The same history gives the same standing, whoever asks when.

Never here: an account, an effect, a tier that was given.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import assert_never, final

from loyaltykit.calendar import TICK
from loyaltykit.climbs import Climb, Standing, TierTerm, Trail, Turn
from loyaltykit.copying import altered
from loyaltykit.counters import Counter
from loyaltykit.errors import DefinitionError
from loyaltykit.ladders import Ladder, Values
from loyaltykit.lots import NEVER
from loyaltykit.metrics import Metric
from loyaltykit.periods import Period
from loyaltykit.tenures import (
    AtEndOf,
    AtOnce,
    Downgrade,
    ForTerm,
    GraceFrom,
    UntilReview,
    WhileQualified,
)
from loyaltykit.turning import counters_of, end_of_period, is_open, next_turn, values_of
from loyaltykit.windows import SinceEntry, Term, term_end


def replayed(
    ladder: Ladder,
    climb: Climb,
    trails: Mapping[str, Trail],
    since: datetime,
    at: datetime,
    anchor: datetime | None,
) -> tuple[Turn, ...]:
    """How the standing turned from an instant up to and including another.

    `anchor` is when the member joined, for membership years.
    """
    walk = _Walk(ladder, climb.before(since), trails, since, anchor, climb.begun)
    return tuple(walk.to(at))


def ahead(
    ladder: Ladder,
    climb: Climb,
    trails: Mapping[str, Trail],
    after: datetime,
    anchor: datetime | None,
) -> Iterator[Turn]:
    """How the standing turns after an instant if nothing more is counted; it may never end."""
    walk = _Walk(ladder, climb.standing, trails, after + TICK, anchor)
    yield from walk.on()


@final
class _Walk:
    """The way through the instants at which something is counted or due."""

    def __init__(
        self,
        ladder: Ladder,
        standing: Standing,
        trails: Mapping[str, Trail],
        since: datetime,
        anchor: datetime | None,
        begun: datetime | None = None,
    ) -> None:
        self.ladder = ladder
        self.begun = begun
        self.tiers = ladder.tiers
        self.standing = standing
        self.anchor = anchor
        self.since = since
        self.clock = since - TICK
        self.mark = self.clock
        self.counters = counters_of(ladder, trails, since, standing.counted_from)
        before = [trails.get(name, Trail()).last_before(since) for name in ladder.counters.values()]
        self.last_counted = max((each for each in before if each is not None), default=None)
        self.steps: dict[datetime, list[tuple[Metric, int, datetime | None]]] = {}
        for metric, name in ladder.counters.items():
            for each in trails.get(name, Trail()).from_on(since):
                self.steps.setdefault(each.at, []).append((metric, each.amount, each.until))

    def to(self, end: datetime) -> Iterator[Turn]:
        """Every turn up to an instant; what is counted there, and what is due, is judged."""
        instants = sorted({self.since, *(at for at in self.steps if at <= end), end})
        for at in instants:
            while (due := self._due(at)) is not None and due < at:
                yield from self._at(due)
            yield from self._at(at)

    def on(self) -> Iterator[Turn]:
        """Every turn that time alone brings."""
        while (due := self._due(NEVER)) is not None:
            yield from self._at(due)

    def _due(self, horizon: datetime) -> datetime | None:
        return next_turn(
            self.ladder, self.standing, self.counters, self.clock, horizon, self.anchor
        )

    def _at(self, at: datetime) -> Iterator[Turn]:
        before = self.standing
        self._time(at)
        self._count(at)
        self.clock = at
        if self.standing != before:
            yield Turn(at, self.standing)

    @property
    def rank(self) -> int:
        return self.ladder.rank(self.standing.tier)

    def _values(self, at: datetime) -> Values:
        return values_of(self.ladder, self.counters, at, self.standing.carried)

    def _time(self, at: datetime) -> None:
        """What ends at an instant, by what counted until then."""
        self.mark = at - TICK
        if at == self.begun and self.standing.since is None:
            # The ladder is another, and everybody is judged anew.
            values = self._values(self.mark)
            self._enter(max(self.ladder.base, self.ladder.reached(values)), at, values)
        if self.rank < self.ladder.base:
            # Everybody begins there, before anything is counted.
            self._enter(self.ladder.base, at, self._values(self.mark))
        ended = self._values(self.mark)
        upgrade = self.tiers.upgrade
        if isinstance(upgrade, AtEndOf) and self._is_end(upgrade, at):
            rank = self.ladder.reached(ended)
            if rank > self.rank:
                self._enter(rank, at, ended)
                return
        if self.standing.falls is not None and self.standing.falls <= at:
            self._fall(at)
        elif self.standing.until is not None and self.standing.until <= at:
            self._end_term(at, ended)

    def _is_end(self, upgrade: AtEndOf, at: datetime) -> bool:
        return end_of_period(upgrade, at - TICK, self.ladder, self.anchor) == at

    def _count(self, at: datetime) -> None:
        """What is counted at an instant, all of it together."""
        self.mark = at
        before, counted_from = self._values(at), self.standing.counted_from
        for metric, amount, until in self.steps.get(at, ()):
            if counted_from is None or at > counted_from:
                self.counters[metric] = self.counters[metric].plus(amount, until, at)
            self.last_counted = at
        now = self._values(at)
        reached = self.ladder.reached(now)
        entered = isinstance(self.tiers.upgrade, AtOnce) and reached > self.rank
        if entered:
            self._enter(reached, at, now)
        match self.tiers.validity:
            case WhileQualified():
                self._requalify(at, now)
            case UntilReview(term):
                if self.standing.falls is not None and self._saved(before, now):
                    self._save(at, term)
            case ForTerm(term):
                if at in self.steps:
                    self._extend(at, now, term, entered=entered)
                if is_open(self.tiers, self.standing):
                    self._requalify(at, now)
            case _:
                assert_never(self.tiers.validity)

    def _saved(self, before: Values, now: Values) -> bool:
        """Whether what is counted now keeps a tier that grace holds."""
        return now != before and self.ladder.kept(now) >= self.rank

    def _requalify(self, at: datetime, now: Values) -> None:
        kept = self._kept(now, self._live(at))
        if kept >= self.rank:
            if self.standing.falls is not None:
                self.standing = altered(self.standing, falls=None, to=None)
        elif self.standing.falls is None:
            self._lose(at, kept)

    def _live(self, at: datetime) -> list[TierTerm]:
        """The terms that are not over at an instant."""
        return [each for each in self.standing.terms if (each.until or NEVER) > at]

    def _kept(self, values: Values, live: list[TierTerm]) -> int:
        """The highest tier that these values keep, or that has a term still."""
        return max([self.ladder.kept(values), *(self.ladder.rank(each.tier) for each in live)])

    def _extend(self, at: datetime, now: Values, term: Term, *, entered: bool) -> None:
        """A new term for every tier that is reached, or kept, when something is counted."""
        rank = self.rank
        held = range(self.ladder.base + 1, rank + 1)
        fresh = [each for each in held if self._reaches(each, now)]
        if not fresh:
            return
        end = term_end(term, at, self.ladder.zone)
        self._hold(fresh, end)
        if rank in fresh and not entered:
            self.standing = altered(self.standing, until=self._until(rank), falls=None, to=None)
            self._restart(0)

    def _reaches(self, rank: int, values: Values) -> bool:
        """Whether values reach anew a tier that the member has, or one below it: or keep it."""
        return self.ladder.keeps(rank, values) or self.ladder.reached(values) >= rank

    def _hold(self, ranks: list[int], end: datetime | None) -> None:
        terms = {each.tier: each.until for each in self.standing.terms}
        for rank in ranks:
            name = self.ladder.names[rank]
            if name not in terms or later_end(terms[name], end) == end:
                terms[name] = end
        self.standing = altered(
            self.standing,
            terms=tuple(TierTerm(name, terms[name]) for name in self.ladder.names if name in terms),
        )

    def _until(self, rank: int) -> datetime | None:
        name = self.ladder.tier(rank)
        return next((each.until for each in self.standing.terms if each.tier == name), None)

    def _enter(self, rank: int, at: datetime, values: Values) -> None:
        """Enter a tier that these values reach."""
        over = self.ladder.over(rank, values) if self._carries() else 0
        until = None
        match self.tiers.validity:
            case WhileQualified():
                pass
            case UntilReview(term):
                until = self._term(rank, term, at)
            case ForTerm(term):
                end = term_end(term, at, self.ladder.zone)
                self._hold([*range(self.ladder.base + 1, rank + 1)], end)
                until = self._until(rank)
            case _:
                assert_never(self.tiers.validity)
        self.standing = altered(
            self.standing,
            tier=self.ladder.tier(rank),
            since=at,
            until=until,
            anchor=None if until is None else at,
            renewed=0,
            falls=None,
            to=None,
        )
        window = self.tiers.window
        if isinstance(window, SinceEntry) and window.begins is not None:
            begins = term_end(window.begins, at, self.ladder.zone)
            self.mark = max(self.mark, (begins or NEVER) - TICK)
        self._restart(over)

    def _term(self, rank: int, term: Term, at: datetime) -> datetime | None:
        """The end of a term that begins now.

        Where everybody begins nothing is lost: a term matters only to what is counted since.
        """
        counted = isinstance(self.tiers.window, SinceEntry)
        ends = rank > self.ladder.base or (counted and rank == self.ladder.base >= 0)
        return term_end(term, at, self.ladder.zone) if ends else None

    def _carries(self) -> bool:
        window = self.tiers.window
        return isinstance(window, SinceEntry) and window.carry_over

    def _restart(self, over: int) -> None:
        """Where a ladder counts since entry: count anew."""
        if isinstance(self.tiers.window, SinceEntry):
            self._count_anew(over)

    def _count_anew(self, over: int) -> None:
        self.standing = altered(self.standing, counted_from=self.mark, carried=over)
        self.counters = dict.fromkeys(self.counters, Counter())

    def _renew(self, at: datetime, term: Term) -> None:
        """Another term after one that is over, counted from the first, never chained."""
        again = altered(self.standing, renewed=self.standing.renewed + 1, falls=None, to=None)
        until = None if self._term(self.rank, term, at) is None else self._again(again, term, at)
        self.standing = altered(again, until=until)
        self._restart(0)

    def _again(self, standing: Standing, term: Term, at: datetime) -> datetime | None:
        zone = self.ladder.zone
        if isinstance(term, Period) and standing.anchor is not None:
            times = standing.renewed + 1
            with suppress(DefinitionError):
                # Past a hundred years in all, terms are chained.
                return term_end(term.times(times), standing.anchor, zone)
        # A unit ends where the next begins: what follows is counted from the last of the old one.
        end = term_end(term, at - TICK, zone)
        return end if end is None or end > at else term_end(term, at, zone)

    def _save(self, at: datetime, term: Term) -> None:
        """A term that begins anew, because what was counted in grace keeps the tier."""
        until = self._term(self.rank, term, at)
        saved = altered(self.standing, until=until, anchor=at, renewed=0, falls=None, to=None)
        self.standing = saved
        self._restart(0)

    def _end_term(self, at: datetime, ended: Values) -> None:
        match self.tiers.validity:
            case WhileQualified():
                # The validity has changed since: nothing ends any more.
                self.standing = altered(self.standing, until=None)
            case UntilReview(term):
                kept = self.ladder.kept(ended)
                if kept >= self.rank or self.tiers.downgrade is Downgrade.NEVER:
                    self._renew(at, term)
                else:
                    self._lose(at, kept)
            case ForTerm(term):
                now = self._values(at)
                live = self._live(at)
                kept = self._kept(now, live)
                self.standing = altered(self.standing, terms=tuple(live))
                if kept >= self.rank or self.tiers.downgrade is Downgrade.NEVER:
                    # What counts keeps it still: it is held as long as that.
                    self.standing = altered(self.standing, until=None)
                else:
                    self._lose(at, kept)
            case _:
                assert_never(self.tiers.validity)

    def _lose(self, at: datetime, kept: int) -> None:
        """Lose a tier, at once or when grace is over; `kept` is what the metric keeps."""
        if self.tiers.downgrade is Downgrade.NEVER:
            return
        to = self.ladder.tier(self._target(kept))
        self.standing = altered(self.standing, until=None, to=to)
        if self.tiers.grace is None:
            self._fall(at)
            return
        ends = self._grace_end(at)
        self.standing = altered(self.standing, falls=ends)
        if ends <= at:
            self._fall(at)

    def _grace_end(self, at: datetime) -> datetime:
        grace = self.tiers.grace
        if grace is None:
            return at
        begins = at
        if grace.counted_from is GraceFrom.LAST_COUNTED and self.last_counted is not None:
            begins = self.last_counted
        return max(at, term_end(grace.term, begins, self.ladder.zone) or NEVER)

    def _target(self, kept: int) -> int:
        match self.tiers.downgrade:
            case Downgrade.METRIC:
                return kept
            case Downgrade.ONE_STEP:
                return max(self.rank - 1, kept)
            case Downgrade.BASE:
                return self.ladder.base
            case Downgrade.NEVER:
                return self.rank
            case _:
                assert_never(self.tiers.downgrade)

    def _fall(self, at: datetime) -> None:
        """Fall to what was lost to; what is counted meanwhile may hold the member higher."""
        rank, to = self.rank, self.ladder.rank(self.standing.to)
        until = None
        match self.tiers.validity:
            case WhileQualified():
                to = min(rank, self._target(self.ladder.kept(self._values(at))))
            case UntilReview(term):
                if self.tiers.downgrade is not Downgrade.BASE:
                    to = min(rank, max(to, self.ladder.kept(self._values(at))))
                until = self._term(to, term, at)
            case ForTerm(term):
                live = self._live(at)
                self.standing = altered(self.standing, terms=tuple(live))
                if self.tiers.downgrade is not Downgrade.BASE:
                    lower = [self.ladder.rank(each.tier) for each in live]
                    found = [each for each in lower if each < rank]
                    to = min(rank, max(to, self.ladder.kept(self._values(at)), *found))
                until = self._until(to)
                if until is None and to > self.ladder.base:
                    until = term_end(term, at, self.ladder.zone)
                    self._hold([to], until)
            case _:
                assert_never(self.tiers.validity)
        self.standing = altered(
            self.standing,
            tier=self.ladder.tier(to),
            since=at,
            until=until,
            anchor=None if until is None else at,
            renewed=0,
            terms=tuple(each for each in self.standing.terms if self.ladder.rank(each.tier) <= to),
            falls=None,
            to=None,
        )
        if self.tiers.downgrade is Downgrade.BASE:
            self._count_anew(0)
        else:
            self._restart(0)


def later_end(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two ends; None is never."""
    return None if one is None or other is None else max(one, other)
