"""An official document as PDF: the content as data for document.typ, which knows the form."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import typst

from yinling.office.fonts import type_of_documents
from yinling.office.layout import Block, Chart, Grid, Heading, Layout, Paragraph, Run
from yinling.office.square import square
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

FORM = (Path(__file__).resolve().parent / "document.typ").read_bytes()
LONG = re.compile(r"[!-~—―…─]{18,}")
"""A run of Latin letters or signs so long that it may have to break where no word ends: an address, a number, a mistake."""

SHORT = 8.0
"""Cells of a table up to this width (in characters) are centred, longer ones begin at the left."""


def pdf(layout: Layout, *, check_url: str = "", check_code: str = "") -> bytes:
    """The document as PDF in the form of GB/T 9704-2012. Without a number it is a draft, says so, and has no check.

    `check_url` is where the code leads that is printed below the last page; without `check_code` there is none. Never draws
    a seal. Raises FontsMissing where the platform's fonts are not installed.
    """
    fonts, parts = type_of_documents()
    layout = cleaned(layout)
    data = {**_content(layout), "fonts": parts, "check": None}
    if layout.number and check_code:
        data["check"] = {
            "label": CHECK_LABEL,
            "code": check_code,
            "url": check_url,
            "qr": square(check_url or check_code),
        }
    inputs = {"document": json.dumps(data, ensure_ascii=False)}
    return typst.compile(FORM, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs, format="pdf")


def _content(layout: Layout) -> dict[str, Any]:
    """Everything the form needs to know, worked out and ready to be set."""
    head = header(layout) if layout.number else DRAFT
    size, share = header_size(head)
    date = day(layout.issued_on) if layout.issued_on else ""
    return {
        "issuer": _breakable(layout.issuer),
        "title": layout.title,
        "title_lines": title_lines(layout.title),
        "number": layout.number,
        "header": head,
        "header_size": size,
        "header_share": share,
        "addressee": _breakable(addressee(layout)),
        "blocks": [_block(block) for block in layout.blocks],
        "annexes": [
            {
                "name": name,
                "title": _breakable(annex.title),
                "title_lines": title_lines(annex.title),
                "blocks": [_block(block) for block in annex.blocks],
            }
            for name, annex in zip(annex_names(layout), layout.annexes, strict=False)
        ],
        "date": date,
        "copies_to": _breakable(layout.copies_to),
        "printed_by": _breakable(layout.printed_by),
        "printed_on": f"{date}印发" if date else "",
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": _joined(block.runs)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": _joined(block.runs)}
    return _grid(block) if isinstance(block, Grid) else _chart(block)


def _grid(grid: Grid) -> dict[str, Any]:
    count = len(grid.head)
    rows = [[_breakable(run.text) for run in row[:count]] + [""] * (count - len(row)) for row in grid.rows]
    return {
        "kind": "grid",
        "caption": _breakable(grid.caption),
        "head": [_breakable(text) for text in grid.head],
        "rows": rows,
        "numeric": [number < len(grid.numeric) and grid.numeric[number] for number in range(count)],
        "short": [all(width(row[number]) <= SHORT for row in rows) for number in range(count)],
        "widths": column_widths(grid),
        "size": table_size(grid),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "kind": "chart",
        "caption": _breakable(chart.caption),
        "label": max((min(width(bar.label), 12.0) for bar in chart.bars), default=1.0),
        "bars": [
            {
                "label": _breakable(bar.label),
                "share": min(max(bar.share, 0.0), 1.0) if math.isfinite(bar.share) else 0.0,
                "text": _breakable(bar.run.text),
            }
            for bar in chart.bars
        ],
    }


def _joined(runs: tuple[Run, ...]) -> str:
    return _breakable("".join(run.text for run in runs))


def _breakable(text: str) -> str:
    """The text with invisible places to break in very long words, which would run out of the page."""
    return LONG.sub(lambda found: "\u200b".join(found[0]), text)
