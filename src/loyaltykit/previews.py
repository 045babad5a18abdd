"""Previews: what a new version of a programme would do to members who are already in.

    print(preview(versions, accounts))

Each account is brought to an instant twice, with the version and without it, and both are compared.
Nothing is committed. What is compared is what a member would notice: tiers, what can be spent, and
when points lapse.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.calendar import instant
from loyaltykit.engine import Engine
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.lots import Lot
from loyaltykit.money import money_text, shifted
from loyaltykit.versions import Version, Versions
from loyaltykit.vocabulary import CREDIT, shown


@final
@frozen(order=False)
class TierMove:
    """A member's tier on a ladder without the version and with it; None is no tier.

    `until` is until when a version that holds tiers lets the member have this one at least.
    """

    ladder: str
    before: str | None
    after: str | None
    until: datetime | None = field(default=None, kw_only=True)


@final
@frozen(order=False)
class LotMove:
    """So many points of a lot lapse at another instant; None is never."""

    lot: str
    purse: str
    points: int
    before: datetime | None = field(kw_only=True)
    after: datetime | None = field(kw_only=True)


@final
@frozen(order=False)
class BalanceMove:
    """What can be spent of a purse, in its smallest unit."""

    purse: str
    before: int
    after: int


@final
@frozen(order=False)
class Affected:
    """A member for whom a version changes something, and what."""

    member: str
    tiers: tuple[TierMove, ...] = ()
    lots: tuple[LotMove, ...] = ()
    balances: tuple[BalanceMove, ...] = ()


@final
@frozen(order=False)
class Preview:
    """Who would be affected by a version of a programme, at an instant; so many were `asked`."""

    version: Version
    at: datetime
    asked: int
    members: tuple[Affected, ...]

    @property
    def tiers(self) -> tuple[tuple[TierMove, int], ...]:
        """Every change of tier, and how many members it would happen to, the most common first."""
        found = Tally(
            TierMove(move.ladder, move.before, move.after)
            for each in self.members
            for move in each.tiers
        )
        return tuple(sorted(found.items(), key=_often))

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield (
            f"version {self.version.name!r} at {self.at:%Y-%m-%d %H:%M} UTC: "
            f"{len(self.members)} of {self.asked} members affected"
        )
        for move, count in self.tiers:
            yield f"  {move.ladder}: {move.before or 'none'} -> {move.after or 'none'}: {count}"
        for what, sooner in (("later", False), ("sooner", True)):
            moved = [
                (each.member, move)
                for each in self.members
                for move in each.lots
                if _is_sooner(move) is sooner
            ]
            for purse in sorted({move.purse for _, move in moved}):
                points = sum(move.points for _, move in moved if move.purse == purse)
                count = len({name for name, move in moved if move.purse == purse})
                yield f"  {purse}: {self._amount(points, purse)} lapse {what}, of {_people(count)}"
        for purse in sorted({move.purse for each in self.members for move in each.balances}):
            moves = [m for each in self.members for m in each.balances if m.purse == purse]
            change = sum(move.after - move.before for move in moves)
            sign = "more" if change > 0 else "less"
            yield (
                f"  {purse}: {self._amount(abs(change), purse)} {sign} can be spent, "
                f"of {_people(len(moves))}"
            )

    def _amount(self, amount: int, purse: str) -> str:
        program = self.version.program
        if purse == CREDIT:
            return money_text(amount, program.money)
        found = next(each for each in program.all_purses if each.name == purse)
        return f"{shifted(amount, found.decimals):f} points"


def preview(
    versions: Versions,
    accounts: Iterable[Account],
    *,
    version: str | None = None,
    until: datetime | None = None,
) -> Preview:
    """Who would be affected by a version, the latest unless another is named.

    At its first instant; or `until` a later one, by which what it changes has come to pass if
    nothing more is bought. An account whose clock is beyond that instant is compared at its clock.
    The accounts may be as many as there are: only those that are affected are kept.

    Raises:
        MisuseError: these are no versions, or no accounts.
        DefinitionError: there is no such version, or it is the first.
        EventError: an account goes by this version already, or by none of these.
        LimitError: a single instant would post more than 10,000 effects.
    """
    if not isinstance(versions, Versions):
        raise MisuseError(f"a preview is of Versions([...]), not of {shown(versions)}")
    place = _place(versions, version)
    begins = versions.versions[place].begins
    if begins is None:
        raise DefinitionError("the first version of a programme changes nothing: name a later one")
    at = begins if until is None else max(begins, instant(until, "until"))
    without = Engine(Versions(versions.versions[:place]))
    with_it = Engine(Versions(versions.versions[: place + 1]))
    asked, members = 0, []
    if not isinstance(accounts, Iterable):
        raise MisuseError(f"a preview asks accounts, a list of them, not {shown(accounts)}")
    for account in accounts:
        if not isinstance(account, Account):
            raise MisuseError(f"a preview asks accounts, not {shown(account)}")
        asked += 1
        now = at if account.clock is None else max(at, account.clock)
        old, new = _brought(without, account, now), _brought(with_it, account, now)
        found = Affected(
            account.member,
            tuple(_tiers(old, new, versions.versions[place])),
            tuple(_lots(old, new)),
            tuple(_balances(old, new, now)),
        )
        if found.tiers or found.lots or found.balances:
            members.append(found)
    return Preview(versions.versions[place], at, asked, tuple(members))


def _people(count: int) -> str:
    return "1 member" if count == 1 else f"{count} members"


def _place(versions: Versions, name: str | None) -> int:
    if name is None:
        return len(versions.versions) - 1
    for place, each in enumerate(versions.versions):
        if each.name == name:
            return place
    known = ", ".join(each.name for each in versions.versions)
    raise DefinitionError(f"there is no version {shown(name)}, only {known}")


def _brought(engine: Engine, account: Account, at: datetime) -> Account:
    reached = None
    while reached != at:
        decision = engine.advance(account, at)
        account, reached = decision.account, decision.reached
    return account


def _tiers(old: Account, new: Account, version: Version) -> Iterator[TierMove]:
    for ladder in dict.fromkeys((*old.ladders, *new.ladders)):
        before, after = old.tier_on(ladder), new.tier_on(ladder)
        held = new.climb(ladder).grants.get(f"version:{version.name}")
        if before != after:
            until = held.until if held is not None and held.tier == after else None
            yield TierMove(ladder, before, after, until=until)


def _lots(old: Account, new: Account) -> Iterator[LotMove]:
    after = {lot.id: lot for lot in _held(new)}
    for lot in _held(old):
        now = after.get(lot.id)
        if now is not None and now.expires != lot.expires:
            yield LotMove(lot.id, lot.purse, now.remaining, before=lot.expires, after=now.expires)


def _held(account: Account) -> Iterable[Lot]:
    return chain(account.lots, account.pending)


def _balances(old: Account, new: Account, at: datetime) -> Iterator[BalanceMove]:
    for purse in dict.fromkeys((*old.purses, *new.purses)):
        before, after = old.balance(at, purse).available, new.balance(at, purse).available
        if before != after:
            yield BalanceMove(purse, before, after)


def _is_sooner(move: LotMove) -> bool:
    return move.after is not None and (move.before is None or move.after < move.before)


def _often(item: tuple[TierMove, int]) -> tuple[int, str, str, str]:
    move, count = item
    return -count, move.ladder, move.before or "", move.after or ""
