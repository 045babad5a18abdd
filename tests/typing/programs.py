"""What a programme is made of: each part where it belongs, and a whole programme as it reads."""

from loyaltykit.bands import banded
from loyaltykit.budgets import Budget
from loyaltykit.conditions import Condition, some_item
from loyaltykit.coupons import Coupon
from loyaltykit.discounts import amount_off, percent_off
from loyaltykit.earning import Earning, Scaled, Sum, When, best_of, first_of
from loyaltykit.events import Activity, Enrolment, Purchase
from loyaltykit.factors import Factor
from loyaltykit.limits import Limit, OneOrder, Over, Per, once, per_month, per_year
from loyaltykit.metrics import points_earned
from loyaltykit.moments import at_hours, on_weekdays
from loyaltykit.periods import days, months
from loyaltykit.program import Program
from loyaltykit.questions import Custom
from loyaltykit.rates import PerSpend, points
from loyaltykit.referral import referral
from loyaltykit.rules import Accrue, Credit, GrantTier, Issue, Notify, Rule, Send
from loyaltykit.subjects import basket, item, member
from loyaltykit.tiers import Tier, Tiers
from loyaltykit.triggers import After, Birthday, Inactivity
from loyaltykit.vocabulary import Moment
from loyaltykit.windows import Calendar, forever

# A whole programme, as it is meant to read.
channel = basket.label("channel")
bronze, silver, gold = Tier("bronze", 0), Tier("silver", 500), Tier("gold", 2_000)
coffee = item.category.is_("coffee")
weekend = basket.weekday.one_of("sat", "sun")
base = points(1).per(1)
earned = (
    base
    + points(1).per(1, of=coffee)
    + best_of(
        (base * "0.25").when(member.tier >= gold),
        points(20).when(weekend & (basket.spend >= 15) & ~channel.is_("app")),
    )
).cap(300)
cake = Coupon("CAKE", amount_off(5), valid=days(14))
comeback = Coupon("COMEBACK", percent_off(15), valid=days(30), when=basket.spend >= 20)
club = Program(
    "Coffee Club",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=Tiers([bronze, silver, gold], metric=points_earned, window=months(12)),
    rules=[
        Rule("welcome", on=Enrolment, then=Accrue(points(50), expires=months(6))),
        Rule("purchase", on=Purchase, then=Accrue(earned, pending=days(14), expires=months(24))),
        Rule("birthday", on=Birthday(before=days(3)), then=[Issue(cake), Accrue(points(25))]),
        Rule("win-back", on=Inactivity(days(90)), when=member.orders >= 2, then=Issue(comeback)),
        Rule(
            "how is it",
            on=After(Purchase, days(30)),
            when=some_item(item.tags.has("starter-kit")),
            then=Notify("starter-follow-up"),
        ),
        Rule("review", on=Activity, then=Accrue(points(10)), limit=per_month(2)),
        *referral(
            referrer=Credit(10),
            referee=Credit(5),
            qualifies=basket.spend >= 30,
            pending=days(30),
            limit=per_year(10),
        ),
    ],
    coupons=(cake,),
)

# Parts of it, made beforehand.
asked: Condition[Moment] = weekend & Custom[Moment]("in the shop")
worth: Earning = earned * 2 + points("0.5").per_unit()
rules: list[Rule] = [Rule("a", Purchase, when=asked, then=(Accrue(worth), Send()), limit=once())]
rules.append(Rule("b", Purchase, then=Credit(2), limit=[once(), Limit(units=3, over=Over.REFUSE)]))
spring = Budget("spring", amount=500, window=Calendar("month"), rules=["b"])
Program("Club", "EUR", timezone="UTC", rules=rules, budgets=[spring])
Coupon("A", amount_off("4.50", of=coffee), valid=forever(), when=asked, limit=Limit(1), total=9)

# An earning asks about lines with `of`, and about the moment with `when`.
points(1).per(1, of=basket.spend >= 3)  # E: arg-type
points(1).per_whole(1, of=asked)  # E: arg-type
points(1).per_unit(of=member.tier >= gold)  # E: arg-type
PerSpend(points=1, amount=1, of=asked)  # E: arg-type
points(1).when(coffee)  # E: arg-type
points(1).when(True)  # E: arg-type
When(points(1), coffee)  # E: arg-type
points(1.5)  # E: arg-type
points(1) + 1  # E: operator
points(1) * points(1)  # E: operator
base * 0.25  # E: operator
points(1).per(1).per(1)  # E: attr-defined
Scaled(3, 3)  # E: arg-type
Sum([points(1), 3])  # E: list-item
best_of([points(1)])  # E: arg-type

# A rule has a trigger, and actions; conditions about a moment.
Rule("a", Purchase)  # E: call-arg
Rule("a", then=Accrue(base))  # E: call-arg
Rule("a", "purchase", then=Accrue(base))  # E: arg-type
Rule("a", Purchase, then=base)  # E: arg-type
Rule("a", Purchase, then=[base])  # E: list-item
Rule("a", Purchase, Accrue(base))  # E: call-arg
Rule("a", Purchase, when=coffee, then=Accrue(base))  # E: arg-type
Rule("a", Purchase, when=member.tier == gold, then=Accrue(base))  # E: arg-type, comparison-overlap
Rule("a", Purchase, then=Accrue(base), limit=3)  # E: arg-type
Rule("a", Purchase, then=Accrue(base), limit=[3])  # E: list-item
Limit(3, per="member")  # E: arg-type
Limit(3, over=Per.CODE)  # E: arg-type
Budget("b", points=5, rules=["a"], window=OneOrder())  # E: arg-type
Tiers([bronze], window=OneOrder())  # E: arg-type
Rule("a", Rule, then=Accrue(base))  # E: arg-type
Accrue(50)  # E: arg-type
Accrue(base, pending=14)  # E: arg-type
Accrue(base, rounding="floor")  # E: arg-type
Credit(0.5)  # E: arg-type
Issue(amount_off(5))  # E: arg-type
Inactivity(90)  # E: arg-type
After(Purchase)  # E: call-arg
After(Birthday(), days(3))  # E: arg-type
Birthday(days(3))  # E: call-arg

# Rates take lines, numbers and a basis; factors take a condition on each side of what they are for.
points(1).per_line(of=basket.spend >= 3)  # E: arg-type
points(1).each(channel, fallback=0)  # E: arg-type
points(1).each(basket.number("km"), fallback=0.5)  # E: arg-type
points(1).per(1, of=on_weekdays("sat"))  # E: arg-type
points(1).per(1, basis="net")  # E: arg-type
banded({0: base * 2})  # E: arg-type
first_of(base, 5)  # E: arg-type
base.times(2)  # E: arg-type
base.times(Factor(2, when=coffee))  # E: arg-type
base.times(Factor(2, of=weekend))  # E: arg-type
Rule("a", Purchase, when=at_hours("17:30", "19:00") & coffee, then=Accrue(base))  # E: operator
Accrue(base, scope="line")  # E: arg-type
Accrue(base, carry=1)  # E: arg-type

# A coupon takes a discount on lines, under a condition about the moment.
Coupon("A", 5)  # E: arg-type
Coupon("A", amount_off(5, of=asked))  # E: arg-type
Coupon("A", percent_off(5, of=basket.spend >= 3))  # E: arg-type
Coupon("A", amount_off(5), when=coffee)  # E: arg-type
Coupon("A", amount_off(5), valid=14)  # E: arg-type

# A programme takes lists.
Program("Club", "EUR", timezone="UTC", rules=Rule("a", Purchase, then=Send()))  # E: arg-type
Program("Club", "EUR", timezone="UTC", rules=[rules])  # E: list-item
Program("Club", "EUR", timezone="UTC", coupons=cake)  # E: arg-type
Program("Club", "EUR", timezone="UTC", tiers=[bronze])  # E: list-item
Program("Club", "EUR")  # E: call-arg
Tiers(bronze)  # E: arg-type
Tiers([bronze], window=12)  # E: arg-type
referral(referrer=Credit(1), referee=Notify("x"), pending=days(3))  # E: arg-type
referral(referrer=Credit(1))  # E: call-arg
referral(referrer=Credit(1), qualifies=coffee, pending=days(3))  # E: arg-type
club.name = "Tea Club"  # E: misc

# Ladders: a metric is no condition, a need no threshold of another kind, a term no date.
Tiers([gold], metric=member.orders)  # E: arg-type
Tier("top", basket.spend >= 3)  # E: arg-type
Tiers([gold], validity=months(12))  # E: arg-type
Tiers([gold], upgrade="month")  # E: arg-type
Tiers([gold], downgrade="never")  # E: arg-type
GrantTier("gold", 30)  # E: arg-type
