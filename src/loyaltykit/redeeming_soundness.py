"""Soundness of redeeming: what is redeemed is there, and its amounts fit purse and currency."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from loyaltykit.errors import DefinitionError
from loyaltykit.money import Currency, minor_units, ratio
from loyaltykit.purses import Purse
from loyaltykit.redeeming import Redeeming
from loyaltykit.tiers import Tiers


def redeeming_problems(
    redeeming: Iterable[Redeeming],
    tiers: tuple[Tiers, ...],
    purses: tuple[Purse, ...],
    money: Currency,
) -> Iterator[str]:
    """Every reason why points cannot be redeemed as stated."""
    known = {purse.name: purse for purse in purses}
    ladder = tuple(tier.name for tier in tiers[0].tiers) if tiers else ()
    seen: set[str] = set()
    for each in redeeming:
        where = f"redeeming {each.purse!r}"
        if each.purse in seen:
            yield f"{where}: stated twice: one value says how a purse is redeemed"
        seen.add(each.purse)
        if each.purse not in known:
            yield (
                f"{where}: there is no purse {each.purse!r} (there are {', '.join(known)}): "
                f"declare it with purses=[Purse({each.purse!r})]"
            )
            continue
        yield from _amounts(each, known[each.purse], money, where)
        for tier in each.by_tier:
            if tier not in ladder:
                names = ", ".join(ladder) or "none"
                yield (
                    f"{where}: by_tier names the tier {tier!r}, which the programme does not have "
                    f"(it has {names})"
                )


def _amounts(each: Redeeming, purse: Purse, money: Currency, where: str) -> Iterator[str]:
    amounts = (
        ("points", each.points),
        ("minimum", each.minimum),
        ("step", each.step),
        ("maximum", each.maximum),
    )
    for what, amount in amounts:
        if amount is not None and (ratio(amount) * purse.scale(money)).denominator != 1:
            yield f"{where}: {what} has more decimals than the purse: {amount}"
    worths: list[Decimal] = [*each.by_tier.values()]
    for worth in worths if each.worth is None else [each.worth, *worths]:
        try:
            minor_units(worth, money, f"{where}: worth")
        except DefinitionError as error:
            yield str(error)
