"""The page of decision tables says what the engine does: each cell is decided here.

`python tests/test_decision_tables.py` prints the tables as they should stand on the page.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from desk import Desk, day, line

from loyaltykit import (
    Accrue,
    Activity,
    Confirmation,
    Dormancy,
    OnReturn,
    Purchase,
    Purse,
    Rule,
    Shortfall,
    Tier,
    Tiers,
    basket,
    confirmed,
    days,
    end_of,
    forever,
    money_spent,
    points,
    with_tier,
)

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "decision-tables.md"
base = points(1).per(1)


def held(desk: Desk, number: float) -> str:
    """Available points, then pending ones and debt where there are any."""
    available, pending, debt = desk.has(number)
    text = str(available)
    if pending:
        text += f", {pending} pending"
    if debt:
        text += f", {debt} owed"
    return text


# --- how much a return takes ------------------------------------------------------------------


def bought(strategy: OnReturn) -> Desk:
    """An order of 60.00 and 40.00 earns 100 points, and 20 more for 80.00 or above."""
    earned = base + points(20).when(basket.spend >= 80)
    desk = Desk(Rule("r", Purchase, then=Accrue(earned, on_return=strategy)))
    desk.buy("o1", 0, line("1", "30", 2), line("2", "40"))
    return desk


def a_piece_back(desk: Desk) -> str:
    desk.back("r1", 1, "o1", {"1": 1})
    return held(desk, 1)


def a_line_back(desk: Desk) -> str:
    desk.back("r1", 1, "o1", {"2": 1})
    return held(desk, 1)


def all_back(desk: Desk) -> str:
    desk.back("r1", 1, "o1")
    return held(desk, 1)


def a_line_then_the_rest_back(desk: Desk) -> str:
    a_line_back(desk)
    desk.back("r2", 2, "o1")
    return held(desk, 2)


STRATEGIES = {f"`OnReturn.{each.name}`": partial(bought, each) for each in OnReturn}
RETURNS: dict[str, Callable[[Desk], str]] = {
    "nothing back": lambda desk: held(desk, 0),
    "30.00 back": a_piece_back,
    "40.00 back": a_line_back,
    "all back": all_back,
    "40.00, then the rest": a_line_then_the_rest_back,
}

# --- where the points come from ---------------------------------------------------------------


def granted(purse: Purse, **rest: object) -> Desk:
    """Two orders, of 100.00 and of 30.00."""
    desk = Desk(Rule("r", Purchase, then=Accrue(base, **rest)), purses=[purse])  # type: ignore[arg-type]
    desk.buy("o1", 0, "100")
    desk.buy("o2", 0, "30")
    return desk


def unspent(desk: Desk) -> str:
    desk.back("r1", 1, "o1")
    return held(desk, 1)


def spent(count: int) -> Callable[[Desk], str]:
    def back(desk: Desk) -> str:
        desk.spend("s1", 1, count)
        return unspent(desk)

    return back


def spent_then_earned(desk: Desk) -> str:
    spent(130)(desk)
    desk.buy("o3", 2, "50")
    return held(desk, 2)


PURSES = {
    '`Purse("points")`': Purse("points"),
    '`Purse("points", most_debt=40)`': Purse("points", most_debt=40),
    "`shortfall=Shortfall.BALANCE`": Purse("points", shortfall=Shortfall.BALANCE),
    "`shortfall=Shortfall.PENDING`": Purse("points", shortfall=Shortfall.PENDING),
}
SHORTFALLS = {name: partial(granted, purse) for name, purse in PURSES.items()}
SPENT: dict[str, Callable[[Desk], str]] = {
    "nothing spent": unspent,
    "20 spent": spent(20),
    "all 130 spent": spent(130),
    "all spent, then 50 earned": spent_then_earned,
}

# --- when points lapse ------------------------------------------------------------------------

EXPIRIES = {
    "`forever()`": Purse("points", expires=forever()),
    "`days(30)`": Purse("points", expires=days(30)),
    '`end_of("month")`': Purse("points", expires=end_of("month")),
    "`with_tier()`": Purse("points", expires=with_tier()),
    "`Dormancy(days(30))`": Purse("points", dormancy=Dormancy(days(30))),
    "`Dormancy(days(30), share=50)`": Purse("points", dormancy=Dormancy(days(30), share=50)),
}
TIERS = Tiers([Tier("base", 0), Tier("gold", 50)], metric=money_spent, window=days(60))


def lasting(purse: Purse) -> Desk:
    """A gold member earns 100 points on 10 January, day 9."""
    desk = Desk(Rule("r", Activity, then=Accrue(points(100))), purses=[purse], tiers=TIERS)
    desk.buy("o1", 0, "60")
    desk.tell(Activity("a1", day(9), member="ana", kind="visit"))
    return desk


def on_day(number: int, visit: int | None = None) -> Callable[[Desk], str]:
    def later(desk: Desk) -> str:
        if visit is not None:
            desk.buy("o2", visit, "0")
        return str(desk.engine.balance(desk.account, day(number)).available)

    return later


LASTING = {name: partial(lasting, purse) for name, purse in EXPIRIES.items()}
DAYS: dict[str, Callable[[Desk], str]] = {
    "31 January, noon": on_day(30),
    "1 February, noon": on_day(31),
    "9 February, noon": on_day(39),
    "the same, after an order on 1 February": on_day(39, visit=31),
    "2 March, noon, tier lost": on_day(60),
}

# --- when points become available -------------------------------------------------------------

WAITS = {
    "at once": None,
    "`days(14)`": days(14),
    '`end_of("month")`': end_of("month"),
    "`confirmed(within=days(14))`": confirmed(within=days(14)),
}


def granted_alone(pending: object) -> Desk:
    """An order of 100.00 on 1 January."""
    desk = Desk(Rule("r", Purchase, then=Accrue(base, pending=pending)))  # type: ignore[arg-type]
    desk.buy("o1", 0, line("1", "60"), line("2", "40"))
    return desk


WAITING = {name: partial(granted_alone, pending) for name, pending in WAITS.items()}


def reading(number: float) -> Callable[[Desk], str]:
    def later(desk: Desk) -> str:
        desk.to(number)
        return held(desk, number)

    return later


def confirmed_on_day_five(desk: Desk) -> str:
    desk.tell(Confirmation("k", day(5), member="ana", of="o1"))
    return held(desk, 5)


def back_while_pending(desk: Desk) -> str:
    desk.back("r1", 3, "o1", {"1": 1})
    return held(desk, 3)


MOMENTS: dict[str, Callable[[Desk], str]] = {
    "at once": reading(0),
    "confirmed on day 5": confirmed_on_day_five,
    "day 14": reading(14),
    "1 February": reading(31),
    "60.00 back on day 3": back_while_pending,
}

TABLES: list[
    tuple[str, str, Mapping[str, Callable[[], Desk]], Mapping[str, Callable[[Desk], str]]]
] = [
    ("How much a return takes", "strategy", STRATEGIES, RETURNS),
    ("Where the points come from", "policy", SHORTFALLS, SPENT),
    ("When points lapse", "policy", LASTING, DAYS),
    ("When points become available", "pending", WAITING, MOMENTS),
]


def tables() -> Iterator[tuple[str, str]]:
    """Each table under its title, as it stands on the page."""
    for title, what, policies, situations in TABLES:
        rows = [
            f"| {what} | {' | '.join(situations)} |",
            "|---" * (1 + len(situations)) + "|",
        ]
        for name, begin in policies.items():
            cells = [situation(begin()) for situation in situations.values()]
            rows.append(f"| {name} | {' | '.join(cells)} |")
        yield title, "\n".join(rows)


def test_the_page_says_what_the_engine_decides() -> None:
    page = PAGE.read_text("utf-8")
    for title, table in tables():
        _, _, rest = page.partition(f"\n## {title}\n")
        section, _, _ = rest.partition("\n## ")
        shown = [row for row in section.splitlines() if row.startswith("|")]
        assert shown == table.splitlines(), title


def test_the_page_has_no_table_that_nothing_decides() -> None:
    titles = [row[3:] for row in PAGE.read_text("utf-8").splitlines() if row.startswith("## ")]
    assert titles == [title for title, _, _, _ in TABLES]


if __name__ == "__main__":
    for heading, text in tables():
        sys.stdout.write(f"## {heading}\n\n{text}\n\n")
