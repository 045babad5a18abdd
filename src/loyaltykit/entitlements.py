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
from loyaltykit.conditions import Condition
from loyaltykit.copying import altered
from loyaltykit.edges import counted_since, next_edge
from loyaltykit.editions import Editions
from loyaltykit.errors import LimitError
from loyaltykit.evaluate import holds
from loyaltykit.explain import trace
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.inquiries import AnyFact
from loyaltykit.journal import Journal
from loyaltykit.lacking import TIME
from loyaltykit.observe import observe
from loyaltykit.perks import Perk, begins, opens_early
from loyaltykit.pricing import at_list_price
from loyaltykit.readings import Readings
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Scene
from loyaltykit.spelling import moment_text
from loyaltykit.standing import ended
from loyaltykit.traces import ConditionTrace, condition_lines
from loyaltykit.vocabulary import Item, Kind

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
    account: Account | None, name: str, at: datetime, line: Line | None, editions: Editions
) -> Entitlement:
    """The answer about a perk at an instant, for an account that lies before it; None is a guest.

    Raises:
        EventError, UnknownFactError: the line does not fit the programme.
        LimitError: more is due at one instant than one call posts.
    """
    asking = _Asking(account, name, at, editions)
    perk, answer = asking.perk, asking.answer()
    if perk is not None and line is not None and perk.of is not None:
        covered = _covered(perk, perk.of, line, at, asking.book)
        answer = altered(answer, line=covered)
        if not covered.held:
            return _refused(answer, RefusalCode.PERK_NOT_FOR_LINE, *covered.lacking())
    turn = asking.turn(answer.granted)
    if answer.granted:
        return altered(answer, closes=turn)
    if perk is None and turn is not None:
        from_on = Missing(TIME, f"from {moment_text(turn, asking.book.zone)} on")
        answer = _refused(answer, RefusalCode.PERK_NOT_OPEN, from_on)
    return altered(answer, opens=turn)


@final
class _Asking:
    """Who asks for a perk, as they are at an instant that moves on."""

    def __init__(
        self, account: Account | None, name: str, at: datetime, editions: Editions
    ) -> None:
        self.name = name
        self.editions = editions
        needed = any(book.needs_points(name) for book in editions.books)
        self.account = account if account is None or needed else _without_points(account)
        self.go_on(at)

    def go_on(self, at: datetime) -> None:
        """Bring the account to an instant, with all that is due by then, and read it."""
        reached = None
        while self.account is not None and reached != at:
            journal = Journal(self.account)
            reached = self.editions.pass_time(journal, at)
            self.account = journal.account
        known = None if self.account is None else self.editions.of(self.account, at)
        self.book: Rulebook = known or self.editions.at(at)
        self.perk: Perk | None = self.book.perks.get(self.name)
        self.at = at
        self.readings: Readings | None = None
        if self.perk is not None:
            self.readings = _read(self.account, self.perk, at, self.book)

    def answer(self) -> Entitlement:
        if self.perk is None or self.readings is None:
            return _refused(Entitlement(self.name, self.at), RefusalCode.PERK_CLOSED)
        return _answered(self.account, self.perk, self.readings, self.book)

    def turn(self, granted: bool) -> datetime | None:
        """The first later instant at which the answer is another one, if one is in sight."""
        try:
            for _ in range(MAX_LOOKS):
                ahead = min(self._ahead(), default=None)
                if ahead is None:
                    return None
                self.go_on(ahead)
                if self._has() is not granted:
                    return ahead
        except LimitError:
            # So much is due then that nobody can tell.
            return None
        return None

    def _has(self) -> bool:
        """Whether the answer would be yes: the same as that, without its reasons."""
        if self.perk is None or self.readings is None:
            return False
        return _has(self.account, self.perk, self.readings)

    def _ahead(self) -> Iterator[datetime]:
        """Later instants at which the answer may turn, the first of each kind."""
        begins = self.editions.begins_after(self.at)
        if begins is not None:
            yield begins
        if self.perk is None or self.readings is None:
            return
        yield from _edges(self.perk, self.readings)
        account = self.account
        if account is None or account.closed is not None:
            return
        if account.suspended is not None or any(map(_may_lapse, self.readings.values)):
            due = self.editions.next_due(account)
            if due is not None:
                yield due


def _without_points(account: Account) -> Account:
    """The account as far as it matters where nobody asks for a balance: lots that lapse do not."""
    return altered(
        account,
        lots=(),
        reservations=FrozenMap(),
        dormant=FrozenMap(),
        coupons=FrozenMap(),
    )


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


def _answered(
    account: Account | None, perk: Perk, readings: Readings, book: Rulebook
) -> Entitlement:
    at = readings.at
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


def _edges(perk: Perk, readings: Readings) -> Iterator[datetime]:
    """Later instants at which time alone may turn the answer."""
    at, zone = readings.at, readings.zone
    edges = [begins(each, zone) for each in (perk.opens, perk.closes) if each is not None]
    if perk.opens is not None:
        edges += [opens_early(begins(perk.opens, zone), each.by, zone) for each in perk.early]
    yield from (each for each in edges if each > at)
    for condition in (perk.when, *(each.when for each in perk.early)):
        edge = None if condition is None else next_edge(condition, readings)
        if edge is not None:
            yield edge


def _may_lapse(fact: AnyFact) -> bool:
    """Whether what is due may change a fact without anything being bought."""
    return fact.kind is Kind.TIER or (not fact.own and fact.name.startswith("balance:"))


def _covered(
    perk: Perk, of: Condition[Item], line: Line, at: datetime, book: Rulebook
) -> ConditionTrace:
    asked = altered(book.asked_by_perk(perk), moment=())
    priced = at_list_price((line,), book, perk.name)
    readings = observe(_NOBODY, at, book, asked, Scene(priced))
    return trace(of, readings, book.money, readings.lines[0])
