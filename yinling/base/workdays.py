"""Working days in China: weekends, public holidays and the days the State Council swaps between them.

Which days are swapped is announced each autumn for the year that follows, so for a year whose list is not known yet (or is
too long ago) nobody can say for certain. Such years are reckoned as Monday to Friday without the public holidays that have
a fixed date (Measures for Public Holidays, State Council Order 795 of 2024, article 2); answers that lean on one say so.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

import chinese_calendar  # type: ignore[import-untyped]
from chinese_calendar.constants import holidays  # type: ignore[import-untyped]

ONE: Final = timedelta(days=1)
SATURDAY: Final = 5
KNOWN_YEARS: Final = range(min(holidays).year, max(holidays).year + 1)
"""The years whose holidays and swapped days are known."""

FIXED: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the public holidays that fall on the same date each year; the others follow the moon or the sun."""


class DueDay(NamedTuple):
    """A day reckoned in working days, and whether the holidays of all years it passes are known."""

    day: date
    certain: bool


class Count(NamedTuple):
    """A number of working days, and whether the holidays of all years it passes are known."""

    days: int
    certain: bool


def is_workday(day: date) -> bool:
    """Whether people work on `day`; by weekday and fixed holidays alone where the year's list is not known."""
    if day.year in KNOWN_YEARS:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED


def is_holiday(day: date) -> bool:
    """Whether `day` is a public holiday (with the days around it that the State Council gives free), not a mere weekend; by
    the fixed holidays alone where the year's list is not known."""
    if day.year in KNOWN_YEARS:
        return day in holidays
    return (day.month, day.day) in FIXED


@lru_cache(maxsize=10_000)  # lists ask the same few thousand days again and again
def add_workdays(day: date, n: int) -> DueDay:
    """The `n`-th working day after `day`, which itself is not counted (Civil Code, article 201); `day` itself for 0.

    Raises ValueError for a negative `n`, OverflowError where the calendar ends before.
    """
    if n < 0:
        raise ValueError("working days are counted forward")
    end = day
    for _number in range(n):
        end += ONE
        while not is_workday(end):
            end += ONE
    return DueDay(end, _is_certain(day, end))


def workdays_between(start: date, end: date) -> Count:
    """How many working days come after `start` up to and including `end`; negative where `end` lies before `start`."""
    first, last = min(start, end), max(start, end)
    days = sum(is_workday(first + timedelta(days=number)) for number in range(1, (last - first).days + 1))
    return Count(days if start <= end else -days, _is_certain(first, last))


def _is_certain(first: date, last: date) -> bool:
    return first.year in KNOWN_YEARS and last.year in KNOWN_YEARS
