"""Placing: how lots come into an account, leave it and come back, and what its purses total.

The steps of which the fold is made. Each is one half of a movement: where points are, or what a
purse has moved in all. An effect always does both.
"""

from collections.abc import Iterable
from datetime import datetime

from loyaltykit.account import Account, EndedReservation, ReservationEnd
from loyaltykit.copying import altered
from loyaltykit.ledger import find, parted, taking, with_lot, with_pending
from loyaltykit.lots import NEVER, Draw, Lot


def points_in(draws: Iterable[Draw]) -> int:
    """How many points these draws are."""
    return sum(draw.points for draw in draws)


def moved(
    account: Account,
    name: str,
    *,
    issued: int = 0,
    received: int = 0,
    redeemed: int = 0,
    expired: int = 0,
    reversed: int = 0,
    sent: int = 0,
    debt: int = 0,
) -> Account:
    """The account whose purse has moved so much more, or less where it is negative."""
    purse = account.purse(name)
    total = altered(
        purse,
        issued=purse.issued + issued,
        received=purse.received + received,
        redeemed=purse.redeemed + redeemed,
        expired=purse.expired + expired,
        reversed=purse.reversed + reversed,
        sent=purse.sent + sent,
        debt=purse.debt + debt,
    )
    return altered(account, purses=account.purses.plus(name, total))


def holding(account: Account, lot: Lot, at: datetime) -> Account:
    """The account with one more lot: pending, if it is available only later."""
    if lot.available > at:
        return altered(account, pending=with_pending(account.pending, lot))
    return altered(account, lots=with_lot(account.lots, lot))


def drawn(account: Account, draws: Iterable[Draw]) -> Account:
    """The account without these points."""
    lots, pending = account.lots, account.pending
    for draw in draws:
        left = taking(lots, draw.lot.id, draw.points)
        if left is lots:
            pending = taking(pending, draw.lot.id, draw.points)
        lots = left
    return altered(account, lots=lots, pending=pending)


def given_back(account: Account, draw: Draw, at: datetime) -> Account:
    """The account with these points in their own lot again, as it is now or as it was."""
    for lots in (account.lots, account.pending):
        place = find(lots, draw.lot.id)
        if place is not None:
            held = lots[place]
            account = drawn(account, (Draw(held, held.remaining),))
            more = held.more(draw.points)
            if (more.expires or NEVER) < (draw.lot.expires or NEVER):
                more = altered(more, expires=draw.lot.expires)
            return holding(account, more, at)
    return holding(account, altered(draw.lot, remaining=draw.points), at)


def rescheduled(account: Account, lot: str, expires: datetime | None, at: datetime) -> Account:
    """The account in which one of the lots expires at another instant."""
    for lots in (account.lots, account.pending):
        place = find(lots, lot)
        if place is not None:
            held = lots[place]
            without = drawn(account, (Draw(held, held.remaining),))
            return holding(without, altered(held, expires=expires), at)
    return account


def noting_lapse(account: Account, lot: Lot, points: int) -> Account:
    """The account in which the order behind a lot, if any, knows that its points lapsed."""
    record = account.records.get(lot.event)
    if record is None:
        return account
    lapsed = record.lapsed.plus(lot.id, record.lapsed.get(lot.id, 0) + points)
    return altered(account, records=account.records.plus(record.id, altered(record, lapsed=lapsed)))


def lapsed_from(account: Account, lot: Lot, *, expired: int = 0, reversed: int = 0) -> Account:
    """The account in which so much of a lot is gone unspent, and counts so in its purse."""
    after = drawn(account, (Draw(lot, expired + reversed),))
    after = moved(after, lot.purse, expired=expired, reversed=reversed)
    return noting_lapse(after, lot, expired + reversed)


def captured(account: Account, name: str, draws: tuple[Draw, ...], until: datetime) -> Account:
    """The account in which these points of a reservation are spent; what it was is remembered."""
    aside = account.reservations.get(name)
    if aside is None:
        return account
    _, left = parted(aside.draws, points_in(draws))
    after = moved(account, aside.purse, redeemed=points_in(draws))
    return altered(
        after,
        reservations=(
            account.reservations.plus(name, altered(aside, draws=left))
            if left
            else account.reservations.minus(name)
        ),
        ended_reservations=account.ended_reservations.plus(
            name, EndedReservation(ReservationEnd.CAPTURED, until)
        ),
    )
