"""Points by example: expiry and consumption to the instant (P11), tiers at their thresholds (P12).

P15: the ends of months, years and daylight saving, as the engine posts them.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from desk import Desk, day, line, refused
from diaries import TICK

from loyaltykit import (
    Accrue,
    Activity,
    Calendar,
    LimitError,
    Purchase,
    Redemption,
    RefusalCode,
    Rule,
    Tier,
    Tiers,
    activity,
    days,
    end_of,
    hours,
    member,
    money_spent,
    months,
    orders_placed,
    points,
    through,
    until,
    years,
)
from loyaltykit.effects import TierChanged
from loyaltykit.movements import Expired, Redeemed
from loyaltykit.windows import Term

base = points(1).per(1)


def test_a_rule_grants_a_thousand_million_million_points_at_once_and_no_more() -> None:
    most = points(10**14) * 10
    desk = Desk(Rule("purchase", Purchase, then=Accrue(most)))
    desk.buy("o1", 0, "10")
    assert desk.has(0) == (1_000_000_000_000_000, 0, 0)
    desk = Desk(Rule("purchase", Purchase, then=Accrue(most + points(1))))
    with pytest.raises(LimitError, match="would grant 1000000000000001 points at once"):
        desk.buy("o1", 0, "10")


def test_p11_points_that_expire_at_an_instant_cannot_be_spent_at_it() -> None:
    desk = Desk(Rule("purchase", Purchase, then=Accrue(base, expires=days(30))))
    desk.buy("o1", 0, "10")
    before = desk.account
    assert desk.tell(Redemption("s1", day(30) - TICK, member="ana", points=10)).accepted
    desk.account = before
    # No job ran in between: the lapsed points are refused all the same.
    refusal = refused(desk.spend("s1", 30, 1))
    assert (refusal.code, refusal.desired, refusal.granted) == (
        RefusalCode.POINTS_INSUFFICIENT,
        1,
        0,
    )
    assert desk.account.purse("points").expired == 10  # what time brought is kept


def test_p11_points_become_available_at_their_instant() -> None:
    desk = Desk(Rule("purchase", Purchase, then=Accrue(base, pending=days(14))))
    desk.buy("o1", 0, "10")
    early = refused(desk.tell(Redemption("s1", day(14) - TICK, member="ana", points=7)))
    [missing] = early.missing
    assert (missing.fact, missing.amount) == ("member.balance:points", Decimal(7))
    assert desk.spend("s1", 14, 10).accepted


def test_p11_what_expires_soonest_is_spent_first_then_the_oldest_then_the_lowest_id() -> None:
    kinds = {"never": None, "late": days(90), "soon": days(20)}
    rules = [
        Rule(
            name,
            Activity,
            when=activity.kind.is_(name),
            then=Accrue(points(4)) if term is None else Accrue(points(4), expires=term),
        )
        for name, term in kinds.items()
    ]
    desk = Desk(*rules)
    for number, kind in enumerate(("never", "late", "soon", "never", "soon", "never")):
        at = day(min(number, 4))
        desk.tell(Activity(f"a{number}", at, member="ana", kind=kind))
    [spent] = [each for each in desk.spend("s1", 5, 23).effects if isinstance(each, Redeemed)]
    assert [(draw.lot.event, draw.points) for draw in spent.draws] == [
        ("a2", 4),
        ("a4", 4),
        ("a1", 4),
        ("a0", 4),
        ("a3", 4),
        ("a5", 3),
    ]


@pytest.mark.parametrize(
    ("term", "bought", "lapses"),
    [
        (months(1), "2026-01-31T10:00", "2026-02-28T10:00"),
        (months(13), "2027-01-31T10:00", "2028-02-29T10:00"),
        (years(1), "2028-02-29T10:00", "2029-02-28T10:00"),
        (months(6), "2026-08-31T10:00", "2027-02-28T11:00"),
        # Lisbon: on 29 March 2026 the clocks skip from 01:00 to 02:00, on 25 October they go back.
        (days(1), "2026-03-28T10:00", "2026-03-29T09:00"),
        (hours(24), "2026-03-28T10:00", "2026-03-29T10:00"),
        (days(1), "2026-03-28T01:30", "2026-03-29T01:00"),
        (days(1), "2026-10-24T09:00", "2026-10-25T10:00"),
        (days(1), "2026-10-24T00:30", "2026-10-25T00:30"),
        (end_of("day"), "2026-07-01T22:30", "2026-07-01T23:00"),
        (end_of("month"), "2026-01-31T23:30", "2026-02-01T00:00"),
        (end_of("month"), "2026-03-31T22:30", "2026-03-31T23:00"),
        (end_of("quarter"), "2026-05-01T10:00", "2026-06-30T23:00"),
        (months(1).through_end_of("month"), "2026-01-31T10:00", "2026-03-01T00:00"),
        (days(30).then_next((6, 30)), "2026-06-15T10:00", "2027-06-30T23:00"),
        (until(date(2026, 7, 1)), "2026-06-15T10:00", "2026-06-30T23:00"),
        (through(date(2026, 7, 1)), "2026-06-15T10:00", "2026-07-01T23:00"),
    ],
    ids=str,
)
def test_p15_points_lapse_at_the_instant_that_their_term_says(
    term: Term, bought: str, lapses: str
) -> None:
    rule = Rule("purchase", Purchase, then=Accrue(base, expires=term))
    desk = Desk(rule, timezone="Europe/Lisbon")
    start, end = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (bought, lapses))
    desk.tell(Purchase("o1", start, member="ana", lines=[line()]))
    assert desk.engine.next_due(desk.account) == end
    assert desk.engine.balance(desk.account, end - TICK).available == 10
    assert desk.engine.balance(desk.account, end).available == 0
    decision = desk.engine.advance(desk.account, end + timedelta(days=900))
    assert [(type(each), each.at) for each in decision.effects] == [(Expired, end)]


LADDER = [Tier("bronze", 0), Tier("silver", 500), Tier("gold", 2000)]


@pytest.mark.parametrize(
    ("price", "tier"),
    [("499", "bronze"), ("500", "silver"), ("501", "silver"), ("1999", "silver"), ("2000", "gold")],
)
def test_p12_a_threshold_is_inclusive(price: str, tier: str) -> None:
    desk = Desk(
        Rule("purchase", Purchase, then=Accrue(base)), tiers=Tiers(LADDER, window=months(12))
    )
    desk.buy("o1", 0, price)
    assert desk.account.tier == tier


@pytest.mark.parametrize(
    ("price", "tier"), [("499.99", "bronze"), ("500", "silver"), ("500.01", "silver")]
)
def test_p12_a_threshold_in_money_is_inclusive_to_the_cent(price: str, tier: str) -> None:
    desk = Desk(tiers=Tiers(LADDER, metric=money_spent))
    desk.buy("o1", 0, price)
    assert desk.account.tier == tier


def test_p12_a_tier_is_lost_when_the_window_no_longer_holds_it_and_not_before() -> None:
    desk = Desk(
        Rule("purchase", Purchase, then=Accrue(base)), tiers=Tiers(LADDER, window=days(100))
    )
    desk.buy("o1", 0, "300")
    desk.buy("o2", 50, "300")
    assert desk.account.tier == "silver"
    assert desk.engine.next_due(desk.account) == day(100)
    [lost] = [each for each in desk.to(500).effects if isinstance(each, TierChanged)]
    assert (lost.at, lost.before, lost.after) == (day(100), "silver", "bronze")


def test_p12_spending_points_never_lowers_a_tier_and_a_return_does() -> None:
    desk = Desk(
        Rule("purchase", Purchase, then=Accrue(base)), tiers=Tiers(LADDER, window=months(12))
    )
    desk.buy("o1", 0, line("1", "250", 2))
    desk.spend("s1", 1, 500)
    assert desk.account.tier == "silver"
    desk.back("r1", 2, "o1", {"1": 1})
    assert desk.account.tier == "bronze"


def test_p12_pending_points_count_when_they_are_accrued() -> None:
    desk = Desk(
        Rule("purchase", Purchase, then=Accrue(base, pending=days(30), expires=days(40))),
        tiers=Tiers(LADDER),
    )
    desk.buy("o1", 0, "500")
    assert desk.account.tier == "silver"
    desk.to(90)  # they lapsed, and were earned all the same
    assert desk.account.tier == "silver"


def test_p12_orders_count_while_something_of_them_is_kept() -> None:
    ladder = [Tier("one", 1), Tier("two", 2)]
    desk = Desk(tiers=Tiers(ladder, metric=orders_placed, window=Calendar("year")))
    desk.buy("o1", 0, line("1", "5", 2))
    desk.buy("o2", 1, "5")
    assert desk.account.tier == "two"
    desk.back("r1", 2, "o1", {"1": 1})
    assert desk.account.tier == "two"
    desk.back("r2", 3, "o1")
    assert desk.account.tier == "one"
    decision = desk.to(400)
    assert [(each.at, type(each)) for each in decision.effects] == [(day(364.5), TierChanged)]
    assert desk.account.tier is None


def test_a_tier_that_an_order_reaches_earns_from_the_next_event_on() -> None:
    desk = Desk(
        Rule("purchase", Purchase, then=Accrue(base)),
        Rule("gold", Purchase, when=member.tier >= "gold", then=Accrue(base)),
        tiers=Tiers(LADDER),
    )
    desk.buy("o1", 0, "2000")
    assert desk.has(0) == (2000, 0, 0)
    desk.buy("o2", 0, "10")
    assert desk.has(0) == (2020, 0, 0)
