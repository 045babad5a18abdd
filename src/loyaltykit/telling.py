"""Telling: what is done by hand, as a member reads it in a statement."""

from collections.abc import Callable
from typing import assert_never

from loyaltykit.handmade import Adjusted, GoodwillGranted, HandMade
from loyaltykit.placing import points_in


def by_hand_told(effect: HandMade, amount: Callable[[int, str], str]) -> tuple[str, str]:
    """The text of an effect, and the purse that it moves; `amount` spells points of a purse."""
    match effect:
        case Adjusted(purse=purse, lot=lot, draws=draws, reason=reason):
            points = points_in(draws) if lot is None else lot.points
            done = "taken" if lot is None else "added"
            return f"{amount(points, purse)} {done} by hand ({reason})", purse
        case GoodwillGranted(lot=lot, reason=reason):
            return f"{amount(lot.points, lot.purse)} as goodwill ({reason})", lot.purse
        case _:
            assert_never(effect)
