"""Readers of cells: each takes a cell that is not empty and returns a value, or raises Invalid with what to mend."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from yinling.base import clock
from yinling.base.codes import division_code, phone
from yinling.base.invalid import Invalid
from yinling.exchange.importers import Cell, Field, Row

MISSING = _("This must be filled in.")
EXACT_FLOAT = 1e15
"""From here on a spreadsheet's number no longer holds every digit of a code."""

_DATE = re.compile(r"(\d{4})(?:[-./年](\d{1,2}))?(?:[-./月](\d{1,2}))?[日号月年]?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_SEPARATORS = re.compile(r"[,，、;；/\s]+")
_YES = {"是", "有", "√", "✓", "✔", "1", "y", "yes", "true", "对", "兼任"}
_NO = {"否", "无", "没有", "×", "✗", "✘", "x", "0", "n", "no", "false", "不是", "不", "未兼任"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_text(cell: Cell) -> str:
    """A cell as the text a person sees. Whole numbers lose the ".0" that spreadsheets give them; numbers too long to
    be exact stay in scientific notation, which the readers of codes refuse with the cure."""
    if isinstance(cell, str):
        seen = cell.strip()
        # Our own exports put an apostrophe before what a spreadsheet would take for a formula.
        return seen[1:] if seen[:1] == "'" and seen[1:].startswith(FORMULA_STARTS) else seen
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        if abs(cell) >= EXACT_FLOAT:
            return f"{cell:.14E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return "" if cell is None else str(cell)


def text(maximum: int) -> Callable[[Cell], str]:
    """Text of at most `maximum` characters, runs of blanks as one."""

    def parse(cell: Cell) -> str:
        found = " ".join(cell_text(cell).split())
        if len(found) > maximum:
            raise Invalid("length", _("This is longer than %(maximum)d characters.") % {"maximum": maximum})
        if "\0" in found:
            raise Invalid("characters", _("This holds characters that cannot be kept."))
        return found

    return parse


def yes_no(cell: Cell) -> bool:
    """是/否, 有/无, √/×, 1/0, Y/N."""
    found = unicodedata.normalize("NFKC", cell_text(cell)).strip().lower()
    if found in _YES:
        return True
    if found in _NO:
        return False
    raise Invalid("yes_no", _("Write 是 or 否."))


YES_OR_NO = _("是 or 否; also 有/无, √/×, 1/0, Y/N")
"""What `yes_no` takes, for a column's `accepts`."""


def day(cell: Cell) -> date:
    """A day: a spreadsheet date, 2010-05-01, 2010.5.1, 2010年5月1日, 20100501; a month or a year means its first day."""
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif isinstance(cell, float) and f"{cell % 1:.2f}" == "0.10":
        raise Invalid("date", _("The spreadsheet made a number of this date: is it January or October? Write 2010-01."))
    else:
        found = _day_of_text(unicodedata.normalize("NFKC", cell_text(cell)).replace(" 00:00:00", ""))
    if found.year < 1900:  # noqa: PLR2004 - spreadsheets have no earlier date; what looks like one is a slip
        raise Invalid("date", _("This is no date we know. Write it like 2010-05-01."))
    return found


def past_day(cell: Cell) -> date:
    """A `day` that is not in the future."""
    found = day(cell)
    if found > clock.today():
        raise Invalid("future", _("This day lies in the future."))
    return found


def _day_of_text(written: str) -> date:
    match = _DATE.fullmatch(written) or _COMPACT_DATE.fullmatch(written)
    if match:
        parts = (int(part) if part else 1 for part in match.groups())
        try:
            return date(*parts)
        except ValueError:
            pass
    raise Invalid("date", _("This is no date we know. Write it like 2010-05-01."))


def number(digits: int, places: int = 0) -> Callable[[Cell], Decimal]:
    """A number that is not negative, with at most `digits` digits, `places` of them after the point."""
    limit = Decimal(10) ** (digits - places)
    step = Decimal(1).scaleb(-places)

    def parse(cell: Cell) -> Decimal:
        if isinstance(cell, (datetime, date)):
            raise Invalid("number", _("This is a date, not a number. Format the column as a number."))
        written = unicodedata.normalize("NFKC", cell_text(cell)).replace(",", "").replace(" ", "")
        try:
            found = Decimal(written)
        except InvalidOperation:
            raise Invalid("number", _("This is not a number. Write digits only.")) from None
        if not found.is_finite() or found < 0 or found >= limit:
            raise Invalid("range", _("This number is too large, or less than nothing."))
        if found != found.quantize(step):
            raise Invalid("places", _("This number has more decimal places than are kept."))
        return Decimal(f"{found:f}")

    return parse


def whole(maximum: int) -> Callable[[Cell], int]:
    """A whole number from 0 to `maximum`."""
    read = number(12)

    def parse(cell: Cell) -> int:
        found = int(read(cell))
        if found > maximum:
            raise Invalid("range", _("This number is too large, or less than nothing."))
        return found

    return parse


def choice(words: Mapping[str, str]) -> Callable[[Cell], str]:
    """One of the values of `words`, written as any of its keys."""

    def parse(cell: Cell) -> str:
        found = words.get(cell_text(cell).lower())
        if found is None:
            raise Invalid("choice", _("Write one of: %(words)s.") % {"words": "、".join(words)})
        return str(found)

    return parse


def choices(words: Mapping[str, str]) -> Callable[[Cell], list[str]]:
    """Several of the values of `words`, separated by commas or blanks, in the order of `words`."""

    def parse(cell: Cell) -> list[str]:
        written = [word for word in _SEPARATORS.split(cell_text(cell).lower()) if word]
        if unknown := [word for word in written if word not in words]:
            message = _("%(word)s is not known; write one of: %(words)s.")
            raise Invalid("choice", message % {"word": unknown[0][:20], "words": "、".join(words)})
        return [str(value) for value in dict.fromkeys(words.values()) if value in {words[word] for word in written}]

    return parse


def place_code(cell: Cell) -> str:
    """The statistical code of a place, as `base.codes` completes it."""
    return division_code(cell_text(cell)).code


def telephone(cell: Cell) -> str:
    """A telephone number in its one written form."""
    return phone(cell_text(cell)).number


def by(read: Callable[[str], object]) -> Callable[[Cell], object]:
    """A reader of `base.codes` as a reader of cells."""
    return lambda cell: read(cell_text(cell))


def parse_row(fields: Sequence[tuple[Field, int]], number: int, cells: Sequence[Cell]) -> Row:
    """Parse the mapped cells of one row; what does not parse, and what is required and missing, becomes a problem."""
    row = Row(number, {})
    for each, column in fields:
        cell = cells[column] if column < len(cells) else None
        if is_empty(cell):
            row.values[each.key] = None
            if each.required:
                row.refuse(each.key, MISSING)
            continue
        try:
            row.values[each.key] = each.parse(cell)
        except Invalid as problem:
            row.refuse(each.key, problem.message)
    return row
