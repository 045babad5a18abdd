"""Upcoming: from when on something holds that does not hold yet, by the calendar and the clock.

Law: it holds at the instant that is told, and at none between. What comes again only after more
than 8 years is not looked for.
"""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from loyaltykit.calendar import at_local, civil_day, local
from loyaltykit.times import (
    WEEKDAYS,
    Dates,
    Hours,
    Recurrence,
    Season,
    Times,
    Weekdays,
    begun_in_year,
    inside,
)

_YEARS: Final = 8


def next_inside(times: Times, at: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant from `at` on at which it holds; None if it never does, or not for long."""
    if inside(times, at, zone):
        return at
    today = civil_day(at, zone)
    match times:
        case Dates(first=first):
            return _midnight(first, zone) if first > today else None
        case Weekdays(days=days):
            ahead = (today + timedelta(number) for number in range(1, 8))
            return _midnight(next(day for day in ahead if WEEKDAYS[day.weekday()] in days), zone)
        case Hours(start=start, on=on):
            for number in range(9):
                day = today + timedelta(number)
                if not on or WEEKDAYS[day.weekday()] in on:
                    begins = at_local(datetime.combine(day, time.fromisoformat(start)), zone)
                    if begins > at:
                        return begins
            return None
        case Season(first=(month, day)):
            for year in (today.year, today.year + 1):
                begin = date(
                    year, month, 28 if (month, day) == (2, 29) and not _leap(year) else day
                )
                if begin > today:
                    return _midnight(begin, zone)
            return None
        case Recurrence(rule=rule, start=since):
            wall = local(at, zone).replace(tzinfo=None)
            for year in range(wall.year, wall.year + _YEARS):
                found = begun_in_year(rule, since, year)
                # A clock that is put back has shown a later time already, by less than a day.
                for begins in found[bisect_right(found, wall - timedelta(1)) :]:
                    moment = at_local(begins, zone)
                    if moment > at:
                        return moment
            return None
        case _:
            assert_never(times)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return at_local(datetime.combine(day, time()), zone)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
