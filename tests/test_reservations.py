"""Reservations: points set aside, captured or released, or released by themselves at their limit.

Beside a model with one object per point: every point is held, reserved, spent or lapsed.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from desk import Desk, day, refused
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Activity,
    Capture,
    DefinitionError,
    Dormancy,
    EventError,
    Missing,
    Purchase,
    Purse,
    RefusalCode,
    Release,
    Reservation,
    Rule,
    Status,
    Tier,
    Tiers,
    days,
    money_spent,
    points,
    statement,
    with_tier,
)
from loyaltykit.movements import Captured, Expired, ReservationReleased

BASE = Rule("base", Purchase, then=Accrue(points(1).per(1), expires=days(10)))


def stock() -> Desk:
    """100 points that lapse on day 10, and 50 that lapse on day 13."""
    ana = Desk(BASE)
    ana.buy("o1", 0, "100")
    ana.buy("o2", 3, "50")
    return ana


def reserved(ana: Desk, number: float, purse: str = "points") -> tuple[int, int]:
    balance = ana.engine.balance(ana.account, day(number), purse)
    return balance.available, balance.reserved


def test_reserved_points_are_in_no_lot_and_cannot_be_spent_again() -> None:
    ana = stock()
    ana.reserve("h", 4, 120, until=6)
    assert reserved(ana, 4) == (30, 120)
    assert [lot.remaining for lot in ana.account.lots] == [30]
    assert refused(ana.spend("s", 5, 31)).code is RefusalCode.POINTS_INSUFFICIENT
    assert refused(ana.reserve("h2", 5, 31, until=7)).code is RefusalCode.POINTS_INSUFFICIENT
    assert ana.account.purse("points").held == 150


def test_captured_points_are_redeemed() -> None:
    ana = stock()
    ana.reserve("h", 4, 120, until=6)
    assert ana.capture("c", 5, "h").status is Status.ACCEPTED
    assert reserved(ana, 5) == (30, 0)
    assert ana.account.purse("points").redeemed == 120
    assert ana.engine.next_due(ana.account) == day(13)


def test_a_capture_of_more_than_is_reserved_says_how_much_there_is() -> None:
    ana = stock()
    ana.reserve("h", 4, 120, until=6)
    refusal = refused(ana.capture("c", 5, "h", 121))
    assert (refusal.code, refusal.desired, refusal.granted) == (
        RefusalCode.RESERVATION_EXCEEDED,
        121,
        0,
    )
    assert refusal.missing == (Missing("reservation", "120 reserved, 1 too many", Decimal(1)),)


def test_a_partial_capture_takes_what_lapses_first_and_releases_the_rest_at_once() -> None:
    ana = stock()
    ana.reserve("h", 4, 120, until=6)
    decision = ana.capture("c", 5, "h", 110)
    assert [type(each).__name__ for each in decision.effects[:2]] == [
        "Captured",
        "ReservationReleased",
    ]
    assert reserved(ana, 5) == (40, 0)
    assert [(lot.id, lot.remaining) for lot in ana.account.lots] == [("o2/base/0", 40)]


def test_a_reservation_is_released_by_itself_exactly_at_its_limit() -> None:
    ana = stock()
    ana.reserve("h", 4, 120, until=6)
    assert ana.engine.next_due(ana.account) == day(6)
    assert reserved(ana, 5.999) == (30, 120)
    assert reserved(ana, 6) == (150, 0)
    decision = ana.to(8)
    assert [(type(each), each.at) for each in decision.effects] == [(ReservationReleased, day(6))]
    assert [lot.remaining for lot in ana.account.lots] == [100, 50]
    assert refused(ana.capture("c", 8, "h")).code is RefusalCode.RESERVATION_EXPIRED


def test_a_capture_at_the_limit_is_too_late_and_just_before_it_is_not() -> None:
    late, early = stock(), stock()
    for ana in (late, early):
        ana.reserve("h", 4, 120, until=6)
    assert refused(late.capture("c", 6, "h")).code is RefusalCode.RESERVATION_EXPIRED
    just = day(6) - timedelta(microseconds=1)
    assert early.tell(Capture("c", just, member="ana", reservation="h")).accepted


def test_points_whose_lot_lapsed_while_they_were_reserved_can_still_be_captured() -> None:
    ana = stock()
    ana.reserve("h", 4, 100, until=12)
    assert ana.capture("c", 11, "h").accepted
    assert ana.account.purse("points").redeemed == 100
    assert ana.account.purse("points").expired == 0


def test_points_whose_lot_lapsed_while_they_were_reserved_lapse_when_they_come_back() -> None:
    ana = stock()
    ana.reserve("h", 4, 120, until=12)
    decision = ana.to(12)
    assert [type(each) for each in decision.effects] == [ReservationReleased, Expired]
    assert {each.at for each in decision.effects} == {day(12)}
    assert reserved(ana, 12) == (50, 0)
    assert ana.account.purse("points").expired == 100


def test_a_reservation_that_ends_when_its_lot_does_is_released_first() -> None:
    ana = stock()
    ana.reserve("h", 4, 60, until=10)
    decision = ana.to(10)
    assert [type(each) for each in decision.effects] == [ReservationReleased, Expired]
    assert ana.account.purse("points").expired == 100


def test_points_that_come_back_pay_off_what_is_owed_first() -> None:
    ana = stock()
    ana.reserve("h", 4, 150, until=6)
    ana.back("r", 5, "o1")
    assert ana.has(5) == (0, 0, 100)
    assert (ana.engine.balance(ana.account, day(6)).available, ana.has(6)[2]) == (50, 0)
    ana.to(6)
    assert ana.has(6) == (50, 0, 0)
    assert ana.account.purse("points").reversed == 100


def test_an_order_that_was_returned_while_its_points_were_reserved_costs_nothing_more() -> None:
    ana = Desk(BASE)
    ana.buy("o1", 0, "100")
    ana.reserve("h", 1, 100, until=12)
    ana.back("r", 2, "o1")
    assert ana.has(2) == (0, 0, 100)
    ana.to(12)
    assert ana.has(12) == (0, 0, 0)
    assert ana.account.purse("points").expired == 0


def test_points_of_a_tier_that_ended_wait_until_they_come_back_and_lapse_then() -> None:
    ana = Desk(
        Rule("base", Purchase, then=Accrue(points(1).per(1), expires=with_tier())),
        tiers=Tiers([Tier("base", 0), Tier("gold", 50)], metric=money_spent, window=days(5)),
    )
    ana.buy("o1", 0, "50")
    ana.buy("o2", 1, "30")
    assert ana.account.tier == "gold"
    ana.reserve("h", 2, 70, until=9)
    ana.to(6)
    assert ana.account.tier == "base"
    assert reserved(ana, 7) == (0, 70)
    assert reserved(ana, 9) == (50, 0)
    ana.to(9)
    assert reserved(ana, 9) == (50, 0)
    assert ana.account.purse("points").expired == 30


def test_dormancy_leaves_reserved_points_alone() -> None:
    ana = Desk(
        Rule("base", Purchase, then=Accrue(points(1).per(1))),
        purses=[Purse("points", dormancy=Dormancy(days(4), unless=[Activity]))],
    )
    ana.buy("o1", 0, "100")
    ana.reserve("h", 1, 60, until=6)
    ana.to(5)
    assert reserved(ana, 5) == (0, 60)
    ana.to(6)
    assert reserved(ana, 6) == (60, 0)
    ana.to(8)
    assert reserved(ana, 8) == (0, 0)
    assert ana.account.purse("points").expired == 100


def test_reserved_points_count_against_the_cap_of_their_purse() -> None:
    ana = Desk(BASE, purses=[Purse("points", cap=120)])
    ana.buy("o1", 0, "100")
    ana.reserve("h", 1, 100, until=5)
    decision = ana.buy("o2", 2, "50")
    assert [(each.code, each.granted) for each in decision.refusals] == [
        (RefusalCode.BALANCE_CAP, 20)
    ]


def test_how_a_reservation_ended_is_remembered_as_long_as_events_are() -> None:
    ana = Desk(BASE, remember=days(20))
    ana.buy("o1", 0, "100")
    ana.reserve("h", 1, 10, until=3)
    ana.capture("c", 2, "h")
    assert refused(ana.capture("d", 21, "h")).code is RefusalCode.RESERVATION_CAPTURED
    ana.buy("o2", 22, "1")
    assert refused(ana.capture("e", 22, "h")).code is RefusalCode.RESERVATION_UNKNOWN
    assert not ana.account.ended_reservations


def test_a_reservation_ends_after_it_begins_and_before_it_would_be_forgotten() -> None:
    with pytest.raises(DefinitionError, match="write a later until"):
        Reservation("h", day(1), member="ana", points=1, until=day(1))
    ana = Desk(BASE, remember=days(20))
    ana.buy("o1", 0, "100")
    with pytest.raises(EventError, match="write an earlier until"):
        ana.reserve("h", 1, 10, until=21.01)
    assert ana.reserve("h", 1, 10, until=21).accepted


def test_what_is_missing_is_said_in_numbers() -> None:
    ana = stock()
    ana.reserve("h", 4, 20, until=6)
    refusal = refused(ana.capture("c", 5, "h", 25))
    assert str(refusal) == (
        "h: reservation-exceeded (desired 25, granted 0); 20 reserved, 5 too many"
    )


def test_a_statement_tells_of_points_that_are_set_aside() -> None:
    ana = stock()
    before = ana.account
    effects = [*ana.reserve("h", 4, 120, until=6).effects, *ana.capture("c", 5, "h", 100).effects]
    told = [
        (line.text, line.points, line.balance)
        for line in statement(effects, ana.engine.program, opening=before)
    ]
    assert told == [
        ("Set aside 120 points, until 7 Jan 2026", -120, 30),
        ("Spent 100 points that were set aside", 0, 30),
        ("20 points are set aside no longer", 20, 50),
    ]


Deed = tuple[str, int, int]
deeds = st.lists(
    st.tuples(
        st.sampled_from(("buy", "buy", "reserve", "reserve", "capture", "release", "redeem")),
        st.integers(0, 4),
        st.integers(1, 12),
    ),
    min_size=3,
    max_size=14,
)
LIFE = timedelta(days=10)


class Pot:
    """One object per point: [when it lapses, place in line, where it is]."""

    def __init__(self) -> None:
        self.points: list[list[Any]] = []
        self.limits: dict[str, datetime] = {}

    def earn(self, now: datetime, count: int, name: str) -> None:
        self.points += [[now + LIFE, now, f"{name}/base/0", "held"] for _ in range(count)]

    def pass_time(self, now: datetime) -> None:
        for name, limit in self.limits.items():
            if limit <= now:
                self.move(name, "held")
        for point in self.points:
            if point[3] == "held" and point[0] <= now:
                point[3] = "lapsed"

    def line(self) -> list[list[Any]]:
        return sorted((each for each in self.points if each[3] == "held"), key=lambda x: x[:3])

    def take(self, count: int, where: str) -> bool:
        line = self.line()
        if len(line) < count:
            return False
        for point in line[:count]:
            point[3] = where
        return True

    def move(self, name: str, where: str, count: int = 10**6) -> None:
        mine = sorted((each for each in self.points if each[3] == name), key=lambda x: x[:3])
        for point in mine[:count]:
            point[3] = where

    def count(self, *where: str) -> int:
        return sum(point[3] in where for point in self.points)

    def open(self, name: str) -> bool:
        return self.count(name) > 0


@given(deeds)
def test_reserving_capturing_and_releasing_agree_with_one_object_per_point(
    history: list[Deed],
) -> None:
    ana, pot, now = Desk(BASE), Pot(), 0.0
    names: list[str] = []
    for number, (kind, gap, count) in enumerate(history):
        now += gap
        at = day(now)
        pot.pass_time(at)
        event, expected = f"e{number}", True
        match kind:
            case "reserve":
                expected = pot.take(count, event)
                if expected:
                    pot.limits[event] = day(now + 1 + count)
                    names.append(event)
                decision = ana.reserve(event, now, count, until=now + 1 + count)
            case "capture" if names:
                name = names[-1 - count % len(names)]
                expected = pot.count(name) >= max(1, count // 2)
                if expected:
                    pot.move(name, "spent", max(1, count // 2))
                    pot.move(name, "held")
                    pot.pass_time(at)
                decision = ana.capture(event, now, name, max(1, count // 2))
            case "release" if names:
                name = names[-1 - count % len(names)]
                expected = pot.open(name)
                pot.move(name, "held")
                pot.pass_time(at)
                decision = ana.tell(Release(event, at, member="ana", reservation=name))
            case "redeem":
                expected = pot.take(count, "spent")
                decision = ana.spend(event, now, count)
            case _:
                pot.earn(at, count, event)
                decision = ana.buy(event, now, str(count))
        assert decision.accepted == expected, (kind, decision.refusals)
        purse = ana.account.purse("points")
        assert reserved(ana, now) == (pot.count("held"), pot.count(*names))
        assert (purse.redeemed, purse.expired) == (pot.count("spent"), pot.count("lapsed"))
        assert [lot.id for lot in ana.account.lots] == list(
            dict.fromkeys(point[2] for point in pot.line())
        )


def test_the_effects_name_the_event_and_the_reservation() -> None:
    ana = stock()
    ana.reserve("h", 4, 20, until=6)
    [captured] = [each for each in ana.capture("c", 5, "h").effects if isinstance(each, Captured)]
    assert (captured.event, captured.reservation, captured.purse) == ("c", "h", "points")
    assert [(draw.lot.id, draw.points) for draw in captured.draws] == [("o1/base/0", 20)]
