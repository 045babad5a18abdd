"""Offer book: the coupons and promotions of a programme, indexed for pricing a basket.

It holds nothing that the programme does not say.
"""

from typing import final

from loyaltykit.answering import untriggered
from loyaltykit.budgets import Budget
from loyaltykit.coupons import Coupon
from loyaltykit.decision import PromotionAnswer
from loyaltykit.inquiries import Questions, asked_by_offer, moving
from loyaltykit.offer_index import OfferIndex
from loyaltykit.program import Program
from loyaltykit.promotions import Offer, Promotion, lane_of
from loyaltykit.stacking import Stacking


@final
class OfferBook:
    """Coupons by name, promotions by what can trigger them, lanes, budgets, and what all ask."""

    def __init__(self, program: Program) -> None:
        self.coupons: dict[str, Coupon] = {each.name: each for each in program.all_coupons}
        self.promotions: tuple[Promotion, ...] = program.promotions
        self.index: OfferIndex = OfferIndex(program.promotions)
        self.stacking: Stacking = program.stacking
        offers: tuple[Offer, ...] = (*program.promotions, *self.coupons.values())
        self.lane_of: dict[str, str] = {
            offer.name: lane_of(offer, program.stacking).name for offer in offers
        }
        """The lane of every offer, by its name."""
        self.coupon_place: dict[str, int] = {
            name: place + len(program.promotions) for place, name in enumerate(self.coupons)
        }
        """The place of every coupon among all offers: promotions come before coupons."""
        self._asked_by = {
            coupon.name: Questions.of([(coupon.name, asked_by_offer(coupon))])
            for coupon in self.coupons.values()
        }
        self.asked_by_promotions: Questions = Questions.of(
            (each.name, asked_by_offer(each)) for each in program.promotions
        )
        """What all promotions ask together: it is read once, however many there are."""
        self.untriggered: dict[int, PromotionAnswer] = {
            place: untriggered(program.promotions[place].name, needs, program.money)
            for place, needs in self.index.needs.items()
        }
        """What is said of a promotion of which nothing is there that it needs, by its place."""
        self.moving: dict[str, tuple[bool, bool]] = {offer.name: moving(offer) for offer in offers}
        """Whether what others take off changes what the condition of an offer reads; or any."""
        self._budgets: dict[str, tuple[Budget, ...]] = {
            name: tuple(each for each in program.budgets if name in each.offers)
            for budget in program.budgets
            for name in budget.offers
        }

    def budgets(self, offer: str) -> tuple[Budget, ...]:
        """The budgets that an offer of this name draws on."""
        return self._budgets.get(offer, ())

    def asked_by(self, coupon: Coupon) -> Questions:
        """What a coupon asks."""
        return self._asked_by[coupon.name]
