"""An official document as a Word file with real styles: what is changed in it later stays in form (GB/T 9704-2012).

Built-in styles carry the parts that Word knows (it shows them as 正文, 标题, 标题 1 …); the parts that are an official
document's own have styles with their Chinese names.
"""

from __future__ import annotations

import io
import math

import docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tc
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from yinling.office.fonts import FANG, HEI, KAI, PARTS, SONG
from yinling.office.layout import Block, Chart, Grid, Heading, Layout, Paragraph
from yinling.office.word_parts import (
    add_field,
    add_picture,
    border,
    cell_fill,
    default_size,
    element,
    exact_columns,
    floating,
    gap,
    grid_of_page,
    put,
    repeat_head,
)
from yinling.office.wording import (
    CHECK_LABEL,
    DRAFT,
    addressee,
    annex_names,
    cleaned,
    column_widths,
    day,
    header,
    header_size,
    table_size,
    title_lines,
    width,
)

SIZE, TITLE, SMALL = Pt(16), Pt(22), Pt(14)
CHARACTERS, LINES = 28, 22
BLOCK_WIDTH, BLOCK_HEIGHT = 156, 225
PITCH = Mm(BLOCK_HEIGHT / LINES)
CHAR = Mm(BLOCK_WIDTH / CHARACTERS)
RED, GREY = RGBColor(0xE6, 0x00, 0x12), RGBColor(0x82, 0x82, 0x82)
CENTER, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
MARK, NUMBER, TO, NOTE, SIGNED, RECORD, PAGE, CELL, CAPTION, ANNEX = (
    "发文机关标志", "发文字号", "主送机关", "附件说明", "署名", "版记", "页码", "表格文字", "表题", "附件",
)  # fmt: skip
OFF_GRID = {MARK, RECORD, PAGE, CELL}
RECORD_PITCH = Pt(22)
STEPS = 40
"""Into how many parts the length of a bar is divided: a bar is a row of table cells."""


def written(layout: Layout, check_url: str, check_code: str) -> bytes:
    """The .docx file; see `word`."""
    layout = cleaned(layout)
    file = docx.Document()
    _styles(file)
    _page(file)
    properties = file.core_properties
    properties.title, properties.author, properties.comments = layout.title[:255], layout.issuer[:255], ""
    _head(file, layout)
    for block in layout.blocks:
        _block(file, block)
    _foot(file, layout)
    for name, annex in zip(annex_names(layout), layout.annexes, strict=False):
        first = file.add_paragraph(name, ANNEX)
        first.paragraph_format.page_break_before = True
        file.add_paragraph(style=TO)
        _title(file, annex.title)
        for block in annex.blocks:
            _block(file, block)
    _record(file, layout)
    if layout.number and check_code:
        _check(file, check_url, check_code)
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _face(style: ParagraphStyle, part: str, size: Pt, *, bold: bool = False) -> None:
    """Font, size and weight of a style, for Chinese and Latin text alike; colours and slants of Word's own are taken away."""
    style.font.size, style.font.bold, style.font.italic = size, bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), PARTS[part].word)


def _shape(
    style: ParagraphStyle, *, align: WD_ALIGN_PARAGRAPH, first: int = 0, exact: Pt | Mm | None = None, grid: bool = True
) -> None:
    """Alignment, indent of the first line in characters, line height (one line of the grid without `exact`)."""
    shape = style.paragraph_format
    shape.alignment, shape.space_before, shape.space_after = align, Pt(0), Pt(0)
    shape.first_line_indent, shape.left_indent = Mm(first * BLOCK_WIDTH / CHARACTERS), Mm(0)
    shape.widow_control = False
    shape.line_spacing = PITCH if exact is None else exact
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    properties = style.element.get_or_add_pPr()
    if not grid:
        put(properties, element("w:snapToGrid", val="0"))


def _styles(file: WordFile) -> None:
    """Every style a document uses."""
    built_in = file.styles
    default_size(file, SIZE)
    normal = built_in["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _face(normal, FANG, SIZE)
    _shape(normal, align=WD_ALIGN_PARAGRAPH.JUSTIFY, first=2)
    # 28 characters of 16 pt are wider than 156 mm: each gives way a quarter of a point.
    put(normal.element.get_or_add_rPr(), element("w:spacing", val="-5"))
    for rule in ("wordWrap", "autoSpaceDE", "autoSpaceDN"):  # long words break; no gap between Chinese and figures
        put(normal.element.get_or_add_pPr(), element(f"w:{rule}", val="0"))
    title = built_in["Title"]
    assert isinstance(title, ParagraphStyle)
    _face(title, SONG, TITLE)
    _shape(title, align=CENTER, exact=Pt(35), grid=False)
    for old in title.element.findall(f".//{qn('w:pBdr')}"):
        old.getparent().remove(old)
    for level, part in enumerate((HEI, KAI, FANG, FANG), 1):
        heading = built_in[f"Heading {level}"]
        assert isinstance(heading, ParagraphStyle)
        _face(heading, part, SIZE)
        _shape(heading, align=WD_ALIGN_PARAGRAPH.JUSTIFY, first=2)
        heading.paragraph_format.keep_with_next = True
    for name, part, size, align in (
        (MARK, SONG, Pt(34), CENTER), (NUMBER, FANG, SIZE, CENTER), (TO, FANG, SIZE, LEFT), (NOTE, FANG, SIZE, LEFT),
        (SIGNED, FANG, SIZE, LEFT), (RECORD, FANG, SMALL, LEFT), (PAGE, SONG, SMALL, LEFT), (CELL, FANG, Pt(12), LEFT),
        (CAPTION, HEI, SMALL, CENTER), (ANNEX, HEI, SIZE, LEFT),
    ):  # fmt: skip
        made = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(made, ParagraphStyle)
        made.base_style = normal
        made.quick_style = True
        _face(made, part, size)
        _shape(made, align=align, exact=RECORD_PITCH if name == RECORD else None, grid=name not in OFF_GRID)
    for name in (PAGE, CELL, MARK):
        shape = file.styles[name].paragraph_format
        shape.line_spacing, shape.line_spacing_rule = 1.0, WD_LINE_SPACING.SINGLE
    file.styles[CAPTION].paragraph_format.keep_with_next = True


def _page(file: WordFile) -> None:
    """Paper, margins, the grid of 22 lines by 28 characters, page numbers outside on facing pages (5.2 and 7.5)."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.bottom_margin, section.right_margin = Mm(297 - 37 - BLOCK_HEIGHT), Mm(210 - 28 - BLOCK_WIDTH)
    section.footer_distance = Mm(23)
    grid_of_page(section, pitch=PITCH, character=CHAR, size=SIZE)
    file.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        line = footer.paragraphs[0]
        line.style = file.styles[PAGE]
        line.alignment = align
        line.paragraph_format.right_indent = line.paragraph_format.left_indent = SMALL
        line.add_run("— ")
        add_field(line, "PAGE")
        line.add_run(" —")


def _head(file: WordFile, layout: Layout) -> None:
    """The red header with number and rule (7.2), or the word for a draft; title and addressees."""
    text = header(layout) if layout.number else DRAFT
    size, share = header_size(text) if layout.number else (40.0, 1.0)
    mark = file.add_paragraph(style=MARK)
    mark.paragraph_format.space_before = Mm(35)
    run = mark.add_run(text)
    run.font.size, run.font.color.rgb = Pt(round(size)), RED if layout.number else GREY
    if share < 1:
        put(run._r.get_or_add_rPr(), element("w:w", val=str(round(share * 100))))
    if layout.number:
        for _empty in range(2):
            file.add_paragraph(style=NUMBER)
        number = file.add_paragraph(layout.number, NUMBER)
        border(number, "bottom", "E60012", eighths=12, space=11)  # 4 mm are 11 pt
    for _empty in range(2):
        file.add_paragraph(style=NUMBER)
    _title(file, layout.title)
    if line := addressee(layout):
        file.add_paragraph(line, TO)


def _title(file: WordFile, title: str) -> None:
    """A title in its lines, and the empty line below it."""
    line = file.add_paragraph(style="Title")
    for number, text in enumerate(title_lines(title)):
        if number:
            line.add_run().add_break(WD_BREAK.LINE)
        line.add_run(text)
    file.add_paragraph(style=TO)


def _block(file: WordFile, block: Block) -> None:
    if isinstance(block, Heading):
        file.add_paragraph("".join(run.text for run in block.runs), f"Heading {block.level}")
    elif isinstance(block, Paragraph):
        file.add_paragraph("".join(run.text for run in block.runs), "Normal")
    elif isinstance(block, Grid):
        _grid(file, block)
    else:
        _chart(file, block)


def _grid(file: WordFile, grid: Grid) -> None:
    if grid.caption:
        file.add_paragraph(grid.caption, CAPTION)
    if not grid.head:
        return
    size, count = Pt(round(table_size(grid) * 2) / 2), len(grid.head)
    table = file.add_table(rows=0, cols=count, style="Table Grid")
    shares = column_widths(grid)
    exact_columns(table, [BLOCK_WIDTH * share / sum(shares) for share in shares])
    rows = [list(grid.head), *([run.text for run in row[:count]] + [""] * (count - len(row)) for row in grid.rows)]
    aligns = [_align(grid, number) for number in range(count)]
    for number, texts in enumerate(rows):
        # Cells are written straight into the row: looking each of them up takes quadratic time, minutes for 2,000 rows.
        cells = table.add_row()._tr.tc_lst
        for column, text in enumerate(texts):
            run = _in_cell(cells[column], table, text, aligns[column] if number else CENTER)
            run.font.size = size
            if number == 0:
                run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), PARTS[HEI].word)
    repeat_head(table)


def _in_cell(cell: CT_Tc, table: Table, text: str, align: WD_ALIGN_PARAGRAPH) -> Run:
    """Write into a table cell. The style is named by its id, which python-docx would look up anew for each cell."""
    line = Line(cell.p_lst[0], table)
    line._p.style = CELL
    line.alignment = align
    return line.add_run(text)


def _align(grid: Grid, column: int) -> WD_ALIGN_PARAGRAPH:
    if column < len(grid.numeric) and grid.numeric[column]:
        return RIGHT
    short = all(width(row[column].text) <= 8 for row in grid.rows if column < len(row))  # noqa: PLR2004 - as in the PDF
    return CENTER if short else LEFT


def _chart(file: WordFile, chart: Chart) -> None:
    """A bar chart as a table without rules, whose cells are the bars: sharp at any size, and its text stays text."""
    if chart.caption:
        file.add_paragraph(chart.caption, CAPTION)
    if not chart.bars:
        return
    label, value = 50.0, 24.0
    step = (BLOCK_WIDTH - label - value) / STEPS
    table = file.add_table(rows=0, cols=STEPS + 2)
    exact_columns(table, [label, *[step] * STEPS, value])
    for bar in chart.bars:
        share = min(max(bar.share, 0.0), 1.0) if math.isfinite(bar.share) else 0.0
        filled = round(share * STEPS)
        row = table.add_row()._tr
        cells = row.tc_lst
        for start, length, fill in ((1, filled, "6E6E6E"), (1 + filled, STEPS - filled, "")):
            if length:
                gap(cells[start])
                for spare in cells[start + 1 : start + length]:
                    row.remove(spare)
                put(cells[start].get_or_add_tcPr(), element("w:gridSpan", val=str(length)))
                cell_fill(cells[start], fill)
                _in_cell(cells[start], table, "", LEFT)
        for cell, text in ((cells[0], bar.label), (cells[-1], bar.run.text)):
            _in_cell(cell, table, text, RIGHT)


def _foot(file: WordFile, layout: Layout) -> None:
    """The note of the annexes, the issuer and the date (7.3.4, 7.3.5.2: without a seal)."""
    many = len(layout.annexes) > 1
    if layout.issued_on is not None:  # name and date never stand on a page without text
        file.paragraphs[-1].paragraph_format.keep_with_next = True
    for number, annex in enumerate(layout.annexes, 1):
        if number == 1:
            file.add_paragraph(style=NOTE).paragraph_format.keep_with_next = True
        name = f"{number}. {annex.title}" if many else annex.title
        line = file.add_paragraph(f"附件：{name}" if number == 1 else name, NOTE)
        line.paragraph_format.keep_with_next = layout.issued_on is not None
        hanging = 3.0 + (1.25 if many else 0.0)
        before = 2 + hanging
        line.paragraph_format.left_indent = Mm(before * BLOCK_WIDTH / CHARACTERS)
        line.paragraph_format.first_line_indent = Mm(
            -(hanging if number == 1 else hanging - 3.0) * BLOCK_WIDTH / CHARACTERS
        )
    if layout.issued_on is None:
        return
    date = day(layout.issued_on)
    longer = width(date) > width(layout.issuer)
    start = CHARACTERS - (4 + width(date) if longer else 2 + width(layout.issuer))
    file.add_paragraph(style=SIGNED).paragraph_format.keep_with_next = True
    for text, indent in ((layout.issuer, start), (date, start + 2)):
        line = file.add_paragraph(text, SIGNED)
        line.paragraph_format.left_indent = Mm(max(indent, 0.0) * BLOCK_WIDTH / CHARACTERS)
        line.paragraph_format.keep_with_next = text == layout.issuer


def _record(file: WordFile, layout: Layout) -> None:
    """The record of copies and printing at the foot of the last page, between rules (7.4): a table that floats there."""
    lines = []
    if layout.copies_to:
        lines.append((f"抄送：{layout.copies_to}", ""))
    if layout.printed_by:
        lines.append((layout.printed_by, f"{day(layout.issued_on)}印发" if layout.issued_on else ""))
    if not lines:
        return
    table = file.add_table(rows=0, cols=1)
    exact_columns(table, [BLOCK_WIDTH])
    for number, (left, right) in enumerate(lines):
        line = Line(table.add_row()._tr.tc_lst[0].p_lst[0], table)
        line.style = file.styles[RECORD]
        shape = line.paragraph_format
        shape.left_indent = shape.right_indent = SMALL
        line.add_run(left)
        if left.startswith("抄送："):
            shape.left_indent, shape.first_line_indent = Pt(14 * 4), Pt(-14 * 3)
        if right:
            shape.tab_stops.add_tab_stop(Mm(BLOCK_WIDTH) - SMALL, alignment=WD_TAB_ALIGNMENT.RIGHT)
            line.add_run(f"\t{right}")
        _rules(table, number, len(lines))
    # At the foot of the text block. Not by Word's own word for it, which other programs pass over.
    wraps = max(1, math.ceil(width(layout.copies_to) / 26)) if layout.copies_to else 0
    height = Pt((wraps + bool(layout.printed_by)) * RECORD_PITCH.pt)
    floating(table, across="left", down=Mm(37 + BLOCK_HEIGHT - height.mm))


def _rules(table: Table, number: int, count: int) -> None:
    """0.35 mm above the first and below the last line of the record, 0.25 mm between: 8 and 6 eighths of a point."""
    cell = table.rows[number]._tr.tc_lst[0]
    edges = element("w:tcBorders")
    for side, outer in (("top", number == 0), ("bottom", number == count - 1)):
        edges.append(element(f"w:{side}", val="single", sz="8" if outer else "6", space="0", color="000000"))
    put(cell.get_or_add_tcPr(), edges)


def _check(file: WordFile, url: str, code: str) -> None:
    """The check in the margin below the last page, as in the PDF: a picture and a line, in a table that floats there."""
    table = file.add_table(rows=1, cols=2)
    exact_columns(table, [21, 62])
    picture, words = table.rows[0]._tr.tc_lst
    add_picture(Line(picture.p_lst[0], table), file, url or code, Mm(18))
    line = Line(words.p_lst[0], table)
    for cell in (picture, words):
        Line(cell.p_lst[0], table).style = file.styles[CELL]
    for number, (text, size) in enumerate(((CHECK_LABEL, 8), (code, 11), (url, 6.5))):
        if number:
            line.add_run().add_break()
        line.add_run(text).font.size = Pt(size)
    floating(table, across="center", down=Mm(297 - 35 + 8))
