"""The test run's environment: fixed keys, and databases of its own on the embedded server.

The settings module is chosen here and not in pyproject.toml, because pytest-django would then load it before this file
could set the switches it reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import django
import psycopg
import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import settings as hypothesis
from psycopg import sql

from tests.spread import Spread, long_ones_first
from tests.upkeep import leave_to_us, sweep

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker
    from pytest_django.fixtures import Settings
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

    from tests.cast import Cast

HASHERS = pytest.StashKey[list[str]]()
os.environ["YINLING_TEST"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "yinling.settings"
# The workers of one run inherit the number; another run beside it in the same checkout has another.
os.environ.setdefault("YINLING_TEST_RUN", str(os.getpid()))


def pytest_configure(config: pytest.Config) -> None:
    """Load Django; in the controlling process also clear away what killed runs left on the server."""
    if settings.configured and not settings.TESTING:
        raise pytest.UsageError("settings were loaded before tests/conftest.py: unset DJANGO_SETTINGS_MODULE")
    django.setup()
    # A password hashed as it is served takes a third of a second; who tests that asks for `hashed_as_served`.
    config.stash[HASHERS] = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    hypothesis.register_profile("yinling", deadline=None)  # how long an example takes is the machine's affair
    hypothesis.load_profile("yinling")
    _let_flush_empty_append_only_tables()
    if not hasattr(config, "workerinput"):
        _drop_databases_of_dead_runs()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """See `tests/spread.py`."""
    return Spread(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the order was drawn by lot."""
    long_ones_first(items)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database of pytest-django, kept as `tests/upkeep.py` says."""
    with django_db_blocker.unblock():
        leave_to_us()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the test has let go of the database."""
    sweep(item, nextitem)


def _let_flush_empty_append_only_tables() -> None:
    """Tests with real transactions empty all tables at their end, which the triggers of append-only tables refuse.

    So only that one transaction runs without triggers; it takes the rights of the role that owns the embedded server. It
    puts back the head of the audit trail, which a migration made, and forgets the ids of what was emptied.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations  # loads only once Django is set up

    from yinling.facts import forget_series

    head = "INSERT INTO yinling_chain (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'))"
    usual = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *arguments: Any, **options: Any) -> list[str]:
        statements = usual(self, *arguments, **options)
        forget_series()
        return ["SET LOCAL session_replication_role = replica", *statements, head] if statements else []

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[assignment,method-assign] # for the tests alone


def _drop_databases_of_dead_runs() -> None:
    """Drop test databases whose run (the process number in their name) no longer exists."""
    from yinling.ops import environment, postgres

    if settings.DATABASES["default"]["ENGINE"] != "yinling.ops.embedded":
        return  # on a server that others share, dropping is not ours to decide
    postgres.ensure_running(environment.home())
    with postgres.place(environment.home()).connect("postgres") as connection:
        rows = connection.execute(
            r"SELECT datname FROM pg_database WHERE datname ~ '^test_yinling_\d+(_|$)'"
        ).fetchall()
        for (name,) in rows:
            assert isinstance(name, str)
            if not _is_alive(int(name.split("_")[2])):
                try:
                    connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
                except psycopg.errors.ObjectInUse:
                    continue  # workers that outlive their run for a moment; the next run clears it


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Every test begins in the default language: a request of an earlier one leaves its reader's in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def hashed_as_served(settings: Settings, pytestconfig: pytest.Config) -> None:
    """Passwords are hashed as the platform hashes them, slowly."""
    settings.PASSWORD_HASHERS = pytestconfig.stash[HASHERS]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The cast of `tests/cast.py` in an empty database."""
    from tests.cast import make_cast
    from tests.kept import laid_out
    from yinling.facts import forget_series

    forget_series()
    yield laid_out(make_cast)
    forget_series()
