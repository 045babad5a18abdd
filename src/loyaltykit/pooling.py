"""Pooling: how much each of several members gives to a redemption that they make together.

    pooled(engine, accounts, points, at) -> PoolShare(available, missing, parts)

Each member keeps an account, a tier and lots of their own. Nothing here takes a point: the host
decides a `Redemption` for each part, and stores all of these decisions in one transaction, or none.

Laws: the parts add up to the points, or there are none and `missing` says how many are short. No
part is more than its account's balance at that instant. The order of the accounts does not matter.

Never here: what rules grant by then, or what the programme says about how many points are redeemed
at a time; it is asked for each part when that is decided.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Final, assert_never, final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.allocation import allocate
from loyaltykit.baskets import text_id
from loyaltykit.calendar import instant
from loyaltykit.engine import Engine
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.ledger import Lots
from loyaltykit.openings import whole_points
from loyaltykit.vocabulary import of_type, shown

MAX_POOL: Final = 100
"""How many accounts one pool may have."""


class Pooling(Enum):
    """Whose points a pool spends."""

    SOONEST = "soonest"
    """Those that expire soonest, then the oldest, whoever has them: fewest are lost to expiry."""
    PRO_RATA = "pro-rata"
    """Everybody's, in proportion to what each can spend."""


@final
@frozen(order=False)
class PoolPart:
    """What one member gives, in units of the purse; 1 or more."""

    member: str
    points: int


@final
@frozen(order=False)
class PoolShare:
    """What a pool can spend, how much of what is wanted is missing, and who gives how much.

    Parts stand in order of the members' ids. There are none where points are missing, and none of a
    member who gives nothing.
    """

    available: int
    missing: int = field(default=0, kw_only=True)
    parts: tuple[PoolPart, ...] = field(default=(), kw_only=True)


def pooled(
    engine: Engine,
    accounts: Iterable[Account],
    points: int,
    at: datetime,
    *,
    purse: str = "points",
    by: Pooling = Pooling.SOONEST,
) -> PoolShare:
    """How much each of these members gives to a redemption of so many points at an instant.

    What each can spend is what `engine.balance` says: what is due by then counts, what rules would
    grant by then does not; advance the accounts first where it should. Who is suspended at that
    instant gives nothing, nor does a closed account. With `PRO_RATA`, what does not divide goes to
    the largest remainders, of equal ones to the lower id.

    Raises:
        DefinitionError: there is no account, or two of one member.
        DefinitionError: points are below 1, or the programme has no such purse.
        LimitError: there are more than 100 accounts.
        LateEventError: the instant lies before the clock of an account.
        MisuseError: something is of the wrong kind.
    """
    of_type(engine, Engine, "pooled: write an Engine")
    of_type(by, Pooling, "by must be a Pooling such as Pooling.PRO_RATA")
    wanted, at, purse = whole_points(points), instant(at, "at"), text_id(purse)
    known = [each.name for each in engine.program.all_purses]
    if purse not in known:
        raise DefinitionError(f"no purse {purse!r}: the programme has {', '.join(known)}")
    lots = {account.member: _given(engine, account, at, purse) for account in _members(accounts)}
    held = {member: sum(lot.remaining for lot in mine) for member, mine in lots.items()}
    available = sum(held.values())
    if available < wanted:
        return PoolShare(available, missing=wanted - available)
    match by:
        case Pooling.SOONEST:
            given = _soonest(lots, wanted)
        case Pooling.PRO_RATA:
            shares = allocate(wanted, tuple(held.values())).parts
            given = dict(zip(held, shares, strict=True))
        case _:
            assert_never(by)
    parts = tuple(PoolPart(member, part) for member, part in given.items() if part)
    return PoolShare(available, parts=parts)


def _members(values: Iterable[Account]) -> list[Account]:
    """The accounts in order of their members' ids."""
    wanted = "the accounts of a pool: write a list of accounts"
    if not isinstance(values, Iterable):
        raise MisuseError(f"{wanted}, not {shown(values)}")
    found: dict[str, Account] = {}
    for value in islice(values, MAX_POOL + 1):
        account = of_type(value, Account, wanted)
        if account.member in found:
            raise DefinitionError(f"member {account.member!r} stands in a pool twice")
        found[account.member] = account
    if not found:
        raise DefinitionError("a pool has at least one account")
    if len(found) > MAX_POOL:
        raise LimitError(f"a pool has at most {MAX_POOL} accounts")
    return [found[member] for member in sorted(found)]


def _given(engine: Engine, account: Account, at: datetime, purse: str) -> Lots:
    """The lots that a member can spend, if the member may."""
    lots = engine.spendable(account, at, purse)
    pause = account.suspended
    return lots if pause is None or (pause.until is not None and pause.until <= at) else ()


def _soonest(lots: dict[str, Lots], wanted: int) -> dict[str, int]:
    given = dict.fromkeys(lots, 0)
    in_order = sorted(
        ((lot.rank, member, lot.remaining) for member, mine in lots.items() for lot in mine)
    )
    for _, member, points in in_order:
        part = min(points, wanted)
        given[member] += part
        wanted -= part
    return given
