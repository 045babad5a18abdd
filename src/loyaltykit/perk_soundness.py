"""Soundness of perks: they are open at some time, and ask for what is known of a member."""

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from loyaltykit.errors import LimitError
from loyaltykit.money import Currency
from loyaltykit.perks import Perk, begins
from loyaltykit.soundness import MAX_PROGRAM_NODES, line_problems, member_problems
from loyaltykit.tiers import Tiers


def perk_problems(
    perks: tuple[Perk, ...], tiers: tuple[Tiers, ...], money: Currency, zone: ZoneInfo
) -> Iterator[str]:
    """Every reason why perks do not hold together.

    Raises:
        LimitError: their conditions have more than 100,000 nodes together.
    """
    asked = [perk.when for perk in perks] + [each.when for perk in perks for each in perk.early]
    extents = [each.extent for each in asked if each is not None]
    nodes = sum(each.nodes for each in extents)
    nodes += sum(perk.of.extent.nodes for perk in perks if perk.of is not None)
    if nodes > MAX_PROGRAM_NODES:
        raise LimitError(
            f"the conditions of perks may have at most {MAX_PROGRAM_NODES} nodes, not {nodes}"
        )
    for name, count in Counter(perk.name for perk in perks).items():
        if count > 1:
            yield f"{count} perks are called {name!r}"
    for perk in perks:
        for problem in _problems(perk, tiers, money, zone):
            yield f"perk {perk.name!r}: {problem}"


def _problems(
    perk: Perk, tiers: tuple[Tiers, ...], money: Currency, zone: ZoneInfo
) -> Iterator[str]:
    if perk.opens is not None and perk.closes is not None:
        opens, closes = begins(perk.opens, zone), begins(perk.closes, zone)
        if closes <= opens:
            yield f"closes at {closes}, and opens only at {opens}: it is never open"
    for asked in (perk.when, *(each.when for each in perk.early)):
        if asked is not None:
            yield from member_problems(asked, money, tiers)
    if perk.of is not None:
        yield from line_problems(perk.of, money, tiers)
