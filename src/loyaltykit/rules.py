"""Rules: on a trigger, when a condition holds, then actions, within limits.

    Action = Accrue | Credit | Issue | GrantTier | Notify | Send

A rule that posts for one event keeps each posting with that event, so that a return can take it
back by the rule as it stood that day.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.conditions import Condition, mentioned, perhaps_about_moment
from loyaltykit.coupons import Coupon
from loyaltykit.earning import Earning, earning
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.facts import NumberFact
from loyaltykit.limits import Limit, as_limits
from loyaltykit.money import Rounding, RoundingScope, exact
from loyaltykit.periods import Period
from loyaltykit.questions import Custom
from loyaltykit.release import Pending, UntilConfirmed, as_pending
from loyaltykit.returns import OnReturn, on_return
from loyaltykit.sources import reads
from loyaltykit.tiers import Tier
from loyaltykit.triggers import Trigger, as_trigger
from loyaltykit.vocabulary import CREDIT, Fact, Kind, Moment, Scope, named, of_type, parts, shown
from loyaltykit.windows import Expiry, Forever, Term, as_expiry, as_term

Number: TypeAlias = int | str | Decimal


def _purse(value: str) -> str:
    name = named(value, "the name of a purse")
    if name == CREDIT:
        raise DefinitionError(f"the purse {CREDIT!r} holds money: write Credit(10), not Accrue")
    return name


def _expires(value: Expiry | None) -> Expiry | None:
    return None if value is None else as_expiry(value)


def _amount(value: Number | NumberFact[Moment] | Fact[Any]) -> Decimal | Fact[Any]:
    if isinstance(value, NumberFact | Fact):
        fact = value.fact if isinstance(value, NumberFact) else value
        if not fact.own or fact.kind is not Kind.NUMBER or fact.scope is Scope.ITEM:
            raise DefinitionError(f"{fact} is no amount of credit: write activity.number('amount')")
        return fact
    amount = exact(value, "the amount of a credit", minimum=0)
    if not amount:
        raise DefinitionError("the amount of a credit must be above 0: Credit(10)")
    return amount


def _rounding(value: Rounding) -> Rounding:
    return of_type(value, Rounding, "rounding must be a Rounding such as Rounding.FLOOR")


def _scope(value: RoundingScope) -> RoundingScope:
    return of_type(value, RoundingScope, "scope must be a RoundingScope such as RoundingScope.LINE")


def _carry(value: bool) -> bool:
    return of_type(value, bool, "carry must be True or False")


@final
@frozen(order=False)
class Accrue:
    """Points into a purse: usable after `pending`, until `expires`, both counted from the event.

    The earning is exact; `rounding` makes whole points of it, once (of the smallest unit, if the
    purse has decimals): of all of it, or by `scope` of each line or piece alone, if it is a sum of
    what single lines earn. Where `expires` is left out, the member's tier says it, else the purse.
    With `carry`, the fraction that is rounded off is kept for the next grant of this rule.
    """

    earning: Earning = field(converter=earning)
    purse: str = field(default="points", converter=_purse, kw_only=True)
    pending: Pending | None = field(default=None, converter=as_pending, kw_only=True)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)
    rounding: Rounding = field(default=Rounding.FLOOR, converter=_rounding, kw_only=True)
    scope: RoundingScope = field(default=RoundingScope.ORDER, converter=_scope, kw_only=True)
    on_return: OnReturn = field(default=OnReturn.REEVALUATE, converter=on_return, kw_only=True)
    carry: bool = field(default=False, converter=_carry, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.carry:
            return
        usual = self.rounding is Rounding.FLOOR and self.scope is RoundingScope.ORDER
        if not usual or self.on_return is not OnReturn.REEVALUATE:
            raise DefinitionError(
                "carry keeps what is rounded down of a whole order, and judges anew what a return "
                "leaves of it: leave rounding, scope and on_return out"
            )
        if isinstance(self.pending, UntilConfirmed):
            raise DefinitionError("carry keeps no fraction of points that may never be confirmed")


@final
@frozen(order=False)
class Credit:
    """Money (major units) into the purse "credit"; `pending` and `expires` as with `Accrue`.

    The amount may be a number that the event brings: Credit(activity.number("amount")) loads a gift
    card. Where it is unknown, there is none.
    """

    amount: Decimal | Fact[Any] = field(converter=_amount)
    pending: Pending | None = field(default=None, converter=as_pending, kw_only=True)
    expires: Expiry | None = field(default=None, converter=_expires, kw_only=True)
    on_return: OnReturn = field(default=OnReturn.REEVALUATE, converter=on_return, kw_only=True)


def _coupon(value: Coupon | str) -> Coupon | str:
    if isinstance(value, Coupon):
        return value
    return named(value, "the name of a coupon")


@final
@frozen(order=False)
class Issue:
    """A coupon for the member; by name, it must be among the coupons of the programme."""

    coupon: Coupon | str = field(converter=_coupon)


def _given(value: Tier | str) -> str:
    return value.name if isinstance(value, Tier) else named(value, "the name of a tier")


def _lasts(value: Term) -> Term:
    return as_term(value)


@final
@frozen(order=False)
class GrantTier:
    """At least this tier for a term: a membership that is paid for, an invitation.

    A term that is given while an earlier one by the same rule lasts begins when that ends.
    """

    tier: str = field(converter=_given)
    lasts: Term = field(factory=Forever, converter=_lasts)


def _template(value: str) -> str:
    return named(value, "the template of a notice")


def _good_for(value: Period) -> Period:
    return of_type(value, Period, "good_for must be a period such as days(7)")


@final
@frozen(order=False)
class Notify:
    """A message that the host sends; a host that comes after `good_for` drops it."""

    template: str = field(converter=_template)
    good_for: Period = field(default=Period(days=7), converter=_good_for, kw_only=True)


class Recipient(Enum):
    """Whose account an event is sent to."""

    REFERRER = "referrer"
    """Who brought this member; nobody, if none did."""


def _recipient(value: Recipient) -> Recipient:
    return of_type(value, Recipient, "to must be Recipient.REFERRER")


@final
@frozen(order=False)
class Send:
    """A `ReferralQualified` for another member's account, through the outbox."""

    to: Recipient = field(default=Recipient.REFERRER, converter=_recipient)


Action: TypeAlias = Accrue | Credit | Issue | GrantTier | Notify | Send


def _rule_name(value: str) -> str:
    return named(value, "the name of a rule")


def _actions(value: Action | Iterable[Action]) -> tuple[Action, ...]:
    if isinstance(value, Accrue | Credit | Issue | GrantTier | Notify | Send):
        return (value,)
    actions = parts(value, "the actions of a rule")
    if not 1 <= len(actions) <= 100:
        raise DefinitionError(f"a rule needs 1 to 100 actions, not {len(actions)}")
    for action in actions:
        if not isinstance(action, Accrue | Credit | Issue | GrantTier | Notify | Send):
            raise MisuseError(f"{shown(action)} is no action: write then=Accrue(points(50))")
    return actions


@final
@frozen(order=False)
class Rule:
    """On a trigger, when a condition holds, then actions, within limits.

    `on` takes an event class as well: Purchase stands for On(Purchase). `limit` takes one limit or
    several, all of which hold.
    """

    name: str = field(converter=_rule_name)
    on: Trigger = field(converter=as_trigger)
    then: tuple[Action, ...] = field(converter=_actions, kw_only=True)
    when: Condition[Moment] | None = field(
        default=None, converter=perhaps_about_moment, kw_only=True
    )
    limit: tuple[Limit, ...] = field(default=(), converter=as_limits, kw_only=True)


def asked(rule: Rule) -> Iterator[Fact[Any] | Custom[Any]]:
    """Every fact and custom question that a rule reads, in reading order, with repeats."""
    if rule.when is not None:
        yield from mentioned(rule.when)
    for action in rule.then:
        match action:
            case Accrue(earning=value):
                yield from reads(value)
            case Credit(amount=Fact() as fact):
                yield fact
            case Credit() | Issue() | GrantTier() | Notify() | Send():
                pass
            case _:
                assert_never(action)
