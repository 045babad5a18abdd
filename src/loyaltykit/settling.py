"""Settling: where the points of a returned order come from, so that parts equal the whole.

All that was taken for the order is put back first, as if nothing had been taken. What is owed now
is then taken anew: each award's out of its own lot, then what is short out of the balance in order
of consumption, and the rest is debt or forgiven, as the purse's policy on shortfalls says. Only the
difference is to be posted. Nothing depends on the steps that came before at this instant.

What was forgiven at an earlier instant stays so while so much is owed. What lapsed meanwhile cannot
be put back: it stays taken as long as so much is owed. Debt that was repaid meanwhile is put back
as a lot beside the award's own, which lapses with it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import assert_never, final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.copying import altered
from loyaltykit.ledger import by_rank, consume, parted
from loyaltykit.lots import Draw, Lot
from loyaltykit.purses import Shortfall
from loyaltykit.records import Award


@final
@frozen(order=False)
class Settlement:
    """An award from now on, and how its takings differ: what goes back, what is taken besides.

    Of the debt, `cleared` is owed no longer, and `owed` is new.
    """

    award: Award
    given: tuple[Draw, ...] = field(kw_only=True)
    lapsed: tuple[Draw, ...] = field(kw_only=True)
    cleared: int = field(kw_only=True)
    taken: tuple[Draw, ...] = field(kw_only=True)
    owed: int = field(kw_only=True)
    forgiven: int = field(kw_only=True)


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
    pool = _Pool(account, purse, at, [award for award, _ in awards])
    before = [pool.put_back(award) for award, _ in awards]
    # Nothing comes back to a closed account: what was taken stays taken.
    lapsed = [
        (was.lapsed, ()) if pool.closed else parted(was.lapsed, owed)
        for was, (_, owed) in zip(before, awards, strict=True)
    ]
    forgiven = [
        max(0, min(_forgiven_before(award, at), owed - _points(kept)))
        for (kept, _), (award, owed) in zip(lapsed, awards, strict=True)
    ]
    short = [
        max(0, owed - _points(kept) - gone)
        for (kept, _), gone, (_, owed) in zip(lapsed, forgiven, awards, strict=True)
    ]
    own = [pool.take_own(award, points) for (award, _), points in zip(awards, short, strict=True)]
    found = []
    for place, (award, _) in enumerate(awards):
        was, (kept, back) = before[place], lapsed[place]
        others, debt, fresh = pool.take(award, short[place] - _points(own[place]))
        draws = (*own[place], *others)
        after = altered(
            award,
            taken=(*kept, *draws),
            debt=debt,
            forgiven=forgiven[place] + fresh,
            fresh=fresh,
            fresh_at=at if fresh else None,
        )
        found.append(
            Settlement(
                after,
                given=_beyond(was.alive, draws),
                lapsed=back,
                cleared=max(0, was.debt - debt),
                taken=_beyond(draws, was.alive),
                owed=max(0, debt - was.debt),
                forgiven=max(0, after.forgiven - award.forgiven),
            )
        )
    return tuple(found)


def repaid_lot(award: Award) -> str:
    """The lot that takes debt of an award which was repaid before it was owed no longer."""
    return f"{award.lot.id}/repaid"


def _forgiven_before(award: Award, at: datetime) -> int:
    """What was forgiven at an earlier instant stays so; what was at this one is judged anew."""
    return award.forgiven - (award.fresh if award.fresh_at == at else 0)


@final
class _Pool:
    """A purse as it would be if nothing had been taken."""

    def __init__(self, account: Account, purse: str, at: datetime, awards: Iterable[Award]) -> None:
        self.purse = purse
        self.at = at
        self.closed = account.closed is not None
        self.debt = account.purse(purse).debt
        self.lots: dict[str, Lot] = {}
        for lot in (*account.lots, *account.pending):
            if lot.purse == purse:
                self.lots.setdefault(lot.id, lot)
        # A lot may have been extended since some of it was taken: as it is held, or as it was last.
        self.ends: dict[str, datetime | None] = {}
        for draw in chain.from_iterable(award.taken for award in awards):
            last = self.ends.get(draw.lot.id, draw.lot.expires)
            self.ends[draw.lot.id] = _later(last, draw.lot.expires)
        self.ends |= {lot.id: lot.expires for lot in self.lots.values()}

    def put_back(self, award: Award) -> _Before:
        debt = min(award.debt, self.debt)
        self.debt -= debt
        draws = [self._dated(draw) for draw in (*award.taken, *self._repaid(award, debt))]
        alive = tuple(draw for draw in draws if self._lives(draw.lot))
        for draw in alive:
            held = self.lots.get(draw.lot.id)
            empty = draw.lot.less(draw.lot.remaining) if held is None else held
            self.lots[draw.lot.id] = empty.more(draw.points)
        return _Before(alive, tuple(draw for draw in draws if not self._lives(draw.lot)), debt)

    def take_own(self, award: Award, points: int) -> tuple[Draw, ...]:
        own = self.lots.get(award.lot.id)
        if own is None:
            return ()
        if award.shortfall is Shortfall.PENDING and own.available <= self.at:
            # What was taken while it was pending stays taken; what became available stays.
            points = min(points, _points(award.taken))
        draws, _ = consume((own,), self.purse, points)
        return self._taken(draws)

    def take(self, award: Award, points: int) -> tuple[tuple[Draw, ...], int, int]:
        """What other lots give, what is owed, and what is forgiven, by the award's policy."""
        match award.shortfall:
            case Shortfall.PENDING:
                return (), 0, points
            case Shortfall.BALANCE:
                draws, short = self._balance(points)
                return draws, 0, short
            case Shortfall.DEBT:
                draws, short = self._balance(points)
                room = short if award.most_debt is None else max(0, award.most_debt - self.debt)
                debt = min(short, room)
                self.debt += debt
                return draws, debt, short - debt
            case _:
                assert_never(award.shortfall)

    def _balance(self, points: int) -> tuple[tuple[Draw, ...], int]:
        usable = [lot for lot in self.lots.values() if lot.available <= self.at]
        draws, short = consume(sorted(usable, key=by_rank), self.purse, points)
        return self._taken(draws), short

    def _taken(self, draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
        for draw in draws:
            left = draw.lot.less(draw.points)
            if left.remaining:
                self.lots[left.id] = left
            else:
                del self.lots[left.id]
        return draws

    def _dated(self, draw: Draw) -> Draw:
        end = self.ends.get(draw.lot.id, draw.lot.expires)
        return altered(draw, lot=altered(draw.lot, expires=end))

    def _repaid(self, award: Award, debt: int) -> tuple[Draw, ...]:
        points = award.debt - debt
        # Not the own lot: other orders may have taken from that, and give back to it.
        lot = altered(
            award.lot,
            id=repaid_lot(award),
            points=points,
            remaining=points,
            expires=self.ends.get(award.lot.id, award.lot.expires),
        )
        return (Draw(lot, points),) if points else ()

    def _lives(self, lot: Lot) -> bool:
        return not self.closed and (lot.expires is None or lot.expires > self.at)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _points(draws: Iterable[Draw]) -> int:
    return sum(draw.points for draw in draws)


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
