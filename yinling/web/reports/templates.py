"""Report templates: their list, and the form that writes one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.rules import Actor, Denied, Refused
from yinling.network import Body
from yinling.reports import ReportTemplate, may_see_drafts, may_write_reports, templates_for, write_template
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, address_of, found, page
from yinling.web.pick import BodyField, reach
from yinling.web.reports.shown import WRITERS, crumbs, own_office

SHOWN = 500


class TemplateForm(ProblemForm):
    """A template."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Text"), strip=False, widget=forms.Textarea({"rows": 24, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Headings begin with #, ## and so on; a blank line begins a paragraph. Figures are written as "
            "{{ figure rural.associations }}; look up their codes under Figures."
        ),
    )  # fmt: skip
    field_order = ("body", "name", "text")

    def __init__(self, *args: Any, actor: Actor, new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if new:
            self.fields["body"] = BodyField(label=_("Template of"), roots=reach(actor, *WRITERS), kind=Body.Kind.OFFICE)
        else:
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
        self.order_fields(self.field_order)


@page("reports/templates/", name="report-templates", rule=may_see_drafts)
def list_page(request: Request) -> HttpResponse:
    """The templates a report can begin with."""
    may = bool(may_write_reports.check(request.actor))
    new = {"label": _("Write a template"), "url": address_of("report-template-new"), "primary": True}
    listing = {
        "title": _("Report templates"),
        "intro": _("A template holds text and tags for figures; each report gets its own copy."),
        "actions": [new] if may else [],
        "columns": [{"label": _("Template")}, {"label": _("Template of")}, {"label": _("Version"), "numeric": True}],
        "rows": [
            {
                "url": address_of("report-template", pk=one.pk),
                "cells": [{"text": one.name}, {"text": one.body.name}, {"text": one.version}],
            }
            for one in templates_for(request.actor)[:SHOWN]
        ],
        "empty": {
            "title": _("There is no template yet."),
            "hint": _("Reports begin with a template. Write one with the text that stays the same."),
            "action": new if may else None,
        },
    }
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs(None, listing["title"])})  # type: ignore[arg-type]


@page("reports/templates/new/", name="report-template-new", rule=may_write_reports, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Write a new template."""
    form = TemplateForm(request.POST or None, actor=request.actor, new=True, initial=_own(request.actor))
    if form.is_bound and form.is_valid():
        try:
            template = write_template(**form.cleaned_data, by=request.actor)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            return _saved(request, template)
    return _shown(request, form, _("Write a template"))


@page("reports/templates/<int:pk>/", name="report-template", rule=may_see_drafts, methods="GET POST")
def edit_page(request: Request, pk: int) -> HttpResponse:
    """Write on a template; where reports were started from it, the text makes its next version."""
    template = found(may_see_drafts, request.actor, templates_for(request.actor), pk=pk)
    answer = may_write_reports.check(request.actor, template)
    first = {"name": template.name, "text": template.text, "seen": template.changed_by}
    form = TemplateForm(request.POST or None, actor=request.actor, new=False, initial=first)
    if form.is_bound and form.is_valid():
        try:
            changed = write_template(body=template.body, template=template, by=request.actor, **form.cleaned_data)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            return _saved(request, changed)
    intro = _("%(name)s, version %(number)s, of %(office)s") % {
        "name": template.name, "number": template.version, "office": template.body.name,
    }  # fmt: skip
    if isinstance(answer, Denied):
        for field in form.fields.values():
            field.disabled = True
        intro = f"{intro}. {answer.reason}"
    return _shown(request, form, template.name, intro)


def _saved(request: Request, template: ReportTemplate) -> HttpResponse:
    messages.success(request, _("Saved as version %(number)s.") % {"number": template.version})
    return redirect("report-template", pk=template.pk)


def _own(actor: Actor) -> dict[str, str]:
    own = own_office(actor)
    return {"body": own.name} if own else {}


def _shown(request: Request, form: TemplateForm, title: str, intro: str = "") -> HttpResponse:
    trail = [*crumbs(), {"label": _("Templates"), "url": address_of("report-templates")}, {"label": title}]
    context = {
        "form": form, "title": title, "intro": intro, "submit_label": _("Save"),
        "cancel_url": address_of("report-templates"), "crumbs": trail,
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200)
