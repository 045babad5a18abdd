"""Effects: what follows from an event. They are the ledger: folding them gives the account.

Every effect carries everything that the fold needs, so that effects fold identically in every later
version and without the programme. Every effect that moves points balances by itself. Nothing is
ever edited: a correction is a new effect.
"""

from datetime import date, datetime
from fractions import Fraction
from typing import TypeAlias, final

from attrs import frozen

from loyaltykit.adoptions import Adoption
from loyaltykit.baskets import Label
from loyaltykit.climbs import Grant, Turn
from loyaltykit.closures import Standing
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.handmade import HandMade
from loyaltykit.invitations import ReferralQualified, ReferralReversed
from loyaltykit.mergers import Merging
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
from loyaltykit.purses import Dormant
from loyaltykit.records import Record
from loyaltykit.transfers import TransferReceived

Outgoing: TypeAlias = ReferralQualified | ReferralReversed | TransferReceived
"""What goes from one account to another."""


@final
@frozen(order=False)
class Recorded:
    """An event was decided; until `until`, its id is remembered with the digest of its content."""

    at: datetime
    event: str
    digest: str
    until: datetime


@final
@frozen(order=False)
class Enrolled:
    """The member joined, at `since`."""

    at: datetime
    since: datetime


@final
@frozen(order=False)
class Opened:
    """The account goes on from a former system, with its first and its latest order."""

    at: datetime
    last_order: datetime | None
    first_order: datetime | None = None


@final
@frozen(order=False)
class ProfileSet:
    """The profile from now on, whole."""

    at: datetime
    birthday: date | None
    zone: str | None
    labels: FrozenMap[str, Label]


@final
@frozen(order=False)
class Counted:
    """Something was added to a counter, or taken out if negative; it counts until `until`.

    What a ladder remembers was counted at `since`, and may be taken back until `kept`.
    """

    at: datetime
    counter: str
    amount: int
    until: datetime | None
    since: datetime | None = None
    kept: datetime | None = None


@final
@frozen(order=False)
class RemainderSet:
    """The fraction of a point that an action of a rule has left for its next grant.

    In the smallest unit of its purse; below 0 where a return took more than was granted since.
    """

    at: datetime
    rule: str
    action: int
    remainder: Fraction


@final
@frozen(order=False)
class DormancySet:
    """When the points of a purse lapse for want of activity; None is never."""

    at: datetime
    purse: str
    dormant: Dormant | None


@final
@frozen(order=False)
class TierChanged:
    """The member's tier on a ladder is another from now on."""

    at: datetime
    before: str | None
    after: str | None
    ladder: str = "tier"


@final
@frozen(order=False)
class StandingSet:
    """What the counts say about a ladder is another: so it turned from `since` on.

    What comes back changes what was, so that `since` may lie in the past.
    """

    at: datetime
    ladder: str
    since: datetime
    turns: tuple[Turn, ...]


@final
@frozen(order=False)
class TierGranted:
    """A tier was given; `grant` is its id. It replaces what was given by the same id."""

    at: datetime
    ladder: str
    grant: str
    given: Grant
    reason: str = ""


@final
@frozen(order=False)
class TierWithdrawn:
    """A tier that was given is taken back, or its time is over."""

    at: datetime
    ladder: str
    grant: str


@final
@frozen(order=False)
class RecordKept:
    """What is remembered of an event, so that it can be taken back; replaces an earlier one."""

    at: datetime
    record: Record


@final
@frozen(order=False)
class Returned:
    """Units came back: what was paid for them (minor units), and the order's record from now on."""

    at: datetime
    event: str
    units: FrozenMap[str, int]
    refund: int
    record: Record


@final
@frozen(order=False)
class CouponIssued:
    """The member holds a coupon."""

    at: datetime
    coupon: IssuedCoupon


@final
@frozen(order=False)
class CouponPresented:
    """A code was presented and would apply; with a basket, it would take off so much."""

    at: datetime
    coupon: str
    discount: int | None


@final
@frozen(order=False)
class CouponUsed:
    """A coupon was used up on an order: what it took off each line and shipping, in minor units."""

    at: datetime
    order: str
    coupon: IssuedCoupon
    discount: FrozenMap[str, int]
    shipping: int = 0


@final
@frozen(order=False)
class PromotionUsed:
    """A promotion was used on an order: what it took off each line and shipping, in minor units."""

    at: datetime
    order: str
    promotion: str
    discount: FrozenMap[str, int]
    shipping: int = 0


@final
@frozen(order=False)
class CouponExpired:
    """A coupon's time has passed unused; that it expired is remembered until `until`."""

    at: datetime
    coupon: str
    until: datetime


@final
@frozen(order=False)
class CouponWithdrawn:
    """A coupon was taken back: with the order that had brought it; None is with the account."""

    at: datetime
    order: str | None
    coupon: str


@final
@frozen(order=False)
class CouponRestored:
    """A coupon is in the member's hands again."""

    at: datetime
    order: str
    coupon: IssuedCoupon


@final
@frozen(order=False)
class RewardGiven:
    """So many of a reward were given for points: a gift for the host to hand out, or coupons."""

    at: datetime
    event: str
    reward: str
    quantity: int
    gift: str | None
    coupons: tuple[str, ...] = ()


@final
@frozen(order=False)
class Armed:
    """A rule will be asked at `due` about `subject`: an event's id, a birthday year, a lapse."""

    at: datetime
    rule: str
    subject: str
    due: datetime


@final
@frozen(order=False)
class Disarmed:
    """A rule will not be asked about `subject` any more."""

    at: datetime
    rule: str
    subject: str


@final
@frozen(order=False)
class Triggered:
    """A rule's moment came; `year` is the birthday year that is met with it."""

    at: datetime
    rule: str
    subject: str
    year: int | None = None


@final
@frozen(order=False)
class Notified:
    """The host should send a message, unless it is later than `good_until`."""

    at: datetime
    rule: str
    template: str
    good_until: datetime


@final
@frozen(order=False)
class Referred:
    """The member was brought by `referrer`; `ancestors` are the referrer's own, nearest first."""

    at: datetime
    referrer: str
    ancestors: tuple[str, ...]


@final
@frozen(order=False)
class Sent:
    """An event for another member's account, to be delivered by the host."""

    at: datetime
    event: Outgoing


@final
@frozen(order=False)
class Denied:
    """The host said that a claim is taken, and the decision was made without it."""

    at: datetime
    claim: str


Effect: TypeAlias = (
    Recorded
    | Enrolled
    | Opened
    | ProfileSet
    | Accrued
    | Released
    | Expired
    | Cancelled
    | Redeemed
    | Reserved
    | Captured
    | ReservationReleased
    | Reversed
    | Reinstated
    | GivenBack
    | DebtRepaid
    | DormancySet
    | RemainderSet
    | Counted
    | TierChanged
    | StandingSet
    | TierGranted
    | TierWithdrawn
    | RecordKept
    | Returned
    | CouponIssued
    | CouponPresented
    | CouponUsed
    | PromotionUsed
    | CouponExpired
    | CouponWithdrawn
    | CouponRestored
    | RewardGiven
    | Armed
    | Disarmed
    | Triggered
    | Notified
    | Referred
    | Sent
    | Denied
    | HandMade
    | Merging
    | Standing
    | Adoption
)
