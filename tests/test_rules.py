"""Rules and what they are made of: triggers, limits, coupons, discounts, tiers, referral."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

import pytest

from loyaltykit.budgets import Budget
from loyaltykit.calendar import LeapDay
from loyaltykit.coupons import Coupon
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.events import (
    KINDS,
    Activity,
    Enrolment,
    EventKind,
    Purchase,
    ReferralQualified,
    Return,
)
from loyaltykit.ladders import Ladders
from loyaltykit.limits import (
    Limit,
    OneOrder,
    Over,
    Per,
    once,
    per_day,
    per_life,
    per_month,
    per_order,
    per_week,
    per_year,
    within,
)
from loyaltykit.metrics import MoneySpent, PointsEarned, money_spent, orders_placed, points_earned
from loyaltykit.money import Rounding
from loyaltykit.periods import Period, Unit, days, hours, months
from loyaltykit.program import Program
from loyaltykit.questions import Custom
from loyaltykit.rates import points
from loyaltykit.reductions import AmountOff, PercentOff, amount_off, percent_off
from loyaltykit.referral import referral
from loyaltykit.returns import OnReturn
from loyaltykit.rules import (
    Accrue,
    Action,
    Credit,
    Issue,
    Notify,
    Recipient,
    Rule,
    Send,
    asked,
)
from loyaltykit.subjects import basket, item, member
from loyaltykit.tiers import Tier, Tiers
from loyaltykit.triggers import (
    After,
    Birthday,
    Inactivity,
    On,
    Zone,
    as_trigger,
    event_kind,
)
from loyaltykit.vocabulary import Moment
from loyaltykit.windows import Calendar, Forever, Lifetime, Rolling, until

CAKE = Coupon("CAKE", amount_off(5))
FIFTY = Accrue(points(50))
RICH = basket.spend >= 15
COFFEE = item.category.is_("coffee")

Build = Callable[[], object]


# -- what is built


def test_a_rule_takes_an_event_class_and_a_single_action() -> None:
    rule = Rule("welcome", Enrolment, then=FIFTY)
    assert rule == Rule("welcome", On(EventKind.ENROLMENT), then=[FIFTY])
    assert rule == Rule("welcome", on=On(Enrolment), then=(FIFTY,))
    assert (rule.when, rule.limit) == (None, ())
    assert rule.then == (FIFTY,)


def test_a_rule_keeps_its_actions_in_order() -> None:
    actions: list[Action] = [Notify("hello"), FIFTY, Issue(CAKE), Credit("2.50"), Send()]
    assert Rule("all", Purchase, then=actions).then == tuple(actions)
    assert Rule("all", Purchase, then=iter(actions)).then == tuple(actions)


def test_actions_have_the_defaults_that_are_written_down() -> None:
    assert (FIFTY.purse, FIFTY.pending, FIFTY.expires) == ("points", None, None)
    assert FIFTY.on_return is OnReturn.REEVALUATE
    assert FIFTY.rounding is Rounding.FLOOR
    assert Credit(10).amount == Decimal(10)
    assert Notify("hello").good_for == days(7)
    assert Send().to is Recipient.REFERRER
    assert Issue("CAKE").coupon == "CAKE"
    assert (CAKE.valid, CAKE.when, CAKE.limit) == (Forever(), None, ())
    assert (CAKE.total, CAKE.public) == (None, False)


def test_asked_lists_what_the_condition_and_every_earning_read() -> None:
    question = Custom[Moment]("in the shop")
    rule = Rule(
        "all",
        Purchase,
        when=RICH & question,
        then=[
            Accrue(points(1).per(1, of=COFFEE)),
            Credit(3),
            Issue(CAKE),
            Notify("x"),
            Send(),
            Accrue(points(1).when(member.orders >= 2)),
        ],
    )
    assert list(asked(rule)) == [
        basket.spend.fact,
        question,
        item.category.fact,
        member.orders.fact,
    ]
    assert list(asked(Rule("none", Enrolment, then=FIFTY))) == []


@pytest.mark.parametrize(
    ("limit", "times", "most", "window"),
    [
        (once(), 1, None, Lifetime()),
        (per_life(3), 3, None, Lifetime()),
        (per_day(2), 2, None, Calendar(Unit.DAY)),
        (per_week(2, points=9), 2, 9, Calendar(Unit.WEEK)),
        (per_month(points=500), None, 500, Calendar(Unit.MONTH)),
        (per_year(10), 10, None, Calendar(Unit.YEAR)),
        (within(days(30), 2), 2, None, Rolling(days(30))),
        (Limit(2, window=days(30)), 2, None, Rolling(days(30))),
        (Limit(10**15), 10**15, None, Lifetime()),
    ],
)
def test_a_limit_counts_times_or_points_over_its_window(
    limit: Limit, times: int | None, most: int | None, window: object
) -> None:
    assert (limit.times, limit.points, limit.window) == (times, most, window)


def test_limits_say_who_shares_them_and_what_becomes_of_what_is_over() -> None:
    plain = Limit(3)
    assert (plain.units, plain.per, plain.over) == (None, Per.MEMBER, Over.CUT)
    shared = per_week(2, points=3, units=4, per=Per.CODE, over=Over.REFUSE)
    assert shared == Limit(
        2, points=3, units=4, window=Calendar("week"), per=Per.CODE, over=Over.REFUSE
    )
    assert per_order(units=4) == Limit(units=4, window=OneOrder())
    for make in (per_life, per_day, per_week, per_month, per_year):
        assert make(2, units=4, per=Per.PROGRAM).per is Per.PROGRAM
    assert within(days(3), units=4, over=Over.REFUSE).over is Over.REFUSE


def test_a_rule_takes_one_limit_or_several() -> None:
    assert Rule("a", Purchase, then=FIFTY, limit=once()).limit == (once(),)
    several = iter([once(), per_day(2)])
    assert Rule("a", Purchase, then=FIFTY, limit=several).limit == (once(), per_day(2))
    referrer = referral(referrer=Credit(1), pending=days(3), limit=[per_year(2), per_life(9)])[1]
    assert referrer.limit == (per_year(2), per_life(9))


def test_a_budget_names_each_rule_once() -> None:
    budget = Budget(
        "spring", points=9, amount="7.5", window=Calendar("month"), rules=["a", "b", "a"]
    )
    assert (budget.rules, budget.amount) == (("a", "b"), Decimal("7.5"))


def test_discounts_are_written_in_major_units_and_percent() -> None:
    assert amount_off("4.50", of=COFFEE) == AmountOff(Decimal("4.5"), of=COFFEE)
    capped = percent_off("12.5", of=COFFEE, up_to=20)
    assert capped == PercentOff(Decimal("12.5"), of=COFFEE, up_to=Decimal(20))
    assert capped.rounding is Rounding.HALF_UP
    assert percent_off(100).percent == 100


def test_triggers_say_when() -> None:
    assert as_trigger(Purchase) == as_trigger(EventKind.PURCHASE) == On(Purchase)
    assert as_trigger(Inactivity(days(90))) == Inactivity(days(90))
    assert After(Activity, hours(1)) == After(EventKind.ACTIVITY, Period(seconds=3600))
    assert Birthday() == Birthday(before=None, after=None, leap=LeapDay.FEB_28, zone=Zone.MEMBER)
    assert Birthday(before=days(180)).before == days(180)
    assert Birthday(after=days(0)).after == Period()
    assert event_kind(Return) is EventKind.RETURN


def test_every_class_of_event_stands_for_one_kind() -> None:
    assert sorted(KINDS.values(), key=str) == sorted(EventKind, key=str)


# -- tiers


LADDER = Tiers([Tier("bronze", 0), Tier("silver", 500), Tier("gold", 2000)], window=months(12))


@pytest.mark.parametrize(
    ("value", "tier"),
    [
        (-1, None),
        (0, "bronze"),
        (499, "bronze"),
        (500, "silver"),
        (501, "silver"),
        (1999, "silver"),
        (2000, "gold"),
        (2001, "gold"),
        (10**15, "gold"),
    ],
)
def test_a_threshold_is_inclusive(value: int, tier: str | None) -> None:
    assert reached(LADDER, value) == tier


def reached(tiers: Tiers, value: int) -> str | None:
    ladder = next(iter(Ladders(Program("Club", "EUR", timezone="UTC", tiers=tiers))))
    return ladder.tier(ladder.reached({tiers.metric: value}))


@pytest.mark.parametrize(
    ("cents", "tier"), [(9999, None), (10_000, "fan"), (25_049, "fan"), (25_050, "friend")]
)
def test_a_threshold_in_money_is_in_major_units(cents: int, tier: str | None) -> None:
    ladder = Tiers([Tier("fan", 100), Tier("friend", "250.50")], metric=money_spent)
    assert reached(ladder, cents) == tier


def test_a_ladder_knows_the_rank_of_its_tiers() -> None:
    assert [LADDER.rank(name) for name in ("bronze", "silver", "gold")] == [0, 1, 2]
    assert LADDER.rank("platinum") is None
    assert LADDER.rank(None) is None
    assert (LADDER.metric, LADDER.window) == (points_earned, Rolling(months(12)))
    assert Tiers([Tier("a", 3)]).window == Lifetime()
    assert (points_earned, money_spent) == (PointsEarned("points"), MoneySpent())
    assert Tiers([Tier("a", 3)], metric=orders_placed).metric == orders_placed


# -- referral


def test_a_referral_is_two_rules_that_could_be_written_by_hand() -> None:
    brought = member.referred.is_(True)
    rules = referral(
        referrer=Credit(10),
        referee=Credit(5),
        qualifies=basket.spend >= 30,
        pending=days(30),
        limit=per_year(10),
    )
    assert rules == [
        Rule(
            "referral: referee",
            After(Purchase, days(30)),
            when=brought & (basket.spend >= 30),
            then=[Credit(5), Send()],
            limit=once(),
        ),
        Rule("referral: referrer", ReferralQualified, then=Credit(10), limit=per_year(10)),
    ]


def test_a_referral_without_a_condition_or_a_referee_asks_only_who_was_brought() -> None:
    sent, credited = referral(referrer=Issue("CAKE"), pending=days(14), name="friends")
    assert sent.when == member.referred.is_(True)
    assert sent.then == (Send(),)
    assert (sent.name, credited.name) == ("friends: referee", "friends: referrer")
    assert credited.then == (Issue("CAKE"),)
    assert credited.limit == ()


# -- what is refused


MISUSES: list[tuple[Build, str]] = [
    (lambda: Rule(3, Purchase, then=FIFTY), "the name of a rule must be text, not int"),  # type: ignore[arg-type]
    (lambda: Rule("a", "purchase", then=FIFTY), "'purchase' is no event: write Purchase"),  # type: ignore[arg-type]
    (lambda: Rule("a", [], then=FIFTY), "[] is no event"),  # type: ignore[arg-type]
    (lambda: Rule("a", int, then=FIFTY), "<class 'int'> is no event"),  # type: ignore[arg-type]
    (lambda: Rule("a", None, then=FIFTY), "None is no event"),  # type: ignore[arg-type]
    (lambda: Rule("a", Purchase, then=points(50)), "the actions of a rule: write a list, not Fix"),  # type: ignore[arg-type]
    (lambda: Rule("a", Purchase, then=None), "the actions of a rule: write a list, not None"),  # type: ignore[arg-type]
    (lambda: Rule("a", Purchase, then=[points(50)]), "is no action: write then=Accrue(points("),  # type: ignore[list-item]
    (lambda: Rule("a", Purchase, then="x"), "'x' is no action"),  # type: ignore[arg-type]
    (lambda: Rule("a", Purchase, when=True, then=FIFTY), "expected a condition, got True"),  # type: ignore[arg-type]
    (
        lambda: Rule("a", Purchase, when=member.tier == Tier("gold", 9), then=FIFTY),  # type: ignore[arg-type,comparison-overlap]
        (
            "expected a condition, got False: build one from facts with < <= > >=, .is_(), "
            ".one_of(), .between(); == and in do not build conditions"
        ),
    ),
    (lambda: Rule("a", Purchase, then=FIFTY, limit=3), "3 is no limit: write limit=once()"),  # type: ignore[arg-type]
    (lambda: Accrue(50), "expected an earning, got 50: write points(50)"),  # type: ignore[arg-type]
    (lambda: Accrue(points(1), purse=3), "the name of a purse must be text"),  # type: ignore[arg-type]
    (
        lambda: Accrue(points(1), pending=14),  # type: ignore[arg-type]
        "pending: write how long, such as days(14), end_of('month') or",
    ),
    (lambda: Accrue(points(1), expires=14), "term: write how long, such as months(6)"),  # type: ignore[arg-type]
    (lambda: Accrue(points(1), rounding="floor"), "rounding must be a Rounding such as"),  # type: ignore[arg-type]
    (lambda: Credit(0.5), "the amount of a credit: write a whole number"),  # type: ignore[arg-type]
    (lambda: Credit(5, pending=3), "pending: write how long"),  # type: ignore[arg-type]
    (lambda: Issue(3), "the name of a coupon must be text, not int"),  # type: ignore[arg-type]
    (lambda: Notify(None), "the template of a notice must be text"),  # type: ignore[arg-type]
    (lambda: Notify("x", good_for=7), "good_for must be a period such as days(7), not 7"),  # type: ignore[arg-type]
    (lambda: Send("referrer"), "to must be Recipient.REFERRER, not 'referrer'"),  # type: ignore[arg-type]
    (lambda: On(3), "3 is no event"),  # type: ignore[arg-type]
    (lambda: Inactivity(90), "a trigger needs a period such as days(90), not 90"),  # type: ignore[arg-type]
    (lambda: After(Purchase, 90), "a trigger needs a period such as days(90), not 90"),  # type: ignore[arg-type]
    (lambda: Birthday(before=3), "a birthday is met days(3) before or after, not 3"),  # type: ignore[arg-type]
    (lambda: Birthday(leap=3), "leap must be a LeapDay such as LeapDay.MAR_1, not 3"),  # type: ignore[arg-type]
    (lambda: Birthday(zone="member"), "zone must be Zone.MEMBER or Zone.PROGRAM, not 'member'"),  # type: ignore[arg-type]
    (lambda: Limit(3, window="year"), "window: write over which time it counts"),  # type: ignore[arg-type]
    (lambda: Limit(3, per="member"), "per must be a Per such as Per.PROGRAM, not 'member'"),  # type: ignore[arg-type]
    (lambda: Limit(3, over="cut"), "over must be an Over such as Over.REFUSE, not 'cut'"),  # type: ignore[arg-type]
    (
        lambda: Rule("a", Purchase, then=FIFTY, limit=3),  # type: ignore[arg-type]
        "3 is no limit: write limit=once() or limit=per_year(10)",
    ),
    (
        lambda: Rule("a", Purchase, then=FIFTY, limit=[once(), "daily"]),  # type: ignore[list-item]
        "'daily' is no limit: write limit=[once(), per_year(10)]",
    ),
    (lambda: Budget(3, points=9, rules=["a"]), "the name of a budget must be text, not int"),  # type: ignore[arg-type]
    (lambda: Budget("b", points=9, rules="a"), "the rules of a budget: write a list, not 'a'"),
    (lambda: Budget("b", points=9, rules=[3]), "a rule of a budget must be text, not int"),  # type: ignore[list-item]
    (lambda: Budget("b", amount=0.5, rules=["a"]), "the amount of a budget: write a whole"),  # type: ignore[arg-type]
    (lambda: Budget("b", points=9, window=3, rules=["a"]), "window: write over which time"),  # type: ignore[arg-type]
    (
        lambda: Budget("b", points=9, window=OneOrder(), rules=["a"]),  # type: ignore[arg-type]
        "window: write over which time it counts",
    ),
    (lambda: within(30, 2), "window: write over which time it counts"),  # type: ignore[arg-type]
    (lambda: Coupon(3, amount_off(5)), "the name of a coupon must be text"),  # type: ignore[arg-type]
    (lambda: Coupon("A", 5), "5 is no discount: write amount_off(5) or percent_off(15)"),  # type: ignore[arg-type]
    (lambda: Coupon("A", amount_off(5), valid=14), "term: write how long"),  # type: ignore[arg-type]
    (lambda: Coupon("A", amount_off(5), when=False), "expected a condition, got False"),  # type: ignore[arg-type]
    (lambda: Coupon("A", amount_off(5), limit=1), "1 is no limit: write limit=once()"),  # type: ignore[arg-type]
    (lambda: Coupon("A", amount_off(5), public=1), "public must be True or False, not 1"),  # type: ignore[arg-type]
    (lambda: amount_off(4.5), "the amount of a discount: write a whole number"),  # type: ignore[arg-type]
    (lambda: amount_off(5, of="coffee"), "expected a condition, got 'coffee'"),  # type: ignore[arg-type]
    (lambda: percent_off(0.5), "the percentage of a discount: write a whole number"),  # type: ignore[arg-type]
    (lambda: PercentOff(5, rounding="floor"), "rounding must be a Rounding"),  # type: ignore[arg-type]
    (lambda: Tier(3, 0), "the name of a tier must be text, not int"),  # type: ignore[arg-type]
    (lambda: Tier("gold", 0.5), "the threshold of a tier: write a whole number"),  # type: ignore[arg-type]
    (lambda: Tiers(5), "a ladder of tiers: write a list, not 5"),  # type: ignore[arg-type]
    (lambda: Tiers(["gold"]), "made of tiers, not of 'gold': write Tier(name, threshold)"),  # type: ignore[list-item]
    (lambda: Tiers([Tier("a", 0)], metric="spend"), "'spend' is no metric: use points_earned"),  # type: ignore[arg-type]
    (lambda: Tiers([Tier("a", 0)], window=12), "window: write over which time it counts"),  # type: ignore[arg-type]
    (lambda: PointsEarned(3), "the name of a purse must be text"),  # type: ignore[arg-type]
    (lambda: referral(referrer=3, pending=days(3)), "credits with Accrue, Credit or Issue, not"),  # type: ignore[arg-type]
    (lambda: referral(referrer=Credit(1), pending=3), "a trigger needs a period"),  # type: ignore[arg-type]
    (
        lambda: referral(referrer=Credit(1), referee=Notify("x"), pending=days(3)),  # type: ignore[arg-type]
        "a referral credits with Accrue, Credit or Issue, not with Notify(",
    ),
    (
        lambda: referral(referrer=Credit(1), qualifies=False, pending=days(3)),  # type: ignore[arg-type]
        "expected a condition, got False",
    ),
]


@pytest.mark.parametrize(("wrong", "message"), MISUSES)
def test_a_value_of_the_wrong_sort_is_misuse(wrong: Build, message: str) -> None:
    with pytest.raises(MisuseError) as caught:
        wrong()
    assert message in str(caught.value)


HUGE: Any = 10**5000

MALFORMED: list[tuple[Build, str]] = [
    (lambda: Rule("", Purchase, then=FIFTY), "the name of a rule must have 1 to 200 characters"),
    (lambda: Rule("x" * 201, Purchase, then=FIFTY), "the name of a rule must have 1 to 200"),
    (lambda: Rule(" a", Purchase, then=FIFTY), "printable text without outer blanks"),
    (lambda: Rule("a", Purchase, then=[]), "a rule needs 1 to 100 actions, not 0"),
    (lambda: Rule("a", Purchase, then=[FIFTY] * 101), "a rule needs 1 to 100 actions, not 101"),
    (lambda: Accrue(points(1), purse=""), "the name of a purse must have 1 to 200 characters"),
    (lambda: Accrue(points(1), purse="credit"), "the purse 'credit' holds money: write Credit(10)"),
    (lambda: Credit(0), "the amount of a credit must be above 0: Credit(10)"),
    (lambda: Credit("-1"), "the amount of a credit: write a number that is at least 0"),
    (lambda: Credit(Decimal("NaN")), "the amount of a credit: write a number"),
    (lambda: Issue(""), "the name of a coupon must have 1 to 200 characters"),
    (lambda: Notify(" "), "the template of a notice ' ' must be printable text"),
    (lambda: Inactivity(days(0)), "a trigger needs a period above 0 such as days(90), not 0 days"),
    (lambda: After(Purchase, Period()), "a trigger needs a period above 0"),
    (lambda: Birthday(before=months(1)), "up to 180 days before or after: not 1 month"),
    (lambda: Birthday(after=hours(3)), "up to 180 days before or after: not 3 hours"),
    (lambda: Birthday(before=days(181)), "up to 180 days before or after: not 181 days"),
    (lambda: Birthday(before=days(1), after=days(1)), "not both: use two rules"),
    (Limit, "a limit needs times, points or units: per_month(2)"),
    (per_day, "a limit needs times, points or units"),
    (lambda: Limit(units=0), "a limit must be a whole number of 1 or more, not 0"),
    (lambda: Rule("a", Purchase, then=FIFTY, limit=[once()] * 11), "a rule has at most 10 limits"),
    (lambda: Budget("", points=9, rules=["a"]), "the name of a budget must have 1 to 200"),
    (lambda: Budget("b", rules=["a"]), "a budget needs points or an amount: points=100_000"),
    (lambda: Budget("b", points=0, rules=["a"]), "a budget must be a whole number of 1 or more"),
    (lambda: Budget("b", points=True, rules=["a"]), "a budget must be a whole number of 1 or"),
    (lambda: Budget("b", amount=0, rules=["a"]), "the amount of a budget must be above 0"),
    (lambda: Budget("b", points=9, rules=[]), "a budget needs the name of a rule at least"),
    (lambda: Limit(0), "a limit must be a whole number of 1 or more, not 0"),
    (lambda: Limit(True), "a limit must be a whole number of 1 or more, not True"),
    (lambda: Limit(points=-3), "a limit must be a whole number of 1 or more, not -3"),
    (lambda: Limit(HUGE), "a limit must be a whole number of 1 or more, not a whole number of"),
    (lambda: per_year("2"), "a limit must be a whole number of 1 or more, not '2'"),  # type: ignore[arg-type]
    (lambda: within(days(0), 2), "rolling: write a period longer than zero"),
    (lambda: Coupon("", amount_off(5)), "the name of a coupon must have 1 to 200 characters"),
    (lambda: Coupon("A", amount_off(5), total=0), "a whole number from 1, not 0"),
    (lambda: Coupon("A", amount_off(5), total=True), "a whole number from 1, not True"),
    (lambda: Coupon("A", amount_off(5), total=HUGE), "from 1, not a whole number of 16610 bits"),
    (lambda: amount_off(0), "the amount of a discount must be above 0: amount_off(5)"),
    (lambda: amount_off(-5), "the amount of a discount: write a number that is at least 0"),
    (lambda: percent_off(0), "a percentage must be above 0 and at most 100, not 0"),
    (lambda: percent_off("100.01"), "a percentage must be above 0 and at most 100, not 100.01"),
    (lambda: percent_off(5, up_to=0), "the amount of a discount must be above 0"),
    (lambda: Tier("", 0), "the name of a tier must have 1 to 200 characters"),
    (lambda: Tier("gold", -1), "the threshold of a tier: write a number that is at least 0"),
    (lambda: Tier("gold", Decimal("Infinity")), "the threshold of a tier: write a number"),
    (lambda: Tiers([]), "a ladder needs at least one tier"),
    (
        lambda: Tiers([Tier("silver", 500), Tier("gold", 500)]),
        "tiers must rise: 'gold' at 500 does not lie above 'silver' at 500",
    ),
    (lambda: Tiers([Tier("a", 2), Tier("b", 1)]), "'b' at 1 does not lie above 'a' at 2"),
    (lambda: Tiers([Tier("a", 1), Tier("a", 2)]), "two tiers are called 'a'"),
    (lambda: PointsEarned(""), "the name of a purse must have 1 to 200 characters"),
    (lambda: referral(referrer=Credit(1), pending=days(0)), "a trigger needs a period above 0"),
    (
        lambda: referral(referrer=Credit(1), pending=days(3), name="x" * 195),
        "the name of a rule must have 1 to 200 characters",
    ),
]


@pytest.mark.parametrize(("wrong", "message"), MALFORMED)
def test_a_malformed_part_is_refused_and_the_message_says_what_to_write(
    wrong: Build, message: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        wrong()
    assert message in str(caught.value)


def test_endless_parts_are_refused_at_once() -> None:
    with pytest.raises(LimitError, match="the actions of a rule: write at most 1000 of them"):
        Rule("a", Purchase, then=repeat(FIFTY))
    with pytest.raises(LimitError, match="a ladder of tiers: write at most 1000 of them"):
        Tiers(repeat(Tier("a", 0)))


def test_a_term_may_be_a_date() -> None:
    assert Coupon("A", amount_off(5), valid=until(date(2027, 1, 1))).valid == until(
        date(2027, 1, 1)
    )
    with pytest.raises(MisuseError, match="until: write a date without a time"):
        until(datetime(2027, 1, 1, tzinfo=UTC))
