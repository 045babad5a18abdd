"""Segments: tenure, the usual gap, RFM scores by cut points and by rank, labels, churn scores."""

import csv
import gzip
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from desk import MEMBER, Desk, day
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Activity,
    Condition,
    DefinitionError,
    Enrolment,
    LimitError,
    MisuseError,
    OpeningBalance,
    ProfileChange,
    ProgramError,
    Rfm,
    RfmScore,
    Rule,
    Shopper,
    Ties,
    days,
    dumps,
    loads,
    member,
    points,
    rfm_cuts,
    rfm_scores,
)
from loyaltykit.account import NOT_TOLD, Account
from loyaltykit.segments import MAX_CUTS, score, scored
from loyaltykit.vocabulary import Fact, Kind, Moment, Scope


def asks(condition: Condition[Moment]) -> Rule:
    return Rule("asked", Activity, when=condition, then=Accrue(points(1)))


def holds(desk: Desk, number: float) -> bool:
    """Whether the one rule of the desk holds on a day."""
    event = Activity(f"ask {number}", day(number), member=MEMBER, kind="asked")
    decision = desk.engine.decide(desk.account, event)
    return any(type(effect).__name__ == "Accrued" for effect in decision.effects)


# -- tenure and gaps


def test_tenure_counts_whole_months_and_local_days_since_joining() -> None:
    for condition, first in (
        (member.tenure >= 1, 31),  # joined on 1 January at noon: 1 February at noon
        (member.tenure_days >= 31, 30.5),  # and the day of 1 February
        (member.tenure >= 12, 365),
    ):
        desk = Desk(asks(condition))
        assert not holds(desk, 0)  # unknown before joining
        desk.join(0)
        assert [holds(desk, first - 0.01), holds(desk, first)] == [False, True]


def test_days_since_the_last_order_are_local_days() -> None:
    desk = Desk(asks(member.days_since_order.is_(1)), timezone="Europe/Berlin")
    desk.buy("o1", 1 + 10.5 / 24, "10")  # 22:30 UTC, 23:30 in Berlin
    assert [holds(desk, at) for at in (1 + 10.9 / 24, 1 + 11.1 / 24, 2.4, 2.5)] == [
        *(False, True, True, False)
    ]


def gap(desk: Desk, number: float) -> int | None:
    """The usual gap that a rule of the desk reads."""
    found = [gap for gap in range(60) if holds(_asking(desk, member.usual_gap.is_(gap)), number)]
    return found[0] if found else None


def _asking(desk: Desk, condition: Condition[Moment]) -> Desk:
    other = Desk(asks(condition), remember=desk.engine.program.remember)
    other.account = desk.account
    return other


def test_the_usual_gap_is_the_mean_of_the_days_between_kept_orders() -> None:
    desk = Desk(asks(member.orders >= 0))
    assert gap(desk, 0) is None
    desk.buy("o1", 1, "10")
    assert gap(desk, 1) is None
    desk.buy("o2", 11, "10")
    assert gap(desk, 12) == 10
    desk.buy("o3", 16, "10")
    assert gap(desk, 17) == 7  # 15 days in two gaps, rounded down
    desk.back("back", 18, "o1")
    assert gap(desk, 19) == 5
    desk.back("back too", 20, "o3")
    assert gap(desk, 21) is None


def test_the_first_order_is_known_after_its_record_is_forgotten() -> None:
    desk = Desk(asks(member.orders >= 0), remember=days(20))
    for number in range(0, 100, 10):
        desk.buy(f"o{number}", number, "10")
    assert desk.account.first_order == day(0)
    assert gap(desk, 91) == 10


def test_a_former_system_may_tell_the_first_order_or_not() -> None:
    told = Desk(asks(member.orders >= 0))
    opening: dict[str, Any] = {"orders": 3, "last_order": day(-10)}
    told.tell(OpeningBalance("open", day(0), member=MEMBER, first_order=day(-30), **opening))
    assert gap(told, 1) == 10
    told.buy("o1", 10, "10")
    assert gap(told, 11) == 13  # 40 days in three gaps
    silent = Desk(asks(member.orders >= 0))
    silent.tell(OpeningBalance("open", day(0), member=MEMBER, **opening))
    silent.buy("o1", 10, "10")
    assert silent.account.earliest_order == NOT_TOLD
    assert gap(silent, 11) is None
    assert loads(dumps(silent.account), Account) == silent.account


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ({"first_order": day(-1)}, "with first_order needs orders"),
        ({"first_order": day(-1), "last_order": day(-2), "orders": 2}, "after the last"),
        ({"first_order": day(1), "orders": 2}, "after the last"),
    ],
)
def test_an_opening_whose_first_order_cannot_be_is_refused(rest: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        OpeningBalance("open", day(0), member=MEMBER, **rest)


def test_labels_preferences_and_a_churn_score_of_the_host_are_facts() -> None:
    churn = member.number("churn", optional=True)
    likes = member.tagged("likes", optional=True)
    desk = Desk(asks((churn >= "0.7") & likes.has("dogs")))
    desk.tell(
        Enrolment("e", day(0), member=MEMBER, labels={"likes": ["dogs"], "churn": Decimal("0.69")})
    )
    assert not holds(desk, 1)
    labels = {"churn": Decimal("0.7")}
    desk.tell(ProfileChange("p", day(1), member=MEMBER, labels=labels))
    assert holds(desk, 2)


# -- scores by cut points

SEGMENTS = Rfm(recency=(30, 90), frequency=(2, 5), monetary=(100, "500.50"))


@pytest.mark.parametrize(
    ("age", "expected"), [(0, 3), (29, 3), (30, 3), (31, 2), (89, 2), (90, 2), (91, 1)]
)
def test_recency_at_a_cut_point_is_the_better_score(age: int, expected: int) -> None:
    desk = Desk(asks(SEGMENTS.recency.is_(expected)))
    desk.buy("o1", 1, "10")
    assert holds(desk, 1 + age)


@pytest.mark.parametrize(("orders", "expected"), [(1, 1), (2, 2), (4, 2), (5, 3), (6, 3)])
def test_frequency_at_a_cut_point_is_the_better_score(orders: int, expected: int) -> None:
    desk = Desk(asks(SEGMENTS.frequency.is_(expected)))
    for number in range(orders):
        desk.buy(f"o{number}", number, "10")
    assert holds(desk, orders)


@pytest.mark.parametrize(
    ("spent", "expected"), [("99.99", 1), ("100", 2), ("500.49", 2), ("500.50", 3), ("501", 3)]
)
def test_spend_at_a_cut_point_is_the_better_score(spent: str, expected: int) -> None:
    desk = Desk(asks(SEGMENTS.monetary.is_(expected)))
    desk.buy("o1", 1, spent)
    assert holds(desk, 2)


def test_before_the_first_order_recency_is_unknown_and_the_others_are_lowest() -> None:
    assert not holds(Desk(asks(SEGMENTS.recency.known())), 1)
    assert holds(Desk(asks(SEGMENTS.frequency.is_(1) & SEGMENTS.monetary.is_(1))), 1)


def test_scores_combine_like_any_fact_and_a_made_up_one_is_unknown() -> None:
    champion = (SEGMENTS.recency >= 3) & (SEGMENTS.frequency >= 2) & ~(SEGMENTS.monetary < 2)
    desk = Desk(asks(champion))
    for number in (1, 2):
        desk.buy(f"o{number}", number, "50")
    assert [holds(desk, at) for at in (3, 32, 33)] == [True, True, False]
    for name in ("rfm:luck:1", "rfm:recency:5,2", "rfm:recency:x", "rfm:recency:1.0"):
        fact: Fact[Moment] = Fact(Scope.MEMBER, name, kind=Kind.NUMBER)
        assert scored(fact) is None
        with pytest.raises(ProgramError, match="which is unknown"):
            Desk(asks(type(member.orders)(fact) >= 1))


def test_cut_points_are_bounded_and_sorted() -> None:
    assert Rfm(recency=(90, 30), frequency=(), monetary=()).recency_cuts == (
        Decimal(30),
        Decimal(90),
    )
    with pytest.raises(LimitError, match="at most 20 cut points, not 21"):
        Rfm(recency=range(MAX_CUTS + 1), frequency=(), monetary=())


# -- scores by rank


def shopper(id: str, last: int, orders: int, spend: int | str) -> Shopper:
    return Shopper(id, date(2026, 1, 1) + timedelta(days=last), orders=orders, spend=spend)


def test_equal_members_share_a_score_together_and_are_told_apart_by_id() -> None:
    four = [shopper("d", 1, 1, 10), shopper("a", 1, 2, 10)]
    four += [shopper("c", 1, 2, 10), shopper("b", 1, 3, 10)]
    together = rfm_scores(four, 2)
    apart = rfm_scores(reversed(four), 2, ties=Ties.APART)
    assert [together[name].frequency for name in "abcd"] == [1, 2, 1, 1]
    assert [apart[name].frequency for name in "abcd"] == [1, 2, 2, 1]
    assert [together[name].recency for name in "abcd"] == [1, 1, 1, 1]
    assert [apart[name].recency for name in "abcd"] == [1, 1, 2, 2]
    assert rfm_scores([]) == {}
    assert rfm_scores([four[0]]) == {"d": RfmScore(1, 1, 1)}


def shoppers(most: int = 30) -> st.SearchStrategy[list[Shopper]]:
    one = st.builds(
        shopper,
        st.text("abcxyz", min_size=1, max_size=4),
        st.integers(0, 40),
        st.integers(1, 6),
        st.integers(0, 400).map(lambda pence: f"{Decimal(pence) / 4:f}"),
    )
    return st.lists(one, max_size=most, unique_by=lambda each: each.id)


@given(shoppers(), st.integers(2, 7), st.sampled_from(Ties), st.randoms())
def test_scores_never_depend_on_the_order_and_rise_with_the_values(
    found: list[Shopper], groups: int, ties: Ties, chance: Any
) -> None:
    scores = rfm_scores(found, groups, ties=ties)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert rfm_scores(shuffled, groups, ties=ties) == scores
    for one in found:
        for other in found:
            if one.spend > other.spend:
                assert scores[one.id].monetary >= scores[other.id].monetary
            if one.spend == other.spend and ties is Ties.TOGETHER:
                assert scores[one.id].monetary == scores[other.id].monetary
    sizes = [
        sum(each.recency == group for each in scores.values()) for group in range(1, groups + 1)
    ]
    if ties is Ties.APART:
        assert max(sizes) - min(sizes) <= 1


@given(shoppers(), st.integers(2, 7))
def test_cut_points_of_members_give_each_of_them_the_score_of_its_rank(
    found: list[Shopper], groups: int
) -> None:
    today = date(2026, 3, 1)
    cuts, scores = rfm_cuts(found, today, groups), rfm_scores(found, groups)
    for each in found:
        facts = (today - each.last_order).days, each.orders, int(each.spend * 100), 100
        assert scores[each.id] == RfmScore(
            *(
                score(what, points, *facts) or 0
                for what, points in (
                    ("recency", cuts.recency_cuts),
                    ("frequency", cuts.frequency_cuts),
                    ("monetary", cuts.monetary_cuts),
                )
            )
        )


def test_what_cannot_be_scored_is_refused_in_words() -> None:
    one = shopper("a", 1, 1, 1)
    for groups in (1, 22, True):
        with pytest.raises(DefinitionError, match="write 2 to 21 groups"):
            rfm_scores([one], groups)
    with pytest.raises(DefinitionError, match="two members to score are called 'a'"):
        rfm_scores([one, one])
    with pytest.raises(DefinitionError, match="somebody ordered after 2026-01-01"):
        rfm_cuts([one], date(2026, 1, 1))
    with pytest.raises(DefinitionError, match="orders must be a whole number from 1"):
        shopper("a", 1, 0, 1)
    with pytest.raises(MisuseError, match="write a list of Shopper"):
        rfm_scores(5)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="are Shopper"):
        rfm_scores([5])  # type: ignore[list-item]
    with pytest.raises(MisuseError, match=r"ties must be Ties\.TOGETHER"):
        rfm_scores([one], ties="together")  # type: ignore[arg-type]


# -- a year of orders of a real shop, computed once more by other means

ONLINE_RETAIL = Path(__file__).parents[2] / "shared" / "data" / "online_retail.csv.gz"


def as_shoppers(rows: Iterable[dict[str, str]]) -> list[Shopper]:
    last: dict[str, str] = {}
    orders: dict[str, set[str]] = {}
    spend: dict[str, Decimal] = {}
    for row in rows:
        who, units = row["CustomerID"], int(row["Quantity"])
        if who and units > 0:
            last[who] = max(last.get(who, ""), row["InvoiceDate"])
            orders.setdefault(who, set()).add(row["InvoiceNo"])
            spend[who] = spend.get(who, Decimal(0)) + units * Decimal(row["UnitPrice"])
    return [
        Shopper(
            who,
            datetime.fromisoformat(at).date(),
            orders=len(orders[who]),
            spend=spend[who],
        )
        for who, at in last.items()
    ]


@pytest.mark.once
@pytest.mark.skipif(not ONLINE_RETAIL.exists(), reason="the Online Retail file is not here")
@pytest.mark.parametrize("ties", Ties)
def test_rfm_of_a_year_of_orders_agrees_with_pandas(ties: Ties) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is in the extra `test`")
    with gzip.open(ONLINE_RETAIL, "rt", encoding="utf-8", newline="") as lines:
        found = as_shoppers(csv.DictReader(lines))
    scores = rfm_scores(found, 5, ties=ties)

    table = pandas.read_csv(ONLINE_RETAIL, dtype=str, keep_default_na=False)
    table = table[(table["CustomerID"] != "") & (table["Quantity"].astype("int64") > 0)]
    # Prices have up to three decimals: in thousandths of a pound everything is whole.
    price = (table["UnitPrice"].astype("float64") * 1000).round().astype("int64")
    table = table.assign(
        value=price * table["Quantity"].astype("int64"), day=table["InvoiceDate"].str[:10]
    )
    members = table.groupby("CustomerID").agg(
        recency=("day", "max"), frequency=("InvoiceNo", "nunique"), monetary=("value", "sum")
    )
    members = members.sort_index()  # so that "first" is the lower id
    members["recency"] = pandas.to_datetime(members["recency"])
    method = {Ties.TOGETHER: "min", Ties.APART: "first"}[ties]
    ranks = members.rank(method=method).astype("int64") - 1
    expected = ranks * 5 // len(members) + 1
    assert len(expected) == len(scores) > 4_000
    assert {
        str(row.Index): RfmScore(row.recency, row.frequency, row.monetary)
        for row in expected.itertuples()
    } == scores


def test_a_first_order_that_was_not_told_is_no_latest_order_when_others_are_forgotten() -> None:
    desk = Desk(remember=days(30))
    desk.tell(OpeningBalance("open", day(0), member=MEMBER, orders=3))
    desk.tell(Enrolment("join", day(40), member=MEMBER))
    assert (desk.account.last_order, desk.account.first_order) == (None, None)
