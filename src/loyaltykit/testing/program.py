"""Strategies for whole programmes, and for their budgets and purses. All are valid."""

from collections.abc import Sequence
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from loyaltykit.budgets import Budget
from loyaltykit.conditions import mentioned
from loyaltykit.coupons import Coupon
from loyaltykit.perks import Perk
from loyaltykit.program import Program
from loyaltykit.promotions import Offer
from loyaltykit.purses import Dormancy, Purse, Shortfall
from loyaltykit.questions import Custom
from loyaltykit.redeeming import Redeeming
from loyaltykit.referral import referral
from loyaltykit.rewards import Reward
from loyaltykit.rules import Accrue, Credit, GrantTier, Rule, asked
from loyaltykit.testing import words
from loyaltykit.testing.asking import conditions
from loyaltykit.testing.ladders import tiers
from loyaltykit.testing.numbers import amounts
from loyaltykit.testing.perks import perks
from loyaltykit.testing.promotions import promotions, stackings
from loyaltykit.testing.rules import LIMITS, accruals, coupons, limits, rules
from loyaltykit.testing.spending import redeeming, rewards
from loyaltykit.testing.times import periods, terms, windows
from loyaltykit.tiers import Tiers
from loyaltykit.triggers import TierEnding, TierKept, TierLost, TierReached
from loyaltykit.vocabulary import CREDIT, Kind


def budgets(rules: Sequence[Rule], *, name: str = "a budget") -> st.SearchStrategy[Budget]:
    """A budget of this name for some of these rules, which grant points, credit or both.

    Points of purses with different decimals have no budget together: give such rules apart.
    """

    @st.composite
    def built(draw: st.DrawFn) -> Budget:
        names = draw(st.lists(st.sampled_from(granting), min_size=1, unique=True))
        actions = [action for rule in rules if rule.name in names for action in rule.then]
        points = amount = None
        if any(isinstance(each, Accrue) for each in actions):
            points = draw(st.integers(1, 400))
        if any(isinstance(each, Credit) for each in actions):
            amount = draw(amounts(least=1))
        window = draw(windows(since_entry=False, common=True))
        return Budget(name, points=points, amount=amount, window=window, rules=names)

    granting = [
        rule.name for rule in rules if any(isinstance(each, Accrue | Credit) for each in rule.then)
    ]
    return built()


def purses(*, name: str = "points") -> st.SearchStrategy[Purse]:
    """A purse of this name with policies of any kind that a programme without tiers can keep."""
    amount = st.integers(0, 400)
    lapses = st.builds(
        Dormancy,
        periods(),
        share=st.integers(1, 100),
        least=amount,
        every=st.one_of(st.none(), periods()),
        all_after=st.one_of(st.none(), periods()),
    )

    def built(shortfall: Shortfall, most_debt: int | None, **rest: Any) -> Purse:
        owed = most_debt if shortfall is Shortfall.DEBT else None
        return Purse(name, shortfall=shortfall, most_debt=owed, **rest)

    return st.builds(
        built,
        st.sampled_from(Shortfall),
        st.one_of(st.none(), amount),
        decimals=st.integers(0, 2),
        expires=st.one_of(st.none(), terms()),
        cap=st.one_of(st.none(), amount),
        dormancy=st.one_of(st.none(), lapses),
    )


@st.composite
def programs(draw: st.DrawFn, *, most: int = 5) -> Program:
    """A valid programme: 1 to `most` rules of any kind, perhaps tiers, offers and a referral.

    It reckons in euros, in one of a few time zones.
    """
    names = draw(st.lists(st.sampled_from(words.COUPONS), unique=True, max_size=2))
    offered = [draw(coupons(name=name)) for name in names]
    stacking = draw(stackings())
    promoted = [
        draw(promotions(name=f"promotion {number}", stacking=stacking))
        for number in range(draw(st.integers(0, 2)))
    ]
    numbers = range(1, draw(st.integers(1, most)) + 1)
    made = [draw(rules(name=f"rule {number}", coupons=offered)) for number in numbers]
    if draw(st.booleans()):
        made += draw(_REFERRALS)
    offers: list[Offer] = [*offered, *promoted]
    needed = any(map(_mentions_tier, made)) or any(map(_wants_tier, offers))
    kept = [draw(purses(name=name)) for name in words.PURSES]
    limited = any(limit.points is not None for rule in made for limit in rule.limit)
    spending = [
        rule for rule in made if any(isinstance(each, Accrue | Credit) for each in rule.then)
    ]
    budgeted: list[Budget] = []
    if draw(st.booleans()) and spending:
        budgeted.append(draw(budgets(spending)))
    if limited or any(budget.points is not None for budget in budgeted):
        kept = [evolve(purse, decimals=0) for purse in kept]
    ladder = draw(tiers() if needed else st.one_of(st.none(), tiers()))
    return Program(
        "A club",
        words.CURRENCY,
        timezone=draw(st.sampled_from(words.ZONES)),
        purses=kept,
        budgets=budgeted,
        rules=made,
        tiers=ladder,
        coupons=offered,
        promotions=promoted,
        stacking=stacking,
        redeeming=draw(_some_redeeming(ladder)),
        rewards=draw(_some_rewards(ladder, offered)),
        perks=draw(_some_perks(ladder)),
    )


def _some_redeeming(ladder: Tiers | None) -> st.SearchStrategy[list[Redeeming]]:
    tiered = ladder is not None
    each = [redeeming(purse=purse, tiers=tiered) for purse in (*words.PURSES, CREDIT)]
    return st.lists(st.one_of(each), max_size=3, unique_by=lambda one: one.purse)


def _some_perks(ladder: Tiers | None) -> st.SearchStrategy[list[Perk]]:
    one = perks(tiers=ladder is not None).map(lambda perk: [perk])
    return st.one_of(st.just([]), one)


def _some_rewards(
    ladder: Tiers | None, offered: Sequence[Coupon]
) -> st.SearchStrategy[list[Reward]]:
    tiered, names = ladder is not None, st.sampled_from(words.REWARDS)
    each = names.flatmap(
        lambda name: rewards(
            name=name, tiers=tiered, coupons=tuple(offered), limited=limits(points=False)
        )
    )
    return st.lists(each, max_size=2, unique_by=lambda one: one.name)


def _referrals() -> st.SearchStrategy[list[Rule]]:
    credit = st.builds(Credit, amounts(least=1))
    return st.builds(
        referral,
        referrer=credit,
        referee=st.one_of(st.none(), credit, accruals()),
        qualifies=st.one_of(st.none(), conditions()),
        pending=periods(),
        limit=LIMITS,
    )


def _mentions_tier(rule: Rule) -> bool:
    if isinstance(rule.on, TierReached | TierKept | TierLost | TierEnding):
        return True
    if any(isinstance(each, GrantTier) for each in rule.then):
        return True
    return any(not isinstance(each, Custom) and each.kind is Kind.TIER for each in asked(rule))


def _wants_tier(offer: Offer) -> bool:
    found = () if offer.when is None else mentioned(offer.when)
    return any(not isinstance(each, Custom) and each.kind is Kind.TIER for each in found)


_REFERRALS = _referrals()
