"""Turning: when time alone changes a standing, and what was counted by then.

Never here: what the standing is then; see climbing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from loyaltykit.calendar import TICK
from loyaltykit.climbs import Standing, Trail
from loyaltykit.counters import Counter
from loyaltykit.ladders import Ladder, Values
from loyaltykit.lots import NEVER
from loyaltykit.metrics import Metric
from loyaltykit.tenures import AtEndOf, Downgrade, ForTerm, UntilReview, WhileQualified
from loyaltykit.tiers import Tiers
from loyaltykit.windows import counts_until


def next_turn(
    ladder: Ladder,
    standing: Standing,
    counters: Mapping[Metric, Counter],
    after: datetime,
    horizon: datetime,
    anchor: datetime | None,
) -> datetime | None:
    """When time alone changes the standing next, after an instant and up to a horizon."""
    due = [each for each in (standing.until, standing.falls) if each is not None]
    if isinstance(ladder.tiers.upgrade, AtEndOf):
        end = end_of_period(ladder.tiers.upgrade, after, ladder, anchor)
        ended = values_of(ladder, counters, end - TICK, standing.carried)
        if ladder.reached(ended) > ladder.rank(standing.tier):
            due.append(end)
    due = [each for each in due if each > after]
    first = min(due, default=NEVER)
    if is_open(ladder.tiers, standing):
        lost = _lost(ladder, standing, counters, after, min(first, horizon))
        if lost is not None:
            first = min(first, lost)
    return first if first < NEVER and first <= horizon else None


def is_open(tiers: Tiers, standing: Standing) -> bool:
    """Whether the tier is held only as long as what counts keeps it."""
    match tiers.validity:
        case WhileQualified():
            return standing.falls is None
        case ForTerm():
            return standing.falls is None and standing.until is None
        case UntilReview():
            return False
        case _:
            assert_never(tiers.validity)


def counters_of(
    ladder: Ladder, trails: Mapping[str, Trail], before: datetime, after: datetime | None
) -> dict[Metric, Counter]:
    """What each metric of a ladder counted before an instant and since another."""
    return {
        metric: trails.get(name, Trail()).counter(before, after)
        for metric, name in ladder.counters.items()
    }


def values_of(
    ladder: Ladder, counters: Mapping[Metric, Counter], at: datetime, carried: int = 0
) -> Values:
    """What the metrics say at an instant, with what was carried over."""
    found: dict[Metric, int] = {metric: each.value(at) for metric, each in counters.items()}
    found[ladder.tiers.metric] += carried
    return found


def _lost(
    ladder: Ladder,
    standing: Standing,
    counters: Mapping[Metric, Counter],
    after: datetime,
    horizon: datetime,
) -> datetime | None:
    rank = ladder.rank(standing.tier)
    if rank <= ladder.base or ladder.tiers.downgrade is Downgrade.NEVER:
        return None
    ends = {
        each.until
        for counter in counters.values()
        for each in counter.counts
        if each.until is not None and after < each.until <= horizon
    }
    for end in sorted(ends):
        if ladder.kept(values_of(ladder, counters, end, standing.carried)) < rank:
            return end
    return None


def end_of_period(
    upgrade: AtEndOf, after: datetime, ladder: Ladder, anchor: datetime | None
) -> datetime:
    """The end of the period at which tiers are entered, the first after an instant."""
    # A regular window always ends.
    return counts_until(upgrade.period, after, ladder.zone, anchor or after) or NEVER
