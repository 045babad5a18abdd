"""Conditions: questions with a yes or no, as plain values that combine with `& | ~`.

    Condition[S] = AllOf | AnyOf | Not | AtLeast | Compare | OneOf | Every | Known | Elapsed
                 | Anniversary | During | SomeItem | Custom

`S` says what a question is about: `Moment` (a member, a basket, an event) or `Item` (one line of a
basket). Type checkers refuse a mixture; `some_item` lifts the second kind to the first.

Laws: `& | ~` form a Boolean algebra. A comparison with an unknown fact is false; its negation is
therefore true; `Known` asks. Order never matters, since facts are read before anything is judged.

A condition never computes: each meaning is a function of its own (evaluate, explain, encode ...).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, Never, TypeAlias, assert_never, cast, final

from attrs import field, frozen

from loyaltykit.calendar import LeapDay
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import exact
from loyaltykit.periods import Period
from loyaltykit.times import Dates, Hours, Recurrence, Season, Times, Weekdays
from loyaltykit.vocabulary import (
    Extent,
    Fact,
    Item,
    Kind,
    Moment,
    S,
    around,
    for_each_line,
    named,
    of_type,
    parts,
    shown,
)

MAX_COUNT = 10**15
"""The largest count of units that a condition may ask for."""

RECURRENCE_NODES = 100
"""As how many nodes a recurrence counts: it takes so much longer to judge than others."""


class Op(Enum):
    """How `Compare` compares."""

    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class _Logic(Generic[S]):
    """The operators. A mixin of methods only: the grammar stays the closed union below."""

    __slots__ = ()

    def __and__(self, other: "Condition[S]") -> "AllOf[S]":
        return all_of(cast("Condition[S]", self), other)

    def __or__(self, other: "Condition[S]") -> "AnyOf[S]":
        return any_of(cast("Condition[S]", self), other)

    def __rand__(self, other: Never) -> Never:
        raise _no_condition(other)

    def __ror__(self, other: Never) -> Never:
        raise _no_condition(other)

    def __invert__(self) -> "Not[S]":
        return Not(cast("Condition[S]", self))

    def __bool__(self) -> bool:
        raise MisuseError(
            "a condition is a rule, not an answer: write & for and, | for or, ~ for not, "
            ".between(lo, hi) for a chained comparison, .is_() for ==, .one_of() for in"
        )


def is_condition(value: object) -> bool:
    """Whether `value` is a condition."""
    return isinstance(value, _Logic)


def condition(value: "Condition[S]") -> "Condition[S]":
    """Return `value` if it is a condition.

    A converter tells type checkers what a field takes, so there is one for each kind of field.

    Raises:
        MisuseError: it is anything else, such as the False that `==` gives.
    """
    if not is_condition(value):
        raise _no_condition(value)
    return value


def _no_condition(value: object) -> MisuseError:
    return MisuseError(
        f"expected a condition, got {shown(value)}: build one from facts with < <= > >=, .is_(), "
        ".one_of(), .between(); == and in do not build conditions"
    )


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


def _conditions(values: "Iterable[_Logic[S]]") -> "tuple[Condition[S], ...]":
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
class AllOf(_Logic[S]):
    """Every condition holds; none at all is true."""

    conditions: "tuple[Condition[S], ...]" = field(converter=_conditions)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.conditions))


@final
@frozen(order=False)
class AnyOf(_Logic[S]):
    """At least one condition holds; none at all is false."""

    conditions: "tuple[Condition[S], ...]" = field(converter=_conditions)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(*(each.extent for each in self.conditions))


@final
@frozen(order=False)
class Not(_Logic[S]):
    """The condition does not hold."""

    condition: "Condition[S]" = field(converter=condition)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return around(self.condition.extent)


@final
@frozen(order=False)
class AtLeast(_Logic[S]):
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


Constant: TypeAlias = Decimal | str | bool | date


def _constant(value: Decimal | str | date) -> Decimal | str | date:
    return exact(value, "a value to compare with") if isinstance(value, Decimal) else value


def _fact(value: object) -> None:
    of_type(value, Fact, "expected a fact such as basket.spend.fact")


@final
@frozen(order=False)
class Compare(_Logic[S]):
    """A number, an amount (major units), a tier (its name, by rank) or a day against a constant."""

    fact: Fact[S]
    op: Op
    value: Decimal | str | date = field(converter=_constant)
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _fact(self.fact)
        of_type(self.op, Op, "expected an operator such as Op.GE")
        wanted = _COMPARED.get(self.fact.kind)
        if wanted is None or type(self.value) is not wanted:
            raise DefinitionError(
                f"{self.fact} is of kind {self.fact.kind.value} and cannot be compared "
                f"by {self.op.value} with {shown(self.value)}"
            )


_COMPARED: Mapping[Kind, type[object]] = {
    Kind.NUMBER: Decimal,
    Kind.MONEY: Decimal,
    Kind.TIER: str,
    Kind.DAY: date,
}

_CHOSEN: Mapping[Kind, type[object]] = {
    Kind.NUMBER: Decimal,
    Kind.MONEY: Decimal,
    Kind.TEXT: str,
    Kind.TAGS: str,
    Kind.TIER: str,
    Kind.FLAG: bool,
    Kind.DAY: date,
}


def _values(values: Iterable[Constant]) -> tuple[Constant, ...]:
    if isinstance(values, str):
        raise MisuseError(f"expected several values, got the single text {shown(values)}")
    found: dict[tuple[str, str], Constant] = {}
    for value in parts(values, "a choice of values"):
        if type(value) not in (Decimal, str, bool, date):
            raise MisuseError(
                f"a fact is compared with text, Decimal, bool or date, not with {shown(value)}"
            )
        known = _constant(value)
        found[type(known).__name__, str(known)] = known
    return tuple(found[key] for key in sorted(found))


@final
@frozen(order=False)
class OneOf(_Logic[S]):
    """The fact is one of the values; for tags, at least one of them is among the values."""

    fact: Fact[S]
    values: tuple[Constant, ...] = field(converter=_values)
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return Extent(nodes=len(self.values))

    def __attrs_post_init__(self) -> None:
        _fact(self.fact)
        wanted = _CHOSEN.get(self.fact.kind)
        if not self.values:
            raise DefinitionError(f"{self.fact}: name at least one value to choose from")
        for value in self.values:
            if wanted is None or type(value) is not wanted:
                raise DefinitionError(
                    f"{self.fact} is of kind {self.fact.kind.value} and can never be {shown(value)}"
                )


def _step(value: int) -> int:
    if type(value) is not int or not 1 <= value <= MAX_COUNT:
        raise DefinitionError(
            f"every so many is a whole number from 1 to {MAX_COUNT}, not {shown(value)}"
        )
    return value


@final
@frozen(order=False)
class Every(_Logic[S]):
    """The number is a multiple of `step`, above 0: every fifth is 5, 10, 15 ..."""

    fact: Fact[S]
    step: int = field(converter=_step)
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _fact(self.fact)
        if self.fact.kind is not Kind.NUMBER:
            raise DefinitionError(
                f"{self.fact} is of kind {self.fact.kind.value} and does not count: "
                "ask for every nth of a number"
            )


@final
@frozen(order=False)
class Known(_Logic[S]):
    """The fact has a value."""

    fact: Fact[S]
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _fact(self.fact)


@final
@frozen(order=False)
class Elapsed(_Logic[S]):
    """At least `period` has passed since the fact's instant, in the programme's zone."""

    fact: Fact[S]
    period: Period
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _fact(self.fact)
        of_type(self.period, Period, "what elapses is a period such as days(90)")
        if self.fact.kind is not Kind.INSTANT:
            raise DefinitionError(f"{self.fact} is not an instant: nothing elapses since it")


def _days(value: int) -> int:
    if type(value) is not int or not 0 <= value <= 180:
        raise DefinitionError(f"days around an anniversary must be 0 to 180, not {shown(value)}")
    return value


@final
@frozen(order=False)
class Anniversary(_Logic[S]):
    """Today is a yearly return of the fact's day, or up to so many days before or after one."""

    fact: Fact[S]
    before: int = field(default=0, converter=_days, kw_only=True)
    after: int = field(default=0, converter=_days, kw_only=True)
    leap: LeapDay = field(default=LeapDay.FEB_28, kw_only=True)
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _fact(self.fact)
        of_type(self.leap, LeapDay, "leap must be a LeapDay such as LeapDay.MAR_1")
        if self.fact.kind is not Kind.DAY:
            raise DefinitionError(f"{self.fact} is not a day: it has no anniversary")


@final
@frozen(order=False, init=False)
class During(_Logic[S]):
    """The moment itself is inside these times, in the programme's zone."""

    times: Times
    extent: Extent = field(init=False, eq=False, repr=False)

    @extent.default
    def _extent(self) -> Extent:
        return Extent(nodes=RECURRENCE_NODES if isinstance(self.times, Recurrence) else 1)

    def __init__(self: "During[Moment]", times: Times) -> None:
        if not isinstance(times, Dates | Weekdays | Hours | Season | Recurrence):
            raise MisuseError(f"{shown(times)} is no time: write on_weekdays('sat', 'sun')")
        self.__attrs_init__(times)


@final
@frozen(order=False, init=False)
class SomeItem(_Logic[S]):
    """At least `count` units of the basket are on lines for which the item condition holds."""

    condition: "Condition[Item]" = field(converter=about_item)
    count: int = field(default=1, converter=_count)
    extent: Extent = field(init=False, eq=False, repr=False)

    def __init__(self: "SomeItem[Moment]", condition: "Condition[Item]", count: int = 1) -> None:
        self.__attrs_init__(condition, count)

    @extent.default
    def _extent(self) -> Extent:
        return for_each_line(self.condition.extent)


def _custom_name(value: str) -> str:
    return named(value, "the name of a custom condition")


@final
@frozen(order=False, init=False)
class Custom(_Logic[S]):
    """A question that only the host can answer; it does so in `answers` of the event.

    Analysis treats the answer as unknown, and says so. It is always about a moment.
    """

    name: str = field(converter=_custom_name)
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __init__(self: "Custom[Moment]", name: str) -> None:
        self.__attrs_init__(name)


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
