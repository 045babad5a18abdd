"""What a quote costs as a programme has more promotions: 2,000 beside 20, in one run."""

from datetime import UTC, datetime
from time import process_time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from loyaltykit import (
    Basket,
    Engine,
    Line,
    Program,
    Promotion,
    basket,
    item,
    percent_off,
    some_item,
)

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEN = Basket(
    [Line(str(n), f"sku-{n}", price="4.90", quantity=2, category="ware") for n in range(10)],
    {"channel": "app"},
)
channel = basket.label("channel")


def promoted(count: int) -> Engine:
    """Of `count` promotions ten are for what the basket holds, the others for other things."""
    kinds = [
        lambda n: Promotion(f"sku {n}", percent_off(5, of=item.sku.is_(f"sku-{n}"))),
        lambda n: Promotion(f"brand {n}", percent_off(5, of=item.brand.is_(f"brand-{n}"))),
        lambda n: Promotion(f"tag {n}", percent_off(5), when=some_item(item.tags.has(f"tag-{n}"))),
        lambda n: Promotion(f"app {n}", percent_off(5), when=channel.is_(f"app-{n}")),
    ]
    first = [kinds[0](n) for n in range(10)]
    others = [kinds[n % 4](n) for n in range(10, count)]
    return Engine(Program("Club", "EUR", timezone="UTC", promotions=[*first, *others]))


@pytest.mark.parametrize("count", [20, 2_000])
def test_a_quote_of_ten_lines(benchmark: BenchmarkFixture, count: int) -> None:
    engine = promoted(count)
    quote = benchmark(engine.quote, None, TEN, AT)
    assert sum(each.applied for each in quote.promotions) == 10


def test_two_thousand_promotions_cost_at_most_three_times_as_much_as_twenty() -> None:
    engines = promoted(20), promoted(2_000)
    best = [float("inf"), float("inf")]
    for _ in range(15):  # in turns, so that a machine that drifts slows both
        for place, engine in enumerate(engines):
            began = process_time()
            engine.quote(None, TEN, AT)
            best[place] = min(best[place], process_time() - began)
    assert best[1] <= 3 * best[0], f"{best[1] / best[0]:.2f} times {best[0] * 1e3:.1f} ms"
