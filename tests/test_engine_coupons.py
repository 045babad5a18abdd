"""Coupons by example: eligibility, the best of several codes, use, limits, claims, expiry (P13)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from desk import Desk, day, line, refused, said
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Claim,
    Coupon,
    CouponPresentation,
    Decision,
    Enrolment,
    Issue,
    Purchase,
    Refusal,
    RefusalCode,
    Rule,
    Status,
    amount_off,
    basket,
    days,
    item,
    once,
    per_month,
    percent_off,
)
from loyaltykit.effects import CouponExpired, CouponPresented, CouponUsed, Denied

FIVER = Coupon("FIVER", amount_off(5), valid=days(14), when=basket.spend >= 20)
TENTH = Coupon("TENTH", percent_off(10), public=True)
CAKE = Coupon("CAKE", amount_off(100, of=item.category.is_("cake")), public=True)
FEW = Coupon("FEW", amount_off(3), total=2, public=True)
ONCE = Coupon("ONCE", amount_off(4), limit=once(), public=True)
welcome = Rule("welcome", Enrolment, then=Issue(FIVER))


def desk(*coupons: Coupon) -> Desk:
    """A member who holds a FIVER from day 0."""
    found = Desk(welcome, coupons=coupons)
    found.join(0)
    return found


def held(found: Desk) -> list[str]:
    return [coupon.coupon for coupon in found.account.coupons.values()]


def used(decision: Decision) -> dict[str, int]:
    """What the coupon that was used took off each line, in cents."""
    [effect] = [effect for effect in decision.effects if isinstance(effect, CouponUsed)]
    return dict(effect.discount)


def test_a_coupon_is_spread_over_the_lines_and_used_up() -> None:
    ana = desk()
    [code] = ana.account.coupons
    decision = ana.buy("o1", 1, line("1", "10"), line("2", "20"), coupons=[code], paid="25")
    assert used(decision) == {"1": 167, "2": 333}
    assert ana.account.records["o1"].kept_net == 2500
    assert held(ana) == []
    again = ana.buy("o2", 2, "40", coupons=[code])
    assert again.refusals == (Refusal(RefusalCode.COUPON_USED, code),)
    assert ana.account.records["o2"].kept_net == 4000


def test_a_coupon_that_does_not_apply_says_what_is_missing_in_numbers_and_is_kept() -> None:
    ana = desk()
    decision = ana.buy("o1", 1, "16.80", coupons=["FIVER"])
    [refusal] = decision.refusals
    assert refusal.code is RefusalCode.COUPON_NOT_APPLICABLE
    assert [(each.fact, each.amount) for each in refusal.missing] == [
        ("basket.spend", Decimal("3.2"))
    ]
    assert decision.status is Status.ACCEPTED
    assert held(ana) == ["FIVER"]


def test_the_condition_reads_the_spend_before_the_coupon() -> None:
    ana = desk()
    assert used(ana.buy("o1", 1, "20", coupons=["FIVER"])) == {"1": 500}


@pytest.mark.parametrize("codes", list(permutations(["FIVER", "TENTH", "CAKE", "NOBODY"])))
def test_the_best_of_several_codes_is_used_whatever_their_order(codes: Sequence[str]) -> None:
    ana = desk(TENTH, CAKE)
    basket_of = (line("1", "30"), line("2", "6", category="cake"))
    decision = ana.buy("o1", 1, *basket_of, coupons=codes)
    assert used(decision) == {"2": 600}  # the cake for nothing beats 5.00 and 3.60
    assert held(ana) == ["FIVER"]
    answers = {each.about: (each.code, each.desired) for each in decision.refusals}
    assert answers == {
        "FIVER": (RefusalCode.COUPON_OUTRANKED, 500),
        "TENTH": (RefusalCode.COUPON_OUTRANKED, 360),
        "NOBODY": (RefusalCode.COUPON_UNKNOWN, None),
    }


def test_a_tie_goes_to_the_programmes_order_then_to_what_runs_out_first() -> None:
    one, two = (Coupon(name, amount_off(2), public=True) for name in ("B", "A"))
    ana = desk(one, two)
    decision = ana.buy("o1", 1, "10", coupons=["A", "B"])
    assert [each.about for each in decision.refusals] == ["A"]
    bob = Desk(Rule("thanks", Enrolment, then=[Issue(FIVER), Issue("FIVER")]), coupons=[FIVER])
    bob.join(0)
    codes = list(bob.account.coupons)
    bob.buy("o1", 1, "30", coupons=codes[::-1])
    assert list(bob.account.coupons) == codes[1:]


def test_a_coupon_without_effect_is_not_used_up() -> None:
    ana = desk(CAKE)
    decision = ana.buy("o1", 1, "10", coupons=["CAKE"])
    assert [each.code for each in decision.refusals] == [RefusalCode.COUPON_WITHOUT_EFFECT]
    free = ana.buy("o2", 2, line(price="0"), coupons=["TENTH"])
    assert [each.code for each in free.refusals] == [RefusalCode.COUPON_UNKNOWN]
    assert held(ana) == ["FIVER"]


def test_the_limit_of_a_member_counts_uses_and_a_full_return_frees_it() -> None:
    ana = desk(ONCE)
    ana.buy("o1", 1, "10", coupons=["ONCE"])
    decision = ana.buy("o2", 2, "10", coupons=["ONCE"])
    [refusal] = decision.refusals
    assert (refusal.code, refusal.about) == (RefusalCode.COUPON_LIMIT, "ONCE")
    assert str(refusal) == "ONCE: coupon-limit; at most 1 time ever, 0 times left"
    ana.back("r1", 3, "o1")
    assert used(ana.buy("o3", 4, "10", coupons=["ONCE"])) == {"1": 400}


def test_a_limit_per_month_is_free_again_on_the_first() -> None:
    monthly = Coupon("MONTHLY", amount_off(1), limit=per_month(1), public=True)
    ana = desk(monthly)
    ana.buy("o1", 30, "10", coupons=["MONTHLY"])
    assert not ana.buy("o2", 30.4, "10", coupons=["MONTHLY"]).claims
    assert ana.account.records["o2"].kept_net == 1000
    ana.buy("o3", 31, "10", coupons=["MONTHLY"])
    assert ana.account.records["o3"].kept_net == 900


def test_a_total_is_a_claim_and_a_denied_one_is_decided_again_without_the_coupon() -> None:
    ana = desk(FEW)
    before = ana.account
    decision = ana.buy("o1", 1, "10", coupons=["FEW"])
    assert decision.claims == (Claim("coupon:FEW", amount=1, limit=2),)
    ana.account = before
    decision = ana.buy("o1", 1, "10", coupons=["FEW"], denied=["coupon:FEW"])
    assert decision.claims == ()
    assert decision.refusals == (Refusal(RefusalCode.COUPON_CLAIM_DENIED, "FEW"),)
    assert [effect.claim for effect in decision.effects if isinstance(effect, Denied)] == [
        "coupon:FEW"
    ]
    assert ana.account.records["o1"].kept_net == 1000


def test_a_denied_best_leaves_the_second_best() -> None:
    ana = desk(TENTH, FEW)
    decision = ana.buy("o1", 1, "20", coupons=["TENTH", "FEW"], denied=["coupon:FEW"])
    assert used(decision) == {"1": 200}


def test_a_coupon_is_given_back_on_a_full_return_while_it_is_valid() -> None:
    ana = desk()
    ana.buy("o1", 1, line("1", "20", 2), coupons=["FIVER"])
    ana.back("r1", 2, "o1", {"1": 1})
    assert held(ana) == []
    ana.back("r2", 3, "o1", {"1": 1})
    assert held(ana) == ["FIVER"]
    ana.buy("o2", 4, "20", coupons=["FIVER"])
    ana.back("r3", 14, "o2")  # it ran out at this very instant
    assert held(ana) == []


def test_a_coupon_that_an_order_brought_is_given_back_as_long_as_that_order_stands() -> None:
    bonus = Rule("bonus", Purchase, when=basket.spend >= 50, then=Issue(FIVER))
    ana = Desk(bonus)
    ana.buy("o1", 0, "50")
    for place, order in enumerate(("o2", "o3")):
        ana.buy(order, 1 + place, "20", coupons=["FIVER"])
        assert held(ana) == []
        ana.back(f"r-{order}", 1 + place, order)
        assert held(ana) == ["FIVER"]


def test_a_coupon_that_a_part_of_its_order_still_earns_keeps_its_use_of_the_limit() -> None:
    bonus = Rule("bonus", Purchase, when=basket.spend >= 50, then=Issue(FIVER), limit=per_month(1))
    ana = Desk(bonus)
    ana.buy("o1", 0, line("1", "50"), line("2", "10"))
    ana.back("r1", 1, "o1", {"2": 1})
    assert held(ana) == ["FIVER"]
    ana.buy("o2", 2, "50")
    assert held(ana) == ["FIVER"]


def test_a_public_coupon_of_a_returned_order_stays_public_and_frees_its_claim() -> None:
    ana = desk(FEW)
    ana.buy("o1", 1, "10", coupons=["FEW"])
    decision = ana.back("r1", 2, "o1")
    assert held(ana) == ["FIVER"]
    assert decision.claims == (Claim("coupon:FEW", amount=-1, limit=2),)


def test_a_coupon_expires_at_its_instant_and_says_so_afterwards() -> None:
    ana = desk()
    [code] = ana.account.coupons
    decision = ana.to(14)
    assert [type(effect) for effect in decision.effects] == [CouponExpired]
    refusal = Refusal(RefusalCode.COUPON_EXPIRED, code)
    assert ana.buy("o1", 14, "40", coupons=[code]).refusals == (refusal,)


def test_a_coupon_is_usable_until_the_instant_before_it_expires() -> None:
    ana = desk()
    ana.buy("o1", 14 - 1 / 86_400, "40", coupons=["FIVER"])
    assert ana.account.records["o1"].kept_net == 3500


def test_presenting_a_public_code_takes_it_in_and_presenting_it_again_does_not() -> None:
    ana = desk(TENTH)
    one = CouponPresentation("p1", day(1), member="ana", code="TENTH")
    decision = ana.tell(one)
    assert sorted(held(ana)) == ["FIVER", "TENTH"]
    [shown] = [each for each in decision.effects if isinstance(each, CouponPresented)]
    assert shown.discount is None
    ana.tell(CouponPresentation("p2", day(2), member="ana", code="TENTH"))
    assert sorted(held(ana)) == ["FIVER", "TENTH"]


@pytest.mark.parametrize(
    ("code", "price", "answer"),
    [
        ("NOBODY", "10", RefusalCode.COUPON_UNKNOWN),
        ("FIVER", "10", RefusalCode.COUPON_NOT_APPLICABLE),
        ("CAKE", "10", RefusalCode.COUPON_WITHOUT_EFFECT),
    ],
)
def test_presenting_a_code_with_a_basket_answers_for_that_basket(
    code: str, price: str, answer: RefusalCode
) -> None:
    event = CouponPresentation("p", day(1), member="ana", code=code, lines=[line(price=price)])
    assert refused(desk(CAKE).tell(event)).code is answer


def test_presenting_a_code_tells_what_it_would_take_off_and_uses_nothing() -> None:
    ana = desk()
    event = CouponPresentation("p", day(1), member="ana", code="FIVER", lines=[line(price="20")])
    [shown] = [each for each in ana.tell(event).effects if isinstance(each, CouponPresented)]
    assert shown.discount == 500
    assert held(ana) == ["FIVER"]


def test_presenting_a_code_whose_limit_is_used_up_is_refused_without_a_basket_too() -> None:
    ana = desk(ONCE)
    ana.buy("o1", 1, "10", coupons=["ONCE"])
    event = CouponPresentation("p", day(2), member="ana", code="ONCE")
    assert refused(ana.tell(event)).code is RefusalCode.COUPON_LIMIT


def test_a_price_that_changed_refuses_the_order_whole() -> None:
    ana = desk()
    decision = ana.buy("o1", 1, "30", coupons=["FIVER"], paid="24.99")
    assert refused(decision) == Refusal(RefusalCode.PRICE_CHANGED, "o1", desired=2499, granted=2500)
    assert "o1" not in ana.account.records
    assert held(ana) == ["FIVER"]
    assert ana.buy("o1", 1, "30", coupons=["FIVER"], paid="25.00").accepted


def test_a_held_coupon_with_the_longest_names_can_be_presented_by_its_code() -> None:
    long = Coupon("C" * 200, amount_off(5))
    ana = Desk(Rule("r" * 200, Enrolment, then=Issue(long)))
    ana.tell(Enrolment("e" * 200, day(0), member="ana"))
    [code] = ana.account.coupons
    assert used(ana.buy("o1", 1, "20", coupons=[code])) == {"1": 500}


@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=4),
    st.permutations(["FIVER", "TENTH", "CAKE", "FEW", "ONCE"]),
)
def test_p13_nothing_falls_below_zero_and_the_order_of_codes_does_not_matter(
    prices: list[int], codes: list[str]
) -> None:
    def bought(these: list[str]) -> dict[str, int]:
        ana = desk(TENTH, CAKE, FEW, ONCE)
        lines = [
            line(str(place), f"{cents // 10}.{cents % 10}", category="cake" if place else None)
            for place, cents in enumerate(prices)
        ]
        ana.buy("o1", 1, *lines, coupons=these)
        return {each.id: each.net for each in ana.account.records["o1"].lines}

    nets = bought(codes)
    assert all(0 <= net <= cents * 10 for net, cents in zip(nets.values(), prices, strict=True))
    assert nets == bought(sorted(codes))


def test_expired_coupons_are_forgotten_after_what_is_remembered() -> None:
    ana = Desk(welcome, remember=days(30))
    ana.join(0)
    [code] = ana.account.coupons
    ana.buy("o1", 43, "40", coupons=[code])
    assert code in ana.account.expired_coupons
    ana.buy("o2", 44 + timedelta(seconds=1) / timedelta(days=1), "40")
    assert not ana.account.expired_coupons


def test_a_coupon_that_is_gone_says_why_by_either_of_its_names() -> None:
    ana = Desk(welcome)
    ana.join(0)
    [code] = ana.account.coupons
    ana.buy("o1", 1, "40", coupons=["FIVER"])
    later = ana.buy("o2", 2, "40", coupons=["FIVER", code])
    assert said(later) == [
        (RefusalCode.COUPON_USED, "FIVER", None, None),
        (RefusalCode.COUPON_USED, code, None, None),
    ]
    bob = Desk(welcome, member="bob")
    bob.join(0)
    [code] = bob.account.coupons
    assert said(bob.buy("o1", 20, "40", coupons=["FIVER", code])) == [
        (RefusalCode.COUPON_EXPIRED, "FIVER", None, None),
        (RefusalCode.COUPON_EXPIRED, code, None, None),
    ]
