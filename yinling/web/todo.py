"""The to-do list: what waits for somebody, gathered from what the modules know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, DateField, F, Min, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, RowNumber
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.activities import enrolments
from yinling.associations import Setting, places_without
from yinling.base import clock
from yinling.base.masking import mask_name
from yinling.base.rules import Actor, signed_in
from yinling.base.workdays import add_workdays
from yinling.certificates import waiting_objections, waiting_requests, waiting_stars
from yinling.exchange import waiting_batches
from yinling.hours import to_answer, to_close, to_confirm, unrecorded
from yinling.network import parameter
from yinling.people import may_see_people, terms_ended
from yinling.reports import waiting_reviews
from yinling.returns import to_check, to_fill
from yinling.supervision import Wanted, findings
from yinling.volunteers import queries as volunteers
from yinling.web.deadlines import time_left
from yinling.web.page import Request, address_of, page
from yinling.web.supervision_words import due_cell, state_cell

SHOWN = 200
FEW = 8


@dataclass(frozen=True, slots=True)
class Todo:
    """One waiting item: what, where to do it, since when it waits; or, in words and with a signal, until when it may."""

    title: str
    url: str
    hint: str
    due: date | None = None
    time: str = ""
    """How much time is left, for what has a deadline; `due` is the day since which the rest waits."""
    signal: str = ""


class Counted(NamedTuple):
    """How many of a kind wait, and since when the first does, where that is said."""

    number: int = 0
    first: date | None = None


Waiting = Mapping[str, Counted]


def _counted(actor: Actor) -> Waiting:
    """What is counted, not listed, by its kind, in one statement."""
    kinds: tuple[tuple[str, QuerySet[Any], str], ...] = (
        ("applications", volunteers.applications(actor), "registered_on"),
        ("claims", volunteers.claims_waiting(actor), "made_on"),
        ("presence", to_confirm(actor), ""),
        ("requests", waiting_requests(actor), "asked_on"),
        ("stars", waiting_stars(actor), "applied_on"),
        *((setting, places_without(actor, actor.home, setting), "") for setting in (Setting.RURAL, Setting.URBAN)),
    )
    first, *others = (
        rows.order_by()
        .annotate(of=Value(kind))
        .values_list("of")
        .annotate(Count("pk"), first=Min(since) if since else Value(None, output_field=DateField()))
        for kind, rows, since in kinds
    )
    found = {kind: Counted(count, since) for kind, count, since in first.union(*others, all=True)}
    return defaultdict(Counted, found)


class Listed(NamedTuple):
    """One of the first few that wait of a kind; what the three texts say differs by kind (see `_listed`). `day`: since or
    until when it waits; today where the kind does not say."""

    pk: int
    name: str
    text: str
    more: str
    day: date


def _listed(actor: Actor) -> Mapping[str, list[Listed]]:
    """The first few of what is listed one by one, by its kind, in the order of each list; in one statement."""
    kinds: tuple[tuple[str, QuerySet[Any], tuple[str, str, str], str], ...] = (
        ("open", to_close(actor), ("person__name", "session__activity__title", ""), "day"),
        ("objections", to_answer(actor), ("person__name", "text", ""), "due_on"),
        ("certificates", waiting_objections(actor), ("certificate__number", "text", ""), "raised_on"),
        ("batches", waiting_batches(actor), ("file_name", "good", "refused"), ""),
        ("reviews", waiting_reviews(actor), ("title", "place__short_name", "issuer__name"), ""),
    )
    first, *others = (
        rows.annotate(
            of=Value(kind),
            rank=Window(RowNumber(), order_by=[*map(str, rows.query.order_by)]),
            **{f"text{number}": Cast(F(text) if text else Value(""), TextField()) for number, text in enumerate(texts)},
            when=F(day) if day else Value(clock.today(), output_field=DateField()),
        )
        .values_list("of", "rank", "pk", "text0", "text1", "text2", "when")
        .order_by("rank")[:FEW]
        for kind, rows, texts, day in kinds
    )
    found: defaultdict[str, list[Listed]] = defaultdict(list)
    for kind, _rank, *columns in sorted(first.union(*others, all=True), key=lambda row: row[1]):
        found[kind].append(Listed._make(columns))
    return found


def _terms(actor: Actor) -> list[Todo]:
    """Chairs whose term is over: one by one where there are few, else as one item."""
    ended = terms_ended(actor, clock.today())
    first = list(ended[: FEW + 1])
    if len(first) > FEW:
        oldest = first[0].term_ends
        title = _("The terms of %(count)s chairs have ended") % {"count": ended.count()}
        return [Todo(title, address_of("terms"), _("to be elected anew or confirmed"), oldest)]
    return [
        Todo(
            _("The term of the chair of %(body)s has ended") % {"body": position.body.name},
            address_of("association", pk=position.body_id),
            position.person.masked_name,
            position.term_ends,
        )
        for position in first
    ]


def _without(waiting: Waiting) -> list[Todo]:
    """Villages and communities that have no association."""
    todos = []
    for setting, text in (
        (Setting.RURAL, _("%(count)s villages have no association")),
        (Setting.URBAN, _("%(count)s urban communities have no association")),
    ):
        if count := waiting[setting].number:
            address = f"{address_of('places-without')}?setting={setting}"
            todos.append(Todo(text % {"count": count}, address, _("found one, or record why not")))
    return todos


def _imports(batches: list[Listed]) -> list[Todo]:
    return [
        Todo(
            _("%(file)s is checked and waits to be imported") % {"file": batch.name},
            address_of("import", pk=batch.pk),
            _("%(good)s rows are good, %(refused)s refused") % {"good": batch.text, "refused": batch.more},
        )
        for batch in batches
    ]


def _rounds(actor: Actor) -> list[Todo]:
    """Returns to fill in, and to check: one item a round."""
    titles = (_("%(round)s: fill in %(count)s returns"), _("%(round)s: check %(count)s returns"))
    fill, check = (
        rows.order_by()
        .values_list(Value(title), "round__due_on", "round", "round__name", "round__asked_by__name")
        .annotate(Count("pk"), Min("pk"))
        for title, rows in enumerate((to_fill(actor), to_check(actor)))
    )
    todos = []
    for title, due_on, pk, name, office, count, first in sorted(fill.union(check, all=True)):
        one, many = address_of("return", pk=first), address_of("round-returns", pk=pk)
        left = time_left(due_on)
        text, hint = titles[title] % {"round": name, "count": count}, _("asked by %(office)s") % {"office": office}
        todos.append(Todo(text, one if count == 1 else many, hint, time=left["text"], signal=left["signal"]))
    return todos


def _findings(actor: Actor) -> list[Todo]:
    """Findings of supervision that wait for the actor's own office or association, what is due first."""
    rows = findings(actor, Wanted(waiting=True))
    first = list(rows[: FEW + 1])
    todos = [
        Todo(
            row.what, address_of("finding", pk=row.pk), f"{row.visit.visited} · {state_cell(row)['text']}",
            time=due_cell(row)["text"], signal=due_cell(row)["signal"],
        )
        for row in first[:FEW]
    ]  # fmt: skip
    if len(first) > FEW:
        text = _("All %(count)s findings of supervision that wait for you") % {"count": rows.count()}
        todos.append(Todo(text, f"{address_of('findings')}?waiting=yes", _("to answer, to check, or overdue")))
    return todos


def _volunteers(waiting: Waiting) -> list[Todo]:
    """Volunteers to be verified, and claims to be decided: one item each."""
    kinds = (
        ("applications", _("%(count)s volunteers wait to be verified")),
        ("claims", _("%(count)s claims wait for a decision")),
    )
    return [
        Todo(text % {"count": count}, address_of("volunteer-queue"), _("compare with the identity document"), first)
        for count, first, text in ((*waiting[kind], text) for kind, text in kinds)
        if count
    ]


def _reviews(reports: list[Listed]) -> list[Todo]:
    return [
        Todo(
            _("%(title)s of %(place)s waits to be reviewed") % {"title": report.name, "place": report.text},
            address_of("report", pk=report.pk),
            report.more,
        )
        for report in reports
    ]


def _applications(actor: Actor) -> list[Todo]:
    """Applications for sessions where the organiser chooses: one item a session."""
    return [
        Todo(
            _("%(session)s: decide on %(count)s applications") % {"session": title, "count": count},
            address_of("session-people", pk=pk), _("session on %(day)s") % {"day": day},
            time=time_left(day)["text"], signal=time_left(day)["signal"],
        )
        for pk, title, day, count, _first in enrolments.waiting_applications(actor, clock.now())[:FEW]
    ]  # fmt: skip


def _hours(actor: Actor, waiting: Waiting, listed: Mapping[str, list[Listed]]) -> list[Todo]:
    """Presence to be confirmed, ended, recorded (Order 685, 38); objections to be answered (Order 67)."""
    todos = []
    if count := waiting["presence"].number:
        text = ngettext("%(count)s record of presence to confirm", "%(count)s records of presence to confirm", count)
        address = f"{address_of('hours')}?state=pending"
        todos.append(Todo(text % {"count": count}, address, _("recorded by somebody else")))
    for row in listed["open"]:
        text = _("%(person)s: nobody noted the end of presence") % {"person": mask_name(row.name)}
        todos.append(Todo(text, address_of("attendance", pk=row.pk), row.text, row.day))
    sessions = unrecorded(actor)
    for session in sessions[:FEW]:
        days = int(parameter("record_within_workdays", session.area_path, session.day))
        left = time_left(add_workdays(session.day, days).day)
        text = _("%(session)s: no presence is recorded") % {"session": session.activity.title}
        address = address_of("session-attendance", pk=session.pk)
        todos.append(Todo(text, address, session.day.isoformat(), time=left["text"], signal=left["signal"]))
    for objection in listed["objections"]:
        left = time_left(objection.day)
        text = _("%(person)s objects to hours") % {"person": mask_name(objection.name)}
        address = address_of("objection", pk=objection.pk)
        todos.append(Todo(text, address, objection.text[:80], time=left["text"], signal=left["signal"]))
    return todos


def _waiting_for(actor: Actor) -> list[Todo]:
    waiting, listed = _counted(actor), _listed(actor)
    return [
        *_rounds(actor), *_applications(actor), *_findings(actor), *_reviews(listed["reviews"]), *_volunteers(waiting),
        *_hours(actor, waiting, listed), *_certificates(waiting, listed["certificates"]), *_imports(listed["batches"]),
        *_terms(actor), *_without(waiting),
    ]  # fmt: skip


@page("todo/", name="todo", rule=signed_in)
def todo_page(request: Request) -> HttpResponse:
    """Everything that waits for the actor."""
    actor = request.actor
    todos = _waiting_for(actor) if actor.grants else []
    shown = [
        {
            "title": todo.title,
            "url": todo.url,
            "note": todo.hint,
            "due": _("since %(day)s") % {"day": todo.due} if todo.due else todo.time,
            "signal": "warn" if todo.due else todo.signal,
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
            "url": address_of("association", pk=position.body_id),
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
    crumbs = [{"label": _("To-do"), "url": address_of("todo")}, {"label": listing["title"]}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def _certificates(waiting: Waiting, objections: list[Listed]) -> list[Todo]:
    """Requests, objections and stars that wait for the actor: one item each kind."""
    kinds = (
        ("requests", _("%(count)s requests for certificates"), address_of("certificate-requests")),
        ("stars", _("%(count)s applications for stars"), f"{address_of('stars')}?state=applied"),
    )
    todos = [
        Todo(text % {"count": count}, url, _("to be decided"), first)
        for count, first, text, url in ((*waiting[kind], text, url) for kind, text, url in kinds)
        if count
    ]
    return todos + [
        Todo(
            _("An objection to %(number)s") % {"number": row.name},
            address_of("certificate-objection", pk=row.pk), row.text, row.day,
        )
        for row in objections
    ]  # fmt: skip
