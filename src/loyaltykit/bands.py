"""Bands: rates that depend on how much is spent, each from where it begins to the next.

    Banded = Band, Band, ... ; Band = start, Fixed | PerSpend | PerWhole

All bands take the same lines and the same basis; below the first of them nothing is earned.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.arithmetic import Arithmetic, Number
from loyaltykit.basis import GOODS, Basis
from loyaltykit.basis import basis as as_basis
from loyaltykit.conditions import Condition, perhaps_about_item
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import exact
from loyaltykit.rates import BandRate, Fixed, PerSpend, PerWhole
from loyaltykit.vocabulary import Extent, Item, around, for_each_line, of_type, parts, shown


class Banding(Enum):
    """What the rate of a band applies to."""

    MARGINAL = "marginal"
    """Each rate applies to the part of the spend inside its own band, like income tax."""

    WHOLE = "whole"
    """The rate of the highest band that is reached applies to all of the spend."""


def _start(value: Number) -> Decimal:
    return exact(value, "where a band begins", minimum=0)


def _band_rate(value: "BandRate") -> "BandRate":
    if not isinstance(value, Fixed | PerSpend | PerWhole):
        raise MisuseError(
            f"a band has points, points per an amount or per a whole amount, not {shown(value)}"
        )
    if not isinstance(value, Fixed) and (value.of is not None or value.basis != GOODS):
        raise DefinitionError(
            "all bands take the same lines and basis: write banded({...}, of=..., basis=...)"
        )
    return value


@final
@frozen(order=False)
class Band:
    """From this spend on (major units), this rate; the band ends where the next one begins."""

    start: Decimal = field(converter=_start)
    rate: "BandRate" = field(converter=_band_rate)


def _bands(values: Iterable[Band]) -> tuple[Band, ...]:
    found = parts(values, "bands")
    for each in found:
        of_type(each, Band, "bands are made of Band: write banded({0: points(1).per(10)})")
    if not found:
        raise DefinitionError("bands need at least one: banded({0: points(1).per(10)})")
    ordered = sorted(found, key=lambda band: band.start)
    for one, other in pairwise(ordered):
        if one.start == other.start:
            raise DefinitionError(f"two bands begin at {one.start:f}: state each once")
    return tuple(ordered)


def _banding(value: Banding) -> Banding:
    return of_type(value, Banding, "banding must be a Banding such as Banding.WHOLE")


@final
@frozen(order=False)
class Banded(Arithmetic):
    """Rates by how much is spent on lines for which `of` holds; below the first band, nothing."""

    bands: tuple[Band, ...] = field(converter=_bands)
    banding: Banding = field(default=Banding.MARGINAL, converter=_banding, kw_only=True)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    basis: Basis = field(default=GOODS, converter=as_basis, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        below = for_each_line(None if self.of is None else self.of.extent)
        inside = around(below, *(each.rate.extent for each in self.bands))
        return Extent(inside.depth, inside.nodes, below.per_line)


# The keys of a mapping have one type, so that each of them is named beside all together.
BandRates: TypeAlias = (
    Mapping[Number, BandRate]
    | Mapping[int, BandRate]
    | Mapping[str, BandRate]
    | Mapping[Decimal, BandRate]
)


def banded(
    rates: BandRates,
    *,
    banding: Banding = Banding.MARGINAL,
    of: Condition[Item] | None = None,
    basis: Basis = GOODS,
) -> Banded:
    """Rates by how much is spent: from each amount (major units) on, its rate.

    >>> from loyaltykit.rates import points
    >>> banded({0: points(1).per(10), 100: points(2).per(10)}).bands[1].start
    Decimal('100')
    """
    if not isinstance(rates, Mapping):
        raise MisuseError(
            f"bands are a mapping from where each begins to its rate, not {shown(rates)}: "
            "write banded({0: points(1).per(10), 100: points(2).per(10)})"
        )
    made = (Band(start, rate) for start, rate in rates.items())
    return Banded(made, banding=banding, of=of, basis=basis)
