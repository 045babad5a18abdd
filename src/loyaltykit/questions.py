"""Questions: the conditions that contain no other.

    Question[S] = Compare | OneOf | Every | Known | Elapsed | Anniversary | During | Custom

They ask about one fact, about the moment itself, or something that only the host can answer. What a
fact is compared with is of its kind, or the question is refused when it is built.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.calendar import LeapDay
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.logic import Logic
from loyaltykit.money import exact
from loyaltykit.periods import Period
from loyaltykit.times import Dates, Hours, Recurrence, Season, Times, Weekdays
from loyaltykit.vocabulary import (
    Extent,
    Fact,
    Kind,
    Moment,
    S,
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


Constant: TypeAlias = Decimal | str | bool | date


def _constant(value: Decimal | str | date) -> Decimal | str | date:
    return exact(value, "a value to compare with") if isinstance(value, Decimal) else value


def _fact(value: object) -> None:
    of_type(value, Fact, "expected a fact such as basket.spend.fact")


@final
@frozen(order=False, cache_hash=True)
class Compare(Logic[S]):
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
@frozen(order=False, cache_hash=True)
class OneOf(Logic[S]):
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
@frozen(order=False, cache_hash=True)
class Every(Logic[S]):
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
@frozen(order=False, cache_hash=True)
class Known(Logic[S]):
    """The fact has a value."""

    fact: Fact[S]
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _fact(self.fact)


@final
@frozen(order=False, cache_hash=True)
class Elapsed(Logic[S]):
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
@frozen(order=False, cache_hash=True)
class Anniversary(Logic[S]):
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
class During(Logic[S]):
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


def _custom_name(value: str) -> str:
    return named(value, "the name of a custom condition")


@final
@frozen(order=False, init=False)
class Custom(Logic[S]):
    """A question that only the host can answer; it does so in `answers` of the event.

    Analysis treats the answer as unknown, and says so. It is always about a moment.
    """

    name: str = field(converter=_custom_name)
    extent: Extent = field(default=Extent(), init=False, eq=False, repr=False)

    def __init__(self: "Custom[Moment]", name: str) -> None:
        self.__attrs_init__(name)
