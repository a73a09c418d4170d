"""Training classes on the desk: the list, a class with roster, lessons and marks, and a new class."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import Project, ProjectState
from yinling.base.period import year
from yinling.base.rules import Actor
from yinling.facts import entries_about
from yinling.figures import table
from yinling.training import (
    CLASS_MEASURES,
    COURSES,
    ClassState,
    Lesson,
    Part,
    Standing,
    Trainee,
    TraineeState,
    TrainingClass,
    classes,
    may_see_training,
    may_train,
    numbered,
    open_class,
    standings,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import Cell, cell
from yinling.web.form_page import form_page, verb
from yinling.web.happened import Names, history
from yinling.web.list_tools import page_number, select, turning
from yinling.web.page import Request, address_of, found, page
from yinling.web.pick import PlaceField, reach
from yinling.web.pick_person import PersonField

SIZE = 50
SHOWN = 300
"""Trainees of a class shown at most; classes that are larger were taken over by number."""

HOLDERS = ("administrator", "officer", "clerk", "keeper")
SIGNALS = {ClassState.HELD: "ok", ClassState.RUNNING: "warn"}
TRAINEE_SIGNALS = {TraineeState.FINISHED: "ok", TraineeState.UNFINISHED: "bad"}
Row = dict[str, object]


class ClassForm(ProblemForm):
    """A new class of a project."""

    series = forms.ModelChoiceField(queryset=Project.objects.none(), label=gettext_lazy("Project"))
    course = forms.ChoiceField(
        label=gettext_lazy("Course"), choices=[(course.key, course.label) for course in COURSES.values()]
    )
    ordinal = forms.IntegerField(
        label=gettext_lazy("Which class of the series"), min_value=1, max_value=9999, required=False,
        help_text=gettext_lazy("Left empty: the next one."),
    )  # fmt: skip
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput)
    hours = forms.IntegerField(label=gettext_lazy("Class hours planned"), min_value=1, max_value=2000)
    capacity = forms.IntegerField(label=pgettext_lazy("of a class", "Places"), min_value=1, max_value=1000)
    field_order = ("series", "course", "ordinal", "place", "starts_on", "ends_on", "hours", "capacity", "teacher")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = PlaceField(label=_("Place"), roots=reach(actor, *HOLDERS))
        self.fields["teacher"] = PersonField(actor=actor, label=_("Teacher"), required=False)
        series = self.fields["series"]
        assert isinstance(series, forms.ModelChoiceField)
        running = Project.objects.filter(state__in=(ProjectState.DRAFT, ProjectState.PUBLISHED))
        series.queryset = may_train.filter(actor, running).order_by("-starts_on", "title")
        series.help_text = _("Set up the project first: it says what is taught, for whom, and the risks.")
        self.order_fields(self.field_order)


@page("classes/", name="classes", rule=may_see_training)
def list_page(request: Request) -> HttpResponse:
    """The classes of the actor's area, the newest first."""
    text, course, number = request.GET.get("q", "").strip(), request.GET.get("course", ""), page_number(request)
    rows = classes(request.actor, text, course if course in COURSES else "")
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    query = {key: value for key, value in (("q", text), ("course", course)) if value}
    options = [("", _("all courses")), *((one.key, one.label) for one in COURSES.values())]
    new = {"label": _("Open a class"), "url": address_of("class-new"), "primary": True}
    may = bool(may_train.check(request.actor))
    listing = {
        "title": _("Training classes"),
        "search": {"q": text, "placeholder": pgettext("of a class", "Title")},
        "selects": [select("course", _("Course"), options, course)],
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Class")}, {"label": _("First day")}, {"label": _("Last day")},
            {"label": _("Held by")}, {"label": _("State")}, {"label": _("Trainees"), "numeric": True},
            {"label": _("Finished it"), "numeric": True},
        ],
        "rows": [_row(one, address_of("class", pk=one.pk)) for one in shown[:SIZE]],
        "pagination": turning(query, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No training class is recorded."),
            "hint": _("A class belongs to a project; its lessons are half days, its trainees stand on a roster."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(one: TrainingClass, url: str) -> Row:
    return {
        "url": url,
        "cells": [
            {"text": one.activity.title}, {"text": one.starts_on.isoformat()},
            {"text": one.ends_on.isoformat()}, {"text": one.activity.organiser.name},
            {"text": one.get_state_display(), "signal": SIGNALS.get(ClassState(one.state), "")},
            {"text": one.on_roster}, {"text": one.finished},  # type: ignore[attr-defined] # counted by the query
        ],
    }  # fmt: skip


@page("classes/new/", name="class-new", rule=may_train, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Open a class of a project."""
    form = ClassForm(request.POST or None, actor=request.actor, initial={"series": request.GET.get("project", "")})

    def write(**data: Any) -> TrainingClass:
        return open_class(**data, by=request.actor)

    return form_page(
        request, form, _("Open a class"), write, back=address_of("classes"), crumbs=crumbs(),
        done=_("Opened. Now set its lessons and put people on the roster."),
        then=lambda made: address_of("class", pk=made.pk),
    )  # fmt: skip


def class_for(request: Request, pk: int, rule: Any = may_see_training) -> TrainingClass:
    """The class with this key, if the rule lets the actor have it; 404 otherwise."""
    rows = TrainingClass.objects.select_related("activity__organiser", "activity__place", "series", "teacher")
    return found(rule, request.actor, rows, pk=pk)


def crumbs(one: TrainingClass | None = None) -> list[Row]:
    """The way to the classes, or to one of them."""
    way: list[Row] = [{"label": _("Training classes"), "url": address_of("classes")}]
    return [*way, {"label": str(one), "url": address_of("class", pk=one.pk)}] if one else way


@page("classes/<int:pk>/", name="class", rule=may_see_training)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One class: what is planned, who is on the roster and how they stand, its lessons, what it counts towards."""
    one = class_for(request, pk)
    trainees = dict(list(numbered(one).items())[:SHOWN])
    lessons = list(one.lessons.select_related("session", "teacher", "place").order_by("session__starts_at"))
    known = standings(one, trainees.values(), lessons)
    place = one.activity.place
    names = Names(
        paths={place.area_path: place.short_name}, places={place.pk: place.short_name},
        people={one.teacher.pk: one.teacher.masked_name} if one.teacher else {},
    )  # fmt: skip
    detail = {
        "title": str(one),
        "subtitle": f"{COURSES[one.course].label} · {one.starts_on} – {one.ends_on}",
        "signal": {"level": SIGNALS.get(ClassState(one.state), ""), "text": one.get_state_display()},
        "facts": _facts(one),
        "sections": [_roster(request.actor, one, trainees, known), _lessons(one, lessons)],
        "history": history(list(entries_about({"trainingclass": [one.pk]})), names),
        "verbs": _verbs(request.actor, one),
        "counts_towards": _figures(one),
    }  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": [crumbs()[0], {"label": str(one)}]})


def _facts(one: TrainingClass) -> list[Row]:
    facts: list[Row] = [
        {"label": _("Project"), "value": one.series.title},
        {"label": _("Held by"), "value": one.activity.organiser.name},
        {"label": _("Place"), "value": one.activity.place.name},
        {"label": _("Class hours planned"), "value": one.hours},
        {"label": pgettext("of a class", "Places"), "value": one.capacity},
    ]
    if one.teacher:
        facts.append({"label": _("Teacher"), "value": one.teacher.masked_name})
    if one.taken_over:
        facts.append(
            {"label": pgettext("of a class", "Recorded"), "value": _("taken over after it was held, with its roster")}
        )
    return facts


def _roster(actor: Actor, one: TrainingClass, trainees: dict[int, Trainee], known: dict[int, Standing]) -> Row:
    parts = COURSES[one.course].parts
    may = bool(may_train.check(actor, one))
    rows = [_trainee(one, number, trainee, known[trainee.pk], may) for number, trainee in trainees.items()]
    columns: list[Row] = [{"label": _("Trainee")}]
    if not one.taken_over:
        columns += [{"label": _("Attended"), "numeric": True}]
    columns += [{"label": str(Part(part).label), "numeric": True} for part in parts]
    columns += [{"label": _("State")}]
    count = sum(trainee.people for trainee in trainees.values() if trainee.state != TraineeState.LEFT)
    return {
        "title": _("Roster: %(count)s") % {"count": count},
        "intro": "" if rows else _("Nobody is on the roster yet."),
        "columns": columns,
        "rows": rows,
    }


def _trainee(one: TrainingClass, number: int, trainee: Trainee, standing: Standing, may: bool) -> Row:
    cells: list[Row] = [{"text": f"{number} {trainee}" if trainee.person else _people(trainee)}]
    if not one.taken_over:
        cells.append({"text": f"{standing.attended:.0f} %"})
    for part in COURSES[one.course].parts:
        mark = standing.marks.get(part)
        cells.append({"text": f"{mark.mark.normalize():f}" if mark else ""})
    open_ = trainee.state == TraineeState.ENROLLED
    lacks = "；".join(standing.lacks) if open_ and one.state == ClassState.RUNNING else trainee.why
    said = " · ".join(part for part in (trainee.get_state_display(), lacks or trainee.basis) if part)
    cells.append({"text": said, "signal": TRAINEE_SIGNALS.get(TraineeState(trainee.state), "")})
    return {"url": address_of("trainee", pk=trainee.pk) if may else "", "cells": cells}


def _people(trainee: Trainee) -> str:
    return _("%(count)s people, by number") % {"count": trainee.people}


def _lessons(one: TrainingClass, lessons: list[Lesson]) -> Row:
    return {
        "title": _("Lessons: %(count)s") % {"count": sum(1 for lesson in lessons if not lesson.cancelled)},
        "intro": "" if lessons or one.taken_over else _("No lesson is set yet."),
        "columns": [
            {"label": _("Day")}, {"label": _("Half day")}, {"label": _("Topic")}, {"label": _("Teacher")},
            {"label": pgettext("of a lesson", "Venue")}, {"label": _("State")},
        ],
        "rows": [
            {
                "url": address_of("lesson", pk=lesson.pk),
                "cells": [
                    {"text": lesson.day.isoformat()}, {"text": lesson.get_half_display()}, {"text": lesson.topic},
                    {"text": lesson.teacher.masked_name if lesson.teacher else ""}, {"text": lesson.venue},
                    {"text": lesson.session.get_state_display(), "signal": "bad" if lesson.cancelled else ""},
                ],
            }
            for lesson in lessons
        ],
    }  # fmt: skip


def _verbs(actor: Actor, one: TrainingClass) -> list[Row]:
    """What may be done in the state the class is in."""
    answer = may_train.check(actor, one)

    def to(name: str) -> str:
        return address_of(name, pk=one.pk)

    verbs: list[Row] = []
    if one.state in {ClassState.PLANNED, ClassState.RUNNING}:
        planned = one.state == ClassState.PLANNED
        verbs += [
            verb(_("Set a lesson"), to("lesson-new"), answer, primary=planned),
            verb(_("Put somebody on the roster"), to("trainee-new"), answer),
            verb(_("Import the roster"), address_of("import-new", key=f"roster.{one.pk}"), answer),
        ]
        if planned:
            verbs.append(verb(_("Fix the roster: the class begins"), to("class-fix"), answer, post=True))
    if one.state in {ClassState.RUNNING, ClassState.HELD} and not one.taken_over and COURSES[one.course].parts:
        verbs += [
            verb(_("Enter marks"), to("class-marks"), answer, primary=one.state == ClassState.RUNNING),
            verb(_("Take the list for the marks"), to("class-marks-list"), answer),
            verb(_("Import marks"), address_of("import-new", key=f"marks.{one.pk}"), answer),
            verb(_("Confirm marks that others entered"), to("class-marks-confirm"), answer, post=True),
        ]
    if one.state == ClassState.HELD:
        verbs.append(verb(_("Issue certificates of completion"), to("class-certify"), answer, primary=True))
    if one.state == ClassState.RUNNING:
        verbs.append(verb(_("End the class"), to("class-finish"), answer, post=True))
    if not one.taken_over:
        verbs.append(verb(_("Register of the class"), to("class-register")))
    return [*verbs, verb(_("Withdraw the class"), to("class-withdraw"), answer)]


def _figures(one: TrainingClass) -> list[Cell]:
    period = year(one.ends_on.year)
    values = table(list(CLASS_MEASURES), paths=[one.area_path], periods=[period])
    cells = [values.at(measure, one.area_path, period) for measure in CLASS_MEASURES]
    return [cell(value) for value in cells if value.value or value.measure is CLASS_MEASURES[0]]
