"""Consequences by themselves: what a rule gives for something reached, and taken back whole."""

from typing import Any

from desk import MEMBER, Desk, day, refused

from loyaltykit import (
    Account,
    Accrue,
    Coupon,
    Credit,
    Enrolment,
    Issue,
    Notify,
    OnReturn,
    Purchase,
    ReferralReversed,
    RefusalCode,
    Rule,
    amount_off,
    days,
    fold,
    member,
    once,
    points,
    statement,
)
from loyaltykit.consequences import cause_of, fire, kept_for, used_for, withdraw
from loyaltykit.journal import Journal
from loyaltykit.records import Reached, Tally
from loyaltykit.rulebook import Rulebook

FIVER = Coupon("FIVER", amount_off(5), valid=days(30))
GIVEN = Tally("given", 1, until=None)


class Bench:
    """An account, and a rule that is fired and taken back by hand."""

    def __init__(self, *then: Any, **rest: Any) -> None:
        self.rule = Rule("reached", Enrolment, then=then, **rest)
        self.desk = Desk(self.rule, Rule("base", Purchase, then=Accrue(points(1).per(1))))
        self.book = Rulebook(self.desk.engine.program)

    def fire(self, number: float, subject: str = "500", *, always: bool = False) -> bool:
        journal = Journal(self.desk.account)
        cause, counted = f"cause {number}", (GIVEN,)
        given = fire(
            *(self.rule, subject, cause, day(number), journal, self.book),
            counted=counted,
            always=always,
        )
        self._kept(journal)
        return given

    def withdraw(self, number: float) -> None:
        journal = Journal(self.desk.account)
        record = next(kept_for("reached", self.desk.account))
        withdraw(record, day(number), journal, self.book)
        self._kept(journal)

    def _kept(self, journal: Journal) -> None:
        assert fold(self.desk.account, journal.effects) == journal.account
        journal.account.check()
        self.desk.account = journal.account


def open_records(account: Account) -> list[Reached | None]:
    return [each.reached for each in kept_for("reached", account)]


def test_what_a_rule_gives_is_kept_in_a_record_that_says_for_what() -> None:
    bench = Bench(Accrue(points(50)), when=member.orders >= 1)
    assert not bench.fire(0)  # no order yet: nothing is kept
    assert not bench.desk.account.records
    bench.desk.buy("o1", 1, "10")
    assert bench.fire(1)
    assert bench.desk.has(1) == (60, 0, 0)
    assert open_records(bench.desk.account) == [Reached("reached", "500")]
    assert bench.desk.account.count("given", day(1)) == 1
    record = next(kept_for("reached", bench.desk.account))
    assert not record.is_order
    assert {lot.event for lot in bench.desk.account.lots} == {"o1", record.id}


def test_taken_back_whole_it_leaves_what_was_before() -> None:
    bench = Bench(Accrue(points(50), pending=days(3)), Credit(2), Issue(FIVER), limit=once())
    before = bench.desk.account
    bench.fire(1)
    assert bench.desk.account.coupons
    bench.withdraw(2)
    after = bench.desk.account
    assert (after.lots, after.pending, after.coupons, after.counters) == (
        *(before.lots, before.pending, before.coupons, before.counters),
    )
    assert open_records(after) == []
    assert [*used_for("reached", after)] == []
    assert bench.fire(3)  # its limit was given back
    assert bench.desk.has(6) == (50, 0, 0)


def test_points_that_were_spent_are_owed() -> None:
    bench = Bench(Accrue(points(50)))
    bench.fire(1)
    bench.desk.spend("spent", 2, 30)
    bench.withdraw(3)
    assert bench.desk.has(3) == (0, 0, 30)


def test_what_cannot_be_taken_back_remains_and_is_counted_still() -> None:
    bench = Bench(Accrue(points(50), on_return=OnReturn.KEEP), Accrue(points(7)))
    bench.fire(1)
    bench.withdraw(2)
    assert bench.desk.has(2) == (50, 0, 0)
    assert open_records(bench.desk.account) == []
    assert len([*used_for("reached", bench.desk.account)]) == 1
    assert bench.desk.account.count("given", day(2)) == 1


def test_a_coupon_that_was_used_remains() -> None:
    bench = Bench(Issue(FIVER))
    bench.fire(1)
    [code] = bench.desk.account.coupons
    bench.desk.buy("o1", 2, "20", coupons=[code])
    bench.withdraw(3)
    assert len([*used_for("reached", bench.desk.account)]) == 1
    bench.desk.back("back", 4, "o1")  # and when its order comes back, nobody gets it again
    assert not bench.desk.account.coupons
    assert [*used_for("reached", bench.desk.account)] == []


def test_a_message_does_not_remain() -> None:
    bench = Bench(Notify("well done"))
    bench.fire(1)
    bench.withdraw(2)
    assert [*used_for("reached", bench.desk.account)] == []
    assert bench.desk.account.count("given", day(2)) == 0


def test_the_same_thing_for_the_same_cause_has_an_id_of_its_own_each_time() -> None:
    bench = Bench(Accrue(points(50)))
    bench.fire(1)
    bench.fire(1)
    assert len(bench.desk.account.records) == 2
    assert bench.desk.has(1) == (100, 0, 0)


def test_that_a_rule_was_asked_can_be_kept_although_it_did_nothing() -> None:
    bench = Bench(Accrue(points(50)), when=member.orders >= 1)
    assert not bench.fire(0, always=True)
    assert open_records(bench.desk.account) == [Reached("reached", "500")]
    assert bench.desk.account.count("given", day(1)) == 0
    bench.withdraw(1)
    assert open_records(bench.desk.account) == []


def test_no_event_can_take_a_consequence_for_an_order_or_a_referral_credit() -> None:
    bench = Bench(Accrue(points(50)))
    bench.fire(1)
    [name] = bench.desk.account.records
    back = bench.desk.back("back", 2, name)
    assert refused(back).code is RefusalCode.ORDER_UNKNOWN
    reversal = ReferralReversed("rev", day(2), member=MEMBER, qualified=name)
    assert refused(bench.desk.tell(reversal)).code is RefusalCode.ORDER_UNKNOWN
    assert bench.desk.has(2) == (50, 0, 0)


def test_the_statement_names_the_rule_that_was_taken_back() -> None:
    bench = Bench(Accrue(points(50)))
    journal = Journal(bench.desk.account)
    fire(bench.rule, "500", "o1", day(1), journal, bench.book)
    withdraw(next(kept_for("reached", journal.account)), day(2), journal, bench.book)
    lines = statement(journal.effects, bench.desk.engine.program)
    assert [each.text for each in lines] == [
        "Earned 50 points (reached)",
        "reached taken back: 50 points taken back",
    ]


def test_an_instant_stands_for_an_event_by_a_name_that_no_other_member_has() -> None:
    names = {cause_of(day(1), Account.new(name)) for name in ("ana", "bob")}
    names.add(cause_of(day(2), Account.new("ana")))
    assert len(names) == 3
