"""A programme that changes: which version decides what, and what becomes of members already in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from desk import MEMBER, Desk, born, club, day, line

from loyaltykit import (
    Account,
    Accrue,
    After,
    AtEndOf,
    Basket,
    Birthday,
    Closure,
    DefinitionError,
    Dormancy,
    Downgrade,
    Engine,
    Enrolment,
    EventError,
    ExpiryChange,
    ForTerm,
    Grace,
    GrantTier,
    Inactivity,
    Judged,
    LadderChange,
    LadderDropped,
    LimitError,
    Merge,
    MisuseError,
    Notify,
    Program,
    ProgramError,
    Purchase,
    Purse,
    Redated,
    Redeeming,
    Reservation,
    Rule,
    SinceEntry,
    Status,
    Tier,
    TierKept,
    TierLost,
    TierOverride,
    TierReached,
    Tiers,
    UntilReview,
    Version,
    Versions,
    amount_off,
    days,
    end_of,
    money_spent,
    months,
    order_days,
    orders_placed,
    per_day,
    points,
    with_tier,
)
from loyaltykit.coupons import Coupon
from loyaltykit.effects import Notified
from loyaltykit.handmade import Rescheduled
from loyaltykit.migrations import Migration

EARN = Rule("purchase", Purchase, then=Accrue(points(1).per(1)))
TWICE = Rule("purchase", Purchase, then=Accrue(points(2).per(1)))
CHANGE = day(100.5)
"""The midnight at which the second version begins: 12 April 2026."""


def tiers(silver: int, gold: int, **rest: Any) -> Tiers:
    """Bronze from nothing, silver and gold by points."""
    return Tiers([Tier("bronze", 0), Tier("silver", silver), Tier("gold", gold)], **rest)


def two(old: Program, new: Program, *migrations: Migration) -> Versions:
    """The second version from day 100.5 on."""
    return Versions(
        [
            Version("2025", old),
            Version("2026", new, since=date(2026, 4, 12), migrations=migrations),
        ]
    )


def ana(live: Versions | Program) -> Desk:
    """A member of a programme in versions."""
    desk = Desk()
    desk.engine = Engine(live)
    return desk


def problems(old: Program, new: Program, *migrations: Migration) -> tuple[str, ...]:
    with pytest.raises(ProgramError) as caught:
        two(old, new, *migrations)
    return caught.value.problems


# -- which version decides


def test_what_happens_before_the_instant_is_decided_by_the_old_version_and_at_it_by_the_new() -> (
    None
):
    desk = ana(two(club(EARN), club(TWICE)))
    desk.buy("a", 100.4999, "10")
    desk.buy("b", 100.5, "10")
    assert [lot.points for lot in desk.account.lots] == [10, 20]
    assert desk.account.edition == "2026"


def test_what_was_due_before_the_instant_is_posted_by_the_old_version_however_late() -> None:
    old = club(Rule("how", After(Purchase, days(90)), then=Notify("old")))
    new = club(Rule("how", After(Purchase, days(90)), then=Notify("new")))
    desk = ana(two(old, new))
    desk.buy("a", 10, "5")
    desk.buy("b", 11, "5")
    told = [(each.template, each.at) for each in desk.to(300).effects if isinstance(each, Notified)]
    assert told == [("old", day(100)), ("new", day(101))]


def test_the_beginning_of_a_day_is_that_of_the_zone_of_the_new_version() -> None:
    new = Program("Club", "EUR", timezone="Asia/Tokyo")
    version = Version("2026", new, since=date(2026, 4, 12))
    assert version.begins == datetime(2026, 4, 11, 15, tzinfo=UTC)
    assert Version("2026", new, since=CHANGE).begins == CHANGE
    live = Versions([Version("2025", new), version])
    assert live.at(datetime(2026, 4, 11, 14, 59, tzinfo=UTC)).name == "2025"
    assert live.at(datetime(2026, 4, 11, 15, tzinfo=UTC)).name == "2026"


def test_a_new_account_goes_by_the_version_in_force_and_says_so() -> None:
    live = two(club(EARN), club(TWICE))
    desk = ana(live)
    desk.join(100)
    assert desk.account.edition == "2025"
    late = ana(live)
    late.join(101)
    assert late.account.edition == "2026"
    assert ana(club(EARN)).join(101).account.edition is None


def test_the_beginning_of_a_version_is_due_on_every_account_that_has_begun_and_only_once() -> None:
    desk = ana(two(club(EARN), club(TWICE)))
    assert desk.engine.next_due(desk.account) is None
    desk.join(0)
    assert desk.engine.next_due(desk.account) == CHANGE
    decision = desk.to(100.5)
    assert decision.status is Status.ADVANCED
    assert "version '2026' of the programme begins" in str(decision.explanation)
    assert desk.engine.next_due(desk.account) is None
    assert desk.to(200).effects == ()


def test_an_account_from_before_there_were_versions_goes_by_the_first() -> None:
    desk = ana(club(EARN))
    desk.buy("a", 1, "10")
    desk.engine = Engine(two(club(EARN), club(TWICE)))
    desk.buy("b", 2, "10")
    desk.buy("c", 102, "10")
    assert [lot.points for lot in desk.account.lots] == [10, 10, 20]


def test_a_version_that_comes_late_begins_at_the_clock() -> None:
    desk = ana(Versions([Version("2025", club(EARN, tiers=tiers(100, 200)))]))
    desk.buy("a", 120, "150")
    assert desk.account.tier == "silver"
    desk.engine = Engine(two(club(EARN, tiers=tiers(100, 200)), club(TWICE, tiers=tiers(50, 120))))
    assert desk.engine.next_due(desk.account) == day(120)
    desk.to(130)
    assert (desk.account.tier, desk.account.clock) == ("gold", day(120))


def test_an_account_of_a_version_that_an_engine_does_not_know_is_not_decided() -> None:
    desk = ana(two(club(EARN), club(TWICE)))
    desk.buy("a", 101, "10")
    for engine in (Engine(club(EARN)), Engine(Versions([Version("2025", club(EARN))]))):
        with pytest.raises(EventError, match="goes by version '2026' of the programme"):
            engine.advance(desk.account, day(102))
        with pytest.raises(EventError, match="goes by version"):
            engine.next_due(desk.account)


def test_a_version_that_all_accounts_have_passed_may_be_left_out() -> None:
    desk = ana(two(club(EARN), club(TWICE)))
    desk.buy("a", 101, "10")
    desk.engine = Engine(Versions([Version("2026", club(TWICE))]))
    desk.buy("b", 102, "10")
    assert [lot.points for lot in desk.account.lots] == [20, 20]


def test_an_order_is_taken_back_by_what_was_recorded_with_it() -> None:
    desk = ana(two(club(EARN), club(TWICE)))
    desk.buy("a", 100, line(price="10", quantity=3))
    desk.back("back", 101, "a", {"1": 1})
    assert desk.account.balance(day(101)).available == 20


def test_a_quote_goes_by_the_version_in_force_also_for_a_guest() -> None:
    engine = Engine(two(club(EARN), club(TWICE)))
    before, after = (
        engine.quote(None, Basket([line(price="10")]), at).points[0].points
        for at in (day(100), day(101))
    )
    assert (before, after) == (10, 20)


def test_progress_and_balances_ahead_cross_into_the_next_version() -> None:
    old, new = club(EARN, tiers=tiers(100, 500)), club(EARN, tiers=tiers(100, 150))
    desk = ana(two(old, new, ExpiryChange(redated=Redated.ANEW)))
    desk.buy("a", 1, "120")
    [now] = desk.engine.progress(desk.account, day(99))
    [then] = desk.engine.progress(desk.account, day(101))
    assert [each.next and each.next.lacks[0].missing for each in (now, then)] == [380, 30]
    assert desk.engine.balance(desk.account, day(101)).available == 120


def test_nothing_is_due_on_a_closed_account_and_its_returns_go_by_what_is_in_force() -> None:
    desk = ana(two(club(EARN), club(TWICE)))
    desk.buy("a", 1, "10")
    desk.tell(Closure("z", day(2), member=MEMBER, reason="moved"))
    assert desk.engine.next_due(desk.account) is None
    assert desk.to(200).effects == ()
    assert desk.back("back", 201, "a").accepted


def test_a_merger_brings_both_accounts_into_the_version_in_force() -> None:
    live = two(club(EARN, tiers=tiers(100, 200)), club(EARN, tiers=tiers(100, 150)))
    mine, theirs = ana(live), Desk(member="bob")
    theirs.engine = Engine(live)
    mine.buy("a", 1, "80")
    theirs.buy("b", 2, "80")
    merger = mine.engine.merge(
        mine.account,
        theirs.account,
        Merge("m", day(101), member=MEMBER, absorbed="bob", reason="x"),
    )
    assert merger.accepted
    assert merger.survivor.account.tier == "gold"
    assert {each.account.edition for each in (merger.survivor, merger.absorbed)} == {"2026"}


def test_a_merger_into_a_new_account_notes_its_version() -> None:
    live = two(club(EARN), club(TWICE))
    theirs = Desk(member="bob")
    theirs.engine = Engine(live)
    theirs.buy("b", 2, "80")
    merger = theirs.engine.merge(
        Account.new(MEMBER),
        theirs.account,
        Merge("m", day(3), member=MEMBER, absorbed="bob", reason="x"),
    )
    assert merger.survivor.account.edition == "2025"


# -- ladders


@pytest.mark.parametrize(("silver", "tier"), [(119, "silver"), (120, "silver"), (121, "bronze")])
def test_a_ladder_that_is_held_while_qualified_is_judged_at_once_by_a_new_threshold(
    silver: int, tier: str
) -> None:
    old, new = club(EARN, tiers=tiers(100, 500)), club(EARN, tiers=tiers(silver, 500))
    desk = ana(two(old, new))
    desk.buy("a", 1, "120")
    desk.to(100.4999)
    assert desk.account.tier == "silver"
    desk.to(100.5)
    assert desk.account.tier == tier


def test_who_is_held_until_a_review_keeps_the_tier_until_then() -> None:
    review = UntilReview(end_of("year"))
    old = club(EARN, tiers=tiers(100, 500, validity=review))
    new = club(EARN, tiers=tiers(200, 500, validity=review))
    desk = ana(two(old, new))
    desk.buy("a", 1, "120")
    desk.to(364)
    assert desk.account.tier == "silver"
    desk.to(365)
    assert desk.account.tier == "bronze"


def test_who_had_a_tier_without_a_term_has_one_from_the_version_on() -> None:
    new = club(EARN, tiers=tiers(200, 500, validity=UntilReview(days(30))))
    desk = ana(two(club(EARN, tiers=tiers(100, 500)), new))
    desk.buy("a", 1, "120")
    desk.to(100.5)
    assert desk.account.standing_on("tier").until == day(130.5)
    desk.to(130.49)
    assert desk.account.tier == "silver"
    desk.to(130.5)
    assert desk.account.tier == "bronze"


def test_a_term_that_has_begun_ends_when_it_would_have_and_then_the_new_one_comes() -> None:
    old = club(EARN, tiers=tiers(100, 500, validity=UntilReview(days(120))))
    new = club(EARN, tiers=tiers(100, 500, validity=UntilReview(days(30))))
    desk = ana(two(old, new))
    desk.buy("a", 1, "120")
    ends = []
    for number in (101, 122, 152):
        desk.to(number)
        ends.append(desk.account.standing_on("tier").until)
    assert ends == [day(121), day(151), day(181)]


def test_a_term_that_stands_is_a_term_of_the_new_kind() -> None:
    old = club(EARN, tiers=tiers(100, 500, validity=UntilReview(days(120))))
    new = club(EARN, tiers=tiers(200, 500, validity=ForTerm(days(30))))
    desk = ana(two(old, new))
    desk.buy("a", 1, "120")
    desk.to(120.9)
    assert desk.account.tier == "silver"
    desk.to(121)
    assert desk.account.tier == "bronze"


def test_a_ladder_by_terms_goes_on_with_the_terms_that_there_are() -> None:
    old = club(EARN, tiers=tiers(100, 500, window=days(20), validity=ForTerm(days(150))))
    new = club(EARN, tiers=tiers(300, 500, window=days(20), validity=ForTerm(days(10))))
    desk = ana(two(old, new))
    desk.buy("a", 1, "120")
    desk.to(150.9)
    assert desk.account.tier == "silver"
    desk.to(151)
    assert desk.account.tier == "bronze"


def test_grace_of_a_new_version_holds_for_who_is_lost_by_its_thresholds() -> None:
    new = club(EARN, tiers=tiers(200, 500, grace=Grace(days(10))))
    desk = ana(two(club(EARN, tiers=tiers(100, 500)), new))
    desk.buy("a", 1, "120")
    desk.to(110.4)
    assert (desk.account.tier, desk.account.standing_on("tier").falls) == ("silver", day(110.5))
    desk.to(110.5)
    assert desk.account.tier == "bronze"


def test_an_order_from_before_a_ladder_remembered_anything_counts_less_when_it_comes_back() -> None:
    new = club(EARN, tiers=tiers(100, 500, grace=Grace(days(10))))
    desk = ana(two(club(EARN, tiers=tiers(100, 500)), new))
    desk.buy("a", 1, "60")
    desk.buy("b", 2, "60")
    desk.back("back", 101, "b")
    assert (desk.account.tier, desk.account.standing_on("tier").falls) == ("silver", day(110.5))
    desk.to(111)
    assert desk.account.tier == "bronze"
    desk.buy("c", 112, "39")
    assert desk.account.tier == "bronze"
    desk.buy("d", 113, "1")
    assert desk.account.tier == "silver"


def test_a_ladder_that_remembers_nothing_any_more_counts_on() -> None:
    old = club(EARN, tiers=tiers(100, 500, validity=UntilReview(end_of("year"))))
    desk = ana(two(old, club(EARN, tiers=tiers(100, 200))))
    desk.buy("a", 1, "120")
    desk.buy("b", 101, "80")
    assert desk.account.tier == "gold"
    desk.back("back", 102, "a")
    assert desk.account.tier == "bronze"
    assert desk.account.trails == {}


def test_what_counted_before_the_version_is_not_judged_again_by_it() -> None:
    remembered = UntilReview(days(300))
    old = club(EARN, tiers=tiers(100, 500, validity=remembered))
    new = club(EARN, tiers=tiers(50, 500, validity=remembered))
    desk = ana(two(old, new))
    desk.buy("a", 1, "120")
    desk.buy("b", 2, "30")
    desk.to(101)
    desk.back("back", 102, "a")
    # By the old ladder 30 points were bronze; by the new one they are, too: silver stands to its
    # review, as it was when the version began.
    assert desk.account.tier == "silver"
    desk.to(302)
    assert desk.account.tier == "bronze"


def test_members_of_a_tier_that_is_gone_are_where_the_version_says() -> None:
    review = UntilReview(end_of("year"))
    new = club(
        EARN, tiers=Tiers([Tier("member", 0), Tier("gold", 600)], validity=review), timezone="UTC"
    )
    old = club(EARN, tiers=tiers(100, 500, validity=review))
    moved = LadderChange(moved={"bronze": "member", "silver": "gold"})
    desk = ana(two(old, new, moved))
    desk.buy("a", 1, "120")
    desk.to(101)
    assert desk.account.tier == "gold"
    desk.to(365)
    assert desk.account.tier == "member"


def test_everybody_may_be_judged_anew_with_a_term_from_then_on() -> None:
    review = UntilReview(days(30))
    old = club(EARN, tiers=tiers(100, 500, validity=UntilReview(days(300))))
    new = club(EARN, tiers=tiers(200, 300, validity=review))
    desk = ana(two(old, new, LadderChange(judged=Judged.ANEW)))
    desk.buy("a", 1, "150")
    desk.buy("b", 2, "160")
    desk.to(100.5)
    assert desk.account.tier == "gold"
    assert desk.account.standing_on("tier").until == day(130.5)
    desk.back("back", 101, "b")
    # It is judged as if it had never come: 150 points are bronze on the new ladder.
    assert desk.account.tier == "bronze"


def test_who_is_judged_anew_need_not_wait_for_the_end_of_a_period() -> None:
    old = club(EARN, tiers=tiers(100, 500))
    monthly = tiers(150, 500, upgrade=AtEndOf("month"))
    anew = ana(two(old, club(EARN, tiers=monthly), LadderChange(judged=Judged.ANEW)))
    anew.buy("a", 1, "160")
    anew.to(101)
    assert anew.account.tier == "silver"
    anew.buy("b", 102, "400")
    assert anew.account.tier == "silver"


def test_a_tier_may_be_held_for_a_while_whatever_counts() -> None:
    old, new = club(EARN, tiers=tiers(100, 500)), club(EARN, tiers=tiers(1000, 5000))
    desk = ana(two(old, new, LadderChange(held=months(2))))
    desk.buy("a", 1, "120")
    desk.to(161)
    assert desk.account.tier == "silver"
    desk.to(161.5)
    assert desk.account.tier == "bronze"


def test_a_ladder_in_other_units_comes_instead_of_one() -> None:
    old = club(EARN, tiers=tiers(100, 500))
    status = Tiers(
        [Tier("basic", 0), Tier("plus", 300)],
        name="status",
        metric=money_spent,
        validity=UntilReview(end_of("year")),
    )
    change = LadderChange(
        "status", instead_of="tier", moved={"bronze": "basic", "silver": "plus", "gold": "plus"}
    )
    desk = ana(two(old, club(EARN, tiers=status), change))
    desk.buy("a", 1, "120")
    desk.to(101)
    assert (desk.account.tier, desk.account.tier_on("status")) == (None, "plus")
    desk.back("back", 102, "a")
    assert desk.account.tier_on("status") == "plus"
    desk.to(365)
    assert desk.account.tier_on("status") == "basic"


def test_a_ladder_may_be_dropped() -> None:
    desk = ana(two(club(EARN, tiers=tiers(100, 500)), club(EARN), LadderDropped("tier")))
    desk.buy("a", 1, "120")
    desk.to(101)
    assert desk.account.tier is None
    assert not desk.account.ladders
    desk.back("back", 102, "a")
    assert "tier" not in desk.account.counters


def test_a_tier_that_was_given_goes_on_by_its_present_name() -> None:
    moved = LadderChange(moved={"gold": "top"})
    new = club(EARN, tiers=Tiers([Tier("bronze", 0), Tier("top", 900)]))
    desk = ana(two(club(EARN, tiers=tiers(100, 500)), new, moved))
    desk.join()
    desk.tell(TierOverride("v", day(1), member=MEMBER, tier="gold", until=day(150), reason="x"))
    desk.tell(TierOverride("w", day(1), member=MEMBER, tier="silver", until=day(200), reason="x"))
    desk.to(101)
    assert desk.account.tier == "top"
    desk.to(150)
    assert desk.account.tier == "bronze"


def test_points_that_last_with_a_tier_last_with_its_present_name() -> None:
    bound = Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=with_tier()))
    year = UntilReview(end_of("year"))
    old = club(bound, tiers=tiers(100, 500, validity=year))
    new = club(
        bound,
        tiers=Tiers([Tier("bronze", 0), Tier("plus", 300), Tier("gold", 500)], validity=year),
    )
    desk = ana(two(old, new, LadderChange(moved={"silver": "plus"})))
    desk.buy("a", 1, "120")
    desk.buy("b", 2, "7")
    desk.to(101)
    assert {lot.tier for lot in desk.account.lots} == {"bronze", "plus"}
    desk.to(365)
    assert desk.account.balance(day(365)).available == 120


def test_a_new_version_asks_no_rule_about_tiers_but_those_after_it_do() -> None:
    told = (
        Rule("up", TierReached(), then=Accrue(points(5))),
        Rule("down", TierLost(), then=Notify("down")),
    )
    desk = ana(
        two(
            club(EARN, *told, tiers=tiers(100, 500)),
            club(EARN, *told, tiers=tiers(50, 119)),
        )
    )
    desk.buy("a", 1, "112")
    assert desk.account.balance(day(1)).available == 122
    desk.to(101)
    assert desk.account.tier == "gold"
    assert desk.account.balance(day(101)).available == 122


def test_a_card_that_a_rule_gave_goes_on() -> None:
    card = Rule("card", Purchase, when=None, then=GrantTier("gold", days(150)), limit=per_day(1))
    desk = ana(two(club(card, tiers=tiers(100, 500)), club(card, tiers=tiers(100, 900))))
    desk.buy("a", 1, "1")
    desk.to(150.9)
    assert desk.account.tier == "gold"
    desk.to(151)
    assert desk.account.tier == "bronze"


# -- dates of points


def dated(expires: Any) -> Program:
    return club(Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=expires)))


def test_points_keep_their_date_unless_a_version_says_otherwise() -> None:
    desk = ana(two(dated(days(200)), dated(days(300))))
    desk.buy("a", 1, "10")
    desk.to(101)
    assert desk.account.lots[0].expires == day(201)


@pytest.mark.parametrize(
    ("expires", "redated", "notice", "until"),
    [
        (days(300), Redated.LATER, 30, 301),
        (days(150), Redated.LATER, 30, 201),
        (None, Redated.LATER, 30, None),
        (days(300), Redated.ANEW, 30, 301),
        (days(150), Redated.ANEW, 30, 151),
        (days(50), Redated.ANEW, 30, 130.5),
        (days(50), Redated.ANEW, 150, 201),
        (days(50), Redated.ANEW, 0, "gone"),
    ],
)
def test_points_may_have_the_dates_of_the_new_version(
    expires: Any, redated: Redated, notice: int, until: float | str | None
) -> None:
    change = ExpiryChange(redated=redated, notice=days(notice))
    desk = ana(two(dated(days(200)), dated(expires), change))
    desk.buy("a", 1, "10")
    desk.to(101)
    if until == "gone":
        assert desk.account.lots == ()
        assert desk.account.purse("points").expired == 10
    else:
        wanted = until if until is None else day(float(until))
        assert desk.account.lots[0].expires == wanted


def test_points_of_a_rule_that_is_gone_have_the_date_of_their_purse() -> None:
    new = club(purses=[Purse("points", expires=days(400))])
    desk = ana(two(dated(days(200)), new, ExpiryChange()))
    desk.buy("a", 1, "10")
    [moved] = [each for each in desk.to(101).effects if isinstance(each, Rescheduled)]
    assert (moved.event, moved.expires) == ("version:2026", day(401))


# -- what waits for a moment


def test_rules_that_are_gone_are_not_waited_for_and_new_ones_are() -> None:
    gone = Rule("gift", Birthday(), then=Accrue(points(5)))
    old = club(gone, Rule("miss", Inactivity(days(200)), then=Notify("miss")))
    new = club(
        Rule("cake", Birthday(after=days(1)), then=Accrue(points(7))),
        Rule("miss", Inactivity(days(150)), then=Notify("miss")),
    )
    desk = ana(two(old, new))
    desk.join(0, birthday=born(1990, 5, 20))
    desk.buy("a", 1, "10")
    desk.to(100.5)
    assert desk.account.armed == {
        ("cake", "birthday"): datetime(2026, 5, 21, tzinfo=UTC),
        ("miss", "lapse"): day(151),
    }


def test_a_rule_that_waits_for_something_else_now_is_asked_anew() -> None:
    old = club(Rule("x", Birthday(), then=Accrue(points(5))))
    new = club(Rule("x", Inactivity(days(200)), then=Accrue(points(7))))
    desk = ana(two(old, new))
    desk.join(0, birthday=born(1990, 5, 20))
    desk.buy("a", 1, "10")
    desk.to(100.5)
    assert desk.account.armed == {("x", "lapse"): day(201)}


# -- bounds and problems


def test_a_version_that_would_post_too_much_at_its_instant_is_not_begun_by_halves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Rule("how", After(Purchase, days(50)), then=Notify("how"))
    live = two(club(EARN, told), club(EARN, told, purses=[Purse("points", expires=days(400))]))
    live = evolve(
        live,
        versions=[
            live.versions[0],
            evolve(live.latest, migrations=[ExpiryChange(redated=Redated.ANEW)]),
        ],
    )
    desk = ana(live)
    for number in range(5):
        desk.buy(f"o{number}", number, "10")
    before = len(desk.engine.advance(desk.account, day(100)).effects)
    monkeypatch.setattr("loyaltykit.journal.MAX_EFFECTS", before + 5)
    first = desk.to(101)
    assert {each.at for each in first.effects} == {day(50 + number) for number in range(5)}
    assert first.reached == CHANGE - timedelta(microseconds=1)
    monkeypatch.setattr("loyaltykit.journal.MAX_EFFECTS", 5)
    with pytest.raises(LimitError, match="one call posts at most 5 effects"):
        desk.to(101)
    assert desk.account.edition == "2025"
    monkeypatch.setattr("loyaltykit.journal.MAX_EFFECTS", 6)
    desk.to(101)
    assert desk.account.edition == "2026"
    assert len({lot.expires for lot in desk.account.lots}) == 5


def test_versions_say_all_that_is_wrong_with_them() -> None:
    program = club(EARN)
    with pytest.raises(ProgramError) as caught:
        Versions(
            [
                Version("a", program, since=date(2026, 1, 1)),
                Version("a", program),
                Version("b", program, since=date(2026, 3, 1)),
                Version("c", program, since=date(2026, 3, 1)),
            ]
        )
    assert caught.value.problems == (
        "two versions are called 'a'",
        "version 'a' is the first: it needs neither a beginning nor migrations",
        "version 'a' does not say when it begins: since=date(...)",
        (
            "version 'c' begins at 2026-03-01 00:00:00+00:00, not after 'b' at "
            "2026-03-01 00:00:00+00:00"
        ),
    )


def test_what_no_member_could_follow_is_refused() -> None:
    review = UntilReview(days(9))
    old = club(purses=[Purse("stars"), Purse("miles", decimals=1)], tiers=tiers(1, 2))
    new = club(
        currency="USD", purses=[Purse("miles")], tiers=Tiers([Tier("top", 0)], validity=review)
    )
    assert problems(old, new) == (
        "version '2026': its currency is USD, and no amount can be converted from EUR",
        (
            "version '2026': purse 'stars' is gone, and points in it could never be spent: keep "
            "it in purses"
        ),
        "version '2026': purse 'miles' has other decimals than the points in it",
        *(
            f"version '2026': ladder 'tier': tier '{name}' is gone: say where its members are now, "
            f"LadderChange('tier', moved={{'{name}': ...}})"
            for name in ("bronze", "silver", "gold")
        ),
    )


def test_migrations_name_what_there_is() -> None:
    old, new = club(tiers=tiers(1, 2)), club(tiers=tiers(1, 3))
    assert problems(
        old,
        new,
        LadderChange("pro"),
        LadderChange(moved={"x": "gold", "silver": "y"}),
        LadderDropped("pro"),
        LadderDropped("tier"),
        ExpiryChange("miles"),
        ExpiryChange(),
        ExpiryChange(),
    ) == tuple(
        f"version '2026': {problem}"
        for problem in (
            "LadderChange('pro'): this version has no such ladder",
            "LadderChange('pro'): the version before it has no ladder 'pro'",
            "LadderChange('tier'): no tier is called 'y': moved={former: present}",
            "LadderChange('tier'): no former tier is called 'x': moved={former: present}",
            "LadderDropped('pro'): the version before it has no such ladder",
            "LadderDropped('tier'): this version has that ladder",
            "ExpiryChange('miles'): no such purse, only points, credit",
            "two migrations are about ladder 'pro'",
            "two migrations are about ladder 'tier'",
            "two migrations are about purse 'points'",
        )
    )


def test_a_ladder_is_replaced_only_by_a_new_one() -> None:
    pro = Tiers([Tier("pro", 0)], name="pro")
    old, new = club(tiers=[tiers(1, 2), pro]), club(tiers=[tiers(1, 2), pro])
    assert problems(old, new, LadderChange("pro", instead_of="tier")) == (
        "version '2026': LadderChange('pro'): ladder 'tier' is there still",
        "version '2026': LadderChange('pro'): the version before it has that ladder already",
    )


def test_a_ladder_that_goes_or_reckons_otherwise_is_told_of() -> None:
    assert problems(club(tiers=tiers(1, 2)), club()) == (
        (
            "version '2026': ladder 'tier' is gone: write LadderDropped('tier'), or say what is "
            "there now with LadderChange(..., instead_of='tier')"
        ),
    )
    assert problems(club(tiers=tiers(1, 2)), club(tiers=tiers(1, 2, metric=orders_placed))) == (
        (
            "version '2026': ladder 'tier' reckons in something else: give the new one another "
            "name, and write LadderChange(..., instead_of='tier')"
        ),
    )


def test_versions_are_made_of_versions() -> None:
    with pytest.raises(DefinitionError, match="at least one version"):
        Versions([])
    with pytest.raises(MisuseError, match="made of Version, not of"):
        Versions([club()])  # type: ignore[list-item]
    with pytest.raises(MisuseError, match="a version needs a Program"):
        Version("a", "club")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="migrations are made of LadderChange"):
        Version("a", club(), migrations=[Coupon("X", amount_off(1))])  # type: ignore[list-item]
    with pytest.raises(LimitError, match="at most 100 versions, not 101"):
        Versions([Version(str(number), club()) for number in range(101)])
    with pytest.raises(MisuseError, match="an engine needs a Program, or Versions of one, not str"):
        Engine("club")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="held: write for how long"):
        LadderChange(held=days(0))
    with pytest.raises(MisuseError, match="moved: write"):
        LadderChange(moved=["silver"])  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="judged must be a Judged"):
        LadderChange(judged="anew")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="redated must be a Redated"):
        ExpiryChange(redated="anew")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="notice must be a period"):
        ExpiryChange(notice=30)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="since"):
        Version("a", club(), since=datetime(2026, 1, 1))  # noqa: DTZ001


# -- what is due at the very instant


def test_a_review_that_ends_as_the_version_begins_is_judged_and_told() -> None:
    told = (
        Rule("down", TierLost(), then=Notify("down")),
        Rule("kept", TierKept(), then=Notify("kept")),
    )
    ladder = tiers(100, 500, window=days(300), validity=UntilReview(end_of("year")))
    old, new = club(EARN, *told, tiers=ladder), club(TWICE, *told, tiers=ladder)
    live = Versions([Version("a", old), Version("b", new, since=date(2027, 1, 1))])
    for spent, template, tier in (("120", "down", "bronze"), ("1200", "kept", "gold")):
        desk = ana(live)
        desk.buy("a", 1, spent)
        desk.buy("b", 364, "600" if spent == "1200" else "1")
        # The year of the tier is over as the version begins.
        sent = [each.template for each in desk.to(365).effects if isinstance(each, Notified)]
        assert (desk.account.tier, sent) == (tier, [template])


def test_a_tier_that_a_plain_ladder_loses_as_the_version_begins_is_told() -> None:
    told = Rule("down", TierLost(), then=Notify("down"))
    ladder = tiers(100, 500, window=days(90))
    desk = ana(two(club(EARN, told, tiers=ladder), club(TWICE, told, tiers=ladder)))
    desk.buy("a", 10.5, "120")
    effects = desk.to(101).effects
    assert [each.at for each in effects if isinstance(each, Notified)] == [CHANGE]
    assert desk.account.tier == "bronze"


def test_what_waits_for_the_very_instant_is_asked_by_the_new_version() -> None:
    def asking(gift: int) -> Program:
        return club(
            EARN,
            Rule("gift", Birthday(), then=Accrue(points(gift))),
            Rule("miss", Inactivity(days(90)), then=Accrue(points(10 * gift))),
        )

    desk = ana(two(asking(5), asking(7)))
    desk.join(0, birthday=born(1990, 4, 12))
    desk.buy("a", 10.5, "1")
    desk.to(100.5)
    assert desk.account.balance(CHANGE).available == 1 + 7 + 70
    assert desk.account.armed["gift", "birthday"] == datetime(2027, 4, 12, tzinfo=UTC)


def test_a_silence_that_was_told_of_is_not_told_of_again_by_a_longer_one() -> None:
    def missing(silence: int) -> Program:
        return club(EARN, Rule("miss", Inactivity(days(silence)), then=Accrue(points(5))))

    desk = ana(two(missing(50), missing(150)))
    desk.buy("a", 1, "1")
    desk.to(300)
    assert desk.account.balance(day(300)).available == 6


# -- memory that ends


def test_what_an_entry_used_up_does_not_come_back_with_a_version() -> None:
    def life(gold: int) -> Program:
        ladder = Tiers(
            [Tier("bronze", 0), Tier("silver", 100), Tier("gold", gold)],
            window=SinceEntry(),
            validity=UntilReview(months(12)),
        )
        return club(EARN, tiers=ladder, remember=days(30))

    desk = ana(two(life(500), life(110)))
    desk.buy("a", 1, "120")
    desk.join(95)
    desk.to(101)
    assert desk.account.tier == "silver"


def test_a_return_does_not_undo_what_was_judged_and_forgotten() -> None:
    never = {"validity": UntilReview(days(30)), "downgrade": Downgrade.NEVER}
    new = club(EARN, tiers=tiers(100, 500, **never), remember=days(40))
    desk = ana(two(club(EARN, tiers=tiers(100, 500)), new))
    desk.buy("a", 90, line(price="100", quantity=6))
    desk.join(136)
    desk.back("back", 137, "a", {"1": 2})
    assert (desk.account.tier, desk.account.count("tier", day(137))) == ("gold", 400)


def test_the_only_order_of_before_is_judged_when_it_comes_back() -> None:
    new = club(EARN, tiers=tiers(100, 500, grace=Grace(days(10))))
    desk = ana(two(club(EARN, tiers=tiers(100, 500)), new))
    desk.buy("a", 1, "120")
    desk.back("back", 101, "a")
    desk.to(112)
    assert desk.account.tier == "bronze"


def test_a_name_that_is_gone_does_not_come_back() -> None:
    some = Tiers([Tier("a", 0)], name="x")
    twice = Tiers([Tier("a", orders_placed.reaching(2))], name="x")
    found: list[str] = []
    for one, other in ((some, None), (twice, some)):
        programs = [club(tiers=each) for each in (one, other or (), one)]
        gone = [LadderDropped("x")] if other is None else []
        with pytest.raises(ProgramError) as caught:
            Versions(
                [
                    Version("1", programs[0]),
                    Version("2", programs[1], since=date(2026, 2, 1), migrations=gone),
                    Version("3", programs[2], since=date(2026, 3, 1)),
                ]
            )
        found += caught.value.problems
    assert found == [
        "version '3': ladder 'x' was gone in '2': give it another name",
        (
            "version '3': ladder 'x', which counts orders again, was gone in '2': give it "
            "another name"
        ),
    ]


def test_counting_since_entry_begins_and_ends_with_a_ladder() -> None:
    entry = tiers(1, 2, window=SinceEntry(), validity=UntilReview(days(9)))
    assert problems(club(tiers=entry), club(tiers=tiers(1, 2))) == (
        (
            "version '2026': ladder 'tier' counts since entry in one version only: give the new "
            "one another name, and write LadderChange(..., instead_of='tier')"
        ),
    )


def test_a_ladder_comes_instead_of_one_other_only() -> None:
    one, other, third = (Tiers([Tier(f"{name}1", 0)], name=name) for name in "xyz")
    assert problems(
        club(tiers=[one, other]),
        club(tiers=third),
        LadderChange("z", instead_of="x", judged=Judged.ANEW),
        LadderChange("z", instead_of="y", judged=Judged.ANEW),
    ) == ("version '2026': two migrations are about ladder 'z'",)


# -- what goes on


def test_a_balance_ahead_grants_nothing_across_a_version() -> None:
    program = club(EARN, Rule("gift", Birthday(), then=Accrue(points(5))))
    desk = ana(two(program, program))
    desk.join(0, birthday=born(1990, 5, 20))
    desk.buy("a", 1, "10")
    assert desk.engine.balance(desk.account, day(200)).available == 10


def test_each_action_of_a_rule_gives_its_own_dates() -> None:
    def both(first: int) -> Program:
        short = Accrue(points(10), expires=days(first))
        return club(
            Rule("both", Purchase, then=[short, Accrue(points(1).per(1), expires=days(400))])
        )

    desk = ana(two(both(120), both(140), ExpiryChange(redated=Redated.ANEW)))
    desk.buy("a", 1, "7")
    desk.to(101)
    assert {lot.points: lot.expires for lot in desk.account.lots} == {10: day(141), 7: day(401)}


def test_points_have_the_dates_of_the_tier_on_the_first_ladder() -> None:
    ladder = Tiers([Tier("new", 0, expires=days(200))], name="status")
    later = Tiers([Tier("new", 0, expires=days(700))], name="status")
    desk = ana(two(club(EARN, tiers=ladder), club(EARN, tiers=later), ExpiryChange()))
    desk.buy("a", 1, "7")
    desk.to(101)
    assert desk.account.lots[0].expires == day(701)


def test_pending_points_are_not_given_a_date_before_they_can_be_spent() -> None:
    def slow(expires: int) -> Program:
        accrue = Accrue(points(1).per(1), pending=days(200), expires=days(expires))
        return club(Rule("slow", Purchase, then=accrue))

    desk = ana(two(slow(400), slow(300), ExpiryChange(redated=Redated.ANEW)))
    desk.buy("a", 1, "7")
    odd = club(Rule("slow", Purchase, then=Accrue(points(1).per(1), expires=days(150))))
    other = ana(two(slow(400), odd, ExpiryChange(redated=Redated.ANEW)))
    other.buy("a", 1, "7")
    desk.to(101)
    other.to(101)
    assert (desk.account.pending[0].expires, other.account.pending[0].expires) == (
        day(301),
        day(401),
    )


def test_what_lapses_for_want_of_activity_follows_a_change_of_dates() -> None:
    def idle(after: int | None) -> Program:
        dormancy = None if after is None else Dormancy(days(after))
        return club(EARN, purses=[Purse("points", dormancy=dormancy)])

    for before, after, redated, due in (
        (150, 365, Redated.LATER, day(366)),
        (365, 150, Redated.LATER, day(366)),
        (365, 105, Redated.ANEW, day(130.5)),
        (365, None, Redated.ANEW, None),
    ):
        desk = ana(two(idle(before), idle(after), ExpiryChange(redated=redated)))
        desk.buy("a", 1, "7")
        desk.to(101)
        dormant = desk.account.dormant.get("points")
        assert (None if dormant is None else dormant.due) == due
    desk = ana(two(idle(150), idle(365)))
    desk.buy("a", 1, "7")
    desk.to(101)
    assert desk.account.dormant["points"].due == day(151)


def test_a_card_goes_back_with_its_order_from_the_ladder_that_came_instead() -> None:
    card = Rule("card", Purchase, then=GrantTier("gold", days(300)), limit=per_day(1))
    other = Tiers([Tier("basic", 0), Tier("top", 900)], name="status")
    change = LadderChange(
        "status",
        instead_of="tier",
        moved={"bronze": "basic", "silver": "basic", "gold": "top"},
        judged=Judged.ANEW,
    )
    desk = ana(two(club(card, tiers=tiers(100, 500)), club(tiers=other), change))
    desk.buy("a", 1, "1")
    desk.to(101)
    assert desk.account.tier_on("status") == "top"
    desk.back("back", 102, "a")
    assert desk.account.tier_on("status") == "basic"


def test_cards_that_follow_one_another_move_up_by_the_present_name_of_their_tier() -> None:
    card = Rule("card", Purchase, then=GrantTier("gold", days(100)), limit=per_day(1))
    new = Rule("card", Purchase, then=GrantTier("top", days(100)), limit=per_day(1))
    moved = LadderChange(moved={"gold": "top"})
    desk = ana(
        two(
            club(card, tiers=tiers(1000, 5000)),
            club(new, tiers=Tiers([Tier("bronze", 0), Tier("top", 900)])),
            moved,
        )
    )
    desk.buy("a", 90, "1")
    desk.buy("b", 91, "1")
    desk.back("back", 102, "a")
    desk.to(190.9)
    assert desk.account.tier == "top"
    desk.to(191)
    assert desk.account.tier == "bronze"


def test_who_is_in_grace_falls_to_where_they_would_have() -> None:
    old = club(EARN, tiers=tiers(100, 500, window=days(90), grace=Grace(days(20))))
    new = club(EARN, tiers=tiers(100, 500, window=days(90), validity=ForTerm(days(200))))
    desk = ana(two(old, new))
    desk.buy("a", 1, "600")
    desk.to(101)
    assert (desk.account.tier, desk.account.standing_on("tier").falls) == ("gold", day(111))
    desk.to(111)
    assert desk.account.tier == "bronze"


def test_what_is_held_is_what_was_earned_and_not_what_was_given() -> None:
    old, new = club(EARN, tiers=tiers(100, 500)), club(EARN, tiers=tiers(1000, 5000))
    desk = ana(two(old, new, LadderChange(held=months(2))))
    desk.buy("a", 1, "120")
    gold = TierOverride("v", day(1), member=MEMBER, tier="gold", until=day(105), reason="x")
    desk.tell(gold)
    desk.to(104)
    assert desk.account.tier == "gold"
    desk.to(105)
    assert desk.account.tier == "silver"


def test_a_follow_up_to_another_event_does_not_wait_for_the_old_one() -> None:
    def after(event: Any) -> Program:
        return club(EARN, Rule("x", After(event, days(150)), then=Accrue(points(7))))

    desk = ana(two(after(Purchase), after(Enrolment)))
    desk.buy("a", 1, "1")
    desk.to(200)
    assert desk.account.balance(day(200)).available == 1


def test_reserved_points_last_with_the_present_name_of_their_tier() -> None:
    bound = Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=with_tier()))
    year = UntilReview(end_of("year"))
    money = [Redeeming("points", points=1, worth="0.01")]
    old = club(bound, tiers=tiers(100, 500, validity=year), redeeming=money)
    plus = Tiers([Tier("bronze", 0), Tier("plus", 300), Tier("gold", 500)], validity=year)
    new = club(bound, tiers=plus, redeeming=money)
    desk = ana(two(old, new, LadderChange(moved={"silver": "plus"})))
    desk.buy("a", 1, "120")
    desk.buy("b", 2, "7")
    desk.tell(Reservation("h", day(90), member=MEMBER, points=127, until=day(200)))
    desk.to(101)
    draws = desk.account.reservations["h"].draws
    assert {draw.lot.tier for draw in draws} == {"bronze", "plus"}


@pytest.mark.parametrize("grace", [None, Grace(days(9))])
def test_days_are_counted_on_when_a_ladder_begins_to_remember(grace: Grace | None) -> None:
    steps = [Tier("bronze", 0), Tier("silver", 2), Tier("gold", 3)]
    old = club(tiers=Tiers(steps, metric=order_days))
    new = club(tiers=Tiers(steps, metric=order_days, grace=grace))
    desk = ana(two(old, new))
    desk.buy("a", 1, "5")
    desk.buy("b", 1.2, "5")
    desk.buy("c", 2, "5")
    desk.back("r", 101, "a")
    assert (desk.account.tier, desk.account.count("tier", day(101))) == ("silver", 2)
    desk.to(120)
    assert desk.account.tier == "silver"
