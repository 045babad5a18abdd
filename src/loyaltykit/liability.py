"""Liability: what a shop owes for points, as rows for a report. The one place to import it from.

    outstanding(accounts, at, timezone=...)      points held and owed, by age, expiry and state
    cohorts(ledgers, at, timezone=...)           what became of the points of each month
    observed_breakage(cohorts)                   the share that was never redeemed
    allocate_price(transaction_price, prices)    relative stand-alone selling prices
    roll_forward(deferrals, progress)            the contract liability, period by period
    plain_rows(rows)                             any of these rows as dicts

Rows are frozen values of whole numbers, dates and text, in a stated order. The same input gives the
same rows, whatever the order of accounts and ledgers. The engine uses none of this.
"""

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import TypeAlias

from attrs import fields

from loyaltykit.breakage import Cohort, observed_breakage
from loyaltykit.cohorts import cohorts
from loyaltykit.deferral import (
    ContractLiability,
    Deferral,
    Progress,
    by_period,
    progress_of,
    roll_forward,
)
from loyaltykit.errors import MisuseError
from loyaltykit.outstanding import OutstandingPoints, PointsState, outstanding
from loyaltykit.stand_alone import allocate_price, stand_alone_price
from loyaltykit.vocabulary import shown

__all__ = [
    "Cohort",
    "ContractLiability",
    "Deferral",
    "OutstandingPoints",
    "PlainValue",
    "PointsState",
    "Progress",
    "ReportRow",
    "allocate_price",
    "by_period",
    "cohorts",
    "observed_breakage",
    "outstanding",
    "plain_rows",
    "progress_of",
    "roll_forward",
    "stand_alone_price",
]

ReportRow: TypeAlias = OutstandingPoints | Cohort | ContractLiability | Deferral | Progress
PlainValue: TypeAlias = str | int | date | None


def plain_rows(rows: Iterable[ReportRow]) -> list[dict[str, PlainValue]]:
    """Each row as a dict of text, whole numbers, dates and None, as a DataFrame or a CSV takes it.

    The keys are the fields of the row, in their order; a state is its word.
    """
    wanted = "plain_rows: write the rows of a report"
    if not isinstance(rows, Iterable):
        raise MisuseError(f"{wanted}, not {shown(rows)}")
    return [_plain(row, wanted) for row in rows]


def _plain(row: ReportRow, wanted: str) -> dict[str, PlainValue]:
    if not isinstance(row, ReportRow):
        raise MisuseError(f"{wanted}, not {shown(row)}")
    values = {each.name: getattr(row, each.name) for each in fields(type(row))}
    return {
        name: value.value if isinstance(value, Enum) else value for name, value in values.items()
    }
