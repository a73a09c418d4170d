"""Supervision on the desk: findings as a list and one by one, visits, and the files that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.base.rules import Actor, Denied
from yinling.exchange import Column, may_export
from yinling.figures import table
from yinling.network import children_of, place_at
from yinling.supervision import (
    FINDING_MEASURES,
    STEPS,
    Finding,
    Severity,
    State,
    Wanted,
    findings,
    may_see_findings,
    may_supervise,
    may_take,
)
from yinling.web.cells import Cell, cell
from yinling.web.exports import workbook
from yinling.web.list_tools import chip, count_of, page_number, select, turning
from yinling.web.page import Request, address_of, found, page
from yinling.web.supervision_words import around, course, due_cell, due_fact, severity_cell, state_cell

SIZE = 50
HEADING = 40
"""Characters of a finding that stand as the heading of its page; the whole text follows below."""

Row = dict[str, object]
Crumbs = list[dict[str, object]]


@page("supervision/", name="findings", rule=may_see_findings)
def list_page(request: Request) -> HttpResponse:
    """The findings of the actor's area, what is not settled first: search, filters in the address, fifty rows a page."""
    wanted, number = _wanted(request), page_number(request)
    rows = findings(request.actor, wanted)
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    query = {key: str(value) for key, value in request.GET.items() if key != "page"}
    listing = {
        "title": _("Supervision"),
        "count_text": _("%(count)s findings") % {"count": count_of(rows)},
        "search": {"q": wanted.text, "placeholder": _("Finding, body or place")},
        "hidden": [{"name": key, "value": value} for key, value in query.items() if key not in {"q", "place"}],
        "selects": areas(request.actor, wanted.path),
        "filters": list(_chips(wanted, query)),
        "actions": _list_actions(request.actor, query),
        "columns": [{"label": label} for label in columns()],
        "rows": [_row(finding) for finding in shown[:SIZE]],
        "pagination": turning(query, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No finding matches."),
            "hint": _("Take a filter away, or record a visit and what was found during it."),
        },
    }
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


@page("supervision/export.xlsx", name="findings-export", rule=may_export)
def export_page(request: Request) -> HttpResponse:
    """The same rows as Excel, each with the visit it comes from."""
    rows = findings(request.actor, _wanted(request))
    columns = [
        Column(_("Finding"), 40), Column(_("Severity")), Column(_("Place"), 20), Column(_("Visited"), 24),
        Column(_("Visiting office"), 24), Column(_("Visited on"), 12), Column(_("To be mended by"), 24),
        Column(_("Post in charge"), 12), Column(_("Due on"), 12), Column(_("State")), Column(_("Closed on"), 12),
    ]  # fmt: skip

    def cells() -> Iterator[list[object]]:
        for row in rows.iterator(chunk_size=2000):
            visit = row.visit
            yield [
                row.what, row.get_severity_display(), visit.place.with_parent, visit.visited, visit.office.name,
                visit.visited_on, row.owner.name, row.in_charge, row.due_on, state_cell(row)["text"], row.closed_on,
            ]  # fmt: skip

    return workbook(request, title=_("Findings of supervision"), columns=columns, rows=cells())


def _wanted(request: Request) -> Wanted:
    state, severity = request.GET.get("state", ""), request.GET.get("severity", "")
    return Wanted(
        text=request.GET.get("q", ""),
        path=request.GET.get("place", ""),
        state=state if state in State.values else "",
        severity=severity if severity in Severity.values else "",
        overdue=request.GET.get("overdue") == "yes",
        waiting=request.GET.get("waiting") == "yes",
    )


def areas(actor: Actor, path: str) -> list[Row]:
    """A choice among the places right below the actor's own."""
    home = place_at(actor.home)
    below = list(children_of(home)) if home is not None or not actor.home else []
    if not below:
        return []
    options = [("", _("All")), *((place.area_path, place.short_name) for place in below)]
    return [select("place", _("Area"), options, path)]


def _chips(wanted: Wanted, query: dict[str, str]) -> Iterator[Row]:
    yield chip(query, "waiting", "yes", _("waits for us"), _("To do"), wanted.waiting)
    yield chip(query, "overdue", "yes", _("overdue"), _("To do"), wanted.overdue)
    for state in State:
        yield chip(query, "state", state.value, str(state.label), _("State"), wanted.state == state)
    for severity in Severity:
        yield chip(query, "severity", severity.value, str(severity.label), _("Severity"), wanted.severity == severity)


def _list_actions(actor: Actor, query: dict[str, str]) -> list[Row]:
    actions: list[Row] = [{"label": _("Record of visits"), "url": address_of("supervision-visits")}]
    if may_supervise.check(actor):
        address = address_of("supervision-visit-new")
        actions.insert(0, {"label": _("Record a supervision visit"), "url": address, "primary": True})
    if may_export.check(actor):
        address = f"{address_of('findings-export')}?{urlencode(query)}"
        actions.append({"label": _("Export to Excel"), "url": address})
    return actions


def columns() -> list[str]:
    """The headers of a list of findings."""
    return [
        _("Finding"), _("Place"), _("Severity"), _("Visiting office"), _("To be mended by"), _("Due"), _("State"),
    ]  # fmt: skip


def _row(finding: Finding) -> Row:
    return {
        "url": address_of("finding", pk=finding.pk),
        "cells": [
            {"text": finding.what}, {"text": finding.visit.place.with_parent}, severity_cell(finding),
            {"text": finding.visit.office.name}, {"text": finding.owner.name}, due_cell(finding), state_cell(finding),
        ],
    }  # fmt: skip


@page("supervision/findings/<int:pk>/", name="finding", rule=may_see_findings)
def finding_page(request: Request, pk: int) -> HttpResponse:
    """One finding: who mends it by when, what was answered, what may be done now, what it counts towards."""
    finding = finding_for(request, pk)
    visit = finding.visit
    detail = {
        "title": shorten(finding.what),
        "subtitle": _("found at %(visited)s on %(day)s") % {"visited": visit.visited, "day": visit.visited_on},
        "signal": {"level": state_cell(finding)["signal"], "text": state_cell(finding)["text"]},
        "intro": finding.what if finding.what != shorten(finding.what) else "",
        "facts": _facts(finding),
        "history": course(list(finding.steps.order_by("-pk"))),
        "verbs": _verbs(request.actor, finding),
        "counts_towards": _figures(finding),
    }
    crumbs: Crumbs = [
        {"label": _("Supervision"), "url": address_of("findings")},
        {"label": str(visit), "url": address_of("supervision-visit", pk=visit.pk)},
        {"label": _("Finding")},
    ]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def shorten(text: str) -> str:
    """As much of a text as a heading takes."""
    return text if len(text) <= HEADING else f"{text[:HEADING]}…"


def finding_for(request: Request, pk: int) -> Finding:
    """The finding with this key, if the actor may see it; 404 otherwise."""
    rows = Finding.objects.select_related("visit__office", "visit__body", "visit__place__parent", "owner")
    return found(may_see_findings, request.actor, rows, pk=pk)


def _facts(finding: Finding) -> list[Row]:
    visit, severity = finding.visit, severity_cell(finding)
    place = visit.place
    facts: list[Row] = [
        {"label": _("Severity"), "value": severity["text"], "signal": severity["signal"]},
        {"label": _("Place"), "value": place.name, "url": address_of("place", path=place.area_path)},
        {"label": _("Visiting office"), "value": visit.office.name},
        {"label": _("To be mended by"), "value": finding.owner.name, "note": finding.in_charge},
        {**due_fact(finding)},
    ]
    if finding.closed_on:
        facts.append({"label": _("Closed on"), "value": finding.closed_on.isoformat()})
    return facts


def _verbs(actor: Actor, finding: Finding) -> list[Row]:
    """The steps the actor may take now, and with the reason those that somebody else is expected to take."""
    verbs: list[Row] = []
    for step in STEPS.values():
        answer = may_take(step, actor, finding)
        if answer or (step.likely and finding.state in step.of):
            address = address_of("finding-step", pk=finding.pk, verb=step.verb)
            reason = str(answer.reason) if isinstance(answer, Denied) else ""
            verbs.append({"label": str(step.label), "url": address, "reason": reason, "primary": step.likely})
    return verbs


def _figures(finding: Finding) -> list[Cell]:
    """The figures of the area around the place in which this finding is counted."""
    if finding.state == State.WITHDRAWN:
        return []
    found_, open_, closed, in_time, _share = FINDING_MEASURES
    now, path = as_of(clock.today()), around(finding.visit.place)
    wanted = [(found_, year(finding.visit.visited_on.year))]
    if finding.closed_on is None:
        wanted.append((open_, now))
    else:
        held = year(finding.closed_on.year)
        wanted += [(closed, held), *([(in_time, held)] if finding.closed_on <= finding.due_on else [])]
    periods = {period.key: period for _measure, period in wanted}
    values = table([measure for measure, _period in wanted], paths=[path], periods=list(periods.values()))
    return [cell(values.at(measure, path, period)) for measure, period in wanted]
