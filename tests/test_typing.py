"""What mypy must reject, and nothing else.

Each file in tests/typing is ordinary code in which a line that mypy must reject ends in
`# E: code` (several codes: `# E: code, code`). Every other line must pass.
"""

import re
from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parent.parent
SNIPPETS = sorted((ROOT / "tests" / "typing").glob("*.py"))
STATED = re.compile(r"#\s*E:\s*([a-z, -]+)$")
REPORTED = re.compile(r"(?P<path>[^:\n]+):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]")

Errors = set[tuple[str, int, str]]


def stated(paths: list[Path]) -> Errors:
    return {
        (path.name, number, code.strip())
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (match := STATED.search(line))
        for code in match[1].split(",")
    }


def reported(paths: list[Path], cache: Path) -> Errors:
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(cache)]
    options += ["--follow-imports", "silent"]  # the library's own errors are another check's
    style = ["--no-pretty", "--no-error-summary", "--hide-error-context", "--no-color-output"]
    out, err, status = api.run([*options, *style, *map(str, paths)])
    assert not err, err
    assert status in (0, 1), out
    lines = [line for line in out.splitlines() if ": note: " not in line]
    matches = [REPORTED.fullmatch(line) for line in lines]
    assert all(matches), out
    return {(Path(m["path"]).name, int(m["line"]), m["code"]) for m in matches if m}


@pytest.mark.once
def test_mypy_rejects_exactly_the_marked_lines(tmp_path: Path) -> None:
    expected = stated(SNIPPETS)
    assert expected, "no snippet states an error"
    assert reported(SNIPPETS, tmp_path) == expected


@pytest.mark.once
def test_a_snippet_that_states_too_much_or_too_little_is_caught(tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text("fine: int = 1  # E: assignment\nwrong: int = ''\n", "utf-8")
    assert stated([snippet]) == {("snippet.py", 1, "assignment")}
    assert reported([snippet], tmp_path) == {("snippet.py", 2, "assignment")}
