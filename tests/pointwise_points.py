"""Points of one purse, an object for every single one, and what can become of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(eq=False)
class Point:
    """One point: held, reserved, spent, sent, taken, repaid, lapsed or cancelled.

    A point that `waits` is cancelled when it would become available, unless it was confirmed.
    """

    lot: str
    earned: datetime
    available: datetime
    expires: datetime
    waits: bool = False
    where: str = "held"


def in_line(point: Point) -> tuple[datetime, datetime, str]:
    """Soonest expiry first, then the oldest, then by name."""
    return (point.expires, point.earned, point.lot)


class Pot:
    """The points that a member ever had of one purse, and what is owed."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.debt = 0

    def held(self) -> list[Point]:
        return [point for point in self.points if point.where == "held"]

    def spendable(self, now: datetime) -> list[Point]:
        """What can be spent, in the order in which it is."""
        return sorted((point for point in self.held() if point.available <= now), key=in_line)

    def count(self, *where: str) -> int:
        return sum(point.where in where for point in self.points)

    def lapsed(self, *lots: str) -> int:
        """How many points of these lots are gone unspent."""
        gone = [point for point in self.points if point.where in {"lapsed", "cancelled"}]
        return sum(point.lot in lots for point in gone)

    def move(self, points: Iterable[Point], where: str) -> None:
        for point in points:
            point.where = where

    def repay(self, point: Point) -> None:
        if self.debt:
            self.debt -= 1
            point.where = "repaid"

    def join(self, point: Point) -> None:
        """Hold a point again, with others of its lot: they have one end, the latest of any."""
        point.where = "held"
        lot = [each for each in self.held() if each.lot == point.lot]
        end = max(each.expires for each in lot)
        for each in lot:
            each.expires = end

    def come_back(self, points: list[Point], now: datetime, owed: int = 0) -> None:
        """After a while away: they pay off the debt but for what is `owed`; then the late lapse."""
        for point in points:
            self.join(point)
        for lot in dict.fromkeys(point.lot for point in points):
            for point in self.held():
                if point.lot == lot and self.debt > owed:
                    self.repay(point)
            self.lapse(lot, now)

    def lapse(self, lot: str, now: datetime) -> None:
        late = [each for each in self.held() if each.lot == lot and each.expires <= now]
        self.move(late, "lapsed")
