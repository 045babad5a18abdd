"""Deals: which offers of a lane are used, as the lane chooses.

The best deal is the set of offers with which the member pays least; of several, one with the fewest
offers, then the one that comes first in order. Every set is tried, but those that cannot be better,
until offers have been worked out on 20,000 lines, 8 more than there are for each: that is always
enough for 8 offers on 70 lines, for any number of which one is used, of offers that do not touch
each other, and mostly of percentages off everything. Beyond that, those that take most off alone
are used as far as they combine, or the best that was found if it is better: the result says that it
is not exact.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Final, TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.contest import contest, tries
from loyaltykit.discounts import Discount
from loyaltykit.money import RoundingScope
from loyaltykit.offers import Candidate, Order, said_no
from loyaltykit.prices import Prices, Taken
from loyaltykit.reducing import percent_of
from loyaltykit.reductions import AmountOff, PercentOff
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.stacking import Against, Choose, Lane
from loyaltykit.taking import gift_absent, take, work_out

_CLOSELY: Final = 64
"""Of how many offers that may follow at most it is reckoned closely what they leave."""

_WITHOUT_EFFECT = (RefusalCode.COUPON_WITHOUT_EFFECT, RefusalCode.PROMOTION_WITHOUT_EFFECT)

Groups: TypeAlias = Mapping[str, int]
"""How many offers of each group an order still takes."""


@final
@frozen(order=False)
class Deal:
    """The offers that a lane uses, in order; why not the others, by their order; and the prices.

    `exact` is whether no other set could be better by what the lane says. `due` are gifts that are
    promised, of which none is in the basket.
    """

    used: tuple[Taken, ...]
    after: Prices
    refused: Mapping[Order, Refusal] = field(factory=dict)
    exact: bool = True
    due: tuple[Taken, ...] = ()


def choose(
    lane: Lane, candidates: Sequence[Candidate], start: Prices, groups: Groups, book: Rulebook
) -> Deal:
    """What a lane makes of its candidates, which stand in order."""
    chosen = _Choice(lane, candidates, start, groups, book)
    match lane.choose:
        case Choose.BEST:
            used, exact = chosen.best()
        case Choose.IN_ORDER:
            used, exact = chosen.in_order(candidates), True
        case Choose.EACH_LINE:
            used, exact = chosen.each_line()
        case _:
            assert_never(lane.choose)
    after = used[-1].after() if used else start
    others = chosen.others(used)
    due = tuple(
        alone
        for each in others
        for alone in (chosen.alone(each),)
        if isinstance(alone, Taken) and not alone.off and chosen.combines(each, used)
    )
    refused = {each.order: chosen.refusal(each, used) for each in others}
    return Deal(used, after, refused, exact, due)


@final
class _Choice:
    """One lane at work."""

    def __init__(
        self,
        lane: Lane,
        candidates: Sequence[Candidate],
        start: Prices,
        groups: Groups,
        book: Rulebook,
    ) -> None:
        self.lane = lane
        self.candidates = candidates
        self.start = start
        self.groups = groups
        self.book = book
        self.most: int = len(candidates) if lane.most is None else lane.most
        self._alone: dict[Order, Taken | Refusal] = {}

    def alone(self, candidate: Candidate) -> Taken | Refusal:
        """What a candidate takes off where the lane begins."""
        found = self._alone.get(candidate.order)
        if found is None:
            found = take(candidate, self.start, self.start, self.book)
            self._alone[candidate.order] = found
        return found

    def each_line(self) -> tuple[tuple[Taken, ...], bool]:
        """For each line, and for shipping, the offer that takes most off it."""
        found = (work_out(each, self.start, self.start, self.book) for each in self.candidates)
        offered = [each for each in found if isinstance(each, Taken) and each.off]
        return contest(offered, self.start, self.groups)

    def in_order(self, candidates: Sequence[Candidate]) -> tuple[Taken, ...]:
        """Each that applies and still combines with those before it."""
        used: list[Taken] = []
        now = self.start
        for each in candidates:
            if not self.combines(each, used):
                continue
            found = self._take(each, now)
            if isinstance(found, Taken) and found.off:
                used.append(found)
                now = found.after()
        return tuple(used)

    def best(self) -> tuple[tuple[Taken, ...], bool]:
        """The set with which the member pays least, and whether that is certain."""
        if self.most == 1:
            return self._best_alone(), True
        able = [each for each in self.candidates if self._hopeful(each)]
        found: tuple[Taken, ...] = ()
        if len(able) <= tries(self.start):
            found, exact = self._search(able)
            if exact:
                return found, True
        plain = self._by_what_each_takes()
        return min(found, plain, key=lambda used: (self._payable(used), len(used))), False

    def _hopeful(self, candidate: Candidate) -> bool:
        """Whether something may come off, perhaps only after other offers.

        An amount or a percentage that takes nothing off takes nothing off what is cheaper. What
        chooses its units may find others then, and so may what is fit for a limit.
        """
        alone = self.alone(candidate)
        if isinstance(alone, Taken) and alone.off:
            return True
        if candidate.moves or candidate.bounded:
            return True
        nothing = isinstance(alone, Taken) or alone.code in _WITHOUT_EFFECT
        return nothing and not _is_plain(candidate.offer.discount)

    def others(self, used: Sequence[Taken]) -> list[Candidate]:
        """Those that are not used."""
        theirs = frozenset(each.candidate.order for each in used)
        return [each for each in self.candidates if each.order not in theirs]

    def refusal(self, candidate: Candidate, used: Sequence[Taken]) -> Refusal:
        """Why a candidate is not used: at its place among those that are."""
        now = alone = self.alone(candidate)
        if self.combines(candidate, used) and (
            isinstance(alone, Taken) or self._hopeful(candidate)
        ):
            now = self._take(candidate, self._before(candidate, used))
        return _refusal(candidate, alone, now)

    def _before(self, candidate: Candidate, used: Sequence[Taken]) -> Prices:
        """The prices that a candidate would find."""
        earlier = [each for each in used if each.candidate.order < candidate.order]
        return earlier[-1].after() if earlier else self.start

    def _take(self, candidate: Candidate, now: Prices) -> Taken | Refusal:
        if now is self.start:
            return self.alone(candidate)
        base = self.start if self.lane.against is Against.START else now
        return take(candidate, now, base, self.book)

    def _able(self) -> list[Taken]:
        found = map(self.alone, self.candidates)
        return [each for each in found if isinstance(each, Taken) and each.off]

    def combines(self, candidate: Candidate, used: Sequence[Taken]) -> bool:
        """Whether a lane takes one more offer beside those that are used."""
        if len(used) >= self.most:
            return False
        group = candidate.offer.group
        if group is None:
            return True
        taken = sum([each.candidate.offer.group == group for each in used])
        return taken < self.groups.get(group, 0)

    def _best_alone(self) -> tuple[Taken, ...]:
        able = [each for each in self._able() if self.combines(each.candidate, ())]
        best = min(able, key=lambda each: (-each.off, each.candidate.order), default=None)
        return () if best is None else (best,)

    def _by_what_each_takes(self) -> tuple[Taken, ...]:
        chosen: list[Taken] = []
        for found in sorted(self._able(), key=lambda each: (-each.off, each.candidate.order)):
            if self.combines(found.candidate, chosen):
                chosen.append(found)
        chosen.sort(key=lambda each: each.candidate.order)
        return self.in_order([each.candidate for each in chosen])

    def _ceiling(self, candidate: Candidate) -> int:
        """The most that a candidate can take off, whatever is used before it."""
        alone = self.alone(candidate)
        depends = candidate.moves or candidate.bounded
        if _is_plain(candidate.offer.discount) and not depends:
            return alone.off if isinstance(alone, Taken) else 0
        return self.start.payable

    def _floor(self, candidate: Candidate) -> Callable[[int], int]:
        """The least that is left to pay after a candidate, of what is to pay before it.

        The more there is before, the more is left after: so these may follow one another.
        """
        most = self._ceiling(candidate)
        discount = candidate.offer.discount
        if (
            isinstance(discount, PercentOff)
            and discount.scope is RoundingScope.ORDER
            and self.lane.against is Against.LEFT
        ):
            return lambda payable: payable - min(most, percent_of(discount, payable))
        return lambda payable: max(0, payable - most)

    def _payable(self, used: Sequence[Taken]) -> int:
        return used[-1].payable if used else self.start.payable

    def _search(self, able: Sequence[Candidate]) -> tuple[tuple[Taken, ...], bool]:
        """The best set that was found, with an offer before without it; and if all were tried."""
        winner: tuple[Taken, ...] = ()
        best = (self.start.payable, 0)
        still = [*accumulate(map(self._ceiling, reversed(able)), initial=0)][::-1]
        floors = [self._floor(each) for each in able]
        left = tries(self.start)
        waiting = [(0, self.start, winner)]
        while waiting:
            place, now, used = waiting.pop()
            key = (now.payable, len(used))
            if key < best:
                best, winner = key, used
            # Whatever is better uses one more at least, and takes off what is possible at most.
            if (max(0, now.payable - still[place]), len(used) + 1) >= best or place == len(able):
                continue
            if len(able) - place <= _CLOSELY:
                least = now.payable
                for floor in floors[place:]:
                    least = floor(least)
                if (least, len(used) + 1) >= best:
                    continue
            waiting.append((place + 1, now, used))
            if self.combines(able[place], used):
                if not left:
                    return winner, False
                left -= 1
                found = self._take(able[place], now)
                if isinstance(found, Taken) and found.off:
                    waiting.append((place + 1, found.after(), (*used, found)))
        return winner, True


def _refusal(candidate: Candidate, alone: Taken | Refusal, now: Taken | Refusal) -> Refusal:
    """Why an offer is not used, by what it takes off alone, and at its place."""
    offer = candidate.offer
    if isinstance(now, Refusal):
        return now
    takes = alone if isinstance(alone, Taken) and alone.off else now
    if takes.off:
        return said_no(offer, RefusalCode.COUPON_OUTRANKED, desired=takes.off)
    return gift_absent(takes)


def _is_plain(discount: Discount) -> bool:
    """Whether less comes off whenever less is to be paid: no choice of units, no steps."""
    return (
        isinstance(discount, AmountOff | PercentOff)
        and discount.units is None
        and discount.not_below is None
    )
