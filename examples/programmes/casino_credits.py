"""A casino resort: credits of a calendar year make a tier that ends on a later 31 January."""

from loyaltykit import *
from programmes.host import Host

tier_credits = PointsEarned("tier credits")

program = Program(
    "Resort",
    "USD",
    timezone="America/Los_Angeles",
    purses=[Purse("tier credits"), Purse("points", dormancy=Dormancy(months(6)))],
    redeeming=[Redeeming("points", points=100, worth=1)],
    tiers=Tiers(
        [Tier("gold", 0), Tier("platinum", 5_000), Tier("diamond", 15_000), Tier("star", 150_000)],
        metric=tier_credits,
        window=Calendar("year"),
        validity=ForTerm(months(12).through_end_of("year").then_next((1, 31))),
    ),
    rules=[
        Rule(
            "play",
            Purchase,
            then=[Accrue(points(1).per(5)), Accrue(points(1).per(5), purse="tier credits")],
        ),
        Rule(
            "big day",
            Milestone(tier_credits, [500, 1_000], window=Calendar("day")),
            then=Accrue(points(500), purse="tier credits"),
        ),
        Rule("dinner", TierReached("diamond"), then=Credit(100, expires=end_of("year"))),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.buys("2026-05-02", 5_000)
    ana.buys("2026-09-01", 65_000)
    ana.buys("2027-06-01", 20_000)
    ana.asks("2027-06-02")
    ana.waits("2029-02-01")
    return ana.told
