"""Reductions: by how much chosen units, or shipping, become cheaper.

    Reduction = AmountOff | PercentOff | NewPrice

A reduction says what comes off, of which units, and of what: goods, shipping, or both. It never
takes more than a unit costs, nothing of what is free, and never makes anything dearer.
"""

from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_item
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.facts import NumberFact
from loyaltykit.money import Rounding, RoundingScope, exact
from loyaltykit.selections import Pick
from loyaltykit.vocabulary import (
    Extent,
    Fact,
    Item,
    Kind,
    Scope,
    for_each_line,
    of_type,
    shown,
)

Number: TypeAlias = int | str | Decimal
Price: TypeAlias = Decimal | Fact[Any]
"""An amount in major units, or the number of an item that says it for each line."""


class Each(Enum):
    """Of what an amount or a price is."""

    ALL = "all"
    """Of all chosen units together."""

    UNIT = "unit"
    """Of each chosen unit."""


class Covers(Enum):
    """What becomes cheaper."""

    GOODS = "goods"
    """The lines."""

    SHIPPING = "shipping"
    """Shipping alone."""

    ORDER = "order"
    """The lines and shipping together; shipping takes its share like a line, after all others."""


class Rounds(Enum):
    """What of a percentage is made a whole number of minor units."""

    DISCOUNT = "discount"
    """What comes off."""

    PRICE = "price"
    """What remains to be paid."""


def _amount(value: Number) -> Decimal:
    amount = exact(value, "the amount of a discount", minimum=0)
    if not amount:
        raise DefinitionError("the amount of a discount must be above 0: amount_off(5)")
    return amount


def _optional_amount(value: Number | None) -> Decimal | None:
    return None if value is None else _amount(value)


def _percent(value: Number) -> Decimal:
    percent = exact(value, "the percentage of a discount", minimum=0)
    if not 0 < percent <= 100:
        raise DefinitionError(f"a percentage must be above 0 and at most 100, not {percent}")
    return percent


def _rounding(value: Rounding) -> Rounding:
    return of_type(value, Rounding, "rounding must be a Rounding such as Rounding.FLOOR")


def _scope(value: RoundingScope) -> RoundingScope:
    return of_type(value, RoundingScope, "scope must be a RoundingScope such as RoundingScope.LINE")


def _rounds(value: Rounds) -> Rounds:
    return of_type(value, Rounds, "rounds must be a Rounds such as Rounds.PRICE")


def _each(value: Each) -> Each:
    return of_type(value, Each, "each must be an Each such as Each.UNIT")


def _covers(value: Covers) -> Covers:
    return of_type(value, Covers, "covers must be a Covers such as Covers.SHIPPING")


def _units(value: Pick | None) -> Pick | None:
    if value is not None and not isinstance(value, Pick):
        raise MisuseError(f"{shown(value)} chooses no units: write cheapest(1) or every_nth(3)")
    return value


def _fact(value: Fact[Any]) -> Fact[Any]:
    fit = value.kind is Kind.NUMBER if value.own else value.name == "price"
    if value.scope is not Scope.ITEM or not fit:
        raise DefinitionError(f"{value} is no price of an item: write item.number('member_price')")
    return value


def _price(
    value: Price | NumberFact[Item] | Number, what: str = "the new price of a discount"
) -> Price:
    if isinstance(value, NumberFact):
        return _fact(value.fact)
    if isinstance(value, Fact):
        return _fact(value)
    return exact(value, what, minimum=0)


def _floor(value: Price | NumberFact[Item] | Number | None) -> Price | None:
    if value is None:
        return None
    floor = _price(value, "the price below which a discount does not go")
    if floor == Decimal(0):
        raise DefinitionError("nothing goes below 0 anyway: leave not_below out")
    return floor


def _fallback(value: Number | None) -> Decimal | None:
    return None if value is None else exact(value, "the fallback of a new price", minimum=0)


def _asked(of: Condition[Item] | None) -> Extent:
    return for_each_line(None if of is None else of.extent)


@final
@frozen(order=False)
class AmountOff:
    """So much (major units) off the chosen units: all together, or each.

    The units are those of the lines for which `of` holds, or of them the ones that `units` picks.
    All together, the amount is split over the lines by their value, largest remainder first, and
    what a price floor keeps back goes to the others. `not_below` is a price of a unit under which
    it does not go; where the number of an item is unknown, there is none.
    """

    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    units: Pick | None = field(default=None, converter=_units, kw_only=True)
    each: Each = field(default=Each.ALL, converter=_each, kw_only=True)
    covers: Covers = field(default=Covers.GOODS, converter=_covers, kw_only=True)
    not_below: Price | None = field(default=None, converter=_floor, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return _asked(self.of)

    def __attrs_post_init__(self) -> None:
        _check(self)
        if self.each is Each.UNIT and self.covers is not Covers.GOODS:
            raise DefinitionError("shipping has no units: leave each out")


@final
@frozen(order=False)
class PercentOff:
    """A share of the chosen units, at most `up_to` (major units) in all.

    `scope` says what is rounded: the discount once, that of each line, or that of each unit. Once,
    it is split over the lines as an amount is. What a price floor keeps back is taken nowhere else.
    """

    percent: Decimal = field(converter=_percent)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    units: Pick | None = field(default=None, converter=_units, kw_only=True)
    up_to: Decimal | None = field(default=None, converter=_optional_amount, kw_only=True)
    rounding: Rounding = field(default=Rounding.HALF_UP, converter=_rounding, kw_only=True)
    scope: RoundingScope = field(default=RoundingScope.ORDER, converter=_scope, kw_only=True)
    rounds: Rounds = field(default=Rounds.DISCOUNT, converter=_rounds, kw_only=True)
    covers: Covers = field(default=Covers.GOODS, converter=_covers, kw_only=True)
    not_below: Price | None = field(default=None, converter=_floor, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return _asked(self.of)

    def __attrs_post_init__(self) -> None:
        _check(self)


@final
@frozen(order=False)
class NewPrice:
    """The chosen units cost so much (major units), each or all together, unless they cost less.

    The price may be the number of an item, such as its price for members, rounded half-up to the
    minor unit; a line where it is unknown costs `fallback`, or without one keeps its price.
    """

    price: Price = field(converter=_price)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    units: Pick | None = field(default=None, converter=_units, kw_only=True)
    each: Each = field(default=Each.UNIT, converter=_each, kw_only=True)
    covers: Covers = field(default=Covers.GOODS, converter=_covers, kw_only=True)
    fallback: Decimal | None = field(default=None, converter=_fallback, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return _asked(self.of)

    def __attrs_post_init__(self) -> None:
        _check(self)
        by_line = isinstance(self.price, Fact)
        if by_line and (self.each is Each.ALL or self.covers is not Covers.GOODS):
            raise DefinitionError(
                f"{self.price} is a price of each unit of a line, of nothing else"
            )
        if not by_line and self.fallback is not None:
            raise DefinitionError("a fallback is for a price that may be unknown: leave it out")
        if self.covers is Covers.ORDER and self.each is Each.UNIT:
            raise DefinitionError("shipping has no units: a price of the order is each=Each.ALL")


Reduction: TypeAlias = AmountOff | PercentOff | NewPrice


def _check(reduction: Reduction) -> None:
    floor = None if isinstance(reduction, NewPrice) else reduction.not_below
    of_lines = (reduction.of, reduction.units, floor)
    if reduction.covers is Covers.SHIPPING and any(each is not None for each in of_lines):
        raise DefinitionError("shipping has no lines: leave of, units and not_below out")


def reduction(value: Reduction) -> Reduction:
    """Return `value` if it is a reduction.

    Raises:
        MisuseError: it is anything else.
    """
    if not isinstance(value, AmountOff | PercentOff | NewPrice):
        raise MisuseError(
            f"{shown(value)} takes nothing off: write amount_off(5) or percent_off(100)"
        )
    return value


def amount_off(
    amount: Number,
    *,
    of: Condition[Item] | None = None,
    units: Pick | None = None,
    each: Each = Each.ALL,
    covers: Covers = Covers.GOODS,
    not_below: Price | NumberFact[Item] | Number | None = None,
) -> AmountOff:
    """So much off: amount_off(5) is 5.00 in the programme's currency."""
    return AmountOff(amount, of=of, units=units, each=each, covers=covers, not_below=not_below)


def percent_off(
    percent: Number,
    *,
    of: Condition[Item] | None = None,
    units: Pick | None = None,
    up_to: Number | None = None,
    rounding: Rounding = Rounding.HALF_UP,
    scope: RoundingScope = RoundingScope.ORDER,
    rounds: Rounds = Rounds.DISCOUNT,
    covers: Covers = Covers.GOODS,
    not_below: Price | NumberFact[Item] | Number | None = None,
) -> PercentOff:
    """A share off: percent_off(15) is 15 percent, rounded half-up to the minor unit."""
    return PercentOff(
        percent,
        of=of,
        units=units,
        up_to=up_to,
        rounding=rounding,
        scope=scope,
        rounds=rounds,
        covers=covers,
        not_below=not_below,
    )


def new_price(
    price: Price | NumberFact[Item] | Number,
    *,
    of: Condition[Item] | None = None,
    units: Pick | None = None,
    each: Each = Each.UNIT,
    covers: Covers = Covers.GOODS,
    fallback: Number | None = None,
) -> NewPrice:
    """So much for each unit or all: new_price("9.90"), new_price(item.number("for_members"))."""
    return NewPrice(price, of=of, units=units, each=each, covers=covers, fallback=fallback)


def free_shipping(*, up_to: Number | None = None) -> PercentOff:
    """Shipping for nothing, or so much of it."""
    return PercentOff(100, covers=Covers.SHIPPING, up_to=up_to)
