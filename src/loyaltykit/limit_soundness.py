"""Soundness of limits: what a limit or a budget counts is known where it counts, and can be shared.

Each problem says what to write. What members share is counted by the host, under a key that all of
them have in common, so that its window has to begin and end for everybody at once.
"""

from collections.abc import Iterator
from typing import assert_never

from loyaltykit.budgets import Budget
from loyaltykit.errors import DefinitionError
from loyaltykit.limits import Limit, LimitWindow, OneOrder, Per
from loyaltykit.money import Currency, minor_units
from loyaltykit.purses import Purse
from loyaltykit.rules import Accrue, Credit, Rule
from loyaltykit.windows import Calendar, Lifetime, MembershipYear, Rolling, SinceEntry


def rule_limit_problems(limit: Limit, about: str, *, bought: bool) -> Iterator[str]:
    """Every reason why a rule cannot keep this limit; `about` is what its trigger knows."""
    if isinstance(limit.window, SinceEntry):
        yield "limits since tier entry, which no limit does: use per_year(...) or within(...)"
    if not bought:
        if limit.units is not None:
            yield f"limits units where only {about} is known: limit times or points"
        if limit.per is Per.CODE:
            yield f"limits uses of a code where only {about} is known: use per=Per.PROGRAM"
        if isinstance(limit.window, OneOrder):
            yield f"limits one order where only {about} is known: use per_day(...) or once()"
    if limit.per is not Per.MEMBER:
        yield from _unshared(limit.window, "shares a limit")


def offer_limit_problems(limit: Limit) -> Iterator[str]:
    """Every reason why a coupon or promotion cannot keep this limit."""
    if isinstance(limit.window, SinceEntry):
        yield "limits since tier entry, which no limit does: use per_year(...) or within(...)"
    if limit.points is not None:
        yield "limits points, which no discount gives: limit its times or units"
    if limit.per is Per.CODE:
        yield "limits uses of a code: a held coupon is used once, so use per=Per.PROGRAM"
    if limit.times is not None and isinstance(limit.window, OneOrder):
        yield "limits its uses in one order, which are never more than one: use per_day(1)"
    if limit.per is Per.PROGRAM:
        yield from _unshared(limit.window, "shares a limit")


def goodwill_problems(limit: Limit | None) -> Iterator[str]:
    """Every reason why goodwill cannot be held to this limit."""
    if limit is not None:
        yield from (f"goodwill: {problem}" for problem in _problems_without_basket(limit))


def reward_limit_problems(limit: Limit) -> Iterator[str]:
    """Every reason why a reward cannot be held to this limit."""
    if limit.points is not None:
        yield "limits points, which a reward does not give: limit its times"
    yield from _problems_without_basket(limit)


def _problems_without_basket(limit: Limit) -> Iterator[str]:
    if isinstance(limit.window, SinceEntry):
        yield "limits since tier entry, which no limit does: use per_year(...) or within(...)"
    if limit.units is not None:
        yield "limits units, of which it has none: limit its times"
    if limit.per is not Per.MEMBER:
        yield "limits what members share: leave per out"
    if isinstance(limit.window, OneOrder):
        yield "limits one order, of which it knows nothing: use per_year(...)"


def budget_problems(
    budgets: tuple[Budget, ...],
    rules: tuple[Rule, ...],
    offers: frozenset[str],
    purses: tuple[Purse, ...],
    money: Currency,
) -> Iterator[str]:
    """Every reason why budgets and the rules and offers that they name do not hold together."""
    known = {rule.name: rule for rule in rules}
    decimals = {purse.name: purse.decimals for purse in purses}
    for budget in budgets:
        where = f"budget {budget.name!r}"
        for problem in _unshared(budget.window, "is shared"):
            yield f"{where}: {problem}"
        for name in budget.rules:
            if name not in known:
                yield f"{where}: there is no rule {name!r}: name one of the programme's rules"
        for name in budget.offers:
            if name not in offers:
                yield f"{where}: there is no offer {name!r}: name a coupon or promotion"
        actions = [each for name in budget.rules if name in known for each in known[name].then]
        accrued = [each.purse for each in actions if isinstance(each, Accrue)]
        if budget.points is not None:
            if budget.offers:
                yield f"{where}: counts points, which no offer gives: amount=5_000"
            elif not accrued:
                yield f"{where}: counts points, but its rules grant none: Accrue(points(5))"
            if len({decimals[purse] for purse in accrued if purse in decimals}) > 1:
                yield f"{where}: counts points of purses with different decimals together"
        if budget.amount is not None:
            if not budget.offers and not any(isinstance(each, Credit) for each in actions):
                yield f"{where}: counts credit, but its rules grant none: Credit(5)"
            try:
                minor_units(budget.amount, money, "its amount")
            except DefinitionError as error:
                yield f"{where}: {error}"


def _unshared(window: LimitWindow, what: str) -> Iterator[str]:
    match window:
        case Rolling():
            yield (
                f"{what} {window}, which is another span at each use: "
                "use Calendar('month') or Lifetime()"
            )
        case MembershipYear():
            yield f"{what} {window}, which begins for each on another day: use Calendar('year')"
        case OneOrder():
            yield f"{what} {window}, which has one member: leave per out"
        case SinceEntry():
            yield f"{what} {window}, which begins for each on another day: use Calendar('year')"
        case Lifetime() | Calendar():
            return
        case _:
            assert_never(window)
