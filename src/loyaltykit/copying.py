"""Copying: the same frozen value with some fields changed, without checking the others again.

For values that are valid already, on the way of every decision. It says and types the same as
`attrs.evolve`, which runs every converter and validator once more.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from attrs import fields

__all__ = ["altered"]

if TYPE_CHECKING:
    from attrs import evolve as altered
else:

    def altered(value: Any, **changes: Any) -> Any:
        """The value with these fields changed; fields that no constructor takes stay."""
        made = object.__new__(type(value))
        for name, get, put in _slots(type(value)):
            put(made, changes.pop(name) if name in changes else get(value))
        if changes:
            raise TypeError(f"{type(value).__name__} has no field {', '.join(sorted(changes))}")
        return made


_Slot = tuple[str, Callable[[Any], Any], Callable[[Any, Any], None]]


@lru_cache(maxsize=256)
def _slots(kind: type[Any]) -> tuple[_Slot, ...]:
    names = [each.name for each in fields(kind)]
    return tuple((name, getattr(kind, name).__get__, getattr(kind, name).__set__) for name in names)
