"""Published figures beside the records, as a page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.figures import may_see_figures
from yinling.sources import DOCUMENTS, Checked, check
from yinling.web.cells import door_url
from yinling.web.page import Request, page

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
    figure: dict[str, object] = {"text": ""}
    if result.measure is not None and result.period is not None:
        text = "–" if result.value is None else f"{result.value:.2f}".removesuffix(".00")
        figure = {
            "figure": {
                "text": text,
                "url": door_url(result.measure, result.path, result.period),
                "label": result.measure.card.label,
            }
        }
    stated = result.published.value
    return {
        "cells": [
            {"text": result.published.says},
            {"text": "、".join(map(str, stated)) if isinstance(stated, list) else stated},
            figure,
            {"text": result.facts or ""},
            {"text": labels[result.state], "signal": STATES[result.state]},
            {"text": DOCUMENTS[result.published.document]},
        ]
    }
