"""Outstanding points: what members hold and owe at an instant, by age, expiry and state.

    outstanding(accounts, at, timezone="Europe/Lisbon") -> rows
    holding(account, at) -> lots by state

Laws: per purse the rows add up to the balances at that instant, exactly: available, pending and
reserved, less debt. What was released or has lapsed by then counts so, posted or not. Neither the
order of the accounts nor how often they were advanced matters.

Never here: what only the programme knows, such as what rules would grant by then, or what lapses
with a tier or for want of activity. Whoever wants that advances the accounts first.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final, TypeAlias, final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.calendar import civil_day, instant, whole_months
from loyaltykit.calendar import timezone as zone_of
from loyaltykit.copying import altered
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.ledger import Lots, coming
from loyaltykit.lots import Draw
from loyaltykit.vocabulary import shown

MAX_ROWS: Final = 100_000
"""How many rows a report about points may have."""


@final
class PointsState(Enum):
    """In which state points stand with a member."""

    AVAILABLE = "available"
    """They can be spent."""

    PENDING = "pending"
    """They cannot be spent yet."""

    RESERVED = "reserved"
    """They are set aside for a redemption that is under way."""

    DEBT = "debt"
    """The member owes them; their number is negative."""


@final
@frozen(order=False)
class OutstandingPoints:
    """Points of one purse that are alike: how old, until when, in which state.

    `earned` and `expires` are calendar months, by their first day: in which the points were earned,
    and in which they can be spent for the last time (None if they never lapse). `age` is whole
    months since they were earned. A debt has none of these. In a money purse, `points` are minor
    units.
    """

    purse: str
    state: PointsState
    earned: date | None = field(kw_only=True)
    age: int | None = field(kw_only=True)
    expires: date | None = field(kw_only=True)
    points: int = field(kw_only=True)


@final
@frozen(order=False)
class Holding:
    """An account's lots by state at an instant, and what each purse owes.

    Not posted yet are `lapsed`, whose expiry has passed, `cancelled`, which nobody confirmed in
    time, and `repaid`, the points that paid off debt when their lot became available.
    """

    available: Lots = field(kw_only=True)
    pending: Lots = field(kw_only=True)
    reserved: Lots = field(kw_only=True)
    cancelled: Lots = field(kw_only=True)
    lapsed: Lots = field(kw_only=True)
    repaid: tuple[Draw, ...] = field(kw_only=True)
    debt: FrozenMap[str, int] = field(kw_only=True)


def holding(account: Account, at: datetime) -> Holding:
    """What an account holds at an instant, whatever has been posted since.

    Raises:
        MisuseError: it is no account.
        DefinitionError: the account has already gone past that instant.
    """
    if not isinstance(account, Account):
        raise MisuseError(f"accounts: write a list of accounts, not {shown(account)}")
    at = instant(at, "at")
    if account.clock is not None and account.clock > at:
        raise DefinitionError(
            f"at: account {account.member!r} has gone on to {account.clock}; "
            "write a later instant, or fold its effects up to this one"
        )
    debt = {name: account.purse(name).debt for name in account.purses}
    usable = list(account.lots)
    repaid = []
    for lot in coming(account.pending, account.reservations, at):
        owed = min(debt.get(lot.purse, 0), lot.remaining)
        if owed:
            debt[lot.purse] -= owed
            repaid.append(Draw(lot, owed))
        usable.append(lot.less(owed))
    held = [lot for lot in usable if lot.remaining]
    return Holding(
        available=tuple(lot for lot in held if lot.expires is None or lot.expires > at),
        pending=tuple(lot for lot in account.pending if lot.available > at),
        reserved=tuple(
            altered(draw.lot, remaining=draw.points)
            for each in account.reservations.values()
            if each.until > at
            for draw in each.draws
        ),
        cancelled=tuple(lot for lot in account.pending if lot.available <= at and lot.awaits),
        lapsed=tuple(lot for lot in held if lot.expires is not None and lot.expires <= at),
        repaid=tuple(repaid),
        debt=FrozenMap((name, owed) for name, owed in debt.items() if owed),
    )


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the calendar month of an instant."""
    return civil_day(at, zone).replace(day=1)


_TICK: Final = timedelta(microseconds=1)
_Kind: TypeAlias = tuple[str, PointsState, date | None, int | None, date | None]


def outstanding(
    accounts: Iterable[Account], at: datetime, *, timezone: str
) -> tuple[OutstandingPoints, ...]:
    """The points that all these accounts hold at an instant, added up by age, expiry and state.

    The accounts are read once, one at a time, so that a cursor over a database will do. Months are
    those of the time zone. Debt is a row of its own with a negative number, so that the points of a
    purse add up to what the shop owes. Sorted by purse, state, month earned and expiry.

    Raises:
        DefinitionError: an account has already gone past that instant.
        LimitError: there would be more than 100,000 rows.
    """
    at, zone = instant(at, "at"), zone_of(timezone)
    if not isinstance(accounts, Iterable):
        raise MisuseError(f"accounts: write a list of accounts, not {shown(accounts)}")
    sums: dict[_Kind, int] = {}
    for account in accounts:
        for kind, points in _parts(holding(account, at), at, zone):
            sums[kind] = sums.get(kind, 0) + points
        if len(sums) > MAX_ROWS:
            raise LimitError(f"outstanding: at most {MAX_ROWS} rows; report fewer accounts at once")
    return tuple(
        OutstandingPoints(purse, state, earned=earned, age=age, expires=expires, points=points)
        for (purse, state, earned, age, expires), points in sorted(sums.items(), key=_place)
    )


def _parts(held: Holding, at: datetime, zone: ZoneInfo) -> Iterator[tuple[_Kind, int]]:
    for state, lots in (
        (PointsState.AVAILABLE, held.available),
        (PointsState.PENDING, held.pending),
        (PointsState.RESERVED, held.reserved),
    ):
        for lot in lots:
            earned, age = month_of(lot.earned, zone), whole_months(lot.earned, at, zone)
            expires = None if lot.expires is None else month_of(lot.expires - _TICK, zone)
            yield (lot.purse, state, earned, age, expires), lot.remaining
    for purse, owed in held.debt.items():
        yield (purse, PointsState.DEBT, None, None, None), -owed


_STATES: Final = tuple(PointsState)


def _place(entry: tuple[_Kind, int]) -> tuple[str, int, date, date, int]:
    (purse, state, earned, age, expires), _ = entry
    return purse, _STATES.index(state), earned or date.max, expires or date.max, -(age or 0)
