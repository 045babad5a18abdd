"""Referral by example: both sides, hold, minimum, caps, refusals, reversal through the outbox."""

from datetime import timedelta

import attrs
import pytest
from desk import Desk, club, day, line, refused

from loyaltykit import (
    Credit,
    Event,
    EventError,
    LateEventError,
    Program,
    Purchase,
    Referral,
    ReferralQualified,
    ReferralReversed,
    RefusalCode,
    Return,
    Rule,
    Send,
    Status,
    basket,
    days,
    item,
    per_year,
    referral,
    some_item,
)
from loyaltykit.traces import Outcome

INVITE = club(
    *referral(
        referrer=Credit(10),
        referee=Credit(5),
        qualifies=basket.spend >= 30,
        pending=days(30),
        limit=per_year(2),
    )
)


def invited(program: Program = INVITE, *, member: str = "ana", referrer: str = "bob") -> Desk:
    desk = Desk(program=program, member=member)
    assert desk.tell(Referral("invite", day(0), member=member, referrer=referrer)).accepted
    return desk


def test_a_qualifying_order_credits_both_sides_when_the_hold_ends() -> None:
    ana, bob = invited(), Desk(program=INVITE, member="bob")
    ana.buy("o1", 1, "30")
    assert ana.has(1, "credit") == (0, 0, 0)
    assert ana.engine.next_due(ana.account) == day(31)
    decision = ana.to(31)
    assert ana.has(31, "credit") == (500, 0, 0)
    [credit] = decision.outbox
    assert isinstance(credit, ReferralQualified)
    assert (credit.at, credit.member, credit.referee, credit.order) == (day(31), "bob", "ana", "o1")
    bob.tell(credit)
    assert bob.has(31, "credit") == (1000, 0, 0)


def test_an_order_below_the_minimum_earns_nothing_and_the_next_one_may() -> None:
    ana = invited()
    ana.buy("o1", 1, "29.99")
    ana.buy("o2", 2, "30")
    decision = ana.to(40)
    assert ana.has(40, "credit") == (500, 0, 0)
    assert [event.order for event in decision.outbox if isinstance(event, ReferralQualified)] == [
        "o2"
    ]


def test_only_the_first_qualifying_order_counts() -> None:
    ana = invited()
    ana.buy("o1", 1, "50")
    ana.buy("o2", 2, "50")
    decision = ana.to(90)
    assert ana.has(90, "credit") == (500, 0, 0)
    assert len(decision.outbox) == 1


def test_an_order_that_comes_back_during_the_hold_credits_nobody() -> None:
    ana = invited()
    ana.buy("o1", 1, "50")
    ana.back("r1", 30, "o1")
    decision = ana.to(90)
    assert ana.has(90, "credit") == (0, 0, 0)
    assert decision.outbox == ()
    ana.buy("o2", 91, "50")  # the referral is not used up
    assert len(ana.to(121).outbox) == 1
    assert ana.has(121, "credit") == (500, 0, 0)


def test_an_order_that_shrinks_below_the_minimum_during_the_hold_credits_nobody() -> None:
    ana = invited()
    ana.buy("o1", 1, line("1", "20", 2))
    ana.back("r1", 2, "o1", {"1": 1})
    assert ana.to(40).outbox == ()
    assert ana.has(40, "credit") == (0, 0, 0)


def test_an_order_that_comes_back_later_takes_the_credit_back_through_the_outbox() -> None:
    ana, bob = invited(), Desk(program=INVITE, member="bob")
    ana.buy("o1", 1, "50")
    [credit] = ana.to(31).outbox
    bob.tell(credit)
    [reversal] = ana.back("r1", 40, "o1").outbox
    assert isinstance(reversal, ReferralReversed)
    assert (reversal.member, reversal.qualified, reversal.at) == ("bob", credit.id, day(40))
    bob.tell(reversal)
    assert bob.has(40, "credit") == (0, 0, 0)
    assert ana.has(40, "credit") == (0, 0, 0)
    again = refused(bob.tell(ReferralReversed("x", day(41), member="bob", qualified=credit.id)))
    assert again.code is RefusalCode.ORDER_RETURNED


def test_the_referrers_cap_is_judged_on_the_referrers_account_and_freed_by_a_reversal() -> None:
    bob = Desk(program=INVITE, member="bob")
    for number in (1, 2, 3):
        decision = bob.tell(
            ReferralQualified(f"q{number}", day(number), member="bob", referee="new", order="o1")
        )
    trace = decision.explanation.rule("referral: referrer")
    assert trace is not None
    assert trace.outcome is Outcome.LIMITED
    assert bob.has(3, "credit") == (2000, 0, 0)
    bob.tell(ReferralReversed("b1", day(4), member="bob", qualified="q1"))
    assert bob.has(4, "credit") == (1000, 0, 0)
    bob.tell(ReferralQualified("q4", day(5), member="bob", referee="newer", order="o1"))
    assert bob.has(5, "credit") == (2000, 0, 0)
    bob.tell(ReferralQualified("q5", day(365), member="bob", referee="later", order="o1"))
    assert bob.has(365, "credit") == (3000, 0, 0)


@pytest.mark.parametrize(
    ("referrer", "ancestors", "code"),
    [
        ("ana", (), RefusalCode.REFERRAL_SELF),
        ("bob", ("eve", "ana"), RefusalCode.REFERRAL_CYCLE),
    ],
)
def test_nobody_brings_oneself_directly_or_by_others(
    referrer: str, ancestors: tuple[str, ...], code: RefusalCode
) -> None:
    desk = Desk(program=INVITE)
    event = Referral("i", day(0), member="ana", referrer=referrer, ancestors=ancestors)
    assert refused(desk.tell(event)).code is code


def test_a_member_is_brought_once_and_before_the_first_order() -> None:
    desk = invited()
    again = Referral("again", day(1), member="ana", referrer="eve")
    assert refused(desk.tell(again)).code is RefusalCode.REFERRAL_REPEATED
    other = Desk(program=INVITE)
    other.buy("o1", 0, "10")
    late = refused(other.tell(Referral("i", day(1), member="ana", referrer="bob")))
    assert late.code is RefusalCode.REFERRAL_AFTER_PURCHASE
    other.back("r1", 2, "o1")
    assert other.tell(Referral("i", day(3), member="ana", referrer="bob")).accepted


def test_an_invitation_carries_who_brought_the_referrer() -> None:
    desk = Desk(program=INVITE, member="cleo")
    assert not desk.account.lineage
    desk.tell(Referral("i", day(0), member="cleo", referrer="bob", ancestors=["ana"]))
    assert desk.account.lineage == ("bob", "ana")


def test_two_members_whose_shops_number_orders_alike_both_credit_the_same_referrer() -> None:
    bob = Desk(program=INVITE, member="bob")
    sent: list[Event] = []
    reversals: list[Event] = []
    for name in ("ana", "cleo"):
        desk = invited(member=name)
        desk.buy("o1", 1, "50")
        sent += desk.to(31).outbox
        reversals += desk.back("r1", 40, "o1").outbox
    for event in (*sent, *reversals):
        assert bob.tell(event).status is Status.ACCEPTED
        if event is sent[-1]:
            assert bob.has(31, "credit") == (2000, 0, 0)
    assert bob.has(40, "credit") == (0, 0, 0)


def test_a_credit_with_the_longest_ids_can_still_be_delivered_and_taken_back() -> None:
    long = "o" * 200
    program = club(
        *referral(referrer=Credit(10), pending=days(3), name="r" * 180),
    )
    ana, bob = invited(program), Desk(program=program, member="bob")
    ana.buy(long, 1, "50")
    [credit] = ana.to(9).outbox
    assert bob.tell(credit).accepted
    [reversal] = ana.back("b" * 200, 10, long).outbox
    assert bob.tell(reversal).accepted
    assert bob.has(10, "credit") == (0, 0, 0)


def test_a_credit_that_one_part_calls_back_is_sent_again_when_the_next_part_regains_it() -> None:
    dry = ~some_item(item.category.is_("wine")) | (basket.spend >= 50)
    rule = Rule("sent", Purchase, when=dry, then=Send())
    ana = invited(club(rule, *referral(referrer=Credit(10), pending=days(1))[1:]))
    bob = Desk(program=ana.engine.program, member="bob")
    bought = ana.buy("o1", 1, line("b", "20", 2), line("w", "20", category="wine"))
    less = ana.back("r1", 2, "o1", {"b": 1})  # 40 euros, with wine
    dried = ana.back("r2", 3, "o1", {"w": 1})
    held = []
    for decision in (bought, less, dried):
        [event] = decision.outbox
        bob.tell(event)
        held.append(bob.has(3, "credit")[0])
    assert held == [1000, 0, 1000]
    [event] = ana.back("r3", 4, "o1").outbox
    bob.tell(event)
    assert bob.has(4, "credit") == (0, 0, 0)


def test_what_is_sent_reaches_only_the_account_that_it_is_for() -> None:
    ana = invited()
    ana.buy("o1", 1, "50")
    [credit] = ana.to(31).outbox
    with pytest.raises(EventError, match="belongs to member 'bob', not to the account of 'ana'"):
        ana.tell(credit)
    with pytest.raises(EventError):
        ana.tell(Return("r", day(32) + timedelta(1), member="bob", order="o1"))


def test_a_credit_that_arrives_late_is_decided_at_the_clock_and_counts_once() -> None:
    program = club(*referral(referrer=Credit(10), pending=days(30)), remember=days(60))
    ana, bob = invited(program), Desk(program=program, member="bob")
    ana.buy("o1", 1, "50")
    [credit] = ana.to(31).outbox
    bob.buy("o1", 40, "10")  # before the host has run the job that sends ana's credit
    decision = bob.tell(credit)
    assert decision.status is Status.ACCEPTED
    assert {effect.at for effect in decision.effects} == {day(40)}
    assert bob.has(40, "credit") == (1000, 0, 0)
    assert bob.tell(credit).status is Status.DUPLICATE
    [reversal] = ana.back("r1", 35, "o1").outbox
    bob.tell(reversal)
    assert bob.has(40, "credit") == (0, 0, 0)
    bob.buy("o2", 91, "10")  # whether the credit came before is no longer known for sure
    with pytest.raises(LateEventError):
        bob.tell(attrs.evolve(credit, id="unheard of"))
