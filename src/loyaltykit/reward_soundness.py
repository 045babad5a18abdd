"""Soundness of rewards: what they cost and give is there, and nobody is asked what is not known."""

from collections import Counter
from collections.abc import Iterator

from loyaltykit.limit_soundness import reward_limit_problems
from loyaltykit.money import Currency, ratio
from loyaltykit.purses import Purse
from loyaltykit.rewards import Reward
from loyaltykit.rules import Issue
from loyaltykit.soundness import member_problems
from loyaltykit.tiers import Tiers


def reward_problems(
    rewards: tuple[Reward, ...],
    tiers: tuple[Tiers, ...],
    coupons: frozenset[str],
    purses: tuple[Purse, ...],
    money: Currency,
) -> Iterator[str]:
    """Every reason why a catalogue does not hold together."""
    known = {purse.name: purse for purse in purses}
    for name, count in Counter(reward.name for reward in rewards).items():
        if count > 1:
            yield f"{count} rewards are called {name!r}"
    for reward in rewards:
        where = f"reward {reward.name!r}"
        purse = known.get(reward.purse)
        if purse is None:
            yield (
                f"{where}: there is no purse {reward.purse!r} (there are {', '.join(known)}): "
                f"declare it with purses=[Purse({reward.purse!r})]"
            )
        elif (ratio(reward.cost) * purse.scale(money)).denominator != 1:
            yield f"{where}: the cost has more decimals than the purse: {reward.cost}"
        for problem in _problems(reward, coupons):
            yield f"{where}: {problem}"
        if reward.when is not None:
            for problem in member_problems(reward.when, money, tiers):
                yield f"{where}: {problem}"


def _problems(reward: Reward, coupons: frozenset[str]) -> Iterator[str]:
    given = reward.given
    if isinstance(given, Issue) and isinstance(given.coupon, str) and given.coupon not in coupons:
        yield f"gives the coupon {given.coupon!r}, which the programme does not have"
    if reward.limit is not None:
        yield from reward_limit_problems(reward.limit)
    if reward.auto and reward.stock is not None:
        yield "is automatic and has a stock, which others could have taken unasked: leave one out"
