"""Rewards: what members get for points, by name.

    Reward("mug", 500, stock=100)        Reward("cake", 300, gives=Issue(cake), auto=True)

A reward gives a coupon, or a gift that the host hands out: by default the one of its own name. An
automatic one is taken by itself whenever the balance reaches its cost.
"""

from decimal import Decimal
from typing import final

from attrs import field, frozen

from loyaltykit.conditions import Condition, perhaps_about_moment
from loyaltykit.coupons import Coupon
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.limits import Limit
from loyaltykit.money import exact
from loyaltykit.rules import Issue
from loyaltykit.vocabulary import Moment, named, of_type, shown


def _name(value: str) -> str:
    return named(value, "the name of a reward")


def _gift(value: str) -> str:
    return named(value, "the name of a gift")


def _cost(value: Decimal | int | str) -> Decimal:
    cost = exact(value, "the cost of a reward", minimum=0)
    if not cost:
        raise DefinitionError("the cost of a reward must be above 0")
    return cost


def _purse(value: str) -> str:
    return named(value, "the purse of a reward")


@final
@frozen(order=False)
class Gift:
    """Something that the host hands out or switches on: a mug, a lounge, a perk."""

    name: str = field(converter=_gift)


def _gives(value: Issue | Coupon | Gift | str | None) -> Issue | Gift | None:
    match value:
        case None | Issue() | Gift():
            return value
        case Coupon():
            return Issue(value)
        case str():
            return Gift(value)
        case _:
            raise MisuseError(f"a reward gives Issue(coupon) or a gift by name, not {shown(value)}")


def _stock(value: int | None) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 10**12):
        raise DefinitionError(f"the stock of a reward is a whole number from 1, not {shown(value)}")
    return value


def _limit(value: Limit | None) -> Limit | None:
    if value is not None and not isinstance(value, Limit):
        raise MisuseError(f"{shown(value)} is no limit: write limit=once() or limit=per_year(10)")
    return value


def _auto(value: bool) -> bool:
    return of_type(value, bool, "auto must be True or False")


@final
@frozen(order=False)
class Reward:
    """What is given for `cost` points of a purse; in the purse "credit", major units.

    `when` is asked about the member. `limit` counts pieces per member. `stock` is how many there
    are for everybody: since other members compete for them, a claim is to be committed by the host.
    """

    name: str = field(converter=_name)
    cost: Decimal = field(converter=_cost)
    gives: Issue | Gift | None = field(default=None, converter=_gives, kw_only=True)
    purse: str = field(default="points", converter=_purse, kw_only=True)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )
    limit: Limit | None = field(default=None, converter=_limit, kw_only=True)
    stock: int | None = field(default=None, converter=_stock, kw_only=True)
    auto: bool = field(default=False, converter=_auto, kw_only=True)

    @property
    def given(self) -> Issue | Gift:
        """What it gives: by default the gift of its own name."""
        return Gift(self.name) if self.gives is None else self.gives
