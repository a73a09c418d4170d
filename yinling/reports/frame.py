"""Where and when a template is read: its words for places and periods, turned into paths and spans of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.period import Period, PeriodError, as_of, between
from yinling.base.period import parse as parse_period
from yinling.figures import Wanted, measure_of
from yinling.network import Place, children_of
from yinling.reports.template import Chart, Problem, Reading, Table


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table or chart: what it is called, where and when it is read."""

    label: str
    path: str
    period: Period


@dataclass
class Frame:
    """A place and a period, with the other places and periods that a template names. What it names wrongly is kept as
    problems; such a reading has no figure."""

    place: Place
    period: Period
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _children: dict[str, list[Place]] = field(default_factory=dict)
    _bad: set[Reading] = field(default_factory=set)

    def learn(self, words: Iterable[str]) -> None:
        """Read the places that tags name by path or code, all together."""
        named = set(words) - {"here", "parent"}
        if named:
            for place in Place.objects.filter(Q(area_path__in=named) | Q(code__in=named)):
                self.places.update({place.code: place, place.area_path: place})

    def wanted(self, reading: Reading) -> Wanted | None:
        """The figure a reading asks for; None (and a problem, once) where its place or period does not exist."""
        path = self.path(reading)
        period = self._when(reading)
        return None if path is None or period is None else (measure_of(reading.key), path, period)

    def path(self, reading: Reading) -> str | None:
        """The path of a reading's place; above a province lies the nation, whose path is empty."""
        if reading.place == "here":
            return self.place.area_path
        if reading.place == "parent":
            return self.place.parent.area_path if self.place.parent else ""
        found = self.places.get(reading.place)
        if found is None:
            self._refuse(reading, _("there is no place %(name)s") % {"name": reading.place})
        return found.area_path if found else None

    def _when(self, reading: Reading) -> Period | None:
        try:
            match reading.period:
                case "this":
                    return self.period
                case "last":
                    return self.period.previous()
                case "lastyear":
                    return self.period.same_last_year()
                case key:
                    return parse_period(key)
        except PeriodError as error:
            self._refuse(reading, str(error))
            return None

    def _refuse(self, reading: Reading, message: str) -> None:
        if reading not in self._bad:
            self._bad.add(reading)
            self.problems.append(Problem(reading.at, message))

    def children(self, path: str) -> list[Place]:
        """The places that belong to a place at the end of the period (today, if that is earlier), in code order."""
        if path not in self._children:
            known = {place.area_path: place for place in (self.place, *self.places.values())}
            parent = known.get(path) or (Place.objects.filter(area_path=path).first() if path else None)
            day = min(self.period.end, clock.today())
            self._children[path] = list(children_of(parent, day)) if parent or not path else []
        return self._children[path]

    def rows(self, node: Table | Chart) -> list[Row]:
        """The rows of a table or chart: the child places of its place, or the months of its period. Of an "as of" day these
        are the months of its year up to that day."""
        column = node.columns[0] if isinstance(node, Table) else node.column
        path, period = self.path(column), self._when(column)
        if path is None or period is None:
            return []
        if node.rows == "children":
            return [Row(child.short_name, child.area_path, period) for child in self.children(path)]
        span = between(date(period.end.year, 1, 1), period.end) if period.is_as_of else period
        return [Row(month.label(), path, _at_end(month, period)) for month in span.months()]


def _at_end(month: Period, period: Period) -> Period:
    return as_of(month.end) if period.is_as_of else month
