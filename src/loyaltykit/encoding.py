"""Encoding: values as canonical JSON text.

Canonical: keys in order of their code points, no blanks, text as it is rather than escaped, whole
numbers and no others, every field written. Equal values of equal types give equal text, whatever
the hash seed, the time zone or the decimal context; maps keep the order in which they were filled.

A class gets its writer once, when it is first needed. Nothing is looked up in classes after that.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, TypeAlias, assert_never

from loyaltykit.errors import DefinitionError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.money import number_text
from loyaltykit.schema import (
    MAX_DIGITS,
    MAX_FRACTION,
    TAG,
    TEXTUAL,
    Either,
    Fault,
    Listed,
    Nested,
    Pairs,
    Row,
    Scalar,
    Shape,
    Word,
    kinds,
    slots,
)
from loyaltykit.vocabulary import shown

_BEYOND: Final = 10**MAX_DIGITS
_BEYOND_FRACTION: Final = 10**MAX_FRACTION
Writer: TypeAlias = Callable[[Any], str]


@lru_cache(maxsize=2)
def writers(brief: bool) -> Mapping[type[Any], Writer]:
    """The writer of every kind; brief ones leave out the fields that hold their default."""
    parts: dict[type[Any], list[Writer]] = {kind: [] for kind in kinds().values()}
    of_kind = _brief if brief else _whole_object
    made = {kind: of_kind(kind, writing) for kind, writing in parts.items()}
    # Filled when all are there, since kinds refer to each other.
    for kind, writing in parts.items():
        writing.extend(_writer(slot.shape, made) for slot in slots(kind))
    return MappingProxyType(made)


def _whole_object(kind: type[Any], writing: list[Writer]) -> Writer:
    names = [slot.name for slot in slots(kind)]
    take = _taking(names)
    blanks = dict.fromkeys(names, "%s") | {TAG: encode_basestring(kind.__name__)}
    pattern = "{" + ",".join(f'"{key}":{blanks[key]}' for key in sorted(blanks)) + "}"

    def write_object(value: Any) -> str:
        if type(value) is not kind:
            raise Fault(f"must be a {kind.__name__}, not {shown(value)}")
        texts: list[str] = []
        try:
            for write, part in zip(writing, take(value), strict=True):
                texts.append(write(part))
        except (Fault, TypeError) as error:
            raise _fault(error).within(f".{names[len(texts)]}") from None
        return pattern % tuple(texts)

    return write_object


def _brief(kind: type[Any], writing: list[Writer]) -> Writer:
    names = [slot.name for slot in slots(kind)]
    take = _taking(names)
    keys = [f',"{name}":' for name in names]
    defaults = [slot.default for slot in slots(kind)]
    head = f'{{"{TAG}":"{kind.__name__}"'

    def write_brief(value: Any) -> str:
        if type(value) is not kind:
            raise Fault(f"must be a {kind.__name__}, not {shown(value)}")
        texts = [head]
        key = ""
        try:
            for key, write, usual, part in zip(keys, writing, defaults, take(value), strict=True):
                if part is usual or (type(part) is type(usual) and part == usual):
                    continue
                texts.append(key + write(part))
        except (Fault, TypeError) as error:
            raise _fault(error).within(f".{key[2:-2]}") from None
        return "".join(texts) + "}"

    return write_brief


def _taking(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _writer(shape: Shape, made: Mapping[type[Any], Writer]) -> Writer:
    match shape:
        case Scalar():
            return _SCALARS[shape]
        case Word(enum):
            return _word(enum)
        case Listed(item):
            return _listed(_writer(item, made))
        case Row(items):
            return _row([_writer(item, made) for item in items])
        case Pairs(key, value):
            return _pairs(_writer(key, made), _writer(value, made))
        case Nested(kind):
            return made[kind]
        case Either():
            return _either(shape, made)
        case _:
            assert_never(shape)


def _word(enum: type[Enum]) -> Writer:
    def write(value: Any) -> str:
        if type(value) is not enum:
            raise Fault(f"must be a {enum.__name__}, not {shown(value)}")
        return encode_basestring(value._value_)

    return write


def _listed(item: Writer) -> Writer:
    def write(value: Any) -> str:
        if type(value) is not tuple:
            raise Fault(f"must be a tuple, not {shown(value)}")
        texts: list[str] = []
        try:
            for part in value:
                texts.append(item(part))  # noqa: PERF401 - its length says where a fault stands
        except (Fault, TypeError) as error:
            raise _fault(error).within(f"[{len(texts)}]") from None
        return f"[{','.join(texts)}]"

    return write


def _row(items: list[Writer]) -> Writer:
    def write(value: Any) -> str:
        if type(value) is not tuple or len(value) != len(items):
            raise Fault(f"must be a tuple of {len(items)}, not {shown(value)}")
        texts: list[str] = []
        try:
            for item, part in zip(items, value, strict=True):
                texts.append(item(part))
        except (Fault, TypeError) as error:
            raise _fault(error).within(f"[{len(texts)}]") from None
        return f"[{','.join(texts)}]"

    return write


def _pairs(write_key: Writer, write_value: Writer) -> Writer:
    def write(value: Any) -> str:
        if type(value) is not FrozenMap:
            raise Fault(f"must be a FrozenMap, not {shown(value)}")
        texts: list[str] = []
        side = 0
        try:
            for key, part in value.items():
                side = 0
                left = write_key(key)
                side = 1
                texts.append(f"[{left},{write_value(part)}]")
        except (Fault, TypeError) as error:
            raise _fault(error).within(f"[{side}]").within(f"[{len(texts)}]") from None
        return f"[{','.join(texts)}]"

    return write


def _either(shape: Either, made: Mapping[type[Any], Writer]) -> Writer:
    by_type: dict[type[Any], Writer] = {}
    for option in shape.options:
        match option:
            case Nested(kind):
                by_type[kind] = made[kind]
            case Listed():
                by_type[tuple] = _writer(option, made)
            case Pairs():
                by_type[FrozenMap] = _writer(option, made)
            case Scalar():
                tagged = shape.tagged and option in TEXTUAL and option is not Scalar.TEXT
                by_type[_TYPES[option]] = _tagged(option) if tagged else _SCALARS[option]
            case _:
                assert_never(option)
    wanted = ", ".join("None" if kind is type(None) else kind.__name__ for kind in by_type)

    def write(value: Any) -> str:
        found = by_type.get(type(value))
        if found is None:
            if isinstance(value, str) and str in by_type:
                return encode_basestring(value)
            raise Fault(f"must be one of {wanted}, not {shown(value)}")
        return found(value)

    return write


def _tagged(scalar: Scalar) -> Writer:
    pattern = f'{{"{TAG}":"{scalar.value}","value":%s}}'
    write = _SCALARS[scalar]
    return lambda value: pattern % write(value)


def _fault(error: Fault | TypeError) -> Fault:
    # Text is the one scalar that is written without a look at its type: it is the commonest.
    return error if isinstance(error, Fault) else Fault("must be text")


def _flag(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise Fault(f"must be True or False, not {shown(value)}")


def _whole(value: Any) -> str:
    if type(value) is not int:
        raise Fault(f"must be a whole number, not {shown(value)}")
    if not -_BEYOND < value < _BEYOND:
        raise Fault(f"must have at most {MAX_DIGITS} digits, not {shown(value)}")
    return repr(value)


def _number(value: Any) -> str:
    if type(value) is not Decimal:
        raise Fault(f"must be a Decimal, not {shown(value)}")
    text = str(value)
    whole, point, places = text.partition(".")
    short = len(text) < 14 and whole.isdigit()
    # The common cases, at a glance; the others are not wrong but take longer.
    if short and (not point or (places.isdigit() and places[-1] != "0")):
        return f'"{text}"'
    try:
        return f'"{number_text(value)}"'
    except DefinitionError as error:
        raise Fault(str(error)) from None


def _fraction(value: Any) -> str:
    if type(value) is not Fraction:
        raise Fault(f"must be a Fraction, not {shown(value)}")
    if max(abs(value.numerator), value.denominator) < _BEYOND_FRACTION:
        try:
            return f'"{value}"'
        except ValueError:  # the interpreter was told to print fewer digits
            pass
    raise Fault(f"must be a fraction of at most {MAX_FRACTION} digits over as many")


def _day(value: Any) -> str:
    if type(value) is not date:
        raise Fault(f"must be a date without a time, not {shown(value)}")
    return f'"{value.isoformat()}"'


def _instant(value: Any) -> str:
    if type(value) is datetime and value.tzinfo is UTC:
        return f'"{value.isoformat()[:-6]}Z"'  # it ends in +00:00
    if type(value) is not datetime or value.tzinfo is None or value.utcoffset() is None:
        raise Fault(f"must be a datetime with a time zone, not {shown(value)}")
    try:
        return _instant(value.astimezone(UTC))
    except OverflowError:
        raise Fault(f"must lie within the years 1 to 9999 in UTC, not {value}") from None


_SCALARS: Final[Mapping[Scalar, Writer]] = {
    Scalar.NOTHING: lambda _: "null",  # only ever chosen for None
    Scalar.FLAG: _flag,
    Scalar.WHOLE: _whole,
    Scalar.TEXT: encode_basestring,
    Scalar.NUMBER: _number,
    Scalar.FRACTION: _fraction,
    Scalar.DAY: _day,
    Scalar.INSTANT: _instant,
}
_TYPES: Final[Mapping[Scalar, type[Any]]] = {
    Scalar.NOTHING: type(None),
    Scalar.FLAG: bool,
    Scalar.WHOLE: int,
    Scalar.TEXT: str,
    Scalar.NUMBER: Decimal,
    Scalar.FRACTION: Fraction,
    Scalar.DAY: date,
    Scalar.INSTANT: datetime,
}
