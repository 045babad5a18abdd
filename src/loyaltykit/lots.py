"""Lots: points that were granted together, with the times from and until which they can be spent.

A lot is spendable in [available, expires). Consumption takes the soonest expiry first, then the
oldest, then the lowest id, so no two machines ever disagree about which points were spent.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.copying import altered
from loyaltykit.vocabulary import MAX_TEXT

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than every expiry: where lots that never expire stand in the order of consumption."""

Rank: TypeAlias = tuple[datetime, datetime, str]


@final
@frozen(order=False)
class Lot:
    """Points of one purse from one grant; `remaining` of the `points` granted are still there.

    The id derives from the event, the rule and the index of the action, so that it is the same on
    every machine. `rule` is None for points that no rule granted. The points of a lot with a `tier`
    lapse when the member's tier falls below it. A lot that `awaits` is cancelled when it would
    become available, unless its event was confirmed before.
    """

    id: str
    purse: str
    points: int = field(kw_only=True)
    remaining: int = field(kw_only=True)
    earned: datetime = field(kw_only=True)
    available: datetime = field(kw_only=True)
    expires: datetime | None = field(kw_only=True)
    event: str = field(kw_only=True)
    rule: str | None = field(kw_only=True)
    tier: str | None = field(default=None, kw_only=True)
    awaits: bool = field(default=False, kw_only=True)

    @property
    def rank(self) -> Rank:
        """Where the lot stands in the order of consumption."""
        return (self.expires or NEVER, self.earned, self.id)

    def less(self, points: int) -> "Lot":
        """The lot with so many fewer points remaining."""
        return altered(self, remaining=self.remaining - points)

    def more(self, points: int) -> "Lot":
        """The lot with so many points given back to it."""
        remaining = self.remaining + points
        return altered(self, remaining=remaining, points=max(self.points, remaining))


@final
@frozen(order=False)
class Draw:
    """Points that were taken out of a lot, and the lot as it was before, to give them back to."""

    lot: Lot
    points: int


def derived(event: str, rule: str, index: int, *more: str) -> str:
    """The id of what an action makes. Distinct for distinct arguments, whatever they contain.

    It can always serve as a code or an event's id: one that would be too long is a hash instead.
    """
    parts = (event, rule, str(index), *more)
    name = "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)
    return name if len(name) <= MAX_TEXT else f"~{sha256(name.encode()).hexdigest()}"


def crossing(event: str, rule: str, index: int, member: str, *more: str) -> str:
    """The id of what goes between two accounts. It stands on both: a digest stands for the member.

    So nobody's name stays in the ids of somebody else's ledger.
    """
    return derived(event, rule, index, sha256(member.encode()).hexdigest()[:32], *more)
