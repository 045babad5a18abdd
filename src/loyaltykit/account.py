"""Account: everything that is known of one member, and the fold that makes it from effects.

    account == reduce(apply, effects, Account.new(member))

An account never changes; `apply` makes the next one. It never sees a programme. Its size is bounded
by what is open: lots, windows, coupons, armed triggers, and what is remembered of recent events.
"""

from bisect import insort
from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from itertools import takewhile
from typing import assert_never, final

from attrs import field, frozen

from loyaltykit.baskets import Label, text_id
from loyaltykit.copying import altered
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.effects import (
    Accrued,
    Armed,
    Counted,
    CouponExpired,
    CouponIssued,
    CouponPresented,
    CouponRestored,
    CouponUsed,
    CouponWithdrawn,
    DebtRepaid,
    Denied,
    Disarmed,
    Effect,
    Enrolled,
    Expired,
    Notified,
    Opened,
    ProfileSet,
    Recorded,
    RecordKept,
    Redeemed,
    Referred,
    Reinstated,
    Released,
    Returned,
    Reversed,
    Sent,
    TierChanged,
    TierHeld,
    Triggered,
)
from loyaltykit.errors import LoyaltyError
from loyaltykit.events import MAX_ANCESTORS
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.ledger import (
    Balance,
    Lots,
    Purse,
    balance,
    by_rank,
    by_release,
    find,
    taking,
    with_lot,
    with_pending,
)
from loyaltykit.lots import NEVER, Draw, Lot
from loyaltykit.records import Record


@final
@frozen(order=False)
class Remembered:
    """An event that was decided: the digest of its content, and until when it is remembered."""

    digest: str
    until: datetime


@final
@frozen(order=False)
class Count:
    """What a counter holds until an instant; None is for ever."""

    amount: int
    until: datetime | None


@final
@frozen(order=False)
class HeldTier:
    """A tier that the member keeps at least until an instant."""

    tier: str
    until: datetime


@final
@frozen(order=False)
class Profile:
    """What the member or the shop told about the member."""

    birthday: date | None = None
    zone: str | None = None
    labels: FrozenMap[str, Label] = field(factory=FrozenMap)


@final
@frozen(order=False)
class Account:
    """One member's account. `version` counts effects; `clock` is the instant of the last one."""

    member: str = field(converter=text_id)
    version: int = 0
    clock: datetime | None = field(default=None, kw_only=True)
    enrolled: datetime | None = field(default=None, kw_only=True)
    profile: Profile = field(factory=Profile, kw_only=True)
    purses: FrozenMap[str, Purse] = field(factory=FrozenMap, kw_only=True)
    lots: Lots = field(default=(), kw_only=True)
    pending: Lots = field(default=(), kw_only=True)
    counters: FrozenMap[str, tuple[Count, ...]] = field(factory=FrozenMap, kw_only=True)
    tier: str | None = field(default=None, kw_only=True)
    held: HeldTier | None = field(default=None, kw_only=True)
    coupons: FrozenMap[str, IssuedCoupon] = field(factory=FrozenMap, kw_only=True)
    expired_coupons: FrozenMap[str, datetime] = field(factory=FrozenMap, kw_only=True)
    armed: FrozenMap[tuple[str, str], datetime] = field(factory=FrozenMap, kw_only=True)
    birthdays: FrozenMap[str, int] = field(factory=FrozenMap, kw_only=True)
    referrer: str | None = field(default=None, kw_only=True)
    ancestors: tuple[str, ...] = field(default=(), kw_only=True)
    records: FrozenMap[str, Record] = field(factory=FrozenMap, kw_only=True)
    remembered: FrozenMap[str, Remembered] = field(factory=FrozenMap, kw_only=True)
    earlier_order: datetime | None = field(default=None, kw_only=True)
    """The latest order that is no longer among the records."""

    @classmethod
    def new(cls, member: str) -> "Account":
        """An account on which nothing has happened."""
        return cls(member)

    def purse(self, name: str) -> Purse:
        """The totals of one purse."""
        return self.purses.get(name, _EMPTY)

    def balance(self, at: datetime, purse: str = "points") -> Balance:
        """What the member has of one purse at an instant, at or after the clock."""
        return balance(purse, at, self.lots, self.pending, self.purse(purse).debt)

    def count(self, counter: str, at: datetime) -> int:
        """What a counter holds at an instant."""
        counts = self.counters.get(counter, ())
        return sum(each.amount for each in counts if each.until is None or each.until > at)

    @property
    def last_order(self) -> datetime | None:
        """When the latest order was placed that was not returned whole."""
        for name in reversed(self.records):
            record = self.records[name]
            if record.is_order and not record.closed:
                return record.at
        return self.earlier_order

    @property
    def lineage(self) -> tuple[str, ...]:
        """Who brought this member, and who brought them: the `ancestors` of an invitation by it."""
        if self.referrer is None:
            return ()
        return (self.referrer, *self.ancestors)[:MAX_ANCESTORS]

    def without_lapsed(self, at: datetime) -> "Account":
        """The same account without what no longer counts at an instant: counts, memories."""
        counters = FrozenMap(
            (name, kept)
            for name, counts in self.counters.items()
            if (kept := tuple(each for each in counts if each.until is None or each.until > at))
        )
        return _forget(altered(self, counters=counters), at)

    def check(self) -> None:
        """Assert conservation, order and signs of everything that the account holds.

        Raises:
            LoyaltyError: the account was not made by `apply`; the message says what is wrong.
        """
        problems = list(_problems(self))
        if problems:
            raise LoyaltyError(f"account {self.member!r}: " + "; ".join(problems))


_EMPTY = Purse()


def apply(account: Account, effect: Effect) -> Account:
    """The account after one more effect."""
    after = _after(account, effect)
    return altered(after, version=account.version + 1, clock=effect.at)


def fold(account: Account, effects: Iterable[Effect]) -> Account:
    """The account after these effects, in order."""
    return reduce(apply, effects, account)


def _after(account: Account, effect: Effect) -> Account:
    match effect:
        case Recorded(at=at, event=event, digest=digest, until=until):
            after = _forget(account, at)
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
            lots = with_lot(account.lots, account.pending[place])
            return altered(account, pending=pending, lots=lots)
        case Expired(lot=lot):
            return _lapse(account, lot)
        case Redeemed(purse=name, draws=draws):
            spent = _points(draws)
            purse = account.purse(name)
            return altered(
                _drawn(account, draws),
                purses=account.purses.plus(name, altered(purse, redeemed=purse.redeemed + spent)),
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
        case DebtRepaid(purse=name, lot=lot_id, points=points):
            purse = account.purse(name)
            return altered(
                account,
                lots=taking(account.lots, lot_id, points),
                purses=account.purses.plus(name, altered(purse, debt=purse.debt - points)),
            )
        case Counted(at=at, counter=counter, amount=amount, until=until):
            counts = _counted(account.counters.get(counter, ()), amount, until, at)
            if not counts:
                return altered(account, counters=account.counters.minus(counter))
            return altered(account, counters=account.counters.plus(counter, counts))
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
            return altered(
                account,
                coupons=account.coupons.minus(name),
                expired_coupons=account.expired_coupons.plus(name, until),
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
        case Notified() | Sent() | Denied() | CouponPresented():
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
            return _holding(account, held.less(-draw.points), at)
    return _holding(account, altered(draw.lot, remaining=draw.points), at)


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


def _lapse(account: Account, lot: Lot) -> Account:
    purse = account.purse(lot.purse)
    purse = altered(purse, expired=purse.expired + lot.remaining)
    after = altered(
        account,
        lots=taking(account.lots, lot.id, lot.remaining),
        purses=account.purses.plus(lot.purse, purse),
    )
    return _noting_lapse(after, lot, lot.remaining)


def _noting_lapse(account: Account, lot: Lot, points: int) -> Account:
    record = account.records.get(lot.event)
    if record is None:
        return account
    lapsed = record.lapsed.plus(lot.id, record.lapsed.get(lot.id, 0) + points)
    return altered(account, records=account.records.plus(record.id, altered(record, lapsed=lapsed)))


def _counted(
    counts: tuple[Count, ...], amount: int, until: datetime | None, at: datetime
) -> tuple[Count, ...]:
    kept = [each for each in counts if each.until is None or each.until > at]
    for place, each in enumerate(kept):
        if each.until == until:
            kept[place] = Count(each.amount + amount, until)
            break
    else:
        insort(kept, Count(amount, until), key=_by_end)
    return tuple(each for each in kept if each.amount)


def _by_end(count: Count) -> datetime:
    return count.until or NEVER


def _forget(account: Account, at: datetime) -> Account:
    # Both are filled in order of time, so that only the front needs a look.
    events = [*takewhile(lambda name: account.remembered[name].until <= at, account.remembered)]
    records = [*takewhile(lambda name: account.records[name].until <= at, account.records)]
    coupons = [name for name, until in account.expired_coupons.items() if until <= at]
    if not (events or records or coupons):
        return account
    orders = [account.records[name] for name in records]
    bought = [each.at for each in orders if each.is_order and not each.closed]
    if account.earlier_order is not None:
        bought.append(account.earlier_order)
    return altered(
        account,
        remembered=account.remembered.minus(*events),
        records=account.records.minus(*records),
        expired_coupons=account.expired_coupons.minus(*coupons),
        earlier_order=max(bought, default=None),
    )


def _problems(account: Account) -> Iterable[str]:
    for name, purse in account.purses.items():
        held = sum(lot.remaining for lot in account.lots if lot.purse == name)
        waiting = sum(lot.remaining for lot in account.pending if lot.purse == name)
        out = purse.redeemed + purse.expired + purse.reversed + purse.sent
        if purse.issued + purse.received != held + waiting + out - purse.debt:
            yield f"purse {name!r} does not balance: {purse}, held {held}, pending {waiting}"
        if min(purse.issued, purse.received, out, purse.debt) < 0:
            yield f"purse {name!r} has a negative total: {purse}"
    for lot in (*account.lots, *account.pending):
        if not 1 <= lot.remaining <= lot.points:
            yield f"lot {lot.id!r} holds {lot.remaining} of {lot.points}"
    if list(account.lots) != sorted(account.lots, key=by_rank):
        yield "lots are out of order"
    if list(account.pending) != sorted(account.pending, key=by_release):
        yield "pending lots are out of order"
