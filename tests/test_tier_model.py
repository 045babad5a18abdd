"""Ladders of every make against a plain model that recomputes everything from the first day on.

Orders and returns fall on random days, and time is advanced at random besides. After each event,
and each such step, the account says what the model says of the history as it is known by then.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from daily_tiers import NEVER, Place, grace_of, stand
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    AtEndOf,
    AtOnce,
    Calendar,
    Downgrade,
    Engine,
    Enrolment,
    ForTerm,
    Grace,
    GraceFrom,
    Lifetime,
    Line,
    Program,
    Purchase,
    Return,
    Rolling,
    Rule,
    SinceEntry,
    Tier,
    Tiers,
    UntilReview,
    WhileQualified,
    days,
    end_of,
    money_spent,
    points,
    points_earned,
)

AXES: dict[str, Sequence[Any]] = {
    "window": (
        Lifetime(),
        Rolling(days(9)),
        Calendar("week"),
        Calendar("month"),
        SinceEntry(),
        SinceEntry(carry_over=True),
    ),
    "upgrade": (AtOnce(), AtEndOf("week"), AtEndOf("month")),
    "validity": (
        WhileQualified(),
        UntilReview(days(8)),
        UntilReview(end_of("week")),
        UntilReview(days(3).through_end_of("month")),
        ForTerm(days(8)),
        ForTerm(end_of("month")),
        ForTerm(days(7).through_end_of("week")),
    ),
    "downgrade": tuple(Downgrade),
    "grace": (
        None,
        Grace(days(3)),
        Grace(end_of("week")),
        Grace(days(9), counted_from=GraceFrom.LAST_COUNTED),
    ),
    "keep": ((None, None), (10, 40)),
    "base": (0, 5),
    "metric": (money_spent, points_earned),
}
NAMES = tuple(AXES)


def ladder(**choice: Any) -> Tiers | None:
    """A ladder of these choices; None where they make none."""
    (silver, gold), least = choice.pop("keep"), choice.pop("base")
    held = isinstance(choice["validity"], WhileQualified)
    if held and isinstance(choice["window"], SinceEntry):
        return None
    if held and choice["downgrade"] is Downgrade.ONE_STEP and choice["grace"] is None:
        return None
    tiers = [Tier("bronze", least), Tier("silver", 30, keep=silver), Tier("gold", 60, keep=gold)]
    return Tiers(tiers, **choice)


def pairwise() -> Iterator[dict[str, Any]]:
    """Choices in which every two values that can meet do so."""
    open_pairs = {
        (a, i, b, j)
        for a, b in combinations(NAMES, 2)
        for i, j in product(range(len(AXES[a])), range(len(AXES[b])))
    }
    for picked in _rows(open_pairs):
        yield {name: AXES[name][place] for name, place in picked.items()}


def _rows(waiting: set[tuple[str, int, str, int]]) -> Iterator[dict[str, int]]:
    while waiting:
        a, i, b, j = min(waiting)
        picked = {a: i, b: j}
        for name in NAMES:
            if name not in picked:
                picked[name] = max(range(len(AXES[name])), key=_gain(picked, name, waiting))
        covered = {
            (one, picked[one], other, picked[other]) for one, other in combinations(NAMES, 2)
        }
        if ladder(**{name: AXES[name][place] for name, place in picked.items()}) is None:
            picked = _mended(picked, (a, b))
            covered = {
                (one, picked[one], other, picked[other]) for one, other in combinations(NAMES, 2)
            }
        waiting -= covered | {(a, i, b, j)}
        if ladder(**{name: AXES[name][place] for name, place in picked.items()}) is not None:
            yield picked


def _gain(picked: dict[str, int], name: str, waiting: set[tuple[str, int, str, int]]) -> Any:
    def gain(place: int) -> tuple[int, int]:
        met = 0
        for other, theirs in picked.items():
            one, two = sorted(
                ((name, place), (other, theirs)), key=lambda pair: NAMES.index(pair[0])
            )
            met += (*one, *two) in waiting
        return met, -place

    return gain


def _mended(picked: dict[str, int], fixed: tuple[str, str]) -> dict[str, int]:
    """The same with other choices in place of those that cannot meet, where any are free."""
    for name, place in (("validity", 1), ("window", 0), ("grace", 1), ("downgrade", 0)):
        if name not in fixed:
            return {**picked, name: place}
    return picked


def told(choice: dict[str, Any]) -> str:
    grace = grace_of(choice["grace"])
    window, upgrade, validity = (str(choice[name]) for name in ("window", "upgrade", "validity"))
    return f"{window}, {upgrade}, {validity}, {choice['downgrade'].value}, {grace}"


def midnight(day: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)


Step = tuple[str, int, int]
"""What happens so many days later: an order of so much, a return of some of one, or time."""

steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.integers(0, 12), st.sampled_from((5, 10, 25, 30, 35, 60, 70))),
        st.tuples(st.just("back"), st.integers(0, 12), st.integers(0, 63)),
        st.tuples(st.just("time"), st.integers(0, 20), st.just(0)),
    ),
    min_size=1,
    max_size=14,
)


def check(tiers: Tiers, history: list[Step]) -> None:
    base = Rule("base", Purchase, then=Accrue(points(1).per(1)))
    club = Program("Club", "EUR", timezone="UTC", rules=[base], tiers=tiers)
    engine = Engine(club)
    enrolment = Enrolment("join", midnight(0), member="ana")
    account = engine.decide(Account.new("ana"), enrolment).account
    kept: dict[str, list[int]] = {}
    day = 0
    for number, (what, later, size) in enumerate(history):
        day += later
        at = midnight(day)
        if what == "buy":
            # Two units, so that one of them can come back.
            unit, odd = divmod(size, 2)
            lines = [Line("a", "thing", price=unit + odd), Line("b", "thing", price=unit)]
            order = Purchase(f"o{number}", at, member="ana", lines=lines)
            account = engine.decide(account, order).account
            kept[order.id] = [day, unit + odd, unit]
        elif what == "back" and any(sum(each[1:]) for each in kept.values()):
            orders = [name for name, each in kept.items() if sum(each[1:])]
            name = orders[size // 4 % len(orders)]
            places = [place for place in (1, 2) if kept[name][place]]
            if size % 4:
                places = places[:1]
            lines_back = {"ab"[place - 1]: 1 for place in places}
            back = Return(f"r{number}", at, member="ana", order=name, lines=lines_back)
            account = engine.decide(account, back).account
            for place in places:
                kept[name][place] = 0
        else:
            account = engine.advance(account, at).account
        counted: dict[int, int] = {}
        for bought, *units in kept.values():
            if sum(units):
                counted[bought] = counted.get(bought, 0) + sum(units)
        now = stand(tiers, counted, day)
        assert account.tier == (None if now.rank < 0 else tiers.tiers[now.rank].name)
        if not tiers.is_plain:
            assert said(account, tiers) == place_of(now)
        due = engine.next_due(account)
        if due is not None and due > at:
            idle = engine.advance(account, due - timedelta(microseconds=1))
            assert idle.effects == ()


def said(account: Account, tiers: Tiers) -> tuple[Any, ...]:
    at = account.standing_on("tier")
    ends = {each.tier: each.until for each in at.terms}
    return at.tier, at.until, at.falls, ends if isinstance(tiers.validity, ForTerm) else {}


def place_of(place: Place) -> tuple[Any, ...]:
    names = ("bronze", "silver", "gold")
    return (
        None if place.rank < 0 else names[place.rank],
        None if place.until == NEVER else midnight(place.until),
        None if place.falls == NEVER else midnight(place.falls),
        {names[rank]: midnight(end) for rank, end in place.terms.items()},
    )


PAIRS = [*pairwise()]


@pytest.mark.parametrize("choice", PAIRS, ids=told)
@given(steps)
def test_the_tier_is_what_the_whole_history_says(
    choice: dict[str, Any], history: list[Step]
) -> None:
    tiers = ladder(**choice)
    assert tiers is not None
    check(tiers, history)


@pytest.mark.heavy
@given(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in AXES.items()}), steps
)
def test_a_ladder_of_any_make_is_what_the_whole_history_says(
    choice: dict[str, Any], history: list[Step]
) -> None:
    tiers = ladder(**choice)
    if tiers is not None:
        check(tiers, history)


def test_what_is_counted_when_a_period_ends_counts_for_the_tier_that_was_entered_then() -> None:
    """On a Monday bronze is entered by the week before; an order of that midnight extends it."""
    tiers = ladder(
        window=SinceEntry(),
        upgrade=AtEndOf("week"),
        validity=ForTerm(days(8)),
        downgrade=Downgrade.METRIC,
        grace=None,
        keep=(None, None),
        base=5,
        metric=money_spent,
    )
    assert tiers is not None
    check(tiers, [("buy", 9, 5), ("buy", 12, 5), ("buy", 12, 5), ("buy", 6, 5), ("buy", 8, 5)])
