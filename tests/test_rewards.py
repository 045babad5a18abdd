"""Rewards: coupons and gifts for points, asked for or by themselves."""

from typing import Any

import pytest
from desk import Desk, club, day, refused, said

from loyaltykit import (
    Accrue,
    Claim,
    Coupon,
    Custom,
    Decision,
    DefinitionError,
    Gift,
    Issue,
    MisuseError,
    OpeningBalance,
    OpeningLot,
    ProgramError,
    Purchase,
    Purse,
    RefusalCode,
    Reward,
    RewardClaim,
    Rule,
    amount_off,
    basket,
    days,
    member,
    per_life,
    per_month,
    points,
    statement,
    until,
    within,
)
from loyaltykit.catalogue import MAX_REWARDS
from loyaltykit.effects import CouponIssued, RewardGiven
from loyaltykit.movements import Redeemed, Released

CODE = RefusalCode
BASE = Rule("base", Purchase, then=Accrue(points(1).per(1)))
CAKE = Coupon("CAKE", amount_off(4), valid=days(14))


def desk(*rewards: Reward, held: int = 1000, purse: str = "points", **rest: Any) -> Desk:
    ana = Desk(BASE, rewards=rewards, **rest)
    lots = [OpeningLot(held, day(0), purse=purse)] if held else []
    ana.tell(OpeningBalance("opening", day(0), member="ana", lots=lots))
    return ana


def given(decision: Decision) -> list[tuple[str, int, str | None, int]]:
    return [
        (each.reward, each.quantity, each.gift, len(each.coupons))
        for each in decision.effects
        if isinstance(each, RewardGiven)
    ]


def test_a_gift_costs_points_and_the_host_is_told_to_hand_it_out() -> None:
    ana = desk(Reward("mug", 300))
    decision = ana.claim("w", 1, "mug", 2)
    assert [type(each) for each in decision.effects[:2]] == [Redeemed, RewardGiven]
    assert given(decision) == [("mug", 2, "mug", 0)]
    assert ana.has(1) == (400, 0, 0)
    assert ana.account.purse("points").redeemed == 600
    assert ana.claim("w", 1, "mug", 2).duplicate


def test_a_coupon_for_points_can_be_used_on_an_order() -> None:
    ana = desk(Reward("cake", 300, gives=CAKE))
    decision = ana.claim("w", 1, "cake", 2)
    assert given(decision) == [("cake", 2, None, 2)]
    issued = [each.coupon for each in decision.effects if isinstance(each, CouponIssued)]
    assert [(each.id, each.coupon, each.until) for each in issued] == [
        ("w/cake/0/reward", "CAKE", day(15)),
        ("w/cake/1/reward", "CAKE", day(15)),
    ]
    assert ana.buy("o1", 2, "10", coupons=[issued[0].id], paid="6").accepted


def test_points_that_are_missing_are_said_in_numbers() -> None:
    ana = desk(Reward("mug", 300), held=500)
    refusal = refused(ana.claim("w", 1, "mug", 2))
    assert (refusal.code, refusal.desired) == (CODE.POINTS_INSUFFICIENT, 600)
    assert refusal.missing[0].text == "100 more points"
    assert ana.has(1) == (500, 0, 0)


def test_two_rewards_of_half_a_point_each_take_one_point() -> None:
    ana = desk(
        Reward("left", "0.5", purse="half"),
        Reward("right", "0.5", purse="half"),
        held=10,
        purse="half",
        purses=[Purse("half", decimals=1)],
    )
    assert ana.claim("w1", 1, "left").accepted
    assert ana.claim("w2", 1, "right").accepted
    assert ana.has(1, "half") == (0, 0, 0)
    assert ana.account.purse("half").redeemed == 10


def test_a_reward_may_cost_credit() -> None:
    ana = desk(Reward("lounge", "7.50", purse="credit"), held=1000, purse="credit")
    ana.claim("w", 1, "lounge")
    assert ana.has(1, "credit") == (250, 0, 0)


def test_stock_is_a_claim_and_one_that_is_denied_is_a_refusal() -> None:
    ana = desk(Reward("mug", 100, stock=5))
    assert ana.claim("w", 1, "mug", 2).claims == (Claim("reward:mug", amount=2, limit=5),)
    decision = ana.claim("w2", 1, "mug", 2, denied=["reward:mug"])
    assert said(decision) == [(CODE.REWARD_CLAIM_DENIED, "mug", 2, 0)]
    assert not decision.claims


def test_a_limit_counts_pieces_of_one_member() -> None:
    ana = desk(Reward("mug", 100, limit=per_month(3)))
    ana.claim("w1", 1, "mug", 2)
    assert said(ana.claim("w2", 1, "mug", 2)) == [(CODE.REWARD_LIMIT, "mug", 2, 1)]
    assert ana.claim("w3", 1, "mug").accepted
    assert ana.claim("w4", 35, "mug").accepted


def test_a_condition_says_what_is_missing() -> None:
    ana = desk(Reward("mug", 100, when=member.orders >= 2))
    ana.buy("o1", 1, "10")
    refusal = refused(ana.claim("w", 1, "mug"))
    assert refusal.code is CODE.REWARD_NOT_APPLICABLE
    assert refusal.missing[0].amount == 1
    ana.buy("o2", 1, "10")
    assert ana.claim("w", 1, "mug").accepted


def test_a_coupon_that_would_have_expired_is_not_sold() -> None:
    stale = Coupon("STALE", amount_off(4), valid=until(day(0).date()))
    ana = desk(Reward("stale", 100, gives=stale), Reward("auto", 1, gives=stale, auto=True))
    assert refused(ana.claim("w", 1, "stale")).code is CODE.EXPIRED_AT_ONCE
    assert ana.has(1) == (1000, 0, 0)


def test_rules_may_listen_to_a_claim() -> None:
    thanks = Rule("thanks", RewardClaim, then=Accrue(points(5)))
    ana = Desk(thanks, BASE, rewards=[Reward("mug", 10)])
    ana.buy("o1", 0, "10")
    ana.claim("w", 1, "mug")
    assert ana.has(1) == (5, 0, 0)


# Automatic rewards.


def test_an_automatic_reward_is_taken_as_soon_as_the_balance_reaches_its_cost() -> None:
    ana = desk(Reward("cake", 100, gives=CAKE, auto=True), held=0)
    assert given(ana.buy("o1", 1, "99")) == []
    decision = ana.buy("o2", 2, "1")
    assert given(decision) == [("cake", 1, None, 1)]
    assert ana.has(2) == (0, 0, 0)
    assert given(ana.buy("o3", 3, "250")) == [("cake", 2, None, 2)]
    assert ana.has(3) == (50, 0, 0)
    assert len(ana.account.coupons) == 3


def test_an_automatic_reward_is_taken_at_the_instant_at_which_points_become_available() -> None:
    waits = Rule("base", Purchase, then=Accrue(points(1).per(1), pending=days(3)))
    ana = Desk(waits, rewards=[Reward("mug", 100, auto=True)])
    ana.buy("o1", 0, "120")
    assert ana.engine.balance(ana.account, day(3)).available == 20
    decision = ana.to(5)
    assert [(type(each), each.at) for each in decision.effects] == [
        (Released, day(3)),
        (Redeemed, day(3)),
        (RewardGiven, day(3)),
    ]


def test_automatic_rewards_are_taken_in_programme_order_and_gone_through_again() -> None:
    ana = desk(
        Reward("after", 10, when=member.balance() <= 60, auto=True, limit=per_life(1)),
        Reward("first", 50, auto=True),
        held=0,
    )
    assert given(ana.buy("o1", 1, "170")) == [("first", 3, "first", 0), ("after", 1, "after", 0)]
    assert ana.has(1) == (10, 0, 0)


def test_two_orders_of_one_instant_bring_coupons_with_ids_of_their_own() -> None:
    ana = desk(Reward("cake", 100, gives=CAKE, auto=True), held=0)
    ana.buy("o1", 1, "100")
    ana.buy("o2", 1, "100")
    assert sorted(ana.account.coupons) == ["o1/cake/0/auto", "o2/cake/0/auto"]


def test_at_most_a_thousand_of_an_automatic_reward_are_given_at_a_time() -> None:
    ana = desk(Reward("dot", 1, auto=True), held=0)
    assert given(ana.buy("o1", 1, "2500")) == [("dot", MAX_REWARDS, "dot", 0)]
    assert given(ana.buy("o2", 2, "0")) == [("dot", 1000, "dot", 0)]
    assert given(ana.buy("o3", 3, "0")) == [("dot", 500, "dot", 0)]


def test_a_limit_holds_for_automatic_rewards() -> None:
    ana = desk(Reward("dot", 10, auto=True, limit=within(days(5), 2)), held=0)
    assert given(ana.buy("o1", 1, "50")) == [("dot", 2, "dot", 0)]
    assert given(ana.buy("o2", 6, "0")) == [("dot", 2, "dot", 0)]


def test_a_statement_tells_of_rewards() -> None:
    ana = desk(Reward("mug", 300))
    before = ana.account
    effects = ana.claim("w", 1, "mug", 2).effects
    told = [each.text for each in statement(effects, ana.engine.program, opening=before)]
    assert told == ["Spent 600 points", "Reward: 2 times mug"]


# What cannot be stated.


def test_what_a_reward_gives_is_a_coupon_or_a_gift() -> None:
    assert Reward("mug", 5).given == Gift("mug")
    assert Reward("mug", 5, gives="blue mug").given == Gift("blue mug")
    assert Reward("cake", 5, gives=CAKE).given == Issue(CAKE)
    with pytest.raises(MisuseError, match=r"a reward gives Issue\(coupon\) or a gift"):
        Reward("mug", 5, gives=7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"cost": 0}, "cost of a reward must be above 0"),
        ({"cost": 5, "stock": 0}, "stock of a reward is a whole number from 1"),
    ],
)
def test_a_reward_costs_something(terms: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        Reward("mug", **terms)


@pytest.mark.parametrize(
    ("reward", "problem"),
    [
        (Reward("mug", 5, purse="stars"), "reward 'mug': there is no purse 'stars'"),
        (Reward("mug", "0.5"), "the cost has more decimals than the purse"),
        (Reward("mug", 5, gives=Issue("TEA")), "gives the coupon 'TEA', which the programme"),
        (Reward("mug", 5, limit=per_life(points=3)), "limit its times"),
        (Reward("mug", 5, auto=True, stock=3), "is automatic and has a stock"),
        (Reward("mug", 5, when=basket.spend >= 5), "where only the member is known"),
        (Reward("mug", 5, when=Custom("nice")), "asks the host for 'nice'"),
    ],
)
def test_a_programme_says_what_is_wrong_with_its_rewards(reward: Reward, problem: str) -> None:
    with pytest.raises(ProgramError, match=problem):
        club(rewards=[reward])


def test_rewards_have_names_of_their_own_and_come_in_pieces() -> None:
    with pytest.raises(ProgramError, match="2 rewards are called 'mug'"):
        club(rewards=[Reward("mug", 5), Reward("mug", 6)])
    with pytest.raises(MisuseError, match="rewards are made of Reward"):
        club(rewards=["mug"])
    with pytest.raises(MisuseError, match="is no limit"):
        Reward("mug", 5, limit=3)  # type: ignore[arg-type]
    for quantity in (0, 1001, True):
        with pytest.raises(DefinitionError, match="whole number from 1 to 1000"):
            RewardClaim("w", day(0), member="ana", reward="mug", quantity=quantity)
