"""Posting: what happens when a rule is asked, and the record of it.

A rule that holds, within its limits, does its actions in order. What can be taken back is noted in
a `Posting`. What a limit refuses whole, and what is denied, is as if the rule had done nothing.
"""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import assert_never, final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.calendar import shift
from loyaltykit.climbs import Grant
from loyaltykit.copying import altered
from loyaltykit.counting import Ends, count_for_ladders, ends
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.earning import Earning
from loyaltykit.effects import (
    CouponIssued,
    Denied,
    Notified,
    RemainderSet,
    Sent,
    TierGranted,
)
from loyaltykit.errors import LimitError
from loyaltykit.events import ReferralQualified
from loyaltykit.explain import trace, trace_earning
from loyaltykit.journal import Journal
from loyaltykit.limiting import allowances, denied
from loyaltykit.lots import NEVER, Lot, crossing, derived
from loyaltykit.money import (
    Rounding,
    RoundingScope,
    minor_units,
    money_text,
    ratio,
    rounded,
    shifted,
)
from loyaltykit.movements import Accrued, DebtRepaid
from loyaltykit.openings import MAX_POINTS
from loyaltykit.portions import Portions, portions
from loyaltykit.purses import POINTS, Purse
from loyaltykit.rates import Fixed
from loyaltykit.readings import Readings
from loyaltykit.records import Award, Carried, GivenTier, Measure, Posting, Tally
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.release import UntilConfirmed, available_from
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Accrue, Credit, GrantTier, Issue, Notify, Rule, Send
from loyaltykit.spelling import points_text
from loyaltykit.totalling import count_points
from loyaltykit.traces import ConditionTrace, GrantTrace, Outcome, RuleTrace, exact_text
from loyaltykit.using import Rooms, use_now
from loyaltykit.vocabulary import CREDIT
from loyaltykit.windows import TierEnd, term_end


@final
@frozen(order=False)
class Occasion:
    """When and about which event a rule is asked; lots and coupons derive their ids from it.

    `counts` is until when what is earned now counts towards each ladder. `code` is the coupon that
    the order used, by the name of its definition. `totals` is whether points count for milestones.
    """

    at: datetime
    event: str
    counts: Ends = field(kw_only=True)
    code: str | None = field(default=None, kw_only=True)
    totals: bool = field(default=True, kw_only=True)

    @classmethod
    def of(
        cls, at: datetime, event: str, account: Account, book: Rulebook, code: str | None = None
    ) -> "Occasion":
        """The occasion of an event, or of a moment that time brought, in an account."""
        return cls(at, event, counts=ends(account, at, book), code=code)


def ask(
    rule: Rule, readings: Readings, occasion: Occasion, journal: Journal, book: Rulebook
) -> Posting | None:
    """Ask a rule; if it holds, post what it does. None if it did nothing.

    While the account is suspended, nothing is asked; once it is closed, nothing is even told.
    """
    if journal.account.closed is not None:
        return None
    if journal.account.suspended is not None:
        journal.traces.append(RuleTrace(rule.name, occasion.at, outcome=Outcome.NOT_ASKED))
        return None
    when = None if rule.when is None else trace(rule.when, readings, book.money)
    if when is not None and not when.held:
        journal.traces.append(RuleTrace(rule.name, occasion.at, outcome=Outcome.NOT_MET, when=when))
        return None
    return _Run(rule, readings, occasion, journal, book, when).post()


@final
class _Run:
    """One rule at work: its actions in order."""

    def __init__(
        self,
        rule: Rule,
        readings: Readings,
        occasion: Occasion,
        journal: Journal,
        book: Rulebook,
        when: ConditionTrace | None,
    ) -> None:
        self.rule = rule
        self.readings = readings
        self.occasion = occasion
        self.journal = journal
        self.book = book
        self.when = when
        allowed = allowances(rule, journal.account, occasion.at, occasion.code, book)
        self.rooms = Rooms(rule, allowed, readings, book)
        self.posting = Posting(rule.name, when=rule.when)
        self.grants: list[GrantTrace] = []
        self.refusals = self.rooms.refusals

    def post(self) -> Posting | None:
        spent = self.rooms.refusal()
        if spent is not None:
            return self._refused(spent)
        self.posting = altered(
            self.posting,
            unit_room=self.rooms.unit_room,
            units=self.rooms.units,
            of=self.rooms.of,
        )
        mark = self.journal.mark()
        for index, action in enumerate(self.rule.then):
            match action:
                case Accrue():
                    self._accrue(action, index)
                case Credit():
                    self._credit(action, index)
                case Issue():
                    self._issue(action, index)
                case GrantTier():
                    self._grant_tier(action, index)
                case Notify():
                    self._notify(action)
                case Send():
                    self._send(index)
                case _:
                    assert_never(action)
        over = self.rooms.over()
        if over is not None:
            self.journal.back_to(mark)
            return self._refused(over)
        if not self.posting.stands:
            return self._told(Outcome.LIMITED if self.refusals else Outcome.NOTHING)
        wanted = self.rooms.uses(self.posting)
        taken = [use for use in wanted if use.most is not None and use.key in self.journal.denied]
        if taken:
            self.journal.back_to(mark)
            for use in taken:
                self.journal.post(Denied(self.occasion.at, use.key))
            answers = [denied(use, self.rooms.allowed, self.rule.name, self.book) for use in taken]
            return self._refused(*answers)
        counted = tuple(
            use_now(altered(use, amount=0), use.amount, self.occasion.at, self.journal)
            for use in wanted
        )
        self.posting = altered(self.posting, uses=counted)
        return self._told(Outcome.FIRED)

    def _told(self, outcome: Outcome) -> Posting | None:
        self.journal.refuse(*self.refusals)
        self.journal.traces.append(
            RuleTrace(
                self.rule.name,
                self.occasion.at,
                outcome=outcome,
                when=self.when,
                grants=tuple(self.grants),
                refusals=tuple(self.refusals),
            )
        )
        # What granted nothing may have left a fraction, which a return takes back.
        return self.posting if outcome is Outcome.FIRED or self.posting.carried else None

    def _refused(self, *refusals: Refusal) -> Posting | None:
        self.refusals = list(refusals)
        self.posting = altered(self.posting, carried=())
        self.grants = [
            altered(
                each,
                text=f"not granted: {each.text}",
                granted=None if each.desired is None else 0,
            )
            for each in self.grants
        ]
        return self._told(Outcome.LIMITED)

    def _accrue(self, action: Accrue, index: int) -> None:
        why = trace_earning(action.earning, self.readings, self.book.money)
        scale = self.book.scales[action.purse]
        worth = portions(action.earning, self.readings, action.scope)
        before = None
        if action.carry:
            before = self.journal.account.remainders.get((self.rule.name, index), Fraction(0))
            together = max(Fraction(0), before + worth.worth * scale)
            worth, scale = Portions(((together, 1),)), 1
        desired = worth.whole(scale, action.rounding)
        if desired > MAX_POINTS:
            raise LimitError(
                f"rule {self.rule.name!r} would grant {desired} points at once, "
                f"more than {MAX_POINTS}: cap the earning"
            )
        granted = self.rooms.fitting(worth, scale, action.rounding, Measure.POINTS)
        granted = self._fitting(granted, action.purse)
        if before is not None:
            self._carry(action, index, before, desired, why.worth)
        lot = self._lot(action, action.purse, granted, index) if granted else None
        text = purse_text(granted if lot is not None else 0, self.book.purses[action.purse])
        if before:
            text += f", {exact_text(before / self.book.scales[action.purse])} carried over"
        self.grants.append(
            GrantTrace(text, desired=desired, granted=granted if lot else 0, earning=why)
        )
        if lot is None:
            return
        self.rooms.granted(granted)
        limited = self.rooms.limited
        self._grant(lot, action, action.earning, desired, limited=limited, before=before)

    def _carry(
        self, action: Accrue, index: int, before: Fraction, whole: int, worth: Fraction
    ) -> None:
        """Keep what rounding leaves; what a limit cuts is not carried over."""
        scale = self.book.scales[action.purse]
        carried = Carried(
            index,
            earning=action.earning,
            scale=scale,
            before=before,
            worth=worth * scale,
            whole=whole,
        )
        self.posting = altered(self.posting, carried=(*self.posting.carried, carried))
        if carried.left:
            left = before + carried.left
            self.journal.post(RemainderSet(self.occasion.at, self.rule.name, index, left))

    def _credit(self, action: Credit, index: int) -> None:
        minor = minor_units(action.amount, self.book.money, f"rule {self.rule.name!r}")
        worth = Portions(((Fraction(minor), 1),))
        fitting = self.rooms.fitting(worth, 1, Rounding.FLOOR, Measure.MONEY)
        fitting = self._fitting(fitting, CREDIT)
        lot = self._lot(action, CREDIT, fitting, index) if fitting else None
        granted = fitting if lot is not None else 0
        text = f"{money_text(granted, self.book.money)} credit"
        self.grants.append(GrantTrace(text, desired=minor, granted=granted))
        if lot is not None:
            self._grant(lot, action, Fixed(action.amount), minor, limited=False)

    def _fitting(self, points: int, purse: str) -> int:
        """How many of these points the cap of their purse leaves room for."""
        cap = self.book.purses[purse].cap
        if cap is None:
            return points
        held = self.journal.account.purse(purse).held
        room = max(0, rounded(ratio(cap) * self.book.scales[purse], Rounding.FLOOR) - held)
        if points > room:
            self.refusals.append(
                Refusal(RefusalCode.BALANCE_CAP, self.rule.name, desired=points, granted=room)
            )
        return min(points, room)

    def _lot(self, action: Accrue | Credit, purse: str, points: int, index: int) -> Lot | None:
        at, tier = self.occasion.at, self._tier()
        available = available_from(action.pending, at, self.book.zone)
        expires = self.book.expiry(action.expires, purse, tier)
        bound = isinstance(expires, TierEnd)
        end = None if isinstance(expires, TierEnd) else term_end(expires, at, self.book.zone)
        if end is not None and end <= available:
            self.refusals.append(
                Refusal(RefusalCode.EXPIRED_AT_ONCE, self.rule.name, desired=points, granted=0)
            )
            return None
        return Lot(
            derived(self.occasion.event, self.rule.name, index),
            purse,
            points=points,
            remaining=points,
            earned=at,
            available=available,
            expires=end,
            event=self.occasion.event,
            rule=self.rule.name,
            tier=tier if bound else None,
            awaits=isinstance(action.pending, UntilConfirmed),
        )

    def _tier(self) -> str | None:
        """The tier that the member had before the event."""
        ladder = self.book.ladders.main
        if ladder is None:
            return None
        # Before its first event an account was never judged.
        return self.journal.account.tier_on(ladder.name) or ladder.tier(ladder.base)

    def _grant(
        self,
        lot: Lot,
        action: Accrue | Credit,
        earning: Earning,
        desired: int,
        *,
        limited: bool,
        before: Fraction | None = None,
    ) -> None:
        at = self.occasion.at
        self.journal.post(Accrued(at, lot, desired))
        if lot.available <= at:
            repay(lot, at, self.journal)
        tallies: tuple[Tally, ...] = ()
        if not lot.awaits:
            counts = self.occasion.counts
            tallies = count_for_ladders(lot, at, counts, self.journal, self.book, released=False)
            if self.occasion.totals:
                tallies += count_points(lot, at, self.journal, self.book)
        purse = self.book.purses[lot.purse]
        award = Award(
            lot,
            earning=earning,
            rounding=action.rounding if isinstance(action, Accrue) else Rounding.FLOOR,
            scope=action.scope if isinstance(action, Accrue) else RoundingScope.ORDER,
            scale=self.book.scales[lot.purse],
            on_return=action.on_return,
            shortfall=purse.shortfall,
            most_debt=_units(purse.most_debt, self.book.scales[lot.purse]),
            limited=limited,
            before=before,
            kept=lot.points,
            tallies=tallies,
        )
        self.posting = altered(self.posting, awards=(*self.posting.awards, award))

    def _issue(self, action: Issue, index: int) -> None:
        name = action.coupon.name if isinstance(action.coupon, Coupon) else action.coupon
        at = self.occasion.at
        end = term_end(self.book.coupons[name].valid, at, self.book.zone)
        if end is not None and end <= at:
            self.refusals.append(Refusal(RefusalCode.EXPIRED_AT_ONCE, name, desired=1, granted=0))
            return
        coupon = IssuedCoupon(
            derived(self.occasion.event, self.rule.name, index),
            name,
            issued=at,
            until=end,
            event=self.occasion.event,
            rule=self.rule.name,
        )
        self.journal.post(CouponIssued(at, coupon))
        self.posting = altered(self.posting, coupons=(*self.posting.coupons, coupon))
        last = "" if end is None else f" until {end.astimezone(self.book.zone):%Y-%m-%d %H:%M}"
        self.grants.append(GrantTrace(f"coupon {name}{last}"))

    def _grant_tier(self, action: GrantTier, index: int) -> None:
        at, account, name = self.occasion.at, self.journal.account, self.rule.name
        ladder = self.book.ladders.of_tier(action.tier)
        if ladder is None:
            return
        mine = [
            given.until or NEVER
            for given in account.climb(ladder.name).grants.values()
            if (given.rule, given.tier) == (name, action.tier)
        ]
        start = max([at, *mine])
        end = None if start == NEVER else term_end(action.lasts, start, self.book.zone)
        if start == NEVER or (end is not None and end <= at):
            return
        grant = derived(self.occasion.event, name, index)
        given = Grant(action.tier, since=start, until=end, rule=name, given=at, lasts=action.lasts)
        self.journal.post(TierGranted(at, ladder.name, grant, given))
        tiers = (*self.posting.tiers, GivenTier(grant, ladder.name, given))
        self.posting = altered(self.posting, tiers=tiers)
        last = "" if end is None else f" until {end.astimezone(self.book.zone):%Y-%m-%d %H:%M}"
        self.grants.append(GrantTrace(f"tier {action.tier}{last}"))

    def _notify(self, action: Notify) -> None:
        at = self.occasion.at
        good = shift(at, action.good_for, self.book.zone)
        self.journal.post(Notified(at, self.rule.name, action.template, good))
        self.posting = altered(self.posting, keeps=True)
        self.grants.append(GrantTrace(f"message {action.template}"))

    def _send(self, index: int) -> None:
        referrer = self.journal.account.referrer
        if referrer is None:
            return
        event = ReferralQualified(
            crossing(self.occasion.event, self.rule.name, index, self.journal.account.member),
            self.occasion.at,
            member=referrer,
            referee=self.journal.account.member,
            order=self.occasion.event,
        )
        self.journal.post(Sent(self.occasion.at, event))
        self.posting = altered(
            self.posting, sent=(*self.posting.sent, event.id), recipient=referrer
        )
        self.grants.append(GrantTrace(f"referral credit sent to {referrer}"))


def repay(lot: Lot, at: datetime, journal: Journal, but: int = 0) -> None:
    """Let points that became spendable pay off what their purse owes, but for so much."""
    owed = min(journal.account.purse(lot.purse).debt - but, lot.remaining)
    if owed > 0:
        journal.post(DebtRepaid(at, lot.purse, lot.id, owed))


def repay_from(purse: str, at: datetime, journal: Journal) -> None:
    """Let all spendable points of a purse pay off what it owes, in order of consumption."""
    for lot in journal.account.lots:
        if lot.purse == purse:
            repay(lot, at, journal)


def _units(amount: Decimal | None, scale: int) -> int | None:
    return None if amount is None else rounded(ratio(amount) * scale, Rounding.FLOOR)


def purse_text(units: int, purse: Purse) -> str:
    """An amount of a purse of points, from its smallest units."""
    into = "" if purse.name == POINTS else f" into {purse.name}"
    return f"{points_text(shifted(units, purse.decimals))}{into}"
