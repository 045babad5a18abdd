"""What a return takes back, by strategy and by shortfall policy, with the numbers written out."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from desk import Desk, day, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Activity,
    After,
    Credit,
    Earning,
    Engine,
    OnReturn,
    Program,
    Purchase,
    Purse,
    Rounding,
    Rule,
    Shortfall,
    Tier,
    Tiers,
    basket,
    days,
    item,
    member,
    money_spent,
    per_month,
    points,
    some_item,
    statement,
)
from loyaltykit.lots import Draw
from loyaltykit.movements import Reversed

base = points(1).per(1)
wine = item.category.is_("wine")


def earning(earning: Earning = base, **rest: Any) -> Rule:
    return Rule("earn", Purchase, then=Accrue(earning, **rest))


def drawn(draws: Iterable[Draw]) -> list[tuple[str, int]]:
    """From which lots, and how many points of each."""
    return [(draw.lot.id, draw.points) for draw in draws]


# --- strategies -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "left"),
    [
        (OnReturn.REEVALUATE, [111, 60, 0]),  # 10 + 101, 10 + 50.5
        (OnReturn.PRO_RATA, [101, 50, 0]),  # 120 times 50.50 and 25.25 of 60.00
        (OnReturn.PER_ITEM, [95, 48, 0]),  # shares of 95, 14 and 11; then half of the 95
        (OnReturn.KEEP, [120, 120, 120]),
    ],
)
def test_an_order_comes_back_in_three_parts(strategy: OnReturn, left: list[int]) -> None:
    earned = (points(10) + base + base_on_coffee()).when(basket.spend >= 20)
    desk = Desk(earning(earned, on_return=strategy))
    coffee = line("1", "25.25", 2, category="coffee")
    desk.buy("o1", 0, coffee, line("2", "6.25"), line("3", "3.25"))
    assert desk.has(0) == (120, 0, 0)  # 10 + 60 + 50.5
    kept = []
    for number, part in enumerate(({"2": 1, "3": 1}, {"1": 1}, None)):
        desk.back(f"r{number}", 1 + number, "o1", part)
        kept.append(desk.has(1 + number)[0])
    assert kept == left


def base_on_coffee() -> Earning:
    return points(1).per(1, of=item.category.is_("coffee"))


def test_pro_rata_keeps_the_share_that_is_kept_of_what_was_paid() -> None:
    desk = Desk(earning(on_return=OnReturn.PRO_RATA))
    desk.buy("o1", 0, line("1", "75"), line("2", "25"))
    desk.back("r", 1, "o1", {"1": 1})
    assert desk.has(1) == (25, 0, 0)


def test_pro_rata_never_takes_more_than_was_granted_in_however_many_parts() -> None:
    # 12.00 in three lines earn 7 points: 4.00, 4.00 and 4.00 come back.
    desk = Desk(earning(points(7), on_return=OnReturn.PRO_RATA))
    desk.buy("o1", 0, line("1", "4"), line("2", "4"), line("3", "4"))
    left = []
    for number in (1, 2, 3):
        desk.back(f"r{number}", number, "o1", {str(number): 1})
        left.append(desk.has(number)[0])
    assert left == [4, 2, 0]  # 7 times 2/3, 1/3 and 0, rounded down


def test_pro_rata_of_goods_for_free_goes_by_price_and_then_by_pieces() -> None:
    free = Rule("earn", Purchase, then=Accrue(points(10), on_return=OnReturn.PRO_RATA))
    desk = Desk(free)
    desk.buy("o1", 0, line("1", "30", discount="30"), line("2", "10", discount="10"))
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (2, 0, 0)
    desk.buy("o2", 2, line("1", "0", 4), line("2", "0"))
    desk.back("r2", 3, "o2", {"1": 1})
    assert desk.has(3) == (2 + 8, 0, 0)


def test_per_item_gives_each_line_what_it_alone_would_have_earned() -> None:
    # Coffee earns 2 a euro, the rest 1: 40 + 15 = 55 for the order, and 5 more for its size.
    earned = base + base_on_coffee() + points(5)
    desk = Desk(earning(earned, on_return=OnReturn.PER_ITEM))
    desk.buy("o1", 0, line("1", "10", 2, category="coffee"), line("2", "15"))
    assert desk.has(0) == (60, 0, 0)
    # Alone, line 1 earns 45 and line 2 earns 20: 60 points are shared as 41.54 and 18.46.
    desk.back("r1", 1, "o1", {"2": 1})
    assert desk.has(1) == (42, 0, 0)
    desk.back("r2", 2, "o1", {"1": 1})
    assert desk.has(2) == (21, 0, 0)
    desk.back("r3", 3, "o1", {"1": 1})
    assert desk.has(3) == (0, 0, 0)


def test_what_is_kept_is_rounded_as_the_grant_was() -> None:
    desk = Desk(earning(base * "0.1", rounding=Rounding.CEIL))
    desk.buy("o1", 0, line("1", "15"), line("2", "10"))
    assert desk.has(0) == (3, 0, 0)  # 2.5
    desk.back("r1", 1, "o1", {"2": 1})
    assert desk.has(1) == (2, 0, 0)  # 1.5


@pytest.mark.parametrize(
    ("prices", "left"),
    [
        (("9", "3"), 6),  # 8 points by value, 36 and 12
        (("0", "0"), 4),  # for free: by units, 4 and 4
    ],
)
def test_per_item_shares_what_no_line_earns_alone_by_value_and_else_by_units(
    prices: tuple[str, str], left: int
) -> None:
    earned = points(8).when(some_item(item.category.is_("tea"), count=8))
    desk = Desk(earning(earned, on_return=OnReturn.PER_ITEM))
    tea = [line(str(n), price, 4, category="tea") for n, price in enumerate(prices)]
    desk.buy("o1", 0, *tea)
    desk.back("r1", 1, "o1", {"1": 4})
    assert desk.has(1) == (left, 0, 0)


def test_per_item_never_asks_the_condition_of_the_rule_again() -> None:
    for strategy, left in ((OnReturn.PER_ITEM, 30), (OnReturn.REEVALUATE, 0)):
        rule = Rule(
            "earn",
            Purchase,
            when=basket.spend >= 50,
            then=Accrue(base, on_return=strategy),
        )
        desk = Desk(rule)
        desk.buy("o1", 0, line("1", "30"), line("2", "30"))
        desk.back("r", 1, "o1", {"1": 1})
        assert desk.has(1) == (left, 0, 0)


def test_what_is_kept_whatever_comes_back_is_kept_after_a_full_return() -> None:
    rule = Rule(
        "earn",
        Purchase,
        then=[Accrue(points(5), on_return=OnReturn.KEEP), Credit(3), Accrue(base)],
        limit=per_month(1),
    )
    desk = Desk(rule)
    desk.buy("o1", 0, "20")
    desk.back("r", 1, "o1")
    assert (desk.has(1), desk.has(1, "credit")) == ((5, 0, 0), (0, 0, 0))
    desk.buy("o2", 2, "20")  # the use of the limit is kept, too
    assert desk.has(2) == (5, 0, 0)


def test_credit_comes_back_by_its_strategy() -> None:
    rule = Rule("earn", Purchase, then=Credit("9.99", on_return=OnReturn.PRO_RATA))
    desk = Desk(rule)
    desk.buy("o1", 0, line("1", "10"), line("2", "20"))
    desk.back("r", 1, "o1", {"1": 1})
    assert desk.has(1, "credit") == (666, 0, 0)


def test_a_grant_that_came_later_is_shared_over_what_was_kept_then() -> None:
    rule = Rule("later", After(Purchase, days(10)), then=Accrue(base, on_return=OnReturn.PRO_RATA))
    desk = Desk(rule)
    desk.buy("o1", 0, line("1", "10", 3), line("2", "10"))
    desk.back("r1", 5, "o1", {"1": 2})
    desk.to(10)
    assert desk.has(10) == (20, 0, 0)
    desk.back("r2", 11, "o1", {"2": 1})
    assert desk.has(11) == (10, 0, 0)
    desk.back("r3", 12, "o1")
    assert desk.has(12) == (0, 0, 0)


def test_a_programme_that_is_edited_changes_nothing_about_a_return() -> None:
    desk = Desk(
        earning(on_return=OnReturn.PRO_RATA), purses=[Purse("points", shortfall=Shortfall.BALANCE)]
    )
    desk.buy("o1", 0, line("1", "60"), line("2", "40"))
    desk.spend("s", 1, 70)
    desk.engine = Engine(Program("Club", "EUR", timezone="UTC"))
    desk.back("r", 2, "o1", {"1": 1})
    assert desk.has(2) == (0, 0, 0)


@given(
    st.sampled_from([OnReturn.PRO_RATA, OnReturn.PER_ITEM]),
    st.lists(st.tuples(st.integers(0, 999), st.integers(1, 4)), min_size=1, max_size=4),
    st.integers(0, 400),
    st.sampled_from(Rounding),
    st.data(),
)
def test_what_is_kept_is_what_the_plain_formula_says(
    strategy: OnReturn,
    bought: Sequence[tuple[int, int]],
    granted: int,
    rounding: Rounding,
    data: st.DataObject,
) -> None:
    rule = earning(points(granted), on_return=strategy, rounding=rounding)
    desk = Desk(rule)
    goods = [line(str(n), f"{c // 100}.{c % 100:02}", u) for n, (c, u) in enumerate(bought)]
    desk.buy("o1", 0, *goods)
    back = {str(n): data.draw(st.integers(0, units)) for n, (_, units) in enumerate(bought)}
    parts = [{name: 1} for name, count in back.items() for _ in range(count)]
    for number, part in enumerate(data.draw(st.permutations(parts))):
        desk.back(f"r{number}", 1, "o1", part)
    kept = [units - back[str(n)] for n, (_, units) in enumerate(bought)]
    value = [cents * units for cents, units in bought]
    left = [cents * units for (cents, _), units in zip(bought, kept, strict=True)]
    if strategy is OnReturn.PRO_RATA:
        whole, part_kept = (
            (sum(value), sum(left)) if any(value) else (sum(u for _, u in bought), sum(kept))
        )
        exact = Fraction(granted * part_kept, whole)
        expected = {
            Rounding.FLOOR: floor(exact),
            Rounding.CEIL: -floor(-exact),
            Rounding.HALF_UP: floor(exact + Fraction(1, 2)),
            Rounding.HALF_EVEN: round(exact),
        }[rounding]
    else:
        # Fixed points: every line would have earned them all, so that each has an equal share.
        shares = [granted // len(bought)] * len(bought)
        for place in range(granted - sum(shares)):
            shares[place] += 1
        expected = sum(
            share - share * (units - stays) // units
            for share, (_, units), stays in zip(shares, bought, kept, strict=True)
        )
    assert desk.has(1) == (expected, 0, 0)


# --- shortfalls -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purse", "after_one", "after_all"),
    [
        # 100 points were granted and 70 spent; 60 are to be taken back, then all 100.
        (Purse("points"), (0, 0, 30), (0, 0, 70)),
        (Purse("points", most_debt=50), (0, 0, 30), (0, 0, 50)),
        (Purse("points", most_debt=0), (0, 0, 0), (0, 0, 0)),
        (Purse("points", shortfall=Shortfall.BALANCE), (0, 0, 0), (0, 0, 0)),
        (Purse("points", shortfall=Shortfall.PENDING), (30, 0, 0), (30, 0, 0)),
    ],
)
def test_what_was_spent_is_owed_or_forgiven_as_the_purse_says(
    purse: Purse, after_one: tuple[int, int, int], after_all: tuple[int, int, int]
) -> None:
    desk = Desk(earning(), purses=[purse])
    desk.buy("o1", 0, line("1", "60"), line("2", "40"))
    desk.spend("s", 1, 70)
    desk.back("r1", 2, "o1", {"1": 1})
    assert desk.has(2) == after_one
    desk.back("r2", 2, "o1")
    assert desk.has(2) == after_all


def test_two_grants_of_an_order_owe_together_no_more_than_the_purse_allows() -> None:
    desk = Desk(
        earning(points(30)),
        Rule("twice", Purchase, then=Accrue(points(30))),
        purses=[Purse("points", most_debt=40)],
    )
    desk.buy("o1", 0, "10")
    desk.spend("s", 1, 60)
    desk.back("r1", 2, "o1")  # the first owes 30 and the second 10; 20 are forgiven
    assert desk.has(2) == (0, 0, 40)


def test_a_lot_that_one_grant_has_emptied_is_no_part_of_what_the_next_takes() -> None:
    desk = Desk(
        earning(points(5)),
        Rule("twice", Purchase, then=Accrue(points(5))),
        Rule("visit", Activity, then=Accrue(points(20))),
    )
    desk.buy("o1", 0, "10")
    desk.tell(Activity("a1", day(1), member="ana", kind="visit"))
    desk.spend("s", 2, 8)
    decision = desk.back("r1", 3, "o1")
    taken = [effect for effect in decision.effects if isinstance(effect, Reversed)]
    expected = [[("a1/visit/0", 5)], [("o1/twice/0", 2), ("a1/visit/0", 3)]]
    assert [drawn(each.draws) for each in taken] == expected
    awards = [each for posting in desk.account.records["o1"].postings for each in posting.awards]
    assert [drawn(award.taken) for award in awards] == expected


def test_what_was_forgiven_is_not_taken_from_later_points() -> None:
    desk = Desk(earning(), purses=[Purse("points", shortfall=Shortfall.BALANCE)])
    desk.buy("o1", 0, line("1", "60"), line("2", "40"))
    desk.spend("s", 1, 70)
    decision = desk.back("r1", 2, "o1", {"1": 1})  # 30 are taken, 30 forgiven
    [taken] = [effect for effect in decision.effects if isinstance(effect, Reversed)]
    assert (sum(draw.points for draw in taken.draws), taken.debt, taken.forgiven) == (30, 0, 30)
    [entry] = [each for each in statement(decision.effects) if each.purse]
    assert entry.text == "Order o1 returned: 30 points taken back, 30 more forgiven"
    assert "earn: 30 points forgiven" in decision.explanation.notes
    desk.buy("o2", 3, "200")
    desk.back("r2", 4, "o1")  # 40 more, and not the 30
    assert desk.has(4) == (160, 0, 0)


def test_pending_points_are_taken_and_those_that_became_available_stay() -> None:
    desk = Desk(earning(pending=days(3)), purses=[Purse("points", shortfall=Shortfall.PENDING)])
    desk.buy("o1", 0, line("1", "60"), line("2", "40"))
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (0, 40, 0)
    desk.back("r2", 5, "o1")
    assert desk.has(5) == (40, 0, 0)


def test_debt_up_to_a_floor_is_repaid_by_the_next_points_and_the_rest_is_forgiven() -> None:
    desk = Desk(earning(), purses=[Purse("points", most_debt=20)])
    for number in (1, 2):
        desk.buy(f"o{number}", 0, "50")
    desk.spend("s", 1, 100)
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (0, 0, 20)
    desk.back("r2", 2, "o2")
    assert desk.has(2) == (0, 0, 20)
    desk.buy("o3", 3, "30")
    assert desk.has(3) == (10, 0, 0)


def test_parts_at_one_instant_forgive_what_the_whole_does() -> None:
    """A part costs a bonus that the next part regains: what was forgiven for it was not."""
    rules = (
        Rule("base", Purchase, then=Accrue(base)),
        Rule("dry", Purchase, when=~some_item(wine), then=Accrue(points(50))),
    )
    accounts = []
    for parts in ([{"1": 1}, {"2": 1}], [{"2": 1}, {"1": 1}], [{"1": 1, "2": 1}]):
        desk = Desk(*rules, purses=[Purse("points", shortfall=Shortfall.BALANCE)])
        desk.buy("o1", 0, line("1", "30"), line("2", "20"), line("3", "25"))
        desk.spend("s", 1, 100)
        for number, part in enumerate(parts):
            desk.back(f"r{number}", 2, "o1", part)
        accounts.append((desk.account.lots, desk.account.records["o1"].postings, desk.has(2)))
    assert accounts[0] == accounts[1] == accounts[2]


# --- what naive formulas fail -----------------------------------------------------------------


def test_a_band_bonus_that_is_lost_stays_lost_and_one_that_is_regained_comes_back() -> None:
    # 10 points from 50.00, 30 from 100.00; wine costs the bonus as long as it is kept.
    bands = Rule(
        "bands",
        Purchase,
        when=~some_item(wine),
        then=Accrue(points(10).when(basket.spend >= 50) + points(20).when(basket.spend >= 100)),
    )
    desk = Desk(bands)
    desk.buy("o1", 0, line("1", "60"), line("2", "50"))
    assert desk.has(0) == (30, 0, 0)
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (10, 0, 0)
    desk.back("r2", 2, "o1")
    assert desk.has(2) == (0, 0, 0)


def test_a_return_after_a_tier_change_is_judged_by_the_tier_of_that_day() -> None:
    tiers = Tiers([Tier("base", 0), Tier("gold", 100)], metric=money_spent)
    gold = Rule("gold", Purchase, when=member.tier >= "gold", then=Accrue(base))
    desk = Desk(gold, tiers=tiers)
    desk.buy("o1", 0, "100")
    desk.buy("o2", 1, line("1", "60"), line("2", "50"))
    assert (desk.account.tier, desk.has(1)) == ("gold", (110, 0, 0))
    desk.back("r1", 2, "o1")
    desk.back("r2", 3, "o2", {"1": 1})
    assert (desk.account.tier, desk.has(3)) == ("base", (50, 0, 0))
