"""Words that rules are made of: what a fact is called, whose it is, and how large rules may grow.

A fact's name is open: the shop adds its own words. What can be said about a fact is closed, and
stands in conditions. Nothing here reads a fact; that is the engine's business.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any, Generic, TypeVar, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, LimitError, MisuseError

CREDIT = "credit"
"""The purse that holds money: its points are minor units of the programme's currency."""
MAX_DEPTH = 50
"""How deep conditions and earnings may nest."""
MAX_PARTS = 1_000
"""How many parts one combination may have."""
MAX_NODES = 10_000
"""How many nodes one condition or earning may have; what stands twice in it counts twice."""
MAX_TEXT = 200
"""How many characters a name, a code or a label may have."""


@final
class Moment:
    """What a question about a member, a basket or an event is about. Never instantiated."""


@final
class Item:
    """What a question about one line of a basket is about. Never instantiated."""


S = TypeVar("S")
_SHOWN = 64

T = TypeVar("T")


class Scope(Enum):
    """What a fact belongs to."""

    MEMBER = "member"
    BASKET = "basket"
    ITEM = "item"
    ACTIVITY = "activity"


class Kind(Enum):
    """What sort of value a fact has."""

    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    TAGS = "tags"
    FLAG = "flag"
    TIER = "tier"
    DAY = "day"
    INSTANT = "instant"


def shown(value: object) -> str:
    """A value for a message, shortened; what is too long, too deep or broken is described."""
    if isinstance(value, int) and abs(value) > 10**60:
        return f"a whole number of {value.bit_length()} bits"
    try:
        text = repr(value[:_SHOWN] if isinstance(value, str) else value)
    except Exception:  # noqa: BLE001 - anybody may have written this repr
        return f"a value of type {type(value).__name__} that cannot be printed"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def of_type(value: T, kind: type[T], wanted: str) -> T:
    """Return `value` if it is of this type; `wanted` says what to write.

    Raises:
        MisuseError: it is not.
    """
    if not isinstance(value, kind):
        raise MisuseError(f"{wanted}, not {shown(value)}")
    return value


def named(value: str, what: str) -> str:
    """Return `value` if it can serve as a name: text of 1 to 200 printable characters.

    Raises:
        MisuseError: it is not text.
        DefinitionError: it is empty, too long, padded with blanks or not printable.
    """
    if not isinstance(value, str):
        raise MisuseError(f"{what} must be text, not {type(value).__name__}")
    if not value or len(value) > MAX_TEXT:
        raise DefinitionError(f"{what} must have 1 to {MAX_TEXT} characters, not {len(value)}")
    if value != value.strip() or not value.isprintable():
        raise DefinitionError(f"{what} {value!r} must be printable text without outer blanks")
    return value


def _scope(value: Scope) -> Scope:
    return of_type(value, Scope, "the scope of a fact must be a Scope such as Scope.MEMBER")


def _kind(value: Kind) -> Kind:
    return of_type(value, Kind, "the kind of a fact must be a Kind such as Kind.NUMBER")


def _flag(value: bool) -> bool:
    return of_type(value, bool, "own and optional must be True or False")


def _fact_name(value: str) -> str:
    return named(value, "the name of a fact")


@final
@frozen(order=False, cache_hash=True)
class Fact(Generic[S]):
    """The name of something that can be known: whose it is, what it is called, of what kind.

    `own` marks the shop's own word, supplied with the event or the profile. An own fact that is not
    supplied is an error, unless `optional` says that its absence means unknown.
    """

    scope: Scope = field(converter=_scope)
    name: str = field(converter=_fact_name)
    kind: Kind = field(converter=_kind, kw_only=True)
    own: bool = field(default=False, converter=_flag, kw_only=True)
    optional: bool = field(default=False, converter=_flag, kw_only=True)

    def __str__(self) -> str:
        return f"{self.scope.value}.{self.name}"


def parts(values: Iterable[Any], what: str) -> tuple[Any, ...]:
    """Return `values` as a tuple of at most 1,000.

    Raises:
        LimitError: there are more.
        MisuseError: it is a single thing, not a list.
    """
    if not isinstance(values, Iterable):
        raise MisuseError(f"{what}: write a list, not {shown(values)}")
    found: list[Any] = []
    for value in values:
        if len(found) == MAX_PARTS:
            raise LimitError(f"{what}: write at most {MAX_PARTS} of them")
        found.append(value)
    return tuple(found)


@final
@frozen
class Extent:
    """How deep a condition or an earning nests, how many nodes it has, how much it asks of a line.

    `per_line` counts the nodes that are judged again for every line of a basket.
    """

    depth: int = 1
    nodes: int = 1
    per_line: int = 0


def around(*below: Extent) -> Extent:
    """The extent of a node around others.

    A node that is shared counts each time, since whoever walks the tree meets it each time.

    Raises:
        LimitError: it would nest more than 50 deep, or have more than 10,000 nodes.
    """
    depth = 1 + max((each.depth for each in below), default=0)
    nodes = 1 + sum(each.nodes for each in below)
    if depth > MAX_DEPTH:
        raise LimitError(f"rules may nest at most {MAX_DEPTH} deep: combine with & and | instead")
    if nodes > MAX_NODES:
        raise LimitError(f"one condition or earning may have at most {MAX_NODES} nodes: split it")
    return Extent(depth, nodes, sum(each.per_line for each in below))


def for_each_line(below: Extent | None) -> Extent:
    """The extent of a node that asks an item condition of every line; None takes every line.

    Raises:
        LimitError: as `around`.
    """
    if below is None:
        return Extent(per_line=1)
    return Extent(around(below).depth, around(below).nodes, below.nodes)
