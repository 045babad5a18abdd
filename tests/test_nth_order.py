"""First, nth and every nth order: which order this is, as a fact that nobody counts wrongly."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from desk import Desk, day, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    After,
    Basket,
    Birthday,
    DefinitionError,
    OpeningBalance,
    ProgramError,
    Purchase,
    Rule,
    basket,
    days,
    every_nth_order,
    first_order,
    member,
    nth_order,
    points,
)
from loyaltykit.evaluate import holds
from loyaltykit.questions import Every
from loyaltykit.readings import Readings


def given_by(*rules: Rule, orders: int) -> list[int]:
    """The numbers of the orders that earned something, one order a day."""
    desk, found = Desk(*rules), []
    for number in range(1, orders + 1):
        before = desk.has(number - 1)[0] if number > 1 else 0
        desk.buy(f"o{number}", number, "10")
        if desk.has(number)[0] > before:
            found.append(number)
    return found


def test_every_fifth_order_is_the_fifth_tenth_and_fifteenth() -> None:
    rule = Rule("fifth", Purchase, when=every_nth_order(5), then=Accrue(points(1)))
    assert given_by(rule, orders=16) == [5, 10, 15]


def test_the_first_and_the_third_order_are_met_once() -> None:
    first = Rule("first", Purchase, when=first_order(), then=Accrue(points(1)))
    third = Rule("third", Purchase, when=nth_order(3), then=Accrue(points(1)))
    assert given_by(first, orders=5) == [1]
    assert given_by(third, orders=5) == [3]


def test_a_phase_is_written_with_the_fact() -> None:
    rule = Rule("after", Purchase, when=member.orders.every(3), then=Accrue(points(1)))
    assert given_by(rule, orders=8) == [4, 7]  # the order after each third


def test_an_order_that_came_back_whole_is_not_counted_and_others_keep_what_they_got() -> None:
    desk = Desk(Rule("third", Purchase, when=every_nth_order(3), then=Accrue(points(10))))
    for number in (1, 2, 3):
        desk.buy(f"o{number}", number, "10")
    assert desk.has(3) == (10, 0, 0)
    desk.back("back", 4, "o1")
    desk.buy("o4", 5, "10")  # the third that is kept, once more
    assert desk.has(5) == (20, 0, 0)
    desk.back("back too", 6, "o4")
    assert desk.has(6) == (10, 0, 0)


def test_a_later_rule_about_the_order_reads_the_number_that_it_had() -> None:
    late = Rule("late", After(Purchase, days(5)), when=nth_order(2), then=Accrue(points(7)))
    desk = Desk(late)
    for number in (1, 2, 3):
        desk.buy(f"o{number}", number, "10")
    desk.to(20)
    assert [lot.event for lot in desk.account.lots] == ["o2"]


def test_a_quote_and_orders_of_a_former_system_count() -> None:
    desk = Desk(Rule("fifth", Purchase, when=nth_order(5), then=Accrue(points(9))))
    desk.tell(OpeningBalance("open", day(0), member="ana", orders=4))
    quote = desk.engine.quote(desk.account, Basket([line()]), day(1))
    assert [each.points for each in quote.points] == [9]
    desk.buy("o5", 1, "10")
    assert desk.has(1) == (9, 0, 0)


def test_which_order_it_is_is_known_only_where_there_is_one() -> None:
    with pytest.raises(ProgramError, match=r"asks for basket.nth where only the member is known"):
        Desk(Rule("x", Birthday(), when=nth_order(2), then=Accrue(points(1))))


@given(st.integers(-30, 30), st.integers(1, 9))
def test_a_multiple_is_above_nothing_and_divides(value: int, step: int) -> None:
    for reading in (value, Decimal(value), Decimal(value) + Decimal("0.5")):
        moment = Readings(
            day(0),
            ZoneInfo("UTC"),
            scale=100,
            member_zone=ZoneInfo("UTC"),
            values={basket.nth.fact: reading},
        )
        multiples = [step * times for times in range(1, 40)]
        assert holds(basket.nth.every(step), moment) == (reading in multiples)


@pytest.mark.parametrize("number", [0, -1, True, 1.5, "2"])
def test_a_number_that_no_order_has_is_refused_in_words(number: object) -> None:
    for made in (nth_order, every_nth_order):
        with pytest.raises(DefinitionError, match="orders are counted from 1, the first"):
            made(number)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="every so many is a whole number from 1"):
        basket.nth.every(number)  # type: ignore[arg-type]


def test_what_does_not_count_has_no_nth() -> None:
    with pytest.raises(DefinitionError, match=r"basket.spend is of kind money and does not count"):
        Every(basket.spend.fact, 5)
