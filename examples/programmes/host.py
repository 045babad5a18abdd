"""What every story needs of a host: one member's account, and what happened, in words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, final

from loyaltykit import (
    Account,
    Activity,
    Decision,
    Engine,
    Enrolment,
    Event,
    Line,
    Program,
    Purchase,
    Redemption,
    Return,
    StatementLine,
    apply,
    statement,
)
from loyaltykit.effects import Notified
from loyaltykit.money import money_text
from loyaltykit.progress import Lack


@final
class Host:
    """One member at one programme; days are written as 2026-03-01, which is noon there."""

    def __init__(self, program: Program, member: str = "ana") -> None:
        self.program = program
        self.engine = Engine(program)
        self.account = Account.new(member)
        self.told: list[str] = []
        """What happened so far, line by line; in brackets what can be spent of that purse."""
        self.events = 0

    def joins(self, when: str, **profile: Any) -> None:
        self.tell(Enrolment(self._id(), self.at(when), member=self.account.member, **profile))

    def buys(self, when: str, price: int | str, quantity: int = 1, **rest: Any) -> None:
        """An order of one line; `rest` goes to the line."""
        self.orders(
            when, Line("1", rest.pop("sku", "thing"), price=price, quantity=quantity, **rest)
        )

    def orders(self, when: str, *lines: Line, **rest: Any) -> None:
        """An order; `rest` goes to the purchase."""
        member = self.account.member
        self.tell(Purchase(self._id(), self.at(when), member=member, lines=lines, **rest))

    def returns(self, when: str, order: str) -> None:
        """All of an order comes back; orders and all other events are numbered from e1."""
        self.tell(Return(self._id(), self.at(when), member=self.account.member, order=order))

    def does(self, when: str, kind: str, **rest: Any) -> None:
        member = self.account.member
        self.tell(Activity(self._id(), self.at(when), member=member, kind=kind, **rest))

    def spends(self, when: str, points: int, purse: str = "points") -> None:
        member = self.account.member
        self.tell(Redemption(self._id(), self.at(when), member=member, points=points, purse=purse))

    def tell(self, event: Event) -> None:
        """Let the engine decide, and keep what it decides."""
        self._keep(self.engine.decide(self.account, event))

    def waits(self, until: str) -> None:
        """Nothing happens but time."""
        self._keep(self.engine.advance(self.account, self.at(until)))

    def asks(self, when: str) -> None:
        """What is missing to the next tier, and to keep this one."""
        for each in self.engine.progress(self.account, self.at(when)):
            said = [f"{self.at(when):%Y-%m-%d}  Now {each.tier}"]
            if each.next is not None:
                said.append(f"to {each.next.tier}: {_missing(each.next.lacks)}")
            if each.keep is not None:
                end = each.keep.until.astimezone(self.program.zone)
                said.append(f"to keep it from {end:%Y-%m-%d} on: {_missing(each.keep.lacks)}")
            self.told.append("; ".join(said))

    def at(self, when: str) -> datetime:
        """A local time: of a day alone, its noon."""
        found = datetime.fromisoformat(when if " " in when else f"{when} 12:00")
        return found.replace(tzinfo=self.program.zone)

    def _id(self) -> str:
        self.events += 1
        return f"e{self.events}"

    def _keep(self, decision: Decision) -> None:
        account = self.account
        for effect in decision.effects:
            day = effect.at.astimezone(self.program.zone).date()
            if isinstance(effect, Notified):
                self.told.append(f"{day}  Message: {effect.template}")
            for line in statement([effect], self.program, opening=account):
                self.told.append(f"{day}  {line.text}{_left(line)}")
            account = apply(account, effect)
        day = decision.reached.astimezone(self.program.zone).date()
        self.told.extend(f"{day}  No: {refusal}" for refusal in decision.refusals)
        self.account = decision.account


def _missing(lacks: Iterable[Lack]) -> str:
    return ", ".join(f"{each.missing} more ({each.metric})" for each in lacks) or "nothing"


def _left(line: StatementLine) -> str:
    if line.balance is None:
        return ""
    return f" [{line.balance if line.money is None else money_text(line.balance, line.money)}]"
