"""The map of the house: a module imports only from the floors below it, and where DOORS says so."""

import ast
from pathlib import Path

import pytest

import loyaltykit

FLOORS = {
    "errors": 0, "copying": 0, "vocabulary": 0, "frozenmap": 0, "money": 0, "periods": 0,
    "windows": 0, "lots": 0, "refusals": 0, "allocation": 0,
    "conditions": 1, "baskets": 1, "openings": 1, "events": 1, "limits": 1, "readings": 1,
    "traces": 1,
    "facts": 2, "subjects": 2, "earning": 2, "tiers": 2, "discounts": 2, "coupons": 2,
    "triggers": 2,
    "rules": 3, "referral": 3, "records": 3, "movements": 3, "counters": 3, "effects": 3,
    "soundness": 4, "program": 4, "spelling": 4, "account": 4, "ledger": 4, "folding": 4,
    "decision": 4,
    "evaluate": 5, "explain": 5, "audit": 5, "compile": 5, "columns": 5, "codec": 5, "schema": 5,
    "encoding": 5, "decoding": 5, "lacking": 5, "codes": 5, "rulebook": 5, "wording": 5,
    "statement": 5, "settling": 5, "outstanding": 5, "breakage": 5, "cohorts": 5, "stand_alone": 5,
    "deferral": 5, "liability": 5,
    "journal": 6, "observe": 6, "posting": 6, "pricing": 6, "returning": 6, "timing": 6,
    "received": 6, "buying": 6, "arrival": 6, "receiving": 6, "engine": 6,
    "testing": 7, "__init__": 7,
}  # fmt: skip
DOORS = {
    ("allocation", "errors"), ("allocation", "vocabulary"), ("money", "vocabulary"),
    ("allocation", "money"),
    ("vocabulary", "errors"), ("frozenmap", "errors"), ("money", "errors"), ("periods", "errors"),
    ("periods", "vocabulary"),
    ("windows", "errors"), ("windows", "periods"), ("lots", "copying"), ("lots", "vocabulary"),
    ("openings", "baskets"), ("events", "baskets"), ("events", "openings"), ("facts", "tiers"),
    ("subjects", "facts"), ("coupons", "discounts"), ("triggers", "coupons"),
    ("triggers", "tiers"), ("referral", "rules"), ("effects", "movements"),
    ("effects", "records"), ("program", "soundness"), ("account", "ledger"),
    ("folding", "account"), ("folding", "ledger"), ("decision", "account"),
    ("explain", "evaluate"), ("explain", "lacking"), ("explain", "wording"),
    ("codec", "decoding"), ("codec", "encoding"), ("codec", "schema"), ("encoding", "schema"),
    ("decoding", "schema"), ("lacking", "evaluate"), ("lacking", "wording"),
    ("posting", "journal"), ("posting", "observe"), ("pricing", "observe"),
    ("returning", "journal"), ("returning", "observe"), ("returning", "posting"),
    ("returning", "pricing"), ("timing", "journal"), ("timing", "observe"), ("timing", "posting"),
    ("received", "journal"), ("received", "observe"), ("received", "posting"),
    ("received", "pricing"), ("buying", "journal"), ("buying", "observe"), ("buying", "posting"),
    ("buying", "pricing"), ("buying", "received"), ("arrival", "journal"), ("arrival", "observe"),
    ("arrival", "posting"), ("arrival", "received"), ("receiving", "arrival"),
    ("receiving", "buying"), ("receiving", "journal"), ("receiving", "observe"),
    ("receiving", "received"), ("receiving", "returning"), ("engine", "journal"),
    ("engine", "received"), ("engine", "receiving"), ("engine", "timing"), ("testing", "testing"),
    ("cohorts", "breakage"), ("cohorts", "outstanding"), ("stand_alone", "breakage"),
    ("deferral", "breakage"), ("liability", "breakage"),
    ("liability", "cohorts"), ("liability", "deferral"), ("liability", "outstanding"),
    ("liability", "stand_alone"),
}  # fmt: skip
NEVER = {("engine", "codes"), ("__init__", "testing")}  # randomness and extras stay outside
DATEUTIL = {"periods"}

PACKAGE = Path(loyaltykit.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))


def noun(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(source: str, package: str = "loyaltykit") -> set[str]:
    """Dotted names that a module in `package` imports, TYPE_CHECKING blocks included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) + 1 - node.level]
            start = ".".join([*(parents if node.level else []), *filter(None, [node.module])])
            # `from loyaltykit import money` names a module, `from loyaltykit import Money` does not
            found.update(f"{start}.{alias.name}" for alias in node.names)
    return found


def rooms(names: set[str]) -> list[str]:
    """The modules of ours among dotted names; a name of the façade counts as `__init__`."""
    ours = [name.split(".") for name in names if name.split(".")[0] == "loyaltykit"]
    return sorted(
        {
            parts[1] if parts[2:] or (parts[1:] and parts[1] in FLOORS) else "__init__"
            for parts in ours
        }
    )


def trespasses(room: str, source: str, package: str = "loyaltykit") -> list[str]:
    return [
        f"{room} -> {other}"
        for other in rooms(imported(source, package))
        if (room, other) in NEVER
        or (FLOORS.get(other, 8) >= FLOORS[room] and (room, other) not in DOORS)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_has_a_floor_and_imports_only_from_below(path: Path) -> None:
    assert noun(path) in FLOORS, f"give {noun(path)} a floor in FLOORS"
    package = ".".join(["loyaltykit", *path.relative_to(PACKAGE).parts[:-1]])
    assert trespasses(noun(path), path.read_text("utf-8"), package) == []


def test_only_the_calendar_imports_dateutil() -> None:
    users = {
        noun(path)
        for path in SOURCES
        if any(name.startswith("dateutil.") for name in imported(path.read_text("utf-8")))
    }
    assert users <= DATEUTIL


@pytest.mark.parametrize(
    ("room", "line", "expected"),
    [
        ("money", "from loyaltykit.engine import Engine", ["money -> engine"]),
        ("money", "from .periods import Period", ["money -> periods"]),
        ("conditions", "from . import rules", ["conditions -> rules"]),
        ("engine", "from loyaltykit import Money", ["engine -> __init__"]),
        ("engine", "from loyaltykit.attic import Box", ["engine -> attic"]),
        ("engine", "import loyaltykit.codes", ["engine -> codes"]),
        ("engine", "import loyaltykit.testing.strategies", ["engine -> testing"]),
        ("ledger", "from loyaltykit.account import Account", ["ledger -> account"]),
        ("account", "from loyaltykit.ledger import Lot", []),
        ("engine", "from loyaltykit import money", []),
    ],
)
def test_the_table_is_enforced(room: str, line: str, expected: list[str]) -> None:
    assert trespasses(room, line) == expected
