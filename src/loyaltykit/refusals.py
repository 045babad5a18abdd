"""Refusals: what the rules say no to, as values with a stable code.

A refusal says what was desired, what was granted and what is missing, in numbers where there are
any. Misuse is no refusal: it raises.
"""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import final

from attrs import field, frozen


class RefusalCode(Enum):
    """Why not. The value is stable: hosts may store it and translate it."""

    COUPON_UNKNOWN = "coupon-unknown"
    """No such code, for this member."""
    COUPON_EXPIRED = "coupon-expired"
    """Its time has passed."""
    COUPON_USED = "coupon-used"
    """It was used before."""
    COUPON_LIMIT = "coupon-limit"
    """No more uses, or discounted units, for this member; or more than a whole budget."""
    COUPON_NOT_APPLICABLE = "coupon-not-applicable"
    """Valid, but its condition does not hold; `missing` says what would."""
    COUPON_WITHOUT_EFFECT = "coupon-without-effect"
    """Valid, but nothing in the basket is left for it to take off; it is not used up."""
    COUPON_GIFT_ABSENT = "coupon-gift-absent"
    """Valid, but the gift that it gives is not in the basket; `missing` says what to add."""
    COUPON_OUTRANKED = "coupon-outranked"
    """The offers that are used, with which it does not combine, take more off; it is kept."""
    COUPON_CLAIM_DENIED = "coupon-claim-denied"
    """Other members have used it up."""
    PROMOTION_LIMIT = "promotion-limit"
    """The member has had as much as it allows; or more than a whole budget."""
    PROMOTION_NOT_APPLICABLE = "promotion-not-applicable"
    """Its condition does not hold; `missing` says what would."""
    PROMOTION_WITHOUT_EFFECT = "promotion-without-effect"
    """Nothing in the basket is left for it to take off."""
    PROMOTION_GIFT_ABSENT = "promotion-gift-absent"
    """The gift that it gives is not in the basket; `missing` says what to add."""
    PROMOTION_OUTRANKED = "promotion-outranked"
    """The offers that are used, with which it does not combine, take more off."""
    PROMOTION_CLAIM_DENIED = "promotion-claim-denied"
    """Other members have used it up."""
    PRICE_CHANGED = "price-changed"
    """What was paid is not what the programme computes."""
    POINTS_INSUFFICIENT = "points-insufficient"
    """The balance does not hold so many points."""
    REDEMPTION_BELOW_MINIMUM = "redemption-below-minimum"
    """Fewer points than are redeemed at a time."""
    REDEMPTION_STEP = "redemption-step"
    """Points are redeemed in whole steps."""
    REDEMPTION_ABOVE_MAXIMUM = "redemption-above-maximum"
    """More points than are redeemed at a time."""
    REDEMPTION_ABOVE_SHARE = "redemption-above-share"
    """More points than may pay for this order."""
    REDEMPTION_WORTHLESS = "redemption-worthless"
    """Points of this purse pay for nothing, for this member or of this order."""
    RESERVATION_UNKNOWN = "reservation-unknown"
    """No such reservation is remembered."""
    RESERVATION_CAPTURED = "reservation-captured"
    """It was captured before."""
    RESERVATION_RELEASED = "reservation-released"
    """It was released before."""
    RESERVATION_EXPIRED = "reservation-expired"
    """Its time limit has passed."""
    RESERVATION_EXCEEDED = "reservation-exceeded"
    """More points are captured than are reserved."""
    REWARD_UNKNOWN = "reward-unknown"
    """The catalogue has no such reward."""
    REWARD_NOT_APPLICABLE = "reward-not-applicable"
    """Its condition does not hold; `missing` says what would."""
    REWARD_LIMIT = "reward-limit"
    """The member has had as many as it allows, or asks for more."""
    REWARD_CLAIM_DENIED = "reward-claim-denied"
    """Other members have taken the last."""
    PERK_NOT_APPLICABLE = "perk-not-applicable"
    """The member does not have it; `missing` says what would give it."""
    PERK_NOT_OPEN = "perk-not-open"
    """The member will have it, but not yet; `missing` says from when."""
    PERK_CLOSED = "perk-closed"
    """Its time has passed."""
    PERK_MEMBERS_ONLY = "perk-members-only"
    """It is for members, and there is no account."""
    PERK_NOT_FOR_LINE = "perk-not-for-line"
    """It does not cover this line, whoever asks; `missing` says which lines it does."""
    OVERRIDE_UNKNOWN = "override-unknown"
    """No tier is given by this override, or no longer."""
    ACTIVITY_REPEATED = "activity-repeated"
    """The member has handed in this proof before."""
    ACTIVITY_CLAIM_DENIED = "activity-claim-denied"
    """Another member has handed in this proof."""
    NOTHING_AWAITED = "nothing-awaited"
    """No points of that event wait to be confirmed."""
    LIMIT_REACHED = "limit-reached"
    """A limit cut the grant, to less or to nothing."""
    LIMIT_CLAIM_DENIED = "limit-claim-denied"
    """Others have used up the limit or the budget that they share; nothing is granted."""
    BALANCE_CAP = "balance-cap"
    """The purse's cap cut the grant, to less or to nothing."""
    EXPIRED_AT_ONCE = "expired-at-once"
    """The points or the coupon would have expired before they could be used."""
    ORDER_UNKNOWN = "order-unknown"
    """No such order is remembered."""
    ORDER_RETURNED = "order-returned"
    """The order was returned whole before."""
    LINE_UNKNOWN = "line-unknown"
    """The order has no such line."""
    LINE_EXCEEDED = "line-exceeded"
    """More units come back than are left."""
    ALREADY_ENROLLED = "already-enrolled"
    """The member has joined before."""
    ACCOUNT_NOT_NEW = "account-not-new"
    """An opening balance comes after other events."""
    REFERRAL_SELF = "referral-self"
    """Nobody brings oneself."""
    REFERRAL_CYCLE = "referral-cycle"
    """The referrer was brought, directly or not, by this member."""
    REFERRAL_REPEATED = "referral-repeated"
    """The member was brought by somebody before."""
    REFERRAL_AFTER_PURCHASE = "referral-after-purchase"
    """The member has bought before."""
    LOT_UNKNOWN = "lot-unknown"
    """The purse holds no such lot."""
    EXPIRY_UNCHANGED = "expiry-unchanged"
    """No points of the purse would expire at another time."""
    EXPIRED_INSUFFICIENT = "expired-insufficient"
    """Fewer points of the purse have expired."""
    TRANSFER_SELF = "transfer-self"
    """Nobody sends points to oneself."""
    TRANSFER_UNKNOWN = "transfer-unknown"
    """No such transfer is remembered, or it was given back before."""
    ACCOUNT_CLOSED = "account-closed"
    """The membership has ended."""
    ACCOUNT_OPEN = "account-open"
    """The membership goes on: close it first, and decide the returns that are still expected."""
    ACCOUNT_ERASED = "account-erased"
    """What was known of the member is forgotten."""
    ACCOUNT_SUSPENDED = "account-suspended"
    """The member neither earns nor spends for the time being."""
    ACCOUNT_MERGED = "account-merged"
    """The account was merged into that of the member whom this is about: send the event there."""
    MERGE_COLLISION = "merge-collision"
    """Two accounts that are to be merged both remember something by this id."""
    ACCOUNT_NOT_SUSPENDED = "account-not-suspended"
    """There is no suspension to end."""


@final
@frozen(order=False)
class Missing:
    """What a condition lacks: which fact, and by how much where that is a number.

    `amount` is in the units of the fact, major units for money; `text` says the same in words.
    """

    fact: str
    text: str
    amount: Decimal | None = None


@final
@frozen(order=False)
class Room:
    """The limit that cut a grant: how much of it was left, and from when there will be more.

    `left` is None where others share it; `until` is None where it never is more. `text` says all of
    it in words.
    """

    text: str
    left: int | None
    until: datetime | None


@final
@frozen(order=False)
class Refusal:
    """A no: the code, what it is about, what was desired and granted, and what is missing.

    Numbers are times, points, units or minor units, whichever the code is about. `room` is the
    limit that cut a grant.
    """

    code: RefusalCode
    about: str
    desired: int | None = field(default=None, kw_only=True)
    granted: int | None = field(default=None, kw_only=True)
    missing: tuple[Missing, ...] = field(default=(), kw_only=True)
    room: Room | None = field(default=None, kw_only=True)

    def __str__(self) -> str:
        text = f"{self.about}: {self.code.value}"
        if self.desired is not None:
            text += f" (desired {self.desired}, granted {self.granted or 0})"
        if self.missing:
            text += "; " + "; ".join(each.text for each in self.missing)
        if self.room is not None:
            text += f"; {self.room.text}"
        return text


def insufficient(purse: str, points: int, short: int) -> Refusal:
    """Why so many points cannot be taken from a purse: so many are not there."""
    missing = Missing(f"member.balance:{purse}", f"{short} more points", Decimal(short))
    return Refusal(
        RefusalCode.POINTS_INSUFFICIENT, purse, desired=points, granted=0, missing=(missing,)
    )
