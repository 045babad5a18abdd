"""Effects of a new version of the programme: what changes on an account when it begins."""

from datetime import datetime
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.climbs import Grant, Standing
from loyaltykit.frozenmap import FrozenMap


@final
@frozen(order=False)
class VersionAdopted:
    """From now on the account goes by this version of the programme.

    Points that last with a tier that was `moved` last with the one that is there instead.
    """

    at: datetime
    version: str
    moved: FrozenMap[str, str] = field(factory=FrozenMap, kw_only=True)


@final
@frozen(order=False)
class LadderAdopted:
    """From now on a ladder is another, or is no more.

    The member goes on from this `standing`; None is on a ladder that remembers nothing. Of what was
    counted for it, only these `counters` go on. `grants` are what is given of it still.
    """

    at: datetime
    ladder: str
    standing: Standing | None
    counters: tuple[str, ...] = field(kw_only=True)
    grants: FrozenMap[str, Grant] = field(factory=FrozenMap, kw_only=True)


Adoption: TypeAlias = VersionAdopted | LadderAdopted
