"""What may be done with a service station: opened, changed, serving another place, closed, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base.codes import CodeError, phone
from yinling.base.rules import Actor
from yinling.network import Place
from yinling.volunteers import (
    Service,
    Station,
    StationArea,
    may_keep_stations,
    stations,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import Crumb, form_page
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import PlaceField, reach

KEEPERS = ("administrator", "officer", "clerk")


class ParticularsForm(ProblemForm):
    """What is said of a station, none of it counted."""

    name = forms.CharField(label=gettext_lazy("Name of the station"), max_length=120)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)
    opening_hours = forms.CharField(
        label=gettext_lazy("Opening hours"), max_length=120, required=False,
        help_text=gettext_lazy("As it stands at the door, for example: Monday to Friday 9:00–17:00"),
    )  # fmt: skip
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"), choices=Service.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=20, required=False)
    area = forms.DecimalField(
        label=gettext_lazy("Area (m²)"), min_value=1, max_digits=9, decimal_places=2, required=False
    )
    staff = forms.IntegerField(label=gettext_lazy("Full-time staff"), min_value=0, max_value=9_999, initial=0)

    def clean_phone(self) -> str:
        """A number that can be called, as it was written."""
        text = str(self.cleaned_data["phone"]).strip()
        try:
            if text:
                phone(text)
        except CodeError as error:
            raise ValidationError(str(error)) from error
        return text


class OpenForm(ParticularsForm):
    """A new station."""

    opened_on = day_field(pgettext_lazy("a station", "Opened on"))
    uscc = forms.CharField(label=gettext_lazy("Credit code"), max_length=18, required=False)
    field_order = (
        "place",
        "name",
        "opened_on",
        "address",
        "opening_hours",
        "services",
        "phone",
        "area",
        "staff",
        "uscc",
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = PlaceField(label=_("Place"), roots=reach(actor, *KEEPERS), levels=(2, 3, 4, 5))
        self.order_fields(self.field_order)


class ChangeForm(ParticularsForm):
    """The particulars as they are; carries the state the user saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ServeForm(ProblemForm):
    """Another place that the station serves."""

    since = day_field(gettext_lazy("From the day"))
    field_order = ("place", "since")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = PlaceField(label=_("Place"), roots=reach(actor, *KEEPERS), levels=(3, 4, 5))
        self.order_fields(self.field_order)


class LeaveForm(ProblemForm):
    """The day from which a place is served no longer."""

    on = day_field(gettext_lazy("From the day"))


class WhyForm(ProblemForm):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=2, max_length=200)


class EndForm(WhyForm):
    """When and why something ends."""

    on = day_field(gettext_lazy("From the day"))
    field_order = ("on", "reason")


def _address(station: Station) -> str:
    return address_of("station", pk=station.pk)


def _crumbs(station: Station | None = None) -> list[Crumb]:
    crumbs: list[Crumb] = [{"label": _("Service stations"), "url": address_of("stations")}]
    return [*crumbs, {"label": station.body.name, "url": _address(station)}] if station else crumbs


def _mine(request: Request, pk: int) -> Station:
    """An open station the actor may change."""
    rows = Station.objects.filter(body__withdrawn=False, body__dissolved__isnull=True)
    return found(may_keep_stations, request.actor, rows.select_related("body__place__parent"), pk=pk)


@page("stations/new/", name="station-new", rule=may_keep_stations, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Open a station."""
    form = OpenForm(request.POST or None, actor=request.actor, initial={"place": request.GET.get("place", "")})

    def write(**data: Any) -> Station:
        return stations.open_station(**data, by=request.actor)

    back = address_of("stations")
    return form_page(request, form, title=_("Open a station"), write=write, then=_address, back=back, crumbs=_crumbs())


@page("stations/<int:pk>/change/", name="station-change", rule=may_keep_stations, methods="GET POST")
def change_page(request: Request, pk: int) -> HttpResponse:
    """Change what is said of a station."""
    station = _mine(request, pk)
    columns = ("address", "opening_hours", "services", "phone", "area", "staff")
    initial = {name: getattr(station, name) for name in columns}
    initial |= {"name": station.body.name, "seen": station.changed_by}

    def write(**data: Any) -> Station:
        return stations.change_station(station=station, **data, by=request.actor)

    return _changing(request, station, ChangeForm(request.POST or None, initial=initial), _("Change"), write)


@page("stations/<int:pk>/serve/", name="station-serve", rule=may_keep_stations, methods="GET POST")
def serve_page(request: Request, pk: int) -> HttpResponse:
    """A station begins to serve another place."""
    station = _mine(request, pk)

    def write(place: Place, since: date) -> Station:
        stations.serve_place(station=station, place=place, since=since, by=request.actor)
        return station

    form = ServeForm(request.POST or None, actor=request.actor)
    return _changing(request, station, form, _("Serve another place"), write)


@page("stations/<int:pk>/areas/<int:area>/", name="station-leave", rule=may_keep_stations, methods="GET POST")
def leave_page(request: Request, pk: int, area: int) -> HttpResponse:
    """A station no longer serves a place."""
    station = _mine(request, pk)
    rows = StationArea.objects.filter(station=station, until__isnull=True).select_related("place__parent")
    row = found(may_keep_stations, request.actor, rows, pk=area)

    def write(on: date) -> Station:
        stations.leave_place(station=station, area=row, on=on, by=request.actor)
        return station

    title, form = _("No longer serve this place"), LeaveForm(request.POST or None)
    return _changing(request, station, form, title, write, intro=row.place.with_parent)


@page("stations/<int:pk>/close/", name="station-close", rule=may_keep_stations, methods="GET POST")
def close_page(request: Request, pk: int) -> HttpResponse:
    """Close a station."""
    station = _mine(request, pk)

    def write(on: date, reason: str) -> Station:
        return stations.close_station(station=station, on=on, reason=reason, by=request.actor)

    return _changing(request, station, EndForm(request.POST or None), pgettext("a station", "Close"), write)


@page("stations/<int:pk>/withdraw/", name="station-withdraw", rule=may_keep_stations, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a station that was recorded by mistake."""
    station = _mine(request, pk)

    def write(reason: str) -> Station:
        return stations.withdraw_station(station=station, reason=reason, by=request.actor)

    return form_page(
        request, WhyForm(request.POST or None), title=_("Withdraw: recorded by mistake"), write=write,
        then=lambda _station: address_of("stations"), back=_address(station), crumbs=_crumbs(station),
        intro=station.body.name,
    )  # fmt: skip


def _changing(
    request: Request, station: Station, form: ProblemForm, title: str, write: Any, intro: str = ""
) -> HttpResponse:
    return form_page(
        request, form, title=title, write=write, then=_address, back=_address(station), crumbs=_crumbs(station),
        intro=intro or station.body.name,
    )  # fmt: skip
