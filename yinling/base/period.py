"""Spans of days: the "when" of every figure, and their compact keys in addresses."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import dateformat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinling.base.invalid import Invalid

# Patterns of Django's date format, Chinese and English. Date formats are locale data, so they need no catalogue.
_YEAR = ("Y年", "Y")
_MONTH = ("Y年n月", "F Y")
_DAY = ("Y年n月j日", "j F Y")
_QUARTERS = ("一", "二", "三", "四")

_KEY = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|Q(?P<quarter>[0-9])|H(?P<half>[0-9]))?"
)


class PeriodError(Invalid):
    """Not a period. Reasons: key, part, order, no_start, too_early."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from ``start`` to ``end``, both included.

    A flow sums what happened on these days; a stock counts what stood on the last of them, ``end``. A period that
    starts at ``date.min`` has no beginning: everything up to ``end``, which is what "as of" means for either.
    Equal days are equal periods however they were made: the key, label and steps follow from the days alone.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise PeriodError("order", _("A period cannot end before it begins."))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def is_as_of(self) -> bool:
        """True when the period has no beginning: everything up to ``end``."""
        return self.start == date.min

    @property
    def key(self) -> str:
        """The shortest text that ``parse`` reads back as this period; safe in an address."""
        start = self.start
        if self.is_as_of:
            return self.end.isoformat()
        if self._whole_months:
            prefix = f"{start.year:04d}"
            match self._month_count, start.month:
                case 12, 1:
                    return prefix
                case 6, (1 | 7):
                    return f"{prefix}H{start.month // 6 + 1}"
                case 3, (1 | 4 | 7 | 10):
                    return f"{prefix}Q{start.month // 3 + 1}"
                case 1, _:
                    return f"{prefix}-{start.month:02d}"
        return f"{start.isoformat()}..{self.end.isoformat()}"

    def label(self) -> str:
        """The period in the active language: 2012年8月 or August 2012, 截至2012年8月16日 or as of 16 August 2012."""
        zh, start, end = _is_chinese(), self.start, self.end
        if self.is_as_of:
            return f"截至{_shown(end, _DAY)}" if zh else f"as of {_shown(end, _DAY)}"
        unit = self.key[4:5]
        if unit == "Q":
            number = start.month // 3
            return f"{_shown(start, _YEAR)}第{_QUARTERS[number]}季度" if zh else f"Q{number + 1} {start.year}"
        if unit == "H":
            first = start.month == 1
            if zh:
                return f"{_shown(start, _YEAR)}{'上' if first else '下'}半年"
            return f"{'first' if first else 'second'} half of {start.year}"
        pattern = _DAY
        if self._whole_months:
            whole_years = (start.month, end.month) == (1, 12)
            pattern = _YEAR if whole_years else _MONTH
        first_part, last_part = _shown(start, pattern), _shown(end, pattern)
        if first_part == last_part:
            return first_part
        return f"{first_part}至{last_part}" if zh else f"{first_part} to {last_part}"

    def months(self) -> list[Period]:
        """The period cut at the ends of months, in order.

        The parts add up to the period, so the first and the last may be shorter than their months.
        Raises PeriodError (no_start) for an "as of" period, which has no first month.
        """
        if self.is_as_of:
            raise PeriodError("no_start", _("This period has no beginning, so it has no list of months."))
        first = _month_number(self.start)
        whole = [month(*_year_and_month(number)) for number in range(first, first + self._month_count)]
        return [Period(max(part.start, self.start), min(part.end, self.end)) for part in whole]

    def previous(self) -> Period:
        """The period of the same kind just before: whole months by as many months, other spans by as many days.

        An "as of" day goes back one month, because that is what a stock is compared with; a month's end stays one.
        Raises PeriodError (too_early) when the calendar has no earlier day.
        """
        if self.is_as_of:
            return as_of(_back(self.end, 1, keep_month_end=True))
        if self._whole_months:
            return self._earlier(self._month_count)
        try:
            return Period(self.start - (self.end - self.start) - timedelta(days=1), self.start - timedelta(days=1))
        except OverflowError:
            raise _too_early() from None

    def same_last_year(self) -> Period:
        """The same days a year before. A month's end stays one: 28 February 2013 is compared with 29 February 2012.

        Raises PeriodError (too_early) when the calendar has no earlier year.
        """
        if self.is_as_of:
            return as_of(_back(self.end, 12, keep_month_end=True))
        return self._earlier(12)

    @property
    def _whole_months(self) -> bool:
        return not self.is_as_of and self.start.day == 1 and _is_month_end(self.end)

    @property
    def _month_count(self) -> int:
        return _month_number(self.end) - _month_number(self.start) + 1

    def _earlier(self, months: int) -> Period:
        return Period(_back(self.start, months), _back(self.end, months, keep_month_end=True))


def year(number: int) -> Period:
    """A calendar year. Raises PeriodError (part) outside 1 to 9999."""
    return Period(_day(number, 1, 1), _day(number, 12, 31))


def half(year_number: int, number: int) -> Period:
    """The first (1) or second (2) half of a year. Raises PeriodError (part) for another number."""
    return _part(year_number, number, months=6)


def quarter(year_number: int, number: int) -> Period:
    """A quarter of a year, 1 to 4. Raises PeriodError (part) for another number."""
    return _part(year_number, number, months=3)


def month(year_number: int, number: int) -> Period:
    """A calendar month, 1 to 12. Raises PeriodError (part) for another number."""
    return _part(year_number, number, months=1)


def as_of(day: date) -> Period:
    """Everything up to and including a day: the period of a stock, and of a running total."""
    return Period(date.min, day)


def between(start: date, end: date) -> Period:
    """The days from start to end, both included. Raises PeriodError (order) when end is before start."""
    return Period(start, end)


def parse(key: str) -> Period:
    """The period that a key names.

    ``2012`` year, ``2012H1`` half, ``2012Q3`` quarter, ``2012-08`` month, ``2012-08-16`` as of that day,
    ``2011-01-01..2012-08-31`` the days between. Raises PeriodError (key, part or order).
    """
    first, dots, last = key.partition("..")
    if dots:
        start, end = _KEY.fullmatch(first), _KEY.fullmatch(last)
        if start is None or end is None or not (start["day"] and end["day"]):
            raise _bad_key()
        return between(_match_day(start), _match_day(end))
    found = _KEY.fullmatch(key)
    if found is None:
        raise _bad_key()
    number = int(found["year"])
    if found["day"]:
        return as_of(_match_day(found))
    if found["month"]:
        return month(number, int(found["month"]))
    if found["quarter"]:
        return quarter(number, int(found["quarter"]))
    if found["half"]:
        return half(number, int(found["half"]))
    return year(number)


def _part(year_number: int, number: int, months: int) -> Period:
    """One of the equal parts of a year that have this many months."""
    last = number * months
    if not 1 <= number <= 12 // months:
        raise _bad_part()
    start = _day(year_number, last - months + 1, 1)
    return Period(start, _day(year_number, last, _month_length(year_number, last)))


def _day(year_number: int, month_number: int, day: int) -> date:
    try:
        return date(year_number, month_number, day)
    except (ValueError, OverflowError):
        raise _bad_part() from None


def _match_day(found: re.Match[str]) -> date:
    return _day(int(found["year"]), int(found["month"]), int(found["day"]))


def _month_number(day: date) -> int:
    """Months since the year 0, so that months can be counted and shifted as integers."""
    return day.year * 12 + day.month - 1


def _year_and_month(number: int) -> tuple[int, int]:
    return number // 12, number % 12 + 1


def _month_length(year_number: int, month_number: int) -> int:
    return calendar.monthrange(year_number, month_number)[1]


def _is_month_end(day: date) -> bool:
    return day.day == _month_length(day.year, day.month)


def _back(day: date, months: int, *, keep_month_end: bool = False) -> date:
    """The same day some months earlier, or the last of that month where it has no such day."""
    year_number, month_number = _year_and_month(_month_number(day) - months)
    if year_number < 1:
        raise _too_early()
    length = _month_length(year_number, month_number)
    at_end = keep_month_end and _is_month_end(day)
    return date(year_number, month_number, length if at_end else min(day.day, length))


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _shown(day: date, patterns: tuple[str, str]) -> str:
    return dateformat.format(day, patterns[0] if _is_chinese() else patterns[1])


def _bad_key() -> PeriodError:
    return PeriodError("key", _("This is not a period. Write it like 2012, 2012-08, 2012Q3 or 2012-08-16."))


def _bad_part() -> PeriodError:
    return PeriodError("part", _("The calendar has no such day, month, quarter or year."))


def _too_early() -> PeriodError:
    return PeriodError("too_early", _("There is no earlier period in the calendar."))
