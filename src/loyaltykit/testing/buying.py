"""Strategies for what is bought: lines, baskets and purchases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from loyaltykit.baskets import Basket, Line, Shipping, Tax, TaxRate
from loyaltykit.events import Purchase
from loyaltykit.testing import words
from loyaltykit.testing.numbers import written
from loyaltykit.testing.times import instants


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or None."""
    return st.one_of(st.none(), values)


def subsets(values: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Some of the words, each at most once."""
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values))


def answers() -> st.SearchStrategy[dict[str, bool | None]]:
    """The host's answers to every custom question: yes, no or unknown."""
    return st.fixed_dictionaries(
        {question: st.sampled_from((True, False, None)) for question in words.QUESTIONS}
    )


def basket_labels() -> st.SearchStrategy[dict[str, Any]]:
    """The shop's own facts about a basket; the optional ones are unknown or None now and then."""
    return st.fixed_dictionaries(
        {"channel": st.sampled_from(words.CHANNELS)},
        optional={"distance": optional(st.integers(0, 200)), "gift": optional(st.booleans())},
    )


def taxes(price: int) -> st.SearchStrategy[Tax | TaxRate]:
    """The tax on a price in minor units: none, or some percent contained in it or on top of it."""
    amounts = st.sampled_from((0, 7, 19)).map(lambda percent: written(price * percent // 100))
    rates = st.builds(TaxRate, st.sampled_from((7, 19)), on_top=st.booleans())
    return st.one_of(st.builds(Tax, amounts, on_top=st.booleans()), rates)


@st.composite
def shippings(draw: st.DrawFn) -> Shipping:
    """What shipping costs, mostly nothing, and the tax on it."""
    amount = draw(st.sampled_from((0, 0, 490, 1000)))
    return Shipping(written(amount), tax=draw(taxes(amount)))


@st.composite
def lines(draw: st.DrawFn, *, id: str = "1") -> Line:
    """One line: 1 to 6 units of up to 200.00 each, sometimes free, sometimes already reduced.

    Its tax is always stated.
    """
    price = draw(st.one_of(st.sampled_from((100, 1999, 1, 0)), st.integers(0, 20_000)))
    quantity = draw(st.integers(1, 6))
    tenths = draw(st.sampled_from((0, 0, 0, 1, 5, 10)))
    discount = price * quantity * tenths // 10
    return Line(
        id,
        draw(st.sampled_from(words.SKUS)),
        price=written(price),
        quantity=quantity,
        discount=written(discount),
        tax=draw(taxes(price * quantity - discount)),
        category=draw(optional(st.sampled_from(words.CATEGORIES))),
        brand=draw(optional(st.sampled_from(words.BRANDS))),
        tags=draw(subsets(words.TAGS)),
        labels=draw(
            st.fixed_dictionaries(
                {"roast": st.sampled_from(words.ROASTS)},
                optional={"weight": optional(st.integers(0, 200))},
            )
        ),
    )


@st.composite
def baskets(draw: st.DrawFn, *, most: int = 4) -> Basket:
    """A basket of 1 to `most` lines, whose ids are "1", "2" ..., with labels and answers."""
    size = draw(st.integers(1, most))
    return Basket(
        [draw(lines(id=str(number))) for number in range(1, size + 1)],
        draw(basket_labels()),
        shipping=draw(shippings()),
        answers=draw(answers()),
    )


@st.composite
def purchases(
    draw: st.DrawFn,
    *,
    id: str = "order-1",
    at: datetime | None = None,
    member: str = "ann",
    codes: Sequence[str] = (),
) -> Purchase:
    """A paid order of a drawn basket; it presents some of `codes`, and leaves `paid` open."""
    basket = draw(baskets())
    return Purchase(
        id,
        draw(instants()) if at is None else at,
        member=member,
        lines=basket.lines,
        coupons=draw(subsets(codes)) if codes else (),
        shipping=basket.shipping,
        labels=basket.labels,
        answers=basket.answers,
    )
