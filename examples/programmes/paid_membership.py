"""A shop with a paid membership: the yearly card gives a tier, and another card lengthens it."""

from loyaltykit import *
from programmes.host import Host

card = item.sku.is_("yearly card")
guest, plus = Tier("guest", 0), Tier("plus", None)

program = Program(
    "Outdoor",
    "EUR",
    timezone="Europe/Paris",
    tiers=Tiers([guest, plus]),
    rules=[
        Rule("card", Purchase, when=some_item(card), then=GrantTier(plus, months(12))),
        Rule("purchase", Purchase, then=Accrue(points(1).per(1, of=~card))),
        Rule("plus", Purchase, when=member.tier >= plus, then=Accrue(points(2).per(1, of=~card))),
        Rule("welcome", TierReached(plus), then=Issue(Coupon("HELLO", amount_off(15)))),
        Rule("renew", TierEnding(days(30), plus), then=Notify("your card ends in 30 days")),
        Rule("ended", TierLost(plus), then=Notify("your card has ended")),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.buys("2026-03-01", 39, sku="yearly card")
    ana.buys("2026-04-01", 100, sku="tent")
    ana.waits("2027-02-10")
    ana.buys("2027-02-15", 39, sku="yearly card")
    ana.waits("2028-03-01")
    ana.buys("2028-03-02", 100, sku="stove")
    return ana.told
