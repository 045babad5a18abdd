"""Discounts: what a coupon or a promotion takes off a basket, as plain values.

    Discount = AmountOff | PercentOff | NewPrice | Bundle | FreeItem | Stepped | ForEach | Together

The first three say how much comes off which units (reductions). `Bundle` is for units that are
bought together, `FreeItem` for a gift that the shop adds. `Stepped` chooses a discount by how much
is bought, `ForEach` gives it to each product or line by itself, `Together` adds several up.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.bundles import Bundle
from loyaltykit.conditions import Condition, mentioned, perhaps_about_item
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.facts import NumberFact, TextFact
from loyaltykit.money import exact
from loyaltykit.questions import Custom
from loyaltykit.reductions import AmountOff, Covers, NewPrice, Number, PercentOff, Reduction
from loyaltykit.selections import counted
from loyaltykit.vocabulary import (
    Extent,
    Fact,
    Item,
    Kind,
    Scope,
    around,
    for_each_line,
    named,
    of_type,
    parts,
    shown,
)

MAX_STEPS = 100
"""How many steps a stepped discount may have, and how many discounts may come together."""


class By(Enum):
    """By what the step of a discount is chosen."""

    UNITS = "units"
    """By how many units there are, without those that are free already."""

    SPEND = "spend"
    """By what the lines cost now, before this discount."""


def _sku(value: str) -> str:
    return named(value, "the sku of a free item")


def _count(value: int) -> int:
    return counted(value, "the units of a free item")


@final
@frozen(order=False)
class FreeItem:
    """So many units of an article for nothing, a gift that the shop adds to the basket.

    What is due is told by the quote, whether or not it is in the basket; it is free if it is there,
    wherever the discount applies. The units of the lower line are taken first.
    """

    sku: str = field(converter=_sku)
    units: int = field(default=1, converter=_count)
    extent: Extent = field(default=Extent(per_line=1), init=False, eq=False, repr=False)


def _measure(value: By) -> By:
    return of_type(value, By, "by must be By.UNITS or By.SPEND")


def discount(value: "Discount") -> "Discount":
    """Return `value` if it is a discount.

    Raises:
        MisuseError: it is anything else.
    """
    if not isinstance(value, _KINDS):
        raise MisuseError(f"{shown(value)} is no discount: write amount_off(5) or percent_off(15)")
    return value


def _steps(
    values: "Mapping[Any, Discount] | Iterable[tuple[Any, Discount]]",
) -> "tuple[tuple[Decimal, Discount], ...]":
    pairs = values.items() if isinstance(values, Mapping) else values
    found: dict[Decimal, Discount] = {}
    for pair in parts(pairs, "the steps of a discount"):
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise MisuseError(f"a step is where it begins and a discount, not {shown(pair)}")
        start = exact(pair[0], "where a step begins", minimum=0)
        if start in found:
            raise DefinitionError(f"two steps begin at {start:f}")
        found[start] = discount(pair[1])
    if not 1 <= len(found) <= MAX_STEPS:
        raise LimitError(f"write 1 to {MAX_STEPS} steps, not {len(found)}")
    return tuple((start, found[start]) for start in sorted(found))


@final
@frozen(order=False)
class Stepped:
    """The discount of the highest step that is reached by the lines for which `of` holds.

    A step begins at so many units, or at so much money (major units), inclusive; below the first
    there is no discount. The discount sees no other lines than these.
    """

    by: By = field(converter=_measure)
    steps: "tuple[tuple[Decimal, Discount], ...]" = field(converter=_steps)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        asked = for_each_line(None if self.of is None else self.of.extent)
        return around(asked, *(each.extent for _, each in self.steps))

    def __attrs_post_init__(self) -> None:
        for start, _ in self.steps:
            if self.by is By.UNITS and (start % 1 or not start):
                raise DefinitionError(f"a step begins at a whole number of units, not at {start:f}")


def _by(value: Fact[Any] | TextFact[Item] | NumberFact[Item] | None) -> Fact[Any] | None:
    if value is None:
        return None
    fact: object = value.fact if isinstance(value, TextFact | NumberFact) else value
    if not isinstance(fact, Fact) or fact.scope is not Scope.ITEM or fact.kind is Kind.TAGS:
        raise DefinitionError(f"{shown(value)} tells no items apart: write for_each(item.sku, ...)")
    return fact


@final
@frozen(order=False)
class ForEach:
    """The discount for each product by itself: the lines of one value of `by`; None is each line.

    A line whose value is unknown stands by itself. What concerns shipping or a gift is no discount
    of products.
    """

    discount: "Discount" = field(converter=discount)
    by: Fact[Any] | None = field(default=None, converter=_by, kw_only=True)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        below = around(self.discount.extent)
        return Extent(below.depth, below.nodes, below.per_line + 1)

    def __attrs_post_init__(self) -> None:
        for each in nodes(self.discount):
            if isinstance(each, FreeItem) or (
                isinstance(each, AmountOff | PercentOff | NewPrice)
                and each.covers is not Covers.GOODS
            ):
                raise DefinitionError(
                    "shipping and gifts are of the order, not of each product: "
                    "write together(for_each(...), free_shipping())"
                )


def _discounts(values: "Iterable[Discount]") -> "tuple[Discount, ...]":
    found = tuple(discount(each) for each in parts(values, "the discounts of one offer"))
    if not 2 <= len(found) <= MAX_STEPS:
        raise LimitError(f"write 2 to {MAX_STEPS} discounts together, not {len(found)}")
    return found


@final
@frozen(order=False)
class Together:
    """Several discounts at once, each of the prices before all of them, at most what a unit costs.

    Two percentages add up: 20 and 10 together are 30.
    """

    discounts: "tuple[Discount, ...]" = field(converter=_discounts)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.discounts))


Discount: TypeAlias = (
    AmountOff | PercentOff | NewPrice | Bundle | FreeItem | Stepped | ForEach | Together
)
_KINDS = (AmountOff, PercentOff, NewPrice, Bundle, FreeItem, Stepped, ForEach, Together)


def nodes(discount: Discount) -> Iterator[Discount]:
    """The discount and all that it is made of, itself first; not what a bundle's parts say."""
    yield discount
    match discount:
        case Stepped(steps=steps):
            for _, each in steps:
                yield from nodes(each)
        case ForEach(discount=one):
            yield from nodes(one)
        case Together(discounts=inner):
            for each in inner:
                yield from nodes(each)
        case AmountOff() | PercentOff() | NewPrice() | Bundle() | FreeItem():
            pass
        case _:
            assert_never(discount)


def reductions(discount: Discount) -> Iterator[Reduction]:
    """Every reduction that a discount is made of, those of bundles included."""
    for node in nodes(discount):
        match node:
            case AmountOff() | PercentOff() | NewPrice():
                yield node
            case Bundle(parts=inner, off=off):
                for each in (off, *(part.off for part in inner)):
                    if each is not None:
                        yield each
            case FreeItem() | Stepped() | ForEach() | Together():
                pass
            case _:
                assert_never(node)


def item_conditions(discount: Discount) -> Iterator[Condition[Item]]:
    """Every condition of a discount, in reading order, with repeats."""
    for node in nodes(discount):
        match node:
            case AmountOff(of=of) | PercentOff(of=of) | NewPrice(of=of) | Stepped(of=of):
                if of is not None:
                    yield of
            case Bundle(parts=inner):
                yield from (part.of for part in inner if part.of is not None)
            case FreeItem() | ForEach() | Together():
                pass
            case _:
                assert_never(node)


def facts(discount: Discount) -> Iterator[Fact[Any]]:
    """The facts of an item that a discount reads itself, besides those of its conditions."""
    for each in reductions(discount):
        price = each.price if isinstance(each, NewPrice) else each.not_below
        if isinstance(price, Fact):
            yield price
    for node in nodes(discount):
        if isinstance(node, ForEach) and node.by is not None:
            yield node.by


def asked(discount: Discount) -> Iterator[Fact[Any] | Custom[Any]]:
    """All that a discount asks about an item, with repeats."""
    for condition in item_conditions(discount):
        yield from mentioned(condition)
    yield from facts(discount)


def amounts(discount: Discount) -> Iterator[tuple[Decimal, str]]:
    """Every amount of money (major units) that a discount names, and what it is."""
    for each in reductions(discount):
        match each:
            case AmountOff(amount=amount):
                yield amount, "the discount"
            case PercentOff(up_to=up_to):
                if up_to is not None:
                    yield up_to, "the cap of the discount"
            case NewPrice(price=price, fallback=fallback):
                for one in (price, fallback):
                    if isinstance(one, Decimal):
                        yield one, "the new price"
            case _:
                assert_never(each)
        floor = None if isinstance(each, NewPrice) else each.not_below
        if isinstance(floor, Decimal):
            yield floor, "the price floor"
    for node in nodes(discount):
        if isinstance(node, Stepped) and node.by is By.SPEND:
            for start, _ in node.steps:
                yield start, "where a step begins"


def free_item(sku: str, units: int = 1) -> FreeItem:
    """A gift with the purchase: free_item("MUG")."""
    return FreeItem(sku, units)


def by_units(steps: Mapping[int, Discount], *, of: Condition[Item] | None = None) -> Stepped:
    """By how many units are bought: by_units({3: percent_off(5), 6: percent_off(10)})."""
    return Stepped(By.UNITS, steps, of=of)


def by_spend(steps: Mapping[Number, Discount], *, of: Condition[Item] | None = None) -> Stepped:
    """By what is spent: by_spend({50: amount_off(5), 100: amount_off(15)})."""
    return Stepped(By.SPEND, steps, of=of)


def for_each(by: TextFact[Item] | NumberFact[Item] | Fact[Item], discount: Discount) -> ForEach:
    """The discount for each product by itself.

    Every third of each is free: for_each(item.sku, percent_off(100, units=every_nth(3))).
    """
    return ForEach(discount, by=by)


def each_line(discount: Discount) -> ForEach:
    """The discount for each line by itself: each_line(percent_off(10)) rounds line by line."""
    return ForEach(discount)


def together(*discounts: Discount) -> Together:
    """Several discounts in one: together(percent_off(10), free_shipping())."""
    return Together(discounts)
