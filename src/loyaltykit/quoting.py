"""Quoting: what a purchase that is not kept says about a basket."""

from loyaltykit.account import Account
from loyaltykit.decision import Quote, QuotedLine, QuotedPoints
from loyaltykit.journal import Journal
from loyaltykit.movements import Accrued
from loyaltykit.received import Received
from loyaltykit.traces import Explanation


def quoted(received: Received, journal: Journal, mark: int) -> Quote:
    """The quote that a purchase gives; its effects begin at the mark."""
    priced = received.pricing
    lines = () if priced is None else priced.priced
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
            )
            for each in lines
        ),
        subtotal=sum(each.subtotal for each in lines),
        payable=sum(each.net for each in lines),
        points=tuple(
            QuotedPoints(effect.lot.rule or "", effect.lot.purse, effect.lot.points)
            for effect in journal.effects[mark:]
            if isinstance(effect, Accrued)
        ),
        codes=received.answers,
        spend=received.spend,
        refusals=tuple(each for each in received.refused if each not in about_codes),
        explanation=Explanation(tuple(journal.traces), tuple(journal.notes)),
    )


def free_id(account: Account) -> str:
    """An id that no event of the account has."""
    name = "quote"
    while name in account.remembered or name in account.records:
        name += "'"
    return name
