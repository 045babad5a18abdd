"""Effects that end an account or let it rest. An account keeps the latest of each as its standing.

open -> Suspended -> Resumed -> open        open or suspended -> Closed -> Erased, for good
"""

from datetime import datetime
from typing import TypeAlias, final

from attrs import frozen


@final
@frozen(order=False)
class Closed:
    """The account ended, and nothing is due on it any more.

    Where it was merged into another, `into` is the member who has everything that was on it.
    """

    at: datetime
    reason: str
    into: str | None = None


@final
@frozen(order=False)
class Suspended:
    """The member neither earns nor spends, until `until`; None is until it is resumed."""

    at: datetime
    reason: str
    until: datetime | None


@final
@frozen(order=False)
class Resumed:
    """The member earns and spends again."""

    at: datetime


@final
@frozen(order=False)
class Erased:
    """What was known of the member is forgotten: totals stay, and ids that are remembered."""

    at: datetime
    event: str


Standing: TypeAlias = Closed | Suspended | Resumed | Erased
