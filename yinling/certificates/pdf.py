"""Certificates as PDF: one page each, one file for any number of them, with the signed credential attached to each page.

No seal is drawn. What is printed is the frozen contents; only the identity number, where the volunteer wished it, comes from
the register of persons, and only if it is still the one that was meant.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import typst

from yinling.base.masking import mask_resident_id
from yinling.certificates.badges import short_form
from yinling.certificates.content import NO_SKILL_GRADE, SHOWN, check_address, hours
from yinling.certificates.models import Certificate, Kind
from yinling.office import day, plain, square, type_of_documents, width

FORM = (Path(__file__).resolve().parent / "certificate.typ").read_bytes()
CLOSING = "特此证明。"
CHECK_LABEL = "扫码或输入核验码、证书编号查验："
TOGETHER = 100
"""Certificates in one file: large enough to set fast, small enough for any printer and for the memory of a small server."""

FORGET = 11
"""The compiler keeps what it set until so many further runs have not used it."""

CORES = 2
LINE = 29
"""Characters in a line of the table of projects."""


def certificate_pdf(certificates: Sequence[Certificate], *, site: str = "", identity: bool = True) -> bytes:
    """The certificates as one PDF, a page each. `site` is the public address under which they are checked; without `identity`
    an identity number stays masked (a copy for somebody who only looks). Raises FontsMissing where the platform's fonts are
    not installed."""
    fonts, parts = type_of_documents()
    data = {
        "fonts": parts,
        "title": certificates[0].contents["title"] if len(certificates) == 1 else "证书",
        "author": certificates[0].contents["issuer"],
        "certificates": [_page(one, site, identity) for one in certificates],
    }
    inputs = {"certificates": json.dumps(data, ensure_ascii=False)}
    return typst.compile(
        FORM,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_tags=len(certificates) == 1,
    )


def certificate_pdfs(certificates: Iterable[Certificate], *, site: str = "") -> Iterator[bytes]:
    """Many certificates as PDFs of up to `TOGETHER` pages, in order. Two are set at a time: the compiler runs outside Python."""
    pending = iter(certificates)
    with ThreadPoolExecutor(CORES) as pool:
        running: deque[Future[bytes]] = deque()
        while True:
            while len(running) <= CORES and (chunk := list(islice(pending, TOGETHER))):
                running.append(pool.submit(_set_and_forget, chunk, site))
            if not running:
                return
            yield running.popleft().result()


def _set_and_forget(chunk: Sequence[Certificate], site: str) -> bytes:
    """One of many files. Without the empty runs the memory of the process would grow by a megabyte a page."""
    content = certificate_pdf(chunk, site=site)
    for _run in range(FORGET):
        typst.compile(b"", ignore_system_fonts=True, format="pdf")
    return content


def _page(certificate: Certificate, site: str, identity: bool) -> dict[str, Any]:
    contents = certificate.contents
    credential = bytes(certificate.credential).decode()
    url = check_address(certificate.check_code, site)
    rows = [[label, plain(value)] for label, value in _rows(certificate, identity)]
    return {
        "kind": certificate.kind,
        "title": contents["title"],
        "stars": "★" * certificate.level if certificate.level else "",
        "number": f"编号：{certificate.number}",
        "text": plain(contents["text"]),
        "closing": CLOSING if certificate.kind == Kind.SERVICE else "",
        "rows": rows,
        "tight": _may_be_tight(certificate, rows),
        "head": ["志愿服务项目", "时间（小时）"],
        "projects": _projects(contents["projects"]),
        "signatures": [
            ["负责人", plain(contents["in_charge"])],
            ["经办人", plain(contents["handler"])],
            *([["联系方式", plain(contents["contact"])]] if contents["contact"] else []),
        ],
        "issuer": plain(contents["issuer"]),
        "date": day(certificate.issued_on),
        "notes": list(_notes(certificate)),
        "label": CHECK_LABEL,
        "code": certificate.check_code,
        "url": url,
        "qr": square(url),
        "signature": f"数字签名（Ed25519）：{short_form(credential)}，签名数据附于本文件",
        "files": [{"name": f"{certificate.check_code}.jwt", "data": credential}],
    }


def _may_be_tight(certificate: Certificate, rows: Sequence[Sequence[str]]) -> bool:
    """Whether what stands above the signatures might not fit, by a generous estimate in mm."""
    wide = certificate.kind == Kind.COMPLETION
    line, room = (35, 60) if wide else (24, 140)
    statement = 11 * (1 + width(certificate.contents["text"]) // line)
    lines = sum(8 * (1 + width(value) // line) for _label, value in rows)
    projects = min(len(certificate.contents["projects"]), SHOWN + 1)
    return 25 + statement + lines + 8 * projects > room


def _rows(certificate: Certificate, identity: bool) -> Iterator[tuple[str, str]]:
    contents = certificate.contents
    yield "姓名", contents["name"]
    if contents["volunteer"]:
        yield "志愿者编号", contents["volunteer"]
    if contents["identity"]:
        yield "身份证件号码", _identity(certificate) if identity else contents["identity"]
    yield from contents["details"]
    if certificate.kind != Kind.COMPLETION:
        yield "服务时间合计", f"{hours(certificate.minutes)}小时"


def _identity(certificate: Certificate) -> str:
    """The identity number in full, if the person's is still the one that was meant; else masked as at the time of issue."""
    masked = str(certificate.contents["identity"])
    number = certificate.person.resident_id
    return number if number and mask_resident_id(number) == masked else masked


def _projects(projects: Sequence[tuple[str, int]]) -> list[list[str]]:
    """The lines of the table: the largest projects by name, the rest as one line."""
    shown, rest = projects[:SHOWN], projects[SHOWN:]
    lines = [[_short(title), hours(minutes)] for title, minutes in shown]
    if rest:
        lines.append([f"其他{len(rest)}个项目", hours(sum(minutes for _title, minutes in rest))])
    return lines


def _short(title: str) -> str:
    """A title that fits its line."""
    text = plain(title)
    return text if width(text) <= LINE else f"{text[: LINE - 1]}…"


def _notes(certificate: Certificate) -> Iterator[str]:
    """What must not be overlooked."""
    if certificate.kind == Kind.COMPLETION:
        yield NO_SKILL_GRADE
    if certificate.state == Certificate.State.SUPERSEDED:
        yield "本证书已被替代，不再有效。"
    elif certificate.state == Certificate.State.REVOKED:
        yield "本证书已被撤销，不再有效。"
    elif certificate.provisional and certificate.publicity_until is not None:
        yield f"公示至{day(certificate.publicity_until)}，公示期满无异议后生效。"
    elif certificate.publicity_until is not None:
        yield f"公示至{day(certificate.publicity_until)}。"
