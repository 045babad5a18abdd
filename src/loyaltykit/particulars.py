"""Particulars: how the fields that events have in common are read and checked.

Named converters, for every module of events: ids, instants, members, orders, codes.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice

from loyaltykit.baskets import text_id
from loyaltykit.calendar import civil_date, instant, timezone
from loyaltykit.errors import DefinitionError, LimitError, MisuseError
from loyaltykit.vocabulary import named, shown

MAX_ANCESTORS = 32
"""How many ancestors an invitation carries."""
MAX_CODES = 200
"""How many codes one purchase may present."""


def as_time(value: datetime) -> datetime:
    """When an event happened: an aware instant, in UTC."""
    return instant(value, "the time of an event")


def as_id(value: str) -> str:
    """The id of an event."""
    return named(value, "the id of an event")


def as_member(value: str) -> str:
    """The member whose account an event belongs to."""
    return named(value, "the member of an event")


def as_order(value: str) -> str:
    """The id of the order that an event is about."""
    return named(value, "the order of an event")


def as_purse(value: str) -> str:
    """The name of a purse."""
    return named(value, "a purse")


def as_code(value: str) -> str:
    """A code that is presented."""
    return named(value, "a coupon code")


def as_codes(values: Iterable[str]) -> tuple[str, ...]:
    """Distinct codes, in the order given.

    Raises:
        LimitError: there are more than 200.
    """
    return tuple(as_code(value) for value in typed_codes(values))


def typed_codes(values: Iterable[str]) -> tuple[str, ...]:
    """Distinct texts that people typed as codes, in the order given; perhaps they are none.

    Raises:
        LimitError: there are more than 200.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise MisuseError(f"a coupon code: write a list, not {shown(values)}")
    found = tuple(islice(values, MAX_CODES + 1))
    if len(found) > MAX_CODES:
        raise LimitError(f"at most {MAX_CODES} coupon codes are presented at a time")
    for value in found:
        if not isinstance(value, str):
            raise MisuseError(f"a coupon code is text, not {shown(value)}")
    return tuple(dict.fromkeys(found))


def is_code(typed: str) -> bool:
    """Whether what was typed can be a code: 1 to 200 printable characters, no outer blanks."""
    try:
        as_code(typed)
    except DefinitionError:
        return False
    return True


def as_birthday(value: date | None) -> date | None:
    """A day of birth, or None."""
    return None if value is None else civil_date(value, "a birthday")


def as_zone(value: str | None) -> str | None:
    """The name of a time zone, or None."""
    return None if value is None else timezone(value).key


def as_ancestors(values: Iterable[str]) -> tuple[str, ...]:
    """The referrers of a referrer, nearest first.

    Raises:
        LimitError: there are more than 32.
    """
    found = words_in_order(values, "an ancestor")
    if len(found) > MAX_ANCESTORS:
        raise LimitError(f"an invitation carries at most {MAX_ANCESTORS} ancestors")
    return found


def words_in_order(values: Iterable[str], what: str) -> tuple[str, ...]:
    """Distinct words in the order given.

    Raises:
        MisuseError: a single text instead of a list of them.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise MisuseError(f"{what}: write a list, not {shown(values)}")
    return tuple(dict.fromkeys(text_id(value) for value in values))


def as_reason(value: str) -> str:
    """Why somebody did something by hand: text of 1 to 200 printable characters.

    Raises:
        DefinitionError: there is none.
    """
    if value == "":
        raise DefinitionError("a reason is needed: reason='order 7 was entered late'")
    return named(value, "the reason of an event")
