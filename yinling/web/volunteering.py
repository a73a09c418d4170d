"""The volunteer service of a place on one page: what there is, what came of it, how it grew, where it is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import dropwhile

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.activities import Domain
from yinling.base import clock
from yinling.base.paths import prefixes, under
from yinling.base.period import Period, as_of, year
from yinling.base.rules import Actor
from yinling.figures import Figure, Measure, Table, Wanted, in_unit, may_see_figures, measure_of, read_many
from yinling.hours import DomainMeasures, measures_of
from yinling.network import Place, children_of
from yinling.web.catalogue import outcome_name
from yinling.web.cells import Cell, cell
from yinling.web.imbalance import city_of, day_asked, gaps, url_of
from yinling.web.page import Request, address_of, page
from yinling.web.printed import figure
from yinling.web.scopes import CHINA, crumbs_of, line_to
from yinling.web.shortage import last_year, shortage
from yinling.web.trend import Series

VOLUNTEERS, PROFESSIONAL, SHARE = (
    "volunteers.registered", "volunteers.professional", "volunteers.professional_share",
)  # fmt: skip
PROJECTS, HOURS, PARTICIPATION, ROLL = "projects.published", "hours.served", "volunteers.participation", "retired.roll"
STATIONS, AT_STREETS, BRANDS, TEAMS, EXPERTS = (
    "stations.all", "stations.street", "brands.all", "teams.all", "teams.expert",
)  # fmt: skip
DOMAINS, UNDERTAKINGS = "domains.all", "undertakings.all"
TOLD = (
    VOLUNTEERS, PROFESSIONAL, SHARE, PROJECTS, HOURS, STATIONS, AT_STREETS, BRANDS, TEAMS, EXPERTS, DOMAINS,
    UNDERTAKINGS,
)  # fmt: skip
"""What is told of the place itself, as it stands on the day or adds up to it."""

COLUMNS = (SHARE, PROJECTS, HOURS, STATIONS)
"""What is told of the places below, beside their volunteers."""

YEARS = 6
NOTHING = Decimal(0)
Row = dict[str, object]


def _cell(value: Figure, *, unit: bool = True) -> Cell:
    """A figure as this page prints it: hours by the hundred thousand without their tenths."""
    shown = cell(value, unit=unit)
    if value.measure.card.unit == "hour" and value.value is not None:
        shown["text"] = str(round(in_unit(value.value, "hour")))
    return shown


@dataclass(frozen=True, slots=True)
class Scope:
    """What the page shows: the place (None: the nation) and the day."""

    place: Place | None
    day: date

    @property
    def path(self) -> str:
        """The path of the place, empty for the nation."""
        return self.place.area_path if self.place else ""

    @property
    def name(self) -> str:
        """What the place is called in a sentence."""
        return self.place.short_name if self.place else _("China")

    @property
    def now(self) -> Period:
        """Everything up to the day."""
        return as_of(self.day)


@page("volunteering/", name="volunteering", rule=may_see_figures)
def home_page(request: Request) -> HttpResponse:
    """The page of the actor's own area."""
    return redirect(url_of(_start(request.actor), name="volunteering-at"))


def _start(actor: Actor) -> str:
    """The actor's area; of a village its township, since a village has no page."""
    return actor.home[: len("000000000")]


@page("volunteering/<str:path>/", name="volunteering-at", rule=may_see_figures)
def place_page(request: Request, path: str) -> HttpResponse:
    """The volunteer service of one place."""
    path, line = line_to("" if path == CHINA else path)
    place = line[-1] if line else None
    if place is not None and place.level == Place.Level.VILLAGE:
        return redirect("place", path=path)
    scope = Scope(place, day_asked(request))
    request.desk = {"as_of": {"url": request.path, "value": scope.day.isoformat(), "max": clock.today().isoformat()}}
    context = _figures(scope) | {
        "title": scope.name,
        "crumbs": crumbs_of(line, lambda one: url_of(one, scope.day, "volunteering-at"), _("Volunteer service")),
        "imbalance_url": url_of(city_of(scope.path), scope.day),
    }
    return render(request, "pages/volunteering.html", context)


def _figures(scope: Scope) -> Row:
    """The place with its domains and its parts on the day, and over the years, in one reading."""
    domains = measures_of(_domains(scope.path))
    told: list[Measure] = [measure_of(key) for key in TOLD]
    told += [one for each in domains for one in each.all]
    years = [year(number) for number in range(scope.day.year - YEARS + 1, scope.day.year + 1)]
    ends = [as_of(min(one.end, scope.day)) for one in years]
    over = last_year(scope.day)
    own: list[Wanted] = [(measure_of(key), scope.path, one) for key in (VOLUNTEERS, HOURS) for one in (*years, *ends)]
    own.append((measure_of(PARTICIPATION), scope.path, over))
    missing = None
    if len(scope.path) == len("0000"):
        # The counties are both what lacks something and what the place is made of.
        found = shortage(scope.path, scope.day, also=told, more=own, with_year=False)
        children, values = [one.place for one in found.counties], found.table
        missing = gaps(found, scope.path, scope.day)
    else:
        children = list(children_of(scope.place, scope.day))
        paths = [scope.path, *(child.area_path for child in children)]
        values = read_many([*((one, path, scope.now) for one in told for path in paths), *own])
    return {
        "prose": _prose(scope, values, over),
        "tiles": _tiles(scope, values, over),
        "bars": _bars(scope, values, children),
        "gaps": missing,
        "trends": _trends(scope, values, years, ends),
        "domains": _table_of(domains, values, scope),
    }


def _domains(path: str) -> list[Domain]:
    """The domains that hold for a place: set there, above it, or below it."""
    rows = Domain.objects.filter(under(path)) | Domain.objects.filter(area_path__in=prefixes(path))
    return list(rows.filter(ended=False).order_by("area_path", "order", "pk"))


def _prose(scope: Scope, own: Table, over: Period) -> SafeString:
    """The opening sentences, their figures as doors."""

    def door(key: str) -> SafeString:
        return figure(_cell(own.at(measure_of(key), scope.path, scope.now)))

    shared = own.at(measure_of(PARTICIPATION), scope.path, over)
    said = format_html(
        _(
            "{place} has {volunteers}, {share} of them with a professional background. They carried out {projects} and gave "
            "{hours} of service; {participation} of the retired cadres took part in {year}. There are {stations}, of which "
            "{at_streets} at streets, {teams}, of which {experts} of experts, and {brands}."
        ),
        place=scope.name, volunteers=door(VOLUNTEERS), share=door(SHARE), projects=door(PROJECTS), hours=door(HOURS),
        participation=figure(cell(shared)), year=over.label(), stations=door(STATIONS), at_streets=door(AT_STREETS),
        teams=door(TEAMS), experts=door(EXPERTS), brands=door(BRANDS),
    )  # fmt: skip
    if not own.at(measure_of(DOMAINS), scope.path, scope.now).value:
        return said  # what is done where was set further up
    return said + format_html(
        _(" The work lies in {domains} with {undertakings}."), domains=door(DOMAINS), undertakings=door(UNDERTAKINGS)
    )


def _tiles(scope: Scope, own: Table, over: Period) -> list[Row]:
    share = own.at(measure_of(SHARE), scope.path, scope.now)
    shared = own.at(measure_of(PARTICIPATION), scope.path, over)
    notes = {VOLUNTEERS: _("%(share)s%% with a profession") % {"share": share.text}}
    tiles: list[Row] = [
        {"figure": _cell(own.at(measure_of(key), scope.path, scope.now)), "note": notes.get(key, "")}
        for key in (VOLUNTEERS, HOURS, PROJECTS, STATIONS)
    ]
    return [*tiles, {"figure": cell(shared), "note": over.label()}]


def _bars(scope: Scope, below: Table, children: Sequence[Place]) -> Row | None:
    """The places below by their volunteers, the one with most first."""
    if not children:
        return None

    def value(child: Place) -> Decimal:
        return below.at(measure_of(VOLUNTEERS), child.area_path, scope.now).value or Decimal(0)

    most = max(value(child) for child in children) or Decimal(1)
    rows = [
        {
            "label": child.short_name,
            "url": _below_url(child, scope.day),
            "figure": cell(below.at(measure_of(VOLUNTEERS), child.area_path, scope.now), unit=False),
            "value": round(float(value(child) * 100 / most), 2),
            "cells": [_cell(below.at(measure_of(key), child.area_path, scope.now), unit=False) for key in COLUMNS],
        }
        for child in sorted(children, key=lambda child: (-value(child), child.area_path))
    ]
    columns = [_("With a profession %"), _("Projects"), pgettext("volunteer service", "Hours"), _("Stations")]
    return {
        "title": _("By place"), "note": _("sorted by volunteers"), "place_label": _("Place"),
        "value_label": _("Volunteers"), "columns": columns, "rows": rows,
    }  # fmt: skip


def _below_url(child: Place, day: date) -> str:
    if child.level == Place.Level.VILLAGE:
        return address_of("place", path=child.area_path)
    return url_of(child.area_path, day, "volunteering-at")


def _trends(scope: Scope, grown: Table, years: Sequence[Period], ends: Sequence[Period]) -> list[Row]:
    """Hours of each year that is over, and volunteers at the end of each; from the first year of which there is anything."""
    over = [one for one in years if one.end <= scope.day]
    lines = (
        (_("Hours of service by year"), HOURS, over),
        (_("Registered volunteers at the end of each year"), VOLUNTEERS, ends),
    )
    trends: list[Row] = []
    for title, key, periods in lines:
        found = [(str(one.end.year), grown.at(measure_of(key), scope.path, one)) for one in periods]
        grew = [(label, round(in_unit(each.value or NOTHING, each.measure.card.unit))) for label, each in found]
        points = list(dropwhile(lambda point: not point[1], grew))
        trends.append({"title": title, "series": [Series(scope.name, points, emphasised=True)] if points else []})
    return trends


def _table_of(domains: Sequence[DomainMeasures], own: Table, scope: Scope) -> Row:
    """What was done and what came of it in each domain."""

    def shown(measure: Measure, *, unit: bool) -> Cell:
        return _cell(own.at(measure, scope.path, scope.now), unit=unit)

    rows: list[Row] = []
    for each in domains:
        came = [(outcome_name(one), figure(shown(one, unit=True))) for one in each.outcomes]
        rows.append(
            {
                "url": f"{address_of('catalogue')}#{each.domain.code}",
                "cells": [
                    {"text": each.domain.name}, {"figure": shown(each.projects, unit=False)},
                    {"figure": shown(each.hours, unit=False)}, {"html": _together(came)},
                ],
            }
        )  # fmt: skip
    return {
        "columns": [
            {"label": _("Domain")}, {"label": _("Projects"), "numeric": True},
            {"label": pgettext("volunteer service", "Hours"), "numeric": True}, {"label": _("Outcomes")},
        ],
        "rows": rows,
    }  # fmt: skip


def _together(came: Sequence[tuple[str, SafeString]]) -> SafeString:
    """Outcomes in one cell, each with its figure."""
    return format_html("<span>{}</span>", format_html_join("，", "{} {}", came)) if came else SafeString("")
