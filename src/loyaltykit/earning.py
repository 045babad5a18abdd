"""Earnings: how many points something is worth, as plain values that combine with `+` and `*`.

    Earning = Fixed | PerSpend | PerWhole | PerUnit | PerLine | PerFact | Banded
            | Sum | Best | First | Scaled | Multiplied | Capped | When

Laws: earnings are exact and never negative. They are a commutative monoid under `+`; `best_of` is
idempotent; `+` distributes over `best_of`, and `when` over both. `first_of` and `.times` obey none
of these, since they ask what applies. Rounding happens once, where the points are accrued, never
inside an earning.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import Any, TypeAlias, assert_never, cast, final

from attrs import field, frozen

from loyaltykit.basis import GOODS, Basis
from loyaltykit.basis import basis as as_basis
from loyaltykit.conditions import (
    Condition,
    about_moment,
    mentioned,
    perhaps_about_item,
)
from loyaltykit.conditions import Custom as _Custom
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.factors import Combine, Factor, as_combine, as_factor, as_factors
from loyaltykit.facts import NumberFact
from loyaltykit.money import exact
from loyaltykit.vocabulary import (
    Extent,
    Fact,
    Item,
    Kind,
    Moment,
    Scope,
    around,
    for_each_line,
    of_type,
    parts,
    shown,
)

Number: TypeAlias = int | str | Decimal


class _Arithmetic:
    """The operators. A mixin of methods only: the grammar stays the closed union below."""

    __slots__ = ()

    def __add__(self, other: "Earning") -> "Sum":
        flat: list[Earning] = []
        for each in (cast("Earning", self), earning(other)):
            flat.extend(each.earnings if isinstance(each, Sum) else (each,))
        return Sum(flat)

    def __mul__(self, factor: Number) -> "Scaled":
        return Scaled(cast("Earning", self), factor)

    __rmul__ = __mul__

    def times(self, *factors: "Factor", combine: "Combine | None" = None) -> "Multiplied":
        """Times the factors that apply; of none, once. Left out, `combine` is COMPOUND.

        What stands outside is not multiplied: `base.times(...) + bonus` doubles the base alone.
        """
        return Multiplied(
            cast("Earning", self), factors, combine=Combine.COMPOUND if combine is None else combine
        )

    def cap(self, most: Number) -> "Capped":
        """At most so many points, judged before rounding."""
        return Capped(cast("Earning", self), most)

    def when(self, condition: Condition[Moment]) -> "When":
        """Only if the condition holds, else nothing."""
        return When(cast("Earning", self), condition)


def _points(value: Number) -> Decimal:
    return exact(value, "points", minimum=0)


def _amount(value: Number) -> Decimal:
    amount = exact(value, "the amount of a rate", minimum=0)
    if not amount:
        raise DefinitionError("the amount of a rate must be above 0: points(1).per(10)")
    return amount


def earning(value: "Earning") -> "Earning":
    """Return `value` if it is an earning; the converter of every field that holds one.

    Raises:
        MisuseError: it is anything else.
    """
    if not isinstance(value, _Arithmetic):
        raise MisuseError(f"expected an earning, got {shown(value)}: write points(50)")
    return value


def _earnings(values: "Iterable[Earning]") -> "tuple[Earning, ...]":
    found = tuple(earning(value) for value in parts(values, "a combination of earnings"))
    if not found:
        raise DefinitionError("a combination of earnings needs at least one: points(0) is nothing")
    return found


@final
@frozen(order=False)
class Fixed(_Arithmetic):
    """So many points, whatever is bought."""

    points: Decimal = field(converter=_points)
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def per(
        self, amount: Number, *, of: Condition[Item] | None = None, basis: Basis = GOODS
    ) -> "PerSpend":
        """These points for each `amount` (major units) spent, in proportion.

        >>> points(1).per(10) == PerSpend(1, 10)  # 0.1 point per euro: 19.99 is worth 1.999
        True
        """
        return PerSpend(self.points, amount, of=of, basis=basis)

    def per_whole(
        self, amount: Number, *, of: Condition[Item] | None = None, basis: Basis = GOODS
    ) -> "PerWhole":
        """These points for each full `amount` (major units) spent: 19.99 holds one 10."""
        return PerWhole(self.points, amount, of=of, basis=basis)

    def per_unit(self, *, of: Condition[Item] | None = None) -> "PerUnit":
        """These points for each piece."""
        return PerUnit(self.points, of=of)

    def per_line(self, *, of: Condition[Item] | None = None) -> "PerLine":
        """These points for each line, however many pieces it has."""
        return PerLine(self.points, of=of)

    def each(
        self,
        number: NumberFact[Moment] | NumberFact[Item],
        *,
        per: Number = 1,
        fallback: Number | None = None,
        of: Condition[Item] | None = None,
    ) -> "PerFact":
        """These points for each one of a number, or each `per` of it, in proportion.

        `fallback` is what an unknown number counts as, and has to be stated. An amount of money
        counts in major units. What is below 0 counts as 0.

        >>> from loyaltykit.subjects import basket
        >>> points(2).each(basket.number("km"), fallback=0).fallback
        Decimal('0')
        """
        if not isinstance(number, NumberFact):
            raise MisuseError(f"points for each of what? {shown(number)}: write basket.number(...)")
        if fallback is None:
            raise DefinitionError(
                f"say what {number.fact} counts as where it is unknown: fallback=0"
            )
        return PerFact(self.points, number.fact, per=per, fallback=fallback, of=of)


@final
@frozen(order=False)
class PerSpend(_Arithmetic):
    """Points in proportion to the spend on lines for which `of` holds; None is every line."""

    points: Decimal = field(converter=_points)
    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    basis: Basis = field(default=GOODS, converter=as_basis, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


@final
@frozen(order=False)
class PerWhole(_Arithmetic):
    """Points for each full amount spent on lines for which `of` holds, taken together."""

    points: Decimal = field(converter=_points)
    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    basis: Basis = field(default=GOODS, converter=as_basis, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


@final
@frozen(order=False)
class PerUnit(_Arithmetic):
    """Points for each piece on lines for which `of` holds; None is every line."""

    points: Decimal = field(converter=_points)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


@final
@frozen(order=False)
class PerLine(_Arithmetic):
    """Points for each line for which `of` holds, however many pieces it has; None is every line."""

    points: Decimal = field(converter=_points)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


def _number(value: Fact[Any]) -> Fact[Any]:
    fact = of_type(value, Fact, "expected a fact such as basket.number('km').fact")
    if fact.kind not in (Kind.NUMBER, Kind.MONEY):
        raise DefinitionError(f"{fact} is {fact.kind.value}: points are for each of a number")
    return fact


def _fallback(value: Number) -> Decimal:
    return exact(value, "the fallback of an earning", minimum=0)


@final
@frozen(order=False)
class PerFact(_Arithmetic):
    """Points in proportion to a number or an amount (major units); `fallback` is what unknown is.

    A number of an item is taken on every line for which `of` holds. `item.units` and `item.spend`
    are of the whole line; all others, such as `item.price` and the shop's own, are of one piece and
    count for each piece.
    """

    points: Decimal = field(converter=_points)
    fact: Fact[Any] = field(converter=_number)
    per: Decimal = field(default=Decimal(1), converter=_amount, kw_only=True)
    fallback: Decimal = field(converter=_fallback, kw_only=True)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        if self.fact.scope is not Scope.ITEM:
            return Extent()
        return for_each_line(None if self.of is None else self.of.extent)

    def __attrs_post_init__(self) -> None:
        if self.of is not None and self.fact.scope is not Scope.ITEM:
            raise DefinitionError(f"{self.fact} is no number of an item: leave of= out")

    @property
    def by_piece(self) -> bool:
        """Whether the number is of one piece of a line, and so counts for each piece."""
        return self.fact.own or self.fact.name not in ("units", "spend")


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
class Banded(_Arithmetic):
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


@final
@frozen(order=False)
class Sum(_Arithmetic):
    """All of them together."""

    earnings: "tuple[Earning, ...]" = field(converter=_earnings)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.earnings))


@final
@frozen(order=False)
class Best(_Arithmetic):
    """The largest of them."""

    earnings: "tuple[Earning, ...]" = field(converter=_earnings)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.earnings))


@final
@frozen(order=False)
class First(_Arithmetic):
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
class Scaled(_Arithmetic):
    """An earning times a factor."""

    earning: "Earning" = field(converter=earning)
    factor: Decimal = field(converter=as_factor)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.earning.extent)


@final
@frozen(order=False)
class Multiplied(_Arithmetic):
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
class Capped(_Arithmetic):
    """An earning, but at most so many points."""

    earning: "Earning" = field(converter=earning)
    most: Decimal = field(converter=_points)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.earning.extent)


@final
@frozen(order=False)
class When(_Arithmetic):
    """An earning if the condition holds, else nothing."""

    earning: "Earning" = field(converter=earning)
    condition: Condition[Moment] = field(converter=about_moment)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.earning.extent, self.condition.extent)


BandRate: TypeAlias = Fixed | PerSpend | PerWhole
# The keys of a mapping have one type, so that each of them is named beside all together.
BandRates: TypeAlias = (
    Mapping[Number, BandRate]
    | Mapping[int, BandRate]
    | Mapping[str, BandRate]
    | Mapping[Decimal, BandRate]
)

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


def points(value: Number) -> Fixed:
    """So many points: the start of every earning.

    >>> points(1).per(1) + points(50) == Sum([PerSpend(1, 1), Fixed(50)])
    True
    """
    return Fixed(value)


def best_of(*earnings: Earning) -> Best:
    """The largest of several earnings; they are alternatives, not added."""
    flat: list[Earning] = []
    for each in earnings:
        flat.extend(each.earnings if isinstance(each, Best) else (each,))
    return Best(flat)


def first_of(*earnings: Earning) -> First:
    """The first of several earnings that applies, whatever it is worth.

    >>> from loyaltykit.subjects import basket
    >>> sale = basket.label("channel").is_("sale")
    >>> first_of(points(1).per(10).when(sale), points(1).per(1)).earnings[1] == points(1).per(1)
    True
    """
    return First(earnings)


def banded(
    rates: BandRates,
    *,
    banding: Banding = Banding.MARGINAL,
    of: Condition[Item] | None = None,
    basis: Basis = GOODS,
) -> Banded:
    """Rates by how much is spent: from each amount (major units) on, its rate.

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


def bases(earning: Earning) -> Iterator[Basis]:
    """The basis of each rate in an earning, in reading order."""
    match earning:
        case Fixed() | PerFact() | PerUnit() | PerLine():
            return
        case PerSpend(basis=basis) | PerWhole(basis=basis) | Banded(basis=basis):
            yield basis
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from bases(each)
        case Scaled(earning=one) | Multiplied(earning=one) | Capped(earning=one):
            yield from bases(one)
        case When(earning=one):
            yield from bases(one)
        case _:
            assert_never(earning)


def narrowed(earning: Earning) -> Iterator[Condition[Item] | None]:
    """Which lines each rate in an earning takes, in reading order; None is every line."""
    match earning:
        case Fixed():
            return
        case PerFact(fact=fact, of=of):
            if fact.scope is Scope.ITEM:
                yield of
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of) | PerLine(of=of) | Banded(of=of):
            yield of
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from narrowed(each)
        case Scaled(earning=one) | Multiplied(earning=one) | Capped(earning=one):
            yield from narrowed(one)
        case When(earning=one):
            yield from narrowed(one)
        case _:
            assert_never(earning)


def reads(earning: Earning) -> Iterator[Fact[Any] | _Custom[Any]]:
    """Every fact and custom question that an earning reads, in reading order, with repeats."""
    match earning:
        case Fixed():
            return
        case PerFact(fact=fact, of=of):
            yield fact
            if of is not None:
                yield from mentioned(of)
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of) | PerLine(of=of) | Banded(of=of):
            if of is not None:
                yield from mentioned(of)
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from reads(each)
        case Scaled(earning=one) | Capped(earning=one):
            yield from reads(one)
        case Multiplied(earning=one, factors=factors):
            yield from reads(one)
            for factor in factors:
                for asked in (factor.when, factor.of):
                    if asked is not None:
                        yield from mentioned(asked)
        case When(earning=one, condition=condition):
            yield from reads(one)
            yield from mentioned(condition)
        case _:
            assert_never(earning)
