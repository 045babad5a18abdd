"""Granting: the points and the credit that a rule brings, as far as limits and purses have room.

Worth is rounded once. What limits leave becomes a lot, which pays off what its purse owes as soon
as it is spendable; what it counts for is noted with the award, so that a return takes it back.
"""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from loyaltykit.copying import altered
from loyaltykit.counting import count_for_ladders
from loyaltykit.earning import Earning
from loyaltykit.effects import RemainderSet
from loyaltykit.errors import EventError, LimitError
from loyaltykit.evaluate import read
from loyaltykit.explain import trace_earning
from loyaltykit.journal import Journal
from loyaltykit.lots import Lot, derived
from loyaltykit.money import Rounding, RoundingScope, minor_units, money_text, ratio, rounded
from loyaltykit.movements import Accrued, DebtRepaid
from loyaltykit.occasion import Work
from loyaltykit.openings import MAX_POINTS
from loyaltykit.portions import Portions, portions
from loyaltykit.rates import Fixed
from loyaltykit.records import Award, Carried, Measure, Tally
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.release import UntilConfirmed, available_from
from loyaltykit.rules import Accrue, Credit
from loyaltykit.spelling import purse_text
from loyaltykit.totalling import count_points
from loyaltykit.traces import GrantTrace, exact_text
from loyaltykit.vocabulary import CREDIT
from loyaltykit.windows import TierEnd, term_end


def accrue(work: Work, action: Accrue, index: int) -> None:
    """Bring what an earning is worth.

    Raises:
        LimitError: it is more points than one posting may bring.
    """
    why = trace_earning(action.earning, work.readings, work.book.money)
    scale = work.book.scales[action.purse]
    worth = portions(action.earning, work.readings, action.scope, why.worth)
    before = None
    if action.carry:
        before = work.journal.account.remainders.get((work.rule.name, index), Fraction(0))
        together = max(Fraction(0), before + worth.worth * scale)
        worth, scale = Portions(((together, 1),)), 1
    desired = worth.whole(scale, action.rounding)
    if desired > MAX_POINTS:
        raise LimitError(
            f"rule {work.rule.name!r} would grant {desired} points at once, "
            f"more than {MAX_POINTS}: cap the earning"
        )
    granted = work.rooms.fitting(worth, scale, action.rounding, Measure.POINTS)
    granted = _fitting(work, granted, action.purse)
    if before is not None:
        _carry(work, action, index, before, desired, why.worth)
    lot = _lot(work, action, action.purse, granted, index) if granted else None
    text = purse_text(granted if lot is not None else 0, work.book.purses[action.purse])
    if before:
        text += f", {exact_text(before / work.book.scales[action.purse])} carried over"
    work.grants.append(
        GrantTrace(text, desired=desired, granted=granted if lot else 0, earning=why)
    )
    if lot is None:
        return
    work.rooms.granted(granted)
    limited = work.rooms.limited
    _grant(work, lot, action, action.earning, desired, limited=limited, before=before)


def _carry(
    work: Work, action: Accrue, index: int, before: Fraction, whole: int, worth: Fraction
) -> None:
    """Keep what rounding leaves; what a limit cuts is not carried over."""
    scale = work.book.scales[action.purse]
    carried = Carried(
        index,
        earning=action.earning,
        scale=scale,
        before=before,
        worth=worth * scale,
        whole=whole,
    )
    work.posting = altered(work.posting, carried=(*work.posting.carried, carried))
    if carried.left:
        left = before + carried.left
        work.journal.post(RemainderSet(work.occasion.at, work.rule.name, index, left))


def credit(work: Work, action: Credit, index: int) -> None:
    """Bring credit, in minor units of the programme's currency.

    Raises:
        EventError: the event says an amount below 0.
        DefinitionError: it has more decimals than the currency.
        LimitError: it is more than one posting may bring.
    """
    amount = _credited(action, work)
    minor = minor_units(amount, work.book.money, f"the credit of rule {work.rule.name!r}")
    if minor > MAX_POINTS:
        raise LimitError(
            f"rule {work.rule.name!r} would credit {amount:f} at once, more than "
            f"{work.book.money.major(MAX_POINTS):f}"
        )
    worth = Portions(((Fraction(minor), 1),))
    fitting = work.rooms.fitting(worth, 1, Rounding.FLOOR, Measure.MONEY)
    fitting = _fitting(work, fitting, CREDIT)
    lot = _lot(work, action, CREDIT, fitting, index) if fitting else None
    granted = fitting if lot is not None else 0
    text = f"{money_text(granted, work.book.money)} credit"
    work.grants.append(GrantTrace(text, desired=minor, granted=granted))
    if lot is not None:
        _grant(work, lot, action, Fixed(amount), minor, limited=False)


def _credited(action: Credit, work: Work) -> Decimal:
    """The amount of a credit, in major units: as the rule says, or as the event does."""
    if isinstance(action.amount, Decimal):
        return action.amount
    value = read(action.amount, work.readings, None)
    amount = value if isinstance(value, Decimal) else Decimal(0)
    if amount < 0:
        raise EventError(
            f"rule {work.rule.name!r} credits {action.amount}, which is {amount:f}: "
            "an amount of credit is 0 or more"
        )
    return amount


def _fitting(work: Work, points: int, purse: str) -> int:
    """How many of these points the cap of their purse leaves room for."""
    cap = work.book.purses[purse].cap
    if cap is None:
        return points
    held = work.journal.account.purse(purse).held
    room = max(0, rounded(ratio(cap) * work.book.scales[purse], Rounding.FLOOR) - held)
    if points > room:
        work.refusals.append(
            Refusal(RefusalCode.BALANCE_CAP, work.rule.name, desired=points, granted=room)
        )
    return min(points, room)


def _lot(work: Work, action: Accrue | Credit, purse: str, points: int, index: int) -> Lot | None:
    at, tier = work.occasion.at, work.book.ladders.main_tier(work.journal.account)
    available = available_from(action.pending, at, work.book.zone)
    expires = work.book.expiry(action.expires, purse, tier)
    bound = isinstance(expires, TierEnd)
    end = None if isinstance(expires, TierEnd) else term_end(expires, at, work.book.zone)
    if end is not None and end <= available:
        work.refusals.append(
            Refusal(RefusalCode.EXPIRED_AT_ONCE, work.rule.name, desired=points, granted=0)
        )
        return None
    return Lot(
        derived(work.occasion.event, work.rule.name, index),
        purse,
        points=points,
        remaining=points,
        earned=at,
        available=available,
        expires=end,
        event=work.occasion.event,
        rule=work.rule.name,
        tier=tier if bound else None,
        awaits=isinstance(action.pending, UntilConfirmed),
    )


def _grant(
    work: Work,
    lot: Lot,
    action: Accrue | Credit,
    earning: Earning,
    desired: int,
    *,
    limited: bool,
    before: Fraction | None = None,
) -> None:
    at = work.occasion.at
    work.journal.post(Accrued(at, lot, desired))
    if lot.available <= at:
        repay(lot, at, work.journal)
    tallies: tuple[Tally, ...] = ()
    if not lot.awaits:
        counts = work.occasion.counts
        tallies = count_for_ladders(lot, at, counts, work.journal, work.book, released=False)
        if work.occasion.totals:
            tallies += count_points(lot, at, work.journal, work.book)
    purse = work.book.purses[lot.purse]
    award = Award(
        lot,
        earning=earning,
        rounding=action.rounding if isinstance(action, Accrue) else Rounding.FLOOR,
        scope=action.scope if isinstance(action, Accrue) else RoundingScope.ORDER,
        scale=work.book.scales[lot.purse],
        on_return=action.on_return,
        shortfall=purse.shortfall,
        most_debt=_units(purse.most_debt, work.book.scales[lot.purse]),
        limited=limited,
        before=before,
        kept=lot.points,
        tallies=tallies,
    )
    work.posting = altered(work.posting, awards=(*work.posting.awards, award))


def repay(lot: Lot, at: datetime, journal: Journal, but: int = 0) -> None:
    """Let points that became spendable pay off what their purse owes, but for so much."""
    owed = min(journal.account.purse(lot.purse).debt - but, lot.remaining)
    if owed > 0:
        journal.post(DebtRepaid(at, lot.purse, lot.id, owed))


def repay_from(purse: str, at: datetime, journal: Journal) -> None:
    """Let all spendable points of a purse pay off what it owes, in order of consumption."""
    for lot in journal.account.lots:
        if lot.purse == purse:
            repay(lot, at, journal)


def _units(amount: Decimal | None, scale: int) -> int | None:
    return None if amount is None else rounded(ratio(amount) * scale, Rounding.FLOOR)
