"""The editor of a report: its text on the left, what it gives with the figures of now on the right, figures to look up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.period import parse
from yinling.base.rules import Refused
from yinling.figures import Measure, all_measures, table
from yinling.network import initials_of
from yinling.reports import LONGEST, Report, edit_report, may_write_reports, resolved
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.page import Request, address_of, found, page
from yinling.web.reports.shown import blocks, crumbs, drafted

FEW = 12
"""Figures shown to choose from."""

SHOWN = 30
"""Mistakes shown at most: whoever mends them sees the next."""


class EditForm(ProblemForm):
    """The title and the text of a draft; `seen` is the state of it that the writer had before them."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 24, "spellcheck": "false"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


def _draft(request: Request, pk: int) -> Report:
    rows = Report.objects.select_related("place__parent", "issuer", "template")
    return found(may_write_reports, request.actor, rows, pk=pk)


@page("reports/<int:pk>/edit/", name="report-edit", rule=may_write_reports, methods="GET POST")
def edit_page(request: Request, pk: int) -> HttpResponse:
    """Write on a draft. `verb=preview` shows what a text gives without saving it."""
    report = _draft(request, pk)
    if report.state != Report.State.DRAFT:
        messages.warning(request, _("Only a draft can be written on."))
        return redirect("report", pk=pk)
    first = {"title": report.title, "text": report.text, "seen": report.changed_by}
    form = EditForm(request.POST or None, initial=first)
    preview = request.POST.get("verb") == "preview"
    if form.is_bound and form.is_valid() and not preview:
        try:
            edit_report(report=report, by=request.actor, **form.cleaned_data)
        except (Refused, ValidationError) as problem:
            report = _draft(request, pk)
            form = _again(request, report, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("report-edit", pk=pk)
    text = form.data.get("text", "") if form.is_bound else report.text
    context = {
        "form": form, "report": report, "title": report.title, "place": report.place.name,
        "period": parse(report.period).label(), "preview": _preview(report, text), "unsaved": preview,
        "url": address_of("report", pk=pk), "figures_url": address_of("report-figures", pk=pk),
        "crumbs": crumbs(report, _("Write")), "picked": None,
    }  # fmt: skip
    return render(request, "reports/edit.html", context, status=422 if form.is_bound and form.errors else 200)


def _again(request: Request, report: Report, problem: Refused | ValidationError) -> EditForm:
    """The form as it was sent, with the reason. Whoever saves once more does so knowing of the other's text."""
    data: Any = request.POST.copy()
    data["seen"] = report.changed_by
    form = EditForm(data)
    form.is_valid()
    form.add_problem(problem)
    return form


def _preview(report: Report, text: str) -> dict[str, object]:
    draft = resolved(report, text=text[:LONGEST])
    return {
        "problems": [{"text": str(problem)} for problem in draft.problems[:SHOWN]],
        "missing": [{"text": text} for text in draft.missing[:SHOWN]],
        "title": draft.layout.title,
        "blocks": blocks(draft.layout, drafted(draft)),
    }


@page("reports/<int:pk>/figures/", name="report-figures", rule=may_write_reports)
def figures_page(request: Request, pk: int) -> HttpResponse:
    """Figures by name, pinyin initials or code: what each counts, its value for the report, the tag to write."""
    report = _draft(request, pk)
    text = request.GET.get("q", "").strip()
    context = {
        "report": report, "text": text, "picked": picked(report, text),
        "figures_url": address_of("report-figures", pk=pk), "crumbs": crumbs(report, _("Look up a figure")),
    }  # fmt: skip
    return render(request, "reports/figures.html", context)


def picked(report: Report, text: str) -> list[dict[str, object]]:
    """The first measures that a text fits, with their values at the report's place for its period."""
    chosen = [measure for measure in all_measures() if fits(measure, text)][:FEW] if text else []
    path, period = report.place.area_path, parse(report.period)
    values = table(chosen, paths=[path], periods=[period])
    return [
        {
            "label": str(measure.card.label),
            "definition": str(measure.card.text),
            "figure": cell(values.at(measure, path, period)),
            "tag": f"{{{{ figure {measure.card.key} }}}}",
            "id": f"tag-{number}",
        }
        for number, measure in enumerate(chosen)
    ]


def fits(measure: Measure, text: str) -> bool:
    """Whether a measure is meant by a text: part of its name or code, or the beginning of its name's initials."""
    label, low = str(measure.card.label), text.lower()
    return low in label.lower() or low in measure.card.key or (low.isascii() and low in initials_of(label))
