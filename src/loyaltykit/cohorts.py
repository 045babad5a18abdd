"""Cohorts: what became of the points of each calendar month, from the ledgers themselves.

Every effect names the lots that it touches, so each point that was redeemed, lapsed or taken back
counts in the month in which it was earned. The rows of a purse add up to the totals of the
accounts, whatever the order of the ledgers.

    issued + received + debt = redeemed + expired + reversed + sent + outstanding

A merger moves what is held, and what was spent or sent and can come back, from one ledger to the
other: sent here, received there. What else became of points stays in the ledger in which it did.

Points that went into debt belong to no month: they were spent before they were taken back. They
stand in a row of their own until other points repay them; those count as reversed then.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias, TypeVar, assert_never, final, get_args
from zoneinfo import ZoneInfo

from loyaltykit.account import Account
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.breakage import Cohort
from loyaltykit.calendar import instant
from loyaltykit.calendar import timezone as zone_of
from loyaltykit.closures import Closed, Erased, Resumed, Suspended
from loyaltykit.effects import (
    Armed,
    Counted,
    CouponExpired,
    CouponIssued,
    CouponPresented,
    CouponRestored,
    CouponUsed,
    CouponWithdrawn,
    Denied,
    Disarmed,
    DormancySet,
    Effect,
    Enrolled,
    Notified,
    Opened,
    ProfileSet,
    PromotionUsed,
    Recorded,
    RecordKept,
    Referred,
    RemainderSet,
    Returned,
    RewardGiven,
    Sent,
    StandingSet,
    TierChanged,
    TierGranted,
    TierWithdrawn,
    Triggered,
)
from loyaltykit.errors import DefinitionError, LimitError, LoyaltyError, MisuseError
from loyaltykit.folding import apply
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.ledger import find, parted
from loyaltykit.lots import Draw
from loyaltykit.mergers import Absorbed, MergedInto
from loyaltykit.movements import (
    Accrued,
    Cancelled,
    Captured,
    DebtRepaid,
    Expired,
    GivenBack,
    Redeemed,
    Reinstated,
    Released,
    ReservationReleased,
    Reserved,
    Reversed,
)
from loyaltykit.outstanding import MAX_ROWS, holding, month_of
from loyaltykit.vocabulary import shown

_T = TypeVar("_T")


def cohorts(
    ledgers: Iterable[Iterable[Effect]], at: datetime, *, timezone: str
) -> tuple[Cohort, ...]:
    """What became of the points of each calendar month, up to and including an instant.

    A ledger is all effects of one member, from the first, in order of version; effects after the
    instant are left out. Ledgers are read once, one at a time. What was released or has lapsed by
    then counts so, posted or not. Sorted by purse and month; what members owe comes last.

    Raises:
        DefinitionError: a ledger is not whole, or out of order.
        LimitError: there would be more than 100,000 rows.
    """
    at = instant(at, "at")
    sums = _Sums(zone_of(timezone))
    wanted = "ledgers: write a list of effects for each member"
    for place, effects in enumerate(_listed(ledgers, wanted)):
        sums.read(_listed(effects, wanted), at, f"ledger {place}")
    return sums.rows()


_Column: TypeAlias = Literal[
    "issued", "received", "redeemed", "expired", "reversed", "sent", "outstanding", "debt"
]
_KINDS: Final[Mapping[type[Any], None]] = dict.fromkeys(get_args(Effect))
_MEMBER: Final = "member"


@final
class _Sums:
    """Points by purse and month earned, added up ledger by ledger."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.columns: dict[tuple[str, date | None], dict[_Column, int]] = {}

    def rows(self) -> tuple[Cohort, ...]:
        found = [
            Cohort(purse, earned, **columns)
            for (purse, earned), columns in self.columns.items()
            if any(columns.values())
        ]
        return tuple(sorted(found, key=lambda row: (row.purse, row.earned or date.max)))

    def read(self, effects: Iterable[Effect], at: datetime, name: str) -> None:
        account = Account.new(_MEMBER)
        last = None
        for place, effect in enumerate(effects):
            if type(effect) not in _KINDS:
                raise MisuseError(f"{name}: {shown(effect)} is no effect")
            if last is not None and effect.at < last:
                raise DefinitionError(
                    f"{name}: effect {place} lies before the one before it; write the effects of "
                    "one member in order of version"
                )
            last = effect.at
            if last > at:
                break
            if self._book(effect, account, name):
                account = apply(account, effect)
        try:
            account.check()
        except LoyaltyError as error:
            raise DefinitionError(_not_whole(name, str(error))) from None
        self._close(account, at)
        if len(self.columns) > MAX_ROWS:
            raise LimitError(f"cohorts: at most {MAX_ROWS} rows; report fewer ledgers at once")

    def _book(self, effect: Effect, account: Account, name: str) -> bool:
        """Add what an effect moves; whether anything that moves points depends on it."""
        match effect:
            case Accrued(lot=lot, received=received):
                column: _Column = "received" if received else "issued"
                self._add(lot.purse, lot.earned, column, lot.points)
            case Released() | Reserved() | ReservationReleased() | Rescheduled():
                pass
            case Cancelled(lot=lot):
                self._add(lot.purse, lot.earned, "reversed", lot.remaining)
            case Captured(purse=purse, draws=draws):
                for draw in draws:
                    self._add(purse, draw.lot.earned, "redeemed", draw.points)
            case Adjusted(purse=purse, lot=granted, draws=draws):
                if granted is not None:
                    self._add(purse, granted.earned, "issued", granted.points)
                for draw in draws:
                    self._add(purse, draw.lot.earned, "reversed", draw.points)
            case GoodwillGranted(lot=lot):
                self._add(lot.purse, lot.earned, "issued", lot.points)
            case GivenBack(purse=purse, draws=draws):
                for draw in draws:
                    self._add(purse, draw.lot.earned, "redeemed", -draw.points)
            case Revived(lot=lot):
                self._add(lot.purse, lot.earned, "expired", -lot.points)
            case Transferred(purse=purse, draws=draws):
                for draw in draws:
                    self._add(purse, draw.lot.earned, "sent", draw.points)
            case TransferArrived(purse=purse, lots=lots):
                for lot in lots:
                    self._add(purse, lot.earned, "received", lot.points)
            case TransferUndone(purse=purse, draws=draws):
                for draw in draws:
                    self._add(purse, draw.lot.earned, "sent", -draw.points)
            case MergedInto(at=at):
                self._merge(account, at, "sent", -1)
            case Absorbed(at=at, account=other):
                self._merge(other, at, "received", 1)
            case RecordKept() | Returned():
                pass  # A merger takes along what these say can come back.
            case Expired(lot=lot):
                self._add(lot.purse, lot.earned, "expired", lot.remaining)
            case Redeemed(purse=purse, draws=draws):
                for draw in draws:
                    self._add(purse, draw.lot.earned, "redeemed", draw.points)
            case Reversed(purse=purse, draws=draws, debt=debt):
                for draw in draws:
                    self._add(purse, draw.lot.earned, "reversed", draw.points)
                self._add(purse, None, "reversed", debt)
            case Reinstated(purse=purse, draws=draws, debt=debt, lapsed=lapsed):
                for draw in (*draws, *lapsed):
                    self._add(purse, draw.lot.earned, "reversed", -draw.points)
                for draw in lapsed:
                    self._add(purse, draw.lot.earned, "expired", draw.points)
                self._add(purse, None, "reversed", -debt)
            case DebtRepaid(purse=purse, lot=lot_id, points=points):
                place = find(account.lots, lot_id)
                if place is None:
                    raise DefinitionError(_not_whole(name, f"lot {lot_id!r} is unknown"))
                self._repay(purse, account.lots[place].earned, points)
            case (
                Recorded()
                | Enrolled()
                | Opened()
                | ProfileSet()
                | Counted()
                | RewardGiven()
                | DormancySet()
                | RemainderSet()
                | TierChanged()
                | StandingSet()
                | VersionAdopted()
                | LadderAdopted()
                | TierGranted()
                | TierWithdrawn()
                | CouponIssued()
                | CouponPresented()
                | CouponUsed()
                | PromotionUsed()
                | CouponExpired()
                | CouponWithdrawn()
                | CouponRestored()
                | Closed()
                | Suspended()
                | Resumed()
                | Erased()
                | Armed()
                | Disarmed()
                | Triggered()
                | Notified()
                | Referred()
                | Sent()
                | Denied()
            ):
                return False
            case _:
                assert_never(effect)
        return True

    def _close(self, account: Account, at: datetime) -> None:
        """Add what is left at the end, after what time has brought."""
        held = holding(account, at)
        for draw in held.repaid:
            self._repay(draw.lot.purse, draw.lot.earned, draw.points)
        for lot in held.cancelled:
            self._add(lot.purse, lot.earned, "reversed", lot.remaining)
        for lot in held.lapsed:
            self._add(lot.purse, lot.earned, "expired", lot.remaining)
        for lot in (*held.available, *held.pending, *held.reserved):
            self._add(lot.purse, lot.earned, "outstanding", lot.remaining)
        for purse, owed in held.debt.items():
            self._add(purse, None, "debt", owed)

    def _merge(self, account: Account, at: datetime, column: _Column, sign: int) -> None:
        """Add what leaves with an account that is merged, or arrives.

        It is what is held, with what was spent or sent and can come back. What is owed goes along.
        """
        for lot in (*account.lots, *account.pending):
            self._add(lot.purse, lot.earned, column, lot.remaining)
        for aside in account.reservations.values():
            self._add_draws(aside.draws, column)
        for record in account.records.values():
            for tender in record.tenders if record.until > at else ():
                _, spent = parted(reversed(tender.draws), tender.given)
                self._add_draws(spent, column)
                self._add_draws(spent, "redeemed", sign)
        for sent in account.transfers.values():
            if sent.until > at:
                self._add_draws(sent.draws, column)
                self._add_draws(sent.draws, "sent", sign)
        for name, purse in account.purses.items():
            self._add(name, None, "reversed", sign * purse.debt)

    def _repay(self, purse: str, earned: datetime, points: int) -> None:
        self._add(purse, earned, "reversed", points)
        self._add(purse, None, "reversed", -points)

    def _add_draws(self, draws: Iterable[Draw], column: _Column, sign: int = 1) -> None:
        for draw in draws:
            self._add(draw.lot.purse, draw.lot.earned, column, sign * draw.points)

    def _add(self, purse: str, earned: datetime | None, column: _Column, points: int) -> None:
        month = None if earned is None else month_of(earned, self.zone)
        columns = self.columns.setdefault((purse, month), {})
        columns[column] = columns.get(column, 0) + points


def _not_whole(name: str, why: str) -> str:
    return f"{name} is not whole: {why}; write all effects of the member, from the first"


def _listed(values: Iterable[_T], wanted: str) -> Iterable[_T]:
    if not isinstance(values, Iterable):
        raise MisuseError(f"{wanted}, not {shown(values)}")
    return values
