"""The end of a class: who has finished it and who has not."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, current, locked
from yinling.base.rules import Actor, Refused
from yinling.certificates import Signatures, issue_completion
from yinling.facts import record, touch
from yinling.hours import Attendance
from yinling.training import engine
from yinling.training.counting import count_training
from yinling.training.courses import COURSES, Part, class_facts
from yinling.training.measures import CLASS_KINDS, FINISHED
from yinling.training.models import ClassState, Mark, MarkState, Trainee, TraineeState, TrainingClass
from yinling.training.rules import may_train
from yinling.training.settling import Standing, settle, standings


@action(
    "training.finish_class", label=gettext_lazy("End a training class"), rule=may_train, on="training_class",
    records=CLASS_KINDS,
)  # fmt: skip
def finish_class(*, training_class: TrainingClass, by: Actor) -> TrainingClass:
    """The class is over: each trainee has finished it or not, with the reason. Refused while presence or marks wait to be
    confirmed: what is not confirmed decides nothing."""
    touch(FINISHED)
    held = locked(training_class)
    if held.state != ClassState.RUNNING:
        raise Refused(_("Only a class that is running can be ended."))
    if held.ends_on > clock.today():
        raise Refused(_("The last day of the class is still to come."))
    lessons = list(held.lessons.filter(cancelled=False).select_related("session"))
    waiting = Attendance.objects.filter(session__in=[lesson.session_id for lesson in lessons])
    if waiting.filter(state__in=("open", "pending", "review")).exists():
        raise Refused(_("Presence at a lesson is not confirmed yet."))
    if Mark.objects.filter(trainee__training_class=held, state=MarkState.ENTERED).exists():
        raise Refused(_("A mark is not confirmed yet."))
    settled = [settle(trainee, on=held.ends_on, standing=standing) for trainee, standing in _of(held)]
    for lesson in lessons:
        engine.end_session(lesson.session, by=by)
    engine.hold_activity(held.activity)
    seconds = sum((one.session.ends_at - one.session.starts_at).total_seconds() for one in lessons)
    finished = [one.person_id for one in settled if one.state == TraineeState.FINISHED and one.person_id is not None]
    count_training(held, minutes=int(seconds) // 60, people=finished, by=by)
    days = len({lesson.day for lesson in lessons}) or (held.ends_on - held.starts_on).days + 1
    for kind, dims, quantity in class_facts(held.course, days):
        record(kind, source=held.pk, path=held.area_path, happened=held.ends_on, dims=dims, quantity=quantity)
    return change(training_class, state=ClassState.HELD, entry_id=current().entry_id, changed_by=current().entry_id)


def _of(training_class: TrainingClass) -> list[tuple[Trainee, Standing]]:
    rows = list(training_class.trainees.select_related("training_class").order_by("pk"))
    known = standings(training_class, rows)
    return [(row, known[row.pk]) for row in rows]


@action("training.certify", label=gettext_lazy("Issue certificates of completion"), rule=may_train, on="training_class")
def certify(*, training_class: TrainingClass, signed: Signatures, by: Actor) -> int:
    """A certificate of completion, in the name of the class's organiser, to everybody who finished the class and has none
    yet; returns how many. It names course, class hours and marks, and is no certificate of skill grade. All or none."""
    of = locked(training_class)
    rows = of.trainees.filter(state=TraineeState.FINISHED, certificate="", person__isnull=False)
    waiting = list(rows.select_related("person").order_by("pk"))
    if not waiting:
        raise Refused(_("Nobody who finished this class waits for a certificate."))
    known = standings(of, waiting)
    for trainee in waiting:
        assert trainee.person is not None, "filtered"
        assert trainee.settled_on is not None, "who finished was settled on a day"
        try:
            issued = issue_completion(
                person=trainee.person, issuer=of.activity.organiser, title=str(COURSES[of.course].label),
                details=_details(of, known[trainee.pk]), finished_on=trainee.settled_on, since=of.starts_on,
                signed=signed, by=by,
            )  # fmt: skip
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        change(trainee, certificate=issued.number, changed_by=current().entry_id)
    return len(waiting)


def _details(of: TrainingClass, standing: Standing) -> list[tuple[str, str]]:
    lines = [(_("Class"), str(of)[:120]), (_("Class hours"), str(of.hours))]
    return lines + [(str(Part(part).label), f"{mark.mark.normalize():f}") for part, mark in standing.marks.items()]
