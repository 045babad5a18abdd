"""Cases from the field and from published programmes, with their numbers.

Each docstring begins with the ids of what it restates. COVERED says where every one of them is
tested, or on which page it stands why the default differs and what reproduces it.
"""

import ast
from datetime import date
from pathlib import Path

import pytest
from desk import Desk, club, day, line

from loyaltykit import (
    Accrue,
    Activity,
    Adjustment,
    Condition,
    Coupon,
    DecodeError,
    DefinitionError,
    Earning,
    Engine,
    MisuseError,
    OpeningBalance,
    OpeningLot,
    ProgramError,
    Purchase,
    Purse,
    Redeeming,
    RefusalCode,
    Reward,
    RewardClaim,
    Rounding,
    Rule,
    Status,
    Tier,
    Tiers,
    basket,
    best_of,
    days,
    item,
    loads,
    member,
    money_spent,
    percent_off,
    points,
)
from loyaltykit.effects import Returned
from loyaltykit.movements import Expired
from loyaltykit.questions import Compare
from loyaltykit.vocabulary import Item

base = points(1).per(1)


def earned(rule: Rule, *lines: str, **rest: object) -> int:
    """What one order earns under one rule."""
    desk = Desk(rule)
    desk.buy("o1", 0, *lines, **rest)  # type: ignore[arg-type]
    return desk.has(0)[0]


def rule(earning: object, **rest: object) -> Rule:
    return Rule("earn", Purchase, then=Accrue(earning), **rest)  # type: ignore[arg-type]


# --- earning ----------------------------------------------------------------------------------


def test_three_points_a_euro_or_for_each_whole_euro() -> None:
    """G02."""
    assert earned(rule(points(3).per_whole(1)), "19.99") == 57
    assert earned(rule(points(3).per(1)), "19.99") == 59


def test_a_fixed_number_of_points_for_each_unit_that_matches() -> None:
    """G04."""
    mugs = points(100).per_unit(of=item.category.is_("mug"))
    for units, expected in ((1, 100), (3, 300)):
        desk = Desk(rule(mugs))
        desk.buy("o1", 0, line("1", "5", units, category="mug"), line("2", "9", 4))
        assert desk.has(0) == (expected, 0, 0)


def test_of_rules_that_exclude_each_other_the_best_one_counts() -> None:
    """G06."""
    assert earned(rule(best_of(base, points(100))), "19.99") == 100
    assert earned(rule(best_of(points(50), points(200))), "19.99") == 200


def test_a_rule_that_begins_later_is_skipped_and_the_explanation_tells_rule_from_rule() -> None:
    """G08."""
    desk = Desk(
        Rule("7", Purchase, then=Accrue(base)),
        Rule("9", Purchase, then=Accrue(points(5))),
        Rule("8", Purchase, when=basket.day >= date(2099, 1, 1), then=Accrue(points(99))),
    )
    decision = desk.buy("o1", 0, "19.99")
    told = {
        each.rule: sum(grant.granted or 0 for grant in each.grants)
        for each in decision.explanation.rules
    }
    assert told == {"7": 19, "9": 5, "8": 0}


@pytest.mark.parametrize(("least", "expected"), [("49.99", 7), ("50.00", 7), ("50.01", 0)])
def test_a_threshold_is_inclusive(least: str, expected: int) -> None:
    """G10."""
    assert earned(rule(points(7), when=basket.spend >= least), "50") == expected


def test_what_a_rule_cannot_know_or_say_is_refused_when_it_is_made() -> None:
    """G10, G12: neither is a condition that fails, or holds, by accident."""
    with pytest.raises(ProgramError, match="asks for basket.spend where only an activity is known"):
        club(Rule("visit", Activity, when=basket.spend >= 50, then=Accrue(points(1))))
    with pytest.raises(DecodeError, match="not 'Sometimes'"):
        loads('{"loyaltykit":1,"value":{"is":"Sometimes"}}', Compare)
    with pytest.raises((MisuseError, DefinitionError)):
        rule(points(7), when=basket.spend >= "not-a-number")
    assert earned(rule(points(7)), "0") == 7  # no condition at all


red = item.tags.has("red")
delivery = item.category.is_("delivery")


def order_of_152() -> Purchase:
    return Purchase(
        "o1",
        day(0),
        member="ana",
        lines=[
            line("1", "12", tags=["red", "size"]),
            line("2", "100", tags=["blue"], category="toys"),
            line("3", "40", category="delivery"),
        ],
    )


@pytest.mark.parametrize(
    ("of", "least", "expected"),
    [
        (None, 0, 608),
        (~item.category.is_("toys"), 0, 208),
        (~red, 0, 560),
        (red, 0, 48),
        (~red & ~delivery, 0, 400),
        (None, 100, 608),
        (None, 300, 0),
    ],
)
def test_four_points_a_euro_on_some_lines_from_some_amount(
    of: Condition[Item] | None, least: int, expected: int
) -> None:
    """G14."""
    desk = Desk(rule(points(4).per(1, of=of), when=basket.spend >= least))
    desk.tell(order_of_152())
    assert desk.has(0) == (expected, 0, 0)


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ({"red": 3}, 704),
        ({"red": 3, "blue": 6}, 2704),
        ({"red": 0, "blue": 2}, 960),
        ({"red": 0, "blue": 0}, 160),
        ({"blue": 2, "orange": 3}, 1008),
    ],
)
def test_factors_by_the_tags_of_lines(factors: dict[str, int], expected: int) -> None:
    """G16."""
    tagged = [item.tags.has(tag) for tag in factors]
    others: Condition[Item] = ~tagged[0]
    for each in tagged[1:]:
        others = others & ~each
    earning: Earning = points(4).per(1, of=others)
    for tag, factor in factors.items():
        earning = earning + points(4 * factor).per(1, of=item.tags.has(tag))
    desk = Desk(rule(earning))
    desk.tell(order_of_152())
    assert desk.has(0) == (expected, 0, 0)


def test_points_are_for_what_is_paid_after_a_coupon() -> None:
    """G20."""
    desk = Desk(rule(base), coupons=[Coupon("TEN", percent_off(10), public=True)])
    desk.buy("o1", 0, "100", coupons=["TEN"])
    assert desk.has(0) == (90, 0, 0)


def test_credit_that_pays_for_an_order_earns_nothing_unless_it_was_spent_before() -> None:
    """G22: the default leaves out what is paid in points or credit."""
    for spend, expected in (({"credit": 1000}, 90), ({}, 100)):
        desk = Desk(rule(base))
        brought = [OpeningLot(1000, day(-1), purse="credit")]
        desk.tell(OpeningBalance("b", day(0), member="ana", lots=brought))
        if not spend:
            desk.spend("wallet", 0, 1000, "credit")  # a payment of its own
        desk.buy("o1", 0, "100", spend=spend)
        assert desk.has(0) == (expected, 0, 0)


@pytest.mark.parametrize(("invoice", "expected"), [("196000", 196), ("20000", 0), ("300000", 333)])
def test_the_rate_of_the_highest_band_that_is_reached_holds_for_the_whole_amount(
    invoice: str, expected: int
) -> None:
    """G24."""
    bands = best_of(
        points(1).per_whole(1000).when(basket.spend >= 100_000),
        points(1).per_whole(900).when(basket.spend >= 300_000),
    )
    assert earned(rule(bands), invoice) == expected


def test_a_reward_that_is_claimed_with_an_order_earns_nothing() -> None:
    """G26."""
    desk = Desk(rule(points(1).per_unit()), rewards=[Reward("sixth", 5)])
    desk.buy("o1", 0, line("1", "3", 5))
    desk.tell(RewardClaim("c1", day(0), member="ana", reward="sixth"))
    assert desk.has(0) == (0, 0, 0)


def test_what_is_below_one_unit_of_money_earns_nothing() -> None:
    """earn-01."""
    desk = Desk(rule(base), currency="CNY")
    desk.buy("o1", 0, "500.80")
    assert desk.has(0) == (500, 0, 0)


@pytest.mark.parametrize(("price", "expected"), [("7.49", 7), ("7.50", 8)])
def test_half_a_point_is_rounded_up_where_a_programme_says_so(price: str, expected: int) -> None:
    """earn-04."""
    half_up = Rule("earn", Purchase, then=Accrue(base, rounding=Rounding.HALF_UP))
    assert earned(half_up, price) == expected


def test_an_elite_bonus_is_on_base_points_only() -> None:
    """earn-07: 3 nights at 200, 10 a dollar, a quarter more for gold, 6 a dollar by card."""
    ladder = Tiers([Tier("silver", 0), Tier("gold", 100)], metric=money_spent)
    nights = points(10).per(1)
    by_card = basket.label("pays").is_("card")
    desk = Desk(
        Rule("base", Purchase, then=Accrue(nights)),
        Rule("elite", Purchase, when=member.tier >= "gold", then=Accrue(nights * "0.25")),
        Rule("card", Purchase, when=by_card, then=Accrue(points(6).per(1))),
        tiers=ladder,
        currency="USD",
    )
    desk.buy("before", -1, "100", labels={"pays": "cash"})
    before = desk.has(-1)[0]
    desk.buy("stay", 0, line("1", "200", 3), labels={"pays": "card"})
    assert desk.has(0)[0] - before == 11_100


def test_a_new_multiplier_holds_from_the_next_order_on() -> None:
    """earn-10."""
    ladder = Tiers([Tier("base", 0), Tier("gold", 20)], metric=money_spent)
    doubled = base + base.when(member.tier >= "gold")
    desk = Desk(rule(doubled), tiers=ladder)
    desk.buy("o1", 0, "20")  # reaches gold
    desk.buy("o2", 1, "15")
    assert desk.has(1) == (20 + 30, 0, 0)


def test_points_of_what_came_back_are_taken_and_the_balance_may_be_owed() -> None:
    """earn-13, earn-16."""
    desk = Desk(rule(base))
    desk.buy("o1", 0, line("1", "75"), line("2", "25"))
    desk.back("r1", 1, "o1", {"1": 1})
    assert desk.has(1) == (25, 0, 0)
    desk.spend("reward", 2, 25)
    desk.back("r2", 3, "o1")
    assert desk.has(3) == (0, 0, 25)


def test_a_point_is_a_cent_and_paid_out_from_two_hundred_on() -> None:
    """earn-19."""
    cents = Redeeming("points", points=100, worth=1, minimum=200)
    desk = Desk(rule(base), redeeming=[cents])
    desk.buy("o1", 0, "20")
    assert desk.has(0) == (20, 0, 0)
    decision = desk.buy("o2", 1, "300", spend={"points": 20})
    assert [each.code for each in decision.refusals] == [RefusalCode.REDEMPTION_BELOW_MINIMUM]
    desk.buy("o3", 1, "300")
    desk.buy("o4", 2, "10", spend={"points": 300}, paid="7")


# --- the ledger -------------------------------------------------------------------------------


def granted(*lots: tuple[int, int | None]) -> Desk:
    """Lots of so many points, the nth earned on day n, until a day."""
    desk = Desk()
    for number, (count, until) in enumerate(lots):
        term = None if until is None else days(until - number)
        desk.tell(
            Adjustment(
                f"a{number}", day(number), member="ana", points=count, reason="x", expires=term
            )
        )
    return desk


def left(desk: Desk) -> list[int]:
    return [lot.remaining for lot in desk.account.lots]


def test_the_soonest_to_lapse_is_spent_first_whenever_it_was_earned() -> None:
    """H02."""
    desk = granted((100, 516), (100, 365))
    desk.spend("s", 31, 100)
    assert [(lot.remaining, lot.expires) for lot in desk.account.lots] == [(100, day(516))]


def test_a_debit_drains_lots_in_order() -> None:
    """H04."""
    desk = granted((50, 365), (50, 396))
    desk.spend("s", 2, 70)
    assert left(desk) == [30]


def test_a_deficit_is_paid_by_the_next_points() -> None:
    """H06."""
    desk = Desk(rule(base))
    desk.buy("o1", 0, "80")
    desk.spend("s", 1, 30)
    desk.back("r", 2, "o1")
    assert desk.has(2) == (0, 0, 30)
    desk.buy("o2", 3, "100")
    assert (desk.has(3), left(desk)) == ((70, 0, 0), [70])


@pytest.mark.parametrize(
    ("lots", "spent", "expected", "lapsed"),
    [
        ([(150, 5)], 0, 0, [150]),
        ([(150, 50)], 0, 150, []),
        ([(100, 5), (50, 50)], 0, 50, [100]),
        ([(150, 5)], 150, 0, []),
        ([(150, None)], 0, 150, []),
        ([(150, 5)], 50, 0, [100]),
        ([(100, 5), (60, 6)], 0, 0, [100, 60]),
        ([(150, 10)], 0, 0, [150]),
    ],
)
def test_what_lapses_by_the_tenth_day_lapses_once(
    lots: list[tuple[int, int | None]], spent: int, expected: int, lapsed: list[int]
) -> None:
    """H08: the instant of expiry itself is too late to spend."""
    desk = granted(*lots)
    if spent:
        desk.spend("s", 2, spent)
    decision = desk.to(10)
    gone = [effect.lot.remaining for effect in decision.effects if isinstance(effect, Expired)]
    assert (desk.has(10)[0], gone) == (expected, lapsed)
    assert not desk.to(10).effects


def test_points_are_spent_once_and_never_more_than_there_are() -> None:
    """H10, H12."""
    desk = granted((1000, 20))
    assert desk.spend("s", 1, 300).accepted
    assert desk.spend("s", 1, 300).status is Status.DUPLICATE
    assert desk.has(1) == (700, 0, 0)
    assert desk.spend("s2", 2, 9999).refusals[0].code is RefusalCode.POINTS_INSUFFICIENT
    assert desk.spend("s3", 21, 1).refusals[0].code is RefusalCode.POINTS_INSUFFICIENT


def test_only_whole_multiples_of_a_price_are_spent() -> None:
    """H14: 1.50 for 3 points, with 11 points."""
    desk = granted((11, None))
    desk.engine = Engine(club(redeeming=[Redeeming("points", points=3, worth="1.50", step=3)]))
    decision = desk.buy("o1", 1, "100", spend={"points": 11})
    assert decision.status is Status.REFUSED
    assert desk.buy("o2", 1, "100", spend={"points": 9}, paid="95.50").accepted
    assert desk.has(1) == (2, 0, 0)


def test_half_points_add_up() -> None:
    """H16."""
    desk = Desk(
        purses=[Purse("points", decimals=1)], rewards=[Reward("a", "0.5"), Reward("b", "0.5")]
    )
    desk.tell(Adjustment("x", day(0), member="ana", points=10, reason="one point"))
    for name in ("a", "b"):
        desk.tell(RewardClaim(name, day(1), member="ana", reward=name))
    assert desk.has(1) == (0, 0, 0)


@pytest.mark.parametrize(("spent", "paid"), [(50, "0"), (20, "60")])
def test_a_point_that_is_worth_two_euros(spent: int, paid: str) -> None:
    """H20."""
    desk = granted((50, None))
    desk.engine = Engine(club(redeeming=[Redeeming("points", worth=2)]))
    assert desk.buy("o1", 1, "100", spend={"points": spent}, paid=paid).accepted


@pytest.mark.parametrize(("price", "paid"), [("100", "90"), ("47", "42.30"), ("32", "28.80")])
def test_a_percentage_is_exact_to_the_cent(price: str, paid: str) -> None:
    """H20: other engines round it to whole euros."""
    desk = Desk(coupons=[Coupon("TEN", percent_off(10), public=True)])
    assert desk.buy("o1", 0, price, coupons=["TEN"], paid=paid).accepted


def test_parts_of_a_return_take_what_the_whole_would() -> None:
    """H22: neither more than was earned, nor all of it with the first part."""
    desk = Desk(rule(points(40).when(basket.spend >= 10)))
    desk.buy("o1", 0, line("1", "4"), line("2", "4"), line("3", "4"))
    for number in (1, 2, 3):
        desk.back(f"r{number}", number, "o1", {str(number): 1})
        assert desk.account.purse("points").reversed <= 40
    assert desk.account.purse("points").reversed == 40


def test_a_refund_is_what_was_paid() -> None:
    """H24: 10 pieces at 23.90, a quarter off."""
    desk = Desk(coupons=[Coupon("QUARTER", percent_off(25), public=True)])
    desk.buy("o1", 0, line("1", "23.90", 10), coupons=["QUARTER"], paid="179.25")
    refunds = [
        effect.refund
        for number in range(10)
        for effect in desk.back(f"r{number}", 1, "o1", {"1": 1}).effects
        if isinstance(effect, Returned)
    ]
    assert sum(refunds) == 17_925


def test_a_refund_happens_once() -> None:
    """H26."""
    desk = Desk(rule(base), redeeming=[Redeeming("points", worth=1)])
    desk.tell(Adjustment("x", day(0), member="ana", points=30, reason="start"))
    desk.buy("o1", 1, "100", spend={"points": 30}, paid="70")
    assert desk.has(1) == (70, 0, 0)
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (30, 0, 0)
    assert desk.back("r2", 2, "o1").refusals[0].code is RefusalCode.ORDER_RETURNED
    assert desk.has(2) == (30, 0, 0)


def test_points_never_lapse_without_what_was_spent_of_them() -> None:
    """H28."""
    desk = granted((100, 30))
    desk.spend("s", 1, 60)
    desk.to(30)
    totals = desk.account.purse("points")
    assert (desk.has(30), totals.expired) == ((0, 0, 0), 40)


def test_an_order_that_failed_and_is_completed_again_earns_again_and_once() -> None:
    """H30: what comes back under a new event earns under a new event."""
    desk = Desk(rule(base))
    desk.buy("o1", 0, "50")
    desk.back("failed", 1, "o1")
    desk.buy("o1 again", 2, "50")
    assert desk.buy("o1 again", 2, "50").status is Status.DUPLICATE
    assert desk.has(2) == (50, 0, 0)


# --- which case is where ----------------------------------------------------------------------

COVERED = {
    "G02 G04 G06 G08 G10 G12 G14 G16 G20 G22 G24 G26": "test_cases.py",
    "H02 H04 H06 H08 H10 H12 H14 H16 H20 H22 H24 H26 H28 H30": "test_cases.py",
    "earn-01 earn-04 earn-07 earn-10 earn-13 earn-16 earn-19": "test_cases.py",
    "exp-01 exp-04 exp-07 exp-10 exp-13": "test_engine_purses.py",
    "red-01": "test_redeeming.py",
    "G18": "test_cases_earning.py",
    "H18 ret-02": "../docs/explanation/other-programmes.md",
}
HERE = Path(__file__).parent


def test_every_case_that_is_said_to_be_here_is() -> None:
    tree = ast.parse(Path(__file__).read_text("utf-8"))
    tests = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    said = " ".join(ast.get_docstring(each) or "" for each in tests)
    for ids, place in COVERED.items():
        assert (HERE / place).is_file()
        if place == Path(__file__).name:
            assert [each for each in ids.split() if each not in said] == []


def test_every_case_is_covered_where_the_list_of_them_is_at_hand() -> None:
    cases = HERE.parent.parent / "shared" / "cases"
    if not cases.is_dir():
        pytest.skip("the list of cases is not beside this copy of the repository")
    text = (cases / "shop_cases.md").read_text("utf-8")
    ids = [row[4:7] for row in text.splitlines() if row.startswith(("### G", "### H"))]
    known = {each for ids in COVERED for each in ids.split()}
    assert [each for each in ids if each not in known] == []
