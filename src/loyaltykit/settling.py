"""Settling: where the points of a returned order come from, so that parts equal the whole.

All that was taken for the order is put back first, as if nothing had been taken. What is owed now
is then taken anew: out of an award's own lot, out of the balance in order of consumption, and the
rest is debt. Only the difference is to be posted. Nothing depends on the steps that came before.

What lapsed meanwhile cannot be put back: it stays taken as long as so much is owed. Debt that was
repaid meanwhile is put back as points of the award's own lot.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.copying import altered
from loyaltykit.ledger import by_rank, consume
from loyaltykit.lots import Draw, Lot
from loyaltykit.records import Award


@final
@frozen(order=False)
class Settlement:
    """An award from now on, and how its takings differ: what goes back, what is taken besides."""

    award: Award
    given: tuple[Draw, ...] = field(kw_only=True)
    lapsed: tuple[Draw, ...] = field(kw_only=True)
    forgiven: int = field(kw_only=True)
    taken: tuple[Draw, ...] = field(kw_only=True)
    owed: int = field(kw_only=True)


@final
@frozen(order=False)
class _Before:
    """What was taken for an award: out of lots that live, out of lots that lapsed, and as debt."""

    alive: tuple[Draw, ...]
    lapsed: tuple[Draw, ...]
    debt: int


def settle(
    awards: Sequence[tuple[Award, int]], purse: str, account: Account, at: datetime
) -> tuple[Settlement, ...]:
    """Take so many points in all for each of these awards of one purse."""
    pool = _Pool(account, purse, at)
    before = [pool.put_back(award) for award, _ in awards]
    return tuple(
        pool.take(award, points, was) for (award, points), was in zip(awards, before, strict=True)
    )


@final
class _Pool:
    """A purse as it would be if nothing had been taken."""

    def __init__(self, account: Account, purse: str, at: datetime) -> None:
        self.purse = purse
        self.at = at
        self.debt = account.purse(purse).debt
        self.lots: dict[str, Lot] = {}
        for lot in (*account.lots, *account.pending):
            if lot.purse == purse:
                self.lots.setdefault(lot.id, lot)

    def put_back(self, award: Award) -> _Before:
        debt = min(award.debt, self.debt)
        self.debt -= debt
        repaid = (Draw(award.lot, award.debt - debt),) if award.debt > debt else ()
        draws = (*award.taken, *repaid)
        alive = tuple(draw for draw in draws if self._lives(draw.lot))
        for draw in alive:
            held = self.lots.get(draw.lot.id) or draw.lot.less(draw.lot.remaining)
            self.lots[draw.lot.id] = held.less(-draw.points)
        return _Before(alive, tuple(draw for draw in draws if not self._lives(draw.lot)), debt)

    def take(self, award: Award, points: int, before: _Before) -> Settlement:
        lapsed, _ = _split(before.lapsed, points)
        own = self.lots.get(award.lot.id)
        others = [
            lot for lot in self.lots.values() if lot.id != award.lot.id and lot.available <= self.at
        ]
        others.sort(key=by_rank)
        draws, debt = consume(
            [*([own] if own is not None else []), *others], self.purse, points - _points(lapsed)
        )
        for draw in draws:
            left = draw.lot.less(draw.points)
            if left.remaining:
                self.lots[left.id] = left
            else:
                del self.lots[left.id]
        return Settlement(
            altered(award, taken=(*lapsed, *draws), debt=debt),
            given=_beyond(before.alive, draws),
            lapsed=_split(before.lapsed, points)[1],
            forgiven=max(0, before.debt - debt),
            taken=_beyond(draws, before.alive),
            owed=max(0, debt - before.debt),
        )

    def _lives(self, lot: Lot) -> bool:
        return lot.expires is None or lot.expires > self.at


def _points(draws: Iterable[Draw]) -> int:
    return sum(draw.points for draw in draws)


def _split(draws: Iterable[Draw], points: int) -> tuple[tuple[Draw, ...], tuple[Draw, ...]]:
    """The first so many points of these draws, and the rest."""
    first: list[Draw] = []
    rest: list[Draw] = []
    for draw in draws:
        part = min(points, draw.points)
        points -= part
        if part:
            first.append(altered(draw, points=part))
        if part < draw.points:
            rest.append(altered(draw, points=draw.points - part))
    return tuple(first), tuple(rest)


def _beyond(some: Iterable[Draw], others: Iterable[Draw]) -> tuple[Draw, ...]:
    """What some draws take from each lot beyond what others take from it."""
    lots: dict[str, Lot] = {}
    change: dict[str, int] = {}
    for draw in some:
        lots.setdefault(draw.lot.id, draw.lot)
        change[draw.lot.id] = change.get(draw.lot.id, 0) + draw.points
    for draw in others:
        if draw.lot.id in change:
            change[draw.lot.id] -= draw.points
    return tuple(Draw(lot, change[name]) for name, lot in lots.items() if change[name] > 0)
