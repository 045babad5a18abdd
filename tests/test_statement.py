"""Statements: what a member reads, word for word, and balances that are the account's own."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.account import Account
from loyaltykit.baskets import Line
from loyaltykit.climbs import Grant
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.decision import Status
from loyaltykit.discounts import amount_off
from loyaltykit.effects import (
    Armed,
    Counted,
    CouponExpired,
    CouponIssued,
    CouponPresented,
    CouponRestored,
    CouponUsed,
    CouponWithdrawn,
    Denied,
    Disarmed,
    Effect,
    Enrolled,
    Notified,
    Opened,
    ProfileSet,
    Recorded,
    RecordKept,
    Referred,
    Returned,
    Sent,
    TierChanged,
    TierGranted,
    TierWithdrawn,
    Triggered,
)
from loyaltykit.engine import Engine
from loyaltykit.events import Enrolment, Event, Purchase, Redemption, ReferralReversed, Return
from loyaltykit.folding import fold
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.lots import Draw, Lot
from loyaltykit.money import currency
from loyaltykit.movements import (
    Accrued,
    DebtRepaid,
    Expired,
    Redeemed,
    Reinstated,
    Released,
    Reversed,
)
from loyaltykit.periods import days
from loyaltykit.program import Program
from loyaltykit.rates import points
from loyaltykit.records import Record
from loyaltykit.rules import Accrue, Credit, Issue, Rule
from loyaltykit.statement import StatementLine, statement
from loyaltykit.testing import histories, programs
from loyaltykit.tiers import Tier, Tiers

EUR = currency("EUR")

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 28, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 2, 1, tzinfo=UTC)
PLAIN = Program("Plain", "EUR", timezone="Europe/Lisbon")
FAR = Program("Far", "EUR", timezone="Pacific/Auckland")
YEN = Program("Yen", "JPY", timezone="UTC")
LADDER = Tiers([Tier("bronze", 0), Tier("silver", 100), Tier("gold", 500)], window=days(60))


def titled(value: object) -> str:
    return value if isinstance(value, str) else type(value).__name__


def lot(
    id: str = "a",
    purse: str = "points",
    *,
    points: int = 122,
    available: datetime = NOON,
    expires: datetime | None = None,
) -> Lot:
    return Lot(
        id,
        purse,
        points=points,
        remaining=points,
        earned=NOON,
        available=available,
        expires=expires,
        event="order-7",
        rule="purchase",
    )


def issued(*, until: datetime | None = None) -> IssuedCoupon:
    return IssuedCoupon("c-1", "CAKE", issued=NOON, until=until, event="order-7", rule="purchase")


def after(*effects: Effect) -> Account:
    return fold(Account.new("ana"), effects)


def only(effect: Effect, opening: Account | None = None) -> StatementLine:
    (line,) = statement([effect], CLUB, opening=opening)
    return line


HOLDING = after(Accrued(NOON, lot(), 122))
WAITING = after(Accrued(NOON, lot(available=LATER), 122))
COUPON = after(CouponIssued(NOON, issued()))
OWING = after(Reversed(NOON, "back-1", "order-7", "purchase", "points", (), 30))
RECORD = Record("order-7", NOON, until=LATER, zone="Europe/Lisbon", member_zone="Europe/Lisbon")
REFERRED = after(RecordKept(NOON, RECORD))


@pytest.mark.parametrize(
    ("effect", "opening", "text", "numbers"),
    [
        (Accrued(NOON, lot(), 122), None, "Earned 122 points (purchase)", (122, 122, 0)),
        (Accrued(NOON, lot(points=1), 1), HOLDING, "Earned 1 point (purchase)", (1, 123, 0)),
        (
            Accrued(NOON, lot(available=LATER), 122),
            None,
            "Earned 122 points (purchase), usable from 28 Jan 2026",
            (0, 0, 122),
        ),
        (
            Accrued(NOON, lot(), 122, received=True),
            None,
            "Brought along 122 points",
            (122, 122, 0),
        ),
        (Released(LATER, "a"), WAITING, "122 points became usable", (122, 122, 0)),
        (Expired(LATER, lot()), HOLDING, "122 points expired", (-122, 0, 0)),
        (
            Redeemed(LATER, "spend-1", "points", (Draw(lot(), 50),)),
            HOLDING,
            "Spent 50 points",
            (-50, 72, 0),
        ),
        (
            Reversed(LATER, "back-1", "order-7", "purchase", "points", (Draw(lot(), 30),), 0),
            HOLDING,
            "Order order-7 returned: 30 points taken back",
            (-30, 92, 0),
        ),
        (
            Reversed(LATER, "back-1", "order-7", "purchase", "points", (Draw(lot(), 122),), 8),
            HOLDING,
            "Order order-7 returned: 130 points taken back, 8 of them owed",
            (-130, -8, 0),
        ),
        (
            Reversed(NOON, "back-1", "order-7", "purchase", "points", (Draw(lot(), 22),), 0),
            WAITING,
            "Order order-7 returned: 22 points taken back",
            (0, 0, 100),
        ),
        (
            Reversed(NOON, "back-1", "order-7", "purchase", "points", (Draw(lot(), 22),), 0),
            fold(REFERRED, [Accrued(NOON, lot(), 122)]),
            "Referral taken back: 22 points taken back",
            (-22, 100, 0),
        ),
        (
            Reinstated(
                LATER, "back-2", "order-7", "purchase", "points", (Draw(lot("b"), 5),), 20, ()
            ),
            OWING,
            "Order order-7 returned: 25 points given back",
            (25, -5, 0),
        ),
        (
            Reinstated(
                LATER, "back-2", "order-7", "purchase", "points", (), 20, (Draw(lot("b"), 5),)
            ),
            OWING,
            "Order order-7 returned: 25 points given back, 5 of them already expired",
            (20, -10, 0),
        ),
        (
            DebtRepaid(LATER, "points", "a", 30),
            fold(OWING, [Accrued(NOON, lot(), 122)]),
            "30 points went to what was owed",
            (0, 92, 0),
        ),
    ],
    ids=titled,
)
def test_a_line_about_points_says_what_happened_and_what_is_left(
    effect: Effect, opening: Account | None, text: str, numbers: tuple[int, int, int]
) -> None:
    change, balance, pending = numbers
    assert only(effect, opening) == StatementLine(
        effect.at,
        text,
        day=effect.at.date(),
        purse="points",
        points=change,
        balance=balance,
        pending=pending,
    )


@pytest.mark.parametrize(
    ("effect", "opening", "text"),
    [
        (CouponIssued(NOON, issued()), None, "Coupon CAKE issued"),
        (
            CouponIssued(NOON, issued(until=LATER)),
            None,
            "Coupon CAKE issued, valid until 28 Jan 2026",
        ),
        (
            CouponIssued(NOON, issued(until=MIDNIGHT)),
            None,
            "Coupon CAKE issued, valid until 31 Jan 2026",
        ),
        (
            CouponUsed(LATER, "order-7", issued(), FrozenMap([("1", 300), ("2", 200)])),
            COUPON,
            "Coupon CAKE used on order order-7: 5.00 EUR off",
        ),
        (CouponExpired(LATER, "c-1", MIDNIGHT), COUPON, "Coupon CAKE expired"),
        (CouponExpired(LATER, "c-1", MIDNIGHT), None, "Coupon c-1 expired"),
        (
            CouponWithdrawn(LATER, "order-7", "c-1"),
            COUPON,
            "Order order-7 returned: coupon CAKE taken back",
        ),
        (
            CouponRestored(LATER, "order-7", issued()),
            None,
            "Order order-7 returned: coupon CAKE given back",
        ),
        (TierChanged(NOON, None, "bronze"), None, "You reached bronze"),
        (TierChanged(NOON, "silver", "gold"), None, "You reached gold"),
        (TierChanged(NOON, "gold", "silver"), None, "You went down from gold to silver"),
        (TierChanged(NOON, "old", "silver"), None, "You went from old to silver"),
        (TierChanged(NOON, "bronze", None), None, "You are no longer bronze"),
        (
            TierGranted(NOON, "tier", "g", Grant("gold", since=NOON, until=MIDNIGHT)),
            None,
            "You are at least gold until 31 Jan 2026",
        ),
        (
            TierGranted(NOON, "tier", "g", Grant("gold", since=NOON, until=None, exactly=True)),
            None,
            "You are gold",
        ),
        (TierWithdrawn(NOON, "tier", "g"), None, "A tier is no longer given"),
    ],
    ids=titled,
)
def test_a_line_about_a_coupon_or_a_tier_moves_no_purse(
    effect: Effect, opening: Account | None, text: str
) -> None:
    assert only(effect, opening) == StatementLine(effect.at, text, day=effect.at.date())


SILENT: list[Effect] = [
    Recorded(NOON, "order-7", "digest", LATER),
    Enrolled(NOON, NOON),
    Opened(NOON, None),
    ProfileSet(NOON, date(1990, 1, 1), None, FrozenMap()),
    Counted(NOON, "orders", 1, None),
    RecordKept(NOON, RECORD),
    Returned(NOON, "back-1", FrozenMap([("1", 1)]), 500, RECORD),
    CouponPresented(NOON, "c-1", 500),
    Armed(NOON, "birthday", "2026", LATER),
    Disarmed(NOON, "birthday", "2026"),
    Triggered(NOON, "birthday", "2026", 2026),
    Notified(NOON, "win-back", "we miss you", LATER),
    Referred(NOON, "bea", ()),
    Sent(NOON, ReferralReversed("r-1", NOON, member="bea", qualified="q-1")),
    Denied(NOON, "coupon:SPRING"),
    Released(NOON, "unheard of"),
]


@pytest.mark.parametrize("effect", SILENT, ids=titled)
def test_what_changes_nothing_for_the_member_has_no_line(effect: Effect) -> None:
    assert statement([effect], PLAIN) == ()


def test_credit_is_in_money_and_other_purses_are_named() -> None:
    effects: list[Effect] = [
        Accrued(NOON, lot("a", "credit", points=1000), 1000),
        Accrued(NOON, lot("b", "status", points=7), 7),
        Redeemed(NOON, "spend-1", "credit", (Draw(lot("a", "credit", points=1000), 250),)),
        Reversed(NOON, "back-1", "order-7", "purchase", "credit", (), 800),
    ]
    in_euros = statement(effects, PLAIN)
    assert [line.text for line in in_euros] == [
        "Earned 10.00 EUR credit (purchase)",
        "Earned 7 points in status (purchase)",
        "Spent 2.50 EUR credit",
        "Order order-7 returned: 8.00 EUR credit taken back, 8.00 EUR of them owed",
    ]
    assert [(line.purse, line.points, line.balance) for line in in_euros] == [
        ("credit", 1000, 1000),
        ("status", 7, 7),
        ("credit", -250, 750),
        ("credit", -800, -50),
    ]
    assert [line.money for line in in_euros] == [EUR, None, EUR, EUR]
    bare = statement(effects)
    assert bare[0].text == "Earned 1000 credit (purchase)"
    assert [line.money for line in bare] == [None] * 4


def test_without_a_currency_a_coupon_does_not_say_what_it_took_off() -> None:
    used = CouponUsed(LATER, "order-7", issued(), FrozenMap([("1", 300)]))
    assert [line.text for line in statement([used])] == ["Coupon CAKE used on order order-7"]


def test_dates_are_local_to_the_zone_or_else_in_utc() -> None:
    pending = Accrued(NOON, lot(available=LATER), 122)
    (there,) = statement([pending], FAR)
    assert there.at == NOON
    assert there.day == date(2026, 1, 15)
    assert there.text == "Earned 122 points (purchase), usable from 29 Jan 2026"
    (here,) = statement([pending])
    assert (here.day, here.text[-11:]) == (date(2026, 1, 14), "28 Jan 2026")


def test_without_a_ladder_a_change_of_tier_is_neither_up_nor_down() -> None:
    effects: list[Effect] = [TierChanged(NOON, "gold", "silver"), TierChanged(NOON, None, "gold")]
    lines = statement(effects, PLAIN)
    assert [line.text for line in lines] == ["You went from gold to silver", "You reached gold"]


CAKE = Coupon("CAKE", amount_off(5), valid=days(14))
CLUB = Program(
    "Club",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=LADDER,
    coupons=[CAKE],
    rules=[
        Rule(
            "welcome",
            Enrolment,
            then=[Accrue(points(50), expires=days(10)), Issue(CAKE), Credit(2)],
        ),
        Rule("purchase", Purchase, then=Accrue(points(1).per(1), pending=days(14))),
    ],
)


def january(day: int) -> datetime:
    return datetime(2026, 1, day, 9, tzinfo=UTC)


def test_a_month_of_a_member_reads_like_this() -> None:
    engine, account = Engine(CLUB), Account.new("ana")
    effects: list[Effect] = []
    joined = engine.decide(account, Enrolment("join", january(5), member="ana"))
    code = next(iter(joined.account.coupons))
    events: list[Event] = [
        Enrolment("join", january(5), member="ana"),
        Purchase(
            "order-7",
            january(8),
            member="ana",
            lines=[Line("1", "beans", price="62.50", quantity=2)],
            coupons=[code],
        ),
        Redemption("spend-1", january(9), member="ana", points=20),
        Return("back-1", january(25), member="ana", order="order-7", lines={"1": 1}),
        Return("back-2", january(26), member="ana", order="order-7"),
    ]
    for event in events:
        decision = engine.decide(account, event)
        assert decision.status is Status.ACCEPTED
        account = decision.account
        effects.extend(decision.effects)
    printed = "\n".join(map(str, statement(effects, CLUB)))
    assert printed == MONTH


# 60 points of the order and the 50 of the welcome are enough for silver; the 50 alone are not.
MONTH = """\
 5 Jan 2026  Earned 50 points (welcome)                                       +50        50
 5 Jan 2026  Coupon CAKE issued, valid until 19 Jan 2026
 5 Jan 2026  Earned 2.00 EUR credit (welcome)                               +2.00      2.00 EUR
 5 Jan 2026  You reached bronze
 8 Jan 2026  Coupon CAKE used on order order-7: 5.00 EUR off
 8 Jan 2026  Earned 120 points (purchase), usable from 22 Jan 2026              0        50
 8 Jan 2026  You reached silver
 9 Jan 2026  Spent 20 points                                                  -20        30
15 Jan 2026  30 points expired                                                -30         0
22 Jan 2026  120 points became usable                                        +120       120
25 Jan 2026  Order order-7 returned: 60 points taken back                     -60        60
26 Jan 2026  Order order-7 returned: 60 points taken back                     -60         0
26 Jan 2026  You went down from silver to bronze"""


def test_a_currency_without_decimals_prints_without_a_point() -> None:
    (line,) = statement([Accrued(NOON, lot("a", "credit", points=500), 500)], YEN)
    assert str(line).split() == (
        ["14", "Jan", "2026", "Earned", "500", "JPY", "credit", "(purchase)", "+500", "500", "JPY"]
    )


def last(lines: Iterable[StatementLine]) -> dict[str, StatementLine]:
    return {line.purse: line for line in lines if line.purse is not None}


@given(programs(), st.data())
def test_the_last_line_of_each_purse_is_the_balance_of_the_account(
    program: Program, data: st.DataObject
) -> None:
    engine, account = Engine(program), Account.new("ann")
    effects: list[Effect] = []
    half, middle = 0, account
    for event in data.draw(histories(codes=("CAKE", "SPRING"))):
        decision = engine.decide(account, event)
        account = decision.account
        effects.extend(decision.effects)
        if data.draw(st.booleans()):
            half, middle = len(effects), account
    lines = statement(effects, PLAIN)
    closing = last(lines)
    assert account.clock is not None
    assert set(closing) == set(account.purses)
    for purse, line in closing.items():
        balance = account.balance(account.clock, purse)
        assert line.balance == balance.available - balance.debt
        assert line.pending == balance.pending
        assert sum(each.points for each in lines if each.purse == purse) == line.balance
    begun = statement(effects[:half], PLAIN)
    assert begun + statement(effects[half:], PLAIN, opening=middle) == lines
    assert all(str(line).isprintable() for line in lines)
