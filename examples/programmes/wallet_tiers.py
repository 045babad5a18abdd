"""A wallet: the tier is what the balance says at this moment, so spending points lowers it."""

from loyaltykit import *
from programmes.host import Host

silver, gold = Tier("silver", 100), Tier("gold", 500)

program = Program(
    "Wallet",
    "EUR",
    timezone="Europe/Warsaw",
    purses=[Purse("points", expires=months(12))],
    tiers=Tiers([Tier("basic", 0), silver, gold], metric=member.balance().metric()),
    rewards=[Reward("headphones", 450, when=member.tier >= gold)],
    rules=[
        Rule("purchase", Purchase, then=Accrue(points(1).per(1))),
        Rule("lost", TierLost(), then=Notify("one step down")),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.buys("2026-01-10", 100)
    ana.spends("2026-02-15", 50)
    ana.buys("2026-02-25", 500)
    ana.tell(RewardClaim("claim", ana.at("2026-03-01"), member="ana", reward="headphones"))
    ana.asks("2026-03-02")
    ana.waits("2027-02-25")
    return ana.told
