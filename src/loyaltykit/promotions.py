"""Promotions: discounts without a code, which a programme gives to everybody whom they are for.

    Offer = Coupon | Promotion

A coupon has to be presented; a promotion is looked at for every basket.
"""

from collections.abc import Iterable
from itertools import islice
from typing import TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_moment
from loyaltykit.coupons import Coupon
from loyaltykit.discounts import Discount, discount
from loyaltykit.errors import LimitError, MisuseError
from loyaltykit.limits import Limit, as_limits
from loyaltykit.stacking import (
    Amounts,
    Exclusive,
    Lane,
    Reuse,
    Stacking,
    as_amounts,
    as_exclusive,
    as_group,
    as_lane,
    as_reuse,
    as_total,
)
from loyaltykit.vocabulary import Moment, named, shown

MAX_PROMOTIONS = 10_000
"""How many promotions a programme may have."""


def _name(value: str) -> str:
    return named(value, "the name of a promotion")


@final
@frozen(order=False)
class Promotion:
    """What comes off, and when: about the member, the basket, the time. No code is needed.

    `when` reads the amounts of the basket as `reads` says. `limit`, `total`, `lane`, `group`,
    `exclusive` and `on_return` mean what they do on a `Coupon`. A guest has not ordered, has not
    joined and has no tier, so that a condition can be for members alone, or for others.
    """

    name: str = field(converter=_name)
    discount: Discount = field(converter=discount)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )
    reads: Amounts = field(default=Amounts.BEFORE, converter=as_amounts, kw_only=True)
    limit: tuple[Limit, ...] = field(default=(), converter=as_limits, kw_only=True)
    total: int | None = field(default=None, converter=as_total, kw_only=True)
    lane: str | None = field(default=None, converter=as_lane, kw_only=True)
    group: str | None = field(default=None, converter=as_group, kw_only=True)
    exclusive: Exclusive = field(default=Exclusive.NOTHING, converter=as_exclusive, kw_only=True)
    on_return: Reuse = field(default=Reuse.WHOLE, converter=as_reuse, kw_only=True)


Offer: TypeAlias = Coupon | Promotion


def as_promotions(values: Iterable[Promotion]) -> tuple[Promotion, ...]:
    """The promotions of a programme.

    Raises:
        MisuseError: it is no list of promotions.
        LimitError: there are more than 10,000.
    """
    if not isinstance(values, Iterable):
        raise MisuseError(f"the promotions of a programme are a list, not {shown(values)}")
    found = tuple(islice(values, MAX_PROMOTIONS + 1))
    for each in found:
        if not isinstance(each, Promotion):
            raise MisuseError(
                f"promotions are made of Promotion, not of {shown(each)}: "
                "write Promotion('sale', percent_off(10))"
            )
    if len(found) > MAX_PROMOTIONS:
        raise LimitError(f"a programme has at most {MAX_PROMOTIONS} promotions")
    return found


def offer_key(offer: Offer) -> str:
    """The name of an offer among all counters and claims: "coupon:FIVER", "promotion:sale"."""
    match offer:
        case Coupon(name=name):
            return f"coupon:{name}"
        case Promotion(name=name):
            return f"promotion:{name}"


def lane_of(offer: Offer, stacking: Stacking) -> Lane:
    """The lane of an offer.

    It is the one that it names, else the first for promotions, the last for coupons.
    """
    named = next((each for each in stacking.lanes if each.name == offer.lane), None)
    if named is not None:
        return named
    match offer:
        case Promotion():
            return stacking.lanes[0]
        case Coupon():
            return stacking.lanes[-1]
        case _:
            assert_never(offer)
