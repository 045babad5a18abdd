"""Two accounts of one person become one: what moves, what is judged anew, what is refused.

The laws are asked of two diaries in every club. The second member's orders, reservations and
transfers have ids of their own; its other events have the same ids as the first member's, so that
lots and coupons of one name meet.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve, fields
from clubs import CLUBS, ENGINES, KIOSK
from desk import Desk, born, club, day, line
from diaries import diaries, moments, next_event
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st
from reaching import unreached
from test_laws_conservation import parts

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Adjustment,
    After,
    Birthday,
    Closure,
    Confirmation,
    ConflictError,
    Coupon,
    CouponPresentation,
    Credit,
    Decision,
    DefinitionError,
    Effect,
    Engine,
    Enrolment,
    Event,
    EventError,
    FutureEventError,
    Goodwill,
    Inactivity,
    Issue,
    IssuedCoupon,
    LateEventError,
    Limit,
    Lot,
    Merge,
    Merger,
    MisuseError,
    Notify,
    OpeningBalance,
    ProfileChange,
    Program,
    Purchase,
    Purse,
    Redeeming,
    Redemption,
    Referral,
    ReferralQualified,
    RefusalCode,
    Reinstatement,
    Reservation,
    Return,
    Rule,
    Status,
    Suspension,
    Tier,
    Tiers,
    Transfer,
    TransferReturned,
    amount_off,
    basket,
    confirmed,
    days,
    dumps,
    fold,
    item,
    loads,
    member,
    months,
    once,
    per_month,
    points,
    some_item,
    with_tier,
)
from loyaltykit.account import Profile, forget
from loyaltykit.closures import Closed
from loyaltykit.codec import EFFECTS
from loyaltykit.effects import Notified
from loyaltykit.liability import cohorts, outstanding
from loyaltykit.mergers import Absorbed, MergedInto
from loyaltykit.movements import DebtRepaid, Expired, Reversed
from loyaltykit.purses import Dormancy, Dormant
from loyaltykit.records import Record
from loyaltykit.redeeming import GiveBack
from loyaltykit.renaming import renamed
from loyaltykit.statement import statement

OLD = "ana-old"
DIGEST = "a763004f6c99a3dfaee608f5df480195"
"""What stands for the other member in the ids of what is renamed."""
TOTALS = ("issued", "redeemed", "expired", "reversed")


# -- the laws, of two diaries


def own(value: str, names: frozenset[str]) -> str:
    """An id, or a name that derives from one, of the second member."""
    return f"x-{value}" if value.split("/", maxsplit=1)[0] in names else value


def of_the_other(diary: Iterable[Event], member: str = OLD) -> list[Event]:
    """The diary as another member's, with ids of its own for what the host knows by its id."""
    known = (Purchase, Reservation, Transfer, ReferralQualified)
    events = list(diary)
    names = frozenset(event.id for event in events if isinstance(event, known))
    found: list[Event] = []
    for event in events:
        change: dict[str, Any] = {"member": member}
        for field in fields(type(event)):
            value = getattr(event, field.name)
            if field.name in ("id", "order", "reservation", "of", "transfer", "qualified", "code"):
                change[field.name] = own(value, names)
            elif field.name in ("coupons", "captures", "lots"):
                change[field.name] = value and [
                    own(each, names) if isinstance(each, str) else each for each in value
                ]
        found.append(evolve(event, **change))
    return found


class Two:
    """Two members of a club, their ledgers, and what becomes of them."""

    def __init__(self, program: Program) -> None:
        self.engine = ENGINES[program.name]
        self.ana, self.old = Account.new("ana"), Account.new(OLD)
        self.ledgers: tuple[list[Effect], list[Effect]] = ([], [])

    def live(self, first: Iterable[Event], second: Iterable[Event]) -> None:
        for event in first:
            self.ana = self.kept(0, self.ana, self.engine.decide(self.ana, event))
        for event in second:
            self.old = self.kept(1, self.old, self.engine.decide(self.old, event))

    def to(self, at: datetime) -> None:
        self.ana = self.kept(0, self.ana, self.engine.advance(self.ana, at))
        self.old = self.kept(1, self.old, self.engine.advance(self.old, at))

    def merge(self, at: datetime) -> Merger:
        event = Merge("m", at, member="ana", absorbed=OLD, reason="two cards")
        merger = self.engine.merge(self.ana, self.old, event)
        self.ana = self.kept(0, self.ana, merger.survivor)
        self.old = self.kept(1, self.old, merger.absorbed)
        return merger

    def kept(self, place: int, account: Account, decision: Decision) -> Account:
        assert fold(account, decision.effects) == decision.account
        assert decision.account.version == account.version + len(decision.effects)
        self.ledgers[place].extend(decision.effects)
        for name, purse in decision.account.purses.items():
            # A purse that owes has nothing to spend.
            assert not purse.debt or not any(lot.purse == name for lot in decision.account.lots)
        decision.account.check()
        return decision.account

    def whole(self) -> None:
        """Both accounts are the folds of their ledgers, and come back from the codec."""
        for account, ledger in zip((self.ana, self.old), self.ledgers, strict=True):
            assert fold(Account.new(account.member), ledger) == account
            assert loads(dumps(account), Account) == account
            stored = [loads(dumps(effect), EFFECTS) for effect in ledger]
            assert fold(Account.new(account.member), stored) == account


@st.composite
def pairs(draw: st.DrawFn, program: Program, most: int = 6) -> tuple[Two, datetime]:
    """Two members after a diary each, and an instant at which they might be merged."""
    two = Two(program)
    two.live(draw(diaries(program, most=most)), of_the_other(draw(diaries(program, most=most))))
    assert two.ana.clock is not None
    assert two.old.clock is not None
    now = max(two.ana.clock, two.old.clock)
    return two, max(now, draw(moments(two.engine, two.old, now)))


def sums(*accounts: Account) -> dict[str, dict[str, int]]:
    """What is the same before and after a merger, per purse, over all these accounts."""
    found = {}
    for name in sorted({purse for account in accounts for purse in account.purses}):
        purses = [account.purse(name) for account in accounts]
        found[name] = {total: sum(getattr(purse, total) for purse in purses) for total in TOTALS}
        found[name]["held less debt"] = sum(purse.held - purse.debt for purse in purses)
        found[name]["received less sent"] = sum(purse.received - purse.sent for purse in purses)
    return found


# Every example is two lives.
fewer = settings(max_examples=max(1, settings().max_examples // 3))
every_club = pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)


def arriving(effects: Iterable[Effect]) -> list[Effect]:
    """The first effects of a merger on the survivor, up to what rules do."""
    found: list[Effect] = []
    for effect in effects:
        if isinstance(effect, Absorbed) or (found and isinstance(effect, DebtRepaid)):
            found.append(effect)
        elif found:
            break
    return found


@every_club
@fewer
@given(data=st.data())
def test_law_1_and_law_6_hold_on_both_accounts_and_over_both(
    program: Program, data: st.DataObject
) -> None:
    two, at = data.draw(pairs(program))
    two.to(at)
    before = sums(two.ana, two.old)
    ana, old = two.ana, two.old
    merger = two.merge(at)
    two.whole()
    assert merger.survivor.status is merger.absorbed.status
    if not merger.accepted:
        note("refused")
        assert (two.ana, two.old) == (ana, old)
        return
    note(f"renamed {any(isinstance(e, Absorbed) and bool(e.lots) for e in two.ledgers[0])}")
    moved = [effect for effect in merger.absorbed.effects if isinstance(effect, MergedInto)]
    assert sums(fold(ana, arriving(merger.survivor.effects)), fold(old, moved)) == before
    assert two.old.closed is not None
    assert two.old.closed.into == "ana"
    assert all(not purse.held and not purse.debt for purse in two.old.purses.values())
    assert two.engine.next_due(two.old) is None


@every_club
@fewer
@given(data=st.data())
def test_life_goes_on_with_what_both_had(program: Program, data: st.DataObject) -> None:
    first, second = data.draw(diaries(program, most=5)), data.draw(diaries(program, most=5))
    two = Two(program)
    two.live(first, of_the_other(second))
    assert two.ana.clock is not None
    assert two.old.clock is not None
    now = max(two.ana.clock, two.old.clock)
    if not two.merge(now).accepted:
        return
    past = [*first, *of_the_other(second, "ana")]
    for number in range(data.draw(st.integers(1, 5))):
        now = data.draw(moments(two.engine, two.ana, now))
        event = data.draw(next_event(two.engine, two.ana, past, f"y{number}", now, program))
        two.live([event], [])
        past.append(event)
    two.to(now + timedelta(days=400))
    two.whole()


@every_club
@fewer
@given(data=st.data())
def test_what_either_could_spend_the_survivor_can(program: Program, data: st.DataObject) -> None:
    two, at = data.draw(pairs(program))
    two.to(at)
    before = {
        name: sum(
            balance.available - balance.debt
            for balance in (each.balance(at, name) for each in (two.ana, two.old))
        )
        for name in ("points", "status", "credit")
    }
    merger = two.merge(at)
    if not merger.accepted:
        return
    account = fold(two_before(two, merger), arriving(merger.survivor.effects))
    for name, free in before.items():
        balance = account.balance(at, name)
        assert balance.available - balance.debt == free
        if free > 0 and not program.redeeming:
            spent = Redemption("s", at, member="ana", points=free, purse=name)
            assert two.engine.decide(account, spent).accepted


def two_before(two: Two, merger: Merger) -> Account:
    """The survivor just before the merger."""
    count = two.ana.version - len(merger.survivor.effects)
    return fold(Account.new("ana"), two.ledgers[0][:count])


@every_club
@fewer
@given(data=st.data())
def test_every_order_of_both_can_come_back_whole_and_leaves_nothing_of_its_own(
    program: Program, data: st.DataObject
) -> None:
    two, at = data.draw(pairs(program))
    if not two.merge(at).accepted:
        return
    orders = [record.id for record in two.ana.records.values() if record.is_order]
    for place, order in enumerate(data.draw(st.permutations(orders))):
        if not two.ana.records[order].closed:
            back = Return(f"y{place}", at, member="ana", order=order)
            decision = two.engine.decide(two.ana, back)
            assert decision.accepted
            two.ana = two.kept(0, two.ana, decision)
            nothing_of_its_own(two.ana.records[order])
    assert all(two.ana.records[order].closed for order in orders)
    two.whole()


def nothing_of_its_own(record: Record) -> None:
    """What an order granted was taken back, as far as it did not lapse; what paid came back."""
    assert record.closed
    for posting in record.postings:
        for award in posting.awards:
            if not award.cancelled:
                assert award.kept == 0
                assert award.granted == award.reversed + record.lapsed.get(award.lot.id, 0)
            assert [tally.amount for tally in award.tallies] == [0] * len(award.tallies)
    for tender in record.tenders:
        assert tender.given == (0 if tender.on_return is GiveBack.NEVER else tender.points)
    for tally in (*record.orders, *record.spend):
        assert tally.amount == 0


@every_club
@fewer
@given(data=st.data())
def test_limits_and_counters_add_up_at_every_later_instant(
    program: Program, data: st.DataObject
) -> None:
    two, at = data.draw(pairs(program))
    two.to(at)
    ana, old = two.ana, two.old
    merger = two.merge(at)
    if not merger.accepted:
        return
    account = fold(ana, arriving(merger.survivor.effects))
    ends = [
        each.until
        for held in (ana, old)
        for counter in held.counters.values()
        for each in counter.counts
        if each.until is not None
    ]
    for later in (at, *(end for end in ends if end >= at), at + timedelta(days=900)):
        for counter in (*ana.counters, *old.counters):
            both = ana.count(counter, later) + old.count(counter, later)
            assert account.count(counter, later) == both


@every_club
@fewer
@given(data=st.data(), wait=st.sampled_from((0, 1, 9, 30, 200)))
def test_the_liability_of_all_ledgers_is_the_same_before_and_after(
    program: Program, data: st.DataObject, wait: int
) -> None:
    two, at = data.draw(pairs(program))
    two.to(at)
    before = outstanding([two.ana, two.old], at, timezone="UTC")
    rows = cohorts(two.ledgers, at, timezone="UTC")
    ana = two.ana
    merger = two.merge(at)
    if not merger.accepted:
        return
    count = ana.version + len(arriving(merger.survivor.effects))
    moved = fold(Account.new("ana"), two.ledgers[0][:count])
    after = outstanding([moved, two.old], at, timezone="UTC")
    assert totals_of(after) == totals_of(before)
    ledgers = (two.ledgers[0][:count], two.ledgers[1])
    again = cohorts(ledgers, at, timezone="UTC")
    for column in ("issued", "redeemed", "expired", "reversed"):
        assert in_all(again, column) == in_all(rows, column)
    if not any(isinstance(effect, DebtRepaid) for effect in merger.survivor.effects):
        assert after == before
        assert [each.outstanding for each in again] == [each.outstanding for each in rows]
    # And whatever comes after that, the reports of both ledgers say the same as the accounts.
    two.to(at + timedelta(days=wait))
    end = at + timedelta(days=wait)
    held = outstanding([two.ana, two.old], end, timezone="UTC")
    told = cohorts(two.ledgers, end, timezone="UTC")
    for purse, free in totals_of(held).items():
        mine = [row for row in told if row.purse == purse]
        assert sum(row.outstanding - row.debt for row in mine) == free
    # A report on one of them alone holds together too.
    alone = [cohorts([ledger], end, timezone="UTC") for ledger in two.ledgers]
    for column in ("issued", "received", "redeemed", "expired", "reversed", "sent", "outstanding"):
        both = in_all([*alone[0], *alone[1]], column)
        assert both == in_all(told, column)


def totals_of(rows: Iterable[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.purse] = found.get(row.purse, 0) + row.points
    return {purse: points for purse, points in found.items() if points}


def in_all(rows: Iterable[Any], column: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.purse] = found.get(row.purse, 0) + getattr(row, column)
    return {purse: points for purse, points in found.items() if points}


@every_club
@fewer
@given(data=st.data())
def test_the_statements_of_both_ledgers_add_up_to_the_balances(
    program: Program, data: st.DataObject
) -> None:
    two, at = data.draw(pairs(program))
    two.merge(at)
    for account, ledger in zip((two.ana, two.old), two.ledgers, strict=True):
        lines = statement(ledger, program)
        for name in account.purses:
            mine = [line for line in lines if line.purse == name]
            balance = account.balance(at, name)
            assert sum(line.points for line in mine) == balance.available - balance.debt
            if mine:
                assert (mine[-1].balance, mine[-1].pending) == (
                    balance.available - balance.debt,
                    balance.pending,
                )


@every_club
@fewer
@given(data=st.data(), late=st.booleans())
def test_law_5_the_same_merger_again_is_a_duplicate_on_both(
    program: Program, data: st.DataObject, late: bool
) -> None:
    two, at = data.draw(pairs(program))
    if not two.merge(at).accepted:
        return
    if late:
        two.to(at + timedelta(days=9))
    ana, old = two.ana, two.old
    again = two.merge(at)
    for decision in (again.survivor, again.absorbed):
        assert decision.status is Status.DUPLICATE
        assert decision.effects == ()
    assert again.accepted
    assert (two.ana, two.old) == (ana, old)


@every_club
@fewer
@given(data=st.data())
def test_law_4_a_merger_does_not_depend_on_jobs(program: Program, data: st.DataObject) -> None:
    two, at = data.draw(pairs(program))
    event = Merge("m", at, member="ana", absorbed=OLD, reason="two cards")
    at_once = two.engine.merge(two.ana, two.old, event)
    ana, old = (two.engine.advance(each, at) for each in (two.ana, two.old))
    in_steps = two.engine.merge(ana.account, old.account, event)
    assert (*ana.effects, *in_steps.survivor.effects) == at_once.survivor.effects
    assert (*old.effects, *in_steps.absorbed.effects) == at_once.absorbed.effects
    assert in_steps.survivor.refusals == at_once.survivor.refusals


@every_club
@fewer
@given(data=st.data())
def test_nothing_is_lost_and_no_name_stands_for_two_things(
    program: Program, data: st.DataObject
) -> None:
    two, at = data.draw(pairs(program))
    two.to(at)
    ana, old = forget(two.ana, at), forget(two.old, at)
    merger = two.merge(at)
    if not merger.accepted:
        return
    [arrived] = [each for each in merger.survivor.effects if isinstance(each, Absorbed)]
    assert arrived.account == fold(Account.new(OLD), two.ledgers[1][: arrived.account.version])
    came = renamed(old, arrived)
    assert not names(came) & names(ana)
    assert len(names(came)) == len(names(old))
    account = fold(two_before(two, merger), [arrived])
    assert names(account) == names(ana) | names(came)
    for field in ("lots", "pending"):
        both = [*getattr(ana, field), *getattr(came, field)]
        assert sorted(lot.id for lot in getattr(account, field)) == sorted(lot.id for lot in both)
    for field in ("reservations", "ended_reservations", "transfers", "coupons", "records"):
        assert getattr(account, field) == {**getattr(ana, field), **getattr(came, field)}
        assert len(getattr(account, field)) == len(getattr(ana, field)) + len(getattr(old, field))
    ends = [record.until for record in account.records.values()]
    assert ends == sorted(ends)
    waiting = [key for key in (*ana.armed, *came.armed) if key[1] not in ("birthday", "lapse")]
    assert sorted(key for key in account.armed if key in waiting) == sorted(waiting)


def names(account: Account) -> set[tuple[str, str]]:
    """The names of all lots and coupons that an account mentions anywhere."""
    found: set[tuple[str, str]] = set()
    for path, value in parts(account, ""):
        if isinstance(value, Lot):
            found.add(("lot", value.id))
        elif isinstance(value, IssuedCoupon):
            found.add(("coupon", value.id))
        elif ".lapsed.key" in path:
            found.add(("lot", value))
        elif ".expired_coupons.key" in path or ".coupons.key" in path:
            found.add(("coupon", value))
    return found


TELLING = frozenset(
    {
        *("accepted", "refused", "lots renamed", "coupons renamed", "subjects renamed"),
        *("pending", "reservations", "transfers", "records", "counters", "dormant", "armed"),
        *("debt here", "debt there", "DebtRepaid", "TierChanged", "ladders"),
    }
)


@pytest.mark.once
def test_the_pairs_reach_what_the_laws_are_about() -> None:
    def seen(data: st.DataObject) -> Iterator[str]:
        program = data.draw(st.sampled_from(CLUBS))
        two, at = data.draw(pairs(program))
        two.to(at)
        ana, old = two.ana, two.old
        merger = two.merge(at)
        yield merger.survivor.status.value
        if not merger.accepted:
            return
        yield from (each.name for each in fields(Account) if getattr(old, each.name))
        for each, where in ((ana, "here"), (old, "there")):
            yield from (f"debt {where}" for purse in each.purses.values() if purse.debt)
        for effect in merger.survivor.effects:
            yield type(effect).__name__
            if isinstance(effect, Absorbed):
                renamed = {"lots": effect.lots, "coupons": effect.coupons}
                renamed["subjects"] = effect.subjects
                yield from (f"{kind} renamed" for kind, new in renamed.items() if new)

    assert unreached(TELLING, seen, 3_000) == []


@given(data=st.data(), wait=st.sampled_from((1, 3, 10, 40)))
def test_merging_then_waiting_is_as_waiting_then_merging(data: st.DataObject, wait: int) -> None:
    # Nothing but the dates of lots passes with time in this club.
    two, at = data.draw(pairs(KIOSK))
    later = at + timedelta(days=wait)
    accounts = (two.ana, two.old)
    owed = [purse.debt for account in accounts for purse in account.purses.values()]
    if any(owed) or any(each.suspended or each.closed for each in accounts):
        return  # what is owed is repaid at once, out of points that might have lapsed
    apart = Two(KIOSK)
    apart.ana, apart.old, apart.ledgers = two.ana, two.old, ([*two.ledgers[0]], [*two.ledgers[1]])
    apart.to(later)
    if not two.merge(at).accepted or not apart.merge(later).accepted:
        return
    two.to(later)
    assert sums(two.ana, two.old) == sums(apart.ana, apart.old)
    for name in ("points", "status", "credit"):
        assert two.ana.balance(later, name) == apart.ana.balance(later, name)


# -- by example


PURCHASE = Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=months(12)))


class Pair:
    """The desks of two members, and their merger."""

    def __init__(self, *rules: Rule, **rest: Any) -> None:
        self.ana = Desk(*(rules or (PURCHASE,)), **rest)
        self.old = Desk(program=self.ana.engine.program, member=OLD)

    def merge(self, number: float, id: str = "m", **how: Any) -> Merger:
        """Merge on a day; both desks keep what became of it."""
        event = Merge(id, day(number), member="ana", absorbed=OLD, reason="two cards")
        merger = self.ana.engine.merge(self.ana.account, self.old.account, event, **how)
        for desk, decision in ((self.ana, merger.survivor), (self.old, merger.absorbed)):
            assert fold(desk.account, decision.effects) == decision.account
            decision.account.check()
            desk.account = decision.account
        return merger


def refusals(merger: Merger) -> list[tuple[RefusalCode, str]]:
    assert merger.survivor.status is merger.absorbed.status is Status.REFUSED
    assert merger.survivor.refusals == merger.absorbed.refusals
    return [(each.code, each.about) for each in merger.survivor.refusals]


def test_100_and_60_points_are_160_with_their_own_dates() -> None:
    two = Pair()
    two.ana.buy("o1", 0, "100")
    two.old.buy("o2", 31, "60")
    merger = two.merge(40)
    assert merger.accepted
    assert [type(effect).__name__ for effect in merger.survivor.effects] == ["Absorbed", "Recorded"]
    assert [type(effect).__name__ for effect in merger.absorbed.effects] == [
        *("MergedInto", "Recorded")
    ]
    balance = two.ana.account.balance(day(40))
    assert balance.available == 160
    assert balance.expiring == ((day(365), 100), (day(396), 60))
    assert [lot.id for lot in two.ana.account.lots] == ["o1/purchase/0", "o2/purchase/0"]
    mine, theirs = two.ana.account.purse("points"), two.old.account.purse("points")
    assert (mine.issued, mine.received, mine.sent) == (100, 60, 0)
    assert (theirs.issued, theirs.received, theirs.sent) == (60, 0, 60)
    assert two.ana.account.count("spend", day(40)) == 16_000
    assert two.ana.account.count("orders", day(40)) == 2


@pytest.mark.parametrize("which", ["ana", "old"])
def test_points_of_either_repay_the_debt_of_20_of_the_other(which: str) -> None:
    two = Pair()
    owing, having = (two.ana, two.old) if which == "ana" else (two.old, two.ana)
    owing.buy("o1", 0, "20")
    owing.spend("s1", 1, 20)
    owing.back("r1", 2, "o1")
    having.buy("o2", 2, "60")
    assert owing.has(2) == (0, 0, 20)
    two.merge(3)
    assert two.ana.has(3) == (40, 0, 0)
    total = sums(two.ana.account, two.old.account)["points"]
    assert total == {
        "issued": 80,
        "redeemed": 20,
        "expired": 0,
        "reversed": 20,
        "held less debt": 40,
        "received less sent": 0,
    }


def test_pending_points_repay_debt_when_they_become_available() -> None:
    slow = Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=days(9)))
    two = Pair(PURCHASE, slow)
    two.ana.buy("o1", 0, "20")
    two.ana.to(9)
    two.ana.spend("s1", 9, 40)
    two.ana.back("r1", 9, "o1")
    assert two.ana.has(9) == (0, 0, 40)
    two.old.buy("o2", 8, "30")
    two.old.spend("s2", 8, 30)
    two.merge(10)
    assert two.ana.has(10) == (0, 30, 40)
    two.ana.to(17)
    assert two.ana.has(17) == (0, 0, 10)


def test_an_order_of_either_comes_back_to_the_survivor() -> None:
    two = Pair()
    two.ana.buy("o1", 0, "100")
    two.old.buy("o2", 0, "60", line("2", "5", 3))
    two.merge(1)
    assert two.ana.has(1) == (175, 0, 0)
    decision = two.ana.back("r1", 2, "o2", {"2": 3})
    [taken] = [effect for effect in decision.effects if isinstance(effect, Reversed)]
    assert [(draw.lot.id, draw.points) for draw in taken.draws] == [("o2/purchase/0", 15)]
    two.ana.back("r2", 3, "o2")
    assert two.ana.has(3) == (100, 0, 0)
    assert two.ana.account.count("orders", day(3)) == 1
    two.ana.back("r3", 4, "o1")
    assert two.ana.has(4) == (0, 0, 0)
    assert two.ana.account.count("spend", day(4)) == 0


BIRTHDAY = Rule("birthday", Birthday(), then=[Accrue(points(25)), Issue("CAKE")])
CAKE = Coupon("CAKE", amount_off(2), valid=days(60))


def test_a_birthday_lot_in_both_is_kept_twice_and_comes_no_third_time() -> None:
    two = Pair(BIRTHDAY, coupons=[CAKE])
    for desk in (two.ana, two.old):
        desk.join(0, birthday=born(1990, 2, 10))
        desk.to(45)
        assert desk.has(45) == (25, 0, 0)
        assert [lot.id for lot in desk.account.lots] == ["birthday:2026/birthday/0"]
    merger = two.merge(45)
    assert two.ana.has(45) == (50, 0, 0)
    assert [lot.id for lot in two.ana.account.lots] == [
        "birthday:2026/birthday/0",
        f"m/merge/0/{DIGEST}/birthday:2026~1birthday~10",
    ]
    assert list(two.ana.account.coupons) == [
        "birthday:2026/birthday/1",
        f"m/merge/0/{DIGEST}/birthday:2026~1birthday~11",
    ]
    assert [coupon.id for coupon in two.ana.account.coupons.values()] == [*two.ana.account.coupons]
    assert merger.survivor.explanation.notes == (
        "merged: ana-old",
        f"lot birthday:2026/birthday/0 is m/merge/0/{DIGEST}/birthday:2026~1birthday~10 now",
        f"coupon birthday:2026/birthday/1 is m/merge/0/{DIGEST}/birthday:2026~1birthday~11 now",
    )
    assert two.ana.account.birthdays == {"birthday": 2026}
    two.ana.to(364)
    assert two.ana.has(364) == (50, 0, 0)
    two.ana.to(410)
    assert two.ana.has(410) == (75, 0, 0)


def test_a_gift_that_only_the_absorbed_had_does_not_come_again_this_year() -> None:
    two = Pair(BIRTHDAY, coupons=[CAKE])
    two.old.join(0, birthday=born(1990, 2, 10))
    two.old.to(45)
    two.ana.tell(Enrolment("join", day(45), member="ana", birthday=born(1990, 3, 10)))
    two.merge(46)
    two.ana.to(100)
    assert two.ana.has(100) == (25, 0, 0)  # its own birthday would have been on day 68


def test_a_lot_of_either_is_spent_and_given_back_under_its_new_name() -> None:
    gift = Rule("gift", Enrolment, then=Accrue(points(10), expires=days(90)))
    two = Pair(gift, PURCHASE)
    for desk in (two.ana, two.old):
        desk.join(0)
    two.old.reserve("h", 1, 4, until=20)
    two.merge(2)
    assert [(lot.id, lot.remaining) for lot in two.ana.account.lots] == [
        ("join/gift/0", 10),
        (f"m/merge/0/{DIGEST}/join~1gift~10", 6),
    ]
    two.ana.to(20)
    assert [(lot.id, lot.remaining) for lot in two.ana.account.lots] == [
        ("join/gift/0", 10),
        (f"m/merge/0/{DIGEST}/join~1gift~10", 10),
    ]


def test_a_limit_that_both_used_is_used_by_both() -> None:
    visit = Rule("visit", Activity, then=Accrue(points(5)), limit=per_month(3))
    two = Pair(visit)
    for desk, count in ((two.ana, 1), (two.old, 1)):
        for number in range(count):
            desk.tell(Activity(f"a{number}", day(1), member=desk.account.member, kind="visit"))
    two.merge(2)
    for number, total in ((2, 15), (3, 15)):
        two.ana.tell(Activity(f"b{number}", day(number), member="ana", kind="visit"))
        assert two.ana.has(number) == (total, 0, 0)


def test_goodwill_of_both_counts_towards_its_limit() -> None:
    two = Pair(goodwill=Limit(2, window=per_month(2).window))
    for desk in (two.ana, two.old):
        sorry = Goodwill("g1", day(1), member=desk.account.member, points=5, reason="broken cup")
        assert desk.tell(sorry).accepted
    two.merge(2)
    again = Goodwill("g2", day(3), member="ana", points=5, reason="broken cup")
    assert two.ana.tell(again).refusals[0].code is RefusalCode.LIMIT_REACHED


LADDER = Tiers([Tier("bronze", 0), Tier("silver", 100), Tier("gold", 150)], window=days(40))


def test_60_and_50_points_add_up_to_the_next_tier_and_leave_it_on_their_own_days() -> None:
    gold = Rule("more", Purchase, when=member.tier >= "silver", then=Accrue(points(7)))
    two = Pair(PURCHASE, gold, tiers=LADDER)
    two.ana.buy("o1", 0, "60")
    two.old.buy("o2", 5, "50")
    assert (two.ana.account.tier, two.old.account.tier) == ("bronze", "bronze")
    merger = two.merge(10)
    assert two.ana.account.tier == "silver"
    assert [type(effect).__name__ for effect in merger.survivor.effects] == [
        *("Absorbed", "Recorded", "TierChanged")
    ]
    assert two.ana.engine.next_due(two.ana.account) == day(40)
    two.ana.to(40)
    assert two.ana.account.tier == "bronze"


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"),
    [
        (("silver", 20), ("gold", 10), ("gold", 10)),
        (("gold", 10), ("silver", 20), ("gold", 10)),
        (("silver", 20), ("silver", 30), ("silver", 30)),
        (("silver", 30), ("silver", 20), ("silver", 30)),
        (None, ("silver", 20), ("silver", 20)),
        (("silver", 4), ("bronze", 20), ("bronze", 20)),
        (("silver", 20), ("gold", 4), ("silver", 20)),
        (("silver", 20), None, ("silver", 20)),
    ],
)
def test_of_tiers_that_are_held_the_higher_stays_then_the_longer(
    mine: tuple[str, int] | None, theirs: tuple[str, int] | None, kept: tuple[str, int]
) -> None:
    two = Pair(tiers=LADDER)
    for desk, held in ((two.ana, mine), (two.old, theirs)):
        tier, until = (None, None) if held is None else (held[0], day(held[1]))
        desk.tell(
            OpeningBalance("open", day(0), member=desk.account.member, tier=tier, tier_until=until)
        )
    two.merge(5)
    given = two.ana.account.climb("tier").grants.values()
    assert day(kept[1]) in [each.until for each in given if each.tier == kept[0]]
    assert two.ana.account.tier == kept[0]


def test_points_that_last_with_a_tier_above_the_new_one_lapse() -> None:
    bound = Rule("bound", Purchase, then=Accrue(points(1).per(1), expires=with_tier()))
    low, high = (
        Tiers([Tier("none", 0), Tier("some", threshold)], window=days(90))
        for threshold in (50, 500)
    )
    two = Pair(bound, tiers=low)
    two.ana.buy("o1", 0, "5")
    two.old.buy("o2", 0, "60")
    two.old.buy("o3", 1, "10")
    assert [(lot.tier, lot.remaining) for lot in two.old.account.lots] == [
        *(("none", 60), ("some", 10)),
    ]
    two.ana.engine = Engine(club(bound, tiers=high))
    merger = two.merge(2)
    assert two.ana.account.tier == "none"
    [lapsed] = [each.lot for each in merger.survivor.effects if isinstance(each, Expired)]
    assert (lapsed.id, lapsed.remaining) == ("o3/bound/0", 10)
    assert two.ana.has(2) == (65, 0, 0)


def test_a_cap_does_not_cut_what_comes() -> None:
    two = Pair(purses=[Purse("points", cap=100)])
    for desk in (two.ana, two.old):
        desk.buy(f"o of {desk.account.member}", 0, "80")
    two.merge(1)
    assert two.ana.has(1) == (160, 0, 0)
    [cut] = two.ana.buy("o3", 2, "10").refusals
    assert (cut.code, cut.granted) == (RefusalCode.BALANCE_CAP, 0)


def test_rules_that_listen_are_asked_on_the_survivor_about_both() -> None:
    moved = Rule("moved", Merge, when=member.orders >= 2, then=[Accrue(points(9)), Notify("hello")])
    later = Rule("later", After(Merge, days(3)), then=Accrue(points(4)))
    two = Pair(PURCHASE, moved, later)
    two.ana.buy("o1", 0, "1")
    two.old.buy("o2", 0, "1")
    merger = two.merge(1)
    assert two.ana.has(1) == (11, 0, 0)
    assert [each.rule for each in merger.survivor.effects if isinstance(each, Notified)] == [
        "moved"
    ]
    assert not [each for each in merger.absorbed.effects if isinstance(each, Notified)]
    two.ana.to(4)
    assert two.ana.has(4) == (15, 0, 0)
    assert two.old.engine.next_due(two.old.account) is None


# -- what is known of the member


def test_the_facts_of_the_survivor_win_and_what_it_lacks_comes_from_the_other() -> None:
    two = Pair()
    two.ana.join(5, birthday=born(1990, 2, 10), labels={"plan": "pro", "size": None, "a": "1"})
    two.old.join(
        2,
        birthday=born(1991, 1, 1),
        zone="Asia/Tokyo",
        labels={"plan": "free", "size": "M", "pet": "cat"},
    )
    two.merge(9)
    account = two.ana.account
    assert account.enrolled == day(2)
    assert (account.profile.birthday, account.profile.zone) == (born(1990, 2, 10), "Asia/Tokyo")
    assert [*account.profile.labels.items()] == [
        *(("a", "1"), ("pet", "cat"), ("plan", "pro"), ("size", "M")),
    ]
    assert two.old.account.profile == Profile()
    assert two.old.account.enrolled is None


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"),
    [
        (("bob", "eve"), ("cyd", "dan"), ("bob", "eve")),
        (None, ("cyd", "dan"), ("cyd", "dan")),
        (("bob", "eve"), None, ("bob", "eve")),
        (None, ("ana", "dan"), None),
        ((OLD, "cyd"), ("cyd", "dan"), ("cyd", "dan")),
        ((OLD, "cyd"), None, None),
        (("bob", OLD), None, ("bob",)),
        (None, ("cyd", "ana"), ("cyd",)),
    ],
)
def test_who_brought_the_member_is_never_the_member(
    mine: tuple[str, str] | None, theirs: tuple[str, str] | None, kept: tuple[str, ...] | None
) -> None:
    two = Pair()
    for desk, brought in ((two.ana, mine), (two.old, theirs)):
        if brought is not None:
            who, *before = brought
            name = desk.account.member
            desk.tell(Referral("f", day(0), member=name, referrer=who, ancestors=before))
    two.merge(1)
    assert two.ana.account.lineage == (kept or ())
    assert two.old.account.lineage == ()


def test_what_waits_comes_along_and_is_armed_by_what_is_known_of_both() -> None:
    two = Pair(
        Rule("how is it", After(Purchase, days(10)), then=Accrue(points(3))),
        Rule("welcome", After(Enrolment, days(8)), then=Accrue(points(2))),
        Rule("win-back", Inactivity(days(30)), then=Accrue(points(5))),
        Rule("birthday", Birthday(), then=Accrue(points(25))),
    )
    two.ana.join(0)
    two.old.join(1, birthday=born(1990, 3, 10))
    two.ana.buy("o1", 2, "1")
    two.old.buy("o2", 4, "1")
    two.merge(5)
    assert two.ana.account.armed == {
        ("how is it", "o1"): day(12),
        ("how is it", "o2"): day(14),
        ("welcome", "join"): day(8),
        ("welcome", f"m/merge/0/{DIGEST}/join"): day(9),
        ("win-back", "lapse"): day(34),
        ("birthday", "birthday"): day(67.5),
    }
    assert two.ana.account.last_order == day(4)
    two.ana.to(400)
    assert [(lot.event, lot.points) for lot in two.ana.account.lots] == [
        *(("join", 2), (f"m/merge/0/{DIGEST}/join", 2), ("o1", 3), ("o2", 3)),
        *(("lapse:2026-02-04T12:00:00.000000Z", 5), ("birthday:2026", 25)),
    ]


def test_a_follow_up_is_renamed_that_the_survivor_had_already() -> None:
    """Else the lot of the one would be called like the lot of the other."""
    two = Pair(Rule("later", After(Activity, days(3)), then=Accrue(points(2))))
    for desk, number in ((two.ana, 0), (two.old, 2)):
        visit = Activity("visit", day(number), member=desk.account.member, kind="visit")
        desk.tell(visit)
    two.merge(4)
    assert two.ana.has(4) == (2, 0, 0)
    two.ana.to(5)
    assert [lot.id for lot in two.ana.account.lots] == [
        "visit/later/0",
        f"m~1merge~10~1{DIGEST}~1visit/later/0",
    ]


def test_of_what_lapses_for_want_of_activity_the_later_day_counts() -> None:
    sleepy = Purse("points", dormancy=Dormancy(days(20)))
    two = Pair(purses=[sleepy])
    two.ana.buy("o1", 0, "10")
    two.old.buy("o2", 5, "20")
    two.merge(6)
    assert two.ana.account.dormant == {"points": Dormant(day(5), day(25), event="o2")}
    two.ana.to(24)
    assert two.ana.has(24) == (30, 0, 0)
    two.ana.to(25)
    assert two.ana.has(25) == (0, 0, 0)


def test_the_latest_order_counts_that_neither_remembers() -> None:
    two = Pair(Rule("win-back", Inactivity(days(30)), then=Notify("come back")))
    for desk, last in ((two.ana, -9), (two.old, -4)):
        brought = OpeningBalance("open", day(0), member=desk.account.member, last_order=day(last))
        desk.tell(brought)
    two.merge(1)
    assert two.ana.account.earlier_order == day(-4)
    assert two.ana.account.armed == {("win-back", "lapse"): day(26)}


def test_coupons_of_both_are_held_and_one_that_had_paid_comes_back_to_the_survivor() -> None:
    gift = Rule("gift", Enrolment, then=Issue("CAKE"))
    two = Pair(
        gift, PURCHASE, coupons=[CAKE, Coupon("ONCE", amount_off(1), limit=once(), public=True)]
    )
    for desk in (two.ana, two.old):
        desk.join(0)
    two.old.buy("o1", 1, "20", coupons=["join/gift/0"])
    two.old.buy("o2", 1, "20", coupons=["ONCE"])
    assert not two.old.account.coupons
    two.merge(2)
    assert list(two.ana.account.coupons) == ["join/gift/0"]
    [limited] = two.ana.buy("o3", 3, "20", coupons=["ONCE"]).refusals
    assert limited.code is RefusalCode.COUPON_LIMIT
    two.ana.back("r1", 4, "o1")
    assert list(two.ana.account.coupons) == ["join/gift/0", f"m/merge/0/{DIGEST}/join~1gift~10"]
    used = two.ana.buy("o4", 5, "20", coupons=[f"m/merge/0/{DIGEST}/join~1gift~10"])
    assert not used.refusals
    two.ana.to(70)
    assert list(two.ana.account.expired_coupons) == ["join/gift/0"]


def test_reservations_transfers_and_confirmations_are_decided_on_the_survivor() -> None:
    slow = Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=confirmed(within=days(30))))
    two = Pair(PURCHASE, slow)
    two.old.buy("o1", 0, "100")
    two.old.reserve("h1", 1, 30, until=9)
    two.old.reserve("h2", 1, 5, until=9)
    two.old.tell(Transfer("t", day(1), member=OLD, to="bob", points=20))
    two.merge(2)
    assert two.ana.has(2) == (45, 100, 0)
    two.ana.capture("c", 3, "h1", 25)
    assert two.ana.has(3) == (50, 100, 0)
    two.ana.to(9)
    assert two.ana.has(9) == (55, 100, 0)
    two.ana.tell(Confirmation("k", day(10), member="ana", of="o1"))
    assert two.ana.has(10) == (155, 0, 0)
    two.ana.tell(TransferReturned("t2", day(11), member="ana", transfer="t"))
    assert two.ana.has(11) == (175, 0, 0)
    assert [each.code for each in two.ana.capture("c2", 12, "h1").refusals] == [
        RefusalCode.RESERVATION_CAPTURED
    ]


# -- what is left of the absorbed account


def test_nothing_is_left_of_the_absorbed_account_but_its_totals_and_its_events() -> None:
    two = Pair(BIRTHDAY, PURCHASE, coupons=[CAKE], tiers=LADDER)
    two.old.join(0, birthday=born(1990, 2, 10))
    two.old.buy("o1", 1, "100")
    two.old.to(50)
    remembered = [*two.old.account.remembered]
    two.merge(50)
    left = two.old.account
    bare = Account(
        OLD,
        left.version,
        clock=day(50),
        purses=left.purses,
        remembered=left.remembered,
        closed=Closed(day(50), "two cards", "ana"),
    )
    assert left == bare
    assert list(left.remembered) == [*remembered, "m"]
    assert two.old.to(900).effects == ()


def test_every_later_event_is_refused_and_says_to_whom_it_belongs_now() -> None:
    two = Pair(coupons=[CAKE])
    two.old.buy("o1", 0, "100")
    two.merge(1)
    before = two.old.account
    events: list[Event] = [
        Return("x", day(2), member=OLD, order="o1"),
        Purchase("x", day(2), member=OLD, lines=[line()]),
        Enrolment("x", day(2), member=OLD),
        Redemption("x", day(2), member=OLD, points=1),
        CouponPresentation("x", day(2), member=OLD, code="CAKE"),
        ReferralQualified("x", day(2), member=OLD, referee="bea", order="o9"),
        Adjustment("x", day(2), member=OLD, points=5, reason="counted again"),
    ]
    for event in events:
        decision = two.old.tell(event)
        assert decision.status is Status.REFUSED
        assert [(each.code, each.about) for each in decision.refusals] == [
            (RefusalCode.ACCOUNT_MERGED, "ana")
        ]
        assert two.old.account == before
        if not isinstance(event, Enrolment | CouponPresentation):
            assert two.ana.engine.decide(two.ana.account, evolve(event, member="ana")).accepted
    # What it had decided before is known still.
    again = Purchase("o1", day(0), member=OLD, lines=[line(price="100")])
    assert two.old.tell(again).status is Status.DUPLICATE


def test_a_closed_account_of_an_earlier_version_has_nobody_in_its_place() -> None:
    stored = '{"is": "Closed", "at": "2026-01-01T12:00:00Z", "reason": "moved"}'
    data = f'{{"loyaltykit": 1, "value": {stored}}}'
    assert loads(data, Closed) == Closed(day(0), "moved", None)


@pytest.mark.parametrize("id", ["o1", "h", "t", "visit"])
def test_an_id_that_came_along_is_not_used_for_another_event(id: str) -> None:
    two = Pair(PURCHASE, Rule("visit", Activity, then=Accrue(points(5))))
    two.old.buy("o1", 0, "100")
    two.old.reserve("h", 0, 5, until=9)
    two.old.tell(Transfer("t", day(0), member=OLD, to="bob", points=20))
    two.old.tell(Activity("visit", day(0), member=OLD, kind="visit"))
    two.merge(1)
    with pytest.raises(ConflictError, match="give a new event a new id"):
        two.ana.buy(id, 2, "10")
    assert two.ana.buy("o2", 2, "10").accepted


def test_an_id_is_free_again_that_came_along_and_is_not_remembered_any_more() -> None:
    two = Pair(Rule("later", Purchase, then=Notify("thanks")), remember=days(30))
    two.old.buy("o1", 0, "100")
    two.merge(1)
    assert two.ana.buy("o1", 30, "10").accepted


# -- new accounts


def test_an_absorbed_account_on_which_nothing_ever_happened_only_ends() -> None:
    two = Pair()
    two.ana.buy("o1", 0, "100")
    before = two.ana.account
    merger = two.merge(1)
    assert [type(effect).__name__ for effect in merger.survivor.effects] == ["Absorbed", "Recorded"]
    changed = ("version", "clock", "remembered")
    for field in fields(Account):
        same = getattr(two.ana.account, field.name) == getattr(before, field.name)
        assert same == (field.name not in changed)
    assert two.old.account.closed == Closed(day(1), "two cards", "ana")


def test_a_new_account_takes_everything_in() -> None:
    two = Pair(PURCHASE, tiers=LADDER)
    two.old.buy("o1", 0, "120")
    two.merge(1)
    assert two.ana.has(1) == (120, 0, 0)
    assert two.ana.account.tier == "silver"


def test_an_account_that_absorbed_another_can_be_absorbed_itself() -> None:
    two = Pair()
    two.ana.buy("o1", 0, "100")
    two.old.buy("o2", 0, "60")
    two.merge(1)
    third = Desk(program=two.ana.engine.program, member="ann")
    merger = two.ana.engine.merge(
        third.account,
        two.ana.account,
        Merge("m2", day(2), member="ann", absorbed="ana", reason="a third card"),
    )
    assert merger.survivor.account.balance(day(2)).available == 160
    ledger = merger.survivor.effects
    assert [row.points for row in outstanding([merger.survivor.account], day(2), timezone="UTC")]
    assert loads(dumps(ledger[0]), EFFECTS) == ledger[0]


# -- what is refused, and what is misuse


@pytest.mark.parametrize("which", ["ana", "old"])
@pytest.mark.parametrize("how", ["closed", "suspended"])
def test_accounts_that_ended_or_rest_are_not_merged(which: str, how: str) -> None:
    two = Pair()
    for desk in (two.ana, two.old):
        desk.buy(f"o of {desk.account.member}", 0, "80")
    desk = two.ana if which == "ana" else two.old
    name = desk.account.member
    if how == "closed":
        desk.tell(Closure("z", day(1), member=name, reason="moved away"))
    else:
        desk.tell(Suspension("u", day(1), member=name, reason="under review", until=day(6)))
    accounts = (two.ana.account, two.old.account)
    code = RefusalCode.ACCOUNT_CLOSED if how == "closed" else RefusalCode.ACCOUNT_SUSPENDED
    assert refusals(two.merge(5)) == [(code, name)]
    assert (two.ana.account, two.old.account) == accounts
    if how == "suspended":
        assert two.merge(6).accepted  # it has ended by then


def test_a_refusal_leaves_both_as_time_brought_them() -> None:
    slow = Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=days(9)))
    two = Pair(slow)
    for desk in (two.ana, two.old):
        desk.buy("o1", 0, "80")
    merger = two.merge(20)
    assert refusals(merger) == [(RefusalCode.MERGE_COLLISION, "o1")]
    for decision in (merger.survivor, merger.absorbed):
        assert [type(effect).__name__ for effect in decision.effects] == ["Released"]
        assert decision.reached == day(20)
        assert decision.explanation.notes == ("refused: o1: merge-collision",)
        assert decision.account.balance(day(20)).available == 80
        assert "m" not in decision.account.remembered
    assert not merger.accepted


def test_a_collision_names_every_id_that_both_remember() -> None:
    waiting = Rule("wait", Activity, then=Accrue(points(1), pending=confirmed(within=days(30))))
    two = Pair(PURCHASE, waiting, remember=days(40))
    for desk in (two.ana, two.old):
        name = desk.account.member
        desk.buy("o1", 0, "80")
        desk.buy("o2", 5, "80")
        desk.buy(f"o3 of {name}", 5, "80")
        desk.reserve("h1", 5, 5, until=9)
        desk.reserve("h2", 5, 5, until=30)
        desk.tell(Transfer("t", day(5), member=name, to="bob", points=20))
        desk.tell(Activity("visit", day(20), member=name, kind="visit"))
        desk.tell(ProfileChange("p", day(20), member=name, zone="Asia/Tokyo"))
    # The first order is remembered for 40 days; the first reservation until 40 days after its end.
    assert refusals(two.merge(40)) == [
        (RefusalCode.MERGE_COLLISION, name) for name in ("h1", "h2", "o2", "t", "visit")
    ]
    two.ana.to(71)
    assert two.merge(71).accepted


def test_a_merged_account_is_not_merged_again() -> None:
    two = Pair()
    two.merge(1)
    assert refusals(two.merge(2, "m2")) == [(RefusalCode.ACCOUNT_MERGED, "ana")]


def test_a_merger_is_not_decided_on_one_account() -> None:
    two = Pair()
    event = Merge("m", day(1), member="ana", absorbed=OLD, reason="two cards")
    two.merge(1)
    engine, wanted = two.ana.engine, r"write engine.merge\(account, other, event\)"
    for account in (two.ana.account, two.old.account, Account.new("ana")):
        with pytest.raises(EventError, match=wanted):
            engine.decide(account, event)
        with pytest.raises(EventError, match=wanted):
            engine.decide_all(account, [event])


def test_a_member_is_not_merged_into_oneself() -> None:
    with pytest.raises(DefinitionError, match="names 'ana' twice"):
        Merge("m", day(1), member="ana", absorbed="ana", reason="two cards")


def test_a_merger_has_a_reason() -> None:
    with pytest.raises(DefinitionError, match="a reason is needed"):
        Merge("m", day(1), member="ana", absorbed=OLD)


def test_the_accounts_are_those_that_the_event_names() -> None:
    two = Pair()
    engine = two.ana.engine
    event = Merge("m", day(1), member="ana", absorbed=OLD, reason="two cards")
    ana, old, bob = two.ana.account, two.old.account, Account.new("bob")
    for account, other, wrong in (
        *((bob, old, "bob"), (ana, bob, "bob"), (old, ana, OLD), (ana, ana, "ana")),
    ):
        with pytest.raises(EventError, match=f"not to the account of '{wrong}'"):
            engine.merge(account, other, event)
    nothing: Any = None
    with pytest.raises(MisuseError, match="expected an Account"):
        engine.merge(ana, nothing, event)
    with pytest.raises(MisuseError, match=r"merge: write Merge\(...\)"):
        engine.merge(ana, old, nothing)


@pytest.mark.parametrize("which", ["ana", "old"])
def test_a_merger_lies_before_the_clock_of_neither_and_not_ahead_of_the_host(which: str) -> None:
    two = Pair()
    desk = two.ana if which == "ana" else two.old
    desk.buy("o1", 5, "80")
    with pytest.raises(LateEventError, match="lies before the account's clock"):
        two.merge(4)
    with pytest.raises(FutureEventError, match="ahead of now"):
        two.merge(8, now=day(7))
    assert two.merge(8, now=day(8)).accepted


@pytest.mark.parametrize("which", ["ana", "old"])
def test_the_same_id_with_other_content_is_a_conflict(which: str) -> None:
    two = Pair()
    desk = two.ana if which == "ana" else two.old
    desk.buy("m", 1, "80")
    with pytest.raises(ConflictError, match="other content"):
        two.merge(1)


@pytest.mark.parametrize("which", ["ana", "old"])
def test_a_merger_that_was_stored_on_one_account_only_is_a_conflict(which: str) -> None:
    two = Pair()
    for desk in (two.ana, two.old):
        desk.buy(f"o of {desk.account.member}", 1, "80")
    desk = two.ana if which == "ana" else two.old
    before = desk.account
    two.merge(1)
    desk.account = before
    with pytest.raises(ConflictError, match="on one of the two accounts only"):
        two.merge(1)


def test_when_a_merger_is_forgotten_it_is_late() -> None:
    two = Pair(remember=days(30))
    two.merge(1)
    two.ana.buy("o1", 31, "80")
    assert "m" not in two.ana.account.remembered
    with pytest.raises(LateEventError, match="lies before the account's clock"):
        two.merge(1)


# -- statements


def test_a_statement_says_what_went_and_what_came() -> None:
    slow = Rule("slow", Purchase, then=Credit("2.50", pending=days(9)))
    two = Pair(PURCHASE, slow)
    two.ana.buy("o1", 0, "5")
    two.old.buy("o2", 0, "20")
    two.old.spend("s", 1, 20)
    two.old.buy("o3", 2, "4")
    two.old.back("r", 2, "o2")
    ana, old = two.ana.account, two.old.account
    merger = two.merge(3)
    program = two.ana.engine.program
    told = statement(merger.absorbed.effects, program, opening=old)
    assert [(each.text, each.points, each.balance, each.pending) for each in told] == [
        ("Account merged into ana", 0, None, None),
        ("16 points owed went to ana", 16, 0, 0),
        ("2.50 EUR credit went to ana", 0, 0, 0),
    ]
    told = statement(merger.survivor.effects, program, opening=ana)
    assert [(each.text, each.points, each.balance, each.pending) for each in told] == [
        ("Account ana-old merged into this one", 0, None, None),
        ("16 points owed came from ana-old", -16, -11, 0),
        ("2.50 EUR credit came from ana-old", 0, 0, 500),
        ("5 points went to what was owed", 0, -11, 0),
    ]


# -- what comes back after a merger is taken off where it is counted


def test_points_that_had_paid_for_an_order_come_back_to_the_survivor() -> None:
    two = Pair(PURCHASE, redeeming=[Redeeming("points", worth=1)])
    two.old.buy("o1", 0, "100")
    two.old.buy("o2", 1, "90", spend={"points": 90})
    assert two.old.has(1) == (10, 0, 0)
    two.merge(2)
    purse = two.ana.account.purse("points")
    assert (purse.received, purse.redeemed, purse.held) == (100, 90, 10)
    left = two.old.account.purse("points")
    assert (left.issued, left.sent, left.redeemed, left.held) == (100, 100, 0, 0)
    two.ana.back("r1", 3, "o2")
    assert two.ana.has(3) == (100, 0, 0)
    assert two.ana.account.purse("points").redeemed == 0


def test_a_bonus_that_one_part_took_before_comes_back_with_another_part_after_it() -> None:
    wine = item.category.is_("wine")
    bonus = Rule(
        "bonus", Purchase, when=~some_item(wine) | (basket.spend >= 30), then=Accrue(points(10))
    )
    two = Pair(bonus)
    two.old.buy("o1", 0, line("1", "20"), line("2", "12", category="wine"), line("3", "1"))
    two.old.back("r1", 1, "o1", {"1": 1})
    assert two.old.has(1) == (0, 0, 0)
    two.merge(2)
    two.ana.back("r2", 3, "o1", {"2": 1})
    assert two.ana.has(3) == (10, 0, 0)
    purse = two.ana.account.purse("points")
    assert (purse.received, purse.reversed) == (10, 0)


def test_points_that_expired_on_the_absorbed_account_can_be_reinstated() -> None:
    short = Rule("short", Purchase, then=Accrue(points(1).per(1), expires=days(3)))
    two = Pair(short)
    two.old.buy("o1", 0, "20")
    two.old.to(3)
    two.merge(4)
    back = Reinstatement("w", day(5), member="ana", points=20, reason="was ill")
    assert two.ana.tell(back).accepted
    assert two.ana.has(5) == (20, 0, 0)
    assert two.ana.account.purse("points").expired == 0
