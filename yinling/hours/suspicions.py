"""Hours that look impossible, each as a sentence with the records it rests on.

One statement over the records of an area and a period. Nothing here says that somebody lied: a clerk looks, and either gives
the reason why it is right or voids a record; what was decided leaves the list until other records join it. One moment of
confirming is one act, from wherever it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.paths import subtree
from yinling.base.period import Period
from yinling.base.reading import rows_by_key
from yinling.base.rules import Actor
from yinling.hours.reckoning import clock_time
from yinling.hours.rules import may_see_hours
from yinling.network import Account, parameters
from yinling.people import Person

KINDS = {
    "overlap": gettext_lazy("Two places at once"),
    "day": gettext_lazy("More than a day can hold"),
    "device": gettext_lazy("One telephone for many people"),
    "minute": gettext_lazy("One host at several venues in one minute"),
    "before": gettext_lazy("Before registering or after leaving"),
    "longer": gettext_lazy("Longer than the session"),
    "bulk": gettext_lazy("Very many confirmed at one moment"),
}
MOST = 200
"""Suspicions listed at once, the newest first."""

RESTS_ON = 50
"""Records of one suspicion that are named."""

FOUND = """
WITH r AS MATERIALIZED (
    SELECT a.id, a.person_id, a.day, a.started_at, a.ended_at, a.minutes, a.source, a.device, a.recorded_by, a.recorded_at,
        a.confirmed_by, a.confirmed_at, a.serves, a.area_path, s.place_id, s.venue,
        extract(epoch FROM s.ends_at - s.starts_at) / 60 AS lasted
    FROM yinling_attendance a JOIN yinling_session s ON s.id = a.session_id
    WHERE a.day BETWEEN %(start)s AND %(end)s AND a.area_path >= %(low)s AND a.area_path < %(high)s AND a.state <> 'voided'
), found AS (
    SELECT DISTINCT ON (least(r.id, o.id), greatest(r.id, o.id)) 'overlap' AS kind,
        least(r.id, o.id) || '-' || greatest(r.id, o.id) AS key, r.day,
        ARRAY[least(r.id, o.id), greatest(r.id, o.id)] AS records, r.person_id AS who, 2 AS n, r.started_at AS at
    FROM r JOIN yinling_attendance o ON o.person_id = r.person_id AND o.day BETWEEN r.day - 1 AND r.day + 1 AND o.id <> r.id
        AND o.state <> 'voided' AND o.started_at < r.ended_at AND o.ended_at > r.started_at
    JOIN yinling_session s ON s.id = o.session_id AND (s.place_id, s.venue) <> (r.place_id, r.venue)
    UNION ALL
    SELECT 'day', o.person_id || '-' || o.day, o.day, (array_agg(o.id ORDER BY o.id))[1:%(named)s], o.person_id,
        sum(o.minutes), min(o.started_at)
    FROM (SELECT DISTINCT person_id, day FROM r WHERE serves) d JOIN yinling_attendance o USING (person_id, day)
    WHERE o.state <> 'voided' AND o.serves GROUP BY o.person_id, o.day HAVING sum(o.minutes) > %(day)s
    UNION ALL
    SELECT 'device', device || '-' || day, day, (array_agg(id ORDER BY id))[1:%(named)s], NULL, count(DISTINCT person_id),
        min(started_at)
    FROM r WHERE device <> '' GROUP BY device, day HAVING count(DISTINCT person_id) >= %(device)s
    UNION ALL
    SELECT 'minute', recorded_by || '-' || to_char(started_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MI'), min(day),
        (array_agg(id ORDER BY id))[1:%(named)s], recorded_by, count(*), started_at
    FROM r WHERE source IN ('scan', 'code', 'list') AND recorded_by IS NOT NULL
        AND recorded_at >= started_at AND recorded_at < started_at + interval '1 minute'
    GROUP BY recorded_by, started_at HAVING count(DISTINCT (place_id, venue)) > 1
    UNION ALL
    SELECT 'before', r.id::text, r.day, ARRAY[r.id], r.person_id, 1, r.started_at
    FROM r JOIN yinling_volunteer v ON v.person_id = r.person_id
    WHERE r.serves AND (r.day < v.registered_on AND r.source <> 'import' OR v.state IN ('left', 'deceased') AND r.day > (
        SELECT max(f.happened) FROM yinling_fact f JOIN yinling_series s ON s.id = f.series_id
        WHERE s.kind = 'volunteer.registered' AND f.source_id = v.person_id AND f.settles_id IS NOT NULL AND NOT f.reversal))
    UNION ALL
    SELECT 'longer', id::text, day, ARRAY[id], person_id, minutes, started_at FROM r WHERE minutes > lasted + %(slack)s
    UNION ALL
    SELECT 'bulk', confirmed_by || '-' || to_char(confirmed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'), max(day),
        (array_agg(id ORDER BY id))[1:%(named)s], confirmed_by, count(*), confirmed_at
    FROM r WHERE confirmed_by IS NOT NULL GROUP BY confirmed_by, confirmed_at HAVING count(*) >= %(bulk)s
)
SELECT kind, key, day, records, who, n, at FROM found f
WHERE (%(kind)s = '' OR f.kind = %(kind)s) AND (%(key)s = '' OR f.key = %(key)s) AND NOT EXISTS (
    SELECT 1 FROM yinling_verdict v WHERE v.kind = f.kind AND v.key = f.key
    AND (f.kind = 'bulk' OR v.records @> to_jsonb(f.records)))
ORDER BY day DESC, kind, key LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something that looks impossible: what, in a sentence, and the records it rests on (at most 50 of them)."""

    kind: str
    key: str
    day: date
    text: str
    records: tuple[int, ...]


def suspicions(viewer: Actor, path: str, period: Period, kind: str = "", key: str = "") -> list[Suspicion]:
    """What looks impossible among the records under `path` of a period and was not decided, the newest first, at most
    `MOST`; of one kind, or the one with this key. Empty where the viewer may not see the hours of that area."""
    if not may_see_hours.check(viewer, _At(path)):
        return []
    limits = parameters(
        ("impossible_day_minutes", "device_people", "slack_minutes", "bulk_confirm_records"), path, period.end
    )
    low, high = subtree(path)
    values: dict[str, str | int | Decimal | date] = {
        "low": low, "high": high, "start": period.start, "end": period.end, "day": limits["impossible_day_minutes"],
        "device": limits["device_people"], "slack": limits["slack_minutes"], "bulk": limits["bulk_confirm_records"],
        "kind": kind, "key": key, "named": RESTS_ON, "most": MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FOUND, values)
        rows = cursor.fetchall()
    return _in_words(rows)


@dataclass(frozen=True, slots=True)
class _At:
    area_path: str


def _in_words(rows: Sequence[tuple[Any, ...]]) -> list[Suspicion]:
    persons = rows_by_key(Person, (row[4] for row in rows if row[0] in PERSONS and row[4] is not None))
    hosts = rows_by_key(Account, (row[4] for row in rows if row[0] not in PERSONS and row[4] is not None))
    return [
        Suspicion(kind, key, day, _sentence(kind, who, n, at, persons, hosts, day), tuple(records))
        for kind, key, day, records, who, n, at in rows
    ]


PERSONS = frozenset({"overlap", "day", "before", "longer"})


def _sentence(
    kind: str, who: int | None, n: int, at: datetime, persons: Mapping[int, Person], hosts: Mapping[int, Account],
    day: date,
) -> str:  # fmt: skip
    person = persons[who].masked_name if who is not None and who in persons else ""
    host = hosts[who].display_name if who is not None and who in hosts else _("Somebody")
    values = {"person": person, "host": host, "count": n, "day": day.isoformat(), "time": clock_time(at)}
    values["hours"] = f"{float(n) / 60:.1f}"
    texts = {
        "overlap": _("%(person)s was at two places at the same time on %(day)s."),
        "day": _("%(person)s has %(hours)s hours on %(day)s alone."),
        "device": _("One telephone checked in %(count)s people on %(day)s."),
        "minute": _("%(host)s checked in %(count)s people at several venues in the minute of %(time)s."),
        "before": _("%(person)s is said to have served on %(day)s, before registering or after leaving."),
        "longer": _("%(person)s has %(hours)s hours on %(day)s, more than the session lasted."),
        "bulk": _("%(host)s confirmed %(count)s records at one moment, %(time)s."),
    }
    return texts[kind] % values
