"""The upkeep of the test databases, which the server cannot do here: it would find nothing but rows that were rolled back.

What the server learns between two tests is that the tables have pages and no rows. It then expects none in the next test
either, and joins eighteen thousand villages row by row: fifty times as long. With nothing learnt it goes by the size of
the tables, which is right for a test. So it is told to leave them alone, and what tests left behind is swept out by us.
"""

from __future__ import annotations

from itertools import count

import psycopg
import pytest
from django.db import connection
from psycopg import sql

EVERY = 150
"""After so many tests, and after each that is marked `long`, tables are swept."""

_ended = count(1)
_tables: list[str] = []


def leave_to_us() -> None:
    """Keep the server from looking after the tables of this process's database by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        _tables.extend(name for (name,) in cursor.fetchall())
        for table in _tables:
            cursor.execute(sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(sql.Identifier(table)))


def sweep(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After a test, in no transaction: remove what it and those before it rolled back, now and then. After the last test
    the database is gone."""
    wanted = next(_ended) % EVERY == 0 or item.get_closest_marker("long") is not None
    if nextitem is None or not wanted or not _tables:
        return
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as own:
        own.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(map(sql.Identifier, _tables))))
