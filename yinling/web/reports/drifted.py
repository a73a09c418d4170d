"""What would differ in an issued report if it were issued today: by how much, and which records did it."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from yinling.base.period import PeriodError
from yinling.figures import UNITS, Ratio, signed, written
from yinling.reports import FigureDrift, ReportFigure, drifted, may_read_reports, visible
from yinling.web.cells import door_url, why_url
from yinling.web.drifts import drift_rows
from yinling.web.names import names_at
from yinling.web.page import Request, found, page
from yinling.web.reports.shown import crumbs

Row = dict[str, object]


@page("reports/<int:pk>/drift/", name="report-drift", rule=may_read_reports)
def drift_page(request: Request, pk: int) -> HttpResponse:
    """Every figure of an issued report that would be another today."""
    report = found(may_read_reports, request.actor, visible(request.actor), pk=pk)
    if report.is_open:
        raise Http404
    figures = drifted(report)
    changed = [one for one in figures if not one.same]
    places = names_at({part.then.path for one in figures for part in one.parts} - {""})
    read = {
        (one.row.frozen_id, one.row.against_id): one for one in figures if one.row.area_path == one.parts[0].then.path
    }
    behind = {part.frozen.pk: part for one in changed for part in one.parts}
    context = {
        "report": report,
        "title": _("What would differ today"),
        "intro": _("%(changed)s of %(all)s figures would be others today; what was issued stays as it is.")
        % {"changed": len(changed), "all": len(figures)},
        "columns": [
            {"label": _("Figure")}, {"label": _("Place")}, {"label": _("Period")},
            {"label": _("As printed"), "numeric": True}, {"label": _("Then"), "numeric": True},
            {"label": _("Today"), "numeric": True}, {"label": _("Difference"), "numeric": True},
        ],
        "rows": [_row(one, places) for one in changed],
        "before": [
            {"cells": [
                {"text": str(one.measure.card.label)}, {"text": one.parts[0].then.period.label()},
                {"text": _valued(one.parts[0].then.value, one.measure.card.unit)}, {"html": _why(one)},
            ]}
            for one in read.values()
        ],
        "before_columns": [
            {"label": _("Figure")}, {"label": _("Period")}, {"label": _("Then"), "numeric": True},
            {"label": _("Against the period before")},
        ],
        "drifts": drift_rows(list(behind.values()), request.actor, places),
        "crumbs": crumbs(report, _("What would differ today")),
    }  # fmt: skip
    return render(request, "reports/drift.html", context)


def _row(one: FigureDrift, places: dict[str, str]) -> Row:
    own = one.parts[0]
    then, now = own.then, own.now
    share = one.row.kind == ReportFigure.Kind.SHARE or isinstance(one.measure, Ratio)
    unit = "percent" if share else one.measure.card.unit
    label = str(one.measure.card.label)
    if one.row.kind == ReportFigure.Kind.CONDITION:
        label = _("%(figure)s (decides a sentence)") % {"figure": label}
    return {
        "cells": [
            {"text": label}, {"text": places.get(then.path, _("China"))}, {"text": then.period.label()},
            {"text": one.row.text}, {"text": _valued(one.then, unit)},
            {"figure": {
                "text": _valued(one.now, unit), "url": door_url(one.measure, now.path, now.period), "label": label,
            }},
            {"text": signed(one.difference, unit)},
        ]
    }  # fmt: skip


def _valued(value: Decimal | None, unit: str) -> str:
    return f"{written(value, unit)}{'%' if UNITS[unit].key == 'percent' else ''}"


def _why(one: FigureDrift) -> str:
    """A link to what lies between this period and the one before; empty where the calendar has none."""
    own = one.parts[0].now
    try:
        own.period.previous()
    except PeriodError:
        return ""
    return format_html('<a href="{}">{}</a>', why_url(one.measure, own.path, own.period), _("why it changed"))
