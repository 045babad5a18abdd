"""Events about orders: bought, sent back, paid with points, and codes that are presented."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import final

from attrs import field, frozen

from loyaltykit.baskets import (
    MAX_LABELS,
    MAX_QUANTITY,
    NO_SHIPPING,
    Label,
    Line,
    Shipping,
    as_answers,
    as_labels,
    as_lines,
    as_shipping,
    text_id,
)
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.money import exact
from loyaltykit.openings import whole_points
from loyaltykit.particulars import (
    MAX_CODES,
    as_code,
    as_codes,
    as_id,
    as_member,
    as_order,
    as_purse,
    as_time,
    words_in_order,
)
from loyaltykit.vocabulary import named, shown


def _amount(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else exact(value, "an amount of money", minimum=0)


def _perhaps_lines(values: Iterable[Line]) -> tuple[Line, ...]:
    if isinstance(values, tuple | list) and not values:
        return ()
    return as_lines(values)


def _units(line: str, value: int) -> int:
    if type(value) is not int or not 1 <= value <= MAX_QUANTITY:
        raise DefinitionError(
            f"the quantity of returned line {shown(line)} must be a whole number "
            f"from 1 to {MAX_QUANTITY}, not {shown(value)}"
        )
    return value


def _returned(values: Mapping[str, int] | None) -> FrozenMap[str, int] | None:
    if values is None:
        return None
    if not isinstance(values, Mapping):
        raise MisuseError("returned lines are a mapping from line id to quantity: {'1': 2}")
    if not values:
        raise DefinitionError("a return names at least one line, or None for all that is left")
    return FrozenMap(
        (text_id(line), _units(line, values[line])) for line in sorted(values, key=str)
    )


def _spend(values: Mapping[str, int]) -> FrozenMap[str, int]:
    if not isinstance(values, Mapping):
        raise MisuseError(
            f"spend is a mapping from purse to points: {{'points': 500}}, not {shown(values)}"
        )
    if len(values) > MAX_LABELS:
        raise LimitError(f"an order spends points of at most {MAX_LABELS} purses")
    purses = sorted(as_purse(purse) for purse in values)
    return FrozenMap(
        (purse, _points(values[purse], purse))
        for purse in purses
        if type(values[purse]) is not int or values[purse]
    )


def _points(value: int, purse: str) -> int:
    if type(value) is not int:
        raise DefinitionError(
            f"spend of {purse!r} is {shown(value)}: write a whole number of the purse's smallest "
            "unit, of credit cents: {'credit': 500} is 5.00 EUR"
        )
    return whole_points(value)


def _captures(values: Iterable[str]) -> tuple[str, ...]:
    found = words_in_order(values, "a reservation")
    if len(found) > MAX_CODES:
        raise LimitError(f"an order captures at most {MAX_CODES} reservations, not {len(found)}")
    return found


@final
@frozen(order=False)
class Purchase:
    """A paid order; its id is the order's id.

    `coupons` are the codes that were presented. `spend` are points that pay for the lines, by
    purse, in its smallest unit, where 0 is nothing; so do the reservations in `captures`, whole.
    `paid` is what was paid in money (major units, without shipping), `paid_shipping` what was paid
    for shipping; where one is given and differs from what the programme computes, the purchase is
    refused. `shipping` is what it costs besides the lines, before what offers take off it: only a
    rate whose basis names it reads it. `labels` are the shop's own facts about the basket.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    lines: tuple[Line, ...] = field(converter=as_lines, kw_only=True)
    coupons: tuple[str, ...] = field(default=(), converter=as_codes, kw_only=True)
    spend: FrozenMap[str, int] = field(factory=FrozenMap, converter=_spend, kw_only=True)
    captures: tuple[str, ...] = field(default=(), converter=_captures, kw_only=True)
    paid: Decimal | None = field(default=None, converter=_amount, kw_only=True)
    paid_shipping: Decimal | None = field(default=None, converter=_amount, kw_only=True)
    shipping: Shipping = field(default=NO_SHIPPING, converter=as_shipping, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )


@final
@frozen(order=False)
class Return:
    """Lines of an order come back: quantities by line id, or None for all that is left."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    order: str = field(converter=as_order, kw_only=True)
    lines: FrozenMap[str, int] | None = field(default=None, converter=_returned, kw_only=True)


def _of(value: str) -> str:
    return named(value, "the event that is confirmed")


@final
@frozen(order=False)
class Confirmation:
    """What the points of an event waited for has happened: they become available.

    `of` is the id of the event that granted them, such as the order that was delivered.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    of: str = field(converter=_of, kw_only=True)


@final
@frozen(order=False)
class Redemption:
    """A member spends points of a purse; in a money purse, minor units."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    points: int = field(converter=whole_points, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)


@final
@frozen(order=False)
class CouponPresentation:
    """A member presents a code: a public one is taken into the account, a held one is checked.

    With lines, the answer is about that basket; nothing is used up before a purchase.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    code: str = field(converter=as_code, kw_only=True)
    lines: tuple[Line, ...] = field(default=(), converter=_perhaps_lines, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )
