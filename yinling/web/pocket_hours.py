"""A volunteer's own hours on the phone: the sum, year by year, record by record, and a way to say that something is wrong."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.rules import Refused, signed_in
from yinling.hours import Attendance, Objection, State, confirmed, confirmed_minutes, object_to
from yinling.volunteers import Volunteer, volunteer_of
from yinling.web.association_forms import ProblemForm
from yinling.web.hour_words import length, span, state_cell
from yinling.web.page import Request, address_of, page
from yinling.web.session_words import way_to

SHOWN = 30
"""Records shown at once."""

FIRST_YEAR = 1949


def _self(request: Request) -> Volunteer | None:
    return volunteer_of(request.actor.account_id)


@page("pocket/me/hours/", name="me-hours", rule=signed_in)
def hours_page(request: Request) -> HttpResponse:
    """The volunteer's own hours; of one year with `year`."""
    volunteer = _self(request)
    if volunteer is None:
        return render(request, "hours/me.html", {"volunteer": None, "back_url": way_to("me")})
    person = volunteer.person
    chosen = request.GET.get("year", "")
    by_year = confirmed(person).values_list("day__year").annotate(total=Sum("counted")).order_by("-day__year")
    years = [{"year": year, "length": length(total), "chosen": str(year) == chosen} for year, total in by_year]
    rows = Attendance.objects.filter(person=person).exclude(state=State.VOIDED)
    if chosen.isascii() and chosen.isdigit() and int(chosen[:4]) >= FIRST_YEAR:
        rows = rows.filter(day__year=int(chosen[:4]))
    listed = list(rows.select_related("session__activity").order_by("-day", "-started_at")[: SHOWN + 1])
    said = Objection.objects.filter(person=person).order_by("-pk")[:SHOWN]
    waiting = rows.filter(state__in=(State.PENDING, State.REVIEW), serves=True).aggregate(total=Sum("minutes"))["total"]
    context = {
        "volunteer": volunteer, "total": length(confirmed_minutes(person)), "years": years,
        "waiting": length(waiting) if waiting else "", "records": [_record(row) for row in listed[:SHOWN]],
        "more": len(listed) > SHOWN, "objections": said, "missing_url": address_of("me-hours-missing"),
        "back_url": way_to("me"), "all_url": address_of("me-hours") if chosen else "",
    }  # fmt: skip
    return render(request, "hours/me.html", context)


def _record(row: Attendance) -> dict[str, object]:
    return {
        "day": row.day, "title": row.session.activity.title, "span": span(row), "state": state_cell(row), "why": row.why,
        "length": length(row.counted if row.state == State.CONFIRMED else row.minutes) if row.ended_at else "",
        "shared": row.state == State.CONFIRMED and row.serves and row.counted < row.minutes, "serves": row.serves,
        "url": address_of("me-hours-wrong", pk=row.pk),
    }  # fmt: skip


class WrongForm(ProblemForm):
    """What is wrong with a record."""

    text = forms.CharField(
        label=gettext_lazy("What is wrong?"), max_length=400, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For example: I stayed until 11:30."),
    )  # fmt: skip


class MissingForm(ProblemForm):
    """Service of which there is no record."""

    day = forms.DateField(
        label=gettext_lazy("On which day did you serve?"), widget=forms.DateInput(attrs={"type": "date"})
    )
    text = forms.CharField(
        label=gettext_lazy("Where, and from when to when?"), max_length=400, widget=forms.Textarea(attrs={"rows": 4})
    )


def _ask(request: Request, form: ProblemForm, title: str, intro: str, record: Attendance | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            object_to(
                attendance=record, day=form.cleaned_data.get("day"), text=form.cleaned_data["text"], by=request.actor
            )
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Thank you. The organiser checks it and answers here."))
            return redirect("me-hours")
    context = {
        "title": title, "intro": intro, "form": form, "submit_label": _("Send"), "back_url": address_of("me-hours"),
    }  # fmt: skip
    return render(request, "pages/pocket_ask.html", context, status=422 if form.is_bound and form.errors else 200)


@page("pocket/me/hours/<int:pk>/wrong/", name="me-hours-wrong", rule=signed_in, methods="GET POST")
def wrong_page(request: Request, pk: int) -> HttpResponse:
    """Say that one of the own records is wrong."""
    volunteer = _self(request)
    rows = Attendance.objects.select_related("session__activity", "person")
    record = rows.filter(pk=pk, person=volunteer.pk).first() if volunteer is not None else None
    if record is None:
        raise Http404
    intro = f"{record.day.isoformat()} {span(record)} · {record.session.activity.title}"
    return _ask(request, WrongForm(request.POST or None), _("Something is wrong"), intro, record)


@page("pocket/me/hours/missing/", name="me-hours-missing", rule=signed_in, methods="GET POST")
def missing_page(request: Request) -> HttpResponse:
    """Say that a record is missing."""
    if _self(request) is None:
        return redirect("me-hours")
    form = MissingForm(request.POST or None, initial={"day": clock.today()})
    return _ask(request, form, _("A record is missing"), "", None)
