"""Readings: what every fact is worth at one moment, collected before anything is judged.

Amounts are minor units, counts are whole, own numbers are exact; None is unknown. Evaluation takes
its whole world as `Readings`, so the order of conditions can never matter.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from loyaltykit.money import Rounding, rounded
from loyaltykit.vocabulary import Fact

Reading: TypeAlias = int | Decimal | str | bool | date | datetime | tuple[str, ...] | None
"""The value of a fact, by its kind: number, money (minor units), text, flag, day, instant, tags."""


@final
@frozen(order=False)
class Taxed:
    """What a price is without its tax and with it, each as a multiple of the price as it is given.

    One that contains a fifth of itself as tax is 4/5 without it; one that it comes on top of, 6/5
    with it.
    """

    net: Fraction
    gross: Fraction

    def tax(self, price: int) -> int:
        """The tax on a price, in minor units, rounded half-up."""
        return rounded((self.gross - self.net) * price, Rounding.HALF_UP)


@final
@frozen(order=False)
class LineReading:
    """One line of a basket: its units, its amounts in minor units, and its facts.

    `spend` was paid in money, `tender` in points or credit, of which `credit` in credit; `subtotal`
    is the price before discounts. `taxed` is None where the tax is unknown.
    """

    id: str
    units: int = field(kw_only=True)
    spend: int = field(kw_only=True)
    subtotal: int = field(kw_only=True)
    tender: int = field(default=0, kw_only=True)
    credit: int = field(default=0, kw_only=True)
    taxed: Taxed | None = field(default=None, kw_only=True)
    values: Mapping[Fact[Any], Reading] = field(kw_only=True)

    @subtotal.default
    def _subtotal(self) -> int:
        return self.spend


@final
@frozen(order=False)
class Readings:
    """A moment: when, where, what the facts are, and the lines of the basket if there is one.

    `scale` is minor units per major unit; `ladder` names the tiers, lowest first; `answers` are the
    host's, to custom conditions. `shipping` is minor units, of no line.
    """

    at: datetime
    zone: ZoneInfo
    scale: int = field(kw_only=True)
    member_zone: ZoneInfo = field(kw_only=True)
    values: Mapping[Fact[Any], Reading] = field(kw_only=True)
    lines: tuple[LineReading, ...] = field(default=(), kw_only=True)
    shipping: int = field(default=0, kw_only=True)
    shipping_taxed: Taxed | None = field(default=None, kw_only=True)
    answers: Mapping[str, bool | None] = field(factory=dict, kw_only=True)
    ladder: tuple[str, ...] = field(default=(), kw_only=True)
