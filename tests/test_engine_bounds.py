"""Bounds: how much one call does, and that hostile values meet them quickly (law 10, P17, P20)."""

import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from clubs import ENGINES, KIOSK, START
from desk import NOON, Desk, club, day, line
from diaries import MEMBER
from stopwatch import within

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Coupon,
    Engine,
    Enrolment,
    LimitError,
    Line,
    LoyaltyError,
    OpeningBalance,
    OpeningLot,
    Program,
    Purchase,
    Redemption,
    Referral,
    Return,
    Rule,
    days,
    dumps,
    fold,
    item,
    percent_off,
    points,
)
from loyaltykit.effects import Recorded
from loyaltykit.rulebook import Rulebook

base = points(1).per(1)


def _open(**brings: Any) -> object:
    return Desk().tell(OpeningBalance("b", day(0), member=MEMBER, **brings))


def test_p20_ten_thousand_lines_are_decided_and_one_more_is_refused() -> None:
    lines = [Line(f"{n:05}", "thing", price="1") for n in range(10_000)]
    desk = Desk(Rule("purchase", Purchase, then=Accrue(base)))
    with within(5):
        desk.buy("o1", 0, *lines)
        desk.back("r1", 1, "o1")
    assert desk.has(1) == (0, 0, 0)
    with pytest.raises(LimitError, match="at most 10000 lines"):
        desk.buy("o2", 2, *lines, Line("x", "thing", price="1"))


COFFEE = item.category.is_("coffee") & item.tags.has("new") & (item.price >= 1)  # 4 questions


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        (250, 0),  # 4 questions each: 1,000 of every line
        (200, 4),  # 800, and 50 for each code, 46 to work out what it takes off: 1,000
    ],
)
def test_p20_at_most_ten_million_questions_are_asked_of_the_lines_of_a_basket(
    rules: int, codes: int
) -> None:
    earning = points(1).per_unit(of=COFFEE)
    desk = Desk(
        *(Rule(f"r{n}", Purchase, then=Accrue(earning)) for n in range(rules)),
        Rule("one more", Purchase, then=Accrue(base)),
        coupons=[Coupon(f"C{n}", percent_off(1, of=COFFEE), public=True) for n in range(codes)],
    )
    lines = [line(str(n), "1", tags=[]) for n in range(10_000)]
    with pytest.raises(LimitError, match="ask 1001 questions of every line") as caught:
        desk.buy("o1", 0, *lines, coupons=[f"C{n}" for n in range(codes)])
    assert "at most 10000000 are answered" in str(caught.value)
    assert desk.buy("o2", 0, *lines[:10], coupons=["C0"]).accepted
    coupons = desk.engine.program.all_coupons
    Rulebook(club(*desk.engine.program.rules[:-1])).check_work(10_000, coupons, "o1")


def test_one_call_posts_at_most_ten_thousand_effects_and_says_how_far_it_came() -> None:
    lots = [OpeningLot(1, day(-1), expires=day(1 + n)) for n in range(9_000)]
    desk = Desk()
    desk.tell(OpeningBalance("b", day(0), member=MEMBER, lots=lots))
    many = [OpeningLot(1, day(-1), expires=day(1 + n // 2)) for n in range(10_000)]
    with pytest.raises(LimitError, match="one call posts at most 10000 effects"):
        _open(lots=many)
    decision = desk.engine.advance(desk.account, day(8_000))
    assert decision.reached == day(8_000)
    assert len(decision.effects) == 8_000


def test_advance_stops_at_a_whole_instant_and_goes_on_when_called_again() -> None:
    rules = [Rule(f"r{n}", Activity, then=Accrue(points(1), expires=days(1))) for n in range(90)]
    desk = Desk(*rules)
    for number in range(120):
        event = Activity(f"a{number}", day(number / 200), member=MEMBER, kind="x")
        desk.account = desk.engine.decide(desk.account, event).account
    first = desk.engine.advance(desk.account, day(9))
    assert len(first.effects) == 111 * 90  # the next instant would have made it 10,080
    assert first.reached == day(1 + 110 / 200)
    with pytest.raises(LimitError, match="too much is due before event 'late'"):
        desk.tell(Enrolment("late", day(9), member=MEMBER))
    second = desk.engine.advance(first.account, day(9))
    assert (len(second.effects), second.reached) == (9 * 90, day(9))


def test_an_account_remembers_ten_thousand_events_and_recovers_when_they_are_old() -> None:
    engine = Engine(Program("Club", "EUR", timezone="UTC", remember=days(30)))
    account = Account.new(MEMBER)
    known = [
        Recorded(NOON + timedelta(seconds=n), f"e{n}", "x", day(30) + timedelta(seconds=n))
        for n in range(10_000)
    ]
    account = fold(account, known)
    late = NOON + timedelta(hours=5)
    with pytest.raises(LimitError, match="the account remembers 10000 events: shorten remember"):
        engine.decide(account, Enrolment("join", late, member=MEMBER))
    decision = engine.decide(account, Enrolment("join", day(30), member=MEMBER))
    assert len(decision.account.remembered) == 10_000
    decision = engine.decide(account, Enrolment("join", day(60), member=MEMBER))
    assert list(decision.account.remembered) == ["join"]


def hostile() -> Iterator[tuple[str, Callable[[], object]]]:
    """Values as large or as odd as their kinds allow, in every event of a whole programme."""
    huge, most = 10**15 - 1, 1_000_000_000
    yield "the dearest line", lambda: _kiosk([line(price=huge, quantity=most)])
    yield (
        "the dearest basket",
        lambda: _kiosk(
            [line(str(n), huge, most, discount=huge) for n in range(999)], coupons=["SPRING"]
        ),
    )
    yield "many codes", lambda: _kiosk([line()], coupons=[f"c{n}" for n in range(200)])
    yield "control characters", lambda: _kiosk([line("\x00")])
    yield "a surrogate", lambda: _kiosk([line("\ud800")])
    yield "long text", lambda: _kiosk([line("x" * 10**6)])
    yield "a number without end", lambda: _kiosk([line(price="9" * 10**6)])
    yield "points without end", lambda: Redemption("s", START, member=MEMBER, points=10**5000)
    yield "a float", lambda: _kiosk([line(price=1.5)])
    yield "return of everything", lambda: Return("r", START, member=MEMBER, order="o", lines={})
    yield "nested labels", lambda: _kiosk([line(labels={"a": [["b"]]})])
    yield (
        "ancestors without end",
        lambda: Referral(
            "r", START, member=MEMBER, referrer="x", ancestors=[str(n) for n in range(99)]
        ),
    )
    yield "a deep earning", lambda: _nest(60)


def _kiosk(lines: list[Line], **rest: Any) -> object:
    event = Purchase("o", START, member=MEMBER, lines=lines, **rest)
    return ENGINES[KIOSK.name].decide(Account.new(MEMBER), event)


def _nest(depth: int) -> object:
    earning: Any = base
    for _ in range(depth):
        earning = earning.cap(5)
    return earning


@pytest.mark.parametrize("call", [call for _, call in hostile()], ids=[n for n, _ in hostile()])
def test_p20_hostile_values_raise_a_loyalty_error_quickly_and_in_little_memory(
    call: Callable[[], object],
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with within(1), suppress(LoyaltyError):  # anything else would fail
        call()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_p17_an_account_is_as_large_as_what_is_open_and_remembered_not_as_its_history() -> None:
    desk = Desk(
        Rule("purchase", Purchase, then=Accrue(base, expires=days(30))),
        remember=days(30),
    )
    sizes = []
    for number in range(600):
        desk.account = desk.engine.decide(
            desk.account,
            Purchase(f"order-{number:04}", day(number), member=MEMBER, lines=[line()]),
        ).account
        if number % 100 == 99:
            sizes.append(len(dumps(desk.account)))
    assert max(sizes[1:]) - min(sizes[1:]) < 200
    assert (len(desk.account.records), len(desk.account.remembered), len(desk.account.lots)) == (
        30,
        30,
        30,
    )
