"""The door behind a figure: exactly the facts it counts, then their rows and evidence, as far as the viewer may see."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection

from yinling.base.paths import AFTER
from yinling.base.period import Period
from yinling.base.rules import Actor
from yinling.figures.measures import Distinct, Sum
from yinling.figures.reading import Span, series_ids

PAGE = 50


@dataclass(frozen=True, slots=True)
class SourceRow:
    """How the row behind a fact is shown: its label, the address of its page, the place it lies in."""

    label: str
    url: str
    place: str


Describe = Callable[[Sequence[int], Actor], Mapping[int, SourceRow]]
_sources: dict[str, Describe] = {}


def describe_source(name: str, describe: Describe) -> None:
    """Say how rows of the source `name` (see `FactKind.source`) are shown. `describe` masks what the viewer may not see."""
    _sources[name] = describe


def described(name: str, ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    """The rows behind facts, by id; empty where the source is unknown."""
    describe = _sources.get(name)
    return describe(ids, viewer) if describe else {}


@dataclass(frozen=True, slots=True)
class CountedFact:
    """One fact that a figure counts."""

    id: int
    series_id: int
    kind: str
    dims: Mapping[str, str]
    area_path: str
    happened: date
    quantity: Decimal
    person_id: int | None
    source_id: int
    entry_id: int


def reach(viewer: Actor, path: str) -> list[str]:
    """The subtrees of `path` that the viewer holds a role in, none inside another."""
    if viewer.system:
        return [path]
    held = {grant.path for grant in viewer.grants}
    roots = sorted({max(root, path, key=len) for root in held if root.startswith(path) or path.startswith(root)})
    return [root for root in roots if not any(root != other and root.startswith(other) for other in roots)]


Cursor = tuple[int, str, date, int]
"""Series, path, day and id of the last fact of a page: where the next one begins."""


@dataclass(frozen=True)
class Door:
    """The facts that make up one count at a place for a period, settled ones left out: they add up to the figure."""

    count: Sum | Distinct
    path: str
    period: Period

    def page(
        self, viewer: Actor, after: Cursor | None = None, size: int = PAGE
    ) -> tuple[list[CountedFact], Cursor | None]:
        """The next facts inside the viewer's area, by series, place and day, and where the page after begins."""
        facts: list[CountedFact] = []
        for pk, kind, dims in self._series:
            if after is not None and pk < after[0]:
                continue
            start = after if after is not None and pk == after[0] else None
            for low, high in self._ranges(viewer):
                facts += self._read(pk, kind, dims, low, high, start, size + 1 - len(facts))
                if len(facts) > size:
                    last = facts[size - 1]
                    return facts[:size], (last.series_id, last.area_path, last.happened, last.id)
        return facts, None

    def tally(self, viewer: Actor | None = None) -> tuple[int, int]:
        """How many facts the figure counts, and how many of them the viewer may open (None: all)."""
        everything = [(self.path, self.path + AFTER)]
        allowed = self._ranges(viewer) if viewer else everything
        inside = " OR ".join(["(f.area_path >= %s AND f.area_path < %s)"] * len(allowed)) or "false"
        where, days = self.where()
        ids = [pk for pk, _kind, _dims in self._series]
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT count(*), count(*) FILTER (WHERE {inside}) FROM yinling_fact f
                WHERE f.series_id = ANY(%s) AND {where}""",
                [*(edge for reach in allowed for edge in reach), ids, *everything[0], *days],
            )
            counted, open_to_viewer = cursor.fetchone()
            return int(counted), int(open_to_viewer)

    @cached_property
    def _series(self) -> list[tuple[int, str, Mapping[str, str]]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, kind, dims FROM yinling_series WHERE kind = %s AND dims @> %s::jsonb ORDER BY id",
                [self.count.kind, json.dumps(dict(self.count.where))],
            )
            return [(pk, kind, json.loads(dims) if isinstance(dims, str) else dims) for pk, kind, dims in cursor]

    def _ranges(self, viewer: Actor) -> list[tuple[str, str]]:
        return [(root, root + AFTER) for root in reach(viewer, self.path)]

    def where(self) -> tuple[str, list[Any]]:
        """The test of the facts between two paths, and the values after these: the days, settled facts left out."""
        span = Span.of(self.count.mode, self.period)
        sql = """f.area_path >= %s AND f.area_path < %s AND f.happened BETWEEN %s AND %s AND f.settles_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM yinling_fact c WHERE c.settles_id = f.id AND c.happened <= %s
                AND NOT EXISTS (SELECT 1 FROM yinling_fact r WHERE r.settles_id = c.id))"""
        return sql, [span.start, span.end, span.end]

    def _read(
        self, pk: int, kind: str, dims: Mapping[str, str], low: str, high: str, after: Cursor | None, limit: int
    ) -> list[CountedFact]:
        where, days = self.where()
        values: list[Any] = [pk, low, high, *days]
        if after is not None:
            where += " AND (f.area_path, f.happened, f.id) > (%s, %s, %s)"
            values += after[1:]
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT f.id, f.area_path, f.happened, f.quantity, f.person_id, f.source_id, f.entry_id
                FROM yinling_fact f WHERE f.series_id = %s AND {where}
                ORDER BY f.area_path, f.happened, f.id LIMIT %s""",
                [*values, limit],
            )
            return [CountedFact(row[0], pk, kind, dims, *row[1:]) for row in cursor.fetchall()]


def tallies(doors: Sequence[Door]) -> list[int]:
    """How many facts each of these figures counts (see `Door.tally`), in two statements."""
    if not doors:
        return []
    series = series_ids([door.count for door in doors])
    parts: list[str] = []
    values: list[Any] = []
    for number, door in enumerate(doors):
        where, days = door.where()
        parts.append(f"(SELECT %s, count(*) FROM yinling_fact f WHERE f.series_id = ANY(%s) AND {where})")
        values += [number, series[door.count.card.key], door.path, door.path + AFTER, *days]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        counted: dict[int, int] = dict(cursor.fetchall())
    return [counted[number] for number in range(len(doors))]
