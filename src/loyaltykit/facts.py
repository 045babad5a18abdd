"""Facts: typed names for what rules ask about, and the operators that build conditions from them.

    member.tier >= gold          basket.spend >= 15          item.category.is_("coffee")
    basket.weekday.one_of("sat", "sun")                      basket.label("channel").is_("app")

Each handle offers only the questions that its kind of fact can answer. `==` and `in` are not among
them: they compare handles as values. Amounts are in major units: 15 is 15.00 in the programme's
currency. What can be asked about stands in subjects.
"""

from datetime import date
from decimal import Decimal
from typing import Generic, Literal, Never, TypeAlias, final

from attrs import frozen

from loyaltykit.calendar import LeapDay
from loyaltykit.conditions import AllOf
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.metrics import FactMetric
from loyaltykit.money import exact
from loyaltykit.periods import Period
from loyaltykit.questions import Anniversary, Compare, Elapsed, Every, Known, OneOf, Op
from loyaltykit.tiers import Tier
from loyaltykit.vocabulary import Fact, Moment, S, named, shown

Number: TypeAlias = int | str | Decimal
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@final
@frozen(order=False)
class NumberFact(Generic[S]):
    """A count or an amount; amounts are in major units."""

    fact: Fact[S]

    def __lt__(self, other: Number) -> Compare[S]:
        return self._compare(Op.LT, other)

    def __le__(self, other: Number) -> Compare[S]:
        return self._compare(Op.LE, other)

    def __gt__(self, other: Number) -> Compare[S]:
        return self._compare(Op.GT, other)

    def __ge__(self, other: Number) -> Compare[S]:
        return self._compare(Op.GE, other)

    def is_(self, value: Number) -> OneOf[S]:
        """It is exactly this."""
        return OneOf(self.fact, (exact(value, str(self.fact)),))

    def between(self, low: Number, high: Number) -> AllOf[S]:
        """It is at least `low` and at most `high`."""
        if exact(low, str(self.fact)) > exact(high, str(self.fact)):
            raise DefinitionError(f"{self.fact} is never between {low} and {high}: lowest first")
        return AllOf((self >= low, self <= high))

    def every(self, step: int) -> Every[S]:
        """It is a multiple of `step`, above 0: every fifth is 5, 10, 15 ..."""
        return Every(self.fact, step)

    def known(self) -> Known[S]:
        """It has a value."""
        return Known(self.fact)

    def metric(self: "NumberFact[Moment]") -> FactMetric:
        """What a ladder goes by: `Tiers([...], metric=member.balance().metric())`."""
        return FactMetric(self.fact)

    def _compare(self, op: Op, value: Number) -> Compare[S]:
        return Compare(self.fact, op, exact(value, str(self.fact)))


@final
@frozen(order=False)
class TextFact(Generic[S]):
    """A word, compared letter by letter, capitals included."""

    fact: Fact[S]

    def is_(self, value: str) -> OneOf[S]:
        """It is exactly this."""
        return OneOf(self.fact, (_word(self.fact, value),))

    def one_of(self, *values: str) -> OneOf[S]:
        """It is one of these."""
        return OneOf(self.fact, tuple(_word(self.fact, value) for value in values))

    def known(self) -> Known[S]:
        """It has a value."""
        return Known(self.fact)


@final
@frozen(order=False)
class WeekdayFact(Generic[S]):
    """A day of the week, in the programme's zone."""

    fact: Fact[S]

    def is_(self, value: Weekday) -> OneOf[S]:
        """It is this day."""
        return self.one_of(value)

    def one_of(self, *values: Weekday) -> OneOf[S]:
        """It is one of these days."""
        for value in values:
            if value not in WEEKDAYS:
                raise DefinitionError(f"{shown(value)} is no weekday: write {', '.join(WEEKDAYS)}")
        return OneOf(self.fact, values)


@final
@frozen(order=False)
class TagsFact(Generic[S]):
    """A set of words."""

    fact: Fact[S]

    def has(self, value: str) -> OneOf[S]:
        """The word is among them."""
        return OneOf(self.fact, (_word(self.fact, value),))

    def has_any(self, *values: str) -> OneOf[S]:
        """At least one of these words is among them."""
        return OneOf(self.fact, tuple(_word(self.fact, value) for value in values))

    def known(self) -> Known[S]:
        """It has a value, perhaps an empty set."""
        return Known(self.fact)

    def __contains__(self, value: Never) -> Never:
        raise MisuseError(f"{self.fact} is not read here: write .has({value!r}) instead of in")


@final
@frozen(order=False)
class FlagFact(Generic[S]):
    """A yes or no."""

    fact: Fact[S]

    def is_(self, value: bool) -> OneOf[S]:
        """It is exactly this."""
        if type(value) is not bool:
            raise MisuseError(f"{self.fact} is True or False, not {shown(value)}")
        return OneOf(self.fact, (value,))

    def known(self) -> Known[S]:
        """It has a value."""
        return Known(self.fact)


@final
@frozen(order=False)
class TierFact(Generic[S]):
    """The member's tier before the event, compared by its place on the ladder."""

    fact: Fact[S]

    def __lt__(self, other: Tier | str) -> Compare[S]:
        return Compare(self.fact, Op.LT, _tier(other))

    def __le__(self, other: Tier | str) -> Compare[S]:
        return Compare(self.fact, Op.LE, _tier(other))

    def __gt__(self, other: Tier | str) -> Compare[S]:
        return Compare(self.fact, Op.GT, _tier(other))

    def __ge__(self, other: Tier | str) -> Compare[S]:
        return Compare(self.fact, Op.GE, _tier(other))

    def is_(self, value: Tier | str) -> OneOf[S]:
        """It is exactly this one."""
        return OneOf(self.fact, (_tier(value),))

    def one_of(self, *values: Tier | str) -> OneOf[S]:
        """It is one of these."""
        return OneOf(self.fact, tuple(_tier(value) for value in values))

    def between(self, low: Tier | str, high: Tier | str) -> AllOf[S]:
        """It is at least `low` and at most `high`."""
        return AllOf((self >= low, self <= high))

    def known(self) -> Known[S]:
        """The member has reached a tier."""
        return Known(self.fact)


@final
@frozen(order=False)
class DayFact(Generic[S]):
    """A civil day."""

    fact: Fact[S]

    def __lt__(self, other: date) -> Compare[S]:
        return Compare(self.fact, Op.LT, _day(self.fact, other))

    def __le__(self, other: date) -> Compare[S]:
        return Compare(self.fact, Op.LE, _day(self.fact, other))

    def __gt__(self, other: date) -> Compare[S]:
        return Compare(self.fact, Op.GT, _day(self.fact, other))

    def __ge__(self, other: date) -> Compare[S]:
        return Compare(self.fact, Op.GE, _day(self.fact, other))

    def is_(self, value: date) -> OneOf[S]:
        """It is this day."""
        return OneOf(self.fact, (_day(self.fact, value),))

    def between(self, first: date, last: date) -> AllOf[S]:
        """It is `first`, `last` or a day between them."""
        if _day(self.fact, first) > _day(self.fact, last):
            raise DefinitionError(f"{self.fact} is never between {first} and {last}")
        return AllOf((self >= first, self <= last))

    def anniversary(
        self, *, before: int = 0, after: int = 0, leap: LeapDay = LeapDay.FEB_28
    ) -> Anniversary[S]:
        """Today is its yearly return, or up to so many days before or after one."""
        return Anniversary(self.fact, before=before, after=after, leap=leap)

    def known(self) -> Known[S]:
        """It is on file."""
        return Known(self.fact)


@final
@frozen(order=False)
class InstantFact(Generic[S]):
    """A point in time."""

    fact: Fact[S]

    def elapsed(self, period: Period) -> Elapsed[S]:
        """At least this long ago."""
        return Elapsed(self.fact, period)

    def known(self) -> Known[S]:
        """It has happened."""
        return Known(self.fact)


def _word(fact: Fact[S], value: str) -> str:
    return named(value, f"a value of {fact}")


def _tier(value: Tier | str) -> str:
    return value.name if isinstance(value, Tier) else named(value, "the name of a tier")


def _day(fact: Fact[S], value: date) -> date:
    if type(value) is not date:
        raise MisuseError(f"{fact} is compared with a datetime.date, not with {shown(value)}")
    return value
