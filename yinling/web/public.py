"""What anybody may see: the headline figures of a place, small counts held back; and whether the platform is well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.associations import RURAL, URBAN, Family
from yinling.base import clock
from yinling.base.paths import prefixes
from yinling.base.period import Period, as_of
from yinling.base.reading import fixed
from yinling.base.rules import anyone
from yinling.figures import UNITS, Measure, Ratio, Sum, Table, suppressed, suppressed_share, table, written
from yinling.network import Place
from yinling.web.cells import Cell
from yinling.web.page import Request, address_of, page

MARK = "1–4*"
"""Printed for a count of 1 to 4, and for one from which such a count could be worked out: were the two told apart, the
small one could be had from their sum."""

SHARE_MARK = "*"
"""Printed for a share that would tell such a count."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of a place, of those beside the places of its line, and of those below it, as far as they are public.

    Held back is a small count; a share where its count, or what that lacks to the whole, is small; so many more among
    places that add up to a published figure that these cannot be worked out from the rest; and everything below a place
    for which it is held back, for the parts would tell the whole.
    """

    values: Table
    period: Period
    line: tuple[Place, ...]
    below: Mapping[str, list[Place]]

    def count(self, measure: Measure, path: str) -> Decimal:
        """A count; nothing where nothing was recorded."""
        return self.values.at(measure, path, self.period).value or Decimal(0)

    def withheld(self, measure: Sum | Ratio, places: Iterable[Place]) -> set[str]:
        """The paths, among places that together make up a published one, for which the count or share is held back."""
        paths = [place.area_path for place in places]
        if not isinstance(measure, Ratio):
            return _small({path: self.count(measure, path) for path in paths})
        counts = {path: self.count(measure.numerator, path) for path in paths}
        lacking = {path: self.count(measure.denominator, path) - count for path, count in counts.items()}
        return _small(counts) | _small(lacking)

    def is_open(self, measure: Sum | Ratio) -> bool:
        """Whether the count or share may be shown for the last place of the line (the nation, where it is empty)."""
        above = ["", *(place.area_path for place in self.line)]
        for parent, place in zip(above, self.line, strict=False):
            if place.area_path in self.withheld(measure, self.below[parent]):
                return False
        if isinstance(measure, Ratio):
            whole = self.count(measure.denominator, above[-1])
            return not whole or suppressed_share(self.count(measure.numerator, above[-1]), whole) is not None
        return not _small({"": self.count(measure, above[-1])})


def _small(values: Mapping[str, Decimal]) -> set[str]:
    return {path for path, value in suppressed(values).items() if value is None}


@page("open/", name="public", rule=anyone)
def public_page(request: Request) -> HttpResponse:
    """The figures of the nation; those of the province, where there is only one."""
    line, below = _places("")
    if len(below[""]) == 1:
        line, below = _places(below[""][0].area_path)
    return _answer(request, line, below)


@page("open/<str:path>/", name="public-place", rule=anyone)
def place_page(request: Request, path: str) -> HttpResponse:
    """The figures of a place. Single villages have no page: the count of each is 0 or 1."""
    line, below = _places(path)
    if not line or line[-1].area_path != path or line[-1].closed or line[-1].level == Place.Level.VILLAGE:
        raise Http404
    return _answer(request, line, below)


def _answer(request: Request, line: list[Place], below: dict[str, list[Place]]) -> HttpResponse:
    """The figures of the last place of a line and of what belongs to it, one level down."""
    home = line[-1].area_path if line else ""
    below[home] = [place for place in below.get(home, []) if place.level < Place.Level.VILLAGE]
    shown = _read(line, below)
    headline: list[Sum | Ratio] = [RURAL.all, *_shares(RURAL), URBAN.all, *_shares(URBAN)]
    open_keys = {measure.card.key for measure in headline if shown.is_open(measure)}
    context = {
        "title": line[-1].name if line else _("China"),
        "period": shown.period.label(),
        "families": [
            {"name": str(family.name), "tiles": _tiles(shown, family, home, open_keys)} for family in (RURAL, URBAN)
        ],
        "columns": _columns(),
        "rows": _rows(shown, below[home], open_keys),
        "above": [{"label": one.short_name, "url": _address(one)} for one in line[:-1]],
        "home_url": address_of("home"),
    }
    return render(request, "pages/public.html", context)


def _address(place: Place) -> str:
    return address_of("public-place", path=place.area_path)


def _places(path: str) -> tuple[list[Place], dict[str, list[Place]]]:
    """The places from the province down to `path`; and by path, nation first, what exists below each of them."""
    line = list(Place.objects.filter(area_path__in=prefixes(path)).order_by("level")) if path else []
    parents = Q(parent__isnull=True) | Q(parent__in=line)
    by_key = {one.pk: one.area_path for one in line}
    below: dict[str, list[Place]] = {"": []}
    for place in Place.objects.filter(parents, closed__isnull=True).order_by("area_path"):
        below.setdefault(by_key[place.parent_id] if place.parent_id else "", []).append(place)
    return line, below


def _shares(family: Family) -> tuple[Ratio, ...]:
    return family.coverage, family.venue_share, family.active_share


def _read(line: list[Place], below: Mapping[str, list[Place]]) -> Shown:
    measures: list[Measure] = []
    for family in (RURAL, URBAN):
        measures += [family.units, family.all, family.venue, family.active]
    paths = {"", *(place.area_path for group in (line, *below.values()) for place in group)}
    period = as_of(clock.today())
    return Shown(table(measures, paths=sorted(paths), periods=[period]), period, tuple(line), below)


def _tiles(shown: Shown, family: Family, path: str, open_keys: set[str]) -> list[dict[str, object]]:
    counted = _count_cell(shown, family, path, is_open=family.all.card.key in open_keys)
    shares = [_share_cell(shown, share, path, is_open=share.card.key in open_keys) for share in _shares(family)]
    return [{"figure": cell} for cell in (counted, *shares)]


def _columns() -> list[dict[str, object]]:
    columns: list[dict[str, object]] = [{"label": _("Place")}]
    for family in (RURAL, URBAN):
        measures = (family.all, family.coverage, family.venue_share)
        columns += [{"label": str(measure.card.label), "numeric": True} for measure in measures]
    return columns


def _rows(shown: Shown, children: list[Place], open_keys: set[str]) -> list[dict[str, object]]:
    printed = [measure for family in (RURAL, URBAN) for measure in (family.all, family.coverage, family.venue_share)]
    withheld = {measure.card.key: shown.withheld(measure, children) for measure in printed}

    def is_open(measure: Sum | Ratio, path: str) -> bool:
        return measure.card.key in open_keys and path not in withheld[measure.card.key]

    rows: list[dict[str, object]] = []
    for child in children:
        path, cells = child.area_path, [{"text": child.short_name}]
        figures: list[Cell] = []
        for family in (RURAL, URBAN):
            counted = is_open(family.all, path)
            figures.append(_count_cell(shown, family, path, is_open=counted))
            figures += [
                _share_cell(shown, share, path, is_open=counted and is_open(share, path))
                for share in (family.coverage, family.venue_share)
            ]
        rows.append({"url": _address(child), "cells": [*cells, *({"figure": figure} for figure in figures)]})
    return rows


def _count_cell(shown: Shown, family: Family, path: str, *, is_open: bool) -> Cell:
    """The number of associations, without a door."""
    text = written(shown.count(family.all, path), family.all.card.unit) if is_open else MARK
    return _cell(family.all, text, str(UNITS[family.all.card.unit].label))


def _share_cell(shown: Shown, share: Ratio, path: str, *, is_open: bool) -> Cell:
    whole = shown.count(share.denominator, path)
    value = suppressed_share(shown.count(share.numerator, path), whole)
    if not is_open or (whole and value is None):
        return _cell(share, SHARE_MARK, "")
    if value is None:
        return _cell(share, written(None, share.card.unit), "")
    return _cell(share, written(value, share.card.unit), str(UNITS[share.card.unit].label))


def _cell(measure: Measure, text: str, unit: str) -> Cell:
    return {"text": text, "unit": unit, "label": str(measure.card.label), "definition": str(measure.card.text)}


@page("healthz", name="healthz", rule=anyone)
def health_page(_request: Request) -> HttpResponse:
    """200 `ok` when the database answers and its tables are those of this version, else 503 with one word why not."""
    try:
        applied = frozenset(fixed("SELECT app, name FROM django_migrations"))
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    if not _migrations() <= applied:
        return HttpResponse("migrations", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this version. To read them from the files each time took longer than most pages."""
    return frozenset(MigrationLoader(None).graph.nodes)
