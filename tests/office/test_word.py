"""The Word file, read again: styles, margins, grid, numbers of pages, tables."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.office.samples import CODE, NUMBER, TITLE, URL, chart, grid, han, layout, letter, paragraph
from yinling.office import Layout, word
from yinling.office.word_parts import ORDER


def read(content: Layout, *, check: bool = True) -> WordFile:
    """The document as python-docx reads it."""
    made = word(content, check_url=URL if check else "", check_code=CODE if check else "")
    return docx.Document(io.BytesIO(made))


@pytest.fixture(scope="module")
def file() -> WordFile:
    """A whole report."""
    return read(layout(paragraph(han(400)), grid(), chart()))


def text_in(file: WordFile, style: str) -> list[str]:
    """The texts of all paragraphs of a style, in the text and in tables."""
    names = {one.style_id: one.name for one in file.styles}
    return [
        "".join(part.text or "" for part in line.iter(qn("w:t")))
        for line in file.element.body.iter(qn("w:p"))
        if names.get(line.style or "", "Normal") == style
    ]


def test_paper_margins_and_grid(file: WordFile) -> None:
    section = file.sections[0]
    assert section.page_width == pytest.approx(Mm(210), abs=Mm(0.02))
    for edge, millimetres in (("top", 37), ("left", 28), ("right", 26), ("bottom", 35)):
        assert getattr(section, f"{edge}_margin") == pytest.approx(Mm(millimetres), abs=Mm(0.02))
    lines = section._sectPr.find(qn("w:docGrid"))
    assert lines is not None
    assert int(lines.get(qn("w:linePitch"), "0")) * 22 == pytest.approx(225 / 25.4 * 1440, abs=22)
    assert 16 + int(lines.get(qn("w:charSpace"), "0")) / 4096 == pytest.approx(156 / 28 / 25.4 * 72, abs=0.01)


def test_28_characters_fit_a_line_and_29_do_not(file: WordFile) -> None:
    normal = file.styles["Normal"]
    spacing = normal.element.rPr.find(qn("w:spacing"))
    pitch = normal.font.size.pt + int(spacing.get(qn("w:val"))) / 20
    assert 28 * pitch <= 156 / 25.4 * 72 < 29 * pitch
    assert normal.paragraph_format.line_spacing == pytest.approx(Mm(225 / 22), abs=Pt(0.1))


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Normal", "仿宋_GB2312", 16), ("Title", "方正小标宋简体", 22), ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16), ("Heading 3", "仿宋_GB2312", 16), ("发文机关标志", "方正小标宋简体", 34),
        ("发文字号", "仿宋_GB2312", 16), ("版记", "仿宋_GB2312", 14), ("附件", "黑体", 16),
    ],
)  # fmt: skip
def test_styles_name_the_fonts_for_chinese_and_latin_text(file: WordFile, style: str, font: str, size: int) -> None:
    found = file.styles[style]
    fonts = found.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {font}
    assert found.font.size == Pt(size)


def test_every_part_has_its_style(file: WordFile) -> None:
    assert text_in(file, "发文机关标志") == ["贵州省老龄工作委员会办公室文件"]
    assert NUMBER in text_in(file, "发文字号")
    assert "全国老龄工作委员会办公室：" in text_in(file, "主送机关")
    assert "".join(text_in(file, "Title")).startswith(TITLE)
    assert [text_in(file, f"Heading {level}")[0][:2] for level in (1, 2, 3, 4)] == ["一、", "（一", "1.", "（1"]
    assert text_in(file, "附件说明")[-2:] == ["附件：1. 第1份统计表", "2. 第2份统计表"]
    assert text_in(file, "署名")[-2:] == ["贵州省老龄工作委员会办公室", "2012年8月6日"]
    assert text_in(file, "附件") == ["附件1", "附件2"]
    assert text_in(file, "版记")[-1] == "贵州省老龄工作委员会办公室秘书处2012年8月6日印发"


def test_the_header_is_red_and_the_number_stands_over_a_red_rule(file: WordFile) -> None:
    mark = next(line for line in file.paragraphs if line.style is not None and line.style.name == "发文机关标志")
    assert str(mark.runs[0].font.color.rgb) == "E60012"
    number = next(line for line in file.paragraphs if line.text == NUMBER)
    assert "E60012" in number._p.xml


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(file: WordFile) -> None:
    assert file.settings.odd_and_even_pages_header_footer
    section = file.sections[0]
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        line = footer.paragraphs[0]
        assert line.alignment == align
        assert "PAGE" in line._p.xml
        assert (line.runs[0].text, line.runs[-1].text) == ("— ", " —")


def test_the_head_of_a_table_is_repeated(file: WordFile) -> None:
    table = file.tables[0]
    first, second = table.rows[0]._tr, table.rows[1]._tr
    assert first.find(f".//{qn('w:tblHeader')}") is not None
    assert second.find(f".//{qn('w:tblHeader')}") is None
    assert table.rows[1].cells[1].paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT


def test_the_bars_of_a_chart_are_as_long_as_their_shares(file: WordFile) -> None:
    spans = [
        cell.grid_span
        for row in file.tables[1]._tbl.tr_lst
        for cell in row.tc_lst
        if cell.find(f".//{qn('w:shd')}") is not None
    ]
    assert spans == [40, 20]


def test_the_check_is_there_and_a_draft_has_none(file: WordFile) -> None:
    assert CODE in "".join(text_in(file, "表格文字"))
    assert len(file.inline_shapes) == 1
    draft = read(layout(number=""))
    assert text_in(draft, "发文机关标志") == ["草稿"]
    assert len(draft.inline_shapes) == 0
    assert CODE not in draft.element.xml


def test_properties_follow_each_other_as_the_format_asks(file: WordFile) -> None:
    """Word calls a file damaged that has them in another order; python-docx does not mind."""
    found = 0
    for root in (file.element, file.styles.element, file.sections[0].footer._element):
        for name, order in ORDER.items():
            places = {f"{{{root.nsmap['w']}}}{tag}": place for place, tag in enumerate(order.split())}
            for properties in root.iter(qn(f"w:{name}")):
                ranks = [places[child.tag] for child in properties]
                assert ranks == sorted(ranks), properties.tag
                found += 1
    assert found > 100


def test_two_thousand_rows_are_all_there() -> None:
    made = word(letter(grid(2000)))
    text = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    assert text.count("<w:tr>") == 2001


def test_a_short_document_has_no_parts_it_does_not_need() -> None:
    file = read(replace(letter(paragraph("正文。")), number=NUMBER), check=False)
    assert file.tables == []
    assert text_in(file, "附件说明") == text_in(file, "署名") == text_in(file, "版记") == []
