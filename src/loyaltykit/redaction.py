"""Redaction: a stored ledger without what is personal, so that a host can put it in its place.

    redacted(effects) -> effects

Laws: as many effects as before, of the same kinds, at the same instants. Up to each of them, every
purse has moved the same and holds the same lots. A ledger with an erasure folds to the same account
as before. To redact again changes nothing.

What goes: the profile, facts and answers of orders and what rules made of them, ids of lines,
reasons, names of other members, the day of joining, when rules are due, digests of events that are
not remembered any more. What stays: points, amounts and dates, ids of events, names of rules,
rewards, coupons and tiers, digests of proofs of activities, kinds of activity that are counted.

Never here: a guess at what a name means. Whoever writes a member's name into the id of an event, or
of a rule, finds it there again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar, assert_never, get_args

from loyaltykit.account import Account, Remembered
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.calendar import instant
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
    Outgoing,
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
from loyaltykit.folding import fold
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.invitations import ReferralQualified, ReferralReversed
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
from loyaltykit.records import Record
from loyaltykit.transfers import TransferReceived
from loyaltykit.vocabulary import shown

REDACTED: Final = "redacted"
"""What stands where the name of a member stood."""

_KINDS: Final[Mapping[type[Any], None]] = dict.fromkeys(get_args(Effect))
_Lines = Mapping[str, Mapping[str, str]]
_V = TypeVar("_V")


def redacted(effects: Iterable[Effect], *, at: datetime | None = None) -> tuple[Effect, ...]:
    """The same ledger without personal facts: all effects of one member, from the first.

    The digest of an event stays as long as the event is remembered, so that it is still known when
    it comes again. `at` is until when time has passed, None is until the last effect: redact again
    after the programme's `remember`, and none is left.

    The ledger need not end with an erasure: reports may be made of it all the same. But nothing is
    decided on an account that is folded from it, unless it does.

    Raises:
        MisuseError: it is no list of effects.
    """
    if not isinstance(effects, Iterable):
        raise MisuseError(f"redacted: write a list of effects, not {shown(effects)}")
    ledger = tuple(effects)
    for effect in ledger:
        if type(effect) not in _KINDS:
            raise MisuseError(f"redacted: {shown(effect)} is no effect")
    known = fold(Account.new("member"), (each for each in ledger if isinstance(each, Recorded)))
    if at is not None:
        known = known.without_lapsed(instant(at, "at"))
    lines = {
        each.record.id: _places(line.id for line in each.record.lines)
        for each in ledger
        if isinstance(each, RecordKept)
    }
    return tuple(_without_facts(effect, known.remembered, lines) for effect in ledger)


def _without_facts(effect: Effect, remembered: Mapping[str, Remembered], lines: _Lines) -> Effect:
    match effect:
        case Recorded(event=event, digest=digest, until=until):
            known = remembered.get(event) == Remembered(digest, until)
            return effect if known else altered(effect, digest="")
        case Enrolled(at=at):
            return Enrolled(at, at)
        case Opened(at=at):
            return Opened(at, None)
        case ProfileSet(at=at):
            return ProfileSet(at, None, None, FrozenMap())
        case Referred(at=at):
            return Referred(at, REDACTED, ())
        case RecordKept(record=record):
            return altered(effect, record=_amounts(record))
        case Returned(units=units, record=record):
            places = _places(line.id for line in record.lines)
            return altered(effect, units=_placed(units, places), record=_amounts(record))
        case (
            CouponUsed(order=order, discount=discount)
            | PromotionUsed(order=order, discount=discount)
        ):
            places = lines.get(order, _places(discount))
            return altered(effect, discount=_placed(discount, places))
        case Armed(at=at):
            # When a rule on a birthday is due is a birthday.
            return altered(effect, due=at)
        case Sent(event=event):
            return altered(effect, event=_anonymous(event))
        case Adjusted():
            return altered(effect, reason="")
        case GoodwillGranted():
            return altered(effect, reason="")
        case Revived():
            return altered(effect, reason="")
        case TierGranted():
            return altered(effect, reason="")
        case Closed():
            return altered(effect, reason="", into=None)
        case MergedInto():
            return altered(effect, into=REDACTED, reason="")
        case Absorbed(account=account):
            return altered(effect, account=_unknown(account))
        case Suspended():
            return altered(effect, reason="")
        case Transferred():
            return altered(effect, to=REDACTED)
        case TransferArrived():
            return altered(effect, sender=REDACTED)
        case TransferUndone():
            return altered(effect, to=REDACTED)
        case (
            Accrued()
            | Released()
            | Expired()
            | Cancelled()
            | Redeemed()
            | Reserved()
            | Captured()
            | ReservationReleased()
            | Reversed()
            | Reinstated()
            | GivenBack()
            | DebtRepaid()
            | DormancySet()
            | RemainderSet()
            | Counted()
            | TierChanged()
            | StandingSet()
            | VersionAdopted()
            | LadderAdopted()
            | TierWithdrawn()
            | CouponIssued()
            | CouponPresented()
            | CouponExpired()
            | CouponWithdrawn()
            | CouponRestored()
            | RewardGiven()
            | Disarmed()
            | Triggered()
            | Notified()
            | Denied()
            | Rescheduled()
            | Resumed()
            | Erased()
        ):
            return effect
        case _:
            assert_never(effect)


def _anonymous(event: Outgoing) -> Outgoing:
    match event:
        case ReferralQualified():
            return altered(event, member=REDACTED, referee=REDACTED)
        case ReferralReversed():
            return altered(event, member=REDACTED)
        case TransferReceived():
            return altered(event, member=REDACTED, sender=REDACTED)
        case _:
            assert_never(event)


def _unknown(account: Account) -> Account:
    """An account with its points, counters and coupons, of nobody in particular."""
    return Account(
        REDACTED,
        account.version,
        clock=account.clock,
        purses=account.purses,
        lots=account.lots,
        pending=account.pending,
        reservations=account.reservations,
        ended_reservations=account.ended_reservations,
        dormant=account.dormant,
        counters=account.counters,
        ladders=account.ladders,
        trails=account.trails,
        remainders=account.remainders,
        coupons=account.coupons,
        expired_coupons=account.expired_coupons,
        records=FrozenMap((name, _amounts(record)) for name, record in account.records.items()),
        transfers=FrozenMap(
            (name, altered(sent, to=REDACTED)) for name, sent in account.transfers.items()
        ),
    )


def _amounts(record: Record) -> Record:
    """What was paid in an order, and what came back of it: no facts, nothing that rules did."""
    places = _places(line.id for line in record.lines)
    return altered(
        record,
        member_zone=record.zone,
        ladder=(),
        lines=tuple(
            altered(line, id=str(place), facts=FrozenMap())
            for place, line in enumerate(record.lines, 1)
        ),
        facts=FrozenMap(),
        answers=FrozenMap(),
        postings=(),
        offers=tuple(
            altered(each, discount=_placed(each.discount, places)) for each in record.offers
        ),
    )


def _places(lines: Iterable[str]) -> Mapping[str, str]:
    return {line: str(place) for place, line in enumerate(lines, 1)}


def _placed(values: Mapping[str, _V], places: Mapping[str, str]) -> FrozenMap[str, _V]:
    return FrozenMap((places.get(line, line), value) for line, value in values.items())
