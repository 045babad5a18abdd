"""A shop's desk for examples: one member, one account, days counted from the first of January 2026.

Every decision that passes over it is checked: its account is the fold of its effects and balances.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from loyaltykit import (
    Account,
    Capture,
    Decision,
    Engine,
    Enrolment,
    Event,
    Line,
    Program,
    Purchase,
    Redemption,
    Refusal,
    RefusalCode,
    Reservation,
    Return,
    Rule,
    Status,
    fold,
)

MEMBER = "ana"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def day(number: float) -> datetime:
    """Noon (UTC) of a day: 0 is 1 January 2026, a Thursday; halves are midnights."""
    return NOON + timedelta(days=number)


def line(id: str = "1", price: Any = "10", quantity: int = 1, **rest: Any) -> Line:
    """A line of some thing."""
    return Line(id, "thing", price=price, quantity=quantity, **rest)


def club(*rules: Rule, currency: str = "EUR", timezone: str = "UTC", **rest: Any) -> Program:
    """A programme of these rules."""
    return Program("Club", currency, timezone=timezone, rules=rules, **rest)


class Desk:
    """The account of one member under one programme, as events come in."""

    def __init__(
        self, *rules: Rule, program: Program | None = None, member: str = MEMBER, **rest: Any
    ) -> None:
        self.engine = Engine(club(*rules, **rest) if program is None else program)
        self.account = Account.new(member)

    def tell(self, *events: Event, **how: Any) -> Decision:
        """Decide events together and keep the account."""
        return self._kept(self.engine.decide_all(self.account, events, **how))

    def to(self, number: float) -> Decision:
        """Let time pass to a day."""
        return self._kept(self.engine.advance(self.account, day(number)))

    def join(self, number: float = 0, **profile: Any) -> Decision:
        """The member enrols."""
        return self.tell(Enrolment("join", day(number), member=self.account.member, **profile))

    def buy(
        self, id: str, number: float, *lines: Line | str, denied: Iterable[str] = (), **rest: Any
    ) -> Decision:
        """An order of lines, or of one line at a price."""
        bought = [each if isinstance(each, Line) else line(price=each) for each in lines]
        order = Purchase(id, day(number), member=self.account.member, lines=bought, **rest)
        return self.tell(order, denied=denied)

    def back(
        self, id: str, number: float, order: str, lines: Mapping[str, int] | None = None
    ) -> Decision:
        """Units of an order come back, or all that is left."""
        return self.tell(
            Return(id, day(number), member=self.account.member, order=order, lines=lines)
        )

    def spend(self, id: str, number: float, points: int, purse: str = "points") -> Decision:
        """The member redeems points."""
        return self.tell(
            Redemption(id, day(number), member=self.account.member, points=points, purse=purse)
        )

    def reserve(
        self, id: str, number: float, points: int, purse: str = "points", *, until: float
    ) -> Decision:
        """The member sets points aside until a day."""
        member = self.account.member
        return self.tell(
            Reservation(
                id, day(number), member=member, points=points, purse=purse, until=day(until)
            )
        )

    def capture(
        self, id: str, number: float, reservation: str, points: int | None = None
    ) -> Decision:
        """Reserved points are spent, all or so many."""
        member = self.account.member
        return self.tell(
            Capture(id, day(number), member=member, reservation=reservation, points=points)
        )

    def has(self, number: float, purse: str = "points") -> tuple[int, int, int]:
        """Available points, pending points and debt on a day."""
        balance = self.engine.balance(self.account, day(number), purse)
        return balance.available, balance.pending, balance.debt

    def _kept(self, decision: Decision) -> Decision:
        assert fold(self.account, decision.effects) == decision.account
        decision.account.check()
        self.account = decision.account
        return decision


def refused(decision: Decision) -> Refusal:
    """The one reason for which an event was refused whole."""
    assert decision.status is Status.REFUSED
    [refusal] = decision.refusals
    return refusal


def said(decision: Decision) -> list[tuple[RefusalCode, str, int | None, int | None]]:
    """What the rules said no to: code, about what, desired, granted."""
    return [(each.code, each.about, each.desired, each.granted) for each in decision.refusals]


def born(year: int, month: int, number: int) -> date:
    """A day of birth."""
    return date(year, month, number)
