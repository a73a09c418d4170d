"""Writing Excel files: lists for people, the blank template of an importer, the refused rows of a batch.

A cell that begins with = + - @, a tab or a return can run as a formula, if not here (text is always written as text
cells), then in the CSV somebody makes of the file. So such text gets an apostrophe in front, which a spreadsheet shows
and never runs; our import takes it away again. Numbers and dates are written as such and need no guard.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from yinling.base import clock
from yinling.base.rules import Actor, Reason
from yinling.exchange.importers import Importer
from yinling.exchange.models import Batch
from yinling.exchange.parsers import FORMULA_STARTS
from yinling.exchange.queries import refused_rows

MAX_CELL = 32_767
LAST_ROW = 1_048_575
EXACT_INTEGER = 10**15
FIRST_YEAR = 1900  # spreadsheets have no earlier dates
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDTHS = (8, 40)
NARROW, WIDE = 1.2, 2.2
Value = str | int | float | bool | Decimal | date | datetime | None | Reason


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its header, and its width in characters (0: by the header)."""

    label: Reason
    width: int = 0


def watermark(actor: Actor) -> str:
    """The line that says who took a list out of the platform, and when."""
    when = clock.now().astimezone(clock.CHINA)
    return _("Exported by %(name)s, %(when)s") % {"name": actor.name, "when": f"{when:%Y-%m-%d %H:%M}"}


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula, cut to what a cell can hold."""
    safe = f"'{text}" if text.startswith(FORMULA_STARTS) else text
    return safe[:MAX_CELL]


def export_rows(columns: Sequence[Column], rows: Iterable[Sequence[Value]], title: str, watermark: str) -> IO[bytes]:
    """Write a list as .xlsx into a temporary file, opened at its beginning; it is gone when it is closed.

    Rows are taken one by one and written at once, so any number fits in memory; what is too much for one sheet goes on
    the next. Codes, being text, stay text.
    """
    with _workbook() as (book, file):
        styles = _Styles(book)
        pending = iter(rows)
        more, number = True, 1
        while more:
            sheet = book.add_worksheet(_sheet_name(title, number))
            more = _fill(sheet, columns, pending, watermark, styles)
            number += 1
    return file


def _sheet_name(title: str, number: int = 1) -> str:
    """A name that Excel takes: 31 characters at most, none of []:*?/\\, no apostrophe at either end."""
    name = re.sub(r"[\[\]:*?/\\]", " ", title)[:26].strip("' ") or "1"
    return name if number == 1 else f"{name} {number}"


class _workbook:
    """A workbook that writes itself to a temporary file row by row."""

    def __enter__(self) -> tuple[xlsxwriter.Workbook, IO[bytes]]:
        # Deleted at once from the folder: whatever happens, no copy of the list stays behind.
        self.file = tempfile.TemporaryFile(suffix=".xlsx")
        self.book = xlsxwriter.Workbook(self.file, OPTIONS)
        return self.book, self.file

    def __exit__(self, kind: object, *_details: object) -> None:
        self.book.close()
        if kind is None:
            self.file.seek(0)
        else:
            self.file.close()


class _Styles:
    """The few formats of every file."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        head = {"bold": True, "bg_color": "#E8EDF2", "bottom": 1, "text_wrap": True, "valign": "top"}
        self.head = book.add_format(head)
        self.mark = book.add_format({"italic": True, "font_color": "#666666"})
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})


def _fill(
    sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[Value]], mark: str, styles: _Styles
) -> bool:
    """Write one sheet: the watermark, the headers, rows; whether rows are left over."""
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width or _width(str(column.label)))
    top = 1 if mark else 0
    if mark:
        sheet.write_string(0, 0, defused(mark), styles.mark)
    for index, column in enumerate(columns):
        sheet.write_string(top, index, defused(str(column.label)), styles.head)
    sheet.freeze_panes(top + 1, 1)
    for line, row in enumerate(rows, start=top + 1):
        for index, value in enumerate(row):
            write(sheet, line, index, value, styles)
        if line == LAST_ROW:
            return True
    return False


def write(sheet: Worksheet, line: int, index: int, value: Value, styles: _Styles) -> None:
    """Write one value in the cell type that keeps it whole."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, index, value)
    elif isinstance(value, int | float | Decimal) and -EXACT_INTEGER < value < EXACT_INTEGER:
        sheet.write_number(line, index, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, index, value.astimezone(clock.CHINA).replace(tzinfo=None), styles.moment)
    elif isinstance(value, date) and value.year >= FIRST_YEAR:
        sheet.write_datetime(line, index, value, styles.day)
    else:
        sheet.write_string(line, index, defused(str(value)), styles.text)


def _width(label: str) -> int:
    wide = sum(WIDE if ord(character) > 0x2E7F else NARROW for character in label)  # noqa: PLR2004 - where CJK begins
    return min(WIDTHS[1], max(WIDTHS[0], round(wide) + 2))


def template(importer: Importer) -> IO[bytes]:
    """The blank file of an importer: its headers with an example row, and a sheet that says what each column
    accepts."""
    with _workbook() as (book, file):
        styles = _Styles(book)
        sheet = book.add_worksheet(_sheet_name(str(importer.label)))
        for index, field in enumerate(importer.fields):
            sheet.set_column(index, index, max(_width(str(field.label)), _width(field.example)), styles.text)
            sheet.write_string(0, index, f"{field.label}{'*' if field.required else ''}", styles.head)
        for index, field in enumerate(importer.fields):
            sheet.write_string(1, index, field.example, styles.text)
        sheet.freeze_panes(1, 0)
        _notes(book.add_worksheet(_("Notes")), importer, styles)
    return file


def _notes(sheet: Worksheet, importer: Importer, styles: _Styles) -> None:
    headers = (_("Column"), _("Required"), _("What it accepts"), _("Example"), _("Also found under"))
    for index, (text, width) in enumerate(zip(headers, (24, 8, 60, 24, 40), strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, text, styles.head)
    for line, field in enumerate(importer.fields, start=1):
        required = _("yes") if field.required else ""
        for index, text in enumerate(
            (str(field.label), required, str(field.accepts), field.example, "、".join(field.synonyms))
        ):
            sheet.write_string(line, index, text, styles.text)
    sheet.write_string(len(importer.fields) + 2, 0, str(importer.needs))
    sheet.write_string(len(importer.fields) + 3, 0, _("Replace the example row on the first sheet by your own rows."))


def refused_file(batch: Batch) -> IO[bytes]:
    """The refused rows of a batch with their original columns, the reasons first; mended, it can be uploaded as it
    is."""
    columns = [Column(_("Row in the file"), 8), Column(_("Why it was refused"), 40), *map(Column, batch.columns)]

    def rows() -> Iterable[Sequence[Value]]:
        for row in refused_rows(batch).iterator(chunk_size=2_000):
            why = "；".join(f"{label}：{text}" if label else text for label, text in row.reasons)
            yield (row.number, why, *json.loads(row.data))

    return export_rows(columns, rows(), _("Refused rows"), "")
