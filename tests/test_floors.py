"""The map of the house: a module imports only from the floors below it, and where DOORS says so."""

import ast
from pathlib import Path

import pytest

import loyaltykit

pytestmark = pytest.mark.once  # the source is the same on every Python

_FLOORS = (
    (
        "allocation basis calendar copying errors frozenmap lots money periods refusals "
        "release returns times vocabulary windows"
    ),
    (
        "baskets budgets catalogue conditions corrections events invitations ledger limits "
        "logic memberships openings orders overrides particulars questions readings "
        "reservations stacking traces transfers"
    ),
    (
        "arithmetic bands bundles coupons discounts earning factors facts metrics migrations "
        "milestones moments perks promotions purses rates redeeming reductions segments "
        "selections sources subjects tenures tiers totals triggers"
    ),
    (
        "account adoptions choosing climbs closures counters cuts effects handmade mergers "
        "movements records referral rewards rules scene"
    ),
    (
        "condition_soundness decision earning_soundness folding handling inquiries "
        "ladder_soundness ladders lasting limit_soundness meter milestone_soundness "
        "offer_index perk_soundness placing program purse_soundness rate_soundness "
        "redeeming_soundness renaming reward_soundness soundness spelling stacking_soundness "
        "stepping uniting version_soundness versions watches"
    ),
    (
        "amounts answering audit breakage climbing codec codes cohorts columns compile "
        "decoding deferral discount_wording edges encoding evaluate explain lacking liability "
        "offer_book outstanding portions redaction reducing rulebook schema settling "
        "stand_alone statement telling turning wording worth"
    ),
    (
        "adjusting admitting arming arrival buying confirming consequences contest counting "
        "daybook deals discounting doing editions engine entitlements extending following "
        "granting journal judging keeping lanes lapsing limiting merging migrating observe "
        "occasion offers overriding pooling posting previews prices pricing progress "
        "promoting quoting reaching received receiving rejudging reserving returning "
        "rewarding runs standing taking tariff tendering timing totalling transferring using "
        "withdrawing"
    ),
    "__init__ testing",
)
_DOORS = {
    "account": "climbs closures counters handmade records",
    "adjusting": "granting journal limiting received",
    "admitting": "editions journal",
    "adoptions": "climbs",
    "allocation": "errors money vocabulary",
    "amounts": "evaluate",
    "answering": "edges evaluate explain",
    "arithmetic": "earning factors",
    "arming": "journal",
    "arrival": "counting journal limiting received",
    "bands": "arithmetic rates",
    "basis": "vocabulary",
    "bundles": "reductions selections",
    "buying": (
        "counting daybook journal lapsing observe pricing received standing tendering totalling"
    ),
    "calendar": "errors periods",
    "catalogue": "particulars",
    "climbing": "turning",
    "climbs": "counters",
    "codec": "decoding encoding schema",
    "cohorts": "breakage outstanding",
    "condition_soundness": "ladder_soundness",
    "conditions": "logic questions",
    "confirming": "counting granting journal observe received totalling",
    "consequences": "journal observe occasion posting returning withdrawing",
    "contest": "offers prices",
    "corrections": "openings particulars",
    "counting": "journal limiting",
    "coupons": "discounts",
    "daybook": "counting journal",
    "deals": "contest offers prices reducing taking",
    "decoding": "schema",
    "deferral": "breakage",
    "discount_wording": "wording",
    "discounts": "bundles facts reductions selections",
    "doing": "journal received totalling",
    "earning": "arithmetic bands factors rates",
    "earning_soundness": "condition_soundness ladder_soundness",
    "edges": "evaluate",
    "editions": "journal migrating timing",
    "effects": "adoptions climbs closures handmade mergers movements records",
    "encoding": "schema",
    "engine": (
        "admitting buying editions entitlements following journal judging lapsing merging "
        "progress quoting received receiving"
    ),
    "entitlements": "editions journal observe pricing standing",
    "events": (
        "catalogue corrections invitations memberships openings orders overrides reservations "
        "transfers"
    ),
    "explain": "evaluate lacking wording worth",
    "extending": "journal received",
    "facts": "metrics tiers",
    "folding": "handling placing stepping uniting",
    "following": "arming journal judging lapsing promoting reaching rewarding",
    "granting": "counting journal occasion totalling",
    "handling": "placing",
    "invitations": "particulars",
    "judging": "journal observe",
    "lacking": "evaluate wording",
    "ladders": "program",
    "lanes": "deals offers prices taking",
    "lapsing": "granting journal using",
    "lasting": "ladders",
    "liability": "breakage cohorts deferral outstanding stand_alone",
    "logic": "conditions",
    "lots": "copying vocabulary",
    "memberships": "baskets particulars",
    "mergers": "account",
    "merging": "admitting editions following granting journal judging lapsing received standing",
    "migrating": "arming journal judging observe",
    "milestones": "totals",
    "money": "errors vocabulary",
    "occasion": "counting journal limiting using",
    "offer_book": "answering",
    "offers": "limiting observe",
    "openings": "baskets particulars",
    "orders": "baskets openings particulars",
    "overrides": "particulars",
    "overriding": "journal received",
    "particulars": "baskets",
    "periods": "errors vocabulary",
    "perk_soundness": "soundness",
    "pooling": "engine",
    "portions": "worth",
    "posting": "granting journal limiting occasion using",
    "previews": "engine",
    "prices": "discounting limiting offers runs",
    "pricing": "lanes limiting observe offers prices using",
    "program": (
        "limit_soundness perk_soundness rate_soundness redeeming_soundness reward_soundness "
        "soundness"
    ),
    "progress": "judging observe",
    "promoting": "consequences journal judging",
    "promotions": "coupons discounts",
    "purse_soundness": "stacking_soundness",
    "purses": "triggers",
    "questions": "logic",
    "quoting": "journal prices pricing received",
    "rates": "arithmetic facts",
    "reaching": "consequences journal",
    "received": "journal observe occasion posting pricing",
    "receiving": (
        "adjusting admitting arrival buying confirming doing extending journal observe "
        "overriding received reserving returning rewarding standing transferring"
    ),
    "records": "climbs",
    "reductions": "facts selections",
    "referral": "rules",
    "rejudging": "keeping observe using",
    "release": "calendar errors periods vocabulary windows",
    "reservations": "openings particulars",
    "reserving": "journal lapsing observe received tariff",
    "returning": (
        "counting daybook granting journal lapsing limiting observe rejudging using withdrawing"
    ),
    "returns": "vocabulary",
    "reward_soundness": "limit_soundness soundness",
    "rewarding": "journal limiting observe received",
    "rewards": "rules",
    "rulebook": "offer_book",
    "runs": "discounting",
    "segments": "facts",
    "soundness": (
        "condition_soundness earning_soundness ladder_soundness limit_soundness "
        "milestone_soundness purse_soundness stacking_soundness"
    ),
    "sources": "bands earning rates",
    "stand_alone": "breakage",
    "standing": "journal received reserving",
    "statement": "telling",
    "subjects": "facts segments",
    "taking": "discounting limiting offers prices runs",
    "tariff": "observe",
    "tendering": "journal reserving tariff",
    "testing": "testing",
    "tiers": "factors metrics tenures",
    "times": "calendar errors periods vocabulary",
    "timing": (
        "arming consequences counting granting journal judging lapsing observe occasion "
        "posting promoting reaching reserving rewarding"
    ),
    "totalling": "journal",
    "totals": "metrics",
    "transferring": "granting journal lapsing received standing",
    "transfers": "baskets openings particulars",
    "triggers": "milestones tiers",
    "uniting": "placing renaming",
    "using": "journal limiting",
    "version_soundness": "program",
    "versions": "program version_soundness",
    "vocabulary": "errors",
    "windows": "calendar errors periods",
    "withdrawing": "journal",
    "worth": "amounts evaluate",
}
FLOORS = {room: floor for floor, rooms in enumerate(_FLOORS) for room in rooms.split()}
DOORS = {(room, other) for room, others in _DOORS.items() for other in others.split()}
NEVER = {("engine", "codes"), ("__init__", "testing")}  # randomness and extras stay outside
DATEUTIL = {"calendar", "times"}

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


def test_every_door_is_one_that_somebody_goes_through() -> None:
    used = {
        (noun(path), other)
        for path in SOURCES
        for other in rooms(
            imported(
                path.read_text("utf-8"),
                ".".join(["loyaltykit", *path.relative_to(PACKAGE).parts[:-1]]),
            )
        )
    }
    assert sorted(DOORS - used) == []


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
