"""Times: when something holds, by the calendar and the clock of the programme's zone.

    Times = Dates | Weekdays | Hours | Season | Recurrence

Laws: whether a moment is inside depends on the moment and the zone alone. Days and hours are local.
A local time that the clocks skip moves forward to the first that exists; one that they repeat is
taken once, the first, so that an hour that ends there has ended.

A recurrence is text of RFC 5545 (RRULE), read by dateutil. It is expanded one year at a time, so
that asking takes as long in any year; what could make it endless, or happens less than once in
40 years, is refused.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import prod
from typing import Final, TypeAlias, assert_never, final
from zoneinfo import ZoneInfo

from attrs import field, frozen
from dateutil.rrule import rrule, rrulestr

from loyaltykit.calendar import at_local, civil_date, civil_day, local, shift
from loyaltykit.errors import DefinitionError, MisuseError
from loyaltykit.periods import Period, year_day
from loyaltykit.vocabulary import named, of_type, parts, shown

MAX_LASTING_DAYS: Final = 366
"""How many days one occurrence of a recurrence may last."""
MAX_PER_DAY: Final = 4
"""How often a recurrence may begin on one day."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _first(value: date) -> date:
    return civil_date(value, "the first day")


def _last(value: date) -> date:
    return civil_date(value, "the last day")


def _weekdays(values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise MisuseError(f"write a list of weekdays, not the single text {shown(values)}")
    found = parts(values, "weekdays")
    for value in found:
        if value not in WEEKDAYS:
            raise DefinitionError(f"{shown(value)} is no weekday: write {', '.join(WEEKDAYS)}")
    return tuple(each for each in WEEKDAYS if each in found)


_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def _clock(value: str) -> str:
    if type(value) is not str or not _CLOCK.fullmatch(value):
        raise DefinitionError(f'write a time of day such as "17:30", not {shown(value)}')
    return value


@final
@frozen(order=False)
class Dates:
    """From the first day through the last, both included."""

    first: date = field(converter=_first)
    last: date = field(converter=_last)

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise DefinitionError(f"no day is from {self.first} through {self.last}")


@final
@frozen(order=False)
class Weekdays:
    """On these days of the week."""

    days: tuple[str, ...] = field(converter=_weekdays)

    def __attrs_post_init__(self) -> None:
        if not self.days:
            raise DefinitionError("name at least one weekday: on_weekdays('sat', 'sun')")


@final
@frozen(order=False)
class Hours:
    """From one time of day until another, which is the next day's if it is not later.

    `on` are the days of the week on which it begins; of none, every day.
    """

    start: str = field(converter=_clock)
    until: str = field(converter=_clock)
    on: tuple[str, ...] = field(default=(), converter=_weekdays, kw_only=True)


@final
@frozen(order=False)
class Season:
    """From one day of every year through another, both (month, day), across new year if need be.

    29 February is the 28th in common years.
    """

    first: tuple[int, int] = field(converter=year_day)
    last: tuple[int, int] = field(converter=year_day)


def _several(one: str, most: int) -> re.Pattern[str]:
    return re.compile(f"({one})(,({one})){{0,{most - 1}}}")


_WEEKDAY: Final = "MO|TU|WE|TH|FR|SA|SU"
_PARTS: Final = {
    "FREQ": re.compile("YEARLY|MONTHLY|WEEKLY|DAILY"),
    "INTERVAL": re.compile("[1-9][0-9]{0,2}"),
    "UNTIL": re.compile("[0-9]{8}(T[0-9]{6})?"),
    "BYMONTH": _several("1[0-2]|[1-9]", 12),
    "BYMONTHDAY": _several("-?(3[01]|[12][0-9]|[1-9])", 31),
    "BYDAY": _several(f"([+-]?[1-9][0-9]?)?({_WEEKDAY})", 31),
    "BYEASTER": _several("-?[0-9]{1,3}", 10),
    "BYSETPOS": _several("-?[1-9][0-9]{0,2}", 10),
    "BYHOUR": _several("2[0-3]|1[0-9]|[0-9]", 24),
    "BYMINUTE": _several("[1-5][0-9]|[0-9]", 24),
    "WKST": re.compile(_WEEKDAY),
}
"""The parts of a rule that are read, and how each is written."""
_ONLY_BY_MONTH_OR_YEAR: Final = ("BYMONTHDAY", "BYEASTER", "BYSETPOS")
_DAY_NAMES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _split(rule: str) -> dict[str, str]:
    """The parts of a rule by name.

    Raises:
        DefinitionError: one is unknown, stands twice, or makes the rule endless.
    """
    found: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or name in found or not _PARTS[name].fullmatch(value):
            raise DefinitionError(
                f"{shown(part)} cannot be read in a recurrence: write each of "
                f"{', '.join(_PARTS)} at most once, such as FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"
            )
        found[name] = value
    if "FREQ" not in found:
        raise DefinitionError("a recurrence needs FREQ=YEARLY, MONTHLY, WEEKLY or DAILY")
    numbers = [int(each[:-2]) for each in found.get("BYDAY", "MO").split(",") if each[:-2]]
    weeks = 53 if found["FREQ"] == "YEARLY" and "BYMONTH" not in found else 5
    if any(abs(number) > weeks for number in numbers):
        raise DefinitionError(f"{found['BYDAY']} never happens: BYDAY has up to {weeks} of a day")
    times = [len(found[name].split(",")) for name in ("BYHOUR", "BYMINUTE") if name in found]
    if prod(times) > MAX_PER_DAY:
        raise DefinitionError(f"a recurrence begins at most {MAX_PER_DAY} times a day")
    if found["FREQ"] in ("WEEKLY", "DAILY"):
        unfit = [name for name in _ONLY_BY_MONTH_OR_YEAR if name in found]
        if unfit or numbers:
            wrong = unfit[0] if unfit else "a numbered BYDAY"
            raise DefinitionError(f"{wrong} goes with FREQ=YEARLY or MONTHLY only")
        if found.get("INTERVAL", "1") != "1" and ("BYMONTH" in found or found["FREQ"] == "DAILY"):
            raise DefinitionError("INTERVAL goes with FREQ=WEEKLY alone, or YEARLY or MONTHLY")
    return found


def _recurrence_text(value: str) -> str:
    text = named(value, "a recurrence")
    _split(text)
    return text


def _lasts(value: Period) -> Period:
    return of_type(value, Period, "lasts must be a period such as days(1)")


def _begins(value: date) -> date:
    return civil_date(value, "start")


@final
@frozen(order=False)
class Recurrence:
    """Each time that a rule of RFC 5545 names, for so long; not before `start`.

    Without BYHOUR it begins at midnight. `INTERVAL` counts from `start`. UNTIL is a local time.
    BYEASTER, which is no part of the RFC, counts days from Easter Sunday.
    """

    rule: str = field(converter=_recurrence_text)
    lasts: Period = field(default=Period(days=1), converter=_lasts, kw_only=True)
    start: date = field(default=date(2000, 1, 1), converter=_begins, kw_only=True)

    def __attrs_post_init__(self) -> None:
        lasting = self.lasts.days * 86_400 + self.lasts.seconds
        if self.lasts.months or not 0 < lasting <= MAX_LASTING_DAYS * 86_400:
            raise DefinitionError(
                f"what recurs lasts up to {MAX_LASTING_DAYS} days, hours or minutes: "
                f"lasts=days(1), not {self.lasts}"
            )
        read = _split(self.rule)
        try:
            _last_of(read)
            # No year is later than 9999, so that the search ends there.
            never = next(iter(_made(read, self.start, date(9_960, 1, 1))), None) is None
        except ValueError as error:
            raise DefinitionError(f"{shown(self.rule)} is no recurrence: {error}") from None
        if never:
            raise DefinitionError(f"{shown(self.rule)} happens less than once in 40 years")


Times: TypeAlias = Dates | Weekdays | Hours | Season | Recurrence


def inside(times: Times, at: datetime, zone: ZoneInfo) -> bool:
    """Whether it holds at a moment, by the clocks of the zone."""
    match times:
        case Dates(first=first, last=last):
            return first <= civil_day(at, zone) <= last
        case Weekdays(days=days):
            return WEEKDAYS[local(at, zone).weekday()] in days
        case Hours():
            today = civil_day(at, zone)
            return any(_open(times, day, at, zone) for day in (today - timedelta(1), today))
        case Season(first=first, last=last):
            return _in_season(first, last, civil_day(at, zone))
        case Recurrence():
            begun = _last_begun(times, at, zone)
            return begun is not None and at < shift(begun, times.lasts, zone)
        case _:
            assert_never(times)


def beginnings(recurrence: Recurrence, year: int) -> tuple[datetime, ...]:
    """The local times at which it begins in one year."""
    return _of_year(recurrence.rule, recurrence.start, year)


def opening(hours: Hours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """From when until when hours are that begin on a day; None where none do."""
    if hours.on and WEEKDAYS[day.weekday()] not in hours.on:
        return None
    last = day if hours.until > hours.start else day + timedelta(1)
    start = at_local(datetime.combine(day, time.fromisoformat(hours.start)), zone)
    return start, at_local(datetime.combine(last, time.fromisoformat(hours.until)), zone)


def _open(hours: Hours, day: date, at: datetime, zone: ZoneInfo) -> bool:
    found = opening(hours, day, zone)
    return found is not None and found[0] <= at < found[1]


def _in_season(first: tuple[int, int], last: tuple[int, int], day: date) -> bool:
    today = (day.month, day.day)
    begin, end = _in_year(first, day.year), _in_year(last, day.year)
    return begin <= today <= end if begin <= end else today >= begin or today <= end


def _in_year(day: tuple[int, int], year: int) -> tuple[int, int]:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (2, 28) if day == (2, 29) and not leap else day


def _last_begun(recurrence: Recurrence, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the latest occurrence began that has begun; None if none has for more than a year."""
    # A clock that is put back may have shown a later time already, by less than a day.
    ahead = local(at, zone).replace(tzinfo=None) + timedelta(1)
    for year in (ahead.year, ahead.year - 1, ahead.year - 2):
        found = beginnings(recurrence, year)
        for wall in reversed(found[: bisect_right(found, ahead)]):
            begun = at_local(wall, zone)
            if begun <= at:
                return begun
    return None


@lru_cache(maxsize=512)
def _of_year(rule: str, start: date, year: int) -> tuple[datetime, ...]:
    """The local times at which a rule begins in one year."""
    read = _split(rule)
    first = _aligned(read, start, year)
    if first is None:
        return ()
    last = _last_of(read)
    found: list[datetime] = []
    for wall in _made(read, start, first):
        if wall.year > year or (last is not None and wall > last):
            break
        if wall.date() >= start and wall.year == year:
            found.append(wall)
    return tuple(found)


def _last_of(read: Mapping[str, str]) -> datetime | None:
    """The last local time at which a rule may begin; on a day alone, the last of that day."""
    until = read.get("UNTIL")
    if until is None:
        return None
    found = datetime.fromisoformat(until)
    return found if "T" in until else datetime.combine(found, time.max)


def _aligned(read: Mapping[str, str], start: date, year: int) -> date | None:
    """The first day of a period of the rule from which its occurrences in a year can be made."""
    every, begin = int(read.get("INTERVAL", "1")), date(year, 1, 1)
    if year < start.year:
        return None
    match read["FREQ"]:
        case "YEARLY":
            return begin if (year - start.year) % every == 0 else None
        case "MONTHLY":
            months = max(0, (year - start.year) * 12 - start.month + 1)
            months = -(-months // every) * every + start.month - 1
            return date(start.year + months // 12, months % 12 + 1, 1)
        case "WEEKLY":
            weeks = max(0, (begin - start).days) // (7 * every) * every
            return start + timedelta(weeks=weeks)
        case _:
            return max(start, begin)


def _made(read: Mapping[str, str], start: date, first: date) -> rrule:
    """The occurrences of a rule from the period that begins with `first`.

    What the rule leaves to the day on which it starts is said, since it is not `first`.
    """
    said = {name: value for name, value in read.items() if name != "UNTIL"}
    if not {"BYMONTHDAY", "BYDAY", "BYEASTER"} & said.keys():
        match read["FREQ"]:
            case "YEARLY":
                said["BYMONTHDAY"] = str(start.day)
                said.setdefault("BYMONTH", str(start.month))
            case "MONTHLY":
                said["BYMONTHDAY"] = str(start.day)
            case "WEEKLY":
                said["BYDAY"] = _DAY_NAMES[start.weekday()]
            case _:
                pass
    text = ";".join(f"{name}={value}" for name, value in said.items())
    made = rrulestr(text, dtstart=datetime.combine(first, time()))
    if not isinstance(made, rrule):
        raise DefinitionError(f"{shown(text)} is no single recurrence")
    return made
