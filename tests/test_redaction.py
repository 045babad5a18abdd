"""Redaction: the stored ledger without personal facts, whose points and reports are the same."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import specimens
from attrs import evolve
from clubs import CLUBS
from desk import MEMBER, Desk, club, day, line
from diaries import diaries
from hypothesis import given
from hypothesis import strategies as st
from test_merging import of_the_other

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Adjustment,
    Birthday,
    Closure,
    Coupon,
    CouponPresentation,
    Effect,
    Engine,
    Enrolment,
    Erasure,
    Event,
    Goodwill,
    Issue,
    Merge,
    MisuseError,
    Notify,
    ProfileChange,
    Program,
    Purchase,
    Referral,
    Reinstatement,
    Return,
    Rule,
    Suspension,
    Transfer,
    TransferLot,
    TransferReceived,
    basket,
    days,
    dumps,
    fold,
    item,
    member,
    per_life,
    percent_off,
    points,
    redacted,
    referral,
    some_item,
    statement,
)
from loyaltykit.account import Remembered
from loyaltykit.closures import Suspended
from loyaltykit.effects import Armed, CouponUsed, Enrolled, Opened, Recorded, Sent
from loyaltykit.events import ReferralReversed
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.handmade import Revived
from loyaltykit.liability import (
    Deferral,
    cohorts,
    observed_breakage,
    outstanding,
    progress_of,
    roll_forward,
)
from loyaltykit.redaction import REDACTED

base = Rule("base", Purchase, then=Accrue(points(1).per(1), expires=days(90)))

BORN = date(1987, 6, 5)
ZONE = "Antarctica/Troll"
OLD = "zz-old"
PLANTED = (
    *(BORN.isoformat(), ZONE, "zz-bob", "zz-eve", "zz-reason", "zz-sku", "zz-brand", "zz-tag"),
    *("zz-line", "zz-item-label", "zz-label", "zz-answer", "zz-profile", "zz-place"),
)
# Asks about everything, so that all of it is recorded; none of it changes what members hold.
NOSY = [
    Rule(
        "nosy",
        Purchase,
        when=(
            some_item(item.sku.is_("other"))
            | some_item(item.brand.is_("other"))
            | some_item(item.tags.has("other"))
            | some_item(item.label("shelf").is_("other"))
            | basket.label("note").is_("other")
            | member.label("nick").is_("other")
            | member.birthday.known()
        ),
        then=Notify("hello"),
    ),
]


def asking(program: Program) -> Engine:
    return Engine(evolve(program, rules=[*program.rules, *NOSY]))


ASKING = {program.name: asking(program) for program in CLUBS}


def planted(event: Event) -> Event:
    """The event with personal facts wherever there is room for one."""
    match event:
        case Enrolment() | ProfileChange():
            born_on = None if event.birthday is None else BORN
            return evolve(event, birthday=born_on, zone=ZONE, labels={"nick": "zz-profile"})
        case Purchase() | CouponPresentation():
            lines = [
                evolve(
                    each,
                    id=f"zz-line {each.id}",
                    sku="zz-sku",
                    brand="zz-brand",
                    tags=["zz-tag"],
                    labels={"shelf": "zz-item-label"},
                )
                for each in event.lines
            ]
            labels = {**event.labels, "note": "zz-label"}
            answers = {**event.answers, "zz-answer": True}
            return evolve(event, lines=lines, labels=labels, answers=answers)
        case Return():
            lines_back = event.lines
            if lines_back is None:
                return event
            return evolve(event, lines={f"zz-line {key}": n for key, n in lines_back.items()})
        case Activity():
            return evolve(event, labels={"place": "zz-place"})
        case Adjustment() | Goodwill() | Reinstatement() | Closure() | Suspension():
            return evolve(event, reason="zz-reason")
        case Referral():
            names = {"bob": "zz-bob", "eve": "zz-eve"}
            return evolve(
                event,
                referrer=names.get(event.referrer, event.referrer),
                ancestors=[names.get(each, each) for each in event.ancestors],
            )
        case Transfer(to="bob"):
            return evolve(event, to="zz-bob")
        case TransferReceived():
            return evolve(event, sender="zz-bob")
        case _:
            return event


@st.composite
def ledgers(draw: st.DrawFn, program: Program, *, ending: bool | None = None) -> list[Effect]:
    """The effects of a diary with personal facts, perhaps to the end and the erasure."""
    engine, account = ASKING[program.name], Account.new(MEMBER)
    found: list[Effect] = []

    def tell(event: Event) -> None:
        nonlocal account
        decision = engine.decide(account, event)
        account = decision.account
        found.extend(decision.effects)

    for event in draw(diaries(program, most=6)):
        tell(planted(event))
    if draw(st.booleans()) if ending is None else ending:
        assert account.clock is not None
        end = account.clock + draw(st.sampled_from((0, 30))) * timedelta(days=1)
        if account.closed is None:
            tell(Closure("the end", end, member=MEMBER, reason="zz-reason"))
        tell(Erasure("forget", end, member=MEMBER))
        assert account.erased is not None
    assert fold(Account.new(MEMBER), found) == account
    return found


def shape(effects: list[Effect] | tuple[Effect, ...]) -> list[tuple[type[Effect], datetime]]:
    return [(type(each), each.at) for each in effects]


def holdings(account: Account) -> list[Any]:
    lots = [*account.lots, *account.pending]
    lots += [draw.lot for each in account.reservations.values() for draw in each.draws]
    return [
        dict(account.purses),
        [(lot.purse, lot.remaining, lot.earned, lot.available, lot.expires) for lot in lots],
        {name: each.points for name, each in account.reservations.items()},
    ]


@pytest.mark.parametrize("program", CLUBS, ids=lambda each: each.name)
@given(data=st.data())
def test_a_redacted_ledger_moves_the_same_points_and_names_nobody(
    program: Program, data: st.DataObject
) -> None:
    ledger = data.draw(ledgers(program))
    clean = redacted(ledger)
    assert shape(clean) == shape(ledger)
    assert redacted(clean) == clean
    before = after = Account.new(MEMBER)
    for effect, other in zip(ledger, clean, strict=True):
        before, after = fold(before, [effect]), fold(after, [other])
        after.check()
        assert holdings(after) == holdings(before)
        text = dumps(other).decode()
        assert [word for word in PLANTED if word in text] == []
    if before.erased is not None:
        assert after == before


@st.composite
def merged(draw: st.DrawFn, program: Program) -> tuple[list[Effect], list[Effect]]:
    """The ledgers of two accounts that were merged; that of the first may go on to an erasure."""
    engine = ASKING[program.name]
    diary, other = draw(diaries(program, most=4)), draw(diaries(program, most=4))
    first = live(engine, MEMBER, diary)
    second = live(engine, OLD, of_the_other(other, OLD))
    ana, old = fold(Account.new(MEMBER), first), fold(Account.new(OLD), second)
    at = max(each.clock for each in (ana, old) if each.clock is not None)
    merger = engine.merge(
        ana, old, Merge("merger", at, member=MEMBER, absorbed=OLD, reason="zz-reason")
    )
    ends: list[Event] = [
        Closure("the end", at, member=MEMBER, reason="zz-reason"),
        Erasure("forget", at, member=MEMBER),
    ]
    first += merger.survivor.effects
    second += merger.absorbed.effects
    account = merger.survivor.account
    for event in ends if draw(st.booleans()) and account.closed is None else ():
        decision = engine.decide(account, event)
        account = decision.account
        first += decision.effects
    return first, second


def live(engine: Engine, member: str, diary: list[Event]) -> list[Effect]:
    account, found = Account.new(member), list[Effect]()
    for event in diary:
        decision = engine.decide(account, planted(event))
        account = decision.account
        found.extend(decision.effects)
    return found


@pytest.mark.parametrize("program", CLUBS, ids=lambda each: each.name)
@given(data=st.data())
def test_redacted_ledgers_of_a_merger_move_the_same_points_and_name_nobody(
    program: Program, data: st.DataObject
) -> None:
    for member_id, ledger in zip((MEMBER, OLD), data.draw(merged(program)), strict=True):
        clean = redacted(ledger)
        assert shape(clean) == shape(ledger)
        assert redacted(clean) == clean
        before = after = Account.new(member_id)
        for effect, other in zip(ledger, clean, strict=True):
            before, after = fold(before, [effect]), fold(after, [other])
            after.check()
            assert holdings(after) == holdings(before)
            text = dumps(other).decode()
            assert [word for word in (*PLANTED, OLD) if word in text] == []
        if before.erased is not None:
            assert after == before


@given(data=st.data())
def test_reports_of_a_redacted_ledger_are_the_same_rows(data: st.DataObject) -> None:
    program = data.draw(st.sampled_from(CLUBS))
    ledger = data.draw(ledgers(program))
    clean = redacted(ledger)
    at = ledger[-1].at + data.draw(st.sampled_from((0, 40))) * timedelta(days=1)
    rows = cohorts([ledger], at, timezone=program.timezone)
    assert cohorts([clean], at, timezone=program.timezone) == rows
    assert observed_breakage(cohorts([clean], at, timezone=program.timezone)) == (
        observed_breakage(rows)
    )
    held, holds = (fold(Account.new(MEMBER), each) for each in (ledger, clean))
    assert outstanding([holds], at, timezone=program.timezone) == (
        outstanding([held], at, timezone=program.timezone)
    )
    close = at.date()
    progress = progress_of(rows, close, breakage="0.1")
    deferred = [Deferral(close, each.cohort, amount=1000) for each in progress]
    again = progress_of(cohorts([clean], at, timezone=program.timezone), close, breakage="0.1")
    assert roll_forward(deferred, again) == roll_forward(deferred, progress)
    assert len(statement(clean, program)) == len(statement(ledger, program))


@given(data=st.data())
def test_an_account_that_was_erased_forgets_everything_but_totals_and_ids(
    data: st.DataObject,
) -> None:
    ledger = data.draw(ledgers(data.draw(st.sampled_from(CLUBS)), ending=True))
    account = fold(Account.new(MEMBER), ledger)
    account.check()
    blank = Account.new(MEMBER)
    kept = ("version", "clock", "purses", "remembered", "closed", "erased")
    assert evolve(account, **{name: getattr(blank, name) for name in kept}) == blank
    assert [word for word in PLANTED if word in dumps(account).decode()] == []


@given(data=st.data())
def test_digests_go_when_their_events_are_no_longer_remembered(data: st.DataObject) -> None:
    ledger = data.draw(ledgers(data.draw(st.sampled_from(CLUBS)), ending=True))
    account = fold(Account.new(MEMBER), ledger)
    later = ledger[-1].at + data.draw(st.sampled_from((20, 80, 2000))) * timedelta(days=1)
    clean = redacted(ledger, at=later)
    left = [each.event for each in clean if isinstance(each, Recorded) and each.digest]
    kept = account.without_lapsed(later)
    assert left == list(kept.remembered)
    assert fold(Account.new(MEMBER), clean).without_lapsed(later) == kept
    assert redacted(redacted(ledger), at=later) == clean


def everything_planted() -> list[Effect]:
    """A ledger in which every planted word stands."""
    cake = Coupon("CAKE", percent_off(10), public=True)
    program = club(
        base,
        Rule("birthday", Birthday(), then=Accrue(points(7))),
        Rule("visit", Activity, then=Accrue(points(1))),
        Rule("gift", Enrolment, then=Issue(cake)),
        *NOSY,
        *referral(referrer=Accrue(points(10)), qualifies=basket.spend >= 10, pending=days(5)),
        coupons=[cake],
        goodwill=per_life(9),
    )
    engine, account = Engine(program), Account.new(MEMBER)
    found: list[Effect] = []
    who: dict[str, Any] = {"member": MEMBER}
    for event in (
        Enrolment("e1", day(0), birthday=BORN, **who),
        Referral("e2", day(0), referrer="bob", ancestors=["eve"], **who),
        Purchase(
            "e3",
            day(1),
            lines=[line("1", "40"), line("2", "9")],
            coupons=["CAKE"],
            answers={"card": True},
            **who,
        ),
        Activity("e4", day(2), kind="visit", **who),
        Return("e5", day(3), order="e3", lines={"2": 1}, **who),
        Adjustment("e6", day(4), points=5, reason="x", **who),
        Transfer("e7", day(8), to="bob", points=3, **who),
        TransferReceived(
            "e8", day(9), sender="bob", transfer="t", lots=[TransferLot(5, day(1))], **who
        ),
        Closure("e9", day(400), reason="x", **who),
        Erasure("e10", day(401), **who),
    ):
        decision = engine.decide(account, planted(event))
        assert decision.accepted, decision.refusals
        account = decision.account
        found.extend(decision.effects)
    return found


def test_every_planted_word_stands_in_a_ledger_until_it_is_redacted() -> None:
    ledger = everything_planted()
    stored = b"".join(map(dumps, ledger)).decode()
    # What an activity says is read and never kept.
    assert [word for word in PLANTED if word not in stored] == ["zz-place"]
    clean = b"".join(map(dumps, redacted(ledger))).decode()
    assert [word for word in PLANTED if word in clean] == []
    assert REDACTED in clean


def test_an_effect_of_every_kind_is_redacted_and_told() -> None:
    clean = redacted(specimens.effects)
    assert shape(clean) == shape(specimens.effects)
    assert redacted(clean) == clean
    text = b"".join(map(dumps, clean)).decode()
    words = (
        "bob",
        "cyd",
        "Asia/Tokyo",
        "1990-02-28",
        "moved away",
        "late delivery",
        "vip",
        "local",
    )
    assert [word for word in words if word in text] == []


@pytest.mark.parametrize(
    ("effect", "clean"),
    [
        (Enrolled(day(3), day(-900)), Enrolled(day(3), day(3))),
        (Opened(day(3), day(-2)), Opened(day(3), None)),
        (
            Armed(day(3), "birthday", "birthday", day(60)),
            Armed(day(3), "birthday", "birthday", day(3)),
        ),
        (
            Revived(day(3), specimens.lot, "was in hospital"),
            Revived(day(3), specimens.lot, ""),
        ),
        (Suspended(day(3), "under review", day(9)), Suspended(day(3), "", day(9))),
        (
            Sent(day(3), ReferralReversed("v", day(3), member="bob", qualified="q")),
            Sent(day(3), ReferralReversed("v", day(3), member=REDACTED, qualified="q")),
        ),
        (
            CouponUsed(day(3), "o9", specimens.held, FrozenMap({"zz-b": 3, "zz-a": 2})),
            CouponUsed(day(3), "o9", specimens.held, FrozenMap({"1": 3, "2": 2})),
        ),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_effect_keeps_what_is_not_personal(effect: Effect, clean: Effect) -> None:
    assert redacted([effect]) == (clean,)


def test_a_digest_of_an_event_stays_while_the_event_is_remembered() -> None:
    ledger = [
        Recorded(day(0), "old", "aa", day(10)),
        Recorded(day(11), "new", "bb", day(21)),
    ]
    assert [each.digest for each in redacted(ledger) if isinstance(each, Recorded)] == ["", "bb"]
    assert fold(Account.new("ana"), redacted(ledger)).remembered == {
        "new": Remembered("bb", day(21))
    }


@pytest.mark.parametrize(
    ("effects", "problem"), [(3, "write a list of effects"), ([3], "3 is no effect")]
)
def test_what_is_no_ledger_is_misuse(effects: Any, problem: str) -> None:
    with pytest.raises(MisuseError, match=problem):
        redacted(effects)


def test_names_of_members_stand_in_no_id_that_both_accounts_know() -> None:
    ana = Desk(base)
    ana.buy("o1", 1, "20")
    [sent] = ana.tell(Transfer("t1", day(2), member=MEMBER, to="zz-bob", points=12)).outbox
    assert isinstance(sent, TransferReceived)
    assert MEMBER not in sent.id
    back = sent.returned(day(3))
    assert "zz-bob" not in back.id
    ana.tell(back)
    assert back.id in ana.account.remembered
