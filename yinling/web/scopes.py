"""The place a page is about, where its address or a query names one: the actor's own area otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import Http404

from yinling.network import Place, line_at
from yinling.web.page import Request

CHINA = "china"
"""How an address names the nation, whose path is empty."""


def place_asked(request: Request, name: str = "place") -> tuple[str, list[Place]]:
    """The path that a query names (the actor's own area by default), and the places on the way to it. 404 for a path that is
    none."""
    path = request.GET.get(name, request.actor.home)
    return line_to("" if path == CHINA else path)


def line_to(path: str) -> tuple[str, list[Place]]:
    """A path and the places on the way to it; 404 where no place has it."""
    line = line_at(path) if path else []
    if path and (not line or line[-1].area_path != path):
        raise Http404
    return path, line


def crumbs_of(line: Sequence[Place], url: Callable[[str], str], last: str) -> list[dict[str, object]]:
    """The way down to a page about a place, each step the same page of a higher place."""
    ways: list[dict[str, object]] = [{"label": place.short_name, "url": url(place.area_path)} for place in line]
    return [*ways, {"label": last}]
