"""Whatever is done with stations in whatever order, the figures of any day are those of a plain model.

`YINLING_LONG=40` runs it that many times as long.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.facts.ground import NETWORK, SYSTEM, load, rolled_back
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.facts import forget_series, verify
from yinling.figures import recheck, table
from yinling.network import Place
from yinling.volunteers import Station, station_measures, stations

LONG = int(os.environ.get("YINLING_LONG", "1"))
BEGIN = date(2024, 2, 1)
PLACES = ("520101001", "520101001001", "520101002", "520102000201", "530101001")
STREETS = ("520101001", "520101002")
AREAS = ("", "52", "520101", "520101002", "53")
MOST = 5
NUMBERS = st.integers(0, 60)
MEASURES = (station_measures.STATIONS, station_measures.STREET_STATIONS, station_measures.STREETS_SERVED)


@dataclass(slots=True)
class Paper:
    """A station as somebody would keep it on paper: where it lies, from when to when, what it serves from when to when."""

    path: str
    opened: date
    closed: date | None = None
    serves: dict[int, tuple[str, date, date | None]] = field(default_factory=dict)


def street_of(path: str) -> str:
    """The street a path is or lies in; nothing in the country."""
    return path[:9] if path[:9] in STREETS else ""


class Stations(RuleBasedStateMachine):
    """The platform on one side, the papers on the other. A refused action must leave both as they were."""

    def __init__(self) -> None:
        super().__init__()
        self.day, self.papers = BEGIN, dict[int, Paper]()
        self.scope = rolled_back()
        self.scope.__enter__()
        forget_series()

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @initialize()
    def network(self) -> None:
        load(NETWORK, on=date(2011, 1, 1))
        Place.objects.filter(area_path__in=STREETS).update(kind="street")
        self.places = {place.area_path: place for place in Place.objects.select_related("parent")}
        self.open(0, 0, 1)
        self.open(1, 2, 1)

    def attempt(self, act: Any, **arguments: Any) -> Any:
        """Do it as of today; None where it is refused."""
        with clock.frozen(self.day):
            try:
                return act(by=SYSTEM, **arguments)
            except (Refused, ValidationError):
                return None

    def chosen(self, number: int) -> Station:
        """One of the stations."""
        return Station.objects.select_related("body").get(pk=sorted(self.papers)[number % len(self.papers)])

    @precondition(lambda self: len(self.papers) < MOST)
    @rule(number=NUMBERS, back=st.integers(0, 20), days=st.integers(0, 9))
    def open(self, number: int, back: int, days: int) -> None:
        self.day += timedelta(days=days)
        place: Place = self.places[PLACES[number % len(PLACES)]]
        on = self.day - timedelta(days=back)
        made = self.attempt(stations.open_station, place=place, name=f"驿站{number}", opened_on=on)
        if made is not None:
            paper = self.papers[made.pk] = Paper(place.area_path, on)
            paper.serves[made.areas.get().pk] = (place.area_path, on, None)

    @precondition(lambda self: self.papers)
    @rule(number=NUMBERS, where=NUMBERS, back=st.integers(-2, 20), days=st.integers(0, 9))
    def serve(self, number: int, where: int, back: int, days: int) -> None:
        self.day += timedelta(days=days)
        station, path = self.chosen(number), PLACES[where % len(PLACES)]
        since = self.day - timedelta(days=back)
        made = self.attempt(stations.serve_place, station=station, place=self.places[path], since=since)
        paper = self.papers[station.pk]
        served = any(place == path and until is None for place, _since, until in paper.serves.values())
        assert (made is not None) == (paper.closed is None and not served and paper.opened <= since <= self.day)
        if made is not None:
            paper.serves[made.pk] = (path, since, None)

    @precondition(lambda self: self.papers)
    @rule(number=NUMBERS, which=NUMBERS, back=st.integers(-2, 20), days=st.integers(0, 9))
    def leave(self, number: int, which: int, back: int, days: int) -> None:
        self.day += timedelta(days=days)
        station = self.chosen(number)
        paper = self.papers[station.pk]
        key = sorted(paper.serves)[which % len(paper.serves)]
        path, since, until = paper.serves[key]
        on = self.day - timedelta(days=back)
        done = self.attempt(stations.leave_place, station=station, area=station.areas.get(pk=key), on=on)
        may = paper.closed is None and until is None and path != paper.path and since <= on <= self.day
        assert (done is not None) == may
        if done is not None:
            paper.serves[key] = (path, since, on)

    @precondition(lambda self: self.papers)
    @rule(number=NUMBERS, back=st.integers(-2, 20), days=st.integers(0, 9))
    def close(self, number: int, back: int, days: int) -> None:
        self.day += timedelta(days=days)
        station, on = self.chosen(number), self.day - timedelta(days=back)
        done = self.attempt(stations.close_station, station=station, on=on, reason="撤并")
        paper = self.papers[station.pk]
        begun = max([paper.opened, *(since for _path, since, until in paper.serves.values() if until is None)])
        assert (done is not None) == (paper.closed is None and begun <= on <= self.day)
        if done is not None:
            paper.closed = on
            paper.serves = {key: (path, since, until or on) for key, (path, since, until) in paper.serves.items()}

    @precondition(lambda self: self.papers)
    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        station = self.chosen(number)
        paper = self.papers[station.pk]
        done = self.attempt(stations.withdraw_station, station=station, reason="误登")
        assert (done is not None) == all(until is None for _path, _since, until in paper.serves.values())
        if done is not None:
            del self.papers[station.pk]

    def expected(self, area: str, day: date) -> tuple[int, int, int]:
        """Stations, those at streets, and streets served, of an area on a day."""
        there = [
            paper.path
            for paper in self.papers.values()
            if paper.opened <= day and (paper.closed is None or day < paper.closed) and paper.path.startswith(area)
        ]
        served = {
            street_of(path)
            for paper in self.papers.values()
            for path, since, until in paper.serves.values()
            if since <= day and (until is None or day < until)
        }
        streets = {street for street in served if street and street.startswith(area)}
        return len(there), sum(bool(street_of(path)) for path in there), len(streets)

    @invariant()
    def figures_are_those_of_the_papers(self) -> None:
        days = [self.day - timedelta(days=back) for back in (0, 1, 7, 20)]
        found = table(MEASURES, paths=AREAS, periods=[as_of(day) for day in days])
        for area in AREAS:
            for day in days:
                values = tuple(int(found.at(measure, area, as_of(day)).value or 0) for measure in MEASURES)
                assert values == self.expected(area, day), (area, day)

    @invariant()
    def everything_kept_beside_the_facts_agrees(self) -> None:
        assert [*recheck(), *verify()] == []


@pytest.mark.long
@pytest.mark.django_db
def test_any_course_of_stations_gives_the_figures_of_a_plain_model() -> None:
    run_state_machine_as_test(
        Stations,
        settings=settings(
            max_examples=12 * LONG, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],
        ),
    )  # fmt: skip
