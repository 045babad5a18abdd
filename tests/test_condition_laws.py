"""Law 3 for conditions: a Boolean algebra, in which neither order nor what is unknown surprises.

The laws are checked on every assignment of three facts that can be true, false or unknown, and on
whatever the strategies draw. The oracle is Python's own `and`, `or`, `not` and counting.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.calendar import LeapDay
from loyaltykit.conditions import (
    AllOf,
    AnyOf,
    Condition,
    all_of,
    any_of,
    at_least,
    mentioned,
    some_item,
)
from loyaltykit.errors import UnknownFactError
from loyaltykit.evaluate import holds
from loyaltykit.periods import days, hours, months
from loyaltykit.questions import Compare, Custom, Op
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.subjects import activity, basket, item, member
from loyaltykit.testing import conditions, item_conditions, readings
from loyaltykit.tiers import Tier
from loyaltykit.vocabulary import Fact, Moment, Scope

LISBON = ZoneInfo("Europe/Lisbon")
AUCKLAND = ZoneInfo("Pacific/Auckland")

Asked = Condition[Moment]


def moment(
    *values: tuple[Any, Reading],
    at: str = "2026-03-14T12:00:00+00:00",
    lines: tuple[LineReading, ...] = (),
    answers: Mapping[str, bool | None] | None = None,
    member_zone: ZoneInfo = LISBON,
) -> Readings:
    """Readings in euros, in Lisbon; each value stands beside what is asked."""
    return Readings(
        datetime.fromisoformat(at),
        LISBON,
        scale=100,
        member_zone=member_zone,
        values={handle.fact: value for handle, value in values},
        lines=lines,
        answers={} if answers is None else answers,
        ladder=("bronze", "silver", "gold"),
    )


def line(id: str, *values: tuple[Any, Reading], units: int = 1, spend: int = 0) -> LineReading:
    return LineReading(
        id, units=units, spend=spend, values={handle.fact: value for handle, value in values}
    )


# -- the laws

FLAGS = tuple(member.flag(name, optional=True) for name in "pqr")
ATOMS = tuple(flag.is_(True) for flag in FLAGS)
WORLDS = tuple(
    moment(*zip(FLAGS, truth, strict=True)) for truth in product((True, False, None), repeat=3)
)
TRUE, FALSE = AllOf[Moment](()), AnyOf[Moment](())

LAWS: dict[str, Callable[[Asked, Asked, Asked], tuple[Asked, Asked]]] = {
    "& commutes": lambda a, b, _: (a & b, b & a),
    "| commutes": lambda a, b, _: (a | b, b | a),
    "& associates": lambda a, b, c: ((a & b) & c, a & (b & c)),
    "| associates": lambda a, b, c: ((a | b) | c, a | (b | c)),
    "& associates unflattened": lambda a, b, c: (AllOf([AllOf([a, b]), c]), AllOf([a, b, c])),
    "| associates unflattened": lambda a, b, c: (AnyOf([AnyOf([a, b]), c]), AnyOf([a, b, c])),
    "& distributes over |": lambda a, b, c: (a & (b | c), (a & b) | (a & c)),
    "| distributes over &": lambda a, b, c: (a | (b & c), (a | b) & (a | c)),
    "not all is some not": lambda a, b, _: (~(a & b), ~a | ~b),
    "not any is none": lambda a, b, _: (~(a | b), ~a & ~b),
    "& absorbs": lambda a, b, _: (a & (a | b), a),
    "| absorbs": lambda a, b, _: (a | (a & b), a),
    "& is idempotent": lambda a, _, __: (a & a, a),
    "| is idempotent": lambda a, _, __: (a | a, a),
    "a and not a is false": lambda a, _, __: (a & ~a, FALSE),
    "a or not a is true": lambda a, _, __: (a | ~a, TRUE),
    "not not a is a": lambda a, _, __: (~~a, a),
    "true is neutral for &": lambda a, _, __: (a & TRUE, a),
    "false is neutral for |": lambda a, _, __: (a | FALSE, a),
    "false wins in &": lambda a, _, __: (a & FALSE, FALSE),
    "true wins in |": lambda a, _, __: (a | TRUE, TRUE),
    "at least one is any": lambda a, b, c: (at_least(1, a, b, c), any_of(a, b, c)),
    "at least all is all": lambda a, b, c: (at_least(3, a, b, c), all_of(a, b, c)),
    "at least two is any pair": lambda a, b, c: (
        at_least(2, a, b, c),
        (a & b) | (a & c) | (b & c),
    ),
    "at least ignores order": lambda a, b, c: (at_least(2, a, b, c), at_least(2, c, a, b)),
    "the same twice counts twice": lambda a, b, _: (at_least(2, a, a, b), a),
}


@pytest.mark.parametrize("law", LAWS)
def test_a_law_of_boolean_algebra_holds_in_every_world_of_three_facts(law: str) -> None:
    left, right = LAWS[law](*ATOMS)
    assert [holds(left, world) for world in WORLDS] == [holds(right, world) for world in WORLDS]


@given(conditions(), conditions(), conditions(), readings())
def test_the_laws_of_boolean_algebra_hold_whatever_is_asked(
    a: Asked, b: Asked, c: Asked, world: Readings
) -> None:
    broken = [law for law in LAWS if len({holds(side, world) for side in LAWS[law](a, b, c)}) > 1]
    assert broken == []


@given(item_conditions(), item_conditions(), readings())
def test_questions_about_a_line_obey_the_same_laws(a: Any, b: Any, world: Readings) -> None:
    for each in world.lines:
        assert holds(a & b, world, each) == (holds(a, world, each) and holds(b, world, each))
        assert holds(a | b, world, each) == (holds(a, world, each) or holds(b, world, each))
        assert holds(~a, world, each) != holds(a, world, each)


Formula = tuple[Any, ...]


def formulas() -> st.SearchStrategy[Formula]:
    """Nested tuples: ("is", place of an atom), ("not", f), ("and" or "or", fs), (count, fs)."""
    return st.recursive(
        st.tuples(st.just("is"), st.integers(0, 2)),
        lambda inner: st.one_of(
            st.tuples(st.just("not"), inner),
            st.tuples(st.sampled_from(("and", "or")), st.lists(inner, max_size=4)),
            st.tuples(st.integers(1, 4), st.lists(inner, min_size=4, max_size=4)),
        ),
        max_leaves=12,
    )


def asked(formula: Formula) -> Asked:
    match formula:
        case "is", place:
            return ATOMS[place]
        case "not", one:
            return ~asked(one)
        case "and", inner:
            return all_of(*map(asked, inner))
        case "or", inner:
            return any_of(*map(asked, inner))
        case count, inner:
            return at_least(count, *map(asked, inner))
        case _:
            raise AssertionError(formula)


def plainly(formula: Formula, truth: tuple[bool | None, ...]) -> bool:
    match formula:
        case "is", place:
            return truth[place] is True
        case "not", one:
            return not plainly(one, truth)
        case "and", inner:
            return all(plainly(each, truth) for each in inner)
        case "or", inner:
            return any(plainly(each, truth) for each in inner)
        case count, inner:
            return [plainly(each, truth) for each in inner].count(True) >= int(count)
        case _:
            raise AssertionError(formula)


@given(formulas())
def test_a_condition_has_the_truth_table_of_plain_python(formula: Formula) -> None:
    condition = asked(formula)
    for truth in product((True, False, None), repeat=3):
        world = moment(*zip(FLAGS, truth, strict=True))
        assert holds(condition, world) is plainly(formula, truth)


@given(conditions(), readings(), st.randoms(use_true_random=False))
def test_the_order_of_facts_and_lines_never_matters(
    condition: Asked, world: Readings, random: Any
) -> None:
    values, lines = list(world.values.items()), list(world.lines)
    random.shuffle(values)
    random.shuffle(lines)
    shuffled = evolve(world, values=dict(values), lines=tuple(lines))
    assert holds(condition, shuffled) is holds(condition, world)


# -- what is unknown, and what was never read

ALL_UNKNOWN = moment(
    *(
        (handle, None)
        for handle in (
            member.tier,
            member.birthday,
            member.last_order,
            member.label("plan", optional=True),
            member.number("visits", optional=True),
            member.flag("staff", optional=True),
            member.tagged("likes", optional=True),
        )
    ),
    answers={"in the shop": None},
)


@pytest.mark.parametrize(
    "comparison",
    [
        member.tier >= "bronze",
        member.tier < "gold",
        member.tier.is_("gold"),
        member.tier.between("bronze", "gold"),
        member.birthday < date(2100, 1, 1),
        member.birthday >= date(1900, 1, 1),
        member.birthday.is_(date(2000, 2, 29)),
        member.birthday.anniversary(before=180, after=180),
        member.last_order.elapsed(days(0)),
        member.label("plan", optional=True).is_("family"),
        member.number("visits", optional=True) >= 0,
        member.number("visits", optional=True) < 1,
        member.number("visits", optional=True).is_(0),
        member.flag("staff", optional=True).is_(True),
        member.flag("staff", optional=True).is_(False),
        member.tagged("likes", optional=True).has("tea"),
        Custom[Moment]("in the shop"),
    ],
    ids=str,
)
def test_a_comparison_with_what_is_unknown_is_false_and_its_negation_true(
    comparison: Asked,
) -> None:
    assert not holds(comparison, ALL_UNKNOWN)
    assert holds(~comparison, ALL_UNKNOWN)


@pytest.mark.parametrize(
    ("handle", "value"),
    [
        (member.tier, "bronze"),
        (member.birthday, date(2000, 2, 29)),
        (member.last_order, datetime(2026, 1, 1, tzinfo=UTC)),
        (member.label("plan", optional=True), "family"),
        (member.number("visits", optional=True), 0),
        (member.flag("staff", optional=True), False),
        (member.tagged("likes", optional=True), ()),
    ],
)
def test_known_asks_whether_there_is_a_value_even_an_empty_one(handle: Any, value: Reading) -> None:
    assert holds(handle.known(), moment((handle, value)))
    assert not holds(handle.known(), ALL_UNKNOWN)


def without(world: Readings, fact: Fact[Any] | Custom[Any]) -> Readings:
    if isinstance(fact, Custom):
        left = {name: said for name, said in world.answers.items() if name != fact.name}
        return evolve(world, answers=left)
    return evolve(
        world,
        values={each: value for each, value in world.values.items() if each != fact},
        lines=tuple(
            evolve(each, values={f: value for f, value in each.values.items() if f != fact})
            for each in world.lines
        ),
    )


@given(conditions(), conditions(), readings(), st.data())
def test_a_fact_that_was_not_read_raises_wherever_it_stands(
    a: Asked, b: Asked, world: Readings, data: st.DataObject
) -> None:
    a &= member.tier.known()  # so that something is asked
    facts = [
        fact
        for fact in mentioned(a)
        if world.lines or isinstance(fact, Custom) or fact.scope is not Scope.ITEM
    ]
    poorer = without(world, data.draw(st.sampled_from(facts)))
    for condition in (a, ~a, a & b, b & a, a | b, b | a, at_least(1, b, a), FALSE & a, TRUE | a):
        with pytest.raises(UnknownFactError):
            holds(condition, poorer)


def test_the_error_for_what_was_not_read_names_the_fact_and_says_what_to_do() -> None:
    with pytest.raises(UnknownFactError, match="member.plan was not read: supply it, or declare"):
        holds(member.label("plan").is_("family"), moment())
    with pytest.raises(UnknownFactError, match="does not answer the custom condition 'in store'"):
        holds(Custom[Moment]("in store"), moment())


def test_a_question_about_a_line_has_no_answer_without_a_line() -> None:
    with pytest.raises(UnknownFactError, match="item.category was not read"):
        holds(item.category.is_("tea"), moment())


# -- facts of every kind, with the numbers written out

VISITS = member.number("visits")
GOLD = Tier("gold", 2000)


@pytest.mark.parametrize(
    ("condition", "below", "at", "above"),
    [
        # conditions on a number of 499, 500 and 501
        (VISITS < 500, True, False, False),
        (VISITS <= 500, True, True, False),
        (VISITS > 500, False, False, True),
        (VISITS >= 500, False, True, True),
        (VISITS.is_(500), False, True, False),
        (VISITS.between(500, 500), False, True, False),
        (VISITS.between(500, 501), False, True, True),
        (VISITS.between("499", "500"), True, True, False),
    ],
)
def test_a_number_is_compared_at_its_boundary(
    condition: Asked, below: bool, at: bool, above: bool
) -> None:
    found = [holds(condition, moment((VISITS, number))) for number in (499, 500, 501)]
    assert found == [below, at, above]


@pytest.mark.parametrize(
    ("condition", "below", "at", "above"),
    [
        # conditions on an amount of 14.99, 15.00 and 15.01
        (basket.spend < 15, True, False, False),
        (basket.spend <= "15.00", True, True, False),
        (basket.spend > Decimal(15), False, False, True),
        (basket.spend >= 15, False, True, True),
        (basket.spend.is_("15"), False, True, False),
        (basket.spend.between("14.99", 15), True, True, False),
        (basket.spend.between("15.00", "15.01"), False, True, True),
        (basket.spend >= "14.995", False, True, True),
    ],
)
def test_an_amount_in_major_units_is_compared_with_minor_units(
    condition: Asked, below: bool, at: bool, above: bool
) -> None:
    found = [holds(condition, moment((basket.spend, cents))) for cents in (1499, 1500, 1501)]
    assert found == [below, at, above]


def test_minor_units_are_those_of_the_currency() -> None:
    yen = evolve(moment((basket.spend, 1500)), scale=1)
    fils = evolve(moment((basket.spend, 1500)), scale=1000)
    assert holds(basket.spend >= 1500, yen)
    assert not holds(basket.spend >= 1501, yen)
    assert holds(basket.spend.is_("1.5"), fils)
    assert not holds(basket.spend >= "1.501", fils)


def test_a_number_of_the_shops_own_is_exact() -> None:
    third = Decimal("0.333333333333")
    assert holds(VISITS >= "0.333333333333", moment((VISITS, third)))
    assert not holds(VISITS > "0.333333333333", moment((VISITS, third)))
    assert holds(VISITS.is_("3"), moment((VISITS, Decimal("3.000"))))


@pytest.mark.parametrize(
    ("condition", "true_for"),
    [
        (member.tier < "silver", ["bronze"]),
        (member.tier <= "silver", ["bronze", "silver"]),
        (member.tier > "silver", ["gold"]),
        (member.tier >= "silver", ["silver", "gold"]),
        (member.tier >= GOLD, ["gold"]),
        (member.tier.is_(GOLD), ["gold"]),
        (member.tier.one_of("gold", "bronze"), ["bronze", "gold"]),
        (member.tier.between("bronze", "silver"), ["bronze", "silver"]),
        (member.tier >= "platinum", []),
        (member.tier < "platinum", []),
    ],
)
def test_tiers_are_compared_by_their_place_on_the_ladder(
    condition: Asked, true_for: list[str]
) -> None:
    ladder = ("bronze", "silver", "gold", None)
    assert [tier for tier in ladder if holds(condition, moment((member.tier, tier)))] == true_for


def test_a_tier_that_has_left_the_ladder_compares_with_nothing() -> None:
    former = moment((member.tier, "diamond"))
    assert not holds(member.tier >= "bronze", former)
    assert not holds(member.tier < "gold", former)
    assert holds(member.tier.is_("diamond"), former)


def test_text_is_compared_letter_by_letter() -> None:
    channel = basket.label("channel")
    assert holds(channel.is_("app"), moment((channel, "app")))
    assert not holds(channel.is_("app"), moment((channel, "App")))
    assert not holds(channel.is_("app"), moment((channel, "apps")))
    assert holds(channel.one_of("app", "shop"), moment((channel, "shop")))
    assert not holds(channel.one_of("app", "shop"), moment((channel, "web")))


def test_tags_hold_when_one_of_them_is_asked_for() -> None:
    likes = member.tagged("likes")
    world = moment((likes, ("coffee", "tea")))
    assert holds(likes.has("tea"), world)
    assert not holds(likes.has("gear"), world)
    assert holds(likes.has_any("gear", "coffee"), world)
    assert not holds(likes.has_any("gear", "Tea"), world)
    assert not holds(likes.has("tea"), moment((likes, ())))


def test_a_flag_is_true_or_false_or_unknown() -> None:
    gift = basket.flag("gift")
    assert [holds(gift.is_(True), moment((gift, said))) for said in (True, False, None)] == [
        True,
        False,
        False,
    ]
    assert [holds(gift.is_(False), moment((gift, said))) for said in (True, False, None)] == [
        False,
        True,
        False,
    ]


def test_weekdays_are_words_of_three_letters() -> None:
    weekend = basket.weekday.one_of("sat", "sun")
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert [day for day in week if holds(weekend, moment((basket.weekday, day)))] == ["sat", "sun"]
    assert [
        day for day in week if holds(basket.weekday.is_("wed"), moment((basket.weekday, day)))
    ] == ["wed"]


@pytest.mark.parametrize(
    ("condition", "days_of_march"),
    [
        (basket.day < date(2026, 3, 14), [13]),
        (basket.day <= date(2026, 3, 14), [13, 14]),
        (basket.day > date(2026, 3, 14), [15]),
        (basket.day >= date(2026, 3, 14), [14, 15]),
        (basket.day.is_(date(2026, 3, 14)), [14]),
        (basket.day.between(date(2026, 3, 13), date(2026, 3, 14)), [13, 14]),
    ],
)
def test_days_are_compared_and_between_is_inclusive(
    condition: Asked, days_of_march: list[int]
) -> None:
    found = [
        day for day in (13, 14, 15) if holds(condition, moment((basket.day, date(2026, 3, day))))
    ]
    assert found == days_of_march


def test_an_activity_is_told_by_its_kind() -> None:
    assert holds(activity.kind.is_("review"), moment((activity.kind, "review")))
    assert not holds(activity.kind.is_("review"), moment((activity.kind, "visit")))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-05-31T11:59:59+01:00", False),
        ("2026-05-31T12:00:00+01:00", True),
        ("2026-06-01T00:00:00+01:00", True),
    ],
)
def test_three_months_have_elapsed_at_the_very_instant(at: str, expected: bool) -> None:
    # bought at noon in Lisbon in winter; in May its clocks are an hour ahead of UTC
    bought = datetime(2026, 2, 28, 12, tzinfo=UTC)
    condition = member.last_order.elapsed(months(3)) & member.last_order.elapsed(days(92))
    assert holds(condition, moment((member.last_order, bought), at=at)) is expected


def test_hours_elapse_exactly_when_the_clocks_change() -> None:
    # the clocks of Lisbon went forward on 29 March 2026 at 01:00
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    eleven_utc = moment((member.last_order, before), at="2026-03-29T11:00:00+00:00")
    assert holds(member.last_order.elapsed(days(1)), eleven_utc)
    assert not holds(member.last_order.elapsed(hours(24)), eleven_utc)


@pytest.mark.parametrize(
    ("born", "before", "after", "leap", "met"),
    [
        # met: the days on which the question holds, among those around two turns of the year
        ((1990, 1, 2), 0, 0, "FEB_28", ["2027-01-02"]),
        (
            (1990, 1, 2),
            3,
            0,
            "FEB_28",
            ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"],
        ),
        ((1990, 12, 31), 0, 2, "FEB_28", ["2026-12-31", "2027-01-01", "2027-01-02"]),
        ((2000, 2, 29), 0, 0, "FEB_28", ["2027-02-28", "2028-02-29"]),
        ((2000, 2, 29), 0, 0, "MAR_1", ["2027-03-01", "2028-02-29"]),
        ((2000, 2, 29), 0, 0, "LEAP_YEARS_ONLY", ["2028-02-29"]),
        ((2000, 2, 29), 1, 0, "FEB_28", ["2027-02-27", "2027-02-28", "2028-02-28", "2028-02-29"]),
        ((2027, 1, 1), 3, 0, "FEB_28", []),
        ((2026, 1, 1), 1, 0, "FEB_28", ["2026-12-31", "2027-01-01"]),
    ],
)
def test_an_anniversary_is_met_over_year_ends_and_leap_days(
    born: tuple[int, int, int], before: int, after: int, leap: str, met: list[str]
) -> None:
    asked_days = (
        *("2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"),
        *("2027-01-03", "2027-02-27", "2027-02-28", "2027-03-01", "2028-02-28", "2028-02-29"),
        "2028-03-01",
    )
    question = member.birthday.anniversary(before=before, after=after, leap=LeapDay[leap])
    birthday = (member.birthday, date(*born))
    found = [
        day for day in asked_days if holds(question, moment(birthday, at=f"{day}T12:00:00+00:00"))
    ]
    assert found == met


def test_an_anniversary_is_met_in_the_members_own_zone() -> None:
    # 13 March, 20:00 in Lisbon is 14 March, 09:00 in Auckland
    question, birthday = member.birthday.anniversary(), (member.birthday, date(1990, 3, 14))
    at = "2026-03-13T20:00:00+00:00"
    assert not holds(question, moment(birthday, at=at))
    assert holds(question, moment(birthday, at=at, member_zone=AUCKLAND))


@pytest.mark.parametrize(("count", "expected"), [(1, True), (3, True), (4, False)])
def test_some_item_counts_units_not_lines(count: int, expected: bool) -> None:
    world = moment(
        lines=(
            line("1", (item.category, "coffee"), units=2),
            line("2", (item.category, "tea"), units=5),
            line("3", (item.category, "coffee"), units=1),
            line("4", (item.category, None), units=9),
        )
    )
    assert holds(some_item(item.category.is_("coffee"), count), world) is expected


def test_some_item_is_false_without_lines_and_asks_one_line_at_a_time() -> None:
    red_tea = some_item(item.category.is_("tea") & item.tags.has("red"))
    apart = moment(
        lines=(
            line("1", (item.category, "tea"), (item.tags, ("green",))),
            line("2", (item.category, "gear"), (item.tags, ("red",))),
        )
    )
    assert not holds(red_tea, moment())
    assert not holds(red_tea, apart)
    assert holds(some_item(item.category.is_("tea")) & some_item(item.tags.has("red")), apart)


def test_the_price_and_the_spend_of_a_line_are_amounts() -> None:
    world = moment()
    mug = line("1", (item.price, 999), (item.spend, 1998), (item.units, 2), (item.sku, "mug"))
    assert holds(item.price.is_("9.99"), world, mug)
    assert holds(item.spend > "19.97", world, mug)
    assert not holds(item.spend > "19.98", world, mug)
    assert holds(item.units >= 2, world, mug)
    assert not holds(item.units > 2, world, mug)
    assert holds(item.sku.is_("mug"), world, mug)


@pytest.mark.parametrize(("said", "expected"), [(True, True), (False, False), (None, False)])
def test_a_custom_condition_holds_when_the_host_says_so(said: bool | None, expected: bool) -> None:
    assert holds(Custom[Moment]("in the shop"), moment(answers={"in the shop": said})) is expected


def test_a_comparison_of_kinds_that_never_meet_is_false() -> None:
    # a reading of another kind than the fact's, as only a foreign engine would supply it
    assert not holds(Compare(VISITS.fact, Op.GE, Decimal(1)), moment((VISITS, "two")))
