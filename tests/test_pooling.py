"""Pools: members who spend together, each out of an account of their own."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from attrs import evolve
from clubs import CLUBS, ENGINES
from desk import Desk, day, refused
from diaries import diaries
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Accrue,
    Adjustment,
    Closure,
    DefinitionError,
    Effect,
    Engine,
    Erasure,
    LateEventError,
    LimitError,
    MisuseError,
    Pooling,
    PoolPart,
    PoolShare,
    Program,
    Purchase,
    Purse,
    Redeeming,
    Redemption,
    RefusalCode,
    Reservation,
    Resumption,
    Rule,
    Suspension,
    Tier,
    Tiers,
    Transfer,
    TransferReceived,
    days,
    fold,
    points,
    pooled,
    with_tier,
)
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.lots import NEVER

base = Rule("base", Purchase, then=Accrue(points(1).per(1), expires=days(30)))


def bought(member: str, *orders: tuple[float, str], **rest: Any) -> Desk:
    """A member who bought on these days for these amounts."""
    desk = Desk(base, member=member, **rest)
    for number, (when, price) in enumerate(orders):
        desk.buy(f"{member} {number}", when, price)
    return desk


def household() -> list[Desk]:
    """Three members with 50 points until day 30; 20 until 30 and 80 until 40; 100 until 45."""
    return [
        bought("ana", (0, "50")),
        bought("ben", (0, "20"), (10, "80")),
        bought("cleo", (15, "100")),
    ]


def shared(desks: list[Desk], wanted: int, number: float, **rest: Any) -> PoolShare:
    return pooled(desks[0].engine, [each.account for each in desks], wanted, day(number), **rest)


def parts(share: PoolShare) -> list[tuple[str, int]]:
    return [(part.member, part.points) for part in share.parts]


# -- whose points


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (1, [("ana", 1)]),  # lots alike but for the id: "ana 0/base/0" comes first
        (50, [("ana", 50)]),
        (51, [("ana", 50), ("ben", 1)]),
        (150, [("ana", 50), ("ben", 100)]),
        (151, [("ana", 50), ("ben", 100), ("cleo", 1)]),
        (250, [("ana", 50), ("ben", 100), ("cleo", 100)]),
    ],
)
def test_soonest_takes_what_expires_first_whoever_has_it(
    wanted: int, expected: list[tuple[str, int]]
) -> None:
    share = shared(household(), wanted, 20)
    assert parts(share) == expected
    assert (share.available, share.missing) == (250, 0)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (125, [("ana", 25), ("ben", 50), ("cleo", 50)]),
        (3, [("ana", 1), ("ben", 1), ("cleo", 1)]),  # of 0.6, 1.2 and 1.2, the 0.6 is rounded up
        (2, [("ben", 1), ("cleo", 1)]),  # of 0.4, 0.8 and 0.8
        (1, [("ben", 1)]),  # of 0.2, 0.4 and 0.4, equal ones to the lower id
        (250, [("ana", 50), ("ben", 100), ("cleo", 100)]),
    ],
)
def test_pro_rata_takes_from_everybody_by_what_they_have(
    wanted: int, expected: list[tuple[str, int]]
) -> None:
    assert parts(shared(household(), wanted, 20, by=Pooling.PRO_RATA)) == expected


def test_what_is_missing_is_said_and_nobody_gives_anything() -> None:
    for by in Pooling:
        assert shared(household(), 257, 20, by=by) == PoolShare(250, missing=7)


def test_of_lots_that_are_alike_the_lower_id_goes_first_and_then_the_lower_member() -> None:
    def owning(member: str, id: str) -> Desk:
        desk = Desk(base, member=member)
        desk.buy(id, 0, "10")
        return desk

    assert parts(shared([owning("ana", "o2"), owning("ben", "o1")], 5, 1)) == [("ben", 5)]
    assert parts(shared([owning("ben", "o1"), owning("ana", "o1")], 5, 1)) == [("ana", 5)]


# -- who can spend how much


def test_points_count_that_are_due_by_then_and_not_those_that_have_lapsed() -> None:
    slow = Rule("slow", Purchase, then=Accrue(points(1).per(1), pending=days(5), expires=days(30)))
    ana = Desk(slow, member="ana")
    ana.buy("o1", 0, "40")
    for number, available in ((4, 0), (5, 40), (29, 40), (30, 0)):
        assert shared([ana], 1, number).available == available


def test_points_that_last_with_a_tier_are_spent_while_it_lasts() -> None:
    ladder = Tiers([Tier("bronze", 0), Tier("gold", 10)], window=days(20))
    rule = Rule("tier", Purchase, then=Accrue(points(1).per(1), expires=with_tier()))
    ana = Desk(rule, member="ana", tiers=ladder)
    ana.buy("o1", 0, "40")
    ana.buy("o2", 0, "5")  # in gold, so that it ends with gold
    assert shared([ana], 45, 19).available == 45
    assert shared([ana], 45, 20).available == ana.engine.balance(ana.account, day(20)).available
    assert shared([ana], 45, 20).missing == 5


def test_what_is_owed_and_what_is_reserved_is_not_there_to_spend() -> None:
    owing, saving = bought("ana", (0, "20")), bought("ben", (0, "20"))
    owing.spend("s1", 1, 20)
    owing.back("r1", 1, "ana 0")
    saving.tell(Reservation("h", day(1), member="ben", points=15, until=day(9)))
    assert shared([owing, saving], 5, 2).available == 5
    assert shared([owing, saving], 20, 9).available == 20


def test_who_is_suspended_gives_nothing_until_the_pause_is_over() -> None:
    ana, ben = bought("ana", (0, "20")), bought("ben", (0, "30"))
    ana.tell(Suspension("p", day(1), member="ana", reason="under review", until=day(5)))
    ben.tell(Suspension("p", day(1), member="ben", reason="under review"))
    assert [shared([ana, ben], 1, number).available for number in (2, 4.9, 5)] == [0, 0, 20]
    assert parts(shared([ana, ben], 1, 5)) == [("ana", 1)]
    ben.tell(Resumption("u", day(2), member="ben"))
    assert shared([ana, ben], 1, 2).available == 30


def test_a_closed_or_erased_account_gives_nothing() -> None:
    ana, ben = bought("ana", (0, "20")), bought("ben", (0, "30"))
    ana.tell(Closure("z", day(1), member="ana", reason="moved away"))
    assert shared([ana, ben], 31, 2) == PoolShare(30, missing=1)
    ana.tell(Erasure("y", day(1), member="ana"))
    assert parts(shared([ana, ben], 30, 2)) == [("ben", 30)]


def test_another_purse_is_pooled_in_its_own_units() -> None:
    ana = Desk(base, member="ana", purses=[Purse("stars", decimals=1)])
    ana.tell(Adjustment("a", day(0), member="ana", points=25, purse="stars", reason="from before"))
    assert parts(shared([ana], 25, 1, purse="stars")) == [("ana", 25)]
    assert shared([ana], 25, 1).missing == 25


def test_a_part_that_the_programme_redeems_not_at_all_is_refused_when_it_is_decided() -> None:
    terms = [Redeeming("points", points=100, worth=1, minimum=30)]
    ana, ben = bought("ana", (0, "30"), redeeming=terms), bought("ben", (1, "30"), redeeming=terms)
    share = shared([ana, ben], 50, 2)
    assert parts(share) == [("ana", 30), ("ben", 20)]
    assert ana.spend("trip", 2, 30).accepted
    assert refused(ben.spend("trip", 2, 20)).code is RefusalCode.REDEMPTION_BELOW_MINIMUM


def test_a_pool_that_is_an_account_takes_transfers_and_gives_them_back_when_it_is_closed() -> None:
    ana, pool = bought("ana", (0, "50")), bought("home")
    [sent] = ana.tell(Transfer("t1", day(1), member="ana", to="home", points=30)).outbox
    assert isinstance(sent, TransferReceived)
    pool.tell(sent)
    assert [(lot.remaining, lot.expires) for lot in pool.account.lots] == [(30, day(30))]
    [late] = ana.tell(Transfer("t2", day(2), member="ana", to="home", points=20)).outbox
    assert isinstance(late, TransferReceived)
    pool.tell(Closure("z", day(3), member="home", reason="moved apart"))
    assert refused(pool.tell(late)).code is RefusalCode.ACCOUNT_CLOSED
    ana.tell(late.returned(day(4)))
    assert ana.has(4) == (20, 0, 0)
    assert pool.account.purse("points").expired == 30


# -- what is no pool

ANA = bought("ana", (0, "20"))


@pytest.mark.parametrize(
    ("changes", "error", "problem"),
    [
        ({"accounts": []}, DefinitionError, "at least one account"),
        ({"accounts": [ANA.account, ANA.account]}, DefinitionError, "'ana' stands in a pool twice"),
        ({"accounts": 3}, MisuseError, "write a list of accounts, not 3"),
        ({"accounts": [ANA.account, "ben"]}, MisuseError, "write a list of accounts, not 'ben'"),
        (
            {"accounts": [Account.new(f"member {number}") for number in range(101)]},
            LimitError,
            "at most 100 accounts",
        ),
        ({"points": 0}, DefinitionError, "1 or more, not 0"),
        ({"points": True}, DefinitionError, "1 or more, not True"),
        ({"purse": "gold"}, DefinitionError, "no purse 'gold': the programme has points, credit"),
        ({"purse": 3}, MisuseError, "must be text"),
        ({"by": "soonest"}, MisuseError, "by must be a Pooling"),
        ({"engine": ANA.engine.program}, MisuseError, "write an Engine"),
        ({"at": day(0) - timedelta(1)}, LateEventError, "before the account's clock"),
        ({"at": datetime(2026, 3, 1)}, DefinitionError, "has no time zone"),  # noqa: DTZ001
    ],
)
def test_what_is_no_pool_raises_in_words(
    changes: dict[str, Any], error: type[Exception], problem: str
) -> None:
    right = {"engine": ANA.engine, "accounts": [ANA.account], "points": 1, "at": day(1)}
    given = {**right, **changes}
    positional = [given.pop(name) for name in ("engine", "accounts", "points", "at")]
    assert pooled(ANA.engine, [ANA.account], 1, day(1)).parts == (PoolPart("ana", 1),)
    with pytest.raises(error, match=problem):
        pooled(*positional, **given)


def test_a_hundred_accounts_make_a_pool() -> None:
    accounts = [Account.new(f"member {number}") for number in range(100)]
    assert pooled(ANA.engine, iter(accounts), 1, day(1)) == PoolShare(0, missing=1)


# -- laws

NAMES = ("ana", "ben", "cleo")


@st.composite
def pools(draw: st.DrawFn, program: Program) -> tuple[list[Account], datetime]:
    """Some accounts with the history of a diary each, and an instant after all of them."""
    engine = ENGINES[program.name]
    accounts = []
    for name in NAMES[: draw(st.integers(1, 3))]:
        account = Account.new("ana")
        effects: list[Effect] = []
        for event in draw(diaries(program, most=4)):
            decision = engine.decide(account, event)
            account = decision.account
            effects.extend(decision.effects)
        accounts.append(fold(Account.new(name), effects))
    last = max(each.clock for each in accounts if each.clock is not None)
    at = last + draw(st.sampled_from((0, 0, 1, 8, 30))) * timedelta(days=1)
    if draw(st.booleans()) or engine.program.rewards:
        # What rules would grant by then may be spent on automatic rewards: see it come.
        accounts = [engine.advance(each, at).account for each in accounts]
    return draw(st.permutations(accounts)), at


def point_by_point(
    engine: Engine, accounts: list[Account], wanted: int, at: datetime, purse: str
) -> dict[str, int]:
    """Spend one point after the other, each time the very first of all that are left."""
    left: dict[tuple[datetime, datetime, str, str], int] = {}
    for account in accounts:
        if account.suspended is not None and (account.suspended.until or NEVER) > at:
            continue
        quiet = evolve(account, armed=FrozenMap(), coupons=FrozenMap())
        for lot in engine.advance(quiet, at).account.lots:
            if lot.purse == purse:
                left[lot.expires or NEVER, lot.earned, lot.id, account.member] = lot.remaining
    given = dict.fromkeys((account.member for account in accounts), 0)
    for _ in range(wanted):
        first = min(left)
        given[first[-1]] += 1
        left[first] -= 1
        if not left[first]:
            del left[first]
    return given


@pytest.mark.parametrize("program", CLUBS, ids=lambda each: each.name)
@given(data=st.data())
def test_the_parts_are_what_is_wanted_and_the_engine_accepts_them(
    program: Program, data: st.DataObject
) -> None:
    engine = ENGINES[program.name]
    accounts, at = data.draw(pools(program))
    purse = data.draw(st.sampled_from(("points", "points", "credit", "status")))
    by = data.draw(st.sampled_from(Pooling))
    free = {
        each.member: engine.balance(each, at, purse).available
        for each in accounts
        if each.suspended is None or (each.suspended.until or NEVER) <= at
    }
    held = sum(free.values())
    wanted = max(1, data.draw(st.sampled_from((held, held // 2, held // 3, held + 1, 1))))
    share = pooled(engine, accounts, wanted, at, purse=purse, by=by)
    assert share.available == held
    for others in permutations(accounts):
        assert pooled(engine, others, wanted, at, purse=purse, by=by) == share
    if share.missing:
        assert (share.missing, share.parts) == (wanted - held, ())
        return
    given = dict(parts(share))
    assert list(given) == sorted(given)
    assert sum(given.values()) == wanted
    assert all(1 <= part <= free[member] for member, part in given.items())
    if by is Pooling.SOONEST:
        counted = point_by_point(engine, accounts, wanted, at, purse)
        assert given == {member: part for member, part in counted.items() if part}
    terms = any(each.purse == purse for each in program.redeeming)
    for account in accounts:
        part = given.get(account.member)
        if part is None:
            continue
        event = Redemption("trip", at, member=account.member, points=part, purse=purse)
        decision = engine.decide(account, event)
        codes = [each.code.value for each in decision.refusals]
        assert decision.accepted or (terms and codes[0].startswith("redemption-"))
        decision.account.check()
        if decision.accepted:
            before = engine.advance(account, at).account.purse(purse).redeemed
            assert decision.account.purse(purse).redeemed == before + part


@given(
    ana=st.lists(st.integers(1, 4), min_size=4, max_size=4),
    ben=st.lists(st.integers(1, 4), min_size=4, max_size=4),
    data=st.data(),
)
def test_no_other_parts_would_lose_fewer_points_to_expiry(
    ana: list[int], ben: list[int], data: st.DataObject
) -> None:
    """Against every way to part the points, at every instant at which some lapse."""
    desks = [
        bought(name, *((number, str(price)) for number, price in enumerate(prices)))
        for name, prices in (("ana", ana), ("ben", ben))
    ]
    wanted = data.draw(st.integers(1, sum(ana) + sum(ben)))
    given = dict(parts(shared(desks, wanted, 4)))

    def lost(prices: list[int], spent: int, orders: int) -> int:
        """How much of the first so many orders lapses, if so much was spent before."""
        return max(0, sum(prices[:orders]) - spent)

    for orders in range(1, 5):
        ours = lost(ana, given.get("ana", 0), orders) + lost(ben, given.get("ben", 0), orders)
        for other in range(max(0, wanted - sum(ben)), min(wanted, sum(ana)) + 1):
            assert ours <= lost(ana, other, orders) + lost(ben, wanted - other, orders)


def test_the_lots_that_can_be_spent_are_in_order_and_make_up_the_balance() -> None:
    ben = household()[1]
    lots = ben.engine.spendable(ben.account, day(20))
    assert [(lot.remaining, lot.expires) for lot in lots] == [(20, day(30)), (80, day(40))]
    assert ben.account.spendable(day(30)) == lots[1:]
    with pytest.raises(LateEventError):
        ben.engine.spendable(ben.account, day(9))
