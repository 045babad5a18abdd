"""Discounting: what a discount takes off a basket, line by line and unit by unit.

Laws: each share lies within its line and no unit costs less than nothing; the shares and what is
unplaced add up to what is promised; a free line gets nothing; the order of lines never matters.
Units of a line that are treated alike are told as one run: no line is ever expanded.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never, final

from attrs import field, frozen

from loyaltykit.bundles import Bundle
from loyaltykit.choosing import Piece, Pieces, picked, pieces_of, sets_of
from loyaltykit.conditions import Condition
from loyaltykit.copying import altered
from loyaltykit.cuts import Cut, Cuts, GiftDue, Pairs, Run, both, merged, sum_of
from loyaltykit.discounts import By, Discount, ForEach, FreeItem, Stepped, Together
from loyaltykit.errors import EventError
from loyaltykit.evaluate import holds, read
from loyaltykit.money import Rounding, minor_units, ratio, rounded
from loyaltykit.readings import Readings
from loyaltykit.reducing import Goods, reduced
from loyaltykit.reductions import AmountOff, Each, NewPrice, PercentOff, Price, Reduction
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Priced
from loyaltykit.vocabulary import Fact, Item


@final
@frozen(order=False)
class TakenOff:
    """What a discount takes off, in minor units, for each line in the order of the basket.

    `units` tells the same per unit, in runs that add up to the line, in the order in which the
    line's units stand. `taken` counts the units that the
    discount has used, be it as what had to be bought or as what became cheaper. `shipping` comes
    off shipping. `unplaced` found no place: what an amount is more than the units can bear.
    """

    lines: tuple[int, ...]
    units: tuple[tuple[Run, ...], ...] = field(kw_only=True)
    taken: tuple[int, ...] = field(kw_only=True)
    shipping: int = field(default=0, kw_only=True)
    unplaced: int = field(default=0, kw_only=True)
    gifts: tuple[GiftDue, ...] = field(default=(), kw_only=True)

    @property
    def off(self) -> int:
        """All that comes off, shipping included."""
        return sum(self.lines) + self.shipping

    @property
    def nothing(self) -> bool:
        """Whether the discount has no effect: nothing comes off, and no gift is due."""
        return not (self.off or self.gifts)


def take_off(
    discount: Discount, priced: Priced, readings: Readings, book: Rulebook, shipping: int = 0
) -> TakenOff:
    """What a discount takes off the lines as they are now, `shipping` being what it costs now."""
    shelf = _Shelf(priced, readings, book, shipping)
    return shelf.told(_taken(discount, shelf, range(len(priced))))


def after(priced: Priced, taken: TakenOff) -> Priced:
    """The lines as they are once a discount is taken, unit by unit, for what comes next."""
    return tuple(
        altered(each, net=each.net - off, each=_left(each.prices, runs)) if off else each
        for each, off, runs in zip(priced, taken.lines, taken.units, strict=True)
    )


def _left(prices: Pairs, runs: tuple[Run, ...]) -> Pairs:
    """What units cost without what comes off each."""
    found: list[tuple[int, int]] = []
    for size, price, off in both(prices, tuple((run.units, run.off) for run in runs)):
        known = found.pop()[0] if found and found[-1][1] == price - off else 0
        found.append((known + size, price - off))
    return tuple(found)


@final
class _Shelf:
    """The basket: its units as runs, and what can be read of each line."""

    def __init__(self, priced: Priced, readings: Readings, book: Rulebook, shipping: int) -> None:
        self.priced = priced
        self.readings = readings
        self.money = book.money
        self.shipping = shipping
        self.pieces = [pieces_of(at, each.prices) for at, each in enumerate(priced)]

    def where(self, of: Condition[Item] | None, lines: Sequence[int]) -> Sequence[int]:
        """Those of the lines for which a condition holds."""
        if of is None:
            return lines
        asked = self.readings.lines
        return [at for at in lines if holds(of, self.readings, asked[at])]

    def on(self, lines: Iterable[int]) -> Pieces:
        """The units of these lines."""
        return tuple(piece for at in lines for piece in self.pieces[at])

    def value(self, fact: Fact[Any], at: int) -> object:
        """What a fact of a line is."""
        return read(fact, self.readings, self.readings.lines[at])

    def price(self, price: Price, at: int) -> int | None:
        """A price of a unit of a line, in minor units; None where it is unknown.

        Raises:
            EventError: the line says a price below 0.
        """
        if isinstance(price, Decimal):
            return minor_units(price, self.money, "a price")
        value = self.value(price, at)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return None
        if value < 0:
            line = self.priced[at].line.id
            raise EventError(f"line {line!r} says {value} for {price}: a price is 0 or more")
        if isinstance(value, int):
            return value  # an amount of money is read in minor units
        return rounded(ratio(value) * self.money.scale, Rounding.HALF_UP)

    def new_price(self, reduction: NewPrice, at: int) -> int | None:
        """What a unit of a line costs from now on; None where it keeps its price."""
        price = self.price(reduction.price, at)
        if price is None and reduction.fallback is not None:
            return self.price(reduction.fallback, at)
        return price

    def reduced(self, reduction: Reduction, chosen: Pieces, sets: int = 1) -> Cuts:
        """What a reduction takes off chosen units, of several sets alike."""
        by_line: dict[int, list[Piece]] = {}
        for piece in chosen:
            one = piece if sets == 1 else piece.part(0, piece.units // sets)
            by_line.setdefault(piece.line, []).append(one)
        goods = [self._goods(reduction, at, by_line[at], sets) for at in sorted(by_line)]
        return reduced(reduction, goods, self.shipping, self.money)

    def _goods(self, reduction: Reduction, at: int, pieces: list[Piece], sets: int) -> Goods:
        floor = price = None
        if isinstance(reduction, NewPrice):
            price = self.new_price(reduction, at) if reduction.each is Each.UNIT else None
        elif reduction.not_below is not None:
            floor = self.price(reduction.not_below, at)
        pieces.sort(key=lambda each: (-each.price, each.start))
        # A new price that is unknown leaves a unit as it is, and so does one that is higher.
        kept = max(each.price for each in pieces)
        return Goods(at, tuple(pieces), sets, floor or 0, kept if price is None else price)

    def told(self, found: Cuts) -> TakenOff:
        """What comes off every line, each unit at most what it costs."""
        by_line: dict[int, list[Cut]] = {}
        for cut in found.cuts:
            by_line.setdefault(cut.line, []).append(cut)
        lines, units, taken = [], [], []
        shipping = min(found.shipping, self.shipping)
        unplaced = found.unplaced + found.shipping - shipping
        for at, each in enumerate(self.priced):
            runs, used, lost = merged(by_line.get(at, ()), each.prices)
            lines.append(sum(run.units * run.off for run in runs))
            units.append(runs)
            taken.append(used)
            unplaced += lost
        return TakenOff(
            tuple(lines),
            units=tuple(units),
            taken=tuple(taken),
            shipping=shipping,
            unplaced=unplaced,
            gifts=found.gifts,
        )


def _taken(discount: Discount, shelf: _Shelf, lines: Sequence[int]) -> Cuts:
    match discount:
        case AmountOff() | PercentOff() | NewPrice():
            fit = shelf.where(discount.of, lines)
            if isinstance(discount, NewPrice):
                fit = [at for at in fit if shelf.new_price(discount, at) is not None]
            return shelf.reduced(discount, picked(shelf.on(fit), discount.units))
        case Bundle():
            return _bundled(discount, shelf, lines)
        case FreeItem():
            return _free(discount, shelf)
        case Stepped(steps=steps, of=of):
            fit = shelf.where(of, lines)
            bought = _measured(discount.by, shelf, shelf.on(fit))
            reached = [each for start, each in steps if ratio(start) <= bought]
            return _taken(reached[-1], shelf, fit) if reached else Cuts()
        case ForEach(discount=one, by=by):
            return sum_of(_taken(one, shelf, group) for group in _groups(by, shelf, lines))
        case Together(discounts=inner):
            return sum_of(_taken(each, shelf, lines) for each in inner)
        case _:
            assert_never(discount)


def _measured(by: By, shelf: _Shelf, pieces: Pieces) -> Fraction:
    match by:
        case By.UNITS:
            return Fraction(sum(each.units for each in pieces))
        case By.SPEND:
            return Fraction(sum(each.value for each in pieces), shelf.money.scale)
        case _:
            assert_never(by)


def _groups(by: Fact[Any] | None, shelf: _Shelf, lines: Sequence[int]) -> list[list[int]]:
    groups: dict[object, list[int]] = {}
    for at in lines:
        value = None if by is None else shelf.value(by, at)
        groups.setdefault(("alone", at) if value is None else value, []).append(at)
    return list(groups.values())


def _free(discount: FreeItem, shelf: _Shelf) -> Cuts:
    lines = [at for at, each in enumerate(shelf.priced) if each.line.sku == discount.sku]
    present = sum(shelf.priced[at].line.quantity for at in lines)
    left = discount.units
    cuts: list[Cut] = []
    for piece in shelf.on(lines):
        units = min(left, piece.units)
        left -= units
        if units:
            cuts.append(Cut(piece.line, piece.start, units, piece.price))
    due = GiftDue(discount.sku, discount.units, min(discount.units, present))
    return Cuts(tuple(cuts), gifts=(due,))


def _bundled(bundle: Bundle, shelf: _Shelf, lines: Sequence[int]) -> Cuts:
    kinds: dict[int, int] = {}
    for at, part in enumerate(bundle.parts):
        for line in shelf.where(part.of, lines):
            kinds[line] = kinds.get(line, 0) | 1 << at
    pieces = shelf.on(line for line in lines if line in kinds)
    found: list[Cuts] = []
    for sets in sets_of(bundle, pieces, kinds):
        if bundle.off is not None:
            whole = tuple(piece for units in sets.parts for piece in units)
            found.append(shelf.reduced(bundle.off, whole, sets.count))
            continue
        for part, units in zip(bundle.parts, sets.parts, strict=True):
            if part.off is not None:
                found.append(shelf.reduced(part.off, units, sets.count))
            else:
                used = (Cut(each.line, each.start, each.units, 0) for each in units)
                found.append(Cuts(tuple(used)))
    return sum_of(found)
