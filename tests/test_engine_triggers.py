"""What time brings, by example: birthdays (P15), inactivity, follow-ups."""

from datetime import UTC, date, datetime, timedelta

import pytest
from desk import Desk, day, line

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    After,
    Birthday,
    Engine,
    Enrolment,
    Inactivity,
    LeapDay,
    Notify,
    OpeningBalance,
    ProfileChange,
    Program,
    Purchase,
    Rule,
    Tier,
    Tiers,
    Zone,
    basket,
    days,
    item,
    member,
    money_spent,
    months,
    points,
    some_item,
)
from loyaltykit.effects import Notified, Triggered

base = points(1).per(1)
cake = Rule("cake", Birthday(), then=Accrue(points(25)))


def fired(
    trigger: Birthday,
    birthday: date,
    *,
    zone: str | None = None,
    program_zone: str = "UTC",
    since: datetime = datetime(2024, 1, 1, 12, tzinfo=UTC),
    until: datetime = datetime(2029, 12, 31, tzinfo=UTC),
) -> list[str]:
    """When a birthday rule fires, in UTC, for a member who joins at `since`."""
    program = Program(
        "Club", "EUR", timezone=program_zone, rules=[Rule("b", trigger, then=Notify("hello"))]
    )
    join = Enrolment("join", since, member="ana", birthday=birthday, zone=zone)
    account = Engine(program).decide(Account.new("ana"), join).account
    effects = Engine(program).advance(account, until).effects
    return [f"{each.at:%Y-%m-%d %H:%M}" for each in effects if isinstance(each, Notified)]


@pytest.mark.parametrize(
    ("trigger", "birthday", "expected"),
    [
        (Birthday(), date(1990, 6, 10), "06-10 06-10 06-10"),
        (Birthday(before=days(3)), date(1990, 6, 2), "05-30 05-30 05-30"),
        (Birthday(after=days(30)), date(1990, 1, 31), "03-01 03-02 03-02"),
        (Birthday(before=days(3)), date(1990, 3, 1), "02-27 02-26 02-26"),
        (Birthday(), date(2000, 2, 29), "02-29 02-28 02-28"),
        (Birthday(leap=LeapDay.MAR_1), date(2000, 2, 29), "02-29 03-01 03-01"),
    ],
)
def test_p15_a_birthday_comes_once_a_year_on_its_day(
    trigger: Birthday, birthday: date, expected: str
) -> None:
    found = fired(trigger, birthday, until=datetime(2026, 12, 1, tzinfo=UTC))
    years = zip((2024, 2025, 2026), expected.split(), strict=True)
    assert found == [f"{year}-{when} 00:00" for year, when in years]


def test_p15_a_leap_day_that_is_met_in_leap_years_only_comes_every_four_years() -> None:
    trigger = Birthday(leap=LeapDay.LEAP_YEARS_ONLY)
    assert fired(trigger, date(2000, 2, 29)) == ["2024-02-29 00:00", "2028-02-29 00:00"]


def test_p15_a_birthday_across_the_new_year_belongs_to_its_own_year() -> None:
    assert fired(
        Birthday(before=days(3)), date(1990, 1, 2), until=datetime(2026, 1, 5, tzinfo=UTC)
    ) == ["2024-12-30 00:00", "2025-12-30 00:00"]
    assert fired(
        Birthday(after=days(3)), date(1990, 12, 30), until=datetime(2026, 1, 5, tzinfo=UTC)
    ) == ["2024-01-02 00:00", "2025-01-02 00:00", "2026-01-02 00:00"]


def test_p15_a_birthday_begins_in_the_members_own_zone() -> None:
    june = date(1990, 6, 10)
    end = datetime(2024, 12, 1, tzinfo=UTC)
    assert fired(Birthday(), june, zone="Pacific/Auckland", until=end) == ["2024-06-09 12:00"]
    assert fired(Birthday(), june, zone="America/New_York", until=end) == ["2024-06-10 04:00"]
    assert fired(Birthday(), june, program_zone="Europe/Lisbon", until=end) == ["2024-06-09 23:00"]
    assert fired(
        Birthday(zone=Zone.PROGRAM),
        june,
        zone="Pacific/Auckland",
        program_zone="Europe/Lisbon",
        until=end,
    ) == ["2024-06-09 23:00"]


def test_p15_a_birthday_whose_midnight_the_clocks_skip_begins_at_one() -> None:
    # In Cairo the clocks went from 24:00 on 25 April 2024 to 01:00.
    found = fired(
        Birthday(),
        date(1990, 4, 26),
        zone="Africa/Cairo",
        until=datetime(2024, 12, 1, tzinfo=UTC),
    )
    assert found == ["2024-04-25 22:00"]


def edited(*changes: tuple[str, date | None]) -> list[str]:
    """When the cake comes for a member born on 10 June who edits the birthday on these days."""
    desk = Desk(cake)
    desk.join(0, birthday=date(1990, 6, 10))
    found = []
    for number, (when, birthday) in enumerate([*changes, ("2028-01-01", None)]):
        at = datetime.fromisoformat(when).replace(tzinfo=UTC, hour=0)
        event = ProfileChange(f"p{number}", at, member="ana", birthday=birthday)
        effects = desk.tell(event).effects
        found += [f"{each.at:%Y-%m-%d}" for each in effects if isinstance(each, Triggered)]
    return found


def test_an_edited_birthday_is_met_once_per_birthday_year() -> None:
    assert edited() == ["2026-06-10", "2027-06-10"]
    assert edited(("2026-07-01", date(1990, 9, 1))) == ["2026-06-10", "2027-09-01"]
    assert edited(("2026-05-01", date(1990, 9, 1))) == ["2026-09-01", "2027-09-01"]
    assert edited(("2026-05-01", date(1990, 2, 1))) == ["2027-02-01"]
    twice = edited(("2026-07-01", date(1990, 9, 1)), ("2026-09-02", date(1990, 12, 1)))
    assert twice == ["2026-06-10", "2027-12-01"]


def test_a_birthday_that_is_entered_on_the_day_itself_is_met_the_next_year() -> None:
    assert edited(("2026-03-05", date(1990, 3, 5))) == ["2027-03-05"]
    assert edited(("2026-03-04", date(1990, 3, 5))) == ["2026-03-05", "2027-03-05"]


def test_a_birthday_that_is_forgotten_is_met_no_more() -> None:
    desk = Desk(cake)
    desk.join(0, birthday=date(1990, 6, 10))
    desk.tell(ProfileChange("p", day(1), member="ana", forget=["birthday"]))
    assert desk.engine.next_due(desk.account) is None


winback = Rule("win-back", Inactivity(days(90)), when=member.orders >= 1, then=Notify("come back"))


def lapses(desk: Desk, until_day: float) -> list[float]:
    """On which days the win-back message went out by then."""
    effects = desk.to(until_day).effects
    return [
        (each.at - day(0)) / timedelta(days=1) for each in effects if isinstance(each, Notified)
    ]


def test_inactivity_fires_once_per_lapse_and_again_only_after_another_order() -> None:
    desk = Desk(winback)
    desk.join(0)
    assert lapses(desk, 200) == []
    desk.buy("o1", 200, "10")
    assert lapses(desk, 900) == [290]
    desk.buy("o2", 900, "10")
    assert lapses(desk, 1900) == [990]


def test_an_order_before_the_lapse_moves_it() -> None:
    desk = Desk(winback)
    desk.buy("o1", 0, "10")
    desk.buy("o2", 89, "10")
    assert lapses(desk, 400) == [179]


def test_a_returned_order_gives_the_lapse_back_to_the_order_before() -> None:
    desk = Desk(winback)
    desk.buy("o1", 0, "10")
    desk.buy("o2", 50, line("1", "10", 2))
    desk.back("r1", 51, "o2", {"1": 1})
    assert desk.engine.next_due(desk.account) == day(140)
    desk.back("r2", 52, "o2")
    assert lapses(desk, 400) == [90]


def test_a_lapse_that_was_met_is_not_met_again_when_the_next_order_comes_back() -> None:
    desk = Desk(winback)
    desk.buy("o1", 0, "10")
    assert lapses(desk, 95) == [90]
    desk.buy("o2", 95, "10")
    desk.back("r1", 96, "o2")
    assert lapses(desk, 400) == []


def test_a_returned_only_order_leaves_nothing_to_lapse() -> None:
    desk = Desk(winback)
    desk.buy("o1", 0, "10")
    desk.back("r1", 1, "o1")
    assert desk.engine.next_due(desk.account) is None


def test_inactivity_goes_on_from_the_last_order_of_a_former_system() -> None:
    desk = Desk(winback)
    desk.tell(OpeningBalance("open", day(0), member="ana", orders=2, last_order=day(-30)))
    assert lapses(desk, 400) == [60]


def test_the_last_order_is_known_after_its_record_is_forgotten() -> None:
    last = Rule(
        "asked", Activity, when=member.last_order.elapsed(days(50)), then=Notify("long ago")
    )
    desk = Desk(last, remember=days(30))
    desk.buy("o1", 0, "10")
    desk.tell(Activity("a1", day(40), member="ana", kind="visit"))
    assert not desk.account.records
    assert desk.account.last_order == day(0)
    effects = desk.tell(Activity("a2", day(50), member="ana", kind="visit")).effects
    assert [each.template for each in effects if isinstance(each, Notified)] == ["long ago"]


coffee = item.category.is_("coffee")
follow = Rule(
    "follow",
    After(Purchase, days(30)),
    when=some_item(coffee) & (basket.spend >= 20),
    then=Accrue(points(1).per_unit(of=coffee)),
)


def test_a_follow_up_reads_what_is_kept_of_the_order_at_its_instant() -> None:
    desk = Desk(follow)
    desk.buy("o1", 0, line("1", "10", 4, category="coffee"), line("2", "10"))
    desk.back("r1", 29, "o1", {"1": 1})
    desk.to(30)
    assert desk.has(30) == (3, 0, 0)
    desk.back("r2", 31, "o1", {"1": 1})
    assert desk.has(31) == (2, 0, 0)
    desk.back("r3", 32, "o1", {"1": 2})
    assert desk.has(32) == (0, 0, 0)


def test_a_follow_up_is_cancelled_when_the_order_came_back_whole_even_at_that_instant() -> None:
    desk = Desk(follow)
    desk.buy("o1", 0, line("1", "30", category="coffee"))
    desk.back("r1", 29, "o1")
    assert desk.engine.next_due(desk.account) is None
    # What is due at an instant comes before the events of that instant.
    desk.buy("o2", 29, line("1", "30", category="coffee"))
    decision = desk.back("r2", 59, "o2")
    assert [type(each).__name__ for each in decision.effects][:2] == ["Triggered", "Accrued"]
    assert desk.has(59) == (0, 0, 0)


def test_a_return_asks_a_follow_up_again_by_the_tier_that_the_member_had_when_it_fired() -> None:
    gold = Tier("gold", 20)
    vip = Rule(
        "vip",
        After(Purchase, days(30)),
        when=member.tier >= gold,
        then=Accrue(base),
    )
    desk = Desk(vip, tiers=Tiers([Tier("none", 0), gold], metric=money_spent))
    desk.buy("o1", 0, line("1", "30"), line("2", "5"))
    desk.to(30)
    assert desk.has(30) == (35, 0, 0)
    desk.back("r1", 31, "o1", {"2": 1})
    assert desk.has(31) == (30, 0, 0)


def test_a_follow_up_comes_at_the_same_hour_in_the_zone_of_the_programme() -> None:
    desk = Desk(
        Rule("how", After(Purchase, days(14)), then=Notify("how")), timezone="America/New_York"
    )
    desk.buy("o1", 59, "10")  # 1 March at 7 in the morning there; the clocks change on the 8th
    assert desk.engine.next_due(desk.account) == datetime(2026, 3, 15, 11, tzinfo=UTC)


def test_a_follow_up_can_come_after_any_event() -> None:
    desk = Desk(Rule("joined", After(Enrolment, months(1)), then=Accrue(points(5))))
    desk.tell(Enrolment("join", datetime(2026, 1, 31, 9, tzinfo=UTC), member="ana"))
    assert desk.engine.next_due(desk.account) == datetime(2026, 2, 28, 9, tzinfo=UTC)
    desk.to(58)
    assert desk.has(58) == (5, 0, 0)


def test_at_one_instant_rules_fire_in_programme_order_after_releases_and_expiries() -> None:
    desk = Desk(
        Rule("soon", Purchase, then=Accrue(points(3), pending=days(10))),
        Rule("gone", Purchase, then=Accrue(points(4), expires=days(10))),
        Rule("two", After(Purchase, days(10)), then=Notify("two")),
        Rule("one", After(Purchase, days(10)), then=Notify("one")),
    )
    desk.buy("o1", 0, "10")
    decision = desk.to(10)
    told = [getattr(each, "rule", "") for each in decision.effects]
    names = [type(each).__name__ for each in decision.effects]
    assert names[:2] == ["Released", "Expired"]
    assert told[2:] == ["two", "two", "", "one", "one", ""]
