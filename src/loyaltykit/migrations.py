"""Migrations: what a new version of a programme does to members who are already in.

    Migration = LadderChange | LadderDropped | ExpiryChange

Without any, a member keeps the tier with its term and is judged from then on by the new ladder, and
points keep the dates that they were given. A migration is a change of the programme, nothing that
the member did: rules about tiers that are reached or lost are not asked.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.periods import Period, days
from loyaltykit.vocabulary import named, of_type, shown
from loyaltykit.windows import Term, as_term


class Judged(Enum):
    """How members stand on a ladder that has changed."""

    AS_THEY_STAND = "as-they-stand"
    """They keep their tier with its term, and are judged from then on by the new ladder."""
    ANEW = "anew"
    """They have the tier that what counts reaches on the new ladder, as if entered just then."""


class Redated(Enum):
    """When points lapse that were earned before."""

    LATER = "later"
    """At the later of both dates: the old one and that of the new version."""
    ANEW = "anew"
    """As if they had been earned under the new version, but not within the notice."""


def _ladder(value: str) -> str:
    return named(value, "the name of a ladder")


def _other(value: str | None) -> str | None:
    return None if value is None else _ladder(value)


def _moved(values: Mapping[str, str]) -> FrozenMap[str, str]:
    if not isinstance(values, Mapping):
        raise MisuseError(f"moved: write {{'silver': 'bronze'}}, not {shown(values)}")
    tiers = {named(old, "a tier"): named(new, "a tier") for old, new in values.items()}
    return FrozenMap((old, tiers[old]) for old in sorted(tiers))


def _judged(value: Judged) -> Judged:
    return of_type(value, Judged, "judged must be a Judged such as Judged.ANEW")


def _held(value: Term | None) -> Term | None:
    if value is None:
        return None
    term = as_term(value)
    if isinstance(term, Period) and term.empty:
        raise DefinitionError("held: write for how long a tier is held at least, as months(6)")
    return term


@final
@frozen(order=False)
class LadderChange:
    """How members go on on a ladder that a version changes, or brings `instead_of` another.

    `moved` says which tier the members of a former tier have now. `held` lets everybody have at
    least that tier for a term from the beginning of the version, whatever counts.

    >>> from loyaltykit.periods import months
    >>> LadderChange(moved={"silver": "bronze"}, held=months(6)).moved["silver"]
    'bronze'
    """

    ladder: str = field(default="tier", converter=_ladder)
    instead_of: str | None = field(default=None, converter=_other, kw_only=True)
    moved: FrozenMap[str, str] = field(factory=FrozenMap, converter=_moved, kw_only=True)
    judged: Judged = field(default=Judged.AS_THEY_STAND, converter=_judged, kw_only=True)
    held: Term | None = field(default=None, converter=_held, kw_only=True)

    @property
    def former(self) -> str:
        """The ladder on which the members stood before."""
        return self.ladder if self.instead_of is None else self.instead_of


@final
@frozen(order=False)
class LadderDropped:
    """A ladder is no more, and nobody has a tier of it."""

    ladder: str = field(converter=_ladder)


def _purse(value: str) -> str:
    return named(value, "the name of a purse")


def _redated(value: Redated) -> Redated:
    return of_type(value, Redated, "redated must be a Redated such as Redated.LATER")


def _notice(value: Period) -> Period:
    if not isinstance(value, Period):
        raise MisuseError(f"notice must be a period such as days(30), not {shown(value)}")
    return value


@final
@frozen(order=False)
class ExpiryChange:
    """Points that members have already lapse by the dates of a version, and not of the last one.

    `notice` is how long from the beginning of the version they last in any case, unless their old
    date comes sooner. What lapses for want of activity follows. Points that last with a tier stay
    so, and reserved points come back with the dates that they had.
    """

    purse: str = field(default="points", converter=_purse)
    redated: Redated = field(default=Redated.LATER, converter=_redated, kw_only=True)
    notice: Period = field(default=days(30), converter=_notice, kw_only=True)


Migration: TypeAlias = LadderChange | LadderDropped | ExpiryChange


def as_migration(value: Migration) -> Migration:
    """The migration itself; `MisuseError` for anything else."""
    if not isinstance(value, LadderChange | LadderDropped | ExpiryChange):
        raise MisuseError(
            f"migrations are made of LadderChange(...), LadderDropped(...) and ExpiryChange(...), "
            f"not of {shown(value)}"
        )
    return value
