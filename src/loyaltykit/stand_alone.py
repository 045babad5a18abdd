"""Stand-alone selling prices: a transaction price split over goods and points (IFRS 15, ASC 606).

    stand_alone_price(points, worth, breakage="0.05") -> the price of points as if sold alone
    allocate_price(transaction_price, stand_alone) -> the price of each performance obligation

Amounts are whole minor units of one currency.
"""

from collections.abc import Mapping

from loyaltykit.allocation import allocate
from loyaltykit.breakage import Share, as_fraction, as_share, whole_number
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.money import Rounding, rounded
from loyaltykit.vocabulary import named, of_type, shown


def allocate_price(transaction_price: int, stand_alone: Mapping[str, int]) -> dict[str, int]:
    """Split a transaction price over performance obligations by their stand-alone selling prices.

    By largest remainder, so that the parts add up exactly; ties go to the one that is named first.

    >>> allocate_price(100_000, {"goods": 100_000, "points": 9_500})
    {'goods': 91324, 'points': 8676}

    Raises:
        DefinitionError: the price or a stand-alone price is negative, or all of them are zero.
        LimitError: an amount has more than 10**24 units.
    """
    price = whole_number(transaction_price, "transaction_price")
    if not isinstance(stand_alone, Mapping):
        raise MisuseError(
            f'stand_alone: write {{"goods": 100_000, "points": 9_500}}, not {shown(stand_alone)}'
        )
    names = [named(name, "a performance obligation") for name in stand_alone]
    prices = [whole_number(stand_alone[name], f"stand_alone[{name!r}]") for name in names]
    if not any(prices):
        raise DefinitionError("stand_alone: write at least one price above 0")
    return dict(zip(names, allocate(price, prices).parts, strict=True))


def stand_alone_price(
    points: int,
    worth: Share,
    *,
    breakage: Share = 0,
    rounding: Rounding = Rounding.HALF_UP,
) -> int:
    """The stand-alone selling price of points: what they take off, less what is expected to break.

    `worth` is what one point takes off, in minor units; `breakage` is a share. To the nearest unit,
    once, unless told otherwise.

    >>> stand_alone_price(10_000, 1, breakage="0.05")
    9500
    """
    mode = of_type(rounding, Rounding, "rounding: write a Rounding such as Rounding.HALF_UP")
    kept = 1 - as_share(breakage, "breakage")
    value = whole_number(points, "points") * as_fraction(worth, "worth") * kept
    return whole_number(rounded(value, mode), "stand_alone_price")
