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
from yinling.figures import Figure, Measure, Ratio, Table, Wanted, measure_of, read_many
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
    """A county with its figures, in the order of the least numbers, its volunteers, and (where the year was read) its hours
    of service in the year."""

    place: Place
    held: tuple[Held, ...]
    volunteers: Figure
    hours: Figure | None

    @property
    def silent(self) -> bool:
        """Nothing at all is recorded of it, which is not the same as having nothing."""
        return not any(one.figure.value for one in self.held)

    @property
    def short(self) -> tuple[Held, ...]:
        """What falls short; nothing where nothing is recorded."""
        return () if self.silent else tuple(one for one in self.held if one.missing)

    @property
    def how_short(self) -> Decimal:
        """The parts that are missing, added up."""
        return sum((one.part for one in self.short), NOTHING)


@dataclass(frozen=True, slots=True)
class Shortage:
    """The counties of an area, the one that lacks most first, those of which nothing is recorded last; and the least number
    for each measure."""

    counties: tuple[County, ...]
    least: Mapping[str, Decimal]
    whole: tuple[Figure, ...]
    """The figures of the area itself, in the order of the least numbers."""
    table: Table
    """Everything that was read."""

    def lacking(self, key: str) -> list[County]:
        """The counties that fall short of one least number."""
        return [one for one in self.counties if any(held.key == key for held in one.short)]


class _Figures:
    """The figures of an area and its counties: those that stand on a day and, if wanted, those of a year."""

    def __init__(
        self, paths: Sequence[str], day: date, also: Sequence[Measure], more: Sequence[Wanted], *, with_year: bool
    ) -> None:
        self.now, self.over = as_of(day), last_year(day)
        measures = [measure_of(key) for key in [*MEASURES.values(), HOURS] if with_year or key not in A_YEAR]
        wanted = [(one, path, self._period(one)) for one in measures for path in paths]
        self.table = read_many([*wanted, *((one, path, self.now) for one in also for path in paths), *more])

    def at(self, key: str, path: str) -> Figure:
        """One figure, by the key of its measure."""
        measure = measure_of(key)
        return self.table.at(measure, path, self._period(measure))

    def _period(self, measure: Measure) -> Period:
        return self.over if measure.card.key in A_YEAR else self.now


def shortage(
    path: str, day: date, *, also: Sequence[Measure] = (), more: Sequence[Wanted] = (), with_year: bool = True
) -> Shortage:
    """Hold the counties of an area against the numbers in force there on a day. The measures of a year, left out without
    `with_year`, are those of the last one that is over. A least share of 0 stands for the share of the whole area. Read along
    with the rest are `also`, for the same places and the day, and `more`."""
    counties = list(
        Place.objects.filter(under(path), level=Place.Level.COUNTY, opened__lte=day)
        .exclude(closed__lte=day)
        .order_by("area_path")
    )
    keys = [key for key in THRESHOLDS if with_year or MEASURES[key] not in A_YEAR]
    paths = list(dict.fromkeys([path, *(place.area_path for place in counties)]))
    figures = _Figures(paths, day, also, more, with_year=with_year)
    set_ = parameters(keys, path, day)
    whole = tuple(figures.at(MEASURES[key], path) for key in keys)
    least = {
        key: set_[key] or (Decimal(one.text) if isinstance(one.measure, Ratio) and one.value else NOTHING)
        for key, one in zip(keys, whole, strict=True)
    }
    rows = [
        County(
            place,
            tuple(Held(key, figures.at(MEASURES[key], place.area_path), least[key]) for key in keys),
            figures.at(VOLUNTEERS, place.area_path),
            figures.at(HOURS, place.area_path) if with_year else None,
        )
        for place in counties
    ]
    rows.sort(key=lambda one: (one.silent, -one.how_short, one.place.area_path))
    return Shortage(tuple(rows), least, whole, figures.table)
