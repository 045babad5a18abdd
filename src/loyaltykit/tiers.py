"""Tiers: ladders that members climb by what is counted of them over a window.

A threshold is inclusive: 500 points reach a tier at 500. How a ladder counts, when a tier is
entered, how long it is held and what becomes of it then are choices of their own. Spending points
lowers no tier, since metrics count what was earned or bought, unless the metric is the balance.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.factors import Factor, as_factor
from loyaltykit.metrics import (
    AllNeeds,
    AnyNeed,
    FactMetric,
    Metric,
    Need,
    Reach,
    SomeNeeds,
    as_metric,
    points_earned,
    reaches,
)
from loyaltykit.money import exact
from loyaltykit.questions import OneOf
from loyaltykit.tenures import (
    AtOnce,
    Downgrade,
    Grace,
    Skipped,
    Upgrade,
    Validity,
    WhileQualified,
    as_downgrade,
    as_grace,
    as_skipped,
    as_upgrade,
    as_validity,
)
from loyaltykit.vocabulary import Fact, Kind, Moment, Scope, named, parts, shown
from loyaltykit.windows import Expiry, Lifetime, SinceEntry, Window, as_expiry, as_window

MAX_TIERS = 100
"""How many tiers a ladder may have."""

Threshold: TypeAlias = Decimal | Need
"""So much of the ladder's metric, or a need of its own."""


def _tier_name(value: str) -> str:
    return named(value, "the name of a tier")


def _threshold(value: Need | Decimal | str | int | None) -> Threshold | None:
    if value is None or isinstance(value, Reach | AllNeeds | AnyNeed | SomeNeeds):
        return value
    return exact(value, "the threshold of a tier", minimum=0)


def _expires(value: Expiry | None) -> Expiry | None:
    return None if value is None else as_expiry(value)


def _rate(value: Decimal | str | int | None) -> Decimal | None:
    return None if value is None else as_factor(value)


@final
@frozen(order=False)
class Tier:
    """A step of a ladder; `threshold` is in units of the ladder's metric, inclusive.

    For a metric in money it is in major units: 500 is 500.00 EUR. It may also be a need of several
    metrics, such as `money_spent.reaching(500) & orders_placed.reaching(3)`. None is a tier that is
    only given, by hand or by a rule. `keep` is what it takes to keep the tier, where that is less
    than the threshold. `expires` is when points lapse that members of this tier earn, where the
    rule does not say. `rate` is how many times as much they earn where a rule says so, by
    `.times(*ladder.rates)`.
    """

    name: str = field(converter=_tier_name)
    threshold: Threshold | None = field(converter=_threshold)
    keep: Threshold | None = field(default=None, converter=_threshold, kw_only=True)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)
    rate: Decimal | None = field(default=None, converter=_rate, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.threshold is None and self.keep is not None:
            raise DefinitionError(f"tier {self.name!r} is only given, so nothing keeps it")
        match self.threshold, self.keep:
            case Decimal() as reached, Decimal() as kept if kept > reached:
                raise DefinitionError(
                    f"tier {self.name!r} takes {kept} to keep, more than {reached} to reach"
                )
            case _:
                pass


def _ladder(values: Iterable[Tier]) -> tuple[Tier, ...]:
    tiers: tuple[Tier, ...] = parts(values, "a ladder of tiers")
    if not 1 <= len(tiers) <= MAX_TIERS:
        raise DefinitionError(f"a ladder needs at least one tier, and takes at most {MAX_TIERS}")
    for tier in tiers:
        if not isinstance(tier, Tier):
            raise MisuseError(
                f"a ladder is made of tiers, not of {shown(tier)}: write Tier(name, threshold)"
            )
    _rise("threshold", [(each.name, each.threshold) for each in tiers])
    kept = [each.threshold if each.keep is None else each.keep for each in tiers]
    _rise("keep", [(each.name, keep) for each, keep in zip(tiers, kept, strict=True)])
    names = [tier.name for tier in tiers]
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"two tiers are called {name!r}")
    return tiers


def _rise(what: str, found: list[tuple[str, Threshold | None]]) -> None:
    numbers = [(name, value) for name, value in found if isinstance(value, Decimal)]
    for (below, low), (above, high) in pairwise(numbers):
        if high < low or (high == low and what == "threshold"):
            raise DefinitionError(
                f"tiers must rise: {above!r} at {high} does not lie above {below!r} at {low}"
            )


def _name(value: str) -> str:
    name = named(value, "the name of a ladder")
    if ":" in name:
        raise DefinitionError(f"the name of a ladder has no colon: {name!r}")
    return name


@final
@frozen(order=False)
class Tiers:
    """One ladder, lowest tier first; a `Period` as window means rolling.

    `upgrade` says when a tier is entered, `validity` how long it is held, `downgrade` what follows
    when it is lost and `grace` how much later. `skipped` says which tiers count as entered when
    several steps are climbed at once.

    >>> from loyaltykit.periods import months
    >>> ladder = Tiers([Tier("bronze", 0), Tier("gold", 500)], window=months(12))
    >>> [each.name for each in ladder.tiers]
    ['bronze', 'gold']
    """

    tiers: tuple[Tier, ...] = field(converter=_ladder)
    name: str = field(default="tier", converter=_name, kw_only=True)
    metric: Metric = field(default=points_earned, converter=as_metric, kw_only=True)
    window: Window = field(factory=Lifetime, converter=as_window, kw_only=True)
    upgrade: Upgrade = field(factory=AtOnce, converter=as_upgrade, kw_only=True)
    validity: Validity = field(factory=WhileQualified, converter=as_validity, kw_only=True)
    downgrade: Downgrade = field(default=Downgrade.METRIC, converter=as_downgrade, kw_only=True)
    grace: Grace | None = field(default=None, converter=as_grace, kw_only=True)
    skipped: Skipped = field(default=Skipped.EACH, converter=as_skipped, kw_only=True)

    def __attrs_post_init__(self) -> None:
        held = isinstance(self.validity, WhileQualified)
        if held and isinstance(self.window, SinceEntry):
            raise DefinitionError(
                "nothing is counted since entry at the entry itself, so that no tier would be kept "
                "while qualified: write validity=UntilReview(months(12))"
            )
        if held and self.downgrade is Downgrade.ONE_STEP and self.grace is None:
            raise DefinitionError(
                "a tier that is held while qualified would fall step after step at one instant: "
                "write grace=days(30), or validity=UntilReview(months(12))"
            )
        if any(isinstance(each, FactMetric) for each in self.metrics) and not self.is_plain:
            raise DefinitionError(
                "a fact is only known as it is now, so a ladder by facts goes up and down at once: "
                "leave upgrade, validity, downgrade, grace and keep out"
            )

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is counted, each once: the ladder's metric, then those that tiers need besides."""
        found = [self.metric]
        for tier in self.tiers:
            for threshold in (tier.threshold, tier.keep):
                if threshold is not None and not isinstance(threshold, Decimal):
                    found.extend(each.metric for each in reaches(threshold))
        return tuple(dict.fromkeys(found))

    @property
    def rates(self) -> tuple[Factor, ...]:
        """For each tier with a rate, the factor that applies to members who have that very tier.

        >>> from loyaltykit.rates import points
        >>> ladder = Tiers([Tier("silver", 100), Tier("gold", 500, rate="1.5")])
        >>> base = points(1).per(1).times(*ladder.rates)
        """
        tier: Fact[Moment] = Fact(Scope.MEMBER, f"tier:{self.name}", kind=Kind.TIER)
        return tuple(
            Factor(each.rate, when=OneOf(tier, (each.name,)))
            for each in self.tiers
            if each.rate is not None
        )

    @property
    def is_plain(self) -> bool:
        """Whether the tier is what the metric says now, whatever it was before."""
        return (
            isinstance(self.validity, WhileQualified)
            and isinstance(self.upgrade, AtOnce)
            and self.downgrade is Downgrade.METRIC
            and self.grace is None
            and all(each.keep is None for each in self.tiers)
        )

    def need(self, tier: Tier) -> Need | None:
        """What it takes to reach a tier; None if it is only given."""
        if isinstance(tier.threshold, Decimal):
            return Reach(self.metric, tier.threshold)
        return tier.threshold

    def keep(self, tier: Tier) -> Need | None:
        """What it takes to keep a tier; None if it is only given."""
        if isinstance(tier.keep, Decimal):
            return Reach(self.metric, tier.keep)
        return self.need(tier) if tier.keep is None else tier.keep

    def rank(self, name: str | None) -> int | None:
        """The position of a tier, from 0; None for no tier or one that the ladder lacks."""
        return next((rank for rank, tier in enumerate(self.tiers) if tier.name == name), None)
