"""Tiers by days with an order: several orders of a day are one day, and what comes back is none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from desk import Desk, day
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Grace,
    Line,
    Purchase,
    Return,
    Tier,
    Tiers,
    days,
    order_days,
    points_earned,
)


def ladder(**rest: Any) -> Tiers:
    return Tiers([Tier("bronze", 0), Tier("silver", 2), Tier("gold", 3)], metric=order_days, **rest)


@pytest.mark.parametrize(("bought", "tier"), [(1, "bronze"), (2, "silver"), (3, "gold")])
def test_each_day_with_an_order_counts_once(bought: int, tier: str) -> None:
    desk = Desk(tiers=ladder())
    for number in range(bought):
        desk.buy(f"a{number}", number, "5")
        desk.buy(f"b{number}", number + 0.1, "5")
    assert desk.account.tier == tier


def test_a_day_is_one_of_the_zone_of_the_programme() -> None:
    late, later = datetime(2026, 3, 1, 14, 59, tzinfo=UTC), datetime(2026, 3, 1, 15, tzinfo=UTC)
    for zone, tier in (("Asia/Tokyo", "silver"), ("UTC", "bronze")):
        desk = Desk(tiers=ladder(), timezone=zone)
        for name, at in (("a", late), ("b", later)):
            desk.tell(Purchase(name, at, member="ana", lines=[Line("1", "x", price=5)]))
        assert desk.account.tier == tier


@pytest.mark.parametrize("grace", [None, Grace(days(9))])
def test_another_order_of_the_day_counts_for_one_that_came_back(grace: Grace | None) -> None:
    desk = Desk(tiers=ladder(window=days(30), grace=grace))
    desk.buy("a", 0, "5")
    desk.buy("b", 0.2, "5")
    desk.buy("c", 1, "5")
    assert desk.account.tier == "silver"
    desk.back("r1", 2, "a")
    assert desk.account.tier == "silver"
    desk.back("r2", 2, "b")
    assert desk.account.tier == "bronze"
    assert desk.account.count("tier", day(2)) == 1


def test_the_day_counts_by_the_instant_of_the_order_that_is_kept() -> None:
    desk = Desk(tiers=ladder(window=days(30)))
    desk.buy("a", 0, "5")
    desk.buy("b", 0.2, "5")
    desk.buy("c", 1, "5")
    desk.back("r1", 2, "a")
    desk.to(30.1)
    assert desk.account.tier == "silver"
    desk.to(30.2)
    assert desk.account.tier == "bronze"


def test_a_tier_may_need_days_besides_something_else() -> None:
    need = points_earned.reaching(0) & order_days.reaching(2)
    desk = Desk(tiers=Tiers([Tier("new", 0), Tier("often", need)]))
    desk.buy("a", 0, "5")
    assert desk.account.tier == "new"
    desk.buy("b", 1, "5")
    assert desk.account.tier == "often"


_HOURS = st.lists(st.integers(0, 95), min_size=1, max_size=8)


@given(hours=_HOURS, back=st.lists(st.integers(0, 7), max_size=6, unique=True), plain=st.booleans())
def test_what_is_counted_is_the_days_of_the_orders_that_are_kept(
    hours: list[int], back: list[int], plain: bool
) -> None:
    desk = Desk(tiers=ladder(grace=None if plain else Grace(days(1))))
    start = datetime(2026, 3, 2, tzinfo=UTC)
    placed: dict[str, date] = {}
    for number, hour in enumerate(sorted(hours)):
        at = start + timedelta(hours=hour)
        order = Purchase(f"o{number}", at, member="ana", lines=[Line("1", "x", price=5)])
        desk.tell(order)
        placed[order.id] = at.date()
    end = start + timedelta(days=5)
    for number in back:
        if number < len(hours):
            desk.tell(Return(f"r{number}", end, member="ana", order=f"o{number}"))
            del placed[f"o{number}"]
    assert desk.account.count("tier", end) == len(set(placed.values()))
    assert (
        desk.account.tier
        == ("bronze", "bronze", "silver", "gold", "gold")[len(set(placed.values()))]
    )
