"""Decoding: plain data as values, strictly.

Nothing is converted or guessed: a text is no number, `true` is no 1, an unknown kind or key is
refused, and so is a number or an instant that is not spelled as it would be written. A field may be
missing only where its class has a default: that is how data of an earlier version loads. The
constructors have the last word, so that what was read is as valid as what was built.

A class gets its reader once, when it is first needed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias, assert_never

from attrs import NOTHING

from loyaltykit.errors import LoyaltyError
from loyaltykit.frozenmap import FrozenMap
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
    Slot,
    Word,
    kinds,
    slots,
)

Reader: TypeAlias = Callable[[Any], Any]


class Unread:
    """What stands in the data but is never written: a fraction of a number, a key twice."""

    def __init__(self, text: str) -> None:
        self.text = text


def said(plain: Any) -> str:
    """What is there, for a message."""
    match plain:
        case Unread(text=text):
            return text
        case dict():
            return f"an object of kind {said(plain[TAG])}" if TAG in plain else "an object"
        case list():
            return "a list"
        case str():
            return repr(plain if len(plain) <= 40 else plain[:40] + "...")
        case None:
            return "null"
        case bool():
            return "true" if plain else "false"
        case int():
            return str(plain) if abs(plain) < 10**MAX_DIGITS else "a longer number"
        case _:
            return type(plain).__name__


@lru_cache(maxsize=1)
def readers() -> Mapping[str, Reader]:
    """The reader of every kind, by its name; they take what is known to be an object."""
    parts: dict[str, list[tuple[Slot, Reader]]] = {name: [] for name in kinds()}
    made = {name: _object(kind, parts[name]) for name, kind in kinds().items()}
    for name, reading in parts.items():
        reading.extend((slot, _reader(slot.shape, made)) for slot in slots(kinds()[name]))
    return MappingProxyType(made)


def read_one(plain: Any, allowed: Mapping[str, Reader]) -> Any:
    """Read an object of one of the kinds.

    Raises:
        Fault: it is something else, or there is something wrong with it.
    """
    if type(plain) is not dict:
        raise Fault(f"write an object of kind {_listing(allowed)}, not {said(plain)}")
    tag = plain.get(TAG)
    reader = allowed.get(tag) if type(tag) is str else None
    if reader is None:
        there = f"not {said(tag)}" if TAG in plain else f"under the key {TAG!r}"
        raise Fault(f"write the kind {_listing(allowed)}, {there}")
    return reader(plain)


def _listing(allowed: Mapping[str, object]) -> str:
    names = list(allowed)
    shown = names if len(names) <= 12 else [*names[:10], f"{len(names) - 10} others"]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _object(kind: type[Any], reading: list[tuple[Slot, Reader]]) -> Reader:
    def read(plain: dict[Any, Any]) -> Any:
        found: dict[str, Any] = {}
        for slot, reader in reading:
            name = slot.name
            if name in plain:
                try:
                    found[name] = reader(plain[name])
                except Fault as fault:
                    raise fault.within(f".{name}") from fault.__cause__
            elif slot.default is NOTHING:
                raise Fault(f"the key {name!r} of a {kind.__name__} is missing")
        if len(plain) > len(found) + 1:
            known = {TAG, *(slot.name for slot, _ in reading)}
            extra = next(key for key in plain if key not in known)
            raise Fault(f"a {kind.__name__} has no key {said(extra)}")
        try:
            return kind(**found)
        except LoyaltyError as error:
            raise Fault(str(error)) from error

    return read


def _reader(shape: Shape, made: Mapping[str, Reader]) -> Reader:
    match shape:
        case Scalar():
            return _SCALARS[shape]
        case Word(enum):
            return _word(enum)
        case Listed(item):
            return _listed(_reader(item, made))
        case Row(items):
            return _row([_reader(item, made) for item in items])
        case Pairs(key, value):
            return _pairs(_row([_reader(key, made), _reader(value, made)]))
        case Nested(kind):
            only = {kind.__name__: made[kind.__name__]}
            return lambda plain: read_one(plain, only)
        case Either():
            return _either(shape, made)
        case _:
            assert_never(shape)


def _word(enum: type[Enum]) -> Reader:
    members = {member.value: member for member in enum}
    wanted = ", ".join(members)

    def read(plain: Any) -> Any:
        found = members.get(plain) if type(plain) is str else None
        if found is None:
            raise Fault(f"write one of {wanted}, not {said(plain)}")
        return found

    return read


def _listed(item: Reader) -> Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not list:
            raise Fault(f"write a list, not {said(plain)}")
        found: list[Any] = []
        try:
            for part in plain:
                found.append(item(part))  # noqa: PERF401 - its length says where a fault stands
        except Fault as fault:
            raise fault.within(f"[{len(found)}]") from fault.__cause__
        return tuple(found)

    return read


def _row(items: list[Reader]) -> Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not list or len(plain) != len(items):
            raise Fault(f"write a list of {len(items)}, not {said(plain)}")
        found: list[Any] = []
        try:
            for item, part in zip(items, plain, strict=True):
                found.append(item(part))
        except Fault as fault:
            raise fault.within(f"[{len(found)}]") from fault.__cause__
        return tuple(found)

    return read


def _pairs(pair: Reader) -> Reader:
    listed = _listed(pair)

    def read(plain: Any) -> Any:
        found: dict[Any, Any] = {}
        for place, (key, value) in enumerate(listed(plain)):
            if key in found:
                raise Fault("the same key stands before").within("[0]").within(f"[{place}]")
            found[key] = value
        return FrozenMap(found)

    return read


def _either(shape: Either, made: Mapping[str, Reader]) -> Reader:
    by_type: dict[type[Any], Reader] = {}
    objects: dict[str, Reader] = {}
    for option in shape.options:
        match option:
            case Nested(kind):
                objects[kind.__name__] = made[kind.__name__]
            case Listed() | Pairs():
                by_type[list] = _reader(option, made)
            case Scalar():
                if shape.tagged and option in TEXTUAL and option is not Scalar.TEXT:
                    objects[option.value] = _tagged(option)
                else:
                    by_type[_PLAIN[option]] = _SCALARS[option]
            case _:
                assert_never(option)
    if objects:
        by_type[dict] = lambda plain: read_one(plain, objects)
    wanted = [_CALLED[kind] for kind in by_type if kind is not dict]
    wanted += [f"an object of kind {_listing(objects)}"] if objects else []

    def read(plain: Any) -> Any:
        reader = by_type.get(type(plain))
        if reader is None:
            raise Fault(f"write {' or '.join(wanted)}, not {said(plain)}")
        return reader(plain)

    return read


def _tagged(scalar: Scalar) -> Reader:
    reader = _SCALARS[scalar]

    def read(plain: dict[Any, Any]) -> Any:
        if len(plain) != 2 or "value" not in plain:
            raise Fault(f"write the keys {TAG!r} and 'value', and no others")
        try:
            return reader(plain["value"])
        except Fault as fault:
            raise fault.within(".value") from None

    return read


def _flag(plain: Any) -> bool:
    if type(plain) is not bool:
        raise Fault(f"write true or false, not {said(plain)}")
    return plain


def _whole(plain: Any) -> int:
    if type(plain) is not int or not -(10**MAX_DIGITS) < plain < 10**MAX_DIGITS:
        raise Fault(f"write a whole number of at most {MAX_DIGITS} digits, not {said(plain)}")
    return plain


def _text(plain: Any) -> str:
    if type(plain) is not str:
        raise Fault(f"write text, not {said(plain)}")
    if not plain.isascii():
        try:
            plain.encode()
        except UnicodeEncodeError:
            raise Fault("write text without lone surrogates") from None
    return plain


_NUMBER: Final = re.compile(r"(?!-0\Z)-?(0|[1-9][0-9]{0,14})(\.[0-9]{0,11}[1-9])?")
_FRACTION: Final = re.compile(rf"-?[0-9]{{1,{MAX_FRACTION}}}(/[1-9][0-9]{{0,{MAX_FRACTION - 1}}})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?)Z"
)


def _number(plain: Any) -> Decimal:
    if type(plain) is not str or not _NUMBER.fullmatch(plain):
        raise Fault(f'write a number as text without needless zeros, "2.5", not {said(plain)}')
    return Decimal(plain)


def _fraction(plain: Any) -> Fraction:
    if type(plain) is str and _FRACTION.fullmatch(plain):
        above, _, below = plain.partition("/")
        try:
            found = Fraction(int(above), int(below or 1))
            if str(found) == plain:
                return found
        except ValueError:  # the interpreter was told to read fewer digits
            pass
    raise Fault(f'write a fraction in its lowest terms as text, "5/2", not {said(plain)}')


def _day(plain: Any) -> date:
    if type(plain) is str and _DAY.fullmatch(plain):
        try:
            return date.fromisoformat(plain)
        except ValueError:
            pass
    raise Fault(f'write a date as text, "2026-03-01", not {said(plain)}')


def _instant(plain: Any) -> datetime:
    spelled = _INSTANT.fullmatch(plain) if type(plain) is str else None
    if spelled and spelled[2] != ".000000":
        try:
            return datetime.fromisoformat(f"{spelled[1]}+00:00")
        except ValueError:
            pass
    raise Fault(f'write an instant in UTC as text, "2026-03-01T09:30:00Z", not {said(plain)}')


_SCALARS: Final[Mapping[Scalar, Reader]] = {
    Scalar.NOTHING: lambda _: None,  # only ever chosen for null
    Scalar.FLAG: _flag,
    Scalar.WHOLE: _whole,
    Scalar.TEXT: _text,
    Scalar.NUMBER: _number,
    Scalar.FRACTION: _fraction,
    Scalar.DAY: _day,
    Scalar.INSTANT: _instant,
}
_PLAIN: Final[Mapping[Scalar, type[Any]]] = {
    Scalar.NOTHING: type(None),
    Scalar.FLAG: bool,
    Scalar.WHOLE: int,
    Scalar.TEXT: str,
    Scalar.NUMBER: str,
    Scalar.FRACTION: str,
    Scalar.DAY: str,
    Scalar.INSTANT: str,
}
_CALLED: Final[Mapping[type[Any], str]] = {
    type(None): "null",
    bool: "true or false",
    int: "a whole number",
    str: "text",
    list: "a list",
}
