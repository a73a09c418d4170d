"""Which record of an association is mistaken: the way to the form that corrects it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.associations import ATTRIBUTES, may_correct
from yinling.web.association_forms import chairs_of, shown_value
from yinling.web.associations import association_for
from yinling.web.page import Request, address_of, page


@page("associations/<int:pk>/correct/", name="association-corrections", rule=may_correct)
def corrections_page(request: Request, pk: int) -> HttpResponse:
    """What is recorded now, attribute by attribute."""
    association = association_for(request, pk, may_correct)
    present = list(association.history.filter(until__isnull=True, corrected=False))
    periods = {period.attribute: period for period in present}
    chairs = chairs_of(period.value for period in present)
    rows = [
        {
            "url": address_of("association-correct", pk=pk, attribute=key),
            "cells": [
                {"text": attribute.label},
                {"text": shown_value(key, periods[key].value, chairs)},
                {"text": periods[key].since.isoformat()},
            ],
        }
        for key, attribute in ATTRIBUTES.items()
        if key in periods
    ]
    listing = {
        "title": _("Correct a mistaken record"),
        "intro": _("Which record was never so? What has changed since is a change, not a correction."),
        "columns": [{"label": _("Attribute")}, {"label": _("Recorded")}, {"label": _("Since")}],
        "rows": rows,
        "empty": {"title": _("Nothing is recorded.")},
    }
    crumbs = [
        {"label": _("Elderly associations"), "url": address_of("associations")},
        {"label": association.body.name, "url": address_of("association", pk=pk)},
        {"label": listing["title"]},
    ]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})
