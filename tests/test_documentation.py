"""The pages are true: their code runs, and a `text` block is what the code before it printed."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"\s*(?P<marks>`{3,}|~{3,})(?P<word>.*)")
# `none` is for what is neither run nor compared: a diagram, a file tree.
SPOKEN = re.compile(r"python|text|none|sh|json|toml|sql|\{(?!code)[a-z:-]+\}.*")

pytestmark = pytest.mark.once


def compare_with_printed(example: Example) -> str | None:
    printed: StringIO = example.namespace["printed_so_far"]
    shown, expected = example.parsed.strip("\n"), printed.getvalue().strip("\n")
    printed.seek(0)
    printed.truncate()
    return None if shown == expected else f"the page shows:\n{shown}\nthe code prints:\n{expected}"


SYBIL = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser("text", evaluator=compare_with_printed)]
)


def run_page(page: Path) -> None:
    document = SYBIL.parse(page)
    printed = document.namespace["printed_so_far"] = StringIO()
    for example in document.examples():
        with redirect_stdout(printed):
            example.evaluate()


def page_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_block_of_a_page_runs_and_prints_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page)


def languages(text: str) -> list[str]:
    """The word after each opening fence; empty where there is none."""
    words: list[str] = []
    within = ""
    for line in text.splitlines():
        if (fence := FENCE.fullmatch(line)) is None:
            continue
        marks, word = fence["marks"], fence["word"].strip()
        if not within:
            words.append(word)
            within = marks
        elif not word and marks.startswith(within):
            within = ""
    return words


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_block_names_a_language_that_the_tests_know(page: Path) -> None:
    words = languages(page.read_text("utf-8"))
    assert [word for word in words if not SPOKEN.fullmatch(word)] == []


def test_a_block_without_a_language_or_in_an_unknown_one_is_seen() -> None:
    words = languages("```\na\n```\n\n```python\nb\n```\n\n````pycon\n```\n````\n")
    assert words == ["", "python", "pycon"]
    assert [word for word in words if not SPOKEN.fullmatch(word)] == ["", "pycon"]


@pytest.mark.parametrize(
    "text",
    [
        "```python\nassert 1 == 2\n```\n",
        "```python\nprint(1)\n```\n\n```text\n2\n```\n",
        "```python\n>>> 1 + 1\n3\n\n```\n",
    ],
    ids=["raises", "prints something else", "answers something else"],
)
def test_a_page_that_is_wrong_is_caught(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    with pytest.raises(AssertionError):
        run_page(page)
