"""Taking: what one offer takes off a basket at one point, within limits and budgets.

Units that an exclusive offer has taken are closed to it; what it works out on earlier prices stays
within what is left. Which offers are used together stands in deals, contest and lanes.
"""

from decimal import Decimal

from loyaltykit.copying import altered
from loyaltykit.cuts import Pairs, Run, both
from loyaltykit.discounting import TakenOff, take_off
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace
from loyaltykit.inquiries import AnyFact
from loyaltykit.limiting import room_of
from loyaltykit.offers import Candidate, said_no
from loyaltykit.prices import FREE, TOUCHED, Prices, Taken
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.runs import within
from loyaltykit.spelling import counted
from loyaltykit.stacking import Amounts, Exclusive
from loyaltykit.subjects import basket, item

_SPEND, _LINE_SPEND = basket.spend.fact, item.spend.fact


def gift_absent(taken: Taken) -> Refusal:
    """The answer that an offer has its gifts to give, which are not in the basket."""
    missing = tuple(
        Missing(
            "item.sku",
            f"{counted(gift.units - gift.present, 'more unit')} of {gift.sku}",
            Decimal(gift.units - gift.present),
        )
        for gift in taken.taken.gifts
        if gift.units > gift.present
    )
    offer = taken.candidate.offer
    return said_no(offer, RefusalCode.COUPON_GIFT_ABSENT, missing=missing)


def work_out(candidate: Candidate, now: Prices, base: Prices, book: Rulebook) -> Taken | Refusal:
    """What an offer takes off the prices as they are now, worked out on those of its base.

    Whatever limits and budgets leave of it.
    """
    offer = candidate.offer
    if base.marks is not now.marks:
        base = altered(base, marks=now.marks)
    asked = reading(candidate, base) if candidate.waits else candidate.readings
    if offer.when is not None and offer.reads is not Amounts.AFTER and not holds(offer.when, asked):
        return _not_applicable(candidate, asked, book)
    now.meter.count(sum([len(each.each) or 1 for each in base.lines]))
    off, touched = _fitted(candidate, base, reading(candidate, base), book)
    if base.lines is not now.lines:
        off = within(off, now.lines, now.shipping, _closed(candidate, now))
    return Taken(candidate, off, now, touched)


def take(candidate: Candidate, now: Prices, base: Prices, book: Rulebook) -> Taken | Refusal:
    """The same within limits and budgets.

    An offer that takes nothing off is refused, but for one that has a gift due.
    """
    found = work_out(candidate, now, base, book)
    if isinstance(found, Refusal):
        return found
    offer, room = candidate.offer, candidate.units
    taken = found.fitting()
    if room is not None and taken.exceeds:
        left = room_of(room, room.left, book)
        wanted = taken.discounted
        return said_no(offer, RefusalCode.COUPON_LIMIT, desired=wanted, room=left)
    if offer.reads is Amounts.AFTER and offer.when is not None:
        for prices in (taken.after(), base):
            asked = reading(candidate, prices)
            if not holds(offer.when, asked):
                return _not_applicable(candidate, asked, book)
    if taken.taken.nothing:
        return said_no(offer, RefusalCode.COUPON_WITHOUT_EFFECT)
    budget = taken.over
    if budget is not None:
        # Time does not help: it is more than the budget holds when it is full.
        never = room_of(altered(budget, again=None), None, book)
        return said_no(offer, RefusalCode.COUPON_LIMIT, desired=taken.off, room=never)
    return taken


def _closed(candidate: Candidate, now: Prices) -> tuple[Pairs, ...] | None:
    """Which units a candidate may not touch."""
    if now.marks is None:
        return None
    open_until = _open_until(candidate)
    return tuple(
        tuple((units, 1 if mark > open_until else 0) for units, mark in marks)
        for marks in now.marks
    )


def _open_until(candidate: Candidate) -> int:
    return FREE if candidate.offer.exclusive is Exclusive.UNITS else TOUCHED


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
    open_until = _open_until(candidate)
    places, lines, read = [], [], []
    for place, (each, line) in enumerate(zip(base.lines, readings.lines, strict=True)):
        open_runs = [
            (units, price)
            for units, price, mark in both(each.prices, marks[place])
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
        waiting = list(reversed(runs))
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
                run = waiting.pop()
                both = min(left, run.units)
                if run.units > both:
                    waiting.append(altered(run, units=run.units - both))
                left -= both
                line.append(altered(run, units=both))
                if run.off:
                    uses.append((both, 1))
                    continue
                first = min(both, beside)
                beside -= first
                uses.extend(pair for pair in ((first, 1), (both - first, 0)) if pair[0])
        units[place] = tuple(line)
        used[place] = tuple(uses)
    return altered(found, lines=tuple(shares), units=tuple(units)), tuple(used)
