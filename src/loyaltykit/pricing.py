"""Pricing: what a basket costs after the coupons that are presented with it.

Of the coupons that apply, the one that takes most off is used; ties go to the programme's order,
then to the coupon that runs out first. The order in which codes were typed never matters. Every
other code gets an answer of its own.
"""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.baskets import Line, Tax, TaxRate
from loyaltykit.copying import altered
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.decision import Claim, CodeAnswer
from loyaltykit.discounting import take_off
from loyaltykit.errors import EventError
from loyaltykit.explain import trace
from loyaltykit.lots import NEVER, derived
from loyaltykit.money import minor_units, ratio
from loyaltykit.observe import Priced, PricedLine, Scene, observe
from loyaltykit.readings import Taxed
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.windows import term_end


@final
@frozen(order=False)
class Pricing:
    """The basket after discounts: lines, the coupon that is used, and an answer for every code."""

    priced: Priced
    coupon: IssuedCoupon | None = None
    taken: bool = False
    shares: tuple[tuple[str, int], ...] = field(default=(), kw_only=True)
    claims: tuple[Claim, ...] = field(default=(), kw_only=True)
    denied: tuple[str, ...] = field(default=(), kw_only=True)
    answers: tuple[CodeAnswer, ...] = field(default=(), kw_only=True)

    @property
    def payable(self) -> int:
        """What the lines cost, in minor units."""
        return sum(each.net for each in self.priced)


@final
@frozen(order=False)
class _Offer:
    code: str
    coupon: Coupon
    issued: IssuedCoupon
    taken: bool
    shares: tuple[int, ...] = ()

    @property
    def off(self) -> int:
        return sum(self.shares)


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
    """Price a basket with the codes that are presented."""
    offers: list[_Offer] = []
    answers: dict[str, CodeAnswer] = {}
    refused: list[str] = []
    wanted = tuple(dict.fromkeys(codes))
    candidates = {code: _find(code, account, at, book, event) for code in wanted}
    known = [each.coupon for each in candidates.values() if isinstance(each, _Offer)]
    book.check_work(len(scene.priced), known, event)
    for code, each in candidates.items():
        found = each
        if isinstance(each, _Offer):
            found = _judge(each, account, at, book, scene, denied)
        if isinstance(found, Refusal):
            answers[code] = CodeAnswer(code, refusal=found)
            if found.code is RefusalCode.COUPON_CLAIM_DENIED:
                refused.append(claim_key(found.about))
        else:
            offers.append(found)
    if not offers:
        return Pricing(
            scene.priced, denied=tuple(sorted(refused)), answers=_in_order(wanted, answers)
        )
    places = {name: place for place, name in enumerate(book.coupons)}
    offers.sort(
        key=lambda offer: (
            -offer.off,
            places[offer.coupon.name],
            offer.issued.until or NEVER,
            offer.issued.id,
        )
    )
    best = offers[0]
    answers[best.code] = CodeAnswer(best.code, discount=best.off)
    for other in offers[1:]:
        if other.issued.id == best.issued.id:
            answers[other.code] = CodeAnswer(other.code, discount=best.off)
            continue
        refusal = Refusal(
            RefusalCode.COUPON_OUTRANKED, other.coupon.name, desired=other.off, granted=0
        )
        answers[other.code] = CodeAnswer(other.code, refusal=refusal)
    claims: tuple[Claim, ...] = ()
    if best.coupon.total is not None:
        claims = (Claim(claim_key(best.coupon.name), amount=1, limit=best.coupon.total),)
    return Pricing(
        tuple(
            altered(each, net=each.net - share)
            for each, share in zip(scene.priced, best.shares, strict=True)
        ),
        best.issued,
        best.taken,
        shares=tuple(
            (each.line.id, share)
            for each, share in zip(scene.priced, best.shares, strict=True)
            if share
        ),
        claims=claims,
        denied=tuple(sorted(refused)),
        answers=_in_order(wanted, answers),
    )


def claim_key(coupon: str) -> str:
    """The key under which the uses of a coupon by everybody are claimed."""
    return f"coupon:{coupon}"


def uses_counter(coupon: str) -> str:
    """The counter of a member's uses of a coupon."""
    return f"coupon:{coupon}"


def check_code(
    account: Account, at: datetime, book: Rulebook, scene: Scene, code: str, event: str
) -> tuple[IssuedCoupon, bool, int | None] | Refusal:
    """Whether a code would apply: the coupon, whether it is taken anew, and what it takes off."""
    found = _find(code, account, at, book, event)
    if isinstance(found, Refusal):
        return found
    if scene.priced:
        book.check_work(len(scene.priced), [found.coupon], event)
        judged = _judge(found, account, at, book, scene, frozenset())
        if isinstance(judged, Refusal):
            return judged
        return judged.issued, judged.taken, judged.off
    if _limited(found.coupon, account, at):
        return Refusal(RefusalCode.COUPON_LIMIT, found.coupon.name)
    return found.issued, found.taken, None


def _in_order(codes: tuple[str, ...], answers: dict[str, CodeAnswer]) -> tuple[CodeAnswer, ...]:
    return tuple(answers[code] for code in codes)


def _find(
    code: str, account: Account, at: datetime, book: Rulebook, event: str
) -> _Offer | Refusal:
    if account.closed is not None or account.suspended is not None:
        closed = account.closed is not None
        barred = RefusalCode.ACCOUNT_CLOSED if closed else RefusalCode.ACCOUNT_SUSPENDED
        return Refusal(barred, code)
    held = account.coupons.get(code) or _held_by_name(code, account)
    if held is not None:
        coupon = book.coupons.get(held.coupon)
        if coupon is None:
            return Refusal(RefusalCode.COUPON_UNKNOWN, code)
        return _Offer(code, coupon, held, taken=False)
    public = book.coupons.get(code)
    if public is not None and public.public:
        until = term_end(public.valid, at, book.zone)
        if until is not None and until <= at:
            return Refusal(RefusalCode.COUPON_EXPIRED, code)
        issued = IssuedCoupon(
            derived(event, code, 0, "public"),
            code,
            issued=at,
            until=until,
            event=event,
            rule=None,
        )
        return _Offer(code, public, issued, taken=True)
    return Refusal(_gone(code, account), code)


def _gone(code: str, account: Account) -> RefusalCode:
    """Why a code is none that the member can use; both its own and its definition's name count."""
    used = [
        record.coupon
        for record in account.records.values()
        if record.coupon is not None and not record.closed
    ]
    expired = account.expired_coupons
    if code in expired:
        return RefusalCode.COUPON_EXPIRED
    if any(code in (coupon.id, coupon.coupon) for coupon in used):
        return RefusalCode.COUPON_USED
    if any(code == coupon.coupon for coupon in expired.values()):
        return RefusalCode.COUPON_EXPIRED
    return RefusalCode.COUPON_UNKNOWN


def _held_by_name(name: str, account: Account) -> IssuedCoupon | None:
    held = [coupon for coupon in account.coupons.values() if coupon.coupon == name]
    return min(held, key=lambda coupon: (coupon.until or NEVER, coupon.id), default=None)


def _limited(coupon: Coupon, account: Account, at: datetime) -> bool:
    if coupon.limit is None or coupon.limit.times is None:
        return False
    return account.count(uses_counter(coupon.name), at) >= coupon.limit.times


def _judge(
    offer: _Offer,
    account: Account,
    at: datetime,
    book: Rulebook,
    scene: Scene,
    denied: frozenset[str],
) -> _Offer | Refusal:
    coupon = offer.coupon
    if _limited(coupon, account, at):
        return Refusal(RefusalCode.COUPON_LIMIT, coupon.name)
    if coupon.total is not None and claim_key(coupon.name) in denied:
        return Refusal(RefusalCode.COUPON_CLAIM_DENIED, coupon.name)
    readings = observe(account, at, book, book.asked_by_coupon(coupon), scene)
    if coupon.when is not None:
        why = trace(coupon.when, readings, book.money)
        if not why.held:
            missing: tuple[Missing, ...] = tuple(why.lacking())
            return Refusal(RefusalCode.COUPON_NOT_APPLICABLE, coupon.name, missing=missing)
    shares = take_off(coupon.discount, scene.priced, readings, book).lines
    if not any(shares):
        return Refusal(RefusalCode.COUPON_WITHOUT_EFFECT, coupon.name)
    return altered(offer, shares=shares)
