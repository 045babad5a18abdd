"""Discounts: what a coupon takes off a basket, as plain values.

    Discount = AmountOff | PercentOff

A discount never exceeds the lines that it applies to. It is rounded once, for the basket, and then
spread over the lines by largest remainder, ties to the lower line id.
"""

from decimal import Decimal
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_item
from loyaltykit.errors import DefinitionError
from loyaltykit.money import Rounding, exact
from loyaltykit.vocabulary import Item, of_type

Number: TypeAlias = int | str | Decimal


def _amount(value: Number) -> Decimal:
    amount = exact(value, "the amount of a discount", minimum=0)
    if not amount:
        raise DefinitionError("the amount of a discount must be above 0: amount_off(5)")
    return amount


def _optional_amount(value: Number | None) -> Decimal | None:
    return None if value is None else _amount(value)


def _percent(value: Number) -> Decimal:
    percent = exact(value, "the percentage of a discount", minimum=0)
    if not 0 < percent <= 100:
        raise DefinitionError(f"a percentage must be above 0 and at most 100, not {percent}")
    return percent


def _rounding(value: Rounding) -> Rounding:
    return of_type(value, Rounding, "rounding must be a Rounding such as Rounding.FLOOR")


@final
@frozen(order=False)
class AmountOff:
    """So much (major units) off the lines for which `of` holds, at most their value."""

    amount: Decimal = field(converter=_amount)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)


@final
@frozen(order=False)
class PercentOff:
    """A share of the lines for which `of` holds, at most `up_to` (major units)."""

    percent: Decimal = field(converter=_percent)
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    up_to: Decimal | None = field(default=None, converter=_optional_amount, kw_only=True)
    rounding: Rounding = field(default=Rounding.HALF_UP, converter=_rounding, kw_only=True)


Discount: TypeAlias = AmountOff | PercentOff


def amount_off(amount: Number, *, of: Condition[Item] | None = None) -> AmountOff:
    """So much off: amount_off(5) is 5.00 in the programme's currency."""
    return AmountOff(amount, of=of)


def percent_off(
    percent: Number, *, of: Condition[Item] | None = None, up_to: Number | None = None
) -> PercentOff:
    """A share off: percent_off(15) is 15 percent, rounded half-up to the minor unit."""
    return PercentOff(percent, of=of, up_to=up_to)
