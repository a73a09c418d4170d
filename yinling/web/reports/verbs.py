"""What is done with a report: handed in, returned, issued, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.rules import Actor, Refused, Rule
from yinling.office import DocumentSeries
from yinling.reports import (
    Report,
    correct_report,
    issue_report,
    may_review_reports,
    may_write_reports,
    return_for_changes,
    submit_for_review,
    withdraw_report,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request, address_of, attempt, found, page
from yinling.web.person_changes import day_field
from yinling.web.reports.shown import crumbs


class ReturnForm(ProblemForm):
    """What is to be changed."""

    remark = forms.CharField(
        label=gettext_lazy("What is to be changed"), max_length=1000, widget=forms.Textarea({"rows": 5})
    )


class WithdrawForm(ProblemForm):
    """Why a report no longer holds."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class IssueForm(ProblemForm):
    """The series and the day of a document."""

    issued_on = day_field(gettext_lazy("Dated"))
    field_order = ("series", "issued_on")

    def __init__(self, *args: Any, report: Report, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["series"] = forms.ModelChoiceField(
            DocumentSeries.objects.filter(body=report.issuer_id).order_by("code_word"), empty_label=None,
            label=_("Series of the document number"),
        )  # fmt: skip
        self.order_fields(self.field_order)


def _report(rule: Rule, actor: Actor, pk: int) -> Report:
    return found(rule, actor, Report.objects.select_related("place__parent", "issuer", "replaces"), pk=pk)


@page("reports/<int:pk>/submit/", name="report-submit", rule=may_write_reports, methods="POST")
def submit_page(request: Request, pk: int) -> HttpResponse:
    """Hand a draft in for review."""
    report = _report(may_write_reports, request.actor, pk)
    attempt(
        request, lambda: submit_for_review(report=report, by=request.actor), _("Handed in; somebody else issues it.")
    )
    return redirect("report", pk=pk)


@page("reports/<int:pk>/correct/", name="report-correct", rule=may_write_reports, methods="POST")
def correct_page(request: Request, pk: int) -> HttpResponse:
    """Begin the report that takes the place of an issued one."""
    report = _report(may_write_reports, request.actor, pk)
    try:
        draft = correct_report(report=report, by=request.actor)
    except Refused as refused:
        messages.error(request, str(refused.reason))
        return redirect("report", pk=pk)
    return redirect("report-edit", pk=draft.pk)


@page("reports/<int:pk>/return/", name="report-return", rule=may_review_reports, methods="GET POST")
def return_page(request: Request, pk: int) -> HttpResponse:
    """Give a report back to its writers."""
    report = _report(may_review_reports, request.actor, pk)

    def write(**data: Any) -> None:
        return_for_changes(report=report, by=request.actor, **data)

    return _form(request, report, ReturnForm(request.POST or None), _("Return for changes"), write)


@page("reports/<int:pk>/issue/", name="report-issue", rule=may_review_reports, methods="GET POST")
def issue_page(request: Request, pk: int) -> HttpResponse:
    """Issue a reviewed report: its figures are frozen, it gets its number."""
    report = _report(may_review_reports, request.actor, pk)
    form = IssueForm(request.POST or None, report=report, initial={"issued_on": clock.today()})

    def write(**data: Any) -> None:
        issue_report(report=report, by=request.actor, **data)

    intro = _("Every figure is frozen as it is known now, and the report gets the next number of the series.")
    if not DocumentSeries.objects.filter(body=report.issuer_id).exists():
        intro = _("%(office)s has no series of document numbers yet; open one first.") % {"office": report.issuer.name}
    return _form(request, report, form, _("Issue"), write, intro)


@page("reports/<int:pk>/withdraw/", name="report-withdraw", rule=may_review_reports, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw an issued report."""
    report = _report(may_review_reports, request.actor, pk)

    def write(**data: Any) -> None:
        withdraw_report(report=report, by=request.actor, **data)

    return _form(request, report, WithdrawForm(request.POST or None), _("Withdraw"), write)


def _form(
    request: Request, report: Report, form: ProblemForm, title: str, write: Callable[..., None], intro: str = ""
) -> HttpResponse:
    """Show a form, or carry it out and return to the report."""
    return form_page(
        request, form, title, write, back=address_of("report", pk=report.pk), crumbs=crumbs(report),
        intro=intro or report.title, submit=title, done=_("Done."),
    )  # fmt: skip
