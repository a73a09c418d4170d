"""What `activities` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.activities import measures, parameters
from yinling.activities.models import Contribution, Visit
from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source

__all__ = ["measures", "parameters"]


def _contributions(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Contribution.objects.filter(pk__in=ids).select_related("by_place")
    return {
        row.pk: SourceRow(f"{row.by_name}: {row.title}", f"/conferences/{row.conference_id}/", row.by_place.short_name)
        for row in rows
    }


def _visits(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Visit.objects.filter(pk__in=ids).select_related("visited__place")
    return {
        row.pk: SourceRow(row.visited.name, f"/conferences/{row.conference_id}/", row.visited.place.short_name)
        for row in rows
    }


describe_source("contribution", _contributions)
describe_source("visit", _visits)
