"""Soundness: what keeps rules, tiers and coupons from making a programme, all problems at once.

Each problem names the rule, the tier or the coupon, and says what to write. Nothing is judged about
whether a rule is wise; only whether it can mean anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, assert_never

from loyaltykit.basis import Taxes
from loyaltykit.budgets import Budget
from loyaltykit.conditions import (
    AllOf,
    Anniversary,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Custom,
    During,
    Elapsed,
    Every,
    Known,
    Not,
    OneOf,
    SomeItem,
)
from loyaltykit.coupons import Coupon
from loyaltykit.discounts import AmountOff, PercentOff
from loyaltykit.earning import (
    TOGETHER,
    Banded,
    Best,
    Capped,
    Earning,
    First,
    Fixed,
    Multiplied,
    PerFact,
    PerLine,
    PerSpend,
    PerUnit,
    PerWhole,
    Scaled,
    Sum,
    When,
    bases,
    undivided,
)
from loyaltykit.errors import DefinitionError, LimitError
from loyaltykit.events import EventKind
from loyaltykit.ladder_soundness import Ranks, ladder_problems, ranks, trigger_problems
from loyaltykit.limit_soundness import (
    budget_problems,
    coupon_limit_problems,
    rule_limit_problems,
)
from loyaltykit.milestone_soundness import milestone_problems
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.money import Currency, RoundingScope, minor_units
from loyaltykit.periods import MAX_MONTHS, Period, Unit
from loyaltykit.purse_soundness import purse_problems
from loyaltykit.purses import Purse
from loyaltykit.rules import Accrue, Credit, GrantTier, Issue, Notify, Rule, Send
from loyaltykit.subjects import built_in
from loyaltykit.tiers import Tiers
from loyaltykit.totals import UnitsBought
from loyaltykit.triggers import (
    After,
    Birthday,
    Inactivity,
    On,
    TierEnding,
    TierKept,
    TierLost,
    TierReached,
)
from loyaltykit.vocabulary import Fact, Kind, Scope

UNFOLLOWED = (EventKind.CLOSURE, EventKind.SUSPENSION, EventKind.ERASURE)
"""Events that no rule can follow some time after."""
UNHEARD = (EventKind.ERASURE,)
"""Events that no rule can listen to."""
MAX_PROGRAM_NODES = 100_000
"""How many nodes all conditions and earnings of a programme may have together."""


class _About(Enum):
    """What a trigger lets a rule ask about, besides the member."""

    BASKET = "a basket"
    ACTIVITY = "an activity"
    MEMBER = "the member"
    LINE = "one line of a basket"


def problems(
    rules: tuple[Rule, ...],
    tiers: tuple[Tiers, ...],
    coupons: tuple[Coupon, ...],
    purses: tuple[Purse, ...],
    budgets: tuple[Budget, ...],
    money: Currency,
    remember: Period,
) -> Iterator[str]:
    """Every reason why these do not hold together, in programme order."""
    _bounded(rules, coupons)
    ladder = ranks(tiers)
    held = frozenset(coupon.name for coupon in coupons)
    kinds: dict[tuple[Scope, str], Kind] = {}
    yield from _repeated("rule", [rule.name for rule in rules])
    yield from _repeated("coupon", [coupon.name for coupon in coupons])
    yield from _repeated("purse", [purse.name for purse in purses])
    yield from _repeated("budget", [budget.name for budget in budgets])
    yield from purse_problems(rules, tiers, coupons, purses, money)
    yield from budget_problems(budgets, rules, purses, money)
    yield from milestone_problems(rules, purses, money)
    for each in tiers:
        for problem in ladder_problems(each, purses, money):
            yield f"ladder {each.name!r}: {problem}"
    yield from _repeated("ladder", [each.name for each in tiers])
    yield from _repeated("tier", [tier.name for each in tiers for tier in each.tiers])
    for rule in rules:
        where = f"rule {rule.name!r}"
        for problem in _rule_problems(rule, held, money, remember, ladder, kinds):
            yield f"{where}: {problem}"
    for coupon in coupons:
        where = f"coupon {coupon.name!r}"
        for problem in _coupon_problems(coupon, money, ladder, kinds):
            yield f"{where}: {problem}"


def _bounded(rules: tuple[Rule, ...], coupons: tuple[Coupon, ...]) -> None:
    asked = [rule.when for rule in rules] + [coupon.when for coupon in coupons]
    narrowed = [coupon.discount.of for coupon in coupons]
    earned = [a.earning for rule in rules for a in rule.then if isinstance(a, Accrue)]
    asked += [_units_of(rule) for rule in rules]
    nodes = sum(each.extent.nodes for each in (*asked, *narrowed, *earned) if each is not None)
    if nodes > MAX_PROGRAM_NODES:
        raise LimitError(
            f"the conditions and earnings of a programme may have at most {MAX_PROGRAM_NODES} "
            f"nodes together, not {nodes}"
        )


def _units_of(rule: Rule) -> Condition[Any] | None:
    total = rule.on.total if isinstance(rule.on, Milestone | Streak) else None
    return total.of if isinstance(total, UnitsBought) else None


def _repeated(what: str, names: list[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} {name!r} is defined {times} times: names must differ"


def _rule_problems(
    rule: Rule,
    coupons: frozenset[str],
    money: Currency,
    remember: Period,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    about = _about(rule)
    for limit in rule.limit:
        yield from rule_limit_problems(limit, about.value, bought=about is _About.BASKET)
    if rule.when is not None:
        yield from _condition_problems(rule.when, about, money, ladder, kinds)
    if isinstance(rule.on, TierReached | TierKept | TierLost | TierEnding):
        yield from trigger_problems(rule.on.tier, rule.on.ladder, ladder)
    if isinstance(rule.on, On) and rule.on.event in UNHEARD:
        yield f"listens to {rule.on.event.value}, when no rule is asked"
    if isinstance(rule.on, After) and rule.on.event in UNFOLLOWED:
        yield f"fires after {rule.on.event.value}, when no rule is asked"
    if isinstance(rule.on, After) and _may_outlast(rule.on.period, remember):
        yield f"fires {rule.on.period} after the event, but only {remember} are remembered"
    if isinstance(rule.on, Streak) and _may_outlast(_in_all(rule.on), remember):
        yield (
            f"waits for {rule.on.times} {rule.on.every.value}s in a row"
            f"{f' with {rule.on.gaps} gaps' if rule.on.gaps else ''}, "
            f"but only {remember} are remembered"
        )
    of = _units_of(rule)
    if of is not None:
        yield from _condition_problems(of, _About.LINE, money, ladder, kinds)
    for action in rule.then:
        match action:
            case Accrue(earning=earning):
                yield from _earning_problems(earning, about, money, ladder, kinds)
                yield from _scope_problems(action)
                if action.carry:
                    yield from _carry_problems(action, rule)
            case Credit(amount=amount):
                yield from _unfit(amount, money, "the credit")
            case Issue(coupon=str() as name):
                if name not in coupons:
                    yield f"issues the coupon {name!r}, which the programme does not have"
            case GrantTier(tier=tier):
                if tier not in [name for names in ladder.values() for name in names]:
                    yield f"gives the tier {tier!r}, which the programme does not have"
            case Send():
                if about is not _About.BASKET:
                    yield "sends a referral credit, which only a purchase can bring"
            case Issue() | Notify():
                pass
            case _:
                assert_never(action)


def _coupon_problems(
    coupon: Coupon,
    money: Currency,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    if coupon.limit is not None:
        yield from coupon_limit_problems(coupon.limit)
    if coupon.when is not None:
        yield from _condition_problems(coupon.when, _About.BASKET, money, ladder, kinds)
    discount = coupon.discount
    if discount.of is not None:
        yield from _condition_problems(discount.of, _About.LINE, money, ladder, kinds)
    match discount:
        case AmountOff(amount=amount):
            yield from _unfit(amount, money, "the discount")
        case PercentOff(up_to=up_to):
            if up_to is not None:
                yield from _unfit(up_to, money, "the cap of the discount")
        case _:
            assert_never(discount)


def member_problems(
    condition: Condition[Any], money: Currency, tiers: tuple[Tiers, ...]
) -> Iterator[str]:
    """Why a condition about a member alone cannot be judged."""
    yield from _condition_problems(condition, _About.MEMBER, money, ranks(tiers), {})


def line_problems(
    condition: Condition[Any], money: Currency, tiers: tuple[Tiers, ...]
) -> Iterator[str]:
    """Why a condition about one line alone cannot be judged."""
    yield from _condition_problems(condition, _About.LINE, money, ranks(tiers), {})


def _about(rule: Rule) -> _About:
    match rule.on:
        case On(event=EventKind.PURCHASE) | After(event=EventKind.PURCHASE):
            return _About.BASKET
        case On(event=EventKind.ACTIVITY):
            return _About.ACTIVITY
        case On() | After() | Birthday() | Inactivity() | Milestone() | Streak():
            return _About.MEMBER
        case TierReached() | TierKept() | TierLost() | TierEnding():
            return _About.MEMBER
        case _:
            assert_never(rule.on)


def _condition_problems(
    condition: Condition[Any],
    about: _About,
    money: Currency,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    match condition:
        case AllOf(conditions=inner) | AnyOf(conditions=inner) | AtLeast(conditions=inner):
            for each in inner:
                yield from _condition_problems(each, about, money, ladder, kinds)
        case Not(condition=one):
            yield from _condition_problems(one, about, money, ladder, kinds)
        case SomeItem(condition=one):
            if about is not _About.BASKET:
                yield f"asks for some item where only {about.value} is known"
            yield from _condition_problems(one, _About.LINE, money, ladder, kinds)
        case Custom(name=name):
            if about not in (_About.BASKET, _About.ACTIVITY):
                yield (
                    f"asks the host for {name!r} where there is no event to answer with: "
                    "use a label of the member"
                )
        case During(times=times):
            if about is _About.LINE:
                yield f"asks for {type(times).__name__.lower()} of a line: ask it of the order"
        case Compare(fact=fact, value=value):
            yield from _fact_problems(fact, about, kinds)
            yield from _value_problems(fact, (value,), money, ladder)
        case OneOf(fact=fact, values=values):
            yield from _fact_problems(fact, about, kinds)
            yield from _value_problems(fact, values, money, ladder)
        case Every(fact=fact) | Known(fact=fact) | Elapsed(fact=fact) | Anniversary(fact=fact):
            yield from _fact_problems(fact, about, kinds)
        case _:
            assert_never(condition)


def _earning_problems(
    earning: Earning,
    about: _About,
    money: Currency,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    match earning:
        case Fixed():
            pass
        case PerSpend(of=of) | PerWhole(of=of) | PerUnit(of=of) | PerLine(of=of) | Banded(of=of):
            if about is not _About.BASKET:
                yield f"earns per spend or unit where only {about.value} is known"
            if isinstance(earning, PerSpend | PerWhole):
                yield from _unfit(earning.amount, money, "the amount of a rate")
            for band in earning.bands if isinstance(earning, Banded) else ():
                yield from _unfit(band.start, money, "where a band begins")
                yield from _earning_problems(band.rate, about, money, ladder, kinds)
            if of is not None:
                yield from _condition_problems(of, _About.LINE, money, ladder, kinds)
        case PerFact(fact=fact, of=of):
            of_line = fact.scope is Scope.ITEM
            if of_line and about is not _About.BASKET:
                yield f"earns for each {fact} where only {about.value} is known"
            yield from _fact_problems(fact, _About.LINE if of_line else about, kinds)
            if of is not None:
                yield from _condition_problems(of, _About.LINE, money, ladder, kinds)
        case Sum(earnings=inner) | Best(earnings=inner) | First(earnings=inner):
            for each in inner:
                yield from _earning_problems(each, about, money, ladder, kinds)
        case Multiplied(earning=one, factors=factors):
            yield from _earning_problems(one, about, money, ladder, kinds)
            for factor in factors:
                if factor.when is not None:
                    yield from _condition_problems(factor.when, about, money, ladder, kinds)
                if factor.of is not None:
                    if about is not _About.BASKET:
                        yield f"multiplies what lines earn where only {about.value} is known"
                    yield from _condition_problems(factor.of, _About.LINE, money, ladder, kinds)
        case Scaled(earning=one) | Capped(earning=one):
            yield from _earning_problems(one, about, money, ladder, kinds)
        case When(earning=one, condition=condition):
            yield from _earning_problems(one, about, money, ladder, kinds)
            yield from _condition_problems(condition, about, money, ladder, kinds)
        case _:
            assert_never(earning)


def _carry_problems(accrue: Accrue, rule: Rule) -> Iterator[str]:
    # Fractions of many denominators would add up to ever longer ones.
    if any(limit.units is not None for limit in rule.limit):
        yield "carries fractions over, of which a limit on units makes ever smaller ones"
    if any(each.tax is not Taxes.AS_GIVEN for each in bases(accrue.earning)):
        yield "carries fractions over, of which a rate with or without tax makes ever smaller ones"


def _scope_problems(accrue: Accrue) -> Iterator[str]:
    together = next(undivided(accrue.earning), None)
    if accrue.scope is not RoundingScope.ORDER and together is not None:
        yield (
            f"rounds by {accrue.scope.value}, but {TOGETHER[type(together)]} is not of single "
            "lines: round it by order, in an Accrue of its own"
        )


_SCOPES = {
    _About.BASKET: (Scope.MEMBER, Scope.BASKET),
    _About.ACTIVITY: (Scope.MEMBER, Scope.ACTIVITY),
    _About.MEMBER: (Scope.MEMBER,),
    _About.LINE: (Scope.ITEM,),
}


def _fact_problems(
    fact: Fact[Any], about: _About, kinds: dict[tuple[Scope, str], Kind]
) -> Iterator[str]:
    if fact.scope not in _SCOPES[about]:
        lift = ": lift it with some_item(...)" if fact.scope is Scope.ITEM else ""
        yield f"asks for {fact} where only {about.value} is known{lift}"
    if not fact.own and not built_in(fact):
        yield f"asks for {fact}, which is unknown: a word of your own is a .label() or .number()"
    if fact.own:
        kind = kinds.setdefault((fact.scope, fact.name), fact.kind)
        if kind is not fact.kind:
            yield f"reads {fact} as {fact.kind.value}, and elsewhere as {kind.value}"


def _value_problems(
    fact: Fact[Any], values: Iterable[object], money: Currency, ladder: Ranks
) -> Iterator[str]:
    for value in values:
        names = ladder.get(fact.name, ())
        if fact.kind is Kind.TIER and value not in names:
            known = ", ".join(names) or "none"
            yield f"asks for the tier {value!r}, which the programme does not have (it has {known})"
        if fact.kind is Kind.MONEY and isinstance(value, Decimal):
            yield from _unfit(value, money, str(fact))


def _unfit(amount: Decimal, money: Currency, what: str) -> Iterator[str]:
    try:
        minor_units(amount, money, what)
    except DefinitionError as error:
        yield str(error)


def _in_all(streak: Streak) -> Period:
    """How long a streak may take from its first day to its last."""
    match streak.every:
        case Unit.DAY:
            return Period(days=streak.span)
        case Unit.WEEK:
            return Period(days=7 * streak.span)
        case Unit.MONTH | Unit.QUARTER | Unit.HALF_YEAR | Unit.YEAR:
            months = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}
            return Period(months=min(MAX_MONTHS, months[streak.every] * streak.span))
        case _:
            assert_never(streak.every)


# The least number of days that so many months of a year have, whichever month comes first.
_FEWEST_DAYS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)


def _may_outlast(one: Period, other: Period) -> bool:
    """Whether one period can end after another that begins with it, in whichever month they do."""
    if one.months <= other.months and one.days <= other.days and one.seconds <= other.seconds:
        return False
    most = one.months * 31 + one.days + -(-one.seconds // 86_400)
    years, months = divmod(other.months, 12)
    return most > years * 365 + _FEWEST_DAYS[months] + other.days + other.seconds // 86_400
