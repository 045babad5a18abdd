"""Segments: how recently, how often and for how much a member bought, as scores from 1 upwards.

    Rfm           cut points that the shop gives; its scores are facts, so that rules can ask
    rfm_scores    scores of many members at once, by rank: for a notebook

More is better: the highest score is that of who bought last, most often, for most. Everything is
whole numbers or exact; which of two equal members comes first is never left to chance.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, TypeVar, final

from attrs import field, frozen

from loyaltykit.calendar import civil_date
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.facts import NumberFact
from loyaltykit.money import exact
from loyaltykit.vocabulary import Fact, Kind, Moment, Scope, named, of_type, parts, shown

Number: TypeAlias = int | str | Decimal

MAX_CUTS = 20
"""How many cut points a score may have."""
MAX_SHOPPERS = 10_000_000
"""How many members are scored at once."""

_RECENCY, _FREQUENCY, _MONETARY = "recency", "frequency", "monetary"
_V = TypeVar("_V", date, int, Decimal)


class Ties(Enum):
    """What becomes of members with equal values where groups meet."""

    TOGETHER = "together"
    """They have the same score, that of the lowest of their ranks; groups may differ in size."""
    APART = "apart"
    """Their ids decide, in order of code points; groups are as equal in size as can be."""


def _cuts(values: Iterable[Number]) -> tuple[Decimal, ...]:
    found = tuple(sorted(exact(value, "a cut point") for value in parts(values, "cut points")))
    if len(found) > MAX_CUTS:
        raise LimitError(f"a score has at most {MAX_CUTS} cut points, not {len(found)}")
    return found


@final
@frozen(order=False)
class Rfm:
    """Cut points for recency (days since the last order), frequency (orders) and monetary (spend).

    With n cut points a score is 1 to n + 1. At a cut point the better score holds: 30 days are as
    recent as 30 says, 5 orders as many as 5 says. Spend is in major units. Recency is unknown
    before the first order; then the other two are 1. Orders and spend are those of the member's
    life, without what came back.

    >>> segments = Rfm(recency=(30, 90), frequency=(2, 5, 10), monetary=(100, 500))
    >>> segments.recency.fact.name
    'rfm:recency:30,90'
    """

    recency_cuts: tuple[Decimal, ...] = field(converter=_cuts, alias="recency", kw_only=True)
    frequency_cuts: tuple[Decimal, ...] = field(converter=_cuts, alias="frequency", kw_only=True)
    monetary_cuts: tuple[Decimal, ...] = field(converter=_cuts, alias="monetary", kw_only=True)

    @property
    def recency(self) -> NumberFact[Moment]:
        """The score of how recently the member bought."""
        return NumberFact(_fact(_RECENCY, self.recency_cuts))

    @property
    def frequency(self) -> NumberFact[Moment]:
        """The score of how often the member bought."""
        return NumberFact(_fact(_FREQUENCY, self.frequency_cuts))

    @property
    def monetary(self) -> NumberFact[Moment]:
        """The score of how much the member spent."""
        return NumberFact(_fact(_MONETARY, self.monetary_cuts))


def _fact(what: str, cuts: Sequence[Decimal]) -> Fact[Moment]:
    name = f"rfm:{what}:{','.join(f'{cut:f}' for cut in cuts)}"
    return Fact(Scope.MEMBER, named(name, "cut points, all together,"), kind=Kind.NUMBER)


def scored(fact: Fact[Any]) -> tuple[str, tuple[Decimal, ...]] | None:
    """What a fact scores and by which cut points; None if it is no score."""
    rfm, _, rest = fact.name.partition(":")
    what, _, listed = rest.partition(":")
    if rfm != "rfm" or what not in (_RECENCY, _FREQUENCY, _MONETARY):
        return None
    try:
        cuts = _cuts(listed.split(",") if listed else ())
    except (DefinitionError, LimitError):
        return None
    return (what, cuts) if fact == _fact(what, cuts) else None


def score(
    what: str, cuts: Sequence[Decimal], days: int | None, orders: int, spend: int, scale: int
) -> int | None:
    """A score of what is known of a member; `spend` is in minor units, `scale` of them in one."""
    if what == _RECENCY:
        return None if days is None else 1 + sum(days <= cut for cut in cuts)
    if what == _FREQUENCY:
        return 1 + sum(orders >= cut for cut in cuts)
    ratios = [cut.as_integer_ratio() for cut in cuts]
    return 1 + sum(spend * bottom >= top * scale for top, bottom in ratios)


def _shopper_id(value: str) -> str:
    return named(value, "the id of a member")


def _last_order(value: date) -> date:
    return civil_date(value, "last_order")


def _orders(value: int) -> int:
    if type(value) is not int or value < 1:
        raise DefinitionError(f"orders must be a whole number from 1, not {shown(value)}")
    return value


def _spend(value: Number) -> Decimal:
    return exact(value, "the spend of a member")


@final
@frozen(order=False)
class Shopper:
    """A member who has bought: the local day of the last order, how many orders, spend."""

    id: str = field(converter=_shopper_id)
    last_order: date = field(converter=_last_order)
    orders: int = field(converter=_orders, kw_only=True)
    spend: Decimal = field(converter=_spend, kw_only=True)


@final
@frozen
class RfmScore:
    """The three scores of a member, 1 for the lowest."""

    recency: int
    frequency: int
    monetary: int


def rfm_scores(
    shoppers: Iterable[Shopper], groups: int = 5, *, ties: Ties = Ties.TOGETHER
) -> dict[str, RfmScore]:
    """The scores of members by rank: so many groups of equal size for each of the three.

    Of n members, the one before whom r rank lower has the score 1 + r * groups // n.

    Raises:
        DefinitionError: two have the same id, or there are not 2 to 21 groups.
        LimitError: there are more than 10,000,000.
    """
    found, wanted = _shoppers(shoppers), _groups(groups)
    of_type(ties, Ties, "ties must be Ties.TOGETHER or Ties.APART")
    last = _ranked({each.id: each.last_order for each in found}, wanted, ties)
    often = _ranked({each.id: each.orders for each in found}, wanted, ties)
    much = _ranked({each.id: each.spend for each in found}, wanted, ties)
    return {each.id: RfmScore(last[each.id], often[each.id], much[each.id]) for each in found}


def rfm_cuts(shoppers: Iterable[Shopper], on: date, groups: int = 5) -> Rfm:
    """The cut points by which these members have, on a day, the scores of `rfm_scores`.

    With `Ties.TOGETHER`: cut points cannot tell equal members apart. A score that nobody has shares
    its cut point with the next; the highest are left out.

    Raises:
        DefinitionError: as `rfm_scores`, or somebody ordered after that day.
    """
    found, wanted, day = _shoppers(shoppers), _groups(groups), civil_date(on, "on")
    ages = {each.id: -(day - each.last_order).days for each in found}
    if any(age > 0 for age in ages.values()):
        raise DefinitionError(f"somebody ordered after {day}: write a later day")
    return Rfm(
        recency=[-cut for cut in _least(ages, wanted)],
        frequency=_least({each.id: each.orders for each in found}, wanted),
        monetary=_least({each.id: each.spend for each in found}, wanted),
    )


def _shoppers(values: Iterable[Shopper]) -> tuple[Shopper, ...]:
    if not isinstance(values, Iterable):
        raise MisuseError(f"members to score: write a list of Shopper, not {shown(values)}")
    found: dict[str, Shopper] = {}
    for each in values:
        shopper = of_type(each, Shopper, "members to score are Shopper(id, last_order, ...)")
        if shopper.id in found:
            raise DefinitionError(f"two members to score are called {shopper.id!r}")
        if len(found) >= MAX_SHOPPERS:
            raise LimitError(f"at most {MAX_SHOPPERS} members are scored at once")
        found[shopper.id] = shopper
    return tuple(found.values())


def _groups(value: int) -> int:
    if type(value) is not int or not 2 <= value <= MAX_CUTS + 1:
        raise DefinitionError(f"write 2 to {MAX_CUTS + 1} groups, not {shown(value)}")
    return value


def _ranked(values: Mapping[str, _V], groups: int, ties: Ties) -> dict[str, int]:
    order: Callable[[str], tuple[_V, str]] = lambda name: (values[name], name)  # noqa: E731
    ranked = sorted(values, key=order)
    scores: dict[str, int] = {}
    for place, name in enumerate(ranked):
        before = ranked[place - 1] if place else None
        if ties is Ties.TOGETHER and before is not None and values[before] == values[name]:
            scores[name] = scores[before]
        else:
            scores[name] = 1 + place * groups // len(ranked)
    return scores


def _least(values: Mapping[str, _V], groups: int) -> list[_V]:
    """The least value of each score above the lowest, or of the next that somebody has."""
    scores = _ranked(values, groups, Ties.TOGETHER)
    cuts: list[_V] = []
    for wanted in range(2, groups + 1):
        reached = [values[name] for name, score in scores.items() if score >= wanted]
        cuts += [min(reached)] if reached else []
    return cuts
