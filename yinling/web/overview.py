"""The cockpit of a place: how far it is, how its parts differ, how it came about, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yinling import figures
from yinling.associations import RURAL, URBAN, Family, Setting
from yinling.base import clock
from yinling.base.period import Period, as_of, year
from yinling.base.rules import signed_in
from yinling.figures import Measure, Ratio, Table, may_see_figures, table
from yinling.network import Place, children_of, line_at
from yinling.volunteers import volunteer_of
from yinling.web.cells import cell
from yinling.web.page import Request, address_of, page
from yinling.web.printed import figure
from yinling.web.trend import Series

FAMILIES = {Setting.RURAL: RURAL, Setting.URBAN: URBAN}
LOW = 40
YEARS = 24
FIRST_YEAR = 2006


@dataclass(frozen=True, slots=True)
class Scope:
    """What a cockpit shows: the place (None: the nation), the day, the setting."""

    place: Place | None
    day: date
    setting: Setting

    @property
    def path(self) -> str:
        """The path of the place, empty for the nation."""
        return self.place.area_path if self.place else ""

    def url(self, path: str, **changed: str) -> str:
        """The cockpit of another place, for the same day and setting unless changed."""
        query = {"as_of": self.day.isoformat(), "setting": str(self.setting)} | changed
        return f"{address_of('overview', path=path or 'china')}?{urlencode(query)}"


@page("", name="home", rule=signed_in)
def home(request: Request) -> HttpResponse:
    """The cockpit of the actor's own area; on the phone face for those who only chair an association, or only serve."""
    actor = request.actor
    if not actor.grants:
        return redirect("me" if volunteer_of(actor.account_id) else "my-account")
    if not actor.has("administrator", "officer", "clerk", "auditor"):
        return redirect("pocket")
    return redirect("overview", path=actor.home or "china")


@page("overview/<str:path>/", name="overview", rule=may_see_figures)
def overview(request: Request, path: str) -> HttpResponse:
    """One cockpit. A village has none: its place page says everything."""
    line = [] if path == "china" else line_at(path)
    place = line[-1] if line else None
    if path != "china" and (place is None or place.area_path != path):
        raise Http404
    if place is not None and place.level == Place.Level.VILLAGE:
        return redirect("place", path=path)
    scope = Scope(place, _day(request.GET.get("as_of", "")), _setting(request.GET.get("setting", "")))
    context = _figures(scope, line)
    request.desk = {
        "as_of": {"url": request.path, "value": scope.day.isoformat(), "max": clock.today().isoformat()},
        "hidden": [{"name": "setting", "value": str(scope.setting)}],
    }
    context["crumbs"] = [{"label": above.short_name, "url": scope.url(above.area_path)} for above in line] or [
        {"label": _("China")}
    ]
    return render(request, "pages/overview.html", context)


def _day(text: str) -> date:
    try:
        return min(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()


def _setting(text: str) -> Setting:
    return Setting(text) if text in Setting.values else Setting.RURAL


def _figures(scope: Scope, line: list[Place]) -> dict[str, object]:
    """Two readings: the place beside its province over the years, and its parts today."""
    family = FAMILIES[scope.setting]
    now = as_of(scope.day)
    years = [as_of(year(number).end) for number in range(max(FIRST_YEAR, scope.day.year - YEARS), scope.day.year)]
    top = line[0].area_path if line else ""
    children = list(children_of(scope.place, scope.day))
    own = table([*_told(RURAL), *_told(URBAN)], paths=sorted({scope.path, top}), periods=[*years, now])
    below = table([*_columns(family), family.coverage], paths=[child.area_path for child in children], periods=[now])
    average = own.at(family.coverage, top, now).value if top else None
    return {
        "title": scope.place.name if scope.place else _("China"),
        "prose": _prose(scope, own, now),
        "settings": [
            {"label": one.label, "url": scope.url(scope.path, setting=one), "active": one == scope.setting}
            for one in Setting
        ],
        "tiles": _tiles(scope, family, own, now, years[-1] if years else now, top),
        "bars": _bars(scope, family, below, children, now, average),
        "gaps": _gaps(family, own, scope.path, now),
        "trend": _trend(scope, family, own, [*years, now], line),
    }


def _told(family: Family) -> list[Measure]:
    return [
        family.units,
        family.all,
        family.coverage,
        family.venue,
        family.venue_share,
        family.active,
        family.active_share,
        family.funded,
        family.funded_share,
        family.officer,
        family.officer_share,
    ]


def _columns(family: Family) -> list[Measure]:
    return [family.units, family.all, family.venue, family.active, family.funded]


def _prose(scope: Scope, own: Table, now: Period) -> SafeString:
    """The opening sentence, its figures as doors."""

    def door(measure: Measure) -> SafeString:
        return figure(cell(own.at(measure, scope.path, now), unit=isinstance(measure, Ratio)))

    return format_html(
        _(
            "Of {villages} villages, {rural} have an elderly association: coverage {rural_share}. "
            "Of {communities} urban communities, {urban} have one: coverage {urban_share}."
        ),
        villages=door(RURAL.units),
        rural=door(RURAL.all),
        rural_share=door(RURAL.coverage),
        communities=door(URBAN.units),
        urban=door(URBAN.all),
        urban_share=door(URBAN.coverage),
    )


def _tiles(scope: Scope, family: Family, own: Table, now: Period, before: Period, top: str) -> list[dict[str, object]]:
    path = scope.path
    coverage, average = own.at(family.coverage, path, now), own.at(family.coverage, top, now)
    tiles: list[dict[str, object]] = [{"figure": cell(coverage, label=str(_("Coverage")))}]
    if top and top != path and coverage.value is not None and average.value is not None:
        gap = round(coverage.value - average.value, 2)
        text = _("%(gap)s points above the province") if gap >= 0 else _("%(gap)s points below the province")
        tiles[0] |= {"note": text % {"gap": abs(gap)}, "signal": "ok" if gap >= 0 else "warn"}
    by_officers = _("Chaired by village officers") if family is RURAL else _("Chaired by community officers")
    for count, share, label in (
        (family.venue, family.venue_share, _("With a venue")),
        (family.active, family.active_share, _("Meeting regularly")),
        (family.funded, family.funded_share, _("With funds")),
        (family.officer, family.officer_share, by_officers),
    ):
        note = _("%(share)s%% of associations") % {"share": own.at(share, path, now).text}
        tiles.append({"figure": cell(own.at(count, path, now), label=str(label)), "note": note})
    change = (own.at(family.all, path, now).value or 0) - (own.at(family.all, path, before).value or 0)
    if change:
        text = (
            _("%(count)s more than at the end of last year")
            if change > 0
            else _("%(count)s fewer than at the end of last year")
        )
        tiles[0].setdefault("note", text % {"count": abs(round(change))})
    return tiles


def _bars(
    scope: Scope, family: Family, below: Table, children: list[Place], now: Period, average: object
) -> dict[str, object] | None:
    if not children:
        return None
    villages = children[0].level == Place.Level.VILLAGE
    rows = []
    for child in children:
        path = child.area_path
        value = below.at(family.coverage, path, now).value
        if not below.at(family.units, path, now).value:
            continue  # a street without villages has no rural coverage to speak of
        share = None if value is None else round(min(float(value), 100.0), 2)
        rows.append(
            {
                "label": child.short_name,
                "url": address_of("place", path=path) if villages else scope.url(path),
                "figure": cell(below.at(family.coverage, path, now), unit=False),
                "value": share,
                "low": share is not None and share < LOW and not villages,
                "low_word": _("below %(low)s %%") % {"low": LOW},
                "cells": [cell(below.at(measure, path, now), unit=False) for measure in _columns(family)],
            }
        )
    rows.sort(key=lambda row: -(row["value"] if isinstance(row["value"], float) else -1.0))
    bars: dict[str, object] = {
        "title": _("By place"),
        "note": _("sorted by coverage"),
        "place_label": _("Place"),
        "value_label": _("Coverage %"),
        "columns": [
            _("Villages") if scope.setting == Setting.RURAL else _("Communities"),
            _("Associations"),
            _("With a venue"),
            _("Regular"),
            _("With funds"),
        ],
        "rows": rows,
    }
    if average is not None:
        bars["mark"] = {"value": round(float(average), 2), "text": _("average of the province")}  # type: ignore[arg-type]
    return bars


def _gaps(family: Family, own: Table, path: str, now: Period) -> list[dict[str, object]]:
    """What is missing. Villages with an association are counted once each; all else follows from what was read already."""
    units, whole = own.at(family.units, path, now).value, own.at(family.all, path, now).value
    covered = figures.figure(family.places_with, path=path, period=now).value
    rows = (
        (family.places_without, units, covered, _("have no association")),
        (family.no_venue, whole, own.at(family.venue, path, now).value, _("have no venue")),
        (family.no_funds, whole, own.at(family.funded, path, now).value, _("have no source of funds")),
    )
    gaps: list[dict[str, object]] = []
    for measure, all_of, those_with, sentence in rows:
        missing = (all_of or 0) - (those_with or 0)
        if missing:
            gaps.append({"figure": cell(figures.Figure(measure, path, now, Decimal(missing))), "sentence": sentence})
    return gaps


def _trend(scope: Scope, family: Family, own: Table, periods: list[Period], line: list[Place]) -> list[Series]:
    def points(measure: Ratio, path: str) -> list[tuple[str, Decimal | None]]:
        values = [(str(period.end.year), own.at(measure, path, period).value) for period in periods]
        return [(label, None if value is None else round(value, 2)) for label, value in values]

    name = scope.place.short_name if scope.place else _("China")
    series = [Series(name, points(family.coverage, scope.path), emphasised=True)]
    if line and line[0].area_path != scope.path:
        series.insert(0, Series(line[0].short_name, points(family.coverage, line[0].area_path)))
    return series
