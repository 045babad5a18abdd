"""Events about a member: joining, a changed profile, doing something without buying."""

from datetime import date, datetime
from typing import final

from attrs import field, frozen

from loyaltykit.baskets import Label, as_answers, as_labels, as_words
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.particulars import as_birthday, as_id, as_member, as_time, as_zone
from loyaltykit.vocabulary import named


def _kind(value: str) -> str:
    return named(value, "the kind of an activity")


@final
@frozen(order=False)
class Enrolment:
    """A member joins, with as much of a profile as is known."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    birthday: date | None = field(default=None, converter=as_birthday, kw_only=True)
    zone: str | None = field(default=None, converter=as_zone, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)


@final
@frozen(order=False)
class ProfileChange:
    """Facts about a member change; None leaves one as it is, `forget` removes by name.

    `forget` takes "birthday", "zone" and names of labels.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    birthday: date | None = field(default=None, converter=as_birthday, kw_only=True)
    zone: str | None = field(default=None, converter=as_zone, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    forget: tuple[str, ...] = field(default=(), converter=as_words, kw_only=True)


@final
@frozen(order=False)
class Activity:
    """A member did something without buying: a review, a survey, a visit; `kind` says what."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    kind: str = field(converter=_kind, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )
