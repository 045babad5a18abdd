"""Explanations: word for word, in agreement with evaluate, and naming the least that would do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from loyaltykit.calendar import LeapDay
from loyaltykit.conditions import AllOf, AnyOf, Condition, all_of, at_least, some_item
from loyaltykit.earning import Earning, best_of
from loyaltykit.errors import UnknownFactError
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace, trace_earning
from loyaltykit.facts import WEEKDAYS
from loyaltykit.money import currency
from loyaltykit.periods import Period, days, months
from loyaltykit.questions import Compare, Custom, OneOf, Op
from loyaltykit.rates import points
from loyaltykit.readings import LineReading, Reading, Readings
from loyaltykit.refusals import Missing
from loyaltykit.subjects import basket, item, member
from loyaltykit.testing import (
    amounts,
    birthdays,
    conditions,
    earnings,
    instants,
    item_conditions,
    periods,
    readings,
)
from loyaltykit.traces import ConditionTrace, EarningTrace, Explanation, Outcome, RuleTrace
from loyaltykit.vocabulary import Fact, Item, Moment
from loyaltykit.wording import condition_text, earning_text, negated_text
from loyaltykit.worth import worth

EUR, JPY, KWD = currency("EUR"), currency("JPY"), currency("KWD")
LISBON = ZoneInfo("Europe/Lisbon")
AUCKLAND = ZoneInfo("Pacific/Auckland")

channel = basket.label("channel")
weight = basket.number("weight", optional=True)
gift = basket.flag("gift_wrapped")
coffee = item.category.is_("coffee")
weekend = basket.weekday.one_of("sat", "sun")
ANY_DAY = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday or Sunday"


def titled(value: object) -> str:
    return value if isinstance(value, str) else type(value).__name__


def line(id: str, category: str | None, units: int, spend: int) -> LineReading:
    values: dict[Fact[Any], Reading] = {
        item.category.fact: category,
        item.tags.fact: ("new", "organic"),
        item.spend.fact: spend,
    }
    return LineReading(id, units=units, spend=spend, values=values)


# A Tuesday noon in Lisbon; it is Wednesday in Auckland already.
TUESDAY = Readings(
    datetime(2026, 1, 13, 12, tzinfo=UTC),
    LISBON,
    scale=100,
    member_zone=LISBON,
    ladder=("bronze", "silver", "gold"),
    values={
        basket.spend.fact: 1230,
        basket.units.fact: 3,
        basket.lines.fact: 2,
        basket.nth.fact: 3,
        basket.weekday.fact: "tue",
        basket.hour.fact: 12,
        basket.day.fact: date(2026, 1, 13),
        channel.fact: "app",
        weight.fact: Decimal("1.25"),
        gift.fact: False,
        member.tier.fact: "silver",
        member.orders.fact: 1,
        member.number("visits", optional=True).fact: None,
        member.balance().fact: 7,
        member.balance("stars").fact: 7,
        member.enrolled.fact: None,
        member.last_order.fact: datetime(2025, 10, 16, 9, tzinfo=UTC),
        member.birthday.fact: date(2000, 2, 29),
    },
    lines=(line("1", "coffee", 2, 800), line("2", None, 1, 430)),
    answers={"in the shop": None, "by card": False, "in a hurry": True},
)


def lacking(condition: Condition[Moment], at: Readings = TUESDAY) -> Missing:
    """The one thing that is missing."""
    found = trace(condition, at, EUR)
    assert not found.held
    (missing,) = found.lacking()
    return missing


def having(known: Readings, fact: Fact[Any], value: Reading) -> Readings:
    return evolve(known, values={**known.values, fact: value})


@pytest.mark.parametrize(
    ("condition", "text", "actual", "missing"),
    [
        (
            basket.spend >= Decimal("15.5"),
            "basket spend at least 15.50 EUR",
            "12.30 EUR",
            Missing("basket.spend", "3.20 EUR more would do", Decimal("3.2")),
        ),
        (
            basket.spend > Decimal("12.30"),
            "basket spend above 12.30 EUR",
            "12.30 EUR",
            Missing("basket.spend", "0.01 EUR more would do", Decimal("0.01")),
        ),
        (
            basket.spend < 12,
            "basket spend below 12.00 EUR",
            "12.30 EUR",
            Missing("basket.spend", "0.31 EUR less would do", Decimal("-0.31")),
        ),
        (
            ~(basket.spend >= 12),
            "basket spend not at least 12.00 EUR",
            "12.30 EUR",
            Missing("basket.spend", "0.31 EUR less would do", Decimal("-0.31")),
        ),
        (
            basket.spend <= Decimal("0.005"),
            "basket spend at most 0.005 EUR",
            "12.30 EUR",
            Missing("basket.spend", "12.30 EUR less would do", Decimal("-12.3")),
        ),
        (
            basket.spend.is_(15),
            "basket spend is 15.00 EUR",
            "12.30 EUR",
            Missing("basket.spend", "basket spend must be 15.00 EUR"),
        ),
        (
            basket.units >= 5,
            "basket units at least 5",
            "3",
            Missing("basket.units", "2 more units", Decimal(2)),
        ),
        (
            basket.units < 3,
            "basket units below 3",
            "3",
            Missing("basket.units", "1 fewer unit", Decimal(-1)),
        ),
        (
            member.orders > 1,
            "member orders above 1",
            "1",
            Missing("member.orders", "1 more order", Decimal(1)),
        ),
        (
            basket.lines >= Decimal("3.5"),
            "basket lines at least 3.5",
            "2",
            Missing("basket.lines", "2 more lines", Decimal(2)),
        ),
        (
            basket.nth.every(5),
            "basket nth is a multiple of 5",
            "3",
            Missing("basket.nth", "2 more orders", Decimal(2)),
        ),
        (
            ~basket.nth.every(3),
            "basket nth is not a multiple of 3",
            "3",
            Missing("basket.nth", "basket nth must not be a multiple of 3"),
        ),
        (
            member.number("visits", optional=True).every(4),
            "member visits is a multiple of 4",
            "unknown",
            Missing("member.visits", "member visits must be a multiple of 4"),
        ),
        (
            member.balance() >= 8,
            "member balance of points at least 8",
            "7",
            Missing("member.balance:points", "1 more point", Decimal(1)),
        ),
        (
            member.balance("stars") >= 9,
            "member balance of stars at least 9",
            "7",
            Missing("member.balance:stars", "2 more stars", Decimal(2)),
        ),
        (
            basket.hour >= 14,
            "basket hour at least 14",
            "12",
            Missing("basket.hour", "from 14:00 on"),
        ),
        (
            basket.hour <= 9,
            "basket hour at most 9",
            "12",
            Missing("basket.hour", "before 10:00"),
        ),
        (
            weight >= 2,
            "basket weight at least 2",
            "1.25",
            Missing("basket.weight", "0.75 more weight", Decimal("0.75")),
        ),
        (
            weight > 2,
            "basket weight above 2",
            "1.25",
            Missing("basket.weight", "more than 0.75 more weight", Decimal("0.75")),
        ),
        (
            weight < Decimal("-0.5"),
            "basket weight below -0.5",
            "1.25",
            Missing("basket.weight", "more than 1.75 less weight", Decimal("-1.75")),
        ),
        (
            basket.day >= date(2026, 2, 1),
            "basket day on or after 1 Feb 2026",
            "13 Jan 2026",
            Missing("basket.day", "from 1 Feb 2026 on"),
        ),
        (
            basket.day < date(2026, 1, 13),
            "basket day before 13 Jan 2026",
            "13 Jan 2026",
            Missing("basket.day", "before 13 Jan 2026"),
        ),
        (
            weekend,
            "basket weekday is Saturday or Sunday",
            "Tuesday",
            Missing("basket.weekday", "from Saturday on"),
        ),
        (
            basket.weekday.one_of("mon", "sun", "wed"),
            "basket weekday is Monday, Wednesday or Sunday",
            "Tuesday",
            Missing("basket.weekday", "from Wednesday on"),
        ),
        (
            ~basket.weekday.one_of("tue", "wed"),
            "basket weekday is not Tuesday or Wednesday",
            "Tuesday",
            Missing("basket.weekday", "from Thursday on"),
        ),
        (
            ~basket.weekday.one_of(*WEEKDAYS),
            f"basket weekday is not {ANY_DAY}",
            "Tuesday",
            Missing("basket.weekday", f"basket weekday must not be {ANY_DAY}"),
        ),
        (
            channel.one_of("web", "post"),
            "basket channel is post or web",
            "app",
            Missing("basket.channel", "basket channel must be post or web"),
        ),
        (
            ~channel.is_("app"),
            "basket channel is not app",
            "app",
            Missing("basket.channel", "basket channel must not be app"),
        ),
        (
            gift.is_(True),
            "basket gift_wrapped is yes",
            "no",
            Missing("basket.gift_wrapped", "basket gift_wrapped must be yes"),
        ),
        (
            member.tier >= "gold",
            "member tier at least gold",
            "silver",
            Missing("member.tier", "from tier gold on"),
        ),
        (
            member.tier > "silver",
            "member tier above silver",
            "silver",
            Missing("member.tier", "above tier silver"),
        ),
        (
            ~(member.tier >= "silver"),
            "member tier not at least silver",
            "silver",
            Missing("member.tier", "below tier silver"),
        ),
        (
            ~(member.tier > "bronze"),
            "member tier not above bronze",
            "silver",
            Missing("member.tier", "up to tier bronze"),
        ),
        (
            member.last_order.elapsed(days(90)),
            "member last order at least 90 days ago",
            "16 Oct 2025",
            Missing("member.last_order", "from 14 Jan 2026 on"),
        ),
        (
            ~member.last_order.elapsed(days(9)),
            "member last order not at least 9 days ago",
            "16 Oct 2025",
            Missing("member.last_order", "member last order must not be at least 9 days ago"),
        ),
        (
            member.enrolled.elapsed(months(3)),
            "member enrolled at least 3 months ago",
            "never",
            Missing("member.enrolled", "member enrolled must be at least 3 months ago"),
        ),
        (
            member.birthday.anniversary(),
            "today is an anniversary of member birthday",
            "29 Feb 2000",
            Missing("member.birthday", "on 28 Feb 2026"),
        ),
        (
            member.birthday.anniversary(before=3, after=1, leap=LeapDay.MAR_1),
            "today is up to 3 days before or 1 day after an anniversary of member birthday",
            "29 Feb 2000",
            Missing("member.birthday", "from 26 Feb 2026 on"),
        ),
        (
            ~member.birthday.anniversary(before=47),
            "today is not up to 47 days before an anniversary of member birthday",
            "29 Feb 2000",
            Missing(
                "member.birthday",
                "today must not be up to 47 days before an anniversary of member birthday",
            ),
        ),
        (
            member.enrolled.known(),
            "member enrolled is known",
            "never",
            Missing("member.enrolled", "member enrolled must be known"),
        ),
        (
            ~member.birthday.known(),
            "member birthday is unknown",
            "29 Feb 2000",
            Missing("member.birthday", "member birthday must not be known"),
        ),
        (
            ~~channel.is_("web"),
            "basket channel is web",
            "app",
            Missing("basket.channel", "basket channel must be web"),
        ),
        (
            some_item(coffee, 4),
            "at least 4 units where item category is coffee",
            "2 units",
            Missing("item.units", "2 more units where item category is coffee", Decimal(2)),
        ),
        (
            ~some_item(coffee, 2),
            "fewer than 2 units where item category is coffee",
            "2 units",
            Missing("item.units", "1 fewer unit where item category is coffee", Decimal(-1)),
        ),
        (
            some_item(item.tags.has_any("sale", "gone")),
            "at least 1 unit where item tags include gone or sale",
            "0 units",
            Missing("item.units", "1 more unit where item tags include gone or sale", Decimal(1)),
        ),
        (
            Custom[Moment]("in the shop"),
            "the shop answers yes to 'in the shop'",
            "unknown",
            Missing("in the shop", "the shop must answer yes to 'in the shop'"),
        ),
        (
            Custom[Moment]("by card"),
            "the shop answers yes to 'by card'",
            "no",
            Missing("by card", "the shop must answer yes to 'by card'"),
        ),
        (
            ~Custom[Moment]("in a hurry"),
            "the shop does not answer yes to 'in a hurry'",
            "yes",
            Missing("in a hurry", "the shop must not answer yes to 'in a hurry'"),
        ),
    ],
    ids=titled,
)
def test_a_condition_that_fails_says_what_was_compared_and_what_is_missing(
    condition: Condition[Moment], text: str, actual: str, missing: Missing
) -> None:
    found = trace(condition, TUESDAY, EUR)
    assert found == ConditionTrace(text, False, actual=actual, missing=missing)
    assert condition_text(condition, EUR) == text


@pytest.mark.parametrize(
    ("condition", "text", "actual"),
    [
        (basket.spend >= 12, "basket spend at least 12.00 EUR", "12.30 EUR"),
        (~(basket.spend >= 15), "basket spend not at least 15.00 EUR", "12.30 EUR"),
        (member.tier <= "gold", "member tier at most gold", "silver"),
        (basket.weekday.is_("tue"), "basket weekday is Tuesday", "Tuesday"),
        (
            member.last_order.elapsed(days(89)),
            "member last order at least 89 days ago",
            "16 Oct 2025",
        ),
        (some_item(coffee), "at least 1 unit where item category is coffee", "2 units"),
        (Custom[Moment]("in a hurry"), "the shop answers yes to 'in a hurry'", "yes"),
        (~member.enrolled.known(), "member enrolled is unknown", "never"),
    ],
    ids=titled,
)
def test_a_condition_that_holds_says_what_was_compared_and_lacks_nothing(
    condition: Condition[Moment], text: str, actual: str
) -> None:
    assert trace(condition, TUESDAY, EUR) == ConditionTrace(text, True, actual=actual)


@pytest.mark.parametrize(
    ("condition", "fact", "actual", "missing"),
    [
        (weight >= 2, weight.fact, "unknown", "basket weight is unknown"),
        (channel.is_("app"), channel.fact, "unknown", "basket channel must be app"),
        (weekend, basket.weekday.fact, "unknown", "basket weekday must be Saturday or Sunday"),
        (
            basket.day >= date(2026, 2, 1),
            basket.day.fact,
            "unknown",
            "basket day is unknown",
        ),
        (member.tier >= "gold", member.tier.fact, "no tier", "from tier gold on"),
        (
            member.birthday.anniversary(),
            member.birthday.fact,
            "unknown",
            "member birthday must be known",
        ),
    ],
    ids=titled,
)
def test_what_is_unknown_is_called_so(
    condition: Condition[Moment], fact: Fact[Moment], actual: str, missing: str
) -> None:
    nothing = having(TUESDAY, fact, None)
    assert trace(condition, nothing, EUR).actual == actual
    assert lacking(condition, nothing) == Missing(str(fact), missing)


def test_a_value_of_another_kind_is_named_and_never_holds() -> None:
    assert lacking(weight >= 2, having(TUESDAY, weight.fact, "heavy")) == Missing(
        "basket.weight", "basket weight is 'heavy', which is no number"
    )


def test_a_tier_that_the_ladder_lacks_is_named_and_never_holds() -> None:
    found = trace(member.tier >= "bronze", having(TUESDAY, member.tier.fact, "old"), EUR)
    assert (found.held, found.actual) == (False, "old")


def test_an_instant_is_shown_by_the_local_date_of_the_programme() -> None:
    late = datetime(2025, 10, 16, 23, tzinfo=UTC)
    there = evolve(having(TUESDAY, member.last_order.fact, late), zone=AUCKLAND)
    assert trace(member.last_order.known(), there, EUR).actual == "17 Oct 2025"
    assert lacking(member.last_order.elapsed(months(3)), there).text == "from 17 Jan 2026 on"


def test_an_anniversary_is_counted_from_the_day_on_which_the_member_lives() -> None:
    born = having(TUESDAY, member.birthday.fact, date(1990, 1, 14))
    assert lacking(member.birthday.anniversary(), born).text == "on 14 Jan 2026"
    assert trace(member.birthday.anniversary(), evolve(born, member_zone=AUCKLAND), EUR).held


def test_a_currency_shows_all_its_decimals_and_no_more() -> None:
    yen = evolve(TUESDAY, scale=1)
    assert trace(basket.spend >= 1500, yen, JPY) == ConditionTrace(
        "basket spend at least 1500 JPY",
        False,
        actual="1230 JPY",
        missing=Missing("basket.spend", "270 JPY more would do", Decimal(270)),
    )
    dinar = evolve(TUESDAY, scale=1000)
    assert trace(basket.spend >= Decimal("1.5"), dinar, KWD) == ConditionTrace(
        "basket spend at least 1.500 KWD",
        False,
        actual="1.230 KWD",
        missing=Missing("basket.spend", "0.270 KWD more would do", Decimal("0.27")),
    )


def test_amounts_of_any_size_are_shown_and_exact() -> None:
    rich = having(TUESDAY, basket.spend.fact, -(10**30) - 5)
    found = trace(basket.spend >= 0, rich, EUR)
    assert found.actual == "-10000000000000000000000000000.05 EUR"
    assert lacking(basket.spend >= 0, rich).amount == Decimal("10000000000000000000000000000.05")


def test_every_part_is_asked_and_only_what_fails_is_lacking() -> None:
    condition = all_of(basket.spend >= 10, weekend, member.tier >= "gold")
    found = trace(condition, TUESDAY, EUR)
    assert (found.text, found.held, found.actual) == ("all of these", False, None)
    assert [part.held for part in found.parts] == [True, False, False]
    assert [each.text for each in found.lacking()] == ["from Saturday on", "from tier gold on"]


def test_alternatives_are_announced_before_they_are_listed() -> None:
    found = trace(weekend | (basket.spend >= 15), TUESDAY, EUR)
    assert found.text == "any of these"
    assert [each.text for each in found.lacking()] == [
        "any one of these would do",
        "from Saturday on",
        "2.70 EUR more would do",
    ]
    assert lacking(AnyOf([weekend])).text == "from Saturday on"


def test_of_several_conditions_it_says_how_many_hold() -> None:
    condition = at_least(3, weekend, channel.is_("app"), basket.spend >= 15, basket.units >= 3)
    found = trace(condition, TUESDAY, EUR)
    assert (found.text, found.actual) == ("at least 3 of these", "2 of 4")
    assert list(found.lacking()) == [
        Missing("conditions", "2 of 4 conditions hold, 3 are needed", Decimal(1)),
        Missing("basket.weekday", "from Saturday on"),
        Missing("basket.spend", "2.70 EUR more would do", Decimal("2.7")),
    ]
    assert trace(at_least(2, weekend, channel.is_("app"), basket.units >= 3), TUESDAY, EUR).held


def test_the_negation_of_several_conditions_says_what_must_not_hold() -> None:
    both = channel.is_("app") & (basket.spend >= 1)
    found = trace(~both, TUESDAY, EUR)
    assert (found.text, found.held, found.actual) == ("not", False, None)
    assert found.parts == (trace(both, TUESDAY, EUR),)
    assert list(found.lacking()) == [
        Missing(
            "conditions",
            "must not hold: basket channel is app and basket spend at least 1.00 EUR",
        )
    ]
    assert trace(~(weekend & (basket.spend >= 1)), TUESDAY, EUR).held
    again = list(trace(~~(weekend & (basket.spend >= 1)), TUESDAY, EUR).lacking())
    assert [each.text for each in again] == [
        "must hold: (basket weekday is Saturday or Sunday) and basket spend at least 1.00 EUR"
    ]


def test_nothing_at_all_is_always_true_and_no_alternative_is_never() -> None:
    assert trace(AllOf[Moment](()), TUESDAY, EUR) == ConditionTrace("all of these", True)
    assert lacking(AnyOf[Moment](())).text == "nothing can meet this"
    assert lacking(~AllOf[Moment](())).text == "must not hold: always"
    assert condition_text(AnyOf[Moment](())) == "never"


def test_an_item_condition_is_explained_for_the_line_that_it_is_asked_about() -> None:
    dear = item.spend >= 5
    first, second = (trace(dear, TUESDAY, EUR, each) for each in TUESDAY.lines)
    assert first == ConditionTrace("item spend at least 5.00 EUR", True, actual="8.00 EUR")
    assert second == ConditionTrace(
        "item spend at least 5.00 EUR",
        False,
        actual="4.30 EUR",
        missing=Missing("item.spend", "0.70 EUR more would do", Decimal("0.7")),
    )
    tagged = trace(item.tags.has("sale"), TUESDAY, EUR, TUESDAY.lines[0])
    assert tagged.actual == "new and organic"


def test_a_long_choice_is_cut_and_says_so() -> None:
    words = [f"w{number:03}" for number in range(1000)]
    text = "basket channel is w000, w001, w002, w003, w004, w005, w006 or 993 others"
    assert condition_text(channel.one_of(*words)) == text
    eight = "basket channel is w000, w001, w002, w003, w004, w005, w006 or w007"
    assert condition_text(channel.one_of(*words[:8])) == eight


def test_a_fact_that_was_not_read_is_an_error_as_it_is_for_evaluate() -> None:
    with pytest.raises(UnknownFactError, match="basket.subtotal was not read"):
        trace(basket.subtotal >= 1, TUESDAY, EUR)
    with pytest.raises(UnknownFactError, match="does not answer the custom condition 'raining'"):
        trace(weekend & Custom("raining"), TUESDAY, EUR)
    with pytest.raises(UnknownFactError, match="basket.subtotal was not read"):
        trace_earning(points(5).when(basket.subtotal >= 1), TUESDAY, EUR)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (basket.spend >= 15, "basket spend at least 15"),
        (
            weekend | (basket.spend >= 15),
            "(basket weekday is Saturday or Sunday) or basket spend at least 15",
        ),
        (
            (basket.units >= 2) & (basket.spend >= 15),
            "basket units at least 2 and basket spend at least 15",
        ),
        (
            all_of((basket.units >= 2) | (basket.units < 1), basket.spend >= 15),
            "(basket units at least 2 or basket units below 1) and basket spend at least 15",
        ),
        (
            at_least(2, basket.units >= 2, channel.is_("app"), weekend),
            (
                "at least 2 of (basket units at least 2; basket channel is app; "
                "(basket weekday is Saturday or Sunday))"
            ),
        ),
        (
            ~((basket.units >= 2) & channel.is_("app")),
            "not (basket units at least 2 and basket channel is app)",
        ),
        (
            some_item(coffee & (item.price >= 2), 2) & channel.is_("app"),
            (
                "(at least 2 units where item category is coffee and item price at least 2) "
                "and basket channel is app"
            ),
        ),
    ],
    ids=titled,
)
def test_a_condition_is_worded_on_one_line_without_ambiguity(
    condition: Condition[Moment], text: str
) -> None:
    assert condition_text(condition) == text


@pytest.mark.parametrize(
    ("earning", "text"),
    [
        (points(1), "1 point"),
        (points("2.5"), "2.5 points"),
        (points(1).per(1), "1 point per 1.00 EUR"),
        (
            points(1).per(1, of=coffee),
            "1 point per 1.00 EUR on lines where item category is coffee",
        ),
        (points(2).per_whole(10), "2 points per full 10.00 EUR"),
        (points(5).per_unit(of=coffee), "5 points per unit on lines where item category is coffee"),
        (points(1).per(1) * "0.25", "0.25 times 1 point per 1.00 EUR"),
        (points(1).per(1) + points(50), "1 point per 1.00 EUR plus 50 points"),
        ((points(1).per(1) + points(50)) * 2, "2 times (1 point per 1.00 EUR plus 50 points)"),
        (points(1).per(1).cap(300), "at most 300 points of 1 point per 1.00 EUR"),
        (
            best_of(points(20).when(weekend), points(1).per_unit()),
            "the best of (20 points when basket weekday is Saturday or Sunday; 1 point per unit)",
        ),
        (
            points(1).per(1, of=coffee) + points(20).when(basket.spend >= 15),
            (
                "(1 point per 1.00 EUR on lines where item category is coffee) plus "
                "(20 points when basket spend at least 15.00 EUR)"
            ),
        ),
    ],
    ids=titled,
)
def test_an_earning_is_worded_on_one_line(earning: Earning, text: str) -> None:
    assert earning_text(earning, EUR) == text


def test_without_a_currency_a_rate_is_per_amount_spent() -> None:
    assert earning_text(points(1).per(1)) == "1 point per 1 spent"
    assert earning_text(points(1).per_whole("2.5")) == "1 point per full 2.5 spent"


def test_an_earning_is_explained_part_by_part() -> None:
    base = points(1).per(1)
    gold = (base * "0.25").when(member.tier >= "gold")
    earned = (base + points(1).per(1, of=coffee) + best_of(gold, points(3))).cap(20)
    found = trace_earning(earned, TUESDAY, EUR)
    per_euro = EarningTrace("1 point per 1.00 EUR", Fraction(123, 10))
    assert found == EarningTrace(
        "this, at most 20 points",
        Fraction(20),
        parts=(
            EarningTrace(
                "the sum of these",
                Fraction(233, 10),
                parts=(
                    per_euro,
                    EarningTrace(
                        "1 point per 1.00 EUR on lines where item category is coffee", Fraction(8)
                    ),
                    EarningTrace(
                        "the best of these",
                        Fraction(3),
                        parts=(
                            EarningTrace(
                                "this, on a condition",
                                Fraction(0),
                                condition=trace(member.tier >= "gold", TUESDAY, EUR),
                                parts=(
                                    EarningTrace(
                                        "0.25 times this", Fraction(123, 40), parts=(per_euro,)
                                    ),
                                ),
                            ),
                            EarningTrace("3 points", Fraction(3)),
                        ),
                    ),
                ),
            ),
        ),
    )


def test_an_explanation_prints_as_a_tree() -> None:
    when = trace(weekend | (basket.spend >= 10), TUESDAY, EUR)
    rule = RuleTrace("bonus", TUESDAY.at, outcome=Outcome.FIRED, when=when)
    assert str(Explanation((rule,))).splitlines() == [
        "bonus: fired",
        "  yes any of these",
        "    no  basket weekday is Saturday or Sunday (is Tuesday): from Saturday on",
        "    yes basket spend at least 10.00 EUR (is 12.30 EUR)",
    ]


@given(conditions(), readings())
def test_law_8_explained_and_evaluated_conditions_agree(
    condition: Condition[Moment], known: Readings
) -> None:
    assert trace(condition, known, EUR).held is holds(condition, known)


@given(item_conditions(), readings())
def test_law_8_explained_and_evaluated_item_conditions_agree(
    condition: Condition[Item], known: Readings
) -> None:
    for each in known.lines:
        assert trace(condition, known, EUR, each).held is holds(condition, known, each)


@given(earnings(), readings())
def test_law_8_explained_and_evaluated_earnings_agree(earning: Earning, known: Readings) -> None:
    assert trace_earning(earning, known, EUR).worth == worth(earning, known)


def nodes(found: ConditionTrace) -> Iterator[ConditionTrace]:
    yield found
    for part in found.parts:
        yield from nodes(part)


@given(conditions(), readings())
def test_something_is_missing_exactly_where_a_condition_fails(
    condition: Condition[Moment], known: Readings
) -> None:
    for each in nodes(trace(condition, known, EUR)):
        assert bool(list(each.lacking())) is not each.held
        assert each.missing is None or not each.held


@given(conditions())
def test_every_condition_and_its_negation_have_a_line_of_text_each(
    condition: Condition[Moment],
) -> None:
    text, other = condition_text(condition, EUR), negated_text(condition, EUR)
    assert text.isprintable()
    assert text != other
    assert condition_text(~condition, EUR) == other
    assert text.count("(") == text.count(")")


NUMBERS: list[tuple[Fact[Moment], Decimal]] = [
    (basket.spend.fact, Decimal("0.01")),
    (basket.units.fact, Decimal(1)),
    (member.orders.fact, Decimal(1)),
    (member.balance().fact, Decimal(1)),
]


def added(reading: int, amount: Decimal, step: Decimal) -> int:
    """A reading and an amount, in the smallest steps of the fact."""
    steps = Fraction(amount) / Fraction(step)
    assert steps.denominator == 1
    return reading + steps.numerator


@given(
    st.sampled_from(NUMBERS),
    st.sampled_from(Op),
    amounts(),
    st.integers(-500, 20_000),
    st.booleans(),
)
def test_the_amount_that_is_missing_would_do_and_a_step_less_would_not(
    number: tuple[Fact[Moment], Decimal],
    op: Op,
    value: int | str | Decimal,
    reading: int,
    negated: bool,
) -> None:
    fact, step = number
    compared = Compare(fact, op, Decimal(value))
    condition: Condition[Moment] = ~compared if negated else compared
    known = having(TUESDAY, fact, reading)
    assume(not holds(condition, known))
    amount = lacking(condition, known).amount
    assert amount
    enough = added(reading, amount, step)
    short = enough - 1 if enough > reading else enough + 1
    assert holds(condition, having(TUESDAY, fact, enough))
    assert not holds(condition, having(TUESDAY, fact, short))


@given(
    st.sampled_from(Op),
    st.decimals(-50, 50, places=12),
    st.one_of(st.decimals(-50, 50, places=11), st.integers(-50, 50)),
)
def test_the_amount_that_an_own_number_lacks_is_exact(
    op: Op, value: Decimal, reading: Decimal | int
) -> None:
    condition = Compare(weight.fact, op, value)
    known = having(TUESDAY, weight.fact, reading)
    assume(not holds(condition, known))
    missing = lacking(condition, known)
    assert missing.amount is not None
    assert Fraction(reading) + Fraction(missing.amount) == Fraction(value)
    assert missing.text.startswith("more than ") is (op in (Op.LT, Op.GT))
    assert f"{abs(missing.amount):f} {'less' if op in (Op.LT, Op.LE) else 'more'} weight" in (
        missing.text
    )


NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@given(st.sets(st.sampled_from(WEEKDAYS), min_size=1), st.integers(0, 6), st.booleans())
def test_the_weekday_that_is_named_is_the_next_that_would_do(
    listed: set[str], today: int, negated: bool
) -> None:
    chosen = OneOf(basket.weekday.fact, sorted(listed))
    condition: Condition[Moment] = ~chosen if negated else chosen
    on = [holds(condition, having(TUESDAY, basket.weekday.fact, day)) for day in WEEKDAYS]
    assume(not on[today] and any(on))
    text = lacking(condition, having(TUESDAY, basket.weekday.fact, WEEKDAYS[today])).text
    ahead = next(step for step in range(1, 7) if on[(today + step) % 7])
    assert text == f"from {NAMES[(today + ahead) % 7]} on"


def named_day(text: str) -> date:
    words = text.removeprefix("from ").removeprefix("on ").removesuffix(" on")
    return datetime.strptime(words, "%d %b %Y").replace(tzinfo=UTC).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59, 999_999), zone).astimezone(UTC)


@given(instants(), instants(), periods())
def test_the_day_from_which_a_period_is_over_is_the_first_on_which_it_is(
    since: datetime, at: datetime, period: Period
) -> None:
    condition = member.last_order.elapsed(period)
    known = evolve(having(TUESDAY, member.last_order.fact, since), at=at)
    assume(not holds(condition, known))
    day = named_day(lacking(condition, known).text)
    assert holds(condition, evolve(known, at=end_of_day(day, LISBON)))
    assert not holds(condition, evolve(known, at=end_of_day(day - timedelta(1), LISBON)))


@given(
    birthdays(),
    instants(),
    st.integers(0, 180),
    st.integers(0, 180),
    st.sampled_from(LeapDay),
    st.sampled_from((LISBON, AUCKLAND)),
)
def test_the_day_of_an_anniversary_that_is_named_is_the_next(
    born: date, at: datetime, before: int, after: int, leap: LeapDay, zone: ZoneInfo
) -> None:
    condition = member.birthday.anniversary(before=before, after=after, leap=leap)
    known = evolve(having(TUESDAY, member.birthday.fact, born), at=at, member_zone=zone)
    assume(not holds(condition, known))
    day = named_day(lacking(condition, known).text)
    today = at.astimezone(zone).date()
    assert day > today
    held = [
        holds(condition, evolve(known, at=end_of_day(today + timedelta(step), zone)))
        for step in range(1, (day - today).days + 1)
    ]
    assert held == [False] * (len(held) - 1) + [True]


@given(item_conditions(), st.integers(1, 30), readings(), st.booleans())
def test_the_units_that_are_missing_are_those_of_the_lines_that_count(
    wanted: Condition[Item], count: int, known: Readings, negated: bool
) -> None:
    lifted = some_item(wanted, count)
    condition: Condition[Moment] = ~lifted if negated else lifted
    assume(not holds(condition, known))
    units = sum(each.units for each in known.lines if holds(wanted, known, each))
    assert lacking(condition, known).amount == (count - 1 if negated else count) - units
