"""One way to read a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from yinling.base.period import Period
from yinling.figures import grid, reading
from yinling.figures.map import Signed, as_today
from yinling.figures.measures import Counted, Difference, Distinct, Measure, Ratio, Sum, leaves
from yinling.figures.units import written

HUNDRED = Decimal(100)
Map = Literal["then", "today"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of a measure at a place for a period. A ratio keeps its two counts; its value is None where the denominator is
    nothing, for a share of nothing is unknown, not zero."""

    measure: Measure
    path: str
    period: Period
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def text(self) -> str:
        """The value as written, without its unit."""
        return written(self.value, self.measure.card.unit)


def figure(measure: Measure, *, path: str, period: Period, known_at: int | None = None, on_map: Map = "then") -> Figure:
    """The value of `measure` in the subtree of `path` for `period`.

    `known_at` is a cut-off (see `facts.last_seq`): the value as it was known then, by everything recorded up to it.
    `on_map="today"` counts by today's map: what happened in an area that has since moved counts where it lies now.
    """
    regions: Sequence[Signed] | None = as_today(path) if on_map == "today" else None

    def count(part: Counted) -> Decimal:
        if isinstance(part, Difference):
            return count(part.whole) - count(part.part)
        if isinstance(part, Distinct):
            return _distinct(part, path, regions, period, known_at)
        return _sum(part, ((1, path),) if regions is None else regions, period, known_at)

    if isinstance(measure, Ratio):
        return share(measure, path, period, count(measure.numerator), count(measure.denominator))
    return Figure(measure, path, period, count(measure))


def _sum(part: Sum, regions: Sequence[Signed], period: Period, known_at: int | None) -> Decimal:
    value = Decimal(0)
    for sign, region in regions:
        value += sign * reading.total(part, region, period, known_at)
    return value


def _distinct(
    part: Distinct, path: str, regions: Sequence[Signed] | None, period: Period, known_at: int | None
) -> Decimal:
    if regions is None:
        return Decimal(reading.distinct(part, path, len(path), period, known_at).get(path, 0))
    return Decimal(reading.distinct_in(part, regions, period, known_at))


def share(measure: Ratio, path: str, period: Period, numerator: Decimal, denominator: Decimal) -> Figure:
    """The figure of a ratio from its two counts."""
    value = numerator * HUNDRED / denominator if denominator else None
    return Figure(measure, path, period, value, numerator, denominator)


@dataclass(frozen=True, slots=True)
class Table:
    """Figures of several measures at several places for several periods, read together."""

    cells: dict[grid.Cell, Figure]

    def at(self, measure: Measure, path: str, period: Period) -> Figure:
        """One of them; KeyError if it was not asked for."""
        return self.cells[measure.card.key, path, period.key]


def table(
    measures: Sequence[Measure], *, paths: Sequence[str], periods: Sequence[Period], known_at: int | None = None
) -> Table:
    """Every measure at every path for every period, in two statements whatever their number. `known_at` is a cut-off: all as
    they were known then."""
    return _read([(measures, paths, periods)], known_at)


Wanted = tuple[Measure, str, Period]
"""A figure to be read: measure, path, period."""


def read_many(wanted: Iterable[Wanted], known_at: int | None = None) -> Table:
    """Any figures, read together in two statements whatever their number: those that ask for the same measures and periods
    share a part of it. `known_at` is a cut-off: all as they were known then."""
    measures: dict[str, Measure] = {}
    asked: defaultdict[tuple[str, Period], set[str]] = defaultdict(set)
    for measure, path, period in wanted:
        measures[measure.card.key] = measure
        asked[path, period].add(measure.card.key)
    periods: defaultdict[tuple[str, frozenset[str]], set[Period]] = defaultdict(set)
    for (path, period), keys in asked.items():
        periods[path, frozenset(keys)].add(period)
    paths: defaultdict[tuple[frozenset[str], frozenset[Period]], list[str]] = defaultdict(list)
    for (path, keys_of_path), when in periods.items():
        paths[keys_of_path, frozenset(when)].append(path)
    groups = [
        ([measures[key] for key in sorted(keys)], sorted(group), sorted(when)) for (keys, when), group in paths.items()
    ]
    return _read(groups, known_at)


Group = tuple[Sequence[Measure], Sequence[str], Sequence[Period]]
"""Measures, paths and periods, each to be read with each."""


def _read(groups: Sequence[Group], known_at: int | None) -> Table:
    asked = [
        grid.Asked([leaf for measure in measures for leaf in leaves(measure)], paths, periods)
        for measures, paths, periods in groups
    ]
    values = grid.cells(asked, known_at)

    def value(part: Counted, path: str, key: str) -> Decimal:
        if isinstance(part, Difference):
            return value(part.whole, path, key) - value(part.part, path, key)
        return values[part.card.key, path, key]

    cells: dict[grid.Cell, Figure] = {}
    for measures, paths, periods in groups:
        keys = [(period, period.key) for period in periods]
        for measure in measures:
            for path in paths:
                for period, key in keys:
                    if isinstance(measure, Ratio):
                        top, bottom = value(measure.numerator, path, key), value(measure.denominator, path, key)
                        cells[measure.card.key, path, key] = share(measure, path, period, top, bottom)
                    else:
                        cells[measure.card.key, path, key] = Figure(measure, path, period, value(measure, path, key))
    return Table(cells)
