"""People on the desk: the masked list and the masked record."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.associations import may_see_associations
from yinling.base import clock
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.facts import entries_about
from yinling.network import Body
from yinling.people import (
    Consent,
    Person,
    Position,
    find_people,
    may_change_people,
    may_see_people,
    positions_held,
)
from yinling.web.happened import Names, history
from yinling.web.list_tools import count_of
from yinling.web.page import Request, address_of, page
from yinling.web.person_changes import person_for, verbs_of

SIZE = 50
ENTRIES = 100
"""Entries of a person's history shown; the audit trail has the rest."""


@page("people/", name="people", rule=may_see_people)
def list_page(request: Request) -> HttpResponse:
    """The persons of the actor's area, masked; fifty a page, in the order of places."""
    text, path, after = (request.GET.get(name, "") for name in ("q", "place", "after"))
    people = find_people(request.actor, text)
    if path:
        people = people.filter(under(path))
    count = count_of(people)
    edge, _bar, key = after.partition("_")
    if key.isascii() and key.isdigit():
        people = people.filter(area_path__gte=edge).exclude(area_path=edge, pk__lte=int(key))
    rows = people.select_related("place__parent").prefetch_related(positions_held()).order_by("area_path", "pk")
    shown = list(rows[: SIZE + 1])
    query = {name: value for name, value in (("q", text), ("place", path)) if value}
    following = ""
    if len(shown) > SIZE:
        last = shown[SIZE - 1]
        following = "?" + urlencode({**query, "after": f"{last.area_path}_{last.pk}"})
    may = bool(may_change_people.check(request.actor))
    new = {"label": _("Register a person"), "url": address_of("person-new"), "primary": True}
    listing = {
        "title": _("People"),
        "count_text": _("%(count)s people") % {"count": count},
        "search": {"q": text, "placeholder": _("Name, pinyin initials, or a whole resident or telephone number")},
        "hidden": [{"name": "place", "value": path}] if path else [],
        "actions": [new] if may else [],
        "columns": [
            {"label": pgettext("of a person", "Name")}, {"label": _("Sex")}, {"label": _("Year of birth")},
            {"label": _("Place")}, {"label": _("Positions")}, {"label": _("Telephone")},
        ],
        "rows": [_row(person) for person in shown[:SIZE]],
        "pagination": {"text": "", "next_url": following, "prev_url": "?" + urlencode(query) if after else ""},
        "empty": {
            "title": _("Nobody matches."),
            "hint": _("Persons are found by the beginning of the name, by its pinyin initials, or by a whole number."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(person: Person) -> dict[str, object]:
    held: list[Position] = person.held  # type: ignore[attr-defined] # see positions_held
    positions = "；".join(f"{position.body.name} {position.get_title_display()}" for position in held)
    return {
        "url": address_of("person", pk=person.pk),
        "cells": [
            {"text": person.masked_name}, {"text": person.get_sex_display()},
            {"text": person.birth.year if person.birth else ""}, {"text": person.place.with_parent},
            {"text": positions}, {"text": person.masked_phone},
        ],
    }  # fmt: skip


@page("people/<int:pk>/", name="person", rule=may_see_people)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One person, masked: identity, positions with their terms, consents, history from the audit trail."""
    person = person_for(request, pk, may_see_people)
    positions = list(person.positions.select_related("body").order_by("-since", "-pk"))
    consents = list(person.consents.order_by("-given_on", "-pk"))
    subjects = {
        "person": [person.pk], "position": [one.pk for one in positions], "consent": [one.pk for one in consents],
    }  # fmt: skip
    known = Names(
        places={person.place_id: person.place.short_name}, people={person.pk: person.masked_name},
        bodies={one.body_id: one.body.name for one in positions},
    )  # fmt: skip
    changes = bool(may_change_people.check(request.actor, person))
    detail = {
        "title": person.masked_name,
        "subtitle": person.place.with_parent,
        "facts": [
            {"label": _("Sex"), "value": person.get_sex_display()},
            {"label": _("Year of birth"), "value": person.birth.year if person.birth else ""},
            {"label": _("Resident number"), "value": person.masked_resident_id},
            {"label": _("Telephone"), "value": person.masked_phone},
            {
                "label": _("Place"), "value": person.place.name,
                "url": address_of("place", path=person.area_path),
            },
            *_imported(person),
        ],
        "sections": [_positions(request.actor, person, positions), _consents(person, consents, changes=changes)],
        "history": history(list(entries_about(subjects)[:ENTRIES]), known),
        "verbs": verbs_of(request.actor, person),
    }  # fmt: skip
    crumbs = [{"label": _("People"), "url": address_of("people")}, {"label": person.masked_name}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _imported(person: Person) -> list[dict[str, object]]:
    """Where a person came from who was not typed in."""
    if not person.batch_id:
        return []
    where = _("batch %(batch)s, row %(row)s") % {"batch": person.batch_id, "row": person.batch_row}
    return [{"label": _("Imported"), "value": where}]


def _link(name: str, label: str, **keys: int) -> dict[str, object]:
    return {"html": format_html('<a href="{}">{}</a>', address_of(name, **keys), label)}


def _positions(actor: Actor, person: Person, positions: list[Position]) -> dict[str, object]:
    today = clock.today()
    rows = []
    for one in positions:
        opens = one.body.kind == Body.Kind.ASSOCIATION and may_see_associations.check(actor, one)
        over = one.until is None and one.term_ends is not None and one.term_ends <= today
        ends = one.until is None and may_change_people.check(actor, one)
        term_ends = one.term_ends.isoformat() if one.term_ends else ""
        rows.append(
            {
                "url": address_of("association", pk=one.body_id) if opens else "",
                "cells": [
                    {"text": one.body.name}, {"text": one.get_title_display()}, {"text": one.since.isoformat()},
                    {"text": one.until.isoformat() if one.until else ""},
                    {"text": term_ends, "signal": "warn"} if over else {"text": term_ends},
                    _link("position-leave", _("Leave"), pk=person.pk, position=one.pk) if ends else {"text": ""},
                ],
            }
        )  # fmt: skip
    return {
        "title": _("Positions"),
        "intro": "" if rows else _("None is recorded."),
        "columns": [
            {"label": _("Body")}, {"label": _("Position")}, {"label": _("From")}, {"label": _("Until")},
            {"label": _("Term ends")}, {"label": ""},
        ],
        "rows": rows,
    }  # fmt: skip


def _consents(person: Person, consents: list[Consent], *, changes: bool) -> dict[str, object]:
    rows = []
    for one in consents:
        holds, until = one.withdrawn_on is None, one.withdrawn_on.isoformat() if one.withdrawn_on else ""
        state = {"text": _("holds"), "signal": "ok"} if holds else {"text": _("withdrawn"), "signal": "none"}
        ends = holds and changes
        rows.append(
            {
                "cells": [
                    {"text": one.get_purpose_display()}, {"text": one.text_version}, {"text": one.get_way_display()},
                    {"text": one.given_on.isoformat()}, {"text": until}, state,
                    _link("consent-withdraw", _("Withdraw"), pk=person.pk, consent=one.pk) if ends else {"text": ""},
                ],
            }
        )  # fmt: skip
    return {
        "title": _("Consents"),
        "intro": "" if rows else _("None is recorded."),
        "columns": [
            {"label": _("Purpose")}, {"label": _("Version of the text")}, {"label": _("Given how")},
            {"label": _("Given on")}, {"label": _("Withdrawn on")}, {"label": _("State")}, {"label": ""},
        ],
        "rows": rows,
    }  # fmt: skip
