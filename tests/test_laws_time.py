"""Law 4 and P7: time does not depend on jobs. P16: the future is refused beyond the skew.

Any schedule of `advance` up to the next event gives the same effects in the same order, each at its
own instant; `next_due` is exact; a balance is a function of the ledger and the instant.
"""

from datetime import UTC, datetime, timedelta

import pytest
from clubs import CLUBS, ENGINES, START
from desk import Desk, day
from diaries import MEMBER, TICK, diaries
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Claim,
    Effect,
    Engine,
    Enrolment,
    Event,
    FutureEventError,
    LateEventError,
    Period,
    Program,
    Redemption,
    Rule,
    Status,
    days,
    hours,
    minutes,
    points,
)
from loyaltykit.testing import histories, programs

FAR = datetime(2199, 1, 1, tzinfo=UTC)


def visits(
    engine: Engine, account: Account, start: datetime, end: datetime, data: st.DataObject
) -> tuple[Account, list[Effect], list[Claim]]:
    """The account after jobs at drawn instants, often exactly when something is due."""
    effects: list[Effect] = []
    claims: list[Claim] = []
    at = start
    for share in data.draw(st.lists(st.integers(0, 1000), max_size=4)):
        due = engine.next_due(account)
        if share > 500 and due is not None:
            at = max(at, due - TICK * (share % 2))
        else:
            at += (end - at) * share // 1000
        if at > end:
            break
        decision = engine.advance(account, at)
        assert (decision.status, decision.reached) == (Status.ADVANCED, at)
        account = decision.account
        effects += decision.effects
        claims += decision.claims
    return account, effects, claims


def schedules_agree(engine: Engine, diary: list[Event], data: st.DataObject) -> None:
    """Law 4 on one diary: without any job, and with jobs in between."""
    lazy = busy = Account.new(diary[0].member)
    plain: list[Effect] = []
    visited: list[Effect] = []
    claimed: list[Claim] = []
    wanted: list[Claim] = []
    before = diary[0].at
    for event in diary:
        busy, effects, claims = visits(engine, busy, before, event.at, data)
        visited += effects
        wanted += claims
        first, second = engine.decide(lazy, event), engine.decide(busy, event)
        assert (first.status, first.refusals) == (second.status, second.refusals)
        plain += first.effects
        visited += second.effects
        assert visited == plain
        claimed += first.claims
        wanted += second.claims
        assert wanted == claimed
        assert first.account == second.account
        lazy, busy, before = first.account, second.account, event.at


def due_is_exact(engine: Engine, account: Account) -> None:
    """Nothing happens before `next_due`, and something at it; without one, nothing ever does."""
    due = engine.next_due(account)
    if due is None:
        assert not engine.advance(account, FAR).effects
        return
    assert account.clock is not None
    assert due >= account.clock
    just_before = engine.advance(account, max(account.clock, due - TICK))
    assert due == account.clock or (just_before.effects, just_before.account) == ((), account)
    effects = engine.advance(account, due).effects
    assert effects
    assert {effect.at for effect in effects} == {due}
    assert engine.advance(account, due + timedelta(days=9)).effects[: len(effects)] == effects


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_4_any_schedule_of_jobs_gives_the_same_effects(
    program: Program, data: st.DataObject
) -> None:
    schedules_agree(ENGINES[program.name], data.draw(diaries(program)), data)


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_4_the_next_due_instant_is_exact(program: Program, data: st.DataObject) -> None:
    engine = ENGINES[program.name]
    account = Account.new(MEMBER)
    assert engine.next_due(account) is None
    for event in data.draw(diaries(program)):
        account = engine.decide(account, event).account
        due_is_exact(engine, account)


@given(programs(), histories(codes=("CAKE", "SPRING")), st.data())
def test_law_4_holds_in_any_programme(
    program: Program, history: list[Event], data: st.DataObject
) -> None:
    engine = Engine(program)
    schedules_agree(engine, history, data)
    account = engine.decide(Account.new("ann"), history[0]).account
    due_is_exact(engine, account)


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_p7_a_balance_depends_on_the_ledger_and_the_instant_alone(
    program: Program, data: st.DataObject
) -> None:
    engine = ENGINES[program.name]
    account = Account.new(MEMBER)
    for event in data.draw(diaries(program, most=6)):
        account = engine.decide(account, event).account
    assert account.clock is not None
    asked = account.clock + data.draw(st.sampled_from((5, 30))) * timedelta(days=1)
    at = account.clock
    while (due := engine.next_due(account)) is not None and due <= asked:
        # Until something new is granted, what was known in advance is what is found then.
        promised = {purse: engine.balance(account, due, purse) for purse in account.purses}
        expected = {purse: engine.balance(account, asked, purse) for purse in account.purses}
        later = engine.advance(account, due)
        if any(type(effect).__name__ == "Accrued" for effect in later.effects):
            break
        account, at = later.account, due
        for purse, balance in promised.items():
            assert engine.balance(account, at, purse) == balance
            assert engine.balance(account, asked, purse) == expected[purse]


def test_an_idle_advance_gives_the_same_account_and_no_effects() -> None:
    engine = ENGINES["Kiosk"]
    account = Account.new(MEMBER)
    decision = engine.advance(account, FAR)
    assert (decision.account, decision.effects, decision.reached) == (account, (), FAR)


def test_an_event_before_the_clock_is_late_and_at_the_clock_is_not() -> None:
    desk = Desk(Rule("welcome", Enrolment, then=Accrue(points(9), pending=days(2))))
    desk.join(0)
    desk.to(5)  # the points became available on day 2: that is where the clock stands
    with pytest.raises(LateEventError, match="'s1' .* lies before the account's clock"):
        desk.tell(Redemption("s1", day(2) - TICK, member=MEMBER, points=1))
    with pytest.raises(LateEventError, match="before the account's clock"):
        desk.engine.balance(desk.account, day(2) - TICK)
    assert desk.spend("s1", 2, 9).accepted


@given(st.integers(-400, 400), st.sampled_from(((minutes(5), 300), (hours(1), 3600), (days(0), 0))))
def test_p16_an_event_is_from_the_future_beyond_the_skew(
    seconds: int, skew: tuple[Period, int]
) -> None:
    engine = Engine(Program("Club", "EUR", timezone="UTC", skew=skew[0]))
    offset = timedelta(seconds=skew[1] + seconds)
    event = Redemption("s", START + offset, member=MEMBER, points=1)
    if seconds > 0:
        with pytest.raises(FutureEventError, match="'s' .* ahead of now"):
            engine.decide(Account.new(MEMBER), event, now=START)
    else:
        assert engine.decide(Account.new(MEMBER), event, now=START).status is Status.REFUSED
    assert engine.decide(Account.new(MEMBER), event).status is Status.REFUSED


@pytest.mark.heavy
@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@given(data=st.data())
def test_law_4_holds_for_long(program: Program, data: st.DataObject) -> None:
    diary = data.draw(diaries(program, most=25))
    schedules_agree(ENGINES[program.name], diary, data)
    account = Account.new(MEMBER)
    for event in diary:
        account = ENGINES[program.name].decide(account, event).account
        due_is_exact(ENGINES[program.name], account)
