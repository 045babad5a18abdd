"""The engine beside a model with one object per point: P10, P11 and P12 over random histories.

Returns with re-evaluation of what is kept, expiry and consumption in order, debt that is repaid
first, and a tier over a rolling window. The model is in pointwise.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pointwise import DAY, TIERS, Model, Piece

from loyaltykit import (
    Account,
    Accrue,
    Engine,
    Line,
    Program,
    Purchase,
    Redemption,
    Return,
    Rule,
    Status,
    Tier,
    Tiers,
    Transfer,
    TransferReturned,
    basket,
    days,
    item,
    keeping,
    money,
    points,
    posting,
    some_item,
    timing,
    using,
    windows,
)
from loyaltykit.lots import NEVER, Lot
from loyaltykit.money import Rounding
from loyaltykit.windows import Term

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLUB = Program(
    "Pointwise",
    "EUR",
    timezone="UTC",
    tiers=Tiers([Tier(name, least) for name, least in TIERS], window=days(20)),
    rules=[
        Rule("base", Purchase, then=Accrue(points(1).per(1), pending=days(2), expires=days(30))),
        Rule(
            "bonus",
            Purchase,
            when=~some_item(item.category.is_("wine")) | (basket.spend >= 50),
            then=Accrue(points(10), expires=days(12)),
        ),
    ],
)
ENGINE = Engine(CLUB)

gaps = st.sampled_from((0, 0, 0.5, 1, 2, 3, 9, 10, 12, 17, 28)).map(lambda n: n * DAY)
pieces = st.builds(Piece, st.sampled_from((333, 999, 2050, 3000)), st.integers(1, 3), st.booleans())
buys = st.lists(pieces, min_size=1, max_size=3)
KINDS = ("buy", "buy", "redeem", "redeem", "return", "return", "return", "send", "back", "wait")


@st.composite
def deeds(draw: st.DrawFn, most: int = 12) -> list[tuple[timedelta, str, Any]]:
    """What happens, how long after what went before."""
    found = []
    for number in range(draw(st.integers(2, most))):
        kind = draw(st.sampled_from(KINDS))
        how: Any = draw(buys) if kind == "buy" or not number else draw(st.integers(0, 999))
        found.append((draw(gaps), "buy" if not number else kind, how))
    if draw(st.booleans()):
        # Of these, one of the two comes back and costs the bonus; then the wine does, regaining it.
        found += [
            (draw(gaps), "buy", [Piece(4000, 2, False), Piece(2050, 1, True)]),
            (draw(gaps), "redeem", draw(st.integers(0, 999))),
            (draw(gaps), "return", {"0": 1}),
            (draw(gaps), "return", {"1": 1}),
            (draw(gaps), "buy", draw(buys)),
        ]
    return found


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def lines(bought: list[Piece]) -> list[Line]:
    """The pieces as lines: the last one of them gives the price, the first carries what is odd."""
    return [
        Line(
            str(place),
            "thing",
            price=euros(-(-piece.cents // piece.units)),
            quantity=piece.units,
            discount=euros(-(-piece.cents // piece.units) * piece.units - piece.cents),
            category="wine" if piece.wine else None,
        )
        for place, piece in enumerate(bought)
    ]


def agree(history: list[tuple[timedelta, str, Any]]) -> set[str]:
    """Do the same in the engine and in the model, and compare after each deed."""
    account, model, now = Account.new("ana"), Model(), START
    reached: set[str] = set()
    for number, (gap, kind, how) in enumerate(history):
        now += gap
        model.pass_time(now)
        orders = list(model.orders)
        expected = True
        event: Any = None
        if kind == "buy":
            copies = [Piece(each.cents, each.units, each.wine) for each in how]
            model.buy(f"o{number}", now, {str(place): each for place, each in enumerate(copies)})
            event = Purchase(f"o{number}", now, member="ana", lines=lines(how))
        elif kind == "redeem":
            count = max(1, model.balance(now)[0] * (2 + how % 4) // 4)
            expected = model.redeem(now, count)
            event = Redemption(f"s{number}", now, member="ana", points=count)
        elif kind == "send":
            count = max(1, model.balance(now)[0] * (1 + how % 4) // 4)
            expected = model.send(f"t{number}", now, count)
            event = Transfer(f"t{number}", now, member="ana", to="bob", points=count)
        elif kind == "back":
            sent = [f"t{each}" for each, (_, what, _) in enumerate(history) if what == "send"]
            name = sent[how % len(sent)] if sent else "t0"
            expected = model.send_back(name, now)
            event = TransferReturned(f"u{number}", now, member="ana", transfer=name)
        elif kind == "return":
            order = orders[-1] if isinstance(how, dict) else orders[how % len(orders)]
            left = {
                line: piece.units - piece.back
                for line, piece in model.orders[order].lines.items()
                if piece.units > piece.back
            }
            if isinstance(how, dict):
                some = how
            else:
                some = {line: 1 + how % n for line, n in left.items() if how % 7 > int(line)}
            expected = model.give_back(order, now, some or left)
            event = Return(f"r{number}", now, member="ana", order=order, lines=some or None)
        if event is None:
            decision = ENGINE.advance(account, now)
        else:
            decision = ENGINE.decide(account, event)
            assert (decision.status is Status.ACCEPTED) == expected
        account = decision.account
        reached |= {type(effect).__name__ for effect in decision.effects}
        account.check()
        balance = ENGINE.balance(account, now)
        assert (balance.available, balance.pending, balance.debt) == model.balance(now)
        assert account.tier == model.tier(now)
    return reached


def test_p10_p11_p12_the_engine_agrees_with_one_object_per_point() -> None:
    reached: set[str] = set()

    @settings(max_examples=3 * settings().max_examples)
    @given(deeds())
    def agrees(history: list[tuple[timedelta, str, Any]]) -> None:
        reached.update(agree(history))

    agrees()
    telling = {"Released", "Expired", "Reversed", "Reinstated", "DebtRepaid", "TierChanged"}
    telling |= {"Transferred", "TransferUndone"}
    assert telling <= reached


@pytest.mark.heavy
@given(deeds(most=30))
def test_the_engine_agrees_with_one_object_per_point_for_long(
    history: list[tuple[timedelta, str, Any]],
) -> None:
    agree(history)


def _oldest_first(lot: Lot) -> tuple[datetime, datetime, str]:
    return (lot.earned, lot.expires or NEVER, lot.id)


def _a_tick_too_long(term: Term, start: datetime, zone: ZoneInfo) -> datetime | None:
    end = windows.term_end(term, start, zone)
    return None if end is None else end + timedelta(microseconds=1)


def _up(value: Fraction | int, _: Rounding) -> int:
    return money.rounded(value, Rounding.CEIL)


@pytest.mark.parametrize(
    ("place", "name", "wrong"),
    [
        (Lot, "rank", property(_oldest_first)),
        (posting, "term_end", _a_tick_too_long),
        (using, "rounded", _up),
        (keeping, "rounded", _up),
        (timing, "repay", lambda *_: None),
    ],
    ids=["order of consumption", "expiry", "rounding", "rounding of what is kept", "debt"],
)
def test_the_model_catches_what_is_planted(
    place: Any, name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, name, wrong)

    @settings(max_examples=500, database=None, phases=[Phase.generate], deadline=None)
    @given(deeds())
    def agrees(history: list[tuple[timedelta, str, Any]]) -> None:
        agree(history)

    with pytest.raises((AssertionError, BaseExceptionGroup)):
        agrees()


def test_the_model_is_the_club_in_numbers() -> None:
    """A history by hand, so that the model itself is known to be right."""
    model = Model()
    model.pass_time(START)
    model.buy("o1", START, {"0": Piece(4000, 2, False), "1": Piece(2000, 1, True)})
    assert model.balance(START) == (10, 60, 0)
    assert model.tier(START) == "silver"
    model.redeem(START, 10)
    model.pass_time(START + DAY)
    assert model.give_back("o1", START + DAY, {"0": 1})  # 40 euros with wine: no bonus any more
    assert model.balance(START + DAY) == (0, 40, 10)
    assert model.tier(START + DAY) == "bronze"
    model.pass_time(START + 2 * DAY)
    assert model.balance(START + 2 * DAY) == (30, 0, 0)
    assert model.give_back("o1", START + 2 * DAY, {"1": 1})  # 20 euros without: it is back
    assert model.balance(START + 2 * DAY) == (20, 0, 0)
    model.pass_time(START + 30 * DAY)
    assert model.balance(START + 30 * DAY) == (0, 0, 0)
