"""Milestones and streaks: what a member reaches by what was bought, earned or done so far.

    Milestone    a total reaches a value, one of several, or every so many
    Streak       a total reaches a value in each of so many periods in a row

A rule fires in the call in which it is reached, about the member as of then: `member.orders` counts
the order that did it. What a return takes back is taken out of the total, and what the rule gave
goes with it when the instant of the return is over, unless the total is reached all the same. It is
given again when it is reached again, never twice while it stands.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import MAX_DECIMALS, exact, shifted
from loyaltykit.periods import Unit, as_unit
from loyaltykit.totals import Total, as_total
from loyaltykit.vocabulary import parts, shown
from loyaltykit.windows import Calendar, Lifetime, Window, as_window

Number: TypeAlias = int | str | Decimal

MAX_PERIODS = 400
"""How many periods a streak may span, those included that may be missed."""


def _value(value: Number) -> Decimal:
    found = exact(value, "a milestone", minimum=0)
    if not found:
        raise DefinitionError("a milestone lies above 0: Milestone(money_spent, 500)")
    return found


def _values(value: Number | Iterable[Number] | None) -> tuple[Decimal, ...]:
    if value is None:
        return ()
    if isinstance(value, int | str | Decimal):
        return (_value(value),)
    return tuple(sorted({_value(each) for each in parts(value, "the values of a milestone")}))


def _perhaps(value: Number | None) -> Decimal | None:
    return None if value is None else _value(value)


@final
@frozen(order=False)
class Milestone:
    """A total reaches a value, one of several, or every so many; for life, or in each window.

    Values are in major units for money, in points for points. Several that are reached at once fire
    one after the other, the lowest first. A `Period` as window rolls: then each value is given at
    most once within the period.

    >>> from loyaltykit.metrics import money_spent, orders_placed
    >>> steps = Milestone(orders_placed, [1, 5, 25])
    >>> [steps.passed(orders) for orders in (0, 1, 4, 5, 30)]
    [0, 1, 1, 2, 3]
    >>> [Milestone(money_spent, every=500).passed(cents, 100) for cents in (49999, 50000, 150000)]
    [0, 1, 3]
    """

    total: Total = field(converter=as_total)
    at: tuple[Decimal, ...] = field(default=(), converter=_values)
    every: Decimal | None = field(default=None, converter=_perhaps, kw_only=True)
    window: Window = field(factory=Lifetime, converter=as_window, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if bool(self.at) == (self.every is not None):
            raise DefinitionError(
                "a milestone has either values or a step: Milestone(money_spent, [500, 1_000]) "
                "or Milestone(money_spent, every=500)"
            )

    def passed(self, value: int, scale: int = 1) -> int:
        """How many of its values a total reaches; `scale` is minor units in one, for money."""
        if self.every is not None:
            top, bottom = self.every.as_integer_ratio()
            return max(0, value * bottom // (top * scale))
        ratios = [each.as_integer_ratio() for each in self.at]
        return sum([value * bottom >= top * scale for top, bottom in ratios])

    def value_of(self, step: int) -> Decimal:
        """The value of a step, the first of which is 1."""
        if self.every is None:
            return self.at[step - 1]
        top, bottom = self.every.as_integer_ratio()
        return shifted(step * top * 10**MAX_DECIMALS // bottom, MAX_DECIMALS)


def _times(value: int) -> int:
    if type(value) is not int or not 2 <= value <= MAX_PERIODS:
        raise DefinitionError(
            f"a streak is 2 to {MAX_PERIODS} periods in a row, not {shown(value)}: "
            "for one period write Milestone(..., window=Calendar('week'))"
        )
    return value


def _gaps(value: int) -> int:
    if type(value) is not int or not 0 <= value <= MAX_PERIODS:
        raise DefinitionError(f"the gaps of a streak are 0 to {MAX_PERIODS}, not {shown(value)}")
    return value


def _target(value: Number) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise MisuseError(f"the target of a streak is one number, not {shown(value)}")
    return _value(value)


@final
@frozen(order=False)
class Streak:
    """A total reaches a target in each of `times` periods in a row: weeks, months, days.

    `gaps` is how many periods in between may be missed in all. Each period counts for one streak:
    the next begins after it. With `limit=once()` on its rule, there is no next. Periods are local
    to the programme; a week begins on Monday.
    """

    total: Total = field(converter=as_total)
    target: Decimal = field(converter=_target)
    every: Unit = field(converter=as_unit, kw_only=True)
    times: int = field(converter=_times, kw_only=True)
    gaps: int = field(default=0, converter=_gaps, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.span > MAX_PERIODS:
            raise DefinitionError(f"a streak with its gaps spans at most {MAX_PERIODS} periods")

    @property
    def span(self) -> int:
        """How many periods it may take from the first to the last."""
        return self.times + self.gaps

    @property
    def window(self) -> Calendar:
        """The window of one period."""
        return Calendar(self.every)

    def is_met(self, value: int, scale: int = 1) -> bool:
        """Whether the total of a period reaches the target."""
        top, bottom = self.target.as_integer_ratio()
        return value * bottom >= top * scale
