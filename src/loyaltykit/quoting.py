"""Quoting: what a purchase that is not kept says about a basket."""

from typing import Final

from loyaltykit.account import Account
from loyaltykit.answering import lacking
from loyaltykit.cuts import Run
from loyaltykit.decision import (
    CodeAnswer,
    PromotionAnswer,
    Quote,
    QuotedGift,
    QuotedLine,
    QuotedPoints,
    QuotedRun,
    QuotedShare,
)
from loyaltykit.journal import Journal
from loyaltykit.movements import Accrued
from loyaltykit.prices import Taken
from loyaltykit.pricing import Pricing
from loyaltykit.received import Received
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.traces import Explanation
from loyaltykit.vocabulary import MAX_TEXT

MAX_TOLD: Final = 100
"""Up to how many promotions of a programme a quote tells all that is missing of each."""


def quoted(
    received: Received, journal: Journal, mark: int, book: Rulebook, typed: tuple[str, ...]
) -> Quote:
    """The quote that a purchase gives; its effects begin at the mark.

    What was typed and can be no code was not presented: it is unknown.
    """
    answers = {answer.code: answer for answer in received.answers}
    priced = received.pricing or Pricing((), 0)
    about_codes = [answer.refusal for answer in received.answers]
    return Quote(
        tuple(
            QuotedLine(
                each.line.id,
                units=each.line.quantity,
                subtotal=each.subtotal,
                discount=each.subtotal - each.net - each.tender,
                payable=each.net,
                tender=each.tender,
                tax=None if each.taxed is None else each.taxed.tax(each.net + each.tender),
                shares=_shares(place, priced.taken),
            )
            for place, each in enumerate(priced.priced)
        ),
        subtotal=sum(each.subtotal for each in priced.priced),
        payable=priced.payable,
        points=tuple(
            QuotedPoints(effect.lot.rule or "", effect.lot.purse, effect.lot.points)
            for effect in journal.effects[mark:]
            if isinstance(effect, Accrued)
        ),
        codes=tuple(answers[code] if code in answers else _unknown(code) for code in typed),
        promotions=_promotions(priced, book),
        lanes=priced.lanes,
        gifts=_gifts((*priced.taken, *priced.due)),
        coupons=tuple(each.coupon for each in priced.uses if each.coupon is not None),
        claims=priced.claims,
        shipping=priced.shipping,
        shipping_discount=sum(each.shipping for each in priced.uses),
        shipping_tax=priced.shipping_tax,
        spend=received.spend,
        refusals=tuple(each for each in received.refused if each not in about_codes),
        explanation=Explanation(tuple(journal.traces), tuple(journal.notes)),
    )


def _unknown(code: str) -> CodeAnswer:
    return CodeAnswer(code, refusal=Refusal(RefusalCode.COUPON_UNKNOWN, code[:MAX_TEXT]))


def _promotions(priced: Pricing, book: Rulebook) -> tuple[PromotionAnswer, ...]:
    """The answers about promotions: what nothing can trigger lacks a word, and perhaps more."""
    if priced.read is None or len(book.offers.promotions) > MAX_TOLD:
        return priced.promotions
    return tuple(
        lacking(book.offers.promotions[place], answer, priced.read, book.money)
        if answer is book.offers.untriggered.get(place)
        else answer
        for place, answer in enumerate(priced.promotions)
    )


def _shares(place: int, used: tuple[Taken, ...]) -> tuple[QuotedShare, ...]:
    """What each offer takes off the line at a place."""
    return tuple(
        QuotedShare(
            each.candidate.offer.name,
            amount=each.taken.lines[place],
            runs=_runs(each.taken.units[place]),
            coupon=None if each.candidate.issued is None else each.candidate.issued.id,
        )
        for each in used
        if each.taken.lines[place]
    )


def _runs(units: tuple[Run, ...]) -> tuple[QuotedRun, ...]:
    """The units of a line in as few runs as say it."""
    found: list[QuotedRun] = []
    for run in units:
        if found and found[-1].off == run.off:
            found[-1] = QuotedRun(found[-1].units + run.units, run.off)
        else:
            found.append(QuotedRun(run.units, run.off))
    return tuple(found)


def _gifts(found: tuple[Taken, ...]) -> tuple[QuotedGift, ...]:
    return tuple(
        QuotedGift(each.candidate.offer.name, gift.sku, units=gift.units, present=gift.present)
        for each in found
        for gift in each.taken.gifts
    )


def free_id(account: Account) -> str:
    """An id that no event of the account has."""
    name = "quote"
    while name in account.remembered or name in account.records:
        name += "'"
    return name
