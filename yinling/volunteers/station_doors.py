"""How stations and the places they serve are shown behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source
from yinling.volunteers.models import Station, StationArea


def _stations(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Station.objects.filter(pk__in=ids).select_related("body__place")
    return {row.pk: SourceRow(row.body.name, f"/stations/{row.pk}/", row.body.place.short_name) for row in rows}


def _areas(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = StationArea.objects.filter(pk__in=ids).select_related("station__body", "place")
    return {
        row.pk: SourceRow(row.station.body.name, f"/stations/{row.station_id}/", row.place.short_name) for row in rows
    }


describe_source("station", _stations)
describe_source("stationarea", _areas)
