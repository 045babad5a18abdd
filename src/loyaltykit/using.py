"""Using: what a grant uses of limits, when it is made and as far as it is kept.

What is used follows from what stands of a posting alone, so that returns give limits back exactly,
in whichever parts.
"""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import assert_never, final

from loyaltykit.conditions import Condition
from loyaltykit.copying import altered
from loyaltykit.decision import Claim
from loyaltykit.effects import Counted
from loyaltykit.evaluate import units_matching
from loyaltykit.journal import Journal
from loyaltykit.limiting import Allowance, refused
from loyaltykit.money import Rounding, rounded
from loyaltykit.portions import Portions
from loyaltykit.readings import Readings
from loyaltykit.records import Measure, Posting, Use
from loyaltykit.refusals import Refusal
from loyaltykit.returns import OnReturn
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Accrue, Rule
from loyaltykit.sources import narrowed
from loyaltykit.vocabulary import Item


@final
class Rooms:
    """What the limits of one rule leave while it is at work; its actions share it in order."""

    def __init__(
        self, rule: Rule, allowed: tuple[Allowance, ...], readings: Readings, book: Rulebook
    ) -> None:
        self.rule = rule
        self.allowed = allowed
        self.readings = readings
        self.book = book
        self.of: tuple[Condition[Item], ...] = ()
        self.units: int = 0
        self.share: Fraction | int = 1
        self.cut: Allowance | None = self._least(Measure.POINTS, cuts=True)
        self.points: int | None = None if self.cut is None else self.cut.left
        self.wanted: dict[Measure, int] = {Measure.POINTS: 0, Measure.MONEY: 0}
        self.refusals: list[Refusal] = []
        self._narrowed: Refusal | None = None

    @property
    def limited(self) -> bool:
        """Whether any limit counts points."""
        return any(each.measure is Measure.POINTS for each in self.allowed)

    @property
    def unit_room(self) -> int | None:
        """How many units may earn in all; None is any number."""
        least = self._least(Measure.UNITS)
        return None if least is None else least.left

    def refusal(self) -> Refusal | None:
        """What says no before anything is worth anything: limits on times, and on units."""
        times = self._least(Measure.TIMES)
        if times is not None and not times.left:
            return refused(times, self.rule.name, 1, 0, 0, self.book)
        return self._narrow()

    def fitting(self, worth: Portions, scale: int, rounding: Rounding, measure: Measure) -> int:
        """What of an exact worth the limits leave that cut, rounded once."""
        if self.share < 1 and worth.worth and self._narrowed is not None:
            self.refusals.append(self._narrowed)
            self._narrowed = None
        by = scale * self.share
        amount = sum(rounded(each * by, rounding) * times for each, times in worth.parts)
        if measure is Measure.POINTS and self.cut is not None and self.points is not None:
            if amount > self.points:
                left = self.points
                self.refusals.append(
                    refused(self.cut, self.rule.name, amount, left, left, self.book)
                )
            amount = min(amount, self.points)
        self.wanted[measure] += amount
        return amount

    def granted(self, points: int) -> None:
        """So many points are gone of what is left."""
        if self.points is not None:
            self.points -= points

    def over(self) -> Refusal | None:
        """What says no to all of it, because not all of it fits."""
        for measure, wanted in self.wanted.items():
            strict = self._least(measure, cuts=False)
            if strict is not None and wanted > strict.left:
                return refused(strict, self.rule.name, wanted, 0, strict.left, self.book)
        return None

    def uses(self, posting: Posting) -> tuple[Use, ...]:
        """What a posting uses of every limit that counts."""
        return tuple(
            altered(use, amount=amount)
            for use in unused(self.allowed)
            if (amount := used(use.measure, posting, self.units))
        )

    def _narrow(self) -> Refusal | None:
        least = self._least(Measure.UNITS)
        if least is None:
            return None
        self.of = of_lines(self.rule)
        units = self.units = units_matching(self.of, self.readings)
        if units <= least.left:
            return None
        cut, strict = self._least(Measure.UNITS, cuts=True), self._least(Measure.UNITS, cuts=False)
        fitting = units if cut is None else min(units, cut.left)
        if strict is not None and fitting > strict.left:
            return refused(strict, self.rule.name, fitting, 0, strict.left, self.book)
        short = refused(least, self.rule.name, units, fitting, least.left, self.book)
        if not fitting:
            return short
        self._narrowed, self.units, self.share = short, fitting, Fraction(fitting, units)
        return None

    def _least(self, measure: Measure, *, cuts: bool | None = None) -> Allowance | None:
        """Of the limits on a measure, the one that leaves least."""
        if not self.allowed:
            return None
        found = [
            each
            for each in self.allowed
            if each.measure is measure and (cuts is None or each.cuts is cuts)
        ]
        return min(found, key=lambda each: each.left, default=None)


def of_lines(rule: Rule) -> tuple[Condition[Item], ...]:
    """Which lines count as units of a rule: those that its rates take; all, if any takes all."""
    taken = [
        each
        for action in rule.then
        if isinstance(action, Accrue)
        for each in narrowed(action.earning)
    ]
    found = [each for each in taken if each is not None]
    return tuple(dict.fromkeys(found)) if len(found) == len(taken) else ()


def unused(allowed: Iterable[Allowance]) -> tuple[Use, ...]:
    """A use of nothing yet of each counter and each claim."""
    found: dict[str, Use] = {}
    for each in allowed:
        if each.key is None:
            continue
        use = Use(
            each.measure,
            each.key,
            amount=0,
            until=each.until,
            most=each.most if each.shared else None,
        )
        known = found.get(each.key)
        if known is None or (known.most is not None and known.most > each.most):
            found[each.key] = use
    return tuple(found.values())


def used(measure: Measure, posting: Posting, units: int) -> int:
    """What a posting uses now, by what is kept of it."""
    match measure:
        case Measure.TIMES:
            return 1 if posting.stands else 0
        case Measure.POINTS:
            return posting.limited
        case Measure.MONEY:
            return posting.credited
        case Measure.UNITS:
            return units
        case _:
            assert_never(measure)


def units_used(posting: Posting, readings: Readings) -> int:
    """How many units of what is kept a posting uses, at most as many as when it was made.

    What it keeps for good, it keeps using.
    """
    if not posting.units or not posting.stands:
        return 0
    if keeps_units(posting):
        return posting.units
    return min(units_matching(posting.of, readings), posting.units)


def keeps_units(posting: Posting) -> bool:
    """Whether a posting uses its units whatever comes back."""
    kept = (award.on_return is OnReturn.KEEP and award.kept for award in posting.awards)
    return posting.keeps or any(kept)


def units_before(posting: Posting) -> int:
    """How many units a posting was noted to use."""
    return max((use.amount for use in posting.uses if use.measure is Measure.UNITS), default=0)


def counts(use: Use, at: datetime) -> bool:
    """Whether it still matters what a use is."""
    return use.until is None or use.until > at


def use_now(use: Use, amount: int, at: datetime, journal: Journal) -> Use:
    """The use of another amount; what changes is counted or claimed, as long as it matters."""
    change = amount - use.amount
    if change and counts(use, at):
        if use.most is None:
            journal.post(Counted(at, use.key, change, use.until))
        else:
            journal.claims.append(Claim(use.key, amount=change, limit=use.most))
    return altered(use, amount=amount)
