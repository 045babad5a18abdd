"""Earnings: how many points something is worth, as plain values that combine with `+` and `*`.

    Earning = Fixed | PerSpend | PerWhole | PerUnit | Sum | Best | Scaled | Capped | When

Laws: earnings are exact and never negative. They are a commutative monoid under `+`; `best_of` is
idempotent; `+` distributes over `best_of`, and `when` over both. Rounding happens once, where the
points are accrued, never inside an earning.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias, assert_never, cast, final

from attrs import field, frozen

from loyaltykit.conditions import Condition, about_moment, mentioned, perhaps_about_item
from loyaltykit.conditions import Custom as _Custom
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import exact
from loyaltykit.vocabulary import Extent, Fact, Item, Moment, around, for_each_line, parts, shown

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

    def cap(self, most: Number) -> "Capped":
        """At most so many points, judged before rounding."""
        return Capped(cast("Earning", self), most)

    def when(self, condition: Condition[Moment]) -> "When":
        """Only if the condition holds, else nothing."""
        return When(cast("Earning", self), condition)


def _points(value: Number) -> Decimal:
    return exact(value, "points", minimum=0)


def _factor(value: Number) -> Decimal:
    return exact(value, "the factor of an earning", minimum=0)


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

    def per(self, amount: Number, *, of: Condition[Item] | None = None) -> "PerSpend":
        """These points for each `amount` (major units) of net spend, in proportion.

        >>> points(1).per(10)  # 0.1 point per euro: 19.99 is worth 1.999
        PerSpend(points=Decimal('1'), amount=Decimal('10'), of=None)
        """
        return PerSpend(self.points, amount, of=of)

    def per_whole(self, amount: Number, *, of: Condition[Item] | None = None) -> "PerWhole":
        """These points for each full `amount` (major units) of net spend: 19.99 holds one 10."""
        return PerWhole(self.points, amount, of=of)

    def per_unit(self, *, of: Condition[Item] | None = None) -> "PerUnit":
        """These points for each piece."""
        return PerUnit(self.points, of=of)


@final
@frozen(order=False)
class PerSpend(_Arithmetic):
    """Points in proportion to the net spend on lines for which `of` holds; None is every line."""

    points: Decimal = field(converter=_points)
    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(None if self.of is None else self.of.extent)


@final
@frozen(order=False)
class PerWhole(_Arithmetic):
    """Points for each full amount of net spend on lines for which `of` holds, taken together."""

    points: Decimal = field(converter=_points)
    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
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
class Scaled(_Arithmetic):
    """An earning times a factor."""

    earning: "Earning" = field(converter=earning)
    factor: Decimal = field(converter=_factor)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.earning.extent)


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


Earning: TypeAlias = Fixed | PerSpend | PerWhole | PerUnit | Sum | Best | Scaled | Capped | When


def points(value: Number) -> Fixed:
    """So many points: the start of every earning.

    >>> points(1).per(1) + points(50)
    Sum(earnings=(PerSpend(points=Decimal('1'), amount=Decimal('1'), of=None), \
Fixed(points=Decimal('50'))))
    """
    return Fixed(value)


def best_of(*earnings: Earning) -> Best:
    """The largest of several earnings; they are alternatives, not added."""
    flat: list[Earning] = []
    for each in earnings:
        flat.extend(each.earnings if isinstance(each, Best) else (each,))
    return Best(flat)


def narrowed(earning: Earning) -> Iterator[Condition[Item] | None]:
    """Which lines each rate in an earning takes, in reading order; None is every line."""
    match earning:
        case Fixed():
            return
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of):
            yield of
        case Sum(earnings=inner) | Best(earnings=inner):
            for each in inner:
                yield from narrowed(each)
        case Scaled(earning=one) | Capped(earning=one) | When(earning=one):
            yield from narrowed(one)
        case _:
            assert_never(earning)


def reads(earning: Earning) -> Iterator[Fact[Any] | _Custom[Any]]:
    """Every fact and custom question that an earning reads, in reading order, with repeats."""
    match earning:
        case Fixed():
            return
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of):
            if of is not None:
                yield from mentioned(of)
        case Sum(earnings=inner) | Best(earnings=inner):
            for each in inner:
                yield from reads(each)
        case Scaled(earning=one) | Capped(earning=one):
            yield from reads(one)
        case When(earning=one, condition=condition):
            yield from reads(one)
            yield from mentioned(condition)
        case _:
            assert_never(earning)
