"""Figures as pages print them: one way from a figure to its door."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.urls import register_converter
from django.urls.converters import StringConverter
from django.utils.translation import get_language

from yinling.base.period import Period
from yinling.figures import UNITS, Figure, Measure
from yinling.web.page import address_of

Cell = dict[str, object]


class MeasureKey(StringConverter):
    """The key of a measure in an address. Keys of answers end in a value somebody chose, which may hold a slash: it is
    written as RFC 6901 writes it in a pointer, ~1, and the tilde itself as ~0."""

    def to_python(self, value: str) -> str:
        """The key in an address."""
        return value.replace("~1", "/").replace("~0", "~")

    def to_url(self, value: str) -> str:
        """The key as an address holds it."""
        return value.replace("~", "~0").replace("/", "~1")


register_converter(MeasureKey, "measure")


def door_url(measure: Measure, path: str, period: Period) -> str:
    """The address of the door behind a figure."""
    return f"{address_of('door', key=measure.card.key)}?{urlencode({'place': path, 'period': period.key})}"


@lru_cache(maxsize=1024)
def _said(period: Period, _language: str | None) -> str:
    """A period in words; a page says the same few of them a hundred times."""
    return period.label()


def why_url(measure: Measure, path: str, after: Period | None = None) -> str:
    """The address of the page that says why a figure differs: up to `after` from the time before it."""
    query = {"place": path} | ({"after": after.key} if after else {})
    return f"{address_of('why', key=measure.card.key)}?{urlencode(query)}"


def cell(figure: Figure, *, unit: bool = True, label: str | None = None) -> Cell:
    """What `printed.figure` prints."""
    card = figure.measure.card
    return {
        "text": figure.text,
        "unit": str(UNITS[card.unit].label) if unit else "",
        "url": door_url(figure.measure, figure.path, figure.period),
        "label": str(card.label) if label is None else label,
        "definition": str(card.text),
        "period_label": _said(figure.period, get_language()),
        "missing": figure.value is None,
    }
