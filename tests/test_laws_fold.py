"""Law 1, law 2 and law 10: the fold, determinism, and what a call may raise.

Law 1: the decision's account is the fold of its effects over the old one.
Law 2: the same arguments give the same decision, also byte for byte (across processes: P8, in
test_replay_bytes).
Law 10: a call raises nothing but a LoyaltyError, and then nothing has happened.
P5: effects are only ever added, and neither they nor accounts can be changed.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import reduce
from typing import Any

import attrs
import pytest
from clubs import CLUBS, CORNER, ENGINES, START, edited
from diaries import MEMBER, diaries
from hypothesis import given
from hypothesis import strategies as st
from reaching import unreached

from loyaltykit import (
    Account,
    Decision,
    Effect,
    Engine,
    Enrolment,
    Event,
    LoyaltyError,
    Program,
    Status,
    apply,
    dumps,
    fold,
    loads,
)
from loyaltykit.testing import histories, programs

CODES = ("CAKE", "COMEBACK", "SPRING")
PURSES = ("points", "status", "credit")


def decided(engine: Engine, diary: list[Event], member: str = MEMBER) -> Iterator[Decision]:
    """The decisions on a diary, one after the other."""
    account = Account.new(member)
    for event in diary:
        decision = engine.decide(account, event)
        account = decision.account
        yield decision


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_1_the_account_is_the_fold_of_the_effects(
    program: Program, data: st.DataObject
) -> None:
    diary = data.draw(diaries(program))
    account = Account.new(MEMBER)
    every: list[Effect] = []
    for decision in decided(ENGINES[program.name], diary):
        assert decision.account == reduce(apply, decision.effects, account)
        assert decision.account.version == account.version + len(decision.effects)
        account = decision.account
        every += decision.effects
        assert account.clock == (every[-1].at if every else None)
    assert fold(Account.new(MEMBER), every) == account
    assert [effect.at for effect in every] == sorted(effect.at for effect in every)


@given(programs(), histories(codes=CODES, purses=PURSES))
def test_law_1_holds_in_any_programme(program: Program, history: list[Event]) -> None:
    account = Account.new("ann")
    for decision in decided(Engine(program), history, "ann"):
        assert decision.account == fold(account, decision.effects)
        account = decision.account
        account.check()


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_2_the_same_arguments_give_the_same_decision(
    program: Program, data: st.DataObject
) -> None:
    diary = data.draw(diaries(program, most=6))
    denied = data.draw(st.sampled_from(((), ("coupon:SPRING",))))
    account = Account.new(MEMBER)
    for event in diary:
        first = ENGINES[program.name].decide(account, event, denied=denied)
        again = Engine(program).decide(account, event, denied=list(denied) * 2)
        assert again == first
        assert dumps(again) == dumps(first)
        account = first.account


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_2_an_account_that_was_stored_decides_as_the_one_that_was_not(
    program: Program, data: st.DataObject
) -> None:
    diary = data.draw(diaries(program, most=6))
    account = Account.new(MEMBER)
    for event in diary:
        stored = loads(dumps(account), Account)
        assert stored == account
        kept, again = (ENGINES[program.name].decide(each, event) for each in (account, stored))
        assert dumps(again) == dumps(kept)
        account = kept.account


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_p5_what_was_posted_stays_and_only_more_is_added(
    program: Program, data: st.DataObject
) -> None:
    diary = data.draw(diaries(program))
    engine = ENGINES[program.name]
    ledger: list[Any] = []
    accounts = [Account.new(MEMBER)]
    for event in diary:
        before = dumps(accounts[-1])
        decision = engine.decide(accounts[-1], event)
        assert dumps(accounts[-1]) == before
        ledger.extend(decision.effects)
        accounts.append(decision.account)
    assert fold(accounts[0], ledger) == accounts[-1]
    for account in accounts:
        # What any of them was is a prefix of the ledger: nothing was edited behind it.
        assert fold(accounts[0], ledger[: account.version]) == account


def test_p5_nothing_of_a_decision_can_be_changed() -> None:
    decision = ENGINES["Corner"].decide(Account.new(MEMBER), Enrolment("e", START, member=MEMBER))
    for value in (decision, decision.account, *decision.effects, CORNER, *CORNER.rules):
        for field in attrs.fields(type(value)):
            with pytest.raises(AttributeError):
                setattr(value, field.name, None)
    with pytest.raises(AttributeError):
        decision.account.purses._entries = {}


@given(st.data())
def test_law_10_an_account_of_an_earlier_programme_is_decided_or_refused_in_words(
    data: st.DataObject,
) -> None:
    diary = data.draw(diaries(CORNER, most=10))
    change = data.draw(st.integers(0, len(diary)))
    engines = [Engine(CORNER)] * change + [Engine(edited(CORNER))] * (len(diary) - change)
    account = Account.new(MEMBER)
    for engine, event in zip(engines, diary, strict=True):
        with suppress(LoyaltyError):  # anything else would fail
            account = engine.decide(account, event).account
        account.check()
        if account.clock is not None:
            decision = engine.advance(account, account.clock + timedelta(days=30))
            decision.account.check()
            assert decision.status is Status.ADVANCED


@pytest.mark.heavy
@given(programs(most=8), histories(most=25, codes=CODES, purses=PURSES))
def test_law_1_and_law_2_hold_in_any_programme_for_long(
    program: Program, history: list[Event]
) -> None:
    account = Account.new("ann")
    for decision in decided(Engine(program), history, "ann"):
        assert decision.account == fold(account, decision.effects)
        assert loads(dumps(decision), Decision) == decision
        account = decision.account
        account.check()


TELLING = {
    *("Released", "Expired", "Redeemed", "Reversed", "Reinstated", "DebtRepaid", "TierChanged"),
    *("Reserved", "Captured", "ReservationReleased", "GivenBack", "RewardGiven"),
    *("CouponUsed", "CouponExpired", "CouponWithdrawn", "Triggered", "Disarmed", "Sent"),
}


@pytest.mark.once
def test_the_diaries_reach_what_the_laws_are_about() -> None:
    def seen(data: st.DataObject) -> Iterator[str]:
        program = data.draw(st.sampled_from(CLUBS))
        for decision in decided(ENGINES[program.name], data.draw(diaries(program, most=12))):
            yield from (type(effect).__name__ for effect in decision.effects)

    assert unreached(TELLING, seen, 2_000) == []
