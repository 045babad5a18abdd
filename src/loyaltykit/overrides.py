"""Overrides: events by which a tier is given to a member by hand, or no longer."""

from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.calendar import instant
from loyaltykit.errors import DefinitionError
from loyaltykit.particulars import as_id, as_member, as_reason, as_time
from loyaltykit.vocabulary import named, of_type


def _tier(value: str) -> str:
    return named(value, "the tier of an override")


def _until(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "until when a tier is given")


def _exactly(value: bool) -> bool:
    return of_type(value, bool, "exactly must be True or False")


@final
@frozen(order=False)
class TierOverride:
    """A member has at least this tier, or `exactly` it, until an instant; None is for good.

    What the ladder counts goes on meanwhile, and decides again afterwards. Of several that say
    exactly, the latest decides.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    tier: str = field(converter=_tier, kw_only=True)
    until: datetime | None = field(default=None, converter=_until, kw_only=True)
    exactly: bool = field(default=False, converter=_exactly, kw_only=True)
    reason: str = field(default="", converter=as_reason, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.until is not None and self.until <= self.at:
            raise DefinitionError(f"an override from {self.at} ends later, not at {self.until}")


def _override(value: str) -> str:
    return named(value, "the override that ends")


@final
@frozen(order=False)
class TierOverrideEnd:
    """A tier that was given is given no longer: `override` is the id of the event that gave it."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    override: str = field(converter=_override, kw_only=True)
