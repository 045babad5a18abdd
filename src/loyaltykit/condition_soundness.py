"""Soundness of conditions: each can be judged where it stands.

A rule asks where its trigger lets it: for a basket on a purchase, for one line of a basket only
where lines are told apart. A tier that is compared has to exist, and an amount to fit the currency.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, assert_never

from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Condition, Not, SomeItem
from loyaltykit.errors import DefinitionError
from loyaltykit.ladder_soundness import Ranks
from loyaltykit.money import Currency, minor_units
from loyaltykit.questions import Anniversary, Compare, Custom, During, Elapsed, Every, Known, OneOf
from loyaltykit.subjects import built_in
from loyaltykit.vocabulary import Fact, Kind, Scope


class About(Enum):
    """What a trigger lets a rule ask about, besides the member."""

    BASKET = "a basket"
    ACTIVITY = "an activity"
    MEMBER = "the member"
    LINE = "one line of a basket"


def condition_problems(
    condition: Condition[Any],
    about: About,
    money: Currency,
    ladder: Ranks,
    kinds: dict[tuple[Scope, str], Kind],
) -> Iterator[str]:
    """Why a condition cannot be judged there; `kinds` remembers of which kind own words are."""
    match condition:
        case AllOf(conditions=inner) | AnyOf(conditions=inner) | AtLeast(conditions=inner):
            for each in inner:
                yield from condition_problems(each, about, money, ladder, kinds)
        case Not(condition=one):
            yield from condition_problems(one, about, money, ladder, kinds)
        case SomeItem(condition=one):
            if about is not About.BASKET:
                yield f"asks for some item where only {about.value} is known"
            yield from condition_problems(one, About.LINE, money, ladder, kinds)
        case Custom(name=name):
            if about not in (About.BASKET, About.ACTIVITY):
                yield (
                    f"asks the host for {name!r} where there is no event to answer with: "
                    "use a label of the member"
                )
        case During(times=times):
            if about is About.LINE:
                yield f"asks for {type(times).__name__.lower()} of a line: ask it of the order"
        case Compare(fact=fact, value=value):
            yield from fact_problems(fact, about, kinds)
            yield from _value_problems(fact, (value,), money, ladder)
        case OneOf(fact=fact, values=values):
            yield from fact_problems(fact, about, kinds)
            yield from _value_problems(fact, values, money, ladder)
        case Every(fact=fact) | Known(fact=fact) | Elapsed(fact=fact) | Anniversary(fact=fact):
            yield from fact_problems(fact, about, kinds)
        case _:
            assert_never(condition)


_SCOPES = {
    About.BASKET: (Scope.MEMBER, Scope.BASKET),
    About.ACTIVITY: (Scope.MEMBER, Scope.ACTIVITY),
    About.MEMBER: (Scope.MEMBER,),
    About.LINE: (Scope.ITEM,),
}


def fact_problems(
    fact: Fact[Any], about: About, kinds: dict[tuple[Scope, str], Kind]
) -> Iterator[str]:
    """Why a fact cannot be read there."""
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
            yield from unfit(value, money, str(fact))


def unfit(amount: Decimal, money: Currency, what: str) -> Iterator[str]:
    """Why an amount in major units is none of the currency, if it is not."""
    try:
        minor_units(amount, money, what)
    except DefinitionError as error:
        yield str(error)
