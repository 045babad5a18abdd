"""Records: what is remembered of an event so that it can be taken back by the rules of its day.

A record holds the facts that were read, the lines that were bought, and what each rule posted. A
return judges what is kept from the record alone: a programme that was edited since changes nothing.
"""

from datetime import datetime
from enum import Enum
from fractions import Fraction
from typing import Any, final

from attrs import field, frozen

from loyaltykit.climbs import Grant
from loyaltykit.conditions import Condition
from loyaltykit.coupons import IssuedCoupon
from loyaltykit.earning import Earning
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.lots import Draw, Lot
from loyaltykit.money import Rounding, RoundingScope
from loyaltykit.periods import Period
from loyaltykit.purses import Dormant, Shortfall
from loyaltykit.readings import Reading, Taxed
from loyaltykit.redeeming import GiveBack
from loyaltykit.returns import OnReturn
from loyaltykit.stacking import Reuse
from loyaltykit.vocabulary import CREDIT, Fact, Item, Moment


@final
@frozen(order=False)
class Tally:
    """What was added to a counter, and until when it counts; None is for ever.

    What a ladder remembers was counted at `since`, and may be taken back until `kept`.
    """

    counter: str
    amount: int
    until: datetime | None = field(kw_only=True)
    since: datetime | None = field(default=None, kw_only=True)
    kept: datetime | None = field(default=None, kw_only=True)


class Measure(Enum):
    """What a limit counts."""

    TIMES = "times"
    """How often a rule fired."""
    POINTS = "points"
    """Points, in the smallest unit of their purse."""
    UNITS = "units"
    """Pieces of a basket."""
    MONEY = "money"
    """Credit, in minor units."""


@final
@frozen(order=False)
class Use:
    """What a posting uses of a limit, and until when that counts; None is for ever.

    `key` is a counter of the member. Where others share the limit, it is the key of a claim on
    `most`.
    """

    measure: Measure
    key: str
    amount: int = field(kw_only=True)
    until: datetime | None = field(kw_only=True)
    most: int | None = field(default=None, kw_only=True)


@final
@frozen(order=False)
class RecordedLine:
    """A line as it was bought, in minor units: net is paid in money, tender in points.

    Of the tender, `credit` is paid in stored value. `taxed` is None where the tax is unknown.
    """

    id: str
    units: int = field(kw_only=True)
    returned: int = field(default=0, kw_only=True)
    net: int = field(kw_only=True)
    tender: int = field(default=0, kw_only=True)
    credit: int = field(default=0, kw_only=True)
    taxed: Taxed | None = field(default=None, kw_only=True)
    subtotal: int = field(kw_only=True)
    facts: FrozenMap[Fact[Any], Reading] = field(kw_only=True)

    @property
    def kept(self) -> int:
        """Units that were not returned."""
        return self.units - self.returned

    @property
    def kept_net(self) -> int:
        """What was paid for the units that are kept.

        It depends on how many units came back, never on the steps in which they did.
        """
        return self.net - self.net * self.returned // self.units

    @property
    def returned_tender(self) -> int:
        """What points had paid for the units that came back."""
        return self.tender * self.returned // self.units

    @property
    def kept_tender(self) -> int:
        """What points had paid for the units that are kept."""
        return self.tender - self.returned_tender

    @property
    def kept_credit(self) -> int:
        """What stored value had paid for the units that are kept."""
        return self.credit - self.credit * self.returned // self.units

    @property
    def kept_subtotal(self) -> int:
        """The price before discounts of the units that are kept."""
        return self.subtotal - self.subtotal * self.returned // self.units


@final
@frozen(order=False)
class Award:
    """Points that a rule granted for the event: the lot as granted, and what was taken back.

    `granted` is what the event was worth, `kept` what it is worth now, by `on_return`. `taken`,
    `debt` and `forgiven` are where the difference came from, as far as `shortfall` lets it; of
    what is forgiven, `fresh` was so only at `fresh_at`. `scale` is the purse's units in a point.
    `limited` says that limits count it as points, `cancelled` that it was never confirmed. `before`
    is the fraction that was carried over into it, if the rule does so.
    """

    lot: Lot
    earning: Earning = field(kw_only=True)
    rounding: Rounding = field(kw_only=True)
    scope: RoundingScope = field(default=RoundingScope.ORDER, kw_only=True)
    scale: int = field(default=1, kw_only=True)
    on_return: OnReturn = field(default=OnReturn.REEVALUATE, kw_only=True)
    shortfall: Shortfall = field(default=Shortfall.DEBT, kw_only=True)
    most_debt: int | None = field(default=None, kw_only=True)
    limited: bool = field(kw_only=True)
    cancelled: bool = field(default=False, kw_only=True)
    before: Fraction | None = field(default=None, kw_only=True)
    kept: int = field(kw_only=True)
    taken: tuple[Draw, ...] = field(default=(), kw_only=True)
    debt: int = field(default=0, kw_only=True)
    forgiven: int = field(default=0, kw_only=True)
    fresh: int = field(default=0, kw_only=True)
    fresh_at: datetime | None = field(default=None, kw_only=True)
    tallies: tuple[Tally, ...] = field(default=(), kw_only=True)

    @property
    def granted(self) -> int:
        """What was granted at first."""
        return self.lot.points

    @property
    def reversed(self) -> int:
        """Points taken back so far, what was forgiven included."""
        return sum(draw.points for draw in self.taken) + self.debt + self.forgiven


@final
@frozen(order=False)
class GivenTier:
    """A tier that a rule gave: the id of the grant, and its ladder."""

    grant: str
    ladder: str
    given: Grant


@final
@frozen(order=False)
class Carried:
    """What an action that carries over began with, and what it is worth now, if anything.

    All in the smallest unit of its purse: `before` is the fraction from earlier grants, `worth` is
    exact, and `whole` is what rounding makes of both.
    """

    action: int
    earning: Earning = field(kw_only=True)
    scale: int = field(kw_only=True)
    before: Fraction = field(kw_only=True)
    worth: Fraction = field(kw_only=True)
    whole: int = field(kw_only=True)

    @property
    def left(self) -> Fraction:
        """What it leaves of the fraction for later grants, more or less."""
        return self.worth - self.whole


@final
@frozen(order=False)
class Posting:
    """What one rule did for the event: its condition, its awards, its coupons, its limits.

    `at`, `facts` and `ladder` are its own, for a rule that fired later than the event. `unit_room`
    is what its limits had left in units, of the lines that meet one of `of`, or of all if there is
    none; `units` are how many of these earned. `uses` are what it uses of each
    limit. `returned` are the units that had come back when it fired. `tiers` are what it gave.
    `sent` are the ids of events that went to `recipient`. `keeps` says that
    something cannot be taken back.
    """

    rule: str
    when: Condition[Moment] | None = field(kw_only=True)
    at: datetime | None = field(default=None, kw_only=True)
    ladder: tuple[str, ...] = field(default=(), kw_only=True)
    facts: FrozenMap[Fact[Any], Reading] = field(factory=FrozenMap, kw_only=True)
    returned: FrozenMap[str, int] = field(factory=FrozenMap, kw_only=True)
    unit_room: int | None = field(default=None, kw_only=True)
    units: int = field(default=0, kw_only=True)
    of: tuple[Condition[Item], ...] = field(default=(), kw_only=True)
    awards: tuple[Award, ...] = field(default=(), kw_only=True)
    coupons: tuple[IssuedCoupon, ...] = field(default=(), kw_only=True)
    withdrawn: bool = field(default=False, kw_only=True)
    tiers: tuple[GivenTier, ...] = field(default=(), kw_only=True)
    revoked: bool = field(default=False, kw_only=True)
    sent: tuple[str, ...] = field(default=(), kw_only=True)
    recipient: str | None = field(default=None, kw_only=True)
    recalled: bool = field(default=False, kw_only=True)
    keeps: bool = field(default=False, kw_only=True)
    carried: tuple[Carried, ...] = field(default=(), kw_only=True)
    uses: tuple[Use, ...] = field(default=(), kw_only=True)

    @property
    def stands(self) -> bool:
        """Whether it still stands for something: it uses its limit as long as it does."""
        return (
            self.keeps
            or any(award.kept for award in self.awards)
            or (bool(self.coupons) and not self.withdrawn)
            or (bool(self.tiers) and not self.revoked)
            or (bool(self.sent) and not self.recalled)
        )

    @property
    def limited(self) -> int:
        """What is kept of the points that limits count."""
        return sum(award.kept for award in self.awards if award.limited)

    @property
    def credited(self) -> int:
        """What is kept of the credit, in minor units."""
        return sum(award.kept for award in self.awards if award.lot.purse == CREDIT)


@final
@frozen(order=False)
class Tender:
    """What points of a purse paid for an order: the lots that they came from, in that order.

    `worth` is minor units. `given` points have come back so far, by `on_return`; those whose lot
    has lapsed live for `grace` then. `dormant` is how long a purse that the order emptied would
    have been kept alive.
    """

    purse: str
    draws: tuple[Draw, ...]
    worth: int = field(kw_only=True)
    on_return: GiveBack = field(default=GiveBack.PRO_RATA, kw_only=True)
    grace: Period | None = field(default=None, kw_only=True)
    given: int = field(default=0, kw_only=True)
    dormant: Dormant | None = field(default=None, kw_only=True)

    @property
    def points(self) -> int:
        """How many points were spent."""
        return sum(draw.points for draw in self.draws)


@final
@frozen(order=False)
class OfferUse:
    """An offer that an order used: what came off each line and shipping, in minor units.

    `offer` is "coupon:NAME" or "promotion:NAME"; `coupon` is the one that was used up. `uses` are
    what it used of limits, given back by `on_return`.
    """

    offer: str
    coupon: IssuedCoupon | None = None
    discount: FrozenMap[str, int] = field(kw_only=True)
    shipping: int = field(default=0, kw_only=True)
    uses: tuple[Use, ...] = field(default=(), kw_only=True)
    on_return: Reuse = field(default=Reuse.WHOLE, kw_only=True)


@final
@frozen(order=False)
class UnitTally:
    """Pieces of an order that were added to a counter: those on lines for which `of` holds."""

    of: Condition[Item] | None
    tally: Tally


@final
@frozen(order=False)
class Reached:
    """For what a rule fired, where no event listened to brought it: a milestone, a tier."""

    rule: str
    subject: str


@final
@frozen(order=False)
class Record:
    """What is remembered of a purchase, a referral credit or a consequence until `until`.

    `facts` are the readings about the moment, `answers` the host's; `zone`, `member_zone` and
    `ladder` are the zones and the tiers by which they are judged. `shipping` is minor units.
    `offers` are the coupons and promotions that were used, `tenders` what was paid in points.
    `orders`, `spend` and `units` are what the order itself counted, per order, in minor units and
    in pieces. `lapsed` says how many points of each lot
    expired unspent. `dormant` is how long each purse that the order kept alive would have been so
    without it. `reached` is for what the rule of a consequence fired; its `orders` count for as
    long as something of it stands.
    """

    id: str
    at: datetime
    until: datetime = field(kw_only=True)
    zone: str = field(kw_only=True)
    member_zone: str = field(kw_only=True)
    ladder: tuple[str, ...] = field(default=(), kw_only=True)
    lines: tuple[RecordedLine, ...] = field(default=(), kw_only=True)
    shipping: int = field(default=0, kw_only=True)
    shipping_taxed: Taxed | None = field(default=None, kw_only=True)
    facts: FrozenMap[Fact[Any], Reading] = field(factory=FrozenMap, kw_only=True)
    answers: FrozenMap[str, bool | None] = field(factory=FrozenMap, kw_only=True)
    postings: tuple[Posting, ...] = field(default=(), kw_only=True)
    tenders: tuple[Tender, ...] = field(default=(), kw_only=True)
    orders: tuple[Tally, ...] = field(default=(), kw_only=True)
    spend: tuple[Tally, ...] = field(default=(), kw_only=True)
    units: tuple[UnitTally, ...] = field(default=(), kw_only=True)
    offers: tuple[OfferUse, ...] = field(default=(), kw_only=True)
    dormant: FrozenMap[str, Dormant | None] = field(factory=FrozenMap, kw_only=True)
    lapsed: FrozenMap[str, int] = field(factory=FrozenMap, kw_only=True)
    reached: Reached | None = field(default=None, kw_only=True)
    closed: bool = field(default=False, kw_only=True)

    @property
    def is_order(self) -> bool:
        """Whether something was bought; else it is a referral credit or a consequence."""
        return bool(self.lines)

    @property
    def coupons(self) -> tuple[IssuedCoupon, ...]:
        """The coupons that were used up, in programme order."""
        return tuple(each.coupon for each in self.offers if each.coupon is not None)

    @property
    def code(self) -> str | None:
        """The coupon that limits per code count: of several, the first in programme order."""
        return next((each.coupon for each in self.coupons), None)

    @property
    def kept_net(self) -> int:
        """What was paid for what is kept, in minor units."""
        return sum(line.kept_net for line in self.lines)
