"""Budgets: what some rules may grant together, to all members.

    Budget = so many points, or so much credit, in a window, for these rules

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


def _rules(values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise MisuseError(f"the rules of a budget: write a list, not {shown(values)}")
    names = (named(value, "a rule of a budget") for value in parts(values, "the rules of a budget"))
    found = tuple(dict.fromkeys(names))
    if not found:
        raise DefinitionError("a budget needs the name of a rule at least: rules=['welcome']")
    return found


@final
@frozen(order=False)
class Budget:
    """At most so many points, or so much credit (major units), for all members and these rules.

    `rules` are names. Points of all their purses count alike; credit is what `Credit` grants.
    """

    name: str = field(converter=_name)
    points: int | None = field(default=None, converter=_points, kw_only=True)
    amount: Decimal | None = field(default=None, converter=_amount, kw_only=True)
    window: Window = field(factory=Lifetime, converter=as_window, kw_only=True)
    rules: tuple[str, ...] = field(converter=_rules, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.points is None and self.amount is None:
            raise DefinitionError("a budget needs points or an amount: points=100_000")
