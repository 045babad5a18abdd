"""A preview of a new version: who is affected, how, and that nothing is committed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from desk import Desk, club, day
from test_versions import EARN, dated, tiers, two

from loyaltykit import (
    Account,
    Accrue,
    Credit,
    DefinitionError,
    Engine,
    ExpiryChange,
    Judged,
    LadderChange,
    MisuseError,
    Program,
    Purchase,
    Purse,
    Redated,
    Rule,
    Tier,
    Tiers,
    UntilReview,
    Version,
    Versions,
    days,
    end_of,
    months,
    points,
    preview,
)
from loyaltykit.previews import Affected, BalanceMove, LotMove, TierMove


def members(program: Program, **spent: str) -> list[Account]:
    """One member for each amount, who spent it on the first day."""
    found = []
    for name, amount in spent.items():
        desk = Desk(program=program, member=name)
        desk.buy(f"order of {name}", 1, amount)
        found.append(desk.account)
    return found


def test_a_higher_threshold_shows_who_falls_at_once_and_who_is_held() -> None:
    old = club(EARN, tiers=tiers(100, 500))
    new = club(EARN, tiers=tiers(150, 500))
    accounts = members(old, ana="120", bob="160", cyd="20", dan="600")
    found = preview(two(old, new), accounts)
    assert found.members == (Affected("ana", (TierMove("tier", "silver", "bronze"),)),)
    assert str(found) == (
        "version '2026' at 2026-04-12 00:00 UTC: 1 of 4 members affected\n"
        "  tier: silver -> bronze: 1"
    )
    held = preview(two(old, new, LadderChange(held=months(1))), accounts)
    assert (held.asked, held.members) == (4, ())


def test_a_later_instant_shows_what_the_next_review_brings() -> None:
    review = UntilReview(end_of("year"))
    old = club(EARN, tiers=tiers(100, 500, validity=review))
    new = club(EARN, tiers=tiers(150, 1000, validity=review))
    accounts = members(old, ana="120", bob="160", dan="600", eve="130")
    assert preview(two(old, new), accounts).members == ()
    found = preview(two(old, new), accounts, until=datetime(2027, 1, 2, tzinfo=UTC))
    assert found.tiers == (
        (TierMove("tier", "silver", "bronze"), 2),
        (TierMove("tier", "gold", "silver"), 1),
    )
    assert [each.member for each in found.members] == ["ana", "dan", "eve"]


def test_a_tier_that_is_only_held_is_told_with_its_end_and_a_higher_one_is_not() -> None:
    old, new = club(EARN, tiers=tiers(100, 500)), club(EARN, tiers=tiers(50, 200))
    live = two(old, new, LadderChange(judged=Judged.ANEW, held=days(10)))
    [ana] = preview(live, members(old, ana="220")).members
    assert ana.tiers == (TierMove("tier", "silver", "gold"),)
    moved = LadderChange(moved={"silver": "plus", "gold": "plus"}, held=days(10))
    other = club(EARN, tiers=Tiers([Tier("bronze", 0), Tier("plus", 900)]))
    [ana] = preview(two(old, other, moved), members(old, ana="220")).members
    assert ana.tiers == (TierMove("tier", "silver", "plus", until=day(110.5)),)


def test_amounts_are_told_as_members_know_them() -> None:
    def halves(expires: Any) -> Program:
        half = Accrue(points("0.5").per(1), purse="stars", expires=expires)
        gift = Rule("gift", Purchase, then=[half, Credit("2.50", expires=expires)])
        return club(gift, purses=[Purse("stars", decimals=1)])

    old, new = halves(days(200)), halves(days(300))
    live = two(old, new, ExpiryChange("stars"), ExpiryChange("credit"))
    assert str(preview(live, members(old, ana="3"))).split("\n")[1:] == [
        "  credit: 2.50 EUR lapse later, of 1 member",
        "  stars: 1.5 points lapse later, of 1 member",
    ]


def test_other_dates_show_which_points_lapse_when() -> None:
    old, new = dated(days(200)), dated(days(150))
    change = ExpiryChange(redated=Redated.ANEW)
    accounts = members(old, ana="10", bob="25")
    found = preview(two(old, new, change), accounts)
    assert found.members[0] == Affected(
        "ana",
        lots=(LotMove("order of ana/purchase/0", "points", 10, before=day(201), after=day(151)),),
    )
    assert str(found) == (
        "version '2026' at 2026-04-12 00:00 UTC: 2 of 2 members affected\n"
        "  points: 35 points lapse sooner, of 2 members"
    )
    later = preview(two(new, old, ExpiryChange()), members(new, ana="10"))
    assert str(later).endswith("  points: 10 points lapse later, of 1 member")
    assert found.members[1].lots[0].points == 25


def test_what_could_be_spent_is_compared_at_the_instant() -> None:
    old, new = dated(days(200)), dated(days(150))
    live = two(old, new, ExpiryChange(redated=Redated.ANEW))
    found = preview(live, members(old, ana="10"), until=day(160))
    assert found.members == (Affected("ana", balances=(BalanceMove("points", 10, 0),)),)
    assert str(found).endswith("  points: 10 points less can be spent, of 1 member")


def test_nothing_is_committed_and_an_account_beyond_the_instant_is_compared_at_its_clock() -> None:
    old, new = club(EARN, tiers=tiers(100, 500)), club(EARN, tiers=tiers(150, 500))
    desk = Desk(program=old)
    desk.buy("a", 1, "120")
    desk.buy("b", 200, "1")
    before = desk.account
    found = preview(two(old, new), iter([desk.account, Account.new("new")]))
    assert (found.asked, len(found.members)) == (2, 1)
    assert desk.account == before
    assert desk.account.edition is None


def test_an_earlier_version_may_be_previewed_by_name() -> None:
    old, new = club(EARN, tiers=tiers(100, 500)), club(EARN, tiers=tiers(150, 500))
    live = two(old, new)
    live = Versions([*live.versions, Version("2027", old, since=date(2027, 1, 1))])
    accounts = members(old, ana="120")
    assert len(preview(live, accounts, version="2026").members) == 1
    assert preview(live, accounts, version="2027").members[0].tiers == (
        TierMove("tier", "bronze", "silver"),
    )


def test_a_preview_agrees_with_what_becomes_of_the_members() -> None:
    bonus = Rule("purchase", Purchase, then=Accrue(points(1).per(1), expires=days(120)))
    old = club(bonus, tiers=tiers(100, 500))
    new = club(EARN, tiers=tiers(50, 130))
    live = two(old, new, ExpiryChange())
    accounts = members(old, ana="60", bob="140", cyd="10")
    found = {each.member: each for each in preview(live, accounts).members}
    for account in accounts:
        before = Engine(old).advance(account, day(100.5)).account
        after = Engine(live).advance(account, day(100.5)).account
        told = found.get(account.member, Affected(account.member))
        moves = [(each.before, each.after) for each in told.tiers]
        assert moves == ([(before.tier, after.tier)] if before.tier != after.tier else [])
        assert [each.after for each in told.lots] == [None]
        assert after.lots[0].expires is None


def test_what_a_preview_is_of() -> None:
    old = club(EARN)
    with pytest.raises(MisuseError, match=r"a preview is of Versions\(\[...\]\)"):
        preview(old, [])  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="the first version of a programme changes nothing"):
        preview(Versions([Version("2025", old)]), [])
    with pytest.raises(MisuseError, match="a preview asks accounts, a list of them, not None"):
        preview(two(old, old), None)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="a preview asks accounts, not 3"):
        preview(two(old, old), [3])  # type: ignore[list-item]
    with pytest.raises(DefinitionError, match="there is no version '2024', only 2025, 2026"):
        preview(two(old, old), [], version="2024")
