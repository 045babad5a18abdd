"""Conditions and facts as values: how they are built, what they refuse, and what they say then."""

import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from stopwatch import within

from loyaltykit.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Not,
    SomeItem,
    all_of,
    any_of,
    at_least,
    mentioned,
    perhaps_about_moment,
    some_item,
)
from loyaltykit.errors import DefinitionError, LimitError, LoyaltyError, MisuseError
from loyaltykit.facts import NumberFact
from loyaltykit.logic import is_condition
from loyaltykit.periods import days
from loyaltykit.questions import Anniversary, Compare, Custom, Elapsed, Known, OneOf, Op
from loyaltykit.subjects import activity, basket, built_in, item, member
from loyaltykit.testing import conditions, item_conditions
from loyaltykit.tiers import Tier
from loyaltykit.vocabulary import Fact, Kind, Moment, Scope

GOLD = Tier("gold", 2000)
RICH = basket.spend >= 15
REGULAR = member.orders >= 2
SPEND = basket.spend.fact

Build = Callable[[], object]


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301


# -- building


def test_operators_and_functions_build_the_same_values() -> None:
    both, either = RICH & REGULAR, RICH | REGULAR
    assert both == all_of(RICH, REGULAR) == AllOf([RICH, REGULAR])
    assert either == any_of(RICH, REGULAR) == AnyOf([RICH, REGULAR])
    assert Not(RICH) == ~RICH
    assert at_least(1, RICH, REGULAR) == AtLeast(1, [RICH, REGULAR])
    assert some_item(item.tags.has("new"), 2) == SomeItem(item.tags.has("new"), 2)
    assert Compare(SPEND, Op.GE, Decimal(15)) == RICH
    assert basket.units.between(2, 5) == (basket.units >= 2) & (basket.units <= 5)
    assert member.enrolled.elapsed(days(3)) == Elapsed(member.enrolled.fact, days(3))
    assert member.birthday.anniversary(before=3) == Anniversary(member.birthday.fact, before=3)
    assert member.birthday.known() == Known(member.birthday.fact)


def test_between_asks_for_the_lower_end_first() -> None:
    with pytest.raises(DefinitionError, match="never between 5 and 2: lowest first"):
        basket.units.between(5, 2)
    with pytest.raises(DefinitionError, match="never between 2001-01-01 and 2000-01-01"):
        member.birthday.between(date(2001, 1, 1), date(2000, 1, 1))


def test_long_chains_stay_flat_and_keep_their_order() -> None:
    three = RICH & REGULAR & member.referred.is_(True)
    assert three == AllOf([RICH, REGULAR, member.referred.is_(True)])
    assert any_of(RICH | REGULAR, RICH) == AnyOf([RICH, REGULAR, RICH])
    assert all_of(RICH, REGULAR | RICH) == AllOf([RICH, AnyOf([REGULAR, RICH])])


def test_equal_conditions_are_equal_hash_equal_and_survive_pickling() -> None:
    again = (basket.spend >= "15.00") & (member.orders >= Decimal("2.0"))
    assert again == RICH & REGULAR
    assert hash(again) == hash(RICH & REGULAR)
    assert RICH & REGULAR != REGULAR & RICH
    assert pickled(again) == again
    assert item.tags.has_any("b", "a", "b") == item.tags.has_any("a", "b")
    assert OneOf(basket.units.fact, [Decimal(10), Decimal("9.0"), Decimal(9)]).values == (
        Decimal(10),
        Decimal(9),
    )


@given(conditions())
def test_any_condition_can_be_printed_hashed_and_pickled(condition: Condition[Moment]) -> None:
    assert pickled(condition) == condition
    assert hash(pickled(condition)) == hash(condition)
    assert repr(condition).startswith(type(condition).__name__)
    assert 1 <= condition.extent.depth <= condition.extent.nodes


def test_a_condition_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        RICH.op = Op.LT  # type: ignore[misc]


def test_a_fact_says_whose_it_is() -> None:
    assert str(basket.spend.fact) == "basket.spend"
    assert str(member.balance("status").fact) == "member.balance:status"
    assert str(item.label("roast").fact) == "item.roast"


@pytest.mark.parametrize(
    ("handle", "scope", "kind", "own", "optional"),
    [
        (member.label("plan"), Scope.MEMBER, Kind.TEXT, True, False),
        (basket.number("km", optional=True), Scope.BASKET, Kind.NUMBER, True, True),
        (item.flag("fragile"), Scope.ITEM, Kind.FLAG, True, False),
        (activity.tagged("topics", optional=True), Scope.ACTIVITY, Kind.TAGS, True, True),
        (member.balance(), Scope.MEMBER, Kind.NUMBER, False, False),
        (basket.spend, Scope.BASKET, Kind.MONEY, False, False),
    ],
)
def test_a_handle_holds_a_fact_of_its_kind(
    handle: Any, scope: Scope, kind: Kind, own: bool, optional: bool
) -> None:
    fact = handle.fact
    assert (fact.scope, fact.kind, fact.own, fact.optional) == (scope, kind, own, optional)


def test_what_is_built_in_is_told_from_what_only_looks_like_it() -> None:
    assert built_in(member.tier.fact)
    assert built_in(item.spend.fact)
    assert built_in(activity.kind.fact)
    assert built_in(member.balance("status").fact)
    assert not built_in(member.label("tier").fact)
    assert not built_in(Fact(Scope.MEMBER, "height", kind=Kind.NUMBER))
    assert not built_in(Fact(Scope.BASKET, "spend", kind=Kind.NUMBER))
    assert not built_in(Fact(Scope.MEMBER, "balance:points", kind=Kind.MONEY))


def test_mentioned_lists_facts_in_reading_order_with_repeats() -> None:
    asked = Custom[Moment]("in the shop")
    condition = (RICH | ~asked) & at_least(1, REGULAR, some_item(item.price >= 3)) & RICH
    assert list(mentioned(condition)) == [
        basket.spend.fact,
        asked,
        member.orders.fact,
        item.price.fact,
        basket.spend.fact,
    ]
    dates = member.birthday.anniversary() & member.enrolled.elapsed(days(1)) & member.tier.known()
    assert list(mentioned(dates)) == [
        member.birthday.fact,
        member.enrolled.fact,
        member.tier.fact,
    ]
    assert list(mentioned(basket.weekday.is_("sat"))) == [basket.weekday.fact]


# -- what looks right and is not


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: RICH and REGULAR,
        lambda: RICH or REGULAR,
        lambda: not RICH,
        lambda: 15 <= basket.spend <= 20,
        lambda: bool(RICH & REGULAR),
        lambda: bool(Custom("x")),
        lambda: "rich" if RICH else "poor",
    ],
)
def test_the_truth_of_a_condition_is_refused_with_what_to_write(wrong: Build) -> None:
    with pytest.raises(MisuseError) as caught:
        wrong()
    assert str(caught.value) == (
        "a condition is a rule, not an answer: write & for and, | for or, ~ for not, "
        ".between(lo, hi) for a chained comparison, .is_() for ==, .one_of() for in"
    )


def test_a_word_among_tags_is_asked_with_has() -> None:
    with pytest.raises(MisuseError, match="item.tags .* write .has\\('new'\\) instead of in"):
        assert "new" in item.tags  # type: ignore[operator]


NO_CONDITION: list[tuple[Build, str]] = [
    (lambda: all_of(RICH, member.tier == GOLD), "got False"),  # type: ignore[arg-type,comparison-overlap]
    (lambda: (member.tier == GOLD) & RICH, "got False"),  # type: ignore[operator,comparison-overlap]
    (lambda: (member.tier != GOLD) | RICH, "got True"),  # type: ignore[operator,comparison-overlap]
    (lambda: RICH & (member.tier == GOLD), "got False"),  # type: ignore[operator,comparison-overlap]
    (lambda: RICH | None, "got None"),  # type: ignore[operator]
    (lambda: AnyOf([RICH, "gold"]), "got 'gold'"),  # type: ignore[arg-type]
    (lambda: Not(True), "got True"),  # type: ignore[arg-type]
    (lambda: AtLeast(1, [3]), "got 3"),  # type: ignore[arg-type]
    (lambda: some_item(item.tags), "got TagsFact"),  # type: ignore[arg-type]
    (lambda: perhaps_about_moment(False), "got False"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("wrong", "got"), NO_CONDITION)
def test_what_is_no_condition_is_refused_with_what_to_write(wrong: Build, got: str) -> None:
    with pytest.raises(MisuseError, match="expected a condition") as caught:
        wrong()
    assert got in str(caught.value)
    assert "build one from facts with < <= > >=, .is_(), .one_of(), .between()" in str(caught.value)
    assert "== and in do not build conditions" in str(caught.value)


def test_equality_and_membership_compare_handles_as_values() -> None:
    assert member.tier == member.tier
    assert hash(member.tier) == hash(member.tier)
    assert is_condition(RICH)
    assert not is_condition(member.tier == GOLD)  # type: ignore[comparison-overlap]
    assert member.tier not in ("gold", "silver")  # type: ignore[comparison-overlap]
    assert perhaps_about_moment(None) is None


MISUSES: list[tuple[Build, str]] = [
    (lambda: AllOf(RICH), "expected several conditions in a list, got a single one"),  # type: ignore[arg-type]
    (lambda: AnyOf(5), "a combination of conditions: write a list, not 5"),  # type: ignore[arg-type]
    (lambda: OneOf(item.sku.fact, "mug"), "expected several values, got the single text 'mug'"),
    (lambda: OneOf(item.sku.fact, 5), "a choice of values: write a list, not 5"),  # type: ignore[arg-type]
    (lambda: OneOf(item.sku.fact, [["mug"]]), "compared with text, Decimal, bool or date, not"),  # type: ignore[list-item]
    (lambda: OneOf(basket.units.fact, [3]), "compared with text, Decimal, bool or date, not"),  # type: ignore[list-item]
    (lambda: Compare("spend", Op.GE, Decimal(1)), "expected a fact such as basket.spend.fact"),  # type: ignore[arg-type]
    (lambda: Compare(basket.spend, Op.GE, Decimal(1)), "expected a fact such as"),  # type: ignore[arg-type]
    (lambda: Compare(SPEND, ">=", Decimal(1)), "expected an operator such as Op.GE, not '>='"),  # type: ignore[arg-type]
    (lambda: Known("spend"), "expected a fact"),  # type: ignore[arg-type]
    (lambda: OneOf(3, ["a"]), "expected a fact"),  # type: ignore[arg-type]
    (lambda: Elapsed("enrolled", days(1)), "expected a fact"),  # type: ignore[arg-type]
    (lambda: Anniversary("birthday"), "expected a fact"),  # type: ignore[arg-type]
    (lambda: member.enrolled.elapsed(90), "a period such as days(90), not 90"),  # type: ignore[arg-type]
    (lambda: member.birthday.anniversary(leap="x"), "leap must be a LeapDay"),  # type: ignore[arg-type]
    (lambda: basket.spend >= 1.5, "basket.spend: write a whole number, text such as"),  # type: ignore[operator]
    (lambda: basket.spend >= True, "basket.spend: write a whole number, text such as"),
    (lambda: basket.spend >= None, "basket.spend: write a whole number, text such as"),  # type: ignore[operator]
    (lambda: basket.spend < basket.subtotal, "basket.spend: write a whole number"),  # type: ignore[operator]
    (lambda: item.sku.is_(3), "a value of item.sku must be text, not int"),  # type: ignore[arg-type]
    (lambda: item.sku.one_of(["mug", "pot"]), "a value of item.sku must be text, not list"),  # type: ignore[arg-type]
    (lambda: item.tags.has(None), "a value of item.tags must be text"),  # type: ignore[arg-type]
    (lambda: member.referred.is_("yes"), "member.referred is True or False, not 'yes'"),  # type: ignore[arg-type]
    (lambda: member.referred.is_(1), "member.referred is True or False, not 1"),  # type: ignore[arg-type]
    (lambda: member.tier >= 3, "the name of a tier must be text, not int"),  # type: ignore[operator]
    (lambda: member.birthday >= "2000-01-01", "compared with a datetime.date, not with"),  # type: ignore[operator]
    (lambda: member.birthday.is_(datetime(2000, 1, 1, tzinfo=UTC)), "a datetime.date, not with"),
    (lambda: Custom(3), "the name of a custom condition must be text, not int"),  # type: ignore[arg-type]
    (lambda: basket.label(3), "the name of a fact must be text, not int"),  # type: ignore[arg-type]
    (lambda: basket.label("x", optional="yes"), "own and optional must be True or False"),  # type: ignore[arg-type]
    (lambda: Fact("member", "x", kind=Kind.TEXT), "the scope of a fact must be a Scope"),  # type: ignore[arg-type]
    (lambda: Fact(Scope.MEMBER, "x", kind="text"), "the kind of a fact must be a Kind"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("wrong", "message"), MISUSES)
def test_a_value_of_the_wrong_sort_is_misuse(wrong: Build, message: str) -> None:
    with pytest.raises(MisuseError) as caught:
        wrong()
    assert message in str(caught.value)


MALFORMED: list[tuple[Build, str]] = [
    (lambda: basket.spend >= Decimal("NaN"), 'basket.spend: write a number such as "12.50"'),
    (lambda: basket.spend >= Decimal("-Infinity"), "basket.spend: write a number"),
    (lambda: basket.spend >= Decimal("1e1000000"), "at most 15 digits before the point"),
    (lambda: basket.spend >= "1e1000000", 'write a number such as "12.50"'),
    (lambda: basket.spend >= "1e3", 'write a number such as "12.50"'),
    (lambda: basket.spend >= 10**15, "at most 15 digits before the point"),
    (lambda: basket.spend >= 10**100_000, "at most 15 digits before the point"),
    (lambda: basket.spend >= "0.0000000000001", "at most 12 decimals"),
    (lambda: Compare(SPEND, Op.GE, Decimal("NaN")), "a value to compare with: write a number"),
    (lambda: Compare(SPEND, Op.GE, Decimal("1e1000000")), "at most 15 digits"),
    (lambda: OneOf(SPEND, [Decimal("sNaN")]), "a value to compare with: write a number"),
    (lambda: OneOf(SPEND, [Decimal("Infinity")]), "a value to compare with: write a number"),
    (lambda: Compare(SPEND, Op.GE, "15"), "basket.spend is of kind money and cannot be compared"),
    (lambda: Compare(item.sku.fact, Op.LT, "mug"), "item.sku is of kind text and cannot be"),
    (lambda: Compare(member.referred.fact, Op.LT, True), "kind flag and cannot be compared by <"),  # type: ignore[arg-type]
    (
        lambda: Compare(basket.day.fact, Op.GE, datetime(2026, 1, 1, tzinfo=UTC)),
        "basket.day is of kind day and cannot be compared by >= with datetime.datetime",
    ),
    (lambda: OneOf(SPEND, ["15"]), "basket.spend is of kind money and can never be '15'"),
    (lambda: OneOf(basket.units.fact, [True]), "kind number and can never be True"),
    (lambda: OneOf(item.tags.fact, [True]), "item.tags is of kind tags and can never be True"),
    (lambda: OneOf(member.enrolled.fact, ["x"]), "member.enrolled is of kind instant and can"),
    (lambda: OneOf(member.referred.fact, [True, Decimal(1)]), "can never be Decimal('1')"),
    (item.sku.one_of, "item.sku: name at least one value to choose from"),
    (item.tags.has_any, "item.tags: name at least one value to choose from"),
    (member.tier.one_of, "member.tier: name at least one value to choose from"),
    (basket.weekday.one_of, "basket.weekday: name at least one value to choose from"),
    (lambda: basket.weekday.is_("saturday"), "'saturday' is no weekday: write mon, tue, wed"),  # type: ignore[arg-type]
    (lambda: basket.weekday.one_of("sat", "SUN"), "'SUN' is no weekday"),  # type: ignore[arg-type]
    (lambda: item.sku.is_(""), "a value of item.sku must have 1 to 200 characters, not 0"),
    (lambda: item.sku.is_(" mug"), "must be printable text without outer blanks"),
    (lambda: item.sku.is_("a\x00b"), "must be printable text without outer blanks"),
    (lambda: item.sku.is_("x" * 201), "must have 1 to 200 characters, not 201"),
    (lambda: member.tier >= "", "the name of a tier must have 1 to 200 characters"),
    (lambda: member.balance(""), "the name of a purse must have 1 to 200 characters"),
    (lambda: basket.label(""), "the name of a fact must have 1 to 200 characters"),
    (lambda: basket.number("x" * 201), "the name of a fact must have 1 to 200 characters"),
    (lambda: Custom("a\nb"), "the name of a custom condition 'a\\nb' must be printable"),
    (lambda: Elapsed(member.birthday.fact, days(1)), "member.birthday is not an instant"),
    (lambda: Anniversary(member.enrolled.fact), "member.enrolled is not a day"),
    (lambda: member.birthday.anniversary(before=-1), "must be 0 to 180, not -1"),
    (lambda: member.birthday.anniversary(after=181), "must be 0 to 180, not 181"),
    (lambda: member.birthday.anniversary(after=True), "must be 0 to 180, not True"),
    (lambda: at_least(0, RICH), "a count of conditions or items must be 1 to"),
    (lambda: at_least(True, RICH), "a count of conditions or items must be 1 to"),
    (lambda: some_item(item.price >= 1, -1), "must be 1 to 1000000000000000, not -1"),
    (lambda: some_item(item.price >= 1, 10**5000), "not a whole number of 16610 bits"),
    (lambda: at_least(3, RICH, REGULAR), "at least 3 of 2 conditions can never hold"),
]


@pytest.mark.parametrize(("wrong", "message"), MALFORMED)
def test_a_malformed_question_is_refused_and_the_message_says_why(
    wrong: Build, message: str
) -> None:
    with within(1), pytest.raises(DefinitionError) as caught:
        wrong()
    assert message in str(caught.value)


@pytest.mark.parametrize("size", ["0.5", 3, "999999999999999.999999999999", Decimal("1E+2")])
def test_every_exact_way_to_write_a_number_is_taken(size: Any) -> None:
    assert isinstance(basket.spend >= size, Compare)


# -- bounds


def nested(levels: int) -> Condition[Moment]:
    condition: Condition[Moment] = RICH
    for _ in range(levels):
        condition = ~condition
    return condition


def test_conditions_nest_fifty_deep_and_no_deeper() -> None:
    deepest = nested(49)
    assert deepest.extent.depth == 50
    assert hash(deepest) == hash(nested(49))
    assert repr(deepest).count("Not(") == 49
    with pytest.raises(LimitError, match="rules may nest at most 50 deep: combine with & and |"):
        nested(50)


def test_a_million_levels_are_refused_at_once() -> None:
    with within(1), pytest.raises(LimitError, match="at most 50 deep"):
        nested(10**6)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: AllOf([inner]),
        lambda inner: AnyOf([inner]),
        lambda inner: AtLeast(1, [inner]),
        Not,
        SomeItem,
    ],
)
def test_every_node_counts_towards_the_depth(wrap: Callable[[Any], Any]) -> None:
    assert wrap(nested(48)).extent.depth == 50
    with pytest.raises(LimitError, match="at most 50 deep"):
        wrap(nested(49))


def test_a_combination_has_at_most_a_thousand_parts() -> None:
    assert len(AllOf([RICH] * 1000).conditions) == 1000
    for build in (all_of, any_of, lambda *parts: at_least(1, *parts)):
        with pytest.raises(LimitError, match="a combination of conditions: write at most 1000"):
            build(*[RICH] * 1001)


def test_a_chain_of_operators_is_bounded_like_a_list() -> None:
    chain = AllOf([RICH] * 999) & RICH
    assert chain.extent.depth == 2
    with pytest.raises(LimitError, match="write at most 1000 of them"):
        chain & RICH


def test_endless_parts_are_refused_at_once() -> None:
    def words() -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"word {number}"

    with pytest.raises(LimitError, match="a combination of conditions: write at most 1000 of them"):
        AllOf(repeat(RICH))
    with pytest.raises(LimitError, match="a choice of values: write at most 1000 of them"):
        OneOf(item.sku.fact, words())


def test_parts_that_are_shared_count_each_time_they_stand_there() -> None:
    # 13 levels of pairs are 8191 nodes around 4096 leaves; one level more would be 16383
    pairs: Condition[Moment] = RICH
    for _ in range(12):
        pairs = AllOf([pairs, pairs])
    assert pairs.extent.nodes == 8191
    message = "one condition or earning may have at most 10000 nodes"
    with within(1), pytest.raises(LimitError, match=message):
        AllOf([pairs, pairs])


def test_the_values_of_a_choice_count_as_nodes() -> None:
    choice = item.sku.one_of(*(f"sku {number}" for number in range(1000)))
    assert choice.extent.nodes == 1000
    with pytest.raises(LimitError, match="at most 10000 nodes"):
        AnyOf([choice] * 10)


@given(item_conditions())
def test_whatever_is_asked_of_a_line_can_be_lifted_to_the_basket(condition: Any) -> None:
    lifted = some_item(condition)
    assert lifted.condition == condition
    assert list(mentioned(lifted)) == list(mentioned(condition))


def test_a_changed_copy_is_validated_again() -> None:
    with pytest.raises(LoyaltyError):
        evolve(RICH, value=Decimal("NaN"))
    assert evolve(RICH, value=Decimal(20)) == (basket.spend >= 20)


def test_handles_are_plain_values() -> None:
    own: NumberFact[Moment] = basket.number("km")
    assert own == basket.number("km")
    assert own != basket.number("km", optional=True)
    assert item.label("roast") != member.label("roast")  # type: ignore[comparison-overlap]
    assert member.birthday.between(date(2000, 1, 1), date(2000, 12, 31)) == (
        (member.birthday >= date(2000, 1, 1)) & (member.birthday <= date(2000, 12, 31))
    )
