"""The database backend Django loads by the name `yinling.ops.postgresql`."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose kept connections are looked at before each request without asking the server."""

    def is_usable(self) -> bool:
        """Whether the connection still stands. A server that ends it says so or hangs up, and either can be read at the
        socket; nothing there to read means that it stands. Only where something is, the server is asked (SELECT 1), as
        Django does for every request."""
        if self.connection is None or self.connection.closed:
            return False
        quiet = select.poll()
        quiet.register(self.connection.pgconn.socket, select.POLLIN)
        return not quiet.poll(0) or super().is_usable()
