"""An order log as the replay takes it: events in order of time, each with its line in the file."""

from collections.abc import Iterator
from typing import final

from attrs import field, frozen

from loyaltykit import Event
from orderlog.findings import Findings


@final
@frozen
class Logged:
    """An event and the line of the log at which it begins.

    `lines` is how many lines of the log went into it.
    """

    line: int
    event: Event
    lines: int = field(default=1, kw_only=True)


@final
@frozen
class OrderLog:
    """What a reader found in a file.

    `events` can be gone through once; `findings` grow as that happens. `size` is how many there
    will be, about. Members in `enrolled` have an enrolment in the log; others join with their
    first event.
    """

    events: Iterator[Logged]
    size: int = field(kw_only=True)
    rows: int = field(kw_only=True)
    findings: Findings = field(kw_only=True)
    enrolled: frozenset[str] = field(default=frozenset(), kw_only=True)
