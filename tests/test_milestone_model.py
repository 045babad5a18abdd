"""Milestones and streaks against a plain model that adds the whole history up again every time.

The model keeps orders and activities as they are kept now, and for each rule what it has given. A
total is a sum over all of them, never a counter. Each rule gives one point into a purse of its own,
so that a balance says how much of it stands.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import define, field, frozen

from loyaltykit import (
    Account,
    Accrue,
    ActivitiesDone,
    Activity,
    Calendar,
    Engine,
    Enrolment,
    Event,
    Line,
    MembershipYear,
    Milestone,
    PointsEarned,
    Program,
    Purchase,
    Purse,
    Return,
    Rule,
    Status,
    Streak,
    UnitsBought,
    days,
    item,
    money_spent,
    orders_placed,
    points,
)
from loyaltykit.calendar import TICK

ZONE = ZoneInfo("Europe/Lisbon")
START = datetime(2026, 1, 30, 22, tzinfo=UTC)
tea = item.category.is_("tea")


@define
class Happened:
    """An order with what is kept of it, or an activity."""

    at: datetime
    tea: int = 0
    other: int = 0
    price: int = 0
    kind: str | None = None

    @property
    def units(self) -> int:
        return self.tea + self.other


MEASURES: dict[str, Callable[[Happened], int]] = {
    "spend": lambda it: it.units * it.price,
    "orders": lambda it: int(it.units > 0),
    "tea": lambda it: it.tea,
    "points": lambda it: it.units * it.price * 2,
    "visits": lambda it: int(it.kind == "visit"),
}
TOTALS: dict[str, Any] = {
    "spend": money_spent,
    "orders": orders_placed,
    "tea": UnitsBought(of=tea),
    "points": PointsEarned("base"),
    "visits": ActivitiesDone("visit"),
}


def local_day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


# What begins and ends: the name of the instance of a window in which an instant lies.
WINDOWS: dict[str, tuple[Any, Callable[[datetime], object]]] = {
    "ever": (None, lambda _: "ever"),
    "month": (Calendar("month"), lambda at: local_day(at).replace(day=1)),
    "week": (Calendar("week"), lambda at: local_day(at).isocalendar()[:2]),
    "year": (MembershipYear(), lambda at: local_day(at) >= date(2027, 1, 30)),
}


@define
class Steps:
    """A milestone in windows that begin and end, and the steps that stand, each with its window."""

    measure: str
    window: str
    every: int
    given: set[tuple[object, int]] = field(factory=set)

    def rule(self, name: str) -> Rule:
        window = WINDOWS[self.window][0]
        more = {} if window is None else {"window": window}
        total = TOTALS[self.measure]
        return Rule(name, Milestone(total, every=self.every, **more), then=_one(name))

    def total(self, life: list[Happened], instance: object) -> int:
        of, measure = WINDOWS[self.window][1], MEASURES[self.measure]
        return sum(measure(it) for it in life if of(it.at) == instance)

    def happens(self, before: list[Happened], after: list[Happened], at: datetime) -> int:
        instance = WINDOWS[self.window][1](at)
        low, high = (self.total(life, instance) // self.every for life in (before, after))
        new = {(instance, step) for step in range(low + 1, high + 1)} - self.given
        self.given |= new
        return len(new)

    def settles(self, life: list[Happened], at: datetime) -> int:  # noqa: ARG002
        lost = {
            (instance, step)
            for instance, step in self.given
            if step * self.every > self.total(life, instance)
        }
        self.given -= lost
        return len(lost)


@define
class Recent:
    """A milestone over so many days: each step at most once in that time."""

    measure: str
    length: int
    every: int
    given: list[tuple[datetime, int]] = field(factory=list)
    below: bool = False

    def rule(self, name: str) -> Rule:
        made = Milestone(TOTALS[self.measure], every=self.every, window=days(self.length))
        return Rule(name, made, then=_one(name))

    def reached(self, life: list[Happened], at: datetime) -> int:
        of = MEASURES[self.measure]
        return sum(of(it) for it in life if at < self._end(it.at)) // self.every

    def happens(self, before: list[Happened], after: list[Happened], at: datetime) -> int:
        low, high = self.reached(before, at), self.reached(after, at)
        new = 0
        for step in range(low + 1, high + 1):
            if step > sum(at < self._end(when) for when, _ in self.given):
                self.given.append((at, step))
                new += 1
        self.below = self.below or high < low
        return new

    def settles(self, life: list[Happened], at: datetime) -> int:
        # What time has taken below is over; a return that changes nothing about it leaves it.
        high = self.reached(life, at)
        kept = [
            (when, step)
            for when, step in self.given
            if not self.below or step <= high or at >= self._end(when)
        ]
        lost, self.given, self.below = len(self.given) - len(kept), kept, False
        return lost

    def _end(self, at: datetime) -> datetime:
        # No clock changes in Lisbon before the end of March, when the history is over.
        return at + timedelta(days=self.length)


@define
class Row:
    """A streak of weeks or days, and the first and last period of each that stands."""

    measure: str
    every: str
    target: int
    times: int
    gaps: int
    given: list[tuple[int, int]] = field(factory=list)

    def rule(self, name: str) -> Rule:
        made = Streak(
            TOTALS[self.measure],
            self.target,
            every=self.every,
            times=self.times,
            gaps=self.gaps,
        )
        return Rule(name, made, then=_one(name))

    def number(self, at: datetime) -> int:
        # 29 December 2025 is a Monday.
        passed = (local_day(at) - date(2025, 12, 29)).days
        return passed // 7 if self.every == "week" else passed

    def met(self, life: list[Happened]) -> list[int]:
        sums = Counter[int]()
        for it in life:
            sums[self.number(it.at)] += MEASURES[self.measure](it)
        return sorted(period for period, total in sums.items() if total >= self.target)

    def happens(self, before: list[Happened], after: list[Happened], at: datetime) -> int:
        now = self.number(at)
        if now in self.met(before) or now not in self.met(after):
            return 0
        used = max((last for _, last in self.given), default=-1)
        earliest = max(used + 1, now - self.times - self.gaps + 1)
        free = [period for period in self.met(after) if earliest <= period <= now]
        if len(free) < self.times:
            return 0
        self.given.append((free[-self.times], now))
        return 1

    def settles(self, life: list[Happened], at: datetime) -> int:  # noqa: ARG002
        met = self.met(life)
        kept = [
            (first, last)
            for first, last in self.given
            if sum(first <= period <= last for period in met) >= self.times
        ]
        lost, self.given = len(self.given) - len(kept), kept
        return lost


Plain = Steps | Recent | Row


def _one(name: str) -> Accrue:
    return Accrue(points(1), purse=name)


def models() -> list[Plain]:
    return [
        *(Steps(measure, "ever", 7) for measure in ("spend", "tea")),
        *(Steps("orders", window, 3) for window in WINDOWS),
        *(Steps("spend", window, 20) for window in ("month", "week", "year")),
        *(Steps("points", "month", 30), Steps("visits", "week", 2), Steps("tea", "month", 5)),
        *(Recent("orders", 6, 3), Recent("spend", 10, 25), Recent("visits", 4, 2)),
        *(Row("orders", "week", 1, 2, 0), Row("orders", "day", 1, 3, 2)),
        *(Row("tea", "week", 2, 2, 1), Row("spend", "week", 12, 3, 1)),
        Row("visits", "day", 1, 2, 1),
    ]


def programme(rules: list[Plain]) -> Program:
    return Program(
        "Model",
        "JPY",
        timezone=ZONE.key,
        purses=[Purse("base"), *(Purse(f"m{number}") for number in range(len(rules)))],
        rules=[
            Rule("base", Purchase, then=Accrue(points(2).per(1), purse="base")),
            *(rule.rule(f"m{number}") for number, rule in enumerate(rules)),
        ],
    )


ENGINE = Engine(programme(models()))


@frozen
class Reach:
    """How often something was given and taken back, by kind of rule."""

    given: Counter[str]
    lost: Counter[str]


def history(seed: int) -> Iterator[tuple[Event, str | None]]:
    """Two months of orders, visits and returns; with a return, the order that it names."""
    chance, now, orders = Random(seed), START, list[str]()
    for number in range(chance.randint(5, 40)):
        gap = chance.choice((0, 0, 1, 5, 19, 24, 24, 50, 90, 170))
        now += timedelta(hours=gap)
        if now >= datetime(2026, 3, 28, tzinfo=UTC):
            return
        name, kind = f"e{number}", chance.random()
        if kind < 0.3 and orders:
            order = chance.choice(orders[-6:])
            lines = chance.choice((None, {"tea": 1}, {"other": 1}, {"tea": 2}))
            yield Return(name, now, member="ana", order=order, lines=lines), order
        elif kind < 0.5:
            what = chance.choice(("visit", "visit", "review"))
            yield Activity(name, now, member="ana", kind=what), None
        else:
            price = chance.choice((1, 2, 3, 8))
            lines_bought = [
                Line("tea", "tea", price=price, quantity=chance.randint(1, 3), category="tea"),
                Line("other", "cup", price=price, quantity=chance.randint(1, 2)),
            ]
            orders.append(name)
            yield Purchase(name, now, member="ana", lines=lines_bought), None


def agree(seed: int, reach: Reach) -> None:
    rules = models()
    account = ENGINE.decide(Account.new("ana"), Enrolment("join", START, member="ana")).account
    life: dict[str, Happened] = {}
    clock = START
    for event, order in history(seed):
        if event.at > clock:
            settle(rules, life, clock + TICK, reach)
        clock = event.at
        decision = ENGINE.decide(account, event)
        account = decision.account
        if decision.status is Status.ACCEPTED:
            before = [Happened(it.at, it.tea, it.other, it.price, it.kind) for it in life.values()]
            take_in(event, order, life)
            # An order that comes back is judged in the windows in which it was bought.
            when = event.at if order is None else life[order].at
            for rule in rules:
                at = event.at if isinstance(rule, Recent) else when
                new = rule.happens(before, [*life.values()], at)
                reach.given[type(rule).__name__] += new
        later = clock + TICK
        aged = ENGINE.advance(account, later).account
        expected = models_settled(rules, life, later)
        found = [aged.balance(later, f"m{number}").available for number in range(len(rules))]
        assert found == expected, f"seed {seed}, {event}"
        assert all(aged.purse(f"m{number}").debt == 0 for number in range(len(rules)))


def settle(rules: list[Plain], life: dict[str, Happened], at: datetime, reach: Reach) -> None:
    for rule in rules:
        reach.lost[type(rule).__name__] += rule.settles([*life.values()], at)


def models_settled(rules: list[Plain], life: dict[str, Happened], at: datetime) -> list[int]:
    """How much would stand of each rule if the instant ended now."""
    standing = []
    for rule in rules:
        copy: Plain
        match rule:
            case Steps():
                copy = Steps(rule.measure, rule.window, rule.every, set(rule.given))
            case Recent():
                copy = Recent(rule.measure, rule.length, rule.every, list(rule.given), rule.below)
            case Row():
                given = list(rule.given)
                copy = Row(rule.measure, rule.every, rule.target, rule.times, rule.gaps, given)
        copy.settles([*life.values()], at)
        standing.append(len(copy.given))
    return standing


def take_in(event: Event, order: str | None, life: dict[str, Happened]) -> None:
    match event:
        case Purchase():
            units = {each.id: each.quantity for each in event.lines}
            price = int(event.lines[0].price)
            life[event.id] = Happened(event.at, units["tea"], units["other"], price)
        case Activity():
            life[event.id] = Happened(event.at, kind=event.kind)
        case Return() if order is not None:
            back = event.lines
            life[order].tea -= life[order].tea if back is None else back.get("tea", 0)
            life[order].other -= life[order].other if back is None else back.get("other", 0)
        case _:
            raise AssertionError(event)


def test_the_engine_agrees_with_a_model_that_adds_everything_up_again() -> None:
    reach = Reach(Counter(), Counter())
    for seed in range(60):
        agree(seed, reach)
    # The paths that matter were walked.
    assert min(reach.given[name] for name in ("Steps", "Recent", "Row")) > 100
    assert min(reach.lost[name] for name in ("Steps", "Recent", "Row")) > 15


@pytest.mark.heavy
def test_the_engine_agrees_with_the_model_for_long() -> None:
    reach = Reach(Counter(), Counter())
    for seed in range(1_000, 6_000):
        agree(seed, reach)
    assert min(reach.lost.values()) > 1_000
