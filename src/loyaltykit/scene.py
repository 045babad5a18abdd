"""Scene: what an event brings to be read, in minor units.

Scene      = priced lines, labels, answers, shipping, or an activity
PricedLine = a line before discounts, after those so far, and what points pay of it
"""

from collections.abc import Mapping
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.baskets import Label, Line
from loyaltykit.events import Activity
from loyaltykit.readings import Taxed


@final
@frozen(order=False)
class PricedLine:
    """A line in minor units: before discounts, after those so far, and what points pay of it.

    Of what points pay, `credit` is stored value. `taxed` is None where the tax is unknown. `each`
    says what units cost now where that differs: runs of (units, price of each) that add up to the
    line; empty, its units share `net` as evenly as minor units go, the dearer first.
    """

    line: Line
    subtotal: int
    net: int
    tender: int = 0
    credit: int = 0
    taxed: Taxed | None = None
    each: tuple[tuple[int, int], ...] = ()

    @property
    def prices(self) -> tuple[tuple[int, int], ...]:
        """What its units cost now: runs of (units, price of each), in the order of the units."""
        if self.each:
            return self.each
        price, more = divmod(self.net, self.line.quantity)
        runs = ((more, price + 1), (self.line.quantity - more, price))
        return runs if more else runs[1:]


Priced: TypeAlias = tuple[PricedLine, ...]


@final
@frozen(order=False)
class Scene:
    """What an event brings: priced lines, labels, answers, shipping, or an activity's kind."""

    priced: Priced = ()
    labels: Mapping[str, Label] = field(factory=dict)
    answers: Mapping[str, bool | None] = field(factory=dict)
    activity: Activity | None = None
    shipping: int = 0
    shipping_taxed: Taxed | None = None
