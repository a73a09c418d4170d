"""The register on the desk: list, record, and the forms that change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.associations import (
    ATTRIBUTES,
    YES_NO,
    Association,
    AttributePeriod,
    Choice,
    Line,
    Setting,
    association_at,
    associations,
    history_of,
    lines,
    may_change,
    may_correct,
    may_register,
    may_see_associations,
    places_without,
)
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor, Denied, Rule
from yinling.facts import Entry
from yinling.figures import table
from yinling.network import line_of, place_at
from yinling.people import Person
from yinling.web.association_forms import chairs_of, shown_value
from yinling.web.cells import cell
from yinling.web.exports import workbook
from yinling.web.happened import actor_in_words
from yinling.web.list_tools import chip, count_of
from yinling.web.overview import FAMILIES
from yinling.web.page import Request, address_of, page

SIZE = 50


@page("associations/", name="associations", rule=may_see_associations)
def list_page(request: Request) -> HttpResponse:
    """The register of the actor's area: search, filters in the address, fifty rows a page."""
    choice = _choice(request)
    rows = associations(request.actor, choice)
    last = request.GET.get("after", "")
    count = count_of(rows)
    path, _sep, pk = last.partition("_")
    shown = rows.filter(area_path__gte=path).exclude(area_path=path, pk__lte=int(pk)) if pk.isdigit() else rows
    found_rows = list(lines(shown[: SIZE + 1]))
    query = {key: str(value) for key, value in request.GET.items() if key != "after"}
    following = ""
    if len(found_rows) > SIZE:
        edge = found_rows[SIZE - 1]
        following = "?" + urlencode({**query, "after": f"{edge.area_path}_{edge.pk}"})
    listing = {
        "title": _("Elderly associations"),
        "count_text": _("%(count)s associations") % {"count": count},
        "search": {"q": choice.text, "placeholder": _("Name or pinyin initials")},
        "hidden": [{"name": key, "value": value} for key, value in query.items() if key != "q"],
        "filters": list(_chips(choice, query)),
        "actions": _list_actions(request.actor, query),
        "columns": _columns(),
        "rows": list(_rows(found_rows[:SIZE])),
        "pagination": {"text": "", "next_url": following, "prev_url": "?" + urlencode(query) if last else ""},
        "empty": {"title": _("No association matches."), "hint": _("Take a filter away, or register the first one.")},
    }
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


@page("associations/export.xlsx", name="associations-export", rule=may_see_associations)
def export_page(request: Request) -> HttpResponse:
    """The same rows as Excel, chairs masked."""
    shown = lines(associations(request.actor, _choice(request)))
    rows = ([cell["text"] for cell in row["cells"]] for row in _rows(shown))
    columns = [str(column["label"]) for column in _columns()]
    return workbook(request, title=_("Elderly associations"), columns=columns, rows=rows)


@page("associations/without/", name="places-without", rule=may_see_associations)
def without_page(request: Request) -> HttpResponse:
    """Villages or communities without an association."""
    setting = Setting.URBAN if request.GET.get("setting") == Setting.URBAN else Setting.RURAL
    path = request.GET.get("place", request.actor.home)
    places = places_without(request.actor, path, setting)
    may = bool(may_register.check(request.actor))
    rows = [
        {
            "url": address_of("place", path=place.area_path),
            "cells": [
                {"text": place.name},
                {"text": place.parent.name if place.parent else ""},
                {"text": place.parent.parent.name if place.parent and place.parent.parent else ""},
            ],
        }
        for place in places.select_related("parent__parent")[: SIZE * 4]
    ]
    listing = {
        "title": _("Villages without an association")
        if setting == Setting.RURAL
        else _("Communities without an association"),
        "count_text": _("%(count)s places") % {"count": count_of(places)},
        "filters": [
            {
                "label": one.label,
                "group": "",
                "active": one == setting,
                "url": "?" + urlencode({"setting": one, "place": path}),
            }
            for one in Setting
        ],
        "columns": [{"label": _("Place")}, {"label": _("Township")}, {"label": _("County")}],
        "actions": [{"label": _("Register an association"), "url": address_of("association-new"), "primary": True}]
        if may
        else [],
        "rows": rows,
        "empty": {"title": _("Every place has an association."), "hint": _("There is nothing to do here.")},
    }
    crumbs = [{"label": _("Elderly associations"), "url": address_of("associations")}, {"label": listing["title"]}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def _choice(request: Request) -> Choice:
    answers = tuple((name, request.GET[name] == "yes") for name in YES_NO if request.GET.get(name) in {"yes", "no"})
    setting = request.GET.get("setting", "")
    return Choice(
        text=request.GET.get("q", ""),
        path=request.GET.get("place", ""),
        answers=answers,
        setting=setting if setting in Setting.values else "",
        ended=request.GET.get("ended") == "yes",
    )


def _chips(choice: Choice, query: dict[str, str]) -> Iterator[dict[str, object]]:
    labels = {
        "funding": (_("Funds"), _("with funds"), _("no funds")),
        "venue": (_("Venue"), _("with venue"), _("no venue")),
        "meets": (_("Activity"), _("regular"), _("not regular")),
        "officer": (_("Chair"), _("an officer"), _("not an officer")),
    }
    for one in Setting:
        yield chip(query, "setting", str(one), str(one.label), _("Setting"), choice.setting == one)
    for name, (group, yes, no) in labels.items():
        for value, label in (("yes", yes), ("no", no)):
            yield chip(query, name, value, label, group, (name, value == "yes") in choice.answers)
    if choice.path:
        place = place_at(choice.path)
        yield chip(query, "place", choice.path, place.name if place else choice.path, _("Place"), active=True)


def _list_actions(actor: Actor, query: dict[str, str]) -> list[dict[str, object]]:
    actions: list[dict[str, object]] = [
        {"label": _("Export to Excel"), "url": f"{address_of('associations-export')}?{urlencode(query)}"}
    ]
    if may_register.check(actor):
        actions.insert(0, {"label": _("Import"), "url": address_of("imports")})
        actions.insert(
            0, {"label": _("Register an association"), "url": address_of("association-new"), "primary": True}
        )
    return actions


def _columns() -> list[dict[str, Any]]:
    words = (_("Association"), _("Place"), _("Setting"), _("Chair"), _("Funds"), _("Venue"), _("Regular activity"))
    return [*({"label": word} for word in words), {"label": _("Members"), "numeric": True}, {"label": _("Founded")}]


def _rows(found: Iterable[Line]) -> Iterator[dict[str, Any]]:
    """The rows of the list; what many of them say is said once."""

    def marks(yes: str, no: str) -> tuple[dict[str, str], dict[str, str]]:
        return {"text": no, "signal": "none"}, {"text": yes, "signal": "ok"}

    settings = {one.value: {"text": str(one.label)} for one in Setting}
    funding, venue = marks(_("with funds"), _("no funds")), marks(_("with venue"), _("no venue"))
    meets = marks(_("yes"), _("no"))
    for line in found:
        yield {
            "url": address_of("association", pk=line.pk),
            "cells": [
                {"text": line.name},
                {"text": f"{line.above} {line.place}" if line.above else line.place},
                settings[line.setting],
                {"text": line.chair},
                funding[line.has_funding],
                venue[line.has_venue],
                meets[line.meets],
                {"text": line.members, "numeric": True},
                {"text": line.founded.isoformat()},
            ],
        }


def association_for(request: Request, pk: int, rule: Rule = may_see_associations) -> Association:
    """The association with this key, if the rule lets the actor have it; 404 otherwise."""
    association = association_at(pk)
    if association is None or not rule.check(request.actor, association):
        raise Http404
    return association


@page("associations/<int:pk>/", name="association", rule=may_see_associations)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One association: what holds, since when, what may be done now, what happened, what it counts towards."""
    association = association_for(request, pk)
    history = history_of(association)
    present = {period.attribute: period for period, _entry in history if period.until is None and not period.corrected}
    chairs = chairs_of([period.value for period, _entry in history])
    *above, place = line_of(association.body.place)
    home = above[-1] if above else place
    detail = {
        "title": association.body.name,
        "subtitle": " ".join(one.name for one in (*above[-1:], place)),
        "signal": {"level": "none", "text": _("ended")} if association.body.dissolved else None,
        "facts": [
            {"label": _("Founded"), "value": association.body.founded.isoformat()},
            *(
                {
                    "label": str(attribute.label),
                    "value": shown_value(key, attribute.of(association), chairs),
                    "note": _("since %(day)s") % {"day": present[key].since} if key in present else "",
                }
                for key, attribute in ATTRIBUTES.items()
            ),
            *(
                [
                    {
                        "label": _("Imported"),
                        "value": _("batch %(batch)s, row %(row)s")
                        % {"batch": association.body.batch_id, "row": association.body.batch_row},
                    }
                ]
                if association.body.batch_id
                else []
            ),
        ],
        "verbs": _verbs(request.actor, association),
        "history": [_history_row(period.attribute, period, entry, chairs) for period, entry in history],
        "counts_towards": list(_counts(association, home.area_path)),
    }
    crumbs = [{"label": one.short_name, "url": address_of("place", path=one.area_path)} for one in (*above, place)]
    context = {"page": detail, "crumbs": [*crumbs, {"label": association.body.name}]}
    return render(request, "pages/detail.html", context)


def _verbs(actor: Actor, association: Association) -> list[dict[str, object]]:
    if association.body.dissolved:
        return []
    verbs: list[dict[str, object]] = []
    allowed, correctable = may_change.check(actor, association), may_correct.check(actor, association)
    for key, attribute in ATTRIBUTES.items():
        address = address_of("association-change", pk=association.pk, attribute=key)
        label = _("Change: %(attribute)s") % {"attribute": attribute.label}
        verbs.append({"label": label, "url": address, "reason": _reason(allowed), "primary": key == "venue"})
    if correctable:
        address = address_of("association-corrections", pk=association.pk)
        verbs.append({"label": _("Correct a mistaken record"), "url": address})
        verbs.append({"label": _("Dissolve"), "url": address_of("association-dissolve", pk=association.pk)})
    return verbs


def _reason(answer: object) -> str:
    return str(answer.reason) if isinstance(answer, Denied) else ""


def _history_row(
    key: str, period: AttributePeriod, entry: Entry | None, chairs: Mapping[int, Person]
) -> dict[str, object]:
    text = f"{ATTRIBUTES[key].label}：{shown_value(key, period.value, chairs)}"
    if period.corrected:
        text = _("%(what)s (corrected later)") % {"what": text}
    until = period.until.isoformat() if period.until else _("now")
    return {
        "when": f"{period.since} – {until}",
        "who": actor_in_words(entry.actor_name) if entry else "",
        "what": text,
        "reason": period.remark,
        "evidence": [{"label": period.evidence.name, "url": address_of("evidence", pk=period.evidence.pk)}]
        if period.evidence
        else [],
    }


def _counts(association: Association, path: str) -> Iterator[dict[str, object]]:
    family = FAMILIES[Setting(association.setting)]
    measures = [family.all] + [
        measure
        for measure, holds in (
            (family.venue, association.has_venue),
            (family.active, association.meets),
            (family.funded, association.has_funding),
            (family.officer, association.chair_is_officer),
        )
        if holds
    ]
    now = as_of(clock.today())
    values = table(measures, paths=[path], periods=[now])
    for measure in measures:
        yield cell(values.at(measure, path, now))
