"""Perks: who may do what, from when and until when. Half-open windows in the programme's zone."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from desk import Desk, club, day, line
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Activity,
    Birthday,
    Closure,
    Condition,
    DefinitionError,
    Early,
    Engine,
    Enrolment,
    Entitlement,
    Erasure,
    Event,
    GrantTier,
    Inactivity,
    LateEventError,
    LimitError,
    Merge,
    MisuseError,
    Period,
    Perk,
    ProfileChange,
    ProgramError,
    Purchase,
    RefusalCode,
    Rfm,
    Rule,
    Suspension,
    Tier,
    Tiers,
    Version,
    Versions,
    activity,
    at_hours,
    basket,
    cooldown,
    days,
    hours,
    in_season,
    item,
    member,
    money_spent,
    months,
    on_dates,
    on_weekdays,
    points,
    recurring,
    some_item,
)
from loyaltykit.perks import MAX_EARLY
from loyaltykit.testing import histories, instants, perks
from loyaltykit.vocabulary import Moment

CODE = RefusalCode
TICK = timedelta(microseconds=1)
STEPS = Tiers([Tier("bronze", 0), Tier("silver", 100), Tier("gold", 300)], metric=money_spent)
PASSES = Tiers([Tier("lounge pass", None)], name="passes")


def desk(*perks: Perk, spent: int = 0, **rest: Any) -> Desk:
    """A member who joined on day 0 and bought for so much, and these perks."""
    ana = Desk(perks=perks, tiers=[STEPS, PASSES], **rest)
    ana.join(0)
    if spent:
        ana.buy("o0", 0, str(spent))
    return ana


def asked(ana: Desk, at: float | datetime, perk: str = "sale", **rest: Any) -> Entitlement:
    at = at if isinstance(at, datetime) else day(at)
    return ana.engine.may(ana.account, perk, at, **rest)


def code(answer: Entitlement) -> RefusalCode | None:
    return None if answer.refusal is None else answer.refusal.code


# --- windows and early access -----------------------------------------------------------------


EARLY = Perk(
    "sale",
    opens=day(10),
    closes=day(12),
    guests=True,
    early=[
        Early(hours(24), when=member.tier >= "gold"),
        Early(hours(6), when=member.tier >= "silver"),
    ],
)


@pytest.mark.parametrize(
    ("spent", "opens"),
    [(300, day(9)), (299, day(9.75)), (100, day(9.75)), (99, day(10))],
    ids=["gold", "nearly gold", "silver", "bronze"],
)
def test_who_has_the_tier_comes_earlier_and_the_answer_says_from_when(
    spent: int, opens: datetime
) -> None:
    ana = desk(EARLY, spent=spent)
    before = asked(ana, opens - TICK)
    assert (code(before), before.opens, before.closes) == (CODE.PERK_NOT_OPEN, opens, None)
    assert asked(ana, 2).opens == opens
    inside = asked(ana, opens)
    assert (inside.granted, inside.opens, inside.closes) == (True, None, day(12))


def test_a_guest_comes_when_it_opens_for_everybody() -> None:
    engine = Engine(club(perks=[EARLY], tiers=STEPS))
    before = engine.may(None, EARLY, day(9.5))
    assert (code(before), before.opens) == (CODE.PERK_NOT_OPEN, day(10))
    assert engine.may(None, EARLY, day(10)).closes == day(12)
    assert code(engine.may(None, EARLY, day(12))) is CODE.PERK_CLOSED


def test_at_its_end_a_window_is_over_for_good() -> None:
    ana = desk(EARLY, spent=300)
    assert asked(ana, day(12) - TICK).granted
    over = asked(ana, day(12))
    assert (code(over), over.opens, over.closes) == (CODE.PERK_CLOSED, None, None)


def test_the_answer_prints_what_would_have_come_earlier() -> None:
    assert str(asked(desk(EARLY, spent=150), 2)) == (
        "sale: perk-not-open; from Sunday, 11 Jan 2026, 06:00 on\n"
        "  early, from Saturday, 10 Jan 2026, 12:00 on\n"
        "    no  member tier at least gold (is silver): from tier gold on\n"
        "  early, from Sunday, 11 Jan 2026, 06:00 on\n"
        "    yes member tier at least silver (is silver)"
    )


def test_early_access_stands_on_top_of_what_the_perk_asks() -> None:
    gold_early = Early(hours(24), when=member.tier >= "gold")
    private = Perk("sale", when=member.label("plan").is_("club"), opens=day(10), early=[gold_early])
    ana = desk(private, spent=300)
    refused = asked(ana, 9.5)
    assert (code(refused), refused.opens) == (CODE.PERK_NOT_APPLICABLE, None)
    ana.tell(ProfileChange("p", day(1), member="ana", labels={"plan": "club"}))
    assert asked(ana, 9).granted
    assert asked(ana, 9).closes is None


def test_a_date_begins_in_the_zone_of_the_programme() -> None:
    sale = Perk("sale", opens=date(2026, 3, 7), closes=date(2026, 3, 8))
    engine = Engine(club(perks=[sale], timezone="Pacific/Auckland"))
    answer = engine.may(Account.new("ana"), sale, day(2))
    assert answer.opens == datetime(2026, 3, 6, 11, tzinfo=UTC)
    assert engine.may(Account.new("ana"), sale, answer.opens).closes == datetime(
        2026, 3, 7, 11, tzinfo=UTC
    )


def test_a_day_earlier_is_the_same_time_of_day_where_24_hours_are_24_hours() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    nine = datetime(2026, 3, 29, 9, tzinfo=lisbon)  # the clocks went forward in the night
    for lead, hour in ((days(1), 9), (hours(24), 8), (Period(days=1, seconds=3_600), 8)):
        sale = Perk("sale", opens=nine, early=[Early(lead)])
        engine = Engine(club(perks=[sale], timezone="Europe/Lisbon"))
        opens = engine.may(Account.new("ana"), sale, day(0)).opens
        assert opens == datetime(2026, 3, 28, hour, tzinfo=lisbon)
        assert engine.may(None, sale, nine).granted is False


# --- what it follows from ---------------------------------------------------------------------


def test_members_only_is_said_to_whom_has_no_account() -> None:
    lounge = Perk("lounge")
    engine = Engine(club(perks=[lounge]))
    refused = engine.may(None, "lounge", day(0))
    assert (code(refused), refused.opens) == (CODE.PERK_MEMBERS_ONLY, None)
    assert engine.may(Account.new("ana"), "lounge", day(0)) == Entitlement("lounge", day(0))


def test_of_a_guest_everything_is_unknown_even_the_tier_at_which_all_begin() -> None:
    asking: list[Condition[Moment]] = [
        member.tier >= "bronze",
        member.orders.is_(0),
        member.referred.is_(False),
        member.label("plan").known(),
    ]
    engine = Engine(
        club(
            perks=[Perk(f"p{n}", when=each, guests=True) for n, each in enumerate(asking)],
            tiers=STEPS,
        )
    )
    for number in range(len(asking)):
        assert code(engine.may(None, f"p{number}", day(0))) is CODE.PERK_NOT_APPLICABLE
    assert [engine.may(Account.new("ana"), f"p{n}", day(0)).granted for n in range(4)] == [
        *(True, True, True, False)
    ]


def test_the_tier_is_that_of_the_day_and_the_answer_ends_with_it() -> None:
    rolling = Tiers([Tier("bronze", 0), Tier("gold", 300)], metric=money_spent, window=days(30))
    ana = Desk(perks=[Perk("lounge", when=member.tier >= "gold")], tiers=rolling)
    ana.buy("o1", 0, "200")
    ana.buy("o2", 10, "100")
    assert (asked(ana, 20, "lounge").granted, asked(ana, 20, "lounge").closes) == (True, day(30))
    lost = asked(ana, 30, "lounge")
    assert (code(lost), lost.opens) == (CODE.PERK_NOT_APPLICABLE, None)
    assert lost.refusal is not None
    assert [each.text for each in lost.refusal.missing] == ["from tier gold on"]


def test_what_a_rule_gives_for_a_time_is_a_tier_that_is_only_given() -> None:
    sold = Rule(
        "pass",
        Purchase,
        when=some_item(item.sku.is_("thing")),
        then=GrantTier("lounge pass", days(30)),
    )
    lounge = Perk("lounge", when=member.tier_on("passes").is_("lounge pass"))
    ana = Desk(sold, perks=[lounge], tiers=[STEPS, PASSES])
    ana.buy("o1", 5, "20")
    assert (asked(ana, 6, "lounge").granted, asked(ana, 6, "lounge").closes) == (True, day(35))
    ana.back("r1", 7, "o1")
    assert code(asked(ana, 7, "lounge")) is CODE.PERK_NOT_APPLICABLE


def test_a_pass_that_begins_later_opens_later() -> None:
    rule = Rule(
        "pass", Activity, when=activity.kind.is_("pass"), then=GrantTier("lounge pass", days(30))
    )
    lounge = Perk("lounge", when=~member.tier_on("passes").known())
    ana = Desk(rule, perks=[lounge], tiers=[STEPS, PASSES])
    ana.tell(Activity("a1", day(0), member="ana", kind="pass"))
    ana.tell(Activity("a2", day(1), member="ana", kind="pass"))
    assert asked(ana, 2, "lounge").opens == day(60)


CLUBS_OF_TIME: dict[str, tuple[Any, float, float]] = {
    # what is asked -> it is answered no at noon of day 0, yes from, no again from
    "tenure in months": (member.tenure.between(1, 1), 31, 59),
    "tenure in days": (member.tenure_days.is_(3), 2.5, 3.5),
    "days since the order": (member.days_since_order >= 40, 39.5, 0),
    "recency": (Rfm(recency=(30, 90), frequency=[], monetary=[]).recency.is_(2), 30.5, 90.5),
    "elapsed": (member.last_order.elapsed(hours(30)), 1.25, 0),
    "every third day": (member.tenure_days.every(3), 2.5, 3.5),
    "weekday": (on_weekdays("sat"), 1.5, 2.5),
    "dates": (on_dates(date(2026, 2, 1), date(2026, 2, 2)), 30.5, 32.5),
    "season": (in_season((12, 1), (12, 31)), 333.5, 364.5),
    "hours": (at_hours("18:00", "06:00", on=["fri"]), 1.25, 1.75),
    "recurring": (recurring("FREQ=MONTHLY;BYMONTHDAY=-1"), 29.5, 30.5),
    "birthday": (member.birthday.anniversary(before=1, after=1), 56.5, 59.5),
}


@pytest.mark.parametrize("what", CLUBS_OF_TIME)
def test_what_time_alone_brings_is_seen_ahead(what: str) -> None:
    when, opens, closes = CLUBS_OF_TIME[what]
    ana = Desk(perks=[Perk("sale", when=when)])
    ana.join(0, birthday=date(2000, 2, 28))
    ana.buy("o1", 0, "10")
    refused = asked(ana, 0)
    assert (code(refused), refused.opens) == (CODE.PERK_NOT_APPLICABLE, day(opens))
    assert code(asked(ana, day(opens) - TICK)) is CODE.PERK_NOT_APPLICABLE
    given = asked(ana, opens)
    assert (given.granted, given.closes) == (True, day(closes) if closes else None)


def test_points_that_lapse_end_what_asks_for_a_balance() -> None:
    rule = Rule("p", Purchase, then=Accrue(points(10), expires=days(7)))
    ana = Desk(rule, perks=[Perk("sale", when=member.balance() >= 10)])
    ana.buy("o1", 0, "10")
    assert asked(ana, 1).closes == day(7)


def test_a_member_who_rests_is_answered_as_a_guest_until_the_pause_is_over() -> None:
    ana = desk(Perk("lounge"), Perk("sale", guests=True))
    ana.tell(Suspension("s", day(1), member="ana", reason="under review", until=day(5)))
    rests = asked(ana, 2, "lounge")
    assert (code(rests), rests.opens) == (CODE.ACCOUNT_SUSPENDED, day(5))
    assert asked(ana, 2).granted
    assert asked(ana, 5, "lounge").granted


def test_what_has_ended_has_no_perks() -> None:
    ana = desk(Perk("lounge"), Perk("sale", guests=True))
    ana.tell(Closure("c", day(1), member="ana", reason="moved away"))
    assert code(asked(ana, 2, "lounge")) is CODE.ACCOUNT_CLOSED
    assert asked(ana, 2).granted
    ana.tell(Erasure("z", day(2), member="ana"))
    assert code(asked(ana, 3, "lounge")) is CODE.ACCOUNT_ERASED

    bea = desk(Perk("lounge"))
    merger = Merge("m", day(1), member="cyd", absorbed="ana", reason="two cards")
    merged = bea.engine.merge(Account.new("cyd"), bea.account, merger).absorbed.account
    found = bea.engine.may(merged, "lounge", day(2)).refusal
    assert found is not None
    assert (found.code, found.about) == (CODE.ACCOUNT_MERGED, "cyd")


def test_of_a_programme_with_versions_each_says_what_a_perk_is_while_it_is_in_force() -> None:
    old = club(perks=[Perk("lounge"), Perk("sale", when=member.orders >= 1)])
    new = club(perks=[Perk("sale"), Perk("terrace", guests=True)])
    engine = Engine(Versions([Version("1", old), Version("2", new, since=date(2026, 1, 11))]))
    ana, begins = Account.new("ana"), day(9.5)
    for account in (ana, engine.decide(ana, Enrolment("e", day(0), member="ana")).account):
        asked = {name: engine.may(account, name, day(1)) for name in ("lounge", "sale", "terrace")}
        assert asked["lounge"].closes == asked["sale"].opens == asked["terrace"].opens == begins
        assert [code(each) for each in asked.values()] == [
            *(None, CODE.PERK_NOT_APPLICABLE, CODE.PERK_NOT_OPEN)
        ]
        gone = engine.may(account, "lounge", begins)
        assert (code(gone), gone.opens) == (CODE.PERK_CLOSED, None)
        assert engine.may(account, "sale", begins).granted
    assert engine.may(None, "terrace", begins).granted


# --- lines ------------------------------------------------------------------------------------


ROAST = Perk("roast", when=member.tier >= "silver", of=item.tags.has("club"))


def test_a_line_that_a_perk_does_not_cover_is_told_apart_whoever_asks() -> None:
    ana = desk(ROAST, spent=100)
    covered, other = line(tags=["club"]), line()
    assert asked(ana, 1, "roast", line=covered).granted
    for account in (ana.account, None):
        answer = ana.engine.may(account, "roast", day(1), line=other)
        assert (code(answer), answer.opens) == (CODE.PERK_NOT_FOR_LINE, None)
    assert code(ana.engine.may(None, "roast", day(1), line=covered)) is CODE.PERK_MEMBERS_ONLY
    assert asked(ana, 1, "roast").granted
    assert asked(desk(Perk("all")), 1, "all", line=other).granted


def test_a_line_is_read_as_it_stands_with_its_price_and_words() -> None:
    dear = Perk("dear", of=(item.spend >= 18) & item.label("roast").is_("dark"))
    ana = desk(dear)
    bought = line(price="10", quantity=2, discount="2", labels={"roast": "dark"})
    assert asked(ana, 1, "dear", line=bought).granted
    cheaper = line(price="10", quantity=2, discount="2.01", labels={"roast": "dark"})
    assert str(asked(ana, 1, "dear", line=cheaper)).splitlines()[2] == (
        "    no  item spend at least 18.00 EUR (is 17.99 EUR): 0.01 EUR more would do"
    )


# --- laws -------------------------------------------------------------------------------------


LIVELY = club(
    Rule("earned", Purchase, then=Accrue(points(1).per(1), expires=days(20))),
    Rule("visit", Activity, then=GrantTier("silver", days(9)), limit=cooldown(days(3))),
    Rule("birthday", Birthday(before=days(3)), then=GrantTier("gold", days(6))),
    Rule("silence", Inactivity(days(30)), then=Accrue(points(30), pending=days(2))),
    tiers=Tiers(
        [Tier("bronze", 0), Tier("silver", 20), Tier("gold", 90)],
        metric=money_spent,
        window=days(25),
    ),
    timezone="America/New_York",
)


@given(perks(), histories(most=5), st.integers(0, 1_500), st.integers(0, 6))
def test_an_answer_holds_until_it_says_and_turns_then(
    perk: Perk, history: list[Event], later: int, guest: int
) -> None:
    engine, account = Engine(evolve(LIVELY, perks=[perk])), Account.new("ann")
    for event in history:
        account = engine.decide(account, event).account
    at = history[-1].at + timedelta(hours=later)
    known = account if guest else None
    answer = engine.may(known, perk, at)
    turn = answer.closes if answer.granted else answer.opens
    if turn is not None:
        assert turn > at
        assert engine.may(known, perk, turn).granted is not answer.granted
    ahead = (turn or at + timedelta(days=40)) - TICK
    for share in (1, 9, 50, 91, 100):
        between = at + (ahead - at) * share // 100
        assert engine.may(known, perk, between).granted is answer.granted
    if known is not None:  # nor does it matter whether time was brought before
        assert engine.may(engine.advance(known, at).account, perk, at) == answer


def test_the_law_above_sees_answers_that_turn() -> None:
    seen: Counter[tuple[bool, bool]] = Counter()

    @settings(max_examples=120, database=None, derandomize=True)
    @given(perks(), instants())
    def collect(perk: Perk, at: datetime) -> None:
        answer = Engine(evolve(LIVELY, perks=[perk])).may(Account.new("ann"), perk, at)
        seen[answer.granted, (answer.opens or answer.closes) is not None] += 1

    collect()
    assert min(seen[granted, turns] for granted in (True, False) for turns in (True, False)) >= 5


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Perk(""), "1 to 200 characters"),
        (lambda: Perk("p", early=[Early(hours(1))]), "does not say when it opens"),
        (lambda: Perk("p", opens=datetime(2026, 1, 1)), "has no time zone"),  # noqa: DTZ001
        (lambda: Perk("p", closes=date(1800, 1, 1)), "write a year from 1900"),
        (lambda: Early(months(1)), "in days or hours, such as hours\\(24\\): 1 month"),
        (lambda: Early(days(0)), "in days or hours"),
    ],
)
def test_a_perk_that_means_nothing_is_refused(make: Any, message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        make()


NO_DATE: Any = "2026-01-01"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Perk("p", opens=NO_DATE), "write a date without a time, not str"),
        (
            lambda: Perk("p", opens=day(0), early=[cast("Any", hours(1))]),
            "write Early\\(hours\\(24\\)\\)",
        ),
        (lambda: Perk("p", guests=cast("Any", 1)), "guests must be True or False"),
        (lambda: Early(cast("Any", 24)), "a period such as hours\\(24\\), not 24"),
        (lambda: club(perks=["lounge"]), "write Perk\\('lounge', when=...\\)"),
        (lambda: desk(EARLY).engine.may(None, "sael", day(0)), "no perk 'sael': it has sale"),
        (lambda: desk(EARLY).engine.may(None, Perk("lounge"), day(0)), "no perk 'lounge'"),
        (
            lambda: desk(EARLY).engine.may(None, EARLY, day(0), line=cast("Any", "x")),
            "about a Line",
        ),
        (lambda: desk(EARLY).engine.may(cast("Any", "ana"), EARLY, day(0)), "expected an Account"),
    ],
)
def test_what_is_no_perk_says_what_to_write(make: Any, message: str) -> None:
    with pytest.raises(MisuseError, match=message):
        make()


def test_a_programme_tells_all_that_is_wrong_with_its_perks() -> None:
    with pytest.raises(ProgramError) as error:
        club(
            perks=[
                Perk("sale", opens=day(2), closes=day(2)),
                Perk("sale", when=basket.spend >= 5),
                Perk("lounge", when=member.tier >= "gold", of=item.label("x").is_("y")),
                Perk("tea", opens=day(1), early=[Early(hours(1), when=member.label("a").known())]),
                Perk("cake", when=member.number("a") >= 1),
            ]
        )
    assert [each.split(": it")[0] for each in error.value.problems] == [
        "2 perks are called 'sale'",
        (
            "perk 'sale': closes at 2026-01-03 12:00:00+00:00, and opens only at "
            "2026-01-03 12:00:00+00:00"
        ),
        "perk 'sale': asks for basket.spend where only the member is known",
        "perk 'lounge': asks for the tier 'gold', which the programme does not have (it has none)",
    ]


def test_a_perk_is_not_asked_about_the_past() -> None:
    ana = desk(EARLY)
    ana.to(20)
    ana.buy("o1", 20, "1")
    with pytest.raises(LateEventError):
        asked(ana, 19)


def test_early_access_is_bounded() -> None:
    Perk("p", opens=day(0), early=[Early(hours(1))] * MAX_EARLY)
    with pytest.raises(LimitError, match="at most 20 groups, not 21"):
        Perk("p", opens=day(0), early=[Early(hours(1))] * (MAX_EARLY + 1))
