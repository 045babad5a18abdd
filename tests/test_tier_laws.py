"""Laws of ladders: more never means a lower tier, and a threshold is reached at it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    AtEndOf,
    AtOnce,
    Calendar,
    Downgrade,
    Engine,
    Enrolment,
    ForTerm,
    Grace,
    GraceFrom,
    Lifetime,
    Line,
    MembershipYear,
    PointsEarned,
    Program,
    Purchase,
    Rolling,
    Rule,
    SinceEntry,
    Tier,
    Tiers,
    UntilReview,
    WhileQualified,
    days,
    end_of,
    money_spent,
    months,
    orders_placed,
    points,
    points_earned,
)
from loyaltykit.metrics import Counting
from loyaltykit.tenures import Validity
from loyaltykit.windows import Window

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("bronze", "silver", "gold")
WINDOWS = (Lifetime(), Rolling(days(9)), Calendar("week"), Calendar("month"))
# A review that depends on the day of the entry comes earlier for who enters earlier.
VALIDITIES = (
    WhileQualified(),
    ForTerm(days(8)),
    ForTerm(days(3).through_end_of("week")),
    UntilReview(end_of("week")),
    UntilReview(end_of("month")),
)


def life(tiers: Tiers, bought: list[tuple[int, int]], last: int) -> list[int]:
    """The rank on each day, for orders of (day, euros)."""
    base = Rule("base", Purchase, then=Accrue(points(1).per(1)))
    engine = Engine(Program("Club", "EUR", timezone="UTC", rules=[base], tiers=tiers))
    account = engine.decide(Account.new("ana"), Enrolment("join", START, member="ana")).account
    found = []
    for day in range(last + 1):
        at = START + timedelta(days=day)
        for number, (when, euros) in enumerate(bought):
            if when == day:
                lines = [Line("1", "thing", price=euros)]
                order = Purchase(f"o{number}", at, member="ana", lines=lines)
                account = engine.decide(account, order).account
        account = engine.advance(account, at).account
        found.append(-1 if account.tier is None else NAMES.index(account.tier))
    return found


orders = st.lists(st.tuples(st.integers(0, 30), st.sampled_from((5, 20, 30, 60))), max_size=5)


@given(
    st.sampled_from(WINDOWS),
    st.sampled_from(VALIDITIES),
    st.sampled_from((AtOnce(), AtEndOf("week"))),
    st.sampled_from((Downgrade.METRIC, Downgrade.NEVER)),
    st.sampled_from((None, Grace(days(3)), Grace(days(6), counted_from=GraceFrom.LAST_COUNTED))),
    orders,
    orders,
)
def test_who_buys_more_never_has_a_lower_tier_on_any_day(
    window: Window,
    validity: Validity,
    upgrade: Any,
    downgrade: Downgrade,
    grace: Grace | None,
    bought: list[tuple[int, int]],
    more: list[tuple[int, int]],
) -> None:
    tiers = Tiers(
        [Tier("bronze", 0), Tier("silver", 30, keep=20), Tier("gold", 60, keep=50)],
        metric=money_spent,
        window=window,
        validity=validity,
        upgrade=upgrade,
        downgrade=downgrade,
        grace=grace,
    )
    fewer, all_of_it = life(tiers, bought, 50), life(tiers, bought + more, 50)
    assert [pair for pair in zip(fewer, all_of_it, strict=True) if pair[1] < pair[0]] == []


@pytest.mark.parametrize(
    "window",
    [*WINDOWS, MembershipYear(), SinceEntry(), Calendar("year", starts=(4, 1))],
    ids=str,
)
@pytest.mark.parametrize(
    ("metric", "cents", "reached"),
    [
        (money_spent, 9_999, False),
        (money_spent, 10_000, True),
        (money_spent, 10_001, True),
        (points_earned, 9_999, False),
        (points_earned, 10_000, True),
        (points_earned, 10_100, True),
        (PointsEarned(counted=Counting.RELEASED), 9_999, False),
        (PointsEarned(counted=Counting.RELEASED), 10_000, True),
    ],
)
@pytest.mark.parametrize("upgrade", [AtOnce(), AtEndOf("day")], ids=str)
def test_a_threshold_is_reached_at_it_and_not_a_cent_before(
    window: Window, metric: Any, cents: int, reached: bool, upgrade: Any
) -> None:
    validity = UntilReview(months(12))
    tiers = Tiers(
        [Tier("bronze", 0), Tier("silver", 100)],
        metric=metric,
        window=window,
        upgrade=upgrade,
        validity=validity,
    )
    base = Rule("base", Purchase, then=Accrue(points(1).per(1)))
    engine = Engine(Program("Club", "EUR", timezone="UTC", rules=[base], tiers=tiers))
    price = f"{cents // 100}.{cents % 100:02d}"
    at = START + timedelta(hours=9)
    order = Purchase("o1", at, member="ana", lines=[Line("1", "thing", price=price)])
    account = engine.decide(Account.new("ana"), order).account
    account = engine.advance(account, START + timedelta(days=1)).account
    assert account.tier == ("silver" if reached else "bronze")


@pytest.mark.parametrize(("placed", "tier"), [(2, "bronze"), (3, "silver"), (4, "silver")])
def test_the_third_order_reaches_a_tier_of_three_orders(placed: int, tier: str) -> None:
    tiers = Tiers([Tier("bronze", 0), Tier("silver", 3)], metric=orders_placed)
    assert life(tiers, [(day, 5) for day in range(placed)], placed)[-1] == NAMES.index(tier)
