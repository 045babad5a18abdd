"""Actions: what a member does without buying, the proof of it, and limits by kind and day."""

from typing import Any

import pytest
from desk import MEMBER, Desk, club, day, refused

from loyaltykit import (
    Accrue,
    Activity,
    Decision,
    DefinitionError,
    Merge,
    MisuseError,
    ProgramError,
    Purchase,
    RefusalCode,
    Rule,
    Status,
    activity,
    days,
    dumps,
    per_day,
    points,
)
from loyaltykit.decision import Claim

receipt = Rule(
    "receipt",
    Activity,
    when=activity.kind.is_("receipt") & activity.proof.known(),
    then=Accrue(points(5)),
)


def hand_in(
    desk: Desk,
    id: str,
    number: float,
    proof: str | None = "r-17",
    kind: str = "receipt",
    **how: Any,
) -> Decision:
    done = Activity(id, day(number), member=desk.account.member, kind=kind, proof=proof)
    return desk.tell(done, **how)


def test_a_proof_counts_once_whatever_the_id_of_the_event() -> None:
    desk = Desk(receipt)
    assert hand_in(desk, "a", 1).status is Status.ACCEPTED
    before = desk.account
    again = hand_in(desk, "b", 2)
    assert refused(again).code is RefusalCode.ACTIVITY_REPEATED
    assert refused(again).about == "r-17"
    assert desk.account.counters == before.counters
    assert desk.has(2) == (5, 0, 0)


def test_another_proof_and_the_same_of_another_kind_count() -> None:
    desk = Desk(receipt)
    hand_in(desk, "a", 1)
    hand_in(desk, "b", 2, "r-18")
    assert hand_in(desk, "c", 3, kind="review").status is Status.ACCEPTED
    assert desk.has(3) == (10, 0, 0)


def test_the_same_event_again_is_a_duplicate_and_no_refusal() -> None:
    desk = Desk(receipt)
    hand_in(desk, "a", 1)
    assert hand_in(desk, "a", 1).status is Status.DUPLICATE


def test_without_a_proof_nothing_is_compared_and_a_rule_can_ask_for_one() -> None:
    desk = Desk(receipt)
    for number in range(3):
        assert hand_in(desk, f"a{number}", number, None).status is Status.ACCEPTED
    assert desk.has(3) == (0, 0, 0)


def test_a_proof_is_remembered_as_long_as_ids_are() -> None:
    desk = Desk(receipt, remember=days(30))
    hand_in(desk, "a", 0)
    assert refused(hand_in(desk, "b", 29)).code is RefusalCode.ACTIVITY_REPEATED
    assert hand_in(desk, "c", 30).status is Status.ACCEPTED


def test_old_proofs_leave_the_account() -> None:
    desk = Desk(receipt, remember=days(10))
    for number in range(60):
        hand_in(desk, f"a{number}", number, f"r-{number}")
    assert len(desk.account.counters) <= 11


def test_only_a_digest_of_a_proof_is_kept() -> None:
    desk = Desk(receipt)
    hand_in(desk, "a", 1, "4111 1111")
    assert b"4111" not in dumps(desk.account)


def test_a_proof_that_is_unique_among_members_is_a_claim() -> None:
    desk = Desk(receipt, unique_proofs=["receipt"])
    decision = hand_in(desk, "a", 1)
    [claim] = decision.claims
    assert claim == Claim(claim.key, amount=1, limit=1)
    other = Desk(program=desk.engine.program, member="bob")
    assert hand_in(other, "a", 1).claims == (claim,)
    late = Desk(program=desk.engine.program, member="eve")
    denied = hand_in(late, "a", 1, denied=[claim.key])
    assert refused(denied).code is RefusalCode.ACTIVITY_CLAIM_DENIED
    assert late.has(1) == (0, 0, 0)
    assert not hand_in(desk, "b", 2, "x", kind="review").claims


def test_a_merged_account_still_knows_what_both_handed_in() -> None:
    ana, bob = Desk(receipt), Desk(receipt, member="bob")
    hand_in(bob, "a", 1)
    merged = ana.engine.merge(
        ana.account,
        bob.account,
        Merge("m", day(2), member=MEMBER, absorbed="bob", reason="one person"),
    )
    ana.account = merged.survivor.account
    assert refused(hand_in(ana, "b", 3)).code is RefusalCode.ACTIVITY_REPEATED


def test_a_limit_holds_for_each_kind_and_day() -> None:
    kinds = {"review": 10, "visit": 2}
    desk = Desk(
        *(
            Rule(
                kind,
                Activity,
                when=activity.kind.is_(kind),
                then=Accrue(points(worth)),
                limit=per_day(2),
            )
            for kind, worth in kinds.items()
        )
    )
    found = []
    for number in range(6):
        for kind in kinds:
            hand_in(desk, f"{kind}{number}", number / 12, f"{number}", kind)
        found.append(desk.has(number / 12)[0])
    assert found == [12, 24, 24, 24, 24, 24]
    hand_in(desk, "next", 1, "next", "visit")
    assert desk.has(1)[0] == 26


def test_what_cannot_be_a_proof_is_refused_in_words() -> None:
    with pytest.raises(DefinitionError, match="the proof of an activity must have 1 to 200"):
        Activity("a", day(0), member=MEMBER, kind="receipt", proof="")
    with pytest.raises(MisuseError, match=r"write \['receipt'\]"):
        club(receipt, unique_proofs="receipt")
    assert club(receipt, unique_proofs=["b", "a", "b"]).unique_proofs == ("a", "b")


def test_a_proof_is_known_only_of_an_activity() -> None:
    with pytest.raises(ProgramError, match=r"asks for activity.proof where only a basket is known"):
        club(Rule("x", Purchase, when=activity.proof.known(), then=Accrue(points(1))))
