"""Editions: the versions of a programme as they are decided by, and time that passes across them.

What is due before a version begins is posted by the one before it. At its first instant the account
goes over, and what is due then is posted by the new one. A version that begins before the account's
clock, because the host came to know of it late, begins for the account at the clock.
"""

from datetime import datetime
from typing import final

from loyaltykit.account import Account
from loyaltykit.adoptions import VersionAdopted
from loyaltykit.calendar import TICK
from loyaltykit.errors import EventError, LimitError
from loyaltykit.journal import Journal
from loyaltykit.migrating import migrate
from loyaltykit.program import Program
from loyaltykit.rulebook import Rulebook
from loyaltykit.timing import next_due, pass_time, settle
from loyaltykit.versions import Version, Versions


@final
class Editions:
    """A rulebook for each version of a programme; of one without versions, just one."""

    def __init__(self, programme: Program | Versions) -> None:
        self._versions: tuple[Version, ...] = ()
        self._books: tuple[Rulebook, ...]
        if isinstance(programme, Versions):
            self._versions = programme.versions
            self._books = tuple(Rulebook(each.program) for each in self._versions)
        else:
            self._books = (Rulebook(programme),)
        self._places = {each.name: place for place, each in enumerate(self._versions)}

    @property
    def latest(self) -> Rulebook:
        """The rulebook of the version that begins last."""
        return self._books[-1]

    def at(self, at: datetime) -> Rulebook:
        """The rulebook in force at an instant."""
        return self._books[self._in_force(at)]

    @property
    def perks(self) -> tuple[str, ...]:
        """The names of all perks, of whichever version."""
        return tuple(dict.fromkeys(name for book in self._books for name in book.perks))

    @property
    def books(self) -> tuple[Rulebook, ...]:
        """The rulebooks of all versions, in order of time."""
        return self._books

    def begins_after(self, at: datetime) -> datetime | None:
        """When the next version begins that has not begun at an instant."""
        begins = (each.begins for each in self._versions)
        return min((each for each in begins if each is not None and each > at), default=None)

    def of(self, account: Account, at: datetime) -> Rulebook:
        """The rulebook by which an account goes, which has been brought up to an instant.

        Raises:
            EventError: it goes by a version that is not among these.
        """
        return self._books[self._place(account, at)]

    def begin(self, before: Account, journal: Journal, at: datetime) -> None:
        """Note by which version an account goes that was new before an event."""
        if self._versions and before.clock is None:
            journal.post(VersionAdopted(at, self._versions[self._in_force(at)].name))

    def pass_time(self, journal: Journal, until: datetime) -> datetime:
        """Post everything that is due up to and including `until`; how far it came.

        It stops before the first instant that would pass the bound on effects.

        Raises:
            EventError: as `of`.
        """
        while True:
            place = self._place(journal.account, until)
            begins = self._following(journal.account, place)
            if begins is None or begins > until:
                return pass_time(journal, until, self._books[place])
            before = begins - TICK
            reached = pass_time(journal, before, self._books[place])
            if reached < before:
                return reached
            posted = len(journal.effects)
            try:
                with journal.undone_on_limit():
                    self._go_over(journal, place, begins)
            except LimitError:
                if not posted:
                    raise
                return before

    def next_due(self, account: Account) -> datetime | None:
        """The next instant at which time changes an account; None if nothing is ahead.

        Raises:
            EventError: as `of`.
        """
        if account.clock is None:
            return None
        place = self._place(account, account.clock)
        due = next_due(account, self._books[place])
        begins = self._following(account, place)
        return min((each for each in (due, begins) if each is not None), default=None)

    def within(self, account: Account, at: datetime) -> datetime:
        """How far an account goes by one version: an instant, or the first of the next version.

        Raises:
            EventError: as `of`.
        """
        begins = self._following(account, self._place(account, account.clock or at))
        return at if begins is None else min(begins, at)

    def changes(self, account: Account, at: datetime) -> bool:
        """Whether an account goes over to another version by an instant.

        Raises:
            EventError: as `of`.
        """
        begins = self._following(account, self._place(account, account.clock or at))
        return begins is not None and begins <= at

    def _go_over(self, journal: Journal, place: int, at: datetime) -> None:
        version, book = self._versions[place + 1], self._books[place + 1]
        migrate(version, at, journal, self._books[place], book)
        settle(journal, at, book)
        journal.notes.append(f"version {version.name!r} of the programme begins")

    def _place(self, account: Account, at: datetime) -> int:
        if account.clock is None or account.closed is not None:
            # Nothing is due on it: only what comes in is decided, by what is in force.
            return self._in_force(at)
        if account.edition is None:
            return 0
        place = self._places.get(account.edition)
        if place is None:
            known = ", ".join(repr(each) for each in self._places) or "no versions at all"
            raise EventError(
                f"the account of {account.member!r} goes by version {account.edition!r} of the "
                f"programme, and {known} is all that is known here: Versions([...]) must have it"
            )
        return place

    def _in_force(self, at: datetime) -> int:
        found = 0
        for place, each in enumerate(self._versions):
            if each.begins is not None and each.begins <= at:
                found = place
        return found

    def _following(self, account: Account, place: int) -> datetime | None:
        """When the next version begins for an account, if one does."""
        if account.clock is None or account.closed is not None or place + 1 >= len(self._books):
            return None
        begins = self._versions[place + 1].begins
        return None if begins is None else max(begins, account.clock)
