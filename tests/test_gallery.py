"""The gallery: each programme tells its member's story, with the numbers written out."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from gallery import STORIES, told
from programmes import (
    airline_status_miles,
    baby_shop_review,
    beauty_spend_tiers,
    bookshop_milestones,
    casino_credits,
    coffee_stamps,
    ferry_own_year,
    hotel_nights,
    paid_membership,
    pharmacy_seasons,
    sportswear_levels,
    supermarket_points,
    wallet_tiers,
)

from loyaltykit import Program, dumps, loads

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "examples" / "programmes"
PAGE = ROOT / "docs" / "explanation" / "gallery.md"
MOST_LINES = 60
SHARED = ("__init__", "host")


def test_flown_miles_make_silver_which_ends_with_the_second_february() -> None:
    assert airline_status_miles.story() == [
        # 12,000 miles in business count twice; 400 EUR at 4 miles each.
        "2026-02-10  Earned 24000 points in status (status miles) [24000]",
        "2026-02-10  Earned 1600 points (award miles) [1600]",
        "2026-02-10  You reached traveller",
        "2026-11-20  Earned 11000 points in status (status miles) [35000]",
        "2026-11-20  Earned 1600 points (award miles) [3200]",
        "2026-11-20  You reached silver",
        # One mile too few in the year that follows; silver earns 5 miles per EUR.
        "2027-01-15  Earned 34999 points in status (status miles) [69999]",
        "2027-01-15  Earned 2000 points (award miles) [5200]",
        (
            "2027-12-31  Now silver; to gold: 65001 more (points of status); "
            "to keep it from 2028-03-01 on: 35000 more (points of status)"
        ),
        "2028-01-01  Message: your status is about to end",
        "2028-03-01  You went down from silver to traveller",
    ]


def test_nights_or_spend_make_silver_and_gold_and_both_make_diamond() -> None:
    assert hotel_nights.story() == [
        # 10 nights of 90 EUR: silver by nights.
        "2026-02-01  Earned 10 points in nights (night) [10]",
        "2026-02-01  Earned 9000 points (stay) [9000]",
        "2026-02-01  You reached silver",
        # 900 and 4,100 EUR: gold by spend.
        "2026-05-01  Earned 41000 points (stay) [50000]",
        "2026-05-01  You reached gold",
        "2026-05-01  Earned 1000 points (gold gift) [51000]",
        # 39 nights of 150 EUR make 10,850 EUR: enough of the one, a night short of the other.
        "2026-10-01  Earned 39 points in nights (night) [49]",
        "2026-10-01  Earned 58500 points (stay) [109500]",
        "2026-10-01  Earned 29250 points (gold stay) [138750]",
        (
            "2026-10-02  Now gold; to diamond: 1 more (points of nights); "
            "to keep it from 2028-01-01 on: 25 more (points of nights), 5000 more (spend)"
        ),
        "2026-12-01  Earned 1 point in nights (night) [50]",
        "2026-12-01  Earned 1500 points (stay) [140250]",
        "2026-12-01  Earned 750 points (gold stay) [141000]",
        "2026-12-01  You reached diamond",
        "2026-12-01  Coupon SUITE issued",
        "2028-01-01  You went down from diamond to guest",
    ]


def test_nine_stamps_are_a_free_coffee_which_is_no_stamp_itself() -> None:
    assert coffee_stamps.story() == [
        "2026-03-02  Earned 4 points in stamps (stamp) [4]",
        "2026-03-09  Earned 7 points in stamps (stamp) [11]",
        "2026-03-09  Spent 9 points in stamps [2]",
        "2026-03-09  Coupon FREE issued, valid until 8 Apr 2026",
        "2026-03-09  Reward: full card",
        "2026-03-10  Coupon FREE used on order e3: 3.80 EUR off",
        "2026-09-09  2 points in stamps expired [0]",
    ]


def test_a_tier_by_spend_lasts_through_the_year_that_follows() -> None:
    assert beauty_spend_tiers.story() == [
        "2026-01-10  You reached insider",
        "2026-02-01  Earned 349 points (purchase) [349]",
        "2026-06-05  Message: a gift for your day",
        # A cent makes 350.00 USD, and no point.
        "2026-07-01  You reached plus",
        # 200 USD at 1.25.
        "2026-12-31  Earned 250 points (purchase) [599]",
        "2027-01-02  Spent 500 points [99]",
        "2027-01-02  Coupon TEN issued, valid until 2 Apr 2027",
        "2027-01-02  Reward: 10 off",
        (
            "2027-03-01  Now plus; to top: 1000 more (spend); "
            "to keep it from 2028-01-01 on: 350 more (spend)"
        ),
        "2027-04-02  Coupon TEN expired",
        "2027-06-05  Message: a gift for your day",
        "2028-01-01  You went down from plus to insider",
    ]


def test_two_hundred_points_pay_and_one_fewer_do_not() -> None:
    assert supermarket_points.story() == [
        # 57.99 EUR hold 28 times 2 EUR; the gift card earns nothing.
        "2026-03-04  Earned 28 points (purchase) [28]",
        # Fruit for 6.10 EUR on a Monday: 3 times 1 and 3 times 9.
        "2026-03-09  Earned 3 points (purchase) [31]",
        "2026-03-09  Earned 27 points (fruit days) [58]",
        "2026-04-01  Earned 141 points (purchase) [199]",
        (
            "2026-04-02  No: points: redemption-below-minimum (desired 199, granted 0); "
            "at least 200 points at a time, 1 point too few"
        ),
        "2026-04-03  Earned 1 point (purchase) [200]",
        # 200 points pay 2 EUR of 20, and the other 18 earn 9.
        "2026-04-04  Spent 200 points [0]",
        "2026-04-04  Earned 9 points (purchase) [9]",
        "2030-01-01  9 points expired [0]",
    ]


def test_a_reward_takes_spendable_points_and_leaves_the_level() -> None:
    assert sportswear_levels.story() == [
        "2026-01-10  Earned 100 points (profile) [100]",
        "2026-01-10  Earned 100 points in level points (profile) [100]",
        "2026-01-10  You reached level 1",
        "2026-02-01  Earned 899 points (purchase) [999]",
        "2026-02-01  Earned 899 points in level points (purchase) [999]",
        "2026-02-02  Earned 50 points (review) [1049]",
        "2026-02-02  Earned 50 points in level points (review) [1049]",
        "2026-02-02  You reached level 2",
        "2026-02-02  Earned 50 points (review) [1099]",
        "2026-02-02  Earned 50 points in level points (review) [1099]",
        (
            "2026-02-02  No: review: limit-reached (desired 1, granted 0); "
            "at most 2 times in one month, 0 times left until 2026-03-01 00:00"
        ),
        "2026-02-03  Spent 1000 points [99]",
        "2026-02-03  Reward: bottle",
        # 30 km at 2 points, cut to 50 a run.
        "2026-02-04  Earned 50 points (run) [149]",
        "2026-02-04  Earned 50 points in level points (run) [1149]",
        # Of the last twelve months 150 are left: two reviews and a run.
        "2027-02-01  You went down from level 2 to level 1",
    ]


def test_a_benefit_year_ends_on_31_january_and_lands_on_what_the_next_year_earned() -> None:
    assert casino_credits.story() == [
        "2026-05-02  Earned 1000 points (play) [1000]",
        "2026-05-02  Earned 1000 points in tier credits (play) [1000]",
        # A day of 1,000 credits passes 500 and 1,000: twice 500 more.
        "2026-05-02  Earned 500 points in tier credits (big day) [1500]",
        "2026-05-02  Earned 500 points in tier credits (big day) [2000]",
        "2026-05-02  You reached gold",
        "2026-09-01  Earned 13000 points (play) [14000]",
        "2026-09-01  Earned 13000 points in tier credits (play) [15000]",
        "2026-09-01  Earned 500 points in tier credits (big day) [15500]",
        "2026-09-01  Earned 500 points in tier credits (big day) [16000]",
        "2026-09-01  You reached diamond",
        "2026-09-01  Earned 100.00 USD credit (dinner) [100.00 USD]",
        "2027-01-01  100.00 USD credit expired [0.00 USD]",
        # Six months without a visit.
        "2027-03-01  1000 points expired [13000]",
        "2027-03-01  13000 points expired [0]",
        "2027-06-01  Earned 4000 points (play) [4000]",
        "2027-06-01  Earned 4000 points in tier credits (play) [20000]",
        "2027-06-01  Earned 500 points in tier credits (big day) [20500]",
        "2027-06-01  Earned 500 points in tier credits (big day) [21000]",
        (
            "2027-06-02  Now diamond; to star: 145000 more (points of tier credits); "
            "to keep it from 2028-02-01 on: 15000 more (points of tier credits)"
        ),
        "2027-12-01  4000 points expired [0]",
        # 2027 came to 5,000.
        "2028-02-01  You went down from diamond to platinum",
        "2029-02-01  You went down from platinum to gold",
    ]


def test_a_year_of_ones_own_begins_when_the_month_of_the_upgrade_is_over() -> None:
    assert ferry_own_year.story() == [
        "2026-01-01  You reached blue",
        "2026-02-10  Earned 29999 points (crossing) [29999]",
        "2026-03-10  Earned 1 point (crossing) [30000]",
        "2026-03-10  You reached platinum",
        "2026-03-10  Coupon CABIN issued",
        "2026-03-11  Spent 30000 points [0]",
        # Of March: of no year.
        "2026-03-20  Earned 5000 points (crossing) [5000]",
        "2026-12-01  Earned 29999 points (crossing) [34999]",
        "2027-02-01  Now platinum; to keep it from 2027-04-01 on: 1 more (points)",
        "2027-03-02  Message: your year is nearly over",
        "2027-04-01  You went down from platinum to blue",
    ]


def test_a_cent_too_little_since_entry_loses_silver_and_keeps_bronze() -> None:
    assert baby_shop_review.story() == [
        "2024-01-01  You reached member",
        "2024-01-01  Earned 200 points (purchase) [200]",
        "2024-01-01  You reached bronze",
        # 500 AUD at 1.5; silver begins, and twelve months anew.
        "2024-07-01  Earned 750 points (purchase) [950]",
        "2024-07-01  You reached silver",
        "2024-11-13  Coupon CAKE issued, valid until 12 Jan 2025",
        "2025-01-13  Coupon CAKE expired",
        # 499.99 AUD at 2.
        "2025-07-01  Earned 999 points (purchase) [1949]",
        "2025-07-01  Now silver; to keep it from 2025-07-02 on: 0.01 more (spend)",
        "2025-07-02  You went down from silver to bronze",
        "2025-07-02  Message: we miss you",
    ]


def test_a_second_card_begins_where_the_first_ends() -> None:
    assert paid_membership.story() == [
        "2026-03-01  You are at least plus until 1 Mar 2027",
        "2026-03-01  You reached plus",
        "2026-03-01  Coupon HELLO issued",
        "2026-04-01  Earned 100 points (purchase) [100]",
        "2026-04-01  Earned 200 points (plus) [300]",
        "2027-01-30  Message: your card ends in 30 days",
        "2027-02-15  You are at least plus until 1 Mar 2028",
        "2028-01-31  Message: your card ends in 30 days",
        "2028-03-01  You went down from plus to guest",
        "2028-03-01  Message: your card has ended",
        "2028-03-02  Earned 100 points (purchase) [400]",
    ]


def test_a_tier_by_balance_falls_with_what_is_spent_and_with_what_expires() -> None:
    assert wallet_tiers.story() == [
        "2026-01-10  Earned 100 points (purchase) [100]",
        "2026-01-10  You reached silver",
        "2026-02-15  Spent 50 points [50]",
        "2026-02-15  You went down from silver to basic",
        "2026-02-15  Message: one step down",
        "2026-02-25  Earned 500 points (purchase) [550]",
        "2026-02-25  You reached gold",
        "2026-03-01  Spent 450 points [100]",
        "2026-03-01  Reward: headphones",
        "2026-03-01  You went down from gold to silver",
        "2026-03-01  Message: one step down",
        "2026-03-02  Now silver; to gold: 400 more (balance of points)",
        "2027-02-25  100 points expired [0]",
        "2027-02-25  You went down from silver to basic",
        "2027-02-25  Message: one step down",
    ]


def test_the_tenth_book_and_the_third_month_are_taken_back_and_reached_again() -> None:
    assert bookshop_milestones.story() == [
        # 9 books at 15 EUR, then a lamp at 115: 250 EUR.
        "2026-01-20  Earned 135 points (purchase) [135]",
        "2026-02-20  Earned 115 points (purchase) [250]",
        "2026-02-20  Earned 10.00 EUR credit (every 250) [10.00 EUR]",
        # The tenth book, and the third month; March was missed.
        "2026-04-20  Earned 12 points (purchase) [262]",
        "2026-04-20  Coupon TENTH issued, valid until 20 Jul 2026",
        "2026-04-20  Earned 75 points (three months) [337]",
        "2026-04-25  Order e3 returned: 12 points taken back [325]",
        "2026-04-25  books taken back: coupon TENTH taken back",
        "2026-04-25  three months taken back: 75 points taken back [250]",
        "2026-04-26  Earned 12 points (purchase) [262]",
        "2026-04-26  Coupon TENTH issued, valid until 26 Jul 2026",
        "2026-04-26  Earned 75 points (three months) [337]",
        "2026-04-27  Earned 10 points (review) [347]",
        "2026-04-28  Earned 10 points (review) [357]",
        (
            "2026-04-29  No: review: limit-reached (desired 1, granted 0); "
            "at most 2 times in one month, 0 times left until 2026-05-01 00:00"
        ),
    ]


def test_the_best_of_season_hour_and_sale_counts_and_prescriptions_do_not() -> None:
    assert pharmacy_seasons.story() == [
        # 12.50 EUR: at 1.5 on the last day of the season, at 2 before ten, at 1 from ten on.
        "2026-03-31  Earned 18 points (purchase) [18]",
        "2026-04-01  Earned 25 points (purchase) [43]",
        "2026-04-01  Earned 12 points (purchase) [55]",
        "2026-05-01  Earned 5 points (blood pressure) [60]",
        (
            "2026-05-30  No: blood pressure: limit-reached (desired 1, granted 0); "
            "at most 1 time within 30 days, 0 times left until 2026-05-31 12:00"
        ),
        "2026-05-31  Earned 5 points (blood pressure) [65]",
        # On the fourth Friday of November, a cold morning as well: at 5.
        "2026-11-27  Earned 62 points (purchase) [127]",
        "2026-12-01  Spent 100 points [27]",
        "2027-01-01  27 points expired [0]",
    ]


def program_of(name: str) -> Program:
    program = import_module(f"programmes.{name}").program
    assert isinstance(program, Program)
    return program


def test_every_module_of_the_folder_is_told() -> None:
    found = {path.stem for path in FOLDER.glob("*.py")} - set(SHARED)
    assert found == set(STORIES)
    assert len(found) >= 10


@pytest.mark.parametrize("name", STORIES)
def test_a_module_fits_on_a_page_opens_with_one_sentence_and_stands_in_the_index(name: str) -> None:
    text = (FOLDER / f"{name}.py").read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    sentence = import_module(f"programmes.{name}").__doc__
    assert sentence is not None
    assert sentence.count(". ") == 0
    assert f"| `{name}` | {sentence} |" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", STORIES)
def test_a_programme_that_was_stored_and_loaded_is_the_same_and_tells_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = program_of(name)
    loaded = loads(dumps(program), Program)
    assert loaded == program
    before = STORIES[name]()
    monkeypatch.setattr(f"programmes.{name}.program", loaded)
    assert STORIES[name]() == before


def test_the_script_tells_one_story_or_all() -> None:
    done = subprocess.run(
        [sys.executable, FOLDER.parent / "gallery.py", "coffee_stamps"],
        env={**os.environ, "TZ": "Pacific/Auckland"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    one = done.stdout.decode().splitlines()
    assert one == ["coffee_stamps", *(f"  {line}" for line in coffee_stamps.story()), ""]
    assert one == list(told(["coffee_stamps"]))
    assert [line for line in told([]) if line and not line.startswith(" ")] == list(STORIES)


def test_a_story_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(SystemExit, match="no story is called 'tea': there are airline_status_"):
        list(told(["tea"]))
