"""Arming: when the rules that wait for a moment will be asked next.

A birthday rule waits for the next birthday, an inactivity rule for a silence after the latest
order, a follow-up for some time after its event.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from loyaltykit.account import Account
from loyaltykit.calendar import anniversary, civil_day, day_start, shift, timezone
from loyaltykit.effects import Armed, Disarmed
from loyaltykit.events import EventKind
from loyaltykit.journal import Journal
from loyaltykit.periods import Period
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Rule
from loyaltykit.triggers import BIRTHDAY, LAPSE, Birthday, Zone


def arm_birthdays(journal: Journal, at: datetime, book: Rulebook, *, again: bool = False) -> None:
    """Arm every birthday rule for the next birthday; `again` also where another is armed."""
    for rule, trigger in book.birthdays:
        key = (rule.name, BIRTHDAY)
        armed = journal.account.armed.get(key)
        if armed is not None and (armed <= at or not again):
            continue
        due = _next_birthday(rule, trigger, journal.account, at, book)
        if due is None and armed is not None:
            journal.post(Disarmed(at, *key))
        elif due is not None and due != armed:
            journal.post(Armed(at, *key, due))


def arm_lapses(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Arm every inactivity rule by the latest order, or disarm it where there is none ahead."""
    for rule, period in book.lapses:
        _arm_lapse(rule, period, journal, at, book)


def arm_lapses_anew(journal: Journal, at: datetime, old: Rulebook, new: Rulebook) -> None:
    """Arm the inactivity rules of another version; what was told of a silence is not told again."""
    before = {rule.name for rule, _ in old.lapses}
    for rule, period in new.lapses:
        armed = journal.account.armed.get((rule.name, LAPSE))
        if armed is None and rule.name in before:
            continue
        if armed is None or armed > at:
            _arm_lapse(rule, period, journal, at, new)


def _arm_lapse(rule: Rule, period: Period, journal: Journal, at: datetime, book: Rulebook) -> None:
    last = journal.account.last_order
    due = None if last is None else shift(last, period, book.zone)
    if due is not None and due <= at:
        due = None
    armed = journal.account.armed.get((rule.name, LAPSE))
    if due is None and armed is not None:
        journal.post(Disarmed(at, rule.name, LAPSE))
    elif due is not None and due != armed:
        journal.post(Armed(at, rule.name, LAPSE, due))


def arm_follow_ups(
    journal: Journal, kind: EventKind, event: str, at: datetime, book: Rulebook
) -> None:
    """Arm every rule that fires some time after such an event."""
    for rule, period in book.after(kind):
        journal.post(Armed(at, rule.name, event, shift(at, period, book.zone)))


def _offset(trigger: Birthday) -> timedelta:
    if trigger.before is not None:
        return timedelta(-trigger.before.days)
    return timedelta(0 if trigger.after is None else trigger.after.days)


def _zone_of(trigger: Birthday, account: Account, book: Rulebook) -> ZoneInfo:
    if trigger.zone is Zone.MEMBER and account.profile.zone is not None:
        return timezone(account.profile.zone)
    return book.zone


def _next_birthday(
    rule: Rule, trigger: Birthday, account: Account, at: datetime, book: Rulebook
) -> datetime | None:
    born = account.profile.birthday
    if born is None:
        return None
    zone = _zone_of(trigger, account, book)
    paid = account.birthdays.get(rule.name, 0)
    start = civil_day(at, zone).year - 1
    for year in range(start, start + 12):
        day = anniversary(born, year, trigger.leap)
        if day is None or year <= paid:
            continue
        due = day_start(day + _offset(trigger), zone)
        if due > at:
            return due
    return None


def birthday_year(trigger: Birthday, account: Account, at: datetime, book: Rulebook) -> int:
    """The year whose birthday a rule meets that is due at an instant."""
    zone = _zone_of(trigger, account, book)
    return (civil_day(at, zone) - _offset(trigger)).year
