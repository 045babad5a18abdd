"""Cases of earning from the field and from published programmes, said with what names them.

Each docstring begins with the ids of what it restates. What these cases say in other words, and the
cases of other groups, stand in test_cases.
"""

from typing import Any

import pytest
from desk import Desk, day, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Banding,
    Basis,
    Combine,
    Coupon,
    Earning,
    Factor,
    Line,
    OnReturn,
    OpeningBalance,
    OpeningLot,
    PaidIn,
    Purchase,
    Purse,
    Redeeming,
    Rounding,
    RoundingScope,
    Rule,
    Shortfall,
    Tier,
    Tiers,
    banded,
    basket,
    best_of,
    first_of,
    item,
    member,
    money_spent,
    percent_off,
    points,
)

base = points(1).per(1)
delivered = Basis(shipping=True)
four = points(4).per(1, basis=delivered)
red, blue = item.tags.has("red"), item.tags.has("blue")
size, orange = item.tags.has("size"), item.tags.has("orange")


def rule(earning: Earning, **how: Any) -> Rule:
    return Rule("earn", Purchase, then=Accrue(earning, **how))


def earned(earning: Earning, *lines: Line | str, **rest: Any) -> int:
    """What one order earns."""
    desk = Desk(rule(earning))
    desk.buy("o1", 0, *lines, **rest)
    return desk.has(0)[0]


def of_152(earning: Earning) -> int:
    """What red for 12, blue for 100 and a delivery for 40 earn."""
    return earned(
        earning,
        Line("1", "123", price=12, tags=["red"]),
        Line("2", "000", price=100, tags=["blue"]),
        shipping="40",
    )


@pytest.mark.parametrize(
    ("earning", "expected"),
    [(points(3).per_whole(1), 57), (points(3).per(1), 59)],
)
def test_the_floor_is_of_units_of_money_or_of_points(earning: Earning, expected: int) -> None:
    """G02."""
    assert earned(earning, "19.99") == expected


def test_a_fixed_number_for_each_unit_that_matches() -> None:
    """G04."""
    for units in (1, 3):
        assert earned(points(100).per_unit(), line("1", "5", units)) == 100 * units


def test_what_excludes_the_others_counts_alone_by_its_place_and_not_by_its_worth() -> None:
    """G06."""
    assert earned(first_of(points(100), base), "19.99") == 100
    assert earned(first_of(points(200), points(50)), "19.99") == 200
    assert earned(first_of(points(5), points(50)), "19.99") == 5


@pytest.mark.parametrize(
    ("earning", "expected"),
    [
        (four, 608),
        (points(4).per(1, of=~item.sku.is_("000"), basis=delivered), 208),
        (points(4).per(1, of=~red, basis=delivered), 560),
        (points(4).per(1, of=red), 48),
        (points(4).per(1, of=~red), 400),
        (four.when(basket.spend >= 100), 608),
        (four.when(basket.spend >= 300), 0),
    ],
)
def test_four_points_a_euro_with_delivery_and_without(earning: Earning, expected: int) -> None:
    """G14."""
    assert of_152(earning) == expected


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ([Factor(3, of=item.sku.is_("123") | red)], 704),  # what matches twice counts once
        ([Factor(3, of=red), Factor(6, of=blue)], 2704),
        ([Factor(0, of=red), Factor(2, of=blue), Factor(2, of=size)], 960),
        ([Factor(0, of=red), Factor(0, of=blue)], 160),
        ([Factor(2, of=blue), Factor(3, of=orange)], 1008),
    ],
)
def test_multipliers_by_the_label_of_a_line_leave_the_delivery_alone(
    factors: list[Factor], expected: int
) -> None:
    """G16."""
    for combine in Combine:
        assert of_152(four.times(*factors, combine=combine)) == expected


def test_only_a_rule_that_is_executed_stops_the_others() -> None:
    """G18: two rules of four a euro; then two that stop, and one that stops but does not match."""
    all_of_it = points(1).per(1, basis=delivered)
    assert of_152(four + four) == 1216
    assert of_152(first_of(all_of_it * 2, all_of_it * 3)) == 304
    unmatched = (all_of_it * 2).when(basket.spend >= 5_000)
    assert of_152(first_of(unmatched, all_of_it * 3)) == 456


def test_points_are_for_what_is_paid() -> None:
    """G20: 90; a rate that reads the price before discounts says so."""
    coupons = [Coupon("TEN", percent_off(10), public=True)]
    desk = Desk(rule(base), coupons=coupons)
    desk.buy("o1", 0, "100", coupons=["TEN"])
    assert desk.has(0) == (90, 0, 0)


@pytest.mark.parametrize(
    ("paid", "credit", "expected"),
    [
        (PaidIn.CREDIT, 1000, 100),
        (PaidIn.CREDIT, 5000, 100),
        (PaidIn.ANYTHING, 5000, 100),
        (PaidIn.MONEY, 1000, 90),
        (PaidIn.MONEY, 5000, 50),
    ],
)
def test_a_wallet_and_a_gift_card_are_payment(paid: PaidIn, credit: int, expected: int) -> None:
    """G22: payment lowers the basis only where the programme says so, as it does by default."""
    desk = Desk(rule(points(1).per(1, basis=Basis(paid=paid))))
    lots = [OpeningLot(credit, day(-1), purse="credit")]
    desk.tell(OpeningBalance("b", day(0), member="ana", lots=lots))
    desk.buy("o1", 0, "100", spend={"credit": credit})
    assert desk.has(0) == (expected, 0, 0)


@pytest.mark.parametrize(
    ("invoice", "expected"),
    [("196000", 196), ("20000", 0), ("99999.99", 0), ("100000", 100), ("300000", 333)],
)
def test_the_rate_of_the_highest_tier_that_is_reached_applies_to_the_whole(
    invoice: str, expected: int
) -> None:
    """G24."""
    rates = {100_000: points(1).per(1000), 300_000: points(1).per(900)}
    assert earned(banded(rates, banding=Banding.WHOLE), invoice) == expected


def test_a_reward_line_earns_nothing() -> None:
    """G26: five bought, and a sixth that five points pay for; nothing is left, and nothing more."""
    for paid, expected in ((PaidIn.MONEY, 0), (PaidIn.CREDIT, 0), (PaidIn.ANYTHING, 1)):
        desk = Desk(
            rule(points(1).per(3, basis=Basis(paid=paid))),
            redeeming=[Redeeming("points", points=5, worth=3)],
        )
        desk.buy("o1", 0, line("1", "3", 5))
        desk.buy("o2", 0, line("1", "3"), spend={"points": 5})
        assert desk.has(0) == (expected, 0, 0)


def test_a_part_of_a_unit_of_money_earns_nothing_whatever_was_taken_off() -> None:
    """earn-01: 500.80 are paid after the shop's own discount and a coupon of a fifth."""
    for discount, coupons in (("0", []), ("125.20", ["FIFTH"])):
        price = "500.80" if not coupons else "751.20"
        desk = Desk(
            rule(base), coupons=[Coupon("FIFTH", percent_off(20), public=True)], currency="CNY"
        )
        desk.buy("o1", 0, line("1", price, discount=discount), coupons=coupons)
        assert desk.has(0) == (500, 0, 0)


@pytest.mark.parametrize(("price", "expected"), [("7.49", 7), ("7.50", 8)])
@pytest.mark.parametrize("scope", RoundingScope)
def test_half_a_point_and_more_is_a_point(price: str, expected: int, scope: RoundingScope) -> None:
    """earn-04."""
    desk = Desk(rule(base, rounding=Rounding.HALF_UP, scope=scope))
    desk.buy("o1", 0, price)
    assert desk.has(0) == (expected, 0, 0)


@pytest.mark.parametrize(
    ("brand", "tier", "expected"),
    [
        ("standard", "gold", 11_100),  # base 6000, elite 1500, card 3600
        ("standard", "none", 9_600),
        ("standard", "platinum", 12_600),
        ("residence", "gold", 7_350),  # 3000, 750 and 3600
        ("apartments", "titanium", 6_225),  # 1500, 1125 and 3600
    ],
)
def test_an_elite_percentage_is_on_base_points_alone(brand: str, tier: str, expected: int) -> None:
    """earn-07."""
    nights = (
        points(10).per(1, of=item.brand.is_("standard"))
        + points(5).per(1, of=item.brand.is_("residence"))
        + points("2.5").per(1, of=item.brand.is_("apartments"))
    )
    elite = nights.times(
        Factor("1.10", when=member.tier.is_("silver")),
        Factor("1.25", when=member.tier.is_("gold")),
        Factor("1.50", when=member.tier.is_("platinum")),
        Factor("1.75", when=member.tier.is_("titanium")),
        combine=Combine.FIRST,
    )
    ladder = [Tier(name, n) for n, name in enumerate(("none", "silver", "gold", "platinum"))]
    ladder.append(Tier("titanium", 4))
    desk = Desk(
        rule(elite + points(6).per(1)),
        tiers=Tiers(ladder, metric=money_spent),
        currency="USD",
    )
    known = {"none": 0, "silver": 1, "gold": 2, "platinum": 3, "titanium": 4}[tier]
    if known:
        desk.buy("before", -1, str(known))
    before = desk.has(-1)[0]
    desk.buy("stay", 0, line("1", "200", 3, brand=brand))
    assert desk.has(0)[0] - before == expected


def test_a_multiplier_of_a_tier_takes_effect_on_the_next_order() -> None:
    """earn-10: 20 on the order that reaches gold, 30 for the next 15, 40 for the next 20."""
    ladder = Tiers([Tier("base", 0), Tier("gold", 20)], metric=money_spent)
    desk = Desk(rule(base.times(Factor(2, when=member.tier >= "gold"))), tiers=ladder)
    for number, (price, total) in enumerate((("20", 20), ("15", 50), ("20", 90))):
        desk.buy(f"o{number}", number, price)
        assert desk.has(number) == (total, 0, 0)


@pytest.mark.parametrize(
    "strategy", [OnReturn.REEVALUATE, OnReturn.PRO_RATA, OnReturn.PER_ITEM], ids=str
)
def test_a_refund_takes_the_points_of_what_came_back(strategy: OnReturn) -> None:
    """earn-13: 100 earned; all refunded, 100 taken; 75 refunded, 25 kept."""
    for back, left in ((None, 0), ({"1": 1}, 25)):
        desk = Desk(rule(base, on_return=strategy))
        desk.buy("o1", 0, line("1", "75"), line("2", "25"))
        desk.back("r1", 1, "o1", back)
        assert desk.has(1) == (left, 0, 0)


def test_after_a_reward_the_balance_may_be_owed_and_an_exchange_adds_or_takes() -> None:
    """earn-16."""
    desk = Desk(rule(base), purses=[Purse("points", shortfall=Shortfall.DEBT)])
    desk.buy("o1", 0, "100")
    desk.spend("reward", 1, 100)
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (0, 0, 100)
    for price, expected in (("60", 60), ("130", 130)):
        shop = Desk(rule(base))
        shop.buy("o1", 0, "100")
        shop.back("r1", 1, "o1")
        shop.buy("o2", 1, price)
        assert shop.has(1) == (expected, 0, 0)


def test_one_point_a_euro_or_one_for_two() -> None:
    """earn-19."""
    assert earned(base, "20") == 20
    assert earned(points(1).per_whole(2), "20") == 10


# --- more is never less ------------------------------------------------------------------------

COFFEE = item.category.is_("coffee")
LEAST = st.sampled_from((5, 20, 50)).map(lambda least: basket.spend >= least)
OF = st.sampled_from((None, COFFEE))
RATE = st.sampled_from((points(1), points("0.7"), points(3)))
RISING = st.sampled_from(
    (
        {0: points(1).per(1), 20: points(2).per(1)},
        {10: points(5), 30: points(1).per_whole(3)},
        {0: points(3).per(1), 20: points(1).per(1)},  # marginal bands may fall
    )
)
GROWING: st.SearchStrategy[Earning] = st.recursive(
    st.one_of(
        RATE,
        st.builds(lambda rate, of: rate.per(1, of=of), RATE, OF),
        st.builds(lambda rate, of: rate.per_whole(7, of=of), RATE, OF),
        st.builds(lambda rate, of: rate.per_unit(of=of), RATE, OF),
        st.builds(lambda rate, of: rate.per_line(of=of), RATE, OF),
        st.builds(lambda rate: rate.each(basket.spend, per=3, fallback=0), RATE),
        st.builds(lambda bands, of: banded(bands, of=of), RISING, OF),
    ),
    lambda inner: st.one_of(
        st.builds(lambda one, other: one + other, inner, inner),
        st.builds(best_of, inner, inner),
        st.builds(lambda one: one * "1.5", inner),
        st.builds(lambda one: one.cap(60), inner),
        st.builds(lambda one, least: one.when(least), inner, LEAST),
        st.builds(
            lambda one, least, combine: one.times(
                Factor(2, when=least), Factor("1.5"), combine=combine
            ),
            inner,
            LEAST,
            st.sampled_from((Combine.COMPOUND, Combine.ADD, Combine.BEST)),
        ),
    ),
    max_leaves=4,
)
CENTS = st.integers(0, 9_000)


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


@given(GROWING, st.sampled_from(Rounding), CENTS, CENTS, CENTS)
def test_spending_more_never_earns_fewer_points(
    earning: Earning, rounding: Rounding, tea: int, coffee: int, more: int
) -> None:
    """Where nothing is excluded, negated or bounded from above."""
    found = []
    for dearer in (0, more):
        desk = Desk(rule(earning, rounding=rounding))
        desk.buy(
            "o1",
            0,
            line("1", euros(tea), category="tea"),
            line("2", euros(coffee + dearer), category="coffee"),
        )
        found.append(desk.has(0)[0])
    assert found[0] <= found[1]


@given(GROWING, CENTS, CENTS)
def test_a_line_more_never_earns_fewer_points(earning: Earning, tea: int, coffee: int) -> None:
    alone = earned(earning, line("1", euros(tea), category="tea"))
    both = earned(
        earning,
        line("1", euros(tea), category="tea"),
        line("2", euros(coffee), category="coffee"),
    )
    assert alone <= both


def test_whole_bands_and_the_first_that_applies_may_earn_less_for_more() -> None:
    falling = banded({0: points(3).per(1), 20: points(1).per(1)}, banding=Banding.WHOLE)
    assert (earned(falling, "19"), earned(falling, "20")) == (57, 20)
    first = first_of(points(1).when(basket.spend >= 20), points(9))
    assert (earned(first, "19"), earned(first, "20")) == (9, 1)
