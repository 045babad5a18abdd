"""Admitting: what a call may bring, and whether an event can be decided on an account.

An event belongs to the account's member, was not decided before, and lies neither before the
account's clock nor beyond the host's. Nothing here says what it does.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice, pairwise
from typing import Any

from loyaltykit.account import Account, forget
from loyaltykit.editions import Editions
from loyaltykit.errors import (
    ConflictError,
    EventError,
    FutureEventError,
    LateEventError,
    LimitError,
    MisuseError,
)
from loyaltykit.events import KINDS, Event, Merge
from loyaltykit.journal import Journal
from loyaltykit.rulebook import Rulebook
from loyaltykit.vocabulary import shown

MAX_EVENTS = 1_000
"""How many events one call decides together."""
MAX_DENIED = 10_000
"""How many claims one call may be denied."""
MAX_REMEMBERED = 10_000
"""How many events of one member are remembered at a time."""


def as_account(value: Any) -> Account:
    """An account, and nothing else."""
    if not isinstance(value, Account):
        raise MisuseError(f"expected an Account, not {type(value).__name__}: Account.new(member)")
    return value


def as_events(values: Sequence[Event]) -> tuple[Event, ...]:
    """Events that one call decides together, in order of time."""
    if not isinstance(values, Iterable):
        raise MisuseError(f"decide_all: write a list of events, not {shown(values)}")
    events = tuple(islice(values, MAX_EVENTS + 1))
    if not 1 <= len(events) <= MAX_EVENTS:
        count = "more" if events else "none"
        raise LimitError(f"one call decides 1 to {MAX_EVENTS} events, not {count}")
    for event in events:
        if type(event) not in KINDS:
            raise MisuseError(f"{shown(event)} is no event: write Purchase(...), Enrolment(...)")
        if isinstance(event, Merge):
            raise takes_two(event)
    for earlier, later in pairwise(events):
        if later.at < earlier.at:
            raise EventError(f"events are decided in order of time: {later.id!r} comes too late")
    return events


def as_denied(values: Iterable[str]) -> frozenset[str]:
    """Keys of claims that others have taken."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise MisuseError(f"denied: write a list of claim keys, not {shown(values)}")
    denied: set[str] = set()
    for value in values:
        if not isinstance(value, str):
            raise MisuseError(f"denied: a claim key is text, not {shown(value)}")
        denied.add(value)
        if len(denied) > MAX_DENIED:
            raise LimitError(f"denied: at most {MAX_DENIED} claim keys")
    return frozenset(denied)


def belongs(event: Event, member: str, account: Account) -> None:
    """Assert that an account is that of a member whom the event names.

    Raises:
        EventError: it is another's.
    """
    if member != account.member:
        raise EventError(
            f"event {event.id!r} belongs to member {member!r}, "
            f"not to the account of {account.member!r}"
        )


def decided(event: Event, account: Account, content: str) -> bool:
    """Whether the account has decided the event, whose content has this digest.

    Raises:
        ConflictError: it has decided another by that id.
    """
    known = account.remembered.get(event.id)
    if known is not None and known.digest != content:
        raise ConflictError(
            f"event {event.id!r} was decided with other content: give a new event a new id"
        )
    return known is not None


def not_ahead(event: Event, clock: datetime | None) -> None:
    """Assert that the event does not lie beyond the host's clock and the programme's skew.

    Raises:
        FutureEventError: it does.
    """
    if clock is not None and event.at > clock:
        raise FutureEventError(
            f"event {event.id!r} at {event.at} lies further ahead of now than the programme's skew"
        )


def in_time(event: Event, account: Account) -> None:
    """Assert that the event does not lie before the account's clock.

    Raises:
        LateEventError: it does.
    """
    if account.clock is not None and event.at < account.clock:
        raise LateEventError(
            f"event {event.id!r} at {event.at} lies before the account's clock {account.clock}"
        )


def bring(event: Event, journal: Journal, editions: Editions) -> Rulebook:
    """Let time pass up to the event; the rulebook by which it is decided.

    Raises:
        EventError: the account goes by a version of the programme that is not among these.
        LimitError: more is due before it than one call posts.
    """
    told = len(journal.refusals)
    if editions.pass_time(journal, event.at) < event.at:
        raise LimitError(
            f"too much is due before event {event.id!r}: advance the account in steps first"
        )
    # A job that ran before would have been told these: the event's refusals are its own.
    del journal.refusals[told:]
    return editions.of(journal.account, event.at)


def room_for(event: Event, account: Account, book: Rulebook) -> None:
    """Assert that the account can remember one more event, and nothing else by its id.

    Raises:
        LimitError: it remembers 10,000.
        ConflictError: an account that it absorbed had an event by that id.
    """
    if len(account.remembered) >= MAX_REMEMBERED:
        held = forget(account, event.at).remembered
        if len(held) >= MAX_REMEMBERED:
            raise LimitError(
                f"the account remembers {MAX_REMEMBERED} events: "
                f"shorten remember, now {book.program.remember}"
            )
    if _in_use(event.id, account, event.at):
        raise ConflictError(
            f"event {event.id!r}: the account has something of an event by that id, which was not "
            "decided on it: give a new event a new id"
        )


def takes_two(event: Merge) -> EventError:
    """Why a merger is not decided on one account alone."""
    return EventError(
        f"event {event.id!r} merges two accounts: write engine.merge(account, other, event)"
    )


def _in_use(id: str, account: Account, at: datetime) -> bool:
    """Whether something on the account is called after an event that it does not remember."""
    record = account.records.get(id)
    return (
        (record is not None and record.until > at)
        or id in account.reservations
        or id in account.ended_reservations
        or id in account.transfers
        or any(lot.event == id for lot in account.lots)
        or any(lot.event == id for lot in account.pending)
    )
