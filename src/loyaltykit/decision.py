"""Decisions and quotes: what the engine gives back.

A decision is everything that the host stores or does next. What the rules refuse is in `refusals`;
a refused event has changed nothing but what time had already brought.
"""

from datetime import datetime
from enum import Enum
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.effects import Effect, Outgoing, Sent
from loyaltykit.refusals import Refusal
from loyaltykit.traces import Explanation


class Status(Enum):
    """What became of the event."""

    ACCEPTED = "accepted"
    """It was decided and is part of the account."""
    REFUSED = "refused"
    """The rules said no; only what time brought is part of the account."""
    DUPLICATE = "duplicate"
    """It was decided before; nothing follows."""
    ADVANCED = "advanced"
    """There was no event: time passed."""


@final
@frozen(order=False)
class Claim:
    """What other members compete for: commit only if all claims of `key` stay within `limit`.

    If it is taken, store nothing and decide again with the key among `denied`. A negative amount
    gives back what a returned order had claimed; it always fits.
    """

    key: str
    amount: int = field(kw_only=True)
    limit: int = field(kw_only=True)


@final
@frozen(order=False)
class Decision:
    """The account after an event, the effects that make it so, and why.

    `refusals` are what the rules said no to for this event, or for the time that passed in an
    `advance`; the explanation tells both.
    `effects` fold the old account into `account`. `claims` are to be committed with them. `reached`
    is how far time was brought: earlier than asked for only if one call would have posted too much.
    """

    account: Account
    effects: tuple[Effect, ...]
    explanation: Explanation = field(factory=Explanation, kw_only=True)
    claims: tuple[Claim, ...] = field(default=(), kw_only=True)
    refusals: tuple[Refusal, ...] = field(default=(), kw_only=True)
    status: Status = field(kw_only=True)
    reached: datetime = field(kw_only=True)

    @property
    def outbox(self) -> tuple[Outgoing, ...]:
        """Events for other members' accounts, for the host to deliver like any event."""
        return tuple(effect.event for effect in self.effects if isinstance(effect, Sent))

    @property
    def duplicate(self) -> bool:
        """Whether the event was decided before."""
        return self.status is Status.DUPLICATE

    @property
    def accepted(self) -> bool:
        """Whether the event is part of the account now, or was before."""
        return self.status in (Status.ACCEPTED, Status.DUPLICATE)


@final
@frozen(order=False)
class Merger:
    """What became of a merger: a decision for each of the two accounts, of one status.

    Store both in one transaction, or neither: effects, claims and outbox of each. The refusals of
    both are the same.
    """

    survivor: Decision
    absorbed: Decision

    @property
    def accepted(self) -> bool:
        """Whether the accounts are merged now, or were before."""
        return self.survivor.accepted


@final
@frozen(order=False)
class QuotedRun:
    """So many units of a line, and the minor units that come off each of them."""

    units: int
    off: int


@final
@frozen(order=False)
class QuotedShare:
    """What one offer takes off a line, in minor units: all of it, and unit by unit in runs.

    `coupon` is the code of the coupon that is used; a promotion has none.
    """

    offer: str
    amount: int = field(kw_only=True)
    runs: tuple[QuotedRun, ...] = field(default=(), kw_only=True)
    coupon: str | None = field(default=None, kw_only=True)


@final
@frozen(order=False)
class QuotedGift:
    """Units of an article that an offer gives, of which so many are in the basket.

    The shop adds the others, with a price: they cost nothing then.
    """

    offer: str
    sku: str
    units: int = field(kw_only=True)
    present: int = field(kw_only=True)


@final
@frozen(order=False)
class QuotedLine:
    """A line of a quote, in minor units: before discounts, what comes off, what is to be paid.

    `shares` say which offer takes off how much; what the shop itself took off is in `discount` as
    well. `tender` is what points pay; `payable` is what remains. `tax` is the tax on `payable` and
    `tender`, contained or on top as the line says, rounded half-up; None where it is unknown.
    """

    id: str
    units: int = field(kw_only=True)
    subtotal: int = field(kw_only=True)
    discount: int = field(kw_only=True)
    payable: int = field(kw_only=True)
    tender: int = field(default=0, kw_only=True)
    tax: int | None = field(default=None, kw_only=True)
    shares: tuple[QuotedShare, ...] = field(default=(), kw_only=True)


@final
@frozen(order=False)
class CodeAnswer:
    """The answer for one code: what it takes off (minor units), or why it does not.

    `unplaced` is what it promises beyond what the units that it is for can bear.
    `valid_from` is from when it would apply, where time alone is what is missing.
    """

    code: str
    discount: int = field(default=0, kw_only=True)
    unplaced: int = field(default=0, kw_only=True)
    refusal: Refusal | None = field(default=None, kw_only=True)
    valid_from: datetime | None = field(default=None, kw_only=True)

    @property
    def applied(self) -> bool:
        """Whether the coupon would be used."""
        return self.refusal is None


@final
@frozen(order=False)
class PromotionAnswer:
    """The answer for one promotion: what it takes off (minor units), or why it does not.

    `unplaced` is what it promises beyond what the units that it is for can bear.
    Where nothing in the basket can trigger it, and the programme has more than 100 promotions, only
    that is said to be missing. `valid_from` is from when it would apply, where time alone is what
    is missing.
    """

    promotion: str
    discount: int = field(default=0, kw_only=True)
    unplaced: int = field(default=0, kw_only=True)
    refusal: Refusal | None = field(default=None, kw_only=True)
    valid_from: datetime | None = field(default=None, kw_only=True)

    @property
    def applied(self) -> bool:
        """Whether it would be used."""
        return self.refusal is None


@final
@frozen(order=False)
class QuotedLane:
    """What one lane makes of a basket: the offers that it uses, and what they take off together.

    Minor units. `exact` is False where more offers combine than can be tried: then those that take
    most off alone are used, and another set might be better.
    """

    name: str
    used: tuple[str, ...]
    discount: int = field(kw_only=True)
    exact: bool = field(default=True, kw_only=True)


@final
@frozen(order=False)
class QuotedPoints:
    """Points that a rule would grant if the basket were bought."""

    rule: str
    purse: str
    points: int


@final
@frozen(order=False)
class QuotedSpend:
    """Points that would pay for a basket: how many were wanted, how many can be used, their worth.

    `most` is how many could be used at all. `refusals` say why not all that were wanted are. In the
    purse's smallest unit; `worth` is minor units.
    """

    purse: str
    desired: int = field(kw_only=True)
    points: int = field(kw_only=True)
    worth: int = field(kw_only=True)
    most: int = field(kw_only=True)
    refusals: tuple[Refusal, ...] = field(default=(), kw_only=True)


@final
@frozen(order=False)
class Quote:
    """What a basket would cost and earn now. Nothing is committed.

    `subtotal` is before discounts, `payable` after them and after what points pay (`spend`), all in
    minor units, without shipping; `shipping` is what remains of that, after `shipping_discount`,
    and `shipping_tax` the tax on it.
    `codes` answers every code that was presented, `promotions` every promotion of the programme,
    `lanes` those lanes that have an offer; `gifts` are due with the offers that apply. `coupons`
    would be used up, and `claims` committed. `refusals` say why such an order would be refused
    whole.
    """

    lines: tuple[QuotedLine, ...]
    subtotal: int = field(kw_only=True)
    payable: int = field(kw_only=True)
    points: tuple[QuotedPoints, ...] = field(kw_only=True)
    codes: tuple[CodeAnswer, ...] = field(kw_only=True)
    promotions: tuple[PromotionAnswer, ...] = field(default=(), kw_only=True)
    lanes: tuple[QuotedLane, ...] = field(default=(), kw_only=True)
    gifts: tuple[QuotedGift, ...] = field(default=(), kw_only=True)
    coupons: tuple[IssuedCoupon, ...] = field(default=(), kw_only=True)
    claims: tuple[Claim, ...] = field(default=(), kw_only=True)
    shipping: int = field(default=0, kw_only=True)
    shipping_discount: int = field(default=0, kw_only=True)
    shipping_tax: int | None = field(default=None, kw_only=True)
    spend: tuple[QuotedSpend, ...] = field(default=(), kw_only=True)
    refusals: tuple[Refusal, ...] = field(default=(), kw_only=True)
    explanation: Explanation = field(kw_only=True)
