"""What is done by hand to a member's account, drawn beside the account: see diaries."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st

from loyaltykit import (
    Account,
    Adjustment,
    Closure,
    Engine,
    Erasure,
    Event,
    ExpiryStart,
    Extension,
    Goodwill,
    Reinstatement,
    Resumption,
    Since,
    Suspension,
    TierOverride,
    TierOverrideEnd,
    Transfer,
    TransferLot,
    TransferReceived,
    TransferReturned,
    days,
    end_of,
    forever,
    hours,
)
from loyaltykit.windows import Term

PURSES = ("points", "points", "status", "credit")
ENDING: tuple[Term, ...] = (days(6), hours(1), end_of("month"))
TERMS = (None, forever(), *ENDING)
SPANS = (timedelta(hours=1), timedelta(days=8), timedelta(days=30))


@st.composite
def by_hand(draw: st.DrawFn, engine: Engine, account: Account, id: str, at: datetime) -> Event:
    """A correction, goodwill and the like; amounts are near what the account holds."""
    account = engine.advance(account, at).account
    if engine.program.tiers and draw(st.integers(0, 3)) == 0:
        event: Event = draw(overrides(engine, account, id, at))
        return event
    made = draw(st.sampled_from(_MADE))
    done: Event = made(draw, account, id, at)
    return done


@st.composite
def overrides(draw: st.DrawFn, engine: Engine, account: Account, id: str, at: datetime) -> Event:
    """A tier that is given by hand, or one that is given no longer."""
    given = [name for climb in account.ladders.values() for name in climb.grants]
    ended: str = draw(st.sampled_from([*given, ""]))
    if ended:
        return TierOverrideEnd(id, at, member=account.member, override=ended)
    names = [tier.name for ladder in engine.program.tiers for tier in ladder.tiers]
    return TierOverride(
        id,
        at,
        member=account.member,
        tier=draw(st.sampled_from(names)),
        until=draw(st.sampled_from((None, *(at + span for span in SPANS)))),
        exactly=draw(st.booleans()),
        reason="a friend of the house",
    )


@st.composite
def standing(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    """A pause of the membership, the end of a pause or, now and then, the end of it all."""
    if account.closed is not None and draw(st.booleans()):
        return Erasure(id, at, member=account.member)
    what = draw(st.sampled_from((*("suspension",) * 3, *("resumption",) * 3, "closure")))
    if what == "closure":
        return Closure(id, at, member=account.member, reason="moved away")
    if what == "resumption":
        return Resumption(id, at, member=account.member)
    until = draw(st.sampled_from((None, *(at + span for span in SPANS))))
    return Suspension(id, at, member=account.member, reason="under review", until=until)


def _adjustment(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    purse = draw(st.sampled_from(PURSES))
    held = account.balance(at, purse).available
    if draw(st.booleans()):
        fewer = max(1, draw(st.sampled_from((held, held // 2, held + 1, 1))))
        return Adjustment(
            id, at, member=account.member, points=-fewer, purse=purse, reason="counted again"
        )
    return Adjustment(
        id,
        at,
        member=account.member,
        points=draw(st.integers(1, 60)),
        purse=purse,
        reason="entered late",
        expires=draw(st.sampled_from(TERMS)),
    )


def _goodwill(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    return Goodwill(
        id,
        at,
        member=account.member,
        points=draw(st.integers(1, 40)),
        purse=draw(st.sampled_from(PURSES)),
        reason="broken cup",
        expires=draw(st.sampled_from(TERMS)),
    )


def _extension(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    purse = draw(st.sampled_from(PURSES))
    lots = [lot.id for lot in (*account.lots, *account.pending) if lot.purse == purse]
    some = st.lists(st.sampled_from([*lots, "nowhere"]), min_size=1, unique=True)
    chosen = draw(some) if draw(st.booleans()) else None
    return Extension(
        id,
        at,
        member=account.member,
        until=at + draw(st.sampled_from(SPANS)),
        purse=purse,
        lots=chosen,
    )


def _expiry_start(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    return ExpiryStart(
        id,
        at,
        member=account.member,
        term=draw(st.sampled_from(ENDING)),
        counted=draw(st.sampled_from(Since)),
        not_before=draw(st.sampled_from((None, *(at + span for span in SPANS)))),
        purse=draw(st.sampled_from(PURSES)),
    )


def _reinstatement(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    purse = draw(st.sampled_from(PURSES))
    gone = account.purse(purse).expired
    return Reinstatement(
        id,
        at,
        member=account.member,
        points=max(1, draw(st.sampled_from((gone, gone, gone // 2, gone + 1)))),
        purse=purse,
        reason="was ill",
        expires=draw(st.sampled_from(TERMS)),
    )


def _transfer(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    purse = draw(st.sampled_from(PURSES))
    held = account.balance(at, purse).available
    points = max(1, draw(st.sampled_from((held, held // 2, held + 1, 1))))
    to = draw(st.sampled_from(("bob", "bob", "bob", account.member)))
    return Transfer(id, at, member=account.member, to=to, points=points, purse=purse)


def _transfer_received(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    gaps = st.sampled_from((timedelta(0), timedelta(hours=1), timedelta(days=20)))
    ends = st.sampled_from((None, at - timedelta(days=1), at, at + timedelta(days=9)))
    lot = st.builds(
        lambda points, gap, end: TransferLot(points, at - gap, expires=end),
        st.integers(1, 30),
        gaps,
        ends,
    )
    return TransferReceived(
        id,
        at,
        member=account.member,
        sender="bob",
        transfer=f"of bob {id}",
        purse=draw(st.sampled_from(PURSES)),
        lots=draw(st.lists(lot, min_size=1, max_size=3)),
    )


def _transfer_returned(draw: st.DrawFn, account: Account, id: str, at: datetime) -> Event:
    sent = draw(st.sampled_from([*account.transfers, "nothing"]))
    return TransferReturned(id, at, member=account.member, transfer=sent)


_MADE: tuple[Callable[[st.DrawFn, Account, str, datetime], Event], ...] = (
    *(_adjustment, _goodwill, _extension, _expiry_start, _reinstatement),
    *(_transfer, _transfer, _transfer_received, _transfer_returned, _transfer_returned),
)
