"""What `import loyaltykit` costs, beside importing what it stands on."""

import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.benchmark(group="import")
@pytest.mark.parametrize(
    "statement",
    ["import loyaltykit", "import attrs, dateutil.relativedelta"],
    ids=["loyaltykit", "attrs and dateutil alone"],
)
def test_importing(benchmark: BenchmarkFixture, statement: str) -> None:
    command = [sys.executable, "-c", statement]
    done = benchmark.pedantic(subprocess.run, (command,), {"check": True}, rounds=10)
    assert done.returncode == 0
