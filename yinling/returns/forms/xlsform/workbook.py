"""The cells of an uploaded workbook as text, read so that no file can do harm.

The reader of imports is made for millions of rows and lays a sheet out whole, so two cells far apart can take all memory,
and it keeps quiet about formulas. A form is small: here every part is unpacked up to a limit, parsed as a stream, kept
sparsely, and what is not plain text (formulas, merged cells) is reported.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree.ElementTree import ParseError, XMLParser

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid
from yinling.returns.forms.encoding import plain

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 30 * 2**20
MAX_ROW = 5_000
MAX_COLUMN = 200
MAX_CELLS = 100_000
_OLE = b"\xd0\xcf\x11\xe0"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    KeyError,
)
"""What the library raises for archives that are damaged, encrypted or packed in an unusual way."""

Position = tuple[int, int]
"""Row and column of a cell, both from 1."""


@dataclass(slots=True)
class Sheet:
    """A sheet: its cells that hold something, where formulas stand, the upper left cells of merged ranges."""

    cells: dict[Position, str] = field(default_factory=dict)
    formulas: list[Position] = field(default_factory=list)
    merged: list[Position] = field(default_factory=list)


def letters(column: int) -> str:
    """A column as spreadsheets name it: 1 is A, 27 is AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def read_sheets(content: bytes, wanted: frozenset[str]) -> dict[str, Sheet]:
    """The wanted sheets of an .xlsx file, by their names in small letters. Raises Invalid where there is no reading it."""
    if len(content) > MAX_BYTES:
        raise Invalid("size", _("The file is larger than 5 MB. A form is much smaller."))
    if content.startswith(_OLE):
        raise Invalid(
            "kind", _("The file is protected by a password, or of an old kind. Save it as .xlsx without one.")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Book(archive).sheets(wanted)
    except _UNREADABLE as error:
        if isinstance(error, Invalid):  # a ValueError itself
            raise
        raise Invalid("kind", _("This is not an Excel file (.xlsx), or it is damaged.")) from error


class _Book:
    """An open archive of which no more than MAX_UNPACKED bytes are ever unpacked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.left = archive, MAX_UNPACKED

    def sheets(self, wanted: frozenset[str]) -> dict[str, Sheet]:
        names, links = _Names(), _Links()
        self._parse("xl/workbook.xml", names)
        self._parse("xl/_rels/workbook.xml.rels", links)
        shared = _Texts()
        if "xl/sharedStrings.xml" in self.archive.namelist():
            self._parse("xl/sharedStrings.xml", shared)
        found = {}
        for name, link in names.found.items():
            if name.strip().lower() in wanted and link in links.found:
                cells = _Cells(shared.found)
                self._parse(posixpath.normpath(posixpath.join("/xl", links.found[link])).lstrip("/"), cells)
                found[name.strip().lower()] = cells.sheet
        return found

    def _parse(self, part: str, target: _Target) -> None:
        with self.archive.open(part) as file:
            content = file.read(self.left + 1)
        self.left -= len(content)
        if self.left < 0:
            raise Invalid("size", _("The file is too large when unpacked. A form is much smaller."))
        # Nothing outside is ever loaded by this parser; a document type, the way to swell entities, is refused below.
        parser = XMLParser(target=target)  # noqa: S314
        try:
            parser.feed(content)
            parser.close()
        except (ParseError, LookupError) as error:
            raise Invalid("kind", _("This is not an Excel file (.xlsx), or it is damaged.")) from error


class _Target:
    """Takes what the parser meets."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.begin(tag.rpartition("}")[2], {name.rpartition("}")[2]: text for name, text in attributes.items()})

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins; names without their namespaces."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text inside an element."""

    def close(self) -> None:
        """The document ends."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:  # noqa: ARG002 - the parser's signature
        """A document type: no spreadsheet has one."""
        raise Invalid("kind", _("This is not an Excel file (.xlsx), or it is damaged."))


class _Names(_Target):
    """The sheets of a workbook, with the key of the link to each."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            self.found[attributes.get("name", "")] = attributes.get("id", "")


class _Links(_Target):
    """The links of a workbook."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            self.found[attributes.get("Id", "")] = attributes.get("Target", "")


class _Writing(_Target):
    """Gathers the text of cells: of <t> and <v>, but not of <rPh>, how Japanese is pronounced."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.listening = self.silent = False

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - some need them
        if tag == "rPh":
            self.silent = True
        self.listening = tag in ("t", "v") and not self.silent

    def data(self, text: str) -> None:
        if self.listening:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        self.listening = False
        name = tag.rpartition("}")[2]
        if name == "rPh":
            self.silent = False
        self.finish(name)

    def finish(self, tag: str) -> None:
        """An element has ended; its name without the namespace."""

    def gathered(self) -> str:
        """The text gathered so far, which begins anew."""
        text = "".join(self.parts)
        self.parts = []
        return text


class _Texts(_Writing):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def finish(self, tag: str) -> None:
        if tag == "si":
            self.found.append(_unescaped(self.gathered()))


class _Cells(_Writing):
    """The cells of a sheet."""

    def __init__(self, shared: list[str]) -> None:
        super().__init__()
        self.shared, self.sheet = shared, Sheet()
        self.row = self.column = 0
        self.kind = ""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        super().begin(tag, attributes)
        if tag == "row":
            written = attributes.get("r", "")
            self.row = int(written) if written.isdecimal() and len(written) <= 7 else self.row + 1  # noqa: PLR2004
            self.column = 0
        elif tag == "c":
            self.row, self.column = _position(attributes.get("r", "")) or (self.row, self.column + 1)
            self.kind = attributes.get("t", "n")
        elif tag == "f":
            self.sheet.formulas.append((self.row, self.column))
        elif tag == "mergeCell" and (at := _position(attributes.get("ref", "").partition(":")[0])):
            self.sheet.merged.append(at)

    def finish(self, tag: str) -> None:
        if tag == "c" and (text := self._text(self.gathered())):
            if self.row > MAX_ROW or self.column > MAX_COLUMN or len(self.sheet.cells) >= MAX_CELLS:
                raise Invalid("size", _("There are cells beyond row 5,000 or column 200. A form is much smaller."))
            self.sheet.cells[self.row, self.column] = text

    def _text(self, written: str) -> str:
        if self.kind == "s":
            at = int(written) if written.isdecimal() and len(written) < 9 else len(self.shared)  # noqa: PLR2004
            return self.shared[at] if at < len(self.shared) else ""
        if self.kind in ("inlineStr", "str"):
            return _unescaped(written)
        if self.kind == "b":
            return "yes" if written == "1" else "no"
        if self.kind == "e":
            return ""
        return plain(Decimal(written)) if _NUMBER.fullmatch(written) else written


def _position(reference: str) -> Position | None:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _unescaped(text: str) -> str:
    """Text with the characters XML cannot hold, which spreadsheets write as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
