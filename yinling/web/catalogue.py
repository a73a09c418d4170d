"""The catalogue: the domains of service with what is undertaken in each and what came of it, and the types of outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import (
    Domain,
    OutcomeType,
    Undertaking,
    catalogue,
    catalogue_measures,
    may_see_projects,
    may_set_catalogue,
    project_measures,
)
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.figures import UNITS, Measure, Table, table
from yinling.hours import DomainMeasures, measures_of
from yinling.network import Body
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.form_page import Crumb, form_page
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, reach
from yinling.web.printed import figure
from yinling.web.scopes import place_asked

DOMAINS = catalogue_measures.DOMAINS
UNDERTAKINGS = catalogue_measures.UNDERTAKINGS

SETTERS = ("administrator", "officer")
Entry = Domain | Undertaking | OutcomeType
Row = dict[str, object]

TABLES: dict[str, type[Domain] | type[Undertaking] | type[OutcomeType]] = {
    "domain": Domain, "undertaking": Undertaking, "outcome": OutcomeType,
}  # fmt: skip
"""What an entry of the catalogue can be, as its address says it."""


class NameForm(ProblemForm):
    """The name of an entry, and its place in the order."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=999, initial=0)


class RenameForm(NameForm):
    """The name as it is; carries the state the user saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("name", "order")


class UndertakingForm(NameForm):
    """A new measure in a domain."""

    since = day_field(gettext_lazy("From the day"))


class OwnedForm(ProblemForm):
    """A new entry that an office sets for its area."""

    code = forms.CharField(
        label=pgettext_lazy("of the catalogue", "Code"), max_length=24,
        help_text=gettext_lazy("Small letters, digits and underscores. It stands in the records and never changes."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    field_order = ("owner", "code", "name", "unit", "order", "since")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"] = BodyField(label=_("Set by"), roots=reach(actor, *SETTERS), kind=Body.Kind.OFFICE)
        self.order_fields(self.field_order)


class DomainForm(OwnedForm):
    """A new domain."""

    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=999, initial=0)
    since = day_field(gettext_lazy("From the day"))


class OutcomeForm(OwnedForm):
    """A new type of outcome."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=[(unit.key, unit.label) for unit in UNITS.values()])


class EndForm(ProblemForm):
    """The day from which an entry is no longer used."""

    on = day_field(gettext_lazy("From the day"))


@page("catalogue/", name="catalogue", rule=may_see_projects)
def list_page(request: Request) -> HttpResponse:
    """All domains with their measures and what came of them in the actor's area; all types of outcome."""
    path, _line = place_asked(request)
    now = as_of(clock.today())
    domains = list(
        Domain.objects.filter(ended=False)
        .select_related("owner")
        .prefetch_related("undertakings")
        .order_by("area_path", "order", "pk")
    )
    known = list(OutcomeType.objects.select_related("owner").order_by("pk"))
    counted = measures_of(domains, known)
    types = sorted((one for one in known if not one.ended), key=lambda one: one.area_path)
    outcomes = [project_measures.outcome_measure(one) for one in types]
    asked = [
        DOMAINS,
        UNDERTAKINGS,
        *outcomes,
        *(one for each in counted for one in each.all),
    ]
    own = table(asked, paths=[path], periods=[now])
    may = bool(may_set_catalogue.check(request.actor))
    said = format_html(
        _("{domains} with {undertakings}. Everything that is done and comes of it is counted by these."),
        domains=figure(cell(own.at(DOMAINS, path, now))), undertakings=figure(cell(own.at(UNDERTAKINGS, path, now))),
    )  # fmt: skip
    new = [
        {"label": _("Set a domain"), "url": address_of("domain-new")},
        {"label": _("Set a type of outcome"), "url": address_of("outcome-type-new")},
    ]
    context = {
        "title": _("Domains of service"),
        "prose": said,
        "actions": new if may else [],
        "domains": [_domain(request.actor, each, own, path) for each in counted],
        "types": {
            "columns": [
                {"label": _("Outcome")}, {"label": _("So far"), "numeric": True}, {"label": _("Unit")},
                {"label": _("Set by")}, {"label": pgettext("of the catalogue", "Code")},
            ],
            "rows": [
                {
                    "url": _entry_url("outcome", one) if may_set_catalogue.check(request.actor, one) else "",
                    "cells": [
                        {"text": one.name}, {"figure": cell(own.at(measure, path, now), unit=False)},
                        {"text": str(UNITS[one.unit].label)}, {"text": one.owner.name}, {"text": one.code},
                    ],
                }
                for one, measure in zip(types, outcomes, strict=True)
            ],
        },
        "crumbs": [{"label": _("Domains of service")}],
    }  # fmt: skip
    return render(request, "pages/catalogue.html", context)


def _domain(actor: Actor, each: DomainMeasures, own: Table, path: str) -> Row:
    domain, now = each.domain, as_of(clock.today())
    may = bool(may_set_catalogue.check(actor, domain))
    labels = [_("Projects"), pgettext("volunteer service", "Hours"), *map(outcome_name, each.outcomes)]
    return {
        "code": domain.code, "name": domain.name, "owner": domain.owner.name,
        "figures": [
            cell(own.at(one, path, now), label=label) for one, label in zip(each.all, labels, strict=True)
        ],
        "undertakings": [
            {"name": one.name, "url": _entry_url("undertaking", one) if may else ""}
            for one in sorted(domain.undertakings.all(), key=lambda one: (one.order, one.pk))
            if not one.ended
        ],
        "actions": [
            {"label": _("Change"), "url": _entry_url("domain", domain)},
            {"label": _("Add a measure"), "url": address_of("undertaking-new", pk=domain.pk)},
        ] if may else [],
    }  # fmt: skip


def outcome_name(measure: Measure) -> str:
    """The type of an outcome of one domain, without the domain."""
    return str(measure.card.label).partition("：")[2]


def _entry_url(kind: str, entry: Entry, name: str = "catalogue-change") -> str:
    return address_of(name, key=kind, pk=entry.pk)


def _crumbs() -> list[Crumb]:
    return [{"label": _("Domains of service"), "url": address_of("catalogue")}]


def _own_office(actor: Actor) -> str:
    """The name of the office through which the actor may set entries."""
    bodies = [grant.body_id for grant in actor.grants if grant.role in SETTERS and grant.body_id]
    own = Body.objects.filter(pk__in=bodies, kind=Body.Kind.OFFICE).first()
    return own.name if own else ""


def _writing(
    request: Request, form: ProblemForm, title: str, write: Callable[..., Entry], intro: str = ""
) -> HttpResponse:
    """The page of a form of the catalogue; when it is carried out, back to the catalogue."""
    back = address_of("catalogue")
    return form_page(
        request, form, title=title, write=write, then=lambda _entry: back, back=back, crumbs=_crumbs(), intro=intro
    )


@page("catalogue/domains/new/", name="domain-new", rule=may_set_catalogue, methods="GET POST")
def domain_page(request: Request) -> HttpResponse:
    """Set a domain for the area of an office."""
    form = DomainForm(request.POST or None, actor=request.actor, initial={"owner": _own_office(request.actor)})

    def write(**data: Any) -> Entry:
        return catalogue.set_domain(**data, by=request.actor)

    return _writing(request, form, _("Set a domain"), write)


@page("catalogue/outcomes/new/", name="outcome-type-new", rule=may_set_catalogue, methods="GET POST")
def outcome_page(request: Request) -> HttpResponse:
    """Set a type of outcome for the area of an office."""
    form = OutcomeForm(request.POST or None, actor=request.actor, initial={"owner": _own_office(request.actor)})

    def write(**data: Any) -> Entry:
        return catalogue.set_outcome_type(**data, by=request.actor)

    return _writing(request, form, _("Set a type of outcome"), write)


@page("catalogue/domains/<int:pk>/measures/new/", name="undertaking-new", rule=may_set_catalogue, methods="GET POST")
def undertaking_page(request: Request, pk: int) -> HttpResponse:
    """Add a measure to a domain."""
    domain = found(may_set_catalogue, request.actor, Domain.objects.filter(ended=False), pk=pk)

    def write(**data: Any) -> Entry:
        return catalogue.set_undertaking(domain=domain, **data, by=request.actor)

    return _writing(request, UndertakingForm(request.POST or None), _("Add a measure"), write, domain.name)


def _entry(request: Request, key: str, pk: int) -> Entry:
    """An entry that is still used and that the actor may change; 404 otherwise."""
    if key not in TABLES:
        raise Http404
    return cast("Entry", found(may_set_catalogue, request.actor, TABLES[key]._base_manager.filter(ended=False), pk=pk))


@page("catalogue/<str:key>/<int:pk>/", name="catalogue-change", rule=may_set_catalogue, methods="GET POST")
def change_page(request: Request, key: str, pk: int) -> HttpResponse:
    """Give an entry another name; from here it can also be ended."""
    entry = _entry(request, key, pk)
    initial = {"name": entry.name, "order": getattr(entry, "order", 0), "seen": entry.changed_by}
    form = RenameForm(request.POST or None, initial=initial)
    if isinstance(entry, OutcomeType):
        del form.fields["order"]

    def write(**data: Any) -> Entry:
        return catalogue.change_catalogue(entry=entry, **data, by=request.actor)

    intro = format_html(
        '{} · <a href="{}">{}</a>', entry.name, _entry_url(key, entry, "catalogue-end"), _("No longer use it")
    )
    return _writing(request, form, _("Change"), write, intro)


@page("catalogue/<str:key>/<int:pk>/end/", name="catalogue-end", rule=may_set_catalogue, methods="GET POST")
def end_page(request: Request, key: str, pk: int) -> HttpResponse:
    """From a day on an entry is no longer used; what was counted by it stays."""
    entry = _entry(request, key, pk)

    def write(**data: Any) -> Entry:
        return catalogue.end_catalogue(entry=entry, **data, by=request.actor)

    return _writing(request, EndForm(request.POST or None), _("No longer use it"), write, entry.name)
