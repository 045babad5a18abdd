"""When pending points become available: after a term, or once something is confirmed.

    Pending = Period | ThroughEndOf | ThenNext | OnDate | UntilConfirmed

A term says how long points stay pending: through the end of the month is available on the first.
"""

from datetime import datetime
from typing import TypeAlias, final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from loyaltykit.calendar import shift
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.periods import Period, ThenNext, ThroughEndOf
from loyaltykit.vocabulary import shown
from loyaltykit.windows import OnDate, term_end


def _within(value: Period) -> Period:
    if not isinstance(value, Period):
        raise MisuseError(f"within must be a period such as days(30), not {shown(value)}")
    if value.empty:
        raise DefinitionError("within must be longer than zero: days(30)")
    return value


@final
@frozen
class UntilConfirmed:
    """Until a `Confirmation` names the event that granted them; cancelled if none comes in time."""

    within: Period = field(converter=_within)

    def __str__(self) -> str:
        return f"until confirmed within {self.within}"


Pending: TypeAlias = Period | ThroughEndOf | ThenNext | OnDate | UntilConfirmed


def confirmed(*, within: Period) -> UntilConfirmed:
    """Pending until a `Confirmation` comes; cancelled if none does within so long."""
    return UntilConfirmed(within)


def as_pending(value: Pending | None) -> Pending | None:
    """How long points stay pending; None is not at all.

    Raises:
        MisuseError: it is nothing of the kind.
    """
    if value is None or isinstance(
        value, Period | ThroughEndOf | ThenNext | OnDate | UntilConfirmed
    ):
        return value
    raise MisuseError(
        "pending: write how long, such as days(14), end_of('month') or "
        f"confirmed(within=days(30)), not {shown(value)}"
    )


def available_from(pending: Pending | None, at: datetime, zone: ZoneInfo) -> datetime:
    """When points that are granted at `at` become available, or can be confirmed no longer."""
    match pending:
        case None:
            return at
        case UntilConfirmed(within=within):
            return shift(at, within, zone)
        case _:
            end = term_end(pending, at, zone)
            return at if end is None else max(at, end)
