"""Which column is which: the header row found, the mapping proposed and remembered."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation

from yinling.exchange.importers import Cell, Importer
from yinling.exchange.models import Batch, SavedMapping
from yinling.exchange.parsers import cell_text

TOP_ROWS = 20
TOP_COLUMNS = 200
LANGUAGES = ("zh-hans", "en")
_REMARK = re.compile(r"[(\[【（].*?[)\]】）]")
_NOISE = re.compile(r"[\s*:_\-/、·]+")

TopRows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: its sheet, its number and the texts of its cells."""

    sheet: str
    row: int
    columns: list[str]


def normal(header: str) -> str:
    """A header without what people add to it: blanks, stars, marks, remarks in brackets."""
    return _NOISE.sub("", _REMARK.sub("", unicodedata.normalize("NFKC", header))).lower()


def top_of(rows: Sequence[tuple[int, list[Cell]]]) -> TopRows:
    """The texts of the first rows."""
    return [(number, [cell_text(cell) for cell in cells[:TOP_COLUMNS]]) for number, cells in rows]


def names_of(importer: Importer) -> dict[str, str]:
    """Every header a field is known by, in normal form, with the field's key; labels in all languages."""
    known: dict[str, str] = {}
    for field in importer.fields:
        names = [field.key, *field.synonyms]
        for language in LANGUAGES:
            with translation.override(language):
                names.append(str(field.label))
        for name in names:
            known.setdefault(normal(name), field.key)
    return known


def find_header(importer: Importer, tops: Mapping[str, TopRows]) -> Header:
    """The row that most looks like this importer's headers; failing that, the first row of the first sheet with any
    text."""
    known = names_of(importer)
    best, most = Header(next(iter(tops), ""), 1, []), -1
    for sheet, rows in tops.items():
        for number, texts in rows:
            score = len({known[normal(text)] for text in texts if normal(text) in known})
            if score > most and any(texts):
                best, most = Header(sheet, number, texts), score
    return best


def header_at(tops: Mapping[str, TopRows], sheet: str, row: int) -> Header:
    """The header row somebody chose; without columns where there is no such row."""
    return Header(sheet, row, next((texts for number, texts in tops.get(sheet, []) if number == row), []))


def propose(importer: Importer, batch: Batch, columns: Sequence[str]) -> dict[str, int]:
    """The column of each field, by key: as last time for these headers, else by the headers' names."""
    saved = SavedMapping.objects.filter(
        importer=importer.key, body_id=batch.body_id, signature=signature(columns)
    ).first()
    if saved is not None:
        keys = {field.key for field in importer.fields}
        return {key: column for key, column in saved.mapping.items() if key in keys and column < len(columns)}
    known = names_of(importer)
    found: dict[str, int] = {}
    for column, text in enumerate(columns):
        key = known.get(normal(text))
        if key is not None:
            found.setdefault(key, column)
    return found


def signature(columns: Sequence[str]) -> str:
    """A digest of the headers, to find the mapping again."""
    return hashlib.sha256("\x1f".join(normal(text) for text in columns).encode()).hexdigest()
