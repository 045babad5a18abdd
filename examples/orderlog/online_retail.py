"""The UCI Online Retail log: one British wholesaler, one year, one line per article of an invoice.

    InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country

How a line is read:

- An invoice is one purchase, at the time of its first line; times are London's, prices pounds.
- A line without customer belongs to no member.
- Postage, carriage, fees, commission, manual corrections and discounts after the sale are no goods:
  they earn nothing, and a "return" of one matches nothing.
- A quantity below zero is a return. It names no purchase: its units are taken from the member's
  earlier lines of the same article, the latest line first, as far as those have units left. What
  comes back is worth what was paid for it then, whatever the line says.
- A price of a fraction of a penny cannot be paid: the line is left out. A price of nothing can.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import BinaryIO, final
from zoneinfo import ZoneInfo

from attrs import Factory, define, field

from loyaltykit import Line, LoyaltyError, Purchase, Return
from loyaltykit.money import currency
from orderlog.findings import Dirt, Findings
from orderlog.log import Logged, OrderLog
from orderlog.rows import Row, RowError, coins, rows, whole

COLUMNS = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
CURRENCY = "GBP"
TIMEZONE = "Europe/London"
NO_GOODS = frozenset({
    "AMAZONFEE", "B", "BANK CHARGES", "C2", "CRUK", "D", "DOT", "M", "POST", "S",
})  # fmt: skip

_POUNDS = currency(CURRENCY)
_ZONE = ZoneInfo(TIMEZONE)


@final
@define
class _Row:
    """A line of an invoice: units above zero were sold, below zero came back; `price` in pence."""

    number: int
    sku: str
    units: int
    price: int | None


@final
@define
class _Invoice:
    name: str
    member: str
    at: datetime
    rows: list[_Row] = Factory(list)
    two_times: bool = False


@final
@define
class _Bought:
    """Units of an article that a member still has from one line of one purchase."""

    row: _Row
    order: str
    price: int
    left: int


@final
@define
class _Back:
    """What of an invoice came back from one earlier order."""

    line: int
    units: dict[str, int] = field(factory=dict)
    lines: int = 0


def read_online_retail(stream: BinaryIO) -> OrderLog:
    """Read the whole file, then give its events in order of time.

    Raises:
        UnreadableError: it is no such file.
    """
    findings = Findings()
    invoices: dict[tuple[str, str], _Invoice] = {}
    count = 0
    for number, row in rows(stream, COLUMNS, findings):
        count += 1
        try:
            _take(number, row, invoices, findings)
        except (LoyaltyError, RowError) as error:
            findings.break_(number, error)
    ordered = sorted(invoices.values(), key=lambda invoice: invoice.at)
    return OrderLog(_events(ordered, findings), size=len(ordered), rows=count, findings=findings)


def _take(
    number: int, row: Row, invoices: dict[tuple[str, str], _Invoice], findings: Findings
) -> None:
    member = row["CustomerID"].strip().removesuffix(".0")
    if not member:
        findings.note(Dirt.NO_MEMBER, number)
        return
    sku = row["StockCode"].strip()
    if sku in NO_GOODS:
        findings.note(Dirt.NO_GOODS, number)
        return
    at = _local(row["InvoiceDate"].strip())
    units = whole(row["Quantity"], "Quantity")
    if not units:
        raise RowError("Quantity: nothing was sold and nothing came back")
    price = coins(row["UnitPrice"], _POUNDS)
    if price is None and units > 0:
        findings.note(Dirt.FRACTION, number)
        return
    name = row["InvoiceNo"].strip()
    invoice = invoices.setdefault((name, member), _Invoice(name, member, at))
    if at != invoice.at:
        findings.note(Dirt.TWO_TIMES, number, 0 if invoice.two_times else 1)
        invoice.two_times = True
    if price == 0 and units > 0:
        findings.note(Dirt.FREE, number)
    invoice.rows.append(_Row(number, sku, units, price))


@lru_cache(maxsize=1_000)
def _local(text: str) -> datetime:
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(f"InvoiceDate: write 2010-12-01 08:26:00, not {text!r}") from None
    return wall.replace(tzinfo=_ZONE)


def _events(invoices: list[_Invoice], findings: Findings) -> Iterator[Logged]:
    bought: dict[tuple[str, str], list[_Bought]] = {}
    for invoice in invoices:
        yield from _purchase(invoice, bought, findings)
        yield from _returns(invoice, bought, findings)


def _purchase(
    invoice: _Invoice, bought: dict[tuple[str, str], list[_Bought]], findings: Findings
) -> Iterator[Logged]:
    lines: list[Line] = []
    sold: list[_Bought] = []
    for row in invoice.rows:
        if row.units < 0 or row.price is None:
            continue
        # The number of the line in the file tells lines of one article apart.
        name = str(row.number)
        price = f"{row.price // 100}.{row.price % 100:02d}"
        try:
            lines.append(Line(name, row.sku, price=price, quantity=row.units))
        except LoyaltyError as error:
            findings.break_(row.number, error)
        else:
            sold.append(_Bought(row, invoice.name, row.price, row.units))
    if not sold:
        return
    first = sold[0].row.number
    try:
        event = Purchase(invoice.name, invoice.at, member=invoice.member, lines=lines)
    except LoyaltyError as error:
        findings.break_(first, error, lines=len(sold))
        return
    for one in sold:
        bought.setdefault((invoice.member, one.row.sku), []).append(one)
    yield Logged(first, event, lines=len(sold))


def _returns(
    invoice: _Invoice, bought: dict[tuple[str, str], list[_Bought]], findings: Findings
) -> Iterator[Logged]:
    orders: dict[str, _Back] = {}
    for row in invoice.rows:
        if row.units > 0:
            continue
        held = bought.get((invoice.member, row.sku), [])
        missing, repriced = -row.units, 0
        while missing and held:
            last = held[-1]
            units = min(missing, last.left)
            back = orders.setdefault(last.order, _Back(row.number))
            line = str(last.row.number)
            back.units[line] = back.units.get(line, 0) + units
            if missing == -row.units:
                back.lines += 1
            missing -= units
            repriced += units if last.price != row.price else 0
            last.left -= units
            if not last.left:
                held.pop()
        if missing:
            findings.note(Dirt.NO_PURCHASE, row.number, missing)
        if repriced:
            findings.note(Dirt.REPRICED, row.number, repriced)
    for order, back in orders.items():
        name = f"{invoice.name}/{order}"
        event = Return(name, invoice.at, member=invoice.member, order=order, lines=back.units)
        yield Logged(back.line, event, lines=back.lines)
