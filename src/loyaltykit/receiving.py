"""Receiving: what each kind of event does to an account, once time has been brought up to it.

An event is accepted whole or refused whole: a refusal comes before anything is posted. What the
event itself changes is posted first or last as the order of effects demands; in between, the rules
that listen to it are asked in programme order, all by the same readings.
"""

from typing import assert_never

from loyaltykit.account import Account
from loyaltykit.adjusting import adjustment, goodwill, reinstatement
from loyaltykit.admitting import takes_two
from loyaltykit.arrival import arrival
from loyaltykit.buying import presentation, purchase
from loyaltykit.confirming import confirmation
from loyaltykit.doing import activity_done
from loyaltykit.effects import Enrolled, ProfileSet, RecordKept, Referred
from loyaltykit.events import (
    Activity,
    Adjustment,
    Capture,
    Closure,
    Confirmation,
    CouponPresentation,
    Enrolment,
    Erasure,
    Event,
    EventKind,
    ExpiryStart,
    Extension,
    Goodwill,
    Merge,
    OpeningBalance,
    ProfileChange,
    Purchase,
    Redemption,
    Referral,
    ReferralQualified,
    ReferralReversed,
    Reinstatement,
    Release,
    Reservation,
    Resumption,
    Return,
    RewardClaim,
    Suspension,
    TierOverride,
    TierOverrideEnd,
    Transfer,
    TransferReceived,
    TransferReturned,
)
from loyaltykit.extending import expiry_start, extension
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.journal import Journal
from loyaltykit.movements import Redeemed
from loyaltykit.observe import observe
from loyaltykit.overriding import override, override_end
from loyaltykit.received import ACCEPTED, Received, ask_all, ask_rules, record_of
from loyaltykit.records import Record
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.reserving import capture, release, reservation, taken
from loyaltykit.returning import take_back, units_back
from loyaltykit.rewarding import reward_claim
from loyaltykit.rulebook import Rulebook
from loyaltykit.standing import barred, closure, erasure, let_go, resumption, suspension
from loyaltykit.transferring import transfer, transfer_received, transfer_returned
from loyaltykit.watches import ORDERS_COUNTER


def receive(event: Event, journal: Journal, book: Rulebook) -> Received:
    """Post what the event does, or refuse it whole.

    Raises:
        EventError, UnknownFactError: the event does not fit the programme.
    """
    refusal = barred(event, journal.account)
    if refusal is not None:
        return Received((refusal,))
    match event:
        case Purchase():
            return purchase(event, journal, book)
        case Return():
            return _return(event, journal, book)
        case Enrolment():
            return _enrolment(event, journal, book)
        case ProfileChange():
            _profile_change(event, journal)
            return ask_rules(event, journal, book)
        case Redemption():
            return _redemption(event, journal, book)
        case Reservation():
            return reservation(event, journal, book)
        case Capture():
            return capture(event, journal, book)
        case Release():
            return release(event, journal, book)
        case RewardClaim():
            return reward_claim(event, journal, book)
        case Confirmation():
            return confirmation(event, journal, book)
        case CouponPresentation():
            return presentation(event, journal, book)
        case Activity():
            return activity_done(event, journal, book)
        case Referral():
            return _referral(event, journal, book)
        case ReferralQualified():
            return _qualified(event, journal, book)
        case ReferralReversed():
            return _reversed(event, journal, book)
        case OpeningBalance():
            return arrival(event, journal, book)
        case TierOverride():
            return override(event, journal, book)
        case TierOverrideEnd():
            return override_end(event, journal, book)
        case Adjustment():
            return adjustment(event, journal, book)
        case Goodwill():
            return goodwill(event, journal, book)
        case Extension():
            return extension(event, journal, book)
        case ExpiryStart():
            return expiry_start(event, journal, book)
        case Reinstatement():
            return reinstatement(event, journal, book)
        case Transfer():
            return transfer(event, journal, book)
        case TransferReceived():
            return transfer_received(event, journal, book)
        case TransferReturned():
            return transfer_returned(event, journal, book)
        case Merge():
            raise takes_two(event)
        case Closure():
            return closure(event, journal, book)
        case Suspension():
            return suspension(event, journal, book)
        case Resumption():
            return resumption(event, journal, book)
        case Erasure():
            return erasure(event, journal)
        case _:
            assert_never(event)


def _return(event: Return, journal: Journal, book: Rulebook) -> Received:
    record = _remembered(event.order, event, journal)
    units = units_back(record, event.order, event.lines)
    if isinstance(units, Refusal):
        return Received((units,))
    if record is not None:
        take_back(record, units, event.id, event.at, journal, book)
    if journal.account.closed is not None:
        let_go(journal, event)
    return ask_rules(event, journal, book)


def _remembered(name: str, event: Event, journal: Journal) -> Record | None:
    record = journal.account.records.get(name)
    return None if record is None or record.until <= event.at else record


def _enrolment(event: Enrolment, journal: Journal, book: Rulebook) -> Received:
    if journal.account.enrolled is not None:
        return Received((Refusal(RefusalCode.ALREADY_ENROLLED, event.member),))
    journal.post(Enrolled(event.at, event.at))
    if event.birthday is not None or event.zone is not None or event.labels:
        journal.post(ProfileSet(event.at, event.birthday, event.zone, event.labels))
    return ask_rules(event, journal, book)


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
    draws = taken(event, journal, book)
    if isinstance(draws, Refusal):
        return Received((draws,))
    readings = observe(journal.account, event.at, book, book.asked_on(EventKind.REDEMPTION))
    journal.post(Redeemed(event.at, event.id, event.purse, draws))
    ask_all(event, readings, journal, book)
    return ACCEPTED


def _referral(event: Referral, journal: Journal, book: Rulebook) -> Received:
    code = _referral_refusal(event, journal.account)
    if code is not None:
        return Received((Refusal(code, event.referrer),))
    readings = observe(journal.account, event.at, book, book.asked_on(EventKind.REFERRAL))
    journal.post(Referred(event.at, event.referrer, event.ancestors))
    ask_all(event, readings, journal, book)
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
    asked = book.asked_on(EventKind.REFERRAL_QUALIFIED)
    readings = observe(journal.account, event.at, book, asked)
    postings = ask_all(event, readings, journal, book)
    journal.post(RecordKept(event.at, record_of(event, readings, postings, book)))
    return ACCEPTED


def _reversed(event: ReferralReversed, journal: Journal, book: Rulebook) -> Received:
    record = _remembered(event.qualified, event, journal)
    if record is None or record.is_order or record.reached is not None:
        return Received((Refusal(RefusalCode.ORDER_UNKNOWN, event.qualified),))
    if record.closed:
        return Received((Refusal(RefusalCode.ORDER_RETURNED, event.qualified),))
    take_back(record, FrozenMap(), event.id, event.at, journal, book)
    return ask_rules(event, journal, book)
