"""Soundness of ladders: thresholds fit what they are about, and what is read is known."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from loyaltykit.errors import DefinitionError
from loyaltykit.metrics import FactMetric, MoneySpent, PointsEarned, Reach, reaches
from loyaltykit.money import Currency, minor_units, ratio
from loyaltykit.purses import Purse
from loyaltykit.subjects import built_in
from loyaltykit.tiers import Tiers
from loyaltykit.vocabulary import Kind

Ranks: TypeAlias = Mapping[str, tuple[str, ...]]
"""The tiers that a fact may be, by the name of the fact."""


def ranks(ladders: tuple[Tiers, ...]) -> Ranks:
    """Which tiers each fact about a tier may be, lowest first."""
    found = {f"tier:{each.name}": tuple(tier.name for tier in each.tiers) for each in ladders}
    if ladders:
        found["tier"] = found[f"tier:{ladders[0].name}"]
    return found


def ladder_problems(ladder: Tiers, purses: tuple[Purse, ...], money: Currency) -> Iterator[str]:
    """Every reason why a ladder cannot be climbed as stated."""
    scales = {purse.name: purse.scale(money) for purse in purses}
    for tier in ladder.tiers:
        for threshold in (tier.threshold, tier.keep):
            if threshold is None:
                continue
            need = Reach(ladder.metric, threshold) if isinstance(threshold, Decimal) else threshold
            for each in reaches(need):
                for problem in _unfit(each, money, scales):
                    yield f"tier {tier.name!r}: {problem}"
    for metric in ladder.metrics:
        if isinstance(metric, FactMetric) and not (metric.fact.own or built_in(metric.fact)):
            yield f"reads {metric.fact}, which is unknown: a word of your own is a .number()"


def trigger_problems(tier: str | None, ladder: str | None, known: Ranks) -> Iterator[str]:
    """Why a rule can never hear of a tier."""
    names = known.get("tier" if ladder is None else f"tier:{ladder}")
    if names is None:
        what = "no tiers" if ladder is None else f"no ladder {ladder!r}"
        yield f"waits for a tier, but the programme has {what}"
        return
    if tier is not None and ladder is None:
        names = tuple(name for each in known.values() for name in each)
    if tier is not None and tier not in names:
        yield f"waits for the tier {tier!r}, which it does not have (it has {', '.join(names)})"


def _unfit(need: Reach, money: Currency, scales: Mapping[str, int]) -> Iterator[str]:
    match need.metric:
        case PointsEarned(purse=purse):
            scale = scales.get(purse, 1)
            if (ratio(need.least) * scale).denominator != 1:
                yield f"{need.least} points have more decimals than the purse {purse!r}"
        case FactMetric(fact=fact) if fact.kind is not Kind.MONEY:
            pass
        case MoneySpent() | FactMetric():
            try:
                minor_units(need.least, money, "the threshold")
            except DefinitionError as error:
                yield str(error)
        case _:
            if ratio(need.least).denominator != 1:
                yield f"{need.least} is no whole number of orders"
