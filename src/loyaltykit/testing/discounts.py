"""Strategies for discounts of every kind, off baskets of the shared vocabulary."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from loyaltykit.bundles import Bundle, Part
from loyaltykit.discounts import By, Discount, ForEach, FreeItem, Stepped, Together
from loyaltykit.money import Rounding, RoundingScope
from loyaltykit.reductions import (
    AmountOff,
    Covers,
    Each,
    NewPrice,
    PercentOff,
    Reduction,
    Rounds,
    free_shipping,
    new_price,
)
from loyaltykit.selections import Begin, Pick
from loyaltykit.subjects import item
from loyaltykit.testing import words
from loyaltykit.testing.asking import item_conditions
from loyaltykit.testing.numbers import amounts

_BEGINS = st.sampled_from(Begin)


def _picks() -> st.SearchStrategy[Pick]:
    few = st.integers(0, 2)
    most = st.one_of(st.none(), st.integers(1, 4))
    some = st.builds(Pick, _BEGINS, skip=few, most=most)
    groups = st.integers(1, 3).flatmap(
        lambda group: st.builds(
            Pick,
            _BEGINS,
            skip=few,
            group=st.just(group),
            take=st.one_of(st.none(), st.integers(1, group)),
            most=most,
        )
    )
    return st.one_of(some, groups)


def reductions(*, plain: bool = False) -> st.SearchStrategy[Reduction]:
    """Amounts, percentages and new prices; plain ones do not say of which lines, units or what."""
    amount = amounts(least=1)
    percent = st.one_of(st.integers(1, 100), st.just(Decimal("12.5")))
    numbers = st.sampled_from((item.price, words.weight))
    floor: dict[str, Any] = {"not_below": st.one_of(st.none(), amount, numbers)}
    where: dict[str, Any] = {}
    if not plain:
        where["of"] = st.one_of(st.none(), item_conditions())
        where["units"] = st.one_of(st.none(), _picks())
    covers = st.just(Covers.GOODS) if plain else st.sampled_from((Covers.GOODS, Covers.ORDER))
    up_to = st.one_of(st.none(), amount)
    return st.one_of(
        st.builds(AmountOff, amount, covers=covers, **floor, **where),
        st.builds(AmountOff, amount, each=st.just(Each.UNIT), **floor, **where),
        st.builds(
            PercentOff,
            percent,
            up_to=up_to,
            rounding=st.sampled_from(Rounding),
            scope=st.sampled_from(RoundingScope),
            rounds=st.sampled_from(Rounds),
            covers=covers,
            **floor,
            **where,
        ),
        st.builds(NewPrice, numbers, fallback=st.one_of(st.none(), amounts()), **where),
        st.builds(NewPrice, amounts(), each=st.just(Each.UNIT), **where),
        st.builds(NewPrice, amounts(), each=st.just(Each.ALL), covers=covers, **where),
    )


def _parts(off: st.SearchStrategy[Reduction | None], *, partial: bool) -> st.SearchStrategy[Part]:
    return st.builds(
        Part,
        st.integers(1, 3),
        st.one_of(st.none(), item_conditions()),
        off=off,
        begin=_BEGINS,
        partial=st.booleans() if partial else st.just(False),
    )


def _bundles() -> st.SearchStrategy[Bundle]:
    plain = reductions(plain=True)
    most = st.one_of(st.none(), st.integers(1, 3))
    bought = st.lists(_parts(st.none(), partial=False), min_size=1, max_size=2)
    cheaper = _parts(plain, partial=True)
    with_one = st.tuples(bought, cheaper).map(lambda found: [*found[0], found[1]])
    return st.one_of(
        st.builds(Bundle, bought, off=plain, most=most), st.builds(Bundle, with_one, most=most)
    )


def _kinds() -> tuple[st.SearchStrategy[Discount], ...]:
    some, sets = reductions(), _bundles()
    gift = st.builds(FreeItem, st.sampled_from(words.SKUS), st.integers(1, 2))
    shipping: st.SearchStrategy[Discount] = st.sampled_from(
        (free_shipping(), free_shipping(up_to=3), new_price(2, covers=Covers.SHIPPING))
    )
    alone: st.SearchStrategy[Discount] = st.one_of(some, sets, gift, shipping)
    of = st.one_of(st.none(), item_conditions())
    steps = st.dictionaries(st.integers(1, 9), alone, min_size=1, max_size=2)
    stepped: st.SearchStrategy[Discount] = st.builds(Stepped, st.sampled_from(By), steps, of=of)
    goods: st.SearchStrategy[Discount] = st.one_of(
        some.filter(lambda each: each.covers is Covers.GOODS), sets
    )
    by = st.sampled_from((None, item.sku, item.category, words.roast))
    each: st.SearchStrategy[Discount] = st.builds(ForEach, goods, by=by)
    of_both: st.SearchStrategy[Discount] = st.one_of(alone, each)
    both: st.SearchStrategy[Discount] = st.lists(of_both, min_size=2, max_size=3).map(Together)
    plain: tuple[st.SearchStrategy[Discount], ...] = (some,) * 6
    return (*plain, sets, gift, shipping, stepped, each, both)


_DRAWN: st.SearchStrategy[Discount] = st.sampled_from(_kinds()).flatmap(lambda kind: kind)


def discounts() -> st.SearchStrategy[Discount]:
    """A discount of any kind; half of them are an amount, a percentage or a price."""
    return _DRAWN
