"""Occasion: when and about which event a rule is asked, and what it has done so far.

A `Work` lives while one rule is asked: its actions share what its limits leave, in order, and note
what they did in one posting.
"""

from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.copying import altered
from loyaltykit.counting import Ends, ends
from loyaltykit.journal import Journal
from loyaltykit.limiting import allowances
from loyaltykit.readings import Readings
from loyaltykit.records import Posting
from loyaltykit.refusals import Refusal
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Rule
from loyaltykit.traces import ConditionTrace, GrantTrace, Outcome, RuleTrace
from loyaltykit.using import Rooms


@final
@frozen(order=False)
class Occasion:
    """When and about which event a rule is asked; lots and coupons derive their ids from it.

    `counts` is until when what is earned now counts towards each ladder. `code` is the coupon that
    the order used, by the name of its definition. `totals` is whether points count for milestones.
    """

    at: datetime
    event: str
    counts: Ends = field(kw_only=True)
    code: str | None = field(default=None, kw_only=True)
    totals: bool = field(default=True, kw_only=True)

    @classmethod
    def of(
        cls, at: datetime, event: str, account: Account, book: Rulebook, code: str | None = None
    ) -> "Occasion":
        """The occasion of an event, or of a moment that time brought, in an account."""
        return cls(at, event, counts=ends(account, at, book), code=code)


@final
class Work:
    """One rule at work: what its limits leave, and what it has done."""

    def __init__(
        self,
        rule: Rule,
        readings: Readings,
        occasion: Occasion,
        journal: Journal,
        book: Rulebook,
        when: ConditionTrace | None,
    ) -> None:
        self.rule = rule
        self.readings = readings
        self.occasion = occasion
        self.journal = journal
        self.book = book
        self.when = when
        allowed = allowances(rule, journal.account, occasion.at, occasion.code, book)
        self.rooms: Rooms = Rooms(rule, allowed, readings, book)
        self.posting: Posting = Posting(rule.name, when=rule.when)
        self.grants: list[GrantTrace] = []
        self.refusals: list[Refusal] = self.rooms.refusals

    def told(self, outcome: Outcome) -> Posting | None:
        """Tell what came of it; None if there is nothing to take back."""
        self.journal.refuse(*self.refusals)
        self.journal.traces.append(
            RuleTrace(
                self.rule.name,
                self.occasion.at,
                outcome=outcome,
                when=self.when,
                grants=tuple(self.grants),
                refusals=tuple(self.refusals),
            )
        )
        # What granted nothing may have left a fraction, which a return takes back.
        return self.posting if outcome is Outcome.FIRED or self.posting.carried else None

    def refused(self, *refusals: Refusal) -> Posting | None:
        """Tell that it did nothing, and why; what it would have granted is told as well."""
        self.refusals = list(refusals)
        self.posting = altered(self.posting, carried=())
        self.grants = [
            altered(
                each,
                text=f"not granted: {each.text}",
                granted=None if each.desired is None else 0,
            )
            for each in self.grants
        ]
        return self.told(Outcome.LIMITED)
