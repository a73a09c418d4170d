"""The to-do list: what waits for somebody, gathered from what the modules know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.associations import Setting, places_without
from yinling.base import clock
from yinling.base.rules import Actor, signed_in
from yinling.base.workdays import workdays_between
from yinling.exchange import waiting_batches
from yinling.people import may_see_people, terms_ended
from yinling.returns import Round, to_check, to_fill
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
    until: bool = False
    """Whether `due` is a deadline, not the day since which it waits."""


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


def _due(todo: Todo) -> str:
    if todo.due is None:
        return ""
    if not todo.until:
        return _("since %(day)s") % {"day": todo.due}
    left = workdays_between(clock.today(), todo.due).days
    if left < 0:
        return _("overdue since %(day)s") % {"day": todo.due}
    return ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}


def _signal(todo: Todo) -> str:
    if todo.due is None:
        return ""
    return "bad" if todo.until and todo.due < clock.today() else "warn"


def _rounds(actor: Actor) -> list[Todo]:
    """Returns to fill in, and to check: one item a round."""
    todos = []
    for rows, title, hint in (
        (to_fill(actor), _("%(round)s: fill in %(count)s returns"), _("asked by %(office)s")),
        (to_check(actor), _("%(round)s: check %(count)s returns"), _("asked by %(office)s")),
    ):
        counts = rows.order_by().values_list("round").annotate(Count("pk"), Min("pk"))
        by_round = {pk: (count, first) for pk, count, first in counts}
        for one in Round.objects.filter(pk__in=by_round).select_related("asked_by").order_by("due_on"):
            count, first = by_round[one.pk]
            address = (
                reverse("return", kwargs={"pk": first})
                if count == 1
                else reverse("round-returns", kwargs={"pk": one.pk})
            )
            text = title % {"round": one.name, "count": count}
            todos.append(Todo(text, address, hint % {"office": one.asked_by.name}, one.due_on, until=True))
    return todos


@page("todo/", name="todo", rule=signed_in)
def todo_page(request: Request) -> HttpResponse:
    """Everything that waits for the actor."""
    actor = request.actor
    todos = [*_rounds(actor), *_imports(actor), *_terms(actor), *_without(actor)] if actor.grants else []
    shown = [
        {
            "title": todo.title,
            "url": todo.url,
            "note": todo.hint,
            "due": _due(todo),
            "signal": _signal(todo),
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
