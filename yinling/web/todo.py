"""The to-do list: what waits for somebody, gathered from what the modules know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yinling.associations import Setting, places_without
from yinling.base import clock
from yinling.base.rules import Actor, signed_in
from yinling.exchange import waiting_batches
from yinling.people import may_see_people, terms_ended
from yinling.reports import waiting_reviews
from yinling.web.page import Request, page

SHOWN = 200
FEW = 8


@dataclass(frozen=True, slots=True)
class Todo:
    """One waiting item: what, where to do it, since when or until when."""

    title: str
    url: str
    hint: str
    due: date | None = None


def _terms(actor: Actor) -> list[Todo]:
    """Chairs whose term is over: one by one where there are few, else as one item."""
    ended = terms_ended(actor, clock.today())
    first = list(ended[: FEW + 1])
    if len(first) > FEW:
        oldest = first[0].term_ends
        title = _("The terms of %(count)s chairs have ended") % {"count": ended.count()}
        return [Todo(title, reverse("terms"), _("to be elected anew or confirmed"), oldest)]
    return [
        Todo(
            _("The term of the chair of %(body)s has ended") % {"body": position.body.name},
            reverse("association", kwargs={"pk": position.body_id}),
            position.person.masked_name,
            position.term_ends,
        )
        for position in first
    ]


def _without(actor: Actor) -> list[Todo]:
    """Villages and communities that have no association."""
    todos = []
    for setting, text in (
        (Setting.RURAL, _("%(count)s villages have no association")),
        (Setting.URBAN, _("%(count)s urban communities have no association")),
    ):
        count = places_without(actor, actor.home, setting).count()
        if count:
            address = f"{reverse('places-without')}?setting={setting}"
            todos.append(Todo(text % {"count": count}, address, _("found one, or record why not")))
    return todos


def _imports(actor: Actor) -> list[Todo]:
    return [
        Todo(
            _("%(file)s is checked and waits to be imported") % {"file": batch.file_name},
            reverse("import", kwargs={"pk": batch.pk}),
            _("%(good)s rows are good, %(refused)s refused") % {"good": batch.good, "refused": batch.refused},
        )
        for batch in waiting_batches(actor)[:FEW]
    ]


def _reviews(actor: Actor) -> list[Todo]:
    return [
        Todo(
            _("%(title)s of %(place)s waits to be reviewed")
            % {"title": report.title, "place": report.place.short_name},
            reverse("report", kwargs={"pk": report.pk}),
            report.issuer.name,
        )
        for report in waiting_reviews(actor)[:FEW]
    ]


@page("todo/", name="todo", rule=signed_in)
def todo_page(request: Request) -> HttpResponse:
    """Everything that waits for the actor."""
    actor = request.actor
    todos = [*_reviews(actor), *_imports(actor), *_terms(actor), *_without(actor)] if actor.grants else []
    shown = [
        {
            "title": todo.title,
            "url": todo.url,
            "note": todo.hint,
            "due": _("since %(day)s") % {"day": todo.due} if todo.due else "",
            "signal": "warn" if todo.due else "",
        }
        for todo in todos
    ]
    return render(request, "pages/todo.html", {"todos": shown, "crumbs": [{"label": _("To-do")}]})


@page("todo/terms/", name="terms", rule=may_see_people)
def terms_page(request: Request) -> HttpResponse:
    """Chairs whose term has ended."""
    ended = terms_ended(request.actor, clock.today())
    rows = [
        {
            "url": reverse("association", kwargs={"pk": position.body_id}),
            "cells": [
                {"text": position.body.name},
                {"text": position.person.masked_name},
                {"text": position.since},
                {"text": position.term_ends, "signal": "warn"},
            ],
        }
        for position in ended[:SHOWN]
    ]
    listing = {
        "title": _("Terms that have ended"),
        "count_text": _("%(count)s chairs") % {"count": ended.count()},
        "columns": [
            {"label": _("Association")},
            {"label": _("Chair")},
            {"label": _("From")},
            {"label": _("Term ended")},
        ],
        "rows": rows,
        "empty": {"title": _("No term has ended."), "hint": _("There is nothing to do here.")},
    }
    crumbs = [{"label": _("To-do"), "url": reverse("todo")}, {"label": listing["title"]}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})
