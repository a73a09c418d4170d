"""Service stations: opened, serving places, closed, withdrawn; each step moves the figures, and only by facts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import Cast
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.facts import BuiltOn, Entry
from yinling.figures import Measure, figure
from yinling.network import Body, close_place, hold_role, merge_places, register_body
from yinling.volunteers import (
    Station,
    StationArea,
    station_measures,
    stations,
)

STREET = "520622003"
OPENED = date(2024, 3, 5)


def value(measure: Measure, path: str = at.COUNTY, on: date = date(2025, 1, 1)) -> object:
    """A figure on a day."""
    return figure(measure, path=path, period=as_of(on)).value


def opened(cast: Cast, path: str = STREET, name: str = "大龙驿站") -> Station:
    """A station at a place of the cast."""
    return stations.open_station(
        place=cast.places[path], name=name, opened_on=OPENED, services=["law", "health"], by=at.SYSTEM
    )


def test_a_station_is_a_body_and_counts_where_it_lies(cast: Cast) -> None:
    station = opened(cast)
    assert (station.body.kind, station.area_path) == (Body.Kind.STATION, STREET)
    assert (
        value(station_measures.STATIONS)
        == value(station_measures.STREET_STATIONS)
        == value(station_measures.STATIONS, at.PREFECTURE)
        == value(station_measures.STATIONS, STREET)
        == 1
    )
    assert value(station_measures.STATIONS, on=OPENED - timedelta(days=1)) == 0
    assert value(station_measures.STATIONS, at.NEIGHBOUR) == 0
    opened(cast, at.TOWNSHIP, "朱家场驿站")
    assert (value(station_measures.STATIONS), value(station_measures.STREET_STATIONS)) == (2, 1)


def test_a_street_is_served_once_however_many_stations_serve_it(cast: Cast) -> None:
    assert (
        value(station_measures.STREETS),
        value(station_measures.STREETS_SERVED),
        value(station_measures.STREETS_COVERAGE),
    ) == (1, 0, 0)
    station = opened(cast, at.TOWNSHIP, "朱家场驿站")
    assert value(station_measures.STREETS_SERVED) == 0
    area = stations.serve_place(station=station, place=cast.places[STREET], since=date(2024, 5, 1), by=at.SYSTEM)
    community = opened(cast, at.COMMUNITY, "街上社区驿站")
    assert value(station_measures.STREETS_SERVED) == 1
    assert value(station_measures.STREETS_COVERAGE) == 100
    stations.leave_place(station=station, area=area, on=date(2024, 9, 1), by=at.SYSTEM)
    assert value(station_measures.STREETS_SERVED) == 1
    stations.close_station(station=community, on=date(2024, 10, 1), reason="搬迁", by=at.SYSTEM)
    assert value(station_measures.STREETS_SERVED) == 0
    assert value(station_measures.STREETS_SERVED, on=date(2024, 8, 1)) == 1


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    station = opened(cast)
    with pytest.raises(ValidationError, match="name"):
        opened(cast)
    with pytest.raises(ValidationError, match="opened_on"):
        stations.open_station(
            place=cast.places[STREET], name="明天", opened_on=clock.today() + timedelta(days=1), by=at.SYSTEM
        )
    with pytest.raises(ValidationError, match="services"):
        stations.open_station(place=cast.places[STREET], name="乙", opened_on=OPENED, services=["magic"], by=at.SYSTEM)
    with pytest.raises(ValidationError, match="uscc"):
        stations.open_station(place=cast.places[STREET], name="丙", opened_on=OPENED, uscc="123", by=at.SYSTEM)
    with pytest.raises(ValidationError, match="place"):
        stations.serve_place(station=station, place=cast.places[STREET], since=OPENED, by=at.SYSTEM)
    with pytest.raises(ValidationError, match="since"):
        stations.serve_place(
            station=station, place=cast.places[at.TOWNSHIP], since=OPENED - timedelta(days=1), by=at.SYSTEM
        )
    with pytest.raises(Refused):
        stations.leave_place(station=station, area=station.areas.get(), on=clock.today(), by=at.SYSTEM)
    with pytest.raises(ValidationError, match="on"):
        stations.close_station(station=station, on=OPENED - timedelta(days=1), reason="早", by=at.SYSTEM)
    with pytest.raises(Refused):
        register_body(place=cast.places[STREET], kind=Body.Kind.STATION, name="绕开", founded=OPENED, by=at.SYSTEM)
    assert Station.objects.count() == Body.objects.filter(kind=Body.Kind.STATION).count() == 1


def test_who_may(cast: Cast) -> None:
    township, county = cast.actor(cast.township), cast.actor(cast.county)
    with pytest.raises(Refused):
        stations.open_station(place=cast.places[STREET], name="甲", opened_on=OPENED, by=township)
    with pytest.raises(Refused):
        stations.open_station(place=cast.places[STREET], name="甲", opened_on=OPENED, by=cast.actor(cast.auditor))
    station = stations.open_station(place=cast.places[at.TOWNSHIP], name="甲", opened_on=OPENED, by=township)
    with pytest.raises(Refused):
        stations.serve_place(station=station, place=cast.places[STREET], since=OPENED, by=township)
    stations.serve_place(station=station, place=cast.places[STREET], since=OPENED, by=county)
    with pytest.raises(Refused):
        stations.serve_place(station=station, place=cast.places[at.NEIGHBOUR], since=OPENED, by=county)


def test_a_change_is_noted_and_not_written_over_another(cast: Cast) -> None:
    station = opened(cast)
    seen = station.changed_by
    station = stations.change_station(station=station, seen=seen, name="大龙街道驿站", staff=2, by=at.SYSTEM)
    assert (station.body.name, station.staff) == ("大龙街道驿站", 2)
    assert Entry.objects.get(pk=station.changed_by).fact_count == 0
    with pytest.raises(Refused):
        stations.change_station(station=station, seen=seen, staff=5, by=at.SYSTEM)
    stations.close_station(station=station, on=date(2024, 9, 1), reason="合并", by=at.SYSTEM)
    with pytest.raises(Refused):
        stations.change_station(station=station, staff=5, by=at.SYSTEM)
    assert value(station_measures.STATIONS, on=date(2024, 8, 31)) == 1
    assert value(station_measures.STATIONS) == 0


def test_a_mistake_is_withdrawn_as_if_it_had_never_been(cast: Cast) -> None:
    station = opened(cast)
    stations.withdraw_station(station=station, reason="重复登记", by=at.SYSTEM)
    assert value(station_measures.STATIONS, on=OPENED) == value(station_measures.STREETS_SERVED, on=OPENED) == 0
    assert Body.objects.get(pk=station.pk).withdrawn
    again = opened(cast)
    hold_role(account=cast.stranger, role="keeper", body=again.body, since=OPENED, by=at.SYSTEM)
    with pytest.raises(BuiltOn):
        stations.withdraw_station(station=again, reason="又错了", by=at.SYSTEM)


def test_streets_that_are_merged_are_one(cast: Cast) -> None:
    """A station that served both serves what they became."""
    station = opened(cast)
    stations.serve_place(station=station, place=cast.places[at.TOWNSHIP], since=OPENED, by=at.SYSTEM)
    merge_places(
        place=cast.places[at.TOWNSHIP], into=cast.places[STREET], on=date(2024, 12, 1), basis="批复", by=at.SYSTEM
    )
    assert {area.area_path for area in StationArea.objects.all()} == {STREET}
    assert value(station_measures.STREETS_SERVED) == 1
    stations.close_station(station=Station.objects.get(), on=date(2025, 2, 1), reason="改建", by=at.SYSTEM)
    assert value(station_measures.STREETS_SERVED, on=date(2025, 2, 1)) == 0


def test_no_station_at_a_place_that_has_ended(cast: Cast) -> None:
    place = cast.places[at.BARE_VILLAGE]
    close_place(place=place, on=date(2024, 1, 1), basis="批复", by=at.SYSTEM)
    place.refresh_from_db()
    with pytest.raises(ValidationError, match="place"):
        stations.open_station(place=place, name="甲", opened_on=OPENED, by=at.SYSTEM)
