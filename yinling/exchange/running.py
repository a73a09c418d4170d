"""Whether a worker is at a batch, and how far it has come.

Both are said by the worker's database session, not by a table: it holds an advisory lock for the batch, and its
application name carries the progress. So progress is visible although the big transaction has not committed, costs no
second connection, and disappears by itself when the worker is killed, together with the lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

LOCK_CLASS = 4203010
_MARK = "yinling import"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running step has come: `done` of `total` rows (0 of 0: nothing counted yet)."""

    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int:
        """0 to 99: what is left at the end, the commit itself, is not counted in rows."""
        return min(99, 100 * self.done // self.total) if self.total else 0


@contextmanager
def held(batch_id: int) -> Iterator[bool]:
    """Hold the batch's lock in this session; yields whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s, %s), current_setting('application_name')", [LOCK_CLASS, batch_id]
        )
        free, name = cursor.fetchone()
    try:
        yield free
    finally:
        # Where the connection is gone there is nothing to give back: the server did so itself.
        if free and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(%s, %s), set_config('application_name', %s, false)",
                    [LOCK_CLASS, batch_id, name],
                )


def tell(done: int, total: int) -> None:
    """Say how far this session has come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [f"{_MARK} {done}/{total}"])


def progress_of(batch_id: int) -> Progress | None:
    """How far the worker at this batch has come; None where none is at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = %s AND l.objid = %s
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())""",
            [LOCK_CLASS, batch_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    name = str(row[0])
    if not name.startswith(_MARK):
        return Progress()
    done, total = name.removeprefix(_MARK).split("/")
    return Progress(int(done), int(total))
