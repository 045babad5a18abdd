"""Following: what is judged anew and armed once an event has been decided."""

from loyaltykit.arming import arm_birthdays, arm_follow_ups, arm_lapses
from loyaltykit.events import (
    KINDS,
    Enrolment,
    Event,
    Merge,
    OpeningBalance,
    ProfileChange,
    Purchase,
    ReferralReversed,
    Return,
)
from loyaltykit.journal import Journal
from loyaltykit.judging import judge_tiers
from loyaltykit.lapsing import keep_alive, stir
from loyaltykit.promoting import arm_endings, follow_tiers
from loyaltykit.reaching import judge_reached
from loyaltykit.rewarding import take_automatic
from loyaltykit.rulebook import Rulebook


def follow(event: Event, journal: Journal, book: Rulebook, mark: int) -> None:
    """Post what follows from an event that is decided: milestones, tier, armed rules, rewards.

    `mark` is how many effects there were before it. What an account brings along reaches nothing.
    """
    if journal.account.closed is not None:
        return
    at = event.at
    if isinstance(event, OpeningBalance | Merge):
        judge_tiers(journal, at, book)
        arm_endings(journal, at, book)
    else:
        judge_reached(mark, event.id, journal, at, book)
        follow_tiers(mark, event.id, journal, at, book, event)
    changed = isinstance(event, Enrolment | ProfileChange | OpeningBalance | Merge)
    arm_birthdays(journal, at, book, again=changed)
    if isinstance(event, Purchase | Return | OpeningBalance | Merge):
        arm_lapses(journal, at, book)
    if journal.account.suspended is None:
        arm_follow_ups(journal, KINDS[type(event)], event.id, at, book)
    if isinstance(event, Return | ReferralReversed):
        # Another part may come at this instant: rewards wait for what happens next.
        stir(journal, at, book, event)
        return
    take_automatic(journal, at, event.id, book)
    keep_alive(journal, at, book, event)
