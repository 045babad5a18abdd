"""Tenures: when a tier is entered, how long it is held, and what becomes of it then.

    Upgrade  = AtOnce | AtEndOf                 Downgrade: never, one step, by the metric, to base
    Validity = WhileQualified | UntilReview | ForTerm                Grace: once more so long

Each is a choice of its own. At the end of a period what counted until then is judged, before it
ceases to count.
"""

from enum import Enum
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.periods import Period, Unit
from loyaltykit.vocabulary import of_type, shown
from loyaltykit.windows import Calendar, Forever, MembershipYear, OnDate, Term, as_term


@final
@frozen(order=False)
class AtOnce:
    """A tier is entered at the instant at which its threshold is reached."""

    def __str__(self) -> str:
        return "at once"


def _regular(value: Calendar | MembershipYear | Unit | str) -> Calendar | MembershipYear:
    if isinstance(value, Calendar | MembershipYear):
        return value
    return Calendar(value)


@final
@frozen(order=False)
class AtEndOf:
    """A tier is entered when a period ends at whose end its threshold is reached."""

    period: Calendar | MembershipYear = field(converter=_regular)

    def __str__(self) -> str:
        end = self.period.unit.value if isinstance(self.period, Calendar) else "membership year"
        return f"at the end of the {end}"


Upgrade: TypeAlias = AtOnce | AtEndOf


def as_upgrade(value: Upgrade) -> Upgrade:
    """The upgrade itself; `MisuseError` for anything else."""
    if not isinstance(value, AtOnce | AtEndOf):
        raise MisuseError(f"upgrade: write AtOnce() or AtEndOf('month'), not {shown(value)}")
    return value


def _term(value: Term) -> Term:
    term = as_term(value)
    if isinstance(term, OnDate):
        raise DefinitionError(
            "a tier lasts for a term that comes again, such as months(12) or end_of('year'), "
            "not until one date"
        )
    if isinstance(term, Period) and term.empty:
        raise DefinitionError("a tier lasts for a term above 0 such as months(12)")
    return term


@final
@frozen(order=False)
class WhileQualified:
    """A tier is held as long as the metric reaches what it takes to keep it."""

    def __str__(self) -> str:
        return "while qualified"


@final
@frozen(order=False)
class UntilReview:
    """A tier is held for a term from its entry; then the metric says whether another follows.

    What counted just before the end is judged, so that a review at the end of a year is about that
    year.
    """

    term: Term = field(converter=_term)

    def __str__(self) -> str:
        return f"{self.term}, then reviewed"


@final
@frozen(order=False)
class ForTerm:
    """A tier is held for a term from the last time that something counted while it was reached.

    And beyond that as long as what counts keeps it.

    Each tier that is reached on the way up has a term of its own, to fall back on. What is counted
    for a tier that the member has, or one below it, needs to reach no more than what keeps it.
    """

    term: Term = field(converter=_term)

    def __str__(self) -> str:
        return f"{self.term} from when it was last reached"


Validity: TypeAlias = WhileQualified | UntilReview | ForTerm


def as_validity(value: Validity) -> Validity:
    """The validity itself; `MisuseError` for anything else."""
    if not isinstance(value, WhileQualified | UntilReview | ForTerm):
        raise MisuseError(
            "validity: write WhileQualified(), UntilReview(months(12)) or "
            f"ForTerm(end_of('year')), not {shown(value)}"
        )
    return value


class Downgrade(Enum):
    """What becomes of a tier that is lost."""

    METRIC = "metric"
    """The member falls to the highest tier that the metric keeps."""
    ONE_STEP = "one-step"
    """The member falls one step, and is judged again when that has lasted its time."""
    BASE = "base"
    """The member falls to where everybody begins, and what was counted counts no more."""
    NEVER = "never"
    """It is not lost."""


def as_downgrade(value: Downgrade) -> Downgrade:
    """The downgrade itself; `MisuseError` for anything else."""
    return of_type(value, Downgrade, "downgrade must be a Downgrade such as Downgrade.ONE_STEP")


class Skipped(Enum):
    """Which tiers count as entered when a member climbs several steps at once."""

    EACH = "each"
    """Each of them, from the lowest on."""
    LAST = "last"
    """Only the one that is reached."""


def as_skipped(value: Skipped) -> Skipped:
    """The choice itself; `MisuseError` for anything else."""
    return of_type(value, Skipped, "skipped must be a Skipped such as Skipped.LAST")


class GraceFrom(Enum):
    """From when grace counts."""

    LOSS = "loss"
    """From when the tier would have been lost."""
    LAST_COUNTED = "last-counted"
    """From when something last counted towards the ladder, but never shorter than until the loss.
    """


def _grace(value: Term) -> Term:
    term = as_term(value)
    if isinstance(term, OnDate | Forever) or (isinstance(term, Period) and term.empty):
        raise DefinitionError("grace lasts for a term such as days(30) or end_of('month')")
    return term


def _since(value: GraceFrom) -> GraceFrom:
    return of_type(value, GraceFrom, "counted_from must be a GraceFrom such as GraceFrom.LOSS")


@final
@frozen(order=False)
class Grace:
    """A tier is lost only when grace is over; who reaches what keeps it meanwhile has it still."""

    term: Term = field(converter=_grace)
    counted_from: GraceFrom = field(default=GraceFrom.LOSS, converter=_since, kw_only=True)


def as_grace(value: Grace | Term | None) -> Grace | None:
    """Grace, or the term of one that counts from the loss; `MisuseError` for anything else."""
    return value if value is None or isinstance(value, Grace) else Grace(value)
