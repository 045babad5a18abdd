"""Events: what happened, as the host reports it.

    Event = Enrolment | ProfileChange | Purchase | Return | Confirmation | Redemption
          | Reservation | Capture | Release | RewardClaim | CouponPresentation | Activity
          | Referral | ReferralQualified | ReferralReversed | OpeningBalance | Adjustment
          | Goodwill | Extension | ExpiryStart | Reinstatement
          | Transfer | TransferReceived | TransferReturned | Merge | Closure | Suspension
          | Resumption | Erasure

Every event has an id, the instant at which it happened and the member whose account it belongs to.
Instants are aware; they are kept in UTC. An id is unique for its member: the same event may arrive
any number of times and counts once.

The classes stand by their nouns in modules of their own; here is the union of them.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from loyaltykit.catalogue import RewardClaim
from loyaltykit.corrections import Adjustment, ExpiryStart, Extension, Goodwill, Reinstatement
from loyaltykit.invitations import Referral, ReferralQualified, ReferralReversed
from loyaltykit.memberships import (
    Activity,
    Closure,
    Enrolment,
    Erasure,
    Merge,
    ProfileChange,
    Resumption,
    Suspension,
)
from loyaltykit.openings import OpeningBalance
from loyaltykit.orders import Confirmation, CouponPresentation, Purchase, Redemption, Return
from loyaltykit.overrides import TierOverride, TierOverrideEnd
from loyaltykit.reservations import Capture, Release, Reservation
from loyaltykit.transfers import Transfer, TransferReceived, TransferReturned

__all__ = [
    "KINDS",
    "Activity",
    "Adjustment",
    "Capture",
    "Closure",
    "Confirmation",
    "CouponPresentation",
    "Enrolment",
    "Erasure",
    "Event",
    "EventKind",
    "ExpiryStart",
    "Extension",
    "Goodwill",
    "Merge",
    "OpeningBalance",
    "ProfileChange",
    "Purchase",
    "Redemption",
    "Referral",
    "ReferralQualified",
    "ReferralReversed",
    "Reinstatement",
    "Release",
    "Reservation",
    "Resumption",
    "Return",
    "Suspension",
    "TierOverride",
    "TierOverrideEnd",
    "Transfer",
    "TransferReceived",
    "TransferReturned",
    "RewardClaim",
]


class EventKind(Enum):
    """What kinds of event a rule can listen to."""

    ENROLMENT = "enrolment"
    PROFILE_CHANGE = "profile-change"
    PURCHASE = "purchase"
    RETURN = "return"
    CONFIRMATION = "confirmation"
    REDEMPTION = "redemption"
    RESERVATION = "reservation"
    CAPTURE = "capture"
    RELEASE = "release"
    REWARD_CLAIM = "reward-claim"
    COUPON_PRESENTATION = "coupon-presentation"
    ACTIVITY = "activity"
    REFERRAL = "referral"
    REFERRAL_QUALIFIED = "referral-qualified"
    REFERRAL_REVERSED = "referral-reversed"
    OPENING_BALANCE = "opening-balance"
    ADJUSTMENT = "adjustment"
    GOODWILL = "goodwill"
    EXTENSION = "extension"
    EXPIRY_START = "expiry-start"
    REINSTATEMENT = "reinstatement"
    TRANSFER = "transfer"
    TRANSFER_RECEIVED = "transfer-received"
    TRANSFER_RETURNED = "transfer-returned"
    MERGE = "merge"
    CLOSURE = "closure"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    TIER_OVERRIDE = "tier-override"
    TIER_OVERRIDE_END = "tier-override-end"
    ERASURE = "erasure"


Event: TypeAlias = (
    Enrolment
    | ProfileChange
    | Purchase
    | Return
    | Confirmation
    | Redemption
    | Reservation
    | Capture
    | Release
    | RewardClaim
    | CouponPresentation
    | Activity
    | Referral
    | ReferralQualified
    | ReferralReversed
    | OpeningBalance
    | Adjustment
    | Goodwill
    | Extension
    | ExpiryStart
    | Reinstatement
    | Transfer
    | TransferReceived
    | TransferReturned
    | Merge
    | Closure
    | Suspension
    | Resumption
    | TierOverride
    | TierOverrideEnd
    | Erasure
)

KINDS: Mapping[type[Event], EventKind] = {
    Enrolment: EventKind.ENROLMENT,
    ProfileChange: EventKind.PROFILE_CHANGE,
    Purchase: EventKind.PURCHASE,
    Return: EventKind.RETURN,
    Confirmation: EventKind.CONFIRMATION,
    Redemption: EventKind.REDEMPTION,
    Reservation: EventKind.RESERVATION,
    Capture: EventKind.CAPTURE,
    Release: EventKind.RELEASE,
    RewardClaim: EventKind.REWARD_CLAIM,
    CouponPresentation: EventKind.COUPON_PRESENTATION,
    Activity: EventKind.ACTIVITY,
    Referral: EventKind.REFERRAL,
    ReferralQualified: EventKind.REFERRAL_QUALIFIED,
    ReferralReversed: EventKind.REFERRAL_REVERSED,
    OpeningBalance: EventKind.OPENING_BALANCE,
    Adjustment: EventKind.ADJUSTMENT,
    Goodwill: EventKind.GOODWILL,
    Extension: EventKind.EXTENSION,
    ExpiryStart: EventKind.EXPIRY_START,
    Reinstatement: EventKind.REINSTATEMENT,
    Transfer: EventKind.TRANSFER,
    TransferReceived: EventKind.TRANSFER_RECEIVED,
    TransferReturned: EventKind.TRANSFER_RETURNED,
    Merge: EventKind.MERGE,
    Closure: EventKind.CLOSURE,
    Suspension: EventKind.SUSPENSION,
    Resumption: EventKind.RESUMPTION,
    TierOverride: EventKind.TIER_OVERRIDE,
    TierOverrideEnd: EventKind.TIER_OVERRIDE_END,
    Erasure: EventKind.ERASURE,
}
"""The kind of every class of event."""
