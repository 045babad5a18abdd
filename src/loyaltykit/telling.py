"""Telling: what is done by hand, mergers too, as a member reads it in a statement."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import assert_never

from loyaltykit.account import Account
from loyaltykit.closures import Closed, Erased, Resumed, Standing, Suspended
from loyaltykit.effects import Effect
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
from loyaltykit.mergers import Absorbed, MergedInto, Merging
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
                    if expires is None:
                        return f"{amount(lot.remaining, lot.purse)} last for ever", lot.purse
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


def merging_told(effect: Merging) -> str:
    """The text of an effect that merges two accounts."""
    match effect:
        case MergedInto(into=into):
            return f"Account merged into {into}"
        case Absorbed(account=account):
            return f"Account {account.member} merged into this one"
        case _:
            assert_never(effect)


def moves_told(
    effect: Effect, account: Account, amount: Callable[[int, str], str]
) -> Iterator[tuple[str, str]]:
    """What a merger does to each purse of an account: the text, and the purse.

    Of any other effect, nothing: that has one line.
    """
    match effect:
        case MergedInto(into=into):
            moved, where = account, f"went to {into}"
        case Absorbed(account=other):
            moved, where = other, f"came from {other.member}"
        case _:
            return
    for name, purse in moved.purses.items():
        held = [amount(purse.held, name)] if purse.held else []
        owed = [f"{amount(purse.debt, name)} owed"] if purse.debt else []
        if held or owed:
            yield f"{' and '.join([*held, *owed])} {where}", name


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
