"""Erasure: what is known of a member goes, what the purses moved stays."""

from typing import Any

import pytest
from attrs import evolve
from desk import MEMBER, Desk, born, club, day, line, refused

from loyaltykit import (
    Account,
    Accrue,
    Adjustment,
    After,
    Basket,
    Closure,
    ConflictError,
    Coupon,
    Enrolment,
    Erasure,
    Event,
    LateEventError,
    LoyaltyError,
    Notify,
    OpeningBalance,
    ProgramError,
    Purchase,
    Redemption,
    RefusalCode,
    Resumption,
    Return,
    Rule,
    Status,
    Suspension,
    Transfer,
    TransferLot,
    TransferReceived,
    TransferReturned,
    amount_off,
    days,
    points,
)
from loyaltykit.climbs import Climb
from loyaltykit.closures import Closed, Erased
from loyaltykit.frozenmap import FrozenMap
from loyaltykit.movements import DebtRepaid, Expired

base = Rule("base", Purchase, then=Accrue(points(1).per(1), expires=days(90)))
CAKE = Coupon("CAKE", amount_off(1), public=True)


def closing(number: float) -> Closure:
    return Closure("end", day(number), member=MEMBER, reason="moved away")


def erasing(number: float, id: str = "forget") -> Erasure:
    return Erasure(id, day(number), member=MEMBER)


def gone(*rules: Rule, **rest: Any) -> Desk:
    """A member who bought for 20.00 and spent 15, closed on day 3, erased on day 4."""
    ana = Desk(base, *rules, **rest)
    ana.join(0, birthday=born(1990, 3, 1))
    ana.buy("o1", 1, "20")
    ana.spend("s1", 2, 15)
    ana.tell(closing(3))
    ana.tell(erasing(4))
    return ana


# -- the account


def test_an_erasure_leaves_totals_and_the_ids_of_events() -> None:
    account = gone().account
    purse = account.purse("points")
    assert (purse.issued, purse.redeemed, purse.expired, purse.held) == (20, 15, 5, 0)
    assert list(account.remembered) == ["join", "o1", "s1", "end", "forget"]
    assert account == Account(
        MEMBER,
        account.version,
        clock=day(4),
        purses=account.purses,
        remembered=account.remembered,
        closed=Closed(day(3), ""),
        erased=Erased(day(4), "forget"),
    )


def test_what_was_owed_stays_owed() -> None:
    ana = Desk(base)
    ana.buy("o1", 1, "20")
    ana.spend("s1", 2, 15)
    ana.tell(closing(3))
    ana.back("r1", 4, "o1")
    ana.tell(erasing(5))
    assert ana.account.purse("points").debt == 15


def test_an_open_account_is_not_erased_even_when_suspended() -> None:
    ana = Desk(base)
    ana.buy("o1", 1, "20")
    assert refused(ana.tell(erasing(2))).code is RefusalCode.ACCOUNT_OPEN
    ana.tell(Suspension("pause", day(3), member=MEMBER, reason="under review"))
    assert refused(ana.tell(erasing(4))).code is RefusalCode.ACCOUNT_OPEN
    assert ana.account.erased is None


def test_the_end_and_the_erasure_are_decided_in_one_call() -> None:
    ana = Desk(base)
    ana.buy("o1", 1, "20")
    decision = ana.tell(closing(2), erasing(2))
    assert [type(each).__name__ for each in decision.effects[-3:]] == [
        "Recorded",
        "Erased",
        "Recorded",
    ]
    assert ana.account.erased == Erased(day(2), "forget")


EVERYTHING: list[Event] = [
    Enrolment("x", day(5), member=MEMBER),
    Purchase("x", day(5), member=MEMBER, lines=[line()], coupons=["CAKE"]),
    Return("x", day(5), member=MEMBER, order="o1"),
    Redemption("x", day(5), member=MEMBER, points=1),
    Adjustment("x", day(5), member=MEMBER, points=5, reason="counted again"),
    TransferReceived(
        "x", day(5), member=MEMBER, sender="bob", transfer="t", lots=[TransferLot(5, day(1))]
    ),
    TransferReturned("x", day(5), member=MEMBER, transfer="t1"),
    OpeningBalance("x", day(5), member=MEMBER),
    Resumption("x", day(5), member=MEMBER),
    Closure("x", day(5), member=MEMBER, reason="again"),
    erasing(5, "x"),
]


@pytest.mark.parametrize("event", EVERYTHING, ids=lambda event: type(event).__name__)
def test_an_erased_account_refuses_everything(event: Event) -> None:
    ana = gone(coupons=[CAKE])
    before = ana.account
    refusal = refused(ana.tell(event))
    assert (refusal.code, refusal.about) == (RefusalCode.ACCOUNT_ERASED, MEMBER)
    assert ana.account == before


def test_what_was_decided_is_a_duplicate_still_and_other_content_a_conflict() -> None:
    ana = gone()
    for event in (
        Purchase("o1", day(1), member=MEMBER, lines=[line(price="20")]),
        closing(3),
        erasing(4),
    ):
        assert ana.tell(event).status is Status.DUPLICATE
    with pytest.raises(ConflictError):
        ana.spend("s1", 2, 14)


def test_remembered_ids_are_left_out_when_their_time_is_over() -> None:
    ana = gone(remember=days(30))
    assert list(ana.account.without_lapsed(day(32)).remembered) == ["end", "forget"]
    later = ana.account.without_lapsed(day(34))
    assert later.remembered == {}
    with pytest.raises(LateEventError):
        ana.engine.decide(later, closing(3))
    assert refused(ana.engine.decide(later, erasing(35, "x"))).code is RefusalCode.ACCOUNT_ERASED


def test_nothing_is_due_and_a_quote_is_the_price() -> None:
    ana = gone(coupons=[CAKE])
    assert ana.engine.next_due(ana.account) is None
    assert ana.to(900).effects == ()
    quote = ana.engine.quote(ana.account, Basket([line(price="20")]), day(5), ["CAKE"])
    assert (quote.payable, quote.points) == (2000, ())
    assert [each.applied for each in quote.codes] == [False]


def test_a_rule_on_an_erasure_is_refused_since_none_would_be_asked() -> None:
    with pytest.raises(ProgramError, match="listens to erasure, when no rule is asked"):
        club(Rule("bye", Erasure, then=Notify("goodbye")))
    with pytest.raises(ProgramError, match="fires after erasure, when no rule is asked"):
        club(Rule("bye", After(Erasure, days(1)), then=Notify("goodbye")))


@pytest.mark.parametrize(
    "account",
    [
        evolve(gone().account, ladders=FrozenMap({"tier": Climb("gold")})),
        evolve(gone().account, closed=None),
        evolve(gone().account, closed=Closed(day(3), "moved away")),
    ],
    ids=["tier", "open", "reason"],
)
def test_an_account_that_is_erased_in_part_is_found(account: Account) -> None:
    with pytest.raises(LoyaltyError, match="erased, but open or not forgotten"):
        account.check()


# -- points that come back late


def sent_away() -> tuple[Desk, TransferReceived]:
    """A member who gave 12 of 20 points away on day 2."""
    ana = Desk(base)
    ana.buy("o1", 1, "20")
    [sent] = ana.tell(Transfer("t1", day(2), member=MEMBER, to="bob", points=12)).outbox
    assert isinstance(sent, TransferReceived)
    return ana, sent


def test_points_that_come_back_to_a_closed_account_lapse_at_once() -> None:
    ana, sent = sent_away()
    ana.tell(closing(3))
    decision = ana.tell(sent.returned(day(4)))
    assert [each.lot.remaining for each in decision.effects if isinstance(each, Expired)] == [12]
    purse = ana.account.purse("points")
    assert (purse.issued, purse.expired, purse.sent, purse.held) == (20, 20, 0, 0)
    assert (
        refused(ana.tell(TransferReturned("again", day(5), member=MEMBER, transfer="t1"))).code
        is RefusalCode.TRANSFER_UNKNOWN
    )


def test_points_that_come_back_to_a_closed_account_pay_off_what_it_owes_first() -> None:
    ana, sent = sent_away()
    ana.spend("s1", 2, 8)
    ana.tell(closing(3))
    ana.back("r1", 4, "o1")
    assert ana.account.purse("points").debt == 20
    decision = ana.tell(sent.returned(day(5)))
    assert [each.points for each in decision.effects if isinstance(each, DebtRepaid)] == [12]
    purse = ana.account.purse("points")
    assert (purse.debt, purse.sent, purse.held) == (8, 0, 0)


def test_points_that_come_back_after_an_erasure_stay_sent() -> None:
    ana, sent = sent_away()
    ana.tell(closing(3), erasing(3))
    assert refused(ana.tell(sent.returned(day(4)))).code is RefusalCode.ACCOUNT_ERASED
    purse = ana.account.purse("points")
    assert (purse.issued, purse.expired, purse.sent, purse.held) == (20, 8, 12, 0)
    ana.account.check()
