"""A pharmacy: more in the cold season, in the morning and on one Friday; the best of them."""

from loyaltykit import *
from programmes.host import Host

bought = ~item.tags.has("prescription")
morning = at_hours("08:00", "10:00", on=["mon", "tue", "wed", "thu", "fri"])
cold_season = in_season((10, 1), (3, 31))
sale_friday = recurring("FREQ=YEARLY;BYMONTH=11;BYDAY=4FR")

program = Program(
    "Pharmacy",
    "EUR",
    timezone="Europe/Rome",
    purses=[Purse("points", expires=end_of("year"))],
    redeeming=[Redeeming("points", points=50, worth="2.50", minimum=50, step=50)],
    rules=[
        Rule(
            "purchase",
            Purchase,
            then=Accrue(
                points(1)
                .per(1, of=bought)
                .times(
                    Factor("1.5", when=cold_season),
                    Factor(2, when=morning),
                    Factor(5, when=sale_friday),
                    combine=Combine.BEST,
                )
            ),
        ),
        Rule(
            "blood pressure",
            Activity,
            when=activity.kind.is_("blood pressure"),
            then=Accrue(points(5)),
            limit=cooldown(days(30)),
        ),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    pills = Line("2", "pills", price="30", tags=["prescription"])
    for when in ("2026-03-31 17:00", "2026-04-01 09:59", "2026-04-01 10:00"):
        ana.orders(when, Line("1", "ointment", price="12.50"), pills)
    ana.does("2026-05-01", "blood pressure")
    ana.does("2026-05-30", "blood pressure")
    ana.does("2026-05-31", "blood pressure")
    ana.buys("2026-11-27 09:00", "12.50")
    ana.spends("2026-12-01", 100)
    ana.waits("2027-01-01")
    return ana.told
