"""Folding: how each effect changes an account. Effects are the ledger; this is what they mean.

    account == reduce(apply, effects, Account.new(member))

It never sees a programme, so that effects fold identically in every later version.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, assert_never, get_args

from loyaltykit.account import (
    Account,
    EndedReservation,
    LapsedCoupon,
    Profile,
    Remembered,
    ReservationEnd,
    bare,
    forget,
)
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.closures import Closed, Erased, Resumed, Suspended
from loyaltykit.copying import altered
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
    PromotionUsed,
    Recorded,
    RecordKept,
    Referred,
    RemainderSet,
    Returned,
    RewardGiven,
    Sent,
    StandingSet,
    TierChanged,
    TierGranted,
    TierWithdrawn,
    Triggered,
)
from loyaltykit.errors import MisuseError
from loyaltykit.handling import by_hand
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.ledger import ReservedPoints, find, taking, with_lot
from loyaltykit.mergers import Absorbed, MergedInto
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
from loyaltykit.placing import (
    captured,
    drawn,
    given_back,
    holding,
    lapsed_from,
    moved,
    noting_lapse,
    points_in,
)
from loyaltykit.stepping import adopted, climbed, counted, going_by
from loyaltykit.uniting import emptied, united
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
        case Opened(last_order=last_order, first_order=first_order):
            return altered(account, earlier_order=last_order, earliest_order=first_order)
        case ProfileSet(birthday=birthday, zone=zone, labels=labels):
            return altered(account, profile=Profile(birthday, zone, labels))
        case Accrued(at=at, lot=lot, received=received):
            came = {"received": lot.points} if received else {"issued": lot.points}
            return moved(holding(account, lot, at), lot.purse, **came)
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
            return lapsed_from(account, lot, expired=lot.remaining)
        case Cancelled(lot=lot):
            return lapsed_from(account, lot, reversed=lot.remaining)
        case Redeemed(purse=name, draws=draws):
            return moved(drawn(account, draws), name, redeemed=points_in(draws))
        case Reserved(event=event, purse=name, draws=draws, until=until):
            aside = ReservedPoints(name, draws, until)
            return altered(
                drawn(account, draws), reservations=account.reservations.plus(event, aside)
            )
        case Captured(reservation=name, draws=draws, until=until):
            return captured(account, name, draws, until)
        case ReservationReleased(at=at, reservation=name, draws=draws, until=until):
            for draw in draws:
                account = given_back(account, draw, at)
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
            taken = points_in(draws) + debt
            return moved(drawn(account, draws), name, reversed=taken, debt=debt)
        case Reinstated(at=at, purse=name, draws=draws, debt=debt, lapsed=lapsed):
            for draw in draws:
                account = given_back(account, draw, at)
            for draw in lapsed:
                account = noting_lapse(account, draw.lot, draw.points)
            late = points_in(lapsed)
            back = points_in(draws) + late + debt
            return moved(account, name, reversed=-back, debt=-debt, expired=late)
        case GivenBack(at=at, purse=name, draws=draws):
            for draw in draws:
                account = given_back(account, draw, at)
            return moved(account, name, redeemed=-points_in(draws))
        case DebtRepaid(purse=name, lot=lot_id, points=points):
            after = altered(account, lots=taking(account.lots, lot_id, points))
            return moved(after, name, debt=-points)
        case DormancySet(purse=name, dormant=dormant):
            dormancies = (
                account.dormant.minus(name)
                if dormant is None
                else account.dormant.plus(name, dormant)
            )
            return altered(account, dormant=dormancies)
        case (
            Adjusted()
            | GoodwillGranted()
            | Rescheduled()
            | Revived()
            | Transferred()
            | TransferArrived()
            | TransferUndone()
        ):
            return by_hand(account, effect)
        case Counted():
            return counted(account, effect)
        case TierChanged() | StandingSet() | TierGranted() | TierWithdrawn():
            return climbed(account, effect)
        case LadderAdopted():
            return adopted(account, effect)
        case VersionAdopted():
            return going_by(account, effect)
        case RemainderSet(rule=rule, action=action, remainder=left):
            if not left:
                return altered(account, remainders=account.remainders.minus((rule, action)))
            return altered(account, remainders=account.remainders.plus((rule, action), left))
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
        case MergedInto():
            return emptied(account, effect)
        case Absorbed():
            return united(account, effect)
        case Closed():
            return altered(account, closed=effect, suspended=None)
        case Suspended():
            return altered(account, suspended=effect)
        case Resumed():
            return altered(account, suspended=None)
        case Erased():
            return altered(bare(account), erased=effect)
        case Notified() | Sent() | Denied() | CouponPresented() | PromotionUsed() | RewardGiven():
            return account
        case _:
            assert_never(effect)
