"""Events about the catalogue of rewards: what a member asks for in return for points."""

from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError
from loyaltykit.particulars import as_id, as_member, as_time
from loyaltykit.vocabulary import named, shown

MAX_REWARDS = 1_000
"""How many of one reward are given at a time."""


def _reward(value: str) -> str:
    return named(value, "the name of a reward")


def _quantity(value: int) -> int:
    if type(value) is not int or not 1 <= value <= MAX_REWARDS:
        raise DefinitionError(
            f"the quantity of a reward must be a whole number from 1 to {MAX_REWARDS}, "
            f"not {shown(value)}"
        )
    return value


@final
@frozen(order=False)
class RewardClaim:
    """A member takes so many of a reward, for its cost in points each."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    reward: str = field(converter=_reward, kw_only=True)
    quantity: int = field(default=1, converter=_quantity, kw_only=True)
