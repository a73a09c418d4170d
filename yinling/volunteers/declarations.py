"""What `volunteers` declares when the platform starts: facts and measures, what follows a merge, what can be imported, how
its rows are shown behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source
from yinling.network import Body, Place
from yinling.volunteers import (
    importer,
    measures,
    roll_import,
    station_doors,
    station_import,
    station_measures,
    thresholds,
)
from yinling.volunteers.actions import merging
from yinling.volunteers.models import Team, Volunteer
from yinling.volunteers.rules import may_see_volunteers

__all__ = [
    "importer",
    "measures",
    "merging",
    "roll_import",
    "station_doors",
    "station_import",
    "station_measures",
    "thresholds",
]


def _volunteers(ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    rows = may_see_volunteers.filter(viewer, Volunteer.objects.filter(pk__in=ids)).select_related("person")
    places = _places(row.area_path for row in rows)
    return {
        row.pk: SourceRow(f"{row.person.masked_name} {row.number}", f"/volunteers/{row.pk}/", places[row.area_path])
        for row in rows
    }


def _teams(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Team.objects.filter(pk__in=ids).select_related("body__place__parent")
    return {row.pk: SourceRow(row.body.name, f"/teams/{row.pk}/", row.body.place.with_parent) for row in rows}


def _units(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Body.objects.filter(pk__in=ids).select_related("place__parent")
    return {row.pk: SourceRow(row.name, f"/rolls/{row.pk}/", row.place.with_parent) for row in rows}


def _places(paths: object) -> Mapping[str, str]:
    rows = Place.objects.filter(area_path__in=set(paths)).select_related("parent")  # type: ignore[call-overload]
    return {place.area_path: place.with_parent for place in rows}


describe_source("volunteer", _volunteers)
describe_source("team", _teams)
describe_source("roll_unit", _units)
