"""Strategies for earnings."""

from hypothesis import strategies as st

from loyaltykit.conditions import Condition
from loyaltykit.earning import Earning, Fixed, Sum, best_of, points
from loyaltykit.testing.asking import conditions, item_conditions
from loyaltykit.testing.numbers import amounts, rates
from loyaltykit.vocabulary import Moment


def earnings(
    *, asking: st.SearchStrategy[Condition[Moment]] | None = None, bought: bool = True
) -> st.SearchStrategy[Earning]:
    """Every kind of earning, a few levels deep.

    `asking` draws what `.when(...)` asks, by default anything about a purchase. `bought` says that
    there is a basket to earn from; without one, an earning starts from fixed points.
    """
    asked = conditions() if asking is None else asking
    fixed = rates().map(points)
    leaves: st.SearchStrategy[Earning] = fixed
    if bought:
        of = st.one_of(st.none(), item_conditions())
        amount = st.one_of(st.sampled_from(("1", "10", "0.01")), amounts(least=1))
        leaves = st.one_of(
            fixed,
            st.builds(Fixed.per, fixed, amount, of=of),
            st.builds(Fixed.per_whole, fixed, amount, of=of),
            st.builds(Fixed.per_unit, fixed, of=of),
        )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(Sum),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: best_of(*each)),
            st.builds(lambda one, factor: one * factor, inner, rates()),
            st.builds(lambda one, most: one.cap(most), inner, rates()),
            st.builds(lambda one, condition: one.when(condition), inner, asked),
        ),
        max_leaves=5,
    )
