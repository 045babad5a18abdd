"""The end of a membership and its pauses: what is refused meanwhile, and what goes on."""

from datetime import timedelta
from typing import Any

import pytest
from clubs import CLUBS, ENGINES
from desk import MEMBER, Desk, born, club, day, line, refused
from diaries import TICK, diaries
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Adjustment,
    After,
    Basket,
    Birthday,
    Capture,
    Closure,
    Coupon,
    CouponPresentation,
    DefinitionError,
    Dormancy,
    Enrolment,
    Event,
    Inactivity,
    Issue,
    MisuseError,
    Notify,
    Program,
    ProgramError,
    Purchase,
    Purse,
    Redemption,
    ReferralQualified,
    RefusalCode,
    Release,
    Reservation,
    Resumption,
    Return,
    Rule,
    Status,
    Suspension,
    Tier,
    Tiers,
    Transfer,
    TransferLot,
    TransferReceived,
    amount_off,
    basket,
    days,
    item,
    money_spent,
    orders_placed,
    points,
    some_item,
)
from loyaltykit.closures import Closed, Resumed
from loyaltykit.effects import Counted, CouponWithdrawn, Disarmed, DormancySet, Notified
from loyaltykit.movements import Expired, ReservationReleased
from loyaltykit.traces import Outcome

CAKE = Coupon("CAKE", amount_off(1), public=True)
base = Rule("base", Purchase, then=Accrue(points(1).per(1), expires=days(90)))
slow = Rule("slow", Purchase, then=Accrue(points(2).per(1), pending=days(9)))
RULES = (
    base,
    slow,
    Rule("gift", Enrolment, then=Issue(CAKE)),
    Rule("birthday", Birthday(), then=Accrue(points(7))),
    Rule("lapsed", Inactivity(days(40)), then=Accrue(points(5))),
    Rule("how is it", After(Purchase, days(10)), then=Accrue(points(3))),
)


def closing(number: float, id: str = "end") -> Closure:
    return Closure(id, day(number), member=MEMBER, reason="moved away")


def suspending(number: float, until: float | None = None, id: str = "pause") -> Suspension:
    end = None if until is None else day(until)
    return Suspension(id, day(number), member=MEMBER, reason="under review", until=end)


def resuming(number: float, id: str = "resume") -> Resumption:
    return Resumption(id, day(number), member=MEMBER)


def desk(**rest: Any) -> Desk:
    """A member who joined on day 0 and bought for 20.00 on day 1."""
    ana = Desk(*RULES, coupons=[CAKE], **rest)
    ana.join(0, birthday=born(1990, 3, 1))
    ana.buy("o1", 1, "20")
    return ana


# -- the end


def test_at_the_end_everything_open_ends_in_the_stated_order() -> None:
    ana = desk()
    ana.tell(Reservation("h", day(2), member=MEMBER, points=8, until=day(5)))
    decision = ana.tell(closing(3))
    effects = [
        each
        for each in decision.effects
        if isinstance(each, ReservationReleased | CouponWithdrawn | Disarmed | Expired | Closed)
    ]
    assert [type(each).__name__ for each in effects] == [
        "ReservationReleased",
        "CouponWithdrawn",
        *("Disarmed",) * 3,
        *("Expired",) * 2,
        "Closed",
    ]
    lapsed = [each.lot for each in effects if isinstance(each, Expired)]
    assert [(lot.rule, lot.remaining) for lot in lapsed] == [("slow", 40), ("base", 20)]
    assert effects[-1] == Closed(day(3), "moved away")
    account = ana.account
    for each in (account.lots, account.pending, account.coupons, account.armed):
        assert not each
    purse = account.purse("points")
    assert (purse.issued, purse.expired, purse.held) == (60, 60, 0)


def test_at_the_end_no_purse_waits_for_activity_any_more() -> None:
    ana = desk(purses=[Purse("points", dormancy=Dormancy(days(30)))])
    assert list(ana.account.dormant) == ["points"]
    decision = ana.tell(closing(3))
    assert DormancySet(day(3), "points", None) in decision.effects
    assert not ana.account.dormant


def test_nothing_is_due_on_a_closed_account() -> None:
    ladder = Tiers([Tier("bronze", 0), Tier("gold", 10)], metric=money_spent, window=days(30))
    ana = desk(tiers=ladder)
    ana.tell(closing(3))
    assert ana.engine.next_due(ana.account) is None
    assert ana.to(400).effects == ()
    assert ana.account.tier == "gold"  # as it was at the end


EVERYTHING: list[Event] = [
    Enrolment("x", day(4), member=MEMBER),
    Activity("x", day(4), member=MEMBER, kind="visit"),
    Redemption("x", day(4), member=MEMBER, points=1),
    Reservation("x", day(4), member=MEMBER, points=1, until=day(5)),
    Capture("x", day(4), member=MEMBER, reservation="h"),
    Release("x", day(4), member=MEMBER, reservation="h"),
    CouponPresentation("x", day(4), member=MEMBER, code="CAKE"),
    ReferralQualified("x", day(4), member=MEMBER, referee="bea", order="o9"),
    Adjustment("x", day(4), member=MEMBER, points=5, reason="counted again"),
    Transfer("x", day(4), member=MEMBER, to="bob", points=1),
    TransferReceived(
        "x", day(4), member=MEMBER, sender="bob", transfer="t", lots=[TransferLot(5, day(1))]
    ),
    closing(4, "again"),
    suspending(4),
    resuming(4),
]


@pytest.mark.parametrize("event", EVERYTHING, ids=lambda event: type(event).__name__)
def test_a_closed_account_refuses_everything_but_returns(event: Event) -> None:
    ana = desk()
    ana.tell(closing(3))
    before = ana.account
    refusal = refused(ana.tell(event))
    assert (refusal.code, refusal.about) == (RefusalCode.ACCOUNT_CLOSED, MEMBER)
    assert ana.account == before


def test_a_purchase_on_a_closed_account_is_refused_with_its_codes_and_priced_in_a_quote() -> None:
    ana = desk()
    ana.tell(closing(3))
    decision = ana.buy("o2", 4, "20", coupons=["CAKE"])
    assert [(each.code, each.about) for each in decision.refusals] == [
        (RefusalCode.ACCOUNT_CLOSED, MEMBER),
        (RefusalCode.ACCOUNT_CLOSED, "CAKE"),
    ]
    quote = ana.engine.quote(ana.account, Basket([line(price="20")]), day(4), ["CAKE"])
    assert (quote.payable, quote.points) == (2000, ())
    assert [each.applied for each in quote.codes] == [False]
    assert [(each.code, each.about) for each in quote.refusals] == [
        (RefusalCode.ACCOUNT_CLOSED, MEMBER)
    ]


def test_the_id_of_the_closing_event_is_remembered() -> None:
    ana = desk()
    ana.tell(closing(3))
    assert ana.tell(closing(3)).status is Status.DUPLICATE


def test_an_order_comes_back_to_a_closed_account_as_money_and_what_was_spent_is_owed() -> None:
    ana = desk()
    ana.spend("s1", 2, 15)
    ana.tell(closing(3))
    decision = ana.tell(Return("r1", day(4), member=MEMBER, order="o1"))
    assert decision.accepted
    assert ana.account.records["o1"].closed
    purse = ana.account.purse("points")
    # 20 and 40 granted, 15 spent, the rest lapsed at the end: only what was spent is missing.
    assert (purse.issued, purse.redeemed, purse.expired, purse.reversed) == (60, 15, 45, 15)
    assert purse.debt == 15
    assert ana.account.count("orders", day(4)) == 0


def test_nothing_comes_back_to_a_closed_account() -> None:
    """One part of an order costs a bonus before the end; another would regain it afterwards."""
    good = ~some_item(item.category.is_("wine")) | (basket.spend >= 50)
    ana = Desk(
        Rule("bonus", Purchase, when=good, then=Accrue(points(10))),
        Rule("thanks", Purchase, when=good, then=Issue(CAKE)),
        coupons=[CAKE],
    )
    ana.buy("o1", 0, line("1", "40"), line("2", "20", category="wine"), line("3", "1"))
    ana.back("r1", 1, "o1", {"1": 1})
    assert ana.account.purse("points").reversed == 10
    ana.tell(closing(2))
    ana.back("r2", 3, "o1", {"2": 1})
    assert not ana.account.lots
    assert not ana.account.coupons
    purse = ana.account.purse("points")
    assert (purse.reversed, purse.expired, purse.debt) == (10, 0, 0)
    ana.back("r3", 4, "o1")
    assert ana.account.purse("points") == purse


def test_a_coupon_of_an_order_is_not_given_back_to_a_closed_account() -> None:
    ana = desk()
    [code] = ana.account.coupons
    ana.buy("o2", 2, "9", coupons=[code])
    ana.tell(closing(3))
    ana.back("r1", 4, "o2")
    assert not ana.account.coupons


def test_rules_are_asked_before_the_end_and_never_after_it() -> None:
    rules = [
        Rule("bye", Closure, then=[Notify("goodbye"), Accrue(points(9))]),
        Rule("sorry", Return, then=Accrue(points(4))),
    ]
    ana = Desk(base, *rules)
    ana.buy("o1", 0, "20")
    decision = ana.tell(closing(1))
    assert [each.template for each in decision.effects if isinstance(each, Notified)] == ["goodbye"]
    assert ana.account.purse("points").expired == 29
    decision = ana.back("r1", 2, "o1")
    assert decision.explanation.rules == ()
    assert ana.has(2) == (0, 0, 0)


@pytest.mark.parametrize("kind", [Closure, Suspension])
def test_no_rule_follows_some_time_after_an_end_or_a_pause(kind: Any) -> None:
    with pytest.raises(ProgramError, match="when no rule is asked"):
        club(Rule("late", After(kind, days(3)), then=Notify("goodbye")))


@pytest.mark.parametrize("program", CLUBS, ids=lambda each: each.name)
@given(data=st.data())
def test_a_closed_account_holds_nothing_and_balances(program: Program, data: st.DataObject) -> None:
    engine, account = ENGINES[program.name], Account.new(MEMBER)
    for each in data.draw(diaries(program, most=6)):
        account = engine.decide(account, each).account
    assert account.clock is not None
    account = engine.decide(
        account, Closure("the end", account.clock, member=MEMBER, reason="moved away")
    ).account
    account.check()
    assert account.closed is not None
    assert all(not totals.held for totals in account.purses.values())
    orders = [each.id for each in account.records.values() if each.is_order and not each.closed]
    for number, order in enumerate(orders):
        back = Return(f"back {number}", account.closed.at, member=MEMBER, order=order)
        account = engine.decide(account, back).account
        account.check()
        assert all(not totals.held for totals in account.purses.values())


# -- a pause


def test_a_suspended_member_buys_without_earning_and_without_codes() -> None:
    ana = desk()
    ana.tell(suspending(2))
    decision = ana.buy("o2", 3, "30", coupons=["CAKE"])
    assert decision.accepted
    assert [(each.code, each.about) for each in decision.refusals] == [
        (RefusalCode.ACCOUNT_SUSPENDED, "CAKE")
    ]
    assert [(each.rule, each.outcome) for each in decision.explanation.rules] == [
        ("base", Outcome.NOT_ASKED),
        ("slow", Outcome.NOT_ASKED),
    ]
    assert ana.has(3) == (20, 40, 0)
    record = ana.account.records["o2"]
    assert (record.kept_net, record.postings, record.offers) == (3000, (), ())
    assert ana.account.count("orders", day(3)) == 2


@pytest.mark.parametrize("metric", [money_spent, orders_placed], ids=["spend", "orders"])
def test_what_is_bought_in_a_pause_counts_towards_no_tier(metric: Any) -> None:
    ladder = Tiers([Tier("bronze", 0), Tier("gold", 2)], metric=metric)
    ana = Desk(base, tiers=ladder)
    ana.buy("o1", 0, "1")
    ana.tell(suspending(1))
    decision = ana.buy("o2", 2, "50")
    counted = [each.counter for each in decision.effects if isinstance(each, Counted)]
    assert counted == ["orders", "spend"]
    assert ana.account.tier == "bronze"
    ana.tell(resuming(3))
    ana.back("r1", 4, "o2")
    ana.buy("o3", 5, "1")
    assert ana.account.tier == "gold"


SPENDING: list[Event] = [
    Redemption("x", day(4), member=MEMBER, points=1),
    Reservation("x", day(4), member=MEMBER, points=1, until=day(5)),
    Capture("x", day(4), member=MEMBER, reservation="h"),
    CouponPresentation("x", day(4), member=MEMBER, code="CAKE"),
    Transfer("x", day(4), member=MEMBER, to="bob", points=1),
    suspending(4, id="again"),
]


@pytest.mark.parametrize("event", SPENDING, ids=lambda event: type(event).__name__)
def test_a_suspended_member_does_not_spend(event: Event) -> None:
    ana = desk()
    ana.tell(Reservation("h", day(2), member=MEMBER, points=8, until=day(9)))
    ana.tell(suspending(3))
    refusal = refused(ana.tell(event))
    assert (refusal.code, refusal.about) == (RefusalCode.ACCOUNT_SUSPENDED, MEMBER)
    ana.tell(resuming(3.5))
    decision = ana.tell(event)
    assert RefusalCode.ACCOUNT_SUSPENDED not in [each.code for each in decision.refusals]


def test_a_quote_for_a_suspended_member_earns_nothing() -> None:
    ana = desk()
    ana.tell(suspending(2))
    quote = ana.engine.quote(ana.account, Basket([line(price="20")]), day(3), ["CAKE"])
    assert (quote.payable, quote.points) == (2000, ())


def test_time_goes_on_in_a_pause_but_its_rules_do_not_pay() -> None:
    ana = desk()
    ana.tell(suspending(2))
    ana.to(200)
    # The pending points came, the others lapsed on day 91; nobody was congratulated or missed.
    assert ana.has(200) == (40, 0, 0)
    assert ana.account.birthdays == {"birthday": 2026}
    assert [key for key in ana.account.armed if key[0] != "birthday"] == []


def test_what_is_done_by_hand_and_what_comes_back_is_decided_in_a_pause() -> None:
    ana = desk()
    ana.tell(Reservation("h", day(2), member=MEMBER, points=8, until=day(9)))
    ana.tell(suspending(3))
    ana.tell(Release("x", day(4), member=MEMBER, reservation="h"))
    ana.tell(Adjustment("a", day(4), member=MEMBER, points=5, reason="counted again"))
    assert ana.has(4) == (25, 40, 0)
    ana.back("r1", 5, "o1")
    assert ana.has(5) == (5, 0, 0)


def test_a_pause_ends_exactly_at_its_instant_and_next_due_knows() -> None:
    ana = Desk(base, Rule("reviews", Activity, then=Accrue(points(1))))
    ana.buy("o1", 0, "9")
    ana.tell(suspending(1, until=5))
    assert ana.engine.next_due(ana.account) == day(5)
    last = Activity("a1", day(5) - TICK, member=MEMBER, kind="visit")
    ana.tell(last)
    assert ana.has(5) == (9, 0, 0)
    decision = ana.tell(Activity("a2", day(5), member=MEMBER, kind="visit"))
    assert [each for each in decision.effects if isinstance(each, Resumed)] == [Resumed(day(5))]
    assert ana.has(5) == (10, 0, 0)


def test_what_is_due_at_the_very_end_of_a_pause_pays() -> None:
    ana = Desk(base, Rule("lapsed", Inactivity(days(5)), then=Accrue(points(5))))
    ana.buy("o1", 0, "9")
    ana.tell(suspending(1, until=5))
    ana.to(6)
    assert ana.has(6) == (14, 0, 0)


def test_what_was_bought_in_a_pause_is_not_followed_up_after_it() -> None:
    ana = Desk(Rule("how is it", After(Purchase, days(10)), then=Accrue(points(3))))
    ana.buy("o1", 0, "9")
    ana.tell(suspending(1, until=5))
    ana.buy("o2", 2, "9")
    ana.to(30)
    assert ana.has(30) == (3, 0, 0)


def test_a_pause_is_ended_once() -> None:
    ana = desk()
    refusal = refused(ana.tell(resuming(2)))
    assert (refusal.code, refusal.about) == (RefusalCode.ACCOUNT_NOT_SUSPENDED, MEMBER)
    ana.tell(suspending(2), resuming(3))
    assert refused(ana.tell(resuming(4, "again"))).code is RefusalCode.ACCOUNT_NOT_SUSPENDED
    ana.tell(suspending(5, id="second"))
    assert ana.account.suspended is not None


def test_rules_are_asked_before_a_pause_and_after_it() -> None:
    ana = Desk(
        Rule("pause", Suspension, then=Notify("we are looking into it")),
        Rule("back", Resumption, then=[Notify("all is well"), Accrue(points(5))]),
    )
    first, second = ana.tell(suspending(0)), ana.tell(resuming(1))
    notices = [
        each.template for each in (*first.effects, *second.effects) if isinstance(each, Notified)
    ]
    assert notices == ["we are looking into it", "all is well"]
    assert ana.has(1) == (5, 0, 0)


def test_a_suspended_member_may_leave() -> None:
    ana = desk()
    ana.tell(suspending(2, until=50))
    ana.tell(closing(3))
    assert ana.account.suspended is None
    assert ana.engine.next_due(ana.account) is None


@pytest.mark.parametrize(
    ("made", "error", "problem"),
    [
        (lambda: suspending(3, until=3), DefinitionError, "ends later, not at"),
        (lambda: Suspension("x", day(0), member=MEMBER), DefinitionError, "a reason is needed"),
        (lambda: Closure("x", day(0), member=MEMBER), DefinitionError, "a reason is needed"),
        (
            lambda: Suspension("x", day(0), member=MEMBER, reason="y", until=3),  # type: ignore[arg-type]
            MisuseError,
            "until when a member is suspended",
        ),
    ],
)
def test_an_end_and_a_pause_are_checked_when_they_are_built(
    made: Any, error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        made()


@given(data=st.data())
def test_an_order_in_a_pause_leaves_points_and_tier_alone(data: st.DataObject) -> None:
    program = data.draw(st.sampled_from(CLUBS))
    engine, account = ENGINES[program.name], Account.new(MEMBER)
    for each in data.draw(diaries(program, most=4)):
        account = engine.decide(account, each).account
    assert account.clock is not None
    pause = Suspension("pause!", account.clock, member=MEMBER, reason="under review")
    paused = engine.decide(account, pause)
    if not paused.accepted:
        return
    account = paused.account
    assert account.clock is not None
    order = Purchase(
        "bought!",
        account.clock + timedelta(0),
        member=MEMBER,
        lines=[line(price="40")],
        labels={"channel": "app"},
        answers={"card": True},
    )
    after = engine.decide(account, order).account
    assert (after.lots, after.pending, after.coupons) == (
        account.lots,
        account.pending,
        account.coupons,
    )
    assert (after.tier, after.purses) == (account.tier, account.purses)
