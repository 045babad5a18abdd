"""The programme that logs are replayed through: one with every kind of rule."""

from loyaltykit import (
    Accrue,
    After,
    Birthday,
    Coupon,
    Credit,
    Enrolment,
    Inactivity,
    Issue,
    Notify,
    Program,
    Purchase,
    Rule,
    Tier,
    Tiers,
    amount_off,
    basket,
    best_of,
    days,
    item,
    member,
    months,
    once,
    per_year,
    percent_off,
    points,
    points_earned,
    referral,
    some_item,
)

POINT_WORTH = 1
"""What a point is worth when it is spent, in the currency's smallest coin: its cost in reports."""


def replay_program(currency: str, timezone: str) -> Program:
    """A club for any shop: points, tiers, coupons, birthday, win-back, follow-up and referral.

    Thresholds and amounts are in `currency`. A rule whose facts a log never tells stays silent: no
    birthdays, no gifts.
    """
    bronze, silver, gold = Tier("bronze", 0), Tier("silver", 500), Tier("gold", 2_000)
    base = points(1).per(1)
    earned = base + best_of(
        (base * "0.5").when(member.tier >= gold),
        (base * "0.25").when(member.tier >= silver),
        points(20).when(basket.weekday.one_of("sat", "sun") & (basket.spend >= 15)),
    )
    cake = Coupon("CAKE", amount_off(5), valid=days(14), when=basket.spend >= 10)
    comeback = Coupon("COMEBACK", percent_off(15), valid=days(30), when=basket.spend >= 20)
    return Program(
        "Replay Club",
        currency,
        timezone=timezone,
        tiers=Tiers([bronze, silver, gold], metric=points_earned, window=months(12)),
        rules=[
            Rule("welcome", Enrolment, then=Accrue(points(50), expires=months(6))),
            Rule("purchase", Purchase, then=Accrue(earned, pending=days(14), expires=months(12))),
            Rule(
                "big basket",
                Purchase,
                when=basket.spend >= 100,
                then=Accrue(points(100), expires=months(12)),
                limit=once(),
            ),
            Rule("birthday", Birthday(before=days(3)), then=[Issue(cake), Accrue(points(25))]),
            Rule("win-back", Inactivity(days(90)), when=member.orders >= 2, then=Issue(comeback)),
            Rule(
                "how is it",
                After(Purchase, days(30)),
                when=some_item(item.tags.has("starter-kit")),
                then=Notify("starter-follow-up"),
            ),
            *referral(
                referrer=Credit(10),
                referee=Credit(5),
                qualifies=basket.spend >= 30,
                pending=days(30),
                limit=per_year(10),
            ),
        ],
    )
