"""Law 6 and P1: conservation per purse at every prefix of the effects. Every effect balances.

P2: points and money are integers inside; no float anywhere; decimals only where rules and events
state them. `Account.check` finds what is not so.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

import attrs
import pytest
from clubs import CLUBS, ENGINES
from desk import Desk
from diaries import MEMBER, diaries
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Engine,
    Event,
    LoyaltyError,
    Program,
    Purchase,
    Purse,
    Rule,
    apply,
    points,
)
from loyaltykit.conditions import AllOf
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.records import Record
from loyaltykit.testing import histories, programs

PURSES = ("points", "status", "credit")


def sides(account: Account, name: str) -> tuple[int, int]:
    """What came into a purse, and where all of it is."""
    purse = account.purse(name)
    held = [lot.remaining for lot in (*account.lots, *account.pending) if lot.purse == name]
    held += [each.points for each in account.reservations.values() if each.purse == name]
    gone = purse.redeemed + purse.expired + purse.reversed + purse.sent
    return purse.issued + purse.received, sum(held) + gone - purse.debt


def balances(account: Account) -> None:
    for name in account.purses:
        came, went = sides(account, name)
        assert came == went, name
        assert account.purse(name).debt >= 0
    for lot in (*account.lots, *account.pending):
        assert lot.purse in account.purses
        assert 0 < lot.remaining <= lot.points
    account.check()


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_6_and_p1_every_prefix_of_the_effects_balances(
    program: Program, data: st.DataObject
) -> None:
    engine = ENGINES[program.name]
    account = Account.new(MEMBER)
    for event in data.draw(diaries(program)):
        for effect in engine.decide(account, event).effects:
            before = {name: sides(account, name) for name in PURSES}
            account = apply(account, effect)
            for name in PURSES:
                came, went = sides(account, name)
                assert came - before[name][0] == went - before[name][1]
            balances(account)
        for name, purse in account.purses.items():
            # A purse that owes has nothing to spend.
            assert not purse.debt or not any(lot.purse == name for lot in account.lots)
    assert account.clock is not None
    for effect in engine.advance(account, account.clock + timedelta(days=400)).effects:
        account = apply(account, effect)
        balances(account)


@given(programs(), histories(codes=("CAKE", "SPRING"), purses=PURSES))
def test_law_6_holds_in_any_programme(program: Program, history: list[Event]) -> None:
    account = Account.new("ann")
    for event in history:
        for effect in Engine(program).decide(account, event).effects:
            account = apply(account, effect)
            balances(account)


def parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Everything that can be reached from a value."""
    yield path, value
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, tuple | list):
        for each in value:
            yield from parts(each, f"{path}[]")
    elif isinstance(value, FrozenMap | dict):
        for key, each in value.items():
            yield from parts(key, f"{path}.key")
            yield from parts(each, f"{path}[{key if isinstance(key, str) else ''}]")
    else:
        assert isinstance(value, str | int | bool | Decimal | Fraction | Enum | type(None)) or (
            hasattr(value, "year")
        ), (path, type(value))


# Where people state numbers: rules, labels, and what is missing.
STATED = ("earning", ".when", ".facts", ".labels", ".answers", "missing", "explanation")


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_p2_no_float_is_reached_and_decimals_only_where_somebody_stated_them(
    program: Program, data: st.DataObject
) -> None:
    account = Account.new(MEMBER)
    for event in data.draw(diaries(program, most=5)):
        decision = ENGINES[program.name].decide(account, event)
        account = decision.account
        for path, value in parts(decision, ""):
            assert type(value) is not float, path
            if isinstance(value, Decimal | Fraction):
                assert any(word in path for word in STATED), path
        for lot in (*account.lots, *account.pending):
            assert type(lot.points) is int
            assert type(lot.remaining) is int


@pytest.mark.parametrize(
    ("field", "how", "problem"),
    [
        ("lots", "none", "purse 'points' does not balance"),
        ("purses", "unknown", "purse 'points' does not balance"),
        ("lots", "twice", "does not balance"),
        ("lots", "backwards", "lots are out of order"),
        ("lots", "empty", "holds 0 of 10"),
    ],
)
def test_p1_check_says_what_is_wrong_with_an_account_that_was_not_folded(
    field: str, how: str, problem: str
) -> None:
    desk = Desk(Rule("purchase", Purchase, then=Accrue(points(1).per(1))))
    desk.buy("o1", 0, "10")
    desk.buy("o2", 1, "10")
    lots = desk.account.lots
    forged: dict[str, Any] = {
        "none": (),
        "twice": (*lots, *lots),
        "backwards": lots[::-1],
        "empty": (attrs.evolve(lots[0], remaining=0), lots[1]),
        "unknown": FrozenMap(),
    }
    desk.account.check()
    with pytest.raises(LoyaltyError, match=problem):
        attrs.evolve(desk.account, **{field: forged[how]}).check()


@pytest.mark.parametrize("change", [{"purse": "status"}, {"draws": ()}])
def test_p1_check_says_what_is_wrong_with_a_reservation(change: dict[str, Any]) -> None:
    desk = Desk(Rule("purchase", Purchase, then=Accrue(points(1).per(1))), purses=[Purse("status")])
    desk.buy("o1", 0, "10")
    desk.reserve("cart", 1, 4, until=2)
    forged = attrs.evolve(desk.account.reservations["cart"], **change)
    with pytest.raises(LoyaltyError, match="reservation 'cart' holds [04] points of purse"):
        attrs.evolve(desk.account, reservations=FrozenMap({"cart": forged})).check()


def test_the_walk_of_p2_reaches_records_and_conditions() -> None:
    desk = Desk(Rule("all", Purchase, when=AllOf(()), then=Accrue(points("1.5").per(1))))
    desk.buy("o1", 0, "10")
    found = [type(value) for _, value in parts(desk.account, "")]
    assert Record in found
    assert AllOf in found
    assert Decimal in found
