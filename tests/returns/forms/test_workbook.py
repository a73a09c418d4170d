"""Files that are no XLSForm, are damaged or mean harm; and what unusual programs write."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.returns.forms.test_xlsform import KOBO, form_of
from yinling.returns.forms import Reading, Words, read_xlsform
from yinling.returns.forms.xlsform import workbook


def packed(parts: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_sheet(sheet: str | bytes, **others: str | bytes) -> bytes:
    return packed(
        {
            "xl/workbook.xml": '<workbook xmlns:r="u"><sheets><sheet name="survey" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/a.xml"/></Relationships>',
            "xl/worksheets/a.xml": sheet,
            **others,
        }
    )


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><worksheet><row><c t='str'><v>&i;</v></c></row></worksheet>"
)  # fmt: skip
HOSTILE = {
    "nothing": b"",
    "not a zip": b"hello",
    "a zip of nothing": packed({}),
    "a zip of something else": packed({"a.txt": "hello"}),
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    "too large": b"PK\x03\x04" + b"\0" * workbook.MAX_BYTES,
    "too large inside": with_sheet("<worksheet>" + " " * (workbook.MAX_UNPACKED + 1)),
    "no XML": with_sheet("<worksheet"),
    "another encoding": with_sheet(b'<?xml version="1.0" encoding="nonsense"?><worksheet/>'),
    "entities": with_sheet(BOMB),
    "entities in UTF-16": with_sheet(BOMB.encode("utf-16")),
    "a part that is missing": packed({"xl/workbook.xml": "<workbook/>"}),
    "a part outside": with_sheet("", **{"xl/_rels/workbook.xml.rels": '<a><Relationship Id="r1" Target="../../etc/passwd"/></a>'}),
    "no sheets": with_sheet("<x/>", **{"xl/workbook.xml": "<workbook/>"}),
    "an empty sheet": with_sheet("<worksheet/>"),
    "cells far away": with_sheet("<worksheet><row r='1'><c r='A1' t='str'><v>a</v></c><c r='XFD1048576' t='str'><v>a</v></c></row></worksheet>"),
    "numbers of cells that are none": with_sheet("<worksheet><row r='99999999999'><c r='A0' t='s'><v>-1</v></c><c r='ZZZZ9' t='s'><v>²</v></c></row></worksheet>"),
    "deep XML": with_sheet("<a>" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_get_a_sentence(content: bytes) -> None:
    for partial in (False, True):
        reading = read_xlsform(content, partial=partial)
        assert reading.form is None
        assert [bool(problem.what) for problem in reading.problems] == [True]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_files_get_a_sentence(data: st.DataObject) -> None:
    content = bytearray(KOBO)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    reading = read_xlsform(bytes(content[: data.draw(st.integers(0, len(content)))]))
    assert isinstance(reading, Reading)
    assert (reading.form is None) == bool(reading.problems or reading.unsupported)


def test_columns_are_named_as_spreadsheets_do() -> None:
    assert [workbook.letters(number) for number in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_texts_written_by_other_programs() -> None:
    sheet = (
        '<x:worksheet xmlns:x="s"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>type</x:t></x:is></x:c><x:c t="str"><x:v>name</x:v></x:c>'
        '<x:c t="s"><x:v>0</x:v></x:c></x:row><x:row><x:c t="str"><x:v>integer</x:v></x:c><x:c t="str"><x:v>a</x:v></x:c>'
        '<x:c t="s"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    shared = (
        "<sst><si><t>la</t><t>bel</t></si><si><r><t>人</t></r><r><t> 数_x0041_</t></r><rPh><t>ren</t></rPh></si></sst>"
    )
    form = form_of(with_sheet(sheet, **{"xl/sharedStrings.xml": shared}))
    assert form.question("a").field.labels == Words("人 数A")
