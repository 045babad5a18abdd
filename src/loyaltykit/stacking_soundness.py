"""Soundness of stacking: every offer has a lane and a group that the programme knows.

Each problem says what to write.
"""

from collections.abc import Iterator

from loyaltykit.promotions import Offer, lane_of, offer_key
from loyaltykit.stacking import Amounts, Choose, Exclusive, Stacking


def offer_text(offer: Offer) -> str:
    """An offer in a message: coupon 'FIVER', promotion 'sale'."""
    kind, _, name = offer_key(offer).partition(":")
    return f"{kind} {name!r}"


def stacking_problems(offer: Offer, stacking: Stacking) -> Iterator[str]:
    """Every reason why an offer cannot be stacked as it says."""
    lanes = [lane.name for lane in stacking.lanes]
    if offer.lane is not None and offer.lane not in lanes:
        yield f"is in the lane {offer.lane!r}, which there is not: name one of {', '.join(lanes)}"
    if offer.lane is not None and offer.exclusive is Exclusive.ORDER:
        yield "is the only offer on its order, so that no lane is its own: leave lane out"
    after = offer.reads is Amounts.AFTER and offer.exclusive is not Exclusive.ORDER
    if after and lane_of(offer, stacking).choose is Choose.EACH_LINE:
        yield (
            "must still hold once its own discount is taken, which no lane that chooses for each "
            "line can say beforehand: read Amounts.BEFORE, or be in another lane"
        )
    if offer.group is not None and offer.group not in stacking.groups:
        yield (
            f"is in the group {offer.group!r}, of which there is no number: "
            f"Stacking(..., groups={{{offer.group!r}: 1}})"
        )
