"""Returning: taking back what an order was worth, exactly, from what was recorded with it.

    reversed so far = min(granted - worth of what is kept, granted - what lapsed)

It depends on what has come back, never on the steps in which it did. Where the missing points come
from stands in settling. A later part that makes the rest worth more gives back what an earlier part
took, to the same lots.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import assert_never, final

from loyaltykit.account import Account
from loyaltykit.calendar import shift
from loyaltykit.copying import altered
from loyaltykit.counting import count
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.daybook import pass_day_on
from loyaltykit.effects import (
    CouponRestored,
    Denied,
    Disarmed,
    RemainderSet,
    Returned,
)
from loyaltykit.evaluate import units_with
from loyaltykit.events import EventKind
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.granting import repay_from
from loyaltykit.journal import Journal
from loyaltykit.lapsing import come_back, fall_asleep, has_lapsed
from loyaltykit.ledger import parted
from loyaltykit.limiting import not_regained
from loyaltykit.lots import Draw
from loyaltykit.money import money_text
from loyaltykit.movements import GivenBack, Reinstated, Reversed
from loyaltykit.observe import kept
from loyaltykit.records import (
    Award,
    Carried,
    OfferUse,
    Posting,
    Record,
    Tally,
    Tender,
    UnitTally,
)
from loyaltykit.redeeming import GiveBack
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.rejudging import carried, raised, rejudged
from loyaltykit.rulebook import Rulebook
from loyaltykit.settling import repaid_lot, settle
from loyaltykit.stacking import Reuse
from loyaltykit.using import use_now
from loyaltykit.vocabulary import CREDIT
from loyaltykit.withdrawing import (
    coupons_of,
    is_valid,
    is_withdrawn,
    referrals_of,
    remains,
    tiers_of,
)


def units_back(
    record: Record | None, order: str, lines: Mapping[str, int] | None
) -> FrozenMap[str, int] | Refusal:
    """The units that come back by line, or why they cannot."""
    if record is None or not record.is_order:
        return Refusal(RefusalCode.ORDER_UNKNOWN, order)
    if record.closed:
        return Refusal(RefusalCode.ORDER_RETURNED, order)
    if lines is None:
        return FrozenMap((line.id, line.kept) for line in record.lines if line.kept)
    left = {line.id: line.kept for line in record.lines}
    for line, units in lines.items():
        if line not in left:
            return Refusal(RefusalCode.LINE_UNKNOWN, f"{order}, line {line}")
        if units > left[line]:
            over = units - left[line]
            missing = Missing("units", f"{left[line]} left, {over} too many", Decimal(over))
            return Refusal(
                RefusalCode.LINE_EXCEEDED,
                f"{order}, line {line}",
                desired=units,
                granted=0,
                missing=(missing,),
            )
    return FrozenMap(lines)


def take_back(
    record: Record,
    units: FrozenMap[str, int],
    event: str,
    at: datetime,
    journal: Journal,
    book: Rulebook,
) -> None:
    """Post everything that follows when these units come back.

    Of a credit or a consequence, which have none, that is all of it.
    """
    _Reversal(record, units, event, at, journal, book).post()
    if journal.account.records[record.id].closed:
        fall_asleep(record, journal, at, book)


@final
class _Reversal:
    """One return at work."""

    def __init__(
        self,
        record: Record,
        units: FrozenMap[str, int],
        event: str,
        at: datetime,
        journal: Journal,
        book: Rulebook,
    ) -> None:
        self.before = record
        lines = tuple(
            altered(line, returned=line.returned + units.get(line.id, 0)) for line in record.lines
        )
        closed = not any(line.kept for line in lines)
        self.record = altered(record, lines=lines, closed=closed)
        self.units = units
        self.event = event
        self.at = at
        self.journal = journal
        self.book = book
        self.refilled: tuple[str, ...] = ()

    def post(self) -> None:
        for place, posting in enumerate(self.record.postings):
            judged = self._posting(posting)
            postings = self.record.postings
            self.record = altered(
                self.record, postings=(*postings[:place], judged, *postings[place + 1 :])
            )
        self._give_back()
        self._settle()
        refund = self.before.kept_net - self.record.kept_net
        consequence = self.record.reached is not None
        if self.record.is_order or (consequence and not remains(self.record, self.journal.account)):
            self._uncount_order(refund)
        if self.record.closed:
            self._close()
        # Points that lapsed while they were given back were noted by the fold.
        lapsed = self.journal.account.records[self.record.id].lapsed
        self.journal.post(
            Returned(self.at, self.event, self.units, refund, altered(self.record, lapsed=lapsed))
        )

    def _posting(self, posting: Posting) -> Posting:
        judged, held = rejudged(posting, self.record, self.at, self.book, regain=True)
        taken = [use for use in raised(posting, judged, self.at) if use.key in self.journal.denied]
        if taken:
            # What an earlier part gave back others have used since: it is not regained.
            judged, held = rejudged(posting, self.record, self.at, self.book, regain=False)
            for use in taken:
                self.journal.post(Denied(self.at, use.key))
                self.journal.refuse(not_regained(use, posting.rule))
        awards = tuple(
            self._award(award, each.kept)
            for award, each in zip(posting.awards, judged.awards, strict=True)
        )
        carried = tuple(self._carried(each, judged, held) for each in posting.carried)
        after = altered(posting, awards=awards, carried=carried)
        after = coupons_of(after, self.record.id, self.at, self.journal, held=held)
        after = tiers_of(after, self.at, self.journal, self.book.zone, held=held)
        after = referrals_of(after, self.record.id, self.event, self.at, self.journal, held=held)
        amounts = [use.amount for use in judged.uses]
        return altered(
            after,
            uses=tuple(
                use_now(use, amount, self.at, self.journal)
                for use, amount in zip(posting.uses, amounts, strict=True)
            ),
        )

    def _carried(self, before: Carried, posting: Posting, held: bool) -> Carried:
        after = carried(before, posting, self.record, self.book, held=held)
        if after.left != before.left:
            place = (posting.rule, before.action)
            left = self.journal.account.remainders.get(place, Fraction(0))
            left += after.left - before.left
            self.journal.post(RemainderSet(self.at, *place, left))
        return after

    def _award(self, award: Award, worth: int) -> Award:
        change = worth - award.kept
        tallies = tuple(self._count(tally, change) for tally in award.tallies)
        return altered(award, kept=worth, tallies=tallies)

    def _give_back(self) -> None:
        """Give points back that had paid for what came back: the last that were spent first."""
        tenders = []
        for tender in self.record.tenders:
            back = _to_give_back(tender, self.record)
            if back > tender.given:
                _, rest = parted(reversed(tender.draws), tender.given)
                draws, _ = parted(rest, back - tender.given)
                draws = tuple(self._alive(draw, tender) for draw in draws)
                at, purse = self.at, tender.purse
                self.journal.post(GivenBack(at, self.event, self.record.id, purse, draws))
                self._note("points", purse, _drawn(draws), "given back that had paid")
                lots = dict.fromkeys(draw.lot.id for draw in draws)
                come_back(lots, at, self.journal, self.book, but=self._own_debt(purse))
                self.refilled = (*self.refilled, purse)
            tenders.append(altered(tender, given=max(back, tender.given)))
        self.record = altered(self.record, tenders=tuple(tenders))

    def _alive(self, draw: Draw, tender: Tender) -> Draw:
        """A draw whose lot has lapsed meanwhile lives for the grace that the programme gave it."""
        if tender.grace is None or not has_lapsed(
            draw.lot, self.journal.account, self.at, self.book
        ):
            return draw
        until = shift(self.at, tender.grace, self.book.zone)
        return altered(draw, lot=altered(draw.lot, expires=until, tier=None))

    def _own_debt(self, purse: str) -> int:
        """What the purse owes for this very order; it is judged anew when that is settled."""
        owed = sum(
            award.debt
            for posting in self.record.postings
            for award in posting.awards
            if award.lot.purse == purse
        )
        return min(owed, self.journal.account.purse(purse).debt)

    def _owed(self, award: Award) -> int:
        """How many points are to be taken in all; what lapsed unspent is gone already."""
        lapsed = sum(self.before.lapsed.get(lot, 0) for lot in (award.lot.id, repaid_lot(award)))
        return max(0, min(award.granted - award.kept, award.granted - lapsed))

    def _settle(self) -> None:
        awards = [
            (posting.rule, award) for posting in self.record.postings for award in posting.awards
        ]
        settled: dict[str, Award] = {}
        for purse in dict.fromkeys(award.lot.purse for _, award in awards):
            mine = [(rule, award) for rule, award in awards if award.lot.purse == purse]
            again = purse in self.refilled and any(award.reversed for _, award in mine)
            if again or any(self._owed(award) != award.reversed for _, award in mine):
                settled |= {award.lot.id: award for award in self._settle_purse(purse, mine)}
        postings = tuple(
            altered(
                posting,
                awards=tuple(settled.get(award.lot.id, award) for award in posting.awards),
            )
            for posting in self.record.postings
        )
        self.record = altered(self.record, postings=postings)

    def _settle_purse(self, purse: str, awards: list[tuple[str, Award]]) -> list[Award]:
        at, event, order = self.at, self.event, self.record.id
        wanted = [(award, self._owed(award)) for _, award in awards]
        found = settle(wanted, purse, self.journal.account, at)
        for (rule, _), each in zip(awards, found, strict=True):
            if each.given or each.lapsed or each.cleared:
                self.journal.post(
                    Reinstated(at, event, order, rule, purse, each.given, each.cleared, each.lapsed)
                )
                back = _drawn((*each.given, *each.lapsed)) + each.cleared
                self._note(rule, purse, back, "given back")
        for (rule, _), each in zip(awards, found, strict=True):
            if each.taken or each.owed or each.forgiven:
                self.journal.post(
                    Reversed(at, event, order, rule, purse, each.taken, each.owed, each.forgiven)
                )
                self._note(rule, purse, _drawn(each.taken) + each.owed, "taken back")
                if each.forgiven:
                    self._note(rule, purse, each.forgiven, "forgiven")
        # Points that are given back while another order is owed for are spendable: they repay it.
        repay_from(purse, at, self.journal)
        return [each.award for each in found]

    def _uncount_order(self, refund: int) -> None:
        spend = tuple(self._count(tally, -refund) for tally in self.record.spend)
        orders = self.record.orders
        if self.record.closed:
            pass_day_on(self.record, self.at, self.journal, self.book)
            orders = tuple(self._count(tally, -tally.amount) for tally in orders)
        units = self.record.units
        if units:
            readings = kept(self.record, None, self.book.scale)
            units = tuple(self._units(each, units_with(each.of, readings)) for each in units)
        self.record = altered(self.record, spend=spend, orders=orders, units=units)

    def _units(self, bought: UnitTally, kept_units: int) -> UnitTally:
        counted = self._count(bought.tally, kept_units - bought.tally.amount)
        return altered(bought, tally=counted)

    def _close(self) -> None:
        self.record = altered(
            self.record, offers=tuple(self._unused(each) for each in self.record.offers)
        )
        for rule, _ in self.book.after(EventKind.PURCHASE):
            if (rule.name, self.record.id) in self.journal.account.armed:
                self.journal.post(Disarmed(self.at, rule.name, self.record.id))

    def _unused(self, offer: OfferUse) -> OfferUse:
        """The use of an offer given back with the whole order, if its programme said so."""
        match offer.on_return:
            case Reuse.NEVER:
                return offer
            case Reuse.WHOLE:
                pass
            case _:
                assert_never(offer.on_return)
        coupon, account = offer.coupon, self.journal.account
        # One that was taken with this very order, by its public name, can be taken again.
        fresh = coupon is None or coupon.event == self.record.id
        if coupon is not None and not fresh and _is_left(coupon, self.at, account):
            self.journal.post(CouponRestored(self.at, self.record.id, coupon))
        uses = tuple(use_now(use, 0, self.at, self.journal) for use in offer.uses)
        return altered(offer, uses=uses)

    def _note(self, rule: str, purse: str, points: int, what: str) -> None:
        amount = money_text(points, self.book.money) if purse == CREDIT else f"{points} points"
        self.journal.notes.append(f"{rule}: {amount} {what}")

    def _count(self, tally: Tally, change: int) -> Tally:
        count(tally, change, self.at, self.journal)
        return altered(tally, amount=tally.amount + change)


def _is_left(coupon: IssuedCoupon, at: datetime, account: Account) -> bool:
    """Whether a coupon that was used could be used again."""
    return is_valid(coupon, at, account) and not is_withdrawn(coupon, account)


def _to_give_back(tender: Tender, record: Record) -> int:
    """How many of the points that paid are given back in all, by what has come back."""
    match tender.on_return:
        case GiveBack.NEVER:
            return 0
        case GiveBack.WHOLE:
            return tender.points if record.closed else 0
        case GiveBack.PRO_RATA:
            if record.closed:
                return tender.points
            paid = sum(line.tender for line in record.lines)
            back = sum(line.returned_tender for line in record.lines)
            return tender.points * back // paid
        case _:
            assert_never(tender.on_return)


def _drawn(draws: tuple[Draw, ...]) -> int:
    return sum(draw.points for draw in draws)
