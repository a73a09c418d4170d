"""Service stations: opened, kept up to date, closed; which places they serve. A station is a body of its own kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, create_many, current, demand_seen, locked, note
from yinling.base.codes import CodeError, credit_code
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import BuiltOn, NewFact, hold, hold_many, open_facts, record_many, reverse, touch
from yinling.network import Body, Place, initials_of
from yinling.volunteers.models import Service, Station, StationArea
from yinling.volunteers.rules import may_keep_stations

KINDS = ("station.open", "station.serves")
STREET = "street"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class NewStation:
    """A station to open at `place` on a day. `area` is in square metres, `staff` counts who works there full time, `services`
    are values of `Service`; `covers` are the places it serves beside its own, `row` its row in the file it came from."""

    place: Place
    name: str
    opened_on: date
    address: str = ""
    opening_hours: str = ""
    services: tuple[str, ...] = ()
    phone: str = ""
    area: Decimal | None = None
    staff: int = 0
    uscc: str = ""
    parent: Body | None = None
    covers: tuple[Place, ...] = ()
    row: int | None = None


@action(
    "volunteers.open_station", label=gettext_lazy("Open a service station"), rule=may_keep_stations, on="place",
    records=KINDS,
)  # fmt: skip
def open_station(
    *, place: Place, name: str, opened_on: date, address: str = "", opening_hours: str = "",
    services: Sequence[str] = (), phone: str = "", area: Decimal | None = None, staff: int = 0, uscc: str = "",
    parent: Body | None = None, covers: Sequence[Place] = (), by: Actor,
) -> Station:  # fmt: skip
    """Open a station from a day on (not in the future). It serves its own place and the places in `covers`, all of which the
    actor must be responsible for. ValidationError names the field that is wrong."""
    new = NewStation(
        place, name, opened_on, address, opening_hours, tuple(services), phone, area, staff, uscc, parent, tuple(covers)
    )
    station = _open([new], None, by)[0]
    current().about(station)
    return station


@action(
    "volunteers.open_stations", label=gettext_lazy("Open service stations from a list"), rule=may_keep_stations,
    on="area", records=KINDS,
)  # fmt: skip
def open_stations(*, rows: Iterable[NewStation], area: Placed, batch_id: int | None = None, by: Actor) -> list[Station]:
    """Open many stations inside `area`, all or none; rows of an import carry its batch."""
    wanted = list(rows)
    for new in wanted:
        if not new.place.area_path.startswith(area.area_path):
            raise Refused(_("Row %(row)s lies outside the area.") % {"row": new.row or new.name})
    stations = _open(wanted, batch_id, by)
    if batch_id is not None:
        act = current()
        act.subject, act.subject_id = "batch", batch_id
    note(rows=len(stations))
    return stations


def _open(wanted: Sequence[NewStation], batch_id: int | None, by: Actor) -> list[Station]:
    touch(*KINDS)
    _check_new(wanted, by)
    bodies = create_many([_body(new, batch_id) for new in wanted])
    entry = current().entry_id
    stations = create_many(
        [
            Station(
                body=body, area_path=body.area_path, address=new.address, opening_hours=new.opening_hours,
                services=list(new.services), phone=new.phone, area=new.area, staff=new.staff, changed_by=entry,
            )
            for new, body in zip(wanted, bodies, strict=True)
        ]
    )  # fmt: skip
    areas = create_many(
        [
            StationArea(station=station, place=place, area_path=place.area_path, since=new.opened_on)
            for new, station in zip(wanted, stations, strict=True)
            for place in dict.fromkeys((new.place, *new.covers))
        ]
    )
    record_many(
        "station.open",
        [
            NewFact({STREET: _yes(new.place)}, body.pk, body.area_path, new.opened_on)
            for new, body in zip(wanted, bodies, strict=True)
        ],
    )
    record_many("station.serves", [_serving(area) for area in areas])
    return stations


def _body(new: NewStation, batch_id: int | None) -> Body:
    return Body(
        kind=Body.Kind.STATION, name=new.name, initials=initials_of(new.name), place=new.place,
        area_path=new.place.area_path, parent=new.parent, uscc=_code(new.uscc), founded=new.opened_on,
        batch_id=batch_id, batch_row=new.row,
    )  # fmt: skip


def _code(text: str) -> str:
    try:
        return credit_code(text).code if text.strip() else ""
    except CodeError as error:
        raise ValidationError({"uscc": str(error)}) from error


def _check_new(wanted: Sequence[NewStation], by: Actor) -> None:
    """Refuse what cannot be: a day to come, a place that has ended, two stations of one name at one place."""
    for new in wanted:
        if new.opened_on > clock.today():
            raise ValidationError({"opened_on": _("The day lies in the future.")})
        if any(place.closed is not None for place in (new.place, *new.covers)):
            raise ValidationError({"place": _("This place has already ended.")})
        for place in new.covers:
            may_keep_stations.demand(by, place)
        _check_services(new.services)
    taken = Body.objects.filter(
        kind=Body.Kind.STATION, place__in={new.place.pk for new in wanted}, withdrawn=False, dissolved__isnull=True
    )
    names = set(taken.values_list("place_id", "name"))
    for new in wanted:
        key = (new.place.pk, new.name)
        if key in names:
            raise ValidationError({"name": _("There is a station of this name at this place already.")})
        names.add(key)


def _check_services(services: Sequence[str]) -> None:
    if unknown := set(services) - set(Service.values):
        raise ValidationError({"services": _("There is no such service: %(names)s") % {"names": ", ".join(unknown)}})


def _street_of(place: Place) -> Place | None:
    """The street a place is or lies in; None in the country."""
    if place.level == Place.Level.TOWNSHIP:
        return place if place.kind == STREET else None
    above = place.parent if place.level == Place.Level.VILLAGE else None
    return above if above is not None and above.kind == STREET else None


def _yes(place: Place) -> str:
    return "yes" if _street_of(place) else "no"


def _serving(area: StationArea) -> NewFact:
    """What is recorded of a place that is served: a community of a street says that the street is."""
    street = _street_of(area.place)
    path = street.area_path if street else area.place.area_path
    return NewFact({STREET: "yes" if street else "no"}, area.pk, path, area.since)


PARTICULARS = ("address", "opening_hours", "services", "phone", "area", "staff")


@action(
    "volunteers.change_station", label=gettext_lazy("Change a service station"), rule=may_keep_stations, on="station"
)
def change_station(
    *, station: Station, seen: int | None = None, name: str = "", by: Actor, **values: object
) -> Station:
    """Change the name and any of `PARTICULARS`; nothing of it is counted. `seen`: see `demand_seen`."""
    if unknown := set(values) - set(PARTICULARS):
        raise TypeError(f"a station has no {', '.join(sorted(unknown))}")
    station = _open_one(station, seen)
    _check_services(values.get("services") or ())  # type: ignore[arg-type]
    if name and name != station.body.name:
        taken = Body.objects.filter(
            kind=Body.Kind.STATION, place=station.body.place_id, name=name, withdrawn=False, dissolved__isnull=True
        )
        if taken.exists():
            raise ValidationError({"name": _("There is a station of this name at this place already.")})
        change(station.body, name=name, initials=initials_of(name))
    current().about(station)
    return change(station, **values, changed_by=current().entry_id)


def _open_one(station: Station, seen: int | None) -> Station:
    """The station, locked; refused if it was changed since, or has closed."""
    station = locked(station)
    demand_seen(station, seen)
    if station.body.dissolved is not None or station.body.withdrawn:
        raise Refused(_("The station has already closed."))
    return station


@action(
    "volunteers.serve_place", label=gettext_lazy("A station begins to serve a place"), rule=may_keep_stations,
    on="station", records=["station.serves"],
)  # fmt: skip
def serve_place(*, station: Station, place: Place, since: date, by: Actor) -> StationArea:
    """From a day on the station serves `place`, too. The actor must be responsible for both."""
    may_keep_stations.demand(by, place)
    station = _open_one(station, None)
    if not station.body.founded <= since <= clock.today():
        raise ValidationError({"since": _("Give a day on which the station was open, today at the latest.")})
    if place.closed is not None:
        raise ValidationError({"place": _("This place has already ended.")})
    if station.areas.filter(place=place, until__isnull=True).exists():
        raise ValidationError({"place": _("The station serves this place already.")})
    area = create(StationArea(station=station, place=place, area_path=place.area_path, since=since))
    fact = _serving(area)
    hold("station.serves", source=area.pk, path=fact.path, on=since, dims=fact.dims)
    change(station, changed_by=current().entry_id)
    return area


@action(
    "volunteers.leave_place", label=gettext_lazy("A station no longer serves a place"), rule=may_keep_stations,
    on="station", records=["station.serves"],
)  # fmt: skip
def leave_place(*, station: Station, area: StationArea, on: date, by: Actor) -> StationArea:
    """From a day on the station serves a place no longer; its own place it serves as long as it is open."""
    station, area = _open_one(station, None), locked(area)
    if area.station_id != station.pk or area.until is not None:
        raise Refused(_("The station does not serve this place."))
    if area.place_id == station.body.place_id:
        raise Refused(_("A station serves the place it lies in as long as it is open."))
    if not area.since <= on <= clock.today():
        raise ValidationError({"on": _("Give a day on which the station served it, today at the latest.")})
    current().about(station)
    _end_serving([area], on)
    change(station, changed_by=current().entry_id)
    return area


def _end_serving(areas: Sequence[StationArea], on: date) -> None:
    for area in areas:
        change(area, until=on)
    ended = [NewFact({STREET: "no"}, area.pk, area.area_path, on, 0) for area in areas]
    hold_many("station.serves", ended)


@action(
    "volunteers.close_station", label=gettext_lazy("Close a service station"), rule=may_keep_stations, on="station",
    records=KINDS,
)  # fmt: skip
def close_station(*, station: Station, on: date, reason: str, by: Actor) -> Station:
    """The station closes on a day: from then on it is not counted and serves no place."""
    because(reason)
    touch(*KINDS)
    station = _open_one(station, None)
    areas = list(station.areas.filter(until__isnull=True))
    begun = max([station.body.founded, *(area.since for area in areas)])
    if not begun <= on <= clock.today():
        raise ValidationError({"on": _("Give a day after the last change of the station, today at the latest.")})
    current().about(station)
    hold("station.open", source=station.pk, path=station.area_path, on=on, quantity=0, dims={STREET: "no"})
    _end_serving(areas, on)
    change(station.body, dissolved=on)
    return change(station, changed_by=current().entry_id)


@action(
    "volunteers.withdraw_station", label=gettext_lazy("Withdraw a service station"), rule=may_keep_stations,
    on="station", records=KINDS,
)  # fmt: skip
def withdraw_station(*, station: Station, reason: str, by: Actor) -> Station:
    """The station was recorded by mistake and never was: its facts are reversed. Refused where it has a history (sessions,
    keepers, places it served once): such a station is closed."""
    because(reason)
    touch(*KINDS)
    station = _open_one(station, None)
    _demand_unused([station.pk])
    if station.areas.filter(until__isnull=False).exists():
        raise Refused(_("The station has a history; close it instead."))
    _take_back([station])
    return station


@action(
    "volunteers.withdraw_stations", label=gettext_lazy("Undo a list of service stations"), rule=may_keep_stations,
    on="area", records=KINDS,
)  # fmt: skip
def withdraw_stations(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo an import: its stations are withdrawn; returns how many. Raises BuiltOn with (some of) those that were changed,
    or referred to, since."""
    because(reason)
    touch(*KINDS)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    ours = Station.objects.select_for_update(of=("self",)).select_related("body")
    stations = list(ours.filter(body__batch_id=batch_id, body__withdrawn=False).order_by("pk"))
    if changed := [one.pk for one in stations if one.changed_by != entry_id]:
        raise BuiltOn(changed[:SHOWN])
    _demand_unused([one.pk for one in stations])
    _take_back(stations)
    note(rows=len(stations))
    return len(stations)


def _demand_unused(keys: Sequence[int]) -> None:
    """BuiltOn where any row of another table refers to one of the stations or their bodies, hidden relations included."""
    found: set[int] = set()
    for model in (Body, Station):
        for relation in model._meta.get_fields(include_hidden=True):
            if isinstance(relation, ForeignObjectRel) and relation.related_model not in (Station, StationArea):
                column = relation.field.name
                rows = relation.related_model._base_manager.filter(**{f"{column}__in": keys})
                found.update(rows.values_list(column, flat=True)[:SHOWN])
    if found:
        raise BuiltOn(sorted(found)[:SHOWN])


def _take_back(stations: Sequence[Station]) -> None:
    """Reverse what was recorded of stations that are open, and mark them withdrawn."""
    for station in stations:
        areas = list(station.areas.all())
        for kind, sources in (("station.open", [station.pk]), ("station.serves", [area.pk for area in areas])):
            for source in sources:
                for fact in open_facts(kind, source):
                    reverse(fact.entry_id, source=source, kinds=[kind])
        for area in areas:
            if area.until is None:
                change(area, until=area.since)
        change(station.body, withdrawn=True)
        change(station, changed_by=current().entry_id)
