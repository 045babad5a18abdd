"""Handling: how the effects of what is done by hand change an account."""

from typing import assert_never

from loyaltykit.account import Account
from loyaltykit.handmade import Adjusted, GoodwillGranted, HandMade, Rescheduled
from loyaltykit.placing import drawn, holding, moved, points_in, rescheduled


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
        case _:
            assert_never(effect)
