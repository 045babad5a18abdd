"""The other examples: they run as they stand, and say the same everywhere."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from generate_orders import COLUMNS, generated

EXAMPLES = Path(__file__).parents[1] / "examples"

IN_A_POOR_CONTEXT = """
import decimal, runpy, sys
decimal.DefaultContext.prec = 6
decimal.setcontext(decimal.Context(prec=6))
sys.path.insert(0, sys.argv[1].rpartition("/")[0])
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def said_by(*arguments: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == b""
    return done.stdout.decode()


@pytest.fixture(scope="module")
def story() -> str:
    return said_by(EXAMPLES / "coffee_club.py")


def after(story: str, heading: str) -> list[str]:
    """The lines of the decision under a heading."""
    _, found, rest = story.partition(f"{heading}\n")
    assert found, heading
    return rest.partition("\n\n")[0].splitlines()


def test_joining_is_worth_fifty_points(story: str) -> None:
    told = after(story, "05 Jan 2026 10:00  Enrolment joined: accepted")
    assert told[0] == "  * Earned 50 points (welcome)"
    assert "  | welcome: fired" in told


def test_the_first_order_is_explained_down_to_what_was_missing(story: str) -> None:
    told = after(story, "06 Jan 2026 10:00  Purchase order-1: accepted")
    # 104 for 104.00 EUR, and 25 more for coffee at 25.00 EUR.
    assert told[0] == "  * Earned 129 points (purchase), usable from 20 Jan 2026"
    explained = "\n".join(told)
    assert "is bronze" in explained
    assert "is Tuesday" in explained


def test_both_sides_of_a_referral_are_credited_when_the_waiting_period_ends(story: str) -> None:
    told = after(story, "05 Feb 2026 10:00  time passes for ana: advanced")
    assert "  * Earned 5.00 EUR credit (referral: referee)" in told


def test_the_credit_for_the_referrer_is_delivered_where_it_is_due(story: str) -> None:
    heading = "05 Feb 2026 10:00  ReferralQualified from ana to bruno: accepted"
    assert "  * Earned 10.00 EUR credit (referral: referrer)" in after(story, heading)


def test_the_birthday_is_met_three_days_before_it(story: str) -> None:
    told = after(story, "14 Feb 2026 00:00  time passes for ana: advanced")
    assert "  * Earned 25 points (birthday)" in told
    assert any(line.startswith("  * Coupon CAKE issued") for line in told)


def test_what_was_quoted_is_what_is_paid(story: str) -> None:
    told = after(story, "21 Feb 2026 10:00  ana asks for a quote with CAKE, COMEBACK")
    assert told == [
        "  * to pay 17.40 EUR",  # 12.50 + 9.90 - 5.00
        "  * would earn 47 points (purchase)",  # 17.40 + 9.71 for coffee + 20 on a Saturday
        "  * CAKE takes off 5.00 EUR",
        "  no: COMEBACK: coupon-unknown",
    ]
    bought = after(story, "21 Feb 2026 10:00  Purchase order-2: accepted")
    assert "  * Earned 47 points (purchase), usable from 7 Mar 2026" in bought


def test_too_large_a_redemption_says_how_many_points_are_missing(story: str) -> None:
    told = after(story, "20 Mar 2026 11:00  Redemption spent-2: refused")
    assert told == ["  no: points: points-insufficient (desired 500, granted 0); 349 more points"]


def test_a_returned_line_takes_back_what_it_was_worth(story: str) -> None:
    told = after(story, "09 Apr 2026 10:00  Return back-1: accepted")
    # 77 points for 62.90 EUR with 14.90 of coffee; 29 for the coffee alone.
    assert any("48 points taken back" in line for line in told)


def test_silence_brings_a_coupon_that_wants_a_larger_basket(story: str) -> None:
    assert "  | win-back: fired" in after(story, "01 Jul 2026 10:00  time passes for ana: advanced")
    told = after(story, "15 Jul 2026 10:00  Purchase order-4: accepted")
    assert told[0] == "  no: COMEBACK: coupon-not-applicable; 10.10 EUR more would do"
    told = after(story, "18 Jul 2026 10:00  Purchase order-5: accepted")
    assert "  * You reached silver" in told


def test_the_statement_ends_with_the_balance_of_the_year(story: str) -> None:
    points = [line.split() for line in story.splitlines() if "points became usable" in line]
    assert points[-1][-2:] == ["+99", "532"]


@pytest.mark.parametrize(("seed", "zone"), [("0", "Pacific/Auckland"), ("1", "America/St_Johns")])
def test_the_story_is_the_same_under_any_hash_seed_zone_and_decimal_context(
    seed: str, zone: str, story: str
) -> None:
    script = EXAMPLES / "coffee_club.py"
    assert said_by("-c", IN_A_POOR_CONTEXT, script, PYTHONHASHSEED=seed, TZ=zone) == story


def test_the_generator_writes_the_log_that_it_returns() -> None:
    assert said_by(EXAMPLES / "generate_orders.py") == generated()


def test_the_generated_log_has_every_kind_of_event_in_order_of_time() -> None:
    rows = list(csv.DictReader(io.StringIO(generated())))
    assert tuple(rows[0]) == COLUMNS
    kinds = [row["kind"] for row in rows]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "enrolment": 60,
        "purchase": 1_417,
        "referral": 21,
        "return": 77,
        "redemption": 78,
    }
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


def test_another_seed_is_another_log_and_fewer_members_a_shorter_one() -> None:
    assert generated(seed=1, members=3) == generated(seed=1, members=3)
    assert generated(seed=1, members=3) != generated(seed=2, members=3)
    few = list(csv.DictReader(io.StringIO(generated(members=3))))
    assert {row["member"] for row in few} == {"m000", "m001", "m002"}
