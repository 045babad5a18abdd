"""Tiers as shops and published programmes have them, with their numbers written out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk import club

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    AtEndOf,
    Calendar,
    Engine,
    Enrolment,
    ForTerm,
    Line,
    MisuseError,
    OpeningBalance,
    OpeningMetric,
    PointsEarned,
    Purchase,
    Purse,
    Redemption,
    Rule,
    SinceEntry,
    Tier,
    TierReached,
    Tiers,
    UntilReview,
    end_of,
    member,
    money_spent,
    months,
    points,
)
from loyaltykit.periods import Period

PER_EURO = Rule("base", Purchase, then=Accrue(points(1).per(1)))


class Life:
    """A member's account, told of local days."""

    def __init__(self, *rules: Rule, zone: str = "UTC", **rest: Any) -> None:
        self.zone = ZoneInfo(zone)
        self.engine = Engine(club(*rules, timezone=zone, **rest))
        self.account = Account.new("ana")
        self.orders = 0

    def at(self, day: date, hour: int = 12) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=self.zone)

    def tell(self, event: Any) -> None:
        self.account = self.engine.decide(self.account, event).account

    def spend(self, day: date, amount: int | str) -> None:
        self.orders += 1
        lines = [Line("1", "thing", price=amount)]
        self.tell(Purchase(f"o{self.orders}", self.at(day), member="ana", lines=lines))

    def on(self, day: date, hour: int = 12) -> str | None:
        """The tier on a day, after time was brought to it."""
        self.account = self.engine.advance(self.account, self.at(day, hour)).account
        return self.account.tier


def baby() -> Life:
    """Tier-01: held through twelve months and a day's end, reviewed by the spend since entry."""
    tiers = Tiers(
        [Tier("member", 0), Tier("bronze", 200), Tier("silver", 500)],
        metric=money_spent,
        window=SinceEntry(),
        validity=UntilReview(months(12).through_end_of("day")),
    )
    life = Life(tiers=tiers, zone="Australia/Sydney", currency="AUD")
    life.spend(date(2024, 1, 1), 200)
    assert life.account.tier == "bronze"
    return life


def test_tier_01_two_hundred_within_the_twelve_months_keep_bronze() -> None:
    life = baby()
    life.spend(date(2024, 12, 30), "199.99")
    assert life.on(date(2025, 1, 1)) == "bronze"
    life.spend(date(2025, 1, 1), "0.01")
    assert life.on(date(2025, 1, 2)) == "bronze"
    assert life.on(date(2026, 1, 1), 23) == "bronze"
    assert life.on(date(2026, 1, 2), 0) == "member"


def test_tier_01_less_than_two_hundred_lose_bronze_on_the_second_of_january() -> None:
    life = baby()
    life.spend(date(2024, 12, 30), "199.99")
    assert life.on(date(2025, 1, 1), 23) == "bronze"
    assert life.on(date(2025, 1, 2), 0) == "member"


def test_tier_01_five_hundred_make_silver_and_the_twelve_months_begin_anew() -> None:
    life = baby()
    life.spend(date(2024, 7, 1), 500)
    assert life.account.tier == "silver"
    assert life.account.standing_on("tier").until == life.at(date(2025, 7, 2), 0)


@pytest.mark.parametrize(("second", "tier"), [(15_000, "diamond"), (5_000, "platinum")])
def test_tier_04_a_benefit_year_ends_a_month_after_the_year_that_follows(
    second: int, tier: str
) -> None:
    """15,000 credits in 2018; in 2019 as many again, or 5,000."""
    tiers = Tiers(
        [Tier("gold", 0), Tier("platinum", 5_000), Tier("diamond", 15_000), Tier("seven", 150_000)],
        window=Calendar("year"),
        validity=ForTerm(months(12).through_end_of("year").then_next((1, 31))),
    )
    life = Life(PER_EURO, tiers=tiers, zone="America/Los_Angeles", currency="USD")
    life.spend(date(2018, 1, 15), 15_000)
    life.spend(date(2019, 6, 1), second)
    assert life.on(date(2020, 1, 31), 23) == "diamond"
    assert life.on(date(2020, 2, 1), 0) == tier
    assert life.on(date(2021, 1, 31), 23) == tier
    assert life.on(date(2021, 2, 1), 0) == "gold"


def test_tier_07_by_balance_spending_points_lowers_the_tier_at_once() -> None:
    tiers = Tiers(
        [Tier("basic", 0), Tier("silver", 100), Tier("gold", 500), Tier("platinum", 1000)],
        metric=member.balance().metric(),
    )
    life = Life(PER_EURO, tiers=tiers)
    life.spend(date(2023, 1, 10), 100)
    assert life.account.tier == "silver"
    life.tell(Redemption("r", life.at(date(2023, 2, 15)), member="ana", points=50))
    assert life.account.tier == "basic"
    life.spend(date(2023, 2, 25), 500)
    assert (life.account.tier, life.account.balance(life.at(date(2023, 2, 25))).available) == (
        "gold",
        550,
    )


@pytest.mark.parametrize(
    ("spent", "tier"),
    [
        ("99.90", "one"),
        ("100", "two"),
        ("399.90", "two"),
        ("400", "three"),
        ("999.90", "three"),
        ("1000", "four"),
    ],
)
def test_tier_10_ten_points_per_dollar_reach_four_levels(spent: str, tier: str) -> None:
    levels = [Tier("one", 0), Tier("two", 1000), Tier("three", 4000), Tier("four", 10_000)]
    base = Rule("base", Purchase, then=Accrue(points(10).per(1)))
    life = Life(base, tiers=Tiers(levels), currency="AUD")
    life.spend(date(2020, 5, 1), spent)
    assert life.account.tier == tier


def ferry() -> Life:
    """Tier-13: a member's own year, which begins anew when the month of an upgrade is over."""
    tiers = Tiers(
        [Tier("blue", 0), Tier("platinum", 30_000)],
        window=SinceEntry(begins=end_of("month")),
        validity=UntilReview(months(12).through_end_of("month")),
    )
    life = Life(PER_EURO, tiers=tiers)
    life.tell(Enrolment("join", life.at(date(2026, 1, 1), 0), member="ana"))
    return life


def test_tier_13_thirty_thousand_make_platinum_at_once_and_again_in_each_year() -> None:
    life = ferry()
    life.spend(date(2026, 2, 10), 29_999)
    assert life.account.tier == "blue"
    life.spend(date(2026, 3, 10), 1)
    assert life.account.tier == "platinum"
    life.spend(date(2026, 3, 20), 30_000)  # Of the month of the upgrade: of no year.
    life.spend(date(2026, 4, 1), 29_999)
    assert life.on(date(2027, 3, 31), 23) == "platinum"
    assert life.on(date(2027, 4, 1), 0) == "blue"


def test_tier_13_a_year_that_is_kept_is_followed_by_another_of_twelve_months() -> None:
    life = ferry()
    life.spend(date(2026, 3, 10), 30_000)
    for year in (2026, 2027):
        life.spend(date(year, 12, 1), 30_000)
        assert life.on(date(year + 1, 4, 1), 0) == "platinum"
    assert life.on(date(2029, 3, 31), 23) == "platinum"
    assert life.on(date(2029, 4, 1), 0) == "blue"


def test_terms_are_counted_from_the_entry_and_never_chained() -> None:
    """Entered on 31 January: reviewed on the last of February, and on 31 March."""
    tiers = Tiers(
        [Tier("member", 0), Tier("gold", 100)], metric=money_spent, validity=UntilReview(months(1))
    )
    life = Life(tiers=tiers)
    life.spend(date(2026, 1, 31), 100)
    ends = []
    for day in (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)):
        life.on(day)
        ends.append(life.account.standing_on("tier").until)
    assert ends == [
        life.at(date(2026, 2, 28)),
        life.at(date(2026, 3, 31)),
        life.at(date(2026, 4, 30)),
    ]


def test_tier_13_the_balance_does_not_matter() -> None:
    life = ferry()
    life.spend(date(2026, 3, 10), 30_000)
    life.tell(Redemption("r", life.at(date(2026, 3, 11)), member="ana", points=30_000))
    life.spend(date(2026, 12, 1), 30_000)
    assert life.on(date(2027, 4, 1), 0) == "platinum"


def test_tier_13_twenty_thousand_in_each_of_two_years_are_not_enough() -> None:
    life = ferry()
    life.spend(date(2026, 12, 1), 20_000)
    life.spend(date(2027, 12, 1), 20_000)
    assert life.account.tier == "blue"


def test_earn_10_a_new_rate_begins_with_the_next_order() -> None:
    """Gold earns twice as much: 15 ringgit are worth 30; the order that makes gold is not."""
    base = points(1).per(1)
    extra = Rule("gold", Purchase, when=member.tier >= "gold", then=Accrue(base))
    life = Life(
        Rule("base", Purchase, then=Accrue(base)),
        extra,
        tiers=Tiers([Tier("basic", 0), Tier("gold", 100)], metric=money_spent),
        currency="MYR",
    )
    life.spend(date(2026, 1, 1), 100)
    life.spend(date(2026, 1, 2), 15)
    assert life.account.balance(life.at(date(2026, 1, 2))).available == 100 + 30


def test_i02_a_value_between_two_tiers_is_of_the_lower() -> None:
    life = Life(tiers=Tiers([Tier("8", 8000), Tier("10", 10_000)], metric=money_spent))
    life.spend(date(2026, 1, 1), "8163.77")
    assert life.account.tier == "8"


def test_i04_a_text_is_no_yes_or_no() -> None:
    with pytest.raises(MisuseError, match="carry_over is True or False"):
        SinceEntry(carry_over="false")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="is True or False, not 'false'"):
        member.flag("usable").is_("false")  # type: ignore[arg-type]


@pytest.mark.parametrize(("earned", "tier"), [(5, "l0"), (10, "l1"), (30, "l2")])
def test_i06_at_the_end_of_a_year_the_level_is_judged_before_the_points_are_reset(
    earned: int, tier: str
) -> None:
    tiers = Tiers(
        [Tier("l0", 0), Tier("l1", 10), Tier("l2", 20)],
        window=Calendar("year"),
        upgrade=AtEndOf("year"),
        validity=UntilReview(end_of("year")),
    )
    life = Life(
        PER_EURO, tiers=tiers, purses=[Purse("points", expires=Period().through_end_of("year"))]
    )
    life.spend(date(2026, 6, 1), earned)
    assert life.on(date(2026, 12, 31), 23) == "l0"
    assert life.on(date(2027, 1, 1), 0) == tier
    assert life.account.balance(life.at(date(2027, 1, 1), 0)).available == 0
    assert life.on(date(2028, 1, 1), 0) == "l0"


def test_i08_below_the_lowest_threshold_there_is_no_tier() -> None:
    life = Life(tiers=Tiers([Tier("fan", 1)], metric=money_spent))
    life.tell(Enrolment("join", life.at(date(2026, 1, 1)), member="ana"))
    assert life.account.tier is None


def test_several_ladders_are_climbed_side_by_side() -> None:
    life = Life(
        PER_EURO,
        Rule("visit", Activity, then=Accrue(points(1), purse="visits")),
        Rule("regular", TierReached("regular"), then=Accrue(points(7))),
        tiers=[
            Tiers([Tier("bronze", 0), Tier("silver", 100)], metric=money_spent),
            Tiers(
                [Tier("guest", 0), Tier("regular", 2)],
                name="visits",
                metric=PointsEarned("visits"),
                window=months(1),
            ),
        ],
        purses=[Purse("visits")],
    )
    for number in (1, 2):
        when = life.at(date(2026, 1, number))
        life.tell(Activity(f"v{number}", when, member="ana", kind="visit"))
    assert (life.account.tier, life.account.tier_on("visits")) == ("bronze", "regular")
    life.spend(date(2026, 1, 3), 100)
    assert (life.account.tier, life.account.tier_on("visits")) == ("silver", "regular")
    assert life.on(date(2026, 2, 3)) == "silver"
    assert life.account.tier_on("visits") == "guest"
    assert life.account.balance(life.at(date(2026, 2, 3))).available == 107


def test_an_opening_balance_brings_what_a_ladder_remembers() -> None:
    tiers = Tiers(
        [Tier("member", 0), Tier("gold", 500)],
        metric=money_spent,
        window=months(12),
        validity=ForTerm(months(6)),
    )
    life = Life(tiers=tiers)
    start = life.at(date(2026, 6, 1))
    earlier = OpeningMetric(50_000, start - timedelta(days=30))
    life.tell(OpeningBalance("open", start, member="ana", metric=[earlier]))
    assert life.account.tier == "gold"
    # Six months from the day on which it was reached, in the former system.
    assert life.account.standing_on("tier").until == datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_a_tier_that_nothing_is_needed_to_keep_lies_below_one_that_takes_something() -> None:
    ladder = Tiers([Tier("a", 0), Tier("b", 2, keep=0), Tier("c", 3, keep=1)])
    assert [str(each.keep) for each in ladder.tiers] == ["None", "0", "1"]
