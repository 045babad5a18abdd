"""`loyaltykit.testing` draws what it says: valid, fitting together, and reaching what matters."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reaching import unreached

from loyaltykit import testing
from loyaltykit.baskets import Basket, Line
from loyaltykit.conditions import Condition, mentioned
from loyaltykit.coupons import Coupon
from loyaltykit.earning import Earning
from loyaltykit.evaluate import holds
from loyaltykit.events import Activity, Enrolment, Event, Purchase, Redemption, Return
from loyaltykit.limits import Limit, OneOrder, Over, Per
from loyaltykit.periods import Period, ThenNext, ThroughEndOf
from loyaltykit.program import Program
from loyaltykit.questions import Custom
from loyaltykit.readings import Readings
from loyaltykit.rules import Accrue, Rule, asked
from loyaltykit.tiers import Tiers
from loyaltykit.vocabulary import Moment, Scope
from loyaltykit.windows import (
    Calendar,
    Forever,
    Lifetime,
    MembershipYear,
    OnDate,
    Rolling,
    SinceEntry,
)
from loyaltykit.worth import worth


def missing(wanted: Iterable[str], drawn: st.SearchStrategy[Any], size: int = 1_500) -> list[str]:
    """Which classes never come up, nested parts included by their printed form."""
    wanted = tuple(wanted)

    def words(data: st.DataObject) -> list[str]:
        text = repr(data.draw(drawn))
        return [word for word in wanted if f"{word}(" in text]

    return unreached(wanted, words, size)


CONDITIONS = (
    *("AllOf", "AnyOf", "Not", "AtLeast", "Compare", "OneOf", "Known", "Elapsed", "Anniversary"),
    *("Every", "During", "Dates", "Weekdays", "Hours", "Season", "Recurrence", "SomeItem"),
    "Custom",
)
EARNINGS = (
    *("Fixed", "PerSpend", "PerWhole", "PerUnit", "PerLine", "PerFact", "Banded", "Sum", "Best"),
    *("First", "Scaled", "Multiplied", "Capped", "When"),
)
ACTIONS = ("Accrue", "Credit", "GrantTier", "Issue", "Notify", "Send")
DISCOUNTS = (
    *("AmountOff", "PercentOff", "NewPrice", "Pick", "Bundle", "Part", "FreeItem", "Stepped"),
    *("ForEach", "Together"),
)
TRIGGERS = (
    *("On", "Birthday", "Inactivity", "After", "Milestone", "Streak"),
    *("TierReached", "TierKept", "TierLost", "TierEnding"),
)
EVENTS = (
    *("Enrolment", "Purchase", "Return", "Redemption", "Activity", "ProfileChange", "Referral"),
    *("Reservation", "Capture", "Release", "RewardClaim"),
)
PARTS = (
    *("Coupon", "AmountOff", "PercentOff", "Limit", "Budget", "Redeeming", "Reward"),
    *("Perk", "Early", "Promotion", "Stacking", "Lane"),
    *("Tiers", "UntilReview", "ForTerm", "Grace", "AtEndOf"),
)


@pytest.mark.once
def test_every_node_of_the_grammar_is_drawn() -> None:
    assert missing(CONDITIONS, testing.conditions(), 6_000) == []
    assert missing(EARNINGS, testing.earnings()) == []
    assert missing(DISCOUNTS, testing.discounts()) == []
    assert missing((*ACTIONS, *TRIGGERS), testing.rules(), 4_000) == []
    assert missing(["OneOrder"], testing.limits(units=True)) == []
    assert missing(EVENTS, testing.histories(), 400) == []
    # What rules are made of, programmes are: they draw the same rules.
    assert missing(PARTS, testing.programs(), 400) == []


def test_limits_are_of_every_kind_and_only_those_that_were_asked_for() -> None:
    drawn: list[Limit] = []

    @settings(max_examples=200, database=None, derandomize=True)
    @given(testing.limits(units=True, shared=True), testing.limits())
    def collect(some: Limit, plain: Limit) -> None:
        drawn.append(some)
        assert (plain.units, plain.per) == (None, Per.MEMBER)

    collect()
    assert {limit.per for limit in drawn} == set(Per)
    assert {limit.over for limit in drawn} == set(Over)
    assert any(limit.units for limit in drawn)
    assert any(isinstance(limit.window, OneOrder) for limit in drawn)


def test_answers_and_points_are_often_enough_something() -> None:
    said: Counter[bool] = Counter()
    paid: Counter[bool] = Counter()

    @settings(max_examples=200, database=None, derandomize=True)
    @given(testing.conditions(), testing.earnings(), testing.readings())
    def collect(condition: Condition[Moment], earning: Earning, world: Readings) -> None:
        said[holds(condition, world)] += 1
        paid[worth(earning, world) > 0] += 1

    collect()
    assert min(said[True], said[False], paid[True], paid[False]) >= 30


@given(testing.conditions(), testing.member_conditions(), testing.activity_conditions())
def test_conditions_ask_only_for_what_their_trigger_knows(
    on_purchase: Any, on_anything: Any, on_activity: Any
) -> None:
    def scopes(condition: Any) -> set[Scope]:
        return {each.scope for each in mentioned(condition) if not isinstance(each, Custom)}

    assert scopes(on_purchase) <= {Scope.MEMBER, Scope.BASKET, Scope.ITEM}
    assert scopes(on_anything) <= {Scope.MEMBER}
    assert scopes(on_activity) <= {Scope.MEMBER, Scope.ACTIVITY}
    assert not [each for each in mentioned(on_anything) if isinstance(each, Custom)]


@given(testing.rules(), testing.readings())
def test_readings_answer_whatever_a_rule_asks(rule: Rule, world: Readings) -> None:
    lines = [fact for line in world.lines for fact in line.values]
    for each in asked(rule):
        if isinstance(each, Custom):
            assert each.name in world.answers
        else:
            assert each in (lines if each.scope is Scope.ITEM else world.values) or not world.lines


@given(testing.readings())
def test_the_readings_of_a_basket_agree_with_its_lines(world: Readings) -> None:
    basket = {fact.name: value for fact, value in world.values.items() if not fact.own}
    assert basket["units"] == sum(line.units for line in world.lines) or not world.lines
    assert world.scale == 100
    assert world.ladder == ("bronze", "silver", "gold")
    assert basket["hour"] == world.at.astimezone(world.zone).hour


@given(testing.histories())
def test_a_history_is_one_members_and_in_order(history: list[Event]) -> None:
    assert isinstance(history[0], Enrolment)
    assert {each.member for each in history} == {"ann"}
    assert [each.at for each in history] == sorted(each.at for each in history)
    assert len({each.id for each in history}) == len(history)
    assert len(history) <= 12


@given(testing.histories(member="zoe", most=30, codes=("CAKE",), purses=("points", "credit")))
def test_only_what_was_bought_is_returned_and_once_only(history: list[Event]) -> None:
    left: dict[tuple[str, str], int] = {}
    for each in history:
        if isinstance(each, Purchase):
            left.update({(each.id, line.id): line.quantity for line in each.lines})
            assert set(each.coupons) <= {"CAKE"}
        if isinstance(each, Return):
            taken = each.lines or {
                line: n for (order, line), n in left.items() if order == each.order
            }
            assert sum(taken.values()) > 0
            for line, units in taken.items():
                left[each.order, line] -= units
        if isinstance(each, Redemption):
            assert each.purse in {"points", "credit"}
    assert all(units >= 0 for units in left.values())


@given(testing.histories(most=20))
def test_a_history_brings_what_every_rule_can_ask(history: list[Event]) -> None:
    for each in history:
        if isinstance(each, Purchase):
            assert "channel" in each.labels
            assert all("roast" in line.labels for line in each.lines)
        if isinstance(each, Activity):
            assert "place" in each.labels
        if isinstance(each, Purchase | Activity):
            assert set(each.answers) == {"in the shop", "pays by card"}


@given(
    testing.lines(id="7"),
    testing.baskets(most=2),
    testing.purchases(member="zoe"),
    testing.accruals(),
    testing.coupons(name="CAKE"),
    testing.limits(points=False),
    testing.tiers(),
)
def test_parts_are_what_they_are_called(
    line: Line,
    basket: Basket,
    purchase: Purchase,
    accrual: Accrue,
    coupon: Coupon,
    limit: Limit,
    tiers: Tiers,
) -> None:
    assert line.id == "7"
    assert line.discount <= line.price * line.quantity
    assert [each.id for each in basket.lines] in (["1"], ["1", "2"])
    assert (purchase.member, purchase.paid, purchase.coupons) == ("zoe", None, ())
    assert accrual.purse in {"points", "status"}
    assert coupon.name == "CAKE"
    assert limit.points is None
    assert [tier.name for tier in tiers.tiers] == ["bronze", "silver", "gold"]


@given(testing.programs(most=3))
def test_programmes_are_small_and_in_euros(program: Program) -> None:
    assert 1 <= len(program.rules) <= 6
    assert program.currency == "EUR"


@given(testing.instants(), testing.birthdays(), testing.periods(longest=3), testing.amounts(1, 5))
def test_times_and_amounts_keep_their_bounds(
    at: Any, born: Any, period: Period, amount: str
) -> None:
    assert at.tzinfo is UTC
    assert 2023 <= at.year <= 2029
    assert 1940 <= born.year <= 2010
    assert not period.empty
    assert period.months == 0
    assert period.days * 86_400 + period.seconds <= 3 * 86_400
    assert Decimal("0.01") <= Decimal(amount) <= Decimal("0.05")


def test_every_kind_of_term_and_window_is_drawn() -> None:
    terms: set[type] = set()
    windows: set[type] = set()

    @settings(max_examples=100, database=None, derandomize=True)
    @given(testing.terms(), testing.windows())
    def collect(term: Any, window: Any) -> None:
        terms.add(type(term))
        windows.add(type(window))

    collect()
    assert terms == {Period, ThroughEndOf, ThenNext, OnDate, Forever}
    assert windows == {Lifetime, Rolling, Calendar, MembershipYear, SinceEntry}


def test_the_strategies_are_a_curated_and_documented_list() -> None:
    assert list(testing.__all__) == sorted(testing.__all__)
    for name in testing.__all__:
        assert name == name.lower()
        assert getattr(testing, name).__doc__, f"{name} has no docstring"
