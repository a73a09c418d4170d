"""Bringing the database up to date, and the work on whole databases that backup and demo need."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import conninfo, sql

from yinling.ops import environment, postgres

# Any fixed number: who migrates holds this advisory lock, so that two starts at once do not migrate twice.
_MIGRATION_LOCK = 7_140_611


class ClientError(RuntimeError):
    """Work on a whole database failed; the text is the server's or the program's own reason."""


def migrate(*, verbosity: int = 1) -> bool:
    """Apply what is missing of the migrations, and make the cache table. Returns whether anything was missing."""
    with _alone():
        executor = MigrationExecutor(connection)
        missing = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if missing:
            call_command("migrate", interactive=False, verbosity=verbosity)
        call_command("createcachetable", verbosity=0)
    return missing


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def heads() -> dict[str, str]:
    """The last applied migration of each app: what version of the tables the database has."""
    last: dict[str, str] = {}
    for app, name in MigrationLoader(connection).applied_migrations:
        last[app] = max(name, last.get(app, ""))
    return last


def unknown_heads(applied: dict[str, str]) -> list[str]:
    """Those of `applied` that this version of the program does not have: the database is newer than the program."""
    known = MigrationLoader(None).disk_migrations
    return sorted(f"{app}.{name}" for app, name in applied.items() if (app, name) not in known)


@contextmanager
def using(name: str) -> Iterator[None]:
    """Let Django's connection lead to the database `name` on the same server for a while."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def create(name: str) -> None:
    """Make an empty database. The role needs the right to (CREATEDB). Raises `ClientError`."""
    _administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop(name: str) -> None:
    """Drop a database, ending connections to it. Raises `ClientError`."""
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def swap(fresh: str, previous: str) -> None:
    """Rename Django's database to `previous` and `fresh` to its name, both or neither.

    Raises `ClientError` when somebody else is connected: their work must not end up in a database that goes away.
    """
    current = str(connection.settings_dict["NAME"])
    connection.close()
    rename = "ALTER DATABASE {} RENAME TO {}"
    _administer(
        sql.SQL(rename).format(sql.Identifier(current), sql.Identifier(previous)),
        sql.SQL(rename).format(sql.Identifier(fresh), sql.Identifier(current)),
    )


def _administer(*statements: sql.Composed) -> None:
    """Run statements from the maintenance database; two or more in one transaction."""
    try:
        with psycopg.connect(conninfo.make_conninfo("", **_parameters("postgres")), autocommit=True) as session:
            if len(statements) == 1:
                session.execute(statements[0])
                return
            with session.transaction():
                for statement in statements:
                    session.execute(statement)
    except psycopg.Error as problem:
        raise ClientError(str(problem).strip()) from problem


def run_client(program: str, *arguments: str, name: str | None = None) -> None:
    """Run a PostgreSQL client program on Django's database, or on `name` on the same server. Raises `ClientError`."""
    parameters = _parameters(name or str(connection.settings_dict["NAME"]))
    # A command line can be read by every user of the machine, the environment of a process cannot.
    password = parameters.pop("password", None)
    surroundings = {**os.environ, "PGPASSWORD": str(password)} if password else dict(os.environ)
    done = subprocess.run(
        [postgres.client_program(program), f"--dbname={conninfo.make_conninfo('', **parameters)}", *arguments],
        check=False, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        raise ClientError(f"{program} failed: {done.stderr.strip()}")


def _parameters(name: str) -> dict[str, Any]:
    """Django's connection parameters in libpq's words, for the database `name`."""
    if connection.settings_dict["ENGINE"] == "yinling.ops.embedded":
        postgres.ensure_running(environment.home())
    given = connection.get_connection_params()
    wanted = {"host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey"}
    return {**{key: value for key, value in given.items() if key in wanted and value}, "dbname": name}
