"""Measures, figures and the doors behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.params.functions import Query

from yinling.base.invalid import Invalid
from yinling.base.period import Period, parse
from yinling.base.rules import Actor
from yinling.facts import kind_of, last_seq
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
    SourceRow,
    all_measures,
    described,
    figure,
    fingerprint,
    leaves,
    may_see_figures,
    measure_of,
    table,
)
from yinling.network import children_of
from yinling.web.api.access import actor_behind, opens, wrong
from yinling.web.api.network import LIMIT, MOST, place_or_nation
from yinling.web.api.schemas import DoorOut, FactOut, FigureOut, FigureWithParts, MeasureOut, SourceOut, VersionOut

MONTHS: Final = 120
"""The most months one call may ask for."""
LAST_YEAR: Final = 2999
"""Beyond it the calendar of the computer ends soon."""

MEASURE = Query(..., description="key of a measure", example="rural.coverage")
PLACE = Query("", description="path; empty for the nation", example="520622")
PERIOD = Query(..., description="2012, 2012H1, 2012Q3, 2012-08, 2012-08-16 (as of), 2011-01-01..2012-08-31",
               example="2012-08-16")  # fmt: skip

measures = Router(tags=["figures"])
figures = Router(tags=["figures"])
doors = Router(tags=["figures"])


@measures.get("", **opens(may_see_figures, _("All measures with their definitions"), list[MeasureOut]))
def all_of_them(request: HttpRequest) -> list[MeasureOut]:
    """What is counted, in which unit, on what basis, in which version."""
    del request
    return [_measure_out(measure) for measure in all_measures()]


@figures.get("", **opens(may_see_figures, _("A figure at a place for a period"), FigureWithParts))
def one(
    request: HttpRequest,
    measure: str = MEASURE,
    place: str = PLACE,
    period: str = PERIOD,
    known_at: int | None = Query(None, ge=0, description="cut-off of an earlier answer: the value as known then"),
    on_map: Literal["then", "today"] = Query("then", description="today: count by the places of today"),
    by: Literal["children", "month"] | None = Query(None, description="also the parts: places below, or months"),
) -> FigureWithParts:
    """A flow is summed over the period, a stock is what stood at its end. Every value has a cut-off, `known_at`."""
    del request
    asked, days, here = _measure(measure), _period(period), place_or_nation(place)
    cutoff = last_seq() if known_at is None else known_at
    value = figure(asked, path=place, period=days, known_at=cutoff, on_map=on_map)
    paths, periods = [place], [days]
    if by == "children":
        paths = [child.area_path for child in children_of(here, days.end)]
    elif by == "month":
        periods = _months(days)
    parts: list[Figure] = []
    if by and known_at is None and on_map == "then":
        read = table([asked], paths=paths, periods=periods)
        parts = [read.at(asked, path, days) for path in paths for days in periods]
    elif by:
        parts = [
            figure(asked, path=path, period=days, known_at=cutoff, on_map=on_map) for path in paths for days in periods
        ]
    shown = [FigureOut.model_validate(_columns(part)) for part in parts]
    return FigureWithParts.model_validate({**_columns(value), "known_at": cutoff, "on_map": on_map, "parts": shown})


@doors.get("", **opens(may_see_figures, _("The facts behind a figure"), DoorOut))
def behind(
    request: HttpRequest,
    measure: str = MEASURE,
    place: str = PLACE,
    period: str = PERIOD,
    part: str = Query("", description="which of the measure's counts (`parts`); the first without it"),
    after: str = "",
    limit: int = Query(LIMIT, ge=1, le=MOST),
) -> DoorOut:
    """Page by page, each with the row it was recorded from. They add up to the count, as far as you may see them."""
    actor = actor_behind(request)
    asked, days = _measure(measure), _period(period)
    place_or_nation(place)
    counts = {leaf.card.key: leaf for leaf in leaves(asked)}
    count = counts.get(part) if part else next(iter(counts.values()))
    if count is None:
        raise wrong("part", "unknown", _("This measure has no such part."))
    door = Door(count, place, days)
    facts, following = door.page(actor, _cursor(after), limit)
    whole, open_to_me = door.tally(actor)
    return DoorOut(
        measure=measure,
        part=count.card.key,
        place=place,
        period=days.key,
        count=whole,
        open=open_to_me,
        rows=_facts(facts, actor),
        next=_mark(following) if following else None,
    )


def _measure(key: str) -> Measure:
    try:
        return measure_of(key)
    except KeyError:
        raise wrong("measure", "unknown", _("There is no such measure.")) from None


def _period(key: str) -> Period:
    try:
        period = parse(key)
    except Invalid as invalid:
        raise wrong("period", invalid.reason, invalid.message) from None
    if period.end.year > LAST_YEAR:
        raise wrong("period", "part", _("This lies too far in the future."))
    return period


def _months(period: Period) -> list[Period]:
    try:
        months = period.months()
    except Invalid as invalid:
        raise wrong("by", invalid.reason, invalid.message) from None
    if len(months) > MONTHS:
        raise wrong("by", "too_many", _("At most ten years of months at once."))
    return months


def _columns(found: Figure) -> dict[str, object]:
    card = found.measure.card
    return {
        "measure": card.key, "version": card.version, "place": found.path, "period": found.period.key,
        "value": _text(found.value), "text": found.text, "unit": card.unit,
        "numerator": _text(found.numerator), "denominator": _text(found.denominator),
    }  # fmt: skip


def _measure_out(measure: Measure) -> MeasureOut:
    card = measure.card
    return MeasureOut(
        key=card.key,
        label=str(card.label),
        unit=card.unit,
        unit_label=str(UNITS[card.unit].label),
        definition=str(card.text),
        basis=str(card.basis),
        kind=_kind(measure),
        parts=list(dict.fromkeys(leaf.card.key for leaf in leaves(measure))),
        version=card.version,
        versions=[VersionOut(number=v.number, since=v.since, what=str(v.what)) for v in card.versions],
        fingerprint=fingerprint(measure),
    )


def _kind(measure: Measure) -> Literal["sum", "distinct", "difference", "ratio"]:
    match measure:
        case Ratio():
            return "ratio"
        case Difference():
            return "difference"
        case Distinct():
            return "distinct"
        case _:
            return "sum"


def _facts(facts: Sequence[CountedFact], viewer: Actor) -> list[FactOut]:
    rows: dict[str, dict[int, SourceRow]] = {}
    for kind in {fact.kind for fact in facts}:
        source = kind_of(kind).source
        ids = [fact.source_id for fact in facts if fact.kind == kind]
        rows.setdefault(source, {}).update(described(source, ids, viewer))
    return [
        FactOut(
            id=fact.id,
            kind=fact.kind,
            dims=dict(fact.dims),
            place=fact.area_path,
            happened=fact.happened,
            quantity=str(fact.quantity),
            entry=fact.entry_id,
            source=_source(fact, rows),
        )
        for fact in facts
    ]


def _source(fact: CountedFact, rows: dict[str, dict[int, SourceRow]]) -> SourceOut | None:
    source = kind_of(fact.kind).source
    row = rows[source].get(fact.source_id)
    return SourceOut(kind=source, id=fact.source_id, label=row.label, url=row.url, place=row.place) if row else None


def _mark(cursor: Cursor) -> str:
    series, path, happened, pk = cursor
    return f"{series}~{path}~{happened.isoformat()}~{pk}"


def _cursor(after: str) -> Cursor | None:
    if not after:
        return None
    try:
        series, path, happened, pk = after.split("~")
        return int(series), path, date.fromisoformat(happened), int(pk)
    except ValueError:
        raise wrong("after", "cursor", _("This is not the “next” of an earlier page.")) from None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
