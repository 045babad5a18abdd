"""What a return takes and gives back, point by point.

All that was taken for the order from a purse is put back first; what is owed now is taken anew. It
comes from the rule's own points, then from others in the order of consumption; what is missing then
is owed or forgiven, as the purse says.
"""

from datetime import datetime

from pointwise_clubs import DAY, Terms
from pointwise_orders import Award, Order
from pointwise_points import Point, Pot


def give_back(order: Order, terms: Terms, pot: Pot, now: datetime) -> bool:
    """Give points back that paid for what came back, the last first; whether there were any."""
    paid = order.paid.get(terms.name, [])
    before = order.given.get(terms.name, 0)
    total = max(before, to_give_back(order, terms, len(paid)))
    back = paid[::-1][before:total]
    for point in back:
        if point.expires <= now and terms.grace is not None:
            point.expires = now + terms.grace * DAY
    own = sum(award.debt for award in order.awards.values() if award.grant.purse == terms.name)
    pot.come_back(back, now, owed=min(own, pot.debt))
    order.given[terms.name] = total
    return bool(back)


def to_give_back(order: Order, terms: Terms, paid: int) -> int:
    match terms.give_back:
        case "never":
            return 0
        case "whole":
            return paid if order.over else 0
        case _:
            tender = sum(line.tender for line in order.pieces)
            back = sum(line.tender * line.back // line.units for line in order.pieces)
            return paid if order.over else paid * back // tender if tender else 0


def owed(award: Award, lapsed: int) -> int:
    """How many points are to be taken in all; what lapsed is gone already."""
    return max(0, min(award.granted - award.kept, award.granted - lapsed))


def settle(
    wanted: list[tuple[Award, int]], earned: datetime, terms: Terms, pot: Pot, now: datetime
) -> None:
    """Take so many points in all for each of these awards of an order."""
    took = {award.lot: len(award.taken) for award, _ in wanted}
    ends: dict[str, datetime] = {}
    for point in [*(each for award, _ in wanted for each in award.taken), *pot.held()]:
        ends[point.lot] = max(point.expires, ends.get(point.lot, point.expires))
    gone = [put_back(award, earned, ends, pot, now) for award, _ in wanted]
    short = []
    for (award, count), late in zip(wanted, gone, strict=True):
        # What lapsed meanwhile stays taken while so much is owed; so does what was forgiven.
        award.taken = late[:count]
        pot.move(late[count:], "lapsed")
        before = award.forgiven - (award.fresh if award.fresh_at == now else 0)
        award.forgiven = max(0, min(before, count - len(award.taken)))
        award.fresh = 0
        short.append(count - len(award.taken) - award.forgiven)
    for place, (award, _) in enumerate(wanted):
        own = [point for point in pot.held() if point.lot == award.lot]
        if terms.shortfall == "pending":
            most = len(own) if award.available > now else took[award.lot]
            own = own[:most]
        short[place] -= take(award, own, short[place])
    for place, (award, _) in enumerate(wanted):
        if terms.shortfall != "pending":
            short[place] -= take(award, pot.spendable(now), short[place])
        award.debt = min(short[place], room_for_debt(terms, pot))
        pot.debt += award.debt
        award.fresh, award.fresh_at = short[place] - award.debt, now
        award.forgiven += award.fresh
    for point in pot.spendable(now):
        pot.repay(point)


def put_back(
    award: Award, earned: datetime, ends: dict[str, datetime], pot: Pot, now: datetime
) -> list[Point]:
    """Undo what was taken for a rule; what of it has lapsed meanwhile."""
    unpaid = min(award.debt, pot.debt)
    pot.debt -= unpaid
    back = list(award.taken)
    for _ in range(award.debt - unpaid):
        # It was repaid with some point meanwhile: the member has another of this order instead.
        end = ends.get(award.lot, award.expires)
        point = Point(f"{award.lot}/repaid", earned, award.available, end, award.waits)
        pot.points.append(point)
        back.append(point)
    gone = []
    for point in back:
        point.expires = ends.get(point.lot, point.expires)
        if point.expires > now:
            pot.join(point)
        else:
            point.where = "taken"
            gone.append(point)
    return gone


def take(award: Award, points: list[Point], most: int) -> int:
    taken = points[:most]
    for point in taken:
        point.where = "taken"
    award.taken += taken
    return len(taken)


def room_for_debt(terms: Terms, pot: Pot) -> int:
    """How much more may be owed."""
    if terms.shortfall != "debt":
        return 0
    return 10**9 if terms.most_debt is None else max(0, terms.most_debt - pot.debt)
