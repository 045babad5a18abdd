"""Limits by example: cut to fit, desired and granted, what uses a limit, every window."""

from datetime import UTC, datetime

import pytest
from desk import Desk, day, line, said

from loyaltykit import (
    Accrue,
    Activity,
    Calendar,
    Credit,
    Issue,
    Limit,
    MembershipYear,
    Notify,
    OpeningBalance,
    OpeningUse,
    Purchase,
    Purse,
    RefusalCode,
    Rule,
    cooldown,
    days,
    months,
    once,
    per_day,
    per_life,
    per_month,
    per_week,
    per_year,
    points,
    until,
    within,
)
from loyaltykit.coupons import Coupon
from loyaltykit.movements import Accrued
from loyaltykit.reductions import amount_off
from loyaltykit.traces import Outcome

base = points(1).per(1)


def visit(desk: Desk, id: str, at: datetime) -> int:
    """The points after one more visit."""
    desk.tell(Activity(id, at, member="ana", kind="visit"))
    return desk.engine.balance(desk.account, at).available


def on(month: int, number: int, hour: int = 12) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=UTC)


def test_points_over_a_limit_are_cut_to_fit_and_the_effect_says_both() -> None:
    desk = Desk(Rule("capped", Purchase, then=Accrue(base), limit=per_life(points=100)))
    desk.buy("o1", 0, "80")
    decision = desk.buy("o2", 1, "50")
    [accrued] = [effect for effect in decision.effects if isinstance(effect, Accrued)]
    assert (accrued.desired, accrued.lot.points) == (50, 20)
    assert said(decision) == [(RefusalCode.LIMIT_REACHED, "capped", 50, 20)]
    decision = desk.buy("o3", 2, "7")
    assert not [effect for effect in decision.effects if isinstance(effect, Accrued)]
    assert desk.has(2) == (100, 0, 0)
    assert desk.account.count("points:capped:ever", day(2)) == 100


def test_a_grant_that_is_cut_to_nothing_uses_none_of_the_times() -> None:
    both = Rule("both", Purchase, then=Accrue(base), limit=per_life(2, points=10))
    desk = Desk(both)
    desk.buy("o1", 0, "10")
    desk.buy("o2", 1, "10")
    assert desk.account.count("times:both:ever", day(1)) == 1


def test_what_would_expire_before_it_can_be_used_is_refused_and_uses_no_limit() -> None:
    gone = Coupon("GONE", amount_off(1), valid=until(day(0).date()))
    rule = Rule(
        "late",
        Purchase,
        then=[
            Accrue(points(5), expires=until(day(0).date())),
            Accrue(points(6), pending=days(9), expires=days(9)),
            Issue(gone),
        ],
        limit=once(),
    )
    desk = Desk(rule)
    decision = desk.buy("o1", 1, "10")
    assert said(decision) == [
        (RefusalCode.EXPIRED_AT_ONCE, "late", 5, 0),
        (RefusalCode.EXPIRED_AT_ONCE, "late", 6, 0),
        (RefusalCode.EXPIRED_AT_ONCE, "GONE", 1, 0),
    ]
    assert desk.account.count("times:late:ever", day(1)) == 0
    trace = decision.explanation.rule("late")
    assert trace is not None
    assert trace.outcome is Outcome.LIMITED


def test_a_rule_that_is_worth_nothing_uses_no_limit() -> None:
    desk = Desk(Rule("first", Purchase, then=Accrue(base), limit=once()))
    desk.buy("o1", 0, line(price="0"))
    desk.buy("o2", 1, "9")
    assert desk.has(1) == (9, 0, 0)


def test_the_actions_of_a_rule_share_its_room_in_order() -> None:
    rule = Rule(
        "pair",
        Purchase,
        then=[Accrue(base), Accrue(base, purse="status"), Credit(3)],
        limit=per_life(points=15),
    )
    desk = Desk(rule, purses=[Purse("status")])
    decision = desk.buy("o1", 0, "10")
    assert desk.has(0) == (10, 0, 0)
    assert desk.has(0, "status") == (5, 0, 0)
    assert desk.has(0, "credit") == (300, 0, 0)  # money is no points
    assert said(decision) == [(RefusalCode.LIMIT_REACHED, "pair", 10, 5)]


@pytest.mark.parametrize(
    ("limit", "instants", "points_after"),
    [
        (once(), [on(1, 1), on(12, 31)], [1, 1]),
        (per_life(2), [on(1, 1), on(2, 1), on(12, 31)], [1, 2, 2]),
        (per_day(1), [on(1, 1, 0), on(1, 1, 23), on(1, 2, 0)], [1, 1, 2]),
        (per_week(1), [on(1, 1), on(1, 4, 23), on(1, 5, 0)], [1, 1, 2]),  # Monday the 5th
        (per_month(1), [on(1, 31), on(2, 1, 0), on(2, 28, 23), on(3, 1, 0)], [1, 2, 2, 3]),
        (per_year(2), [on(1, 1), on(6, 1), on(12, 31, 23)], [1, 2, 2]),
        (within(days(7), 2), [on(1, 1), on(1, 3), on(1, 8, 11), on(1, 8)], [1, 2, 2, 3]),
        (within(months(1), 1), [on(1, 31), on(2, 28, 11), on(2, 28)], [1, 1, 2]),
        (
            Limit(1, window=Calendar("year", starts=(4, 1))),
            [on(1, 1), on(3, 31, 23), on(4, 1, 0)],
            [1, 1, 2],
        ),
        (per_life(points=2), [on(1, 1), on(2, 1), on(3, 1)], [1, 2, 2]),
    ],
    ids=str,
)
def test_every_window_counts_as_it_says(
    limit: Limit, instants: list[datetime], points_after: list[int]
) -> None:
    desk = Desk(Rule("visit", Activity, then=Accrue(points(1)), limit=limit))
    assert [visit(desk, f"a{n}", at) for n, at in enumerate(instants)] == points_after


def test_a_day_of_a_limit_is_the_programmes_own() -> None:
    rule = Rule("visit", Activity, then=Accrue(points(1)), limit=per_day(1))
    desk = Desk(rule, timezone="Pacific/Auckland")  # 13 hours ahead in January
    assert visit(desk, "a1", on(1, 1, 10)) == 1
    assert visit(desk, "a2", on(1, 1, 11)) == 2


def test_a_membership_year_begins_with_the_enrolment_not_with_the_first_use() -> None:
    rule = Rule("visit", Activity, then=Accrue(points(1)), limit=Limit(1, window=MembershipYear()))
    desk = Desk(rule)
    desk.join(0)
    assert [visit(desk, "a1", on(6, 1)), visit(desk, "a2", on(12, 31, 23))] == [1, 1]
    assert visit(desk, "a3", datetime(2027, 1, 1, 0, tzinfo=UTC)) == 2


def test_uses_from_a_former_system_count_in_the_membership_year_that_they_fell_in() -> None:
    rule = Rule("visit", Activity, then=Accrue(points(1)), limit=Limit(1, window=MembershipYear()))
    desk = Desk(rule)
    desk.tell(
        OpeningBalance(
            "open",
            on(1, 15),
            member="ana",
            enrolled=datetime(2020, 3, 1, 9, tzinfo=UTC),
            uses=[OpeningUse("visit", on(1, 10))],
        )
    )
    assert visit(desk, "a1", on(2, 28, 23)) == 0
    assert visit(desk, "a2", on(3, 1, 0)) == 1


def test_a_message_counts_as_a_time() -> None:
    desk = Desk(Rule("hello", Activity, then=Notify("hello"), limit=per_day(1)))
    effects = [
        desk.tell(Activity(f"a{n}", day(0), member="ana", kind="visit")).effects for n in (1, 2)
    ]
    assert [[type(effect).__name__ for effect in each] for each in effects] == [
        ["Notified", "Counted", "Recorded"],
        ["Recorded"],
    ]


def test_a_limit_that_is_spent_is_told_by_the_explanation() -> None:
    desk = Desk(Rule("first", Purchase, then=Accrue(points(5)), limit=once()))
    desk.buy("o1", 0, "9")
    decision = desk.buy("o2", 1, "9")
    trace = decision.explanation.rule("first")
    assert trace is not None
    assert (trace.outcome, [each.code for each in trace.refusals]) == (
        Outcome.LIMITED,
        [RefusalCode.LIMIT_REACHED],
    )


def test_a_cooldown_is_one_grant_and_then_none_until_it_is_over() -> None:
    desk = Desk(Rule("visit", Activity, then=Accrue(points(5)), limit=cooldown(days(14))))
    for number, expected in ((0, 5), (1, 5), (13.9, 5), (14, 10), (27.9, 10), (28, 15)):
        visit = Activity(f"v{number}", day(number), member="ana", kind="visit")
        desk.tell(visit)
        assert desk.has(number) == (expected, 0, 0)


def test_what_a_cooldown_kept_from_being_granted_does_not_begin_it_anew() -> None:
    desk = Desk(Rule("r", Purchase, then=Accrue(points(5)), limit=cooldown(days(2))))
    for number in range(5):
        desk.buy(f"o{number}", number, "10")
    assert desk.has(5) == (15, 0, 0)  # on days 0, 2 and 4
