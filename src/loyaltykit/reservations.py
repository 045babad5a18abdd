"""Events about points that are set aside for a while: reserved, then captured or released.

A reservation is known by the id of the event that made it. At its time limit it is released by
itself.
"""

from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.calendar import instant
from loyaltykit.errors import DefinitionError
from loyaltykit.openings import whole_points
from loyaltykit.particulars import as_id, as_member, as_purse, as_time
from loyaltykit.vocabulary import named


def _until(value: datetime) -> datetime:
    return instant(value, "the time limit of a reservation")


def _reservation(value: str) -> str:
    return named(value, "the id of a reservation")


def _perhaps_points(value: int | None) -> int | None:
    return None if value is None else whole_points(value)


@final
@frozen(order=False)
class Reservation:
    """A member sets points of a purse aside, in its smallest unit, to be spent before `until`."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    points: int = field(converter=whole_points, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)
    until: datetime = field(converter=_until, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.until <= self.at:
            raise DefinitionError(
                f"reservation {self.id!r} of {self.at} ends at {self.until}: write a later until"
            )


@final
@frozen(order=False)
class Capture:
    """Reserved points are spent: so many of them, or all; what is left is released at once."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    reservation: str = field(converter=_reservation, kw_only=True)
    points: int | None = field(default=None, converter=_perhaps_points, kw_only=True)


@final
@frozen(order=False)
class Release:
    """Reserved points are needed no longer: they come back."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    reservation: str = field(converter=_reservation, kw_only=True)
