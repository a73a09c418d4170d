"""What may be done with a record of presence: confirmed, ended, doubted, corrected, voided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.hours import (
    Attendance,
    State,
    check_out,
    confirm,
    correct,
    may_confirm,
    may_record,
    send_to_review,
    void,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.hour_words import span
from yinling.web.hours import record
from yinling.web.page import Request, address_of, page


class ReasonForm(ProblemForm):
    """A reason in words."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class TimesForm(ReasonForm):
    """From when to when, and why the record was wrong."""

    start = forms.TimeField(label=gettext_lazy("Came at"), widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(label=gettext_lazy("Left at"), widget=forms.TimeInput(attrs={"type": "time"}))
    field_order = ("start", "end", "reason")


class EndForm(ProblemForm):
    """When somebody left."""

    end = forms.TimeField(label=gettext_lazy("Left at"), widget=forms.TimeInput(attrs={"type": "time"}))


class ConfirmForm(ProblemForm):
    """A reason where the record is in review."""

    reason = forms.CharField(
        label=gettext_lazy("What the check gave"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _form(request: Request, row: Attendance, form: ProblemForm, title: str, write: Callable[..., Any]) -> HttpResponse:
    """Show a form about a record, or carry it out and return to the record."""
    back = address_of("attendance", pk=row.pk)
    return form_page(
        request, form, title, write, back=back, submit=title,
        crumbs=[
            {"label": _("Service hours"), "url": address_of("hours")}, {"label": row.person.masked_name, "url": back},
        ],
        intro=f"{row.person.masked_name} · {row.day.isoformat()} {span(row)} · {row.session.activity.title}",
    )  # fmt: skip


def moment(row: Attendance, at: time) -> datetime:
    """A time of day on the day of a record."""
    return datetime.combine(row.day, at, tzinfo=clock.CHINA)


@page("hours/<int:pk>/confirm/", name="attendance-confirm", rule=may_confirm, methods="GET POST")
def confirm_page(request: Request, pk: int) -> HttpResponse:
    """Confirm a record somebody else made; one in review with a reason."""
    row = record(request, pk)
    form = ConfirmForm(request.POST or None)
    if row.state == State.REVIEW:
        form.fields["reason"].required = True
        form.fields["reason"].help_text = row.why
    else:
        form.fields["reason"].label = _("Remark")
    if request.method == "POST":
        form.is_bound = True
    return _form(
        request, row, form, _("Confirm"), lambda reason: confirm(attendance=row, reason=reason, by=request.actor)
    )


@page("hours/<int:pk>/end/", name="attendance-end", rule=may_record, methods="GET POST")
def end_page(request: Request, pk: int) -> HttpResponse:
    """Note when somebody left who is still noted as present."""
    row = record(request, pk)
    ends = localtime(min(row.session.ends_at, clock.now()), clock.CHINA)
    form = EndForm(request.POST or None, initial={"end": f"{ends:%H:%M}"})

    def write(end: time) -> None:
        check_out(attendance=row, at=moment(row, end), by=request.actor)

    return _form(request, row, form, _("Note the end"), write)


@page("hours/<int:pk>/doubt/", name="attendance-doubt", rule=may_confirm, methods="GET POST")
def doubt_page(request: Request, pk: int) -> HttpResponse:
    """Send a record to review."""
    row = record(request, pk)

    def write(reason: str) -> None:
        send_to_review(attendance=row, reason=reason, by=request.actor)

    return _form(request, row, ReasonForm(request.POST or None), _("Send to review"), write)


@page("hours/<int:pk>/void/", name="attendance-void", rule=may_confirm, methods="GET POST")
def void_page(request: Request, pk: int) -> HttpResponse:
    """Void a record."""
    row = record(request, pk)

    def write(reason: str) -> None:
        void(attendance=row, reason=reason, by=request.actor)

    return _form(request, row, ReasonForm(request.POST or None), _("Void"), write)


@page("hours/<int:pk>/correct/", name="attendance-correct", rule=may_record, methods="GET POST")
def correct_page(request: Request, pk: int) -> HttpResponse:
    """Correct the times of a record; the new one waits to be confirmed by somebody else."""
    row = record(request, pk)
    shown = {
        "start": localtime(row.started_at, clock.CHINA),
        "end": localtime(row.ended_at or row.started_at, clock.CHINA),
    }
    form = TimesForm(request.POST or None, initial={name: f"{at:%H:%M}" for name, at in shown.items()})

    def write(start: time, end: time, reason: str) -> None:
        correct(
            attendance=row, started_at=moment(row, start), ended_at=moment(row, end), reason=reason, by=request.actor
        )

    return _form(request, row, form, _("Correct the times"), write)
