"""Events that are made by hand: corrections, goodwill, other expiry, expired points that come back.

Somebody decided each of them, outside the rules; so most say why. The reason stands in the
statement: write it for the member.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import final

from attrs import field, frozen

from loyaltykit.calendar import instant
from loyaltykit.errors import DefinitionError, LimitError
from loyaltykit.openings import MAX_POINTS, whole_points
from loyaltykit.particulars import (
    as_id,
    as_member,
    as_purse,
    as_reason,
    as_time,
    words_in_order,
)
from loyaltykit.vocabulary import of_type, shown
from loyaltykit.windows import Expiry, Forever, Term, as_expiry, as_term

MAX_LOTS = 10_000
"""How many lots one event may name."""


class Since(Enum):
    """From when a new expiry counts."""

    EARNED = "earned"
    """From when each lot was earned."""
    NOW = "now"
    """From the event."""


def _change(value: int) -> int:
    if type(value) is not int or not 1 <= abs(value) <= MAX_POINTS:
        raise DefinitionError(
            f"an adjustment adds or takes whole points, 25 or -25, not {shown(value)}"
        )
    return value


def _expires(value: Expiry | None) -> Expiry | None:
    return None if value is None else as_expiry(value)


def _until(value: datetime) -> datetime:
    return instant(value, "until when points are extended")


def _not_before(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "not_before")


def _lots(values: Iterable[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    found = words_in_order(values, "lots to extend")
    if not found:
        raise DefinitionError("an extension names at least one lot, or None for all it can")
    if len(found) > MAX_LOTS:
        raise LimitError(f"an extension names at most {MAX_LOTS} lots")
    return found


def _lasting(value: Term) -> Term:
    if isinstance(value, Forever):
        raise DefinitionError("an expiry that starts has an end: term=months(24)")
    return as_term(value)


def _since(value: Since) -> Since:
    return of_type(value, Since, "counted must be Since.EARNED or Since.NOW")


@final
@frozen(order=False)
class Adjustment:
    """Points are added or, if negative, taken, for a stated reason.

    What is added is a lot of its own, spendable at once, and repays debt first; `expires` is how
    long it lasts, None for ever. What is taken comes out of what is available, in order of
    consumption; it never makes debt. Neither counts towards a tier.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    points: int = field(converter=_change, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)
    reason: str = field(default="", converter=as_reason, kw_only=True)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.points < 0 and self.expires is not None:
            raise DefinitionError("points that are taken do not expire: leave expires out")


@final
@frozen(order=False)
class Goodwill:
    """Points for something that went wrong, within the programme's limit on goodwill.

    A lot of its own, spendable at once; `expires` is how long it lasts, None for ever.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    points: int = field(converter=whole_points, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)
    reason: str = field(default="", converter=as_reason, kw_only=True)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)


@final
@frozen(order=False)
class Extension:
    """Points last longer: until an instant, never less long than before.

    `lots` are ids of the lots that are meant; None is every lot of the purse, pending ones
    included, that would lapse before `until`.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    until: datetime = field(converter=_until, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)
    lots: tuple[str, ...] | None = field(default=None, converter=_lots, kw_only=True)


@final
@frozen(order=False)
class ExpiryStart:
    """Points that would last for ever get an end: expiry is switched on for a live programme.

    The term counts from when each lot was earned, or from the event. `not_before` is an instant
    before which none of them lapses; without it, the event is refused if any would lapse at once.
    Points with an end already keep it.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    term: Term = field(converter=_lasting, kw_only=True)
    counted: Since = field(default=Since.EARNED, converter=_since, kw_only=True)
    not_before: datetime | None = field(default=None, converter=_not_before, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.not_before is not None and self.not_before <= self.at:
            raise DefinitionError(f"not_before must lie after the event of {self.at}")


@final
@frozen(order=False)
class Reinstatement:
    """Expired points come back, at most as many as have expired in that purse.

    They are a lot of their own, spendable at once, and repay debt first; `expires` is how long it
    lasts, None as its purse says. Points of an order that come back so stay when it is returned.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    points: int = field(converter=whole_points, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)
    reason: str = field(default="", converter=as_reason, kw_only=True)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)
