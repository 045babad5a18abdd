"""Versions: a programme that changes, as dated programmes in a row.

    Versions([Version("2025", club), Version("2026", new_club, since=date(2026, 6, 1))])

What was due before the instant at which a version begins is judged by the one before it, what is
due at it or later by the new one. An account knows the version that it goes by.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from typing import Final, final

from attrs import field, frozen

from loyaltykit.calendar import civil_date, day_start, instant
from loyaltykit.errors import DefinitionError, LimitError, MisuseError, ProgramError
from loyaltykit.migrations import Migration, as_migration
from loyaltykit.program import Program
from loyaltykit.version_soundness import gone_problems, version_problems
from loyaltykit.vocabulary import named, of_type, parts, shown

MAX_VERSIONS: Final = 100
"""How many versions a programme may have at a time."""


def _name(value: str) -> str:
    return named(value, "the name of a version")


def _program(value: Program) -> Program:
    return of_type(value, Program, "a version needs a Program")


def _since(value: date | None) -> date | None:
    if value is None or isinstance(value, datetime):
        return None if value is None else instant(value, "since")
    return civil_date(value, "since")


def _migrations(values: Iterable[Migration]) -> tuple[Migration, ...]:
    return tuple(as_migration(each) for each in parts(values, "the migrations of a version"))


@final
@frozen(order=False)
class Version:
    """A programme from an instant on, or from the beginning of a day in its zone.

    The first version of several has no beginning. `migrations` say what becomes of what members
    have already.
    """

    name: str = field(converter=_name)
    program: Program = field(converter=_program)
    since: date | datetime | None = field(default=None, converter=_since, kw_only=True)
    migrations: tuple[Migration, ...] = field(default=(), converter=_migrations, kw_only=True)

    @property
    def begins(self) -> datetime | None:
        """The first instant that goes by this version, in UTC."""
        if self.since is None or isinstance(self.since, datetime):
            return self.since
        return day_start(self.since, self.program.zone)


def _versions(values: Iterable[Version]) -> tuple[Version, ...]:
    versions: tuple[Version, ...] = parts(values, "the versions of a programme")
    for each in versions:
        if not isinstance(each, Version):
            raise MisuseError(
                f"versions are made of Version, not of {shown(each)}: write "
                "Version('2026', program, since=date(2026, 6, 1))"
            )
    if not versions:
        raise DefinitionError("a programme has at least one version: Versions([Version(...)])")
    if len(versions) > MAX_VERSIONS:
        raise LimitError(f"a programme has at most {MAX_VERSIONS} versions, not {len(versions)}")
    return versions


@final
@frozen(order=False)
class Versions:
    """The versions of one programme, in order of time.

    Raises:
        ProgramError: with every problem at once, such as a tier that is gone without a word.
        LimitError: there are more than 100.
    """

    versions: tuple[Version, ...] = field(converter=_versions)

    def __attrs_post_init__(self) -> None:
        found: list[str] = []
        first, *later = self.versions
        names = [each.name for each in self.versions]
        found += [
            f"two versions are called {name!r}"
            for name in dict.fromkeys(names)
            if names.count(name) > 1
        ]
        if first.since is not None or first.migrations:
            found.append(
                f"version {first.name!r} is the first: it needs neither a beginning nor migrations"
            )
        found += [
            f"version {each.name!r} does not say when it begins: since=date(...)"
            for each in later
            if each.since is None
        ]
        for before, after in pairwise(self.versions):
            old, new = before.begins, after.begins
            if old is not None and new is not None and new <= old:
                found.append(
                    f"version {after.name!r} begins at {new}, not after {before.name!r} at {old}"
                )
            found += (
                f"version {after.name!r}: {problem}"
                for problem in version_problems(before.program, after.program, after.migrations)
            )
        found += gone_problems([(each.name, each.program) for each in self.versions])
        if found:
            raise ProgramError(self.latest.program.name, tuple(found))

    @property
    def latest(self) -> Version:
        """The version that begins last."""
        return self.versions[-1]

    def at(self, at: datetime) -> Version:
        """The version in force at an instant."""
        at = instant(at, "at")
        found = self.versions[0]
        for each in self.versions[1:]:
            if each.begins is not None and each.begins <= at:
                found = each
        return found
