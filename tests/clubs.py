"""Programmes with every kind of rule, and strategies for what members do in them.

What is drawn is often refused, late in the day or at the very instant at which something is due:
the laws have to hold there too.
"""

from datetime import UTC, datetime

from loyaltykit import (
    Accrue,
    ActivitiesDone,
    Activity,
    Adjustment,
    After,
    AtEndOf,
    Birthday,
    Budget,
    Calendar,
    Counting,
    Coupon,
    CouponPresentation,
    Credit,
    Custom,
    Dormancy,
    Downgrade,
    Engine,
    Enrolment,
    ForTerm,
    GiveBack,
    Grace,
    GraceFrom,
    GrantTier,
    Inactivity,
    Issue,
    LeapDay,
    MembershipYear,
    Milestone,
    Notify,
    OnReturn,
    Over,
    Per,
    PointsEarned,
    ProfileChange,
    Program,
    Purchase,
    Purse,
    Redeeming,
    Redemption,
    ReferralQualified,
    Return,
    Reward,
    Rounding,
    Rule,
    Send,
    Shortfall,
    SinceEntry,
    Streak,
    Tier,
    Tiers,
    UnitsBought,
    UntilReview,
    activity,
    amount_off,
    basket,
    best_of,
    confirmed,
    days,
    end_of,
    hours,
    item,
    member,
    money_spent,
    months,
    once,
    orders_placed,
    per_day,
    per_life,
    per_month,
    per_order,
    per_week,
    per_year,
    percent_off,
    points,
    points_earned,
    referral,
    some_item,
    with_tier,
    within,
)

START = datetime(2026, 1, 30, 12, tzinfo=UTC)
ZONES = ("Europe/Lisbon", "Pacific/Auckland", "America/New_York")

coffee = item.category.is_("coffee")
wine = item.category.is_("wine")
channel = basket.label("channel")
base = points(1).per(1)

SPRING = Coupon(
    "SPRING", percent_off(10), valid=days(20), limit=per_month(2), total=100, public=True
)
FIVER = Coupon("FIVER", amount_off(5), valid=days(14), when=basket.spend >= 20)
BEANS = Coupon("BEANS", percent_off("33.3", of=coffee, up_to=4), limit=within(days(9), 1))

# Pending, expiry, a rolling ladder, limits over every window, coupons, birthday, referral.
CORNER = Program(
    "Corner",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=Tiers(
        [Tier("bronze", 0), Tier("silver", 60), Tier("gold", 200)],
        window=days(40),
    ),
    coupons=[SPRING, FIVER, BEANS],
    purses=[Purse("status")],
    rules=[
        Rule("welcome", Enrolment, then=Accrue(points(15), expires=days(30)), limit=once()),
        Rule("purchase", Purchase, then=Accrue(base, pending=days(7), expires=months(2))),
        Rule(
            "silver",
            Purchase,
            when=member.tier >= "silver",
            then=Accrue(base * "0.5", expires=end_of("month")),
            limit=per_month(points=40),
        ),
        Rule(
            "dry",
            Purchase,
            when=~some_item(wine) | (basket.spend >= 50),
            then=[Accrue(points(7)), Accrue(base.cap(30), purse="status")],
            limit=within(days(10), 2),
        ),
        Rule("beans", Purchase, when=some_item(coffee, 2), then=Issue(BEANS), limit=per_week(2)),
        Rule(
            "review",
            Activity,
            when=activity.kind.is_("review"),
            then=Accrue(points(5)),
            limit=per_day(1),
        ),
        Rule("birthday", Birthday(before=days(3)), then=[Issue(FIVER), Accrue(points(25))]),
        Rule(
            "win-back",
            Inactivity(days(21)),
            when=member.orders >= 1,
            then=[Issue(FIVER), Notify("come back")],
        ),
        Rule(
            "how is it",
            After(Purchase, days(5)),
            when=some_item(coffee),
            then=Accrue(points(1).per_unit(of=coffee), expires=hours(36)),
            limit=per_year(points=12),
        ),
        *referral(
            referrer=Credit(10),
            referee=Credit(5),
            qualifies=basket.spend >= 30,
            pending=days(10),
            limit=per_year(2),
        ),
    ],
)

# Another currency and zone, calendar ladders in money, answers of the host, no waiting.
HARBOUR = Program(
    "Harbour",
    "JPY",
    timezone="Pacific/Auckland",
    remember=days(90),
    tiers=[
        Tiers(
            [Tier("crew", 10), Tier("mate", 60)],
            metric=money_spent,
            window=Calendar("month", starts=(1, 5)),
        ),
        Tiers(
            [Tier("oar", 15, keep=10), Tier("sail", 45, keep=30), Tier("engine", None)],
            name="boat",
            window=days(9),
            validity=ForTerm(days(12)),
            downgrade=Downgrade.ONE_STEP,
            grace=days(3),
        ),
    ],
    purses=[Purse("status")],
    coupons=[SPRING, Coupon("FIVER", amount_off(5), valid=end_of("week"))],
    rewards=[
        Reward("towel", 9, when=member.tier >= "crew", limit=per_month(2), stock=50),
        Reward("rope", 60, gives=Issue("FIVER"), auto=True),
        Reward("mug", 2, purse="credit", gives="harbour mug"),
    ],
    rules=[
        Rule(
            "purchase",
            Purchase,
            then=Accrue(
                best_of(base, points(30).when(Custom("card") & (basket.lines >= 2)))
                + points(2).per_whole(10, of=coffee),
                rounding=Rounding.HALF_UP,
            ),
            limit=per_day(points=70),
        ),
        Rule(
            "double",
            Purchase,
            when=~some_item(wine),
            then=Accrue(base, expires=days(3)),
        ),
        Rule("thanks", Purchase, when=basket.spend >= 25, then=Issue("FIVER")),
        Rule(
            "night",
            Purchase,
            when=(basket.hour >= 22) | channel.is_("app"),
            then=Accrue(points(3), pending=hours(1)),
        ),
        Rule("birthday", Birthday(leap=LeapDay.MAR_1), then=Accrue(points(9), expires=days(1))),
        Rule("later", Birthday(after=days(2)), then=Notify("belated"), limit=once()),
        Rule("lapsed", Inactivity(months(1)), then=Accrue(points(11))),
        Rule("joined", After(Enrolment, days(30)), then=Issue("SPRING")),
        Rule("sorry", After(Return, days(2)), then=Accrue(points(4)), limit=per_month(1)),
        Rule("told", ProfileChange, then=Accrue(points(2)), limit=once()),
        Rule(
            "brought",
            Purchase,
            when=member.referred.is_(True) & (member.orders < 1),
            then=Send(),
        ),
        Rule("bringer", ReferralQualified, then=Accrue(points(20)), limit=per_month(1)),
        Rule("spent", Redemption, then=Accrue(points(1), expires=days(10))),
        Rule("put right", Adjustment, then=Accrue(points(1)), limit=per_week(1)),
        Rule("shown", CouponPresentation, then=Accrue(points(1)), limit=per_week(1)),
        Rule(
            "year",
            Activity,
            then=Accrue(points(6)),
            limit=per_year(points=20),
        ),
    ],
)

# What a return may do is plainest here: nothing listens to a return, nothing goes out.
KIOSK = Program(
    "Kiosk",
    "EUR",
    timezone="America/New_York",
    tiers=[
        Tiers([Tier("a", 0), Tier("b", 40)], window=MembershipYear()),
        Tiers(
            [Tier("x", 0), Tier("y", money_spent.reaching(30) | orders_placed.reaching(3))],
            name="letters",
            metric=PointsEarned(counted=Counting.RELEASED),
            window=SinceEntry(),
            validity=UntilReview(end_of("month")),
            downgrade=Downgrade.BASE,
        ),
    ],
    coupons=[SPRING, FIVER],
    purses=[Purse("status")],
    goodwill=per_month(2, points=60),
    rules=[
        Rule(
            "base",
            Purchase,
            then=Accrue(base, expires=days(9)),
            limit=[per_week(points=90), per_order(points=60)],
        ),
        Rule("dry", Purchase, when=~some_item(wine), then=Accrue(base * 2, pending=days(1))),
        Rule(
            "either",
            Purchase,
            when=~some_item(wine) | (basket.spend >= 30),
            then=Accrue(points(12)),
            limit=per_month(3),
        ),
        Rule("few", Purchase, when=basket.units <= 3, then=[Accrue(points(8)), Issue(FIVER)]),
        Rule("many", Purchase, when=basket.units >= 5, then=Accrue(points(9), purse="status")),
        Rule(
            "cups",
            Purchase,
            then=[Accrue(points(3).per_unit(of=coffee) + points(2)), Credit("0.25")],
            limit=[per_month(units=5), per_order(units=3)],
        ),
        Rule(
            "whole",
            Purchase,
            when=~some_item(wine) | (basket.spend >= 20),
            then=[Accrue(base * "0.5"), Issue(FIVER)],
            limit=[per_month(points=40, over=Over.REFUSE), per_life(99, per=Per.PROGRAM)],
        ),
        Rule(
            "friends",
            Purchase,
            when=~some_item(wine),
            then=Accrue(points(4).per_unit()),
            limit=per_month(20, units=15, per=Per.CODE),
        ),
    ],
    budgets=[
        Budget("kiosk", points=500, window=Calendar("month"), rules=["either", "whole", "cups"])
    ],
)

# Every policy of a purse, every strategy of a return, points that wait to be confirmed.
QUAY = Program(
    "Quay",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=Tiers(
        [Tier("deck", 0), Tier("bridge", 50, expires=days(11))],
        metric=money_spent,
        window=days(25),
    ),
    coupons=[SPRING, FIVER],
    purses=[
        Purse("points", cap=90, shortfall=Shortfall.BALANCE, dormancy=Dormancy(days(15))),
        Purse(
            "status",
            decimals=1,
            expires=with_tier(),
            most_debt=3,
            dormancy=Dormancy(
                days(6), share=40, least=2, every=days(3), all_after=days(20), unless=[Activity]
            ),
        ),
        Purse("credit", shortfall=Shortfall.PENDING, expires=days(40), cap=12),
    ],
    rules=[
        Rule(
            "base",
            Purchase,
            then=[
                Accrue(base, pending=confirmed(within=days(4)), on_return=OnReturn.PRO_RATA),
                Accrue(base * "0.25", purse="status", on_return=OnReturn.PER_ITEM),
            ],
        ),
        Rule(
            "dry",
            Purchase,
            when=~some_item(wine),
            then=[Accrue(points(8)), Credit("2.50", pending=days(3))],
            limit=per_month(3),
        ),
        Rule("visit", Activity, then=Accrue(points("1.5"), purse="status"), limit=per_day(1)),
        Rule(
            "later",
            After(Purchase, days(2)),
            then=Accrue(base * 2, pending=end_of("week"), on_return=OnReturn.PRO_RATA),
            limit=[per_month(units=6), per_year(points=5_000, per=Per.PROGRAM)],
        ),
        Rule("birthday", Birthday(), then=Accrue(points(5), expires=with_tier())),
    ],
    budgets=[Budget("quay", amount=50, points=900, rules=["dry", "birthday"])],
)

# Points are money here: rates by tier, steps, shares, points that come back and how long they live.
MARKET = Program(
    "Market",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=[
        Tiers(
            [Tier("stall", 0), Tier("hall", 60, keep=40)],
            metric=money_spent,
            window=days(30),
            upgrade=AtEndOf("week"),
            grace=Grace(days(10), counted_from=GraceFrom.LAST_COUNTED),
        ),
        Tiers(
            [Tier("penny", 20), Tier("purse", 90)],
            name="wealth",
            metric=member.balance().metric(),
        ),
    ],
    coupons=[SPRING, FIVER],
    purses=[
        Purse("points", cap=400, expires=days(25), dormancy=Dormancy(days(19))),
        Purse("status", decimals=1, expires=days(31), shortfall=Shortfall.BALANCE),
    ],
    redeeming=[
        Redeeming("status", worth="0.3", on_return=GiveBack.WHOLE),
        Redeeming(
            "points",
            points=10,
            worth=1,
            minimum=10,
            step=5,
            maximum=120,
            share=60,
            by_tier={"hall": "1.25"},
            grace=days(6),
        ),
    ],
    rules=[
        Rule("base", Purchase, then=Accrue(points(2).per(1), pending=days(1))),
        Rule(
            "dry",
            Purchase,
            when=~some_item(wine),
            then=Accrue(points(30), expires=days(8)),
            limit=per_week(5),
        ),
        Rule("half", Purchase, then=Accrue(points("0.5").per(1), purse="status")),
        Rule("back", Purchase, when=basket.spend >= 25, then=Credit(3, expires=days(12))),
        Rule("pass", Purchase, when=basket.units >= 3, then=GrantTier("hall", days(5))),
    ],
)

# Milestones and streaks of every total and window; what a return may do is plain here too.
FAIR = Program(
    "Fair",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=Tiers([Tier("stand", 0), Tier("stage", 70)], window=days(25)),
    coupons=[SPRING, FIVER],
    purses=[Purse("status"), Purse("gift", cap=90, shortfall=Shortfall.BALANCE)],
    rules=[
        Rule("base", Purchase, then=Accrue(base, pending=days(1), expires=days(40))),
        Rule("later", After(Purchase, days(2)), then=Accrue(points(3), purse="status")),
        Rule("visit", Activity, then=Accrue(points(2)), limit=per_day(1)),
        Rule(
            "spent",
            Milestone(money_spent, every=25),
            then=[Accrue(points(11)), Issue(FIVER)],
            limit=per_month(4),
        ),
        Rule(
            "month",
            Milestone(money_spent, [20, 60], window=Calendar("month")),
            when=member.orders >= 1,
            then=Accrue(points(5), purse="gift", expires=days(9)),
        ),
        Rule(
            "orders",
            Milestone(orders_placed, every=2, window=MembershipYear()),
            then=[Credit(1), Accrue(points(2), on_return=OnReturn.KEEP)],
        ),
        Rule(
            "cups",
            Milestone(UnitsBought(of=coffee), every=3),
            then=Accrue(points(8), purse="gift", pending=days(2)),
        ),
        Rule("points", Milestone(points_earned, [15, 40], window=days(12)), then=Issue(FIVER)),
        Rule("visits", Milestone(ActivitiesDone("visit"), every=2), then=Accrue(points(3))),
        Rule(
            "weeks",
            Streak(orders_placed, 1, every="week", times=2, gaps=1),
            then=Accrue(points(7)),
        ),
        Rule(
            "days",
            Streak(money_spent, 10, every="day", times=2),
            then=Accrue(points(4), purse="status"),
            limit=per_month(2),
        ),
    ],
)

CLUBS = (CORNER, HARBOUR, KIOSK, QUAY, MARKET)
ENGINES = {program.name: Engine(program) for program in (*CLUBS, FAIR)}


def edited(program: Program) -> Program:
    """The programme after a redesign: rules gone, turned round or on other triggers."""
    first, *rules = program.rules
    turned = [
        Rule(rule.name, rule.on, when=rule.when, then=rule.then, limit=None)
        for rule in reversed(rules)
        if rule.name not in ("purchase", "win-back")
    ]
    return Program(
        program.name,
        program.currency,
        timezone="Asia/Kathmandu",
        tiers=Tiers([Tier("silver", 5), Tier("royal", 150)], window=days(15)),
        coupons=[SPRING, FIVER, BEANS],
        purses=[Purse("status")],
        rules=[
            *turned,
            Rule(first.name, Birthday(after=days(1)), then=Accrue(points(1))),
            Rule("purchase", After(Purchase, days(1)), then=Accrue(points(2).per_unit(of=wine))),
            Rule("win-back", Purchase, when=basket.hour >= 12, then=Accrue(points(3))),
        ],
    )
