"""A sportswear shop: points for a level, and the same points once more to spend on rewards."""

from loyaltykit import *
from programmes.host import Host

levels = {"level 1": 0, "level 2": 1_000, "level 3": 4_000, "level 4": 10_000}
km = activity.number("km", optional=True)


def both(earned: Earning) -> list[Accrue]:
    """Into both purses, so that what is spent of the one leaves the level as it is."""
    return [Accrue(earned), Accrue(earned, purse="level points")]


program = Program(
    "Sportswear",
    "EUR",
    timezone="Europe/Berlin",
    purses=[Purse("level points"), Purse("points", expires=months(12))],
    tiers=Tiers(
        [Tier(name, least) for name, least in levels.items()],
        metric=PointsEarned("level points"),
        window=months(12),
    ),
    rewards=[Reward("bottle", 1_000, stock=200), Reward("race place", 8_000)],
    unique_proofs=["review"],
    rules=[
        Rule("profile", Enrolment, then=both(points(100)), limit=once()),
        Rule("purchase", Purchase, then=both(points(10).per(1))),
        Rule(
            "review",
            Activity,
            when=activity.kind.is_("review"),
            then=both(points(50)),
            limit=per_month(2),
        ),
        Rule(
            "run",
            Activity,
            when=activity.kind.is_("run"),
            then=both(points(2).each(km, fallback=0).cap(50)),
            limit=per_day(1),
        ),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.joins("2026-01-10")
    ana.buys("2026-02-01", "89.99")
    for thing in ("shoes", "socks", "shirt"):
        ana.does("2026-02-02", "review", proof=f"review of the {thing}")
    ana.tell(RewardClaim("claim", ana.at("2026-02-03"), member="ana", reward="bottle"))
    ana.does("2026-02-04", "run", labels={"km": 30})
    ana.waits("2027-02-01")
    return ana.told
