"""Events about points that go from one member to another, with the dates that they have.

Transfer, on the sender's account        -> TransferReceived, through the outbox
TransferReceived, on the receiver's      -> refused: TransferReturned, made by the host
TransferReturned, on the sender's        -> the same lots, back where they were
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import final

from attrs import field, frozen

from loyaltykit.baskets import text_id
from loyaltykit.calendar import instant
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.lots import crossing
from loyaltykit.openings import whole_points
from loyaltykit.particulars import as_id, as_member, as_purse, as_time
from loyaltykit.vocabulary import named, shown

MAX_TRANSFER_LOTS = 10_000
"""How many lots one transfer may bring."""


def _to(value: str) -> str:
    return named(value, "the receiver of a transfer")


def _sender(value: str) -> str:
    return named(value, "the sender of a transfer")


def _earned(value: datetime) -> datetime:
    return instant(value, "when points of a transfer were earned")


def _expires(value: datetime | None) -> datetime | None:
    return None if value is None else instant(value, "when points of a transfer expire")


@final
@frozen(order=False)
class TransferLot:
    """Points of a transfer: when they were earned, and until when they last."""

    points: int = field(converter=whole_points)
    earned: datetime = field(converter=_earned)
    expires: datetime | None = field(default=None, converter=_expires, kw_only=True)


def _lots(values: Iterable[TransferLot]) -> tuple[TransferLot, ...]:
    if not isinstance(values, Iterable):
        raise MisuseError(f"the lots of a transfer: write a list, not {shown(values)}")
    found = tuple(islice(values, MAX_TRANSFER_LOTS + 1))
    if len(found) > MAX_TRANSFER_LOTS:
        raise LimitError(f"a transfer brings at most {MAX_TRANSFER_LOTS} lots")
    for value in found:
        if not isinstance(value, TransferLot):
            raise MisuseError(f"the lots of a transfer: {shown(value)} is no TransferLot")
    if not found:
        raise DefinitionError("a transfer brings at least one lot")
    return found


@final
@frozen(order=False)
class Transfer:
    """A member gives points away, out of what is available, in order of consumption.

    Points that last only as long as the member's tier stay. The outbox then holds a
    `TransferReceived` for the other account. Points that are received count towards no tier.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    to: str = field(converter=_to, kw_only=True)
    points: int = field(converter=whole_points, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)


@final
@frozen(order=False)
class TransferReceived:
    """Points come from another member, with their dates. From an outbox.

    Those that expired on the way are received and lapse at once. `transfer` is the id of the event
    on the sender's account.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    sender: str = field(converter=_sender, kw_only=True)
    transfer: str = field(converter=text_id, kw_only=True)
    purse: str = field(default="points", converter=as_purse, kw_only=True)
    lots: tuple[TransferLot, ...] = field(converter=_lots, kw_only=True)

    def returned(self, at: datetime) -> "TransferReturned":
        """What tells the sender that this was refused; the id is always the same."""
        name = crossing(self.transfer, "transfer", 0, self.member, "returned")
        return TransferReturned(name, at, member=self.sender, transfer=self.transfer)


@final
@frozen(order=False)
class TransferReturned:
    """The receiver's account refused a transfer: the sender has the same lots again.

    At most once for each transfer. They repay debt first; what expired meanwhile lapses at once. On
    a closed account everything does. After an erasure it is refused: the points stay sent.
    """

    id: str = field(converter=as_id)
    at: datetime = field(converter=as_time)
    member: str = field(converter=as_member, kw_only=True)
    transfer: str = field(converter=text_id, kw_only=True)
