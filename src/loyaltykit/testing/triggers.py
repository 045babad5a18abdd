"""Strategies for triggers: what a rule waits for, and what it can ask about. All are valid."""

from hypothesis import strategies as st

from loyaltykit.calendar import LeapDay
from loyaltykit.events import EventKind
from loyaltykit.metrics import PointsEarned, money_spent, orders_placed
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.periods import Unit, days
from loyaltykit.soundness import UNFOLLOWED, UNHEARD
from loyaltykit.testing import words
from loyaltykit.testing.asking import item_conditions
from loyaltykit.testing.ladders import tier_triggers
from loyaltykit.testing.times import periods, windows
from loyaltykit.totals import ActivitiesDone, Total, UnitsBought
from loyaltykit.triggers import After, Birthday, Inactivity, On, Trigger, Zone


def triggers() -> st.SearchStrategy[Trigger]:
    """Every kind of trigger; purchases more often than other events."""
    events = st.one_of(
        st.just(EventKind.PURCHASE), st.just(EventKind.ACTIVITY), st.sampled_from(EventKind)
    )
    around = st.integers(0, 30).map(days)
    leap, zone = st.sampled_from(LeapDay), st.sampled_from(Zone)
    heard = events.filter(lambda kind: kind not in UNHEARD).map(On)
    birthday = st.one_of(
        st.builds(Birthday, before=st.one_of(st.none(), around), leap=leap, zone=zone),
        st.builds(Birthday, after=around, leap=leap, zone=zone),
    )
    after = st.builds(After, events.filter(lambda kind: kind not in UNFOLLOWED), periods())
    # Each as often as the others: `one_of` would count the alternatives within.
    kinds: tuple[st.SearchStrategy[Trigger], ...] = (
        *(heard, heard, birthday),
        *(periods().map(Inactivity), after),
        *(_milestones(), _streaks(), tier_triggers()),
    )
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


def _milestones() -> st.SearchStrategy[Milestone]:
    values = st.lists(st.integers(1, 60), min_size=1, max_size=3)
    window = windows(since_entry=False)
    return st.one_of(
        st.builds(Milestone, _totals(), values, window=window),
        st.builds(Milestone, _totals(), every=st.integers(10, 90), window=window),
    )


def _streaks() -> st.SearchStrategy[Streak]:
    return st.builds(
        Streak,
        _totals(),
        st.integers(1, 3),
        every=st.sampled_from((Unit.DAY, Unit.WEEK, Unit.MONTH)),
        times=st.integers(2, 4),
        gaps=st.integers(0, 2),
    )


def _totals() -> st.SearchStrategy[Total]:
    return st.one_of(
        st.sampled_from((money_spent, orders_placed)),
        st.sampled_from(words.PURSES).map(PointsEarned),
        st.one_of(st.none(), item_conditions()).map(UnitsBought),
        st.one_of(st.none(), st.sampled_from(words.ACTIVITIES)).map(ActivitiesDone),
    )


def about(trigger: Trigger) -> EventKind | None:
    """The event that a rule on this trigger can ask about; None is the member only."""
    match trigger:
        case On(event=EventKind.PURCHASE) | After(event=EventKind.PURCHASE):
            return EventKind.PURCHASE
        case On(event=EventKind.ACTIVITY):
            return EventKind.ACTIVITY
        case _:
            return None
