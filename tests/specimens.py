"""One value of every kind that is stored, written by hand, few fields at their defaults."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loyaltykit.account import (
    Account,
    EndedReservation,
    LapsedCoupon,
    Profile,
    Remembered,
    ReservationEnd,
)
from loyaltykit.adoptions import LadderAdopted, VersionAdopted
from loyaltykit.bands import Band, Banded, Banding
from loyaltykit.basis import Basis, Discounts, PaidIn, Taxes
from loyaltykit.baskets import Basket, Line, Shipping, Tax, TaxRate
from loyaltykit.budgets import Budget
from loyaltykit.bundles import Bundle, Part
from loyaltykit.calendar import LeapDay
from loyaltykit.climbs import Climb, Grant, Standing, Step, TierTerm, Trail, Turn
from loyaltykit.closures import Closed, Erased, Resumed, Suspended
from loyaltykit.conditions import AllOf, AnyOf, AtLeast, Not, SomeItem
from loyaltykit.corrections import Since
from loyaltykit.counters import Count, Counter
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.decision import (
    Claim,
    CodeAnswer,
    Decision,
    Merger,
    PromotionAnswer,
    Quote,
    QuotedGift,
    QuotedLane,
    QuotedLine,
    QuotedPoints,
    QuotedRun,
    QuotedShare,
    QuotedSpend,
    Status,
)
from loyaltykit.discounts import ForEach, FreeItem, Together, by_spend
from loyaltykit.earning import Best, Capped, First, Multiplied, Scaled, Sum, When
from loyaltykit.effects import (
    Armed,
    Counted,
    CouponExpired,
    CouponIssued,
    CouponPresented,
    CouponRestored,
    CouponUsed,
    CouponWithdrawn,
    Denied,
    Disarmed,
    DormancySet,
    Enrolled,
    Notified,
    Opened,
    ProfileSet,
    PromotionUsed,
    Recorded,
    RecordKept,
    Referred,
    RemainderSet,
    Returned,
    RewardGiven,
    Sent,
    StandingSet,
    TierChanged,
    TierGranted,
    TierWithdrawn,
    Triggered,
)
from loyaltykit.events import (
    Activity,
    Adjustment,
    Capture,
    Closure,
    Confirmation,
    CouponPresentation,
    Enrolment,
    Erasure,
    EventKind,
    ExpiryStart,
    Extension,
    Goodwill,
    Merge,
    OpeningBalance,
    ProfileChange,
    Purchase,
    Redemption,
    Referral,
    ReferralQualified,
    ReferralReversed,
    Reinstatement,
    Release,
    Reservation,
    Resumption,
    Return,
    RewardClaim,
    Suspension,
    TierOverride,
    TierOverrideEnd,
    Transfer,
    TransferReceived,
    TransferReturned,
)
from loyaltykit.factors import Combine, Factor
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.handmade import (
    Adjusted,
    GoodwillGranted,
    Rescheduled,
    Revived,
    TransferArrived,
    Transferred,
    TransferUndone,
)
from loyaltykit.ledger import Balance, ReservedPoints, Totals
from loyaltykit.limits import Limit, OneOrder, Over, Per
from loyaltykit.lots import Draw, Lot
from loyaltykit.mergers import Absorbed, MergedInto
from loyaltykit.metrics import (
    AllNeeds,
    AnyNeed,
    Counting,
    FactMetric,
    MoneySpent,
    OrderDays,
    OrdersPlaced,
    PointsEarned,
    Reach,
    SomeNeeds,
)
from loyaltykit.migrations import ExpiryChange, Judged, LadderChange, LadderDropped, Redated
from loyaltykit.milestones import Milestone, Streak
from loyaltykit.money import Rounding, RoundingScope
from loyaltykit.movements import (
    Accrued,
    Cancelled,
    Captured,
    DebtRepaid,
    Expired,
    GivenBack,
    Redeemed,
    Reinstated,
    Released,
    ReservationReleased,
    Reserved,
    Reversed,
)
from loyaltykit.openings import OpeningLot, OpeningMetric, OpeningUse
from loyaltykit.periods import Period, ThenNext, ThroughEndOf, Unit
from loyaltykit.perks import Early, Perk
from loyaltykit.program import Program
from loyaltykit.promotions import Promotion
from loyaltykit.purses import Dormancy, Dormant, Purse, Shortfall
from loyaltykit.questions import (
    Anniversary,
    Compare,
    Custom,
    During,
    Elapsed,
    Every,
    Known,
    OneOf,
    Op,
)
from loyaltykit.rates import Fixed, PerFact, PerLine, PerSpend, PerUnit, PerWhole
from loyaltykit.readings import Taxed
from loyaltykit.records import (
    Award,
    Carried,
    GivenTier,
    Measure,
    OfferUse,
    Posting,
    Reached,
    Record,
    RecordedLine,
    Tally,
    Tender,
    UnitTally,
    Use,
)
from loyaltykit.redeeming import GiveBack, Redeeming
from loyaltykit.reductions import (
    AmountOff,
    Covers,
    Each,
    NewPrice,
    PercentOff,
    Rounds,
    free_shipping,
)
from loyaltykit.refusals import Missing, Refusal, RefusalCode, Room
from loyaltykit.release import UntilConfirmed
from loyaltykit.returns import OnReturn
from loyaltykit.rewards import Gift, Reward
from loyaltykit.rules import Accrue, Credit, GrantTier, Issue, Notify, Rule, Send
from loyaltykit.selections import Begin, Pick
from loyaltykit.stacking import (
    Against,
    Amounts,
    Choose,
    Exclusive,
    Lane,
    Reuse,
    Rivalry,
    Stacking,
)
from loyaltykit.tenures import (
    AtEndOf,
    AtOnce,
    Downgrade,
    ForTerm,
    Grace,
    GraceFrom,
    Skipped,
    UntilReview,
    WhileQualified,
)
from loyaltykit.tiers import Tier, Tiers
from loyaltykit.times import Dates, Hours, Recurrence, Season, Weekdays
from loyaltykit.totals import ActivitiesDone, UnitsBought
from loyaltykit.traces import (
    ConditionTrace,
    EarningTrace,
    Explanation,
    GrantTrace,
    Outcome,
    RuleTrace,
)
from loyaltykit.transfers import TransferLot
from loyaltykit.triggers import (
    After,
    Birthday,
    Inactivity,
    On,
    TierEnding,
    TierKept,
    TierLost,
    TierReached,
    Zone,
)
from loyaltykit.versions import Version, Versions
from loyaltykit.vocabulary import Fact, Item, Kind, Moment, Scope
from loyaltykit.windows import (
    Calendar,
    Forever,
    Lifetime,
    MembershipYear,
    OnDate,
    Rolling,
    SinceEntry,
    TierEnd,
)

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 0, 0, 0, 125, tzinfo=UTC)
DAY = date(1990, 2, 28)

spend = Fact[Moment](Scope.BASKET, "spend", kind=Kind.MONEY)
joined = Fact[Moment](Scope.MEMBER, "enrolled", kind=Kind.INSTANT)
birthday = Fact[Moment](Scope.MEMBER, "birthday", kind=Kind.DAY)
staff = Fact[Moment](Scope.MEMBER, "staff", kind=Kind.FLAG, own=True, optional=True)
category = Fact[Item](Scope.ITEM, "category", kind=Kind.TEXT)

enough = Compare(spend, Op.GE, Decimal("15.5"))
coffee = OneOf(category, ("tea", "coffee"))
price: Fact[Item] = Fact(Scope.ITEM, "price", kind=Kind.MONEY)
per_euro = PerSpend(Decimal(1), Decimal("0.5"), of=coffee)
fixed = Fixed(Decimal("2.5"))
limit = Limit(
    *(2,),
    points=300,
    units=7,
    window=Calendar(Unit.QUARTER, starts=(4, 6)),
    per=Per.CODE,
    over=Over.REFUSE,
)
budget = Budget(
    "spring",
    points=9,
    amount="7.5",
    window=Calendar(Unit.YEAR),
    rules=["earned", "bonus"],
    offers=["sale"],
)
lane = Lane("sales", Choose.IN_ORDER, against=Against.START, most=3)
stacking = Stacking([lane, Lane("codes")], groups={"percent": 1}, exclusive=Rivalry.EXCLUSIVE_FIRST)
sale = Promotion(
    *("sale", PercentOff(Decimal(10))),
    when=enough,
    reads=Amounts.AFTER,
    limit=Limit(2),
    total=500,
    lane="sales",
    group="percent",
    exclusive=Exclusive.UNITS,
    on_return=Reuse.NEVER,
)
labels: dict[str, Any] = {
    "channel": "app",
    "kilos": "0.5",
    "gift": True,
    "notes": ["a", "b"],
    "desk": None,
}

lot = Lot(
    *("o-1:earned:0", "points"),
    points=100,
    remaining=40,
    earned=AT,
    available=LATER,
    expires=LATER,
    event="o-1",
    rule="earned",
    tier="gold",
    awaits=True,
)
draw = Draw(lot, 60)
held = IssuedCoupon("CAKE-1", "CAKE", issued=AT, until=LATER, event="o-1", rule="birthday")
tally = Tally("metric", 100, until=LATER)
use = Use(Measure.UNITS, "limit:earned/ever/units", amount=2, until=LATER, most=9)
facts: FrozenMap[Fact[Any], Any] = FrozenMap(
    {
        spend: 1550,
        Fact(Scope.BASKET, "weight", kind=Kind.NUMBER, own=True): Decimal("1.5"),
        Fact(Scope.BASKET, "channel", kind=Kind.TEXT, own=True): "app",
        staff: True,
        birthday: DAY,
        joined: AT,
        Fact(Scope.ITEM, "tags", kind=Kind.TAGS): ("a", "b"),
        Fact(Scope.MEMBER, "tier", kind=Kind.TIER): None,
    }
)
recorded_line = RecordedLine(
    "1", units=3, returned=1, net=1200, tender=90, credit=30, subtotal=1500, facts=facts
)
award = Award(
    *(lot,),
    earning=fixed,
    rounding=Rounding.CEIL,
    scale=10,
    on_return=OnReturn.PER_ITEM,
    shortfall=Shortfall.BALANCE,
    most_debt=7,
    limited=True,
    cancelled=True,
    kept=40,
    taken=(draw,),
    debt=3,
    forgiven=9,
    fresh=2,
    fresh_at=AT,
    tallies=(tally,),
)
grant = Grant("gold", since=AT, until=LATER, exactly=True, rule="earned", given=AT, lasts=Forever())
tier_given = GivenTier("g-1", "tier", grant)
posting = Posting(
    *("earned",),
    when=enough,
    at=AT,
    ladder=("bronze", "gold"),
    facts=facts,
    returned=FrozenMap({"1": 2}),
    unit_room=3,
    units=2,
    of=(coffee,),
    awards=(award,),
    coupons=(held,),
    withdrawn=True,
    tiers=(tier_given,),
    revoked=True,
    sent=("q-1",),
    recipient="bob",
    recalled=True,
    keeps=True,
    uses=(use,),
)
tender = Tender(
    *("points", (draw,)),
    worth=90,
    on_return=GiveBack.WHOLE,
    grace=Period(days=30),
    given=20,
    dormant=Dormant(AT, LATER),
)
redeeming = Redeeming(
    "points",
    points=100,
    worth="4.5",
    by_tier={"gold": 6},
    minimum=500,
    step=100,
    maximum=900,
    share=50,
    on_return=GiveBack.NEVER,
    grace=Period(days=7),
)
reward = Reward(
    *("mug", "99.5"),
    gives="blue mug",
    purse="status",
    when=Known(joined),
    limit=Limit(3),
    stock=40,
)
units_tally = UnitTally(coffee, tally)
offer_use = OfferUse(
    *("coupon:CAKE", held),
    discount=FrozenMap({"1": 25}),
    shipping=490,
    uses=(use,),
    on_return=Reuse.NEVER,
)
record = Record(
    *("o-1", AT),
    until=LATER,
    zone="Europe/Lisbon",
    member_zone="Asia/Tokyo",
    ladder=("bronze", "gold"),
    lines=(recorded_line,),
    facts=facts,
    answers=FrozenMap({"vip": None, "local": True}),
    postings=(posting,),
    tenders=(tender,),
    orders=(tally,),
    spend=(tally,),
    units=(units_tally,),
    offers=(offer_use, OfferUse("promotion:sale", discount=FrozenMap({"1": 5}))),
    lapsed=FrozenMap({"o-1:earned:0": 5}),
    dormant=FrozenMap({"points": Dormant(AT, LATER), "status": None}),
    reached=Reached("milestone", "spend#2"),
    closed=True,
)
lacking = Missing("basket.spend", "1.50 EUR more", Decimal("1.5"))
room = Room("at most 100 points in one month, 4 points left", 4, LATER)
refusal = Refusal(
    *(RefusalCode.LIMIT_REACHED, "earned"),
    desired=9,
    granted=4,
    missing=(lacking,),
    room=room,
)
asked = ConditionTrace("spend >= 15.5", held=False, actual="14.00", missing=lacking)
asked_all = ConditionTrace("all", held=False, parts=(asked, ConditionTrace("tea", held=True)))
worth = EarningTrace("2 * 1 per 3", Fraction(-2, 3), condition=asked, parts=())
worth_all = EarningTrace("sum", Fraction(50), parts=(worth,))
granted = GrantTrace("points", desired=9, granted=4, earning=worth_all)
traced = RuleTrace(
    "earned", AT, outcome=Outcome.LIMITED, when=asked_all, grants=(granted,), refusals=(refusal,)
)
explained = Explanation((traced,), ("a note",))

line = Line(
    *("1", "espresso"),
    price="3.50",
    quantity=2,
    discount="0.25",
    category="coffee",
    brand="Alba",
    tags=["b", "a"],
    labels=labels,
)
purchase = Purchase(
    *("o-1", AT),
    member="ann",
    lines=[line],
    coupons=["CAKE-1"],
    spend={"points": 40},
    captures=["h-1"],
    paid="6.75",
    labels=labels,
    answers={"vip": False},
)
qualified = ReferralQualified("q-1", AT, member="bob", referee="ann", order="o-1")
third = Pick(Begin.DEAREST, skip=1, group=3, take=1, most=5)
pair = Part(2, coffee, begin=Begin.CHEAPEST)
cake = Coupon(
    *("CAKE", AmountOff(Decimal(5), of=coffee)),
    valid=Period(days=14),
    when=enough,
    limit=Limit(2),
    total=500,
    public=True,
    reads=Amounts.INITIAL,
    lane="codes",
    group="percent",
    exclusive=Exclusive.UNITS,
    on_return=Reuse.NEVER,
)
ladder = Tiers(
    [Tier("bronze", 0), Tier("gold", "2000.5", keep=1500, expires=Period(months=36))],
    metric=MoneySpent(),
    window=Rolling(Period(months=12)),
    upgrade=AtEndOf(Unit.MONTH),
    validity=UntilReview(Period(months=12)),
    downgrade=Downgrade.ONE_STEP,
    grace=Grace(Period(days=30), counted_from=GraceFrom.LAST_COUNTED),
    skipped=Skipped.LAST,
)
reach = Reach(MoneySpent(), 500)
often = Reach(OrdersPlaced(), 3)
needs = SomeNeeds(1, [AllNeeds([reach, often]), AnyNeed([reach, often])])
pros = Tiers(
    [Tier("pro", needs), Tier("daily", OrderDays().reaching(9)), Tier("chosen", None)],
    name="pro",
    metric=FactMetric(Fact(Scope.MEMBER, "balance:points", kind=Kind.NUMBER)),
)
accrue = Accrue(
    per_euro,
    purse="status",
    pending=Period(days=14),
    expires=OnDate(date(2027, 1, 1)),
    rounding=Rounding.HALF_UP,
    scope=RoundingScope.LINE,
    on_return=OnReturn.PRO_RATA,
)
rule = Rule("earned", On(EventKind.PURCHASE), then=[accrue], when=enough, limit=[limit])
purse = Purse(
    "status",
    decimals=1,
    expires=ThroughEndOf(Unit.YEAR),
    cap="500.5",
    most_debt=20,
    dormancy=Dormancy(
        Period(months=12),
        share="12.5",
        least=5,
        every=Period(days=7),
        all_after=Period(months=20),
        unless=[EventKind.PURCHASE],
    ),
)
perk = Perk(
    "presale",
    when=Known(joined),
    of=coffee,
    opens=AT,
    closes=date(2026, 4, 1),
    early=[Early(Period(days=1, seconds=60), when=Known(joined))],
    guests=True,
)
program = Program(
    *("Coffee Club", "EUR"),
    timezone="Europe/Lisbon",
    rules=[
        rule,
        Rule("gift", Birthday(before=Period(days=3)), then=[Issue(cake), Issue("TEA")]),
        Rule("lapsed", Inactivity(Period(days=90)), then=Notify("come-back")),
    ],
    tiers=[ladder, pros],
    coupons=[Coupon("TEA", PercentOff(15))],
    promotions=[sale],
    stacking=stacking,
    purses=[purse],
    budgets=[Budget("year", points=9, window=Calendar(Unit.YEAR), rules=["earned"])],
    redeeming=[redeeming],
    rewards=[reward],
    remember=Period(days=500),
    skew=Period(seconds=60),
    goodwill=Limit(2, points=300, window=Calendar(Unit.QUARTER)),
    perks=[perk],
)
change = LadderChange(
    "pro", instead_of="tier", moved={"gold": "pro"}, judged=Judged.ANEW, held=Period(months=6)
)
redated = ExpiryChange("credit", redated=Redated.ANEW, notice=Period(days=9))
version = Version(
    "2026", Program("Club", "EUR", timezone="Europe/Lisbon"), since=LATER, migrations=[redated]
)
step = Step(AT, 5, until=LATER, kept=LATER)
standing = Standing(
    "gold",
    since=AT,
    until=LATER,
    anchor=AT,
    renewed=2,
    terms=(TierTerm("gold", LATER),),
    falls=LATER,
    to="silver",
    counted_from=AT,
    carried=4,
)
turn = Turn(AT, standing)
climb = Climb("gold", (turn,), FrozenMap({"g-1": grant}), AT)
given = Transferred(AT, "t-1", "bob", "points", (draw,), LATER)
account = Account(
    *("ann", 17),
    clock=LATER,
    edition="2026",
    enrolled=AT,
    profile=Profile(DAY, "Asia/Tokyo", FrozenMap({"plan": "pro"})),
    purses=FrozenMap({"points": Totals(issued=100, redeemed=60)}),
    lots=(lot,),
    pending=(lot,),
    reservations=FrozenMap({"h-1": ReservedPoints("points", (draw,), LATER)}),
    ended_reservations=FrozenMap({"h-0": EndedReservation(ReservationEnd.EXPIRED, LATER)}),
    dormant=FrozenMap({"points": Dormant(AT, LATER, 1)}),
    counters=FrozenMap({"z": Counter(4, (Count(3, LATER), Count(1, None))), "a": Counter()}),
    ladders=FrozenMap({"tier": climb}),
    trails=FrozenMap({"tier": Trail((step,), (step,))}),
    coupons=FrozenMap({"CAKE-1": held}),
    expired_coupons=FrozenMap({"TEA-1": LapsedCoupon("TEA", AT)}),
    armed=FrozenMap({("lapsed", "o-1"): LATER, ("gift", "2027"): AT}),
    birthdays=FrozenMap({"gift": 2026}),
    referrer="bob",
    ancestors=("cyd", "dan"),
    records=FrozenMap({"o-1": record}),
    remembered=FrozenMap({"o-1": Remembered("0f" * 32, LATER)}),
    transfers=FrozenMap({"t-1": given}),
    suspended=Suspended(AT, "under review", LATER),
    closed=Closed(AT, "two cards", "bea"),
    erased=Erased(AT, "z-2"),
    earlier_order=AT,
    earliest_order=AT,
)
effects = (
    Recorded(AT, "o-1", "0f" * 32, LATER),
    Enrolled(AT, AT),
    Opened(AT, LATER),
    ProfileSet(AT, DAY, "Asia/Tokyo", FrozenMap({"plan": "pro"})),
    Accrued(AT, lot, 120, received=True),
    Released(AT, "o-1:earned:0"),
    Expired(AT, lot),
    Redeemed(AT, "r-1", "points", (draw,)),
    Reserved(AT, "h-1", "points", (draw,), LATER),
    Captured(AT, "c-9", "h-1", "points", (draw,), LATER),
    ReservationReleased(AT, "h-1", "points", (draw,), LATER, expired=True),
    Reversed(AT, "b-1", "o-1", "earned", "points", (draw,), 4),
    Reinstated(AT, "b-2", "o-1", "earned", "points", (draw,), 4, (draw,)),
    GivenBack(AT, "b-1", "o-1", "points", (draw,)),
    DebtRepaid(AT, "points", "o-1:earned:0", 4),
    Counted(AT, "metric", -100, LATER),
    TierChanged(AT, None, "gold"),
    StandingSet(AT, "tier", AT, (turn,)),
    TierGranted(AT, "tier", "g-1", grant, "a friend"),
    TierWithdrawn(AT, "tier", "g-1"),
    VersionAdopted(AT, "2026", moved=FrozenMap({"silver": "bronze"})),
    LadderAdopted(
        *(AT, "tier", standing),
        counters=("tier",),
        grants=FrozenMap({"g-1": grant}),
    ),
    RecordKept(AT, record),
    Returned(AT, "b-1", FrozenMap({"1": 2}), 650, record),
    CouponIssued(AT, held),
    CouponPresented(AT, "CAKE-1", 500),
    CouponUsed(AT, "o-1", held, FrozenMap({"2": 300, "1": 200}), 490),
    PromotionUsed(AT, "o-1", "sale", FrozenMap({"2": 300, "1": 200}), 490),
    CouponExpired(AT, "CAKE-1", LATER),
    CouponWithdrawn(AT, "o-1", "CAKE-1"),
    CouponRestored(AT, "o-1", held),
    RewardGiven(AT, "w-1", "mug", 2, "mug", ("CAKE-1",)),
    Armed(AT, "lapsed", "o-1", LATER),
    Disarmed(AT, "lapsed", "o-1"),
    Cancelled(AT, lot),
    RemainderSet(AT, "earned", 1, Fraction(-1, 3)),
    DormancySet(AT, "status", Dormant(AT, LATER, 2, "o-1")),
    Triggered(AT, "gift", "2026", 2026),
    Notified(AT, "lapsed", "come-back", LATER),
    Referred(AT, "bob", ("cyd",)),
    Sent(AT, qualified),
    Denied(AT, "coupon:CAKE"),
    Adjusted(AT, "j-1", "points", lot, (draw,), "counted again"),
    GoodwillGranted(AT, lot, "late delivery"),
    Rescheduled(AT, "x-1", "o-1:earned:0", LATER),
    Revived(AT, lot, "was in hospital"),
    given,
    TransferArrived(AT, "bob", "points", (lot,)),
    TransferUndone(AT, "t-1", "bob", "points", (draw,)),
    MergedInto(AT, "m-1", "bea", "two cards"),
    Absorbed(
        *(AT, "m-1", Account("cyd", 3, clock=AT, lots=(lot,))),
        lots=FrozenMap({"o-1:earned:0": "m-1:lot"}),
        coupons=FrozenMap({"CAKE-1": "m-1:CAKE"}),
        subjects=FrozenMap({"o-1": "m-1:o-1"}),
    ),
    Closed(AT, "moved away", "bea"),
    Suspended(AT, "under review", LATER),
    Resumed(AT),
    Erased(AT, "z-2"),
)
quoted_share = QuotedShare(
    "CAKE", amount=25, runs=(QuotedRun(1, 13), QuotedRun(1, 12)), coupon="CAKE-1"
)
quoted_gift = QuotedGift("sale", "MUG", units=2, present=1)
quoted_lane = QuotedLane("coupons", ("CAKE",), discount=25, exact=False)
promotion_answer = PromotionAnswer("sale", discount=25, refusal=refusal, valid_from=LATER)
quoted = (
    QuotedLine(
        "1", units=2, subtotal=700, discount=25, payable=585, tender=90, shares=(quoted_share,)
    ),
    QuotedPoints("earned", "points", 6),
    CodeAnswer("CAKE-1", discount=25, refusal=refusal, valid_from=LATER),
    QuotedSpend("points", desired=60, points=40, worth=90, most=50, refusals=(refusal,)),
)

SPECIMENS: tuple[Any, ...] = (
    *(change, redated, LadderDropped("pro"), version, OrderDays()),
    Versions([Version("2025", Program("Club", "EUR", timezone="Europe/Lisbon")), version]),
    *(program, account, purchase, line, record, recorded_line, posting, award, tally, lot, draw),
    *(lacking, refusal, asked_all, worth_all, granted, traced, explained, held, cake, ladder, rule),
    *(
        purse,
        purse.dormancy,
        Dormant(AT, LATER, 2, "o-1"),
        TierEnd(),
        UntilConfirmed(Period(days=9)),
    ),
    *(use, room, budget, OneOrder(), offer_use, sale, lane, stacking),
    *(quoted_share, QuotedRun(1, 13), quoted_lane, promotion_answer, quoted_gift),
    *(tender, redeeming, reward, Gift("mug"), perk, perk.early[0]),
    Reached("milestone", "spend#2"),
    Milestone(MoneySpent(), [100, 500], window=Calendar("month")),
    Streak(ActivitiesDone("visit"), 2, every="week", times=4, gaps=1),
    *(UnitsBought(of=coffee), units_tally, ActivitiesDone("visit")),
    RewardClaim("w-1", AT, member="ann", reward="mug", quantity=2),
    *(staff, enough, coffee, per_euro, fixed, limit, accrue, *effects, *quoted),
    AllOf((enough, Custom("vip"))),
    AnyOf((enough, Known(staff))),
    Not(enough),
    AtLeast(1, (enough, Custom("vip"))),
    Known(staff),
    Every(Fact(Scope.BASKET, "nth", kind=Kind.NUMBER), 5),
    Elapsed(joined, Period(months=6)),
    Anniversary(birthday, before=3, after=2, leap=LeapDay.MAR_1),
    During(Dates(DAY, DAY)),
    Dates(DAY, DAY),
    Weekdays(["sat"]),
    Hours("22:00", "02:00", on=["fri"]),
    Season((12, 1), (2, 29)),
    Recurrence("FREQ=DAILY;BYHOUR=2", lasts=Period(seconds=3), start=DAY),
    SomeItem(coffee, 3),
    Custom("vip"),
    PerUnit(Decimal(1), of=coffee),
    PerWhole(Decimal(1), Decimal(10), of=coffee),
    Sum((fixed, per_euro)),
    Best((fixed, per_euro)),
    Scaled(fixed, Decimal("0.25")),
    Capped(fixed, Decimal(300)),
    When(fixed, enough),
    PerLine(Decimal(5), of=coffee),
    PerFact(Decimal(2), price, per=Decimal(3), fallback=Decimal(1), of=coffee),
    Banded(
        (Band(0, fixed), Band(50, PerWhole(Decimal(1), Decimal(10)))),
        banding=Banding.WHOLE,
        of=coffee,
    ),
    First((fixed, per_euro)),
    Carried(
        1,
        earning=fixed,
        scale=10,
        before=Fraction(1, 3),
        worth=Fraction(7, 3),
        whole=2,
    ),
    Basis(discounts=Discounts.BEFORE, tax=Taxes.WITH, shipping=True, paid=PaidIn.ANYTHING),
    Tax(Decimal("3.19"), on_top=True),
    TaxRate(Decimal("5.5"), on_top=True),
    Shipping(Decimal("4.90"), tax=Tax(Decimal("0.78"))),
    Taxed(Fraction(4, 5), Fraction(1)),
    Band(Decimal(50), fixed),
    Factor(Decimal(3), when=enough, of=coffee),
    Multiplied(per_euro, (Factor(3, when=enough, of=coffee),), combine=Combine.ADD),
    AmountOff(Decimal(5), of=coffee),
    PercentOff(
        Decimal("12.5"),
        of=coffee,
        units=third,
        up_to=Decimal(20),
        rounding=Rounding.FLOOR,
        scope=RoundingScope.LINE,
        rounds=Rounds.PRICE,
        not_below=price,
    ),
    NewPrice(price, of=coffee, fallback=Decimal("7.5")),
    third,
    pair,
    Bundle([pair, Part(1, off=AmountOff(2, each=Each.UNIT), partial=True)], most=3),
    FreeItem("MUG", 2),
    by_spend({50: AmountOff(5, covers=Covers.ORDER), 100: free_shipping()}),
    ForEach(PercentOff(10, units=third), by=category),
    Together([PercentOff(10), FreeItem("MUG")]),
    Credit(Decimal("7.5"), pending=Period(days=1), expires=ThroughEndOf(Unit.YEAR)),
    Issue(cake),
    GrantTier("gold", Period(days=30)),
    tier_given,
    Notify("come-back", good_for=Period(days=2)),
    Send(),
    On(EventKind.RETURN),
    Birthday(after=Period(days=2), leap=LeapDay.LEAP_YEARS_ONLY, zone=Zone.PROGRAM),
    Inactivity(Period(days=90)),
    After(EventKind.PURCHASE, Period(days=30)),
    *(TierReached("gold"), TierKept("gold"), TierLost("gold"), TierEnding(Period(days=30))),
    Tier("gold", "2000.5", rate="1.5"),
    *(PointsEarned("status", counted=Counting.RELEASED), MoneySpent(), OrdersPlaced()),
    *(reach, needs, *needs.needs, pros.metric),
    *(AtOnce(), AtEndOf(Unit.MONTH), WhileQualified(), ForTerm(Period(months=12))),
    *(UntilReview(Period(months=12)), Grace(Period(days=30))),
    *(climb, grant, standing, step, turn, TierTerm("gold", None), Trail((step,))),
    Period(months=1, days=2, seconds=3),
    ThroughEndOf(Unit.HALF_YEAR, after=Period(months=1)),
    ThenNext([(6, 30), (2, 29)], after=Period(months=24)),
    *(OnDate(date(2027, 1, 1)), Forever(), Lifetime(), MembershipYear(), SinceEntry()),
    Rolling(Period(months=12)),
    Calendar(Unit.MONTH, starts=(4, 6)),
    Enrolment("e-1", AT, member="ann", birthday=DAY, zone="Asia/Tokyo", labels=labels),
    ProfileChange(
        *("p-1", AT),
        member="ann",
        birthday=DAY,
        zone="Asia/Tokyo",
        labels=labels,
        forget=["plan"],
    ),
    Return("b-1", AT, member="ann", order="o-1", lines={"2": 1, "1": 2}),
    Confirmation("k-1", AT, member="ann", of="o-1"),
    Redemption("r-1", AT, member="ann", points=60, purse="credit"),
    Reservation("h-1", AT, member="ann", points=60, purse="credit", until=LATER),
    Capture("c-9", AT, member="ann", reservation="h-1", points=40),
    Release("c-8", AT, member="ann", reservation="h-1"),
    ReservedPoints("points", (draw,), LATER),
    EndedReservation(ReservationEnd.CAPTURED, LATER),
    CouponPresentation(
        "c-1", AT, member="ann", code="CAKE", lines=[line], labels=labels, answers={"vip": None}
    ),
    Activity(
        "a-1", AT, member="ann", kind="review", proof="r-17", labels=labels, answers={"vip": True}
    ),
    Referral("f-1", AT, member="ann", referrer="bob", ancestors=["cyd", "dan"]),
    qualified,
    ReferralReversed("v-1", AT, member="bob", qualified="q-1"),
    OpeningBalance(
        *("n-1", LATER),
        member="ann",
        enrolled=AT,
        lots=[OpeningLot(50, AT, expires=LATER, purse="status")],
        metric=[OpeningMetric(70, AT)],
        uses=[OpeningUse("earned", AT, times=2, points=9, units=3)],
        tier="gold",
        tier_until=LATER,
        orders=4,
        spent="99.5",
        last_order=AT,
        first_order=datetime(2026, 1, 7, 12, tzinfo=UTC),
    ),
    Adjustment(
        *("j-1", AT),
        member="ann",
        points=25,
        purse="status",
        reason="counted again",
        expires=Period(days=9),
    ),
    Goodwill(
        *("g-1", AT),
        member="ann",
        points=25,
        purse="status",
        reason="late delivery",
        expires=Forever(),
    ),
    Extension("x-1", AT, member="ann", until=LATER, purse="status", lots=["o-1:earned:0"]),
    ExpiryStart(
        *("y-1", AT),
        member="ann",
        term=Period(months=24),
        counted=Since.NOW,
        not_before=LATER,
        purse="status",
    ),
    Reinstatement(
        *("w-1", AT),
        member="ann",
        points=25,
        purse="status",
        reason="was in hospital",
        expires=Period(days=9),
    ),
    Transfer("t-1", AT, member="ann", to="bob", points=60, purse="status"),
    TransferReceived(
        *("t-1/transfer/0/bob", AT),
        member="ann",
        sender="bob",
        transfer="t-1",
        purse="status",
        lots=[TransferLot(60, AT, expires=LATER)],
    ),
    TransferReturned("t-2", AT, member="ann", transfer="t-1"),
    Merge("m-1", AT, member="ann", absorbed="bob", reason="two cards"),
    Closure("z-1", AT, member="ann", reason="moved away"),
    Suspension("u-1", AT, member="ann", reason="under review", until=LATER),
    Resumption("u-2", AT, member="ann"),
    TierOverride(*("v-1", AT), member="ann", tier="gold", until=LATER, reason="a friend"),
    TierOverrideEnd("v-2", AT, member="ann", override="v-1"),
    Erasure("z-2", AT, member="ann"),
    TransferLot(60, AT, expires=LATER),
    OpeningLot(50, AT, expires=LATER, purse="status"),
    OpeningMetric(70, AT),
    OpeningUse("earned", AT, times=2, points=9, units=3),
    Basket([line], labels, answers={"vip": True}),
    Totals(issued=9, received=8, redeemed=7, expired=6, reversed=5, sent=4, debt=3),
    Balance(*("points", AT), available=40, pending=5, reserved=1, debt=2, expiring=((LATER, 40),)),
    *(
        Remembered("0f" * 32, LATER),
        LapsedCoupon("TEA", LATER),
        Count(3, LATER),
        Counter(4, (Count(4, None),)),
    ),
    Profile(DAY, "Asia/Tokyo", FrozenMap({"plan": "pro"})),
    Claim("coupon:CAKE", amount=1, limit=500),
    Decision(
        *(account, effects),
        explanation=explained,
        claims=(Claim("coupon:CAKE", amount=1, limit=500),),
        refusals=(refusal,),
        status=Status.REFUSED,
        reached=LATER,
    ),
    Merger(
        Decision(account, effects[:2], status=Status.ACCEPTED, reached=LATER),
        Decision(Account.new("bob"), (), status=Status.ACCEPTED, reached=AT),
    ),
    Quote(
        quoted[:1],
        subtotal=700,
        payable=585,
        points=quoted[1:2],
        codes=quoted[2:3],
        spend=quoted[3:],
        promotions=(promotion_answer,),
        lanes=(quoted_lane,),
        gifts=(quoted_gift,),
        coupons=(held,),
        claims=(Claim("coupon:CAKE", amount=1, limit=500),),
        shipping=490,
        shipping_discount=100,
        refusals=(refusal,),
        explanation=explained,
    ),
)
