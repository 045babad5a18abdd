"""Events about referrals: who was brought by whom, and what goes between their accounts."""

from datetime import datetime
from typing import final

from attrs import field, frozen

from loyaltykit.particulars import as_ancestors, as_id, as_member, as_order, as_time
from loyaltykit.vocabulary import named


def _referrer(value: str) -> str:
    return named(value, "the referrer")


def _referee(value: str) -> str:
    return named(value, "the referee")


def _qualified(value: str) -> str:
    return named(value, "the id of a qualified referral")


@final
@frozen(order=False)
class Referral:
    """This member was brought by `referrer`, whose own referrers are `ancestors`, nearest first."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    referrer: str = field(converter=_referrer, kw_only=True)
    ancestors: tuple[str, ...] = field(default=(), converter=as_ancestors, kw_only=True)


@final
@frozen(order=False)
class ReferralQualified:
    """Somebody whom this member brought has made a purchase that qualifies. From an outbox."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    referee: str = field(converter=_referee, kw_only=True)
    order: str = field(converter=as_order, kw_only=True)


@final
@frozen(order=False)
class ReferralReversed:
    """The purchase behind a `ReferralQualified`, named by its id, came back. From an outbox."""

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    qualified: str = field(converter=_qualified, kw_only=True)
