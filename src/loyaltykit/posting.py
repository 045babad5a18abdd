"""Posting: what happens when a rule is asked, and the record of it.

A rule that holds, within its limit, does its actions in order. What can be taken back is noted in a
`Posting`. A grant that is cut to nothing uses none of the limit.
"""

from datetime import datetime
from decimal import Decimal
from typing import assert_never, final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.copying import altered
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.earning import Earning, Fixed
from loyaltykit.effects import Counted, CouponIssued, Notified, RecordKept, Sent
from loyaltykit.errors import LimitError
from loyaltykit.events import ReferralQualified
from loyaltykit.explain import trace, trace_earning
from loyaltykit.journal import Journal
from loyaltykit.limits import Limit
from loyaltykit.lots import Lot, derived
from loyaltykit.money import Rounding, minor_units, money_text, ratio, rounded, shifted
from loyaltykit.movements import Accrued, DebtRepaid
from loyaltykit.observe import TIER_COUNTER
from loyaltykit.openings import MAX_POINTS
from loyaltykit.periods import shift
from loyaltykit.purses import POINTS, Purse
from loyaltykit.readings import Readings
from loyaltykit.records import Award, Posting, Tally
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.release import UntilConfirmed, available_from
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Accrue, Credit, Issue, Notify, Rule, Send
from loyaltykit.spelling import points_text
from loyaltykit.tiers import PointsEarned
from loyaltykit.traces import ConditionTrace, GrantTrace, Outcome, RuleTrace
from loyaltykit.vocabulary import CREDIT
from loyaltykit.windows import TierEnd, Window, counts_until, term_end


@final
@frozen(order=False)
class Occasion:
    """When and about which event a rule is asked; lots and coupons derive their ids from it.

    `counts` is until when what is earned now counts towards tiers.
    """

    at: datetime
    event: str
    counts: datetime | None = field(kw_only=True)

    @classmethod
    def of(cls, at: datetime, event: str, account: Account, book: Rulebook) -> "Occasion":
        """The occasion of an event, or of a moment that time brought, in an account."""
        end = None if book.tiers is None else until(book.tiers.window, account, at, book)
        return cls(at, event, counts=end)


def times_counter(rule: str) -> str:
    """The counter of how often a rule has fired."""
    return f"times:{rule}"


def points_counter(rule: str) -> str:
    """The counter of how many points a rule has granted."""
    return f"points:{rule}"


def until(window: Window, account: Account, at: datetime, book: Rulebook) -> datetime | None:
    """Until when something that happens now counts in a window."""
    return counts_until(window, at, book.zone, account.enrolled or at)


def ask(
    rule: Rule, readings: Readings, occasion: Occasion, journal: Journal, book: Rulebook
) -> Posting | None:
    """Ask a rule; if it holds, post what it does. None if it did nothing."""
    when = None if rule.when is None else trace(rule.when, readings, book.money)
    if when is not None and not when.held:
        journal.traces.append(RuleTrace(rule.name, occasion.at, outcome=Outcome.NOT_MET, when=when))
        return None
    if rule.limit is not None and _spent(rule, rule.limit, journal.account, occasion.at):
        refusal = Refusal(RefusalCode.LIMIT_REACHED, rule.name, desired=1, granted=0)
        journal.refuse(refusal)
        journal.traces.append(
            RuleTrace(
                rule.name, occasion.at, outcome=Outcome.LIMITED, when=when, refusals=(refusal,)
            )
        )
        return None
    return _Run(rule, readings, occasion, journal, book).post(when)


def _spent(rule: Rule, limit: Limit, account: Account, at: datetime) -> bool:
    return limit.times is not None and account.count(times_counter(rule.name), at) >= limit.times


def _room(rule: Rule, account: Account, at: datetime, book: Rulebook) -> int | None:
    if rule.limit is None or rule.limit.points is None:
        return None
    purse = next((each.purse for each in rule.then if isinstance(each, Accrue)), POINTS)
    most = rule.limit.points * book.scales[purse]
    return max(0, most - account.count(points_counter(rule.name), at))


@final
class _Run:
    """One rule at work: its actions in order."""

    def __init__(
        self, rule: Rule, readings: Readings, occasion: Occasion, journal: Journal, book: Rulebook
    ) -> None:
        self.rule = rule
        self.readings = readings
        self.occasion = occasion
        self.journal = journal
        self.book = book
        self.room = _room(rule, journal.account, occasion.at, book)
        self.posting = Posting(rule.name, when=rule.when, room=self.room)
        self.grants: list[GrantTrace] = []
        self.refusals: list[Refusal] = []

    def post(self, when: ConditionTrace | None) -> Posting | None:
        for index, action in enumerate(self.rule.then):
            match action:
                case Accrue():
                    self._accrue(action, index)
                case Credit():
                    self._credit(action, index)
                case Issue():
                    self._issue(action, index)
                case Notify():
                    self._notify(action)
                case Send():
                    self._send(index)
                case _:
                    assert_never(action)
        posting = self.posting
        fired = bool(posting.awards or posting.coupons or posting.sent or posting.keeps)
        if fired:
            self._count()
        outcome = Outcome.FIRED if fired else Outcome.NOTHING
        if not fired and self.refusals:
            outcome = Outcome.LIMITED
        self.journal.refuse(*self.refusals)
        self.journal.traces.append(
            RuleTrace(
                self.rule.name,
                self.occasion.at,
                outcome=outcome,
                when=when,
                grants=tuple(self.grants),
                refusals=tuple(self.refusals),
            )
        )
        return self.posting if fired else None

    def _accrue(self, action: Accrue, index: int) -> None:
        why = trace_earning(action.earning, self.readings, self.book.money)
        scale = self.book.scales[action.purse]
        desired = rounded(why.worth * scale, action.rounding)
        if desired > MAX_POINTS:
            raise LimitError(
                f"rule {self.rule.name!r} would grant {desired} points at once, "
                f"more than {MAX_POINTS}: cap the earning"
            )
        granted = desired if self.room is None else min(desired, self.room)
        if granted < desired:
            self.refusals.append(
                Refusal(RefusalCode.LIMIT_REACHED, self.rule.name, desired=desired, granted=granted)
            )
        granted = self._fitting(granted, action.purse)
        lot = self._lot(action, action.purse, granted, index) if granted else None
        text = purse_text(granted if lot is not None else 0, self.book.purses[action.purse])
        self.grants.append(
            GrantTrace(text, desired=desired, granted=granted if lot else 0, earning=why)
        )
        if lot is None:
            return
        if self.room is not None:
            self.room -= granted
        self._grant(lot, action, action.earning, desired, limited=self.room is not None)

    def _credit(self, action: Credit, index: int) -> None:
        minor = minor_units(action.amount, self.book.money, f"rule {self.rule.name!r}")
        fitting = self._fitting(minor, CREDIT)
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
        at, tier = self.occasion.at, self.journal.account.tier
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

    def _grant(
        self, lot: Lot, action: Accrue | Credit, earning: Earning, desired: int, *, limited: bool
    ) -> None:
        at = self.occasion.at
        self.journal.post(Accrued(at, lot, desired))
        if lot.available <= at:
            repay(lot, at, self.journal)
        tallies: tuple[Tally, ...] = ()
        if not lot.awaits:
            tallies = count_for_tier(lot, at, self.occasion.counts, self.journal, self.book)
        purse = self.book.purses[lot.purse]
        award = Award(
            lot,
            earning=earning,
            rounding=action.rounding if isinstance(action, Accrue) else Rounding.FLOOR,
            scale=self.book.scales[lot.purse],
            on_return=action.on_return,
            shortfall=purse.shortfall,
            most_debt=_units(purse.most_debt, self.book.scales[lot.purse]),
            limited=limited,
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
            derived(self.occasion.event, self.rule.name, index, self.journal.account.member),
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

    def _count(self) -> None:
        limit = self.rule.limit
        if limit is None:
            return
        at, name = self.occasion.at, self.rule.name
        end = until(limit.window, self.journal.account, at, self.book)
        if limit.times is not None:
            tally = Tally(times_counter(name), 1, until=end)
            self.posting = altered(self.posting, times=tally)
            self.journal.post(Counted(at, tally.counter, 1, end))
        granted = sum(award.granted for award in self.posting.awards if award.limited)
        if limit.points is not None and granted:
            tally = Tally(points_counter(name), granted, until=end)
            self.posting = altered(self.posting, points=tally)
            self.journal.post(Counted(at, tally.counter, granted, end))


def repay(lot: Lot, at: datetime, journal: Journal, but: int = 0) -> None:
    """Let points that became spendable pay off what their purse owes, but for so much."""
    owed = min(journal.account.purse(lot.purse).debt - but, lot.remaining)
    if owed > 0:
        journal.post(DebtRepaid(at, lot.purse, lot.id, owed))


def count_for_tier(
    lot: Lot, at: datetime, until: datetime | None, journal: Journal, book: Rulebook
) -> tuple[Tally, ...]:
    """Count the points of a lot towards the tiers, if they reckon in its purse."""
    if book.tiers is None or book.tiers.metric != PointsEarned(lot.purse):
        return ()
    journal.post(Counted(at, TIER_COUNTER, lot.points, until))
    return (Tally(TIER_COUNTER, lot.points, until=until),)


def count_confirmed(lot: Lot, at: datetime, journal: Journal, book: Rulebook) -> None:
    """Count points towards the tiers that waited to be confirmed, and note it with their order."""
    end = Occasion.of(at, lot.event, journal.account, book).counts
    counted = altered(lot, points=lot.remaining)
    tallies = count_for_tier(counted, at, end, journal, book)
    record = journal.account.records.get(lot.event)
    if record is None or not tallies:
        return
    postings = tuple(
        altered(
            posting,
            awards=tuple(
                altered(award, tallies=tallies) if award.lot.id == lot.id else award
                for award in posting.awards
            ),
        )
        for posting in record.postings
    )
    journal.post(RecordKept(at, altered(record, postings=postings)))


def _units(amount: Decimal | None, scale: int) -> int | None:
    return None if amount is None else rounded(ratio(amount) * scale, Rounding.FLOOR)


def purse_text(units: int, purse: Purse) -> str:
    """An amount of a purse of points, from its smallest units."""
    into = "" if purse.name == POINTS else f" into {purse.name}"
    return f"{points_text(shifted(units, purse.decimals))}{into}"
