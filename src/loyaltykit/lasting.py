"""Lasting: which points have outlasted the tier that they were earned in.

Points that last with a tier cannot be spent once the member's tier is lower. They lapse when the
instant in which it fell is over, so that a tier that is back in the same instant keeps them.
"""

from collections.abc import Iterator

from loyaltykit.account import Account
from loyaltykit.ladders import Ladders
from loyaltykit.ledger import Lots
from loyaltykit.lots import Lot


def outlived(account: Account, ladders: Ladders) -> Iterator[Lot]:
    """The lots, pending ones last, that were earned in a tier above the present one."""
    # This is asked of all lots at every instant, and most programmes let none last with a tier.
    for lots in (account.lots, account.pending) if ladders else ():
        for lot in lots:
            if lot.tier is not None and has_outlived(lot, account, ladders):
                yield lot


def has_outlived(lot: Lot, account: Account, ladders: Ladders) -> bool:
    """Whether a lot was earned in a tier above the member's present one."""
    ladder = ladders.of_tier(lot.tier)
    if ladder is None:
        return False
    return ladder.rank(account.tier_on(ladder.name)) < ladder.rank(lot.tier)


def usable(account: Account, purse: str, ladders: Ladders) -> Lots:
    """The lots of one purse that can be spent, in order of consumption."""
    return tuple(
        lot
        for lot in account.lots
        if lot.purse == purse and (lot.tier is None or not has_outlived(lot, account, ladders))
    )


def available(account: Account, purse: str, ladders: Ladders) -> int:
    """How many points of one purse can be spent."""
    return sum(lot.remaining for lot in usable(account, purse, ladders))
