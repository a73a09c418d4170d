"""Facts of a person who was recorded twice, recorded anew under the one record that stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from yinling.base.action import current
from yinling.facts.actions import touch

STANDING = """
    NOT f.reversal AND NOT EXISTS (SELECT 1 FROM yinling_fact r WHERE r.settles_id = f.id AND r.reversal)
"""

MOVE = f"""
    WITH standing AS MATERIALIZED (
        SELECT f.*, nextval(pg_get_serial_sequence('yinling_fact', 'id')) AS new_id
        FROM yinling_fact f JOIN yinling_series s ON s.id = f.series_id
        WHERE f.person_id = %(gone)s AND s.kind = ANY(%(kinds)s) AND {STANDING}
    ), taken AS (
        INSERT INTO yinling_fact
            (entry_id, series_id, area_path, happened, quantity, person_id, source_id, settles_id, reversal)
        SELECT %(entry)s, series_id, area_path, happened, -quantity, person_id, source_id, id, true
        FROM standing ORDER BY id
    )
    INSERT INTO yinling_fact (id, entry_id, series_id, area_path, happened, quantity, person_id, source_id, settles_id)
    SELECT f.new_id, %(entry)s, f.series_id, f.area_path, f.happened, f.quantity, %(kept)s, f.source_id, t.new_id
    FROM standing f LEFT JOIN standing t ON t.id = f.settles_id ORDER BY f.id
"""


def move_person(*, gone: int, kept: int, kinds: Iterable[str] = ()) -> int:
    """Everything of `kinds` (all the running action declares) recorded of the person `gone` is reversed and recorded of
    `kept`, on the same days and from the same rows, ends of stocks with what they end; returns how many facts. Sums stay as
    they were, only who is counted differs."""
    act = current()
    chosen = sorted(kinds or act.spec.records)
    touch(*chosen)
    values: dict[str, Any] = {"entry": act.entry_id, "gone": gone, "kept": kept, "kinds": chosen}
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)
        count = int(cursor.rowcount)
    act.has_facts = act.has_facts or count > 0
    return count


def facts_of_person(person: int) -> bool:
    """Whether anything still counts a person: a fact that is neither a reversal nor reversed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM yinling_fact f WHERE f.person_id = %s AND {STANDING})", [person])
        return bool(cursor.fetchone()[0])
