"""Metrics: what a ladder counts, and what a tier needs of it.

    Metric = PointsEarned | MoneySpent | OrdersPlaced | OrderDays | FactMetric
    Need   = Reach | AllNeeds | AnyNeed | SomeNeeds

A need is met from its least value on: 500 points reach a need of 500. Needs only grow with what is
counted, so that more never means a lower tier; that is why there is no "not" among them.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from typing import TypeAlias, assert_never, cast, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import exact
from loyaltykit.vocabulary import Fact, Kind, Moment, Scope, named, of_type, parts, shown

Number: TypeAlias = int | str | Decimal

MAX_NEEDS = 20
"""How many needs one tier may combine."""


class Counting(Enum):
    """From when on points count towards a tier."""

    ACCRUED = "accrued"
    """When they are granted, pending ones included; those that await a confirmation, with it."""
    RELEASED = "released"
    """When they become spendable."""


class _Countable:
    """How to name a need. Methods only."""

    __slots__ = ()

    def reaching(self, least: Number) -> "Reach":
        """The need of so much of it; of money, in major units.

        >>> money_spent.reaching(500)
        Reach(metric=MoneySpent(), least=Decimal('500'))
        """
        return Reach(cast("Metric", self), least)


def _purse(value: str) -> str:
    return named(value, "the name of a purse")


def _counted(value: Counting) -> Counting:
    return of_type(value, Counting, "counted must be a Counting such as Counting.RELEASED")


@final
@frozen(order=False)
class PointsEarned(_Countable):
    """Points of one purse, as they are earned; spending them changes nothing."""

    purse: str = field(default="points", converter=_purse)
    counted: Counting = field(default=Counting.ACCRUED, converter=_counted, kw_only=True)


@final
@frozen(order=False)
class MoneySpent(_Countable):
    """Net spend on goods: after discounts, without shipping, returned lines taken out."""


@final
@frozen(order=False)
class OrdersPlaced(_Countable):
    """Orders of which something is kept."""


@final
@frozen(order=False)
class OrderDays(_Countable):
    """Days, in the programme's zone, with an order of which something is kept."""


def _fact(value: Fact[Moment]) -> Fact[Moment]:
    fact = of_type(value, Fact, "a fact metric is made by member.balance().metric()")
    if fact.scope is not Scope.MEMBER or fact.kind not in (Kind.NUMBER, Kind.MONEY):
        raise DefinitionError(f"{fact} is no number of a member: a tier cannot need so much of it")
    return fact


@final
@frozen(order=False)
class FactMetric(_Countable):
    """A number that is known of the member now, such as the balance; unknown, it reaches nothing.

    Nothing is counted over a window: the tier follows what the fact says at each moment.
    """

    fact: Fact[Moment] = field(converter=_fact)


Metric: TypeAlias = PointsEarned | MoneySpent | OrdersPlaced | OrderDays | FactMetric

points_earned: PointsEarned = PointsEarned()
money_spent: MoneySpent = MoneySpent()
orders_placed: OrdersPlaced = OrdersPlaced()
order_days: OrderDays = OrderDays()


def as_metric(value: Metric) -> Metric:
    """The metric itself.

    Raises:
        MisuseError: it is none.
    """
    if not isinstance(value, PointsEarned | MoneySpent | OrdersPlaced | OrderDays | FactMetric):
        raise MisuseError(
            f"{shown(value)} is no metric: use points_earned, money_spent, orders_placed, "
            "order_days or member.balance().metric()"
        )
    return value


def metric_name(metric: Metric) -> str:
    """A short name, another for every other metric."""
    match metric:
        case PointsEarned(purse=purse, counted=counted):
            late = "" if counted is Counting.ACCRUED else " released"
            return f"points of {purse}{late}"
        case MoneySpent():
            return "spend"
        case OrdersPlaced():
            return "orders"
        case OrderDays():
            return "order days"
        case FactMetric(fact=fact):
            return str(fact)
        case _:
            assert_never(metric)


def metric_words(metric: Metric) -> str:
    """What a metric counts, as people say it: so many of these are missing."""
    match metric:
        case PointsEarned(purse=purse, counted=counted):
            released = "" if counted is Counting.ACCRUED else " released"
            return f"points{released}" if purse == "points" else f"points of {purse}{released}"
        case MoneySpent():
            return "spend"
        case OrdersPlaced():
            return "orders"
        case OrderDays():
            return "days with an order"
        case FactMetric(fact=fact):
            return fact.name.replace(":", " of ")
        case _:
            assert_never(metric)


class _Combining:
    """The operators. Methods only."""

    __slots__ = ()

    def __and__(self, other: "Need") -> "AllNeeds":
        flat: list[Need] = []
        for each in (cast("Need", self), other):
            flat.extend(each.needs if isinstance(each, AllNeeds) else (each,))
        return AllNeeds(flat)

    def __or__(self, other: "Need") -> "AnyNeed":
        flat: list[Need] = []
        for each in (cast("Need", self), other):
            flat.extend(each.needs if isinstance(each, AnyNeed) else (each,))
        return AnyNeed(flat)

    def __bool__(self) -> bool:
        raise MisuseError("a need is a rule, not an answer: write & for and, | for or")


def _least(value: Number) -> Decimal:
    return exact(value, "what a tier needs", minimum=0)


@final
@frozen(order=False)
class Reach(_Combining):
    """At least so much of a metric; of money, in major units."""

    metric: Metric = field(converter=as_metric)
    least: Decimal = field(converter=_least)


def _needs(values: "Iterable[Need]") -> "tuple[Need, ...]":
    found = tuple(as_need(each) for each in parts(values, "the needs of a tier"))
    if not 1 <= len(found) <= MAX_NEEDS:
        raise DefinitionError(f"a tier combines 1 to {MAX_NEEDS} needs, not {len(found)}")
    return found


@final
@frozen(order=False)
class AllNeeds(_Combining):
    """All of these."""

    needs: "tuple[Need, ...]" = field(converter=_needs)


@final
@frozen(order=False)
class AnyNeed(_Combining):
    """At least one of these."""

    needs: "tuple[Need, ...]" = field(converter=_needs)


@final
@frozen(order=False)
class SomeNeeds(_Combining):
    """At least `count` of these."""

    count: int
    needs: "tuple[Need, ...]" = field(converter=_needs)

    def __attrs_post_init__(self) -> None:
        if type(self.count) is not int or not 1 <= self.count <= len(self.needs):
            raise DefinitionError(
                f"some of {len(self.needs)} needs are 1 to {len(self.needs)}, "
                f"not {shown(self.count)}"
            )


Need: TypeAlias = Reach | AllNeeds | AnyNeed | SomeNeeds


def as_need(value: Need) -> Need:
    """The need itself.

    Raises:
        MisuseError: it is none.
    """
    if not isinstance(value, Reach | AllNeeds | AnyNeed | SomeNeeds):
        raise MisuseError(f"{shown(value)} is no need: write money_spent.reaching(500)")
    return value


def some_needs(count: int, *needs: Need) -> SomeNeeds:
    """At least so many of these."""
    return SomeNeeds(count, needs)


def reaches(need: Need) -> Iterator[Reach]:
    """Every single need in a need, in reading order."""
    match need:
        case Reach():
            yield need
        case AllNeeds(needs=inner) | AnyNeed(needs=inner) | SomeNeeds(needs=inner):
            for each in inner:
                yield from reaches(each)
        case _:
            assert_never(need)
