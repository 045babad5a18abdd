"""Perks: what a member may do, or be sold, that others may not, as a shop asks for it.

    Perk("lounge", when=member.tier >= gold)
    Perk("autumn sale", opens=..., closes=..., guests=True, early=[Early(hours(24), when=...)])
    Perk("members' roast", of=item.tags.has("members-only"))

A perk is nothing that an account holds: it follows from what is known of the member, and from when
it is asked. What a rule gives for a time is a tier that is only given, which a perk asks for. Here
is only what a perk says; whether somebody has it stands in entitlements.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from loyaltykit.calendar import civil_date, day_start, days_before, instant
from loyaltykit.conditions import Condition, perhaps_about_item, perhaps_about_moment
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.periods import Period
from loyaltykit.vocabulary import Item, Moment, named, of_type, parts, shown

MAX_EARLY = 20
"""How many groups of members one perk may open earlier for."""


def _lead(value: Period) -> Period:
    period = of_type(value, Period, "how much earlier is a period such as hours(24)")
    if period.months or period.empty:
        raise DefinitionError(f"how much earlier is in days or hours, such as hours(24): {period}")
    return period


@final
@frozen(order=False)
class Early:
    """A perk opens so much earlier for members for whom `when` holds besides; None is every member.

    Days are civil: a day before 9:00 is 9:00 of the day before, whatever the clocks do.
    """

    by: Period = field(converter=_lead)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )


def _name(value: str) -> str:
    return named(value, "the name of a perk")


def _opens(value: datetime | date | None) -> datetime | date | None:
    return _edge(value, "when a perk opens")


def _closes(value: datetime | date | None) -> datetime | date | None:
    return _edge(value, "when a perk closes")


def _edge(value: datetime | date | None, what: str) -> datetime | date | None:
    if value is None:
        return None
    return instant(value, what) if isinstance(value, datetime) else civil_date(value, what)


def _early(values: Iterable[Early]) -> tuple[Early, ...]:
    found: tuple[Early, ...] = parts(values, "early access")
    for each in found:
        if not isinstance(each, Early):
            raise MisuseError(
                f"early access is made of Early, not of {shown(each)}: write Early(hours(24))"
            )
    if len(found) > MAX_EARLY:
        raise LimitError(f"a perk opens early for at most {MAX_EARLY} groups, not {len(found)}")
    return found


def _guests(value: bool) -> bool:
    return of_type(value, bool, "guests must be True or False")


@final
@frozen(order=False)
class Perk:
    """An entitlement by name: of members for whom `when` holds, from `opens` until `closes`.

    Each end is an instant, or a date: when that day begins in the programme's zone. At `closes`
    itself it is over; None is always. With `early`, it opens earlier for some of those members.
    `of` says which lines of a basket it covers, where one is asked about. With `guests`, people
    without an account have it as well: all that `when` asks of a member is unknown of them.
    """

    name: str = field(converter=_name)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )
    of: Condition[Item] | None = field(default=None, converter=perhaps_about_item, kw_only=True)
    opens: datetime | date | None = field(default=None, converter=_opens, kw_only=True)
    closes: datetime | date | None = field(default=None, converter=_closes, kw_only=True)
    early: tuple[Early, ...] = field(default=(), converter=_early, kw_only=True)
    guests: bool = field(default=False, converter=_guests, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.early and self.opens is None:
            raise DefinitionError(
                f"perk {self.name!r} opens early, but does not say when it opens: write opens=..."
            )


def begins(edge: datetime | date, zone: ZoneInfo) -> datetime:
    """The instant of either end of a perk; of a date, when that day begins."""
    return edge if isinstance(edge, datetime) else day_start(edge, zone)


def opens_early(opens: datetime, by: Period, zone: ZoneInfo) -> datetime:
    """The instant so much earlier: civil days at the same time of day, then exact seconds."""
    return days_before(opens, by.days, zone) - timedelta(seconds=by.seconds)
