"""Coupons: a discount that a member may hold and use under stated conditions.

A `Coupon` is a definition; what a member holds is an `IssuedCoupon`, whose id is its code. A public
coupon needs no issue: anybody who presents its name takes one. A coupon that would take nothing off
is not used up.
"""

from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_moment
from loyaltykit.discounts import Discount, discount
from loyaltykit.limits import Limit, as_limits
from loyaltykit.stacking import (
    Amounts,
    Exclusive,
    Reuse,
    as_amounts,
    as_exclusive,
    as_group,
    as_lane,
    as_reuse,
    as_total,
)
from loyaltykit.vocabulary import Moment, named, of_type
from loyaltykit.windows import Forever, Term, as_term


def _name(value: str) -> str:
    return named(value, "the name of a coupon")


def _public(value: bool) -> bool:
    return of_type(value, bool, "public must be True or False")


@final
@frozen(order=False)
class Coupon:
    """What a coupon takes off, for how long it is valid from its issue, and when it may be used.

    `when` is asked about the member and the basket, whose amounts are read as `reads` says. `limit`
    counts uses and discounted units of one member across issues, or of all with `Per.PROGRAM`;
    `total` is short for so many uses by everybody. What other members compete for is a claim that
    the host commits. `public` lets anybody present the name. `lane`, `group` and `exclusive` say
    with which other offers it is used; `on_return`, whether a return gives its use back.
    """

    name: str = field(converter=_name)
    discount: Discount = field(converter=discount)
    valid: Term = field(factory=Forever, converter=as_term, kw_only=True)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )
    reads: Amounts = field(default=Amounts.BEFORE, converter=as_amounts, kw_only=True)
    limit: tuple[Limit, ...] = field(default=(), converter=as_limits, kw_only=True)
    total: int | None = field(default=None, converter=as_total, kw_only=True)
    public: bool = field(default=False, converter=_public, kw_only=True)
    lane: str | None = field(default=None, converter=as_lane, kw_only=True)
    group: str | None = field(default=None, converter=as_group, kw_only=True)
    exclusive: Exclusive = field(default=Exclusive.NOTHING, converter=as_exclusive, kw_only=True)
    on_return: Reuse = field(default=Reuse.WHOLE, converter=as_reuse, kw_only=True)


@final
@frozen(order=False)
class IssuedCoupon:
    """A coupon in a member's hands, usable once in [issued, until)."""

    id: str
    coupon: str
    issued: datetime = field(kw_only=True)
    until: datetime | None = field(kw_only=True)
    event: str = field(kw_only=True)
    rule: str | None = field(kw_only=True)
