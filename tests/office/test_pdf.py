"""The PDF, measured as drawn, against GB/T 9704-2012; and text that was never meant for paper."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from PIL import ImageFont

from tests.office.drawn import Sheet, sheets
from tests.office.samples import CODE, NUMBER, URL, chart, grid, han, heading, layout, letter, paragraph
from yinling.office import Bar, Chart, FontsMissing, Grid, Layout, Run, fonts, pdf, word

LEFT, RIGHT, TOP, BOTTOM = 28.0, 28.0 + 156, 37.0, 37.0 + 225
PITCH, CHAR = 225 / 22, 156 / 28


def drawn(content: Layout, *, check: bool = False, pictures: bool = True) -> list[Sheet]:
    """The pages of a document."""
    return sheets(pdf(content, check_url=URL if check else "", check_code=CODE if check else ""), pictures=pictures)


@pytest.fixture(scope="module")
def pages() -> list[Sheet]:
    """A whole report with its check."""
    return drawn(layout(paragraph(han(400)), grid(), chart(), *(paragraph(han(300)) for _one in range(3))), check=True)


def test_a_page_has_22_lines_of_28_characters() -> None:
    page = drawn(letter(paragraph(han(28 * 80))), pictures=False)[1]
    body = Sheet(page.width, page.height, tuple(sign for sign in page.signs if sign.bottom < BOTTOM + 2), page.picture)
    lines = body.lines(PITCH)
    assert len(lines) == 22
    assert {len(line) for line in lines} == {28}
    tops = sorted({round(sign.top, 1) for sign in body.signs})
    assert tops[-1] - tops[0] == pytest.approx(21 * PITCH, abs=0.6)


def test_paper_and_margins(pages: list[Sheet]) -> None:
    for page in pages:
        assert page.width == pytest.approx(210, abs=0.1)
        assert page.height == pytest.approx(297, abs=0.1)
        body = [sign for sign in page.signs if sign.bottom < BOTTOM + 1]
        assert min(sign.left for sign in body) >= LEFT - 0.5
        assert max(sign.right for sign in body) <= RIGHT + 1.0
        assert min(sign.top for sign in body) >= TOP - 1.5
    full = [sign for sign in pages[1].signs if sign.bottom < BOTTOM + 1]
    assert min(sign.left for sign in full) == pytest.approx(LEFT, abs=0.6)


def test_the_header_is_red_at_its_place_and_the_rule_as_wide_as_the_text(pages: list[Sheet]) -> None:
    red = pages[0].red()
    assert red is not None
    left, top, right, bottom = red
    assert left == pytest.approx(LEFT, abs=0.3)
    assert right == pytest.approx(RIGHT, abs=0.3)
    assert top == pytest.approx(TOP + 35, abs=2.5)
    number = pages[0].where(NUMBER)
    assert bottom - number.bottom == pytest.approx(4, abs=2)
    assert (number.left + number.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert all(page.red() is None for page in pages[1:])


@pytest.mark.parametrize("name", ["老龄办", "贵州省老龄办", "贵州省老龄工作委员会办公室", "玉屏侗族自治县" * 6])
def test_the_header_stays_on_one_line_whatever_the_name(name: str) -> None:
    content = replace(letter(paragraph("正文。")), issuer=name)
    page = drawn(content)[0]
    red = page.red()
    assert red is not None
    assert red[0] == pytest.approx(LEFT, abs=0.3), "no wider than the rule"
    assert red[2] == pytest.approx(RIGHT, abs=0.3)
    placed = page.where(f"{name}文件")
    assert placed.left >= LEFT - 1
    assert placed.right <= RIGHT + 1


def test_the_title_is_larger_centred_and_broken_between_words(pages: list[Sheet]) -> None:
    first, second = pages[0].where("关于报送2012年度全省城乡基层"), pages[0].where("老年协会规范化建设工作情况的报告")
    assert second.top > first.top + 8
    for line in (first, second):
        assert (line.left + line.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)


def test_page_numbers_stand_outside_below_the_text(pages: list[Sheet]) -> None:
    for number, page in enumerate(pages, 1):
        found = page.where(f"—{number}—")
        assert found.top > BOTTOM + 3
        dash = (found.top + found.bottom) / 2
        assert dash == pytest.approx(BOTTOM + 7, abs=2)
        if number % 2:
            assert found.right == pytest.approx(RIGHT - 14 * 0.3528, abs=1.5)
        else:
            assert found.left == pytest.approx(LEFT + 14 * 0.3528, abs=1.5)


def test_issuer_and_date_without_a_seal(pages: list[Sheet]) -> None:
    page = next(page for page in pages[1:] if "2012年8月6日" in page.text and "附件：" in page.text)
    start = page.text.rindex("贵州省老龄工作委员会办公室")
    issuer, date_ = page.signs[start], page.where("2012年8月6日")
    assert page.signs[start + 12].right == pytest.approx(RIGHT - 2 * CHAR, abs=1)
    assert date_.left - issuer.left == pytest.approx(2 * CHAR, abs=1)
    assert date_.top - issuer.top == pytest.approx(PITCH, abs=0.5)


def test_a_date_longer_than_the_issuer_ends_two_characters_from_the_right() -> None:
    page = drawn(
        replace(letter(paragraph("正文。")), issuer="县办", issued_on=date(2012, 12, 31)), pictures=False
    )[0]  # fmt: skip
    written = page.where("2012年12月31日")
    assert written.right == pytest.approx(RIGHT - 2 * CHAR, abs=1)
    assert page.signs[page.text.rindex("县办")].left == pytest.approx(written.left - 2 * CHAR, abs=1)


@pytest.mark.parametrize("annexes", [0, 2])
def test_issuer_and_date_never_stand_on_a_page_without_text(annexes: int) -> None:
    for count in range(8, 20):
        content = layout(*(paragraph(han(50)) for _one in range(count)), annexes=annexes)
        page = next(one for one in drawn(content, pictures=False) if "2012年8月6日" in one.text)
        assert han(50)[-22:] in page.text


def test_annexes_begin_on_new_pages(pages: list[Sheet]) -> None:
    for name, title, page in (("附件1", "第1份统计表", pages[-2]), ("附件2", "第2份统计表", pages[-1])):
        assert page.text.startswith(name)
        assert page.signs[0].left == pytest.approx(LEFT, abs=0.6)
        line = page.where(title)
        assert line.top == pytest.approx(TOP + 2 * PITCH, abs=3)
        assert (line.left + line.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    single = drawn(layout(annexes=1), pictures=False)
    assert single[-1].text.startswith("附件第1份统计表")


def test_the_record_stands_at_the_foot_of_the_last_page_between_rules(pages: list[Sheet]) -> None:
    last = pages[-1]
    assert last.dark(LEFT + 1, BOTTOM - 0.4, RIGHT - 1, BOTTOM + 0.3) > 0.3, "a rule on the lower edge"
    assert last.where("印发").top > BOTTOM - 12
    assert last.where("抄送：").left == pytest.approx(LEFT + 14 * 0.3528, abs=1)
    assert all("抄送：" not in page.text for page in pages[:-1])


def test_the_check_stands_below_the_last_page_across_from_its_number() -> None:
    for annexes in (1, 2):
        pages = drawn(layout(annexes=annexes), check=True)
        last, odd = pages[-1], len(pages) % 2 == 1
        code = last.where(CODE)
        assert code.top > BOTTOM + 5
        assert code.bottom < 292
        number = last.where(f"—{len(pages)}—")
        assert (code.right < number.left) if odd else (code.left > number.right)
        side = (LEFT, LEFT + 18) if odd else (code.left - 22, code.left - 3)
        assert last.dark(side[0], BOTTOM + 9, side[1], BOTTOM + 25) > 0.25, "the square code"
        assert all(CODE not in page.text for page in pages[:-1])


def test_a_draft_says_so_and_has_neither_red_nor_check() -> None:
    pages = drawn(layout(number=""), check=True)
    assert pages[0].text.startswith("草稿")
    assert all(page.red() is None and CODE not in page.text for page in pages)
    assert "文件" not in pages[0].text


def test_a_long_table_repeats_its_head_on_every_page_and_loses_no_row() -> None:
    pages = drawn(letter(grid(2000)), pictures=False)
    text = "".join(page.text for page in pages)
    assert len(pages) > 20
    assert all("覆盖率（%）" in page.text for page in pages if "地区" in page.text)
    assert [row for row in range(2000) if f"第{row}地区" not in text] == []


ODD = "控\0制\x1b符 \ud83d #strong[x] $x^2$ *a* _b_ `c` <tag> @ref \\ // /* {{x}} </w:t> & \u202e反向 emoji🎉👨‍👩‍👧 生僻龑喆昇堃犇碁"


@pytest.mark.parametrize(
    "text",
    [ODD, "", "长" * 3000, "x" * 3000, "https://example.cn/" + "a/" * 300, "\n\n\t", "—" * 99],
    ids=["odd", "nothing", "long", "word", "address", "blank", "dashes"],
)
def test_odd_text_is_set_as_text(text: str) -> None:
    content = replace(
        letter(
            heading(1, text), paragraph(text), Grid(text, (text, "数"), ((Run(text), Run(text)),), (False, True)),
            Chart(text, (Bar(text, float("nan"), Run(text)), Bar("b", -3.0, Run("1")), Bar("c", 9.0, Run("2")))),
            Grid("", (), (), ()), Chart("", ()), Grid("", ("a", "b"), ((Run("1"),), (Run("1"), Run("2"), Run("3"))), ()),
        ),
        title=text or "题", issuer=text[:60], addressee=text[:200], copies_to=text[:200], printed_by=text[:60],
        issued_on=date(2012, 1, 1),
    )  # fmt: skip
    for page in sheets(pdf(content, check_url=URL, check_code=CODE), pictures=False):
        assert all(sign.left > -1 and sign.right < 211 for sign in page.signs)
    assert word(content, check_url=URL, check_code=CODE).startswith(b"PK")


def test_markup_comes_out_as_it_was_typed() -> None:
    text = "".join(page.text for page in drawn(letter(paragraph(ODD)), pictures=False))
    for part in ("#strong[x]", "$x^2$", "*a*", "_b_", "`c`", "<tag>", "@ref", "//", "龑喆昇堃犇碁"):
        assert part in text


def test_ten_pages_with_ten_tables_take_seconds() -> None:
    """Counted in time of the processor, which does not depend on who else uses it."""
    content = layout(*(block for _one in range(10) for block in (paragraph(han(250)), grid(20))))
    pdf(letter(paragraph("预热")))
    started = time.process_time()
    made = pdf(content, check_url=URL, check_code=CODE), word(content, check_url=URL, check_code=CODE)
    assert time.process_time() - started < 5
    assert len(sheets(made[0], pictures=False)) >= 10


def test_without_fonts_the_reason_and_the_remedy_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "SHIPPED", tmp_path)
    with pytest.raises(FontsMissing, match="make assets"):
        pdf(letter(paragraph("正文。")))


def test_an_office_s_own_fonts_go_first(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path
) -> None:
    """The open Hei stands for a licensed Fang Song in the folder: the body must then be set in it."""
    (tmp_path / "own.otf").write_bytes((fonts.SHIPPED / "NotoSansHans-Medium.otf").read_bytes())
    part = replace(fonts.PARTS[fonts.FANG], families=("Noto Sans S Chinese",))
    plain_size = len(pdf(letter(paragraph(han(200)))))
    settings.DOCUMENT_FONTS = str(tmp_path)
    monkeypatch.setitem(fonts.PARTS, fonts.FANG, part)
    _fonts, parts = fonts.type_of_documents()
    assert parts[fonts.FANG]["families"][0] == {"name": "Noto Sans S Chinese"}
    assert len(pdf(letter(paragraph(han(200))))) != plain_size


def test_every_character_of_gb_2312_and_rare_ones_of_names_can_be_set() -> None:
    faces = [ImageFont.truetype(str(path), 20) for path in sorted(fonts.SHIPPED.glob("*.[to]tf"))]
    assert len(faces) == 5
    missing = {face: face.getmask("\uffff").getbbox() and bytes(face.getmask("\uffff")) for face in faces}
    wanted = [bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
              if (row, cell) < (0xD7, 0xFA) or row > 0xD7]  # fmt: skip
    assert len(wanted) == 6763
    assert [
        one
        for one in (*wanted, *"龑喆昇堃犇碁䶮㛃")
        if all(bytes(face.getmask(one)) == missing[face] for face in faces)
    ] == []
