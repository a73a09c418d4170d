"""Classes and their lessons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Project
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import reverse, touch
from yinling.hours import Attendance
from yinling.network import Place
from yinling.people import Person
from yinling.training import engine
from yinling.training.counting import take_back
from yinling.training.courses import COURSES
from yinling.training.measures import CLASS_DAYS, CLASS_HELD, CLASS_KINDS, FINISHED
from yinling.training.models import ClassState, Half, Lesson, Trainee, TraineeState, TrainingClass
from yinling.training.rules import may_train

HOURS: Mapping[str, tuple[time, time]] = {
    Half.MORNING: (time(8, 30), time(12)),
    Half.AFTERNOON: (time(14), time(17, 30)),
    Half.EVENING: (time(19), time(21)),
}
"""When a half day begins and ends unless a lesson says otherwise."""

CHANGEABLE = frozenset({ClassState.PLANNED, ClassState.RUNNING})
LONGEST = 400
"""Days a class may last at most: a slip in a year is longer."""


def demand_going(training_class: TrainingClass) -> None:
    """Refused unless the class is planned or running."""
    if training_class.state not in CHANGEABLE:
        raise Refused(_("This class is finished or withdrawn."))


def check_course(course: str, starts_on: date, ends_on: date) -> None:
    """ValidationError where there is no such course, or the days do not fit."""
    if course not in COURSES:
        raise ValidationError({"course": _("There is no such course.")})
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})
    if (ends_on - starts_on).days > LONGEST:
        raise ValidationError({"ends_on": _("A class does not last longer than a year.")})


@action("training.open_class", label=gettext_lazy("Open a training class"), rule=may_train, on="series")
def open_class(
    *,
    series: Project,
    place: Place,
    course: str,
    ordinal: int | None = None,
    hours: int,
    capacity: int,
    teacher: Person | None = None,
    starts_on: date,
    ends_on: date,
    by: Actor,
) -> TrainingClass:
    """A class of a project (its series), held at `place`: the next of its course unless `ordinal` (the 期) says which.
    `hours` are class hours, `capacity` the places."""
    check_course(course, starts_on, ends_on)
    if not series.starts_on <= starts_on <= ends_on <= series.ends_on:
        days = {"first": series.starts_on.isoformat(), "last": series.ends_on.isoformat()}
        raise ValidationError({"starts_on": _("The project lasts from %(first)s to %(last)s.") % days})
    number = ordinal or _next_ordinal(series, course)
    activity = engine.activity_for(series, place, course, number, teacher, by=by)
    row = TrainingClass(
        activity=activity, series=series, area_path=activity.area_path, course=course, ordinal=number, hours=hours,
        capacity=capacity, teacher=teacher, starts_on=starts_on, ends_on=ends_on, changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            create(row)
    except IntegrityError as error:
        raise ValidationError({"ordinal": _("This series already has a class of this number.")}) from error
    current().about(row)
    return row


def _next_ordinal(series: Project, course: str) -> int:
    rows = TrainingClass.objects.filter(series=series, course=course).exclude(state=ClassState.WITHDRAWN)
    return int(rows.aggregate(last=Max("ordinal"))["last"] or 0) + 1


@action(
    "training.withdraw_class", label=gettext_lazy("Withdraw a training class"), rule=may_train, on="training_class",
    records=CLASS_KINDS,
)  # fmt: skip
def withdraw_class(*, training_class: TrainingClass, reason: str, by: Actor) -> TrainingClass:
    """The class was never held as recorded: its lessons end, and what it counted is reversed."""
    because(reason)
    held = locked(training_class)
    if held.state == ClassState.WITHDRAWN:
        raise Refused(_("This class is finished or withdrawn."))
    if held.trainees.filter(placements__withdrawn=False).exists():
        raise Refused(_("Trainees of this class were found work; withdraw those records first."))
    touch(*CLASS_KINDS)
    if held.entry_id is not None:
        reverse(held.entry_id, source=held.pk, kinds=[CLASS_HELD, CLASS_DAYS])
    for trainee in held.trainees.filter(entry_id__isnull=False):
        assert trainee.entry_id is not None, "filtered"
        reverse(trainee.entry_id, source=trainee.pk, kinds=[FINISHED])
    take_back(held, people=people_on(held), reason=reason, by=by)
    for lesson in held.lessons.filter(cancelled=False).select_related("session"):
        _cancel(lesson, reason, by)
    engine.drop_activity(held.activity, reason, by=by)
    return change(training_class, state=ClassState.WITHDRAWN, changed_by=current().entry_id)


@action("training.add_lesson", label=gettext_lazy("Set a lesson"), rule=may_train, on="training_class")
def add_lesson(
    *,
    training_class: TrainingClass,
    day: date,
    half: str,
    venue: str,
    place: Place | None = None,
    teacher: Person | None = None,
    topic: str = "",
    by: Actor,
) -> Lesson:
    """Half a day of the class, at its usual hours. Refused where the teacher teaches, or the venue is used, by another
    class at that time; the message names it."""
    held = locked(training_class)
    demand_going(held)
    if not held.starts_on <= day <= held.ends_on:
        raise ValidationError({"day": _("The class runs from %(first)s to %(last)s.") % {
            "first": held.starts_on.isoformat(), "last": held.ends_on.isoformat()}})  # fmt: skip
    site = place or held.activity.place
    teacher = teacher or held.teacher
    _demand_free(day, half, site, venue, teacher)
    begins, ends = HOURS[half]
    session = engine.session_for(
        held.activity, site, venue, engine.at(day, begins), engine.at(day, ends), held.capacity, by=by
    )
    lesson = Lesson(
        session=session, training_class=held, area_path=held.area_path, day=day, half=half, teacher=teacher, place=site,
        venue=venue, topic=topic, changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            create(lesson)
    except IntegrityError as error:
        _demand_free(day, half, site, venue, teacher)  # somebody was quicker: say who
        raise Refused(_("Somebody set a lesson at this time meanwhile. Try again.")) from error
    current().about(lesson)
    if held.state == ClassState.RUNNING:
        engine.seat(session, people_on(held), by)
    return lesson


def people_on(training_class: TrainingClass) -> list[int]:
    """The keys of the persons on the roster, in its order."""
    rows = Trainee.objects.filter(training_class=training_class, person__isnull=False).exclude(state=TraineeState.LEFT)
    return list(rows.order_by("pk").values_list("person_id", flat=True))


def _demand_free(day: date, half: str, place: Place, venue: str, teacher: Person | None) -> None:
    """Refused where teacher or venue is taken, with the class named."""
    taken = Q(place=place, venue=venue)
    if teacher is not None:
        taken |= Q(teacher=teacher)
    clash = (
        Lesson.objects.filter(taken, day=day, half=half, cancelled=False)
        .select_related("training_class__activity")
        .order_by("pk")
        .first()
    )
    if clash is None:
        return
    words = {"class": str(clash.training_class), "day": day.isoformat(), "half": clash.get_half_display()}
    if teacher is not None and clash.teacher_id == teacher.pk:
        raise ValidationError({"teacher": _("This teacher teaches %(class)s on %(day)s, %(half)s.") % words})
    raise ValidationError({"venue": _("This venue is used by %(class)s on %(day)s, %(half)s.") % words})


@action("training.cancel_lesson", label=gettext_lazy("Cancel a lesson"), rule=may_train, on="lesson")
def cancel_lesson(*, lesson: Lesson, reason: str, by: Actor) -> Lesson:
    """The lesson is not held. Refused once somebody's presence is recorded."""
    because(reason)
    demand_going(locked(lesson.training_class))
    held = locked(lesson)
    if held.cancelled:
        raise Refused(_("This lesson is cancelled already."))
    return _cancel(lesson, reason, by)


def _cancel(lesson: Lesson, reason: str, by: Actor) -> Lesson:
    if Attendance.objects.filter(session=lesson.session_id).exclude(state="voided").exists():
        raise Refused(_("Presence is recorded for this lesson; it was held."))
    engine.drop_session(lesson.session, reason, by=by)
    return change(lesson, cancelled=True, changed_by=current().entry_id)
