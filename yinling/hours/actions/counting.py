"""What counts: of the time that confirmed records of one person share, each minute counts once, for the record confirmed
first. Whatever changes what is confirmed comes here, so that the sum of the facts is the sum of `counted` is the length of
the union of the person's confirmed times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from yinling.base.action import change, current
from yinling.base.many import array
from yinling.facts import NewFact, record_many, reverse, touch
from yinling.hours.measures import ATTENDED, SERVICE
from yinling.hours.models import Attendance

KINDS = (SERVICE, ATTENDED)
CHUNK = 20_000
FEW = 20
"""Up to so many records of an entry are taken back one by one."""

SHARED = """
    LATERAL (SELECT * FROM yinling_attendance p WHERE p.person_id = a.person_id
        AND p.day = ANY(ARRAY[a.day - 1, a.day, a.day + 1]) OFFSET 0) AS o
    WHERE o.state = 'confirmed' AND o.serves AND o.started_at < a.ended_at AND o.ended_at > a.started_at
"""
"""The confirmed records that share time with `a`. No record is longer than a day, so they lie within a day either side. OFFSET
keeps the look-up by person and day apart: right after an import the planner believes that nothing is confirmed, and would read
everything that is."""

COUNTED = f"""
    SELECT a.id, (
        SELECT coalesce(sum(extract(epoch FROM upper(part) - lower(part)) / 60), 0)::int
        FROM unnest(tstzmultirange(tstzrange(a.started_at, a.ended_at)) - coalesce(
            (SELECT range_agg(tstzrange(o.started_at, o.ended_at)) FROM {SHARED}
             AND (o.confirmed_at, o.id) < (a.confirmed_at, a.id)),
            '{{}}'::tstzmultirange)) AS part) AS counted
    FROM yinling_attendance a WHERE a.id = ANY(%(ids)s::bigint[]) AND a.state = 'confirmed' AND a.serves
"""
"""What each of these confirmed records counts."""

SET_COUNTED = f"WITH c AS ({COUNTED}) UPDATE yinling_attendance t SET counted = c.counted FROM c WHERE t.id = c.id"

SHARING = f"""
    SELECT a.id FROM yinling_attendance a
    WHERE a.id = ANY(%(ids)s::bigint[]) AND a.serves AND EXISTS (SELECT 1 FROM {SHARED} AND o.id <> a.id)
"""
"""Which of these share time with another confirmed record: few, and only they need to be looked at."""

OVERLAPPED = f"""
    SELECT DISTINCT o.id FROM yinling_attendance a, {SHARED}
    AND a.id = ANY(%(ids)s::bigint[]) AND a.serves AND o.id <> ALL(%(beside)s::bigint[])
"""

PERSONS = """
    SELECT id FROM yinling_person WHERE id IN (SELECT person_id FROM yinling_attendance WHERE id = ANY(%(ids)s::bigint[]))
    ORDER BY id FOR NO KEY UPDATE
"""


class _Counted(NamedTuple):
    """What facts need of a confirmed record."""

    pk: int
    person_id: int
    area_path: str
    day: date
    counted: int
    grade: str
    domain: str
    serves: bool
    kind: str
    retired: bool | None


def lock_persons(ids: Sequence[int]) -> None:
    """One at a time for each person whose records these are; always in the same order, so that nobody waits in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(PERSONS, {"ids": array(ids)})


def count_confirmed(rows: QuerySet[Attendance], ids: Sequence[int]) -> None:
    """Count records that were just confirmed with all their minutes, `rows` being those with the keys `ids`; what they share
    with others counts once. Needs the locks of `lock_persons`."""
    touch(*KINDS)
    entry = current().entry_id
    with connection.cursor() as cursor:
        cursor.execute(SHARING, {"ids": array(ids)})
        sharing = [row[0] for row in cursor.fetchall()]
        if sharing:
            cursor.execute(SET_COUNTED, {"ids": array(sharing)})
    _record(rows)
    # Only where clocks differ, or confirmations crossed, was something already confirmed that stands behind these.
    if sharing:
        recount(overlapped(sharing, beside=ids), entry)


def uncount(rows: Iterable[tuple[int, int]]) -> None:
    """Take back the facts of confirmed records, given as key and the entry that recorded them."""
    touch(*KINDS)
    by_entry: dict[int, list[int]] = {}
    for key, entry in rows:
        by_entry.setdefault(entry, []).append(key)
    for entry, keys in by_entry.items():
        if len(keys) > FEW and len(keys) == _resting_on(entry):
            reverse(entry, kinds=KINDS)
        else:
            for key in keys:
                reverse(entry, source=key, kinds=KINDS)


def _resting_on(entry: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(DISTINCT f.source_id) FROM yinling_fact f JOIN yinling_series s ON s.id = f.series_id
            WHERE f.entry_id = %s AND s.kind = ANY(%s) AND NOT f.reversal
              AND NOT EXISTS (SELECT 1 FROM yinling_fact r WHERE r.settles_id = f.id)""",
            [entry, list(KINDS)],
        )
        return int(cursor.fetchone()[0])


def overlapped(ids: Sequence[int], beside: Sequence[int] = ()) -> list[int]:
    """Other confirmed records that share time with these, those in `beside` left out."""
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPPED, {"ids": array(ids), "beside": array(beside or ids)})
        return [row[0] for row in cursor.fetchall()]


def recount(ids: Sequence[int], entry: int) -> None:
    """Where another number counts now, reverse what was recorded and record what is so."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"ids": array(ids)})
        counted = dict(cursor.fetchall())
    for row in Attendance.objects.filter(pk__in=counted).order_by("pk"):
        if row.counted != counted[row.pk]:
            reverse(row.entry_id, source=row.pk, kinds=KINDS)
            change(row, counted=counted[row.pk], entry_id=entry, changed_by=entry)
            _record(Attendance.objects.filter(pk=row.pk))


def _record(rows: QuerySet[Attendance]) -> None:
    values = _values(rows)
    while chunk := list(islice(values, CHUNK)):
        record_many(SERVICE, _service(row for row in chunk if row.serves and row.counted))
        record_many(ATTENDED, _attended(chunk))


def _values(rows: QuerySet[Attendance]) -> Iterator[_Counted]:
    columns = (
        "pk", "person_id", "area_path", "day", "counted", "grade", "domain", "serves", "session__activity__kind",
        "person__volunteer__retired_cadre",
    )  # fmt: skip
    return (_Counted(*values) for values in rows.order_by("pk").values_list(*columns).iterator(CHUNK))


def _service(rows: Iterable[_Counted]) -> Iterator[NewFact]:
    for row in rows:
        dims = _served(row.domain or "none", row.grade, _yes(bool(row.retired)))
        yield NewFact(dims, row.pk, row.area_path, row.day, row.counted, row.person_id)


def _attended(rows: Iterable[_Counted]) -> Iterator[NewFact]:
    for row in rows:
        dims = _present(row.kind, _yes(row.serves))
        yield NewFact(dims, row.pk, row.area_path, row.day, 1, row.person_id)


# Facts that share a mapping are recorded faster than each with its own.
@lru_cache(maxsize=1000)
def _served(domain: str, grade: str, retired: str) -> Mapping[str, str]:
    return {"domain": domain, "grade": grade, "retired": retired}


@lru_cache(maxsize=1000)
def _present(kind: str, serves: str) -> Mapping[str, str]:
    return {"kind": kind, "serves": serves}


def _yes(value: bool) -> str:
    return "yes" if value else "no"
