"""Where sessions lie: in the database, as Django keeps them, read without putting the same statement together each time."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from yinling.base.reading import fixed

_READ = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"

_KEEP = """WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
UPDATE django_session SET session_data = %s, expire_date = %s FROM quick WHERE session_key = %s"""


class SessionStore(db.SessionStore):
    """Django's store in the database; every request of somebody signed in reads it."""

    def _get_session_from_db(self) -> Session | None:
        for key, data, expires in fixed(_READ, [self.session_key, timezone.now()]):
            return Session(key, data, expires)
        self._session_key = None
        return None

    def save(self, must_create: bool = False) -> None:
        """Keep what the session holds. A new session is on the disk before anybody is told of it; that somebody was seen
        again, or has a message to read, waits for no disk: on a loss of power the last second of it is gone."""
        if must_create or self.session_key is None or connection.in_atomic_block:
            super().save(must_create)
            return
        kept = (self.encode(dict(self.items())), self.get_expiry_date(), self.session_key)
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, kept)
            if not cursor.rowcount:
                raise UpdateError
