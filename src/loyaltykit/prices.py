"""Prices of a basket as offers come off them, one after the other.

Laws: no unit, line or shipping falls below zero; what an offer takes off is told line by line and
unit by unit, and both agree; a unit that an exclusive offer has taken is touched by no other.
"""

from collections.abc import Mapping
from typing import final

from attrs import field, frozen

from loyaltykit.copying import altered
from loyaltykit.cuts import Pairs, Run, both
from loyaltykit.discounting import TakenOff, after
from loyaltykit.limiting import Allowance
from loyaltykit.meter import Meter
from loyaltykit.offers import Candidate
from loyaltykit.records import Measure
from loyaltykit.runs import discounted, first_units, used_units
from loyaltykit.scene import Priced
from loyaltykit.stacking import Exclusive

FREE, TOUCHED, CLOSED = range(3)


@final
@frozen(order=False)
class Prices:
    """What lines and shipping cost at one point, in minor units.

    `marks` say which units offers have taken, where some offers are exclusive on units; `spent` is
    what comes out of budgets, by their claims. The `meter` counts what is worked out on them.
    """

    lines: Priced
    shipping: int
    marks: tuple[Pairs, ...] | None = None
    spent: Mapping[str, int] = field(factory=dict)
    meter: Meter = field(kw_only=True, eq=False, repr=False)

    @property
    def payable(self) -> int:
        """What lines and shipping cost together."""
        return sum([each.net for each in self.lines]) + self.shipping

    def marked(self) -> "Prices":
        """The same, where it is to be known which units are taken."""
        free = tuple(((each.line.quantity, FREE),) for each in self.lines)
        return altered(self, marks=free)


@final
@frozen(order=False)
class Taken:
    """What a candidate takes off the prices as they are at one point.

    `whole` is what it would take off without a limit on units that cuts it. `touched` are the units
    that its discount works on, where it is to be known which units are taken.
    """

    candidate: Candidate
    taken: TakenOff = field(repr=False)
    now: Prices = field(repr=False)
    touched: tuple[Pairs, ...] | None = field(default=None, repr=False)
    whole: TakenOff | None = field(default=None, repr=False)

    @property
    def off(self) -> int:
        """All that it takes off, in minor units."""
        return self.taken.off

    @property
    def discounted(self) -> int:
        """How many units cost less than before."""
        return discounted(self.taken.units)

    @property
    def payable(self) -> int:
        """What lines and shipping cost after it."""
        return self.now.payable - self.off

    @property
    def used(self) -> tuple[Pairs, ...] | None:
        """The units that it uses: what costs less, and what had to be bought for that."""
        if self.touched is None:
            return None
        wanted = self.taken if self.whole is None else self.whole
        told = zip(self.touched, wanted.units, self.taken.units, strict=True)
        return tuple(used_units(*line) for line in told)

    def after(self) -> Prices:
        """The prices after it."""
        now, marks, used = self.now, self.now.marks, self.used
        if marks is not None and used is not None:
            alone = self.candidate.offer.exclusive is Exclusive.UNITS
            mark = CLOSED if alone else TOUCHED
            marks = tuple(
                tuple(
                    (units, max(old, mark if new else FREE))
                    for units, old, new in both(before, uses)
                )
                for before, uses in zip(marks, used, strict=True)
            )
        spent = now.spent
        for each in self.candidate.allowed:
            if each.measure is Measure.MONEY and each.key is not None:
                spent = {**spent, each.key: spent.get(each.key, 0) + self.off}
        shipping = now.shipping - self.taken.shipping
        return Prices(after(now.lines, self.taken), shipping, marks, spent, meter=now.meter)

    @property
    def over(self) -> Allowance | None:
        """The budget into which it does not fit."""
        return self.candidate.over(self.off, self.now.spent)

    @property
    def exceeds(self) -> bool:
        """Whether more units cost less than a limit leaves."""
        room = self.candidate.units
        return room is not None and self.discounted > room.left

    @property
    def cut(self) -> bool:
        """Whether a limit on units leaves less than it would take off."""
        return self.whole is not None and self.whole.lines != self.taken.lines

    def fitting(self) -> "Taken":
        """The same within its limit on units, if that cuts."""
        room = self.candidate.units
        if room is None or not room.cuts or not self.exceeds:
            return self
        return altered(self, taken=first_units(self.taken, room.left), whole=self.taken)

    def on(self, kept: frozenset[int], *, shipping: bool) -> "Taken":
        """The same on these lines alone, of all units that a limit leaves; perhaps on shipping."""
        lines = self.now.lines
        whole = self.taken if self.whole is None else self.whole
        off = altered(
            whole,
            lines=tuple(share if at in kept else 0 for at, share in enumerate(whole.lines)),
            units=tuple(
                runs if at in kept else (Run(each.line.quantity, 0),)
                for at, (runs, each) in enumerate(zip(whole.units, lines, strict=True))
            ),
            shipping=whole.shipping if shipping else 0,
        )
        touched = self.touched
        if touched is not None:
            touched = tuple(
                pairs if at in kept else ((each.line.quantity, 0),)
                for at, (pairs, each) in enumerate(zip(touched, lines, strict=True))
            )
        part = altered(self, taken=off, touched=touched, whole=None).fitting()
        return altered(part, whole=whole)
