"""Earnings: how many points something is worth, as plain values that combine with `+` and `*`.

    Earning = Fixed | PerSpend | PerWhole | PerUnit | PerLine | PerFact | Banded
            | Sum | Best | First | Scaled | Multiplied | Capped | When

Laws: earnings are exact and never negative. They are a commutative monoid under `+`; `best_of` is
idempotent; `+` distributes over `best_of`, and `when` over both. `first_of` and `.times` obey none
of these, since they ask what applies. Rounding happens once, where the points are accrued, never
inside an earning.

Here are the earnings around others; those that contain none are rates and bands.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.arithmetic import Arithmetic
from loyaltykit.bands import Banded
from loyaltykit.conditions import Condition, about_moment
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.factors import Combine, Factor, as_combine, as_factor, as_factors
from loyaltykit.rates import Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole, as_points
from loyaltykit.vocabulary import Extent, Moment, Scope, around, parts, shown


def earning(value: "Earning") -> "Earning":
    """Return `value` if it is an earning; the converter of every field that holds one.

    Raises:
        MisuseError: it is anything else.
    """
    if not isinstance(value, Arithmetic):
        raise MisuseError(f"expected an earning, got {shown(value)}: write points(50)")
    return value


def _earnings(values: "Iterable[Earning]") -> "tuple[Earning, ...]":
    found = tuple(earning(value) for value in parts(values, "a combination of earnings"))
    if not found:
        raise DefinitionError("a combination of earnings needs at least one: points(0) is nothing")
    return found


@final
@frozen(order=False)
class Sum(Arithmetic):
    """All of them together."""

    earnings: "tuple[Earning, ...]" = field(converter=_earnings)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.earnings))


@final
@frozen(order=False)
class Best(Arithmetic):
    """The largest of them."""

    earnings: "tuple[Earning, ...]" = field(converter=_earnings)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.earnings))


@final
@frozen(order=False)
class First(Arithmetic):
    """The first of them that applies, whatever it is worth; if none does, nothing.

    An earning applies unless its conditions (`.when`) switch all of it off.
    """

    earnings: "tuple[Earning, ...]" = field(converter=_earnings)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.earnings))


@final
@frozen(order=False)
class Scaled(Arithmetic):
    """An earning times a factor."""

    earning: "Earning" = field(converter=earning)
    factor: Decimal = field(converter=as_factor)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.earning.extent)


@final
@frozen(order=False)
class Multiplied(Arithmetic):
    """An earning times the factors that apply, combined; if none does, times 1."""

    earning: "Earning" = field(converter=earning)
    factors: tuple[Factor, ...] = field(converter=as_factors)
    combine: Combine = field(default=Combine.COMPOUND, converter=as_combine, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        inside = around(self.earning.extent, *(each.extent for each in self.factors))
        # What the lines earn is asked once more, to be multiplied line by line.
        again = self.earning.extent.per_line if self.by_line else 0
        return Extent(inside.depth, inside.nodes, inside.per_line + again)

    def __attrs_post_init__(self) -> None:
        for each in undivided(self.earning) if self.by_line else ():
            if not isinstance(each, Fixed | PerFact | PerSpend):
                called = TOGETHER[type(each)]
                raise DefinitionError(
                    f"a factor of= some lines multiplies what each line earns, and {called} takes "
                    "all lines together: multiply its parts, or leave of= out"
                )

    @property
    def by_line(self) -> bool:
        """Whether any factor applies to some lines only."""
        return any(each.of is not None for each in self.factors)


@final
@frozen(order=False)
class Capped(Arithmetic):
    """An earning, but at most so many points."""

    earning: "Earning" = field(converter=earning)
    most: Decimal = field(converter=as_points)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.earning.extent)


@final
@frozen(order=False)
class When(Arithmetic):
    """An earning if the condition holds, else nothing."""

    earning: "Earning" = field(converter=earning)
    condition: Condition[Moment] = field(converter=about_moment)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.earning.extent, self.condition.extent)


Earning: TypeAlias = (
    Fixed
    | PerSpend
    | PerWhole
    | PerUnit
    | PerLine
    | PerFact
    | Banded
    | Sum
    | Best
    | First
    | Scaled
    | Multiplied
    | Capped
    | When
)

TOGETHER: Mapping[type[object], str] = {
    Fixed: "a fixed number of points",
    PerFact: "a number that is of no item",
    PerSpend: "shipping",
    PerWhole: "per_whole",
    Banded: "banded",
    Best: "best_of",
    Capped: "cap",
}
"""What the earnings are called that are of no single line."""


def best_of(*earnings: Earning) -> Best:
    """The largest of several earnings; they are alternatives, not added."""
    flat: list[Earning] = []
    for each in earnings:
        flat.extend(each.earnings if isinstance(each, Best) else (each,))
    return Best(flat)


def first_of(*earnings: Earning) -> First:
    """The first of several earnings that applies, whatever it is worth.

    >>> from loyaltykit import basket, points
    >>> sale = basket.label("channel").is_("sale")
    >>> first_of(points(1).per(10).when(sale), points(1).per(1)).earnings[1] == points(1).per(1)
    True
    """
    return First(earnings)


def undivided(
    earning: Earning,
) -> Iterator[Fixed | PerSpend | PerFact | PerWhole | Banded | Best | Capped]:
    """The parts of an earning that are of no single line, in reading order."""
    match earning:
        case Fixed() | PerWhole() | Banded() | Best() | Capped():
            yield earning
        case PerFact(fact=fact):
            if fact.scope is not Scope.ITEM:
                yield earning
        case PerSpend(basis=basis):
            if basis.shipping:
                yield earning
        case PerUnit() | PerLine():
            return
        case Sum(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from undivided(each)
        case Scaled(earning=one) | Multiplied(earning=one) | When(earning=one):
            yield from undivided(one)
        case _:
            assert_never(earning)
