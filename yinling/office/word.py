"""An official document as a Word file."""

from __future__ import annotations

from yinling.office.layout import Layout


def word(layout: Layout, *, check_url: str = "", check_code: str = "") -> bytes:
    """The document as a .docx file, with the check below the last page as in the PDF. Names the usual fonts (仿宋_GB2312 …),
    which Word takes from the reader's machine; embeds none. Never draws a seal."""
    # Only now: python-docx takes longer to load than all the rest of the platform.
    from yinling.office.word_file import written

    return written(layout, check_url, check_code)
