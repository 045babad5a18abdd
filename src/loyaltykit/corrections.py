"""Events that are made by hand: corrections, goodwill, other expiry, expired points that come back.

Somebody decided each of them, outside the rules; so most say why. The reason stands in the
statement: write it for the member.
"""

from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError
from loyaltykit.openings import MAX_POINTS, whole_points
from loyaltykit.particulars import as_id, as_member, as_purse, as_reason, as_time
from loyaltykit.vocabulary import shown
from loyaltykit.windows import Expiry, as_expiry


def _change(value: int) -> int:
    if type(value) is not int or not 1 <= abs(value) <= MAX_POINTS:
        raise DefinitionError(
            f"an adjustment adds or takes whole points, 25 or -25, not {shown(value)}"
        )
    return value


def _expires(value: Expiry | None) -> Expiry | None:
    return None if value is None else as_expiry(value)


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
