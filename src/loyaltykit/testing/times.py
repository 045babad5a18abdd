"""Strategies for time: instants, periods, terms and windows; often where calendars go wrong."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from loyaltykit.periods import Period, ThenNext, ThroughEndOf, Unit, days, hours, months
from loyaltykit.windows import (
    Calendar,
    Forever,
    Lifetime,
    MembershipYear,
    OnDate,
    Rolling,
    SinceEntry,
    Term,
    Window,
)

_FIRST: Final = datetime(2024, 1, 1, 12, tzinfo=UTC)
_SECONDS: Final = 6 * 365 * 86_400
_TELLING: Final = (
    datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 1, 31, 12, tzinfo=UTC),
    datetime(2024, 2, 29, 8, 30, tzinfo=UTC),
    datetime(2024, 3, 31, 0, 59, 59, tzinfo=UTC),  # the clocks of Lisbon go forward a second later
    datetime(2024, 10, 27, 0, 30, tzinfo=UTC),  # and back half an hour later
    datetime(2025, 2, 28, 23, 30, tzinfo=UTC),
    datetime(2028, 2, 28, 18, 15, tzinfo=UTC),  # 29 February has begun in Kathmandu
)
_DATES: Final = ((1, 1), (2, 29), (6, 30), (12, 31))


def instants() -> st.SearchStrategy[datetime]:
    """Aware instants in UTC, whole seconds, 2023 to 2029; often a month's end or a clock change."""
    anywhere = st.integers(0, _SECONDS).map(lambda past: _FIRST + timedelta(seconds=past))
    return st.one_of(anywhere, st.sampled_from(_TELLING))


def gaps() -> st.SearchStrategy[timedelta]:
    """How long until the next event: often nothing at all, at most four months."""
    return st.one_of(
        st.sampled_from((timedelta(0), timedelta(seconds=1), timedelta(days=1))),
        st.integers(0, 120).map(lambda n: timedelta(days=n)),
        st.integers(0, 30 * 86_400).map(lambda n: timedelta(seconds=n)),
    )


def birthdays() -> st.SearchStrategy[date]:
    """Days of birth, 1940 to 2010; 29 February often."""
    return st.one_of(
        st.dates(date(1940, 1, 1), date(2010, 12, 31)),
        st.sampled_from((date(2000, 2, 29), date(1996, 2, 29), date(1999, 12, 31))),
    )


def periods(*, longest: int = 60) -> st.SearchStrategy[Period]:
    """Periods above zero: hours, days or months, of at most `longest` days in all."""
    found = [
        st.integers(1, longest).map(days),
        st.integers(1, 24 * longest).map(hours),
        st.integers(1, max(1, longest - 1)).map(
            lambda n: Period(days=n, seconds=3_600) if longest > 1 else days(1)
        ),
    ]
    if longest >= 31:
        found.append(st.integers(1, longest // 31).map(months))
    return st.one_of(found)


def terms() -> st.SearchStrategy[Term]:
    """How long something lasts: every kind of term."""
    after = st.one_of(st.just(Period()), periods())
    dates = st.lists(st.sampled_from(_DATES), min_size=1, max_size=2)
    return st.one_of(
        st.just(Forever()),
        periods(longest=400),
        st.builds(ThroughEndOf, st.sampled_from(Unit), after),
        st.builds(ThenNext, dates, after),
        st.dates(date(2024, 1, 1), date(2030, 12, 31)).map(OnDate),
    )


def windows(*, since_entry: bool = True, common: bool = False) -> st.SearchStrategy[Window]:
    """Over which time something counts: every kind of window, or all but `SinceEntry`.

    Neither tiers nor limits count since tier entry. Those that are `common` to all members begin
    and end for everybody at once.
    """
    yearly = st.sampled_from((Unit.MONTH, Unit.QUARTER, Unit.HALF_YEAR, Unit.YEAR))
    shared: list[st.SearchStrategy[Window]] = [
        st.just(Lifetime()),
        st.sampled_from(Unit).map(Calendar),
        st.builds(Calendar, yearly, starts=st.sampled_from(((4, 1), (2, 28)))),
    ]
    if common:
        return st.one_of(shared)
    own: list[st.SearchStrategy[Window]] = [
        periods(longest=400).map(Rolling),
        st.just(MembershipYear()),
    ]
    if since_entry:
        own.append(st.just(SinceEntry()))
    return st.one_of(*shared, *own)
