"""Index of promotions: which of thousands a basket can trigger, by the words that they ask for.

A condition may hold only if a fact has one of certain words: an sku, a category, a tag, a label.
Where a promotion asks for such a word, of the basket or of what it takes something off, it is
looked at only if the word is there. Where several words are asked for, one of them decides.

Laws: what is left out could not have taken anything off. Nothing is judged here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias, assert_never, final

from attrs import field, frozen

from loyaltykit.bundles import Bundle
from loyaltykit.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Not,
    SomeItem,
)
from loyaltykit.discounts import Discount, ForEach, FreeItem, Stepped, Together
from loyaltykit.promotions import Promotion
from loyaltykit.questions import (
    Anniversary,
    Compare,
    Custom,
    During,
    Elapsed,
    Every,
    Known,
    OneOf,
)
from loyaltykit.readings import Reading, Readings
from loyaltykit.reductions import AmountOff, Covers, NewPrice, PercentOff
from loyaltykit.vocabulary import Fact, Kind

Key: TypeAlias = tuple[Fact[Any], str]
"""A fact, and the word that it has to have."""


@final
@frozen(order=False)
class Needs:
    """What a promotion needs: one of these words, in its condition or in what it is taken off."""

    words: tuple[Key, ...]
    in_condition: bool = field(kw_only=True)


def needed(condition: Condition[Any]) -> tuple[Key, ...] | None:
    """Words of which one must be there if the condition is to hold; None if it may hold anyway."""
    match condition:
        case OneOf(fact=fact, values=values) if fact.kind in (Kind.TEXT, Kind.TAGS):
            words = tuple((fact, value) for value in values if isinstance(value, str))
            known = fact.own or fact.name != "weekday"
            return words if known and len(words) == len(values) else None
        case AllOf(conditions=inner):
            return _fewest(needed(one) for one in inner)
        case AnyOf(conditions=inner):
            alternatives = [needed(one) for one in inner]
            joined: list[Key] = []
            for each in alternatives:
                if each is None:
                    return None
                joined.extend(each)
            return tuple(dict.fromkeys(joined))
        case SomeItem(condition=one):
            return needed(one)
        case (
            OneOf()
            | AtLeast()
            | Not()
            | Compare()
            | Every()
            | Known()
            | Elapsed()
            | Anniversary()
            | During()
            | Custom()
        ):
            return None
        case _:
            assert_never(condition)


def needs_of(promotion: Promotion) -> Needs | None:
    """What a promotion needs at least; None if it is to be looked at for every basket."""
    when = None if promotion.when is None else needed(promotion.when)
    if when is not None:
        return Needs(when, in_condition=True)
    of = _needed_by(promotion.discount)
    return None if of is None else Needs(of, in_condition=False)


def _needed_by(discount: Discount) -> tuple[Key, ...] | None:
    """Words of which a line must have one if anything is to come off; None if it may anyway."""
    match discount:
        case AmountOff(of=of, covers=covers) | PercentOff(of=of, covers=covers):
            return None if of is None or covers is not Covers.GOODS else needed(of)
        case NewPrice(of=of, covers=covers):
            return None if of is None or covers is not Covers.GOODS else needed(of)
        case Stepped(of=of, steps=steps):
            if of is not None and not any(start == 0 for start, _ in steps):
                return needed(of)
            return None
        case Bundle(parts=inner):
            return _fewest(None if part.of is None else needed(part.of) for part in inner)
        case ForEach(discount=one):
            return _needed_by(one)
        case FreeItem() | Together():
            return None
        case _:
            assert_never(discount)


def _fewest(found: Iterable[tuple[Key, ...] | None]) -> tuple[Key, ...] | None:
    """Where all are needed, the one that names fewest words."""
    return min((each for each in found if each is not None), key=len, default=None)


@final
class OfferIndex:
    """The promotions of a programme by the words that they need."""

    def __init__(self, promotions: Iterable[Promotion]) -> None:
        self.always: list[int] = []
        """Places of those that are to be looked at for every basket."""
        self.needs: dict[int, Needs] = {}
        """What the others need, by their places."""
        self._by_word: dict[Key, list[int]] = {}
        for place, promotion in enumerate(promotions):
            needs = needs_of(promotion)
            if needs is None:
                self.always.append(place)
                continue
            self.needs[place] = needs
            for word in needs.words:
                self._by_word.setdefault(word, []).append(place)
        self._facts: tuple[Fact[Any], ...] = tuple(dict.fromkeys(fact for fact, _ in self._by_word))

    def triggered(self, readings: Readings) -> list[int]:
        """Places of the promotions that these readings can trigger, in order."""
        triggered = set(self.always)
        for fact in self._facts:
            for value in _values(fact, readings):
                triggered.update(self._by_word.get((fact, value), ()))
        return sorted(triggered)


def _values(fact: Fact[Any], readings: Readings) -> Iterator[str]:
    worlds: list[Mapping[Fact[Any], Reading]] = [readings.values]
    worlds.extend(line.values for line in readings.lines)
    seen: set[str] = set()
    for world in worlds:
        value = world.get(fact)
        for word in value if isinstance(value, tuple) else (value,):
            if isinstance(word, str) and word not in seen:
                seen.add(word)
                yield word
