"""What tests read of a quote: the promotions that are used, and why the others are not."""

from desk import day

from loyaltykit import Basket, Engine, Line, Program, Quote


def quoted(program: Program, *lines: Line, shipping: int = 0) -> Quote:
    """What a guest is told."""
    return Engine(program).quote(None, Basket(lines, shipping=shipping), day(0))


def used(quote: Quote) -> dict[str, int]:
    """What every promotion takes off that is used, in minor units."""
    return {each.promotion: each.discount for each in quote.promotions if each.applied}


def said(quote: Quote) -> list[str]:
    """Why the other promotions are not."""
    return [str(each.refusal) for each in quote.promotions if each.refusal is not None]
