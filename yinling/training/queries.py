"""Reads of training; each takes the viewer."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from yinling.base.rules import Actor
from yinling.people import Qualification
from yinling.training.models import Exam, Trainee, TrainingClass
from yinling.training.numbers import normal
from yinling.training.rules import may_see_training


def classes(viewer: Actor, text: str = "", course: str = "") -> QuerySet[TrainingClass]:
    """The classes of the viewer's area, the newest first, with how many trainees each has and how many finished
    (`on_roster`, `finished`)."""
    rows = may_see_training.filter(viewer, TrainingClass.objects.exclude(state="withdrawn"))
    if text:
        rows = rows.filter(activity__title__contains=text)
    if course:
        rows = rows.filter(course=course)
    counted = rows.annotate(
        on_roster=Coalesce(Sum("trainees__people", filter=~Q(trainees__state="left")), 0),
        finished=Coalesce(Sum("trainees__people", filter=Q(trainees__state="finished")), 0),
    )
    return counted.select_related("activity__organiser", "activity__place").order_by("-starts_on", "-pk")


def numbered(training_class: TrainingClass) -> dict[int, Trainee]:
    """Everybody who ever stood on the roster, by their number on it: from 1, in the order they were put there."""
    return dict(enumerate(training_class.trainees.select_related("person").order_by("pk"), 1))


def exams(viewer: Actor, text: str = "") -> QuerySet[Exam]:
    """The 1+X examinations of the viewer's area, the newest first, with `taken` and `passed`."""
    rows = may_see_training.filter(viewer, Exam.objects.all())
    if text:
        rows = rows.filter(Q(school__name__contains=text) | Q(batch__contains=text))
    valid = Q(candidates__withdrawn=False)
    return (
        rows.annotate(
            taken=Count("candidates", filter=valid),
            passed=Count("candidates", filter=valid & Q(candidates__passed=True)),
        )
        .select_related("school__place")
        .order_by("-held_on", F("school__name"), "pk")
    )


def papers(viewer: Actor, text: str = "", kind: str = "") -> QuerySet[Qualification]:
    """The papers of the viewer's area, the newest first. Text with a digit is a number, looked for as a whole; other text
    the beginning of the holder's name or of the title."""
    rows = may_see_training.filter(viewer, Qualification.objects.filter(withdrawn=False))
    if kind:
        rows = rows.filter(kind=kind)
    if any(character.isdigit() for character in text):
        rows = rows.filter(number=normal(text))
    elif text:
        rows = rows.filter(Q(person__name__startswith=text) | Q(title__startswith=text))
    return rows.select_related("person__place").order_by("-issued_on", "-pk")
