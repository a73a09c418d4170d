"""Places and bodies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.params.functions import Query

from yinling.associations import Association
from yinling.base.paths import AFTER, under
from yinling.base.rules import within
from yinling.network import Body, Place, PlaceChange, RoleHeld, children_of, find_places, may_see_network, place_at
from yinling.web.api.access import actor_behind, missing, opens, wrong
from yinling.web.api.schemas import BodyOut, Page, PlaceOut
from yinling.web.page import found

LIMIT = 50
MOST = 200
in_own_area = within(*RoleHeld.Role.values)
"""Any role at the place or above it."""

places = Router(tags=["places"])
bodies = Router(tags=["bodies"])


@places.get("", **opens(may_see_network, _("Find places by name, pinyin initials or code"), list[PlaceOut]))
def search(
    request: HttpRequest,
    q: str = Query(..., min_length=1, max_length=80, example="jsc"),
    below: str = Query("", description="path: search at this place and below only"),
    limit: int = Query(20, ge=1, le=LIMIT),
) -> list[PlaceOut]:
    """Places that exist today; those whose name begins with the text first, higher levels first."""
    del request
    return [place_out(place) for place in find_places(q, root=below, limit=limit)]


@places.get("/by-code/{code}", **opens(may_see_network, _("The place with a statistical code"), PlaceOut))
def by_code(request: HttpRequest, code: str) -> PlaceOut:
    """By the code it has today, or else by one it had."""
    del request
    place = Place.objects.select_related("parent").filter(code=code).order_by("-opened").first() if code else None
    if place is None:
        earlier = PlaceChange.objects.filter(what=PlaceChange.What.CODE, before=code).order_by("-on", "-pk").first()
        if earlier is None:
            raise missing()
        place = earlier.place
    return place_out(place)


@places.get("/children", **opens(may_see_network, _("The places below a place"), list[PlaceOut]))
def children(request: HttpRequest, of: str = Query("", description="path; empty for the provinces"),
             on: date | None = None) -> list[PlaceOut]:  # fmt: skip
    """As they belonged together on a day (today)."""
    del request
    return [place_out(child) for child in children_of(place_or_nation(of), on).select_related("parent")]


@places.get("/{path}", **opens(may_see_network, _("The place with a path"), PlaceOut))
def by_path(request: HttpRequest, path: str) -> PlaceOut:
    """A path is made when the place is recorded and never changes."""
    del request
    place = place_at(path)
    if place is None:
        raise missing()
    return place_out(place)


@bodies.get("", **opens(in_own_area, _("Bodies of your area"), Page[BodyOut]))
def listed(
    request: HttpRequest,
    place: str = Query("", description="path: at this place or below"),
    kind: str = Query("", example="office"),
    q: str = Query("", max_length=80, description="part of the name, or its first pinyin initials"),
    ended: bool = Query(False, description="also those that were dissolved"),
    after: str = "",
    limit: int = Query(LIMIT, ge=1, le=MOST),
) -> Page[BodyOut]:
    """In the order of places, page by page."""
    rows = in_own_area.filter(actor_behind(request), Body.objects.filter(under(place), withdrawn=False))
    if kind:
        rows = rows.filter(kind=kind)
    if not ended:
        rows = rows.filter(dissolved__isnull=True)
    if q:
        low = q.lower()
        begins = Q(initials__gte=low, initials__lt=low + AFTER)
        rows = rows.filter(Q(name__contains=q) | begins if q.isascii() else Q(name__contains=q))
    if after:
        rows = rows.filter(beyond(after))
    part = list(rows.order_by("area_path", "pk")[: limit + 1])
    return Page(rows=[body_out(body) for body in part[:limit]], next=mark(part, limit))


@bodies.get("/{pk}", **opens(in_own_area, _("One body of your area"), BodyOut))
def body(request: HttpRequest, pk: int) -> BodyOut:
    """Also one that was dissolved."""
    return body_out(found(in_own_area, actor_behind(request), Body.objects.filter(withdrawn=False), pk=pk))


def place_out(place: Place) -> PlaceOut:
    """A place as the API gives it."""
    return PlaceOut(
        path=place.area_path,
        code=place.code,
        level=place.level,
        kind=place.kind,
        name=place.name,
        parent=place.parent.area_path if place.parent else "",
        opened=place.opened,
        closed=place.closed,
    )


def body_out(row: Body) -> BodyOut:
    """A body as the API gives it."""
    return BodyOut(
        id=row.pk,
        kind=row.kind,
        name=row.name,
        place=row.area_path,
        uscc=row.uscc,
        founded=row.founded,
        dissolved=row.dissolved,
    )


def place_or_nation(path: str) -> Place | None:
    """The place, or None for the empty path; ApiError (404) where there is none."""
    if not path:
        return None
    place = place_at(path)
    if place is None:
        raise missing()
    return place


def mark(part: Sequence[Body | Association], limit: int) -> str | None:
    """Where the page after the first `limit` rows begins; None where there are no more."""
    return f"{part[limit - 1].area_path}~{part[limit - 1].pk}" if part[limit:] else None


def beyond(after: str) -> Q:
    """The rows after a mark, in the order of place and key; ApiError (422) for something else."""
    path, tilde, key = after.partition("~")
    if not tilde or not key.isdecimal():
        raise wrong("after", "cursor", _("This is not the “next” of an earlier page."))
    return Q(area_path__gt=path) | Q(area_path=path, pk__gt=int(key))
