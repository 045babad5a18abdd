"""Deferred revenue: what was paid for points, recognised as they are redeemed (IFRS 15, ASC 606).

    roll_forward(deferrals, progress) -> rows of opening + added - recognised = closing

Recognised in all, for a cohort at the end of a period:

    deferred so far * redeemed so far / expected to be redeemed in all

rounded once, to the nearest unit. A period's revenue is the difference from the period before: a
cumulative catch-up whenever the expectation changes.

Laws: each row's closing is the next one's opening. What is recognised of a cohort never passes what
was deferred, and is all of it when no more is expected to be redeemed. How the time between was
divided into periods does not matter.

Amounts are whole minor units of one currency. Never here: an estimate; expectations are the shop's.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Final, TypeAlias, TypeVar, final

from attrs import field, frozen

from loyaltykit.breakage import Cohort, Share, whole_number
from loyaltykit.calendar import civil_date
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.money import Rounding, rounded, whole_units
from loyaltykit.vocabulary import named, of_type, shown

MAX_CLOSINGS: Final = 100_000
"""How many deferrals, or measures of progress, one roll-forward may have."""


def _period(value: date) -> date:
    return civil_date(value, "period")


def _cohort(value: date) -> date:
    return civil_date(value, "cohort")


def _amount(value: int) -> int:
    return whole_units(value, "amount")


def _redeemed(value: int) -> int:
    return whole_number(value, "redeemed")


def _expected(value: int) -> int:
    return whole_number(value, "expected")


@final
@frozen(order=False)
class Deferral:
    """What was deferred in a period for the points of a cohort: a part of the transaction price.

    A period is named by its last day. A cohort is named by any day, such as the first of the month
    in which its points were earned. A negative amount takes back what a refund took back.
    """

    period: date = field(converter=_period)
    cohort: date = field(converter=_cohort)
    amount: int = field(converter=_amount, kw_only=True)


@final
@frozen(order=False)
class Progress:
    """How far a cohort was at the end of a period: points redeemed so far, and expected in all.

    `expected` includes `redeemed`. If both are equal, nothing more is expected, and all that was
    deferred is recognised.
    """

    period: date = field(converter=_period)
    cohort: date = field(converter=_cohort)
    redeemed: int = field(converter=_redeemed, kw_only=True)
    expected: int = field(converter=_expected, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.expected < self.redeemed:
            raise DefinitionError(
                f"expected: cohort {self.cohort} has {self.redeemed} points redeemed by "
                f"{self.period}; write at least that many, not {self.expected}"
            )


@final
@frozen(order=False)
class ContractLiability:
    """What is owed in goods for points, from the opening of a period to its closing.

    opening + added - recognised = closing. `recognised` is revenue; it is negative where an
    expectation rose by so much that revenue of earlier periods is taken back. `cohort` is None
    where all cohorts are added up.
    """

    period: date
    cohort: date | None
    opening: int = field(kw_only=True)
    added: int = field(kw_only=True)
    recognised: int = field(kw_only=True)
    closing: int = field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.opening + self.added - self.recognised != self.closing:
            raise DefinitionError(
                f"closing: {self.opening} + {self.added} - {self.recognised} in {self.period} "
                f"is not {self.closing}; write rows as roll_forward(...) gives them"
            )


def progress_of(
    cohorts: Iterable[Cohort],
    period: date,
    *,
    breakage: Share,
    purse: str = "points",
    rounding: Rounding = Rounding.FLOOR,
) -> tuple[Progress, ...]:
    """How far each cohort of a purse is at the end of a period, if this share of it will break.

    `cohorts` are the rows of `cohorts(...)` at that end. Rounded as `Cohort.expected_redeemed`.
    """
    purse = named(purse, "a purse")
    found = []
    for each in _rows(cohorts, Cohort, "cohorts", MAX_CLOSINGS):
        if each.purse == purse and each.earned is not None:
            expected = each.expected_redeemed(breakage, rounding)
            found.append(Progress(period, each.earned, redeemed=each.redeemed, expected=expected))
    return tuple(found)


def roll_forward(
    deferrals: Iterable[Deferral],
    progress: Iterable[Progress],
    *,
    rounding: Rounding = Rounding.HALF_UP,
) -> tuple[ContractLiability, ...]:
    """The contract liability of each cohort, period by period; sorted by period, then cohort.

    The periods are those that are named. Each cohort needs its progress at the end of every period
    from its first on, until all of it is recognised; several deferrals of a cohort in a period add
    up. The order of the rows does not matter.

    Raises:
        DefinitionError: progress is missing, stated twice, or stated before anything was deferred.
        DefinitionError: more was taken back than was deferred.
        LimitError: there are more than 100,000 of either.
    """
    mode = _mode(rounding)
    added: dict[_Closing, int] = {}
    for each in _rows(deferrals, Deferral, "deferrals", MAX_CLOSINGS):
        key = each.period, each.cohort
        added[key] = added.get(key, 0) + each.amount
    measured: dict[_Closing, Progress] = {}
    for step in _rows(progress, Progress, "progress", MAX_CLOSINGS):
        key = step.period, step.cohort
        if key in measured:
            raise DefinitionError(f"progress: cohort {step.cohort} stands twice in {step.period}")
        measured[key] = step
    known: dict[date, _Running] = {}
    unrecognised: dict[date, None] = {}
    found = []
    for period, keys in groupby(sorted({**added, **measured}), key=lambda key: key[0]):
        for cohort in sorted({*unrecognised, *(cohort for _, cohort in keys)}):
            key = period, cohort
            running = known.setdefault(cohort, _Running(cohort))
            found.append(running.close(period, added.get(key), measured.get(key), mode))
            if running.closing:
                unrecognised[cohort] = None
            else:
                unrecognised.pop(cohort, None)
    return tuple(found)


_Closing: TypeAlias = tuple[date, date]


@final
class _Running:
    """One cohort as its periods are closed: deferred and recognised so far."""

    def __init__(self, cohort: date) -> None:
        self.cohort = cohort
        self.deferred: int | None = None
        self.recognised = 0

    @property
    def closing(self) -> int:
        return (self.deferred or 0) - self.recognised

    def close(
        self, period: date, added: int | None, progress: Progress | None, mode: Rounding
    ) -> ContractLiability:
        who = f"cohort {self.cohort} in {period}"
        opening, before = self.closing, self.recognised
        if self.deferred is None and added is None:
            raise DefinitionError(
                f"progress: {who} has nothing deferred yet; write a Deferral, if only of amount 0"
            )
        self.deferred = whole_units((self.deferred or 0) + (added or 0), f"deferred of {who}")
        if self.deferred < 0:
            raise DefinitionError(f"amount: {who} takes back {-self.deferred} more than deferred")
        if progress is None:
            if self.closing:
                raise DefinitionError(
                    f"progress: {who} has none; write what is redeemed by then and what is expected"
                )
        elif progress.expected:
            share = Fraction(progress.redeemed, progress.expected)
            self.recognised = rounded(self.deferred * share, mode)
        else:
            # Nobody has redeemed any of it or will: the chance that they do is remote.
            self.recognised = self.deferred
        return ContractLiability(
            period,
            self.cohort,
            opening=opening,
            added=added or 0,
            recognised=self.recognised - before,
            closing=self.closing,
        )


def by_period(rows: Iterable[ContractLiability]) -> tuple[ContractLiability, ...]:
    """The rows of a roll-forward added up over its cohorts, one for each period."""
    sums: dict[date, list[int]] = {}
    for row in _rows(rows, ContractLiability, "rows"):
        total = sums.setdefault(row.period, [0, 0, 0, 0])
        for place, part in enumerate((row.opening, row.added, row.recognised, row.closing)):
            total[place] += part
    return tuple(
        ContractLiability(
            period, None, opening=opening, added=added, recognised=recognised, closing=closing
        )
        for period, (opening, added, recognised, closing) in sorted(sums.items())
    )


_T = TypeVar("_T")


def _rows(values: Iterable[_T], kind: type[_T], what: str, most: int | None = None) -> Iterator[_T]:
    wanted = f"{what}: write a list of {kind.__name__}"
    if not isinstance(values, Iterable):
        raise MisuseError(f"{wanted}, not {shown(values)}")
    for place, value in enumerate(values):
        if place == most:
            raise LimitError(f"{what}: at most {most} rows")
        yield of_type(value, kind, wanted)


def _mode(rounding: Rounding) -> Rounding:
    return of_type(rounding, Rounding, "rounding: write a Rounding such as Rounding.HALF_UP")
