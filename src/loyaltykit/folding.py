"""Folding: how each effect changes an account. Effects are the ledger; this is what they mean.

    account == reduce(apply, effects, Account.new(member))

It never sees a programme, so that effects fold identically in every later version.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from typing import Any, assert_never, get_args

from loyaltykit.account import (
    Account,
    EndedReservation,
    HeldTier,
    LapsedCoupon,
    Profile,
    Remembered,
    ReservationEnd,
    forget,
)
from loyaltykit.copying import altered
from loyaltykit.counters import Counter
from loyaltykit.effects import (
    Armed,
    Counted,
    CouponExpired,
    CouponIssued,
    CouponPresented,
    CouponRestored,
    CouponUsed,
    CouponWithdrawn,
    Denied,
    Disarmed,
    DormancySet,
    Effect,
    Enrolled,
    Notified,
    Opened,
    ProfileSet,
    Recorded,
    RecordKept,
    Referred,
    Returned,
    RewardGiven,
    Sent,
    TierChanged,
    TierHeld,
    Triggered,
)
from loyaltykit.errors import MisuseError
from loyaltykit.ledger import ReservedPoints, find, parted, taking, with_lot, with_pending
from loyaltykit.lots import NEVER, Draw, Lot
from loyaltykit.movements import (
    Accrued,
    Cancelled,
    Captured,
    DebtRepaid,
    Expired,
    GivenBack,
    Redeemed,
    Reinstated,
    Released,
    ReservationReleased,
    Reserved,
    Reversed,
)
from loyaltykit.vocabulary import shown

_KINDS: Mapping[type[Any], None] = dict.fromkeys(get_args(Effect))


def apply(account: Account, effect: Effect) -> Account:
    """The account after one more effect.

    Raises:
        MisuseError: it is no effect, or no account.
    """
    if not isinstance(account, Account):
        raise MisuseError(f"apply: write Account.new(member), not {shown(account)}")
    if type(effect) not in _KINDS:
        raise MisuseError(f"apply: {shown(effect)} is no effect; a decision holds them: .effects")
    after = _after(account, effect)
    return altered(after, version=account.version + 1, clock=effect.at)


def fold(account: Account, effects: Iterable[Effect]) -> Account:
    """The account after these effects, in order.

    Raises:
        MisuseError: as `apply`.
    """
    if not isinstance(effects, Iterable):
        raise MisuseError(f"fold: write a list of effects, not {shown(effects)}")
    return reduce(apply, effects, account)


def _after(account: Account, effect: Effect) -> Account:
    match effect:
        case Recorded(at=at, event=event, digest=digest, until=until):
            after = forget(account, at)
            return altered(
                after, remembered=after.remembered.plus(event, Remembered(digest, until))
            )
        case Enrolled(since=since):
            return altered(account, enrolled=since)
        case Opened(last_order=last_order):
            return altered(account, earlier_order=last_order)
        case ProfileSet(birthday=birthday, zone=zone, labels=labels):
            return altered(account, profile=Profile(birthday, zone, labels))
        case Accrued(at=at, lot=lot, received=received):
            purse = account.purse(lot.purse)
            total = (
                altered(purse, received=purse.received + lot.points)
                if received
                else altered(purse, issued=purse.issued + lot.points)
            )
            return altered(_holding(account, lot, at), purses=account.purses.plus(lot.purse, total))
        case Released(lot=lot_id):
            place = find(account.pending, lot_id)
            if place is None:
                return account
            pending = account.pending[:place] + account.pending[place + 1 :]
            lot = account.pending[place]
            if lot.available > effect.at or lot.awaits:
                lot = altered(lot, available=min(lot.available, effect.at), awaits=False)
            return altered(account, pending=pending, lots=with_lot(account.lots, lot))
        case Expired(lot=lot):
            return _lapse(account, lot, expired=lot.remaining)
        case Cancelled(lot=lot):
            return _lapse(account, lot, reversed=lot.remaining)
        case Redeemed(purse=name, draws=draws):
            spent = _points(draws)
            purse = account.purse(name)
            return altered(
                _drawn(account, draws),
                purses=account.purses.plus(name, altered(purse, redeemed=purse.redeemed + spent)),
            )
        case Reserved(event=event, purse=name, draws=draws, until=until):
            aside = ReservedPoints(name, draws, until)
            return altered(
                _drawn(account, draws), reservations=account.reservations.plus(event, aside)
            )
        case Captured(reservation=name, draws=draws, until=until):
            return _captured(account, name, draws, until)
        case ReservationReleased(at=at, reservation=name, draws=draws, until=until):
            for draw in draws:
                account = _given_back(account, draw, at)
            how = ReservationEnd.EXPIRED if effect.expired else ReservationEnd.RELEASED
            return altered(
                account,
                reservations=account.reservations.minus(name),
                ended_reservations=(
                    account.ended_reservations
                    if name in account.ended_reservations
                    else account.ended_reservations.plus(name, EndedReservation(how, until))
                ),
            )
        case Reversed(purse=name, draws=draws, debt=debt):
            return _moved(_drawn(account, draws), name, _points(draws) + debt, debt)
        case Reinstated(at=at, purse=name, draws=draws, debt=debt, lapsed=lapsed):
            for draw in draws:
                account = _given_back(account, draw, at)
            for draw in lapsed:
                account = _noting_lapse(account, draw.lot, draw.points)
            returned = _points(draws) + _points(lapsed) + debt
            return _moved(account, name, -returned, -debt, _points(lapsed))
        case GivenBack(at=at, purse=name, draws=draws):
            for draw in draws:
                account = _given_back(account, draw, at)
            purse = account.purse(name)
            less = altered(purse, redeemed=purse.redeemed - _points(draws))
            return altered(account, purses=account.purses.plus(name, less))
        case DebtRepaid(purse=name, lot=lot_id, points=points):
            purse = account.purse(name)
            return altered(
                account,
                lots=taking(account.lots, lot_id, points),
                purses=account.purses.plus(name, altered(purse, debt=purse.debt - points)),
            )
        case DormancySet(purse=name, dormant=dormant):
            dormancies = (
                account.dormant.minus(name)
                if dormant is None
                else account.dormant.plus(name, dormant)
            )
            return altered(account, dormant=dormancies)
        case Counted(at=at, counter=counter, amount=amount, until=until):
            held = account.counters.get(counter, Counter()).plus(amount, until, at)
            if not held.counts:
                return altered(account, counters=account.counters.minus(counter))
            return altered(account, counters=account.counters.plus(counter, held))
        case TierChanged(after=tier):
            return altered(account, tier=tier)
        case TierHeld(tier=tier, until=until):
            return altered(account, held=HeldTier(tier, until))
        case RecordKept(record=record) | Returned(record=record):
            return altered(account, records=account.records.plus(record.id, record))
        case CouponIssued(coupon=coupon) | CouponRestored(coupon=coupon):
            return altered(account, coupons=account.coupons.plus(coupon.id, coupon))
        case CouponUsed(coupon=coupon):
            return altered(account, coupons=account.coupons.minus(coupon.id))
        case CouponWithdrawn(coupon=name):
            return altered(account, coupons=account.coupons.minus(name))
        case CouponExpired(coupon=name, until=until):
            issued = account.coupons.get(name)
            gone = LapsedCoupon(name if issued is None else issued.coupon, until)
            return altered(
                account,
                coupons=account.coupons.minus(name),
                expired_coupons=account.expired_coupons.plus(name, gone),
            )
        case Armed(rule=rule, subject=subject, due=due):
            return altered(account, armed=account.armed.plus((rule, subject), due))
        case Disarmed(rule=rule, subject=subject):
            return altered(account, armed=account.armed.minus((rule, subject)))
        case Triggered(rule=rule, subject=subject, year=year):
            armed = account.armed.minus((rule, subject))
            if year is None:
                return altered(account, armed=armed)
            return altered(account, armed=armed, birthdays=account.birthdays.plus(rule, year))
        case Referred(referrer=referrer, ancestors=ancestors):
            return altered(account, referrer=referrer, ancestors=ancestors)
        case Notified() | Sent() | Denied() | CouponPresented() | RewardGiven():
            return account
        case _:
            assert_never(effect)


def _holding(account: Account, lot: Lot, at: datetime) -> Account:
    if lot.available > at:
        return altered(account, pending=with_pending(account.pending, lot))
    return altered(account, lots=with_lot(account.lots, lot))


def _drawn(account: Account, draws: tuple[Draw, ...]) -> Account:
    lots, pending = account.lots, account.pending
    for draw in draws:
        lots = taking(lots, draw.lot.id, draw.points)
        pending = taking(pending, draw.lot.id, draw.points)
    return altered(account, lots=lots, pending=pending)


def _given_back(account: Account, draw: Draw, at: datetime) -> Account:
    for lots in (account.lots, account.pending):
        place = find(lots, draw.lot.id)
        if place is not None:
            held = lots[place]
            account = _drawn(account, (Draw(held, held.remaining),))
            more = held.more(draw.points)
            if (more.expires or NEVER) < (draw.lot.expires or NEVER):
                more = altered(more, expires=draw.lot.expires)
            return _holding(account, more, at)
    return _holding(account, altered(draw.lot, remaining=draw.points), at)


def _captured(account: Account, name: str, draws: tuple[Draw, ...], until: datetime) -> Account:
    aside = account.reservations.get(name)
    if aside is None:
        return account
    _, left = parted(aside.draws, _points(draws))
    purse = account.purse(aside.purse)
    total = altered(purse, redeemed=purse.redeemed + _points(draws))
    return altered(
        account,
        purses=account.purses.plus(aside.purse, total),
        reservations=(
            account.reservations.plus(name, altered(aside, draws=left))
            if left
            else account.reservations.minus(name)
        ),
        ended_reservations=account.ended_reservations.plus(
            name, EndedReservation(ReservationEnd.CAPTURED, until)
        ),
    )


def _points(draws: tuple[Draw, ...]) -> int:
    return sum(draw.points for draw in draws)


def _moved(account: Account, name: str, taken: int, debt: int, lapsed: int = 0) -> Account:
    purse = account.purse(name)
    purse = altered(
        purse,
        reversed=purse.reversed + taken,
        debt=purse.debt + debt,
        expired=purse.expired + lapsed,
    )
    return altered(account, purses=account.purses.plus(name, purse))


def _lapse(account: Account, lot: Lot, *, expired: int = 0, reversed: int = 0) -> Account:
    purse = account.purse(lot.purse)
    purse = altered(purse, expired=purse.expired + expired, reversed=purse.reversed + reversed)
    after = altered(
        account,
        lots=taking(account.lots, lot.id, lot.remaining),
        pending=taking(account.pending, lot.id, lot.remaining),
        purses=account.purses.plus(lot.purse, purse),
    )
    return _noting_lapse(after, lot, lot.remaining)


def _noting_lapse(account: Account, lot: Lot, points: int) -> Account:
    record = account.records.get(lot.event)
    if record is None:
        return account
    lapsed = record.lapsed.plus(lot.id, record.lapsed.get(lot.id, 0) + points)
    return altered(account, records=account.records.plus(record.id, altered(record, lapsed=lapsed)))
