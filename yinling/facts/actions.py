"""Recording facts. Everything here runs inside an action and adds to its entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yinling.base.action import Act, UndeclaredFact, current
from yinling.base.paths import AFTER
from yinling.base.rules import Refused
from yinling.facts.kinds import FactKind, kind_of
from yinling.facts.models import Fact, Series

Dims = Mapping[str, str]
SeriesKey = tuple[str, tuple[tuple[str, str], ...]]
_series_ids: dict[SeriesKey, int] = {}


class NewFact(NamedTuple):
    """One fact of a bulk recording."""

    dims: Dims
    source: int
    path: str
    happened: date
    quantity: Decimal | int = 1
    person: int | None = None


def series_id(kind: FactKind, dims: Dims) -> int:
    """The id of the series of `kind` with exactly these dimensions, made on first use."""
    if set(dims) != set(kind.dims):
        raise ValueError(f"{kind.key} has the dimensions {kind.dims}, not {tuple(dims)}")
    key = (kind.key, tuple(sorted(dims.items())))
    memo = current().memo
    known = _series_ids.get(key) or memo.get(key)
    if known is None:
        found, _created = Series.objects.get_or_create(kind=kind.key, dims=dict(dims))
        known = found.pk
        _remember(key, known)
    return known


def _remember(key: SeriesKey, found: int) -> None:
    """Beyond this action only a committed id may be remembered: the transaction may still roll back, and the id with it."""
    current().memo[key] = found
    transaction.on_commit(lambda: _series_ids.__setitem__(key, found))


def _series_of(kind: FactKind, facts: Sequence[NewFact]) -> list[int]:
    """The series of each of many facts; those that are not known yet are read in one statement. Facts that share a mapping of
    dimensions cost one look for all."""
    shared = {id(fact.dims): fact.dims for fact in facts}
    keys = {one: tuple(dims.items()) for one, dims in shared.items()}
    wanted = {key: dict(key) for key in keys.values()}
    memo = current().memo
    unknown = [
        dims
        for dims in wanted.values()
        if (key := (kind.key, tuple(sorted(dims.items())))) not in _series_ids and key not in memo
    ]
    if len(unknown) > 1:
        for found, dims in Series.objects.filter(kind=kind.key, dims__in=unknown).values_list("pk", "dims"):
            _remember((kind.key, tuple(sorted(dims.items()))), found)
    ids = {key: series_id(kind, dims) for key, dims in wanted.items()}
    by_mapping = {one: ids[key] for one, key in keys.items()}
    return [by_mapping[id(fact.dims)] for fact in facts]


def forget_series() -> None:
    """Forget the interned ids (the database was emptied or replaced)."""
    _series_ids.clear()


def touch(*kinds: str) -> None:
    """Say that the running action has seen to these kinds, though nothing about them changed."""
    act = current()
    for key in kinds:
        if key not in act.spec.records:
            raise UndeclaredFact(f"{act.spec.name} does not declare {key}")
        act.touched.add(key)


def _started(kind: str) -> tuple[Act, FactKind]:
    touch(kind)
    act = current()
    act.has_facts = True
    return act, kind_of(kind)


def record(
    kind: str,
    *,
    source: int,
    path: str,
    happened: date,
    quantity: Decimal | int = 1,
    dims: Dims | None = None,
    person: int | None = None,
) -> Fact:
    """Record one fact. `quantity` is in the kind's unit; `source` the id of the row it comes from."""
    act, declared = _started(kind)
    return Fact.objects.create(
        entry_id=act.entry_id,
        series_id=series_id(declared, dims or {}),
        area_path=path,
        happened=happened,
        quantity=quantity,
        person_id=person,
        source_id=source,
    )


COPY_FACTS = "COPY yinling_fact (entry_id, series_id, area_path, happened, quantity, person_id, source_id) FROM STDIN"
CHUNK = 20_000


def record_many(kind: str, facts: Iterable[NewFact]) -> int:
    """Record facts by COPY, in chunks, so that any number fits in memory; returns how many."""
    act, declared = _started(kind)
    pending = iter(facts)
    count = 0
    while chunk := list(islice(pending, CHUNK)):
        # The series are found before COPY starts: the connection serves nothing else while it runs.
        series = _series_of(declared, chunk)
        with connection.cursor() as cursor, cursor.copy(COPY_FACTS) as copy:
            entry, write = act.entry_id, copy.write_row
            for (_dims, source, path, happened, quantity, person), of in zip(chunk, series, strict=True):
                write((entry, of, path, happened, quantity, person, source))
        count += len(chunk)
    return count


OPEN = """
    f.settles_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM yinling_fact c WHERE c.settles_id = f.id
        AND NOT EXISTS (SELECT 1 FROM yinling_fact r WHERE r.settles_id = c.id))
"""
"""A fact that nothing settles, or whose end was itself reversed. Chains stop there: a reversal is never reversed."""


def open_facts(kind: str, source: int) -> list[Fact]:
    """The facts of a row that still count, oldest first."""
    return list(
        Fact.objects.raw(
            f"""SELECT f.* FROM yinling_fact f JOIN yinling_series s ON s.id = f.series_id
            WHERE f.source_id = %s AND s.kind = %s AND {OPEN} ORDER BY f.happened, f.id""",
            [source, kind],
        )
    )


def hold(
    kind: str,
    *,
    source: int,
    path: str,
    on: date,
    quantity: Decimal | int = 1,
    dims: Dims | None = None,
    person: int | None = None,
) -> None:
    """From the day `on`, this row's stock of `kind` is `quantity` (0: it has none). Closes what was open and opens what is
    new; records nothing where nothing changes. Refused if the open fact began later than `on`: that is a correction."""
    touch(kind)
    act, declared = current(), kind_of(kind)
    wanted = series_id(declared, dims or {}) if quantity else None
    held = open_facts(kind, source)
    same = (
        len(held) == 1
        and wanted is not None
        and (
            (held[0].series_id, held[0].area_path, held[0].quantity, held[0].person_id)
            == (wanted, path, Decimal(quantity), person)
        )
    )
    if same or (not held and wanted is None):
        return
    act.has_facts = True
    for fact in held:
        if fact.happened > on:
            raise Refused(_("It already holds from a later day; correct that record instead."))
        _settle(fact, happened=on)
    if wanted is not None:
        Fact.objects.create(
            entry_id=act.entry_id,
            series_id=wanted,
            area_path=path,
            happened=on,
            quantity=quantity,
            person_id=person,
            source_id=source,
        )


HOLD = f"""
    WITH held AS MATERIALIZED (
        SELECT w.*, f.id AS fact_id, f.happened AS since, f.series_id AS fact_series, f.area_path AS fact_path,
            f.quantity AS fact_quantity, f.person_id AS fact_person,
            count(*) OVER (PARTITION BY f.source_id) = 1 AND w.series_id IS NOT NULL
            AND (f.series_id, f.area_path, f.quantity) = (w.series_id, w.area_path, w.quantity)
            AND f.person_id IS NOT DISTINCT FROM w.person_id AS same
        FROM unnest(%(sources)s::bigint[], %(series)s::int[], %(paths)s::text[], %(days)s::date[],
            %(quantities)s::numeric[], %(persons)s::bigint[])
            AS w(source_id, series_id, area_path, happened, quantity, person_id)
        LEFT JOIN (yinling_fact f JOIN yinling_series s ON s.id = f.series_id AND s.kind = %(kind)s)
            ON f.source_id = w.source_id AND {OPEN}
    ), late AS MATERIALIZED (
        SELECT EXISTS (SELECT 1 FROM held WHERE NOT same AND since > happened) AS yes
    ), settled AS (
        INSERT INTO yinling_fact (entry_id, series_id, area_path, happened, quantity, person_id, source_id, settles_id)
        SELECT %(entry)s, fact_series, fact_path, happened, -fact_quantity, fact_person, source_id, fact_id
        FROM held CROSS JOIN late WHERE fact_id IS NOT NULL AND NOT same AND NOT late.yes ORDER BY fact_id
        RETURNING 1
    ), opened AS (
        INSERT INTO yinling_fact (entry_id, series_id, area_path, happened, quantity, person_id, source_id)
        SELECT DISTINCT ON (source_id) %(entry)s, series_id, area_path, happened, quantity, person_id, source_id
        FROM held CROSS JOIN late WHERE same IS NOT TRUE AND series_id IS NOT NULL AND NOT late.yes
        RETURNING 1
    )
    SELECT (SELECT yes FROM late), (SELECT count(*) FROM settled), (SELECT count(*) FROM opened)
"""
"""One statement and no table for a while: making and dropping one costs more than the few rows it is mostly for."""


def hold_many(kind: str, facts: Iterable[NewFact]) -> int:
    """`hold` for many rows at once, each given once; returns how many facts were recorded. Refused, with nothing recorded,
    if any open fact began later than the day it is to change on."""
    touch(kind)
    act, declared = current(), kind_of(kind)
    wanted = list(facts)
    if not wanted:
        return 0
    values: dict[str, Any] = {
        "kind": kind,
        "entry": act.entry_id,
        "sources": [fact.source for fact in wanted],
        "series": [series_id(declared, fact.dims) if fact.quantity else None for fact in wanted],
        "paths": [fact.path for fact in wanted],
        "days": [fact.happened for fact in wanted],
        "quantities": [Decimal(fact.quantity) for fact in wanted],
        "persons": [fact.person for fact in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(HOLD, values)
        late, settled, opened = cursor.fetchone()
    if late:
        raise Refused(_("It already holds from a later day; correct that record instead."))
    count = int(settled) + int(opened)
    act.has_facts = act.has_facts or count > 0
    return count


def _settle(fact: Fact, happened: date) -> None:
    Fact.objects.create(
        entry_id=current().entry_id,
        series_id=fact.series_id,
        area_path=fact.area_path,
        happened=happened,
        quantity=-fact.quantity,
        person_id=fact.person_id,
        source_id=fact.source_id,
        settles_id=fact.pk,
    )


CHOSEN = """
    FROM yinling_fact f JOIN yinling_series s ON s.id = f.series_id
    WHERE f.entry_id = %(undone)s AND (%(source)s::bigint IS NULL OR f.source_id = %(source)s)
      AND s.kind = ANY(%(kinds)s) AND NOT f.reversal
"""

REVERSE = f"""
    INSERT INTO yinling_fact
        (entry_id, series_id, area_path, happened, quantity, person_id, source_id, settles_id, reversal)
    SELECT %(entry)s, f.series_id, f.area_path, f.happened, -f.quantity, f.person_id, f.source_id, f.id, true
    {CHOSEN} AND NOT EXISTS (SELECT 1 FROM yinling_fact r WHERE r.settles_id = f.id AND r.reversal)
    ORDER BY f.id
"""

BUILT_ON = f"""
    SELECT DISTINCT f.source_id {CHOSEN}
      AND EXISTS (SELECT 1 FROM yinling_fact c WHERE c.settles_id = f.id AND c.entry_id <> f.entry_id AND NOT c.reversal
        AND NOT EXISTS (SELECT 1 FROM yinling_fact r WHERE r.settles_id = c.id))
    ORDER BY 1 LIMIT 20
"""


class BuiltOn(Refused):
    """Facts cannot be reversed because later ones build on them. `sources` are (some of) the rows concerned."""

    def __init__(self, sources: Sequence[int]) -> None:
        super().__init__(_("Later records build on these; undo the later ones first."))
        self.sources = tuple(sources)


def reverse(entry_id: int, *, source: int | None = None, kinds: Iterable[str] = ()) -> int:
    """Reverse the facts of an earlier entry, each dated as the fact it reverses, so that it is as if they had never been;
    returns how many. `source` limits it to one row, `kinds` to some of the kinds the running action declares.

    Raises BuiltOn where a later action closed or moved one of them.
    """
    act = current()
    chosen = sorted(kinds or act.spec.records)
    touch(*chosen)
    values: dict[str, Any] = {"entry": act.entry_id, "undone": entry_id, "source": source, "kinds": chosen}
    with connection.cursor() as cursor:
        cursor.execute(BUILT_ON, values)
        if blocked := [row[0] for row in cursor.fetchall()]:
            raise BuiltOn(blocked)
        cursor.execute(REVERSE, values)
        count = int(cursor.rowcount)
    act.has_facts = act.has_facts or count > 0
    return count


MOVE = f"""
    WITH moving AS (
        SELECT f.* FROM yinling_fact f JOIN yinling_series s ON s.id = f.series_id
        WHERE f.area_path >= %(low)s AND f.area_path < %(high)s AND s.kind = ANY(%(stocks)s) AND {OPEN}
    ), closing AS (
        INSERT INTO yinling_fact
            (entry_id, series_id, area_path, happened, quantity, person_id, source_id, settles_id)
        SELECT %(entry)s, series_id, area_path, greatest(happened, %(on)s), -quantity, person_id, source_id, id FROM moving
    )
    INSERT INTO yinling_fact (entry_id, series_id, area_path, happened, quantity, person_id, source_id)
    SELECT %(entry)s, series_id, %(new)s || substr(area_path, length(%(low)s) + 1), greatest(happened, %(on)s), quantity,
        person_id, source_id FROM moving
"""


def move_stocks(*, old: str, new: str, on: date, kinds: Sequence[str]) -> None:
    """From the day `on`, everything of these stock kinds that is open under the path `old` is open under `new` instead."""
    act = current()
    values: dict[str, Any] = {
        "entry": act.entry_id,
        "low": old,
        "high": old + AFTER,
        "new": new,
        "on": on,
        "stocks": list(kinds),
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)
        act.has_facts = act.has_facts or cursor.rowcount > 0


COMPACT = """
    WITH crowded AS (
        SELECT series_id, area_path, month FROM yinling_total GROUP BY 1, 2, 3 HAVING count(*) > 1
    ), gone AS (
        DELETE FROM yinling_total t USING crowded c
        WHERE (t.series_id, t.area_path, t.month) = (c.series_id, c.area_path, c.month)
        RETURNING t.*
    )
    INSERT INTO yinling_total (series_id, area_path, month, facts, quantity)
    SELECT series_id, area_path, month, sum(facts), sum(quantity) FROM gone GROUP BY 1, 2, 3
"""


def compact_totals() -> int:
    """Fold the deltas of the totals, in one statement, so that every reader sees either all of them or their sum; returns
    how many sums were written. Not an action: no figure changes by it. One at a time; a second caller returns 0."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(4203001)")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(COMPACT)
        return int(cursor.rowcount)
