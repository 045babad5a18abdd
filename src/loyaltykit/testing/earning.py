"""Strategies for earnings."""

from hypothesis import strategies as st

from loyaltykit.bands import Banded, Banding, banded
from loyaltykit.basis import Basis, Discounts, PaidIn, Taxes
from loyaltykit.conditions import Condition
from loyaltykit.earning import Earning, Sum, best_of, first_of, undivided
from loyaltykit.factors import Combine, Factor
from loyaltykit.rates import Fixed, PerSpend, points
from loyaltykit.subjects import basket, item, member
from loyaltykit.testing import words
from loyaltykit.testing.asking import conditions, item_conditions
from loyaltykit.testing.numbers import amounts, counts, rates
from loyaltykit.vocabulary import Item, Moment


def earnings(
    *,
    asking: st.SearchStrategy[Condition[Moment]] | None = None,
    bought: bool = True,
    taxed: bool = False,
) -> st.SearchStrategy[Earning]:
    """Every kind of earning, a few levels deep.

    `asking` draws what `.when(...)` asks, by default anything about a purchase. `bought` says that
    there is a basket to earn from; without one, an earning starts from fixed points. Only if it is
    `taxed`, with the tax of every line and of shipping known, are there rates with or without tax.
    """
    asked = conditions() if asking is None else asking
    fixed = rates().map(points)
    of_member = st.sampled_from((member.orders, words.visits))
    leaves: st.SearchStrategy[Earning] = st.one_of(
        fixed, st.builds(Fixed.each, fixed, of_member, fallback=counts())
    )
    lines = st.one_of(st.none(), item_conditions())
    if bought:
        amount = st.one_of(st.sampled_from(("1", "10", "0.01")), amounts(least=1))
        of_basket = st.sampled_from((basket.spend, basket.units, words.distance))
        of_item = st.sampled_from((item.spend, item.units, item.price, words.weight))
        basis = bases(taxed=taxed)
        per = st.sampled_from((1, 3, "0.25"))
        leaves = st.one_of(
            leaves,
            st.builds(Fixed.per, fixed, amount, of=lines, basis=basis),
            st.builds(Fixed.per_whole, fixed, amount, of=lines, basis=basis),
            st.builds(Fixed.per_unit, fixed, of=lines),
            st.builds(Fixed.per_line, fixed, of=lines),
            st.builds(Fixed.each, fixed, of_basket, per=per, fallback=counts()),
            st.builds(Fixed.each, fixed, of_item, per=per, fallback=counts(), of=lines),
            bands(lines, basis),
        )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(Sum),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: best_of(*each)),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: first_of(*each)),
            st.builds(lambda one, factor: one * factor, inner, rates()),
            multiplied(inner, asked, lines if bought else st.none()),
            st.builds(lambda one, most: one.cap(most), inner, rates()),
            st.builds(lambda one, condition: one.when(condition), inner, asked),
        ),
        max_leaves=5,
    )


def bases(*, taxed: bool = False) -> st.SearchStrategy[Basis]:
    """The usual basis, or any; only if it is `taxed` one that asks for the tax."""
    tax = st.sampled_from(Taxes) if taxed else st.just(Taxes.AS_GIVEN)
    return st.one_of(
        st.just(Basis()),
        st.builds(
            Basis,
            discounts=st.sampled_from(Discounts),
            tax=tax,
            shipping=st.booleans(),
            paid=st.sampled_from(PaidIn),
        ),
    )


def bands(
    of: st.SearchStrategy[Condition[Item] | None], basis: st.SearchStrategy[Basis]
) -> st.SearchStrategy[Banded]:
    """Rates in one to three bands of up to 200.00 each."""
    fixed = rates().map(points)
    amount = st.one_of(st.sampled_from(("1", "10", "0.01")), amounts(least=1))
    rate = st.one_of(
        fixed, st.builds(Fixed.per, fixed, amount), st.builds(Fixed.per_whole, fixed, amount)
    )
    starts = st.dictionaries(amounts(), rate, min_size=1, max_size=3)
    return st.builds(banded, starts, banding=st.sampled_from(Banding), of=of, basis=basis)


@st.composite
def multiplied(
    draw: st.DrawFn,
    inner: st.SearchStrategy[Earning],
    asked: st.SearchStrategy[Condition[Moment]],
    of: st.SearchStrategy[Condition[Item] | None],
) -> Earning:
    """An earning times one or two factors, of some lines where it can be told line by line."""
    one = draw(inner)
    factor = st.one_of(st.sampled_from((2, 3, "0.5", 0)), rates())
    by_line = all(isinstance(each, Fixed | PerSpend) for each in undivided(one))
    some = st.builds(
        Factor, factor, when=st.one_of(st.none(), asked), of=of if by_line else st.none()
    )
    factors = draw(st.lists(some, min_size=1, max_size=2))
    return one.times(*factors, combine=draw(st.sampled_from(Combine)))
