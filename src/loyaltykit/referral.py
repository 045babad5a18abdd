"""Referral: refer-and-earn for both sides, written with the rules that exist.

The new member's account hears `Referral` and remembers who brought it. The first purchase that
qualifies, and is still kept when the waiting period ends, does two things at once: it credits the
new member, and an event leaves through the outbox for the referrer's account, where the referrer's
own limit is judged. If the purchase comes back later, both credits are taken back. So the two sides
always stand for the same purchase.
"""

from collections.abc import Iterable

from loyaltykit.conditions import Condition, all_of
from loyaltykit.errors import MisuseError
from loyaltykit.events import Purchase, ReferralQualified
from loyaltykit.limits import Limit, once
from loyaltykit.periods import Period
from loyaltykit.rules import Accrue, Action, Credit, Issue, Rule, Send
from loyaltykit.subjects import member
from loyaltykit.triggers import After
from loyaltykit.vocabulary import Moment, named, shown


def referral(
    *,
    referrer: Accrue | Credit | Issue,
    referee: Accrue | Credit | Issue | None = None,
    qualifies: Condition[Moment] | None = None,
    pending: Period,
    limit: Limit | Iterable[Limit] | None = None,
    name: str = "referral",
) -> list[Rule]:
    """The rules of a double-sided referral.

    `qualifies` is asked about what is kept of the new member's purchase when the waiting period
    `pending` ends. `limit` is the referrer's, one or
    several.

    >>> from loyaltykit.periods import days
    >>> rules = referral(referrer=Credit(10), referee=Credit(5), pending=days(30))
    >>> [rule.name for rule in rules]
    ['referral: referee', 'referral: referrer']
    """
    name = named(name, "the name of a referral")
    brought = member.referred.is_(True)
    asked = brought if qualifies is None else all_of(brought, qualifies)
    credit: list[Action] = [] if referee is None else [_crediting(referee)]
    return [
        Rule(
            f"{name}: referee",
            After(Purchase, pending),
            when=asked,
            then=[*credit, Send()],
            limit=once(),
        ),
        Rule(f"{name}: referrer", ReferralQualified, then=_crediting(referrer), limit=limit),
    ]


def _crediting(action: Accrue | Credit | Issue) -> Accrue | Credit | Issue:
    if not isinstance(action, Accrue | Credit | Issue):
        raise MisuseError(
            f"a referral credits with Accrue, Credit or Issue, not with {shown(action)}"
        )
    return action
