"""Money and points as whole numbers: strict parsing, ISO 4217 minor units, one rounding.

What a person writes becomes a canonical `Decimal` (`exact`), then minor units of one currency
(`minor_units`); from there on everything is `int` or `Fraction`.

Laws: equal amounts are equal, hash equal and print equal.

Never here: `float`, arithmetic on `Decimal` (it obeys an ambient context), more than one currency
at a time.
"""

import re
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Final, assert_never, final

from attrs import frozen

from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.vocabulary import shown

MAX_DIGITS: Final = 15
"""Most digits before the decimal point in a number that a person writes."""

MAX_DECIMALS: Final = 12
"""Most digits after the decimal point in a number that a person writes."""

MAX_UNITS: Final = 10**24
"""Largest amount, weight or cap of money, in minor units."""

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
            f"{field}: write at most {MAX_DIGITS} digits before the point, not {shown(value)}"
        )
    if -exponent > MAX_DECIMALS:
        raise DefinitionError(f"{field}: write at most {MAX_DECIMALS} decimals, not {shown(value)}")
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
    known = type(value) is Decimal and value.is_finite()
    return _kept_ratio(value) if known else _ratio(value)


def _ratio(value: Decimal) -> Fraction:
    return Fraction(*exact(value, "ratio").as_integer_ratio())


# The numbers of rules are few, and asked for again at every event.
_kept_ratio = lru_cache(maxsize=1024)(_ratio)


def shifted(units: int, decimals: int) -> Decimal:
    """So many of the smallest units as a number with at most so many decimals.

    >>> shifted(1250, 2), shifted(7, 0)
    (Decimal('12.5'), Decimal('7'))
    """
    while decimals and units % 10 == 0:
        units, decimals = units // 10, decimals - 1
    return Decimal(f"{units}e-{decimals}")


def _written(value: int | str | Decimal, field: str) -> tuple[bool, str, int]:
    """Sign, digits and exponent as written; every size is bounded before anything is converted."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise MisuseError(
            f'{field}: write a whole number, text such as "12.50" or a Decimal, '
            f"not {shown(value)} ({type(value).__name__})"
        )
    if isinstance(value, int):
        if abs(value) >= 10**MAX_DIGITS:
            raise DefinitionError(
                f"{field}: write at most {MAX_DIGITS} digits before the point, not {shown(value)}"
            )
        return value < 0, str(abs(int(value))), 0
    if isinstance(value, str):
        if len(value) > _MAX_TEXT or not _PLAIN_NUMBER.fullmatch(value):
            raise DefinitionError(f'{field}: write a number such as "12.50", not {shown(value)}')
        before, _, after = value.removeprefix("-").partition(".")
        return value.startswith("-"), before + after, -len(after)
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _MAX_TEXT:
        raise DefinitionError(f'{field}: write a number such as "12.50", not {shown(value)}')
    return sign == 1, "".join(map(str, digits)), exponent


def whole_units(value: int, field: str) -> int:
    """A whole number of minor units within `MAX_UNITS`, or `MisuseError`, `LimitError`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise MisuseError(f"{field}: write a whole number of minor units, not {shown(value)}")
    if abs(value) > MAX_UNITS:
        raise LimitError(f"{field}: at most 10**24 minor units, not {shown(value)}")
    return value


@final
@frozen(cache_hash=True)
class Currency:
    """One active ISO 4217 currency; `exponent` is the number of its decimals."""

    code: str
    exponent: int

    def __attrs_post_init__(self) -> None:
        known = _exponent(self.code)
        if isinstance(self.exponent, bool) or self.exponent != known:
            raise DefinitionError(
                f"currency {self.code} has {known} decimals, not {shown(self.exponent)}"
            )

    @property
    def scale(self) -> int:
        """Minor units in one major unit: 100 for EUR, 1 for JPY."""
        scale: int = 10**self.exponent
        return scale

    def major(self, minor: int) -> Decimal:
        """Minor units as an amount in major units, such as `paid` of a purchase.

        >>> currency("EUR").major(1250), currency("JPY").major(300)
        (Decimal('12.5'), Decimal('300'))
        """
        return shifted(whole_units(minor, "an amount"), self.exponent)


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code as it stands since January 2026 (no metals, no test codes).

    >>> currency("JPY").exponent, currency("KWD").scale
    (0, 1000)
    """
    return Currency(code, _exponent(code))


def _exponent(code: str) -> int:
    if not isinstance(code, str):
        raise MisuseError(f'currency: write an ISO 4217 code such as "EUR", not {shown(code)}')
    if code not in _CURRENCIES:
        nearest = _nearest(code)
        raise DefinitionError(
            f"currency: {shown(code)} is no active ISO 4217 code; the nearest is {nearest!r}"
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
    top, bottom = exact(amount, field).as_integer_ratio()
    minor, rest = divmod(top * currency.scale, bottom)
    if rest:
        raise DefinitionError(
            f"{field}: {currency.code} has {currency.exponent} decimals, so {amount:f} "
            f"cannot be paid; write fewer decimals"
        )
    return minor


def money_text(minor: int, currency: Currency) -> str:
    """Minor units as people read them.

    >>> money_text(1250, currency("EUR")), money_text(-5, currency("EUR"))
    ('12.50 EUR', '-0.05 EUR')
    """
    sign = "-" if whole_units(minor, "amount") < 0 else ""
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


@final
class RoundingScope(Enum):
    """Of what the whole number is made; the order is the default everywhere."""

    ORDER = "order"
    """Once, of everything together."""

    LINE = "line"
    """Of what each line earns, by itself."""

    UNIT = "unit"
    """Of what one piece of each line earns; every piece of it counts the same."""


def rounded(value: Fraction | int, mode: Rounding) -> int:
    """The one place where a fraction becomes a whole number.

    >>> [rounded(Fraction(5, 2), mode) for mode in Rounding]
    [2, 3, 2, 3]
    """
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise MisuseError(f"rounded: give an int or a Fraction, not {shown(value)}")
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
