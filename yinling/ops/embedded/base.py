"""The database backend Django loads by the name `yinling.ops.embedded`."""

from __future__ import annotations

from typing import Any

import psycopg

from yinling.ops import environment, postgres
from yinling.ops.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL that starts when it is first needed and comes back after a crash."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; if nobody answers at the socket, start the server and connect again."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as problem:
            # A server that is there but refuses (no such database, too many connections) says so with a code, except
            # while it starts up: only silence at the socket means that there is no server.
            if problem.sqlstate is not None:
                raise
        postgres.ensure_running(environment.home())
        return super().get_new_connection(conn_params)
