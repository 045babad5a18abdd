"""Runs: units of a line that are treated alike, told as how many there are and what each costs.

What comes off some units is kept within what they still cost, and within how many may cost less.
No line is ever expanded.
"""

from collections.abc import Iterable

from loyaltykit.copying import altered
from loyaltykit.cuts import Pairs, Run, both
from loyaltykit.discounting import TakenOff
from loyaltykit.scene import Priced


def discounted(units: Iterable[tuple[Run, ...]]) -> int:
    """How many units something comes off."""
    return sum(run.units for runs in units for run in runs if run.off)


def within(
    off: TakenOff, lines: Priced, shipping: int, closed: tuple[Pairs, ...] | None
) -> TakenOff:
    """Never more than is left of a unit, by lines as they are now.

    What a unit cannot bear, others of its line do that the discount makes cheaper too; none of them
    goes below the price at which it stops, and units that are closed are not touched.
    """
    units: list[tuple[Run, ...]] = []
    for at, (runs, each) in enumerate(zip(off.units, lines, strict=True)):
        share = sum(run.units * run.off for run in runs)
        prices = each.prices
        if closed is not None:
            prices = tuple(
                (size, 0 if shut else price) for size, price, shut in both(prices, closed[at])
            )
        places = tuple((run.units, place) for place, run in enumerate(runs))
        borne = []
        for size, price, place in both(prices, places):
            run = runs[place]
            bears = max(0, price - run.floor) if run.off else 0
            borne.append((size, bears, min(bears, run.off)))
        units.append(_filled(borne, share - sum(size * some for size, _, some in borne)))
    shares = tuple(sum(run.units * run.off for run in runs) for runs in units)
    shipped = min(off.shipping, shipping)
    lost = off.off - sum(shares) - shipped
    return altered(
        off, lines=shares, units=tuple(units), shipping=shipped, unplaced=off.unplaced + lost
    )


def used_units(touched: Pairs, wanted: tuple[Run, ...], off: tuple[Run, ...]) -> Pairs:
    """Of the units of a line that a discount works on, 1 for those that it uses.

    That is what costs less, and what was never to cost less: it had to be bought.
    """
    asked = tuple((run.units, 2 if run.off else 0) for run in wanted)
    known = tuple((size, here + more) for size, here, more in both(touched, asked))
    cheaper = tuple((run.units, 1 if run.off else 0) for run in off)
    return tuple((size, 1 if less or kind == 1 else 0) for size, kind, less in both(known, cheaper))


def _filled(borne: list[tuple[int, int, int]], rest: int) -> tuple[Run, ...]:
    """The rest on the first of runs of (units, what each bears, off), as far as they bear it."""
    found: list[Run] = []
    for size, bears, off in borne:
        room = bears - off
        full = min(size, rest // room) if room else 0
        rest -= full * room
        some = 1 if rest and room and full < size else 0
        found.append(Run(full, bears))
        found.append(Run(some, off + rest if some else 0))
        rest = 0 if some else rest
        found.append(Run(size - full - some, off))
    return tuple(run for run in found if run.units)


def first_units(off: TakenOff, most: int) -> TakenOff:
    """Only so many units cost less: those with most off, then by line."""
    wanted = sorted(
        (-run.off, place, number)
        for place, runs in enumerate(off.units)
        for number, run in enumerate(runs)
        if run.off
    )
    kept: dict[tuple[int, int], int] = {}
    for _, place, number in wanted:
        kept[place, number] = min(off.units[place][number].units, most)
        most -= kept[place, number]
    units = tuple(
        tuple(
            part
            for number, run in enumerate(runs)
            for some in (kept.get((place, number), 0),)
            for part in (Run(some, run.off), Run(run.units - some, 0))
            if part.units
        )
        for place, runs in enumerate(off.units)
    )
    lines = tuple(sum(run.units * run.off for run in runs) for runs in units)
    return altered(off, lines=lines, units=units)
