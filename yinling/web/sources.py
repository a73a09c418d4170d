"""Published figures beside the records, as a page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from yinling.figures import may_see_figures
from yinling.sources import DOCUMENTS, Checked, Part, check
from yinling.web.cells import door_url
from yinling.web.page import Request, page
from yinling.web.printed import figure

STATES = {"ok": "ok", "differs": "bad", "not yet": "none"}


@page("sources/", name="sources", rule=may_see_figures)
def sources_page(request: Request) -> HttpResponse:
    """Every figure the five documents publish, and what the records give today."""
    labels = {"ok": _("agrees"), "differs": _("differs"), "not yet": _("not yet")}
    results = list(check())
    listing = {
        "title": _("Published figures"),
        "intro": _("What five work reports publish, beside what the records of this platform give."),
        "count_text": _("%(ok)s of %(all)s agree")
        % {"ok": sum(result.state == "ok" for result in results), "all": len(results)},
        "columns": [
            {"label": _("The document says")},
            {"label": _("Published"), "numeric": True},
            {"label": _("From the records"), "numeric": True},
            {"label": _("Records"), "numeric": True},
            {"label": _("State")},
            {"label": _("Document")},
        ],
        "rows": [_row(result, labels) for result in results],
    }
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(result: Checked, labels: dict[str, str]) -> dict[str, object]:
    stated = result.published.value
    return {
        "cells": [
            {"text": result.published.says},
            {"text": "、".join(map(str, stated)) if isinstance(stated, list) else stated},
            {"html": format_html_join("、", "{}", ((figure(_cell(part)),) for part in result.parts)), "numeric": True},
            {"text": result.facts or ""},
            {"text": _state(result, labels), "signal": STATES[result.state]},
            {"text": DOCUMENTS[result.published.document]},
        ]
    }


def _cell(part: Part) -> dict[str, object]:
    """What the records give, as a door."""
    text = "–" if part.value is None else f"{part.value:.2f}".removesuffix(".00")
    card = part.measure.card
    return {"text": text, "url": door_url(part.measure, part.path, part.period), "label": card.label}


def _state(result: Checked, labels: dict[str, str]) -> str:
    """Whether the two agree; where the document says "less than", that it is so."""
    if result.state == "ok" and result.compared in ("below", "somewhere below"):
        return _("is below")
    return labels[result.state]
