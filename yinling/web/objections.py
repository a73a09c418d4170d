"""Objections to hours on the desk: what volunteers say is wrong, and the answers (Order 67)."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yinling.base import clock
from yinling.facts import entries_about
from yinling.hours import Objection, answer_objection, may_record, may_see_hours, objections_visible
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.happened import Names, history
from yinling.web.hour_words import day_and_time, names_of, span
from yinling.web.page import Request, address_of, found, page

SIZE = 100


@page("hours/objections/", name="objections", rule=may_see_hours)
def list_page(request: Request) -> HttpResponse:
    """Objections of the viewer's area, those that wait first."""
    rows = list(objections_visible(request.actor)[:SIZE])
    waiting = sum(1 for row in rows if row.answered_at is None)
    listing = {
        "title": _("Objections to hours"),
        "count_text": ngettext("%(count)s waits for an answer", "%(count)s wait for an answer", waiting)
        % {"count": waiting},
        "columns": [
            {"label": label}
            for label in (_("Volunteer"), _("Day of service"), _("What is wrong"), _("To be answered by"), _("State"))
        ],
        "rows": [
            {
                "url": address_of("objection", pk=row.pk),
                "cells": [
                    {"text": row.person.masked_name}, {"text": row.day.isoformat()}, {"text": row.text},
                    {"text": row.due_on.isoformat()}, _state(row),
                ],
            }
            for row in rows
        ],
        "empty": {
            "title": _("Nobody objects."), "hint": _("Volunteers object on their own page, next to the record."),
        },
    }  # fmt: skip
    crumbs = [{"label": _("Service hours"), "url": address_of("hours")}, {"label": listing["title"]}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def _state(row: Objection) -> dict[str, object]:
    if row.answered_at is not None:
        return {"text": _("answered"), "signal": "ok"}
    late = row.due_on < clock.today()
    return {"text": _("overdue") if late else _("waits for an answer"), "signal": "bad" if late else "warn"}


class AnswerForm(ProblemForm):
    """What came of the check."""

    answer = forms.CharField(label=gettext_lazy("Answer"), max_length=400, widget=forms.Textarea(attrs={"rows": 4}))


@page("hours/objections/<int:pk>/", name="objection", rule=may_see_hours)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One objection with its record and its answer."""
    row = found(may_see_hours, request.actor, Objection.objects.select_related("person", "attendance"), pk=pk)
    names = names_of([row.answered_by])
    state = _state(row)
    record = row.attendance
    facts: list[dict[str, object]] = [
        {"label": _("Volunteer"), "value": row.person.masked_name},
        {"label": _("Day of service"), "value": row.day.isoformat()},
        {"label": _("What is wrong"), "value": row.text},
        {
            "label": _("Record"), "value": span(record) if record else _("none: one is missing"),
            **({"url": address_of("attendance", pk=record.pk)} if record else {}),
        },
        {"label": _("Said on"), "value": day_and_time(row.raised_at)},
        {"label": _("To be answered by"), "value": row.due_on.isoformat()},
    ]  # fmt: skip
    if row.answered_at is not None:
        facts.append(
            {
                "label": _("Answer"),
                "value": row.answer,
                "note": f"{names.get(row.answered_by, '')} {day_and_time(row.answered_at)}",
            }
        )
    detail = {
        "title": _("Objection of %(person)s") % {"person": row.person.masked_name},
        "signal": {"level": state["signal"], "text": state["text"]},
        "facts": facts, "sections": [],
        "history": history(list(entries_about({"objection": [row.pk]})), Names()),
        "verbs": [
            {
                "label": _("Answer"), "url": address_of("objection-answer", pk=pk), "primary": True,
                "reason": _("This is answered already.") if row.answered_at else "",
            }
        ],
    }  # fmt: skip
    crumbs = [
        {"label": _("Service hours"), "url": address_of("hours")},
        {"label": _("Objections"), "url": address_of("objections")}, {"label": detail["title"]},
    ]  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


@page("hours/objections/<int:pk>/answer/", name="objection-answer", rule=may_record, methods="GET POST")
def answer_page(request: Request, pk: int) -> HttpResponse:
    """Answer an objection."""
    row = found(may_record, request.actor, Objection.objects.select_related("person"), pk=pk)

    def write(answer: str) -> Objection:
        return answer_objection(objection=row, answer=answer, by=request.actor)

    return form_page(
        request, AnswerForm(request.POST or None), _("Answer"), write, back=address_of("objection", pk=pk),
        crumbs=[
            {"label": _("Service hours"), "url": address_of("hours")},
            {"label": _("Objections"), "url": address_of("objections")},
        ],
        intro=f"{row.person.masked_name} · {row.day.isoformat()}: {row.text}", submit=_("Answer"),
        done=_("Answered. The volunteer sees it."),
    )  # fmt: skip
