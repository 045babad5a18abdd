"""Selections: which units of the lines at hand a discount chooses.

    cheapest(1)    dearest(2)    every_nth(3)    beyond(2)    groups_of(2)

Units stand in a total order: by price, then by line, then by their place in the line. A line's
units share what it costs now as evenly as whole minor units go. Units that are free already are
never chosen, nor counted.
"""

from enum import Enum
from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError
from loyaltykit.vocabulary import of_type, shown

MAX_UNITS = 10**15
"""The largest number of units that a discount may name."""


class Begin(Enum):
    """Which unit stands first; among equal prices the lower line id does, either way."""

    CHEAPEST = "cheapest"
    """The cheapest."""

    DEAREST = "dearest"
    """The dearest."""


def begin(value: Begin) -> Begin:
    """Return `value` if it is a `Begin`."""
    return of_type(value, Begin, "begin must be a Begin such as Begin.CHEAPEST")


def counted(value: int, what: str, least: int = 1) -> int:
    """Return `value` if it is a number of units.

    Raises:
        DefinitionError: it is no whole number from `least` to 10**15.
    """
    if type(value) is not int or not least <= value <= MAX_UNITS:
        raise DefinitionError(f"{what} must be a whole number from {least}, not {shown(value)}")
    return value


def _skip(value: int) -> int:
    return counted(value, "how many units are skipped", 0)


def _group(value: int) -> int:
    return counted(value, "the units of a group")


def _take(value: int | None) -> int | None:
    return None if value is None else counted(value, "how many units of a group are taken")


def _most(value: int | None) -> int | None:
    return None if value is None else counted(value, "the most units that are chosen")


@final
@frozen(order=False)
class Pick:
    """Of units in order: all but the first `skip`, in whole groups, the last `take` of each group.

    What is left over of a group is not chosen. `take` None is all of a group, `most` None no limit
    to how many are chosen in all.
    """

    begin: Begin = field(converter=begin)
    skip: int = field(default=0, converter=_skip, kw_only=True)
    group: int = field(default=1, converter=_group, kw_only=True)
    take: int | None = field(default=None, converter=_take, kw_only=True)
    most: int | None = field(default=None, converter=_most, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.take is not None and self.take > self.group:
            raise DefinitionError(
                f"a group of {self.group} does not have {self.take} units: write a larger group"
            )


def cheapest(units: int) -> Pick:
    """The cheapest units, so many of them."""
    return Pick(Begin.CHEAPEST, most=units)


def dearest(units: int) -> Pick:
    """The dearest units, so many of them."""
    return Pick(Begin.DEAREST, most=units)


def every_nth(number: int, *, begin: Begin = Begin.DEAREST, most: int | None = None) -> Pick:
    """Every so manieth unit: of nine, every third is the 3rd, the 6th and the 9th.

    From the dearest, that is the cheapest of each three. `most` is of the first ones.
    """
    return Pick(begin, group=number, take=1, most=most)


def beyond(units: int, *, begin: Begin = Begin.DEAREST, most: int | None = None) -> Pick:
    """All units but the first so many, and of those at most `most`."""
    return Pick(begin, skip=units, most=most)


def groups_of(units: int, *, begin: Begin = Begin.DEAREST, most: int | None = None) -> Pick:
    """All units of whole groups of so many: of five, `groups_of(2)` is four."""
    return Pick(begin, group=units, most=most)
