"""What `activities` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.activities import catalogue_measures, measures
from yinling.activities.models import Brand, Contribution, Domain, Undertaking, Visit
from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source

__all__ = ["catalogue_measures", "measures"]


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


def _domains(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Domain.objects.filter(pk__in=ids).select_related("owner__place")
    return {row.pk: SourceRow(row.name, "/catalogue/", row.owner.place.short_name) for row in rows}


def _undertakings(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Undertaking.objects.filter(pk__in=ids).select_related("domain__owner__place")
    return {
        row.pk: SourceRow(f"{row.domain.name}: {row.name}", "/catalogue/", row.domain.owner.place.short_name)
        for row in rows
    }


def _brands(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Brand.objects.filter(pk__in=ids).select_related("place")
    return {row.pk: SourceRow(row.name, f"/brands/{row.pk}/", row.place.short_name) for row in rows}


describe_source("domain", _domains)
describe_source("undertaking", _undertakings)
describe_source("brand", _brands)
describe_source("contribution", _contributions)
describe_source("visit", _visits)
