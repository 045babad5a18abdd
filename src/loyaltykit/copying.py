"""Copying: the same frozen value with some fields changed, without checking the others again.

For values that are valid already, on the way of every decision. It says and types the same as
`attrs.evolve`, which runs every converter and validator once more.
"""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrs import fields

__all__ = ["altered"]

if TYPE_CHECKING:
    from attrs import evolve as altered
else:

    def altered(value: Any, **changes: Any) -> Any:
        """The value with these fields changed; fields that no constructor takes stay."""
        kind = type(value)
        read, puts = _slots(kind)
        made = object.__new__(kind)
        for put, old in zip(puts.values(), read(value), strict=False):
            put(made, old)
        for name, new in changes.items():
            if name not in puts:
                raise TypeError(f"{kind.__name__} has no field {name}")
            puts[name](made, new)
        return made


_Slots = tuple[Callable[[Any], tuple[Any, ...]], dict[str, Callable[[Any, Any], None]]]


@lru_cache(maxsize=256)
def _slots(kind: type[Any]) -> _Slots:
    """What reads all fields at once, and what sets each."""
    names = [each.name for each in fields(kind)]
    puts = {name: getattr(kind, name).__set__ for name in names}
    # The first once more: of one name alone, `attrgetter` makes no tuple.
    return attrgetter(*names, names[0]), puts
