"""Who must fill a form: the places of a level, or the bodies of a kind, in an area."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import under
from yinling.base.rules import Reason
from yinling.network import Body, Place

RESPONDENTS: dict[str, Reason] = {
    "level5": _("Villages and communities"),
    "villages": _("Villages"),
    "communities": _("Urban communities"),
    "level4": _("Townships and streets"),
    "level3": _("Counties"),
    "level2": _("Prefectures"),
    "association": _("Elderly associations"),
    "office": _("Offices of aging work"),
}
"""Who can be asked, by key."""

KIND_OF_PLACE = {"villages": "villagers", "communities": "residents"}
LOWEST = 5


class Unit(NamedTuple):
    """Somebody who must fill a form."""

    place_id: int
    body_id: int | None
    area_path: str


def level_of_units(respondents: str) -> int:
    """The level the units stand at: what checks them lies above."""
    return int(respondents[5:]) if respondents.startswith("level") else LOWEST


def ask_the_same(one: str, other: str) -> bool:
    """Whether two kinds of respondents have units in common: villages are among all villages and communities."""
    return one == other or {one, other} in ({"level5", "villages"}, {"level5", "communities"})


def units_of(respondents: str, path: str, on: date) -> Iterator[Unit]:
    """The units of an area on a day; KeyError where nobody is meant."""
    RESPONDENTS[respondents]
    if respondents in Body.Kind.values:
        bodies = Body.objects.filter(under(path), kind=respondents, withdrawn=False, founded__lte=on)
        rows = bodies.filter(Q(dissolved__isnull=True) | Q(dissolved__gt=on)).order_by("area_path", "pk")
        return (Unit(*row) for row in rows.values_list("place_id", "pk", "area_path").iterator())
    places = Place.objects.filter(under(path), level=level_of_units(respondents), opened__lte=on)
    if respondents in KIND_OF_PLACE:
        places = places.filter(kind=KIND_OF_PLACE[respondents])
    places = places.filter(Q(closed__isnull=True) | Q(closed__gt=on)).order_by("area_path")
    return (Unit(pk, None, area_path) for pk, area_path in places.values_list("pk", "area_path").iterator())
