"""Allocation: an amount split over parts by largest remainder, exactly.

Laws: the parts and what is unplaced add up to the amount, no part has the opposite sign, no part
passes its cap, and a zero weight gets nothing. Ties go to the earlier part.
"""

from collections.abc import Sequence
from typing import Final, final

from attrs import field as attribute
from attrs import frozen

from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.money import whole_units
from loyaltykit.vocabulary import shown

MAX_PARTS: Final = 10_001
"""Most parts of one allocation: the lines of a basket, and its shipping."""


def _parts(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(values)


@final
@frozen
class Allocation:
    """An amount split over parts, in the order of the weights, and what could not be placed."""

    parts: tuple[int, ...] = attribute(converter=_parts)
    unplaced: int


def allocate(
    amount: int, weights: Sequence[int], *, caps: Sequence[int] | None = None
) -> Allocation:
    """Split an amount in proportion to weights, by largest remainder; ties go to the earlier part.

    With caps, every part whose share would pass its cap sits at its cap and the others share the
    rest in proportion. A negative amount mirrors the positive one. Raises `DefinitionError` for
    negative weights or caps, `LimitError` past `MAX_PARTS` or `MAX_UNITS`.

    >>> allocate(1000, [1000, 1000, 1000]).parts
    (334, 333, 333)
    >>> allocate(100, [50, 50], caps=[10, 60])
    Allocation(parts=(10, 60), unplaced=30)
    """
    whole_units(amount, "amount")
    weights = _counted(weights, "weights")
    parts = [0] * len(weights)
    rest = abs(amount)
    sharing = [index for index, weight in enumerate(weights) if weight]
    total = sum(weights)
    if caps is not None:
        caps = _counted(caps, "caps")
        if len(caps) != len(weights):
            raise DefinitionError(
                f"caps: write one for each weight ({len(weights)}), not {len(caps)}"
            )
        # Two different ratios cap / weight differ by at least 1 / max(weight)**2, so at this scale
        # their floors differ too: an exact sort key without comparing fractions.
        bits = 2 * max(weights, default=0).bit_length()
        sharing.sort(key=lambda index: (caps[index] << bits) // weights[index])
        full = 0
        for index in sharing:
            if caps[index] * total > rest * weights[index]:
                break
            parts[index] = caps[index]
            rest -= caps[index]
            total -= weights[index]
            full += 1
        sharing = sorted(sharing[full:])
    if sharing:
        shares = [divmod(rest * weights[index], total) for index in sharing]
        for index, (share, _) in zip(sharing, shares, strict=True):
            parts[index] = share
        left = rest - sum(share for share, _ in shares)
        by_remainder = sorted(range(len(sharing)), key=lambda place: -shares[place][1])
        for place in by_remainder[:left]:
            parts[sharing[place]] += 1
        rest = 0
    sign = -1 if amount < 0 else 1
    return Allocation([sign * part for part in parts], sign * rest)


def allocate_discount(
    amount: int, values: Sequence[int], *, floors: Sequence[int] | None = None
) -> Allocation:
    """Split a discount over lines by their values, never past a line's value or its price floor.

    What a floor keeps back goes to the other lines. A floor above its line's value leaves that
    line alone. Errors as in `allocate`.

    >>> allocate_discount(2500, [5000, 6000], floors=[4500, 0])
    Allocation(parts=(500, 2000), unplaced=0)
    """
    values = _counted(values, "values")
    floors = [0] * len(values) if floors is None else _counted(floors, "floors")
    if len(floors) != len(values):
        raise DefinitionError(
            f"floors: write one for each value ({len(values)}), not {len(floors)}"
        )
    caps = [max(0, value - low) for value, low in zip(values, floors, strict=True)]
    return allocate(amount, values, caps=caps)


def _counted(values: Sequence[int], field: str) -> Sequence[int]:
    if not isinstance(values, Sequence):
        raise MisuseError(f"{field}: give a list or tuple of whole numbers, not {shown(values)}")
    if len(values) > MAX_PARTS:
        raise LimitError(f"{field}: at most {MAX_PARTS} parts, not {len(values)}")
    for index, value in enumerate(values):
        if whole_units(value, f"{field}[{index}]") < 0:
            raise DefinitionError(f"{field}[{index}]: write a number >= 0, not {value}")
    return values
