"""Received: what came of an event, and how the rules that listen to it are asked.

All of them judge the same readings, in programme order.
"""

from typing import final

from attrs import field, frozen

from loyaltykit.calendar import shift
from loyaltykit.decision import CodeAnswer, QuotedSpend
from loyaltykit.events import KINDS, Event
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.journal import Journal
from loyaltykit.observe import observe
from loyaltykit.occasion import Occasion
from loyaltykit.posting import ask
from loyaltykit.pricing import Pricing
from loyaltykit.readings import Readings
from loyaltykit.records import Posting, Record
from loyaltykit.refusals import Refusal
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Scene


@final
@frozen(order=False)
class Received:
    """What came of an event: refusals if it was refused; answers for codes, and points, with it."""

    refused: tuple[Refusal, ...] = ()
    answers: tuple[CodeAnswer, ...] = field(default=(), kw_only=True)
    pricing: Pricing | None = field(default=None, kw_only=True)
    spend: tuple[QuotedSpend, ...] = field(default=(), kw_only=True)


ACCEPTED = Received()
"""An event of which there is nothing more to say."""


def ask_all(
    event: Event, readings: Readings, journal: Journal, book: Rulebook, code: str | None = None
) -> tuple[Posting, ...]:
    """Ask every rule that listens to the event; what those that hold have posted.

    `code` is the coupon that it used.
    """
    occasion = Occasion.of(event.at, event.id, journal.account, book, code)
    rules = book.on(KINDS[type(event)])
    postings = (ask(rule, readings, occasion, journal, book) for rule in rules)
    return tuple(posting for posting in postings if posting is not None)


def ask_rules(
    event: Event, journal: Journal, book: Rulebook, scene: Scene | None = None
) -> Received:
    """Read what is asked, then ask every rule that listens to the event."""
    asked = book.asked_on(KINDS[type(event)])
    ask_all(event, observe(journal.account, event.at, book, asked, scene), journal, book)
    return ACCEPTED


def record_of(
    event: Event, readings: Readings, postings: tuple[Posting, ...], book: Rulebook
) -> Record:
    """What is remembered of the event, so that it can be taken back."""
    return Record(
        event.id,
        event.at,
        until=shift(event.at, book.remember, book.zone),
        zone=readings.zone.key,
        member_zone=readings.member_zone.key,
        ladder=readings.ladder,
        facts=FrozenMap(readings.values),
        postings=postings,
    )
