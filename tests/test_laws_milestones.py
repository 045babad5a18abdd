"""The laws where milestones and streaks follow from what happens, and are taken back with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from clubs import ENGINES, FAIR
from diaries import MEMBER, diaries, moments
from hypothesis import event, given
from hypothesis import strategies as st
from test_laws_inverse import (
    buys,
    diaries_after,
    give_back,
    lived,
    partition,
    settled,
    without,
)

from loyaltykit import (
    Account,
    Effect,
    Event,
    Purchase,
    Return,
    Status,
    dumps,
    fold,
    loads,
    redacted,
)
from loyaltykit.calendar import TICK
from loyaltykit.frozenmap import FrozenMap

ENGINE = ENGINES["Fair"]


def over(account: Account, at: datetime) -> Account:
    """The account when the instant is over, without what was taken back whole meanwhile."""
    account = ENGINE.advance(account, at + TICK).account
    account.check()
    kept = FrozenMap(
        (name, record)
        for name, record in account.records.items()
        if record.reached is None or not record.closed
    )
    return settled(attrs.evolve(account, records=kept), at + TICK)


@given(data=st.data())
def test_law_7_an_order_returned_whole_takes_what_it_had_reached(data: st.DataObject) -> None:
    engine, account = lived(FAIR, data)
    before, decision, bought = buys(engine, account, data)
    at = bought.at
    after = give_back(engine, decision.account, bought.id, at, [None])
    reached = [each for each in decision.account.records.values() if each.reached is not None]
    fresh = [each for each in reached if each.id not in before.records]
    event(f"{len(fresh)} reached")
    keeping = [each for each in fresh if any(a.kept for p in after_of(after, each) for a in p)]
    if not keeping:
        assert over(without(after, bought.id), at) == over(before, at)


def after_of(account: Account, record: Any) -> Sequence[Any]:
    """What is kept of a record by rules that keep points whatever comes back."""
    return [
        [award for award in posting.awards if award.on_return.value == "keep"]
        for posting in account.records[record.id].postings
    ]


@given(data=st.data())
def test_law_7_parts_at_one_instant_equal_the_whole_with_milestones(data: st.DataObject) -> None:
    engine, account = lived(FAIR, data)
    _, decision, bought = buys(engine, account, data)
    account = decision.account
    for each in data.draw(diaries_after(engine, account)):
        account = engine.decide(account, each).account
    assert account.clock is not None
    at = data.draw(moments(engine, account, account.clock))
    account = engine.advance(account, at).account
    kept = {each.id: each.kept for each in account.records[bought.id].lines}
    units = {line: data.draw(st.integers(0, left)) for line, left in kept.items()}
    units = {line: number for line, number in units.items() if number}
    if units:
        whole = give_back(engine, account, bought.id, at, [units])
        parts = give_back(engine, account, bought.id, at, partition(units, data))
        assert over(parts, at) == over(whole, at)


@given(data=st.data())
def test_an_exchange_at_one_instant_gives_nothing_twice(data: st.DataObject) -> None:
    engine, account = lived(FAIR, data)
    _, decision, bought = buys(engine, account, data)
    at = bought.at
    again = Purchase(
        "again", at, member=MEMBER, lines=bought.lines, labels=bought.labels, answers=bought.answers
    )
    back = Return("back", at, member=MEMBER, order=bought.id)
    exchanged = engine.decide_all(decision.account, [back, again])
    assert exchanged.status is Status.ACCEPTED
    stood, stands = (
        {(each.reached, each.at) for each in reached(account)}
        for account in (
            engine.advance(decision.account, at + TICK).account,
            engine.advance(exchanged.account, at + TICK).account,
        )
    )
    # Net of discounts a total may fall, when a coupon was used; it never stands twice.
    assert len({each for each, _ in stands}) <= len(stands)
    if not bought.coupons and not bought.spend:
        assert {each for each, _ in stood} == {each for each, _ in stands}


def reached(account: Account) -> Sequence[Any]:
    return [
        each for each in account.records.values() if each.reached is not None and not each.closed
    ]


@given(diary=diaries(FAIR, most=12), data=st.data())
def test_law_4_and_law_1_hold_where_milestones_follow(
    diary: list[Event], data: st.DataObject
) -> None:
    lazy = busy = Account.new(MEMBER)
    posted: list[Effect] = []
    effects: list[Effect] = []
    for each in diary:
        decision = ENGINE.decide(lazy, each)
        assert fold(lazy, decision.effects) == decision.account
        decision.account.check()
        lazy = decision.account
        posted.extend(decision.effects)
        while busy.clock is not None and busy.clock < each.at and data.draw(st.booleans()):
            step = (each.at - busy.clock) * data.draw(st.floats(0, 1))
            advanced = ENGINE.advance(busy, busy.clock + max(step, timedelta(microseconds=1)))
            if advanced.account.clock == busy.clock:
                break
            effects.extend(advanced.effects)
            busy = advanced.account
        decided = ENGINE.decide(busy, each)
        effects.extend(decided.effects)
        busy = decided.account
    assert busy == lazy
    assert effects == posted


@pytest.mark.heavy
@given(data=st.data())
def test_law_7_with_milestones_for_long(data: st.DataObject) -> None:
    parts: Any = test_law_7_parts_at_one_instant_equal_the_whole_with_milestones
    whole: Any = test_law_7_an_order_returned_whole_takes_what_it_had_reached
    parts.hypothesis.inner_test(data)
    whole.hypothesis.inner_test(data)


@given(diary=diaries(FAIR, most=12))
def test_a_redacted_ledger_with_milestones_moves_the_same_points(diary: list[Event]) -> None:
    account, ledger = Account.new(MEMBER), list[Effect]()
    for each in diary:
        decision = ENGINE.decide(account, each)
        account = decision.account
        ledger.extend(decision.effects)
    clean = fold(Account.new(MEMBER), redacted(ledger))
    assert (clean.purses, clean.lots, clean.pending) == (
        *(account.purses, account.lots, account.pending),
    )
    assert loads(dumps(account), Account) == account
