"""Statement: effects as a member reads them, line by line, with running balances.

    14 Jan 2026  Earned 122 points (purchase), usable from 28 Jan 2026       0       50
    28 Jan 2026  122 points became usable                                 +122      172

There is one line for each effect that concerns points, credit, coupons or the tier; other effects
give none. Balances come from the fold of the effects itself, so that they are the account's own.
The text is for people: it is not parsed, and its wording may change.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import assert_never, final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.climbs import Grant
from loyaltykit.closures import Closed, Erased, Resumed, Suspended
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
from loyaltykit.folding import apply
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.ledger import find
from loyaltykit.mergers import Absorbed, MergedInto
from loyaltykit.money import Currency, shifted
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
from loyaltykit.program import Program
from loyaltykit.purses import POINTS
from loyaltykit.spelling import cash_text, day_text, major_text
from loyaltykit.telling import by_hand_told, merging_told, moves_told, standing_told
from loyaltykit.tiers import Tiers
from loyaltykit.vocabulary import CREDIT, shown

_TEXT_WIDTH = 58
_SUM_WIDTH = 9


@final
@frozen(order=False)
class StatementLine:
    """One thing that happened, in words, and what it did to one purse.

    `balance` is what can be spent after it, less what is owed; `points` is by how much it changed;
    `pending` is what cannot be spent yet, reserved points apart; all three in the purse's smallest
    unit, which is one of so many `decimals`. In the purse "credit" they are minor units of `money`.
    Lines about coupons and tiers have no purse. `day` is the local date of `at`.
    """

    at: datetime
    text: str
    day: date = field(kw_only=True)
    purse: str | None = field(default=None, kw_only=True)
    points: int = field(default=0, kw_only=True)
    balance: int | None = field(default=None, kw_only=True)
    pending: int | None = field(default=None, kw_only=True)
    decimals: int = field(default=0, kw_only=True)
    money: Currency | None = field(default=None, kw_only=True)

    def __str__(self) -> str:
        text = f"{day_text(self.day):>11}  {self.text}"
        if self.balance is None:
            return text
        sign = "+" if self.points > 0 else ""
        change, left = (
            major_text(each, self.money)
            if self.money is not None
            else f"{shifted(each, self.decimals):f}"
            for each in (self.points, self.balance)
        )
        text = f"{text:<{_TEXT_WIDTH + 13}} {sign + change:>{_SUM_WIDTH}} {left:>{_SUM_WIDTH}}"
        return f"{text} {self.money.code}" if self.money is not None else text


def statement(
    effects: Iterable[Effect],
    program: Program | None = None,
    *,
    opening: Account | None = None,
) -> tuple[StatementLine, ...]:
    """The lines of a statement, in the order of the effects.

    `opening` is the account before the first of these effects; left out, they begin its history.
    With the programme, dates are local to it, credit is in its currency, and a line says whether a
    new tier is higher or lower than the one before; without it, in UTC and in minor units.
    """
    if not isinstance(effects, Iterable):
        raise MisuseError(f"a statement is made of effects, not of {shown(effects)}")
    if program is not None and not isinstance(program, Program):
        raise MisuseError(f"a statement is told by a Program, not by {shown(program)}")
    words = _Words()
    if program is not None:
        decimals = {purse.name: purse.decimals for purse in program.all_purses}
        words = _Words(program.money, program.zone, program.tiers, decimals)
    return tuple(_lines(effects, opening or Account.new("member"), words))


def _lines(effects: Iterable[Effect], account: Account, words: "_Words") -> Iterator[StatementLine]:
    for effect in effects:
        told = [words.line(effect, account), *moves_told(effect, account, words.amount)]
        before, account = account, apply(account, effect)
        day = words.day(effect.at)
        for text, purse in told:
            if text is None:
                continue
            if purse is None:
                yield StatementLine(effect.at, text, day=day)
                continue
            balance = _spendable(account, purse)
            yield StatementLine(
                effect.at,
                text,
                day=day,
                purse=purse,
                points=balance - _spendable(before, purse),
                balance=balance,
                pending=_pending(account, purse),
                decimals=words.decimals.get(purse, 0),
                money=words.money if purse == CREDIT else None,
            )


def _pending(account: Account, purse: str) -> int:
    return sum(lot.remaining for lot in account.pending if lot.purse == purse)


def _spendable(account: Account, purse: str) -> int:
    """What can be spent, less what is owed."""
    return account.purse(purse).net - _pending(account, purse) - account.reserved(purse)


@final
@frozen(order=False)
class _Words:
    """How effects are put into words: in which currency, in which zone, on which ladder."""

    money: Currency | None = None
    zone: ZoneInfo | None = None
    tiers: tuple[Tiers, ...] = ()
    decimals: Mapping[str, int] = field(factory=dict)

    def line(self, effect: Effect, account: Account) -> tuple[str | None, str | None]:
        """The text of an effect, and the purse that it moves; None where there is none."""
        match effect:
            case Accrued(at=at, lot=lot, received=received):
                granted = self.amount(lot.points, lot.purse)
                text = f"Brought along {granted}" if received else f"Earned {granted} ({lot.rule})"
                if lot.available > at:
                    text += f", usable from {day_text(self.day(lot.available))}"
                return text, lot.purse
            case Released(lot=name):
                place = find(account.pending, name)
                if place is None:
                    return None, None
                lot = account.pending[place]
                return f"{self.amount(lot.remaining, lot.purse)} became usable", lot.purse
            case Expired(lot=lot):
                return f"{self.amount(lot.remaining, lot.purse)} expired", lot.purse
            case Cancelled(lot=lot):
                text = f"{self.amount(lot.remaining, lot.purse)} cancelled: nobody confirmed them"
                return text, lot.purse
            case Redeemed(purse=purse, draws=draws):
                return f"Spent {self.amount(sum(draw.points for draw in draws), purse)}", purse
            case Reserved(purse=purse, draws=draws, until=limit):
                aside = self.amount(sum(draw.points for draw in draws), purse)
                return f"Set aside {aside}, until {day_text(self.day(limit))}", purse
            case Captured(purse=purse, draws=draws):
                spent = self.amount(sum(draw.points for draw in draws), purse)
                return f"Spent {spent} that were set aside", purse
            case ReservationReleased(purse=purse, draws=draws):
                back = self.amount(sum(draw.points for draw in draws), purse)
                return f"{back} are set aside no longer", purse
            case Reversed(order=order, purse=purse, draws=draws, debt=debt, forgiven=forgiven):
                taken = self.amount(sum(draw.points for draw in draws) + debt, purse)
                owed = f", {self.number(debt, purse)} of them owed" if debt else ""
                left = f", {self.number(forgiven, purse)} more forgiven" if forgiven else ""
                return f"{_returned(order, account)}: {taken} taken back{owed}{left}", purse
            case Reinstated(order=order, purse=purse, draws=draws, debt=debt, lapsed=lapsed):
                gone = sum(draw.points for draw in lapsed)
                given = self.amount(sum(draw.points for draw in draws) + debt + gone, purse)
                late = f", {self.number(gone, purse)} of them already expired" if gone else ""
                return f"{_returned(order, account)}: {given} given back{late}", purse
            case GivenBack(order=order, purse=purse, draws=draws):
                back = self.amount(sum(draw.points for draw in draws), purse)
                return f"{_returned(order, account)}: {back} given back that had paid for it", purse
            case DebtRepaid(purse=purse, points=points):
                return f"{self.amount(points, purse)} went to what was owed", purse
            case (
                Adjusted()
                | GoodwillGranted()
                | Rescheduled()
                | Revived()
                | Transferred()
                | TransferArrived()
                | TransferUndone()
            ):
                return by_hand_told(effect, account, self.amount, self.last_day)
            case CouponIssued(coupon=coupon):
                last = coupon.until
                until = f", valid until {day_text(self.last_day(last))}" if last else ""
                return f"Coupon {coupon.coupon} issued{until}", None
            case CouponUsed(order=order, coupon=coupon, discount=discount, shipping=shipping):
                off = self._off(sum(discount.values()) + shipping)
                return f"Coupon {coupon.coupon} used on order {order}{off}", None
            case PromotionUsed(order=order, promotion=name, discount=discount, shipping=shipping):
                off = self._off(sum(discount.values()) + shipping)
                return f"Promotion {name} on order {order}{off}", None
            case CouponExpired(coupon=name):
                return f"Coupon {_coupon(name, account)} expired", None
            case CouponWithdrawn(order=order, coupon=name):
                name = _coupon(name, account)
                if order is None:
                    return f"Coupon {name} ended with the account", None
                return f"{_returned(order, account)}: coupon {name} taken back", None
            case MergedInto() | Absorbed():
                return merging_told(effect), None
            case Closed() | Suspended() | Resumed() | Erased():
                return standing_told(effect, self.last_day), None
            case CouponRestored(order=order, coupon=coupon):
                return f"{_returned(order, account)}: coupon {coupon.coupon} given back", None
            case RewardGiven(reward=reward, quantity=quantity):
                pieces = f"{quantity} times " if quantity > 1 else ""
                return f"Reward: {pieces}{reward}", None
            case TierChanged(before=before, after=after):
                return self.climb(before, after), None
            case TierGranted(given=given):
                return self.given(given), None
            case TierWithdrawn(grant=name):
                lost = account.climb(effect.ladder).grants.get(name)
                return f"{'A tier' if lost is None else lost.tier} is no longer given", None
            case (
                Recorded()
                | Enrolled()
                | Opened()
                | ProfileSet()
                | StandingSet()
                | VersionAdopted()
                | LadderAdopted()
                | Counted()
                | DormancySet()
                | RemainderSet()
                | RecordKept()
                | Returned()
                | CouponPresented()
                | Armed()
                | Disarmed()
                | Triggered()
                | Notified()
                | Referred()
                | Sent()
                | Denied()
            ):
                return None, None
            case _:
                assert_never(effect)

    def amount(self, points: int, purse: str) -> str:
        """An amount of a purse."""
        if purse == CREDIT:
            return f"{self.number(points, purse)} credit"
        unit = "point" if points == 10 ** self.decimals.get(purse, 0) else "points"
        return f"{self.number(points, purse)} {unit}" + ("" if purse == POINTS else f" in {purse}")

    def _off(self, off: int) -> str:
        """What an offer took off, where the currency is known."""
        return "" if self.money is None else f": {self.number(off, CREDIT)} off"

    def number(self, points: int, purse: str) -> str:
        """The amount alone."""
        if purse == CREDIT and self.money is not None:
            return cash_text(points, self.money)
        return f"{shifted(points, self.decimals.get(purse, 0)):f}"

    def climb(self, before: str | None, after: str | None) -> str:
        """From one tier to another."""
        if after is None:
            return f"You are no longer {before}"
        if before is None:
            return f"You reached {after}"
        names = [tier.name for ladder in self.tiers for tier in ladder.tiers]
        if before not in names or after not in names:
            return f"You went from {before} to {after}"
        low, high = names.index(before), names.index(after)
        return f"You reached {after}" if low < high else f"You went down from {before} to {after}"

    def given(self, grant: Grant) -> str:
        """A tier that was given, and until when."""
        tier = f"You are {grant.tier}" if grant.exactly else f"You are at least {grant.tier}"
        last = "" if grant.until is None else f" until {day_text(self.last_day(grant.until))}"
        return f"{tier}{last}"

    def day(self, at: datetime) -> date:
        """The local date of an instant."""
        return at.astimezone(UTC if self.zone is None else self.zone).date()

    def last_day(self, until: datetime) -> date:
        """The local date on which something that ends at an instant still holds."""
        return self.day(until - timedelta(microseconds=1))


def _coupon(id: str, account: Account) -> str:
    coupon = account.coupons.get(id)
    return id if coupon is None else coupon.coupon


def _returned(order: str, account: Account) -> str:
    record = account.records.get(order)
    if record is None or record.is_order:
        return f"Order {order} returned"
    if record.reached is not None:
        return f"{record.reached.rule} taken back"
    return "Referral taken back"
