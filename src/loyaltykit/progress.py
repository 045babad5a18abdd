"""Progress: how far it is to the next tier, what it takes to keep this one, and what time brings.

Everything is said of one instant, up to which time was brought. Nothing is decided.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import final

from attrs import field, frozen

from loyaltykit.account import Account
from loyaltykit.calendar import TICK
from loyaltykit.climbs import Standing
from loyaltykit.judging import forecast
from loyaltykit.ladders import Ladder, Values
from loyaltykit.lots import NEVER
from loyaltykit.metrics import Metric, Need, metric_words, reaches
from loyaltykit.money import shifted
from loyaltykit.observe import values_at
from loyaltykit.rulebook import Rulebook
from loyaltykit.tenures import AtEndOf, UntilReview
from loyaltykit.turning import counters_of
from loyaltykit.windows import counts_until

MAX_AHEAD = 50
"""How many changes of a tier are told ahead."""


@final
@frozen(order=False)
class Lack:
    """What is short of a metric: what there is, what is needed, the rest; of money, major units."""

    metric: str
    has: Decimal = field(kw_only=True)
    needs: Decimal = field(kw_only=True)

    @property
    def missing(self) -> Decimal:
        """How much more is needed."""
        return self.needs - self.has


@final
@frozen(order=False)
class NextTier:
    """The next tier that counts can reach: what is short of it, and when it would be entered.

    `at` is the end of the period at which tiers are entered; None is at once. Of needs of which any
    will do, each is told.
    """

    tier: str
    lacks: tuple[Lack, ...] = field(kw_only=True)
    at: datetime | None = field(kw_only=True)


@final
@frozen(order=False)
class Keeping:
    """What is short, `until` an instant, of keeping the present tier beyond it, if anything is.

    In grace the instant is the end of that.
    """

    until: datetime
    lacks: tuple[Lack, ...] = field(kw_only=True)
    grace: bool = field(default=False, kw_only=True)


@final
@frozen(order=False)
class Progress:
    """Where a member stands on a ladder. `ahead` is how the tier changes if nothing is counted."""

    ladder: str
    tier: str | None
    next: NextTier | None = field(kw_only=True)
    keep: Keeping | None = field(kw_only=True)
    ahead: tuple[tuple[datetime, str | None], ...] = field(kw_only=True)


def progress_of(account: Account, at: datetime, book: Rulebook) -> tuple[Progress, ...]:
    """The progress on every ladder of a programme; the account was brought up to the instant."""
    return tuple(_on(ladder, account, at, book) for ladder in book.ladders)


def _on(ladder: Ladder, account: Account, at: datetime, book: Rulebook) -> Progress:
    climb = account.climb(ladder.name)
    standing = climb.standing
    now = _values(ladder, standing, account, at, book)
    tier = account.tier_on(ladder.name)
    ahead = tuple(islice(forecast(ladder, account, book), MAX_AHEAD))
    return Progress(
        ladder.name,
        tier,
        next=_next(ladder, ladder.rank(tier), now, account, at),
        keep=_keep(ladder, standing, account, ahead, at, book),
        ahead=ahead,
    )


def _values(
    ladder: Ladder, standing: Standing, account: Account, at: datetime, book: Rulebook
) -> Values:
    if ladder.plain:
        return values_at(account, at, ladder, book)
    counters = counters_of(ladder, account.trails, NEVER, standing.counted_from)
    found: dict[Metric, int | Decimal | None] = {
        metric: each.value(at) for metric, each in counters.items()
    }
    value = found[ladder.tiers.metric]
    found[ladder.tiers.metric] = standing.carried + (value or 0)
    return found


def _next(
    ladder: Ladder, rank: int, now: Values, account: Account, at: datetime
) -> NextTier | None:
    for higher in range(rank + 1, len(ladder.names)):
        need = ladder.tiers.need(ladder.tiers.tiers[higher])
        if need is None:
            continue
        upgrade, entered = ladder.tiers.upgrade, None
        if isinstance(upgrade, AtEndOf):
            entered = counts_until(upgrade.period, at, ladder.zone, account.enrolled or at)
        return NextTier(ladder.names[higher], lacks=tuple(_lacks(need, now, ladder)), at=entered)
    return None


def _keep(
    ladder: Ladder,
    standing: Standing,
    account: Account,
    ahead: tuple[tuple[datetime, str | None], ...],
    at: datetime,
    book: Rulebook,
) -> Keeping | None:
    tier = account.tier_on(ladder.name)
    rank = ladder.rank(tier)
    if rank <= ladder.base:
        return None
    keep = ladder.tiers.keep(ladder.tiers.tiers[rank])
    if keep is None or (not ladder.plain and standing.tier != tier):
        return None
    if standing.falls is not None:
        lacks = tuple(_lacks(keep, _values(ladder, standing, account, at, book), ladder))
        return Keeping(standing.falls, lacks=lacks, grace=True)
    lost = next((each for each, then in ahead if ladder.rank(then) < rank), None)
    until = standing.until or lost
    if until is None:
        return None
    judged = until - TICK if isinstance(ladder.tiers.validity, UntilReview) else until
    then = _values(ladder, standing, account, judged, book)
    return Keeping(until, lacks=tuple(_lacks(keep, then, ladder)))


def _lacks(need: Need, values: Values, ladder: Ladder) -> Iterator[Lack]:
    for each in reaches(need):
        value = values[each.metric]
        has = _in_units(0 if value is None else value, each.metric, ladder.scales)
        if has < each.least:
            yield Lack(metric_words(each.metric), has=has, needs=each.least)


def _in_units(value: int | Decimal, metric: Metric, scales: Mapping[Metric, int]) -> Decimal:
    """A count in units of a threshold; scales are powers of ten."""
    return value if isinstance(value, Decimal) else shifted(value, len(str(scales[metric])) - 1)
