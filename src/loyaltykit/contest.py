"""Contest: for each line of a basket, and for its shipping, the offer that takes most off it.

All offers of a lane are worked out on the same prices; ties go to the first in order. An offer that
wins nothing keeps no place of its group from another, and a limit on units is used only on lines
that are won. That is found in rounds; beyond 20,000 lines that are looked at again, what was found
is used, and the result says that it is not exact.
"""

from collections.abc import Mapping, Sequence
from typing import Final, final

from loyaltykit.copying import altered
from loyaltykit.offers import Order
from loyaltykit.prices import Prices, Taken

MAX_TRIED: Final = 20_000
"""On how many lines, all sets or rounds together, offers of a lane are worked out anew.

To work out an offer counts as 8 lines more than the basket has.
"""


def tries(start: Prices) -> int:
    """How often an offer may be worked out on these prices to find what is best."""
    return MAX_TRIED // (len(start.lines) + 8)


def contest(
    able: Sequence[Taken], start: Prices, groups: Mapping[str, int]
) -> tuple[tuple[Taken, ...], bool]:
    """What each offer takes off the lines that it wins, in order; and whether that is certain."""
    return _Contest(able, start, groups).decided()


@final
class _Contest:
    """The offers of one lane against each other."""

    def __init__(self, able: Sequence[Taken], start: Prices, groups: Mapping[str, int]) -> None:
        self.able = {each.candidate.order: each for each in able}
        self.start = start
        self.groups = groups
        self.lost: dict[Order, frozenset[int]] = {}
        self.left = tries(start)

    def decided(self) -> tuple[tuple[Taken, ...], bool]:
        """Rounds until nothing changes, or too much was looked at."""
        while True:
            inside = self._inside()
            won = self._won(inside)
            again = self._recut(inside, won) or self._replaced(inside, won)
            if not again:
                used, over = self._within_budgets(inside, won)
                if over is None:
                    return used, True
                del self.able[over]
            self.left -= len(inside)
            if self.left < 0:
                used, _ = self._within_budgets(inside, won)
                return used, False

    def _inside(self) -> list[Taken]:
        """Of each group, as many as an order takes: those that take most off."""
        groups = dict(self.groups)
        found = []
        for each in sorted(self.able.values(), key=lambda each: (-each.off, each.candidate.order)):
            group = each.candidate.offer.group
            if group is not None:
                groups[group] = groups.get(group, 0) - 1
            if group is None or groups[group] >= 0:
                found.append(each)
        return sorted(found, key=lambda each: each.candidate.order)

    def _won(self, inside: Sequence[Taken]) -> dict[Order, tuple[frozenset[int], bool]]:
        """Which lines each offer wins, and whether shipping."""
        lines: dict[Order, set[int]] = {each.candidate.order: set() for each in inside}
        for place in range(len(self.start.lines)):
            best = max(inside, key=lambda each: each.taken.lines[place], default=None)
            if best is not None and best.taken.lines[place]:
                lines[best.candidate.order].add(place)
        shipped = max(inside, key=lambda each: each.taken.shipping, default=None)
        return {
            each.candidate.order: (
                frozenset(lines[each.candidate.order]),
                each is shipped and each.taken.shipping > 0,
            )
            for each in inside
        }

    def _recut(
        self, inside: Sequence[Taken], won: Mapping[Order, tuple[frozenset[int], bool]]
    ) -> bool:
        """Let limits on units leave lines that are lost, for others that may be won instead."""
        changed = False
        for each in inside:
            order = each.candidate.order
            mine, _ = won[order]
            lost = {at for at, off in enumerate(each.taken.lines) if off and at not in mine}
            if each.whole is not None and lost:
                self.lost[order] = self.lost.get(order, frozenset()) | lost
                places = frozenset(range(len(self.start.lines))) - self.lost[order]
                self.able[order] = each.on(places, shipping=True)
                changed = True
        return changed

    def _replaced(
        self, inside: Sequence[Taken], won: Mapping[Order, tuple[frozenset[int], bool]]
    ) -> bool:
        """Let offers that win nothing leave their group to those that are not in yet."""
        orders = {each.candidate.order for each in inside}
        waiting = {
            each.candidate.offer.group for order, each in self.able.items() if order not in orders
        }
        idle = [
            each.candidate.order
            for each in inside
            if each.candidate.offer.group in waiting and not any(won[each.candidate.order])
        ]
        for order in idle:
            del self.able[order]
        return bool(idle)

    def _within_budgets(
        self, inside: Sequence[Taken], won: Mapping[Order, tuple[frozenset[int], bool]]
    ) -> tuple[tuple[Taken, ...], Order | None]:
        """Those that win something, one after the other; and the first that its budget refuses."""
        used: list[Taken] = []
        now = self.start
        over = None
        for each in inside:
            mine, shipped = won[each.candidate.order]
            part = altered(each.on(mine, shipping=shipped), now=now)
            if not part.off:
                continue
            if part.over is not None:
                over = over or each.candidate.order
                continue
            used.append(part)
            now = part.after()
        return tuple(used), over
