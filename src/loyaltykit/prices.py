"""Prices of a basket as offers come off them, and what one offer takes off at one point.

Laws: no line and no shipping falls below zero; what an offer takes off is told line by line and
unit by unit, and both agree; where units are exclusive, no unit is touched by two such offers.
"""

from collections.abc import Sequence
from typing import final

from attrs import field, frozen

from loyaltykit.copying import altered
from loyaltykit.discounting import Run, TakenOff, take_off
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace
from loyaltykit.limiting import room_of
from loyaltykit.observe import Priced, PricedLine
from loyaltykit.offers import Candidate, said_no
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import AnyFact, Rulebook
from loyaltykit.stacking import Amounts, Exclusive
from loyaltykit.subjects import basket, item

_SPEND, _LINE_SPEND = basket.spend.fact, item.spend.fact


@final
@frozen(order=False)
class Track:
    """Which units are gone, where some offers are exclusive on units.

    `closed` units belong to one offer, and cost `worth` together; `touched` are those of all
    others. `began` is what the lines cost at first.
    """

    closed: tuple[int, ...]
    worth: tuple[int, ...]
    touched: tuple[int, ...]
    began: tuple[int, ...]

    @classmethod
    def of(cls, lines: Priced) -> "Track":
        """Nothing is gone yet."""
        none = (0,) * len(lines)
        return cls(none, none, none, tuple(each.net for each in lines))


@final
@frozen(order=False)
class Prices:
    """What lines and shipping cost at one point, in minor units."""

    lines: Priced
    shipping: int
    track: Track | None = None

    @property
    def payable(self) -> int:
        """What lines and shipping cost together."""
        return sum([each.net for each in self.lines]) + self.shipping


@final
@frozen(order=False)
class Taken:
    """What a candidate takes off at one point, and the prices after it."""

    candidate: Candidate
    shares: tuple[int, ...]
    shipping: int
    units: tuple[tuple[Run, ...], ...] = field(repr=False)
    unplaced: int
    after: Prices = field(repr=False)

    @property
    def off(self) -> int:
        """All that it takes off, in minor units."""
        return sum(self.shares) + self.shipping

    @property
    def discounted(self) -> int:
        """How many units cost less than before."""
        return sum(run.units for runs in self.units for run in runs if run.off)


def take(candidate: Candidate, now: Prices, base: Prices, book: Rulebook) -> Taken | Refusal:
    """What an offer takes off the prices as they are now, worked out on those of its base."""
    offer = candidate.offer
    read = reading(candidate, base)
    asked = read if candidate.waits else candidate.readings
    held = offer.when is None or holds(offer.when, asked)
    if not held and offer.reads is not Amounts.AFTER:
        return _not_applicable(candidate, asked, book)
    off = _within(_fitted(candidate, base, read, book), now)
    units = candidate.units
    if units is not None:
        count = sum(run.units for runs in off.units for run in runs if run.off)
        if count > units.left:
            if not units.cuts:
                room = room_of(units, units.left, book)
                return said_no(offer, RefusalCode.COUPON_LIMIT, desired=count, room=room)
            off = _first_units(off, units.left)
    after = _after(now, off, candidate)
    if offer.reads is Amounts.AFTER and offer.when is not None:
        left = reading(candidate, after)
        if not (held and holds(offer.when, left)):
            return _not_applicable(candidate, asked if holds(offer.when, left) else left, book)
    if not off.off:
        return said_no(offer, RefusalCode.COUPON_WITHOUT_EFFECT)
    return Taken(candidate, off.lines, off.shipping, off.units, off.unplaced, after)


def reading(candidate: Candidate, prices: Prices) -> Readings:
    """What the conditions of a candidate read at one point."""
    read = candidate.readings
    if not candidate.moves:
        return read
    values: dict[AnyFact, Reading] = dict(read.values)
    if _SPEND in values:
        values[_SPEND] = sum([each.net for each in prices.lines])
    lines = tuple(
        _line(line, each.net) for line, each in zip(read.lines, prices.lines, strict=True)
    )
    return altered(read, values=values, lines=lines)


def _line(line: LineReading, net: int) -> LineReading:
    if line.spend == net:
        return line
    values = {**line.values, _LINE_SPEND: net} if _LINE_SPEND in line.values else line.values
    return altered(line, spend=net, values=values)


def _not_applicable(candidate: Candidate, readings: Readings, book: Rulebook) -> Refusal:
    when = candidate.offer.when
    missing = () if when is None else tuple(trace(when, readings, book.money).lacking())
    return said_no(candidate.offer, RefusalCode.COUPON_NOT_APPLICABLE, missing=missing)


def _fitted(candidate: Candidate, base: Prices, readings: Readings, book: Rulebook) -> TakenOff:
    """What the discount takes off the units that are there for it."""
    discount, track = candidate.offer.discount, base.track
    if track is None:
        return take_off(discount, base.lines, readings, book, base.shipping)
    alone = candidate.offer.exclusive is Exclusive.UNITS
    places, lines, read = [], [], []
    for place, (each, line) in enumerate(zip(base.lines, readings.lines, strict=True)):
        left, net = _open(each, track, place, alone=alone)
        if not left:
            continue
        places.append(place)
        if left == each.line.quantity:
            lines.append(each)
            read.append(line)
            continue
        fewer = altered(each.line, quantity=left)
        subtotal = each.subtotal // each.line.quantity * left
        lines.append(altered(each, line=fewer, subtotal=subtotal, net=net))
        read.append(altered(line, units=left))
    narrowed = altered(readings, lines=tuple(read))
    found = take_off(discount, tuple(lines), narrowed, book, base.shipping)
    return _spread(found, places, base)


def _open(each: PricedLine, track: Track, place: int, *, alone: bool) -> tuple[int, int]:
    """How many units of a line are there for an offer, and what they cost."""
    units, closed, touched = each.line.quantity, track.closed[place], track.touched[place]
    if alone and touched > closed:
        # Of units that no offer has touched, the price is what it was at first.
        left = units - touched
        return left, track.began[place] * left // units
    return units - closed, each.net - track.worth[place]


def _spread(found: TakenOff, places: Sequence[int], base: Prices) -> TakenOff:
    """The same for all lines of the basket, of which only some were looked at."""
    size = len(base.lines)
    shares, taken = [0] * size, [0] * size
    units: list[tuple[Run, ...]] = [(Run(each.line.quantity, 0),) for each in base.lines]
    for place, share, runs, used in zip(places, found.lines, found.units, found.taken, strict=True):
        shares[place], taken[place] = share, used
        rest = base.lines[place].line.quantity - sum(run.units for run in runs)
        units[place] = (*runs, Run(rest, 0)) if rest else runs
    return altered(found, lines=tuple(shares), units=tuple(units), taken=tuple(taken))


def _within(off: TakenOff, now: Prices) -> TakenOff:
    """Never more than what is left of a line, or of shipping."""
    shares = off.lines
    shipping = min(off.shipping, now.shipping)
    if all(share <= each.net for share, each in zip(shares, now.lines, strict=True)):
        return off if shipping == off.shipping else altered(off, shipping=shipping)
    units = list(off.units)
    cut = list(shares)
    for place, (share, each) in enumerate(zip(shares, now.lines, strict=True)):
        if share > each.net:
            cut[place] = each.net
            units[place] = _evenly(each.net, each.line.quantity)
    lost = sum(shares) + off.shipping - sum(cut) - shipping
    return altered(
        off,
        lines=tuple(cut),
        units=tuple(units),
        shipping=shipping,
        unplaced=off.unplaced + lost,
    )


def _evenly(share: int, units: int) -> tuple[Run, ...]:
    each, more = divmod(share, units)
    return tuple(run for run in (Run(more, each + 1), Run(units - more, each)) if run.units)


def _first_units(off: TakenOff, most: int) -> TakenOff:
    """Only so many units cost less: those with most off, then by line."""
    wanted = sorted(
        (-run.off, place, number)
        for place, runs in enumerate(off.units)
        for number, run in enumerate(runs)
        if run.off
    )
    kept: list[list[Run]] = [[] for _ in off.units]
    for _, place, number in wanted:
        run = off.units[place][number]
        count = min(run.units, most)
        most -= count
        if count:
            kept[place].append(Run(count, run.off))
    units = []
    for runs, before in zip(kept, off.units, strict=True):
        rest = sum(run.units for run in before) - sum(run.units for run in runs)
        units.append((*runs, Run(rest, 0)) if rest else tuple(runs))
    return altered(
        off,
        lines=tuple(sum(run.units * run.off for run in runs) for runs in units),
        units=tuple(units),
    )


def _after(now: Prices, off: TakenOff, candidate: Candidate) -> Prices:
    lines = tuple(
        [
            altered(each, net=each.net - share) if share else each
            for each, share in zip(now.lines, off.lines, strict=True)
        ]
    )
    track = None if now.track is None else _tracked(now, now.track, off, candidate)
    return Prices(lines, now.shipping - off.shipping, track)


def _tracked(now: Prices, track: Track, off: TakenOff, candidate: Candidate) -> Track:
    if candidate.offer.exclusive is not Exclusive.UNITS:
        touched = tuple(
            max(before, min(each.line.quantity, closed + used))
            for before, closed, used, each in zip(
                track.touched, track.closed, off.taken, now.lines, strict=True
            )
        )
        return altered(track, touched=touched)
    closed, worth = list(track.closed), list(track.worth)
    for place, (used, share) in enumerate(zip(off.taken, off.lines, strict=True)):
        each = now.lines[place]
        left = each.line.quantity - closed[place]
        if used and left:
            worth[place] += (each.net - worth[place]) * used // left - share
            closed[place] += used
    return altered(track, closed=tuple(closed), worth=tuple(max(0, each) for each in worth))
