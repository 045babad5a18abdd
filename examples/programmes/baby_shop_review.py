"""A baby shop: a tier is held for twelve months, then reviewed by the spend since entry."""

from loyaltykit import *
from programmes.host import Host

bronze, silver = Tier("bronze", 200), Tier("silver", 500)
cake = Coupon("CAKE", amount_off(20), valid=months(2))

program = Program(
    "Baby shop",
    "AUD",
    timezone="Australia/Sydney",
    tiers=Tiers(
        [Tier("member", 0), bronze, silver],
        metric=money_spent,
        window=SinceEntry(),
        validity=UntilReview(months(12).through_end_of("day")),
    ),
    rules=[
        Rule(
            "purchase",
            Purchase,
            then=Accrue(
                best_of(
                    points(1).per(1),
                    points("1.5").per(1).when(member.tier >= bronze),
                    points(2).per(1).when(member.tier >= silver),
                )
            ),
        ),
        Rule("first birthday", Birthday(before=days(7)), then=Issue(cake), limit=once()),
        Rule("lost", TierLost(), then=Notify("we miss you")),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.joins("2024-01-01", birthday=ana.at("2023-11-20").date())
    ana.buys("2024-01-01", 200)
    ana.buys("2024-07-01", 500)
    ana.buys("2025-07-01 23:00", "499.99")
    ana.asks("2025-07-01 23:30")
    ana.waits("2025-07-02")
    return ana.told
