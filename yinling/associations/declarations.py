"""What the register declares when the platform starts: fact kinds, measures, and how its rows are shown behind a door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from yinling.associations import importer, measures
from yinling.associations.models import Association
from yinling.base.rules import Actor, Refused
from yinling.figures import SourceRow, describe_source
from yinling.network import Place
from yinling.people import Person, on_merge

__all__ = ["importer", "measures"]


def _associations(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Association.objects.filter(pk__in=ids).select_related("body__place__parent")
    return {row.pk: SourceRow(row.body.name, f"/associations/{row.pk}/", row.body.place.with_parent) for row in rows}


def _places(ids: Sequence[int], _viewer: Actor) -> Mapping[int, SourceRow]:
    rows = Place.objects.filter(pk__in=ids).select_related("parent")
    return {row.pk: SourceRow(row.name, f"/places/{row.area_path}/", row.with_parent) for row in rows}


@on_merge
def _refuse_chairs(*, kept: Person, gone: Person, by: Actor) -> None:
    """An association keeps its chair as a dated attribute: that change is made where it can be seen, not in passing."""
    del kept, by
    held = Association.objects.filter(chair=gone).select_related("body").first()
    if held is not None:
        raise Refused(_("This record is the chair of %(body)s: change the chair there first.") % {"body": held.body})


describe_source("association", _associations)
describe_source("place", _places)
