"""Template tags of the interface: built assets, figures, controls and the line chart.

The components' contexts are stated in the comment that opens each file of `templates/components/`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urljoin

from django import forms, template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString

from yinling.web import trend as chart
from yinling.web.framed import actions, crumbs, idle, large_type, other_language, rail, verbs
from yinling.web.printed import chips, facts, figure, history, records
from yinling.web.trend import Series

__all__ = ["Series"]

log = logging.getLogger(__name__)
register = template.Library()
register.simple_tag(actions)
register.simple_tag(chips)
register.simple_tag(crumbs)
register.simple_tag(facts)
register.simple_tag(figure)
register.simple_tag(history)
register.simple_tag(idle)
register.simple_tag(large_type)
register.simple_tag(other_language)
register.simple_tag(rail)
register.simple_tag(records)
register.simple_tag(verbs)

BUILD = Path(__file__).resolve().parent.parent / "static" / "build"


@lru_cache(maxsize=8)
def _address(name: str, path: Path, _changed_ns: int) -> str:
    """Where the file built from a front-end source is served; looked up again only when the build changed."""
    entries: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return static(str(entries[name.replace(".js", ".ts")]["file"]))


@register.simple_tag
def asset(name: str) -> str:
    """Return the URL of a built front-end file, `main.js` or `main.css`.

    Where the front end has not been built the pages still read, without style; a warning says so.
    """
    path = BUILD / "manifest.json"
    try:
        return _address(name, path, path.stat().st_mtime_ns)
    except (FileNotFoundError, KeyError):
        log.warning("The front end is not built (%s is missing): run `npm ci && npm run build`.", name)
        return urljoin(settings.STATIC_URL, name)


@register.simple_tag
def control(field: forms.BoundField) -> SafeString:
    """Print the control of a bound field, with the browser's own date, time and number pads."""
    widget = field.field.widget
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    elif isinstance(widget, forms.TimeInput):
        widget.input_type, widget.format = "time", "%H:%M"
    # A placeholder that repeats the label is noise, and it vanishes when it is needed: while typing.
    if widget.attrs.get("placeholder") == field.label:
        del widget.attrs["placeholder"]
    return field.as_widget()


@register.filter
def under(cells: Iterable[object] | None, columns: Iterable[object] | None) -> list[tuple[object, object]]:
    """Pair each column with its cell, in column order; a missing cell is None, a cell beyond the columns is kept."""
    return list(zip_longest(columns or (), cells or ()))


@register.inclusion_tag("components/trend.html")
def trend(series: Sequence[Series], unit: str = "") -> dict[str, object]:
    """Draw values over time as lines, with the same numbers as a table below; no series, no chart."""
    return {"chart": chart.draw(series, unit), "unit": unit}
