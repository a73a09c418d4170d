"""How domains, what is undertaken in them, and brands are shown behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.activities.models import Brand, Domain, Undertaking
from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source


def _domains(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Domain.objects.filter(pk__in=ids).select_related("owner__place")
    return {row.pk: SourceRow(row.name, f"/catalogue/#{row.code}", row.owner.place.short_name) for row in rows}


def _undertakings(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Undertaking.objects.filter(pk__in=ids).select_related("domain__owner__place")
    return {
        row.pk: SourceRow(
            f"{row.domain.name}: {row.name}", f"/catalogue/#{row.domain.code}", row.domain.owner.place.short_name
        )
        for row in rows
    }


def _brands(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Brand.objects.filter(pk__in=ids).select_related("place")
    return {row.pk: SourceRow(row.name, f"/brands/{row.pk}/", row.place.short_name) for row in rows}


describe_source("domain", _domains)
describe_source("undertaking", _undertakings)
describe_source("brand", _brands)
