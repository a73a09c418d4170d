"""The sheets of an XLSForm as tables: rows by column names, in the spellings that are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from yinling.returns.forms.schema import Words
from yinling.returns.forms.xlsform.columns import EXPRESSIONS, OURS, fused
from yinling.returns.forms.xlsform.workbook import Sheet, letters

_ALIASES = {
    "relevance": "relevant",
    "caption": "label",
    "readonly": "read_only",
    "read only": "read_only",
    "constraint message": "constraint_message",
    "constraint_msg": "constraint_message",
    "list name": "list_name",
    "value": "name",
    "id_string": "form_id",
    "title": "form_title",
}
TRANSLATED = frozenset(("label", "hint", "constraint_message", f"{OURS}form_title", f"{OURS}intro"))
_CHINESE = re.compile(r"中文|汉语|简体|chinese|\bzh\b|zh[-_]", re.IGNORECASE)
_ENGLISH = re.compile(r"英|english|\ben\b|en[-_]", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the standard's spelling, the language of its texts ("zh", "en", "" for any, "other")."""

    number: int
    name: str
    language: str

    @property
    def letters(self) -> str:
        return letters(self.number)


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the headers: its number in the sheet, its cells by column name."""

    number: int
    cells: dict[str, str]
    words: dict[str, Words]
    columns: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def text(self, name: str) -> Words:
        """The text of a translated column."""
        return self.words.get(name, Words())

    def column(self, name: str) -> str:
        """The letters of a column, for messages; the name itself where the sheet has no such column."""
        return self.columns.get(name, name)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet by rows; its columns; whether it has a header row at all."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def used(self) -> Iterator[Column]:
        """The columns in which anything stands."""
        return (
            each for each in self.columns if any(each.name in row.cells or each.name in row.words for row in self.rows)
        )


def table(sheet: Sheet, default_language: str) -> Table:
    """The table of a sheet whose first row with anything in it is the headers. Empty rows are left out."""
    numbers = sorted({row for row, _column in sheet.cells})
    if not numbers:
        return Table()
    by_row: dict[int, dict[int, str]] = {number: {} for number in numbers}
    for (row, column), text in sheet.cells.items():
        by_row[row][column] = _tidy(text)
    head, *below = numbers
    columns = [_column(number, text) for number, text in sorted(by_row[head].items()) if text]
    rows = [_row(number, by_row[number], columns, default_language) for number in below]
    return Table(columns, [row for row in rows if row.cells or row.words])


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _column(number: int, header: str) -> Column:
    name, language = header, ""
    if header.lower().startswith(OURS):
        ours, _mark, language = header[len(OURS) :].partition("::")
        name = OURS + ours.lower()
    else:
        match = re.fullmatch(r"([A-Za-z_ ]+?)\s*::?\s*(.+)", header)
        if match and _standard(match[1]) in TRANSLATED:
            name, language = match[1], match[2]
        name = _standard(name)
    return Column(number, name, _language(language) if language else "")


def _standard(name: str) -> str:
    lowered = " ".join(name.lower().split())
    return _ALIASES.get(lowered, lowered)


def _language(written: str) -> str:
    return "zh" if _CHINESE.search(written) else "en" if _ENGLISH.search(written) else "other"


def _row(number: int, cells: dict[int, str], columns: list[Column], default_language: str) -> Row:
    plain: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    for column in columns:
        text = cells.get(column.number, "")
        if not text or column.language == "other":
            continue
        if column.name in TRANSLATED:
            text = fused(text)
            language = column.language or _guessed(text, default_language)
            words.setdefault(column.name, {}).setdefault(language, text)
            if column.language:  # what names its language goes before what does not
                words[column.name][language] = text
        else:
            plain.setdefault(column.name, text if column.name in EXPRESSIONS else fused(text))
    texts = {name: Words(**found) for name, found in words.items()}
    return Row(number, plain, texts, {column.name: column.letters for column in reversed(columns)})


def _guessed(text: str, default_language: str) -> str:
    """The language of a text that does not name it: by its characters, else the form's, else English."""
    if _HAN.search(text):
        return "zh"
    found = _language(default_language)
    return found if found != "other" else "en"
