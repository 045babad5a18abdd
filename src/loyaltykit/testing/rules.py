"""Strategies for rules, and for the limits and coupons that they bring. All are valid."""

from collections.abc import Sequence
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from loyaltykit.conditions import Condition
from loyaltykit.coupons import Coupon
from loyaltykit.earning import Earning, undivided
from loyaltykit.events import EventKind
from loyaltykit.limits import Limit, OneOrder, Over, Per, as_limits
from loyaltykit.money import Rounding, RoundingScope
from loyaltykit.release import UntilConfirmed
from loyaltykit.returns import OnReturn
from loyaltykit.rules import Accrue, Action, Credit, Issue, Notify, Rule, Send
from loyaltykit.testing import words
from loyaltykit.testing.asking import (
    activity_conditions,
    conditions,
    member_conditions,
)
from loyaltykit.testing.discounts import discounts
from loyaltykit.testing.earning import earnings
from loyaltykit.testing.ladders import tier_grants
from loyaltykit.testing.numbers import amounts
from loyaltykit.testing.times import periods, terms, windows
from loyaltykit.testing.triggers import about, triggers
from loyaltykit.vocabulary import Moment


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


def coupons(*, name: str | None = None) -> st.SearchStrategy[Coupon]:
    """A coupon of this name, or of one of three."""
    return st.builds(
        Coupon,
        st.sampled_from(words.COUPONS) if name is None else st.just(name),
        discounts(),
        valid=terms(),
        when=st.one_of(st.none(), conditions()),
        limit=st.one_of(st.none(), limits(points=False)),
        total=st.one_of(st.none(), st.integers(1, 3)),
        public=st.booleans(),
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
    asking, earned = _ASKABLE[about(trigger)]
    kinds: list[st.SearchStrategy[Action]] = [earned, _CREDITS, _NOTICES, _GRANTS]
    if coupons is None:
        kinds.append(_COUPONS.map(Issue))
    elif coupons:
        kinds.append(st.sampled_from(list(coupons)).map(Issue))
    if about(trigger) is EventKind.PURCHASE:
        kinds.append(st.just(Send()))
    when = draw(st.one_of(st.none(), asking))
    then = draw(st.lists(st.one_of(kinds), min_size=1, max_size=2))
    limit = as_limits(draw(_BOUGHT_LIMITS if about(trigger) is EventKind.PURCHASE else LIMITS))
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


def _pending() -> st.SearchStrategy[object]:
    return st.one_of(st.none(), periods(), periods().map(UntilConfirmed))


# Made once: building these takes longer than drawing from them.
_TRIGGERS = triggers()
LIMITS = st.one_of(st.none(), limits(shared=True), st.lists(limits(shared=True), max_size=2))
_BOUGHT = limits(units=True, shared=True)
_BOUGHT_LIMITS = st.one_of(st.none(), _BOUGHT, st.lists(_BOUGHT, max_size=3))
_COUPONS = coupons()
_CREDITS = st.builds(Credit, amounts(least=1), pending=_pending(), expires=terms())
_GRANTS = tier_grants()
_NOTICES = st.builds(Notify, st.sampled_from(("hello", "see you")), good_for=periods())
_ASKABLE = {
    EventKind.PURCHASE: (conditions(), accruals()),
    EventKind.ACTIVITY: (
        activity_conditions(),
        accruals(asking=activity_conditions(), bought=False),
    ),
    None: (member_conditions(), accruals(asking=member_conditions(), bought=False)),
}
