"""Points that go from one member to another: the same points with the same dates, no others."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from clubs import CLUBS, ENGINES
from desk import MEMBER, Desk, day, refused
from diaries import diaries
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Adjustment,
    DefinitionError,
    EventError,
    Extension,
    LateEventError,
    LimitError,
    Missing,
    MisuseError,
    Program,
    Purchase,
    Purse,
    RefusalCode,
    Rule,
    Status,
    Tier,
    Tiers,
    Transfer,
    TransferLot,
    TransferReceived,
    TransferReturned,
    days,
    points,
    with_tier,
)
from loyaltykit.effects import Outgoing
from loyaltykit.handmade import TransferArrived, Transferred, TransferUndone
from loyaltykit.movements import DebtRepaid, Expired

base = Rule("base", Purchase, then=Accrue(points(1).per(1), expires=days(30)))
slow = Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=days(5)))


def giving(id: str, number: float, points: int, to: str = "bob", **rest: Any) -> Transfer:
    return Transfer(id, day(number), member=MEMBER, to=to, points=points, **rest)


def news(desk: Desk, event: Transfer) -> TransferReceived:
    """What leaves for the other account."""
    [sent] = desk.tell(event).outbox
    assert isinstance(sent, TransferReceived)
    return sent


def lots(desk: Desk) -> list[tuple[int, datetime, datetime | None]]:
    return [(lot.remaining, lot.earned, lot.expires) for lot in desk.account.lots]


def test_a_transfer_goes_in_order_of_consumption_and_the_lots_keep_their_dates() -> None:
    ana, bob = Desk(base), Desk(base, member="bob")
    ana.buy("o1", 0, "20")
    ana.buy("o2", 10, "20")
    sent = news(ana, giving("t1", 12, 25))
    assert (sent.member, sent.sender, sent.transfer, sent.purse) == ("bob", "ana", "t1", "points")
    assert sent.lots == (
        TransferLot(20, day(0), expires=day(30)),
        TransferLot(5, day(10), expires=day(40)),
    )
    bob.tell(sent)
    assert lots(ana) == [(15, day(10), day(40))]
    assert lots(bob) == [(20, day(0), day(30)), (5, day(10), day(40))]
    assert (ana.account.purse("points").sent, bob.account.purse("points").received) == (25, 25)
    assert bob.has(30) == (5, 0, 0)


def test_ids_derive_from_the_transfer_so_that_it_arrives_once_however_often_it_is_sent() -> None:
    ana, bob = Desk(base), Desk(base, member="bob")
    ana.buy("o1", 0, "20")
    sent = news(ana, giving("t1", 1, 5))
    assert sent.id == "t1/transfer/0/24d4b96f58da6d4a8512313bbd02a28e"  # a digest of "ana"
    assert bob.tell(sent).status is Status.ACCEPTED
    assert bob.tell(sent).status is Status.DUPLICATE
    assert ana.tell(giving("t1", 1, 5)).status is Status.DUPLICATE
    other = Desk(base, member="eve")
    other.tell(Adjustment("a1", day(0), member="eve", points=9, reason="from before"))
    [second] = other.tell(Transfer("t1", day(1), member="eve", to="bob", points=5)).outbox
    assert bob.tell(second).status is Status.ACCEPTED  # the same id, of another sender
    assert bob.has(1) == (10, 0, 0)


def test_no_more_is_sent_than_is_available_and_nothing_pending() -> None:
    desk = Desk(slow)
    desk.buy("o1", 0, "20")
    refusal = refused(desk.tell(giving("t1", 1, 1)))
    assert refusal.code is RefusalCode.POINTS_INSUFFICIENT
    [missing] = refusal.missing
    assert missing == Missing("member.balance:points", "1 more points", missing.amount)
    assert missing.amount == 1
    assert desk.tell(giving("t1", 5, 20)).accepted


def test_nobody_sends_points_to_oneself() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    assert refused(desk.tell(giving("t1", 1, 5, to=MEMBER))).code is RefusalCode.TRANSFER_SELF


def test_points_that_last_as_long_as_a_tier_stay() -> None:
    ladder = Tiers([Tier("bronze", 0), Tier("gold", 10)], window=days(60))
    desk = Desk(Rule("tier", Purchase, then=Accrue(points(5), expires=with_tier())), tiers=ladder)
    desk.buy("o1", 0, "20")
    desk.tell(Adjustment("a1", day(0), member=MEMBER, points=3, reason="from before"))
    assert refused(desk.tell(giving("t1", 1, 4))).missing[0].amount == 1
    assert desk.tell(giving("t1", 1, 3)).accepted
    assert desk.has(1) == (5, 0, 0)


def test_another_purse_is_another_purse_and_one_that_is_not_there_is_an_error() -> None:
    ana, bob = (Desk(base, purses=[Purse("stars")], member=who) for who in ("ana", "bob"))
    ana.tell(Adjustment("a1", day(0), member="ana", points=9, purse="stars", reason="from before"))
    sent = news(ana, giving("t1", 1, 4, purse="stars"))
    bob.tell(sent)
    assert bob.has(1, "stars") == (4, 0, 0)
    for event in (
        giving("t2", 1, 1, purse="x"),
        TransferReceived(
            "t", day(1), member=MEMBER, sender="bob", transfer="t", purse="x", lots=sent.lots
        ),
    ):
        with pytest.raises(EventError, match="the programme has no purse 'x'"):
            ana.tell(event)


def test_points_that_expired_on_the_way_are_received_and_lapse_at_once() -> None:
    ana, bob = Desk(base), Desk(base, member="bob")
    ana.buy("o1", 0, "20")
    ana.buy("o2", 10, "20")
    sent = news(ana, giving("t1", 29, 25))
    bob.buy("o9", 35, "1")
    decision = bob.tell(sent)  # dated 29, decided at the clock
    assert {effect.at for effect in decision.effects} == {day(35)}
    assert [each.lot.remaining for each in decision.effects if isinstance(each, Expired)] == [20]
    assert bob.has(35) == (6, 0, 0)
    purse = bob.account.purse("points")
    assert (purse.received, purse.expired) == (25, 20)


def test_what_is_too_late_to_be_known_is_not_taken_in_twice() -> None:
    ana, bob = Desk(base, remember=days(20)), Desk(base, member="bob", remember=days(20))
    ana.buy("o1", 0, "20")
    sent = news(ana, giving("t1", 1, 5))
    bob.buy("o9", 21, "1")
    with pytest.raises(LateEventError):
        bob.tell(sent)


def test_points_that_are_received_repay_debt_first_and_count_towards_no_tier() -> None:
    ladder = Tiers([Tier("bronze", 0), Tier("gold", 25)], window=days(60))
    ana, bob = Desk(base), Desk(base, member="bob", tiers=ladder)
    ana.buy("o1", 0, "50")
    bob.buy("o9", 0, "20")
    bob.spend("s9", 0, 20)
    bob.back("r9", 0, "o9")
    decision = bob.tell(news(ana, giving("t1", 1, 50)))
    assert [each.points for each in decision.effects if isinstance(each, DebtRepaid)] == [20]
    assert bob.has(1) == (30, 0, 0)
    assert bob.account.tier == "bronze"


def test_a_transfer_that_is_refused_gives_the_sender_the_same_lots_again() -> None:
    ana = Desk(base)
    ana.buy("o1", 0, "20")
    ana.buy("o2", 10, "20")
    before = ana.account.lots
    sent = news(ana, giving("t1", 12, 25))
    back = sent.returned(day(13))
    assert (back.member, back.transfer) == ("ana", "t1")
    decision = ana.tell(back)
    [undone] = [each for each in decision.effects if isinstance(each, TransferUndone)]
    assert [(draw.lot.event, draw.points) for draw in undone.draws] == [("o1", 20), ("o2", 5)]
    assert ana.account.lots == before
    assert ana.account.purse("points").sent == 0
    assert not ana.account.transfers


def test_a_transfer_comes_back_at_most_once() -> None:
    ana = Desk(base)
    ana.buy("o1", 0, "20")
    sent = news(ana, giving("t1", 1, 5))
    ana.tell(sent.returned(day(2)))
    assert ana.tell(sent.returned(day(2))).status is Status.DUPLICATE
    other = TransferReturned("by hand", day(3), member="ana", transfer="t1")
    refusal = refused(ana.tell(other))
    assert (refusal.code, refusal.about) == (RefusalCode.TRANSFER_UNKNOWN, "t1")
    assert ana.has(3) == (20, 0, 0)


def test_an_unknown_or_long_forgotten_transfer_does_not_come_back() -> None:
    ana = Desk(base, remember=days(10))
    ana.buy("o1", 0, "20")
    sent = news(ana, giving("t1", 1, 5))
    unknown = TransferReturned("x", day(2), member="ana", transfer="t9")
    assert refused(ana.tell(unknown)).code is RefusalCode.TRANSFER_UNKNOWN
    assert refused(ana.tell(sent.returned(day(11)))).code is RefusalCode.TRANSFER_UNKNOWN
    ana.buy("o2", 12, "1")
    assert not ana.account.transfers


def test_what_expired_meanwhile_comes_back_and_lapses_at_once() -> None:
    ana = Desk(base)
    ana.buy("o1", 0, "20")
    ana.buy("o2", 10, "20")
    sent = news(ana, giving("t1", 12, 25))
    decision = ana.tell(sent.returned(day(30)))
    assert [each.lot.remaining for each in decision.effects if isinstance(each, Expired)] == [20]
    assert ana.has(30) == (20, 0, 0)
    purse = ana.account.purse("points")
    assert (purse.sent, purse.expired) == (0, 20)
    ana.back("r1", 31, "o1")  # what lapsed is not taken again
    assert ana.has(31) == (20, 0, 0)


def test_points_that_come_back_to_an_extended_lot_last_as_long_as_it() -> None:
    ana = Desk(base)
    ana.buy("o1", 0, "20")
    sent = news(ana, giving("t1", 1, 5))
    ana.tell(Extension("x1", day(2), member="ana", until=day(60)))
    ana.tell(sent.returned(day(40)))
    assert lots(ana) == [(20, day(0), day(60))]


def test_points_that_come_back_repay_debt_first() -> None:
    ana = Desk(base)
    ana.buy("o1", 0, "20")
    sent = news(ana, giving("t1", 1, 20))
    ana.back("r1", 2, "o1")
    assert ana.has(2) == (0, 0, 20)
    ana.tell(sent.returned(day(3)))
    assert ana.has(3) == (0, 0, 0)


def test_an_order_whose_points_were_given_away_is_returned_out_of_the_balance() -> None:
    ana = Desk(base)
    ana.buy("o1", 0, "20")
    ana.buy("o2", 0, "20")
    ana.tell(giving("t1", 1, 20))  # those of o1
    ana.back("r1", 2, "o1")
    assert ana.has(2) == (0, 0, 0)


def test_rules_may_listen_to_all_three() -> None:
    rules = [
        Rule("gave", Transfer, then=Accrue(points(1))),
        Rule("got", TransferReceived, then=Accrue(points(2))),
        Rule("again", TransferReturned, then=Accrue(points(4))),
    ]
    ana, bob = Desk(base, *rules), Desk(base, *rules, member="bob")
    ana.buy("o1", 0, "20")
    sent = news(ana, giving("t1", 1, 20))
    bob.tell(sent)
    ana.tell(sent.returned(day(2)))
    assert (ana.has(2), bob.has(2)) == ((25, 0, 0), (22, 0, 0))


@pytest.mark.parametrize(
    ("lots", "error", "problem"),
    [
        ([], DefinitionError, "at least one lot"),
        (3, MisuseError, "write a list"),
        ([3], MisuseError, "3 is no TransferLot"),
        ([TransferLot(1, day(0))] * 10_001, LimitError, "at most 10000 lots"),
    ],
)
def test_what_a_transfer_brings_is_checked(lots: Any, error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem):
        TransferReceived("t", day(0), member="ana", sender="bob", transfer="t", lots=lots)


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_a_transfer_makes_and_loses_nothing_whether_it_arrives_or_comes_back(
    program: Program, data: st.DataObject
) -> None:
    """The points of both members together are the same before and after."""
    engine = ENGINES[program.name]
    ana = Account.new("ana")
    for each in data.draw(diaries(program, most=5)):
        ana = engine.decide(ana, each).account
    assert ana.clock is not None
    held = ana.balance(ana.clock).available
    wanted = data.draw(st.integers(1, max(1, held)))
    decision = engine.decide(
        ana, Transfer("give", ana.clock, member="ana", to="bob", points=wanted)
    )
    if not decision.accepted:
        return
    moved = [each for each in decision.effects if isinstance(each, Transferred)]
    assert sum(draw.points for each in moved for draw in each.draws) == wanted
    sent: list[Outgoing] = [each for each in decision.outbox if each.member == "bob"]
    [arriving] = [each for each in sent if isinstance(each, TransferReceived)]
    later = ana.clock + data.draw(st.sampled_from((0, 3, 40))) * timedelta(days=1)
    after = engine.advance(decision.account, later).account
    if data.draw(st.booleans()):
        bob = engine.decide(Account.new("bob"), arriving).account
        [came] = [
            each
            for each in engine.decide(Account.new("bob"), arriving).effects
            if isinstance(each, TransferArrived)
        ]
        assert sum(lot.points for lot in came.lots) == wanted
        assert bob.purse("points").received == wanted
        bob.check()
    else:
        back = engine.decide(after, arriving.returned(later))
        assert back.accepted
        assert back.account.purse("points").sent == after.purse("points").sent - wanted
        back.account.check()
