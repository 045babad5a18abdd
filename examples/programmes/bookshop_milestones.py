"""A bookshop: gifts for the tenth book, every 250 EUR, three months in a row, and reviews."""

from loyaltykit import *
from programmes.host import Host

books = UnitsBought(of=item.category.is_("book"))
tenth = Coupon("TENTH", percent_off(20), valid=months(3))

program = Program(
    "Bookshop",
    "EUR",
    timezone="Europe/Dublin",
    unique_proofs=["review"],
    rules=[
        Rule("purchase", Purchase, then=Accrue(points(1).per(1))),
        Rule("books", Milestone(books, [10, 50]), then=Issue(tenth)),
        Rule("every 250", Milestone(money_spent, every=250), then=Credit(10, expires=months(12))),
        Rule(
            "three months",
            Streak(orders_placed, 1, every="month", times=3, gaps=1),
            then=Accrue(points(75)),
        ),
        Rule(
            "review",
            Activity,
            when=activity.kind.is_("review"),
            then=Accrue(points(10)),
            limit=per_month(2),
        ),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.buys("2026-01-20", 15, 9, category="book")
    ana.buys("2026-02-20", 115, category="lamp")
    ana.buys("2026-04-20", 12, 1, category="book")
    ana.returns("2026-04-25", "e3")
    ana.buys("2026-04-26", 12, 1, category="book")
    for number in range(1, 4):
        ana.does(f"2026-04-{26 + number}", "review", proof=f"review {number}")
    return ana.told
