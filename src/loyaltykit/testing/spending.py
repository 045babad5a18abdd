"""Strategies for how points are spent: what they are worth, and rewards. All are valid."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from loyaltykit.coupons import Coupon
from loyaltykit.limits import Limit
from loyaltykit.periods import Period
from loyaltykit.redeeming import GiveBack, Redeeming
from loyaltykit.rewards import Reward
from loyaltykit.rules import Issue
from loyaltykit.testing import words
from loyaltykit.testing.asking import member_conditions
from loyaltykit.testing.times import periods
from loyaltykit.vocabulary import CREDIT


@st.composite
def redeeming(draw: st.DrawFn, *, purse: str = "points", tiers: bool = True) -> Redeeming:
    """How points of this purse are redeemed: by tier as well if there are `tiers`."""
    step = draw(st.sampled_from((None, 1, 5, 20)))
    least = draw(st.sampled_from((None, 1, 2)))
    most = draw(st.sampled_from((None, 2, 10)))
    grace = st.one_of(st.none(), periods().filter(lambda period: not period.empty))
    rate: dict[str, Any] = {}
    if purse != CREDIT:
        worth = st.sampled_from((Decimal("0.01"), Decimal("0.5"), Decimal(3)))
        rate = {"points": draw(st.sampled_from((1, 3, 100))), "worth": draw(worth)}
        if tiers and draw(st.booleans()):
            rate["by_tier"] = {draw(st.sampled_from(words.LADDER)): draw(worth)}
    lasting: Period | None = draw(grace)
    return Redeeming(
        purse,
        minimum=least and least * (step or 1),
        step=step,
        maximum=most and most * (step or 1),
        share=draw(st.sampled_from((100, 100, 50))),
        on_return=draw(st.sampled_from(GiveBack)),
        grace=lasting,
        **rate,
    )


def rewards(
    *,
    name: str = "mug",
    tiers: bool = True,
    coupons: tuple[Coupon, ...] = (),
    limited: st.SearchStrategy[Limit] | None = None,
) -> st.SearchStrategy[Reward]:
    """A reward of this name for points of any purse; it issues only these `coupons`."""
    gifts: list[st.SearchStrategy[Any]] = [st.none(), st.just("a gift")]
    gifts += [st.sampled_from(coupons).map(Issue)] if coupons else []
    asking = member_conditions() if tiers else st.nothing()
    return st.builds(
        Reward,
        st.just(name),
        st.integers(1, 60),
        gives=st.one_of(gifts),
        purse=st.sampled_from((*words.PURSES, CREDIT)),
        when=st.one_of(st.none(), st.none(), asking),
        limit=st.none() if limited is None else st.one_of(st.none(), limited),
        auto=st.booleans(),
    )
