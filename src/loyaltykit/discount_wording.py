"""Wording of discounts: what comes off, of which units, of what, in plain English on one line.

    50 % off the cheapest unit of lines where item category is tea, at most 8.00 EUR
    sets of 2 units of lines where item sku is burger and 1 unit: 12.00 EUR for a set

The text is for people: it is not parsed, and its wording may change. Nothing here reads a fact.
"""

from decimal import Decimal
from typing import assert_never

from loyaltykit.bundles import Bundle, Part
from loyaltykit.conditions import Condition
from loyaltykit.discounts import By, Discount, ForEach, FreeItem, Stepped, Together
from loyaltykit.money import Currency
from loyaltykit.reductions import (
    AmountOff,
    Covers,
    Each,
    NewPrice,
    PercentOff,
    Price,
    Reduction,
)
from loyaltykit.selections import Pick
from loyaltykit.spelling import amount_text, counted, fact_text
from loyaltykit.vocabulary import Item
from loyaltykit.wording import condition_text


def discount_text(discount: Discount, money: Currency | None = None) -> str:
    """A discount in words; without `money`, amounts stand without their currency.

    >>> from loyaltykit.reductions import percent_off
    >>> from loyaltykit.selections import cheapest
    >>> discount_text(percent_off(50, units=cheapest(1), up_to=8))
    '50 % off the cheapest unit, at most 8'
    """
    match discount:
        case AmountOff() | PercentOff() | NewPrice():
            return _reduction_text(discount, _goods_text(discount, money), money)
        case Bundle():
            return _bundle_text(discount, money)
        case FreeItem(sku=sku, units=units):
            return f"{counted(units, 'unit')} of {sku} for nothing"
        case Stepped(by=by, steps=steps, of=of):
            listed = "; ".join(
                f"from {_start_text(start, by, money)} on {discount_text(each, money)}"
                for start, each in steps
            )
            return f"{listed}{_of_text(of, money)}"
        case ForEach(discount=one, by=by_fact):
            apart = "line" if by_fact is None else fact_text(by_fact)
            return f"for each {apart}: {discount_text(one, money)}"
        case Together(discounts=inner):
            return " plus ".join(discount_text(each, money) for each in inner)
        case _:
            assert_never(discount)


def _reduction_text(reduction: Reduction, goods: str, money: Currency | None) -> str:
    match reduction:
        case AmountOff(amount=amount, not_below=floor):
            text = f"{amount_text(amount, money)} off{goods}"
        case PercentOff(percent=percent, up_to=up_to, not_below=floor):
            most = "" if up_to is None else f", at most {amount_text(up_to, money)}"
            text = f"{percent:f} % off{goods}{most}"
        case NewPrice(price=price, fallback=fallback):
            floor = None
            unknown = "" if fallback is None else f" ({amount_text(fallback, money)} if unknown)"
            text = f"{_price_text(price, money)}{unknown} for{goods}"
        case _:
            assert_never(reduction)
    return text if floor is None else f"{text}, no unit below {_price_text(floor, money)}"


def _goods_text(reduction: Reduction, money: Currency | None) -> str:
    priced = isinstance(reduction, NewPrice)
    match reduction.covers:
        case Covers.SHIPPING:
            return " shipping"
        case Covers.ORDER:
            rest = " the order with shipping"
        case Covers.GOODS:
            rest = " everything together" if priced else ""
        case _:
            assert_never(reduction.covers)
    one_each = not isinstance(reduction, PercentOff) and reduction.each is Each.UNIT
    if reduction.units is not None:
        rest = f"{' each of' if one_each else ''} {_pick_text(reduction.units)}"
    elif one_each:
        rest = " each unit"
    elif reduction.of is not None and reduction.covers is Covers.GOODS:
        return (
            _of_text(reduction.of, money).removeprefix(" of")
            if not priced
            else (f" all{_of_text(reduction.of, money)}")
        )
    return f"{rest}{_of_text(reduction.of, money)}"


def _pick_text(pick: Pick) -> str:
    begin = pick.begin.value
    plain = pick.group == 1 and pick.take is None
    if plain and not pick.skip and pick.most is not None:
        return f"the {begin} unit" if pick.most == 1 else f"the {pick.most} {begin} units"
    if plain:
        text = f"all but the {pick.skip} {begin} units"
    elif pick.take is None:
        text = f"whole groups of {counted(pick.group, 'unit')}, the {begin} first"
    else:
        text = f"the last {pick.take} of every {counted(pick.group, 'unit')}, the {begin} first"
    if pick.skip and not plain:
        text += f", without the first {pick.skip}"
    return text if pick.most is None else f"{text}, at most {counted(pick.most, 'unit')}"


def _of_text(of: Condition[Item] | None, money: Currency | None) -> str:
    return "" if of is None else f" of lines where {condition_text(of, money)}"


def _price_text(price: Price, money: Currency | None) -> str:
    return amount_text(price, money) if isinstance(price, Decimal) else fact_text(price)


def _start_text(start: Decimal, by: By, money: Currency | None) -> str:
    match by:
        case By.UNITS:
            return counted(int(start), "unit")
        case By.SPEND:
            return amount_text(start, money)
        case _:
            assert_never(by)


def _part_text(part: Part, money: Currency | None) -> str:
    fewer = "up to " if part.partial else ""
    text = f"{fewer}{counted(part.units, 'unit')}{_of_text(part.of, money)}"
    if part.off is None:
        return text
    one_each = not isinstance(part.off, PercentOff) and part.off.each is Each.UNIT
    them = " each" if one_each else " them"
    return f"{text} with {_reduction_text(part.off, them, money)}"


def _bundle_text(bundle: Bundle, money: Currency | None) -> str:
    text = f"sets of {' and '.join(_part_text(part, money) for part in bundle.parts)}"
    if bundle.off is not None:
        one_each = not isinstance(bundle.off, PercentOff) and bundle.off.each is Each.UNIT
        whole = " each unit" if one_each else " a set"
        text += f": {_reduction_text(bundle.off, whole, money)}"
    return text if bundle.most is None else f"{text}, at most {counted(bundle.most, 'set')}"
