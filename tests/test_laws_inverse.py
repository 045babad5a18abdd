"""Law 7 and P10: a return is the inverse of what it returns.

A purchase that is returned whole, with nothing due in between, restores everything but version,
remembered ids, the closed record and the flow totals of the purses. Parts at one instant, in any
partition and order, equal the whole. Otherwise the order's own postings sum to zero.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from clubs import CORNER, ENGINES, KIOSK, MARKET, QUAY
from diaries import MEMBER, diaries, moments, purchases
from handwork import by_hand
from hypothesis import assume, event, given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Basket,
    Closure,
    Decision,
    Engine,
    Event,
    GiveBack,
    Program,
    Purchase,
    Redemption,
    ReferralQualified,
    ReferralReversed,
    Return,
    Status,
)
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.ledger import Totals

# Nothing in these listens to a return, and no message is sent that could not be called back.
QUIET = (CORNER, KIOSK, QUAY, MARKET)


def settled(account: Account, at: datetime, *, records: bool = True) -> Account:
    """The account without what a return cannot restore: see the law."""
    plain = account.without_lapsed(at)
    return attrs.evolve(
        plain,
        version=0,
        clock=None,
        remembered=FrozenMap(),
        records=plain.records if records else FrozenMap(),
        purses=FrozenMap(
            (name, Totals(debt=purse.debt)) for name, purse in plain.purses.items() if purse.debt
        ),
    )


def without(account: Account, order: str) -> Account:
    """The account without the record of one order."""
    return attrs.evolve(account, records=account.records.minus(order))


def lived(program: Program, data: st.DataObject, most: int = 6) -> tuple[Engine, Account]:
    """A club and the account of a member who has been there for a while."""
    engine = ENGINES[program.name]
    account = Account.new(MEMBER)
    for each in data.draw(diaries(program, most=most)):
        account = engine.decide(account, each).account
    assume(account.closed is None)
    return engine, account


def buys(
    engine: Engine, account: Account, data: st.DataObject, id: str = "bought"
) -> tuple[Account, Decision, Purchase]:
    """The account just before an order, the decision on it, and the order."""
    assert account.clock is not None
    at = data.draw(moments(engine, account, account.clock))
    account = engine.advance(account, at).account
    bought = data.draw(purchases(account, id, at, engine.program))
    bought = attrs.evolve(bought, spend=usable(engine, account, bought), captures=())
    decision = engine.decide(account, bought)
    assert decision.status is Status.ACCEPTED
    return account, decision, bought


def usable(engine: Engine, account: Account, bought: Purchase) -> dict[str, int]:
    """As many of the points that should pay for an order as a quote says can be used."""
    asked = Basket(bought.lines, bought.labels, answers=bought.answers)
    quote = engine.quote(account, asked, bought.at, bought.coupons, bought.spend)
    return {each.purse: each.points for each in quote.spend if each.points}


def give_back(
    engine: Engine, account: Account, order: str, at: datetime, parts: Sequence[Any]
) -> Account:
    """The account after these parts of an order have come back at one instant."""
    for part in parts:
        back = Return(f"back {account.version}", at, member=MEMBER, order=order, lines=part)
        decision = engine.decide(account, back)
        assert decision.status is Status.ACCEPTED, decision.refusals
        account = decision.account
        account.check()
    return account


def partition(bought: dict[str, int], data: st.DataObject) -> list[dict[str, int]]:
    """These units in parts, in some order."""
    every = [line for line, count in bought.items() for _ in range(count)]
    units: list[str] = data.draw(st.permutations(every))
    cuts: list[bool] = data.draw(st.lists(st.booleans(), min_size=len(every), max_size=len(every)))
    parts: list[dict[str, int]] = [{}]
    for unit, cut in zip(units, cuts, strict=True):
        if parts[-1] and cut:
            parts.append({})
        parts[-1][unit] = parts[-1].get(unit, 0) + 1
    return parts


@pytest.mark.parametrize("program", QUIET, ids=lambda club: club.name)
@given(data=st.data())
def test_law_7_a_purchase_returned_whole_at_once_restores_the_account(
    program: Program, data: st.DataObject
) -> None:
    engine, account = lived(program, data)
    before, decision, bought = buys(engine, account, data)
    at = bought.at
    # A coupon that the order used could lapse meanwhile too.
    dues = [engine.next_due(each) for each in (before, decision.account)]
    soon = any(due is not None and due <= at + timedelta(minutes=1) for due in dues)
    if data.draw(st.booleans()) and not soon:
        at += timedelta(minutes=1)
    after = give_back(engine, decision.account, bought.id, at, [None])
    assert settled(without(after, bought.id), at) == settled(before, at)
    assert after.records[bought.id].closed


@pytest.mark.parametrize("program", QUIET, ids=lambda club: club.name)
@given(data=st.data())
def test_law_7_and_p10_parts_at_one_instant_equal_the_whole(
    program: Program, data: st.DataObject
) -> None:
    engine, account = lived(program, data)
    _, decision, bought = buys(engine, account, data)
    account = decision.account
    spent = data.draw(diaries_after(engine, account, closing=True))
    for each in spent:
        account = engine.decide(account, each).account
    assert account.clock is not None
    at = data.draw(moments(engine, account, account.clock))
    account = engine.advance(account, at).account
    kept = {each.id: each.kept for each in account.records[bought.id].lines}
    units = {line: data.draw(st.integers(0, left)) for line, left in kept.items()}
    units = {line: number for line, number in units.items() if number}
    assume(units)
    whole = give_back(engine, account, bought.id, at, [units])
    parts = partition(units, data)
    event(f"in {len(parts)} parts")
    found = give_back(engine, account, bought.id, at, parts)
    assert settled(found, at) == settled(whole, at)


@st.composite
def diaries_after(
    draw: st.DrawFn, engine: Engine, account: Account, *, closing: bool = False
) -> list[Event]:
    """Redemptions, corrections, another order: the order's own lots may not hold its points."""
    events: list[Event] = []
    for number in range(draw(st.integers(0, 3))):
        assert account.clock is not None
        at = draw(moments(engine, account, account.clock))
        account = engine.advance(account, at).account
        held = account.balance(at).available
        made: Event
        if closing and draw(st.integers(0, 7)) == 0:
            made = Closure(f"end {number}", at, member=MEMBER, reason="moved away")
        elif draw(st.integers(0, 3)) == 0:
            made = draw(by_hand(engine, account, f"by hand {number}", at))
        elif held and draw(st.booleans()):
            points = draw(st.sampled_from((held, max(1, held // 2))))
            made = Redemption(f"later {number}", at, member=MEMBER, points=points)
        else:
            made = draw(purchases(account, f"later {number}", at, engine.program))
        account = engine.decide(account, made).account
        events.append(made)
    return events


@pytest.mark.parametrize("program", QUIET, ids=lambda club: club.name)
@given(data=st.data())
def test_law_7_the_own_postings_of_a_returned_order_sum_to_zero(
    program: Program, data: st.DataObject
) -> None:
    engine, account = lived(program, data, most=3)
    before, decision, bought = buys(engine, account, data)
    account = decision.account
    for each in data.draw(diaries_after(engine, account)):
        account = engine.decide(account, each).account
    others = {
        name: record.kept_net for name, record in account.records.items() if name != bought.id
    }
    for part in partition({line.id: line.quantity for line in bought.lines}, data):
        assert account.clock is not None
        at = data.draw(moments(engine, account, account.clock))
        account = give_back(engine, engine.advance(account, at).account, bought.id, at, [part])
    record = account.records[bought.id]
    assert record.closed
    for posting in record.postings:
        for award in posting.awards:
            lapsed = record.lapsed.get(award.lot.id, 0)
            assert award.kept == 0
            assert award.granted == award.reversed + lapsed
            assert [tally.amount for tally in award.tallies] == [0] * len(award.tallies)
        assert [use.amount for use in posting.uses] == [0] * len(posting.uses) or posting.keeps
    for tender in record.tenders:
        assert tender.given == (0 if tender.on_return is GiveBack.NEVER else tender.points)
    assert [tally.amount for tally in (*record.orders, *record.spend)] == [0] * (
        len(record.orders) + len(record.spend)
    )
    assert {name: account.records[name].kept_net for name in others if name in account.records} == {
        name: net for name, net in others.items() if name in account.records
    }
    assert before.version < account.version


@pytest.mark.parametrize("program", [KIOSK, QUAY], ids=lambda club: club.name)
@given(data=st.data())
def test_law_7_and_p14_what_an_order_claims_comes_back_in_parts_as_at_once(
    program: Program, data: st.DataObject
) -> None:
    engine, account = lived(program, data, most=3)
    _, decision, bought = buys(engine, account, data)
    units = {line.id: line.quantity for line in bought.lines}
    whole = returned(engine, decision.account, bought, [None])
    assert claimed([decision, *whole]) == {}
    some = {line: data.draw(st.integers(0, count)) for line, count in units.items()}
    some = {line: count for line, count in some.items() if count}
    assume(some)
    parts = partition(some, data)
    in_parts = returned(engine, decision.account, bought, parts)
    assert claimed(in_parts) == claimed(returned(engine, decision.account, bought, [some]))
    event(f"in {len(parts)} parts, claims: {bool(decision.claims)}")


def returned(
    engine: Engine, account: Account, bought: Purchase, parts: Sequence[Any]
) -> list[Decision]:
    """The decisions on these parts of an order as they come back at once."""
    decisions = []
    for number, part in enumerate(parts):
        back = Return(f"back {number}", bought.at, member=MEMBER, order=bought.id, lines=part)
        decisions.append(engine.decide(account, back))
        account = decisions[-1].account
    return decisions


def claimed(decisions: Sequence[Decision]) -> dict[str, int]:
    """What is claimed of each key in all, where it is anything."""
    found = Counter[str]()
    for decision in decisions:
        for claim in decision.claims:
            found[claim.key] += claim.amount
    return {key: amount for key, amount in found.items() if amount}


@given(data=st.data())
def test_law_7_a_referral_credit_that_is_reversed_at_once_leaves_nothing(
    data: st.DataObject,
) -> None:
    engine, account = lived(CORNER, data, most=4)
    assert account.clock is not None
    at = data.draw(moments(engine, account, account.clock))
    before = engine.advance(account, at).account
    credit = ReferralQualified("credit", at, member=MEMBER, referee="new", order="o9")
    account = engine.decide(before, credit).account
    back = ReferralReversed("back", at, member=MEMBER, qualified="credit")
    after = engine.decide(account, back).account
    assert settled(without(after, "credit"), at) == settled(before, at)


@pytest.mark.heavy
@pytest.mark.parametrize("program", QUIET, ids=lambda club: club.name)
@given(data=st.data())
def test_law_7_parts_equal_the_whole_for_long(program: Program, data: st.DataObject) -> None:
    test_law_7_and_p10_parts_at_one_instant_equal_the_whole.hypothesis.inner_test(program, data)
