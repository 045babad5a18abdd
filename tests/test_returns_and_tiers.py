"""Returns that lower a tier: what lasts with it waits until the instant of the return is over.

Parts at one instant equal the whole, even if the first of them loses a tier that the next regains.
"""

from datetime import timedelta
from typing import Any

import pytest
from desk import MEMBER, Desk, day, line, refused

from loyaltykit import (
    Accrue,
    Activity,
    Adjustment,
    Dormancy,
    Purchase,
    Purse,
    Redeeming,
    Redemption,
    RefusalCode,
    Reservation,
    Return,
    Reward,
    Rule,
    Tier,
    Tiers,
    basket,
    days,
    item,
    member,
    points,
    some_item,
    with_tier,
)
from loyaltykit.effects import TierChanged
from loyaltykit.movements import Expired

TICK = timedelta(microseconds=1)
wine = item.category.is_("wine")


def desk() -> Desk:
    """Sixty points for an order without wine or of fifty euros; ten that last with their tier."""
    found = Desk(
        Rule("visit", Activity, then=Accrue(points(10), purse="status")),
        Rule(
            "dry",
            Purchase,
            when=~some_item(wine) | (basket.spend >= 50),
            then=Accrue(points(60)),
        ),
        tiers=Tiers([Tier("bronze", 0), Tier("silver", 60)]),
        purses=[Purse("status", expires=with_tier())],
    )
    found.buy("o1", 0, line("1", "20"), line("2", "20", category="wine"), line("3", "20"))
    found.tell(Activity("v", day(1), member=MEMBER, kind="visit"))
    assert (found.account.tier, found.has(1, "status")) == ("silver", (10, 0, 0))
    return found


@pytest.mark.parametrize(
    "parts",
    [[{"1": 1, "2": 1}], [{"1": 1}, {"2": 1}], [{"2": 1}, {"1": 1}]],
    ids=["at once", "the wine last", "the wine first"],
)
def test_a_tier_that_one_part_loses_and_the_next_regains_keeps_its_points(parts: list[Any]) -> None:
    """20 euros with wine are worth nothing; 20 without are worth the 60 points again."""
    shop = desk()
    for number, part in enumerate(parts):
        shop.back(f"r{number}", 2, "o1", part)
    assert shop.account.tier == "silver"
    for number in (2, 3):
        assert shop.has(number, "status") == (10, 0, 0)
    shop.to(3)
    assert shop.account.purse("status").expired == 0


def test_what_lasts_with_a_lost_tier_cannot_be_spent_and_lapses_when_the_instant_is_over() -> None:
    shop = desk()
    shop.back("r1", 2, "o1", {"1": 1})
    assert shop.account.tier == "bronze"
    assert shop.has(2, "status") == (0, 0, 0)
    at, ten = day(2), {"member": MEMBER, "points": 10, "purse": "status"}
    for event in (
        Redemption("s1", at, **ten),  # type: ignore[arg-type]
        Reservation("s2", at, until=day(3), **ten),  # type: ignore[arg-type]
        Adjustment("s3", at, member=MEMBER, points=-10, purse="status", reason="a mistake"),
    ):
        assert refused(shop.tell(event)).code is RefusalCode.POINTS_INSUFFICIENT
    assert shop.engine.next_due(shop.account) == at + TICK
    assert shop.engine.advance(shop.account, at).effects == ()
    [lapsed] = shop.engine.advance(shop.account, at + TICK).effects
    assert isinstance(lapsed, Expired)
    assert (lapsed.at, lapsed.lot.remaining) == (at + TICK, 10)
    shop.to(9)
    assert shop.account.purse("status").expired == 10
    assert shop.engine.next_due(shop.account) is None


def test_an_exchange_that_keeps_the_tier_keeps_what_lasts_with_it() -> None:
    shop = desk()
    again = Purchase("o2", day(2), member=MEMBER, lines=[line("1", "25")])
    decision = shop.tell(Return("r1", day(2), member=MEMBER, order="o1"), again)
    tiers = [each.after for each in decision.effects if isinstance(each, TierChanged)]
    assert tiers == ["bronze", "silver"]
    shop.to(3)
    assert shop.has(3, "status") == (10, 0, 0)


def test_an_order_that_comes_too_late_for_the_tier_does_not_bring_its_points_back() -> None:
    shop = desk()
    shop.back("r1", 2, "o1")
    shop.buy("o2", 2.5, "25")
    assert shop.account.tier == "silver"
    assert shop.has(2.5, "status") == (0, 0, 0)


def test_what_rules_read_leaves_out_what_has_lost_its_tier() -> None:
    shop = Desk(
        Rule("visit", Activity, then=Accrue(points(10), purse="status")),
        Rule("order", Purchase, then=Accrue(points(60))),
        Rule("rich", Purchase, when=member.balance("status") >= 10, then=Accrue(points(1))),
        tiers=Tiers([Tier("bronze", 0), Tier("silver", 60)]),
        purses=[Purse("status", expires=with_tier())],
    )
    shop.buy("o1", 0, "20")
    shop.tell(Activity("v", day(1), member=MEMBER, kind="visit"))
    shop.back("r1", 2, "o1")
    decision = shop.buy("o2", 2, "20")
    assert [each.rule for each in decision.explanation.rules if each.grants] == ["order"]


def test_an_automatic_reward_waits_after_a_return_for_what_happens_next() -> None:
    shop = Desk(
        Rule("base", Purchase, then=Accrue(points(1).per(1))),
        redeeming=[Redeeming("points", points=10, worth=1)],
        rewards=[Reward("mug", 100, auto=True)],
    )
    shop.buy("o1", 0, "90")
    shop.buy("o2", 1, "20", spend={"points": 50})  # 5 euros of 20, so 15 points
    shop.buy("o3", 2, "40")
    assert shop.has(2) == (95, 0, 0)
    shop.back("r1", 3, "o2")
    assert shop.has(3) == (130, 0, 0)
    shop.to(4)
    assert shop.has(4) == (130, 0, 0)
    shop.buy("o4", 5, "1")
    assert shop.has(5) == (31, 0, 0)


def test_a_purse_that_one_part_empties_and_the_next_fills_goes_on_as_it_was() -> None:
    """The 30 points go with the first part, which leaves wine, and come back with the wine."""
    shop = Desk(
        Rule(
            "dry",
            Purchase,
            when=~some_item(wine) | (basket.spend >= 50),
            then=Accrue(points(30)),
        ),
        purses=[Purse("points", dormancy=Dormancy(days(10)))],
    )
    shop.buy("o1", 0, line("1", "20"), line("2", "20", category="wine"), line("3", "20"))
    shop.back("r1", 3, "o1", {"1": 1})
    assert shop.has(3) == (0, 0, 0)
    assert shop.account.dormant["points"].due == day(10)
    assert shop.engine.next_due(shop.account) == day(3) + TICK
    assert not shop.engine.advance(shop.account, day(4)).account.dormant
    shop.back("r2", 3, "o1", {"2": 1})
    assert shop.has(3) == (30, 0, 0)
    assert shop.account.dormant["points"].due == day(10)
    assert shop.engine.next_due(shop.account) == day(10)
