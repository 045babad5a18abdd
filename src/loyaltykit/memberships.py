"""Events about a membership: joining, what is known, activity, mergers, pauses, end, erasure."""

from datetime import date, datetime
from typing import final

from attrs import field, frozen

from loyaltykit.baskets import Label, as_answers, as_labels, as_words
from loyaltykit.calendar import instant
from loyaltykit.errors import DefinitionError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.particulars import as_birthday, as_id, as_member, as_reason, as_time, as_zone
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


def _proof(value: str | None) -> str | None:
    return None if value is None else named(value, "the proof of an activity")


@final
@frozen(order=False)
class Activity:
    """A member did something without buying: a review, a survey, a visit; `kind` says what.

    `proof` is what shows that it happened: the number of a receipt, the id of a review, the code of
    a check-in. The same proof of a kind counts once, whatever the id of the event.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    kind: str = field(converter=_kind, kw_only=True)
    proof: str | None = field(default=None, converter=_proof, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )


def _absorbed(value: str) -> str:
    return named(value, "the member who is absorbed")


@final
@frozen(order=False)
class Merge:
    """Two accounts are one person's: `member` goes on with all that `absorbed` has.

    It is decided on both accounts at once: `engine.merge(account, other, event)`. Rules that listen
    to it are asked on the account that goes on.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    absorbed: str = field(converter=_absorbed, kw_only=True)
    reason: str = field(default="", converter=as_reason, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.absorbed == self.member:
            raise DefinitionError(
                f"merge {self.id!r} names {self.member!r} twice: write the other member as absorbed"
            )


def _until(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "until when a member is suspended")


@final
@frozen(order=False)
class Closure:
    """The membership ends. Afterwards only what comes back is decided, and an erasure.

    What is open ends in this order: reservations are released, coupons withdrawn, rules that wait
    disarmed; then pending points lapse, then available ones. What is owed stays owed. Orders still
    come back, and so do transfers that were refused, whose points lapse at once.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    reason: str = field(default="", converter=as_reason, kw_only=True)


@final
@frozen(order=False)
class Erasure:
    """What is known of a member whose membership has ended is forgotten; what purses moved stays.

    Nothing else is decided afterwards, not even a return: decide first those that are expected. The
    ids of past events stay with the digests of their content, so that they are still duplicates.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)


@final
@frozen(order=False)
class Suspension:
    """The member neither earns nor spends, until an instant or until a `Resumption`.

    Orders are recorded without asking a rule or taking a code; time goes on; returns are decided.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    reason: str = field(default="", converter=as_reason, kw_only=True)
    until: datetime | None = field(default=None, converter=_until, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.until is not None and self.until <= self.at:
            raise DefinitionError(f"a suspension from {self.at} ends later, not at {self.until}")


@final
@frozen(order=False)
class Resumption:
    """A suspended member earns and spends again."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
