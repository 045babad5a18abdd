"""Pricing: what a basket costs after promotions and the coupons that are presented with it.

Which are used together, lane after lane, stands in lanes and deals. Every code gets an answer, and
so does every promotion; the order in which codes were typed never matters.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.answering import valid_from
from loyaltykit.baskets import Line, Tax, TaxRate
from loyaltykit.copying import altered
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.decision import Claim, CodeAnswer, PromotionAnswer, QuotedLane
from loyaltykit.errors import EventError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.lanes import stack
from loyaltykit.limiting import offer_allowances, room_of
from loyaltykit.meter import Meter
from loyaltykit.money import minor_units, ratio
from loyaltykit.observe import observe
from loyaltykit.offers import Candidate, Order, find, of_coupon, of_promotions, said_no, spent
from loyaltykit.prices import Prices, Taken
from loyaltykit.promotions import offer_key
from loyaltykit.readings import Readings, Taxed
from loyaltykit.records import Measure, OfferUse
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Priced, PricedLine, Scene
from loyaltykit.using import unused


@final
@frozen(order=False)
class Pricing:
    """The basket after discounts: lines, what is used, and an answer for everything.

    `uses` are the offers that are used, in order, each with the coupon that is used up, if any, and
    whether it is taken with this very order. `due` are gifts of which none is in the basket.
    `shipping` is what is left of it, in minor units, and `shipping_tax` the tax on that. `read` is
    what promotions ask of the basket.
    """

    priced: Priced
    shipping: int
    taken: tuple[Taken, ...] = ()
    due: tuple[Taken, ...] = ()
    uses: tuple[OfferUse, ...] = field(default=(), kw_only=True)
    denied: tuple[str, ...] = field(default=(), kw_only=True)
    answers: tuple[CodeAnswer, ...] = field(default=(), kw_only=True)
    promotions: tuple[PromotionAnswer, ...] = field(default=(), kw_only=True)
    lanes: tuple[QuotedLane, ...] = field(default=(), kw_only=True)
    shipping_tax: int | None = field(default=None, kw_only=True)
    read: Readings | None = field(default=None, eq=False, repr=False, kw_only=True)

    @property
    def payable(self) -> int:
        """What the lines cost, in minor units."""
        return sum(each.net for each in self.priced)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What other members compete for, of all that is used."""
        return tuple(
            Claim(use.key, amount=use.amount, limit=use.most)
            for each in self.uses
            for use in each.uses
            if use.most is not None
        )


def at_list_price(lines: Iterable[Line], book: Rulebook, event: str) -> Priced:
    """The lines in minor units, less what the shop itself took off.

    Raises:
        DefinitionError: a price has more decimals than the currency.
        EventError: a discount exceeds its line.
    """
    priced = []
    for line in lines:
        where = f"line {line.id!r} of {event!r}"
        subtotal = minor_units(line.price, book.money, where) * line.quantity
        net = (
            subtotal - minor_units(line.discount, book.money, where) if line.discount else subtotal
        )
        if net < 0:
            raise EventError(f"{where}: the discount exceeds the line: state what was taken off it")
        priced.append(PricedLine(line, subtotal, net, taxed=taxed(line.tax, net, book, where)))
    return tuple(priced)


def taxed(tax: Tax | TaxRate | None, price: int, book: Rulebook, where: str) -> Taxed | None:
    """What a price is without its tax and with it; None where the tax is unknown.

    Raises:
        DefinitionError: the tax has more decimals than the currency.
        EventError: it is more than the price that contains it, or on a price of nothing.
    """
    if tax is None:
        return None
    one = Fraction(1)
    if isinstance(tax, TaxRate):
        more = 1 + ratio(tax.percent) / 100
        return Taxed(one, more) if tax.on_top else Taxed(1 / more, one)
    amount = minor_units(tax.amount, book.money, f"the tax of {where}")
    if amount > price and not (tax.on_top and price):
        raise EventError(f"{where}: the tax exceeds the price: state the tax on all of it, once")
    share = Fraction(amount, price) if price else Fraction(0)
    return Taxed(one, one + share) if tax.on_top else Taxed(one - share, one)


def price(
    account: Account,
    at: datetime,
    book: Rulebook,
    scene: Scene,
    codes: Iterable[str],
    event: str,
    denied: frozenset[str],
) -> Pricing:
    """Price a basket with the promotions of the programme and the codes that are presented.

    Raises:
        LimitError: rules and offers would ask too many questions about its lines.
        UnknownFactError: the basket lacks a fact or an answer that an offer asks for.
    """
    wanted = tuple(dict.fromkeys(codes))
    refused: dict[str, Refusal] = {}
    presented: dict[str, Candidate] = {}
    found = {code: find(code, account, at, book, event) for code in wanted}
    read: Readings | None = None
    triggered: tuple[Candidate, ...] = ()
    if book.offers.promotions:
        read = observe(account, at, book, book.offers.asked_by_promotions, scene)
        triggered = of_promotions(account, at, book, read)
    known = [each[0] for each in found.values() if not isinstance(each, Refusal)]
    book.check_work(len(scene.priced), [*known, *(each.offer for each in triggered)], event)
    for code, each in found.items():
        if isinstance(each, Refusal):
            refused[code] = each
            continue
        coupon, issued, taken = each
        before = presented.get(issued.id)
        if before is not None:
            presented[issued.id] = altered(before, codes=(*before.codes, code))
        else:
            presented[issued.id] = of_coupon(
                coupon, issued, code, account, at, book, scene, taken=taken
            )
    stopped = {
        each.order: said
        for each in (*triggered, *presented.values())
        if (said := spent(each, denied, book)) is not None
    }
    able = [each for each in (*triggered, *presented.values()) if each.order not in stopped]
    start = Prices(scene.priced, scene.shipping, meter=Meter(event))
    stacked = stack(_once_each(able), start, book)
    used = {each.candidate.order: each for each in stacked.used}
    answers = _Answers({**stacked.refused, **stopped}, used, book)
    by_code = {
        code: answers.of_code(code, each) for each in presented.values() for code in each.codes
    }
    by_code |= {code: CodeAnswer(code, refusal=said) for code, said in refused.items()}
    shipped = scene.shipping_taxed
    return Pricing(
        stacked.after.lines,
        stacked.after.shipping,
        stacked.used,
        stacked.due,
        uses=tuple(_use(each, scene) for each in stacked.used),
        denied=tuple(sorted(_denied((*triggered, *presented.values()), denied))),
        answers=tuple(by_code[code] for code in wanted),
        promotions=answers.of_promotions(triggered),
        shipping_tax=None if shipped is None else shipped.tax(stacked.after.shipping),
        read=read,
        lanes=stacked.lanes,
    )


def _once_each(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Of the coupons of one definition, the one that runs out first: an order uses one of them."""
    found: dict[int, Candidate] = {}
    for each in sorted(candidates, key=lambda each: each.order):
        found.setdefault(each.place, each)
    return list(found.values())


def _denied(candidates: Iterable[Candidate], denied: frozenset[str]) -> set[str]:
    return {
        each.key
        for candidate in candidates
        for each in candidate.allowed
        if each.shared and each.key is not None and each.key in denied
    }


@final
class _Answers:
    """What is said about every code and every promotion."""

    def __init__(
        self,
        refused: Mapping[Order, Refusal],
        used: Mapping[Order, Taken],
        book: Rulebook,
    ) -> None:
        self.refused = refused
        self.used = used
        self.book = book
        self.of_place: dict[int, Order] = {order[0]: order for order in (*refused, *used)}

    def of_code(self, code: str, candidate: Candidate) -> CodeAnswer:
        """What is said about a code that was presented."""
        found = self._outcome(candidate)
        if isinstance(found, Taken):
            return CodeAnswer(code, discount=found.off, unplaced=found.taken.unplaced)
        return CodeAnswer(code, refusal=found, valid_from=_opens(candidate, found))

    def of_promotions(self, triggered: Iterable[Candidate]) -> tuple[PromotionAnswer, ...]:
        """What is said about every promotion, in programme order."""
        answers = dict(self.book.offers.untriggered)
        for each in triggered:
            found, name = self._outcome(each), each.offer.name
            answers[each.place] = (
                PromotionAnswer(name, discount=found.off, unplaced=found.taken.unplaced)
                if isinstance(found, Taken)
                else PromotionAnswer(name, refusal=found, valid_from=_opens(each, found))
            )
        return tuple([answers[place] for place in range(len(self.book.offers.promotions))])

    def _outcome(self, candidate: Candidate) -> Taken | Refusal:
        """What a candidate takes off, or why it is not used: perhaps because its twin is."""
        order = candidate.order
        if order in self.used:
            return self.used[order]
        if order in self.refused:
            return self.refused[order]
        order = self.of_place[candidate.place]
        twin = self.used.get(order)
        if twin is None:
            return self.refused[order]
        return said_no(candidate.offer, RefusalCode.COUPON_OUTRANKED, desired=twin.off)


def _opens(candidate: Candidate, refusal: Refusal) -> datetime | None:
    """From when on an offer would apply that does not apply now, if time alone is missing."""
    if refusal.room is not None:
        return refusal.room.until
    if refusal.code not in (
        RefusalCode.COUPON_NOT_APPLICABLE,
        RefusalCode.PROMOTION_NOT_APPLICABLE,
    ):
        return None
    opens = valid_from(candidate.offer.when, candidate.readings)
    ends = None if candidate.issued is None else candidate.issued.until
    return None if opens is not None and ends is not None and opens >= ends else opens


def _use(taken: Taken, scene: Scene) -> OfferUse:
    """What is remembered of an offer that an order uses."""
    candidate = taken.candidate
    amounts = {
        Measure.TIMES: 1,
        Measure.UNITS: taken.discounted,
        Measure.MONEY: taken.off,
        Measure.POINTS: 0,
    }
    uses = (altered(use, amount=amounts[use.measure]) for use in unused(candidate.allowed))
    return OfferUse(
        offer_key(candidate.offer),
        candidate.issued,
        discount=FrozenMap(
            (each.line.id, share)
            for each, share in zip(scene.priced, taken.taken.lines, strict=True)
            if share
        ),
        shipping=taken.taken.shipping,
        uses=tuple(use for use in uses if use.amount),
        on_return=candidate.offer.on_return,
    )


def check_code(
    account: Account, at: datetime, book: Rulebook, scene: Scene, code: str, event: str
) -> tuple[IssuedCoupon, bool, int | None] | Refusal:
    """Whether a code would apply: the coupon, whether it is taken anew, and what it takes off."""
    found = find(code, account, at, book, event)
    if isinstance(found, Refusal):
        return found
    coupon, issued, taken = found
    if scene.priced:
        [answer] = price(account, at, book, scene, (code,), event, frozenset()).answers
        return answer.refusal or (issued, taken, answer.discount)
    for each in offer_allowances(coupon, account, at, book):
        if not each.left:
            room = room_of(each, each.left, book)
            return said_no(coupon, RefusalCode.COUPON_LIMIT, room=room)
    return issued, taken, None
