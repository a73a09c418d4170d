"""Excel files the platform writes: whole, harmless, noted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.exchange.ground import HEADERS, SYSTEM, checked, good, workbook
from yinling.base.rules import Actor, Refused
from yinling.exchange import Column, export_rows, importer_of, note_export, refused_file, template, watermark
from yinling.exchange import export as export_module
from yinling.facts import Entry
from yinling.network import Account, Place, actor_of


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def content_of(file: IO[bytes]) -> bytes:
    """What was written."""
    with file:
        return file.read()


def sheet_of(content: bytes, index: int = 0) -> list[list[object]]:
    """The cells of a sheet as an independent reader sees them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[index].iter_rows()]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_are_defused(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    content = content_of(export_rows([Column("a")], [[text]], "list", ""))
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


def test_values_keep_their_kind() -> None:
    row: list[Any] = ["529901101201000000", 12, Decimal("3000.50"), date(2010, 5, 1), True, None, 10**17, "-"]
    row.append(date(1850, 1, 1))
    content = content_of(export_rows([Column(str(n)) for n in range(len(row))], [row], "a/b: [list]", "by Li"))
    cells = sheet_of(content)
    assert cells[0][0] == "by Li"
    read = cells[2]
    assert read[0] == "529901101201000000"
    assert read[1:3] == [12, 3000.5]
    assert str(read[3]) == "2010-05-01 00:00:00"
    assert read[4:] == [True, None, "100000000000000000", "'-", "1850-01-01"]


def test_long_lists_go_on_over_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "LAST_ROW", 10)
    content = content_of(export_rows([Column("n")], ([n] for n in range(25)), "list", "mark"))
    sheets = [sheet_of(content, index) for index in range(3)]
    assert [len(cells) for cells in sheets] == [11, 11, 9]
    assert [cell for cells in sheets for (cell,) in cells[2:]] == list(range(25))


def test_refused_rows_come_back_and_mended_go_in(places: dict[str, Place], clerk: Account) -> None:
    by = actor_of(clerk, "test")
    bad = good(2)
    bad[1], bad[2] = "=cmd()", "2999-01-01"
    batch = checked(workbook([good(1), bad]), by)
    cells = sheet_of(content_of(refused_file(batch)))
    assert cells[0] == ["Row in the file", "Why it was refused", *HEADERS]
    assert cells[1][0] == 3
    assert "future" in str(cells[1][1])
    assert cells[1][3] == "'=cmd()"
    assert cells[1][2] == bad[0]
    cells[1][4] = "2011-01-01"
    again = checked(workbook(cells[1:], headers=[str(cell) for cell in cells[0]]), by)
    assert (again.good, again.refused) == (1, 0)


def test_the_blank_file_can_be_uploaded(places: dict[str, Place], clerk: Account) -> None:
    importer = importer_of("associations")
    content = content_of(template(importer))
    headers, example = sheet_of(content)
    assert len(headers) == len(importer.fields)
    assert "Founded on*" in headers
    notes = sheet_of(content, 1)
    assert [row[0] for row in notes[1 : len(importer.fields) + 1]] == [str(field.label) for field in importer.fields]
    batch = checked(content, actor_of(clerk, "test"))
    assert len(batch.mapping) == len(importer.fields)  # every header of ours is found again
    assert batch.refused == 1  # the example lies nowhere near
    with translation.override("zh-hans"):
        assert checked(content_of(template(importer)), actor_of(clerk, "test")).mapping == batch.mapping
    assert example[headers.index("Members")] == "85"


def test_exports_are_noted_and_personal_ones_need_a_reason(places: dict[str, Place], clerk: Account) -> None:
    by = actor_of(clerk, "test")
    with pytest.raises(ValidationError):
        note_export(what="chairs", rows=3, personal=True, area=places["529901"], by=by)
    with pytest.raises(Refused):
        note_export(what="chairs", rows=3, personal=True, reason="年检", area=places["529902"], by=by)
    note_export(what="chairs", rows=3, personal=True, reason="年检", area=places["529901"], by=by)
    entry = Entry.objects.get(action="exchange.export")
    assert (entry.reason, entry.area_path) == ("年检", "529901")
    assert entry.changes[0]["note"] == {"what": "chairs", "rows": 3, "personal": True}
    with pytest.raises(Refused):
        note_export(what="x", rows=1, personal=False, area=places["52"], by=Actor(account_id=None, name=""))
    assert by.name in watermark(by)
    assert SYSTEM.name in watermark(SYSTEM)
