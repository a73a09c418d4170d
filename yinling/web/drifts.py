"""What became of frozen figures, for components/drift.html."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yinling.base.rules import Actor
from yinling.figures import UNITS, Amount, Drift, Ratio, Recorded, signed
from yinling.network import may_read_trail
from yinling.web.cells import Cell, cell
from yinling.web.happened import actor_in_words, label_of
from yinling.web.names import names_at
from yinling.web.page import address_of

SHOWN = 10
"""Entries shown of one figure, those that did most; the others are added up in one line."""


def drift_rows(
    drifts: Sequence[Drift], viewer: Actor, places: Mapping[str, str] | None = None
) -> list[dict[str, object]]:
    """Each figure as frozen and as it is today, with what made the difference. An entry is a door to its facts for those
    who may read the trail there. `places` are the names of the places, if they were read already."""
    if places is None:
        places = names_at({found.then.path for found in drifts} - {""})
    return [_row(found, places.get(found.then.path, _("China")), viewer) for found in drifts]


def _row(found: Drift, place: str, viewer: Actor) -> dict[str, object]:
    measure = found.then.measure
    ratio = isinstance(measure, Ratio)
    unit = _("percentage points") if ratio else str(UNITS[measure.card.unit].label)
    return {
        "label": str(measure.card.label),
        "place": place,
        "period_label": found.then.period.label(),
        "then": {**cell(found.then), "url": ""},
        "now": cell(found.now),
        "difference": f"{signed(found.difference, measure.card.unit)} {unit}",
        "frozen_at": f"{localtime(found.frozen.frozen_at):%Y-%m-%d %H:%M}",
        "same": not found.amount and not found.entries,
        "columns": [
            {"label": _("What was done")}, {"label": _("Who")}, {"label": _("When")}, *_columns(found),
        ],
        "rows": _parts(found, viewer),
    }  # fmt: skip


def _columns(found: Drift) -> list[dict[str, object]]:
    measure = found.then.measure
    if not isinstance(measure, Ratio):
        return [{"label": _("Recorded"), "numeric": True}, {"label": _("Taken back"), "numeric": True}]
    return [{"label": str(side.card.label), "numeric": True} for side in (measure.numerator, measure.denominator)]


def _parts(found: Drift, viewer: Actor) -> list[dict[str, object]]:
    ranked = sorted(
        found.entries, key=lambda one: (-abs(one.amount.numerator), -abs(one.amount.denominator), one.entry.seq)
    )
    shown = sorted(ranked[:SHOWN], key=lambda one: one.entry.seq)
    rows = [_entry(found, one, viewer) for one in shown]
    if rest := ranked[SHOWN:]:
        added = sum((one.added for one in rest), Amount())
        taken = sum((one.reversed for one in rest), Amount())
        text = _("%(count)s more entries") % {"count": len(rest)}
        rows.append({"cells": [{"text": text}, {"text": ""}, {"text": ""}, *_amounts(found, added, taken)]})
    for text, amount in ((_definition_text(found), found.definition), (_("The map was redrawn"), found.map)):
        if amount:
            rows.append({"cells": [{"text": text}, {"text": ""}, {"text": ""}, *_amounts(found, amount, Amount())]})
    return rows


def _definition_text(found: Drift) -> str:
    versions = "、".join(f"v{version.number}" for version in found.versions)
    return _("The definition changed: %(versions)s") % {"versions": versions}


def _entry(found: Drift, one: Recorded, viewer: Actor) -> dict[str, object]:
    entry = one.entry
    return {
        "url": address_of("trail-facts", pk=entry.pk) if may_read_trail.check(viewer, entry) else "",
        "cells": [
            {"text": label_of(entry.action)},
            {"text": actor_in_words(entry.actor_name)},
            {"text": f"{localtime(entry.at):%Y-%m-%d %H:%M}"},
            *_amounts(found, one.added, one.reversed),
        ],
    }


def _amounts(found: Drift, added: Amount, taken: Amount) -> list[Cell]:
    """Of a ratio the two counts; of any other figure what was added, and what was taken back."""
    measure = found.then.measure
    if isinstance(measure, Ratio):
        both = added + taken
        sides = (both.numerator, measure.numerator.card.unit), (both.denominator, measure.denominator.card.unit)
        return [_cell(value, unit) for value, unit in sides]
    return [_cell(value, measure.card.unit) for value in (added.numerator, taken.numerator)]


def _cell(value: Decimal, unit: str) -> Cell:
    return {"text": signed(value, unit) if value else ""}
