"""Climbs: where a member stands on a ladder, how it came to that, and what was counted.

    Trail = what one metric counted, each with its instant       Turn = a change of standing
    Climb = tier, turns, grants

What can still be taken back is kept apart by its instant, so that a return changes what was, and
the standing is what it would be without. What can no longer be is kept in sums.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.copying import altered
from loyaltykit.counters import Count, Counter
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.lots import NEVER
from loyaltykit.windows import Term


@final
@frozen(order=False)
class Step:
    """What was counted at an instant, until when it counts, and until when it may be taken back."""

    at: datetime
    amount: int
    until: datetime | None = field(kw_only=True)
    kept: datetime = field(kw_only=True)


@final
@frozen(order=False)
class Trail:
    """What one metric of one ladder counted, in order of time; `old` can no longer be taken back.

    Of `old`, what ends together stands together.
    """

    steps: tuple[Step, ...] = ()
    old: tuple[Step, ...] = ()

    def plus(self, step: Step) -> "Trail":
        """The trail with one more step, or with another amount of one that it has."""
        place = len(self.steps)
        while place and self.steps[place - 1].at > step.at:
            place -= 1
        first = place
        while first and self.steps[first - 1].at == step.at:
            first -= 1
        same = self.steps[first:place]
        found = next((n for n, each in enumerate(same) if each.until == step.until), None)
        if found is None:
            return altered(self, steps=(*self.steps[:place], step, *self.steps[place:]))
        amount = same[found].amount + step.amount
        changed = (altered(same[found], amount=amount),) if amount else ()
        rest = (*same[:found], *changed, *same[found + 1 :])
        return altered(self, steps=(*self.steps[:first], *rest, *self.steps[place:]))

    def counter(self, before: datetime, after: datetime | None) -> Counter:
        """What was counted before an instant, and since another, by when it ends."""
        found: dict[datetime | None, int] = {}
        for each in (*self.old, *self.steps):
            if each.at >= before:
                break
            if after is None or each.at > after:
                found[each.until] = found.get(each.until, 0) + each.amount
        counts = sorted(found.items(), key=_ending)
        return Counter(
            sum(found.values()), tuple(Count(amount, until) for until, amount in counts if amount)
        )

    def changed(self, amount: int, until: datetime | None, at: datetime) -> "Trail":
        """The trail with another sum of what was counted, by `at`, before it had its instant."""
        places = [place for place, each in enumerate(self.old) if each.until == until]
        if not places:
            step = Step(at, amount, until=until, kept=at)
            return altered(self, old=(*self.old, step)) if amount > 0 else self
        place = places[0]
        step = altered(self.old[place], amount=self.old[place].amount + amount)
        rest = (step,) if step.amount else ()
        return altered(self, old=(*self.old[:place], *rest, *self.old[place + 1 :]))

    def from_on(self, at: datetime) -> tuple[Step, ...]:
        """The steps at an instant and later."""
        place = len(self.steps)
        while place and self.steps[place - 1].at >= at:
            place -= 1
        return self.steps[place:]

    def last_before(self, at: datetime) -> datetime | None:
        """When something was last counted before an instant."""
        for each in (*reversed(self.steps), *reversed(self.old)):
            if each.at < at:
                return each.at
        return None


def _ending(item: tuple[datetime | None, int]) -> datetime:
    return item[0] or NEVER


@final
@frozen(order=False)
class TierTerm:
    """A tier that was reached, and until when that holds."""

    tier: str
    until: datetime | None


@final
@frozen(order=False)
class Standing:
    """What a member's counts say about a ladder.

    `tier` was entered at `since` and is held until `until`. Its terms are counted from `anchor`;
    so many are over as it was `renewed`. `terms` are those of the tiers that were reached. In grace
    the member `falls` then, `to` that tier. What was counted up to `counted_from` counts no more,
    but for what was `carried` over.
    """

    tier: str | None = None
    since: datetime | None = field(default=None, kw_only=True)
    until: datetime | None = field(default=None, kw_only=True)
    anchor: datetime | None = field(default=None, kw_only=True)
    renewed: int = field(default=0, kw_only=True)
    terms: tuple[TierTerm, ...] = field(default=(), kw_only=True)
    falls: datetime | None = field(default=None, kw_only=True)
    to: str | None = field(default=None, kw_only=True)
    counted_from: datetime | None = field(default=None, kw_only=True)
    carried: int = field(default=0, kw_only=True)


@final
@frozen(order=False)
class Turn:
    """From an instant on, this is the standing."""

    at: datetime
    standing: Standing


@final
@frozen(order=False)
class Grant:
    """A tier that was given, from an instant until another or for good; `exactly` it, or at least.

    `rule` is the rule that gave it, if one did, at `given` and for as long as it `lasts`.
    """

    tier: str
    since: datetime = field(kw_only=True)
    until: datetime | None = field(kw_only=True)
    exactly: bool = field(default=False, kw_only=True)
    rule: str | None = field(default=None, kw_only=True)
    given: datetime | None = field(default=None, kw_only=True)
    lasts: Term | None = field(default=None, kw_only=True)

    def lives(self, at: datetime) -> bool:
        """Whether it holds at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


@final
@frozen(order=False)
class Climb:
    """One ladder: the member's tier, how the standing changed lately, and what was given.

    What was before it `begun` to be this ladder, with a version of the programme, stays as it was.
    """

    tier: str | None = None
    turns: tuple[Turn, ...] = ()
    grants: FrozenMap[str, Grant] = field(factory=FrozenMap)
    begun: datetime | None = None

    def before(self, at: datetime) -> Standing:
        """The standing just before an instant."""
        return next((each.standing for each in reversed(self.turns) if each.at < at), _NOWHERE)

    @property
    def standing(self) -> Standing:
        """The standing now."""
        return self.turns[-1].standing if self.turns else _NOWHERE

    def turned(self, since: datetime, turns: tuple[Turn, ...]) -> "Climb":
        """The climb with other turns from an instant on."""
        return altered(self, turns=(*(each for each in self.turns if each.at < since), *turns))


_NOWHERE = Standing()


def summed(counter: Counter, at: datetime) -> Trail:
    """A trail of what a counter holds at an instant, whenever it was counted."""
    found = [Step(at, each.amount, until=each.until, kept=at) for each in counter.counts]
    return Trail(old=tuple(found))


def ladder_of(counter: str) -> str:
    """The ladder whose metric a counter counts."""
    return counter.partition(":")[0]


def first_step(ladder: str, trails: Mapping[str, Trail], at: datetime) -> datetime:
    """When the first step was that can be taken back; of none, the instant itself."""
    found = [
        trail.steps[0].at
        for name, trail in trails.items()
        if trail.steps and ladder_of(name) == ladder
    ]
    return min(found, default=at)


def forgotten(
    ladders: FrozenMap[str, Climb], trails: FrozenMap[str, Trail], at: datetime
) -> tuple[FrozenMap[str, Climb], FrozenMap[str, Trail]]:
    """The same without what can neither be taken back nor counts any more at an instant."""
    late = [name for name, trail in trails.items() if trail.steps and trail.steps[0].kept <= at]
    firsts: dict[str, datetime] = {}
    kept = {name: _within(trails[name], at) for name in late}
    for name, trail in trails.items():
        steps = kept.get(name, trail).steps
        if steps:
            ladder = ladder_of(name)
            firsts[ladder] = min(steps[0].at, firsts.get(ladder, at))
    for ladder, climb in ladders.items():
        turns = since_before(climb.turns, firsts.get(ladder, at))
        over = [name for name, given in climb.grants.items() if (given.until or NEVER) <= at]
        if over or len(turns) < len(climb.turns):
            after = altered(climb, turns=turns, grants=climb.grants.minus(*over))
            ladders = ladders.plus(ladder, after)
    for name in late:
        ladder = ladder_of(name)
        turns = ladders[ladder].turns if ladder in ladders else ()
        trail = _summed(trails[name], turns, firsts.get(ladder, at), at)
        found = bool(trail.steps or trail.old)
        trails = trails.plus(name, trail) if found else trails.minus(name)
    return ladders, trails


def _within(trail: Trail, at: datetime) -> Trail:
    return altered(trail, steps=tuple(each for each in trail.steps if each.kept > at))


def since_before(turns: tuple[Turn, ...], first: datetime) -> tuple[Turn, ...]:
    """The turns from an instant on, and the last one before it."""
    place = len(turns)
    while place and turns[place - 1].at >= first:
        place -= 1
    return turns[max(0, place - 1) :]


def _summed(trail: Trail, turns: tuple[Turn, ...], first: datetime, at: datetime) -> Trail:
    gone = [each for each in trail.steps if each.kept <= at]
    marks = sorted({each.standing.counted_from for each in turns if each.standing.counted_from})
    begun = turns[0].standing.counted_from if turns else None
    sums: dict[tuple[int, datetime | None], Step] = {}
    for each in (*trail.old, *gone):
        over = each.until is not None and each.until < first
        if over or (begun is not None and each.at <= begun):
            continue
        key = sum(1 for mark in marks if mark < each.at), each.until
        known = sums.get(key)
        amount = each.amount if known is None else known.amount + each.amount
        sums[key] = altered(each, amount=amount)
    return altered(_within(trail, at), old=tuple(sorted(sums.values(), key=_when)))


def _when(step: Step) -> datetime:
    return step.at


def joined(mine: Iterable[Step], other: Iterable[Step]) -> tuple[Step, ...]:
    """The steps of two trails, in order of time."""
    return tuple(sorted((*mine, *other), key=_when))
