"""Withdrawing: coupons, tiers, referrals that an order brought, when it comes or is kept."""

from datetime import datetime
from zoneinfo import ZoneInfo

from loyaltykit.account import Account
from loyaltykit.climbs import Grant
from loyaltykit.copying import altered
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.effects import CouponRestored, CouponWithdrawn, Sent, TierGranted, TierWithdrawn
from loyaltykit.events import ReferralQualified, ReferralReversed
from loyaltykit.journal import Journal
from loyaltykit.lots import NEVER, crossing
from loyaltykit.records import GivenTier, Posting, Record
from loyaltykit.windows import term_end


def coupons_of(
    posting: Posting, order: str, at: datetime, journal: Journal, *, held: bool
) -> Posting:
    """Take back the coupons of a rule that holds no more, or restore those of one that does again.

    One that was used stays used.
    """
    if not held and not posting.withdrawn:
        for coupon in posting.coupons:
            if coupon.id in journal.account.coupons:
                journal.post(CouponWithdrawn(at, order, coupon.id))
        return altered(posting, withdrawn=bool(posting.coupons))
    if held and posting.withdrawn:
        used = _used(journal.account)
        for coupon in posting.coupons:
            if is_valid(coupon, at, journal.account) and coupon.id not in used:
                journal.post(CouponRestored(at, order, coupon))
        return altered(posting, withdrawn=False)
    return posting


def is_valid(coupon: IssuedCoupon, at: datetime, account: Account) -> bool:
    """Whether the member could hold the coupon at an instant."""
    return account.closed is None and (coupon.until is None or coupon.until > at)


def remains(record: Record, account: Account) -> bool:
    """Whether something of a record that was taken back is still there.

    Points that the rule keeps whatever comes are, and a coupon that was used.
    """
    used = _used(account)
    return any(
        any(award.kept for award in posting.awards)
        or any(coupon.id in used for coupon in posting.coupons)
        for posting in record.postings
    )


def is_withdrawn(coupon: IssuedCoupon, account: Account) -> bool:
    """Whether the order that brought the coupon has come back, so that it is due no more."""
    source = account.records.get(coupon.event)
    return source is not None and any(
        posting.withdrawn and coupon in posting.coupons for posting in source.postings
    )


def tiers_of(
    posting: Posting, at: datetime, journal: Journal, zone: ZoneInfo, *, held: bool
) -> Posting:
    """Take back the tiers of a rule that holds no more, or give those again of one that does."""
    if held != posting.revoked:
        return posting
    for each in posting.tiers:
        ladder, given = _given_still(each, journal.account)
        if given is not None and not held:
            journal.post(TierWithdrawn(at, ladder, each.grant))
            _move_up(ladder, given, at, journal, zone)
        elif held and given is None and journal.account.closed is None:
            journal.post(TierGranted(at, each.ladder, each.grant, each.given))
    return altered(posting, revoked=not held and bool(posting.tiers))


def _given_still(tier: GivenTier, account: Account) -> tuple[str, Grant | None]:
    """On which ladder a tier is given still, and how: a version may have another ladder now."""
    for name in dict.fromkeys((tier.ladder, *account.ladders)):
        given = account.climb(name).grants.get(tier.grant)
        if given is not None:
            return name, given
    return tier.ladder, None


def _move_up(ladder: str, gone: Grant, at: datetime, journal: Journal, zone: ZoneInfo) -> None:
    """Let terms that would begin when one ends begin as if that had never been given."""
    end = None
    for name, given in journal.account.climb(ladder).grants.items():
        same = (given.rule, given.tier) == (gone.rule, gone.tier)
        if not same or given.lasts is None or given.given is None:
            continue
        start = given.given if end is None else max(given.given, end)
        moved = altered(given, since=start, until=term_end(given.lasts, start, zone))
        if moved != given:
            journal.post(TierGranted(at, ladder, name, moved))
        end = moved.until or NEVER


def referrals_of(
    posting: Posting, order: str, event: str, at: datetime, journal: Journal, *, held: bool
) -> Posting:
    """Tell the referrer that a purchase counts no more, or that it does again."""
    if not held and posting.sent and not posting.recalled:
        return _recalled(posting, event, at, journal)
    if held and posting.recalled:
        return _sent_again(posting, order, event, at, journal)
    return posting


def _used(account: Account) -> frozenset[str]:
    return frozenset(
        coupon.id for each in account.records.values() if not each.closed for coupon in each.coupons
    )


def _recalled(posting: Posting, event: str, at: datetime, journal: Journal) -> Posting:
    for place, sent in enumerate(posting.sent):
        if posting.recipient is not None:
            news = ReferralReversed(
                crossing(event, posting.rule, place, journal.account.member),
                at,
                member=posting.recipient,
                qualified=sent,
            )
            journal.post(Sent(at, news))
    return altered(posting, recalled=True)


def _sent_again(
    posting: Posting, order: str, event: str, at: datetime, journal: Journal
) -> Posting:
    member, again = journal.account.member, []
    for place in range(len(posting.sent)):
        if posting.recipient is not None:
            news = ReferralQualified(
                crossing(event, posting.rule, place, member),
                at,
                member=posting.recipient,
                referee=member,
                order=order,
            )
            journal.post(Sent(at, news))
            again.append(news.id)
    return altered(posting, sent=tuple(again), recalled=False)
