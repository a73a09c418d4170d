"""Whether a trainee has finished a class, and why not: attendance and marks, by the parameters of the place.

Read by pages, carried out by the actions that end a class or confirm a mark after its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from yinling.base.action import change, current
from yinling.facts import record
from yinling.hours import Attendance
from yinling.network import parameters
from yinling.training.courses import COURSES, Part
from yinling.training.measures import FINISHED
from yinling.training.models import Lesson, Mark, MarkState, Trainee, TraineeState, TrainingClass
from yinling.training.parameters import ATTENDANCE, PASS_MARK

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a trainee stands: percent of the lessons' time attended, the best confirmed mark of each part, and what is still
    lacking, in words (nothing: finished)."""

    attended: Decimal
    marks: Mapping[str, Mark]
    lacks: tuple[str, ...]


def attended_percent(lessons_of_class: Iterable[Lesson]) -> dict[int, Decimal]:
    """For each person the share of the lessons' time, in percent, of which presence is confirmed. Only the time of the
    lesson counts: who comes early or stays on gains nothing, who comes late or leaves early loses it. Cancelled lessons
    do not count."""
    lessons = {lesson.session_id: lesson.session for lesson in lessons_of_class if not lesson.cancelled}
    whole = sum((one.ends_at - one.starts_at).total_seconds() for one in lessons.values())
    if not whole:
        return {}
    spans: dict[tuple[int, int], list[tuple[float, float]]] = {}
    rows = Attendance.objects.filter(session__in=lessons, state="confirmed", ended_at__isnull=False)
    for row in rows.order_by("started_at"):
        session = lessons[row.session_id]
        assert row.ended_at is not None, "filtered"
        begins, ends = max(row.started_at, session.starts_at), min(row.ended_at, session.ends_at)
        if begins < ends:
            spans.setdefault((row.person_id, row.session_id), []).append((begins.timestamp(), ends.timestamp()))
    seconds: dict[int, float] = {}
    for (person, _session), found in spans.items():
        seconds[person] = seconds.get(person, 0) + covered(found)
    return {person: Decimal(int(found)) * HUNDRED / Decimal(int(whole)) for person, found in seconds.items()}


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """The length that spans, sorted by their beginning, cover together; what overlaps counts once."""
    total, reached = 0.0, float("-inf")
    for begins, ends in spans:
        total += max(0.0, ends - max(begins, reached))
        reached = max(reached, ends)
    return total


def best_marks(marks: Iterable[Mark]) -> dict[str, Mark]:
    """The best confirmed mark of each part: what was passed stays while another part is taken again."""
    best: dict[str, Mark] = {}
    for mark in marks:
        known = best.get(mark.part)
        if mark.state == MarkState.CONFIRMED and (known is None or mark.mark > known.mark):
            best[mark.part] = mark
    return best


def standings(
    training_class: TrainingClass,
    trainees: Iterable[Trainee] | None = None,
    lessons: Iterable[Lesson] | None = None,
) -> dict[int, Standing]:
    """How each trainee of a class stands, by the trainee's key, in a few statements. The numbers are those that hold at the
    class's place on its first day. `trainees` and `lessons` (with their sessions): where they were read already."""
    numbers = parameters((ATTENDANCE, PASS_MARK), training_class.area_path, training_class.starts_on)
    shares = attended_percent(training_class.lessons.select_related("session") if lessons is None else lessons)
    rows = list(training_class.trainees.all()) if trainees is None else list(trainees)
    marks: dict[int, list[Mark]] = {}
    for mark in Mark.objects.filter(trainee__in=rows).order_by("attempt"):
        marks.setdefault(mark.trainee_id, []).append(mark)
    found = {}
    for trainee in rows:
        share = shares.get(trainee.person_id or 0, Decimal(0))
        best = best_marks(marks.get(trainee.pk, ()))
        lacks = tuple(_lacks(training_class, share, best, numbers))
        found[trainee.pk] = Standing(share, best, lacks)
    return found


def _lacks(
    training_class: TrainingClass, share: Decimal, best: Mapping[str, Mark], numbers: Mapping[str, Decimal]
) -> Iterable[str]:
    if not training_class.taken_over and share < numbers[ATTENDANCE]:
        words = {"share": f"{share:.0f}", "needed": f"{numbers[ATTENDANCE]:.0f}"}
        yield _("attended %(share)s %%, %(needed)s %% are needed") % words
    if training_class.taken_over:
        return
    for part in COURSES[training_class.course].parts:
        mark = best.get(part)
        if mark is None:
            yield _("no mark in %(part)s") % {"part": Part(part).label}
        elif mark.mark < numbers[PASS_MARK]:
            words = {"part": str(Part(part).label), "mark": f"{mark.mark.normalize():f}"}
            yield _("%(part)s not passed (%(mark)s)") % words


def settle(trainee: Trainee, *, on: date, standing: Standing | None = None) -> Trainee:
    """Inside an action that records FINISHED: say whether the trainee has finished the class, and why not. `on` is the day
    from which it counts."""
    if trainee.state not in {TraineeState.ENROLLED, TraineeState.UNFINISHED}:
        return trainee
    known = standing or standings(trainee.training_class, [trainee])[trainee.pk]
    entry = current().entry_id
    if known.lacks:
        why = "；".join(known.lacks)[:200]
        return change(trainee, state=TraineeState.UNFINISHED, why=why, settled_on=on, changed_by=entry)
    course = trainee.training_class.course
    record(
        FINISHED, source=trainee.pk, path=trainee.area_path, happened=on, quantity=trainee.people,
        dims={"course": course}, person=trainee.person_id,
    )  # fmt: skip
    return change(trainee, state=TraineeState.FINISHED, why="", settled_on=on, entry_id=entry, changed_by=entry)
