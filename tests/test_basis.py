"""Basis: which amount a rate reads, when it is bought and when part of it comes back."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from desk import Desk, club, day, line
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Basis,
    Coupon,
    DefinitionError,
    Discounts,
    Earning,
    EventError,
    Factor,
    LoyaltyError,
    MisuseError,
    OnReturn,
    OpeningBalance,
    OpeningLot,
    PaidIn,
    ProgramError,
    Purchase,
    Redeeming,
    RoundingScope,
    Rule,
    Shipping,
    Tax,
    Taxes,
    UnknownFactError,
    amount_off,
    banded,
    basket,
    item,
    percent_off,
    points,
)
from loyaltykit.readings import Readings
from loyaltykit.testing import earnings, readings
from loyaltykit.worth import spread, worth

BEFORE, SHIPPED = Basis(discounts=Discounts.BEFORE), Basis(shipping=True)
NET, GROSS = Basis(tax=Taxes.WITHOUT), Basis(tax=Taxes.WITH)
CREDIT, ANYHOW = Basis(paid=PaidIn.CREDIT), Basis(paid=PaidIn.ANYTHING)


def rule(earning: Earning, **how: Any) -> Rule:
    return Rule("r", Purchase, then=Accrue(earning, **how))


def per_euro(basis: Basis, **how: Any) -> Earning:
    return points(1).per(1, basis=basis, **how)


def order(basis: Basis, **how: Any) -> Desk:
    """An order of 100.00 and 20.00, where 4.00 are off the second line and a tenth by coupon.

    300 points and 1000 of credit pay part of it; shipping is 12.00. The first line contains 20.00
    of tax, on the second 4.00 come on top.
    """
    desk = Desk(
        rule(per_euro(basis), **how),
        coupons=[Coupon("TEN", percent_off(10), public=True)],
        redeeming=[Redeeming("points", points=100, worth=1)],
    )
    brought = [OpeningLot(300, day(-9)), OpeningLot(1000, day(-9), purse="credit")]
    desk.tell(OpeningBalance("b", day(-1), member="ana", lots=brought))
    desk.buy(
        "o1",
        0,
        line("1", "100", tax="20"),
        line("2", "10", 2, discount="4", tax=Tax(4, on_top=True)),
        coupons=["TEN"],
        spend={"points": 300, "credit": 1000},
        shipping=Shipping("12", tax=2),
    )
    return desk


# 116.00 after the shop's discount, 104.40 after the coupon: 90.00 and 14.40. Points pay 3.00 and
# credit 10.00 of it: 11.21 and 1.79 by largest remainder, of which credit 8.62 and 1.38.
@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (Basis(), 91),
        (BEFORE, 107),  # 120 less 13
        (SHIPPED, 103),  # 91.40 and 12
        (ANYHOW, 104),
        (CREDIT, 101),  # 91.40 and 10
        (NET, 75),  # 78.79 less a fifth, and 12.61
        (GROSS, 94),  # 78.79, and 12.61 and a quarter
        (Basis(tax=Taxes.WITHOUT, shipping=True), 85),  # 75.642 and 10
        (Basis(tax=Taxes.WITH, shipping=True), 106),  # 94.5525 and 12
        (Basis(discounts=Discounts.BEFORE, paid=PaidIn.ANYTHING), 120),
        (
            Basis(
                discounts=Discounts.BEFORE, tax=Taxes.WITHOUT, paid=PaidIn.ANYTHING, shipping=True
            ),
            110,  # 80, 20 and 10
        ),
    ],
    ids=str,
)
def test_one_order_read_in_every_way(basis: Basis, expected: int) -> None:
    assert order(basis).has(0)[0] == expected


@pytest.mark.parametrize("basis", [Basis(), BEFORE, SHIPPED, ANYHOW, CREDIT, NET, GROSS], ids=str)
@pytest.mark.parametrize("on_return", OnReturn)
def test_parts_of_a_return_in_any_order_keep_what_the_whole_keeps(
    basis: Basis, on_return: OnReturn
) -> None:
    kept = set()
    pieces = [{"1": 1}, {"2": 1}]
    for parts in ([{"1": 1, "2": 1}], *permutations(pieces)):
        desk = order(basis, on_return=on_return)
        for number, part in enumerate(parts):
            desk.back(f"r{number}", 1, "o1", part)
        kept.add((desk.has(1), desk.has(1, "credit")))
    assert len(kept) == 1


def test_shipping_stays_earned_until_the_whole_order_came_back() -> None:
    for on_return in (OnReturn.REEVALUATE, OnReturn.PER_ITEM):
        desk = Desk(rule(per_euro(SHIPPED), on_return=on_return))
        desk.buy("o1", 0, line("1", "30"), line("2", "20"), shipping="6")
        assert desk.has(0) == (56, 0, 0)
        desk.back("r1", 1, "o1", {"1": 1})
        assert desk.has(1) == (26, 0, 0)
        desk.back("r2", 1, "o1")
        assert desk.has(1) == (0, 0, 0)


def test_per_item_what_shipping_earned_is_of_no_line() -> None:
    capped = per_euro(SHIPPED).cap(28)
    desk = Desk(rule(capped, on_return=OnReturn.PER_ITEM))
    desk.buy("o1", 0, line("1", "30"), line("2", "20"), shipping="6")
    # 28 over 28, 20 and 6 that each alone would earn: 14.5, 10.4 and 3.1
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (13, 0, 0)


def test_the_basis_before_discounts_does_not_shrink_when_a_coupon_is_used() -> None:
    for basis, expected in ((BEFORE, 50), (Basis(), 45)):
        desk = Desk(rule(per_euro(basis)), coupons=[Coupon("FIVE", amount_off(5), public=True)])
        desk.buy("o1", 0, "50", coupons=["FIVE"])
        assert desk.has(0) == (expected, 0, 0)


def test_full_amounts_and_bands_read_their_basis_too() -> None:
    for earning, expected in (
        (points(1).per_whole(10, basis=SHIPPED), 5),
        (points(1).per_whole(10), 4),
        (banded({50: points(7)}, basis=SHIPPED), 7),
        (banded({50: points(7)}), 0),
    ):
        desk = Desk(rule(earning))
        desk.buy("o1", 0, "49", shipping="1")
        assert desk.has(0) == (expected, 0, 0)


def test_shipping_counts_whichever_lines_are_taken_and_by_the_factors_of_no_line() -> None:
    tea = item.category.is_("tea")
    for earning, expected in (
        (per_euro(SHIPPED, of=tea), 16),
        (per_euro(SHIPPED, of=~tea), 26),
        (per_euro(SHIPPED).times(Factor(2, of=tea)), 46),
        (per_euro(SHIPPED).times(Factor(2)), 72),
    ):
        desk = Desk(rule(earning))
        desk.buy("o1", 0, line("1", "10", category="tea"), line("2", "20"), shipping="6")
        assert desk.has(0) == (expected, 0, 0)


def test_tax_shrinks_with_what_a_coupon_takes_off() -> None:
    desk = Desk(rule(per_euro(NET)), coupons=[Coupon("HALF", percent_off(50), public=True)])
    desk.buy("o1", 0, line("1", "119", tax="19"), coupons=["HALF"])
    assert desk.has(0) == (50, 0, 0)


@given(earnings(taxed=True), readings())
def test_lines_and_shipping_are_together_what_a_rate_reads(
    earning: Earning, world: Readings
) -> None:
    lines, rest = spread(earning, world)
    assert sum(lines, rest) == worth(earning, world) >= 0


BASES = st.builds(
    Basis,
    discounts=st.sampled_from(Discounts),
    tax=st.sampled_from(Taxes),
    shipping=st.booleans(),
    paid=st.sampled_from(PaidIn),
)


@given(BASES, readings())
def test_more_of_an_order_is_never_worth_less(basis: Basis, world: Readings) -> None:
    def of(**how: Any) -> Fraction:
        given_so = {each: getattr(basis, each) for each in ("discounts", "tax", "shipping", "paid")}
        return worth(per_euro(Basis(**(given_so | how))), world)

    assert of(discounts=Discounts.BEFORE) >= of(discounts=Discounts.AFTER)
    assert of(tax=Taxes.WITH) >= of(tax=Taxes.AS_GIVEN) >= of(tax=Taxes.WITHOUT) >= 0
    assert of(shipping=True) >= of(shipping=False)
    assert of(paid=PaidIn.ANYTHING) >= of(paid=PaidIn.CREDIT) >= of(paid=PaidIn.MONEY)


# --- what is refused

WRONG: list[tuple[Callable[[], object], type[LoyaltyError], str]] = [
    (lambda: Basis(tax=True), MisuseError, "tax must be a Taxes such as Taxes.WITHOUT"),  # type: ignore[arg-type]
    (lambda: Basis(discounts="after"), MisuseError, "discounts must be Discounts.AFTER or"),  # type: ignore[arg-type]
    (lambda: Basis(paid=None), MisuseError, "paid must be a PaidIn such as PaidIn.ANYTHING"),  # type: ignore[arg-type]
    (lambda: Basis(shipping=1), MisuseError, "shipping must be True or False"),  # type: ignore[arg-type]
    (lambda: points(1).per(1, basis="net"), MisuseError, "basis must be a Basis such as"),  # type: ignore[arg-type]
    (
        lambda: banded({0: points(1).per(1, basis=NET)}),
        DefinitionError,
        "all bands take the same lines and",
    ),
    (lambda: Tax(-1), DefinitionError, "a tax: write a number that is at least 0"),
    (lambda: Tax(1.9), MisuseError, "a tax: write a whole number, text such as"),  # type: ignore[arg-type]
    (lambda: Tax(1, on_top="yes"), MisuseError, "on_top must be True or False"),  # type: ignore[arg-type]
    (lambda: Shipping(-1), DefinitionError, "the price of shipping: write a number that is at"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG)
def test_what_is_no_basis_or_tax_is_refused_with_what_to_write(
    wrong: Callable[[], object], error: type[LoyaltyError], message: str
) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("bought", "shipping", "missing"),
    [
        ([line("1", "9", tax=1), line("2", "5")], "0", "line '2' of 'o1' does not say what its"),
        ([line("1", "9", tax=1)], "3", "shipping of 'o1' does not say what its tax is"),
    ],
)
def test_a_tax_that_a_rule_needs_has_to_be_stated(
    bought: list[Any], shipping: str, missing: str
) -> None:
    basis = Basis(tax=Taxes.WITHOUT, shipping=True)
    never = Rule("never", Purchase, when=basket.spend >= 900, then=Accrue(per_euro(basis)))
    with pytest.raises(UnknownFactError) as caught:
        Desk(never).buy("o1", 0, *bought, shipping=shipping)
    assert f"'never' earns with or without tax, and {missing}" in str(caught.value)
    Desk(rule(per_euro(Basis()))).buy("o1", 0, *bought, shipping=shipping)


def test_shipping_that_costs_nothing_has_no_tax_to_state() -> None:
    desk = Desk(rule(per_euro(Basis(tax=Taxes.WITHOUT, shipping=True))))
    desk.buy("o1", 0, line("1", "9", tax=0))
    assert desk.has(0) == (9, 0, 0)


@pytest.mark.parametrize(
    ("bought", "message"),
    [
        (line("1", "9", tax="9.01"), "line '1' of 'o1': the tax exceeds the price"),
        (line("1", "9", discount="9", tax=Tax(1, on_top=True)), "the tax exceeds the price"),
    ],
)
def test_a_tax_that_cannot_be_is_an_error(bought: Any, message: str) -> None:
    with pytest.raises(EventError, match=message):
        Desk(rule(per_euro(Basis()))).buy("o1", 0, bought)


def test_a_tax_has_the_decimals_of_the_currency() -> None:
    with pytest.raises(DefinitionError, match="the tax of line '1' of 'o1': EUR has 2 decimals"):
        Desk(rule(per_euro(Basis()))).buy("o1", 0, line("1", "9", tax="0.001"))


def test_a_tax_on_top_may_be_more_than_the_price() -> None:
    desk = Desk(rule(per_euro(GROSS)))
    desk.buy("o1", 0, line("1", "9", tax=Tax(10, on_top=True)))
    assert desk.has(0) == (19, 0, 0)


def test_shipping_is_of_no_line_and_so_never_rounded_by_line() -> None:
    with pytest.raises(ProgramError, match="rounds by line, but shipping is not of single lines"):
        club(rule(per_euro(SHIPPED), scope=RoundingScope.LINE))


def test_shipping_is_no_part_of_what_is_payable_or_spent() -> None:
    desk = Desk(rule(per_euro(SHIPPED)))
    decision = desk.buy("o1", 0, "10", shipping="5", paid="10")
    assert not decision.refusals
    assert desk.account.count("spend", day(0)) == 1000
    assert Decimal(5) == Shipping("5").amount
