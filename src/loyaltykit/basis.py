"""Basis: which amount of an order a rate reads.

    Basis = before or after discounts x tax x with or without shipping x what was paid how

The default is the goods after every discount, with tax as the shop states the price, without
shipping, and without what was paid in points or in stored value.
"""

from enum import Enum
from typing import final

from attrs import field, frozen

from loyaltykit.vocabulary import of_type


class Discounts(Enum):
    """Whether discounts lower the amount."""

    AFTER = "after"
    """What is left after every discount, coupons included."""

    BEFORE = "before"
    """The price, whatever was taken off it."""


class Taxes(Enum):
    """Whether tax is part of the amount."""

    AS_GIVEN = "as-given"
    """As the shop states its prices."""

    WITH = "with"
    """With tax, also where it comes on top of the price."""

    WITHOUT = "without"
    """Without tax, also where the price contains it."""


class PaidIn(Enum):
    """Whether what is paid otherwise than in money is part of the amount."""

    MONEY = "money"
    """Without what was paid in points or in credit."""

    CREDIT = "credit"
    """Without what was paid in points; stored value is paid like money."""

    ANYTHING = "anything"
    """All of it, however it was paid: what pays is no discount."""


def _discounts(value: Discounts) -> Discounts:
    return of_type(value, Discounts, "discounts must be Discounts.AFTER or Discounts.BEFORE")


def _taxes(value: Taxes) -> Taxes:
    return of_type(value, Taxes, "tax must be a Taxes such as Taxes.WITHOUT")


def _paid(value: PaidIn) -> PaidIn:
    return of_type(value, PaidIn, "paid must be a PaidIn such as PaidIn.ANYTHING")


def _shipping(value: bool) -> bool:
    return of_type(value, bool, "shipping must be True or False")


@final
@frozen(order=False, cache_hash=True)
class Basis:
    """Which amount a rate reads; shipping is of no line, and counts whichever lines are taken."""

    discounts: Discounts = field(default=Discounts.AFTER, converter=_discounts, kw_only=True)
    tax: Taxes = field(default=Taxes.AS_GIVEN, converter=_taxes, kw_only=True)
    shipping: bool = field(default=False, converter=_shipping, kw_only=True)
    paid: PaidIn = field(default=PaidIn.MONEY, converter=_paid, kw_only=True)


GOODS = Basis()
"""The default: the goods after every discount, as far as they were paid in money."""


def basis(value: Basis) -> Basis:
    """Return `value` if it is a basis; the converter of every field that holds one.

    Raises:
        MisuseError: it is anything else.
    """
    return of_type(value, Basis, "basis must be a Basis such as Basis(shipping=True)")
