"""Baskets: the lines that a member buys, as the shop states them.

    Label = text | exact number | yes or no | set of words | None for unknown

Prices are in major units, exact, as written. Order of lines never matters: their ids are unique,
and every tie is broken by id.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.money import exact
from loyaltykit.vocabulary import named, of_type, shown

MAX_LINES = 10_000
"""How many lines a basket may have."""
MAX_QUANTITY = 1_000_000_000
"""How many units one line may have."""
MAX_LABELS = 100
"""How many labels or tags one thing may have."""

Label: TypeAlias = str | Decimal | bool | tuple[str, ...] | None


def text_id(value: str) -> str:
    """Return `value` if it can serve as an identifier.

    Raises:
        MisuseError, DefinitionError: it is not text of 1 to 200 printable characters.
    """
    return named(value, "an id")


def as_label(value: Any, what: str = "a label") -> Label:
    """One of the shop's own values in canonical form: numbers exact, sets of words sorted.

    Raises:
        MisuseError, DefinitionError: it is a float or anything else that rules cannot compare.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return named(value, what)
    if isinstance(value, int | Decimal):
        return exact(value, what)
    if isinstance(value, tuple | list | set | frozenset):
        return as_words(value, what)
    raise MisuseError(
        f"{what} must be text, an exact number, a bool, a set of words or None, "
        f"not {type(value).__name__}"
    )


def as_words(values: Iterable[str], what: str = "a tag") -> tuple[str, ...]:
    """A set of words, sorted.

    Raises:
        MisuseError, LimitError: a single text, or more than 100 words.
    """
    if isinstance(values, str):
        raise MisuseError(f"{what}: write a list of words, not the single text {shown(values)}")
    if not isinstance(values, Iterable):
        raise MisuseError(f"{what}: write a list of words, not {shown(values)}")
    found = sorted({named(value, what) for value in values})
    if len(found) > MAX_LABELS:
        raise LimitError(f"{what}: at most {MAX_LABELS} words, not {len(found)}")
    return tuple(found)


def as_labels(values: Mapping[str, Any]) -> FrozenMap[str, Label]:
    """The shop's own facts by name, in canonical form and order.

    Raises:
        MisuseError, LimitError: not a mapping, or more than 100 entries.
    """
    if not isinstance(values, Mapping):
        raise MisuseError(f"labels are a mapping from name to value, not {type(values).__name__}")
    if len(values) > MAX_LABELS:
        raise LimitError(f"at most {MAX_LABELS} labels, not {len(values)}")
    names = sorted(named(name, "the name of a label") for name in values)
    return FrozenMap((name, as_label(values[name], f"label {name!r}")) for name in names)


def _answer(name: str, value: Any) -> bool | None:
    if value is not None and type(value) is not bool:
        raise MisuseError(f"the answer to {name!r} must be True, False or None, not {shown(value)}")
    return value


def as_answers(values: Mapping[str, bool | None]) -> FrozenMap[str, bool | None]:
    """What the host answers to custom conditions, by name.

    Raises:
        MisuseError, LimitError: an answer that is no bool, or more than 100.
    """
    if not isinstance(values, Mapping):
        raise MisuseError(f"answers are a mapping from name to bool, not {type(values).__name__}")
    if len(values) > MAX_LABELS:
        raise LimitError(f"at most {MAX_LABELS} answers, not {len(values)}")
    names = sorted(named(name, "the name of a custom condition") for name in values)
    return FrozenMap((name, _answer(name, values[name])) for name in names)


def _line_id(value: str) -> str:
    return named(value, "the id of a line")


def _sku(value: str) -> str:
    return named(value, "the sku of a line")


def _price(value: Decimal | int | str) -> Decimal:
    return exact(value, "the price of a line", minimum=0)


def _discount(value: Decimal | int | str) -> Decimal:
    return exact(value, "the discount of a line", minimum=0)


def _quantity(value: int) -> int:
    if type(value) is not int or not 1 <= value <= MAX_QUANTITY:
        raise DefinitionError(
            f"the quantity of a line must be a whole number from 1 to {MAX_QUANTITY}, "
            f"not {shown(value)}: what comes back is a Return"
        )
    return value


def _word(value: str | None) -> str | None:
    return None if value is None else named(value, "a category or brand")


def _tax_amount(value: Decimal | int | str) -> Decimal:
    return exact(value, "a tax", minimum=0)


def _on_top(value: bool) -> bool:
    return of_type(value, bool, "on_top must be True or False")


@final
@frozen(order=False)
class Tax:
    """An amount of tax (major units): contained in the price that it belongs to, or on top of it.

    >>> Tax("3.19"), Tax("1.60", on_top=True)
    (Tax(amount=Decimal('3.19'), on_top=False), Tax(amount=Decimal('1.6'), on_top=True))
    """

    amount: Decimal = field(converter=_tax_amount)
    on_top: bool = field(default=False, converter=_on_top, kw_only=True)


def _rate(value: Decimal | int | str) -> Decimal:
    rate = exact(value, "a rate of tax", minimum=0)
    if rate > 1_000:
        raise DefinitionError(f"a rate of tax is a percentage of at most 1000, not {shown(value)}")
    return rate


@final
@frozen(order=False)
class TaxRate:
    """A rate of tax in percent, contained in the price that it belongs to, or on top of it.

    Where a price becomes smaller by a discount, so does its tax, exactly; of an amount of tax, only
    its share of the price is known, which was rounded once already.

    >>> TaxRate(20), TaxRate("5.5", on_top=True)
    (TaxRate(percent=Decimal('20'), on_top=False), TaxRate(percent=Decimal('5.5'), on_top=True))
    """

    percent: Decimal = field(converter=_rate)
    on_top: bool = field(default=False, converter=_on_top, kw_only=True)


def _tax(value: Tax | TaxRate | Decimal | int | str | None) -> Tax | TaxRate | None:
    return value if value is None or isinstance(value, Tax | TaxRate) else Tax(value)


def _shipping_amount(value: Decimal | int | str) -> Decimal:
    return exact(value, "the price of shipping", minimum=0)


@final
@frozen(order=False)
class Shipping:
    """What shipping costs (major units) before offers, and the tax on it; None is unknown."""

    amount: Decimal = field(converter=_shipping_amount)
    tax: Tax | TaxRate | None = field(default=None, converter=_tax, kw_only=True)


NO_SHIPPING = Shipping(Decimal(0))
"""Nothing is paid for shipping."""


def as_shipping(value: Shipping | Decimal | int | str) -> Shipping:
    """What shipping costs, as a value; a plain amount is one whose tax is unknown."""
    return value if isinstance(value, Shipping) else Shipping(value)


@final
@frozen(order=False)
class Line:
    """One line of a basket.

    `price` is for one unit, before any discount; `discount` is what the shop itself took off the
    whole line. Both are in major units: "3.50" is 3.50 EUR. `tax` is the tax on the whole line
    after that discount, contained in its price if it is a plain amount; None is unknown, 0 is none.

    >>> Line("1", "espresso", price="2.50", quantity=2).price
    Decimal('2.5')
    """

    id: str = field(converter=_line_id)
    sku: str = field(converter=_sku)
    price: Decimal = field(converter=_price, kw_only=True)
    quantity: int = field(default=1, converter=_quantity, kw_only=True)
    discount: Decimal = field(default=Decimal(0), converter=_discount, kw_only=True)
    tax: Tax | TaxRate | None = field(default=None, converter=_tax, kw_only=True)
    category: str | None = field(default=None, converter=_word, kw_only=True)
    brand: str | None = field(default=None, converter=_word, kw_only=True)
    tags: tuple[str, ...] = field(default=(), converter=as_words, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)


def as_lines(values: Iterable[Line]) -> tuple[Line, ...]:
    """The lines of a basket, in order of their ids.

    Raises:
        DefinitionError: there is none, or two have one id.
        LimitError: there are more than 10,000.
        MisuseError: it is no list of lines.
    """
    if not isinstance(values, Iterable):
        raise MisuseError(f"the lines of a basket are a list, not {shown(values)}")
    found: dict[str, Line] = {}
    for value in values:
        if not isinstance(value, Line):
            raise MisuseError(
                f"a basket is made of lines, not of {shown(value)}: write Line(id, sku, price=...)"
            )
        if value.id in found:
            raise DefinitionError(f"two lines of one basket have the id {value.id!r}")
        if len(found) == MAX_LINES:
            raise LimitError(f"a basket has at most {MAX_LINES} lines")
        found[value.id] = value
    if not found:
        raise DefinitionError("a basket needs at least one line: lines=[Line(...)]")
    return tuple(found[line] for line in sorted(found))


@final
@frozen(order=False)
class Basket:
    """What a shop asks a quote for: lines, its own facts, and answers to custom conditions.

    `shipping` is what it costs besides the lines; it is no part of what is payable.
    """

    lines: tuple[Line, ...] = field(converter=as_lines)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels)
    shipping: Shipping = field(default=NO_SHIPPING, converter=as_shipping, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )
