"""A plain model of one club: an object for every single point, lists, and no cleverness.

1 point per euro, available after two days and lapsing after thirty; 10 points more for an order
without wine or of 50 euros, at once and for twelve days. Three tiers by the points of twenty days.
It shares nothing with the library but the club that it describes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAY = timedelta(days=1)
TIERS = (("bronze", 0), ("silver", 50), ("gold", 120))


@dataclass
class Point:
    """One point; `where` is held, spent, lapsed, repaid, or what it was taken for."""

    lot: str
    earned: datetime
    available: datetime
    expires: datetime
    where: object = "held"


@dataclass
class Piece:
    """One line of an order: cents for all of its pieces, how many, and how many came back."""

    cents: int
    units: int
    wine: bool
    back: int = 0

    @property
    def kept_cents(self) -> int:
        return self.cents - self.cents * self.back // self.units


@dataclass
class Order:
    """What was bought, what each rule granted for it, and how much is owed for what came back."""

    at: datetime
    lines: dict[str, Piece]
    granted: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    debt: dict[str, int] = field(default_factory=dict)


def worth(lines: list[Piece]) -> dict[str, int]:
    """What an order of these lines is worth, by rule."""
    kept = [line for line in lines if line.units > line.back]
    cents = sum(line.kept_cents for line in kept)
    dry = not any(line.wine for line in kept) or cents >= 5000
    return {"base": cents // 100, "bonus": 10 if kept and dry else 0}


class Model:
    """Everything about one member."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.orders: dict[str, Order] = {}
        self.debt = 0
        self.now: datetime | None = None

    def pass_time(self, now: datetime) -> None:
        """Let points become available and lapse, one instant after the other."""
        last = self.now or now
        moments = {p.available for p in self.points} | {p.expires for p in self.points}
        for moment in sorted(each for each in moments if last < each <= now):
            ready = [p for p in self.held() if p.available == moment]
            for point in sorted(ready, key=lambda p: p.lot):
                self.repay(point)
            for point in self.held():
                if point.expires == moment:
                    point.where = "lapsed"
        self.now = now

    def held(self) -> list[Point]:
        return [point for point in self.points if point.where == "held"]

    def spendable(self, now: datetime) -> list[Point]:
        """What can be spent, in the order in which it is."""
        usable = [point for point in self.held() if point.available <= now]
        return sorted(usable, key=lambda p: (p.expires, p.earned, p.lot))

    def repay(self, point: Point) -> None:
        if self.debt:
            self.debt -= 1
            point.where = "repaid"

    def buy(self, name: str, now: datetime, lines: dict[str, Piece]) -> None:
        order = Order(now, lines)
        self.orders[name] = order
        for rule, count in worth(list(lines.values())).items():
            order.granted[rule] = order.kept[rule] = count
            order.debt[rule] = 0
            for _ in range(count):
                point = self.point(name, rule, now)
                self.points.append(point)
                if point.available <= now:
                    self.repay(point)

    def point(self, name: str, rule: str, earned: datetime) -> Point:
        if rule == "base":
            return Point(f"{name}/base/0", earned, earned + 2 * DAY, earned + 30 * DAY)
        return Point(f"{name}/bonus/0", earned, earned, earned + 12 * DAY)

    def redeem(self, now: datetime, count: int) -> bool:
        usable = self.spendable(now)
        if len(usable) < count:
            return False
        for point in usable[:count]:
            point.where = "spent"
        return True

    def send(self, name: str, now: datetime, count: int) -> bool:
        """Give points to somebody else."""
        usable = self.spendable(now)
        if len(usable) < count:
            return False
        for point in usable[:count]:
            point.where = ("sent", name)
        return True

    def send_back(self, name: str, now: datetime) -> bool:
        """What somebody else would not take comes back, lot by lot as it was sent."""
        sent = [point for point in self.points if point.where == ("sent", name)]
        sent.sort(key=lambda p: (p.expires, p.earned, p.lot))
        for point in sent:
            point.where = "held"
            self.repay(point)
            if point.where == "held" and point.expires <= now:
                point.where = "lapsed"
        return bool(sent)

    def give_back(self, name: str, now: datetime, units: dict[str, int]) -> bool:
        order = self.orders.get(name)
        if order is None or not any(line.units > line.back for line in order.lines.values()):
            return False
        for line, count in units.items():
            if count > order.lines[line].units - order.lines[line].back:
                return False
        for line, count in units.items():
            order.lines[line].back += count
        now_worth = worth(list(order.lines.values()))
        lapsed_own = {rule: self.count(f"{name}/{rule}/0", "lapsed") for rule in order.granted}
        for rule, granted in order.granted.items():
            order.kept[rule] = min(granted, now_worth[rule])
        owed: dict[str, int] = {}
        for rule in order.granted:
            self.put_back(name, rule, now)
        for rule, granted in order.granted.items():
            owed[rule] = min(granted - order.kept[rule], granted - lapsed_own[rule])
            owed[rule] = self.take_own(name, rule, owed[rule])
        for rule in order.granted:
            self.take(name, rule, now, owed[rule])
        for point in self.spendable(now):
            self.repay(point)
        return True

    def count(self, lot: str, where: object) -> int:
        return sum(point.lot == lot and point.where == where for point in self.points)

    def put_back(self, name: str, rule: str, now: datetime) -> None:
        """Undo what was taken for a rule; what lapsed meanwhile waits to be taken again."""
        order = self.orders[name]
        for point in self.points:
            if point.where == ("taken", name, rule):
                point.where = "held" if point.expires > now else ("gone", name, rule)
        unpaid = min(order.debt[rule], self.debt)
        self.debt -= unpaid
        for _ in range(order.debt[rule] - unpaid):
            # It was repaid with some point meanwhile: the member has another of this order instead.
            point = self.point(name, rule, order.at)
            point.lot += "/repaid"
            point.where = "held" if point.expires > now else ("gone", name, rule)
            self.points.append(point)
        order.debt[rule] = 0

    def take_own(self, name: str, rule: str, owed: int) -> int:
        """Take what is gone anyway, then the rule's own points; how many are still owed."""
        gone = [point for point in self.points if point.where == ("gone", name, rule)]
        own = [point for point in self.held() if point.lot == f"{name}/{rule}/0"]
        for point in [*gone, *own]:
            if owed:
                owed -= 1
                point.where = ("taken", name, rule)
        for point in gone:
            if point.where == ("gone", name, rule):
                point.where = "lapsed"
        return owed

    def take(self, name: str, rule: str, now: datetime, owed: int) -> None:
        for point in self.spendable(now):
            if owed:
                owed -= 1
                point.where = ("taken", name, rule)
        self.orders[name].debt[rule] = owed
        self.debt += owed

    def balance(self, now: datetime) -> tuple[int, int, int]:
        """Available points, pending points and debt."""
        usable = len(self.spendable(now))
        return usable, len(self.held()) - usable, self.debt

    def tier(self, now: datetime) -> str:
        counted = [order for order in self.orders.values() if order.at + 20 * DAY > now]
        total = sum(sum(order.kept.values()) for order in counted)
        return [name for name, least in TIERS if total >= least][-1]
