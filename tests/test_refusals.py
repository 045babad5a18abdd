"""Every refusal code is reached by an example here, with what was desired, granted and missing.

A refusal leaves the account as it was, except for what time had brought.
"""

from collections.abc import Callable

import pytest
from desk import Desk, club, day, line

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Basket,
    Capture,
    Closure,
    Confirmation,
    Coupon,
    CouponPresentation,
    Decision,
    Engine,
    Enrolment,
    Erasure,
    Exclusive,
    Extension,
    Issue,
    Limit,
    Merge,
    Merger,
    OpeningBalance,
    Per,
    Perk,
    Promotion,
    Purchase,
    Purse,
    Quote,
    Redeeming,
    Referral,
    ReferralReversed,
    Refusal,
    RefusalCode,
    Reinstatement,
    Release,
    Resumption,
    Reward,
    Rule,
    Status,
    Suspension,
    TierOverrideEnd,
    Transfer,
    TransferReturned,
    amount_off,
    basket,
    days,
    free_item,
    item,
    member,
    once,
    per_life,
    percent_off,
    points,
    until,
)
from loyaltykit.doing import proof_key

COUPONS = (
    Coupon("FIVER", amount_off(5), when=basket.spend >= 20, public=True),
    Coupon("SOON", amount_off(1), valid=days(1)),
    Coupon("ONCE", amount_off(1), limit=once(), public=True),
    Coupon("TWO", amount_off(2), total=9, public=True),
    Coupon("CAKE", amount_off(1, of=item.category.is_("cake")), public=True),
    Coupon("MUG", free_item("mug"), public=True),
    Coupon("OVER", amount_off(1), valid=until(day(0).date()), public=True),
)
PURCHASE = Rule("purchase", Purchase, then=Accrue(points(1).per(1)), limit=per_life(points=50))
GONE = Rule("gone", Enrolment, then=Accrue(points(7), expires=until(day(0).date())))
WELCOME = Rule("welcome", Enrolment, then=Issue("SOON"))


def desk() -> Desk:
    """A member who joined on day 0, bought two things for 40.00 and used the coupon ONCE."""
    ana = Desk(PURCHASE, GONE, WELCOME, coupons=COUPONS)
    ana.join(0)
    ana.buy("o1", 0, line("1", "20.50", 2), coupons=["ONCE"])
    return ana


def offered(*promotions: Promotion, price: str = "10", bought: bool = False) -> Quote:
    """What is said of promotions on one thing."""
    ana = Desk(promotions=promotions)
    if bought:
        ana.buy("o1", 0, price)
    return ana.engine.quote(ana.account, Basket([line(price=price)]), day(1))


def refusals_of(told: Decision | Quote) -> list[Refusal]:
    if isinstance(told, Decision):
        return list(told.refusals)
    return [each.refusal for each in told.promotions if each.refusal is not None]


def presented(ana: Desk, code: str) -> Decision:
    return ana.tell(CouponPresentation("p", day(2), member="ana", code=code))


def invited(ana: Desk, referrer: str, *ancestors: str) -> Decision:
    event = Referral("i", day(2), member="ana", referrer=referrer, ancestors=ancestors)
    return ana.tell(event)


def expired(ana: Desk) -> Decision:
    [code] = [held.id for held in ana.account.coupons.values()]
    return presented(ana, code)


def used(ana: Desk) -> Decision:
    ana.tell(CouponPresentation("p1", day(1), member="ana", code="TWO"))
    [code] = [held.id for held in ana.account.coupons.values() if held.coupon == "TWO"]
    ana.buy("o2", 2, "9", coupons=[code])
    return ana.buy("o3", 2, "9", coupons=[code])


def returned(ana: Desk) -> Decision:
    ana.back("r1", 1, "o1")
    return ana.back("r2", 2, "o1")


def repeated(_: Desk) -> Decision:
    ana = Desk(PURCHASE)
    invited(ana, "bob")
    return ana.tell(Referral("i2", day(3), member="ana", referrer="eve"))


def stale(_: Desk) -> Decision:
    return Desk(GONE).join(1)


def capped(_: Desk) -> Decision:
    ana = Desk(PURCHASE, purses=[Purse("points", cap=23)])
    ana.buy("o1", 0, "20")
    return ana.buy("o2", 1, "15")


def extended(ana: Desk, lots: list[str] | None = None) -> Decision:
    return ana.tell(Extension("x", day(1), member="ana", until=day(9), lots=lots))


def revived(ana: Desk) -> Decision:
    return ana.tell(Reinstatement("w", day(1), member="ana", points=1, reason="late"))


def captured(ana: Desk) -> Decision:
    ana.reserve("h", 0, 30, until=2)
    ana.capture("c1", 0, "h", 10)
    return ana.capture("c2", 0.5, "h", 10)


def released(ana: Desk) -> Decision:
    ana.reserve("h", 0, 30, until=2)
    ana.tell(Release("x", day(0), member="ana", reservation="h"))
    return ana.tell(Release("y", day(0.5), member="ana", reservation="h"))


def outlived(ana: Desk) -> Decision:
    ana.reserve("h", 0, 30, until=0.25)
    ana.to(0.5)
    return ana.tell(Capture("c", day(0.5), member="ana", reservation="h"))


def exceeded(ana: Desk) -> Decision:
    ana.reserve("h", 0, 30, until=2)
    return ana.capture("c", 0.5, "h", 31)


def shared_out(_: Desk) -> Decision:
    rule = Rule("first two", Purchase, then=Accrue(points(5)), limit=Limit(2, per=Per.PROGRAM))
    return Desk(rule).buy("o1", 0, "9", denied=["limit:first two/ever/times"])


def redeeming() -> Desk:
    terms = Redeeming("points", worth=1, minimum=20, step=5, maximum=30, share=50)
    ana = Desk(PURCHASE, redeeming=[terms])
    ana.buy("o1", 0, "50")
    return ana


def catalogue() -> Desk:
    mug = Reward("mug", 5, stock=9, limit=per_life(2))
    ana = Desk(PURCHASE, rewards=[mug, Reward("lounge", 1, when=member.orders >= 2)])
    ana.buy("o1", 0, "50")
    return ana


def ended(_: Desk) -> Decision:
    ana = Desk(PURCHASE)
    ana.tell(Closure("z", day(1), member="ana", reason="moved away"))
    return ana.buy("o2", 2, "9")


def erased(_: Desk) -> Decision:
    ana = Desk(PURCHASE)
    ana.tell(Closure("z", day(1), member="ana", reason="moved away"))
    ana.tell(Erasure("z2", day(1), member="ana"))
    return ana.back("r", 2, "o1")


def handed_in_twice(ana: Desk) -> Decision:
    for name in ("a1", "a2"):
        done = Activity(name, day(2), member="ana", kind="receipt", proof="r-17")
        decision = ana.tell(done)
    return decision


def handed_in_late(_: Desk) -> Decision:
    ana = Desk(PURCHASE, unique_proofs=["receipt"])
    done = Activity("a1", day(2), member="ana", kind="receipt", proof="r-17")
    return ana.tell(done, denied=[proof_key("receipt", "r-17")])


def resting(_: Desk) -> Decision:
    ana = Desk(PURCHASE)
    ana.tell(Suspension("u", day(1), member="ana", reason="under review"))
    return ana.spend("s", 2, 1)


def merged(ana: Desk, bea: Account) -> Merger:
    return ana.engine.merge(
        bea, ana.account, Merge("m", day(2), member="bea", absorbed="ana", reason="two cards")
    )


def moved(ana: Desk) -> Decision:
    ana.account = merged(ana, Account.new("bea")).absorbed.account
    return ana.back("r", 3, "o1")


def collided(ana: Desk) -> Decision:
    bea = Desk(program=ana.engine.program, member="bea")
    bea.buy("o1", 0, "9")
    return merged(ana, bea.account).survivor


WHOLE = True
PART = False
REACHED: dict[
    RefusalCode,
    tuple[Callable[[Desk], Decision | Quote], bool, str, tuple[int | None, int | None]],
] = {
    RefusalCode.COUPON_UNKNOWN: (lambda ana: presented(ana, "X"), WHOLE, "X", (None, None)),
    RefusalCode.COUPON_EXPIRED: (expired, WHOLE, "join/welcome/0", (None, None)),
    RefusalCode.COUPON_USED: (used, PART, "p1/TWO/0/public", (None, None)),
    RefusalCode.COUPON_LIMIT: (lambda ana: presented(ana, "ONCE"), WHOLE, "ONCE", (None, None)),
    RefusalCode.COUPON_NOT_APPLICABLE: (
        lambda ana: ana.buy("o2", 1, "19.99", coupons=["FIVER"]),
        PART,
        "FIVER",
        (None, None),
    ),
    RefusalCode.COUPON_WITHOUT_EFFECT: (
        lambda ana: ana.buy("o2", 1, "5", coupons=["CAKE"]),
        PART,
        "CAKE",
        (None, None),
    ),
    RefusalCode.COUPON_GIFT_ABSENT: (
        lambda ana: ana.buy("o2", 1, "5", coupons=["MUG"]),
        PART,
        "MUG",
        (None, None),
    ),
    RefusalCode.COUPON_OUTRANKED: (
        lambda ana: ana.buy("o2", 0.5, "5", coupons=["SOON", "TWO"]),
        PART,
        "SOON",
        (100, 0),
    ),
    RefusalCode.COUPON_CLAIM_DENIED: (
        lambda ana: ana.buy("o2", 1, "5", coupons=["TWO"], denied=["coupon:TWO"]),
        PART,
        "TWO",
        (None, None),
    ),
    RefusalCode.PROMOTION_LIMIT: (
        lambda _: offered(Promotion("once", amount_off(1), limit=once()), bought=True),
        PART,
        "once",
        (None, None),
    ),
    RefusalCode.PROMOTION_NOT_APPLICABLE: (
        lambda _: offered(Promotion("large", amount_off(1), when=basket.spend >= 20)),
        PART,
        "large",
        (None, None),
    ),
    RefusalCode.PROMOTION_WITHOUT_EFFECT: (
        lambda _: offered(Promotion("sale", amount_off(1)), price="0"),
        PART,
        "sale",
        (None, None),
    ),
    RefusalCode.PROMOTION_GIFT_ABSENT: (
        lambda _: offered(Promotion("mug", free_item("mug"))),
        PART,
        "mug",
        (None, None),
    ),
    RefusalCode.PROMOTION_OUTRANKED: (
        lambda _: offered(
            Promotion("half", percent_off(50), exclusive=Exclusive.ORDER),
            Promotion("euro", amount_off(1)),
        ),
        PART,
        "euro",
        (100, 0),
    ),
    RefusalCode.PROMOTION_CLAIM_DENIED: (
        lambda _: Desk(promotions=[Promotion("first", amount_off(1), total=9)]).buy(
            "o1", 0, "10", denied=["promotion:first"]
        ),
        PART,
        "first",
        (None, None),
    ),
    RefusalCode.PRICE_CHANGED: (
        lambda ana: ana.buy("o2", 1, "5", paid="4"),
        WHOLE,
        "o2",
        (400, 500),
    ),
    RefusalCode.POINTS_INSUFFICIENT: (lambda ana: ana.spend("s", 1, 41), WHOLE, "points", (41, 0)),
    RefusalCode.REDEMPTION_BELOW_MINIMUM: (
        lambda _: redeeming().spend("s", 1, 10),
        WHOLE,
        "points",
        (10, 0),
    ),
    RefusalCode.REDEMPTION_STEP: (
        lambda _: redeeming().spend("s", 1, 23),
        WHOLE,
        "points",
        (23, 20),
    ),
    RefusalCode.REDEMPTION_ABOVE_MAXIMUM: (
        lambda _: redeeming().spend("s", 1, 35),
        WHOLE,
        "points",
        (35, 30),
    ),
    RefusalCode.REDEMPTION_ABOVE_SHARE: (
        lambda _: redeeming().buy("o2", 1, "50", spend={"points": 30}),
        WHOLE,
        "points",
        (30, 25),
    ),
    RefusalCode.REDEMPTION_WORTHLESS: (
        lambda _: redeeming().buy("o2", 1, "0", spend={"points": 20}),
        WHOLE,
        "points",
        (20, 0),
    ),
    RefusalCode.RESERVATION_UNKNOWN: (
        lambda ana: ana.capture("c", 1, "h9"),
        WHOLE,
        "h9",
        (None, None),
    ),
    RefusalCode.RESERVATION_CAPTURED: (captured, WHOLE, "h", (None, None)),
    RefusalCode.RESERVATION_RELEASED: (released, WHOLE, "h", (None, None)),
    RefusalCode.RESERVATION_EXPIRED: (outlived, WHOLE, "h", (None, None)),
    RefusalCode.RESERVATION_EXCEEDED: (exceeded, WHOLE, "h", (31, 0)),
    RefusalCode.REWARD_UNKNOWN: (
        lambda ana: ana.claim("w", 1, "mug"),
        WHOLE,
        "mug",
        (None, None),
    ),
    RefusalCode.REWARD_NOT_APPLICABLE: (
        lambda _: catalogue().claim("w", 1, "lounge"),
        WHOLE,
        "lounge",
        (None, None),
    ),
    RefusalCode.REWARD_LIMIT: (
        lambda _: catalogue().claim("w", 1, "mug", 3),
        WHOLE,
        "mug",
        (3, 2),
    ),
    RefusalCode.REWARD_CLAIM_DENIED: (
        lambda _: catalogue().claim("w", 1, "mug", 2, denied=["reward:mug"]),
        WHOLE,
        "mug",
        (2, 0),
    ),
    RefusalCode.OVERRIDE_UNKNOWN: (
        lambda ana: ana.tell(TierOverrideEnd("v", day(2), member="ana", override="o1")),
        WHOLE,
        "o1",
        (None, None),
    ),
    RefusalCode.ACTIVITY_REPEATED: (handed_in_twice, WHOLE, "r-17", (None, None)),
    RefusalCode.ACTIVITY_CLAIM_DENIED: (handed_in_late, WHOLE, "r-17", (None, None)),
    RefusalCode.NOTHING_AWAITED: (
        lambda ana: ana.tell(Confirmation("k", day(2), member="ana", of="o1")),
        WHOLE,
        "o1",
        (None, None),
    ),
    RefusalCode.LIMIT_REACHED: (lambda ana: ana.buy("o2", 1, "15"), PART, "purchase", (15, 10)),
    RefusalCode.LIMIT_CLAIM_DENIED: (shared_out, PART, "first two", (1, 0)),
    RefusalCode.BALANCE_CAP: (capped, PART, "purchase", (15, 3)),
    RefusalCode.EXPIRED_AT_ONCE: (
        stale,
        PART,
        "gone",
        (7, 0),
    ),
    RefusalCode.ORDER_UNKNOWN: (lambda ana: ana.back("r", 1, "o9"), WHOLE, "o9", (None, None)),
    RefusalCode.ORDER_RETURNED: (returned, WHOLE, "o1", (None, None)),
    RefusalCode.LINE_UNKNOWN: (
        lambda ana: ana.back("r", 1, "o1", {"7": 1}),
        WHOLE,
        "o1, line 7",
        (None, None),
    ),
    RefusalCode.LINE_EXCEEDED: (
        lambda ana: ana.back("r", 1, "o1", {"1": 3}),
        WHOLE,
        "o1, line 1",
        (3, 0),
    ),
    RefusalCode.ALREADY_ENROLLED: (
        lambda ana: ana.tell(Enrolment("e2", day(1), member="ana")),
        WHOLE,
        "ana",
        (None, None),
    ),
    RefusalCode.ACCOUNT_NOT_NEW: (
        lambda ana: ana.tell(OpeningBalance("b", day(1), member="ana")),
        WHOLE,
        "ana",
        (None, None),
    ),
    RefusalCode.REFERRAL_SELF: (lambda ana: invited(ana, "ana"), WHOLE, "ana", (None, None)),
    RefusalCode.REFERRAL_CYCLE: (
        lambda ana: invited(ana, "eve", "ana"),
        WHOLE,
        "eve",
        (None, None),
    ),
    RefusalCode.REFERRAL_REPEATED: (repeated, WHOLE, "eve", (None, None)),
    RefusalCode.REFERRAL_AFTER_PURCHASE: (
        lambda ana: invited(ana, "bob"),
        WHOLE,
        "bob",
        (None, None),
    ),
    RefusalCode.LOT_UNKNOWN: (lambda ana: extended(ana, ["x"]), WHOLE, "x", (None, None)),
    RefusalCode.EXPIRY_UNCHANGED: (extended, WHOLE, "points", (None, None)),
    RefusalCode.EXPIRED_INSUFFICIENT: (revived, WHOLE, "points", (1, 0)),
    RefusalCode.TRANSFER_SELF: (
        lambda ana: ana.tell(Transfer("t", day(1), member="ana", to="ana", points=1)),
        WHOLE,
        "ana",
        (None, None),
    ),
    RefusalCode.TRANSFER_UNKNOWN: (
        lambda ana: ana.tell(TransferReturned("t2", day(1), member="ana", transfer="t")),
        WHOLE,
        "t",
        (None, None),
    ),
    RefusalCode.ACCOUNT_CLOSED: (ended, WHOLE, "ana", (None, None)),
    RefusalCode.ACCOUNT_OPEN: (
        lambda ana: ana.tell(Erasure("z", day(1), member="ana")),
        WHOLE,
        "ana",
        (None, None),
    ),
    RefusalCode.ACCOUNT_ERASED: (erased, WHOLE, "ana", (None, None)),
    RefusalCode.ACCOUNT_SUSPENDED: (resting, WHOLE, "ana", (None, None)),
    RefusalCode.ACCOUNT_MERGED: (moved, WHOLE, "bea", (None, None)),
    RefusalCode.MERGE_COLLISION: (collided, WHOLE, "o1", (None, None)),
    RefusalCode.ACCOUNT_NOT_SUSPENDED: (
        lambda ana: ana.tell(Resumption("u", day(1), member="ana")),
        WHOLE,
        "ana",
        (None, None),
    ),
}


SHOP = club(
    perks=[
        Perk("presale", opens=day(1), guests=True),
        Perk("flash sale", closes=day(0), guests=True),
        Perk("lounge", when=member.orders >= 2),
        Perk("members' tea", of=item.category.is_("tea")),
    ]
)
# What is asked without an event: code -> which perk, whether by a member, the fact that is missing.
ANSWERED: dict[RefusalCode, tuple[str, bool, str | None]] = {
    RefusalCode.PERK_NOT_APPLICABLE: ("lounge", True, "member.orders"),
    RefusalCode.PERK_NOT_OPEN: ("presale", False, "time"),
    RefusalCode.PERK_CLOSED: ("flash sale", True, "time"),
    RefusalCode.PERK_MEMBERS_ONLY: ("lounge", False, None),
    RefusalCode.PERK_NOT_FOR_LINE: ("members' tea", False, "item.category"),
}


def test_p18_every_refusal_code_has_an_example() -> None:
    assert [*REACHED, *ANSWERED] == sorted(RefusalCode, key=lambda code: code in ANSWERED)


@pytest.mark.parametrize("code", ANSWERED, ids=lambda code: code.value)
def test_p18_an_answer_says_why_not(code: RefusalCode) -> None:
    perk, known, missing = ANSWERED[code]
    account = Account.new("ana") if known else None
    answer = Engine(SHOP).may(account, perk, day(0), line=line())
    assert answer.refusal is not None
    assert (answer.refusal.code, answer.refusal.about) == (code, perk)
    assert next((each.fact for each in answer.refusal.missing), None) == missing


@pytest.mark.parametrize("code", REACHED, ids=lambda code: code.value)
def test_p18_a_refusal_says_what_it_is_about_and_how_much(code: RefusalCode) -> None:
    ask, whole, about, numbers = REACHED[code]
    told = ask(desk())
    found = [each for each in refusals_of(told) if each.code is code]
    assert [(each.about, (each.desired, each.granted)) for each in found] == [(about, numbers)]
    assert str(found[0]).startswith(f"{about}: {code.value}")
    assert (isinstance(told, Decision) and told.status is Status.REFUSED) == whole


@pytest.mark.parametrize(
    "code", [code for code, (_, whole, _, _) in REACHED.items() if whole], ids=lambda c: c.value
)
def test_what_is_refused_whole_leaves_nothing_but_what_time_brought(code: RefusalCode) -> None:
    decision = REACHED[code][0](desk())
    assert isinstance(decision, Decision)
    assert not decision.claims
    assert not decision.outbox
    assert {type(effect).__name__ for effect in decision.effects} <= {"CouponExpired"}


def test_a_credit_that_never_arrived_cannot_be_reversed() -> None:
    ana = desk()
    for number, name in enumerate(("nothing", "o1")):  # an order is no credit
        event = ReferralReversed(f"v{number}", day(1), member="ana", qualified=name)
        assert [each.code for each in ana.tell(event).refusals] == [RefusalCode.ORDER_UNKNOWN]
