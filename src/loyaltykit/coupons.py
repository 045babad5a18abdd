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
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.limits import Limit
from loyaltykit.vocabulary import Moment, named, of_type, shown
from loyaltykit.windows import Forever, Term, as_term


def _name(value: str) -> str:
    return named(value, "the name of a coupon")


def _limit(value: Limit | None) -> Limit | None:
    if value is not None and not isinstance(value, Limit):
        raise MisuseError(f"{shown(value)} is no limit: write once(), per_month(2) or Limit(...)")
    return value


def _total(value: int | None) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 10**12):
        raise DefinitionError(f"a coupon's total must be a whole number from 1, not {shown(value)}")
    return value


def _public(value: bool) -> bool:
    return of_type(value, bool, "public must be True or False")


@final
@frozen(order=False)
class Coupon:
    """What a coupon takes off, for how long it is valid from its issue, and when it may be used.

    `when` is asked about the member and the basket, whose spend is read before the coupon. `limit`
    counts uses by one member across issues. `total` counts uses by everybody: since other members
    compete for it, a use is a claim that the host commits. `public` lets anybody present the name.
    """

    name: str = field(converter=_name)
    discount: Discount = field(converter=discount)
    valid: Term = field(factory=Forever, converter=as_term, kw_only=True)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )
    limit: Limit | None = field(default=None, converter=_limit, kw_only=True)
    total: int | None = field(default=None, converter=_total, kw_only=True)
    public: bool = field(default=False, converter=_public, kw_only=True)


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
