"""Contest: for each line of a basket, and for its shipping, the offer that takes most off it.

All offers of a lane are worked out on the same prices; ties go to the first in order. Of a group
those compete that win most beside the offers of no group. A limit on units is used only on lines
that are won, and only what is won comes out of a budget; an offer that its budget or its limit
refuses leaves its lines to the next. That is found in rounds; beyond 20,000 lines that are looked
at again, what was found is used.

The result says that it is not exact then, where offers of a group wait that might win more, and
where a limit or a budget has refused an offer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, final

from attrs import frozen

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
    offered: Iterable[Taken], start: Prices, groups: Mapping[str, int]
) -> tuple[tuple[Taken, ...], bool]:
    """What each offer takes off the lines that it wins, in order; and whether that is certain.

    What is offered is worked out on the start, whatever limits leave of it.
    """
    return _Contest(offered, start, groups).decided()


@final
@frozen(order=False)
class _Won:
    """What one offer wins: which lines, and whether shipping."""

    places: frozenset[int]
    shipping: bool

    def __bool__(self) -> bool:
        return self.shipping or bool(self.places)


@final
class _Contest:
    """The offers of one lane against each other."""

    def __init__(self, offered: Iterable[Taken], start: Prices, groups: Mapping[str, int]) -> None:
        self.offered = {each.candidate.order: each for each in offered}
        self.start = start
        self.groups = groups
        self.every = frozenset(range(len(start.lines)))
        self.left = tries(start)
        self.certain = True
        self._begin()

    def _begin(self) -> None:
        self.lost: dict[Order, frozenset[int]] = {}
        self.able = {
            order: each.on(self.every, shipping=True) for order, each in self.offered.items()
        }

    def decided(self) -> tuple[tuple[Taken, ...], bool]:
        """Rounds until nothing changes, or too much was looked at."""
        while True:
            inside, waiting = self._inside()
            won = self._won(inside)
            refused: Order | None = None
            if not self._recut(inside, won):
                idle = [
                    each.candidate.order
                    for each in inside
                    if each.candidate.offer.group in waiting and not won[each.candidate.order]
                ]
                if not idle:
                    used, refused = self._used(inside, won)
                    if refused is None:
                        return used, self.certain and self._best(waiting)
                    self.certain = False
                self._leave(idle if refused is None else [refused])
            self.left -= len(inside)
            if self.left < 0:
                return self._used(inside, won)[0], False

    def _inside(self) -> tuple[list[Taken], list[str]]:
        """Those that compete, in order; and the groups of which others wait that might win."""
        able = self.able.values()
        plain = [each for each in able if each.candidate.offer.group is None]
        most = self._most(plain)
        shipped = max((each.taken.shipping for each in plain), default=0)

        def gain(each: Taken) -> int:
            more = sum(
                max(0, share - least) for share, least in zip(each.taken.lines, most, strict=True)
            )
            return more + max(0, each.taken.shipping - shipped)

        ranked = [
            (-gain(each), each.candidate.order, each)
            for each in able
            if each.candidate.offer.group is not None
        ]
        ranked.sort(key=lambda each: each[:2])
        groups = dict(self.groups)
        waiting: list[str] = []
        inside = list(plain)
        for worse, _, each in ranked:
            group = each.candidate.offer.group or ""
            if not worse:
                continue
            groups[group] = groups.get(group, 0) - 1
            if groups[group] >= 0:
                inside.append(each)
            elif group not in waiting:
                waiting.append(group)
        return sorted(inside, key=lambda each: each.candidate.order), waiting

    def _most(self, some: Sequence[Taken]) -> list[int]:
        """The most that one of them takes off each line."""
        return [
            max((each.taken.lines[at] for each in some), default=0)
            for at in range(len(self.start.lines))
        ]

    def _won(self, inside: Sequence[Taken]) -> dict[Order, _Won]:
        lines: dict[Order, list[int]] = {each.candidate.order: [] for each in inside}
        for at in range(len(self.start.lines)):
            best = max(inside, key=lambda each: each.taken.lines[at], default=None)
            if best is not None and best.taken.lines[at]:
                lines[best.candidate.order].append(at)
        shipped = max(inside, key=lambda each: each.taken.shipping, default=None)
        return {
            each.candidate.order: _Won(
                frozenset(lines[each.candidate.order]),
                each is shipped and each.taken.shipping > 0,
            )
            for each in inside
        }

    def _recut(self, inside: Sequence[Taken], won: Mapping[Order, _Won]) -> bool:
        """Let limits on units leave lines that are lost, for others that may be won instead."""
        changed = False
        for each in inside:
            order = each.candidate.order
            off = each.taken.lines
            lost = {at for at, share in enumerate(off) if share and at not in won[order].places}
            if each.cut and lost:
                self.lost[order] = self.lost.get(order, frozenset()) | lost
                self.able[order] = each.on(self.every - self.lost[order], shipping=True)
                changed = True
        return changed

    def _leave(self, orders: Iterable[Order]) -> None:
        """Some are out, and what others lost to them they may win."""
        for order in orders:
            del self.offered[order]
        self._begin()

    def _used(
        self, inside: Sequence[Taken], won: Mapping[Order, _Won]
    ) -> tuple[tuple[Taken, ...], Order | None]:
        """Those that win something, one after the other; and the first that may not."""
        used: list[Taken] = []
        now = self.start
        refused: Order | None = None
        for each in inside:
            mine = won[each.candidate.order]
            part = altered(each.on(mine.places, shipping=mine.shipping), now=now)
            if not part.off:
                continue
            if part.over is not None or part.exceeds:
                refused = refused or each.candidate.order
                continue
            used.append(part)
            now = part.after()
        return tuple(used), refused

    def _best(self, waiting: Sequence[str]) -> bool:
        """Whether none of those that wait could make it better.

        Of one group, of which one is used, it is that which wins most.
        """
        if not waiting:
            return True
        groups = {each.candidate.offer.group for each in self.able.values()} - {None}
        bounded = any(each.candidate.bounded for each in self.able.values())
        return len(groups) == 1 and self.groups.get(waiting[0], 0) == 1 and not bounded
