"""Mutants of the ledger: one small change of one function each, made by the operators of mutmut.

Two operators are added: an `if` of a statement or a comprehension that always or never holds, and a
call for its effect alone that is left out. Nothing is changed that no test can see: annotations,
decorators, `assert_never(...)`.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_if_exp

MODULES = (
    *("account", "adjusting", "arming", "confirming", "counters", "extending", "folding"),
    *("granting", "handling", "keeping", "lapsing", "lasting", "ledger", "limiting", "lots"),
    *("occasion", "placing"),
    *("posting", "release", "reserving", "returning", "rewarding", "settling", "standing"),
    *("tariff", "tendering", "timing", "transferring", "uniting", "using", "withdrawing"),
)
"""`redeeming` is not among them: it holds data and what checks it, and moves nothing."""

SHARES = {"condition": 100, "arithmetic": 60, "call": 80, "value": 60}
"""How many mutants of each kind: drawn evenly, most would be arguments left out of calls."""

_forced: Callable[[Any], Iterable[cst.CSTNode]] = operator_if_exp
_UNREACHABLE = m.Call(func=m.Name("assert_never"))
_LEFT_ALONE = m.Annotation() | m.Decorator() | _UNREACHABLE
_DEAD_CASE = m.MatchCase(
    body=m.IndentedBlock(body=[m.SimpleStatementLine(body=[m.Expr(_UNREACHABLE)])])
)
_KINDS = {
    "arithmetic": m.BinaryOperation() | m.AugAssign() | m.Integer(),
    "call": m.Call() | m.Expr(),
    "value": m.Assign() | m.AnnAssign() | m.SimpleString() | m.Name() | m.Lambda(),
}
"""Every other node that changes is a condition: what is compared, joined, branched on."""


class Mutant(NamedTuple):
    """One change: of which function, in which lines, and how it reads."""

    module: str
    function: str
    kind: str
    lines: tuple[int, int]
    key: str
    """Names the mutant, however the lines around its function move."""
    before: str
    after: str
    source: str
    """The module as the mutant has it."""


def sample(source: Path, seed: str) -> list[Mutant]:
    """The mutants of each kind whose keys have the lowest digests, module by module."""
    found = [each for name in MODULES for each in _found(source / f"{name}.py")]
    drawn: list[_Found] = []
    for kind, group in groupby(sorted(found, key=_kind), key=_kind):
        ranked = sorted(group, key=lambda each: hashlib.sha256((seed + each.key).encode()).digest())
        drawn += ranked[: SHARES[kind]]
    return [_mutant(each) for each in sorted(drawn, key=lambda each: (each.module, each.lines))]


def count(source: Path) -> int:
    """How many mutants there are of all modules."""
    return sum(1 for name in MODULES for _ in _found(source / f"{name}.py"))


class _Found(NamedTuple):
    module: str
    function: str
    lines: tuple[int, int]
    key: str
    node: cst.CSTNode
    changed: cst.CSTNode
    tree: cst.Module
    statement: cst.CSTNode
    """The class or function at the top of the module in which the node is."""


def _found(path: Path) -> Iterator[_Found]:
    wrapper = MetadataWrapper(cst.parse_module(path.read_text("utf-8")), unsafe_skip_copy=True)
    tree, places = wrapper.module, wrapper.resolve(PositionProvider)
    seen: Counter[str] = Counter()
    for statement in tree.body:
        for function, node in _inside(cst.Module([statement]), ""):
            lines = (places[node].start.line, places[node].end.line)
            for changed in _changes(node):
                before, after = (tree.code_for_node(each).splitlines() for each in (node, changed))
                key = f"{path.stem}.{function}: {' -> '.join(_differing(before, after))}"
                seen[key] += 1
                key += f" #{seen[key]}" if seen[key] > 1 else ""
                yield _Found(path.stem, function, lines, key, node, changed, tree, statement)


def _inside(node: cst.CSTNode, within: str) -> Iterator[tuple[str, cst.CSTNode]]:
    """The nodes in the bodies of functions, each with the name of its function."""
    for child in node.children:
        if isinstance(child, cst.ClassDef):
            yield from _inside(child.body, f"{child.name.value}.")
        elif isinstance(child, cst.FunctionDef) and (not within or within.endswith(".")):
            yield from _inside(child.body, within + child.name.value)
        elif not m.matches(child, _LEFT_ALONE):
            if within and not within.endswith("."):
                yield within, child
            yield from _inside(child, within)


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from filter(partial(_reachable, node), operator(node))
    if isinstance(node, cst.If | cst.CompIf):
        yield from _forced(node)
    if m.matches(node, m.Expr(m.Call())):
        yield cst.Pass()


def _reachable(node: cst.CSTNode, changed: cst.CSTNode) -> bool:
    """Whether a change is more than a `case` left out that only the type checker reads."""
    if not isinstance(node, cst.Match) or not isinstance(changed, cst.Match):
        return True
    return not m.matches(node.cases[-1], _DEAD_CASE) or changed.cases[-1] is node.cases[-1]


def _kind(found: _Found) -> str:
    return next((kind for kind, of in _KINDS.items() if m.matches(found.node, of)), "condition")


def _mutant(found: _Found) -> Mutant:
    whole, statement = found.tree.code, found.statement
    changed = statement.deep_replace(found.node, found.changed)
    assert isinstance(changed, cst.CSTNode)
    old, new = found.tree.code_for_node(statement), found.tree.code_for_node(changed)
    source = whole.replace(old, new, 1)
    before, after = _differing(whole.splitlines(), source.splitlines())
    return Mutant(
        found.module, found.function, _kind(found), found.lines, found.key, before, after, source
    )


def _differing(before: list[str], after: list[str]) -> tuple[str, str]:
    """What is left of two texts without the lines that they begin and end with alike."""
    for _ in range(2):
        while before and after and before[-1] == after[-1]:
            before, after = before[:-1], after[:-1]
        before, after = before[::-1], after[::-1]
    return _joined(before), _joined(after)


def _joined(lines: Iterable[str]) -> str:
    return " ".join(line.strip() for line in lines)
