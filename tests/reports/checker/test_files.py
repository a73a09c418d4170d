"""Report files are read for their text, and refused with what to do; the command answers with its exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pypdf
import pytest

from yinling.cli import main
from yinling.reports import LARGEST, UnreadableError, text_of
from yinling.reports.checker.files import MAX_BYTES

WRONG = "在全省12587个协会中，有经费的协会721个，占协会总数的5.93%。"
RIGHT = "在全省12587个协会中，有经费的协会721个，占协会总数的5.73%。"


def word() -> bytes:
    """A paragraph, a table, a paragraph."""
    document, stream = docx.Document(), io.BytesIO()
    document.add_paragraph("前言。")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "行政村", "17912个"
    document.add_paragraph(RIGHT)
    document.save(stream)
    return stream.getvalue()


def pdf(line: str, password: str = "") -> bytes:
    """A page with one line of ASCII text."""
    content = f"BT /F1 12 Tf 20 100 Td ({line}) Tj ET"
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>\nstream\n{content}\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    body, offsets = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    whole = (
        f"{body}xref\n0 6\n0000000000 65535 f \n{table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    )
    if not password:
        return whole.encode()
    writer, stream = pypdf.PdfWriter(io.BytesIO(whole.encode())), io.BytesIO()
    writer.encrypt(password, algorithm="AES-256")
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_plain_text(encoding: str) -> None:
    assert text_of("a.txt", RIGHT.encode(encoding)) == RIGHT


def test_word_keeps_the_order_of_paragraphs_and_tables() -> None:
    assert text_of("报告.DOCX", word()) == f"前言。\n行政村\t17912个\n{RIGHT}"


def test_pdf() -> None:
    assert (
        text_of("a.pdf", pdf("721 of 12587 (5.73%)".replace("(", "").replace(")", ""))).strip() == "721 of 12587 5.73%"
    )


def test_html_without_what_is_not_seen() -> None:
    page = (
        "<html><head><title>标题9个</title><style>p{width:5%}</style></head><body><script>var n = 3;</script>"
        "<p>协会<b>721</b>个</p><table><tr><td>村</td><td>12&#x4E2A;</td></tr></table></body></html>"
    )
    assert text_of("a.html", page.encode()) == "协会721个\n村\t12个"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xls", b"1", "kind"), ("a", b"1", "kind"), ("a.txt", b" \n", "empty"), ("a.txt", b"", "empty"),
        ("a.txt", b"\xff\xfe\x00", "encoding"), ("a.txt", b"1" * (MAX_BYTES + 1), "size"),
        ("a.txt", b"1" * (LARGEST + 1), "long"), ("a.docx", b"no zip", "damaged"), ("a.docx", b"PK\x03\x04broken", "damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted"), ("a.pdf", b"no pdf", "damaged"),
        ("a.pdf", pdf("")[:200], "damaged"), ("a.pdf", pdf(""), "scan"), ("a.pdf", pdf("721", "secret"), "encrypted"),
        ("a.html", b"<script>1</script>", "scan"),
    ],
)  # fmt: skip
def test_files_without_a_text_are_refused(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        text_of(name, content)
    assert caught.value.reason == reason
    assert len(str(caught.value)) > 4


def test_a_zip_that_is_no_document(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(UnreadableError) as caught:
        text_of(path.name, path.read_bytes())
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize(("text", "code"), [(RIGHT, 0), (WRONG, 1), ("没有数字。", 0)])
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: int) -> None:
    path = tmp_path / "report.txt"
    path.write_text(text, encoding="utf-8")
    assert main(["report", "check", str(path), "--json"]) == code
    rows = json.loads(capsys.readouterr().out)
    assert all(list(row) == ["level", "quote", "stated", "computed", "why"] for row in rows)
    assert [row["computed"] for row in rows] == ([] if text.startswith("没") else ["5.73%"])
    assert main(["report", "check", str(path)]) == code
    assert ("5.73%" in capsys.readouterr().out) == bool(rows)


def test_the_command_with_a_file_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.txt").touch()
    for name in ("missing.txt", "empty.txt", ".", "a.xls"):
        assert main(["report", "check", str(tmp_path / name)]) == 2
        answer = capsys.readouterr()
        assert (answer.out, answer.err.startswith("yinling: ")) == ("", True)
