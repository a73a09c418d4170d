"""Service stations on the desk: the list with the share of streets they serve, and one station with all that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yinling.activities import Session
from yinling.base import clock
from yinling.base.paths import under
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.exchange import may_export
from yinling.facts import Entry, Fact, entries_about
from yinling.figures import Measure, table
from yinling.network import Place, children_of
from yinling.volunteers import (
    Service,
    Station,
    StationArea,
    may_keep_stations,
    may_see_stations,
    station_measures,
)
from yinling.web.cells import Cell, cell
from yinling.web.exports import workbook
from yinling.web.form_page import verb
from yinling.web.happened import Names, history
from yinling.web.list_tools import page_number, select, turning
from yinling.web.page import Request, address_of, found, page, pages
from yinling.web.printed import figure
from yinling.web.scopes import place_asked

STATIONS = station_measures.STATIONS
STREETS_COVERAGE = station_measures.STREETS_COVERAGE
STREET_STATIONS = station_measures.STREET_STATIONS

SIZE = 50
SESSIONS = 12
"""Sessions to come shown of one station."""

Row = dict[str, object]


def services_in_words(keys: Sequence[str]) -> str:
    """What a station offers, as people call it."""
    labels = dict(Service.choices)
    return "、".join(str(labels[key]) for key in keys if key in labels)


def _asked(request: Request) -> tuple[QuerySet[Station], dict[str, str], list[Place]]:
    """The stations the address asks for, what of the query says so, and the places on the way to the chosen one."""
    path, line = place_asked(request)
    query = {"place": path} if "place" in request.GET else {}
    rows = Station.objects.filter(under(path), body__withdrawn=False).select_related("body__place__parent")
    if text := request.GET.get("q", "").strip():
        query["q"] = text
        rows = rows.filter(body__name__contains=text)
    if request.GET.get("closed"):
        query["closed"] = "1"
        rows = rows.filter(body__dissolved__isnull=False)
    else:
        rows = rows.filter(body__dissolved__isnull=True)
    if (service := request.GET.get("service", "")) in Service.values:
        query["service"] = service
        rows = rows.filter(services__contains=[service])
    return rows.order_by("area_path", "pk"), query, line


@page("stations/", name="stations", rule=may_see_stations)
def list_page(request: Request) -> HttpResponse:
    """The stations of an area, by place. They are public: everybody who works here sees all of them."""
    rows, query, line = _asked(request)
    number = page_number(request)
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    new = {"label": _("Open a station"), "url": address_of("station-new"), "primary": True}
    may = bool(may_keep_stations.check(request.actor))
    export = {"label": _("Export to Excel"), "url": f"{address_of('stations-export')}?{urlencode(query)}"}
    path = line[-1].area_path if line else ""
    listing = {
        "title": _("Service stations"),
        "intro": _intro(path, line),
        "search": {"q": query.get("q", ""), "placeholder": _("Name")},
        "selects": [_services(query)],
        "hidden": [{"name": key, "value": query[key]} for key in ("place", "closed") if key in query],
        "filters": _chips(line, query),
        "actions": [*([new] if may else []), *([export] if may_export.check(request.actor) else [])],
        "columns": [
            {"label": _("Station")}, {"label": _("Place")}, {"label": _("Opening hours")}, {"label": _("Services")},
            {"label": _("Full-time staff"), "numeric": True},
        ],
        "rows": list(_rows(shown[:SIZE])),
        "pagination": turning(query, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No station is recorded here."),
            "hint": _("A station is opened once, with its opening hours and what it offers; it can also be imported."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _intro(path: str, line: Sequence[Place]) -> SafeString:
    now = as_of(clock.today())
    measures: list[Measure] = [
        STATIONS,
        STREET_STATIONS,
        STREETS_COVERAGE,
    ]
    values = table(measures, paths=[path], periods=[now])
    stations, at_streets, share = (figure(cell(values.at(measure, path, now))) for measure in measures)
    return format_html(
        _("{place} has {stations}, of which {at_streets} at streets; {share} of the streets are served."),
        place=line[-1].short_name if line else _("China"), stations=stations, at_streets=at_streets, share=share,
    )  # fmt: skip


def _services(query: dict[str, str]) -> Row:
    return select("service", _("Services"), [("", _("any")), *Service.choices], query.get("service", ""))


def _chips(line: list[Place], query: dict[str, str]) -> list[Row]:
    """The places below, the one above, and whether stations that have closed are shown."""

    def to(**changed: str) -> str:
        return "?" + urlencode({key: value for key, value in (query | changed).items() if value})

    chips: list[Row] = []
    if len(line) > 1:
        chips.append({"label": f"← {line[-2].short_name}", "url": to(place=line[-2].area_path), "group": _("Place")})
    if not line or line[-1].level < Place.Level.TOWNSHIP:
        chips += [
            {"label": child.short_name, "url": to(place=child.area_path), "group": _("Place")}
            for child in children_of(line[-1] if line else None)
        ]
    closed = "closed" in query
    chips.append(
        {
            "label": pgettext("a station", "closed"),
            "url": to(closed="" if closed else "1"),
            "active": closed,
            "group": _("State"),
        }
    )
    return chips


def _rows(stations: Sequence[Station]) -> Iterator[Row]:
    for station in stations:
        yield {
            "url": address_of("station", pk=station.pk),
            "cells": [
                {"text": station.body.name}, {"text": station.body.place.with_parent}, {"text": station.opening_hours},
                {"text": services_in_words(station.services)}, {"text": station.staff},
            ],
        }  # fmt: skip


@page("stations/export/", name="stations-export", rule=may_export)
def export_page(request: Request) -> HttpResponse:
    """The stations the address asks for as an Excel file."""
    rows, _query, line = _asked(request)
    columns = [
        _("Station"), _("Place"), _("Address"), pgettext("a station", "Opened on"), _("Opening hours"), _("Services"),
        _("Telephone"), _("Area (m²)"), _("Full-time staff"),
    ]  # fmt: skip
    cells = (
        (
            one.body.name, one.body.place.with_parent, one.address, one.body.founded, one.opening_hours,
            services_in_words(one.services), one.phone, one.area, one.staff,
        )
        for one in rows.iterator(chunk_size=500)
    )  # fmt: skip
    return workbook(request, title=_("Service stations"), columns=columns, rows=cells, area=line[-1] if line else None)


@page("stations/<int:pk>/", name="station", rule=may_see_stations)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One station: when it is open, what it offers, whom it serves, what is on there, what it counts towards."""
    station = station_for(request, pk)
    areas = list(station.areas.select_related("place__parent").order_by("until", "area_path", "pk"))
    body = station.body
    places = [body.place, *(area.place for area in areas)]
    known = Names(
        places={place.pk: place.short_name for place in places}, bodies={body.pk: body.name},
        paths={place.area_path: place.short_name for place in places},
    )  # fmt: skip
    closed = body.dissolved is not None
    detail = {
        "title": body.name,
        "subtitle": body.place.with_parent,
        "signal": {"level": "none", "text": pgettext("a station", "closed")} if closed else None,
        "facts": _facts(station),
        "sections": [_served(request.actor, station, areas), _sessions(station)],
        "history": _history(station, known),
        "verbs": [] if closed else _verbs(request.actor, station),
        "counts_towards": _figures(station),
    }
    crumbs = [{"label": _("Service stations"), "url": address_of("stations")}, {"label": body.name}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _history(station: Station, known: Names) -> list[Row]:
    """What happened to a station. Opened from a list, it shares that entry with others, whose changes are left out."""
    begun = Fact.objects.filter(series__kind="station.open", source_id=station.pk).order_by("pk").values("entry")[:1]
    about = entries_about({"station": [station.pk], "body": [station.pk]})
    entries = list(about | Entry.objects.filter(pk__in=begun))
    rows = history(entries, known)
    return [
        row if entry.subject_id == station.pk and entry.subject in ("station", "body") else {**row, "changes": []}
        for entry, row in zip(entries, rows, strict=True)
    ]


def station_for(request: Request, pk: int) -> Station:
    """The station with this key; 404 where there is none."""
    rows = Station.objects.filter(body__withdrawn=False).select_related("body__place__parent", "body__parent")
    return found(may_see_stations, request.actor, rows, pk=pk)


def _facts(station: Station) -> list[Row]:
    body = station.body
    facts: list[Row] = [
        {
            "label": _("Place"),
            "value": body.place.with_parent,
            "url": address_of("place", path=body.area_path),
        },
        {"label": _("Address"), "value": station.address},
        {"label": _("Opening hours"), "value": station.opening_hours},
        {"label": _("Telephone"), "value": station.phone},
        {"label": _("Services"), "value": services_in_words(station.services)},
        {"label": _("Full-time staff"), "value": station.staff},
        {"label": _("Area (m²)"), "value": localize(station.area) if station.area else ""},
        {"label": pgettext("a station", "Opened on"), "value": body.founded.isoformat()},
    ]
    if body.parent:
        facts.append({"label": pgettext("a station", "Belongs to"), "value": body.parent.name})
    if body.dissolved:
        facts.append({"label": pgettext("a station", "Closed on"), "value": body.dissolved.isoformat()})
    return facts


def _served(actor: Actor, station: Station, areas: Sequence[StationArea]) -> Row:
    may = may_keep_stations.check(actor, station) and station.body.dissolved is None
    rows = []
    for area in areas:
        ends = may and area.until is None and area.place_id != station.body.place_id
        address = address_of("station-leave", pk=station.pk, area=area.pk)
        way = format_html('<a href="{}">{}</a>', address, _("no longer")) if ends else ""
        until = area.until.isoformat() if area.until else ""
        cells: list[Row] = [
            {"text": area.place.with_parent},
            {"text": area.since.isoformat()},
            {"text": until},
            {"html": way},
        ]
        rows.append({"url": address_of("place", path=area.place.area_path), "cells": cells})
    return {
        "title": _("Places served"),
        "columns": [{"label": _("Place")}, {"label": _("From")}, {"label": _("Until")}, {"label": ""}],
        "rows": rows,
    }


def _sessions(station: Station) -> Row:
    """What is on at the station, from today."""
    rows = Session.objects.filter(station=station, day__gte=clock.today()).exclude(state=Session.State.CANCELLED)
    shown = list(rows.select_related("activity__organiser").order_by("starts_at", "pk")[:SESSIONS])
    calendar = pages.get("station-calendar")
    way = ""
    if calendar is not None and shown:
        address = address_of(calendar.name, pk=station.pk)
        way = format_html('<p><a class="button" href="{}">{}</a></p>', address, _("Add to a calendar (iCal)"))
    return {
        "title": _("Sessions to come"),
        "intro": "" if shown else _("Nothing is planned here."),
        "columns": [
            {"label": pgettext("of a project", "Activity")},
            {"label": _("When")},
            {"label": _("Organiser")},
            {"label": _("State")},
        ],
        "rows": [session_row(session) for session in shown],
        "html": way,
    }


def session_row(session: Session) -> Row:
    """One session in a table: activity, time, organiser, state; with its page where there is one."""
    begins, ends = localtime(session.starts_at), localtime(session.ends_at)
    address = address_of("session", pk=session.pk) if "session" in pages else ""
    return {
        "url": address,
        "cells": [
            {"text": session.activity.title}, {"text": f"{begins:%Y-%m-%d %H:%M}–{ends:%H:%M}"},
            {"text": session.activity.organiser.name}, {"text": session.get_state_display()},
        ],
    }  # fmt: skip


def _verbs(actor: Actor, station: Station) -> list[Row]:
    may = may_keep_stations.check(actor, station)

    def one(label: str, name: str, **more: Any) -> Row:
        return verb(label, address_of(name, pk=station.pk), may, **more)

    return [
        one(_("Change"), "station-change", primary=True), one(_("Serve another place"), "station-serve"),
        one(pgettext("a station", "Close"), "station-close"), one(_("Withdraw: recorded by mistake"), "station-withdraw"),
    ]  # fmt: skip


def _figures(station: Station) -> list[Cell]:
    """The stations of the county and of the city, today, and how many of their streets are served."""
    now, measures = as_of(clock.today()), (STATIONS, STREETS_COVERAGE)
    around = list(Place.objects.filter(area_path__in={station.area_path[:6], station.area_path[:4]}).order_by("-level"))
    values = table(measures, paths=[place.area_path for place in around], periods=[now])
    return [
        cell(values.at(measure, place.area_path, now), label=f"{place.short_name} {measure.card.label}")
        for place in around
        for measure in measures
    ]


def stations_text(count: int) -> str:
    """A number of stations in words."""
    return ngettext("%(count)s station", "%(count)s stations", count) % {"count": count}
