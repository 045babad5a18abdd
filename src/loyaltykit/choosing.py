"""Choosing: the units of a basket as runs of equal ones, and which of them a selection takes.

    Piece = some units of one line, of one price, from a place in the line on

A line of a million units is one piece or two: all arithmetic is about runs, never about units.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never, final

from attrs import frozen

from loyaltykit.bundles import Bundle, Part
from loyaltykit.selections import Begin, Pick


@final
@frozen(order=False)
class Piece:
    """So many units of one line that cost the same, and the place of the first within the line."""

    line: int
    start: int
    units: int
    price: int

    @property
    def value(self) -> int:
        """What they cost together."""
        return self.units * self.price

    def part(self, skipped: int, units: int) -> "Piece":
        """Some of the units."""
        return Piece(self.line, self.start + skipped, units, self.price)


Pieces = tuple[Piece, ...]


def pieces_of(line: int, prices: Iterable[tuple[int, int]]) -> Pieces:
    """The units of a line that are not free, from runs of (units, price of each)."""
    found: list[Piece] = []
    start = 0
    for units, price in prices:
        if price:
            found.append(Piece(line, start, units, price))
        start += units
    return tuple(found)


def in_order(pieces: Iterable[Piece], begin: Begin) -> list[Piece]:
    """The pieces by price, then by line, then by place."""
    match begin:
        case Begin.CHEAPEST:
            return sorted(pieces, key=lambda each: (each.price, each.line, each.start))
        case Begin.DEAREST:
            return sorted(pieces, key=lambda each: (-each.price, each.line, each.start))
        case _:
            assert_never(begin)


def picked(pieces: Pieces, pick: Pick | None) -> Pieces:
    """The units that a selection takes, by line and place."""
    if pick is None:
        return pieces
    group = pick.group
    take = group if pick.take is None else pick.take
    counted = sum(each.units for each in pieces) - pick.skip
    end = counted - counted % group
    left = end if pick.most is None else pick.most
    place = -pick.skip
    found: list[Piece] = []

    def chosen_before(here: int) -> int:
        """How many of the places from 0 to here, exclusive, are taken."""
        if here <= 0:
            return 0
        whole, rest = divmod(min(here, end), group)
        return whole * take + max(0, rest - (group - take))

    for piece in in_order(pieces, pick.begin):
        units = chosen_before(place + piece.units) - chosen_before(place)
        # Units that are skipped stand first: what is taken of a run begins after them.
        skipped = min(max(0, -place), piece.units - units)
        place += piece.units
        units = min(units, left)
        left -= units
        if units > 0:
            found.append(piece.part(skipped, units))
    return tuple(sorted(found, key=lambda each: (each.line, each.start)))


@final
@frozen(order=False)
class Sets:
    """So many sets in a row that are alike: for each part, the pieces of all of them together.

    Where there are several sets, each part takes its units of one piece.
    """

    count: int
    parts: tuple[Pieces, ...]


def sets_of(bundle: Bundle, pieces: Pieces, kinds: Mapping[int, int]) -> Iterator[Sets]:
    """The sets of a bundle; `kinds` has a bit for each part that a line is fit for.

    The number of sets is the largest for which every choice of parts finds units enough, which is
    when all can be filled (Hall's theorem). Then the parts choose one after another, each unit only
    if the others can still be filled.
    """
    parts = bundle.parts
    everything = (1 << len(parts)) - 1
    stock: dict[int, int] = {}
    for piece in pieces:
        stock[kinds[piece.line]] = stock.get(kinds[piece.line], 0) + piece.units
    # For each choice of parts, the units that are fit for one of them.
    fit = [
        sum(units for kind, units in stock.items() if kind & choice)
        for choice in range(everything + 1)
    ]
    wanted = [
        sum(part.units for at, part in enumerate(parts) if choice >> at & 1)
        for choice in range(everything + 1)
    ]
    spared = [
        sum(part.units - 1 for at, part in enumerate(parts) if choice >> at & 1 and part.partial)
        for choice in range(everything + 1)
    ]
    count = min((fit[c] + spared[c]) // wanted[c] for c in range(1, everything + 1))
    if bundle.most is not None:
        count = min(count, bundle.most)
    if count <= 0:
        return
    spare = [fit[c] + spared[c] - count * wanted[c] for c in range(everything + 1)]
    used: dict[tuple[int, int], int] = {}
    chosen: list[Pieces] = [()] * len(parts)
    waiting = everything
    for at in sorted(range(len(parts)), key=lambda at: parts[at].off is None):
        waiting &= ~(1 << at)
        chosen[at] = tuple(_fill(parts[at], at, count, pieces, kinds, used, spare, waiting))
    yield from _sets(count, parts, chosen)


def _fill(
    part: Part,
    at: int,
    count: int,
    pieces: Pieces,
    kinds: Mapping[int, int],
    used: dict[tuple[int, int], int],
    spare: list[int],
    waiting: int,
) -> Iterator[Piece]:
    """The units that a part takes, in its order; the parts that wait can still be filled after."""
    left = count * part.units
    choices = [choice for choice in range(1, len(spare)) if choice & ~waiting == 0]
    touching: dict[int, list[int]] = {}
    for piece in in_order(pieces, part.begin):
        kind = kinds[piece.line]
        if not left or not kind >> at & 1:
            continue
        gone = used.get((piece.line, piece.start), 0)
        if kind not in touching:
            touching[kind] = [choice for choice in choices if choice & kind]
        needed = touching[kind]
        units = min(left, piece.units - gone, *(spare[choice] for choice in needed), piece.units)
        if units <= 0:
            continue
        for choice in needed:
            spare[choice] -= units
        used[piece.line, piece.start] = gone + units
        left -= units
        yield piece.part(gone, units)


def _sets(count: int, parts: tuple[Part, ...], chosen: list[Pieces]) -> Iterator[Sets]:
    """Cut what the parts chose into sets, those in a row that are alike together."""
    place = [0] * len(parts)
    gone = [0] * len(parts)
    made = 0
    while made < count:
        alike = count - made
        for at, part in enumerate(parts):
            run = chosen[at][place[at]] if place[at] < len(chosen[at]) else None
            alike = min(alike, 0 if run is None else (run.units - gone[at]) // part.units)
        several = max(alike, 1)
        taken: list[Pieces] = []
        for at, part in enumerate(parts):
            wanted = several * part.units
            found: list[Piece] = []
            while wanted and place[at] < len(chosen[at]):
                run = chosen[at][place[at]]
                units = min(wanted, run.units - gone[at])
                found.append(run.part(gone[at], units))
                wanted -= units
                gone[at] += units
                if gone[at] == run.units:
                    place[at] += 1
                    gone[at] = 0
            taken.append(tuple(found))
        yield Sets(several, tuple(taken))
        made += several
