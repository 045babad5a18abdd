"""Reserving: points are set aside, then captured or released; and how points are taken at all.

Reserved points are in no lot. Nothing can spend, expire or take them until they are captured or
come back. Coming back, they go to their own lots with their own dates: they pay off what the purse
owes, and what has outlived its lot or its tier lapses in the same instant.
"""

from datetime import datetime
from decimal import Decimal

from loyaltykit.account import ReservationEnd
from loyaltykit.calendar import shift
from loyaltykit.errors import EventError
from loyaltykit.events import KINDS, Capture, Redemption, Release, Reservation
from loyaltykit.journal import Journal
from loyaltykit.lapsing import come_back
from loyaltykit.lasting import usable
from loyaltykit.ledger import ReservedPoints, consume, parted
from loyaltykit.lots import Draw
from loyaltykit.movements import Captured, ReservationReleased, Reserved
from loyaltykit.observe import observe
from loyaltykit.received import ACCEPTED, Received, ask_all
from loyaltykit.refusals import Missing, Refusal, RefusalCode, insufficient
from loyaltykit.rulebook import Rulebook
from loyaltykit.tariff import Tariff

_ENDED = {
    ReservationEnd.CAPTURED: RefusalCode.RESERVATION_CAPTURED,
    ReservationEnd.RELEASED: RefusalCode.RESERVATION_RELEASED,
    ReservationEnd.EXPIRED: RefusalCode.RESERVATION_EXPIRED,
}


def taken(
    event: Redemption | Reservation, journal: Journal, book: Rulebook
) -> tuple[Draw, ...] | Refusal:
    """The lots that points would come out of, or why they cannot be spent."""
    book.purse(event.purse, event.id)
    tariff = Tariff.of(event.purse, journal.account, event.at, book)
    lots = usable(journal.account, event.purse, book.ladders)
    for refusal in tariff.cut(event.points, sum(lot.remaining for lot in lots)).refusals:
        if refusal.code is not RefusalCode.POINTS_INSUFFICIENT:
            return refusal
    draws, short = consume(lots, event.purse, event.points)
    if not short:
        return draws
    return insufficient(event.purse, event.points, short)


def reservation(event: Reservation, journal: Journal, book: Rulebook) -> Received:
    """Set points aside.

    Raises:
        EventError: the time limit lies beyond what the programme remembers.
    """
    if event.until > shift(event.at, book.remember, book.zone):
        raise EventError(
            f"reservation {event.id!r} ends at {event.until}, beyond what the programme remembers "
            f"({book.remember}): write an earlier until"
        )
    draws = taken(event, journal, book)
    if isinstance(draws, Refusal):
        return Received((draws,))
    readings = observe(journal.account, event.at, book, book.asked_on(KINDS[Reservation]))
    journal.post(Reserved(event.at, event.id, event.purse, draws, event.until))
    ask_all(event, readings, journal, book)
    return ACCEPTED


def capture(event: Capture, journal: Journal, book: Rulebook) -> Received:
    """Spend reserved points; what is left of the reservation comes back at once."""
    held = open_reservation(event.reservation, journal)
    if isinstance(held, Refusal):
        return Received((held,))
    wanted = held.points if event.points is None else event.points
    if wanted > held.points:
        over = wanted - held.points
        missing = Missing("reservation", f"{held.points} reserved, {over} too many", Decimal(over))
        return Received(
            (
                Refusal(
                    RefusalCode.RESERVATION_EXCEEDED,
                    event.reservation,
                    desired=wanted,
                    granted=0,
                    missing=(missing,),
                ),
            )
        )
    readings = observe(journal.account, event.at, book, book.asked_on(KINDS[Capture]))
    draws, rest = parted(held.draws, wanted)
    post_capture(event.reservation, draws, event.id, event.at, journal, book)
    if rest:
        _give_back(event.reservation, event.at, journal, book)
    ask_all(event, readings, journal, book)
    return ACCEPTED


def release(event: Release, journal: Journal, book: Rulebook) -> Received:
    """Give reserved points back to their lots."""
    held = open_reservation(event.reservation, journal)
    if isinstance(held, Refusal):
        return Received((held,))
    readings = observe(journal.account, event.at, book, book.asked_on(KINDS[Release]))
    _give_back(event.reservation, event.at, journal, book)
    ask_all(event, readings, journal, book)
    return ACCEPTED


def open_reservation(name: str, journal: Journal) -> ReservedPoints | Refusal:
    """What is reserved under this id, or why nothing is."""
    held = journal.account.reservations.get(name)
    if held is not None:
        return held
    ended = journal.account.ended_reservations.get(name)
    code = RefusalCode.RESERVATION_UNKNOWN if ended is None else _ENDED[ended.how]
    return Refusal(code, name)


def post_capture(
    name: str, draws: tuple[Draw, ...], event: str, at: datetime, journal: Journal, book: Rulebook
) -> None:
    """Post that these points of a reservation are spent."""
    purse = journal.account.reservations[name].purse
    until = shift(at, book.remember, book.zone)
    journal.post(Captured(at, event, name, purse, draws, until))


def end_reservations(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Release every reservation whose time limit is reached."""
    due = [(each.until, name) for name, each in journal.account.reservations.items()]
    for until, name in sorted(due):
        if until <= at:
            _give_back(name, at, journal, book, expired=True)


def release_all(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Release every reservation, in the order of their ids."""
    for name in sorted(journal.account.reservations):
        _give_back(name, at, journal, book)


def _give_back(
    name: str, at: datetime, journal: Journal, book: Rulebook, *, expired: bool = False
) -> None:
    held = journal.account.reservations[name]
    until = shift(at, book.remember, book.zone)
    journal.post(ReservationReleased(at, name, held.purse, held.draws, until, expired))
    come_back((draw.lot.id for draw in held.draws), at, journal, book)
