"""Where help is to be had: the service stations of a county, for anybody, in large type."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.paths import under
from yinling.base.period import as_of
from yinling.base.rules import anyone
from yinling.figures import table
from yinling.network import Place, children_of
from yinling.volunteers import (
    Station,
    station_measures,
)
from yinling.web.page import Request, address_of, page
from yinling.web.scopes import line_to
from yinling.web.stations import services_in_words, stations_text

STATIONS = station_measures.STATIONS

MOST = 200
"""Stations shown on one page."""

DIGITS = "0123456789+"


@page("open/stations/", name="public-stations", rule=anyone)
def all_page(request: Request) -> HttpResponse:
    """The places that have stations; those of the province, where there is only one."""
    first = list(children_of(None)[:2])
    return _answer(request, first if len(first) == 1 else [])


@page("open/stations/<str:path>/", name="public-stations-at", rule=anyone)
def place_page(request: Request, path: str) -> HttpResponse:
    """The stations of a county or a smaller place; of a higher one the places that have some."""
    return _answer(request, line_to(path)[1])


def _answer(request: Request, line: list[Place]) -> HttpResponse:
    place = line[-1] if line else None
    small = place is not None and place.level >= Place.Level.COUNTY
    path = place.area_path if place else ""
    above = line[-2] if len(line) > 1 else None
    context = {
        "title": place.name if place else _("China"),
        "stations": [_card(station) for station in _open(path)[:MOST]] if small else [],
        "choices": [] if small else _choices(place),
        "small": small,
        "back": address_of("public-stations-at", path=above.area_path) if above else "",
        "above": above.short_name if above else "",
    }
    return render(request, "pages/pocket_stations.html", context)


def _open(path: str) -> QuerySet[Station]:
    rows = Station.objects.filter(under(path), body__withdrawn=False, body__dissolved__isnull=True)
    return rows.select_related("body__place__parent").order_by("area_path", "pk")


def _choices(place: Place | None) -> list[dict[str, object]]:
    """The places below that have a station, with how many."""
    now, below = as_of(clock.today()), list(children_of(place))
    values = table([STATIONS], paths=[one.area_path for one in below], periods=[now]) if below else None
    choices: list[dict[str, object]] = []
    for one in below:
        count = int(values.at(STATIONS, one.area_path, now).value or 0) if values else 0
        if count:
            address = address_of("public-stations-at", path=one.area_path)
            choices.append({"label": one.short_name, "url": address, "hint": stations_text(count)})
    return choices


def _card(station: Station) -> dict[str, object]:
    return {
        "name": station.body.name,
        "where": station.address or station.body.place.with_parent,
        "hours": station.opening_hours,
        "services": services_in_words(station.services),
        "phone": station.phone,
        "dial": "".join(sign for sign in station.phone if sign in DIGITS),
    }
