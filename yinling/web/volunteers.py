"""Volunteers on the desk: the list with who waits first, and the masked record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.base import clock
from yinling.base.masking import mask_name, mask_phone
from yinling.base.period import as_of
from yinling.base.rules import Actor, Rule
from yinling.exchange import may_import
from yinling.facts import Entry, entries_about
from yinling.figures import table
from yinling.network import Place, line_of, place_at
from yinling.people import may_see_people
from yinling.volunteers import (
    HalfDay,
    Limit,
    Skill,
    Source,
    State,
    TeamMember,
    Training,
    Volunteer,
    cover_on,
    may_register,
    may_see_volunteers,
    may_verify,
    measures,
    queries,
)
from yinling.web.cells import Cell, cell
from yinling.web.exports import workbook
from yinling.web.happened import Names, actor_in_words, history
from yinling.web.list_tools import chip, count_of, page_number, select
from yinling.web.page import Request, address_of, found, page
from yinling.web.volunteer_changes import verbs_of

SIZE = 50
ENTRIES, CHUNK = 100, 500
IN_LIST, NUMBERS = 7, (1, 6)
"""The columns of the list, the export has those behind them too; and which of them hold numbers that must not be broken."""

SIGNALS = {State.ACTIVE: "ok", State.APPLIED: "warn", State.PAUSED: "none", State.REFUSED: "none"}
FILTERS = ("state", "source", "professional", "retired", "place")


@page("volunteers/", name="volunteers", rule=may_see_volunteers)
def list_page(request: Request) -> HttpResponse:
    """The volunteers of the actor's area, masked; who waits to be verified first, then in the order of places."""
    wanted, query = _wanted(request)
    rows = queries.volunteers(request.actor, wanted)
    number = page_number(request)
    shown = list(rows.select_related("person", "unit")[number * SIZE : (number + 1) * SIZE + 1])
    prefix = f"?{urlencode(query)}&page="
    listing = {
        "title": _("Volunteers"),
        "count_text": _("%(count)s volunteers") % {"count": count_of(rows)},
        "search": {"q": wanted.text, "placeholder": _("Name, pinyin initials, volunteer number, or a whole number")},
        "selects": [_areas(request.actor, wanted.path)],
        "hidden": [{"name": key, "value": query[key]} for key in FILTERS if key in query and key != "place"],
        "filters": list(_chips(wanted, query)),
        "actions": _list_actions(request.actor, query),
        "columns": [{"label": label} for label in _labels()[:IN_LIST]],
        "rows": [{**row, "cells": _in_list(row["cells"])} for row in _rows(shown[:SIZE])],
        "pagination": {
            "text": "", "prev_url": f"{prefix}{number - 1}" if number else "",
            "next_url": f"{prefix}{number + 1}" if len(shown) > SIZE else "",
        },
        "empty": {
            "title": _("No volunteer matches."),
            "hint": _("Take a filter away, or register the first one. People can also register themselves by telephone."),
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


@page("volunteers/export.xlsx", name="volunteers-export", rule=may_see_volunteers)
def export_page(request: Request) -> HttpResponse:
    """The same rows as Excel, masked."""
    wanted, _query = _wanted(request)
    rows = queries.volunteers(request.actor, wanted).select_related("person", "unit")
    lines = ([one["text"] for one in row["cells"]] for row in _rows(rows.iterator(chunk_size=CHUNK)))
    return workbook(request, title=_("Volunteers"), columns=_labels(), rows=lines)


def _wanted(request: Request) -> tuple[queries.Wanted, dict[str, str]]:
    """What is asked for, and the same as it stands in the address."""
    query = {key: request.GET[key] for key in ("q", *FILTERS) if request.GET.get(key)}
    flags = {name: {"yes": True, "no": False}.get(query.get(name, "")) for name in ("professional", "retired")}
    wanted = queries.Wanted(
        text=query.get("q", ""), path=query.get("place", ""), state=query.get("state", ""),
        source=query.get("source", ""), **flags,
    )  # fmt: skip
    return wanted, query


def _chips(wanted: queries.Wanted, query: dict[str, str]) -> Iterator[dict[str, object]]:
    hidden = {State.WITHDRAWN, State.REFUSED, State.DECEASED}
    groups: list[tuple[str, str, list[tuple[str, str]], str]] = [
        ("state", _("State"), [(one.value, str(one.label)) for one in State if one not in hidden], wanted.state),
        ("source", _("Registered by way of"), [(one.value, str(one.label)) for one in Source], wanted.source),
        ("professional", _("Profession"), [("yes", _("with a profession")), ("no", _("without"))],
         query.get("professional", "")),
        ("retired", _("Retired cadre"), [("yes", _("yes")), ("no", _("no"))], query.get("retired", "")),
    ]  # fmt: skip
    for name, group, choices, chosen in groups:
        for value, label in choices:
            yield chip(query, name, value, label, group, value == chosen)


def _areas(actor: Actor, chosen: str) -> dict[str, object]:
    """The area to look at: the places below the one chosen, and those above it that the actor may see."""
    home = actor.home
    here = place_at(chosen if chosen.startswith(home) else home)
    line = [one for one in line_of(here) if one.area_path.startswith(home)] if here else []
    below = list(Place.objects.filter(parent=here, closed__isnull=True).order_by("area_path")) if here else []
    places = ((one.area_path, one.short_name) for one in (*line, *below) if one.area_path != home)
    return select("place", _("Area"), [("", _("the whole area")), *places], chosen)


def _labels() -> list[str]:
    return [
        pgettext("of a person", "Name"), _("Volunteer number"), _("State"), _("Place"), _("Unit"),
        _("Professional background"), _("Telephone"), _("Registered by way of"), _("Registered on"),
    ]  # fmt: skip


def _rows(rows: Iterable[Volunteer]) -> Iterator[dict[str, Any]]:
    pending = iter(rows)
    while chunk := list(islice(pending, CHUNK)):
        places = place_names({row.area_path for row in chunk})
        for row in chunk:
            profession = "，".join(text for text in (row.get_profession_display(), row.title) if text)
            yield {
                "url": address_of("volunteer", pk=row.pk),
                "cells": [
                    {"text": row.person.masked_name}, {"text": row.number},
                    {"text": row.get_state_display(), "signal": SIGNALS.get(State(row.state), "none")},
                    {"text": places.get(row.area_path, "")}, {"text": row.unit.name if row.unit else row.unit_name},
                    {"text": profession}, {"text": row.person.masked_phone}, {"text": row.get_source_display()},
                    {"text": row.registered_on.isoformat()},
                ],
            }  # fmt: skip


def _in_list(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = cells[:IN_LIST]
    for index in NUMBERS:
        shown[index] = {"html": format_html('<span class="nowrap">{}</span>', shown[index]["text"])}
    return shown


def place_names(paths: Collection[str]) -> dict[str, str]:
    """Places in short, with the one above, by path."""
    rows = Place.objects.filter(area_path__in=paths).select_related("parent")
    return {row.area_path: row.with_parent for row in rows}


@page("volunteers/<int:pk>/", name="volunteer", rule=may_see_volunteers)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One volunteer, masked: what is recorded, what may be done, teams, cover, trainings, history, figures."""
    row = volunteer_for(request, pk)
    lives = row.person.place
    place = lives.with_parent if lives.area_path == row.area_path else place_names([row.area_path])[row.area_path]
    memberships = list(row.memberships.filter(joined=True).select_related("team__body").order_by("-since", "-pk"))
    trainings = list(row.trainings.filter(withdrawn=False).order_by("-held_on", "-pk"))
    known = Names(
        people={row.pk: row.person.masked_name}, places={lives.pk: lives.short_name},
        paths={row.area_path: place}, bodies={row.unit.pk: row.unit.name} if row.unit else {},
    )  # fmt: skip
    detail = {
        "title": f"{row.person.masked_name} {row.number}",
        "subtitle": place,
        "signal": {"level": SIGNALS.get(State(row.state), "none"), "text": row.get_state_display()},
        "facts": _facts(request.actor, row),
        "sections": [
            {"title": _("What the volunteer can do"), "facts": _ability(row)},
            _teams(memberships),
            _trainings(request.actor, row, trainings),
        ],
        "history": history(_entries(row), known),
        "verbs": verbs_of(request.actor, row),
        "counts_towards": list(_figures(row)),
    }  # fmt: skip
    crumbs = [{"label": _("Volunteers"), "url": address_of("volunteers")}, {"label": row.number}]
    response = render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})
    response["Cache-Control"] = "no-store"
    return response


def _entries(row: Volunteer) -> list[Entry]:
    """What happened to the volunteer, and the list it came with."""
    about = entries_about({"volunteer": [row.pk], "person": [row.pk]})
    return list((about | Entry.objects.filter(pk=row.changed_by))[:ENTRIES])


def volunteer_for(request: Request, pk: int, rule: Rule = may_see_volunteers) -> Volunteer:
    """The volunteer with this key, if the rule lets the actor have it; 404 otherwise."""
    rows = Volunteer.objects.exclude(state=State.WITHDRAWN).select_related(
        "person__place__parent", "unit", "merged_into__person"
    )
    return found(rule, request.actor, rows, pk=pk)


def _facts(actor: Actor, row: Volunteer) -> list[dict[str, object]]:
    person, policy = row.person, cover_on(row, clock.today()) if row.state == State.ACTIVE else None
    opens = bool(may_see_people.check(actor, person))
    unit = row.unit.name if row.unit else row.unit_name
    birth = person.birth.year if person.birth else ""
    rows: list[dict[str, object]] = [
        {"label": pgettext("of a person", "Name"), "value": person.masked_name,
         "url": address_of("person", pk=row.pk) if opens else ""},
        {"label": _("Sex"), "value": person.get_sex_display()},
        {"label": _("Year of birth"), "value": birth},
        {"label": _("Resident number"), "value": person.masked_resident_id},
        {"label": _("Telephone"), "value": person.masked_phone},
        {"label": _("Unit"), "value": unit, "note": "" if row.unit or not unit else _("as written; not registered here")},
        {"label": _("Retired cadre"), "value": _("yes") if row.retired_cadre else _("no")},
        {"label": _("Professional background"),
         "value": "，".join(text for text in (row.get_profession_display(), row.title) if text)},
        {"label": _("Registered by way of"), "value": row.get_source_display(),
         "note": _("entered by %(name)s") % {"name": actor_in_words(row.entered_by)} if row.entered_by else ""},
        {"label": _("Registered on"), "value": row.registered_on.isoformat()},
        {"label": _("Verified on"), "value": row.verified_on.isoformat() if row.verified_on else "",
         "note": actor_in_words(row.verified_by)},
        {"label": _("Covered today by"), "value": str(policy) if policy else _("no policy"),
         "url": address_of("policy", pk=policy.pk) if policy and may_see_volunteers.check(actor, policy) else "",
         "signal": "" if policy or row.state != State.ACTIVE else "warn"},
        {"label": _("Signs in by telephone"), "value": _("yes") if row.account_id else _("no")},
    ]  # fmt: skip
    if row.merged_into is not None:
        url = address_of("volunteer", pk=row.merged_into_id)
        rows.insert(0, {"label": _("Merged into"), "value": row.merged_into.number, "url": url})
    if row.batch_id:
        where = _("batch %(batch)s, row %(row)s") % {"batch": row.batch_id, "row": row.batch_row}
        rows.append({"label": _("Imported"), "value": where})
    return rows


def _ability(row: Volunteer) -> list[dict[str, object]]:
    declared = row.health_declared_on
    return [
        {"label": pgettext("a volunteer", "Skills"), "value": words(Skill, row.skills)},
        {"label": _("Time available"), "value": words(HalfDay, row.availability)},
        {"label": _("Limits"), "value": words(Limit, row.limits) or _("none")},
        {"label": _("Health declared on"), "value": declared.isoformat() if declared else ""},
        {"label": _("Emergency contact"), "value": mask_name(row.emergency_name) if row.emergency_name else "",
         "note": mask_phone(row.emergency_phone) if row.emergency_phone else ""},
    ]  # fmt: skip


def words(kind: type[Skill | HalfDay | Limit], keys: Iterable[str]) -> str:
    """Keys as people read them."""
    labels = dict(kind.choices)
    return "、".join(str(labels.get(key, key)) for key in keys)


def _teams(memberships: list[TeamMember]) -> dict[str, object]:
    return {
        "title": _("Teams"),
        "intro": "" if memberships else _("None is recorded."),
        "columns": [{"label": _("Team")}, {"label": _("From")}, {"label": _("Until")}],
        "rows": [
            {
                "url": address_of("team", pk=one.team_id),
                "cells": [
                    {"text": one.team.body.name}, {"text": one.since.isoformat()},
                    {"text": one.until.isoformat() if one.until else ""},
                ],
            }
            for one in memberships
        ],
    }  # fmt: skip


def _trainings(actor: Actor, row: Volunteer, trainings: list[Training]) -> dict[str, object]:
    may = bool(may_register.check(actor, row))
    rows = []
    for one in trainings:
        url = address_of("volunteer-training-withdraw", pk=row.pk, training=one.pk)
        take_back = format_html('<a href="{}">{}</a>', url, _("Withdraw"))
        rows.append(
            {
                "cells": [
                    {"text": one.topic}, {"text": one.organiser}, {"text": one.held_on.isoformat()},
                    {"text": one.minutes}, {"text": one.valid_until.isoformat() if one.valid_until else ""},
                    {"html": take_back} if may else {"text": ""},
                ],
            }
        )  # fmt: skip
    return {
        "title": _("Trainings"),
        "intro": "" if rows else _("None is recorded."),
        "columns": [
            {"label": pgettext("a training", "Topic")}, {"label": _("Organised by")},
            {"label": pgettext("a training", "Held on")},
            {"label": _("Length in minutes"), "numeric": True}, {"label": _("Valid until")}, {"label": ""},
        ],
        "rows": rows,
    }  # fmt: skip


def _figures(row: Volunteer) -> Iterator[Cell]:
    """The figures of the county in which this volunteer is counted now."""
    if row.state not in {State.ACTIVE, State.PAUSED}:
        return
    counted = [measures.VOLUNTEERS, *([measures.PROFESSIONALS] if row.profession else [])]
    path, period = row.area_path[:6], as_of(clock.today())
    values = table(counted, paths=[path], periods=[period])
    for measure in counted:
        yield cell(values.at(measure, path, period))


def _list_actions(actor: Actor, query: dict[str, str]) -> list[dict[str, object]]:
    actions: list[dict[str, object]] = []
    if may_register.check(actor):
        actions.append({"label": _("Register a volunteer"), "url": address_of("volunteer-new"), "primary": True})
    if may_verify.check(actor):
        actions.append({"label": _("To be verified"), "url": address_of("volunteer-queue")})
    if may_register.check(actor) and may_import.check(actor):
        actions.append({"label": _("Import"), "url": address_of("import-new", key="volunteers")})
    return [*actions, {"label": _("Export to Excel"), "url": f"{address_of('volunteers-export')}?{urlencode(query)}"}]
