"""What is done with a class: lessons set and cancelled, the roster kept and fixed, trainees placed, the class ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.rules import Actor
from yinling.certificates import Signatures
from yinling.facts import entries_about
from yinling.training import (
    ClassState,
    Half,
    Lesson,
    Mark,
    Part,
    Placement,
    Trainee,
    TraineeState,
    TrainingClass,
    add_lesson,
    add_trainee,
    cancel_lesson,
    certify,
    finish_class,
    fix_roster,
    follow_up,
    may_see_training,
    may_train,
    place_trainee,
    remove_trainee,
    withdraw_class,
    withdraw_mark,
    withdraw_placement,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.certificate_forms import site_of
from yinling.web.classes import HOLDERS, TRAINEE_SIGNALS, class_for, crumbs
from yinling.web.form_page import form_page, verb
from yinling.web.happened import history
from yinling.web.page import Request, address_of, attempt, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.pick_person import PersonField
from yinling.web.supervision_forms import WithdrawForm

Row = dict[str, object]


class LessonForm(ProblemForm):
    """Half a day of a class."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput)
    half = forms.ChoiceField(
        label=gettext_lazy("Half day"), choices=Half.choices, widget=forms.RadioSelect, initial="am"
    )
    venue = forms.CharField(label=pgettext_lazy("of a lesson", "Venue"), max_length=120)
    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=120, required=False)
    field_order = ("day", "half", "topic", "teacher", "venue", "place")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["teacher"] = PersonField(
            actor=actor, label=_("Teacher"), required=False,
        )  # fmt: skip
        self.fields["teacher"].help_text = _("Left empty: the teacher of the class.")
        self.fields["place"] = PlaceField(label=_("Place"), roots=reach(actor, *HOLDERS), required=False)
        self.fields["place"].help_text = _("Left empty: the place of the class.")
        self.order_fields(self.field_order)


class TraineeForm(ProblemForm):
    """Somebody for the roster."""

    field_order = ("person", "reason")

    def __init__(self, *args: Any, actor: Actor, running: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"] = PersonField(actor=actor, label=_("Trainee"))
        if running:
            self.fields["reason"] = forms.CharField(label=_("Why the roster changes"), max_length=200)
        self.order_fields(self.field_order)


class PlaceWorkForm(ProblemForm):
    """Where a trainee works."""

    post = forms.CharField(label=gettext_lazy("Post"), max_length=60)
    since = day_field(gettext_lazy("From the day"))
    field_order = ("employer", "post", "since")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Any place: many find work elsewhere.
        self.fields["employer"] = BodyField(label=_("Employer"), roots=("",))
        self.order_fields(self.field_order)


class FollowForm(ProblemForm):
    """What somebody heard who asked."""

    on = day_field(gettext_lazy("Asked on"))
    until = forms.DateField(
        label=gettext_lazy("Worked there until"), required=False, widget=forms.DateInput,
        help_text=gettext_lazy("Left empty: works there still."),
    )  # fmt: skip
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=200)


@page("classes/<int:pk>/lesson/", name="lesson-new", rule=may_train, methods="GET POST")
def lesson_page(request: Request, pk: int) -> HttpResponse:
    """Set a lesson."""
    one = class_for(request, pk, may_train)
    last = one.lessons.filter(cancelled=False).order_by("-session__starts_at").first()
    initial = {"day": last.day if last else one.starts_on, "venue": last.venue if last else "", "half": "am"}
    if last is not None and last.half == Half.MORNING:
        initial["half"] = Half.AFTERNOON
    form = LessonForm(request.POST or None, actor=request.actor, initial=initial)

    def write(**data: Any) -> Lesson:
        return add_lesson(training_class=one, **data, by=request.actor)

    return _class_form(request, one, form, _("Set a lesson"), write)


@page("classes/<int:pk>/trainee/", name="trainee-new", rule=may_train, methods="GET POST")
def trainee_page(request: Request, pk: int) -> HttpResponse:
    """Put somebody on the roster."""
    one = class_for(request, pk, may_train)
    form = TraineeForm(request.POST or None, actor=request.actor, running=one.state == ClassState.RUNNING)
    return _class_form(
        request, one, form, _("Put somebody on the roster"),
        lambda **data: add_trainee(training_class=one, **data, by=request.actor),
    )  # fmt: skip


@page("classes/<int:pk>/withdraw/", name="class-withdraw", rule=may_train, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a class that was never held as recorded."""
    one = class_for(request, pk, may_train)

    def write(reason: str) -> TrainingClass:
        return withdraw_class(training_class=one, reason=reason, by=request.actor)

    return _class_form(request, one, WithdrawForm(request.POST or None), _("Withdraw the class"), write)


def _class_form(
    request: Request, one: TrainingClass, form: ProblemForm, title: str, write: Callable[..., object]
) -> HttpResponse:
    back = address_of("class", pk=one.pk)
    return form_page(request, form, title, write, back=back, crumbs=crumbs(one), intro=str(one), done=_("Saved."))


@page("classes/<int:pk>/fix/", name="class-fix", rule=may_train, methods="POST")
def fix_page(request: Request, pk: int) -> HttpResponse:
    """Fix the roster."""
    one = class_for(request, pk, may_train)
    attempt(
        request, lambda: fix_roster(training_class=one, by=request.actor), _("The roster is fixed; the class begins.")
    )
    return redirect("class", pk=pk)


@page("classes/<int:pk>/finish/", name="class-finish", rule=may_train, methods="POST")
def finish_page(request: Request, pk: int) -> HttpResponse:
    """End the class."""
    one = class_for(request, pk, may_train)
    done = _("Ended. Who finished it counts now.")
    attempt(request, lambda: finish_class(training_class=one, by=request.actor), done)
    return redirect("class", pk=pk)


class SignForm(ProblemForm):
    """Who signs the certificates."""

    in_charge = forms.CharField(label=gettext_lazy("Person in charge"), max_length=40)
    handler = forms.CharField(label=gettext_lazy("Handled by"), max_length=40)


@page("classes/<int:pk>/certify/", name="class-certify", rule=may_train, methods="GET POST")
def certify_page(request: Request, pk: int) -> HttpResponse:
    """Issue certificates of completion to everybody who finished the class."""
    one = class_for(request, pk, may_train)

    def write(in_charge: str, handler: str) -> int:
        signed = Signatures(in_charge, handler, site=site_of(request))
        return certify(training_class=one, signed=signed, by=request.actor)

    title = _("Issue certificates of completion")
    return _class_form(request, one, SignForm(request.POST or None), title, write)


def trainee_for(request: Request, pk: int) -> Trainee:
    """The trainee with this key; 404 where the actor may not see it."""
    rows = Trainee.objects.select_related("person", "training_class__activity")
    return found(may_see_training, request.actor, rows, pk=pk)


@page("classes/trainees/<int:pk>/", name="trainee", rule=may_see_training)
def one_trainee_page(request: Request, pk: int) -> HttpResponse:
    """A trainee of a class: every mark with who entered and confirmed it, and the work found afterwards."""
    trainee = trainee_for(request, pk)
    of = trainee.training_class
    marks = list(trainee.marks.order_by("part", "attempt"))
    work = list(trainee.placements.filter(withdrawn=False).select_related("employer").order_by("since"))
    detail = {
        "title": str(trainee),
        "subtitle": str(of),
        "signal": {
            "level": TRAINEE_SIGNALS.get(TraineeState(trainee.state), ""), "text": trainee.get_state_display(),
        },
        "facts": [
            *([{"label": _("Certificate of completion"), "value": trainee.certificate}] if trainee.certificate else []),
            {"label": _("Class"), "value": str(of), "url": address_of("class", pk=of.pk)},
            *([{"label": _("Why"), "value": trainee.why}] if trainee.why else []),
            *([{"label": _("paper that shows it"), "value": trainee.basis}] if trainee.basis else []),
        ],
        "sections": [_marks(request.actor, marks), _work(work)],
        "history": history(list(entries_about({"trainee": [trainee.pk]}))),
        "verbs": _verbs(request.actor, trainee),
        "counts_towards": [],
    }  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": [*crumbs(of), {"label": str(trainee)}]})


def _marks(actor: Actor, marks: list[Mark]) -> Row:
    return {
        "title": _("Marks"),
        "intro": "" if marks else _("None is recorded."),
        "columns": [
            {"label": _("Part")}, {"label": _("Attempt"), "numeric": True}, {"label": _("Mark"), "numeric": True},
            {"label": _("Taken on")}, {"label": _("State")}, {"label": _("Why")},
        ],
        "rows": [
            {
                "url": address_of("mark-withdraw", pk=mark.pk) if may_train.check(actor, mark) else "",
                "cells": [
                    {"text": str(Part(mark.part).label)}, {"text": mark.attempt}, {"text": f"{mark.mark.normalize():f}"},
                    {"text": mark.taken_on.isoformat()}, {"text": mark.get_state_display()}, {"text": mark.why},
                ],
            }
            for mark in marks
        ],
    }  # fmt: skip


def _work(work: list[Placement]) -> Row:
    return {
        "title": _("Work found afterwards"),
        "intro": "" if work else _("None is recorded."),
        "columns": [
            {"label": _("Employer")}, {"label": _("Post")}, {"label": _("From")}, {"label": _("Until")},
            {"label": _("Last asked on")}, {"label": _("Remark")},
        ],
        "rows": [
            {
                "url": address_of("placement", pk=one.pk),
                "cells": [
                    {"text": one.employer.name}, {"text": one.post}, {"text": one.since.isoformat()},
                    {"text": one.until.isoformat() if one.until else ""},
                    {"text": one.followed_up_on.isoformat() if one.followed_up_on else ""}, {"text": one.remark},
                ],
            }
            for one in work
        ],
    }  # fmt: skip


def _verbs(actor: Actor, trainee: Trainee) -> list[Row]:
    answer = may_train.check(actor, trainee)
    verbs = []
    if trainee.person_id is not None:
        verbs.append(verb(_("Record work found"), address_of("placement-new", pk=trainee.pk), answer))
    if trainee.state == TraineeState.ENROLLED:
        verbs.append(verb(_("Take off the roster"), address_of("trainee-remove", pk=trainee.pk), answer))
    return verbs


def _trainee_form(
    request: Request, trainee: Trainee, form: ProblemForm, title: str, write: Callable[..., object]
) -> HttpResponse:
    back = address_of("trainee", pk=trainee.pk)
    way: list[Row] = [*crumbs(trainee.training_class), {"label": str(trainee), "url": back}]
    return form_page(request, form, title, write, back=back, crumbs=way, intro=str(trainee))


@page("classes/trainees/<int:pk>/remove/", name="trainee-remove", rule=may_train, methods="GET POST")
def remove_page(request: Request, pk: int) -> HttpResponse:
    """Take somebody off the roster."""
    trainee = found(
        may_train, request.actor, Trainee.objects.select_related("person", "training_class__activity"), pk=pk
    )

    def write(reason: str) -> Trainee:
        return remove_trainee(trainee=trainee, reason=reason, by=request.actor)

    return _trainee_form(request, trainee, WithdrawForm(request.POST or None), _("Take off the roster"), write)


@page("classes/trainees/<int:pk>/work/", name="placement-new", rule=may_train, methods="GET POST")
def work_page(request: Request, pk: int) -> HttpResponse:
    """Record where a trainee works."""
    trainee = found(
        may_train, request.actor, Trainee.objects.select_related("person", "training_class__activity"), pk=pk
    )

    def write(**data: Any) -> Placement:
        return place_trainee(trainee=trainee, **data, by=request.actor)

    return _trainee_form(request, trainee, PlaceWorkForm(request.POST or None), _("Record work found"), write)


PLACED = Placement.objects.select_related("employer", "trainee__person", "trainee__training_class__activity")


@page("classes/work/<int:pk>/", name="placement", rule=may_train, methods="GET POST")
def follow_page(request: Request, pk: int) -> HttpResponse:
    """Ask after somebody's work."""
    one = found(may_train, request.actor, PLACED.filter(withdrawn=False), pk=pk)
    initial: dict[str, date | str | None] = {"until": one.until, "remark": one.remark}

    def write(**data: Any) -> Placement:
        return follow_up(placement=one, **data, by=request.actor)

    form = FollowForm(request.POST or None, initial=initial)
    return _trainee_form(request, one.trainee, form, f"{_('Ask after')} {one.employer.name}", write)


@page("classes/work/<int:pk>/withdraw/", name="placement-withdraw", rule=may_train, methods="GET POST")
def unplace_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw work that was never found."""
    one = found(may_train, request.actor, PLACED.filter(withdrawn=False), pk=pk)

    def write(reason: str) -> Placement:
        return withdraw_placement(placement=one, reason=reason, by=request.actor)

    return _trainee_form(request, one.trainee, WithdrawForm(request.POST or None), _("Withdraw"), write)


@page("classes/marks/<int:pk>/withdraw/", name="mark-withdraw", rule=may_train, methods="GET POST")
def mark_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a mark."""
    rows = Mark.objects.select_related("trainee__person", "trainee__training_class__activity")
    one = found(may_train, request.actor, rows, pk=pk)

    def write(reason: str) -> Mark:
        return withdraw_mark(mark=one, reason=reason, by=request.actor)

    return _trainee_form(request, one.trainee, WithdrawForm(request.POST or None), _("Withdraw a mark"), write)


@page("classes/lessons/<int:pk>/cancel/", name="lesson-cancel", rule=may_train, methods="GET POST")
def cancel_page(request: Request, pk: int) -> HttpResponse:
    """Cancel a lesson."""
    lesson = found(may_train, request.actor, Lesson.objects.select_related("training_class__activity"), pk=pk)

    def write(reason: str) -> Lesson:
        return cancel_lesson(lesson=lesson, reason=reason, by=request.actor)

    return _class_form(request, lesson.training_class, WithdrawForm(request.POST or None), _("Cancel a lesson"), write)
