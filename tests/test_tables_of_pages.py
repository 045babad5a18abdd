"""Tables in the docs say what the code says: bounds, refusal codes, the fields of an account."""

import ast
import re
from importlib import import_module
from pathlib import Path

from attrs import fields

import loyaltykit
from loyaltykit.account import Account
from loyaltykit.refusals import RefusalCode

DOCS = Path(__file__).parent.parent / "docs"
PACKAGE = Path(loyaltykit.__file__).parent
BOUND = re.compile(r"^\| [^|]+ \| `(\w+)\.(\w+)` \| (\d+) \|$", re.MULTILINE)
CODE = re.compile(r"^\| `([a-z-]+)` \| (.+) \|$", re.MULTILINE)
A_BOUND = re.compile(r"MAX_[A-Z_]+|LAST_YEAR")


def assigned(path: Path) -> list[str]:
    names = []
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
            case _:
                pass
    return names


def rows(page: str) -> list[tuple[str, str, str]]:
    return BOUND.findall((DOCS / page).read_text("utf-8"))


def test_every_bound_on_the_page_is_that_of_the_source() -> None:
    found = rows("explanation/limits.md")
    assert len(found) > 20
    shown = {f"{module}.{name}": int(value) for module, name, value in found}
    said = {
        f"{module}.{name}": getattr(import_module(f"loyaltykit.{module}"), name)
        for module, name, _ in found
    }
    assert shown == said


def test_every_bound_of_the_source_is_on_the_page() -> None:
    stated = [
        f"{path.stem}.{name}"
        for path in sorted(PACKAGE.glob("*.py"))
        for name in assigned(path)
        if A_BOUND.fullmatch(name)
    ]
    shown = [f"{module}.{name}" for module, name, _ in rows("explanation/limits.md")]
    assert sorted(shown) == sorted(stated)


def test_every_refusal_code_is_on_its_page_with_its_own_sentence() -> None:
    path = PACKAGE / "refusals.py"
    (codes,) = [
        node
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == RefusalCode.__name__
    ]
    sentences = [
        (ast.literal_eval(code.value), ast.literal_eval(said.value))
        for code, said in zip(codes.body, codes.body[1:], strict=False)
        if isinstance(code, ast.Assign) and isinstance(said, ast.Expr)
    ]
    assert [code for code, _ in sentences] == [code.value for code in RefusalCode]
    assert CODE.findall((DOCS / "reference/refusals.md").read_text("utf-8")) == sentences


def test_every_field_of_an_account_has_a_line_on_what_becomes_of_it_in_a_merger() -> None:
    page = (DOCS / "how-to/merge-two-accounts.md").read_text("utf-8")
    lines = re.findall(r"^\| (`[a-z_`, ]+`) \| .+ \|$", page, re.MULTILINE)
    listed = [name for line in lines for name in re.findall(r"`([a-z_]+)`", line)]
    assert sorted(listed) == sorted(field.name for field in fields(Account))
