"""Tendering: an order that is paid in points, in part or whole, before anything else happens.

Purses pay in programme order, credit last; each at most its share of what the order costs after
discounts, and together never more than that. What they pay is allotted to the lines by largest
remainder, and is no spend: nothing is earned on it.
"""

from collections.abc import Iterable
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.allocation import allocate_discount
from loyaltykit.copying import altered
from loyaltykit.decision import QuotedSpend
from loyaltykit.errors import EventError
from loyaltykit.events import Purchase
from loyaltykit.journal import Journal
from loyaltykit.lasting import usable
from loyaltykit.ledger import consume
from loyaltykit.lots import Draw
from loyaltykit.money import money_text
from loyaltykit.movements import Redeemed
from loyaltykit.records import Tender
from loyaltykit.redeeming import Redeeming
from loyaltykit.refusals import Refusal
from loyaltykit.reserving import open_reservation, post_capture
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Priced
from loyaltykit.spelling import purse_text
from loyaltykit.tariff import Tariff
from loyaltykit.vocabulary import CREDIT


@final
@frozen(order=False)
class Payment:
    """What one purse pays: out of reservations, and out of lots."""

    purse: str
    worth: int = field(kw_only=True)
    captures: tuple[tuple[str, tuple[Draw, ...]], ...] = field(kw_only=True)
    draws: tuple[Draw, ...] = field(kw_only=True)

    @property
    def all_draws(self) -> tuple[Draw, ...]:
        """Every draw, in the order of consumption."""
        return (*(draw for _, draws in self.captures for draw in draws), *self.draws)


@final
@frozen(order=False)
class Tendered:
    """What is paid in points, why reservations cannot pay, and what was asked for besides."""

    payments: tuple[Payment, ...] = ()
    refused: tuple[Refusal, ...] = ()
    quoted: tuple[QuotedSpend, ...] = ()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why an order cannot be paid so."""
        return (*self.refused, *(each for spend in self.quoted for each in spend.refusals))

    @property
    def worth(self) -> int:
        """What all purses pay together, in minor units."""
        return sum(payment.worth for payment in self.payments)


def tender(
    event: Purchase, payable: int, account: Account, journal: Journal, book: Rulebook
) -> Tendered:
    """What the points that are spent on an order pay of it.

    Raises:
        EventError: the programme has no such purse.
    """
    for name in event.spend:
        book.purse(name, event.id)
    reserved: dict[str, list[tuple[str, tuple[Draw, ...]]]] = {}
    refused: list[Refusal] = []
    for name in event.captures:
        held = open_reservation(name, journal)
        if isinstance(held, Refusal):
            refused.append(held)
        elif held.purse not in book.purses:
            raise EventError(f"{event.id!r}: the programme has no purse {held.purse!r} any more")
        else:
            reserved.setdefault(held.purse, []).append((name, held.draws))
    left, payments, quoted = payable, [], []
    for purse in _in_order(dict.fromkeys((*event.spend, *reserved)), book):
        tariff = Tariff.of(purse, account, event.at, book)
        captures = tuple(reserved.get(purse, ()))
        aside = sum(draw.points for _, draws in captures for draw in draws)
        covering = tariff.covering(payable, left)
        if captures:
            refused.extend(tariff.overflow(aside, covering))
        lots = usable(account, purse, book.ladders)
        available = sum(lot.remaining for lot in lots)
        wanted = event.spend.get(purse, 0)
        points = 0
        if wanted:
            cut = tariff.cut(wanted, available, covering, aside)
            points = cut.points
            most = tariff.cut(available, available, covering, aside).points if available else 0
            quoted.append(
                QuotedSpend(
                    purse,
                    desired=wanted,
                    points=points,
                    worth=min(tariff.worth(aside + points), left) - min(tariff.worth(aside), left),
                    most=most,
                    refusals=cut.refusals,
                )
            )
        draws, _ = consume(lots, purse, points)
        worth = min(tariff.worth(aside + points), left)
        left -= worth
        if points or captures:
            payments.append(Payment(purse, worth=worth, captures=captures, draws=draws))
    return Tendered(tuple(payments), tuple(refused), tuple(quoted))


def after_tender(priced: Priced, worth: int, credit: int) -> Priced:
    """The lines less what is paid in points, of which so much in credit."""
    parts = allocate_discount(worth, [each.net for each in priced]).parts
    of_credit = allocate_discount(credit, parts).parts
    return tuple(
        altered(each, net=each.net - part, tender=part, credit=stored)
        for each, part, stored in zip(priced, parts, of_credit, strict=True)
    )


def post_payments(event: Purchase, tendered: Tendered, journal: Journal, book: Rulebook) -> None:
    """Spend the points."""
    at = event.at
    for payment in tendered.payments:
        for name, draws in payment.captures:
            post_capture(name, draws, event.id, at, journal, book)
        if payment.draws:
            journal.post(Redeemed(at, event.id, payment.purse, payment.draws))
        points = sum(draw.points for draw in payment.all_draws)
        paid = money_text(payment.worth, book.money)
        spent = (
            f"{money_text(points, book.money)} credit"
            if payment.purse == CREDIT
            else purse_text(points, book.purses[payment.purse])
        )
        journal.notes.append(f"paid with {spent}: {paid}")


def tenders_of(
    tendered: Tendered, before: Account, after: Account, book: Rulebook
) -> tuple[Tender, ...]:
    """What is remembered of the payments of an order, of the account before it and after."""
    tenders = []
    for payment in tendered.payments:
        how = book.redeeming.get(payment.purse, Redeeming(payment.purse))
        emptied = not after.purse(payment.purse).held
        tenders.append(
            Tender(
                payment.purse,
                payment.all_draws,
                worth=payment.worth,
                on_return=how.on_return,
                grace=how.grace,
                dormant=before.dormant.get(payment.purse) if emptied else None,
            )
        )
    return tuple(tenders)


def _in_order(purses: Iterable[str], book: Rulebook) -> list[str]:
    stated = [name for name in book.redeeming if name != CREDIT]
    others = sorted(name for name in purses if name not in stated and name != CREDIT)
    wanted = frozenset(purses)
    return [name for name in (*stated, *others, CREDIT) if name in wanted]
