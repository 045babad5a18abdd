"""What is done by hand: adjustments, goodwill within its limit, other expiry, reinstatement."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from desk import MEMBER, Desk, club, day, line, refused

from loyaltykit import (
    Accrue,
    Adjustment,
    DefinitionError,
    ExpiryStart,
    Extension,
    Goodwill,
    Limit,
    LimitError,
    Missing,
    MisuseError,
    ProgramError,
    Purchase,
    Purse,
    RefusalCode,
    Reinstatement,
    Rule,
    Since,
    Status,
    Tier,
    Tiers,
    basket,
    days,
    forever,
    item,
    months,
    per_month,
    points,
    some_item,
    through,
    until,
    within,
)
from loyaltykit.handmade import Adjusted, GoodwillGranted, Rescheduled, Revived
from loyaltykit.limits import OneOrder, Per
from loyaltykit.movements import DebtRepaid
from loyaltykit.windows import SinceEntry

base = Rule("base", Purchase, then=Accrue(points(1).per(1), expires=days(30)))
slow = Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=days(5)))


def adjusting(id: str, number: float, points: int, **rest: Any) -> Adjustment:
    rest = {"reason": "counted again", **rest}
    return Adjustment(id, day(number), member=MEMBER, points=points, **rest)


def sorry(id: str, number: float, points: int, **rest: Any) -> Goodwill:
    rest = {"reason": "late delivery", **rest}
    return Goodwill(id, day(number), member=MEMBER, points=points, **rest)


# -- adjustments


def test_points_that_are_added_by_hand_are_a_lot_of_their_own_and_issued() -> None:
    desk = Desk()
    decision = desk.tell(adjusting("a1", 0, 40, expires=days(10)))
    [added] = [each for each in decision.effects if isinstance(each, Adjusted)]
    assert added.lot is not None
    assert (added.lot.points, added.lot.expires, added.lot.rule) == (40, day(10), None)
    assert (added.event, added.draws, added.reason) == ("a1", (), "counted again")
    assert desk.has(0) == (40, 0, 0)
    assert desk.has(10) == (0, 0, 0)
    assert desk.account.purse("points").issued == 40


def test_without_a_term_they_last_for_ever_and_another_purse_may_hold_them() -> None:
    desk = Desk()
    desk.tell(adjusting("a1", 0, 250, purse="credit"))
    [lot] = desk.account.lots
    assert (lot.purse, lot.expires) == ("credit", None)
    assert desk.has(0, "credit") == (250, 0, 0)


def test_points_that_are_taken_by_hand_go_in_order_of_consumption_and_are_reversed() -> None:
    desk = Desk(base)
    desk.tell(adjusting("never", 0, 30))
    desk.buy("o1", 1, "20")
    decision = desk.tell(adjusting("a1", 2, -25))
    [taken] = [each for each in decision.effects if isinstance(each, Adjusted)]
    assert [(draw.lot.event, draw.points) for draw in taken.draws] == [("o1", 20), ("never", 5)]
    assert desk.has(2) == (25, 0, 0)
    purse = desk.account.purse("points")
    assert (purse.issued, purse.reversed, purse.redeemed, purse.debt) == (50, 25, 0, 0)


def test_no_more_is_taken_by_hand_than_is_available_and_nothing_pending() -> None:
    desk = Desk(slow)
    desk.tell(adjusting("never", 0, 30))
    desk.buy("o1", 0, "20")
    before = desk.account
    refusal = refused(desk.tell(adjusting("a1", 1, -31)))
    assert (refusal.code, refusal.about) == (RefusalCode.POINTS_INSUFFICIENT, "points")
    assert (refusal.desired, refusal.granted) == (31, 0)
    assert refusal.missing == (Missing("member.balance:points", "1 more points", Decimal(1)),)
    assert desk.account == before
    assert desk.tell(adjusting("a1", 1, -30)).accepted
    assert desk.has(1) == (0, 20, 0)


def test_points_that_are_added_by_hand_repay_debt_first() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    desk.spend("s1", 1, 20)
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (0, 0, 20)
    decision = desk.tell(adjusting("a1", 3, 50))
    [repaid] = [each for each in decision.effects if isinstance(each, DebtRepaid)]
    assert repaid.points == 20
    assert desk.has(3) == (30, 0, 0)


def test_what_was_taken_by_hand_is_gone_when_its_order_comes_back() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    desk.tell(adjusting("a1", 1, -15))
    desk.back("r1", 2, "o1")
    assert desk.has(2) == (0, 0, 15)


def test_neither_adjustments_nor_goodwill_count_towards_a_tier() -> None:
    desk = Desk(base, tiers=Tiers([Tier("bronze", 0), Tier("gold", 50)], window=months(12)))
    desk.buy("o1", 0, "49")
    desk.tell(adjusting("a1", 1, 100), sorry("g1", 1, 100))
    assert desk.account.tier == "bronze"
    desk.tell(adjusting("a2", 1, -200))
    desk.buy("o2", 2, "1")
    assert desk.account.tier == "gold"


def test_what_would_be_gone_at_once_is_not_granted() -> None:
    desk = Desk()
    for event in (
        adjusting("a1", 0, 9, expires=until(date(2026, 1, 1))),
        sorry("g1", 0, 9, expires=until(date(2026, 1, 1))),
    ):
        refusal = refused(desk.tell(event))
        assert (refusal.code, refusal.desired, refusal.granted) == (
            RefusalCode.EXPIRED_AT_ONCE,
            9,
            0,
        )


def test_a_rule_may_listen_and_its_lot_is_another_one() -> None:
    rules = [
        Rule("by hand", Adjustment, then=Accrue(points(1))),
        Rule("thanks", Goodwill, then=Accrue(points(2))),
    ]
    desk = Desk(*rules)
    desk.tell(adjusting("a1", 0, 10), adjusting("a2", 0, -3), sorry("g1", 0, 5))
    assert desk.has(0) == (10 - 3 + 1 + 1 + 5 + 2, 0, 0)
    assert sorted(lot.id for lot in desk.account.lots) == [
        "a1/by hand/0/by hand",  # the other of its event has paid the three points
        "a2/by hand/0",
        "g1/by hand/0/by hand",
        "g1/thanks/0",
    ]


@pytest.mark.parametrize("kind", [Adjustment, Goodwill, Reinstatement])
@pytest.mark.parametrize("how", [{}, {"reason": ""}])
def test_what_is_done_by_hand_needs_a_reason(kind: Any, how: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="a reason is needed: reason="):
        kind("a1", day(0), member=MEMBER, points=5, **how)


@pytest.mark.parametrize("reason", [" late", "late\n", "x" * 201])
def test_a_reason_is_plain_text(reason: str) -> None:
    with pytest.raises(DefinitionError, match="the reason of an event"):
        adjusting("a1", 0, 5, reason=reason)


@pytest.mark.parametrize("points", [0, 10**15 + 1, -(10**15) - 1, True, 1.0, "5"])
def test_an_adjustment_is_of_whole_points_and_not_of_none(points: Any) -> None:
    with pytest.raises(DefinitionError, match="adds or takes whole points, 25 or -25, not"):
        adjusting("a1", 0, points)


def test_points_that_are_taken_have_no_term_and_a_term_is_a_term() -> None:
    with pytest.raises(DefinitionError, match="leave expires out"):
        adjusting("a1", 0, -5, expires=days(3))
    with pytest.raises(MisuseError, match="write how long"):
        adjusting("a1", 0, 5, expires=3)


# -- goodwill


def test_goodwill_without_a_limit_is_granted() -> None:
    desk = Desk()
    decision = desk.tell(sorry("g1", 0, 500, expires=days(9)))
    [granted] = [each for each in decision.effects if isinstance(each, GoodwillGranted)]
    assert (granted.lot.points, granted.lot.expires, granted.reason) == (
        500,
        day(9),
        "late delivery",
    )
    assert desk.account.purse("points").issued == 500
    assert not desk.account.counters


def test_goodwill_is_never_negative() -> None:
    with pytest.raises(DefinitionError, match="points must be a whole number of 1 or more"):
        sorry("g1", 0, -5)


def test_goodwill_repays_debt_first() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    desk.spend("s1", 1, 20)
    desk.back("r1", 2, "o1")
    desk.tell(sorry("g1", 3, 25))
    assert desk.has(3) == (5, 0, 0)


def test_goodwill_over_the_limit_on_times_is_refused_whole_until_the_window_has_passed() -> None:
    desk = Desk(goodwill=within(days(10), 2))
    desk.tell(sorry("g1", 0, 5), sorry("g2", 4, 5))
    refusal = refused(desk.tell(sorry("g3", 9, 5)))
    assert (refusal.code, refusal.about) == (RefusalCode.LIMIT_REACHED, "goodwill")
    assert (refusal.desired, refusal.granted) == (5, 0)
    assert refusal.missing == (Missing("goodwill", "given 2 times already"),)
    assert desk.tell(sorry("g3", 10, 5)).accepted
    assert desk.has(10) == (15, 0, 0)


def test_goodwill_over_the_limit_on_points_is_refused_with_what_is_left() -> None:
    desk = Desk(goodwill=per_month(points=100))
    desk.tell(sorry("g1", 0, 70))
    refusal = refused(desk.tell(sorry("g2", 1, 31)))
    assert (refusal.desired, refusal.granted) == (31, 0)
    assert refusal.missing == (Missing("goodwill", "30 points left, 1 too many", Decimal(1)),)
    assert desk.tell(sorry("g2", 1, 30)).accepted
    assert refused(desk.tell(sorry("g3", 30, 1))).code is RefusalCode.LIMIT_REACHED
    assert desk.tell(sorry("g3", 31, 100)).accepted  # the first of February


def test_the_points_of_a_limit_on_goodwill_count_for_each_purse_and_its_times_for_all() -> None:
    desk = Desk(goodwill=Limit(2, points=100, window=days(10)))
    desk.tell(sorry("g1", 0, 100), sorry("g2", 0, 100, purse="credit"))
    refusal = refused(desk.tell(sorry("g3", 1, 1)))
    assert [each.text for each in refusal.missing] == [
        "given 2 times already",
        "0 points left, 1 too many",
    ]


def test_adjustments_use_none_of_the_limit_on_goodwill() -> None:
    desk = Desk(goodwill=per_month(1))
    desk.tell(adjusting("a1", 0, 5), adjusting("a2", 0, 5), sorry("g1", 0, 5))
    assert desk.has(0) == (15, 0, 0)


def test_a_limit_on_goodwill_is_checked_with_the_programme() -> None:
    with pytest.raises(ProgramError, match="goodwill: limits since tier entry"):
        club(goodwill=Limit(1, window=SinceEntry()))
    with pytest.raises(MisuseError, match=r"goodwill must be a limit such as per_year\(2\), not 3"):
        club(goodwill=3)


# -- extension


def longer(id: str, number: float, until: float, **rest: Any) -> Extension:
    return Extension(id, day(number), member=MEMBER, until=day(until), **rest)


def ends(desk: Desk) -> dict[str, float | None]:
    """By event: on which day the points of a lot lapse."""
    return {
        lot.event: None if lot.expires is None else (lot.expires - day(0)) / timedelta(days=1)
        for lot in (*desk.account.lots, *desk.account.pending)
    }


def test_an_extension_moves_what_would_lapse_sooner_and_nothing_else() -> None:
    desk = Desk(base)
    desk.tell(adjusting("never", 0, 1))
    for number in (0, 10, 20):
        desk.buy(f"o{number}", number, "5")
    assert ends(desk) == {"o0": 30, "o10": 40, "o20": 50, "never": None}
    decision = desk.tell(longer("x1", 25, 45))
    moved = [each for each in decision.effects if isinstance(each, Rescheduled)]
    assert [(each.lot, each.expires) for each in moved] == [
        ("o0/base/0", day(45)),
        ("o10/base/0", day(45)),
    ]
    assert ends(desk) == {"o0": 45, "o10": 45, "o20": 50, "never": None}
    assert desk.has(44) == (16, 0, 0)
    assert desk.has(45) == (6, 0, 0)


def test_points_that_are_extended_are_spent_in_their_new_order() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "5")
    desk.buy("o2", 10, "5")
    desk.tell(longer("x1", 11, 90, lots=["o1/base/0"]))
    desk.spend("s1", 12, 6)
    assert [(lot.event, lot.remaining) for lot in desk.account.lots] == [("o1", 4)]


def test_pending_points_are_extended_too() -> None:
    desk = Desk(
        Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=days(5), expires=days(8)))
    )
    desk.buy("o1", 0, "5")
    desk.tell(longer("x1", 1, 20))
    assert ends(desk) == {"o1": 20}
    assert desk.has(19) == (5, 0, 0)


def test_an_extension_never_shortens_and_what_changes_nothing_is_refused() -> None:
    desk = Desk(base, purses=[Purse("status")])
    desk.buy("o1", 0, "5")
    for event in (longer("x1", 1, 30), longer("x1", 1, 2), longer("x1", 1, 40, purse="status")):
        refusal = refused(desk.tell(event))
        assert (refusal.code, refusal.about) == (RefusalCode.EXPIRY_UNCHANGED, event.purse)
    assert ends(desk) == {"o1": 30}


def test_an_extension_of_some_lots_leaves_those_alone_that_last_longer_anyway() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "5")
    desk.buy("o2", 20, "5")
    desk.tell(longer("x1", 21, 40, lots=["o2/base/0", "o1/base/0"]))
    assert ends(desk) == {"o1": 40, "o2": 50}


def test_an_unknown_lot_or_one_of_another_purse_refuses_the_whole_extension() -> None:
    desk = Desk(base, purses=[Purse("status")])
    desk.buy("o1", 0, "5")
    desk.tell(adjusting("a1", 0, 5, purse="status", expires=days(3)))
    [status] = [lot.id for lot in desk.account.lots if lot.purse == "status"]
    decision = desk.tell(longer("x1", 1, 60, lots=["o1/base/0", "x", status]))
    assert decision.status is Status.REFUSED
    assert [(each.code, each.about) for each in decision.refusals] == [
        (RefusalCode.LOT_UNKNOWN, "x"),
        (RefusalCode.LOT_UNKNOWN, status),
    ]
    assert ends(desk) == {"o1": 30, "a1": 3}


def test_lapsed_points_are_not_there_to_extend() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "5")
    refusal = refused(desk.tell(longer("x1", 30, 60, lots=["o1/base/0"])))
    assert refusal.code is RefusalCode.LOT_UNKNOWN


def test_points_that_a_return_gives_back_to_an_extended_lot_last_as_long_as_it() -> None:
    """One part of an order costs a bonus, the next regains it, after the lot was extended."""
    bonus = Rule(
        "bonus",
        Purchase,
        when=~some_item(item.category.is_("wine")) | (basket.spend >= 50),
        then=Accrue(points(10), expires=days(12)),
    )
    desk = Desk(bonus)
    desk.buy("o1", 0, line("1", "40"), line("2", "20", category="wine"))
    desk.buy("o2", 1, line("1", "60"))
    desk.tell(adjusting("a1", 1, -5))  # out of the bonus of o1
    desk.tell(longer("x1", 2, 60))
    desk.back("r1", 3, "o1", {"1": 1})
    assert desk.has(3) == (5, 0, 0)
    desk.back("r2", 20, "o1", {"2": 1})
    assert desk.has(20) == (5, 0, 0)  # the order is gone whole, and so is its bonus
    assert ends(desk) == {"o2": 60}


@pytest.mark.parametrize(
    ("rest", "error", "problem"),
    [
        ({"lots": []}, DefinitionError, "names at least one lot, or None for all it can"),
        ({"lots": "o1"}, MisuseError, "lots to extend: write a list"),
        ({"lots": [str(n) for n in range(10_001)]}, LimitError, "at most 10000 lots"),
        ({"until": datetime(2026, 1, 1)}, DefinitionError, "until when points are extended: "),  # noqa: DTZ001
    ],
)
def test_an_extension_is_checked_when_it_is_built(
    rest: dict[str, Any], error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        Extension(**{"id": "x", "at": day(0), "member": MEMBER, "until": day(1), **rest})


# -- an expiry that starts


def starting(id: str, number: float, term: Any, **rest: Any) -> ExpiryStart:
    return ExpiryStart(id, day(number), member=MEMBER, term=term, **rest)


def test_an_expiry_that_starts_gives_an_end_to_points_without_one() -> None:
    desk = Desk(base)
    desk.tell(adjusting("old", 0, 7))
    desk.tell(adjusting("new", 50, 8))
    desk.buy("o1", 50, "9")
    desk.tell(starting("y1", 60, days(100)))
    assert ends(desk) == {"old": 100, "new": 150, "o1": 80}
    assert desk.has(99) == (15, 0, 0)
    assert desk.has(100) == (8, 0, 0)


def test_an_expiry_may_count_from_the_event() -> None:
    desk = Desk()
    desk.tell(adjusting("old", 0, 7), adjusting("new", 50, 8))
    desk.tell(starting("y1", 60, days(100), counted=Since.NOW))
    assert ends(desk) == {"old": 160, "new": 160}


def test_nothing_lapses_at_once_when_an_expiry_starts() -> None:
    desk = Desk()
    desk.tell(adjusting("old", 0, 7), adjusting("new", 50, 8))
    refusal = refused(desk.tell(starting("y1", 60, days(60))))
    assert (refusal.code, refusal.about) == (RefusalCode.EXPIRED_AT_ONCE, "points")
    assert (refusal.desired, refusal.granted) == (7, 0)
    assert desk.tell(starting("y1", 60, days(60), not_before=day(75))).accepted
    assert ends(desk) == {"old": 75, "new": 110}


def test_pending_points_do_not_lapse_before_they_can_be_spent() -> None:
    desk = Desk(slow)
    desk.buy("o1", 0, "5")
    assert refused(desk.tell(starting("y1", 1, days(5)))).desired == 5
    assert desk.tell(starting("y1", 1, days(6))).accepted
    assert desk.has(5.5) == (5, 0, 0)
    assert desk.has(6) == (0, 0, 0)


def test_an_expiry_that_starts_where_all_points_have_an_end_is_refused() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "5")
    assert refused(desk.tell(starting("y1", 1, days(90)))).code is RefusalCode.EXPIRY_UNCHANGED


def test_an_expiry_that_starts_on_a_date_is_the_end_of_all() -> None:
    desk = Desk(slow)
    desk.tell(adjusting("a1", 0, 5))
    desk.buy("o1", 1, "5")
    desk.tell(starting("y1", 2, through(date(2026, 1, 31))))
    assert ends(desk) == {"a1": 30.5, "o1": 30.5}


@pytest.mark.parametrize(
    ("rest", "error", "problem"),
    [
        ({"term": forever()}, DefinitionError, "an expiry that starts has an end"),
        ({"term": None}, MisuseError, "write how long"),
        ({"counted": "earned"}, MisuseError, "counted must be Since.EARNED or Since.NOW"),
        ({"not_before": day(0)}, DefinitionError, "not_before must lie after the event"),
    ],
)
def test_an_expiry_that_starts_is_checked_when_it_is_built(
    rest: dict[str, Any], error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        starting(**{"id": "y", "number": 0, "term": days(1), **rest})


def test_rules_may_listen_to_both() -> None:
    desk = Desk(
        base,
        Rule("longer", Extension, then=Accrue(points(1))),
        Rule("started", ExpiryStart, then=Accrue(points(2))),
    )
    desk.buy("o1", 0, "5")
    desk.tell(longer("x1", 1, 60))
    desk.tell(starting("y1", 2, days(9)))
    assert desk.has(2) == (8, 0, 0)


# -- reinstatement


def again(id: str, number: float, points: int, **rest: Any) -> Reinstatement:
    rest = {"reason": "was ill", **rest}
    return Reinstatement(id, day(number), member=MEMBER, points=points, **rest)


def test_expired_points_come_back_as_a_lot_of_their_own() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    desk.to(40)
    assert desk.account.purse("points").expired == 20
    decision = desk.tell(again("w1", 41, 15, expires=days(10)))
    [back] = [each for each in decision.effects if isinstance(each, Revived)]
    assert (back.lot.points, back.lot.expires, back.reason) == (15, day(51), "was ill")
    purse = desk.account.purse("points")
    assert (purse.issued, purse.expired, purse.held) == (20, 5, 15)
    assert desk.has(50) == (15, 0, 0)
    assert desk.has(51) == (0, 0, 0)


def test_no_more_points_come_back_than_have_expired_and_each_only_once() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    desk.to(40)
    refusal = refused(desk.tell(again("w1", 41, 21)))
    assert (refusal.code, refusal.about) == (RefusalCode.EXPIRED_INSUFFICIENT, "points")
    assert (refusal.desired, refusal.granted) == (21, 0)
    assert refusal.missing == (Missing("expired", "20 have expired, 1 too many", Decimal(1)),)
    desk.tell(again("w1", 41, 20))
    assert refused(desk.tell(again("w2", 41, 1))).missing[0].amount == 1
    assert refused(desk.tell(again("w2", 41, 1, purse="credit"))).about == "credit"


def test_points_that_come_back_repay_debt_first() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    desk.buy("o2", 29, "20")
    desk.to(30)
    desk.spend("s1", 31, 20)
    desk.back("r1", 31, "o2")
    assert desk.has(31) == (0, 0, 20)
    desk.tell(again("w1", 32, 20))
    assert desk.has(32) == (0, 0, 0)


def test_points_that_came_back_stay_when_their_order_is_returned() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    desk.to(40)
    desk.tell(again("w1", 41, 20))
    desk.back("r1", 42, "o1")
    assert desk.has(42) == (20, 0, 0)


def test_what_would_lapse_again_at_once_does_not_come_back() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "20")
    refusal = refused(desk.tell(again("w1", 41, 20, expires=until(date(2026, 2, 1)))))
    assert refusal.code is RefusalCode.EXPIRED_AT_ONCE
    assert desk.account.purse("points").expired == 20


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        (Limit(2, window=SinceEntry()), "goodwill: limits since tier entry"),
        (Limit(units=2), "goodwill: limits units, of which it has none: limit its times"),
        (Limit(2, per=Per.PROGRAM), "goodwill: limits what members share"),
        (Limit(2, window=OneOrder()), "goodwill: limits one order, of which it knows nothing"),
    ],
)
def test_goodwill_is_limited_in_times_and_points_for_each_member(
    limit: Limit, problem: str
) -> None:
    with pytest.raises(ProgramError) as caught:
        Desk(goodwill=limit)
    assert problem in str(caught.value)
