"""Reaching: what an event, or time, did to the totals that milestones and streaks wait for.

    up      every step that was passed fires, the lowest first, unless it stands from before
    down    what no longer holds is taken back when the instant is over: another part of a return,
            or the purchase of an exchange, may come at it

Points that such a rule gives add to no total: nothing is reached by what was reached.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, assert_never, final

from attrs import frozen

from loyaltykit.account import Account
from loyaltykit.calendar import TICK
from loyaltykit.consequences import fire, kept_for, used_for, withdraw
from loyaltykit.effects import Armed, Counted
from loyaltykit.errors import LimitError
from loyaltykit.journal import Journal
from loyaltykit.lots import NEVER
from loyaltykit.metrics import MoneySpent, OrdersPlaced, PointsEarned
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.money import Currency
from loyaltykit.records import Record, Tally
from loyaltykit.rulebook import Rulebook
from loyaltykit.rules import Rule
from loyaltykit.spelling import amount_text, counted
from loyaltykit.totals import ActivitiesDone, Total, UnitsBought
from loyaltykit.watches import Watch, on_day, period_after, period_before
from loyaltykit.windows import Rolling, counts_until, first_day

MAX_STEPS = 1_000
"""How many steps of one milestone may be passed at once."""

_Days: TypeAlias = tuple[date, date]


@final
@frozen(order=False)
class _Change:
    """What became of one counter that a rule watches."""

    watch: Watch
    counter: str
    before: int
    after: int
    until: datetime | None


def judge_reached(mark: int, cause: str, journal: Journal, at: datetime, book: Rulebook) -> None:
    """Fire what was reached by the effects since a mark, and arm what they put in doubt.

    Raises:
        LimitError: one milestone passes 1,000 steps at once.
    """
    if not book.watches:
        return
    for change in _changes(mark, journal, at, book):
        match change.watch.on:
            case Milestone() as milestone:
                _milestone(change, milestone, cause, journal, at, book)
            case Streak() as streak:
                _streak(change, streak, cause, journal, at, book)
            case _:
                assert_never(change.watch.on)


def judge_lost(rule: Rule, counter: str, journal: Journal, at: datetime, book: Rulebook) -> None:
    """Take back what a rule gave for what this counter reaches no more."""
    watch = next((each for each in book.watching(counter) if each.rule == rule), None)
    if watch is None:
        return
    for record in [*_doubtful(watch, counter, journal.account, at, book)]:
        withdraw(record, at, journal, book)


def _changes(mark: int, journal: Journal, at: datetime, book: Rulebook) -> list[_Change]:
    found: dict[str, tuple[int, datetime | None]] = {}
    for effect in journal.effects[mark:]:
        if isinstance(effect, Counted):
            sum_so_far, _ = found.get(effect.counter, (0, None))
            found[effect.counter] = (sum_so_far + effect.amount, effect.until)
    changes: list[_Change] = []
    for counter, (change, until) in found.items():
        if change:
            after = journal.account.count(counter, at)
            changes.extend(
                _Change(watch, counter, after - change, after, until)
                for watch in book.watching(counter)
            )
    return sorted(changes, key=lambda change: book.place[change.watch.rule.name])


def _milestone(
    change: _Change,
    milestone: Milestone,
    cause: str,
    journal: Journal,
    at: datetime,
    book: Rulebook,
) -> None:
    rule, scale = change.watch.rule, _scale(milestone.total, book)
    before, after = (milestone.passed(each, scale) for each in (change.before, change.after))
    if after < before:
        _doubt(change, journal, at, book)
    if after - before > MAX_STEPS:
        raise LimitError(
            f"rule {rule.name!r}: {after - before} steps are passed at once, and at most "
            f"{MAX_STEPS} are: make the steps larger"
        )
    given = f"reached:{rule.name}:{change.counter}"
    rolling = isinstance(milestone.window, Rolling)
    until = counts_until(milestone.window, at, book.zone) if rolling else change.until
    for step in range(before + 1, after + 1):
        if step <= journal.account.count(given, at):
            # It stands from before: it was never taken back, or could not be.
            continue
        value = milestone.value_of(step)
        journal.notes.append(f"{rule.name}: {_text(milestone.total, value, book.money)} reached")
        fire(
            rule,
            f"{change.counter}#{step}",
            cause,
            at,
            journal,
            book,
            counted=(Tally(given, 1, until=until),),
        )


def _streak(
    change: _Change, streak: Streak, cause: str, journal: Journal, at: datetime, book: Rulebook
) -> None:
    rule, scale = change.watch.rule, _scale(streak.total, book)
    before, after = (streak.is_met(each, scale) for each in (change.before, change.after))
    if before and not after:
        _doubt(change, journal, at, book)
    if before or not after:
        return
    day = date.fromisoformat(change.counter.rpartition("@")[2])
    today = first_day(streak.window, at, book.zone)
    # What comes back to an earlier period may close the gap before a later one.
    for _ in range(streak.span):
        met = _met(change.watch, streak, day, journal.account, at, book)
        if met is not None:
            times = counted(streak.times, streak.every.value)
            journal.notes.append(f"{rule.name}: {times} in a row reached")
            fire(rule, f"{met}..{day}", cause, at, journal, book, always=True)
        if day >= today:
            return
        day = period_after(day, streak.every)


def _met(
    watch: Watch, streak: Streak, last: date, account: Account, at: datetime, book: Rulebook
) -> date | None:
    """The first day of the streak that ends with the period of this day; None if none does."""
    used = max((_days(each)[1] for each in used_for(watch.rule.name, account)), default=None)
    scale, met, day = _scale(streak.total, book), 0, last
    for _ in range(streak.span):
        if used is not None and day <= used:
            return None
        if streak.is_met(account.count(on_day(watch.counter, day), at), scale):
            met += 1
            if met == streak.times:
                return day
        elif day == last:
            return None
        day = period_before(day, streak.every)
    return None


def _doubt(change: _Change, journal: Journal, at: datetime, book: Rulebook) -> None:
    """Arm a rule to be judged when the instant is over, if it gave something that is in doubt."""
    key = (change.watch.rule.name, change.counter)
    doubtful = _doubtful(change.watch, change.counter, journal.account, at, book)
    if key not in journal.account.armed and any(True for _ in doubtful):
        journal.post(Armed(at, *key, at + TICK))


def _doubtful(
    watch: Watch, counter: str, account: Account, at: datetime, book: Rulebook
) -> Iterator[Record]:
    """What stands for something that this counter does not reach, the newest first."""
    scale = _scale(watch.total, book)
    match watch.on:
        case Milestone() as milestone:
            reached = milestone.passed(account.count(counter, at), scale)
            given = [
                record
                for record in kept_for(watch.rule.name, account)
                if _step(record)[0] == counter and not _is_over(record, milestone, at, book)
            ]
            # Two accounts that were merged may both have been given the same step.
            excess = len(given) - reached
            for place, record in enumerate(given):
                if _step(record)[1] > reached or place < excess:
                    yield record
        case Streak() as streak:
            day = date.fromisoformat(counter.rpartition("@")[2])
            for record in kept_for(watch.rule.name, account):
                first, last = _days(record)
                met = _count_met(watch, streak, first, last, account, at, scale)
                if first <= day <= last and met < streak.times:
                    yield record
        case _:
            assert_never(watch.on)


def _count_met(
    watch: Watch,
    streak: Streak,
    first: date,
    last: date,
    account: Account,
    at: datetime,
    scale: int,
) -> int:
    """How many of the periods from a first to a last one are met."""
    met, day = 0, first
    # What is judged is a streak of this rule, unless the rule was another when it fired.
    for _ in range(streak.span):
        met += streak.is_met(account.count(on_day(watch.counter, day), at), scale)
        if day >= last:
            break
        day = period_after(day, streak.every)
    return met


def _is_over(record: Record, milestone: Milestone, at: datetime, book: Rulebook) -> bool:
    """Whether the period has passed for which a rolling milestone was given."""
    if not isinstance(milestone.window, Rolling):
        return False
    return (counts_until(milestone.window, record.at, book.zone) or NEVER) <= at


def _step(record: Record) -> tuple[str, int]:
    """The counter and the step for which a milestone fired."""
    counter, mark, step = _subject(record).rpartition("#")
    return (counter, int(step)) if mark and step.isdecimal() else ("", 0)


def _days(record: Record) -> _Days:
    """The first days of the first and of the last period of a streak."""
    first, _, last = _subject(record).partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        # The rule was a milestone when it fired.
        return date.min, date.min


def _subject(record: Record) -> str:
    return "" if record.reached is None else record.reached.subject


def _scale(total: Total, book: Rulebook) -> int:
    match total:
        case MoneySpent():
            return book.scale
        case PointsEarned(purse=purse):
            return book.scales[purse]
        case OrdersPlaced() | UnitsBought() | ActivitiesDone():
            return 1
        case _:
            assert_never(total)


def _text(total: Total, value: Decimal, money: Currency) -> str:
    match total:
        case MoneySpent():
            return f"{amount_text(value, money)} spent"
        case PointsEarned(purse=purse):
            return f"{value:f} points of {purse}"
        case OrdersPlaced():
            return f"order {value:f}"
        case UnitsBought():
            return f"unit {value:f}"
        case ActivitiesDone(kind=kind):
            return f"{kind or 'activity'} {value:f}"
        case _:
            assert_never(total)
