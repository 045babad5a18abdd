"""The table of cases: every id has a test that names it, and what it names is there."""

import ast
import json
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCES = TESTS.parent.parent / "shared" / "cases"
ROW = re.compile(r"^\| ([A-F]\d\d|(?:cpn|dsc)-\d\d) \| (.+) \|$", re.MULTILINE)
TABLE = [
    (case, name)
    for case, names in ROW.findall((TESTS / "cases.md").read_text("utf-8"))
    for name in re.findall(r"`([^`]+)`", names)
]


@pytest.mark.parametrize(("case", "name"), TABLE)
def test_what_tells_a_case_is_there_and_says_so(case: str, name: str) -> None:
    module, _, test = name.partition("::")
    source = (TESTS / f"{module}.py").read_text("utf-8")
    text = source
    if test:
        (found,) = [
            node
            for node in ast.parse(source).body
            if isinstance(node, ast.FunctionDef) and node.name == test
        ]
        first = min([found.lineno, *(each.lineno for each in found.decorator_list)])
        text = "\n".join(source.splitlines()[first - 1 : found.end_lineno])
    assert re.search(rf"(?<![\w-]){case}(?!\d)", text)


def test_no_case_is_left_out() -> None:
    if not SOURCES.exists():
        pytest.skip("the collection of cases is not here")
    from_shops = re.findall(
        r"^### ([A-F]\d\d) ", (SOURCES / "shop_cases.md").read_text("utf-8"), re.MULTILINE
    )
    published = json.loads((SOURCES / "published_programmes.json").read_text("utf-8"))
    ids = [each["id"] for each in published if each["id"].startswith(("cpn-", "dsc-"))]
    assert sorted({*from_shops, *ids}) == sorted({case for case, _ in TABLE})
