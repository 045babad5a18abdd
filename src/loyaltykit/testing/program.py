"""Strategies for programmes and their parts: tiers, coupons, limits, rules. All are valid."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from loyaltykit.budgets import Budget
from loyaltykit.conditions import Condition, Custom, mentioned
from loyaltykit.coupons import Coupon
from loyaltykit.discounts import AmountOff, Discount, PercentOff
from loyaltykit.earning import Earning, undivided
from loyaltykit.events import EventKind
from loyaltykit.limits import Limit, OneOrder, Over, Per
from loyaltykit.metrics import PointsEarned, money_spent, orders_placed
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.money import Rounding, RoundingScope
from loyaltykit.periods import LeapDay, Unit, days
from loyaltykit.perks import Perk
from loyaltykit.program import Program
from loyaltykit.purses import Dormancy, Purse, Shortfall
from loyaltykit.redeeming import Redeeming
from loyaltykit.referral import referral
from loyaltykit.release import UntilConfirmed
from loyaltykit.returns import OnReturn
from loyaltykit.rewards import Reward
from loyaltykit.rules import (
    Accrue,
    Action,
    Credit,
    GrantTier,
    Issue,
    Notify,
    Rule,
    Send,
    as_limits,
    asked,
)
from loyaltykit.soundness import UNFOLLOWED, UNHEARD
from loyaltykit.testing import words
from loyaltykit.testing.asking import (
    activity_conditions,
    conditions,
    item_conditions,
    member_conditions,
)
from loyaltykit.testing.earning import earnings
from loyaltykit.testing.ladders import tier_grants, tier_triggers, tiers
from loyaltykit.testing.numbers import amounts
from loyaltykit.testing.perks import perks
from loyaltykit.testing.spending import redeeming, rewards
from loyaltykit.testing.times import periods, terms, windows
from loyaltykit.tiers import Tiers
from loyaltykit.totals import ActivitiesDone, Total, UnitsBought
from loyaltykit.triggers import (
    After,
    Birthday,
    Inactivity,
    On,
    TierEnding,
    TierKept,
    TierLost,
    TierReached,
    Trigger,
    Zone,
)
from loyaltykit.vocabulary import CREDIT, Kind, Moment

_PURCHASE = EventKind.PURCHASE


def limits(
    *, points: bool = True, units: bool = False, shared: bool = False
) -> st.SearchStrategy[Limit]:
    """A limit on times and, unless `points` is False, on points or on both, over any window.

    With `units` it may count pieces too, or within one order, for rules that know a basket; with
    `shared`, all members may share it.
    """
    window = windows(since_entry=False)
    often, much, pieces = st.integers(1, 3), st.integers(1, 200), st.integers(1, 6)
    over = st.sampled_from(Over)
    found = [st.builds(Limit, often, window=window)]
    if points:
        found.append(st.builds(Limit, points=much, window=window, over=over))
        found.append(st.builds(Limit, often, points=much, window=window, over=over))
    if units:
        # As often as all other windows together.
        within = st.booleans().flatmap(lambda one: st.just(OneOrder()) if one else window)
        some = st.one_of(st.none(), much) if points else st.none()
        found.append(st.builds(Limit, points=some, units=pieces, window=within, over=over))
    if shared:
        per = st.sampled_from((Per.PROGRAM, Per.CODE) if units else (Per.PROGRAM,))
        most = st.one_of(st.none(), much) if points else st.none()
        common = windows(since_entry=False, common=True)
        found.append(st.builds(Limit, often, points=most, window=common, per=per, over=over))
    return st.one_of(found)


def budgets(rules: Sequence[Rule], *, name: str = "a budget") -> st.SearchStrategy[Budget]:
    """A budget of this name for some of these rules, which grant points, credit or both.

    Points of purses with different decimals have no budget together: give such rules apart.
    """

    @st.composite
    def built(draw: st.DrawFn) -> Budget:
        names = draw(st.lists(st.sampled_from(granting), min_size=1, unique=True))
        actions = [action for rule in rules if rule.name in names for action in rule.then]
        points = amount = None
        if any(isinstance(each, Accrue) for each in actions):
            points = draw(st.integers(1, 400))
        if any(isinstance(each, Credit) for each in actions):
            amount = draw(amounts(least=1))
        window = draw(windows(since_entry=False, common=True))
        return Budget(name, points=points, amount=amount, window=window, rules=names)

    granting = [
        rule.name for rule in rules if any(isinstance(each, Accrue | Credit) for each in rule.then)
    ]
    return built()


def coupons(*, name: str | None = None) -> st.SearchStrategy[Coupon]:
    """A coupon of this name, or of one of three."""
    of = st.one_of(st.none(), item_conditions())
    amount = amounts(least=1)
    discounts: st.SearchStrategy[Discount] = st.one_of(
        st.builds(AmountOff, amount, of=of),
        st.builds(
            PercentOff,
            st.one_of(st.integers(1, 100), st.just(Decimal("12.5"))),
            of=of,
            up_to=st.one_of(st.none(), amount),
            rounding=st.sampled_from(Rounding),
        ),
    )
    return st.builds(
        Coupon,
        st.sampled_from(words.COUPONS) if name is None else st.just(name),
        discounts,
        valid=terms(),
        when=st.one_of(st.none(), conditions()),
        limit=st.one_of(st.none(), limits(points=False)),
        total=st.one_of(st.none(), st.integers(1, 3)),
        public=st.booleans(),
    )


def triggers() -> st.SearchStrategy[Trigger]:
    """Every kind of trigger; purchases more often than other events."""
    events = st.one_of(st.just(_PURCHASE), st.just(EventKind.ACTIVITY), st.sampled_from(EventKind))
    around = st.integers(0, 30).map(days)
    leap, zone = st.sampled_from(LeapDay), st.sampled_from(Zone)
    heard = events.filter(lambda kind: kind not in UNHEARD).map(On)
    birthday = st.one_of(
        st.builds(Birthday, before=st.one_of(st.none(), around), leap=leap, zone=zone),
        st.builds(Birthday, after=around, leap=leap, zone=zone),
    )
    after = st.builds(After, events.filter(lambda kind: kind not in UNFOLLOWED), periods())
    # Each as often as the others: `one_of` would count the alternatives within.
    kinds: tuple[st.SearchStrategy[Trigger], ...] = (
        *(heard, heard, birthday),
        *(periods().map(Inactivity), after),
        *(_milestones(), _streaks(), tier_triggers()),
    )
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


def _milestones() -> st.SearchStrategy[Milestone]:
    values = st.lists(st.integers(1, 60), min_size=1, max_size=3)
    window = windows(since_entry=False)
    return st.one_of(
        st.builds(Milestone, _totals(), values, window=window),
        st.builds(Milestone, _totals(), every=st.integers(10, 90), window=window),
    )


def _streaks() -> st.SearchStrategy[Streak]:
    return st.builds(
        Streak,
        _totals(),
        st.integers(1, 3),
        every=st.sampled_from((Unit.DAY, Unit.WEEK, Unit.MONTH)),
        times=st.integers(2, 4),
        gaps=st.integers(0, 2),
    )


def _totals() -> st.SearchStrategy[Total]:
    return st.one_of(
        st.sampled_from((money_spent, orders_placed)),
        st.sampled_from(words.PURSES).map(PointsEarned),
        st.one_of(st.none(), item_conditions()).map(UnitsBought),
        st.one_of(st.none(), st.sampled_from(words.ACTIVITIES)).map(ActivitiesDone),
    )


@st.composite
def rules(
    draw: st.DrawFn, *, name: str = "a rule", coupons: Sequence[Coupon] | None = None
) -> Rule:
    """A rule on any trigger that asks only for what its trigger can know.

    It fits a programme in euros with the tiers bronze, silver and gold. It issues only these
    `coupons`; None lets it bring a coupon of its own.
    """
    trigger = draw(_TRIGGERS)
    asking, earned = _ASKABLE[_about(trigger)]
    kinds: list[st.SearchStrategy[Action]] = [earned, _CREDITS, _NOTICES, _GRANTS]
    if coupons is None:
        kinds.append(_COUPONS.map(Issue))
    elif coupons:
        kinds.append(st.sampled_from(list(coupons)).map(Issue))
    if _about(trigger) is _PURCHASE:
        kinds.append(st.just(Send()))
    when = draw(st.one_of(st.none(), asking))
    then = draw(st.lists(st.one_of(kinds), min_size=1, max_size=2))
    limit = as_limits(draw(_BOUGHT_LIMITS if _about(trigger) is _PURCHASE else _LIMITS))
    if any(each.units is not None for each in limit):
        then = [evolve(each, carry=False) if isinstance(each, Accrue) else each for each in then]
    return Rule(name, trigger, when=when, then=then, limit=limit)


def accruals(
    *, asking: st.SearchStrategy[Condition[Moment]] | None = None, bought: bool = True
) -> st.SearchStrategy[Accrue]:
    """Points into one of two purses, perhaps pending, perhaps expiring; see `earnings`.

    What is of single lines is sometimes rounded by line or by piece, and what is rounded down is
    sometimes carried over, which no limit on units allows.
    """
    return st.builds(
        _accrue,
        earnings(asking=asking, bought=bought),
        st.sampled_from(RoundingScope),
        purse=st.sampled_from(words.PURSES),
        pending=_pending(),
        expires=st.one_of(st.none(), terms()),
        rounding=st.sampled_from(Rounding),
        on_return=st.sampled_from(OnReturn),
    )


def _accrue(earning: Earning, scope: RoundingScope, **how: Any) -> Accrue:
    together = any(True for _ in undivided(earning))
    usual = how["rounding"] is Rounding.FLOOR and how["on_return"] is OnReturn.REEVALUATE
    if usual and scope is RoundingScope.ORDER and not isinstance(how["pending"], UntilConfirmed):
        return Accrue(earning, carry=True, **how)
    return Accrue(earning, scope=RoundingScope.ORDER if together else scope, **how)


def purses(*, name: str = "points") -> st.SearchStrategy[Purse]:
    """A purse of this name with policies of any kind that a programme without tiers can keep."""
    amount = st.integers(0, 400)
    lapses = st.builds(
        Dormancy,
        periods(),
        share=st.integers(1, 100),
        least=amount,
        every=st.one_of(st.none(), periods()),
        all_after=st.one_of(st.none(), periods()),
    )

    def built(shortfall: Shortfall, most_debt: int | None, **rest: Any) -> Purse:
        owed = most_debt if shortfall is Shortfall.DEBT else None
        return Purse(name, shortfall=shortfall, most_debt=owed, **rest)

    return st.builds(
        built,
        st.sampled_from(Shortfall),
        st.one_of(st.none(), amount),
        decimals=st.integers(0, 2),
        expires=st.one_of(st.none(), terms()),
        cap=st.one_of(st.none(), amount),
        dormancy=st.one_of(st.none(), lapses),
    )


@st.composite
def programs(draw: st.DrawFn, *, most: int = 5) -> Program:
    """A valid programme: 1 to `most` rules of any kind, perhaps tiers, coupons and a referral.

    It reckons in euros, in one of a few time zones.
    """
    names = draw(st.lists(st.sampled_from(words.COUPONS), unique=True, max_size=2))
    offered = [draw(coupons(name=name)) for name in names]
    numbers = range(1, draw(st.integers(1, most)) + 1)
    made = [draw(rules(name=f"rule {number}", coupons=offered)) for number in numbers]
    if draw(st.booleans()):
        made += draw(_REFERRALS)
    needed = any(_mentions_tier(rule) for rule in made) or any(map(_wants_tier, offered))
    kept = [draw(purses(name=name)) for name in words.PURSES]
    limited = any(limit.points is not None for rule in made for limit in rule.limit)
    spending = [
        rule for rule in made if any(isinstance(each, Accrue | Credit) for each in rule.then)
    ]
    budgeted: list[Budget] = []
    if draw(st.booleans()) and spending:
        budgeted.append(draw(budgets(spending)))
    if limited or any(budget.points is not None for budget in budgeted):
        kept = [evolve(purse, decimals=0) for purse in kept]
    ladder = draw(tiers() if needed else st.one_of(st.none(), tiers()))
    return Program(
        "A club",
        words.CURRENCY,
        timezone=draw(st.sampled_from(words.ZONES)),
        purses=kept,
        budgets=budgeted,
        rules=made,
        tiers=ladder,
        coupons=offered,
        redeeming=draw(_some_redeeming(ladder)),
        rewards=draw(_some_rewards(ladder, offered)),
        perks=draw(_some_perks(ladder)),
    )


def _some_redeeming(ladder: Tiers | None) -> st.SearchStrategy[list[Redeeming]]:
    tiered = ladder is not None
    each = [redeeming(purse=purse, tiers=tiered) for purse in (*words.PURSES, CREDIT)]
    return st.lists(st.one_of(each), max_size=3, unique_by=lambda one: one.purse)


def _some_perks(ladder: Tiers | None) -> st.SearchStrategy[list[Perk]]:
    one = perks(tiers=ladder is not None).map(lambda perk: [perk])
    return st.one_of(st.just([]), one)


def _some_rewards(
    ladder: Tiers | None, offered: Sequence[Coupon]
) -> st.SearchStrategy[list[Reward]]:
    tiered, names = ladder is not None, st.sampled_from(words.REWARDS)
    each = names.flatmap(
        lambda name: rewards(
            name=name, tiers=tiered, coupons=tuple(offered), limited=limits(points=False)
        )
    )
    return st.lists(each, max_size=2, unique_by=lambda one: one.name)


def _referrals() -> st.SearchStrategy[list[Rule]]:
    credit = st.builds(Credit, amounts(least=1))
    return st.builds(
        referral,
        referrer=credit,
        referee=st.one_of(st.none(), credit, accruals()),
        qualifies=st.one_of(st.none(), conditions()),
        pending=periods(),
        limit=_LIMITS,
    )


def _about(trigger: Trigger) -> EventKind | None:
    """The event that a rule on this trigger can ask about; None is the member only."""
    match trigger:
        case On(event=EventKind.PURCHASE) | After(event=EventKind.PURCHASE):
            return EventKind.PURCHASE
        case On(event=EventKind.ACTIVITY):
            return EventKind.ACTIVITY
        case _:
            return None


def _pending() -> st.SearchStrategy[object]:
    return st.one_of(st.none(), periods(), periods().map(UntilConfirmed))


def _mentions_tier(rule: Rule) -> bool:
    if isinstance(rule.on, TierReached | TierKept | TierLost | TierEnding):
        return True
    if any(isinstance(each, GrantTier) for each in rule.then):
        return True
    return any(not isinstance(each, Custom) and each.kind is Kind.TIER for each in asked(rule))


def _wants_tier(coupon: Coupon) -> bool:
    found = () if coupon.when is None else mentioned(coupon.when)
    return any(not isinstance(each, Custom) and each.kind is Kind.TIER for each in found)


# Made once: building these takes longer than drawing from them.
_TRIGGERS = triggers()
_LIMITS = st.one_of(st.none(), limits(shared=True), st.lists(limits(shared=True), max_size=2))
_BOUGHT = limits(units=True, shared=True)
_BOUGHT_LIMITS = st.one_of(st.none(), _BOUGHT, st.lists(_BOUGHT, max_size=3))
_COUPONS = coupons()
_CREDITS = st.builds(Credit, amounts(least=1), pending=_pending(), expires=terms())
_GRANTS = tier_grants()
_NOTICES = st.builds(Notify, st.sampled_from(("hello", "see you")), good_for=periods())
_REFERRALS = _referrals()
_ASKABLE = {
    EventKind.PURCHASE: (conditions(), accruals()),
    EventKind.ACTIVITY: (
        activity_conditions(),
        accruals(asking=activity_conditions(), bought=False),
    ),
    None: (member_conditions(), accruals(asking=member_conditions(), bought=False)),
}
