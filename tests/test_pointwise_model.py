"""The engine beside a model with one object per point: P10, P11 and P12 over random histories.

Of nine clubs that pair every policy of a purse with every way to grant points. The model is in
pointwise, the clubs in pointwise_clubs, the histories in pointwise_histories.
"""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from itertools import combinations, product
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from pointwise import Model
from pointwise_clubs import CLUBS, DAY, Club
from pointwise_histories import START, TICK, Deed, DisagreementError, agree, histories
from pointwise_orders import Piece

from loyaltykit import (
    confirming,
    granting,
    keeping,
    lapsing,
    limiting,
    money,
    placing,
    rejudging,
    reserving,
    returning,
    settling,
    tendering,
    timing,
    using,
)
from loyaltykit.ledger import parted
from loyaltykit.lots import NEVER, Draw, Lot
from loyaltykit.money import Rounding
from loyaltykit.records import Award, Record, Tender, Use
from loyaltykit.release import available_from
from loyaltykit.windows import counts_until, term_end

NAMED = {club.name: club for club in CLUBS}
HISTORIES = 25
"""Of each club, where nobody asks for more."""
EVERYWHERE = {"Accrued", "Redeemed", "Reserved", "ReservationReleased", "Captured", "Released"}
EVERYWHERE |= {"Reversed", "Expired", "Transferred", "TransferUndone", "points-insufficient"}
SOMEWHERE = {"Reinstated", "DebtRepaid", "GivenBack", "Cancelled", "TierChanged", "balance-cap"}
SOMEWHERE |= {"limit-reached", "expired-at-once", "redemption-above-share", "line-exceeded"}


def play(club: Club, played: st.SearchStrategy[list[Deed]], examples: int) -> set[str]:
    """Play so many histories, others for each club; what was reached."""
    reached: set[str] = set()

    @settings(max_examples=examples)
    @given(played)
    def agrees(history: list[Deed]) -> None:
        reached.update(agree(club, history))

    (seed(CLUBS.index(club))(agrees) if settings().derandomize else agrees)()
    return reached


def test_p10_p11_p12_the_engine_agrees_with_one_object_per_point() -> None:
    everywhere = [play(club, histories(), HISTORIES) for club in CLUBS]
    reached = set().union(*everywhere)
    assert reached >= EVERYWHERE | SOMEWHERE


@pytest.mark.heavy
@pytest.mark.parametrize("name", NAMED)
def test_the_engine_agrees_with_one_object_per_point_for_long(name: str) -> None:
    """At two thousand, that is 4,500 of all clubs together."""
    assert (
        play(NAMED[name], histories(most=12), max(15, settings().max_examples // 4)) >= EVERYWHERE
    )


def test_the_clubs_pair_every_policy_with_every_other() -> None:
    """Each rule stands for the policies of its purse and its own; grace needs points to give."""
    rows = [
        (
            "bounded" if terms.most_debt else terms.shortfall,
            terms.give_back if terms.cents else "pays nothing",
            "grace" if terms.grace else "no grace",
            "cap" if terms.cap else "no cap",
            grant.on_return,
            grant.pending,
            grant.limit,
        )
        for club in CLUBS
        for grant in club.grants
        for terms in club.purses
        if terms.name == grant.purse
    ]
    values = [sorted({row[place] for row in rows}) for place in range(7)]
    assert [len(each) for each in values] == [4, 4, 2, 2, 4, 4, 3]
    missing = [
        pair
        for one, other in combinations(range(7), 2)
        for pair in product(values[one], values[other])
        if pair not in {(row[one], row[other]) for row in rows}
    ]
    assert missing == [("never", "grace"), ("pays nothing", "grace")]


# --- what is planted ---------------------------------------------------------------------------

_FITTING, _TO_GIVE_BACK = granting._fitting, returning._to_give_back


def _oldest_first(lot: Lot) -> tuple[datetime, datetime, str]:
    return (lot.earned, lot.expires or NEVER, lot.id)


def _lapses_late(term: Any, start: datetime, zone: ZoneInfo) -> datetime | None:
    end = term_end(term, start, zone)
    return None if end is None else end + TICK


def _comes_late(pending: Any, at: datetime, zone: ZoneInfo) -> datetime:
    available = available_from(pending, at, zone)
    return available + TICK if available > at else available


def _counts_long(window: Any, at: datetime, zone: ZoneInfo, anchor: Any = None) -> datetime | None:
    end = counts_until(window, at, zone, anchor)
    return None if end is None else end + TICK


def _up(value: Fraction | int, _: Rounding) -> int:
    return money.rounded(value, Rounding.CEIL)


def _one_too_many(work: Any, points: int, purse: str) -> int:
    return min(points, _FITTING(work, points, purse) + 1)


def _last(draws: Iterable[Draw], points: int) -> tuple[tuple[Draw, ...], tuple[Draw, ...]]:
    held = tuple(draws)
    first, rest = parted(held, sum(draw.points for draw in held) - points)
    return rest, first


def _all_on_one(amount: int, values: list[int]) -> SimpleNamespace:
    return SimpleNamespace(parts=(amount, *[0 for _ in values[1:]]))


def _back_too_many(tender: Tender, record: Record) -> int:
    return min(tender.points, _TO_GIVE_BACK(tender, record) + 1)


def _same(use: Use | Award, *_: object) -> Use | Award:
    return use


def _nothing(*_: object) -> None:
    return None


_PLANTED: dict[str, tuple[str, int, Any, str, Any]] = {
    "order of consumption": ("cinema", 1, Lot, "rank", property(_oldest_first)),
    "expiry": ("corner shop", 1, granting, "term_end", _lapses_late),
    "release": ("books", 1, granting, "available_from", _comes_late),
    "rounding": ("books", 1, using, "rounded", _up),
    "rounding of what is kept": ("cinema", 1, keeping, "rounded", _up),
    "debt": ("corner shop", 4, timing, "repay", _nothing),
    "debt, from what comes back": ("corner shop", 3, lapsing, "repay", _nothing),
    "debt, from what is confirmed": ("bakery", 4, confirming, "repay", _nothing),
    "debt that was repaid": ("corner shop", 1, settling, "repaid_lot", lambda a: a.lot.id),
    "most debt": ("drugstore", 1, granting, "_units", _nothing),
    "forgiveness": ("books", 4, settling, "_forgiven_before", lambda *_: 0),
    "lots of what is given back": ("flowers", 4, returning, "reversed", list),
    "how much is given back": ("flowers", 4, returning, "_to_give_back", _back_too_many),
    "grace": ("bakery", 4, returning, "has_lapsed", lambda *_: False),
    "what points pay": ("flowers", 2, tendering, "allocate_discount", _all_on_one),
    "cap": ("bakery", 1, granting, "_fitting", _one_too_many),
    "limit": ("bakery", 1, limiting, "counts_until", _counts_long),
    "limit of what comes back": ("bakery", 1, returning, "use_now", _same),
    "limit of what is cancelled": ("bakery", 1, lapsing, "use_now", _same),
    "capture": ("corner shop", 4, placing, "parted", _last),
    "end of a reservation": ("corner shop", 3, reserving, "come_back", _nothing),
    "never confirmed": ("drugstore", 4, rejudging, "_in_time", _same),
    "confirmed while taken": ("drugstore", 1, confirming, "_confirmed", _same),
}
"""In which club, by which seed it is met soon; and what is done wrong where."""


@pytest.mark.parametrize("planted", _PLANTED)
def test_the_model_catches_what_is_planted(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    club, start, place, name, wrong = _PLANTED[planted]
    monkeypatch.setattr(place, name, wrong, raising=name != "reversed")

    @seed(start)
    @settings(
        max_examples=500,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        report_multiple_bugs=False,
    )
    @given(histories())
    def agrees(history: list[Deed]) -> None:
        agree(NAMED[club], history)

    with pytest.raises(DisagreementError):
        agrees()


# --- the model itself, by hand -----------------------------------------------------------------


def _lines(*pieces: Piece) -> dict[str, Piece]:
    return {str(place): each for place, each in enumerate(pieces)}


def test_the_model_is_the_corner_shop_in_numbers() -> None:
    model = Model(NAMED["corner shop"])
    model.pass_time(START)
    model.buy("o1", START, _lines(Piece(4000, 2, False), Piece(2000, 1, True)), {}, [])
    assert model.balance(START) == (10, 60, 0, 0)
    assert model.tier(START) == "silver"
    assert model.redeem(START, "points", 10)
    model.pass_time(START + DAY)
    assert model.give_back("o1", START + DAY, {"0": 1})  # 40 euros with wine: no bonus any more
    assert model.balance(START + DAY) == (0, 40, 0, 10)
    assert model.tier(START + DAY) == "bronze"
    model.pass_time(START + 3 * DAY)
    assert model.balance(START + 3 * DAY) == (30, 0, 0, 0)
    assert model.give_back("o1", START + 3 * DAY, {"1": 1})  # 20 euros without: it is back
    assert model.balance(START + 3 * DAY) == (20, 0, 0, 0)
    model.pass_time(START + 30 * DAY)
    assert model.balance(START + 30 * DAY) == (0, 0, 0, 0)


def test_the_model_gives_points_back_that_had_paid_as_flowers_does() -> None:
    model = Model(NAMED["flowers"])
    model.pass_time(START)
    model.buy("o1", START, _lines(Piece(5000, 1, False)), {}, [])
    assert model.balance(START) == (50, 24, 0, 0)
    assert model.reserve("r", START, "points", 30, START + DAY)
    # 40 points of 9 cents: 3.60 off three pieces of 10 euros
    assert model.buy("o2", START, _lines(Piece(3000, 3, True)), {"points": 10}, ["r"])
    assert model.balance(START) == (36, 24, 0, 0)
    later = START + 17 * DAY
    model.pass_time(later - TICK)
    assert model.balance(later - TICK) == (36, 0, 0, 0)  # what pended has come and lapsed
    model.pass_time(later)
    assert model.balance(later) == (0, 0, 0, 0)
    assert model.give_back("o2", later, {"0": 1})  # a third of 40, for three days
    assert model.balance(later) == (13, 0, 0, 0)
    model.pass_time(later + 3 * DAY)
    assert model.balance(later + 3 * DAY) == (0, 0, 0, 0)
