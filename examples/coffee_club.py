"""One member's year in a coffee club, decision by decision, each with its reasons.

    python examples/coffee_club.py

Ana joins in January, brought by Bruno. Everything below `YEAR` is what a host does: hand each event
to the engine, let time pass in between, keep the account, deliver what goes to other members.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from textwrap import indent
from typing import final
from zoneinfo import ZoneInfo

from loyaltykit import (
    Account,
    Accrue,
    After,
    Basket,
    Birthday,
    Coupon,
    Credit,
    Decision,
    Effect,
    Engine,
    Enrolment,
    Event,
    Inactivity,
    Issue,
    Line,
    Notify,
    Program,
    Purchase,
    Redemption,
    Referral,
    Return,
    Rule,
    Tier,
    Tiers,
    amount_off,
    basket,
    best_of,
    days,
    item,
    member,
    months,
    per_year,
    percent_off,
    points,
    points_earned,
    referral,
    some_item,
    statement,
)
from loyaltykit.money import money_text

LISBON = ZoneInfo("Europe/Lisbon")

# The programme -----------------------------------------------------------------------------------

channel = basket.label("channel")
coffee = item.category.is_("coffee")
weekend = basket.weekday.one_of("sat", "sun")

bronze, silver, gold = Tier("bronze", 0), Tier("silver", 500), Tier("gold", 2_000)

base = points(1).per(1)
earned = (
    base
    + points(1).per(1, of=coffee)
    + best_of(
        (base * "0.25").when(member.tier >= silver),
        points(20).when(weekend & (basket.spend >= 15) & ~channel.is_("app")),
    )
).cap(300)

cake = Coupon("CAKE", amount_off(5), valid=days(14))
comeback = Coupon("COMEBACK", percent_off(15), valid=days(30), when=basket.spend >= 20)

CLUB = Program(
    "Coffee Club",
    "EUR",
    timezone="Europe/Lisbon",
    tiers=Tiers([bronze, silver, gold], metric=points_earned, window=months(12)),
    rules=[
        Rule("welcome", Enrolment, then=Accrue(points(50), expires=months(6))),
        Rule("purchase", Purchase, then=Accrue(earned, pending=days(14), expires=months(24))),
        Rule("birthday", Birthday(before=days(3)), then=[Issue(cake), Accrue(points(25))]),
        Rule("win-back", Inactivity(days(90)), when=member.orders >= 2, then=Issue(comeback)),
        Rule(
            "how is it",
            After(Purchase, days(30)),
            when=some_item(item.tags.has("starter-kit")),
            then=Notify("starter-follow-up"),
        ),
        *referral(
            referrer=Credit(10),
            referee=Credit(5),
            qualifies=basket.spend >= 30,
            pending=days(30),
            limit=per_year(10),
        ),
    ],
)

# The year ----------------------------------------------------------------------------------------


def _on(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LISBON)


def _line(number: int, sku: str, price: str, quantity: int = 1) -> Line:
    category = "coffee" if sku.endswith("beans") else "ware"
    tags = ["starter-kit"] if sku == "starter set" else []
    return Line(str(number), sku, price=price, quantity=quantity, category=category, tags=tags)


SHOP = {"channel": "shop"}

YEAR: tuple[Event, ...] = (
    Enrolment("joined", _on(1, 5), member="ana", birthday=date(1990, 2, 17)),
    Referral("brought", _on(1, 5), member="ana", referrer="bruno"),
    Purchase(
        "order-1",
        _on(1, 6),
        member="ana",
        lines=[_line(1, "starter set", "79.00"), _line(2, "house beans", "12.50", 2)],
        labels=SHOP,
    ),
    Purchase(
        "order-2",
        _on(2, 21),
        member="ana",
        lines=[_line(1, "house beans", "12.50"), _line(2, "mug", "9.90")],
        coupons=["CAKE"],
        labels=SHOP,
    ),
    Redemption("spent-1", _on(3, 20), member="ana", points=100),
    Redemption("spent-2", _on(3, 20, 11), member="ana", points=500),
    Purchase(
        "order-3",
        _on(4, 2),
        member="ana",
        lines=[_line(1, "filter beans", "14.90"), _line(2, "hand mill", "48.00")],
        labels={"channel": "app"},
    ),
    Return("back-1", _on(4, 9), member="ana", order="order-3", lines={"2": 1}),
    Purchase(
        "order-4",
        _on(7, 15),
        member="ana",
        lines=[_line(1, "mug", "9.90")],
        coupons=["COMEBACK"],
        labels=SHOP,
    ),
    Purchase(
        "order-5",
        _on(7, 18),
        member="ana",
        lines=[_line(1, "office beans", "11.00", 12)],
        coupons=["COMEBACK"],
        labels=SHOP,
    ),
    Purchase(
        "order-6",
        _on(9, 7),
        member="ana",
        lines=[_line(1, "office beans", "11.00", 4)],
        labels={"channel": "app"},
    ),
)


@final
class _Host:
    """What an application does with the library, without its database."""

    def __init__(self) -> None:
        self.engine = Engine(CLUB)
        self.accounts: dict[str, Account] = {}
        self.effects: list[Effect] = []

    def account(self, name: str) -> Account:
        return self.accounts.get(name) or Account.new(name)

    def keep(self, before: Account, title: str, decision: Decision) -> Iterator[str]:
        """Keep a decision, tell it, and deliver what it sends to other members."""
        account = decision.account
        self.accounts[account.member] = account
        if account.member == "ana":
            self.effects.extend(decision.effects)
        day = decision.reached.astimezone(LISBON)
        yield f"{day:%d %b %Y %H:%M}  {title}: {decision.status.value}"
        for refusal in decision.refusals:
            yield f"  no: {refusal}"
        happened = statement(decision.effects, CLUB, opening=before)
        yield from (f"  * {line.text}" for line in happened)
        if decision.explanation.rules:
            yield indent(str(decision.explanation), "  | ")
        yield ""
        for event in decision.outbox:
            yield from self.decide(event, f"from {account.member} to {event.member}")

    def decide(self, event: Event, which: str) -> Iterator[str]:
        before = self.account(event.member)
        decision = self.engine.decide(before, event)
        yield from self.keep(before, f"{type(event).__name__} {which}", decision)

    def pass_time(self, name: str, until: datetime) -> Iterator[str]:
        """Let time pass, one due instant after the other, so that each can be told."""
        while (due := self.engine.next_due(self.account(name))) is not None and due <= until:
            before = self.account(name)
            title = f"time passes for {name}"
            yield from self.keep(before, title, self.engine.advance(before, due))

    def quote(self, at: datetime, *lines: Line, codes: tuple[str, ...] = ()) -> Iterator[str]:
        asked = Basket(lines, labels=SHOP)
        quote = self.engine.quote(self.account("ana"), asked, at, codes)
        yield f"{at:%d %b %Y %H:%M}  ana asks for a quote with {', '.join(codes) or 'no code'}"
        yield f"  * to pay {money_text(quote.payable, CLUB.money)}"
        yield from (f"  * would earn {each.points} points ({each.rule})" for each in quote.points)
        for answer in quote.codes:
            off = money_text(answer.discount, CLUB.money)
            taken = f"  * {answer.code} takes off {off}"
            yield taken if answer.applied else f"  no: {answer.refusal}"
        yield ""


def story() -> Iterator[str]:
    """The year, line by line."""
    host = _Host()
    for event in YEAR:
        yield from host.pass_time("ana", event.at)
        if event.id == "order-2":
            wanted = (_line(1, "house beans", "12.50"), _line(2, "mug", "9.90"))
            yield from host.quote(event.at, *wanted, codes=("CAKE", "COMEBACK"))
        yield from host.decide(event, event.id)
    yield from host.pass_time("ana", _on(12, 31, 23))
    yield "Ana's statement"
    began = Account.new("ana")
    lines = statement(host.effects, CLUB, opening=began)
    yield from (f"  {line}" for line in lines)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in story())
