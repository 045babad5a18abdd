"""An immutable mapping that hashes, compares, pickles and keeps the order in which it was filled.

It is what accounts and events hold instead of a dict. Changing one means making another; a copy is
as fast as a dict's.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar, final

K = TypeVar("K")
V = TypeVar("V")


@final
class FrozenMap(Mapping[K, V], Generic[K, V]):
    """A mapping that never changes; equality and hash ignore the order of the keys.

    It equals a dict, or any other mapping, with the same entries.

    >>> FrozenMap({"a": 1}).plus("b", 2)
    FrozenMap({'a': 1, 'b': 2})
    """

    __slots__ = ("_entries",)
    _entries: dict[K, V]

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        object.__setattr__(self, "_entries", dict(entries))

    def __getitem__(self, key: K) -> V:
        return self._entries[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __reversed__(self) -> Iterator[K]:
        return reversed(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMap):
            return self._entries == other._entries
        return self._entries == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._entries!r})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a FrozenMap never changes: make another with .plus() or .minus()")

    def __reduce__(self) -> tuple[type["FrozenMap[K, V]"], tuple[dict[K, V]]]:
        return FrozenMap, (self._entries,)

    def plus(self, key: K, value: V) -> "FrozenMap[K, V]":
        """The same with one entry set; a new key comes last."""
        copy = self._entries.copy()
        copy[key] = value
        return _owning(copy)

    def minus(self, *keys: K) -> "FrozenMap[K, V]":
        """The same without these keys, present or not."""
        if not any(key in self._entries for key in keys):
            return self
        copy = self._entries.copy()
        for key in keys:
            copy.pop(key, None)
        return _owning(copy)


def _owning(entries: dict[K, V]) -> FrozenMap[K, V]:
    made: FrozenMap[K, V] = FrozenMap.__new__(FrozenMap)
    object.__setattr__(made, "_entries", entries)
    return made
