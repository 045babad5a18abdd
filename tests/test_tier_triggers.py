"""What it brings to reach a tier, to keep it, to lose it, and to be about to lose it."""

from datetime import timedelta
from typing import Any

import pytest
from desk import MEMBER, Desk, day, line

from loyaltykit import (
    Accrue,
    Downgrade,
    GrantTier,
    LimitError,
    Notify,
    Purchase,
    Purse,
    Return,
    Rule,
    SinceEntry,
    Skipped,
    Tier,
    TierEnding,
    TierKept,
    TierLost,
    TierOverride,
    TierOverrideEnd,
    TierReached,
    Tiers,
    UntilReview,
    days,
    item,
    money_spent,
    points,
    some_item,
)
from loyaltykit.effects import Notified, TierChanged

TICK = timedelta(microseconds=1)
STEPS = [Tier("bronze", 0), Tier("silver", 100), Tier("gold", 300)]


def ladder(**rest: Any) -> Tiers:
    return Tiers(STEPS, metric=money_spent, **rest)


def entered(name: str, worth: int) -> Rule:
    return Rule(f"{name} gift", TierReached(name), then=Accrue(points(worth), purse="gifts"))


def gifts(*rules: Rule, **rest: Any) -> Desk:
    return Desk(*rules, purses=[Purse("gifts")], **rest)


def test_a_tier_that_is_reached_gives_its_gift_once_and_after_the_order() -> None:
    shop = gifts(entered("silver", 20), entered("gold", 50), tiers=ladder())
    shop.buy("o1", 0, "99.99")
    assert shop.has(0, "gifts") == (0, 0, 0)
    shop.buy("o2", 1, "0.01")
    assert shop.has(1, "gifts") == (20, 0, 0)
    shop.buy("o3", 2, "10")
    assert shop.has(2, "gifts") == (20, 0, 0)
    shop.buy("o4", 3, "190")
    assert shop.has(3, "gifts") == (70, 0, 0)


@pytest.mark.parametrize(("skipped", "given"), [(Skipped.EACH, 70), (Skipped.LAST, 50)])
def test_who_climbs_two_steps_at_once_gets_both_gifts_or_the_last(
    skipped: Skipped, given: int
) -> None:
    shop = gifts(entered("silver", 20), entered("gold", 50), tiers=ladder(skipped=skipped))
    shop.buy("o1", 0, "300")
    assert shop.has(0, "gifts") == (given, 0, 0)


def test_a_return_that_undoes_a_tier_takes_its_gift_back_when_its_instant_is_over() -> None:
    shop = gifts(entered("silver", 20), entered("gold", 50), tiers=ladder())
    shop.buy("o1", 0, "100")
    shop.buy("o2", 1, "200")
    assert shop.has(1, "gifts") == (70, 0, 0)
    shop.back("r1", 2, "o2")
    assert shop.account.tier == "silver"
    shop.to(3)
    assert shop.has(3, "gifts") == (20, 0, 0)
    shop.buy("o3", 4, "200")
    assert shop.has(4, "gifts") == (70, 0, 0)


def test_an_exchange_that_keeps_the_tier_keeps_its_gift_and_gives_no_other() -> None:
    shop = gifts(entered("silver", 20), tiers=ladder())
    shop.buy("o1", 0, "100")
    again = Purchase("o2", day(1), member=MEMBER, lines=[line("1", "120")])
    shop.tell(Return("r1", day(1), member=MEMBER, order="o1"), again)
    shop.to(2)
    assert shop.has(2, "gifts") == (20, 0, 0)
    assert shop.account.purse("gifts").issued == 20


def test_a_gift_of_an_earlier_climb_stays_when_a_later_order_comes_back() -> None:
    """Silver was reached by an order that is kept; what lapsed since is not what came back."""
    shop = gifts(entered("silver", 20), tiers=ladder(window=days(10)))
    shop.buy("o1", 0, "100")
    shop.buy("o2", 9, "100")
    shop.to(12)
    assert shop.account.tier == "silver"
    shop.back("r1", 13, "o2")
    assert shop.account.tier == "bronze"
    shop.to(14)
    assert shop.has(14, "gifts") == (20, 0, 0)


def test_what_a_tier_gives_may_raise_the_next_in_the_same_call() -> None:
    shop = Desk(
        Rule("base", Purchase, then=Accrue(points(1).per(1))),
        Rule("silver gift", TierReached("silver"), then=Accrue(points(200))),
        Rule("gold gift", TierReached("gold"), then=Accrue(points(1))),
        tiers=Tiers(STEPS),
    )
    decision = shop.buy("o1", 0, "100")
    tiers = [each.after for each in decision.effects if isinstance(each, TierChanged)]
    assert tiers == ["silver", "gold"]
    assert shop.has(0) == (301, 0, 0)


def test_gifts_that_raise_tiers_without_end_are_refused_by_a_bound() -> None:
    many = [Tier(f"t{number}", number) for number in range(60)]
    shop = Desk(
        Rule("base", Purchase, then=Accrue(points(1))),
        Rule("more", TierReached(), then=Accrue(points(1))),
        tiers=Tiers(many, skipped=Skipped.LAST),
    )
    with pytest.raises(LimitError, match="raised tiers 50 times at one instant: limit those"):
        shop.buy("o1", 0, "1")


def told(shop: Desk, number: float) -> list[str]:
    found = shop.to(number)
    return [each.template for each in found.effects if isinstance(each, Notified)]


def test_a_tier_that_is_kept_lost_or_about_to_be_says_so_at_its_own_instant() -> None:
    shop = Desk(
        Rule("soon", TierEnding(days(7), "silver"), then=Notify("ending")),
        Rule("kept", TierKept("silver"), then=Notify("kept")),
        Rule("lost", TierLost("silver"), then=Notify("lost")),
        tiers=ladder(window=SinceEntry(), validity=UntilReview(days(30))),
    )
    shop.buy("o1", 0, "100")
    assert told(shop, 22.9) == []
    assert told(shop, 23) == ["ending"]
    shop.buy("o2", 25, "100")
    assert told(shop, 29.9) == []
    assert told(shop, 30) == ["kept"]
    assert told(shop, 52.9) == []
    assert told(shop, 53) == ["ending"]
    assert told(shop, 59.9) == []
    assert told(shop, 60) == ["lost"]
    assert shop.account.tier == "bronze"
    # What is counted since entry is counted anew for everybody, thirty days later.
    assert shop.engine.next_due(shop.account) == day(90)


def test_an_order_that_keeps_the_tier_longer_puts_the_notice_off() -> None:
    shop = Desk(
        Rule("soon", TierEnding(days(7)), then=Notify("ending")),
        tiers=ladder(window=days(30)),
    )
    shop.buy("o1", 0, "100")
    shop.buy("o2", 20, "100")
    assert told(shop, 42.9) == []
    assert told(shop, 43) == ["ending"]


def test_a_tier_that_a_return_loses_is_said_to_be_lost_when_the_instant_is_over() -> None:
    shop = Desk(Rule("lost", TierLost(), then=Notify("lost")), tiers=ladder())
    shop.buy("o1", 0, "100")
    decision = shop.back("r1", 1, "o1")
    assert not [each for each in decision.effects if isinstance(each, Notified)]
    assert shop.engine.next_due(shop.account) == day(1) + TICK
    assert told(shop, 2) == ["lost"]


def test_a_renewal_that_a_return_undoes_takes_its_gift_back() -> None:
    shop = gifts(
        Rule("again", TierKept(), then=Accrue(points(5), purse="gifts")),
        tiers=ladder(window=SinceEntry(), validity=UntilReview(days(30))),
    )
    shop.buy("o1", 0, "100")
    shop.buy("o2", 25, "100")
    shop.to(31)
    assert shop.has(31, "gifts") == (5, 0, 0)
    shop.back("r1", 32, "o2")
    assert shop.account.tier == "bronze"
    shop.to(33)
    assert shop.has(33, "gifts") == (0, 0, 0)


def test_a_membership_that_is_paid_for_lasts_a_term_and_the_next_begins_where_it_ends() -> None:
    card = item.sku.is_("thing")
    shop = Desk(
        Rule("card", Purchase, when=some_item(card), then=GrantTier("gold", days(30))),
        tiers=ladder(downgrade=Downgrade.METRIC),
    )
    shop.buy("o1", 0, "10")
    assert shop.account.tier == "gold"
    shop.buy("o2", 20, "10")
    shop.to(59.9)
    assert shop.account.tier == "gold"
    shop.to(60)
    assert shop.account.tier == "bronze"


def test_a_membership_that_comes_back_is_over() -> None:
    shop = Desk(Rule("card", Purchase, then=GrantTier("gold", days(30))), tiers=ladder())
    shop.buy("o1", 0, "10")
    shop.back("r1", 1, "o1")
    assert shop.account.tier == "bronze"
    assert shop.engine.next_due(shop.account) is None


def test_of_two_memberships_the_one_that_is_kept_lasts_its_own_term() -> None:
    shop = Desk(Rule("card", Purchase, then=GrantTier("gold", days(30))), tiers=ladder())
    shop.buy("o1", 0, "10")
    shop.buy("o2", 10, "10")
    shop.back("r1", 11, "o1")
    assert shop.account.tier == "gold"
    shop.to(39.9)
    assert shop.account.tier == "gold"
    shop.to(40)
    assert shop.account.tier == "bronze"


def test_a_tier_by_hand_holds_until_its_end_and_what_is_counted_decides_again() -> None:
    shop = Desk(tiers=ladder())
    shop.buy("o1", 0, "100")
    shop.tell(TierOverride("v1", day(1), member=MEMBER, tier="gold", until=day(5), reason="press"))
    assert shop.account.tier == "gold"
    shop.to(4.9)
    assert shop.account.tier == "gold"
    shop.to(5)
    assert shop.account.tier == "silver"
    shop.tell(
        TierOverride("v2", day(6), member=MEMBER, tier="bronze", exactly=True, reason="abuse")
    )
    assert shop.account.tier == "bronze"
    shop.buy("o2", 7, "500")
    assert shop.account.tier == "bronze"
    shop.tell(TierOverrideEnd("v3", day(8), member=MEMBER, override="v2"))
    assert shop.account.tier == "gold"
