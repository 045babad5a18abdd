"""Program: a loyalty programme as one value, validated whole when it is built.

A `Program` that exists holds together: names are unique, amounts fit the currency, every coupon and
tier that a rule names is there, and no rule asks for what its trigger cannot know.
"""

from collections.abc import Iterable
from typing import final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from loyaltykit.budgets import Budget
from loyaltykit.calendar import timezone
from loyaltykit.coupons import Coupon
from loyaltykit.errors import DefinitionError, LimitError, MisuseError, ProgramError
from loyaltykit.limit_soundness import goodwill_problems
from loyaltykit.limits import Limit
from loyaltykit.money import Currency, currency
from loyaltykit.periods import Period
from loyaltykit.perk_soundness import perk_problems
from loyaltykit.perks import Perk
from loyaltykit.promotions import Promotion, as_promotions
from loyaltykit.purses import MAX_PURSES, POINTS, Purse
from loyaltykit.rate_soundness import rate_problems
from loyaltykit.redeeming import Redeeming
from loyaltykit.redeeming_soundness import redeeming_problems
from loyaltykit.reward_soundness import reward_problems
from loyaltykit.rewards import Reward
from loyaltykit.rules import Issue, Rule
from loyaltykit.soundness import problems
from loyaltykit.stacking import USUAL, Stacking
from loyaltykit.tiers import Tiers
from loyaltykit.vocabulary import CREDIT, named, of_type, parts, shown

MAX_LADDERS = 10
"""How many ladders a programme may have."""


def _name(value: str) -> str:
    return named(value, "the name of a programme")


def _currency(value: str) -> str:
    return currency(value).code


def _timezone(value: str) -> str:
    return timezone(value).key


def _rules(values: Iterable[Rule]) -> tuple[Rule, ...]:
    rules: tuple[Rule, ...] = parts(values, "the rules of a programme")
    for rule in rules:
        if not isinstance(rule, Rule):
            raise MisuseError(f"rules are made of Rule, not of {shown(rule)}: unpack lists with *")
    return rules


def _coupons(values: Iterable[Coupon]) -> tuple[Coupon, ...]:
    coupons: tuple[Coupon, ...] = parts(values, "the coupons of a programme")
    for coupon in coupons:
        if not isinstance(coupon, Coupon):
            raise MisuseError(f"coupons are made of Coupon, not of {shown(coupon)}")
    return coupons


def _stacking(value: Stacking) -> Stacking:
    return of_type(value, Stacking, "stacking must be a Stacking([Lane('sale')])")


def _purses(values: Iterable[Purse]) -> tuple[Purse, ...]:
    purses: tuple[Purse, ...] = parts(values, "the purses of a programme")
    for purse in purses:
        if not isinstance(purse, Purse):
            raise MisuseError(
                f"purses are made of Purse, not of {shown(purse)}: write Purse('status')"
            )
    if len(purses) > MAX_PURSES:
        raise LimitError(f"a programme declares at most {MAX_PURSES} purses, not {len(purses)}")
    return purses


def _budgets(values: Iterable[Budget]) -> tuple[Budget, ...]:
    budgets: tuple[Budget, ...] = parts(values, "the budgets of a programme")
    for budget in budgets:
        if not isinstance(budget, Budget):
            raise MisuseError(f"budgets are made of Budget, not of {shown(budget)}")
    return budgets


def _redeeming(values: Iterable[Redeeming]) -> tuple[Redeeming, ...]:
    found: tuple[Redeeming, ...] = parts(values, "the redeeming of a programme")
    for each in found:
        if not isinstance(each, Redeeming):
            raise MisuseError(
                f"redeeming is made of Redeeming, not of {shown(each)}: "
                "write Redeeming('points', points=100, worth=5)"
            )
    return found


def _rewards(values: Iterable[Reward]) -> tuple[Reward, ...]:
    rewards: tuple[Reward, ...] = parts(values, "the rewards of a programme")
    for reward in rewards:
        if not isinstance(reward, Reward):
            raise MisuseError(
                f"rewards are made of Reward, not of {shown(reward)}: write Reward('mug', 500)"
            )
    return rewards


def _perks(values: Iterable[Perk]) -> tuple[Perk, ...]:
    perks: tuple[Perk, ...] = parts(values, "the perks of a programme")
    for perk in perks:
        if not isinstance(perk, Perk):
            raise MisuseError(
                f"perks are made of Perk, not of {shown(perk)}: write Perk('lounge', when=...)"
            )
    return perks


def _tiers(value: Tiers | Iterable[Tiers] | None) -> tuple[Tiers, ...]:
    if value is None:
        return ()
    ladders = (value,) if isinstance(value, Tiers) else parts(value, "the tiers of a programme")
    for each in ladders:
        if not isinstance(each, Tiers):
            raise MisuseError(f"tiers must be Tiers([...]), or several of them, not {shown(each)}")
    if len(ladders) > MAX_LADDERS:
        raise LimitError(f"a programme has at most {MAX_LADDERS} ladders, not {len(ladders)}")
    return ladders


def _remember(value: Period) -> Period:
    if not isinstance(value, Period):
        raise MisuseError(f"remember must be a period such as days(400), not {shown(value)}")
    if value.empty:
        raise DefinitionError("remember must be above 0: days(400)")
    return value


def _skew(value: Period) -> Period:
    if not isinstance(value, Period):
        raise MisuseError(f"skew must be a period such as minutes(5), not {shown(value)}")
    return value


def _goodwill(value: Limit | None) -> Limit | None:
    if value is not None and not isinstance(value, Limit):
        raise MisuseError(f"goodwill must be a limit such as per_year(2), not {shown(value)}")
    return value


def _proofs(values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise MisuseError(f"unique_proofs are several kinds of activity: write [{values!r}]")
    kinds = parts(values, "the kinds of activity with unique proofs")
    return tuple(sorted({named(kind, "a kind of activity") for kind in kinds}))


@final
@frozen(order=False)
class Program:
    """The rules, tiers and offers of one programme, in one currency and one time zone.

    `tiers` is one ladder or several; `member.tier` is the tier on the first. Tiers of all ladders
    have names of their own.

    Coupons that a rule or reward gives need not be listed again, nor the purses "points" and
    "credit" unless they have policies. `promotions` are discounts without a code; `stacking` says
    which offers are used together: without it, the promotions with which the member pays least, and
    then the best single coupon. `redeeming` says what points are worth and how they are
    spent. `remember` is how long ids of events and orders are remembered: what is older cannot be
    returned and is refused as late. `skew` is how far ahead of the host's clock an event may lie.
    `goodwill` limits what a member may be given by hand for what went wrong: so often, and so many
    points of each purse. `unique_proofs` are the kinds of activity whose proofs no two members may
    hand in: each is a claim that the host commits. `perks` are what `Engine.may` is asked about.

    Raises:
        ProgramError: with every problem at once.
        LimitError: its conditions and earnings have more than 100,000 nodes together.
    """

    name: str = field(converter=_name)
    currency: str = field(converter=_currency)
    timezone: str = field(converter=_timezone, kw_only=True)
    rules: tuple[Rule, ...] = field(default=(), converter=_rules, kw_only=True)
    tiers: tuple[Tiers, ...] = field(default=(), converter=_tiers, kw_only=True)
    coupons: tuple[Coupon, ...] = field(default=(), converter=_coupons, kw_only=True)
    promotions: tuple[Promotion, ...] = field(default=(), converter=as_promotions, kw_only=True)
    stacking: Stacking = field(default=USUAL, converter=_stacking, kw_only=True)
    purses: tuple[Purse, ...] = field(default=(), converter=_purses, kw_only=True)
    budgets: tuple[Budget, ...] = field(default=(), converter=_budgets, kw_only=True)
    redeeming: tuple[Redeeming, ...] = field(default=(), converter=_redeeming, kw_only=True)
    rewards: tuple[Reward, ...] = field(default=(), converter=_rewards, kw_only=True)
    perks: tuple[Perk, ...] = field(default=(), converter=_perks, kw_only=True)
    remember: Period = field(default=Period(days=400), converter=_remember, kw_only=True)
    skew: Period = field(default=Period(seconds=300), converter=_skew, kw_only=True)
    goodwill: Limit | None = field(default=None, converter=_goodwill, kw_only=True)
    unique_proofs: tuple[str, ...] = field(default=(), converter=_proofs, kw_only=True)

    def __attrs_post_init__(self) -> None:
        found = (
            *problems(
                self.rules,
                self.tiers,
                self.all_coupons,
                self.promotions,
                self.stacking,
                self.all_purses,
                self.budgets,
                self.money,
                self.remember,
            ),
            *redeeming_problems(self.redeeming, self.tiers, self.all_purses, self.money),
            *reward_problems(
                self.rewards,
                self.tiers,
                frozenset(each.name for each in self.all_coupons),
                self.all_purses,
                self.money,
            ),
        )
        found = (
            *found,
            *goodwill_problems(self.goodwill),
            *rate_problems(self.rules, self.tiers),
            *perk_problems(self.perks, self.tiers, self.money, self.zone),
        )
        if found:
            raise ProgramError(self.name, found)

    @property
    def money(self) -> Currency:
        """The programme's currency."""
        return currency(self.currency)

    @property
    def zone(self) -> ZoneInfo:
        """The programme's time zone."""
        return timezone(self.timezone)

    @property
    def all_purses(self) -> tuple[Purse, ...]:
        """The purses that are declared, and "points" and "credit", which every programme has."""
        declared = {purse.name for purse in self.purses}
        given = (Purse(name) for name in (POINTS, CREDIT) if name not in declared)
        return (*given, *self.purses)

    @property
    def all_coupons(self) -> tuple[Coupon, ...]:
        """The coupons that are listed, then those that only rules or rewards name, each once."""
        actions = [action for rule in self.rules for action in rule.then]
        giving = [*actions, *(reward.given for reward in self.rewards)]
        issued = [
            each.coupon
            for each in giving
            if isinstance(each, Issue) and isinstance(each.coupon, Coupon)
        ]
        listed = frozenset(self.coupons)
        return (*self.coupons, *(each for each in dict.fromkeys(issued) if each not in listed))
