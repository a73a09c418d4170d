"""What `activities` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.timezone import localtime

from yinling.activities import (
    catalogue_doors,
    catalogue_measures,
    event_measures,
    importer,
    measures,
    parameters,
    project_measures,
)
from yinling.activities.models import Booth, Contribution, Hall, Outcome, OutcomeType, Project, Session, Visit
from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source

__all__ = [
    "catalogue_doors",
    "catalogue_measures",
    "event_measures",
    "importer",
    "measures",
    "parameters",
    "project_measures",
]


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


def _projects(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Project.objects.filter(pk__in=ids).select_related("organiser", "place")
    return {
        row.pk: SourceRow(f"{row.title} ({row.organiser.name})", f"/projects/{row.pk}/", row.place.short_name)
        for row in rows
    }


def _sessions(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Session.objects.filter(pk__in=ids).select_related("activity", "place")
    return {
        row.pk: SourceRow(
            f"{row.activity.title} {localtime(row.starts_at):%Y-%m-%d %H:%M}",
            f"/sessions/{row.pk}/",
            row.place.short_name,
        )
        for row in rows
    }


def _outcomes(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Outcome.objects.filter(pk__in=ids).select_related("project__place", "session")
    names = dict(OutcomeType.objects.filter(code__in={row.type for row in rows}).values_list("code", "name"))
    return {
        row.pk: SourceRow(
            f"{names.get(row.type, row.type)}: {row.project.title}",
            f"/sessions/{row.session_id}/" if row.session_id else f"/projects/{row.project_id}/",
            row.project.place.short_name,
        )
        for row in rows
    }


describe_source("contribution", _contributions)
describe_source("visit", _visits)
describe_source("project", _projects)
describe_source("session", _sessions)
describe_source("outcome", _outcomes)


def _halls(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Hall.objects.filter(pk__in=ids).select_related("activity__place")
    return {
        row.pk: SourceRow(
            f"{row.activity.title} {row.name}", f"/expos/{row.activity_id}/", row.activity.place.short_name
        )
        for row in rows
    }


def _booths(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Booth.objects.filter(pk__in=ids).select_related("activity__place", "exhibitor")
    return {
        row.pk: SourceRow(
            f"{row.exhibitor.name}（{row.activity.title}）", f"/expos/{row.activity_id}/",
            row.activity.place.short_name,
        )
        for row in rows
    }  # fmt: skip


describe_source("hall", _halls)
describe_source("booth", _booths)
