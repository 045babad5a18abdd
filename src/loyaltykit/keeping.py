"""Keeping: how much of a grant stays when part of its order comes back, by its strategy.

Everything is read from the record of the order. What is kept decides; the steps never matter.
"""

from fractions import Fraction
from typing import assert_never

from loyaltykit.copying import altered
from loyaltykit.evaluate import units_matching
from loyaltykit.money import Rounding, RoundingScope, rounded
from loyaltykit.portions import portions
from loyaltykit.readings import Readings
from loyaltykit.records import Award, Posting, Record, RecordedLine
from loyaltykit.returns import OnReturn


def kept_worth(
    award: Award,
    granted: Record,
    now: Record,
    bought: Readings,
    kept: Readings,
    share: Fraction,
    *,
    held: bool,
) -> int:
    """What stays of a grant, in units of its purse, before limits.

    `granted` is the order as it was when the rule fired, and `bought` its readings; `now` is the
    order as it is, and `kept` its readings. `share` is that of the units that earn, by the limits
    of that day; `held` is whether the rule's condition holds for these.
    """
    if award.cancelled:
        return 0
    match award.on_return:
        case OnReturn.KEEP:
            return award.granted
        case OnReturn.REEVALUATE:
            if now.closed or not held:
                return 0
            parts = portions(award.earning, kept, award.scope)
            if award.before is not None:
                return carried_whole(award.before, parts.worth * award.scale)
            return parts.whole(award.scale * share, award.rounding)
        case OnReturn.PRO_RATA:
            return rounded(award.granted * _kept_share(granted, now), award.rounding)
        case OnReturn.PER_ITEM:
            left = {line.id: line.kept for line in now.lines}
            *shares, shipped = _shares(award, bought)
            stays = 0 if now.closed else shipped
            return stays + sum(
                share - share * (line.units - left[line.id]) // line.units
                for share, line in zip(shares, bought.lines, strict=True)
            )
        case _:
            assert_never(award.on_return)


def carried_whole(before: Fraction, worth: Fraction) -> int:
    """The whole points of a grant into which a fraction was carried over, which may be below 0."""
    return max(0, rounded(before + worth, Rounding.FLOOR))


def unit_share(posting: Posting, kept: Readings) -> Fraction:
    """The share of the units that are kept for which the limits had room."""
    if posting.unit_room is None:
        return Fraction(1)
    units = units_matching(posting.of, kept)
    return Fraction(min(units, posting.unit_room), units) if units else Fraction(1)


def as_granted(record: Record, posting: Posting) -> Record:
    """The order as it was when the rule fired: without what came back since."""
    return altered(
        record,
        lines=tuple(
            altered(line, returned=posting.returned.get(line.id, 0)) for line in record.lines
        ),
        closed=False,
    )


def _kept_share(granted: Record, now: Record) -> Fraction:
    """The share of what is kept in the value; of goods for free, in their price; else in units."""
    for worth_of in (_net, _subtotal, _units):
        whole = sum(map(worth_of, granted.lines))
        if whole:
            return Fraction(sum(map(worth_of, now.lines)), whole)
    return Fraction(0)


def _net(line: RecordedLine) -> int:
    return line.kept_net


def _subtotal(line: RecordedLine) -> int:
    return line.kept_subtotal


def _units(line: RecordedLine) -> int:
    return line.kept


def _shares(award: Award, bought: Readings) -> tuple[int, ...]:
    """The grant, allotted to the lines by what each alone would have earned, else by value.

    The last part is what shipping earned, or all of it where there are no lines.
    """
    goods = altered(bought, shipping=0)
    alone = [_alone(award, altered(goods, lines=(line,))) for line in bought.lines]
    alone.append(Fraction(0))
    if bought.shipping:
        none = _alone(award, altered(goods, lines=()))
        alone[-1] = max(alone[-1], _alone(award, altered(bought, lines=())) - none)
    if not any(alone):
        alone = [Fraction(line.spend) for line in bought.lines] + alone[-1:]
    if not any(alone):
        alone = [Fraction(line.units) for line in bought.lines] + alone[-1:]
    if not any(alone):
        # A milestone or a birthday has no lines: all of it is of none.
        alone[-1] = Fraction(1)
    whole = sum(alone, Fraction(0))
    exact = [award.granted * each / whole for each in alone]
    parts = [int(each) for each in exact]
    # Largest remainder; ties go to the line with the lower id, so that their order never matters,
    # and last to shipping.
    ids = [(0, line.id) for line in bought.lines] + [(1, "")]
    places = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], ids[place]))
    for place in places[: award.granted - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def _alone(award: Award, line: Readings) -> Fraction:
    """What a line alone would have earned; where lines are rounded alone, so is this."""
    parts = portions(award.earning, line, award.scope)
    if award.scope is RoundingScope.ORDER:
        return parts.worth
    return Fraction(parts.whole(award.scale, award.rounding))
