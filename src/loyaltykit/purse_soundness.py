"""Soundness of purses: every purse that is named is declared, and its policies can be kept.

Each problem names the purse, the rule or the offer, and says what to write.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from loyaltykit.conditions import mentioned
from loyaltykit.metrics import FactMetric, PointsEarned
from loyaltykit.money import Currency, ratio
from loyaltykit.promotions import Offer
from loyaltykit.purses import Purse
from loyaltykit.questions import Custom
from loyaltykit.rules import Accrue, Credit, Rule, asked
from loyaltykit.stacking_soundness import offer_text
from loyaltykit.tiers import Tiers
from loyaltykit.vocabulary import Fact, Scope
from loyaltykit.windows import TierEnd


def purse_problems(
    rules: tuple[Rule, ...],
    tiers: tuple[Tiers, ...],
    offers: tuple[Offer, ...],
    purses: tuple[Purse, ...],
    money: Currency,
) -> Iterator[str]:
    """Every reason why purses, and what names them, do not hold together."""
    known = {purse.name: purse for purse in purses}
    for purse in purses:
        amounts = [("cap", purse.cap), ("most_debt", purse.most_debt)]
        if purse.dormancy is not None:
            amounts.append(("dormancy", purse.dormancy.least))
        for what, amount in amounts:
            if amount is not None and (ratio(amount) * purse.scale(money)).denominator != 1:
                yield f"purse {purse.name!r}: {what} has more decimals than the purse: {amount}"
        if not tiers and isinstance(purse.expires, TierEnd):
            yield f"purse {purse.name!r}: expires with the tier, but the programme has no tiers"
    named = [(f"rule {rule.name!r}", name) for rule in rules for name in _purses_of(rule)]
    named += [
        (offer_text(offer), name)
        for offer in offers
        if offer.when is not None
        for name in _balances(mentioned(offer.when))
    ]
    for ladder in tiers:
        earned = [each.purse for each in ladder.metrics if isinstance(each, PointsEarned)]
        read = _balances(each.fact for each in ladder.metrics if isinstance(each, FactMetric))
        named += [(f"ladder {ladder.name!r}", name) for name in (*earned, *read)]
    for where, name in dict.fromkeys(named):
        if name not in known:
            yield (
                f"{where}: there is no purse {name!r} (there are {', '.join(known)}): "
                f"declare it with purses=[Purse({name!r})]"
            )
    yield from _rule_problems(rules, tiers, known)


def _rule_problems(
    rules: tuple[Rule, ...], tiers: tuple[Tiers, ...], known: dict[str, Purse]
) -> Iterator[str]:
    for rule in rules:
        accrued = [each.purse for each in rule.then if isinstance(each, Accrue)]
        if (
            any(limit.points is not None for limit in rule.limit)
            and len({known[name].decimals for name in accrued if name in known}) > 1
        ):
            yield f"rule {rule.name!r}: limits points of purses with different decimals together"
        if not tiers and any(
            isinstance(each, Accrue | Credit) and isinstance(each.expires, TierEnd)
            for each in rule.then
        ):
            yield f"rule {rule.name!r}: expires with the tier, but the programme has no tiers"


def _purses_of(rule: Rule) -> Iterator[str]:
    yield from (each.purse for each in rule.then if isinstance(each, Accrue))
    yield from _balances(asked(rule))


def _balances(mentions: Iterable[Fact[Any] | Custom[Any]]) -> Iterator[str]:
    for each in mentions:
        if isinstance(each, Fact) and each.scope is Scope.MEMBER and not each.own:
            what, _, purse = each.name.partition(":")
            if what == "balance" and purse:
                yield purse
