"""Carry-over: the fraction that is rounded off joins the next grant, and a return takes it back.

Law: what was granted and what is left are together the exact worth of what is kept.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import ceil, floor
from typing import Any

import pytest
from desk import Desk, club, day, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Activity,
    Basis,
    Basket,
    Closure,
    DefinitionError,
    Earning,
    Merge,
    MisuseError,
    OnReturn,
    Over,
    ProgramError,
    Purchase,
    Purse,
    Rounding,
    RoundingScope,
    Rule,
    Taxes,
    apply,
    basket,
    confirmed,
    days,
    dumps,
    loads,
    per_life,
    per_order,
    points,
)
from loyaltykit.account import Account
from loyaltykit.effects import RemainderSet

per_seven = points(1).per(7)


def carrying(earning: Earning = per_seven, **how: Any) -> Rule:
    return Rule("r", Purchase, then=Accrue(earning, carry=True), **how)


def left(desk: Desk, rule: str = "r", action: int = 0) -> Fraction:
    return desk.account.remainders.get((rule, action), Fraction(0))


def test_the_fraction_joins_the_next_grant() -> None:
    desk = Desk(carrying())
    for number, (price, granted, rest) in enumerate(
        (("10", 1, Fraction(3, 7)), ("3", 1, Fraction(6, 7)), ("1", 2, 0), ("7", 3, 0))
    ):
        desk.buy(f"o{number}", number, price)
        assert (desk.has(number), left(desk)) == ((granted, 0, 0), rest)
    assert desk.account.remainders == {}


def test_an_explanation_says_what_was_carried_over() -> None:
    desk = Desk(carrying(points(1).per(1)))
    assert "carried over" not in str(desk.buy("o1", 0, "2.50").explanation)
    assert str(desk.buy("o2", 1, "2.75").explanation).splitlines() == [
        "r: fired",
        "  -> 3 points, 0.5 carried over",
        "    2.75 = 1 point per 1.00 EUR",
    ]


def test_without_carrying_over_the_fraction_is_gone() -> None:
    desk = Desk(Rule("r", Purchase, then=Accrue(per_seven)))
    for number in range(7):
        desk.buy(f"o{number}", number, "6.99")
    assert desk.has(7) == (0, 0, 0)
    desk = Desk(carrying())
    for number in range(7):
        desk.buy(f"o{number}", number, "6.99")
    assert desk.has(7) == (6, 0, 0)  # 48.93 in all


def test_each_action_of_each_rule_carries_its_own_fraction() -> None:
    both = [Accrue(per_seven, carry=True), Accrue(points(1).per(2), carry=True, purse="status")]
    desk = Desk(
        Rule("r", Purchase, then=both), carrying_as("s"), purses=[Purse("status", decimals=1)]
    )
    desk.buy("o1", 0, "10.10")
    assert left(desk, "r", 0) == left(desk, "s", 0) == Fraction(31, 70)
    assert left(desk, "r", 1) == Fraction(1, 2)  # of a tenth of a point
    assert desk.has(0, "status") == (50, 0, 0)


def carrying_as(name: str) -> Rule:
    return Rule(name, Purchase, then=Accrue(per_seven, carry=True))


def test_any_rule_may_carry_over() -> None:
    desk = Desk(Rule("r", Activity, then=Accrue(points("0.4"), carry=True)))
    for number in range(5):
        desk.tell(Activity(f"a{number}", day(number), member="ana", kind="visit"))
    assert desk.has(5) == (2, 0, 0)


@pytest.mark.parametrize("order", list(permutations(({"1": 1}, {"2": 1}, {"2": 1}))))
def test_parts_of_a_return_leave_what_the_whole_leaves(order: tuple[dict[str, int], ...]) -> None:
    desk = Desk(carrying())
    desk.buy("o0", 0, "5")
    desk.buy("o1", 1, line("1", "9"), line("2", "8", 2), line("3", "4"))
    assert (desk.has(1), left(desk)) == ((4, 0, 0), Fraction(6, 7))
    for number, part in enumerate(order):
        desk.back(f"r{number}", 2, "o1", part)
    assert (desk.has(2), left(desk)) == ((1, 0, 0), Fraction(2, 7))  # 9.00 are kept
    desk.back("rest", 2, "o1")
    assert (desk.has(2), left(desk)) == ((0, 0, 0), Fraction(5, 7))


def test_an_order_that_granted_nothing_takes_its_fraction_back() -> None:
    desk = Desk(carrying())
    before = desk.account.remainders
    desk.buy("o1", 0, "6")
    assert (desk.has(0), left(desk)) == ((0, 0, 0), Fraction(6, 7))
    desk.back("r1", 1, "o1")
    assert desk.account.remainders == before == {}


def test_a_return_after_others_used_the_fraction_is_made_up_by_the_next_grant() -> None:
    desk = Desk(carrying())
    desk.buy("o1", 0, "6")
    desk.buy("o2", 1, "1")
    assert (desk.has(1), left(desk)) == ((1, 0, 0), Fraction(0))
    desk.back("r1", 2, "o1")  # o2 keeps its point; six sevenths are owed to what comes
    assert (desk.has(2), left(desk)) == ((1, 0, 0), Fraction(-6, 7))
    desk.buy("o3", 3, "5")
    assert (desk.has(3), left(desk)) == ((1, 0, 0), Fraction(-1, 7))
    desk.buy("o4", 4, "8")
    assert (desk.has(4), left(desk)) == ((2, 0, 0), Fraction(0))


def test_a_return_may_leave_more_than_a_point_which_is_granted_next() -> None:
    desk = Desk(carrying())
    desk.buy("o1", 0, "6")
    desk.buy("o2", 1, "2")  # its point is made of what o1 left
    desk.buy("o3", 2, "5")
    assert (desk.has(2), left(desk)) == ((1, 0, 0), Fraction(6, 7))
    desk.back("r2", 3, "o2")
    assert (desk.has(3), left(desk)) == ((0, 0, 0), Fraction(11, 7))
    desk.buy("o4", 4, "1")
    assert (desk.has(4), left(desk)) == ((1, 0, 0), Fraction(5, 7))
    desk.back("r4", 5, "o4")  # whole: its point was made of what o2 had left
    assert (desk.has(5), left(desk)) == ((0, 0, 0), Fraction(11, 7))


def test_a_rule_that_no_longer_holds_leaves_nothing() -> None:
    desk = Desk(carrying(when=basket.spend >= 10))
    desk.buy("o1", 0, line("1", "9"), line("2", "3"))
    assert (desk.has(0), left(desk)) == ((1, 0, 0), Fraction(5, 7))
    desk.back("r1", 1, "o1", {"2": 1})
    assert (desk.has(1), left(desk)) == ((0, 0, 0), Fraction(0))


def test_what_a_limit_or_a_cap_cuts_is_not_carried_over() -> None:
    cut = Desk(carrying(limit=per_life(points=2)))
    cut.buy("o1", 0, "30")
    assert (cut.has(0), left(cut)) == ((2, 0, 0), Fraction(2, 7))
    full = Desk(carrying(), purses=[Purse("points", cap=2)])
    full.buy("o1", 0, "30")
    assert (full.has(0), left(full)) == ((2, 0, 0), Fraction(2, 7))


def test_a_grant_that_is_refused_whole_leaves_the_fraction_as_it_was() -> None:
    refusing = carrying(limit=per_life(points=2, over=Over.REFUSE))
    desk = Desk(refusing)
    desk.buy("o1", 0, "10")
    desk.buy("o2", 1, "30")
    assert (desk.has(1), left(desk)) == ((1, 0, 0), Fraction(3, 7))
    desk.back("r2", 2, "o2")
    assert (desk.has(2), left(desk)) == ((1, 0, 0), Fraction(3, 7))


def test_a_fraction_moves_with_its_account_and_back_into_one() -> None:
    desk, other = Desk(carrying()), Desk(carrying(), member="bob")
    desk.buy("o1", 0, "6")
    other.buy("o2", 0, "5")
    merger = desk.engine.merge(
        desk.account,
        other.account,
        Merge("m", day(1), member="ana", absorbed="bob", reason="one person"),
    )
    assert merger.survivor.account.remainders == {("r", 0): Fraction(11, 7)}
    assert merger.absorbed.account.remainders == {}


def test_the_effect_folds_and_comes_back_from_storage() -> None:
    account = apply(Account.new("ana"), RemainderSet(day(0), "r", 0, Fraction(1, 3)))
    assert account.remainders == {("r", 0): Fraction(1, 3)}
    assert loads(dumps(account), Account) == account
    assert apply(account, RemainderSet(day(0), "r", 0, Fraction(0))).remainders == {}


PRICES = st.integers(0, 3_000)
RATES = st.sampled_from((per_seven, points("0.3").per(1), points("1.7").per(3) + points("0.2")))


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


@given(st.lists(PRICES, min_size=1, max_size=6), st.sampled_from((per_seven, points("0.3").per(1))))
def test_an_order_in_several_parts_earns_what_it_earns_as_one(
    parts: list[int], earning: Earning
) -> None:
    one, several = Desk(carrying(earning)), Desk(carrying(earning))
    one.buy("all", 0, euros(sum(parts)))
    for number, part in enumerate(parts):
        several.buy(f"o{number}", 0, euros(part))
    assert one.has(0) == several.has(0)
    assert one.account.remainders == several.account.remainders


@given(st.lists(PRICES, min_size=1, max_size=6), st.sampled_from(Rounding))
def test_without_carrying_over_each_part_but_one_is_worth_less_than_a_point(
    parts: list[int], rounding: Rounding
) -> None:
    """The bound on what splitting an order changes; the nearest rounds by half as much."""
    rule = Rule("r", Purchase, then=Accrue(per_seven, rounding=rounding))
    one, several = Desk(rule), Desk(rule)
    one.buy("all", 0, euros(sum(parts)))
    for number, part in enumerate(parts):
        several.buy(f"o{number}", 0, euros(part))
    gained = several.has(0)[0] - one.has(0)[0]
    more = len(parts) - 1
    match rounding:
        case Rounding.FLOOR:
            assert -more <= gained <= 0
        case Rounding.CEIL:
            assert 0 <= gained <= more
        case Rounding.HALF_UP | Rounding.HALF_EVEN:
            most = Fraction(len(parts) + 1, 2)
            assert -floor(most) <= gained <= ceil(most)


@given(RATES, st.data())
def test_what_is_granted_and_what_is_left_are_what_is_kept_is_worth(
    earning: Earning, data: st.DataObject
) -> None:
    desk = Desk(carrying(earning))
    kept: dict[str, dict[str, int]] = {}
    prices: dict[str, dict[str, int]] = {}
    for number in range(data.draw(st.integers(1, 8))):
        back = [order for order, lines in kept.items() if any(lines.values())]
        if back and data.draw(st.sampled_from((True, False))):
            order = data.draw(st.sampled_from(back))
            name = data.draw(st.sampled_from([n for n, units in kept[order].items() if units]))
            desk.back(f"r{number}", number, order, {name: 1})
            kept[order][name] -= 1
        else:
            drawn = data.draw(st.lists(PRICES, min_size=1, max_size=3))
            prices[f"o{number}"] = {str(n): price for n, price in enumerate(drawn)}
            kept[f"o{number}"] = dict.fromkeys(prices[f"o{number}"], 1)
            bought = [line(n, euros(price)) for n, price in prices[f"o{number}"].items()]
            desk.buy(f"o{number}", number, *bought)
    worth = Fraction(0)
    for order, lines in kept.items():
        if any(lines.values()):
            spent = sum(prices[order][n] * units for n, units in lines.items())
            worth += worth_of(earning, spent)
    points_now, _, owed = desk.has(99)
    assert points_now - owed + left(desk) == worth


def worth_of(earning: Earning, cents: int) -> Fraction:
    by_hand = {
        per_seven: Fraction(cents, 700),
        points("0.3").per(1): Fraction(3 * cents, 1000),
        points("1.7").per(3) + points("0.2"): Fraction(17 * cents, 3000) + Fraction(1, 5),
    }
    return by_hand[earning]


# --- what is refused

WRONG: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: Accrue(per_seven, carry=1), MisuseError, "carry must be True or False"),  # type: ignore[arg-type]
    (
        lambda: Accrue(per_seven, carry=True, rounding=Rounding.HALF_UP),
        DefinitionError,
        "carry keeps what is rounded down of a whole order",
    ),
    (
        lambda: Accrue(per_seven, carry=True, scope=RoundingScope.LINE),
        DefinitionError,
        "leave rounding, scope and on_return out",
    ),
    (
        lambda: Accrue(per_seven, carry=True, on_return=OnReturn.PRO_RATA),
        DefinitionError,
        "leave rounding, scope and on_return out",
    ),
    (
        lambda: Accrue(per_seven, carry=True, pending=confirmed(within=days(3))),
        DefinitionError,
        "carry keeps no fraction of points that may never be confirmed",
    ),
    (
        lambda: club(carrying(limit=per_order(units=2))),
        ProgramError,
        "carries fractions over, of which a limit on units makes ever smaller ones",
    ),
    (
        lambda: club(carrying(points(1).per(7, basis=Basis(tax=Taxes.WITHOUT)))),
        ProgramError,
        "carries fractions over, of which a rate with or without tax makes ever smaller ones",
    ),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG)
def test_what_cannot_be_carried_over_is_refused(
    wrong: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert message in str(caught.value)


def test_an_account_with_a_fraction_still_quotes_and_closes() -> None:
    desk = Desk(carrying())
    desk.buy("o1", 0, "6")
    quote = desk.engine.quote(desk.account, Basket([line(price="1")]), day(1))
    assert [each.points for each in quote.points] == [1]
    desk.tell(Closure("c", day(1), member="ana", reason="asked"))
    assert left(desk) == Fraction(6, 7)
