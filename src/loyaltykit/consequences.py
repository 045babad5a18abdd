"""Consequences: rules that fire because of what an event led to, and what they gave, taken back.

An event was decided and counted, or time has passed, and something was reached by it: a total, a
tier. A rule is asked then, about the member as of now. What it posts is kept in a record of its
own, which says for what the rule fired. When that holds no more, the record is taken back whole, by
the rules of its day, like a referral credit. What cannot be taken back remains, and says so.
Points that it gave count for tiers, but for no milestone: nothing is reached by what was reached.

Never here: whether something is reached, or still holds. Whoever fires a rule knows that.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from loyaltykit.account import Account
from loyaltykit.calendar import shift
from loyaltykit.copying import altered
from loyaltykit.effects import Counted, RecordKept
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.journal import Journal
from loyaltykit.lots import crossing, derived
from loyaltykit.observe import observe
from loyaltykit.occasion import Occasion
from loyaltykit.posting import ask
from loyaltykit.records import Reached, Record, Tally
from loyaltykit.returning import take_back
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Rule
from loyaltykit.withdrawing import remains


def fire(
    rule: Rule,
    subject: str,
    cause: str,
    at: datetime,
    journal: Journal,
    book: Rulebook,
    *,
    counted: Iterable[Tally] = (),
    always: bool = False,
) -> bool:
    """Ask a rule about the member, and keep what it posts; whether it did anything.

    `subject` is what was reached, in words of whoever asks; `cause` the id of the event that led to
    it, or `cause_of` an instant. What is `counted` counts for as long as the posting stands. A
    record is kept `always`, or else only of what the rule did.
    """
    name = _free(cause, rule, subject, journal.account)
    readings = observe(journal.account, at, book, book.asked_by(rule))
    occasion = altered(Occasion.of(at, name, journal.account, book), totals=False)
    posting = ask(rule, readings, occasion, journal, book)
    if posting is None and not always:
        return False
    tallies = () if posting is None else tuple(counted)
    for tally in tallies:
        journal.post(Counted(at, tally.counter, tally.amount, tally.until))
    record = Record(
        name,
        at,
        until=shift(at, book.remember, book.zone),
        zone=readings.zone.key,
        member_zone=readings.member_zone.key,
        ladder=readings.ladder,
        facts=FrozenMap(readings.values),
        postings=() if posting is None else (posting,),
        orders=tallies,
        reached=Reached(rule.name, subject),
    )
    journal.post(RecordKept(at, record))
    return posting is not None


def withdraw(record: Record, at: datetime, journal: Journal, book: Rulebook) -> None:
    """Take back what a rule gave for something that holds no more."""
    take_back(record, FrozenMap(), record.id, at, journal, book)


def kept_for(rule: str, account: Account) -> Iterator[Record]:
    """What is remembered of a rule's consequences and was not taken back, the newest first."""
    for name in reversed(account.records):
        record = account.records[name]
        if record.reached is not None and record.reached.rule == rule and not record.closed:
            yield record


def used_for(rule: str, account: Account) -> Iterator[Record]:
    """Like `kept_for`, with those of which something remains although they were taken back."""
    for name in reversed(account.records):
        record = account.records[name]
        mine = record.reached is not None and record.reached.rule == rule
        if mine and (not record.closed or remains(record, account)):
            yield record


def cause_of(at: datetime, account: Account) -> str:
    """What stands for an event where time alone led to something."""
    return crossing(f"due:{at:%Y-%m-%dT%H:%M:%S.%fZ}", "time", 0, account.member)


def _free(cause: str, rule: Rule, subject: str, account: Account) -> str:
    number = 0
    while (name := derived(cause, rule.name, number, subject)) in account.records:
        number += 1
    return name
