"""Supervision on the desk: findings as a list and one by one, visits, and the files that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.base.rules import Actor, Denied
from yinling.exchange import Column, may_export
from yinling.facts import Entry
from yinling.figures import table
from yinling.network import Place, children_of, place_at
from yinling.supervision import (
    FINDING_MEASURES,
    STEPS,
    VISITS,
    Finding,
    FindingStep,
    Severity,
    State,
    SupervisionVisit,
    Wanted,
    acts_for_visitor,
    evidence_of,
    evidence_shown,
    findings,
    is_overdue,
    may_see_findings,
    may_supervise,
    may_take,
    visits,
)
from yinling.web.cells import Cell, cell
from yinling.web.evidence import as_download
from yinling.web.exports import workbook
from yinling.web.happened import actor_in_words
from yinling.web.page import Request, found, page
from yinling.web.supervision_words import due_cell, severity_cell, state_cell, step_in_words, where

SIZE = 50
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
        "count_text": _("%(count)s findings") % {"count": rows.count()},
        "search": {"q": wanted.text, "placeholder": _("Finding, body or place")},
        "hidden": [{"name": key, "value": value} for key, value in query.items() if key not in {"q", "place"}],
        "selects": _areas(request.actor, wanted),
        "filters": list(_chips(wanted, query)),
        "actions": _list_actions(request.actor, query),
        "columns": [{"label": label} for label in _columns()],
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
                row.what, row.get_severity_display(), where(visit.place), visit.visited, visit.office.name,
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


def _areas(actor: Actor, wanted: Wanted) -> list[Row]:
    """A choice among the places right below the actor's own."""
    home = place_at(actor.home)
    below = list(children_of(home)) if home is not None or not actor.home else []
    if not below:
        return []
    options = [{"value": "", "label": _("All"), "selected": not wanted.path}]
    options += [
        {"value": place.area_path, "label": place.short_name, "selected": place.area_path == wanted.path}
        for place in below
    ]
    return [{"name": "place", "label": _("Area"), "options": options}]


def _chips(wanted: Wanted, query: dict[str, str]) -> Iterator[Row]:
    yield _chip(query, "waiting", "yes", _("waits for us"), _("To do"), wanted.waiting)
    yield _chip(query, "overdue", "yes", _("overdue"), _("To do"), wanted.overdue)
    for state in State:
        yield _chip(query, "state", state.value, str(state.label), _("State"), wanted.state == state)
    for severity in Severity:
        yield _chip(query, "severity", severity.value, str(severity.label), _("Severity"), wanted.severity == severity)


def _chip(query: dict[str, str], name: str, value: str, label: str, group: str, active: bool) -> Row:
    rest = {key: kept for key, kept in query.items() if key != name}
    address = "?" + urlencode(rest if active else {**rest, name: value})
    return {"label": label, "group": group, "active": active, "url": address}


def _list_actions(actor: Actor, query: dict[str, str]) -> list[Row]:
    actions: list[Row] = [{"label": _("Visits"), "url": reverse("supervision-visits")}]
    if may_supervise.check(actor):
        address = reverse("supervision-visit-new")
        actions.insert(0, {"label": _("Record a supervision visit"), "url": address, "primary": True})
    if may_export.check(actor):
        address = f"{reverse('findings-export')}?{urlencode(query)}"
        actions.append({"label": _("Export to Excel"), "url": address})
    return actions


def _columns() -> list[str]:
    return [
        _("Finding"), _("Place"), _("Severity"), _("Visiting office"), _("To be mended by"), _("Due"), _("State"),
    ]  # fmt: skip


def _row(finding: Finding) -> Row:
    return {
        "url": reverse("finding", kwargs={"pk": finding.pk}),
        "cells": [
            {"text": finding.what}, {"text": where(finding.visit.place)}, severity_cell(finding),
            {"text": finding.visit.office.name}, {"text": finding.owner.name}, due_cell(finding), state_cell(finding),
        ],
    }  # fmt: skip


def page_number(request: Request) -> int:
    """The page of a list that an address asks for; the first for anything that is none."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("10000") else 0


def turning(query: dict[str, str], number: int, *, more: bool) -> Row:
    """The ways to the pages before and after, keeping what the address says."""

    def to(other: int) -> str:
        return "?" + urlencode({**query, "page": str(other)})

    return {"text": "", "prev_url": to(number - 1) if number else "", "next_url": to(number + 1) if more else ""}


@page("supervision/findings/<int:pk>/", name="finding", rule=may_see_findings)
def finding_page(request: Request, pk: int) -> HttpResponse:
    """One finding: who mends it by when, what was answered, what may be done now, what it counts towards."""
    finding = finding_for(request, pk)
    visit = finding.visit
    detail = {
        "title": visit.visited,
        "subtitle": _("found by %(office)s on %(day)s") % {"office": visit.office.name, "day": visit.visited_on},
        "signal": {"level": state_cell(finding)["signal"], "text": state_cell(finding)["text"]},
        "intro": finding.what,
        "facts": _facts(finding),
        "history": course(list(finding.steps.order_by("-pk"))),
        "verbs": _verbs(request.actor, finding),
        "counts_towards": _figures(finding),
    }
    crumbs: Crumbs = [
        {"label": _("Supervision"), "url": reverse("findings")},
        {"label": str(visit), "url": reverse("supervision-visit", kwargs={"pk": visit.pk})},
        {"label": _("Finding")},
    ]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def finding_for(request: Request, pk: int) -> Finding:
    """The finding with this key, if the actor may see it; 404 otherwise."""
    rows = Finding.objects.select_related("visit__office", "visit__body", "visit__place__parent", "owner")
    return found(may_see_findings, request.actor, rows, pk=pk)


def _facts(finding: Finding) -> list[Row]:
    visit, due, severity = finding.visit, due_cell(finding), severity_cell(finding)
    place = visit.place
    guess = "" if finding.due_certain else _("The holidays of that year are not known yet; the day may shift.")
    facts: list[Row] = [
        {"label": _("Severity"), "value": severity["text"], "signal": severity["signal"]},
        {"label": _("Place"), "value": place.name, "url": reverse("place", kwargs={"path": place.area_path})},
        {"label": _("Visiting office"), "value": visit.office.name},
        {"label": _("To be mended by"), "value": finding.owner.name, "note": finding.in_charge},
        {"label": _("Due on"), "value": finding.due_on.isoformat(), "note": guess},
    ]
    if due["signal"]:
        facts.append({"label": _("Time left"), "value": due["text"], "signal": due["signal"]})
    if finding.closed_on:
        facts.append({"label": _("Closed on"), "value": finding.closed_on.isoformat()})
    return facts


def course(steps: Sequence[FindingStep]) -> list[Row]:
    """Steps of a finding as components/history.html shows them, each with its words and files."""
    entries = Entry.objects.in_bulk({step.entry_id for step in steps})
    files = evidence_of(entries)
    return [
        {
            "when": step.on.isoformat(),
            "who": actor_in_words(entries[step.entry_id].actor_name),
            "what": step_in_words(step),
            "evidence": [
                {"label": one.name, "url": reverse("supervision-evidence", kwargs={"pk": one.pk})}
                for one in files.get(step.entry_id, [])
            ],
        }
        for step in steps
    ]


def _verbs(actor: Actor, finding: Finding) -> list[Row]:
    """The steps that lead on from where the finding stands; with the reason those that somebody else takes."""
    verbs: list[Row] = []
    for step in STEPS.values():
        if finding.state in step.of:
            answer = may_take(step, actor, finding)
            address = reverse("finding-step", kwargs={"pk": finding.pk, "verb": step.verb})
            reason = str(answer.reason) if isinstance(answer, Denied) else ""
            verbs.append({"label": str(step.label), "url": address, "reason": reason, "primary": step.likely})
    return verbs if any(not verb["reason"] for verb in verbs) or may_supervise.check(actor) else verbs[:1]


def _figures(finding: Finding) -> list[Cell]:
    """The figures of the area around the place in which this finding is counted."""
    if finding.state == State.WITHDRAWN:
        return []
    found_, open_, closed, in_time, _share = FINDING_MEASURES
    now, path = as_of(clock.today()), _around(finding.visit.place)
    wanted = [(found_, year(finding.visit.visited_on.year))]
    if finding.closed_on is None:
        wanted.append((open_, now))
    else:
        held = year(finding.closed_on.year)
        wanted += [(closed, held), *([(in_time, held)] if finding.closed_on <= finding.due_on else [])]
    periods = {period.key: period for _measure, period in wanted}
    values = table([measure for measure, _period in wanted], paths=[path], periods=list(periods.values()))
    return [cell(values.at(measure, path, period)) for measure, period in wanted]


def _around(place: Place) -> str:
    return place.parent.area_path if place.parent else place.area_path


@page("supervision/visits/", name="supervision-visits", rule=may_see_findings)
def visits_page(request: Request) -> HttpResponse:
    """The visits to the actor's area, the newest first."""
    text, number = request.GET.get("q", "").strip(), page_number(request)
    rows = visits(request.actor).filter(withdrawn=False)
    if text:
        rows = rows.filter(
            Q(body__name__contains=text) | Q(place__name__contains=text) | Q(office__name__contains=text)
        )
    standing = ~Q(findings__state=State.WITHDRAWN)
    unsettled = standing & ~Q(findings__state=State.CLOSED)
    rows = rows.annotate(found=Count("findings", filter=standing), unsettled=Count("findings", filter=unsettled))
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    new = {"label": _("Record a supervision visit"), "url": reverse("supervision-visit-new"), "primary": True}
    may = bool(may_supervise.check(request.actor))
    listing = {
        "title": _("Supervision visits"),
        "search": {"q": text, "placeholder": _("Body or place")},
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Visited")}, {"label": _("Place")}, {"label": _("Visited on")}, {"label": _("Visiting office")},
            {"label": _("Findings"), "numeric": True}, {"label": _("of them not closed"), "numeric": True},
        ],
        "rows": [_visit_row(visit) for visit in shown[:SIZE]],
        "pagination": turning({"q": text} if text else {}, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No visit is recorded."),
            "hint": _("A visit is recorded once; what was found is added to it, one by one."),
            "action": new if may else None,
        },
    }  # fmt: skip
    crumbs: Crumbs = [{"label": _("Supervision"), "url": reverse("findings")}, {"label": listing["title"]}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def _visit_row(visit: SupervisionVisit) -> Row:
    counts = [getattr(visit, name) for name in ("found", "unsettled")]
    return {
        "url": reverse("supervision-visit", kwargs={"pk": visit.pk}),
        "cells": [
            {"text": visit.visited}, {"text": where(visit.place)}, {"text": visit.visited_on.isoformat()},
            {"text": visit.office.name}, *({"text": count} for count in counts),
        ],
    }  # fmt: skip


@page("supervision/visits/<int:pk>/", name="supervision-visit", rule=may_see_findings)
def visit_page(request: Request, pk: int) -> HttpResponse:
    """One visit with everything that was found during it."""
    visit = found(may_see_findings, request.actor, visits(request.actor), pk=pk)
    rows = list(visit.findings.select_related("visit__office", "visit__place__parent", "owner").order_by("pk"))
    entry = Entry.objects.filter(pk=visit.entry_id).first()
    files = evidence_of([visit.entry_id]).get(visit.entry_id, [])
    place, period = visit.place, year(visit.visited_on.year)
    late = sum(is_overdue(row) for row in rows)
    detail = {
        "title": visit.visited,
        "subtitle": f"{visit.visited_on} · {visit.office.name}",
        "signal": {"level": "none", "text": _("withdrawn")} if visit.withdrawn else None,
        "intro": visit.summary,
        "facts": [
            {"label": _("Visiting office"), "value": visit.office.name},
            {"label": _("Place"), "value": place.name, "url": reverse("place", kwargs={"path": place.area_path})},
            {"label": _("Visited on"), "value": visit.visited_on.isoformat()},
            {"label": _("Who went"), "value": visit.visitors},
        ],
        "sections": [
            {
                "title": _("Findings: %(count)s") % {"count": len(rows)},
                "intro": _("%(count)s of them are overdue.") % {"count": late} if late else "",
                "columns": [{"label": label} for label in (_("Finding"), *_columns()[2:3], *_columns()[4:])],
                "rows": [_finding_of_visit(row) for row in rows],
            }
        ],
        "history": [
            {
                "what": _("Visit recorded"), "when": f"{entry.at.astimezone(clock.CHINA):%Y-%m-%d}",
                "who": actor_in_words(entry.actor_name),
                "evidence": [
                    {"label": one.name, "url": reverse("supervision-evidence", kwargs={"pk": one.pk})} for one in files
                ],
            }
        ] if entry else [],
        "verbs": _visit_verbs(request.actor, visit),
        "counts_towards": [
            cell(table([VISITS], paths=[_around(place)], periods=[period]).at(VISITS, _around(place), period))
        ],
    }  # fmt: skip
    crumbs: Crumbs = [
        {"label": _("Supervision"), "url": reverse("findings")},
        {"label": _("Supervision visits"), "url": reverse("supervision-visits")}, {"label": str(visit)},
    ]  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _finding_of_visit(finding: Finding) -> Row:
    address = reverse("finding", kwargs={"pk": finding.pk})
    cells = [
        {"text": finding.what}, severity_cell(finding), {"text": finding.owner.name}, due_cell(finding),
        state_cell(finding),
    ]  # fmt: skip
    return {"url": address, "cells": cells}


def _visit_verbs(actor: Actor, visit: SupervisionVisit) -> list[Row]:
    if visit.withdrawn or not (actor.system or acts_for_visitor(actor, Finding(visit=visit))):
        return []
    return [
        {"label": label, "url": reverse(name, kwargs={"pk": visit.pk}), "primary": name == "finding-new"}
        for label, name in (
            (_("Add a finding"), "finding-new"), (_("Withdraw the visit"), "supervision-visit-withdraw"),
        )
    ]  # fmt: skip


@page("supervision/evidence/<int:pk>/", name="supervision-evidence", rule=may_see_findings)
def evidence_page(request: Request, pk: int) -> HttpResponse:
    """A file handed in with a visit, a step of a finding or a training, as a download."""
    evidence = evidence_shown(request.actor, pk)
    if evidence is None:
        raise Http404
    return as_download(evidence)
