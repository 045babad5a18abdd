"""Judging: which tier a member has on each ladder, and when time alone changes it.

A plain ladder is judged by what counts now. One that remembers how it was climbed is judged by all
that was counted, from the first instant on of which something is new: so a return changes what
was, and leaves the standing that there would be without what came back.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice, takewhile

from loyaltykit.account import Account
from loyaltykit.calendar import TICK
from loyaltykit.climbing import ahead, replayed
from loyaltykit.climbs import Climb
from loyaltykit.counters import Counter
from loyaltykit.effects import StandingSet, TierChanged
from loyaltykit.journal import Journal
from loyaltykit.ladders import Ladder
from loyaltykit.lots import NEVER
from loyaltykit.metrics import Metric
from loyaltykit.observe import earned_at, tier_at
from loyaltykit.rulebook import Rulebook
from loyaltykit.turning import counters_of, next_turn

MAX_TURNS = 100
"""How many turns of a standing are looked at ahead."""


def judge_tiers(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Post what the tiers are, where it is another than what the account says."""
    for ladder in book.ladders:
        judge_tier(ladder, journal, at, book)


def judge_tier(ladder: Ladder, journal: Journal, at: datetime, book: Rulebook) -> None:
    """Post what the tier on one ladder is, if it is another than what the account says."""
    if not ladder.plain:
        _turn(ladder, journal, at)
    tier = tier_at(journal.account, at, ladder, book)
    before = journal.account.tier_on(ladder.name)
    if tier != before:
        journal.post(TierChanged(at, before, tier, ladder.name))


def judge_standings(journal: Journal, at: datetime, book: Rulebook) -> None:
    """Post how standings turned by what was counted, before anything of it is forgotten."""
    for name in sorted(journal.counted):
        ladder = book.ladders.named(name)
        if ladder is not None and not ladder.plain:
            _turn(ladder, journal, at)


def next_tier_change(account: Account, book: Rulebook, horizon: datetime) -> datetime | None:
    """When time alone changes a tier or a standing next, up to a horizon."""
    found = [_next(ladder, account, book, horizon) for ladder in book.ladders]
    return min((each for each in found if each is not None), default=None)


def forecast(
    ladder: Ladder, account: Account, book: Rulebook
) -> Iterator[tuple[datetime, str | None]]:
    """How the tier changes if nothing more happens. Facts stay as they are."""
    if account.clock is None:
        return
    climb, clock = account.climb(ladder.name), account.clock
    given = sorted({each for each in _given_ends(climb) if each > clock})
    if ladder.plain:
        ends = sorted({*given, *_ends(ladder, account, climb, NEVER)})
        turns = iter([(end, earned_at(account, end, ladder, book)) for end in ends])
    else:
        found = islice(ahead(ladder, climb, account.trails, clock, account.enrolled), MAX_TURNS)
        turns = ((turn.at, turn.standing.tier) for turn in found)
    tier, earned = account.tier_on(ladder.name), earned_at(account, clock, ladder, book)
    turn = next(turns, None)
    while turn is not None or given:
        if turn is not None and (not given or turn[0] <= given[0]):
            at, earned = turn
            turn = next(turns, None)
        else:
            at = given.pop(0)
        now = ladder.granted(earned, climb.grants, at)
        if now != tier:
            tier = now
            yield at, now


def _given_ends(climb: Climb) -> Iterator[datetime]:
    for given in climb.grants.values():
        yield given.since
        if given.until is not None:
            yield given.until


def _turn(ladder: Ladder, journal: Journal, at: datetime) -> None:
    account = journal.account
    climb = account.climb(ladder.name)
    since = journal.counted.pop(ladder.name, None)
    if not climb.turns:
        since = at if since is None else min(since, at)
    due = _next_turn(ladder, account, climb, at)
    if due is not None:
        since = due if since is None else min(since, due)
    if since is None:
        return
    if climb.begun is not None:
        # What was before it became this ladder, or is forgotten, is not judged again.
        since = max(since, climb.begun, *(each.at + TICK for each in climb.turns[:1]))
    turns = replayed(ladder, climb, account.trails, since, at, account.enrolled)
    if turns != tuple(each for each in climb.turns if each.at >= since):
        journal.post(StandingSet(at, ladder.name, since, turns))


def _next(ladder: Ladder, account: Account, book: Rulebook, horizon: datetime) -> datetime | None:
    if account.clock is None:
        return None
    climb = account.climb(ladder.name)
    turn = None
    if not ladder.plain:
        turn = _next_turn(ladder, account, climb, horizon)
    tier = account.tier_on(ladder.name)
    for end in sorted(set(_ends(ladder, account, climb, turn or horizon))):
        if _later_tier(ladder, account, climb, end, book) != tier:
            return end
    return turn


def _next_turn(
    ladder: Ladder, account: Account, climb: Climb, horizon: datetime
) -> datetime | None:
    after = account.clock
    if after is None:
        return None
    standing = climb.standing
    counters: Mapping[Metric, Counter]
    if standing.counted_from is None and climb.begun is None:
        counters = {
            metric: account.counters.get(name, Counter())
            for metric, name in ladder.counters.items()
        }
    else:
        counters = counters_of(ladder, account.trails, NEVER, standing.counted_from)
    return next_turn(ladder, standing, counters, after, horizon, account.enrolled)


def _ends(ladder: Ladder, account: Account, climb: Climb, horizon: datetime) -> Iterator[datetime]:
    """When something that was counted or given begins or ends, up to a horizon."""
    clock = account.clock
    if clock is None:
        return
    yield from (end for end in _given_ends(climb) if clock < end <= horizon)
    if ladder.plain:
        for name in ladder.counters.values():
            counts = account.counters.get(name, Counter()).counts
            for each in takewhile(lambda each: (each.until or NEVER) <= horizon, counts):
                if each.until is not None and each.until > clock:
                    yield each.until


def _later_tier(
    ladder: Ladder, account: Account, climb: Climb, at: datetime, book: Rulebook
) -> str | None:
    """The tier at a later instant if nothing else happens; facts stay as they are."""
    earned = climb.standing.tier if not ladder.plain else earned_at(account, at, ladder, book)
    return ladder.granted(earned, climb.grants, at)
