"""The page of laws cannot rot: every test that it names exists, and nothing is left out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "explanation" / "laws.md").read_text("utf-8")
NAMED = re.compile(r"`(test_\w+)::(test_\w+)`")
ROW = re.compile(r"^\| (?P<number>P?\d+) \| (?P<says>[^|]+) \| (?P<tests>.+) \|$", re.MULTILINE)
NOT_YET = "not promised yet"
ROWS = {match["number"]: match["tests"] for match in ROW.finditer(PAGE)}


def written_in(module: str) -> Iterator[str]:
    tree = ast.parse((TESTS / f"{module}.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


def test_the_page_lists_ten_laws_and_twenty_promises_each_once() -> None:
    numbers = [match["number"] for match in ROW.finditer(PAGE)]
    assert numbers == [str(n) for n in range(1, 11)] + [f"P{n}" for n in range(1, 21)]


@pytest.mark.parametrize("module", sorted({module for module, _ in NAMED.findall(PAGE)}))
def test_every_test_that_the_page_names_exists(module: str) -> None:
    named = {test for where, test in NAMED.findall(PAGE) if where == module}
    assert sorted(named - set(written_in(module))) == []


@pytest.mark.parametrize("number", ROWS)
def test_each_row_names_a_test_or_says_that_it_is_not_promised(number: str) -> None:
    tests = ROWS[number]
    assert bool(NAMED.search(tests)) is not (NOT_YET in tests)


def test_a_test_that_does_not_exist_would_be_seen() -> None:
    assert "test_that_nobody_wrote" not in set(written_in("test_laws_page"))
    assert "test_a_test_that_does_not_exist_would_be_seen" in set(written_in("test_laws_page"))
