"""Strategies for promotions, and for how offers are stacked. All are valid."""

from hypothesis import strategies as st

from loyaltykit.promotions import Promotion
from loyaltykit.stacking import (
    USUAL,
    Against,
    Amounts,
    Choose,
    Exclusive,
    Lane,
    Reuse,
    Rivalry,
    Stacking,
)
from loyaltykit.testing.asking import conditions
from loyaltykit.testing.discounts import discounts
from loyaltykit.testing.rules import limits


def promotions(
    *, name: str = "a promotion", stacking: Stacking = USUAL
) -> st.SearchStrategy[Promotion]:
    """A promotion of this name, in the usual lane; its uses are given back with returns.

    It fits a programme that stacks like this.
    """
    by_line = stacking.lanes[0].choose is Choose.EACH_LINE
    reads = [each for each in Amounts if each is not Amounts.AFTER or not by_line]
    return st.builds(
        Promotion,
        st.just(name),
        discounts(),
        when=st.one_of(st.none(), conditions()),
        reads=st.sampled_from(reads),
        limit=st.one_of(st.none(), limits(points=False)),
        total=st.one_of(st.none(), st.integers(1, 3)),
        exclusive=st.sampled_from(Exclusive),
        on_return=st.just(Reuse.WHOLE),
    )


def stackings() -> st.SearchStrategy[Stacking]:
    """How a programme stacks: as usual, or in one or two lanes of any kind."""
    lanes = st.lists(_LANE, min_size=1, max_size=2, unique_by=lambda lane: lane.name)
    made = st.builds(Stacking, lanes, exclusive=st.sampled_from(Rivalry))
    return st.one_of(st.just(USUAL), made)


def _lane(name: str, choose: Choose, against: Against, most: int | None) -> Lane:
    most = None if choose is Choose.EACH_LINE else most
    return Lane(name, choose, against=against, most=most)


_LANE = st.builds(
    _lane,
    st.sampled_from(("early", "late")),
    st.sampled_from(Choose),
    st.sampled_from(Against),
    st.sampled_from((None, 1, 2)),
)
