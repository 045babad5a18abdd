"""Renaming: what two accounts call by one name gets another when they become one.

Names of lots and coupons derive from events, and events are unique for a member, not for two: both
may have a lot of "birthday:2026". What arrives is renamed wherever its account mentions it, noun by
noun. Orders, reservations and transfers keep their ids: those the host knows, and sends again.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from loyaltykit.account import Account
from loyaltykit.copying import altered
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.ledger import ReservedPoints
from loyaltykit.lots import Draw, Lot, crossing
from loyaltykit.mergers import Absorbed
from loyaltykit.records import Award, Posting, Record, Tender
from loyaltykit.triggers import BIRTHDAY, LAPSE

_REPAID = "/repaid"  # The lot of what repaid the debt of another: it is called after that one.

Names = Mapping[str, str]


def common_ids(account: Account, other: Account) -> tuple[str, ...]:
    """Ids by which the host could mean something of either account, in order.

    Of orders, referral credits, reservations and transfers that both remember, and of events whose
    points both have waiting to be confirmed.
    """
    reserved, awaited = frozenset(_reservations(account)), frozenset(_awaited(account))
    found = [name for name in other.records if name in account.records]
    found += [name for name in _reservations(other) if name in reserved]
    found += [name for name in other.transfers if name in account.transfers]
    found += [name for name in _awaited(other) if name in awaited]
    return tuple(sorted(dict.fromkeys(found)))


def new_lots(account: Account, other: Account, event: str) -> FrozenMap[str, str]:
    """New names for the lots of another account whose names this one mentions."""
    taken = frozenset(_root(name) for name in _lots(account))
    return FrozenMap(
        (name, _name(event, other, _root(name)) + name[len(_root(name)) :])
        for name in dict.fromkeys(_lots(other))
        if _root(name) in taken
    )


def new_coupons(account: Account, other: Account, event: str) -> FrozenMap[str, str]:
    """New names for the coupons of another account whose names this one mentions."""
    taken = frozenset(_coupons(account))
    found = dict.fromkeys(_coupons(other))
    return FrozenMap((name, _name(event, other, name)) for name in found if name in taken)


def new_subjects(account: Account, other: Account, event: str) -> FrozenMap[str, str]:
    """New names for what rules wait for on another account, and this one has by the same name."""
    # What a rule makes later is called after its subject, so no event of this account may be.
    taken = frozenset(
        (
            *account.remembered,
            *(subject for _, subject in account.armed),
            *(lot.event for lot in (*account.lots, *account.pending)),
        )
    )
    kept = frozenset((BIRTHDAY, LAPSE, *other.records))
    found = dict.fromkeys(
        subject
        for rule, subject in other.armed
        if subject in taken and subject not in kept and not _waits(rule, other)
    )
    return FrozenMap((name, _name(event, other, name)) for name in found)


def renamed(account: Account, names: Absorbed) -> Account:
    """The account with the new names of its lots, its coupons and what its rules wait for."""
    lots, coupons, subjects = names.lots, names.coupons, names.subjects
    if not (lots or coupons or subjects):
        return account
    return altered(
        account,
        lots=tuple(_lot(each, lots) for each in account.lots),
        pending=tuple(_lot(each, lots) for each in account.pending),
        reservations=FrozenMap(
            (name, _reserved(each, lots)) for name, each in account.reservations.items()
        ),
        transfers=FrozenMap(
            (name, altered(each, draws=_draws(each.draws, lots)))
            for name, each in account.transfers.items()
        ),
        records=FrozenMap(
            (name, _record(each, lots, coupons)) for name, each in account.records.items()
        ),
        coupons=FrozenMap(
            (coupons.get(name, name), _coupon(each, coupons))
            for name, each in account.coupons.items()
        ),
        expired_coupons=FrozenMap(
            (coupons.get(name, name), each) for name, each in account.expired_coupons.items()
        ),
        armed=FrozenMap(
            ((rule, subjects.get(subject, subject)), due)
            for (rule, subject), due in account.armed.items()
        ),
    )


def _waits(rule: str, account: Account) -> bool:
    """Whether what a rule is armed for is a total, which both accounts call by one name."""
    return any(
        record.reached is not None and record.reached.rule == rule
        for record in account.records.values()
    )


def _lot(lot: Lot, names: Names) -> Lot:
    return altered(lot, id=names[lot.id]) if lot.id in names else lot


def _draws(draws: Iterable[Draw], names: Names) -> tuple[Draw, ...]:
    return tuple(altered(draw, lot=_lot(draw.lot, names)) for draw in draws)


def _reserved(reserved: ReservedPoints, names: Names) -> ReservedPoints:
    return altered(reserved, draws=_draws(reserved.draws, names))


def _record(record: Record, lots: Names, coupons: Names) -> Record:
    return altered(
        record,
        postings=tuple(_posting(each, lots, coupons) for each in record.postings),
        tenders=tuple(_tender(each, lots) for each in record.tenders),
        offers=tuple(
            altered(each, coupon=None if each.coupon is None else _coupon(each.coupon, coupons))
            for each in record.offers
        ),
        lapsed=FrozenMap((lots.get(lot, lot), points) for lot, points in record.lapsed.items()),
    )


def _posting(posting: Posting, lots: Names, coupons: Names) -> Posting:
    return altered(
        posting,
        awards=tuple(_award(each, lots) for each in posting.awards),
        coupons=tuple(_coupon(each, coupons) for each in posting.coupons),
    )


def _award(award: Award, names: Names) -> Award:
    return altered(award, lot=_lot(award.lot, names), taken=_draws(award.taken, names))


def _tender(tender: Tender, names: Names) -> Tender:
    return altered(tender, draws=_draws(tender.draws, names))


def _coupon(coupon: IssuedCoupon, names: Names) -> IssuedCoupon:
    return altered(coupon, id=names[coupon.id]) if coupon.id in names else coupon


def _name(event: str, other: Account, old: str) -> str:
    # Five parts, as nothing else has that an event makes; and an account is absorbed only once.
    return crossing(event, "merge", 0, other.member, old)


def _root(name: str) -> str:
    return name.removesuffix(_REPAID)


def _lots(account: Account) -> Iterator[str]:
    """Every lot that an account mentions, by name."""
    for lot in chain(account.lots, account.pending):
        yield lot.id
    for draw in _all_draws(account):
        yield draw.lot.id
    for record in account.records.values():
        yield from record.lapsed
        for posting in record.postings:
            for award in posting.awards:
                yield award.lot.id


def _all_draws(account: Account) -> Iterator[Draw]:
    for aside in account.reservations.values():
        yield from aside.draws
    for sent in account.transfers.values():
        yield from sent.draws
    for record in account.records.values():
        for tender in record.tenders:
            yield from tender.draws
        for posting in record.postings:
            for award in posting.awards:
                yield from award.taken


def _coupons(account: Account) -> Iterator[str]:
    """Every coupon that an account mentions, by code."""
    yield from account.coupons
    yield from account.expired_coupons
    for record in account.records.values():
        for coupon in record.coupons:
            yield coupon.id
        for posting in record.postings:
            for coupon in posting.coupons:
                yield coupon.id


def _reservations(account: Account) -> tuple[str, ...]:
    return (*account.reservations, *account.ended_reservations)


def _awaited(account: Account) -> tuple[str, ...]:
    return tuple(lot.event for lot in account.pending if lot.awaits)
