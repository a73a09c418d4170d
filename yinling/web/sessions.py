"""Sessions on the desk: the list by day, and one session with its ways to who comes and who came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import (
    KINDS,
    Session,
    SessionRole,
    may_run,
    may_see_projects,
    project_measures,
    queries,
    workflow,
)
from yinling.base import clock
from yinling.base.paths import under
from yinling.base.period import year
from yinling.base.rules import Actor, Reason
from yinling.exchange import Column, may_export
from yinling.facts import entries_about
from yinling.figures import table
from yinling.volunteers import Station
from yinling.web.cells import Cell, cell
from yinling.web.exports import workbook
from yinling.web.form_page import verb
from yinling.web.happened import Names, history
from yinling.web.list_tools import chip, page_number, select, turning
from yinling.web.page import Request, address_of, found, page, pages
from yinling.web.project_words import (
    Crumbs,
    Row,
    amount_words,
    area_asked,
    area_select,
    day_words,
    hours_words,
    kind_label,
    session_state,
    state_at,
)

SIZE = 50
MONTHS = 12
"""Months before and after this one that can be chosen."""

WIDE = 100
"""More stations than this are not listed to choose from."""

RANGES: tuple[tuple[str, Reason], ...] = (
    ("today", pgettext_lazy("days", "today")), ("week", gettext_lazy("next 7 days")), ("past", gettext_lazy("earlier")),
    ("all", gettext_lazy("all days")),
)  # fmt: skip
"""Ranges of days besides the usual one: from today on."""

WAYS: dict[str, Reason] = {
    "people": gettext_lazy("Who comes"), "attendance": gettext_lazy("Who came"),
    "hours": pgettext_lazy("volunteer service", "Hours"), "code": gettext_lazy("Code to check in"),
}  # fmt: skip
"""Pages about a session that other parts of the platform bring, by the last word of their address."""

SHOWN = (
    "pk", "day", "starts_at", "ends_at", "venue", "state", "activity__title", "activity__kind", "place__short_name",
    "place__parent__short_name",
)  # fmt: skip
"""What the list shows of a session."""

WAY = re.compile(r"sessions/<int:pk>/(\w+)/")


@page("sessions/", name="sessions", rule=may_see_projects)
def list_page(request: Request) -> HttpResponse:
    """The sessions from today on: by day range, area, station, kind, state; fifty a page, and nothing else is counted."""
    days, number = _days(request), page_number(request)
    wanted = _wanted(request, days)
    # Values, not rows with their relations: the list of a busy place is read all day, and rows cost thrice as much.
    rows = queries.sessions(request.actor, wanted).select_related(None).values(*SHOWN)
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    taken = _taken([row["pk"] for row in shown])
    query = {key: str(value) for key, value in request.GET.items() if key != "page"}
    selected = {"q", "place", "kind", "station", "month"}
    listing = {
        "title": pgettext("of activities", "Sessions"),
        "count_text": _("Page %(number)s") % {"number": number + 1},
        "search": {"q": wanted.text, "placeholder": _("Activity or venue")},
        "hidden": [{"name": key, "value": value} for key, value in query.items() if key not in selected],
        "selects": _selects(request, wanted),
        "filters": list(_chips(days, wanted, query)),
        "actions": _actions(request.actor, query),
        "columns": [
            {"label": pgettext("of a project", "Activity")}, {"label": _("When")}, {"label": _("Kind")}, {"label": _("Venue")},
            {"label": _("Place")}, {"label": _("Places taken"), "numeric": True}, {"label": _("State")},
        ],
        "rows": [_row(row, taken.get(row["pk"], ""), address_of("session", pk=row["pk"])) for row in shown[:SIZE]],
        "pagination": turning(query, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No session matches."),
            "hint": _("Take a filter away, or choose other days. Sessions are laid out with an activity of a project."),
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _days(request: Request) -> str:
    days = request.GET.get("days", "")
    return days if days in dict(RANGES) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**31)) else None


def _month(text: str) -> tuple[date, date] | None:
    """First and last day of a month written 2026-03."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _wanted(request: Request, days: str) -> queries.WantedSessions:
    today, kind, state = clock.today(), request.GET.get("kind", ""), request.GET.get("state", "")
    month = _month(request.GET.get("month", ""))
    since, until = {
        "": (today, None), "today": (today, today), "week": (today, today + timedelta(days=6)),
        "past": (None, today - timedelta(days=1)), "all": (None, None),
    }[days] if month is None else month  # fmt: skip
    return queries.WantedSessions(
        since=since,
        until=until,
        path=area_asked(request),
        station=_number(request.GET.get("station", "")),
        project=_number(request.GET.get("project", "")),
        kind=kind if kind in KINDS else "",
        state=state if state in Session.State.values else "",
        text=request.GET.get("q", ""),
        latest=days == "past" and month is None,
    )


def _selects(request: Request, wanted: queries.WantedSessions) -> list[Row]:
    every, today = ("", _("All")), clock.today()
    months = [f"{_shifted(today, number):%Y-%m}" for number in range(-MONTHS, MONTHS + 1)]
    near = Station.objects.filter(under(wanted.path), body__dissolved__isnull=True)
    stations = list(near.order_by("area_path").values_list("pk", "body__name")[: WIDE + 1])
    selects: list[Row] = [
        *area_select(request),
        select("kind", _("Kind"), [every, *((key, kind_label(key)) for key in KINDS)], wanted.kind),
        select("month", _("Month"), [every, *((month, month) for month in months)], request.GET.get("month", "")),
    ]
    if 0 < len(stations) <= WIDE:
        selects.append(select("station", _("Service station"), [every, *stations], wanted.station))
    return selects


def _shifted(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _chips(days: str, wanted: queries.WantedSessions, query: dict[str, str]) -> Iterator[Row]:
    without_month = {key: value for key, value in query.items() if key != "month"}
    for key, label in RANGES:
        yield chip(without_month, "days", key, str(label), _("Days"), days == key and "month" not in query)
    for state in Session.State:
        yield chip(query, "state", state.value, str(state.label), _("State"), wanted.state == state)


def _actions(actor: Actor, query: dict[str, str]) -> list[Row]:
    if not may_export.check(actor):
        return []
    return [{"label": _("Export to Excel"), "url": f"{address_of('sessions-export')}?{urlencode(query)}"}]


def _taken(keys: list[int]) -> dict[int, str]:
    """Places taken and places there are of each session, over all its roles."""
    sums: dict[int, tuple[int, int]] = {}
    for key, taken, capacity in SessionRole.objects.filter(session__in=keys).values_list(
        "session", "taken", "capacity"
    ):
        known = sums.get(key, (0, 0))
        sums[key] = (known[0] + taken, known[1] + capacity)
    return {key: f"{taken} / {capacity}" for key, (taken, capacity) in sums.items()}


def _row(row: Mapping[str, Any], taken: str, address: str) -> Row:
    above = row["place__parent__short_name"]
    return {
        "url": address,
        "cells": [
            {"text": row["activity__title"]},
            {"text": f"{day_words(row['day'])} {hours_words(row['starts_at'], row['ends_at'])}"},
            {"text": kind_label(row["activity__kind"])}, {"text": row["venue"]},
            {"text": f"{above} {row['place__short_name']}" if above else row["place__short_name"]},
            {"text": taken, "numeric": True}, state_at(row["state"], row["ends_at"]),
        ],
    }  # fmt: skip


@page("sessions/export.xlsx", name="sessions-export", rule=may_export)
def export_page(request: Request) -> HttpResponse:
    """The same rows as Excel."""
    rows = queries.sessions(request.actor, _wanted(request, _days(request)))
    rows = rows.prefetch_related(Prefetch("roles", SessionRole.objects.order_by("pk")))
    columns = [
        Column(pgettext("of a project", "Number"), 10), Column(pgettext("of a project", "Activity"), 32),
        Column(_("Project"), 32), Column(_("Kind")), Column(_("Day"), 12),
        Column(_("Time"), 14), Column(_("Venue"), 28), Column(_("Place"), 20), Column(_("Service station"), 28),
        Column(pgettext("of a role", "Places")), Column(_("Places taken")), Column(_("State")),
    ]  # fmt: skip

    def cells() -> Iterator[list[object]]:
        for row in rows.iterator(chunk_size=2000):
            roles = list(row.roles.all())
            yield [
                row.pk, row.activity.title, row.activity.project.title, kind_label(row.activity.kind), row.day,
                hours_words(row.starts_at, row.ends_at), row.venue, row.place.with_parent,
                row.station.body.name if row.station else "", sum(role.capacity for role in roles),
                sum(role.taken for role in roles), row.get_state_display(),
            ]  # fmt: skip

    return workbook(request, title=pgettext("of activities", "Sessions"), columns=columns, rows=cells())


@page("sessions/<int:pk>/", name="session", rule=may_see_projects)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One session: when and where, its roles, who comes, what came of it, what it counts towards."""
    session = session_for(request, pk)
    activity, state = session.activity, session_state(session)
    known = Names(
        places={session.place_id: session.place.short_name}, paths={session.area_path: session.place.short_name}
    )
    day = day_words(session.day)
    detail = {
        "title": activity.title,
        "subtitle": f"{day} {hours_words(session.starts_at, session.ends_at)}",
        "signal": {"level": state["signal"], "text": state["text"]},
        "intro": session.notice,
        "facts": _facts(session),
        "sections": [_roles(session), _outcomes(session)],
        "history": history(list(entries_about({"session": [session.pk]})[:SIZE]), known),
        "verbs": list(_verbs(request.actor, session)),
        "counts_towards": _figures(session),
    }
    crumbs: Crumbs = [
        {"label": _("Projects"), "url": address_of("projects")},
        {"label": activity.project.title, "url": address_of("project", pk=activity.project_id)},
        {"label": activity.title, "url": address_of("activity", pk=activity.pk)}, {"label": day},
    ]  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def session_for(request: Request, pk: int, *, running: bool = False) -> Session:
    """The session with this key, if the viewer may see it, or run things there; 404 otherwise."""
    return found(may_run if running else may_see_projects, request.actor, queries.sessions(request.actor), pk=pk)


def _facts(session: Session) -> list[Row]:
    activity, project = session.activity, session.activity.project
    facts: list[Row] = [
        {"label": _("Day"), "value": day_words(session.day)},
        {"label": _("Time"), "value": hours_words(session.starts_at, session.ends_at)},
        {"label": _("Venue"), "value": session.venue},
        {
            "label": _("Place"), "value": session.place.with_parent,
            "url": address_of("place", path=session.place.area_path),
        },
        {"label": _("Kind"), "value": kind_label(activity.kind)},
        {"label": _("Project"), "value": project.title, "url": address_of("project", pk=project.pk)},
        {"label": _("Risks"), "value": project.risks},
    ]  # fmt: skip
    if session.station:
        address = address_of("station", pk=session.station_id) if "station" in pages else ""
        facts.append({"label": _("Service station"), "value": session.station.body.name, "url": address})
    if session.by_choice:
        facts.append({"label": _("Who comes"), "value": _("is chosen by the organiser")})
    return [fact for fact in facts if fact["value"]]


def _roles(session: Session) -> Row:
    return {
        "title": pgettext("of a session", "Roles"),
        "columns": [
            {"label": pgettext("of a session", "Role")}, {"label": pgettext("of a role", "Places"), "numeric": True},
            {"label": _("Taken"), "numeric": True},
            {"label": _("Counts as")},
        ],
        "rows": [
            {
                "cells": [
                    {"text": role.name}, {"text": role.capacity, "numeric": True}, {"text": role.taken, "numeric": True},
                    {"text": _("volunteer service") if role.serves else _("taking part")},
                ],
            }
            for role in session.roles.order_by("pk")
        ],
    }  # fmt: skip


def _outcomes(session: Session) -> Row:
    rows = queries.what_came(session.outcomes.order_by("pk"), SIZE)
    return {
        "title": _("Outcomes"),
        "intro": "" if rows else _("None recorded yet."),
        "columns": [{"label": _("What came of it")}, {"label": _("How much"), "numeric": True}, {"label": _("Remark")}],
        "rows": [
            {
                "url": address_of("outcome", pk=one.pk),
                "cells": [
                    {"text": one.what}, {"text": amount_words(one.quantity, one.unit), "numeric": True},
                    {"text": one.remark},
                ],
            }
            for one in rows
        ],
    }  # fmt: skip


def _verbs(actor: Actor, session: Session) -> Iterator[Row]:
    for one in pages.values():
        way = WAY.fullmatch(one.route)
        if way and way[1] in WAYS and one.rule.check(actor, session):
            yield {"label": str(WAYS[way[1]]), "url": address_of(one.name, pk=session.pk)}
    named: list[tuple[str, str, dict[str, object]]] = []
    if session.state == Session.State.OPEN:
        if session.ends_at <= clock.now():
            named.append((_("Close as held"), "session-close", {"post": True, "primary": True}))
            named.append((_("It was not held"), "session-cancel", {}))
        else:
            named.append((_("Move it"), "session-change", {}))
            named.append((_("Cancel it"), "session-cancel", {}))
    elif session.state == Session.State.HELD and session.activity.project.state in workflow.RUNNING:
        named.append((_("It was closed by mistake"), "session-reopen", {}))
    for label, name, more in named:
        yield verb(label, address_of(name, pk=session.pk), may_run.check(actor, session), **more)
    project = session.activity.project
    if project.published_on and session.state != Session.State.CANCELLED:
        address = f"{address_of('outcome-new', pk=project.pk)}?session={session.pk}"
        yield verb(_("Record an outcome"), address, may_run.check(actor, session))
        calendar = address_of("project-calendar", pk=project.pk)
        yield {"label": _("Calendar of the project (iCal)"), "url": calendar}


def _figures(session: Session) -> list[Cell]:
    """The figures of the session's county for the year in which it was held."""
    if session.state != Session.State.HELD:
        return []
    period, path = year(session.day.year), session.area_path[: len("520622")]
    measures = [project_measures.SESSIONS, project_measures.SESSIONS_BY_KIND[session.activity.kind]]
    values = table(measures, paths=[path], periods=[period])
    return [cell(values.at(measure, path, period)) for measure in measures]
