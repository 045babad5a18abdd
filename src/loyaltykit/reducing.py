"""Reducing: what a reduction takes off units that are chosen, in whole minor units.

An amount for all is split over the lines by their value, largest remainder first, ties to the lower
line; within a line likewise over its prices; over units of one price as evenly as minor units go.
Nothing here is read or chosen.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import assert_never, final

from attrs import frozen

from loyaltykit.allocation import allocate
from loyaltykit.choosing import Piece, Pieces
from loyaltykit.copying import altered
from loyaltykit.cuts import Cut, Cuts
from loyaltykit.money import Currency, RoundingScope, minor_units, ratio, rounded
from loyaltykit.reductions import (
    AmountOff,
    Covers,
    Each,
    NewPrice,
    PercentOff,
    Reduction,
    Rounds,
)
from loyaltykit.vocabulary import Fact


@final
@frozen(order=False)
class Goods:
    """The chosen units of one line in one of `sets` sets, those that cost more first.

    `floor` is the price below which no unit goes, `price` the new one where there is one for each.
    """

    line: int
    pieces: Pieces
    sets: int
    floor: int
    price: int

    @property
    def value(self) -> int:
        """What they cost."""
        return sum(each.value for each in self.pieces)

    @property
    def bearable(self) -> int:
        """The most that can come off them."""
        return sum(each.units * self.bears(each) for each in self.pieces)

    def bears(self, piece: Piece) -> int:
        """The most that can come off each unit of a piece."""
        return max(0, piece.price - self.floor)


def reduced(reduction: Reduction, goods: Sequence[Goods], shipping: int, money: Currency) -> Cuts:
    """What comes off these units and off shipping; of several sets, off each alike."""
    covers = reduction.covers
    if covers is Covers.SHIPPING:
        goods = ()
    if covers is Covers.GOODS:
        shipping = 0
    match reduction:
        case AmountOff(amount=amount, each=each):
            off = minor_units(amount, money, "the discount")
            if each is Each.UNIT:
                return _off_each([[off] * len(one.pieces) for one in goods], goods)
            return _off_all(off, goods, shipping)
        case NewPrice(price=price, each=each):
            if each is Each.UNIT and covers is Covers.GOODS:
                return _off_each(
                    [[max(0, each.price - one.price) for each in one.pieces] for one in goods],
                    goods,
                )
            value = sum(one.value for one in goods) + shipping
            total = 0 if isinstance(price, Fact) else minor_units(price, money, "the new price")
            return _off_all(max(0, value - total), goods, shipping)
        case PercentOff():
            return _percent_off(reduction, goods, shipping, money)
        case _:
            assert_never(reduction)


def _off_each(wanted: list[list[int]], goods: Sequence[Goods]) -> Cuts:
    """So much off each unit of each piece, as far as it bears it."""
    cuts: list[Cut] = []
    unplaced = 0
    for one, offs in zip(goods, wanted, strict=True):
        for piece, off in zip(one.pieces, offs, strict=True):
            taken = min(off, one.bears(piece))
            units = piece.units * one.sets
            cuts.append(Cut(piece.line, piece.start, units, taken, one.floor))
            unplaced += units * (off - taken)
    return Cuts(tuple(cuts), unplaced=unplaced)


def _off_all(off: int, goods: Sequence[Goods], shipping: int) -> Cuts:
    """So much off everything, in proportion; what one does not bear goes to the others."""
    also = [shipping] if shipping else []
    values = [one.value for one in goods] + also
    placed = allocate(off, values, caps=[one.bearable for one in goods] + also)
    return _spread(placed.parts, goods, placed.unplaced)


def _percent_off(
    reduction: PercentOff, goods: Sequence[Goods], shipping: int, money: Currency
) -> Cuts:
    also = [shipping] if shipping else []
    values = [one.value for one in goods] + also
    most = None
    if reduction.up_to is not None:
        most = minor_units(reduction.up_to, money, "the cap of the discount")
    match reduction.scope:
        case RoundingScope.ORDER:
            off = percent_of(reduction, sum(values))
            shares = allocate(off if most is None else min(off, most), values, caps=values).parts
        case RoundingScope.LINE:
            shares = _capped([percent_of(reduction, value) for value in values], most)
        case RoundingScope.UNIT:
            wanted = [[percent_of(reduction, piece.price) for piece in one.pieces] for one in goods]
            whole = [
                sum(off * piece.units for off, piece in zip(offs, one.pieces, strict=True))
                for offs, one in zip(wanted, goods, strict=True)
            ] + [percent_of(reduction, each) for each in also]
            if most is None or sum(whole) <= most:
                return altered(_off_each(wanted, goods), shipping=sum(whole[len(goods) :]))
            shares = _capped(whole, most)
        case _:
            assert_never(reduction.scope)
    off = sum(shares[: len(goods)])
    borne = [min(share, one.bearable) for share, one in zip(shares, goods, strict=False)]
    return _spread((*borne, *shares[len(goods) :]), goods, off - sum(borne))


def percent_of(reduction: PercentOff, value: int) -> int:
    """A percentage of a value in whole minor units."""
    off = ratio(reduction.percent) * value / 100
    match reduction.rounds:
        case Rounds.DISCOUNT:
            return rounded(off, reduction.rounding)
        case Rounds.PRICE:
            return value - rounded(value - off, reduction.rounding)
        case _:
            assert_never(reduction.rounds)


def _capped(shares: list[int], most: int | None) -> tuple[int, ...]:
    if most is None or sum(shares) <= most:
        return tuple(shares)
    return allocate(most, shares, caps=shares).parts


def _spread(shares: tuple[int, ...], goods: Sequence[Goods], unplaced: int) -> Cuts:
    """Each line's share over its units; the one that is left belongs to shipping."""
    cuts = tuple(
        cut for one, share in zip(goods, shares, strict=False) for cut in _even(one, share)
    )
    sets = goods[0].sets if goods else 1
    return Cuts(cuts, sum(shares[len(goods) :]), unplaced * sets)


def _even(goods: Goods, share: int) -> Iterator[Cut]:
    """A line's share over its units, a minor unit more for those of one price that come first."""
    rows = [list(row) for _, row in groupby(goods.pieces, key=lambda piece: piece.price)]
    parts: tuple[int, ...] = (share,)
    if len(rows) > 1:
        values = [sum(piece.value for piece in row) for row in rows]
        caps = [sum(piece.units * goods.bears(piece) for piece in row) for row in rows]
        parts = allocate(share, values, caps=caps).parts
    for row, part in zip(rows, parts, strict=True):
        each, more = divmod(part, sum(piece.units for piece in row))
        for piece in row:
            first = min(more, piece.units)
            more -= first
            start = piece.start
            for units, off in ((first, each + 1), (piece.units - first, each)):
                if units:
                    yield Cut(piece.line, start, units * goods.sets, off, goods.floor)
                start += units * goods.sets
