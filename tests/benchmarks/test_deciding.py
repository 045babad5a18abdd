"""What a decision costs: beside a straight-line function, and as a member's history grows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from pytest_benchmark.fixture import BenchmarkFixture

from loyaltykit import (
    Account,
    Accrue,
    Engine,
    ForTerm,
    Grace,
    Line,
    Program,
    Purchase,
    Rule,
    Tier,
    Tiers,
    basket,
    best_of,
    days,
    item,
    member,
    months,
    per_month,
    points,
    some_item,
)

FIRST = datetime(2020, 1, 1, 12, tzinfo=UTC)
COFFEE = item.category.is_("coffee")

TWELVE = Program(
    "Twelve rules",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=Tiers([Tier("bronze", 0), Tier("gold", 500)], window=months(12)),
    rules=[
        Rule("base", Purchase, then=Accrue(points(1).per(1), expires=months(24))),
        Rule("coffee", Purchase, then=Accrue(points(1).per(1, of=COFFEE))),
        Rule("gold", Purchase, when=member.tier >= "gold", then=Accrue(points(10))),
        Rule("big", Purchase, when=basket.spend >= 50, then=Accrue(points(25))),
        Rule("bigger", Purchase, when=basket.spend >= 500, then=Accrue(points(100))),
        Rule("weekend", Purchase, when=basket.weekday.one_of("sat", "sun"), then=Accrue(points(5))),
        Rule("app", Purchase, when=basket.label("channel").is_("app"), then=Accrue(points(3))),
        Rule("many", Purchase, when=basket.units >= 20, then=Accrue(points(15))),
        Rule("beans", Purchase, when=some_item(item.sku.is_("beans"), 2), then=Accrue(points(4))),
        Rule("best", Purchase, then=Accrue(best_of(points(2).per(10), points(1).per_unit()))),
        Rule("loyal", Purchase, when=member.orders >= 10, then=Accrue(points(6))),
        Rule("monthly", Purchase, then=Accrue(points(7)), limit=per_month(2)),
    ],
)

DAILY = Program(
    "Every day",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=Tiers([Tier("bronze", 0), Tier("gold", 500)], window=months(12)),
    rules=[
        Rule("base", Purchase, then=Accrue(points(1).per(1), pending=days(14), expires=months(24)))
    ],
)


def bought(day: int) -> Purchase:
    lines = [
        Line(str(place), sku, price="3.50", quantity=2, category=category)
        for place, (sku, category) in enumerate(
            [("beans", "coffee"), ("cup", "ware"), ("filter", "ware"), ("decaf", "coffee")]
        )
    ]
    at = FIRST + timedelta(days=day)
    return Purchase(f"order-{day}", at, member="ana", lines=lines, labels={"channel": "app"})


def straight_line(account: Account, event: Purchase) -> int:
    """The same twelve rules as a shop would write them by hand, without a ledger."""
    spend = sum(int(line.price * 100) * line.quantity for line in event.lines)
    units = sum(line.quantity for line in event.lines)
    coffee = sum(
        int(line.price * 100) * line.quantity for line in event.lines if line.category == "coffee"
    )
    orders = account.count("orders", event.at)
    granted = spend // 100 + coffee // 100
    granted += 10 if account.tier == "gold" else 0
    granted += 25 if spend >= 5_000 else 0
    granted += 100 if spend >= 50_000 else 0
    granted += 5 if event.at.weekday() >= 5 else 0
    granted += 3 if event.labels["channel"] == "app" else 0
    granted += 15 if units >= 20 else 0
    granted += 4 if sum(line.quantity for line in event.lines if line.sku == "beans") >= 2 else 0
    granted += max(spend * 2 // 1_000, units)
    granted += 6 if orders >= 10 else 0
    return granted + (7 if account.count("times:monthly:month", event.at) < 2 else 0)


def deciding(account: Account, event: Purchase) -> int:
    before = account.purse("points").issued
    return TWELVE_ENGINE.decide(account, event).account.purse("points").issued - before


TWELVE_ENGINE = Engine(TWELVE)


@pytest.mark.benchmark(group="a purchase under 12 rules")
@pytest.mark.parametrize(
    "way", [deciding, straight_line], ids=["decided and explained", "straight line, no ledger"]
)
def test_a_purchase_under_twelve_rules(
    benchmark: BenchmarkFixture, way: Callable[[Account, Purchase], int]
) -> None:
    assert benchmark(way, Account.new("ana"), bought(0)) == 28 + 14 + 3 + 4 + 8 + 7


@pytest.fixture(scope="module")
def yearly() -> dict[int, Account]:
    """The account of a member with one order a day, before the 1,000th and the 10,000th."""
    engine, account, kept = Engine(DAILY), Account.new("ana"), {}
    for day in range(10_000):
        if day in (999, 9_999):
            kept[day] = account
        account = engine.decide(account, bought(day)).account
    return kept


REMEMBERED = evolve(
    DAILY,
    tiers=Tiers(
        [Tier("bronze", 0), Tier("gold", 500)],
        window=months(12),
        validity=ForTerm(months(12)),
        grace=Grace(days(30)),
    ),
)


@pytest.mark.benchmark(group="one order a day on a ladder")
@pytest.mark.parametrize(
    "program", [DAILY, REMEMBERED], ids=["held while qualified", "with terms and grace"]
)
def test_one_order_a_day_on_a_ladder_that_remembers(
    benchmark: BenchmarkFixture, program: Program
) -> None:
    engine, account = Engine(program), Account.new("ana")
    for day in range(400):
        account = engine.decide(account, bought(day)).account
    assert benchmark(engine.decide, account, bought(400)).account.tier == "gold"


@pytest.mark.once
@pytest.mark.benchmark(group="one order a day")
@pytest.mark.parametrize("day", [999, 9_999], ids=["the 1,000th", "the 10,000th"])
def test_one_order_a_day(
    benchmark: BenchmarkFixture, request: pytest.FixtureRequest, day: int
) -> None:
    if benchmark.disabled:
        pytest.skip("10,000 orders are placed only to be measured: --benchmark-enable")
    yearly: dict[int, Account] = request.getfixturevalue("yearly")
    engine = Engine(DAILY)
    decision = benchmark(engine.decide, yearly[day], bought(day))
    assert decision.accepted
