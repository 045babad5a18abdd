"""Soundness: what keeps rules, tiers and coupons from making a programme, all problems at once.

Each problem names the rule, the tier or the coupon, and says what to write. Nothing is judged about
whether a rule is wise; only whether it can mean anything.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, assert_never

from loyaltykit.budgets import Budget
from loyaltykit.condition_soundness import About, condition_problems, fact_problems, unfit
from loyaltykit.conditions import Condition
from loyaltykit.coupons import Coupon
from loyaltykit.discounts import Discount, amounts, facts, item_conditions
from loyaltykit.earning_soundness import carry_problems, earning_problems, scope_problems
from loyaltykit.errors import LimitError
from loyaltykit.events import EventKind
from loyaltykit.ladder_soundness import Ranks, ladder_problems, ranks, trigger_problems
from loyaltykit.limit_soundness import budget_problems, offer_limit_problems, rule_limit_problems
from loyaltykit.milestone_soundness import milestone_problems
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.money import Currency
from loyaltykit.periods import MAX_MONTHS, Period, Unit
from loyaltykit.promotions import Offer, Promotion
from loyaltykit.purse_soundness import purse_problems
from loyaltykit.purses import Purse
from loyaltykit.rules import Accrue, Credit, GrantTier, Issue, Notify, Rule, Send
from loyaltykit.stacking import Stacking
from loyaltykit.stacking_soundness import offer_text, stacking_problems
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


def problems(
    rules: tuple[Rule, ...],
    tiers: tuple[Tiers, ...],
    coupons: tuple[Coupon, ...],
    promotions: tuple[Promotion, ...],
    stacking: Stacking,
    purses: tuple[Purse, ...],
    budgets: tuple[Budget, ...],
    money: Currency,
    remember: Period,
) -> Iterator[str]:
    """Every reason why these do not hold together, in programme order."""
    offers: tuple[Offer, ...] = (*promotions, *coupons)
    _bounded(rules, offers)
    ladder = ranks(tiers)
    held = frozenset(coupon.name for coupon in coupons)
    kinds: dict[tuple[Scope, str], Kind] = {}
    yield from _repeated("rule", [rule.name for rule in rules])
    yield from _repeated("coupon", [coupon.name for coupon in coupons])
    yield from _repeated("promotion", [each.name for each in promotions])
    for promotion in promotions:
        if promotion.name in held:
            yield f"promotion {promotion.name!r} has the name of a coupon: names must differ"
    yield from _repeated("purse", [purse.name for purse in purses])
    yield from _repeated("budget", [budget.name for budget in budgets])
    yield from purse_problems(rules, tiers, offers, purses, money)
    yield from budget_problems(
        budgets, rules, frozenset(each.name for each in offers), purses, money
    )
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
    for offer in offers:
        where = offer_text(offer)
        for problem in _offer_problems(offer, money, ladder, kinds):
            yield f"{where}: {problem}"
        for problem in stacking_problems(offer, stacking):
            yield f"{where}: {problem}"


def _bounded(rules: tuple[Rule, ...], offers: tuple[Offer, ...]) -> None:
    asked = [rule.when for rule in rules] + [offer.when for offer in offers]
    narrowed = [offer.discount for offer in offers]
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
        yield from rule_limit_problems(limit, about.value, bought=about is About.BASKET)
    if rule.when is not None:
        yield from condition_problems(rule.when, about, money, ladder, kinds)
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
        yield from condition_problems(of, About.LINE, money, ladder, kinds)
    for action in rule.then:
        match action:
            case Accrue(earning=earning):
                yield from earning_problems(earning, about, money, ladder, kinds)
                yield from scope_problems(action)
                if action.carry:
                    yield from carry_problems(action, rule)
            case Credit(amount=amount):
                if isinstance(amount, Fact):
                    yield from fact_problems(amount, about, kinds)
                else:
                    yield from unfit(amount, money, "the credit")
            case Issue(coupon=str() as name):
                if name not in coupons:
                    yield f"issues the coupon {name!r}, which the programme does not have"
            case GrantTier(tier=tier):
                if tier not in [name for names in ladder.values() for name in names]:
                    yield f"gives the tier {tier!r}, which the programme does not have"
            case Send():
                if about is not About.BASKET:
                    yield "sends a referral credit, which only a purchase can bring"
            case Issue() | Notify():
                pass
            case _:
                assert_never(action)


def _offer_problems(
    offer: Offer,
    money: Currency,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    for limit in offer.limit:
        yield from offer_limit_problems(limit)
    if offer.when is not None:
        yield from condition_problems(offer.when, About.BASKET, money, ladder, kinds)
    yield from _discount_problems(offer.discount, money, ladder, kinds)


def _discount_problems(
    discount: Discount,
    money: Currency,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    for of in item_conditions(discount):
        yield from condition_problems(of, About.LINE, money, ladder, kinds)
    for fact in facts(discount):
        yield from fact_problems(fact, About.LINE, kinds)
    for amount, what in amounts(discount):
        yield from unfit(amount, money, what)


def member_problems(
    condition: Condition[Any], money: Currency, tiers: tuple[Tiers, ...]
) -> Iterator[str]:
    """Why a condition about a member alone cannot be judged."""
    yield from condition_problems(condition, About.MEMBER, money, ranks(tiers), {})


def line_problems(
    condition: Condition[Any], money: Currency, tiers: tuple[Tiers, ...]
) -> Iterator[str]:
    """Why a condition about one line alone cannot be judged."""
    yield from condition_problems(condition, About.LINE, money, ranks(tiers), {})


def _about(rule: Rule) -> About:
    match rule.on:
        case On(event=EventKind.PURCHASE) | After(event=EventKind.PURCHASE):
            return About.BASKET
        case On(event=EventKind.ACTIVITY):
            return About.ACTIVITY
        case On() | After() | Birthday() | Inactivity() | Milestone() | Streak():
            return About.MEMBER
        case TierReached() | TierKept() | TierLost() | TierEnding():
            return About.MEMBER
        case _:
            assert_never(rule.on)


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
