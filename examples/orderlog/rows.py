"""Rows: the lines of a CSV file, gzipped or plain, with their numbers.

Every line of the file is a record of its own, so that a stray quote breaks one line and not the
rest. The first line names the columns; their order does not matter, and others are passed over.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from loyaltykit import LoyaltyError
from loyaltykit.money import Currency, exact, minor_units
from orderlog.findings import Findings

Row: TypeAlias = Mapping[str, str]
GZIP = b"\x1f\x8b"


class UnreadableError(Exception):
    """The file is no order log of this format at all."""


class RowError(Exception):
    """A row cannot be used; the message says why."""


def opened(path: Path) -> BinaryIO:
    """The file as bytes, unpacked if it is gzipped, whatever it is called."""
    with path.open("rb") as start:
        packed = start.read(2) == GZIP
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def rows(stream: BinaryIO, columns: Sequence[str], findings: Findings) -> Iterator[tuple[int, Row]]:
    """Every line with its number, as a mapping from column to text.

    Raises:
        UnreadableError: the first line lacks one of `columns`.
    """
    header: list[str] | None = None
    for number, text in _lines(stream, findings):
        try:
            fields = next(csv.reader([text], strict=True), [])
        except csv.Error as error:
            findings.break_(number, f"no CSV: {error}")
            continue
        if header is None:
            header = [name.strip() for name in fields]
            absent = [name for name in columns if name not in header]
            if absent:
                raise UnreadableError(f"the first line names no column {', '.join(absent)}")
        elif len(fields) == len(header):
            yield number, dict(zip(header, fields, strict=True))
        elif fields:
            findings.break_(number, f"{len(fields)} fields instead of {len(header)}")
    if header is None:
        raise UnreadableError("the file is empty")


def _lines(stream: BinaryIO, findings: Findings) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        for number, raw in enumerate(stream, 1):
            # What is no UTF-8 becomes unprintable, and the library refuses it where it is used.
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")
            yield number, text.rstrip("\r\n")
    except (EOFError, OSError, zlib.error) as error:
        if not number:
            raise UnreadableError(str(error)) from error
        findings.break_(number + 1, f"the file cannot be read any further: {error}")


def whole(text: str, what: str) -> int:
    """A whole number, as plain digits with an optional minus."""
    number = exact(text.strip(), what)
    if number.as_integer_ratio()[1] != 1:
        raise RowError(f"{what}: write a whole number, not {text!r}")
    return int(number)


@lru_cache(maxsize=10_000)
def coins(text: str, currency: Currency) -> int | None:
    """A price in the currency's smallest coin; None if it is a fraction of one.

    Raises:
        LoyaltyError: it is no number, or below zero.
    """
    price = exact(text.strip(), "price", minimum=0)
    try:
        return minor_units(price, currency, "price")
    except LoyaltyError:
        return None
