"""What is short where: one page a leader reads in a minute, the county that lacks most first; also as Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.base import clock
from yinling.exchange import may_export
from yinling.figures import UNITS, Figure, may_see_figures, measure_of, written
from yinling.network import Place, children_of
from yinling.volunteers import (
    thresholds,
)
from yinling.web.cells import Cell, cell
from yinling.web.exports import workbook
from yinling.web.page import Request, address_of, page
from yinling.web.printed import figure
from yinling.web.scopes import CHINA, crumbs_of, line_to
from yinling.web.shortage import HOURS, MEASURES, County, Held, Shortage, shortage

THRESHOLDS = thresholds.THRESHOLDS

NAMED = 3
"""Counties named in the opening sentence."""

Row = dict[str, object]


def day_asked(request: Request) -> date:
    """The day that the address asks for, today at the latest."""
    try:
        return min(date.fromisoformat(request.GET.get("as_of", "")), clock.today())
    except ValueError:
        return clock.today()


def url_of(path: str, day: date | None = None, name: str = "imbalance-at") -> str:
    """The page about a place, on a day (today)."""
    query = f"?{urlencode({'as_of': day.isoformat()})}" if day and day != clock.today() else ""
    return address_of(name, path=path or CHINA) + query


def city_of(path: str) -> str:
    """The path of the area a place is compared in: its city, where it is a county or smaller."""
    return path[: len("0000")]


@page("imbalance/", name="imbalance", rule=may_see_figures)
def home_page(request: Request) -> HttpResponse:
    """The page of the actor's own city or province."""
    return redirect(url_of(city_of(request.actor.home)))


@page("imbalance/<str:path>/", name="imbalance-at", rule=may_see_figures)
def place_page(request: Request, path: str) -> HttpResponse:
    """The counties of a city, or the cities of a province by what their counties lack. A smaller place: its city's page."""
    path, line = line_to("" if path == CHINA else path)
    if city_of(path) != path:
        return redirect(url_of(city_of(path)))
    day = day_asked(request)
    found = shortage(path, day)
    place = line[-1] if line else None
    by_city = place is None or place.level < Place.Level.PREFECTURE
    name = place.short_name if place else _("China")
    request.desk = {"as_of": {"url": request.path, "value": day.isoformat(), "max": clock.today().isoformat()}}
    export = {"label": _("Export to Excel"), "url": url_of(path, day, "imbalance-export")}
    context = {
        "title": _("What is short where"),
        "place": name,
        "prose": _prose(name, found),
        "actions": [export] if may_export.check(request.actor) else [],
        "bars": _by_city(found, place, day) if by_city else _by_county(found),
        "least": _least(found, path),
        "crumbs": crumbs_of(line, lambda one: url_of(one, day), _("What is short where")),
    }
    return render(request, "pages/imbalance.html", context)


def in_words(held: Held) -> str:
    """By how much something falls short: 2 of 5 stations are missing."""
    unit = held.figure.measure.card.unit
    return _("%(missing)s %(unit)s short") % {"missing": _number(held.missing, unit), "unit": UNITS[unit].label}


def _number(value: Decimal, unit: str) -> str:
    """A number in its unit, without noughts behind the point."""
    text = f"{value.quantize(Decimal(1).scaleb(-UNITS[unit].places)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(value: Decimal, unit: str) -> str:
    """A number with its unit."""
    return _("%(number)s %(unit)s") % {"number": _number(value, unit), "unit": UNITS[unit].label}


def _prose(name: str, found: Shortage) -> SafeString:
    """How many counties fall short, which lacks most, and of what."""
    short = [one for one in found.counties if one.short]
    if not found.counties:
        return format_html('<p class="lede">{}</p>', format_html(_("{place} has no counties to compare."), place=name))
    silent = [one for one in found.counties if one.silent]
    unknown = SafeString("")
    if silent:
        said = ngettext(
            "Nothing is recorded yet of {count} county: {names}.", "Nothing is recorded yet of {count} counties: {names}.",
            len(silent),
        )  # fmt: skip
        unknown = format_html('<p class="soft">{}</p>', format_html(said, count=len(silent), names=_names(silent)))
    if not short:
        text = format_html(_("No county of {place} falls short of any of the numbers below."), place=name)
        return format_html('<p class="lede">{}</p>{}', text, unknown)
    lines = ((_lack_label(key), _(": "), _names(found.lacking(key))) for key in THRESHOLDS if found.lacking(key))
    counts = format_html_join("", "<li>{}{}{}</li>", lines)
    worst = short[0]
    lacks = format_html_join("、", "{} {}", ((_label(one), _gap(one)) for one in worst.short))
    said = ngettext(
        "Of the {all} counties of {place}, {count} falls short somewhere. {worst} lacks most: {lacks}.",
        "Of the {all} counties of {place}, {count} fall short somewhere. {worst} lacks most: {lacks}.",
        len(short),
    )
    sentence = format_html(
        said, all=len(found.counties), place=name, count=len(short), worst=worst.place.short_name, lacks=lacks
    )
    return format_html('<p class="lede">{}</p><ul>{}</ul>{}', sentence, counts, unknown)


def _label(held: Held) -> str:
    return str(held.figure.measure.card.label)


def _lack_label(key: str) -> str:
    return str(measure_of(MEASURES[key]).card.label)


def _gap(held: Held) -> SafeString:
    """What there is, as a door, and what is missing."""
    return format_html(_("{there} ({missing})"), there=figure(cell(held.figure)), missing=in_words(held))


def _names(counties: Sequence[County]) -> str:
    names = "、".join(one.place.short_name for one in counties[:NAMED])
    more = len(counties) - NAMED
    if more <= 0:
        return names
    text = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
    return text % {"names": names, "count": more}


def _columns() -> list[str]:
    return [*(_lack_label(key) for key in THRESHOLDS), _("Hours for each volunteer")]


def _by_county(found: Shortage) -> Row:
    """One row for each county, its figures with what they lack."""
    most = max((one.how_short for one in found.counties), default=Decimal(0))
    return {
        "title": _("By county"),
        "note": _("the one that lacks most first; each gap as a part of the number needed"),
        "place_label": _("County"), "value_label": _("Falls short in"), "columns": _columns(),
        "rows": [_county_row(one, most) for one in found.counties],
    }  # fmt: skip


def _county_row(county: County, most: Decimal) -> Row:
    count = len(county.short)
    return {
        "label": county.place.short_name,
        "url": address_of("volunteering-at", path=county.place.area_path),
        "figure": {"text": _("%(count)s of %(all)s") % {"count": count, "all": len(THRESHOLDS)}},
        "value": None if county.silent else round(float(county.how_short * 100 / most), 2) if most else 0.0,
        "cells": [*(_held_cell(one) for one in county.held), _hours_each(county)],
    }


def _held_cell(held: Held) -> Cell:
    """A figure, and behind it what is missing."""
    shown = cell(held.figure, unit=False)
    return shown | {"unit": f"−{_number(held.missing, held.figure.measure.card.unit)}"} if held.missing else shown


def _hours_each(county: County) -> Cell:
    """Hours of the year for each volunteer there is: the door is that of the hours."""
    hours, volunteers = county.hours, county.volunteers.value
    assert hours is not None, "the page reads the year"
    shown = written(hours.value / volunteers, "hour") if volunteers and hours.value is not None else ""
    return cell(hours, unit=False, label=_("Hours for each volunteer")) | {"text": shown, "missing": not shown}


def _by_city(found: Shortage, place: Place | None, day: date) -> Row:
    """One row for each city (province), with how many of its counties fall short of each number."""
    rows: list[Row] = []
    for child in children_of(place, day):
        own = [one for one in found.counties if one.place.area_path.startswith(child.area_path)]
        known = [one for one in own if not one.silent]
        short = [one for one in known if one.short]
        cells: list[Cell] = [
            {"text": str(sum(any(held.key == key for held in one.short) for one in own))} for key in THRESHOLDS
        ]
        rows.append(
            {
                "label": child.short_name, "url": url_of(child.area_path, day), "cells": cells,
                "figure": {"text": _("%(count)s of %(all)s") % {"count": len(short), "all": len(known)}},
                "value": round(100 * len(short) / len(known), 2) if known else None,
            }
        )  # fmt: skip
    rows.sort(key=lambda row: -(row["value"] if isinstance(row["value"], float) else -1.0))
    return {
        "title": _("By place"), "note": _("how many counties fall short of each number"),
        "place_label": _("Place"), "value_label": _("Counties that fall short"),
        "columns": [_lack_label(key) for key in THRESHOLDS], "rows": rows,
    }  # fmt: skip


def _least(found: Shortage, path: str) -> list[Row]:
    """The numbers the counties are held against, each with the page that says why; and the figures of the whole."""
    facts: list[Row] = []
    for key, whole in zip(THRESHOLDS, found.whole, strict=True):
        unit = whole.measure.card.unit
        needed = _amount(found.least[key], unit)
        address = f"{address_of('parameter', key=key)}?{urlencode({'place': path or CHINA})}"
        period = cell(whole)["period_label"]
        facts.append(
            {
                "label": _lack_label(key),
                "html": format_html(
                    '<a href="{}">{}</a> · {} {}', address, _("at least %(number)s") % {"number": needed},
                    _("the whole area:"), figure(cell(whole)),
                ),
                "note": period,
            }
        )  # fmt: skip
    return facts


@page("imbalance/<str:path>/export/", name="imbalance-export", rule=may_export)
def export_page(request: Request, path: str) -> HttpResponse:
    """The counties of the area with their figures and what they lack, as an Excel file."""
    path, line = line_to("" if path == CHINA else path)
    found = shortage(path, day_asked(request))
    columns: list[str] = [_("County")]
    for key in THRESHOLDS:
        columns += [_lack_label(key), _("%(label)s: missing") % {"label": _lack_label(key)}]
    columns += [str(measure_of(HOURS).card.label), _("Hours for each volunteer")]
    rows = [
        (
            one.place.name,
            *(value for held in one.held for value in (_plain(held.figure), held.missing)),
            _plain(one.hours), _hours_each(one)["text"],
        )
        for one in found.counties
    ]  # fmt: skip
    return workbook(
        request, title=_("What is short where"), columns=columns, rows=rows, area=line[-1] if line else None
    )


def _plain(value: Figure | None) -> Decimal | None:
    return None if value is None or value.value is None else Decimal(value.text)


def gaps(found: Shortage, path: str, day: date) -> list[Mapping[str, object]]:
    """How many counties fall short of each number, for components/gaps.html; each opens the page that names them."""
    rows: list[Mapping[str, object]] = []
    for key in found.least:
        if lacking := found.lacking(key):
            unit = measure_of(MEASURES[key]).card.unit
            needed = _amount(found.least[key], unit)
            shown = {"text": str(len(lacking)), "url": url_of(city_of(path), day)}
            sentence = _("counties: %(label)s below %(needed)s") % {"label": _lack_label(key), "needed": needed}
            rows.append({"figure": shown, "sentence": sentence, "breakdown": _names(lacking)})
    return rows
