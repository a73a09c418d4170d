"""Figures: the list of measures, the card of a definition, and the door to exactly the facts a figure counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.invalid import Invalid
from yinling.base.period import Period, as_of, parse
from yinling.base.reading import rows_by_key
from yinling.base.rules import Actor
from yinling.facts import Entry, kind_of
from yinling.figures import (
    UNITS,
    CountedFact,
    Cursor,
    Difference,
    Distinct,
    Door,
    Figure,
    Measure,
    Ratio,
    Sum,
    all_measures,
    described,
    figure,
    leaves,
    may_see_figures,
    measure_of,
    table,
)
from yinling.network import line_of, place_at
from yinling.web.cells import cell, door_url, why_url
from yinling.web.dimensions import in_words
from yinling.web.exports import workbook
from yinling.web.happened import actor_in_words
from yinling.web.page import Request, address_of, page

EXPORT_LIMIT = 200_000


@page("figures/", name="figures", rule=may_see_figures)
def figures_page(request: Request) -> HttpResponse:
    """Every measure with its value for the actor's own area today."""
    now = as_of(clock.today())
    home = request.actor.home
    measures = all_measures()
    values = table(measures, paths=[home], periods=[now])
    rows = [
        {
            "url": address_of("definition", key=measure.card.key),
            "cells": [
                {"text": str(measure.card.label)},
                {"figure": cell(values.at(measure, home, now))},
                {"text": str(measure.card.text)},
                {"text": f"v{measure.card.version}"},
            ],
        }
        for measure in measures
    ]
    listing = {
        "title": _("Figures"),
        "intro": _(
            "Every figure is counted from records by one definition. Open a value to see the records it counts."
        ),
        "count_text": _("%(count)s figures") % {"count": len(rows)},
        "columns": [
            {"label": _("Figure")},
            {"label": _("Value today"), "numeric": True},
            {"label": _("What is counted")},
            {"label": _("Version")},
        ],
        "rows": rows,
    }
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


@page("figures/<measure:key>/", name="definition", rule=may_see_figures)
def definition_page(request: Request, key: str) -> HttpResponse:
    """The card of a definition: what exactly is counted, from which facts, by which clause, in which versions."""
    measure = measure_named(key)
    card = measure.card
    value = figure(measure, path=request.actor.home, period=as_of(clock.today()))
    facts = [
        {"label": _("What is counted"), "value": str(card.text)},
        {"label": _("Unit"), "value": str(UNITS[card.unit].label)},
        {"label": _("How"), "value": _how(measure)},
        {"label": _("Facts counted"), "value": "；".join(_fact_text(leaf) for leaf in leaves(measure))},
        {"label": _("Basis"), "value": str(card.basis)},
        {"label": _("Code of the figure"), "value": card.key},
    ]
    detail = {
        "title": str(card.label),
        "subtitle": _("Definition, version %(number)s") % {"number": card.version},
        "facts": facts,
        "history": [
            {"what": str(version.what) or _("first version"), "when": version.since, "who": f"v{version.number}"}
            for version in reversed(card.versions)
        ],
        "verbs": [
            {
                "label": _("Why it changed"),
                "url": why_url(measure, request.actor.home),
            }
        ],
        "counts_towards": [cell(value)],
    }
    crumbs = [{"label": _("Figures"), "url": address_of("figures")}, {"label": detail["title"]}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


@page("figures/<measure:key>/facts/", name="door", rule=may_see_figures)
def door_page(request: Request, key: str) -> HttpResponse:
    """The records behind a figure: `place`, `period`, of a ratio or difference the `part` to open, `after` for the next page."""
    measure = measure_named(key)
    path, period = request.GET.get("place", ""), _period(request.GET.get("period", ""))
    place = place_at(path)
    if place is None and path:
        raise Http404
    parts = leaves(measure)
    part = parts[number_of(request.GET.get("part", "0"), len(parts))]
    door = Door(part, path, period)
    facts, following = door.page(request.actor, _cursor(request.GET.get("after", "")))
    value = figure(measure, path=path, period=period)
    counted, open_to_viewer = door.tally(request.actor)
    here = {"place": path, "period": period.key, "part": str(parts.index(part))}
    listing = {
        "title": _("Records behind: %(label)s") % {"label": measure.card.label},
        "count_text": tally_text(counted, open_to_viewer),
        "filters": _chips(parts, part, here),
        "actions": [
            {"label": _("Definition"), "url": address_of("definition", key=key)},
            {
                "label": _("Why it changed"),
                "url": f"{address_of('why', key=key)}?{urlencode({'place': path, 'after': period.key})}",
            },
            {"label": _("Export to Excel"), "url": f"{address_of('door-export', key=key)}?{urlencode(here)}"},
        ],
        "columns": fact_columns(),
        "rows": list(fact_rows(part, facts, request.actor)),
        "empty": {
            "title": _("No records are counted."),
            "hint": _("Nothing of this kind is recorded here for this period."),
        },
        "pagination": {
            "text": "",
            "next_url": "?" + urlencode({**here, "after": _written(following)}) if following else "",
        },
    }
    context = {
        "page": listing,
        "value": _value_cell(value),
        "measure": measure,
        "period": period,
        "counted": counted,
        "place_name": place.name if place else _("China"),
        "parts": [_value_cell(figure(leaf, path=path, period=period)) for leaf in parts] if len(parts) > 1 else [],
        "crumbs": [
            *(
                {"label": above.short_name, "url": address_of("place", path=above.area_path)}
                for above in (line_of(place) if place else [])
            ),
            {"label": str(measure.card.label)},
        ],
    }
    return render(request, "pages/door.html", context)


@page("figures/<measure:key>/facts.xlsx", name="door-export", rule=may_see_figures)
def door_export(request: Request, key: str) -> HttpResponse:
    """The same records as Excel, as far as the viewer may open them."""
    measure = measure_named(key)
    path, period = request.GET.get("place", ""), _period(request.GET.get("period", ""))
    parts = leaves(measure)
    part = parts[number_of(request.GET.get("part", "0"), len(parts))]
    columns = [str(column["label"]) for column in fact_columns()]

    def rows() -> Iterator[list[object]]:
        after: Cursor | None = None
        door = Door(part, path, period)
        written = 0
        while written < EXPORT_LIMIT:
            facts, after = door.page(request.actor, after, size=1000)
            for row in fact_rows(part, facts, request.actor):
                yield [shown["text"] for shown in row["cells"]]
            written += len(facts)
            if after is None:
                return

    title = f"{measure.card.label} {period.label()}"
    return workbook(request, title=title, columns=columns, rows=rows())


def _chips(parts: Sequence[Sum | Distinct], part: Sum | Distinct, here: Mapping[str, str]) -> list[dict[str, object]]:
    """The counts of a ratio or difference to choose from."""
    return [
        {
            "label": str(leaf.card.label),
            "group": _("Counts"),
            "active": leaf is part,
            "url": "?" + urlencode({**here, "part": index}),
        }
        for index, leaf in enumerate(parts)
        if len(parts) > 1
    ]


def measure_named(key: str) -> Measure:
    """The measure with this key, or 404."""
    try:
        return measure_of(key)
    except KeyError as error:
        raise Http404 from error


def _period(text: str) -> Period:
    try:
        return parse(text) if text else as_of(clock.today())
    except Invalid as error:
        raise Http404 from error


def number_of(text: str, count: int) -> int:
    """Which of `count` parts an address asks for; the first where it says nothing that can be understood."""
    return int(text) if text.isdigit() and int(text) < count else 0


def _cursor(text: str) -> Cursor | None:
    try:
        series, path, day, fact = text.split("_")
        return int(series), path, date.fromisoformat(day), int(fact)
    except ValueError:
        return None


def _written(cursor: Cursor) -> str:
    series, path, day, fact = cursor
    return f"{series}_{path}_{day.isoformat()}_{fact}"


def _value_cell(value: Figure) -> dict[str, object]:
    return {**cell(value), "url": door_url(value.measure, value.path, value.period)}


def tally_text(counted: int, open_to_viewer: int) -> str:
    """How many records there are, and how many of them the viewer may open."""
    if counted == open_to_viewer:
        return _("%(count)s records") % {"count": counted}
    return _("%(count)s records, %(open)s of them in your area") % {"count": counted, "open": open_to_viewer}


def fact_columns() -> list[dict[str, object]]:
    """The columns of `fact_rows`."""
    return [
        {"label": _("Record")},
        {"label": _("Place")},
        {"label": _("Fact")},
        {"label": _("Since or on")},
        {"label": _("Quantity"), "numeric": True},
        {"label": _("Recorded by")},
        {"label": _("Recorded at")},
    ]


def fact_rows(part: Sum | Distinct, facts: Iterable[CountedFact], viewer: Actor) -> Iterator[dict[str, Any]]:
    """The facts of a count as rows of a list: their records, as far as the viewer may see them, and their entries."""
    facts = list(facts)
    kind = kind_of(part.kind)
    sources = described(kind.source, [fact.source_id for fact in facts], viewer)
    entries = rows_by_key(Entry, (fact.entry_id for fact in facts))
    for fact in facts:
        source = sources.get(fact.source_id)
        entry = entries.get(fact.entry_id)
        quantity = fact.quantity.normalize()
        yield {
            "url": source.url if source else "",
            "cells": [
                {"text": source.label if source else f"#{fact.source_id}"},
                {"text": source.place if source else fact.area_path},
                {"text": str(kind.label)},
                {"text": fact.happened.isoformat()},
                {"text": f"{quantity:f}", "numeric": True},
                {"text": actor_in_words(entry.actor_name) if entry else ""},
                {"text": f"{entry.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}" if entry else ""},
            ],
        }


def _how(measure: Measure) -> str:
    if isinstance(measure, Ratio):
        return f"{measure.numerator.card.label} ÷ {measure.denominator.card.label} × 100"
    if isinstance(measure, Difference):
        return f"{measure.whole.card.label} − {measure.part.card.label}"
    if isinstance(measure, Distinct):
        return _("different ones are counted once; never added up from below")
    return _("what stands at the end of the period") if measure.mode == "stock" else _("what happened in the period")


def _fact_text(leaf: Sum | Distinct) -> str:
    where = in_words(leaf.where, "，")
    return f"{kind_of(leaf.kind).label}{f'（{where}）' if where else ''}"
