"""Laws of a programme that changes: the fold, time without jobs, versions that change nothing."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve
from clubs import CLUBS, CORNER, ENGINES, HARBOUR, KIOSK, MARKET, QUAY, START
from diaries import MEMBER, diaries
from hypothesis import given
from hypothesis import strategies as st
from test_laws_time import due_is_exact, schedules_agree

from loyaltykit import (
    Account,
    Downgrade,
    Engine,
    ExpiryChange,
    Judged,
    LadderChange,
    Program,
    Redated,
    SinceEntry,
    Tier,
    Tiers,
    UntilReview,
    Version,
    Versions,
    days,
    fold,
    loads,
)
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.codec import dumps
from loyaltykit.metrics import FactMetric
from loyaltykit.tiers import Threshold


def _harder(tiers: Tiers) -> Tiers:
    """Twice as much for each tier, over another time, and held until a review."""
    if isinstance(tiers.metric, FactMetric):
        return tiers
    return Tiers(
        [Tier(each.name, _twice(each)) for each in tiers.tiers],
        name=tiers.name,
        metric=tiers.metric,
        window=tiers.window if isinstance(tiers.window, SinceEntry) else days(50),
        validity=UntilReview(days(9)),
        downgrade=Downgrade.ONE_STEP,
    )


def _twice(tier: Tier) -> Threshold | None:
    return 2 * tier.threshold if isinstance(tier.threshold, Decimal) else tier.threshold


def _changed(program: Program) -> Versions:
    """The club, the club with other ladders and dates, and the club as it was, in a row."""
    harder = evolve(
        program,
        tiers=[_harder(each) for each in program.tiers],
        rules=program.rules[::-1],
    )
    there = [
        LadderChange(each.name, judged=Judged.ANEW, held=days(5)) for each in program.tiers[:1]
    ]
    return Versions(
        [
            Version("one", program),
            Version(
                "two",
                harder,
                since=START + timedelta(days=6),
                migrations=[*there, ExpiryChange(redated=Redated.ANEW, notice=days(2))],
            ),
            Version(
                "three",
                program,
                since=START + timedelta(days=15),
                migrations=[ExpiryChange(redated=Redated.LATER)],
            ),
        ]
    )


CHANGED = {program.name: Engine(_changed(program)) for program in CLUBS}


@pytest.mark.once
@pytest.mark.parametrize("program", [QUAY, MARKET], ids=lambda club: club.name)
@given(data=st.data())
def test_any_schedule_of_jobs_gives_the_same_effects_across_versions(
    program: Program, data: st.DataObject
) -> None:
    schedules_agree(CHANGED[program.name], data.draw(diaries(program)), data)


@pytest.mark.once
@pytest.mark.parametrize("program", [HARBOUR, KIOSK], ids=lambda club: club.name)
@given(data=st.data())
def test_across_versions_the_account_is_the_fold_and_the_next_due_instant_is_exact(
    program: Program, data: st.DataObject
) -> None:
    engine = CHANGED[program.name]
    account = Account.new(MEMBER)
    for event in data.draw(diaries(program)):
        decision = engine.decide(account, event)
        assert fold(account, decision.effects) == decision.account
        account = decision.account
        account.check()
        due_is_exact(engine, account)
    assert loads(dumps(account), Account) == account


@pytest.mark.once
@pytest.mark.parametrize("program", [CORNER, MARKET], ids=lambda club: club.name)
@given(data=st.data())
def test_a_version_that_changes_nothing_changes_nothing(
    program: Program, data: st.DataObject
) -> None:
    plain, account = Account.new(MEMBER), Account.new(MEMBER)
    diary = data.draw(diaries(program))
    # Most often exactly when something is due.
    ahead: set[datetime] = {START + timedelta(days=3)}
    for event in diary:
        plain = ENGINES[program.name].decide(plain, event).account
        due = ENGINES[program.name].next_due(plain)
        ahead |= set() if due is None else {due}
    chosen = data.draw(
        st.lists(st.sampled_from(sorted(ahead)), min_size=1, max_size=2, unique=True)
    )
    again = [Version(f"again at {at}", program, since=at) for at in sorted(chosen)]
    engine = Engine(Versions([Version("one", program), *again]))
    plain = Account.new(MEMBER)
    for event in diary:
        wanted = ENGINES[program.name].decide(plain, event)
        found = engine.decide(account, event)
        kept = [each for each in found.effects if not isinstance(each, VersionAdopted)]
        assert not any(isinstance(each, LadderAdopted) for each in kept)
        assert tuple(kept) == wanted.effects
        assert found.refusals == wanted.refusals
        plain, account = wanted.account, found.account
