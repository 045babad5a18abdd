"""Moments: conditions on when something happens, whatever the event is.

    on_dates(date(2026, 3, 1), date(2026, 3, 31))        on_weekdays("sat", "sun")
    at_hours("22:30", "02:00", on=["fri", "sat"])        in_season((12, 1), (2, 28))
    recurring("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")

Days and hours are those of the programme's zone. What is asked is when the event happened, or when
the moment was that time brought; a return is judged by the moment of its order.
"""

from collections.abc import Iterable
from datetime import date

from loyaltykit.periods import Period
from loyaltykit.questions import During
from loyaltykit.times import Dates, Hours, Recurrence, Season, Weekdays
from loyaltykit.vocabulary import Moment

ONE_DAY = Period(days=1)


def on_dates(first: date, last: date) -> During[Moment]:
    """From the first day through the last, both included."""
    return During(Dates(first, last))


def on_weekdays(*days: str) -> During[Moment]:
    """On these days of the week: "mon", "tue", "wed", "thu", "fri", "sat", "sun"."""
    return During(Weekdays(days))


def at_hours(start: str, until: str, *, on: Iterable[str] = ()) -> During[Moment]:
    """From one time of day until another, such as "17:30" and "19:00"; it may pass midnight.

    `on` are the days of the week on which it begins; left out, every day.
    """
    return During(Hours(start, until, on=on))


def in_season(first: tuple[int, int], last: tuple[int, int]) -> During[Moment]:
    """From one (month, day) of every year through another, across new year if need be."""
    return During(Season(first, last))


def recurring(
    rule: str, *, lasts: Period = ONE_DAY, start: date = date(2000, 1, 1)
) -> During[Moment]:
    """Each time that a rule of RFC 5545 names, for so long; not before `start`.

    >>> thanksgiving = recurring("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")
    >>> easter_monday = recurring("FREQ=YEARLY;BYEASTER=1")

    Raises:
        DefinitionError: the rule cannot be read, never happens, or could be endless.
    """
    return During(Recurrence(rule, lasts=lasts, start=start))
