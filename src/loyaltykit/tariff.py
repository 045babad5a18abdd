"""Tariff: what points of a purse are worth to a member now, and how many may be spent at a time.

    worth(points) = floor(points x rate)

Amounts are whole numbers: units of the purse, minor units of the currency. The rate is exact.
"""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.ladders import Ladder
from loyaltykit.money import money_text, ratio, shifted
from loyaltykit.observe import tier_at
from loyaltykit.redeeming import Redeeming
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.rulebook import Rulebook
from loyaltykit.vocabulary import CREDIT


@final
@frozen(order=False)
class Cut:
    """How many of the points that were wanted can be spent, and each reason why not all."""

    points: int
    refusals: tuple[Refusal, ...]


@final
@frozen(order=False)
class Tariff:
    """The terms of one purse, in units and minor units; `rate` is minor units a unit."""

    purse: str
    book: Rulebook = field(eq=False, repr=False)
    rate: Fraction = field(default=Fraction(0), kw_only=True)
    minimum: int = field(default=0, kw_only=True)
    step: int = field(default=1, kw_only=True)
    maximum: int | None = field(default=None, kw_only=True)
    share: Fraction = field(default=Fraction(1), kw_only=True)

    @classmethod
    def of(cls, purse: str, account: Account, at: datetime, book: Rulebook) -> "Tariff":
        """The terms on which a member redeems points of a purse at an instant."""
        each = book.redeeming.get(purse)
        scale = book.scales[purse]
        if each is None:
            return cls(purse, book, rate=Fraction(1 if purse == CREDIT else 0))
        return cls(
            purse,
            book,
            rate=_rate(each, account, at, book),
            minimum=_units(each.minimum, scale) or 0,
            step=_units(each.step, scale) or 1,
            maximum=_units(each.maximum, scale),
            share=ratio(each.share) / 100,
        )

    def worth(self, points: int) -> int:
        """What so many points are worth."""
        return floor(points * self.rate)

    def covering(self, payable: int, left: int) -> int:
        """The most points that an order takes, which costs so much, of which so much is left.

        The last point may be worth less than the others, so that no rest stays that is smaller than
        a point; but never the last step, nor the last point within a share.
        """
        most = min(floor(payable * self.share), left)
        if not self.rate or not most:
            return 0
        if self.step == 1 and most == left:
            return ceil(most / self.rate)
        points = ceil((most + 1) / self.rate) - 1
        points -= points % self.step
        exact = ceil(self.worth(points) / self.rate)
        return exact + -exact % self.step

    def overflow(self, aside: int, covering: int) -> tuple[Refusal, ...]:
        """Why reserved points cannot pay for an order that so many points would cover."""
        if not covering or not self.worth(aside):
            return (self._refusal(RefusalCode.REDEMPTION_WORTHLESS, aside, 0),)
        if aside <= covering:
            return ()
        over = aside - covering
        text = f"at most {self._text(covering)} on this order, {self._text(over)} too many"
        missing = Missing(self.purse, text, Decimal(over))
        return (self._refusal(RefusalCode.REDEMPTION_ABOVE_SHARE, aside, covering, missing),)

    def cut(self, wanted: int, available: int, covering: int | None = None, aside: int = 0) -> Cut:
        """How many of these points can be spent, of so many that there are.

        On an order, `covering` points are the most, of which `aside` were reserved.
        """
        points, why = wanted, []
        if covering is not None and not covering:
            return Cut(0, (self._refusal(RefusalCode.REDEMPTION_WORTHLESS, wanted, 0),))
        if wanted < self.minimum:
            text, few = self._few(wanted)
            missing = Missing(self.purse, text, Decimal(few))
            code = RefusalCode.REDEMPTION_BELOW_MINIMUM
            return Cut(0, (self._refusal(code, wanted, 0, missing),))
        if wanted > available:
            points = available
            more = f"{self._text(wanted - available)} more"
            why.append((RefusalCode.POINTS_INSUFFICIENT, more, wanted - available))
        if self.maximum is not None and wanted > self.maximum:
            points = min(points, self.maximum)
            over = wanted - self.maximum
            text = f"at most {self._text(self.maximum)} at a time, {self._text(over)} too many"
            why.append((RefusalCode.REDEMPTION_ABOVE_MAXIMUM, text, over))
        room = None if covering is None else max(0, covering - aside)
        if room is not None and wanted > room:
            points = min(points, room)
            over = wanted - room
            text = f"at most {self._text(room)} on this order, {self._text(over)} too many"
            why.append((RefusalCode.REDEMPTION_ABOVE_SHARE, text, over))
        if odd := wanted % self.step:
            text = f"in steps of {self._text(self.step)}, {self._text(odd)} too many"
            why.append((RefusalCode.REDEMPTION_STEP, text, odd))
        points -= points % self.step
        if points < self.minimum:
            why.append((RefusalCode.REDEMPTION_BELOW_MINIMUM, *self._few(points)))
            points = 0
        if covering is not None and points and not self.worth(aside + points):
            return Cut(0, (self._refusal(RefusalCode.REDEMPTION_WORTHLESS, wanted, 0),))
        return Cut(
            points,
            tuple(
                self._refusal(code, wanted, points, Missing(self.purse, text, Decimal(amount)))
                for code, text, amount in why
            ),
        )

    def _few(self, points: int) -> tuple[str, int]:
        """By how many these points fall short of the minimum, in words as well."""
        few = self.minimum - points
        return f"at least {self._text(self.minimum)} at a time, {self._text(few)} too few", few

    def _refusal(self, code: RefusalCode, desired: int, granted: int, *missing: Missing) -> Refusal:
        return Refusal(code, self.purse, desired=desired, granted=granted, missing=missing)

    def _text(self, units: int) -> str:
        if self.purse == CREDIT:
            return money_text(units, self.book.money)
        number = shifted(units, self.book.purses[self.purse].decimals)
        return f"{number:f} {'point' if number == 1 else 'points'}"


def _rate(each: Redeeming, account: Account, at: datetime, book: Rulebook) -> Fraction:
    if each.purse == CREDIT:
        return Fraction(1)
    worth = each.worth
    ladder = book.ladders.main
    if ladder is not None:
        worth = _of_tier(each, tier_at(account, at, ladder, book), ladder)
    if worth is None:
        return Fraction(0)
    return ratio(worth) * book.scale / (ratio(each.points) * book.scales[each.purse])


def _of_tier(each: Redeeming, tier: str | None, ladder: Ladder) -> Decimal | None:
    rank, worth = ladder.rank(tier), each.worth
    for reached in ladder.names[: rank + 1]:
        worth = each.by_tier.get(reached, worth)
    return worth


def _units(amount: Decimal | None, scale: int) -> int | None:
    return None if amount is None else floor(ratio(amount) * scale)
