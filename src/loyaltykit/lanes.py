"""Lanes at work: the offers of an order, lane after lane, and those that are alone on it.

The result depends on the offers and the basket, never on the order in which they came.
"""

from collections.abc import Mapping, Sequence
from typing import assert_never, final

from attrs import field, frozen

from loyaltykit.copying import altered
from loyaltykit.deals import choose
from loyaltykit.decision import QuotedLane
from loyaltykit.offers import Candidate, Order, said_no
from loyaltykit.prices import Prices, Taken
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.stacking import Exclusive, Rivalry
from loyaltykit.taking import gift_absent, take


@final
@frozen(order=False)
class Stacked:
    """The offers that an order uses, in order; why not the others; prices after; lane by lane.

    `due` are gifts that are promised, of which none is in the basket.
    """

    used: tuple[Taken, ...]
    after: Prices
    refused: Mapping[Order, Refusal] = field(factory=dict)
    lanes: tuple[QuotedLane, ...] = ()
    due: tuple[Taken, ...] = ()


def stack(candidates: Sequence[Candidate], start: Prices, book: Rulebook) -> Stacked:
    """Which of the candidates are used on these prices, and what they take off."""
    ordered = sorted(candidates, key=lambda each: each.order)
    alone = [each for each in ordered if each.offer.exclusive is Exclusive.ORDER]
    others = [each for each in ordered if each.offer.exclusive is not Exclusive.ORDER]
    if any(each.offer.exclusive is Exclusive.UNITS for each in others):
        start = start.marked()
    together = _in_lanes(others, start, book)
    if not alone:
        return together
    found = [take(each, start, start, book) for each in alone]
    refused = {
        each.order: taken
        for each, taken in zip(alone, found, strict=True)
        if isinstance(taken, Refusal)
    }
    able = [each for each in found if isinstance(each, Taken) and each.off]
    due = tuple(each for each in found if isinstance(each, Taken) and not each.off)
    refused |= {each.candidate.order: gift_absent(each) for each in due}
    winner = _winner(able, together, book.offers.stacking.exclusive)
    refused |= {each.candidate.order: _outranked(each) for each in able if each is not winner}
    if winner is None:
        refused = {**together.refused, **refused}
        promised = () if together.used else due
        return altered(together, refused=refused, due=(*together.due, *promised))
    refused |= together.refused
    refused |= {each.candidate.order: _outranked(each) for each in together.used}
    lanes = tuple(altered(each, used=(), discount=0) for each in together.lanes)
    return Stacked((winner,), winner.after(), refused, lanes)


def _winner(able: Sequence[Taken], together: Stacked, rivalry: Rivalry) -> Taken | None:
    """The offer that is used alone, if one is."""
    match rivalry:
        case Rivalry.EXCLUSIVE_FIRST:
            return able[0] if able else None
        case Rivalry.BEST:
            best = min(able, key=lambda each: _key((each,), each.payable), default=None)
            payable = together.after.payable
            if best is None or _key(together.used, payable) <= _key((best,), best.payable):
                return None
            return best
        case _:
            assert_never(rivalry)


def _key(used: Sequence[Taken], payable: int) -> tuple[int, int, tuple[Order, ...]]:
    """The least is the better deal: least to pay, then fewest offers, then the first in order."""
    return payable, len(used), tuple(each.candidate.order for each in used)


def _in_lanes(candidates: Sequence[Candidate], start: Prices, book: Rulebook) -> Stacked:
    groups = dict(book.offers.stacking.groups)
    used: list[Taken] = []
    refused: dict[Order, Refusal] = {}
    lanes: list[QuotedLane] = []
    due: list[Taken] = []
    now = start
    for lane in book.offers.stacking.lanes:
        mine = [each for each in candidates if book.offers.lane_of[each.offer.name] == lane.name]
        if not mine:
            continue
        deal = choose(lane, mine, now, groups, book)
        for each in deal.used:
            group = each.candidate.offer.group
            if group is not None:
                groups[group] -= 1
        used.extend(deal.used)
        refused.update(deal.refused)
        due.extend(deal.due)
        lanes.append(
            QuotedLane(
                lane.name,
                tuple(each.candidate.offer.name for each in deal.used),
                discount=now.payable - deal.after.payable,
                exact=deal.exact,
            )
        )
        now = deal.after
    return Stacked(tuple(used), now, refused, tuple(lanes), tuple(due))


def _outranked(taken: Taken) -> Refusal:
    offer = taken.candidate.offer
    return said_no(offer, RefusalCode.COUPON_OUTRANKED, desired=taken.off)
