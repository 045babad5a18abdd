"""The one small vocabulary that all strategies share, so that what they draw fits together.

A condition that `conditions()` draws asks only for facts that stand here; `readings()`, `baskets()`
and `histories()` supply every one of them. The shop's own facts that are not optional are always
supplied, the others are sometimes unknown.
"""

from typing import Final

from loyaltykit.subjects import activity, basket, item, member

CURRENCY: Final = "EUR"
LADDER: Final = ("bronze", "silver", "gold")
PURSES: Final = ("points", "status")
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
QUESTIONS: Final = ("in the shop", "pays by card")
"""What custom conditions ask the host."""

plan = member.label("plan", optional=True)
visits = member.number("visits", optional=True)
staff = member.flag("staff", optional=True)
likes = member.tagged("likes", optional=True)

channel = basket.label("channel")
distance = basket.number("distance", optional=True)
gift = basket.flag("gift", optional=True)

roast = item.label("roast")
weight = item.number("weight", optional=True)

place = activity.label("place")
rating = activity.number("rating", optional=True)
