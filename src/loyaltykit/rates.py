"""Rates: the earnings that contain no other, from a number of points to points for each kilometre.

    Rate = Fixed | PerSpend | PerWhole | PerUnit | PerLine | PerFact

All start with `points(...)`. Amounts are in major units, and which amount of an order is read is
the basis of the rate.
"""

from decimal import Decimal
from typing import Any, TypeAlias, final

from attrs import field, frozen

from loyaltykit.arithmetic import Arithmetic, Number
from loyaltykit.basis import GOODS, Basis
from loyaltykit.basis import basis as as_basis
from loyaltykit.conditions import Condition, perhaps_about_item
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.facts import NumberFact
from loyaltykit.money import exact
from loyaltykit.vocabulary import (
    Extent,
    Fact,
    Item,
    Kind,
    Moment,
    Scope,
    for_each_line,
    of_type,
    shown,
)


def as_points(value: Number) -> Decimal:
    """A number of points, exactly.

    Raises:
        MisuseError, DefinitionError: it is no exact number from 0 on.
    """
    return exact(value, "points", minimum=0)


def _amount(value: Number) -> Decimal:
    amount = exact(value, "the amount of a rate", minimum=0)
    if not amount:
        raise DefinitionError("the amount of a rate must be above 0: points(1).per(10)")
    return amount


@final
@frozen(order=False, cache_hash=True)
class Fixed(Arithmetic):
    """So many points, whatever is bought."""

    points: Decimal = field(converter=as_points)
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
@frozen(order=False, cache_hash=True)
class PerSpend(Arithmetic):
    """Points in proportion to the spend on lines for which `of` holds; None is every line."""

    points: Decimal = field(converter=as_points)
    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    basis: Basis = field(default=GOODS, converter=as_basis, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


@final
@frozen(order=False, cache_hash=True)
class PerWhole(Arithmetic):
    """Points for each full amount spent on lines for which `of` holds, taken together."""

    points: Decimal = field(converter=as_points)
    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    basis: Basis = field(default=GOODS, converter=as_basis, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


@final
@frozen(order=False, cache_hash=True)
class PerUnit(Arithmetic):
    """Points for each piece on lines for which `of` holds; None is every line."""

    points: Decimal = field(converter=as_points)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


@final
@frozen(order=False, cache_hash=True)
class PerLine(Arithmetic):
    """Points for each line for which `of` holds, however many pieces it has; None is every line."""

    points: Decimal = field(converter=as_points)
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
@frozen(order=False, cache_hash=True)
class PerFact(Arithmetic):
    """Points in proportion to a number or an amount (major units); `fallback` is what unknown is.

    A number of an item is taken on every line for which `of` holds. `item.units` and `item.spend`
    are of the whole line; all others, such as `item.price` and the shop's own, are of one piece and
    count for each piece.
    """

    points: Decimal = field(converter=as_points)
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


BandRate: TypeAlias = Fixed | PerSpend | PerWhole


def points(value: Number) -> Fixed:
    """So many points: the start of every earning.

    >>> from loyaltykit.earning import Sum
    >>> points(1).per(1) + points(50) == Sum([PerSpend(1, 1), Fixed(50)])
    True
    """
    return Fixed(value)
