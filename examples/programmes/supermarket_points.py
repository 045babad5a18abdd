"""A supermarket: a point per whole 2 EUR, a cent each, and paid out from 200 points on."""

from loyaltykit import *
from programmes.host import Host

bought = ~item.category.one_of("gift card", "tobacco")
fruit = item.category.is_("fruit")

program = Program(
    "Supermarket",
    "EUR",
    timezone="Europe/Berlin",
    purses=[Purse("points", expires=months(36).through_end_of("year"))],
    redeeming=[Redeeming("points", points=100, worth=1, minimum=200)],
    rules=[
        Rule("purchase", Purchase, then=Accrue(points(1).per_whole(2, of=bought))),
        Rule(
            "fruit days",
            Purchase,
            when=on_weekdays("mon", "tue"),
            then=Accrue(points(9).per_whole(2, of=fruit)),
        ),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.orders(
        "2026-03-04",
        Line("1", "groceries", price="57.99"),
        Line("2", "gift card", price="50", category="gift card"),
    )
    ana.buys("2026-03-09", "6.10", category="fruit")
    ana.buys("2026-04-01", "283.90")
    ana.spends("2026-04-02", 199)
    ana.buys("2026-04-03", "3.99")
    ana.orders("2026-04-04", Line("1", "groceries", price="20"), spend={"points": 200})
    ana.waits("2030-01-01")
    return ana.told
