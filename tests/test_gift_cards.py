"""Credit of an amount that the event brings, such as a gift card; and points of nothing."""

from decimal import Decimal
from typing import Any

import pytest
from desk import Desk, club, day

from loyaltykit import (
    Account,
    Activity,
    Basket,
    Credit,
    DefinitionError,
    Engine,
    Enrolment,
    EventError,
    LimitError,
    Line,
    MisuseError,
    Program,
    ProgramError,
    Purchase,
    Rule,
    activity,
    basket,
    dumps,
    item,
    loads,
    per_life,
)

CARD = Rule("card", Activity, then=Credit(activity.number("amount", optional=True)))


def loaded(amount: Any, currency: str = "EUR", rule: Rule = CARD) -> int:
    """What a card of this amount brings, in minor units."""
    program = Program("Club", currency, timezone="UTC", rules=[rule])
    labels = {} if amount is None else {"amount": amount}
    event = Activity("a", day(0), member="ana", kind="card", labels=labels)
    account = Engine(program).decide(Account.new("ana"), event).account
    account.check()
    return account.balance(day(0), "credit").available


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (Decimal("42.50"), "EUR", 4250),
        (25, "EUR", 2500),
        (Decimal("0.01"), "EUR", 1),
        (3000, "JPY", 3000),
        (Decimal("1.125"), "KWD", 1125),
        (0, "EUR", 0),
        (None, "EUR", 0),
    ],
)
def test_a_card_credits_what_the_event_says(amount: Any, currency: str, expected: int) -> None:
    assert loaded(amount, currency) == expected


@pytest.mark.parametrize(
    ("amount", "error", "message"),
    [
        (-5, EventError, "rule 'card' credits activity.amount, which is -5: an amount of credit"),
        (Decimal("9.999"), DefinitionError, "the credit of rule 'card': EUR has 2 decimals"),
        ("42.50", EventError, r"says '42.50': write a number such as 3 or Decimal\('9.50'\)"),
        (10**14, LimitError, "rule 'card' would credit 100000000000000 at once, more than"),
    ],
)
def test_an_amount_that_is_none_is_an_error_that_says_what_to_write(
    amount: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        loaded(amount)


@pytest.mark.parametrize(
    "amount",
    [
        item.number("amount"),
        basket.spend,
        activity.label("amount"),
    ],
)
def test_only_a_number_of_the_event_is_an_amount_of_credit(amount: Any) -> None:
    with pytest.raises((DefinitionError, MisuseError)):
        Credit(amount)


def test_a_rule_that_cannot_know_the_number_is_a_problem_of_the_programme() -> None:
    with pytest.raises(ProgramError, match="'welcome': asks for basket.amount where only"):
        club(Rule("welcome", Enrolment, then=Credit(basket.number("amount"))))


def test_what_an_order_was_credited_is_taken_back_with_it() -> None:
    bonus = Rule("bonus", Purchase, then=Credit(basket.number("bonus")), limit=per_life(2))
    ana = Desk(bonus)
    ana.buy("o1", 0, "10", labels={"bonus": Decimal("2.50")})
    ana.buy("o2", 1, "10", labels={"bonus": 1})
    assert ana.account.balance(day(1), "credit").available == 350
    ana.back("r1", 2, "o1")
    assert ana.account.balance(day(2), "credit").available == 100
    assert loads(dumps(bonus), Rule) == bonus


def test_points_of_nothing_pay_for_nothing_and_a_text_is_no_number_of_them() -> None:
    ana = Desk()
    line = Line("1", "mug", price=5)
    assert ana.engine.quote(ana.account, Basket([line]), day(0), spend={"credit": 0}).spend == ()
    assert ana.buy("o1", 0, line, spend={"points": 0, "credit": 0}, paid=5).accepted
    for wrong in ("5.00", Decimal(5), True, 2.5):
        with pytest.raises(DefinitionError, match="write a whole number of the purse's smallest"):
            ana.buy("o2", 1, line, spend={"credit": wrong})
    with pytest.raises(DefinitionError, match="whole number of 1 or more, not -1"):
        ana.buy("o2", 1, line, spend={"credit": -1})
