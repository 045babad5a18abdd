"""Statements of what is done by hand, word for word, with what it does to the balance."""

from datetime import UTC, datetime, timedelta

import pytest

from loyaltykit import Account, IssuedCoupon, Lot, Program, fold
from loyaltykit.closures import Closed, Erased, Resumed, Suspended
from loyaltykit.effects import CouponIssued, CouponWithdrawn, Effect
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.lots import Draw
from loyaltykit.movements import Accrued
from loyaltykit.statement import statement

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
PLAIN = Program("Plain", "EUR", timezone="Europe/Lisbon")


def lot(id: str = "a", purse: str = "points", points: int = 100) -> Lot:
    return Lot(
        id,
        purse,
        points=points,
        remaining=points,
        earned=NOON,
        available=NOON,
        expires=LATER,
        event="e-1",
        rule=None,
    )


CAKE = IssuedCoupon("c-1", "CAKE", issued=NOON, until=None, event="e-1", rule="gift")
HOLDING = fold(Account.new("ana"), [Accrued(NOON, lot(), 100), CouponIssued(NOON, CAKE)])


@pytest.mark.parametrize(
    ("effect", "text", "numbers"),
    [
        (
            Adjusted(NOON, "j", "points", lot("b", points=25), (), "entered late"),
            "25 points added by hand (entered late)",
            ("points", 25, 125),
        ),
        (
            Adjusted(NOON, "j", "points", None, (Draw(lot(), 1),), "entered twice"),
            "1 point taken by hand (entered twice)",
            ("points", -1, 99),
        ),
        (
            GoodwillGranted(NOON, lot("b", "credit", 250), "late delivery"),
            "2.50 EUR credit as goodwill (late delivery)",
            ("credit", 250, 250),
        ),
        (
            Rescheduled(NOON, "x", "a", datetime(2026, 7, 1, tzinfo=UTC)),
            "100 points last until 1 Jul 2026",
            ("points", 0, 100),
        ),
        (
            Revived(NOON, lot("b", points=40), "was ill"),
            "40 points had expired and came back (was ill)",
            ("points", 40, 140),
        ),
        (
            Transferred(NOON, "t", "bob", "points", (Draw(lot(), 30),), LATER),
            "30 points sent to bob",
            ("points", -30, 70),
        ),
        (
            TransferArrived(NOON, "bob", "points", (lot("b", points=3), lot("c", points=4))),
            "7 points received from bob",
            ("points", 7, 107),
        ),
        (
            TransferUndone(NOON, "t", "bob", "points", (Draw(lot(), 30),)),
            "30 points came back: not taken by bob",
            ("points", 30, 130),
        ),
        (Suspended(NOON, "under review", None), "Account suspended", (None, 0, None)),
        (
            Suspended(NOON, "under review", datetime(2026, 7, 1, tzinfo=UTC)),
            "Account suspended until 1 Jul 2026",
            (None, 0, None),
        ),
        (Resumed(NOON), "Account open again", (None, 0, None)),
        (Closed(NOON, "moved away"), "Account closed", (None, 0, None)),
        (Erased(NOON, "z"), "Account erased", (None, 0, None)),
        (CouponWithdrawn(NOON, None, "c-1"), "Coupon CAKE ended with the account", (None, 0, None)),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, str) else each,
)
def test_a_line_says_what_was_done_by_hand(
    effect: Effect, text: str, numbers: tuple[str | None, int, int | None]
) -> None:
    [line] = statement([effect], PLAIN, opening=HOLDING)
    assert line.text == text
    assert (line.purse, line.points, line.balance) == numbers


def test_a_lot_that_nobody_holds_has_no_line() -> None:
    assert statement([Rescheduled(NOON, "x", "gone", LATER)], PLAIN, opening=HOLDING) == ()
