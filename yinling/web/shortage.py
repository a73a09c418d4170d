"""What is short where: the counties of an area, held against the least numbers that hold for it.

That a county falls short is worked out each time from its figures and the numbers in force; it is no fact of its own. A
fact would have to be opened and closed whenever any station, volunteer or parameter changes, and the past would have to be
rewritten when a number is set anew. So every number here is an ordinary figure with its door, and what it is held against
is a parameter with its document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yinling.base.paths import WIDTHS, under
from yinling.base.period import Period, as_of, year
from yinling.figures import Figure, Measure, Ratio, Table, measure_of, table
from yinling.network import Place, parameters
from yinling.volunteers import (
    thresholds,
)

EXPERT_TEAMS_AT_LEAST = thresholds.EXPERT_TEAMS_AT_LEAST
PARTICIPATION_AT_LEAST = thresholds.PARTICIPATION_AT_LEAST
PROFESSIONAL_AT_LEAST = thresholds.PROFESSIONAL_AT_LEAST
STATIONS_AT_LEAST = thresholds.STATIONS_AT_LEAST
THRESHOLDS = thresholds.THRESHOLDS
VOLUNTEERS_AT_LEAST = thresholds.VOLUNTEERS_AT_LEAST

MEASURES: Mapping[str, str] = {
    STATIONS_AT_LEAST: "stations.all",
    VOLUNTEERS_AT_LEAST: "volunteers.registered",
    PROFESSIONAL_AT_LEAST: "volunteers.professional_share",
    EXPERT_TEAMS_AT_LEAST: "teams.expert",
    PARTICIPATION_AT_LEAST: "volunteers.participation",
}
"""The measure that each least number is held against."""

HOURS, VOLUNTEERS = "hours.served", "volunteers.registered"
A_YEAR = frozenset({"volunteers.participation", HOURS})
"""Measures that are read over a whole year; the others as they stand on the day."""

COUNTY_WIDTH = WIDTHS[2]
NOTHING = Decimal(0)


def last_year(day: date) -> Period:
    """The last calendar year that is over on a day (or ends with it)."""
    return year(day.year if (day.month, day.day) == (12, 31) else day.year - 1)


@dataclass(frozen=True, slots=True)
class Held:
    """A figure held against the least number for it. `missing` is by how much it falls short, nothing where it does not. A
    share of nobody falls short by all of it."""

    key: str
    figure: Figure
    least: Decimal

    @property
    def missing(self) -> Decimal:
        """What the figure, as it is printed, lacks to the least number, in its unit."""
        return max(self.least - (NOTHING if self.figure.value is None else Decimal(self.figure.text)), NOTHING)

    @property
    def part(self) -> Decimal:
        """What is missing as a part of the least number, 0 to 1, so that stations and volunteers can be added up."""
        return self.missing / self.least if self.least else NOTHING


@dataclass(frozen=True, slots=True)
class County:
    """A county with its figures, in the order of the least numbers, and its hours of service in the year."""

    place: Place
    held: tuple[Held, ...]
    hours: Figure
    volunteers: Figure

    @property
    def short(self) -> tuple[Held, ...]:
        """What falls short."""
        return tuple(one for one in self.held if one.missing)

    @property
    def how_short(self) -> Decimal:
        """The parts that are missing, added up."""
        return sum((one.part for one in self.held), NOTHING)


@dataclass(frozen=True, slots=True)
class Shortage:
    """The counties of an area, the one that lacks most first, and the least number for each measure."""

    counties: tuple[County, ...]
    least: Mapping[str, Decimal]
    whole: tuple[Figure, ...]
    """The figures of the area itself, in the order of the least numbers."""
    day: Period
    year: Period

    def lacking(self, key: str) -> list[County]:
        """The counties that fall short of one least number."""
        return [one for one in self.counties if any(held.key == key for held in one.short)]


def period_of(key: str, day: Period, over: Period) -> Period:
    """The period a measure is read for: the year where it is one of a year, else the day."""
    return over if key in A_YEAR else day


def shortage(path: str, day: date) -> Shortage:
    """Hold the counties of an area against the numbers in force there on a day. The measures of a year are those of the last
    one that is over. A least share of 0 stands for the share of the whole area."""
    now, over = as_of(day), last_year(day)
    counties = list(
        Place.objects.filter(under(path), level=Place.Level.COUNTY, opened__lte=day)
        .exclude(closed__lte=day)
        .order_by("area_path")
    )
    set_ = parameters(THRESHOLDS, path, day)
    own, values = _read([path], now, over), _read([place.area_path for place in counties], now, over)
    whole = tuple(_at(own, MEASURES[key], path, now, over) for key in THRESHOLDS)
    least = {
        key: set_[key] or (Decimal(figure.text) if isinstance(figure.measure, Ratio) and figure.value else NOTHING)
        for key, figure in zip(THRESHOLDS, whole, strict=True)
    }
    rows = [_county(place, values, least, now, over) for place in counties]
    rows.sort(key=lambda one: (-one.how_short, one.place.area_path))
    return Shortage(tuple(rows), least, whole, now, over)


Tables = tuple[Table, Table]


def _read(paths: Sequence[str], now: Period, over: Period) -> Tables:
    """The figures of some places: those as they stand on the day, and those of the year."""
    keys = [*MEASURES.values(), HOURS]
    standing: list[Measure] = [measure_of(key) for key in keys if key not in A_YEAR]
    yearly: list[Measure] = [measure_of(key) for key in keys if key in A_YEAR]
    return table(standing, paths=paths, periods=[now]), table(yearly, paths=paths, periods=[over])


def _at(tables: Tables, key: str, path: str, now: Period, over: Period) -> Figure:
    return tables[key in A_YEAR].at(measure_of(key), path, period_of(key, now, over))


def _county(place: Place, tables: Tables, least: Mapping[str, Decimal], now: Period, over: Period) -> County:
    path = place.area_path
    held = tuple(Held(key, _at(tables, MEASURES[key], path, now, over), least[key]) for key in THRESHOLDS)
    hours, volunteers = (_at(tables, key, path, now, over) for key in (HOURS, VOLUNTEERS))
    return County(place, held, hours, volunteers)
