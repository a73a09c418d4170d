"""Importing an XLSForm: what is unsupported is named with its cell, and the rest goes in only on request.

Between the two steps the part that can be imported travels in the page itself, signed: nothing is kept of a file nobody
decided about.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.rules import Actor, Refused
from yinling.returns import FormVersion, edit_form, may_design, start_form
from yinling.returns import forms as schema
from yinling.web.association_forms import ProblemForm
from yinling.web.forms_detail import own_offices
from yinling.web.forms_list import asked_count
from yinling.web.page import Request, address_of, page

LARGEST = 5 * 1024 * 1024
SALT = "xlsform"
HOUR = 3600
DRAFT = "draft:"
OFFICE = "office:"


class UploadForm(ProblemForm):
    """The file and where it goes. `into` is an office (a new form of it) or a draft (another content of it)."""

    into = forms.ChoiceField(label=gettext_lazy("Import as"))
    file = forms.FileField(
        label=gettext_lazy("XLSForm"),
        required=False,
        help_text=gettext_lazy(".xlsx with the sheet “survey”, at most 5 MB"),
    )
    rest = forms.CharField(required=False, widget=forms.HiddenInput)
    """What could be read of a file that was looked at before."""

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        offices = [
            (f"{OFFICE}{body.pk}", _("a new form of %(office)s") % {"office": body.name}) for body in own_offices(actor)
        ]
        drafts = [
            (f"{DRAFT}{row.pk}.{row.changed_by}", _("the content of the draft %(form)s") % {"form": row})
            for row in _drafts(actor)
        ]
        cast("Any", self.fields["into"]).choices = [*offices, *drafts]
        self.fields["file"].widget.attrs["accept"] = ".xlsx"

    def clean(self) -> dict[str, Any]:
        """One of file and rest; a file that is not too large."""
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if file and file.size > LARGEST:
            self.add_error("file", _("This file is larger than 5 MB."))
        if not file and not data.get("rest") and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        return data


def _drafts(actor: Actor) -> QuerySet[FormVersion]:
    rows = FormVersion.objects.filter(state=FormVersion.State.DRAFT)
    return may_design.filter(actor, rows).order_by("title", "number")


@page("forms/import/", name="form-import", rule=may_design, methods="GET POST")
def import_page(request: Request) -> HttpResponse:
    """Upload an XLSForm; where something in it is unsupported, say what, and import the rest if that is wanted."""
    form = UploadForm(request.POST or None, request.FILES or None, actor=request.actor)
    context: dict[str, object] = {
        "form": form, "submit_label": _("Read and import"), "cancel_url": address_of("forms"),
        "crumbs": [{"label": _("Forms"), "url": address_of("forms")}, {"label": _("Import an XLSForm")}],
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = None
        if form.cleaned_data["file"]:
            made, remarks = _read(form.cleaned_data["file"].read())
            context |= remarks
        else:
            made = _unpacked(form)
        if made is not None and (version := _kept(request, form, made)):
            return redirect("form-edit", pk=version.pk)
    context["into"] = form["into"].value() or ""
    return render(request, "forms/import.html", context, status=422 if form.is_bound else 200)


def _read(content: bytes) -> tuple[schema.Form | None, dict[str, object]]:
    """The form in a file, if nothing stands in its way; and what the page says of the file."""
    whole = schema.read_xlsform(content)
    if whole.form is not None:
        return whole.form, {}
    part = schema.read_xlsform(content, partial=True)
    context: dict[str, object] = {
        "tables": [
            _table(_("Not supported"), whole.unsupported),
            _table(_("To mend"), whole.problems),
            _table(_("For information"), whole.notes),
        ]
    }
    if part.form is not None and any(part.form.questions()):
        context["rest"] = signing.dumps(part.form.as_json(), salt=SALT, compress=True)
        context["rest_count"] = asked_count(part.form)
    return None, context


def _table(title: str, remarks: tuple[schema.Unsupported, ...]) -> dict[str, object]:
    return {
        "title": title,
        "columns": [{"label": _("What")}, {"label": _("Sheet")}, {"label": _("Row")}, {"label": _("Column")}],
        "rows": [
            {"cells": [{"text": one.what}, {"text": one.sheet}, {"text": one.row or ""}, {"text": one.column}]}
            for one in remarks
        ],
    }


def _unpacked(form: UploadForm) -> schema.Form | None:
    """What could be read of the file that was looked at before."""
    try:
        return schema.Form.from_json(signing.loads(form.cleaned_data["rest"], salt=SALT, max_age=HOUR))
    except (signing.BadSignature, schema.FormError):
        form.add_error("file", _("Choose the file again."))
        return None


def _kept(request: Request, form: UploadForm, made: schema.Form) -> FormVersion | None:
    """Write the form where it is to go; a refusal is said on `form`."""
    into = form.cleaned_data["into"]
    try:
        if into.startswith(OFFICE):
            owner = next(body for body in own_offices(request.actor) if f"{OFFICE}{body.pk}" == into)
            return start_form(form=made, owner=owner, by=request.actor)
        key, _dot, seen = into.removeprefix(DRAFT).partition(".")
        draft = _drafts(request.actor).get(pk=int(key))
        return edit_form(version=draft, form=made, seen=int(seen), by=request.actor)
    except Refused as refused:
        form.add_error("into", str(refused.reason))
        return None
