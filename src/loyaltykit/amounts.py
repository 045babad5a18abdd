"""Amounts: what of a basket a rate reads, in minor units, by its basis.

    amount = price before or after discounts, less what was paid otherwise, with or without tax

Shipping is of no line. Without tax, an amount may be a fraction; nothing is rounded here.
"""

from fractions import Fraction
from typing import assert_never

from loyaltykit.basis import GOODS, Basis, Discounts, PaidIn, Taxes
from loyaltykit.conditions import Condition
from loyaltykit.errors import UnknownFactError
from loyaltykit.evaluate import lines_with
from loyaltykit.readings import LineReading, Readings, Taxed
from loyaltykit.vocabulary import Item


def spend_on(of: Condition[Item] | None, readings: Readings) -> int:
    """Net spend, in minor units, on the lines for which `of` holds; None is every line."""
    return sum(line.spend for line in lines_with(of, readings))


def amount_on(of: Condition[Item] | None, readings: Readings, basis: Basis) -> Fraction | int:
    """The amount, in minor units, that a rate on such a basis reads; None is every line.

    Raises:
        UnknownFactError: the basis is with or without tax, and the tax of a line is unknown.
    """
    if basis == GOODS:
        return spend_on(of, readings)
    lines = sum((amount_of(line, basis) for line in lines_with(of, readings)), Fraction(0))
    return lines + shipping_of(readings, basis)


def amount_of(line: LineReading, basis: Basis) -> Fraction | int:
    """The amount of one line, in minor units, that a rate on such a basis reads."""
    match basis.paid:
        case PaidIn.MONEY:
            otherwise = line.tender
        case PaidIn.CREDIT:
            otherwise = line.tender - line.credit
        case PaidIn.ANYTHING:
            otherwise = 0
        case _:
            assert_never(basis.paid)
    match basis.discounts:
        case Discounts.AFTER:
            price = line.spend + line.tender
        case Discounts.BEFORE:
            price = line.subtotal
        case _:
            assert_never(basis.discounts)
    return _with_tax(price - otherwise, line.taxed, basis, f"line {line.id!r}")


def shipping_of(readings: Readings, basis: Basis) -> Fraction | int:
    """The amount of shipping, in minor units, that a rate on such a basis reads."""
    if not basis.shipping or not readings.shipping:
        return 0
    return _with_tax(readings.shipping, readings.shipping_taxed, basis, "shipping")


def _with_tax(amount: int, taxed: Taxed | None, basis: Basis, what: str) -> Fraction | int:
    if basis.tax is Taxes.AS_GIVEN:
        return amount
    if taxed is None:
        raise UnknownFactError(f"the tax of {what} is unknown: add tax=..., 0 if there is none")
    match basis.tax:
        case Taxes.WITH:
            return amount * taxed.gross
        case Taxes.WITHOUT:
            return amount * taxed.net
        case _:
            assert_never(basis.tax)
