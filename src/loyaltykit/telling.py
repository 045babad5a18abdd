"""Telling: what is done by hand, as a member reads it in a statement."""

from collections.abc import Callable
from datetime import date, datetime
from typing import assert_never

from loyaltykit.account import Account
from loyaltykit.closures import Closed, Erased, Resumed, Standing, Suspended
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    HandMade,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.ledger import find
from loyaltykit.placing import points_in
from loyaltykit.spelling import day_text


def by_hand_told(
    effect: HandMade,
    account: Account,
    amount: Callable[[int, str], str],
    last_day: Callable[[datetime], date],
) -> tuple[str | None, str | None]:
    """The text of an effect on an account, and the purse that it moves; None where there is none.

    `amount` spells points of a purse, `last_day` finds the last local day before an instant.
    """
    match effect:
        case Adjusted(purse=purse, lot=lot, draws=draws, reason=reason):
            points = points_in(draws) if lot is None else lot.points
            done = "taken" if lot is None else "added"
            return f"{amount(points, purse)} {done} by hand ({reason})", purse
        case GoodwillGranted(lot=lot, reason=reason):
            return f"{amount(lot.points, lot.purse)} as goodwill ({reason})", lot.purse
        case Rescheduled(lot=name, expires=expires):
            for lots in (account.lots, account.pending):
                place = find(lots, name)
                if place is not None:
                    lot = lots[place]
                    last = day_text(last_day(expires))
                    return f"{amount(lot.remaining, lot.purse)} last until {last}", lot.purse
            return None, None
        case Revived(lot=lot, reason=reason):
            return (
                f"{amount(lot.points, lot.purse)} had expired and came back ({reason})",
                lot.purse,
            )
        case Transferred(to=to, purse=purse, draws=draws):
            return f"{amount(points_in(draws), purse)} sent to {to}", purse
        case TransferArrived(sender=sender, purse=purse, lots=lots):
            came = amount(sum(lot.points for lot in lots), purse)
            return f"{came} received from {sender}", purse
        case TransferUndone(to=to, purse=purse, draws=draws):
            return f"{amount(points_in(draws), purse)} came back: not taken by {to}", purse
        case _:
            assert_never(effect)


def standing_told(effect: Standing, last_day: Callable[[datetime], date]) -> str:
    """The text of an effect that ends an account or lets it rest."""
    match effect:
        case Closed():
            return "Account closed"
        case Suspended(until=until):
            end = "" if until is None else f" until {day_text(last_day(until))}"
            return f"Account suspended{end}"
        case Resumed():
            return "Account open again"
        case Erased():
            return "Account erased"
        case _:
            assert_never(effect)
