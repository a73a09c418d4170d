"""The database backend Django loads by the name `yinling.ops.postgresql`."""

from __future__ import annotations

import select
from typing import Any, cast

import psycopg
from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper


class FixedCursor(psycopg.Cursor[Any]):
    """A cursor for statements whose text is always the same: outside a transaction the server keeps their plans."""

    keeps_plans = False

    def execute(self, query: Any, params: Any = None, **options: Any) -> FixedCursor:
        """Run a statement; its values travel beside it."""
        try:
            return super().execute(query, params, prepare=self.keeps_plans, **options)
        except psycopg.errors.FeatureNotSupported:
            # A migration has changed a column since the plan was made; the connection lives a minute longer at most.
            if not self.keeps_plans:
                raise
            return super().execute(query, params, prepare=False, **options)


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, and the text of a fixed statement with its values where somebody looks at what was asked."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """What was asked: psycopg does not keep it of a statement whose plan is kept."""
        if isinstance(cursor, FixedCursor):
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose kept connections are looked at before each request without asking the server, and which plans a
    statement that every page asks once for each connection."""

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with prepared statements allowed to the cursor that asks for them; no other does."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"prepare_threshold": 5}

    def fixed_cursor(self) -> CursorWrapper:
        """A cursor for statements of fixed text (see `base.reading.fixed`). Within a transaction each is planned for what the
        tables hold by then: it may have filled them itself."""
        cursor: CursorWrapper = cast("Any", self)._cursor(FixedCursor)
        return cursor

    def create_cursor(self, name: str | type[FixedCursor] | None = None) -> Any:
        """Django's cursors by name, or a fixed one."""
        if not isinstance(name, type):
            return super().create_cursor(name)
        cursor = name(self.connection)
        cursor.keeps_plans = not self.in_atomic_block
        return cursor

    def is_usable(self) -> bool:
        """Whether the connection still stands. A server that ends it says so or hangs up, and either can be read at the
        socket; nothing there to read means that it stands. Only where something is, the server is asked (SELECT 1), as
        Django does for every request."""
        if self.connection is None or self.connection.closed:
            return False
        quiet = select.poll()
        quiet.register(self.connection.pgconn.socket, select.POLLIN)
        return not quiet.poll(0) or super().is_usable()
