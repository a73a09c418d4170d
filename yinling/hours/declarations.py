"""What `hours` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source
from yinling.hours import domain_measures, importer, measures, parameters
from yinling.hours.models import Attendance

__all__ = ["domain_measures", "importer", "measures", "parameters"]


def _attendances(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Attendance.objects.filter(pk__in=ids).select_related("person", "session__activity", "session__place")
    return {
        row.pk: SourceRow(
            f"{row.person.masked_name}（{row.session.activity.title}）",
            f"/hours/{row.pk}/",
            row.session.place.short_name,
        )
        for row in rows
    }


describe_source("attendance", _attendances)
