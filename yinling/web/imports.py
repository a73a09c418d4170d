"""Imports: upload a file, choose its columns, look at what the check found, put the good rows in, undo."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.base.rules import Refused
from yinling.exchange import (
    FALLS_BACK,
    PATIENCE,
    Batch,
    Header,
    Importer,
    batches,
    earlier_commits,
    good_rows,
    header_at,
    importer_of,
    importers_for,
    map_columns,
    may_import,
    progress_of,
    propose,
    recover,
    refused_file,
    refused_rows,
    request_check,
    request_commit,
    request_undo,
    template,
    tops_of,
    upload_batch,
)
from yinling.figures import described
from yinling.web.exports import download
from yinling.web.page import Request, address_of, attempt, found, page

State = Batch.State
SHOWN = 50
PREVIEW = 10
LETTERS = 26
SIGNALS = {State.COMMITTED: "ok", State.FAILED: "bad", State.CHECKED: "warn"}


@page("imports/", name="imports", rule=may_import)
def list_page(request: Request) -> HttpResponse:
    """The imports of the actor's area, the newest first, and what can be imported."""
    rows = [
        {
            "url": _url("import", pk=batch.pk),
            "cells": [
                {"text": batch.file_name},
                {"text": str(importer_of(batch.importer).label)},
                {"text": batch.get_state_display(), "signal": SIGNALS.get(State(batch.state), "")},
                {"text": str(batch.good) if batch.good else "", "numeric": True},
                {"text": str(batch.refused) if batch.refused else "", "numeric": True},
                {"text": batch.uploader_name},
                {"text": _moment(batch)},
            ],
        }
        for batch in batches(request.actor)[:SHOWN]
    ]
    new = [
        {"label": _("Import: %(what)s") % {"what": importer.label}, "url": _url("import-new", key=importer.key)}
        for importer in importers_for(request.actor)
    ]
    numeric = {_("Good rows"), _("Refused rows")}
    labels = (_("File"), _("What"), _("State"), _("Good rows"), _("Refused rows"), _("Uploaded by"), _("Uploaded at"))
    listing = {
        "title": _("Imports"),
        "rows": rows,
        "actions": new,
        "columns": [{"label": label, "numeric": label in numeric} for label in labels],
        "count_text": ngettext("%(count)s import", "%(count)s imports", len(rows)) % {"count": len(rows)},
        "empty": {"title": _("Nothing was imported yet."), "hint": _("A spreadsheet becomes records in four steps.")},
    }
    return render(request, "imports/list.html", {"page": listing, "crumbs": [{"label": _("Imports")}]})


def _url(name: str, **key: object) -> str:
    return address_of(name, **key)


def _moment(batch: Batch) -> str:
    return date_format(localtime(batch.uploaded_at), "SHORT_DATETIME_FORMAT")


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["file"].label = _("Spreadsheet")
        self.fields["file"].help_text = _(".xlsx, .xls or .csv, at most 200 MB")
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv"


@page("imports/new/<str:key>/", name="import-new", rule=may_import, methods="GET POST")
def new_page(request: Request, key: str) -> HttpResponse:
    """Upload a file."""
    importer = _importer(request, key)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            batch = upload_batch(importer=key, name=upload.name, content=upload.chunks(), by=request.actor)
            return redirect("import", pk=batch.pk)
        except Refused as refused:
            form.add_error("file", str(refused.reason))
    context = {
        "form": form,
        "importer": importer,
        "steps": _steps(0),
        "crumbs": _crumbs(str(importer.label)),
        "template_url": _url("import-template", key=key),
        "cancel_url": address_of("imports"),
    }
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


@page("imports/new/<str:key>/template.xlsx", name="import-template", rule=may_import)
def template_page(request: Request, key: str) -> HttpResponse:
    """The blank file to fill in."""
    importer = _importer(request, key)
    return download(template(importer), f"{importer.label}.xlsx")


@page("imports/<int:pk>/", name="import", rule=may_import)
def batch_page(request: Request, pk: int) -> HttpResponse:
    """Where an import stands: work going on, what the check found, or the result."""
    batch = _batch(request, pk)
    if batch.state in FALLS_BACK:
        recover(waited=PATIENCE, only=batch)
        batch.refresh_from_db()
    if batch.state in {State.UPLOADED, State.MAPPED}:
        return redirect("import-mapping", pk=pk)
    importer = importer_of(batch.importer)
    context: dict[str, object] = {
        "batch": batch,
        "importer": importer,
        "steps": _steps(_step_of(batch)),
        "crumbs": _crumbs(batch.file_name),
        "notices": _notices(request, batch),
        "actions": _actions(batch),
    }
    if batch.state in FALLS_BACK:
        context["progress"] = _progress(batch)
    else:
        context |= {"counts": _counts(batch), "bad": _bad_table(batch)}
        if batch.state == State.CHECKED:
            context["preview"] = _preview_table(batch, importer)
    return render(request, "imports/batch.html", context)


@page("imports/<int:pk>/progress/", name="import-progress", rule=may_import)
def progress_page(request: Request, pk: int) -> HttpResponse:
    """The fragment that the page asks for every second; without a script, the page itself."""
    batch = _batch(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect("import", pk=pk)
    if batch.state not in FALLS_BACK:
        return HttpResponse(headers={"HX-Refresh": "true"})
    recover(waited=PATIENCE, only=batch)
    return render(request, "components/progress.html", {"progress": _progress(batch)})


class MappingForm(forms.Form):
    """Which column each field of an importer is."""

    def __init__(self, data: Any, importer: Importer, header: Header, chosen: dict[str, int]) -> None:
        super().__init__(data)
        columns = [(str(index), f"{_letter(index)}  {text}") for index, text in enumerate(header.columns) if text]
        for field in importer.fields:
            self.fields[field.key] = forms.TypedChoiceField(
                label=str(field.label),
                required=False,
                coerce=int,
                empty_value=None,
                help_text=str(field.accepts),
                choices=[("", _("not in this file")), *columns],
                initial=chosen.get(field.key),
            )

    def mapping(self) -> dict[str, int]:
        """The columns chosen, by field."""
        return {key: column for key, column in self.cleaned_data.items() if column is not None}


@page("imports/<int:pk>/mapping/", name="import-mapping", rule=may_import, methods="GET POST")
def mapping_page(request: Request, pk: int) -> HttpResponse:
    """Choose sheet, header row and columns; then have the rows checked."""
    batch = _batch(request, pk)
    if batch.state not in {State.UPLOADED, State.MAPPED, State.CHECKED}:
        return redirect("import", pk=pk)
    importer, tops = importer_of(batch.importer), tops_of(batch)
    asked = request.POST if request.method == "POST" else request.GET
    sheet = asked.get("sheet", batch.sheet)
    row = int(asked["row"]) if asked.get("row", "").isdecimal() else batch.header_row
    header = header_at(tops, sheet, row)
    same = (sheet, row) == (batch.sheet, batch.header_row)
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        importer,
        header,
        batch.mapping if same else propose(importer, batch, header.columns),
    )
    if request.method == "POST" and form.is_valid() and _mapped(request, batch, header, form):
        return redirect("import", pk=pk)
    context = {
        "form": form,
        "batch": batch,
        "steps": _steps(1),
        "crumbs": _crumbs(batch.file_name),
        "sheets": list(tops),
        "header": header,
        "rows": [number for number, texts in tops.get(sheet, []) if any(texts)],
        "needs": importer.needs,
        "hidden": [{"name": "sheet", "value": sheet}, {"name": "row", "value": row}],
        "notices": _notices(request, batch),
        "cancel_url": address_of("imports"),
    }
    return render(request, "imports/mapping.html", context, status=422 if form.errors else 200)


def _mapped(request: Request, batch: Batch, header: Header, form: MappingForm) -> bool:
    try:
        map_columns(batch=batch, sheet=header.sheet, header_row=header.row, mapping=form.mapping(), by=request.actor)
        request_check(batch=batch, by=request.actor)
    except ValidationError as error:
        for key, texts in error.message_dict.items():
            form.add_error(key, cast("Any", texts))
    except Refused as refused:
        form.add_error(None, str(refused.reason))
    else:
        return True
    return False


@page("imports/<int:pk>/commit/", name="import-commit", rule=may_import, methods="POST")
def commit_page(request: Request, pk: int) -> HttpResponse:
    """Put the good rows in."""
    batch = _batch(request, pk)
    attempt(request, lambda: request_commit(batch=batch, by=request.actor), _("The good rows are going in."))
    return redirect("import", pk=pk)


class UndoForm(forms.Form):
    """Why an import is undone."""

    reason = forms.CharField(max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["reason"].label = _("Reason")


@page("imports/<int:pk>/undo/", name="import-undo", rule=may_import, methods="GET POST")
def undo_page(request: Request, pk: int) -> HttpResponse:
    """Undo a whole import, with a reason."""
    batch = _batch(request, pk)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("The import is being undone.")
        attempt(request, lambda: request_undo(batch=batch, reason=reason, by=request.actor), done)
        return redirect("import", pk=pk)
    context = {
        "form": form,
        "batch": batch,
        "crumbs": _crumbs(batch.file_name),
        "cancel_url": _url("import", pk=pk),
        "intro": _("All %(count)s records of this file are withdrawn and leave every figure. The trail keeps both.")
        % {"count": batch.good},
    }
    return render(request, "imports/undo.html", context, status=422 if form.errors else 200)


@page("imports/<int:pk>/refused.xlsx", name="import-refused", rule=may_import)
def refused_page(request: Request, pk: int) -> HttpResponse:
    """The refused rows as Excel, to mend and upload again."""
    batch = _batch(request, pk)
    return download(refused_file(batch), _("%(file)s refused.xlsx") % {"file": batch.file_name.rsplit(".", 1)[0]})


def _importer(request: Request, key: str) -> Importer:
    try:
        importer = importer_of(key)
    except KeyError:
        raise Http404 from None
    importer.rule.demand(request.actor)
    return importer


def _batch(request: Request, pk: int) -> Batch:
    return found(may_import, request.actor, batches(request.actor), pk=pk)


def _crumbs(label: str) -> list[dict[str, str]]:
    return [{"label": _("Imports"), "url": address_of("imports")}, {"label": label}]


def _steps(current: int) -> list[dict[str, str]]:
    labels = (_("Upload"), _("Columns"), _("Check"), _("Put in"))
    states = ("done", "current", "todo")
    return [
        {"label": label, "state": states[(index >= current) + (index > current)]} for index, label in enumerate(labels)
    ]


def _step_of(batch: Batch) -> int:
    at = {State.READING: 0, State.CHECKING: 2, State.CHECKED: 2, State.COMMITTING: 3}
    return at.get(State(batch.state), 0 if batch.state == State.FAILED else 4)


def _progress(batch: Batch) -> dict[str, object]:
    texts = {
        State.READING: _("Reading the file"),
        State.CHECKING: _("Checking the rows"),
        State.COMMITTING: _("Putting the rows in"),
        State.UNDOING: _("Undoing the import"),
    }
    progress = progress_of(batch.pk)
    text = texts[State(batch.state)] if progress else _("Waiting for its turn")
    rows = f"{progress.done} / {progress.total}" if progress and progress.total else ""
    return {
        "percent": progress.percent if progress else 0,
        "text": text,
        "done": False,
        "counts": [{"label": _("Row"), "value": rows}] if rows else [],
        "poll_url": _url("import-progress", pk=batch.pk),
    }


def _notices(request: Request, batch: Batch) -> list[dict[str, object]]:
    notices: list[dict[str, object]] = []
    if batch.problem:
        source = importer_of(batch.importer).source
        rows = described(source, batch.blocked_by, request.actor) if batch.blocked_by else {}
        lines = [{"text": f"{row.label} {row.place}", "url": row.url} for row in rows.values()]
        notices.append({"level": "error", "text": batch.problem, "lines": lines})
    twins = [] if batch.state in {State.COMMITTED, State.UNDONE} else list(earlier_commits(batch)[:3])
    if twins:
        lines = [{"text": f"{twin.file_name} {_moment(twin)}", "url": _url("import", pk=twin.pk)} for twin in twins]
        notices.append({"level": "warn", "text": _("This very file is in the register already."), "lines": lines})
    gone_in = ngettext("%(count)s row is in the register.", "%(count)s rows are in the register.", batch.good)
    done = {
        State.COMMITTED: gone_in,
        State.UNDONE: _("This import was undone: %(reason)s"),
    }
    if batch.state in done:
        text = done[State(batch.state)] % {"count": batch.good, "reason": batch.reason}
        notices.append({"level": "ok", "text": text})
    return notices


def _actions(batch: Batch) -> list[dict[str, object]]:
    def act(name: str, label: str, **more: object) -> dict[str, object]:
        return {"label": label, "url": address_of(name, pk=batch.pk), **more}

    actions: list[dict[str, object]] = []
    if batch.state == State.CHECKED:
        if batch.good:
            label = ngettext("Put %(count)s row in", "Put %(count)s rows in", batch.good) % {"count": batch.good}
            actions.append(act("import-commit", label, post=True, primary=True))
        actions.append(act("import-mapping", _("Choose other columns")))
    if batch.refused:
        actions.append(act("import-refused", _("Refused rows as Excel")))
    if batch.state == State.COMMITTED:
        actions.append(act("import-undo", _("Undo this import")))
    if batch.state in {State.COMMITTED, State.UNDONE, State.FAILED} or not batch.good:
        again = _url("import-new", key=batch.importer)
        actions.append({"label": _("Import another file"), "url": again})
    return actions


def _counts(batch: Batch) -> list[dict[str, object]]:
    return [
        {"label": _("File"), "value": batch.file_name},
        {"label": _("Good rows"), "value": str(batch.good)},
        {"label": _("Refused rows"), "value": str(batch.refused)},
        {"label": _("Uploaded by"), "value": f"{batch.uploader_name} · {_moment(batch)}"},
    ]


def _bad_table(batch: Batch) -> dict[str, object]:
    rows = [
        {
            "cells": [
                {"text": str(row.number)},
                {"text": "；".join(f"{label}：{text}" if label else text for label, text in row.reasons)},
            ]
        }
        for row in refused_rows(batch, SHOWN)
    ]
    return {"columns": [{"label": _("Row in the file")}, {"label": _("Why it was refused")}], "rows": rows}


def _preview_table(batch: Batch, importer: Importer) -> dict[str, object]:
    rows = good_rows(batch, PREVIEW)
    fields = [field for field in importer.fields if any(values.get(field.key) not in (None, "") for _n, values in rows)]

    def shown(value: object) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return "、".join(map(str, value))
        return "" if value is None else str(value)

    def cell(mask: Any, value: object) -> dict[str, str]:
        text = shown(value)
        return {"text": mask(text) if mask and text else text}

    return {
        "columns": [{"label": _("Row in the file")}, *({"label": str(field.label)} for field in fields)],
        "rows": [
            {"cells": [{"text": str(number)}, *(cell(field.mask, values.get(field.key)) for field in fields)]}
            for number, values in rows
        ],
    }


def _letter(index: int) -> str:
    """A column as spreadsheets name it: A to Z, AA, AB."""
    head, tail = divmod(index, LETTERS)
    return (_letter(head - 1) if head else "") + chr(ord("A") + tail)
