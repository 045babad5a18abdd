"""Outstanding points, breakage and deferred revenue: numbers by hand, and plain models beside them.

The model of breakage keeps one object for each point.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import StringIO
from itertools import pairwise
from typing import Any
from weakref import ref as weakref
from zoneinfo import ZoneInfo

import pytest
from attrs import define, evolve, field
from clubs import CLUBS, ENGINES, KIOSK
from desk import Desk, day, line
from diaries import MEMBER, diaries
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Credit,
    DefinitionError,
    Effect,
    Engine,
    Enrolment,
    Event,
    LimitError,
    MisuseError,
    OpeningBalance,
    OpeningLot,
    Program,
    Purchase,
    Rounding,
    Rule,
    basket,
    days,
    end_of,
    fold,
    item,
    months,
    points,
    some_item,
)
from loyaltykit import deferral as deferral_module
from loyaltykit import outstanding as outstanding_module
from loyaltykit.breakage import as_fraction
from loyaltykit.calendar import whole_months
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.liability import (
    Cohort,
    ContractLiability,
    Deferral,
    OutstandingPoints,
    PointsState,
    Progress,
    ReportRow,
    allocate_price,
    by_period,
    cohorts,
    observed_breakage,
    outstanding,
    plain_rows,
    progress_of,
    roll_forward,
    stand_alone_price,
)
from loyaltykit.lots import Lot
from loyaltykit.movements import (
    Accrued,
    Cancelled,
    Captured,
    DebtRepaid,
    Expired,
    GivenBack,
    Redeemed,
    Reinstated,
    Released,
    ReservationReleased,
    Reserved,
    Reversed,
)
from loyaltykit.outstanding import holding
from loyaltykit.testing import histories, programs

JAN, FEB, MAR, APR, MAY = (date(2026, month, 1) for month in range(1, 6))
PURSES = ("points", "status", "credit")
ZONES = ("UTC", "Europe/Lisbon", "Asia/Kathmandu", "America/New_York")
AVAILABLE, PENDING, DEBT = PointsState.AVAILABLE, PointsState.PENDING, PointsState.DEBT
RESERVED = PointsState.RESERVED

base = Rule("purchase", Purchase, then=Accrue(points(1).per(1)))
waiting = Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=days(20), expires=months(3)))


def junk(value: Any) -> Any:
    """A value of the wrong type, as callers without a type checker write it."""
    return value


def row(
    state: PointsState,
    points: int,
    earned: date | None = None,
    *,
    age: int | None = None,
    expires: date | None = None,
    purse: str = "points",
) -> OutstandingPoints:
    return OutstandingPoints(purse, state, earned=earned, age=age, expires=expires, points=points)


def told(rows: Iterable[Cohort]) -> list[tuple[date | None, dict[str, int]]]:
    """Cohorts as the month and the columns that are not zero."""
    columns = [
        "issued",
        "received",
        "redeemed",
        "expired",
        "reversed",
        "sent",
        "outstanding",
        "debt",
    ]
    return [
        (each.earned, {name: getattr(each, name) for name in columns if getattr(each, name)})
        for each in rows
    ]


class Shop(Desk):
    """A desk that keeps every effect."""

    def __init__(self, *rules: Rule, **rest: Any) -> None:
        super().__init__(*rules, **rest)
        self.effects: list[Effect] = []

    def _kept(self, decision: Any) -> Any:
        self.effects.extend(decision.effects)
        return super()._kept(decision)


# Outstanding points.


def test_points_are_told_by_age_expiry_and_state() -> None:
    desk = Desk(base, waiting)
    desk.buy("o1", 0, "10")  # 1 January; the pending half is released on the 21st
    desk.buy("o2", 40, "7")  # 10 February
    desk.spend("r1", 41, 4)
    desk.buy("o3", 75, "5")  # 17 March
    assert outstanding([desk.account], day(75), timezone="UTC") == (
        row(AVAILABLE, 6, JAN, age=2, expires=APR),
        row(AVAILABLE, 10, JAN, age=2),
        row(AVAILABLE, 7, FEB, age=1, expires=MAY),
        row(AVAILABLE, 7, FEB, age=1),
        row(AVAILABLE, 5, MAR, age=0),
        row(PENDING, 5, MAR, age=0, expires=date(2026, 6, 1)),
    )


def test_points_of_several_members_that_are_alike_share_a_row() -> None:
    desks = [Desk(base, member=name) for name in ("ana", "bea", "eve")]
    for number, desk in enumerate(desks):
        desk.buy("o1", number, str(10 + number))
    rows = outstanding((desk.account for desk in desks), day(5), timezone="UTC")
    assert rows == (row(AVAILABLE, 33, JAN, age=0),)


def test_one_calendar_month_may_have_two_ages_and_the_older_comes_first() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "3")  # 1 January
    desk.buy("o2", 30, "4")  # 31 January
    rows = outstanding([desk.account], day(45), timezone="UTC")  # 15 February
    assert rows == (row(AVAILABLE, 3, JAN, age=1), row(AVAILABLE, 4, JAN, age=0))


def test_what_was_released_or_has_lapsed_counts_so_before_it_is_posted() -> None:
    desk = Desk(waiting)
    desk.buy("o1", 0, "10")
    [early] = outstanding([desk.account], day(19), timezone="UTC")
    [later] = outstanding([desk.account], day(20), timezone="UTC")
    assert (early.state, later.state) == (PENDING, AVAILABLE)
    [last] = outstanding([desk.account], day(90) - timedelta(microseconds=1), timezone="UTC")
    assert last == row(AVAILABLE, 10, JAN, age=2, expires=APR)
    assert outstanding([desk.account], day(90), timezone="UTC") == ()


def test_debt_is_a_row_with_a_negative_number_so_that_a_purse_adds_up_to_what_is_owed() -> None:
    ana, bea = Desk(base), Desk(base, member="bea")
    ana.buy("o1", 0, "10")
    ana.spend("r1", 1, 8)
    ana.back("ret", 2, "o1")
    bea.buy("o1", 0, "3")
    rows = outstanding([ana.account, bea.account], day(3), timezone="UTC")
    assert rows == (row(AVAILABLE, 3, JAN, age=0), row(DEBT, -8))


def test_points_that_become_available_repay_debt_before_it_is_posted() -> None:
    slow = Rule("slow", Activity, then=Accrue(points(5), pending=days(10)))
    desk = Desk(base, slow)
    desk.buy("o1", 0, "10")
    desk.spend("r1", 1, 8)
    desk.tell(Activity("a1", day(2), member="ana", kind="visit"))
    desk.back("ret", 3, "o1")
    assert outstanding([desk.account], day(4), timezone="UTC") == (
        row(PENDING, 5, JAN, age=0),
        row(DEBT, -8),
    )
    assert outstanding([desk.account], day(12), timezone="UTC") == (row(DEBT, -3),)


def test_months_belong_to_the_time_zone() -> None:
    desk = Desk(Rule("monthly", Purchase, then=Accrue(points(1).per(1), expires=end_of("month"))))
    desk.buy("o1", 30.4, "10")  # 31 January, 21:36 in London; in Kathmandu it is 1 February
    at = day(30.45)
    [london] = outstanding([desk.account], at, timezone="Europe/London")
    [kathmandu] = outstanding([desk.account], at, timezone="Asia/Kathmandu")
    assert (london.earned, london.expires) == (JAN, JAN)
    assert (kathmandu.earned, kathmandu.expires) == (FEB, FEB)


def test_money_purses_and_points_stand_apart() -> None:
    desk = Desk(base, Rule("gift", Enrolment, then=Credit("2.50")))
    desk.join(0)
    desk.buy("o1", 1, "10")
    assert outstanding([desk.account], day(2), timezone="UTC") == (
        row(AVAILABLE, 250, JAN, age=0, purse="credit"),
        row(AVAILABLE, 10, JAN, age=0),
    )


@pytest.mark.parametrize(
    ("since", "at", "zone", "age"),
    [
        ("2026-01-31T12:00", "2026-02-28T11:59", "UTC", 0),
        ("2026-01-31T12:00", "2026-02-28T12:00", "UTC", 1),
        ("2026-01-31T12:00", "2026-03-28T12:00", "UTC", 1),  # from the base, never chained
        ("2026-01-31T12:00", "2026-03-31T12:00", "UTC", 2),
        ("2024-02-29T00:00", "2025-02-28T00:00", "UTC", 12),
        ("2026-01-15T12:00", "2026-01-15T12:00", "UTC", 0),
        ("2026-03-15T12:00", "2026-01-15T12:00", "UTC", 0),
        ("1901-01-01T00:00", "2199-01-01T00:00", "UTC", 3576),
        # 02:30 on 29 March does not exist in Vienna: it is 03:00, 01:00 in UTC.
        ("2026-02-28T01:30", "2026-03-28T01:29", "Europe/Vienna", 0),
        ("2025-12-29T01:30", "2026-03-29T00:59", "Europe/Vienna", 2),
        ("2025-12-29T01:30", "2026-03-29T01:00", "Europe/Vienna", 3),
        # 02:30 on 25 October is there twice: the first one counts.
        ("2026-09-25T00:30", "2026-10-25T00:29", "Europe/Vienna", 0),
        ("2026-09-25T00:30", "2026-10-25T01:10", "Europe/Vienna", 1),
    ],
)
def test_whole_months_are_over_at_the_very_instant(
    since: str, at: str, zone: str, age: int
) -> None:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, at))
    assert whole_months(start, end, ZoneInfo(zone)) == age


def added(rows: Iterable[OutstandingPoints], purse: str) -> tuple[int, int, int]:
    found: Counter[PointsState] = Counter()
    for each in rows:
        if each.purse == purse:
            found[each.state] += each.points
    return found[AVAILABLE], found[PENDING], -found[DEBT]


def grown(program: Program, diary: Sequence[Event], name: str) -> tuple[Account, list[Effect]]:
    account = Account.new(name)
    effects: list[Effect] = []
    for event in diary:
        decision = ENGINES[program.name].decide(account, event)
        account = decision.account
        effects.extend(decision.effects)
    return account, effects


later_on = st.sampled_from([timedelta(0), timedelta(hours=5), *map(timedelta, (1, 9, 32, 70, 400))])


fewer = settings(max_examples=max(1, settings().max_examples // 2))
"""For laws that run in every club."""


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@fewer
@given(data=st.data())
def test_outstanding_points_add_up_to_the_balances_exactly(
    program: Program, data: st.DataObject
) -> None:
    held = [grown(program, data.draw(diaries(program)), MEMBER)[0] for _ in range(2)]
    at = max(account.clock for account in held if account.clock) + data.draw(later_on)
    rows = outstanding(iter(held), at, timezone=data.draw(st.sampled_from(ZONES)))
    for purse in PURSES:
        balances = [account.balance(at, purse) for account in held]
        assert added(rows, purse) == (
            sum(each.available for each in balances),
            sum(each.pending for each in balances),
            sum(each.debt for each in balances),
        )
    assert outstanding(held[::-1], at, timezone="UTC") == outstanding(held, at, timezone="UTC")


@given(diary=diaries(KIOSK), wait=later_on)
def test_outstanding_points_do_not_depend_on_jobs(diary: list[Event], wait: timedelta) -> None:
    account, _ = grown(KIOSK, diary, MEMBER)
    assert account.clock is not None
    at = account.clock + wait
    advanced = ENGINES[KIOSK.name].advance(account, at).account
    rows = outstanding([account], at, timezone="Europe/Lisbon")
    assert rows == outstanding([advanced], at, timezone="Europe/Lisbon")


@given(diary=diaries(KIOSK), wait=later_on, zone=st.sampled_from(ZONES))
def test_each_row_holds_the_points_that_are_alike_and_no_others(
    diary: list[Event], wait: timedelta, zone: str
) -> None:
    account, _ = grown(KIOSK, diary, MEMBER)
    assert account.clock is not None
    at, where = account.clock + wait, ZoneInfo(zone)
    account = ENGINES[KIOSK.name].advance(account, at).account
    alike: Counter[tuple[Any, ...]] = Counter()
    aside = [
        evolve(draw.lot, remaining=draw.points)
        for each in account.reservations.values()
        for draw in each.draws
    ]
    for state, lots in ((AVAILABLE, account.lots), (PENDING, account.pending), (RESERVED, aside)):
        for lot in lots:
            age = 0
            while age < 60 and whole_months(lot.earned, at, where) > age:
                age += 1
            first = f"{lot.earned.astimezone(where):%Y-%m}-01"
            end = lot.expires and (lot.expires - timedelta(microseconds=1)).astimezone(where)
            last = f"{end:%Y-%m}-01" if end else "never"
            alike[lot.purse, state, first, age, last] += lot.remaining
    for purse in PURSES:
        if owed := account.purse(purse).debt:
            alike[purse, DEBT, "None", None, "never"] -= owed
    found = {
        (each.purse, each.state, str(each.earned), each.age, str(each.expires or "never")): each
        for each in outstanding([account], at, timezone=zone)
    }
    assert {key: each.points for key, each in found.items()} == alike


def test_accounts_are_read_once_and_none_is_kept() -> None:
    desk = Desk(base)
    desk.buy("o1", 0, "10")
    seen: list[weakref[Account]] = []

    def cursor() -> Iterator[Account]:
        for number in range(100):
            account = evolve(desk.account, member=f"m{number}")
            seen.append(weakref(account))
            yield account

    [total] = outstanding(cursor(), day(1), timezone="UTC")
    assert (total.points, len(seen)) == (1_000, 100)
    assert [each for each in seen if each() is not None] == []


def test_an_account_that_has_gone_past_the_instant_is_refused_by_name() -> None:
    desk = Desk(base)
    desk.buy("o1", 3, "10")
    with pytest.raises(DefinitionError, match="account 'ana' has gone on to 2026-01-04"):
        outstanding([desk.account], day(2), timezone="UTC")


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (
            lambda: outstanding(junk(Account.new("ana")), day(0), timezone="UTC"),
            MisuseError,
            "a list",
        ),
        (lambda: outstanding([junk("ana")], day(0), timezone="UTC"), MisuseError, "not 'ana'"),
        (
            lambda: outstanding([], day(0).replace(tzinfo=None), timezone="UTC"),
            DefinitionError,
            "at:",
        ),
        (lambda: outstanding([], day(0), timezone="Nowhere"), DefinitionError, "timezone:"),
        (lambda: holding(junk("ana"), day(0)), MisuseError, "not 'ana'"),
        (lambda: cohorts(junk(5), day(0), timezone="UTC"), MisuseError, "ledgers: .* not 5"),
        (lambda: cohorts([junk(5)], day(0), timezone="UTC"), MisuseError, "ledgers: .* not 5"),
        (lambda: cohorts([junk("ab")], day(0), timezone="UTC"), MisuseError, "0: 'a' is no effect"),
        (lambda: observed_breakage(junk(5)), MisuseError, "cohorts: .* not 5"),
        (lambda: observed_breakage([junk(5)]), MisuseError, "cohorts: .* not 5"),
        (lambda: observed_breakage([], purse=""), DefinitionError, "a purse"),
        (lambda: plain_rows(junk(5)), MisuseError, "plain_rows: .* not 5"),
        (lambda: plain_rows([junk(5)]), MisuseError, "plain_rows: .* not 5"),
    ],
)
def test_what_is_no_report_or_cannot_be_reported_says_what_to_write(
    call: Callable[[], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        call()


def test_a_report_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Shop(base, waiting)
    desk.buy("o1", 0, "10")
    desk.buy("o2", 40, "10")
    monkeypatch.setattr(outstanding_module, "MAX_ROWS", 3)
    with pytest.raises(LimitError, match="outstanding: at most 3 rows"):
        outstanding([desk.account], day(40), timezone="UTC")
    monkeypatch.setattr("loyaltykit.cohorts.MAX_ROWS", 1)
    with pytest.raises(LimitError, match="cohorts: at most 1 rows"):
        cohorts([desk.effects], day(40), timezone="UTC")


# Cohorts and breakage.


def test_each_redeemed_point_counts_in_the_month_in_which_it_was_earned() -> None:
    shop = Shop(Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=months(3))))
    shop.buy("o1", 0, "100")  # January, lapses on 1 April
    shop.buy("o2", 40, "50")  # February, lapses on 10 May
    shop.spend("r1", 50, 120)  # all of January, 20 of February
    shop.buy("o3", 60, "30")  # 2 March
    shop.back("ret", 61, "o2")  # 30 are left of it; 20 of March for the rest
    assert told(cohorts([shop.effects], day(62), timezone="UTC")) == [
        (JAN, {"issued": 100, "redeemed": 100}),
        (FEB, {"issued": 50, "redeemed": 20, "reversed": 30}),
        (MAR, {"issued": 30, "reversed": 20, "outstanding": 10}),
    ]


def test_a_cohort_matures_and_its_breakage_is_exact() -> None:
    shop = Shop(Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=months(2))))
    shop.buy("o1", 0, "100")
    shop.spend("r1", 30, 93)  # 31 January
    shop.buy("o2", 45, "40")  # 15 February
    young, _ = cohorts([shop.effects], day(58), timezone="UTC")
    assert (young.outstanding, young.matured, young.breakage) == (7, False, None)
    january, february = cohorts([shop.effects], day(59), timezone="UTC")  # 1 March, noon
    assert told([january]) == [(JAN, {"issued": 100, "redeemed": 93, "expired": 7})]
    assert january.breakage == Fraction(7, 100)
    assert february.breakage is None
    assert observed_breakage([january, february]) == Fraction(7, 100)


def test_observed_breakage_pools_what_is_matured_of_one_purse_before_a_day() -> None:
    rows = [
        Cohort("points", JAN, issued=100, redeemed=90, expired=10),
        Cohort("points", FEB, issued=300, redeemed=240, expired=50, reversed=10),
        Cohort("points", MAR, issued=100, redeemed=99, expired=0, outstanding=1),
        Cohort("points", APR, issued=50, redeemed=50),
        Cohort("credit", JAN, issued=100, expired=100),
        Cohort("points", None, reversed=5, debt=5),
    ]
    assert observed_breakage(rows) == Fraction(60, 440)
    assert observed_breakage(rows, before=MAR) == Fraction(60, 390)
    assert observed_breakage(rows, purse="credit") == 1
    assert observed_breakage(rows, before=JAN) is None
    assert [each.breakage for each in rows] == [Fraction(1, 10), Fraction(5, 29), None, 0, 1, None]


def test_expected_breakage_is_of_the_whole_cohort_with_what_has_lapsed_already() -> None:
    cohort = Cohort("points", JAN, issued=1_050, reversed=50, redeemed=400, expired=20,
                    outstanding=580)  # fmt: skip
    assert (cohort.expected_breakage("0.05"), cohort.expected_redeemed("0.05")) == (30, 950)
    assert (cohort.expected_breakage(0), cohort.expected_redeemed(0)) == (0, 980)
    assert (cohort.expected_breakage("0.01"), cohort.expected_redeemed("0.01")) == (0, 980)
    assert (cohort.expected_breakage(1), cohort.expected_redeemed(1)) == (580, 400)
    assert cohort.expected_breakage(Fraction(1, 3)) == 313  # 333 1/3 in all
    assert cohort.expected_breakage(Fraction(1, 3), Rounding.CEIL) == 314


def test_what_a_return_takes_beyond_what_is_left_is_a_debt_until_other_points_repay_it() -> None:
    shop = Shop(base)
    shop.buy("o1", 0, "100")
    shop.spend("r1", 1, 80)
    shop.back("ret", 2, "o1")
    assert told(cohorts([shop.effects], day(2), timezone="UTC")) == [
        (JAN, {"issued": 100, "redeemed": 80, "reversed": 20}),
        (None, {"reversed": 80, "debt": 80}),
    ]
    shop.buy("o2", 40, "50")
    shop.buy("o3", 70, "50")
    assert told(cohorts([shop.effects], day(70), timezone="UTC")) == [
        (JAN, {"issued": 100, "redeemed": 80, "reversed": 20}),
        (FEB, {"issued": 50, "reversed": 50}),
        (MAR, {"issued": 50, "reversed": 30, "outstanding": 20}),
    ]


def test_debt_that_comes_back_after_it_was_repaid_bears_the_date_of_its_own_order() -> None:
    wine = item.category.is_("wine")
    shop = Shop(
        Rule(
            "bonus",
            Purchase,
            when=~some_item(wine) | (basket.spend >= 30),
            then=Accrue(points(30)),
        ),
        Rule("gift", Activity, then=Accrue(points(100))),
    )
    shop.buy("o1", 0, line("1", "10", 2, category="tea"), line("2", "10", category="wine"))
    shop.spend("r1", 1, 30)
    shop.back("ret 1", 2, "o1", {"1": 1})  # 20.00 with wine: the bonus is lost, 30 are owed
    shop.tell(Activity("a1", day(40), member="ana", kind="visit"))  # and repaid in February
    assert told(cohorts([shop.effects], day(41), timezone="UTC")) == [
        (JAN, {"issued": 30, "redeemed": 30}),
        (FEB, {"issued": 100, "reversed": 30, "outstanding": 70}),
    ]
    shop.back("ret 2", 42, "o1", {"2": 1})  # without wine: the bonus is regained
    rows = cohorts([shop.effects], day(42), timezone="UTC")
    assert told(rows) == [
        (JAN, {"issued": 30, "redeemed": 30, "reversed": -30, "outstanding": 30}),
        (FEB, {"issued": 100, "reversed": 30, "outstanding": 70}),
    ]
    assert rows[0].expected_redeemed(0) == 60


def test_points_that_come_back_after_their_expiry_count_as_expired() -> None:
    kept = ~some_item(item.category.is_("wine")) | (basket.spend >= 30)
    shop = Shop(
        Rule("bonus", Purchase, when=kept, then=Accrue(points(30), expires=days(10))),
    )
    shop.buy("o1", 0, line("1", "10", 2, category="tea"), line("2", "10", category="wine"))
    shop.back("ret 1", 2, "o1", {"1": 1})
    assert told(cohorts([shop.effects], day(12), timezone="UTC")) == [
        (JAN, {"issued": 30, "reversed": 30})
    ]
    shop.back("ret 2", 12, "o1", {"2": 1})
    assert told(cohorts([shop.effects], day(12), timezone="UTC")) == [
        (JAN, {"issued": 30, "expired": 30})
    ]


def test_points_from_a_former_system_count_in_the_month_in_which_they_were_earned_there() -> None:
    shop = Shop(base)
    earned = datetime(2025, 11, 20, tzinfo=UTC)
    lots = [OpeningLot(40, earned), OpeningLot(2, earned, purse="credit")]
    shop.tell(OpeningBalance("open", day(0), member="ana", lots=lots))
    shop.buy("o1", 1, "10")
    rows = cohorts([shop.effects], day(1), timezone="UTC")
    assert [(each.purse, *each_told) for each, each_told in zip(rows, told(rows), strict=True)] == [
        ("credit", date(2025, 11, 1), {"received": 2, "outstanding": 2}),
        ("points", date(2025, 11, 1), {"received": 40, "outstanding": 40}),
        ("points", JAN, {"issued": 10, "outstanding": 10}),
    ]


def test_effects_after_the_instant_are_left_out() -> None:
    shop = Shop(base)
    shop.buy("o1", 0, "100")
    shop.spend("r1", 10, 100)
    assert told(cohorts([shop.effects], day(9), timezone="UTC")) == [
        (JAN, {"issued": 100, "outstanding": 100})
    ]
    assert told(cohorts([iter(shop.effects)], day(10), timezone="UTC")) == [
        (JAN, {"issued": 100, "redeemed": 100})
    ]


@define
class Point:
    """One point: the lot that it came with, and where it is. `extra` was put back for a debt."""

    lot: Lot
    where: str
    came: str = field(kw_only=True)


class OnePointAtATime:
    """The model: effects applied to single points, found by looking through all of them."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.debt: Counter[str] = Counter()
        self.until: dict[str, datetime] = {}

    def move(self, lot: str, count: int, source: str, target: str) -> int:
        moved = [each for each in self.points if each.lot.id == lot and each.where == source]
        for each in moved[:count]:
            each.where = target
        return count - len(moved[:count])

    def apply(self, effect: Effect) -> None:
        match effect:
            case Accrued(lot=lot, received=received):
                came = "received" if received else "issued"
                self.points += [Point(lot, "held", came=came) for _ in range(lot.points)]
            case Expired(lot=lot):
                assert not self.move(lot.id, lot.remaining, "held", "expired")
            case Cancelled(lot=lot):
                assert not self.move(lot.id, lot.remaining, "held", "reversed")
            case Released(at=at, lot=name):
                for each in self.points:
                    if each.lot.id == name:
                        sooner = min(at, each.lot.available)
                        each.lot = evolve(each.lot, available=sooner, awaits=False)
            case Rescheduled(lot=name, expires=expires):
                for each in self.points:
                    if each.lot.id == name:
                        each.lot = evolve(each.lot, expires=expires)
            case Adjusted(lot=granted, draws=draws):
                if granted is not None:
                    self.points += [
                        Point(granted, "held", came="issued") for _ in range(granted.points)
                    ]
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, "held", "reversed")
            case GoodwillGranted(lot=lot):
                self.points += [Point(lot, "held", came="issued") for _ in range(lot.points)]
            case GivenBack(draws=draws):
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, "redeemed", "held")
            case Revived(lot=lot):
                self.points += [Point(lot, "held", came="revived") for _ in range(lot.points)]
            case Transferred(event=event, draws=draws):
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, "held", "sent")
            case TransferArrived(lots=lots):
                for lot in lots:
                    self.points += [Point(lot, "held", came="received") for _ in range(lot.points)]
            case TransferUndone(draws=draws):
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, "sent", "held")
            case Reserved(event=event, draws=draws, until=until):
                self.until[event] = until
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, "held", f"for {event}")
            case Captured(reservation=event, draws=draws):
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, f"for {event}", "redeemed")
            case ReservationReleased(reservation=event, draws=draws):
                del self.until[event]
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, f"for {event}", "held")
            case Redeemed(draws=draws):
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, "held", "redeemed")
            case Reversed(purse=purse, draws=draws, debt=debt):
                for draw in draws:
                    assert not self.move(draw.lot.id, draw.points, "held", "reversed")
                self.debt[purse] += debt
            case Reinstated(purse=purse, draws=draws, debt=debt, lapsed=lapsed):
                for draw, target in [(d, "held") for d in draws] + [(d, "expired") for d in lapsed]:
                    rest = self.move(draw.lot.id, draw.points, "reversed", target)
                    self.points += [Point(draw.lot, target, came="extra") for _ in range(rest)]
                self.debt[purse] -= debt
            case DebtRepaid(purse=purse, lot=name, points=count):
                assert not self.move(name, count, "held", "reversed")
                self.debt[purse] -= count
            case _:
                pass

    def close(self, clock: datetime, at: datetime) -> None:
        for each in self.points:
            if each.where == "held" and each.lot.awaits and each.lot.available <= at:
                each.where = "reversed"
        lots = {each.lot.id: each.lot for each in self.points}
        coming = [(lot.available, 0, lot.id, lot, "held") for lot in lots.values()]
        for event, until in self.until.items():
            aside = {each.lot.id for each in self.points if each.where == f"for {event}"}
            order = [each.lot.id for each in self.points if each.lot.id in aside]
            coming += [
                (until, 1, event, lots[name], f"for {event}")
                for name in sorted(aside, key=lambda name: (lots[name].rank, order.index(name)))
            ]
        for moment, _, _, lot, where in sorted(coming, key=lambda each: each[:3]):
            if not clock < moment <= at:
                continue
            held = sum(each.lot.id == lot.id and each.where == where for each in self.points)
            self.move(lot.id, held, where, "held")
            paid = min(held, self.debt[lot.purse])
            self.move(lot.id, paid, "held", "reversed")
            self.debt[lot.purse] -= paid
        for each in self.points:
            if each.where == "held" and each.lot.expires is not None and each.lot.expires <= at:
                each.where = "expired"

    def rows(self, zone: ZoneInfo) -> dict[tuple[str, date | None], dict[str, int]]:
        found: dict[tuple[str, date | None], Counter[str]] = {}
        for each in self.points:
            day = each.lot.earned.astimezone(zone).date()
            counts = found.setdefault((each.lot.purse, date(day.year, day.month, 1)), Counter())
            there = each.where == "held" or each.where.startswith("for ")
            counts["outstanding" if there else each.where] += 1
            if each.came == "extra":
                counts["reversed"] -= 1
            elif each.came == "revived":
                counts["expired"] -= 1
            else:
                counts[each.came] += 1
        for purse, owed in self.debt.items():
            found[purse, None] = Counter({"reversed": owed, "debt": owed})
        plain = {key: {name: n for name, n in each.items() if n} for key, each in found.items()}
        return {key: each for key, each in plain.items() if each}


def agrees(ledgers: Sequence[Sequence[Effect]], at: datetime, zone: str) -> tuple[Cohort, ...]:
    rows = cohorts(iter([iter(effects) for effects in ledgers]), at, timezone=zone)
    expected: dict[tuple[str, date | None], Counter[str]] = {}
    for effects in ledgers:
        model, clock = OnePointAtATime(), at
        for effect in effects:
            if effect.at <= at:
                model.apply(effect)
                clock = effect.at
        model.close(clock, at)
        for key, counts in model.rows(ZoneInfo(zone)).items():
            expected.setdefault(key, Counter()).update(counts)
    columns = [(key, each) for key, (_, each) in zip(map(_key, rows), told(rows), strict=True)]
    plain = {key: {name: n for name, n in each.items() if n} for key, each in expected.items()}
    assert dict(columns) == {key: each for key, each in plain.items() if each}
    assert [key for key, _ in columns] == sorted(dict(columns), key=lambda k: (k[0], str(k[1])))
    for each in rows:
        came = each.issued + each.received + each.debt
        went = each.redeemed + each.expired + each.reversed + each.sent
        assert came == went + each.outstanding
    return rows


def _key(cohort: Cohort) -> tuple[str, date | None]:
    return cohort.purse, cohort.earned


@pytest.mark.parametrize("program", CLUBS, ids=lambda club: club.name)
@fewer
@given(data=st.data())
def test_cohorts_agree_with_a_model_of_single_points(program: Program, data: st.DataObject) -> None:
    grew = [grown(program, data.draw(diaries(program)), MEMBER) for _ in range(2)]
    ledgers = [effects for _, effects in grew]
    last = max(account.clock for account, _ in grew if account.clock)
    at = last + data.draw(st.sampled_from([-timedelta(20), -timedelta(3), timedelta(0)]))
    agrees(ledgers, at + data.draw(later_on), data.draw(st.sampled_from(ZONES)))
    rows = agrees(ledgers, last, "UTC")
    for purse in PURSES:
        mine = [each for each in rows if each.purse == purse]
        for column in ("issued", "received", "redeemed", "reversed", "sent"):
            posted = sum(getattr(account.purse(purse), column) for account, _ in grew)
            if column == "reversed":  # what nobody confirmed by then, and is not posted yet
                waiting = (lot for account, _ in grew for lot in account.pending)
                due = [each for each in waiting if each.awaits and each.available <= last]
                posted += sum(lot.remaining for lot in due if lot.purse == purse)
            assert sum(getattr(each, column) for each in mine) == posted
        balances = [account.balance(last, purse) for account, _ in grew]
        held = sum(each.available + each.pending + each.reserved for each in balances)
        assert sum(each.outstanding for each in mine) == held
        assert sum(each.debt for each in mine) == sum(each.debt for each in balances)


@fewer
@given(programs(), histories(codes=("CAKE", "SPRING"), purses=PURSES), later_on)
def test_cohorts_agree_with_the_model_in_any_programme(
    program: Program, history: list[Event], wait: timedelta
) -> None:
    engine, account = Engine(program), Account.new("ann")
    effects: list[Effect] = []
    for event in history:
        decision = engine.decide(account, event)
        account = decision.account
        effects.extend(decision.effects)
    assume(account.clock is not None and len(account.lots) < 40)
    assert account.clock is not None
    assume(sum(purse.issued for purse in account.purses.values()) < 5_000)
    agrees([effects], account.clock + wait, "Europe/Lisbon")


@given(diary=diaries(KIOSK), wait=later_on)
def test_cohorts_do_not_depend_on_jobs(diary: list[Event], wait: timedelta) -> None:
    account, effects = grown(KIOSK, diary, MEMBER)
    assert account.clock is not None
    at = account.clock + wait
    posted = [*effects, *ENGINES[KIOSK.name].advance(account, at).effects]
    assert cohorts([effects], at, timezone="UTC") == cohorts([posted], at, timezone="UTC")


@given(diary=diaries(KIOSK), wait=later_on)
def test_cohorts_and_outstanding_points_say_the_same(diary: list[Event], wait: timedelta) -> None:
    account, effects = grown(KIOSK, diary, MEMBER)
    assert account.clock is not None
    at = account.clock + wait
    held: Counter[tuple[str, date | None]] = Counter()
    for each in outstanding([account], at, timezone="UTC"):
        held[each.purse, each.earned] += each.points
    rows = cohorts([effects], at, timezone="UTC")
    assert held == Counter({_key(each): each.outstanding - each.debt for each in rows})


def test_a_ledger_that_begins_in_the_middle_is_refused() -> None:
    shop = Shop(base)
    shop.buy("o1", 0, "100")
    shop.spend("r1", 1, 80)
    shop.back("ret", 2, "o1")
    shop.buy("o2", 3, "50")
    first = next(n for n, each in enumerate(shop.effects) if isinstance(each, Redeemed))
    with pytest.raises(DefinitionError, match="ledger 1 is not whole: .* does not balance"):
        cohorts([shop.effects, shop.effects[first : first + 1]], day(9), timezone="UTC")
    repaid = [each for each in shop.effects if isinstance(each, DebtRepaid)]
    with pytest.raises(DefinitionError, match="ledger 0 is not whole: lot 'o2/purchase/0'"):
        cohorts([repaid], day(9), timezone="UTC")


def test_a_ledger_out_of_order_is_refused() -> None:
    shop = Shop(base)
    shop.buy("o1", 0, "100")
    shop.spend("r1", 1, 80)
    with pytest.raises(DefinitionError, match="ledger 0: effect 1 lies before the one before it"):
        cohorts([[shop.effects[-1], shop.effects[0]]], day(9), timezone="UTC")


@given(
    redeemed=st.integers(0, 50),
    expired=st.integers(0, 50),
    left=st.integers(0, 50),
    share=st.fractions(0, 1, max_denominator=60),
)
def test_expected_breakage_lies_within_what_is_outstanding_and_grows_with_the_share(
    redeemed: int, expired: int, left: int, share: Fraction
) -> None:
    whole = redeemed + expired + left
    cohort = Cohort("points", JAN, issued=whole, redeemed=redeemed, expired=expired,
                    outstanding=left)  # fmt: skip
    broken = cohort.expected_breakage(share)
    # One point after the other breaks as long as the share of the whole allows it.
    plain = 0
    while plain < left and expired + plain + 1 <= share * whole:
        plain += 1
    assert broken == plain
    assert cohort.expected_redeemed(share) == whole - expired - broken >= redeemed
    assert cohort.expected_breakage(share / 2) <= broken


# Stand-alone prices and deferred revenue.


Y1, Y2, Y3 = date(2026, 12, 31), date(2027, 12, 31), date(2028, 12, 31)


def closing(
    period: date, cohort: date | None, opening: int, added: int, recognised: int, closing: int
) -> ContractLiability:
    return ContractLiability(
        period, cohort, opening=opening, added=added, recognised=recognised, closing=closing
    )


def test_the_example_of_ifrs_15_to_the_unit() -> None:
    price = allocate_price(
        100_000, {"goods": 100_000, "points": stand_alone_price(10_000, 1, breakage="0.05")}
    )
    assert price == {"goods": 91_324, "points": 8_676}
    rows = roll_forward(
        [Deferral(Y1, Y1, amount=price["points"])],
        [
            Progress(Y1, Y1, redeemed=4_500, expected=9_500),
            Progress(Y2, Y1, redeemed=8_500, expected=9_700),
        ],
    )
    assert rows == (
        closing(Y1, Y1, 0, 8_676, 4_110, 4_566),
        closing(Y2, Y1, 4_566, 0, 3_493, 1_073),
    )


@pytest.mark.parametrize(
    ("expected", "recognised", "left"), [(9_900, 3_552, 1_273), (9_200, 4_140, 685)]
)
def test_a_changed_expectation_is_caught_up_with_in_the_period_in_which_it_changes(
    expected: int, recognised: int, left: int
) -> None:
    rows = roll_forward(
        [Deferral(Y1, Y1, amount=9_000)],
        [
            Progress(Y1, Y1, redeemed=0, expected=9_700),
            Progress(Y2, Y1, redeemed=4_500, expected=9_700),
            Progress(Y3, Y1, redeemed=8_500, expected=expected),
        ],
    )
    assert rows == (
        closing(Y1, Y1, 0, 9_000, 0, 9_000),
        closing(Y2, Y1, 9_000, 0, 4_175, 4_825),
        closing(Y3, Y1, 4_825, 0, recognised, left),
    )


def test_cohorts_of_several_periods_run_side_by_side_and_add_up() -> None:
    rows = roll_forward(
        [Deferral(Y2, Y2, amount=5_000), Deferral(Y1, Y1, amount=8_000),
         Deferral(Y1, Y1, amount=676)],
        [
            Progress(Y3, Y2, redeemed=50, expected=90),
            Progress(Y1, Y1, redeemed=4_500, expected=9_500),
            Progress(Y2, Y1, redeemed=8_500, expected=9_700),
            Progress(Y2, Y2, redeemed=10, expected=100),
            Progress(Y3, Y1, redeemed=9_600, expected=9_600),
        ],
    )  # fmt: skip
    assert rows == (
        closing(Y1, Y1, 0, 8_676, 4_110, 4_566),
        closing(Y2, Y1, 4_566, 0, 3_493, 1_073),
        closing(Y2, Y2, 0, 5_000, 500, 4_500),
        closing(Y3, Y1, 1_073, 0, 1_073, 0),
        closing(Y3, Y2, 4_500, 0, 2_278, 2_222),
    )
    assert by_period(rows) == (
        closing(Y1, None, 0, 8_676, 4_110, 4_566),
        closing(Y2, None, 4_566, 5_000, 3_993, 5_573),
        closing(Y3, None, 5_573, 0, 3_351, 2_222),
    )


def test_a_rising_expectation_takes_revenue_back() -> None:
    rows = roll_forward(
        [Deferral(Y1, Y1, amount=1_000)],
        [
            Progress(Y1, Y1, redeemed=50, expected=50),
            Progress(Y2, Y1, redeemed=50, expected=80),
        ],
    )
    assert rows == (closing(Y1, Y1, 0, 1_000, 1_000, 0), closing(Y2, Y1, 0, 0, -375, 375))


def test_a_refund_takes_back_its_part_with_a_negative_amount() -> None:
    rows = roll_forward(
        [Deferral(Y1, Y1, amount=1_000), Deferral(Y2, Y1, amount=-200)],
        [
            Progress(Y1, Y1, redeemed=20, expected=80),
            Progress(Y2, Y1, redeemed=20, expected=64),
        ],
    )
    assert rows == (closing(Y1, Y1, 0, 1_000, 250, 750), closing(Y2, Y1, 750, -200, 0, 550))


def test_nothing_expected_and_nothing_redeemed_recognises_all() -> None:
    rows = roll_forward(
        [Deferral(Y1, Y1, amount=300)],
        [Progress(Y1, Y1, redeemed=0, expected=10), Progress(Y2, Y1, redeemed=0, expected=0)],
    )
    assert rows[-1] == closing(Y2, Y1, 300, 0, 300, 0)


def test_a_cohort_that_is_recognised_whole_needs_no_more_progress() -> None:
    deferrals = [Deferral(Y1, Y1, amount=100), Deferral(Y3, Y3, amount=100)]
    progress = [
        Progress(Y1, Y1, redeemed=3, expected=9),
        Progress(Y2, Y1, redeemed=9, expected=9),
        Progress(Y3, Y3, redeemed=1, expected=2),
    ]
    assert [(each.period, each.cohort) for each in roll_forward(deferrals, progress)] == [
        (Y1, Y1),
        (Y2, Y1),
        (Y3, Y3),
    ]


@st.composite
def closings(draw: st.DrawFn) -> tuple[list[Deferral], list[Progress]]:
    """Up to four cohorts over up to five periods: points go to and fro, expectations too."""
    periods = [date(2026, month, 28) for month in range(1, draw(st.integers(1, 5)) + 1)]
    deferrals, progress = [], []
    for place, cohort in enumerate(periods[: draw(st.integers(1, 4))]):
        for period in periods[place:]:
            if period == cohort or draw(st.booleans()):
                amount = draw(st.integers(0, 10_000))
                deferrals.append(Deferral(period, cohort, amount=amount))
            redeemed = draw(st.integers(0, 300))
            expected = redeemed + draw(st.sampled_from((0, 1, 50, 299)))
            progress.append(Progress(period, cohort, redeemed=redeemed, expected=expected))
    return deferrals, progress


@given(closings(), st.sampled_from(Rounding), st.randoms(use_true_random=False))
def test_a_roll_forward_chains_and_agrees_with_the_formula(
    given_: tuple[list[Deferral], list[Progress]], mode: Rounding, random: Any
) -> None:
    deferrals, progress = given_
    rows = roll_forward(deferrals, progress, rounding=mode)
    last: Counter[date] = Counter()
    total: Counter[date] = Counter()
    for each in rows:
        cohort = each.cohort
        assert cohort is not None
        assert each.opening == last[cohort]
        assert each.opening + each.added - each.recognised == each.closing
        last[cohort], total[cohort] = each.closing, total[cohort] + each.recognised
        held = sum(d.amount for d in deferrals if d.cohort == cohort and d.period <= each.period)
        [step] = [p for p in progress if (p.period, p.cohort) == (each.period, cohort)]
        share = Fraction(step.redeemed, step.expected) if step.expected else Fraction(1)
        assert 0 <= total[cohort] <= held
        assert total[cohort] + each.closing == held
        assert abs(total[cohort] - held * share) < 1
        if mode in (Rounding.HALF_UP, Rounding.HALF_EVEN):
            assert abs(total[cohort] - held * share) <= Fraction(1, 2)
        if step.redeemed == step.expected:
            assert each.closing == 0
    summed = by_period(rows)
    for before, after in pairwise(summed):
        assert before.closing == after.opening
    assert sum(each.closing for each in summed[-1:]) == sum(last.values())
    random.shuffle(deferrals)
    random.shuffle(progress)
    assert roll_forward(iter(deferrals), iter(progress), rounding=mode) == rows


@given(closings())
def test_how_the_time_was_divided_into_periods_does_not_matter(
    given_: tuple[list[Deferral], list[Progress]],
) -> None:
    deferrals, progress = given_
    end = max(each.period for each in progress)
    at_once = roll_forward(
        [evolve(each, period=end) for each in deferrals],
        [each for each in progress if each.period == end],
    )
    step_by_step = roll_forward(deferrals, progress)
    assert [(each.cohort, each.closing) for each in at_once] == [
        (each.cohort, each.closing) for each in step_by_step if each.period == end
    ]


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(0, 10**4), min_size=1, max_size=6).filter(any),
)
def test_a_transaction_price_is_allocated_whole_and_within_a_unit_of_its_share(
    price: int, alone: list[int]
) -> None:
    parts = allocate_price(price, {f"part {n}": each for n, each in enumerate(alone)})
    assert sum(parts.values()) == price
    for part, each in zip(parts.values(), alone, strict=True):
        assert abs(part - Fraction(price * each, sum(alone))) < 1
        assert each or not part


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: allocate_price(-1, {"goods": 1}), DefinitionError, "transaction_price: .* 0"),
        (lambda: allocate_price(True, {"goods": 1}), MisuseError, "transaction_price: .* True"),
        (lambda: allocate_price(10**24 + 1, {"goods": 1}), LimitError, "at most 10\\*\\*24"),
        (lambda: allocate_price(1, {}), DefinitionError, "at least one price above 0"),
        (lambda: allocate_price(1, {"goods": 0}), DefinitionError, "at least one price above 0"),
        (lambda: allocate_price(1, {"goods": -1}), DefinitionError, r"stand_alone\['goods'\]"),
        (lambda: allocate_price(1, {"": 1}), DefinitionError, "a performance obligation"),
        (lambda: allocate_price(1, junk([1, 2])), MisuseError, "stand_alone: write"),
        (lambda: stand_alone_price(-1, 1), DefinitionError, "points: .* at least 0"),
        (lambda: stand_alone_price(1, "-1"), DefinitionError, "worth: .* at least 0"),
        (lambda: stand_alone_price(1, Fraction(-1)), DefinitionError, "worth: .* at least 0"),
        (lambda: stand_alone_price(1, junk(0.5)), MisuseError, "worth: write a whole number, text"),
        (lambda: stand_alone_price(1, Fraction(1, 10**61)), DefinitionError, "60 digits"),
        (lambda: stand_alone_price(1, 1, breakage="1.01"), DefinitionError, "breakage: .* 0 to 1"),
        (lambda: stand_alone_price(1, 1, rounding=junk(1)), MisuseError, "rounding"),
        (lambda: stand_alone_price(10**24, 10), LimitError, "stand_alone_price"),
        (lambda: Deferral(day(0), Y1, amount=1), MisuseError, "period: write a date"),
        (lambda: Deferral(Y1, junk("2026"), amount=1), MisuseError, "cohort: write a date"),
        (lambda: Deferral(Y1, Y1, amount=junk(0.5)), MisuseError, "amount"),
        (lambda: Progress(Y1, Y1, redeemed=-1, expected=1), DefinitionError, "redeemed"),
        (lambda: Progress(Y1, Y1, redeemed=1, expected=junk("2")), MisuseError, "expected"),
        (
            lambda: Progress(Y1, Y1, redeemed=8, expected=7),
            DefinitionError,
            "2026-12-31 has 8 points redeemed by 2026-12-31; write at least that many, not 7",
        ),
        (lambda: roll_forward([Deferral(Y1, Y1, amount=9)], []), DefinitionError, "has none"),
        (
            lambda: roll_forward(
                [Deferral(Y1, Y1, amount=9), Deferral(Y2, Y2, amount=0)],
                [Progress(Y1, Y1, redeemed=1, expected=2)],
            ),
            DefinitionError,
            "cohort 2026-12-31 in 2027-12-31 has none",
        ),
        (
            lambda: roll_forward([], [Progress(Y1, Y1, redeemed=1, expected=2)]),
            DefinitionError,
            "nothing deferred yet",
        ),
        (
            lambda: roll_forward(
                [Deferral(Y2, Y1, amount=9)], [Progress(Y1, Y1, redeemed=1, expected=2)]
            ),
            DefinitionError,
            "in 2026-12-31 has nothing deferred yet",
        ),
        (
            lambda: roll_forward([Deferral(Y1, Y1, amount=-3)], []),
            DefinitionError,
            "takes back 3 more than deferred",
        ),
        (
            lambda: roll_forward(
                [Deferral(Y1, Y1, amount=9)], [Progress(Y1, Y1, redeemed=1, expected=2)] * 2
            ),
            DefinitionError,
            "stands twice",
        ),
        (lambda: roll_forward(junk(5), []), MisuseError, "deferrals: write a list of Deferral"),
        (lambda: roll_forward([], [junk("x")]), MisuseError, "progress: write a list of Progress"),
        (lambda: roll_forward([], [], rounding=junk("floor")), MisuseError, "rounding"),
        (lambda: by_period([junk(Y1)]), MisuseError, "rows: write a list of ContractLiability"),
        (lambda: progress_of([junk(Y1)], Y1, breakage=0), MisuseError, "a list of Cohort"),
        (lambda: progress_of([], Y1, breakage=0, purse=""), DefinitionError, "a purse"),
        (lambda: closing(Y1, Y1, 1, 2, 3, 4), DefinitionError, "closing: 1 \\+ 2 - 3 in 2026"),
        (lambda: Cohort("", JAN), DefinitionError, "a purse"),
        (lambda: Cohort("points", junk("2026-01")), MisuseError, "earned: write a date"),
        (lambda: Cohort("points", JAN, issued=-1), DefinitionError, "points of a cohort"),
        (
            lambda: Cohort("points", JAN, reversed=junk("1")),
            MisuseError,
            "reversed or expired points",
        ),
        (
            lambda: Cohort("points", JAN, issued=10, redeemed=4),
            DefinitionError,
            "cohort 2026-01-01: issued .* = 10, but redeemed .* = 4; write all of them",
        ),
        (
            lambda: Cohort("points", JAN).expected_breakage("0.5", junk("floor")),
            MisuseError,
            "rounding",
        ),
    ],
)
def test_nonsense_is_refused_and_says_what_to_write(
    call: Callable[[], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        call()


def test_a_roll_forward_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deferral_module, "MAX_CLOSINGS", 2)
    three = [Deferral(Y1, Y1, amount=0)] * 3
    assert len(roll_forward(three[:2], [])) == 1
    with pytest.raises(LimitError, match="deferrals: at most 2 rows"):
        roll_forward(three, [])
    steps = [Progress(each, Y1, redeemed=0, expected=1) for each in (Y1, Y2, Y3)]
    with pytest.raises(LimitError, match="progress: at most 2 rows"):
        roll_forward([Deferral(Y1, Y1, amount=5)], steps)


def test_fractions_that_people_write_are_exact() -> None:
    assert as_fraction("0.05", "share") == Fraction(1, 20)
    assert as_fraction(Fraction(2, 7), "share") == Fraction(2, 7)
    assert stand_alone_price(3, "0.5") == 2  # 1.5 goes up
    assert stand_alone_price(3, "0.5", rounding=Rounding.FLOOR) == 1


def test_from_ledgers_to_deferred_revenue() -> None:
    shop = Shop(Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=months(3))))
    shop.buy("o1", 0, "1000")  # January
    shop.spend("r1", 20, 300)
    shop.buy("o2", 40, "500")  # February
    shop.spend("r2", 41, 500)
    shop.to(140)  # 21 May: both have lapsed
    ends = [(date(2026, 1, 31), 31), (date(2026, 2, 28), 59), (date(2026, 5, 31), 151)]
    deferrals = [
        Deferral(date(2026, 1, 31), JAN, amount=970),
        Deferral(date(2026, 2, 28), FEB, amount=485),
    ]
    progress = [
        step
        for period, number in ends
        for step in progress_of(
            cohorts([shop.effects], day(number - 0.5), timezone="UTC"), period, breakage="0.1"
        )
    ]
    assert [(each.redeemed, each.expected) for each in progress] == [
        (300, 900), (800, 900), (0, 450), (800, 800), (0, 0),
    ]  # fmt: skip
    rows = by_period(roll_forward(deferrals, progress))
    assert [(each.opening, each.added, each.recognised, each.closing) for each in rows] == [
        (0, 970, 323, 647),
        (647, 485, 539, 593),
        (593, 0, 593, 0),
    ]


# As plain data.


def test_rows_become_plain_dicts_that_a_csv_takes() -> None:
    shop = Shop(base)
    shop.buy("o1", 0, "10")
    [found] = plain_rows(outstanding([shop.account], day(1), timezone="UTC"))
    assert found == {
        "purse": "points",
        "state": "available",
        "earned": JAN,
        "age": 0,
        "expires": None,
        "points": 10,
    }
    written = StringIO()
    writer = csv.DictWriter(written, fieldnames=list(found))
    writer.writeheader()
    writer.writerows([found])
    assert written.getvalue().splitlines() == [
        "purse,state,earned,age,expires,points",
        "points,available,2026-01-01,0,,10",
    ]


@given(diaries(KIOSK), closings())
def test_plain_rows_hold_nothing_but_text_whole_numbers_dates_and_none(
    diary: list[Event], given_: tuple[list[Deferral], list[Progress]]
) -> None:
    account, effects = grown(KIOSK, diary, MEMBER)
    assert account.clock is not None
    deferrals, progress = given_
    rows: list[ReportRow] = [
        *outstanding([account], account.clock, timezone="UTC"),
        *cohorts([effects], account.clock, timezone="UTC"),
        *deferrals,
        *progress,
        *roll_forward(deferrals, progress),
    ]
    for each in plain_rows(rows):
        assert {type(value) for value in each.values()} <= {str, int, date, type(None)}


def test_effects_of_a_member_fold_to_the_account_of_an_earlier_instant() -> None:
    shop = Shop(base, waiting)
    shop.buy("o1", 0, "10")
    shop.buy("o2", 40, "10")
    earlier = fold(Account.new("ana"), [each for each in shop.effects if each.at <= day(25)])
    assert any(isinstance(each, Released) for each in shop.effects)
    assert outstanding([earlier], day(25), timezone="UTC") == (
        row(AVAILABLE, 10, JAN, age=0, expires=APR),
        row(AVAILABLE, 10, JAN, age=0),
    )


def test_points_that_were_reinstated_count_in_the_month_in_which_they_came_back() -> None:
    back = Cohort("points", date(2026, 3, 1), expired=-40, redeemed=10, outstanding=30)
    assert back.expected_breakage("0.25") == 10  # of 40 in all
    assert back.breakage is None
    done = Cohort("points", date(2026, 3, 1), expired=-40, redeemed=40)
    assert done.breakage == 0
