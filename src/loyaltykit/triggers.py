"""Triggers: what makes a rule fire; an event, what it leads to, or a moment that time brings.

    Trigger = On | Birthday | Inactivity | After | Milestone | Streak
            | TierReached | TierKept | TierLost | TierEnding

Every moment that time brings has an exact due instant. A host that missed it catches it up, once,
at that instant. Days count in the programme's zone; a birthday in the member's own, where it is on
file.
"""

from enum import Enum
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.calendar import LeapDay
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.events import KINDS, Event, EventKind
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.periods import Period
from loyaltykit.tiers import Tier
from loyaltykit.vocabulary import named, of_type, shown

BIRTHDAY = "birthday"
"""What a birthday rule waits for, as the subject under which it is armed."""
MAX_NOTICE = 400
"""How many days before it is lost a tier may be said to end."""
LAPSE = "lapse"
"""What an inactivity rule waits for, as the subject under which it is armed."""


class Zone(Enum):
    """In whose zone a day begins."""

    MEMBER = "member"
    """The member's own, else the programme's."""
    PROGRAM = "program"
    """The programme's, for everybody."""


def event_kind(value: EventKind | type[Event]) -> EventKind:
    """The kind that an event class stands for.

    Raises:
        MisuseError: it is neither a kind nor a class of event.
    """
    if isinstance(value, EventKind):
        return value
    for known, kind in KINDS.items():
        if value is known:
            return kind
    raise MisuseError(f"{shown(value)} is no event: write Purchase, Enrolment, Activity ...")


@final
@frozen(order=False)
class On:
    """Whenever such an event is decided."""

    event: EventKind = field(converter=event_kind)


def _offset(value: Period | None) -> Period | None:
    if value is None:
        return None
    if not isinstance(value, Period):
        raise MisuseError(f"a birthday is met days(3) before or after, not {shown(value)}")
    if value.months or value.seconds or value.days > 180:
        raise DefinitionError(f"a birthday is met up to 180 days before or after: not {value}")
    return value


@final
@frozen(order=False)
class Birthday:
    """At the start of the birthday, or so many days before or after it.

    Once per birthday year, even if the date on file changes. A birthday that became known after
    its due instant is met the next year.
    """

    before: Period | None = field(default=None, converter=_offset, kw_only=True)
    after: Period | None = field(default=None, converter=_offset, kw_only=True)
    leap: LeapDay = field(default=LeapDay.FEB_28, kw_only=True)
    zone: Zone = field(default=Zone.MEMBER, kw_only=True)

    def __attrs_post_init__(self) -> None:
        of_type(self.leap, LeapDay, "leap must be a LeapDay such as LeapDay.MAR_1")
        of_type(self.zone, Zone, "zone must be Zone.MEMBER or Zone.PROGRAM")
        if self.before is not None and self.after is not None:
            raise DefinitionError("a birthday is met before or after it, not both: use two rules")


def _span(value: Period) -> Period:
    if not isinstance(value, Period):
        raise MisuseError(f"a trigger needs a period such as days(90), not {shown(value)}")
    if value.empty:
        raise DefinitionError(f"a trigger needs a period above 0 such as days(90), not {value}")
    return value


@final
@frozen(order=False)
class Inactivity:
    """So long after the member's latest order that was not returned whole.

    Needs at least one order; fires once per lapse, and again only after a new order.
    """

    period: Period = field(converter=_span)


@final
@frozen(order=False)
class After:
    """So long after an event. After a purchase: unless it was returned whole by then.

    What is asked about the basket is asked about what is kept of it at that instant.
    """

    event: EventKind = field(converter=event_kind)
    period: Period = field(converter=_span)


def _of_tier(value: Tier | str | None) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else named(value, "the name of a tier")
    return of_type(value, Tier, "a tier is a Tier or its name").name


def _on_ladder(value: str | None) -> str | None:
    return None if value is None else named(value, "the name of a ladder")


@final
@frozen(order=False)
class TierReached:
    """When the member climbs to a tier, or past it; None is any tier of the ladder.

    The ladder says whether tiers that are passed count as reached. What it gives is taken back if a
    return undoes it.
    """

    tier: str | None = field(default=None, converter=_of_tier)
    ladder: str | None = field(default=None, converter=_on_ladder, kw_only=True)


@final
@frozen(order=False)
class TierKept:
    """When a new term begins of a tier that the member has; None is any tier of the ladder."""

    tier: str | None = field(default=None, converter=_of_tier)
    ladder: str | None = field(default=None, converter=_on_ladder, kw_only=True)


@final
@frozen(order=False)
class TierLost:
    """When the member falls from a tier; None is any tier of the ladder.

    After a return it is said when the instant of the return is over, if the tier is not back.
    """

    tier: str | None = field(default=None, converter=_of_tier)
    ladder: str | None = field(default=None, converter=_on_ladder, kw_only=True)


def _ahead(value: Period) -> Period:
    period = _span(value)
    if period.months or period.seconds or period.days > MAX_NOTICE:
        raise DefinitionError(
            f"a tier is about to be lost up to {MAX_NOTICE} days before: not {period}"
        )
    return period


@final
@frozen(order=False)
class TierEnding:
    """So many days before a tier is lost, if nothing more is counted; None is any tier.

    It is put off by all that keeps the tier longer, and is not said if less time is left than that.
    """

    before: Period = field(converter=_ahead)
    tier: str | None = field(default=None, converter=_of_tier)
    ladder: str | None = field(default=None, converter=_on_ladder, kw_only=True)


TierTrigger: TypeAlias = TierReached | TierKept | TierLost | TierEnding
Trigger: TypeAlias = On | Birthday | Inactivity | After | Milestone | Streak | TierTrigger


def as_trigger(value: Trigger | type[Event] | EventKind) -> Trigger:
    """A trigger, or an event class that stands for `On` it.

    Raises:
        MisuseError: it is neither.
    """
    if isinstance(
        value,
        On
        | Birthday
        | Inactivity
        | After
        | Milestone
        | Streak
        | TierReached
        | TierKept
        | TierLost
        | TierEnding,
    ):
        return value
    return On(value)
