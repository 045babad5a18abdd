"""A plain model of tiers: day by day from the first, over the whole history, with nothing kept.

Days are numbers from Thursday 1 January 2026; everything happens at midnight, UTC. It is told what
each day counted, as it stands after everything that has come back, and says where the member
stands. It is slow and simple on purpose, and shares nothing with the library but its values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from loyaltykit import (
    AtEndOf,
    AtOnce,
    Calendar,
    Downgrade,
    ForTerm,
    Grace,
    GraceFrom,
    Lifetime,
    Period,
    Rolling,
    SinceEntry,
    Tiers,
    UntilReview,
    WhileQualified,
)
from loyaltykit.periods import ThroughEndOf, Unit

START = date(2026, 1, 1)
NEVER = 10**6


def unit_end(day: int, unit: Unit) -> int:
    """The first day of the next week or month."""
    today = START + timedelta(days=day)
    if unit is Unit.WEEK:
        return day + 7 - today.weekday()
    assert unit is Unit.MONTH
    return ((today.replace(day=1) + timedelta(days=32)).replace(day=1) - START).days


def term_end(term: object, day: int) -> int:
    """The day on which a term that begins on a day is over."""
    if isinstance(term, Period):
        return day + term.days
    assert isinstance(term, ThroughEndOf)
    return unit_end(day + term.after.days, term.unit)


def renewed(term: object, day: int) -> int:
    """The day on which the term is over that follows one that is over on a day."""
    if isinstance(term, Period):
        return day + term.days
    end = term_end(term, day - 1)
    return end if end > day else term_end(term, day)


@dataclass
class Place:
    """Where a member stands: rank, end of the term, end of grace and where to, terms by rank."""

    rank: int = -1
    until: int = NEVER
    falls: int = NEVER
    to: int = -1
    terms: dict[int, int] = field(default_factory=dict)
    counted_after: float = -1
    carried: int = 0


def stand(tiers: Tiers, counted: Mapping[int, int], today: int) -> Place:
    """Where a member stands on a day who counted so much on each day up to it."""
    return _Days(tiers, counted).place(today)


class _Days:
    def __init__(self, tiers: Tiers, counted: Mapping[int, int]) -> None:
        self.tiers = tiers
        self.counted = counted
        self.least = [int(each.threshold or 0) for each in tiers.tiers]  # type: ignore[arg-type]
        self.keep = [
            need if each.keep is None else int(each.keep)  # type: ignore[arg-type]
            for each, need in zip(tiers.tiers, self.least, strict=True)
        ]
        self.base = max((n for n, need in enumerate(self.least) if need == 0), default=-1)

    def place(self, today: int) -> Place:
        at = Place()
        for day in range(today + 1):
            at = self._evening(self._morning(at, day), day)
        return at

    def _ends(self, day: int) -> int:
        """When what is counted on a day ceases to count."""
        match self.tiers.window:
            case Lifetime() | SinceEntry():
                return NEVER
            case Rolling(period):
                return day + period.days
            case Calendar(unit=unit):
                return unit_end(day, unit)
        raise AssertionError(self.tiers.window)

    def _value(self, at: Place, first: int, last: int) -> int:
        """What was counted up to a day and counts on another."""
        return at.carried + sum(
            amount
            for day, amount in self.counted.items()
            if day <= last and self._ends(day) > first and day > at.counted_after
        )

    def _reached(self, value: int) -> int:
        return max((n for n, need in enumerate(self.least) if value >= need), default=-1)

    def _kept(self, value: int) -> int:
        return max((n for n, need in enumerate(self.keep) if value >= need), default=-1)

    # -- midnight: what ends is judged by what counted until then

    def _morning(self, at: Place, day: int) -> Place:
        if at.rank < self.base:
            at = self._enter(at, self.base, day, 0, day - 0.5)
        ended = self._value(at, day - 1, day - 1)
        if isinstance(self.tiers.upgrade, AtEndOf):
            period = self.tiers.upgrade.period
            assert isinstance(period, Calendar)
            closes = unit_end(day - 1, period.unit) == day if day else day_is_first(period.unit)
            if closes and self._reached(ended) > at.rank:
                return self._enter(at, self._reached(ended), day, ended, day - 0.5)
        if at.falls <= day:
            return self._fall(at, day, day - 0.5, self._value(at, day, day - 1))
        if at.until > day:
            return at
        validity = self.tiers.validity
        if isinstance(validity, UntilReview):
            if self._kept(ended) >= at.rank or self.tiers.downgrade is Downgrade.NEVER:
                return self._renewed(at, day, day - 0.5)
            return self._lose(at, day, day - 0.5, self._kept(ended), self._value(at, day, day - 1))
        assert isinstance(validity, ForTerm)
        now = self._value(at, day, day - 1)
        live = {rank: end for rank, end in at.terms.items() if end > day}
        kept = max([self._kept(now), *live])
        at = replace(at, terms=live)
        if kept >= at.rank or self.tiers.downgrade is Downgrade.NEVER:
            return replace(at, until=NEVER)
        return self._lose(at, day, day - 0.5, kept, now)

    # -- then all that is counted on that day

    def _evening(self, at: Place, day: int) -> Place:
        before = self._value(at, day, day - 1)
        now = self._value(at, day, day)
        entered = isinstance(self.tiers.upgrade, AtOnce) and self._reached(now) > at.rank
        if entered:
            at = self._enter(at, self._reached(now), day, now, day)
        validity = self.tiers.validity
        if isinstance(validity, WhileQualified):
            if self._kept(now) >= at.rank:
                return replace(at, falls=NEVER, to=-1)
            if at.falls == NEVER and self.tiers.downgrade is not Downgrade.NEVER:
                return self._lose(at, day, day, self._kept(now), now)
            return at
        if isinstance(validity, UntilReview):
            if at.falls < NEVER and now != before and self._kept(now) >= at.rank:
                end = term_end(validity.term, day) if self._ends_at(at.rank) else NEVER
                return self._restarted(replace(at, until=end, falls=NEVER, to=-1), day, 0)
            return at
        assert isinstance(validity, ForTerm)
        held = range(self.base + 1, at.rank + 1)
        fresh = [rank for rank in held if max(self._kept(now), self._reached(now)) >= rank]
        if fresh and day in self.counted and not entered:
            end = term_end(validity.term, day)
            terms = {**at.terms, **{rank: max(end, at.terms.get(rank, 0)) for rank in fresh}}
            at = replace(at, terms=terms)
            if at.rank in fresh:
                at = replace(at, until=terms[at.rank], falls=NEVER, to=-1)
                at = self._restarted(at, day, 0)
        running = [rank for rank, end in at.terms.items() if end > day]
        kept = max([self._kept(now), *running])
        open_ended = at.until == NEVER and at.falls == NEVER
        if open_ended and kept < at.rank and self.tiers.downgrade is not Downgrade.NEVER:
            return self._lose(at, day, day, kept, now)
        return at

    def _enter(self, at: Place, rank: int, day: int, value: int, counted: float) -> Place:
        over = value - self.least[rank]
        at = replace(at, rank=rank, until=NEVER, falls=NEVER, to=-1)
        validity = self.tiers.validity
        if isinstance(validity, UntilReview) and self._ends_at(rank):
            at = replace(at, until=term_end(validity.term, day))
        if isinstance(validity, ForTerm):
            end = term_end(validity.term, day)
            fresh = {
                each: max(end, at.terms.get(each, 0)) for each in range(self.base + 1, rank + 1)
            }
            at = replace(at, terms={**at.terms, **fresh}, until=fresh.get(rank, NEVER))
        window = self.tiers.window
        carries = isinstance(window, SinceEntry) and window.carry_over
        return self._restarted(at, counted, over if carries else 0)

    def _ends_at(self, rank: int) -> bool:
        """Whether a tier is reviewed: the lowest only to count anew."""
        anew = isinstance(self.tiers.window, SinceEntry)
        return rank > self.base or (anew and rank == self.base >= 0)

    def _restarted(self, at: Place, counted: float, carried: int) -> Place:
        if isinstance(self.tiers.window, SinceEntry):
            return replace(at, counted_after=counted, carried=carried)
        return at

    def _renewed(self, at: Place, day: int, counted: float) -> Place:
        validity = self.tiers.validity
        assert isinstance(validity, UntilReview)
        end = renewed(validity.term, day) if self._ends_at(at.rank) else NEVER
        return self._restarted(replace(at, until=end, falls=NEVER, to=-1), counted, 0)

    def _target(self, at: Place, kept: int) -> int:
        return {
            Downgrade.METRIC: kept,
            Downgrade.ONE_STEP: max(at.rank - 1, kept),
            Downgrade.BASE: self.base,
            Downgrade.NEVER: at.rank,
        }[self.tiers.downgrade]

    def _lose(self, at: Place, day: int, counted: float, kept: int, now: int) -> Place:
        at = replace(at, until=NEVER, to=self._target(at, kept))
        grace = self.tiers.grace
        if grace is None:
            return self._fall(at, day, counted, now)
        begins = day
        if grace.counted_from is GraceFrom.LAST_COUNTED:
            begins = max([each for each in self.counted if each <= counted], default=day)
        at = replace(at, falls=max(day, term_end(grace.term, begins)))
        return self._fall(at, day, counted, now) if at.falls <= day else at

    def _fall(self, at: Place, day: int, counted: float, now: int) -> Place:
        validity = self.tiers.validity
        to = at.to
        until, terms = NEVER, at.terms
        if isinstance(validity, WhileQualified):
            to = min(at.rank, self._target(at, self._kept(now)))
        elif self.tiers.downgrade is not Downgrade.BASE:
            to = min(at.rank, max(to, self._kept(now)))
        if isinstance(validity, UntilReview) and self._ends_at(to):
            until = term_end(validity.term, day)
        if isinstance(validity, ForTerm):
            terms = {rank: end for rank, end in terms.items() if end > day}
            if self.tiers.downgrade is not Downgrade.BASE:
                to = max([to, *(rank for rank in terms if rank < at.rank)])
            if to > self.base:
                terms = {**terms, to: terms.get(to, term_end(validity.term, day))}
                until = terms[to]
            terms = {rank: end for rank, end in terms.items() if rank <= to}
        at = replace(at, rank=to, until=until, falls=NEVER, to=-1, terms=terms)
        if self.tiers.downgrade is Downgrade.BASE:
            return replace(at, counted_after=counted, carried=0)
        return self._restarted(at, counted, 0)


def day_is_first(unit: Unit) -> bool:
    """Whether a unit begins on the first day of all."""
    return unit is Unit.MONTH


def grace_of(term: Grace | None) -> str:
    """A short word for a test's name."""
    return "no grace" if term is None else f"grace {term.term} from {term.counted_from.value}"
