"""Budgets: what some rules may grant, or some offers take off, for all members together.

    Budget = so many points, or so much money, in a window, for these rules and offers

A budget is shared, so that each grant out of it is a claim that the host commits. A grant that does
not fit is not made at all: only the host knows what is left.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import exact
from loyaltykit.vocabulary import named, parts, shown
from loyaltykit.windows import Lifetime, Window, as_window


def _name(value: str) -> str:
    return named(value, "the name of a budget")


def _points(value: int | None) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 10**15):
        raise DefinitionError(f"a budget must be a whole number of 1 or more, not {shown(value)}")
    return value


def _amount(value: int | str | Decimal | None) -> Decimal | None:
    if value is None:
        return None
    amount = exact(value, "the amount of a budget", minimum=0)
    if not amount:
        raise DefinitionError("the amount of a budget must be above 0: amount=5_000")
    return amount


def _names(values: Iterable[str], what: str) -> tuple[str, ...]:
    if isinstance(values, str):
        raise MisuseError(f"the {what}s of a budget: write a list, not {shown(values)}")
    found = parts(values, f"the {what}s of a budget")
    article = "an" if what == "offer" else "a"
    return tuple(dict.fromkeys(named(value, f"{article} {what} of a budget") for value in found))


def _rules(values: Iterable[str]) -> tuple[str, ...]:
    return _names(values, "rule")


def _offers(values: Iterable[str]) -> tuple[str, ...]:
    return _names(values, "offer")


@final
@frozen(order=False)
class Budget:
    """At most so many points, or so much money (major units), for all members together.

    `rules` and `offers` are names. Points of all purses count alike; money is what `Credit` grants,
    and what coupons and promotions take off.
    """

    name: str = field(converter=_name)
    points: int | None = field(default=None, converter=_points, kw_only=True)
    amount: Decimal | None = field(default=None, converter=_amount, kw_only=True)
    window: Window = field(factory=Lifetime, converter=as_window, kw_only=True)
    rules: tuple[str, ...] = field(default=(), converter=_rules, kw_only=True)
    offers: tuple[str, ...] = field(default=(), converter=_offers, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.points is None and self.amount is None:
            raise DefinitionError("a budget needs points or an amount: points=100_000")
        if not self.rules and not self.offers:
            raise DefinitionError(
                "a budget needs the name of a rule at least, or of an offer: rules=['welcome']"
            )
