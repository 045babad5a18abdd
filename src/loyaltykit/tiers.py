"""Tiers: a ladder that members climb by a metric counted over a window.

A threshold is inclusive: 500 points reach a tier at 500. The member has the highest tier whose
threshold the metric reaches, or none. An upgrade happens at once; a downgrade at the instant at
which the window no longer holds what the tier needs. Spending points never lowers a tier, since
metrics count what was earned or bought, not what is left.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import exact
from loyaltykit.vocabulary import named, parts, shown
from loyaltykit.windows import Expiry, Lifetime, Window, as_expiry, as_window


def _tier_name(value: str) -> str:
    return named(value, "the name of a tier")


def _threshold(value: Decimal | str | int) -> Decimal:
    return exact(value, "the threshold of a tier", minimum=0)


def _expires(value: Expiry | None) -> Expiry | None:
    return None if value is None else as_expiry(value)


@final
@frozen(order=False)
class Tier:
    """A step of the ladder; `threshold` is in units of the ladder's metric, inclusive.

    For a metric in money the threshold is in major units: 500 is 500.00 EUR. `expires` is when
    points lapse that members of this tier earn, where the rule does not say.
    """

    name: str = field(converter=_tier_name)
    threshold: Decimal = field(converter=_threshold)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)


def _purse(value: str) -> str:
    return named(value, "the name of a purse")


@final
@frozen(order=False)
class PointsEarned:
    """Points of one purse, counted when they are accrued, pending ones included."""

    purse: str = field(default="points", converter=_purse)


@final
@frozen(order=False)
class MoneySpent:
    """Net spend on goods: after discounts, without shipping, returned lines taken out."""


@final
@frozen(order=False)
class OrdersPlaced:
    """Orders of which something is kept."""


Metric: TypeAlias = PointsEarned | MoneySpent | OrdersPlaced

points_earned: PointsEarned = PointsEarned()
money_spent: MoneySpent = MoneySpent()
orders_placed: OrdersPlaced = OrdersPlaced()


def _ladder(values: Iterable[Tier]) -> tuple[Tier, ...]:
    tiers: tuple[Tier, ...] = parts(values, "a ladder of tiers")
    if not tiers:
        raise DefinitionError("a ladder needs at least one tier")
    for tier in tiers:
        if not isinstance(tier, Tier):
            raise MisuseError(
                f"a ladder is made of tiers, not of {shown(tier)}: write Tier(name, threshold)"
            )
    for below, above in pairwise(tiers):
        if above.threshold <= below.threshold:
            raise DefinitionError(
                f"tiers must rise: {above.name!r} at {above.threshold} does not lie above "
                f"{below.name!r} at {below.threshold}"
            )
    names = [tier.name for tier in tiers]
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"two tiers are called {name!r}")
    return tiers


def _metric(value: Metric) -> Metric:
    if not isinstance(value, PointsEarned | MoneySpent | OrdersPlaced):
        raise MisuseError(
            f"{shown(value)} is no metric: use points_earned, money_spent, orders_placed"
        )
    return value


@final
@frozen(order=False)
class Tiers:
    """One ladder, lowest tier first; a `Period` as window means rolling.

    >>> from loyaltykit.periods import months
    >>> ladder = Tiers([Tier("bronze", 0), Tier("gold", 500)], window=months(12))
    >>> [str(ladder.reached(value)) for value in (0, 499, 500)]
    ['bronze', 'bronze', 'gold']
    """

    tiers: tuple[Tier, ...] = field(converter=_ladder)
    metric: Metric = field(default=points_earned, converter=_metric, kw_only=True)
    window: Window = field(factory=Lifetime, converter=as_window, kw_only=True)

    @property
    def in_money(self) -> bool:
        """Whether thresholds are amounts of money, and counters minor units."""
        return isinstance(self.metric, MoneySpent)

    def reached(self, value: int, scale: int = 1) -> str | None:
        """The highest tier that `value` reaches; `scale` is minor units per unit for money."""
        reached = None
        for tier in self.tiers:
            numerator, denominator = tier.threshold.as_integer_ratio()
            if value * denominator < numerator * scale:
                break
            reached = tier.name
        return reached

    def rank(self, name: str | None) -> int | None:
        """The position of a tier, from 0; None for no tier or one that the ladder lacks."""
        return next((rank for rank, tier in enumerate(self.tiers) if tier.name == name), None)
