"""What a member is told: how far to the next tier, what keeps this one, what time brings."""

from decimal import Decimal
from typing import Any

import pytest
from desk import MEMBER, Desk, day

from loyaltykit import (
    Accrue,
    AtEndOf,
    Grace,
    LateEventError,
    Purchase,
    Rule,
    Tier,
    TierOverride,
    Tiers,
    UntilReview,
    days,
    member,
    money_spent,
    orders_placed,
    points,
)
from loyaltykit.progress import Keeping, Lack, NextTier, Progress

STEPS = [Tier("bronze", 0), Tier("silver", 100, keep=80), Tier("gold", 300)]
SPENT: dict[str, Any] = {"metric": money_spent}


def spend(has: str, needs: str) -> tuple[Lack, ...]:
    return (Lack("spend", has=Decimal(has), needs=Decimal(needs)),)


def told(shop: Desk, number: float) -> Progress:
    [found] = shop.engine.progress(shop.account, day(number))
    return found


def test_a_rolling_ladder_says_what_is_short_and_how_it_falls_if_nothing_is_bought() -> None:
    shop = Desk(tiers=Tiers([Tier("bronze", 0), Tier("gold", 100)], window=days(30), **SPENT))
    shop.buy("o1", 0, "59.50")
    shop.buy("o2", 10, "60")
    assert told(shop, 10) == Progress(
        "tier",
        "gold",
        next=None,
        keep=Keeping(day(30), lacks=spend("60", "100")),
        ahead=((day(30), "bronze"),),
    )
    assert told(shop, 30) == Progress(
        "tier",
        "bronze",
        next=NextTier("gold", lacks=spend("60", "100"), at=None),
        keep=None,
        ahead=(),
    )
    assert told(shop, 30).next == NextTier("gold", lacks=spend("60", "100"), at=None)
    assert spend("60", "100")[0].missing == 40


def test_a_ladder_with_reviews_says_what_is_short_at_the_review() -> None:
    shop = Desk(tiers=Tiers(STEPS, validity=UntilReview(days(50)), window=days(40), **SPENT))
    shop.buy("o1", 0, "120")
    shop.buy("o2", 20, "30")
    found = told(shop, 20)
    assert found.tier == "silver"
    assert found.next == NextTier("gold", lacks=spend("150", "300"), at=None)
    assert found.keep == Keeping(day(50), lacks=spend("30", "80"))
    assert found.ahead == ((day(50), "bronze"),)
    shop.buy("o3", 30, "50")
    assert told(shop, 30).keep == Keeping(day(50), lacks=())
    # Kept at the review, with 80 just before it; lost at the next.
    assert told(shop, 30).ahead == ((day(100), "bronze"),)


def test_in_grace_it_says_what_keeps_the_tier_still() -> None:
    shop = Desk(tiers=Tiers(STEPS, window=days(30), grace=Grace(days(7)), **SPENT))
    shop.buy("o1", 0, "100")
    shop.buy("o2", 20, "10")
    assert told(shop, 31).keep == Keeping(day(37), lacks=spend("10", "80"), grace=True)
    assert told(shop, 31).tier == "silver"
    assert told(shop, 37).tier == "bronze"


def test_who_is_promoted_at_the_end_of_a_month_hears_when_that_is() -> None:
    shop = Desk(tiers=Tiers(STEPS, upgrade=AtEndOf("month"), **SPENT))
    shop.buy("o1", 0, "120")
    found = told(shop, 0)
    assert found.tier == "bronze"
    assert found.next == NextTier("silver", lacks=(), at=day(30.5))
    assert found.ahead == ((day(30.5), "silver"),)


def test_of_several_needs_each_that_is_short_is_told() -> None:
    both = money_spent.reaching(100) & orders_placed.reaching(3)
    shop = Desk(tiers=Tiers([Tier("bronze", 0), Tier("gold", both)]))
    shop.buy("o1", 0, "120")
    found = told(shop, 0).next
    assert found == NextTier(
        "gold", lacks=(Lack("orders", has=Decimal(1), needs=Decimal(3)),), at=None
    )


def test_a_ladder_by_balance_reads_what_can_be_spent() -> None:
    shop = Desk(
        Rule("base", Purchase, then=Accrue(points(1).per(1))),
        tiers=Tiers([Tier("basic", 0), Tier("silver", 100)], metric=member.balance().metric()),
    )
    shop.buy("o1", 0, "130")
    assert shop.account.tier == "silver"
    shop.spend("s1", 1, 50)
    found = told(shop, 1)
    assert (found.tier, found.keep, found.ahead) == ("basic", None, ())
    lacks = (Lack("balance of points", has=Decimal(80), needs=Decimal(100)),)
    assert found.next == NextTier("silver", lacks=lacks, at=None)


def test_a_tier_that_was_given_is_not_kept_by_counts_and_ends_on_its_day() -> None:
    shop = Desk(tiers=Tiers(STEPS, validity=UntilReview(days(50)), **SPENT))
    shop.buy("o1", 0, "10")
    shop.tell(
        TierOverride("v", day(1), member=MEMBER, tier="silver", until=day(9), reason="a friend")
    )
    found = told(shop, 2)
    assert (found.tier, found.keep) == ("silver", None)
    assert found.next == NextTier("gold", lacks=spend("10", "300"), at=None)
    assert found.ahead == ((day(9), "bronze"),)


def test_a_programme_without_tiers_has_nothing_to_tell_and_no_time_before_the_clock() -> None:
    shop = Desk()
    shop.buy("o1", 1, "10")
    assert shop.engine.progress(shop.account, day(1)) == ()
    with pytest.raises(LateEventError, match="lies before the account's clock"):
        shop.engine.progress(shop.account, day(0))


@pytest.mark.parametrize("rest", [{}, {"validity": UntilReview(days(30))}])
def test_a_new_account_stands_where_everybody_begins(rest: dict[str, Any]) -> None:
    shop = Desk(tiers=Tiers(STEPS, **SPENT, **rest))
    found = told(shop, 0)
    assert (found.tier, found.keep, found.ahead) == (None, None, ())
    assert found.next == NextTier("bronze", lacks=(), at=None)
