"""Parameters: every number that law or a document sets, what holds at a place and why, and the form that sets it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.base import clock
from yinling.base.paths import prefixes
from yinling.base.rules import Actor, Denied, Reason
from yinling.facts import entries_about
from yinling.network import (
    Declared,
    Parameter,
    Place,
    children_of,
    declared_parameters,
    may_see_network,
    may_set_parameters,
    set_parameter,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, page
from yinling.web.pick import PlaceField, reach
from yinling.web.scopes import place_asked

SETTERS = ("administrator", "officer")
Row = dict[str, object]

GROUPS: Mapping[str, Reason] = {
    "volunteers": gettext_lazy("Volunteers and stations"),
    "activities": gettext_lazy("Projects and activities"),
    "hours": gettext_lazy("Service hours"),
    "certificates": gettext_lazy("Certificates and star levels"),
    "training": gettext_lazy("Training"),
}
"""What the parameters of a module are called."""


class SetForm(ProblemForm):
    """A number, from when it holds, and the document that sets it."""

    value = forms.DecimalField(label=gettext_lazy("Value"), max_digits=14, decimal_places=2)
    since = forms.DateField(label=gettext_lazy("From the day"), initial=clock.today, widget=forms.DateInput)
    document = forms.CharField(
        label=gettext_lazy("Document"), max_length=120,
        help_text=gettext_lazy("Title, number and article of what sets it."),
    )  # fmt: skip
    field_order = ("place", "value", "since", "document")

    def __init__(self, *args: object, actor: Actor, declared: Declared, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["place"] = PlaceField(label=_("Place"), roots=reach(actor, *SETTERS))
        bounds = {"unit": declared.unit, "least": _plain(declared.least), "most": _plain(declared.most)}
        self.fields["value"].help_text = _("%(unit)s, from %(least)s to %(most)s.") % bounds
        self.order_fields(self.field_order)


def _plain(value: Decimal) -> str:
    """A number without the noughts that its column adds."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def in_force(rows: Iterable[Parameter], on: date) -> dict[str, Parameter]:
    """Of the numbers set on the way to a place, the one of each key that holds on a day: that of the nearest place, there the
    latest."""
    held: dict[str, Parameter] = {}
    for row in sorted(rows, key=lambda row: (len(row.area_path), row.since, row.pk)):
        if row.since <= on:
            held[row.key] = row
    return held


@page("parameters/", name="parameters", rule=may_see_network)
def list_page(request: Request) -> HttpResponse:
    """Every parameter with what holds at the chosen place today, and by which document."""
    path, line = place_asked(request)
    held = in_force(Parameter.objects.filter(area_path__in=prefixes(path)).select_related("place"), clock.today())
    declared = sorted(declared_parameters(), key=_order)
    here = line[-1].short_name if line else _("China")
    detail = {
        "title": _("Parameters"),
        "intro": _("What law and documents leave to numbers, and what holds in %(place)s today. A place that sets none keeps the"
                   " number of the place above it, in the end the one this platform was given.") % {"place": here},
        "groups": [
            {"title": _group(key), "columns": _columns(), "rows": [_row(one, held, path) for one in group]}
            for key, group in groupby(declared, key=_module)
        ],
        "chips": _places(line),
    }  # fmt: skip
    return render(request, "pages/parameters.html", {"page": detail, "crumbs": [{"label": detail["title"]}]})


def _module(declared: Declared) -> str:
    return declared.module if declared.module in GROUPS else ""


def _order(declared: Declared) -> int:
    keys = list(GROUPS)
    return keys.index(declared.module) if declared.module in keys else len(keys)


def _group(key: str) -> str:
    return str(GROUPS[key]) if key in GROUPS else _("Other")


def _columns() -> list[Row]:
    return [
        {"label": _("Parameter")}, {"label": _("Value"), "numeric": True}, {"label": _("Unit")},
        {"label": _("Set by")}, {"label": _("Since")}, {"label": _("Basis")},
    ]  # fmt: skip


def _row(declared: Declared, held: Mapping[str, Parameter], path: str) -> Row:
    row = held.get(declared.key)
    value = row.value if row else declared.default
    return {
        "url": _address(declared.key, path),
        "cells": [
            {"text": str(declared.label)}, {"text": _plain(value)}, {"text": str(declared.unit)},
            {"text": row.place.short_name if row else _("as delivered")}, {"text": row.since.isoformat() if row else ""},
            {"text": row.document if row else str(declared.basis)},
        ],
    }  # fmt: skip


def _address(key: str, path: str) -> str:
    return f"{address_of('parameter', key=key)}?{urlencode({'place': path or 'china'})}"


def _places(line: Sequence[Place]) -> list[Row]:
    """The ways up and down from the chosen place."""

    def chip(label: str, place: Place) -> Row:
        return {"label": label, "url": f"?{urlencode({'place': place.area_path})}"}

    above = [chip(f"← {line[-2].short_name}", line[-2])] if len(line) > 1 else []
    if line and line[-1].level >= Place.Level.TOWNSHIP:
        return above
    return [*above, *(chip(child.short_name, child) for child in children_of(line[-1] if line else None))]


@page("parameters/<measure:key>/", name="parameter", rule=may_see_network)
def detail_page(request: Request, key: str) -> HttpResponse:
    """One parameter: what it means, what holds at the chosen place, every number that was ever set on the way to it."""
    declared = _declared(key)
    path, line = place_asked(request)
    rows = list(Parameter.objects.filter(key=key, area_path__in=prefixes(path)).select_related("place"))
    held = in_force(rows, clock.today()).get(key)
    value = _plain(held.value if held else declared.default)
    here = line[-1].short_name if line else _("China")
    why = held.document if held else _("as delivered: %(basis)s") % {"basis": declared.basis}
    detail = {
        "title": str(declared.label),
        "subtitle": here,
        "intro": _("In %(place)s %(value)s %(unit)s holds today.")
        % {"place": here, "value": value, "unit": declared.unit},
        "facts": [
            {"label": _("Value"), "value": f"{value} {declared.unit}"},
            {"label": _("Basis"), "value": why},
            {"label": _("Set by"), "value": held.place.name if held else _("as delivered")},
            *([{"label": _("Since"), "value": held.since.isoformat()}] if held else []),
            {"label": _("Numbers that make sense"), "value": f"{_plain(declared.least)}–{_plain(declared.most)}"},
            {"label": _("As delivered"), "value": f"{_plain(declared.default)} {declared.unit}", "note": declared.basis},
            {"label": pgettext("of the catalogue", "Code"), "value": key},
        ],
        "sections": [_set_so_far(rows, held)],
        "history": history(
            list(entries_about({"parameter": [row.pk for row in rows]})),
            Names(places={row.place_id: row.place.short_name for row in rows}),
        ),
        "verbs": [_set_verb(request.actor, key, line)],
    }  # fmt: skip
    crumbs = [{"label": _("Parameters"), "url": f"{address_of('parameters')}?{urlencode({'place': path or 'china'})}"}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": [*crumbs, {"label": detail["title"]}]})


def _declared(key: str) -> Declared:
    found = next((one for one in declared_parameters() if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _set_so_far(rows: Sequence[Parameter], held: Parameter | None) -> Row:
    ordered = sorted(rows, key=lambda row: (-len(row.area_path), -row.since.toordinal()))
    return {
        "title": _("Set so far"),
        "intro": "" if rows else _("No place on the way here has set a number of its own."),
        "columns": [
            {"label": _("Place")}, {"label": _("Value"), "numeric": True}, {"label": _("From")}, {"label": _("Document")},
            {"label": _("State")},
        ],
        "rows": [
            {
                "cells": [
                    {"text": row.place.name}, {"text": _plain(row.value)}, {"text": row.since.isoformat()},
                    {"text": row.document}, {"text": _("holds"), "signal": "ok"} if row == held else {"text": ""},
                ]
            }
            for row in ordered
        ],
    }  # fmt: skip


def _set_verb(actor: Actor, key: str, line: Sequence[Place]) -> Row:
    answer = may_set_parameters.check(actor, line[-1] if line else None)
    path = line[-1].area_path if line else ""
    return {
        "label": _("Set another value"),
        "url": f"{address_of('parameter-set', key=key)}?{urlencode({'place': path})}",
        "reason": str(answer.reason) if isinstance(answer, Denied) else "",
        "primary": True,
    }


@page("parameters/<measure:key>/set/", name="parameter-set", rule=may_set_parameters, methods="GET POST")
def set_page(request: Request, key: str) -> HttpResponse:
    """Set a parameter at a place, from a day on, by a document."""
    declared = _declared(key)
    path = request.GET.get("place", request.actor.home)
    form = SetForm(request.POST or None, actor=request.actor, declared=declared, initial={"place": path})

    def write(place: Place, value: Decimal, since: date, document: str) -> Parameter:
        return set_parameter(place=place, key=key, value=value, since=since, document=document, by=request.actor)

    return form_page(
        request, form, title=_("Set another value"), write=write, then=lambda row: _address(key, row.area_path),
        back=_address(key, path), intro=str(declared.label), done=_("Saved."),
        crumbs=[
            {"label": _("Parameters"), "url": address_of("parameters")},
            {"label": str(declared.label), "url": _address(key, path)},
        ],
    )  # fmt: skip
