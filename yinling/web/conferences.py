"""Conferences on the desk: list, record with papers, speeches and visits, and the forms that add to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import conferences
from yinling.associations import may_see_associations
from yinling.base.period import year
from yinling.base.rules import Actor, Denied
from yinling.facts import entries_about
from yinling.figures import table
from yinling.network import Body
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import Cell, cell
from yinling.web.form_page import form_page
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, PlaceField, reach

SIZE = 50
SHOWN = 500
"""Papers and speeches of one conference shown at most."""

HOLDERS = ("administrator", "officer")
Crumbs = list[dict[str, object]]


class HoldForm(ProblemForm):
    """A conference that was held."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    held_on = day_field(gettext_lazy("Held on"))
    field_order = ("name", "host", "place", "held_on")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["host"] = BodyField(label=_("Held by"), roots=reach(actor, *HOLDERS), kind=Body.Kind.OFFICE)
        self.fields["place"] = PlaceField(label=_("Held at"), roots=("",))
        self.order_fields(self.field_order)


class ContributionForm(ProblemForm):
    """A paper handed in, or a speech given."""

    what = forms.ChoiceField(
        label=gettext_lazy("What"), choices=conferences.Contribution.What.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    by_name = forms.CharField(label=gettext_lazy("Body it comes from"), max_length=120)
    field_order = ("what", "title", "by_name", "by_place")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Any place: guests from elsewhere hand in papers too.
        self.fields["by_place"] = PlaceField(label=_("Place it comes from"), roots=("",))
        self.order_fields(self.field_order)


class VisitForm(ProblemForm):
    """A visit to an association."""

    on = day_field(gettext_lazy("On"))
    field_order = ("visited", "on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["visited"] = BodyField(label=_("Association"), roots=("",), kind=Body.Kind.ASSOCIATION)
        self.order_fields(self.field_order)


@page("conferences/", name="conferences", rule=conferences.may_see_conferences)
def list_page(request: Request) -> HttpResponse:
    """All conferences, the newest first. They are public work: everybody who works here sees them."""
    text, after = request.GET.get("q", "").strip(), request.GET.get("page", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < len(str(SHOWN)) + 2 else 0
    rows = conferences.Conference.objects.select_related("host", "place").order_by("-held_on", "-pk")
    if text:
        rows = rows.filter(name__contains=text)
    rows = rows.annotate(
        papers=Count("contributions", filter=Q(contributions__what=conferences.Contribution.What.PAPER), distinct=True),
        speeches=Count(
            "contributions", filter=Q(contributions__what=conferences.Contribution.What.SPEECH), distinct=True
        ),
        visited=Count("visits", distinct=True),
    )
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    prefix = f"?{urlencode({'q': text} if text else {})}&page="
    new = {"label": _("Record a conference"), "url": address_of("conference-new"), "primary": True}
    may = bool(conferences.may_hold.check(request.actor))
    listing = {
        "title": _("Conferences"),
        "search": {"q": text, "placeholder": _("Name")},
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Conference")}, {"label": _("Held on")}, {"label": _("Held by")}, {"label": _("Held at")},
            {"label": _("Papers"), "numeric": True}, {"label": _("Speeches"), "numeric": True},
            {"label": _("Visits"), "numeric": True},
        ],
        "rows": [_row(conference) for conference in shown[:SIZE]],
        "pagination": {
            "text": "", "prev_url": f"{prefix}{number - 1}" if number else "",
            "next_url": f"{prefix}{number + 1}" if len(shown) > SIZE else "",
        },
        "empty": {
            "title": _("No conference is recorded."),
            "hint": _("A conference is recorded once; its papers, speeches and visits are added to it."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(conference: conferences.Conference) -> dict[str, object]:
    counts = [getattr(conference, name) for name in ("papers", "speeches", "visited")]
    return {
        "url": _address(conference),
        "cells": [
            {"text": conference.name}, {"text": conference.held_on.isoformat()}, {"text": conference.host.name},
            {"text": conference.place.short_name}, *({"text": count} for count in counts),
        ],
    }  # fmt: skip


def _address(conference: conferences.Conference) -> str:
    return address_of("conference", pk=conference.pk)


@page("conferences/<int:pk>/", name="conference", rule=conferences.may_see_conferences)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One conference: who spoke, what was handed in, what was visited, what it counts towards."""
    conference = _conference(request, pk)
    contributions = list(conference.contributions.select_related("by_place").order_by("pk")[:SHOWN])
    visits = list(conference.visits.select_related("visited__place__parent").order_by("on", "pk"))
    papers = [one for one in contributions if one.what == conferences.Contribution.What.PAPER]
    speeches = [one for one in contributions if one.what == conferences.Contribution.What.SPEECH]
    known = Names(
        places={conference.place_id: conference.place.short_name}, bodies={conference.host_id: conference.host.name},
        paths={conference.area_path: conference.host.name},
    )  # fmt: skip
    detail = {
        "title": conference.name,
        "subtitle": f"{conference.held_on.isoformat()} · {conference.host.name}",
        "facts": [
            {"label": _("Held on"), "value": conference.held_on.isoformat()},
            {"label": _("Held by"), "value": conference.host.name},
            {
                "label": _("Held at"), "value": conference.place.name,
                "url": address_of("place", path=conference.place.area_path),
            },
        ],
        "sections": [
            _contributed(_("Papers: %(count)s") % {"count": len(papers)}, papers),
            _contributed(_("Speeches: %(count)s") % {"count": len(speeches)}, speeches),
            _visited(request.actor, visits),
        ],
        "history": history(list(entries_about({"conference": [conference.pk]})), known),
        "verbs": _verbs(request.actor, conference),
        "counts_towards": _figures(conference),
    }  # fmt: skip
    crumbs: Crumbs = [{"label": _("Conferences"), "url": address_of("conferences")}, {"label": conference.name}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _conference(request: Request, pk: int) -> conferences.Conference:
    rows = conferences.Conference.objects.select_related("host", "place")
    return found(conferences.may_see_conferences, request.actor, rows, pk=pk)


def _contributed(title: str, contributions: list[conferences.Contribution]) -> dict[str, object]:
    return {
        "title": title,
        "intro": "" if contributions else _("None is recorded."),
        "columns": [{"label": _("Title")}, {"label": _("Body")}, {"label": _("Place it comes from")}],
        "rows": [
            {"cells": [{"text": one.title}, {"text": one.by_name}, {"text": one.by_place.short_name}]}
            for one in contributions
        ],
    }


def _visited(actor: Actor, visits: list[conferences.Visit]) -> dict[str, object]:
    rows = []
    for visit in visits:
        opens = may_see_associations.check(actor, visit.visited)
        rows.append(
            {
                "url": address_of("association", pk=visit.visited_id) if opens else "",
                "cells": [
                    {"text": visit.visited.name},
                    {"text": visit.visited.place.with_parent},
                    {"text": visit.on.isoformat()},
                ],
            }
        )
    return {
        "title": _("Visits: %(count)s") % {"count": len(visits)},
        "intro": "" if rows else _("None is recorded."),
        "columns": [{"label": _("Association")}, {"label": _("Place")}, {"label": _("On")}],
        "rows": rows,
    }


def _verbs(actor: Actor, conference: conferences.Conference) -> list[dict[str, object]]:
    answer = conferences.may_hold.check(actor, conference)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    return [
        {"label": label, "url": address_of(name, pk=conference.pk), "reason": reason}
        for label, name in (
            (_("Add a paper or a speech"), "conference-contribution"), (_("Add a visit"), "conference-visit"),
        )
    ]  # fmt: skip


def _figures(conference: conferences.Conference) -> list[Cell]:
    """The figures of the host's area for the year, in which this conference is counted."""
    measures = [conferences.PAPERS, conferences.SPEECHES, conferences.VISITS]
    period = year(conference.held_on.year)
    values = table(measures, paths=[conference.area_path], periods=[period])
    return [cell(values.at(measure, conference.area_path, period)) for measure in measures]


@page("conferences/new/", name="conference-new", rule=conferences.may_hold, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Record a conference."""
    own = Body.objects.filter(pk__in=[grant.body_id for grant in request.actor.grants if grant.role in HOLDERS]).first()
    form = HoldForm(request.POST or None, actor=request.actor, initial={"host": own.name if own else ""})

    def write(**data: Any) -> conferences.Conference:
        return conferences.hold_conference(**data, by=request.actor)

    return _form(request, form, _("Record a conference"), write, None)


@page(
    "conferences/<int:pk>/contribution/", name="conference-contribution", rule=conferences.may_hold, methods="GET POST"
)
def contribution_page(request: Request, pk: int) -> HttpResponse:
    """Add a paper or a speech."""
    conference = found(conferences.may_hold, request.actor, conferences.Conference.objects.all(), pk=pk)

    def write(**data: Any) -> conferences.Conference:
        conferences.record_contribution(conference=conference, **data, by=request.actor)
        return conference

    return _form(request, ContributionForm(request.POST or None), _("Add a paper or a speech"), write, conference)


@page("conferences/<int:pk>/visit/", name="conference-visit", rule=conferences.may_hold, methods="GET POST")
def visit_page(request: Request, pk: int) -> HttpResponse:
    """Add a visit to an association."""
    conference = found(conferences.may_hold, request.actor, conferences.Conference.objects.all(), pk=pk)

    def write(**data: Any) -> conferences.Conference:
        conferences.record_visit(conference=conference, **data, by=request.actor)
        return conference

    form = VisitForm(request.POST or None, initial={"on": conference.held_on})
    return _form(request, form, _("Add a visit"), write, conference)


def _form(
    request: Request,
    form: ProblemForm,
    title: str,
    write: Callable[..., conferences.Conference],
    conference: conferences.Conference | None,
) -> HttpResponse:
    """Show a form, or carry it out and return to the conference."""
    back = _address(conference) if conference else address_of("conferences")
    crumbs: Crumbs = [{"label": _("Conferences"), "url": address_of("conferences")}]
    if conference:
        crumbs.append({"label": conference.name, "url": back})
    intro = conference.name if conference else ""
    return form_page(request, form, title, write, back=back, then=_address, crumbs=crumbs, intro=intro)
