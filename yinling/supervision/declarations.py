"""What `supervision` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source
from yinling.supervision import measures
from yinling.supervision.models import Finding, LeaderTraining, SupervisionVisit

__all__ = ["measures"]


def _visits(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = SupervisionVisit.objects.filter(pk__in=ids).select_related("office", "body", "place__parent")
    return {
        row.pk: SourceRow(
            f"{row.visited}（{row.office.name}）", f"/supervision/visits/{row.pk}/", row.place.with_parent
        )
        for row in rows
    }


def _findings(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Finding.objects.filter(pk__in=ids).select_related("visit__place__parent")
    return {
        row.pk: SourceRow(row.what, f"/supervision/findings/{row.pk}/", row.visit.place.with_parent) for row in rows
    }


def _trainings(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = LeaderTraining.objects.filter(pk__in=ids).select_related("host", "place__parent")
    return {
        row.pk: SourceRow(f"{row.topics}（{row.host.name}）", f"/trainings/{row.pk}/", row.place.with_parent)
        for row in rows
    }


describe_source("supervisionvisit", _visits)
describe_source("finding", _findings)
describe_source("leadertraining", _trainings)
