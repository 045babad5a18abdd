"""Loyalty rules as plain values, and an engine that decides."""

from loyaltykit.account import Account
from loyaltykit.baskets import Basket, Line
from loyaltykit.codec import EFFECTS, EVENTS, decode, digest, dumps, encode, loads
from loyaltykit.conditions import Condition, Custom, all_of, any_of, at_least, some_item
from loyaltykit.coupons import Coupon, IssuedCoupon
from loyaltykit.decision import Claim, Decision, Quote, Status
from loyaltykit.discounts import amount_off, percent_off
from loyaltykit.earning import Earning, best_of, points
from loyaltykit.effects import Effect
from loyaltykit.engine import Engine
from loyaltykit.errors import (
    ConflictError,
    DecodeError,
    DefinitionError,
    EventError,
    FutureEventError,
    LateEventError,
    LimitError,
    LoyaltyError,
    MisuseError,
    ProgramError,
    UnknownFactError,
)
from loyaltykit.events import (
    Activity,
    Capture,
    Confirmation,
    CouponPresentation,
    Enrolment,
    Event,
    OpeningBalance,
    ProfileChange,
    Purchase,
    Redemption,
    Referral,
    ReferralQualified,
    ReferralReversed,
    Release,
    Reservation,
    Return,
    RewardClaim,
)
from loyaltykit.folding import apply, fold
from loyaltykit.ledger import Balance
from loyaltykit.limits import Limit, once, per_day, per_life, per_month, per_week, per_year, within
from loyaltykit.lots import Lot
from loyaltykit.money import Rounding
from loyaltykit.openings import OpeningLot, OpeningMetric, OpeningUse
from loyaltykit.periods import LeapDay, Period, days, hours, minutes, months, weeks, years
from loyaltykit.program import Program
from loyaltykit.purses import Dormancy, Purse, Shortfall
from loyaltykit.redeeming import GiveBack, Redeeming
from loyaltykit.referral import referral
from loyaltykit.refusals import Missing, Refusal, RefusalCode
from loyaltykit.release import confirmed
from loyaltykit.returns import OnReturn
from loyaltykit.rewards import Gift, Reward
from loyaltykit.rules import Accrue, Credit, Issue, Notify, Rule, Send
from loyaltykit.statement import StatementLine, statement
from loyaltykit.subjects import activity, basket, item, member
from loyaltykit.tiers import Tier, Tiers, money_spent, orders_placed, points_earned
from loyaltykit.traces import Explanation
from loyaltykit.triggers import After, Birthday, Inactivity, On, Zone
from loyaltykit.windows import (
    Calendar,
    Lifetime,
    MembershipYear,
    Rolling,
    end_of,
    forever,
    through,
    until,
    with_tier,
)

__all__ = [
    "Account",
    "Accrue",
    "Activity",
    "After",
    "Balance",
    "Basket",
    "Birthday",
    "Calendar",
    "Capture",
    "Claim",
    "Condition",
    "Confirmation",
    "ConflictError",
    "Coupon",
    "CouponPresentation",
    "Credit",
    "Custom",
    "Decision",
    "DecodeError",
    "DefinitionError",
    "Dormancy",
    "EFFECTS",
    "EVENTS",
    "Earning",
    "Effect",
    "Engine",
    "Enrolment",
    "Event",
    "EventError",
    "Explanation",
    "FutureEventError",
    "Gift",
    "GiveBack",
    "Inactivity",
    "Issue",
    "IssuedCoupon",
    "LateEventError",
    "LeapDay",
    "Lifetime",
    "Limit",
    "LimitError",
    "Line",
    "Lot",
    "LoyaltyError",
    "MembershipYear",
    "Missing",
    "MisuseError",
    "Notify",
    "On",
    "OnReturn",
    "OpeningBalance",
    "OpeningLot",
    "OpeningMetric",
    "OpeningUse",
    "Period",
    "ProfileChange",
    "Program",
    "ProgramError",
    "Purchase",
    "Purse",
    "Quote",
    "Redeeming",
    "Redemption",
    "Referral",
    "ReferralQualified",
    "ReferralReversed",
    "Refusal",
    "RefusalCode",
    "Release",
    "Reservation",
    "Return",
    "Reward",
    "RewardClaim",
    "Rolling",
    "Rounding",
    "Rule",
    "Send",
    "Shortfall",
    "StatementLine",
    "Status",
    "Tier",
    "Tiers",
    "UnknownFactError",
    "Zone",
    "activity",
    "all_of",
    "amount_off",
    "any_of",
    "apply",
    "at_least",
    "basket",
    "best_of",
    "confirmed",
    "days",
    "decode",
    "digest",
    "dumps",
    "encode",
    "end_of",
    "fold",
    "forever",
    "hours",
    "item",
    "loads",
    "member",
    "minutes",
    "money_spent",
    "months",
    "once",
    "orders_placed",
    "per_day",
    "per_life",
    "per_month",
    "per_week",
    "per_year",
    "percent_off",
    "points",
    "points_earned",
    "referral",
    "some_item",
    "statement",
    "through",
    "until",
    "weeks",
    "with_tier",
    "within",
    "years",
]
