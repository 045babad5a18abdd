"""Points that are spent: what they are worth, how many at a time, and what they pay of an order."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from desk import Desk, club, day, line, refused, said
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Accrue,
    Basket,
    Coupon,
    Credit,
    DefinitionError,
    GiveBack,
    LimitError,
    MisuseError,
    OpeningBalance,
    OpeningLot,
    ProgramError,
    Purchase,
    Purse,
    Quote,
    Redeeming,
    RefusalCode,
    Rule,
    Status,
    Tier,
    Tiers,
    amount_off,
    basket,
    days,
    digest,
    money_spent,
    points,
    statement,
)
from loyaltykit.movements import Accrued, Captured, Expired, GivenBack, Redeemed

CODE = RefusalCode
BASE = Rule("base", Purchase, then=Accrue(points(1).per(1)))


def desk(*redeeming: Redeeming, held: Mapping[str, int] | int = 0, **rest: Any) -> Desk:
    """A member who has brought points along."""
    ana = Desk(redeeming=redeeming, **rest)
    held = {"points": held} if isinstance(held, int) else held
    lots = [OpeningLot(count, day(0), purse=name) for name, count in held.items() if count]
    ana.tell(OpeningBalance("opening", day(0), member="ana", lots=lots))
    return ana


def quoted(ana: Desk, cents: int, **spend: int) -> Quote:
    price = f"{cents // 100}.{cents % 100:02d}"
    return ana.engine.quote(ana.account, Basket([line(price=price)]), day(1), spend=spend)


PENNY = Redeeming("points", worth="0.01", minimum=500, share=50)
FIVER = Redeeming("points", points=100, worth=5, step=100)


@pytest.mark.parametrize(
    ("redeeming", "asked", "held", "cents", "used", "worth", "why"),
    [
        (PENNY, 1000, 5000, 10000, 1000, 1000, []),
        (PENNY, 1000, 700, 10000, 700, 700, [CODE.POINTS_INSUFFICIENT]),
        (PENNY, 10000, 10000, 10000, 5000, 5000, [CODE.REDEMPTION_ABOVE_SHARE]),
        (PENNY, 400, 5000, 10000, 0, 0, [CODE.REDEMPTION_BELOW_MINIMUM]),
        (FIVER, 1050, 5000, 100000, 1000, 5000, [CODE.REDEMPTION_STEP]),
        (FIVER, 1000, 5000, 100000, 1000, 5000, []),
        # No worth, no use.
        (Redeeming("points", step=100), 1000, 5000, 100000, 0, 0, [CODE.REDEMPTION_WORTHLESS]),
        # One point is worth 2.00: 20 points on an order of 100.00 leave 60.00, 50 leave nothing.
        (Redeeming("points", worth=2), 20, 50, 10000, 20, 4000, []),
        (Redeeming("points", worth=2), 50, 50, 10000, 50, 10000, []),
        # Whole multiples of 3 points for 1.50, of 11 points that are there.
        (
            Redeeming("points", points=3, worth="1.5", step=3),
            *(99, 11, 10000, 9, 450),
            [CODE.POINTS_INSUFFICIENT],
        ),
    ],
)
def test_a_quote_says_how_many_points_can_be_used_and_what_they_pay(
    redeeming: Redeeming,
    asked: int,
    held: int,
    cents: int,
    used: int,
    worth: int,
    why: list[RefusalCode],
) -> None:
    quote = quoted(desk(redeeming, held=held), cents, points=asked)
    [spend] = quote.spend
    assert (spend.desired, spend.points, spend.worth) == (asked, used, worth)
    assert [each.code for each in spend.refusals] == why
    assert quote.payable == cents - worth


def test_a_quote_says_the_most_whatever_was_wanted() -> None:
    ana = desk(FIVER, held=1234)
    assert [each.most for each in quoted(ana, 100000, points=100).spend] == [1200]
    assert [each.most for each in quoted(ana, 1234, points=100).spend] == [200]


def test_without_a_step_points_pay_the_last_cent_and_a_step_is_never_worth_less() -> None:
    whole = desk(Redeeming("points", worth="0.05"), held=1000)
    quote = quoted(whole, 1234, points=1000)
    assert [(each.points, each.worth) for each in quote.spend] == [(247, 1234)]
    assert quote.payable == 0
    steps = desk(FIVER, held=1000)
    quote = quoted(steps, 1234, points=1000)
    assert [(each.points, each.worth) for each in quote.spend] == [(200, 1000)]
    assert quote.payable == 234


def test_a_quote_for_a_guest_has_no_points_to_use() -> None:
    ana = desk(FIVER)
    quote = ana.engine.quote(None, Basket([line(price="50")]), day(1), spend={"points": 100})
    assert [(each.points, each.most) for each in quote.spend] == [(0, 0)]
    assert quote.payable == 5000


def test_points_pay_first_and_nothing_is_earned_on_what_they_pay() -> None:
    ana = desk(FIVER, held=1000, rules=(), program=club(BASE, redeeming=[FIVER]))
    decision = ana.buy("o1", 1, "80", spend={"points": 400}, paid="60")
    moved = [type(each) for each in decision.effects if isinstance(each, Redeemed | Accrued)]
    assert moved == [Redeemed, Accrued]
    [paid] = [each for each in decision.effects if isinstance(each, Redeemed)]
    assert paid.event == "o1"
    assert ana.has(1) == (660, 0, 0)
    assert ana.account.count("spend", day(1)) == 6000
    [recorded] = ana.account.records["o1"].lines
    assert (recorded.net, recorded.tender, recorded.subtotal) == (6000, 2000, 8000)
    assert "paid with 400 points: 20.00 EUR" in str(decision.explanation)


def test_paid_is_what_was_paid_in_money() -> None:
    ana = desk(FIVER, held=1000)
    wrong = refused(ana.buy("o1", 1, "80", spend={"points": 400}, paid="80"))
    assert (wrong.code, wrong.desired, wrong.granted) == (CODE.PRICE_CHANGED, 8000, 6000)
    assert ana.buy("o1", 1, "80", spend={"points": 400}, paid="60").accepted


def test_what_points_pay_is_spread_over_the_lines_by_largest_remainder() -> None:
    ana = desk(Redeeming("points", worth="0.01"), held=1000)
    ana.buy("o1", 1, line("1", "10"), line("2", "10"), line("3", "10"), spend={"points": 1000})
    assert [(each.tender, each.net) for each in ana.account.records["o1"].lines] == [
        (334, 666),
        (333, 667),
        (333, 667),
    ]


def test_a_condition_reads_the_spend_without_what_points_pay() -> None:
    big = Rule("big", Purchase, when=basket.spend >= 60, then=Accrue(points(7)))
    ana = desk(program=club(big, redeeming=[FIVER]), held=1000)
    ana.buy("o1", 1, "79.99", spend={"points": 400})
    assert ana.has(1) == (600, 0, 0)
    ana.buy("o2", 1, "80", spend={"points": 400})
    assert ana.has(1) == (207, 0, 0)


def test_a_tier_counts_money_without_what_points_pay() -> None:
    ana = desk(
        FIVER,
        held=1000,
        tiers=Tiers([Tier("base", 0), Tier("gold", 100)], metric=money_spent),
    )
    ana.buy("o1", 1, "110", spend={"points": 300})
    assert ana.account.tier == "base"
    ana.buy("o2", 2, "5")
    assert ana.account.tier == "gold"


def test_the_rate_is_that_of_the_tier_or_of_the_nearest_below_that_has_one() -> None:
    ladder = Tiers([Tier("base", 0), Tier("gold", 100), Tier("jade", 200)], metric=money_spent)
    terms = Redeeming("points", points=100, worth=5, by_tier={"gold": 6})
    ana = desk(terms, held=10000, tiers=ladder)
    worths = []
    for number, price in enumerate(("100", "100", "100")):
        quote = quoted(ana, 100000, points=100)
        worths.append(quote.spend[0].worth)
        ana.buy(f"o{number}", 1, price)
    assert worths == [500, 600, 600]


def test_an_order_is_refused_whole_with_what_would_be_possible() -> None:
    ana = desk(PENNY, held=5000)
    decision = ana.buy("o1", 1, "20", spend={"points": 1500})
    assert said(decision) == [(CODE.REDEMPTION_ABOVE_SHARE, "points", 1500, 1000)]
    assert str(refused(decision)).endswith("at most 1000 points on this order, 500 points too many")
    assert decision.account.version == ana.account.version
    assert not decision.effects
    assert ana.buy("o1", 1, "20", spend={"points": 1000}).accepted


@pytest.mark.parametrize(
    ("wanted", "code", "granted", "text"),
    [
        (400, CODE.REDEMPTION_BELOW_MINIMUM, 0, "at least 500 points at a time, 100 points"),
        (1050, CODE.REDEMPTION_STEP, 1000, "in steps of 100 points, 50 points too many"),
        (2100, CODE.REDEMPTION_ABOVE_MAXIMUM, 2000, "at most 2000 points at a time, 100 points"),
        (3100, CODE.REDEMPTION_ABOVE_MAXIMUM, 2000, "at most 2000 points at a time, 1100 points"),
    ],
)
def test_points_are_redeemed_within_bounds_with_or_without_an_order(
    wanted: int, code: RefusalCode, granted: int, text: str
) -> None:
    terms = Redeeming("points", worth="0.01", minimum=500, step=100, maximum=2000)
    plain, aside = desk(terms, held=5000), desk(terms, held=5000)
    for refusal in (
        refused(plain.spend("s", 1, wanted)),
        refused(aside.reserve("h", 1, wanted, until=2)),
    ):
        assert (refusal.code, refusal.desired, refusal.granted) == (code, wanted, granted)
        assert text in str(refusal)
    assert plain.spend("s", 1, 1000).accepted


def test_bounds_are_judged_when_points_are_reserved_and_not_again_when_captured() -> None:
    ana = desk(Redeeming("points", minimum=500, step=100), held=5000)
    ana.reserve("h", 1, 500, until=3)
    assert ana.capture("c", 2, "h", 7).accepted


def test_credit_is_worth_itself_and_may_have_bounds() -> None:
    free = desk(held={"credit": 2000})
    assert free.buy("o1", 1, "15", spend={"credit": 1500}, paid="0").accepted
    assert free.has(1, "credit") == (500, 0, 0)
    bound = desk(Redeeming("credit", minimum=5, share=20), held={"credit": 2000})
    assert said(bound.buy("o1", 1, "30", spend={"credit": 700})) == [
        (CODE.REDEMPTION_ABOVE_SHARE, "credit", 700, 600)
    ]
    assert bound.buy("o1", 1, "25", spend={"credit": 500}).accepted
    assert "5.00 EUR at a time" in str(refused(bound.spend("s", 1, 499, "credit")))


def test_several_purses_pay_in_the_order_of_the_programme_and_credit_last() -> None:
    ana = desk(
        Redeeming("stars", worth=1, share=50),
        Redeeming("credit"),
        FIVER,
        held={"points": 1000, "stars": 100, "credit": 9999},
        purses=[Purse("stars")],
    )
    quote = quoted(ana, 10000, credit=9999, points=900, stars=80)
    assert [(each.purse, each.points, each.worth) for each in quote.spend] == [
        ("stars", 50, 5000),
        ("points", 900, 4500),
        ("credit", 500, 500),
    ]
    assert quote.payable == 0
    spend = {each.purse: each.points for each in quote.spend}
    assert ana.buy("o1", 1, "100", spend=spend, paid="0").accepted


def test_a_purse_with_decimals_is_redeemed_in_its_smallest_unit() -> None:
    terms = Redeeming("half", points="0.5", worth="0.25", minimum="1.5", step="0.5")
    ana = desk(terms, held={"half": 100}, purses=[Purse("half", decimals=1)])
    assert [each.worth for each in quoted(ana, 10000, half=25).spend] == [125]
    assert "at least 1.5 points at a time, 0.5 points too few" in str(
        refused(ana.spend("s", 1, 10, "half"))
    )


def test_a_coupon_comes_before_points() -> None:
    ana = desk(
        Redeeming("points", worth="0.01", share=50),
        held=5000,
        coupons=[Coupon("TEN", amount_off(10), public=True)],
    )
    quote = ana.engine.quote(
        ana.account, Basket([line(price="30")]), day(1), ["TEN"], {"points": 5000}
    )
    assert (quote.spend[0].points, quote.payable) == (1000, 1000)
    [quoted_line] = quote.lines
    assert (quoted_line.discount, quoted_line.tender, quoted_line.payable) == (1000, 1000, 1000)


def test_what_is_left_below_the_minimum_is_not_used() -> None:
    [spend] = quoted(desk(PENNY, held=450), 10000, points=600).spend
    assert (spend.points, spend.worth, spend.most) == (0, 0, 0)
    assert [(each.code, each.granted) for each in spend.refusals] == [
        (CODE.POINTS_INSUFFICIENT, 0),
        (CODE.REDEMPTION_BELOW_MINIMUM, 0),
    ]


def test_points_that_are_too_few_for_a_cent_are_not_used() -> None:
    dust = desk(Redeeming("points", points=100, worth="0.01"), held=1000)
    [spend] = quoted(dust, 900, points=99).spend
    assert (spend.points, spend.worth) == (0, 0)
    assert [(each.code, each.granted) for each in spend.refusals] == [
        (CODE.REDEMPTION_WORTHLESS, 0)
    ]


def test_points_for_which_the_order_costs_nothing_are_not_spent() -> None:
    ana = desk(FIVER, held=1000)
    refusal = refused(ana.buy("o1", 1, "0", spend={"points": 100}))
    assert (refusal.code, refusal.granted) == (CODE.REDEMPTION_WORTHLESS, 0)
    dust = desk(Redeeming("points", points=100, worth="0.01"), held=1000)
    assert refused(dust.buy("o1", 1, "9", spend={"points": 99})).code is CODE.REDEMPTION_WORTHLESS


def test_reservations_pay_for_an_order_whole() -> None:
    ana = desk(FIVER, held=1000)
    ana.reserve("h", 1, 300, until=5)
    decision = ana.buy("o1", 2, "80", captures=["h"], spend={"points": 100}, paid="60")
    assert [type(each) for each in decision.effects[:2]] == [Captured, Redeemed]
    assert ana.account.purse("points").redeemed == 400
    assert not ana.account.reservations
    assert refused(ana.buy("o2", 3, "80", captures=["h"])).code is CODE.RESERVATION_CAPTURED


def test_an_order_that_reserved_points_pay_alone_takes_no_others() -> None:
    ana = desk(FIVER, held=1000)
    ana.reserve("h", 1, 300, until=5)
    ana.buy("o1", 2, "80", captures=["h"], paid="65")
    assert ana.has(2) == (700, 0, 0)
    assert ana.account.purse("points").redeemed == 300


def test_a_reservation_that_is_worth_more_than_the_order_is_not_captured() -> None:
    ana = desk(FIVER, held=1000)
    ana.reserve("h", 1, 300, until=5)
    refusal = refused(ana.buy("o1", 2, "12", captures=["h"]))
    assert (refusal.code, refusal.desired, refusal.granted) == (
        CODE.REDEMPTION_ABOVE_SHARE,
        300,
        200,
    )
    assert refused(ana.buy("o1", 2, "12", captures=["h9"])).code is CODE.RESERVATION_UNKNOWN


def test_a_quote_says_what_reservations_pay_and_which_of_them_cannot() -> None:
    ana = desk(Redeeming("points", points=10, worth=1), held=300)
    ana.reserve("h", 1, 100, until=5)
    asked, at = Basket([line(price="80")]), day(2)
    quote = ana.engine.quote(ana.account, asked, at, spend={"points": 50}, captures=["h"])
    assert (quote.payable, quote.refusals) == (6500, ())
    assert ana.buy("o1", 2, "80", captures=["h"], spend={"points": 50}, paid="65").accepted
    again = ana.engine.quote(ana.account, asked, at, spend={"points": 50}, captures=["h", "h9"])
    assert again.payable == 7500
    assert [(each.code, each.about) for each in again.refusals] == [
        (CODE.RESERVATION_CAPTURED, "h"),
        (CODE.RESERVATION_UNKNOWN, "h9"),
    ]


@given(
    held=st.integers(0, 3000),
    wanted=st.integers(1, 3000),
    cents=st.integers(0, 5000),
    worth=st.sampled_from(("0.01", "0.03", "0.5", "5")),
    per=st.sampled_from((1, 7, 100)),
    step=st.sampled_from((None, 5, 100)),
    share=st.sampled_from((100, 50, 33)),
)
def test_what_a_quote_says_can_be_used_is_accepted_and_one_step_more_is_not(
    held: int, wanted: int, cents: int, worth: str, per: int, step: int | None, share: int
) -> None:
    ana = desk(Redeeming("points", points=per, worth=worth, step=step, share=share), held=held)
    quote = quoted(ana, cents, points=wanted)
    [spend] = quote.spend
    assert spend.points <= min(held, wanted)
    assert spend.worth * 100 <= cents * share
    assert quote.payable == cents - spend.worth >= 0
    price = f"{cents // 100}.{cents % 100:02d}"
    more = spend.points + (step or 1)
    if more <= wanted and not wanted % (step or 1):
        assert ana.buy("more", 1, price, spend={"points": more}).status is Status.REFUSED
    if spend.points:
        paid = f"{quote.payable // 100}.{quote.payable % 100:02d}"
        decision = ana.buy("o1", 1, price, spend={"points": spend.points}, paid=paid)
        assert decision.accepted
        assert sum(each.tender for each in ana.account.records["o1"].lines) == spend.worth


# What comes back with a return.


def test_a_return_gives_points_back_pro_rata_to_their_own_lots_the_last_spent_first() -> None:
    ana = Desk(redeeming=[Redeeming("points", worth="0.01")])
    lots = [OpeningLot(300, day(0), expires=day(40)), OpeningLot(700, day(0), expires=day(50))]
    ana.tell(OpeningBalance("opening", day(0), member="ana", lots=lots))
    ana.buy("o1", 1, line("1", "10", 4), spend={"points": 1000}, paid="30")
    assert not ana.account.lots
    decision = ana.back("r1", 2, "o1", {"1": 1})
    assert [each.refund for each in decision.effects if hasattr(each, "refund")] == [750]
    assert [(lot.expires, lot.remaining) for lot in ana.account.lots] == [(day(50), 250)]
    ana.back("r2", 3, "o1", {"1": 2})
    assert [(lot.expires, lot.remaining) for lot in ana.account.lots] == [
        (day(40), 50),
        (day(50), 700),
    ]
    ana.back("r3", 4, "o1")
    assert [lot.remaining for lot in ana.account.lots] == [300, 700]
    assert ana.account.purse("points").redeemed == 0
    assert refused(ana.back("r4", 5, "o1")).code is CODE.ORDER_RETURNED


@pytest.mark.parametrize(
    ("how", "after"),
    [(GiveBack.PRO_RATA, (50, 100)), (GiveBack.WHOLE, (0, 100)), (GiveBack.NEVER, (0, 0))],
)
def test_which_points_come_back_is_a_policy(how: GiveBack, after: tuple[int, int]) -> None:
    ana = desk(Redeeming("points", worth="0.1", on_return=how), held=100)
    ana.buy("o1", 1, line("1", "10", 2), spend={"points": 100})
    found = []
    for number in (1, 2):
        ana.back(f"r{number}", 2, "o1", {"1": 1})
        found.append(ana.has(2)[0])
    assert tuple(found) == after


def lapsing(**terms: Any) -> Desk:
    ana = Desk(redeeming=[Redeeming("points", worth="0.1", **terms)])
    lots = [OpeningLot(100, day(0), expires=day(5))]
    ana.tell(OpeningBalance("opening", day(0), member="ana", lots=lots))
    ana.buy("o1", 1, line("1", "10", 2), spend={"points": 100})
    return ana


def test_points_whose_lot_has_lapsed_meanwhile_stay_lapsed() -> None:
    ana = lapsing()
    decision = ana.back("r", 6, "o1")
    moved = [type(each) for each in decision.effects if isinstance(each, GivenBack | Expired)]
    assert moved == [GivenBack, Expired]
    assert "points: 100 points given back that had paid" in decision.explanation.notes
    assert ana.has(6) == (0, 0, 0)
    assert (ana.account.purse("points").expired, ana.account.purse("points").redeemed) == (100, 0)


def test_points_whose_lot_has_lapsed_meanwhile_live_for_a_grace_period() -> None:
    ana = lapsing(grace=days(30))
    ana.back("r1", 6, "o1", {"1": 1})
    ana.back("r2", 8, "o1")
    assert ana.has(6 + 2) == (100, 0, 0)
    assert ana.engine.next_due(ana.account) == day(38)
    ana.to(38)
    assert ana.account.purse("points").expired == 100


def test_a_statement_tells_of_points_that_come_back() -> None:
    ana = lapsing()
    before = ana.account
    effects = ana.back("r", 6, "o1").effects
    told = [
        (each.text, each.points, each.balance)
        for each in statement(effects, ana.engine.program, opening=before)
    ]
    assert told == [
        ("Order o1 returned: 100 points given back that had paid for it", 100, 100),
        ("100 points expired", -100, 0),
    ]


def test_grace_is_not_needed_while_the_lot_lives() -> None:
    ana = lapsing(grace=days(30))
    ana.back("r", 4, "o1")
    assert ana.engine.next_due(ana.account) == day(5)


def test_a_programme_that_was_edited_changes_nothing_about_what_comes_back() -> None:
    ana = desk(Redeeming("points", worth="0.1"), held=100)
    ana.buy("o1", 1, line("1", "10", 2), spend={"points": 100})
    other = desk(Redeeming("points", worth=9, on_return=GiveBack.NEVER))
    other.account = ana.account
    other.back("r", 2, "o1", {"1": 1})
    assert other.has(2) == (50, 0, 0)


def test_points_that_come_back_pay_off_what_another_order_owes() -> None:
    ana = Desk(BASE, redeeming=[Redeeming("points", worth="0.1")])
    ana.buy("o1", 0, "100")
    ana.buy("o2", 1, line("1", "5", 2), spend={"points": 100})
    ana.back("r1", 2, "o1")
    assert ana.has(2) == (0, 0, 100)
    ana.back("r2", 3, "o2", {"1": 1})
    assert ana.has(3) == (0, 0, 50)
    ana.back("r3", 3, "o2")
    assert ana.has(3) == (0, 0, 0)


def test_points_that_come_back_in_parts_leave_the_same_lots_as_at_once() -> None:
    """What an earlier part took out of the balance is taken anew once more has come back to it."""
    found = []
    for parts in ([{"1": 1, "2": 1}], [{"1": 1}, {"2": 1}], [{"2": 1}, {"1": 1}]):
        cash = Rule("cash", Purchase, when=basket.spend >= 25, then=Credit(3))
        ana = Desk(cash)
        three = (line("1", "12.50", 2), line("2", "12.50"))
        ana.buy("o1", 0, *three)
        ana.buy("o2", 1, *three, spend={"credit": 300})
        ana.buy("o3", 2, *three)
        ana.buy("o4", 3, *three, spend={"credit": 300})
        for number, part in enumerate(parts):
            ana.back(f"r{number}", 4, "o2", part)
        found.append([(lot.id, lot.remaining) for lot in ana.account.lots])
    assert found == [[("o3/cash/0", 200), ("o4/cash/0", 300)]] * 3


def test_an_order_that_earned_and_redeemed_is_undone_once_and_only_once() -> None:
    ana = desk(program=club(BASE, redeeming=[Redeeming("points", worth="0.1")]), held=100)
    ana.buy("o1", 1, "50", spend={"points": 100})
    assert ana.has(1) == (40, 0, 0)
    ana.back("r1", 2, "o1")
    assert ana.has(2) == (100, 0, 0)
    assert refused(ana.back("r2", 3, "o1")).code is CODE.ORDER_RETURNED
    assert ana.has(3) == (100, 0, 0)


def test_redeeming_on_the_ledger_by_hand() -> None:
    ana = desk(held=1000)
    assert ana.spend("s1", 1, 300).accepted
    assert ana.has(1) == (700, 0, 0)
    poor = desk(held=200)
    assert refused(poor.spend("s1", 1, 500)).code is CODE.POINTS_INSUFFICIENT
    assert poor.has(1) == (200, 0, 0)
    assert ana.spend("s1", 1, 300).duplicate
    assert ana.has(1) == (700, 0, 0)


def test_points_that_lapsed_before_a_job_ran_cannot_be_redeemed() -> None:
    ana = Desk(redeeming=[FIVER])
    lot = OpeningLot(100, day(0), expires=day(1))
    ana.tell(OpeningBalance("opening", day(0), member="ana", lots=[lot]))
    refusal = refused(ana.spend("s", 1.04, 100))
    assert (refusal.code, refusal.missing[0].text) == (CODE.POINTS_INSUFFICIENT, "100 more points")


# What cannot be stated.


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"worth": 0}, "must be above 0"),
        ({"minimum": 250, "step": 100}, "the minimum 250 is no multiple of the step 100"),
        ({"maximum": "2.5", "step": 1}, "the maximum 2.5 is no multiple of the step 1"),
        ({"minimum": 500, "maximum": 400}, "the minimum 500 lies above the maximum 400"),
        ({"share": 101}, "up to 100 percent"),
        ({"grace": days(0)}, "grace must be longer than zero"),
    ],
)
def test_terms_that_mean_nothing_are_refused(terms: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        Redeeming("points", **terms)


def test_credit_has_no_rate() -> None:
    with pytest.raises(DefinitionError, match="credit is worth itself"):
        Redeeming("credit", worth=2)
    assert Redeeming("credit", minimum=5).worth is None


@pytest.mark.parametrize(
    ("redeeming", "problem"),
    [
        (Redeeming("stars"), "there is no purse 'stars'"),
        (Redeeming("points", minimum="0.5"), "minimum has more decimals than the purse: 0.5"),
        (Redeeming("points", worth="0.001"), "redeeming 'points': worth"),
        (Redeeming("points", by_tier={"gold": 6}), "names the tier 'gold'"),
    ],
)
def test_a_programme_says_what_is_wrong_with_its_redeeming(
    redeeming: Redeeming, problem: str
) -> None:
    with pytest.raises(ProgramError, match=problem):
        club(redeeming=[redeeming])


def test_a_purse_is_redeemed_in_one_way() -> None:
    with pytest.raises(ProgramError, match="redeeming 'points': stated twice"):
        club(redeeming=[Redeeming("points"), Redeeming("points", minimum=5)])


def test_the_digest_of_an_order_without_points_is_what_it_was_before_there_were_any() -> None:
    told = (
        b'{"is":"Purchase","at":"2026-01-01T12:00:00Z","id":"o","lines":[{"is":"Line","id":"1",'
        b'"price":"10","sku":"thing"}],"member":"ana"}'
    )
    order = Purchase("o", day(0), member="ana", lines=[line()])
    assert digest(order) == sha256(told).hexdigest()


def test_misuse_says_what_to_write() -> None:
    with pytest.raises(MisuseError, match="by_tier is a mapping"):
        Redeeming("points", by_tier=[("gold", 6)])  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="grace must be a period"):
        Redeeming("points", grace=30)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="redeeming is made of Redeeming"):
        club(redeeming=["points"])
    with pytest.raises(MisuseError, match="spend is a mapping"):
        Purchase("o", day(0), member="ana", lines=[line()], spend=[5])  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="whole number of 1 or more"):
        Purchase("o", day(0), member="ana", lines=[line()], spend={"points": -1})
    with pytest.raises(LimitError, match="at most 100 purses"):
        Purchase("o", day(0), member="ana", lines=[line()], spend={str(n): 1 for n in range(101)})
    with pytest.raises(LimitError, match="at most 200 reservations"):
        Purchase("o", day(0), member="ana", lines=[line()], captures=[str(n) for n in range(201)])
