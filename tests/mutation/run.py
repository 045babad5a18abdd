"""Mutation testing of the ledger, by hand and now and then; nothing else needs it.

    pip install -e '.[test]' mutmut
    python tests/mutation/run.py measure FOLDER
    python tests/mutation/run.py mutants FOLDER
    python tests/mutation/run.py page FOLDER

`measure` runs the suite once and keeps in FOLDER which test reads which line (`coverage`), and how
long each takes (`seconds.json`). `mutants` makes the mutants and runs those that no test has killed
so far: after a new test, do both again. It prints a line for each, such as
`killed 0.4 s  ledger.consume: -= -> +=  by tests/test_x.py::test_y`, and keeps it in
`results.jsonl`. `page` writes docs/explanation/mutation.md; why the survivors survive, reasons.toml
says.

One session of pytest collects the tests and makes a child of itself for each mutant. The child puts
the code of the one function that differs in the place of the true one, in memory, and runs the
tests that read its lines, the quickest first, until one fails. A mutant that runs for too long, or
wants too much memory, counts as killed. No file of the project is written but the page.
"""

import argparse
import gc
import json
import os
import resource
import select
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from importlib import import_module
from inspect import unwrap
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn, final

import coverage
import pytest
from mutants import MODULES, Mutant, count, sample

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "loyaltykit"
PAGE = ROOT / "docs" / "explanation" / "mutation.md"
REASONS = Path(__file__).parent / "reasons.toml"
SEED = "loyaltykit"
LEFT_OUT = (
    *("account_size", "codec", "documentation", "engine_bounds", "examples", "floors"),
    *("hostile_data", "program", "purity", "replay", "replay_bytes", "sqlite_store", "strategies"),
)
"""Test modules that start processes, read the source as text, take their time or measure it."""
SLOW = 60.0
"""How long the tests of one mutant may take together, in seconds as measured."""
MEMORY = 2 << 30
SUITE = [
    *("-q", "-p", "no:cacheprovider", "-o", "addopts=", "--benchmark-disable"),
    *("-m", "not heavy and not once", "--hypothesis-profile=mutants"),
    *(f"--ignore=tests/test_{name}.py" for name in LEFT_OUT),
    "--ignore=tests/benchmarks",
]


@final
class Measure:
    """The plugin that notes which test reads which line, and how long each takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds: dict[str, float] = {}
        self.coverage = coverage.Coverage(
            str(folder / "coverage"),
            config_file=False,
            include=[str(SOURCE / f"{name}.py") for name in MODULES],
        )

    def run(self, tests: list[str]) -> None:
        """Run the suite once, or only some modules of it, and add these to what is known."""
        if tests:
            self.coverage.load()
            self.seconds |= json.loads((self.folder / "seconds.json").read_text("utf-8"))
        else:
            self.coverage.erase()
        self.coverage.start()
        pytest.main([*SUITE, *(tests or ["tests"])], plugins=[self])
        self.coverage.stop()
        self.coverage.save()
        (self.folder / "seconds.json").write_text(json.dumps(self.seconds, indent=0), "utf-8")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Begin a context."""
        self.coverage.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the time; one that fails in a quick run, as it wants many examples, is left out."""
        taken = report.duration if report.passed else 2 * SLOW
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + taken


@final
class Readers:
    """Which tests read which line, and how long they take."""

    def __init__(self, folder: Path) -> None:
        self.seconds: dict[str, float] = json.loads((folder / "seconds.json").read_text("utf-8"))
        data = coverage.CoverageData(str(folder / "coverage"))
        data.read()
        self.lines = {
            Path(file).stem: data.contexts_by_lineno(file) for file in data.measured_files()
        }

    def of(self, mutant: Mutant, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        """The tests that read the lines of a mutant, the quickest first."""
        lines = self.lines.get(mutant.module, {})
        span = range(mutant.lines[0], mutant.lines[1] + 1)
        found = {name for line in span for name in lines.get(line, ())}
        timed = [
            (self.seconds[item.nodeid], place)
            for place, item in enumerate(items)
            if item.nodeid in found
        ]
        timed.sort()
        taken = accumulate(seconds for seconds, _ in timed)
        return [items[place] for (_, place), sum_ in zip(timed, taken, strict=True) if sum_ <= SLOW]


@final
class Session:
    """The plugin that runs mutants where pytest would run tests."""

    def __init__(self, folder: Path, step: int) -> None:
        self.folder = folder
        self.step = step
        self.readers = Readers(folder)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the mutants that are left."""
        known = results(self.folder)
        drawn = sample(SOURCE, SEED)
        left = [each for each in drawn if known.get(each.key, {}).get("verdict") != "killed"]
        gc.collect()
        gc.freeze()
        capture: Any = session.config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled():
            for mutant in left[:: self.step]:
                self._attempt(mutant, session)
        return True

    def _attempt(self, mutant: Mutant, session: pytest.Session) -> None:
        items = self.readers.of(mutant, session.items)
        limit = 20 + 2 * sum(self.readers.seconds[item.nodeid] for item in items)
        began = time.monotonic()
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            _run(mutant, items, session, tell)
        os.close(tell)
        said = b"time"
        if select.select([told], [], [], limit)[0]:
            said = os.read(told, 1_000) or b"a crash"
        os.close(told)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        by = said.decode()
        if by == "broken":
            sys.exit(f"cannot be put in its place: {mutant.key}")
        result = {
            "key": mutant.key,
            "verdict": "survived" if by == "none" else "killed",
            "by": f"none of {len(items)}" if by == "none" else by,
            "seconds": round(time.monotonic() - began, 1),
        }
        with (self.folder / "results.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
        print(  # noqa: T201
            f"{result['verdict']} {result['seconds']} s  {mutant.key}  by {result['by']}",
            flush=True,
        )


def _run(
    mutant: Mutant, items: Sequence[pytest.Item], session: pytest.Session, tell: int
) -> NoReturn:
    """In the child: say which test fails, if any, and end."""
    said = b"broken"
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        session.config.pluginmanager.unregister(name="terminalreporter")
        _replace(mutant)
        for place, item in enumerate(items):
            said = item.nodeid.encode()
            following = items[place + 1] if place + 1 < len(items) else None
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                break
        else:
            said = b"none"
    finally:
        os.write(tell, said)
        os._exit(0)


def _replace(mutant: Mutant) -> None:
    """Give the function that is mutated its other code."""
    code = compile(mutant.source, f"{mutant.module}.py", "exec")
    owner: Any = import_module(f"loyaltykit.{mutant.module}")
    for name in mutant.function.split("."):
        code = next(
            each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == name
        )
        owner = vars(owner)[name]
    function = unwrap(getattr(owner, "fget", None) or getattr(owner, "__func__", owner))
    assert isinstance(function, FunctionType)
    function.__code__ = code


def results(folder: Path) -> dict[str, dict[str, Any]]:
    """The latest result of each mutant, by its key."""
    path = folder / "results.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {each["key"]: each for each in map(json.loads, lines)}


def page(folder: Path) -> str:
    """What came of the sample, and of each survivor why."""
    known = results(folder)
    drawn = sample(SOURCE, SEED)
    alive = [each for each in drawn if known[each.key]["verdict"] != "killed"]
    reasons = {
        key: each["reason"].strip()
        for each in tomllib.loads(REASONS.read_text("utf-8"))["survivors"]
        for key in each["mutants"]
    }
    made = Counter(each.module for each in drawn)
    left = Counter(each.module for each in alive)
    kinds = Counter(each.kind for each in drawn)
    text = HEAD.format(
        made=len(drawn),
        killed=len(drawn) - len(alive),
        left=len(alive),
        percent=100 * (len(drawn) - len(alive)) // len(drawn),
        seed=SEED,
        all=f"{count(SOURCE):,}",
        kinds=", ".join(f"{many} {kind}" for kind, many in sorted(kinds.items())),
    )
    for name, many in sorted(made.items()):
        text += f"| `{name}` | {many} | {many - left[name]} |\n"
    text += "\n## Survivors\n"
    groups: defaultdict[str, list[Mutant]] = defaultdict(list)
    for mutant in alive:
        groups[reasons.get(mutant.key, "Not judged yet.")].append(mutant)
    for reason, group in groups.items():
        text += f"\n{reason}\n"
        for each in group:
            where = f"{each.module}.py {each.lines[0]}, {each.function}"
            text += f"\n```none\n{where}\n- {each.before}\n+ {each.after}\n```\n"
    return text


HEAD = """# Mutants

Would the tests notice if the ledger were wrong? A mutant is the library with one small change in
one function: a comparison turned round, a condition that always holds, an argument or a call left
out, a number that is one more. The tests that read the changed line run until one fails; then the
mutant is killed. `tests/mutation/run.py` writes this page and says how to make it again; it is run
by hand now and then, and no part of the suite. It tells of one run: modules and lines are those of
that day.

**{killed} of {made} were killed, {left} survive** ({percent} %). These are a sample, with the seed
`{seed}`, of the {all} mutants that the operators of mutmut, and two more, make of the modules
of the ledger: {kinds}.

| module | mutants | killed |
|---|---|---|
"""


def main() -> None:
    """Do what the command says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("measure", "mutants", "page"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("tests", nargs="*", help="measure only these modules, and add them")
    parser.add_argument("--step", type=int, default=1, help="only every so manieth mutant")
    asked = parser.parse_args()
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    match asked.what:
        case "measure":
            Measure(folder).run(asked.tests)
        case "mutants":
            pytest.main([*SUITE, "tests"], plugins=[Session(folder, asked.step)])
        case _:
            PAGE.write_text(page(folder), "utf-8")


if __name__ == "__main__":
    main()
