"""A Program holds together or is refused with every problem at once, in programme order."""

import pickle
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from stopwatch import within

from loyaltykit.budgets import Budget
from loyaltykit.conditions import AllOf, Condition, SomeItem, some_item
from loyaltykit.coupons import Coupon
from loyaltykit.earning import Earning, best_of
from loyaltykit.errors import DefinitionError, LimitError, MisuseError, ProgramError
from loyaltykit.events import (
    Activity,
    CouponPresentation,
    Enrolment,
    Purchase,
    Return,
)
from loyaltykit.limits import Limit, OneOrder, Per, once, per_order
from loyaltykit.metrics import money_spent
from loyaltykit.periods import Period, days, hours, months
from loyaltykit.program import Program
from loyaltykit.promotions import Promotion
from loyaltykit.purses import Purse
from loyaltykit.questions import Compare, Custom, Op
from loyaltykit.rates import points
from loyaltykit.reductions import amount_off, percent_off
from loyaltykit.referral import referral
from loyaltykit.rules import Accrue, Credit, Issue, Notify, Rule, Send
from loyaltykit.stacking import Exclusive
from loyaltykit.subjects import activity, basket, item, member
from loyaltykit.testing import programs
from loyaltykit.tiers import Tier, Tiers
from loyaltykit.triggers import After, Birthday, Inactivity
from loyaltykit.vocabulary import Fact, Kind, Moment, Scope
from loyaltykit.windows import MembershipYear, SinceEntry

CAKE = Coupon("CAKE", amount_off(5))
FIFTY = Accrue(points(50))
BASE = points(1).per(1)
COFFEE = item.category.is_("coffee")
LADDER = Tiers([Tier("bronze", 0), Tier("gold", 500)])


def club(*rules: Rule, currency: str = "EUR", **rest: Any) -> Program:
    return Program("Club", currency, timezone="Europe/Lisbon", rules=rules, **rest)


def problems(*rules: Rule, currency: str = "EUR", **rest: Any) -> tuple[str, ...]:
    with pytest.raises(ProgramError) as caught:
        club(*rules, currency=currency, **rest)
    assert caught.value.program == "Club"
    for problem in caught.value.problems:
        assert problem in str(caught.value)
    return caught.value.problems


def asking(when: Any, on: Any = Purchase) -> Rule:
    return Rule("a", on, when=when, then=Notify("x"))


def earning(value: Earning, on: Any = Purchase) -> Rule:
    return Rule("a", on, then=Accrue(value))


# -- what is accepted


def test_a_programme_may_be_empty() -> None:
    program = Program("Club", "EUR", timezone="UTC")
    assert (program.rules, program.tiers, program.all_coupons) == ((), (), ())
    assert (program.remember, program.skew) == (days(400), Period(seconds=300))


def test_a_programme_knows_its_money_and_its_zone() -> None:
    program = Program("Club", "JPY", timezone="Asia/Tokyo")
    assert (program.money.code, program.money.scale) == ("JPY", 1)
    assert program.zone == ZoneInfo("Asia/Tokyo")


def test_coupons_that_only_rules_name_follow_those_that_are_listed_each_once() -> None:
    other, listed = Coupon("B", percent_off(5)), Coupon("L", percent_off(9))
    program = club(
        Rule("a", Purchase, then=[Issue(CAKE), Issue(listed), Issue("L")]),
        Rule("b", Enrolment, then=[Issue(other), Issue(Coupon("CAKE", amount_off("5.00")))]),
        coupons=[listed],
    )
    assert program.all_coupons == (listed, CAKE, other)


def test_every_trigger_may_ask_for_what_it_knows() -> None:
    host = Custom[Moment]("in the shop")
    known = [
        asking(
            (basket.spend >= 3) & host & some_item(COFFEE) & (member.orders >= 1),
            on=After(Purchase, days(30)),
        ),
        asking(activity.kind.is_("review") & host & activity.label("place").is_("x"), Activity),
        asking(member.tier >= "gold", Birthday(before=days(3))),
        asking(member.balance("status") >= 3, Inactivity(days(90))),
        asking(member.label("plan").is_("x"), After(Enrolment, days(30))),
        asking(member.last_order.known(), CouponPresentation),
    ]
    rules = [
        Rule(f"{place}", rule.on, when=rule.when, then=FIFTY) for place, rule in enumerate(known)
    ]
    assert club(*rules, tiers=LADDER, purses=[Purse("status")]).rules == tuple(rules)


@given(programs())
def test_every_programme_that_is_drawn_holds_together_and_survives_pickling(
    program: Program,
) -> None:
    copy = pickle.loads(pickle.dumps(program))  # noqa: S301
    assert copy == program
    assert hash(copy) == hash(program)


# -- what is refused, one problem at a time


UNKNOWN: Fact[Moment] = Fact(Scope.MEMBER, "height", kind=Kind.NUMBER)

FOUND: list[tuple[Callable[[], tuple[str, ...]], str]] = [
    (
        lambda: problems(asking(None), asking(None), asking(None)),
        "rule 'a' is defined 3 times: names must differ",
    ),
    (
        lambda: problems(coupons=[CAKE, Coupon("CAKE", percent_off(5))]),
        "coupon 'CAKE' is defined 2 times: names must differ",
    ),
    (
        lambda: problems(coupons=[CAKE, CAKE]),
        "coupon 'CAKE' is defined 2 times: names must differ",
    ),
    (
        lambda: problems(
            Rule("a", Purchase, then=Issue(Coupon("CAKE", percent_off(5)))), coupons=[CAKE]
        ),
        "coupon 'CAKE' is defined 2 times: names must differ",
    ),
    (
        lambda: problems(tiers=Tiers([Tier("fan", "99.995")], metric=money_spent)),
        (
            "ladder 'tier': tier 'fan': the threshold: EUR has 2 decimals, so 99.995 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(Rule("a", Purchase, then=FIFTY, limit=Limit(1, window=SinceEntry()))),
        "rule 'a': limits since tier entry, which no limit does: use per_year(...) or within(...)",
    ),
    (
        lambda: problems(coupons=[Coupon("C", amount_off(1), limit=Limit(1, window=SinceEntry()))]),
        (
            "coupon 'C': limits since tier entry, which no limit does: "
            "use per_year(...) or within(...)"
        ),
    ),
    (
        lambda: problems(coupons=[Coupon("C", amount_off(1), limit=Limit(1, points=5))]),
        "coupon 'C': limits points, which no discount gives: limit its times or units",
    ),
    (
        lambda: problems(coupons=[Coupon("C", amount_off(1), limit=Limit(1, per=Per.CODE))]),
        "coupon 'C': limits uses of a code: a held coupon is used once, so use per=Per.PROGRAM",
    ),
    (
        lambda: problems(promotions=[Promotion("P", amount_off(1), limit=per_order(2))]),
        (
            "promotion 'P': limits its uses in one order, which are never more than one: "
            "use per_day(1)"
        ),
    ),
    (
        lambda: problems(
            promotions=[
                Promotion("P", amount_off(1), limit=Limit(1, per=Per.PROGRAM, window=days(7)))
            ]
        ),
        (
            "promotion 'P': shares a limit within 7 days, which is another span at each use: "
            "use Calendar('month') or Lifetime()"
        ),
    ),
    (
        lambda: problems(promotions=[Promotion("P", amount_off(1), lane="sale")]),
        (
            "promotion 'P': is in the lane 'sale', which there is not: "
            "name one of promotions, coupons"
        ),
    ),
    (
        lambda: problems(promotions=[Promotion("P", amount_off(1), group="percent")]),
        (
            "promotion 'P': is in the group 'percent', of which there is no number: "
            "Stacking(..., groups={'percent': 1})"
        ),
    ),
    (
        lambda: problems(
            promotions=[
                Promotion("P", amount_off(1), lane="coupons", exclusive=Exclusive.ORDER),
            ]
        ),
        (
            "promotion 'P': is the only offer on its order, so that no lane is its own: "
            "leave lane out"
        ),
    ),
    (
        lambda: problems(
            promotions=[Promotion("C", amount_off(1))], coupons=[Coupon("C", amount_off(1))]
        ),
        "promotion 'C' has the name of a coupon: names must differ",
    ),
    (
        lambda: problems(
            promotions=[Promotion("P", amount_off(1))],
            budgets=[Budget("b", points=5, offers=["P"])],
        ),
        "budget 'b': counts points, which no offer gives: amount=5_000",
    ),
    (
        lambda: problems(budgets=[Budget("b", amount=5, offers=["P"])]),
        "budget 'b': there is no offer 'P': name a coupon or promotion",
    ),
    (
        lambda: problems(coupons=[Coupon("C", amount_off(1), limit=per_order(1))]),
        ("coupon 'C': limits its uses in one order, which are never more than one: use per_day(1)"),
    ),
    (
        lambda: problems(Rule("a", Activity, then=FIFTY, limit=[once(), Limit(units=3)])),
        "rule 'a': limits units where only an activity is known: limit times or points",
    ),
    (
        lambda: problems(Rule("a", Birthday(), then=FIFTY, limit=Limit(3, per=Per.CODE))),
        "rule 'a': limits uses of a code where only the member is known: use per=Per.PROGRAM",
    ),
    (
        lambda: problems(Rule("a", Return, then=FIFTY, limit=per_order(points=3))),
        ("rule 'a': limits one order where only the member is known: use per_day(...) or once()"),
    ),
    (
        lambda: problems(
            Rule("a", Purchase, then=FIFTY, limit=Limit(3, window=days(7), per=Per.PROGRAM))
        ),
        (
            "rule 'a': shares a limit within 7 days, which is another span at each use: "
            "use Calendar('month') or Lifetime()"
        ),
    ),
    (
        lambda: problems(
            Rule("a", Purchase, then=FIFTY, limit=Limit(3, window=MembershipYear(), per=Per.CODE))
        ),
        (
            "rule 'a': shares a limit in one membership year, which begins for each on another "
            "day: use Calendar('year')"
        ),
    ),
    (
        lambda: problems(
            Rule("a", Purchase, then=FIFTY, limit=Limit(3, window=OneOrder(), per=Per.PROGRAM))
        ),
        "rule 'a': shares a limit in one order, which has one member: leave per out",
    ),
    (
        lambda: problems(earning(BASE), budgets=[Budget("b", points=5, rules=["a", "z"])]),
        "budget 'b': there is no rule 'z': name one of the programme's rules",
    ),
    (
        lambda: problems(asking(None), budgets=[Budget("b", points=5, rules=["a"])]),
        "budget 'b': counts points, but its rules grant none: Accrue(points(5))",
    ),
    (
        lambda: problems(earning(BASE), budgets=[Budget("b", amount=5, rules=["a"])]),
        "budget 'b': counts credit, but its rules grant none: Credit(5)",
    ),
    (
        lambda: problems(earning(BASE), budgets=[Budget("b", points=5, rules=["a"])] * 2),
        "budget 'b' is defined 2 times: names must differ",
    ),
    (
        lambda: problems(
            Rule("a", Purchase, then=Credit(1)), budgets=[Budget("b", amount="0.001", rules=["a"])]
        ),
        (
            "budget 'b': its amount: EUR has 2 decimals, so 0.001 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(
            earning(BASE), budgets=[Budget("b", points=5, window=SinceEntry(), rules=["a"])]
        ),
        (
            "budget 'b': is shared since entry, which begins for each on another day: "
            "use Calendar('year')"
        ),
    ),
    (
        lambda: problems(
            earning(BASE), budgets=[Budget("b", points=5, window=days(3), rules=["a"])]
        ),
        (
            "budget 'b': is shared within 3 days, which is another span at each use: "
            "use Calendar('month') or Lifetime()"
        ),
    ),
    (
        lambda: problems(
            Rule("a", Purchase, then=[FIFTY, Accrue(points(5), purse="status")]),
            purses=[Purse("status", decimals=1)],
            budgets=[Budget("b", points=5, rules=["a"])],
        ),
        "budget 'b': counts points of purses with different decimals together",
    ),
    (
        lambda: problems(Rule("a", Purchase, then=Issue("PIE"))),
        "rule 'a': issues the coupon 'PIE', which the programme does not have",
    ),
    (
        lambda: problems(Rule("a", Enrolment, then=Send())),
        "rule 'a': sends a referral credit, which only a purchase can bring",
    ),
    (
        lambda: problems(Rule("a", After(Purchase, days(401)), then=FIFTY)),
        "rule 'a': fires 401 days after the event, but only 400 days are remembered",
    ),
    (
        lambda: problems(Rule("a", Purchase, then=Credit("0.001"))),
        "rule 'a': the credit: EUR has 2 decimals, so 0.001 cannot be paid; write fewer decimals",
    ),
    (
        lambda: problems(Rule("a", Purchase, then=Credit("0.5")), currency="JPY"),
        "rule 'a': the credit: JPY has 0 decimals, so 0.5 cannot be paid; write fewer decimals",
    ),
    (
        lambda: problems(earning(points(1).per("0.001"))),
        (
            "rule 'a': the amount of a rate: EUR has 2 decimals, so 0.001 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(earning(points(1).per_whole("1.005"))),
        (
            "rule 'a': the amount of a rate: EUR has 2 decimals, so 1.005 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(asking(basket.spend >= "15.005")),
        (
            "rule 'a': basket.spend: EUR has 2 decimals, so 15.005 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(asking(member.spend.is_("15.005"))),
        (
            "rule 'a': member.spend: EUR has 2 decimals, so 15.005 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(coupons=[Coupon("C", amount_off("0.001"))]),
        (
            "coupon 'C': the discount: EUR has 2 decimals, so 0.001 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(coupons=[Coupon("C", percent_off(5, up_to="0.001"))]),
        (
            "coupon 'C': the cap of the discount: EUR has 2 decimals, so 0.001 cannot be "
            "paid; write fewer decimals"
        ),
    ),
    (
        lambda: problems(asking(member.tier >= "gold")),
        "rule 'a': asks for the tier 'gold', which the programme does not have (it has none)",
    ),
    (
        lambda: problems(asking(member.tier.one_of("bronze", "ruby")), tiers=LADDER),
        (
            "rule 'a': asks for the tier 'ruby', which the programme does not have "
            "(it has bronze, gold)"
        ),
    ),
    (
        lambda: problems(
            coupons=[Coupon("C", amount_off(1), when=member.tier < "ruby")], tiers=LADDER
        ),
        (
            "coupon 'C': asks for the tier 'ruby', which the programme does not have "
            "(it has bronze, gold)"
        ),
    ),
    (
        lambda: problems(asking(basket.spend >= 3, Birthday())),
        "rule 'a': asks for basket.spend where only the member is known",
    ),
    (
        lambda: problems(asking(basket.label("channel").known(), Return)),
        "rule 'a': asks for basket.channel where only the member is known",
    ),
    (
        lambda: problems(asking(basket.day.anniversary(), Inactivity(days(9)))),
        "rule 'a': asks for basket.day where only the member is known",
    ),
    (
        lambda: problems(asking(basket.units >= 3, Activity)),
        "rule 'a': asks for basket.units where only an activity is known",
    ),
    (
        lambda: problems(asking(activity.kind.is_("review"))),
        "rule 'a': asks for activity.kind where only a basket is known",
    ),
    (
        lambda: problems(asking(COFFEE)),
        (
            "rule 'a': asks for item.category where only a basket is known: "
            "lift it with some_item(...)"
        ),
    ),
    (
        lambda: problems(earning(points(1).when(COFFEE))),  # type: ignore[arg-type]
        (
            "rule 'a': asks for item.category where only a basket is known: "
            "lift it with some_item(...)"
        ),
    ),
    (
        lambda: problems(earning(points(1).per(1, of=basket.spend >= 3))),  # type: ignore[arg-type]
        "rule 'a': asks for basket.spend where only one line of a basket is known",
    ),
    (
        lambda: problems(earning(points(1).per_unit(of=member.orders >= 3))),  # type: ignore[arg-type]
        "rule 'a': asks for member.orders where only one line of a basket is known",
    ),
    (
        lambda: problems(asking(SomeItem(basket.spend >= 3))),  # type: ignore[arg-type]
        "rule 'a': asks for basket.spend where only one line of a basket is known",
    ),
    (
        lambda: problems(asking(SomeItem(some_item(COFFEE)))),  # type: ignore[arg-type]
        "rule 'a': asks for some item where only one line of a basket is known",
    ),
    (
        lambda: problems(asking(some_item(COFFEE), Enrolment)),
        "rule 'a': asks for some item where only the member is known",
    ),
    (
        lambda: problems(coupons=[Coupon("C", amount_off(1), when=activity.kind.is_("x"))]),
        "coupon 'C': asks for activity.kind where only a basket is known",
    ),
    (
        lambda: problems(coupons=[Coupon("C", amount_off(1, of=basket.spend >= 1))]),  # type: ignore[arg-type]
        "coupon 'C': asks for basket.spend where only one line of a basket is known",
    ),
    (
        lambda: problems(asking(Custom("in the shop"), Birthday())),
        (
            "rule 'a': asks the host for 'in the shop' where there is no event to answer with: "
            "use a label of the member"
        ),
    ),
    (
        lambda: problems(asking(some_item(Custom("fresh")))),  # type: ignore[arg-type]
        (
            "rule 'a': asks the host for 'fresh' where there is no event to answer with: "
            "use a label of the member"
        ),
    ),
    (
        lambda: problems(earning(points(1).per_unit(), Enrolment)),
        "rule 'a': earns per spend or unit where only the member is known",
    ),
    (
        lambda: problems(earning(best_of((BASE + points(1)) * 2, points(3)).cap(9), Activity)),
        "rule 'a': earns per spend or unit where only an activity is known",
    ),
    (
        lambda: problems(asking(Compare(UNKNOWN, Op.GE, Decimal(180)))),
        (
            "rule 'a': asks for member.height, which is unknown: "
            "a word of your own is a .label() or .number()"
        ),
    ),
    (
        lambda: problems(
            asking(member.label("plan").is_("x")),
            Rule("b", Purchase, when=member.number("plan") >= 3, then=FIFTY),
        ),
        "rule 'b': reads member.plan as number, and elsewhere as text",
    ),
    (
        lambda: problems(
            asking(member.label("plan").is_("x")),
            coupons=[Coupon("C", amount_off(1), when=member.flag("plan").is_(True))],
        ),
        "coupon 'C': reads member.plan as flag, and elsewhere as text",
    ),
]


@pytest.mark.parametrize(("found", "expected"), FOUND)
def test_a_problem_names_its_place_and_says_what_to_write(
    found: Callable[[], tuple[str, ...]], expected: str
) -> None:
    assert found() == (expected,)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda bad: ~bad,
        lambda bad: bad & (member.orders >= 1),
        lambda bad: (member.orders >= 1) | bad,
        lambda bad: AllOf([AllOf([bad])]),
    ],
)
def test_a_problem_is_found_however_deep_it_stands(wrap: Callable[[Any], Any]) -> None:
    assert problems(asking(wrap(COFFEE))) == (
        (
            "rule 'a': asks for item.category where only a basket is known: "
            "lift it with some_item(...)"
        ),
    )


def test_the_same_word_may_be_of_two_kinds_where_it_belongs_to_two_things() -> None:
    assert club(asking((member.label("size").is_("L")) & (basket.number("size") >= 3))).rules
    assert club(asking(member.label("tier").is_("gold"))).rules


def test_all_problems_are_reported_at_once_in_programme_order() -> None:
    assert problems(
        Rule(
            "late",
            After(Purchase, months(14)),
            when=COFFEE,  # type: ignore[arg-type]
            then=[Credit("0.001"), Issue("PIE")],
        ),
        Rule("vip", Birthday(), when=member.tier >= "ruby", then=[Send(), Accrue(BASE)]),
        Rule("late", Enrolment, then=FIFTY),
        tiers=Tiers([Tier("fan", "0.001")], metric=money_spent),
        coupons=[CAKE, Coupon("CAKE", amount_off("0.001"), when=basket.spend >= "0.002")],
    ) == (
        "rule 'late' is defined 2 times: names must differ",
        "coupon 'CAKE' is defined 2 times: names must differ",
        (
            "ladder 'tier': tier 'fan': the threshold: EUR has 2 decimals, so 0.001 cannot be "
            "paid; write fewer decimals"
        ),
        (
            "rule 'late': asks for item.category where only a basket is known: "
            "lift it with some_item(...)"
        ),
        "rule 'late': fires 14 months after the event, but only 400 days are remembered",
        (
            "rule 'late': the credit: EUR has 2 decimals, so 0.001 cannot be "
            "paid; write fewer decimals"
        ),
        "rule 'late': issues the coupon 'PIE', which the programme does not have",
        "rule 'vip': asks for the tier 'ruby', which the programme does not have (it has fan)",
        "rule 'vip': sends a referral credit, which only a purchase can bring",
        "rule 'vip': earns per spend or unit where only the member is known",
        (
            "coupon 'CAKE': basket.spend: EUR has 2 decimals, so 0.002 cannot be "
            "paid; write fewer decimals"
        ),
        (
            "coupon 'CAKE': the discount: EUR has 2 decimals, so 0.001 cannot be "
            "paid; write fewer decimals"
        ),
    )


def test_the_message_lists_every_problem_on_a_line_of_its_own() -> None:
    with pytest.raises(ProgramError) as caught:
        club(Rule("a", Enrolment, then=[Send(), Issue("PIE")]))
    assert str(caught.value) == (
        "programme 'Club' has 2 problem(s):\n"
        "  - rule 'a': sends a referral credit, which only a purchase can bring\n"
        "  - rule 'a': issues the coupon 'PIE', which the programme does not have"
    )


@pytest.mark.parametrize(
    ("after", "remember", "fits"),
    [
        (days(400), days(400), True),
        (days(401), days(400), False),
        (hours(24), days(1), True),
        (hours(25), days(1), False),
        (months(12), days(400), True),
        (months(12), months(12), True),
        (months(13), months(12), False),
        # thirteen months can have 393 days only, and twelve have 365
        (days(393), months(13), True),
        (days(394), months(13), False),
        (days(365), months(12), True),
        (days(366), months(12), False),
        (months(1), days(30), False),
        (months(1), days(31), True),
        (days(28), months(1), True),
        (days(29), months(1), False),
        (Period(months=1, days=1), Period(months=1), False),
    ],
)
def test_a_rule_fires_while_the_event_is_surely_remembered(
    after: Period, remember: Period, fits: bool
) -> None:
    rule = Rule("a", After(Purchase, after), then=FIFTY)
    if fits:
        assert club(rule, remember=remember).rules == (rule,)
    else:
        assert len(problems(rule, remember=remember)) == 1


# -- what is refused before anything is judged


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: club(currency="EURO"), DefinitionError, "'EURO' is no active ISO 4217 code"),
        (lambda: club(currency=978), MisuseError, "currency: write an ISO 4217 code"),  # type: ignore[arg-type]
        (
            lambda: Program("Club", "EUR", timezone="Lisbon"),
            DefinitionError,
            "timezone: 'Lisbon' is unknown; write an IANA name such as",
        ),
        (
            lambda: Program("Club", "EUR", timezone=None),  # type: ignore[arg-type]
            MisuseError,
            "timezone: write a name such as",
        ),
        (
            lambda: Program("", "EUR", timezone="UTC"),
            DefinitionError,
            "the name of a programme must have 1 to 200 characters",
        ),
        (
            lambda: Program("Club", "EUR", timezone="UTC", rules=asking(None)),  # type: ignore[arg-type]
            MisuseError,
            "the rules of a programme: write a list, not Rule(",
        ),
        (
            lambda: club(referral(referrer=Credit(1), pending=days(3))),  # type: ignore[arg-type]
            MisuseError,
            "rules are made of Rule, not of [Rule(",
        ),
        (
            lambda: Program("Club", "EUR", timezone="UTC", rules="ab"),  # type: ignore[arg-type]
            MisuseError,
            "rules are made of Rule, not of 'a': unpack lists with *",
        ),
        (lambda: club(coupons=CAKE), MisuseError, "the coupons of a programme: write a list"),
        (lambda: club(coupons=["CAKE"]), MisuseError, "coupons are made of Coupon, not of 'CAKE'"),
        (
            lambda: club(tiers=[Tier("a", 0)]),
            MisuseError,
            "tiers must be Tiers([...]), or several of them, not Tier(",
        ),
        (lambda: club(remember=400), MisuseError, "remember must be a period such as days(400)"),
        (lambda: club(remember=days(0)), DefinitionError, "remember must be above 0: days(400)"),
        (lambda: club(skew=300), MisuseError, "skew must be a period such as minutes(5), not 300"),
    ],
)
def test_a_field_of_the_wrong_sort_is_refused(
    wrong: Callable[[], Program], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert message in str(caught.value)


def test_endless_rules_and_coupons_are_refused_at_once() -> None:
    with pytest.raises(LimitError, match="the rules of a programme: write at most 1000 of them"):
        Program("Club", "EUR", timezone="UTC", rules=repeat(asking(None)))
    with pytest.raises(LimitError, match="the coupons of a programme: write at most 1000 of them"):
        club(coupons=repeat(CAKE))


def test_a_large_programme_is_judged_in_seconds_not_minutes() -> None:
    coupons = [Coupon(f"C{number}", amount_off(number)) for number in range(1, 10_001)]

    def rules() -> Iterator[Rule]:
        for number in range(1000):
            first = 100 * (number % 100)
            issued = [Issue(coupon) for coupon in coupons[first : first + 100]]
            yield Rule(f"rule {number}", Purchase, then=issued)

    made = list(rules())
    with within(10):
        assert len(club(*made).all_coupons) == 10_000


def test_a_programme_has_at_most_a_hundred_thousand_nodes() -> None:
    pairs: Condition[Moment] = basket.day >= date(2026, 1, 1)
    for _ in range(12):
        pairs = AllOf([pairs, pairs])
    assert pairs.extent.nodes == 8191
    rules = [Rule(f"rule {number}", Purchase, when=pairs, then=FIFTY) for number in range(13)]
    assert len(club(*rules[:12]).rules) == 12
    message = "may have at most 100000 nodes together, not 106496"
    with within(1), pytest.raises(LimitError, match=message):
        club(*rules)
