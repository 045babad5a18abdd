"""Overriding: tiers that are given by hand, and no longer."""

from loyaltykit.climbs import Grant
from loyaltykit.effects import TierGranted, TierWithdrawn
from loyaltykit.errors import EventError
from loyaltykit.journal import Journal
from loyaltykit.overrides import TierOverride, TierOverrideEnd
from loyaltykit.received import Received, ask_rules
from loyaltykit.refusals import Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook


def override(event: TierOverride, journal: Journal, book: Rulebook) -> Received:
    """Decide that a member has a tier by hand.

    Raises:
        EventError: the programme has no such tier.
    """
    ladder = book.ladders.of_tier(event.tier)
    if ladder is None:
        known = ", ".join(book.ladders.names) or "none"
        raise EventError(f"{event.id!r}: the programme has no tier {event.tier!r} (it has {known})")
    given = Grant(event.tier, since=event.at, until=event.until, exactly=event.exactly)
    journal.post(TierGranted(event.at, ladder.name, event.id, given, event.reason))
    return ask_rules(event, journal, book)


def override_end(event: TierOverrideEnd, journal: Journal, book: Rulebook) -> Received:
    """Decide that a tier is given no longer, or say that it was not."""
    for name, climb in journal.account.ladders.items():
        given = climb.grants.get(event.override)
        if given is not None and given.lives(event.at):
            journal.post(TierWithdrawn(event.at, name, event.override))
            return ask_rules(event, journal, book)
    return Received((Refusal(RefusalCode.OVERRIDE_UNKNOWN, event.override),))
