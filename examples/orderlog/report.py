"""The report of a replay, as plain text: the same bytes for the same log and programme."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from loyaltykit import Account, Program
from loyaltykit.money import Currency, money_text
from loyaltykit.vocabulary import CREDIT
from orderlog.findings import Findings
from orderlog.program import POINT_WORTH
from orderlog.tally import PurseTally, RuleTally, Tally


def report(
    name: str,
    program: Program,
    tally: Tally,
    accounts: Iterable[Account],
    findings: Findings,
    *,
    rows: int,
    clock: datetime | None,
) -> tuple[str, bool]:
    """Everything that a replay came to, ending in a newline, and whether it was conserved."""
    held = tuple(accounts)
    problems = [] if clock is None else list(tally.differences(held, clock))
    money = program.money
    blocks = [
        _heading(name, program, clock),
        _log(tally, held, rows, money),
        _purse("Points", tally.purses.get("points", PurseTally()), None),
        _purse("Credit", tally.purses.get(CREDIT, PurseTally()), money),
        _tiers(program, held),
        _coupons(tally, money),
        _rules(tally, money),
        _refusals(tally),
        _findings(findings),
        _conserved(problems, len(held)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n", not problems


def _heading(name: str, program: Program, clock: datetime | None) -> Iterator[str]:
    yield f"{name} through {program.name!r}"
    if clock is not None:
        local = clock.astimezone(program.zone)
        yield f"as of {local:%Y-%m-%d %H:%M:%S} in {program.timezone}"


def _table(rows: Iterable[tuple[str, object]]) -> Iterator[str]:
    for what, value in rows:
        text = f"{value:,}" if isinstance(value, int) else str(value)
        yield f"  {what:<34}{text:>18}"


def _log(tally: Tally, accounts: tuple[Account, ...], rows: int, money: Currency) -> Iterator[str]:
    yield "Orders"
    yield from _table((
        ("rows in the log", rows),
        ("members", len(accounts)),
        ("orders", tally.orders),
        ("order lines", tally.lines),
        ("returns", tally.returns),
        ("returned units", tally.returned_units),
        ("sales after discounts", _sum(tally.sales, money)),
        ("refunds", _sum(tally.refunds, money)),
        ("net spend", _sum(tally.net_spend, money)),
    ))  # fmt: skip


def _purse(title: str, purse: PurseTally, money: Currency | None) -> Iterator[str]:
    yield title
    for what, amount in (
        ("issued", purse.issued),
        ("redeemed", purse.redeemed),
        ("expired", purse.expired),
        ("reversed", purse.reversed),
        ("outstanding", purse.outstanding),
        ("of which owed by members", -purse.debt),
    ):
        yield from _table([(what, amount if money is None else _sum(amount, money))])


def _tiers(program: Program, accounts: tuple[Account, ...]) -> Iterator[str]:
    yield "Members per tier"
    names = [tier.name for ladder in program.tiers for tier in ladder.tiers]
    yield from _table((name, _in_tier(name, accounts)) for name in names)
    yield from _table([("none", _in_tier(None, accounts))])


def _in_tier(name: str | None, accounts: tuple[Account, ...]) -> int:
    return sum(account.tier == name for account in accounts)


def _coupons(tally: Tally, money: Currency) -> Iterator[str]:
    coupons = tally.coupons
    yield "Coupons"
    yield from _table((
        ("issued", coupons.issued),
        ("used", coupons.used),
        ("expired", coupons.expired),
        ("taken back with returned orders", coupons.withdrawn),
        ("given back with returned orders", coupons.restored),
        ("held", coupons.held),
        ("discount", _sum(coupons.discount, money)),
    ))  # fmt: skip


_COLUMNS = "{:<20}{:>9}{:>12}{:>13}{:>9}{:>13}{:>10}{:>16}"


def _rules(tally: Tally, money: Currency) -> Iterator[str]:
    yield (
        f"Rules (in {money.code}; a point costs {_sum(POINT_WORTH, money)}; "
        "points and credit less what returns took back)"
    )
    yield "  " + _COLUMNS.format(
        "rule", "fired", "points", "credit", "coupons", "discount", "messages", "cost"
    )
    for name, rule in tally.rules.items():
        yield "  " + _rule(name, rule, money)
    total = sum(rule.cost(POINT_WORTH) for rule in tally.rules.values())
    yield "  " + _COLUMNS.format("in all", "", "", "", "", "", "", _amount(total, money))


def _rule(name: str, rule: RuleTally, money: Currency) -> str:
    return _COLUMNS.format(
        name,
        f"{rule.fired:,}",
        f"{rule.points:,}",
        _amount(rule.credit, money),
        f"{rule.coupons:,}",
        _amount(rule.discount, money),
        f"{rule.messages:,}",
        _amount(rule.cost(POINT_WORTH), money),
    )


def _amount(minor: int, money: Currency) -> str:
    """An amount without its currency, thousands apart."""
    digits = money_text(abs(minor), money).removesuffix(f" {money.code}")
    whole, point, rest = digits.partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{rest}"


def _sum(minor: int, money: Currency) -> str:
    return f"{_amount(minor, money)} {money.code}"


def _refusals(tally: Tally) -> Iterator[str]:
    yield "Refused or cut by the rules"
    if not tally.refusals:
        yield "  nothing"
    yield from _table((code, tally.refusals[code]) for code in sorted(tally.refusals))


def _findings(findings: Findings) -> Iterator[str]:
    yield "Left out or reported"
    if not findings.broken and not findings.dirt:
        yield "  nothing"
    if findings.broken:
        yield f"  {findings.broken:>9,}  broken lines: left out, named on standard error"
    for kind, seen in sorted(findings.dirt.items(), key=lambda entry: entry[0].name):
        lines = ", ".join(str(line) for line in seen.first)
        more = ", ..." if seen.lines > len(seen.first) else ""
        word = "line" if seen.lines == 1 else "lines"
        yield f"  {seen.count:>9,}  {kind.value} ({word} {lines}{more})"


def _conserved(problems: list[str], members: int) -> Iterator[str]:
    yield "Conservation"
    for problem in problems:
        yield f"  BROKEN: {problem}"
    if not problems:
        yield f"  checked for every one of {members:,} members, and for their sum:"
        yield "  issued = outstanding + redeemed + expired + reversed"
