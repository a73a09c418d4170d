"""The one search box: places, associations and people at once, each group with the way to more."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.associations import Association, Choice, associations, may_see_associations
from yinling.base.rules import Actor
from yinling.network import Place, find_places, may_see_network
from yinling.people import find_people, may_see_people
from yinling.web.page import Request, address_of, page

FEW = 8
MANY = 100
Group = dict[str, object]


@page("search/", name="search", rule=may_see_network)
def search_page(request: Request) -> HttpResponse:
    """What the text fits in the actor's area, exact matches first; `in=places` shows all places that fit."""
    text = request.GET.get("q", "").strip()
    only_places = request.GET.get("in") == "places"
    groups: list[Group] = []
    if text:
        groups.append(_places(request.actor, text, MANY if only_places else FEW))
        if not only_places:
            groups += [group for group in (_associations(request.actor, text), _people(request.actor, text)) if group]
    context = {
        "text": text,
        "groups": [group for group in groups if group["rows"]],
        "empty": {
            "title": _("Nothing matches.") if text else _("What are you looking for?"),
            "hint": _(
                "Type the name of a place or an association, its pinyin initials or a code; or the beginning of a "
                "person's name, its pinyin initials, or a whole resident or telephone number."
            ),
        },
        "crumbs": [{"label": _("Search")}],
    }
    return render(request, "pages/search.html", context)


def _group(title: str, columns: list[str], rows: list[Group], limit: int, more_url: str) -> Group:
    return {
        "title": title, "columns": [{"label": label} for label in columns], "rows": rows[:limit],
        "more_url": more_url if len(rows) > limit else "",
    }  # fmt: skip


def _places(actor: Actor, text: str, limit: int) -> Group:
    rows: list[Group] = [
        {
            "url": address_of("place", path=place.area_path),
            "cells": [{"text": place.name}, {"text": _above(place)}, {"text": place.code}],
        }
        for place in find_places(text, root=actor.home, limit=limit + 1)
    ]
    address = f"{address_of('search')}?{urlencode({'q': text, 'in': 'places'})}" if limit == FEW else ""
    return _group(_("Places"), [_("Place"), _("Belongs to"), _("Statistical code")], rows, limit, address)


def _above(place: Place) -> str:
    names: list[str] = []
    above = place.parent
    while above is not None and len(names) < 2:  # noqa: PLR2004 - two levels tell most places of one name apart
        names.insert(0, above.short_name)
        above = above.parent if len(names) < 2 else None  # noqa: PLR2004 - beyond them nothing was read
    return " ".join(names)


def _associations(actor: Actor, text: str) -> Group | None:
    if not may_see_associations.check(actor):
        return None
    exact = Case(When(body__name=text, then=0), When(body__initials=text.lower(), then=0), default=1)
    order = (exact, "area_path", "pk")
    # The few are chosen first: sorting thousands of rows with their places would take ten times as long.
    few = associations(actor, Choice(text=text, ended=True)).order_by(*order)[: FEW + 1]
    found = Association.objects.filter(pk__in=few.values("pk")).select_related("body__place__parent").order_by(*order)
    rows: list[Group] = [
        {
            "url": address_of("association", pk=one.pk),
            "cells": [
                {"text": one.body.name}, {"text": one.body.place.with_parent},
                {"text": _("ended"), "signal": "none"} if one.body.dissolved else {"text": _("exists"), "signal": "ok"},
            ],
        }
        for one in found
    ]  # fmt: skip
    address = f"{address_of('associations')}?{urlencode({'q': text})}"
    return _group(_("Elderly associations"), [_("Association"), _("Place"), _("State")], rows, FEW, address)


def _people(actor: Actor, text: str) -> Group | None:
    if not may_see_people.check(actor):
        return None
    exact = Case(When(name=text, then=0), When(initials=text.lower(), then=0), default=1)
    found = find_people(actor, text).select_related("place__parent").order_by(exact, "area_path", "pk")
    rows: list[Group] = [
        {
            "url": address_of("person", pk=person.pk),
            "cells": [
                {"text": person.masked_name}, {"text": person.place.with_parent},
                {"text": person.birth.year if person.birth else ""}, {"text": person.masked_phone},
            ],
        }
        for person in found[: FEW + 1]
    ]  # fmt: skip
    address = f"{address_of('people')}?{urlencode({'q': text})}"
    columns = [pgettext("of a person", "Name"), _("Place"), _("Year of birth"), _("Telephone")]
    return _group(_("People"), columns, rows, FEW, address)
