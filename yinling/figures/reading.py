"""Reading figures: sums over facts, through the totals wherever whole months are asked for.

Every number comes from one of three queries. `total` answers one additive count, on request as it was known at a cut-off;
`distinct` counts different things, always from the facts, never from children; and `cells` (see grid.py) reads many counts
of both sorts for many places and periods at once. `total` and `cells` are the only readers of the totals.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from yinling.base import clock
from yinling.base.paths import AFTER
from yinling.base.period import Period
from yinling.base.reading import fixed
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


def series_ids(counts: Sequence[Sum | Distinct]) -> dict[str, list[int]]:
    """Which series each count adds up, by the key of its measure, in one statement."""
    kinds = sorted({count.kind for count in counts})
    series = fixed("SELECT id, kind, dims FROM yinling_series WHERE kind = ANY(%s)", [kinds])
    found = [(pk, kind, dims if isinstance(dims, dict) else json.loads(dims)) for pk, kind, dims in series]
    return {
        count.card.key: [pk for pk, kind, dims in found if kind == count.kind and count.where.items() <= dims.items()]
        for count in counts
    }


def distinct(count: Distinct, root: str, width: int, period: Period, known_at: int | None) -> dict[str, int]:
    """How many different things stand behind the facts, by path of `width` below `root`. Things whose facts add up to
    nothing (closed, reversed) are not counted. `known_at` leaves out what entries after that cut-off recorded."""
    things, values = things_below(count, root, width, period, known_at)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT path, count(*) FROM ({things}) AS things GROUP BY 1", values)
        return dict(cursor.fetchall())


def things_below(count: Distinct, root: str, width: int, period: Period, known_at: int | None) -> tuple[str, list[Any]]:
    """The statement that lists the things `distinct` counts, each with its path, and its values."""
    # A single place has the same path for all of them; to group by it as well would take twice as long.
    path: tuple[str, list[Any]] = ("%s::text", [root]) if width == len(root) else ("left(f.area_path, %s)", [width])
    things, values = _things(count, *path, period, known_at)
    return f"{things} AND f.area_path >= %s AND f.area_path < %s {COUNTED}", [*values, root, root + AFTER]


def distinct_in(count: Distinct, regions: Sequence[tuple[int, str]], period: Period, known_at: int | None) -> int:
    """How many different things stand behind the facts of several regions together, some of them taken off (see `map`).
    Places are told apart by today's map: two that were merged are one."""
    things, values = _things(count, "''", [], period, known_at, place=TODAYS_PLACE)
    # A region can lie in one that is taken off, which lies in one that is added: the signs around a fact add up to 1 or 0.
    signs = " + ".join(f"{sign} * (f.area_path >= %s AND f.area_path < %s)::int" for sign, _region in regions) or "0"
    for _sign, region in regions:
        values += [region, region + AFTER]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({things} AND {signs} > 0 {COUNTED}) AS things", values)
        return int(cursor.fetchone()[0])


COUNTED = "GROUP BY 1, 2 HAVING sum(f.quantity) <> 0"


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
    """The beginning of a statement that lists the different things and what their facts add up to, up to the test of their
    places."""
    span = Span.of(count.mode, period)
    thing = {"person": "f.person_id", "place": place}.get(count.over, "sr.dims ->> %s")
    known = (
        "" if known_at is None else "AND EXISTS (SELECT 1 FROM yinling_entry e WHERE e.id = f.entry_id AND e.seq <= %s)"
    )
    sql = f"""SELECT {path} AS path, {thing} AS thing, sum(f.quantity) AS quantity
        FROM yinling_fact f JOIN yinling_series sr ON sr.id = f.series_id
        WHERE sr.kind = %s AND sr.dims @> %s::jsonb AND f.happened BETWEEN %s AND %s {known}
        AND ({thing}) IS NOT NULL"""
    over: list[Any] = [count.over] if "%s" in thing else []
    known_values: list[Any] = [] if known_at is None else [known_at]
    kind: list[Any] = [count.kind, json.dumps(dict(count.where)), span.start, span.end]
    return sql, [*path_values, *over, *kind, *known_values, *over]
