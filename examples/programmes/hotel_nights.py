"""A hotel chain: nights or spend in a year make a tier, and the highest needs both."""

from loyaltykit import *
from programmes.host import Host

nights = PointsEarned("nights")
room = item.category.is_("room")

silver, gold, diamond = (
    Tier("silver", nights.reaching(10) | money_spent.reaching(2_000)),
    Tier("gold", nights.reaching(25) | money_spent.reaching(5_000)),
    Tier("diamond", nights.reaching(50) & money_spent.reaching(10_000)),
)

program = Program(
    "Hotel",
    "EUR",
    timezone="Europe/Madrid",
    purses=[Purse("nights"), Purse("points", dormancy=Dormancy(months(24)))],
    tiers=Tiers(
        [Tier("guest", 0), silver, gold, diamond],
        metric=nights,
        window=Calendar("year"),
        validity=ForTerm(months(12).through_end_of("year")),
    ),
    rules=[
        Rule("night", Purchase, then=Accrue(points(1).per_unit(of=room), purse="nights")),
        Rule("stay", Purchase, then=Accrue(points(10).per(1))),
        Rule("gold stay", Purchase, when=member.tier >= gold, then=Accrue(points(5).per(1))),
        Rule("gold gift", TierReached(gold), then=Accrue(points(1_000))),
        Rule("diamond gift", TierReached(diamond), then=Issue(Coupon("SUITE", percent_off(50)))),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.buys("2026-02-01", 90, 10, category="room")
    ana.buys("2026-05-01", "4100", category="banquet")
    ana.buys("2026-10-01", 150, 39, category="room")
    ana.asks("2026-10-02")
    ana.buys("2026-12-01", 150, 1, category="room")
    ana.waits("2028-01-01")
    return ana.told
