"""The list of work reports, and the form that starts one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.period import Period, PeriodError, month, parse
from yinling.base.rules import Actor, Refused
from yinling.network import Body
from yinling.reports import (
    Report,
    ReportTemplate,
    may_read_reports,
    may_see_drafts,
    may_write_reports,
    start_report,
    templates_for,
    visible,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.list_tools import select
from yinling.web.page import Request, address_of, page
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.reports.shown import WRITERS, crumbs, own_office, state_cell

SIZE = 50


class PeriodField(forms.CharField):
    """A period by its key."""

    def clean(self, value: Any) -> Period:
        """The period; ValidationError where the text is none."""
        try:
            return parse(super().clean(value).strip())
        except PeriodError as error:
            raise ValidationError(str(error)) from None


class StartForm(ProblemForm):
    """A report that is to be written."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    period = PeriodField(
        label=gettext_lazy("Period"),
        help_text=gettext_lazy("2012, 2012H1, 2012Q3 or 2012-08; a day like 2012-08-16 for what stood on that day."),
    )
    field_order = ("template", "title", "issuer", "place", "period")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        inside = reach(actor, *WRITERS)
        self.fields["template"] = forms.ModelChoiceField(templates_for(actor), label=_("Template"), empty_label=None)
        self.fields["issuer"] = BodyField(label=_("Issued by"), roots=inside, kind=Body.Kind.OFFICE)
        self.fields["place"] = PlaceField(label=_("About the place"), roots=inside)
        self.order_fields(self.field_order)


@page("reports/", name="reports", rule=may_read_reports)
def list_page(request: Request) -> HttpResponse:
    """Every report the actor may read, the newest first; drafts of the own area among them."""
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    after = request.GET.get("page", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < len("1000") else 0
    rows = visible(request.actor).order_by("-changed_by", "-pk")
    if text:
        rows = rows.filter(title__contains=text)
    if state in Report.State.values:
        rows = rows.filter(state=state)
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    kept = {name: value for name, value in (("q", text), ("state", state)) if value}
    listing = {
        "title": _("Work reports"),
        "intro": _("Text whose figures come from the records: read anew while it is written, frozen when it is issued."),
        "search": {"q": text, "placeholder": _("Title")},
        "selects": [_states(state)],
        "actions": _actions(request.actor),
        "columns": [
            {"label": _("Report")}, {"label": _("Place")}, {"label": _("Period")}, {"label": _("State")},
            {"label": _("Number")}, {"label": _("Issued on")},
        ],
        "rows": [_row(report) for report in shown[:SIZE]],
        "pagination": {
            "text": "",
            "prev_url": f"?{urlencode({**kept, 'page': number - 1})}" if number else "",
            "next_url": f"?{urlencode({**kept, 'page': number + 1})}" if len(shown) > SIZE else "",
        },
        "empty": {
            "title": _("There is no report yet."),
            "hint": _("Start one from a template; its figures are filled in from the records."),
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _states(chosen: str) -> dict[str, object]:
    return select("state", _("State"), [("", _("all")), *Report.State.choices], chosen)


def _actions(actor: Actor) -> list[dict[str, object]]:
    actions: list[dict[str, object]] = []
    if may_write_reports.check(actor):
        actions.append({"label": _("Start a report"), "url": address_of("report-new"), "primary": True})
    if may_see_drafts.check(actor):
        actions.append({"label": _("Templates"), "url": address_of("report-templates")})
    return actions


def _row(report: Report) -> dict[str, object]:
    document = report.document
    return {
        "url": address_of("report", pk=report.pk),
        "cells": [
            {"text": report.title}, {"text": report.place.short_name}, {"text": parse(report.period).label()},
            state_cell(report), {"text": document.full_number if document else ""},
            {"text": document.issued_on.isoformat() if document else ""},
        ],
    }  # fmt: skip


@page("reports/new/", name="report-new", rule=may_write_reports, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Start a report from a template."""
    first = {"template": request.GET.get("template", ""), **_own(request.actor)}
    form = StartForm(request.POST or None, actor=request.actor, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            report = start_report(**form.cleaned_data, by=request.actor)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            return redirect("report-edit", pk=report.pk)
    none = not ReportTemplate.objects.filter(current=True).exists()
    context = {
        "form": form, "title": _("Start a report"), "submit_label": _("Start"), "cancel_url": address_of("reports"),
        "intro": _("There is no template yet: write one first.") if none else "",
        "crumbs": crumbs(None, _("Start a report")),
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _own(actor: Actor) -> dict[str, str]:
    """What most reports are about: the actor's own office and place, and the month that has ended."""
    today = clock.today()
    found = {"period": month(today.year, today.month).previous().key}
    own = own_office(actor)
    return found | ({"issuer": own.name, "place": own.area_path} if own else {})
