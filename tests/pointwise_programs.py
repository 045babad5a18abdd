"""The programme of a club of the point-by-point model, and its lines: what the engine is told."""

from pointwise_clubs import MEMORY, PATIENCE, SPAN, TIERS, WAIT, Club, Grant, Terms
from pointwise_orders import Piece

from loyaltykit import (
    Accrue,
    Condition,
    GiveBack,
    Limit,
    Line,
    OnReturn,
    Program,
    Purchase,
    Purse,
    Redeeming,
    Rounding,
    Rule,
    Shortfall,
    Tier,
    Tiers,
    basket,
    confirmed,
    days,
    end_of,
    item,
    per_month,
    points,
    some_item,
    within,
)
from loyaltykit.release import Pending
from loyaltykit.vocabulary import Moment

DRY = ~some_item(item.category.is_("wine")) | (basket.spend >= 50)


def program(club: Club) -> Program:
    tiers = [Tier(name, least) for name, least in TIERS]
    return Program(
        club.name,
        "EUR",
        timezone="UTC",
        tiers=Tiers(tiers, window=days(MEMORY.days)) if club.tiers else None,
        purses=[purse(terms) for terms in club.purses],
        rules=[rule(grant) for grant in club.grants],
        redeeming=[redeeming(terms) for terms in club.purses if terms.cents],
    )


def purse(terms: Terms) -> Purse:
    return Purse(
        terms.name, cap=terms.cap, shortfall=Shortfall(terms.shortfall), most_debt=terms.most_debt
    )


def redeeming(terms: Terms) -> Redeeming:
    return Redeeming(
        terms.name,
        points=100,
        worth=terms.cents,
        on_return=GiveBack(terms.give_back),
        grace=None if terms.grace is None else days(terms.grace),
    )


def rule(grant: Grant) -> Rule:
    some, euros = grant.rate
    earned = points(grant.flat) + points(some).per(euros) if some else points(grant.flat)
    when: Condition[Moment] | None = DRY if grant.dry else None
    return Rule(
        grant.rule,
        Purchase,
        when=when,
        then=Accrue(
            earned,
            purse=grant.purse,
            pending=pending(grant),
            expires=None if grant.lasts is None else days(grant.lasts),
            rounding=Rounding(grant.rounding),
            on_return=OnReturn(grant.on_return),
        ),
        limit=limit(grant),
    )


def pending(grant: Grant) -> Pending | None:
    match grant.pending:
        case "days":
            return days(WAIT.days)
        case "month":
            return end_of("month")
        case "confirmed":
            return confirmed(within=days(PATIENCE.days))
        case _:
            return None


def limit(grant: Grant) -> Limit | None:
    match grant.limit:
        case "month":
            return per_month(points=grant.most)
        case "rolling":
            return within(days(SPAN.days), points=grant.most)
        case _:
            return None


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def lines(bought: list[Piece]) -> list[Line]:
    """The pieces as lines at list price, with what is less as the shop's own discount."""
    return [
        Line(
            str(place),
            "thing",
            price=euros(piece.list_price),
            quantity=piece.units,
            discount=euros(piece.list_price * piece.units - piece.cents),
            category="wine" if piece.wine else None,
        )
        for place, piece in enumerate(bought)
    ]
