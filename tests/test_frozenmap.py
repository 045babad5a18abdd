"""Frozen maps: they compare like mappings, hash like values, and never change."""

import pickle
from random import Random
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.frozenmap import FrozenMap

entries = st.dictionaries(st.text(max_size=3), st.integers(0, 3), max_size=5)


@given(entries, entries)
def test_a_frozen_map_equals_whatever_mapping_has_the_same_entries(
    one: dict[str, int], other: dict[str, int]
) -> None:
    assert (FrozenMap(one) == FrozenMap(other)) is (one == other)
    assert (FrozenMap(one) == other) is (one == other)
    assert (other == FrozenMap(one)) is (one == other)
    assert (FrozenMap(one) != MappingProxyType(other)) is (one != other)
    assert FrozenMap(one) != list(one.items())


@given(entries, st.randoms(use_true_random=False))
def test_equal_maps_hash_alike_in_whatever_order_they_were_filled(
    one: dict[str, int], random: Random
) -> None:
    shuffled = list(one.items())
    random.shuffle(shuffled)
    assert hash(FrozenMap(shuffled)) == hash(FrozenMap(one))
    assert len({FrozenMap(shuffled), FrozenMap(one)}) == 1


@given(entries, st.text(max_size=3), st.integers(0, 3))
def test_changing_a_map_makes_another(one: dict[str, int], key: str, value: int) -> None:
    held = FrozenMap(one)
    assert held.plus(key, value) == {**one, key: value}
    assert held.minus(key) == {each: one[each] for each in one if each != key}
    assert held.minus("absent") is held
    assert held == one
    assert list(held) == list(one)
    assert list(reversed(held)) == list(reversed(one))
    assert pickle.loads(pickle.dumps(held)) == held  # noqa: S301


def test_a_map_refuses_attributes() -> None:
    with pytest.raises(AttributeError, match=r"make another with .plus\(\) or .minus\(\)"):
        FrozenMap({"a": 1})._entries = {}
