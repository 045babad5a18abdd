"""Questions about a moment and about a line do not mix; each fact offers what its kind can answer."""

from datetime import date, datetime

from loyaltykit.calendar import LeapDay
from loyaltykit.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Not,
    SomeItem,
    all_of,
    any_of,
    at_least,
    some_item,
)
from loyaltykit.periods import days
from loyaltykit.questions import Compare, Custom, OneOf
from loyaltykit.subjects import activity, basket, item, member
from loyaltykit.tiers import Tier
from loyaltykit.vocabulary import Item, Moment

gold = Tier("gold", 2_000)
rich = basket.spend >= 15
coffee = item.category.is_("coffee")
host = Custom[Moment]("in the shop")

# Combinations of one sort keep it.
both: AllOf[Moment] = rich & (member.orders >= 2)
either: AnyOf[Moment] = rich | basket.weekday.one_of("sat", "sun") | host
line: AllOf[Item] = coffee & ~item.tags.has("decaf") & (item.price < 20)
lifted: SomeItem[Moment] = some_item(coffee, 2)
mixed: AllOf[Moment] = rich & some_item(coffee) & host & activity.kind.is_("review")
counted: AtLeast[Moment] = at_least(2, rich, member.referred.is_(True), ~lifted)
listed: AllOf[Moment] = AllOf([rich, lifted, host])
negated: Not[Moment] = ~host
every: Condition[Moment] = all_of(rich, any_of(lifted, host))
chosen: OneOf[Item] = item.label("roast").one_of("dark", "light")
compared: Compare[Moment] = basket.number("km") <= "2.5"

# What is about a line does not mix with what is about a moment.
rich & coffee  # E: operator
coffee & rich  # E: operator
rich | coffee  # E: operator
coffee | lifted  # E: operator
(rich & host) & coffee  # E: operator
~coffee & rich  # E: operator
wrong_all: AllOf[Moment] = all_of(rich, coffee)  # E: arg-type
wrong_any: AnyOf[Item] = any_of(coffee, rich)  # E: arg-type
wrong_list: AllOf[Moment] = AllOf([rich, coffee])  # E: list-item
some_item(basket.spend >= 3)  # E: arg-type
some_item(member.tier >= gold)  # E: arg-type
some_item(lifted)  # E: arg-type
SomeItem(rich)  # E: arg-type
wrong_not: Not[Item] = ~rich  # E: assignment
asked: Condition[Moment] = coffee  # E: assignment

# What is no condition is not combined.
rich & True  # E: operator
rich & (member.tier == gold)  # E: operator, comparison-overlap
(member.tier == gold) & rich  # E: operator, comparison-overlap
rich & member.referred  # E: operator
Not(True)  # E: arg-type

# Each kind of fact has its own questions.
member.tier >= gold
member.tier.between("bronze", gold)
member.tier >= 3  # E: operator
member.tier.is_(2)  # E: arg-type
item.sku < "mug"  # E: operator
item.sku.between("a", "b")  # E: attr-defined
item.sku.is_(3)  # E: arg-type
item.sku.one_of(["a", "b"])  # E: arg-type
basket.weekday.is_("sat")
basket.weekday.is_("saturday")  # E: arg-type
basket.weekday < "sat"  # E: operator
item.tags.has("new")
"new" in item.tags  # E: operator
item.tags.is_("new")  # E: attr-defined
member.referred.is_(True)
member.referred.is_("yes")  # E: arg-type
basket.spend >= "15.00"
basket.spend >= 1.5  # E: operator
basket.spend >= None  # E: operator
basket.spend < basket.subtotal  # E: operator
basket.spend.one_of(1, 2)  # E: attr-defined
basket.spend.is_(1.5)  # E: arg-type
member.birthday.anniversary(before=3, leap=LeapDay.MAR_1)
member.birthday.anniversary(3)  # E: call-arg
member.birthday >= "2000-01-01"  # E: operator
member.birthday.is_(date(2000, 2, 29))
member.birthday.elapsed(days(3))  # E: attr-defined
member.enrolled.elapsed(days(90))
member.enrolled.elapsed(90)  # E: arg-type
member.enrolled < datetime(2026, 1, 1)  # E: operator
member.category  # E: attr-defined
basket.sku  # E: attr-defined
item.balance()  # E: attr-defined
member.label("plan", True)  # E: call-arg
member.flag("staff") >= True  # E: operator
