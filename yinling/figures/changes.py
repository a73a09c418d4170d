"""The facts by which a count differs between two moments: counted at one of them and not at the other.

A moment is the days a count covers and a cut-off. What was recorded and taken back between the two is left out, both sides
of it. For a sum every other fact is a part of the difference. Of different things the facts of those are parts that are
counted at one moment only, and of each thing one fact: the last that made it so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from yinling.base.paths import AFTER, WIDTHS
from yinling.base.period import Period
from yinling.figures.causes import FLOW_CAUSE, STOCK_CAUSE, Cause
from yinling.figures.doors import CountedFact
from yinling.figures.map import Signed
from yinling.figures.measures import Distinct, Sum
from yinling.figures.reading import TODAYS_PLACE, Span


@dataclass(frozen=True, slots=True)
class Moment:
    """When a figure is looked at: its period, and the cut-off up to which records are known."""

    period: Period
    known: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed fact with what it adds to the difference, where, and why."""

    fact: CountedFact
    effect: Decimal
    cause: Cause


SEEN = """
    SELECT f.*, e.action, e.seq, sr.dims,
        f.happened BETWEEN %(before_start)s AND %(before_end)s AS day_before,
        f.happened BETWEEN %(after_start)s AND %(after_end)s AS day_after
    FROM yinling_fact f JOIN yinling_entry e ON e.id = f.entry_id
        JOIN yinling_series sr ON sr.id = f.series_id
    WHERE sr.kind = %(kind)s AND sr.dims @> %(where)s::jsonb AND e.seq <= greatest(%(before)s, %(after)s)
        AND f.happened BETWEEN %(low)s AND %(high)s AND {inside}
"""
MARKED = """
    SELECT s.*, s.day_before AND s.seq <= %(before)s AS at_before, s.day_after AND s.seq <= %(after)s AS at_after
    FROM seen s
"""
# A fact and its reversal bear the same day and place: they are counted together unless a cut-off lies between.
TOGETHER = """EXISTS (
        SELECT 1 FROM yinling_fact o JOIN yinling_entry oe ON oe.id = o.entry_id
        WHERE {which} AND (m.day_before AND oe.seq <= %(before)s) = m.at_before
            AND (m.day_after AND oe.seq <= %(after)s) = m.at_after)"""
CHANGED = f"""
    SELECT m.*, m.at_after::int - m.at_before::int AS sign FROM marked m
    WHERE m.at_before <> m.at_after AND NOT {TOGETHER.format(which="o.settles_id = m.id AND o.reversal")}
        AND NOT (m.reversal AND {TOGETHER.format(which="o.id = m.settles_id")})
"""
SUMMED = "SELECT c.*, c.sign * c.quantity AS effect FROM changed c"
GAINED_OR_LOST = """
    SELECT DISTINCT ON (c.thing) c.*, t.sign::numeric AS effect
    FROM changed c JOIN (
        SELECT thing, (coalesce(sum(quantity) FILTER (WHERE at_after), 0) <> 0)::int
            - (coalesce(sum(quantity) FILTER (WHERE at_before), 0) <> 0)::int AS sign
        FROM marked WHERE thing IN (SELECT thing FROM changed) GROUP BY thing
    ) t ON t.thing = c.thing AND t.sign <> 0
    ORDER BY c.thing, sign(c.sign * c.quantity) <> t.sign, c.happened DESC, c.id DESC
"""


class Changes:
    """The changed facts of one count in some regions (signed, see `map`) between two moments.

    With `todays_places` places are told apart by today's map, as `figure(..., on_map="today")` does.
    """

    def __init__(
        self,
        count: Sum | Distinct,
        regions: Sequence[Signed],
        before: Moment,
        after: Moment,
        *,
        todays_places: bool = False,
    ) -> None:
        self._count, self._regions = count, regions
        self._place = TODAYS_PLACE if todays_places else "f.area_path"
        one, two = Span.of(count.mode, before.period), Span.of(count.mode, after.period)
        low = min(one.start, two.start)
        if isinstance(count, Sum) and before.known == after.known and one.start == two.start:
            low = min(one.end, two.end) + timedelta(days=1)  # up to there both count the same
        self._values: dict[str, Any] = {
            "kind": count.kind, "where": json.dumps(dict(count.where)), "before": before.known, "after": after.known,
            "before_start": one.start, "before_end": one.end, "after_start": two.start, "after_end": two.end,
            "low": low, "high": max(one.end, two.end),
        }  # fmt: skip

    def by_child(self, path: str) -> Iterator[tuple[str, Cause, Decimal, int]]:
        """What the facts add to the difference by child place of `path` (itself for what lies right in it) and by cause,
        with their number."""
        sql = f"{self._effects()} SELECT {child_of(path)}, cause, sum(effect), count(*) FROM caused c GROUP BY 1, 2 ORDER BY 1, 2"
        for child, cause, effect, facts in self._rows(sql):
            yield child, Cause(cause), effect, facts

    def by_entry(self) -> Iterator[tuple[Any, ...]]:
        """Entry, whether its facts take earlier ones back, what they add to the difference, and their number."""
        sql = (
            f"{self._effects(caused=False)} SELECT entry_id, reversal, sum(effect), count(*) FROM effects GROUP BY 1, 2"
        )
        yield from self._rows(sql)

    def page(
        self, path: str, child: str | None, cause: Cause | None, areas: Sequence[str], start: int, size: int
    ) -> tuple[list[Changed], int, int]:
        """The facts of one part (None: of every child, of every cause) inside `areas` from number `start` on, by place and
        day; how many there are in all, and how many of them inside `areas`."""
        values: dict[str, Any] = {"child": child, "cause": cause.value if cause else None, "start": start, "size": size}
        inside = [f"(c.area_path >= %(area{n})s AND c.area_path < %(area{n}_after)s)" for n in range(len(areas))]
        for number, area in enumerate(areas):
            values |= {f"area{number}": area, f"area{number}_after": area + AFTER}
        sql = f"""{self._effects()}, part AS (
            SELECT c.*, {" OR ".join(inside) or "false"} AS open FROM caused c
            WHERE (%(child)s::text IS NULL OR {child_of(path)} = %(child)s::text)
                AND (%(cause)s::text IS NULL OR cause = %(cause)s::text)
        ), tally AS (SELECT count(*) AS n, count(*) FILTER (WHERE open) AS opened FROM part)
        SELECT p.id, p.series_id, p.dims, p.area_path, p.happened, p.quantity, p.person_id, p.source_id, p.entry_id,
            p.effect, p.cause, t.n, t.opened
        FROM tally t LEFT JOIN LATERAL (
            SELECT * FROM part WHERE open ORDER BY area_path, happened, id OFFSET %(start)s LIMIT %(size)s
        ) p ON true ORDER BY p.area_path, p.happened, p.id"""
        rows = list(self._rows(sql, **values))
        return [self._changed(row) for row in rows if row[0] is not None], rows[0][11], rows[0][12]

    def _changed(self, row: tuple[Any, ...]) -> Changed:
        pk, series, dims, area, happened, quantity, person, source, entry, effect, cause, *_tally = row
        known = json.loads(dims) if isinstance(dims, str) else dims
        fact = CountedFact(pk, series, self._count.kind, known, area, happened, quantity, person, source, entry)
        return Changed(fact, effect, Cause(cause))

    def _effects(self, *, caused: bool = True) -> str:
        """The beginning of a statement, up to the facts with their effects and causes."""
        seen = SEEN.format(inside=self._inside())
        distinct = isinstance(self._count, Distinct)
        if isinstance(self._count, Distinct):
            self._values["over"] = self._count.over
            thing = {"person": "f.person_id", "place": self._place}.get(self._count.over, "sr.dims ->> %(over)s")
            seen = seen.replace("SELECT f.*,", f"SELECT f.*, ({thing}) AS thing,") + f" AND ({thing}) IS NOT NULL"
        cause = STOCK_CAUSE if self._count.mode == "stock" else FLOW_CAUSE
        return (
            f"WITH seen AS ({seen}), marked AS ({MARKED}), changed AS ({CHANGED}), "
            f"effects AS ({GAINED_OR_LOST if distinct else SUMMED})"
            + (f", caused AS (SELECT c.*, {cause} AS cause FROM effects c)" if caused else "")
        )

    def _inside(self) -> str:
        """The test whether a fact lies in the regions; one plain range where there is one region."""
        for number, (_sign, region) in enumerate(self._regions):
            self._values |= {f"low{number}": region, f"high{number}": region + AFTER}
        ranges = [f"(f.area_path >= %(low{n})s AND f.area_path < %(high{n})s)" for n in range(len(self._regions))]
        if len(ranges) == 1:
            return ranges[0]
        signed = [f"{sign} * {test}::int" for (sign, _region), test in zip(self._regions, ranges, strict=True)]
        return f"({' + '.join(signed) or '0'}) > 0"

    def _rows(self, sql: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self._values, **values})
            yield from cursor.fetchall()


def child_of(path: str) -> str:
    """SQL for the child place of `path` that `c.area_path` lies in. A child that skips a level has noughts in its place."""
    deeper = [width for width in WIDTHS if width > len(path)][:2]
    if not deeper:
        return "c.area_path"
    first = deeper[0]
    if len(deeper) == 1:
        return f"left(c.area_path, {first})"
    noughts = "0" * (first - len(path))
    skips = f"substr(c.area_path, {len(path) + 1}, {len(noughts)}) = '{noughts}'"
    return f"left(c.area_path, CASE WHEN {skips} THEN {deeper[1]} ELSE {first} END)"
