"""Inquiries: which facts rules, offers and perks ask for, so that all is read before any is judged.

Nothing is read here.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias, final

from attrs import field, frozen

from loyaltykit.basis import Taxes
from loyaltykit.conditions import mentioned
from loyaltykit.discounts import asked as asked_by_discount
from loyaltykit.perks import Perk
from loyaltykit.promotions import Offer
from loyaltykit.questions import Custom
from loyaltykit.rules import Accrue, Rule
from loyaltykit.sources import bases
from loyaltykit.stacking import Amounts
from loyaltykit.subjects import basket, item
from loyaltykit.vocabulary import Fact, Scope

AnyFact: TypeAlias = Fact[Any]

OFFER_WEIGHT = 46
"""As how many questions it counts to work out what an offer takes off one line."""

_SPEND = (basket.spend.fact, item.spend.fact)


@final
@frozen(order=False)
class Questions:
    """What some rules ask: facts of the moment, facts of each line, custom questions.

    `by` names the first rule or coupon that asks, for messages.
    """

    moment: tuple[AnyFact, ...]
    lines: tuple[AnyFact, ...]
    custom: tuple[str, ...]
    by: dict[AnyFact | str, str] = field(eq=False)

    @classmethod
    def of(cls, asking: Iterable[tuple[str, Iterable[AnyFact | Custom[Any]]]]) -> "Questions":
        """Collect what is asked, each once, in programme order."""
        by: dict[AnyFact | str, str] = {}
        for name, asked_for in asking:
            for each in asked_for:
                by.setdefault(each.name if isinstance(each, Custom) else each, name)
        facts = [each for each in by if isinstance(each, Fact)]
        return cls(
            tuple(fact for fact in facts if fact.scope is not Scope.ITEM),
            tuple(fact for fact in facts if fact.scope is Scope.ITEM),
            tuple(each for each in by if isinstance(each, str)),
            by,
        )


def asked_by_offer(offer: Offer) -> Iterable[AnyFact | Custom[Any]]:
    """What the condition and the discount of an offer ask."""
    if offer.when is not None:
        yield from mentioned(offer.when)
    yield from asked_by_discount(offer.discount)


def asked_by_perk(perk: Perk) -> Iterable[AnyFact | Custom[Any]]:
    """What the conditions of a perk ask, of the member and of a line."""
    for condition in (perk.when, perk.of, *(each.when for each in perk.early)):
        if condition is not None:
            yield from mentioned(condition)


def asked_about_tax(rules: Iterable[Rule]) -> tuple[str | None, bool]:
    """The first rule that earns with or without tax, and whether any does so on shipping."""
    asking = [
        (rule.name, each.shipping)
        for rule in rules
        for action in rule.then
        if isinstance(action, Accrue)
        for each in bases(action.earning)
        if each.tax is not Taxes.AS_GIVEN
    ]
    return (asking[0][0] if asking else None), any(shipping for _, shipping in asking)


def per_line(rule: Rule) -> int:
    """How many questions a rule asks of each line."""
    asking = [each.earning for each in rule.then if isinstance(each, Accrue)]
    # Once for what is earned, and once more where a limit asks which units earn.
    asking *= 2 if any(limit.units is not None for limit in rule.limit) else 1
    return sum(each.extent.per_line for each in (*asking, rule.when) if each is not None)


def offer_per_line(offer: Offer) -> int:
    """As how many questions an offer counts for each line."""
    when = offer.when
    return (
        OFFER_WEIGHT
        + offer.discount.extent.per_line
        + (0 if when is None else when.extent.per_line)
    )


def moving(offer: Offer) -> tuple[bool, bool]:
    """Whether what others take off changes what the condition of an offer reads; or any of it."""
    in_condition = offer.when is not None and _asks_spend(mentioned(offer.when))
    waits = in_condition and offer.reads is not Amounts.INITIAL
    return waits, waits or _asks_spend(asked_by_discount(offer.discount))


def _asks_spend(asked_for: Iterable[AnyFact | Custom[Any]]) -> bool:
    return any(each in _SPEND for each in asked_for)
