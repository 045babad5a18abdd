"""Lasting: which points have outlasted the tier that they were earned in.

Points that last with a tier cannot be spent once the member's tier is lower. They lapse when the
instant in which it fell is over, so that a tier that is back in the same instant keeps them.
"""

from collections.abc import Iterator

from loyaltykit.account import Account
from loyaltykit.ledger import Lots
from loyaltykit.lots import Lot
from loyaltykit.tiers import Tiers


def outlived(account: Account, tiers: Tiers | None) -> Iterator[Lot]:
    """The lots, pending ones last, that were earned in a tier above the present one."""
    for lot in (*account.lots, *account.pending):
        if has_outlived(lot, account, tiers):
            yield lot


def has_outlived(lot: Lot, account: Account, tiers: Tiers | None) -> bool:
    """Whether a lot was earned in a tier above the member's present one."""
    if tiers is None or lot.tier is None:
        return False
    earned, rank = tiers.rank(lot.tier), tiers.rank(account.tier)
    return earned is not None and (rank is None or rank < earned)


def usable(account: Account, purse: str, tiers: Tiers | None) -> Lots:
    """The lots of one purse that can be spent, in order of consumption."""
    return tuple(
        lot for lot in account.lots if lot.purse == purse and not has_outlived(lot, account, tiers)
    )


def available(account: Account, purse: str, tiers: Tiers | None) -> int:
    """How many points of one purse can be spent."""
    return sum(lot.remaining for lot in usable(account, purse, tiers))
