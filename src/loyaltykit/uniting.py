"""Uniting: one account out of two, and what is left of the one that was absorbed.

Laws: per purse, over both accounts, what was issued, redeemed, expired and reversed, and what is
held less what is owed, stay the same. At every later instant a counter holds what both would. No
lot, coupon, order or reservation is lost, and none stands twice.

Never here: a programme. What it has to judge anew, such as the tier, follows in effects of its own.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from fractions import Fraction
from heapq import merge
from typing import TypeVar

from loyaltykit.account import Account, Profile, forget
from loyaltykit.climbs import Climb, Trail, joined
from loyaltykit.closures import Closed
from loyaltykit.copying import altered
from loyaltykit.counters import Counter
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.ledger import Totals, by_rank, by_release
from loyaltykit.mergers import Absorbed, MergedInto
from loyaltykit.placing import moved
from loyaltykit.purses import Dormant
from loyaltykit.records import Record
from loyaltykit.renaming import renamed

K = TypeVar("K")
V = TypeVar("V")


def emptied(account: Account, effect: MergedInto) -> Account:
    """What is left of an account that was absorbed: its totals, and the events that it decided."""
    return Account(
        account.member,
        account.version,
        clock=account.clock,
        edition=account.edition,
        purses=FrozenMap((name, _all_sent(purse)) for name, purse in account.purses.items()),
        remembered=account.remembered,
        closed=Closed(effect.at, effect.reason, effect.into),
    )


def united(account: Account, effect: Absorbed) -> Account:
    """The account with all that was on the other. Where both know a fact, its own one stays."""
    at = effect.at
    mine, other = forget(account, at), renamed(forget(effect.account, at), effect)
    for name, purse in other.purses.items():
        mine = moved(
            mine,
            name,
            received=purse.issued + purse.received,
            redeemed=purse.redeemed,
            expired=purse.expired,
            reversed=purse.reversed,
            sent=purse.sent,
            debt=purse.debt,
        )
    referrer, ancestors = _lineage(mine, other)
    return altered(
        mine,
        enrolled=_either(min, mine.enrolled, other.enrolled),
        profile=_profile(mine.profile, other.profile),
        lots=tuple(sorted((*mine.lots, *other.lots), key=by_rank)),
        pending=tuple(sorted((*mine.pending, *other.pending), key=by_release)),
        reservations=_both(mine.reservations, other.reservations),
        ended_reservations=_both(mine.ended_reservations, other.ended_reservations),
        dormant=_both(mine.dormant, other.dormant, _later),
        counters=_counters(mine, other, at),
        ladders=FrozenMap(
            (name, _climb(mine.climb(name), other.climb(name)))
            for name in dict.fromkeys((*mine.ladders, *other.ladders))
        ),
        trails=_both(mine.trails, other.trails, _trail),
        remainders=_remainders(mine, other),
        coupons=_both(mine.coupons, other.coupons),
        expired_coupons=_both(mine.expired_coupons, other.expired_coupons),
        armed=_both(mine.armed, other.armed),
        birthdays=_both(mine.birthdays, other.birthdays, max),
        referrer=referrer,
        ancestors=ancestors,
        records=FrozenMap(
            (record.id, record)
            for record in merge(mine.records.values(), other.records.values(), key=_when)
        ),
        transfers=_both(mine.transfers, other.transfers),
        earlier_order=_either(max, mine.earlier_order, other.earlier_order),
        earliest_order=_either(min, mine.earliest_order, other.earliest_order),
    )


def _all_sent(purse: Totals) -> Totals:
    """Of all that came in, whatever became of it: the other account counts that from now on.

    What was spent, taken back or sent may come back there, and then counts less.
    """
    came = purse.issued + purse.received
    return Totals(issued=purse.issued, received=purse.received, sent=came)


def _first(one: V, _: V) -> V:
    return one


def _both(
    mine: FrozenMap[K, V], other: FrozenMap[K, V], choose: Callable[[V, V], V] = _first
) -> FrozenMap[K, V]:
    """Both maps in one, this one's entries first; of what stands in both, one is chosen."""
    found = dict(mine)
    for key, value in other.items():
        found[key] = choose(found[key], value) if key in found else value
    return FrozenMap(found)


def _either(
    choose: Callable[[Iterable[datetime]], datetime], *known: datetime | None
) -> datetime | None:
    found = [each for each in known if each is not None]
    return choose(found) if found else None


def _later(one: Dormant, other: Dormant) -> Dormant:
    return other if other.due > one.due else one


def _climb(mine: Climb, other: Climb) -> Climb:
    """This one's climb, with what was given on both.

    How the other stood follows from what it counted, and is judged anew.
    """
    grants = dict(mine.grants)
    for name, given in other.grants.items():
        free = name
        while free in grants:
            free += "'"
        grants[free] = given
    begun = _either(max, mine.begun, other.begun)
    return altered(mine, grants=FrozenMap(grants), begun=begun)


def _trail(mine: Trail, other: Trail) -> Trail:
    return Trail(joined(mine.steps, other.steps), joined(mine.old, other.old))


def _when(record: Record) -> datetime:
    # In order of time they are in order of how long they are remembered.
    return record.at


def _profile(mine: Profile, other: Profile) -> Profile:
    told = {name: value for name, value in mine.labels.items() if value is not None}
    labels = {**mine.labels, **other.labels, **told}
    return Profile(
        mine.birthday or other.birthday,
        mine.zone or other.zone,
        FrozenMap((name, labels[name]) for name in sorted(labels)),
    )


def _counters(mine: Account, other: Account, at: datetime) -> FrozenMap[str, Counter]:
    found = dict(mine.counters)
    for name, counter in other.counters.items():
        held = found.get(name, Counter())
        for each in counter.since(at).counts:
            held = held.plus(each.amount, each.until, at)
        found[name] = held
    return FrozenMap((name, held) for name, held in found.items() if held.counts)


def _remainders(mine: Account, other: Account) -> FrozenMap[tuple[str, int], Fraction]:
    found = dict(mine.remainders)
    for place, left in other.remainders.items():
        found[place] = found.get(place, Fraction(0)) + left
    return FrozenMap((place, left) for place, left in found.items() if left)


def _lineage(mine: Account, other: Account) -> tuple[str | None, tuple[str, ...]]:
    """Who brought this person: the first of either that is not this very person."""
    same = (mine.member, other.member)
    for each in (mine, other):
        if each.referrer is not None and each.referrer not in same:
            older = tuple(name for name in each.ancestors if name not in same)
            return each.referrer, older
    return None, ()
