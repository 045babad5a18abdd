"""Milestones by example, in numbers: totals of every kind, windows, steps, returns, cascades."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from desk import MEMBER, Desk, club, day, line, refused

from loyaltykit import (
    Accrue,
    ActivitiesDone,
    Activity,
    Calendar,
    Closure,
    Confirmation,
    Coupon,
    DefinitionError,
    Issue,
    LimitError,
    MembershipYear,
    Merge,
    Milestone,
    MisuseError,
    OnReturn,
    OpeningBalance,
    OpeningUse,
    PointsEarned,
    Program,
    ProgramError,
    Purchase,
    Purse,
    RefusalCode,
    Return,
    Rolling,
    Rule,
    Suspension,
    Tier,
    Tiers,
    UnitsBought,
    activity,
    amount_off,
    basket,
    confirmed,
    days,
    item,
    member,
    money_spent,
    months,
    orders_placed,
    per_month,
    points,
    points_earned,
)
from loyaltykit.journal import MAX_EFFECTS
from loyaltykit.reaching import MAX_STEPS
from loyaltykit.windows import SinceEntry

TICK = timedelta(microseconds=1)


def on(milestone: Milestone, worth: int = 100, **rest: Any) -> Rule:
    return Rule("reached", milestone, then=Accrue(points(worth)), **rest)


def available(desk: Desk, number: float) -> int:
    return desk.has(number)[0]


# -- thresholds at c-1, c and c+1, in every total

BIT = Decimal("0.01")
coffee = item.category.is_("coffee")


@pytest.mark.parametrize(("spent", "given"), [("499.99", 0), ("500", 100), ("500.01", 100)])
def test_spend_reaches_a_value_at_exactly_that(spent: str, given: int) -> None:
    desk = Desk(on(Milestone(money_spent, 500)))
    desk.buy("o1", 1, "300")
    assert available(desk, 1) == 0
    desk.buy("o2", 2, str(Decimal(spent) - 300))
    assert available(desk, 2) == given


@pytest.mark.parametrize(("orders", "given"), [(4, 0), (5, 100), (6, 100)])
def test_orders_reach_a_value_at_exactly_that(orders: int, given: int) -> None:
    desk = Desk(on(Milestone(orders_placed, 5)))
    for number in range(1, orders + 1):
        desk.buy(f"o{number}", number, "10")
    assert available(desk, orders) == given


@pytest.mark.parametrize(("units", "given"), [(8, 0), (9, 100), (10, 100)])
def test_units_of_a_kind_reach_a_value_at_exactly_that(units: int, given: int) -> None:
    desk = Desk(on(Milestone(UnitsBought(of=coffee), 9)))
    desk.buy("o1", 1, line("1", "3", 5, category="coffee"), line("2", "3", 70))
    desk.buy("o2", 2, line("1", "3", units - 5, category="coffee"))
    assert available(desk, 2) == given


@pytest.mark.parametrize(("stars", "given"), [("99.5", 0), ("100", 100), ("100.5", 100)])
def test_points_of_a_purse_reach_a_value_at_exactly_that(stars: str, given: int) -> None:
    desk = Desk(
        Rule("stars", Purchase, then=Accrue(points("0.5").per(1), purse="stars")),
        on(Milestone(PointsEarned("stars"), 100)),
        purses=[Purse("stars", decimals=1)],
    )
    desk.buy("o1", 1, str(Decimal(stars) * 2))
    assert available(desk, 1) == given


@pytest.mark.parametrize(("reviews", "given"), [(2, 0), (3, 100), (4, 100)])
def test_activities_of_a_kind_reach_a_value_at_exactly_that(reviews: int, given: int) -> None:
    desk = Desk(on(Milestone(ActivitiesDone("review"), 3)))
    for number in range(reviews):
        desk.tell(Activity(f"a{number}", day(number), member=MEMBER, kind="review"))
        desk.tell(Activity(f"v{number}", day(number), member=MEMBER, kind="visit"))
    assert available(desk, reviews) == given


def test_activities_of_any_kind_and_all_units_count_where_none_is_named() -> None:
    desk = Desk(
        on(Milestone(ActivitiesDone(), 2)),
        Rule("units", Milestone(UnitsBought(), 7), then=Accrue(points(5))),
    )
    desk.tell(Activity("a", day(1), member=MEMBER, kind="review"))
    desk.tell(Activity("b", day(1), member=MEMBER, kind="visit"))
    assert available(desk, 1) == 100
    desk.buy("o1", 2, line("1", "1", 3), line("2", "1", 4))
    assert available(desk, 2) == 105


# -- several values, every so many


def test_each_of_several_values_is_given_once() -> None:
    desk = Desk(on(Milestone(money_spent, [100, 500, 1_000])))
    found = []
    for number, spent in enumerate(("60", "60", "500", "10", "380"), 1):
        desk.buy(f"o{number}", number, spent)
        found.append(available(desk, number))
    assert found == [0, 100, 200, 200, 300]


def test_every_500_gives_each_step_that_one_order_passes_in_order() -> None:
    desk = Desk(on(Milestone(money_spent, every=500)))
    desk.buy("o1", 1, "499")
    decision = desk.buy("o2", 2, "1001.5")
    assert available(desk, 2) == 300
    assert [note for note in decision.explanation.notes if "reached" in note] == [
        "reached: 500.00 EUR spent reached",
        "reached: 1000.00 EUR spent reached",
        "reached: 1500.00 EUR spent reached",
    ]
    assert [lot.event for lot in desk.account.lots] == [
        f"o2/reached/0/spend#{step}" for step in (1, 2, 3)
    ]


def test_the_order_that_did_it_is_counted_when_the_rule_is_asked() -> None:
    desk = Desk(on(Milestone(money_spent, 50), when=member.orders.is_(2) & (member.spend >= 60)))
    desk.buy("o1", 1, "40")
    desk.buy("o2", 2, "20")
    assert available(desk, 2) == 100


def test_a_thousand_steps_at_once_are_given_or_refused_in_words() -> None:
    desk = Desk(on(Milestone(money_spent, every=1), worth=1))
    desk.buy("o1", 1, str(MAX_STEPS))
    assert available(desk, 1) == MAX_STEPS
    with pytest.raises(LimitError, match="1001 steps are passed at once, and at most 1000 are"):
        desk.buy("o2", 2, str(MAX_STEPS + 1))
    assert MAX_EFFECTS > 5 * MAX_STEPS


def test_a_limit_and_a_condition_hold_for_each_step() -> None:
    desk = Desk(on(Milestone(orders_placed, every=1), limit=per_month(2)))
    for number in range(5):
        desk.buy(f"o{number}", number, "10")
    assert available(desk, 4) == 200


def test_a_condition_that_fails_when_a_value_is_reached_is_not_asked_later() -> None:
    desk = Desk(on(Milestone(orders_placed, 2), when=member.spend >= 100))
    for number in range(4):
        desk.buy(f"o{number}", number, "40")
    assert available(desk, 3) == 0


# -- windows


def test_each_calendar_month_begins_anew() -> None:
    desk = Desk(on(Milestone(money_spent, 100, window=Calendar("month"))))
    for number, (at, spent, given) in enumerate(
        [(1, "60", 0), (30, "60", 100), (31, "99.99", 100), (40, "0.01", 200), (41, "300", 200)]
    ):
        desk.buy(f"o{number}", at, spent)
        assert available(desk, at) == given


def test_a_month_is_local_to_the_programme() -> None:
    rule = on(Milestone(orders_placed, 2, window=Calendar("month")))
    # Noon in January is the 31st in Lisbon and the first of February in Auckland.
    for zone, given in (("Europe/Lisbon", 100), ("Pacific/Auckland", 0)):
        desk = Desk(rule, timezone=zone)
        desk.buy("o1", 29, "10")
        desk.buy("o2", 30, "10")
        assert available(desk, 30) == given


def test_a_membership_year_runs_from_the_day_of_joining() -> None:
    desk = Desk(on(Milestone(orders_placed, 2, window=MembershipYear())))
    desk.join(10)
    for number, (at, given) in enumerate([(11, 0), (374.4, 100), (375, 100), (376, 200)]):
        desk.buy(f"o{number}", at, "10")
        assert available(desk, at) == given


def test_a_rolling_value_is_given_once_within_its_period() -> None:
    desk = Desk(on(Milestone(orders_placed, 2, window=days(10))))
    found = []
    for number, at in enumerate((1, 10, 12, 19.5, 20, 21, 22)):
        desk.buy(f"o{number}", at, "10")
        found.append(available(desk, at))
    # Reached on day 10; from day 20 on it can be reached again, but it never fell below until then:
    # days 12, 19.5, 20, 21 and 22 follow each other.
    assert found == [0, 100, 100, 100, 100, 100, 100]
    desk.buy("o9", 40, "10")
    desk.buy("o10", 41, "10")
    assert available(desk, 41) == 200


def test_a_rolling_total_forgets_what_is_older() -> None:
    desk = Desk(on(Milestone(orders_placed, 2, window=days(10))))
    desk.buy("o1", 1, "10")
    desk.buy("o2", 11, "10")  # the first ended at this very instant
    assert available(desk, 11) == 0
    desk.buy("o3", 12, "10")
    assert available(desk, 12) == 100


# -- returns


@pytest.mark.parametrize("window", [None, Calendar("year"), MembershipYear(), Rolling(days(90))])
@pytest.mark.parametrize("total", [money_spent, orders_placed, UnitsBought(), points_earned])
def test_a_return_below_takes_back_what_was_given_and_again_above_gives_again(
    total: Any, window: Any
) -> None:
    values = {money_spent: 20, points_earned: 20}.get(total, 2)
    milestone = (
        Milestone(total, values) if window is None else Milestone(total, values, window=window)
    )
    desk = Desk(
        Rule("base", Purchase, then=Accrue(points(1).per(1))),
        Rule("reached", milestone, then=Accrue(points(7), purse="gift")),
        purses=[Purse("gift")],
    )
    desk.join(0)
    desk.buy("o1", 1, "10")
    before = desk.account
    desk.buy("o2", 2, "10")
    assert desk.has(2, "gift") == (7, 0, 0)
    desk.back("back", 3, "o2")
    assert desk.engine.next_due(desk.account) == day(3) + TICK
    desk.to(3.001)
    assert desk.has(4, "gift") == (0, 0, 0)
    for name in ("lots", "pending", "counters", "armed", "coupons", "reservations", "dormant"):
        assert getattr(desk.account, name) == getattr(before, name)
    desk.buy("o3", 5, "10")
    assert desk.has(5, "gift") == (7, 0, 0)
    desk.buy("o4", 6, "10")
    assert desk.has(6, "gift") == (7, 0, 0)


def test_a_balance_at_a_later_instant_is_without_what_a_return_took() -> None:
    desk = Desk(on(Milestone(orders_placed, 1)))
    desk.buy("o1", 1, "10")
    desk.back("back", 2, "o1")
    assert [available(desk, at) for at in (2, 2.001, 3)] == [100, 0, 0]


@pytest.mark.parametrize(
    ("on_return", "left"),
    [
        (OnReturn.REEVALUATE, 0),
        (OnReturn.PRO_RATA, 0),
        (OnReturn.PER_ITEM, 0),
        (OnReturn.KEEP, 100),
    ],
)
def test_what_a_milestone_gave_was_for_no_item_and_goes_whole_or_stays(
    on_return: OnReturn, left: int
) -> None:
    reached = Milestone(money_spent, 35)
    desk = Desk(Rule("reached", reached, then=Accrue(points(100), on_return=on_return)))
    desk.buy("o1", 1, "40")
    assert available(desk, 1) == 100
    desk.back("back", 2, "o1")
    desk.to(3)
    assert available(desk, 3) == left


def test_parts_take_back_only_the_steps_that_are_lost() -> None:
    desk = Desk(on(Milestone(money_spent, every=100)))
    desk.buy("o1", 1, line("1", "50", 7))
    assert available(desk, 1) == 300
    found = []
    for number in range(2, 8):
        desk.back(f"back {number}", number, "o1", {"1": 1})
        desk.to(number + 0.5)
        found.append(available(desk, number + 1))
    # 300, 250, 200, 150, 100, 50 are left
    assert found == [300, 200, 200, 100, 100, 0]


def test_an_exchange_keeps_the_milestone() -> None:
    desk = Desk(on(Milestone(money_spent, 100)))
    desk.buy("o1", 1, "100")
    [lot] = desk.account.lots
    desk.tell(
        Return("back", day(2), member=MEMBER, order="o1"),
        Purchase("o2", day(2), member=MEMBER, lines=[line(price="120")]),
    )
    desk.to(3)
    assert desk.account.lots == (lot,)


def test_a_coupon_that_a_milestone_gave_goes_with_it() -> None:
    gift = Coupon("GIFT", amount_off(5), valid=days(60))
    desk = Desk(Rule("reached", Milestone(orders_placed, 2), then=Issue(gift)))
    for number in (1, 2):
        desk.buy(f"o{number}", number, "10")
    assert len(desk.account.coupons) == 1
    desk.back("back", 3, "o1")
    desk.to(4)
    assert not desk.account.coupons


def test_what_the_rule_keeps_is_never_given_twice() -> None:
    rule = Rule(
        "reached",
        Milestone(orders_placed, every=2),
        then=Accrue(points(100), on_return=OnReturn.KEEP),
    )
    desk = Desk(rule)
    for number in (1, 2):
        desk.buy(f"o{number}", number, "10")
    desk.back("back", 3, "o1")
    desk.buy("o3", 4, "10")
    assert available(desk, 4) == 100  # the second once more
    desk.buy("o4", 5, "10")
    desk.buy("o5", 6, "10")
    assert available(desk, 6) == 200  # the fourth


def test_after_orders_are_forgotten_a_value_is_still_not_given_twice() -> None:
    desk = Desk(on(Milestone(money_spent, [100, 200])), remember=days(30))
    desk.buy("o1", 1, "100")
    desk.buy("o2", 25, "50")
    desk.buy("o3", 40, "10")  # what happened before day 10 is forgotten
    assert "o1/reached/0/spend#1" not in desk.account.records
    desk.back("back", 41, "o2")
    desk.buy("o4", 42, "90")  # 200 in all
    assert available(desk, 42) == 200
    assert desk.account.count("reached:reached:spend", day(42)) == 2


def test_what_comes_back_late_is_taken_out_of_the_window_in_which_it_was_bought() -> None:
    desk = Desk(on(Milestone(money_spent, 100, window=Calendar("month"))))
    desk.buy("o1", 30, "100")  # 31 January
    desk.buy("o2", 31, "100")
    assert available(desk, 31) == 200
    desk.back("back", 35, "o1")
    desk.to(36)
    assert available(desk, 36) == 100
    assert [lot.event for lot in desk.account.lots] == [
        "o2/reached/0/total:spend:month@2026-02-01#1"
    ]


def test_a_return_on_a_closed_account_takes_nothing_more() -> None:
    desk = Desk(on(Milestone(orders_placed, 1)))
    desk.buy("o1", 1, "10")
    desk.tell(Closure("end", day(2), member=MEMBER, reason="asked"))
    desk.back("back", 3, "o1")
    assert desk.engine.next_due(desk.account) is None
    assert desk.account.balance(day(4)).debt == 0


# -- what an account brings along, pauses, cascades, tiers


def test_totals_of_a_former_system_count_but_reach_nothing_by_themselves() -> None:
    desk = Desk(on(Milestone(money_spent, [500, 1_000])))
    desk.tell(OpeningBalance("open", day(0), member=MEMBER, orders=9, spent="700"))
    assert available(desk, 0) == 0
    desk.buy("o1", 1, "299.99")
    assert available(desk, 1) == 0
    desk.buy("o2", 2, "0.01")
    assert available(desk, 2) == 100


def test_a_rule_that_is_new_does_not_fire_for_what_was_reached_before() -> None:
    desk = Desk()
    desk.buy("o1", 1, "700")
    other = Desk(on(Milestone(money_spent, [500, 800])))
    other.account = desk.account
    other.buy("o2", 2, "50")
    assert available(other, 2) == 0
    other.buy("o3", 3, "50")
    assert available(other, 3) == 100


def test_nothing_is_reached_while_the_account_is_suspended_nor_made_up_for() -> None:
    desk = Desk(
        on(Milestone(orders_placed, 1)),
        Rule("days", Milestone(orders_placed, 2, window=Calendar("year")), then=Accrue(points(7))),
    )
    desk.tell(Suspension("pause", day(0), member=MEMBER, reason="asked", until=day(5)))
    desk.buy("o1", 1, "10")
    desk.buy("o2", 6, "10")
    assert available(desk, 6) == 0
    desk.buy("o3", 7, "10")  # the second of the year that counts
    assert available(desk, 7) == 7


def test_points_that_a_milestone_gives_reach_no_other_one() -> None:
    desk = Desk(
        Rule("base", Purchase, then=Accrue(points(1).per(1))),
        Rule("hundred", Milestone(points_earned, every=100), then=Accrue(points(900))),
        Rule("thousand", Milestone(points_earned, 1_000), then=Accrue(points(5))),
    )
    desk.buy("o1", 1, "100")
    assert available(desk, 1) == 1_000
    desk.back("back", 2, "o1")  # and so it cannot stand on its own points
    desk.to(3)
    assert desk.has(3) == (0, 0, 0)
    assert not desk.account.counters


def test_points_that_time_brings_reach_a_milestone_at_their_own_instant() -> None:
    desk = Desk(
        Rule("base", Purchase, then=Accrue(points(10), pending=confirmed(within=days(9)))),
        on(Milestone(points_earned, 10)),
    )
    desk.buy("o1", 1, "10")
    assert available(desk, 1) == 0  # they count once they are confirmed
    desk.tell(Confirmation("yes", day(2), member=MEMBER, of="o1"))
    assert available(desk, 2) == 110


def test_what_a_milestone_gives_counts_for_tiers() -> None:
    desk = Desk(
        on(Milestone(orders_placed, 2)),
        tiers=Tiers([Tier("base", 0), Tier("gold", 100)]),
    )
    desk.buy("o1", 1, "10")
    assert desk.account.tier == "base"
    desk.buy("o2", 2, "10")
    assert desk.account.tier == "gold"
    desk.back("back", 3, "o2")
    desk.to(4)
    assert desk.account.tier == "base"


def test_activities_with_milestones_and_rules_of_their_own() -> None:
    desk = Desk(
        Rule("review", Activity, when=activity.kind.is_("review"), then=Accrue(points(5))),
        on(Milestone(ActivitiesDone("review"), every=2)),
    )
    for number in range(4):
        desk.tell(Activity(f"a{number}", day(number), member=MEMBER, kind="review"))
    assert available(desk, 4) == 220


# -- what cannot be meant


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Milestone(money_spent), "either values or a step"),
        (lambda: Milestone(money_spent, 5, every=5), "either values or a step"),
        (lambda: Milestone(money_spent, 0), "lies above 0"),
        (lambda: Milestone(money_spent, []), "either values or a step"),
        (lambda: Milestone(money_spent, every=-1), "at least 0|least"),
    ],
)
def test_a_milestone_that_means_nothing_is_refused_in_words(made: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        made()


def test_a_total_that_is_none_is_misuse() -> None:
    with pytest.raises(MisuseError, match="is no total: use money_spent, orders_placed"):
        Milestone("orders", 5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (on(Milestone(money_spent, "0.001")), "more than 2 decimals|decimals"),
        (on(Milestone(orders_placed, "2.5")), "waits for 2.5, but counts in whole numbers"),
        (on(Milestone(PointsEarned("stars"), 5)), "but the programme has the purses points, cred"),
        (on(Milestone(points_earned, "1.5")), "waits for 1.5 points of 'points', which has fewer"),
        (on(Milestone(orders_placed, 5, window=SinceEntry())), "counts since tier entry"),
        (on(Milestone(UnitsBought(of=item.label("x").is_("y")), 5)), ""),
        (on(Milestone(orders_placed, 5), when=basket.spend >= 5), "where only the member is known"),
    ],
)
def test_a_programme_with_a_milestone_that_cannot_be_is_refused(rule: Rule, said: str) -> None:
    if not said:
        assert isinstance(club(rule), Program)
        return
    with pytest.raises(ProgramError, match=said):
        club(rule)


def test_a_milestone_cannot_be_returned_like_an_order() -> None:
    desk = Desk(on(Milestone(orders_placed, 1)))
    desk.buy("o1", 1, "10")
    decision = desk.back("back", 2, "o1/reached/0/orders#1")
    assert refused(decision).code is RefusalCode.ORDER_UNKNOWN
    assert OpeningUse("reached", day(0)).times == 1
    assert months(1) != days(30)


# -- two accounts that become one


def test_a_merger_reaches_nothing_and_what_both_were_given_follows_the_total() -> None:
    rule = on(Milestone(money_spent, every=500))
    ana, old = Desk(rule), Desk(rule, member="old")
    ana.buy("o1", 1, "550")
    old.buy("o2", 2, "600")
    event = Merge("m", day(3), member=MEMBER, absorbed="old", reason="two cards")
    merger = ana.engine.merge(ana.account, old.account, event)
    ana.account = merger.survivor.account
    assert available(ana, 3) == 200  # 1,150 in all: two steps, one from each
    ana.buy("o3", 4, "400")
    assert available(ana, 4) == 300
    ana.back("back", 5, "o2")  # 950 are left
    ana.to(6)
    assert available(ana, 6) == 100
    ana.back("back too", 7, "o1")
    ana.to(8)
    assert available(ana, 8) == 0
