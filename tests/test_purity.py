"""The core is pure (P9): nothing but its arguments decides what it answers.

`impurities` reads source and lists what could make two runs differ, or reach outside. It sees
spelling, not types: it knows a set by its display, its constructor or its annotation.
"""

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

import loyaltykit

pytestmark = pytest.mark.once  # the source is the same on every Python

PACKAGE = Path(loyaltykit.__file__).parent
EXEMPT = {  # what a file may do that the rest of the core may not; a folder ends in "/"
    "codes.py": {"import secrets"},  # coupon codes: the one place with randomness
    "testing/": {"*"},  # an extra; the core never imports it
}
# Standard modules that answer from their arguments alone, and what the core depends on.
PURE_MODULES = {
    "__future__", "abc", "attrs", "bisect", "collections", "contextlib", "dateutil", "datetime",
    "decimal", "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "hmac",
    "itertools", "json", "loyaltykit", "math", "numbers", "operator", "re", "string", "types",
    "typing", "unicodedata", "zoneinfo",
}  # fmt: skip
BUILTINS = {
    "__import__", "breakpoint", "compile", "eval", "exec", "float", "globals", "id", "input",
    "locals", "open", "print",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
METHODS = {  # these read the clock, give floats, or touch the ambient decimal context
    *CLOCKS, "timestamp", "total_seconds", "getcontext", "setcontext", "localcontext",
}  # fmt: skip
EXACT_MATH = {"ceil", "comb", "floor", "gcd", "isqrt", "lcm", "prod"}
IN_ORDER = {
    "chain", "enumerate", "filter", "iter", "join", "list", "map", "next", "reduce", "reversed",
    "tuple", "zip",
}  # fmt: skip
SET_METHODS = {"difference", "intersection", "symmetric_difference", "union"}
EMPTY = {"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict", "bytearray"}


def name_of(node: ast.AST) -> str:
    """The last name of `a`, `x.a`, `a[int]` or `a()`; empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=inner) | ast.Call(func=inner):
            return name_of(inner)
        case _:
            return ""


def annotated_as_set(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.BinOp):
        return annotated_as_set(annotation.left) or annotated_as_set(annotation.right)
    return annotation is not None and name_of(annotation).lower() in {
        "set", "frozenset", "abstractset", "mutableset",
    }  # fmt: skip


def is_set(node: ast.expr, names: AbstractSet[str]) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in SET_METHODS:
            return is_set(inner, names)
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            return is_set(left, names) or is_set(node.right, names)
        case ast.IfExp(body=body, orelse=orelse):
            return is_set(body, names) or is_set(orelse, names)
        case ast.Name(id=name):
            return name in names
        case ast.Attribute(attr=name):
            return f".{name}" in names
        case _:
            return False


def target_of(node: ast.expr) -> str:
    return f".{node.attr}" if isinstance(node, ast.Attribute) else name_of(node)


def set_names(scope: ast.AST) -> set[str]:
    """Names that are annotated as sets, or assigned from one, anywhere within `scope`.

    An attribute is told from a name by its dot.
    """
    found: set[str] = set()
    for node in ast.walk(scope):
        match node:
            case ast.AnnAssign(target=target, annotation=annotation):
                if annotated_as_set(annotation):
                    found.add(target_of(target))
            case ast.arg(arg=name, annotation=annotation) if annotated_as_set(annotation):
                found.add(name)
            case ast.Assign(targets=[target], value=value) if is_set(value, found):
                found.add(target_of(target))
            case ast.NamedExpr(target=target, value=value) if is_set(value, found):
                found.add(target_of(target))
    return found


def iterated(node: ast.AST) -> Iterator[ast.expr]:
    """What `node` takes one by one, in whatever order it comes."""
    match node:
        case ast.For(iter=source) | ast.comprehension(iter=source):
            yield source
        case ast.Starred(value=source) | ast.YieldFrom(value=source):
            yield source
        case ast.Call(func=function, args=arguments) if name_of(function) in IN_ORDER:
            yield from arguments


def imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=aliases):
            return [alias.name.split(".")[0] for alias in aliases]
        case ast.ImportFrom(module=module, level=0):
            return [str(module).split(".")[0]]
        case _:
            return []


def unbounded_cache(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=function, args=args, keywords=keywords):
            sizes = [*args, *(word.value for word in keywords if word.arg == "maxsize")]
            none = any(isinstance(size, ast.Constant) and size.value is None for size in sizes)
            return name_of(function) == "lru_cache" and none
        case _:
            return name_of(node) == "cache"


def grows(value: ast.expr | None) -> bool:
    """Whether a module-level value is an empty container: nothing but a store to fill later."""
    match value:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=function, args=[], keywords=[]):
            return name_of(function) in EMPTY
        case ast.Call(func=function):
            return name_of(function) == "defaultdict"
        case _:
            return False


def judged(node: ast.AST) -> Iterator[str]:
    """What is wrong with one node by itself."""
    yield from (f"import {name}" for name in imported(node) if name not in PURE_MODULES)
    match node:
        case ast.Global() | ast.Nonlocal():
            yield type(node).__name__.lower()
        case ast.Constant(value=float() | complex()):
            yield "float literal"
        case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
            yield ".astimezone() in the machine's zone"
        case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
            yield f".{name}"
        case ast.Attribute(value=value, attr=name) if name in CLOCKS:
            if name_of(value) in {"date", "datetime"}:
                yield f".{name}"
        case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in EXACT_MATH:
            yield f"math.{name}"
        case ast.ImportFrom(module="math", names=names):
            yield from (f"math.{n.name}" for n in names if n.name not in EXACT_MATH)
        case ast.ImportFrom(module="decimal", names=names):
            yield from (f".{n.name}" for n in names if n.name in METHODS)
        case ast.FunctionDef(decorator_list=decorators):
            if any(map(unbounded_cache, decorators)):
                yield "cache without a bound"


def fields_of(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The attributes of a module's classes, each with its dot: the sets, and the others."""
    sets: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            sets.update(name for name in set_names(node) if name.startswith("."))
            for line in node.body:
                if isinstance(line, ast.AnnAssign):
                    kind = sets if annotated_as_set(line.annotation) else others
                    kind.add(f".{name_of(line.target)}")
    return sets, others


def shared_fields(trees: list[ast.Module]) -> frozenset[str]:
    """The attributes that are sets wherever modules declare them; a shared name tells nothing."""
    found = [fields_of(tree) for tree in trees]
    others = {name for _, plain in found for name in plain}
    return frozenset(name for sets, _ in found for name in sets if name not in others)


def impurities(source: str, fields: frozenset[str] = frozenset()) -> list[str]:
    """Each finding as `line: what`, in the order of the lines.

    `fields` are the set-valued attributes of other modules, each with its dot.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    own = {function.name for function in functions}
    outside = set_names(
        ast.Module(body=[node for node in tree.body if node not in functions], type_ignores=[])
    )
    known = fields | fields_of(tree)[0] | outside
    found: set[tuple[int, str]] = set()
    for scope in [tree, *functions]:
        names = known if scope is tree else known | set_names(scope)
        for node in ast.walk(scope):
            if any(is_set(taken, names) for taken in iterated(node)):
                found.add((line_of(node), "iterates over a set"))
    hashing = {
        call for function in functions if function.name == "__hash__" for call in ast.walk(function)
    }
    for node in ast.walk(tree):
        found.update((line_of(node), what) for what in judged(node))
        match node:
            case ast.Call(func=ast.Name(id="hash")) if node not in hashing:
                found.add((line_of(node), "hash()"))
            case ast.Call(func=ast.Name(id=name)) if name in BUILTINS - own:
                found.add((line_of(node), f"{name}()"))
    found.update(
        (statement.lineno, "a store at module level")
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and grows(statement.value)
    )
    return [f"{line}: {what}" for line, what in sorted(found)]


def line_of(node: ast.AST) -> int:
    return node.iter.lineno if isinstance(node, ast.comprehension) else getattr(node, "lineno", 0)


def exempt(path: str, finding: str) -> bool:
    allowed = {
        what
        for place, whats in EXEMPT.items()
        if path == place or (place.endswith("/") and path.startswith(place))
        for what in whats
    }
    return "*" in allowed or finding.split(": ", 1)[1] in allowed


SOURCES = {
    path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
}
FIELDS = shared_fields([ast.parse(source) for source in SOURCES.values()])


@pytest.mark.parametrize("path", SOURCES)
def test_p9_a_module_of_the_core_is_pure(path: str) -> None:
    findings = impurities(SOURCES[path], FIELDS)
    assert [finding for finding in findings if not exempt(path, finding)] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import time", "import time"),
        ("import os.path", "import os"),
        ("from random import choice", "import random"),
        ("from secrets import token_hex", "import secrets"),
        ("from os import environ", "import os"),
        ("import socket", "import socket"),
        ("import subprocess", "import subprocess"),
        ("import pickle", "import pickle"),
        ("import io", "import io"),
        ("from pathlib import Path", "import pathlib"),
        ("import sys", "import sys"),
        ("import uuid", "import uuid"),
        ("text = open('rules.json')", "open()"),
        ("eval('1')", "eval()"),
        ("exec('1')", "exec()"),
        ("print('fired')", "print()"),
        ("at = datetime.now(UTC)", ".now"),
        ("at = datetime.datetime.utcnow()", ".utcnow"),
        ("day = date.today()", ".today"),
        ("clock = datetime.now", ".now"),
        ("at = moment.astimezone()", ".astimezone() in the machine's zone"),
        ("share = float('0.5')", "float()"),
        ("share = 0.5", "float literal"),
        ("seconds = gap.total_seconds()", ".total_seconds"),
        ("root = math.sqrt(2)", "math.sqrt"),
        ("from math import sqrt", "math.sqrt"),
        ("from decimal import getcontext", ".getcontext"),
        ("decimal.getcontext()", ".getcontext"),
        ("from decimal import localcontext", ".localcontext"),
        ("key = hash('gold')", "hash()"),
        ("key = id(rule)", "id()"),
        ("def f():\n    global seen", "2: global"),
        ("def f():\n    x = 1\n    def g():\n        nonlocal x", "4: nonlocal"),
        ("seen = {}", "a store at module level"),
        ("seen: list[str] = []", "a store at module level"),
        ("seen = defaultdict(list)", "a store at module level"),
        ("@cache\ndef f(x): ...", "2: cache without a bound"),
        ("@functools.lru_cache(maxsize=None)\ndef f(x): ...", "2: cache without a bound"),
        ("for tag in {'a', 'b'}: ...", "iterates over a set"),
        ("for tag in set(tags): ...", "iterates over a set"),
        ("tags = list(frozenset(names))", "iterates over a set"),
        ("text = ', '.join({t.upper() for t in names})", "iterates over a set"),
        ("rows = [t for t in set(a) | set(b)]", "iterates over a set"),
        ("rows = [*set(a)]", "iterates over a set"),
        ("rows = tuple(set(a).union(b))", "iterates over a set"),
        ("tags = set(names)\nfor tag in tags: ...", "2: iterates over a set"),
        ("def f(tags: frozenset[str]):\n    return list(tags)", "2: iterates over a set"),
        ("def f(tags: set[str] | None):\n    yield from tags", "2: iterates over a set"),
        (
            "class Item:\n    tags: frozenset[str]\n\ndef f(item):\n    return tuple(item.tags)",
            "5: iterates over a set",
        ),
    ],
)
def test_p9_the_checker_catches_what_is_planted(line: str, expected: str) -> None:
    assert impurities(line) == [expected if expected[0].isdigit() else f"1: {expected}"]


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime, timedelta",
        "import hashlib",
        "text = ', '.join(sorted({'b', 'a'}))",
        "for tag in sorted(set(tags)): ...",
        "known = 'gold' in {'gold', 'silver'}",
        "def compile(program): ...\n\ncompile(club)",
        "late = at > self.now",
        "tags = set(names)\nknown = 'gold' in tags\nrows = sorted(tags)",
        "def f(names: list[str]):\n    return list(names)\n\ndef g(names: set[str]):\n    return 1",
        "seen = {'EUR': 2}",
        "def f():\n    seen = []\n    return seen",
        "wrong = isinstance(value, float)",
        "local = moment.astimezone(zone)",
        "half = Fraction(1, 2)",
        "whole = math.floor(half)",
        "class Tier:\n    def __hash__(self):\n        return hash((Tier, self.name))",
        "@functools.lru_cache(maxsize=64)\ndef f(x): ...",
    ],
)
def test_p9_the_checker_lets_pure_code_be(line: str) -> None:
    assert impurities(line) == []


def test_p9_the_checker_knows_the_sets_of_other_modules() -> None:
    item = ast.parse("class Item:\n    tags: frozenset[str]\n    codes: set[str]")
    pricing = ast.parse("class Pricing:\n    codes: tuple[str, ...]")
    fields = shared_fields([item, pricing])
    assert fields == {".tags"}
    source = "def f(item, tags):\n    return list(item.tags), list(tags)"
    assert impurities(source) == []
    assert impurities(source, fields) == ["2: iterates over a set"]


def test_p9_an_exemption_holds_for_its_own_file_only() -> None:
    assert exempt("codes.py", "1: import secrets")
    assert not exempt("codes.py", "1: import os")
    assert not exempt("engine.py", "1: import secrets")
    assert exempt("testing/strategies.py", "9: import random")
    assert not exempt("testing.py", "1: import random")
