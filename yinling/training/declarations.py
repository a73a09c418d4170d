"""What `training` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source
from yinling.people import Qualification
from yinling.training import importers, measures, parameters
from yinling.training.models import Candidate, Placement, Trainee, TrainingClass

__all__ = ["importers", "measures", "parameters"]


def _classes(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = TrainingClass.objects.filter(pk__in=ids).select_related("activity__place__parent")
    return {
        row.pk: SourceRow(row.activity.title, f"/classes/{row.pk}/", row.activity.place.with_parent) for row in rows
    }


def _trainees(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Trainee.objects.filter(pk__in=ids).select_related("person", "training_class__activity__place__parent")
    return {
        row.pk: SourceRow(
            f"{row}（{row.training_class.activity.title}）", f"/classes/{row.training_class_id}/",
            row.training_class.activity.place.with_parent,
        )
        for row in rows
    }  # fmt: skip


def _placements(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Placement.objects.filter(pk__in=ids).select_related("trainee__person", "employer__place__parent")
    return {
        row.pk: SourceRow(
            f"{row.trainee} {row.employer.name}", f"/classes/{row.trainee.training_class_id}/", row.employer.place.with_parent
        )
        for row in rows
    }  # fmt: skip


def _candidates(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Candidate.objects.filter(pk__in=ids).select_related("exam__school__place__parent")
    return {
        row.pk: SourceRow(f"{row.exam} {row.number}", f"/exams/{row.exam_id}/", row.exam.school.place.with_parent)
        for row in rows
    }


def _papers(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Qualification.objects.filter(pk__in=ids).select_related("person__place__parent")
    return {
        row.pk: SourceRow(
            f"{row.title} {row.person.masked_name}", f"/skill-certificates/{row.pk}/", row.person.place.with_parent
        )
        for row in rows
    }


describe_source("trainingclass", _classes)
describe_source("trainee", _trainees)
describe_source("placement", _placements)
describe_source("candidate", _candidates)
describe_source("qualification", _papers)
