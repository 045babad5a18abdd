"""P8 and law 2: a replay gives the same bytes in every process.

Other processes, with other hash seeds, environment time zones and decimal contexts, decide the same
diary of every club; what they print are digests of the encoded decisions.
"""

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from clubs import ENGINES, START

from loyaltykit import (
    Account,
    Activity,
    CouponPresentation,
    Enrolment,
    Event,
    Line,
    ProfileChange,
    Purchase,
    Redemption,
    Referral,
    ReferralQualified,
    Return,
    dumps,
)

TESTS = Path(__file__).parent
SCRIPT = """
import decimal, sys
decimal.getcontext().prec = int(sys.argv[1])
decimal.getcontext().rounding = decimal.ROUND_UP
from hashlib import sha256
from test_replay_bytes import DIARIES, replayed
for name in DIARIES:
    print(name, sha256(b"".join(replayed(name))).hexdigest(), len(replayed(name)))
"""


def _diary(name: str) -> list[Event]:
    who, labels, answers = "ana", {"channel": "app"}, {"card": True}
    unit = "12.50" if name != "Harbour" else "17"

    def at(days: float) -> datetime:
        return START + timedelta(days=days)

    def order(id: str, days: float, *codes: str) -> Purchase:
        lines = [
            Line("1", "beans", price=unit, quantity=3, category="coffee", tags={"b", "a", "c"}),
            Line("2", "red", price="31", category="wine"),
        ]
        return Purchase(
            id, at(days), member=who, lines=lines, coupons=codes, labels=labels, answers=answers
        )

    return [
        Enrolment("e0", at(0), member=who, birthday=date(1990, 2, 10), zone="Pacific/Auckland"),
        Referral("e1", at(0), member=who, referrer="bob"),
        order("o1", 1, "SPRING", "FIVER", "BEANS"),
        Redemption("s1", at(2), member=who, points=5),
        CouponPresentation("c1", at(3), member=who, code="SPRING"),
        ReferralQualified("q1", at(5), member=who, referee="cleo", order="x"),
        Return("r1", at(6), member=who, order="o1", lines={"1": 1}),
        order("o2", 20, "FIVER", "SPRING"),
        ProfileChange("p1", at(20), member=who, labels={"likes": {"x", "y", "z"}}),
        Activity("a1", at(50), member=who, kind="review"),
        Return("r2", at(50), member=who, order="o1"),
        order("o3", 90),
    ]


DIARIES = ("Corner", "Harbour", "Kiosk")


def replayed(name: str) -> list[bytes]:
    """The encoded decisions on the diary of a club."""
    account, found = Account.new("ana"), []
    for event in _diary(name):
        decision = ENGINES[name].decide(account, event)
        account = decision.account
        found.append(dumps(decision))
    return found


def report(seed: str, zone: str, precision: str) -> str:
    paths = [str(TESTS), *sys.path]
    env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-c", SCRIPT, precision]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def plain() -> str:
    return report("0", "UTC", "28")


@pytest.mark.parametrize(
    ("seed", "zone", "precision"),
    [("1", "America/New_York", "6"), ("4242", "Asia/Kathmandu", "1")],
)
def test_p8_other_hash_seeds_zones_and_decimal_contexts_give_the_same_bytes(
    plain: str, seed: str, zone: str, precision: str
) -> None:
    assert report(seed, zone, precision) == plain
    assert [row.split()[0] for row in plain.splitlines()] == list(DIARIES)


@pytest.mark.parametrize("name", DIARIES)
def test_p8_the_diary_that_is_replayed_reaches_what_could_differ(name: str) -> None:
    text = b"".join(replayed(name)).decode()
    for word in ("Accrued", "Expired", "CouponUsed", "TierChanged", "Reversed"):
        assert word in text, word
