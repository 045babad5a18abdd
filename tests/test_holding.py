"""P14: uses of a coupon that are held while members pay, raced by threads on a real file.

The code under test is that of the how-to page: everything that stands before "See it work".
"""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from pages import page_as_module

from loyaltykit import Basket, Claim, Coupon, Engine, Line, Program, amount_off

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIVE = Coupon("FIVE", amount_off(2), total=5, public=True)
ENGINE = Engine(Program("A club", "EUR", timezone="UTC", coupons=[FIVE]))
KEY = "coupon:FIVE"


HOLDS = page_as_module("hold-a-coupon")


@pytest.fixture
def path(tmp_path: Path) -> str:
    made = str(tmp_path / "holds.db")
    HOLDS.create(made)
    return made


@pytest.fixture
def db(path: str) -> Iterator[sqlite3.Connection]:
    with closing(HOLDS.connect(path)) as connection:
        yield connection


def claims() -> tuple[Claim, ...]:
    basket = Basket([Line("1", "lamp", price=7)])
    return ENGINE.quote(None, basket, NOW, ["FIVE"]).claims


def held(db: sqlite3.Connection, checkout: str, at: datetime = NOW) -> bool:
    try:
        HOLDS.hold(db, claims(), checkout, at)
    except HOLDS.ClaimTaken:
        return False
    return True


def taken(db: sqlite3.Connection, checkout: str, at: datetime = NOW) -> bool:
    try:
        with db:
            db.execute("begin immediate")
            HOLDS.take(db, claims(), checkout, at)
    except HOLDS.ClaimTaken:
        return False
    return True


def used(db: sqlite3.Connection) -> int:
    found = db.execute("select used from claims where key = ?", (KEY,)).fetchone()
    return 0 if found is None else int(found[0])


def test_eight_threads_hold_five_uses_and_take_exactly_those(path: str) -> None:
    start = Barrier(8)

    def check_out(number: int) -> tuple[bool, bool]:
        with closing(HOLDS.connect(path)) as db:
            start.wait()
            has = held(db, f"c{number}")
            start.wait()
            return has, taken(db, f"c{number}")

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(check_out, range(8)))
    # Who holds a use gets it, though all take at once; who holds none gets none.
    assert sorted(found) == [(False, False)] * 3 + [(True, True)] * 5
    with closing(HOLDS.connect(path)) as db:
        assert used(db) == 5


def test_a_hold_ends_at_its_instant_and_is_then_free_for_others(db: sqlite3.Connection) -> None:
    assert all(held(db, f"c{number}") for number in range(5))
    end = NOW + timedelta(minutes=15)
    assert not held(db, "late", end - timedelta(microseconds=1))
    assert held(db, "late", end)
    assert taken(db, "late", end)
    # Those who pay after their time take what is left: four more.
    assert [taken(db, f"c{number}", end) for number in range(5)] == [True] * 4 + [False]
    assert used(db) == 5


def test_a_hold_of_the_same_checkout_replaces_its_last_one(db: sqlite3.Connection) -> None:
    for _ in range(9):
        assert held(db, "c0")
    later = NOW + timedelta(minutes=10)
    assert held(db, "c0", later)
    (until,) = db.execute("select until from holds").fetchone()
    assert until == HOLDS.stamp(later + timedelta(minutes=15))


def test_a_checkout_that_is_refused_keeps_what_it_held(db: sqlite3.Connection) -> None:
    one = Claim("limit:a", amount=1, limit=1)
    HOLDS.hold(db, [one], "c0", NOW)
    assert all(held(db, f"c{number}") for number in range(1, 6))
    with pytest.raises(HOLDS.ClaimTaken):
        HOLDS.hold(db, [one, *claims()], "c0", NOW)
    with pytest.raises(HOLDS.ClaimTaken) as taken:
        HOLDS.hold(db, [one], "other", NOW)
    assert taken.value.key == "limit:a"


def test_what_is_released_or_given_back_is_free(db: sqlite3.Connection) -> None:
    assert all(held(db, f"c{number}") for number in range(5))
    assert not held(db, "c5")
    HOLDS.release(db, "c0")
    assert held(db, "c5")
    assert all(taken(db, f"c{number}") for number in range(1, 6))
    with db:
        db.execute("begin immediate")
        HOLDS.take(db, [Claim(KEY, amount=-1, limit=1)], "return", NOW)  # always fits
    assert used(db) == 4
    assert held(db, "c6")


def test_two_offers_on_one_budget_are_held_as_their_sum(db: sqlite3.Connection) -> None:
    parts = [Claim("budget:b", amount=amount, limit=500) for amount in (300, 200)]
    HOLDS.hold(db, parts, "c0", NOW)
    assert db.execute("select amount from holds").fetchall() == [(500,)]
    with pytest.raises(HOLDS.ClaimTaken):
        HOLDS.hold(db, [Claim("budget:b", amount=1, limit=500)], "c1", NOW)
