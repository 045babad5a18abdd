"""A plain order log: one line per article of an order, or per other event of a member.

Columns that must be there:

    order     the order's id; its lines need not stand together
    member    whose it is
    at        when, with its offset: 2026-03-02T09:30:00+00:00
    sku       the article
    price     for one unit, before discounts
    quantity  how many, 1 or more

and those that may be:

    kind      purchase (or nothing), return, enrolment, referral, redemption
    line      the line's id within its order; else the number of the line in the file
    discount  what the shop itself took off the whole line
    category, brand
    tags      words, with | between them
    coupons   codes presented with the order, with | between them
    birthday  of an enrolment: 1990-02-10
    referrer  of a referral: who brought the member
    points    of a redemption: how many

An order's time and member are its first line's. A return names `order`, and a `line` and
`quantity`, or neither for all that is left. The other kinds leave the order's columns empty.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO, final

from attrs import Factory, define

from loyaltykit import (
    Enrolment,
    Event,
    Line,
    LoyaltyError,
    Purchase,
    Redemption,
    Referral,
    Return,
)
from loyaltykit.money import Currency
from orderlog.findings import Dirt, Findings
from orderlog.log import Logged, OrderLog
from orderlog.rows import Row, RowError, coins, rows, whole

COLUMNS = ("order", "member", "at", "sku", "price", "quantity")


@final
@define
class _Order:
    name: str
    member: str
    at: datetime
    first: int
    lines: dict[str, Line] = Factory(dict)
    codes: list[str] = Factory(list)
    two_times: bool = False


@final
class _Reader:
    """Gathers the lines of orders, and every other event as it comes."""

    def __init__(self, money: Currency) -> None:
        self.money = money
        self.findings = Findings()
        self.orders: dict[str, _Order] = {}
        self.found: list[Logged] = []

    def take(self, number: int, row: Row) -> None:
        """Take one line.

        Raises:
            LoyaltyError, RowError: it cannot be used.
        """
        member = row["member"].strip()
        if not member:
            self.findings.note(Dirt.NO_MEMBER, number)
            return
        at = _aware(row["at"].strip())
        match _field(row, "kind"):
            case "" | "purchase":
                self._line(number, row, member, at)
            case kind:
                event = _other(kind, f"line-{number}", at, member, row)
                self.found.append(Logged(number, event))

    def _line(self, number: int, row: Row, member: str, at: datetime) -> None:
        quantity = whole(row["quantity"], "quantity")
        price = coins(row["price"], self.money)
        off = coins(_field(row, "discount") or "0", self.money)
        if price is None or off is None:
            self.findings.note(Dirt.FRACTION, number)
            return
        line = Line(
            _field(row, "line") or str(number),
            row["sku"].strip(),
            price=row["price"].strip(),
            quantity=quantity,
            discount=_field(row, "discount") or 0,
            category=_field(row, "category") or None,
            brand=_field(row, "brand") or None,
            tags=_words(row, "tags"),
        )
        if off > price * quantity:
            raise RowError("discount: it exceeds the line")
        name = row["order"].strip()
        order = self.orders.get(name)
        if order is None:
            Purchase(name, at, member=member, lines=[line])
            order = self.orders[name] = _Order(name, member, at, number)
        if order.member != member:
            raise RowError(f"member: order {name!r} is {order.member!r}'s since line {order.first}")
        if line.id in order.lines:
            raise RowError(f"line: order {name!r} has a line {line.id!r} already")
        if at != order.at:
            self.findings.note(Dirt.TWO_TIMES, number, 0 if order.two_times else 1)
            order.two_times = True
        if not price:
            self.findings.note(Dirt.FREE, number)
        order.lines[line.id] = line
        order.codes.extend(_words(row, "coupons"))

    def events(self) -> Iterable[Logged]:
        """Everything that was taken, as events, in order of the file."""
        found = list(self.found)
        for order in self.orders.values():
            lines = len(order.lines)
            try:
                event = Purchase(
                    order.name,
                    order.at,
                    member=order.member,
                    lines=order.lines.values(),
                    coupons=order.codes,
                )
            except LoyaltyError as error:
                self.findings.break_(order.first, error, lines=lines)
            else:
                found.append(Logged(order.first, event, lines=lines))
        return sorted(found, key=lambda logged: logged.line)


def read_generic(stream: BinaryIO, money: Currency) -> OrderLog:
    """Read the whole file, then give its events in order of time.

    Raises:
        UnreadableError: it is no such file.
    """
    reader = _Reader(money)
    count = 0
    for number, row in rows(stream, COLUMNS, reader.findings):
        count += 1
        try:
            reader.take(number, row)
        except (LoyaltyError, RowError) as error:
            reader.findings.break_(number, error)
    found = sorted(reader.events(), key=lambda logged: logged.event.at)
    events: Iterator[Logged] = iter(found)
    joined = [each.event.member for each in found if isinstance(each.event, Enrolment)]
    return OrderLog(
        events,
        size=len(found),
        rows=count,
        findings=reader.findings,
        enrolled=frozenset(joined),
    )


def _other(kind: str, name: str, at: datetime, member: str, row: Row) -> Event:
    match kind:
        case "return":
            return Return(name, at, member=member, order=row["order"].strip(), lines=_units(row))
        case "enrolment":
            return Enrolment(name, at, member=member, birthday=_day(_field(row, "birthday")))
        case "referral":
            return Referral(name, at, member=member, referrer=_field(row, "referrer"))
        case "redemption":
            points = whole(_field(row, "points"), "points")
            return Redemption(name, at, member=member, points=points)
        case _:
            raise RowError(
                f"kind: write purchase, return, enrolment, referral or redemption, not {kind!r}"
            )


def _units(row: Row) -> dict[str, int] | None:
    line = _field(row, "line")
    if not line and not row["quantity"].strip():
        return None
    if not line:
        raise RowError("line: say which line of the order comes back, or leave quantity empty too")
    return {line: whole(row["quantity"], "quantity")}


def _field(row: Row, name: str) -> str:
    return row.get(name, "").strip()


def _words(row: Row, name: str) -> list[str]:
    return [word.strip() for word in _field(row, name).split("|") if word.strip()]


def _aware(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise RowError(f"at: write a time with its offset, 2026-03-02T09:30:00Z, not {text!r}")
    return at


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RowError(f"birthday: write 1990-02-10, not {text!r}") from None
