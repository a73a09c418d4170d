"""1+X examinations on the desk: the list, one examination with its candidates, and the forms that add to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base.masking import mask_name
from yinling.base.period import year
from yinling.base.rules import Actor
from yinling.facts import entries_about
from yinling.figures import table
from yinling.network import Body
from yinling.training import (
    EXAM_MEASURES,
    Candidate,
    Exam,
    Level,
    add_candidate,
    exams,
    may_see_training,
    may_train,
    open_exam,
    withdraw_candidate,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.form_page import form_page, verb
from yinling.web.happened import Names, history
from yinling.web.list_tools import page_number, turning
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, reach
from yinling.web.supervision_forms import WithdrawForm

SIZE = 50
HOLDERS = ("administrator", "officer", "clerk", "keeper")
HUNDRED = 100
Row = dict[str, object]


class ExamForm(ProblemForm):
    """An examination of a school's students."""

    batch = forms.CharField(label=gettext_lazy("Batch"), max_length=40)
    level = forms.ChoiceField(label=gettext_lazy("1+X level"), choices=Level.choices, widget=forms.RadioSelect)
    held_on = day_field(pgettext_lazy("an examination", "Held on"))
    field_order = ("school", "batch", "level", "held_on")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["school"] = BodyField(label=_("School"), roots=reach(actor, *HOLDERS), kind=Body.Kind.SCHOOL)
        self.order_fields(self.field_order)


class CandidateForm(ProblemForm):
    """A student who took the examination."""

    number = forms.CharField(label=gettext_lazy("Candidate number"), max_length=24)
    name = forms.CharField(label=gettext_lazy("Name of the student"), max_length=40)
    theory = forms.DecimalField(
        label=gettext_lazy("Theory"), required=False, min_value=0, max_value=100, max_digits=4, decimal_places=1,
        help_text=gettext_lazy("Out of 100; left empty: did not sit this part."),
    )  # fmt: skip
    skills = forms.DecimalField(
        label=gettext_lazy("Skills"), required=False, min_value=0, max_value=100, max_digits=4, decimal_places=1
    )


@page("exams/", name="exams", rule=may_see_training)
def list_page(request: Request) -> HttpResponse:
    """The examinations of the actor's area, the newest first, each with its pass rate."""
    text, number = request.GET.get("q", "").strip(), page_number(request)
    shown = list(exams(request.actor, text)[number * SIZE : (number + 1) * SIZE + 1])
    may = bool(may_train.check(request.actor))
    new = [
        {"label": _("Record an examination"), "url": address_of("exam-new"), "primary": True},
        {"label": _("Import candidates"), "url": address_of("import-new", key="onex")},
    ]
    listing = {
        "title": _("1+X examinations"),
        "search": {"q": text, "placeholder": _("School or batch")},
        "actions": new if may else [],
        "columns": [
            {"label": _("School")}, {"label": _("Batch")}, {"label": _("1+X level")},
            {"label": pgettext("an examination", "Held on")},
            {"label": _("Candidates"), "numeric": True}, {"label": _("Passed"), "numeric": True},
            {"label": _("Pass rate"), "numeric": True},
        ],
        "rows": [_row(one, address_of("exam", pk=one.pk)) for one in shown[:SIZE]],
        "pagination": turning({"q": text} if text else {}, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No 1+X examination is recorded."),
            "hint": _("A school's list is imported as it is; the examinations are made from it."),
            "action": new[1] if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(one: Exam, url: str) -> Row:
    taken, passed = one.taken, one.passed  # type: ignore[attr-defined] # counted by the query
    rate = f"{passed * HUNDRED / taken:.1f} %" if taken else "–"
    return {
        "url": url,
        "cells": [
            {"text": one.school.name}, {"text": one.batch}, {"text": one.get_level_display()},
            {"text": one.held_on.isoformat()}, {"text": taken}, {"text": passed}, {"text": rate},
        ],
    }  # fmt: skip


@page("exams/new/", name="exam-new", rule=may_train, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Record an examination."""

    def write(**data: Any) -> Exam:
        return open_exam(**data, by=request.actor)

    return form_page(
        request, ExamForm(request.POST or None, actor=request.actor), _("Record an examination"), write,
        back=address_of("exams"), crumbs=_crumbs(), then=lambda made: address_of("exam", pk=made.pk),
        done=_("Recorded. Now add its candidates, or import them."),
    )  # fmt: skip


def _crumbs(one: Exam | None = None) -> list[Row]:
    way: list[Row] = [{"label": _("1+X examinations"), "url": address_of("exams")}]
    return [*way, {"label": str(one), "url": address_of("exam", pk=one.pk)}] if one else way


@page("exams/<int:pk>/", name="exam", rule=may_see_training)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One examination with its candidates, masked, and what it counts towards."""
    one = found(may_see_training, request.actor, Exam.objects.select_related("school__place"), pk=pk)
    number = page_number(request)
    rows = one.candidates.filter(withdrawn=False).order_by("number")
    shown = list(rows[number * SIZE : (number + 1) * SIZE])
    counts = rows.aggregate(all=Count("pk"), passed=Count("pk", filter=Q(passed=True)))
    count, passed = counts["all"], counts["passed"]
    school = one.school
    known = Names(
        paths={school.place.area_path: school.place.short_name}, places={school.place_id: school.place.short_name},
        bodies={school.pk: school.name},
    )  # fmt: skip
    answer = may_train.check(request.actor, one)
    period = year(one.held_on.year)
    values = table(list(EXAM_MEASURES), paths=[one.area_path], periods=[period])
    detail = {
        "title": str(one),
        "facts": [
            {"label": _("School"), "value": one.school.name},
            {"label": _("Place"), "value": one.school.place.name},
            {"label": pgettext("an examination", "Held on"), "value": one.held_on.isoformat()},
            {"label": _("Candidates"), "value": count},
            {"label": _("Passed"), "value": passed},
        ],
        "sections": [_candidates(shown, bool(answer), number * SIZE, count)],
        "history": history(list(entries_about({"exam": [one.pk]})), known),
        "verbs": [
            verb(_("Add a candidate"), address_of("candidate-new", pk=pk), answer, primary=True),
            *([verb(_("Next candidates"), f"?page={number + 1}")] if count > (number + 1) * SIZE else []),
        ],
        "counts_towards": [cell(values.at(measure, one.area_path, period)) for measure in EXAM_MEASURES],
    }  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": [*_crumbs(), {"label": str(one)}]})


def _candidates(shown: list[Candidate], may: bool, before: int, count: int) -> Row:
    first = {"first": before + 1, "last": before + len(shown), "count": count}
    return {
        "title": _("Candidates"),
        "intro": _("%(first)d to %(last)d of %(count)d") % first if shown else _("None is recorded."),
        "columns": [
            {"label": _("Candidate number")}, {"label": _("Student")}, {"label": _("Theory"), "numeric": True},
            {"label": _("Skills"), "numeric": True}, {"label": _("Passed")},
        ],
        "rows": [
            {
                "url": address_of("candidate-withdraw", pk=one.pk) if may else "",
                "cells": [
                    {"text": one.number}, {"text": mask_name(one.name)}, {"text": _mark(one.theory)},
                    {"text": _mark(one.skills)},
                    {"text": _("yes") if one.passed else _("no"), "signal": "ok" if one.passed else "bad"},
                ],
            }
            for one in shown
        ],
    }  # fmt: skip


def _mark(mark: Any) -> str:
    return "–" if mark is None else f"{mark.normalize():f}"


@page("exams/<int:pk>/candidate/", name="candidate-new", rule=may_train, methods="GET POST")
def candidate_page(request: Request, pk: int) -> HttpResponse:
    """Add a candidate."""
    one = found(may_train, request.actor, Exam.objects.select_related("school"), pk=pk)

    def write(**data: Any) -> Candidate:
        return add_candidate(exam=one, **data, by=request.actor)

    return form_page(
        request, CandidateForm(request.POST or None), _("Add a candidate"), write,
        back=address_of("exam", pk=pk), crumbs=_crumbs(one), intro=str(one),
    )  # fmt: skip


@page("exams/candidates/<int:pk>/", name="candidate-withdraw", rule=may_train, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a candidate that was recorded by mistake."""
    rows = Candidate.objects.filter(withdrawn=False).select_related("exam__school")
    one = found(may_train, request.actor, rows, pk=pk)

    def write(reason: str) -> Candidate:
        return withdraw_candidate(candidate=one, reason=reason, by=request.actor)

    return form_page(
        request, WithdrawForm(request.POST or None), _("Withdraw a candidate"), write,
        back=address_of("exam", pk=one.exam_id), crumbs=_crumbs(one.exam),
        intro=f"{one.number} {mask_name(one.name)}",
    )  # fmt: skip
