"""What published documents state, as data, and which measure gives each figure from the records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from yinling.base.period import Period, parse
from yinling.figures import Door, Measure, leaves, measure_of, table

DATA = Path(__file__).parent / "data" / "published.json"
GUIZHOU = "52"
CONFERENCE = "2012-08-16"
CONFERENCE_MONTH = "2012-08"

DOCUMENTS = {
    "000": "东营市老年产业协会年度工作报告",
    "001": "重庆市养老服务协会年度工作报告",
    "002": "枣庄市民政局养老产业工作报告",
    "003": "贵州省城乡基层老年协会规范化建设推进会（2012年8月16日）",
    "004": "某市离退休干部志愿服务工作报告",
}

_SETTINGS = {"village": "rural", "community": "urban"}
_MEASURES = {
    "assocs": "associations",
    "coverage": "coverage",
    "funded": "funded",
    "funded_pct": "funded_share",
    "venue": "venue",
    "venue_pct": "venue_share",
    "active": "active",
    "active_pct": "active_share",
    "officer_chair": "officer_chair",
    "officer_chair_pct": "officer_chair_share",
}

BINDINGS: dict[str, tuple[str, str, str]] = {
    "g.villages": ("villages", GUIZHOU, CONFERENCE),
    "g.communities": ("communities", GUIZHOU, CONFERENCE),
    "g.levels": ("levels", GUIZHOU, CONFERENCE),
    "g.papers": ("conference.papers", GUIZHOU, CONFERENCE_MONTH),
    "g.speakers": ("conference.speeches", GUIZHOU, CONFERENCE_MONTH),
    "g.visited": ("conference.visits", GUIZHOU, CONFERENCE_MONTH),
    **{
        f"g.{unit}_{name}": (f"{setting}.{key}", GUIZHOU, CONFERENCE)
        for unit, setting in _SETTINGS.items()
        for name, key in _MEASURES.items()
    },
}
"""Measure key, path of the place and period of each published figure the platform computes."""

State = Literal["ok", "differs", "not yet"]


@dataclass(frozen=True, slots=True)
class Published:
    """One figure of a document, as it stands there."""

    id: str
    document: str
    says: str
    value: Any
    unit: Any
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A published figure beside what the records give."""

    published: Published
    measure: Measure | None
    path: str
    period: Period | None
    value: Decimal | None
    facts: int
    state: State

    def as_json(self) -> dict[str, object]:
        """The object that `yinling sources check --json` prints."""
        return {
            "id": self.published.id,
            "measure": self.measure.card.key if self.measure else None,
            "place": self.path or None,
            "period": self.period.key if self.period else None,
            "value": None if self.value is None else _plain(self.value),
            "published": self.published.value,
            "facts": self.facts,
            "state": self.state,
        }


def published() -> list[Published]:
    """Every figure the five documents publish, in their order."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    return [
        Published(row["id"], row["document"], row["says"], row["value"], row["unit"], row.get("at_least", False))
        for row in rows
    ]


def check() -> list[Checked]:
    """Compute every published figure that has a measure, by the same reading as the pages, and compare."""
    bound = [(measure_of(key), path, parse(period)) for key, path, period in BINDINGS.values()]
    values = {
        (path, period): table([m for m, p, t in bound if (p, t) == (path, period)], paths=[path], periods=[period])
        for path, period in {(path, period) for _measure, path, period in bound}
    }
    tally = lru_cache(maxsize=None)(lambda key, path, period: Door(key_of[key], path, period).tally()[0])
    key_of = {leaf.card.key: leaf for measure, _path, _period in bound for leaf in leaves(measure)}
    checked = []
    for item in published():
        binding = BINDINGS.get(item.id)
        if binding is None:
            checked.append(Checked(item, None, "", None, None, 0, "not yet"))
            continue
        measure, path, period = measure_of(binding[0]), binding[1], parse(binding[2])
        value = values[path, period].at(measure, path, period).value
        facts = sum(tally(leaf.card.key, path, period) for leaf in leaves(measure))
        checked.append(Checked(item, measure, path, period, value, facts, _state(item, value, facts)))
    return checked


def _state(item: Published, value: Decimal | None, facts: int) -> State:
    if not facts or value is None:
        return "not yet"
    stated = Decimal(str(item.value))
    places = -int(stated.as_tuple().exponent)
    shown = value.quantize(Decimal(1).scaleb(-max(places, 0)), rounding=ROUND_HALF_UP)
    agrees = shown >= stated if item.at_least else shown == stated
    return "ok" if agrees else "differs"


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(round(value, 4))
