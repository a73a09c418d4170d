"""Places on the desk: the tree, the record of one place, and what may be changed."""

from __future__ import annotations

from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.associations import RURAL, URBAN, Setting, may_register, may_see_associations, setting_of
from yinling.base import clock
from yinling.base.paths import prefixes
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.facts import Entry
from yinling.figures import Measure, table
from yinling.network import Body, Place, PlaceChange, Relocation, children_of, may_see_network, place_at
from yinling.web.cells import Cell, cell
from yinling.web.happened import actor_in_words
from yinling.web.page import Request, address_of, page
from yinling.web.place_changes import KIND_LABELS, verbs_of

Crumbs = list[dict[str, object]]
SHOWN = 400
"""Rows of one table at most; no place has so many places below it."""


@page("places/", name="places", rule=may_see_network)
def tree_page(request: Request) -> HttpResponse:
    """The tree of places from the actor's own area down, opened one level at a time."""
    home = place_at(request.actor.home) if request.actor.home else None
    nodes = [_node(child) for child in children_of(home)]
    if home is not None:
        nodes = [
            {"label": home.name, "url": _address(home), "children_url": _below(home), "open": True, "children": nodes}
        ]
    return render(request, "pages/places.html", {"nodes": nodes, "crumbs": [{"label": _("Places")}]})


@page("places/<str:path>/below/", name="place-children", rule=may_see_network)
def children_page(request: Request, path: str) -> HttpResponse:
    """The next level of the tree, as a fragment."""
    place = place_at(path)
    if place is None:
        raise Http404
    context = {"nodes": [_node(child) for child in children_of(place)], "nested": True}
    return render(request, "components/tree.html", context)


def _node(place: Place) -> dict[str, object]:
    leaf = place.level == Place.Level.VILLAGE
    return {"label": place.short_name, "url": _address(place), "children_url": "" if leaf else _below(place)}


def _address(place: Place) -> str:
    return address_of("place", path=place.area_path)


def _below(place: Place) -> str:
    return address_of("place-children", path=place.area_path)


@page("places/<str:path>/", name="place", rule=may_see_network)
def place_page(request: Request, path: str) -> HttpResponse:
    """One place: what it is, what it was, what belongs to it, its figures. A path from before a move leads to the place
    as it is today."""
    line = list(Place.objects.filter(area_path__in=prefixes(path)).order_by("level"))
    if not line or line[-1].area_path != path:
        moved = Relocation.objects.filter(old_path=path).first()
        if moved is None:
            raise Http404
        return redirect("place", path=moved.area_path)
    place = line[-1]
    changes = _changes(place)
    village = place.level == Place.Level.VILLAGE
    here = Body.objects.filter(place=place, withdrawn=False).order_by("kind", "founded", "pk")
    bodies = list(here[:SHOWN]) if village else []
    detail = {
        "title": place.name,
        "subtitle": _subtitle(place),
        "signal": {"level": "none", "text": _("ended")} if place.closed else None,
        "facts": _facts(place, line, changes),
        "sections": [_bodies(request.actor, place, bodies) if village else _children(place)],
        "history": [_happened(change, place) for change in changes],
        "verbs": [*_ways(request.actor, place, bodies), *verbs_of(request.actor, place)],
        "counts_towards": _figures(place),
    }
    crumbs: Crumbs = [{"label": one.short_name, "url": _address(one)} for one in line]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _subtitle(place: Place) -> str:
    return f"{place.get_level_display()} · {KIND_LABELS.get(place.kind, place.kind)}"


def _facts(place: Place, line: list[Place], changes: list[PlaceChange]) -> list[dict[str, object]]:
    above = line[-2] if len(line) > 1 else None
    belongs = {"value": above.name, "url": _address(above)} if above else {"value": _("China")}
    facts: list[dict[str, object]] = [
        {"label": _("Level"), "value": place.get_level_display()},
        {"label": _("Kind"), "value": KIND_LABELS.get(place.kind, place.kind)},
        {
            "label": _("Statistical code"), "value": place.code,
            "note": _("made up for the demo") if place.made_up and not place.code else "",
        },
        {"label": _("Valid from"), "value": place.opened.isoformat()},
        {"label": _("Belongs to"), **belongs},
    ]  # fmt: skip
    if place.closed:
        facts.insert(4, {"label": _("Valid until"), "value": place.closed.isoformat()})
    merges = [change for change in changes if change.what == PlaceChange.What.MERGE and change.place_id == place.pk]
    facts += [
        {"label": _("Now part of"), "value": change.other.name, "url": _address(change.other)}
        for change in merges
        if change.other
    ]
    return facts


def _changes(place: Place) -> list[PlaceChange]:
    """What happened to the place, and to others because of it, the newest first, each with who recorded it."""
    who = Entry.objects.filter(pk=OuterRef("entry_id")).values("actor_name")[:1]
    rows = PlaceChange.objects.filter(Q(place=place) | Q(other=place)).select_related("place", "other")
    return list(rows.annotate(who=Subquery(who)).order_by("-on", "-pk")[:SHOWN])


def _happened(change: PlaceChange, place: Place) -> dict[str, object]:
    own = change.place_id == place.pk
    own_words = {
        "name": _("Renamed"), "code": _("Code changed"), "move": _("Moved"), "merge": _("Merged into %(other)s"),
        "split": _("Split from %(other)s"), "close": _("Abolished"),
    }  # fmt: skip
    other_words = {
        "move": _("%(place)s came here"), "merge": _("%(place)s was merged into it"),
        "split": _("%(place)s was split from it"),
    }  # fmt: skip
    words = own_words[change.what] if own else other_words[change.what]
    other = change.other if own else change.place
    shows_values = own and change.what in {"name", "code", "move"}
    return {
        "when": change.on.isoformat(),
        "who": actor_in_words(getattr(change, "who", "") or ""),
        "what": words % {"place": change.place.name, "other": change.other.name if change.other else ""},
        "before": change.before if shows_values else "",
        "after": change.after if shows_values else "",
        "place": change.basis,
        "evidence": [{"label": other.name, "url": _address(other)}] if other else [],
    }


def _children(place: Place) -> dict[str, object]:
    """What belongs to the place, ended places too: who looks for an old name finds where it went."""
    rows = [
        {
            "url": _address(child),
            "cells": [
                {"text": child.name}, {"text": KIND_LABELS.get(child.kind, child.kind)}, {"text": child.code},
                {"text": child.opened.isoformat()},
                {"text": _("until %(day)s") % {"day": child.closed}, "signal": "none"} if child.closed
                else {"text": _("exists"), "signal": "ok"},
            ],
        }
        for child in Place.objects.filter(parent=place).order_by("area_path")[:SHOWN]
    ]  # fmt: skip
    return {
        "title": _("Places that belong to it"),
        "intro": "" if rows else _("None is recorded."),
        "columns": [
            {"label": _("Place")}, {"label": _("Kind")}, {"label": _("Statistical code")}, {"label": _("Valid from")},
            {"label": _("State")},
        ],
        "rows": rows,
    }  # fmt: skip


def _bodies(actor: Actor, place: Place, bodies: list[Body]) -> dict[str, object]:
    """The associations and other bodies of a village; the record of an association opens for those who may see it."""
    opens = bool(may_see_associations.check(actor, place))

    def address(body: Body) -> str:
        return address_of("association", pk=body.pk) if opens and body.kind == Body.Kind.ASSOCIATION else ""

    rows = [
        {
            "url": address(body),
            "cells": [
                {"text": body.name}, {"text": body.get_kind_display()}, {"text": body.founded.isoformat()},
                {"text": _("ended"), "signal": "none"} if body.dissolved else {"text": _("exists"), "signal": "ok"},
            ],
        }
        for body in bodies
    ]  # fmt: skip
    return {
        "title": _("Associations and other bodies"),
        "intro": "" if rows else _("None is registered here."),
        "columns": [{"label": _("Name")}, {"label": _("Kind")}, {"label": _("Founded")}, {"label": _("State")}],
        "rows": rows,
    }


def _ways(actor: Actor, place: Place, bodies: list[Body]) -> list[dict[str, object]]:
    """Where one may go from a place."""
    if place.level == Place.Level.VILLAGE:
        if place.closed or not may_register.check(actor, place):
            return []
        address = f"{address_of('association-new')}?place={place.area_path}"
        none = not any(body.kind == Body.Kind.ASSOCIATION and body.dissolved is None for body in bodies)
        return [{"label": _("Register an association"), "url": address, "primary": none}]
    ways: list[dict[str, object]] = [
        {
            "label": _("Overview of this place"),
            "url": address_of("overview", path=place.area_path),
            "primary": True,
        }
    ]
    if may_see_associations.check(actor, place):
        ways += [
            {"label": _("Its associations"), "url": f"{address_of('associations')}?place={place.area_path}"},
            {
                "label": _("Villages without an association"),
                "url": f"{address_of('places-without')}?place={place.area_path}",
            },
        ]
    return ways


def _figures(place: Place) -> list[Cell]:
    """The figures of a place today, each the door to its records."""
    families = [RURAL, URBAN]
    if place.level == Place.Level.VILLAGE:
        families = [URBAN if setting_of(place.kind) == Setting.URBAN else RURAL]
    measures: list[Measure] = []
    for family in families:
        measures += [family.units, family.all, family.coverage, family.venue, family.active, family.members]
    now = as_of(clock.today())
    values = table(measures, paths=[place.area_path], periods=[now])
    return [cell(values.at(measure, place.area_path, now)) for measure in measures]
