"""The list of forms: what the offices ask, in which version, and what filling it in takes."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yinling.returns import FormVersion, designs, may_design
from yinling.returns import forms as schema
from yinling.web.list_tools import page_number, select, turning
from yinling.web.page import Request, address_of, page

SIZE = 50
State = FormVersion.State
SIGNALS = {State.DRAFT: "warn", State.PUBLISHED: "ok", State.RETIRED: "none"}


@page("forms/", name="forms", rule=may_design)
def list_page(request: Request) -> HttpResponse:
    """Every form of the actor's area, and what the offices above it published."""
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows = designs(request.actor).annotate(asked=Count("rounds"))
    if text:
        rows = rows.filter(title__icontains=text) | rows.filter(key__contains=text.lower())
    if state in FormVersion.State.values:
        rows = rows.filter(state=state)
    number = page_number(request)
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    said = {name: value for name, value in (("q", text), ("state", state)) if value}
    new = {"label": _("Design a form"), "url": address_of("form-new"), "primary": True}
    listing = {
        "title": _("Forms"),
        "intro": _("What is asked, defined once. A published form is never changed: its next version is."),
        "search": {"q": text, "placeholder": _("Title or key")},
        "selects": [
            select("state", _("State"), [("", _("all")), *FormVersion.State.choices], state),
        ],
        "actions": [{"label": _("Import an XLSForm"), "url": address_of("form-import")}, new],
        "count_text": ngettext("%(count)s form", "%(count)s forms", rows.count()) % {"count": rows.count()},
        "columns": [
            {"label": _("Form")}, {"label": pgettext("of a form or field", "Key")}, {"label": _("Version")},
            {"label": _("State")}, {"label": _("Designed by")}, {"label": _("Questions asked"), "numeric": True},
            {"label": _("Minutes"), "numeric": True}, {"label": _("Rounds"), "numeric": True},
        ],
        "rows": [_row(version) for version in shown[:SIZE]],
        "pagination": turning(said, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("There is no form yet."),
            "hint": _("A form is put together from fields of the dictionary, or read from an XLSForm."),
            "action": new,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(version: FormVersion) -> dict[str, object]:
    form = schema.Form.from_json(version.content)
    return {
        "url": address_of("form", pk=version.pk),
        "cells": [
            {"text": version.title}, {"text": version.key}, {"text": f"v{version.number}"},
            {"text": version.get_state_display(), "signal": SIGNALS[State(version.state)]},
            {"text": version.owner.name}, {"text": asked_count(form)}, {"text": minutes_text(form)},
            {"text": getattr(version, "asked", 0)},
        ],
    }  # fmt: skip


def asked_count(form: schema.Form) -> int:
    """How many questions somebody has to answer."""
    return sum(question.asks for question in form.questions())


def minutes_text(form: schema.Form) -> str:
    """The minutes that filling in a form takes, as the dictionary estimates them."""
    return f"{schema.minutes(form):.1f}"
