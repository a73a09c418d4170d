"""Supervision visits on the desk: the list, one visit with its findings, and the files handed in."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.base.period import year
from yinling.base.rules import Actor
from yinling.figures import table
from yinling.supervision import (
    VISITS,
    Finding,
    State,
    SupervisionVisit,
    acts_for_visitor,
    evidence_shown,
    is_overdue,
    may_see_findings,
    may_supervise,
    visits,
)
from yinling.web.cells import cell
from yinling.web.evidence import as_download
from yinling.web.list_tools import page_number, turning
from yinling.web.page import Request, address_of, found, page
from yinling.web.supervision import SIZE, Crumbs, Row, columns
from yinling.web.supervision_words import around, due_cell, events, severity_cell, state_cell


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
    new = {"label": _("Record a supervision visit"), "url": address_of("supervision-visit-new"), "primary": True}
    may = bool(may_supervise.check(request.actor))
    listing = {
        "title": _("Record of visits"),
        "search": {"q": text, "placeholder": _("Body or place")},
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Visited")}, {"label": _("Place")}, {"label": _("Visited on")}, {"label": _("Visiting office")},
            {"label": _("Number of findings"), "numeric": True}, {"label": _("of them not closed"), "numeric": True},
        ],
        "rows": [_visit_row(visit) for visit in shown[:SIZE]],
        "pagination": turning({"q": text} if text else {}, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No visit is recorded."),
            "hint": _("A visit is recorded once; what was found is added to it, one by one."),
            "action": new if may else None,
        },
    }  # fmt: skip
    crumbs: Crumbs = [{"label": _("Supervision"), "url": address_of("findings")}, {"label": listing["title"]}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def _visit_row(visit: SupervisionVisit) -> Row:
    counts = [getattr(visit, name) for name in ("found", "unsettled")]
    return {
        "url": address_of("supervision-visit", pk=visit.pk),
        "cells": [
            {"text": visit.visited}, {"text": visit.place.with_parent}, {"text": visit.visited_on.isoformat()},
            {"text": visit.office.name}, *({"text": count} for count in counts),
        ],
    }  # fmt: skip


@page("supervision/visits/<int:pk>/", name="supervision-visit", rule=may_see_findings)
def visit_page(request: Request, pk: int) -> HttpResponse:
    """One visit with everything that was found during it."""
    visit = found(may_see_findings, request.actor, visits(request.actor), pk=pk)
    rows = list(visit.findings.select_related("visit__office", "visit__place__parent", "owner").order_by("pk"))
    place, period = visit.place, year(visit.visited_on.year)
    late = sum(is_overdue(row) for row in rows)
    detail = {
        "title": visit.visited,
        "subtitle": f"{visit.visited_on} · {visit.office.name}",
        "signal": {"level": "none", "text": _("withdrawn")} if visit.withdrawn else None,
        "intro": visit.summary,
        "facts": [
            {"label": _("Visiting office"), "value": visit.office.name},
            {"label": _("Place"), "value": place.name, "url": address_of("place", path=place.area_path)},
            {"label": _("Visited on"), "value": visit.visited_on.isoformat()},
            {"label": _("Who went"), "value": visit.visitors},
        ],
        "sections": [
            {
                "title": _("Findings: %(count)s") % {"count": len(rows)},
                "intro": _("%(count)s of them are overdue.") % {"count": late} if late else "",
                "columns": [{"label": label} for label in (_("Finding"), *columns()[2:3], *columns()[4:])],
                "rows": [_finding_of_visit(row) for row in rows],
            }
        ],
        "history": events("supervisionvisit", visit.pk),
        "verbs": _visit_verbs(request.actor, visit),
        "counts_towards": [
            cell(table([VISITS], paths=[around(place)], periods=[period]).at(VISITS, around(place), period))
        ],
    }  # fmt: skip
    crumbs: Crumbs = [
        {"label": _("Supervision"), "url": address_of("findings")},
        {"label": _("Record of visits"), "url": address_of("supervision-visits")}, {"label": str(visit)},
    ]  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _finding_of_visit(finding: Finding) -> Row:
    address = address_of("finding", pk=finding.pk)
    cells = [
        {"text": finding.what}, severity_cell(finding), {"text": finding.owner.name}, due_cell(finding),
        state_cell(finding),
    ]  # fmt: skip
    return {"url": address, "cells": cells}


def _visit_verbs(actor: Actor, visit: SupervisionVisit) -> list[Row]:
    if visit.withdrawn or not (actor.system or acts_for_visitor(actor, Finding(visit=visit))):
        return []
    return [
        {"label": label, "url": address_of(name, pk=visit.pk), "primary": name == "finding-new"}
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
