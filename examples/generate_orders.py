"""Make an order log: one year of a small coffee shop, the same for the same seed.

    python examples/generate_orders.py > orders.csv

It is written in the plain format of `orderlog/generic.py` and has whatever a programme can react
to: enrolments with birthdays, invitations, orders with and without coupons, returns of lines and of
whole orders, redemptions (some for more points than there are), and silences long enough to be
won back from.
"""

import csv
import io
import random
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias, TypeVar, final

T = TypeVar("T")
Row: TypeAlias = dict[str, object]

SEED: Final = 2025
MEMBERS: Final = 60
COLUMNS: Final = (
    "kind", "order", "member", "at", "line", "sku", "price", "quantity", "category", "tags",
    "coupons", "birthday", "referrer", "points",
)  # fmt: skip
ARTICLES: Final = (
    ("espresso-beans", "14.90", "coffee", ""),
    ("filter-beans", "12.50", "coffee", ""),
    ("decaf-beans", "13.20", "coffee", ""),
    ("mug", "9.90", "ware", ""),
    ("hand-mill", "48.00", "ware", ""),
    ("starter-set", "79.00", "ware", "starter-kit|gift"),
    ("cake-slice", "3.80", "cake", ""),
    ("sample", "0.00", "coffee", ""),
)
START: Final = date(2025, 1, 1)
END: Final = date(2026, 1, 1)


@final
class _Dice:
    """Choices by `random()` alone, the one method whose sequence no Python version changes."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, bound: int) -> int:
        return int(self._random.random() * bound)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def one_in(self, chances: int) -> bool:
        return self.below(chances) == 0

    def one_of(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))]


@final
class _Shop:
    """What happens, member by member; rows are put in order of time at the end."""

    def __init__(self, seed: int) -> None:
        self.dice = _Dice(seed)
        self.rows: list[tuple[datetime, Row]] = []

    def note(self, kind: str, at: datetime, member: str, **fields: object) -> None:
        self.rows.append((at, {"kind": kind, "at": at.isoformat(), "member": member, **fields}))

    def member(self, number: int) -> None:
        dice = self.dice
        name = f"m{number:03d}"
        at = _opening(START + timedelta(days=dice.below(200)), dice)
        birthday = date(dice.between(1950, 2006), 1, 1) + timedelta(days=dice.below(366))
        self.note("enrolment", at, name, birthday=birthday if not dice.one_in(6) else "")
        referred = number > 0 and dice.one_in(3)
        if referred:
            self.note("referral", at, name, referrer=f"m{dice.below(number):03d}")
        visits, last = 0, at
        while True:
            silence = dice.between(95, 115) if dice.one_in(9) else dice.between(4, 40)
            at = _opening(last.date() + timedelta(days=silence if visits else 1), dice)
            if at.date() >= END:
                return
            if visits > 2 and dice.one_in(5):
                moment = at - timedelta(minutes=5)
                self.note("redemption", moment, name, points=dice.between(2, 12) * 25)
            codes = _codes(at.date(), birthday, silence, visits)
            self.order(f"{name}-{visits + 1:02d}", name, at, codes)
            if referred and not visits and dice.one_in(4):
                # Later than any referral waits: what was credited for it is taken back.
                late = at + timedelta(days=dice.between(35, 60))
                self.note("return", late, name, order=f"{name}-01")
            visits, last = visits + 1, at

    def order(self, name: str, member: str, at: datetime, codes: Sequence[str]) -> None:
        dice = self.dice
        bought: list[tuple[str, int]] = []
        for line in range(1, dice.between(1, 4) + 1):
            sku, price, category, tags = dice.one_of(ARTICLES)
            units = dice.between(1, 3)
            bought.append((str(line), units))
            self.note(
                "purchase",
                at,
                member,
                order=name,
                line=line,
                sku=sku,
                price=price,
                quantity=units,
                category=category,
                tags=tags,
                coupons="|".join(codes) if line == 1 else "",
            )
        if dice.one_in(9):
            back = at + timedelta(days=dice.between(3, 60), hours=1)
            if dice.one_in(2):
                self.note("return", back, member, order=name)
            else:
                line_id, units = dice.one_of(bought)
                back_units = dice.between(1, units)
                self.note("return", back, member, order=name, line=line_id, quantity=back_units)


def _opening(day: date, dice: _Dice) -> datetime:
    hours, minutes = dice.between(8, 18), dice.below(60)
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=UTC)


def _codes(day: date, birthday: date, silence: int, visits: int) -> list[str]:
    since = (day - date(day.year, birthday.month, min(birthday.day, 28))).days
    codes = ["CAKE"] if -3 <= since <= 8 else []
    return [*codes, "COMEBACK"] if silence > 90 and visits else codes


def generated(seed: int = SEED, members: int = MEMBERS) -> str:
    """The log as CSV text."""
    shop = _Shop(seed)
    for number in range(members):
        shop.member(number)
    shop.rows.sort(key=lambda entry: entry[0])
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for _, row in shop.rows)
    return text.getvalue()


if __name__ == "__main__":
    sys.stdout.write(generated())
