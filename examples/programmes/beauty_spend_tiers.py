"""A beauty shop: the spend of a calendar year makes a tier for it and all of the next."""

from loyaltykit import *
from programmes.host import Host

plus, top = Tier("plus", 350), Tier("top", 1_000)
ten_off = Coupon("TEN", amount_off(10), valid=days(90))

program = Program(
    "Beauty",
    "USD",
    timezone="America/New_York",
    tiers=Tiers(
        [Tier("insider", 0), plus, top],
        metric=money_spent,
        window=Calendar("year"),
        validity=ForTerm(months(12).through_end_of("year")),
    ),
    purses=[Purse("points", dormancy=Dormancy(months(18)))],
    rewards=[Reward("10 off", 500, gives=Issue(ten_off))],
    rules=[
        Rule(
            "purchase",
            Purchase,
            then=Accrue(
                points(1)
                .per(1)
                .times(
                    Factor("1.5", when=member.tier >= top),
                    Factor("1.25", when=member.tier >= plus),
                    combine=Combine.FIRST,
                )
            ),
        ),
        Rule("birthday", Birthday(), when=member.orders >= 1, then=Notify("a gift for your day")),
    ],
)


def story() -> list[str]:
    ana = Host(program)
    ana.joins("2026-01-10", birthday=ana.at("1990-06-05").date())
    ana.buys("2026-02-01", "349.99")
    ana.buys("2026-07-01", "0.01")
    ana.buys("2026-12-31 23:00", 200)
    ana.tell(RewardClaim("claim", ana.at("2027-01-02"), member="ana", reward="10 off"))
    ana.asks("2027-03-01")
    ana.waits("2028-01-01")
    return ana.told
