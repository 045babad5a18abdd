"""Rejudging: what is kept of a posting once units have come back, and what it uses of its limits.

It depends on what is kept, never on the steps in which the rest came back. Nothing is posted here.
"""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from itertools import chain
from typing import Any

from loyaltykit.conditions import mentioned
from loyaltykit.copying import altered
from loyaltykit.evaluate import holds
from loyaltykit.keeping import as_granted, carried_whole, kept_worth, unit_share
from loyaltykit.observe import kept
from loyaltykit.questions import Custom
from loyaltykit.records import Award, Carried, Posting, Record, Use
from loyaltykit.returns import OnReturn
from loyaltykit.rulebook import Rulebook
from loyaltykit.sources import reads
from loyaltykit.using import counts, units_before, units_used, used
from loyaltykit.vocabulary import Fact
from loyaltykit.worth import worth


def rejudged(
    posting: Posting, record: Record, at: datetime, book: Rulebook, *, regain: bool
) -> tuple[Posting, bool]:
    """What is kept of a posting, and what it uses of its limits; and whether the rule holds.

    Without `regain`, nothing comes back that an earlier part took.
    """
    # A rule that fired later, by an edited programme, may ask what was never recorded.
    also = () if posting.at is None else tuple(_asked(posting))
    readings = kept(record, posting, book.scale, also)
    held = not record.closed and (posting.when is None or holds(posting.when, readings))
    gone = posting.withdrawn or posting.revoked or posting.recalled
    held = held and (regain or not gone)
    granted = as_granted(record, posting)
    itemised = any(award.on_return is OnReturn.PER_ITEM for award in posting.awards)
    bought = kept(granted, posting, book.scale, also) if itemised else readings
    share = unit_share(posting, readings)
    awards = []
    for award in (_in_time(each, at) for each in posting.awards):
        left = kept_worth(award, granted, record, bought, readings, share, held=held)
        # What was granted fitted into the limits of that day, and so does what is kept of it.
        most = award.granted if regain else award.kept
        awards.append(altered(award, kept=min(left, most)))
    after = altered(
        posting,
        awards=tuple(awards),
        withdrawn=not held and bool(posting.coupons),
        revoked=not held and bool(posting.tiers),
        recalled=not held and bool(posting.sent),
    )
    units = units_used(after, readings)
    if not regain:
        units = min(units, units_before(posting))
    now = (altered(use, amount=used(use.measure, after, units)) for use in posting.uses)
    return altered(after, uses=tuple(now)), held


def raised(before: Posting, after: Posting, at: datetime) -> list[Use]:
    """By how much claims on what others share rise again, because a part regains something."""
    return [
        altered(use, amount=use.amount - earlier.amount)
        for earlier, use in zip(before.uses, after.uses, strict=True)
        if use.most is not None and counts(use, at) and use.amount > earlier.amount
    ]


def carried(
    before: Carried, posting: Posting, record: Record, book: Rulebook, *, held: bool
) -> Carried:
    """What is left of a fraction, so that parts of the order leave what the whole does."""
    after = altered(before, worth=Fraction(0), whole=0)
    if held:
        also = () if posting.at is None else tuple(_asked(posting))
        readings = kept(record, posting, book.scale, also)
        exact = worth(before.earning, readings) * before.scale
        after = altered(before, worth=exact, whole=carried_whole(before.before, exact))
    return after


def _asked(posting: Posting) -> Iterator[Fact[Any] | str]:
    found = [() if posting.when is None else mentioned(posting.when)]
    found += [mentioned(each) for each in posting.of]
    found += [reads(award.earning) for award in posting.awards]
    found += [reads(each.earning) for each in posting.carried]
    for each in chain.from_iterable(found):
        yield each.name if isinstance(each, Custom) else each


def _in_time(award: Award, at: datetime) -> Award:
    """The award; if the time to confirm it passed while a return had it all, it is cancelled."""
    late = award.lot.awaits and award.lot.available <= at
    return altered(award, cancelled=True) if late else award
