"""Writes of official documents."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked, note
from yinling.base.rules import Actor, Refused
from yinling.facts import record
from yinling.network import Body
from yinling.office.codes import new_code
from yinling.office.layout import Layout
from yinling.office.models import Document, DocumentSeries
from yinling.office.rules import may_issue
from yinling.office.wording import cleaned

EARLIEST = 1949
CODE_WORD = re.compile(r"[\u3400-\u9fffA-Za-z]+")
REASON_LENGTH, TITLE_LENGTH = 200, 200


@action("office.open_series", label=gettext_lazy("Open a series of document numbers"), rule=may_issue, on="body")
def open_series(*, body: Body, code_word: str, issuer: str = "", by: Actor) -> DocumentSeries:
    """A series in which `body` issues documents; `code_word` (发文机关代字) is what its numbers begin with, `issuer` the name in
    the red header (default: the body's name). ValidationError for a word that is none, or is taken."""
    code_word, issuer = code_word.strip(), issuer.strip() or body.name
    if not CODE_WORD.fullmatch(code_word):
        raise ValidationError({"code_word": _("Only Chinese characters and letters, without brackets or numbers.")})
    if DocumentSeries.objects.filter(code_word=code_word).exists():
        raise ValidationError({"code_word": _("There is already a series with this code word.")})
    series = DocumentSeries(
        body=body, area_path=body.area_path, code_word=code_word, issuer=issuer, changed_by=current().entry_id
    )
    series.clean_fields()
    return create(series)


@action(
    "office.issue", label=gettext_lazy("Issue a document"), rule=may_issue, on="series", records=["document.issued"]
)
def issue(
    *,
    series: DocumentSeries,
    layout: Layout,
    issued_on: date,
    subject: str = "",
    subject_id: int | None = None,
    by: Actor,
) -> Document:
    """Give `layout` the next number of the series in the year of `issued_on` and freeze it, with header name and date.

    `subject` and `subject_id` name the row it comes from, if any. Numbers have no gaps (GB/T 9704-2012, 7.2.5: they run on
    within the year): until this transaction ends nobody else gets one, and where it fails the number was never given.
    """
    _check(layout, issued_on)
    series = locked(series)
    if gone := series.body.why_gone(issued_on):
        raise Refused(gone)
    taken = Document.objects.filter(series=series, year=issued_on.year).aggregate(last=Max("number"))["last"]
    number = (taken or 0) + 1
    frozen = replace(
        cleaned(layout),
        title=" ".join(cleaned(layout.title).split()),
        issuer=series.issuer,
        number=f"{series.code_word}〔{issued_on.year}〕{number}号",
        issued_on=issued_on,
    ).as_json()
    entry = current().entry_id
    document = create(
        Document(
            series=series, area_path=series.area_path, year=issued_on.year, number=number, title=frozen["title"],
            layout=frozen, digest=digest_of(frozen), issued_on=issued_on, check_code=new_code(), subject=subject,
            subject_id=subject_id, entry_id=entry, changed_by=entry,
        )
    )  # fmt: skip
    # The column is called like the hashes of secrets, which the trail hides; this one is there to be compared.
    note(sha256=document.digest)
    record("document.issued", source=document.pk, path=document.area_path, happened=issued_on)
    return document


def _check(layout: Layout, issued_on: date) -> None:
    if issued_on > clock.today():
        raise Refused(_("The day lies in the future."))
    if issued_on.year < EARLIEST:
        raise Refused(_("The year cannot be right."))
    if not layout.title.strip() or len(layout.title) > TITLE_LENGTH:
        raise Refused(_("A document needs a title of at most %(count)s characters.") % {"count": TITLE_LENGTH})
    if not layout.blocks:
        raise Refused(_("A document without text is not issued."))


def digest_of(layout: Mapping[str, Any]) -> str:
    """SHA-256 of a layout as JSON: UTF-8, keys sorted, no spaces. Anybody can compute it again from the frozen content."""
    text = json.dumps(layout, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@action("office.supersede", label=gettext_lazy("Supersede a document"), rule=may_issue, on="document")
def supersede(*, document: Document, by_document: Document, reason: str, by: Actor) -> Document:
    """`by_document` takes the place of `document`, which stays on record and says so when it is checked."""
    if by_document.pk == document.pk:
        raise Refused(_("A document cannot take its own place."))
    may_issue.demand(by, by_document)
    # Both rows, the older first: two that supersede each other at once then wait instead of locking each other out.
    rows = {row.pk: locked(row) for row in sorted((document, by_document), key=lambda one: one.pk)}
    if rows[by_document.pk].state != Document.State.VALID:
        raise Refused(_("The document that takes its place must itself be valid."))
    return _end(rows[document.pk], Document.State.SUPERSEDED, reason, superseded_by=by_document)


@action("office.withdraw", label=gettext_lazy("Withdraw a document"), rule=may_issue, on="document")
def withdraw(*, document: Document, reason: str, by: Actor) -> Document:
    """The document no longer holds. Its number stays taken, and it stays counted as issued: it was."""
    return _end(locked(document), Document.State.WITHDRAWN, reason)


def _end(document: Document, state: Document.State, reason: str, superseded_by: Document | None = None) -> Document:
    reason = " ".join(reason.split())
    if document.state != Document.State.VALID:
        raise Refused(_("This document is no longer valid."))
    if not reason or len(reason) > REASON_LENGTH:
        raise ValidationError(
            {"reason": _("Give a reason of at most %(count)s characters.") % {"count": REASON_LENGTH}}
        )
    because(reason)
    return change(
        document, state=state, superseded_by=superseded_by, reason=reason, ended_on=clock.today(),
        changed_by=current().entry_id,
    )  # fmt: skip
