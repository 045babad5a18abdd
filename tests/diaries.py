"""Diaries: what one member does in a club, drawn event by event beside the account.

Half of the instants are those at which something is due, or a microsecond beside them; amounts and
quantities are near what the account holds. Events that the engine refuses stay in the diary.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from attrs import evolve
from clubs import ENGINES, START, ZONES
from handwork import by_hand, standing
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Activity,
    Capture,
    Confirmation,
    CouponPresentation,
    Engine,
    Enrolment,
    Event,
    Line,
    OpeningBalance,
    OpeningLot,
    OpeningMetric,
    OpeningUse,
    Per,
    ProfileChange,
    Program,
    Purchase,
    Redemption,
    Referral,
    ReferralQualified,
    ReferralReversed,
    Release,
    Reservation,
    Return,
    RewardClaim,
)
from loyaltykit.frozenmap import FrozenMap

MEMBER = "ana"
TICK = timedelta(microseconds=1)
_GAPS = (
    timedelta(0),
    timedelta(0),
    timedelta(seconds=1),
    timedelta(hours=9),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=6),
    timedelta(days=11),
    timedelta(days=23),
    timedelta(days=64),
)
_KINDS = (
    *("purchase",) * 7,
    *("return",) * 5,
    *("redemption",) * 3,
    *("reservation",) * 3,
    *("capture",) * 2,
    "release",
    "reward",
    *("confirmation",) * 2,
    *("by hand",) * 3,
    "standing",
    *("activity", "profile", "presentation", "referral", "qualified", "reversed", "enrolment"),
)
_BORN = (date(1990, 2, 10), date(2000, 2, 29), date(1985, 3, 1), date(1999, 12, 31))


@st.composite
def diaries(draw: st.DrawFn, program: Program, *, most: int = 9) -> list[Event]:
    """An enrolment or an opening balance, then up to `most` other events, in order of time."""
    engine = ENGINES[program.name]
    new = draw(st.booleans())
    events: list[Event] = [
        _enrolment(draw, "e0", START) if new else _opening(draw, "e0", START, program)
    ]
    if new and draw(st.booleans()):
        events.append(Referral("e0 too", START, member=MEMBER, referrer="bob"))
    account = engine.decide_all(Account.new(MEMBER), events).account
    now = START
    for number in range(1, 1 + draw(st.integers(0, most))):
        now = draw(moments(engine, account, now))
        event = draw(next_event(engine, account, events, f"e{number}", now, program))
        account = engine.decide(account, event).account
        events.append(event)
    return events


@st.composite
def moments(draw: st.DrawFn, engine: Engine, account: Account, now: datetime) -> datetime:
    """An instant at or after `now`: often one at which something is due, or just beside it."""
    due = engine.next_due(account)
    if due is None or due > now + timedelta(days=70) or draw(st.booleans()):
        return now + draw(st.sampled_from(_GAPS))
    return max(now, due + draw(st.sampled_from((-TICK, TICK * 0, TICK * 0, TICK))))


@st.composite
def next_event(
    draw: st.DrawFn,
    engine: Engine,
    account: Account,
    past: Sequence[Event],
    id: str,
    at: datetime,
    program: Program,
) -> Event:
    """One more event at an instant, after these: `past` says what it may be about."""
    orders = [event for event in past if isinstance(event, Purchase)]
    reserved = [event.id for event in past if isinstance(event, Reservation)]
    credited = [event.id for event in past if isinstance(event, ReferralQualified)]
    last = next((event for event in reversed(past) if not isinstance(event, Redemption)), None)
    kind = draw(st.sampled_from(_KINDS))
    on = draw(st.integers(0, 5)) > 0
    if on and isinstance(last, Purchase) and is_telling(last.lines):
        if account.balance(at).available and past[-1] is last:
            return Redemption(id, at, member=MEMBER, points=account.balance(at).available)
        return Return(id, at, member=MEMBER, order=last.id, lines={"1": 1})
    if on and isinstance(last, Return) and last.lines == FrozenMap({"1": 1}):
        return Return(id, at, member=MEMBER, order=last.order, lines={"2": 1})
    if on and past and isinstance(past[-1], Reservation) and past[-1].id in account.reservations:
        pays = draw(st.booleans())
        if program.redeeming and pays:
            bought = draw(purchases(account, id, at, program))
            return evolve(bought, spend={}, captures=[past[-1].id])
        part = draw(st.sampled_from((None, None, 5)))
        return Capture(id, at, member=MEMBER, reservation=past[-1].id, points=part)
    match kind:
        case "return" if orders:
            return draw(returns(account, draw(st.sampled_from(orders)).id, id, at))
        case "redemption":
            account = engine.advance(account, at).account
            purse = draw(st.sampled_from(("points", "points", "status", "credit")))
            held = account.balance(at, purse).available
            wanted = draw(st.sampled_from((held, held, held // 2, held // 3, held + 1, 1)))
            return Redemption(id, at, member=MEMBER, points=max(1, wanted), purse=purse)
        case "reservation":
            account = engine.advance(account, at).account
            purse = draw(st.sampled_from(("points", "points", "status", "credit")))
            held = account.balance(at, purse).available
            wanted = draw(st.sampled_from((held, held // 2, held // 15 * 5, held + 1, 20)))
            until = at + draw(st.sampled_from(_GAPS[2:]))
            return Reservation(
                id, at, member=MEMBER, points=max(1, wanted), purse=purse, until=until
            )
        case "capture" if reserved:
            name = draw(st.sampled_from(reserved[-3:]))
            held = account.reservations[name].points if name in account.reservations else 2
            part = draw(st.sampled_from((None, held, max(1, held // 2), held + 1)))
            return Capture(id, at, member=MEMBER, reservation=name, points=part)
        case "release" if reserved:
            return Release(id, at, member=MEMBER, reservation=draw(st.sampled_from(reserved)))
        case "reward" if program.rewards:
            reward = draw(st.sampled_from(("towel", "towel", "mug", "rope", "nothing")))
            return RewardClaim(
                id, at, member=MEMBER, reward=reward, quantity=draw(st.integers(1, 3))
            )
        case "confirmation" if orders:
            return Confirmation(id, at, member=MEMBER, of=draw(st.sampled_from(orders)).id)
        case "activity":
            kind = draw(st.sampled_from(("review", "visit")))
            return Activity(id, at, member=MEMBER, kind=kind)
        case "profile":
            return ProfileChange(
                id,
                at,
                member=MEMBER,
                birthday=draw(st.sampled_from((None, *_BORN))),
                zone=draw(st.sampled_from((None, *ZONES))),
                forget=draw(st.sampled_from(((), (), ("birthday",), ("zone",)))),
            )
        case "presentation":
            lines = draw(baskets(program)) if draw(st.booleans()) else ()
            code = draw(codes(account, program))
            return CouponPresentation(
                id,
                at,
                member=MEMBER,
                code=code,
                lines=lines,
                labels={"channel": "shop"},
                answers={"card": False},
            )
        case "referral":
            bringer, old = draw(st.sampled_from((("bob", "eve"), (MEMBER, "bob"), ("bob", MEMBER))))
            return Referral(id, at, member=MEMBER, referrer=bringer, ancestors=[old])
        case "qualified":
            return ReferralQualified(id, at, member=MEMBER, referee=f"new {id}", order="o1")
        case "reversed" if credited:
            qualified = draw(st.sampled_from(credited))
            return ReferralReversed(id, at, member=MEMBER, qualified=qualified)
        case "enrolment":
            return _enrolment(draw, id, at)
        case "by hand":
            return draw(by_hand(engine, account, id, at))
        case "standing":
            return draw(standing(account, id, at))
        case _:
            return draw(purchases(account, id, at, program))


@st.composite
def purchases(
    draw: st.DrawFn, account: Account, id: str, at: datetime, program: Program
) -> Purchase:
    """An order of one to three lines, with some codes that may or may not apply."""
    account = ENGINES[program.name].advance(account, at).account
    return Purchase(
        id,
        at,
        member=MEMBER,
        lines=draw(baskets(program)),
        coupons=draw(st.lists(codes(account, program), max_size=3)),
        spend=draw(payments(account, at, program)),
        captures=draw(captures(account)),
        labels={"channel": draw(st.sampled_from(("app", "shop")))},
        answers={"card": draw(st.sampled_from((True, False, None)))},
    )


@st.composite
def payments(draw: st.DrawFn, account: Account, at: datetime, program: Program) -> dict[str, int]:
    """Points that should pay for an order, where the programme says what they are worth."""
    spend = {}
    for purse in ("points", "status", "credit") if program.redeeming else ():
        held = account.balance(at, purse).available if draw(st.integers(0, 2)) == 0 else 0
        if held:
            spend[purse] = max(1, draw(st.sampled_from((held, held // 2, held // 15 * 5, 40))))
    return spend


def captures(account: Account) -> st.SearchStrategy[list[str]]:
    """Now and then a reservation that pays as well."""
    held = [name for name, each in account.reservations.items() if each.purse != "status"]
    return st.one_of(st.just([]), st.just(held[:1]))


@st.composite
def baskets(draw: st.DrawFn, program: Program) -> list[Line]:
    """One to three lines of one to three pieces; prices with cents where the currency has them."""
    prices = ("12.5", "31", "9.99", "0") if program.currency == "EUR" else ("16", "31", "7", "0")
    if draw(st.integers(0, 2)) == 0:
        # Of these, a part that comes back may cost a bonus that the next part regains.
        wine = draw(st.sampled_from(prices[:2]))
        return [
            Line("1", "telling", price=prices[0], quantity=2, category="coffee"),
            Line("2", "telling", price=wine, category="wine"),
        ]
    return [
        Line(
            str(number),
            "thing",
            price=draw(st.sampled_from(prices)),
            quantity=draw(st.integers(1, 3)),
            category=draw(st.sampled_from((None, "coffee", "coffee", "wine"))),
        )
        for number in range(1, 1 + draw(st.integers(1, 3)))
    ]


def is_telling(lines: Sequence[Line]) -> bool:
    """Whether a part of these may cost a bonus that the next part regains."""
    return lines[0].sku == "telling"


def codes(account: Account, program: Program) -> st.SearchStrategy[str]:
    """Codes of coupons that are held or were, names of coupons, and one that nobody knows."""
    held = [*account.coupons, *account.expired_coupons]
    used = [coupon.id for each in account.records.values() for coupon in each.coupons]
    named = [coupon.name for coupon in program.all_coupons]
    return st.sampled_from([*held, *used, *named, "NOBODY"])


@st.composite
def returns(draw: st.DrawFn, account: Account, order: str, id: str, at: datetime) -> Return:
    """All that is left of an order, or some of its lines; now and then more than there is."""
    record = account.records.get(order)
    how = draw(st.integers(0, 5))
    if record is None or how == 0:
        return Return(id, at, member=MEMBER, order=order)
    left = [line.id for line in record.lines if line.kept]
    if left and how > 2:
        return Return(id, at, member=MEMBER, order=order, lines={draw(st.sampled_from(left)): 1})
    chosen = draw(st.lists(st.sampled_from(record.lines), min_size=1, unique_by=lambda x: x.id))
    lines = {line.id: draw(st.integers(1, max(1, line.kept))) for line in chosen}
    if draw(st.integers(0, 9)) == 0:
        lines[draw(st.sampled_from(("1", "9")))] = 4
    return Return(id, at, member=MEMBER, order=order, lines=lines)


def _enrolment(draw: st.DrawFn, id: str, at: datetime) -> Enrolment:
    born = draw(st.sampled_from((None, *_BORN)))
    return Enrolment(id, at, member=MEMBER, birthday=born, zone=draw(st.sampled_from(ZONES)))


def _opening(draw: st.DrawFn, id: str, at: datetime, program: Program) -> OpeningBalance:
    held = draw(st.sampled_from((None, program.tiers[0].tiers[-1].name)))
    limited = [
        rule.name for rule in program.rules if any(each.per is Per.MEMBER for each in rule.limit)
    ]
    earlier = timedelta(days=8)
    return OpeningBalance(
        id,
        at,
        member=MEMBER,
        enrolled=draw(st.sampled_from((None, at - timedelta(days=500)))),
        lots=[
            OpeningLot(40, at - earlier, expires=at + timedelta(days=12)),
            OpeningLot(9, at - earlier, purse="credit"),
        ],
        metric=[OpeningMetric(55, at - timedelta(days=30)), OpeningMetric(10, at - earlier)],
        uses=[OpeningUse(draw(st.sampled_from(limited)), at - TICK, times=1, points=30, units=1)],
        tier=held,
        tier_until=None if held is None else at + timedelta(days=19),
        orders=3,
        spent="120",
        last_order=draw(st.sampled_from((None, at - earlier))),
    )
