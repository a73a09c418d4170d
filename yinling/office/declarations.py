"""What `office` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.rules import Actor, Reason
from yinling.figures import SourceRow, describe_source
from yinling.office import measures
from yinling.office.checks import Checked, Shown, declare_check
from yinling.office.codes import read_code
from yinling.office.models import Document
from yinling.office.rules import may_read_documents

__all__ = ["measures"]


def _documents(ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    rows = may_read_documents.filter(viewer, Document.objects.filter(pk__in=ids)).select_related("series__body__place")
    return {
        row.pk: SourceRow(
            f"{row.full_number} {row.title}", f"/documents/{row.pk}/", row.series.body.place.short_name
        )
        for row in rows
    }  # fmt: skip


describe_source("document", _documents)

STATEMENTS: dict[str, tuple[Literal["ok", "warn", "error"], Reason]] = {
    Document.State.VALID: ("ok", _("This document is genuine and valid.")),
    Document.State.SUPERSEDED: ("warn", _("This document is genuine, but another one has taken its place.")),
    Document.State.WITHDRAWN: ("error", _("This document was issued, but has been withdrawn. It no longer holds.")),
}


def _checked(typed: str) -> Checked | None:
    """The document with this code. Says of its content only what is printed on its first page."""
    code = read_code(typed)
    rows = Document.objects.select_related("series", "superseded_by__series")
    document = rows.filter(check_code=code).first() if code else None
    if document is None:
        return None
    signal, statement = STATEMENTS[document.state]
    return Checked(
        key=document.check_code,
        signal=signal,
        statement=statement,
        facts=tuple(_facts(document)),
        hint=_("Compare title, number and date with the print in your hands."),
        url=f"/documents/{document.pk}/",
        url_label=_("Open the document"),
        opens=lambda actor: bool(may_read_documents.check(actor, document)),
    )


def _facts(document: Document) -> Iterator[Shown]:
    yield Shown(pgettext_lazy("of a document", "Title"), document.title)
    yield Shown(_("Document number"), document.full_number)
    yield Shown(_("Issued by"), document.series.issuer)
    yield Shown(_("Issued on"), document.issued_on.isoformat())
    if document.ended_on is not None:
        yield Shown(_("No longer valid since"), document.ended_on.isoformat())
        yield Shown(_("Reason"), document.reason)
    if document.superseded_by is not None:
        yield Shown(_("Superseded by"), document.superseded_by.full_number, document.superseded_by.title)
    yield Shown(_("Digest (SHA-256)"), document.digest)


declare_check(_checked)
