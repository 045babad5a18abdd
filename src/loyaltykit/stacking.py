"""Stacking: which offers are used together on one order.

    Stacking = lanes, one after the other, and how many offers of a group one order takes
    Lane     = how its offers are chosen x what they work on x how many at most

Offers are coupons and promotions. A lane sees what the lanes before it left. The order in which
codes are typed, or lines stand, never matters: what is to be ordered is ordered as the programme
lists it, promotions before coupons.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.vocabulary import named, of_type, shown

MAX_LANES = 20
"""How many lanes a programme may have."""


class Choose(Enum):
    """Which of the offers in a lane that apply are used."""

    BEST = "best"
    """Those with which the member pays least; then the fewest, then the first in order."""
    IN_ORDER = "in-order"
    """Each in order that still combines with those before it; `most=1` is the first alone."""
    EACH_LINE = "each-line"
    """For each line the one that takes most off it; then the first in order."""


class Against(Enum):
    """On which prices the offers of a lane are worked out."""

    LEFT = "left"
    """Each on what those before it left: 10 % and 10 % are 19 %."""
    START = "start"
    """All on the prices with which the lane begins, never past a line: 10 % and 10 % are 20 %."""


class Exclusive(Enum):
    """What an offer does not share with others."""

    NOTHING = "nothing"
    """It combines with others, as far as lanes and groups let it."""
    ORDER = "order"
    """It is the only offer on the order."""
    UNITS = "units"
    """The units that it takes: no other offer touches them, nor it those of others."""


class Rivalry(Enum):
    """When an offer that is exclusive on the order is preferred to the others."""

    BEST = "best"
    """When the member pays less with it alone."""
    EXCLUSIVE_FIRST = "exclusive-first"
    """Whenever it applies; of several, the first in order."""


class Amounts(Enum):
    """Which amounts the condition of an offer reads as `basket.spend` and `item.spend`."""

    INITIAL = "initial"
    """Those before any offer."""
    BEFORE = "before"
    """Those that the offers before it left."""
    AFTER = "after"
    """Those before it, and it must still hold once its own discount is taken."""


class Reuse(Enum):
    """What a return does with the use of an offer."""

    WHOLE = "whole"
    """It is given back with the whole order, a coupon while it is valid."""
    NEVER = "never"
    """A use stays a use."""


def as_lane(value: str | None) -> str | None:
    """The name of a lane, or None for the usual one."""
    return None if value is None else named(value, "a lane")


def as_group(value: str | None) -> str | None:
    """The name of a group of offers, or None."""
    return None if value is None else named(value, "a group of offers")


def as_exclusive(value: Exclusive) -> Exclusive:
    """What an offer does not share."""
    return of_type(value, Exclusive, "exclusive must be an Exclusive such as Exclusive.ORDER")


def as_amounts(value: Amounts) -> Amounts:
    """Which amounts a condition reads."""
    return of_type(value, Amounts, "reads must be an Amounts such as Amounts.INITIAL")


def as_reuse(value: Reuse) -> Reuse:
    """What a return does with a use."""
    return of_type(value, Reuse, "on_return must be a Reuse such as Reuse.NEVER")


def as_total(value: int | None) -> int | None:
    """How often all members together may use an offer, or None."""
    if value is not None and (type(value) is not int or not 1 <= value <= 10**12):
        raise DefinitionError(f"an offer's total must be a whole number from 1, not {shown(value)}")
    return value


def _lane_name(value: str) -> str:
    return named(value, "the name of a lane")


def _choose(value: Choose) -> Choose:
    return of_type(value, Choose, "choose must be a Choose such as Choose.IN_ORDER")


def _against(value: Against) -> Against:
    return of_type(value, Against, "against must be an Against such as Against.START")


def _most(value: int | None) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 1_000):
        raise DefinitionError(f"a lane uses at most 1 to 1000 offers, not {shown(value)}")
    return value


@final
@frozen(order=False)
class Lane:
    """Offers that are chosen together: how, on which prices, and at most how many of them.

    With `Choose.EACH_LINE` all are worked out on the same prices, and any number is used.
    """

    name: str = field(converter=_lane_name)
    choose: Choose = field(default=Choose.BEST, converter=_choose)
    against: Against = field(default=Against.LEFT, converter=_against, kw_only=True)
    most: int | None = field(default=None, converter=_most, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.choose is Choose.EACH_LINE and self.most is not None:
            raise DefinitionError(
                f"lane {self.name!r} chooses for each line, so that `most` limits nothing: "
                "leave it out, or choose the best of the order"
            )


def _lanes(values: Iterable[Lane]) -> tuple[Lane, ...]:
    if not isinstance(values, Iterable):
        raise MisuseError(f"write a list of lanes: Stacking([Lane('sale')]), not {shown(values)}")
    lanes = tuple(values)
    for lane in lanes:
        if not isinstance(lane, Lane):
            raise MisuseError(f"lanes are made of Lane, not of {shown(lane)}")
    if not 1 <= len(lanes) <= MAX_LANES:
        raise DefinitionError(f"a programme has 1 to {MAX_LANES} lanes, not {len(lanes)}")
    names = [lane.name for lane in lanes]
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"two lanes are called {name!r}: names must differ")
    return lanes


def _groups(values: Mapping[str, int]) -> FrozenMap[str, int]:
    if not isinstance(values, Mapping):
        raise MisuseError(
            f"groups are a mapping from name to number: {{'percent': 1}}, not {shown(values)}"
        )
    for name, most in values.items():
        named(name, "a group of offers")
        if type(most) is not int or not 1 <= most <= 1_000:
            raise DefinitionError(
                f"an order takes 1 to 1000 offers of the group {name!r}, not {shown(most)}"
            )
    return FrozenMap((name, values[name]) for name in sorted(values))


def _rivalry(value: Rivalry) -> Rivalry:
    return of_type(value, Rivalry, "exclusive must be a Rivalry such as Rivalry.BEST")


@final
@frozen(order=False)
class Stacking:
    """The lanes of a programme in sequence, and what holds across them.

    A promotion that names no lane is in the first, a coupon in the last. `groups` says how many
    offers of a group one order takes, in all lanes together. `exclusive` says when an offer that
    is exclusive on the order is preferred to all others.
    """

    lanes: tuple[Lane, ...] = field(converter=_lanes)
    groups: FrozenMap[str, int] = field(factory=FrozenMap, converter=_groups, kw_only=True)
    exclusive: Rivalry = field(default=Rivalry.BEST, converter=_rivalry, kw_only=True)


USUAL = Stacking((Lane("promotions"), Lane("coupons", most=1)))
"""What a programme does that says nothing: the best promotions, then the best single coupon."""
