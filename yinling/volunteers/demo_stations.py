"""Service stations of the demo's city: 58, of which 12 at streets; one county has fewer than five. Particulars are made up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from yinling.base.rules import Actor
from yinling.network import Place, place_at
from yinling.volunteers.actions.stations import NewStation, open_stations
from yinling.volunteers.models import Service, Station

SEED = 58
COUNTIES = {
    "02": (7, 2), "03": (4, 2), "21": (0, 5), "22": (1, 4), "23": (0, 6), "24": (0, 6), "25": (0, 6), "26": (0, 6),
    "27": (0, 3), "28": (0, 6),
}  # fmt: skip
"""Stations at streets and elsewhere, by the last two digits of the county's path."""

FIRST, DAYS = date(2023, 3, 1), 900
HOURS = (
    "周一至周五 9:00—17:00",
    "周一至周六 8:30—17:30",
    "每日 9:00—17:00",
    "周二至周日 9:00—17:00",
    "周一至周五 8:30—12:00",
)
ROADS = ("人民路", "新华路", "文化路", "建设路", "迎宾大道", "老街", "滨河路", "政府路")
DIALLING = "0856"


def stations(*, city: str, by: Actor) -> list[Station]:
    """Open the 58 stations of the city with this path, in one action."""
    place = place_at(city)
    assert place is not None, "the places are loaded first"
    return open_stations(rows=_rows(city), area=place, by=by)


def _rows(city: str) -> Iterator[NewStation]:
    chance = random.Random(SEED)
    for county, (at_streets, elsewhere) in COUNTIES.items():
        below = Place.objects.filter(parent__area_path=city + county, closed__isnull=True).order_by("area_path")
        places = list(below.select_related("parent"))
        streets = [place for place in places if place.kind == "street"]
        towns = [place for place in places if place.kind != "street"]
        for place in (*streets[:at_streets], *towns[:elsewhere]):
            # A town's station now and then serves a neighbour that has none.
            others = towns[elsewhere:] if place in towns and not chance.randrange(3) else []
            yield _station(place, others, chance)


def _station(place: Place, others: list[Place], chance: random.Random) -> NewStation:
    services = chance.sample(list(Service.values), chance.randint(3, 6))
    return NewStation(
        place=place,
        name=f"{place.short_name}银龄志愿服务驿站",
        opened_on=FIRST + timedelta(days=chance.randrange(DAYS)),
        address=f"{place.short_name}{chance.choice(ROADS)}{chance.randint(1, 180)}号",
        opening_hours=chance.choice(HOURS),
        services=tuple(sorted(services)),
        phone=f"{DIALLING}-{chance.randint(3000000, 8999999)}",
        area=Decimal(chance.choice((40, 60, 80, 100, 120, 150))),
        staff=chance.randint(1, 3),
        covers=tuple(chance.sample(others, 1)) if others else (),
    )
