"""Redeeming: what points of a purse are worth, and how they may be spent.

    Redeeming("points", points=100, worth=5, minimum=500, step=100, share=50, by_tier={"gold": 6})

100 points are worth 5.00, and 6.00 for gold members; at least 500 are spent at a time, in steps of
100, on at most half of an order. Credit is worth itself; a purse without a worth pays for nothing.

Never here: how many points somebody has.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.money import exact
from loyaltykit.periods import Period
from loyaltykit.vocabulary import CREDIT, MAX_PARTS, named, of_type, shown


class GiveBack(Enum):
    """Which of the points that paid for an order come back when part of the order does."""

    PRO_RATA = "pro-rata"
    """The share that what came back has in what they paid for."""
    WHOLE = "whole"
    """All of them once the whole order has come back, and none before."""
    NEVER = "never"
    """None."""


def _purse(value: str) -> str:
    return named(value, "the purse that is redeemed")


def _points(value: Decimal | int | str) -> Decimal:
    return _above_zero(value, "the points of a rate")


def _worth(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else _above_zero(value, "what points are worth")


def _minimum(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else _above_zero(value, "the minimum of a redemption")


def _step(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else _above_zero(value, "the step of a redemption")


def _maximum(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else _above_zero(value, "the maximum of a redemption")


def _share(value: Decimal | int | str) -> Decimal:
    share = _above_zero(value, "the share of an order")
    if share > 100:
        raise DefinitionError(f"the share of an order is up to 100 percent, not {share}")
    return share


def _by_tier(values: Mapping[str, Decimal | int | str]) -> FrozenMap[str, Decimal]:
    if not isinstance(values, Mapping):
        raise MisuseError(f"by_tier is a mapping from tier to worth: {{'gold': 6}}, not {values!r}")
    if len(values) > MAX_PARTS:
        raise LimitError(f"by_tier names at most {MAX_PARTS} tiers")
    names = sorted(named(name, "a tier") for name in values)
    return FrozenMap((name, _above_zero(values[name], f"the worth for {name!r}")) for name in names)


def _on_return(value: GiveBack) -> GiveBack:
    return of_type(value, GiveBack, "on_return must be a GiveBack such as GiveBack.WHOLE")


def _grace(value: Period | None) -> Period | None:
    if value is None:
        return None
    if not isinstance(value, Period):
        raise MisuseError(f"grace must be a period such as days(30), not {shown(value)}")
    if value.empty:
        raise DefinitionError("grace must be longer than zero: days(30), or left out")
    return value


def _above_zero(value: Decimal | int | str, what: str) -> Decimal:
    number = exact(value, what, minimum=0)
    if not number:
        raise DefinitionError(f"{what} must be above 0")
    return number


@final
@frozen(order=False)
class Redeeming:
    """How points of one purse are redeemed.

    `points` of them are worth `worth` (major units). `by_tier` says otherwise for members of a tier
    and of those above it, up to the next one that it names. `minimum`, `step` and `maximum` are
    points at a time, with or without an order; `share` is percent of what an order costs after
    discounts. When an order comes back, `on_return` says which of its points do; those whose lot
    lapsed meanwhile lapse again, unless `grace` gives them so long to live.
    """

    purse: str = field(converter=_purse)
    points: Decimal = field(default=Decimal(1), converter=_points, kw_only=True)
    worth: Decimal | None = field(default=None, converter=_worth, kw_only=True)
    by_tier: FrozenMap[str, Decimal] = field(factory=FrozenMap, converter=_by_tier, kw_only=True)
    minimum: Decimal | None = field(default=None, converter=_minimum, kw_only=True)
    step: Decimal | None = field(default=None, converter=_step, kw_only=True)
    maximum: Decimal | None = field(default=None, converter=_maximum, kw_only=True)
    share: Decimal = field(default=Decimal(100), converter=_share, kw_only=True)
    on_return: GiveBack = field(default=GiveBack.PRO_RATA, converter=_on_return, kw_only=True)
    grace: Period | None = field(default=None, converter=_grace, kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"redeeming {self.purse!r}"
        if self.purse == CREDIT and (self.worth is not None or self.by_tier or self.points != 1):
            raise DefinitionError(f"{where}: credit is worth itself; leave points and worth out")
        if self.step is not None:
            for what, amount in (("minimum", self.minimum), ("maximum", self.maximum)):
                if amount is not None and not _divides(self.step, amount):
                    raise DefinitionError(
                        f"{where}: the {what} {amount} is no multiple of the step {self.step}"
                    )
        most = self.maximum
        if self.minimum is not None and most is not None and self.minimum > most:
            raise DefinitionError(
                f"{where}: the minimum {self.minimum} lies above the maximum {self.maximum}"
            )


def _divides(step: Decimal, amount: Decimal) -> bool:
    # By whole numbers: arithmetic on decimals obeys an ambient context.
    (part, below), (whole, above) = step.as_integer_ratio(), amount.as_integer_ratio()
    return (whole * below) % (part * above) == 0
