"""Prices of a basket as offers come off them, and what one offer takes off at one point.

Laws: no unit, line or shipping falls below zero; what an offer takes off is told line by line and
unit by unit, and both agree; a unit that an exclusive offer has taken is touched by no other.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.copying import altered
from loyaltykit.cuts import Run
from loyaltykit.discounting import TakenOff, after, take_off
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace
from loyaltykit.limiting import room_of
from loyaltykit.observe import Priced
from loyaltykit.offers import Candidate, said_no
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import AnyFact, Rulebook
from loyaltykit.stacking import Amounts, Exclusive
from loyaltykit.subjects import basket, item

_SPEND, _LINE_SPEND = basket.spend.fact, item.spend.fact
_FREE, _TOUCHED, _CLOSED = range(3)

Pairs: TypeAlias = tuple[tuple[int, int], ...]
"""Units of a line in runs, each with a number that all of the run have."""


@final
@frozen(order=False)
class Prices:
    """What lines and shipping cost at one point, in minor units.

    `marks` say which units offers have taken, where some offers are exclusive on units.
    """

    lines: Priced
    shipping: int
    marks: tuple[Pairs, ...] | None = None

    @property
    def payable(self) -> int:
        """What lines and shipping cost together."""
        return sum([each.net for each in self.lines]) + self.shipping

    def marked(self) -> "Prices":
        """The same, where it is to be known which units are taken."""
        free = tuple(((each.line.quantity, _FREE),) for each in self.lines)
        return altered(self, marks=free)


@final
@frozen(order=False)
class Taken:
    """What a candidate takes off the prices as they are at one point; `used` are its units."""

    candidate: Candidate
    taken: TakenOff = field(repr=False)
    now: Prices = field(repr=False)
    used: tuple[Pairs, ...] | None = field(default=None, repr=False)

    @property
    def off(self) -> int:
        """All that it takes off, in minor units."""
        return self.taken.off

    @property
    def discounted(self) -> int:
        """How many units cost less than before."""
        return discounted(self.taken.units)

    @property
    def payable(self) -> int:
        """What lines and shipping cost after it."""
        return self.now.payable - self.off

    def after(self) -> Prices:
        """The prices after it."""
        now, marks = self.now, self.now.marks
        if marks is not None and self.used is not None:
            alone = self.candidate.offer.exclusive is Exclusive.UNITS
            mark = _CLOSED if alone else _TOUCHED
            marks = tuple(
                tuple(
                    (units, max(old, mark if new else _FREE))
                    for units, old, new in _both(before, uses)
                )
                for before, uses in zip(marks, self.used, strict=True)
            )
        shipping = now.shipping - self.taken.shipping
        return Prices(after(now.lines, self.taken), shipping, marks)


def discounted(units: Iterable[tuple[Run, ...]]) -> int:
    """How many units something comes off."""
    return sum(run.units for runs in units for run in runs if run.off)


def take(candidate: Candidate, now: Prices, base: Prices, book: Rulebook) -> Taken | Refusal:
    """What an offer takes off the prices as they are now, worked out on those of its base.

    An offer that takes nothing off is refused, but for one that has a gift due.
    """
    offer = candidate.offer
    if base.marks is not now.marks:
        base = altered(base, marks=now.marks)
    read = reading(candidate, base)
    asked = read if candidate.waits else candidate.readings
    held = offer.when is None or holds(offer.when, asked)
    if not held and offer.reads is not Amounts.AFTER:
        return _not_applicable(candidate, asked, book)
    off, used = _fitted(candidate, base, read, book)
    if base is not now:
        off = _within(off, now)
    room = candidate.units
    if room is not None and discounted(off.units) > room.left:
        if not room.cuts:
            wanted = discounted(off.units)
            left = room_of(room, room.left, book)
            return said_no(offer, RefusalCode.COUPON_LIMIT, desired=wanted, room=left)
        off = _first_units(off, room.left)
    taken = Taken(candidate, off, now, used)
    if offer.reads is Amounts.AFTER and offer.when is not None:
        left_read = reading(candidate, taken.after())
        holds_still = holds(offer.when, left_read)
        if not (held and holds_still):
            return _not_applicable(candidate, asked if holds_still else left_read, book)
    if off.nothing:
        return said_no(offer, RefusalCode.COUPON_WITHOUT_EFFECT)
    return taken


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


def _fitted(
    candidate: Candidate, base: Prices, readings: Readings, book: Rulebook
) -> tuple[TakenOff, tuple[Pairs, ...] | None]:
    """What the discount takes off the units that are there for it, and which units it uses."""
    discount, marks = candidate.offer.discount, base.marks
    if marks is None:
        return take_off(discount, base.lines, readings, book, base.shipping), None
    alone = candidate.offer.exclusive is Exclusive.UNITS
    open_until = _FREE if alone else _TOUCHED
    places, lines, read = [], [], []
    for place, (each, line) in enumerate(zip(base.lines, readings.lines, strict=True)):
        open_runs = [
            (units, price)
            for units, price, mark in _both(each.prices, marks[place])
            if mark <= open_until
        ]
        left = sum(units for units, _ in open_runs)
        if not left:
            continue
        places.append(place)
        if left == each.line.quantity:
            lines.append(each)
            read.append(line)
            continue
        net = sum(units * price for units, price in open_runs)
        fewer = altered(each.line, quantity=left)
        subtotal = each.subtotal // each.line.quantity * left
        lines.append(altered(each, line=fewer, subtotal=subtotal, net=net, each=tuple(open_runs)))
        read.append(altered(line, units=left))
    narrowed = altered(readings, lines=tuple(read))
    found = take_off(discount, tuple(lines), narrowed, book, base.shipping)
    return _spread(found, places, base, marks, open_until)


def _spread(
    found: TakenOff, places: list[int], base: Prices, marks: tuple[Pairs, ...], open_until: int
) -> tuple[TakenOff, tuple[Pairs, ...]]:
    """The same for all lines of the basket, of which only some units were looked at.

    And which units it uses: those that become cheaper, then others in their order.
    """
    size = len(base.lines)
    shares = [0] * size
    units: list[tuple[Run, ...]] = [(Run(each.line.quantity, 0),) for each in base.lines]
    used: list[Pairs] = [((each.line.quantity, 0),) for each in base.lines]
    for place, share, runs, taken in zip(
        places, found.lines, found.units, found.taken, strict=True
    ):
        shares[place] = share
        waiting = [(run.units, run.off) for run in reversed(runs)]
        line: list[Run] = []
        uses: list[tuple[int, int]] = []
        beside = taken - sum(run.units for run in runs if run.off)
        for length, mark in marks[place]:
            left = length
            while left:
                if mark > open_until:
                    line.append(Run(left, 0))
                    uses.append((left, 0))
                    break
                many, off = waiting.pop()
                both = min(left, many)
                if many > both:
                    waiting.append((many - both, off))
                left -= both
                line.append(Run(both, off))
                if off:
                    uses.append((both, 1))
                    continue
                first = min(both, beside)
                beside -= first
                uses.extend(pair for pair in ((first, 1), (both - first, 0)) if pair[0])
        units[place] = tuple(line)
        used[place] = tuple(uses)
    return altered(found, lines=tuple(shares), units=tuple(units)), tuple(used)


def _within(off: TakenOff, now: Prices) -> TakenOff:
    """Never more than what is left of a unit; what a unit cannot bear others of its line do."""
    units: list[tuple[Run, ...]] = []
    for runs, each in zip(off.units, now.lines, strict=True):
        share = min(sum(run.units * run.off for run in runs), each.net)
        pairs = tuple((run.units, run.off) for run in runs)
        borne = [
            (size, price, min(price, wanted)) for size, price, wanted in _both(each.prices, pairs)
        ]
        units.append(_filled(borne, share - sum(size * some for size, _, some in borne)))
    return altered(
        off,
        lines=tuple(sum(run.units * run.off for run in runs) for runs in units),
        units=tuple(units),
        shipping=min(off.shipping, now.shipping),
    )


def _filled(borne: list[tuple[int, int, int]], rest: int) -> tuple[Run, ...]:
    """Runs of (units, price, off), of which the first bear the rest as far as they can."""
    found: list[Run] = []
    for size, price, off in borne:
        room = price - off
        full = min(size, rest // room) if room else 0
        rest -= full * room
        some = 1 if rest and room and full < size else 0
        found.append(Run(full, price))
        found.append(Run(some, off + rest if some else 0))
        rest = 0 if some else rest
        found.append(Run(size - full - some, off))
    return tuple(run for run in found if run.units)


def _first_units(off: TakenOff, most: int) -> TakenOff:
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


def _both(one: Pairs, other: Pairs) -> Iterator[tuple[int, int, int]]:
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
