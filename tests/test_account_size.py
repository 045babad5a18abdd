"""How large an account grows over a long life: by what is open and remembered, not by its past."""

from datetime import timedelta

import pytest
from desk import NOON, Desk, line

from loyaltykit import (
    Accrue,
    Activity,
    Coupon,
    Dormancy,
    Issue,
    Purchase,
    Purse,
    Redemption,
    Return,
    Rule,
    Tier,
    Tiers,
    amount_off,
    days,
    dumps,
    months,
    per_month,
    points,
)

EVENTS = 100_000
EVERY = timedelta(hours=6)  # 100,000 of these are 68 years


@pytest.mark.heavy
def test_p17_a_hundred_thousand_events_leave_an_account_of_bounded_size() -> None:
    base = points(1).per(1)
    desk = Desk(
        Rule("purchase", Purchase, then=Accrue(base, pending=days(14), expires=months(6))),
        Rule("visit", Activity, then=Accrue(points(1), expires=days(30)), limit=per_month(9)),
        Rule("gift", Purchase, then=Issue(Coupon("GIFT", amount_off(1), valid=days(20)))),
        tiers=Tiers([Tier("base", 0), Tier("gold", 900)], window=months(12)),
        purses=[Purse("points", dormancy=Dormancy(months(12)))],
        remember=days(60),
    )
    engine, account = desk.engine, desk.account
    sizes = []
    for number in range(EVENTS):
        at, kind = NOON + number * EVERY, number % 4
        if kind == 0:
            event: object = Purchase(f"o{number}", at, member="ana", lines=[line("1", "9.50", 2)])
        elif kind == 1:
            event = Activity(f"a{number}", at, member="ana", kind="visit")
        elif kind == 2:
            event = Return(
                f"r{number}", at, member="ana", order=f"o{number - 2}", lines={"1": 1 + number % 2}
            )
        else:
            spent = max(1, engine.balance(account, at).available // 9)
            event = Redemption(f"s{number}", at, member="ana", points=spent)
        account = engine.decide(account, event).account  # type: ignore[arg-type]
        if number % 10_000 == 9_999:
            sizes.append(len(dumps(account)))
    account.check()
    # The tenth ten-thousand is as large as the second: 60 days of orders, 6 months of lots.
    assert max(sizes) < 1.1 * min(sizes[1:])
    assert max(sizes) < 2_000_000
