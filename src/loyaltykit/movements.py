"""Movements: the effects that move points. Each balances by itself.

A movement names the lots that it touches as they were before, so that points can be given back to
them with their own times.
"""

from datetime import datetime
from typing import final

from attrs import frozen

from loyaltykit.lots import Draw, Lot


@final
@frozen(order=False)
class Accrued:
    """Points were granted: a new lot, pending until it is available.

    `desired` is what the rule was worth before its limit. `received` says that they come from a
    former system rather than from a rule.
    """

    at: datetime
    lot: Lot
    desired: int
    received: bool = False


@final
@frozen(order=False)
class Released:
    """A pending lot became spendable: it was due, or it was confirmed."""

    at: datetime
    lot: str


@final
@frozen(order=False)
class Cancelled:
    """A pending lot was not confirmed in time: what remained of it counts as taken back."""

    at: datetime
    lot: Lot


@final
@frozen(order=False)
class Expired:
    """Points of a lot lapsed: as many as remain in `lot` here; its others, if any, stay."""

    at: datetime
    lot: Lot


@final
@frozen(order=False)
class Redeemed:
    """Points were spent, out of these lots."""

    at: datetime
    event: str
    purse: str
    draws: tuple[Draw, ...]


@final
@frozen(order=False)
class Reserved:
    """Points were set aside, out of these lots, until they are captured or released."""

    at: datetime
    event: str
    purse: str
    draws: tuple[Draw, ...]
    until: datetime


@final
@frozen(order=False)
class Captured:
    """Reserved points were spent; that they were is remembered until `until`."""

    at: datetime
    event: str
    reservation: str
    purse: str
    draws: tuple[Draw, ...]
    until: datetime


@final
@frozen(order=False)
class ReservationReleased:
    """Reserved points came back to their lots: asked for, or since their time limit was reached.

    That they did is remembered until `until`.
    """

    at: datetime
    reservation: str
    purse: str
    draws: tuple[Draw, ...]
    until: datetime
    expired: bool = False


@final
@frozen(order=False)
class Reversed:
    """Points of a returned order were taken back: out of lots, and the rest as debt.

    `forgiven` is what the purse's policy leaves with the member although it is missing.
    """

    at: datetime
    event: str
    order: str
    rule: str
    purse: str
    draws: tuple[Draw, ...]
    debt: int
    forgiven: int = 0


@final
@frozen(order=False)
class Reinstated:
    """Points that an earlier part of a return took are given back: to lots, and off the debt.

    `lapsed` are draws whose lot has expired meanwhile: they come back and lapse in one.
    """

    at: datetime
    event: str
    order: str
    rule: str
    purse: str
    draws: tuple[Draw, ...]
    debt: int
    lapsed: tuple[Draw, ...]


@final
@frozen(order=False)
class DebtRepaid:
    """Points that became spendable paid off debt of their purse."""

    at: datetime
    purse: str
    lot: str
    points: int
