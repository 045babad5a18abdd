"""Strategies for what people write as numbers: amounts of money, counts, points and factors."""

from hypothesis import strategies as st


def written(minor: int) -> str:
    """Minor units as an amount in major units: 1250 is "12.50"."""
    return f"{minor // 100}.{minor % 100:02d}"


def amounts(least: int = 0, most: int = 20_000) -> st.SearchStrategy[str]:
    """Amounts with two decimals, such as "12.50"; the bounds are in minor units."""
    return st.integers(least, most).map(written)


def counts() -> st.SearchStrategy[int]:
    """Small whole numbers."""
    return st.integers(0, 12)


def rates() -> st.SearchStrategy[int | str]:
    """Points or factors from 0 on: whole ones, halves, and some with many decimals."""
    whole = st.one_of(st.integers(0, 3), st.integers(0, 300))
    return st.one_of(whole, st.sampled_from(("0.5", "1.25", "0.333333", "19.99")))
