"""Entitlements: whether somebody has a perk at an instant, why not, and from or until when.

A perk is judged by what is known of a member once time was brought up to the instant. An account
that has ended or rests is answered as if there were none. The instant at which the answer turns is
found by looking ahead, as if nothing happened but what time brings.

Nothing is decided or kept, and nothing here reserves what others compete for.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.baskets import Line
from loyaltykit.copying import altered
from loyaltykit.edges import counted_since, next_edge
from loyaltykit.errors import LimitError
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace
from loyaltykit.journal import Journal
from loyaltykit.lacking import TIME
from loyaltykit.observe import Scene, observe
from loyaltykit.perks import Perk, begins, opens_early
from loyaltykit.pricing import at_list_price
from loyaltykit.readings import Readings
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.rulebook import AnyFact, Rulebook
from loyaltykit.spelling import moment_text
from loyaltykit.standing import ended
from loyaltykit.timing import next_due, pass_time
from loyaltykit.traces import ConditionTrace, condition_lines
from loyaltykit.vocabulary import Kind

MAX_LOOKS = 200
"""How many instants at which something may change are looked at ahead for one answer."""

_NOBODY = Account.new("guest")


@final
@frozen(order=False)
class EarlyTrace:
    """Early access: when it opens, in words too, and whether it is for this member."""

    opens: datetime
    text: str = field(kw_only=True)
    held: bool = field(kw_only=True)
    when: ConditionTrace | None = field(kw_only=True)


@final
@frozen(order=False)
class Entitlement:
    """The answer about a perk: granted, or why not.

    Of a refusal, `opens` is from when it would be granted; of a grant, `closes` is until when it
    lasts: both if nothing happens but what time brings, and None where no such instant is in sight.
    `str()` gives the answer and its reasons as indented text.
    """

    perk: str
    at: datetime
    refusal: Refusal | None = field(default=None, kw_only=True)
    opens: datetime | None = field(default=None, kw_only=True)
    closes: datetime | None = field(default=None, kw_only=True)
    when: ConditionTrace | None = field(default=None, kw_only=True)
    line: ConditionTrace | None = field(default=None, kw_only=True)
    early: tuple[EarlyTrace, ...] = field(default=(), kw_only=True)

    @property
    def granted(self) -> bool:
        """Whether the perk is theirs."""
        return self.refusal is None

    def __str__(self) -> str:
        lines = [f"{self.perk}: granted" if self.refusal is None else str(self.refusal)]
        for asked in (self.line, self.when):
            if asked is not None:
                lines.extend(condition_lines(asked, 1))
        for each in self.early:
            lines.append(f"  {each.text}")
            if each.when is not None:
                lines.extend(condition_lines(each.when, 2))
        return "\n".join(lines)


def entitled(
    account: Account | None, perk: Perk, at: datetime, line: Line | None, book: Rulebook
) -> Entitlement:
    """The answer about a perk at an instant, for an account that lies before it; None is a guest.

    Raises:
        EventError, UnknownFactError: the line does not fit the programme.
        LimitError: more is due at one instant than one call posts.
    """
    held = None if account is None else _brought(account, at, book)
    answer = _answered(held, perk, at, book)
    if line is not None and perk.of is not None:
        covered = _covered(perk, line, at, book)
        answer = altered(answer, line=covered)
        if covered is not None and not covered.held:
            return _refused(answer, RefusalCode.PERK_NOT_FOR_LINE, *covered.lacking())
    turn = _turn(held, perk, at, answer.granted, book)
    return altered(answer, closes=turn) if answer.granted else altered(answer, opens=turn)


def _brought(account: Account, at: datetime, book: Rulebook) -> Account:
    """The account at an instant, with all that was due by then."""
    reached = None
    while reached != at:
        journal = Journal(account)
        reached = pass_time(journal, at, book)
        account = journal.account
    return account


def _absent(account: Account | None) -> Refusal | None:
    """Why an account stands for nobody: there is none, or it has ended, or it rests."""
    if account is None:
        return Refusal(RefusalCode.PERK_MEMBERS_ONLY, _NOBODY.member)
    if account.erased is not None:
        return Refusal(RefusalCode.ACCOUNT_ERASED, account.member)
    if account.suspended is not None and account.closed is None:
        return Refusal(RefusalCode.ACCOUNT_SUSPENDED, account.member)
    return ended(account)


def _read(account: Account | None, perk: Perk, at: datetime, book: Rulebook) -> Readings:
    """What the perk asks of a member; of nobody, everything is unknown."""
    asked = book.asked_by_perk(perk)
    since = (counted_since(fact) for fact in asked.moment)
    facts: dict[AnyFact, None] = dict.fromkeys(asked.moment)
    facts.update(dict.fromkeys(fact for fact in since if fact is not None))
    alone = altered(asked, moment=tuple(facts), lines=())
    if account is None or _absent(account) is not None:
        nothing = observe(_NOBODY, at, book, altered(alone, moment=()))
        return altered(nothing, values=facts)
    return observe(account, at, book, alone)


def _answered(account: Account | None, perk: Perk, at: datetime, book: Rulebook) -> Entitlement:
    readings = _read(account, perk, at, book)
    when = None if perk.when is None else trace(perk.when, readings, book.money)
    early = tuple(_early_traces(perk, readings, book))
    answer = Entitlement(perk.name, at, when=when, early=early)
    absent = _absent(account)
    if absent is not None and not perk.guests:
        return altered(answer, refusal=altered(absent, about=_about(absent, perk)))
    if perk.closes is not None and begins(perk.closes, book.zone) <= at:
        over = moment_text(begins(perk.closes, book.zone), book.zone)
        return _refused(answer, RefusalCode.PERK_CLOSED, Missing(TIME, f"until {over}"))
    if when is not None and not when.held:
        return _refused(answer, RefusalCode.PERK_NOT_APPLICABLE, *when.lacking())
    opens = _opens(perk, readings)
    if opens is not None and opens > at:
        from_on = Missing(TIME, f"from {moment_text(opens, book.zone)} on")
        return _refused(answer, RefusalCode.PERK_NOT_OPEN, from_on)
    return answer


def _refused(answer: Entitlement, code: RefusalCode, *missing: Missing) -> Entitlement:
    return altered(answer, refusal=Refusal(code, answer.perk, missing=missing))


def _about(absent: Refusal, perk: Perk) -> str:
    return perk.name if absent.code is RefusalCode.PERK_MEMBERS_ONLY else absent.about


def _early_traces(perk: Perk, readings: Readings, book: Rulebook) -> Iterator[EarlyTrace]:
    if perk.opens is None:
        return
    for each in perk.early:
        asked = None if each.when is None else trace(each.when, readings, book.money)
        opens = opens_early(begins(perk.opens, book.zone), each.by, book.zone)
        text = f"early, from {moment_text(opens, book.zone)} on"
        yield EarlyTrace(opens, text=text, held=asked is None or asked.held, when=asked)


def _opens(perk: Perk, readings: Readings) -> datetime | None:
    """When it opens for the member as they are; None is always."""
    if perk.opens is None:
        return None
    zone = readings.zone
    opens = begins(perk.opens, zone)
    theirs = [
        opens_early(opens, each.by, zone)
        for each in perk.early
        if each.when is None or holds(each.when, readings)
    ]
    return min([opens, *theirs])


def _has(account: Account | None, perk: Perk, readings: Readings) -> bool:
    """Whether the answer would be yes: the same as `_answered`, without its reasons."""
    at = readings.at
    if not perk.guests and _absent(account) is not None:
        return False
    if perk.closes is not None and begins(perk.closes, readings.zone) <= at:
        return False
    if perk.when is not None and not holds(perk.when, readings):
        return False
    opens = _opens(perk, readings)
    return opens is None or opens <= at


def _turn(
    account: Account | None, perk: Perk, at: datetime, granted: bool, book: Rulebook
) -> datetime | None:
    """The first later instant at which the answer is another one, if one is in sight."""
    readings = _read(account, perk, at, book)
    try:
        for _ in range(MAX_LOOKS):
            ahead = min(_ahead(account, perk, readings, book), default=None)
            if ahead is None:
                return None
            account = None if account is None else _brought(account, ahead, book)
            readings = _read(account, perk, ahead, book)
            if _has(account, perk, readings) is not granted:
                return ahead
    except LimitError:
        # So much is due then that nobody can tell.
        return None
    return None


def _ahead(
    account: Account | None, perk: Perk, readings: Readings, book: Rulebook
) -> Iterator[datetime]:
    """Later instants at which the answer may turn, the first of each kind."""
    at, zone = readings.at, readings.zone
    edges = [begins(each, zone) for each in (perk.opens, perk.closes) if each is not None]
    if perk.opens is not None:
        edges += [opens_early(begins(perk.opens, zone), each.by, zone) for each in perk.early]
    yield from (each for each in edges if each > at)
    for condition in (perk.when, *(each.when for each in perk.early)):
        edge = None if condition is None else next_edge(condition, readings)
        if edge is not None:
            yield edge
    if account is None or account.closed is not None:
        return
    if account.suspended is not None or any(map(_may_lapse, readings.values)):
        due = next_due(account, book)
        if due is not None:
            yield due


def _may_lapse(fact: AnyFact) -> bool:
    """Whether what is due may change a fact without anything being bought."""
    return fact.kind is Kind.TIER or (not fact.own and fact.name.startswith("balance:"))


def _covered(perk: Perk, line: Line, at: datetime, book: Rulebook) -> ConditionTrace | None:
    if perk.of is None:
        return None
    asked = altered(book.asked_by_perk(perk), moment=())
    priced = at_list_price((line,), book, perk.name)
    readings = observe(_NOBODY, at, book, asked, Scene(priced))
    return trace(perk.of, readings, book.money, readings.lines[0])
