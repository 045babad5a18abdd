"""The replay: every member's events and everything that time brings, in one global order of time.

Members are not independent: what time brings to one (a referral that has stood its thirty days) is
an event for another, at that instant. An account refuses an event before its own clock, so the
other member must not have been taken past that instant by then. Going through one member after the
other would do just that. So the next due instants of all accounts stand in a heap, and before any
event of the log is decided, whatever is due on any account up to that instant is posted in order,
and whatever leaves an account is delivered at its own instant.

At one instant: what time brings comes first, then what was sent, then the log.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import final

from loyaltykit import (
    Account,
    Decision,
    Engine,
    Enrolment,
    Event,
    LoyaltyError,
)
from loyaltykit.effects import Outgoing
from orderlog.findings import Dirt
from orderlog.log import Logged, OrderLog


@final
class Replay:
    """One log going through one engine; `accounts` are as they stand so far."""

    def __init__(self, engine: Engine, log: OrderLog, until: datetime | None = None) -> None:
        self.engine = engine
        self.log = log
        self.until = until
        self.accounts: dict[str, Account] = {}
        self.clock: datetime | None = None
        self._due: list[tuple[datetime, str]] = []
        self._next: dict[str, datetime | None] = {}
        self._sent: list[tuple[datetime, int, Outgoing]] = []
        self._number = 0
        self._line = 0

    def run(self) -> Iterator[tuple[Logged | None, Decision]]:
        """Every decision, with the logged event that it was made on; None if there is none."""
        for logged in self.log.events:
            at = logged.event.at
            if self.until is not None and at > self.until:
                self.log.findings.note(Dirt.LATER, logged.line, logged.lines)
                continue
            yield from self._pass_time(at)
            self._line = logged.line
            yield from self._decide(logged)
            self.clock = at
        end = self.until or self.clock
        if end is not None:
            yield from self._pass_time(end)
            self.clock = end

    def _decide(self, logged: Logged) -> Iterator[tuple[Logged | None, Decision]]:
        event = logged.event
        try:
            if event.member not in self.accounts and event.member not in self.log.enrolled:
                joined = Enrolment("enrolment", event.at, member=event.member)
                yield None, self._apply(joined)
            yield logged, self._apply(event)
        except LoyaltyError as error:
            self.log.findings.break_(logged.line, error, lines=logged.lines)

    def _apply(self, event: Event) -> Decision:
        account = self.accounts.get(event.member) or Account.new(event.member)
        return self._keep(self.engine.decide(account, event))

    def _keep(self, decision: Decision) -> Decision:
        account = decision.account
        self.accounts[account.member] = account
        due = self.engine.next_due(account)
        if due != self._next.get(account.member):
            # The earlier entry stays in the heap; `_pass_time` passes it over.
            self._next[account.member] = due
            if due is not None:
                heappush(self._due, (due, account.member))
        for event in decision.outbox:
            self._number += 1
            heappush(self._sent, (event.at, self._number, event))
        return decision

    def _pass_time(self, until: datetime) -> Iterator[tuple[None, Decision]]:
        while True:
            due = self._due[0][0] if self._due else _NEVER
            sent = self._sent[0][0] if self._sent else _NEVER
            if min(due, sent) > until:
                return
            try:
                if due <= sent:
                    _, member = heappop(self._due)
                    if self._next[member] == due:
                        self._next[member] = None
                        yield None, self._keep(self.engine.advance(self.accounts[member], due))
                else:
                    _, _, event = heappop(self._sent)
                    yield None, self._apply(event)
            except LoyaltyError as error:
                # What time brings has no line of its own; the last one that was decided stands in.
                self.log.findings.break_(self._line, f"some time after it: {error}")


_NEVER = datetime.max.replace(tzinfo=UTC)
