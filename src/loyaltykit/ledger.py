"""The ledger's arithmetic: lots in order, what a purse has moved, and how points are drawn.

Laws: per purse, issued + received = spendable + pending + reserved + redeemed + expired + reversed
+ sent - debt, at every prefix of the effects. Every lot holds at least one point. A purse that owes
has nothing to spend.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.copying import altered
from loyaltykit.lots import Draw, Lot

Lots: TypeAlias = tuple[Lot, ...]


@final
@frozen(order=False)
class Totals:
    """What a purse has moved in all, behind conservation. Debt is what is owed now."""

    issued: int = field(default=0, kw_only=True)
    received: int = field(default=0, kw_only=True)
    redeemed: int = field(default=0, kw_only=True)
    expired: int = field(default=0, kw_only=True)
    reversed: int = field(default=0, kw_only=True)
    sent: int = field(default=0, kw_only=True)
    debt: int = field(default=0, kw_only=True)

    @property
    def held(self) -> int:
        """What the lots hold, pending and reserved ones included."""
        return self.net + self.debt

    @property
    def net(self) -> int:
        """What is left of all that came in: what the lots hold, less the debt."""
        gone = self.redeemed + self.expired + self.reversed + self.sent
        return self.issued + self.received - gone


@final
@frozen(order=False)
class ReservedPoints:
    """Points of a purse that are set aside: from which lots, as they were, and until when."""

    purse: str
    draws: tuple[Draw, ...]
    until: datetime

    @property
    def points(self) -> int:
        """How many points are set aside."""
        return sum(draw.points for draw in self.draws)


@final
@frozen(order=False)
class Balance:
    """What a member has of one purse at an instant, in points; in a money purse, minor units.

    `reserved` is set aside and can only be captured or released. `expiring` lists what lapses when,
    soonest first, if nothing is spent before.
    """

    purse: str
    at: datetime
    available: int = field(kw_only=True)
    pending: int = field(kw_only=True)
    reserved: int = field(default=0, kw_only=True)
    debt: int = field(kw_only=True)
    expiring: tuple[tuple[datetime, int], ...] = field(default=(), kw_only=True)


def by_rank(lot: Lot) -> tuple[datetime, datetime, str]:
    """The order of consumption."""
    return lot.rank


def by_release(lot: Lot) -> tuple[datetime, str]:
    """The order in which pending lots become available."""
    return (lot.available, lot.id)


def with_lot(lots: Lots, lot: Lot) -> Lots:
    """These spendable lots and one more, in order of consumption."""
    last = (lot,)
    if not lots or lots[-1].rank <= lot.rank:
        return lots + last
    held = list(lots)
    insort(held, lot, key=by_rank)
    return tuple(held)


def with_pending(lots: Lots, lot: Lot) -> Lots:
    """These pending lots and one more, in order of release."""
    last = (lot,)
    if not lots or by_release(lots[-1]) <= by_release(lot):
        return lots + last
    held = list(lots)
    insort(held, lot, key=by_release)
    return tuple(held)


def find(lots: Lots, lot: str) -> int | None:
    """Where a lot stands, by id."""
    return next((place for place, each in enumerate(lots) if each.id == lot), None)


def taking(lots: Lots, lot: str, points: int) -> Lots:
    """The lots with so many points fewer in one of them; a lot without points is gone."""
    place = find(lots, lot)
    if place is None:
        return lots
    left = lots[place].less(points)
    middle = (left,) if left.remaining else ()
    return lots[:place] + middle + lots[place + 1 :]


def consume(lots: Iterable[Lot], purse: str, points: int) -> tuple[tuple[Draw, ...], int]:
    """Draw points in the order given; what the lots do not hold is the second part."""
    draws: list[Draw] = []
    short = points
    for lot in lots:
        if not short:
            break
        if lot.purse == purse:
            taken = min(short, lot.remaining)
            draws.append(Draw(lot, taken))
            short -= taken
    return tuple(draws), short


def parted(draws: Iterable[Draw], points: int) -> tuple[tuple[Draw, ...], tuple[Draw, ...]]:
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


def coming(
    pending: Iterable[Lot], reservations: Mapping[str, ReservedPoints], at: datetime
) -> tuple[Lot, ...]:
    """The lots that have become spendable by an instant, posted or not, in the order they do."""
    due = [
        (lot.available, 0, lot.id, 0, lot)
        for lot in pending
        if lot.available <= at and not lot.awaits
    ]
    due += [
        (each.until, 1, name, place, altered(draw.lot, remaining=draw.points))
        for name, each in reservations.items()
        if each.until <= at
        for place, draw in enumerate(each.draws)
    ]
    return tuple(lot for *_, lot in sorted(due, key=lambda each: each[:4]))


def spendable(
    purse: str,
    at: datetime,
    lots: Lots,
    pending: Lots,
    debt: int,
    reservations: Mapping[str, ReservedPoints],
) -> tuple[Lots, int]:
    """The lots that can be spent at an instant, in order of consumption; what is owed still."""
    usable = [lot for lot in lots if lot.purse == purse]
    mine = [lot for lot in pending if lot.purse == purse]
    held = {name: each for name, each in reservations.items() if each.purse == purse}
    for lot in coming(mine, held, at):
        repaid = min(debt, lot.remaining)
        debt -= repaid
        usable.append(lot.less(repaid))
    alive = [lot for lot in usable if lot.remaining and (lot.expires is None or lot.expires > at)]
    return tuple(sorted(alive, key=by_rank)), debt


def balance(
    purse: str,
    at: datetime,
    lots: Lots,
    pending: Lots,
    debt: int,
    reservations: Mapping[str, ReservedPoints],
) -> Balance:
    """The balance at an instant, from the lots as last posted: nothing need have run since."""
    alive, debt = spendable(purse, at, lots, pending, debt, reservations)
    expiring: dict[datetime, int] = {}
    for lot in alive:
        if lot.expires is not None:
            expiring[lot.expires] = expiring.get(lot.expires, 0) + lot.remaining
    waiting = [lot.remaining for lot in pending if lot.purse == purse and lot.available > at]
    held = [each for each in reservations.values() if each.purse == purse]
    return Balance(
        purse,
        at,
        available=sum(lot.remaining for lot in alive),
        pending=sum(waiting),
        reserved=sum(each.points for each in held if each.until > at),
        debt=debt,
        expiring=tuple(expiring.items()),
    )
