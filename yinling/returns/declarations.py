"""What `returns` declares when the platform starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from yinling.base.rules import Actor
from yinling.figures import SourceRow, describe_source
from yinling.returns import importer, measures
from yinling.returns.models import KnownAnswer, Return
from yinling.returns.rules import may_see_returns

__all__ = ["importer", "measures"]


def _returns(ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    rows = may_see_returns.filter(viewer, Return.objects.filter(pk__in=ids))
    return {
        row.pk: SourceRow(f"{row.unit}: {row.round.name}", f"/returns/{row.pk}/", row.place.short_name)
        for row in rows.select_related("round", "place", "body")
    }


def _known(ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    rows = may_see_returns.filter(viewer, KnownAnswer.objects.filter(pk__in=ids))
    return {
        row.pk: SourceRow(
            _("%(unit)s: %(value)s") % {"unit": row.answer.unit, "value": row.value},
            f"/returns/{row.answer_id}/",
            row.place.short_name,
        )
        for row in rows.select_related("answer__place", "answer__body", "place")
    }


describe_source("return", _returns)
describe_source("knownanswer", _known)
