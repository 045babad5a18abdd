"""Findings: everything about a log that its reader or the engine did not take as it stands.

    broken   cannot be read or decided: named with its line number and why, and left out
    dirt     the log's own oddities: treated as each kind says, counted, with the first lines named

Nothing is dropped in silence: every row of a log is an event's, is broken, or is counted as dirt.
"""

from collections.abc import Iterator
from enum import Enum
from typing import final

from attrs import Factory, define


class Dirt(Enum):
    """A kind of oddity; the value says what was done with it."""

    NO_MEMBER = "lines without a member: left out"
    NO_GOODS = "postage, fees, corrections and discounts, which are no goods: left out"
    FRACTION = "prices of a fraction of the smallest coin: lines left out"
    TWO_TIMES = "orders with lines at two times: decided at the first"
    NO_PURCHASE = "returned units without an earlier purchase: left out"
    REPRICED = "returned units at another price than they were bought: taken back at what was paid"
    FREE = "lines that cost nothing: kept"
    IDENTICAL = "rows identical to an earlier one: orders of their own"
    LATER = "lines after the end of the replay: left out"


NAMED = 5
"""How many lines of one kind of dirt are named."""
NAMED_BROKEN = 1_000
"""How many broken lines are named."""


@final
@define
class Seen:
    """How often one kind of dirt was met, in how many lines, and the first of those."""

    count: int = 0
    lines: int = 0
    first: list[int] = Factory(list)


@final
class Findings:
    """What was found so far. Readers and the replay add to it as they go."""

    def __init__(self) -> None:
        self.broken = 0
        self.dirt: dict[Dirt, Seen] = {}
        self._named: list[tuple[int, str]] = []
        self._unnamed = 0

    def break_(self, line: int, why: object, *, lines: int = 1) -> None:
        """A line that cannot be used; `lines` fall out with it."""
        self.broken += lines
        if len(self._named) < NAMED_BROKEN:
            self._named.append((line, " ".join(str(why).split())))
        else:
            self._unnamed += 1

    def note(self, kind: Dirt, line: int, count: int = 1) -> None:
        """A line that is odd; `count` is what the kind counts: lines, units or orders."""
        seen = self.dirt.setdefault(kind, Seen())
        seen.count += count
        seen.lines += 1
        if len(seen.first) < NAMED:
            seen.first.append(line)

    def broken_lines(self) -> Iterator[str]:
        """The broken lines in order of the file, as text."""
        for line, why in sorted(self._named):
            yield f"line {line}: {why}"
        if self._unnamed:
            yield f"and {self._unnamed} more"
