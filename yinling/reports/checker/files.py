"""The text of a file: plain text, Word, PDF, HTML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pypdf
from django.utils.translation import gettext_lazy as _
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from yinling.base.invalid import Invalid
from yinling.reports.checker.checking import LARGEST

MAX_BYTES = 10 * 2**20
MAX_UNPACKED = 100 * 2**20
MAX_PAGES = 500
ENDINGS = (".txt", ".docx", ".pdf", ".html", ".htm")

_HIDDEN = frozenset(("script", "style", "template", "noscript", "title"))
_BLOCKS = frozenset(("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article"))


class UnreadableError(Invalid):
    """A file without a text to check. Reasons: kind, empty, size, long, damaged, encrypted, encoding, scan."""


def text_of(name: str, content: bytes) -> str:
    """The text of a file, paragraphs as lines, cells of a table parted by tabs. Raises UnreadableError with what to do."""
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise UnreadableError("kind", _("Only .txt, .docx, .pdf and .html files can be checked."))
    if len(content) > MAX_BYTES:
        raise UnreadableError("size", _("The file is larger than 10 MB. Leave its pictures out, or paste the text."))
    if not content.strip():
        raise UnreadableError("empty", _("The file is empty."))
    text = reader(content)
    if not text.strip():
        raise UnreadableError(
            "scan", _("The file holds no text; pages that were scanned are pictures. Paste the text.")
        )
    if len(text) > LARGEST:
        raise UnreadableError("long", _("The text is longer than 200,000 characters. Check it in parts."))
    return text


def _plain(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableError("encoding", _("This is not a text file in UTF-8 or GB 18030. Save it again as UTF-8."))


def _word(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(
            "encrypted", _("The file is protected by a password, or of an old kind. Save it as .docx.")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise UnreadableError("size", _("The file is too large when unpacked. Paste the text."))
        return "\n".join(_blocks(io.BytesIO(content)))
    except UnreadableError:
        raise
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise UnreadableError("damaged", _("The file is damaged. Open it in Word and save it again.")) from error


def _blocks(stream: io.BytesIO) -> Iterator[str]:
    for block in Document(stream).iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            for row in block.rows:
                yield "\t".join(cell.text.replace("\n", " ") for cell in row.cells)


def _pdf(content: bytes) -> str:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("encrypted", _("The file is protected by a password. Remove it, or paste the text."))
        if len(reader.pages) > MAX_PAGES:
            raise UnreadableError("long", _("The file has more than 500 pages. Check it in parts."))
        return "\n".join(page.extract_text() for page in reader.pages)
    except UnreadableError:
        raise
    except Exception as error:  # a damaged PDF fails in as many ways as it has parts
        raise UnreadableError(
            "damaged", _("The PDF file cannot be read. Print it as PDF again, or paste the text.")
        ) from error


class _Visible(HTMLParser):
    """Collects what a reader of the page sees, blocks on lines of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (its signature)
        self._hidden += tag in _HIDDEN
        self._break(tag)
        if tag in {"td", "th"}:
            self.parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")


def _html(content: bytes) -> str:
    page = _Visible()
    page.feed(_plain(content))
    page.close()
    lines = (" ".join(line.split(" ")).strip() for line in "".join(page.parts).split("\n"))
    return "\n".join(line for line in lines if line)


_READERS: dict[str, Callable[[bytes], str]] = {
    ".txt": _plain, ".docx": _word, ".pdf": _pdf, ".html": _html, ".htm": _html,
}  # fmt: skip
