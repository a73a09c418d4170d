"""Working days: the holidays and swapped days of two years as announced, the fallback, and what must always hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinling.base.workdays import KNOWN_YEARS, add_workdays, is_workday, workdays_between

HOLIDAYS = (
    # State Council notices for 2025 and 2026: first and last day off.
    (date(2025, 1, 1), date(2025, 1, 1)), (date(2025, 1, 28), date(2025, 2, 4)), (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)), (date(2025, 5, 31), date(2025, 6, 2)), (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)), (date(2026, 2, 15), date(2026, 2, 23)), (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)), (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)), (date(2026, 10, 1), date(2026, 10, 7)),
)  # fmt: skip
SWAPPED = (
    date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11),
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
)  # fmt: skip
"""Saturdays and Sundays on which people work."""

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
near = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def test_two_years_are_as_announced() -> None:
    off = {first + timedelta(days=n) for first, last in HOLIDAYS for n in range((last - first).days + 1)}
    for number in range((date(2027, 1, 1) - date(2025, 1, 1)).days):
        day = date(2025, 1, 1) + timedelta(days=number)
        expected = day in SWAPPED or (day.weekday() < 5 and day not in off)
        assert is_workday(day) == expected, day


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        (date(2025, 1, 24), 1, date(2025, 1, 26)),  # a Sunday on which people work
        (date(2025, 1, 24), 3, date(2025, 2, 5)),  # over the Spring Festival
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2012, 8, 16), 10, date(2012, 8, 30)),
    ],
)
def test_due_days(day: date, n: int, due: date) -> None:
    assert add_workdays(day, n) == (due, True)
    assert workdays_between(day, due) == (n, True)


def test_years_that_are_not_known_are_reckoned_by_weekday_and_said_so() -> None:
    unknown = date(KNOWN_YEARS[-1] + 1, 1, 1)
    assert not is_workday(unknown)
    assert not is_workday(date(2031, 10, 1))
    assert not is_workday(date(2031, 5, 2))
    assert is_workday(date(2031, 10, 8))  # a Wednesday
    assert not is_workday(date(2031, 10, 11))  # a Saturday
    assert add_workdays(date(2031, 9, 30), 2) == (date(2031, 10, 7), False)
    assert not add_workdays(date(2026, 12, 30), 5).certain
    assert not workdays_between(date(2026, 12, 30), unknown).certain
    assert not is_workday(date(1999, 10, 1))


def test_days_are_counted_forward() -> None:
    with pytest.raises(ValueError, match="forward"):
        add_workdays(date(2026, 1, 1), -1)


@settings(deadline=None)
@given(day=days, n=st.integers(1, 300))
def test_adding_and_counting_agree(day: date, n: int) -> None:
    due = add_workdays(day, n)
    assert is_workday(due.day)
    assert workdays_between(day, due.day) == (n, due.certain)
    assert due.certain == (day.year in KNOWN_YEARS and due.day.year in KNOWN_YEARS)


@settings(deadline=None)
@given(first=near, second=near, third=near)
def test_counts_add_up(first: date, second: date, third: date) -> None:
    whole = workdays_between(first, third).days
    assert workdays_between(first, second).days + workdays_between(second, third).days == whole
    assert workdays_between(third, first).days == -whole
