"""Discounting: what a discount takes off a basket, line by line and unit by unit.

Laws: each share lies within its line, the shares and what is unplaced sum to the discount, a free
line gets nothing, and the order of lines never matters. Units of a line that are treated alike are
told as one run, so that no line is ever expanded.
"""

from fractions import Fraction
from typing import assert_never, final

from attrs import field, frozen

from loyaltykit.allocation import allocate_discount
from loyaltykit.conditions import Condition
from loyaltykit.discounts import AmountOff, Discount, PercentOff
from loyaltykit.evaluate import holds
from loyaltykit.money import minor_units, ratio, rounded
from loyaltykit.observe import Priced
from loyaltykit.readings import Readings
from loyaltykit.rulebook import Rulebook
from loyaltykit.vocabulary import Item


@final
@frozen(order=False)
class Run:
    """So many units of a line, and the minor units that come off each of them."""

    units: int
    off: int


@final
@frozen(order=False)
class TakenOff:
    """What a discount takes off, in minor units, for each line in the order of the basket.

    `units` tells the same per unit, in runs that add up to the line: those that stand first have
    more taken off. `taken` counts the units that the discount has used, be it as what had to be
    bought or as what became cheaper. `shipping` comes off shipping. `unplaced` found no place: what
    an amount is more than the lines that it applies to.
    """

    lines: tuple[int, ...]
    units: tuple[tuple[Run, ...], ...] = field(kw_only=True)
    taken: tuple[int, ...] = field(kw_only=True)
    shipping: int = field(default=0, kw_only=True)
    unplaced: int = field(default=0, kw_only=True)

    @property
    def off(self) -> int:
        """All that comes off, shipping included."""
        return sum(self.lines) + self.shipping


def take_off(
    discount: Discount,
    priced: Priced,
    readings: Readings,
    book: Rulebook,
    shipping: int = 0,  # noqa: ARG001 - no discount concerns shipping yet
) -> TakenOff:
    """What a discount takes off the lines as they are now, `shipping` being what it costs now."""
    values = _values(discount.of, priced, readings)
    match discount:
        case AmountOff(amount=amount):
            off = minor_units(amount, book.money, "the discount")
        case PercentOff(percent=percent, up_to=up_to, rounding=rounding):
            off = rounded(Fraction(ratio(percent) * sum(values), 100), rounding)
            if up_to is not None:
                off = min(off, minor_units(up_to, book.money, "the cap of the discount"))
        case _:
            assert_never(discount)
    placed = allocate_discount(off, values)
    return TakenOff(
        placed.parts,
        units=tuple(
            _even(share, each.line.quantity)
            for share, each in zip(placed.parts, priced, strict=True)
        ),
        taken=tuple(
            each.line.quantity if value else 0 for value, each in zip(values, priced, strict=True)
        ),
        unplaced=placed.unplaced,
    )


def _values(of: Condition[Item] | None, priced: Priced, readings: Readings) -> tuple[int, ...]:
    return tuple(
        each.net if of is None or holds(of, readings, line) else 0
        for each, line in zip(priced, readings.lines, strict=True)
    )


def _even(share: int, units: int) -> tuple[Run, ...]:
    """A line's share over its units as evenly as whole minor units go."""
    each, more = divmod(share, units)
    runs = (Run(more, each + 1), Run(units - more, each))
    return tuple(run for run in runs if run.units)
