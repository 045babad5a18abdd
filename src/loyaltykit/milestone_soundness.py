"""Soundness of milestones and streaks: values that can be reached, of totals that are counted."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import assert_never

from loyaltykit.errors import DefinitionError
from loyaltykit.metrics import MoneySpent, OrdersPlaced, PointsEarned
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.money import Currency, minor_units
from loyaltykit.purses import Purse
from loyaltykit.rules import Rule
from loyaltykit.totals import ActivitiesDone, Total, UnitsBought
from loyaltykit.windows import SinceEntry


def milestone_problems(
    rules: Iterable[Rule], purses: Iterable[Purse], money: Currency
) -> Iterator[str]:
    """Every reason why a rule waits for what never comes, or is not known."""
    decimals = {purse.name: purse.scale(money) for purse in purses}
    for rule in rules:
        match rule.on:
            case Milestone(total=total, at=at, every=step, window=window):
                values = at if step is None else (step,)
                if isinstance(window, SinceEntry):
                    yield (
                        f"rule {rule.name!r}: counts since tier entry, which no milestone does: "
                        "use Calendar('year') or months(12)"
                    )
            case Streak(total=total, target=target):
                values = (target,)
            case _:
                continue
        for problem in _problems(total, values, decimals, money):
            yield f"rule {rule.name!r}: {problem}"


def _problems(
    total: Total, values: Iterable[Decimal], scales: dict[str, int], money: Currency
) -> Iterator[str]:
    match total:
        case MoneySpent():
            for value in values:
                try:
                    minor_units(value, money, "a milestone")
                except DefinitionError as error:
                    yield str(error)
        case PointsEarned(purse=purse):
            if purse not in scales:
                known = ", ".join(scales)
                yield f"waits for points of {purse!r}, but the programme has the purses {known}"
                return
            for value in values:
                top, bottom = value.as_integer_ratio()
                if top * scales[purse] % bottom:
                    yield f"waits for {value:f} points of {purse!r}, which has fewer decimals"
        case OrdersPlaced() | UnitsBought() | ActivitiesDone():
            for value in values:
                if value.as_integer_ratio()[1] > 1:
                    yield f"waits for {value:f}, but counts in whole numbers"
        case _:
            assert_never(total)
