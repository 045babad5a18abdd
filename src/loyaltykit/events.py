"""Events: what happened, as the host reports it.

    Event = Enrolment | ProfileChange | Purchase | Return | Redemption | Confirmation
          | CouponPresentation | Activity | Referral | ReferralQualified | ReferralReversed
          | OpeningBalance

Every event has an id, the instant at which it happened and the member whose account it belongs to.
Instants are aware; they are kept in UTC. An id is unique for its member: the same event may arrive
any number of times and counts once.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.baskets import (
    MAX_QUANTITY,
    Label,
    Line,
    as_answers,
    as_labels,
    as_lines,
    as_words,
    text_id,
)
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.money import exact
from loyaltykit.openings import (
    OpeningLot,
    OpeningMetric,
    OpeningUse,
    as_opening_instant,
    as_opening_lots,
    as_opening_metrics,
    as_opening_uses,
    as_tally,
    whole_points,
)
from loyaltykit.periods import civil_date, instant, timezone
from loyaltykit.vocabulary import named, shown

MAX_ANCESTORS = 32
"""How many ancestors an invitation carries."""
MAX_CODES = 200
"""How many codes one purchase may present."""


class EventKind(Enum):
    """What kinds of event a rule can listen to."""

    ENROLMENT = "enrolment"
    PROFILE_CHANGE = "profile-change"
    PURCHASE = "purchase"
    RETURN = "return"
    REDEMPTION = "redemption"
    CONFIRMATION = "confirmation"
    COUPON_PRESENTATION = "coupon-presentation"
    ACTIVITY = "activity"
    REFERRAL = "referral"
    REFERRAL_QUALIFIED = "referral-qualified"
    REFERRAL_REVERSED = "referral-reversed"
    OPENING_BALANCE = "opening-balance"


def _at(value: datetime) -> datetime:
    return instant(value, "the time of an event")


def _id(value: str) -> str:
    return named(value, "the id of an event")


def _member(value: str) -> str:
    return named(value, "the member of an event")


def _order(value: str) -> str:
    return named(value, "the order of an event")


def _of(value: str) -> str:
    return named(value, "the event that is confirmed")


def _purse(value: str) -> str:
    return named(value, "a purse")


def _code(value: str) -> str:
    return named(value, "a coupon code")


def _kind(value: str) -> str:
    return named(value, "the kind of an activity")


def _referrer(value: str) -> str:
    return named(value, "the referrer")


def _referee(value: str) -> str:
    return named(value, "the referee")


def _qualified(value: str) -> str:
    return named(value, "the id of a qualified referral")


def _birthday(value: date | None) -> date | None:
    return None if value is None else civil_date(value, "a birthday")


def _zone(value: str | None) -> str | None:
    return None if value is None else timezone(value).key


def _tier(value: str | None) -> str | None:
    return None if value is None else named(value, "the tier of an opening balance")


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    found = words_in_order(values, "a coupon code")
    if len(found) > MAX_CODES:
        raise LimitError(f"at most {MAX_CODES} coupon codes, not {len(found)}")
    return found


def words_in_order(values: Iterable[str], what: str) -> tuple[str, ...]:
    """Distinct words in the order given.

    Raises:
        MisuseError: a single text instead of a list of them.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise MisuseError(f"{what}: write a list, not {shown(values)}")
    return tuple(dict.fromkeys(text_id(value) for value in values))


def _ancestors(values: Iterable[str]) -> tuple[str, ...]:
    found = words_in_order(values, "an ancestor")
    if len(found) > MAX_ANCESTORS:
        raise LimitError(f"an invitation carries at most {MAX_ANCESTORS} ancestors")
    return found


def _amount(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else exact(value, "an amount of money", minimum=0)


def _spent(value: Decimal | int | str) -> Decimal:
    return exact(value, "the spend of an opening balance", minimum=0)


def _perhaps_lines(values: Iterable[Line]) -> tuple[Line, ...]:
    if isinstance(values, tuple | list) and not values:
        return ()
    return as_lines(values)


def _units(line: str, value: int) -> int:
    if type(value) is not int or not 1 <= value <= MAX_QUANTITY:
        raise DefinitionError(
            f"the quantity of returned line {shown(line)} must be a whole number "
            f"from 1 to {MAX_QUANTITY}, not {shown(value)}"
        )
    return value


def _returned(values: Mapping[str, int] | None) -> FrozenMap[str, int] | None:
    if values is None:
        return None
    if not isinstance(values, Mapping):
        raise MisuseError("returned lines are a mapping from line id to quantity: {'1': 2}")
    if not values:
        raise DefinitionError("a return names at least one line, or None for all that is left")
    return FrozenMap(
        (text_id(line), _units(line, values[line])) for line in sorted(values, key=str)
    )


@final
@frozen(order=False)
class Enrolment:
    """A member joins, with as much of a profile as is known."""

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    birthday: date | None = field(default=None, converter=_birthday, kw_only=True)
    zone: str | None = field(default=None, converter=_zone, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)


@final
@frozen(order=False)
class ProfileChange:
    """Facts about a member change; None leaves one as it is, `forget` removes by name.

    `forget` takes "birthday", "zone" and names of labels.
    """

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    birthday: date | None = field(default=None, converter=_birthday, kw_only=True)
    zone: str | None = field(default=None, converter=_zone, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    forget: tuple[str, ...] = field(default=(), converter=as_words, kw_only=True)


@final
@frozen(order=False)
class Purchase:
    """A paid order; its id is the order's id.

    `coupons` are the codes that were presented. `paid` is what was paid for the lines (major units,
    without shipping); where it is given and differs from what the programme computes, the purchase
    is refused. `labels` are the shop's own facts about the basket.
    """

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    lines: tuple[Line, ...] = field(converter=as_lines, kw_only=True)
    coupons: tuple[str, ...] = field(default=(), converter=_codes, kw_only=True)
    paid: Decimal | None = field(default=None, converter=_amount, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )


@final
@frozen(order=False)
class Return:
    """Lines of an order come back: quantities by line id, or None for all that is left."""

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    order: str = field(converter=_order, kw_only=True)
    lines: FrozenMap[str, int] | None = field(default=None, converter=_returned, kw_only=True)


@final
@frozen(order=False)
class Redemption:
    """A member spends points of a purse; in a money purse, minor units."""

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    points: int = field(converter=whole_points, kw_only=True)
    purse: str = field(default="points", converter=_purse, kw_only=True)


@final
@frozen(order=False)
class Confirmation:
    """What the points of an event waited for has happened: they become available.

    `of` is the id of the event that granted them, such as the order that was delivered.
    """

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    of: str = field(converter=_of, kw_only=True)


@final
@frozen(order=False)
class CouponPresentation:
    """A member presents a code: a public one is taken into the account, a held one is checked.

    With lines, the answer is about that basket; nothing is used up before a purchase.
    """

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    code: str = field(converter=_code, kw_only=True)
    lines: tuple[Line, ...] = field(default=(), converter=_perhaps_lines, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )


@final
@frozen(order=False)
class Activity:
    """A member did something without buying: a review, a survey, a visit; `kind` says what."""

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    kind: str = field(converter=_kind, kw_only=True)
    labels: FrozenMap[str, Label] = field(factory=FrozenMap, converter=as_labels, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(
        factory=FrozenMap, converter=as_answers, kw_only=True
    )


@final
@frozen(order=False)
class Referral:
    """This member was brought by `referrer`, whose own referrers are `ancestors`, nearest first."""

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    referrer: str = field(converter=_referrer, kw_only=True)
    ancestors: tuple[str, ...] = field(default=(), converter=_ancestors, kw_only=True)


@final
@frozen(order=False)
class ReferralQualified:
    """Somebody whom this member brought has made a purchase that qualifies. From an outbox."""

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    referee: str = field(converter=_referee, kw_only=True)
    order: str = field(converter=_order, kw_only=True)


@final
@frozen(order=False)
class ReferralReversed:
    """The purchase behind a `ReferralQualified`, named by its id, came back. From an outbox."""

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    qualified: str = field(converter=_qualified, kw_only=True)


@final
@frozen(order=False)
class OpeningBalance:
    """What a member brings from a former system: the first event of an account.

    `tier` is held at least until `tier_until`, whatever the metric says. `orders` and `spent`
    (major units) are lifetime counts; `last_order` starts the clock of inactivity.
    """

    id: str = field(converter=_id)
    at: datetime = field(converter=_at)
    member: str = field(converter=_member, kw_only=True)
    enrolled: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)
    lots: tuple[OpeningLot, ...] = field(default=(), converter=as_opening_lots, kw_only=True)
    metric: tuple[OpeningMetric, ...] = field(
        default=(), converter=as_opening_metrics, kw_only=True
    )
    uses: tuple[OpeningUse, ...] = field(default=(), converter=as_opening_uses, kw_only=True)
    tier: str | None = field(default=None, converter=_tier, kw_only=True)
    tier_until: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)
    orders: int = field(default=0, converter=as_tally, kw_only=True)
    spent: Decimal = field(default=Decimal(0), converter=_spent, kw_only=True)
    last_order: datetime | None = field(default=None, converter=as_opening_instant, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if (self.tier is None) != (self.tier_until is None):
            raise DefinitionError("an opening tier needs tier_until, and the other way round")
        brought = [self.enrolled, self.last_order, *(lot.earned for lot in self.lots)]
        brought += [*(each.at for each in self.metric), *(each.at for each in self.uses)]
        for moment in brought:
            if moment is not None and moment > self.at:
                raise DefinitionError(f"an opening balance of {self.at} brings {moment}: later")


Event: TypeAlias = (
    Enrolment
    | ProfileChange
    | Purchase
    | Return
    | Redemption
    | Confirmation
    | CouponPresentation
    | Activity
    | Referral
    | ReferralQualified
    | ReferralReversed
    | OpeningBalance
)

KINDS: Mapping[type[Event], EventKind] = {
    Enrolment: EventKind.ENROLMENT,
    ProfileChange: EventKind.PROFILE_CHANGE,
    Purchase: EventKind.PURCHASE,
    Return: EventKind.RETURN,
    Redemption: EventKind.REDEMPTION,
    Confirmation: EventKind.CONFIRMATION,
    CouponPresentation: EventKind.COUPON_PRESENTATION,
    Activity: EventKind.ACTIVITY,
    Referral: EventKind.REFERRAL,
    ReferralQualified: EventKind.REFERRAL_QUALIFIED,
    ReferralReversed: EventKind.REFERRAL_REVERSED,
    OpeningBalance: EventKind.OPENING_BALANCE,
}
"""The kind of every class of event."""
