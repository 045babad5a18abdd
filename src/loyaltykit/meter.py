"""Meter: how much work the pricing of one basket has been, so that it ends in bounded time.

What is counted is runs of units that an offer is worked out on: a line is one run or two, and every
offer that is split over its units may cut one more.
"""

from typing import Final, final

from loyaltykit.errors import LimitError

MAX_WORK: Final = 300_000
"""On how many runs of units all offers of one basket are worked out, all tries together."""


@final
class Meter:
    """Counts for one basket."""

    def __init__(self, event: str) -> None:
        self.event: str = event
        self.worked: int = 0

    def count(self, runs: int) -> None:
        """Add to what was done.

        Raises:
            LimitError: it is too much.
        """
        self.worked += runs
        if self.worked > MAX_WORK:
            raise LimitError(
                f"{self.event!r}: so many offers apply to so many units of different prices that "
                f"more than {MAX_WORK} runs of units would be priced: split the order, or let "
                "fewer offers combine"
            )
