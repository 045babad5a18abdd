"""Totals: what a milestone or a streak adds up, over a member's life or over a window.

    Total = MoneySpent | OrdersPlaced | PointsEarned | UnitsBought | ActivitiesDone

What comes back is taken out again. Nothing is added while the account is suspended, but for the
lifetime spend and orders, which `member.spend` and `member.orders` read as well.
"""

from typing import TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_item
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.metrics import Counting, MoneySpent, OrdersPlaced, PointsEarned
from loyaltykit.vocabulary import Item, named, shown


@final
@frozen(order=False)
class UnitsBought:
    """Pieces that were bought and are kept, on lines for which `of` holds; None is every line."""

    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item)


def _kind(value: str | None) -> str | None:
    return None if value is None else named(value, "the kind of an activity")


@final
@frozen(order=False)
class ActivitiesDone:
    """Activities of one kind, such as "review"; None is of any kind."""

    kind: str | None = field(default=None, converter=_kind)


Total: TypeAlias = MoneySpent | OrdersPlaced | PointsEarned | UnitsBought | ActivitiesDone


def as_total(value: Total) -> Total:
    """A total, and nothing else.

    Raises:
        MisuseError: it is anything else.
        DefinitionError: it counts points only when they are released.
    """
    if not isinstance(
        value, MoneySpent | OrdersPlaced | PointsEarned | UnitsBought | ActivitiesDone
    ):
        raise MisuseError(
            f"{shown(value)} is no total: use money_spent, orders_placed, points_earned, "
            "UnitsBought() or ActivitiesDone('review')"
        )
    if isinstance(value, PointsEarned) and value.counted is not Counting.ACCRUED:
        raise DefinitionError("a total adds points when they are granted: leave counted out")
    return value


def total_name(total: Total, rule: str) -> str:
    """A short name of what is added up, for a rule; rules that add up the same share it.

    Units of a kind are each rule's own.
    """
    match total:
        case MoneySpent():
            return "spend"
        case OrdersPlaced():
            return "orders"
        case PointsEarned(purse=purse):
            return f"points:{purse}"
        case UnitsBought(of=of):
            return "units" if of is None else f"units:{rule}"
        case ActivitiesDone(kind=kind):
            return "activities" if kind is None else f"activities:{kind}"
        case _:
            assert_never(total)
