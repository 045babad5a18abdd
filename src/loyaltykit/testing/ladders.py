"""Strategies for ladders and what rules wait for on them. All are valid."""

from typing import Any

from hypothesis import strategies as st

from loyaltykit.metrics import money_spent, order_days, orders_placed, points_earned
from loyaltykit.periods import Unit, days
from loyaltykit.rules import GrantTier
from loyaltykit.tenures import (
    AtEndOf,
    AtOnce,
    Downgrade,
    ForTerm,
    Grace,
    GraceFrom,
    Skipped,
    UntilReview,
    Validity,
    WhileQualified,
)
from loyaltykit.testing import words
from loyaltykit.testing.times import periods, windows
from loyaltykit.tiers import Tier, Tiers
from loyaltykit.triggers import TierEnding, TierKept, TierLost, TierReached, TierTrigger
from loyaltykit.windows import SinceEntry, Term


def tiers() -> st.SearchStrategy[Tiers]:
    """A ladder of bronze, silver and gold, by any metric over any window, of any make."""
    return st.one_of(_plain(), _of_any_make())


def tier_triggers() -> st.SearchStrategy[TierTrigger]:
    """What a rule waits for on the ladder of bronze, silver and gold."""
    which = st.one_of(st.none(), st.sampled_from(words.LADDER))
    # Each as often as the others: `one_of` would count the alternatives within.
    kinds: tuple[st.SearchStrategy[TierTrigger], ...] = (
        st.builds(TierReached, which),
        st.builds(TierKept, which),
        st.builds(TierLost, which),
        st.builds(TierEnding, st.integers(1, 40).map(days), which),
    )
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


def tier_grants() -> st.SearchStrategy[GrantTier]:
    """A tier of the ladder of bronze, silver and gold, for a term."""
    return st.builds(GrantTier, st.sampled_from(words.LADDER), _lasting())


def _plain() -> st.SearchStrategy[Tiers]:
    return st.builds(
        lambda thresholds, metric, window: Tiers(
            [Tier(name, least) for name, least in zip(words.LADDER, thresholds, strict=True)],
            metric=metric,
            window=window,
        ),
        _thresholds(),
        _metrics(),
        windows(since_entry=False),
    )


def _of_any_make() -> st.SearchStrategy[Tiers]:
    grace = st.builds(Grace, _lasting(), counted_from=st.sampled_from(GraceFrom))
    return st.builds(
        _ladder,
        _thresholds(),
        st.integers(0, 100),
        metric=_metrics(),
        window=st.one_of(windows(since_entry=False), st.builds(SinceEntry, st.booleans())),
        upgrade=st.one_of(st.just(AtOnce()), st.sampled_from(Unit).map(AtEndOf)),
        validity=_validities(),
        downgrade=st.sampled_from(Downgrade),
        grace=st.one_of(st.none(), grace),
        skipped=st.sampled_from(Skipped),
    )


def _ladder(thresholds: list[int], percent: int, **how: Any) -> Tiers:
    held = isinstance(how["validity"], WhileQualified)
    if held and (isinstance(how["window"], SinceEntry) or how["grace"] is None):
        how["validity"] = UntilReview(days(60))
    steps = zip(words.LADDER, thresholds, strict=True)
    return Tiers([Tier(name, least, keep=least * percent // 100) for name, least in steps], **how)


def _thresholds() -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 500), min_size=3, max_size=3, unique=True).map(sorted)


def _metrics() -> st.SearchStrategy[Any]:
    return st.sampled_from((points_earned, money_spent, orders_placed, order_days))


def _lasting() -> st.SearchStrategy[Term]:
    some = periods(longest=400).filter(lambda period: not period.empty)
    unit = st.sampled_from(Unit)
    return st.one_of(some, st.builds(lambda one, at: one.through_end_of(at), some, unit))


def _validities() -> st.SearchStrategy[Validity]:
    return st.one_of(
        st.just(WhileQualified()), _lasting().map(UntilReview), _lasting().map(ForTerm)
    )
