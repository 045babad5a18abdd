"""Money and points as whole numbers: strict parsing, ISO 4217 minor units, exact allocation.

What a person writes becomes a canonical `Decimal` (`exact`), then minor units of one currency
(`minor_units`); from there on everything is `int` or `Fraction`.

Laws: equal amounts are equal, hash equal and print equal. An allocation adds up to its amount, no
part has the opposite sign, no part passes its cap, and a zero weight gets nothing.

Never here: `float`, arithmetic on `Decimal` (it obeys an ambient context), more than one currency
at a time.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import ceil, floor
from typing import Final, assert_never, final

from attrs import field as attribute
from attrs import frozen

from loyaltykit.errors import DefinitionError, LimitError, MisuseError

MAX_DIGITS: Final = 15
"""Most digits before the decimal point in a number that a person writes."""

MAX_DECIMALS: Final = 12
"""Most digits after the decimal point in a number that a person writes."""

MAX_PARTS: Final = 10_000
"""Most parts of one allocation."""

MAX_UNITS: Final = 10**24
"""Largest amount, weight or cap of an allocation, in minor units."""

_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MAX_TEXT: Final = 64

_EXPONENTS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
        "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
        "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
        "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
        "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST "
        "XAD XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_CURRENCIES: Final = {
    code: places for places, codes in _EXPONENTS.items() for code in codes.split()
}


def exact(
    value: int | str | Decimal, field: str, *, minimum: Decimal | int | None = None
) -> Decimal:
    """The number that a person wrote, canonical: no trailing zeros, no minus zero, no 1E+2.

    Text is plain ASCII digits with an optional minus and one point. Raises `MisuseError` for a
    `float`, a `bool` or anything else that is no number, and `DefinitionError` for NaN, infinity,
    more than `MAX_DIGITS` or `MAX_DECIMALS` digits, and what lies below `minimum`.

    >>> exact("2.50", "rate"), exact(Decimal("1E+2"), "rate"), exact("-0", "rate")
    (Decimal('2.5'), Decimal('100'), Decimal('0'))
    """
    number = value if type(value) is Decimal and _canonical(value) else _read(value, field)
    if minimum is not None and number < minimum:
        raise DefinitionError(f"{field}: write a number that is at least {minimum}, not {number:f}")
    return number


def _canonical(value: Decimal) -> bool:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or not -MAX_DECIMALS <= exponent <= 0:
        return False
    if len(digits) + exponent > MAX_DIGITS or (exponent and not digits[-1]):
        return False
    return digits[0] != 0 or (digits == (0,) and not (sign or exponent)) or exponent < 0


def _read(value: int | str | Decimal, field: str) -> Decimal:
    negative, digits, exponent = _written(value, field)
    digits = digits.lstrip("0")
    whole = digits.rstrip("0")
    exponent += len(digits) - len(whole)
    if not whole:
        negative, whole, exponent = False, "0", 0
    if len(whole) + exponent > MAX_DIGITS:
        raise DefinitionError(
            f"{field}: write at most {MAX_DIGITS} digits before the point, not {_shown(value)}"
        )
    if -exponent > MAX_DECIMALS:
        raise DefinitionError(
            f"{field}: write at most {MAX_DECIMALS} decimals, not {_shown(value)}"
        )
    whole += "0" * max(exponent, 0)
    return Decimal((int(negative), tuple(map(int, whole)), min(exponent, 0)))


def number_text(value: Decimal) -> str:
    """The number as `exact` reads it back; `str` would write 0.0000001 as 1E-7.

    >>> number_text(exact("0.0000001", "rate"))
    '0.0000001'
    """
    return f"{exact(value, 'number'):f}"


def ratio(value: Decimal) -> Fraction:
    """The same number as a fraction, exactly; bounds as in `exact`."""
    return Fraction(*exact(value, "ratio").as_integer_ratio())


def _written(value: int | str | Decimal, field: str) -> tuple[bool, str, int]:
    """Sign, digits and exponent as written; every size is bounded before anything is converted."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise MisuseError(
            f'{field}: write a whole number, text such as "12.50" or a Decimal, '
            f"not {_shown(value)} ({type(value).__name__})"
        )
    if isinstance(value, int):
        if abs(value) >= 10**MAX_DIGITS:
            raise DefinitionError(
                f"{field}: write at most {MAX_DIGITS} digits before the point, not {_shown(value)}"
            )
        return value < 0, str(abs(int(value))), 0
    if isinstance(value, str):
        if len(value) > _MAX_TEXT or not _PLAIN_NUMBER.fullmatch(value):
            raise DefinitionError(f'{field}: write a number such as "12.50", not {_shown(value)}')
        before, _, after = value.removeprefix("-").partition(".")
        return value.startswith("-"), before + after, -len(after)
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _MAX_TEXT:
        raise DefinitionError(f'{field}: write a number such as "12.50", not {_shown(value)}')
    return sign == 1, "".join(map(str, digits)), exponent


def _shown(value: object) -> str:
    """A short form for messages; printing a huge `int` would raise or take minutes."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_UNITS:
        return f"a whole number of {value.bit_length()} bits"
    text = repr(value[:_MAX_TEXT] if isinstance(value, str) else value)
    return text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "..."


def _whole(value: int, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise MisuseError(f"{field}: write a whole number of minor units, not {_shown(value)}")
    if abs(value) > MAX_UNITS:
        raise LimitError(f"{field}: at most 10**24 minor units, not {_shown(value)}")
    return value


@final
@frozen
class Currency:
    """One active ISO 4217 currency; `exponent` is the number of its decimals."""

    code: str
    exponent: int

    def __attrs_post_init__(self) -> None:
        known = _exponent(self.code)
        if isinstance(self.exponent, bool) or self.exponent != known:
            raise DefinitionError(
                f"currency {self.code} has {known} decimals, not {_shown(self.exponent)}"
            )

    @property
    def scale(self) -> int:
        """Minor units in one major unit: 100 for EUR, 1 for JPY."""
        scale: int = 10**self.exponent
        return scale


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code as it stands since January 2026 (no metals, no test codes).

    >>> currency("JPY").exponent, currency("KWD").scale
    (0, 1000)
    """
    return Currency(code, _exponent(code))


def _exponent(code: str) -> int:
    if not isinstance(code, str):
        raise MisuseError(f'currency: write an ISO 4217 code such as "EUR", not {_shown(code)}')
    if code not in _CURRENCIES:
        nearest = _nearest(code)
        raise DefinitionError(
            f"currency: {_shown(code)} is no active ISO 4217 code; the nearest is {nearest!r}"
        )
    return _CURRENCIES[code]


def _nearest(code: str) -> str:
    typed = code[:8].upper()

    def likeness(known: str) -> tuple[int, int]:
        shared = sum(min(typed.count(each), known.count(each)) for each in dict.fromkeys(known))
        return shared, sum(typed.startswith(known[:size]) for size in (1, 2, 3))

    return max(_CURRENCIES, key=likeness)


def minor_units(amount: Decimal, currency: Currency, field: str) -> int:
    """An amount in major units as whole minor units; more decimals than the currency has raise.

    >>> minor_units(Decimal("12.5"), currency("EUR"), "price")
    1250
    """
    minor = Fraction(*exact(amount, field).as_integer_ratio()) * currency.scale
    if minor.denominator != 1:
        raise DefinitionError(
            f"{field}: {currency.code} has {currency.exponent} decimals, so {amount:f} "
            f"cannot be paid; write fewer decimals"
        )
    return minor.numerator


def money_text(minor: int, currency: Currency) -> str:
    """Minor units as people read them.

    >>> money_text(1250, currency("EUR")), money_text(-5, currency("EUR"))
    ('12.50 EUR', '-0.05 EUR')
    """
    sign = "-" if _whole(minor, "amount") < 0 else ""
    major, rest = divmod(abs(minor), currency.scale)
    decimals = f".{rest:0{currency.exponent}d}" if currency.exponent else ""
    return f"{sign}{major}{decimals} {currency.code}"


@final
class Rounding(Enum):
    """How a fraction becomes a whole number; floor is the default everywhere."""

    FLOOR = "floor"
    """Down to the next whole number, towards minus infinity: a part of a point is no point."""

    HALF_UP = "half-up"
    """To the nearest; a half goes away from zero, so that a reversal mirrors the original."""

    HALF_EVEN = "half-even"
    """To the nearest; a half goes to the even neighbour, so that many roundings do not drift."""

    CEIL = "ceil"
    """Up to the next whole number, towards plus infinity: every started point counts."""


def rounded(value: Fraction | int, mode: Rounding) -> int:
    """The one place where a fraction becomes a whole number.

    >>> [rounded(Fraction(5, 2), mode) for mode in Rounding]
    [2, 3, 2, 3]
    """
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise MisuseError(f"rounded: give an int or a Fraction, not {_shown(value)}")
    match mode:
        case Rounding.FLOOR:
            return floor(value)
        case Rounding.HALF_UP:
            above, below = value.numerator, value.denominator
            nearest = (2 * abs(above) + below) // (2 * below)
            return nearest if above >= 0 else -nearest
        case Rounding.HALF_EVEN:
            return round(value)
        case Rounding.CEIL:
            return ceil(value)
        case _:
            assert_never(mode)


def _parts(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(values)


@final
@frozen
class Allocation:
    """An amount split over parts, in the order of the weights, and what could not be placed."""

    parts: tuple[int, ...] = attribute(converter=_parts)
    unplaced: int


def allocate(
    amount: int, weights: Sequence[int], *, caps: Sequence[int] | None = None
) -> Allocation:
    """Split an amount in proportion to weights, by largest remainder; ties go to the earlier part.

    With caps, every part whose share would pass its cap sits at its cap and the others share the
    rest in proportion. A negative amount mirrors the positive one. Raises `DefinitionError` for
    negative weights or caps, `LimitError` past `MAX_PARTS` or `MAX_UNITS`.

    >>> allocate(1000, [1000, 1000, 1000]).parts
    (334, 333, 333)
    >>> allocate(100, [50, 50], caps=[10, 60])
    Allocation(parts=(10, 60), unplaced=30)
    """
    _whole(amount, "amount")
    weights = _counted(weights, "weights")
    parts = [0] * len(weights)
    rest = abs(amount)
    sharing = [index for index, weight in enumerate(weights) if weight]
    total = sum(weights)
    if caps is not None:
        caps = _counted(caps, "caps")
        if len(caps) != len(weights):
            raise DefinitionError(
                f"caps: write one for each weight ({len(weights)}), not {len(caps)}"
            )
        # Two different ratios cap / weight differ by at least 1 / max(weight)**2, so at this scale
        # their floors differ too: an exact sort key without comparing fractions.
        bits = 2 * max(weights, default=0).bit_length()
        sharing.sort(key=lambda index: (caps[index] << bits) // weights[index])
        full = 0
        for index in sharing:
            if caps[index] * total > rest * weights[index]:
                break
            parts[index] = caps[index]
            rest -= caps[index]
            total -= weights[index]
            full += 1
        sharing = sorted(sharing[full:])
    if sharing:
        shares = [divmod(rest * weights[index], total) for index in sharing]
        for index, (share, _) in zip(sharing, shares, strict=True):
            parts[index] = share
        left = rest - sum(share for share, _ in shares)
        by_remainder = sorted(range(len(sharing)), key=lambda place: -shares[place][1])
        for place in by_remainder[:left]:
            parts[sharing[place]] += 1
        rest = 0
    sign = -1 if amount < 0 else 1
    return Allocation([sign * part for part in parts], sign * rest)


def allocate_discount(
    amount: int, values: Sequence[int], *, floors: Sequence[int] | None = None
) -> Allocation:
    """Split a discount over lines by their values, never past a line's value or its price floor.

    What a floor keeps back goes to the other lines. A floor above its line's value leaves that
    line alone. Errors as in `allocate`.

    >>> allocate_discount(2500, [5000, 6000], floors=[4500, 0])
    Allocation(parts=(500, 2000), unplaced=0)
    """
    values = _counted(values, "values")
    floors = [0] * len(values) if floors is None else _counted(floors, "floors")
    if len(floors) != len(values):
        raise DefinitionError(
            f"floors: write one for each value ({len(values)}), not {len(floors)}"
        )
    caps = [max(0, value - low) for value, low in zip(values, floors, strict=True)]
    return allocate(amount, values, caps=caps)


def _counted(values: Sequence[int], field: str) -> Sequence[int]:
    if not isinstance(values, Sequence):
        raise MisuseError(f"{field}: give a list or tuple of whole numbers, not {_shown(values)}")
    if len(values) > MAX_PARTS:
        raise LimitError(f"{field}: at most {MAX_PARTS} parts, not {len(values)}")
    for index, value in enumerate(values):
        if _whole(value, f"{field}[{index}]") < 0:
            raise DefinitionError(f"{field}[{index}]: write a number >= 0, not {value}")
    return values
