"""A till for examples of discounts: lines, shipping, and discounts taken off one after another.

Amounts are minor units of the currency: cents, unless it is another one.
"""

from datetime import UTC, datetime

from loyaltykit import Account, Discount, Line, Program
from loyaltykit.baskets import as_lines
from loyaltykit.discounting import TakenOff, after, take_off
from loyaltykit.discounts import asked
from loyaltykit.inquiries import Questions
from loyaltykit.observe import observe
from loyaltykit.pricing import at_list_price
from loyaltykit.rulebook import Rulebook
from loyaltykit.scene import Scene

AT = datetime(2026, 1, 1, tzinfo=UTC)
BOOK = Rulebook(Program("Club", "EUR", timezone="UTC", rules=[]))


class Till:
    """What a basket costs, as discounts come off it."""

    def __init__(self, *lines: Line, shipping: int = 0, book: Rulebook = BOOK) -> None:
        self.book = book
        self.priced = at_list_price(as_lines(lines), book, "o1")
        self.shipping = shipping

    def take(self, discount: Discount) -> TakenOff:
        """What a discount takes off the basket as it is; the basket costs less from then on."""
        asking = Questions.of([("it", asked(discount))])
        readings = observe(Account.new("ana"), AT, self.book, asking, Scene(self.priced))
        found = take_off(discount, self.priced, readings, self.book, self.shipping)
        self.priced = after(self.priced, found)
        self.shipping -= found.shipping
        assert found.unplaced >= 0
        for each, off in zip(self.priced, found.lines, strict=True):
            assert off >= 0
            assert each.net >= 0
            assert sum(units * price for units, price in each.prices) == each.net
        return found

    def off(self, *discounts: Discount) -> list[int]:
        """What discounts, one after another, take off each line."""
        taken = [self.take(each).lines for each in discounts]
        return [sum(offs) for offs in zip(*taken, strict=True)]

    @property
    def nets(self) -> list[int]:
        """What each line costs."""
        return [each.net for each in self.priced]

    @property
    def taxes(self) -> list[int]:
        """The tax of each line on what it costs; 0 where it is unknown."""
        return [each.taxed.tax(each.net) if each.taxed else 0 for each in self.priced]

    @property
    def gross(self) -> int:
        """What the lines cost together, with the tax that comes on top of them."""
        on_top = [
            each.taxed.tax(each.net) if each.taxed and each.taxed.net == 1 else 0
            for each in self.priced
        ]
        return self.goods + sum(on_top)

    @property
    def goods(self) -> int:
        """What the lines cost together."""
        return sum(self.nets)


def basket_of(*prices: str | int, quantity: int = 1) -> list[Line]:
    """Lines "1", "2" ... at these prices."""
    return [
        Line(str(number), "thing", price=price, quantity=quantity)
        for number, price in enumerate(prices, 1)
    ]


def off(discount: Discount, *lines: Line, shipping: int = 0) -> list[int]:
    """What one discount takes off each line."""
    return Till(*lines, shipping=shipping).off(discount)
