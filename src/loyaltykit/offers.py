"""Offers of one order: what a code stands for, and which promotions a basket can trigger.

What does not depend on other offers is judged here: whether the member has the coupon, what limits
leave, whether others have used it up. What is said no to has a code and what is missing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.copying import altered
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.limiting import Allowance, offer_allowances, room_of
from loyaltykit.lots import NEVER, derived
from loyaltykit.observe import observe
from loyaltykit.promotions import Offer, Promotion
from loyaltykit.readings import Readings
from loyaltykit.records import Measure
from loyaltykit.refusals import Missing, Refusal, RefusalCode, Room
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Scene
from loyaltykit.stacking import Reuse
from loyaltykit.windows import term_end

Order: TypeAlias = tuple[int, datetime, str]
"""The place of an offer in the programme, and of the coupon among those of one definition."""


@final
@frozen(order=False)
class Candidate:
    """An offer that may be used: its place among all, and what its conditions read before any.

    `issued` is the coupon that is used up, which `taken` says is taken with this very order.
    `units` are how many its limits leave. `moves` says that its conditions read amounts that other
    offers change; `waits`, that only these decide whether it applies.
    """

    offer: Offer
    place: int
    readings: Readings = field(eq=False)
    issued: IssuedCoupon | None = field(default=None, kw_only=True)
    taken: bool = field(default=False, kw_only=True)
    codes: tuple[str, ...] = field(default=(), kw_only=True)
    allowed: tuple[Allowance, ...] = field(default=(), eq=False, kw_only=True)
    moves: bool = field(default=False, kw_only=True)
    waits: bool = field(default=False, kw_only=True)

    @property
    def order(self) -> Order:
        """Programme order, then the coupon that runs out first."""
        issued = self.issued
        if issued is None:
            return self.place, NEVER, ""
        return self.place, issued.until or NEVER, issued.id

    @property
    def units(self) -> Allowance | None:
        """The limit on units that leaves least."""
        found = [each for each in self.allowed if each.measure is Measure.UNITS]
        return min(found, key=lambda each: each.left, default=None)

    @property
    def bounded(self) -> bool:
        """Whether limits may leave less than what the discount takes off, or refuse it."""
        return any(each.measure in (Measure.UNITS, Measure.MONEY) for each in self.allowed)

    def over(self, off: int, spent: Mapping[str, int]) -> Allowance | None:
        """The budget into which what it takes off does not fit beside what the order has spent."""
        return next(
            (
                each
                for each in self.allowed
                if each.measure is Measure.MONEY and spent.get(each.key or "", 0) + off > each.most
            ),
            None,
        )


_OF_PROMOTION = {
    RefusalCode.COUPON_LIMIT: RefusalCode.PROMOTION_LIMIT,
    RefusalCode.COUPON_NOT_APPLICABLE: RefusalCode.PROMOTION_NOT_APPLICABLE,
    RefusalCode.COUPON_WITHOUT_EFFECT: RefusalCode.PROMOTION_WITHOUT_EFFECT,
    RefusalCode.COUPON_GIFT_ABSENT: RefusalCode.PROMOTION_GIFT_ABSENT,
    RefusalCode.COUPON_OUTRANKED: RefusalCode.PROMOTION_OUTRANKED,
    RefusalCode.COUPON_CLAIM_DENIED: RefusalCode.PROMOTION_CLAIM_DENIED,
}


def said_no(
    offer: Offer,
    code: RefusalCode,
    *,
    desired: int | None = None,
    missing: tuple[Missing, ...] = (),
    room: Room | None = None,
) -> Refusal:
    """A refusal of a coupon, or the same one of a promotion under its own code."""
    if isinstance(offer, Promotion):
        code = _OF_PROMOTION[code]
    granted = None if desired is None else 0
    return Refusal(code, offer.name, desired=desired, granted=granted, missing=missing, room=room)


def find(
    code: str, account: Account, at: datetime, book: Rulebook, event: str
) -> tuple[Coupon, IssuedCoupon, bool] | Refusal:
    """The coupon that a code stands for, and whether it is taken anew; or why there is none."""
    if account.closed is not None or account.suspended is not None:
        closed = account.closed is not None
        barred = RefusalCode.ACCOUNT_CLOSED if closed else RefusalCode.ACCOUNT_SUSPENDED
        return Refusal(barred, code)
    held = account.coupons.get(code) or _held_by_name(code, account)
    if held is not None:
        coupon = book.offers.coupons.get(held.coupon)
        if coupon is None:
            return Refusal(RefusalCode.COUPON_UNKNOWN, code)
        return coupon, held, False
    public = book.offers.coupons.get(code)
    if public is not None and public.public:
        until = term_end(public.valid, at, book.zone)
        if until is not None and until <= at:
            return Refusal(RefusalCode.COUPON_EXPIRED, code)
        issued = IssuedCoupon(
            derived(event, code, 0, "public"),
            code,
            issued=at,
            until=until,
            event=event,
            rule=None,
        )
        return public, issued, True
    return Refusal(_gone(code, account), code)


def _gone(code: str, account: Account) -> RefusalCode:
    """Why a code is none that the member can use; both its own and its definition's name count."""
    used = [
        use.coupon
        for record in account.records.values()
        for use in record.offers
        if use.coupon is not None and not (record.closed and use.on_return is Reuse.WHOLE)
    ]
    expired = account.expired_coupons
    if code in expired:
        return RefusalCode.COUPON_EXPIRED
    if any(code in (coupon.id, coupon.coupon) for coupon in used):
        return RefusalCode.COUPON_USED
    if any(code == coupon.coupon for coupon in expired.values()):
        return RefusalCode.COUPON_EXPIRED
    return RefusalCode.COUPON_UNKNOWN


def _held_by_name(name: str, account: Account) -> IssuedCoupon | None:
    held = [coupon for coupon in account.coupons.values() if coupon.coupon == name]
    return min(held, key=lambda coupon: (coupon.until or NEVER, coupon.id), default=None)


def of_coupon(
    coupon: Coupon,
    issued: IssuedCoupon,
    code: str,
    account: Account,
    at: datetime,
    book: Rulebook,
    scene: Scene,
    *,
    taken: bool,
) -> Candidate:
    """The candidate that a presented coupon is."""
    readings = observe(account, at, book, book.offers.asked_by(coupon), scene)
    candidate = Candidate(
        coupon,
        book.offers.coupon_place[coupon.name],
        readings,
        issued=issued,
        taken=taken,
        codes=(code,),
    )
    return _ready(candidate, account, at, book)


def of_promotions(
    account: Account, at: datetime, book: Rulebook, readings: Readings
) -> tuple[Candidate, ...]:
    """The promotions that a basket can trigger, in programme order, by what they ask of it."""
    return tuple(
        _ready(Candidate(book.offers.promotions[place], place, readings), account, at, book)
        for place in book.offers.index.triggered(readings)
    )


def _ready(candidate: Candidate, account: Account, at: datetime, book: Rulebook) -> Candidate:
    offer = candidate.offer
    waits, moves = book.offers.moving[offer.name]
    allowed: tuple[Allowance, ...] = ()
    if offer.limit or offer.total is not None or book.offers.budgets(offer.name):
        allowed = offer_allowances(offer, account, at, book)
    if not (allowed or moves):
        return candidate
    return altered(candidate, allowed=allowed, moves=moves, waits=waits)


def spent(candidate: Candidate, denied: frozenset[str], book: Rulebook) -> Refusal | None:
    """What says no whatever else is used: a limit without room, or a claim that others took."""
    for each in candidate.allowed:
        if each.shared and each.key in denied:
            return said_no(candidate.offer, RefusalCode.COUPON_CLAIM_DENIED)
    for each in candidate.allowed:
        if not each.left:
            room = room_of(each, each.left, book)
            return said_no(candidate.offer, RefusalCode.COUPON_LIMIT, room=room)
    return None
