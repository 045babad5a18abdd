"""Factors: what an earning is multiplied by, and what several of them make together.

    Factor = so many times, when a condition holds, on lines for which another does

A factor that does not apply is as if it were not there. Here is only what it says; what it makes
of an earning is part of its worth.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_item, perhaps_about_moment
from loyaltykit.errors import DefinitionError
from loyaltykit.money import exact
from loyaltykit.vocabulary import Extent, Item, Moment, around, for_each_line, of_type, parts

Number: TypeAlias = int | str | Decimal


def as_factor(value: Number) -> Decimal:
    """A number to multiply with, exactly.

    Raises:
        MisuseError, DefinitionError: it is no exact number from 0 on.
    """
    return exact(value, "the factor of an earning", minimum=0)


class Combine(Enum):
    """What several factors make together; a factor that does not apply is none of them."""

    COMPOUND = "compound"
    """They multiply each other: double and triple make six times."""

    ADD = "add"
    """What each makes of one is added up: double and triple make four times, 1 + 1 + 2."""

    BEST = "best"
    """The largest of them alone: double and triple make triple."""

    FIRST = "first"
    """The first of them alone, in the order in which they are written."""


@final
@frozen(order=False)
class Factor:
    """A factor that applies when `when` holds, to what lines earn for which `of` holds.

    Without `of` it applies to everything, and to what no line earns.
    """

    factor: Decimal = field(converter=as_factor)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)

    @property
    def extent(self) -> Extent:
        """How large its conditions are, together."""
        inside = [] if self.when is None else [self.when.extent]
        inside += [] if self.of is None else [for_each_line(self.of.extent)]
        return around(*inside)


def as_factors(values: Iterable[Factor]) -> tuple[Factor, ...]:
    """Several factors as a tuple.

    Raises:
        DefinitionError: there are none.
        MisuseError: it is anything else.
    """
    found: tuple[Factor, ...] = parts(values, "factors")
    for each in found:
        of_type(each, Factor, "expected a factor: write Factor(2, when=...)")
    if not found:
        raise DefinitionError("name at least one factor: .times(Factor(2, when=...))")
    return found


def as_combine(value: Combine) -> Combine:
    """Return `value` if it says how factors combine.

    Raises:
        MisuseError: it does not.
    """
    return of_type(value, Combine, "combine must be a Combine such as Combine.ADD")
