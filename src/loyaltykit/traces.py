"""Traces: the explanation of a decision as a tree of plain values, and how it prints.

    Explanation -> RuleTrace -> ConditionTrace, GrantTrace -> EarningTrace

A trace says what was compared with what, and what is missing. It is built by explain and never
judged again: what it says and what was decided come from the same readings.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from fractions import Fraction
from typing import final

from attrs import field, frozen

from loyaltykit.refusals import Missing, Refusal


class Outcome(Enum):
    """What became of a rule."""

    FIRED = "fired"
    NOT_MET = "not met"
    LIMITED = "limit reached"
    NOTHING = "worth nothing"
    NOT_ASKED = "not asked: the account is suspended"


@final
@frozen(order=False)
class ConditionTrace:
    """A condition, whether it held, what the fact was, and what is missing."""

    text: str
    held: bool
    actual: str | None = field(default=None, kw_only=True)
    missing: Missing | None = field(default=None, kw_only=True)
    parts: tuple["ConditionTrace", ...] = field(default=(), kw_only=True)

    def lacking(self) -> Iterator[Missing]:
        """Everything that is missing, in reading order."""
        if self.held:
            return
        if self.missing is not None:
            yield self.missing
        for part in self.parts:
            yield from part.lacking()


@final
@frozen(order=False)
class EarningTrace:
    """An earning, what it was worth exactly, and the conditions and parts behind that."""

    text: str
    worth: Fraction
    condition: ConditionTrace | None = field(default=None, kw_only=True)
    parts: tuple["EarningTrace", ...] = field(default=(), kw_only=True)


@final
@frozen(order=False)
class GrantTrace:
    """What one action did: in words, and for points what was desired and granted."""

    text: str
    desired: int | None = field(default=None, kw_only=True)
    granted: int | None = field(default=None, kw_only=True)
    earning: EarningTrace | None = field(default=None, kw_only=True)


@final
@frozen(order=False)
class RuleTrace:
    """A rule at an instant: what became of it, and why."""

    rule: str
    at: datetime
    outcome: Outcome = field(kw_only=True)
    when: ConditionTrace | None = field(default=None, kw_only=True)
    grants: tuple[GrantTrace, ...] = field(default=(), kw_only=True)
    refusals: tuple[Refusal, ...] = field(default=(), kw_only=True)


@final
@frozen(order=False)
class Explanation:
    """Why a decision is what it is: every rule that was asked, in order.

    `str()` gives it as indented text; `rules` as values.
    """

    rules: tuple[RuleTrace, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = list(self.notes)
        for rule in self.rules:
            lines.extend(_rule_lines(rule))
        return "\n".join(lines) or "nothing was asked"

    def rule(self, name: str) -> RuleTrace | None:
        """What became of one rule; the last time, if it was asked more than once."""
        return next((each for each in reversed(self.rules) if each.rule == name), None)


def _rule_lines(rule: RuleTrace) -> Iterator[str]:
    yield f"{rule.rule}: {rule.outcome.value}"
    if rule.when is not None:
        yield from condition_lines(rule.when, 1)
    for grant in rule.grants:
        yield f"  -> {grant.text}"
        if grant.earning is not None:
            yield from _earning_lines(grant.earning, 2)
    for refusal in rule.refusals:
        yield f"  !  {refusal}"


def condition_lines(trace: ConditionTrace, depth: int) -> Iterator[str]:
    """A condition as indented lines: whether it held, what was compared, what is missing."""
    said = f" (is {trace.actual})" if trace.actual is not None else ""
    lack = f": {trace.missing.text}" if trace.missing is not None and not trace.held else ""
    yield f"{'  ' * depth}{'yes' if trace.held else 'no '} {trace.text}{said}{lack}"
    for part in trace.parts:
        yield from condition_lines(part, depth + 1)


def _earning_lines(trace: EarningTrace, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{exact_text(trace.worth)} = {trace.text}"
    if trace.condition is not None:
        yield from condition_lines(trace.condition, depth + 1)
    for part in trace.parts:
        yield from _earning_lines(part, depth + 1)


def exact_text(value: Fraction) -> str:
    """A fraction as people write it: whole, decimal where that is exact, else n/d."""
    top, bottom = value.numerator, value.denominator
    for places in range(13):
        if 10**places % bottom == 0:
            digits = f"{top * 10**places // bottom:0{places + 1}d}"
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"{top}/{bottom}"
