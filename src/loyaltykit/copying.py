"""Copying: the same frozen value with some fields changed, without checking the others again.

For values that are valid already, on the way of every decision. It says and types the same as
`attrs.evolve`, which runs every converter and validator once more.

Never here: kinds that keep their hash, such as facts; no copy would have one.
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
        for name in changes:
            if name not in puts:
                raise TypeError(f"{kind.__name__} has no field {name}")
        made = object.__new__(kind)
        if read is None:
            object.__setattr__(made, "__dict__", value.__dict__ | changes)
            return made
        for put, old in zip(puts.values(), read(value), strict=False):
            put(made, old)
        for name, new in changes.items():
            puts[name](made, new)
        return made


_Read = Callable[[Any], tuple[Any, ...]]


@lru_cache(maxsize=256)
def _slots(kind: type[Any]) -> tuple[_Read | None, dict[str, Any]]:
    """What reads all slots of a kind at once, and what sets each; None if it has a dict instead."""
    names = [each.name for each in fields(kind)]
    if "__slots__" not in vars(kind):
        return None, dict.fromkeys(names)
    puts = {name: getattr(kind, name).__set__ for name in names}
    # The first once more: of one name alone, `attrgetter` makes no tuple.
    return attrgetter(*names, names[0]), puts
