"""Hypothesis strategies for testing a shop's own rules: `pip install loyaltykit[testing]`.

Whatever is drawn is valid and fits together: `readings()` has a value for every fact that
`conditions()` and `earnings()` mention, `histories()` brings everything that `programs()` ask for.
"""

from loyaltykit.testing.asking import (
    activity_conditions,
    conditions,
    item_conditions,
    member_conditions,
)
from loyaltykit.testing.buying import baskets, lines, purchases
from loyaltykit.testing.discounts import discounts
from loyaltykit.testing.earning import earnings
from loyaltykit.testing.history import histories
from loyaltykit.testing.ladders import tiers
from loyaltykit.testing.numbers import amounts
from loyaltykit.testing.perks import perks
from loyaltykit.testing.program import budgets, programs, purses
from loyaltykit.testing.promotions import promotions, stackings
from loyaltykit.testing.reading import readings
from loyaltykit.testing.rules import accruals, coupons, limits, rules
from loyaltykit.testing.spending import redeeming, rewards
from loyaltykit.testing.times import birthdays, instants, periods, terms, windows
from loyaltykit.testing.triggers import triggers

__all__ = [
    "accruals",
    "activity_conditions",
    "amounts",
    "baskets",
    "birthdays",
    "budgets",
    "conditions",
    "coupons",
    "discounts",
    "earnings",
    "histories",
    "instants",
    "item_conditions",
    "limits",
    "lines",
    "member_conditions",
    "periods",
    "perks",
    "programs",
    "promotions",
    "purchases",
    "purses",
    "readings",
    "redeeming",
    "rewards",
    "rules",
    "stackings",
    "terms",
    "tiers",
    "triggers",
    "windows",
]
