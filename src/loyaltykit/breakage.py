"""Breakage: the points that members never redeem, observed and expected.

A cohort is all points of a purse that bear the date of one calendar month.

Laws: in each row, issued + received + debt = redeemed + expired + reversed + sent + outstanding. A
share of breakage, observed or expected, is of the points that were neither reversed nor sent away.

Never here: a forecast. The share that is expected to break is the shop's own estimate.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, final

from attrs import field, frozen

from loyaltykit.calendar import civil_date
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.money import MAX_UNITS, Rounding, exact, ratio, rounded, whole_units
from loyaltykit.vocabulary import named, of_type, shown

Share: TypeAlias = Fraction | Decimal | int | str
"""A number that a person writes, or an exact fraction."""


def as_fraction(value: Share, what: str) -> Fraction:
    """A number, 0 or more, as a fraction; text such as "0.05" as `money.exact` reads it.

    Raises:
        MisuseError: it is no number, or a float.
        DefinitionError: it is below zero, or has too many digits.
    """
    if not isinstance(value, Fraction):
        return ratio(exact(value, what, minimum=0))
    if value < 0:
        raise DefinitionError(f"{what}: write a number that is at least 0, not {shown(value)}")
    if max(value.numerator, value.denominator) > 10**60:
        raise DefinitionError(f"{what}: write a fraction of at most 60 digits, not {shown(value)}")
    return Fraction(value)


def as_share(value: Share, what: str) -> Fraction:
    """A share from 0 to 1, as a fraction; errors as `as_fraction`."""
    share = as_fraction(value, what)
    if share > 1:
        raise DefinitionError(f'{what}: write a share from 0 to 1 such as "0.05", not {share}')
    return share


def whole_number(value: int, what: str) -> int:
    """A whole number of units or points, 0 to 10**24, or `LoyaltyError` that names it."""
    if type(value) is not int:
        raise MisuseError(f"{what}: write a whole number, not {shown(value)}")
    if value < 0:
        raise DefinitionError(f"{what}: write a number that is at least 0, not {shown(value)}")
    if value > MAX_UNITS:
        raise LimitError(f"{what}: at most 10**24, not {shown(value)}")
    return value


def _named(value: str) -> str:
    return named(value, "a purse")


def _earned(value: date | None) -> date | None:
    return None if value is None else civil_date(value, "earned")


def _points(value: int) -> int:
    return whole_number(value, "the points of a cohort")


def _net(value: int) -> int:
    return whole_units(value, "the reversed or expired points of a cohort")


@final
@frozen(order=False)
class Cohort:
    """The points of one purse that were earned in one calendar month, and where they are.

    `earned` is the first day of the month. `issued` came from rules, `received` from a former
    system or another account. `reversed` went with returned orders, less what came back. Where
    `earned` is None, the row is what members owe: `debt` is the points that returns took and that
    members no longer had, `reversed` the same number. Debt that is repaid counts as reversed in the
    month of the points that repaid it.

    `expired` is less what was reinstated by hand: such points count in the month in which they came
    back. The columns are numbers from 0 on, but for `reversed` and `expired`, and have to add up.
    """

    purse: str = field(converter=_named)
    earned: date | None = field(converter=_earned)
    issued: int = field(default=0, converter=_points, kw_only=True)
    received: int = field(default=0, converter=_points, kw_only=True)
    redeemed: int = field(default=0, converter=_points, kw_only=True)
    expired: int = field(default=0, converter=_net, kw_only=True)
    reversed: int = field(default=0, converter=_net, kw_only=True)
    sent: int = field(default=0, converter=_points, kw_only=True)
    outstanding: int = field(default=0, converter=_points, kw_only=True)
    debt: int = field(default=0, converter=_points, kw_only=True)

    def __attrs_post_init__(self) -> None:
        came = self.issued + self.received + self.debt
        went = self.redeemed + self.expired + self.reversed + self.sent + self.outstanding
        if came != went:
            raise DefinitionError(
                f"cohort {self.earned}: issued + received + debt = {came}, but redeemed + expired "
                f"+ reversed + sent + outstanding = {went}; write all of them"
            )

    @property
    def matured(self) -> bool:
        """Whether it is known what became of all of them: none is outstanding any more."""
        return not self.outstanding and self.earned is not None

    @property
    def breakage(self) -> Fraction | None:
        """The share that lapsed of what was redeemed or lapsed; None until matured, or if none."""
        lapsed = max(0, self.expired)
        settled = self.redeemed + lapsed
        return Fraction(lapsed, settled) if self.matured and settled else None

    def expected_breakage(self, share: Share, rounding: Rounding = Rounding.FLOOR) -> int:
        """How many of the outstanding points are expected to lapse.

        `share` is of all points of the cohort that were not reversed or sent away, as in
        `breakage`; what has lapsed already is part of it. Rounded once, down unless told otherwise:
        that never makes the liability too small.

        >>> from datetime import date
        >>> spring = Cohort(
        ...     "points", date(2026, 3, 1), issued=10_000, redeemed=4_500, outstanding=5_500
        ... )
        >>> spring.expected_breakage("0.05"), spring.expected_redeemed("0.05")
        (500, 9500)
        """
        lapsed = max(0, self.expired)
        broken = as_share(share, "breakage") * (self.redeemed + lapsed + self.outstanding)
        mode = of_type(rounding, Rounding, "rounding: write a Rounding such as Rounding.FLOOR")
        return min(self.outstanding, max(0, rounded(broken, mode) - lapsed))

    def expected_redeemed(self, share: Share, rounding: Rounding = Rounding.FLOOR) -> int:
        """How many points of the cohort are expected to be redeemed, with those that are already.

        Errors and rounding as `expected_breakage`.
        """
        return self.redeemed + self.outstanding - self.expected_breakage(share, rounding)


def observed_breakage(
    cohorts: Iterable[Cohort], *, purse: str = "points", before: date | None = None
) -> Fraction | None:
    """The share of points that lapsed, over all matured cohorts of a purse; None if there are none.

    `before` leaves out cohorts that were earned on or after that day. Give the day before which
    everything has expired: a young cohort is matured only if it was spent early, and would pull the
    share down.
    """
    purse = named(purse, "a purse")
    end = None if before is None else civil_date(before, "before")
    wanted = "cohorts: write the rows of cohorts(...)"
    if not isinstance(cohorts, Iterable):
        raise MisuseError(f"{wanted}, not {shown(cohorts)}")
    redeemed = expired = 0
    for each in cohorts:
        of_type(each, Cohort, wanted)
        if each.purse != purse or not each.matured or each.earned is None:
            continue
        if end is None or each.earned < end:
            redeemed += each.redeemed
            expired += each.expired
    return Fraction(expired, redeemed + expired) if redeemed + expired else None
