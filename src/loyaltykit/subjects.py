"""Whom and what a rule can ask about: `member`, `basket`, `item` and `activity`.

Every fact is read at the moment of the event, before the event changes anything. Amounts are in
major units of the programme's currency; days, weekdays and hours are local to the programme.

The shop adds facts of its own with `.label`, `.number`, `.flag` and `.tagged`; the event, the line
or the member's profile supplies them. One that is not supplied is an error when a rule asks for it,
unless `optional=True` makes it unknown, so that every comparison with it is false.
"""

from typing import Any, Final, Generic, final

from loyaltykit.errors import DefinitionError
from loyaltykit.facts import (
    DayFact,
    FlagFact,
    InstantFact,
    NumberFact,
    TagsFact,
    TextFact,
    TierFact,
    WeekdayFact,
)
from loyaltykit.questions import Every, OneOf
from loyaltykit.segments import scored
from loyaltykit.vocabulary import CREDIT, Fact, Item, Kind, Moment, S, Scope, named, shown

_HANDLES: Final = (
    DayFact,
    FlagFact,
    InstantFact,
    NumberFact,
    TagsFact,
    TextFact,
    TierFact,
    WeekdayFact,
)


class _Subject(Generic[S]):
    """How to name facts of the shop's own. Methods only."""

    __slots__ = ()
    scope: Scope

    def label(self, name: str, *, optional: bool = False) -> TextFact[S]:
        """A word of the shop's own."""
        return TextFact(Fact(self.scope, name, kind=Kind.TEXT, own=True, optional=optional))

    def number(self, name: str, *, optional: bool = False) -> NumberFact[S]:
        """A number of the shop's own."""
        return NumberFact(Fact(self.scope, name, kind=Kind.NUMBER, own=True, optional=optional))

    def flag(self, name: str, *, optional: bool = False) -> FlagFact[S]:
        """A yes or no of the shop's own."""
        return FlagFact(Fact(self.scope, name, kind=Kind.FLAG, own=True, optional=optional))

    def tagged(self, name: str, *, optional: bool = False) -> TagsFact[S]:
        """A set of words of the shop's own."""
        return TagsFact(Fact(self.scope, name, kind=Kind.TAGS, own=True, optional=optional))


@final
class MemberSubject(_Subject[Moment]):
    """The member: known whatever the event is."""

    __slots__ = ()
    scope: Scope = Scope.MEMBER

    tier: TierFact[Moment] = TierFact(Fact(Scope.MEMBER, "tier", kind=Kind.TIER))
    """The tier before the event."""
    orders: NumberFact[Moment] = NumberFact(Fact(Scope.MEMBER, "orders", kind=Kind.NUMBER))
    """How many earlier orders were not returned whole."""
    spend: NumberFact[Moment] = NumberFact(Fact(Scope.MEMBER, "spend", kind=Kind.MONEY))
    """Net spend of all earlier orders, without what was returned."""
    enrolled: InstantFact[Moment] = InstantFact(Fact(Scope.MEMBER, "enrolled", kind=Kind.INSTANT))
    """When the member joined."""
    last_order: InstantFact[Moment] = InstantFact(
        Fact(Scope.MEMBER, "last_order", kind=Kind.INSTANT)
    )
    """When the latest order was placed that was not returned whole."""
    birthday: DayFact[Moment] = DayFact(Fact(Scope.MEMBER, "birthday", kind=Kind.DAY))
    """The day of birth."""
    referred: FlagFact[Moment] = FlagFact(Fact(Scope.MEMBER, "referred", kind=Kind.FLAG))
    """Whether another member brought this one."""

    tenure: NumberFact[Moment] = NumberFact(Fact(Scope.MEMBER, "tenure", kind=Kind.NUMBER))
    """Whole months since the member joined, unknown before."""
    tenure_days: NumberFact[Moment] = NumberFact(
        Fact(Scope.MEMBER, "tenure_days", kind=Kind.NUMBER)
    )
    """Local days since the day on which the member joined, unknown before."""
    days_since_order: NumberFact[Moment] = NumberFact(
        Fact(Scope.MEMBER, "days_since_order", kind=Kind.NUMBER)
    )
    """Local days since the day of the latest order that was not returned whole; unknown before."""
    usual_gap: NumberFact[Moment] = NumberFact(Fact(Scope.MEMBER, "usual_gap", kind=Kind.NUMBER))
    """The mean number of local days from one kept order to the next, in whole days, rounded down.

    So `>=` and `<` are exact. Unknown before the second order, and where a former system did not
    tell the first.
    """

    def tier_on(self, ladder: str) -> TierFact[Moment]:
        """The tier on a ladder before the event, by the name of the ladder."""
        name = f"tier:{named(ladder, 'the name of a ladder')}"
        return TierFact(Fact(Scope.MEMBER, name, kind=Kind.TIER))

    def balance(self, purse: str = "points") -> NumberFact[Moment]:
        """Points that can be spent now, less debt; in the purse "credit", an amount of money."""
        name = f"balance:{named(purse, 'the name of a purse')}"
        kind = Kind.MONEY if purse == CREDIT else Kind.NUMBER
        return NumberFact(Fact(Scope.MEMBER, name, kind=kind))


@final
class BasketSubject(_Subject[Moment]):
    """What is bought: known for a purchase, and for what follows from one."""

    __slots__ = ()
    scope: Scope = Scope.BASKET

    spend: NumberFact[Moment] = NumberFact(Fact(Scope.BASKET, "spend", kind=Kind.MONEY))
    """The sum of the lines after discounts, without shipping; for a coupon, before it."""
    subtotal: NumberFact[Moment] = NumberFact(Fact(Scope.BASKET, "subtotal", kind=Kind.MONEY))
    """The sum of the lines before any discount."""
    units: NumberFact[Moment] = NumberFact(Fact(Scope.BASKET, "units", kind=Kind.NUMBER))
    """How many pieces."""
    lines: NumberFact[Moment] = NumberFact(Fact(Scope.BASKET, "lines", kind=Kind.NUMBER))
    """How many lines."""
    nth: NumberFact[Moment] = NumberFact(Fact(Scope.BASKET, "nth", kind=Kind.NUMBER))
    """Which order of the member this is, 1 for the first: those before it that are kept count."""
    weekday: WeekdayFact[Moment] = WeekdayFact(Fact(Scope.BASKET, "weekday", kind=Kind.TEXT))
    """The local day of the week."""
    hour: NumberFact[Moment] = NumberFact(Fact(Scope.BASKET, "hour", kind=Kind.NUMBER))
    """The local hour, 0 to 23."""
    day: DayFact[Moment] = DayFact(Fact(Scope.BASKET, "day", kind=Kind.DAY))
    """The local date."""


@final
class ItemSubject(_Subject[Item]):
    """One line of a basket."""

    __slots__ = ()
    scope: Scope = Scope.ITEM

    sku: TextFact[Item] = TextFact(Fact(Scope.ITEM, "sku", kind=Kind.TEXT))
    """The shop's article number."""
    category: TextFact[Item] = TextFact(Fact(Scope.ITEM, "category", kind=Kind.TEXT))
    """The category, unknown where the line has none."""
    brand: TextFact[Item] = TextFact(Fact(Scope.ITEM, "brand", kind=Kind.TEXT))
    """The brand, unknown where the line has none."""
    tags: TagsFact[Item] = TagsFact(Fact(Scope.ITEM, "tags", kind=Kind.TAGS))
    """The words that the shop put on the article."""
    price: NumberFact[Item] = NumberFact(Fact(Scope.ITEM, "price", kind=Kind.MONEY))
    """The price of one unit before discounts."""
    units: NumberFact[Item] = NumberFact(Fact(Scope.ITEM, "units", kind=Kind.NUMBER))
    """How many pieces of it."""
    spend: NumberFact[Item] = NumberFact(Fact(Scope.ITEM, "spend", kind=Kind.MONEY))
    """The line after discounts."""


@final
class ActivitySubject(_Subject[Moment]):
    """Something that a member did without buying: known for an activity."""

    __slots__ = ()
    scope: Scope = Scope.ACTIVITY

    kind: TextFact[Moment] = TextFact(Fact(Scope.ACTIVITY, "kind", kind=Kind.TEXT))
    """What it was, in the shop's words: "review", "survey" ..."""
    proof: TextFact[Moment] = TextFact(Fact(Scope.ACTIVITY, "proof", kind=Kind.TEXT))
    """What shows that it happened, unknown where the event brings nothing."""


def first_order() -> OneOf[Moment]:
    """This is the member's first order."""
    return nth_order(1)


def nth_order(number: int) -> OneOf[Moment]:
    """This is the order of that number: 1 is the first.

    >>> nth_order(3) == basket.nth.is_(3)
    True
    """
    return basket.nth.is_(_ordinal(number))


def every_nth_order(number: int) -> Every[Moment]:
    """This is the order of that number, or of a multiple of it: every fifth is 5, 10, 15 ..."""
    return basket.nth.every(_ordinal(number))


def _ordinal(number: int) -> int:
    if type(number) is not int or number < 1:
        raise DefinitionError(f"orders are counted from 1, the first: not {shown(number)}")
    return number


def built_in(fact: Fact[Any]) -> bool:
    """Whether this is one of the facts above, rather than the shop's own or none at all."""
    if fact.scope is Scope.MEMBER and fact.name.startswith("tier:"):
        return fact == member.tier_on(fact.name.removeprefix("tier:")).fact
    if fact.scope is Scope.MEMBER and fact.name.startswith("balance:"):
        return fact == member.balance(fact.name.removeprefix("balance:")).fact
    if fact.name.startswith("rfm:"):
        return scored(fact) is not None
    return fact in _NAMED


member: MemberSubject = MemberSubject()
basket: BasketSubject = BasketSubject()
item: ItemSubject = ItemSubject()
activity: ActivitySubject = ActivitySubject()

_NAMED: Final = frozenset(
    handle.fact
    for subject in (MemberSubject, BasketSubject, ItemSubject, ActivitySubject)
    for handle in vars(subject).values()
    if isinstance(handle, _HANDLES)
)
