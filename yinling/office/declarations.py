"""What `office` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source
from yinling.office import measures
from yinling.office.models import Document
from yinling.office.rules import may_read_documents

__all__ = ["measures"]


def _documents(ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    rows = may_read_documents.filter(viewer, Document.objects.filter(pk__in=ids)).select_related("series__body__place")
    return {
        row.pk: SourceRow(
            f"{row.full_number} {row.title}", f"/documents/{row.pk}/", row.series.body.place.short_name
        )
        for row in rows
    }  # fmt: skip


describe_source("document", _documents)
