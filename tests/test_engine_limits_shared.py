"""P14: limits and budgets that members share are claims; a denied claim is decided again."""

from datetime import datetime

from desk import Desk, born, club, day, line, said

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    After,
    Basket,
    Birthday,
    Budget,
    Calendar,
    Claim,
    Coupon,
    Credit,
    Decision,
    Engine,
    Enrolment,
    Issue,
    Limit,
    OnReturn,
    Over,
    Per,
    Purchase,
    Purse,
    RefusalCode,
    Return,
    Rule,
    Status,
    amount_off,
    basket,
    confirmed,
    days,
    item,
    per_life,
    per_month,
    per_year,
    points,
    some_item,
)
from loyaltykit.effects import Denied
from loyaltykit.refusals import Room
from loyaltykit.traces import Outcome

DENIED = RefusalCode.LIMIT_CLAIM_DENIED
base = points(1).per(1)
coffee = item.category.is_("coffee")
FIVE = Coupon("FIVE", amount_off(5), public=True)
TEN = Coupon("TEN", amount_off(10), public=True)

MONTHLY = "limit:base/month/2026-02-01T00:00:00Z"


def shared(*limits: Limit) -> Desk:
    return Desk(Rule("base", Purchase, then=Accrue(base), limit=limits), coupons=[FIVE, TEN])


def claimed(*decisions: Decision) -> list[tuple[str, int, int]]:
    return [
        (claim.key, claim.amount, claim.limit)
        for decision in decisions
        for claim in decision.claims
    ]


# -- what is claimed


def test_a_limit_of_the_programme_claims_times_points_and_units_in_its_window() -> None:
    desk = shared(per_month(7, points=1000, units=30, per=Per.PROGRAM))
    assert claimed(desk.buy("o1", 0, line("1", "20", 3))) == [
        (f"{MONTHLY}/times", 1, 7),
        (f"{MONTHLY}/points", 60, 1000),
        (f"{MONTHLY}/units", 3, 30),
    ]
    assert desk.has(0) == (60, 0, 0)
    assert [name for name in desk.account.counters if "base" in name] == []


def test_the_key_names_the_instance_of_the_window_in_the_programmes_zone() -> None:
    rule = Rule("base", Purchase, then=Accrue(base), limit=per_month(7, per=Per.PROGRAM))
    desk = Desk(rule, timezone="Pacific/Auckland")  # 13 hours ahead
    keys = [claimed(desk.buy(f"o{n}", n, "9"))[0][0] for n in (0, 29.9, 30.5)]
    assert keys == [
        "limit:base/month/2026-01-31T11:00:00Z/times",
        "limit:base/month/2026-01-31T11:00:00Z/times",
        "limit:base/month/2026-02-28T11:00:00Z/times",
    ]


def test_a_limit_per_code_claims_for_the_coupon_that_the_order_used() -> None:
    desk = shared(Limit(3, per=Per.CODE))
    assert claimed(desk.buy("o1", 0, "20", coupons=["FIVE"])) == [
        ("limit:base/FIVE/ever/times", 1, 3)
    ]
    both = desk.buy("o2", 1, "20", coupons=["FIVE", "TEN"])
    assert claimed(both) == [("limit:base/TEN/ever/times", 1, 3)]
    assert claimed(desk.buy("o3", 2, "20")) == []
    denied = desk.buy("o4", 3, "20", coupons=["TEN"], denied=["limit:base/TEN/ever/times"])
    assert said(denied) == [(DENIED, "base", 1, 0)]
    assert str(denied.refusals[0]).endswith("; at most 3 times ever with TEN")
    # 15 for the first, 10 for the second, 20 for the third
    assert desk.has(3) == (45, 0, 0)


def test_a_held_coupon_counts_under_its_own_name_not_under_its_id() -> None:
    rules = [
        Rule("hello", Enrolment, then=Issue("FIVE")),
        Rule("base", Purchase, then=Accrue(base), limit=Limit(3, per=Per.CODE)),
    ]
    desk = Desk(*rules, coupons=[Coupon("FIVE", amount_off(5))])
    desk.join(0)
    [code] = desk.account.coupons
    assert code != "FIVE"
    assert claimed(desk.buy("o1", 0, "20", coupons=[code])) == [
        ("limit:base/FIVE/ever/times", 1, 3)
    ]


def test_a_follow_up_claims_for_the_code_of_its_order_when_it_fires() -> None:
    rule = Rule("later", After(Purchase, days(3)), then=Accrue(base), limit=Limit(3, per=Per.CODE))
    desk = Desk(rule, coupons=[FIVE])
    assert claimed(desk.buy("o1", 0, "20", coupons=["FIVE"])) == []
    assert claimed(desk.to(3)) == [("limit:later/FIVE/ever/times", 1, 3)]


def test_keys_are_distinct_whatever_rules_and_codes_are_called() -> None:
    keys = set()
    for name, code in (("a/b", "c"), ("a", "b/c"), ("a~1b", "c"), ("a", "month")):
        rule = Rule(name, Purchase, then=Accrue(base), limit=Limit(3, per=Per.CODE))
        coupon = Coupon(code, amount_off(1), public=True)
        [(key, _, _)] = claimed(Desk(rule, coupons=[coupon]).buy("o1", 0, "20", coupons=[code]))
        keys.add(key)
    for window in (per_month(3, per=Per.PROGRAM), per_year(3, per=Per.PROGRAM)):
        # Both end with the year.
        rule = Rule("a", Purchase, then=Accrue(base), limit=window)
        [(key, _, _)] = claimed(Desk(rule).buy("o1", 350, "20"))
        keys.add(key)
    assert len(keys) == 6


def test_a_grant_that_is_larger_than_the_limit_is_cut_to_it_or_refused() -> None:
    cut = shared(Limit(points=50, per=Per.PROGRAM))
    decision = cut.buy("o1", 0, "70")
    assert claimed(decision) == [("limit:base/ever/points", 50, 50)]
    assert said(decision) == [(RefusalCode.LIMIT_REACHED, "base", 70, 50)]
    [refusal] = decision.refusals
    assert refusal.room == Room("at most 50 points ever for all members", None, None)
    whole = shared(Limit(points=50, per=Per.PROGRAM, over=Over.REFUSE))
    decision = whole.buy("o1", 0, "70")
    assert claimed(decision) == []
    assert said(decision) == [(RefusalCode.LIMIT_REACHED, "base", 70, 0)]


def test_what_grants_nothing_claims_nothing() -> None:
    desk = shared(Limit(3, points=90, units=9, per=Per.PROGRAM), per_life(points=10))
    assert claimed(desk.buy("o1", 0, line(price="0"))) == []
    assert len(claimed(desk.buy("o2", 1, "10"))) == 3
    assert claimed(desk.buy("o3", 2, "10")) == []


def test_of_two_shared_limits_on_the_same_window_the_smaller_is_claimed() -> None:
    wide, small = Limit(points=90, per=Per.PROGRAM), Limit(points=60, per=Per.PROGRAM)
    for limits in ((wide, small), (small, wide)):
        assert claimed(shared(*limits).buy("o1", 0, "20")) == [("limit:base/ever/points", 20, 60)]


def test_a_limit_of_the_programme_is_one_for_all_codes() -> None:
    desk = shared(Limit(3, per=Per.PROGRAM))
    keys = {claimed(desk.buy(code, 0, "20", coupons=[code]))[0][0] for code in ("FIVE", "TEN")}
    assert keys == {"limit:base/ever/times"}


# -- what is denied


def test_a_denied_claim_refuses_the_grant_and_nothing_else() -> None:
    rules = [
        Rule("base", Purchase, then=Accrue(base)),
        Rule(
            "first",
            Purchase,
            then=[Accrue(points(50)), Credit(1), Issue("FIVE")],
            limit=[per_month(3, per=Per.PROGRAM), per_month(2)],
        ),
    ]
    desk = Desk(*rules, coupons=[FIVE])
    decision = desk.buy("o1", 0, "20", denied=["limit:first/month/2026-02-01T00:00:00Z/times"])
    assert decision.status is Status.ACCEPTED
    assert said(decision) == [(DENIED, "first", 1, 0)]
    assert claimed(decision) == []
    assert [effect.claim for effect in decision.effects if isinstance(effect, Denied)] == [
        "limit:first/month/2026-02-01T00:00:00Z/times"
    ]
    assert desk.has(0) == (20, 0, 0)
    assert desk.account.coupons == {}
    assert desk.account.count("times:first:month", day(0)) == 0
    trace = decision.explanation.rule("first")
    assert trace is not None
    assert trace.outcome is Outcome.LIMITED
    assert [each.granted for each in trace.grants] == [0, 0, None]
    [refusal] = decision.refusals
    end = datetime(2026, 2, 1, tzinfo=day(0).tzinfo)
    assert refusal.room == Room(
        "at most 3 times in one month for all members until 2026-02-01 00:00", None, end
    )
    assert desk.buy("o2", 1, "20").claims == (
        Claim("limit:first/month/2026-02-01T00:00:00Z/times", amount=1, limit=3),
    )


def test_a_denied_key_that_is_not_claimed_changes_nothing() -> None:
    desk = shared(per_month(7, per=Per.PROGRAM))
    order = Purchase("o1", day(0), member="ana", lines=[line(price="0")])
    plain = desk.engine.decide(desk.account, order)
    assert desk.engine.decide(desk.account, order, denied=[f"{MONTHLY}/times", "x"]) == plain


def test_units_of_which_there_are_none_cannot_be_denied() -> None:
    cups = Accrue(points(5).per_unit(of=coffee) + points(3))
    desk = Desk(Rule("cups", Purchase, then=cups, limit=Limit(units=9, per=Per.PROGRAM)))
    assert said(desk.buy("o1", 0, "20", denied=["limit:cups/ever/units"])) == []
    assert desk.has(0) == (3, 0, 0)


def test_every_key_that_was_denied_is_noted() -> None:
    desk = shared(per_month(7, points=90, per=Per.PROGRAM))
    keys = [f"{MONTHLY}/points", f"{MONTHLY}/times"]
    decision = desk.buy("o1", 0, "20", denied=keys)
    assert said(decision) == [(DENIED, "base", 1, 0), (DENIED, "base", 20, 0)]
    noted = [effect.claim for effect in decision.effects if isinstance(effect, Denied)]
    assert noted == keys[::-1]


def test_time_claims_as_well_and_may_be_denied() -> None:
    rule = Rule("cake", Birthday(), then=Accrue(points(9)), limit=per_year(5, per=Per.PROGRAM))
    desk = Desk(rule)
    desk.join(0, birthday=born(1990, 1, 11))
    key = "limit:cake/year/2027-01-01T00:00:00Z/times"
    assert claimed(desk.engine.advance(desk.account, day(12))) == [(key, 1, 5)]
    assert claimed(desk.engine.decide(desk.account, visit(12))) == [(key, 1, 5)]
    denied = desk.engine.advance(desk.account, day(12), denied=[key])
    assert (claimed(denied), said(denied)) == ([], [(DENIED, "cake", 1, 0)])
    assert denied.account.balance(day(12)).available == 0
    late = desk.engine.decide(desk.account, visit(12), denied=[key])
    assert late.effects[: len(denied.effects)] == denied.effects
    refused = desk.engine.decide(
        desk.account, Enrolment("again", day(12), member="ana"), denied=[key]
    )
    assert refused.status is Status.REFUSED
    assert refused.effects == denied.effects


def visit(number: float) -> Activity:
    return Activity("visit", day(number), member="ana", kind="visit")


# -- budgets


SPRING = "budget:spring/month/2026-02-01T00:00:00Z"
SPENDERS = (
    Rule("base", Purchase, then=Accrue(base)),
    Rule("gift", Purchase, when=basket.spend >= 30, then=[Credit("2.50"), Accrue(points(5))]),
    Rule("free", Purchase, then=Accrue(points(1))),
)


def spenders() -> Desk:
    month = Calendar("month")
    budget = Budget("spring", points=100, amount=50, window=month, rules=["base", "gift"])
    return Desk(*SPENDERS, budgets=[budget])


def test_rules_claim_their_points_and_credit_out_of_one_budget() -> None:
    desk = spenders()
    assert claimed(desk.buy("o1", 0, "40")) == [
        (f"{SPRING}/points", 40, 100),
        (f"{SPRING}/points", 5, 100),
        (f"{SPRING}/money", 250, 5000),
    ]
    assert desk.has(0) == (46, 0, 0)


def test_a_budget_may_be_used_up_to_the_last_cent() -> None:
    desk = Desk(
        Rule("gift", Purchase, then=Credit("2.50")),
        budgets=[Budget("gifts", amount="2.50", rules=["gift"])],
    )
    assert claimed(desk.buy("o1", 0, "1")) == [("budget:gifts/ever/money", 250, 250)]


def test_what_a_budget_does_not_hold_is_not_granted() -> None:
    desk = spenders()
    decision = desk.buy("o1", 0, "101")
    assert said(decision) == [(RefusalCode.LIMIT_REACHED, "base", 101, 0)]
    [refusal] = decision.refusals
    assert refusal.room is not None
    assert refusal.room.text == (
        "budget spring: at most 100 points in one month until 2026-02-01 00:00"
    )
    assert desk.has(0) == (6, 0, 0)
    denied = desk.buy("o2", 1, "40", denied=[f"{SPRING}/money"])
    assert said(denied) == [(DENIED, "gift", 250, 0)]
    assert claimed(denied) == [(f"{SPRING}/points", 40, 100)]
    both = desk.buy("o3", 2, "40", denied=[f"{SPRING}/points"])
    assert said(both) == [(DENIED, "base", 40, 0), (DENIED, "gift", 5, 0)]
    assert desk.has(2) == (6 + 41 + 1, 0, 0)
    assert str(denied.refusals[0]).endswith(
        "budget spring: at most 50.00 EUR credit in one month until 2026-02-01 00:00"
    )


def test_a_budget_reckons_in_points_of_a_purse_with_decimals() -> None:
    rule = Rule("half", Purchase, then=Accrue(base * "0.5", purse="status"))
    desk = Desk(
        rule,
        purses=[Purse("status", decimals=1)],
        budgets=[Budget("all", points=10, rules=["half"])],
    )
    assert claimed(desk.buy("o1", 0, "5")) == [("budget:all/ever/points", 25, 100)]
    [spent] = desk.buy("o2", 0, "5", denied=["budget:all/ever/points"]).refusals
    assert str(spent).endswith("budget all: at most 10 points ever")


# -- what comes back


def test_a_return_gives_back_claims_as_far_as_it_takes_back_the_grant() -> None:
    desk = shared(per_month(7, points=1000, units=30, per=Per.PROGRAM))
    desk.buy("o1", 0, line("1", "20", 3))
    assert claimed(desk.back("r1", 1, "o1", {"1": 1})) == [
        (f"{MONTHLY}/points", -20, 1000),
        (f"{MONTHLY}/units", -1, 30),
    ]
    assert claimed(desk.back("r2", 2, "o1")) == [
        (f"{MONTHLY}/times", -1, 7),
        (f"{MONTHLY}/points", -40, 1000),
        (f"{MONTHLY}/units", -2, 30),
    ]


def test_nothing_is_given_back_to_a_window_that_is_over() -> None:
    desk = shared(per_month(7, per=Per.PROGRAM))
    desk.buy("o1", 0, "20")
    assert claimed(desk.back("r1", 31, "o1")) == []


def test_a_budget_gets_back_points_and_credit() -> None:
    desk = spenders()
    desk.buy("o1", 0, line("1", "20", 2))
    assert claimed(desk.back("r1", 1, "o1", {"1": 1})) == [
        (f"{SPRING}/points", -20, 100),
        (f"{SPRING}/points", -5, 100),
        (f"{SPRING}/money", -250, 5000),
    ]


def test_points_that_nobody_confirms_give_their_claims_back() -> None:
    awaited = Accrue(base, pending=confirmed(within=days(5)))
    rule = Rule("base", Purchase, then=awaited, limit=per_month(7, points=90, per=Per.PROGRAM))
    desk = Desk(rule)
    desk.buy("o1", 0, "20")
    assert claimed(desk.to(5)) == [(f"{MONTHLY}/times", -1, 7), (f"{MONTHLY}/points", -20, 90)]


def wine_bonus() -> Desk:
    """A bonus of 10 that one part of a return takes, and the next would regain."""
    rule = Rule(
        "dry",
        Purchase,
        when=~some_item(item.category.is_("wine")) | (basket.spend >= 50),
        then=[Accrue(points(10)), Accrue(points(3), on_return=OnReturn.KEEP), Issue("FIVE")],
        limit=per_month(points=90, per=Per.PROGRAM),
    )
    desk = Desk(rule, coupons=[FIVE])
    wine, tea = line("1", "20", category="wine"), line("2", "40", category="tea")
    desk.buy("o1", 0, wine, tea, line("3", "5"))
    return desk


def test_what_is_regained_is_claimed_again() -> None:
    desk, key = wine_bonus(), "limit:dry/month/2026-02-01T00:00:00Z/points"
    assert claimed(desk.back("r1", 1, "o1", {"2": 1})) == [(key, -10, 90)]
    assert (desk.has(1), len(desk.account.coupons)) == ((3, 0, 0), 0)
    assert claimed(desk.back("r2", 1, "o1", {"1": 1})) == [(key, 10, 90)]
    assert (desk.has(1), len(desk.account.coupons)) == ((13, 0, 0), 1)


def test_what_others_have_used_meanwhile_is_not_regained() -> None:
    desk, key = wine_bonus(), "limit:dry/month/2026-02-01T00:00:00Z/points"
    desk.back("r1", 1, "o1", {"2": 1})
    back = Return("r2", day(1), member="ana", order="o1", lines={"1": 1})
    decision = desk.tell(back, denied=[key])
    assert decision.status is Status.ACCEPTED
    assert said(decision) == [(DENIED, "dry", 10, 0)]
    assert str(decision.refusals[0]).endswith(f"; {key} is used up")
    assert claimed(decision) == []
    assert [effect.claim for effect in decision.effects if isinstance(effect, Denied)] == [key]
    assert (desk.has(1), len(desk.account.coupons)) == ((3, 0, 0), 0)
    assert claimed(desk.back("r3", 1, "o1")) == []
    assert desk.has(1) == (3, 0, 0)


def test_points_that_others_have_used_meanwhile_are_not_regained() -> None:
    rule = Rule(
        "dry",
        Purchase,
        when=~some_item(item.category.is_("wine")) | (basket.spend >= 50),
        then=Accrue(points(10)),
        limit=Limit(9, points=90, per=Per.PROGRAM),
    )
    desk, keys = Desk(rule), ["limit:dry/ever/points", "limit:dry/ever/times"]
    desk.buy("o1", 0, line("1", "20", category="wine"), line("2", "40"), line("3", "5"))
    falls = Return("r1", day(1), member="ana", order="o1", lines={"2": 1})
    decision = desk.tell(falls, denied=keys)
    assert (said(decision), claimed(decision)) == ([], [(keys[1], -1, 9), (keys[0], -10, 90)])
    rises = Return("r2", day(1), member="ana", order="o1", lines={"1": 1})
    denied = desk.tell(rises, denied=keys[:1])
    assert (said(denied), claimed(denied)) == ([(DENIED, "dry", 10, 0)], [])
    assert desk.has(1) == (0, 0, 0)


def test_units_that_others_have_used_meanwhile_are_not_regained() -> None:
    few = Accrue(points(4).per_unit(of=item.units <= 2))
    limit, key = Limit(units=9, per=Per.PROGRAM), "limit:few/ever/units"
    for denied, regained in (((), 1), ((key,), 0)):
        desk = Desk(Rule("few", Purchase, then=few, limit=limit))
        bought = desk.buy("o1", 0, line("1", "3", 2), line("2", "3", 3))
        assert claimed(bought, desk.back("r1", 1, "o1", {"1": 1})) == [(key, 2, 9), (key, -1, 9)]
        rises = Return("r2", day(1), member="ana", order="o1", lines={"2": 1})
        assert claimed(desk.tell(rises, denied=denied)) == [(key, 1, 9)] * regained
        assert desk.has(1) == (4 + 4 * regained, 0, 0)
        assert claimed(desk.back("r3", 2, "o1")) == [(key, -1 - regained, 9)]


def test_a_quote_shows_what_a_claim_would_bring() -> None:
    engine = Engine(
        club(Rule("base", Purchase, then=Accrue(base), limit=Limit(1, per=Per.PROGRAM)))
    )
    quote = engine.quote(Account.new("ana"), Basket([line(price="20")]), day(0))
    assert [each.points for each in quote.points] == [20]
