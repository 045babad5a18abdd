"""Bundles: units that are bought together, and what becomes cheaper then.

    bundle(part(1, of=burger), part(1, of=fries), price="7.90")      a set at a price
    bundle(part(2, of=coffee), part(1, of=cake, off=percent_off(100)))         buy two, get one free

Laws: a unit is in one part of one set at most, so what has to be bought is never what becomes
cheaper; there are as many sets as the basket allows, however the kinds of items overlap; the order
of lines never matters.
"""

from collections.abc import Iterable
from typing import final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_item
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.reductions import (
    Covers,
    Each,
    NewPrice,
    Number,
    Reduction,
    reduction,
)
from loyaltykit.selections import Begin, begin, counted
from loyaltykit.vocabulary import Extent, Item, around, for_each_line, of_type, parts, shown

MAX_BUNDLE_PARTS = 6
"""How many parts one bundle may have."""


def _units(value: int) -> int:
    return counted(value, "the units of a part")


def _off(value: Reduction | None) -> Reduction | None:
    if value is None:
        return None
    found = reduction(value)
    if found.of is not None or found.units is not None or found.covers is not Covers.GOODS:
        raise DefinitionError(
            "a part says itself which units it takes: leave of, units and covers out of its off"
        )
    return found


def _partial(value: bool) -> bool:
    return of_type(value, bool, "partial must be True or False")


@final
@frozen(order=False)
class Part:
    """So many units, of the lines for which `of` holds, and what comes off them in each set.

    A part with `off` chooses before those without, in the order in which they are written, and as
    long as the others can still be filled. `partial` lets the last set have fewer of them, but one
    at least.
    """

    units: int = field(converter=_units)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item)
    off: Reduction | None = field(default=None, converter=_off, kw_only=True)
    begin: Begin = field(default=Begin.DEAREST, converter=begin, kw_only=True)
    partial: bool = field(default=False, converter=_partial, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)

    def __attrs_post_init__(self) -> None:
        if self.partial and self.off is None:
            raise DefinitionError("only a part from which something comes off may be partial")


def _parts(values: Iterable[Part]) -> tuple[Part, ...]:
    found: tuple[Part, ...] = parts(values, "the parts of a bundle")
    if not found:
        raise DefinitionError("a bundle needs at least one part: bundle(part(3), price=10)")
    if len(found) > MAX_BUNDLE_PARTS:
        raise LimitError(f"a bundle has at most {MAX_BUNDLE_PARTS} parts, not {len(found)}")
    for each in found:
        if not isinstance(each, Part):
            raise MisuseError(f"a bundle is made of parts, not of {shown(each)}: write part(2)")
    return found


def _most(value: int | None) -> int | None:
    return None if value is None else counted(value, "the most sets of a bundle")


@final
@frozen(order=False)
class Bundle:
    """Sets of parts, as many as the basket allows, at most `most`.

    `off` comes off each set as a whole; or else it is for the parts to say. Whatever comes off is
    worked out for each set by itself, so a cap or a rounding is of one set too.
    """

    parts: tuple[Part, ...] = field(converter=_parts)
    off: Reduction | None = field(default=None, converter=_off, kw_only=True)
    most: int | None = field(default=None, converter=_most, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        below = around(*(each.extent for each in self.parts))
        # Every line is weighed against every choice of parts.
        return Extent(below.depth, below.nodes, below.per_line + 2 ** len(self.parts))

    def __attrs_post_init__(self) -> None:
        by_part = any(each.off is not None for each in self.parts)
        if by_part == (self.off is not None):
            raise DefinitionError(
                "what comes off a bundle is said once: by price or off of the bundle, "
                "or by off of its parts"
            )


def part(
    units: int,
    of: Condition[Item] | None = None,
    *,
    off: Reduction | None = None,
    begin: Begin | None = None,
    partial: bool = False,
) -> Part:
    """So many units of a kind: part(2, of=coffee), part(1, of=cake, off=percent_off(100)).

    Left out, `begin` is the cheapest where something comes off the part, so that buying dearer
    things makes no dearer thing free, and else the dearest.
    """
    if begin is None:
        begin = Begin.DEAREST if off is None else Begin.CHEAPEST
    return Part(units, of, off=off, begin=begin, partial=partial)


def bundle(
    *parts: Part,
    price: Number | None = None,
    off: Reduction | None = None,
    most: int | None = None,
) -> Bundle:
    """Units bought together: for one price, with a discount of the set, or as the parts say.

    Raises:
        DefinitionError: none of the three is said, or more than one.
    """
    if price is not None and off is not None:
        raise DefinitionError("a bundle has a price or a discount, not both")
    whole = off if price is None else NewPrice(price, each=Each.ALL)
    return Bundle(parts, off=whole, most=most)
