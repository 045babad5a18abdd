"""Posting: what happens when a rule is asked, and the record of it.

A rule that holds, within its limits, does its actions in order. What can be taken back is noted in
a `Posting`. What a limit refuses whole, and what is denied, is as if the rule had done nothing.
"""

from typing import assert_never

from loyaltykit.calendar import shift
from loyaltykit.climbs import Grant
from loyaltykit.copying import altered
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.effects import CouponIssued, Denied, Notified, Sent, TierGranted
from loyaltykit.events import ReferralQualified
from loyaltykit.explain import trace
from loyaltykit.granting import accrue, credit
from loyaltykit.journal import Journal
from loyaltykit.limiting import denied
from loyaltykit.lots import NEVER, crossing, derived
from loyaltykit.occasion import Occasion, Work
from loyaltykit.readings import Readings
from loyaltykit.records import GivenTier, Posting
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Accrue, Credit, GrantTier, Issue, Notify, Rule, Send
from loyaltykit.traces import GrantTrace, Outcome, RuleTrace
from loyaltykit.using import use_now
from loyaltykit.windows import term_end


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
    return _posted(Work(rule, readings, occasion, journal, book, when))


def _posted(work: Work) -> Posting | None:
    """Do all actions of a rule that holds, in order, or none of them."""
    spent = work.rooms.refusal()
    if spent is not None:
        return work.refused(spent)
    rooms = work.rooms
    if rooms.unit_room is not None:
        work.posting = altered(
            work.posting, unit_room=rooms.unit_room, units=rooms.units, of=rooms.of
        )
    mark = work.journal.mark()
    for index, action in enumerate(work.rule.then):
        match action:
            case Accrue():
                accrue(work, action, index)
            case Credit():
                credit(work, action, index)
            case Issue():
                _issue(work, action, index)
            case GrantTier():
                _grant_tier(work, action, index)
            case Notify():
                _notify(work, action)
            case Send():
                _send(work, index)
            case _:
                assert_never(action)
    over = work.rooms.over()
    if over is not None:
        work.journal.back_to(mark)
        return work.refused(over)
    if not work.posting.stands:
        return work.told(Outcome.LIMITED if work.refusals else Outcome.NOTHING)
    wanted = work.rooms.uses(work.posting)
    taken = [use for use in wanted if use.most is not None and use.key in work.journal.denied]
    if taken:
        work.journal.back_to(mark)
        for use in taken:
            work.journal.post(Denied(work.occasion.at, use.key))
        answers = [denied(use, work.rooms.allowed, work.rule.name, work.book) for use in taken]
        return work.refused(*answers)
    if wanted:
        counted = tuple(
            use_now(altered(use, amount=0), use.amount, work.occasion.at, work.journal)
            for use in wanted
        )
        work.posting = altered(work.posting, uses=counted)
    return work.told(Outcome.FIRED)


def _issue(work: Work, action: Issue, index: int) -> None:
    name = action.coupon.name if isinstance(action.coupon, Coupon) else action.coupon
    at = work.occasion.at
    end = term_end(work.book.offers.coupons[name].valid, at, work.book.zone)
    if end is not None and end <= at:
        work.refusals.append(Refusal(RefusalCode.EXPIRED_AT_ONCE, name, desired=1, granted=0))
        return
    coupon = IssuedCoupon(
        derived(work.occasion.event, work.rule.name, index),
        name,
        issued=at,
        until=end,
        event=work.occasion.event,
        rule=work.rule.name,
    )
    work.journal.post(CouponIssued(at, coupon))
    work.posting = altered(work.posting, coupons=(*work.posting.coupons, coupon))
    last = "" if end is None else f" until {end.astimezone(work.book.zone):%Y-%m-%d %H:%M}"
    work.grants.append(GrantTrace(f"coupon {name}{last}"))


def _grant_tier(work: Work, action: GrantTier, index: int) -> None:
    at, account, name = work.occasion.at, work.journal.account, work.rule.name
    ladder = work.book.ladders.of_tier(action.tier)
    if ladder is None:
        return
    mine = [
        given.until or NEVER
        for given in account.climb(ladder.name).grants.values()
        if (given.rule, given.tier) == (name, action.tier)
    ]
    start = max([at, *mine])
    end = None if start == NEVER else term_end(action.lasts, start, work.book.zone)
    if start == NEVER or (end is not None and end <= at):
        return
    grant = derived(work.occasion.event, name, index)
    given = Grant(action.tier, since=start, until=end, rule=name, given=at, lasts=action.lasts)
    work.journal.post(TierGranted(at, ladder.name, grant, given))
    tiers = (*work.posting.tiers, GivenTier(grant, ladder.name, given))
    work.posting = altered(work.posting, tiers=tiers)
    last = "" if end is None else f" until {end.astimezone(work.book.zone):%Y-%m-%d %H:%M}"
    work.grants.append(GrantTrace(f"tier {action.tier}{last}"))


def _notify(work: Work, action: Notify) -> None:
    at = work.occasion.at
    good = shift(at, action.good_for, work.book.zone)
    work.journal.post(Notified(at, work.rule.name, action.template, good))
    work.posting = altered(work.posting, keeps=True)
    work.grants.append(GrantTrace(f"message {action.template}"))


def _send(work: Work, index: int) -> None:
    referrer = work.journal.account.referrer
    if referrer is None:
        return
    event = ReferralQualified(
        crossing(work.occasion.event, work.rule.name, index, work.journal.account.member),
        work.occasion.at,
        member=referrer,
        referee=work.journal.account.member,
        order=work.occasion.event,
    )
    work.journal.post(Sent(work.occasion.at, event))
    work.posting = altered(work.posting, sent=(*work.posting.sent, event.id), recipient=referrer)
    work.grants.append(GrantTrace(f"referral credit sent to {referrer}"))
