"""Service brands: the list with the counties that have none, one brand with what came of it, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import (
    Brand,
    Domain,
    Outcome,
    OutcomeType,
    Project,
    ProjectState,
    Session,
    catalogue,
    catalogue_measures,
    may_run,
    may_see_projects,
)
from yinling.base import clock
from yinling.base.paths import under
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.facts import entries_about
from yinling.figures import UNITS, Measure, table, written
from yinling.hours import Attendance, State
from yinling.network import Body, Place
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import Cell, cell
from yinling.web.form_page import Crumb, form_page, verb
from yinling.web.happened import Names, history
from yinling.web.list_tools import page_number, turning
from yinling.web.page import Request, address_of, found, page, pages
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.printed import figure
from yinling.web.scopes import place_asked
from yinling.web.station_forms import EndForm, WhyForm
from yinling.web.stations import session_row

BRANDS = catalogue_measures.BRANDS
COUNTIES = catalogue_measures.COUNTIES
COUNTIES_WITHOUT_BRAND = catalogue_measures.COUNTIES_WITHOUT_BRAND
COUNTIES_WITH_BRAND = catalogue_measures.COUNTIES_WITH_BRAND

COUNTY_PATH, PREFECTURE_PATH = len("520622"), len("5206")
SIZE = 50
SHOWN = 20
RUNNERS = ("administrator", "officer", "clerk", "keeper", "chair")
Row = dict[str, object]


class BrandForm(ProblemForm):
    """What is said of a brand."""

    name = forms.CharField(label=gettext_lazy("Name of the brand"), max_length=60)
    domain = forms.ModelChoiceField(
        label=gettext_lazy("Domain"),
        queryset=Domain.objects.filter(ended=False).order_by("order", "pk"),
        required=False,
    )
    story = forms.CharField(
        label=gettext_lazy("Story"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    honours = forms.CharField(
        label=gettext_lazy("Honours"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("owner", "place", "name", "domain", "story", "honours", "since")


class FoundForm(BrandForm):
    """A new brand."""

    since = day_field(gettext_lazy("From the day"))

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"] = BodyField(label=_("Owner"), roots=reach(actor, *RUNNERS))
        self.fields["place"] = PlaceField(
            label=_("Place"), roots=reach(actor, *RUNNERS), required=False,
            help_text=_("Leave it empty where the brand works in the whole area of its owner."),
        )  # fmt: skip
        self.order_fields(self.field_order)


class ChangeForm(BrandForm):
    """What is said of a brand as it is; carries the state the user saw."""

    on = day_field(gettext_lazy("Another domain holds from the day"))
    seen = forms.IntegerField(widget=forms.HiddenInput)


@page("brands/", name="brands", rule=may_see_projects)
def list_page(request: Request) -> HttpResponse:
    """The brands of an area, and which of its counties have none yet."""
    path, line = place_asked(request)
    text, number = request.GET.get("q", "").strip(), page_number(request)
    query = ({"place": path} if "place" in request.GET else {}) | ({"q": text} if text else {})
    rows = Brand.objects.filter(under(path), withdrawn=False).select_related("owner", "place", "domain")
    rows = rows.filter(Q(name__contains=text) | Q(owner__name__contains=text)) if text else rows
    carried = Count("projects", filter=Q(projects__state__in=(ProjectState.PUBLISHED, ProjectState.CLOSED)))
    shown = list(rows.annotate(carried=carried).order_by("until", "area_path", "pk")[number * SIZE :][: SIZE + 1])
    new = {"label": _("Found a brand"), "url": address_of("brand-new"), "primary": True}
    may = bool(may_run.check(request.actor))
    listing = {
        "title": _("Service brands"),
        "intro": _intro(path, line),
        "search": {"q": text, "placeholder": _("Brand or owner")},
        "hidden": [{"name": "place", "value": path}] if "place" in query else [],
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Brand")}, {"label": _("Owner")}, {"label": _("Place")}, {"label": _("Domain")},
            {"label": _("Since")}, {"label": _("Projects"), "numeric": True}, {"label": _("State")},
        ],
        "rows": list(_rows(shown[:SIZE])),
        "pagination": turning(query, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No brand is recorded here."),
            "hint": _("A brand stands for work that goes on under one name: say who keeps it and what it is about."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _intro(path: str, line: Sequence[Place]) -> SafeString:
    """How many brands there are, and "one county, one brand": which counties lack one; of a county whether it does."""
    if len(path) >= COUNTY_PATH:
        return _intro_of_one(path, line)
    now = as_of(clock.today())
    measures: list[Measure] = [
        BRANDS,
        COUNTIES,
        COUNTIES_WITH_BRAND,
    ]
    values = table([*measures, COUNTIES_WITHOUT_BRAND], paths=[path], periods=[now])
    brands, counties, having = (figure(cell(values.at(measure, path, now))) for measure in measures)
    name = line[-1].short_name if line else _("China")
    lacking = values.at(COUNTIES_WITHOUT_BRAND, path, now)
    said = format_html(
        _("{place} keeps {brands}; {having} of {counties} counties have one of their own."),
        place=name, brands=brands, having=having, counties=counties,
    )  # fmt: skip
    if not lacking.value:
        return said
    few = without_brand(path)
    names = format_html_join("、", '<a href="{}">{}</a>', (
        (f"{address_of('brands')}?{urlencode({'place': place.area_path})}", place.short_name) for place in few[:SHOWN]
    ))  # fmt: skip
    more = "…" if len(few) > SHOWN else ""
    return said + format_html(_(" None yet: {names}{more}"), names=names, more=more)


def _intro_of_one(path: str, line: Sequence[Place]) -> SafeString:
    """The same as a county reads it: it is one itself. Below it nothing is asked of anybody."""
    now = as_of(clock.today())
    values = table([BRANDS, COUNTIES_WITHOUT_BRAND], paths=[path], periods=[now])
    brands, lacking = figure(cell(values.at(BRANDS, path, now))), values.at(COUNTIES_WITHOUT_BRAND, path, now)
    said = _("{place} keeps {brands}.")
    if len(path) == COUNTY_PATH and lacking.value:
        said = _("{place} keeps {brands}: none of its own yet, and “one county, one brand” asks for one.")
    elif len(path) == COUNTY_PATH:
        said = _("{place} keeps {brands}, as “one county, one brand” asks for.")
    return format_html(said, place=line[-1].short_name, brands=brands)


def without_brand(path: str) -> list[Place]:
    """The counties of an area in which no brand is kept, a few more than are shown."""
    kept = Brand.objects.filter(under(path), withdrawn=False, until__isnull=True).values_list("area_path", flat=True)
    having = {one[:6] for one in kept if len(one) >= len("000000")}
    rows = Place.objects.filter(under(path), level=Place.Level.COUNTY, closed__isnull=True)
    return list(rows.exclude(area_path__in=having).order_by("area_path")[: SHOWN + 1])


def _rows(brands: Sequence[Brand]) -> Iterator[Row]:
    for brand in brands:
        ended = brand.until is not None
        state = {"text": pgettext("a brand", "ended") if ended else pgettext("a brand", "kept")}
        yield {
            "url": address_of("brand", pk=brand.pk),
            "cells": [
                {"text": brand.name}, {"text": brand.owner.name}, {"text": brand.place.short_name},
                {"text": brand.domain.name if brand.domain else ""}, {"text": brand.since.isoformat()},
                {"text": getattr(brand, "carried", 0)}, state,
            ],
        }  # fmt: skip


@page("brands/<int:pk>/", name="brand", rule=may_see_projects)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One brand: its story and honours, the projects under it, what came of them, what is on."""
    rows = Brand.objects.filter(withdrawn=False).select_related("owner", "place__parent__parent__parent", "domain")
    brand = found(may_see_projects, request.actor, rows, pk=pk)
    known = Names(
        places={brand.place_id: brand.place.short_name}, bodies={brand.owner_id: brand.owner.name},
        paths={brand.place.area_path: brand.place.short_name},
        domains={brand.domain.pk: brand.domain.name} if brand.domain else {},
    )  # fmt: skip
    kept = brand.until is None
    detail = {
        "title": brand.name,
        "subtitle": brand.owner.name,
        "signal": None if kept else {"level": "none", "text": pgettext("a brand", "ended")},
        "intro": brand.story,
        "facts": _facts(brand),
        "sections": [_results(brand), _projects(brand), _sessions(brand)],
        "history": history(list(entries_about({"brand": [brand.pk]})), known),
        "verbs": _verbs(request.actor, brand) if kept else [],
        "counts_towards": _figures(brand),
    }
    crumbs = [{"label": _("Service brands"), "url": address_of("brands")}, {"label": brand.name}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _facts(brand: Brand) -> list[Row]:
    facts: list[Row] = [
        {"label": _("Owner"), "value": brand.owner.name},
        {
            "label": _("Place"), "value": brand.place.name,
            "url": address_of("place", path=brand.place.area_path),
        },
        {"label": _("Domain"), "value": brand.domain.name if brand.domain else ""},
        {"label": _("Honours"), "value": brand.honours},
        {"label": _("Since"), "value": brand.since.isoformat()},
    ]  # fmt: skip
    return [*facts, {"label": _("Until"), "value": brand.until.isoformat()}] if brand.until else facts


def _results(brand: Brand) -> Row:
    """What the projects of the brand brought, summed from their records: outcomes by type, and confirmed hours."""
    came = Outcome.objects.filter(project__brand=brand, withdrawn=False, type=OuterRef("code")).order_by()
    sums = Subquery(came.values("type").annotate(sum=Sum("quantity")).values("sum"))
    types = OutcomeType.objects.annotate(sum=sums).filter(sum__isnull=False).order_by("pk")
    confirmed = Attendance.objects.filter(
        session__activity__project__brand=brand, state=State.CONFIRMED, serves=True
    ).aggregate(minutes=Sum("counted"), people=Count("person", distinct=True))
    facts: list[Row] = [
        {"label": _("Service hours"), "value": _number(Decimal(confirmed["minutes"] or 0), "hour")},
        {"label": _("People who served"), "value": _number(Decimal(confirmed["people"]), "person")},
    ]
    facts += [
        {"label": name, "value": _number(quantity, unit)}
        for name, quantity, unit in types.values_list("name", "sum", "unit")
    ]
    return {"title": _("Results"), "intro": _("Summed from the projects that carry the brand."), "facts": facts}


def _number(value: Decimal, unit: str) -> str:
    return f"{written(value, unit)} {UNITS[unit].label}"


def _projects(brand: Brand) -> Row:
    shown = list(brand.projects.exclude(state=ProjectState.DRAFT).order_by("-starts_on", "-pk")[: SHOWN + 1])
    return {
        "title": _("Projects"),
        "intro": "" if shown else _("No project carries the brand yet."),
        "columns": [{"label": _("Project")}, {"label": _("From")}, {"label": _("Until")}, {"label": _("State")}],
        "rows": [_project(project) for project in shown[:SHOWN]],
        "html": format_html("<p>{}</p>", _("The newest are shown.")) if len(shown) > SHOWN else "",
    }


def _project(project: Project) -> Row:
    return {
        "url": address_of("project", pk=project.pk) if "project" in pages else "",
        "cells": [
            {"text": project.title}, {"text": project.starts_on.isoformat()}, {"text": project.ends_on.isoformat()},
            {"text": project.get_state_display()},
        ],
    }  # fmt: skip


def _sessions(brand: Brand) -> Row:
    rows = Session.objects.filter(activity__project__brand=brand).exclude(state=Session.State.CANCELLED)
    shown = rows.select_related("activity__organiser").order_by("-starts_at", "-pk")[:SHOWN]
    listed = [session_row(session) for session in shown]
    return {
        "title": _("Sessions"),
        "intro": "" if listed else _("None is recorded."),
        "columns": [
            {"label": pgettext("of a project", "Activity")},
            {"label": _("When")},
            {"label": _("Organiser")},
            {"label": _("State")},
        ],
        "rows": listed,
    }


def _figures(brand: Brand) -> list[Cell]:
    now = as_of(clock.today())
    around = [place for place in _upwards(brand.place) if len(place.area_path) in (COUNTY_PATH, PREFECTURE_PATH)]
    values = table([BRANDS], paths=[place.area_path for place in around], periods=[now])
    return [
        cell(
            values.at(BRANDS, place.area_path, now),
            label=f"{place.short_name} {BRANDS.card.label}",
        )
        for place in around
    ]


def _upwards(place: Place | None) -> Iterator[Place]:
    """A place and those above it, up to the prefecture."""
    while place is not None:
        yield place
        place = place.parent if len(place.area_path) > PREFECTURE_PATH else None


def _verbs(actor: Actor, brand: Brand) -> list[Row]:
    ways = (
        (_("Change"), "brand-change"), (pgettext("a brand", "End"), "brand-end"),
        (_("Withdraw: recorded by mistake"), "brand-withdraw"),
    )  # fmt: skip
    may = may_run.check(actor, brand)
    return [verb(label, address_of(name, pk=brand.pk), may) for label, name in ways]


def _address(brand: Brand) -> str:
    return address_of("brand", pk=brand.pk)


def _crumbs(brand: Brand | None = None) -> list[Crumb]:
    crumbs: list[Crumb] = [{"label": _("Service brands"), "url": address_of("brands")}]
    return [*crumbs, {"label": brand.name, "url": _address(brand)}] if brand else crumbs


def _mine(request: Request, pk: int) -> Brand:
    rows = Brand.objects.filter(withdrawn=False, until__isnull=True).select_related("owner", "domain")
    return found(may_run, request.actor, rows, pk=pk)


@page("brands/new/", name="brand-new", rule=may_run, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Found a brand."""
    own = Body.objects.filter(pk__in=[grant.body_id for grant in request.actor.grants if grant.role in RUNNERS]).first()
    form = FoundForm(request.POST or None, actor=request.actor, initial={"owner": own.name if own else ""})

    def write(**data: Any) -> Brand:
        return catalogue.found_brand(**data, by=request.actor)

    back = address_of("brands")
    return form_page(request, form, title=_("Found a brand"), write=write, then=_address, back=back, crumbs=_crumbs())


@page("brands/<int:pk>/change/", name="brand-change", rule=may_run, methods="GET POST")
def change_page(request: Request, pk: int) -> HttpResponse:
    """Change what is said of a brand."""
    brand = _mine(request, pk)
    initial = {name: getattr(brand, name) for name in ("name", "domain", "story", "honours")}

    def write(**data: Any) -> Brand:
        return catalogue.change_brand(brand=brand, **data, by=request.actor)

    form = ChangeForm(request.POST or None, initial=initial | {"seen": brand.changed_by})
    return _changing(request, brand, form, _("Change"), write)


@page("brands/<int:pk>/end/", name="brand-end", rule=may_run, methods="GET POST")
def end_page(request: Request, pk: int) -> HttpResponse:
    """The brand is kept no longer."""
    brand = _mine(request, pk)

    def write(**data: Any) -> Brand:
        return catalogue.end_brand(brand=brand, **data, by=request.actor)

    return _changing(request, brand, EndForm(request.POST or None), str(pgettext_lazy("a brand", "End")), write)


@page("brands/<int:pk>/withdraw/", name="brand-withdraw", rule=may_run, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a brand that was recorded by mistake."""
    brand = _mine(request, pk)

    def write(reason: str) -> Brand:
        return catalogue.withdraw_brand(brand=brand, reason=reason, by=request.actor)

    return form_page(
        request, WhyForm(request.POST or None), title=_("Withdraw: recorded by mistake"), write=write,
        then=lambda _brand: address_of("brands"), back=_address(brand), crumbs=_crumbs(brand), intro=brand.name,
    )  # fmt: skip


def _changing(request: Request, brand: Brand, form: ProblemForm, title: str, write: Any) -> HttpResponse:
    return form_page(
        request, form, title=title, write=write, then=_address, back=_address(brand), crumbs=_crumbs(brand),
        intro=brand.name,
    )  # fmt: skip
