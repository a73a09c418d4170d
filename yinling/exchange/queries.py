"""Reads of imports; each takes the viewer."""

from __future__ import annotations

import json

from django.db.models import QuerySet

from yinling.base.rules import Actor
from yinling.exchange.models import Batch, StagedRow
from yinling.exchange.rules import may_import


def batches(viewer: Actor) -> QuerySet[Batch]:
    """The batches of the viewer's area, the newest first."""
    return may_import.filter(viewer, Batch.objects.all()).order_by("-pk")


def waiting_batches(viewer: Actor) -> QuerySet[Batch]:
    """The batches that are checked and wait for somebody to put them in, the longest-waiting first."""
    return batches(viewer).filter(state=Batch.State.CHECKED, good__gt=0).order_by("asked_at", "pk")


def earlier_commits(batch: Batch) -> QuerySet[Batch]:
    """Other batches of the very same file that are in the register."""
    same = Batch.objects.filter(sha256=batch.sha256, importer=batch.importer, state=Batch.State.COMMITTED)
    return same.exclude(pk=batch.pk).order_by("pk")


def refused_rows(batch: Batch, limit: int | None = None) -> QuerySet[StagedRow]:
    """The refused rows of a batch in the order of the file."""
    return StagedRow.objects.filter(batch=batch, ok=False).order_by("number")[:limit]


def good_rows(batch: Batch, limit: int) -> list[tuple[int, dict[str, object]]]:
    """The first rows that will go in, by number."""
    rows = StagedRow.objects.filter(batch=batch, ok=True).order_by("number")[:limit]
    return [(row.number, json.loads(row.data)) for row in rows]
