"""Why a figure differs between two periods: the sentence first, then by cause and by place, each part a door to its facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.invalid import Invalid
from yinling.base.period import Period, as_of, parse, year
from yinling.figures import (
    UNITS,
    Amount,
    Cause,
    Distinct,
    Measure,
    Ratio,
    Sum,
    Table,
    Why,
    WhyDoor,
    leaves,
    may_see_figures,
    signed,
    table,
    why,
)
from yinling.network import Place, line_of, place_at
from yinling.web.cells import Cell, cell
from yinling.web.doors import fact_columns, fact_rows, measure_named, number_of, tally_text
from yinling.web.names import lines_at, names_at
from yinling.web.page import Request, address_of, page
from yinling.web.printed import figure as printed

SIZE = 50
HELP = gettext_lazy("A year 2012, a quarter 2012Q3, a month 2012-08 or up to a day 2012-08-16.")


class PeriodField(forms.CharField):
    """A period by its key."""

    def clean(self, value: Any) -> Any:
        """The period; ValidationError for what is none."""
        text = super().clean(value)
        try:
            return parse(text)
        except Invalid as error:
            raise ValidationError(str(error)) from error


class PeriodsForm(forms.Form):
    """The two periods compared."""

    before = PeriodField(label=gettext_lazy("Earlier"), help_text=HELP)
    after = PeriodField(label=gettext_lazy("Later"))


@dataclass(frozen=True, slots=True)
class Question:
    """What the page is asked: which figure, where (None: the nation), between which periods."""

    measure: Measure
    place: Place | None
    before: Period
    after: Period

    @property
    def path(self) -> str:
        """The path of the place, empty for the nation."""
        return self.place.area_path if self.place else ""

    def url(self, path: str) -> str:
        """The same question of another place."""
        return f"{address_of('why', key=self.measure.card.key)}?{urlencode(self._query(path))}"

    def door(self, *, number: int = 0, child: str | None = None, cause: Cause | None = None) -> str:
        """The facts of a part: of one count, in one child, of one cause."""
        query = {**self._query(self.path), "part": str(number)}
        query |= {} if child is None else {"child": child}
        query |= {} if cause is None else {"cause": cause.value}
        return f"{address_of('why-facts', key=self.measure.card.key)}?{urlencode(query)}"

    def _query(self, path: str) -> dict[str, str]:
        return {"place": path, "before": self.before.key, "after": self.after.key}

    def crumbs(self, last: str) -> list[dict[str, str]]:
        """The way down to the place, each step the same question there."""
        above = [{"label": _("China"), "url": self.url("")}]
        above += [
            {"label": one.short_name, "url": self.url(one.area_path)}
            for one in (line_of(self.place) if self.place else [])
        ]
        return [*above, {"label": last}]


@page("figures/<measure:key>/why/", name="why", rule=may_see_figures)
def why_page(request: Request, key: str) -> HttpResponse:
    """Why a figure differs: at `place`, between the periods `before` and `after`."""
    measure, place = measure_named(key), _place(request)
    form = PeriodsForm({name: period.key for name, period in _usual(measure, request).items()} | _given(request))
    title = _("Why it changed: %(label)s") % {"label": measure.card.label}
    context: dict[str, object] = {
        "title": title,
        "form": form,
        "hidden": [{"name": "place", "value": place.area_path if place else ""}],
        "actions": [{"label": _("Definition"), "url": address_of("definition", key=key)}],
        "crumbs": [{"label": _("Figures"), "url": address_of("figures")}, {"label": str(measure.card.label)}],
    }
    if not form.is_valid():
        return render(request, "pages/why.html", context, status=422)
    question = Question(measure, place, form.cleaned_data["before"], form.cleaned_data["after"])
    found = why(measure, path=question.path, before=question.before, after=question.after)
    context |= _answer(question, found)
    context["crumbs"] = question.crumbs(str(measure.card.label))
    return render(request, "pages/why.html", context)


def _place(request: Request) -> Place | None:
    path = request.GET.get("place", "")
    place = place_at(path) if path else None
    if path and place is None:
        raise Http404
    return place


def _given(request: Request) -> dict[str, str]:
    return {name: request.GET[name] for name in ("before", "after") if name in request.GET}


def _usual(measure: Measure, request: Request) -> dict[str, Period]:
    """The periods nobody chose: this year and the last for what happens, today and the end of last year for what stands; or
    the time before the period that was chosen."""
    today = clock.today()
    flows = any(leaf.mode == "flow" for leaf in leaves(measure))
    after = year(today.year) if flows else as_of(today)
    try:
        after = parse(request.GET.get("after", "")) if request.GET.get("after") else after
        before = as_of(year(after.end.year - 1).end) if after.is_as_of else after.previous()
    except Invalid:
        before = year(today.year - 1)
    return {"before": before, "after": after}


def _answer(question: Question, found: Why) -> dict[str, object]:
    children = [path for path in found.by_place() if path != question.path]
    values = table([question.measure], paths=children, periods=[question.before, question.after]) if children else None
    several = isinstance(question.measure, Distinct) or any(
        isinstance(one, Distinct) for one in leaves(question.measure)
    )
    return {
        "sentence": _sentence(question, found),
        "versions": [
            _version_text(version.number, version.since.isoformat(), str(version.what)) for version in found.versions
        ],
        "changed": bool(found.parts),
        "causes": {
            "columns": [{"label": _("Cause")}, *_amount_columns(question)],
            "rows": _cause_rows(question, found),
        },
        "places": {
            "columns": _place_columns(question, found),
            "rows": _place_rows(question, found, values) if children else [],
        },
        "apart": several and len(children) > 1,
    }


def _sentence(question: Question, found: Why) -> SafeString:
    unit = question.measure.card.unit
    ratio = isinstance(question.measure, Ratio)
    difference = f"{signed(found.difference, unit)} {_('percentage points') if ratio else UNITS[unit].label}"
    return format_html(
        _("{place}, {label}: {before_period} {before} → {after_period} {after}, {difference}."),
        place=question.place.name if question.place else _("China"),
        label=question.measure.card.label,
        before_period=question.before.label(),
        before=printed(cell(found.before, unit=ratio)),
        after_period=question.after.label(),
        after=printed(cell(found.after, unit=ratio)),
        difference=format_html("<strong>{}</strong>", difference),
    )


def _version_text(number: int, since: str, what: str) -> str:
    text = _("Version %(number)s of the definition holds since %(since)s; both values are counted by it.")
    return f"{text % {'number': number, 'since': since}} {what}".strip()


def _amount_columns(question: Question) -> list[dict[str, object]]:
    measure = question.measure
    if isinstance(measure, Ratio):
        return [
            {"label": str(measure.numerator.card.label), "numeric": True},
            {"label": str(measure.denominator.card.label), "numeric": True},
        ]
    return [{"label": _("Difference"), "numeric": True}]


def _amounts(
    question: Question, found: Why, amount: Amount, *, child: str | None = None, cause: Cause | None = None
) -> list[Cell]:
    """A part as cells, each a door to the first count that has facts in it: of a ratio one for either side."""
    measure = question.measure
    numbers = found.numbers(child, cause)
    if not isinstance(measure, Ratio):
        number = next(iter(numbers), 0)
        return [_part(amount.numerator, measure, question.door(number=number, child=child, cause=cause))]
    below = len(leaves(measure.numerator))
    above, under = (
        next((number for number in numbers if number in side), side.start)
        for side in (range(below), range(below, len(leaves(measure))))
    )
    return [
        _part(amount.numerator, measure.numerator, question.door(number=above, child=child, cause=cause)),
        _part(amount.denominator, measure.denominator, question.door(number=under, child=child, cause=cause)),
    ]


def _part(value: Decimal, measure: Measure, url: str) -> Cell:
    return {"figure": {"text": signed(value, measure.card.unit), "url": url, "label": str(measure.card.label)}}


def _cause_rows(question: Question, found: Why) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"cells": [{"text": str(cause.label)}, *_amounts(question, found, amount, cause=cause)]}
        for cause, amount in found.by_cause().items()
    ]
    if rows:
        rows.append({"cells": [{"text": _("Altogether")}, *_amounts(question, found, found.amount)]})
    return rows


def _told_apart(found: Why) -> list[Cause]:
    """The causes that need a column each: a single one is the whole difference."""
    causes = list(found.by_cause())
    return causes if len(causes) > 1 else []


def _place_columns(question: Question, found: Why) -> list[dict[str, object]]:
    columns: list[dict[str, object]] = [
        {"label": _("Place")},
        {"label": question.before.label(), "numeric": True},
        {"label": question.after.label(), "numeric": True},
        *_amount_columns(question),
    ]
    if not isinstance(question.measure, Ratio):
        columns += [{"label": str(cause.label), "numeric": True} for cause in _told_apart(found)]
    return columns


def _place_rows(question: Question, found: Why, values: Table | None) -> list[dict[str, object]]:
    """The children with the greatest difference first; what lies in the place itself last."""
    amounts = found.by_place()
    names = names_at(amounts)
    standing = set(Place.objects.filter(area_path__in=amounts).values_list("area_path", flat=True))
    single = {(part.path, part.cause): part.amount for part in found.parts}
    rows: list[dict[str, object]] = []
    for path in sorted(amounts, key=lambda path: (path == question.path, -abs(amounts[path].numerator), path)):
        itself = path == question.path
        cells: list[Cell] = [{"text": _("recorded at the place itself") if itself else names[path]}]
        for period in (question.before, question.after):
            shown = values.at(question.measure, path, period) if values and not itself else None
            cells.append({"figure": cell(shown, unit=False)} if shown else {"text": ""})
        cells += _amounts(question, found, amounts[path], child=path)
        if not isinstance(question.measure, Ratio):
            for cause in _told_apart(found):
                amount = single.get((path, cause))
                cells.append(
                    {"text": ""} if amount is None else _amounts(question, found, amount, child=path, cause=cause)[0]
                )
        rows.append({"url": question.url(path) if path in standing and not itself else "", "cells": cells})
    return rows


@page("figures/<measure:key>/why/facts/", name="why-facts", rule=may_see_figures)
def why_facts_page(request: Request, key: str) -> HttpResponse:
    """The facts of one part of a difference: of one count (`part`), in one child place (`child`), of one `cause`; without the
    last two of all. `start` is the number of the first one shown."""
    measure, place = measure_named(key), _place(request)
    form = PeriodsForm(request.GET)
    child, cause = request.GET.get("child"), request.GET.get("cause")
    if not {"before", "after"} & request.GET.keys():
        return redirect("why", key=key)  # which asks for the two periods
    if not form.is_valid() or (cause is not None and cause not in Cause.values):
        raise Http404
    question = Question(measure, place, form.cleaned_data["before"], form.cleaned_data["after"])
    counts = leaves(measure)
    number = number_of(request.GET.get("part", "0"), len(counts))
    start = request.GET.get("start", "0")
    first = min(int(start), 2**31) if start.isascii() and start.isdigit() else 0
    door = WhyDoor(
        measure, question.path, question.before, question.after, number, child, Cause(cause) if cause else None
    )
    changes, counted, open_to_viewer = door.page(request.actor, first, SIZE)
    rows = list(fact_rows(counts[number], [one.fact for one in changes], request.actor))
    places = lines_at(one.fact.area_path for one in changes)
    for row, one in zip(rows, changes, strict=True):
        row["cells"][PLACE] = {"text": places[one.fact.area_path]}  # where it lay, not where its record lies today
        row["cells"][QUANTITY] = {"text": signed(one.effect, counts[number].card.unit), "numeric": True}
        row["cells"].insert(QUANTITY + 1, {"text": str(one.cause.label)})
    columns = fact_columns()
    columns[QUANTITY] = {"label": _("Difference"), "numeric": True}
    columns.insert(QUANTITY + 1, {"label": _("Cause")})
    listing = {
        "title": _("Records behind the difference: %(label)s") % {"label": counts[number].card.label},
        "intro": f"{question.before.label()} → {question.after.label()}",
        "count_text": tally_text(counted, open_to_viewer),
        "filters": _chips(question, door, counts),
        "actions": [{"label": _("All causes and places"), "url": question.url(question.path)}],
        "columns": columns,
        "rows": rows,
        "empty": {"title": _("No record makes a difference here."), "hint": tally_text(counted, open_to_viewer)},
        "pagination": _pagination(question.door(number=number, child=child, cause=door.cause), first, open_to_viewer),
    }
    return render(request, "pages/list.html", {"page": listing, "crumbs": question.crumbs(str(measure.card.label))})


PLACE, QUANTITY = 1, 4
"""Which columns of the facts hold the place and the quantity."""


def _chips(question: Question, door: WhyDoor, counts: Sequence[Sum | Distinct]) -> list[dict[str, object]]:
    """Which count is shown, and of which place and cause; the last two can be taken away."""
    chips: list[dict[str, object]] = [
        {
            "label": str(count.card.label), "group": _("Counts"), "active": number == door.number,
            "url": question.door(number=number, child=door.child, cause=door.cause),
        }
        for number, count in enumerate(counts) if len(counts) > 1
    ]  # fmt: skip
    if door.child is not None:
        url = question.door(number=door.number, cause=door.cause)
        chips.append({"label": names_at([door.child])[door.child], "group": _("Place"), "active": True, "url": url})
    if door.cause is not None:
        url = question.door(number=door.number, child=door.child)
        chips.append({"label": str(door.cause.label), "group": _("Cause"), "active": True, "url": url})
    return chips


def _pagination(address: str, first: int, count: int) -> dict[str, str]:
    def at(start: int) -> str:
        return f"{address}&{urlencode({'start': start})}"

    return {
        "text": "",
        "prev_url": at(max(first - SIZE, 0)) if first else "",
        "next_url": at(first + SIZE) if first + SIZE < count else "",
    }
