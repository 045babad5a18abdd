"""Strategy for perks: what members may do, or guests. All are valid."""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from loyaltykit.periods import Period, days, hours
from loyaltykit.perks import Early, Perk
from loyaltykit.testing.asking import item_conditions, member_conditions
from loyaltykit.testing.times import instants


@st.composite
def perks(draw: st.DrawFn, *, name: str = "a perk", tiers: bool = True) -> Perk:
    """A perk of this name; only if there are `tiers` does it ask anything of the member."""
    asking = st.one_of(st.none(), member_conditions()) if tiers else st.none()
    opens: datetime | date | None = draw(st.one_of(st.none(), instants(), _DATES))
    closes: datetime | date | None = draw(st.one_of(st.none(), instants(), _DATES))
    if opens is not None and closes is not None:
        first, last = (
            each.date() if isinstance(each, datetime) else each for each in (opens, closes)
        )
        if last < first + timedelta(2):  # whatever the zone, it is open for some time
            closes = first + timedelta(draw(st.integers(2, 40)))
    lead = st.one_of(st.integers(1, 10).map(days), st.integers(1, 60).map(hours), st.just(_BOTH))
    early = draw(st.lists(st.builds(Early, lead, when=asking), max_size=2)) if opens else []
    return Perk(
        name,
        when=draw(asking),
        of=draw(st.one_of(st.none(), item_conditions())),
        opens=opens,
        closes=closes,
        early=early,
        guests=draw(st.booleans()),
    )


_BOTH = Period(days=1, seconds=3_600)
_DATES = st.dates(date(2023, 12, 1), date(2029, 12, 31))
