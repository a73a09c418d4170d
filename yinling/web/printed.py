"""The components a page prints by the hundred, figures, rows of records, facts and what happened, written out in Python.

The template engine took half of the time of a list for them. All escape what they print as a template would, and
their class names and attributes are the same contract with the style sheet as those in templates/components.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from itertools import groupby, zip_longest
from typing import Any

from django.conf import settings
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

Given = Mapping[str, Any]
NOTHING: Given = {}
NO_HEAD = ('<td data-label=""', "")
NUMBER = ' class="n"'


_SPECIAL = re.compile("[&<>\"']").search


def text(value: object) -> str:
    """What a template prints for `{{ value }}`: dates and numbers as the language writes them, escaped unless marked safe."""
    if type(value) is str:
        return escape(value) if _SPECIAL(value) else value
    if type(value) is int and not settings.USE_THOUSAND_SEPARATOR:
        return str(value)
    shown = localize(localtime(value) if isinstance(value, datetime) and is_aware(value) else value)
    return conditional_escape(shown if isinstance(shown, str) else str(shown))


def figure(cell: Given) -> SafeString:
    """A printed number, which is a door to the records it counts.

    `cell`: .text (formatted value) .unit .url (the door) .label .definition (one sentence) .period_label .as_of (text)
    .missing (true: nothing was reported, which is not zero). All but text may be empty; without url it is plain text.
    There is no white space around it: in a Chinese sentence a stray blank would be seen.
    """
    opening, closing = (f'<a href="{text(cell["url"])}"', "</a>") if cell.get("url") else ("<span", "</span>")
    mark, shown = " fig-zero" if cell.get("text") == "0" else "", text(cell.get("text", ""))
    if cell.get("missing"):
        said = _("not reported")
        mark = " fig-missing"
        shown = f'<span aria-hidden="true">—</span><span class="visually-hidden">{said}</span>'
    elif cell.get("unit"):
        shown += f"<small>{text(cell['unit'])}</small>"
    return mark_safe(f'{opening} class="fig{mark}"{_title(cell)}>{shown}{closing}')  # noqa: S308 - escaped by text()


def _title(cell: Given) -> str:
    """What a figure says when pointed at: its name, its definition, its period and cut-off."""
    definition, period, as_of = cell.get("definition"), cell.get("period_label"), cell.get("as_of")
    if not (definition or period or as_of):
        return ""
    above = "".join(f"{text(line)}&#10;" for line in (cell.get("label"), definition) if line)
    known = _("as of %(when)s") % {"when": text(as_of)} if as_of else ""
    return f' title="{above}{" · ".join(part for part in (text(period) if period else "", known) if part)}"'


def records(columns: Iterable[Given], rows: Iterable[Given], caption: object = "", bulk: object = None) -> SafeString:
    """The one table of records; components/records.html says what it takes."""
    heads = [(text(column.get("label", "")), bool(column.get("numeric")), column) for column in columns or ()]
    parts = [f'<div class="records" tabindex="0" role="region" aria-label="{text(caption)}">\n<table>\n<thead><tr>']
    parts.append('<td class="tick"></td>' if bulk else "")
    parts.extend(_head(label, numeric, column) for label, numeric, column in heads)
    parts.append("</tr></thead>\n<tbody>\n")
    openings = [(f'<td data-label="{label}"', NUMBER if numeric else "") for label, numeric, _column in heads[1:]]
    for row in rows or ():
        cells = iter(row.get("cells") or ())
        parts += ["<tr>", _tick(row) if bulk else "", _name(row, next(cells, NOTHING))]
        for opening, cell in zip_longest(openings, cells):
            parts.append(_cell(opening or NO_HEAD, cell or NOTHING))
        parts.append("</tr>\n")
    parts.append("</tbody>\n</table>\n</div>\n")
    return mark_safe("".join(parts))  # noqa: S308 - escaped by text()


def _head(label: str, numeric: bool, column: Given) -> str:
    order = f' aria-sort="{text(column["sorted"])}"' if column.get("sorted") else ""
    shown = f'<a href="{text(column["sort_url"])}">{label}</a>' if column.get("sort_url") else label
    return f'<th scope="col"{NUMBER if numeric else ""}{order}>{shown}</th>'


def _tick(row: Given) -> str:
    column, box = _("Tick"), _("Tick this record")
    key = text(row.get("key", ""))
    ticked = f'<input type="checkbox" name="ids" value="{key}" form="bulk" aria-label="{box}">'
    return f'<td class="tick" data-label="{column}">{ticked}</td>'


def _name(row: Given, cell: Given) -> str:
    """The first cell: it names the record and carries the link."""
    if not row.get("url"):
        return f'<th scope="row">{_shown(cell)}</th>'
    return f'<th scope="row"><a href="{text(row["url"])}">{_shown(cell)}</a></th>'


def _cell(opening: tuple[str, str], cell: Given) -> str:
    begun, number = opening
    shown = figure(cell["figure"]) if cell.get("figure") else _shown(cell)
    return f"{begun}{NUMBER if cell.get('numeric') else number}>{shown}</td>"


def _shown(cell: Given) -> str:
    value = cell.get("html") or cell.get("text")
    shown = "" if value is None else text(value)
    return _signal(cell, shown) if cell.get("signal") else shown


def _signal(given: Given, shown: str) -> str:
    """A word with the shape of its signal, as components/signal.html."""
    return f'<span class="signal signal-{text(given["signal"])}">{shown}</span>'


def chips(filters: Iterable[Given]) -> SafeString:
    """The chips of a list in their groups; components/list.html says what it takes."""
    parts = ['<ul class="chips">']
    for group, those in groupby(filters, lambda chip: chip.get("group", "")):
        parts.append(f"<li>{f'<span>{text(group)}</span>' if group else ''}<ul>")
        parts += [_chip(chip) for chip in those]
        parts.append("</ul></li>")
    parts.append("</ul>")
    return mark_safe("".join(parts))  # noqa: S308 - escaped by text()


def _chip(chip: Given) -> str:
    active = ' aria-current="true"' if chip.get("active") else ""
    return f'<li><a class="chip" href="{text(chip["url"])}"{active}>{text(chip["label"])}</a></li>'


def facts(rows: Iterable[Given] | None) -> SafeString:
    """Label and value, many times; components/facts.html says what it takes."""
    parts = [
        f"<div><dt>{text(row.get('label', ''))}</dt><dd>{_value(row)}{_small(row)}</dd></div>" for row in rows or ()
    ]
    return mark_safe(f'<dl class="facts">{"".join(parts)}</dl>')  # noqa: S308 - escaped by text()


def _value(row: Given) -> str:
    value = row.get("value")
    if row.get("figure"):
        return figure(row["figure"])
    if row.get("html"):
        return text(row["html"])
    if row.get("signal"):
        return _signal(row, text(value))
    if row.get("url"):
        return f'<a href="{text(row["url"])}">{text(value)}</a>'
    if value is None or value == "":
        return _soft(_("not recorded"))
    return text(value)


def _small(row: Given) -> str:
    return f"<small>{text(row['note'])}</small>" if row.get("note") else ""


def history(entries: Iterable[Given] | None) -> SafeString:
    """What happened to a record; components/history.html says what it takes."""
    lines = [_happened(entry) for entry in entries or ()]
    none = _("Nothing has been recorded yet.")
    shown = f'<ol class="history">{"".join(lines)}</ol>' if lines else f'<p class="soft">{none}</p>'
    return mark_safe(shown)  # noqa: S308 - escaped by text()


def _happened(entry: Given) -> str:
    single = _(": ") + _change(entry) if entry.get("before") or entry.get("after") else ""
    changes = "".join(f"<dt>{text(one['label'])}</dt><dd>{_change(one)}</dd>" for one in entry.get("changes") or ())
    reason = _("Reason: %(reason)s") % {"reason": text(entry["reason"])} if entry.get("reason") else ""
    about = [text(entry.get(key, "")) for key in ("when", "who", "place") if key != "place" or entry.get(key)]
    about += [f'<a href="{text(one["url"])}">{text(one["label"])}</a>' for one in entry.get("evidence") or ()]
    return (
        f"<li>\n<p>{text(entry.get('what', ''))}{single}</p>\n"
        f"{f'<dl>{changes}</dl>' if changes else ''}{f'<p>{reason}</p>' if reason else ''}"
        f'<p class="meta">{" · ".join(about)}</p>\n</li>'
    )


def _change(one: Given) -> str:
    """One value before and after; an empty side is said in words."""
    empty = _soft(_("empty"))
    before = f"<del>{text(one['before'])}</del>" if one.get("before") else empty
    after = f"<ins>{text(one['after'])}</ins>" if one.get("after") else empty
    return f"{before} → {after}"


def _soft(words: str) -> str:
    return f'<span class="soft">{words}</span>'
