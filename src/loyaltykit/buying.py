"""Buying: what a purchase does, and what a code that is presented before one is told.

Points that pay for the order are spent first, then coupons are used, the rules asked, and the order
counted and recorded. All rules judge the same readings, of the basket after discounts and points.
"""

from collections.abc import Iterator

from loyaltykit.account import Account
from loyaltykit.copying import altered
from loyaltykit.counting import count, tallies
from loyaltykit.daybook import day_tallies
from loyaltykit.decision import CodeAnswer, PromotionAnswer
from loyaltykit.effects import (
    Counted,
    CouponIssued,
    CouponPresented,
    CouponUsed,
    Denied,
    PromotionUsed,
    RecordKept,
)
from loyaltykit.errors import UnknownFactError
from loyaltykit.events import CouponPresentation, EventKind, Purchase
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.journal import Journal
from loyaltykit.lapsing import kept_alive
from loyaltykit.metrics import money_spent, orders_placed
from loyaltykit.money import minor_units, money_text
from loyaltykit.observe import observe
from loyaltykit.pricing import Pricing, at_list_price, check_code, price, taxed
from loyaltykit.readings import Readings
from loyaltykit.received import Received, ask_all, record_of
from loyaltykit.records import RecordedLine, Tally, UnitTally
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Priced, Scene
from loyaltykit.standing import ended
from loyaltykit.tendering import after_tender, post_payments, tender, tenders_of
from loyaltykit.totalling import order_totals, spend_totals, unit_totals
from loyaltykit.vocabulary import CREDIT
from loyaltykit.watches import ORDERS_COUNTER, SPEND_COUNTER


def purchase(
    event: Purchase, journal: Journal, book: Rulebook, *, cutting: bool = False
) -> Received:
    """Decide a purchase: refuse it if the price is another, else post everything it brings.

    A quote is `cutting`: of the points that are to be spent, it takes as many as can be.
    """
    at, account = event.at, journal.account
    listed = at_list_price(event.lines, book, event.id)
    scene = scene_of(event, listed, book)
    priced = price(account, at, book, scene, event.coupons, event.id, journal.denied)
    refused = _said_no(priced)
    barred = _barred(event, account)
    if barred is not None:
        return Received((barred, *refused), answers=priced.answers, pricing=priced)
    tendered = tender(event, priced.payable, account, journal, book)
    if tendered.refusals and not cutting:
        refused = (*tendered.refusals, *refused)
        return Received(refused, answers=priced.answers, pricing=priced)
    if tendered.payments:
        credit = sum(each.worth for each in tendered.payments if each.purse == CREDIT)
        priced = altered(priced, priced=after_tender(priced.priced, tendered.worth, credit))
    changed = tuple(_changed(event, priced, book))
    if changed:
        return Received((*changed, *refused), answers=priced.answers, pricing=priced)
    scene = altered(scene, priced=priced.priced, shipping=priced.shipping)
    readings = observe(account, at, book, book.recorded, scene)
    for claim in priced.denied:
        journal.post(Denied(at, claim))
    post_payments(event, tendered, journal, book)
    _use_offers(event, priced, journal)
    code = next((each.coupon.coupon for each in priced.uses if each.coupon is not None), None)
    postings = ask_all(event, readings, journal, book, code)
    orders, spend, units = _count_order(event, priced.payable, readings, journal, book)
    record = altered(
        record_of(event, readings, postings, book),
        lines=_recorded(priced, readings),
        shipping=priced.shipping,
        shipping_taxed=scene.shipping_taxed,
        answers=event.answers,
        tenders=tenders_of(tendered, account, journal.account, book),
        orders=orders,
        spend=spend,
        units=units,
        offers=priced.uses,
        dormant=kept_alive(account, book, EventKind.PURCHASE),
    )
    journal.post(RecordKept(at, record))
    journal.refuse(*refused)
    journal.notes.extend(_offers_text(priced, book))
    # Of a decision nothing is refused any more; of a quote, what reservations cannot pay.
    return Received(tendered.refused, answers=priced.answers, pricing=priced, spend=tendered.quoted)


def scene_of(event: Purchase, listed: Priced, book: Rulebook) -> Scene:
    """What the order brings; where a rule earns with or without tax, all of it is stated.

    Raises:
        UnknownFactError: the tax of a line, or of shipping, is not.
    """
    where = f"shipping of {event.id!r}"
    shipping = minor_units(event.shipping.amount, book.money, where)
    by, with_shipping = book.asks_tax
    unknown = [f"line {each.line.id!r}" for each in listed if each.taxed is None]
    if with_shipping and shipping and event.shipping.tax is None:
        unknown.append("shipping")
    if by is not None and unknown:
        raise UnknownFactError(
            f"{by!r} earns with or without tax, and {unknown[0]} of {event.id!r} does not say what "
            "its tax is: add tax=..., 0 if there is none"
        )
    return Scene(
        listed,
        event.labels,
        event.answers,
        shipping=shipping,
        shipping_taxed=taxed(event.shipping.tax, shipping, book, where),
    )


def _changed(event: Purchase, priced: Pricing, book: Rulebook) -> Iterator[Refusal]:
    """What was paid that is not what the basket costs."""
    for about, paid, payable in (
        (event.id, event.paid, priced.payable),
        (f"{event.id}, shipping", event.paid_shipping, priced.shipping),
    ):
        if paid is not None:
            amount = minor_units(paid, book.money, f"paid of {about!r}")
            if amount != payable:
                yield Refusal(RefusalCode.PRICE_CHANGED, about, desired=amount, granted=payable)


def _barred(event: Purchase, account: Account) -> Refusal | None:
    """Why nothing can be bought, or paid in points, as the account stands."""
    if account.closed is not None:
        return ended(account)
    if account.suspended is not None and (event.spend or event.captures):
        return Refusal(RefusalCode.ACCOUNT_SUSPENDED, account.member)
    return None


def _said_no(priced: Pricing) -> tuple[Refusal, ...]:
    """Why codes do not apply, and which promotions others have used up."""
    codes = (each.refusal for each in priced.answers)
    denied = (
        each.refusal
        for each in priced.promotions
        if each.refusal is not None and each.refusal.code is RefusalCode.PROMOTION_CLAIM_DENIED
    )
    return tuple(each for each in (*codes, *denied) if each is not None)


def _offers_text(priced: Pricing, book: Rulebook) -> Iterator[str]:
    for promotion in priced.promotions:
        if promotion.applied:
            off = _off_text(promotion, book)
            yield f"promotion {promotion.promotion}: {off}"
    for answer in priced.answers:
        yield _answer_text(answer, book)
    for lane in priced.lanes:
        if not lane.exact:
            yield f"lane {lane.name}: more offers combine than can be tried"


def _answer_text(answer: CodeAnswer, book: Rulebook) -> str:
    if answer.refusal is not None:
        about = "" if answer.refusal.about == answer.code else f"{answer.code}: "
        return f"code {about}{answer.refusal}"
    return f"code {answer.code}: {_off_text(answer, book)}"


def _off_text(answer: CodeAnswer | PromotionAnswer, book: Rulebook) -> str:
    text = f"{money_text(answer.discount, book.money)} off"
    if answer.unplaced:
        text += f", {money_text(answer.unplaced, book.money)} more finds no place"
    return text


def _use_offers(event: Purchase, priced: Pricing, journal: Journal) -> None:
    at = event.at
    for taken, use in zip(priced.taken, priced.uses, strict=True):
        if use.coupon is None:
            name = taken.candidate.offer.name
            journal.post(PromotionUsed(at, event.id, name, use.discount, use.shipping))
        else:
            if taken.candidate.taken:
                journal.post(CouponIssued(at, use.coupon))
            journal.post(CouponUsed(at, event.id, use.coupon, use.discount, use.shipping))
        for each in use.uses:
            if each.most is None:
                journal.post(Counted(at, each.key, each.amount, each.until))
    journal.claims.extend(priced.claims)


def _count_order(
    event: Purchase, payable: int, readings: Readings, journal: Journal, book: Rulebook
) -> tuple[tuple[Tally, ...], tuple[Tally, ...], tuple[UnitTally, ...]]:
    orders = [Tally(ORDERS_COUNTER, 1, until=None)]
    spend = [Tally(SPEND_COUNTER, payable, until=None)]
    if journal.account.suspended is None:
        spend += tallies(money_spent, payable, journal.account, event.at, book)
        orders += tallies(orders_placed, 1, journal.account, event.at, book)
        orders += day_tallies(event.at, journal.account, book)
    orders.extend(order_totals(event.at, journal.account, book))
    spend.extend(spend_totals(payable, event.at, journal.account, book))
    units = unit_totals(readings, event.at, journal.account, book)
    for tally in (*orders, *spend, *(each.tally for each in units)):
        count(tally, tally.amount, event.at, journal)
    return tuple(orders), tuple(spend), units


def _recorded(priced: Pricing, readings: Readings) -> tuple[RecordedLine, ...]:
    return tuple(
        RecordedLine(
            each.line.id,
            units=each.line.quantity,
            net=each.net,
            tender=each.tender,
            credit=each.credit,
            taxed=each.taxed,
            subtotal=each.subtotal,
            facts=FrozenMap(read.values),
        )
        for each, read in zip(priced.priced, readings.lines, strict=True)
    )


def presentation(event: CouponPresentation, journal: Journal, book: Rulebook) -> Received:
    """Decide a code that is presented: take a public coupon in, or say why it does not apply."""
    listed = at_list_price(event.lines, book, event.id)
    scene = Scene(listed, event.labels, event.answers)
    found = check_code(journal.account, event.at, book, scene, event.code, event.id)
    if isinstance(found, Refusal):
        return Received((found,), answers=(CodeAnswer(event.code, refusal=found),))
    coupon, taken, discount = found
    readings = observe(
        journal.account, event.at, book, book.asked_on(EventKind.COUPON_PRESENTATION)
    )
    if taken:
        journal.post(CouponIssued(event.at, coupon))
    journal.post(CouponPresented(event.at, coupon.id, discount))
    ask_all(event, readings, journal, book)
    return Received(answers=(CodeAnswer(event.code, discount=discount or 0),))
