"""Official documents on the desk: the register, one document with its state and files, the series of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.fields.json import KT
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base.period import year
from yinling.base.rules import Actor, Denied
from yinling.facts import entries_about
from yinling.figures import table
from yinling.network import Body
from yinling.office import (
    ISSUED,
    Document,
    DocumentSeries,
    FontsMissing,
    Layout,
    may_issue,
    may_read_documents,
    open_series,
    pdf,
    supersede,
    withdraw,
    word,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.form_page import form_page
from yinling.web.happened import Names, history
from yinling.web.list_tools import select
from yinling.web.page import Request, address_of, found, page
from yinling.web.pick import BodyField, reach

SIZE = 50
FARTHEST = 10_000
"""The last page of the register that can be asked for."""

ISSUERS = ("administrator", "officer")
SIGNALS = {Document.State.VALID: "ok", Document.State.SUPERSEDED: "warn", Document.State.WITHDRAWN: "bad"}
PDF_TYPE = "application/pdf"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WITHDRAW, SUPERSEDE = pgettext_lazy("a document", "Withdraw"), pgettext_lazy("a document", "Supersede")
Crumbs = list[dict[str, object]]


class SeriesForm(ProblemForm):
    """A new series of document numbers."""

    code_word = forms.CharField(
        label=gettext_lazy("Code word"),
        max_length=24,
        help_text=gettext_lazy("What its numbers begin with; 黔老龄办发 gives 黔老龄办发〔2012〕8号."),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Name in the header"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("The full or standard short name, without 文件. Left empty, the name of the body."),
    )
    field_order = ("body", "code_word", "issuer")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"] = BodyField(label=_("Issuing body"), roots=reach(actor, *ISSUERS))
        self.order_fields(self.field_order)


class WithdrawForm(ProblemForm):
    """Why a document no longer holds."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Shown to everybody who checks the document."),
    )


class SupersedeForm(WithdrawForm):
    """Which document takes its place, and why."""

    number = forms.CharField(
        label=gettext_lazy("Number of the document that takes its place"),
        max_length=60,
        help_text=gettext_lazy("As printed, for example 黔老龄办发〔2012〕9号."),
    )
    field_order = ("number", "reason")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self._actor = actor

    def clean_number(self) -> Document:
        """The valid document with this number that the actor may issue for."""
        typed = "".join(self.cleaned_data["number"].split()).translate(
            str.maketrans("[]【】()（）", "〔〕〔〕〔〕〔〕")
        )
        rows = may_issue.filter(self._actor, Document.objects.filter(layout__number=typed))
        chosen = rows.select_related("series__body").first()
        if chosen is None:
            raise ValidationError(_("No document with this number is found in your area."))
        return chosen


@page("documents/", name="documents", rule=may_read_documents)
def list_page(request: Request) -> HttpResponse:
    """The register of issued documents of the reader's area, the newest first."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "series", "year")}
    after = request.GET.get("page", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < len(str(FARTHEST)) else 0
    mine = may_read_documents.filter(request.actor, Document.objects.all())
    rows = _narrowed(mine, asked).select_related("series").defer("layout").order_by("-issued_on", "-pk")
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    kept = {name: value for name, value in asked.items() if value}
    prefix = f"?{urlencode(kept)}&page="
    new = {"label": _("Open a series of numbers"), "url": address_of("document-series-new")}
    listing = {
        "title": _("Official documents"),
        "search": {"q": asked["q"], "placeholder": _("Title or number")},
        "selects": [_series_select(request, asked["series"]), _year_select(mine, asked["year"])],
        "actions": [new] if may_issue.check(request.actor) else [],
        "columns": [
            {"label": _("Document number")}, {"label": pgettext("of a document", "Title")},
            {"label": _("Issued on")}, {"label": _("State")},
        ],
        "rows": [_row(document) for document in shown[:SIZE]],
        "pagination": {
            "text": "", "prev_url": f"{prefix}{number - 1}" if number else "",
            "next_url": f"{prefix}{number + 1}" if len(shown) > SIZE else "",
        },
        "empty": {
            "title": _("No document is found.") if kept else _("No document has been issued yet."),
            "hint": "" if kept else _("Documents are issued from what is written here, a work report for example."),
            "action": None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _narrowed(rows: Any, asked: dict[str, str]) -> Any:
    """The documents that fit what was asked; what cannot be understood is not asked."""
    if asked["q"]:
        rows = rows.annotate(printed=KT("layout__number"))
        rows = rows.filter(Q(title__contains=asked["q"]) | Q(printed__contains=asked["q"]))
    if _is_number(asked["series"]):
        rows = rows.filter(series=int(asked["series"]))
    if _is_number(asked["year"]):
        rows = rows.filter(year=int(asked["year"]))
    return rows


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(FARTHEST))


def _series_select(request: Request, chosen: str) -> dict[str, object]:
    series = may_read_documents.filter(request.actor, DocumentSeries.objects.order_by("code_word"))
    options = [(str(pk), word) for pk, word in series.values_list("pk", "code_word")]
    return select("series", _("Series"), [("", _("all series")), *options], chosen)


def _year_select(rows: Any, chosen: str) -> dict[str, object]:
    years = rows.order_by("-year").values_list("year", flat=True).distinct()
    return select("year", _("Year"), [("", _("all years")), *((str(one), str(one)) for one in years)], chosen)


def _number(document: Document) -> str:
    return f"{document.series.code_word}〔{document.year}〕{document.number}号"


def _state(document: Document) -> dict[str, str]:
    return {"level": SIGNALS[Document.State(document.state)], "text": document.get_state_display()}


def _row(document: Document) -> dict[str, object]:
    state = _state(document)
    return {
        "url": address_of("document", pk=document.pk),
        "cells": [
            {"text": _number(document)}, {"text": document.title}, {"text": document.issued_on.isoformat()},
            {"text": state["text"], "signal": state["level"]},
        ],
    }  # fmt: skip


@page("documents/<int:pk>/", name="document", rule=may_read_documents)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One document: what it is, whether it still holds, its files, what happened to it."""
    document = _document(request, pk)
    body = document.series.body
    known = Names(bodies={body.pk: body.name}, paths={document.area_path: body.name})
    files = [
        {"label": label, "value": _("Download"), "url": address_of(name, pk=pk)}
        for label, name in ((_("PDF for printing"), "document-pdf"), (_("Word"), "document-word"))
    ]
    period = year(document.year)
    counted = table([ISSUED], paths=[document.area_path], periods=[period]).at(ISSUED, document.area_path, period)
    detail = {
        "title": document.title,
        "subtitle": f"{_number(document)} · {document.issued_on.isoformat()}",
        "signal": _state(document),
        "facts": _facts(request, document),
        "sections": [{"title": _("Files"), "facts": files}],
        "history": history(list(entries_about({"document": [pk]})), known),
        "verbs": _verbs(request.actor, document),
        "counts_towards": [cell(counted)],
    }
    return render(request, "pages/detail.html", {"page": detail, "crumbs": _crumbs({"label": _number(document)})})


def _document(request: Request, pk: int) -> Document:
    rows = Document.objects.select_related("series__body__place", "superseded_by__series")
    return found(may_read_documents, request.actor, rows, pk=pk)


def _crumbs(*further: dict[str, object]) -> Crumbs:
    return [{"label": _("Official documents"), "url": address_of("documents")}, *further]


def _facts(request: Request, document: Document) -> list[dict[str, object]]:
    facts: list[dict[str, object]] = [
        {"label": _("Issued by"), "value": document.series.issuer, "note": document.series.body.name},
        {"label": _("Issued on"), "value": document.issued_on.isoformat()},
    ]
    if document.ended_on is not None:
        facts.append(
            {"label": _("No longer valid since"), "value": document.ended_on.isoformat(), "note": document.reason}
        )
    if (later := document.superseded_by) is not None:
        may = may_read_documents.check(request.actor, later)
        url = address_of("document", pk=later.pk) if may else ""
        facts.append({"label": _("Superseded by"), "value": _number(later), "url": url, "note": later.title})
    if document.subject == "report":
        # There every printed figure opens its records, for who may see them.
        report = address_of("report", pk=document.subject_id)
        facts.append({"label": _("Work reports"), "value": document.title, "url": report})
    check = address_of("check-code", code=document.check_code)
    return [
        *facts,
        {"label": _("Check code"), "value": document.check_code, "url": check},
        {"label": _("Digest (SHA-256)"), "value": document.digest, "note": _("Of the content as it was issued.")},
    ]


def _verbs(actor: Actor, document: Document) -> list[dict[str, object]]:
    if document.state != Document.State.VALID:
        return []
    answer = may_issue.check(actor, document)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    return [
        {"label": label, "url": address_of(name, pk=document.pk), "reason": reason}
        for label, name in (
            (str(SUPERSEDE), "document-supersede"),
            (str(WITHDRAW), "document-withdraw"),
        )
    ]


@page("documents/<int:pk>/pdf/", name="document-pdf", rule=may_read_documents)
def pdf_page(request: Request, pk: int) -> HttpResponse:
    """The document as PDF."""
    return _file(request, pk, pdf, "pdf", PDF_TYPE)


@page("documents/<int:pk>/word/", name="document-word", rule=may_read_documents)
def word_page(request: Request, pk: int) -> HttpResponse:
    """The document as a Word file."""
    return _file(request, pk, word, "docx", WORD_TYPE)


def _file(request: Request, pk: int, make: Callable[..., bytes], ending: str, kind: str) -> HttpResponse:
    """The frozen content in one of its forms, as a download; the reason instead where the fonts are not installed."""
    document = _document(request, pk)
    url = request.build_absolute_uri(address_of("check-code", code=document.check_code))
    try:
        content = make(Layout.from_json(document.layout), check_url=url, check_code=document.check_code)
    except FontsMissing as missing:
        messages.error(request, str(missing))
        return redirect("document", pk=pk)
    response = HttpResponse(content, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})
    response.headers["Content-Disposition"] = _attachment(f"{_number(document)} {document.title}"[:80] + f".{ending}")
    return response


def _attachment(name: str) -> str:
    safe = "".join("_" if sign in '\\/:*?"<>|' else sign for sign in name)
    return content_disposition_header(True, safe) or "attachment"


@page("documents/series/new/", name="document-series-new", rule=may_issue, methods="GET POST")
def series_page(request: Request) -> HttpResponse:
    """Open a series of document numbers."""
    held = [grant.body_id for grant in request.actor.grants if grant.role in ISSUERS and grant.body_id is not None]
    own = Body.objects.filter(pk__in=held).first()
    form = SeriesForm(request.POST or None, actor=request.actor, initial={"body": own.name if own else ""})
    return _form(
        request, form, _("Open a series of numbers"), lambda **data: open_series(**data, by=request.actor), None
    )


@page("documents/<int:pk>/withdraw/", name="document-withdraw", rule=may_issue, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a document."""
    document = _own(request, pk)
    form = WithdrawForm(request.POST or None)
    return _form(
        request,
        form,
        str(WITHDRAW),
        lambda **data: withdraw(document=document, **data, by=request.actor),
        document,
    )


@page("documents/<int:pk>/supersede/", name="document-supersede", rule=may_issue, methods="GET POST")
def supersede_page(request: Request, pk: int) -> HttpResponse:
    """Say which document takes the place of this one."""
    document = _own(request, pk)

    def write(number: Document, reason: str) -> Document:
        return supersede(document=document, by_document=number, reason=reason, by=request.actor)

    return _form(
        request,
        SupersedeForm(request.POST or None, actor=request.actor),
        str(SUPERSEDE),
        write,
        document,
    )


def _own(request: Request, pk: int) -> Document:
    return found(may_issue, request.actor, Document.objects.select_related("series"), pk=pk)


def _form(
    request: Request, form: ProblemForm, title: str, write: Callable[..., object], document: Document | None
) -> HttpResponse:
    """Show a form, or carry it out and return to the document or the register."""
    back = address_of("document", pk=document.pk) if document else address_of("documents")
    further: Crumbs = [{"label": _number(document), "url": back}] if document else []
    return form_page(
        request, form, title, write, back=back, crumbs=_crumbs(*further), intro=document.title if document else "",
        submit=title, done=_("Saved."),
    )  # fmt: skip
