"""Orders of the point-by-point model: what was bought, what it is worth, and what stays of that."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import ceil, floor

from pointwise_clubs import Grant
from pointwise_points import Point


@dataclass
class Piece:
    """One line of an order: cents for all of its pieces, how many, and how many came back.

    Of the cents, `tender` were paid in points. The list price is what a piece would have cost.
    """

    cents: int
    units: int
    wine: bool
    back: int = 0
    tender: int = 0

    @property
    def list_price(self) -> int:
        return -(-self.cents // self.units)

    @property
    def left(self) -> int:
        return self.units - self.back

    @property
    def kept_cents(self) -> int:
        """What was paid in money for the pieces that are kept."""
        paid = self.cents - self.tender
        return paid - paid * self.back // self.units


@dataclass
class Award:
    """What a rule granted for an order, and what a return has taken for it.

    `room` is what the rule's limit had left. `taken` are points; `debt` and `forgiven` are what was
    missing; `fresh` was forgiven only at `fresh_at`. `counts` is since when it counts for a tier.
    """

    grant: Grant
    lot: str
    granted: int
    available: datetime
    expires: datetime
    waits: bool
    room: int | None
    counts: datetime | None
    kept: int = 0
    taken: list[Point] = field(default_factory=list)
    debt: int = 0
    forgiven: int = 0
    fresh: int = 0
    fresh_at: datetime | None = None
    cancelled: bool = False

    @property
    def so_far(self) -> int:
        return len(self.taken) + self.debt + self.forgiven


@dataclass
class Order:
    """What was bought, what was granted for it by rule, and the points that paid for it by purse.

    Of the points that paid, the last so many were given back.
    """

    at: datetime
    lines: dict[str, Piece]
    awards: dict[str, Award] = field(default_factory=dict)
    paid: dict[str, list[Point]] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)

    @property
    def pieces(self) -> list[Piece]:
        return list(self.lines.values())

    @property
    def over(self) -> bool:
        """Whether everything has come back."""
        return not any(line.left for line in self.pieces)


def rounded(value: Fraction, how: str) -> int:
    match how:
        case "floor":
            return floor(value)
        case "ceil":
            return ceil(value)
        case "half-up":
            return floor(value + Fraction(1, 2))
        case _:
            return round(value)


def meets(grant: Grant, lines: list[Piece]) -> bool:
    """Whether a rule grants anything for the pieces that are kept of these lines."""
    kept = [line for line in lines if line.left]
    dry = not any(line.wine for line in kept) or sum(line.kept_cents for line in kept) >= 5000
    return bool(kept) and (dry or not grant.dry)


def worth(grant: Grant, lines: list[Piece]) -> Fraction:
    """What a rule that is met grants, before it is rounded."""
    some, euros = grant.rate
    return grant.flat + Fraction(some * sum(line.kept_cents for line in lines), 100 * euros)


def stays(award: Award, order: Order) -> int:
    """How many of the points of a grant the order is worth as it is kept."""
    grant, lines = award.grant, order.pieces
    if award.cancelled:
        return 0
    match grant.on_return:
        case "keep":
            left = award.granted
        case "re-evaluate":
            left = rounded(worth(grant, lines), grant.rounding) if meets(grant, lines) else 0
            left = left if award.room is None else min(left, award.room)
        case "pro-rata":
            left = rounded(award.granted * share_kept(lines), grant.rounding)
        case _:
            parts = allot(award.granted, [worth(grant, [as_bought(line)]) for line in lines])
            left = sum(
                part - part * line.back // line.units
                for part, line in zip(parts, lines, strict=True)
            )
    return min(left, award.granted)


def as_bought(line: Piece) -> Piece:
    return Piece(line.cents, line.units, line.wine, tender=line.tender)


def share_kept(lines: list[Piece]) -> Fraction:
    """The share that is kept of what was paid in money, or of the list prices if nothing was."""
    paid = sum(line.cents - line.tender for line in lines)
    if paid:
        return Fraction(sum(line.kept_cents for line in lines), paid)
    kept = sum(line.list_price * line.left for line in lines)
    return Fraction(kept, sum(line.list_price * line.units for line in lines))


def allot(amount: int, shares: list[Fraction]) -> list[int]:
    """Split an amount by shares: one at a time goes to the part that is furthest below its own."""
    whole = sum(shares)
    parts = [floor(amount * share / whole) for share in shares]
    for _ in range(amount - sum(parts)):
        short = [amount * share / whole - part for share, part in zip(shares, parts, strict=True)]
        parts[short.index(max(short))] += 1
    return parts
