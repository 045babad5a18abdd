"""Stepping: how effects that count, and those about ladders, change an account."""

from typing import TypeAlias, assert_never

from loyaltykit.account import Account
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.calendar import TICK
from loyaltykit.climbs import (
    Climb,
    Step,
    Trail,
    Turn,
    first_step,
    ladder_of,
    since_before,
    summed,
)
from loyaltykit.copying import altered
from loyaltykit.counters import Counter, lapsed_names
from loyaltykit.effects import Counted, StandingSet, TierChanged, TierGranted, TierWithdrawn
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.lots import Draw, Lot

MANY_TURNS = 100
"""How many turns of a ladder are kept without a look at which of them matter still."""

Climbing: TypeAlias = TierChanged | StandingSet | TierGranted | TierWithdrawn


def counted(account: Account, effect: Counted) -> Account:
    """The account once something was counted; what is not there any more is not taken away."""
    at, name, until = effect.at, effect.counter, effect.until
    walked = name in account.trails
    if effect.amount < 0 and not walked and name not in account.counters:
        return account
    if effect.since is not None and effect.kept is not None:
        if walked or effect.amount > 0:
            step = Step(effect.since, effect.amount, until=until, kept=effect.kept)
            trail = account.trails.get(name, _NO_TRAIL).plus(step)
            account = _walking(account, name, trail)
        if until is not None and until <= at:
            # It counts no more, but the ladder remembers that it did.
            return account
    elif walked:
        # It was counted before the ladder remembered how it is climbed.
        begun = account.climb(ladder_of(name)).begun or at
        trail = account.trails[name].changed(effect.amount, until, begun - TICK)
        account = _walking(account, name, trail)
    counters = account.counters
    if name not in counters:
        # Counters of windows that are long over make room for those of new ones.
        counters = counters.minus(*lapsed_names(counters, at))
    held = counters.get(name, Counter()).plus(effect.amount, until, at)
    if not held.counts:
        return altered(account, counters=counters.minus(name))
    return altered(account, counters=counters.plus(name, held))


def _walking(account: Account, name: str, trail: Trail) -> Account:
    empty = not (trail.steps or trail.old)
    trails = account.trails.minus(name) if empty else account.trails.plus(name, trail)
    return altered(account, trails=trails)


def climbed(account: Account, effect: Climbing) -> Account:
    """The account once something changed on a ladder."""
    climb = account.climb(effect.ladder)
    match effect:
        case TierChanged(after=tier):
            after = altered(climb, tier=tier)
        case StandingSet(since=since, turns=turns):
            after = climb.turned(since, turns)
            if len(after.turns) > MANY_TURNS:
                first = first_step(effect.ladder, account.trails, effect.at)
                after = altered(after, turns=since_before(after.turns, first))
        case TierGranted(grant=name, given=given):
            after = altered(climb, grants=climb.grants.plus(name, given))
        case TierWithdrawn(grant=name):
            after = altered(climb, grants=climb.grants.minus(name))
        case _:
            assert_never(effect)
    if after == _AT_THE_FOOT:
        return altered(account, ladders=account.ladders.minus(effect.ladder))
    return altered(account, ladders=account.ladders.plus(effect.ladder, after))


def adopted(account: Account, effect: LadderAdopted) -> Account:
    """The account once a ladder is another."""
    name, before = effect.ladder, effect.at - TICK
    climb = altered(account.climb(name), grants=effect.grants, turns=(), begun=None)
    if effect.standing is not None:
        climb = altered(climb, turns=(Turn(before, effect.standing),), begun=effect.at)
    counted = [each for each in account.counters if ladder_of(each) == name]
    walked = [each for each in account.trails if ladder_of(each) == name]
    counters = account.counters.minus(*(each for each in counted if each not in effect.counters))
    trails = account.trails.minus(
        *(each for each in walked if effect.standing is None or each not in effect.counters)
    )
    if effect.standing is not None and not account.climb(name).turns:
        # Nothing was remembered so far but what counts.
        for each in effect.counters:
            trails = trails.minus(each)
            if each in counters:
                trails = trails.plus(each, summed(counters[each], before))
    ladders = account.ladders.plus(name, climb)
    return altered(
        account,
        counters=counters,
        trails=trails,
        ladders=ladders.minus(name) if climb == _AT_THE_FOOT else ladders,
    )


def going_by(account: Account, effect: VersionAdopted) -> Account:
    """The account once it goes by another version: what lasts with a tier lasts with its heir."""
    account = altered(account, edition=effect.version)
    if not effect.moved:
        return account
    reserved = FrozenMap(
        (name, altered(each, draws=tuple(_drawing(draw, effect.moved) for draw in each.draws)))
        for name, each in account.reservations.items()
    )
    return altered(
        account,
        lots=tuple(_lasting(lot, effect.moved) for lot in account.lots),
        pending=tuple(_lasting(lot, effect.moved) for lot in account.pending),
        reservations=reserved,
    )


def _drawing(draw: Draw, moved: FrozenMap[str, str]) -> Draw:
    return altered(draw, lot=_lasting(draw.lot, moved))


def _lasting(lot: Lot, moved: FrozenMap[str, str]) -> Lot:
    return lot if lot.tier is None else altered(lot, tier=moved.get(lot.tier, lot.tier))


_NO_TRAIL = Trail()
_AT_THE_FOOT = Climb()
