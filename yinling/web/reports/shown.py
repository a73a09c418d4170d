"""A report as a web page: headings, paragraphs, tables and bars, every figure in them the door to its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yinling.base.period import Period, parse
from yinling.base.rules import Actor
from yinling.figures import Frozen, Measure, measure_of
from yinling.network import Body
from yinling.office import Bar, Block, Chart, Grid, Heading, Layout, Run
from yinling.reports import Report, ReportFigure, Resolved
from yinling.web.cells import Cell, door_url
from yinling.web.page import address_of
from yinling.web.printed import figure

Kind = ReportFigure.Kind
Doors = Mapping[str, Cell]
"""What a figure of a report opens, by its mark."""

Crumbs = list[dict[str, object]]

CITED = "#cited"
"""Where a report's page says which reports a sum of them cites."""

SIGNALS = {"draft": "none", "review": "warn", "issued": "ok", "withdrawn": "bad", "superseded": "none"}
PERCENT = 100
WRITERS = ("administrator", "officer", "clerk")


@dataclass(frozen=True, slots=True)
class Cite:
    """One figure of a report, drafted or issued."""

    kind: str
    measure: Measure
    path: str
    period: Period
    against: Measure | None = None


def drafted(resolved: Resolved) -> Doors:
    """The doors of a draft: to the records of now."""
    return {
        one.mark: _door(
            Cite(
                one.kind, one.figure.measure, one.figure.path, one.figure.period,
                one.against.measure if one.against else None,
            )
        )
        for one in resolved.figures
    }  # fmt: skip


def issued(report: Report) -> Doors:
    """The doors of an issued report. A figure whose measure no longer exists is plain text."""
    doors: dict[str, Cell] = {}
    for row in report.figures.exclude(kind=Kind.PART).select_related("frozen", "against"):
        assert row.frozen is not None
        measure = known(row.frozen)
        if measure is not None:
            against = known(row.against) if row.against else None
            doors[row.mark] = _door(Cite(row.kind, measure, row.frozen.area_path, parse(row.frozen.period), against))
    return doors


def known(frozen: Frozen) -> Measure | None:
    """The measure of a frozen figure, if there still is one of this name."""
    try:
        return measure_of(frozen.measure)
    except KeyError:
        return None


def _door(cite: Cite) -> Cell:
    card = cite.measure.card
    label, definition = str(card.label), str(card.text)
    if cite.kind == Kind.SHARE and cite.against is not None:
        label = f"{label} ÷ {cite.against.card.label} × 100"
    elif cite.kind == Kind.CITED:
        definition = _("The sum of what the reports of the places below state.")
    return {
        "url": CITED if cite.kind == Kind.CITED else door_url(cite.measure, cite.path, cite.period),
        "label": label,
        "definition": definition,
        "period_label": cite.period.label(),
    }


def blocks(layout: Layout, doors: Doors) -> list[dict[str, object]]:
    """The content of components/document.html."""
    return [_block(block, doors) for block in layout.blocks]


def _block(block: Block, doors: Doors) -> dict[str, object]:
    if isinstance(block, Grid):
        return _grid(block, doors)
    if isinstance(block, Chart):
        return {"kind": "chart", "bars": _bars(block, doors)}
    html = _text(block.runs, doors)
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "html": html}
    return {"kind": "paragraph", "html": html}


def _text(runs: Sequence[Run], doors: Doors) -> SafeString:
    return format_html_join(
        "", "{}", ((figure(_cell(run, doors)) if run.figure else conditional_escape(run.text),) for run in runs)
    )


def _cell(run: Run, doors: Doors) -> Cell:
    return {"text": run.text, **doors.get(run.figure, {})}


def _grid(grid: Grid, doors: Doors) -> dict[str, object]:
    return {
        "kind": "grid",
        "caption": grid.caption,
        "columns": [{"label": head, "numeric": numeric} for head, numeric in zip(grid.head, grid.numeric, strict=True)],
        "rows": [
            {"cells": [{"figure": _cell(run, doors)} if run.figure else {"text": run.text} for run in row]}
            for row in grid.rows
        ],
    }


def _bars(chart: Chart, doors: Doors) -> dict[str, object]:
    def row(bar: Bar) -> dict[str, object]:
        value = round(bar.share * PERCENT, 2)
        return {"label": bar.label, "url": "", "figure": _cell(bar.run, doors), "value": value, "cells": []}

    return {
        "title": chart.caption, "note": "", "place_label": "", "value_label": "", "columns": [],
        "rows": [row(bar) for bar in chart.bars],
    }  # fmt: skip


def crumbs(report: Report | None = None, *more: str) -> Crumbs:
    """Where a page about reports stands."""
    found: Crumbs = [{"label": _("Work reports"), "url": address_of("reports")}]
    if report is not None:
        found.append({"label": report.title, "url": address_of("report", pk=report.pk)})
    for label in more:
        found.append({"label": label})
    return found


def own_office(actor: Actor) -> Body | None:
    """The office through which the actor writes, the highest where there are several."""
    held = [grant.body_id for grant in actor.grants if grant.role in WRITERS and grant.body_id is not None]
    bodies = Body.objects.filter(pk__in=held, kind=Body.Kind.OFFICE).select_related("place")
    return bodies.order_by("area_path").first()


def state_cell(report: Report) -> dict[str, object]:
    """The state of a report as a cell of a list."""
    return {"text": report.get_state_display(), "signal": SIGNALS[report.state]}
