"""Referral: refer-and-earn for both sides, written with the rules that exist.

The new member's account hears `Referral` and remembers who brought it. The first purchase that
qualifies credits the new member at once, pending for the waiting period. If it is still kept when
that period ends, an event leaves through the outbox for the referrer's account, where the
referrer's own limit is judged. If it comes back later, a second event takes the credit back.
"""

from attrs import evolve

from loyaltykit.conditions import Condition, all_of
from loyaltykit.errors import MisuseError
from loyaltykit.events import Purchase, ReferralQualified
from loyaltykit.limits import Limit, once
from loyaltykit.periods import Period
from loyaltykit.rules import Accrue, Credit, Issue, Rule, Send
from loyaltykit.subjects import member
from loyaltykit.triggers import After
from loyaltykit.vocabulary import Moment, shown


def referral(
    *,
    referrer: Accrue | Credit | Issue,
    referee: Accrue | Credit | Issue | None = None,
    qualifies: Condition[Moment] | None = None,
    pending: Period,
    limit: Limit | None = None,
    name: str = "referral",
) -> list[Rule]:
    """The rules of a double-sided referral.

    `qualifies` is asked about the new member's purchase. `limit` is the referrer's. The waiting
    period `pending` holds back both sides; an action of the referee's that says its own `pending`
    keeps it.
    """
    brought = member.referred.is_(True)
    asked = brought if qualifies is None else all_of(brought, qualifies)
    rules = [
        Rule(f"{name}: sent", After(Purchase, pending), when=asked, then=Send(), limit=once()),
        Rule(f"{name}: referrer", ReferralQualified, then=referrer, limit=limit),
    ]
    if referee is not None:
        welcome = _held(referee, pending)
        rules.insert(0, Rule(f"{name}: referee", Purchase, when=asked, then=welcome, limit=once()))
    return rules


def _held(action: Accrue | Credit | Issue, pending: Period) -> Accrue | Credit | Issue:
    match action:
        case Accrue(pending=None) | Credit(pending=None):
            return evolve(action, pending=pending)
        case Accrue() | Credit() | Issue():
            return action
        case _:
            raise MisuseError(
                f"a referral credits with Accrue, Credit or Issue, not with {shown(action)}"
            )
