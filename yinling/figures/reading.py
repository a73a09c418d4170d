"""Reading figures: sums over facts, through the totals wherever whole months are asked for.

Every number comes from one of three queries. `total` answers one additive count, on request as it was known at a cut-off,
and `grid` many of them for many places and periods at once; these two are the only readers of the totals. `distinct` counts
different things, always from the facts, never from children.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from os.path import commonprefix
from typing import Any

from django.db import connection

from yinling.base import clock
from yinling.base.paths import AFTER
from yinling.base.period import Period
from yinling.figures.measures import Distinct, Sum

TOTALLED = frozenset({0, 2, 4, 6})
"""Path lengths that have totals: the nation, provinces, prefectures, counties."""

SERIES = "ARRAY(SELECT id FROM yinling_series WHERE kind = %s AND dims @> %s::jsonb)"
FIRST = date(1, 1, 1)
LAST = date(9998, 12, 31)
"""Nothing is dated later; the calendar itself ends a year on, and the month after a span must still exist."""
A_DAY = timedelta(days=1)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Edge:
    """Days read from the facts: added to what the whole months give, or taken off. With `after`, only what entries after
    that cut-off recorded."""

    sign: int
    low: date
    high: date
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days a count covers, as whole months (their first days, inclusive) and the edges that correct them. A flow covers
    its period; a stock everything up to the period's last day."""

    start: date
    end: date
    months: tuple[date, date] | None
    edges: tuple[Edge, ...]

    @classmethod
    def of(cls, mode: str, period: Period) -> Span:
        """The span of a flow over the period, or of a stock at its end."""
        start, end = (min(period.start, LAST) if mode == "flow" else FIRST), min(period.end, LAST)
        first = start if start.day == 1 else month_after(start)
        after = end + A_DAY
        edges = [Edge(1, start, first - A_DAY)] if start < first else []
        if after.day != 1 and end >= clock.today() and first <= end:
            # Up to today: take the whole month and leave out what is dated later, which is little and found by its day.
            edges.append(Edge(-1, after, month_after(end) - A_DAY))
            return cls(start, end, (first, end.replace(day=1)), tuple(edges))
        last = after.replace(day=1)
        if first >= last:
            return cls(start, end, None, (Edge(1, start, end),))
        if last <= end:
            edges.append(Edge(1, last, end))
        return cls(start, end, (first, month_before(last)), tuple(edges))

    def by_facts(self) -> Span:
        """The same days, read from the facts alone (places that have no totals)."""
        return Span(self.start, self.end, None, (Edge(1, self.start, self.end),))

    def known_at(self, cutoff: int | None) -> Span:
        """The same days as they were known at a cut-off: what came later is taken off again. None: as known now."""
        if cutoff is None:
            return self
        return Span(self.start, self.end, self.months, (*self.edges, Edge(-1, self.start, self.end, cutoff)))


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(first: date) -> date:
    """The first day of the month before one that begins at `first`."""
    return (first - A_DAY).replace(day=1)


def total(count: Sum, path: str, period: Period, known_at: int | None = None) -> Decimal:
    """One count, at one place, for one period; with a cut-off (a `seq`), as it was known then.

    It is one statement, so that what is taken off again as too late is no more and no less than what was added up.
    """
    span = Span.of(count.mode, period)
    if len(path) not in TOTALLED:
        span = span.by_facts()
    parts: list[str] = []
    values: list[Any] = [count.kind, json.dumps(dict(count.where))]
    if span.months and not span.edges and known_at is None:
        with connection.cursor() as cursor:
            if span.months[0] == FIRST:
                cursor.execute(UP_TO, [*values, path, span.months[1]])
            else:
                cursor.execute(BETWEEN, [*values, path, *span.months])
            return Decimal(cursor.fetchone()[0])
    if span.months:
        parts.append(
            "(SELECT coalesce(sum(quantity), 0) FROM yinling_total, s "
            "WHERE series_id = ANY(s.ids) AND area_path = %s AND month BETWEEN %s AND %s)"
        )
        values += [path, *span.months]
    for edge in span.edges:
        parts.append(
            f"{edge.sign} * (SELECT coalesce(sum(quantity), 0) FROM yinling_fact, s WHERE series_id = ANY(s.ids) "
            "AND area_path >= %s AND area_path < %s AND happened BETWEEN %s AND %s)"
        )
        values += [path, path + AFTER, edge.low, edge.high]
    if known_at is not None:
        parts.append(LATE)
        values += [known_at, path, path + AFTER, span.start, span.end]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH s AS MATERIALIZED (SELECT {SERIES} AS ids) SELECT {' + '.join(parts)}", values)
        return Decimal(cursor.fetchone()[0])


LATE = """-1 * (SELECT coalesce(sum(f.quantity), 0) FROM s, yinling_entry e JOIN yinling_fact f ON f.entry_id = e.id
    WHERE e.seq > %s AND f.series_id = ANY(s.ids) AND f.area_path >= %s AND f.area_path < %s
      AND f.happened BETWEEN %s AND %s)"""
"""What entries after a cut-off added to a count."""

WHOLE_MONTHS = f"""SELECT coalesce(sum(quantity), 0) FROM yinling_total
    WHERE series_id = ANY({SERIES}) AND area_path = %s"""
UP_TO, BETWEEN = f"{WHOLE_MONTHS} AND month <= %s", f"{WHOLE_MONTHS} AND month BETWEEN %s AND %s"

Cell = tuple[str, str, str]
"""Measure key, path, period key."""


def series_ids(counts: Sequence[Sum | Distinct]) -> dict[str, list[int]]:
    """Which series each count adds up, by the key of its measure, in one statement."""
    with connection.cursor() as cursor:
        kinds = sorted({count.kind for count in counts})
        cursor.execute("SELECT id, kind, dims FROM yinling_series WHERE kind = ANY(%s)", [kinds])
        found = [(pk, kind, dims if isinstance(dims, dict) else json.loads(dims)) for pk, kind, dims in cursor]
    return {
        count.card.key: [pk for pk, kind, dims in found if kind == count.kind and count.where.items() <= dims.items()]
        for count in counts
    }


class _SeriesOf:
    """Which series each count adds up, read once for a whole grid."""

    def __init__(self, counts: Sequence[Sum]) -> None:
        self.counts = list({count.card.key: count for count in counts}.values())
        self.ids = series_ids(self.counts)

    def wanted(self, counts: Sequence[Sum]) -> list[int]:
        return sorted({pk for count in counts for pk in self.ids[count.card.key]})


def grid(
    counts: Sequence[Sum], paths: Sequence[str], periods: Sequence[Period], known_at: int | None = None
) -> dict[Cell, Decimal]:
    """Every count at every path for every period, in one statement for flows and one for stocks; with a cut-off, as it was
    known then: what a statement takes off as too late is no more and no less than what it added up."""
    if not counts or not paths or not periods:
        return {}
    series = _SeriesOf(counts)
    cells: dict[Cell, Decimal] = {}
    for mode in ("flow", "stock"):
        chosen = [count for count in series.counts if count.mode == mode]
        if chosen:
            spans = {period: Span.of(mode, period) for period in periods}
            _fill(cells, chosen, series, paths, spans, known_at)
    return cells


def _fill(
    cells: dict[Cell, Decimal],
    counts: Sequence[Sum],
    series: _SeriesOf,
    paths: Sequence[str],
    spans: Mapping[Period, Span],
    known_at: int | None,
) -> None:
    """Add the cells of counts of one mode."""
    shapes: dict[tuple[bool, Period], Span] = {}
    needed: dict[Edge, set[str]] = {}
    for period, span in spans.items():
        for has_totals in (True, False):
            shape = shapes[has_totals, period] = (span if has_totals else span.by_facts()).known_at(known_at)
            concerned = {path for path in paths if (len(path) in TOTALLED) is has_totals}
            for edge in shape.edges if concerned else ():
                needed.setdefault(edge, set()).update(concerned)
    totalled = [path for path in paths if len(path) in TOTALLED]
    running, edges = _read(
        series.wanted(counts), totalled, [span.months for span in spans.values() if span.months], needed
    )
    for period in spans:
        key = period.key
        for path in paths:
            shape = shapes[len(path) in TOTALLED, period]
            for count in counts:
                value = NOTHING
                for pk in series.ids[count.card.key]:
                    if shape.months and (run := running.get((path, pk))):
                        value += run.between(*shape.months)
                    for edge in shape.edges:
                        value += edge.sign * edges[edge].get((path, pk), NOTHING)
                cells[count.card.key, path, key] = value


@dataclass(frozen=True, slots=True)
class _Running:
    """The running sum of one series at one path, by month."""

    months: list[date]
    sums: list[Decimal]

    def between(self, low: date, high: date) -> Decimal:
        upto = bisect_right(self.months, high)
        before = bisect_left(self.months, low)
        return (self.sums[upto - 1] if upto else NOTHING) - (self.sums[before - 1] if before else NOTHING)


Running = dict[tuple[str, int], _Running]
Edges = dict[Edge, dict[tuple[str, int], Decimal]]

TOTALS_PART = """SELECT -1, area_path, series_id, greatest(month, %s) AS m, sum(quantity) FROM yinling_total
    WHERE series_id = ANY(%s) AND area_path = ANY(%s) AND month BETWEEN %s AND %s GROUP BY 2, 3, 4"""
EDGE_PART = """SELECT %s, left(area_path, width), series_id, NULL::date, sum(quantity)
    FROM yinling_fact, unnest(%s::int[]) AS width
    WHERE series_id = ANY(%s) AND area_path >= %s AND area_path < %s AND happened BETWEEN %s AND %s
      AND length(area_path) >= width{late} GROUP BY 2, 3"""
AFTER_ENTRY = " AND entry_id IN (SELECT id FROM yinling_entry WHERE seq > %s)"
"""Limits an edge to what later entries recorded."""


def _read(
    ids: list[int], totalled: Sequence[str], ranges: Sequence[tuple[date, date]], needed: Mapping[Edge, set[str]]
) -> tuple[Running, Edges]:
    """Running totals by path and series, and the sums of each edge, in one statement (none where nothing is asked for)."""
    parts: list[str] = []
    values: list[Any] = []
    if ranges and totalled:
        low, high = min(first for first, _last in ranges), max(last for _first, last in ranges)
        # Only the first month of a range that has a beginning, and the last of one that has none, must be told from what
        # lies before them.
        floor = min(last if first == FIRST else month_before(first) for first, last in ranges)
        parts.append(TOTALS_PART)
        values += [floor, ids, list(totalled), low, high]
    edges = list(needed)
    for number, edge in enumerate(edges):
        root = commonprefix(sorted(needed[edge]))
        parts.append(EDGE_PART.format(late="" if edge.after is None else AFTER_ENTRY))
        values += [number, sorted({len(path) for path in needed[edge]}), ids, root, root + AFTER, edge.low, edge.high]
        values += [] if edge.after is None else [edge.after]
    running: Running = {}
    sums: Edges = {edge: {} for edge in edges}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(f"({part})" for part in parts) + " ORDER BY 4", values)
            for number, path, pk, month, quantity in cursor:
                if number < 0:
                    run = running.setdefault((path, pk), _Running([], []))
                    run.sums.append((run.sums[-1] if run.sums else NOTHING) + quantity)
                    run.months.append(month)
                else:
                    sums[edges[number]][path, pk] = quantity
    return running, sums


def distinct(count: Distinct, root: str, width: int, period: Period, known_at: int | None) -> dict[str, int]:
    """How many different things stand behind the facts, by path of `width` below `root`. Things whose facts add up to
    nothing (closed, reversed) are not counted. `known_at` leaves out what entries after that cut-off recorded."""
    things, values = _things(count, "left(f.area_path, %s)", [width], period, known_at)
    sql = f"{things} AND f.area_path >= %s AND f.area_path < %s {COUNTED} SELECT path, count(*) FROM things GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, root, root + AFTER])
        return dict(cursor.fetchall())


def distinct_in(count: Distinct, regions: Sequence[tuple[int, str]], period: Period, known_at: int | None) -> int:
    """How many different things stand behind the facts of several regions together, some of them taken off (see `map`).
    Places are told apart by today's map: two that were merged are one."""
    things, values = _things(count, "''", [], period, known_at, place=TODAYS_PLACE)
    # A region can lie in one that is taken off, which lies in one that is added: the signs around a fact add up to 1 or 0.
    signs = " + ".join(f"{sign} * (f.area_path >= %s AND f.area_path < %s)::int" for sign, _region in regions) or "0"
    for _sign, region in regions:
        values += [region, region + AFTER]
    sql = f"{things} AND {signs} > 0 {COUNTED} SELECT count(*) FROM things"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


COUNTED = "GROUP BY 1, 2 HAVING sum(f.quantity) <> 0)"


TODAYS_PLACE = """coalesce((SELECT r.area_path || substr(f.area_path, length(r.old_path) + 1) FROM yinling_relocation r
    WHERE starts_with(f.area_path, r.old_path) ORDER BY length(r.old_path) DESC LIMIT 1), f.area_path)"""


def _things(
    count: Distinct,
    path: str,
    path_values: list[Any],
    period: Period,
    known_at: int | None,
    place: str = "f.area_path",
) -> tuple[str, list[Any]]:
    """The beginning of a statement that lists the different things, up to the test of their places."""
    span = Span.of(count.mode, period)
    thing = {"person": "f.person_id", "place": place}.get(count.over, "sr.dims ->> %s")
    known = (
        "" if known_at is None else "AND EXISTS (SELECT 1 FROM yinling_entry e WHERE e.id = f.entry_id AND e.seq <= %s)"
    )
    sql = f"""WITH things AS (SELECT {path} AS path, {thing} AS thing
        FROM yinling_fact f JOIN yinling_series sr ON sr.id = f.series_id
        WHERE sr.kind = %s AND sr.dims @> %s::jsonb AND f.happened BETWEEN %s AND %s {known}
        AND ({thing}) IS NOT NULL"""
    over: list[Any] = [count.over] if "%s" in thing else []
    known_values: list[Any] = [] if known_at is None else [known_at]
    kind: list[Any] = [count.kind, json.dumps(dict(count.where)), span.start, span.end]
    return sql, [*path_values, *over, *kind, *known_values, *over]
