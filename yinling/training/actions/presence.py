"""Presence at lessons: recorded by one account for a half day, confirmed by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, locked
from yinling.base.rules import Actor, Refused
from yinling.hours import Attendance, confirm_many, record_attendance
from yinling.people import Person
from yinling.training import engine
from yinling.training.actions.classes import people_on
from yinling.training.models import ClassState, Lesson
from yinling.training.rules import may_train


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody was at a lesson: when they signed in and out, in China time."""

    person_id: int
    came: time
    left: time


@action("training.record_lesson", label=gettext_lazy("Record who was at a lesson"), rule=may_train, on="lesson")
def record_lesson(*, lesson: Lesson, present: Sequence[Present], by: Actor) -> int:
    """Who of the roster was there, with the times of signing in and out; returns how many. Who is recorded already stays
    as recorded. It counts once somebody else has confirmed it."""
    held = locked(lesson)
    of = held.training_class
    if held.cancelled or of.state != ClassState.RUNNING:
        raise Refused(_("This lesson is cancelled, or its class is not running."))
    if held.day > clock.today():
        raise Refused(_("This lesson is still to come."))
    expected, known = set(people_on(of)), recorded(held)
    people = Person.objects.in_bulk([one.person_id for one in present])
    for one in present:
        if one.person_id not in expected:
            raise Refused(_("Somebody is not on the roster of this class."))
        if one.left <= one.came:
            raise ValidationError({f"left_{one.person_id}": _("They left before they came.")})
        if one.person_id in known:
            continue
        record_attendance(
            session=held.session, person=people[one.person_id], started_at=engine.at(held.day, one.came),
            ended_at=engine.at(held.day, one.left), source="list", by=by,
        )  # fmt: skip
    return len(present)


def recorded(lesson: Lesson) -> dict[int, Attendance]:
    """The presence recorded at a lesson, by person."""
    rows = Attendance.objects.filter(session=lesson.session_id).exclude(state="voided").order_by("started_at")
    return {row.person_id: row for row in rows}


@action("training.confirm_lesson", label=gettext_lazy("Confirm a register"), rule=may_train, on="lesson")
def confirm_lesson(*, lesson: Lesson, by: Actor) -> int:
    """Somebody else than who kept the register says that it is right; returns how many records."""
    waiting = Attendance.objects.filter(session=lesson.session_id, state__in=("pending", "review"))
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    done = confirm_many(area=lesson.session, ids=keys, by=by)
    if not done.count:
        raise Refused(done.left[0].reason if done.left else _("No presence waits to be confirmed."))
    return done.count
