"""`loyaltykit` is a façade: the everyday names, re-exported, and no code."""

import ast
import inspect
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Union, get_origin

import pytest

import loyaltykit

TREE = ast.parse(Path(loyaltykit.__file__).read_text("utf-8"))
ALL: list[str] = getattr(loyaltykit, "__all__", [])
IMPORTED = {
    alias.asname or alias.name: node.module
    for node in TREE.body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}


def is_all(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List() | ast.Tuple() as listed):
            return all(isinstance(item, ast.Constant) for item in listed.elts)
        case _:
            return False


def test_the_facade_is_a_docstring_and_imports_and_all() -> None:
    docstring, *rest = TREE.body
    assert isinstance(docstring, ast.Expr)
    assert loyaltykit.__doc__
    code = [node for node in rest if not isinstance(node, ast.ImportFrom) and not is_all(node)]
    assert [ast.unparse(node) for node in code] == []


def test_all_lists_exactly_the_imported_names_in_sorted_order() -> None:
    assert list(ALL) == sorted(IMPORTED)


def test_no_public_name_hides_behind_an_underscore() -> None:
    assert [name for name in ALL if name.startswith("_")] == []


@pytest.mark.parametrize("name", ALL)
def test_a_public_name_is_the_one_of_its_module_and_documented(name: str) -> None:
    value = getattr(loyaltykit, name)
    assert value is getattr(import_module(str(IMPORTED[name])), name)
    if get_origin(value) in (Union, UnionType):  # the grammar stands in its module's docstring
        assert name in (import_module(str(IMPORTED[name])).__doc__ or "")
        return
    documented = value if inspect.isclass(value) or inspect.isroutine(value) else type(value)
    assert (documented.__doc__ or "").strip(), f"{name} has no docstring"
