"""Reads of the register; each takes the viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import NamedTuple

from django.db.models import BooleanField, Exists, Func, OuterRef, Q, QuerySet

from yinling.associations.models import Association, AttributePeriod, Setting
from yinling.associations.rules import may_see_associations
from yinling.base.many import array
from yinling.base.masking import mask_name
from yinling.base.paths import AFTER, under
from yinling.base.reading import fixed, rows_by_key, rows_of
from yinling.base.rules import Actor
from yinling.facts import Entry
from yinling.network import Body, Place

YES_NO = {"funding": "has_funding", "venue": "has_venue", "meets": "meets", "officer": "chair_is_officer"}
"""Filters of the register by name, and the yes/no column each asks."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the register is asked for: text, place, setting, yes/no filters (see YES_NO), ended ones too."""

    text: str = ""
    path: str = ""
    setting: str = ""
    answers: tuple[tuple[str, bool], ...] = ()
    ended: bool = False


def associations(viewer: Actor, choice: Choice | None = None) -> QuerySet[Association]:
    """The associations of the viewer's area that a choice leaves, in the order of places."""
    choice = choice or Choice()
    rows = may_see_associations.filter(viewer, _standing(choice.ended))
    if choice.path:
        rows = rows.filter(under(choice.path))
    if choice.setting:
        rows = rows.filter(setting=choice.setting)
    for name, answer in choice.answers:
        rows = rows.filter(**{YES_NO[name]: answer})
    if choice.text:
        rows = rows.filter(_matching(choice.text.strip()))
    return rows.order_by("area_path", "pk")


class _Standing(Func):
    """Whether the body with this key is neither withdrawn nor, unless those are wanted too, ended.

    Asked the other way round, each body would be looked at to count the register: few are withdrawn or ended, and an index
    holds just them. Written out, because every list asks it.
    """

    template = "NOT EXISTS (SELECT 1 FROM yinling_body gone WHERE gone.id = %(expressions)s AND (%(gone)s))"
    output_field = BooleanField()


@cache
def _standing(ended_too: bool) -> QuerySet[Association]:
    """The register that every list goes on from."""
    gone = "gone.withdrawn" if ended_too else "gone.withdrawn OR gone.dissolved IS NOT NULL"
    return Association.objects.filter(_Standing("pk", gone=gone))


class Line(NamedTuple):
    """What a list shows of an association. `above` is the place above its own; the chair's name is masked."""

    pk: int
    area_path: str
    setting: str
    name: str
    founded: date
    place: str
    above: str
    chair: str
    has_funding: bool
    has_venue: bool
    meets: bool
    members: int


_AT_ONCE = 2000
_LINES = """SELECT association.body_id, association.area_path, association.setting, body.name, body.founded, place.short_name,
    coalesce(above.short_name, ''), coalesce(chair.name, ''),
    association.has_funding, association.has_venue, association.meets, association.member_count
FROM yinling_association association
JOIN yinling_body body ON body.id = association.body_id
JOIN yinling_place place ON place.id = body.place_id
LEFT JOIN yinling_place above ON above.id = place.parent_id
LEFT JOIN yinling_person chair ON chair.id = association.chair_id
WHERE association.body_id = ANY(%s::bigint[]) ORDER BY association.area_path, association.body_id"""


def lines(rows: QuerySet[Association]) -> Iterator[Line]:
    """The lines of a list in the order of places: of a page of rows (a slice), or of a whole register a few thousand at a
    time.

    Which rows they are is asked first, what is shown of them then, as plain values by key: five tables take the database
    longer to plan for than the rows to find, and objects would have the encrypted numbers of every chair decrypted.
    """
    keys = rows.values_list("pk", flat=True)
    following = iter(keys if rows.query.is_sliced else keys.iterator(chunk_size=_AT_ONCE))
    while found := list(islice(following, _AT_ONCE)):
        for row in fixed(_LINES, [array(found)]):
            yield Line._make((*row[:7], mask_name(row[7]), *row[8:]))


def association_at(key: int) -> Association | None:
    """The association with this key, with its body and its place; none where there is none or it was withdrawn. Whether
    somebody may have it is asked of a rule."""
    found = rows_of(Association, "self.body_id = %s AND NOT body.withdrawn", [key], related=("body", "body__place"))
    return found[0] if found else None


def _matching(text: str) -> Q:
    if text.isascii():
        low = text.lower()
        return Q(body__initials__gte=low, body__initials__lt=low + AFTER) | Q(body__uscc__iexact=text)
    return Q(body__name__contains=text)


def places_without(viewer: Actor, path: str, setting: str) -> QuerySet[Place]:
    """Villages (rural) or communities (urban) under `path` in which no association exists today."""
    kind = "residents" if setting == Setting.URBAN else "villagers"
    here = Body.objects.filter(
        place=OuterRef("pk"), kind=Body.Kind.ASSOCIATION, withdrawn=False, dissolved__isnull=True
    )
    places = Place.objects.filter(under(path), level=5, kind=kind, closed__isnull=True).filter(~Exists(here))
    return may_see_associations.filter(viewer, places).order_by("area_path")


def history_of(association: Association) -> list[tuple[AttributePeriod, Entry | None]]:
    """Every attribute period of an association, the newest first, with the audit entry that wrote it: when, and by whom."""
    condition = "self.association_id = %s ORDER BY self.since DESC, self.id DESC"
    periods = rows_of(AttributePeriod, condition, [association.pk], related=("evidence",))
    entries = rows_by_key(Entry, (period.entry_id for period in periods), fields=("at", "actor_name"))
    return [(period, entries.get(period.entry_id)) for period in periods]
