"""Conditions: questions with a yes or no, as plain values that combine with `& | ~`.

    Condition[S] = AllOf | AnyOf | Not | AtLeast | Compare | OneOf | Every | Known | Elapsed
                 | Anniversary | During | SomeItem | Custom

`S` says what a question is about: `Moment` (a member, a basket, an event) or `Item` (one line of a
basket). Type checkers refuse a mixture; `some_item` lifts the second kind to the first.

Laws: `& | ~` form a Boolean algebra. A comparison with an unknown fact is false; its negation is
therefore true; `Known` asks. Order never matters, since facts are read before anything is judged.

Here are the conditions around others; those that contain none are questions. A condition never
computes: each meaning is a function of its own (evaluate, explain, encode ...).
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.logic import Logic, is_condition, no_condition
from loyaltykit.questions import (
    MAX_COUNT,
    Anniversary,
    Compare,
    Custom,
    During,
    Elapsed,
    Every,
    Known,
    OneOf,
)
from loyaltykit.vocabulary import Extent, Fact, Item, Moment, S, around, for_each_line, parts, shown


def condition(value: "Condition[S]") -> "Condition[S]":
    """Return `value` if it is a condition.

    A converter tells type checkers what a field takes, so there is one for each kind of field.

    Raises:
        MisuseError: it is anything else, such as the False that `==` gives.
    """
    if not is_condition(value):
        raise no_condition(value)
    return value


def about_moment(value: "Condition[Moment]") -> "Condition[Moment]":
    """Like `condition`, for a question about a moment."""
    return condition(value)


def about_item(value: "Condition[Item]") -> "Condition[Item]":
    """Like `condition`, for a question about a line."""
    return condition(value)


def perhaps_about_moment(value: "Condition[Moment] | None") -> "Condition[Moment] | None":
    """Like `about_moment`, and None stays None."""
    return None if value is None else condition(value)


def perhaps_about_item(value: "Condition[Item] | None") -> "Condition[Item] | None":
    """Like `about_item`, and None stays None."""
    return None if value is None else condition(value)


def _conditions(values: "Iterable[Logic[S]]") -> "tuple[Condition[S], ...]":
    if is_condition(values):
        raise MisuseError("expected several conditions in a list, got a single one")
    return tuple(condition(value) for value in parts(values, "a combination of conditions"))


def _count(value: int) -> int:
    if type(value) is not int or not 1 <= value <= MAX_COUNT:
        raise DefinitionError(
            f"a count of conditions or items must be 1 to {MAX_COUNT}, not {shown(value)}"
        )
    return value


@final
@frozen(order=False)
class AllOf(Logic[S]):
    """Every condition holds; none at all is true."""

    conditions: "tuple[Condition[S], ...]" = field(converter=_conditions)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.conditions))


@final
@frozen(order=False)
class AnyOf(Logic[S]):
    """At least one condition holds; none at all is false."""

    conditions: "tuple[Condition[S], ...]" = field(converter=_conditions)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.conditions))


@final
@frozen(order=False)
class Not(Logic[S]):
    """The condition does not hold."""

    condition: "Condition[S]" = field(converter=condition)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.condition.extent)


@final
@frozen(order=False)
class AtLeast(Logic[S]):
    """At least `count` of the conditions hold; the same condition twice counts twice."""

    count: int = field(converter=_count)
    conditions: "tuple[Condition[S], ...]" = field(converter=_conditions)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.conditions))

    def __attrs_post_init__(self) -> None:
        if self.count > len(self.conditions):
            raise DefinitionError(
                f"at least {self.count} of {len(self.conditions)} conditions can never hold"
            )


@final
@frozen(order=False, init=False)
class SomeItem(Logic[S]):
    """At least `count` units of the basket are on lines for which the item condition holds."""

    condition: "Condition[Item]" = field(converter=about_item)
    count: int = field(default=1, converter=_count)
    extent: Extent = field(init=False, eq=False, repr=False)

    def __init__(self: "SomeItem[Moment]", condition: "Condition[Item]", count: int = 1) -> None:
        self.__attrs_init__(condition, count)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(self.condition.extent)


Condition: TypeAlias = (
    AllOf[S]
    | AnyOf[S]
    | Not[S]
    | AtLeast[S]
    | Compare[S]
    | OneOf[S]
    | Every[S]
    | Known[S]
    | Elapsed[S]
    | Anniversary[S]
    | During[S]
    | SomeItem[S]
    | Custom[S]
)


def all_of(*conditions: Condition[S]) -> AllOf[S]:
    """Every one holds: the spelling of `&`. Nested ones are flattened.

    >>> from loyaltykit.subjects import basket, member
    >>> all_of(basket.units >= 3, member.orders >= 1) == (basket.units >= 3) & (member.orders >= 1)
    True
    """
    flat: list[Condition[S]] = []
    for each in conditions:
        flat.extend(each.conditions if isinstance(each, AllOf) else (each,))
    return AllOf(flat)


def any_of(*conditions: Condition[S]) -> AnyOf[S]:
    """At least one holds: the spelling of `|`. Nested ones are flattened."""
    flat: list[Condition[S]] = []
    for each in conditions:
        flat.extend(each.conditions if isinstance(each, AnyOf) else (each,))
    return AnyOf(flat)


def at_least(count: int, *conditions: Condition[S]) -> AtLeast[S]:
    """At least `count` of these hold."""
    return AtLeast(count, conditions)


def some_item(condition: Condition[Item], count: int = 1) -> SomeItem[Moment]:
    """Lift a question about a line to the basket: at least `count` units are on such lines."""
    return SomeItem(condition, count)


def mentioned(condition: Condition[Any]) -> Iterator[Fact[Any] | Custom[Any]]:
    """Every fact and custom question that a condition reads, in reading order, with repeats."""
    match condition:
        case AllOf(conditions=inner) | AnyOf(conditions=inner) | AtLeast(conditions=inner):
            for each in inner:
                yield from mentioned(each)
        case Not(condition=one) | SomeItem(condition=one):
            yield from mentioned(one)
        case Compare() | OneOf() | Every() | Known() | Elapsed() | Anniversary():
            yield condition.fact
        case During():
            return
        case Custom():
            yield condition
        case _:
            assert_never(condition)
