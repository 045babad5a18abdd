"""A café: each coffee is a stamp, and nine stamps are a free coffee, given without asking."""

from loyaltykit import *
from programmes.host import Host

coffee = item.category.is_("coffee")
free = Coupon("FREE", percent_off(100, of=coffee, up_to="4.50"), valid=days(30))

program = Program(
    "Café",
    "EUR",
    timezone="Europe/Vienna",
    purses=[Purse("stamps", expires=months(6))],
    rewards=[Reward("full card", 9, purse="stamps", gives=Issue(free), auto=True)],
    rules=[
        Rule(
            "stamp",
            Purchase,
            # What a full card pays for is no stamp.
            then=Accrue(points(1).per_unit(of=coffee & (item.spend > 0)), purse="stamps"),
        )
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.buys("2026-03-02", "3.80", 4, category="coffee")
    ana.buys("2026-03-09", "3.80", 7, category="coffee")
    cup = Line("1", "flat white", price="3.80", category="coffee")
    ana.orders("2026-03-10", cup, coupons=["FREE"])
    ana.buys("2026-03-11", "2.90", category="cake")
    ana.waits("2026-09-10")
    return ana.told
