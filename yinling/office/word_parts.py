"""Small parts of a Word file that python-docx has no words for, written as the elements of ISO/IEC 29500."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

import qrcode
from docx.document import Document as WordFile
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tc
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

TWIPS = 635
"""English metric units in a twentieth of a point."""


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """An element of the main namespace, its attributes too."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


ORDER = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
        "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
        "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
        "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "rPr": (
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
        "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang"
    ),
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd "
        "tblBorders shd tblLayout tblCellMar tblLook"
    ),
}
"""In which order the properties must follow each other; Word refuses a file that has them otherwise."""


def put(properties: BaseOxmlElement, child: BaseOxmlElement) -> None:
    """Add a property where its turn is, in place of one it already has."""
    names = ORDER[properties.tag.rpartition("}")[2]].split()
    own = child.tag.rpartition("}")[2]
    for old in properties.findall(child.tag):
        properties.remove(old)
    later = names[names.index(own) + 1 :]
    properties.insert_element_before(child, *(f"w:{name}" for name in later))


def twips(length: Length) -> str:
    """A length in twentieths of a point."""
    return str(round(length / TWIPS))


def grid_of_page(section: Section, *, pitch: Length, character: Length, size: Length) -> None:
    """Lay the grid over the pages; the pitch of characters is told by how it differs from `size`.

    Text keeps to the lines of the grid alone: programs other than Word give a character wider than its cell two of them. The
    28 characters come from the spacing of the style Normal, which all programs understand.
    """
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    # In 1/4096 of a point, and one point has 12,700 units.
    space = round((character - size) / 12_700 * 4096)
    section._sectPr.append(element("w:docGrid", type="lines", linePitch=twips(pitch), charSpace=str(space)))


def default_size(file: WordFile, size: Length) -> None:
    """The size everything starts from, and the language. The grid of characters is reckoned from it, in Word from the style
    Normal, in LibreOffice from these defaults."""
    defaults = file.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults is not None
    half_points = str(round(size / 12_700 * 2))
    for tag in ("w:sz", "w:szCs"):
        put(defaults, element(tag, val=half_points))
    put(defaults, element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))


def add_field(line: Paragraph, instruction: str) -> None:
    """A field that Word fills in, such as PAGE."""
    for kind, text in (("begin", ""), ("", instruction), ("end", "")):
        run = line.add_run()
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        else:
            words = element("w:instrText")
            words.text = text
            run._r.append(words)


def border(line: Paragraph, side: str, colour: str, *, eighths: int, space: int) -> None:
    """A rule along one side of a paragraph: thickness in eighths of a point, distance in points."""
    edges = element("w:pBdr")
    edges.append(element(f"w:{side}", val="single", sz=str(eighths), space=str(space), color=colour))
    put(line._p.get_or_add_pPr(), edges)


def cell_fill(cell: CT_Tc, colour: str) -> None:
    """Colour a table cell; an empty colour leaves it as it is."""
    if colour:
        put(cell.get_or_add_tcPr(), element("w:shd", val="clear", color="auto", fill=colour))


def gap(cell: CT_Tc) -> None:
    """White above and below what fills a cell, so that the bars of a chart do not touch."""
    edges = element("w:tcBorders")
    for side in ("top", "bottom"):
        edges.append(element(f"w:{side}", val="single", sz="36", space="0", color="FFFFFF"))
    put(cell.get_or_add_tcPr(), edges)


def exact_columns(table: Table, widths: Sequence[float]) -> None:
    """Fix the widths of the columns, in mm. To be called before rows are added: they take them over."""
    table.autofit = False
    for column, wide in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Mm(wide)
    put(table._tbl.tblPr, element("w:tblW", type="dxa", w=twips(Mm(sum(widths)))))


def repeat_head(table: Table) -> None:
    """The first row again at the top of each further page; rows are not torn apart."""
    for number, row in enumerate(table._tbl.tr_lst):
        properties = row.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if number == 0:
            properties.append(element("w:tblHeader"))


def floating(table: Table, *, across: str, down: Length) -> None:
    """Take a table out of the text: `down` from the upper edge of the page; `across` the text block left or center."""
    place = element("w:tblpPr", vertAnchor="page", horzAnchor="margin", tblpXSpec=across, tblpY=twips(down))
    put(table._tbl.tblPr, place)
    # What floats hangs on the paragraph that follows; two tables without one between would become one.
    anchor = OxmlElement("w:p")
    table._tbl.addnext(anchor)
    line = Paragraph(anchor, table._parent)
    line.paragraph_format.line_spacing, line.paragraph_format.line_spacing_rule = Pt(1), WD_LINE_SPACING.EXACTLY


def add_picture(line: Paragraph, file: WordFile, text: str, size: Length) -> None:
    """A QR code of `text` in the line, `size` wide and high."""
    assert file.part is not None
    line.add_run().add_picture(io.BytesIO(qr_png(text)), width=size, height=size)


def qr_png(text: str) -> bytes:
    """A QR code as a PNG of one bit a point, eight points a module (Word shows no SVG without a second picture)."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    # One module is eight points, so one byte: 0 is black.
    lines = b"".join((b"\0" + bytes(0 if dark else 255 for dark in row)) * 8 for row in rows)
    head = struct.pack(">IIBBBBB", len(rows) * 8, len(rows) * 8, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
