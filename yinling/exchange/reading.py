"""Reading uploaded files: Excel (.xlsx, .xls) and CSV, row by row."""

from __future__ import annotations

import codecs
import csv
import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import python_calamine
from django.conf import settings
from django.utils.translation import gettext as _

from yinling.base.rules import Refused
from yinling.exchange.importers import Cell

MAX_BYTES = 200 * 2**20
MAX_UNPACKED = 4 * 2**30
READ = 2**20
ENDINGS = (".xlsx", ".xls", ".csv")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NumberedRow = tuple[int, list[Cell]]


@dataclass(frozen=True, slots=True)
class Stored:
    """An uploaded file as it was kept: its path below the files folder, its digest and size."""

    path: str
    sha256: str
    size: int


class Book(Protocol):
    """An open file."""

    sheets: list[str]

    def height(self, sheet: str) -> int:
        """The number of the sheet's last row (an estimate for CSV, for the progress only)."""
        ...

    def rows(self, sheet: str) -> Iterator[NumberedRow]:
        """Its rows with their numbers as the spreadsheet shows them."""
        ...


def folder() -> Path:
    """Where uploaded files lie. They have no address: pages hand out only what the rules allow."""
    return Path(settings.MEDIA_ROOT) / "imports"


def store(name: str, content: Iterable[bytes]) -> Stored:
    """Keep an uploaded file. Refused where it is too large, or is not what its ending says."""
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise Refused(_("Only Excel files (.xlsx, .xls) and .csv can be imported."))
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder() / f"{secrets.token_hex(16)}{ending}"
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for part in content:
                size += len(part)
                if size > MAX_BYTES:
                    raise Refused(_("The file is larger than 200 MB. Divide it."))
                digest.update(part)
                file.write(part)
        _demand_kind(kept, ending)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise
    return Stored(f"imports/{kept.name}", digest.hexdigest(), size)


def _demand_kind(path: Path, ending: str) -> None:
    with path.open("rb") as file:
        start = file.read(READ)
    problem, no_excel = "", _("This is not an Excel file, whatever its name says.")
    if not start:
        problem = _("The file is empty.")
    elif ending == ".xlsx":
        problem = _workbook_problem(path) if start.startswith(_ZIP) else no_excel
    elif ending == ".xls" and not start.startswith(_OLE):
        problem = no_excel
    elif ending == ".csv" and b"\0" in start:
        problem = _("This is not a CSV file, whatever its name says.")
    if problem:
        raise Refused(problem)


def _workbook_problem(path: Path) -> str:
    """Why a zip file is no workbook to be read. Its directory tells how large it grows, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        return _("The file is damaged. Open it in Excel and save it again.")
    if not any(member.filename.startswith("xl/") for member in members):
        return _("This is not an Excel file, whatever its name says.")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        return _("The file is too large when unpacked. Divide it.")
    return ""


@contextmanager
def opened(stored: str) -> Iterator[Book]:
    """Open a kept file. Refused, with what to do, where it cannot be read."""
    path = Path(settings.MEDIA_ROOT) / stored
    if path.suffix == ".csv":
        yield _Csv(path)
        return
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            yield _Excel(workbook)
    except python_calamine.PasswordError as error:
        raise Refused(_("The file is protected by a password. Remove it and upload the file again.")) from error
    except (python_calamine.CalamineError, OSError) as error:
        raise Refused(_("The file cannot be read. Open it in Excel and save it again as .xlsx.")) from error


class _Excel:
    """A workbook. The reader holds a whole sheet in memory (about 1 kB a row of 12 cells), but rows are made one by
    one."""

    def __init__(self, workbook: python_calamine.CalamineWorkbook) -> None:
        self._workbook = workbook
        self._open: tuple[str, python_calamine.CalamineSheet] | None = None
        self.sheets = [
            sheet.name for sheet in workbook.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]

    def _sheet(self, name: str) -> python_calamine.CalamineSheet:
        if self._open is None or self._open[0] != name:
            self._open = None  # before the next one is read: two sheets at once would take twice the memory
            self._open = (name, self._workbook.get_sheet_by_name(name))
        return self._open[1]

    def height(self, sheet: str) -> int:
        return self._sheet(sheet).total_height

    def rows(self, sheet: str) -> Iterator[NumberedRow]:
        opened_sheet = self._sheet(sheet)
        if opened_sheet.start is not None:
            for number, cells in enumerate(opened_sheet.iter_rows(), start=opened_sheet.start[0] + 1):
                yield number, list(cells)


class _Csv:
    """A CSV file in UTF-8 or GB 18030, separated by commas, semicolons or tabs. It has one sheet without a name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = _encoding(path)
        self.sheets = [""]

    def height(self, sheet: str) -> int:  # noqa: ARG002 - there is only one
        with self._path.open("rb") as file:
            return sum(part.count(b"\n") for part in iter(lambda: file.read(READ), b"")) + 1

    def rows(self, sheet: str) -> Iterator[NumberedRow]:  # noqa: ARG002 - there is only one
        with self._path.open(encoding=self._encoding, newline="") as file:
            first = file.readline()
            file.seek(0)
            separator = max(",;\t", key=first.count)
            try:
                for number, cells in enumerate(csv.reader(file, delimiter=separator), start=1):
                    yield number, list(cells)
            except csv.Error as error:
                problem = _("The file cannot be read: a quotation mark is not closed, or a cell is too long.")
                raise Refused(problem) from error


def _encoding(path: Path) -> str:
    """UTF-8 if every byte of the file is, else GB 18030 (which every GBK file is); Refused if neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                for part in iter(lambda: file.read(READ), b""):
                    decoder.decode(part)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refused(_("The file is neither UTF-8 nor GB 18030. Save it as Excel (.xlsx) and upload that."))
