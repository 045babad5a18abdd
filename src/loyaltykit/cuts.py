"""Cuts: what comes off runs of equal units, and how several become one telling of a line.

Never here: a rule, or anything that is read; only whole numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias, final

from attrs import frozen

Pairs: TypeAlias = tuple[tuple[int, int], ...]
"""Units of a line in runs, each with a number that all of the run have."""


@final
@frozen(order=False)
class Run:
    """So many units of a line in a row, and the minor units that come off each of them.

    `floor` is the price below which the discount takes none of them.
    """

    units: int
    off: int
    floor: int = 0


@final
@frozen(order=False)
class GiftDue:
    """A gift that a discount promises: so many units, of which so many are in the basket."""

    sku: str
    units: int
    present: int


@final
@frozen(order=False)
class Cut:
    """What comes off each of some units of a line, from a place in it on; 0 where only used.

    `floor` is the price below which none of them may go.
    """

    line: int
    start: int
    units: int
    off: int
    floor: int = 0


@final
@frozen(order=False)
class Cuts:
    """What comes off in parts; units may be in several."""

    cuts: tuple[Cut, ...] = ()
    shipping: int = 0
    unplaced: int = 0
    gifts: tuple[GiftDue, ...] = ()


def sum_of(found: Iterable[Cuts]) -> Cuts:
    """All of them."""
    several = tuple(found)
    return Cuts(
        tuple(cut for each in several for cut in each.cuts),
        sum(each.shipping for each in several),
        sum(each.unplaced for each in several),
        tuple(gift for each in several for gift in each.gifts),
    )


def merged(
    cuts: Iterable[Cut], prices: Sequence[tuple[int, int]]
) -> tuple[tuple[Run, ...], int, int]:
    """A line's units in runs, how many are used, and what would come off beyond what they cost.

    `prices` are what its units cost, in runs of (units, price of each).
    """
    steps: dict[int, tuple[int, int]] = {}
    floors: dict[int, list[tuple[int, int]]] = {}
    costs: dict[int, int] = {}
    place = 0
    for size, price in prices:
        costs[place] = price
        place += size
    for cut in cuts:
        for at, sign in ((cut.start, 1), (cut.start + cut.units, -1)):
            off, covers = steps.get(at, (0, 0))
            steps[at] = (off + sign * cut.off, covers + sign)
            if cut.floor:
                floors.setdefault(at, []).append((cut.floor, sign))
    runs: list[Run] = []
    held: dict[int, int] = {}
    floor = 0
    off = covers = used = lost = cost = 0
    for at, end in pairwise(sorted({*steps, *costs, place})):
        more, further = steps.get(at, (0, 0))
        off += more
        covers += further
        cost = costs.get(at, cost)
        for each, sign in floors.get(at, ()):
            held[each] = held.get(each, 0) + sign
            floor = max((price for price, many in held.items() if many), default=0)
        borne = min(off, cost)
        size = end - at
        lost += size * (off - borne)
        used += size if covers else 0
        if runs and (runs[-1].off, runs[-1].floor) == (borne, floor):
            size += runs.pop().units
        runs.append(Run(size, borne, floor))
    return tuple(runs), used, lost


def both(one: Pairs, other: Pairs) -> Iterator[tuple[int, int, int]]:
    """The same units by two tellings, in runs that are alike in both."""
    waiting = list(reversed(other))
    for length, first in one:
        left = length
        while left:
            size, second = waiting.pop()
            both = min(left, size)
            if size > both:
                waiting.append((size - both, second))
            left -= both
            yield both, first, second
