"""Histories of a club, done in the engine and in the point-by-point model, and compared."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from pointwise import Model
from pointwise_clubs import CLUBS, DAY, Club
from pointwise_orders import Piece
from pointwise_programs import lines, program

from loyaltykit import (
    Account,
    Capture,
    Confirmation,
    Engine,
    Event,
    Purchase,
    Redemption,
    Release,
    Reservation,
    Return,
    Status,
    Transfer,
    TransferReturned,
)
from loyaltykit.lots import NEVER

ENGINES = {club.name: Engine(program(club)) for club in CLUBS}
START = datetime(2026, 3, 11, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


class DisagreementError(AssertionError):
    """The engine and the model do not say the same."""


@dataclass(frozen=True)
class Deed:
    """What happens, how long after what went before; None is when something is due next.

    `how` says which of what there is, and how much of it; `parts` are the lines of a return.
    """

    kind: str
    gap: timedelta | None
    how: int = 0
    buys: tuple[Piece, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()


gaps = st.sampled_from((0, 0, 0, 0.5, 1, 2, 3, 6, 10, 17, None, None, None)).map(
    lambda n: None if n is None else n * DAY
)
soon = st.sampled_from((0, 0, 0.5, 1)).map(lambda n: n * DAY)
hows = st.integers(0, 2**16)
pieces = st.builds(Piece, st.sampled_from((333, 999, 2050, 3000)), st.integers(1, 3), st.booleans())
buys = st.lists(pieces, min_size=1, max_size=3).map(tuple)
SCENES = (
    ("buy",),
    ("buy", "any", "return"),
    ("buy", "confirm", "any", "redeem"),
    ("redeem", "return"),
    ("reserve", "capture", "redeem"),
    ("reserve", "any", "capture"),
    ("reserve", "any", "release"),
    ("reserve", "any", "wait"),
    ("reserve", "pay", "return"),
    ("pay", "return", "redeem"),
    ("pay", "any", "return", "any", "return"),
    ("send", "any", "back"),
    ("return",),
    ("telling",),
    ("telling",),
)
SPENDS = {"redeem", "reserve", "send", "pay"}
ANY = ("buy", "redeem", "reserve", "send", "return", "confirm", "wait")
# Of these, one of the two comes back and costs the bonus; then the wine does, regaining it.
TELLING = (Piece(4000, 2, False), Piece(2050, 1, True))


@st.composite
def histories(draw: st.DrawFn, most: int = 5) -> list[Deed]:
    """Deeds of one member, a few scenes of them."""
    found = [Deed("buy", draw(gaps), buys=draw(buys)) for _ in range(draw(st.integers(1, 3)))]

    def add(kind: str, **rest: Any) -> None:
        kind = draw(st.sampled_from(ANY)) if kind == "any" else kind
        if kind in {"buy", "pay"} and "buys" not in rest:
            rest["buys"] = draw(buys)
        gap = draw(soon if kind in {"capture", "release"} else gaps)
        found.append(Deed(kind, gap, draw(hows), **rest))

    for _ in range(draw(st.integers(2, most))):
        for kind in draw(st.sampled_from(SCENES)):
            if kind == "telling":
                add(draw(st.sampled_from(("buy", "buy", "pay"))), buys=TELLING)
                add(draw(st.sampled_from(("redeem", "redeem", "confirm", "any"))))
                add("return", parts=(("0", 1),))
                add(draw(st.sampled_from(("buy", "buy", "confirm", "any"))))
                add("return", parts=(("1", 1),))
                add("any")
                add("return", parts=(("0", 1),))
            else:
                add(kind)
    return found


class Play:
    """One history, played twice."""

    def __init__(self, club: Club) -> None:
        self.club = club
        self.model = Model(club)
        self.engine = ENGINES[club.name]
        self.account = Account.new("ana")
        self.now = START
        self.told: list[tuple[Event, bool]] = []
        self.reached: set[str] = set()

    def play(self, history: list[Deed]) -> None:
        for number, deed in enumerate(history):
            if deed.kind in SPENDS and deed.how % 4 and not self.usable():
                self.now = self.next_release()
            elif deed.gap is not None:
                self.now += deed.gap
            else:
                self.now = self.next_moment(deed.how)
            self.model.pass_time(self.now)
            self.do(f"{number}", deed)
            self.compare()

    def next_moment(self, how: int) -> datetime:
        """When something is due next, or a tick before, in at most forty days."""
        ahead = [each for each in self.model.moments() if self.now < each < self.now + 40 * DAY]
        if not ahead:
            return self.now
        return max(self.now, ahead[0] - (TICK if how % 4 == 0 else 0 * TICK))

    def usable(self) -> list[str]:
        """The purses that have something to spend."""
        return [name for name, pot in self.model.pots.items() if pot.spendable(self.now)]

    def next_release(self) -> datetime:
        """When the first points become available that wait for nothing but time."""
        held = [point for pot in self.model.pots.values() for point in pot.held()]
        return min((each.available for each in held if not each.waits), default=self.now)

    def do(self, id: str, deed: Deed) -> None:
        if deed.kind == "wait":
            decision = self.engine.advance(self.account, self.now)
        else:
            event, expected = self.told_both(id, deed)
            self.told.append((event, expected))
            decision = self.engine.decide(self.account, event)
            if (decision.status is Status.ACCEPTED) is not expected:
                raise DisagreementError(f"{event}: {expected} in the model, {decision.refusals}")
        self.account = decision.account
        self.reached |= {type(effect).__name__ for effect in decision.effects}
        self.reached |= {refusal.code.value for refusal in decision.refusals}

    def told_both(self, id: str, deed: Deed) -> tuple[Event, bool]:
        """Tell the model; the event for the engine, and whether it should be accepted."""
        model, now, how = self.model, self.now, deed.how
        event: Event
        purses = self.usable() or list(model.pots)
        purse = purses[how % len(purses)]
        how //= len(purses)
        usable = model.balance(now, purse)[0]
        count = max(1, (usable, usable // 2, usable // 3, usable, usable, usable + 1)[how % 6])
        match deed.kind:
            case "buy":
                return self.buy(id, list(deed.buys), {}, [])
            case "pay":
                return self.pay(id, list(deed.buys), deed.how)
            case "redeem":
                event = Redemption(id, now, member="ana", points=count, purse=purse)
                return event, model.redeem(now, purse, count)
            case "reserve":
                until = now + (1 + how % 7) * DAY
                return (
                    Reservation(id, now, member="ana", points=count, purse=purse, until=until),
                    model.reserve(id, now, purse, count, until),
                )
            case "capture":
                name = self.reservation(deed.how)
                some = model.aside[name][2] if name in model.aside else []
                part = (None, len(some), len(some) + 1, *[max(1, len(some) // 2)] * 4)[how % 7]
                part = part or None
                event = Capture(id, now, member="ana", reservation=name, points=part)
                return event, model.capture(name, now, part)
            case "release":
                name = self.reservation(deed.how)
                event = Release(id, now, member="ana", reservation=name)
                return event, model.release(name, now)
            case "send":
                event = Transfer(id, now, member="ana", to="bob", purse=purse, points=count)
                return event, model.send(id, now, purse, count)
            case "back":
                name = chosen(list(model.sent), how)
                event = TransferReturned(id, now, member="ana", transfer=name)
                return event, model.send_back(name, now)
            case "confirm":
                waiting = [
                    name
                    for name, order in model.orders.items()
                    if any(award.waits and not award.cancelled for award in order.awards.values())
                ]
                name = chosen((waiting or list(model.orders))[::-1], how // 2 % 3)
                event = Confirmation(id, now, member="ana", of=name)
                return event, model.confirm(name, now)
            case _:
                return self.give_back(id, deed)

    def reservation(self, how: int) -> str:
        return chosen(list(self.model.aside), how)

    def pay(self, id: str, bought: list[Piece], how: int) -> tuple[Event, bool]:
        """Buy something for points, in part or whole, and perhaps for what is set aside."""
        spend: dict[str, int] = {}
        captures = list(self.model.aside)[: how % 2]
        for terms in self.club.purses:
            how //= 3
            held = self.model.balance(self.now, terms.name)[0]
            most = -(-sum(each.cents for each in bought) // (terms.cents or 10**9))
            count = (min(held, most), min(held, most // 2), held // 2, 0, 0, held + 1)[how % 6]
            if count and (terms.cents or how % 11 == 0):
                spend[terms.name] = count
        return self.buy(id, bought, spend, captures)

    def buy(
        self, id: str, bought: list[Piece], spend: dict[str, int], captures: list[str]
    ) -> tuple[Event, bool]:
        copies = [Piece(each.cents, each.units, each.wine) for each in bought]
        event = Purchase(
            id, self.now, member="ana", lines=lines(bought), spend=spend, captures=captures
        )
        parts = {str(place): each for place, each in enumerate(copies)}
        return event, self.model.buy(id, self.now, parts, spend, captures)

    def give_back(self, id: str, deed: Deed) -> tuple[Event, bool]:
        """Some of an order, mostly the latest; now and then more than there is."""
        orders, how = self.model.orders, deed.how
        name = chosen(list(orders)[::-1], 0 if deed.parts or how % 4 else how // 16 % 4)
        pieces = orders[name].lines if name in orders else {}
        left = {line: piece.left for line, piece in pieces.items() if piece.left}
        some = {line: 1 + how % n for line, n in left.items() if how % 7 < 2 * (int(line) + 1)}
        if deed.parts and all(line in pieces for line, _ in deed.parts):
            some = dict(deed.parts)
        event = Return(id, self.now, member="ana", order=name, lines=some or None)
        return event, self.model.give_back(name, self.now, some or left)

    def compare(self) -> None:
        self.account.check()
        for terms in self.club.purses:
            purse, totals = terms.name, self.account.purse(terms.name)
            balance = self.engine.balance(self.account, self.now, purse)
            pot = self.model.pots[purse]
            self.same(
                f"balance of {purse}",
                (balance.available, balance.pending, balance.reserved, balance.debt),
                self.model.balance(self.now, purse),
            )
            lots = sorted((*self.account.lots, *self.account.pending), key=lambda lot: lot.rank)
            self.same(
                f"lots of {purse}",
                [
                    (lot.id, NEVER if lot.expires is None else lot.expires, lot.remaining)
                    for lot in lots
                    if lot.purse == purse
                ],
                self.model.lots(purse),
            )
            self.same(
                f"totals of {purse}",
                (totals.redeemed, totals.expired, totals.sent),
                (pot.count("spent"), pot.count("lapsed"), pot.count("sent")),
            )
        if self.club.tiers:
            self.same("tier", self.account.tier, self.model.tier(self.now))

    def same(self, what: str, engine: Any, model: Any) -> None:
        if engine != model:
            raise DisagreementError(
                f"{what} of {self.club.name} at {self.now}: {engine}, but in the model {model}\n"
                + "\n".join(said(event, expected) for event, expected in self.told)
            )


def said(event: Event, expected: bool) -> str:
    """An event in a few words."""
    what = [f"{event.at:%d %b %H:%M:%S.%f} {type(event).__name__} {event.id}"]
    names = ("order", "of", "reservation", "transfer", "purse", "points", "until")
    what += [f"{name} {getattr(event, name)}" for name in names if getattr(event, name, None)]
    if isinstance(event, Purchase):
        what += [
            f"{line.quantity} x {line.price} less {line.discount} {line.category or ''}"
            for line in event.lines
        ]
        what.append(f"{dict(event.spend)} {event.captures}")
    if isinstance(event, Return):
        what.append(str(event.lines and dict(event.lines)))
    return ", ".join(what) + ("" if expected else ": refused")


def chosen(names: list[str], how: int) -> str:
    """One of these names; where there are none, one that nobody knows."""
    return names[how % len(names)] if names else "nothing"


def agree(club: Club, history: list[Deed]) -> set[str]:
    """Play a history in the engine and in the model; what was reached."""
    play = Play(club)
    play.play(history)
    return play.reached
