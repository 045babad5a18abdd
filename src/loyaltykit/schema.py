"""What stored data looks like: every kind of value, its fields, and the shape of each field.

    Shape = Scalar | Word | Listed | Row | Pairs | Nested | Either

The kinds are the attrs classes that programmes, accounts, events, effects, decisions and quotes are
made of: whatever their fields reach, and nothing else. Shapes are read off the classes once, at
first use. Encoding and decoding are two meanings of a shape.

Never here: a value; a class that only calculates.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Any,
    Final,
    TypeAlias,
    Union,
    final,
    get_args,
    get_origin,
    get_type_hints,
)

from attrs import fields, frozen, has

from loyaltykit.account import Account
from loyaltykit.baskets import Basket
from loyaltykit.decision import Decision, Merger, Quote
from loyaltykit.effects import Effect
from loyaltykit.errors import MisuseError
from loyaltykit.events import Event
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.ledger import Balance
from loyaltykit.program import Program
from loyaltykit.versions import Versions

TAG: Final = "is"
"""The key that names the kind of an object; a Python keyword, so that no field can have it."""

MAX_DIGITS: Final = 30
"""How many digits a whole number may have."""
MAX_FRACTION: Final = 4_000
"""How many digits either part of a fraction may have."""

EVENTS: Final[tuple[type[Event], ...]] = get_args(Event)
"""Every class of event: `loads(data, EVENTS)` takes whichever it is."""

EFFECTS: Final[tuple[type[Effect], ...]] = get_args(Effect)
"""Every class of effect: `loads(data, EFFECTS)` takes whichever it is."""

_ROOTS: Final[tuple[type[Any], ...]] = (
    *(Program, Versions, Account, Basket, *EVENTS, *EFFECTS),
    *(Decision, Merger, Quote, Balance),
)


class Scalar(Enum):
    """A value without parts. The value is its tag, where text alone would not say which it is."""

    NOTHING = "nothing"
    FLAG = "flag"
    WHOLE = "whole"
    TEXT = "text"
    NUMBER = "decimal"
    FRACTION = "fraction"
    DAY = "date"
    INSTANT = "instant"


@final
@frozen
class Word:
    """A member of an enum, by its value."""

    enum: type[Enum]


@final
@frozen
class Listed:
    """A tuple of any length."""

    item: "Shape"


@final
@frozen
class Row:
    """A tuple of these parts."""

    items: "tuple[Shape, ...]"


@final
@frozen
class Pairs:
    """A `FrozenMap`: a list of [key, value], since its order matters and not every key is text."""

    key: "Shape"
    value: "Shape"


@final
@frozen
class Nested:
    """An object of one kind."""

    kind: type[Any]


@final
@frozen
class Either:
    """One of several. Of those that are written as text, all but plain text are tagged."""

    options: "tuple[Scalar | Listed | Pairs | Nested, ...]"
    tagged: bool


Shape: TypeAlias = Scalar | Word | Listed | Row | Pairs | Nested | Either

_SCALARS: Final[Mapping[object, Scalar]] = {
    NoneType: Scalar.NOTHING,
    bool: Scalar.FLAG,
    int: Scalar.WHOLE,
    str: Scalar.TEXT,
    Decimal: Scalar.NUMBER,
    Fraction: Scalar.FRACTION,
    date: Scalar.DAY,
    datetime: Scalar.INSTANT,
}
TEXTUAL: Final = (Scalar.TEXT, Scalar.NUMBER, Scalar.FRACTION, Scalar.DAY, Scalar.INSTANT)
"""The scalars that are written as text."""


def shape_of(hint: Any) -> Shape:
    """The shape of what is annotated so.

    Raises:
        MisuseError: nothing is written for such an annotation.
    """
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Union or origin is UnionType:
        return _either(hint, args)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return Listed(shape_of(args[0]))
    if origin is tuple:
        return Row(tuple(shape_of(each) for each in args))
    if origin is FrozenMap:
        return Pairs(shape_of(args[0]), shape_of(args[1]))
    kind = origin or hint
    if isinstance(kind, type) and has(kind):
        return Nested(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Word(kind)
    raise MisuseError(f"nothing is written for a field of type {hint}")


def _either(hint: object, args: tuple[Any, ...]) -> Either:
    options = [shape_of(each) for each in args]
    allowed = [each for each in options if isinstance(each, Scalar | Listed | Pairs | Nested)]
    lists = sum(isinstance(each, Listed | Pairs) for each in allowed)
    if len(allowed) < len(options) or lists > 1:
        raise MisuseError(f"what is written could not be told apart: {hint}")
    return Either(tuple(allowed), sum(each in TEXTUAL for each in allowed) > 1)


@final
@frozen
class Slot:
    """A field of a kind; `default` is NOTHING where there is none."""

    name: str
    shape: Shape
    default: object


def slots(kind: type[Any]) -> tuple[Slot, ...]:
    """The fields with which a kind is built, by name; not what it works out itself."""
    hints = get_type_hints(kind)
    found = [
        Slot(each.name, shape_of(hints[each.name]), _default(each.default))
        for each in fields(kind)
        if each.init
    ]
    return tuple(sorted(found, key=lambda slot: slot.name))


def _default(given: Any) -> object:
    # An attrs Factory; no default of ours is made from the object that it belongs to.
    factory = getattr(given, "factory", None)
    return given if factory is None else factory()


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, type[Any]]:
    """Every kind by its name, in the order of the names."""
    found: dict[str, type[Any]] = {}
    waiting = list(_ROOTS)
    while waiting:
        kind = waiting.pop()
        known = found.get(kind.__name__)
        if known is None:
            found[kind.__name__] = kind
            waiting.extend(each for slot in slots(kind) for each in _reached(slot.shape))
        elif known is not kind:
            raise MisuseError(f"two kinds are called {kind.__name__}")
    return MappingProxyType({name: found[name] for name in sorted(found)})


def _reached(shape: Shape) -> Iterator[type[Any]]:
    match shape:
        case Nested(kind):
            yield kind
        case Listed(item):
            yield from _reached(item)
        case Row(options) | Either(options):
            for each in options:
                yield from _reached(each)
        case Pairs(key, value):
            yield from _reached(key)
            yield from _reached(value)
        case Scalar() | Word():
            pass


@final
class Fault(Exception):  # noqa: N818 - it never leaves the codec, which makes an error of it
    """A problem on its way out; every level that it passes says where it stands."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        self.steps: list[str] = []

    def within(self, step: str) -> "Fault":
        """The same problem, seen from one level higher."""
        self.steps.append(step)
        return self

    @property
    def path(self) -> str:
        """Where it stands, from the top."""
        return "$" + "".join(reversed(self.steps))
