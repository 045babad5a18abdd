"""Runs: units of a line that are treated alike, told as how many there are and what each costs.

What comes off some units is kept within what they still cost, and within how many may cost less.
No line is ever expanded.
"""

from collections.abc import Iterable

from loyaltykit.copying import altered
from loyaltykit.cuts import Run, both
from loyaltykit.discounting import TakenOff
from loyaltykit.scene import Priced


def discounted(units: Iterable[tuple[Run, ...]]) -> int:
    """How many units something comes off."""
    return sum(run.units for runs in units for run in runs if run.off)


def within(off: TakenOff, lines: Priced, shipping: int) -> TakenOff:
    """Never more than what is left of a unit; what a unit cannot bear others of its line do.

    A discount that goes to no unit below a price does not do so here either: neither those that it
    is worked out on, which others have made cheaper meanwhile, nor others beside them.
    """
    units: list[tuple[Run, ...]] = []
    for runs, each in zip(off.units, lines, strict=True):
        share = sum(run.units * run.off for run in runs)
        floored = any(run.floor for run in runs)
        pairs = tuple((run.units, place) for place, run in enumerate(runs))
        borne = []
        for size, price, place in both(each.prices, pairs):
            run = runs[place]
            bears = max(0, price - run.floor) if run.off or not floored else 0
            borne.append((size, bears, min(bears, run.off)))
        units.append(_filled(borne, share - sum(size * some for size, _, some in borne)))
    return altered(
        off,
        lines=tuple(sum(run.units * run.off for run in runs) for runs in units),
        units=tuple(units),
        shipping=min(off.shipping, shipping),
    )


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
