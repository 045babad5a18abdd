"""Account: everything that is known of one member.

An account never changes: folding makes the next one from an effect. It never sees a programme. Its
size is bounded by what is open: lots, windows, coupons, armed triggers, and what is remembered of
recent events.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from itertools import takewhile
from typing import final

from attrs import field, frozen

from loyaltykit.baskets import Label, text_id
from loyaltykit.calendar import instant
from loyaltykit.climbs import Climb, Standing, Trail, forgotten
from loyaltykit.closures import Closed, Erased, Suspended
from loyaltykit.copying import altered
from loyaltykit.counters import Counter
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.errors import LoyaltyError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.handmade import Transferred
from loyaltykit.ledger import (
    Balance,
    Lots,
    ReservedPoints,
    Totals,
    balance,
    by_rank,
    by_release,
    spendable,
)
from loyaltykit.particulars import MAX_ANCESTORS
from loyaltykit.purses import Dormant
from loyaltykit.records import Record


@final
@frozen(order=False)
class Remembered:
    """An event that was decided: the digest of its content, and until when it is remembered."""

    digest: str
    until: datetime


@final
@frozen(order=False)
class LapsedCoupon:
    """A coupon whose time has passed: its definition, and until when it is remembered."""

    coupon: str
    until: datetime


class ReservationEnd(Enum):
    """How a reservation ended."""

    CAPTURED = "captured"
    """It was captured, in whole or in part."""
    RELEASED = "released"
    """It was released when asked for."""
    EXPIRED = "expired"
    """It was released at its time limit."""


@final
@frozen(order=False)
class EndedReservation:
    """A reservation that is open no longer: how it ended, and until when it is remembered."""

    how: ReservationEnd
    until: datetime


@final
@frozen(order=False)
class Profile:
    """What the member or the shop told about the member."""

    birthday: date | None = None
    zone: str | None = None
    labels: FrozenMap[str, Label] = field(factory=FrozenMap)


# Without slots: every effect makes another account, and a dict is copied at once.
@final
@frozen(order=False, slots=False)
class Account:
    """One member's account. `version` counts effects; `clock` is the instant of the last one."""

    member: str = field(converter=text_id)
    version: int = 0
    clock: datetime | None = field(default=None, kw_only=True)
    edition: str | None = field(default=None, kw_only=True)
    """The version of the programme that it goes by; None where the programme has none."""
    enrolled: datetime | None = field(default=None, kw_only=True)
    profile: Profile = field(factory=Profile, kw_only=True)
    purses: FrozenMap[str, Totals] = field(factory=FrozenMap, kw_only=True)
    lots: Lots = field(default=(), kw_only=True)
    pending: Lots = field(default=(), kw_only=True)
    reservations: FrozenMap[str, ReservedPoints] = field(factory=FrozenMap, kw_only=True)
    ended_reservations: FrozenMap[str, EndedReservation] = field(factory=FrozenMap, kw_only=True)
    dormant: FrozenMap[str, Dormant] = field(factory=FrozenMap, kw_only=True)
    counters: FrozenMap[str, Counter] = field(factory=FrozenMap, kw_only=True)
    ladders: FrozenMap[str, Climb] = field(factory=FrozenMap, kw_only=True)
    trails: FrozenMap[str, Trail] = field(factory=FrozenMap, kw_only=True)
    remainders: FrozenMap[tuple[str, int], Fraction] = field(factory=FrozenMap, kw_only=True)
    """What rounding left for the next grant, by rule and place of its action."""
    coupons: FrozenMap[str, IssuedCoupon] = field(factory=FrozenMap, kw_only=True)
    expired_coupons: FrozenMap[str, LapsedCoupon] = field(factory=FrozenMap, kw_only=True)
    armed: FrozenMap[tuple[str, str], datetime] = field(factory=FrozenMap, kw_only=True)
    birthdays: FrozenMap[str, int] = field(factory=FrozenMap, kw_only=True)
    referrer: str | None = field(default=None, kw_only=True)
    ancestors: tuple[str, ...] = field(default=(), kw_only=True)
    records: FrozenMap[str, Record] = field(factory=FrozenMap, kw_only=True)
    remembered: FrozenMap[str, Remembered] = field(factory=FrozenMap, kw_only=True)
    transfers: FrozenMap[str, Transferred] = field(factory=FrozenMap, kw_only=True)
    suspended: Suspended | None = field(default=None, kw_only=True)
    closed: Closed | None = field(default=None, kw_only=True)
    erased: Erased | None = field(default=None, kw_only=True)
    earlier_order: datetime | None = field(default=None, kw_only=True)
    """The latest order that is no longer among the records."""
    earliest_order: datetime | None = field(default=None, kw_only=True)
    """The first order that is no longer among the records; `NOT_TOLD` if that is not known."""

    @classmethod
    def new(cls, member: str) -> "Account":
        """An account on which nothing has happened."""
        return cls(member)

    def purse(self, name: str) -> Totals:
        """The totals of one purse."""
        return self.purses.get(name, _EMPTY)

    def balance(self, at: datetime, purse: str = "points") -> Balance:
        """What the member has of one purse at an instant, at or after the clock.

        By the dates of the lots. What lapses with a tier or for want of activity is the programme's
        to know: ask the engine.
        """
        held = self.purse(text_id(purse))
        at = instant(at, "at")
        return balance(purse, at, self.lots, self.pending, held.debt, self.reservations)

    def spendable(self, at: datetime, purse: str = "points") -> Lots:
        """The lots behind `balance(at, purse).available`, in order of consumption.

        Reserved points that come back by then stand as lots of their own, with their lot's id.
        """
        held = self.purse(text_id(purse))
        at = instant(at, "at")
        return spendable(purse, at, self.lots, self.pending, held.debt, self.reservations)[0]

    def reserved(self, name: str) -> int:
        """How many points of one purse are set aside."""
        return sum(each.points for each in self.reservations.values() if each.purse == name)

    @property
    def tier(self) -> str | None:
        """The member's tier, on the ladder that is called "tier"."""
        return self.tier_on("tier")

    def tier_on(self, ladder: str) -> str | None:
        """The member's tier on a ladder; None for none."""
        return self.climb(ladder).tier

    def standing_on(self, ladder: str) -> Standing:
        """What the member's counts say about a ladder that remembers how it was climbed."""
        return self.climb(ladder).standing

    def climb(self, ladder: str) -> Climb:
        """All that is known of a ladder."""
        return self.ladders.get(ladder, _AT_THE_FOOT)

    def count(self, counter: str, at: datetime) -> int:
        """What a counter holds at an instant."""
        held = self.counters.get(counter)
        return 0 if held is None else held.value(at)

    @property
    def last_order(self) -> datetime | None:
        """When the latest order was placed that was not returned whole."""
        for name in reversed(self.records):
            record = self.records[name]
            if record.is_order and not record.closed:
                return record.at
        return self.earlier_order

    @property
    def first_order(self) -> datetime | None:
        """When the first order was placed that was not returned whole, if that is known."""
        if self.earliest_order == NOT_TOLD:
            return None
        for record in self.records.values():
            if record.is_order and not record.closed:
                return min(record.at, self.earliest_order or record.at)
        return self.earliest_order

    @property
    def lineage(self) -> tuple[str, ...]:
        """Who brought this member, and who brought them: the `ancestors` of an invitation by it."""
        if self.referrer is None:
            return ()
        return (self.referrer, *self.ancestors)[:MAX_ANCESTORS]

    def without_lapsed(self, at: datetime) -> "Account":
        """The same account without what no longer counts at an instant: counts, memories."""
        at = instant(at, "at")
        counters = FrozenMap(
            (name, kept)
            for name, counter in self.counters.items()
            if (kept := counter.since(at)).counts
        )
        return forget(altered(self, counters=counters), at)

    def check(self) -> None:
        """Assert conservation, order and signs of everything that the account holds.

        Raises:
            LoyaltyError: the account was not made by `apply`; the message says what is wrong.
        """
        problems = list(_problems(self))
        if problems:
            raise LoyaltyError(f"account {self.member!r}: " + "; ".join(problems))


NOT_TOLD = datetime(1, 1, 1, tzinfo=UTC)
"""When the first order was that a former system counted and did not tell: before all others."""
_EMPTY = Totals()
_AT_THE_FOOT = Climb()


def forget(account: Account, at: datetime) -> Account:
    """The account without what is remembered no longer: events, orders, coupons, what has left."""
    # Both are filled in order of time, so that only the front needs a look.
    events = [*takewhile(lambda name: account.remembered[name].until <= at, account.remembered)]
    records = [*takewhile(lambda name: account.records[name].until <= at, account.records)]
    coupons = [name for name, gone in account.expired_coupons.items() if gone.until <= at]
    transfers = [name for name, sent in account.transfers.items() if sent.until <= at]
    ended = [name for name, each in account.ended_reservations.items() if each.until <= at]
    ladders, trails = forgotten(account.ladders, account.trails, at)
    climbed = ladders is not account.ladders or trails is not account.trails
    if not (events or records or coupons or transfers or ended or climbed):
        return account
    orders = [account.records[name] for name in records]
    bought = [each.at for each in orders if each.is_order and not each.closed]
    if account.earlier_order is not None:
        bought.append(account.earlier_order)
    first = bought if account.earliest_order is None else [*bought, account.earliest_order]
    return altered(
        account,
        remembered=account.remembered.minus(*events),
        records=account.records.minus(*records),
        expired_coupons=account.expired_coupons.minus(*coupons),
        transfers=account.transfers.minus(*transfers),
        ended_reservations=account.ended_reservations.minus(*ended),
        ladders=ladders,
        trails=trails,
        earlier_order=max(bought, default=None),
        earliest_order=min(first, default=None),
    )


def bare(account: Account) -> Account:
    """The account without what is known of the member: what its purses moved, and remembered ids.

    Points move by no such step: an account that still holds some keeps them.
    """
    closed = account.closed
    return Account(
        account.member,
        account.version,
        clock=account.clock,
        edition=account.edition,
        purses=account.purses,
        lots=account.lots,
        pending=account.pending,
        reservations=account.reservations,
        remembered=account.remembered,
        closed=None if closed is None else altered(closed, reason="", into=None),
        erased=account.erased,
    )


def _problems(account: Account) -> Iterable[str]:
    lots = (*account.lots, *account.pending)
    named = [*account.purses, *(lot.purse for lot in lots)]
    named += [each.purse for each in account.reservations.values()]
    for name in dict.fromkeys(named):
        purse = account.purse(name)
        held = sum(lot.remaining for lot in account.lots if lot.purse == name)
        waiting = sum(lot.remaining for lot in account.pending if lot.purse == name)
        out = purse.redeemed + purse.expired + purse.reversed + purse.sent
        reserved = account.reserved(name)
        if purse.net != held + waiting + reserved - purse.debt:
            yield (
                f"purse {name!r} does not balance: {purse}, held {held}, pending {waiting}, "
                f"reserved {reserved}"
            )
        if min(purse.issued, purse.received, out, purse.debt) < 0:
            yield f"purse {name!r} has a negative total: {purse}"
    open_still = (lots, account.reservations, account.coupons, account.armed, account.dormant)
    if account.closed is not None and any(open_still):
        yield "closed, but something is open still"
    if account.erased is not None and (account.closed is None or account != bare(account)):
        yield "erased, but open or not forgotten"
    for lot in (*account.lots, *account.pending):
        if not 1 <= lot.remaining <= lot.points:
            yield f"lot {lot.id!r} holds {lot.remaining} of {lot.points}"
    for reservation, each in account.reservations.items():
        if not each.draws or any(
            draw.points < 1 or draw.lot.purse != each.purse for draw in each.draws
        ):
            yield f"reservation {reservation!r} holds {each.points} points of purse {each.purse!r}"
    if list(account.lots) != sorted(account.lots, key=by_rank):
        yield "lots are out of order"
    if list(account.pending) != sorted(account.pending, key=by_release):
        yield "pending lots are out of order"
