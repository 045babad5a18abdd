"""An airline: miles flown in a calendar year make a status that lasts to the second February."""

from loyaltykit import *
from programmes.host import Host

flown = basket.number("miles")
business = basket.label("cabin", optional=True).is_("business")
silver, gold = Tier("silver", 35_000), Tier("gold", 100_000)

program = Program(
    "Airline",
    "EUR",
    timezone="Europe/Berlin",
    purses=[Purse("status"), Purse("points", expires=months(36).through_end_of("quarter"))],
    tiers=Tiers(
        [Tier("traveller", 0), silver, gold],
        metric=PointsEarned("status"),
        window=Calendar("year"),
        # The rest of the year, the whole of the next, and on to the last day of February.
        validity=ForTerm(months(12).through_end_of("year").then_next((2, 29))),
    ),
    rules=[
        Rule(
            "status miles",
            Purchase,
            then=Accrue(
                points(1).each(flown, fallback=0).times(Factor(2, when=business)), purse="status"
            ),
        ),
        Rule(
            "award miles",
            Purchase,
            then=Accrue(
                first_of(
                    points(6).per(1).when(member.tier >= gold),
                    points(5).per(1).when(member.tier >= silver),
                    points(4).per(1),
                )
            ),
        ),
        Rule("lounge", TierReached(gold), then=Notify("your lounge card")),
        Rule("ending", TierEnding(days(60)), then=Notify("your status is about to end")),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ticket = Line("1", "ticket", price="400")
    ana.orders("2026-02-10", ticket, labels={"miles": 12_000, "cabin": "business"})
    ana.orders("2026-11-20", ticket, labels={"miles": 11_000, "cabin": "economy"})
    ana.orders("2027-01-15", ticket, labels={"miles": 34_999})
    ana.asks("2027-12-31")
    ana.waits("2028-03-01")
    return ana.told
