"""P6 and P14: the store of the how-to page, raced by threads and processes, crashed and retried.

The code under test is the page's own: everything that stands before "See it work".
"""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from time import sleep
from typing import Any, Literal

import pytest
from attrs import evolve
from pages import page_as_module

from loyaltykit import (
    Account,
    Accrue,
    Birthday,
    Budget,
    Calendar,
    ConflictError,
    Coupon,
    Credit,
    Decision,
    Engine,
    Enrolment,
    Event,
    Line,
    Per,
    Program,
    Purchase,
    Redemption,
    Referral,
    RefusalCode,
    Return,
    Rule,
    amount_off,
    basket,
    days,
    fold,
    loads,
    months,
    once,
    per_life,
    points,
    referral,
)
from loyaltykit.codec import EFFECTS, EVENTS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


STORE = page_as_module("store-decisions")
ENGINE = Engine(
    Program(
        "A club",
        "EUR",
        timezone="Europe/Vienna",
        rules=[
            Rule("welcome", Enrolment, then=Accrue(points(50), expires=days(20))),
            Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=months(12))),
            Rule(
                "first five",
                Purchase,
                when=basket.spend.is_(50),
                then=Accrue(points(3).per(1)),
                limit=[per_life(5, per=Per.PROGRAM), once()],
            ),
            Rule("cake", Birthday(), then=Accrue(points(10))),
            *referral(
                referrer=Credit(10),
                referee=Credit(5),
                pending=days(30),
                qualifies=basket.spend >= 7,
            ),
        ],
        coupons=[Coupon("FIVE", amount_off(2), total=5, limit=once(), public=True)],
        budgets=[Budget("party", points=24, window=Calendar("year"), rules=["cake"])],
    )
)


def bought(id: str, member: str, *codes: str, at: datetime = NOW, price: int = 7) -> Purchase:
    line = Line("1", "lamp", price=price)
    return Purchase(id, at, member=member, lines=[line], coupons=codes)


def handled(path: str, events: Sequence[Event], now: datetime = NOW) -> list[Decision]:
    with closing(STORE.connect(path)) as db:
        return [STORE.handle(db, ENGINE, event, now) for event in events]


def together(path: str, work: Sequence[Sequence[Event]]) -> list[list[Decision]]:
    """Each list of events in a thread of its own, all begun at once."""
    start = Barrier(len(work))

    def run(events: Sequence[Event]) -> list[Decision]:
        start.wait()
        return handled(path, events)

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(run, work))


def work_of_a_process(path: str, ids: Sequence[str]) -> None:
    handled(path, [bought(each, "ana") for each in ids])


def members(db: sqlite3.Connection) -> list[str]:
    return [member for (member,) in db.execute("select member from accounts order by member")]


def assert_sound(path: str) -> None:
    """Every stored account is the fold of its stored effects, and balances."""
    with closing(STORE.connect(path)) as db:
        for member in members(db):
            rows = db.execute(
                "select version, body from effects where member = ? order by version", (member,)
            ).fetchall()
            account: Account = STORE.load(db, member)
            assert [version for version, _ in rows] == list(range(1, account.version + 1))
            assert fold(Account.new(member), [loads(body, EFFECTS) for _, body in rows]) == account
            account.check()
            (due,) = db.execute(
                "select next_due from accounts where member = ?", (member,)
            ).fetchone()
            ahead = ENGINE.next_due(account)
            assert due == (None if ahead is None else STORE.stamp(ahead))


def available(path: str, member: str, purse: str = "points", at: datetime = NOW) -> int:
    with closing(STORE.connect(path)) as db:
        account: Account = STORE.load(db, member)
    return account.balance(at, purse).available


def count(path: str, query: str) -> int:
    with closing(STORE.connect(path)) as db:
        (found,) = db.execute(query).fetchone()
    return int(found)


@pytest.fixture
def path(tmp_path: Path) -> str:
    made = str(tmp_path / "club.db")
    STORE.create(made)
    return made


def test_threads_that_race_on_one_member_lose_no_update(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, store, tries = STORE.load, STORE.store, []

    def load_slowly(db: sqlite3.Connection, member: str) -> Account:
        account: Account = load(db, member)
        sleep(0.001)  # so that others come in between
        return account

    def store_counted(*given: Any) -> None:
        tries.append(given)
        store(*given)

    monkeypatch.setattr(STORE, "load", load_slowly)
    monkeypatch.setattr(STORE, "store", store_counted)
    work = [[bought(f"{thread}-{n}", "ana") for n in range(5)] for thread in range(8)]
    decided = together(path, work)
    assert len(tries) > 40, "no thread ever lost a race: nothing was tested"
    assert [each.status.value for some in decided for each in some] == ["accepted"] * 40
    assert available(path, "ana") == 280
    assert count(path, "select count(*) from events") == 40
    assert_sound(path)


def test_processes_that_race_on_one_member_lose_no_update(path: str) -> None:
    spawned = get_context("spawn")
    workers = [
        spawned.Process(target=work_of_a_process, args=(path, [f"{w}-{n}" for n in range(8)]))
        for w in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert available(path, "ana") == 168
    assert_sound(path)


def test_the_same_event_from_many_threads_counts_once(path: str) -> None:
    decided = together(path, [[bought("one", "ana")] for _ in range(8)])
    found = sorted(decision.status.value for (decision,) in decided)
    assert found == ["accepted", *["duplicate"] * 7]
    assert available(path, "ana") == 7
    assert_sound(path)


def test_eight_threads_use_a_coupon_of_five_exactly_five_times(path: str) -> None:
    decided = together(path, [[bought(f"o{n}", f"member-{n}", "FIVE")] for n in range(8)])
    refused = [str(refusal) for (decision,) in decided for refusal in decision.refusals]
    assert refused == ["FIVE: coupon-claim-denied"] * 3
    earned = sorted(available(path, f"member-{n}") for n in range(8))
    assert earned == [5, 5, 5, 5, 5, 7, 7, 7]
    assert count(path, "select used from claims where key = 'coupon:FIVE'") == 5
    assert_sound(path)


def test_a_coupon_of_an_order_that_comes_back_is_free_for_somebody_else(path: str) -> None:
    handled(path, [bought(f"o{n}", f"member-{n}", "FIVE") for n in range(5)])
    (refused,) = handled(path, [bought("o5", "member-5", "FIVE")])
    assert [str(each) for each in refused.refusals] == ["FIVE: coupon-claim-denied"]
    handled(path, [Return("r0", NOW, member="member-0", order="o0")])
    assert count(path, "select used from claims where key = 'coupon:FIVE'") == 4
    (accepted,) = handled(path, [bought("o6", "member-6", "FIVE")])
    assert accepted.refusals == ()
    assert count(path, "select used from claims where key = 'coupon:FIVE'") == 5
    assert_sound(path)


FIRST = "select used from claims where key = 'limit:first five/ever/times'"


def test_eight_threads_share_a_limit_of_five_and_exactly_five_are_granted(path: str) -> None:
    decided = together(path, [[bought(f"o{n}", f"member-{n}", price=50)] for n in range(8)])
    refused = [refusal for (decision,) in decided for refusal in decision.refusals]
    assert [refusal.code for refusal in refused] == [RefusalCode.LIMIT_CLAIM_DENIED] * 3
    earned = sorted(available(path, f"member-{n}") for n in range(8))
    assert earned == [50, 50, 50, 200, 200, 200, 200, 200]
    assert count(path, FIRST) == 5
    assert_sound(path)


def test_a_share_that_comes_back_goes_to_somebody_else(path: str) -> None:
    handled(path, [bought(f"o{n}", f"member-{n}", price=50) for n in range(6)])
    handled(path, [Return("r0", NOW, member="member-0", order="o0")])
    assert count(path, FIRST) == 4
    handled(path, [bought("o6", "member-6", price=50), bought("o7", "member-7", price=50)])
    assert [available(path, f"member-{n}") for n in (0, 5, 6, 7)] == [0, 50, 200, 50]
    assert count(path, FIRST) == 5
    assert_sound(path)


def test_what_comes_back_fits_even_where_the_limit_was_lowered(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled(path, [bought(f"o{n}", f"member-{n}", "FIVE", price=52) for n in range(4)])
    program = ENGINE.program
    lowered = evolve(
        program,
        coupons=[evolve(program.coupons[0], total=1)],
        rules=[
            evolve(rule, limit=per_life(1, per=Per.PROGRAM)) if rule.name == "first five" else rule
            for rule in program.rules
        ],
    )
    monkeypatch.setattr(sys.modules[__name__], "ENGINE", Engine(lowered))
    handled(path, [Return("r0", NOW, member="member-0", order="o0")])
    assert count(path, FIRST) == 3
    assert count(path, "select used from claims where key = 'coupon:FIVE'") == 3
    assert_sound(path)


def test_workers_that_race_spend_a_budget_once(path: str) -> None:
    born = date(1990, 3, 5)
    handled(path, [Enrolment(f"e{n}", NOW, member=f"member-{n}", birthday=born) for n in range(6)])
    start, later = Barrier(4), NOW + timedelta(days=5)

    def work(_: int) -> None:
        start.wait()
        with closing(STORE.connect(path)) as db:
            STORE.advance_due(db, ENGINE, later)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    held = sorted(available(path, f"member-{n}", at=later) for n in range(6))
    assert held == [50, 50, 50, 50, 60, 60]  # 24 points are two gifts of ten
    assert count(path, "select used from claims where key like 'budget:party/%'") == 20
    assert_sound(path)


def test_redemptions_that_race_never_spend_a_point_twice(path: str) -> None:
    handled(path, [bought("o1", "ana", price=100)])
    decided = together(
        path, [[Redemption(f"r{n}", NOW, member="ana", points=30)] for n in range(6)]
    )
    found = sorted(decision.status.value for (decision,) in decided)
    assert found == ["accepted"] * 3 + ["refused"] * 3
    assert available(path, "ana") == 10
    assert_sound(path)


def test_a_lost_race_is_decided_again_on_the_account_that_won(path: str) -> None:
    handled(path, [bought("o1", "ana")])
    with closing(STORE.connect(path)) as db:
        stale = STORE.load(db, "ana")
        lost = ENGINE.decide(stale, bought("o2", "ana"))
        handled(path, [bought("o3", "ana")])
        with pytest.raises(STORE.LostRace):
            STORE.store(db, ENGINE, stale, lost, bought("o2", "ana"))
        assert count(path, "select count(*) from events") == 2
        STORE.handle(db, ENGINE, bought("o2", "ana"), NOW)
    assert available(path, "ana") == 21
    assert_sound(path)


def test_two_first_events_of_a_member_are_a_race_as_well(path: str) -> None:
    with closing(STORE.connect(path)) as db:
        new = Account.new("ana")
        lost = ENGINE.decide(new, bought("o2", "ana"))
        handled(path, [bought("o1", "ana")])
        with pytest.raises(STORE.LostRace):
            STORE.store(db, ENGINE, new, lost, bought("o2", "ana"))
    assert_sound(path)


def test_an_event_that_arrives_late_is_dated_once_and_recognised_again(path: str) -> None:
    early = bought("o1", "ana", at=NOW - timedelta(hours=1))
    handled(path, [bought("o2", "ana"), early])
    handled(path, [bought("o3", "ana", at=NOW + timedelta(minutes=1))])
    (again,) = handled(path, [early])
    assert again.duplicate
    assert available(path, "ana", at=NOW + timedelta(minutes=1)) == 21
    other = bought("o1", "ana", at=NOW - timedelta(hours=1), price=9)
    with pytest.raises(ConflictError):
        handled(path, [other])
    assert_sound(path)


def test_the_worker_finds_who_is_due_and_nobody_else(path: str) -> None:
    handled(path, [Enrolment("e1", NOW, member="ana"), bought("o1", "bea")])
    with closing(STORE.connect(path)) as db:
        assert STORE.advance_due(db, ENGINE, NOW + timedelta(days=19)) == 0
        assert STORE.advance_due(db, ENGINE, NOW + timedelta(days=20)) == 1
        assert STORE.advance_due(db, ENGINE, NOW + timedelta(days=20)) == 0
        account: Account = STORE.load(db, "ana")
    assert account.purse("points").expired == 50
    assert_sound(path)


def test_the_referrer_is_credited_once_however_often_the_outbox_is_delivered(path: str) -> None:
    first: list[Event] = [Referral("r1", NOW, member="bea", referrer="ana"), bought("o1", "bea")]
    handled(path, first)
    later = NOW + timedelta(days=31)
    with closing(STORE.connect(path)) as db:
        STORE.advance_due(db, ENGINE, later)
        # The referrer's clock is past the credit's instant by now.
        STORE.handle(db, ENGINE, bought("o2", "ana", at=later), later)
        assert STORE.deliver(db, ENGINE, later) == 1
        db.execute("update outbox set delivered = 0")
        assert STORE.deliver(db, ENGINE, later) == 1
        assert STORE.deliver(db, ENGINE, later) == 0
        assert available(path, "ana", "credit", later) == 1000
        STORE.handle(db, ENGINE, Return("b1", later, member="bea", order="o1"), later)
        assert STORE.deliver(db, ENGINE, later) == 1
    assert available(path, "ana", "credit", later) == 0
    assert_sound(path)


class Crash(BaseException):
    """The machine stops."""


class Crashing(sqlite3.Connection):
    """A connection whose machine stops at a given statement."""

    left = 10**6

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Crash

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self._step()
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        self._step()
        return super().executemany(sql, parameters)

    def __exit__(self, *raised: object) -> Literal[False]:
        if raised == (None, None, None):
            self._step()
        super().__exit__(*raised)  # type: ignore[arg-type]
        return False


def crashing(path: str, work: Callable[[sqlite3.Connection], object], after: int) -> bool:
    """Do the work on a machine that stops after so many statements; whether it did."""
    db = sqlite3.connect(path, timeout=30, isolation_level=None, factory=Crashing)
    with closing(db):
        db.left = after
        try:
            work(db)
        except Crash:
            return True
    return False


def test_a_crash_at_any_statement_leaves_all_of_a_decision_or_nothing(path: str) -> None:
    handled(path, [Referral("r1", NOW, member="bea", referrer="ana")])
    before = count(path, "select count(*) from effects")
    order = bought("o1", "bea", "FIVE", price=9)

    def work(db: sqlite3.Connection) -> None:
        STORE.handle(db, ENGINE, order, NOW)

    crashes = 0
    while crashing(path, work, crashes):
        crashes += 1
        assert count(path, "select count(*) from effects") == before
        assert count(path, "select count(*) from events") == 1
        assert count(path, "select coalesce(sum(used), 0) from claims") == 0
    assert crashes == 9  # load, date, begin, account, effects, event, claim, outbox, commit
    assert available(path, "bea") == 7
    assert count(path, "select sum(used) from claims") == 1
    (retried,) = handled(path, [order])
    assert retried.duplicate
    assert_sound(path)


def test_a_crash_at_any_statement_of_a_delivery_credits_once(path: str) -> None:
    handled(path, [Referral("r1", NOW, member="bea", referrer="ana"), bought("o1", "bea")])
    later = NOW + timedelta(days=31)
    with closing(STORE.connect(path)) as db:
        STORE.advance_due(db, ENGINE, later)

    def work(db: sqlite3.Connection) -> None:
        STORE.deliver(db, ENGINE, later)

    crashes = 0
    while crashing(path, work, crashes):
        crashes += 1
    assert crashes == 10  # the outbox, then the eight of an event without a claim, then its mark
    assert available(path, "ana", "credit", later) == 1000
    assert count(path, "select count(*) from outbox where not delivered") == 0
    assert_sound(path)


def die_before_commit(path: str) -> None:
    db: sqlite3.Connection = STORE.connect(path)
    db.set_trace_callback(lambda sql: os._exit(9) if sql.lower().startswith("commit") else None)
    STORE.handle(db, ENGINE, bought("o2", "ana"), NOW)


def test_a_process_that_is_killed_before_its_commit_leaves_nothing(path: str) -> None:
    handled(path, [bought("o1", "ana")])
    killed = get_context("spawn").Process(target=die_before_commit, args=(path,))
    killed.start()
    killed.join(60)
    assert killed.exitcode == 9
    assert available(path, "ana") == 7
    handled(path, [bought("o2", "ana")])
    assert available(path, "ana") == 14
    assert_sound(path)


def test_what_is_stored_of_an_event_is_the_event(path: str) -> None:
    event = bought("o1", "ana")
    handled(path, [event])
    with closing(STORE.connect(path)) as db:
        (body,) = db.execute("select body from events").fetchone()
    assert loads(body, EVENTS) == event
