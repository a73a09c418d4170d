"""A worker that is killed in the middle of a commit leaves the database as it was, and the work is begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.exchange.ground import checked, good, load, make_clerk, step, workbook
from yinling.associations import RURAL, Association
from yinling.base.period import as_of
from yinling.exchange import Batch, progress_of, recover, request_commit
from yinling.facts import Chain, Entry, Fact, forget_series, verify
from yinling.figures import figure, recheck
from yinling.network import Body, actor_of
from yinling.people import Person

WORKER = """
import sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"], settings.MEDIA_ROOT = sys.argv[1:3]
django.setup()
from yinling.associations import bulk
bulk.CHUNK = 2
usual, chunks = bulk._register_chunk, []
def register_chunk(*arguments):
    usual(*arguments)
    chunks.append(1)
    if len(chunks) == 2:
        print("in the middle", flush=True)
        time.sleep(60)
bulk._register_chunk = register_chunk
from yinling.exchange.tasks import go_on
go_on.call(int(sys.argv[3]))
"""
PATIENCE = 20.0


@pytest.fixture
def batch(transactional_db: None) -> Iterator[Batch]:
    """A checked batch of six rows, asked to go in, in a database with real transactions."""
    # The flush after another test with real transactions takes away the chain's head, which a migration had put there.
    Chain.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": bytes(32)})
    places = load()
    by = actor_of(make_clerk(places["529901"]), "test")
    found = checked(workbook([good(n) for n in range(6)]), by)
    yield request_commit(batch=found, by=by)
    forget_series()


def counts() -> tuple[int, ...]:
    """How many rows each table has that a commit writes to."""
    return tuple(model.objects.count() for model in (Body, Person, Association, Fact))


def watch_and_kill(worker: subprocess.Popen[str], batch: Batch) -> None:
    """Wait until the worker is in the middle of its transaction, look at it from outside, kill it."""
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "in the middle\n"
        found = progress_of(batch.pk)
        assert found is not None
        assert found.total == 6
        assert recover() == 0  # it is at work
        assert step(batch).state == Batch.State.COMMITTING  # and nobody else may
    finally:
        os.kill(worker.pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while progress_of(batch.pk) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert progress_of(batch.pk) is None


def test_killed_in_the_middle(batch: Batch) -> None:
    before, last = counts(), Entry.objects.latest("seq").seq
    environment = {**os.environ, "YINLING_TEST": "1", "DJANGO_SETTINGS_MODULE": "yinling.settings"}
    name, media = str(connection.settings_dict["NAME"]), str(settings.MEDIA_ROOT)
    command = [sys.executable, "-c", WORKER, name, media, str(batch.pk)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        watch_and_kill(worker, batch)
    assert counts() == before
    assert set(Entry.objects.filter(seq__gt=last).values_list("action", flat=True)) == {"exchange.begin"}
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTING

    waiting = DBTaskResult.objects.count()
    assert recover() == 1
    assert DBTaskResult.objects.count() == waiting + 1
    batch = step(batch)
    assert (batch.state, batch.attempts) == (Batch.State.COMMITTED, 2)
    assert figure(RURAL.all, path="52", period=as_of(batch.asked_at.date())).value == 6
    assert list(verify()) == []
    assert list(recheck()) == []
