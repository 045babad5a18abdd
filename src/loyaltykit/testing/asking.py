"""Strategies for conditions: about a member, a purchase, an activity, or one line of a basket.

Every node of the grammar is drawn. What they ask for stands in `loyaltykit.testing.words`.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from hypothesis import strategies as st

from loyaltykit.calendar import LeapDay
from loyaltykit.conditions import AllOf, AnyOf, Condition, Not, all_of, any_of, at_least, some_item
from loyaltykit.facts import (
    WEEKDAYS,
    DayFact,
    FlagFact,
    InstantFact,
    NumberFact,
    TagsFact,
    TextFact,
    TierFact,
)
from loyaltykit.moments import at_hours, in_season, on_dates, on_weekdays, recurring
from loyaltykit.periods import Period
from loyaltykit.questions import Custom
from loyaltykit.subjects import activity, basket, item, member
from loyaltykit.testing import words
from loyaltykit.testing.numbers import amounts, counts
from loyaltykit.testing.times import periods
from loyaltykit.vocabulary import Item, Moment, S

_OPERATORS = (lt, le, gt, ge)
_LASTING = (Period(days=1), Period(days=40), Period(seconds=5_400))
_DAYS = st.dates(date(2023, 12, 1), date(2029, 12, 31))

# The operators of a fact are checked by the type checker where they are written out; here any of
# them is applied to any value of its kind, hence Any.
Drawn = st.SearchStrategy[Any]


def conditions() -> st.SearchStrategy[Condition[Moment]]:
    """What a rule on a purchase can ask: about the member, the basket, some item, and the host."""
    return _ON_PURCHASE


def member_conditions() -> st.SearchStrategy[Condition[Moment]]:
    """What any rule can ask, whatever its trigger: about the member alone."""
    return _ON_ANYTHING


def activity_conditions() -> st.SearchStrategy[Condition[Moment]]:
    """What a rule on an activity can ask: about the member, the activity, and the host."""
    return _ON_ACTIVITY


def item_conditions() -> st.SearchStrategy[Condition[Item]]:
    """What can be asked about one line of a basket."""
    return _ON_LINE


def _about_line() -> Drawn:
    return _evenly(
        _text(item.sku, words.SKUS),
        _text(item.category, words.CATEGORIES),
        _text(item.brand, words.BRANDS),
        _text(words.roast, words.ROASTS),
        _tags(item.tags, words.TAGS),
        _number(item.units, counts()),
        _number(item.price, amounts()),
        _number(item.spend, amounts()),
        _number(words.weight, amounts()),
    )


def _about_activity() -> Drawn:
    return _evenly(
        _text(activity.kind, words.ACTIVITIES),
        _text(words.place, words.PLACES),
        _number(words.rating, counts()),
    )


def _when() -> Drawn:
    day = st.sampled_from(((1, 1), (2, 29), (6, 30), (11, 15), (12, 24)))
    clock = st.sampled_from(("00:00", "01:30", "02:30", "12:00", "17:45", "23:59"))
    days = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3)
    return _evenly(
        st.tuples(_DAYS, _DAYS).map(lambda ends: on_dates(*sorted(ends))),
        days.map(lambda chosen: on_weekdays(*chosen)),
        st.builds(at_hours, clock, clock, on=st.one_of(st.just([]), days)),
        st.builds(in_season, day, day),
        st.builds(recurring, st.sampled_from(words.RECURRENCES), lasts=st.sampled_from(_LASTING)),
    )


def _about_member() -> Drawn:
    return _evenly(
        _tier(member.tier),
        _number(member.orders, counts()),
        _number(member.spend, amounts()),
        st.one_of(
            _number(member.tenure, counts()),
            _number(member.tenure_days, st.integers(0, 400)),
            _number(member.days_since_order, st.integers(0, 200)),
            _number(member.usual_gap, counts()),
        ),
        _every(member.orders, words.visits),
        _number(member.balance(), st.integers(0, 300)),
        _number(words.visits, counts()),
        _text(words.plan, words.PLANS),
        _tags(words.likes, words.TAGS),
        st.one_of(_flag(member.referred), _flag(words.staff)),
        st.one_of(_instant(member.enrolled), _instant(member.last_order)),
        _day(member.birthday),
    )


def _about_basket() -> Drawn:
    weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3)
    return _evenly(
        _number(basket.spend, amounts()),
        _number(basket.subtotal, amounts()),
        _number(basket.units, counts()),
        _number(basket.lines, counts()),
        _number(basket.nth, counts()),
        _every(basket.nth, basket.units, basket.lines),
        _number(basket.hour, st.integers(0, 23)),
        _number(words.distance, amounts()),
        _text(words.channel, words.CHANNELS),
        _flag(words.gift),
        _day(basket.day),
        weekdays.map(lambda chosen: basket.weekday.one_of(*chosen)),
    )


def _nested(leaves: Drawn) -> st.SearchStrategy[Condition[S]]:
    return st.recursive(
        st.one_of(leaves, st.sampled_from((AllOf(()), AnyOf(())))),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: all_of(*each)),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: any_of(*each)),
            st.tuples(st.integers(1, 4), st.lists(inner, min_size=1, max_size=4)).map(
                lambda drawn: at_least(min(drawn[0], len(drawn[1])), *drawn[1])
            ),
        ),
        max_leaves=5,
    )


def _evenly(*groups: Drawn) -> Drawn:
    """Each group as often as the others; `one_of` would count the alternatives within."""
    return st.sampled_from(groups).flatmap(lambda group: group)


def _number(fact: NumberFact[Any], values: Drawn) -> Drawn:
    return st.one_of(
        st.tuples(st.sampled_from(_OPERATORS), values).map(lambda drawn: drawn[0](fact, drawn[1])),
        values.map(fact.is_),
        st.tuples(values, values).map(lambda ends: fact.between(*sorted(ends, key=Decimal))),
        st.just(fact.known()),
    )


def _every(*facts: NumberFact[Any]) -> Drawn:
    return st.tuples(st.sampled_from(facts), st.integers(1, 4)).map(
        lambda drawn: drawn[0].every(drawn[1])
    )


def _text(fact: TextFact[Any], values: Sequence[str]) -> Drawn:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2)
    return st.one_of(some.map(lambda chosen: fact.one_of(*chosen)), st.just(fact.known()))


def _tags(fact: TagsFact[Any], values: Sequence[str]) -> Drawn:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2)
    return st.one_of(some.map(lambda chosen: fact.has_any(*chosen)), st.just(fact.known()))


def _flag(fact: FlagFact[Any]) -> Drawn:
    return st.one_of(st.booleans().map(fact.is_), st.just(fact.known()))


def _tier(fact: TierFact[Any]) -> Drawn:
    tiers = st.sampled_from(words.LADDER)
    some = st.lists(tiers, min_size=1, max_size=2)
    return st.one_of(
        st.tuples(st.sampled_from(_OPERATORS), tiers).map(lambda drawn: drawn[0](fact, drawn[1])),
        some.map(lambda chosen: fact.one_of(*chosen)),
        st.just(fact.known()),
    )


def _day(fact: DayFact[Any]) -> Drawn:
    margin = st.integers(0, 10)
    return _evenly(
        st.tuples(st.sampled_from(_OPERATORS), _DAYS).map(lambda drawn: drawn[0](fact, drawn[1])),
        _DAYS.map(fact.is_),
        st.builds(fact.anniversary, before=margin, after=margin, leap=st.sampled_from(LeapDay)),
        st.just(fact.known()),
    )


def _instant(fact: InstantFact[Any]) -> Drawn:
    return st.one_of(periods().map(fact.elapsed), st.just(fact.known()))


# Made once: building a recursive strategy takes longer than drawing from it.
_ASKED: Drawn = st.sampled_from(words.QUESTIONS).map(Custom)
_ON_LINE: st.SearchStrategy[Condition[Item]] = _nested(_about_line())
_ON_ANYTHING: st.SearchStrategy[Condition[Moment]] = _nested(
    _evenly(_about_member(), _about_member(), _when())
)
_ON_ACTIVITY: st.SearchStrategy[Condition[Moment]] = _nested(
    _evenly(_about_member(), _about_activity(), _ASKED, _when())
)
_ON_PURCHASE: st.SearchStrategy[Condition[Moment]] = _nested(
    _evenly(
        _about_member(),
        _about_basket(),
        st.builds(some_item, _ON_LINE, st.integers(1, 3)),
        _ASKED,
        _when(),
    )
)
