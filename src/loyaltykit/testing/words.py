"""The one small vocabulary that all strategies share, so that what they draw fits together.

A condition that `conditions()` draws asks only for facts that stand here; `readings()`, `baskets()`
and `histories()` supply every one of them. The shop's own facts that are not optional are always
supplied, the others are sometimes unknown.
"""

from typing import Final

from loyaltykit.facts import FlagFact, NumberFact, TagsFact, TextFact
from loyaltykit.subjects import activity, basket, item, member
from loyaltykit.vocabulary import Item, Moment

CURRENCY: Final = "EUR"
LADDER: Final = ("bronze", "silver", "gold")
PURSES: Final = ("points", "status")
REWARDS: Final = ("mug", "cake")
COUPONS: Final = ("CAKE", "COMEBACK", "SPRING")
ZONES: Final = ("Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "UTC")

SKUS: Final = ("espresso", "mug", "kettle")
CATEGORIES: Final = ("coffee", "tea", "gear")
BRANDS: Final = ("Alba", "Norte")
TAGS: Final = ("new", "organic", "starter-kit")
CHANNELS: Final = ("app", "shop")
PLANS: Final = ("family", "single")
ROASTS: Final = ("dark", "light")
ACTIVITIES: Final = ("review", "visit")
PLACES: Final = ("Lisbon", "Porto")
RECURRENCES: Final = (
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "FREQ=YEARLY;BYEASTER=1",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA",
    "FREQ=DAILY;BYHOUR=2;BYMINUTE=30",
)
QUESTIONS: Final = ("in the shop", "pays by card")
"""What custom conditions ask the host."""

plan: TextFact[Moment] = member.label("plan", optional=True)
visits: NumberFact[Moment] = member.number("visits", optional=True)
staff: FlagFact[Moment] = member.flag("staff", optional=True)
likes: TagsFact[Moment] = member.tagged("likes", optional=True)

channel: TextFact[Moment] = basket.label("channel")
distance: NumberFact[Moment] = basket.number("distance", optional=True)
gift: FlagFact[Moment] = basket.flag("gift", optional=True)

roast: TextFact[Item] = item.label("roast")
weight: NumberFact[Item] = item.number("weight", optional=True)

place: TextFact[Moment] = activity.label("place")
rating: NumberFact[Moment] = activity.number("rating", optional=True)
