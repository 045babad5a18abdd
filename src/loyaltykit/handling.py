"""Handling: how the effects of what is done by hand change an account."""

from typing import assert_never

from loyaltykit.account import Account
from loyaltykit.copying import altered
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
from loyaltykit.placing import (
    drawn,
    given_back,
    holding,
    moved,
    points_in,
    rescheduled,
)


def by_hand(account: Account, effect: HandMade) -> Account:
    """The account after one more of these effects."""
    match effect:
        case Adjusted(at=at, purse=purse, lot=lot, draws=draws):
            account = moved(drawn(account, draws), purse, reversed=points_in(draws))
            if lot is None:
                return account
            return moved(holding(account, lot, at), purse, issued=lot.points)
        case GoodwillGranted(at=at, lot=lot):
            return moved(holding(account, lot, at), lot.purse, issued=lot.points)
        case Rescheduled(at=at, lot=name, expires=expires):
            return rescheduled(account, name, expires, at)
        case Revived(at=at, lot=lot):
            return moved(holding(account, lot, at), lot.purse, expired=-lot.points)
        case Transferred(event=event, purse=purse, draws=draws):
            account = moved(drawn(account, draws), purse, sent=points_in(draws))
            return altered(account, transfers=account.transfers.plus(event, effect))
        case TransferArrived(at=at, purse=purse, lots=lots):
            for lot in lots:
                account = holding(account, lot, at)
            return moved(account, purse, received=sum(lot.points for lot in lots))
        case TransferUndone(at=at, transfer=transfer, purse=purse, draws=draws):
            for draw in draws:
                account = given_back(account, draw, at)
            account = moved(account, purse, sent=-points_in(draws))
            return altered(account, transfers=account.transfers.minus(transfer))
        case _:
            assert_never(effect)
