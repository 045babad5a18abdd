"""The tally: what the decisions of a replay add up to, counted from their effects alone.

Accounts say the same in another way; `differences` compares the two, account by account and in
sum, and has to find nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import final

from attrs import Factory, define

from loyaltykit import Account, Decision, LoyaltyError, Purchase, Rule
from loyaltykit.effects import (
    CouponExpired,
    CouponIssued,
    CouponRestored,
    CouponUsed,
    CouponWithdrawn,
    Effect,
    Notified,
    RecordKept,
    Returned,
    Sent,
)
from loyaltykit.movements import Accrued, DebtRepaid, Expired, Redeemed, Reinstated, Reversed
from loyaltykit.traces import Outcome
from loyaltykit.vocabulary import CREDIT
from orderlog.log import Logged


@final
@define
class PurseTally:
    """What moved in one purse, over all members; `reversed` is less what was reinstated."""

    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0
    debt: int = 0

    @property
    def outstanding(self) -> int:
        """What members still have, pending included, less what they owe."""
        return self.issued - self.redeemed - self.expired - self.reversed


@final
@define
class CouponTally:
    """What became of coupons; `discount` is what they took off, in minor units."""

    issued: int = 0
    used: int = 0
    expired: int = 0
    withdrawn: int = 0
    restored: int = 0
    discount: int = 0

    @property
    def held(self) -> int:
        """Coupons that members still have."""
        return self.issued + self.restored - self.used - self.expired - self.withdrawn


@final
@define
class RuleTally:
    """What a rule did: points and credit less what was taken back, discount of its coupons."""

    fired: int = 0
    points: int = 0
    credit: int = 0
    coupons: int = 0
    discount: int = 0
    messages: int = 0

    def cost(self, point_worth: int) -> int:
        """In minor units, a point at `point_worth`."""
        return self.points * point_worth + self.credit + self.discount


@final
@define
class Tally:
    """Everything that a replay adds up to; money in minor units."""

    orders: int = 0
    lines: int = 0
    returns: int = 0
    returned_units: int = 0
    sales: int = 0
    refunds: int = 0
    purses: dict[str, PurseTally] = Factory(dict)
    coupons: CouponTally = Factory(CouponTally)
    rules: dict[str, RuleTally] = Factory(dict)
    refusals: dict[str, int] = Factory(dict)
    sent: int = 0

    @property
    def net_spend(self) -> int:
        """What was paid for what members kept."""
        return self.sales - self.refunds

    def expect(self, rules: Iterable[Rule]) -> None:
        """List these rules even if they never fire."""
        for rule in rules:
            self.rules.setdefault(rule.name, RuleTally())

    def add(self, logged: Logged | None, decision: Decision) -> None:
        """Count one decision."""
        for effect in decision.effects:
            self._count(effect)
        for trace in decision.explanation.rules:
            if trace.outcome is Outcome.FIRED:
                self._rule(trace.rule).fired += 1
        for refusal in decision.refusals:
            code = refusal.code.value
            self.refusals[code] = self.refusals.get(code, 0) + 1
        if logged is not None and decision.accepted and not decision.duplicate:
            self._order(logged, decision)

    def _order(self, logged: Logged, decision: Decision) -> None:
        event = logged.event
        if not isinstance(event, Purchase):
            return
        self.orders += 1
        self.lines += len(event.lines)
        for effect in decision.effects:
            if isinstance(effect, RecordKept) and effect.record.id == event.id:
                self.sales += effect.record.kept_net

    def _rule(self, name: str | None) -> RuleTally:
        return self.rules.setdefault(name or "(no rule)", RuleTally())

    def _purse(self, name: str) -> PurseTally:
        return self.purses.setdefault(name, PurseTally())

    def _grant(self, rule: str | None, purse: str, amount: int) -> None:
        if purse == CREDIT:
            self._rule(rule).credit += amount
        else:
            self._rule(rule).points += amount

    def _count(self, effect: Effect) -> None:
        match effect:
            case Accrued(lot=lot):
                self._purse(lot.purse).issued += lot.points
                self._grant(lot.rule, lot.purse, lot.points)
            case Expired(lot=lot):
                self._purse(lot.purse).expired += lot.remaining
            case Redeemed(purse=purse, draws=draws):
                self._purse(purse).redeemed += sum(draw.points for draw in draws)
            case Reversed(purse=purse, rule=rule, draws=draws, debt=debt):
                points = sum(draw.points for draw in draws) + debt
                self._purse(purse).reversed += points
                self._purse(purse).debt += debt
                self._grant(rule, purse, -points)
            case Reinstated(purse=purse, rule=rule, draws=draws, lapsed=lapsed, debt=debt):
                gone = sum(draw.points for draw in lapsed)
                points = sum(draw.points for draw in draws) + gone + debt
                self._purse(purse).reversed -= points
                self._purse(purse).expired += gone
                self._purse(purse).debt -= debt
                self._grant(rule, purse, points)
            case DebtRepaid(purse=purse, points=points):
                self._purse(purse).debt -= points
            case Returned(record=record, units=units, refund=refund) if record.is_order:
                self.returns += 1
                self.returned_units += sum(units.values())
                self.refunds += refund
            case CouponIssued(coupon=coupon):
                self.coupons.issued += 1
                self._rule(coupon.rule).coupons += 1
            case CouponUsed(coupon=coupon, discount=discount):
                off = sum(discount.values())
                self.coupons.used += 1
                self.coupons.discount += off
                self._rule(coupon.rule).discount += off
            case CouponExpired():
                self.coupons.expired += 1
            case CouponWithdrawn():
                self.coupons.withdrawn += 1
            case CouponRestored():
                self.coupons.restored += 1
            case Notified(rule=rule):
                self._rule(rule).messages += 1
            case Sent():
                self.sent += 1
            case _:
                pass

    def differences(self, accounts: Iterable[Account], at: datetime) -> Iterator[str]:
        """Where accounts are unsound, or add up at `at` to something else than the effects did."""
        sums: dict[str, PurseTally] = {}
        left: dict[str, int] = {}
        coupons = 0
        for account in accounts:
            try:
                account.check()
            except LoyaltyError as error:
                yield str(error)
            coupons += len(account.coupons)
            for name, purse in account.purses.items():
                total = sums.setdefault(name, PurseTally())
                total.issued += purse.issued + purse.received
                total.redeemed += purse.redeemed
                total.expired += purse.expired
                total.reversed += purse.reversed
                total.debt += purse.debt
                now = account.balance(at, name)
                left[name] = left.get(name, 0) + now.available + now.pending - now.debt
        for name in sorted({*sums, *self.purses}):
            told, counted = sums.get(name), self.purses.get(name)
            if told != counted:
                yield f"purse {name!r}: accounts say {told}, effects {counted}"
            elif counted is not None and counted.outstanding != left[name]:
                yield f"purse {name!r}: balances are {left[name]}, effects leave {counted}"
        if coupons != self.coupons.held:
            yield f"coupons: accounts hold {coupons}, effects leave {self.coupons.held}"
