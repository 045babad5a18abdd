"""Ladders: a programme's ladders as they are judged by: ranks, and what values reach and keep.

A rank is the place of a tier, from 0; below all of them, without a tier, it is -1. Values are in
the units in which they are counted: points in their smallest, money in minor units.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, assert_never, final
from zoneinfo import ZoneInfo

from loyaltykit.account import Account
from loyaltykit.climbs import Grant
from loyaltykit.metrics import (
    AllNeeds,
    AnyNeed,
    FactMetric,
    Metric,
    MoneySpent,
    Need,
    OrderDays,
    OrdersPlaced,
    PointsEarned,
    Reach,
    SomeNeeds,
    metric_name,
)
from loyaltykit.money import ratio
from loyaltykit.program import Program
from loyaltykit.tiers import Tiers
from loyaltykit.vocabulary import Kind

Values: TypeAlias = Mapping[Metric, int | Decimal | None]
"""What each metric says; None is unknown."""


@final
class Ladder:
    """One ladder of a programme."""

    def __init__(self, tiers: Tiers, zone: ZoneInfo, scales: Mapping[Metric, int]) -> None:
        self.tiers: Tiers = tiers
        self.name: str = tiers.name
        self.zone: ZoneInfo = zone
        self.scales: Mapping[Metric, int] = scales
        """How many units of a count are one unit of a threshold."""
        self.plain: bool = tiers.is_plain
        self.names: tuple[str, ...] = tuple(each.name for each in tiers.tiers)
        self.counters: dict[Metric, str] = {
            each: tiers.name if each == tiers.metric else f"{tiers.name}:{metric_name(each)}"
            for each in tiers.metrics
            if not isinstance(each, FactMetric)
        }
        """The counter of each metric that is counted."""
        self._needs = tuple(tiers.need(each) for each in tiers.tiers)
        self._keeps = tuple(tiers.keep(each) for each in tiers.tiers)
        self._ranks = {name: rank for rank, name in enumerate(self.names)}
        nothing: Values = dict.fromkeys(tiers.metrics, 0)
        self.base: int = self.reached(nothing)
        """Where everybody begins."""

    def rank(self, tier: str | None) -> int:
        """The place of a tier; -1 for none, and for one that the ladder lacks."""
        return -1 if tier is None else self._ranks.get(tier, -1)

    def tier(self, rank: int) -> str | None:
        """The tier at a place; None for -1."""
        return None if rank < 0 else self.names[rank]

    def reached(self, values: Values) -> int:
        """The highest tier that these values reach."""
        return self._highest(self._needs, values)

    def kept(self, values: Values) -> int:
        """The highest tier that these values keep, or reach."""
        return max(self._highest(self._keeps, values), self.reached(values))

    def reaches(self, rank: int, values: Values) -> bool:
        """Whether these values reach that very tier."""
        need = self._needs[rank]
        return need is not None and self._met(need, values)

    def keeps(self, rank: int, values: Values) -> bool:
        """Whether these values keep that very tier, or reach it."""
        keep = self._keeps[rank]
        return (keep is not None and self._met(keep, values)) or self.reaches(rank, values)

    def is_earned(self, rank: int) -> bool:
        """Whether counts can reach a tier; else it is only given."""
        return self._needs[rank] is not None

    def over(self, rank: int, values: Values) -> int:
        """How much of the ladder's metric lies beyond the threshold of a tier."""
        need, value = self._needs[rank], values[self.tiers.metric]
        least = need.least if isinstance(need, Reach) else None
        if least is None or not isinstance(value, int):
            return 0
        return max(0, value - int(ratio(least) * self.scales[self.tiers.metric]))

    def granted(self, earned: str | None, grants: Mapping[str, Grant], at: datetime) -> str | None:
        """The tier that the member has, with what was given: the latest that is exact decides."""
        living = [each for each in grants.values() if each.lives(at) and self.rank(each.tier) >= 0]
        exact = [each for each in living if each.exactly]
        if exact:
            return max(exact, key=_given).tier
        ranks = [self.rank(earned), *(self.rank(each.tier) for each in living)]
        return self.tier(max(ranks))

    def _highest(self, needs: tuple[Need | None, ...], values: Values) -> int:
        found = -1
        for rank, need in enumerate(needs):
            if need is not None and self._met(need, values):
                found = rank
        return found

    def _met(self, need: Need, values: Values) -> bool:
        match need:
            case Reach(metric=metric, least=least):
                value = values[metric]
                if value is None:
                    return False
                top, bottom = value.as_integer_ratio()
                wanted, per = least.as_integer_ratio()
                return top * per >= wanted * bottom * self.scales[metric]
            case AllNeeds(needs=inner):
                return all(self._met(each, values) for each in inner)
            case AnyNeed(needs=inner):
                return any(self._met(each, values) for each in inner)
            case SomeNeeds(count=count, needs=inner):
                return sum([self._met(each, values) for each in inner]) >= count
            case _:
                assert_never(need)


def _given(grant: Grant) -> datetime:
    return grant.since


@final
class Ladders:
    """All ladders of a programme, in its order; the first is the one of `member.tier`."""

    def __init__(self, program: Program) -> None:
        scales = {each.name: each.scale(program.money) for each in program.all_purses}
        self._all: dict[str, Ladder] = {
            tiers.name: Ladder(
                tiers,
                program.zone,
                {each: _scale(each, program.money.scale, scales) for each in tiers.metrics},
            )
            for tiers in program.tiers
        }
        self.names: tuple[str, ...] = tuple(
            name for ladder in self._all.values() for name in ladder.names
        )
        """All tiers; those of one ladder stand in its order."""
        self._of_tier = {name: ladder for ladder in self._all.values() for name in ladder.names}

    def __iter__(self) -> Iterator[Ladder]:
        return iter(self._all.values())

    def __bool__(self) -> bool:
        return bool(self._all)

    @property
    def main(self) -> Ladder | None:
        """The first ladder."""
        return next(iter(self), None)

    def main_tier(self, account: Account) -> str | None:
        """A member's tier on the first ladder; of an account that was never judged, the base."""
        ladder = self.main
        if ladder is None:
            return None
        return account.tier_on(ladder.name) or ladder.tier(ladder.base)

    def named(self, name: str) -> Ladder | None:
        """The ladder of that name."""
        return self._all.get(name)

    def of_tier(self, tier: str | None) -> Ladder | None:
        """The ladder that has a tier."""
        return None if tier is None else self._of_tier.get(tier)


def _scale(metric: Metric, money: int, purses: Mapping[str, int]) -> int:
    match metric:
        case MoneySpent():
            return money
        case PointsEarned(purse=purse):
            return purses.get(purse, 1)
        case OrdersPlaced() | OrderDays():
            return 1
        case FactMetric(fact=fact):
            return money if fact.kind is Kind.MONEY else 1
        case _:
            assert_never(metric)
