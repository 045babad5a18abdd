"""Portions: what of an earning is rounded by itself, and the whole points that it makes.

    Portions = the exact worth of a part, and how many times it counts

Laws: all portions together are the worth of the earning. Which portions there are depends on the
lines alone, never on their order.
"""

from fractions import Fraction
from typing import assert_never, final

from attrs import frozen

from loyaltykit.earning import Earning
from loyaltykit.money import Rounding, RoundingScope, rounded
from loyaltykit.readings import Readings
from loyaltykit.worth import spread, worth


@final
@frozen(order=False)
class Portions:
    """What is rounded each by itself: an exact worth, and how many times it counts."""

    parts: tuple[tuple[Fraction, int], ...]

    @property
    def worth(self) -> Fraction:
        """All of them, exactly."""
        return sum((each * times for each, times in self.parts), Fraction(0))

    def whole(self, by: Fraction | int, rounding: Rounding) -> int:
        """The whole points that they make, each multiplied and then rounded."""
        return sum(rounded(each * by, rounding) * times for each, times in self.parts)


def portions(
    earning: Earning, readings: Readings, scope: RoundingScope, known: Fraction | None = None
) -> Portions:
    """The parts of an earning that are rounded each by itself; `known` is its worth, if it is.

    Raises:
        UnknownFactError: the readings lack a fact or an answer that the earning mentions.
    """
    match scope:
        case RoundingScope.ORDER:
            return Portions(((worth(earning, readings) if known is None else known, 1),))
        case RoundingScope.LINE:
            lines, rest = spread(earning, readings)
            return Portions((*((each, 1) for each in lines), (rest, 1)))
        case RoundingScope.UNIT:
            lines, rest = spread(earning, readings)
            pieces = (
                (each / line.units, line.units)
                for each, line in zip(lines, readings.lines, strict=True)
            )
            return Portions((*pieces, (rest, 1)))
        case _:
            assert_never(scope)
