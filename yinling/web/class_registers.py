"""The register of a lesson, the register of a whole class as a grid, and the sheet of marks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.base import clock
from yinling.base.rules import Refused
from yinling.hours import Attendance
from yinling.network import parameter
from yinling.training import (
    COURSES,
    HOURS,
    PASS_MARK,
    ClassState,
    Lesson,
    Mark,
    Marked,
    MarkState,
    Part,
    Present,
    Trainee,
    TraineeState,
    TrainingClass,
    confirm_lesson,
    confirm_marks,
    enter_marks,
    may_see_training,
    may_train,
    numbered,
    record_lesson,
    recorded,
)
from yinling.web.classes import class_for, crumbs
from yinling.web.exports import workbook
from yinling.web.form_page import verb
from yinling.web.page import Request, address_of, attempt, found, page
from yinling.web.person_changes import day_field

Row = dict[str, object]
SIGNALS = {"confirmed": "ok", "pending": "warn", "review": "bad", "open": "warn"}


class DayForm(forms.Form):
    """The day an examination was taken."""

    taken_on = day_field(gettext_lazy("Taken on"))


class Times(NamedTuple):
    """What was typed for one trainee."""

    came: time
    left: time


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(clock.CHINA):%H:%M}"


def _roster(of: TrainingClass) -> dict[int, Trainee]:
    """Who is on the roster, by number on it."""
    rows = numbered(of).items()
    return {number: one for number, one in rows if one.state != TraineeState.LEFT and one.person_id is not None}


@page("classes/lessons/<int:pk>/", name="lesson", rule=may_see_training, methods="GET POST")
def lesson_page(request: Request, pk: int) -> HttpResponse:
    """The register of half a day: who came when and left when; what is recorded waits for somebody else to confirm it."""
    rows = Lesson.objects.select_related("training_class__activity", "session", "place")
    lesson = found(may_see_training, request.actor, rows, pk=pk)
    of = lesson.training_class
    trainees = _roster(of)
    known = recorded(lesson)
    answer = may_train.check(request.actor, lesson)
    fillable = bool(answer) and of.state == ClassState.RUNNING and not lesson.cancelled and lesson.day <= clock.today()
    errors: list[str] = []
    if request.method == "POST":
        may_train.demand(request.actor, lesson)
        try:
            present = _present(request, trainees.values(), known)
            count = record_lesson(lesson=lesson, present=present, by=request.actor)
            messages.success(request, _("%(count)d recorded. Somebody else confirms it now.") % {"count": count})
            return redirect("lesson", pk=pk)
        except Refused as refused:
            errors = [str(refused.reason)]
        except ValidationError as error:
            errors = error.messages
    to = address_of("class", pk=of.pk)
    verbs = [verb(_("Confirm what others recorded"), address_of("lesson-confirm", pk=pk), answer, post=True)]
    if not known and not lesson.cancelled:
        verbs.append(verb(_("Cancel a lesson"), address_of("lesson-cancel", pk=pk), answer))
    title = f"{lesson.day} {lesson.get_half_display()}"
    columns = (_("Trainee"), _("Was there"), _("Signed in"), _("Signed out"), _("State"))
    context = {
        "title": title, "intro": " · ".join(part for part in (str(of), lesson.topic, lesson.venue) if part),
        "columns": columns, "errors": errors, "day": None,
        "rows": [
            _line(request, lesson, f"{number} {one}", one, known.get(one.person_id or 0), columns, fillable)
            for number, one in trainees.items()
        ],
        "verbs": verbs, "submit_label": _("Record") if fillable and len(known) < len(trainees) else "",
        "cancel_url": to, "crumbs": [*crumbs(of), {"label": title}],
    }  # fmt: skip
    return render(request, "classes/sheet.html", context, status=422 if errors else 200)


def _line(
    request: Request, lesson: Lesson, name: str, trainee: Trainee, row: Attendance | None, columns: tuple[str, ...],
    fillable: bool,
) -> Row:  # fmt: skip
    """A trainee's line: controls where nothing is recorded yet."""
    _head, was, came, left, state = columns
    if row is not None:
        ended = _clock(row.ended_at) if row.ended_at else ""
        return {"name": name, "cells": [
            {"head": was, "text": "✓"}, {"head": came, "text": _clock(row.started_at)}, {"head": left, "text": ended},
            {"head": state, "text": row.get_state_display(), "signal": SIGNALS.get(row.state, "")},
        ]}  # fmt: skip
    if not fillable:
        return {"name": name, "cells": [{"head": was, "text": ""}] * 4}
    begins, ends = HOURS[lesson.half]
    sent = request.POST if request.method == "POST" else None
    pk = trainee.person_id
    return {"name": name, "cells": [
        {"head": was, "type": "checkbox", "name": f"here_{pk}", "checked": bool(sent and sent.get(f"here_{pk}")),
         "label": f"{trainee} {was}"},
        {"head": came, "type": "time", "name": f"came_{pk}", "label": f"{trainee} {came}",
         "value": sent.get(f"came_{pk}", "") if sent else f"{begins:%H:%M}"},
        {"head": left, "type": "time", "name": f"left_{pk}", "label": f"{trainee} {left}",
         "value": sent.get(f"left_{pk}", "") if sent else f"{ends:%H:%M}"},
        {"head": state, "text": ""},
    ]}  # fmt: skip


def _present(request: Request, trainees: Iterable[Trainee], known: dict[int, Attendance]) -> list[Present]:
    """Who was ticked, with the times typed. Raises ValidationError naming whoever's times cannot be read."""
    present = []
    for one in trainees:
        pk = one.person_id
        if pk is None or pk in known or not request.POST.get(f"here_{pk}"):
            continue
        try:
            came, left = (time.fromisoformat(request.POST.get(f"{key}_{pk}", "")) for key in ("came", "left"))
        except ValueError as error:
            raise ValidationError(_("%(name)s: write the times like 08:30.") % {"name": one}) from error
        present.append(Present(pk, came.replace(tzinfo=None), left.replace(tzinfo=None)))
    if not present:
        raise ValidationError(_("Tick who was there."))
    return present


@page("classes/lessons/<int:pk>/confirm/", name="lesson-confirm", rule=may_train, methods="POST")
def confirm_page(request: Request, pk: int) -> HttpResponse:
    """Confirm the register of half a day."""
    lesson = found(may_train, request.actor, Lesson.objects.select_related("session"), pk=pk)
    attempt(request, lambda: confirm_lesson(lesson=lesson, by=request.actor), _("Confirmed."))
    return redirect("lesson", pk=pk)


@page("classes/<int:pk>/register/", name="class-register", rule=may_see_training)
def grid_page(request: Request, pk: int) -> HttpResponse:
    """The register of a class: trainees down, half days across; a mark for presence, its state by colour and word."""
    of = class_for(request, pk)
    trainees = _roster(of)
    lessons = list(of.lessons.filter(cancelled=False).select_related("session").order_by("session__starts_at"))
    rows = Attendance.objects.filter(session__in=[one.session_id for one in lessons]).exclude(state="voided")
    there = {(row.session_id, row.person_id): row for row in rows.order_by("started_at")}
    listing = {
        "title": _("Register: %(class)s") % {"class": of},
        "columns": [
            {"label": _("Trainee")},
            *(
                {"label": f"{one.day:%m-%d} {one.get_half_display()}", "sort_url": address_of("lesson", pk=one.pk)}
                for one in lessons
            ),
        ],
        "rows": [
            {
                "url": "",
                "cells": [
                    {"text": f"{number} {one}"},
                    *(_presence(there.get((lesson.session_id, one.person_id or 0))) for lesson in lessons),
                ],
            }
            for number, one in trainees.items()
        ],
        "empty": {"title": _("Nobody is on the roster yet."), "hint": ""},
    }  # fmt: skip
    return render(
        request,
        "pages/list.html",
        {"page": listing, "crumbs": [*crumbs(of), {"label": pgettext("of a class", "Register")}]},
    )


def _presence(row: Attendance | None) -> Row:
    if row is None:
        return {"text": "–"}
    ended = _clock(row.ended_at) if row.ended_at else ""
    return {"text": f"{_clock(row.started_at)}–{ended}", "signal": SIGNALS.get(row.state, "")}


@page("classes/<int:pk>/marks/", name="class-marks", rule=may_train, methods="GET POST")
def marks_page(request: Request, pk: int) -> HttpResponse:
    """The sheet of marks: empty where a mark is still to come, or a failed part may be taken again."""
    of = class_for(request, pk, may_train)
    trainees = {number: one for number, one in _roster(of).items() if one.state != TraineeState.FINISHED}
    parts = COURSES[of.course].parts
    form = DayForm(request.POST or None, initial={"taken_on": min(clock.today(), of.ends_on)})
    errors: dict[str, str] = {}
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        marked, errors = _marked(request, list(trainees.values()), parts, form.cleaned_data["taken_on"])
        if not marked and not errors:
            problems = [_("Write at least one mark.")]
        elif not errors and not (problems := _enter(request, of, marked)):
            return redirect("class", pk=pk)
    known, needed = _known(trainees.values()), parameter(PASS_MARK, of.area_path, of.starts_on)
    columns = (_("Trainee"), *(str(Part(part).label) for part in parts))
    context = {
        "title": _("Marks: %(class)s") % {"class": of}, "columns": columns, "errors": problems, "day": form["taken_on"],
        "intro": _("Out of 100. Somebody else confirms them afterwards; leave empty what is not to be entered now."),
        "rows": [
            {
                "name": f"{number} {one}",
                "cells": [_control(request, one, part, known.get((one.pk, part), []), needed, errors) for part in parts],
            }
            for number, one in trainees.items()
        ],
        "verbs": [], "submit_label": _("Enter marks"), "cancel_url": address_of("class", pk=pk),
        "crumbs": [*crumbs(of), {"label": _("Marks")}],
    }  # fmt: skip
    failed = request.method == "POST"
    return render(request, "classes/sheet.html", context, status=422 if failed else 200)


def _known(trainees: Iterable[Trainee]) -> dict[tuple[int, str], list[Mark]]:
    known: dict[tuple[int, str], list[Mark]] = {}
    for mark in Mark.objects.filter(trainee__in=list(trainees)).exclude(state=MarkState.WITHDRAWN).order_by("attempt"):
        known.setdefault((mark.trainee_id, mark.part), []).append(mark)
    return known


def _control(
    request: Request, one: Trainee, part: str, marks: list[Mark], needed: Decimal, errors: dict[str, str]
) -> Row:
    """A control for the next mark, or the mark that waits or passed."""
    label = str(Part(part).label)
    name = f"{part}_{one.pk}"
    shown = " → ".join(f"{mark.mark.normalize():f}" for mark in marks)
    if marks and marks[-1].state == MarkState.ENTERED:
        return {"head": label, "text": f"{shown} {marks[-1].get_state_display()}", "signal": "warn"}
    if marks and marks[-1].mark >= needed:
        return {"head": label, "text": shown, "signal": "ok"}
    return {
        "head": label, "type": "number", "name": name, "value": request.POST.get(name, ""), "step": "0.5",
        "label": f"{one} {label} {shown}", "error": errors.get(name, "") or shown,
    }  # fmt: skip


def _marked(
    request: Request, trainees: list[Trainee], parts: tuple[Part, ...], taken_on: date
) -> tuple[list[Marked], dict[str, str]]:
    marked, errors = [], {}
    for one in trainees:
        for part in parts:
            text = request.POST.get(f"{part}_{one.pk}", "").strip()
            if not text:
                continue
            try:
                mark = Decimal(text)
                if not mark.is_finite():
                    raise InvalidOperation
            except InvalidOperation:
                errors[f"{part}_{one.pk}"] = _("This is not a number. Write digits only.")
            else:
                marked.append(Marked(one, part, mark, taken_on))
    return marked, errors


def _enter(request: Request, of: TrainingClass, marked: list[Marked]) -> list[str]:
    """Enter the marks; what stands against it, in words."""
    try:
        with transaction.atomic():
            enter_marks(training_class=of, rows=marked, by=request.actor)
    except Refused as refused:
        return [str(refused.reason)]
    except ValidationError as error:
        return error.messages
    messages.success(request, _("%(count)d marks entered. Somebody else confirms them now.") % {"count": len(marked)})
    return []


@page("classes/<int:pk>/marks/list.xlsx", name="class-marks-list", rule=may_train)
def marks_list_page(request: Request, pk: int) -> HttpResponse:
    """The list to write marks into and import again: number on the roster, masked name, a column for each part."""
    of = class_for(request, pk, may_train)
    columns = [_("Number on the roster"), _("Trainee"), _("Taken on")]
    columns += [str(Part(part).label) for part in COURSES[of.course].parts]
    rows = ([number, str(one), of.ends_on.isoformat()] for number, one in _roster(of).items())
    return workbook(request, title=_("Marks: %(class)s") % {"class": of}, columns=columns, rows=rows, area=of)


@page("classes/<int:pk>/marks/confirm/", name="class-marks-confirm", rule=may_train, methods="POST")
def confirm_marks_page(request: Request, pk: int) -> HttpResponse:
    """Confirm the marks that others entered."""
    of = class_for(request, pk, may_train)
    attempt(request, lambda: confirm_marks(training_class=of, by=request.actor), _("Confirmed."))
    return redirect("class", pk=pk)
