"""Many counts at many places for many periods, read together in two statements: which series they add up, and what these
give. The second has a part for each range of facts or totals that is asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from os.path import commonprefix
from typing import Any

from django.db import connection

from yinling.base.paths import AFTER
from yinling.base.period import Period
from yinling.figures.measures import Distinct, Sum
from yinling.figures.reading import (
    FIRST,
    NOTHING,
    TOTALLED,
    Edge,
    Span,
    month_before,
    series_ids,
    things_below,
)

Cell = tuple[str, str, str]
"""Measure key, path, period key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Every one of some counts, at every one of some paths, for every one of some periods."""

    counts: Sequence[Sum | Distinct]
    paths: Sequence[str]
    periods: Sequence[Period]


def cells(asked: Iterable[Asked], known_at: int | None = None) -> dict[Cell, Decimal]:
    """All that is asked, in two statements; with a cut-off, as it was known then: what the statement takes off as too late is
    no more and no less than what it added up."""
    wanted = [one for one in asked if one.counts and one.paths and one.periods]
    sums = [count for one in wanted for count in one.counts if isinstance(count, Sum)]
    series = series_ids(sums) if sums else {}
    statement = _Statement()
    readings = [each for one in wanted for each in _readings(one, series, known_at, statement)]
    rows = statement.execute()
    found: dict[Cell, Decimal] = {}
    for reading in readings:
        found.update(reading.cells(rows))
    return found


Row = tuple[str, int | None, date | None, Decimal]
"""Path, series, month, quantity."""
Rows = Sequence[Sequence[Row]]
"""The rows of each part of a statement."""


class _Statement:
    """Statements that are sent as one, each a part with a number. A part begins with its number and gives rows."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []

    def add(self, part: str, *values: Any) -> int:
        """The number of a part; the first value it takes is this number."""
        self._parts.append(part)
        self._values += [len(self._parts) - 1, *values]
        return len(self._parts) - 1

    def execute(self) -> Rows:
        """The rows of each part, the earliest month first; nothing is sent where there is no part."""
        rows: list[list[Row]] = [[] for _part in self._parts]
        if self._parts:
            with connection.cursor() as cursor:
                cursor.execute(" UNION ALL ".join(f"({part})" for part in self._parts) + " ORDER BY 4", self._values)
                for number, path, series, month, quantity in cursor:
                    rows[number].append((path, series, month, quantity))
        return rows


def _readings(
    asked: Asked, series: Mapping[str, list[int]], known_at: int | None, statement: _Statement
) -> Iterator[_Sums | _Things]:
    """What is asked, added to the statement: the flows, the stocks, and each count of different things."""
    counts = list({count.card.key: count for count in asked.counts}.values())
    for mode in ("flow", "stock"):
        sums = [count for count in counts if isinstance(count, Sum) and count.mode == mode]
        if sums:
            spans = {period: Span.of(mode, period) for period in asked.periods}
            yield _Sums(
                {count.card.key: series[count.card.key] for count in sums}, asked.paths, spans, known_at, statement
            )
    for count in counts:
        if isinstance(count, Distinct):
            for period in asked.periods:
                yield _Things(count, asked.paths, period, known_at, statement)


@dataclass(frozen=True, slots=True)
class _Running:
    """The running sum of one series at one path, by month."""

    months: list[date]
    sums: list[Decimal]

    def between(self, low: date, high: date) -> Decimal:
        upto = bisect_right(self.months, high)
        before = bisect_left(self.months, low)
        return (self.sums[upto - 1] if upto else NOTHING) - (self.sums[before - 1] if before else NOTHING)


TOTALS_PART = """SELECT %s, area_path, series_id, greatest(month, %s) AS m, sum(quantity) FROM yinling_total
    WHERE series_id = ANY(%s) AND area_path = ANY(%s) AND month BETWEEN %s AND %s GROUP BY 2, 3, 4"""
EDGE_PART = """SELECT %s, left(area_path, width), series_id, NULL::date, sum(quantity)
    FROM yinling_fact, unnest(%s::int[]) AS width
    WHERE series_id = ANY(%s) AND area_path >= %s AND area_path < %s AND happened BETWEEN %s AND %s
      AND length(area_path) >= width{late} GROUP BY 2, 3"""
AFTER_ENTRY = " AND entry_id IN (SELECT id FROM yinling_entry WHERE seq > %s)"
"""Limits an edge to what later entries recorded."""
THINGS_ABOVE = """SELECT left(finest.path, width) AS path, finest.thing
    FROM ({things}) AS finest, unnest(%s::int[]) AS width WHERE length(finest.path) >= width
    GROUP BY 1, 2 HAVING sum(finest.quantity) <> 0"""
THINGS_PART = "SELECT %s, path, NULL::bigint, NULL::date, count(*) FROM ({things}) AS things GROUP BY 2"


class _Sums:
    """Sums of one mode: whole months from the totals, edges (and places that have no totals) from the facts."""

    def __init__(
        self,
        series: Mapping[str, list[int]],
        paths: Sequence[str],
        spans: Mapping[Period, Span],
        known_at: int | None,
        statement: _Statement,
    ) -> None:
        self._series, self._paths, self._spans = series, paths, spans
        self._shapes = {
            (has_totals, period): (span if has_totals else span.by_facts()).known_at(known_at)
            for period, span in spans.items()
            for has_totals in (True, False)
        }
        ids = sorted({pk for each in series.values() for pk in each})
        self._totals = self._add_totals(statement, ids)
        self._edges = self._add_edges(statement, ids)

    def _add_totals(self, statement: _Statement, ids: list[int]) -> int | None:
        paths = [path for path in self._paths if len(path) in TOTALLED]
        ranges = [span.months for span in self._spans.values() if span.months]
        if not paths or not ranges:
            return None
        low, high = min(first for first, _last in ranges), max(last for _first, last in ranges)
        # Only the first month of a range that has a beginning, and the last of one that has none, must be told from what
        # lies before them.
        floor = min(last if first == FIRST else month_before(first) for first, last in ranges)
        return statement.add(TOTALS_PART, floor, ids, paths, low, high)

    def _add_edges(self, statement: _Statement, ids: list[int]) -> dict[Edge, int]:
        needed: dict[Edge, set[str]] = {}
        for (has_totals, _period), shape in self._shapes.items():
            concerned = {path for path in self._paths if (len(path) in TOTALLED) is has_totals}
            for edge in shape.edges if concerned else ():
                needed.setdefault(edge, set()).update(concerned)
        numbers = {}
        for edge, paths in needed.items():
            root, widths = commonprefix(sorted(paths)), sorted({len(path) for path in paths})
            late = () if edge.after is None else (edge.after,)
            sql = EDGE_PART.format(late=AFTER_ENTRY if late else "")
            numbers[edge] = statement.add(sql, widths, ids, root, root + AFTER, edge.low, edge.high, *late)
        return numbers

    def cells(self, rows: Rows) -> dict[Cell, Decimal]:
        """Each count at each path for each period."""
        running = _running(() if self._totals is None else rows[self._totals])
        edges = {
            edge: {(path, pk): quantity for path, pk, _month, quantity in rows[number]}
            for edge, number in self._edges.items()
        }
        found: dict[Cell, Decimal] = {}
        for period in self._spans:
            key = period.key
            for path in self._paths:
                shape = self._shapes[len(path) in TOTALLED, period]
                for count, ids in self._series.items():
                    value = NOTHING
                    for pk in ids:
                        if shape.months and (run := running.get((path, pk))):
                            value += run.between(*shape.months)
                        for edge in shape.edges:
                            value += edge.sign * edges[edge].get((path, pk), NOTHING)
                    found[count, path, key] = value
        return found


def _running(rows: Iterable[Row]) -> dict[tuple[str, int | None], _Running]:
    """Running sums by path and series, from sums by month in their order."""
    running: dict[tuple[str, int | None], _Running] = {}
    for path, pk, month, quantity in rows:
        assert month is not None, "totals are by month"
        run = running.setdefault((path, pk), _Running([], []))
        run.sums.append((run.sums[-1] if run.sums else NOTHING) + quantity)
        run.months.append(month)
    return running


class _Things:
    """How many different things, at each path, in one period."""

    def __init__(
        self, count: Distinct, paths: Sequence[str], period: Period, known_at: int | None, statement: _Statement
    ) -> None:
        self._key, self._paths, self._period = count.card.key, paths, period.key
        widths = sorted({len(path) for path in paths})
        things, values = things_below(count, commonprefix(paths), widths[-1], period, known_at)
        if len(widths) > 1:
            # The facts are read once, at the finest level; what they come to there gives the levels above.
            things, values = THINGS_ABOVE.format(things=things), [*values, widths]
        self._number = statement.add(THINGS_PART.format(things=things), *values)

    def cells(self, rows: Rows) -> dict[Cell, Decimal]:
        """The count at each path."""
        found = {path: number for path, _series, _month, number in rows[self._number]}
        return {(self._key, path, self._period): Decimal(found.get(path, 0)) for path in self._paths}
