"""Purses by example: decimals, caps, who says when points lapse, dormancy, confirmation."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from desk import Desk, club, day, line, said
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Activity,
    Confirmation,
    Credit,
    Decision,
    Dormancy,
    Engine,
    EventError,
    Lot,
    OpeningBalance,
    OpeningLot,
    Program,
    ProgramError,
    Purchase,
    Purse,
    Redeeming,
    Redemption,
    RefusalCode,
    Rule,
    Tier,
    Tiers,
    basket,
    confirmed,
    days,
    end_of,
    forever,
    item,
    member,
    money_spent,
    months,
    per_month,
    points,
    points_earned,
    some_item,
    statement,
    through,
    until,
    weeks,
    with_tier,
)
from loyaltykit.effects import DormancySet
from loyaltykit.events import EventKind
from loyaltykit.movements import Cancelled, Expired, Released
from loyaltykit.periods import ThroughEndOf
from loyaltykit.purses import Dormant

base = points(1).per(1)


def earning(then: Accrue | Credit | list[Accrue | Credit] | None = None, **rest: object) -> Rule:
    return Rule("earn", Purchase, then=Accrue(base, **rest) if then is None else then)  # type: ignore[arg-type]


def grants(decision: Decision) -> list[tuple[str, int | None, int | None]]:
    """What the explanation says of each grant: text, desired, granted."""
    return [
        (each.text, each.desired, each.granted)
        for trace in decision.explanation.rules
        for each in trace.grants
    ]


def lots(desk: Desk) -> dict[str, Lot]:
    return {lot.id: lot for lot in (*desk.account.lots, *desk.account.pending)}


def expiries(desk: Desk) -> list[tuple[int, datetime | None]]:
    return [(lot.remaining, lot.expires) for lot in desk.account.lots]


# --- decimals ---------------------------------------------------------------------------------


def test_a_purse_with_decimals_keeps_fractions_of_points() -> None:
    desk = Desk(
        Rule("half", Activity, then=Accrue(points("0.5"), purse="stars")),
        Rule("tenth", Purchase, then=Accrue(points(1).per(8), purse="stars")),
        purses=[Purse("stars", decimals=1)],
    )
    desk.tell(Activity("a", day(0), member="ana", kind="visit"))
    desk.buy("o1", 0, "10")  # 1.25 points, of which 1.2 are kept
    assert desk.has(0, "stars") == (17, 0, 0)  # tenths
    desk.spend("s", 1, 10, "stars")
    assert desk.has(1, "stars") == (7, 0, 0)


def test_two_rewards_of_half_a_point_cost_one_point() -> None:
    desk = Desk(
        Rule("one", Activity, then=Accrue(points(1), purse="stars")),
        purses=[Purse("stars", decimals=1)],
    )
    desk.tell(Activity("a", day(0), member="ana", kind="visit"))
    assert desk.spend("s1", 1, 5, "stars").accepted
    assert desk.spend("s2", 1, 5, "stars").accepted
    assert desk.has(1, "stars") == (0, 0, 0)


def test_what_rules_say_of_a_purse_with_decimals_is_in_points() -> None:
    desk = Desk(
        Rule(
            "stars", Purchase, then=Accrue(base * "0.1", purse="stars"), limit=per_month(points=2)
        ),
        Rule("rich", Purchase, when=member.balance("stars") >= "1.5", then=Accrue(points(7))),
        purses=[Purse("stars", decimals=1, cap="3.5")],
        tiers=Tiers([Tier("one", 1), Tier("two", 2)], metric=type(points_earned)("stars")),
    )
    desk.buy("o1", 0, "15")
    assert (desk.has(0, "stars"), desk.has(0), desk.account.tier) == ((15, 0, 0), (0, 0, 0), "one")
    decision = desk.buy("o2", 1, "9")  # 0.5 is left of the two points a month
    assert (desk.has(1, "stars"), desk.has(1), desk.account.tier) == ((20, 0, 0), (7, 0, 0), "two")
    assert said(decision) == [(RefusalCode.LIMIT_REACHED, "stars", 9, 5)]
    decision = desk.buy("o3", 40, "40")  # the limit leaves 2, the cap 1.5
    assert desk.has(40, "stars") == (35, 0, 0)
    assert said(decision) == [
        (RefusalCode.LIMIT_REACHED, "stars", 40, 20),
        (RefusalCode.BALANCE_CAP, "stars", 20, 15),
    ]
    assert "-> 1.5 points into stars" in str(decision.explanation)


def test_a_statement_writes_fractions_of_points_with_the_programme() -> None:
    desk = Desk(
        Rule("half", Activity, then=Accrue(points("2.5"), purse="stars")),
        purses=[Purse("stars", decimals=1)],
    )
    decision = desk.tell(Activity("a", day(0), member="ana", kind="visit"))
    [entry] = statement(decision.effects, desk.engine.program)
    assert entry.text == "Earned 2.5 points in stars (half)"
    assert str(entry).endswith("+2.5       2.5")
    [plain] = statement(decision.effects)
    assert plain.text == "Earned 25 points in stars (half)"


# --- caps -------------------------------------------------------------------------------------


def test_a_balance_cap_counts_pending_points_and_cuts_the_grant() -> None:
    desk = Desk(earning(pending=days(3)), purses=[Purse("points", cap=100)])
    desk.buy("o1", 0, "70")
    decision = desk.buy("o2", 1, "70")
    assert said(decision) == [(RefusalCode.BALANCE_CAP, "earn", 70, 30)]
    assert desk.has(2) == (0, 100, 0)
    decision = desk.buy("o3", 2, "5")
    assert said(decision) == [(RefusalCode.BALANCE_CAP, "earn", 5, 0)]
    desk.spend("s", 5, 40)
    assert desk.buy("o4", 6, "50").refusals[0].granted == 40


def test_a_cap_on_credit_is_in_major_units() -> None:
    desk = Desk(earning(Credit("7.50")), purses=[Purse("credit", cap=10)])
    desk.buy("o1", 0, "1")
    assert said(desk.buy("o2", 0, "1")) == [(RefusalCode.BALANCE_CAP, "earn", 750, 250)]
    assert desk.has(0, "credit") == (1000, 0, 0)


def test_credit_for_which_there_is_no_room_is_not_granted() -> None:
    desk = Desk(earning(Credit("7.50")), purses=[Purse("credit", cap=5)])
    desk.buy("o1", 0, "1")
    full = desk.buy("o2", 0, "1")
    assert said(full) == [(RefusalCode.BALANCE_CAP, "earn", 750, 0)]
    assert grants(full) == [("0.00 EUR credit", 750, 0)]
    assert desk.has(0, "credit") == (500, 0, 0)


def test_points_and_credit_that_would_be_over_before_they_begin_are_told_as_none() -> None:
    over = until(date(2026, 1, 1))
    desk = Desk(earning([Accrue(points(5), expires=over), Credit(3, expires=over)]))
    assert grants(desk.buy("o1", 0, "1")) == [("0 points", 5, 0), ("0.00 EUR credit", 300, 0)]
    assert (desk.has(0), desk.has(0, "credit")) == ((0, 0, 0), (0, 0, 0))


def test_pending_points_of_one_purse_are_not_another_purses() -> None:
    desk = Desk(
        earning([Accrue(points(4), purse="status"), Accrue(points(6), pending=days(40))]),
        purses=[Purse("status")],
    )
    desk.buy("o1", 0, "1")  # every decision at the desk is checked: each purse balances by itself
    assert desk.has(0) == (0, 6, 0)
    assert desk.has(0, "status") == (4, 0, 0)


def test_what_a_cap_cut_is_not_taken_back_as_long_as_the_rest_is_worth_as_much() -> None:
    desk = Desk(earning(), purses=[Purse("points", cap=100)])
    desk.buy("o1", 0, line("1", "80"), line("2", "70"))
    desk.back("r1", 1, "o1", {"1": 1})  # what is kept is worth 70 of the 100 that were granted
    assert desk.has(1) == (70, 0, 0)


# --- who says when points lapse ---------------------------------------------------------------


def test_a_rule_comes_before_the_tier_and_the_tier_before_the_purse() -> None:
    tiers = Tiers(
        [Tier("base", 0), Tier("gold", 100, expires=days(50))], metric=money_spent, window=days(300)
    )
    desk = Desk(
        Rule("own", Purchase, then=Accrue(points(1), expires=days(10))),
        Rule("open", Purchase, then=Accrue(points(2))),
        Rule("never", Purchase, then=Accrue(points(3), expires=forever())),
        tiers=tiers,
        purses=[Purse("points", expires=days(30))],
    )
    desk.buy("o1", 0, "100")  # it makes gold: from the next event on
    assert expiries(desk) == [(1, day(10)), (2, day(30)), (3, None)]
    desk.buy("o2", 1, "1")
    assert expiries(desk) == [
        (1, day(10)),
        (1, day(11)),
        (2, day(30)),
        (2, day(51)),
        (3, None),
        (3, None),
    ]


@pytest.mark.parametrize(
    ("term", "earned", "last_day"),
    [
        # Six months after the calendar month in which they were earned.
        (months(6).through_end_of("month"), date(2020, 12, 15), date(2021, 6, 30)),
        # Three years, through the end of the quarter.
        (months(36).through_end_of("quarter"), date(2020, 10, 20), date(2023, 12, 31)),
        # One month through the end of the day, clipped to February.
        (months(1).through_end_of("day"), date(2026, 1, 29), date(2026, 2, 28)),
        (months(1).through_end_of("day"), date(2026, 1, 30), date(2026, 2, 28)),
        (months(1).through_end_of("day"), date(2026, 1, 31), date(2026, 2, 28)),
        # Twelve months, rounded up to the month's end.
        (months(12).through_end_of("month"), date(2026, 5, 4), date(2027, 5, 31)),
        # Eighteen months, then the next of two dates.
        (months(18).then_next((3, 31), (9, 30)), date(2026, 1, 5), date(2027, 9, 30)),
        (end_of("half-year"), date(2026, 6, 30), date(2026, 6, 30)),
        (through(date(2026, 12, 31)), date(2026, 2, 1), date(2026, 12, 31)),
    ],
)
def test_points_can_be_spent_through_their_last_day_and_not_on_the_next(
    term: ThroughEndOf, earned: date, last_day: date
) -> None:
    desk = Desk(earning(), program=club(earning(), purses=[Purse("points", expires=term)]))
    at = datetime(earned.year, earned.month, earned.day, 15, tzinfo=UTC)
    bought = Purchase("o1", at, member="ana", lines=[line("1", "10")])
    desk.tell(bought)
    midnight = datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + timedelta(days=1)
    [lot] = desk.account.lots
    assert lot.expires == midnight
    assert desk.engine.balance(desk.account, midnight - timedelta(microseconds=1)).available == 10
    assert desk.engine.balance(desk.account, midnight).available == 0


def test_a_lot_that_lapsed_before_any_job_ran_cannot_be_spent() -> None:
    desk = Desk(earning(expires=days(1)))
    desk.buy("o1", 0, "100")
    late = Redemption("s", day(1) + timedelta(hours=1), member="ana", points=100)
    decision = desk.tell(late)  # nothing has run since the purchase
    assert said(decision) == [(RefusalCode.POINTS_INSUFFICIENT, "points", 100, 0)]
    assert desk.has(2) == (0, 0, 0)


def test_points_of_a_tier_lapse_when_it_ends_and_not_when_a_higher_one_begins() -> None:
    tiers = Tiers(
        [Tier("base", 0), Tier("gold", 50), Tier("top", 200)], metric=money_spent, window=days(20)
    )
    desk = Desk(earning(expires=with_tier()), tiers=tiers)
    desk.buy("o1", 0, "60")  # earned without gold: the lowest tier never ends
    desk.buy("o2", 1, "10")  # earned as gold
    desk.buy("o3", 2, "150")  # earned as gold, and makes top
    assert [(lot.points, lot.tier) for lot in desk.account.lots] == [
        (60, "base"),
        (10, "gold"),
        (150, "gold"),
    ]
    desk.to(20)  # 60 leave the window: 160 are left, gold
    assert desk.account.tier == "gold"
    assert desk.has(20) == (220, 0, 0)
    assert desk.engine.balance(desk.account, day(22)).available == 60
    decision = desk.to(22)
    assert [effect.lot.points for effect in decision.effects if isinstance(effect, Expired)] == [
        10,
        150,
    ]
    assert desk.has(22) == (60, 0, 0)


# --- dormancy ---------------------------------------------------------------------------------


def test_points_lapse_when_nothing_has_happened_for_so_long() -> None:
    desk = Desk(earning(), purses=[Purse("points", dormancy=Dormancy(months(3)))])
    desk.buy("o1", 0, "10")
    desk.buy("o2", 50, "5")
    assert desk.engine.next_due(desk.account) == datetime(2026, 5, 20, 12, tzinfo=UTC)
    desk.spend("s", 60, 3)
    assert desk.engine.balance(desk.account, datetime(2026, 6, 3, tzinfo=UTC)).available == 0
    desk.to(148)
    assert desk.has(148) == (12, 0, 0)
    desk.to(149)  # 30 May: three months after 2 March is 2 June
    assert desk.has(149) == (12, 0, 0)
    desk.to(152)
    assert desk.has(152) == (0, 0, 0)


def test_a_share_lapses_every_week_and_all_of_it_in_the_end() -> None:
    decay = Dormancy(
        weeks(12), share=5, least=5, every=weeks(1), all_after=weeks(20), unless=[Purchase]
    )
    desk = Desk(earning(), purses=[Purse("points", dormancy=decay)])
    desk.buy("o1", 0, "200")
    left = []
    for week in range(11, 22):
        desk.to(7 * week)
        left.append(desk.has(7 * week)[0])
    # 5 % rounded up, at least 5: 10, 10, 9, 9, 9, 8, 8, 8; then, after 20 weeks, the rest.
    assert left == [200, 190, 180, 171, 162, 153, 145, 137, 130, 0, 0]
    assert not desk.account.dormant


def test_an_activity_that_keeps_points_alive_begins_the_time_anew() -> None:
    decay = Dormancy(days(10), share=50, every=days(2), unless=[Activity])
    desk = Desk(earning(), purses=[Purse("points", dormancy=decay)])
    desk.buy("o1", 0, "8")
    desk.buy("o2", 9, "8")  # no activity
    desk.to(10)
    assert desk.has(10) == (8, 0, 0)
    desk.tell(Activity("a", day(11), member="ana", kind="visit"))
    desk.to(20.9)
    assert desk.has(20.9) == (8, 0, 0)
    desk.to(21)
    assert desk.has(21) == (4, 0, 0)


def test_buying_and_sending_back_keeps_nothing_alive() -> None:
    desk = Desk(earning(), purses=[Purse("points", dormancy=Dormancy(days(30)))])
    desk.buy("o1", 0, "10")
    desk.buy("o2", 29, "99")
    desk.buy("o3", 29, "98")
    desk.back("r2", 31, "o2")
    assert desk.has(31) == (108, 0, 0)  # the third order keeps them alive
    desk.back("r3", 32, "o3")
    assert desk.has(32) == (0, 0, 0)  # due on day 30, had neither been


def test_an_order_paid_in_points_that_comes_back_leaves_the_time_of_what_was_left_alone() -> None:
    desk = Desk(
        earning(),
        purses=[Purse("points", dormancy=Dormancy(days(30), unless=[Activity]))],
        redeeming=[Redeeming("points", worth="0.01")],
    )
    desk.buy("o1", 0, "10")
    desk.buy("o2", 20, line(price="1"), spend={"points": 5})
    desk.back("r1", 25, "o2")
    assert desk.engine.next_due(desk.account) == day(30)
    desk.to(30)
    assert desk.has(30) == (0, 0, 0)


def test_the_rest_lapses_at_its_own_hour_in_the_zone_of_the_programme() -> None:
    decay = Dormancy(days(10), share=50, all_after=months(6))
    desk = Desk(earning(), purses=[Purse("points", dormancy=decay)], timezone="America/New_York")
    desk.buy("o1", 0, "8")  # at 7 in the morning there, in winter
    desk.to(10)
    rest = datetime(2026, 7, 1, 11, tzinfo=UTC)  # at 7 in the morning there, in summer
    assert desk.account.dormant["points"] == Dormant(day(0), rest, times=1, event="o1")
    assert desk.engine.next_due(desk.account) == rest


def test_when_all_has_lapsed_at_once_nothing_is_due_again() -> None:
    decay = Dormancy(days(10), share=50, all_after=days(10))
    desk = Desk(earning(), purses=[Purse("points", dormancy=decay)])
    desk.buy("o1", 0, "8")
    lapsed, over = desk.to(10).effects
    assert isinstance(lapsed, Expired)
    assert over == DormancySet(day(10), "points", None)


def test_pending_points_wait_while_the_available_ones_lapse() -> None:
    desk = Desk(
        earning([Accrue(points(4)), Accrue(points(6), pending=days(40))]),
        purses=[Purse("points", dormancy=Dormancy(days(30)))],
    )
    desk.buy("o1", 0, "1")
    desk.to(30)
    assert desk.has(30) == (0, 6, 0)


def test_a_programme_without_the_policy_lets_nothing_lapse_any_more() -> None:
    desk = Desk(earning(), purses=[Purse("points", dormancy=Dormancy(days(30)))])
    desk.buy("o1", 0, "10")
    desk.engine = Engine(club(earning()))
    decision = desk.to(60)
    assert [type(effect) for effect in decision.effects] == [DormancySet]
    assert desk.has(60) == (10, 0, 0)


@given(st.integers(0, 40), st.integers(1, 100), st.integers(0, 9), st.integers(1, 5))
def test_what_is_left_is_what_a_plain_loop_leaves(
    start: int, share: int, least: int, every: int
) -> None:
    decay = Dormancy(days(10), share=share, least=least, every=days(every))
    desk = Desk(earning(), purses=[Purse("points", dormancy=decay)])
    desk.buy("o1", 0, str(start))
    desk.to(40)
    left = start
    for today in range(10, 41, every):
        part = -(-left * share // 100)
        left -= min(left, max(part, least))
        del today
    assert desk.has(40) == (left, 0, 0)


# --- confirmation -----------------------------------------------------------------------------


def test_points_wait_for_a_confirmation_and_count_for_the_tier_from_then_on() -> None:
    desk = Desk(
        earning(pending=confirmed(within=days(30))), tiers=Tiers([Tier("none", 0), Tier("gold", 9)])
    )
    desk.buy("o1", 0, "10")
    assert (desk.has(1), desk.account.tier) == ((0, 10, 0), "none")
    decision = desk.tell(Confirmation("k", day(5), member="ana", of="o1"))
    assert [type(effect) for effect in decision.effects][:1] == [Released]
    assert (desk.has(5), desk.account.tier) == ((10, 0, 0), "gold")
    [lot] = desk.account.lots
    assert (lot.available, lot.awaits) == (day(5), False)
    again = desk.tell(Confirmation("k2", day(6), member="ana", of="o1"))
    assert said(again) == [(RefusalCode.NOTHING_AWAITED, "o1", None, None)]
    desk.back("r", 7, "o1")
    assert (desk.has(7), desk.account.tier) == ((0, 0, 0), "none")


def test_confirmed_points_count_for_the_tier_as_long_as_its_window_from_then_on() -> None:
    desk = Desk(
        earning(pending=confirmed(within=days(30))),
        tiers=Tiers([Tier("none", 0), Tier("gold", 9)], window=days(20)),
    )
    desk.buy("o1", 0, "10")
    desk.tell(Confirmation("k", day(5), member="ana", of="o1"))
    desk.to(24)
    assert desk.account.tier == "gold"
    desk.to(25)
    assert desk.account.tier == "none"


def test_points_that_nobody_confirms_are_cancelled_with_what_their_limit_counted() -> None:
    rule = Rule(
        "earn",
        Purchase,
        then=Accrue(base, pending=confirmed(within=days(30))),
        limit=per_month(1, points=50),
    )
    desk = Desk(rule, tiers=Tiers([Tier("none", 0), Tier("gold", 9)]))
    desk.buy("o1", 0, "40")
    assert desk.has(29.9) == (0, 40, 0)
    assert desk.engine.balance(desk.account, day(30)).pending == 0
    decision = desk.to(30)  # 31 January
    assert [type(effect) for effect in decision.effects][:1] == [Cancelled]
    assert desk.has(30) == (0, 0, 0)
    totals = desk.account.purse("points")
    assert (totals.issued, totals.reversed) == (40, 40)
    assert desk.buy("o2", 30, "45").refusals == ()  # still January: the limit has its room again
    assert desk.has(30) == (0, 45, 0)


def test_what_was_cancelled_is_not_taken_back_again() -> None:
    desk = Desk(
        earning(pending=confirmed(within=days(3))), Rule("more", Purchase, then=Accrue(points(5)))
    )
    desk.buy("o1", 0, line("1", "40"), line("2", "60"))
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (5, 60, 0)
    desk.to(4)
    assert desk.has(4) == (5, 0, 0)
    desk.back("r2", 5, "o1")
    assert desk.has(5) == (0, 0, 0)
    assert desk.account.purse("points").reversed == 105


def a_bonus_that_waits() -> Desk:
    """Two cups and wine; a part of them that is sent back costs the bonus, the wine regains it."""
    wine = item.category.is_("wine")
    waits = Accrue(points(10), pending=confirmed(within=days(6)))
    desk = Desk(
        Rule("base", Purchase, then=Accrue(base, pending=confirmed(within=days(6)))),
        Rule("bonus", Purchase, when=~some_item(wine) | (basket.spend >= 50), then=waits),
        tiers=Tiers([Tier("none", 0), Tier("gold", 30)]),
    )
    desk.buy("o1", 0, line("1", "20", 2), line("2", "20", category="wine"))
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (0, 40, 0)
    return desk


def test_points_that_nobody_confirmed_do_not_come_back_with_a_later_part_of_a_return() -> None:
    desk = a_bonus_that_waits()
    desk.back("r2", 6, "o1", {"2": 1})
    assert desk.has(6) == (0, 0, 0)
    desk.back("r3", 7, "o1")
    assert desk.has(7) == (0, 0, 0)


def test_points_that_a_return_has_taken_are_confirmed_with_their_order() -> None:
    desk = a_bonus_that_waits()
    desk.tell(Confirmation("k", day(2), member="ana", of="o1"))
    assert (desk.has(2), desk.account.tier) == ((40, 0, 0), "gold")
    desk.back("r2", 3, "o1", {"2": 1})  # 20 euros and no wine: the bonus is back
    assert (desk.has(3), desk.account.tier) == ((30, 0, 0), "gold")
    desk.to(9)
    assert desk.has(9) == (30, 0, 0)


def test_what_a_return_gives_back_for_repaid_debt_is_confirmed_as_its_order_was() -> None:
    wine = item.category.is_("wine")
    desk = Desk(
        Rule(
            "bonus",
            Purchase,
            when=~some_item(wine) | (basket.spend >= 50),
            then=Accrue(points(10), pending=confirmed(within=days(6))),
        ),
        Rule("visit", Activity, then=Accrue(points(10))),
    )
    desk.buy("o1", 0, line("1", "20", 2), line("2", "20", category="wine"))
    desk.tell(Confirmation("k", day(1), member="ana", of="o1"))
    desk.spend("s", 1, 10)
    desk.back("r1", 2, "o1", {"1": 1})
    assert desk.has(2) == (0, 0, 10)
    desk.tell(Activity("v", day(3), member="ana", kind="visit"))
    assert desk.has(3) == (0, 0, 0)
    desk.back("r2", 4, "o1", {"2": 1})
    assert desk.has(4) == (10, 0, 0)
    desk.to(9)
    assert desk.has(9) == (10, 0, 0)


def test_points_of_an_activity_wait_for_its_confirmation() -> None:
    desk = Desk(Rule("stay", Activity, then=Accrue(points(9), pending=confirmed(within=days(3)))))
    desk.tell(Activity("night", day(0), member="ana", kind="stay"))
    desk.tell(Confirmation("k", day(2), member="ana", of="night"))
    assert desk.has(2) == (9, 0, 0)
    assert desk.has(9) == (9, 0, 0)


@pytest.mark.parametrize(
    ("pending", "available"),
    [
        (None, day(0)),
        (days(14), day(14)),
        (end_of("month"), datetime(2026, 2, 1, tzinfo=UTC)),
        (until(date(2026, 1, 20)), datetime(2026, 1, 20, tzinfo=UTC)),
        (until(date(2025, 1, 20)), day(0)),
        (days(5).then_next((1, 14), (1, 31)), datetime(2026, 1, 15, tzinfo=UTC)),
    ],
)
def test_points_are_pending_for_a_period_or_until_a_date(
    pending: ThroughEndOf | None, available: datetime
) -> None:
    desk = Desk(earning(pending=pending))
    desk.buy("o1", 0, "10")
    [lot] = lots(desk).values()
    assert lot.available == available
    before = available - timedelta(microseconds=1)
    if available > day(0):
        assert desk.engine.balance(desk.account, before).available == 0
    assert desk.engine.balance(desk.account, available).available == 10


# --- what a programme and an event may name ---------------------------------------------------


def built(*rules: Rule, **rest: object) -> Program:
    return club(*rules, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "rest", "problem"),
    [
        (
            [Rule("r", Purchase, then=Accrue(base, purse="ponts"))],
            {},
            "there is no purse 'ponts' (there are points, credit): declare it with purses=[Purse('",
        ),
        (
            [Rule("r", Purchase, when=member.balance("x") >= 1, then=Accrue(base))],
            {},
            "rule 'r': there is no purse 'x'",
        ),
        (
            [],
            {"tiers": Tiers([Tier("a", 0)], metric=type(points_earned)("x"))},
            "ladder 'tier': there is no purse 'x'",
        ),
        ([], {"purses": [Purse("a"), Purse("a")]}, "purse 'a' is defined 2 times"),
        (
            [],
            {"purses": [Purse("a", expires=with_tier())]},
            "purse 'a': expires with the tier, but the programme has no tiers",
        ),
        (
            [Rule("r", Purchase, then=Accrue(base, expires=with_tier()))],
            {},
            "rule 'r': expires with the tier, but the programme has no tiers",
        ),
        ([], {"purses": [Purse("a", cap="1.5")]}, "purse 'a': cap has more decimals"),
        (
            [],
            {"purses": [Purse("credit", most_debt="1.005")]},
            "purse 'credit': most_debt has more decimals",
        ),
        (
            [],
            {"purses": [Purse("a", dormancy=Dormancy(days(3), least="0.5"))]},
            "purse 'a': dormancy has more decimals",
        ),
        (
            [
                Rule(
                    "r",
                    Purchase,
                    then=[Accrue(base), Accrue(base, purse="a")],
                    limit=per_month(points=3),
                )
            ],
            {"purses": [Purse("a", decimals=1)]},
            "rule 'r': limits points of purses with different decimals together",
        ),
    ],
)
def test_a_programme_refuses_purses_that_cannot_be(
    rules: list[Rule], rest: dict[str, object], problem: str
) -> None:
    with pytest.raises(ProgramError) as caught:
        built(*rules, **rest)
    assert problem in str(caught.value)


def test_an_event_names_only_purses_that_the_programme_has() -> None:
    with pytest.raises(EventError, match="'s': the programme has no purse 'x': it has points, cr"):
        Desk().spend("s", 0, 3, "x")
    brought = OpeningBalance("b", day(0), member="ana", lots=[OpeningLot(3, day(0), purse="x")])
    with pytest.raises(EventError, match="'b': the programme has no purse 'x'"):
        Desk().tell(brought)


def test_a_dormancy_names_the_kinds_of_events_that_put_it_off() -> None:
    assert Dormancy(days(3)).unless == (
        EventKind.PURCHASE,
        EventKind.REDEMPTION,
        EventKind.CAPTURE,
        EventKind.REWARD_CLAIM,
        EventKind.ACTIVITY,
    )
    assert Dormancy(days(3), share="12.5", unless=[Activity, Purchase, Activity]) == Dormancy(
        days(3), share=Decimal("12.5"), unless=[EventKind.PURCHASE, EventKind.ACTIVITY]
    )
