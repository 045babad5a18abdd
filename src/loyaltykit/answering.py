"""Answering: why a promotion or a code does not apply, and from when on it would.

What time alone keeps from applying has an instant from which it would; what nothing in the basket
can trigger is answered by the word that is missing, and by the rest where somebody wants to know.
"""

from collections.abc import Iterator
from datetime import datetime

from loyaltykit.conditions import AllOf, Condition
from loyaltykit.copying import altered
from loyaltykit.decision import PromotionAnswer
from loyaltykit.edges import next_edge
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace
from loyaltykit.money import Currency
from loyaltykit.offer_index import Needs
from loyaltykit.promotions import Promotion
from loyaltykit.questions import During
from loyaltykit.readings import Readings
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.spelling import either_text, fact_text
from loyaltykit.vocabulary import Fact, Kind, Moment

_ROUNDS = 50
"""How often a moment is sought at which several times hold together."""


def untriggered(promotion: str, needs: Needs, money: Currency) -> PromotionAnswer:
    """The answer for a promotion of which nothing that it needs is there."""
    code = (
        RefusalCode.PROMOTION_NOT_APPLICABLE
        if needs.in_condition
        else RefusalCode.PROMOTION_WITHOUT_EFFECT
    )
    words: dict[Fact[object], list[str]] = {}
    for fact, word in needs.words:
        words.setdefault(fact, []).append(word)
    missing = tuple(
        Missing(
            str(fact),
            f"{fact_text(fact)} must {_verb(fact)} {either_text(tuple(some), fact, money)}",
        )
        for fact, some in words.items()
    )
    return PromotionAnswer(promotion, refusal=Refusal(code, promotion, missing=missing))


def lacking(
    promotion: Promotion, short: PromotionAnswer, readings: Readings, money: Currency
) -> PromotionAnswer:
    """The answer with all that is missing, of a promotion that nothing in the basket can trigger.

    The short one names the words of which one has to be there: in the condition, or on what it is
    taken off.
    """
    when, refusal = promotion.when, short.refusal
    if when is None or refusal is None or holds(when, readings):
        return short
    missing = tuple(trace(when, readings, money).lacking())
    if refusal.code is RefusalCode.PROMOTION_WITHOUT_EFFECT:
        missing = (*missing, *refusal.missing)
    code = RefusalCode.PROMOTION_NOT_APPLICABLE
    return altered(short, refusal=altered(refusal, code=code, missing=missing))


def _verb(fact: Fact[object]) -> str:
    return "include" if fact.kind is Kind.TAGS else "be"


def valid_from(when: Condition[Moment] | None, readings: Readings) -> datetime | None:
    """From when a condition would hold, if only the time keeps it from holding."""
    if when is None:
        return None
    found = list(_parts(when))
    lacking = [each for each in found if not holds(each, readings)]
    if not lacking or not all(isinstance(each, During) for each in lacking):
        return None
    at = readings.at
    for _ in range(_ROUNDS):
        before = at
        for each in found:
            if isinstance(each, During):
                opens = _opens(each, altered(readings, at=at))
                if opens is None:
                    return None
                at = opens
        if at == before:
            return at
    return None


def _opens(during: During[Moment], readings: Readings) -> datetime | None:
    """The first instant, of the readings or later, at which a time is there."""
    for _ in range(_ROUNDS):
        if holds(during, readings):
            return readings.at
        edge = next_edge(during, readings)
        if edge is None:
            return None
        readings = altered(readings, at=edge)
    return None


def _parts(condition: Condition[Moment]) -> Iterator[Condition[Moment]]:
    if isinstance(condition, AllOf):
        for each in condition.conditions:
            yield from _parts(each)
    else:
        yield condition
