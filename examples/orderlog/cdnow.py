"""The CDNOW sample: what 2,357 customers of an American record shop spent, day by day.

    _id,id,date,cds_bought,spent

There are no orders: each line is one, and its number in the file is its id, since some lines are
the same in every field. `id` is the member, `spent` dollars for everything, the day is New York's;
the hour is not told, so that noon stands for it. An order is one line of goods; how many records it
was is its label `cds`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from loyaltykit import Line, LoyaltyError, Purchase
from loyaltykit.money import currency
from orderlog.findings import Dirt, Findings
from orderlog.log import Logged, OrderLog
from orderlog.rows import Row, RowError, coins, rows, whole

COLUMNS = ("id", "date", "cds_bought", "spent")
CURRENCY = "USD"
TIMEZONE = "America/New_York"

_DOLLARS = currency(CURRENCY)
_ZONE = ZoneInfo(TIMEZONE)


def read_cdnow(stream: BinaryIO) -> OrderLog:
    """Read the whole file, then give its orders in order of time.

    Raises:
        UnreadableError: it is no such file.
    """
    findings = Findings()
    found: list[Logged] = []
    seen: set[tuple[str, ...]] = set()
    count = 0
    for number, row in rows(stream, COLUMNS, findings):
        count += 1
        try:
            logged = _order(number, row, findings)
        except (LoyaltyError, RowError) as error:
            findings.break_(number, error)
            continue
        if logged is None:
            continue
        whole_row = tuple(row.values())
        if whole_row in seen:
            findings.note(Dirt.IDENTICAL, number)
        seen.add(whole_row)
        found.append(logged)
    found.sort(key=lambda logged: logged.event.at)
    events: Iterator[Logged] = iter(found)
    return OrderLog(events, size=len(found), rows=count, findings=findings)


def _order(number: int, row: Row, findings: Findings) -> Logged | None:
    member = row["id"].strip()
    if not member:
        findings.note(Dirt.NO_MEMBER, number)
        return None
    records = whole(row["cds_bought"], "cds_bought")
    spent = coins(row["spent"], _DOLLARS)
    if spent is None:
        findings.note(Dirt.FRACTION, number)
        return None
    if not spent:
        findings.note(Dirt.FREE, number)
    price = row["spent"].strip()
    line = Line("1", "records", price=price, labels={"cds": records})
    event = Purchase(f"row-{number}", _noon(row["date"].strip()), member=member, lines=[line])
    return Logged(number, event)


def _noon(text: str) -> datetime:
    try:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=_ZONE)
    except ValueError:
        raise RowError(f"date: write 19970101, not {text!r}") from None
    return day.replace(hour=12)
