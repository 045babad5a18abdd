"""The clubs of the point-by-point model, as plain data that the model and the engine are made from.

Each club has two purses with policies of their own and three rules that grant into them. Together
they pair every value of every policy with every value of every other.
"""

from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1)
WAIT = 3 * DAY
"""How long points stay pending that do so for days."""
PATIENCE = 6 * DAY
"""How long points wait to be confirmed."""
SPAN = 10 * DAY
"""How long a rolling limit looks back."""
MEMORY = 20 * DAY
"""How long points count for the tier."""
TIERS = (("bronze", 0), ("silver", 50), ("gold", 120))


@dataclass(frozen=True)
class Grant:
    """What a rule grants for an order: `flat` points, and `rate[0]` for every `rate[1]` euros.

    `dry` asks for an order without wine, or of 50 euros. Points are `pending` not at all ("none"),
    for "days", until the "month" ends, or until "confirmed"; they last for so many days from the
    order, or for ever. Of a `limit` per "month" or "rolling", `most` points are granted.
    """

    rule: str
    purse: str
    flat: int = 0
    rate: tuple[int, int] = (0, 1)
    dry: bool = False
    rounding: str = "floor"
    pending: str = "none"
    lasts: int | None = None
    on_return: str = "re-evaluate"
    limit: str = "none"
    most: int = 0


@dataclass(frozen=True)
class Terms:
    """The policies of a purse: `cents` are what one of its points pays, if it pays at all."""

    name: str
    shortfall: str = "debt"
    most_debt: int | None = None
    cap: int | None = None
    cents: int | None = None
    give_back: str = "pro-rata"
    grace: int | None = None


@dataclass(frozen=True)
class Club:
    """A club: its purses, and its rules in the order in which they are asked."""

    name: str
    purses: tuple[Terms, ...]
    grants: tuple[Grant, ...]
    tiers: bool = False


CLUBS = (
    Club(
        "corner shop",
        (Terms("points"),),
        (
            Grant("base", "points", rate=(1, 1), pending="days", lasts=30),
            Grant("bonus", "points", flat=10, dry=True, lasts=12),
        ),
        tiers=True,
    ),
    Club(
        "bakery",
        (
            Terms("points", cap=110, cents=5, give_back="never"),
            Terms("stamps", "pending", cap=60, cents=20, give_back="whole", grace=5),
        ),
        (
            Grant(
                "base",
                "points",
                rate=(1, 1),
                pending="confirmed",
                lasts=30,
                on_return="keep",
                limit="month",
                most=90,
            ),
            Grant(
                "bonus",
                "points",
                flat=9,
                rate=(1, 3),
                dry=True,
                rounding="half-up",
                lasts=12,
                on_return="pro-rata",
                limit="rolling",
                most=40,
            ),
            Grant(
                "stamp",
                "stamps",
                flat=2,
                rate=(1, 2),
                rounding="ceil",
                pending="days",
                lasts=17,
                on_return="pro-rata",
                limit="month",
                most=50,
            ),
        ),
        tiers=True,
    ),
    Club(
        "books",
        (
            Terms("points", most_debt=20, cap=150, cents=10, give_back="never"),
            Terms("stamps", "balance", cap=70, cents=25, grace=4),
        ),
        (
            Grant(
                "base",
                "points",
                rate=(1, 1),
                rounding="half-even",
                pending="month",
                lasts=40,
                on_return="pro-rata",
            ),
            Grant(
                "bonus",
                "points",
                flat=12,
                rate=(1, 2),
                dry=True,
                pending="days",
                lasts=12,
                limit="month",
                most=60,
            ),
            Grant(
                "stamp",
                "stamps",
                rate=(2, 3),
                rounding="half-up",
                pending="days",
                lasts=9,
                on_return="keep",
                limit="rolling",
                most=45,
            ),
        ),
    ),
    Club(
        "cinema",
        (
            Terms("points", "pending", cents=7),
            Terms("stamps", "balance", cap=80, cents=30, give_back="never"),
        ),
        (
            Grant(
                "base",
                "points",
                rate=(1, 1),
                pending="month",
                lasts=20,
                on_return="pro-rata",
                limit="month",
                most=100,
            ),
            Grant("bonus", "points", flat=15, dry=True, lasts=9, on_return="keep"),
            Grant(
                "stamp",
                "stamps",
                flat=5,
                rate=(1, 2),
                pending="month",
                lasts=45,
                on_return="per-item",
                limit="rolling",
                most=40,
            ),
        ),
    ),
    Club(
        "drugstore",
        (
            Terms("points", most_debt=15),
            Terms("stamps", most_debt=10, cap=90, cents=15, grace=6),
        ),
        (
            Grant("base", "points", flat=3, rate=(1, 1), lasts=28, on_return="per-item"),
            Grant(
                "bonus",
                "points",
                rate=(1, 2),
                dry=True,
                rounding="ceil",
                lasts=12,
                limit="rolling",
                most=30,
            ),
            Grant(
                "stamp",
                "stamps",
                flat=10,
                rate=(1, 4),
                dry=True,
                pending="confirmed",
                lasts=17,
            ),
        ),
        tiers=True,
    ),
    Club(
        "electronics",
        (Terms("points", "pending", cap=120), Terms("stamps", "balance")),
        (
            Grant(
                "base",
                "points",
                rate=(1, 1),
                rounding="half-up",
                pending="days",
                lasts=30,
                on_return="pro-rata",
            ),
            Grant(
                "bonus",
                "points",
                flat=11,
                rate=(1, 5),
                dry=True,
                pending="month",
                lasts=40,
                on_return="per-item",
                limit="month",
                most=50,
            ),
            Grant(
                "stamp",
                "stamps",
                flat=1,
                rate=(3, 2),
                rounding="half-even",
                pending="confirmed",
                on_return="pro-rata",
            ),
        ),
    ),
    Club(
        "flowers",
        (Terms("points", cents=9, grace=3), Terms("stamps", cap=75)),
        (
            Grant("base", "points", rate=(1, 1), lasts=17, on_return="per-item"),
            Grant(
                "bonus",
                "points",
                flat=8,
                rate=(1, 3),
                dry=True,
                pending="days",
                lasts=12,
                on_return="pro-rata",
                limit="month",
                most=45,
            ),
            Grant("stamp", "stamps", rate=(1, 2), pending="month", lasts=60, on_return="keep"),
        ),
        tiers=True,
    ),
    Club(
        "garden",
        (
            Terms("points", "pending", cents=11, give_back="never"),
            Terms("stamps", most_debt=25, cents=40, give_back="whole", grace=8),
        ),
        (
            Grant(
                "base",
                "points",
                rate=(1, 1),
                pending="days",
                on_return="per-item",
                limit="rolling",
                most=80,
            ),
            Grant(
                "bonus",
                "points",
                flat=20,
                dry=True,
                pending="confirmed",
                lasts=12,
                limit="rolling",
                most=50,
            ),
            Grant(
                "stamp",
                "stamps",
                flat=4,
                rate=(1, 3),
                rounding="ceil",
                pending="confirmed",
                lasts=12,
                on_return="keep",
                limit="month",
                most=40,
            ),
        ),
    ),
    Club(
        "hardware",
        (
            Terms("points", cap=140, cents=8, give_back="whole", grace=5),
            Terms("stamps", "balance", cents=50, give_back="whole"),
        ),
        (
            Grant(
                "base",
                "points",
                rate=(1, 1),
                rounding="half-up",
                pending="month",
                lasts=35,
            ),
            Grant(
                "bonus",
                "points",
                flat=10,
                rate=(1, 2),
                pending="confirmed",
                lasts=12,
                on_return="per-item",
                limit="rolling",
                most=45,
            ),
            Grant(
                "stamp",
                "stamps",
                flat=5,
                rate=(1, 4),
                dry=True,
                lasts=9,
                limit="month",
                most=40,
            ),
        ),
        tiers=True,
    ),
)
