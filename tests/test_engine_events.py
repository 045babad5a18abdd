"""Every kind of event by example, in numbers; several at once; quotes beside decisions."""

from datetime import UTC, date, datetime

import attrs
import pytest
from clubs import CLUBS, ENGINES
from desk import Desk, day, line, refused
from diaries import MEMBER, baskets, codes, diaries
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    After,
    Basket,
    Coupon,
    CouponPresentation,
    Enrolment,
    Event,
    Issue,
    LateEventError,
    MembershipYear,
    OpeningBalance,
    OpeningLot,
    OpeningMetric,
    OpeningUse,
    ProfileChange,
    Program,
    Purchase,
    Redemption,
    Referral,
    ReferralQualified,
    ReferralReversed,
    RefusalCode,
    Return,
    Rule,
    Status,
    Tier,
    Tiers,
    amount_off,
    days,
    fold,
    member,
    months,
    per_year,
    percent_off,
    points,
)
from loyaltykit.effects import Disarmed, Recorded

base = Rule("purchase", Purchase, then=Accrue(points(1).per(1)))
EVERY: tuple[tuple[Event, int], ...] = (
    (Enrolment("e", day(1), member="ana"), 1),
    (ProfileChange("e", day(1), member="ana", zone="Europe/Lisbon"), 2),
    (Purchase("e", day(1), member="ana", lines=[line()]), 3),
    (Return("e", day(1), member="ana", order="o0"), 4),
    (Redemption("e", day(1), member="ana", points=1), 5),
    (CouponPresentation("e", day(1), member="ana", code="ALL"), 6),
    (Activity("e", day(1), member="ana", kind="review"), 7),
    (Referral("e", day(1), member="ana", referrer="bob"), 8),
    (ReferralQualified("e", day(1), member="ana", referee="cleo", order="o"), 9),
    (ReferralReversed("e", day(1), member="ana", qualified="q0"), 10),
    (OpeningBalance("e", day(1), member="ana", enrolled=day(-9)), 11),
)
KINDS = [type(event) for event, _ in EVERY]
SOON = [
    Rule(f"on {kind.__name__}", kind, then=Accrue(points(n))) for n, kind in enumerate(KINDS, 1)
]


@pytest.mark.parametrize(("event", "worth"), EVERY, ids=lambda each: type(each).__name__)
def test_a_rule_can_listen_to_every_kind_of_event(event: Event, worth: int) -> None:
    desk = Desk(*SOON, coupons=[Coupon("ALL", amount_off(1), public=True)])
    before = 0
    if isinstance(event, Return | Redemption | ReferralReversed):
        desk.buy("o0", 0, "10")
        desk.tell(ReferralQualified("q0", day(0), member="ana", referee="cleo", order="o"))
        before = {Return: 9, Redemption: 11, ReferralReversed: 3}[type(event)]
    decision = desk.tell(event)
    assert decision.status is Status.ACCEPTED
    assert desk.has(1) == (before + worth, 0, 0)
    [recorded] = [each for each in decision.effects if isinstance(each, Recorded)]
    assert (recorded.event, recorded.at) == ("e", day(1))


def test_an_enrolment_sets_the_profile_and_happens_once() -> None:
    desk = Desk()
    desk.join(0, birthday=date(1990, 2, 10), zone="Europe/Lisbon", labels={"plan": "family"})
    account = desk.account
    assert (account.enrolled, account.profile.birthday) == (day(0), date(1990, 2, 10))
    assert dict(account.profile.labels) == {"plan": "family"}
    again = refused(desk.tell(Enrolment("again", day(1), member="ana")))
    assert again.code is RefusalCode.ALREADY_ENROLLED


def test_a_profile_changes_what_it_names_and_forgets_what_it_is_told_to() -> None:
    desk = Desk()
    desk.join(0, birthday=date(1990, 2, 10), labels={"plan": "family", "visits": 2})
    change = ProfileChange(
        "p1", day(1), member="ana", labels={"visits": 3}, forget=["plan", "birthday", "unheard"]
    )
    desk.tell(change)
    assert desk.account.profile.birthday is None
    assert dict(desk.account.profile.labels) == {"visits": 3}


LADDER = Tiers([Tier("silver", 100), Tier("gold", 300)], window=months(12))


def opened(**brings: object) -> Desk:
    capped = Rule("capped", Activity, then=Accrue(points(10)), limit=per_year(3, points=25))
    desk = Desk(base, capped, tiers=LADDER)
    desk.tell(OpeningBalance("open", day(0), member="ana", **brings))  # type: ignore[arg-type]
    return desk


def test_an_opening_balance_brings_lots_in_their_own_order() -> None:
    desk = opened(
        lots=[
            OpeningLot(50, day(-100), expires=day(60)),
            OpeningLot(30, day(-50), expires=day(20)),
            OpeningLot(7, day(-50), purse="credit"),
        ]
    )
    assert (desk.has(0), desk.has(0, "credit")) == ((80, 0, 0), (7, 0, 0))
    desk.spend("s1", 1, 40)
    assert desk.engine.balance(desk.account, day(1)).expiring == ((day(60), 40),)
    purse = desk.account.purse("points")
    assert (purse.issued, purse.received, purse.redeemed) == (0, 80, 40)


def test_an_opening_balance_brings_a_metric_that_leaves_the_window_in_its_time() -> None:
    desk = opened(metric=[OpeningMetric(120, day(-300)), OpeningMetric(190, day(-5))])
    assert desk.account.tier == "gold"
    desk.to(64)
    assert desk.account.tier == "gold"
    desk.to(65)
    assert desk.account.tier == "silver"


def test_an_opening_balance_brings_a_tier_that_is_held_until_a_day() -> None:
    desk = opened(tier="gold", tier_until=day(50), metric=[OpeningMetric(100, day(-5))])
    assert desk.account.tier == "gold"
    assert desk.engine.next_due(desk.account) == day(50)
    desk.to(50)
    assert desk.account.tier == "silver"


def test_an_opening_balance_brings_what_was_used_of_limits() -> None:
    desk = opened(uses=[OpeningUse("capped", day(0), times=1, points=20)])
    for number in (1, 2, 3):
        desk.tell(Activity(f"a{number}", day(number), member="ana", kind="visit"))
    assert desk.has(3) == (5, 0, 0)


def test_an_opening_balance_brings_orders_and_spend_that_rules_ask_for() -> None:
    asked = Rule(
        "asked",
        Purchase,
        when=(member.orders >= 3) & (member.spend >= "99.5"),
        then=Accrue(points(1)),
    )
    desk = Desk(asked)
    desk.tell(OpeningBalance("open", day(0), member="ana", orders=3, spent="99.50"))
    desk.buy("o1", 1, "1")
    assert desk.has(1) == (1, 0, 0)


def test_a_metric_of_a_membership_year_counts_from_the_enrolment_that_it_comes_with() -> None:
    desk = Desk(tiers=Tiers([Tier("silver", 100)], window=MembershipYear()))
    since = datetime(2020, 3, 1, 9, tzinfo=UTC)
    opening = OpeningBalance(
        "open", day(14), member="ana", enrolled=since, metric=[OpeningMetric(100, day(9))]
    )
    desk.tell(opening)
    assert desk.account.tier == "silver"
    assert desk.engine.next_due(desk.account) == datetime(2026, 3, 1, tzinfo=UTC)


def test_an_opening_balance_is_the_first_event_of_an_account() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "10")
    decision = desk.tell(OpeningBalance("open", day(1), member="ana"))
    assert refused(decision).code is RefusalCode.ACCOUNT_NOT_NEW


def test_lots_of_an_opening_balance_are_told_from_those_of_a_rule_called_opening() -> None:
    desk = Desk(Rule("opening", OpeningBalance, then=Accrue(points(5))))
    desk.tell(OpeningBalance("open", day(0), member="ana", lots=[OpeningLot(40, day(-1))]))
    assert len({lot.id for lot in desk.account.lots}) == 2
    assert desk.spend("s1", 1, 45).accepted


def test_an_exchange_is_decided_whole_or_not_at_all() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "30")
    desk.spend("s1", 0, 30)
    back = Return("r1", day(1), member="ana", order="o1")
    bought = Purchase("o2", day(1), member="ana", lines=[line(price="40")])
    wrong = Purchase("o2", day(1), member="ana", lines=[line(price="40")], paid="39")
    before = desk.account
    assert refused(desk.tell(back, wrong)).code is RefusalCode.PRICE_CHANGED
    assert desk.account == before
    decision = desk.tell(back, bought)
    assert decision.status is Status.ACCEPTED
    assert desk.has(1) == (10, 0, 0)
    assert desk.tell(back, bought).status is Status.DUPLICATE


def test_a_refused_exchange_keeps_what_time_had_brought_by_its_first_event() -> None:
    desk = Desk(Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=days(30))))
    desk.buy("o1", 0, "30")
    enrol = Enrolment("join", day(29), member="ana")
    decision = desk.tell(enrol, Redemption("s1", day(40), member="ana", points=1))
    assert decision.status is Status.REFUSED
    assert decision.effects == ()
    assert desk.account.enrolled is None
    assert desk.account.clock == day(0)


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_a_quote_says_what_the_decision_then_does(program: Program, data: st.DataObject) -> None:
    engine = ENGINES[program.name]
    account = Account.new(MEMBER)
    for event in data.draw(diaries(program, most=5)):
        account = engine.decide(account, event).account
    assert account.clock is not None
    at = max(account.clock, engine.next_due(account) or account.clock)
    lines, presented = data.draw(baskets(program)), data.draw(st.lists(codes(account, program)))
    labels, answers = {"channel": "app"}, {"card": True}
    quote = engine.quote(account, Basket(lines, labels, answers=answers), at, presented)
    order = Purchase(
        "bought", at, member=MEMBER, lines=lines, coupons=presented, labels=labels, answers=answers
    )
    decision = engine.decide(account, order)
    if decision.status is Status.REFUSED:
        assert decision.refusals[: len(quote.refusals)] == quote.refusals != ()
        return
    record = decision.account.records["bought"]
    assert quote.payable == record.kept_net
    assert {each.id: each.payable for each in quote.lines} == {
        each.id: each.net for each in record.lines
    }
    granted = [award.lot for posting in record.postings for award in posting.awards]
    assert [(each.rule, each.purse, each.points) for each in quote.points] == [
        (lot.rule, lot.purse, lot.points) for lot in granted
    ]
    refused_codes = [each.refusal for each in quote.codes if each.refusal is not None]
    told_of = ("coupon-", "account-")
    about_codes = [each for each in decision.refusals if each.code.value.startswith(told_of)]
    assert about_codes == refused_codes
    assert quote.payable == sum(each.subtotal - each.discount for each in quote.lines)
    scale = program.money.scale
    paid = f"{record.kept_net // scale}.{record.kept_net % scale:02d}"
    told = attrs.evolve(order, id="paid", paid=paid if scale == 100 else record.kept_net)
    assert engine.decide(account, told).status is Status.ACCEPTED


def test_a_guest_is_quoted_as_a_member_on_whom_nothing_has_happened() -> None:
    tenth = Coupon("TENTH", percent_off(10), public=True)
    desk = Desk(
        base,
        Rule("first", Purchase, when=member.orders < 1, then=[Accrue(points(5)), Issue(tenth)]),
    )
    quote = desk.engine.quote(None, Basket([line(price="20", quantity=2)]), day(0), ["TENTH", "X"])
    assert (quote.subtotal, quote.payable) == (4000, 3600)
    assert [(each.rule, each.points) for each in quote.points] == [("purchase", 36), ("first", 5)]
    assert [(each.code, each.discount, each.applied) for each in quote.codes] == [
        ("TENTH", 400, True),
        ("X", 0, False),
    ]


def test_a_quote_lies_at_or_after_the_clock_and_changes_nothing() -> None:
    desk = Desk(base)
    desk.buy("o1", 1, "10")
    with pytest.raises(LateEventError):
        desk.engine.quote(desk.account, Basket([line()]), day(0))
    before = desk.account
    desk.engine.quote(desk.account, Basket([line()]), day(5))
    assert desk.account == before
    assert fold(desk.account, ()) == before


def test_what_an_earlier_programme_armed_comes_to_nothing_at_its_instant() -> None:
    desk = Desk(Rule("gone", After(Enrolment, days(5)), then=Accrue(points(1))))
    desk.join(0)
    desk.engine = Desk(base).engine
    decision = desk.to(400)
    assert [(type(each), each.at) for each in decision.effects] == [(Disarmed, day(5))]
    assert desk.has(400) == (0, 0, 0)
