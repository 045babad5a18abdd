"""A plain model of a club: an object for every single point, lists, and no cleverness.

It shares nothing with the library but the club that it describes, which is in pointwise_clubs.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from pointwise_clubs import DAY, MEMORY, PATIENCE, SPAN, TIERS, WAIT, Club, Grant
from pointwise_orders import Award, Order, Piece, allot, meets, rounded, stays, worth
from pointwise_points import Point, Pot, in_line
from pointwise_returns import give_back, owed, settle

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


class Model:
    """Everything about one member."""

    def __init__(self, club: Club) -> None:
        self.club = club
        self.terms = {terms.name: terms for terms in club.purses}
        self.pots = {terms.name: Pot() for terms in club.purses}
        self.orders: dict[str, Order] = {}
        self.aside: dict[str, tuple[str, datetime, list[Point]]] = {}
        self.sent: dict[str, tuple[str, list[Point]]] = {}
        self.now: datetime | None = None

    # Time.

    def moments(self) -> list[datetime]:
        """When something is due that is known of now."""
        points = [point for pot in self.pots.values() for point in pot.points]
        found = {point.available for point in points} | {point.expires for point in points}
        found |= {until for _, until, _ in self.aside.values()}
        found |= {
            self.counts_until(award.grant, order)
            for order in self.orders.values()
            for award in order.awards.values()
        }
        return sorted(found)

    def pass_time(self, now: datetime) -> None:
        """Let points become available, come back and lapse, one instant after the other."""
        last = self.now or now
        for moment in self.moments():
            if last < moment <= now:
                self.settle_moment(moment)
        self.now = now

    def settle_moment(self, moment: datetime) -> None:
        for order in self.orders.values():
            for award in order.awards.values():
                if award.waits and award.available == moment:
                    award.cancelled, award.kept = True, 0
        for pot in self.pots.values():
            ready = [point for point in pot.held() if point.available == moment]
            for point in sorted(ready, key=lambda each: each.lot):
                if point.waits:
                    point.where = "cancelled"
                else:
                    pot.repay(point)
        for until, name in sorted((until, name) for name, (_, until, _) in self.aside.items()):
            if until == moment:
                self.let_go(name, moment)
        for pot in self.pots.values():
            pot.move([each for each in pot.held() if each.expires == moment], "lapsed")

    # Orders.

    def buy(
        self,
        name: str,
        now: datetime,
        lines: dict[str, Piece],
        spend: dict[str, int],
        captures: list[str],
    ) -> bool:
        order = Order(now, lines)
        if not self.pay(order, now, spend, captures):
            return False
        self.orders[name] = order
        for grant in self.club.grants:
            self.grant(name, grant, now)
        return True

    def pay(self, order: Order, now: datetime, spend: dict[str, int], captures: list[str]) -> bool:
        """Pay with points, as far as they are worth anything; whether that can be."""
        if any(name not in self.aside for name in captures):
            return False
        payable = left = sum(line.cents for line in order.pieces)
        for purse, terms in self.terms.items():
            out = [each for name in captures for each in self.aside_in(name, purse)]
            loose = self.pots[purse].spendable(now)
            count = spend.get(purse, 0)
            if not out and not count:
                continue
            # The last point may be worth less than the others.
            most = -(-left // terms.cents) if terms.cents else 0
            if count > len(loose) or len(out) + count > most:
                return False
            order.paid[purse] = [*out, *loose[:count]]
            left -= min(left, (len(out) + count) * (terms.cents or 0))
        for points in order.paid.values():
            for point in points:
                point.where = "spent"
        for name in captures:
            del self.aside[name]
        shares = allot(payable - left, [Fraction(line.cents) for line in order.pieces])
        for line, part in zip(order.pieces, shares, strict=True):
            line.tender = part
        return True

    def aside_in(self, name: str, purse: str) -> list[Point]:
        where, _, points = self.aside[name]
        return points if where == purse else []

    def grant(self, name: str, grant: Grant, now: datetime) -> None:
        """Ask a rule, within its limit and the cap of its purse."""
        order, pot, terms = self.orders[name], self.pots[grant.purse], self.terms[grant.purse]
        count = 0
        if meets(grant, order.pieces):
            count = rounded(worth(grant, order.pieces), grant.rounding)
        room = None if grant.limit == "none" else self.room(grant, now)
        count = count if room is None else min(count, room)
        if terms.cap is not None:
            count = min(count, max(0, terms.cap - pot.count("held", "reserved")))
        available = available_from(grant, now)
        expires = FOREVER if grant.lasts is None else now + grant.lasts * DAY
        if not count or expires <= available:
            return
        waits = grant.pending == "confirmed"
        lot = f"{name}/{grant.rule}/0"
        order.awards[grant.rule] = Award(
            grant,
            lot,
            granted=count,
            available=available,
            expires=expires,
            waits=waits,
            room=room,
            counts=None if waits else now,
            kept=count,
        )
        for _ in range(count):
            point = Point(lot, now, available, expires, waits)
            pot.points.append(point)
            if available <= now:
                pot.repay(point)

    def room(self, grant: Grant, now: datetime) -> int:
        """What the limit of a rule leaves."""
        used = sum(
            order.awards[grant.rule].kept
            for order in self.orders.values()
            if grant.rule in order.awards and self.counts_until(grant, order) > now
        )
        return max(0, grant.most - used)

    def counts_until(self, grant: Grant, order: Order) -> datetime:
        return month_end(order.at) if grant.limit == "month" else order.at + SPAN

    def confirm(self, name: str, now: datetime) -> bool:
        """The order was delivered: what waited for that is available, as long as any waits."""
        order = self.orders.get(name)
        if order is None:
            return False
        waiting = [each for each in order.awards.values() if each.waits and not each.cancelled]
        lots = [award.lot for award in waiting]
        pots = [self.pots[purse] for purse in dict.fromkeys(each.grant.purse for each in waiting)]
        if not any(point.lot in lots and point.waits for pot in pots for point in pot.held()):
            return False
        for award in waiting:
            award.available, award.waits, award.counts = now, False, now
        for pot in pots:
            for point in sorted(pot.points, key=lambda each: each.lot):
                if point.lot in lots and point.waits:
                    point.available, point.waits = now, False
                    if point.where == "held":
                        pot.repay(point)
        return True

    def give_back(self, name: str, now: datetime, units: dict[str, int]) -> bool:
        order = self.orders.get(name)
        if order is None or order.over:
            return False
        if any(count > order.lines[line].left for line, count in units.items()):
            return False
        for line, count in units.items():
            order.lines[line].back += count
        for award in order.awards.values():
            award.kept = stays(award, order)
        for purse, terms in self.terms.items():
            pot = self.pots[purse]
            mine = [award for award in order.awards.values() if award.grant.purse == purse]
            wanted = [
                (award, owed(award, pot.lapsed(award.lot, f"{award.lot}/repaid"))) for award in mine
            ]
            filled = give_back(order, terms, pot, now)
            again = filled and any(award.so_far for award in mine)
            if again or any(award.so_far != count for award, count in wanted):
                settle(wanted, order.at, terms, pot, now)
        return True

    # Spending.

    def redeem(self, now: datetime, purse: str, count: int) -> bool:
        return self.move_out(now, purse, count, "spent") is not None

    def send(self, name: str, now: datetime, purse: str, count: int) -> bool:
        """Give points to somebody else."""
        points = self.move_out(now, purse, count, "sent")
        if points is None:
            return False
        self.sent[name] = (purse, points)
        return True

    def send_back(self, name: str, now: datetime) -> bool:
        """What somebody else would not take comes back, lot by lot as it was sent."""
        if name not in self.sent:
            return False
        purse, points = self.sent.pop(name)
        self.pots[purse].come_back(points, now)
        return True

    def reserve(self, name: str, now: datetime, purse: str, count: int, until: datetime) -> bool:
        """Set points aside for a while."""
        points = self.move_out(now, purse, count, "reserved")
        if points is None:
            return False
        self.aside[name] = (purse, until, points)
        return True

    def capture(self, name: str, now: datetime, count: int | None) -> bool:
        """Spend what is set aside, or the first so many; the rest comes back."""
        if name not in self.aside:
            return False
        purse, until, points = self.aside[name]
        count = len(points) if count is None else count
        if count > len(points):
            return False
        self.pots[purse].move(points[:count], "spent")
        self.aside[name] = (purse, until, points[count:])
        self.let_go(name, now)
        return True

    def release(self, name: str, now: datetime) -> bool:
        if name not in self.aside:
            return False
        self.let_go(name, now)
        return True

    def let_go(self, name: str, now: datetime) -> None:
        purse, _, points = self.aside.pop(name)
        self.pots[purse].come_back(points, now)

    def move_out(self, now: datetime, purse: str, count: int, where: str) -> list[Point] | None:
        points = self.pots[purse].spendable(now)[:count]
        if len(points) < count:
            return None
        self.pots[purse].move(points, where)
        return points

    # What there is.

    def balance(self, now: datetime, purse: str = "points") -> tuple[int, int, int, int]:
        """Available, pending and reserved points, and debt."""
        pot = self.pots[purse]
        usable = len(pot.spendable(now))
        return usable, len(pot.held()) - usable, pot.count("reserved"), pot.debt

    def lots(self, purse: str) -> list[tuple[str, datetime, int]]:
        """How many points are held of each lot, and until when, in the order of consumption."""
        found: dict[tuple[str, datetime], int] = {}
        for point in sorted(self.pots[purse].held(), key=in_line):
            key = (point.lot, point.expires)
            found[key] = found.get(key, 0) + 1
        return [(lot, expires, count) for (lot, expires), count in found.items()]

    def tier(self, now: datetime) -> str:
        total = sum(
            award.kept
            for order in self.orders.values()
            for award in order.awards.values()
            if award.grant.purse == "points"
            and award.counts is not None
            and award.counts + MEMORY > now
        )
        return [name for name, least in TIERS if total >= least][-1]


def available_from(grant: Grant, now: datetime) -> datetime:
    match grant.pending:
        case "days":
            return now + WAIT
        case "month":
            return month_end(now)
        case "confirmed":
            return now + PATIENCE
        case _:
            return now


def month_end(now: datetime) -> datetime:
    """The first instant of the next month."""
    later = now.replace(day=28) + timedelta(days=4)
    return later.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
