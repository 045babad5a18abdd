"""Receiving: what each kind of event does to an account, once time has been brought up to it.

An event is accepted whole or refused whole: a refusal comes before anything is posted. What the
event itself changes is posted first or last as the order of effects demands; in between, the rules
that listen to it are asked in programme order, all by the same readings.
"""

from decimal import Decimal
from typing import assert_never, final

from attrs import evolve, field, frozen

from loyaltykit.account import Account
from loyaltykit.decision import CodeAnswer
from loyaltykit.effects import (
    Accrued,
    Counted,
    CouponIssued,
    CouponPresented,
    CouponUsed,
    Denied,
    Enrolled,
    Opened,
    ProfileSet,
    RecordKept,
    Redeemed,
    Referred,
    TierHeld,
)
from loyaltykit.errors import EventError
from loyaltykit.events import (
    KINDS,
    Activity,
    CouponPresentation,
    Enrolment,
    Event,
    OpeningBalance,
    ProfileChange,
    Purchase,
    Redemption,
    Referral,
    ReferralQualified,
    ReferralReversed,
    Return,
)
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.journal import Journal
from loyaltykit.ledger import consume
from loyaltykit.lots import Lot, derived
from loyaltykit.money import minor_units, money_text
from loyaltykit.observe import (
    ORDERS_COUNTER,
    SPEND_COUNTER,
    TIER_COUNTER,
    Scene,
    observe,
)
from loyaltykit.periods import shift
from loyaltykit.posting import Occasion, ask, points_counter, times_counter, until
from loyaltykit.pricing import Pricing, at_list_price, check_code, price, uses_counter
from loyaltykit.readings import Readings
from loyaltykit.records import Posting, Record, RecordedLine, Tally
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.returning import take_back, units_back
from loyaltykit.rulebook import Rulebook
from loyaltykit.tiers import MoneySpent, OrdersPlaced


@final
@frozen(order=False)
class Received:
    """What came of an event: refusals if it was refused; answers for codes that came with it."""

    refused: tuple[Refusal, ...] = ()
    answers: tuple[CodeAnswer, ...] = field(default=(), kw_only=True)
    pricing: Pricing | None = field(default=None, kw_only=True)


ACCEPTED = Received()


def receive(event: Event, journal: Journal, book: Rulebook) -> Received:
    """Post what the event does, or refuse it whole.

    Raises:
        EventError, UnknownFactError: the event does not fit the programme.
    """
    match event:
        case Purchase():
            return _purchase(event, journal, book)
        case Return():
            return _return(event, journal, book)
        case Enrolment():
            return _enrolment(event, journal, book)
        case ProfileChange():
            _profile_change(event, journal)
            return _rules(event, journal, book)
        case Redemption():
            return _redemption(event, journal, book)
        case CouponPresentation():
            return _presentation(event, journal, book)
        case Activity():
            scene = Scene(labels=event.labels, answers=event.answers, activity=event)
            return _rules(event, journal, book, scene)
        case Referral():
            return _referral(event, journal, book)
        case ReferralQualified():
            return _qualified(event, journal, book)
        case ReferralReversed():
            return _reversed(event, journal, book)
        case OpeningBalance():
            return _opening(event, journal, book)
        case _:
            assert_never(event)


def _ask_all(
    event: Event, readings: Readings, journal: Journal, book: Rulebook
) -> tuple[Posting, ...]:
    occasion = Occasion(event.at, event.id)
    rules = book.on(KINDS[type(event)])
    postings = (ask(rule, readings, occasion, journal, book) for rule in rules)
    return tuple(posting for posting in postings if posting is not None)


def _rules(event: Event, journal: Journal, book: Rulebook, scene: Scene | None = None) -> Received:
    asked = book.asked_on(KINDS[type(event)])
    _ask_all(event, observe(journal.account, event.at, book, asked, scene), journal, book)
    return ACCEPTED


def _purchase(event: Purchase, journal: Journal, book: Rulebook) -> Received:
    at, account = event.at, journal.account
    listed = at_list_price(event.lines, book, event.id)
    scene = Scene(listed, event.labels, event.answers)
    priced = price(account, at, book, scene, event.coupons, event.id, journal.denied)
    refused = tuple(answer.refusal for answer in priced.answers if answer.refusal is not None)
    if event.paid is not None:
        paid = minor_units(event.paid, book.money, f"paid of {event.id!r}")
        if paid != priced.payable:
            changed = Refusal(
                RefusalCode.PRICE_CHANGED, event.id, desired=paid, granted=priced.payable
            )
            return Received((changed, *refused), answers=priced.answers, pricing=priced)
    readings = observe(account, at, book, book.recorded, evolve(scene, priced=priced.priced))
    for claim in priced.denied:
        journal.post(Denied(at, claim))
    uses = _use_coupon(event, priced, journal, book)
    postings = _ask_all(event, readings, journal, book)
    orders, spend = _count_order(event, priced.payable, journal, book)
    record = evolve(
        _record(event, readings, postings, book),
        lines=_recorded(priced, readings),
        answers=event.answers,
        orders=orders,
        spend=spend,
        coupon=priced.coupon,
        coupon_uses=uses,
    )
    journal.post(RecordKept(at, record))
    journal.refuse(*refused)
    journal.notes.extend(_answer_text(answer, book) for answer in priced.answers)
    return Received(answers=priced.answers, pricing=priced)


def _answer_text(answer: CodeAnswer, book: Rulebook) -> str:
    if answer.refusal is not None:
        return f"code {answer.code}: {answer.refusal}"
    return f"code {answer.code}: {money_text(answer.discount, book.money)} off"


def _use_coupon(event: Purchase, priced: Pricing, journal: Journal, book: Rulebook) -> Tally | None:
    coupon = priced.coupon
    if coupon is None:
        return None
    if priced.taken:
        journal.post(CouponIssued(event.at, coupon))
    journal.post(CouponUsed(event.at, event.id, coupon, FrozenMap(priced.shares)))
    journal.claims.extend(priced.claims)
    limit = book.coupons[coupon.coupon].limit
    if limit is None:
        return None
    end = until(limit.window, journal.account, event.at, book)
    counter = uses_counter(coupon.coupon)
    journal.post(Counted(event.at, counter, 1, end))
    return Tally(counter, 1, until=end)


def _count_order(
    event: Purchase, payable: int, journal: Journal, book: Rulebook
) -> tuple[tuple[Tally, ...], tuple[Tally, ...]]:
    orders = [Tally(ORDERS_COUNTER, 1, until=None)]
    spend = [Tally(SPEND_COUNTER, payable, until=None)]
    if book.tiers is not None:
        end = until(book.tiers.window, journal.account, event.at, book)
        match book.tiers.metric:
            case MoneySpent():
                spend.append(Tally(TIER_COUNTER, payable, until=end))
            case OrdersPlaced():
                orders.append(Tally(TIER_COUNTER, 1, until=end))
            case _:
                pass
    for tally in (*orders, *spend):
        if tally.amount:
            journal.post(Counted(event.at, tally.counter, tally.amount, tally.until))
    return tuple(orders), tuple(spend)


def _record(
    event: Event, readings: Readings, postings: tuple[Posting, ...], book: Rulebook
) -> Record:
    return Record(
        event.id,
        event.at,
        until=shift(event.at, book.remember, book.zone),
        zone=readings.zone.key,
        member_zone=readings.member_zone.key,
        ladder=readings.ladder,
        facts=FrozenMap(readings.values),
        postings=postings,
    )


def _recorded(priced: Pricing, readings: Readings) -> tuple[RecordedLine, ...]:
    return tuple(
        RecordedLine(
            each.line.id,
            units=each.line.quantity,
            net=each.net,
            subtotal=each.subtotal,
            facts=FrozenMap(read.values),
        )
        for each, read in zip(priced.priced, readings.lines, strict=True)
    )


def _return(event: Return, journal: Journal, book: Rulebook) -> Received:
    record = journal.account.records.get(event.order)
    units = units_back(record, event.order, event.lines)
    if isinstance(units, Refusal):
        return Received((units,))
    if record is not None:
        take_back(record, units, event.id, event.at, journal, book)
    return _rules(event, journal, book)


def _enrolment(event: Enrolment, journal: Journal, book: Rulebook) -> Received:
    if journal.account.enrolled is not None:
        return Received((Refusal(RefusalCode.ALREADY_ENROLLED, event.member),))
    journal.post(Enrolled(event.at, event.at))
    if event.birthday is not None or event.zone is not None or event.labels:
        journal.post(ProfileSet(event.at, event.birthday, event.zone, event.labels))
    return _rules(event, journal, book)


def _profile_change(event: ProfileChange, journal: Journal) -> None:
    profile = journal.account.profile
    birthday = event.birthday or profile.birthday
    zone = event.zone or profile.zone
    labels = {**profile.labels, **event.labels}
    for name in event.forget:
        labels.pop(name, None)
    after = ProfileSet(
        event.at,
        None if "birthday" in event.forget else birthday,
        None if "zone" in event.forget else zone,
        FrozenMap((name, labels[name]) for name in sorted(labels)),
    )
    journal.post(after)


def _redemption(event: Redemption, journal: Journal, book: Rulebook) -> Received:
    draws, short = consume(journal.account.lots, event.purse, event.points)
    if short:
        missing = Missing(f"member.balance:{event.purse}", f"{short} more points", Decimal(short))
        refusal = Refusal(
            RefusalCode.POINTS_INSUFFICIENT,
            event.purse,
            desired=event.points,
            granted=0,
            missing=(missing,),
        )
        return Received((refusal,))
    readings = observe(journal.account, event.at, book, book.asked_on(KINDS[Redemption]))
    journal.post(Redeemed(event.at, event.id, event.purse, draws))
    _ask_all(event, readings, journal, book)
    return ACCEPTED


def _presentation(event: CouponPresentation, journal: Journal, book: Rulebook) -> Received:
    listed = at_list_price(event.lines, book, event.id)
    scene = Scene(listed, event.labels, event.answers)
    found = check_code(journal.account, event.at, book, scene, event.code, event.id)
    if isinstance(found, Refusal):
        return Received((found,), answers=(CodeAnswer(event.code, refusal=found),))
    coupon, taken, discount = found
    readings = observe(journal.account, event.at, book, book.asked_on(KINDS[CouponPresentation]))
    if taken:
        journal.post(CouponIssued(event.at, coupon))
    journal.post(CouponPresented(event.at, coupon.id, discount))
    _ask_all(event, readings, journal, book)
    return Received(answers=(CodeAnswer(event.code, discount=discount or 0),))


def _referral(event: Referral, journal: Journal, book: Rulebook) -> Received:
    code = _referral_refusal(event, journal.account)
    if code is not None:
        return Received((Refusal(code, event.referrer),))
    readings = observe(journal.account, event.at, book, book.asked_on(KINDS[Referral]))
    journal.post(Referred(event.at, event.referrer, event.ancestors))
    _ask_all(event, readings, journal, book)
    return ACCEPTED


def _referral_refusal(event: Referral, account: Account) -> RefusalCode | None:
    if event.referrer == event.member:
        return RefusalCode.REFERRAL_SELF
    if event.member in event.ancestors:
        return RefusalCode.REFERRAL_CYCLE
    if account.referrer is not None:
        return RefusalCode.REFERRAL_REPEATED
    if account.last_order is not None or account.count(ORDERS_COUNTER, event.at):
        return RefusalCode.REFERRAL_AFTER_PURCHASE
    return None


def _qualified(event: ReferralQualified, journal: Journal, book: Rulebook) -> Received:
    asked = book.asked_on(KINDS[ReferralQualified])
    readings = observe(journal.account, event.at, book, asked)
    postings = _ask_all(event, readings, journal, book)
    journal.post(RecordKept(event.at, _record(event, readings, postings, book)))
    return ACCEPTED


def _reversed(event: ReferralReversed, journal: Journal, book: Rulebook) -> Received:
    record = journal.account.records.get(event.qualified)
    if record is None or record.is_order:
        return Received((Refusal(RefusalCode.ORDER_UNKNOWN, event.qualified),))
    if record.closed:
        return Received((Refusal(RefusalCode.ORDER_RETURNED, event.qualified),))
    take_back(record, FrozenMap(), event.id, event.at, journal, book)
    return _rules(event, journal, book)


def _opening(event: OpeningBalance, journal: Journal, book: Rulebook) -> Received:
    if journal.account.version:
        return Received((Refusal(RefusalCode.ACCOUNT_NOT_NEW, event.member),))
    at = event.at
    lots = [_opening_lot(event, place) for place in range(len(event.lots))]
    counted = [*_opening_metric(event, journal, book), *_opening_uses(event, journal, book)]
    spent = minor_units(event.spent, book.money, f"spent of {event.id!r}")
    counted += [Tally(ORDERS_COUNTER, event.orders, until=None)]
    counted += [Tally(SPEND_COUNTER, spent, until=None)]
    held = _opening_tier(event, book)
    if event.enrolled is not None:
        journal.post(Enrolled(at, event.enrolled))
    journal.post(Opened(at, event.last_order))
    for lot in lots:
        journal.post(Accrued(at, lot, lot.points, received=True))
    for tally in counted:
        if tally.amount and (tally.until is None or tally.until > at):
            journal.post(Counted(at, tally.counter, tally.amount, tally.until))
    if held is not None:
        journal.post(held)
    return _rules(event, journal, book)


def _opening_lot(event: OpeningBalance, place: int) -> Lot:
    lot = event.lots[place]
    if lot.expires is not None and lot.expires <= event.at:
        raise EventError(
            f"opening balance {event.id!r}: lot {place} expired on {lot.expires:%Y-%m-%d}, before "
            "the event: leave it out"
        )
    return Lot(
        derived(event.id, "opening", place),
        lot.purse,
        points=lot.points,
        remaining=lot.points,
        earned=lot.earned,
        available=event.at,
        expires=lot.expires,
        event=event.id,
        rule=None,
    )


def _opening_metric(event: OpeningBalance, journal: Journal, book: Rulebook) -> list[Tally]:
    if event.metric and book.tiers is None:
        raise EventError(
            f"opening balance {event.id!r} brings a tier metric, but the programme has no tiers"
        )
    return [
        Tally(
            TIER_COUNTER,
            each.amount,
            until=until(book.tiers.window, journal.account, each.at, book),
        )
        for each in event.metric
        if book.tiers is not None
    ]


def _opening_uses(event: OpeningBalance, journal: Journal, book: Rulebook) -> list[Tally]:
    tallies = []
    for use in event.uses:
        rule = book.rule(use.rule)
        if rule is None or rule.limit is None:
            raise EventError(
                f"opening balance {event.id!r} brings uses of the limit of rule {use.rule!r}, "
                "which the programme does not have"
            )
        end = until(rule.limit.window, journal.account, use.at, book)
        tallies.append(Tally(times_counter(use.rule), use.times, until=end))
        tallies.append(Tally(points_counter(use.rule), use.points, until=end))
    return tallies


def _opening_tier(event: OpeningBalance, book: Rulebook) -> TierHeld | None:
    if event.tier is None or event.tier_until is None:
        return None
    if event.tier not in book.ladder:
        known = ", ".join(book.ladder) or "none"
        raise EventError(
            f"opening balance {event.id!r} brings the tier {event.tier!r}, which the programme "
            f"does not have (it has {known})"
        )
    return TierHeld(event.at, event.tier, event.tier_until)
