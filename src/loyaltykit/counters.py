"""Counters: amounts that count until an instant each, such as uses of a limit or tier metrics.

Law: `value(at)` is the sum of the amounts whose end lies after `at`. The counts stand in order of
their ends and the total is kept, so that reading one costs what has lapsed since, not its history.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import takewhile
from typing import final

from attrs import frozen

from loyaltykit.lots import NEVER


@final
@frozen(order=False)
class Count:
    """What was counted until an instant; None is for ever."""

    amount: int
    until: datetime | None


@final
@frozen(order=False)
class Counter:
    """Counts in order of their ends, and their sum."""

    total: int = 0
    counts: tuple[Count, ...] = ()

    def value(self, at: datetime) -> int:
        """What counts at an instant."""
        return self.total - sum([each.amount for each in takewhile(_over(at), self.counts)])

    def since(self, at: datetime) -> "Counter":
        """The counter without what has lapsed by an instant."""
        lapsed = sum([1 for _ in takewhile(_over(at), self.counts)])
        return Counter(self.value(at), self.counts[lapsed:]) if lapsed else self

    def plus(self, amount: int, until: datetime | None, at: datetime) -> "Counter":
        """The counter with so much more until an instant, without what has lapsed by `at`."""
        kept = self.since(at)
        counts = kept.counts
        place = bisect_left(counts, until or NEVER, key=_end)
        after = place
        if place < len(counts) and counts[place].until == until:
            after += 1
        merged = amount + sum([each.amount for each in counts[place:after]])
        middle = (Count(merged, until),) if merged else ()
        return Counter(kept.total + amount, (*counts[:place], *middle, *counts[after:]))


def lapsed_names(counters: Mapping[str, Counter], at: datetime) -> list[str]:
    """The counters of which nothing counts any more at an instant."""
    return [
        name
        for name, counter in counters.items()
        if counter.counts and _end(counter.counts[-1]) <= at
    ]


def _over(at: datetime) -> Callable[[Count], bool]:
    return lambda count: _end(count) <= at


def _end(count: Count) -> datetime:
    return count.until or NEVER
