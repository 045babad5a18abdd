"""Journal: the effects of one engine call as they are posted, and the account that they make.

The only mutable thing in the library. It lives inside one call of the engine and is never seen
outside. Every effect is folded when it is posted, so a decision's account is the fold of its
effects by construction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import final

from attrs import frozen

from loyaltykit.account import Account
from loyaltykit.climbs import ladder_of
from loyaltykit.decision import Claim, Decision, Status
from loyaltykit.effects import Counted, Effect
from loyaltykit.errors import LimitError
from loyaltykit.folding import apply
from loyaltykit.refusals import Refusal
from loyaltykit.traces import Explanation, RuleTrace

MAX_EFFECTS = 10_000
"""How many effects one call posts."""


@final
@frozen(order=False)
class Mark:
    """A place in a journal: the account, and how many effects, traces, claims and refusals."""

    account: Account
    lengths: tuple[int, int, int, int]
    counted: dict[str, datetime]


@final
class Journal:
    """What one call has posted so far."""

    def __init__(self, account: Account, denied: frozenset[str] = frozenset()) -> None:
        self.account: Account = account
        self.denied: frozenset[str] = denied
        self.effects: list[Effect] = []
        self.traces: list[RuleTrace] = []
        self.notes: list[str] = []
        self.claims: list[Claim] = []
        self.refusals: list[Refusal] = []
        self.counted: dict[str, datetime] = {}
        """Since when there is something new that a ladder remembers and has not been judged by."""

    def post(self, effect: Effect) -> None:
        """Add an effect and fold it.

        Raises:
            LimitError: the call has posted 10,000.
        """
        if len(self.effects) >= MAX_EFFECTS:
            raise LimitError(
                f"one call posts at most {MAX_EFFECTS} effects: "
                "advance the account in steps, or bring less at once"
            )
        walked = isinstance(effect, Counted) and effect.counter in self.account.trails
        self.effects.append(effect)
        self.account = apply(self.account, effect)
        if not isinstance(effect, Counted):
            return
        ladder = ladder_of(effect.counter)
        if effect.since is not None:
            self.counted_since(ladder, effect.since)
        elif walked:
            self.counted_since(ladder, self.account.climb(ladder).begun or effect.at)

    def counted_since(self, ladder: str, at: datetime) -> None:
        """Note that a ladder is to be judged anew from an instant on."""
        self.counted[ladder] = min(at, self.counted.get(ladder, at))

    def refuse(self, *refusals: Refusal) -> None:
        """Note what the rules said no to."""
        self.refusals.extend(refusals)

    @contextmanager
    def undone_on_limit(self) -> Iterator[None]:
        """Take back what the block posted if it raises `LimitError`."""
        mark = self.mark()
        try:
            yield
        except LimitError:
            self.back_to(mark)
            raise

    def mark(self) -> "Mark":
        """How far it has come, to go back to."""
        lengths = (len(self.effects), len(self.traces), len(self.claims), len(self.refusals))
        return Mark(self.account, lengths, dict(self.counted))

    def back_to(self, mark: "Mark") -> None:
        """Take back everything that was posted since."""
        effects, traces, claims, refusals = mark.lengths
        self.account = mark.account
        self.counted = dict(mark.counted)
        del self.effects[effects:], self.traces[traces:]
        del self.claims[claims:], self.refusals[refusals:]

    def decision(self, status: Status, reached: datetime) -> Decision:
        """Everything posted so far, as a value."""
        return Decision(
            self.account,
            tuple(self.effects),
            explanation=Explanation(tuple(self.traces), tuple(self.notes)),
            claims=tuple(self.claims),
            refusals=tuple(self.refusals),
            status=status,
            reached=reached,
        )
