"""What the background worker does beside its queue: take up imports that a killed worker left, and fold the totals."""

from __future__ import annotations

import threading

import structlog
from django.db import connections

from yinling.exchange import recover
from yinling.facts import compact_totals

EVERY_SECONDS = 600
log = structlog.get_logger(__name__)


def start() -> threading.Thread:
    """Recover at once and then, as long as this process lives, recover and fold every ten minutes in a thread of its own."""
    recover()
    thread = threading.Thread(target=_run, name="upkeep", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    pause = threading.Event()
    while True:
        try:
            compact_totals()
            recover()
        except Exception:  # a database that is away for a moment must not end the upkeep for good
            log.exception("upkeep failed; it is tried again")
        finally:
            connections.close_all()
        pause.wait(EVERY_SECONDS)
