"""A ferry line: each member has a year of their own, which begins anew when the tier rises."""

from loyaltykit import *
from programmes.host import Host

platinum = Tier("platinum", 30_000)

program = Program(
    "Ferry",
    "EUR",
    timezone="Europe/Stockholm",
    purses=[Purse("points", expires=months(36))],
    tiers=Tiers(
        [Tier("blue", 0), platinum],
        # What is earned in the rest of the month of an upgrade belongs to no year.
        window=SinceEntry(begins=end_of("month")),
        validity=UntilReview(months(12).through_end_of("month")),
    ),
    rules=[
        Rule("crossing", Purchase, then=Accrue(points(10).per(1))),
        Rule("welcome", TierReached(platinum), then=Issue(Coupon("CABIN", percent_off(50)))),
        Rule("again", TierKept(platinum), then=Notify("another year of platinum")),
        Rule("soon", TierEnding(days(30)), then=Notify("your year is nearly over")),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.joins("2026-01-01")
    ana.buys("2026-02-10", "2999.90")
    ana.buys("2026-03-10", "0.10")
    ana.spends("2026-03-11", 30_000)
    ana.buys("2026-03-20", 500)
    ana.buys("2026-12-01", "2999.90")
    ana.asks("2027-02-01")
    ana.waits("2027-04-01")
    return ana.told
