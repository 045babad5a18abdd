"""Doing: what a member did without buying, and the proof of it.

A proof counts once for a kind of activity: for a member as long as ids are remembered; among all
members where the programme says so, by a claim that the host commits. Only a digest of it is kept.
"""

from hashlib import sha256

from loyaltykit.calendar import shift
from loyaltykit.decision import Claim
from loyaltykit.effects import Counted
from loyaltykit.events import Activity
from loyaltykit.journal import Journal
from loyaltykit.received import Received, ask_rules
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Scene
from loyaltykit.totalling import count_activity


def activity_done(event: Activity, journal: Journal, book: Rulebook) -> Received:
    """Decide an activity: refuse a proof that was handed in before, else ask the rules."""
    if event.proof is not None:
        key = proof_key(event.kind, event.proof)
        if journal.account.count(key, event.at):
            return Received((Refusal(RefusalCode.ACTIVITY_REPEATED, event.proof),))
        shared = event.kind in book.program.unique_proofs
        if shared and key in journal.denied:
            return Received((Refusal(RefusalCode.ACTIVITY_CLAIM_DENIED, event.proof),))
        until = shift(event.at, book.remember, book.zone)
        journal.post(Counted(event.at, key, 1, until))
        if shared:
            journal.claims.append(Claim(key, amount=1, limit=1))
    scene = Scene(labels=event.labels, answers=event.answers, activity=event)
    received = ask_rules(event, journal, book, scene)
    count_activity(event, journal, book)
    return received


def proof_key(kind: str, proof: str) -> str:
    """The counter of a proof, and the key under which it is claimed."""
    return f"proof:{sha256(f'{len(kind)}:{kind}:{proof}'.encode()).hexdigest()[:32]}"
