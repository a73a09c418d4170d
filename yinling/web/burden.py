"""The burden meter: how many fields and minutes each office asks of the units of an area, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.associations import COMMUNITIES, VILLAGES
from yinling.base import clock
from yinling.base.paths import is_under
from yinling.base.period import Period, month, year
from yinling.figures import Sum, Table, may_see_figures, read_many
from yinling.network import Body, Place, children_of, line_at
from yinling.returns import FIELDS_ASKED, MINUTES_ASKED, Round, burden_measure
from yinling.web.cells import cell
from yinling.web.page import Request, address_of, page

MONTHS = 6
TENTH = Decimal("0.1")
UNITS = VILLAGES, COMMUNITIES


class Asking(NamedTuple):
    """An office with what it asks."""

    name: str
    minutes: Sum
    fields: Sum


@page("burden/", name="burden", rule=may_see_figures)
def burden_page(request: Request) -> HttpResponse:
    """What is asked of an area: by asking office and month, and by place."""
    wanted, home = request.GET.get("place", ""), request.actor.home
    asked = wanted if wanted.isalnum() and is_under(wanted, home) else home
    line = line_at(asked)
    place = line[-1] if line and line[-1].area_path == asked else None
    path = place.area_path if place else home
    offices = _offices()
    children = list(children_of(place))
    values = _read(path, offices, children)
    context = {
        "title": _("Burden meter"),
        "place": place,
        "intro": _("Counted when a round opens: what units must type themselves. What the platform holds is not asked."),
        "offices": _by_office(path, offices, values),
        "bars": _by_place(children, values),
        "crumbs": [
            {"label": _("Collection rounds"), "url": address_of("rounds")},
            {"label": _("Burden meter"), "url": address_of("burden")},
            *(
                {"label": above.short_name, "url": f"{address_of('burden')}?place={above.area_path}"}
                for above in (line if place else ())
                if is_under(above.area_path, home)
            ),
        ],
    }  # fmt: skip
    return render(request, "rounds/burden.html", context)


def _months() -> list[Period]:
    today = clock.today()
    numbers = range(today.year * 12 + today.month - MONTHS, today.year * 12 + today.month)
    return [month(number // 12, number % 12 + 1) for number in numbers]


def _offices() -> list[Asking]:
    """Every office that ever asked, and all together."""
    offices = Body.objects.filter(pk__in=Round.objects.values("asked_by")).order_by("area_path", "pk")
    each = [Asking(one.name, burden_measure("minutes", one.pk), burden_measure("fields", one.pk)) for one in offices]
    return [*each, Asking(_("All offices"), MINUTES_ASKED, FIELDS_ASKED)]


def _read(path: str, offices: Sequence[Asking], children: Sequence[Place]) -> Table:
    """All figures of the page."""
    now = year(clock.today().year)
    measures = [measure for one in offices for measure in (one.minutes, one.fields)]
    own = [(measure, path, one) for measure in (*measures, *UNITS) for one in (*_months(), now)]
    below = [(measure, child.area_path, now) for measure in (MINUTES_ASKED, FIELDS_ASKED) for child in children]
    return read_many([*own, *below])


def _by_office(path: str, offices: Sequence[Asking], values: Table) -> dict[str, object]:
    months, now = _months(), year(clock.today().year)
    units = sum(values.at(measure, path, now).value or 0 for measure in UNITS) or Decimal(1)
    rows = []
    for name, minutes, fields in offices:
        total = values.at(minutes, path, now).value or Decimal(0)
        if total or minutes is MINUTES_ASKED:
            each = (total / units).quantize(TENTH, ROUND_HALF_UP)
            cells = [{"figure": cell(values.at(minutes, path, one), unit=False)} for one in months]
            year_cells = [{"figure": cell(values.at(one, path, now), unit=False)} for one in (fields, minutes)]
            rows.append({"cells": [{"text": name}, *cells, *year_cells, {"text": each}]})
    labels = [*(one.label() for one in months), _("Fields this year"), _("Minutes this year"), _("Minutes a village")]
    return {
        "columns": [{"label": _("Asking office")}, *({"label": label, "numeric": True} for label in labels)],
        "rows": rows,
    }


def _by_place(children: Sequence[Place], values: Table) -> dict[str, object] | None:
    now = year(clock.today().year)
    most = max((values.at(MINUTES_ASKED, child.area_path, now).value or 0 for child in children), default=0)
    rows = []
    for child in children:
        figure = values.at(MINUTES_ASKED, child.area_path, now)
        if figure.value:
            rows.append(
                {
                    "label": child.short_name,
                    "url": f"{address_of('burden')}?place={child.area_path}",
                    "figure": cell(figure, unit=False),
                    "value": round(float(figure.value / most) * 100, 2),
                    "cells": [cell(values.at(FIELDS_ASKED, child.area_path, now), unit=False)],
                }
            )
    rows.sort(key=lambda row: -float(str(row["value"])))
    return {
        "title": _("By place"), "note": now.label(), "place_label": _("Place"), "value_label": _("Minutes"),
        "columns": [_("Fields")], "rows": rows,
    } if rows else None  # fmt: skip
