"""Codec: programmes, accounts, events, effects and decisions to and from plain data.

    value  <- encode, decode ->  dict, list, str, int, bool, None
    value  <- dumps, loads ->    bytes: {"loyaltykit": 1, "value": ...}
    value  -- digest ->          a name for its content

An object is {"is": "Purchase", ...} with every field under its own name; "is" names the kind. A
tuple is a list, a `FrozenMap` a list of [key, value] in its order, an enum member its value.
Numbers with decimals, fractions, dates and instants are text: "2.5", "5/2", "2026-03-01",
"2026-03-01T09:30:00Z". Where a field could hold several of these, all but plain text are tagged:
{"is": "decimal", "value": "2.5"}; the tags are decimal, fraction, date and instant.

Laws: loads(dumps(x)) == x, with the same types throughout. Equal values give equal bytes in every
process, as long as their maps were filled in one order. A field that a later version adds has a
default, so that older data loads.

Never here: `float`, a guess, a conversion, a class that is not among `kinds()`. Whatever the data,
only a `LoyaltyError` is raised.
"""

from collections.abc import Mapping
from hashlib import sha256
from itertools import accumulate, count
from json import JSONDecodeError, JSONDecoder
from operator import sub
from typing import Any, Final, TypeAlias, TypeVar, cast

from loyaltykit.decoding import Reader, Unread, read_one, readers, said
from loyaltykit.encoding import writers
from loyaltykit.errors import DecodeError, LimitError, MisuseError
from loyaltykit.schema import EFFECTS, EVENTS, MAX_DIGITS, Fault, kinds
from loyaltykit.vocabulary import shown

__all__ = ["EFFECTS", "EVENTS", "decode", "digest", "dumps", "encode", "loads"]

FORMAT: Final = 1
"""The version of the layout that `dumps` writes."""
MAX_BYTES: Final = 32 * 2**20
"""How large stored data may be."""
MAX_VALUES: Final = 4_000_000
"""How many values stored data may hold, parts of parts included."""
MAX_NESTING: Final = 200
"""How deep lists and objects may nest in stored data."""
MAX_KEYS: Final = 100
"""How many keys one object may have: more than any kind has fields."""

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | bool | None"
"""What every host can store."""

T = TypeVar("T")


def encode(value: object) -> Plain:
    """The value as plain data, its keys in order.

    Raises:
        MisuseError: it is of no kind that is stored, or holds something of a wrong type.
        LimitError: it is too large or nests too deep.

    >>> from loyaltykit.periods import days
    >>> encode(days(14))
    {'days': 14, 'is': 'Period', 'months': 0, 'seconds': 0}
    """
    text = _text(value)
    _measure(text)
    plain: Plain = _JSON.decode(text)
    return plain


def decode(plain: object, kind: type[T] | tuple[type[T], ...]) -> T:
    """The value of this kind that plain data stands for; of several kinds, whichever it is.

    Raises:
        DecodeError: the data is not what `encode` gives; the path says where.
        MisuseError: the kind is none that is stored.

    >>> from loyaltykit.periods import Period
    >>> decode({"is": "Period", "days": 14}, Period)
    Period(months=0, days=14, seconds=0)
    """
    allowed = _allowed(kind)
    _walk(plain)
    return cast(T, _read(plain, allowed))


def dumps(value: object) -> bytes:
    """The value as canonical bytes, to be stored.

    Raises:
        MisuseError, LimitError: as `encode`.
    """
    text = f'{{"loyaltykit":{FORMAT},"value":{_text(value)}}}'
    _measure(text)
    data = _bytes(text)
    if len(data) > MAX_BYTES:
        raise LimitError(f"stored data has at most {MAX_BYTES} bytes, not {len(data)}")
    return data


def loads(data: bytes | str, kind: type[T] | tuple[type[T], ...], *, most: int = MAX_BYTES) -> T:
    """The value of this kind that was stored; of several kinds, whichever it is.

    Blanks and another order of keys are accepted, since databases change both. `most` is how many
    bytes are read: for data from strangers, such as events from outside, take 2**20. Reading then
    ends within a second and 64 MiB, whatever the data.

    Raises:
        DecodeError: the data is not what `dumps` gives; the path says where in the value.
        MisuseError: the kind is none that is stored, or the data neither bytes nor text.

    >>> from loyaltykit.periods import Period
    >>> loads(b'{"loyaltykit": 1, "value": {"is": "Period", "months": -1}}', Period)
    Traceback (most recent call last):
      ...
    loyaltykit.errors.DecodeError: at $: period: write 0 to 1200 months
    """
    allowed = _allowed(kind)
    plain = _parsed(data, most)
    if type(plain) is not dict or not all(key in ("loyaltykit", "value") for key in plain):
        raise DecodeError("$", f'write {{"loyaltykit": {FORMAT}, "value": ...}}, not {said(plain)}')
    version = plain.get("loyaltykit")
    if type(version) is not int or not 1 <= version <= FORMAT:
        raise DecodeError("$", f"format {FORMAT} is what this version reads, not {said(version)}")
    if "value" not in plain:
        raise DecodeError("$", "the key 'value' is missing")
    return cast(T, _read(plain["value"], allowed))


def digest(value: object) -> str:
    """SHA-256, in hexadecimal, of the canonical text without the fields that hold their default.

    So a field that a later version adds changes no digest: an event that was decided before an
    update is still known after it.

    Raises:
        MisuseError, LimitError: as `encode`.
    """
    return sha256(_bytes(_text(value, brief=True))).hexdigest()


def _text(value: object, *, brief: bool = False) -> str:
    write = writers(brief).get(type(value))
    if write is None:
        raise MisuseError(f"{type(value).__name__} is no kind of value that is stored")
    try:
        return write(value)
    except Fault as fault:
        raise MisuseError(f"at {fault.path}: {fault.problem}") from None
    except RecursionError:
        raise LimitError("the value nests too deep to be stored") from None


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise MisuseError("the value has text with lone surrogates, which is not stored") from None


def _allowed(kind: type[Any] | tuple[type[Any], ...]) -> Mapping[str, Reader]:
    wanted: tuple[Any, ...] = kind if isinstance(kind, tuple) else (kind,)
    known: dict[str, Reader] = {}
    for each in wanted:
        name = each.__name__ if isinstance(each, type) else ""
        if name not in kinds() or kinds()[name] is not each:
            raise MisuseError(f"write a class that is stored, such as Account, not {shown(each)}")
        known[name] = readers()[name]
    if not known:
        raise MisuseError("write at least one class that is stored, such as Account")
    return known


def _read(plain: object, allowed: Mapping[str, Reader]) -> Any:
    try:
        return read_one(plain, allowed)
    except Fault as fault:
        raise DecodeError(fault.path, fault.problem) from fault.__cause__
    except RecursionError:
        raise DecodeError("$", "nested too deep") from None


def _parsed(data: bytes | str, most: int) -> Any:
    if not isinstance(data, bytes | str):
        raise MisuseError(f"stored data is bytes or text, not {type(data).__name__}")
    if len(data) > most:
        raise DecodeError("$", f"at most {most} bytes are read, not {len(data)}")
    try:
        text = data if isinstance(data, str) else data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("$", f"not UTF-8 at byte {error.start}") from None
    try:
        _measure(text)
        return _JSON.decode(text)
    except LimitError as error:
        raise DecodeError("$", str(error)) from None
    except JSONDecodeError as error:
        raise DecodeError("$", f"not JSON at character {error.pos}: {error.msg}") from None
    except RecursionError:
        raise DecodeError("$", "nested too deep") from None


def _int(digits: str) -> int | Unread:
    # Bounded before it is converted, which takes time quadratic in the digits.
    return int(digits) if len(digits) <= MAX_DIGITS + 1 else Unread("a longer number")


def _float(digits: str) -> Unread:
    return Unread(f"the number {digits[:40]}")


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    if len(pairs) > MAX_KEYS:
        return Unread(f"an object with {len(pairs)} keys")
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        return Unread(f"an object with the key {said(twice)} twice")
    return found


_JSON: Final = JSONDecoder(
    parse_int=_int, parse_float=_float, parse_constant=_float, object_pairs_hook=_pairs
)
_NO_MARK: Final = bytes(code for code in range(256) if code not in b"[]{},")


def _measure(text: str) -> None:
    """Bound what a JSON text holds before it is parsed, which recurses and takes memory.

    Raises:
        LimitError: it nests too deep, or holds too many values.
    """
    if len(text) < MAX_VALUES and text.count("[") + text.count("{") <= MAX_NESTING:
        return
    # Without what is escaped, every second part between quotes lies outside of texts. Where that
    # is wrong, the text is no JSON either, and the parser stops before it gets there.
    bare = text.replace("\\\\", "").replace('\\"', "")
    if bare.count('"') > 4 * MAX_VALUES:
        raise LimitError(f"stored data has at most {MAX_VALUES} values")
    marks = "".join(bare.split('"')[::2]).encode("ascii", "replace").translate(None, _NO_MARK)
    opened = marks.count(b"[") + marks.count(b"{")
    if marks.count(b",") + opened > MAX_VALUES:
        raise LimitError(f"stored data has at most {MAX_VALUES} values")
    if opened > MAX_NESTING:
        # How many were opened before each that closes, less how many were closed by then.
        runs = marks.translate(bytes.maketrans(b"{}", b"[]"), b",").split(b"]")
        if max(map(sub, accumulate(map(len, runs)), count())) > MAX_NESTING:
            raise LimitError(f"stored data nests at most {MAX_NESTING} deep")


def _walk(plain: object) -> None:
    """Bound plain data, which may share parts or hold itself.

    Raises:
        DecodeError: it nests too deep, or holds too many values.
    """
    level: list[tuple[Any, int]] = [(plain, 1)] if type(plain) in (dict, list) else []
    values = 0
    for _ in range(MAX_NESTING + 1):
        below: list[tuple[Any, int]] = []
        last, met = None, 0
        for each, times in level:
            parts = each.values() if type(each) is dict else each
            values += len(parts) * times
            if values > MAX_VALUES:
                raise DecodeError("$", f"at most {MAX_VALUES} values are read")
            for part in parts:
                if type(part) in (dict, list):
                    # The same part again and again is looked at once, and counts each time.
                    if part is last:
                        met += times
                        below[-1] = (part, met)
                    else:
                        last, met = part, times
                        below.append((part, times))
        if not below:
            return
        level = below
    raise DecodeError("$", f"nested more than {MAX_NESTING} deep")
