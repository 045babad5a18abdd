"""The main job: real and generated order logs through a programme with every kind of rule."""

import csv
import gzip
import io
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
import replay_orders
from attrs import evolve
from generate_orders import generated
from orderlog.cdnow import read_cdnow
from orderlog.findings import Dirt
from orderlog.generic import read_generic
from orderlog.log import OrderLog
from orderlog.online_retail import read_online_retail
from orderlog.program import replay_program
from orderlog.replay import Replay
from orderlog.rows import UnreadableError
from orderlog.tally import Tally

from loyaltykit import Engine, Purchase, Return
from loyaltykit.money import currency

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "examples" / "replay_orders.py"
GOLDEN = Path(__file__).parent / "golden" / "replay_orders.txt"
DATA = ROOT.parent / "shared" / "data"
ONLINE_RETAIL = DATA / "online_retail.csv.gz"
CDNOW = DATA / "cdnow_sample.csv.gz"

needs_online_retail = pytest.mark.skipif(
    not ONLINE_RETAIL.exists(), reason="the UCI Online Retail log does not lie beside the project"
)
needs_cdnow = pytest.mark.skipif(
    not CDNOW.exists(), reason="the CDNOW sample does not lie beside the project"
)

# Runs a script as `python SCRIPT` does, in a decimal context of six digits.
IN_A_POOR_CONTEXT = """
import decimal, runpy, sys
decimal.DefaultContext.prec = 6
decimal.setcontext(decimal.Context(prec=6))
sys.path.insert(0, sys.argv[1].rpartition("/")[0])
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=300,
    )


def figures(report: str) -> dict[str, str]:
    """What a report says, by block and line: "Orders: net spend"."""
    found = {}
    block = ""
    for line in report.splitlines():
        if not line.startswith(" "):
            block = line.partition(" (")[0]
        elif line.startswith("    "):
            count, _, what = line.strip().partition("  ")
            found[f"{block}: {what.partition(' (')[0]}"] = count
        else:
            what, _, value = line.strip().partition("  ")
            found[f"{block}: {what}"] = value.strip()
    return found


def replayed(log: OrderLog, money: str, zone: str) -> tuple[Replay, Tally]:
    replay = Replay(Engine(replay_program(money, zone)), log)
    tally = Tally()
    for logged, decision in replay.run():
        tally.add(logged, decision)
    return replay, tally


def table(header: str, *rows: str) -> io.BytesIO:
    return io.BytesIO("\n".join([header, *rows]).encode())


# The generated log


def test_without_a_file_it_prints_the_written_report_and_nothing_else() -> None:
    done = run(SCRIPT, "--strict")  # no line of it is broken
    assert done.stdout.decode() == GOLDEN.read_text()
    assert (done.stderr, done.returncode) == (b"", 0)


def test_the_written_report_is_about_every_kind_of_rule() -> None:
    report = GOLDEN.read_text()
    lines = [line.split() for line in report.splitlines() if line.startswith("  ")]
    fired = {" ".join(line[:-7]): line[-7] for line in lines if len(line) > 7}
    for rule in (
        "welcome",
        "purchase",
        "big basket",
        "birthday",
        "win-back",
        "how is it",
        "referral: referee",
        "referral: referrer",
    ):
        assert int(fired[rule]) > 0, rule
    said = figures(report)
    assert said["Orders: members"] == "60"
    assert said["Orders: orders"] == "565"
    assert said["Orders: net spend"] == "58,430.63 EUR"
    assert said["Points: issued"] == "85,314"
    assert said["Points: outstanding"] == "61,589"  # 85,314 - 14,075 - 2,209 - 7,441
    assert said["Credit: reversed"] == "90.00 EUR"
    assert said["Members per tier: gold"] == "6"
    assert said["Coupons: used"] == "43"


def test_the_net_spend_is_what_the_generated_rows_add_up_to() -> None:
    cents: dict[tuple[str, str], int] = {}
    units: dict[tuple[str, str], int] = {}
    back: dict[tuple[str, str], int] = {}
    for row in csv.DictReader(io.StringIO(generated())):
        key = (row["order"], row["line"])
        if row["kind"] == "purchase":
            cents[key] = int(row["price"].replace(".", ""))
            units[key] = int(row["quantity"])
        elif row["kind"] == "return":
            order, line = key
            whole = [each for each in units if each[0] == order and line in ("", each[1])]
            for each in whole:
                back[each] = max(back.get(each, 0), int(row["quantity"] or units[each]))
    gross = sum(cents[key] * units[key] for key in units)
    returned = sum(cents[key] * back[key] for key in back)
    assert (len(units), sum(back.values())) == (1_417, 243)
    assert gross == 6_438_741 + 84_969  # sales after discounts, and the coupons' discounts
    # What came back had been paid for less the coupons' share of it.
    assert 595_678 <= returned <= 595_678 + 84_969
    said = figures(GOLDEN.read_text())
    assert said["Orders: order lines"] == "1,417"
    assert said["Orders: returned units"] == "243"
    assert said["Orders: sales after discounts"] == "64,387.41 EUR"
    assert said["Orders: refunds"] == "5,956.78 EUR"
    assert said["Coupons: discount"] == "849.69 EUR"
    assert said["Orders: net spend"] == "58,430.63 EUR"  # 64,387.41 - 5,956.78


@pytest.mark.parametrize(("seed", "zone"), [("0", "Pacific/Auckland"), ("1", "America/St_Johns")])
def test_the_report_is_the_same_bytes_under_any_hash_seed_zone_and_decimal_context(
    seed: str, zone: str
) -> None:
    done = run("-c", IN_A_POOR_CONTEXT, SCRIPT, PYTHONHASHSEED=seed, TZ=zone)
    assert done.stderr == b""
    assert done.stdout == GOLDEN.read_bytes()


def test_time_passes_up_to_the_day_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay_orders.main(["--until", "2025-03-31"]) == 0
    report = capsys.readouterr().out
    assert "as of 2025-03-31 23:59:59 in Europe/Lisbon" in report
    said = figures(report)
    later = [
        row
        for row in csv.DictReader(io.StringIO(generated()))
        # Lisbon's summer began on the 30th: its midnight is 23:00 in UTC.
        if row["at"] >= "2025-03-31T23:00:00"
    ]
    assert said[f"Left out or reported: {Dirt.LATER.value}"] == f"{len(later):,}"
    assert int(said["Points: outstanding"].replace(",", "")) > 0


def test_a_credit_reaches_the_referrer_at_the_instant_at_which_it_was_due() -> None:
    log = read_generic(
        table(
            "kind,order,member,at,sku,price,quantity,referrer",
            "referral,,ana,2026-01-05T09:00:00Z,,,,bob",
            "purchase,o1,ana,2026-01-06T09:00:00Z,beans,40,1,",
            "purchase,o2,bob,2026-02-05T08:59:59Z,beans,5,1,",
            "purchase,o3,bob,2026-02-05T09:00:01Z,beans,5,1,",
        ),
        currency("EUR"),
    )
    replay, tally = replayed(log, "EUR", "UTC")
    assert not log.findings.broken
    # Thirty days after ana's order, between bob's two.
    (lot,) = [lot for lot in replay.accounts["bob"].lots if lot.purse == "credit"]
    assert (lot.earned, lot.points) == (datetime(2026, 2, 5, 9, tzinfo=UTC), 1_000)
    assert tally.sent == 1


def test_unsound_accounts_are_found() -> None:
    log = read_generic(
        table("order,member,at,sku,price,quantity", "o1,ana,2026-01-06T09:00:00Z,beans,40,1"),
        currency("EUR"),
    )
    replay, tally = replayed(log, "EUR", "UTC")
    assert replay.clock is not None
    account = replay.accounts["ana"]
    assert list(tally.differences([account], replay.clock)) == []
    purse = account.purse("points")
    false = evolve(
        account, purses=account.purses.plus("points", evolve(purse, issued=purse.issued + 1))
    )
    unsound, differing = tally.differences([false], replay.clock)
    assert "purse 'points' does not balance" in unsound
    assert "issued=91" in differing  # 50 to welcome, 40 for the order, and one more
    assert "issued=90" in differing
    (missing, *_) = tally.differences([], replay.clock)
    assert missing.startswith("purse 'points': accounts say None")


def test_debt_and_its_repayment_are_counted() -> None:
    rows = [
        "kind,order,member,at,sku,price,quantity,points",
        # 50 to welcome, 100 for a big basket, and 100 that are usable in two weeks.
        "purchase,o1,ana,2026-01-06T09:00:00Z,pot,100,1,",
        "redemption,,ana,2026-01-07T09:00:00Z,,,,150",
        "return,o1,ana,2026-01-08T09:00:00Z,,,,",
        "purchase,o2,ana,2026-01-09T09:00:00Z,pot,70,1,",
        "purchase,o3,ana,2026-01-30T09:00:00Z,pot,1,1,",
    ]
    for upto, debt, outstanding in ((4, 100, -100), (5, 100, -30), (6, 30, -29)):
        log = read_generic(table(*rows[:upto]), currency("EUR"))
        replay, tally = replayed(log, "EUR", "UTC")
        assert replay.clock is not None
        purse = tally.purses["points"]
        assert (purse.debt, purse.outstanding) == (debt, outstanding)
        assert list(tally.differences(replay.accounts.values(), replay.clock)) == []


# Broken lines

BROKEN = (
    "kind,order,member,at,line,sku,price,quantity,points\n"
    "purchase,o1,ana,2026-01-06T09:00:00Z,1,beans,12.50,2,\n"
    "purchase,o1,ana,2026-01-06T09:00:00Z,2,cup,nan,1,\n"
    "purchase,o1,ana,2026-01-06T09:00:00Z,3,cup,1e1000000,1,\n"
    "purchase,o1,ana,2026-01-06T09:00:00Z,4,cup,9.90,-1,\n"
    "purchase,o1,ana,2026-01-06T09:00:00Z,5,cup,-9.90,1,\n"
    "purchase,o1,ana,2026-01-06 09:00:00,6,cup,9.90,1,\n"
    "purchase,o1,ana,2026-01-06T09:00:00Z,1,cup,9.90,1,\n"
    "purchase,o1,bob,2026-01-06T09:00:00Z,8,cup,9.90,1,\n"
    "purchase,o1,ana,2026-01-06T09:00:00Z,9,cup\n"
    'purchase,o1,ana,2026-01-06T09:00:00Z,10,"cup,9.90,1,\n'
    "gift,,ana,2026-01-06T09:00:00Z,,,,,\n"
    "redemption,,ana,2026-01-07T09:00:00Z,,,,,1.5\n"
    "purchase,,ana,2026-01-07T09:00:00Z,1,cup,9.90,1,\n"
    "purchase,o2,ana,2026-01-07T09:00:00Z,1,cup,9.90,1.5,\n"
    "return,o1,ana,2026-01-08T09:00:00Z,,,,3,\n"
    "purchase,o3,ana,2026-01-08T09:00:00Z,1,cup,9.90,1,\n"
    "purchase,o4,ana,31/01/2026,1,cup,9.90,1,\n"
)
SAID = {
    3: "NaN|nan",
    4: "1e1000000",
    5: "-1",
    6: "price: write a number that is at least 0, not -9.9",
    7: "2026-01-06 09:00:00",
    8: "order 'o1' has a line '1' already",
    9: "order 'o1' is 'ana''s since line 2",
    10: "6 fields instead of 9",
    11: "no CSV",
    12: "kind: write purchase, return, enrolment, referral or redemption, not 'gift'",
    13: "points: write a whole number",
    14: "id",
    15: "quantity: write a whole number",
    16: "line: say which line",
    18: "31/01/2026",
}


def test_every_broken_line_is_named_and_the_rest_is_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(BROKEN)
    assert replay_orders.main(["--orders", str(path)]) == 0
    captured = capsys.readouterr()
    named = captured.err.splitlines()
    assert [int(line.split()[1].rstrip(":")) for line in named] == sorted(SAID)
    for line, part in zip(named, SAID.values(), strict=True):
        assert any(each in line for each in part.split("|")), line
    said = figures(captured.out)
    assert said["Left out or reported: broken lines: left out, named on standard error"] == "15"
    assert said["Orders: orders"] == "2"
    assert said["Orders: order lines"] == "2"
    assert said["Orders: net spend"] == "34.90 EUR"  # two of 12.50, one of 9.90


def test_strict_ends_with_status_1_where_a_line_was_broken(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(BROKEN)
    done = run(SCRIPT, "--orders", path, "--strict", "--quiet")
    assert done.returncode == 1
    assert done.stderr.startswith(b"line 3: ")
    whole = tmp_path / "whole.csv"
    whole.write_text("\n".join(BROKEN.splitlines()[:2]))
    assert run(SCRIPT, "--orders", whole, "--strict").returncode == 0


def test_an_event_that_the_engine_cannot_decide_is_broken_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "kind,order,member,at,line,sku,price,quantity\n"
        "purchase,o1,ana,2026-01-06T09:00:00Z,1,cup,9.90,1\n"
        "return,o1,ana,2026-01-07T09:00:00Z,,,,\n"
        # An order of two lines that is called as the return was.
        "purchase,line-3,ana,2026-01-08T09:00:00Z,1,cup,9.90,1\n"
        "purchase,line-3,ana,2026-01-08T09:00:00Z,2,cup,9.90,1\n"
        "purchase,o2,ana,2026-01-09T09:00:00Z,1,cup,9.90,1\n"
    )
    assert replay_orders.main(["--orders", str(path), "--strict"]) == 1
    captured = capsys.readouterr()
    assert captured.err == (
        "line 4: event 'line-3' was decided with other content: give a new event a new id\n"
    )
    said = figures(captured.out)
    assert said["Left out or reported: broken lines: left out, named on standard error"] == "2"
    assert said["Orders: orders"] == "2"
    assert said["Orders: returns"] == "1"


def test_a_file_that_ends_too_early_is_read_as_far_as_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv.gz"
    packed = gzip.compress(generated().encode())
    path.write_bytes(packed[: len(packed) // 2])
    assert replay_orders.main(["--orders", str(path), "--strict"]) == 1
    captured = capsys.readouterr()
    assert "the file cannot be read any further" in captured.err.splitlines()[-1]
    assert 100 < int(figures(captured.out)["Orders: orders"]) < 565


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (b"", [], "the file is empty"),
        (b"a,b\n1,2\n", [], "no column order, member, at, sku, price, quantity"),
        (b"\x1f\x8bno gzip", [], "Compressed file ended"),
        (b"a,b\n", ["--format", "cdnow"], "no column id, date, cds_bought, spent"),
        (b"order\n", ["--currency", "XXX"], "XXX"),
        (b"order\n", ["--timezone", "Moon/Crater"], "Moon/Crater"),
        (b"order\n", ["--until", "soon"], "soon"),
        (None, [], "No such file"),
    ],
)
def test_what_is_no_order_log_at_all_ends_with_status_2(
    content: bytes | None,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "orders"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        replay_orders.main(["--orders", str(path), *arguments])
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_a_format_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        replay_orders.main(["--format", "cdnow"])
    assert ended.value.code == 2
    assert "--format cdnow needs --orders FILE" in capsys.readouterr().err


# UCI Online Retail

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def test_how_each_kind_of_online_retail_line_is_read() -> None:
    log = read_online_retail(
        table(
            HEADER,
            "1,A,x,3,2011-07-01 09:00:00,2.50,17850.0,UK",
            "1,A,x,2,2011-07-01 09:01:00,2.40,17850.0,UK",
            "1,POST,x,1,2011-07-01 09:00:00,18.00,17850.0,UK",
            "1,B,x,1,2011-07-01 09:00:00,18.00,17850.0,UK",
            "1,F,x,1,2011-07-01 09:00:00,0.0,17850.0,UK",
            "2,PADS,x,1,2011-07-02 09:00:00,0.001,17850.0,UK",
            "3,A,x,5,2011-07-03 09:00:00,2.50,,UK",
            "4,A,x,1,2011-07-04 09:00:00,2.60,17850.0,UK",
            "C5,A,x,-5,2011-07-05 09:00:00,2.50,17850.0,UK",
            "C5,Z,x,-2,2011-07-05 09:00:00,2.50,17850.0,UK",
            "C6,A,x,-3,2011-07-06 09:00:00,2.50,17850.0,UK",
            "7,A,x,0,2011-07-07 09:00:00,2.50,17850.0,UK",
            "8,A,x,1,2011-07-08,abc,17850.0,UK",
        )
    )
    found = list(log.events)
    assert [each.lines for each in found] == [3, 1, 1, 0, 1]
    first, second, *back = [each.event for each in found]
    assert isinstance(first, Purchase)
    assert (first.id, first.member) == ("1", "17850")
    assert first.at == datetime(2011, 7, 1, 8, tzinfo=UTC)  # nine o'clock in a London summer
    assert [(line.id, str(line.price), line.quantity) for line in first.lines] == [
        ("2", "2.5", 3),
        ("3", "2.4", 2),
        ("6", "0", 1),
    ]
    assert isinstance(second, Purchase)
    assert [(line.id, str(line.price)) for line in second.lines] == [("9", "2.6")]
    # Five of A come back: the one of invoice 4, then both of line 3, then two of line 2.
    assert [
        (event.id, event.order, dict(event.lines or {}))
        for event in back
        if isinstance(event, Return)
    ] == [("C5/4", "4", {"9": 1}), ("C5/1", "1", {"2": 2, "3": 2}), ("C6/1", "1", {"2": 1})]
    assert {kind: (seen.count, seen.first) for kind, seen in log.findings.dirt.items()} == {
        Dirt.TWO_TIMES: (1, [3]),
        Dirt.NO_GOODS: (2, [4, 5]),
        Dirt.FREE: (1, [6]),
        Dirt.FRACTION: (1, [7]),
        Dirt.NO_MEMBER: (1, [8]),
        # Two of A of C6 and both of Z.
        Dirt.NO_PURCHASE: (4, [11, 12]),
        # Of C5's five, one was bought at 2.60 and two at 2.40.
        Dirt.REPRICED: (3, [10]),
    }
    assert [line.partition(":")[0] for line in log.findings.broken_lines()] == [
        "line 13",
        "line 14",
    ]
    assert log.rows == 13


def plain_online_retail(lines: Iterable[str]) -> dict[str, str]:
    """The figures of a log, one list entry per unit that a member holds: its price in pence."""
    codes = {"POST", "DOT", "C2", "D", "M", "BANK CHARGES", "CRUK", "AMAZONFEE", "S", "B"}
    held: dict[tuple[str, str], list[int]] = {}
    orders: set[str] = set()
    members: set[str] = set()
    times: dict[str, set[str]] = {}
    sales = refunds = sold = returned = rows = nobody = no_goods = fraction = free = alone = 0
    repriced = 0
    for row in csv.DictReader(lines):
        rows += 1
        member, code, units = row["CustomerID"], row["StockCode"], int(row["Quantity"])
        major, _, minor = row["UnitPrice"].partition(".")
        if not member:
            nobody += 1
            continue
        if code in codes:
            no_goods += 1
            continue
        if len(minor) > 2:
            fraction += 1
            continue
        pence = int(major) * 100 + int(minor.ljust(2, "0"))
        times.setdefault(row["InvoiceNo"], set()).add(row["InvoiceDate"])
        mine = held.setdefault((member, code), [])
        if units > 0:
            free += not pence
            sold += 1
            sales += pence * units
            orders.add(row["InvoiceNo"])
            members.add(member)
            mine.extend([pence] * units)
            continue
        back = mine[units:]
        del mine[units:]
        if back:
            members.add(member)
        returned += len(back)
        refunds += sum(back)
        alone += -units - len(back)
        repriced += sum(each != pence for each in back)
    found = {
        "Orders: rows in the log": rows,
        "Orders: members": len(members),
        "Orders: orders": len(orders),
        "Orders: order lines": sold,
        "Orders: returned units": returned,
        "Orders: sales after discounts": sales,
        "Orders: refunds": refunds,
        "Orders: net spend": sales - refunds,
        f"Left out or reported: {Dirt.NO_MEMBER.value}": nobody,
        f"Left out or reported: {Dirt.NO_GOODS.value}": no_goods,
        f"Left out or reported: {Dirt.FRACTION.value}": fraction,
        f"Left out or reported: {Dirt.FREE.value}": free,
        f"Left out or reported: {Dirt.NO_PURCHASE.value}": alone,
        f"Left out or reported: {Dirt.REPRICED.value}": repriced,
        f"Left out or reported: {Dirt.TWO_TIMES.value}": sum(len(at) > 1 for at in times.values()),
    }
    money = ("sales after discounts", "refunds", "net spend")
    return {
        what: f"{value // 100:,}.{value % 100:02d} GBP" if what.endswith(money) else f"{value:,}"
        for what, value in found.items()
        if value or what.startswith("Orders")
    }


def compared(path: Path, expected: dict[str, str], report: str) -> dict[str, str]:
    """Assert that a report says what was expected, and that conservation was checked."""
    said = figures(report)
    assert {what: said.get(what) for what in expected} == expected
    assert f"checked for every one of {said['Orders: members']} members" in report
    assert report.startswith(f"{path.name} through")
    return said


@pytest.fixture
def start_of_online_retail(tmp_path: Path) -> Path:
    path = tmp_path / "start.csv"
    with gzip.open(ONLINE_RETAIL, "rt", encoding="utf-8", newline="") as whole:
        path.write_text("".join(islice(whole, 20_001)), encoding="utf-8")
    return path


@needs_online_retail
def test_the_start_of_online_retail_adds_up_to_what_the_file_says(
    start_of_online_retail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = start_of_online_retail
    code = replay_orders.main(["--orders", str(path), "--format", "online-retail", "--strict"])
    assert code == 0
    with path.open(encoding="utf-8", newline="") as lines:
        expected = plain_online_retail(lines)
    said = compared(path, expected, capsys.readouterr().out)
    assert said["Orders: rows in the log"] == "20,000"


@pytest.mark.heavy
@needs_online_retail
def test_the_whole_of_online_retail_adds_up_to_what_the_file_says() -> None:
    done = run(SCRIPT, "--orders", ONLINE_RETAIL, "--format", "online-retail", "--strict")
    assert (done.stderr, done.returncode) == (b"", 0)
    with gzip.open(ONLINE_RETAIL, "rt", encoding="utf-8", newline="") as lines:
        expected = plain_online_retail(lines)
    said = compared(ONLINE_RETAIL, expected, done.stdout.decode())
    assert said["Orders: rows in the log"] == "541,909"
    assert said["Orders: orders"] == "18,405"
    assert said["Orders: order lines"] == "396,371"
    assert said["Orders: net spend"] == "8,272,869.13 GBP"


# CDNOW


def test_how_each_kind_of_cdnow_line_is_read() -> None:
    log = read_cdnow(
        table(
            "_id,id,date,cds_bought,spent",
            "4,1,19970701,2,29.33",
            "4,1,19970101,1,0.0",
            "4,1,19970701,2,29.33",
            "4,,19970701,2,29.33",
            "4,1,19970701,2,29.333",
            "4,1,19970231,2,29.33",
            "4,1,19970701,two,29.33",
        )
    )
    events = [each.event for each in log.events]
    assert [(event.id, event.at) for event in events] == [
        ("row-3", datetime(1997, 1, 1, 17, tzinfo=UTC)),  # noon in a New York winter
        ("row-2", datetime(1997, 7, 1, 16, tzinfo=UTC)),  # and in a summer
        ("row-4", datetime(1997, 7, 1, 16, tzinfo=UTC)),
    ]
    assert {kind: (seen.count, seen.first) for kind, seen in log.findings.dirt.items()} == {
        Dirt.FREE: (1, [3]),
        Dirt.IDENTICAL: (1, [4]),
        Dirt.NO_MEMBER: (1, [5]),
        Dirt.FRACTION: (1, [6]),
    }
    assert [line.partition(":")[0] for line in log.findings.broken_lines()] == ["line 7", "line 8"]


def plain_cdnow(path: Path) -> dict[str, str]:
    """What a CDNOW sample says, by adding up its rows."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    cents = 0
    for row in rows:
        dollars, _, rest = row["spent"].partition(".")
        cents += int(dollars) * 100 + int(rest.ljust(2, "0"))
    same = len(rows) - len({tuple(row.values()) for row in rows})
    free = sum(row["spent"] == "0.0" for row in rows)
    found = {
        "Orders: rows in the log": f"{len(rows):,}",
        "Orders: members": f"{len({row['id'] for row in rows}):,}",
        "Orders: orders": f"{len(rows):,}",
        "Orders: order lines": f"{len(rows):,}",
        "Orders: net spend": f"{cents // 100:,}.{cents % 100:02d} USD",
    }
    found |= {f"Left out or reported: {Dirt.IDENTICAL.value}": f"{same}"} if same else {}
    found |= {f"Left out or reported: {Dirt.FREE.value}": f"{free}"} if free else {}
    return found


@needs_cdnow
@pytest.mark.once
def test_the_start_of_the_cdnow_sample_adds_up_to_what_the_file_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "start.csv"
    with gzip.open(CDNOW, "rt", encoding="utf-8", newline="") as whole:
        path.write_text("".join(islice(whole, 1_501)), encoding="utf-8")
    assert replay_orders.main(["--orders", str(path), "--format", "cdnow", "--strict"]) == 0
    said = compared(path, plain_cdnow(path), capsys.readouterr().out)
    assert said["Orders: rows in the log"] == "1,500"


@pytest.mark.heavy
@needs_cdnow
def test_the_whole_of_the_cdnow_sample_adds_up_to_what_the_file_says() -> None:
    done = run(SCRIPT, "--orders", CDNOW, "--format", "cdnow", "--strict")
    assert (done.stderr, done.returncode) == (b"", 0)
    said = compared(CDNOW, plain_cdnow(CDNOW), done.stdout.decode())
    assert said["Orders: net spend"] == "244,091.94 USD"
    assert said["Orders: members"] == "2,357"


# The plain format


def test_a_plain_log_needs_only_six_columns_in_any_order() -> None:
    log = read_generic(
        table(
            "\ufeffsku,quantity,at,price,member,order,colour",
            "cup,2,2026-01-06T10:00:00+01:00,9.90,ana,o1,red",
            "beans,1,2026-01-05T09:00:00Z,12.50,bob,o2,",
            "pot,1,2026-01-06T09:30:00Z,20,ana,o1,",
            "tin,1,2026-01-06T09:30:00Z,0.005,ana,o1,",
            "tin,1,2026-01-06T09:30:00Z,5,,o1,",
        ),
        currency("EUR"),
    )
    second, first = (each.event for each in log.events)
    assert isinstance(first, Purchase)
    assert first.at == datetime(2026, 1, 6, 9, tzinfo=UTC)
    assert [(line.id, line.sku, line.quantity) for line in first.lines] == [
        ("2", "cup", 2),
        ("4", "pot", 1),
    ]
    assert second.member == "bob"
    assert log.enrolled == frozenset()
    assert {kind: seen.first for kind, seen in log.findings.dirt.items()} == {
        Dirt.TWO_TIMES: [4],
        Dirt.FRACTION: [5],
        Dirt.NO_MEMBER: [6],
    }


def test_a_plain_log_may_say_more_about_a_line() -> None:
    log = read_generic(
        table(
            "order,member,at,line,sku,price,quantity,discount,category,brand,tags,coupons",
            "o1,ana,2026-01-06T09:00:00Z,a,cup,9.90,2,1.80,ware,Ours,gift| new |,CAKE|TEN",
            "o1,ana,2026-01-06T09:00:00Z,b,pot,9.90,2,19.81,,,,",
        ),
        currency("EUR"),
    )
    (logged,) = log.events
    assert isinstance(logged.event, Purchase)
    (line,) = logged.event.lines
    assert (line.id, str(line.discount), line.category, line.brand, line.tags) == (
        ("a", "1.8", "ware", "Ours", ("gift", "new"))
    )  # fmt: skip
    assert logged.event.coupons == ("CAKE", "TEN")
    assert list(log.findings.broken_lines()) == ["line 3: discount: it exceeds the line"]


def test_bytes_that_are_no_text_break_only_a_line_that_uses_them() -> None:
    header = b"order,member,at,sku,price,quantity,note\n"
    rest = (
        b"o1,ana,2026-01-06T09:00:00Z,cup,9.90,1,caf\xe9\no1,ana,2026-01-06T09:00:00Z,\xff,9,1,\n"
    )
    log = read_generic(io.BytesIO(header + rest), currency("EUR"))
    (logged,) = log.events
    assert logged.lines == 1
    (broken,) = log.findings.broken_lines()
    assert broken.startswith("line 3: ")
    broken.encode()


def test_so_many_broken_lines_are_named_and_the_rest_counted() -> None:
    def lines() -> Iterator[str]:
        yield "order,member,at,sku,price,quantity"
        yield from ("o1,ana,today,cup,9.90,1" for _ in range(1_005))

    log = read_generic(table(*lines()), currency("EUR"))
    named = list(log.findings.broken_lines())
    assert log.findings.broken == 1_005
    assert len(named) == 1_001
    assert named[-1] == "and 5 more"


def test_an_empty_file_is_no_log() -> None:
    with pytest.raises(UnreadableError, match="the file is empty"):
        read_generic(io.BytesIO(b""), currency("EUR"))
