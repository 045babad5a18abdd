"""Law 5: an event counts once. P3: a duplicate changes nothing. P4: other content is a conflict.

An event older than what is remembered is late, never a second posting. A refused event is not
remembered: its id is free.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from clubs import CLUBS, ENGINES
from desk import Desk, day, line
from diaries import MEMBER, TICK, diaries
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    ConflictError,
    Event,
    LateEventError,
    OpeningLot,
    OpeningMetric,
    OpeningUse,
    Program,
    Purchase,
    Redemption,
    Return,
    Rule,
    Status,
    TransferLot,
    days,
    points,
)

purchase = Rule("purchase", Purchase, then=Accrue(points(1).per(1)))


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_5_and_p3_any_part_of_a_diary_again_changes_nothing(
    program: Program, data: st.DataObject
) -> None:
    engine = ENGINES[program.name]
    account = Account.new(MEMBER)
    past: list[Event] = []
    for event in data.draw(diaries(program)):
        decision = engine.decide(account, event)
        account = decision.account
        if decision.status is Status.ACCEPTED:
            past.append(event)
        for old in data.draw(st.lists(st.sampled_from(past), max_size=3)) if past else ():
            if old.id in account.remembered:
                again = engine.decide(account, old)
                assert again.duplicate
                assert (again.account, again.effects, again.claims) == (account, (), ())
            else:
                with pytest.raises(LateEventError):
                    engine.decide(account, old)


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_5_a_whole_diary_twice_as_one_call_changes_nothing(
    program: Program, data: st.DataObject
) -> None:
    engine = ENGINES[program.name]
    diary = data.draw(diaries(program, most=5))
    account = Account.new(MEMBER)
    accepted = []
    for event in diary:
        decision = engine.decide(account, event)
        account = decision.account
        accepted += [event] if decision.status is Status.ACCEPTED else []
    known = [event for event in accepted if event.id in account.remembered]
    again = engine.decide_all(account, known)
    assert (again.status, again.account, again.effects) == (Status.DUPLICATE, account, ())


def other(value: Any) -> Any:
    """Some other value of the same sort."""
    match value:
        case bool() | None:
            return None
        case int():
            return value + 1 or 2
        case Decimal():
            return value + 1
        case str():
            return value + "x"
        case ():
            return None
        case tuple() if isinstance(value[0], OpeningLot | OpeningMetric | OpeningUse):
            return value[1:]
        case tuple() if isinstance(value[0], TransferLot):
            return (attrs.evolve(value[0], points=value[0].points + 1), *value[1:])
        case tuple() if attrs.has(type(value[0])):
            return (attrs.evolve(value[0], price=value[0].price + 1), *value[1:])
        case tuple():
            return (*value, "another")
        case date() if not hasattr(value, "hour"):
            return value - timedelta(days=1)
        case _ if hasattr(value, "hour"):
            return value + TICK
        case _:
            return None


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_5_and_p4_one_field_changed_is_a_conflict(
    program: Program, data: st.DataObject
) -> None:
    engine = ENGINES[program.name]
    account = Account.new(MEMBER)
    accepted = []
    for event in data.draw(diaries(program, most=5)):
        decision = engine.decide(account, event)
        account = decision.account
        accepted += [event] if decision.status is Status.ACCEPTED else []
    event = data.draw(st.sampled_from(accepted))
    names = [field.name for field in attrs.fields(type(event))]
    for name in names:
        value = getattr(event, name)
        if name in ("id", "member", "tier", "tier_until", "zone") or other(value) in (None, value):
            continue
        forged = attrs.evolve(event, **{name: other(value)})
        assert forged != event
        if event.id in account.remembered:
            with pytest.raises(ConflictError, match=f"{event.id!r} was decided with other content"):
                engine.decide(account, forged)


def test_a_conflict_is_told_from_a_duplicate_even_when_the_event_is_late() -> None:
    desk = Desk(purchase)
    desk.buy("o1", 0, "10")
    desk.buy("o2", 5, "10")
    with pytest.raises(ConflictError, match="'o1' was decided with other content"):
        desk.buy("o1", 0, "11")
    assert desk.buy("o1", 0, "10.00").duplicate  # the same content, written otherwise


def test_another_kind_of_event_with_the_same_id_is_a_conflict() -> None:
    desk = Desk(purchase)
    desk.buy("o1", 0, "10")
    with pytest.raises(ConflictError, match="give a new event a new id"):
        desk.tell(Return("o1", day(0), member=MEMBER, order="o1"))


def test_what_is_no_longer_remembered_is_late_and_never_posted_again() -> None:
    desk = Desk(purchase, remember=days(30))
    desk.buy("o1", 0, "10")
    desk.buy("o2", 30, "10")
    assert set(desk.account.remembered) == {"o2"}
    with pytest.raises(LateEventError, match="'o1' .* before the account's clock"):
        desk.buy("o1", 0, "10")
    assert desk.has(30) == (20, 0, 0)


def test_an_id_is_remembered_until_an_instant_before_the_period_ends() -> None:
    desk = Desk(purchase, remember=days(30))
    desk.buy("o1", 0, "10")
    desk.tell(
        Purchase("o2", day(30) - TICK, member=MEMBER, lines=[line()]),
    )
    assert desk.buy("o1", 0, "10").duplicate


def test_a_refused_event_is_not_remembered_and_its_id_is_free() -> None:
    desk = Desk(purchase)
    desk.buy("o1", 0, "10")
    assert desk.spend("s1", 1, 50).status is Status.REFUSED
    assert desk.spend("s1", 1, 5).status is Status.ACCEPTED
    assert desk.spend("s1", 1, 5).status is Status.DUPLICATE


def test_the_lines_and_codes_in_another_order_are_the_same_event() -> None:
    desk = Desk(purchase)
    one, two = line("1", "3"), line("2", "4")
    desk.buy("o1", 0, one, two, labels={"a": "x", "b": {"q", "p"}})
    assert desk.buy("o1", 0, two, one, labels={"b": ["p", "q"], "a": "x"}).duplicate


def test_a_duplicate_inside_one_call_counts_once() -> None:
    desk = Desk(purchase)
    order = Purchase("o1", day(0), member=MEMBER, lines=[line()])
    decision = desk.tell(order, order, Redemption("s1", day(0), member=MEMBER, points=4))
    assert decision.status is Status.ACCEPTED
    assert desk.has(0) == (6, 0, 0)
