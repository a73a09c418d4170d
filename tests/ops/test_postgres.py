"""The embedded server: one per installation, private, back after a kill, gone with whoever started it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from yinling.ops import postgres

ENSURE = """
import sys, pathlib
from yinling.ops import postgres
home = pathlib.Path(sys.argv[1])
postgres.ensure_running(home)
print((postgres.place(home).data / "postmaster.pid").read_text().split()[0])
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of its own, with its server stopped and its folders removed at the end."""
    yield tmp_path
    postgres.stop(tmp_path)
    here = postgres.place(tmp_path)
    for folder in (here.base, here.socket):
        shutil.rmtree(folder, ignore_errors=True)


def postmaster(home: Path) -> int:
    return int((postgres.place(home).data / "postmaster.pid").read_text().split()[0])


def answer(home: Path, query: str, database: str = postgres.DATABASE) -> object:
    with postgres.place(home).connect(database) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def test_starts_once_privately_and_durably(home: Path) -> None:
    settings = postgres.ensure_running(home)
    first = postmaster(home)
    assert postgres.ensure_running(home) == settings
    assert postmaster(home) == first
    here = postgres.place(home)
    assert here.socket.stat().st_mode & 0o077 == 0
    assert here.data.stat().st_mode & 0o077 == 0
    assert here.data.stat().st_uid != 0
    assert answer(home, "SHOW listen_addresses") == ""
    assert answer(home, "SHOW server_encoding") == "UTF8"
    assert (answer(home, "SHOW fsync"), answer(home, "SHOW synchronous_commit")) == ("on", "on")


def test_processes_that_start_it_at_once_share_one_server_which_outlives_them(home: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", ENSURE, str(home)], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    numbers = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0] * 4
    assert numbers == {str(postmaster(home))}
    assert answer(home, "SELECT 1") == 1


def test_comes_back_with_its_records_after_a_kill(home: Path) -> None:
    postgres.ensure_running(home)
    with postgres.place(home).connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(postmaster(home), signal.SIGKILL)
    postgres.ensure_running(home)
    assert answer(home, "SELECT number FROM kept") == 7


def test_starts_although_another_program_has_the_number_in_the_lock_file(home: Path) -> None:
    postgres.ensure_running(home)
    lock = postgres.place(home).data / "postmaster.pid"
    content = lock.read_text()
    postgres.stop(home)
    lock.write_text(content.replace(content.split("\n", 1)[0], str(os.getpid()), 1))
    if os.geteuid() == 0:
        shutil.chown(lock, postgres.SYSTEM_USER)
    postgres.ensure_running(home)
    assert postmaster(home) != os.getpid()


def test_release_stops_only_what_this_process_started_and_nobody_uses(home: Path) -> None:
    subprocess.run([sys.executable, "-c", ENSURE, str(home)], check=True, capture_output=True)
    assert not postgres.release(home), "somebody else started it"
    postgres.stop(home)
    postgres.ensure_running(home)
    with postgres.place(home).connect() as connection:
        assert not postgres.release(home), "somebody is connected"
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert postgres.release(home)
    with pytest.raises(psycopg.OperationalError):
        postgres.place(home).connect()


def test_data_of_another_major_version_is_left_alone(home: Path) -> None:
    postgres.ensure_running(home)
    postgres.stop(home)
    version = postgres.place(home).data / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(postgres.ServerError, match="written by PostgreSQL 15"):
        postgres.ensure_running(home)
    version.write_text("18\n")


def test_a_deep_home_gets_a_socket_path_short_enough_for_the_kernel(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    assert len(f"{postgres.place(deep).socket}/.s.PGSQL.{postgres.PORT}") < postgres.SOCKET_PATH_LIMIT
    assert postgres.place(deep).socket != postgres.place(tmp_path).socket


@pytest.mark.django_db
def test_a_connection_that_the_server_ended_is_found_without_a_question() -> None:
    kept = connection.copy()
    try:
        with kept.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            process = cursor.fetchone()[0]
        with kept.execute_wrapper(_no_questions):
            assert kept.is_usable()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        assert not kept.is_usable()
        kept.close()
        assert not kept.is_usable()
    finally:
        kept.close()


def _no_questions(*_asked: object) -> None:
    raise AssertionError("the server was asked")
